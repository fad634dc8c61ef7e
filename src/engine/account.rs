//! An account with its time: the one handle by which whoever drives a simulated account does so.

#[cfg(any(test, feature = "reach"))]
pub mod reach;

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use crate::{
    action::{Answer, Call, Naming, Request, Tokens},
    billing::{Biller, Meters, PriceBook},
    catalog::RegionId,
    compute::{EcsSettings, LambdaSettings},
    lifecycle::ApiError,
    network::Vpc,
    record::{ActionTarget, ByKind, FailedStep, Journal, Record, RecordKind, Rejected, Transition},
    script::{Cast, Directory, Limits, Named, Names, Program, Timings, Zone},
    time::{SimDuration, SimTime},
    world::{Delay, Effects, FollowUp, Instance, Quotas, TimerKey, World},
};

use super::{
    Tally,
    behind::Behind,
    order::Order,
    priced::check_prices,
    queue::EventQueue,
    sink::{Listener, View},
    targets::targets_by_handle,
};

/// What an account is like that no file describes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The Region.
    pub region: RegionId,
    /// The instant at which it begins.
    pub start: SimTime,
    /// Where every id, address and draw comes from.
    pub seed: u64,
    /// How long transitional states last.
    pub timings: Timings,
    /// What things cost.
    pub prices: PriceBook,
    /// What the account may have at most.
    pub quotas: Quotas,
    /// Whose default subnets private addresses come from; none for pools that hold any fleet.
    pub vpc: Option<Vpc>,
}

impl Settings {
    /// A Region, with the catalogue's prices; the rest is as in a scenario that says nothing about it.
    pub fn of(region: RegionId) -> Self {
        Self {
            region,
            start: SimTime::from_secs(START),
            seed: 0,
            timings: Timings::default(),
            prices: PriceBook::new(region),
            quotas: Quotas::default(),
            vpc: None,
        }
    }

    pub(crate) fn into_program(self) -> Program {
        let cast = Cast {
            region: self.region,
            instances: Vec::new(),
            others: ByKind::default(),
            image_snapshots: BTreeMap::new(),
        };
        Program {
            zone: Zone::default(),
            spans_days: false,
            name: String::new(),
            description: None,
            configured: None,
            marks: Vec::new(),
            languages: Vec::new(),
            start: self.start,
            until: None,
            seed: self.seed,
            timings: self.timings,
            cast: Arc::new(cast),
            prices: self.prices,
            purchases: Arc::default(),
            idle_purchases: Vec::new(),
            quotas: self.quotas,
            groups: Vec::new(),
            spot_prices: Arc::default(),
            vpc: self.vpc,
            credits: true,
            initial_addresses: 0,
            initial_images: 0,
            initial_hosts: Vec::new(),
            initial_reservations: Vec::new(),
            initial_volumes: Vec::new(),
            initial_functions: Vec::new(),
            elsewhere: Vec::new(),
            initial_clusters: 0,
            initial_services: Vec::new(),
            ecs: EcsSettings::default(),
            lambda: LambdaSettings::default(),
            steps: Arc::new([]),
            expect: Vec::new(),
            limits: Limits::default(),
            part: None,
        }
    }
}

/// `2026-01-01T00:00:00Z`.
const START: u64 = 1_767_225_600;

/// us-east-1, from the beginning of 2026.
impl Default for Settings {
    fn default() -> Self {
        Self::of(RegionId::default())
    }
}

/// An account of EC2's whose time stands until somebody moves it.
///
/// A script's engine, a test and an endpoint drive an account by this handle and no other: they ask it requests in EC2's
/// words, let its time pass, and look at its instances, its records and its bill.
///
/// # Example
///
/// ```
/// use ec2sim::{
///     Account,
///     action::{RunInstances, StopInstances},
///     engine::Settings,
///     lifecycle::InstanceState,
///     record::Meter,
///     time::SimDuration,
///     world::InstanceSpec,
/// };
///
/// let mut account = Account::new(Settings::default());
/// let web = InstanceSpec::of("t3.micro", "us-east-1a").unwrap();
/// account.request(RunInstances::new(web, 1)).unwrap();
/// account.settle();
/// let web = account.instances().next().unwrap().into_owned();
/// assert_eq!(web.state(), InstanceState::Running);
///
/// account.advance_to(account.now() + SimDuration::from_hours(1));
/// account.request(StopInstances::new([web.handle()])).unwrap();
/// account.settle();
/// assert_eq!(account.instances().next().unwrap().state(), InstanceState::Stopped);
/// // An hour of a t3.micro.
/// assert_eq!(account.bill().cost().of(Meter::Usage).to_fixed(4), "0.0104");
/// ```
#[derive(Debug, Clone)]
pub struct Account<S = Journal> {
    pub(super) program: Arc<Program>,
    pub(super) world: World,
    pub(super) names: Names,
    pub(super) tokens: Tokens,
    pub(super) biller: Biller,
    pub(super) now: SimTime,
    /// From when on the offsets in requests count.
    pub(super) origin: SimTime,
    pub(super) tally: Tally,
    queue: EventQueue<TimerKey>,
    unsaid: Unsaid,
    seq: u64,
    sink: S,
    is_heard: bool,
    /// Where records stand in the whole replay, where a part of it is replayed.
    pub(super) order: Option<Box<Order>>,
    /// The rules behind what can be asked, where something is.
    pub(super) behind: Option<Box<Behind>>,
}

/// What has happened and isn't said yet: room that is used again.
#[derive(Debug, Clone, Default)]
struct Unsaid {
    effects: Effects,
    meters: Meters,
    /// Where the meters of each record end.
    ends: Vec<usize>,
}

impl Unsaid {
    /// What somebody is going to hear.
    fn heard() -> Self {
        Self {
            effects: Effects::heard(),
            meters: Meters::heard(),
            ends: Vec::new(),
        }
    }
}

impl Account {
    /// An empty account.
    pub fn new(settings: Settings) -> Self {
        let program = Arc::new(settings.into_program());
        Self::driven(program, true, Journal::default())
    }

    /// All that has happened, in order.
    pub const fn records(&self) -> &Journal {
        &self.sink
    }
}

impl<S: Listener> Account<S> {
    /// The account of a program, which tells its records to a sink. Without a ledger the bill keeps only its sums.
    pub(super) fn driven(program: Arc<Program>, keep_ledger: bool, sink: S) -> Self {
        let is_heard = sink.listens();
        let mut world = World::new(program.cast.region, program.seed)
            .with_spot_prices(Arc::clone(&program.spot_prices))
            .with_vpc(program.vpc);
        world.set_quotas(&program.quotas);
        world.set_lambda(program.lambda);
        world.set_ecs(program.ecs);
        for group in &program.groups {
            world.add_group(group);
        }
        Self {
            now: program.start,
            origin: program.start,
            world,
            names: Names::new(Arc::clone(&program.cast)),
            tokens: Tokens::default(),
            biller: {
                let biller = Biller::new(program.prices.clone(), keep_ledger)
                    .holding(&program.purchases, program.start);
                if program.credits {
                    biller.with_credits()
                } else {
                    biller
                }
            },
            queue: EventQueue::new(),
            unsaid: if is_heard {
                Unsaid::heard()
            } else {
                Unsaid::default()
            },
            seq: 0,
            tally: Tally::default(),
            sink,
            is_heard,
            order: {
                let part = program.part.as_ref();
                part.map(|part| Box::new(Order::new(Arc::clone(part), program.start)))
            },
            behind: program.asks_something().then(Box::default),
            program,
        }
    }

    pub(super) const fn shared_program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Whoever is told what happens.
    pub const fn sink(&self) -> &S {
        &self.sink
    }

    /// The instant at which it stands.
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// Everything that is in it.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Every instance that was ever launched, in that order; of those that have ended, what can still be told.
    pub fn instances(&self) -> impl DoubleEndedIterator<Item = Cow<'_, Instance>> {
        self.world.instances()
    }

    /// The bill up to now. What is still open is asked of it by the instant: `bill().total_cost(account.now())`.
    pub const fn bill(&self) -> &Biller {
        &self.biller
    }

    /// The bill as it would be if everything ended now: what is open counts as if it were closed, its minimum included.
    pub fn bill_if_it_ended(&self) -> Biller {
        let mut bill = self.biller.clone();
        bill.finish(self.now, &mut Meters::default());
        bill
    }

    /// The names and ids of what records name by handles.
    pub fn directory(&self) -> impl Directory {
        self.named()
    }

    pub(super) const fn named(&self) -> Named<'_> {
        Named {
            names: &self.names,
            world: &self.world,
        }
    }

    /// Asks for something, now.
    ///
    /// # Errors
    ///
    /// EC2's refusal, or the simulator's own: `Simulator.NoPrice` where what would be launched, created or changed has no price.
    /// It is also a record.
    ///
    /// # Panics
    ///
    /// If it names something by a handle that another account has given.
    pub fn request(&mut self, request: impl Into<Request>) -> Result<Answer, ApiError> {
        let request = request.into();
        let answer = self.ask_from_outside(&request);
        self.conclude();
        self.refuse(&request, answer.as_ref().err());
        answer
    }

    /// Says the refusal of a request that somebody asked who gets the answer: it is no failure of a script's.
    pub(super) fn refuse(&mut self, request: &Request, error: Option<&ApiError>) {
        if let Some(error) = error {
            let targets = targets_by_handle(&self.directory(), &request.subjects());
            for target in targets {
                self.reject(0, request, error, target, None);
            }
        }
    }

    /// When the next thing falls due by itself; none where nothing is set to.
    pub fn next_due(&mut self) -> Option<SimTime> {
        // What was called off is still in the queue.
        while let Some((at, key)) = self.queue.first() {
            if self.world.is_set(*key) {
                return Some(at);
            }
            self.queue.pop();
        }
        None
    }

    /// Lets time pass up to an instant, and everything happen that falls due until then, that instant included. Time never
    /// goes back: an instant that is past changes nothing.
    pub fn advance_to(&mut self, at: SimTime) {
        while let Some(due) = self.next_due().filter(|&due| due <= at) {
            self.fall_due_at(due);
        }
        self.now = self.now.max(at);
    }

    /// Lets time pass until nothing is in a transitional state and no reboot is under way.
    pub fn settle(&mut self) {
        while self.world.is_busy()
            && let Some(due) = self.next_due()
        {
            self.fall_due_at(due);
        }
    }

    /// The clock of whoever drives it has come to an instant at which nothing falls due.
    pub(super) fn advance_clock(&mut self, at: Option<SimTime>) {
        self.now = self.now.max(at.unwrap_or(self.now));
    }

    fn fall_due_at(&mut self, due: SimTime) {
        self.now = self.now.max(due);
        while self.fall_due() {
            self.conclude();
        }
        self.instant_over();
    }

    /// When the next event of the queue comes, which may have been called off.
    pub(super) fn next_event(&self) -> Option<SimTime> {
        self.queue.next_time()
    }

    /// Lets one thing happen that is due by itself; false if nothing is. What came of it is yet to be concluded.
    pub(super) fn fall_due(&mut self) -> bool {
        let Some(key) = self.queue.pop_due(self.now) else {
            return false;
        };
        if let Some(order) = &mut self.order {
            order.falls_due(self.now);
        }
        self.world.fall_due(self.now, key, &mut self.unsaid.effects);
        true
    }

    /// Asks for something; what came of it is yet to be concluded.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Answer, ApiError> {
        request.carry_out(&mut self.call())
    }

    /// The same for somebody whose words no reader has checked.
    pub(super) fn ask_from_outside(&mut self, request: &Request) -> Result<Answer, ApiError> {
        check_prices(request, &mut self.world, (self.now, &self.biller))?;
        self.ask(request)
    }

    pub(super) fn call(&mut self) -> Call<'_> {
        Call {
            world: &mut self.world,
            at: self.now,
            origin: self.origin,
            tokens: &mut self.tokens,
            effects: &mut self.unsaid.effects,
        }
    }

    /// What an account has from the start is told by its meter and, for an address, by itself: nobody asked for it.
    pub(super) fn forget_acceptance(&mut self) {
        let is_told = |record: &Record| !matches!(record.kind, RecordKind::Accepted(_));
        self.unsaid.effects.records.retain(is_told);
    }

    /// Something is said that the world hasn't answered by itself.
    pub(super) fn add(&mut self, kind: RecordKind) {
        self.unsaid.effects.say(kind);
    }

    fn conclude(&mut self) {
        self.conclude_at(0, |_, _| {});
    }

    /// Says what the world has answered, with what it costs, and sets what is to happen next.
    ///
    /// Everything is charged before anything is said. A transition is the first of what a stop says; the address that it
    /// gives back and the volumes that go with it come after. What it has cost holds them all, so their meters are
    /// closed by then, and each is told after the record that closed it.
    pub(super) fn conclude_at(&mut self, line: u32, mut changed: impl FnMut(&Names, &Transition)) {
        if self.world.has_successions() {
            self.names.succeed(self.world.take_successions());
        }
        for index in 0..self.unsaid.effects.follow_ups.len() {
            self.schedule(self.unsaid.effects.follow_ups[index]);
        }
        let is_told = self.begins_step();
        let Unsaid {
            effects,
            meters,
            ends,
        } = &mut self.unsaid;
        for Record { kind, .. } in &effects.records {
            self.biller.observe(self.now, kind, meters);
            if self.is_heard {
                // What isn't shown has no meters of its own: those that a fact closes are told after what it leads to.
                let told = if let RecordKind::Fact(_) = kind {
                    ends.last().copied().unwrap_or(0)
                } else {
                    meters.events().len()
                };
                ends.push(told);
            }
            if let RecordKind::Transition(transition) = kind {
                self.tally.transitions += u64::from(is_told);
                changed(&self.names, transition);
            }
        }
        if !is_told {
            self.unsaid.meters.clear();
            self.unsaid.ends.clear();
        } else if self.is_heard {
            self.say(line);
        }
        self.unsaid.effects.clear();
    }

    /// What happens now is a step of its own. Answers whether it is told: it isn't where another part of the replay tells it.
    fn begins_step(&mut self) -> bool {
        let Some(order) = &mut self.order else {
            return true;
        };
        order.next_step();
        order.is_told()
    }

    /// Whether what happens now is told and counted.
    pub(super) fn is_told(&self) -> bool {
        self.order.as_ref().is_none_or(|order| order.is_told())
    }

    /// Says records, each with its meters.
    fn say(&mut self, line: u32) {
        for record in &mut self.unsaid.effects.records {
            if let RecordKind::Transition(transition) = &mut record.kind {
                (transition.cost_step, transition.cost_total) =
                    self.biller.settle(self.now, transition.instance);
            }
        }
        self.show(|mut teller, unsaid| {
            let mut told = 0;
            for (record, end) in unsaid.effects.records.iter_mut().zip(unsaid.ends.drain(..)) {
                teller.tell(line, record);
                for meter in &unsaid.meters.events()[told..end] {
                    teller.tell(line, &mut untold(RecordKind::Meter(*meter)));
                }
                told = end;
            }
            unsaid.meters.clear();
        });
    }

    fn schedule(&mut self, follow_up: FollowUp) {
        let (delay, is_cut) = match follow_up.delay {
            Delay::Exactly(delay) => (delay, false),
            Delay::Drawn {
                process,
                limit,
                key,
                number,
            } => {
                let range = self.program.timings.of(process);
                let spread = (range.max - range.min).as_secs();
                let drawn = if spread == 0 {
                    range.min
                } else {
                    // From the stream of that process and thing, in whole seconds.
                    let stream = key.purpose(process.name()).number(u64::from(number));
                    range.min + SimDuration::from_secs(stream.below(spread + 1))
                };
                let taken = limit.map_or(drawn, |limit| drawn.min(limit));
                (taken, taken < drawn)
            }
        };
        let at = self.now + delay;
        self.world.set_due(follow_up.key, at, is_cut);
        if let Some(order) = &mut self.order {
            order.sets(self.now, at);
        }
        self.queue.push(at, follow_up.key);
    }

    /// Says a refusal, and the step that fails by it; without one it is no failure.
    pub(super) fn reject<N: Naming>(
        &mut self,
        line: u32,
        request: &Request<N>,
        error: &ApiError,
        target: ActionTarget,
        failed: Option<FailedStep>,
    ) {
        let spares = |instance| request.spares(error, &self.world.instance(instance));
        if target.instance.is_some_and(spares) {
            return;
        }
        let rejected = Rejected {
            action: request.name(),
            target,
            code: error.code,
            message: error.message.clone(),
            expected: failed.is_none(),
            step: failed.unwrap_or_default(),
            rules: error.rules,
        };
        self.emit(line, RecordKind::Rejected(Box::new(rejected)));
    }

    /// Says something.
    pub(super) fn emit(&mut self, line: u32, kind: RecordKind) {
        if !self.begins_step() {
            return;
        }
        self.show(|mut teller, _| teller.tell(line, &mut untold(kind)));
    }

    /// All that happens at this instant was said.
    pub(super) fn instant_over(&mut self) {
        self.show(|teller, _| teller.sink.instant_over(&teller.view, teller.account));
    }

    fn show(&mut self, tell: impl FnOnce(Teller<'_, S>, &mut Unsaid)) {
        let account = Named {
            names: &self.names,
            world: &self.world,
        };
        if let Some(order) = &self.order {
            self.sink.rank(&order.rank());
        }
        let teller = Teller {
            sink: &mut self.sink,
            seq: &mut self.seq,
            behind: self.behind.as_deref_mut(),
            view: View {
                program: &self.program,
                names: &account,
                biller: &self.biller,
                now: self.now,
                tally: &self.tally,
            },
            account,
        };
        tell(teller, &mut self.unsaid);
    }

    /// Somebody looks: what loads have asked up to now is told.
    pub(super) fn tell_sums(&mut self) {
        if self.world.lambda().has_sums() {
            self.world.tell_sums(self.now, &mut self.unsaid.effects);
            self.conclude();
        }
    }

    /// The end of functions: what runs is billed as far as it has come.
    pub(super) fn cut_functions_off(&mut self) {
        if !self.world.lambda().is_empty() {
            self.world
                .cut_functions_off(self.now, &mut self.unsaid.effects);
            self.conclude();
        }
    }

    /// Closes the bill: what is open counts as if it were closed now.
    pub(super) fn close_bill(&mut self) {
        self.biller.finish(self.now, &mut self.unsaid.meters);
        self.begins_step();
        self.show(|mut teller, unsaid| {
            for meter in unsaid.meters.events() {
                teller.tell(0, &mut untold(RecordKind::Meter(*meter)));
            }
            unsaid.meters.clear();
        });
    }
}

/// Whoever is told, and what there is to look at. It stays the same for all records of a step, each of which may have meters:
/// made for every record, it takes 2 % of a replay that keeps them.
struct Teller<'a, S> {
    sink: &'a mut S,
    seq: &'a mut u64,
    behind: Option<&'a mut Behind>,
    view: View<'a>,
    account: Named<'a>,
}

impl<S: Listener> Teller<'_, S> {
    /// Says a record: now, at this line, as the next one.
    fn tell(&mut self, line: u32, record: &mut Record) {
        (record.seq, record.at, record.line) = (*self.seq + 1, self.view.now, line);
        *self.seq += u64::from(record.kind.is_shown());
        if let Some(behind) = &mut self.behind {
            behind.hear(&record.kind);
        }
        self.sink.record(record, &self.view, self.account);
    }
}

/// A record whose number, time and line are put in when it is said.
fn untold(kind: RecordKind) -> Record {
    Record::new(0, SimTime::default(), 0, kind)
}
