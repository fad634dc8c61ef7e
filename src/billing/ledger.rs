//! The ledger: what was charged. Everything that tells of costs is a view of it, and computes no price of its own.

use smallvec::SmallVec;

use crate::{
    money::{Price, Usd},
    record::{Granularity, Meter, Period, Resource, Rules, Unit, UsageType},
    time::SimTime,
};

use super::{Cost, PriceSource, apply::Charges, get_or_grow, rate::Charge};

/// What was charged: the lines where somebody reads them, and in any case what they come to.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    lines: Option<Vec<LedgerLine>>,
    /// By the number of the usage type. Most have one price through a replay.
    sums: Vec<SmallVec<[UsageSum; 1]>>,
    /// What of it is the account's.
    account: Cost,
}

impl Ledger {
    pub(super) fn new(keep_lines: bool) -> Self {
        Self {
            lines: keep_lines.then(Vec::new),
            sums: Vec::new(),
            account: Cost::default(),
        }
    }

    /// The lines in the order in which they were charged; empty where none are kept.
    pub(super) fn lines(&self) -> &[LedgerLine] {
        self.lines.as_deref().unwrap_or(&[])
    }

    #[cfg(any(test, feature = "reach"))]
    pub(super) fn take_lines(&mut self) -> Vec<LedgerLine> {
        self.lines.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// What was charged as each usage type.
    pub(super) fn sums(&self) -> impl Iterator<Item = &UsageSum> {
        self.sums.iter().flatten()
    }

    /// What those lines come to that are of no resource.
    pub(super) const fn account(&self) -> Cost {
        self.account
    }

    /// What all lines come to.
    pub(super) fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for sum in self.sums() {
            cost.add(sum.meter, sum.amount);
        }
        cost
    }
}

impl Charges for Ledger {
    fn take(&mut self, charge: &Charge<'_>) {
        // What took no time is known as having been charged, but is no line.
        if let Some(lines) = &mut self.lines
            && charge.quantity() > 0
        {
            lines.push(charge.line());
        }
        let priced = charge.priced;
        let rate = charge.part.rate;
        let sums = get_or_grow(&mut self.sums, charge.usage.sku.index());
        let known = sums.iter().position(|sum| sum.unit_price == rate.price);
        let place = known.unwrap_or_else(|| {
            sums.push(UsageSum {
                meter: charge.usage.meter,
                usage_type: priced.usage_type,
                unit: priced.unit,
                unit_price: rate.price,
                source: rate.source,
                parts: 0,
                amount: Usd::ZERO,
            });
            sums.len() - 1
        });
        let sum = &mut sums[place];
        let parts = parts(priced.unit, charge.quantity(), charge.part.days);
        sum.parts = sum.parts.saturating_add(parts);
        sum.amount += charge.part.amount;
        if charge.usage.resource.is_none() {
            self.account.add(charge.usage.meter, charge.part.amount);
        }
    }
}

/// So much of a unit in a month of so many days, in parts.
fn parts(unit: Unit, quantity: u64, days: u8) -> u128 {
    let quantity = u128::from(quantity);
    match unit.period() {
        Period::Hour | Period::Parts(_) => quantity,
        Period::Month => quantity * u128::from(MONTH_PARTS / u64::from(days)),
    }
}

/// The days of a month of 28, 29, 30 or 31 are whole numbers of parts: a month is always so many of them, times the
/// seconds of a day.
pub const MONTH_PARTS: u64 = 377_580;

/// All that was charged as one thing at one price.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
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

/// One metered interval: a run, an address held, a volume's life at one size; cut where the price or the month changes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LedgerLine {
    /// Of what; none where it is the account's.
    pub resource: Option<Resource>,
    /// Which meter.
    pub meter: Meter,
    /// As what.
    pub usage_type: UsageType,
    /// From when.
    pub from: SimTime,
    /// Until when, minimums included (`BILL-MIN-PLACEMENT`).
    pub to: SimTime,
    /// How much, in `unit`.
    pub quantity: u64,
    /// In what it is counted.
    pub unit: Unit,
    /// The price of a unit.
    pub unit_price: Price,
    /// Where the price is from.
    pub source: PriceSource,
    /// What it costs, exactly.
    pub amount: Usd,
    /// The rules that decide it.
    pub rules: Rules,
}

/// A line as AWS's own reports round it (`BILL-QTY-ROUND`, `BILL-COST-ROUND`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The quantity, in the unit of the price.
    pub quantity: String,
    /// The rounded quantity times the price, in units of 10⁻¹⁰ dollars.
    pub amount: Price,
}

impl LedgerLine {
    /// How much, in parts that can be added up over months of different lengths: seconds, hours, the parts of an amount, or
    /// for what is priced by the month so many that `MONTH_PARTS * 86_400` are one unit for one month.
    pub fn parts(&self) -> u128 {
        parts(self.unit, self.quantity, self.from.month().days())
    }

    /// The line as AWS's reports have it: hours to six decimals, months to ten, the amount of the rounded quantity to
    /// ten, all rounded half up.
    pub fn reported(&self) -> Reported {
        let (decimals, secs) = match self.unit.period() {
            Period::Hour => (6, 3_600),
            Period::Month => (10, u128::from(self.from.month().days()) * 86_400),
            Period::Parts(parts) => (10, u128::from(parts)),
        };
        let per_unit = match self.unit.granularity() {
            Granularity::Second | Granularity::Amount => secs,
            Granularity::Hour => secs / 3_600,
        };
        let scale = 10_u128.pow(decimals);
        let rounded = (u128::from(self.quantity) * scale + per_unit / 2) / per_unit;
        let width = usize::try_from(decimals).unwrap_or(10);
        let amount = (rounded * u128::from(self.unit_price.units()) + scale / 2) / scale;
        Reported {
            quantity: format!("{}.{:0width$}", rounded / scale, rounded % scale),
            amount: Price::from_units(u64::try_from(amount).unwrap_or(u64::MAX)),
        }
    }
}
