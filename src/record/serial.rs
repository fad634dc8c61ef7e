//! Records for any serializer: with the fields that events have in `ec2sim/replay/1`, but that the things in them are numbers
//! (handles, in the order of creation) where a document has names and ids. Sinks that know a `script::Directory` can
//! look these up.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::lifecycle::{Flavor, Phase};

use super::{
    Accepted, ActionTarget, AddressEvent, Configured, DataEvent, DataKind, EnvironmentMove,
    Expectation, Fact, FailedStep, Invocation, MeterEvent, Moved, Note, Notice, Provisioned,
    Record, RecordKind, Rejected, ReservationEvent, Resource, Rules, SpotTold, StateReason,
    Transition,
};

/// # Example
///
/// ```
/// use ec2sim::Scenario;
/// let scenario = Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// let first = replay.records().iter().next().unwrap();
/// let json = serde_json::to_value(&first).unwrap();
/// assert_eq!((&json["kind"], &json["instance"], &json["to"]), (&"transition".into(), &0.into(), &"pending".into()));
/// ```
impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("time", &self.at)?;
        match &self.kind {
            RecordKind::Transition(one) => transition(&mut map, one)?,
            RecordKind::Rejected(one) => rejected(&mut map, one)?,
            RecordKind::Accepted(one) => accepted(&mut map, one)?,
            RecordKind::Address(one) => address(&mut map, one)?,
            RecordKind::Data(one) => data(&mut map, one)?,
            RecordKind::Provisioned(one) => provisioned(&mut map, one)?,
            RecordKind::Fact(one) => fact(&mut map, one)?,
            RecordKind::Meter(one) => meter(&mut map, one)?,
            RecordKind::Note(one) => note(&mut map, one)?,
            RecordKind::Expectation(one) => expectation(&mut map, one)?,
            RecordKind::Notice(one) => notice(&mut map, one)?,
            RecordKind::Reservation(one) => reservation(&mut map, one)?,
            RecordKind::Environment(one) => environment(&mut map, one)?,
            RecordKind::Moved(one) => moved(&mut map, one)?,
            RecordKind::Invocation(one) => invocation(&mut map, one)?,
        }
        map.serialize_entry("line", &Some(self.line).filter(|line| *line > 0))?;
        map.end()
    }
}

/// What kind of thing, and its number.
impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("kind", self.kind().noun())?;
        map.serialize_entry("number", &self.number())?;
        map.end()
    }
}

fn ids(rules: Rules) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.id).collect()
}

fn flavor(phase: Phase) -> Option<&'static str> {
    phase.flavor().map(Flavor::name)
}

fn transition<M: SerializeMap>(map: &mut M, one: &Transition) -> Result<(), M::Error> {
    map.serialize_entry("kind", "transition")?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("from", &one.from.map(Phase::state))?;
    map.serialize_entry("to", &one.to.state())?;
    map.serialize_entry("flavor", &flavor(one.to))?;
    map.serialize_entry("type", one.instance_type.name())?;
    map.serialize_entry("platform", one.platform.word())?;
    map.serialize_entry("tenancy", one.tenancy.name())?;
    map.serialize_entry("zone", one.zone)?;
    map.serialize_entry("trigger", one.trigger)?;
    map.serialize_entry("why", one.why)?;
    map.serialize_entry("reason", &one.reason.map(StateReason::code))?;
    map.serialize_entry("cost_step", &one.cost_step)?;
    map.serialize_entry("cost_total", &one.cost_total)?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn rejected<M: SerializeMap>(map: &mut M, one: &Rejected) -> Result<(), M::Error> {
    let ActionTarget {
        name,
        kind,
        id,
        instance,
        resource,
    } = &one.target;
    map.serialize_entry("kind", "rejected")?;
    map.serialize_entry("action", one.action)?;
    map.serialize_entry("name", &name.as_deref())?;
    map.serialize_entry("resource_kind", kind.noun())?;
    map.serialize_entry("id", &id.as_deref())?;
    map.serialize_entry("instance", instance)?;
    map.serialize_entry("resource", resource)?;
    map.serialize_entry("code", &one.code)?;
    map.serialize_entry("message", &one.message)?;
    map.serialize_entry("expected", &one.expected)?;
    failed_step(map, (!one.expected).then_some(one.step))?;
    map.serialize_entry("rules", &ids(one.rules))
}

/// The line of the step that fails, and the code with which it had to be refused.
fn failed_step<M: SerializeMap>(map: &mut M, step: Option<FailedStep>) -> Result<(), M::Error> {
    let line = step.map(|step| step.line).filter(|line| *line > 0);
    map.serialize_entry("failed_line", &line)?;
    map.serialize_entry("fails", &step.and_then(|step| step.fails))
}

fn accepted<M: SerializeMap>(map: &mut M, one: &Accepted) -> Result<(), M::Error> {
    map.serialize_entry("kind", "accepted")?;
    map.serialize_entry("action", one.action)?;
    map.serialize_entry("attribute", &Some(one.what).filter(|what| !what.is_empty()))?;
    map.serialize_entry("value", &one.value.as_deref())?;
    map.serialize_entry("unchanged", &one.unchanged)?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("resource", &one.resource)?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn address<M: SerializeMap>(map: &mut M, one: &AddressEvent) -> Result<(), M::Error> {
    map.serialize_entry("kind", "address")?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("address", &one.address)?;
    map.serialize_entry("scope", one.scope.name())?;
    map.serialize_entry("from", &one.from)?;
    map.serialize_entry("to", &one.to)?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn data<M: SerializeMap>(map: &mut M, one: &DataEvent) -> Result<(), M::Error> {
    let (what, volume) = match one.what {
        DataKind::Memory => ("memory", None),
        DataKind::InstanceStore => ("instance-store", None),
        DataKind::Volume(volume) => ("volume", Some(volume)),
    };
    map.serialize_entry("kind", "data")?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("what", what)?;
    map.serialize_entry("volume", &volume)?;
    map.serialize_entry("outcome", one.outcome.name())?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn provisioned<M: SerializeMap>(map: &mut M, one: &Provisioned) -> Result<(), M::Error> {
    map.serialize_entry("kind", "provisioned")?;
    map.serialize_entry("volume", &one.volume)?;
    map.serialize_entry("instance", &one.owner)?;
    map.serialize_entry("type", one.config.volume_type.name())?;
    map.serialize_entry("size_gib", &one.config.size_gib)?;
    map.serialize_entry("iops", &one.config.iops)?;
    map.serialize_entry("throughput", &one.config.throughput)?;
    map.serialize_entry("created", &one.created)
}

fn fact<M: SerializeMap>(map: &mut M, one: &Fact) -> Result<(), M::Error> {
    map.serialize_entry("kind", "fact")?;
    map.serialize_entry("instance", &one.instance())?;
    map.serialize_entry("resource", &one.resource())?;
    match one {
        Fact::Sent(sent) => {
            map.serialize_entry("sent_to", sent.to.name())?;
            map.serialize_entry("amount", &sent.amount)?;
            map.serialize_entry("hourly", &sent.hourly)
        }
        Fact::Utilised(utilised) => {
            map.serialize_entry("percent_hundredths", &utilised.percent_hundredths)
        }
        Fact::CreditMode(choice) => map.serialize_entry("credits", choice.mode.name()),
        Fact::Monitoring(monitored) => {
            map.serialize_entry("detailed_monitoring", &monitored.detailed)
        }
        Fact::Snapshot(change) => {
            map.serialize_entry("step", change.step.name())?;
            map.serialize_entry("of_volume", &change.volume)?;
            map.serialize_entry("used_gib", &change.used_gib)?;
            map.serialize_entry("size_gib", &change.size_gib)?;
            map.serialize_entry("zone", &change.zone)
        }
        Fact::Requests(requests) => {
            map.serialize_entry("of_volume", &requests.volume)?;
            map.serialize_entry("requests", &requests.count)
        }
        Fact::Readiness(readiness) => {
            map.serialize_entry("ready", &readiness.count)?;
            configured(map, &readiness.config)
        }
        Fact::Cached(cached) => {
            map.serialize_entry("cached", &cached.is_kept)?;
            configured(map, &cached.config)
        }
        Fact::SpotRate(SpotTold { rate, .. }) => {
            map.serialize_entry("spot_price", &rate.price)?;
            map.serialize_entry("on_demand", &rate.on_demand)?;
            map.serialize_entry("estimated", &rate.is_estimate)
        }
    }
}

fn meter<M: SerializeMap>(map: &mut M, one: &MeterEvent) -> Result<(), M::Error> {
    map.serialize_entry("kind", "meter")?;
    map.serialize_entry("resource", &one.resource)?;
    map.serialize_entry("meter", one.meter.name())?;
    let change = if one.closed.is_some() {
        "closed"
    } else {
        "opened"
    };
    map.serialize_entry("change", change)?;
    map.serialize_entry("operation", one.usage_type.operation())?;
    map.serialize_entry("units", &one.units)?;
    map.serialize_entry("unit", one.unit.name())?;
    map.serialize_entry("unit_price", &one.unit_price)?;
    map.serialize_entry("price_unit", one.unit.price_unit())?;
    map.serialize_entry("quantity", &one.closed.map(|closed| closed.quantity))?;
    map.serialize_entry("amount", &one.closed.map(|closed| closed.amount))?;
    map.serialize_entry("at_end", &one.closed.is_some_and(|closed| closed.at_end))?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn note<M: SerializeMap>(map: &mut M, one: &Note) -> Result<(), M::Error> {
    map.serialize_entry("kind", "note")?;
    map.serialize_entry("text", &*one.text)?;
    map.serialize_entry("ask", &one.question.as_ref().map(|question| &*question.ask))
}

fn expectation<M: SerializeMap>(map: &mut M, one: &Expectation) -> Result<(), M::Error> {
    map.serialize_entry("kind", "expectation")?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("subject", &one.subject)?;
    map.serialize_entry("check", one.check)?;
    map.serialize_entry("outcome", if one.passed { "passed" } else { "failed" })?;
    map.serialize_entry("expected", &one.expected)?;
    map.serialize_entry("found", &one.found)?;
    map.serialize_entry("at_line", &Some(one.place.line).filter(|line| *line > 0))?;
    map.serialize_entry("at_end", &one.at_end)
}

fn notice<M: SerializeMap>(map: &mut M, one: &Notice) -> Result<(), M::Error> {
    map.serialize_entry("kind", "notice")?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("resource", &one.resource)?;
    map.serialize_entry("event", one.event.name())?;
    map.serialize_entry("message", &*one.message)?;
    failed_step(map, one.event.is_failure().then_some(one.step))?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn reservation<M: SerializeMap>(map: &mut M, one: &ReservationEvent) -> Result<(), M::Error> {
    map.serialize_entry("kind", "reservation")?;
    map.serialize_entry("reservation", &one.reservation)?;
    map.serialize_entry("event", one.what.name())?;
    map.serialize_entry("instance", &one.instance)?;
    map.serialize_entry("type", one.instance_type.name())?;
    map.serialize_entry("platform", one.platform.word())?;
    map.serialize_entry("tenancy", one.tenancy.name())?;
    map.serialize_entry("count", &one.count)?;
    map.serialize_entry("used", &one.used)?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn environment<M: SerializeMap>(map: &mut M, one: &EnvironmentMove) -> Result<(), M::Error> {
    map.serialize_entry("kind", "transition")?;
    map.serialize_entry("instance", &None::<usize>)?;
    map.serialize_entry("resource", &Resource::Environment(one.environment))?;
    map.serialize_entry("from", &one.from.map(|from| from.state().name()))?;
    map.serialize_entry("to", one.to.state().name())?;
    map.serialize_entry("trigger", one.trigger)?;
    map.serialize_entry("why", one.why)?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn moved<M: SerializeMap>(map: &mut M, one: &Moved) -> Result<(), M::Error> {
    map.serialize_entry("kind", "transition")?;
    map.serialize_entry("instance", &None::<usize>)?;
    map.serialize_entry("resource", &one.resource)?;
    map.serialize_entry("from", &one.from)?;
    map.serialize_entry("to", one.to)?;
    map.serialize_entry("trigger", one.trigger)?;
    map.serialize_entry("why", one.why)?;
    map.serialize_entry("stop_code", &one.stop.as_ref().map(|stop| stop.code))?;
    map.serialize_entry("stop_reason", &one.stop.as_ref().map(|stop| &stop.reason))?;
    if let Some(config) = &one.config {
        map.serialize_entry("cpu_units", &config.cpu_units)?;
        map.serialize_entry("memory_mb", &config.memory_mb)?;
        map.serialize_entry("storage_gb", &config.storage_gb)?;
        map.serialize_entry("architecture", config.architecture.name())?;
        map.serialize_entry("windows", &config.is_windows)?;
        map.serialize_entry("spot", &config.is_spot)?;
        map.serialize_entry("public_ipv4", &config.has_public_ipv4)?;
    }
    map.serialize_entry("rules", &ids(one.rules))
}

fn invocation<M: SerializeMap>(map: &mut M, one: &Invocation) -> Result<(), M::Error> {
    map.serialize_entry("kind", "invocation")?;
    map.serialize_entry("function", &one.function)?;
    map.serialize_entry("environment", &one.environment)?;
    map.serialize_entry("start", &one.start)?;
    map.serialize_entry("outcome", &one.outcome)?;
    map.serialize_entry("reason", &one.reason)?;
    map.serialize_entry("began", &one.began)?;
    map.serialize_entry("count", &one.count)?;
    map.serialize_entry("cold", &one.cold)?;
    map.serialize_entry("throttled", &one.throttled)?;
    map.serialize_entry("billed_ms", &one.billed_ms)?;
    map.serialize_entry("requests", &one.requests)?;
    map.serialize_entry("restored", &one.restored)?;
    map.serialize_entry("provisioned", &one.provisioned)?;
    configured(map, &one.config)?;
    map.serialize_entry("rules", &ids(one.rules))
}

fn configured<M: SerializeMap>(map: &mut M, one: &Configured) -> Result<(), M::Error> {
    map.serialize_entry("memory_mb", &one.memory_mb)?;
    map.serialize_entry("tmp_mb", &one.tmp_mb)?;
    map.serialize_entry("architecture", one.architecture.name())?;
    map.serialize_entry("edge", &one.edge)
}
