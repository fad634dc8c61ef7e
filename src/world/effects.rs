//! What becomes of one event: what happened, and what is to happen next.
//!
//! The world sets nothing itself, it answers with follow-ups. It has no clock to wake it, and it can't know how long a boot
//! takes: that is for the timings of the scenario and for the seed. So whoever has the clock draws the length, and comes back
//! when it is over; a test comes back when it likes.
//!
//! The end of a scenario without `until` waits while something is under way, and what is under way is counted in follow-ups, not
//! in transitional states: a reboot is no state of its own, and is waited for; the limit of sixty days on a hibernation is
//! set as well, but is far off, and isn't ([`Due::is_under_way`]).

use crate::{
    id::Seeded,
    record::{Record, RecordKind},
    time::{SimDuration, SimTime},
};

use super::{TimerKey, WhichCheck};

/// What became of one event. The buffers are used again for the next one.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// What happened, in order. When, at which line and as which number is put in when they are said.
    pub records: Vec<Record>,
    /// What is to happen next, each with its delay.
    pub follow_ups: Vec<FollowUp>,
    /// Whether somebody hears what happens. Of what the bill doesn't read nothing is made where nobody does.
    is_heard: bool,
}

impl Effects {
    /// Somebody hears what happens.
    pub fn heard() -> Self {
        Self {
            is_heard: true,
            ..Self::default()
        }
    }

    /// Whether somebody hears what happens: else only the bill reads it, which looks at no data that is kept, and at no
    /// status check. To make none of that saves totals of the churn 3 % of their instructions.
    pub const fn is_heard(&self) -> bool {
        self.is_heard
    }

    /// Something happened.
    pub fn say(&mut self, kind: RecordKind) {
        self.records.push(Record {
            seq: 0,
            at: SimTime::default(),
            line: 0,
            kind,
        });
    }

    /// Something happened that the bill doesn't read.
    pub(super) fn mention(&mut self, kind: impl FnOnce() -> RecordKind) {
        if self.is_heard {
            self.say(kind());
        }
    }

    /// Makes room for the next event.
    pub fn clear(&mut self) {
        self.records.clear();
        self.follow_ups.clear();
    }
}

/// Something that is set to fall due by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp {
    /// What stands for it, when it falls due and when it is called off.
    pub key: TimerKey,
    /// How long from now.
    pub delay: Delay,
}

/// What can fall due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Due {
    /// The transitional state ends.
    Completion,
    /// A reboot is over.
    RebootCompleted,
    /// The operating system hasn't come down for a reboot: the power goes off and on (`LIFE-REBOOT-HARD`).
    HardReboot,
    /// The instance has been hibernated for as long as EC2 supports (`HIB-60-DAYS`).
    HibernationLimit,
    /// A volume is what a modification asked for (`VOL-MODIFY-STATES`).
    Modified,
    /// It performs as what it is, too.
    Optimized,
    /// EC2 takes a Spot Instance back, as it has given notice.
    SpotInterruption,
    /// The stop of a Spot Instance settles: its request is disabled.
    SpotSettled,
    /// The stopped instance of a Spot request that was cancelled goes.
    SpotCancellation,
    /// A Spot request was valid until now.
    SpotExpiry,
    /// The Spot price changes.
    SpotPriceChange,
    /// Its status checks are no longer being set up (`CHECK-LIFECYCLE`).
    ChecksSetUp,
    /// A status check that failed by itself passes again.
    CheckPasses(WhichCheck),
    /// AWS has mended the host.
    HostMended,
    /// It is recovered onto another host, if it can be (`TIME-RECOVERY`).
    Recovery,
    /// A forced stop hasn't helped (`TIME-FORCE-GIVE-UP`).
    ForceGivesUp,
    /// A Capacity Reservation begins.
    ReservationBegins,
    /// It ends.
    ReservationEnds,
    /// A Dedicated Host is there from now on.
    HostBegins,
    /// It is released, or as soon as it is empty.
    HostEnds,
    /// A snapshot that came back from the archive for some days is only there again.
    SnapshotReturns,
    /// The scheduled event of this number begins.
    Scheduled(u32),
    /// Something of a function falls due, while invocations, loads or the like are under way.
    FunctionsWork,
    /// The same while all functions are at rest.
    FunctionsRest,
    /// Something of a task or a service falls due, while any of them is on its way.
    TasksWork,
    /// The same while all of them only run, or wait.
    TasksRest,
}

impl Due {
    /// Whether the world goes on until it has fallen due, where a scenario doesn't say when it ends: as long as something is
    /// under way. What is far off, and only may happen, isn't waited for.
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Completion
            | Self::RebootCompleted
            | Self::Modified
            | Self::SpotInterruption
            | Self::SpotCancellation
            | Self::HardReboot
            | Self::FunctionsWork
            | Self::TasksWork
            | Self::Recovery => true,
            Self::HibernationLimit
            | Self::Optimized
            | Self::SpotSettled
            | Self::SpotExpiry
            | Self::SpotPriceChange
            | Self::ChecksSetUp
            | Self::CheckPasses(_)
            | Self::HostMended
            | Self::ForceGivesUp
            | Self::ReservationBegins
            | Self::ReservationEnds
            | Self::HostBegins
            | Self::HostEnds
            | Self::SnapshotReturns
            | Self::FunctionsRest
            | Self::TasksRest
            | Self::Scheduled(_) => false,
        }
    }

    /// Whether somebody who looks from outside waits for it until all is settled: what makes a state transitional or a status
    /// check `initializing`. What only may happen, or goes on for hours beside everything else, isn't waited for.
    pub const fn is_waited_for(self) -> bool {
        match self {
            Self::Completion | Self::RebootCompleted | Self::HardReboot | Self::ChecksSetUp => true,
            Self::HibernationLimit
            | Self::Modified
            | Self::Optimized
            | Self::SpotInterruption
            | Self::SpotSettled
            | Self::SpotCancellation
            | Self::SpotExpiry
            | Self::SpotPriceChange
            | Self::CheckPasses(_)
            | Self::HostMended
            | Self::Recovery
            | Self::ForceGivesUp
            | Self::ReservationBegins
            | Self::ReservationEnds
            | Self::HostBegins
            | Self::HostEnds
            | Self::SnapshotReturns
            | Self::FunctionsWork
            | Self::FunctionsRest
            | Self::TasksWork
            | Self::TasksRest
            | Self::Scheduled(_) => false,
        }
    }

    /// Whether a change of state calls it off.
    pub(super) const fn ends_with_state(self) -> bool {
        match self {
            Self::Completion
            | Self::HibernationLimit
            | Self::ChecksSetUp
            | Self::CheckPasses(_)
            | Self::Recovery
            | Self::ForceGivesUp => true,
            Self::RebootCompleted
            | Self::Modified
            | Self::Optimized
            | Self::SpotInterruption
            | Self::SpotSettled
            | Self::SpotCancellation
            | Self::SpotExpiry
            | Self::SpotPriceChange
            | Self::HardReboot
            | Self::HostMended
            | Self::ReservationBegins
            | Self::ReservationEnds
            | Self::HostBegins
            | Self::HostEnds
            | Self::SnapshotReturns
            | Self::FunctionsWork
            | Self::FunctionsRest
            | Self::TasksWork
            | Self::TasksRest
            | Self::Scheduled(_) => false,
        }
    }
}

/// How long from now a follow-up falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// A rule says so.
    Exactly(SimDuration),
    /// As long as a process takes: the engine asks the scenario's timings, and draws.
    Drawn {
        /// Which process.
        process: Process,
        /// How long it may take at most.
        limit: Option<SimDuration>,
        /// The key of whatever goes through the process: each process of each thing has a seeded stream of its own.
        key: Seeded,
        /// Which of the stream's numbers.
        number: u32,
    },
}

/// How long a way down may last at most, because its request said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// From the request on.
    pub(crate) within: SimDuration,
    /// Whether it holds on a broken host as well (`LIFE-FORCE`).
    pub(crate) is_forced: bool,
}

/// How long something lasts, as the world says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasts {
    /// A rule says so.
    Exactly(SimDuration),
    /// As long as such a process takes, and no longer than the limit.
    AsLongAs(Process, Option<SimDuration>),
}

/// A process whose length the scenario sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// A boot (`TIME-PENDING`).
    Pending,
    /// A resume (`TIME-RESUMING`).
    Resuming,
    /// A plain stop (`TIME-STOPPING`).
    Stopping,
    /// A hibernation (`TIME-HIBERNATING`).
    Hibernating,
    /// A hibernation that fails (`TIME-FALLBACK`).
    Fallback,
    /// A termination (`TIME-SHUTTING-DOWN`).
    ShuttingDown,
    /// A reboot in place (`TIME-REBOOT`).
    Rebooting,
}

impl Process {
    /// The label of its seeded stream.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Resuming => "resuming",
            Self::Stopping => "stopping",
            // It is a hibernation, which nobody knows yet to fail.
            Self::Hibernating | Self::Fallback => "hibernating",
            Self::ShuttingDown => "shutting-down",
            Self::Rebooting => "rebooting",
        }
    }
}
