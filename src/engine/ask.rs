//! Questions to the viewer: what is right is judged as an expectation is, and read at the same instant.

use std::sync::Arc;

use super::{
    Listener,
    driver::{Engine, slots_of},
};
use crate::{
    record::{Meter, Question, RecordKind, Rules},
    rule,
    script::{AddressKind, Answer, Asking, Check, Checked, Subject},
};

impl<S: Listener> Engine<S> {
    /// Tells a question with its answer. What the file says and isn't so is a failed expectation; that it is so counts as none.
    pub(super) fn pose(&mut self, asking: &Asking, own: Option<u32>, line: u32) {
        let (answer, check): (Arc<str>, Option<&Check>) = match &asking.answer {
            Answer::Said(answer) => (Arc::clone(answer), None),
            Answer::Checked(answer, check) => {
                let verdict = self.verdict(check, own);
                if !verdict.passed {
                    self.expectation(verdict);
                }
                (Arc::clone(answer), Some(check))
            }
            Answer::Chosen(each) => {
                let right = each
                    .iter()
                    .find(|(_, check)| self.verdict(check, own).passed);
                let choice = right.and_then(|(place, _)| asking.choices.get(*place));
                let answer = match (choice, each.first()) {
                    (Some(choice), _) => Arc::clone(choice),
                    (None, Some((_, check))) => {
                        let mut verdict = self.verdict(check, own);
                        let found = Arc::from(verdict.found.as_str());
                        verdict.expected = asking.choices.join(", ");
                        self.expectation(verdict);
                        found
                    }
                    (None, None) => Arc::from(""),
                };
                let check = right.or(each.first()).map(|(_, check)| check);
                (answer, check)
            }
            Answer::Found(check) => (
                Arc::from(plain(&self.verdict(check, own).found)),
                Some(check),
            ),
        };
        let mut question = Question::new(Arc::clone(&asking.ask), answer);
        question.choices.clone_from(&asking.choices);
        question.hint.clone_from(&asking.hint);
        question.why.clone_from(&asking.why);
        question.rules = check.map_or(&[], |check| self.rules_of(check, own));
        self.account.emit(line, RecordKind::Note(question.told()));
    }
}

impl<S: Listener> Engine<S> {
    /// The rules by which a check turns out as it does: those of the record that made it so, else those that hold whatever happened.
    fn rules_of(&self, check: &Check, own: Option<u32>) -> Rules {
        let of = match &check.subject {
            Subject::Instances(target) => {
                let slot = slots_of(target, own).filter(|(_, count)| *count == 1);
                slot.and_then(|(slot, _)| self.account.names.in_slot(slot))
            }
            Subject::Thing(_) | Subject::Whole | Subject::Elsewhere(_) => None,
        };
        let behind = self.account.behind.as_ref();
        behind
            .and_then(|behind| behind.rules(of, &check.checked))
            .unwrap_or_else(|| rules(&check.checked))
    }
}

/// What was found, without the exact amount that a failure adds.
fn plain(found: &str) -> &str {
    found
        .split_once(" (exactly")
        .map_or(found, |(found, _)| found)
}

/// The rules by which a check turns out as it does where no record has said them, as far as a few decide.
fn rules(checked: &Checked) -> Rules {
    match checked {
        Checked::State(_) => &[rule::STATE_EDGES],
        Checked::ApiState(_) => &[rule::STATE_CODES],
        Checked::Billed(_) => &[rule::STATE_METERING],
        Checked::BilledSeconds(_) => &[rule::STATE_METERING],
        Checked::Address(AddressKind::PrivateIpv4, _) => &[rule::KEEP_PRIVATE_IP],
        Checked::Address(AddressKind::Ipv6, _) => &[rule::KEEP_IPV6],
        Checked::Address(AddressKind::PrivateDns, _) => &[rule::KEEP_PRIVATE_DNS],
        Checked::Memory(_) => &[rule::KEEP_RAM],
        Checked::InstanceStore(_) => &[rule::KEEP_STORE],
        Checked::Host(_) => &[rule::KEEP_HOST],
        Checked::Type(_) => &[rule::KEEP_TYPE],
        Checked::UserDataRuns(_) => &[rule::KEEP_USERDATA],
        Checked::Reason(_) => &[rule::KEEP_REASON],
        Checked::StatusChecks(_) | Checked::StatusCheck(..) => &[rule::CHECK_VALUES],
        Checked::Cost(Some(Meter::Usage), _) => &[rule::BILL_RUNNING],
        Checked::Cost(Some(Meter::Ebs), _) => &[rule::BILL_EBS_ANY_STATE],
        Checked::Cost(Some(Meter::PublicIpv4), _) => &[rule::BILL_IPV4_IN_USE],
        // Which of many rules made it so depends on what happened, or no rule did.
        Checked::Address(AddressKind::PublicIpv4 | AddressKind::PublicDns, _)
        | Checked::RootVolume(_)
        | Checked::Volumes(_)
        | Checked::PlacementGroup(_)
        | Checked::Partition(_)
        | Checked::Tenancy(_)
        | Checked::Credits(..)
        | Checked::Starts(_)
        | Checked::Zone(_)
        | Checked::Image(..)
        | Checked::ThingState(_)
        | Checked::Used(_)
        | Checked::OnHost(..)
        | Checked::Size(_)
        | Checked::AttachedTo(..)
        | Checked::SpotRequest(_)
        | Checked::SpotStatus(_)
        | Checked::Interrupted(_)
        | Checked::ScheduledEvent(_)
        | Checked::Function(_)
        | Checked::Elsewhere(_)
        | Checked::Service(_)
        | Checked::Task(_)
        | Checked::TransitionReason(_)
        | Checked::Savings(_)
        | Checked::Cost(..) => &[],
    }
}
