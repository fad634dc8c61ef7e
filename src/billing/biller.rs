//! The stages of the bill, one after the other.

use crate::{
    money::{Price, Usd},
    record::{Closed, Granularity, InstanceHandle, MeterEvent, RecordKind, Resource, UsageType},
    time::SimTime,
};

use super::{
    Cost, LedgerLine, Meters, PriceBook, UsageSum,
    apply::Charges,
    get_or_grow,
    ledger::Ledger,
    meter::{Metering, Rating, Sku, Span, Usage},
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
    later: Later<Ledger>,
    /// What each instance's cost was when that was last told, if it ever was.
    told: Vec<Usd>,
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
                charges: Ledger::new(keep_ledger),
                is_over: false,
            },
            told: Vec::new(),
        }
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
        self.later.charges.lines()
    }

    /// Takes the lines out, for whoever looks at them as they come.
    #[cfg(any(test, feature = "reach"))]
    pub(crate) fn take_lines(&mut self) -> Vec<LedgerLine> {
        self.later.charges.take_lines()
    }

    /// What was charged so far, summed up by what it is charged as and at what price, in the order of these.
    pub fn sums(&self) -> impl Iterator<Item = &UsageSum> {
        let mut sums: Vec<&UsageSum> = self.later.charges.sums().collect();
        sums.sort_unstable_by_key(|sum| (sum.usage_type, sum.unit_price));
        sums.into_iter()
    }

    /// What all closed meters have cost: the whole bill, once the replay is over.
    pub fn cost(&self) -> Cost {
        self.later.charges.cost()
    }

    /// What of it belongs to no resource: the account's own.
    pub const fn account_cost(&self) -> Cost {
        self.later.charges.account()
    }

    /// What happened is charged; the meters that it opens and closes are told to `meters`. What has no price isn't metered:
    /// an account refuses to make it (`Simulator.NoPrice`).
    pub fn observe(&mut self, at: SimTime, kind: &RecordKind, meters: &mut Meters) {
        let later = &mut self.later;
        let mut next = Next { later, meters, at };
        self.metering.observe(at, kind, &mut next);
    }

    /// The end: a meter that is still open counts as if it were closed here, its minimum included.
    pub fn finish(&mut self, at: SimTime, meters: &mut Meters) {
        let later = &mut self.later;
        later.is_over = true;
        let mut next = Next { later, meters, at };
        self.metering.finish(at, &mut next);
    }

    /// What an instance has cost up to now: its usage, its auto-assigned addresses and the volumes launched with it. Open
    /// meters count by the time elapsed, closed ones with their minimum.
    pub fn instance_cost(&self, at: SimTime, instance: InstanceHandle) -> Cost {
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
        cost
    }

    /// What everything has cost up to now.
    pub fn total_cost(&self, at: SimTime) -> Cost {
        let rates = &self.later.rates;
        let mut cost = self.cost();
        let span = Span::new(SimTime::default(), at);
        self.metering.all_so_far(span, |usage| {
            cost.add(usage.meter, rates.amount(usage));
        });
        if self.metering.is_sending() {
            let mut counters = rates.counters();
            self.metering.sent_so_far(at, |usage| {
                cost.add(usage.meter, rates.counted(usage, &mut counters));
            });
        }
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

    /// What there is that the bill doesn't count, in words.
    pub fn not_counted(&self) -> Vec<&'static str> {
        self.metering.not_counted()
    }

    /// Whether an instance's usage is metering.
    pub fn is_metering(&self, instance: InstanceHandle) -> bool {
        self.metering.is_metering(instance)
    }
}

/// The stages after metering.
#[derive(Debug, Clone)]
struct Later<C> {
    rates: Rates,
    running: Running,
    charges: C,
    /// Whether the replay is over.
    is_over: bool,
}

/// What metering tells of is rated, noted, charged, and told to whoever listens.
struct Next<'a, C> {
    later: &'a mut Later<C>,
    meters: &'a mut Meters,
    at: SimTime,
}

impl<C: Charges> Rating for Next<'_, C> {
    fn sku(&mut self, usage_type: UsageType) -> Option<Sku> {
        self.later.rates.sku(usage_type)
    }

    fn opened(&mut self, usage: &Usage) {
        let rates = &self.later.rates;
        if let Some(resource) = usage.resource {
            self.meters
                .tell(|| event(usage, resource, rates.priced(usage.sku), None, None));
        }
    }

    fn closed(&mut self, usage: &Usage) {
        let Later {
            rates,
            running,
            charges,
            is_over,
        } = &mut *self.later;
        rates.turn(self.at);
        let mut price = None;
        let amount = rates.charge(usage, |charge| {
            price = Some(charge.part.rate.price);
            charges.take(charge);
        });
        running.closed(usage, amount, rates);
        let priced = rates.priced(usage.sku);
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
