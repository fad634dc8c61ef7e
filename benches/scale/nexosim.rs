//! The same work in NeXosim, a general framework for discrete-event simulation, on one thread.
//!
//! Written as its own examples are: a model with states, inputs that it schedules on itself, an output for its result.

#![expect(
    clippy::unused_async,
    reason = "the inputs of models are async, whether they wait or not"
)]

use std::time::Duration;

use nexosim::{
    Message,
    model::{Context, Model, schedulable},
    ports::{EventQueueReader, EventSinkReader, Output, SinkState, event_queue},
    simulation::{Mailbox, SimInit, Simulation},
    time::MonotonicTime,
};
use serde::{Deserialize, Serialize};

use super::{
    floor::MINIMUM,
    workload::{Churn, Counts, REST, RUN},
};

/// The instant before the first launch: an event lies in the future of the one that sets it.
const BEFORE: MonotonicTime = match MonotonicTime::new(0, 0) {
    Some(time) => time,
    None => MonotonicTime::EPOCH,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    None,
    Pending,
    Running,
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,
}

/// What an instance has come to when it is terminated.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, Message)]
struct Sums {
    transitions: u64,
    addresses: u64,
    billed_seconds: u64,
}

/// The state machine, the same in both ways of modelling it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Machine {
    state: State,
    cycles_left: u32,
    since: MonotonicTime,
    sums: Sums,
}

impl Machine {
    const fn new(cycles: u32) -> Self {
        Self {
            state: State::None,
            cycles_left: cycles,
            since: BEFORE,
            sums: Sums {
                transitions: 0,
                addresses: 0,
                billed_seconds: 0,
            },
        }
    }

    /// Enters the next state, and says how many seconds it lasts; nothing at the end.
    fn advance(&mut self, now: MonotonicTime) -> Option<u64> {
        self.sums.transitions += 1;
        let (state, lasts) = match self.state {
            State::None | State::Stopped => (State::Pending, 20),
            State::Pending => {
                self.since = now;
                self.sums.addresses += 1;
                (State::Running, RUN)
            }
            State::Running => {
                self.sums.billed_seconds += now.duration_since(self.since).as_secs().max(MINIMUM);
                if self.cycles_left == 0 {
                    (State::ShuttingDown, 25)
                } else {
                    self.cycles_left -= 1;
                    (State::Stopping, 30)
                }
            }
            State::Stopping => (State::Stopped, REST),
            State::ShuttingDown => {
                self.state = State::Terminated;
                return None;
            }
            State::Terminated => unreachable!("nothing is due after the end"),
        };
        self.state = state;
        Some(lasts)
    }
}

/// One instance, a model of its own.
#[derive(Serialize, Deserialize)]
struct Instance {
    launched_at: u64,
    machine: Machine,
    ended: Output<Sums>,
}

#[Model]
impl Instance {
    #[nexosim(init)]
    async fn init(&mut self, context: &Context<Self>) {
        context
            .schedule_event(
                Duration::from_secs(self.launched_at),
                schedulable!(Self::due),
                (),
            )
            .expect("launches lie in the future");
    }

    #[nexosim(schedulable)]
    async fn due(&mut self, (): (), context: &Context<Self>) {
        match self.machine.advance(context.time()) {
            Some(lasts) => context
                .schedule_event(Duration::from_secs(lasts), schedulable!(Self::due), ())
                .expect("a state lasts"),
            None => self.ended.send(self.machine.sums).await,
        }
    }
}

/// All instances in one model: events say which one they are for.
#[derive(Serialize, Deserialize)]
struct Fleet {
    machines: Vec<Machine>,
    every: u64,
    ended: Output<Sums>,
}

#[Model]
impl Fleet {
    #[nexosim(init)]
    async fn init(&mut self, context: &Context<Self>) {
        context
            .schedule_event(Duration::from_secs(1), schedulable!(Self::launch), 0)
            .expect("launches lie in the future");
    }

    /// Each launch sets the next one.
    #[nexosim(schedulable)]
    async fn launch(&mut self, number: usize, context: &Context<Self>) {
        if number + 1 < self.machines.len() {
            context
                .schedule_event(
                    Duration::from_secs(self.every),
                    schedulable!(Self::launch),
                    number + 1,
                )
                .expect("launches lie in the future");
        }
        self.due(number, context).await;
    }

    #[nexosim(schedulable)]
    async fn due(&mut self, number: usize, context: &Context<Self>) {
        let machine = &mut self.machines[number];
        match machine.advance(context.time()) {
            Some(lasts) => context
                .schedule_event(Duration::from_secs(lasts), schedulable!(Self::due), number)
                .expect("a state lasts"),
            None => self.ended.send(machine.sums).await,
        }
    }
}

/// A simulation that is set up and only has to run.
pub(crate) struct Bench {
    simulation: Simulation,
    ended: EventQueueReader<Sums>,
}

/// A model for each instance. For staggered launches and constant timings.
pub(crate) fn instances(churn: Churn) -> Bench {
    let (writer, ended) = event_queue(SinkState::Enabled);
    let mut init = SimInit::with_num_threads(1);
    for number in 0..churn.instances {
        let mut instance = Instance {
            launched_at: 1 + churn.shape.every() * u64::from(number),
            machine: Machine::new(churn.cycles),
            ended: Output::default(),
        };
        instance.ended.connect_sink(writer.clone());
        init = init.add_model(instance, Mailbox::new(), &format!("web-{number}"));
    }
    let simulation = init.init(BEFORE).expect("the models are connected");
    Bench { simulation, ended }
}

/// One model for all instances. For staggered launches and constant timings.
pub(crate) fn fleet(churn: Churn) -> Bench {
    let (writer, ended) = event_queue(SinkState::Enabled);
    let count = usize::try_from(churn.instances).expect("a count");
    let mut fleet = Fleet {
        machines: vec![Machine::new(churn.cycles); count],
        every: churn.shape.every(),
        ended: Output::default(),
    };
    fleet.ended.connect_sink(writer);
    let simulation = SimInit::with_num_threads(1)
        .add_model(fleet, Mailbox::new(), "fleet")
        .init(BEFORE)
        .expect("the model is connected");
    Bench { simulation, ended }
}

impl Bench {
    /// Runs until nothing is scheduled any more.
    pub(crate) fn run(mut self) -> Counts {
        self.simulation.run().expect("the simulation runs");
        let mut counts = Counts::default();
        while let Some(sums) = self.ended.try_read() {
            counts.transitions += sums.transitions;
            counts.addresses += sums.addresses;
            counts.billed_seconds += sums.billed_seconds;
        }
        counts
    }
}
