//! Applying: what an account holds, between the list price and the ledger. The third stage of the bill.
//!
//! Commitments change what is paid for a charge, and only when the clock-hour is over, after they have seen all that was
//! used in it. So [`Commitments`] keeps what they may cover, and passes on what they can't. Where an account holds nothing
//! charges go straight into the [`Ledger`], which takes them just the same.

use crate::{record::RecordKind, time::SimTime};

use super::{
    commitments::Commitments,
    ledger::Ledger,
    meter::Usage,
    rate::{Charge, Priced},
};

/// What takes charges.
pub(super) trait Charges {
    /// Takes the next charge, in the order in which meters close.
    fn take(&mut self, charge: &Charge<'_>);
}

/// What stands between the list price and the ledger, with the ledger.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and the plain one is asked at every charge"
)]
#[derive(Debug, Clone)]
pub(super) enum Stage {
    /// Nothing.
    Plain(Ledger),
    /// What the account has bought.
    Bought(Box<Commitments>),
}

impl Stage {
    pub(super) fn ledger(&self) -> &Ledger {
        match self {
            Self::Plain(ledger) => ledger,
            Self::Bought(stage) => stage.ledger(),
        }
    }

    /// What was bought, if anything was.
    pub(super) fn bought(&self) -> Option<&Commitments> {
        match self {
            Self::Plain(_) => None,
            Self::Bought(stage) => Some(stage),
        }
    }

    /// Something happens: the hours before it are over.
    #[inline]
    pub(super) fn observe(&mut self, at: SimTime, kind: &RecordKind) {
        if let Self::Bought(stage) = self {
            stage.observe(at, kind);
        }
    }

    /// A meter opens.
    #[inline]
    pub(super) fn opened(&mut self, usage: &Usage, priced: &Priced) {
        if let Self::Bought(stage) = self {
            stage.opened(usage, priced);
        }
    }

    /// A meter has closed, and all its charges were taken.
    #[inline]
    pub(super) fn closed(&mut self, usage: &Usage) {
        if let Self::Bought(stage) = self {
            stage.closed(usage);
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime) {
        if let Self::Bought(stage) = self {
            stage.finish(at);
        }
    }
}

impl Charges for Stage {
    #[inline]
    fn take(&mut self, charge: &Charge<'_>) {
        match self {
            Self::Plain(ledger) => ledger.take(charge),
            Self::Bought(stage) => stage.take(charge),
        }
    }
}
