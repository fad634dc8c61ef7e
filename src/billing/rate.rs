//! Rating: what usage costs at list price. The second stage of the bill.
//!
//! A usage line is cut at the ends of months, because the price of a month is spread over its own seconds
//! (`BILL-MONTH-CALENDAR`), and each part becomes a charge. It is the only formula that there is: what an open meter has
//! cost is what its usage so far would be charged.

use crate::{
    money::Usd,
    record::{Granularity, Period, Unit, UsageType},
    time::{Month, SimDuration, SimTime},
};

use super::{
    LedgerLine, PriceBook, Rate,
    meter::{Sku, Usage},
};

/// A rated part of a usage line: a line of the ledger, if nothing stands between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Charge<'a> {
    pub(super) usage: &'a Usage,
    pub(super) priced: &'a Priced,
    pub(super) part: Part,
}

/// What of usage lies in one month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) from: SimTime,
    pub(super) secs: u64,
    /// How long the month is.
    pub(super) days: u8,
    /// What it costs at list price.
    pub(super) amount: Usd,
}

/// What is charged, and at what price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Priced {
    pub(super) usage_type: UsageType,
    pub(super) unit: Unit,
    pub(super) rate: Rate,
}

/// The price book, and what was looked up in it.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    book: PriceBook,
    priced: Vec<Priced>,
    /// The month in which something was charged last. Nearly all that is charged or asked for lies in it, so it isn't worked
    /// out anew from the date, and isn't cut. Without it a replay that keeps its records needs 4.8 % more instructions (1.2 %
    /// more for totals only), and comes to the same: a month that isn't this one is worked out.
    month: Month,
}

impl Rates {
    pub(super) fn new(book: PriceBook) -> Self {
        Self {
            book,
            priced: Vec::new(),
            month: SimTime::default().month(),
        }
    }

    pub(super) const fn book(&self) -> &PriceBook {
        &self.book
    }

    /// The number of a usage type; none where it has no price.
    pub(super) fn sku(&mut self, usage_type: UsageType) -> Option<Sku> {
        let known = |priced: &Priced| priced.usage_type == usage_type;
        let place = match self.priced.iter().position(known) {
            Some(place) => place,
            None => {
                self.priced.push(Priced {
                    usage_type,
                    unit: usage_type.unit(),
                    rate: self.book.rate(usage_type)?,
                });
                self.priced.len() - 1
            }
        };
        Some(Sku::new(place))
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
    pub(super) fn charge(&self, usage: &Usage, mut charged: impl FnMut(&Charge<'_>)) -> Usd {
        let priced = self.priced(usage.sku);
        let mut total = Usd::ZERO;
        self.parts(priced, usage.units, usage.from, usage.secs, |part| {
            total += part.amount;
            charged(&Charge {
                usage,
                priced,
                part,
            });
        });
        total
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
        let to = from + SimDuration::from_secs(secs);
        if self.month.start() <= from && to <= self.month.end() {
            self.priced(sku).amount(units, secs, self.month.days())
        } else {
            self.cut_amount(sku, units, from, secs)
        }
    }

    #[cold]
    fn cut_amount(&self, sku: Sku, units: u64, from: SimTime, secs: u64) -> Usd {
        let mut total = Usd::ZERO;
        self.parts(self.priced(sku), units, from, secs, |part| {
            total += part.amount;
        });
        total
    }

    /// Cuts at the ends of months; in any case there is one part.
    fn parts(
        &self,
        priced: &Priced,
        units: u64,
        mut from: SimTime,
        mut left: u64,
        mut each: impl FnMut(Part),
    ) {
        loop {
            let (mut days, mut end) = (self.month.days(), self.month.end());
            if !self.month.contains(from) {
                let other = from.month();
                (days, end) = (other.days(), other.end());
            }
            let to_end = (end - from).as_secs();
            let secs = left.min(match priced.unit.granularity() {
                Granularity::Second => to_end,
                // An hour is booked in the month in which it begins (BILL-HOURLY-ANCHOR).
                Granularity::Hour => to_end.div_ceil(3_600) * 3_600,
            });
            each(Part {
                from,
                secs,
                days,
                amount: priced.amount(units, secs, days),
            });
            left -= secs;
            if left == 0 {
                return;
            }
            from = from + SimDuration::from_secs(secs);
        }
    }
}

impl Priced {
    /// What so many cost for so long, in one month of so many days.
    fn amount(&self, units: u64, secs: u64, days: u8) -> Usd {
        let (price, unit_secs) = (self.rate.price, units.saturating_mul(secs));
        match self.unit.period() {
            Period::Hour => Usd::hourly(price, unit_secs),
            Period::Month => Usd::monthly(price, unit_secs, days),
        }
    }
}

impl Charge<'_> {
    /// How much, in the unit.
    pub(super) const fn quantity(&self) -> u64 {
        self.priced.unit.quantity(self.usage.units, self.part.secs)
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
            unit_price: self.priced.rate.price,
            source: self.priced.rate.source,
            amount: self.part.amount,
            rules: self.usage.rules,
        }
    }
}
