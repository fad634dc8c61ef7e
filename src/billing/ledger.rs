//! The lines of the ledger, and how AWS's reports round them.

use crate::{
    money::{Price, Usd},
    record::{Meter, Resource, Rules, Unit, UsageType},
    time::SimTime,
};

use super::PriceSource;

/// One metered interval: a run, an address held, a volume's life at one size; cut where the price or the month changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LedgerLine {
    /// Of what.
    pub resource: Resource,
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
    /// The line as AWS's reports have it: hours to six decimals, months to ten, the amount of the rounded quantity to
    /// ten, all rounded half up.
    pub fn reported(&self) -> Reported {
        let (decimals, numerator, denominator): (u32, u128, u128) = match self.unit {
            Unit::Second => (6, u128::from(self.quantity), 3_600),
            Unit::Hour => (6, u128::from(self.quantity), 1),
            Unit::GibSecond | Unit::IopsSecond | Unit::MibpsSecond => (
                10,
                u128::from(self.quantity),
                u128::from(self.from.month().days()) * 86_400,
            ),
        };
        let scale = 10_u128.pow(decimals);
        let rounded = (numerator * scale + denominator / 2) / denominator;
        let width = usize::try_from(decimals).unwrap_or(10);
        let amount = (rounded * u128::from(self.unit_price.units()) + scale / 2) / scale;
        Reported {
            quantity: format!("{}.{:0width$}", rounded / scale, rounded % scale),
            amount: Price::from_units(u64::try_from(amount).unwrap_or(u64::MAX)),
        }
    }
}
