//! Random walks: any sequence of actions at any times, through the whole engine and through a second, simpler model that
//! was written from the published diagram alone. After each action both have to agree.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    net::Ipv4Addr,
};

use ec2sim::{
    Replay, Scenario,
    engine::{Inspector, View},
    lifecycle::{InstanceState, Phase},
    money::Usd,
    record::{AddressScope, Meter, Record, RecordKind, Resource},
    report::Document,
    runner::replay_inspected,
    script::{Directory, Named},
    time::SimTime,
    world::{Instance, Memory},
};
use proptest::{prelude::*, test_runner::RngSeed};

/// What a script may ask, of the instances whose bits are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Launch,
    Start,
    Stop,
    Skip,
    Force,
    Hibernate,
    Reboot,
    Terminate,
    TerminateSkip,
    TerminateForce,
    Shutdown,
    Resize,
    Associate,
    Disassociate,
}

/// A request: so long after the one before, what, and of whom (0, 1, or 2 for both).
type Move = (u64, Ask, usize);

/// How long the transitional states last: pending, resuming, stopping, hibernating, shutting-down.
type Timings = [u64; 5];

const NAMES: [&str; 2] = ["lab", "web"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Pending { first: bool, resumes: bool },
    Running,
    Stopping { hibernates: bool },
    Stopped,
    Hibernated,
    ShuttingDown,
    Terminated,
}

/// One instance of the simple model.
#[derive(Debug, Clone, Copy)]
struct Model {
    at: At,
    /// When the transitional state ends.
    due: u64,
    since: u64,
    can_hibernate: bool,
    /// Since when usage is metered, and what the runs before were billed.
    metered: Option<u64>,
    billed: u64,
    runs_since: u64,
    cut_off: bool,
    /// Whether it has an auto public address; since when, and what the ones before were billed.
    public: Option<u64>,
    held: u64,
    memory: Memory,
}

impl Model {
    fn launch(now: u64, timings: &Timings, can_hibernate: bool) -> Self {
        Self {
            at: At::Pending {
                first: true,
                resumes: false,
            },
            due: now + timings[0],
            since: now,
            can_hibernate,
            metered: None,
            billed: 0,
            runs_since: 0,
            cut_off: false,
            public: None,
            held: 0,
            memory: Memory::None,
        }
    }

    fn enter(&mut self, at: At, now: u64, lasts: u64, has_elastic: bool) {
        let was_metered = self.metered;
        (self.at, self.since, self.due, self.cut_off) = (at, now, now + lasts, false);
        let is_metered = matches!(at, At::Running | At::Stopping { hibernates: true });
        match (was_metered, is_metered) {
            (None, true) => self.metered = Some(now),
            (Some(since), false) => {
                self.billed += (now - since).max(60);
                self.metered = None;
            }
            (None, false) | (Some(_), true) => {}
        }
        if at == At::Running {
            self.runs_since = now;
            self.memory = Memory::Live;
            self.public = (!has_elastic).then_some(now);
        } else {
            self.give_up(now);
        }
        match at {
            At::Stopped | At::Terminated => self.memory = Memory::None,
            At::Hibernated => self.memory = Memory::Saved,
            At::Pending { .. } | At::Running | At::Stopping { .. } | At::ShuttingDown => {}
        }
    }

    fn give_up(&mut self, now: u64) {
        if let Some(since) = self.public.take() {
            self.held += (now - since).max(60);
        }
    }

    /// What falls due by itself up to now.
    fn wait(&mut self, now: u64, has_elastic: bool) {
        while self.due <= now {
            let to = match self.at {
                At::Pending { .. } => At::Running,
                At::Stopping { hibernates: true } if !self.cut_off => At::Hibernated,
                At::Stopping { .. } => At::Stopped,
                At::ShuttingDown => At::Terminated,
                At::Running | At::Stopped | At::Hibernated | At::Terminated => return,
            };
            self.enter(to, self.due, 0, has_elastic);
        }
    }

    /// The code of a refusal, with its place in the order of checks; nothing where it is accepted.
    fn refuses(&self, ask: Ask, now: u64) -> Option<(u8, &'static str)> {
        use At::{Hibernated, Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
        if self.at == Terminated && now >= self.since + 3600 {
            return Some((2, "InvalidInstanceID.NotFound"));
        }
        if ask == Ask::Hibernate && !self.can_hibernate {
            return Some((4, "UnsupportedHibernationConfiguration"));
        }
        let wrong = Some((7, "IncorrectInstanceState"));
        match (ask, self.at) {
            (Ask::Start, Stopping { .. } | ShuttingDown | Terminated) => wrong,
            (
                Ask::Stop | Ask::Skip | Ask::Hibernate,
                Pending { first: true, .. } | ShuttingDown | Terminated,
            )
            | (Ask::Force, ShuttingDown | Terminated) => wrong,
            (Ask::Hibernate, Pending { .. }) => Some((7, "UnsupportedOperation")),
            (Ask::Hibernate, Running) if now < self.runs_since + 120 => {
                Some((7, "UnsupportedOperation"))
            }
            (Ask::Reboot, Pending { .. } | Stopping { .. } | Stopped | Hibernated) => {
                Some((7, "IncorrectState"))
            }
            (Ask::Shutdown, at) if at != Running => Some((7, "Simulator.OsNotRunning")),
            (Ask::Resize, at) if at != Stopped => wrong,
            (Ask::Associate, Pending { .. } | ShuttingDown | Terminated) => {
                Some((7, "InvalidInstanceID"))
            }
            _ => None,
        }
    }

    /// What an accepted request does.
    fn obeys(&mut self, ask: Ask, now: u64, timings: &Timings) {
        let [pending, resuming, stopping, hibernating, shutting_down] = *timings;
        let later = |resumes| At::Pending {
            first: false,
            resumes,
        };
        let limit = match ask {
            Ask::Skip | Ask::TerminateSkip => 10,
            Ask::Force | Ask::TerminateForce => 240,
            _ => u64::MAX,
        };
        match (ask, self.at) {
            (Ask::Start, At::Stopped) => self.enter(later(false), now, pending, false),
            (Ask::Start, At::Hibernated) => self.enter(later(true), now, resuming, false),
            (
                Ask::Stop | Ask::Skip | Ask::Force | Ask::Shutdown,
                At::Pending { .. } | At::Running,
            ) => {
                self.enter(
                    At::Stopping { hibernates: false },
                    now,
                    stopping.min(limit),
                    false,
                );
            }
            (Ask::Hibernate, At::Running) => {
                self.enter(At::Stopping { hibernates: true }, now, hibernating, false);
            }
            (Ask::Skip | Ask::Force, At::Stopping { hibernates: false })
            | (Ask::TerminateSkip | Ask::TerminateForce, At::ShuttingDown) => {
                self.due = self.due.min(now + limit);
            }
            (Ask::Force, At::Stopping { hibernates: true }) if now + limit < self.due => {
                self.due = now + limit;
                self.cut_off = true;
            }
            (Ask::Terminate | Ask::TerminateSkip | Ask::TerminateForce, at) => match at {
                At::Stopped | At::Hibernated => self.enter(At::Terminated, now, 0, false),
                At::Pending { .. } | At::Running | At::Stopping { .. } => {
                    self.enter(At::ShuttingDown, now, shutting_down.min(limit), false);
                }
                At::ShuttingDown | At::Terminated => {}
            },
            _ => {}
        }
    }

    fn state(&self) -> InstanceState {
        match self.at {
            At::Pending { .. } => InstanceState::Pending,
            At::Running => InstanceState::Running,
            At::Stopping { .. } => InstanceState::Stopping,
            At::Stopped => InstanceState::Stopped,
            At::Hibernated => InstanceState::Hibernated,
            At::ShuttingDown => InstanceState::ShuttingDown,
            At::Terminated => InstanceState::Terminated,
        }
    }
}

/// What both have to agree on, of one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    state: InstanceState,
    billed: u64,
    has_auto: bool,
    has_elastic: bool,
    memory: Memory,
}

/// After each request: the code of its refusal, and the two instances.
type Trace = Vec<(Option<String>, Vec<Seen>)>;

/// The model's account: two instances and one Elastic IP.
struct Account {
    now: u64,
    instances: [Model; 2],
    /// What instances that had a name before were billed.
    before: [(u64, u64); 2],
    elastic_on: Option<usize>,
}

impl Account {
    fn wait(&mut self, now: u64) {
        self.now = now;
        for (index, instance) in self.instances.iter_mut().enumerate() {
            instance.wait(now, self.elastic_on == Some(index));
            if instance.at == At::Terminated && self.elastic_on == Some(index) {
                self.elastic_on = None;
            }
        }
    }

    fn ask(&mut self, ask: Ask, whom: &[usize], timings: &Timings) -> Option<&'static str> {
        let now = self.now;
        match ask {
            Ask::Disassociate => {
                self.take_off();
                return None;
            }
            Ask::Launch => {
                let instance = &mut self.instances[whom[0]];
                if instance.at != At::Terminated {
                    return Some("Simulator.NameTaken");
                }
                let before = &mut self.before[whom[0]];
                (before.0, before.1) = (before.0 + instance.billed, before.1 + instance.held);
                *instance = Model::launch(now, timings, instance.can_hibernate);
                return None;
            }
            _ => {}
        }
        let refusal = whom
            .iter()
            .filter_map(|&index| self.instances[index].refuses(ask, now))
            .min_by_key(|one| one.0);
        if let Some((_, code)) = refusal {
            return Some(code);
        }
        if ask == Ask::Associate && self.elastic_on != Some(whom[0]) {
            self.take_off();
            self.elastic_on = Some(whom[0]);
            self.instances[whom[0]].give_up(now);
        }
        for &index in whom {
            self.instances[index].obeys(ask, now, timings);
        }
        None
    }

    fn take_off(&mut self) {
        if let Some(index) = self.elastic_on.take()
            && self.instances[index].at == At::Running
        {
            self.instances[index].public = Some(self.now);
        }
    }

    fn seen(&self) -> Vec<Seen> {
        let see = |(index, instance): (usize, &Model)| Seen {
            state: instance.state(),
            billed: instance.billed
                + instance
                    .metered
                    .map_or(0, |since| (self.now - since).max(60)),
            has_auto: instance.public.is_some(),
            has_elastic: self.elastic_on == Some(index),
            memory: instance.memory,
        };
        self.instances.iter().enumerate().map(see).collect()
    }
}

fn names(whom: usize) -> Vec<usize> {
    if whom == 2 { vec![0, 1] } else { vec![whom] }
}

/// The moves that the language allows: an action on an address is of one instance, and so is a launch; it comes after
/// something that may have ended the instance before.
fn allowed(moves: &[Move]) -> Vec<Move> {
    let mut may_have_ended = [false; 2];
    let mut kept = Vec::new();
    for &(gap, ask, whom) in moves {
        let whom = if matches!(ask, Ask::Associate | Ask::Disassociate | Ask::Launch) {
            whom % 2
        } else {
            whom
        };
        match ask {
            Ask::Launch if !may_have_ended[whom] => continue,
            Ask::Launch => may_have_ended[whom] = false,
            Ask::Terminate | Ask::TerminateSkip | Ask::TerminateForce => {
                for index in names(whom) {
                    may_have_ended[index] = true;
                }
            }
            _ => {}
        }
        kept.push((gap, ask, whom));
    }
    kept
}

/// The scenario: each move between two notes.
fn text(moves: &[Move], timings: &Timings) -> String {
    let [pending, resuming, stopping, hibernating, shutting_down] = timings;
    let mut text = format!(
        "
timings:
  pending: {pending}s
  resuming: {resuming}s
  stopping: {stopping}s
  hibernating: {hibernating}s
  shutting-down: {shutting_down}s
defaults: {{ type: m5.large, root: {{ size: 30GiB, encrypted: true }} }}
instances: {{ lab: {{ hibernation: true }}, web: {{}} }}
addresses: {{ e: ~ }}
steps:
  - launch: [lab, web]
"
    );
    for (gap, ask, whom) in moves {
        let who = ["lab", "web", "lab, web"][*whom];
        let action = match ask {
            Ask::Launch => format!("launch: {who}"),
            Ask::Start => format!("start: [{who}]"),
            Ask::Stop => format!("stop: [{who}]"),
            Ask::Skip => format!("stop: {{ instances: [{who}], skip-os-shutdown: true }}"),
            Ask::Force => format!("stop: {{ instances: [{who}], force: true }}"),
            Ask::Hibernate => format!("hibernate: [{who}]"),
            Ask::Reboot => format!("reboot: [{who}]"),
            Ask::Terminate => format!("terminate: [{who}]"),
            Ask::TerminateSkip => {
                format!("terminate: {{ instances: [{who}], skip-os-shutdown: true }}")
            }
            Ask::TerminateForce => format!("terminate: {{ instances: [{who}], force: true }}"),
            Ask::Shutdown => format!("shutdown: [{who}]"),
            Ask::Resize => format!("modify: {{ instances: [{who}], type: m5.large }}"),
            Ask::Associate => format!("associate-address: {{ address: e, instance: {who} }}"),
            Ask::Disassociate => "disassociate-address: e".to_owned(),
        };
        let _ = write!(
            text,
            "  - {{ after: {gap}s, note: before }}\n  - {action}\n  - note: after\n"
        );
    }
    text
}

/// What an instance had when `kept` and `changed` look back: nothing, or its public address.
type Reference = Option<Option<Ipv4Addr>>;

/// Watches a replay: the trace, and what every replay has to hold to.
#[derive(Default)]
struct Witness {
    trace: Trace,
    code: Option<String>,
    last: (u64, SimTime),
    handed_out: BTreeSet<Ipv4Addr>,
    public: BTreeMap<usize, Option<Ipv4Addr>>,
    /// The public address at the last moment of running, by instance.
    last_running: BTreeMap<usize, Reference>,
    references: BTreeMap<usize, Reference>,
    before: Vec<(usize, bool, Option<Ipv4Addr>)>,
    touched: BTreeSet<usize>,
}

impl Witness {
    fn address(&mut self, record: &Record) {
        let RecordKind::Address(event) = &record.kind else {
            return;
        };
        let ipv4 = |ip: Option<std::net::IpAddr>| {
            if let Some(std::net::IpAddr::V4(ip)) = ip {
                Some(ip)
            } else {
                None
            }
        };
        let given = match (event.scope, event.address, event.instance) {
            (AddressScope::Public, ..) | (AddressScope::Elastic, _, None) => ipv4(event.to),
            _ => None,
        };
        if let Some(ip) = given {
            assert!(self.handed_out.insert(ip), "{ip} is handed out twice");
        }
        if let Some(instance) = event.instance
            && event.scope != AddressScope::Private
        {
            self.public.insert(instance.index(), ipv4(event.to));
        }
    }

    fn transition(&mut self, record: &Record) {
        if let RecordKind::Transition(transition) = &record.kind
            && transition.from == Some(Phase::Running)
        {
            let instance = transition.instance.index();
            let public = self.public.get(&instance).copied().flatten();
            self.last_running.insert(instance, Some(public));
        }
    }

    /// An action is over: instances that accepted it look back at what they had before.
    fn compare_references(&mut self, account: Named<'_>) {
        for (instance, was_running, public) in std::mem::take(&mut self.before) {
            if self.touched.contains(&instance) {
                let reference = if was_running {
                    Some(public)
                } else {
                    self.last_running.get(&instance).copied().flatten()
                };
                self.references.insert(instance, reference);
            }
        }
        self.touched.clear();
        for there in account.world.instances() {
            let expected = self
                .references
                .get(&there.handle().index())
                .copied()
                .flatten();
            let found = there.reference().map(|snapshot| snapshot.public_ipv4);
            assert_eq!(
                found,
                expected,
                "what {} looks back at",
                account.instance_name(there.handle())
            );
        }
    }

    fn present(account: Named<'_>) -> impl Iterator<Item = Cow<'_, Instance>> {
        let present = (0..2).filter_map(move |slot| account.names.in_slot(slot));
        present.map(move |there| account.world.instance(there))
    }
}

impl Inspector for Witness {
    fn record(&mut self, record: &Record, view: &View<'_>, account: Named<'_>) {
        assert!(record.at >= self.last.1, "time never falls");
        assert_eq!(record.seq, self.last.0 + 1, "the numbers have no gap");
        self.last = (self.last.0 + u64::from(record.kind.is_shown()), record.at);
        self.transition(record);
        self.address(record);
        if let RecordKind::Rejected(rejected) = &record.kind {
            self.code = Some(rejected.code.to_string());
        }
        // By lines: what falls due by itself at the same instant is nobody's action.
        if record.line > 0 {
            let accepted = match &record.kind {
                RecordKind::Accepted(accepted) => accepted.instance,
                RecordKind::Transition(transition) if transition.from.is_some() => {
                    Some(transition.instance)
                }
                RecordKind::Address(event) if event.scope == AddressScope::Elastic => {
                    event.instance
                }
                _ => None,
            };
            self.touched
                .extend(accepted.map(ec2sim::record::InstanceHandle::index));
        }
        let RecordKind::Note(note) = &record.kind else {
            return;
        };
        if &*note.text == "before" {
            self.code = None;
            self.touched.clear();
            let public = &self.public;
            self.before = account
                .world
                .instances()
                .map(|there| {
                    let index = there.handle().index();
                    (
                        index,
                        there.phase() == Phase::Running,
                        public.get(&index).copied().flatten(),
                    )
                })
                .collect();
            return;
        }
        self.compare_references(account);
        let seen = Self::present(account).map(|there| Seen {
            state: there.state(),
            billed: view.biller.billed_secs(record.at, there.handle()),
            has_auto: there.auto_public_ipv4().is_some(),
            has_elastic: there.elastic_ip().is_some(),
            memory: there.memory(),
        });
        self.trace.push((self.code.take(), seen.collect()));
    }
}

/// What the bill has to hold to: lines that add up, and usage for runs alone.
fn check_bill(replay: &Replay) {
    let bill = replay.bill();
    let total: Usd = bill.ledger().iter().map(|line| line.amount).sum();
    assert_eq!(total, bill.cost().total());
    let mut open: BTreeMap<usize, SimTime> = BTreeMap::new();
    let mut runs = BTreeSet::new();
    let mut closed = |instance: usize, since: SimTime, until: SimTime| {
        let secs = (until - since).as_secs().max(60);
        runs.insert((instance, since, secs));
    };
    for record in replay.records() {
        if let RecordKind::Transition(transition) = &record.kind {
            let instance = transition.instance.index();
            let metered = matches!(transition.to, Phase::Running | Phase::Hibernating);
            if metered {
                open.entry(instance).or_insert(record.at);
            } else if let Some(since) = open.remove(&instance) {
                closed(instance, since, record.at);
            }
        }
    }
    for (instance, since) in open {
        closed(instance, since, replay.end());
    }
    let lines: BTreeSet<_> = bill
        .ledger()
        .iter()
        .filter(|line| line.meter == Meter::Usage)
        .map(|line| {
            let Some(Resource::Instance(instance)) = line.resource else {
                panic!("usage is an instance's")
            };
            assert_eq!((line.to - line.from).as_secs(), line.quantity);
            (instance.index(), line.from, line.quantity)
        })
        .collect();
    assert_eq!(
        lines, runs,
        "usage is metered in running and hibernating, and topped up to a minute"
    );
}

fn walk(moves: &[Move], timings: &Timings) {
    let moves = allowed(moves);
    let text = text(&moves, timings);
    let scenario = Scenario::from_text("walk.yaml", &text)
        .unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
    let mut witness = Witness::default();
    let replay = replay_inspected(&scenario, &mut witness);

    let mut account = Account {
        now: 0,
        instances: [true, false].map(|can_hibernate| Model::launch(0, timings, can_hibernate)),
        before: [(0, 0); 2],
        elastic_on: None,
    };
    account.wait(0);
    assert_eq!(witness.trace.len(), moves.len(), "every move is seen");
    for ((gap, ask, whom), (code, seen)) in moves.iter().zip(&witness.trace) {
        account.wait(account.now + gap);
        let expected = account.ask(*ask, &names(*whom), timings);
        account.wait(account.now);
        assert_eq!(
            code.as_deref(),
            expected,
            "{ask:?} {whom} at {}\n{text}",
            account.now
        );
        assert_eq!(
            *seen,
            account.seen(),
            "{ask:?} {whom} at {}\n{text}",
            account.now
        );
    }

    account.wait(replay.end().since(scenario.program().start).as_secs());
    for (index, name) in NAMES.iter().enumerate() {
        let instance = &mut account.instances[index];
        let open = instance
            .metered
            .map_or(0, |since| (account.now - since).max(60));
        instance.give_up(account.now);
        let (billed, held) = account.before[index];
        let mut cost = (Usd::ZERO, Usd::ZERO);
        for line in replay.bill().ledger() {
            let Some(Resource::Instance(handle)) = line.resource else {
                continue;
            };
            if replay.directory().instance_name(handle) == *name {
                match line.meter {
                    Meter::Usage => cost.0 += line.amount,
                    Meter::PublicIpv4 => cost.1 += line.amount,
                    other => panic!("{other:?} is no meter of an instance"),
                }
            }
        }
        let hourly = |price: &str, secs| Usd::hourly(price.parse().unwrap(), secs);
        assert_eq!(
            cost.0,
            hourly("0.096", billed + instance.billed + open),
            "usage of {name}\n{text}"
        );
        assert_eq!(
            cost.1,
            hourly("0.005", held + instance.held),
            "addresses of {name}\n{text}"
        );
    }
    check_bill(&replay);
    let document = |replay: &Replay| serde_json::to_string(&Document::new(replay)).unwrap();
    let again = ec2sim::replay(&scenario);
    assert_eq!(document(&replay), document(&again), "equal bytes");
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let gap = prop_oneof![
        3 => Just(0_u64),
        6 => 1..40_u64,
        6 => 40..300_u64,
        1 => 3_500..4_000_u64,
    ];
    let ask = prop_oneof![
        3 => Just(Ask::Launch),
        6 => Just(Ask::Start),
        4 => Just(Ask::Stop),
        2 => Just(Ask::Skip),
        2 => Just(Ask::Force),
        5 => Just(Ask::Hibernate),
        2 => Just(Ask::Reboot),
        1 => Just(Ask::Terminate),
        1 => Just(Ask::TerminateSkip),
        1 => Just(Ask::TerminateForce),
        2 => Just(Ask::Shutdown),
        2 => Just(Ask::Resize),
        3 => Just(Ask::Associate),
        2 => Just(Ask::Disassociate),
    ];
    proptest::collection::vec((gap, ask, 0..3_usize), 1..60)
}

fn timings() -> impl Strategy<Value = Timings> {
    let lasts = || prop_oneof![1 => Just(0_u64), 4 => 1..60_u64, 2 => 60..900_u64];
    [lasts(), lasts(), lasts(), lasts(), lasts()]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(2_026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_random_walk_agrees_with_the_simple_model(moves in moves(), timings in timings()) {
        walk(&moves, &timings);
    }
}
