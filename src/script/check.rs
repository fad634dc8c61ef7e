//! What an expectation can ask.

use std::{
    fmt,
    net::IpAddr,
    ops::{Bound, RangeBounds as _},
    sync::Arc,
};

use crate::{
    catalog::TypeId,
    compute::Rollout,
    lifecycle::{ApiState, InstanceState, spot},
    money::{Price, Usd},
    record::{Meter, ResourceKind},
    time::SimDuration,
    world::{EventCode, ImageName, Tenancy, WhichCheck},
};

use super::{ElsewhereCheck, Place, Service, Target, VolumeTarget};

/// One check of an `expect`; each counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Where its value is in the file.
    pub place: Place,
    /// About what.
    pub subject: Subject,
    /// What is expected.
    pub checked: Checked,
}

/// About what a check is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// About an instance, or every member of a group.
    Instances(Target),
    /// About something that isn't an instance.
    Thing(Thing),
    /// About the cost of the whole replay.
    Whole,
    /// About the load in another place.
    Elsewhere(Service),
}

/// Something other than an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A volume.
    Volume(VolumeTarget),
    /// Something of another kind: an index into the cast's names of it.
    Other(ResourceKind, u32),
    /// A task: its service, an index into the cast's names, and its number.
    Task(u32, u32),
}

/// What is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// `state`.
    State(InstanceState),
    /// `api-state`.
    ApiState(ApiState),
    /// `reason`: the state reason's code, or none.
    Reason(Option<Arc<str>>),
    /// An address or a DNS name.
    Address(AddressKind, AddressCheck),
    /// `memory`.
    Memory(DataCheck),
    /// `instance-store`.
    InstanceStore(DataCheck),
    /// `root-volume`.
    RootVolume(RootCheck),
    /// `volumes`.
    Volumes(VolumesCheck),
    /// `host`.
    Host(HostCheck),
    /// `type`.
    Type(TypeId),
    /// `placement-group`: by name.
    PlacementGroup(Option<Arc<str>>),
    /// `partition`.
    Partition(Option<u8>),
    /// `tenancy`.
    Tenancy(Tenancy),
    /// `credits` or `surplus-credits`, as it is written.
    Credits(bool, Arc<str>),
    /// `billed`: whether usage is metering.
    Billed(bool),
    /// `billed-seconds`.
    BilledSeconds(u64),
    /// `starts`.
    Starts(u64),
    /// `status-checks`.
    StatusChecks(StatusCheck),
    /// `zone`.
    Zone(&'static str),
    /// `image`: what it was launched from, and the word for it.
    Image(ImageName, Arc<str>),
    /// `state` of what isn't an instance.
    ThingState(&'static str),
    /// `used` of a host: by how many instances.
    Used(u64),
    /// `host`: a Dedicated Host, by its index among the cast's names; and the word for it.
    OnHost(u32, Arc<str>),
    /// `size` of a volume, in GiB.
    Size(u32),
    /// `attached-to`: an instance, or none; and the word for it.
    AttachedTo(Option<Target>, Arc<str>),
    /// `spot-request`: the state of its Spot request, or none.
    SpotRequest(Option<spot::State>),
    /// `spot-status`: the status code of its Spot request, or none.
    SpotStatus(Option<spot::Status>),
    /// `interrupted`: how often EC2 took it back.
    Interrupted(u64),
    /// `system-check` or `instance-check`.
    StatusCheck(WhichCheck, StatusCheck),
    /// `scheduled-event`: the next one, or none.
    ScheduledEvent(Option<EventCode>),
    /// `user-data-runs`.
    UserDataRuns(u64),
    /// `transition-reason`: EC2's text, or none.
    TransitionReason(Option<Arc<str>>),
    /// What is expected of a function.
    Function(FunctionCheck),
    /// What is expected of a service.
    Service(ServiceCheck),
    /// What is expected of a task.
    Task(TaskCheck),
    /// What is expected of the load in another place.
    Elsewhere(ElsewhereCheck),
    /// What On-Demand would have cost more.
    Savings(AmountCheck),
    /// `cost` of a meter, or of all of them.
    Cost(Option<Meter>, AmountCheck),
}

/// What is expected of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionCheck {
    /// So many of something.
    Count(FunctionCount, u64),
    /// `billed-duration`: what is billed of its invocations.
    BilledDuration(SimDuration),
    /// `provisioned`: what has become of its provisioned concurrency.
    Provisioned(&'static str),
}

/// What of a function is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionCount {
    /// `environments`: those that aren't shut down.
    Environments,
    /// `busy`: those that serve an invocation.
    Busy,
    /// `cold-starts`.
    ColdStarts,
    /// `warm-starts`.
    WarmStarts,
    /// `provisioned-starts`.
    ProvisionedStarts,
    /// `invocations`: those that began.
    Invocations,
    /// `errors`.
    Errors,
    /// `throttles`.
    Throttles,
}

/// What is expected of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceCheck {
    /// So many of something.
    Count(ServiceCount, u64),
    /// `deployment`: what has become of the latest one.
    Deployment(Rollout),
    /// `steady`: running = desired, and no deployment under way.
    Steady,
}

/// What of a service is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceCount {
    /// `desired`.
    Desired,
    /// `running`.
    Running,
    /// `pending`: PROVISIONING, PENDING and ACTIVATING.
    Pending,
    /// `healthy`.
    Healthy,
    /// `tasks-started`.
    TasksStarted,
    /// `task-seconds`, as they are charged.
    TaskSeconds,
}

impl ServiceCheck {
    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Count(count, _) => count.key(),
            Self::Deployment(_) => "deployment",
            Self::Steady => "steady",
        }
    }
}

impl ServiceCount {
    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Desired => "desired",
            Self::Running => "running",
            Self::Pending => "pending",
            Self::Healthy => "healthy",
            Self::TasksStarted => "tasks-started",
            Self::TaskSeconds => "task-seconds",
        }
    }
}

/// What is expected of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskCheck {
    /// `stop-code`, or none.
    StopCode(Option<Arc<str>>),
    /// `reason` of its stop, or none.
    Reason(Option<Arc<str>>),
    /// `storage`: kept while it isn't stopped, then lost.
    Storage(DataCheck),
}

impl TaskCheck {
    /// Its key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::StopCode(_) => "stop-code",
            Self::Reason(_) => "reason",
            Self::Storage(_) => "storage",
        }
    }
}

impl FunctionCheck {
    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Count(count, _) => count.key(),
            Self::BilledDuration(_) => "billed-duration",
            Self::Provisioned(_) => "provisioned",
        }
    }
}

impl FunctionCount {
    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Environments => "environments",
            Self::Busy => "busy",
            Self::ColdStarts => "cold-starts",
            Self::WarmStarts => "warm-starts",
            Self::ProvisionedStarts => "provisioned-starts",
            Self::Invocations => "invocations",
            Self::Errors => "errors",
            Self::Throttles => "throttles",
        }
    }
}

/// Which address or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// `public-ipv4`: an Elastic IP counts as well.
    PublicIpv4,
    /// `private-ipv4`.
    PrivateIpv4,
    /// `ipv6`.
    Ipv6,
    /// `public-dns`.
    PublicDns,
    /// `private-dns`.
    PrivateDns,
}

/// What is expected of an address or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressCheck {
    /// There is none.
    None,
    /// There is one.
    Any,
    /// It is what it was.
    Kept,
    /// It is another one.
    Changed,
    /// It is this one.
    Ip(IpAddr),
    /// It is this name.
    Name(Arc<str>),
}

/// What is expected of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataCheck {
    /// In use, and never lost since.
    Kept,
    /// Lost since.
    Lost,
    /// On disk.
    Saved,
    /// There never was any, or it is gone for good.
    None,
}

/// What is expected of the root volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootCheck {
    /// It is there.
    Kept,
    /// It was deleted.
    Deleted,
}

/// What is expected of an instance's volumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumesCheck {
    /// So many are attached, the root included.
    Count(u64),
    /// None is attached.
    None,
    /// All that came with it are there.
    Kept,
    /// All that came with it were deleted.
    Deleted,
    /// Exactly these are attached, by name, in any order.
    Names(Vec<Arc<str>>),
}

/// What is expected of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostCheck {
    /// The same.
    Kept,
    /// Another one.
    Changed,
    /// None.
    None,
}

/// What the status checks say (`CHECK-VALUES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCheck {
    /// Passed.
    Ok,
    /// Failed.
    Impaired,
    /// Not enough data yet.
    InsufficientData,
    /// The instance isn't running.
    NotApplicable,
    /// Being set up.
    Initializing,
}

/// What is expected of an amount of dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountCheck {
    /// It is this one, to as many decimals as are written.
    Is {
        /// The amount.
        amount: Amount,
        /// Whether less than nothing is expected: `-$1.20`.
        is_negative: bool,
    },
    /// It is in a range, exactly: `< $30`, `$4..$5`.
    In {
        /// From where on.
        from: Bound<Usd>,
        /// Up to where.
        to: Bound<Usd>,
        /// As it is written.
        written: Arc<str>,
    },
}

impl AmountCheck {
    /// Whether an amount is as expected.
    pub fn holds(&self, found: Usd) -> bool {
        match *self {
            Self::Is {
                amount,
                is_negative: false,
            } => found.is_about(amount.usd, amount.decimals),
            Self::Is {
                amount,
                is_negative: true,
            } => (Usd::ZERO - found).is_about(amount.usd, amount.decimals),
            Self::In { from, to, .. } => (from, to).contains(&found),
        }
    }

    /// How many decimals what was found is shown with.
    pub fn decimals(&self) -> u32 {
        match self {
            Self::Is { amount, .. } => amount.decimals,
            Self::In { .. } => 10,
        }
    }
}

/// As it is written, with the dollar sign and without spaces at its ends.
impl fmt::Display for AmountCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is {
                amount,
                is_negative,
            } => {
                let sign = if *is_negative { "-" } else { "" };
                let usd = Usd::from_price(amount.usd).to_fixed(amount.decimals);
                write!(f, "{sign}${usd}")
            }
            Self::In { written, .. } => f.write_str(written),
        }
    }
}

/// An amount, and the decimals in which it is written: `$0.39` has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The amount.
    pub usd: Price,
    /// How many decimals were written.
    pub decimals: u32,
}
