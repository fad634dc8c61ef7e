//! All that can happen in a replay, as data.
//!
//! A [`Record`] is said once, in order; bill, log, timeline, expectations and reports read the same ones and nothing else.
//! Instances, volumes and addresses are named by their handles: a handle stays good for the whole replay, also when what
//! it names is gone.

mod container;
mod facts;
mod invocation;
mod journal;
mod meters;
mod question;
mod serial;
mod terms;

use std::{
    borrow::Cow,
    fmt,
    net::IpAddr,
    num::NonZeroU32,
    ops::{Index, IndexMut},
    sync::Arc,
};

use crate::{
    catalog::{Platform, TypeId, VolumeType},
    id::IdKind,
    lifecycle::{ErrorCode, InstanceState, Phase, Tenancy, words},
    money::{Price, Usd},
    place::Place,
    rule::Rule,
    time::SimTime,
};

pub(crate) use meters::{CREDIT_PARTS, DATA_PARTS, Granularity, Period, month_parts};
pub use {
    container::{Moved, Stopped, TaskConfig},
    facts::{
        Cached, CreditChoice, Fact, Monitored, Readiness, Sent, SnapshotChange, SnapshotStep,
        SpotRate, SpotTold, Utilised, VolumeRequests, Way,
    },
    invocation::{Configured, EnvironmentMove, Invocation, InvocationOutcome, StartKind},
    journal::{Journal, Records},
    meters::{Meter, PriceKey, Unit, UsageType},
    question::{Note, Question},
    terms::{Payment, PlanKind, PlanTerms, ReservedClass, Term},
};

/// The rules that decide something.
pub type Rules = &'static [&'static Rule];

/// A number as an index.
#[expect(
    clippy::as_conversions,
    reason = "a usize has at least 32 bits on every platform with threads"
)]
pub(crate) const fn index(number: u32) -> usize {
    number as usize
}

/// Declares what an account can hold: a handle for each kind, [`Resource`] for any of them, and [`ResourceKind`] for which.
macro_rules! resources {
    ( $( $(#[$doc:meta])* $Kind:ident($Handle:ident) = $get:ident, $Id:ident, $a:literal $noun:literal $several:literal; )+ ) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $Handle(NonZeroU32);

            impl $Handle {
                /// The handle of this number.
                ///
                /// # Panics
                ///
                /// Panics beyond four billion, which no replay reaches.
                pub fn new(index: usize) -> Self {
                    // Counting from one leaves room for `None` in the same four bytes.
                    let number = u32::try_from(index).ok().and_then(|index| NonZeroU32::MIN.checked_add(index));
                    Self(number.unwrap_or_else(|| panic!("a replay has fewer than 2^32 - 1 of each kind")))
                }

                /// Its number, from zero in the order of creation.
                pub const fn index(self) -> usize {
                    index(self.0.get() - 1)
                }
            }

            /// Its number.
            impl serde::Serialize for $Handle {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.index().serialize(serializer)
                }
            }

            impl From<$Handle> for Resource {
                fn from(handle: $Handle) -> Self {
                    Self::$Kind(handle)
                }
            }

            impl Handle for $Handle {
                const KIND: ResourceKind = ResourceKind::$Kind;

                fn new(index: usize) -> Self {
                    Self::new(index)
                }

                fn index(self) -> usize {
                    self.index()
                }

                fn of(resource: Resource) -> Option<Self> {
                    resource.$get()
                }
            }
        )+

        /// Anything that an account holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Resource { $( $(#[$doc])* $Kind($Handle), )+ }

        /// What kind of thing something is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ResourceKind { $( $(#[$doc])* $Kind, )+ }

        impl Resource {
            $(
                #[doc = concat!("Its handle, if it is ", $a, " ", $noun, ".")]
                pub const fn $get(self) -> Option<$Handle> {
                    match self {
                        Self::$Kind(handle) => Some(handle),
                        #[allow(unreachable_patterns, reason = "there may be a single kind")]
                        _ => None,
                    }
                }
            )+

            /// The number of its handle.
            pub(crate) fn number(self) -> usize {
                match self { $( Self::$Kind(handle) => handle.index(), )+ }
            }

            /// What kind of thing it is.
            pub const fn kind(self) -> ResourceKind {
                match self { $( Self::$Kind(_) => ResourceKind::$Kind, )+ }
            }
        }

        impl ResourceKind {
            /// All of them.
            pub const ALL: &[Self] = &[ $( Self::$Kind, )+ ];

            /// What it is in a sentence: `an instance`.
            pub const fn what(self) -> &'static str {
                match self { $( Self::$Kind => concat!($a, " ", $noun), )+ }
            }

            /// The word: `instance`.
            pub const fn noun(self) -> &'static str {
                match self { $( Self::$Kind => $noun, )+ }
            }

            /// What several of them are: `instances`.
            pub const fn several(self) -> &'static str {
                match self { $( Self::$Kind => $several, )+ }
            }

            /// The one of this number, from zero in the order of creation.
            pub fn resource(self, index: usize) -> Resource {
                match self { $( Self::$Kind => Resource::$Kind($Handle::new(index)), )+ }
            }

            /// The kind of its ids.
            pub const fn id(self) -> IdKind {
                match self { $( Self::$Kind => IdKind::$Id, )+ }
            }
        }
    };
}

resources! {
    /// An instance: not a name of the file, which another instance may take over, but the one that was launched.
    Instance(InstanceHandle) = instance, Instance, "an" "instance" "instances";
    /// An EBS volume.
    Volume(VolumeHandle) = volume, Volume, "a" "volume" "volumes";
    /// An Elastic IP address.
    Address(AddressHandle) = address, Allocation, "an" "address" "Elastic IPs";
    /// A snapshot of a volume.
    Snapshot(SnapshotHandle) = snapshot, Snapshot, "a" "snapshot" "snapshots";
    /// An image of the account's own.
    Image(ImageHandle) = image, Image, "an" "image" "images";
    /// A network interface that isn't an instance's first.
    Interface(InterfaceHandle) = interface, Interface, "an" "interface" "interfaces";
    /// A Spot request.
    SpotRequest(SpotRequestHandle) = spot_request, SpotRequest, "a" "Spot request" "Spot requests";
    /// A Dedicated Host.
    DedicatedHost(DedicatedHostHandle) = dedicated_host, DedicatedHost, "a" "host" "Dedicated Hosts";
    /// A Capacity Reservation.
    CapacityReservation(CapacityReservationHandle) = capacity_reservation, CapacityReservation, "a" "reservation" "Capacity Reservations";
    /// A function of Lambda's.
    Function(FunctionHandle) = function, Function, "a" "function" "functions";
    /// An execution environment of a function.
    Environment(EnvironmentHandle) = environment, Environment, "an" "environment" "environments";
    /// A cluster of Amazon ECS.
    Cluster(ClusterHandle) = cluster, Cluster, "a" "cluster" "clusters";
    /// A service of Amazon ECS, or what one would be made of.
    Service(ServiceHandle) = service, Service, "a" "service" "services";
    /// A task of Amazon ECS.
    Task(TaskHandle) = task, Task, "a" "task" "tasks";
}

impl ResourceKind {
    /// Whether lines tell of it as of most things, by its name, its kind and its id: the others have keys of their own.
    pub(crate) const fn is_thing(self) -> bool {
        match self {
            Self::Snapshot
            | Self::Image
            | Self::Interface
            | Self::DedicatedHost
            | Self::CapacityReservation
            | Self::Function
            | Self::Environment
            | Self::Cluster
            | Self::Service
            | Self::Task => true,
            Self::Instance | Self::Volume | Self::Address | Self::SpotRequest => false,
        }
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "the rows of the list carry documentation only"
)]
impl Default for ResourceKind {
    fn default() -> Self {
        Self::Instance
    }
}

/// A handle of one kind of thing.
pub trait Handle: fmt::Debug + Copy + Ord + Into<Resource> {
    /// Which kind.
    const KIND: ResourceKind;

    /// The handle of this number.
    fn new(index: usize) -> Self;

    /// Its number, from zero in the order of creation.
    fn index(self) -> usize;

    /// The handle of a resource, if it is of this kind.
    fn of(resource: Resource) -> Option<Self>;
}

/// One value for each kind of thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ByKind<T>([T; ResourceKind::ALL.len()]);

impl<T> ByKind<T> {
    /// What becomes of each of them.
    pub fn map<U>(self, then: impl FnMut(T) -> U) -> ByKind<U> {
        ByKind(self.0.map(then))
    }
}

impl<T> Index<ResourceKind> for ByKind<T> {
    type Output = T;

    fn index(&self, kind: ResourceKind) -> &T {
        &self.0[place(kind)]
    }
}

impl<T> IndexMut<ResourceKind> for ByKind<T> {
    fn index_mut(&mut self, kind: ResourceKind) -> &mut T {
        &mut self.0[place(kind)]
    }
}

#[expect(clippy::as_conversions, reason = "the kinds are numbered from zero")]
const fn place(kind: ResourceKind) -> usize {
    kind as usize
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// Its number, from 1; what is not shown takes the number of the next that is.
    pub seq: u64,
    /// When.
    pub at: SimTime,
    /// The line of the step that asked for it; 0 for what fell due by itself.
    pub line: u32,
    /// What.
    pub kind: RecordKind,
}

impl Record {
    /// A record.
    pub const fn new(seq: u64, at: SimTime, line: u32, kind: RecordKind) -> Self {
        Self {
            seq,
            at,
            line,
            kind,
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RecordKind {
    /// An instance changed its state.
    Transition(Transition),
    /// EC2 refused an action; stands once for each instance that the request named.
    Rejected(Box<Rejected>),
    /// An action was carried out without a transition.
    Accepted(Accepted),
    /// An address was given, taken, or moved.
    Address(AddressEvent),
    /// Something became of data.
    Data(DataEvent),
    /// A volume came about or was changed. Not shown: the meters that it opens are.
    Provisioned(Provisioned),
    /// Something that the bill has to know. Not shown: the line of the record that comes next says it.
    Fact(Fact),
    /// A meter opened or closed.
    Meter(MeterEvent),
    /// The script tells the viewer something.
    Note(Note),
    /// An expectation was checked.
    Expectation(Box<Expectation>),
    /// Something that a person should know: a reboot is over, a wait has run out.
    Notice(Notice),
    /// A Capacity Reservation began or ended, or one of its slots was taken or given back.
    Reservation(Box<ReservationEvent>),
    /// An execution environment changed its state.
    Environment(Box<EnvironmentMove>),
    /// A task or a service changed its state.
    Moved(Box<Moved>),
    /// A function was invoked, or a load has invoked it for some time.
    Invocation(Box<Invocation>),
}

impl RecordKind {
    /// Whether it is shown as an event.
    pub const fn is_shown(&self) -> bool {
        match self {
            Self::Provisioned(_) | Self::Fact(_) => false,
            Self::Transition(_)
            | Self::Rejected(_)
            | Self::Accepted(_)
            | Self::Address(_)
            | Self::Data(_)
            | Self::Meter(_)
            | Self::Note(_)
            | Self::Expectation(_)
            | Self::Notice(_)
            | Self::Reservation(_)
            | Self::Environment(_)
            | Self::Moved(_)
            | Self::Invocation(_) => true,
        }
    }
}

/// A change of state: what EC2 answers as previous and current state (`REQ-RESPONSE-STATES`).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Transition {
    /// Whose.
    pub instance: InstanceHandle,
    /// What it left; nothing for a launch.
    pub from: Option<Phase>,
    /// What it entered.
    pub to: Phase,
    /// What made it move: EC2's action, or what completed.
    pub trigger: &'static str,
    /// Why, in a few words.
    pub why: &'static str,
    /// The state reason that it carries now; none after a launch or a start (`REASON-NONE`).
    pub reason: Option<StateReason>,
    /// Its type, by which it is billed.
    pub instance_type: TypeId,
    /// Its platform, by which it is billed.
    pub platform: Platform,
    /// Its tenancy, by which it is billed.
    pub tenancy: Tenancy,
    /// Its zone.
    pub zone: &'static str,
    /// What it has cost since the transition before.
    pub cost_step: Usd,
    /// What it has cost since its launch.
    pub cost_total: Usd,
    /// The rules that decide it.
    pub rules: Rules,
}

/// A state reason (lifecycle rulebook, section 3). Code and message agree, other than in a sample of AWS's
/// (`REASON-DOC-QUIRK`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateReason {
    /// The user stopped or terminated it (`REASON-STOP`, `REASON-TERM`).
    UserInitiatedShutdown,
    /// The user hibernated it, even if that fell back to a stop (`REASON-HIB`).
    UserInitiatedHibernate,
    /// Its operating system shut down (`REASON-OSDOWN`).
    InstanceInitiatedShutdown,
    /// EC2 took a Spot Instance back for good, or its request was cancelled while it was at rest (`REASON-SPOT-TERM`,
    /// `REASON-SPOT-CANCEL`).
    SpotInstanceTermination,
    /// EC2 took a Spot Instance back by stopping or hibernating it (`REASON-SPOT-STOP`).
    SpotInstanceShutdown,
    /// A scheduled event stopped or terminated it (`REASON-SCHEDULED`, `REASON-RETIRED`).
    ScheduledStop,
    /// A key or another thing of the account's can't be used (`REASON-LAUNCH-CLIENT`, `REASON-START-KMS`).
    ClientInternalError,
    /// The KMS key is in the wrong state (`REASON-LAUNCH-KMS-STATE`).
    InvalidKmsKeyState,
    /// A volume can't be made as it was asked for (`REASON-LAUNCH-PARAMETER`).
    InvalidParameterCombination,
    /// A snapshot is gone, or corrupt (`REASON-LAUNCH-SNAPSHOT`).
    InvalidSnapshotNotFound,
    /// The quota of EBS volumes (`REASON-LAUNCH-VOLUMES`).
    VolumeLimitExceeded,
    /// There is no capacity (`REASON-LAUNCH-CAPACITY`, `REASON-START-CAPACITY`).
    InsufficientInstanceCapacity,
    /// EC2's own fault (`REASON-LAUNCH-SERVER`).
    ServerInternalError,
}

impl StateReason {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::UserInitiatedShutdown,
        Self::UserInitiatedHibernate,
        Self::InstanceInitiatedShutdown,
        Self::SpotInstanceTermination,
        Self::SpotInstanceShutdown,
        Self::ScheduledStop,
        Self::ClientInternalError,
        Self::InvalidKmsKeyState,
        Self::InvalidParameterCombination,
        Self::InvalidSnapshotNotFound,
        Self::VolumeLimitExceeded,
        Self::InsufficientInstanceCapacity,
        Self::ServerInternalError,
    ];

    /// Whether a launch or a start that was accepted has failed with it.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::UserInitiatedShutdown
            | Self::UserInitiatedHibernate
            | Self::InstanceInitiatedShutdown
            | Self::SpotInstanceTermination
            | Self::SpotInstanceShutdown
            | Self::ScheduledStop => false,
            Self::ClientInternalError
            | Self::InvalidKmsKeyState
            | Self::InvalidParameterCombination
            | Self::InvalidSnapshotNotFound
            | Self::VolumeLimitExceeded
            | Self::InsufficientInstanceCapacity
            | Self::ServerInternalError => true,
        }
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UserInitiatedShutdown => "Client.UserInitiatedShutdown",
            Self::UserInitiatedHibernate => "Client.UserInitiatedHibernate",
            Self::InstanceInitiatedShutdown => "Client.InstanceInitiatedShutdown",
            Self::SpotInstanceTermination => "Server.SpotInstanceTermination",
            Self::SpotInstanceShutdown => "Server.SpotInstanceShutdown",
            Self::ScheduledStop => "Server.ScheduledStop",
            Self::ClientInternalError => "Client.InternalError",
            Self::InvalidKmsKeyState => "Client.InvalidKMSKey.InvalidState",
            Self::InvalidParameterCombination => "Client.InvalidParameterCombination",
            Self::InvalidSnapshotNotFound => "Client.InvalidSnapshot.NotFound",
            Self::VolumeLimitExceeded => "Client.VolumeLimitExceeded",
            Self::InsufficientInstanceCapacity => "Server.InsufficientInstanceCapacity",
            Self::ServerInternalError => "Server.InternalError",
        }
    }

    /// The message: the code, a colon and a short text (`REASON-SHAPE`), with words in braces that
    /// [`World::reason_text`](crate::world::World::reason_text) fills in.
    pub const fn message(self) -> &'static str {
        match self {
            Self::UserInitiatedShutdown => "Client.UserInitiatedShutdown: User initiated shutdown",
            Self::UserInitiatedHibernate => {
                "Client.UserInitiatedHibernate: User initiated hibernate"
            }
            Self::InstanceInitiatedShutdown => {
                "Client.InstanceInitiatedShutdown: Instance initiated shutdown"
            }
            Self::SpotInstanceTermination => {
                "Server.SpotInstanceTermination: Spot instance termination"
            }
            Self::SpotInstanceShutdown => "Server.SpotInstanceShutdown: Spot instance shutdown",
            Self::ScheduledStop => "Server.ScheduledStop: Stopped due to scheduled retirement",
            Self::ClientInternalError => "Client.InternalError: Client error on launch",
            Self::InvalidKmsKeyState => {
                "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state"
            }
            Self::InvalidParameterCombination => {
                "Client.InvalidParameterCombination: Could not create volume with size {size}GiB and iops {iops} from snapshot '{snapshot}'"
            }
            Self::InvalidSnapshotNotFound => "Client.InvalidSnapshot.NotFound: Snapshot not found",
            Self::VolumeLimitExceeded => "Client.VolumeLimitExceeded: Volume limit exceeded",
            Self::InsufficientInstanceCapacity => {
                "Server.InsufficientInstanceCapacity: Insufficient capacity."
            }
            Self::ServerInternalError => "Server.InternalError: Internal error on launch",
        }
    }

    /// Whether its message says something of the instance.
    pub(crate) const fn is_particular(self) -> bool {
        matches!(self, Self::InvalidParameterCombination)
    }

    /// The transition reason that goes with it (`REASON-TRANSITION-TIME`, `TIME-REASON-STAMP`).
    pub fn transition_reason(self, requested: SimTime) -> String {
        match self {
            Self::UserInitiatedShutdown | Self::UserInitiatedHibernate => {
                format!("User initiated ({})", requested.to_gmt())
            }
            Self::InstanceInitiatedShutdown => "User initiated".to_owned(),
            Self::SpotInstanceTermination | Self::SpotInstanceShutdown | Self::ScheduledStop => {
                format!("Service initiated ({})", requested.to_gmt())
            }
            Self::ClientInternalError
            | Self::InvalidKmsKeyState
            | Self::InvalidParameterCombination
            | Self::InvalidSnapshotNotFound
            | Self::VolumeLimitExceeded
            | Self::InsufficientInstanceCapacity
            | Self::ServerInternalError => String::new(),
        }
    }
}

/// The step that a failure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct FailedStep {
    /// The line of the key that says what the step does, where a person looks for it; 0 for none. A record's own line is
    /// that of the step's first key.
    pub line: u32,
    /// The code with which its action had to be refused (`fails`).
    pub fails: Option<ErrorCode>,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// EC2's action.
    pub action: &'static str,
    /// Of what the request was.
    pub target: ActionTarget,
    /// The code.
    pub code: ErrorCode,
    /// The text.
    pub message: String,
    /// Whether the script expects it.
    pub expected: bool,
    /// The step that fails by it, where the script doesn't expect it.
    pub step: FailedStep,
    /// The rules that decide it.
    pub rules: Rules,
}

impl Rejected {
    /// A refusal that the script doesn't expect.
    pub const fn new(
        action: &'static str,
        target: ActionTarget,
        code: ErrorCode,
        message: String,
    ) -> Self {
        Self {
            action,
            target,
            code,
            message,
            expected: false,
            step: FailedStep {
                line: 0,
                fails: None,
            },
            rules: &[],
        }
    }
}

/// What an action is of.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ActionTarget {
    /// The name in the file, or the id as it was written.
    pub name: Option<Arc<str>>,
    /// The kind of thing that has this name.
    pub kind: ResourceKind,
    /// The id of an instance that isn't there: the one that its launch would have given it, or the one that was asked for.
    pub id: Option<Arc<str>>,
    /// The instance.
    pub instance: Option<InstanceHandle>,
    /// What it is of besides: a volume, an Elastic IP.
    pub resource: Option<Resource>,
}

/// An action that was carried out without a transition.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Accepted {
    /// EC2's action.
    pub action: &'static str,
    /// What changed: an attribute of `modify`; empty where the action says it all.
    pub what: &'static str,
    /// What it is now: the attribute's value, or the device that a volume is attached as.
    pub value: Option<Arc<str>>,
    /// Whether it was so already (a no-op).
    pub unchanged: bool,
    /// The instance.
    pub instance: Option<InstanceHandle>,
    /// What it is of besides: a volume, an Elastic IP.
    pub resource: Option<Resource>,
    /// The rules that decide it.
    pub rules: Rules,
}

impl Accepted {
    /// An action that was carried out, of nothing yet.
    pub const fn new(action: &'static str, rules: Rules) -> Self {
        Self {
            action,
            what: "",
            value: None,
            unchanged: false,
            instance: None,
            resource: None,
            rules,
        }
    }
}

/// Which addresses there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressScope {
    /// From the subnet.
    Private,
    /// From Amazon's pool, or IPv6.
    Public,
    /// The account's own.
    Elastic,
}

impl AddressScope {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Private, Self::Public, Self::Elastic];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::Elastic => "elastic",
        }
    }
}

/// A change of an address.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AddressEvent {
    /// Whose; nobody's for an Elastic IP that is allocated or released.
    pub instance: Option<InstanceHandle>,
    /// Which Elastic IP.
    pub address: Option<AddressHandle>,
    /// From where.
    pub scope: AddressScope,
    /// What it was.
    pub from: Option<IpAddr>,
    /// What it is.
    pub to: Option<IpAddr>,
    /// The rules that decide it.
    pub rules: Rules,
}

impl AddressEvent {
    /// A change of an address that is nobody's yet.
    pub const fn new(
        scope: AddressScope,
        from: Option<IpAddr>,
        to: Option<IpAddr>,
        rules: Rules,
    ) -> Self {
        Self {
            instance: None,
            address: None,
            scope,
            from,
            to,
            rules,
        }
    }
}

/// Which data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataKind {
    /// Memory.
    Memory,
    /// Instance store volumes.
    InstanceStore,
    /// An EBS volume.
    Volume(VolumeHandle),
}

/// What became of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataOutcome {
    /// It is as it was.
    Kept,
    /// It is gone.
    Lost,
    /// It is on disk.
    Saved,
    /// It was deleted.
    Deleted,
}

impl DataOutcome {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Kept, Self::Lost, Self::Saved, Self::Deleted];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Lost => "lost",
            Self::Saved => "saved",
            Self::Deleted => "deleted",
        }
    }
}

/// Something became of data.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DataEvent {
    /// Whose; nobody's for a volume that is deleted while it is attached to nothing.
    pub instance: Option<InstanceHandle>,
    /// Which data.
    pub what: DataKind,
    /// What became of it.
    pub outcome: DataOutcome,
    /// The rules that decide it.
    pub rules: Rules,
}

impl DataEvent {
    /// Something became of data of nobody.
    pub const fn new(what: DataKind, outcome: DataOutcome, rules: Rules) -> Self {
        Self {
            instance: None,
            what,
            outcome,
            rules,
        }
    }
}

/// A volume as it is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct VolumeConfig {
    /// The type.
    pub volume_type: VolumeType,
    /// The size in GiB.
    pub size_gib: u32,
    /// Provisioned IOPS, 0 where the type takes none.
    pub iops: u32,
    /// Provisioned throughput in MiB/s, 0 where the type takes none.
    pub throughput: u32,
}

impl VolumeConfig {
    /// A volume without provisioned IOPS and throughput.
    pub const fn new(volume_type: VolumeType, size_gib: u32) -> Self {
        Self {
            volume_type,
            size_gib,
            iops: 0,
            throughput: 0,
        }
    }
}

/// A volume came about, or its configuration changed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Provisioned {
    /// Which.
    pub volume: VolumeHandle,
    /// The instance that it was launched with, whose own cost it is.
    pub owner: Option<InstanceHandle>,
    /// As what.
    pub config: VolumeConfig,
    /// Whether it is new, and not changed.
    pub created: bool,
}

impl Provisioned {
    /// A new volume of its own.
    pub const fn new(volume: VolumeHandle, config: VolumeConfig) -> Self {
        Self {
            volume,
            owner: None,
            config,
            created: true,
        }
    }
}

/// What became of a Capacity Reservation: all that a bill has to know of it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ReservationEvent {
    /// Which.
    pub reservation: CapacityReservationHandle,
    /// What.
    pub what: ReservationStep,
    /// Who takes a slot, or gives it back.
    pub instance: Option<InstanceHandle>,
    /// What its slots are for.
    pub instance_type: TypeId,
    /// On which platform.
    pub platform: Platform,
    /// On whose hardware.
    pub tenancy: Tenancy,
    /// How many slots it has.
    pub count: u32,
    /// How many of them are taken from now on.
    pub used: u32,
    /// The rules that decide it.
    pub rules: Rules,
}

impl ReservationEvent {
    /// What it says.
    pub fn message(&self) -> String {
        let (count, used) = (self.count, self.used);
        let name = self.instance_type.name();
        match self.what {
            ReservationStep::Begun => format!("begins: room for {count} × {name}"),
            ReservationStep::Ended => "has ended".to_owned(),
            ReservationStep::Failed => {
                format!("fails: EC2 has no capacity for {count} × {name}")
            }
            ReservationStep::Taken => format!("takes a slot, {used} of {count} used"),
            ReservationStep::GivenBack => format!("gives its slot back, {used} of {count} used"),
        }
    }
}

/// What becomes of a Capacity Reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationStep {
    /// It holds its slots from now on.
    Begun,
    /// It has ended by its time, or was cancelled.
    Ended,
    /// It was to begin, and EC2 had no capacity left for it.
    Failed,
    /// An instance takes a slot.
    Taken,
    /// An instance gives its slot back.
    GivenBack,
}

impl ReservationStep {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Begun,
        Self::Ended,
        Self::Failed,
        Self::Taken,
        Self::GivenBack,
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Ended => "ended",
            Self::Failed => "failed",
            Self::Taken => "slot-taken",
            Self::GivenBack => "slot-given-back",
        }
    }
}

/// A meter opened or closed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MeterEvent {
    /// Which meter.
    pub meter: Meter,
    /// Of what.
    pub resource: Resource,
    /// What is charged.
    pub usage_type: UsageType,
    /// In what it is counted.
    pub unit: Unit,
    /// How many GiB, IOPS or MiB/s are metered at a time; 1 for an instance or an address.
    pub units: u64,
    /// The price of a unit.
    pub unit_price: Price,
    /// What was metered, if it closed.
    pub closed: Option<Closed>,
    /// The rules that decide it.
    pub rules: Rules,
}

impl MeterEvent {
    /// A meter that opens and counts one at a time.
    pub const fn new(
        meter: Meter,
        resource: Resource,
        usage_type: UsageType,
        unit: Unit,
        unit_price: Price,
    ) -> Self {
        Self {
            meter,
            resource,
            usage_type,
            unit,
            units: 1,
            unit_price,
            closed: None,
            rules: &[],
        }
    }
}

/// What a meter had counted when it closed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Closed {
    /// How much, minimums included.
    pub quantity: u64,
    /// What it costs.
    pub amount: Usd,
    /// Whether it was open when the replay ended, and counts as if it were closed there.
    pub at_end: bool,
}

impl Closed {
    /// What it had counted at a time amid the replay.
    pub const fn new(quantity: u64, amount: Usd) -> Self {
        Self {
            quantity,
            amount,
            at_end: false,
        }
    }
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Expectation {
    /// Where it is in the file.
    pub place: Place,
    /// About whom: a name of the file, or `cost`.
    pub subject: String,
    /// What is checked: the key of the file.
    pub check: &'static str,
    /// Whether it held.
    pub passed: bool,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The instance that it failed on, so that what led there can be shown.
    pub instance: Option<InstanceHandle>,
    /// Whether it is the scenario's own, judged when all else is over.
    pub at_end: bool,
}

impl Expectation {
    /// The outcome of a check that didn't hold.
    pub const fn new(
        place: Place,
        subject: String,
        check: &'static str,
        expected: String,
        found: String,
    ) -> Self {
        Self {
            place,
            subject,
            check,
            passed: false,
            expected,
            found,
            instance: None,
            at_end: false,
        }
    }
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Notice {
    /// About whom.
    pub instance: Option<InstanceHandle>,
    /// What it is about besides: the volume that is modified, the Spot request.
    pub resource: Option<Resource>,
    /// What kind.
    pub event: NoticeKind,
    /// What it says. Most notices say the same of many: such a text isn't copied.
    pub message: Cow<'static, str>,
    /// The step that fails by it, where it makes the scenario fail.
    pub step: FailedStep,
    /// The rules that decide it.
    pub rules: Rules,
}

impl Notice {
    /// Something that is about nobody.
    pub fn new(event: NoticeKind, message: impl Into<Cow<'static, str>>, rules: Rules) -> Self {
        Self {
            instance: None,
            resource: None,
            event,
            message: message.into(),
            step: FailedStep {
                line: 0,
                fails: None,
            },
            rules,
        }
    }
}

words! {
    /// What a notice is about.
    #[non_exhaustive]
    NoticeKind {
        /// A reboot is over.
        RebootCompleted = "reboot-completed";
        /// Status checks have become ok, or fail.
        StatusChecks = "status-checks";
        /// What has become of automatic recovery.
        Recovery = "recovery";
        /// AWS has mended a host.
        HostMended = "host-mended";
        /// A forced stop hasn't helped.
        ForceGivesUp = "force-gives-up";
        /// An event is scheduled, or settled.
        ScheduledEvent = "scheduled-event";
        /// An instance has been hibernated for longer than EC2 supports.
        HibernationLimit = "hibernation-limit";
        /// What was asked is done, and may be regretted.
        Warning = "warning";
        /// EC2 has more or fewer machines available.
        Capacity = "capacity";
        /// A modification of a volume goes on.
        VolumeModification = "volume-modification";
        /// A Spot request changed its state or its status.
        SpotRequest = "spot-request";
        /// EC2 says that it takes a Spot Instance back.
        SpotInterruption = "spot-interruption";
        /// EC2 recommends replacing a Spot Instance.
        SpotRebalance = "rebalance-recommendation";
        /// A Spot price changed.
        SpotPrice = "spot-price";
        /// A `wait-until` has run out: the scenario fails.
        WaitTimedOut = "wait-timed-out";
        /// The script stood later than a step's `at`: the scenario fails.
        Late = "late";
        /// The end came before the script was done: the scenario fails.
        Unfinished = "unfinished";
        /// An action with `fails` was carried out: the scenario fails.
        NotRefused = "not-refused";
        /// The bill is larger than can be counted exactly: the scenario fails.
        TooLarge = "too-large";
        /// The replay became larger than it may be, and was ended: the scenario fails.
        LimitReached = "limit-reached";
        /// The replay was stopped from outside.
        Interrupted = "interrupted";
    }
}

impl NoticeKind {
    /// Whether it makes the scenario fail.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::RebootCompleted
            | Self::StatusChecks
            | Self::Recovery
            | Self::HostMended
            | Self::ForceGivesUp
            | Self::ScheduledEvent
            | Self::HibernationLimit
            | Self::Warning
            | Self::Capacity
            | Self::VolumeModification
            | Self::SpotRequest
            | Self::SpotInterruption
            | Self::SpotRebalance
            | Self::SpotPrice
            | Self::Interrupted => false,
            Self::WaitTimedOut
            | Self::Late
            | Self::Unfinished
            | Self::NotRefused
            | Self::TooLarge
            | Self::LimitReached => true,
        }
    }
}

impl Transition {
    /// A change of state, without a reason, costs or rules.
    pub const fn new(
        instance: InstanceHandle,
        (from, to): (Option<Phase>, Phase),
        trigger: &'static str,
        instance_type: TypeId,
        platform: Platform,
    ) -> Self {
        Self {
            instance,
            from,
            to,
            trigger,
            why: "",
            reason: None,
            instance_type,
            platform,
            tenancy: Tenancy::Default,
            zone: "",
            cost_step: Usd::ZERO,
            cost_total: Usd::ZERO,
            rules: &[],
        }
    }

    /// The state that was left.
    pub fn from_state(&self) -> Option<InstanceState> {
        self.from.map(Phase::state)
    }

    /// The state that was entered.
    pub const fn to_state(&self) -> InstanceState {
        self.to.state()
    }
}
