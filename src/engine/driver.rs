//! The loop itself: the one task that owns the world.
//!
//! Nothing else changes the world, so no order of threads can show in a result. What is asked from outside waits in a channel
//! until the loop comes to it: what is due goes first, and then it is carried out like a step of a script, at the instant to
//! which the clock has come.

use std::{fmt::Write as _, sync::Arc};

use crate::{
    billing::Biller,
    lifecycle::InstanceState,
    record::{Expectation, FailedStep, Note, Notice, NoticeKind, RecordKind, index},
    rule,
    script::{
        Check, ElsewhereFound, Limits, Names, Op, Program, Service, Step, Subject, Target, Wanted,
    },
    time::{SimDuration, SimTime},
    world::World,
};

use super::{
    Account,
    clock::{Clock, StopSignal, Ticker},
    code::{Code, MAIN, StepAt},
    commands::{Command, Commands},
    judge,
    sink::Listener,
    things::judge_thing,
    threads::{Members, Next, Threads},
    waits::Waits,
};

/// How many virtual instants an instant replay takes before it lets others on its thread act.
const YIELD_EVERY: u32 = 1_024;

/// Of how many scripts it is told that they weren't done.
pub(crate) const MOST_UNFINISHED: usize = 5;

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
    /// All of them.
    pub const ALL: &[Self] = &[Self::Passed, Self::Failed, Self::Interrupted];

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

impl Tally {
    /// Whether steps were refused that shouldn't have been: what it cost is the price of another life.
    pub const fn is_another_life(&self) -> bool {
        self.unexpected_refusals > 0
    }
}

/// A replay that is over.
#[derive(Debug)]
pub struct Ended {
    /// The world at the end.
    pub world: World,
    /// Who bears which name.
    pub names: Names,
    /// The bill.
    pub biller: Biller,
    /// When it ended.
    pub end: SimTime,
    /// How it went.
    pub outcome: Outcome,
    /// What was counted.
    pub tally: Tally,
    /// Where a part of a scenario was replayed, when the next thing would have fallen due by itself.
    pub next_due: Option<SimTime>,
}

/// What comes next.
#[derive(Debug)]
enum Turn {
    /// The instant for which it was waited.
    Due,
    /// Something that somebody asks for.
    Asked(Command),
    /// The stop signal.
    Stopped,
    /// Nothing.
    Over,
}

/// So many slots, from the first on, are in a state.
type Condition = (u32, u32, Wanted);

/// A replay under way, which tells its records to `S`.
#[derive(Debug)]
pub struct Engine<S> {
    program: Arc<Program>,
    pub(super) account: Account<S>,
    pub(super) threads: Threads,
    waits: Waits,
    /// The scripts for which what they wait for holds now.
    met: Vec<u32>,
    /// What a script waits for: room that is used again.
    conditions: Vec<Condition>,
    /// The places of those that wait for more than states of instances: they are looked at whenever something has happened.
    watched: Vec<u32>,
    stop: StopSignal,
    commands: Option<Commands>,
    pub(super) ended: bool,
    /// Whether the stop signal was seen amid an instant.
    stopped: bool,
    /// What happened since the stop signal was last looked at.
    turns: u32,
    /// Whether it became larger than it may be.
    gave_up: bool,
    /// The steps that scripts have taken, and what fell due by itself.
    events: u64,
    /// What became of the load in other places.
    elsewhere: Vec<(Service, ElsewhereFound)>,
}

impl<S: Listener> Engine<S> {
    /// A replay of a scenario that tells its records to `sink`. Without a ledger the bill keeps only its sums.
    pub fn new(program: Arc<Program>, keep_ledger: bool, sink: S) -> Self {
        Self {
            account: Account::driven(Arc::clone(&program), keep_ledger, sink),
            threads: Threads::default(),
            waits: Waits::new(index(program.cast.slots())),
            met: Vec::new(),
            conditions: Vec::new(),
            watched: Vec::new(),
            stop: StopSignal::default(),
            commands: None,
            ended: false,
            stopped: false,
            turns: 0,
            gave_up: false,
            events: 0,
            elsewhere: Vec::new(),
            program,
        }
    }

    /// The replay can be stopped by this signal.
    #[must_use]
    pub fn stopped_by(mut self, stop: StopSignal) -> Self {
        self.stop = stop;
        self
    }

    /// Others may ask for things as well while the scripts run, and afterwards: the replay then ends when it is told to, or
    /// when nobody can ask any more.
    #[must_use]
    pub fn commanded_by(mut self, commands: Commands) -> Self {
        self.commands = Some(commands);
        self
    }

    /// Knows what became of its load in other places.
    #[must_use]
    pub fn with_elsewhere(mut self, elsewhere: Vec<(Service, ElsewhereFound)>) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    /// Replays to the end, as fast as the clock lets it.
    pub async fn run(mut self, clock: Clock) -> Ended {
        let mut ticker = Ticker::new(clock);
        let program = Arc::clone(&self.program);
        let code = Code::new(&program);
        let mut interrupted = self.stop.is_asked();
        let mut instants = 0_u32;
        self.begin();
        while !interrupted && !self.ended {
            let next = self.next_instant();
            // Who waits for nothing outside awaits nothing: an instant replay runs at the speed of the core.
            if ticker.is_instant() && self.commands.is_none() {
                if next.is_none() {
                    break;
                }
                instants += 1;
                if instants.is_multiple_of(YIELD_EVERY) {
                    tokio::task::yield_now().await;
                }
                interrupted = self.stop.is_asked();
            } else {
                match self.turn(&mut ticker, next).await {
                    Turn::Due => {}
                    Turn::Stopped => interrupted = true,
                    Turn::Over if next.is_none() => break,
                    Turn::Over => continue,
                    Turn::Asked(command) => {
                        self.account.advance_clock(ticker.now());
                        self.carry_out(command);
                        continue;
                    }
                }
            }
            if let Some(next) = next.filter(|_| !interrupted) {
                self.account.now = next;
                interrupted = !self.instant(&code);
                self.account.instant_over();
            }
        }
        self.finish(&code, interrupted)
    }

    /// Waits for what comes first: the next instant, a command, or the end. What is due goes before what is asked.
    async fn turn(&mut self, ticker: &mut Ticker, next: Option<SimTime>) -> Turn {
        let stop = self.stop.clone();
        let due = async {
            match next {
                Some(next) => ticker.until(next).await,
                None => std::future::pending().await,
            }
        };
        let asked = async {
            match &mut self.commands {
                Some(commands) => commands.next().await,
                // Nobody can ask, and without an instant to wait for that is the end.
                None if next.is_none() => None,
                None => std::future::pending().await,
            }
        };
        let command = tokio::select! {
            biased;
            () = stop.asked() => return Turn::Stopped,
            () = due => return Turn::Due,
            command = asked => command,
        };
        match command {
            Some(command) => Turn::Asked(command),
            None => {
                // Nobody can ask any more: what is under way goes on to its end.
                self.commands = None;
                Turn::Over
            }
        }
    }

    /// Carries out what somebody outside has asked for.
    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Request(request, answer) => {
                // Who doesn't wait for the answer has asked all the same.
                let _ = answer.send(self.ask_now(&request));
            }
            Command::End => self.ended = true,
        }
    }

    /// What exists from the start, and the main script.
    pub(super) fn begin(&mut self) {
        let program = Arc::clone(&self.program);
        for name in 0..program.initial_addresses {
            self.existing_address(name);
        }
        for name in 0..program.initial_images {
            self.existing_image(name);
        }
        for (name, spec) in (0..).zip(&program.initial_hosts) {
            self.existing_host(name, *spec);
        }
        for (name, spec) in (0..).zip(&program.initial_reservations) {
            self.existing_reservation(name, *spec);
        }
        for (name, spec) in (0..).zip(&program.initial_functions) {
            self.existing_function(name, *spec);
        }
        for name in 0..program.initial_clusters {
            self.existing_cluster(name);
        }
        for (name, spec) in (0..).zip(&program.initial_services) {
            self.existing_service(name, *spec);
        }
        for (name, (spec, zone)) in (0..).zip(&program.initial_volumes) {
            self.existing_volume(name, *spec, zone);
        }
        for warning in &program.idle_purchases {
            let rules = &[rule::BILL_RI_MATCH, rule::BILL_SP_APPLY];
            let notice = Notice::new(NoticeKind::Warning, warning.clone(), rules);
            self.account.emit(0, RecordKind::Notice(notice));
        }
        self.threads
            .spawn(MAIN, None, program.start, SimDuration::ZERO);
    }

    /// The next instant at which something happens; none at the end.
    fn next_instant(&mut self) -> Option<SimTime> {
        let next = match (self.account.next_event(), self.threads.next_time()) {
            (Some(due), Some(wakes)) => Some(due.min(wakes)),
            (due, wakes) => due.or(wakes),
        };
        match self.program.until {
            Some(until) => match next.filter(|&next| next <= until) {
                Some(next) => Some(next),
                // Somebody may still ask for something before the end comes.
                None if self.commands.is_some() && self.account.now < until => Some(until),
                None => {
                    self.account.now = until;
                    self.ended = true;
                    None
                }
            },
            // Without `until` the world ends when the scripts are done and nothing is under way.
            None => {
                let next =
                    next.filter(|_| !self.threads.all_done() || self.account.world.is_busy());
                if next.is_some_and(|next| next > SimTime::MAX) {
                    (self.account.now, self.ended) = (SimTime::MAX, true);
                    let message = "what is under way would end beyond the year 9999";
                    self.fail(NoticeKind::Unfinished, message, None);
                    return None;
                }
                next
            }
        }
    }

    /// Lets everything happen that is due at this instant. False if it was stopped amid it.
    pub(super) fn instant(&mut self, code: &Code<'_>) -> bool {
        self.drain(code);
        self.threads.wake(self.account.now);
        while let Some(thread) = self.threads.next_ready(self.account.now) {
            self.takes_turn(thread);
            self.act(code, thread);
            if self.stopped {
                return false;
            }
            if self.ended {
                break;
            }
        }
        if let Some(block) = self.threads.take_beyond() {
            let message = "the scripts of more members lie beyond the year 9999";
            self.fail(NoticeKind::Unfinished, message, code.owner(block));
        }
        true
    }

    /// A script has its turn: where a part is replayed, that says where its records stand in the whole.
    fn takes_turn(&mut self, place: u32) {
        if let Some(order) = &mut self.account.order {
            let turn = self.threads.turn();
            if let Some(thread) = self.threads.get_mut(place) {
                order.acts(turn, thread.id(), thread.own.is_some());
            }
        }
    }

    /// Whether the replay is to stop here. A million things may happen at one instant, and one script may do all of them;
    /// looking at the signal each time would cost more than most of them do.
    fn is_stopped(&mut self) -> bool {
        self.turns = self.turns.wrapping_add(1);
        if self.turns.is_multiple_of(YIELD_EVERY) && self.stop.is_asked() {
            self.stopped = true;
        }
        self.stopped
    }

    /// Lets happen what is due by itself, and those scripts go on for which what they wait for holds now.
    fn drain(&mut self, code: &Code<'_>) {
        loop {
            self.resume_met(code);
            // Where it is stopped, what is left stays in the queue.
            if self.is_stopped() || !self.account.fall_due() {
                return;
            }
            self.settle(0);
            self.events += 1;
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
                thread.stands = self.account.now;
                let step = code.step(at);
                self.read_conditions(step, own);
                self.waits.end(place, &self.conditions);
                self.watched.retain(|watched| *watched != place);
                self.wait_timed_out(step, own);
                continue;
            }
            match thread.next(code, self.account.now) {
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
                Next::Take { at, step, late } => {
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
                        let stands = self.account.now.since(self.program.start);
                        let line = step.place.line;
                        // What is wrong is the time of the step, and not what it does.
                        self.notice(
                            NoticeKind::Late,
                            &format!(
                                "the script already stands at {stands}, later than the step's `at`"
                            ),
                            line,
                            FailedStep { line, fails: None },
                        );
                    }
                    if !self.take(code, place, own, (at, step)) {
                        return;
                    }
                }
            }
            // A transitional state of no length is left before the next step.
            self.drain(code);
            if self.stopped {
                return;
            }
        }
    }

    /// Takes one step of the script in a place. False if the script waits now.
    fn take(
        &mut self,
        code: &Code<'_>,
        place: u32,
        own: Option<u32>,
        (at, step): (StepAt, &Step),
    ) -> bool {
        let line = step.place.line;
        if let Some(note) = &step.note {
            self.account
                .emit(line, RecordKind::Note(Note::new(Arc::clone(note))));
        }
        match &step.op {
            Op::Tell => {}
            Op::Wait(time) => {
                let Some(at) = self.account.now.checked_add(*time) else {
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
            Op::WaitUntil {
                timeout, checks, ..
            } => {
                self.account.tell_sums();
                let waits = if checks.is_empty() {
                    self.read_conditions(step, own);
                    self.waits.begin(place, &self.conditions)
                } else {
                    !self.holds(step, own)
                };
                if waits {
                    if !checks.is_empty() {
                        self.watched.push(place);
                    }
                    self.threads
                        .wait(place, at, self.account.now.checked_add(*timeout));
                    return false;
                }
            }
            Op::Repeat { times, every, .. } => {
                let now = self.account.now;
                let begins = every.map_or(Some(now), |every| every.first(code.zone(), now));
                let Some(begins) = begins else {
                    self.fail(
                        NoticeKind::Unfinished,
                        "the first round would begin beyond the year 9999",
                        Some(step),
                    );
                    self.threads.done(place);
                    return false;
                };
                if let Some(thread) = self.threads.get_mut(place) {
                    thread.enter(code.inner(at), begins, times.saturating_sub(1));
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
                    let (block, now) = (code.inner(at), self.account.now);
                    let own = match &self.program.part {
                        Some(part) => part.of_slots(&self.program.cast, slots),
                        None => slots.0..slots.0 + slots.1,
                    };
                    let members = Members { all: slots, own };
                    if !self.threads.spawn(block, Some(members), now, *every) {
                        let what = format!("more than {} scripts in all", u32::MAX);
                        self.give_up("--max-events", &what, Some(step));
                        return false;
                    }
                }
            }
            Op::Expect(_) | Op::Ask(_) if !self.account.is_told() => {}
            Op::Expect(checks) => {
                self.account.tell_sums();
                for check in checks {
                    self.judge(check, own);
                }
            }
            Op::Ask(asking) => {
                self.account.tell_sums();
                self.pose(asking, own, line);
            }
            Op::Act(act) => {
                if act.has_moments()
                    && let Some(thread) = self.threads.get_mut(place)
                {
                    self.account.origin = thread.began();
                }
                self.request(act, own, step);
            }
        }
        !self.ended
    }

    /// Reads what a step waits for.
    fn read_conditions(&mut self, step: &Step, own: Option<u32>) {
        self.conditions.clear();
        if let Op::WaitUntil { conditions, .. } = &step.op {
            self.conditions
                .extend(conditions.iter().filter_map(|(target, state)| {
                    slots_of(target, own).map(|(first, count)| (first, count, *state))
                }));
        }
    }

    /// Whether all that a step waits for is so, where that is more than states of instances.
    fn holds(&self, step: &Step, own: Option<u32>) -> bool {
        let Op::WaitUntil {
            conditions, checks, ..
        } = &step.op
        else {
            return true;
        };
        let state = |slot: u32| {
            let there = self.account.names.in_slot(slot);
            there.map(|there| self.account.world.instance(there).state())
        };
        let is_in = |(target, wanted): &(Target, Wanted)| {
            let (first, count) = slots_of(target, own).unwrap_or((0, 0));
            (first..first + count).all(|slot| state(slot).is_some_and(|state| wanted.is(state)))
        };
        conditions.iter().all(is_in) && checks.iter().all(|check| self.verdict(check, own).passed)
    }

    /// The wait of a step has run out; what it waited for was just read.
    fn wait_timed_out(&mut self, step: &Step, own: Option<u32>) {
        let Op::WaitUntil {
            timeout, checks, ..
        } = &step.op
        else {
            return;
        };
        let mut missing = Vec::new();
        let mut more = 0_u64;
        for &(first, count, state) in &self.conditions {
            for slot in first..first + count {
                let there = self.account.names.in_slot(slot);
                let found = there.map(|there| self.account.world.instance(there).state());
                if found.is_some_and(|found| state.is(found)) {
                    continue;
                }
                if missing.len() == 3 {
                    more += 1;
                    continue;
                }
                let name = self.program.cast.name(slot);
                let word = state.name();
                let mut said = format!(
                    "{name} is {}, not {word}",
                    found.map_or("not there", InstanceState::name)
                );
                if let Wanted::State(InstanceState::Stopped) = state
                    && found == Some(InstanceState::Hibernated)
                {
                    // EC2's own waiter would have seen it (STATE-WAITERS).
                    let _ = write!(
                        said,
                        "; to EC2's own waiter it is: `wait-until: {{ {name}: {{ api-state: {word} }} }}`"
                    );
                }
                missing.push(said);
            }
        }
        for check in checks {
            let verdict = self.verdict(check, own);
            if !verdict.passed {
                let Expectation {
                    subject,
                    check,
                    expected,
                    found,
                    ..
                } = verdict;
                missing.push(format!("{subject} {check} is {found}, not {expected}"));
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
        let verdict = self.verdict(check, own);
        self.expectation(verdict);
    }

    /// Checks what the scenario expects at its end.
    pub(super) fn judge_all(&mut self) {
        let program = Arc::clone(&self.program);
        for check in &program.expect {
            let verdict = self.verdict(check, None);
            self.expectation(Expectation {
                at_end: true,
                ..verdict
            });
        }
    }

    pub(super) fn verdict(&self, check: &Check, own: Option<u32>) -> Expectation {
        let slots = match &check.subject {
            Subject::Whole | Subject::Thing(_) | Subject::Elsewhere(_) => None,
            Subject::Instances(target) => Some(slots_of(target, own).unwrap_or((0, 0))),
        };
        let (named, biller, at) = (self.account.named(), &self.account.biller, self.account.now);
        match &check.subject {
            Subject::Thing(thing) => judge_thing(named, biller, at, (check, thing), own),
            Subject::Elsewhere(service) => {
                let mut places = self.elsewhere.iter();
                let found = places.find(|(place, _)| place == service);
                judge::judge_elsewhere(check, *service, found.map(|(_, found)| found))
            }
            Subject::Whole | Subject::Instances(_) => judge::judge(named, biller, at, check, slots),
        }
    }

    /// The outcome of a check.
    pub(super) fn expectation(&mut self, verdict: Expectation) {
        let line = verdict.place.line;
        if self.account.is_told() {
            self.account.tally.passed += u64::from(verdict.passed);
            self.account.tally.failed += u64::from(!verdict.passed);
        }
        self.account
            .emit(line, RecordKind::Expectation(Box::new(verdict)));
    }

    /// What it replays.
    pub fn program(&self) -> &Program {
        &self.program
    }

    pub(super) fn limits(&self) -> Limits {
        self.program.limits
    }

    /// Whether nothing is to happen any more.
    pub(super) const fn is_over(&self) -> bool {
        self.ended
    }

    /// Ends a replay that became larger than it may be, at a step.
    pub(super) fn give_up(&mut self, option: &str, what: &str, step: Option<&Step>) {
        (self.ended, self.gave_up) = (true, true);
        let message = format!("{what}: the replay ends here (`{option}` sets the limit)");
        self.fail(NoticeKind::LimitReached, &message, step);
    }

    /// Says that a step, or the replay as a whole, makes the scenario fail.
    pub(super) fn fail(&mut self, event: NoticeKind, message: &str, step: Option<&Step>) {
        let failed = step.map_or_else(FailedStep::default, Step::failed);
        let line = step.map_or(0, |step| step.place.line);
        self.notice(event, message, line, failed);
    }

    pub(super) fn notice(&mut self, event: NoticeKind, message: &str, line: u32, step: FailedStep) {
        self.account.tally.failures += u64::from(event.is_failure() && self.account.is_told());
        self.account.emit(
            line,
            RecordKind::Notice(Notice {
                step,
                ..Notice::new(event, message.to_owned(), &[])
            }),
        );
    }

    /// Says what the account has answered; scripts that waited for it go on.
    pub(super) fn settle(&mut self, line: u32) {
        let (waits, met) = (&mut self.waits, &mut self.met);
        self.account.conclude_at(line, |names, transition| {
            if let Some(slot) = names.slot(transition.instance) {
                waits.changed(slot, transition.to_state(), met);
            }
        });
    }

    /// The same for those that wait for more than states.
    fn resume_watched(&mut self, code: &Code<'_>) {
        for place in std::mem::take(&mut self.watched) {
            let Some(thread) = self.threads.get_mut(place) else {
                continue;
            };
            let Some(step) = thread.step(code) else {
                continue;
            };
            let own = thread.own;
            if self.holds(step, own) {
                self.met.push(place);
            } else {
                self.watched.push(place);
            }
        }
    }

    /// Scripts for which all holds now go on.
    fn resume_met(&mut self, code: &Code<'_>) {
        if !self.watched.is_empty() {
            self.resume_watched(code);
        }
        while let Some(place) = self.met.pop() {
            let Some(thread) = self.threads.get_mut(place) else {
                continue;
            };
            let Some(at) = thread.stop_waiting() else {
                continue;
            };
            // Scripts stand on whole seconds, whatever functions do between them.
            thread.stands = self.account.now.second_end();
            let own = thread.own;
            if self.waits.is_crowded() {
                self.read_conditions(code.step(at), own);
                self.waits.end(place, &self.conditions);
            }
            self.threads.resume(place);
        }
    }

    /// The end: open meters are closed, and what is expected at the end is checked.
    pub(super) fn finish(mut self, code: &Code<'_>, interrupted: bool) -> Ended {
        if interrupted {
            let message = "the replay was stopped here";
            self.notice(NoticeKind::Interrupted, message, 0, FailedStep::default());
        } else if !self.gave_up {
            for (id, own, step) in self
                .threads
                .unfinished(code)
                .into_iter()
                .take(MOST_UNFINISHED)
            {
                if let Some(order) = &mut self.account.order {
                    order.is_unfinished(id, own.is_some());
                }
                let whose = own.map_or_else(String::new, |slot| {
                    format!(" of {}", self.program.cast.name(slot))
                });
                self.fail(
                    NoticeKind::Unfinished,
                    &format!("the scenario ended before the script{whose} was done"),
                    step,
                );
            }
        }
        self.account.now = self.account.now.second_end();
        self.account.cut_functions_off();
        if let Some(order) = &mut self.account.order {
            order.closes();
        }
        self.account.close_bill();
        if self.account.biller.cost().total().is_saturated() {
            self.fail(
                NoticeKind::TooLarge,
                "the bill is larger than can be counted exactly: check the prices",
                None,
            );
        }
        if let Some(order) = &mut self.account.order {
            order.checks_at_end();
        }
        if !interrupted && !self.gave_up && self.account.is_told() {
            self.judge_all();
        }
        self.account.instant_over();
        let next_due = self
            .program
            .part
            .as_ref()
            .and_then(|_| self.account.next_due());
        let Account {
            world,
            names,
            biller,
            now,
            tally,
            ..
        } = self.account;
        let outcome = if interrupted {
            Outcome::Interrupted
        } else if tally.failed + tally.unexpected_refusals + tally.failures > 0 {
            Outcome::Failed
        } else {
            Outcome::Passed
        };
        Ended {
            world,
            names,
            biller,
            end: now,
            outcome,
            tally,
            next_due,
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
