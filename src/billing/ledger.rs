//! The ledger: what was charged. Everything that tells of costs is a view of it, and computes no price of its own.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::{
    money::{Price, Usd},
    record::{Granularity, Meter, Period, Resource, Rules, Unit, UsageType},
    time::{MONTH_PARTS, SimTime},
};

use super::{Cost, PriceSource, Purchase, apply::Charges, get_or_grow, rate::Charge};

/// What was charged: the lines where somebody reads them, and in any case what they come to.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    lines: Option<Vec<LedgerLine>>,
    /// By the number of the usage type. Most have one price through a replay.
    sums: Vec<SmallVec<[UsageSum; 1]>>,
    /// What commitments had to do with: by meter, usage type, purchase and whether it covers.
    applied: BTreeMap<(Meter, UsageType, Option<Purchase>, Share), UsageSum>,
    /// What of it is the account's.
    account: Cost,
}

impl Ledger {
    pub(super) fn new(keep_lines: bool) -> Self {
        Self {
            lines: keep_lines.then(Vec::new),
            sums: Vec::new(),
            applied: BTreeMap::new(),
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
        self.sums.iter().flatten().chain(self.applied.values())
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

    /// The sums alone.
    pub(super) fn without_lines(&self) -> Self {
        Self {
            lines: None,
            sums: self.sums.clone(),
            applied: self.applied.clone(),
            account: self.account,
        }
    }

    /// Puts the lines into the order in which their intervals ended, where they came otherwise.
    pub(super) fn sort(&mut self) {
        if let Some(lines) = &mut self.lines {
            lines.sort_by_key(|line| line.to);
        }
    }

    /// Takes a line that commitments have to do with.
    pub(super) fn put(&mut self, line: LedgerLine) {
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
        let share = line.applied.map_or(Share::Rest, |applied| applied.share);
        // Covered in full or in part, it comes to the same.
        let share = if share == Share::Part {
            Share::Full
        } else {
            share
        };
        let key = (line.meter, line.usage_type, line.commitment(), share);
        let sum = self.applied.entry(key).or_insert_with(|| UsageSum {
            meter: line.meter,
            usage_type: line.usage_type,
            unit: line.unit,
            unit_price: line.unit_price,
            source: line.source,
            commitment: line.commitment(),
            covered: line.covered().is_some(),
            parts: 0,
            amount: Usd::ZERO,
        });
        sum.parts = sum.parts.saturating_add(line.parts());
        sum.amount += line.amount;
        if line.resource.is_none() {
            self.account.add(line.meter, line.amount);
        }
    }
}

impl Charges for Ledger {
    fn take(&mut self, charge: &Charge<'_>) {
        let quantity = charge.quantity();
        // What took no time is known as having been charged, but is no line.
        if let Some(lines) = &mut self.lines
            && quantity > 0
        {
            lines.push(charge.line());
        }
        // A slot that is taken as soon as it is reserved never was unused.
        if quantity == 0 && charge.usage.meter == Meter::Reservations {
            return;
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
                commitment: None,
                covered: false,
                parts: 0,
                amount: Usd::ZERO,
            });
            sums.len() - 1
        });
        let sum = &mut sums[place];
        let parts = parts(priced.unit, quantity, charge.part.days);
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
    /// The purchase that it is of, or that covers it.
    pub commitment: Option<Purchase>,
    /// Whether a purchase covers it.
    pub covered: bool,
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
    /// What is billed for it, exactly: nothing where a commitment or a free tier covers it.
    pub amount: Usd,
    /// What commitments have to do with it, if they have.
    pub applied: Option<Applied>,
    /// The rules that decide it.
    pub rules: Rules,
}

/// The picoseconds of a second.
pub(super) const PICOS: u64 = 1_000_000_000_000;

/// What commitments have to do with a line.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Applied {
    /// What the line is of a purchase or of usage.
    pub share: Share,
    /// The purchase.
    pub purchase: Option<Purchase>,
    /// What of a unit the quantity goes beyond whole ones, in 10⁻¹² of it.
    pub fraction: u64,
    /// What it costs, fees spread over what they paid for.
    pub effective: Usd,
}

/// What a line is of a purchase or of usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Share {
    /// Usage that a purchase covers whole.
    Full,
    /// What of some usage a purchase covers.
    Part,
    /// What of some usage none covers.
    Rest,
    /// What a purchase costs.
    Fee,
    /// What of a purchase wasn't used.
    Unused,
}

impl Applied {
    pub(super) const fn new(share: Share, purchase: Option<Purchase>, effective: Usd) -> Self {
        Self {
            share,
            purchase,
            fraction: 0,
            effective,
        }
    }
}

/// A line as AWS's own reports round it (`BILL-QTY-ROUND`, `BILL-COST-ROUND`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The quantity, in the unit of the price.
    pub quantity: String,
    /// The rounded quantity times the price, in units of 10⁻¹⁰ dollars.
    pub list: Price,
    /// The same, where it is billed.
    pub amount: Price,
}

impl LedgerLine {
    /// What it would cost at list price.
    pub fn list_amount(&self) -> Usd {
        match self.applied.map(|applied| applied.share) {
            Some(Share::Full | Share::Part | Share::Unused) => match self.unit.period() {
                Period::Hour => {
                    let an_hour = Usd::hourly(self.unit_price, 3_600);
                    let (count, per) = self.wide_quantity();
                    an_hour.share(count, per)
                }
                Period::Month => {
                    Usd::monthly(self.unit_price, self.quantity, self.from.month().days())
                }
                Period::Parts(parts) => Usd::parts(self.unit_price, self.quantity, parts),
            },
            Some(Share::Rest | Share::Fee) | None => self.amount,
        }
    }

    /// What it costs where fees are spread over what they paid for (`BILL-RI-PAYMENT`).
    pub fn effective_amount(&self) -> Usd {
        self.applied
            .map_or(self.amount, |applied| applied.effective)
    }

    /// The purchase that it is of, or that covers it.
    pub fn commitment(&self) -> Option<Purchase> {
        self.applied.and_then(|applied| applied.purchase)
    }

    /// Whether a commitment covers it: `full`, or `part` of some usage.
    pub fn covered(&self) -> Option<&'static str> {
        match self.applied?.share {
            Share::Full => Some("full"),
            Share::Part => Some("part"),
            Share::Rest | Share::Fee | Share::Unused => None,
        }
    }

    /// The line with a quantity of so many picoseconds.
    pub(super) fn measured(self, picos: u128, applied: Applied) -> Self {
        // In 10⁻¹² of the unit.
        let parts = picos / u128::from(self.unit_secs());
        let split = |part: u128| u64::try_from(part).unwrap_or(u64::MAX);
        Self {
            quantity: split(parts / u128::from(PICOS)),
            applied: Some(Applied {
                fraction: split(parts % u128::from(PICOS)),
                ..applied
            }),
            ..self
        }
    }

    /// The seconds of the unit that it is counted in.
    pub(crate) const fn unit_secs(&self) -> u64 {
        match self.unit.granularity() {
            Granularity::Second | Granularity::Amount => 1,
            Granularity::Hour => 3_600,
        }
    }

    /// The quantity in 10⁻¹² of the unit, and how many of them an hour, or another unit of the price, has.
    pub(super) fn wide_quantity(&self) -> (u128, u128) {
        let fraction = self.applied.map_or(0, |applied| applied.fraction);
        let count = u128::from(self.quantity) * u128::from(PICOS) + u128::from(fraction);
        (
            count,
            u128::from(3_600 / self.unit_secs()) * u128::from(PICOS),
        )
    }

    /// How much, in its unit, exactly: `3600`, `1385.5`.
    pub fn exact_quantity(&self) -> String {
        let whole = self.unit.written(self.quantity.into());
        match self.applied.map_or(0, |applied| applied.fraction) {
            0 => whole,
            fraction => {
                let digits = format!("{fraction:012}");
                format!("{whole}.{}", digits.trim_end_matches('0'))
            }
        }
    }

    /// How much, in parts that can be added up over months of different lengths: seconds, hours, the parts of an amount, or
    /// for what is priced by the month so many that `MONTH_PARTS * 86_400` are one unit for one month.
    pub fn parts(&self) -> u128 {
        parts(self.unit, self.quantity, self.from.month().days())
    }

    /// The line as AWS's reports have it: hours to six decimals, months to ten, the amount of the rounded quantity to
    /// ten, all rounded half up.
    pub fn reported(&self) -> Reported {
        self.reported_by(1)
    }

    /// As [`Self::reported`], in a unit so many times as large.
    pub(crate) fn reported_by(&self, times: u64) -> Reported {
        let decimals = match self.unit.period() {
            Period::Hour => 6,
            Period::Month | Period::Parts(_) => 10,
        };
        let scale = 10_u128.pow(decimals);
        let rounded = self.scaled(times, scale);
        let price = self.unit_price.times(times);
        let amount = (rounded.saturating_mul(u128::from(price.units())) + scale / 2) / scale;
        let list = Price::from_units(u64::try_from(amount).unwrap_or(u64::MAX));
        Reported {
            quantity: decimal(rounded, decimals),
            list,
            amount: if self.amount.is_zero() {
                Price::ZERO
            } else {
                list
            },
        }
    }

    /// The quantity in a unit so many times as large as that of the price, to eighteen decimals.
    pub(crate) fn priced_quantity(&self, times: u64) -> String {
        decimal(self.scaled(times, 10_u128.pow(18)), 18)
    }

    /// The quantity in the unit of the price, times `scale` and rounded half up.
    fn scaled(&self, times: u64, scale: u128) -> u128 {
        let secs = match self.unit.period() {
            Period::Hour => 3_600,
            Period::Month => u128::from(self.from.month().days()) * 86_400,
            Period::Parts(parts) => u128::from(parts),
        };
        let per_unit = secs / u128::from(self.unit_secs()) * u128::from(times);
        match self.applied {
            Some(Applied { fraction, .. }) if fraction > 0 => {
                let per = per_unit * u128::from(PICOS);
                (self.wide_quantity().0.saturating_mul(scale) + per / 2) / per
            }
            Some(_) | None => {
                (u128::from(self.quantity).saturating_mul(scale) + per_unit / 2) / per_unit
            }
        }
    }
}

/// A whole number of the last decimal.
fn decimal(scaled: u128, decimals: u32) -> String {
    let (scale, width) = (
        10_u128.pow(decimals),
        usize::try_from(decimals).unwrap_or(10),
    );
    format!("{}.{:0width$}", scaled / scale, scaled % scale)
}
