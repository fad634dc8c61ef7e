//! One record as JSON: a line of `--format jsonl`, an element of `events` in `--format json`.
//!
//! ```json
//! {"seq":7,"time":"2026-03-02T10:00:00Z","at":"1h","kind":"transition","instance":"web","instance_id":"i-0c1…",
//!  "from":"running","to":"stopping","flavor":null,"trigger":"StopInstances",
//!  "reason":{"code":"Client.UserInitiatedShutdown","message":"Client.UserInitiatedShutdown: User initiated shutdown"},
//!  "cost":{"step":"0.1027207437","total":"0.1027297043"},"rules":["LIFE-STOP","BILL-STOPPING"],"line":18}
//! ```
//!
//! What is absent is `null`, never missing.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    lifecycle::InstanceState,
    money::Usd,
    record::{
        Accepted, AddressEvent, AddressHandle, DataEvent, DataKind, Expectation, InstanceHandle,
        MeterEvent, Notice, Record, RecordKind, Rejected, Resource, Rules, StateReason, Transition,
        VolumeHandle,
    },
    time::SimTime,
    world::World,
};

/// A record with the world that knows its names.
#[derive(Debug, Clone, Copy)]
pub struct EventView<'a> {
    /// The record.
    pub record: &'a Record,
    /// The world: names and ids, which stay the same for the whole replay.
    pub world: &'a World,
    /// The instant of offset zero.
    pub start: SimTime,
}

/// The ids of rules, as a list.
struct RuleIds(Rules);

impl Serialize for RuleIds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|rule| rule.id))
    }
}

/// A state reason, as EC2 has it.
pub(super) struct ReasonView(pub(super) StateReason);

impl Serialize for ReasonView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("code", self.0.code())?;
        map.serialize_entry("message", self.0.message())?;
        map.end()
    }
}

#[derive(Serialize)]
struct StepCost {
    step: Usd,
    total: Usd,
}

/// What a meter, or a line of the ledger, is of: its name and its id.
pub(super) fn resource_names(world: &World, resource: Resource) -> (String, String) {
    match resource {
        Resource::Instance(instance) => {
            let instance = world.instance(instance);
            (
                world.cast().name(instance.slot()).to_string(),
                instance.id(),
            )
        }
        Resource::Volume(volume) => (world.volume_name(volume), world.volume(volume).id()),
        Resource::Address(address) => (
            world.address_name(address).to_owned(),
            world.address(address).allocation_id(),
        ),
    }
}

impl EventView<'_> {
    fn instance<M: SerializeMap>(
        &self,
        map: &mut M,
        instance: Option<InstanceHandle>,
    ) -> Result<(), M::Error> {
        let instance = instance.map(|handle| self.world.instance(handle));
        let name = instance.map(|instance| self.world.cast().name(instance.slot()).to_string());
        map.serialize_entry("instance", &name)?;
        map.serialize_entry("instance_id", &instance.map(crate::world::Instance::id))
    }

    fn volume<M: SerializeMap>(
        &self,
        map: &mut M,
        volume: Option<VolumeHandle>,
    ) -> Result<(), M::Error> {
        map.serialize_entry(
            "volume",
            &volume.map(|volume| self.world.volume_name(volume)),
        )
    }

    fn address<M: SerializeMap>(
        &self,
        map: &mut M,
        address: Option<AddressHandle>,
    ) -> Result<(), M::Error> {
        map.serialize_entry(
            "address",
            &address.map(|address| self.world.address_name(address)),
        )
    }

    fn transition<M: SerializeMap>(
        &self,
        map: &mut M,
        transition: &Transition,
    ) -> Result<(), M::Error> {
        self.instance(map, Some(transition.instance))?;
        map.serialize_entry("from", &transition.from_state().map(InstanceState::name))?;
        map.serialize_entry("to", transition.to_state().name())?;
        map.serialize_entry("flavor", &transition.to.flavor())?;
        map.serialize_entry("trigger", transition.trigger)?;
        map.serialize_entry("reason", &transition.reason.map(ReasonView))?;
        map.serialize_entry(
            "cost",
            &StepCost {
                step: transition.cost_step,
                total: transition.cost_total,
            },
        )?;
        map.serialize_entry("rules", &RuleIds(transition.rules))
    }

    fn rejected<M: SerializeMap>(&self, map: &mut M, rejected: &Rejected) -> Result<(), M::Error> {
        let target = &rejected.target;
        map.serialize_entry("action", rejected.action)?;
        let named = target.instance.is_some() || target.slot.is_some();
        map.serialize_entry("instance", &target.name.as_deref().filter(|_| named))?;
        let id = target
            .instance
            .map(|instance| self.world.instance(instance).id())
            .or_else(|| target.slot.map(|slot| self.world.id_in_slot(slot)));
        // A request may name an id that no instance of the file has: it stands as it was written.
        let is_id = !named && target.volume.is_none() && target.address.is_none();
        let written = target
            .name
            .as_deref()
            .filter(|_| is_id)
            .filter(|name| name.starts_with("i-"));
        map.serialize_entry("instance_id", &id.as_deref().or(written))?;
        let other = target
            .name
            .as_deref()
            .filter(|_| !named && written.is_none());
        let (volume, address) = if rejected.action.ends_with("Address") {
            (None, other)
        } else {
            (other, None)
        };
        let volume_name = target.volume.map(|volume| self.world.volume_name(volume));
        map.serialize_entry("volume", &volume_name.as_deref().or(volume))?;
        let address_name = target
            .address
            .map(|address| self.world.address_name(address));
        map.serialize_entry("address", &address_name.or(address))?;
        map.serialize_entry("code", &rejected.code)?;
        map.serialize_entry("message", &rejected.message)?;
        map.serialize_entry("expected", &rejected.expected)?;
        map.serialize_entry("rules", &RuleIds(rejected.rules))
    }

    fn accepted<M: SerializeMap>(&self, map: &mut M, accepted: &Accepted) -> Result<(), M::Error> {
        map.serialize_entry("action", accepted.action)?;
        map.serialize_entry(
            "attribute",
            &Some(accepted.what).filter(|what| !what.is_empty()),
        )?;
        map.serialize_entry("unchanged", &accepted.unchanged)?;
        self.instance(map, accepted.instance)?;
        self.volume(map, accepted.volume)?;
        self.address(map, accepted.address)?;
        map.serialize_entry("rules", &RuleIds(accepted.rules))
    }

    fn address_event<M: SerializeMap>(
        &self,
        map: &mut M,
        event: &AddressEvent,
    ) -> Result<(), M::Error> {
        let is_ipv6 = event.to.or(event.from).is_some_and(|ip| ip.is_ipv6());
        self.instance(map, event.instance)?;
        self.address(map, event.address)?;
        map.serialize_entry("family", if is_ipv6 { "ipv6" } else { "ipv4" })?;
        map.serialize_entry("scope", event.scope.name())?;
        map.serialize_entry("from", &event.from)?;
        map.serialize_entry("to", &event.to)?;
        map.serialize_entry("rules", &RuleIds(event.rules))
    }

    fn data<M: SerializeMap>(&self, map: &mut M, event: &DataEvent) -> Result<(), M::Error> {
        self.instance(map, event.instance)?;
        let (what, volume) = match event.what {
            DataKind::Memory => ("memory", None),
            DataKind::InstanceStore => ("instance-store", None),
            DataKind::Volume(volume) => ("volume", Some(volume)),
        };
        map.serialize_entry("what", what)?;
        self.volume(map, volume)?;
        map.serialize_entry("outcome", event.outcome.name())?;
        map.serialize_entry("rules", &RuleIds(event.rules))
    }

    fn meter<M: SerializeMap>(&self, map: &mut M, meter: &MeterEvent) -> Result<(), M::Error> {
        let (name, id) = resource_names(self.world, meter.resource);
        let owner = match meter.resource {
            Resource::Instance(instance) => Some(instance),
            Resource::Volume(volume) => self.world.volume(volume).owner(),
            Resource::Address(_) => None,
        };
        self.instance(map, owner)?;
        map.serialize_entry("resource", &name)?;
        map.serialize_entry("resource_id", &id)?;
        map.serialize_entry("meter", meter.meter.name())?;
        map.serialize_entry(
            "change",
            if meter.closed.is_some() {
                "closed"
            } else {
                "opened"
            },
        )?;
        map.serialize_entry(
            "usage_type",
            &meter.usage_type.text(self.world.cast().region),
        )?;
        map.serialize_entry(
            "quantity",
            &meter.closed.map(|closed| closed.quantity.to_string()),
        )?;
        map.serialize_entry("unit", meter.unit.name())?;
        map.serialize_entry("unit_price", &meter.unit_price)?;
        map.serialize_entry("price_unit", meter.unit.price_unit())?;
        map.serialize_entry("amount", &meter.closed.map(|closed| closed.amount))?;
        map.serialize_entry("rules", &RuleIds(meter.rules))
    }

    fn expectation<M: SerializeMap>(
        &self,
        map: &mut M,
        expectation: &Expectation,
    ) -> Result<(), M::Error> {
        self.instance(map, expectation.instance)?;
        map.serialize_entry("subject", &expectation.subject)?;
        map.serialize_entry("check", expectation.check)?;
        map.serialize_entry(
            "outcome",
            if expectation.passed {
                "passed"
            } else {
                "failed"
            },
        )?;
        map.serialize_entry("expected", &expectation.expected)?;
        map.serialize_entry("found", &expectation.found)
    }

    fn notice<M: SerializeMap>(&self, map: &mut M, notice: &Notice) -> Result<(), M::Error> {
        self.instance(map, notice.instance)?;
        map.serialize_entry("event", notice.event.name())?;
        map.serialize_entry("message", &notice.message)?;
        map.serialize_entry("rules", &RuleIds(notice.rules))
    }
}

impl Serialize for EventView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.record;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("seq", &record.seq)?;
        map.serialize_entry("time", &record.at)?;
        map.serialize_entry("at", &record.at.since(self.start))?;
        map.serialize_entry("kind", kind(&record.kind))?;
        match &record.kind {
            RecordKind::Transition(transition) => self.transition(&mut map, transition)?,
            RecordKind::Rejected(rejected) => self.rejected(&mut map, rejected)?,
            RecordKind::Accepted(accepted) => self.accepted(&mut map, accepted)?,
            RecordKind::Address(event) => self.address_event(&mut map, event)?,
            RecordKind::Data(event) => self.data(&mut map, event)?,
            RecordKind::Provisioned(provisioned) => {
                self.volume(&mut map, Some(provisioned.volume))?;
            }
            RecordKind::Meter(meter) => self.meter(&mut map, meter)?,
            RecordKind::Note(text) => map.serialize_entry("text", &**text)?,
            RecordKind::Expectation(expectation) => self.expectation(&mut map, expectation)?,
            RecordKind::Notice(notice) => self.notice(&mut map, notice)?,
        }
        map.serialize_entry("line", &Some(record.line).filter(|&line| line > 0))?;
        map.end()
    }
}

const fn kind(kind: &RecordKind) -> &'static str {
    match kind {
        RecordKind::Transition(_) => "transition",
        RecordKind::Rejected(_) => "rejected",
        RecordKind::Accepted(_) => "accepted",
        RecordKind::Address(_) => "address",
        RecordKind::Data(_) => "data",
        RecordKind::Provisioned(_) => "provisioned",
        RecordKind::Meter(_) => "meter",
        RecordKind::Note(_) => "note",
        RecordKind::Expectation(_) => "expectation",
        RecordKind::Notice(_) => "notice",
    }
}
