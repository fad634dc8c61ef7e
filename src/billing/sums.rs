//! What was charged, summed up by what it is charged as: as short as the list of things that have a price.

use std::collections::BTreeMap;

use crate::{
    money::{Price, Usd},
    record::{Meter, Unit, UsageType},
    time::Month,
};

use super::{LedgerLine, PriceSource};

/// The days of a month of 28, 29, 30 or 31 are whole numbers of parts: a month is always so many of them, times the
/// seconds of a day.
pub const MONTH_PARTS: u64 = 377_580;

/// All that was charged as one thing at one price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UsageSum {
    /// Which meter.
    pub meter: Meter,
    /// As what.
    pub usage_type: UsageType,
    /// In what it is counted.
    pub unit: Unit,
    /// The price of a unit.
    pub unit_price: Price,
    /// Where the price is from.
    pub source: PriceSource,
    /// How much, in the parts of [`LedgerLine::parts`].
    pub parts: u128,
    /// What it costs.
    pub amount: Usd,
}

impl LedgerLine {
    /// How much, in parts that can be added up over months of different lengths: seconds, hours, or for what is priced by
    /// the month so many that `MONTH_PARTS * 86_400` are one unit for one month.
    pub fn parts(&self) -> u128 {
        parts(self.unit, self.quantity, self.from.month())
    }
}

/// So much of a unit in a month, in parts.
pub(super) fn parts(unit: Unit, quantity: u64, month: Month) -> u128 {
    let quantity = u128::from(quantity);
    match unit {
        Unit::Second | Unit::Hour => quantity,
        Unit::GibSecond | Unit::IopsSecond | Unit::MibpsSecond => {
            quantity * u128::from(MONTH_PARTS / u64::from(month.days()))
        }
    }
}

/// The sums of a bill.
#[derive(Debug, Clone, Default)]
pub(super) struct UsageSums {
    sums: Vec<UsageSum>,
    places: BTreeMap<(UsageType, Price), usize>,
    /// Where the last line of each meter went: mostly the next one goes there too.
    latest: [usize; Meter::ALL.len()],
}

impl UsageSums {
    pub(super) fn add(&mut self, line: &UsageSum) {
        let latest = &mut self.latest[match line.meter {
            Meter::Usage => 0,
            Meter::Ebs => 1,
            Meter::PublicIpv4 => 2,
        }];
        let is_it =
            |sum: &UsageSum| (sum.usage_type, sum.unit_price) == (line.usage_type, line.unit_price);
        if !self.sums.get(*latest).is_some_and(is_it) {
            let sums = &mut self.sums;
            *latest = *self
                .places
                .entry((line.usage_type, line.unit_price))
                .or_insert_with(|| {
                    sums.push(UsageSum {
                        parts: 0,
                        amount: Usd::ZERO,
                        ..*line
                    });
                    sums.len() - 1
                });
        }
        let sum = &mut self.sums[*latest];
        sum.parts = sum.parts.saturating_add(line.parts);
        sum.amount += line.amount;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &UsageSum> {
        self.places.values().map(|&place| &self.sums[place])
    }
}
