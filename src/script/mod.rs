//! What a scenario means: who takes part, what happens when, what is expected.
//!
//! A [`Program`] is what the scenario reader makes of a file when every word of it is understood: names are slots, words
//! are types, and only line numbers and byte spans still point into the file. The engine runs it.

mod cast;
mod check;
mod clock;
mod elsewhere;
mod length;
mod names;
mod question;
mod shard;

use std::{fmt, sync::Arc};

use crate::{
    action::{Naming, Request},
    billing::{PriceBook, Purchases},
    compute::{EcsSettings, FunctionSpec, LambdaSettings, ServiceSpec},
    lifecycle::{ApiState, ErrorCode, InstanceState},
    record::{FailedStep, Handle, ResourceKind},
    time::{SimDuration, SimTime},
    world::{GroupSpec, HostSpec, Process, Quotas, ReservationSpec, SpotTable, VolumeSpec, Vpc},
};

pub use cast::{Cast, CastEntry, SlotName};
pub use clock::{ClockTime, Days, Every, LocalTime, Zone};
pub use elsewhere::{
    Elsewhere, ElsewhereCheck, ElsewhereFound, NotPossible, Service, TaskChange, UnknownService,
};
pub use names::{Directory, Named, Names, VolumeName};
pub use question::{Answer, Asking};
pub use shard::{Part, Shard, ShardError};

pub use crate::place::Place;
pub use check::{
    AddressCheck, AddressKind, Amount, AmountCheck, Check, Checked, DataCheck, FunctionCheck,
    FunctionCount, HostCheck, RootCheck, ServiceCheck, ServiceCount, StatusCheck, Subject,
    TaskCheck, Thing, VolumesCheck,
};

/// A scenario, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    /// The scenario's name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// What `ec2sim.toml` has set of it.
    pub configured: Option<Configured>,
    /// The words by which a suite can be chosen from.
    pub marks: Vec<String>,
    /// The languages in which it is told, where it has several.
    pub languages: Vec<String>,
    /// The instant of offset zero.
    pub start: SimTime,
    /// The instant at which the simulated world ends, if the file says so.
    pub until: Option<SimTime>,
    /// Where every id, address and draw comes from.
    pub seed: u64,
    /// The time zone of its clock times.
    pub zone: Zone,
    /// Whether it takes more than a day for certain, or names its time zone: who looks at it thinks in days and clock times.
    pub spans_days: bool,
    /// How long transitional states last.
    pub timings: Timings,
    /// Who takes part. The Region is the cast's.
    pub cast: Arc<Cast>,
    /// What things cost.
    pub prices: PriceBook,
    /// What the account has bought for longer.
    pub purchases: Arc<Purchases>,
    /// What of it can't cover anything that the scenario tells, in words.
    pub idle_purchases: Vec<String>,
    /// What the account may have at most.
    pub quotas: Quotas,
    /// Its placement groups.
    pub groups: Vec<GroupSpec>,
    /// Whether somebody asks for CPU credits, so that account is kept of them.
    pub credits: bool,
    /// The Spot prices that it gives.
    pub spot_prices: Arc<SpotTable>,
    /// The Elastic IPs that exist from the start: the first so many of the cast's.
    pub initial_addresses: u32,
    /// The images that the file describes: the first of the cast's.
    pub initial_images: u32,
    /// The VPC whose default subnets private addresses come from; none for the wide pool.
    pub vpc: Option<Vpc>,
    /// The Dedicated Hosts that the account has: the first of the cast's.
    pub initial_hosts: Vec<HostSpec>,
    /// The Capacity Reservations that the account has: the first of the cast's.
    pub initial_reservations: Vec<ReservationSpec>,
    /// The functions that it has: the first of the cast's.
    pub initial_functions: Vec<FunctionSpec>,
    /// What holds for all of them.
    pub lambda: LambdaSettings,
    /// How many clusters it has: the first of the cast's.
    pub initial_clusters: u32,
    /// The services that it describes: the first of the cast's.
    pub initial_services: Vec<ServiceSpec>,
    /// What holds for all their tasks.
    pub ecs: EcsSettings,
    /// The volumes that exist from the start, each with its zone: the first of the cast's.
    pub initial_volumes: Vec<(VolumeSpec, &'static str)>,
    /// The main script.
    pub steps: Arc<[Step]>,
    /// What is checked at the end.
    pub expect: Vec<Check>,
    /// The places to which its load is taken.
    pub elsewhere: Vec<Elsewhere>,
    /// How much a replay of it may be.
    pub limits: Limits,
    /// Which part of it is replayed; none for all of it.
    pub part: Option<Arc<Part>>,
}

/// What of a scenario is from `ec2sim.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// The path of that file, from the scenario's folder.
    pub file: String,
    /// What it has set, each under its key: `region`, `timings.stopping`, `prices`.
    pub set: Vec<(String, String)>,
}

/// How much a replay may be.
///
/// # Example
///
/// ```
/// use ec2sim::script::Limits;
/// let limits = Limits { instances: 10, ..Limits::default() };
/// assert_eq!(limits.launches(), 50);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many instances may be there at a time; at most [`Limits::MOST_INSTANCES`].
    pub instances: u32,
    /// How many events there may be: steps that a script takes, and what falls due by itself.
    pub events: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances: 2_000_000,
            events: None,
        }
    }
}

impl Limits {
    /// The largest number of instances that can be chosen: all that is numbered stays below 2^32.
    pub const MOST_INSTANCES: u32 = 100_000_000;

    /// How many instances there may be in all, one after the other: five times as many.
    pub const fn launches(self) -> u64 {
        5 * u64_of(self.instances)
    }

    /// How many volumes, how many Elastic IPs and how many scripts there may be in all: ten times as many.
    pub const fn others(self) -> u64 {
        10 * u64_of(self.instances)
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a constant function has no other way, and nothing is lost"
)]
const fn u64_of(number: u32) -> u64 {
    number as u64
}

impl Program {
    /// Whether the replay tells of the instance of a slot: of which another part of it tells, this one doesn't.
    pub(crate) fn tells_of(&self, slot: u32) -> bool {
        let part = self.part.as_ref();
        part.is_none_or(|part| part.has(&self.cast, slot))
    }

    /// Whether it can turn out otherwise than said: something is expected, or a step has to be refused.
    pub fn expects_something(&self) -> bool {
        fn any(steps: &[Step]) -> bool {
            steps.iter().any(|step| {
                let inside = match &step.op {
                    Op::Expect(checks) => !checks.is_empty(),
                    Op::Repeat { steps, .. } | Op::Each { steps, .. } => any(steps),
                    Op::Ask(asking) => matches!(asking.answer, Answer::Checked(..)),
                    Op::Tell | Op::Wait(_) | Op::WaitUntil { .. } | Op::Act(_) => false,
                };
                inside || step.fails.is_some()
            })
        }
        !self.expect.is_empty() || any(&self.steps)
    }

    /// Whether something is expected of other places.
    pub fn expects_elsewhere(&self) -> bool {
        let mut checks = self.expect.iter();
        checks.any(|check| matches!(check.subject, Subject::Elsewhere(_)))
    }

    /// Whether the viewer is asked something.
    pub fn asks_something(&self) -> bool {
        fn any(steps: &[Step]) -> bool {
            steps.iter().any(|step| match &step.op {
                Op::Ask(_) => true,
                Op::Repeat { steps, .. } | Op::Each { steps, .. } => any(steps),
                Op::Expect(_) | Op::Tell | Op::Wait(_) | Op::WaitUntil { .. } | Op::Act(_) => false,
            })
        }
        any(&self.steps)
    }
}

/// One step of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where its first key is.
    pub place: Place,
    /// The line of the key that says what it does, which is where a failure of it is shown.
    pub verb_line: u32,
    /// When it happens.
    pub when: When,
    /// What the viewer is told.
    pub note: Option<Arc<str>>,
    /// The step's own name.
    pub label: Option<Arc<str>>,
    /// The code with which its action has to be refused.
    pub fails: Option<ErrorCode>,
    /// How many of its requests have to be; all of them where that isn't said.
    pub fails_count: Option<u32>,
    /// What EC2 has to say then, if that is expected as well.
    pub message: Option<Arc<Message>>,
    /// What it does.
    pub op: Op,
}

/// What EC2 has to say, to the letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Where it is.
    pub place: Place,
    /// Its parts, one after the other.
    pub parts: Vec<MessagePart>,
}

/// A part of what EC2 has to say.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum MessagePart {
    /// These words.
    Words(String),
    /// The ids of these instances.
    Instances(Target),
    /// The id of this volume.
    Volume(VolumeTarget),
    /// The id of this interface.
    Interface(InterfaceTarget),
    /// The id of what has this name, by its index among its kind.
    Other(ResourceKind, u32),
}

impl Step {
    /// The step, as a failure names it.
    pub(crate) const fn failed(&self) -> FailedStep {
        FailedStep {
            line: self.verb_line,
            fails: self.fails,
        }
    }
}

/// When a step happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At the same instant as the step before it.
    Now,
    /// At an offset: from the start, in `repeat` from the beginning of the round, in `each` from that of the member's script.
    AtOffset(SimDuration),
    /// At an instant.
    AtInstant(SimTime),
    /// So long after where the script stands.
    After(SimDuration),
    /// At the next such time of the program's zone that isn't before where the script stands.
    AtClock(ClockTime),
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Nothing but tell its note.
    Tell,
    /// Moves the script on.
    Wait(SimDuration),
    /// Moves the script to the instant at which all of it holds.
    WaitUntil {
        /// Who has to be in which state.
        conditions: Vec<(Target, Wanted)>,
        /// What else has to hold.
        checks: Vec<Check>,
        /// How long it may take.
        timeout: SimDuration,
    },
    /// Runs the inner steps again.
    Repeat {
        /// How many rounds.
        times: u32,
        /// From the start of a round to the start of the next; none: the rounds follow each other.
        every: Option<Every>,
        /// The inner steps.
        steps: Arc<[Step]>,
    },
    /// Gives every member a script of its own.
    Each {
        /// Who.
        members: Target,
        /// From the start of a member's script to the start of the next one's.
        every: SimDuration,
        /// The member's script.
        steps: Arc<[Step]>,
    },
    /// Checks what is so.
    Expect(Vec<Check>),
    /// Asks the viewer something.
    Ask(Box<Asking>),
    /// Asks EC2 for something, or lets something befall an instance.
    Act(Act),
}

/// Which state is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// One of the seven states, to the letter.
    State(InstanceState),
    /// One of EC2's six, as EC2's own waiters do (`STATE-WAITERS`): a hibernated instance is stopped.
    Api(ApiState),
}

impl Wanted {
    /// Whether a state is it.
    pub fn is(self, state: InstanceState) -> bool {
        match self {
            Self::State(wanted) => wanted == state,
            Self::Api(wanted) => wanted == state.api(),
        }
    }

    /// The state that is mostly meant: EC2's words are among the seven.
    pub(crate) fn exact(self) -> InstanceState {
        match self {
            Self::State(state) => state,
            Self::Api(state) => InstanceState::find(state.name()).unwrap_or(InstanceState::Stopped),
        }
    }

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::State(state) => state.name(),
            Self::Api(state) => state.name(),
        }
    }
}

/// Whom an action or a check names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An instance, or all members of a group: `count` slots from `first` on.
    Slots {
        /// The first slot.
        first: u32,
        /// How many slots.
        count: u32,
        /// Whether the name is a group's, so that a launch of it is one request for all its members.
        group: bool,
    },
    /// The member whose script it is (`self`).
    Own,
    /// An instance id as it was written, one that no instance of the file has: `i-0123456789abcdef0`.
    Id(Arc<str>),
}

/// Which volume an action names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeTarget {
    /// A volume of the file or of `create-volume`: an index into the cast's volumes.
    Named(u32),
    /// A volume that came with an instance: 0 is `web/root`, 1 is `web/1`.
    Of(Target, u16),
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterfaceTarget {
    /// One with a name of its own: an index into the cast's interfaces.
    Named(u32),
    /// One that came with an instance: 0 is `web/eth0`.
    Of(Target, u16),
}

/// An action of the script: the requests that it makes, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// The requests.
    pub requests: Vec<Request<ByName>>,
    /// Whether they are one action, which ends with the first refusal: the attributes of a `modify`. Else each is carried
    /// out, or refused, for itself: a launch of several names.
    pub until_refused: bool,
}

impl Act {
    /// Whether it says when something is to happen, counted from where its script began.
    pub(crate) fn has_moments(&self) -> bool {
        self.requests.iter().any(|request| {
            matches!(
                request.bare(),
                Request::ScheduleEvent(_) | Request::RescheduleEvent(_)
            )
        })
    }
}

/// By the names of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByName;

impl Naming for ByName {
    type Instance = Target;
    type Volume = VolumeTarget;
    type Interface = InterfaceTarget;
    /// An index into the cast's names of its kind.
    type Other<H: Handle> = u32;
    /// An index into the cast's names of its kind.
    type New<H: Handle> = u32;
    type Launch = Target;
    type Mapped = VolumeTarget;
    /// An index into the cast's names of its kind.
    type Any = u32;

    fn any<H: Handle>(named: &u32) -> u32 {
        *named
    }

    fn any_new<H: Handle>(named: &u32) -> u32 {
        *named
    }
}

impl From<Request<ByName>> for Act {
    fn from(request: Request<ByName>) -> Self {
        Self {
            requests: vec![request],
            until_refused: false,
        }
    }
}

/// How long the transitional states last (lifecycle rulebook, section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// First and later `pending` (`TIME-PENDING`).
    pub pending: TimeRange,
    /// `pending` of a resume (`TIME-RESUMING`).
    pub resuming: TimeRange,
    /// Plain `stopping` (`TIME-STOPPING`).
    pub stopping: TimeRange,
    /// `stopping` of a hibernation (`TIME-HIBERNATING`, `HIB-TIMING`).
    pub hibernating: TimeRange,
    /// `stopping` of a hibernation that fails (`TIME-FALLBACK`): as long as a hibernation where the scenario says how long
    /// that is.
    pub fallback: TimeRange,
    /// `shutting-down` (`TIME-SHUTTING-DOWN`).
    pub shutting_down: TimeRange,
    /// A reboot in place (`TIME-REBOOT`).
    pub rebooting: TimeRange,
}

/// A length of time, or a range from which the seed draws one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// The shortest.
    pub min: SimDuration,
    /// The longest.
    pub max: SimDuration,
}

impl Timings {
    /// Each that a scenario can set, with its key.
    pub const fn all(&self) -> [(&'static str, TimeRange); 6] {
        [
            ("pending", self.pending),
            ("resuming", self.resuming),
            ("stopping", self.stopping),
            ("hibernating", self.hibernating),
            ("shutting-down", self.shutting_down),
            ("rebooting", self.rebooting),
        ]
    }

    /// How long a process takes.
    pub const fn of(&self, process: Process) -> TimeRange {
        match process {
            Process::Pending => self.pending,
            Process::Resuming => self.resuming,
            Process::Stopping => self.stopping,
            Process::Hibernating => self.hibernating,
            Process::Fallback => self.fallback,
            Process::ShuttingDown => self.shutting_down,
            Process::Rebooting => self.rebooting,
        }
    }
}

impl TimeRange {
    /// Always the same.
    pub const fn exactly(duration: SimDuration) -> Self {
        Self {
            min: duration,
            max: duration,
        }
    }
}

/// As a scenario writes it: `15s`, `15s..40s`.
impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max {
            write!(f, "{}", self.min)
        } else {
            write!(f, "{}..{}", self.min, self.max)
        }
    }
}

/// The constants of section 9 of the lifecycle rulebook.
impl Default for Timings {
    fn default() -> Self {
        let secs = |secs| TimeRange::exactly(SimDuration::from_secs(secs));
        Self {
            pending: secs(15),
            resuming: secs(15),
            stopping: secs(30),
            hibernating: secs(90),
            fallback: secs(240),
            shutting_down: secs(30),
            rebooting: secs(30),
        }
    }
}
