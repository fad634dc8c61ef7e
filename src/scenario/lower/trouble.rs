//! What goes wrong with instances: `fail`, `impair`.

use super::{
    super::{
        Code,
        keys::{STATUS_CHECK, SYSTEM_CHECK, TroubleKey},
        reader::Draft,
        shape::{Field, Fields},
    },
    Lower,
    actions::act,
    asked::Asked,
    names::Found,
};
use crate::{
    action::{FailHost, ImpairCheck},
    record::ResourceKind,
    script::Act,
    time::SimDuration,
    world::WhichCheck,
};

impl Lower<'_> {
    /// `fail`.
    pub(super) fn fail_host(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let request = self.request(asked.field, TroubleKey::FAIL);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        if self.names.counts(ResourceKind::DedicatedHost).1 > 0 {
            // It may take others along, and those that are about to come up never do.
            for entry in (0..self.names.entry_count()).map(Found::Entry) {
                self.presence.touch(entry, !self.own.is_empty());
                self.presence.end(entry, self.reader);
            }
        }
        let (mut lasts, mut for_good) = (None, None);
        for option in request.options.iter().flat_map(Fields::iter) {
            match option.key {
                TroubleKey::Instances | TroubleKey::Instance => {}
                TroubleKey::Check => {
                    let what = "a status check that a host fails";
                    self.reader.word(option.value, SYSTEM_CHECK, what);
                }
                TroubleKey::For => lasts = self.reader.duration(option.value),
                TroubleKey::ForGood => for_good = Some(option),
            }
        }
        let good = for_good.and_then(|option| self.reader.flag(option.value));
        if let (Some(_), Some(true), Some(option)) = (lasts, good, for_good) {
            self.exclusive(option);
        }
        Some(act(FailHost {
            instances: request.targets()?,
            lasts,
            for_good: good.unwrap_or(false),
        }))
    }

    fn exclusive(&mut self, option: Field<'_, '_, TroubleKey>) {
        self.reader.report(Code::Exclusive, option.at, || {
            Draft::new("a host that is broken for good isn't mended after a time")
                .label("expected only one of `for` and `for-good`")
        });
    }

    /// `impair`.
    pub(super) fn impair(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let request = self.request(asked.field, TroubleKey::IMPAIR);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let mut check = WhichCheck::Instance;
        let mut lasts: Option<SimDuration> = None;
        for option in request.options.iter().flat_map(Fields::iter) {
            match option.key {
                TroubleKey::Instances | TroubleKey::Instance | TroubleKey::ForGood => {}
                TroubleKey::Check => {
                    let word = self
                        .reader
                        .word(option.value, STATUS_CHECK, "a status check");
                    check = word.unwrap_or(check);
                }
                TroubleKey::For => lasts = self.reader.duration(option.value),
            }
        }
        Some(act(ImpairCheck {
            instances: request.targets()?,
            check,
            lasts,
        }))
    }
}
