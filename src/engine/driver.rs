//! The loop itself: the one task that owns the world.

use std::sync::Arc;

use crate::{
    billing::{Biller, Meters},
    lifecycle::{ErrorCode, InstanceState},
    record::{InstanceHandle, Notice, NoticeKind, Record, RecordKind, Rules},
    script::{Check, Limits, Op, Program, Step as ScriptStep, Subject, Target},
    time::{SimDuration, SimTime},
    world::{Delay, Due, FollowUp, Process, Step, World},
};

use super::{
    clock::{Clock, StopSignal, Ticker},
    code::{Code, MAIN, StepAt},
    judge,
    queue::EventQueue,
    threads::{Next, Threads},
    waits::Waits,
};

/// How many virtual instants an instant replay takes before it lets others on its thread act.
const YIELD_EVERY: u32 = 1_024;

/// What a sink may look at beside a record.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The scenario.
    pub program: &'a Program,
    /// The world after the record.
    pub world: &'a World,
    /// The bill after the record.
    pub biller: &'a Biller,
    /// The instant.
    pub now: SimTime,
    /// What was counted so far.
    pub tally: &'a Tally,
}

/// Something that is told every record, in order.
pub trait Sink {
    /// A record is said.
    fn record(&mut self, record: &Record, view: View<'_>);

    /// Which records it wants. What no sink wants isn't made, and a sink may be told more than it wants.
    fn wants(&self) -> Wants {
        Wants::Everything
    }

    /// The refusals and notices that come next, until this is called again, make the scenario fail by this step.
    fn failing(&mut self, step: FailedStep) {
        let _ = step;
    }

    /// All that happens at an instant was said: what is held back can be shown. A paced replay waits now.
    fn instant_over(&mut self, view: View<'_>) {
        let _ = view;
    }
}

/// Which records a sink wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wants {
    /// None: it looks at each instant only.
    Nothing,
    /// All but meters; what a transition has cost isn't worked out.
    Changes,
    /// All of them.
    Everything,
}

/// How a replay went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is as expected.
    Passed,
    /// An expectation failed, a step was refused unexpectedly or wasn't refused, a wait ran out.
    Failed,
    /// It was stopped from outside.
    Interrupted,
}

impl Outcome {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Checks that held.
    pub passed: u64,
    /// Checks that didn't.
    pub failed: u64,
    /// Requests that were refused though the script didn't expect it.
    pub unexpected_refusals: u64,
    /// Other things that make the scenario fail: waits that ran out, refusals that didn't come.
    pub failures: u64,
    /// Transitions.
    pub transitions: u64,
}

/// A replay that is over.
#[derive(Debug)]
pub struct Ended {
    /// The world at the end.
    pub world: World,
    /// The bill.
    pub biller: Biller,
    /// When it ended.
    pub end: SimTime,
    /// How it went.
    pub outcome: Outcome,
    /// What was counted.
    pub tally: Tally,
}

/// The step that a failure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FailedStep {
    /// The line of the key that says what the step does, where a person looks for it; 0 for none. A record's own line is
    /// that of the step's first key.
    pub line: u32,
    /// The code with which its action had to be refused (`fails`).
    pub fails: Option<ErrorCode>,
}

impl FailedStep {
    pub(super) const fn of(step: &ScriptStep) -> Self {
        Self {
            line: step.verb_line,
            fails: step.fails,
        }
    }
}

/// Something that is due by itself.
#[derive(Debug, Clone, Copy)]
struct DueEvent {
    instance: InstanceHandle,
    due: Due,
    generation: u32,
}

/// So many slots, from the first on, are in a state.
type Condition = (u32, u32, InstanceState);

/// A replay under way.
pub struct Engine<'a> {
    program: Arc<Program>,
    pub(super) world: World,
    pub(super) biller: Biller,
    pub(super) now: SimTime,
    queue: EventQueue<DueEvent>,
    threads: Threads,
    waits: Waits,
    /// The scripts for which what they wait for holds now.
    met: Vec<u32>,
    /// What a script waits for: room that is used again.
    conditions: Vec<Condition>,
    pub(super) step: Step,
    meters: Meters,
    /// Where the meters of each record end: room that is used again.
    ends: Vec<usize>,
    seq: u64,
    pub(super) tally: Tally,
    /// Those that want records come first.
    sinks: Vec<&'a mut dyn Sink>,
    listeners: usize,
    /// What one of them wants.
    wanted: Wants,
    stop: StopSignal,
    ended: bool,
    /// Whether it became larger than it may be.
    gave_up: bool,
    /// The steps that scripts have taken, and what fell due by itself.
    events: u64,
}

impl<'a> Engine<'a> {
    /// A replay of a scenario that tells its records to `sinks`. Without a ledger the bill keeps only its sums.
    pub fn new(program: Arc<Program>, keep_ledger: bool, mut sinks: Vec<&'a mut dyn Sink>) -> Self {
        let world = World::new(Arc::clone(&program.cast), program.seed);
        let biller = Biller::new(program.prices.clone(), keep_ledger);
        let slots = usize::try_from(program.cast.slots()).unwrap_or(usize::MAX);
        sinks.sort_by_key(|sink| sink.wants() == Wants::Nothing);
        let wants = sinks.iter().map(|sink| sink.wants());
        let listeners = wants.clone().filter(|&wants| wants > Wants::Nothing);
        let (listeners, wanted) = (listeners.count(), wants.max().unwrap_or(Wants::Nothing));
        Self {
            now: program.start,
            world,
            biller,
            queue: EventQueue::new(),
            threads: Threads::default(),
            waits: Waits::new(slots),
            met: Vec::new(),
            conditions: Vec::new(),
            step: Step::default(),
            meters: if wanted == Wants::Everything {
                Meters::heard()
            } else {
                Meters::default()
            },
            listeners,
            wanted,
            ends: Vec::new(),
            seq: 0,
            tally: Tally::default(),
            sinks,
            stop: StopSignal::default(),
            ended: false,
            gave_up: false,
            events: 0,
            program,
        }
    }

    /// The replay can be stopped by this signal.
    #[must_use]
    pub fn stopped_by(mut self, stop: StopSignal) -> Self {
        self.stop = stop;
        self
    }

    /// Replays to the end, as fast as the clock lets it.
    pub async fn run(mut self, clock: Clock) -> Ended {
        let mut ticker = Ticker::new(clock);
        let program = Arc::clone(&self.program);
        let code = Code::new(&program);
        let mut interrupted = self.stop.is_asked();
        let mut turns = 0_u32;
        self.begin();
        while !interrupted && !self.ended {
            let Some(next) = self.next_instant() else {
                break;
            };
            if ticker.is_instant() {
                turns += 1;
                if turns.is_multiple_of(YIELD_EVERY) {
                    tokio::task::yield_now().await;
                }
                interrupted = self.stop.is_asked();
            } else {
                let stop = self.stop.clone();
                tokio::select! {
                    biased;
                    () = stop.asked() => interrupted = true,
                    () = ticker.until(next) => {}
                }
            }
            if !interrupted {
                self.now = next;
                interrupted = !self.instant(&code);
                self.instant_over();
            }
        }
        self.finish(&code, interrupted)
    }

    /// What exists from the start, and the main script.
    fn begin(&mut self) {
        let program = Arc::clone(&self.program);
        for name in 0..program.initial_addresses {
            self.existing_address(name);
        }
        for (name, (spec, zone)) in (0..).zip(&program.initial_volumes) {
            self.existing_volume(name, *spec, zone);
        }
        self.threads
            .spawn(MAIN, None, program.start, SimDuration::ZERO);
    }

    /// The next instant at which something happens; none at the end.
    fn next_instant(&mut self) -> Option<SimTime> {
        let next = match (self.queue.next_time(), self.threads.next_time()) {
            (Some(due), Some(wakes)) => Some(due.min(wakes)),
            (due, wakes) => due.or(wakes),
        };
        match self.program.until {
            Some(until) => match next.filter(|&next| next <= until) {
                Some(next) => Some(next),
                None => {
                    self.now = until;
                    self.ended = true;
                    None
                }
            },
            // Without `until` the world ends when the scripts are done and nothing is under way.
            None => {
                let next = next.filter(|_| !self.threads.all_done() || self.world.is_busy());
                if next.is_some_and(|next| next > SimTime::MAX) {
                    (self.now, self.ended) = (SimTime::MAX, true);
                    let message = "what is under way would end beyond the year 9999";
                    self.fail(NoticeKind::Unfinished, message, None);
                    return None;
                }
                next
            }
        }
    }

    /// Lets everything happen that is due at this instant. False if it was stopped amid it.
    fn instant(&mut self, code: &Code<'_>) -> bool {
        self.drain(code);
        self.threads.wake(self.now);
        let mut steps = 0_u32;
        while let Some(thread) = self.threads.next_ready(self.now) {
            self.act(code, thread);
            if self.ended {
                break;
            }
            steps += 1;
            if steps.is_multiple_of(YIELD_EVERY) && self.stop.is_asked() {
                return false;
            }
        }
        if let Some(block) = self.threads.take_beyond() {
            let message = "the scripts of more members lie beyond the year 9999";
            self.fail(NoticeKind::Unfinished, message, code.owner(block));
        }
        true
    }

    /// Lets happen what is due by itself, and those scripts go on for which what they wait for holds now.
    fn drain(&mut self, code: &Code<'_>) {
        self.resume_met(code);
        // A million things may happen at one instant; what is left of them stays in the queue.
        let mut turns = 0_u32;
        while let Some(event) = self.queue.pop_due(self.now) {
            self.world.fall_due(
                self.now,
                event.instance,
                event.due,
                event.generation,
                &mut self.step,
            );
            self.settle(0);
            self.resume_met(code);
            self.events += 1;
            turns += 1;
            if turns.is_multiple_of(YIELD_EVERY) && self.stop.is_asked() {
                return;
            }
        }
    }

    /// Lets the script in a place act until it sleeps, waits or is done.
    fn act(&mut self, code: &Code<'_>, place: u32) {
        loop {
            let Some(thread) = self.threads.get_mut(place) else {
                return;
            };
            let own = thread.own;
            if let Some(at) = thread.stop_waiting() {
                thread.stands = self.now;
                let step = code.step(at);
                self.read_conditions(step, own);
                self.waits.end(place, &self.conditions);
                self.wait_timed_out(step);
                continue;
            }
            match thread.next(code, self.now) {
                Next::Done => {
                    self.threads.done(place);
                    return;
                }
                Next::Sleep(at) => {
                    self.threads.sleep(place, at);
                    return;
                }
                Next::Beyond => {
                    let step = thread.step(code);
                    self.fail(
                        NoticeKind::Unfinished,
                        "the step lies beyond the year 9999",
                        step,
                    );
                    self.threads.done(place);
                    return;
                }
                Next::LateRound(block) => {
                    self.fail(
                        NoticeKind::Late,
                        "the round before took longer than `every`",
                        code.owner(block),
                    );
                }
                Next::Take { at, late } => {
                    let step = code.step(at);
                    self.events += 1;
                    if let Some(most) = self
                        .program
                        .limits
                        .events
                        .filter(|&most| self.events > most)
                    {
                        self.give_up(
                            "--max-events",
                            &format!("more than {most} events"),
                            Some(step),
                        );
                        return;
                    }
                    if late {
                        let stands = self.now.since(self.program.start);
                        let line = step.place.line;
                        // What is wrong is the time of the step, and not what it does.
                        self.failing(FailedStep { line, fails: None });
                        self.notice(
                            NoticeKind::Late,
                            &format!(
                                "the script already stands at {stands}, later than the step's `at`"
                            ),
                            line,
                        );
                    }
                    if !self.take(code, place, own, at) {
                        return;
                    }
                }
            }
            // A transitional state of no length is left before the next step.
            self.drain(code);
        }
    }

    /// Takes one step of the script in a place. False if the script waits now.
    fn take(&mut self, code: &Code<'_>, place: u32, own: Option<u32>, at: StepAt) -> bool {
        let step = code.step(at);
        let line = step.place.line;
        if let Some(note) = &step.note {
            self.emit(line, RecordKind::Note(Arc::clone(note)));
        }
        match &step.op {
            Op::Tell => {}
            Op::Wait(time) => {
                let Some(at) = self.now.checked_add(*time) else {
                    self.fail(
                        NoticeKind::Unfinished,
                        "the wait goes beyond the year 9999",
                        Some(step),
                    );
                    self.threads.done(place);
                    return false;
                };
                if let Some(thread) = self.threads.get_mut(place) {
                    thread.stands = at;
                }
            }
            Op::WaitUntil { timeout, .. } => {
                self.read_conditions(step, own);
                if self.waits.begin(place, &self.conditions) {
                    self.threads.wait(place, at, self.now.checked_add(*timeout));
                    return false;
                }
            }
            Op::Repeat { times, .. } => {
                if let Some(thread) = self.threads.get_mut(place) {
                    thread.enter(code.inner(at), self.now, times.saturating_sub(1));
                }
            }
            Op::Each { members, every, .. } => {
                if let Some(slots) = slots_of(members, own) {
                    let most = self.program.limits.others();
                    if self.threads.alive() + u64::from(slots.1) > most {
                        let what = format!("more than {most} scripts");
                        self.give_up("--max-instances", &what, Some(step));
                        return false;
                    }
                    let block = code.inner(at);
                    if !self.threads.spawn(block, Some(slots), self.now, *every) {
                        let what = format!("more than {} scripts in all", u32::MAX);
                        self.give_up("--max-events", &what, Some(step));
                        return false;
                    }
                }
            }
            Op::Expect(checks) => {
                for check in checks {
                    self.judge(check, own);
                }
            }
            Op::Act(act) => self.request(act, own, step),
        }
        !self.ended
    }

    /// Reads what a step waits for.
    fn read_conditions(&mut self, step: &ScriptStep, own: Option<u32>) {
        self.conditions.clear();
        if let Op::WaitUntil { conditions, .. } = &step.op {
            self.conditions
                .extend(conditions.iter().filter_map(|(target, state)| {
                    slots_of(target, own).map(|(first, count)| (first, count, *state))
                }));
        }
    }

    /// The wait of a step has run out; what it waited for was just read.
    fn wait_timed_out(&mut self, step: &ScriptStep) {
        let Op::WaitUntil { timeout, .. } = &step.op else {
            return;
        };
        let mut missing = Vec::new();
        let mut more = 0_u64;
        for &(first, count, state) in &self.conditions {
            for slot in first..first + count {
                let found = self.world.in_slot(slot).map(|there| there.state());
                if found != Some(state) && missing.len() == 3 {
                    more += 1;
                } else if found != Some(state) {
                    let found = found.map_or("not there", InstanceState::name);
                    missing.push(format!(
                        "{} is {found}, not {state}",
                        self.world.cast().name(slot)
                    ));
                }
            }
        }
        let and_more = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        let message = format!("after {timeout} {}{and_more}", missing.join(", "));
        self.fail(NoticeKind::WaitTimedOut, &message, Some(step));
    }

    /// Checks an expectation.
    pub(super) fn judge(&mut self, check: &Check, own: Option<u32>) {
        let slots = match &check.subject {
            Subject::Whole => None,
            Subject::Instances(target) => Some(slots_of(target, own).unwrap_or((0, 0))),
        };
        let verdict = judge::judge(&self.world, &self.biller, self.now, check, slots);
        if verdict.passed {
            self.tally.passed += 1;
        } else {
            self.tally.failed += 1;
        }
        self.emit(check.place.line, RecordKind::Expectation(Box::new(verdict)));
    }

    pub(super) fn limits(&self) -> Limits {
        self.program.limits
    }

    /// Whether nothing is to happen any more.
    pub(super) const fn is_over(&self) -> bool {
        self.ended
    }

    /// Ends a replay that became larger than it may be, at a step.
    pub(super) fn give_up(&mut self, option: &str, what: &str, step: Option<&ScriptStep>) {
        (self.ended, self.gave_up) = (true, true);
        let message = format!("{what}: the replay ends here (`{option}` sets the limit)");
        self.fail(NoticeKind::LimitReached, &message, step);
    }

    /// Says that a step, or the replay as a whole, makes the scenario fail.
    pub(super) fn fail(&mut self, event: NoticeKind, message: &str, step: Option<&ScriptStep>) {
        self.failing(step.map_or_else(FailedStep::default, FailedStep::of));
        self.notice(event, message, step.map_or(0, |step| step.place.line));
    }

    pub(super) fn failing(&mut self, step: FailedStep) {
        for sink in &mut self.sinks[..self.listeners] {
            sink.failing(step);
        }
    }

    pub(super) fn notice(&mut self, event: NoticeKind, message: &str, line: u32) {
        self.tally.failures += u64::from(event.is_failure());
        let rules: Rules = &[];
        self.emit(
            line,
            RecordKind::Notice(Box::new(Notice {
                instance: None,
                event,
                message: message.to_owned(),
                rules,
            })),
        );
    }

    /// Says what the world has answered, with what it costs, and sets what is to happen next.
    pub(super) fn settle(&mut self, line: u32) {
        for index in 0..self.step.follow_ups.len() {
            self.schedule(self.step.follow_ups[index]);
        }
        for Record { kind, .. } in &self.step.records {
            self.biller.observe(self.now, kind, &mut self.meters);
            if self.wanted == Wants::Everything {
                self.ends.push(self.meters.events().len());
            }
            if let RecordKind::Transition(transition) = kind {
                self.tally.transitions += 1;
                let slot = self.world.slot_of(transition.instance);
                self.waits
                    .changed(slot, transition.to_state(), &mut self.met);
            }
        }
        match self.wanted {
            Wants::Nothing => {}
            Wants::Changes => self.say_changes(line),
            Wants::Everything => self.say(line),
        }
        self.step.clear();
    }

    /// Says records, each with its meters. Everything was charged before anything is said: what a transition has cost holds
    /// all that it closed.
    fn say(&mut self, line: u32) {
        let mut records = std::mem::take(&mut self.step.records);
        let mut meters = std::mem::take(&mut self.meters);
        let mut ends = std::mem::take(&mut self.ends);
        let mut told = 0;
        for (record, end) in records.iter_mut().zip(ends.drain(..)) {
            if let RecordKind::Transition(transition) = &mut record.kind {
                (transition.cost_step, transition.cost_total) =
                    self.biller.settle(self.now, transition.instance);
            }
            self.tell(line, record);
            for meter in &meters.events()[told..end] {
                self.emit(line, RecordKind::Meter(*meter));
            }
            told = end;
        }
        meters.clear();
        (self.step.records, self.meters, self.ends) = (records, meters, ends);
    }

    /// Says records without what they cost.
    fn say_changes(&mut self, line: u32) {
        let mut records = std::mem::take(&mut self.step.records);
        for record in &mut records {
            self.tell(line, record);
        }
        self.step.records = records;
    }

    /// Scripts for which all holds now go on.
    fn resume_met(&mut self, code: &Code<'_>) {
        while let Some(place) = self.met.pop() {
            let Some(thread) = self.threads.get_mut(place) else {
                continue;
            };
            let Some(at) = thread.stop_waiting() else {
                continue;
            };
            thread.stands = self.now;
            let own = thread.own;
            if self.waits.is_crowded() {
                self.read_conditions(code.step(at), own);
                self.waits.end(place, &self.conditions);
            }
            self.threads.resume(place);
        }
    }

    fn schedule(&mut self, follow_up: FollowUp) {
        let delay = match follow_up.delay {
            Delay::Exactly(delay) => delay,
            Delay::AsLongAs(process, limit) => {
                let drawn = self.draw(process, follow_up);
                let taken = limit.map_or(drawn, |limit| drawn.min(limit));
                if process == Process::Hibernating && taken < drawn {
                    // Force cuts a hibernation off that takes too long (HIB-STUCK).
                    self.world.cut_off(follow_up.instance);
                }
                taken
            }
        };
        let at = self.now + delay;
        if follow_up.due == Due::Completion {
            self.world.scheduled(follow_up.instance, at);
        }
        let event = DueEvent {
            instance: follow_up.instance,
            due: follow_up.due,
            generation: follow_up.generation,
        };
        self.queue.push(at, event);
    }

    /// How long a process takes: drawn from the stream of that process and instance, in whole seconds.
    fn draw(&self, process: Process, follow_up: FollowUp) -> SimDuration {
        let timings = &self.program.timings;
        let range = match process {
            Process::Pending => timings.pending,
            Process::Resuming => timings.resuming,
            Process::Stopping => timings.stopping,
            Process::Hibernating => timings.hibernating,
            Process::ShuttingDown => timings.shutting_down,
            Process::Rebooting => timings.rebooting,
        };
        let spread = (range.max - range.min).as_secs();
        if spread == 0 {
            return range.min;
        }
        let key = self.world.instance(follow_up.instance).key;
        let stream = key
            .purpose(process.name())
            .number(u64::from(follow_up.generation));
        range.min + SimDuration::from_secs(stream.below(spread + 1))
    }

    /// Says something to every sink.
    pub(super) fn emit(&mut self, line: u32, kind: RecordKind) {
        let mut record = Record {
            seq: 0,
            at: self.now,
            line,
            kind,
        };
        self.tell(line, &mut record);
    }

    /// Says a record to every sink: now, at this line, as the next one.
    fn tell(&mut self, line: u32, record: &mut Record) {
        (record.seq, record.at, record.line) = (self.seq + 1, self.now, line);
        self.seq += u64::from(record.kind.is_shown());
        let view = View {
            program: &self.program,
            world: &self.world,
            biller: &self.biller,
            now: self.now,
            tally: &self.tally,
        };
        for sink in &mut self.sinks[..self.listeners] {
            sink.record(record, view);
        }
    }

    fn instant_over(&mut self) {
        let view = View {
            program: &self.program,
            world: &self.world,
            biller: &self.biller,
            now: self.now,
            tally: &self.tally,
        };
        for sink in &mut self.sinks {
            sink.instant_over(view);
        }
    }

    /// The end: open meters are closed, and what is expected at the end is checked.
    fn finish(mut self, code: &Code<'_>, interrupted: bool) -> Ended {
        if interrupted {
            self.notice(NoticeKind::Interrupted, "the replay was stopped here", 0);
        } else if !self.gave_up {
            for (own, step) in self.threads.unfinished(code).into_iter().take(5) {
                let whose = own.map_or_else(String::new, |slot| {
                    format!(" of {}", self.world.cast().name(slot))
                });
                self.fail(
                    NoticeKind::Unfinished,
                    &format!("the scenario ended before the script{whose} was done"),
                    step,
                );
            }
        }
        let mut meters = std::mem::take(&mut self.meters);
        self.biller.finish(self.now, &mut meters);
        for meter in meters.events() {
            self.emit(0, RecordKind::Meter(*meter));
        }
        if self.biller.cost().total().is_saturated() {
            self.fail(
                NoticeKind::TooLarge,
                "the bill is larger than can be counted exactly: check the prices",
                None,
            );
        }
        if !interrupted && !self.gave_up {
            let program = Arc::clone(&self.program);
            for check in &program.expect {
                self.judge(check, None);
            }
        }
        self.instant_over();
        let tally = self.tally;
        let outcome = if interrupted {
            Outcome::Interrupted
        } else if tally.failed + tally.unexpected_refusals + tally.failures > 0 {
            Outcome::Failed
        } else {
            Outcome::Passed
        };
        Ended {
            world: self.world,
            biller: self.biller,
            end: self.now,
            outcome,
            tally,
        }
    }
}

/// The slots of a target: the first, and how many. None for an id that no instance of the file has.
pub(super) fn slots_of(target: &Target, own: Option<u32>) -> Option<(u32, u32)> {
    match target {
        Target::Slots { first, count, .. } => Some((*first, *count)),
        Target::Own => own.map(|slot| (slot, 1)),
        Target::Id(_) => None,
    }
}

impl std::fmt::Debug for Engine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("now", &self.now)
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}
