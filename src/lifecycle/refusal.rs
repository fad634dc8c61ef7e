//! Why an instance refuses: EC2's codes and texts, each with the rules that decide it.

use super::{ApiError, InstanceState};

macro_rules! refusals {
    ( $(#[$what:meta])* $Refusal:ident; $( $(#[$doc:meta])* $Name:ident = $code:ident, [$($rule:ident),+], $text:literal; )+ ) => {
        $(#[$what])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $Refusal { $( $(#[$doc])* $Name, )+ }

        impl $Refusal {
            /// Every refusal.
            pub const ALL: &[Self] = &[ $( Self::$Name, )+ ];

            /// The code that EC2 answers.
            pub const fn code(self) -> $crate::lifecycle::ErrorCode {
                match self { $( Self::$Name => $crate::lifecycle::ErrorCode::$code, )+ }
            }

            /// The rules that decide it.
            pub const fn rules(self) -> &'static [&'static $crate::rule::Rule] {
                match self { $( Self::$Name => &[ $( $crate::rule::$rule, )+ ], )+ }
            }

            /// The text, with words in braces to be filled in.
            pub const fn text(self) -> &'static str {
                match self { $( Self::$Name => $text, )+ }
            }

            /// EC2's answer, its text filled in.
            pub(super) fn filled(self, id: &str, state: &str, volume: &str) -> $crate::lifecycle::ApiError {
                let message = self
                    .text()
                    .replace("{id}", id)
                    .replace("{state}", state)
                    .replace("{vol}", volume);
                $crate::lifecycle::ApiError {
                    code: self.code(),
                    message,
                    rules: self.rules(),
                }
            }
        }
    };
}

refusals! {
    /// A reason for which an instance refuses a request.
    Refusal;
    /// An instance-store-backed instance can't be started.
    StartNeedsEbsRoot = UnsupportedOperation, [LIFE_START_EBS_ONLY, REQ_CHECK_ORDER],
        "The instance '{id}' does not have an 'ebs' root device type and cannot be started.";
    /// An instance-store-backed instance can't be stopped.
    StopNeedsEbsRoot = UnsupportedOperation, [LIFE_STOP_EBS_ONLY, REQ_CHECK_ORDER],
        "The instance '{id}' does not have an 'ebs' root device type and cannot be stopped.";
    /// A one-time Spot request is for one run.
    OneTimeSpot = UnsupportedOperation, [SPOT_STOP_ONE_TIME, REQ_CHECK_ORDER],
        "You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.";
    /// Its Spot request is cancelled.
    CancelledSpot = UnsupportedOperation, [SPOT_STOP_CANCELLED],
        "You can't stop the Spot Instance '{id}' because the associated Spot Instance request is cancelled.";
    /// Only EC2 may start it, or its request hasn't settled yet.
    SpotRequestState = IncorrectSpotRequestState, [SPOT_START_WRONG_STATE],
        "You can't start the Spot Instance '{id}' because the associated Spot Instance request is not in an appropriate state to support start.";
    /// EC2 hibernated it, and only EC2 resumes it.
    SpotHibernatedByEc2 = IncorrectSpotRequestState, [SPOT_START_WRONG_STATE, HIB_SPOT_WHO],
        "You can't start the Spot Instance '{id}' because the associated Spot Instance request is not in an appropriate state to support start.";
    /// It was hibernated, and its request hasn't settled yet.
    SpotHibernationUnsettled = IncorrectSpotRequestState, [SPOT_START_WRONG_STATE, HIB_SPOT_SETTLE],
        "You can't start the Spot Instance '{id}' because the associated Spot Instance request is not in an appropriate state to support start.";
    /// Hibernation wasn't configured at launch.
    NotConfiguredForHibernation = UnsupportedHibernationConfiguration, [LIFE_HIB_NOT_CONFIGURED, HIB_CONFIGURE_AT_LAUNCH],
        "The instance can't be hibernated because it was not configured at launch for hibernation: {id}";
    /// It ran for too short a time.
    NotReadyToHibernate = UnsupportedOperation, [LIFE_HIB_TOO_SOON, TIME_HIB_READY],
        "Instance {id} is not ready to hibernate yet, retry in a few minutes";
    /// Stop protection.
    StopProtected = OperationNotPermitted, [PROT_STOP],
        "The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.";
    /// Termination protection.
    TerminationProtected = OperationNotPermitted, [PROT_TERM],
        "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.";
    /// Stop protection protects from termination as well.
    TerminationStopProtected = OperationNotPermitted, [PROT_TERM_BY_STOP],
        "The instance '{id}' may not be terminated. Modify its 'disableApiStop' instance attribute and try again.";
    /// It is on its way to rest, or gone.
    NotStartable = IncorrectInstanceState, [LIFE_START_WRONG_STATE],
        "The instance '{id}' is not in a state from which it can be started.";
    /// Its root volume is detached.
    NoRootVolume = InvalidParameterValue, [LIFE_START_NO_ROOT],
        "Invalid value '{id}' for instanceId. Instance does not have a volume attached at root ({vol})";
    /// It has never run.
    NeverRan = IncorrectInstanceState, [LIFE_STOP_PENDING],
        "Instance '{id}' cannot be stopped as it has never reached the 'running' state.";
    /// It is on its way out, or gone.
    NotStoppable = IncorrectInstanceState, [LIFE_STOP_WRONG_STATE],
        "This instance '{id}' is not in a state from which it can be stopped.";
    /// Its operating system isn't up.
    NotRebootable = IncorrectState, [LIFE_REBOOT_NOT_RUNNING],
        "Cannot reboot instance {id} that is currently in {state} state.";
    /// The attribute can be changed only while it is stopped.
    NotStopped = IncorrectInstanceState, [MOD_STOPPED_ONLY],
        "The instance '{id}' is not in the 'stopped' state.";
    /// A hibernated instance can't be modified.
    Hibernated = IncorrectInstanceState, [MOD_HIBERNATED, HIB_NO_MODIFY],
        "The instance '{id}' is not in the 'stopped' state.";
    /// It is on its way out, or gone, and can't be modified.
    GoingAway = IncorrectInstanceState, [MOD_RUNNING_OR_STOPPED],
        "The instance '{id}' is not in a state from which it can be modified.";
    /// A volume can be attached only while it is running or stopped.
    NotRunning = IncorrectState, [VOL_ATTACH_STATES],
        "Instance '{id}' is not 'running'.";
    /// No volume can be detached in this state.
    NotDetachable = IncorrectInstanceState, [VOL_DETACH_STATES],
        "Unable to detach volume '{vol}' from instance '{id}'. The instance is not in a state in which volumes can be detached.";
    /// The root volume of a running instance.
    RootInUse = IncorrectState, [VOL_DETACH_ROOT],
        "Unable to detach root volume '{vol}' from instance '{id}'";
    /// Where it lies can be changed only while it is stopped.
    NotPlaceable = InvalidInstanceState, [MOD_PLACEMENT],
        "The instance '{id}' is not in the 'stopped' state.";
    /// A terminated instance has let go of its volumes.
    VolumeAvailable = IncorrectState, [VOL_DETACH_NOT_ATTACHED],
        "Volume '{vol}' is in the 'available' state.";
    /// It isn't there yet, or any more.
    NotAddressable = InvalidInstanceId, [EIP_ASSOCIATE_STATES],
        "The {state} instance '{id}' is not in a valid state for this operation.";
    /// An operating system that isn't up can't shut itself down.
    OsNotRunning = SimulatorOsNotRunning, [LIFE_OSDOWN_STOP],
        "The operating system of instance '{id}' is not running.";
    /// What befalls running instances can't befall it.
    NothingToBefall = SimulatorNotRunning, [CHECK_KINDS],
        "Instance '{id}' is {state}, not running.";
    /// What doesn't run sends nothing.
    NothingToSend = SimulatorNotRunning, [BILL_DT_STOPPED],
        "Instance '{id}' is {state}, not running.";
    /// What doesn't run uses no CPU.
    NothingToUse = SimulatorNotRunning, [BILL_CREDIT_EARN],
        "Instance '{id}' is {state}, not running.";
    /// A pair that can't come about: EC2 doesn't finish what it didn't begin.
    CannotHappen = InternalError, [STATE_EDGES],
        "Instance '{id}' can't do this in state {state}.";
}

impl Refusal {
    /// Where the check stands in `REQ-CHECK-ORDER`: of several instances that refuse, the one whose check comes first
    /// answers.
    pub const fn rank(self) -> u8 {
        match self {
            Self::StartNeedsEbsRoot | Self::StopNeedsEbsRoot => 40,
            Self::OneTimeSpot | Self::CancelledSpot => 41,
            Self::NotConfiguredForHibernation => 42,
            Self::StopProtected | Self::TerminationProtected | Self::TerminationStopProtected => 60,
            Self::NotReadyToHibernate
            | Self::NotStartable
            | Self::NoRootVolume
            | Self::NeverRan
            | Self::NotStoppable
            | Self::NotRebootable
            | Self::NotStopped
            | Self::Hibernated
            | Self::NotPlaceable
            | Self::GoingAway
            | Self::NotRunning
            | Self::NotDetachable
            | Self::RootInUse
            | Self::VolumeAvailable
            | Self::NotAddressable
            | Self::OsNotRunning
            | Self::NothingToBefall
            | Self::NothingToSend
            | Self::NothingToUse
            | Self::CannotHappen => 70,
            Self::SpotRequestState | Self::SpotHibernatedByEc2 | Self::SpotHibernationUnsettled => {
                71
            }
        }
    }

    /// Whether it is protection that refuses.
    pub const fn is_protection(self) -> bool {
        self.rank() == 60
    }

    /// EC2's answer for an instance. `volume` is the volume id, or the root device name, where the text names one.
    pub fn answer(self, id: &str, state: InstanceState, volume: &str) -> ApiError {
        self.filled(id, state.api().name(), volume)
    }
}
