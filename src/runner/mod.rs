//! A replay from the outside: hand it a scenario, get back what happened and what it cost.

mod elsewhere;
mod instance;

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use crate::{
    billing::Biller,
    engine::{Clock, Ended, Engine, Inspector, Outcome, Sink, Sinks, StopSignal, Tally},
    record::Journal,
    scenario::Scenario,
    script::{Named, Names, Program},
    time::SimTime,
    world::World,
};

pub use elsewhere::{Alone, Lived, Measure, Needs, elsewhere};
pub use instance::ReplayedInstance;

/// A replay that is over: its records, its bill, and the world as it ended.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, lifecycle::InstanceState, record::{Meter, RecordKind}};
///
/// let scenario = Scenario::from_text("stop.yaml", "
/// instances: { web: { type: m5.large } }
/// steps:
///   - launch: web
///   - at: 1h
///     stop: web
///   - wait-until: { web: stopped }
///   - expect: { web: { memory: lost, public-ipv4: none } }
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// assert!(replay.passed());
///
/// let states: Vec<InstanceState> = replay
///     .records()
///     .iter()
///     .filter_map(|record| match &record.kind {
///         RecordKind::Transition(transition) => Some(transition.to_state()),
///         _ => None,
///     })
///     .collect();
/// use InstanceState::{Pending, Running, Stopped, Stopping};
/// assert_eq!(states, [Pending, Running, Stopping, Stopped]);
/// // Pending isn't billed: an hour less 15 seconds.
/// assert_eq!(replay.bill().cost().of(Meter::Usage).to_string(), "0.0956000000");
/// ```
#[derive(Debug)]
pub struct Replay {
    program: Arc<Program>,
    file: String,
    records: Journal,
    ended: Ended,
}

impl Replay {
    /// Puts a replay together from what its engine left.
    pub(crate) fn new(scenario: &Scenario, records: Journal, ended: Ended) -> Self {
        Self {
            program: Arc::clone(scenario.program()),
            file: scenario.file().to_owned(),
            records,
            ended,
        }
    }

    /// An account that was driven by hand, as it stands. Its records aren't in it.
    pub(crate) fn standing(program: Arc<Program>, ended: Ended) -> Self {
        Self {
            program,
            file: String::new(),
            records: Journal::default(),
            ended,
        }
    }

    /// The scenario, as it was understood.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The file that it is from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// All that happened, in order; empty where the records went to sinks only.
    pub const fn records(&self) -> &Journal {
        &self.records
    }

    /// The bill: its lines and sums.
    pub const fn bill(&self) -> &Biller {
        &self.ended.biller
    }

    /// The world as it ended.
    pub const fn world(&self) -> &World {
        &self.ended.world
    }

    /// Who bore which name as it ended.
    pub const fn names(&self) -> &Names {
        &self.ended.names
    }

    /// The names and ids of what records name by handles.
    pub const fn directory(&self) -> Named<'_> {
        Named {
            names: &self.ended.names,
            world: &self.ended.world,
        }
    }

    /// When it ended.
    pub const fn end(&self) -> SimTime {
        self.ended.end
    }

    /// How it went.
    pub const fn outcome(&self) -> Outcome {
        self.ended.outcome
    }

    /// Where a part of a scenario was replayed, when the next thing would have fallen due by itself.
    pub(crate) const fn next_due(&self) -> Option<SimTime> {
        self.ended.next_due
    }

    /// Whether all is as expected.
    pub fn passed(&self) -> bool {
        self.outcome() == Outcome::Passed
    }

    /// What was counted.
    pub const fn tally(&self) -> &Tally {
        &self.ended.tally
    }
}

/// What is kept of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Its records.
    pub records: bool,
    /// The lines of its ledger.
    pub ledger: bool,
}

impl Keep {
    /// Everything.
    pub const ALL: Self = Self {
        records: true,
        ledger: true,
    };
    /// The sums only.
    pub const SUMS: Self = Self {
        records: false,
        ledger: false,
    };
}

/// Replays a scenario as fast as it goes, and keeps its records and its ledger.
pub fn replay(scenario: &Scenario) -> Replay {
    replay_into(scenario, Keep::ALL, Vec::new())
}

/// Replays a scenario as fast as it goes; its records are told to `sinks` as they come.
pub fn replay_into(scenario: &Scenario, keep: Keep, sinks: Vec<&mut dyn Sink>) -> Replay {
    let replay = pin!(replay_by(
        scenario,
        keep,
        sinks,
        Clock::Instant,
        StopSignal::default()
    ));
    block_on(replay)
}

/// Replays a scenario by a clock, until it ends or is stopped.
pub async fn replay_by(
    scenario: &Scenario,
    keep: Keep,
    sinks: Vec<&mut dyn Sink>,
    clock: Clock,
    stop: StopSignal,
) -> Replay {
    let mut journal = Journal::default();
    let sinks = listeners(sinks, &mut journal, keep);
    let program = Arc::clone(scenario.program());
    let engine = Engine::new(program, keep.ledger, sinks)
        .stopped_by(stop)
        .with_elsewhere(elsewhere::asked(scenario));
    let ended = engine.run(clock).await;
    Replay::new(scenario, journal, ended)
}

/// Replays a scenario as fast as it goes, and keeps its records and its ledger, while somebody looks at the account itself.
pub fn replay_inspected(scenario: &Scenario, inspector: &mut dyn Inspector) -> Replay {
    let mut journal = Journal::default();
    let sinks = Sinks::new(vec![&mut journal]).inspected_by(inspector);
    let engine = Engine::new(Arc::clone(scenario.program()), true, sinks)
        .with_elsewhere(elsewhere::asked(scenario));
    let ended = block_on(pin!(engine.run(Clock::Instant)));
    Replay::new(scenario, journal, ended)
}

/// Who hears a replay: `sinks`, and the journal where records are kept.
fn listeners<'s, 'all: 's>(
    sinks: Vec<&'all mut (dyn Sink + 'all)>,
    journal: &'s mut Journal,
    keep: Keep,
) -> Sinks<'s> {
    let mut all: Vec<&mut dyn Sink> = Vec::with_capacity(sinks.len() + 1);
    for sink in sinks {
        all.push(sink);
    }
    if keep.records {
        all.push(journal);
    }
    Sinks::new(all)
}

/// Replays a program that was made of a scenario's.
fn played(
    scenario: &Scenario,
    program: Arc<Program>,
    keep: Keep,
    sinks: Vec<&mut dyn Sink>,
) -> Replay {
    let mut journal = Journal::default();
    let sinks = listeners(sinks, &mut journal, keep);
    let engine = Engine::new(Arc::clone(&program), keep.ledger, sinks);
    let ended = block_on(pin!(engine.run(Clock::Instant)));
    Replay {
        program,
        file: scenario.file().to_owned(),
        records: journal,
        ended,
    }
}

/// Runs a replay that waits for nothing outside: with an instant clock it only gives way now and then, so that it needs no
/// runtime, and can be called from within one.
pub(crate) fn block_on<F: Future>(mut future: std::pin::Pin<&mut F>) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
