//! `account.free-tier`, which goes by the day on which the account was opened.

use super::{
    super::{
        Code,
        keys::{CreditsKey, FREE_TIER, FreeTier as Word},
        reader::{Draft, Span},
        tree::{Kind, Node},
        value,
    },
    Lower,
};
use crate::{billing::FreeTier, money::Price, time::SimTime};

/// What a file says of a free tier.
pub(super) enum Wanted {
    /// The one that the day gives.
    OfItsDay,
    Legacy,
    Credits(Price),
}

impl Lower<'_> {
    /// A day or an instant.
    pub(super) fn created(&mut self, node: &Node<'_>) -> Option<SimTime> {
        let what = "a day or an instant";
        self.reader.parsed(node, Code::BadInstant, what, |text| {
            // A day alone is as good: it is the first instant of it.
            let whole = format!("{text}T00:00:00Z");
            value::instant(if text.len() == 10 { &whole } else { text })
        })
    }

    /// A word, or how much the credits are.
    pub(super) fn wanted_tier(&mut self, node: &Node<'_>) -> Option<(Wanted, Span)> {
        let Kind::Map(_) = node.kind else {
            let wanted = match self.reader.word(node, FREE_TIER, "a free tier")? {
                Word::None => return None,
                Word::OfItsDay => Wanted::OfItsDay,
                Word::Legacy => Wanted::Legacy,
                Word::Credits => Wanted::Credits(FreeTier::CREDITS),
            };
            return Some((wanted, node.span));
        };
        let fields = self
            .reader
            .fields(node, CreditsKey::FREE_CREDITS, "a mapping")?;
        let Some(field) = fields.field(CreditsKey::Credits) else {
            self.reader
                .missing_key(node.span, "a free tier", "credits", "$180");
            return None;
        };
        let amount = self.reader.amount(field.value)?.usd;
        if amount > FreeTier::MOST_CREDITS {
            self.reader.report(Code::BadAmount, field.value.span, || {
                Draft::new("an account gets $200 of credits at most").label("too much")
            });
        }
        Some((Wanted::Credits(amount), node.span))
    }

    /// The free tier that is wanted, if the account can have it.
    pub(super) fn free_tier(
        &mut self,
        wanted: Option<(Wanted, Span)>,
        created: Option<SimTime>,
    ) -> Option<FreeTier> {
        let (wanted, at) = wanted?;
        let is_new = created.map(|from| from >= FreeTier::CREDITS_SINCE);
        match (wanted, created, is_new) {
            (Wanted::OfItsDay | Wanted::Legacy, None, _) => {
                self.reader
                    .missing_key(at, "an account with a free tier", "created", "2025-01-10");
                None
            }
            (Wanted::OfItsDay | Wanted::Legacy, Some(from), Some(false)) => {
                Some(FreeTier::Legacy { from })
            }
            (Wanted::Legacy, Some(_), _) => {
                self.reader.report(Code::UnknownWord, at, || {
                    Draft::new("accounts that are opened from 2025-07-15 on get credits")
                        .label("expected `credits`")
                });
                None
            }
            (Wanted::OfItsDay, from, _) => {
                let amount = FreeTier::CREDITS;
                Some(FreeTier::Credits { amount, from })
            }
            (Wanted::Credits(_), _, Some(false)) => {
                self.reader.report(Code::UnknownWord, at, || {
                    Draft::new("accounts that were opened before 2025-07-15 get no credits")
                        .label("expected `legacy`")
                });
                None
            }
            (Wanted::Credits(amount), from, _) => Some(FreeTier::Credits { amount, from }),
        }
    }
}
