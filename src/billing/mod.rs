//! The bill: what happened, turned into money (billing rulebook, sections 0 to 3).
//!
//! ```text
//! records ──▶ meter ──▶ usage lines ──▶ rate ──▶ charges ──▶ apply ──▶ ledger ──▶ sums, reports
//! ```
//!
//! A [`Biller`] folds over records as they come and knows nothing else: it never reads the world, so a bill can be made
//! again from the records alone. `meter` says what is used and knows no price, `rate` what that costs at list price, `apply`
//! what an account holds changes in it, and the ledger keeps it; all else is a view of the ledger. The bill counts integer
//! resource-seconds and multiplies by a decimal price once; nothing is rounded before it is printed (`BILL-NO-FLOAT`,
//! `BILL-ALGO`).

mod apply;
mod biller;
mod commitments;
mod cost;
mod free_tier;
mod hours;
mod ledger;
mod meter;
mod meters;
mod prices;
mod purchases;
mod rate;
mod running;
mod table;
#[cfg(test)]
mod tests;

pub use crate::{record::PriceKey, time::MONTH_PARTS};
pub use biller::Biller;
pub use cost::Cost;
pub use free_tier::FreeTier;
pub use hours::by_clock_hour;
pub(crate) use hours::{Grain, by_hour};
pub use ledger::{Applied, LedgerLine, Reported, Share, UsageSum};
pub use meter::CreditBalance;
pub use meters::Meters;
pub use prices::{PriceBook, PriceSource, Rate};
pub use purchases::{
    Bought, Purchase, Purchases, ReservedInstance, ReservedPrice, SavingsPlan, reserved_price,
};
pub use table::PriceTable;

/// The entry of a list by handle, which grows as handles come up.
fn get_or_grow<T: Clone + Default>(list: &mut Vec<T>, index: usize) -> &mut T {
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    &mut list[index]
}
