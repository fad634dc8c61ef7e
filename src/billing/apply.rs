//! Applying: what an account holds, between the list price and the ledger. The third stage of the bill.
//!
//! Commitments, free tiers and credits change what is paid for a charge, and some of them only when the clock-hour or the
//! month is over, after they have seen all that was used in it. So a stage that applies them takes charges, keeps those
//! that it may still change, and passes them on: covered, split, or as they are. Where an account holds nothing there is
//! no such stage, and charges go straight into the [`Ledger`](super::ledger::Ledger), which takes them just the same.

use super::rate::Charge;

/// What takes charges.
pub(super) trait Charges {
    /// Takes the next charge, in the order in which meters close.
    fn take(&mut self, charge: &Charge<'_>);
}
