//! Reserved Instances and Savings Plans, hour by hour (`BILL-ORDER`).
//!
//! What a commitment could cover is cut into clock-hours (`BILL-CLOCK-HOUR`) and kept until the hour is over. Then zonal
//! Reserved Instances take what they can, regional ones, EC2 Instance plans, Compute plans; what is left is On-Demand. Time
//! is counted in picoseconds here, because half an hour's commitment can end amid a second.

mod hour;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use crate::{
    catalog::{Platform, TypeId},
    lifecycle::Tenancy,
    money::{Price, Usd},
    record::{Granularity, Meter, PlanKind, RecordKind, Resource, Rules, Unit, UsageType},
    rule,
    time::{self, HOUR_SECS, SimDuration, SimTime},
};

use super::{
    LedgerLine, PriceBook, PriceSource, Rate,
    apply::Charges,
    free_tier::Allowed,
    get_or_grow,
    ledger::{Applied, Ledger, PICOS, Share},
    meter::{Sku, Usage},
    purchases::{Bought, Purchase, Purchases, SavingsPlan},
    rate::{Charge, Priced},
};

use hour::{Hour, factor};

/// The picoseconds of an hour.
const HOUR: u64 = HOUR_SECS * PICOS;

/// So many grains, less than 10⁻¹⁰ dollars, may be lost in rounding parts.
const ROUNDED: u128 = 1 << 40;

/// What an account has bought, at work.
#[derive(Debug, Clone)]
pub(super) struct Commitments {
    purchases: Arc<Purchases>,
    book: Arc<PriceBook>,
    /// From when on fees count.
    start: SimTime,
    ledger: Allowed,
    /// The clock-hour that isn't over.
    hour: SimTime,
    /// What was used in it and, of runs that were topped up, in the hours after it.
    used: BTreeMap<SimTime, Vec<Use>>,
    /// The runs that are open, and the reservations.
    open: BTreeMap<Resource, Use>,
    /// What is to know of each usage type.
    kinds: Vec<Option<Kind>>,
    /// The zone of each instance, where that matters.
    zones: Vec<&'static str>,
    /// What wasn't used of each purchase, in hours that are alike.
    unused: BTreeMap<Purchase, Unused>,
    /// What of everything's usage was covered, at list price.
    discounts: BTreeMap<Resource, Usd>,
    /// All of them.
    discount: Usd,
    is_over: bool,
    /// When it was over.
    end: SimTime,
}

/// A usage type that commitments can cover.
#[derive(Debug, Clone, PartialEq)]
struct Kind {
    of: (TypeId, Platform, Tenancy),
    usage_type: UsageType,
    unit: Unit,
    rate: Rate,
    /// As [`factor`] has it.
    factor: u64,
    /// What each plan takes for an hour of it.
    rates: Vec<Option<Price>>,
}

/// What an instance used in a clock-hour.
#[derive(Debug, Clone, Copy)]
struct Use {
    resource: Resource,
    /// How many slots; an instance is one.
    units: u64,
    sku: Sku,
    from: SimTime,
    secs: u64,
    rules: Rules,
}

/// What a purchase covers of something used.
#[derive(Debug, Clone, Copy)]
struct Cover {
    purchase: Purchase,
    picos: u64,
    effective: Usd,
    rules: Rules,
}

/// What wasn't used of a purchase, hour for hour alike.
#[derive(Debug, Clone, Copy)]
struct Unused {
    from: SimTime,
    to: SimTime,
    /// Of each hour.
    picos: u128,
    effective: Usd,
}

impl Use {
    fn picos(&self) -> u64 {
        self.secs.saturating_mul(self.units).saturating_mul(PICOS)
    }

    /// Whether it is reserved capacity that nothing runs in.
    const fn is_slot(&self) -> bool {
        matches!(self.resource, Resource::CapacityReservation(_))
    }
}

impl Commitments {
    pub(super) fn new(
        purchases: Arc<Purchases>,
        book: PriceBook,
        start: SimTime,
        ledger: Ledger,
    ) -> Self {
        let ledger = Allowed::new(ledger, purchases.free_tier, &book);
        Self {
            purchases,
            book: Arc::new(book),
            start,
            ledger,
            hour: start.clock_hour(),
            used: BTreeMap::new(),
            open: BTreeMap::new(),
            kinds: Vec::new(),
            zones: Vec::new(),
            unused: BTreeMap::new(),
            discounts: BTreeMap::new(),
            discount: Usd::ZERO,
            is_over: false,
            end: start,
        }
    }

    pub(super) fn ledger(&self) -> &Ledger {
        self.ledger.ledger()
    }

    /// What of a thing is covered or free, at list price, by meter.
    pub(super) fn discounts(&self, resource: Resource) -> impl Iterator<Item = (Meter, Usd)> {
        let meter = if resource.capacity_reservation().is_some() {
            Meter::Reservations
        } else {
            Meter::Usage
        };
        let covered = self.discounts.get(&resource);
        let covered = covered.map(|&amount| (meter, amount));
        covered.into_iter().chain(self.ledger.discounts(resource))
    }

    /// What all of it is worth at list price, less what it costs.
    pub(super) fn savings(&self) -> Usd {
        let paid = self.ledger().cost().of(Meter::Commitments);
        self.discount + self.ledger.free_usage() - paid
    }

    /// Whether what was bought may cover it.
    pub(super) fn may_cover(&self, priced: &Priced) -> bool {
        self.purchases.covers() && coverable(priced.usage_type).is_some()
    }

    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Ends at an instant without the minimums of what is open.
    pub(super) fn end_at(&mut self, at: SimTime) {
        self.turn(at);
        for (_, one) in std::mem::take(&mut self.open) {
            self.add_open(one, at);
        }
        self.finish(at);
    }

    /// A copy for a question. Field by field, because there may be many lines, and no use for them.
    pub(super) fn without_lines(&self) -> Self {
        Self {
            purchases: Arc::clone(&self.purchases),
            book: Arc::clone(&self.book),
            start: self.start,
            ledger: self.ledger.without_lines(),
            hour: self.hour,
            used: self.used.clone(),
            open: self.open.clone(),
            kinds: self.kinds.clone(),
            zones: self.zones.clone(),
            unused: self.unused.clone(),
            discounts: self.discounts.clone(),
            discount: self.discount,
            is_over: self.is_over,
            end: self.end,
        }
    }

    pub(super) fn observe(&mut self, at: SimTime, kind: &RecordKind) {
        self.turn(at);
        if let RecordKind::Transition(transition) = kind
            && transition.from.is_none()
        {
            *get_or_grow(&mut self.zones, transition.instance.index()) = transition.zone;
        }
    }

    pub(super) fn opened(&mut self, usage: &Usage, priced: &Priced) {
        if let Some(one) = self.use_of(usage, priced) {
            self.open.insert(one.resource, one);
        }
    }

    pub(super) fn closed(&mut self, usage: &Usage) {
        if let Some(resource) = usage.resource
            && matches!(usage.meter, Meter::Usage | Meter::Reservations)
        {
            self.open.remove(&resource);
        }
    }

    /// The end: all hours are over.
    pub(super) fn finish(&mut self, at: SimTime) {
        self.turn(at);
        self.open.clear();
        while let Some((hour, used)) = self.used.pop_first() {
            self.idle_until(hour, at);
            self.hour = hour + time::HOUR;
            self.decide(hour, &used, at);
        }
        self.idle_until(at, at);
        for (purchase, unused) in std::mem::take(&mut self.unused) {
            self.tell_unused(purchase, unused);
        }
        self.charge_fees(at);
        self.ledger.finish();
        self.is_over = true;
        self.end = at;
    }

    /// What was bought as a purchase, and how many times.
    fn bought(&self, purchase: Purchase) -> Option<(&Bought, u64)> {
        match purchase {
            Purchase::Reserved(number) => {
                let one = nth(&self.purchases.reserved, number)?;
                Some((&one.bought, one.count))
            }
            Purchase::Plan(number) => Some((&nth(&self.purchases.plans, number)?.bought, 1)),
        }
    }

    /// Its term and how it is paid, as usage types spell it.
    pub(super) fn terms(&self, purchase: Purchase) -> Option<String> {
        let (bought, _) = self.bought(purchase)?;
        let (term, payment) = (bought.term.in_usage_type(), bought.payment.in_usage_type());
        Some(format!("{term}{payment}"))
    }

    /// The first purchase of which the lines don't add up: what was used and what wasn't cost together what the hours of the
    /// replay cost, with what was paid at once spread over the term (`BILL-FOCUS-INVARIANTS`).
    pub(super) fn unbalanced(&self) -> Option<Purchase> {
        let mut effective: BTreeMap<Purchase, Usd> = BTreeMap::new();
        // A minimum may reach into an hour that nobody pays for any more.
        let last = self.end.hour_end();
        let lines = self.ledger().lines().iter();
        for line in lines.filter(|line| line.from < last) {
            if let Some(Applied {
                share: Share::Full | Share::Part | Share::Unused,
                purchase: Some(purchase),
                effective: cost,
                ..
            }) = line.applied
            {
                *effective.entry(purchase).or_default() += cost;
            }
        }
        effective.into_iter().find_map(|(purchase, sum)| {
            let (bought, count) = self.bought(purchase)?;
            let (from, to) = hours_of(bought, self.start, self.end);
            let hours = (to - from).as_secs() / HOUR_SECS;
            let wanted = bought.an_hour().times(hours).times(count);
            let off = (sum - wanted).grains().unsigned_abs();
            // Each part was rounded to a grain.
            (off > ROUNDED).then_some(purchase)
        })
    }

    /// The hours before an instant are over.
    fn turn(&mut self, at: SimTime) {
        while self.hour + time::HOUR <= at {
            let first = self.used.keys().next().copied();
            let is_busy = !self.open.is_empty();
            let next = match (is_busy, first) {
                (true, _) => self.hour,
                (false, Some(first)) => first.min(at.clock_hour()),
                (false, None) => at.clock_hour(),
            };
            if next > self.hour {
                self.idle_until(next, SimTime::MAX);
                self.hour = next;
                continue;
            }
            let hour = self.hour;
            for one in self.open.values().copied().collect::<Vec<_>>() {
                self.add_open(one, hour + time::HOUR);
            }
            let used = self.used.remove(&hour).unwrap_or_default();
            self.hour = hour + time::HOUR;
            self.decide(hour, &used, SimTime::MAX);
        }
    }

    /// An open run has used this much of the hour by an instant.
    fn add_open(&mut self, one: Use, at: SimTime) {
        let Some(kind) = self.known(one.sku) else {
            return;
        };
        let touched = one.from.max(self.hour);
        let (from, secs) = match kind.unit.granularity() {
            Granularity::Hour => {
                // An hour is booked in the clock-hour in which it begins (BILL-HOURLY-ANCHOR).
                let begun = (touched - one.from).as_secs().div_ceil(HOUR_SECS) * HOUR_SECS;
                (one.from + SimDuration::from_secs(begun), HOUR_SECS)
            }
            Granularity::Second | Granularity::Amount => (touched, (at - touched).as_secs()),
        };
        if from < at {
            self.add(Use { from, secs, ..one });
        }
    }

    fn add(&mut self, one: Use) {
        self.used
            .entry(one.from.clock_hour())
            .or_default()
            .push(one);
    }

    /// What is to cover of some usage, if that can be.
    fn use_of(&mut self, usage: &Usage, priced: &Priced) -> Option<Use> {
        let resource = usage.resource?;
        self.kind(usage.sku, priced)?;
        Some(Use {
            resource,
            units: usage.units,
            sku: usage.sku,
            from: usage.from,
            secs: usage.secs,
            rules: &[
                rule::BILL_RUNNING,
                rule::BILL_CLOCK_HOUR,
                rule::BILL_SPLIT_HOUR,
                rule::BILL_RATE_KEY,
            ],
        })
    }

    fn known(&self, sku: Sku) -> Option<&Kind> {
        self.kinds.get(sku.index())?.as_ref()
    }

    /// What is to know of a usage type; none where nothing can cover it.
    fn kind(&mut self, sku: Sku, priced: &Priced) -> Option<&Kind> {
        if !self.purchases.covers() {
            return None;
        }
        let (of, platform, tenancy) = coverable(priced.usage_type)?;
        let place = get_or_grow(&mut self.kinds, sku.index());
        if place.is_none() {
            let book = &self.book;
            let rate = |plan: &SavingsPlan| plan.rate(book, (of, platform, tenancy));
            let plans = self.purchases.plans.iter();
            *place = Some(Kind {
                of: (of, platform, tenancy),
                usage_type: priced.usage_type,
                unit: priced.unit,
                rate: priced.rate,
                factor: factor(of),
                rates: plans.map(|plan| rate(plan).map(|(rate, _)| rate)).collect(),
            });
        }
        place.as_ref()
    }

    /// Decides what of an hour is covered, and by what.
    fn decide(&mut self, hour: SimTime, used: &[Use], end: SimTime) {
        let purchases = Arc::clone(&self.purchases);
        let mut hour = Hour::new(self, hour, used, end);
        let numbered = || (1..).zip(&purchases.reserved);
        for (number, one) in numbered().filter(|(_, one)| one.zone.is_some()) {
            hour.reserved(Purchase::Reserved(number), one);
        }
        // What runs comes first, then what is only reserved (BILL-CR-DISCOUNT): zonal ones don't cover that.
        for slots in [false, true] {
            hour.slots = slots;
            for (number, one) in numbered().filter(|(_, one)| one.zone.is_none()) {
                hour.reserved(Purchase::Reserved(number), one);
            }
            for kind in [PlanKind::Ec2Instance, PlanKind::Compute] {
                for (number, plan) in (1..).zip(&purchases.plans) {
                    if plan.kind == kind {
                        hour.plan(number, plan);
                    }
                }
            }
        }
        hour.count_unused(&purchases);
        let Hour {
            covers,
            unused,
            hour,
            ..
        } = hour;
        for (one, covers) in used.iter().zip(covers) {
            self.charge(*one, &covers);
        }
        for (purchase, picos, effective) in unused {
            self.add_unused(purchase, (hour, hour + time::HOUR), picos, effective);
        }
    }

    /// Writes down what became of something used.
    fn charge(&mut self, one: Use, covers: &[Cover]) {
        let Some(kind) = self.known(one.sku) else {
            return;
        };
        let (usage_type, unit, rate) = (kind.usage_type, kind.unit, kind.rate);
        let whole = one.picos();
        let all = Usd::hourly(rate.price, one.secs * one.units);
        let line = LedgerLine {
            resource: Some(one.resource),
            meter: usage_type.meter(),
            usage_type,
            from: one.from.min(SimTime::MAX),
            to: (one.from + SimDuration::from_secs(one.secs)).min(SimTime::MAX),
            quantity: 0,
            unit,
            unit_price: rate.price,
            source: rate.source,
            amount: Usd::ZERO,
            applied: None,
            rules: one.rules,
        };
        let (mut rest, mut billed) = (whole, all);
        for cover in covers {
            rest -= cover.picos;
            let list = if rest == 0 {
                billed
            } else {
                all.share(cover.picos.into(), whole.into())
            };
            billed = billed - list;
            let share = if cover.picos == whole {
                Share::Full
            } else {
                Share::Part
            };
            self.ledger.put(
                LedgerLine {
                    rules: cover.rules,
                    ..line
                }
                .measured(
                    cover.picos.into(),
                    Applied::new(share, Some(cover.purchase), cover.effective),
                ),
            );
        }
        if rest > 0 {
            let line = LedgerLine {
                amount: billed,
                ..line
            };
            self.ledger
                .put(line.measured(rest.into(), Applied::new(Share::Rest, None, billed)));
        }
        let covered = all - billed;
        if !covered.is_zero() {
            *self.discounts.entry(one.resource).or_default() += covered;
            self.discount += covered;
        }
    }

    /// Nothing is used up to an hour, so that whatever was bought is lost.
    fn idle_until(&mut self, hour: SimTime, end: SimTime) {
        let purchases = Arc::clone(&self.purchases);
        for (purchase, bought, (picos, effective)) in all_of(&purchases) {
            let (first, last) = hours_of(bought, self.hour.max(self.start.clock_hour()), end);
            let last = last.min(hour.hour_end());
            if first < last {
                self.add_unused(purchase, (first, last), picos, effective);
            }
        }
    }

    /// So much of each of these hours wasn't used.
    fn add_unused(
        &mut self,
        purchase: Purchase,
        (from, to): (SimTime, SimTime),
        picos: u128,
        effective: Usd,
    ) {
        if picos == 0 && effective.is_zero() {
            return;
        }
        let month = from.month().end();
        if month < to {
            self.add_unused(purchase, (from, month), picos, effective);
            self.add_unused(purchase, (month, to), picos, effective);
            return;
        }
        let new = Unused {
            from,
            to,
            picos,
            effective,
        };
        match self.unused.entry(purchase) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) => {
                let last = *place.get();
                let is_alike = (last.picos, last.effective) == (picos, effective);
                if is_alike && last.to == from && last.from.month() == from.month() {
                    place.get_mut().to = to;
                } else {
                    place.insert(new);
                    self.tell_unused(purchase, last);
                }
            }
        }
    }

    fn tell_unused(&mut self, purchase: Purchase, unused: Unused) {
        let hours = (unused.to - unused.from).as_secs() / HOUR_SECS;
        let (usage_type, unit_price, source) = match purchase {
            Purchase::Reserved(number) => {
                let Some(one) = nth(&self.purchases.reserved, number) else {
                    return;
                };
                let usage = UsageType::BoxUsage(one.instance_type, one.platform);
                let rate = self.book.rate(usage);
                (
                    UsageType::HeavyUsage(one.instance_type, one.platform),
                    rate.map_or(Price::ZERO, |rate| rate.price),
                    rate.map_or(one.source, |rate| rate.source),
                )
            }
            Purchase::Plan(number) => {
                let Some(plan) = nth(&self.purchases.plans, number) else {
                    return;
                };
                (plan.usage_type(), plan.commitment, PriceSource::Scenario)
            }
        };
        let effective = unused.effective.times(hours);
        let line = LedgerLine {
            resource: None,
            meter: Meter::Commitments,
            usage_type,
            from: unused.from,
            to: unused.to,
            quantity: 0,
            unit: Unit::Second,
            unit_price,
            source,
            amount: Usd::ZERO,
            applied: None,
            rules: match purchase {
                Purchase::Reserved(_) => &[rule::BILL_RI_3600, rule::BILL_RI_STATE],
                Purchase::Plan(_) => &[rule::BILL_SP_COMMIT],
            },
        };
        let picos = unused.picos * u128::from(hours);
        self.ledger.put(line.measured(
            picos,
            Applied::new(Share::Unused, Some(purchase), effective),
        ));
    }

    /// What the purchases cost by themselves up to the end (`BILL-RI-EVERY-HOUR`, `BILL-SP-COMMIT`).
    fn charge_fees(&mut self, end: SimTime) {
        let purchases = Arc::clone(&self.purchases);
        for (number, one) in (1..).zip(&purchases.reserved) {
            let usage_type = UsageType::HeavyUsage(one.instance_type, one.platform);
            let rules: Rules = &[
                rule::BILL_RI_EVERY_HOUR,
                rule::BILL_RI_PAYMENT,
                rule::BILL_RI_TERM,
            ];
            let fee = (usage_type, one.count, one.source, rules);
            self.charge_fee(Purchase::Reserved(number), &one.bought, fee, end);
        }
        for (number, plan) in (1..).zip(&purchases.plans) {
            let rules: Rules = &[rule::BILL_SP_COMMIT];
            let fee = (plan.usage_type(), 1, PriceSource::Scenario, rules);
            self.charge_fee(Purchase::Plan(number), &plan.bought, fee, end);
        }
    }

    fn charge_fee(
        &mut self,
        purchase: Purchase,
        bought: &Bought,
        (usage_type, count, source, rules): (UsageType, u64, PriceSource, Rules),
        end: SimTime,
    ) {
        let line = LedgerLine {
            resource: None,
            meter: Meter::Commitments,
            usage_type,
            from: bought.from,
            to: bought.from,
            quantity: count,
            unit: Unit::Purchase,
            unit_price: bought.upfront,
            source,
            amount: Usd::ZERO,
            applied: Some(Applied::new(Share::Fee, Some(purchase), Usd::ZERO)),
            rules,
        };
        let times = |price: Price, count: u64| Usd::hourly(price, HOUR_SECS).times(count);
        if bought.upfront > Price::ZERO && bought.from >= self.start && bought.from < end {
            let hour = bought.from.clock_hour();
            self.ledger.put(LedgerLine {
                from: hour,
                to: hour + time::HOUR,
                amount: times(bought.upfront, count),
                ..line
            });
        }
        if bought.hourly == Price::ZERO {
            return;
        }
        let (mut from, last) = hours_of(bought, self.start, end);
        while from < last {
            let to = from.month().end().min(last);
            let quantity = (to - from).as_secs() / HOUR_SECS * count;
            self.ledger.put(LedgerLine {
                from,
                to,
                quantity,
                unit: Unit::Hour,
                unit_price: bought.hourly,
                amount: times(bought.hourly, quantity),
                ..line
            });
            from = to;
        }
    }
}

impl Charges for Commitments {
    fn take(&mut self, charge: &Charge<'_>) {
        let Some(one) = self.use_of(charge.usage, charge.priced) else {
            self.ledger.take(charge);
            return;
        };
        let rules = charge.usage.rules;
        let step_by_hour = charge.priced.unit == Unit::Hour;
        let (mut from, mut left) = (charge.part.from, charge.part.secs);
        while left > 0 {
            let secs = if step_by_hour {
                HOUR_SECS
            } else {
                (from.clock_hour() + time::HOUR - from).as_secs().min(left)
            };
            // The hours that are over have had their part of it.
            if from.clock_hour() >= self.hour {
                self.add(Use {
                    from,
                    secs,
                    rules,
                    ..one
                });
            }
            from = from + SimDuration::from_secs(secs);
            left = left.saturating_sub(secs);
        }
    }
}

/// What commitments may cover: instances of one's own, not Spot, and not what a host has paid for (`BILL-ORDER`); addresses
/// never (`BILL-IPV4-NO-DISCOUNT`).
const fn coverable(usage_type: UsageType) -> Option<(TypeId, Platform, Tenancy)> {
    if let UsageType::BoxUsage(of, platform) | UsageType::UnusedBox(of, platform) = usage_type {
        Some((of, platform, Tenancy::Default))
    } else if let UsageType::DedicatedUsage(of, platform)
    | UsageType::UnusedDedicated(of, platform) = usage_type
    {
        Some((of, platform, Tenancy::Dedicated))
    } else {
        None
    }
}

/// What is bought of each purchase for an hour, and what that costs.
fn all_of(purchases: &Purchases) -> Vec<(Purchase, &Bought, (u128, Usd))> {
    let reserved = (1..).zip(&purchases.reserved).map(|(number, one)| {
        let whole = (u128::from(HOUR) * u128::from(one.count), one.an_hour());
        (Purchase::Reserved(number), &one.bought, whole)
    });
    let plans = (1..).zip(&purchases.plans).map(|(number, plan)| {
        let whole = (u128::from(HOUR), Usd::from_price(plan.commitment));
        (Purchase::Plan(number), &plan.bought, whole)
    });
    reserved.chain(plans).collect()
}

/// Of a list that is numbered from 1.
fn nth<T>(list: &[T], number: u32) -> Option<&T> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    list.get(place)
}

/// The clock-hours that a purchase touches between two instants: the first, and the end of the last.
fn hours_of(bought: &Bought, start: SimTime, end: SimTime) -> (SimTime, SimTime) {
    let from = bought.from.max(start);
    let until = bought.until().min(end);
    if until <= from {
        return (from, from);
    }
    (from.clock_hour(), until.hour_end())
}
