//! The stages of the bill, one after the other.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    money::{Price, Usd},
    record::{
        Closed, Granularity, InstanceHandle, Meter, MeterEvent, RecordKind, Resource, UsageType,
    },
    time::SimTime,
};

use super::{
    Cost, LedgerLine, Meters, PriceBook, Purchase, Purchases, UsageSum,
    apply::{Charges, Stage},
    commitments::Commitments,
    get_or_grow,
    ledger::Ledger,
    meter::{CreditBalance, Metering, Rating, Sku, Span, Usage},
    rate::{Priced, Rates},
    running::Running,
};

/// The bill of a replay, kept as its records come.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, record::Meter};
/// let scenario = Scenario::from_text("night.yaml", "
/// instances: { web: { type: t3.micro, public-ipv4: none } }
/// steps:
///   - launch: web
///   - wait-until: { web: running }
///   - after: 45s
///     terminate: web
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// // EX-01: 45 seconds are charged as 60.
/// assert_eq!(replay.bill().cost().of(Meter::Usage).to_string(), "0.0001733333");
/// ```
#[derive(Debug, Clone)]
pub struct Biller {
    metering: Metering,
    later: Later,
    /// What each instance's cost was when that was last told, if it ever was.
    told: Vec<Usd>,
    /// What was bought as it would stand if it ended at an instant: many questions are about the same.
    ended: OnceLock<(SimTime, Box<Commitments>)>,
}

/// What On-Demand would cost more than this usage; none where that isn't of a Spot Instance.
fn spot_saved(priced: &Priced, usage: &Usage, amount: impl FnOnce() -> Usd) -> Option<Usd> {
    let instead = priced.usage_type.instead()?;
    Some(Usd::hourly(instead, usage.secs) - amount())
}

impl Biller {
    /// An empty bill. Without a ledger only the sums are kept.
    pub fn new(prices: PriceBook, keep_ledger: bool) -> Self {
        let (region, mut rates) = (prices.region(), Rates::new(prices));
        Self {
            metering: Metering::new(region, |usage_type| rates.sku(usage_type)),
            later: Later {
                rates,
                running: Running::default(),
                spot_saved: BTreeMap::new(),
                charges: Stage::Plain(Ledger::new(keep_ledger)),
                is_over: false,
            },
            told: Vec::new(),
            ended: OnceLock::new(),
        }
    }

    /// The same for an account that has bought something. Fees count from the start on.
    #[must_use]
    pub fn holding(mut self, purchases: &Arc<Purchases>, start: SimTime) -> Self {
        if !purchases.is_empty()
            && let Stage::Plain(ledger) = &self.later.charges
        {
            let (book, ledger) = (self.prices().clone(), ledger.clone());
            let stage = Commitments::new(Arc::clone(purchases), book, start, ledger);
            self.later.charges = Stage::Bought(Box::new(stage));
        }
        self
    }

    /// Keeps account of CPU credits, which most replays don't ask for.
    #[must_use]
    pub fn with_credits(mut self) -> Self {
        self.metering.keep_credits();
        self
    }

    /// The CPU credits that an instance has; nothing where no account is kept of them.
    pub fn credits(&self, at: SimTime, instance: InstanceHandle) -> CreditBalance {
        self.metering.credit_balance(at, instance)
    }

    /// The prices.
    pub const fn prices(&self) -> &PriceBook {
        self.later.rates.book()
    }

    /// Whether something has a price.
    pub(crate) fn has_price(&self, usage_type: UsageType) -> bool {
        self.later.rates.has_price(usage_type)
    }

    /// The lines so far, in the order in which their intervals ended; empty where no ledger is kept.
    pub fn ledger(&self) -> &[LedgerLine] {
        self.later.charges.ledger().lines()
    }

    /// Takes the lines out, for whoever looks at them as they come.
    #[cfg(any(test, feature = "reach"))]
    pub(crate) fn take_lines(&mut self) -> Vec<LedgerLine> {
        // The accounts that are walked over have bought nothing.
        match &mut self.later.charges {
            Stage::Plain(ledger) => ledger.take_lines(),
            Stage::Bought(_) => Vec::new(),
        }
    }

    /// What was charged so far, summed up by what it is charged as and at what price, in the order of these.
    pub fn sums(&self) -> impl Iterator<Item = &UsageSum> {
        let mut sums: Vec<&UsageSum> = self.later.charges.ledger().sums().collect();
        sums.sort_unstable_by_key(|sum| (sum.usage_type, sum.unit_price, sum.commitment));
        sums.into_iter()
    }

    /// What all closed meters have cost: the whole bill, once the replay is over.
    pub fn cost(&self) -> Cost {
        self.later.charges.ledger().cost()
    }

    /// What of it belongs to no resource: the account's own.
    pub fn account_cost(&self) -> Cost {
        self.later.charges.ledger().account()
    }

    /// What On-Demand would have cost more than what was bought: less than nothing where it would have been cheaper.
    pub fn savings(&self) -> Usd {
        let bought = self.later.charges.bought();
        bought.map_or(Usd::ZERO, Commitments::savings) + self.spot_savings()
    }

    /// What On-Demand would have cost more than the runs of Spot Instances that are over.
    fn spot_savings(&self) -> Usd {
        self.later.spot_saved.values().copied().sum()
    }

    /// The same up to now.
    pub fn savings_at(&self, at: SimTime) -> Usd {
        let ended = self.ended_at(at);
        let bought = ended.map_or(Usd::ZERO, |ended| ended.savings());
        let mut all = bought + self.spot_savings();
        let span = Span::new(SimTime::default(), at);
        self.metering
            .all_so_far(span, |usage| all += self.spot_saved_of(usage));
        all
    }

    fn spot_saved_of(&self, usage: &Usage) -> Usd {
        let rates = &self.later.rates;
        let saved = spot_saved(rates.priced(usage.sku), usage, || rates.amount(usage));
        saved.unwrap_or_default()
    }

    /// What of an instance's usage is covered up to now, at list price.
    pub fn instance_savings(&self, at: SimTime, instance: InstanceHandle) -> Usd {
        let ended = self.ended_at(at);
        let covered = ended.map_or(Usd::ZERO, |ended| {
            let own = ended.discounts(instance.into());
            own.filter(|(meter, _)| *meter == Meter::Usage)
                .map(|(_, amount)| amount)
                .sum()
        });
        let spot = self.later.spot_saved.get(&instance).copied();
        let mut all = covered + spot.unwrap_or_default();
        let span = Span::new(SimTime::default(), at);
        self.metering
            .instance_so_far(span, instance, |usage| all += self.spot_saved_of(usage));
        all
    }

    /// What the account has bought, as it would stand if it ended now.
    fn ended_at(&self, at: SimTime) -> Option<Cow<'_, Commitments>> {
        let bought = self.later.charges.bought()?;
        if bought.is_over() {
            return Some(Cow::Borrowed(bought));
        }
        let make = || self.end_now(bought, at);
        let (known, ended) = self.ended.get_or_init(|| (at, Box::new(make())));
        Some(if *known == at {
            Cow::Borrowed(&**ended)
        } else {
            Cow::Owned(make())
        })
    }

    fn end_now(&self, bought: &Commitments, at: SimTime) -> Commitments {
        let mut ended = bought.without_lines();
        let rates = &self.later.rates;
        let mut counters = rates.counters();
        self.open_at(at, |usage| {
            // What may be covered is known there to be open.
            if !bought.may_cover(rates.priced(usage.sku)) {
                rates.charges(usage, &mut counters, |charge| ended.take(charge));
            }
        });
        ended.end_at(at);
        ended
    }

    /// What all open meters have used up to now: the time that has passed, without minimums.
    fn open_at(&self, at: SimTime, mut tell: impl FnMut(&Usage)) {
        let span = Span::new(SimTime::default(), at);
        self.metering.all_so_far(span, &mut tell);
        self.metering.credits_so_far(at, None, &mut tell);
        self.metering.monitored_so_far(at, &mut tell);
        self.metering.functions_so_far(at, None, &mut tell);
        self.metering.tasks_so_far(at, None, &mut tell);
        self.metering.sent_so_far(at, tell);
    }

    /// What happened is charged; the meters that it opens and closes are told to `meters`. What has no price isn't metered:
    /// an account refuses to make it (`Simulator.NoPrice`).
    pub fn observe(&mut self, at: SimTime, kind: &RecordKind, meters: &mut Meters) {
        self.later.charges.observe(at, kind);
        self.ended.take();
        let later = &mut self.later;
        let mut next = Next { later, meters, at };
        self.metering.observe(at, kind, &mut next);
    }

    /// The end: a meter that is still open counts as if it were closed here, its minimum included.
    pub fn finish(&mut self, at: SimTime, meters: &mut Meters) {
        let later = &mut self.later;
        later.is_over = true;
        self.ended.take();
        let mut next = Next { later, meters, at };
        self.metering.finish(at, &mut next);
        self.later.charges.finish(at);
    }

    /// What an instance has cost up to now: its usage, its auto-assigned addresses and the volumes launched with it. Open
    /// meters count by the time elapsed, closed ones with their minimum; what a commitment covers costs nothing.
    pub fn instance_cost(&self, at: SimTime, instance: InstanceHandle) -> Cost {
        let mut cost = self.list_cost(at, instance);
        let volumes = self.metering.launched_volumes(instance);
        let all = std::iter::once(instance.into()).chain(volumes.map(Resource::Volume));
        self.discount(at, all, &mut cost);
        cost
    }

    /// Takes off what of some things is covered or free up to now.
    fn discount(&self, at: SimTime, of: impl IntoIterator<Item = Resource>, cost: &mut Cost) {
        if let Some(ended) = self.ended_at(at) {
            for (meter, amount) in of.into_iter().flat_map(|of| ended.discounts(of)) {
                cost.add(meter, Usd::ZERO - amount);
            }
        }
    }

    /// The same at list price: what is told on the way.
    pub fn list_cost(&self, at: SimTime, instance: InstanceHandle) -> Cost {
        let Later { running, rates, .. } = &self.later;
        let mut cost = Cost::default();
        running.instance_costs(at, instance, &self.metering, rates, |meter, amount| {
            cost.add(meter, amount);
        });
        cost
    }

    /// What something has cost up to now by itself.
    pub fn cost_of(&self, at: SimTime, resource: Resource) -> Cost {
        let Later { running, rates, .. } = &self.later;
        let mut cost = Cost::default();
        running.costs(at, resource, &self.metering, rates, |meter, amount| {
            cost.add(meter, amount);
        });
        self.discount(at, [resource], &mut cost);
        cost
    }

    /// What everything has cost up to now.
    pub fn total_cost(&self, at: SimTime) -> Cost {
        if let Some(ended) = self.ended_at(at) {
            return ended.ledger().cost();
        }
        let rates = &self.later.rates;
        let (mut cost, mut counters) = (self.cost(), rates.counters());
        self.open_at(at, |usage| {
            cost.add(usage.meter, rates.counted(usage, &mut counters));
        });
        cost
    }

    /// What an instance has cost since this was last asked, and since its launch.
    pub fn settle(&mut self, at: SimTime, instance: InstanceHandle) -> (Usd, Usd) {
        let Later { running, rates, .. } = &mut self.later;
        running.turn(at, &self.metering, rates);
        let mut total = Usd::ZERO;
        running.instance_costs(at, instance, &self.metering, rates, |_, amount| {
            total += amount;
        });
        let told = get_or_grow(&mut self.told, instance.index());
        let before = std::mem::replace(told, total);
        (total - before, total)
    }

    /// The seconds of usage that an instance is billed for so far, minimums included, also that of a run under way; whole
    /// hours on a platform that is billed by the hour.
    pub fn billed_secs(&self, at: SimTime, instance: InstanceHandle) -> u64 {
        self.metering.billed_secs(at, instance)
    }

    /// The first purchase of which the ledger's lines don't add up, if there is one.
    pub(crate) fn unbalanced(&self) -> Option<Purchase> {
        self.later.charges.bought()?.unbalanced()
    }

    /// The term of a purchase and how it is paid: `1yrNoUpfront`.
    pub(crate) fn terms(&self, purchase: Purchase) -> Option<String> {
        self.later.charges.bought()?.terms(purchase)
    }

    /// What there is that the bill doesn't count, in words.
    pub fn not_counted(&self) -> Vec<&'static str> {
        let mut list = self.metering.not_counted();
        if !self.metering.is_cpu_told() && self.later.rates.has_burstable() {
            list.push("CPU above the baseline");
        }
        list
    }

    /// Whether an instance's usage is metering.
    pub fn is_metering(&self, instance: InstanceHandle) -> bool {
        self.metering.is_metering(instance)
    }
}

/// The stages after metering.
#[derive(Debug, Clone)]
struct Later {
    rates: Rates,
    running: Running,
    /// What On-Demand would have cost more than each Spot Instance.
    spot_saved: BTreeMap<InstanceHandle, Usd>,
    charges: Stage,
    /// Whether the replay is over.
    is_over: bool,
}

/// What metering tells of is rated, noted, charged, and told to whoever listens.
struct Next<'a> {
    later: &'a mut Later,
    meters: &'a mut Meters,
    at: SimTime,
}

impl Rating for Next<'_> {
    fn sku(&mut self, usage_type: UsageType) -> Option<Sku> {
        self.later.rates.sku(usage_type)
    }

    fn opened(&mut self, usage: &Usage) {
        let Later { rates, charges, .. } = &mut *self.later;
        charges.opened(usage, rates.priced(usage.sku));
        if let Some(resource) = usage.resource {
            self.meters
                .tell(|| event(usage, resource, rates.priced(usage.sku), None, None));
        }
    }

    fn closed(&mut self, usage: &Usage) {
        let Later {
            rates,
            running,
            spot_saved: saved,
            charges,
            is_over,
        } = &mut *self.later;
        rates.turn(self.at);
        let mut price = None;
        let amount = rates.charge(usage, |charge| {
            price = Some(charge.part.rate.price);
            charges.take(charge);
        });
        charges.closed(usage);
        running.closed(usage, amount, rates);
        let priced = rates.priced(usage.sku);
        if let Some(more) = spot_saved(priced, usage, || amount)
            && let Some(instance) = usage.resource.and_then(Resource::instance)
        {
            *saved.entry(instance).or_default() += more;
        }
        // What is the account's has no meter that anybody would see opening.
        let Some(resource) = usage.resource else {
            return;
        };
        self.meters.tell(|| {
            let closed = Closed {
                quantity: priced.unit.quantity(usage.units, usage.secs),
                amount,
                at_end: *is_over,
            };
            event(usage, resource, priced, price, Some(closed))
        });
    }
}

/// `price` is that of the last part where there are several.
fn event(
    usage: &Usage,
    resource: Resource,
    priced: &Priced,
    price: Option<Price>,
    closed: Option<Closed>,
) -> MeterEvent {
    let is_amount = priced.unit.granularity() == Granularity::Amount;
    MeterEvent {
        meter: usage.meter,
        resource,
        usage_type: priced.usage_type,
        unit: priced.unit,
        units: if is_amount { 1 } else { usage.units },
        unit_price: price.unwrap_or(priced.rate.price),
        closed,
        rules: usage.rules,
    }
}
