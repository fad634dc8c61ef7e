//! Rating: what usage costs at list price. The second stage of the bill.
//!
//! A usage line is cut at the ends of months, because the price of a month is spread over its own seconds
//! (`BILL-MONTH-CALENDAR`), and each part becomes a charge. It is the only formula that there is: what an open meter has
//! cost is what its usage so far would be charged.
//!
//! What gets cheaper the more of it the account uses in a month is counted up, in the order in which it is charged, and cut
//! where the price changes.

use std::collections::BTreeMap;

use crate::{
    money::Usd,
    record::{Granularity, Period, Rules, Unit, UsageType},
    rule,
    time::{Month, SimDuration, SimTime},
};

use super::{
    LedgerLine, PriceBook, Rate,
    meter::{Sku, Usage},
    prices::Step,
};

/// A rated part of a usage line: a line of the ledger, if nothing stands between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Charge<'a> {
    pub(super) usage: &'a Usage,
    pub(super) priced: &'a Priced,
    pub(super) part: Part,
}

/// What of usage lies in one month, at one price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) from: SimTime,
    pub(super) secs: u64,
    /// How many at a time, or how much in all.
    pub(super) units: u64,
    pub(super) rate: Rate,
    /// How long the month is.
    pub(super) days: u8,
    /// What it costs at list price.
    pub(super) amount: Usd,
    /// Whether it takes off what an allowance pays for.
    is_free: bool,
}

/// What is charged, and at what price.
#[derive(Debug, Clone)]
pub(super) struct Priced {
    pub(super) usage_type: UsageType,
    pub(super) unit: Unit,
    pub(super) rate: Rate,
    /// Its prices, where they depend on how much the account has used in the month.
    steps: Option<Vec<Step>>,
    /// What an allowance that never expires takes off from it, and as what.
    allowance: Option<(Allowance, Sku)>,
}

/// What an account has free each month for ever, however often it asks (`CMPX-ALWAYS-FREE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Allowance {
    /// Requests to functions.
    Requests,
    /// The duration of their invocations on demand.
    Duration,
}

impl Allowance {
    /// The one from which a usage type is taken, both architectures together (`LAM-FREE`).
    const fn of(usage_type: UsageType) -> Option<Self> {
        if matches!(
            usage_type,
            UsageType::LambdaRequest | UsageType::LambdaRequestArm
        ) {
            Some(Self::Requests)
        } else if matches!(
            usage_type,
            UsageType::LambdaDuration | UsageType::LambdaDurationArm
        ) {
            Some(Self::Duration)
        } else {
            None
        }
    }

    /// How much it is, in the parts of its unit.
    const fn amount(self) -> u64 {
        match self {
            Self::Requests => 1_000_000,
            Self::Duration => 400_000 * 1_024_000,
        }
    }
}

const FREE: Rules = &[
    rule::LAM_FREE,
    rule::CMPX_ALWAYS_FREE,
    rule::CMPX_MONTH,
    rule::CMPX_TIERS,
];

/// How much the account has used of what has several prices, by month.
#[derive(Debug, Clone, Default)]
pub(super) struct Counters {
    used: BTreeMap<(Sku, SimTime), u64>,
    free: BTreeMap<(Allowance, SimTime), u64>,
}

impl Counters {
    /// What of so many more an allowance still holds.
    fn free(&mut self, allowance: Allowance, month: SimTime, units: u64) -> u64 {
        let taken = self.free.entry((allowance, month)).or_default();
        let free = units.min(allowance.amount().saturating_sub(*taken));
        *taken += free;
        free
    }

    /// Takes so much more into account, and tells what of it falls to which step.
    fn count(
        &mut self,
        (sku, month): (Sku, SimTime),
        (steps, per_unit): (&[Step], u64),
        units: u64,
        mut each: impl FnMut(u64, Rate),
    ) {
        let used = self.used.entry((sku, month)).or_default();
        let mut left = units;
        for (index, step) in steps.iter().enumerate() {
            let next = steps.get(index + 1);
            let end = next.map_or(u64::MAX, |next| next.from.saturating_mul(per_unit));
            let taken = left.min(end.saturating_sub(*used));
            if taken > 0 {
                each(taken, step.rate);
                *used = used.saturating_add(taken);
                left -= taken;
            }
        }
    }
}

/// The price book, and what was looked up in it.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    book: PriceBook,
    priced: Vec<Priced>,
    /// What was looked up last.
    latest: Sku,
    /// The month in which something was charged last. Nearly all that is charged or asked for lies in it, so it isn't worked
    /// out anew from the date, and isn't cut. Without it a replay that keeps its records needs 4.8 % more instructions (1.2 %
    /// more for totals only), and comes to the same: a month that isn't this one is worked out.
    month: Month,
    counters: Counters,
}

impl Rates {
    pub(super) fn new(book: PriceBook) -> Self {
        Self {
            book,
            priced: Vec::new(),
            latest: Sku::default(),
            month: SimTime::default().month(),
            counters: Counters::default(),
        }
    }

    pub(super) const fn book(&self) -> &PriceBook {
        &self.book
    }

    /// The number of a usage type; none where it has no price.
    pub(super) fn sku(&mut self, usage_type: UsageType) -> Option<Sku> {
        let known = |priced: &Priced| priced.usage_type == usage_type;
        // What is started is mostly of the type that was started before.
        if self.priced.get(self.latest.index()).is_some_and(known) {
            return Some(self.latest);
        }
        let place = match self.priced.iter().position(known) {
            Some(place) => place,
            None => {
                let allowance = Allowance::of(usage_type).filter(|_| self.book.has_allowances());
                let free = usage_type.free().zip(allowance);
                let allowance =
                    free.and_then(|(free, allowance)| Some((allowance, self.sku(free)?)));
                self.priced.push(Priced {
                    usage_type,
                    unit: usage_type.unit(),
                    rate: self.book.rate(usage_type)?,
                    steps: self.book.steps(usage_type),
                    allowance,
                });
                self.priced.len() - 1
            }
        };
        self.latest = Sku::new(place);
        Some(self.latest)
    }

    /// Whether an instance of a burstable type was charged.
    pub(super) fn has_burstable(&self) -> bool {
        self.priced.iter().any(|priced| {
            matches!(
                priced.usage_type,
                UsageType::BoxUsage(of, ..) | UsageType::SpotUsage(of, ..) if of.info().burstable()
            )
        })
    }

    /// Whether a usage type has a price. It is asked before each launch, and mostly was looked up before.
    pub(super) fn has_price(&self, usage_type: UsageType) -> bool {
        let mut priced = self.priced.iter();
        priced.any(|priced| priced.usage_type == usage_type) || self.book.rate(usage_type).is_some()
    }

    pub(super) fn priced(&self, sku: Sku) -> &Priced {
        &self.priced[sku.index()]
    }

    /// Something is charged in this month.
    pub(super) fn turn(&mut self, at: SimTime) {
        if !self.month.contains(at) {
            self.month = at.month();
        }
    }

    /// Charges usage, month by month, and answers with what it comes to. What took no time is a charge of nothing.
    pub(super) fn charge(&mut self, usage: &Usage, mut charged: impl FnMut(&Charge<'_>)) -> Usd {
        let mut total = Usd::ZERO;
        let priced = &self.priced[usage.sku.index()];
        let cut = Cut {
            latest: self.month,
            priced,
            usage,
        };
        cut.parts(&mut self.counters, |part| {
            total += part.amount;
            told(&self.priced, usage, part, &mut charged);
        });
        total
    }

    /// What the account has used so far, to go on counting without charging.
    pub(super) fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// Whether usage is an amount, which isn't spread over its time; or a Spot Instance's, which may turn out to be free.
    pub(super) fn is_counted(&self, usage: &Usage) -> bool {
        let priced = self.priced(usage.sku);
        priced.unit.granularity() == Granularity::Amount || priced.usage_type.instead().is_some()
    }

    /// What usage comes to where it is the next that is counted.
    pub(super) fn counted(&self, usage: &Usage, counters: &mut Counters) -> Usd {
        let mut total = Usd::ZERO;
        self.charges(usage, counters, |charge| total += charge.part.amount);
        total
    }

    /// What usage would be charged where it is the next that is counted.
    pub(super) fn charges(
        &self,
        usage: &Usage,
        counters: &mut Counters,
        mut charged: impl FnMut(&Charge<'_>),
    ) {
        let priced = self.priced(usage.sku);
        let cut = Cut {
            latest: self.month,
            priced,
            usage,
        };
        cut.parts(counters, |part| {
            told(&self.priced, usage, part, &mut charged);
        });
    }

    /// What usage comes to. Nearly all that is asked for lies in this month, and needn't be cut.
    #[inline]
    pub(super) fn amount(&self, usage: &Usage) -> Usd {
        let &Usage {
            sku,
            units,
            from,
            secs,
            ..
        } = usage;
        let priced = self.priced(sku);
        let to = from + SimDuration::from_secs(secs);
        let is_plain = priced.steps.is_none() && priced.allowance.is_none();
        if self.month.start() <= from && to <= self.month.end() && is_plain {
            priced.amount(priced.rate, units, secs, self.month.days())
        } else {
            self.cut_amount(usage)
        }
    }

    #[cold]
    fn cut_amount(&self, usage: &Usage) -> Usd {
        // Only what has several prices is counted up.
        let priced = self.priced(usage.sku);
        let mut counters = if priced.steps.is_some() || priced.allowance.is_some() {
            self.counters()
        } else {
            Counters::default()
        };
        self.counted(usage, &mut counters)
    }
}

/// Tells of a part of usage; what an allowance pays for is told as what it is.
fn told(priced: &[Priced], usage: &Usage, part: Part, charged: &mut impl FnMut(&Charge<'_>)) {
    let own = &priced[usage.sku.index()];
    match own.allowance.filter(|_| part.is_free) {
        None => charged(&Charge {
            usage,
            priced: own,
            part,
        }),
        Some((_, sku)) => charged(&Charge {
            usage: &Usage {
                sku,
                rules: FREE,
                ..*usage
            },
            priced: &priced[sku.index()],
            part,
        }),
    }
}

/// Usage that is to be cut where its price or the month changes.
struct Cut<'a> {
    /// The month that was looked up last.
    latest: Month,
    priced: &'a Priced,
    usage: &'a Usage,
}

impl Cut<'_> {
    fn month_of(&self, at: SimTime) -> Month {
        if self.latest.contains(at) {
            self.latest
        } else {
            at.month()
        }
    }

    /// Cuts at the ends of months; in any case there is one part.
    #[inline]
    fn parts(&self, counters: &mut Counters, mut each: impl FnMut(Part)) {
        let (priced, units) = (self.priced, self.usage.units);
        let is_hourly = match priced.unit.granularity() {
            Granularity::Second => false,
            Granularity::Hour => true,
            Granularity::Amount => return self.shares(counters, each),
        };
        let (rate, mut from, mut left) = (priced.rate, self.usage.from, self.usage.secs);
        loop {
            let month = self.month_of(from);
            let mut secs = (month.end() - from).secs_begun();
            if is_hourly {
                // An hour is booked in the month in which it begins (BILL-HOURLY-ANCHOR).
                secs = secs.div_ceil(3_600) * 3_600;
            }
            secs = secs.min(left);
            let days = month.days();
            each(Part {
                from,
                secs,
                units,
                rate,
                days,
                amount: priced.amount(rate, units, secs, days),
                is_free: false,
            });
            left -= secs;
            if left == 0 {
                return;
            }
            from = from + SimDuration::from_secs(secs);
        }
    }

    /// Cuts an amount: each month has its share of it by time, and each price what falls to it.
    fn shares(&self, counters: &mut Counters, mut each: impl FnMut(Part)) {
        let (priced, usage) = (self.priced, self.usage);
        let (mut passed, mut told) = (0, 0);
        loop {
            let from = usage.from + SimDuration::from_secs(passed);
            let month = self.month_of(from);
            let secs = (usage.secs - passed).min((month.end() - from).secs_begun());
            passed += secs;
            let until = share(usage.units, passed, usage.secs);
            let units = until - told;
            told = until;
            let days = month.days();
            let mut units = units;
            if let Some((allowance, _)) = priced.allowance {
                let free = counters.free(allowance, month.start(), units);
                let rate = priced.rate;
                let amount = priced.amount(rate, free, secs, days);
                let part = Part {
                    from,
                    secs,
                    units: free,
                    rate,
                    days,
                    amount,
                    is_free: false,
                };
                // What is free stands at list price, and is taken off beside it.
                if free > 0 {
                    each(part);
                    each(Part {
                        amount: Usd::ZERO - amount,
                        is_free: true,
                        ..part
                    });
                }
                units -= free;
            }
            let mut part = |units, rate| {
                each(Part {
                    from,
                    secs,
                    units,
                    rate,
                    days,
                    amount: priced.amount(rate, units, secs, days),
                    is_free: false,
                });
            };
            match (&priced.steps, priced.unit.period()) {
                (Some(steps), Period::Parts(parts)) => {
                    counters.count((usage.sku, month.start()), (steps, parts), units, part);
                }
                (Some(_) | None, _) => part(units, priced.rate),
            }
            if passed == usage.secs {
                return;
            }
        }
    }
}

/// What of an amount has come about after a part of the time that it takes.
fn share(units: u64, passed: u64, secs: u64) -> u64 {
    if passed == secs {
        return units;
    }
    let share = u128::from(units) * u128::from(passed) / u128::from(secs);
    u64::try_from(share).unwrap_or(units)
}

impl Priced {
    /// What so many cost for so long, in one month of so many days.
    fn amount(&self, rate: Rate, units: u64, secs: u64, days: u8) -> Usd {
        let (price, unit_secs) = (rate.price, units.saturating_mul(secs));
        match self.unit.period() {
            Period::Hour => Usd::hourly(price, unit_secs),
            Period::Month => Usd::monthly(price, unit_secs, days),
            Period::Parts(parts) => Usd::parts(price, units, parts),
        }
    }
}

impl Charge<'_> {
    /// How much, in the unit.
    pub(super) const fn quantity(&self) -> u64 {
        self.priced.unit.quantity(self.part.units, self.part.secs)
    }

    /// Its line in the ledger.
    pub(super) fn line(&self) -> LedgerLine {
        LedgerLine {
            resource: self.usage.resource,
            meter: self.usage.meter,
            usage_type: self.priced.usage_type,
            // A minimum may reach beyond the last instant that can be written.
            from: self.part.from.min(SimTime::MAX),
            to: (self.part.from + SimDuration::from_secs(self.part.secs)).min(SimTime::MAX),
            quantity: self.quantity(),
            unit: self.priced.unit,
            unit_price: self.part.rate.price,
            source: self.part.rate.source,
            amount: self.part.amount,
            applied: None,
            rules: self.usage.rules,
        }
    }
}
