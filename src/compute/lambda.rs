//! AWS Lambda: execution environments, what is asked of functions, and what becomes of it.
//!
//! Everything that falls due by itself is kept in one order: at an instant completions come first, then events that are tried
//! again, then the requests of loads. A load of many requests isn't told one by one: it is computed whenever somebody looks, and
//! told by the hour; where each of its requests finds what the one before has found, it is computed at once.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    id::Seeded,
    lifecycle::{
        ApiError, Decision, EnvironmentLifecycle,
        environment::{Phase, Trigger},
    },
    record::{
        Cached, Configured, EnvironmentHandle, EnvironmentMove, Fact, FunctionHandle, Invocation,
        InvocationOutcome, Readiness, RecordKind, Rules, StartKind,
    },
    rule,
    time::{HOUR, SimDuration, SimTime},
};

use super::{
    Ask, Counts, Function, FunctionChange, FunctionSpec, LambdaSettings, Load, Mode, Package,
};

/// Since when init is billed for every function: 2025-08-01 (`LAM-BILL-INIT`).
const INIT_BILLED: SimTime = SimTime::from_secs(1_754_006_400);

/// How long init may take before the first invocation (`LAM-INIT-PHASE`).
const INIT_PHASE: SimDuration = SimDuration::from_secs(10);

/// A function's growth: what it may have at once, and what comes back in a millisecond, in thousandths of an environment.
const GROWTH: u64 = 1_000_000;
const GROWTH_PER_MS: u64 = 100;

/// When an asynchronous event that failed is tried again (`LAM-ASYNC`).
const RETRIES: [SimDuration; 2] = [SimDuration::from_mins(1), SimDuration::from_mins(2)];

/// The longest pause after a throttle, and for how long an event is tried.
const LONGEST_PAUSE: SimDuration = SimDuration::from_mins(5);
const TRIED_FOR: SimDuration = SimDuration::from_hours(6);

/// Why an invocation is throttled (`LAM-THROTTLE`).
const RESERVED: &str = "ReservedFunctionConcurrentInvocationLimitExceeded";
const ACCOUNT: &str = "ConcurrentInvocationLimitExceeded";
const RATE: &str = "FunctionInvocationRateLimitExceeded";

/// The rules by which an invocation is throttled.
fn why_throttled(reason: &str) -> Rules {
    match reason {
        RESERVED => &[
            rule::LAM_THROTTLE,
            rule::LAM_CONC_RESERVED,
            rule::LAM_BILL_THROTTLED,
        ],
        ACCOUNT => &[
            rule::LAM_THROTTLE,
            rule::LAM_CONC_ACCOUNT,
            rule::LAM_BILL_THROTTLED,
        ],
        _ => &[
            rule::LAM_THROTTLE,
            rule::LAM_CONC_SCALE,
            rule::LAM_BILL_THROTTLED,
        ],
    }
}

/// The functions of an account, with their environments.
#[derive(Debug, Clone, Default)]
pub struct Lambda {
    settings: LambdaSettings,
    functions: Vec<Function>,
    environments: Vec<Environment>,
    dues: BTreeSet<(SimTime, What)>,
    events: Vec<Event>,
    loads: Vec<Running>,
    /// How many events wait, loads have requests left, and environments are made ready.
    waiting: usize,
    left: usize,
    filling: usize,
}

/// What falls due, in the order in which it does so at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// What an environment is about is over.
    Environment(EnvironmentHandle),
    /// An event is tried again.
    Event(usize),
    /// What a load has asked is told.
    Told(usize),
    /// The next request of a load.
    Request(usize),
    /// A load that is told by the hour has asked its last.
    Done(usize),
}

/// An execution environment.
#[derive(Debug, Clone)]
struct Environment {
    function: FunctionHandle,
    /// Its number among those of its function, from 1.
    number: u32,
    lifecycle: EnvironmentLifecycle,
    /// Since when it is initialised.
    created: SimTime,
    /// When it was used last.
    began: SimTime,
    /// Since when it is idle.
    since: SimTime,
    due: Option<SimTime>,
    provisioned: bool,
    /// Whether it goes after its invocation, and why.
    goes: Option<Trigger>,
    /// Whether anybody was told that it came about.
    is_told: bool,
    current: Option<Current>,
}

/// The invocation that an environment serves.
#[derive(Debug, Clone, Copy)]
struct Current {
    ask: Ask,
    attempt: usize,
    start: StartKind,
    outcome: InvocationOutcome,
    began: SimTime,
    ends: SimTime,
    /// What of its time isn't billed.
    unbilled: SimDuration,
    restored: u64,
    /// Whether a load counts it.
    is_counted: bool,
    config: Configured,
    rules: Rules,
}

/// An asynchronous event that waits.
#[derive(Debug, Clone, Copy)]
struct Event {
    function: FunctionHandle,
    ask: Ask,
    attempt: usize,
    /// When it was throttled first, and how long it waits next.
    throttled: Option<(SimTime, SimDuration)>,
}

/// A load under way.
#[derive(Debug, Clone)]
struct Running {
    function: FunctionHandle,
    load: Load,
    began: SimTime,
    count: u64,
    next: u64,
    /// Whether it is told by the hour.
    is_summed: bool,
    /// The request from which on it is worth looking whether all go on alike.
    looks: u64,
    /// What was asked since it was told last: on demand, and of provisioned concurrency.
    tally: [Tally; 2],
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    began: Option<SimTime>,
    count: u64,
    cold: u64,
    throttled: u64,
    reason: Option<&'static str>,
    billed_ms: u64,
    requests: u64,
    restored: u64,
}

impl Running {
    fn at(&self, number: u64) -> SimTime {
        self.began + self.load.offset(number)
    }

    /// When its next request comes, if one is left.
    fn next_at(&self) -> Option<SimTime> {
        (self.next < self.count).then(|| self.at(self.next))
    }

    fn ask(&self) -> Ask {
        Ask {
            duration: self.load.duration,
            payload: self.load.payload,
            ..Ask::default()
        }
    }
}

impl Lambda {
    /// An account without functions.
    pub fn new(settings: LambdaSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// How many functions there are.
    pub const fn len(&self) -> usize {
        self.functions.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// How many environments there ever were.
    pub const fn environments(&self) -> usize {
        self.environments.len()
    }

    /// A function.
    pub fn function(&self, function: FunctionHandle) -> &Function {
        &self.functions[function.index()]
    }

    /// The function of an environment, and its number there.
    pub fn place(&self, environment: EnvironmentHandle) -> (FunctionHandle, u32) {
        let there = &self.environments[environment.index()];
        (there.function, there.number)
    }

    /// Where an environment is in its life.
    pub fn phase(&self, environment: EnvironmentHandle) -> Phase {
        self.environments[environment.index()].lifecycle.phase()
    }

    /// Where the id of an environment comes from.
    pub(crate) fn environment_key(&self, environment: EnvironmentHandle) -> Seeded {
        let (function, number) = self.place(environment);
        let key = self.function(function).key;
        key.purpose("environment").number(number.into())
    }

    /// What has become of a function's provisioned concurrency: `none`, `in-progress` or `ready`.
    pub fn provisioned_status(&self, function: FunctionHandle) -> &'static str {
        let there = self.function(function);
        let fills = |one: &EnvironmentHandle| {
            let one = &self.environments[one.index()];
            one.provisioned && one.lifecycle.phase() == Phase::Initializing
        };
        if there.provisioned == 0 {
            "none"
        } else if there.environments.iter().any(fills) {
            "in-progress"
        } else {
            "ready"
        }
    }

    /// What a function has done up to now: what a load has asked is in it as far as somebody has looked.
    pub fn counts(&self, function: FunctionHandle) -> &Counts {
        &self.function(function).counts
    }

    /// When something falls due by itself next, and whether something is under way that a world's end waits for.
    pub fn next(&self) -> Option<(SimTime, bool)> {
        let is_busy = self.functions.iter().any(|one| one.busy() > 0);
        let is_under_way = is_busy || self.waiting + self.left + self.filling > 0;
        let next = self.dues.iter().find(|(_, what)| self.wakes(*what));
        next.map(|(at, _)| (*at, is_under_way))
    }

    /// Whether something has to be looked at when it falls due. What a load goes on with by itself is looked at later.
    fn wakes(&self, what: What) -> bool {
        let What::Environment(environment) = what else {
            return true;
        };
        let there = &self.environments[environment.index()];
        let is_quiet = !there.is_told || there.current.is_some_and(|current| current.is_counted);
        let is_loaded = |one: &Running| {
            one.is_summed && one.function == there.function && one.next_at().is_some()
        };
        !(is_quiet && self.loads.iter().any(is_loaded))
    }

    /// Whether loads are under way that are told by the hour.
    pub fn has_sums(&self) -> bool {
        self.left > 0 && self.loads.iter().any(|one| one.is_summed)
    }
}

/// What is asked.
impl Lambda {
    /// A function that is there from now on.
    ///
    /// # Errors
    ///
    /// Lambda's refusal.
    pub fn create(
        &mut self,
        at: SimTime,
        key: Seeded,
        spec: FunctionSpec,
        out: &mut Vec<RecordKind>,
    ) -> Result<FunctionHandle, ApiError> {
        spec.check()?;
        spec.check_reserved(self.reserved(None), self.settings.concurrency)?;
        let handle = FunctionHandle::new(self.functions.len());
        self.functions.push(Function {
            key,
            spec,
            counts: Counts::default(),
            made: 0,
            environments: Vec::new(),
            provisioned: 0,
            busy: (0, 0),
            growth: (GROWTH, at),
        });
        if spec.is_cached() {
            let cached = Cached::new(handle, true, spec.configured());
            out.push(RecordKind::Fact(Fact::Cached(cached)));
        }
        Ok(handle)
    }

    /// A function is invoked.
    ///
    /// # Errors
    ///
    /// Why it is throttled; an asynchronous event then waits, and is no error.
    pub fn invoke(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        ask: Ask,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), &'static str> {
        self.advance(at, out);
        let event = Event {
            function,
            ask,
            attempt: 0,
            throttled: None,
        };
        match (self.try_event(at, event, out), ask.mode) {
            (Err(reason), Mode::Sync) => Err(reason),
            (Ok(()) | Err(_), _) => Ok(()),
        }
    }

    /// A function is changed.
    ///
    /// # Errors
    ///
    /// Lambda's refusal; nothing has changed then.
    pub fn update(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        change: &FunctionChange,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        let before = self.function(function).spec;
        let spec = before.changed(change);
        spec.check()?;
        let others = self.reserved(Some(function));
        spec.check_reserved(others, self.settings.concurrency)?;
        let provisioned = self.function(function).provisioned;
        if provisioned > 0 {
            let taken = others + self.provisioned(Some(function));
            spec.check_provisioned(provisioned, taken, self.settings.concurrency)?;
        }
        self.advance(at, out);
        self.tell_sums(out);
        self.functions[function.index()].spec = spec;
        if change.replaces() {
            self.replace(at, function, out);
            if before.is_cached() || spec.is_cached() {
                let cached = Cached::new(function, spec.is_cached(), spec.configured());
                out.push(RecordKind::Fact(Fact::Cached(cached)));
            }
            if provisioned > 0 && before.configured() != spec.configured() {
                let ready = Readiness::new(function, provisioned, spec.configured());
                out.push(RecordKind::Fact(Fact::Readiness(ready)));
            }
        }
        for environment in self.function(function).environments.clone() {
            if matches!(self.phase(environment), Phase::Idle | Phase::Resetting) {
                self.rest(at, environment, out);
            }
        }
        Ok(())
    }

    /// So much concurrency is provisioned from now on; none where it ends.
    ///
    /// # Errors
    ///
    /// Lambda's refusal; nothing has changed then.
    pub fn provision(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        count: u32,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        let others = self.reserved(Some(function)) + self.provisioned(Some(function));
        let spec = self.function(function).spec;
        spec.check_provisioned(count, others, self.settings.concurrency)?;
        self.set_provisioned(at, function, count, out);
        Ok(())
    }

    /// No concurrency is provisioned any more.
    pub fn unprovision(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        out: &mut Vec<RecordKind>,
    ) {
        self.set_provisioned(at, function, 0, out);
    }

    fn set_provisioned(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        count: u32,
        out: &mut Vec<RecordKind>,
    ) {
        self.advance(at, out);
        self.tell_sums(out);
        let there = &mut self.functions[function.index()];
        there.provisioned = count;
        let ready = Readiness::new(function, count, there.spec.configured());
        out.push(RecordKind::Fact(Fact::Readiness(ready)));
        self.refill(at, function, out);
    }

    /// A load begins.
    pub fn begin_load(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        load: Load,
        out: &mut Vec<RecordKind>,
    ) {
        self.advance(at, out);
        let (place, count) = (self.loads.len(), load.count());
        let running = Running {
            function,
            load,
            began: at,
            count,
            next: 0,
            is_summed: count > self.settings.told_requests,
            looks: 0,
            tally: Default::default(),
        };
        if count > 0 {
            self.left += 1;
            if running.is_summed {
                self.dues.insert(running.told_next(at, place));
            } else {
                self.dues.insert((running.at(0), What::Request(place)));
            }
        }
        self.loads.push(running);
    }

    /// How much concurrency is reserved, but for one function's.
    fn reserved(&self, but: Option<FunctionHandle>) -> u32 {
        self.others(but, |one| one.spec.reserved.unwrap_or(0))
    }

    /// How much is provisioned for functions that have none reserved, but for one.
    fn provisioned(&self, but: Option<FunctionHandle>) -> u32 {
        self.others(but, |one| match one.spec.reserved {
            Some(_) => 0,
            None => one.provisioned,
        })
    }

    fn others(&self, but: Option<FunctionHandle>, of: impl Fn(&Function) -> u32) -> u32 {
        let but = but.map(FunctionHandle::index);
        let others = self.functions.iter().enumerate();
        others
            .filter(|(place, _)| Some(*place) != but)
            .map(|(_, one)| of(one))
            .sum()
    }
}

impl Running {
    /// When it is told next: at the end of a clock-hour, before its requests of that instant; or after its last.
    fn told_next(&self, at: SimTime, place: usize) -> (SimTime, What) {
        let (hour, last) = (
            at.clock_hour() + HOUR,
            self.at(self.count.saturating_sub(1)),
        );
        if hour <= last {
            (hour, What::Told(place))
        } else {
            (last, What::Done(place))
        }
    }
}

/// What falls due.
impl Lambda {
    /// Lets everything happen that is due at an instant or was before.
    pub fn advance(&mut self, at: SimTime, out: &mut Vec<RecordKind>) {
        loop {
            let due = self.dues.first().copied().filter(|(due, _)| *due <= at);
            let request = self.next_summed().filter(|&(asked, place)| {
                // As if it were due like the requests of other loads.
                let own = (asked, What::Request(place));
                asked <= at && due.is_none_or(|due| own < due)
            });
            if let Some((asked, place)) = request {
                if !self.skip(asked, place, at) {
                    self.ask_of_load(asked, place, out);
                }
            } else if let Some((due, what)) = due {
                self.dues.remove(&(due, what));
                self.fall_due(due, what, out);
            } else {
                return;
            }
        }
    }

    /// The next request of those loads that are told by the hour, with the place of the load.
    fn next_summed(&self) -> Option<(SimTime, usize)> {
        let summed = self
            .loads
            .iter()
            .enumerate()
            .filter(|(_, one)| one.is_summed);
        summed
            .filter_map(|(place, one)| Some((one.next_at()?, place)))
            .min()
    }

    fn fall_due(&mut self, at: SimTime, what: What, out: &mut Vec<RecordKind>) {
        match what {
            What::Environment(environment) => {
                self.environments[environment.index()].due = None;
                self.environment_due(at, environment, out);
            }
            What::Event(place) => {
                self.waiting -= 1;
                let event = self.events[place];
                let _ = self.try_event(at, event, out);
            }
            What::Request(place) => {
                self.ask_of_load(at, place, out);
                if let Some(next) = self.loads[place].next_at() {
                    self.dues.insert((next, What::Request(place)));
                } else {
                    self.left -= 1;
                }
            }
            What::Told(place) => {
                self.tell_sum(place, out);
                self.dues.insert(self.loads[place].told_next(at, place));
            }
            What::Done(place) => {
                self.tell_sum(place, out);
                self.left -= 1;
            }
        }
    }

    fn environment_due(
        &mut self,
        at: SimTime,
        environment: EnvironmentHandle,
        out: &mut Vec<RecordKind>,
    ) {
        let there = &self.environments[environment.index()];
        match (there.lifecycle.phase(), there.current) {
            (Phase::Initializing, None) => {
                self.filling -= 1;
                self.move_by(at, environment, Trigger::Filled, out);
                self.environments[environment.index()].since = at;
            }
            (Phase::Initializing, Some(current)) => {
                self.move_by(at, environment, Trigger::InitCompleted, out);
                self.set_due(environment, Some(current.ends));
            }
            (Phase::Restoring, Some(current)) => {
                self.move_by(at, environment, Trigger::RestoreCompleted, out);
                self.set_due(environment, Some(current.ends));
            }
            (Phase::Busy, Some(current)) => self.end(at, environment, &current, out),
            (Phase::Idle | Phase::Resetting, _) => self.rest(at, environment, out),
            (Phase::Busy | Phase::Restoring, None) | (Phase::Shutdown, _) => {}
        }
    }

    /// An invocation is over.
    fn end(
        &mut self,
        at: SimTime,
        environment: EnvironmentHandle,
        current: &Current,
        out: &mut Vec<RecordKind>,
    ) {
        let there = &self.environments[environment.index()];
        let (function, goes, provisioned) = (there.function, there.goes, there.provisioned);
        let busy = &mut self.functions[function.index()].busy;
        if provisioned {
            busy.0 -= 1;
        } else {
            busy.1 -= 1;
        }
        if !current.is_counted {
            self.count_end(function, current);
            out.push(current.told(function, environment, current.billed_ms(), current.outcome));
        }
        let (trigger, failed) = match current.outcome {
            InvocationOutcome::Crash => (Trigger::Crashed, true),
            InvocationOutcome::Timeout => (Trigger::TimedOut, true),
            InvocationOutcome::Error => (Trigger::Ended, true),
            InvocationOutcome::Ok
            | InvocationOutcome::Throttled
            | InvocationOutcome::Unfinished => (Trigger::Ended, false),
        };
        self.move_by(at, environment, trigger, out);
        let there = &mut self.environments[environment.index()];
        (there.current, there.since) = (None, at);
        if failed
            && current.ask.mode == Mode::Async
            && let Some(pause) = RETRIES.get(current.attempt)
        {
            let event = Event {
                function,
                ask: current.ask,
                attempt: current.attempt + 1,
                throttled: None,
            };
            self.wait(at + *pause, event);
        }
        match goes {
            Some(trigger) => self.shut_down(at, environment, trigger, out),
            None => self.rest(at, environment, out),
        }
    }

    fn count_end(&mut self, function: FunctionHandle, current: &Current) {
        let counts = &mut self.functions[function.index()].counts;
        counts.billed_ms += current.billed_ms();
        counts.errors += u64::from(current.outcome != InvocationOutcome::Ok);
    }

    /// An environment that has nothing to do is shut down when it was idle for too long, or is too old.
    fn rest(&mut self, at: SimTime, environment: EnvironmentHandle, out: &mut Vec<RecordKind>) {
        let there = &self.environments[environment.index()];
        if there.provisioned {
            return;
        }
        let spec = &self.function(there.function).spec;
        let (idle, aged) = (there.since + spec.idle, there.created + spec.max_age);
        if aged <= at {
            self.shut_down(at, environment, Trigger::Aged, out);
        } else if idle <= at {
            self.shut_down(at, environment, Trigger::Expired, out);
        } else {
            self.set_due(environment, Some(idle.min(aged)));
        }
    }

    fn shut_down(
        &mut self,
        at: SimTime,
        environment: EnvironmentHandle,
        trigger: Trigger,
        out: &mut Vec<RecordKind>,
    ) {
        let there = &self.environments[environment.index()];
        let function = there.function;
        if there.lifecycle.phase() == Phase::Initializing {
            self.filling -= 1;
        }
        self.move_by(at, environment, trigger, out);
        self.set_due(environment, None);
        let all = &mut self.functions[function.index()].environments;
        all.retain(|one| *one != environment);
    }

    /// The function is another one: nothing old is used any more.
    fn replace(&mut self, at: SimTime, function: FunctionHandle, out: &mut Vec<RecordKind>) {
        for environment in self.function(function).environments.clone() {
            if self.environments[environment.index()].current.is_some() {
                self.environments[environment.index()].goes = Some(Trigger::Changed);
            } else {
                self.shut_down(at, environment, Trigger::Changed, out);
            }
        }
        self.refill(at, function, out);
    }

    /// As many environments are provisioned as there are to be: new ones take their time, those too many go.
    fn refill(&mut self, at: SimTime, function: FunctionHandle, out: &mut Vec<RecordKind>) {
        let there = self.function(function);
        let wanted = there.provisioned;
        let stays = |one: &EnvironmentHandle| {
            let one = &self.environments[one.index()];
            one.provisioned && one.goes.is_none()
        };
        let mut stay: Vec<EnvironmentHandle> =
            there.environments.iter().copied().filter(stays).collect();
        // Those that aren't ready go first, then those that were used least lately.
        stay.sort_by_key(|one| {
            let one = &self.environments[one.index()];
            let is_ready = one.lifecycle.phase() != Phase::Initializing;
            (
                is_ready,
                one.current.is_some(),
                one.began,
                Reverse(one.number),
            )
        });
        let have = u32::try_from(stay.len()).unwrap_or(u32::MAX);
        let surplus = usize::try_from(have.saturating_sub(wanted)).unwrap_or(0);
        for &environment in stay.iter().take(surplus) {
            if self.environments[environment.index()].current.is_some() {
                self.environments[environment.index()].goes = Some(Trigger::Lowered);
            } else {
                self.shut_down(at, environment, Trigger::Lowered, out);
            }
        }
        for _ in have..wanted {
            let lifecycle = EnvironmentLifecycle::cold();
            let rules: Rules = &[rule::LAM_PC, rule::LAM_PC_READY, rule::LAM_INIT_LONG];
            let environment = self.make(at, function, lifecycle, true);
            self.filling += 1;
            self.came_about(
                environment,
                (
                    "PutProvisionedConcurrencyConfig",
                    "it is to stand ready",
                    rules,
                ),
                out,
            );
            self.set_due(environment, Some(at + self.settings.provisioned_ready));
        }
    }

    fn make(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        lifecycle: EnvironmentLifecycle,
        provisioned: bool,
    ) -> EnvironmentHandle {
        let handle = EnvironmentHandle::new(self.environments.len());
        let there = &mut self.functions[function.index()];
        there.made += 1;
        there.environments.push(handle);
        self.environments.push(Environment {
            function,
            number: there.made,
            lifecycle,
            created: at,
            began: SimTime::default(),
            since: at,
            due: None,
            provisioned,
            goes: None,
            is_told: false,
            current: None,
        });
        handle
    }

    fn came_about(
        &mut self,
        environment: EnvironmentHandle,
        (trigger, why, rules): (&'static str, &'static str, Rules),
        out: &mut Vec<RecordKind>,
    ) {
        let there = &mut self.environments[environment.index()];
        there.is_told = true;
        let moved = (None, there.lifecycle.phase());
        out.push(RecordKind::Environment(Box::new(EnvironmentMove {
            rules,
            ..EnvironmentMove::new(environment, moved, trigger, why)
        })));
    }

    fn move_by(
        &mut self,
        at: SimTime,
        environment: EnvironmentHandle,
        trigger: Trigger,
        out: &mut Vec<RecordKind>,
    ) {
        let there = &mut self.environments[environment.index()];
        let Decision::Moved(row) = there.lifecycle.apply(trigger, at) else {
            return;
        };
        // What a load counts comes and goes too often to be told.
        let is_counted = there.current.is_some_and(|current| current.is_counted);
        if there.is_told && !is_counted {
            let moved = (Some(row.from), row.to);
            out.push(RecordKind::Environment(Box::new(EnvironmentMove {
                rules: row.rules,
                ..EnvironmentMove::new(environment, moved, trigger.name(), row.why)
            })));
        }
    }

    fn set_due(&mut self, environment: EnvironmentHandle, due: Option<SimTime>) {
        let what = What::Environment(environment);
        let there = &mut self.environments[environment.index()];
        if let Some(before) = std::mem::replace(&mut there.due, due) {
            self.dues.remove(&(before, what));
        }
        if let Some(due) = due {
            self.dues.insert((due, what));
        }
    }
}

/// Invocations.
impl Lambda {
    fn wait(&mut self, until: SimTime, event: Event) {
        let place = self.events.len();
        self.events.push(event);
        self.waiting += 1;
        self.dues.insert((until, What::Event(place)));
    }

    /// Tries an event, or whatever else comes alone; an asynchronous one that is throttled waits.
    fn try_event(
        &mut self,
        at: SimTime,
        event: Event,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), &'static str> {
        let Event {
            function,
            ask,
            attempt,
            throttled,
        } = event;
        let Err(reason) = self.begin(at, (function, ask, attempt), None, out) else {
            return Ok(());
        };
        let there = &mut self.functions[function.index()];
        there.counts.throttles += 1;
        let rules: Rules = match ask.mode {
            Mode::Sync => why_throttled(reason),
            Mode::Async => &[
                rule::LAM_THROTTLE,
                rule::LAM_ASYNC,
                rule::LAM_BILL_THROTTLED,
            ],
        };
        out.push(RecordKind::Invocation(Box::new(Invocation {
            outcome: InvocationOutcome::Throttled,
            throttled: 1,
            reason: Some(reason),
            requests: 0,
            rules,
            ..Invocation::new(function, at, there.spec.configured())
        })));
        if ask.mode == Mode::Async {
            let (first, pause) = throttled.unwrap_or((at, SimDuration::from_secs(1)));
            let until = at + pause;
            if until <= first + TRIED_FOR {
                let next = (pause + pause).min(LONGEST_PAUSE);
                self.wait(
                    until,
                    Event {
                        throttled: Some((first, next)),
                        ..event
                    },
                );
            }
        }
        Err(reason)
    }

    /// The idle environment that is taken, if one is (`LAM-ENV-PICK`).
    fn pick(&self, function: FunctionHandle) -> Option<EnvironmentHandle> {
        let all = self.function(function).environments.iter().copied();
        all.filter(|one| matches!(self.phase(*one), Phase::Idle | Phase::Resetting))
            .max_by_key(|one| {
                let one = &self.environments[one.index()];
                (one.provisioned, one.began, Reverse(one.number))
            })
    }

    /// Whether one more invocation that isn't served by provisioned concurrency is within the limits.
    fn check_room(&self, function: FunctionHandle) -> Result<(), &'static str> {
        let there = self.function(function);
        if let Some(reserved) = there.spec.reserved {
            let taken = there.busy.1 + there.provisioned;
            return if taken < reserved {
                Ok(())
            } else {
                Err(RESERVED)
            };
        }
        let of_all = self
            .settings
            .concurrency
            .saturating_sub(self.reserved(None));
        let taken = self.others(None, |one| match one.spec.reserved {
            Some(_) => 0,
            None => one.busy.1 + one.provisioned,
        });
        if taken < of_all { Ok(()) } else { Err(ACCOUNT) }
    }

    /// Takes a new environment from what a function may grow by.
    fn grow(&mut self, at: SimTime, function: FunctionHandle) -> Result<(), &'static str> {
        let (left, since) = &mut self.functions[function.index()].growth;
        let back = (at - *since).as_millis().saturating_mul(GROWTH_PER_MS);
        *left = left.saturating_add(back).min(GROWTH);
        *since = at;
        if *left < 1_000 {
            return Err(RATE);
        }
        *left -= 1_000;
        Ok(())
    }

    /// An invocation begins, in an environment that is there or a new one.
    fn begin(
        &mut self,
        at: SimTime,
        (function, ask, attempt): (FunctionHandle, Ask, usize),
        load: Option<usize>,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), &'static str> {
        let spec = self.function(function).spec;
        let picked = self.pick(function);
        let is_ready = picked.is_some_and(|one| self.environments[one.index()].provisioned);
        if !is_ready {
            self.check_room(function)?;
        }
        let work = ask.duration.unwrap_or(spec.duration);
        let cut = |takes: SimDuration| {
            if ask.result == InvocationOutcome::Timeout || takes > spec.timeout {
                (spec.timeout, InvocationOutcome::Timeout)
            } else {
                (takes, ask.result)
            }
        };
        let (environment, start, setup, (takes, outcome), rules): (_, _, _, _, Rules);
        let (mut unbilled, mut restored) = (SimDuration::ZERO, 0);
        let mut cold = false;
        if let Some(picked) = picked {
            environment = picked;
            setup = SimDuration::ZERO;
            start = if is_ready {
                StartKind::Provisioned
            } else {
                StartKind::Warm
            };
            if self.phase(picked) == Phase::Resetting {
                (takes, outcome) = cut(spec.init + work);
                rules = &[rule::LAM_SUPPRESSED_INIT, rule::LAM_BILL_MS];
            } else {
                (takes, outcome) = cut(work);
                rules = if is_ready {
                    &[rule::LAM_PC, rule::LAM_PC_BILL]
                } else {
                    &[rule::LAM_ENV_KEPT, rule::LAM_BILL_MS]
                };
            }
        } else {
            self.grow(at, function)?;
            start = StartKind::Cold;
            cold = true;
            if spec.snapstart.is_some() {
                environment = self.make(at, function, EnvironmentLifecycle::restored(), false);
                (setup, unbilled) = (spec.init, spec.init);
                (takes, outcome) = cut(work);
                restored = u64::from(spec.is_cached());
                rules = &[rule::LAM_RESTORE, rule::LAM_SNAP_BILL];
            } else {
                environment = self.make(at, function, EnvironmentLifecycle::cold(), false);
                setup = spec.init.min(INIT_PHASE);
                // What isn't done by then is done again under the timeout.
                let again = if spec.init > INIT_PHASE {
                    spec.init
                } else {
                    SimDuration::ZERO
                };
                (takes, outcome) = cut(again + work);
                if at >= INIT_BILLED || spec.package == Package::Image {
                    rules = &[rule::LAM_COLD_TIME, rule::LAM_BILL_INIT, rule::LAM_BILL_MS];
                } else {
                    unbilled = setup;
                    rules = &[rule::LAM_COLD_TIME, rule::LAM_BILL_INIT_HIST];
                }
            }
        }
        let rules: Rules = match outcome {
            InvocationOutcome::Timeout => &[rule::LAM_TIMEOUT, rule::LAM_BILL_FAILED],
            InvocationOutcome::Crash | InvocationOutcome::Error => &[rule::LAM_BILL_FAILED],
            InvocationOutcome::Ok
            | InvocationOutcome::Throttled
            | InvocationOutcome::Unfinished => rules,
        };
        let current = Current {
            ask,
            attempt,
            start,
            outcome,
            began: at,
            ends: at + setup + takes,
            unbilled,
            restored,
            is_counted: load.is_some(),
            config: spec.configured(),
            rules,
        };
        self.count_begin(function, &current, load);
        let there = &mut self.environments[environment.index()];
        (there.current, there.began) = (Some(current), at);
        if cold {
            if load.is_none() {
                let told: (_, _, Rules) = if spec.snapstart.is_some() {
                    (
                        "Invoke",
                        "no environment was idle",
                        &[rule::LAM_RESTORE, rule::LAM_CONC_SCALE],
                    )
                } else {
                    (
                        "Invoke",
                        "no environment was idle",
                        &[
                            rule::LAM_COLD_TIME,
                            rule::LAM_ENV_KEPT,
                            rule::LAM_INIT_PHASE,
                        ],
                    )
                };
                self.came_about(environment, told, out);
            }
            self.set_due(environment, Some(at + setup));
        } else {
            self.move_by(at, environment, Trigger::Invoke, out);
            self.set_due(environment, Some(current.ends));
        }
        Ok(())
    }

    /// An invocation has begun; what a load counts is counted at once.
    fn count_begin(&mut self, function: FunctionHandle, current: &Current, load: Option<usize>) {
        let there = &mut self.functions[function.index()];
        let counts = &mut there.counts;
        counts.invocations += 1;
        match current.start {
            StartKind::Cold => counts.cold += 1,
            StartKind::Warm => counts.warm += 1,
            StartKind::Provisioned => counts.provisioned += 1,
        }
        if current.start == StartKind::Provisioned {
            there.busy.0 += 1;
        } else {
            there.busy.1 += 1;
        }
        if let Some(place) = load {
            self.count_end(function, current);
            let is_ready = current.start == StartKind::Provisioned;
            let tally = &mut self.loads[place].tally[usize::from(is_ready)];
            tally.began.get_or_insert(current.began);
            tally.count += 1;
            tally.cold += u64::from(current.start == StartKind::Cold);
            tally.billed_ms += current.billed_ms();
            tally.requests += current.ask.requests();
            tally.restored += current.restored;
        }
    }

    /// The next request of a load.
    fn ask_of_load(&mut self, at: SimTime, place: usize, out: &mut Vec<RecordKind>) {
        let load = &mut self.loads[place];
        load.next += 1;
        let (function, ask) = (load.function, load.ask());
        if !load.is_summed {
            let event = Event {
                function,
                ask,
                attempt: 0,
                throttled: None,
            };
            let _ = self.try_event(at, event, out);
            return;
        }
        if let Err(reason) = self.begin(at, (function, ask, 0), Some(place), out) {
            self.functions[function.index()].counts.throttles += 1;
            let tally = &mut self.loads[place].tally[0];
            tally.began.get_or_insert(at);
            tally.count += 1;
            tally.throttled += 1;
            tally.reason = Some(reason);
        }
    }
}

/// Loads that are told by the hour.
impl Lambda {
    /// Takes as many requests of a load at once as find what the one before has found: warm environments that take turns. False
    /// if it isn't so.
    fn skip(&mut self, asked: SimTime, place: usize, at: SimTime) -> bool {
        let load = &self.loads[place];
        if load.next < load.looks {
            return false;
        }
        let (function, spec) = (load.function, self.function(load.function).spec);
        let takes = load.load.duration.unwrap_or(spec.duration);
        let (ms, least) = (takes.as_millis(), load.load.least_interval());
        if takes > spec.timeout || least == 0 {
            return false;
        }
        // So many environments take turns.
        let turns = ms.div_ceil(least).max(1);
        let (step, shift) = if turns == 1 {
            (1, None)
        } else if let Some(interval) = load.load.interval() {
            (turns, Some(interval))
        } else {
            return false;
        };
        let load = &mut self.loads[place];
        load.looks = load.next + step;
        // What certainly comes between, before anything is looked at closely.
        let ends = at + SimDuration::from_millis(1);
        let plain =
            |(_, what): &&(SimTime, What)| !matches!(what, What::Environment(_) | What::Done(_));
        let ends = self
            .dues
            .iter()
            .find(plain)
            .map_or(ends, |(due, _)| ends.min(*due));
        if load.load.before(load.began, ends).saturating_sub(load.next) < step.max(2) {
            return false;
        }
        let Some(pool) = self.pool(function, asked, takes, (turns, least)) else {
            return false;
        };
        let first = &self.environments[pool[0].index()];
        let is_ready = first.provisioned;
        if !is_ready && self.check_room(function).is_err() {
            return false;
        }
        // They aren't idle for so long that one goes.
        let rests = least + 1;
        if !is_ready && rests.saturating_sub(ms) >= spec.idle.as_millis() {
            return false;
        }
        let mut until = at + SimDuration::from_millis(1);
        let others = self.dues.iter().find(|(_, what)| match what {
            What::Environment(one) => !pool.contains(one),
            What::Event(_) | What::Told(_) | What::Request(_) => true,
            // It comes after its requests.
            What::Done(_) => false,
        });
        until = others.map_or(until, |(due, _)| until.min(*due));
        for (other, load) in self.loads.iter().enumerate() {
            if other != place
                && load.is_summed
                && let Some(next) = load.next_at()
            {
                until = until.min(next);
            }
        }
        if !is_ready {
            for one in &pool {
                let aged = self.environments[one.index()].created + spec.max_age;
                // One that would be too old at its end isn't taken.
                let last = SimTime::from_millis(aged.as_millis().saturating_sub(ms));
                until = until.min(last);
            }
        }
        let load = &self.loads[place];
        let all = load
            .load
            .before(load.began, until)
            .saturating_sub(load.next);
        // Those that take turns stand again as they stand now when the next request comes, and not before.
        let count = (all - u64::from(shift.is_some() && all > 0)) / step * step;
        if count < step.max(2) {
            return false;
        }
        self.go_on(place, &pool, (count, takes, shift), is_ready);
        true
    }

    /// The environments that take turns, the one first whose turn it is: each was used an interval after the one before.
    fn pool(
        &self,
        function: FunctionHandle,
        asked: SimTime,
        takes: SimDuration,
        (turns, interval): (u64, u64),
    ) -> Option<Vec<EnvironmentHandle>> {
        let picked = self.pick(function)?;
        let first = &self.environments[picked.index()];
        if first.lifecycle.phase() != Phase::Idle || first.goes.is_some() {
            return None;
        }
        let mut pool = vec![picked];
        if turns == 1 {
            return Some(pool);
        }
        let used = |back: u64| asked.as_millis().checked_sub(back * interval);
        if Some(first.began.as_millis()) != used(turns) {
            return None;
        }
        let all = self.function(function).environments.iter().copied();
        let alike = all.filter_map(|one| {
            let there = &self.environments[one.index()];
            let ends = there.current.map(|current| current.ends);
            let is_alike = there.provisioned == first.provisioned
                && there.goes.is_none()
                && there.lifecycle.phase() == Phase::Busy
                && ends == Some(there.began + takes);
            is_alike.then(|| (there.began.as_millis(), one))
        });
        let busy: BTreeMap<u64, EnvironmentHandle> = alike.collect();
        for back in (1..turns).rev() {
            pool.push(*busy.get(&used(back)?)?);
        }
        // Nobody else has one.
        let count = u64::try_from(busy.len()).unwrap_or(u64::MAX);
        (count == turns - 1).then_some(pool)
    }

    /// So many requests have found the environments of a pool warm.
    fn go_on(
        &mut self,
        place: usize,
        pool: &[EnvironmentHandle],
        (count, takes, shift): (u64, SimDuration, Option<u64>),
        is_ready: bool,
    ) {
        let load = &mut self.loads[place];
        let (from, function) = (load.at(load.next), load.function);
        load.next += count;
        let last = load.at(load.next - 1);
        let billed = takes.as_millis() * count;
        let tally = &mut load.tally[usize::from(is_ready)];
        tally.began.get_or_insert(from);
        tally.count += count;
        tally.billed_ms += billed;
        tally.requests += count;
        let ask = load.ask();
        let there = &mut self.functions[function.index()];
        there.counts.invocations += count;
        there.counts.billed_ms += billed;
        let config = there.spec.configured();
        if is_ready {
            there.counts.provisioned += count;
        } else {
            there.counts.warm += count;
        }
        if let Some(interval) = shift {
            // Each has had its turns, and stands as it stood, only later.
            let later = SimDuration::from_millis(count * interval);
            for environment in pool {
                let there = &mut self.environments[environment.index()];
                there.began = there.began + later;
                there.since = there.since + later;
                let due = there.due.map(|due| due + later);
                if let Some(current) = &mut there.current {
                    current.began = current.began + later;
                    current.ends = current.ends + later;
                    current.is_counted = true;
                }
                self.set_due(*environment, due);
            }
            return;
        }
        let Some(&environment) = pool.first() else {
            return;
        };
        let busy = &mut self.functions[function.index()].busy;
        if is_ready {
            busy.0 += 1;
        } else {
            busy.1 += 1;
        }
        let there = &mut self.environments[environment.index()];
        there.began = last;
        there.current = Some(Current {
            ask,
            attempt: 0,
            start: if is_ready {
                StartKind::Provisioned
            } else {
                StartKind::Warm
            },
            outcome: InvocationOutcome::Ok,
            began: last,
            ends: last + takes,
            unbilled: SimDuration::ZERO,
            restored: 0,
            is_counted: true,
            config,
            rules: &[],
        });
        self.move_by(last, environment, Trigger::Invoke, &mut Vec::new());
        self.set_due(environment, Some(last + takes));
    }

    /// Tells what loads have asked so far, for whoever looks.
    pub fn tell_sums(&mut self, out: &mut Vec<RecordKind>) {
        for place in 0..self.loads.len() {
            self.tell_sum(place, out);
        }
    }

    fn tell_sum(&mut self, place: usize, out: &mut Vec<RecordKind>) {
        let load = &mut self.loads[place];
        let (function, tallies) = (load.function, std::mem::take(&mut load.tally));
        let config = self.function(function).spec.configured();
        for (is_ready, tally) in [false, true].into_iter().zip(tallies) {
            let Some(began) = tally.began else { continue };
            let rules = tally.reason.map_or(&[rule::LAM_BILL_MS][..], why_throttled);
            out.push(RecordKind::Invocation(Box::new(Invocation {
                count: tally.count,
                cold: tally.cold,
                throttled: tally.throttled,
                reason: tally.reason,
                billed_ms: tally.billed_ms,
                requests: tally.requests,
                restored: tally.restored,
                provisioned: is_ready,
                rules,
                ..Invocation::new(function, began, config)
            })));
        }
    }

    /// The end: what runs is billed as far as it has come.
    pub fn cut_off(&mut self, at: SimTime, out: &mut Vec<RecordKind>) {
        self.advance(at, out);
        self.tell_sums(out);
        for place in 0..self.environments.len() {
            let there = &mut self.environments[place];
            let Some(current) = there.current.take_if(|current| !current.is_counted) else {
                continue;
            };
            let function = there.function;
            let billed = (at - current.began) - current.unbilled;
            let billed = billed.as_millis().min(current.billed_ms());
            self.functions[function.index()].counts.billed_ms += billed;
            let environment = EnvironmentHandle::new(place);
            let outcome = InvocationOutcome::Unfinished;
            out.push(current.told(function, environment, billed, outcome));
        }
    }
}

impl Current {
    /// What of it is billed, in milliseconds (`LAM-BILL-MS`).
    fn billed_ms(&self) -> u64 {
        ((self.ends - self.began) - self.unbilled).as_millis()
    }

    fn told(
        &self,
        function: FunctionHandle,
        environment: EnvironmentHandle,
        billed_ms: u64,
        outcome: InvocationOutcome,
    ) -> RecordKind {
        RecordKind::Invocation(Box::new(Invocation {
            environment: Some(environment),
            start: Some(self.start),
            outcome,
            cold: u64::from(self.start == StartKind::Cold),
            billed_ms,
            requests: self.ask.requests(),
            restored: self.restored,
            provisioned: self.start == StartKind::Provisioned,
            rules: self.rules,
            ..Invocation::new(function, self.began, self.config)
        }))
    }
}
