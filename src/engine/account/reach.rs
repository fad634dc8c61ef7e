//! Every state that an account can reach, and what has to hold in each: an exhaustive walk.
//!
//! Random walks go far; this one leaves nothing out. From each state every request of an alphabet is asked at each of several
//! instants, and states of one [`Essence`] are walked on from once. What is checked is what this module has counted for
//! itself from the records and the clock, and not what the account says of itself.

mod alphabet;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt::{self, Write as _},
    net::IpAddr,
    panic::resume_unwind,
    sync::Arc,
    thread,
};

use thiserror::Error;

use crate::{
    action::Request,
    billing::LedgerLine,
    lifecycle::{Phase, Trigger, spot::State as SpotState},
    record::{
        AddressEvent, AddressScope, InstanceHandle, Meter, NoticeKind, Record, RecordKind,
        Resource, Transition, UsageType,
    },
    script::Named,
    time::{SimDuration, SimTime},
    world::{Essence, Pool, SpotRequest},
};

use super::{super::sink::Listener, Account, Settings, View};
use alphabet::Alphabet;

/// How long after everything has come to rest "long after" is: past every window in which something counts.
const LONG: SimDuration = SimDuration::from_hours(25);

/// When a request is asked, told from the state before it.
const INSTANTS: [&str; 4] = [
    "at once",
    "midway to what falls due next",
    "at the second at which that falls due",
    "long after",
];

/// What is charged for no time at all is charged for a minute.
const MINUTE: SimDuration = SimDuration::from_mins(1);

/// Keeps what the checks look at.
#[derive(Debug, Clone, Default)]
struct Heard(Vec<RecordKind>);

impl Listener for Heard {
    fn listens(&self) -> bool {
        true
    }

    fn record(&mut self, record: &Record, _: &View<'_>, _: Named<'_>) {
        let is_interruption = matches!(
            &record.kind,
            RecordKind::Notice(notice) if notice.event == NoticeKind::SpotInterruption
        );
        if is_interruption
            || matches!(
                record.kind,
                RecordKind::Transition(_) | RecordKind::Address(_)
            )
        {
            self.0.push(record.kind.clone());
        }
    }

    fn instant_over(&mut self, _: &View<'_>, _: Named<'_>) {}
}

/// What was seen of one instance.
#[derive(Debug, Clone, Default)]
struct Seen {
    private: Option<IpAddr>,
    /// Since when it is in a metered phase, and what the times before were charged as, in seconds.
    metered: Option<SimTime>,
    billed: u64,
    /// Its address from Amazon's pool, since when.
    auto: Option<(IpAddr, SimTime)>,
    elastic: Option<IpAddr>,
    has_ended: bool,
    /// Whether EC2 has taken its place away.
    forfeits: bool,
    /// When EC2 took it back while it ran.
    taken: Option<SimTime>,
}

impl Seen {
    /// For how many seconds it is charged that was metered since then: what EC2 takes back within the first hour is free.
    fn charged(&self, since: SimTime, now: SimTime) -> u64 {
        let is_free = (self.taken).is_some_and(|at| at.since(since) < SimDuration::from_hours(1));
        if is_free { 0 } else { charged(since, now) }
    }
}

/// An account, and what was seen of it from outside.
#[derive(Debug, Clone)]
struct Walker {
    account: Account<Heard>,
    seen: Vec<Seen>,
    /// Of each volume, since when it is there, and up to when the ledger has it.
    volumes: Vec<(SimTime, SimTime)>,
    /// Up to when the ledger has each Elastic IP.
    addresses: Vec<SimTime>,
    pool: Option<Pool>,
    /// How many places the pool should have.
    places: Option<i64>,
    spot: Option<SpotState>,
    /// As what it was launched.
    launch: usize,
}

/// For how many seconds things were charged, by meter.
type Charges = BTreeMap<(Resource, Meter), u64>;

/// What an instance costs by the second, over a span: a minute at least.
fn charged(from: SimTime, to: SimTime) -> u64 {
    to.since(from).max(MINUTE).as_secs()
}

/// On a machine of EC2's, or about to be.
const fn is_placed(phase: Option<Phase>) -> bool {
    !matches!(
        phase,
        None | Some(Phase::Stopped | Phase::Hibernated | Phase::Terminated)
    )
}

macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

impl Walker {
    fn new(alphabet: &Alphabet, launch: usize) -> Self {
        let program = Arc::new(Settings::default().into_program());
        let account = Account::driven(program, true, Heard::default());
        Self {
            account,
            seen: Vec::new(),
            volumes: Vec::new(),
            addresses: Vec::new(),
            pool: alphabet.pool(),
            places: None,
            spot: None,
            launch,
        }
    }

    /// The latest instance: the one that is asked about.
    fn latest(&self) -> InstanceHandle {
        InstanceHandle::new(self.seen.len().saturating_sub(1))
    }

    /// What decides the future, of the account and of the checks.
    fn essence(&self) -> u128 {
        let now = self.account.now;
        let mut essence = Essence::at(now);
        essence.of(self.launch);
        self.account.world.tell(&mut essence);
        let mut queue = self.account.queue.clone();
        while let Some((at, key)) = queue.pop() {
            self.account.world.tell_set(key, at, &mut essence);
        }
        for seen in self.seen.iter().filter(|seen| !seen.has_ended) {
            essence.of((seen.metered.is_some(), seen.auto.is_some()));
            essence.ago(seen.metered.unwrap_or_default(), MINUTE);
            essence.ago(
                seen.auto.map_or(SimTime::default(), |(_, since)| since),
                MINUTE,
            );
        }
        let volumes = self.account.world.volumes().iter().zip(&self.volumes);
        for (_, &(born, _)) in volumes.filter(|(volume, _)| !volume.is_deleted()) {
            essence.ago(born, MINUTE);
        }
        for &until in &self.addresses {
            essence.ago(until, MINUTE);
        }
        essence.sum()
    }

    /// The instant of a choice; none where it is one that comes before.
    fn instant(&mut self, choice: usize) -> Option<SimTime> {
        let now = self.account.now;
        let due = self.account.next_due();
        match choice {
            0 => Some(now),
            1 => {
                let half = SimDuration::from_secs(due?.since(now).as_secs() / 2);
                (half > SimDuration::default()).then_some(now + half)
            }
            2 => due,
            _ => Some(now + LONG),
        }
    }

    /// Lets time pass, and looks at everything that happens in it.
    fn advance_to(&mut self, at: SimTime) -> Result<(), String> {
        while let Some(due) = self.account.next_due().filter(|&due| due <= at) {
            self.account.now = due;
            while self.account.fall_due() {
                self.conclude()?;
            }
        }
        self.account.now = at;
        // Long after is after all that this brings about.
        self.look()
    }

    /// Asks; whether it was accepted.
    fn ask(&mut self, request: &Request, before: u128) -> Result<bool, String> {
        if let Err(refusal) = self.account.ask_from_outside(request) {
            let effects = &self.account.unsaid.effects;
            ensure!(
                effects.records.is_empty() && effects.follow_ups.is_empty(),
                "something comes of what is refused with {}",
                refusal.code
            );
            ensure!(
                self.essence() == before,
                "what is refused with {} has changed something",
                refusal.code
            );
            return Ok(false);
        }
        if let Request::SetCapacity(change) = request {
            self.places = change.available.and_then(|places| places.try_into().ok());
        } else if let Request::InterruptSpot(_) = request
            && self.took_notice()
        {
            self.places = Some(0);
        }
        self.conclude()?;
        Ok(true)
    }

    /// Whether EC2 has taken notice of an interruption just now: then the pool is empty.
    fn took_notice(&self) -> bool {
        let records = &self.account.unsaid.effects.records;
        records
            .iter()
            .any(|record| matches!(record.kind, RecordKind::Notice(_)))
    }

    fn conclude(&mut self) -> Result<(), String> {
        self.account.conclude();
        self.look()
    }

    /// What has happened, and whether all is as it should be.
    fn look(&mut self) -> Result<(), String> {
        let now = self.account.now;
        let mut charges = Charges::new();
        for record in std::mem::take(&mut self.account.sink.0) {
            if let RecordKind::Transition(transition) = record {
                self.moved(&transition, &mut charges)?;
            } else if let RecordKind::Address(event) = record {
                self.readdressed(&event, &mut charges)?;
            } else if let RecordKind::Notice(notice) = record
                && let Some(instance) = notice.instance
            {
                self.seen[instance.index()].forfeits = true;
            }
        }
        while let Some(volume) = self.account.world.volumes().get(self.volumes.len()) {
            ensure!(
                !volume.is_deleted(),
                "a volume is deleted before it is seen"
            );
            self.volumes.push((now, now));
        }
        let lines = self.account.biller.take_lines();
        self.compare(&lines, &charges, now)?;
        self.hold(now)?;
        self.spot = self
            .account
            .world
            .only_spot_request()
            .map(SpotRequest::state);
        Ok(())
    }

    fn readdressed(&mut self, event: &AddressEvent, charges: &mut Charges) -> Result<(), String> {
        let now = self.account.now;
        if let (None, AddressScope::Elastic) = (event.instance, event.scope) {
            self.addresses.push(now);
        }
        let Some(instance) = event.instance else {
            return Ok(());
        };
        let seen = &mut self.seen[instance.index()];
        let is_ipv4 = event.to.or(event.from).is_some_and(|ip| ip.is_ipv4());
        match event.scope {
            AddressScope::Private => {
                ensure!(
                    seen.has_ended || seen.private.is_none(),
                    "the private address changes from {:?} to {:?}",
                    event.from,
                    event.to
                );
                seen.private = event.to;
            }
            AddressScope::Public if is_ipv4 => {
                if let Some((address, since)) = seen.auto.take() {
                    ensure!(
                        event.from == Some(address),
                        "a second public address comes, {:?}",
                        event.to
                    );
                    let sum = (Resource::Instance(instance), Meter::PublicIpv4);
                    *charges.entry(sum).or_default() += charged(since, now);
                }
                seen.auto = event.to.map(|address| (address, now));
            }
            AddressScope::Public => {}
            AddressScope::Elastic => seen.elastic = event.to,
        }
        Ok(())
    }

    fn moved(&mut self, transition: &Transition, charges: &mut Charges) -> Result<(), String> {
        let (now, instance) = (self.account.now, transition.instance);
        let is_new = transition.from.is_none();
        if is_new {
            ensure!(
                instance.index() == self.seen.len(),
                "{instance:?} is launched twice"
            );
            self.seen.push(Seen {
                taken: None,
                ..Seen::default()
            });
        }
        let seen = &mut self.seen[instance.index()];
        ensure!(
            !seen.has_ended,
            "it leaves terminated for {:?}",
            transition.to
        );
        seen.has_ended = transition.to == Phase::Terminated;
        let taken_back = [
            Trigger::SpotTerminate,
            Trigger::SpotStop,
            Trigger::SpotHibernate,
        ];
        let is_taken = taken_back
            .iter()
            .any(|trigger| trigger.name() == transition.trigger);
        if is_taken && transition.from == Some(Phase::Running) {
            seen.taken = Some(now);
        }
        let is_counted = self
            .pool
            .is_some_and(|pool| pool.instance_type == transition.instance_type);
        match (is_placed(transition.from), is_placed(Some(transition.to))) {
            (false, true) => {
                if let Some(places) = self.places.as_mut().filter(|_| is_counted) {
                    *places -= 1;
                    ensure!(*places >= 0, "there are {places} places left");
                }
            }
            (true, false) => {
                let forfeits = std::mem::take(&mut seen.forfeits);
                if let Some(places) = self.places.as_mut().filter(|_| is_counted && !forfeits) {
                    *places += 1;
                }
            }
            (false, false) | (true, true) => {}
        }
        let meters = matches!(transition.to, Phase::Running | Phase::Hibernating);
        match (seen.metered, meters) {
            (None, true) => seen.metered = Some(now),
            (Some(since), false) => {
                let secs = seen.charged(since, now);
                (seen.metered, seen.taken) = (None, None);
                seen.billed += secs;
                if secs > 0 {
                    let sum = (Resource::Instance(instance), Meter::Usage);
                    *charges.entry(sum).or_default() += secs;
                }
            }
            (None, false) | (Some(_), true) => {}
        }
        Ok(())
    }

    /// The lines that have come to the ledger against what was seen on the time line.
    fn compare(
        &mut self,
        lines: &[LedgerLine],
        charges: &Charges,
        now: SimTime,
    ) -> Result<(), String> {
        let mut told = Charges::new();
        for line in lines {
            // What nothing in particular is charged for isn't on the time line.
            let Some(resource) = line.resource else {
                continue;
            };
            let from = match (resource, line.usage_type) {
                (Resource::Volume(volume), UsageType::VolumeUsage(_)) => {
                    &mut self.volumes[volume.index()].1
                }
                (Resource::Volume(_), _) => continue,
                (Resource::Address(address), _) => &mut self.addresses[address.index()],
                _ => {
                    let secs = line.to.since(line.from).as_secs();
                    *told.entry((resource, line.meter)).or_default() += secs;
                    continue;
                }
            };
            ensure!(
                line.from == *from,
                "{resource:?} is charged from {} on, and was up to {from}",
                line.from
            );
            *from = line.to;
        }
        ensure!(
            told == *charges,
            "the ledger has {told:?} s, and the time line {charges:?} s"
        );
        let volumes = self.account.world.volumes().iter().zip(&mut self.volumes);
        for (_, (born, until)) in volumes.filter(|(volume, _)| volume.is_deleted()) {
            // Once is enough: what is gone is charged no more.
            if *until != SimTime::MAX {
                ensure!(
                    *until == now.max(*born + MINUTE),
                    "a volume goes at {now} that is charged up to {until}"
                );
                *until = SimTime::MAX;
            }
        }
        Ok(())
    }

    /// What holds of every state.
    fn hold(&self, now: SimTime) -> Result<(), String> {
        let Account { world, biller, .. } = &self.account;
        for (index, seen) in self.seen.iter().enumerate() {
            let handle = InstanceHandle::new(index);
            let there = world.instance(handle);
            let phase = there.phase();
            ensure!(
                seen.has_ended == (phase == Phase::Terminated),
                "it is {phase:?}, and was said to have ended: {}",
                seen.has_ended
            );
            let is_metered = matches!(phase, Phase::Running | Phase::Hibernating);
            ensure!(
                biller.is_metering(handle) == is_metered && seen.metered.is_some() == is_metered,
                "in {phase:?} its usage is metered: {}",
                biller.is_metering(handle)
            );
            let running = seen.metered.map_or(0, |since| seen.charged(since, now));
            let billed = biller.billed_secs(now, handle);
            ensure!(
                billed == seen.billed + running,
                "{billed} s are billed, and the time line has {}",
                seen.billed + running
            );
            ensure!(
                seen.auto.is_none() || seen.elastic.is_none(),
                "it has two public addresses, {:?} and {:?}",
                seen.auto,
                seen.elastic
            );
            let auto = there.auto_public_ipv4().map(IpAddr::V4);
            let elastic = there
                .elastic_ip()
                .map(|on| IpAddr::V4(world.address(on).ip()));
            ensure!(
                auto == seen.auto.map(|(address, _)| address) && elastic == seen.elastic,
                "its public addresses are {auto:?} and {elastic:?}, and were said to be {:?} and {:?}",
                seen.auto,
                seen.elastic
            );
            ensure!(
                auto.is_none() || phase == Phase::Running,
                "it has an address of Amazon's pool in {phase:?}"
            );
            let private = there.private_ipv4().map(IpAddr::V4);
            ensure!(
                private == seen.private && private.is_some() != seen.has_ended,
                "its private address is {private:?} in {phase:?}, and was said to be {:?}",
                seen.private
            );
            ensure!(
                !seen.has_ended || world.attached(&there).next().is_none(),
                "a volume is attached to what has ended"
            );
        }
        let places = self
            .pool
            .and_then(|pool| world.places(pool))
            .map(i64::try_from);
        ensure!(
            places == self.places.map(Ok),
            "there are {places:?} places, and should be {:?}",
            self.places
        );
        self.hold_spot()
    }

    /// What holds of a Spot request.
    fn hold_spot(&self) -> Result<(), String> {
        let Some(request) = self.account.world.only_spot_request() else {
            return Ok(());
        };
        let is_over = |state| {
            matches!(
                state,
                SpotState::Closed | SpotState::Cancelled | SpotState::Failed
            )
        };
        let state = request.state();
        ensure!(
            self.spot
                .is_none_or(|before| before == state || !is_over(before)),
            "a request that was {:?} is {state}",
            self.spot
        );
        let living = self.seen.iter().filter(|seen| !seen.has_ended).count();
        ensure!(living <= 1, "{living} instances live by one request");
        ensure!(
            living == 1 || !matches!(state, SpotState::Active | SpotState::Disabled),
            "a request is {state}, and its instance has ended"
        );
        Ok(())
    }

    /// What is left open is charged up to the end.
    fn finish(mut self) -> Result<(), String> {
        let later = self.account.now + LONG;
        self.advance_to(later)?;
        let now = self.account.now;
        let mut meters = crate::billing::Meters::default();
        self.account.biller.finish(now, &mut meters);
        let mut charges = Charges::new();
        for (index, seen) in self.seen.iter().enumerate() {
            let of = Resource::Instance(InstanceHandle::new(index));
            let metered = seen.metered.map_or(0, |since| seen.charged(since, now));
            if metered > 0 {
                charges.insert((of, Meter::Usage), metered);
            }
            if let Some((_, since)) = seen.auto {
                charges.insert((of, Meter::PublicIpv4), charged(since, now));
            }
        }
        let lines = self.account.biller.take_lines();
        self.compare(&lines, &charges, now)?;
        let open = self.account.world.volumes().iter().zip(&self.volumes);
        for (_, (_, until)) in open.filter(|(volume, _)| !volume.is_deleted()) {
            ensure!(
                *until == now,
                "a volume is charged up to {until}, not {now}"
            );
        }
        for until in &self.addresses {
            ensure!(
                *until == now,
                "an Elastic IP is charged up to {until}, not {now}"
            );
        }
        Ok(())
    }
}

/// A choice of an instant and a request.
type Step = (usize, usize);

/// A state, by one way that leads to it, and how many sequences do.
#[derive(Debug, Clone)]
struct Node {
    launch: usize,
    path: Vec<Step>,
    sequences: u128,
}

/// States by what decides their future.
type Level = BTreeMap<u128, Node>;

/// Something that has to hold doesn't.
#[derive(Debug, Error)]
#[error("{way}: {what}")]
pub struct Broken {
    /// What was launched, and what was asked when.
    way: String,
    /// What is broken.
    what: String,
}

/// What a walk came to.
#[derive(Debug, Clone, Default)]
pub struct Walked {
    name: &'static str,
    launches: usize,
    requests: usize,
    depth: usize,
    /// Sequences of as many requests as the walk is deep.
    sequences: u128,
    /// How many requests were asked, each in a state of its own, and how many of them were refused.
    asked: u64,
    refused: u64,
    /// States that differ after so many requests, the first of them after one.
    states: Vec<usize>,
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states: Vec<String> = self.states.iter().map(ToString::to_string).collect();
        write!(
            f,
            "{}: {} launches, then {} of {} requests at {} instants each: {} sequences, {} requests asked ({} refused), {} states",
            self.name,
            self.launches,
            self.depth,
            self.requests,
            INSTANTS.len(),
            self.sequences,
            self.asked,
            self.refused,
            states.join(" + ")
        )
    }
}

impl Alphabet {
    fn launched(&self, launch: usize) -> Result<Walker, String> {
        let mut walker = Walker::new(self, launch);
        let (_, request) = &self.launches[launch];
        for request in self.before.iter().chain([request]) {
            let answer = walker.account.ask_from_outside(request);
            answer.map_err(|refusal| refusal.to_string())?;
            walker.conclude()?;
        }
        Ok(walker)
    }

    /// The state at the end of a way.
    fn arrive(&self, node: &Node) -> Result<Walker, String> {
        let mut walker = self.launched(node.launch)?;
        for &(instant, ask) in &node.path {
            let at = walker.instant(instant).ok_or("nothing falls due")?;
            walker.advance_to(at)?;
            let request = (self.asks[ask].request)(&walker.account.world, walker.latest());
            let essence = walker.essence();
            walker.ask(&request.ok_or("there is nothing to ask for")?, essence)?;
        }
        Ok(walker)
    }

    /// A way in words.
    fn way(&self, node: &Node) -> String {
        let mut way = format!("{}: launch ({})", self.name, self.launches[node.launch].0);
        for &(instant, ask) in &node.path {
            let _ = write!(way, "; {}, {}", INSTANTS[instant], self.asks[ask].name);
        }
        way
    }

    /// Asks everything in a state, at every instant.
    fn expand(
        &self,
        node: &Node,
        is_last: bool,
        next: &mut Level,
        walked: &mut Walked,
    ) -> Result<(), Broken> {
        let broken = |node: &Node, what| Broken {
            way: self.way(node),
            what,
        };
        let there = self.arrive(node).map_err(|what| broken(node, what))?;
        let mut known = Vec::new();
        for instant in 0..INSTANTS.len() {
            let mut waiting = there.clone();
            let Some(at) = waiting.instant(instant) else {
                continue;
            };
            waiting.advance_to(at).map_err(|what| broken(node, what))?;
            // What is the same by now as an instant ago is asked no more.
            let before = waiting.essence();
            if known.contains(&before) {
                continue;
            }
            known.push(before);
            let mut asked = waiting.clone();
            for (number, ask) in self.asks.iter().enumerate() {
                let Some(request) = (ask.request)(&asked.account.world, asked.latest()) else {
                    continue;
                };
                let mut child = node.clone();
                child.path.push((instant, number));
                let answer = asked.ask(&request, before);
                let is_accepted = answer.map_err(|what| broken(&child, what))?;
                walked.asked += 1;
                walked.refused += u64::from(!is_accepted);
                let after = if is_accepted { asked.essence() } else { before };
                match next.entry(after) {
                    Entry::Occupied(mut same) => same.get_mut().sequences += node.sequences,
                    Entry::Vacant(new) => {
                        if is_last {
                            let ended = asked.clone().finish();
                            ended.map_err(|what| broken(&child, what))?;
                        }
                        new.insert(child);
                    }
                }
                if is_accepted {
                    asked.clone_from(&waiting);
                }
            }
        }
        Ok(())
    }

    /// Walks over all states up to so many requests after the launch.
    fn walk(&self, depth: usize) -> Result<Walked, Broken> {
        let mut walked = Walked {
            name: self.name,
            launches: self.launches.len(),
            requests: self.asks.len(),
            depth,
            ..Walked::default()
        };
        let launches = (0..self.launches.len()).map(|launch| Node {
            launch,
            path: Vec::new(),
            sequences: 1,
        });
        let mut level: Vec<Node> = launches.collect();
        for length in 1..=depth {
            let is_last = length == depth;
            let share = level.len().div_ceil(THREADS).max(1);
            let found: Vec<Result<(Level, Walked), Broken>> = thread::scope(|scope| {
                let expand = |nodes: &[Node]| {
                    let (mut next, mut walked) = (Level::new(), Walked::default());
                    for node in nodes {
                        self.expand(node, is_last, &mut next, &mut walked)?;
                    }
                    Ok((next, walked))
                };
                let workers: Vec<_> = level
                    .chunks(share)
                    .map(|nodes| scope.spawn(move || expand(nodes)))
                    .collect();
                let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
                joined
                    .map(|one| one.unwrap_or_else(|panic| resume_unwind(panic)))
                    .collect()
            });
            let mut next = Level::new();
            for part in found {
                let (part, counted) = part?;
                walked.asked += counted.asked;
                walked.refused += counted.refused;
                for (essence, node) in part {
                    next.entry(essence)
                        .and_modify(|same| same.sequences += node.sequences)
                        .or_insert(node);
                }
            }
            walked.states.push(next.len());
            level = next.into_values().collect();
        }
        walked.sequences = level.iter().map(|node| node.sequences).sum();
        Ok(walked)
    }
}

/// How many walk at a time.
const THREADS: usize = 2;

/// Walks over all states that are up to so many requests away from a launch, for each alphabet as many as is set for it less so
/// many; tells each walk when it is done.
///
/// # Errors
///
/// The first way on which something that has to hold doesn't.
pub fn walk(less: usize, mut tell: impl FnMut(&Walked)) -> Result<(), Broken> {
    for alphabet in alphabet::all().unwrap_or_default() {
        tell(&alphabet.walk(alphabet.depth.saturating_sub(less).max(1))?);
    }
    Ok(())
}

/// The program of CI's walks as far as is set.
#[test]
fn every_state_near_a_launch_keeps_the_invariants() {
    let mut walked = Vec::new();
    let outcome = walk(2, |one| walked.push(one.to_string()));
    outcome.unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(walked.len(), 5, "{walked:#?}");
}
