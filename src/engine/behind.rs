//! The rules behind what somebody may be asked: those of the record that was said last about it.

use std::collections::BTreeMap;

use crate::{
    record::{AddressScope, DataKind, InstanceHandle, Meter, RecordKind, Rules},
    script::{AddressKind, Checked},
};

/// What was said last, about whom and about what.
#[derive(Debug, Clone, Default)]
pub(super) struct Behind(BTreeMap<(Option<InstanceHandle>, About), Rules>);

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    State,
    Public,
    Private,
    Memory,
    Store,
    Volume,
    Cost(Meter),
}

impl Behind {
    /// Takes note of a record.
    pub(super) fn hear(&mut self, kind: &RecordKind) {
        let (of, about, rules) = match kind {
            RecordKind::Transition(transition) => {
                let of = Some(transition.instance);
                (of, About::State, transition.rules)
            }
            RecordKind::Address(event) => {
                let about = match event.scope {
                    AddressScope::Private => About::Private,
                    AddressScope::Public | AddressScope::Elastic => About::Public,
                };
                (event.instance, about, event.rules)
            }
            RecordKind::Data(event) => {
                let about = match event.what {
                    DataKind::Memory => About::Memory,
                    DataKind::InstanceStore => About::Store,
                    DataKind::Volume(_) => About::Volume,
                };
                (event.instance, about, event.rules)
            }
            RecordKind::Meter(event) => {
                let about = About::Cost(event.meter);
                self.0.insert((None, about), event.rules);
                (event.resource.instance(), about, event.rules)
            }
            RecordKind::Rejected(_)
            | RecordKind::Accepted(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => return,
        };
        self.0.insert((of, about), rules);
    }

    /// The rules by which a check turns out as it does, as far as a record has said them; `of` is whom it is about, if it is one.
    pub(super) fn rules(&self, of: Option<InstanceHandle>, checked: &Checked) -> Option<Rules> {
        let about = match checked {
            Checked::State(_) | Checked::ApiState(_) | Checked::Billed(_) => About::State,
            Checked::Address(AddressKind::PrivateIpv4 | AddressKind::PrivateDns, _) => {
                About::Private
            }
            Checked::Address(AddressKind::PublicIpv4 | AddressKind::PublicDns, _) => About::Public,
            Checked::Memory(_) => About::Memory,
            Checked::InstanceStore(_) => About::Store,
            Checked::RootVolume(_) | Checked::Volumes(_) => About::Volume,
            Checked::BilledSeconds(_) => About::Cost(Meter::Usage),
            Checked::Cost(Some(meter), _) => About::Cost(*meter),
            Checked::Address(AddressKind::Ipv6, _)
            | Checked::Reason(_)
            | Checked::Host(_)
            | Checked::Type(_)
            | Checked::UserDataRuns(_)
            | Checked::PlacementGroup(_)
            | Checked::Partition(_)
            | Checked::Tenancy(_)
            | Checked::Credits(..)
            | Checked::Starts(_)
            | Checked::StatusChecks(_)
            | Checked::StatusCheck(..)
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
            | Checked::TransitionReason(_)
            | Checked::Savings(_)
            | Checked::Function(_)
            | Checked::Elsewhere(_)
            | Checked::Service(_)
            | Checked::Task(_)
            | Checked::Cost(None, _) => return None,
        };
        // Costs are also those of volumes and addresses, and then of any.
        let any = matches!(about, About::Cost(_)).then(|| self.0.get(&(None, about)));
        let own = of.and_then(|of| self.0.get(&(Some(of), about)));
        own.or(any.flatten()).copied()
    }
}
