//! The codes with which EC2, or another service, refuses a request.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::rule::{self, Rule};

macro_rules! error_codes {
    ( $( $(#[doc = $doc:literal])* $Code:ident = $name:literal, $status:literal $(, [ $( $rule:ident ),+ ])? $(, never $never:literal)?; )+ ) => {
        /// A code with which EC2 refuses a request (lifecycle rulebook, section 12), or has words with a client; and the
        /// simulator's own. With `never`, a code that no step of a scenario can be refused with, and why.
        ///
        /// # Example
        ///
        /// ```
        /// use ec2sim::lifecycle::ErrorCode;
        /// let code = ErrorCode::find("IncorrectInstanceState").unwrap();
        /// assert_eq!((code.name(), code.http_status()), ("IncorrectInstanceState", 400));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $( $(#[doc = $doc])* $Code, )+ }

        impl ErrorCode {
            /// Every code, in the order of the alphabet.
            pub const ALL: &[Self] = &[ $( Self::$Code, )+ ];

            /// The code as it stands in EC2's answer.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Code => $name, )+ }
            }

            /// The status of the HTTP answer (`REQ-ERROR-CLASS`).
            pub const fn http_status(self) -> u16 {
                match self { $( Self::$Code => $status, )+ }
            }

            /// What it says, in a sentence.
            pub const fn says(self) -> &'static str {
                match self { $( Self::$Code => concat!($($doc),*).trim_ascii(), )+ }
            }

            /// The rules that lead to it (lifecycle rulebook, section 12).
            pub const fn rules(self) -> &'static [&'static Rule] {
                match self { $( Self::$Code => &[ $( $( rule::$rule, )+ )? ], )+ }
            }

            /// Why no step of a scenario can be refused with it, if none can.
            pub const fn never(self) -> Option<&'static str> {
                match self { $( Self::$Code => error_codes!(@never $($never)?), )+ }
            }
        }
    };
    (@never) => { None };
    (@never $why:literal) => { Some($why) };
}

error_codes! {
    /// The account has as many Elastic IPs as it may have.
    AddressLimitExceeded = "AddressLimitExceeded", 400, [EIP_LIMIT];
    /// The instance has no room for another volume or interface.
    AttachmentLimitExceeded = "AttachmentLimitExceeded", 400, [NET_ATTACH, VOL_ATTACH_VOLUME];
    /// A resource can't go while others need it.
    DependencyViolation = "DependencyViolation", 400, never "a scenario has no networks or security groups of its own";
    /// A dry run that would have succeeded.
    DryRunOperation = "DryRunOperation", 412, [REQ_DRY_RUN];
    /// The client token belongs to an instance that has terminated.
    IdempotentInstanceTerminated = "IdempotentInstanceTerminated", 400, [LIFE_RUN_TOKEN];
    /// The client token was used with other parameters.
    IdempotentParameterMismatch = "IdempotentParameterMismatch", 400, [LIFE_RUN_TOKEN];
    /// No host suits the instance.
    IncompatibleHostRequirements = "IncompatibleHostRequirements", 400, [TEN_HOST_FULL];
    /// The instance is in the wrong state for the request.
    IncorrectInstanceState = "IncorrectInstanceState", 400, [EIP_ASSOCIATE_STATES, LIFE_START_WRONG_STATE, LIFE_STOP_PENDING, LIFE_STOP_WRONG_STATE, MOD_HIBERNATED, MOD_RUNNING_OR_STOPPED, MOD_STOPPED_ONLY, VOL_DETACH_STATES];
    /// The volume is being modified.
    IncorrectModificationState = "IncorrectModificationState", 400, [VOL_MODIFY_STATES];
    /// The Spot request is in the wrong state.
    IncorrectSpotRequestState = "IncorrectSpotRequestState", 400, [HIB_SPOT_SETTLE, SPOT_START_WRONG_STATE];
    /// A resource is in the wrong state for the request.
    IncorrectState = "IncorrectState", 400, [LIFE_REBOOT_NOT_RUNNING, VOL_ATTACH_STATES, VOL_ATTACH_VOLUME, VOL_DETACH_NOT_ATTACHED, VOL_DETACH_ROOT];
    /// A type without CPU credits has no credit mode.
    InstanceCreditSpecificationNotSupported = "InstanceCreditSpecification.NotSupported", 400;
    /// A scheduled event can't be moved any more.
    InstanceEventStartTimeCannotChange = "InstanceEventStartTimeCannotChange", 400, [EVENT_RESCHEDULE];
    /// The older answer to a vCPU quota.
    InstanceLimitExceeded = "InstanceLimitExceeded", 400, [LIFE_START_QUOTA], never "the simulator answers with the newer `VcpuLimitExceeded`";
    /// EC2 has no address to give.
    InsufficientAddressCapacity = "InsufficientAddressCapacity", 500, [REQ_ERROR_CLASS], never "EC2's own addresses have no end here";
    /// The Dedicated Host is full.
    InsufficientCapacityOnHost = "InsufficientCapacityOnHost", 400, [TEN_HOST_FULL];
    /// The subnet has no private address left.
    InsufficientFreeAddressesInSubnet = "InsufficientFreeAddressesInSubnet", 400, [LIFE_RUN_ADDRESSES];
    /// EC2 has no capacity for the type in the zone.
    InsufficientInstanceCapacity = "InsufficientInstanceCapacity", 500, [CAP_LAUNCH, LIFE_START_CAPACITY, PG_HARDWARE, PG_SPREAD, PG_START, SPOT_RUN_INSTANCES, SPOT_START_CAPACITY];
    /// EC2's own fault.
    InternalError = "InternalError", 500, [REQ_ERROR_CLASS], never "the simulator plays no faults of EC2's own";
    /// The image id isn't one.
    InvalidAmiIdMalformed = "InvalidAMIID.Malformed", 400, [LIFE_RUN_AMI], never "a scenario names images, and writes no ids of them";
    /// There is no such image.
    InvalidAmiIdNotFound = "InvalidAMIID.NotFound", 400, [LIFE_RUN_AMI], never "in a scenario, an unknown image is a mistake in the file";
    /// The image was deregistered.
    InvalidAmiIdUnavailable = "InvalidAMIID.Unavailable", 400, [LIFE_RUN_AMI];
    /// EC2 has no such action.
    InvalidAction = "InvalidAction", 400, never "a scenario isn't a request on the wire";
    /// There is no such address.
    InvalidAddressNotFound = "InvalidAddress.NotFound", 400, never "in a scenario, an unknown name is a mistake in the file";
    /// There is no such Elastic IP.
    InvalidAllocationIdNotFound = "InvalidAllocationID.NotFound", 400, [EIP_RELEASE_GONE];
    /// There is no such association.
    InvalidAssociationIdNotFound = "InvalidAssociationID.NotFound", 400;
    /// The volume is attached to another instance.
    InvalidAttachmentNotFound = "InvalidAttachment.NotFound", 400, [VOL_DETACH_NOT_ATTACHED];
    /// A volume of a launch can't be made as asked.
    InvalidBlockDeviceMapping = "InvalidBlockDeviceMapping", 400, [LIFE_RUN_VOLUMES];
    /// There is a security group of this name already.
    InvalidGroupDuplicate = "InvalidGroup.Duplicate", 400, never "a scenario has no security groups";
    /// There is no such security group.
    InvalidGroupNotFound = "InvalidGroup.NotFound", 400, never "a scenario has no security groups";
    /// Instances are on the Dedicated Host.
    InvalidHostOccupied = "InvalidHost.Occupied", 400;
    /// The Dedicated Host isn't available.
    InvalidHostState = "InvalidHostState", 400, [TEN_HOST_FULL];
    /// The id is of nothing that has tags.
    InvalidId = "InvalidID", 400, never "a scenario tags instances at their launch only";
    /// The address is in use.
    InvalidIpAddressInUse = "InvalidIPAddress.InUse", 400, [EIP_RELEASE_IN_USE, IP_PRIVATE_TAKEN];
    /// The attribute doesn't take this value.
    InvalidInstanceAttributeValue = "InvalidInstanceAttributeValue", 400, [MOD_TYPE_INCOMPATIBLE];
    /// A scheduled event can't be moved to that time.
    InvalidInstanceEventStartTime = "InvalidInstanceEventStartTime", 400, [EVENT_RESCHEDULE];
    /// The instance isn't in a state for this, or has several interfaces.
    InvalidInstanceId = "InvalidInstanceID", 400, [EIP_ASSOCIATE_MULTI_ENI, EIP_ASSOCIATE_STATES, MOD_GROUPS];
    /// The instance id isn't one.
    InvalidInstanceIdMalformed = "InvalidInstanceID.Malformed", 400, [REQ_ID_MALFORMED];
    /// There is no such instance.
    InvalidInstanceIdNotFound = "InvalidInstanceID.NotFound", 400, [REQ_ID_NOT_FOUND];
    /// The instance is in the wrong state for a change of placement.
    InvalidInstanceState = "InvalidInstanceState", 400, [MOD_PLACEMENT];
    /// There is no such instance type.
    InvalidInstanceType = "InvalidInstanceType", 400, never "an unknown type is a mistake in the file";
    /// There is no such key pair.
    InvalidKeyPairNotFound = "InvalidKeyPair.NotFound", 400, never "a scenario has no key pairs";
    /// There is no such launch template.
    InvalidLaunchTemplateIdNotFound = "InvalidLaunchTemplateId.NotFound", 400, never "a scenario has no launch templates";
    /// There is a launch template of this name already.
    InvalidLaunchTemplateNameAlreadyExists = "InvalidLaunchTemplateName.AlreadyExistsException", 400, never "a scenario has no launch templates";
    /// There is no launch template of this name.
    InvalidLaunchTemplateNameNotFound = "InvalidLaunchTemplateName.NotFoundException", 400, never "a scenario has no launch templates";
    /// The interface is attached.
    InvalidNetworkInterfaceInUse = "InvalidNetworkInterface.InUse", 400;
    /// There is no such interface.
    InvalidNetworkInterfaceIdNotFound = "InvalidNetworkInterfaceID.NotFound", 400;
    /// Parameters that don't go together.
    InvalidParameterCombination = "InvalidParameterCombination", 400, [HIB_SPOT, IP_AUTO_OVERRIDE, LIFE_RUN_TYPE, LIFE_START_HOST_UNLIMITED, MOD_ONE_AT_A_TIME, MOD_TYPE_INCOMPATIBLE, PG_CLUSTER];
    /// A parameter's value isn't possible.
    InvalidParameterValue = "InvalidParameterValue", 400, [IMG_CREATE_STATES, LIFE_RUN_TYPE, LIFE_START_NO_ROOT, MOD_USER_DATA, VOL_ATTACH_VOLUME];
    /// Lambda: a parameter's value isn't possible.
    InvalidParameterValueException = "InvalidParameterValueException", 400, [LAM_CONC_RESERVED, LAM_EDGE_LIMITS, LAM_LIM_MEM, LAM_LIM_TIMEOUT, LAM_LIM_TMP, LAM_PC, LAM_RESTORE];
    /// The rule is in the security group already.
    InvalidPermissionDuplicate = "InvalidPermission.Duplicate", 400, never "a scenario has no security groups";
    /// There is no such rule in the security group.
    InvalidPermissionNotFound = "InvalidPermission.NotFound", 400, never "a scenario has no security groups";
    /// The placement group is in use in another zone.
    InvalidPlacementGroupInUse = "InvalidPlacementGroup.InUse", 400, [PG_CLUSTER];
    /// There is no such placement group.
    InvalidPlacementGroupUnknown = "InvalidPlacementGroup.Unknown", 400, never "an unknown placement group is a mistake in the file";
    /// A change of tenancy that isn't possible.
    InvalidRequest = "InvalidRequest", 400, [TEN_CHANGE];
    /// An image is made of the snapshot.
    InvalidSnapshotInUse = "InvalidSnapshot.InUse", 400;
    /// There is no such snapshot.
    InvalidSnapshotNotFound = "InvalidSnapshot.NotFound", 400;
    /// There is no such Spot request.
    InvalidSpotRequestIdNotFound = "InvalidSpotInstanceRequestID.NotFound", 400, never "a scenario names a Spot request by its instance";
    /// A resource is in the wrong state.
    InvalidState = "InvalidState", 400, [MOD_MONITORING];
    /// There is no such subnet.
    InvalidSubnetIdNotFound = "InvalidSubnetID.NotFound", 400, never "a scenario names zones, not subnets";
    /// The tenancy can't be changed so.
    InvalidTenancy = "InvalidTenancy", 400, [TEN_CHANGE];
    /// There is no such volume.
    InvalidVolumeNotFound = "InvalidVolume.NotFound", 400;
    /// The volume is in another zone.
    InvalidVolumeZoneMismatch = "InvalidVolume.ZoneMismatch", 400, [VOL_ATTACH_VOLUME];
    /// The volume id isn't one.
    InvalidVolumeIdMalformed = "InvalidVolumeID.Malformed", 400, never "a scenario names volumes, and writes no ids of them";
    /// There is no such network.
    InvalidVpcIdNotFound = "InvalidVpcID.NotFound", 400, never "a scenario has a single network";
    /// There is no such zone.
    InvalidZoneNotFound = "InvalidZone.NotFound", 400, never "an unknown zone is a mistake in the file";
    /// The Spot quota is used up.
    MaxSpotInstanceCountExceeded = "MaxSpotInstanceCountExceeded", 400, [QUOTA_SPOT, SPOT_RUN_INSTANCES];
    /// The request names no action.
    MissingAction = "MissingAction", 400, never "a scenario isn't a request on the wire";
    /// A parameter is missing.
    MissingParameter = "MissingParameter", 400, never "a missing key is a mistake in the file";
    /// EC2 has no such version of its API.
    NoSuchVersion = "NoSuchVersion", 400, never "a scenario isn't a request on the wire";
    /// The instance is protected, or the part can't be taken off.
    OperationNotPermitted = "OperationNotPermitted", 400, [NET_DETACH, PROT_STOP, PROT_TERM, PROT_TERM_BY_STOP];
    /// Too many requests.
    RequestLimitExceeded = "RequestLimitExceeded", 503, [REQ_ERROR_CLASS], never "the simulator doesn't throttle";
    /// Lambda: the payload is too large.
    RequestTooLargeException = "RequestTooLargeException", 413, [LAM_LIM_PAYLOAD];
    /// The reservation is used up.
    ReservationCapacityExceeded = "ReservationCapacityExceeded", 400, [CAP_RESERVATION];
    /// The Elastic IP is in use elsewhere.
    ResourceAlreadyAssociated = "Resource.AlreadyAssociated", 400, [EIP_ASSOCIATE_MOVES];
    /// Too many instances in one request.
    ResourceCountExceeded = "ResourceCountExceeded", 400;
    /// Lambda: there is no such thing.
    ResourceNotFoundException = "ResourceNotFoundException", 404, [LAM_PC];
    /// The service is away.
    ServiceUnavailable = "ServiceUnavailable", 503, [REQ_ERROR_CLASS], never "the simulator plays no faults of EC2's own";
    /// The simulator's own: the name of the file is taken by an instance, address or volume that is there.
    SimulatorNameTaken = "Simulator.NameTaken", 400;
    /// The simulator's own: what would be metered has no price in the Region.
    SimulatorNoPrice = "Simulator.NoPrice", 400;
    /// The simulator's own: the instance can't be recovered.
    SimulatorNotRecoverable = "Simulator.NotRecoverable", 400;
    /// The simulator's own: the instance isn't running, and only a running one can do that.
    SimulatorNotRunning = "Simulator.NotRunning", 400;
    /// The simulator's own: an operating system that isn't up does nothing by itself.
    SimulatorOsNotRunning = "Simulator.OsNotRunning", 400;
    /// The maximum price is below the Spot price.
    SpotMaxPriceTooLow = "SpotMaxPriceTooLow", 400, [SPOT_RUN_INSTANCES];
    /// There are too many tags.
    TagLimitExceeded = "TagLimitExceeded", 400, never "the simulator sets no limit to tags";
    /// ECS: a parameter's value isn't possible.
    InvalidParameterException = "InvalidParameterException", 400, [ECS_RUNTASK_FAIL, ECS_SVC_STATES, FGT_SPOT];
    /// ECS: the service isn't active.
    ServiceNotActiveException = "ServiceNotActiveException", 400, [ECS_SVC_STATES];
    /// ECS: there is no such service.
    ServiceNotFoundException = "ServiceNotFoundException", 400, [ECS_SVC_STATES];
    /// ECS: what the client asks for isn't sold, or isn't allowed.
    ClientException = "ClientException", 400, [ECS_STOP_TIMEOUT, FGT_EPHEMERAL, FGT_SIZES, FGT_SPOT];
    /// ECS: more than a quota or a rate allows.
    ThrottlingException = "ThrottlingException", 400, [FGT_QUOTA, FGT_RATE];
    /// Lambda: more invocations at a time, or new environments, than a limit allows.
    TooManyRequestsException = "TooManyRequestsException", 429, [LAM_THROTTLE];
    /// The caller may not do that.
    UnauthorizedOperation = "UnauthorizedOperation", 403, [REQ_DRY_RUN], never "the simulator has no permissions";
    /// The service is overloaded.
    Unavailable = "Unavailable", 503, [REQ_ERROR_CLASS], never "the simulator plays no faults of EC2's own";
    /// A parameter that EC2 doesn't know.
    UnknownParameter = "UnknownParameter", 400, never "an unknown key is a mistake in the file";
    /// The configuration isn't supported, or the type isn't offered in the zone.
    Unsupported = "Unsupported", 400, [LIFE_RUN_TYPE];
    /// Hibernation isn't possible with this configuration.
    UnsupportedHibernationConfiguration = "UnsupportedHibernationConfiguration", 400, [HIB_ROOT_ENCRYPTED, LIFE_HIB_NOT_CONFIGURED, LIFE_RUN_HIBERNATION];
    /// The instance doesn't support the operation.
    UnsupportedOperation = "UnsupportedOperation", 400, [LIFE_HIB_TOO_SOON, LIFE_RUN_TYPE, LIFE_START_EBS_ONLY, LIFE_STOP_EBS_ONLY, MOD_PROTECTION_SPOT, MOD_TYPE_SPOT, SPOT_STOP_CANCELLED, SPOT_STOP_ONE_TIME];
    /// The vCPU quota is used up.
    VcpuLimitExceeded = "VcpuLimitExceeded", 400, [LIFE_START_QUOTA, QUOTA_VCPU];
    /// The volume is attached.
    VolumeInUse = "VolumeInUse", 400, [VOL_ATTACH_VOLUME];
    /// The volume was modified too often.
    VolumeModificationRateExceeded = "VolumeModificationRateExceeded", 400, [VOL_MODIFY_RATE];
}

impl ErrorCode {
    /// The code of this name, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// EC2's answer to a request that it refuses: a code, a text, and the rules that decide it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct ApiError {
    /// The code.
    pub code: ErrorCode,
    /// The text, in EC2's words where they are known.
    pub message: String,
    /// The rules that decide it.
    pub rules: &'static [&'static Rule],
}
