//! The log: each record as a `tracing` event, so that a program that embeds a replay sees it among its own.
//!
//! Targets: `ec2sim::lifecycle` for transitions, refusals and what was accepted, `ec2sim::network` for addresses,
//! `ec2sim::storage` for data, `ec2sim::billing` for meters and charges, `ec2sim::scenario` for what the script says and expects.

use tracing::{debug, error, info, warn};

use crate::{
    billing::Biller,
    record::{ActionTarget, InstanceHandle, Record, RecordKind, Rules},
    rule::Rule,
    script::Directory,
};

use super::{Sink, View};

/// The sink that logs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Log;

impl Log {
    /// Logs what was charged, where the bill kept its ledger: each line, whether a meter of a resource counted it or it is the
    /// account's own.
    pub fn charges(self, bill: &Biller, names: &dyn Directory) {
        if !tracing::enabled!(target: "ec2sim::billing", tracing::Level::DEBUG) {
            return;
        }
        let region = names.cast().region;
        for line in bill.ledger() {
            debug!(
                target: "ec2sim::billing", from = %line.from, to = %line.to, meter = line.meter.name(),
                usage_type = line.usage_type.text(region), operation = line.usage_type.operation(),
                resource = line.resource.map(|of| names.resource_name(of)),
                commitment = line.commitment().map(tracing::field::display),
                quantity = line.exact_quantity(), unit = line.unit.name(), unit_price = %line.unit_price,
                amount = %line.amount, rules = ids(line.rules), "charge"
            );
        }
    }
}

impl Sink for Log {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        // Formatting what nobody reads costs more than the replay.
        if !tracing::enabled!(target: "ec2sim::lifecycle", tracing::Level::ERROR)
            && !tracing::enabled!(target: "ec2sim::billing", tracing::Level::ERROR)
            && !tracing::enabled!(target: "ec2sim::network", tracing::Level::ERROR)
            && !tracing::enabled!(target: "ec2sim::storage", tracing::Level::ERROR)
            && !tracing::enabled!(target: "ec2sim::scenario", tracing::Level::ERROR)
        {
            return;
        }
        log(record, view);
    }
}

fn log(record: &Record, view: &View<'_>) {
    let (seq, at, line) = (record.seq, record.at, record.line);
    let names = view.names;
    let region = names.cast().region;
    let show = |instance: Option<InstanceHandle>| {
        instance.map_or_else(String::new, |instance| names.instance_name(instance))
    };
    match &record.kind {
        RecordKind::Transition(transition) => info!(
            target: "ec2sim::lifecycle", seq, %at, line,
            instance = show(Some(transition.instance)),
            from = transition.from_state().map(crate::lifecycle::InstanceState::name),
            to = transition.to_state().name(),
            flavor = transition.to.flavor().map(crate::lifecycle::Flavor::name),
            trigger = transition.trigger,
            reason = transition.reason.map(crate::record::StateReason::code),
            cost_step = %transition.cost_step, cost_total = %transition.cost_total,
            rules = ids(transition.rules), "transition"
        ),
        RecordKind::Rejected(rejected) if rejected.expected => info!(
            target: "ec2sim::lifecycle", seq, %at, line, action = rejected.action,
            instance = target(&rejected.target), code = rejected.code.name(), text = rejected.message,
            rules = ids(rejected.rules), "rejected as expected"
        ),
        RecordKind::Rejected(rejected) => warn!(
            target: "ec2sim::lifecycle", seq, %at, line, action = rejected.action,
            instance = target(&rejected.target), code = rejected.code.name(), text = rejected.message,
            rules = ids(rejected.rules), "rejected"
        ),
        RecordKind::Accepted(accepted) => info!(
            target: "ec2sim::lifecycle", seq, %at, line, action = accepted.action, what = accepted.what,
            unchanged = accepted.unchanged, instance = show(accepted.instance),
            resource = accepted.resource.map(|of| names.resource_name(of)), value = accepted.value.as_deref(),
            rules = ids(accepted.rules), "accepted"
        ),
        RecordKind::Address(event) => debug!(
            target: "ec2sim::network", seq, %at, line, instance = show(event.instance), scope = event.scope.name(),
            from = event.from.map(tracing::field::display), to = event.to.map(tracing::field::display),
            rules = ids(event.rules), "address"
        ),
        RecordKind::Data(event) => debug!(
            target: "ec2sim::storage", seq, %at, line, instance = show(event.instance),
            what = ?event.what, outcome = event.outcome.name(), rules = ids(event.rules), "data"
        ),
        RecordKind::Provisioned(provisioned) => debug!(
            target: "ec2sim::storage", seq, %at, line, volume = names.volume_name(provisioned.volume),
            volume_type = provisioned.config.volume_type.name(), size_gib = provisioned.config.size_gib,
            created = provisioned.created, "provisioned"
        ),
        RecordKind::Fact(fact) => debug!(
            target: "ec2sim::billing", seq, %at, line, instance = show(fact.instance()), fact = ?fact, "fact"
        ),
        RecordKind::Meter(meter) => match meter.closed {
            None => debug!(
                target: "ec2sim::billing", seq, %at, line, meter = meter.meter.name(),
                usage_type = meter.usage_type.text(region), unit_price = %meter.unit_price,
                rules = ids(meter.rules), "meter opened"
            ),
            Some(closed) => info!(
                target: "ec2sim::billing", seq, %at, line, meter = meter.meter.name(),
                usage_type = meter.usage_type.text(region), unit_price = %meter.unit_price,
                quantity = closed.quantity, unit = meter.unit.name(), amount = %closed.amount,
                rules = ids(meter.rules), "meter closed"
            ),
        },
        RecordKind::Note(note) => {
            info!(target: "ec2sim::scenario", seq, %at, line, note = &*note.text, "note");
        }
        RecordKind::Expectation(expectation) if expectation.passed => debug!(
            target: "ec2sim::scenario", seq, %at, line, subject = expectation.subject, check = expectation.check,
            expected = expectation.expected, "expectation holds"
        ),
        RecordKind::Expectation(expectation) => error!(
            target: "ec2sim::scenario", seq, %at, line, subject = expectation.subject, check = expectation.check,
            expected = expectation.expected, found = expectation.found, "expectation failed"
        ),
        RecordKind::Reservation(event) => info!(
            target: "ec2sim::lifecycle", seq, %at, line, instance = show(event.instance),
            reservation = names.resource_name(event.reservation.into()), what = event.what.name(),
            count = event.count, used = event.used, rules = ids(event.rules), "reservation"
        ),
        RecordKind::Environment(moved) => info!(
            target: "ec2sim::lifecycle", seq, %at, line, environment = names.resource_name(moved.environment.into()),
            from = moved.from.map(|from| from.state().name()), to = moved.to.state().name(),
            trigger = moved.trigger, rules = ids(moved.rules), "transition"
        ),
        RecordKind::Moved(moved) => info!(
            target: "ec2sim::lifecycle", seq, %at, line, resource = names.resource_name(moved.resource),
            from = moved.from, to = moved.to, trigger = moved.trigger,
            reason = moved.stop.as_ref().map(|stop| stop.code), rules = ids(moved.rules), "transition"
        ),
        RecordKind::Invocation(one) => info!(
            target: "ec2sim::lifecycle", seq, %at, line, function = names.resource_name(one.function.into()),
            start = one.start.map(crate::record::StartKind::name), outcome = one.outcome.name(),
            count = one.count, cold = one.cold, throttled = one.throttled, billed_ms = one.billed_ms,
            rules = ids(one.rules), "invocation"
        ),
        RecordKind::Notice(notice) if notice.event.is_failure() => error!(
            target: "ec2sim::scenario", seq, %at, line, instance = show(notice.instance), event = notice.event.name(),
            text = &*notice.message, "notice"
        ),
        RecordKind::Notice(notice) => info!(
            target: "ec2sim::lifecycle", seq, %at, line, instance = show(notice.instance),
            resource = notice.resource.map(|of| names.resource_name(of)), event = notice.event.name(),
            text = &*notice.message, "notice"
        ),
    }
}

fn target(target: &ActionTarget) -> &str {
    target.name.as_deref().unwrap_or("")
}

fn ids(rules: Rules) -> String {
    let ids: Vec<&str> = rules.iter().map(|rule: &&Rule| rule.id).collect();
    ids.join(" ")
}
