//! The bill: what happened, turned into money (billing rulebook, sections 0 to 3).
//!
//! A [`Biller`] folds over records as they come and knows nothing else: it never reads the world, so a bill can be made
//! again from the records alone. It counts integer resource-seconds and multiplies by a decimal price once; nothing is
//! rounded before it is printed (`BILL-NO-FLOAT`, `BILL-ALGO`).

mod accounts;
mod biller;
mod cited;
mod cost;
mod ledger;
mod meters;
mod prices;
mod sums;
mod usage;

pub use biller::Biller;
pub use cost::Cost;
pub use ledger::{LedgerLine, Reported};
pub use meters::Meters;
pub use prices::{Charge, PriceBook, PriceKey, PriceSource, Rate};
pub use sums::{MONTH_PARTS, UsageSum};
