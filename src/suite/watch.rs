//! What a run keeps of a replay: what failed, and the lines of its snapshot.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    engine::{Sink, View},
    foreign::shown,
    lifecycle::{ErrorCode, Flavor, InstanceState},
    record::{
        Accepted, AddressEvent, DataKind, InstanceHandle, MeterEvent, NoticeKind, Record,
        RecordKind, Rejected, Transition,
    },
    report::causes::{Causes, followers},
    scenario::Source,
    script::Directory,
};

use super::{
    outcome::{Problem, ProblemKind},
    recording::{Recording, one_line},
};

/// How many failures of one scenario are kept; the first ones matter.
const MOST: usize = 100;

/// The sink that keeps what failed.
#[derive(Debug)]
pub(super) struct Failures<'a> {
    source: &'a Source,
    found: Vec<Problem>,
    /// The request that was refused last: it is told once for each instance that it named.
    refused: Option<(u64, u32, &'static str)>,
    causes: Causes,
    /// The lines of what follows from each of those found.
    followed: BTreeMap<usize, Vec<u32>>,
}

impl<'a> Failures<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            found: Vec::new(),
            refused: None,
            causes: Causes::default(),
            followed: BTreeMap::new(),
        }
    }

    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        for (place, lines) in &self.followed {
            if let Some(problem) = self.found.get_mut(*place) {
                problem.message = format!("{}; {}", problem.message, followers(lines));
            }
        }
        self.found
    }

    /// Puts a failure under the one that it follows from. Answers whether there is one.
    fn follows(&mut self, cause: Option<usize>, line: u32) -> bool {
        if let Some(cause) = cause {
            self.followed.entry(cause).or_default().push(line);
        }
        cause.is_some()
    }

    /// A problem at a line of the scenario.
    fn push(
        &mut self,
        kind: ProblemKind,
        record: &Record,
        view: &View<'_>,
        line: u32,
        message: &str,
    ) {
        let mut problem = Problem::new(kind, self.source.name.as_str(), shown(message));
        problem.line = Some(line).filter(|&line| line > 0);
        problem.at = Some(record.at.since(view.program.start).to_string());
        self.found.push(problem);
    }
}

impl Sink for Failures<'_> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        if self.found.len() == MOST {
            return;
        }
        match &record.kind {
            RecordKind::Transition(transition) if transition.from.is_none() => {
                let name = view.names.instance_name(transition.instance);
                self.causes.launched(&name);
            }
            RecordKind::Expectation(expectation) if !expectation.passed => {
                let cause = self.causes.of(&expectation.subject);
                if self.follows(cause, expectation.place.line) {
                    return;
                }
                let check = expectation
                    .check
                    .strip_prefix("cost ")
                    .filter(|_| expectation.subject == "cost")
                    .unwrap_or(expectation.check);
                let message = format!(
                    "{} {check}: expected {}, found {}",
                    expectation.subject, expectation.expected, expectation.found
                );
                self.push(
                    ProblemKind::Expectation,
                    record,
                    view,
                    expectation.place.line,
                    &message,
                );
                if let Some(problem) = self.found.last_mut() {
                    let (_, column) = self.source.line_col(expectation.place.lo);
                    problem.column = Some(column);
                    problem.expected = Some(expectation.expected.clone());
                    problem.found = Some(expectation.found.clone());
                }
            }
            RecordKind::Rejected(rejected) if !rejected.expected => {
                let name = target(rejected, view.names);
                let is_launch = rejected.action == "RunInstances";
                let request = (record.at.as_millis(), record.line, rejected.code.name());
                if self.refused.replace(request) == Some(request) {
                    if let Some(last) = self.found.len().checked_sub(1).filter(|_| is_launch) {
                        self.causes.refused(&name, last);
                    }
                    return;
                }
                let cause = self.causes.of(&name).filter(|_| !is_launch);
                if self.follows(cause, rejected.step.line) {
                    return;
                }
                if is_launch {
                    self.causes.refused(&name, self.found.len());
                }
                let fails = rejected.step.fails.map(ErrorCode::name);
                let message = format!(
                    "{} {} {}was refused{}{}: {}",
                    name,
                    rejected.action,
                    fails.map_or_else(String::new, |other| format!(
                        "should have been refused with {other}, but "
                    )),
                    if fails.is_some() { " with " } else { ": " },
                    rejected.code.name(),
                    rejected.message
                );
                self.push(
                    ProblemKind::Refusal,
                    record,
                    view,
                    rejected.step.line,
                    message.trim(),
                );
                if let Some(problem) = self.found.last_mut() {
                    if let Some(other) = fails {
                        problem.expected = Some(other.to_owned());
                        problem.found = Some(rejected.code.name().to_owned());
                    }
                    problem.code = Some(rejected.code.name().to_owned());
                }
            }
            RecordKind::Notice(notice) if notice.event.is_failure() => {
                let cause = self.causes.of_wait(&notice.message);
                if self.follows(cause, notice.step.line) {
                    return;
                }
                self.push(
                    ProblemKind::Script,
                    record,
                    view,
                    notice.step.line,
                    &notice.message,
                );
                if let (Some(problem), Some(fails)) = (
                    self.found.last_mut(),
                    notice
                        .step
                        .fails
                        .filter(|_| notice.event == NoticeKind::NotRefused),
                ) {
                    problem.expected = Some(fails.name().to_owned());
                    problem.found = Some("carried out".to_owned());
                }
            }
            RecordKind::Expectation(_)
            | RecordKind::Rejected(_)
            | RecordKind::Notice(_)
            | RecordKind::Transition(_)
            | RecordKind::Accepted(_)
            | RecordKind::Address(_)
            | RecordKind::Data(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Meter(_)
            | RecordKind::Note(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => {}
        }
    }
}

/// The sink that writes the time line of a snapshot.
#[derive(Debug)]
pub(super) struct Lines {
    recording: Recording,
    text: String,
}

impl Lines {
    pub(super) const fn new(recording: Recording) -> Self {
        Self {
            recording,
            text: String::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl Sink for Lines {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        if !self.recording.has_timeline() {
            return;
        }
        let names = view.names;
        let said = match &record.kind {
            RecordKind::Transition(transition) => transition_said(transition, names),
            RecordKind::Rejected(rejected) => rejected_said(rejected, names),
            RecordKind::Accepted(accepted) => accepted_said(accepted, names),
            RecordKind::Address(event) => address_said(event, names),
            RecordKind::Data(event) => {
                let what = match event.what {
                    DataKind::Memory => "memory".to_owned(),
                    DataKind::InstanceStore => "instance store".to_owned(),
                    DataKind::Volume(volume) => format!("volume {}", names.volume_name(volume)),
                };
                format!(
                    "{}  {what} {}",
                    who(event.instance, names),
                    event.outcome.name()
                )
            }
            RecordKind::Meter(meter) if self.recording.has_costs() => meter_said(meter, names),
            RecordKind::Notice(notice) => {
                format!(
                    "{}  {}: {}",
                    who(notice.instance, names),
                    notice.event.name(),
                    notice.message
                )
            }
            RecordKind::Reservation(event) => {
                format!(
                    "{}  {}: {}",
                    who(event.instance, names),
                    names.resource_name(event.reservation.into()),
                    event.message()
                )
            }
            RecordKind::Environment(moved) => {
                let from = moved.from.map_or("new", |from| from.state().name());
                let to = moved.to.state().name();
                let name = names.resource_name(moved.environment.into());
                format!("{name}  {from} -> {to}  {}", moved.trigger)
            }
            RecordKind::Moved(moved) => {
                let from = moved.from.unwrap_or("new");
                let name = names.resource_name(moved.resource);
                let stop = moved.stop.as_ref();
                let stop = stop.map_or_else(String::new, |stop| format!("  {}", stop.code));
                format!("{name}  {from} -> {}  {}{stop}", moved.to, moved.trigger)
            }
            RecordKind::Invocation(one) => {
                let place = one.environment.map_or_else(String::new, |environment| {
                    format!(" in {}", names.resource_name(environment.into()))
                });
                let name = names.resource_name(one.function.into());
                format!("{name}  Invoke{place}: {}", one.message())
            }
            // Notes and expectations are the scenario's own words, and not what became of it.
            RecordKind::Meter(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_) => return,
        };
        // Writing to a string doesn't fail.
        let _ = writeln!(
            self.text,
            "  {}  {}",
            record.at.since(view.program.start),
            one_line(said.trim())
        );
    }
}

/// An instance's name; nothing for what is about none.
fn who(instance: Option<InstanceHandle>, names: &dyn Directory) -> String {
    instance.map_or_else(String::new, |instance| names.instance_name(instance))
}

fn transition_said(transition: &Transition, names: &dyn Directory) -> String {
    let state = |state: InstanceState, flavor: Option<Flavor>| match flavor {
        Some(flavor) => format!("{} ({})", state.name(), flavor.name()),
        None => state.name().to_owned(),
    };
    let from = transition.from.map_or_else(
        || "none".to_owned(),
        |from| state(from.state(), from.flavor()),
    );
    let to = state(transition.to.state(), transition.to.flavor());
    let who = who(Some(transition.instance), names);
    let mut said = format!("{who}  {from} -> {to}  {}", transition.trigger);
    if let Some(reason) = transition.reason {
        said.push_str("  ");
        said.push_str(reason.code());
    }
    said
}

/// What a request that was refused named.
fn target(rejected: &Rejected, names: &dyn Directory) -> String {
    let target = &rejected.target;
    match (target.instance, &target.name) {
        (Some(instance), _) => who(Some(instance), names),
        (None, name) => {
            let name = name.as_ref().or(target.id.as_ref());
            name.map_or_else(String::new, ToString::to_string)
        }
    }
}

fn rejected_said(rejected: &Rejected, names: &dyn Directory) -> String {
    format!(
        "{}  {} refused{}  {}: {}",
        target(rejected, names),
        rejected.action,
        if rejected.expected {
            ""
        } else {
            " unexpectedly"
        },
        rejected.code.name(),
        rejected.message
    )
}

fn accepted_said(accepted: &Accepted, names: &dyn Directory) -> String {
    let mut said = who(accepted.instance, names);
    if let Some(resource) = accepted.resource {
        said.push_str("  ");
        said.push_str(&names.resource_name(resource));
    }
    said.push_str("  ");
    said.push_str(accepted.action);
    if !accepted.what.is_empty() {
        said.push(' ');
        said.push_str(accepted.what);
    }
    if accepted.unchanged {
        said.push_str("  nothing changes");
    }
    said
}

fn address_said(event: &AddressEvent, names: &dyn Directory) -> String {
    let is_ipv6 = event.to.or(event.from).is_some_and(|ip| ip.is_ipv6());
    let ip =
        |ip: Option<std::net::IpAddr>| ip.map_or_else(|| "none".to_owned(), |ip| ip.to_string());
    let elastic = event.address.map_or_else(String::new, |address| {
        format!(" {}", names.address_name(address))
    });
    format!(
        "{}  {} {}{elastic}  {} -> {}",
        who(event.instance, names),
        event.scope.name(),
        if is_ipv6 { "ipv6" } else { "ipv4" },
        ip(event.from),
        ip(event.to)
    )
}

fn meter_said(meter: &MeterEvent, names: &dyn Directory) -> String {
    let what = format!(
        "{}  meter {}",
        names.resource_name(meter.resource),
        meter.usage_type.text(names.cast().region)
    );
    match meter.closed {
        None => format!(
            "{what} opened  {} at {} per {}",
            meter.units,
            meter.unit_price,
            meter.unit.price_unit()
        ),
        Some(closed) => format!(
            "{what} {}  {} {}  {}",
            if closed.at_end {
                "counted at the end"
            } else {
                "closed"
            },
            meter.unit.written(closed.quantity.into()),
            meter.unit.name(),
            closed.amount
        ),
    }
}
