//! Accounts: each with a clock of its own, and a world for each Region that it is asked about.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    catalog::RegionId,
    engine::{Engine, Pace, Settings},
    id::Seeded,
    network::Vpc,
    script::Program,
    time::{SimDuration, SimTime},
};

use super::{history::History, place::Place};

/// After so long settling gives up: what is still under way may go on for ever.
const SETTLES_WITHIN: SimDuration = SimDuration::from_hours(24);

/// So long after its start a clock goes at most: a bill is made clock-hour by clock-hour, and month by month.
pub(super) const GOES_ON_FOR: SimDuration = SimDuration::from_hours(100 * 366 * 24);

/// How an account's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only when somebody moves the clock.
    Manual,
    /// After each request that changed something, until the account is settled.
    Instant,
    /// By so much with every look at an account that isn't settled.
    Polled(SimDuration),
    /// With real time.
    Paced(Pace),
}

/// What all accounts begin with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The account of a request that names none: twelve digits.
    pub account: String,
    /// What a world is like; its Region is that of a request that names none.
    pub settings: Settings,
    /// The scenario whose script runs in the world of its Region.
    pub scenario: Option<Arc<Program>>,
    /// Where the clock stands at the beginning.
    pub at: At,
    /// How time passes.
    pub mode: Mode,
    /// Whether well-formed ids of images and names of keys that nobody made are taken.
    pub lenient: bool,
    /// How many requests and events are kept.
    pub history: usize,
}

impl Options {
    /// The instant at which everything begins.
    pub fn start(&self) -> SimTime {
        let scenario = self.scenario.as_ref();
        scenario.map_or(self.settings.start, |program| program.start)
    }

    /// The Region of a request that names none.
    pub fn region(&self) -> RegionId {
        let scenario = self.scenario.as_ref();
        scenario.map_or(self.settings.region, |program| program.cast.region)
    }
}

/// An empty account `123456789012` in us-east-1, whose clock stands.
impl Default for Options {
    fn default() -> Self {
        Self {
            account: "123456789012".to_owned(),
            settings: Settings::default(),
            scenario: None,
            at: At::Offset(SimDuration::ZERO),
            mode: Mode::Manual,
            lenient: false,
            history: 100_000,
        }
    }
}

/// Where the clock stands at the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// So long after the start.
    Offset(SimDuration),
    /// At the end of the scenario's script.
    End,
}

/// Every account that was asked about.
#[derive(Debug)]
pub struct Realms {
    options: Arc<Options>,
    realms: BTreeMap<String, Realm>,
}

impl Realms {
    /// None yet.
    pub fn new(options: Options) -> Self {
        Self {
            options: Arc::new(options),
            realms: BTreeMap::new(),
        }
    }

    /// What all accounts begin with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The Region of a request that names none.
    pub fn region(&self) -> RegionId {
        self.options.region()
    }

    /// An account, made where it wasn't asked about before.
    pub fn realm(&mut self, account: &str) -> &mut Realm {
        if !self.realms.contains_key(account) {
            let realm = Realm::new(account, Arc::clone(&self.options));
            self.realms.insert(account.to_owned(), realm);
        }
        match self.realms.get_mut(account) {
            Some(realm) => realm,
            None => unreachable!("it was just made"),
        }
    }

    /// The account of a request whose access key is this: a key of twelve digits names one (parallel test workers don't meet
    /// then), any other stands for that of the options.
    pub fn of_key(&mut self, key: Option<&str>) -> &mut Realm {
        let is_account = |key: &&str| key.len() == 12 && key.bytes().all(|b| b.is_ascii_digit());
        let account = key.filter(is_account).map(str::to_owned);
        let account = account.unwrap_or_else(|| self.options.account.clone());
        self.realm(&account)
    }

    /// Nobody asks any more: what the scenario beside the clients expects at its end is checked.
    pub fn end(&mut self) {
        let account = self.options.account.clone();
        for place in self.realm(&account).places_mut() {
            if place.recording.is_beside {
                place.engine.judge_end();
            }
        }
    }

    /// Every account that was asked about, by its number.
    pub fn iter(&self) -> impl Iterator<Item = &Realm> {
        self.realms.values()
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Realm> {
        self.realms.values_mut()
    }
}

/// One account: its clock, its worlds, its history.
#[derive(Debug)]
pub struct Realm {
    account: String,
    options: Arc<Options>,
    mode: Mode,
    now: SimTime,
    places: BTreeMap<RegionId, Place>,
    events: Arc<AtomicU64>,
    requests: VecDeque<Asked>,
    request_count: u64,
    faults: Vec<PlannedFault>,
    /// What has passed by itself of the next millisecond, in millionths.
    pub(super) rest: u128,
}

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its number, from 1.
    pub seq: u64,
    /// When.
    pub at: SimTime,
    /// The action.
    pub action: String,
    /// Of which Region.
    pub region: RegionId,
    /// The parameters, as they came.
    pub parameters: Vec<(String, String)>,
    /// The status of the answer.
    pub status: u16,
    /// The code of a refusal.
    pub code: Option<String>,
    /// The id of the request.
    pub request_id: String,
    /// Which attempt of the client's it was, as the client says.
    pub attempt: Option<u32>,
}

/// The next so many requests of an action are to be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFault {
    /// The action.
    pub action: String,
    /// The code.
    pub code: String,
    /// How many are left.
    pub times: u64,
}

impl Realm {
    fn new(account: &str, options: Arc<Options>) -> Self {
        let mut realm = Self {
            account: account.to_owned(),
            mode: options.mode,
            now: options.start(),
            places: BTreeMap::new(),
            events: Arc::default(),
            requests: VecDeque::new(),
            request_count: 0,
            faults: Vec::new(),
            rest: 0,
            options,
        };
        realm.begin();
        realm
    }

    /// What is there when the server becomes ready.
    fn begin(&mut self) {
        let options = Arc::clone(&self.options);
        self.place(options.region());
        match options.at {
            At::Offset(offset) => {
                self.advance_to(options.start() + offset);
            }
            At::End => {
                while !self.places().all(|place| place.engine.is_script_over())
                    && let Some(due) = self.next_due().filter(|&due| due <= self.latest())
                {
                    self.advance_to(due);
                }
            }
        }
    }

    /// As it was when the server became ready.
    pub fn reset(&mut self) {
        *self = Self::new(&self.account, Arc::clone(&self.options));
    }

    /// Its number: twelve digits.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What it began with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The instant at which it stands.
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// The instant at which its clock stands still for ever.
    pub fn latest(&self) -> SimTime {
        let latest = self.options.start().checked_add(GOES_ON_FOR);
        latest.map_or(SimTime::MAX, |latest| latest.min(SimTime::MAX))
    }

    /// How its time passes.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Its time passes otherwise from now on.
    pub const fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// The world of a Region, made where it wasn't asked about before.
    pub fn place(&mut self, region: RegionId) -> &mut Place {
        if !self.places.contains_key(&region) {
            let place = self.new_place(region);
            self.places.insert(region, place);
        }
        match self.places.get_mut(&region) {
            Some(place) => place,
            None => unreachable!("it was just made"),
        }
    }

    fn new_place(&self, region: RegionId) -> Place {
        let history = History::new(self.options.history, Arc::clone(&self.events));
        let of_scenario = self.options.scenario.as_ref();
        let of_scenario = of_scenario.filter(|program| program.cast.region == region);
        let mut program = match of_scenario {
            Some(program) => Arc::clone(program),
            None => {
                let settings = Settings {
                    region,
                    prices: self.options.settings.prices.of_region(region),
                    vpc: Vpc::parse(DEFAULT_VPC).ok(),
                    ..self.options.settings.clone()
                };
                Arc::new(settings.into_program())
            }
        };
        let public = Seeded::new(program.seed);
        let seed = self.seed_of(program.seed, region);
        if seed != program.seed {
            Arc::make_mut(&mut program).seed = seed;
        }
        let mut engine = Engine::open(program, true, history);
        engine.advance_to(self.now);
        let mut place = Place::new(region, (Seeded::new(seed), public), engine, &self.account);
        place.recording.is_beside = of_scenario.is_some();
        place
    }

    /// The seed of the world of a Region. No two worlds have things of the same id; who names neither account nor Region gets
    /// those of the seed itself.
    fn seed_of(&self, seed: u64, region: RegionId) -> u64 {
        let own = Seeded::new(seed).purpose("place");
        let mut key = own;
        if self.account != self.options.account {
            key = key.named(&self.account);
        }
        if region != self.options.region() {
            key = key.named(region.name());
        }
        // A scenario says it: so long that a program that has only floating-point numbers reads it, too.
        if key == own { seed } else { key.bits() >> 12 }
    }

    /// The worlds that it was asked about, by Region.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.values()
    }

    /// The same, to be changed.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        self.places.values_mut()
    }

    /// Whether nothing is under way that a client would wait for.
    pub fn is_settled(&self) -> bool {
        self.places().all(Place::is_settled)
    }

    /// The next instant at which something is due.
    pub fn next_due(&mut self) -> Option<SimTime> {
        self.places_mut().filter_map(Place::next_due).min()
    }

    /// How many events there were.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    /// Lets time pass up to an instant; one that is past changes nothing. Answers how many events that made.
    pub fn advance_to(&mut self, at: SimTime) -> u64 {
        let before = self.events();
        self.now = self.now.max(at);
        let now = self.now;
        for place in self.places.values_mut() {
            place.advance_to(now);
        }
        self.events() - before
    }

    /// Lets time pass until nothing is under way that a client would wait for, or until an instant. Answers whether it is
    /// settled; after a virtual day it gives up.
    pub fn settle_until(&mut self, most: Option<SimTime>) -> bool {
        let latest = self.now.checked_add(SETTLES_WITHIN);
        let latest = [latest, most].into_iter().flatten().min();
        let latest = latest.map_or(self.latest(), |latest| latest.min(self.latest()));
        while !self.is_settled() {
            match self.next_due().filter(|&due| due <= latest) {
                Some(due) => {
                    self.advance_to(due);
                }
                None => {
                    // So far it may go, although nothing happens there.
                    if most.is_some() {
                        self.advance_to(latest);
                    }
                    return false;
                }
            }
        }
        true
    }

    /// The clock after a request was answered: what changed something lets an instant account settle, and a look (by an action
    /// that describes) lets a polled one go on by a step.
    pub(crate) fn after(&mut self, changes: bool, looks: bool) {
        match self.mode {
            Mode::Instant if changes => {
                self.settle_until(None);
            }
            Mode::Polled(step) if looks && !self.is_settled() => {
                let until = self.now.checked_add(step);
                self.settle_until(until);
            }
            Mode::Instant | Mode::Polled(_) | Mode::Manual | Mode::Paced(_) => {}
        }
    }

    /// The id of the next request.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.request_count += 1;
        let bits = Seeded::new(self.options.settings.seed)
            .named(&self.account)
            .purpose("request")
            .bits();
        format!(
            "{:08x}-{:04x}-4{:03x}-8000-{:012x}",
            bits >> 32,
            (bits >> 16) & 0xffff,
            bits & 0xfff,
            self.request_count
        )
    }

    /// Keeps a request.
    pub(crate) fn remember(&mut self, asked: Asked) {
        if self.options.history == 0 {
            return;
        }
        if self.requests.len() == self.options.history {
            self.requests.pop_front();
        }
        self.requests.push_back(Asked {
            seq: self.request_count,
            ..asked
        });
    }

    /// How many requests there were.
    pub const fn request_count(&self) -> u64 {
        self.request_count
    }

    /// The requests that are kept, in order.
    pub fn requests(&self) -> impl Iterator<Item = &Asked> {
        self.requests.iter()
    }

    /// Whether such a request is to be refused, and with which code.
    pub(crate) fn take_fault(&mut self, action: &str) -> Option<String> {
        let place = self
            .faults
            .iter()
            .position(|fault| fault.action == action)?;
        let fault = &mut self.faults[place];
        fault.times = fault.times.saturating_sub(1);
        let code = fault.code.clone();
        if fault.times == 0 {
            self.faults.remove(place);
        }
        Some(code)
    }

    /// The refusals that are planned.
    pub const fn faults(&mut self) -> &mut Vec<PlannedFault> {
        &mut self.faults
    }
}

/// The default VPC of each Region.
pub(crate) const DEFAULT_VPC: &str = "172.31.0.0/16";
