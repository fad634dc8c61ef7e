//! The timeline's words for one record, without its lanes, widths and styles: for what lays them out in its own way.

use crate::{
    money::Usd,
    record::{DataKind, EnvironmentMove, Invocation, Record, RecordKind, Resource, Rules},
    script::Directory,
};

use super::{
    block::{self, Item},
    told::{made, metered, notice_word, subject},
    words::{exact, usd},
};

/// What a record says to a person.
#[derive(Debug)]
pub(in crate::report) struct Told {
    /// What kind of line it is.
    pub(in crate::report) sort: Sort,
    /// Whom it is about; nobody where that is empty.
    pub(in crate::report) who: String,
    /// What happened.
    pub(in crate::report) what: String,
    /// How it came about, or what EC2 says to it; more than one line only in a note.
    pub(in crate::report) how: String,
    /// What it has cost since the transition before, and since the launch.
    pub(in crate::report) cost: Option<(Usd, Usd)>,
    /// The rules that decide it.
    pub(in crate::report) rules: Rules,
}

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Sort {
    /// A change of state.
    Move,
    /// Something that came with it: an address, data.
    Item,
    /// A meter.
    Meter,
    /// The script's voice.
    Note,
    /// A refusal: expected, or not.
    Refused(bool),
    /// A check: passed, or failed.
    Check(bool),
    /// Something to know; whether the scenario fails by it.
    Notice(bool),
}

/// The words for a record; none for one that isn't shown.
pub(in crate::report) fn told(record: &Record, names: &dyn Directory) -> Option<Told> {
    let mut told = Told {
        sort: Sort::Notice(false),
        who: String::new(),
        what: String::new(),
        how: String::new(),
        cost: None,
        rules: &[],
    };
    match &record.kind {
        RecordKind::Transition(transition) => {
            told.sort = Sort::Move;
            told.who = names.instance_name(transition.instance);
            told.what = block::states(transition).text();
            told.how = format!("{}: {}", transition.trigger, transition.why);
            if transition.from.is_none() {
                told.how = format!("{} · {}", told.how, transition.instance_type.name());
            }
            if let Some(reason) = transition
                .reason
                .filter(|_| block::tells_reason(transition))
            {
                told.how = format!("{} · {}", told.how, reason.code());
            }
            told.cost = Some((transition.cost_step, transition.cost_total));
            told.rules = transition.rules;
        }
        RecordKind::Accepted(accepted) => {
            told.who = subject(names, accepted.instance, accepted.resource).title();
            told.what = String::from(accepted.action);
            told.how = made(names, accepted);
            if accepted.unchanged {
                told.how = [told.how.as_str(), "already so, nothing changes"]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
            }
            told.rules = accepted.rules;
        }
        RecordKind::Address(event) => {
            told.sort = Sort::Item;
            let resource = event.address.map(Resource::Address);
            told.who = subject(names, event.instance, resource).title();
            let label = event
                .address
                .map_or_else(String::new, |address| names.address_name(address));
            told.what = Item::address(event, label).told("").text();
            told.rules = event.rules;
        }
        RecordKind::Data(event) => {
            told.sort = Sort::Item;
            let (label, volume) = match event.what {
                DataKind::Volume(volume) => (names.volume_name(volume), Some(volume)),
                DataKind::Memory | DataKind::InstanceStore => (String::new(), None),
            };
            // A volume's name tells whose it is.
            if volume.is_none() {
                told.who = subject(names, event.instance, None).title();
            }
            told.what = Item::data(event, label).told("").text();
            told.rules = event.rules;
        }
        RecordKind::Meter(meter) => {
            told.sort = Sort::Meter;
            let (item, subject) = metered(meter, names);
            // What isn't an instance is named with what is metered.
            if meter.resource.instance().is_some() {
                told.who = subject.title();
            }
            told.what = item.told("").text();
            if meter.closed.is_some_and(|closed| closed.at_end) {
                told.how = String::from("counted up to the end");
            }
            told.rules = meter.rules;
        }
        RecordKind::Note { .. } => told.sort = Sort::Note,
        RecordKind::Rejected(rejected) => {
            let target = &rejected.target;
            told.sort = Sort::Refused(rejected.expected);
            told.who = match (target.instance, &target.name) {
                (Some(instance), _) => names.instance_name(instance),
                (None, name) => {
                    let name = name.as_ref().or(target.id.as_ref());
                    name.map_or_else(String::new, ToString::to_string)
                }
            };
            told.what = format!("{} · {}", rejected.action, rejected.code.name());
            told.how.clone_from(&rejected.message);
            told.rules = rejected.rules;
        }
        RecordKind::Expectation(expectation) => {
            told.sort = Sort::Check(expectation.passed);
            told.who.clone_from(&expectation.subject);
            let check = expectation.check.strip_prefix("cost ");
            let check = check.filter(|_| expectation.subject == "cost");
            let check = check.unwrap_or(expectation.check);
            told.what = format!("{check} {}", expectation.expected);
            if !expectation.passed {
                told.how = format!("found {}", expectation.found);
            }
        }
        RecordKind::Notice(notice) => {
            told.sort = Sort::Notice(notice.event.is_failure());
            told.who = notice
                .instance
                .map_or_else(String::new, |instance| names.instance_name(instance));
            told.what = String::from(notice_word(notice.event));
            told.how = notice.message.to_string();
            told.rules = notice.rules;
        }
        RecordKind::Reservation(event) => {
            told.who = event
                .instance
                .map_or_else(String::new, |instance| names.instance_name(instance));
            told.what = names.resource_name(event.reservation.into());
            told.how = event.message();
            told.rules = event.rules;
        }
        RecordKind::Environment(moved) => {
            told.who = names.resource_name(moved.environment.into());
            told.what = environment_moved(moved);
            moved.why.clone_into(&mut told.how);
            told.rules = moved.rules;
        }
        RecordKind::Moved(moved) => {
            told.who = names.resource_name(moved.resource);
            told.what = moved.told();
            moved.why.clone_into(&mut told.how);
            told.rules = moved.rules;
        }
        RecordKind::Invocation(one) => {
            told.who = names.resource_name(one.function.into());
            told.what = invoked(one, names);
            told.rules = one.rules;
        }
        RecordKind::Provisioned(_) | RecordKind::Fact(_) => return None,
    }
    Some(told)
}

/// An amount to read, and to the last digit that it has.
pub(in crate::report) fn amounts(amount: Usd) -> (String, String) {
    (usd(amount, 4), exact(amount))
}

/// A line of the ledger as a person reads it: `3585 s × $0.096/h`.
pub(in crate::report) fn product(line: &crate::billing::LedgerLine) -> String {
    let quantity = super::words::how_much(line);
    format!("{quantity} × ${}{}", line.unit_price, line.unit.per())
}

/// `idle → busy`, or `initializing` of one that comes about.
pub(super) fn environment_moved(moved: &EnvironmentMove) -> String {
    let to = moved.to.state().name();
    match moved.from {
        None => format!("{to} · {}", moved.trigger),
        Some(from) => format!("{} → {to} · {}", from.state().name(), moved.trigger),
    }
}

/// `Invoke in thumb/1: cold start, 320 ms billed, ok`.
pub(super) fn invoked(one: &Invocation, names: &dyn Directory) -> String {
    let place = one.environment.map_or_else(String::new, |environment| {
        format!(" in {}", names.resource_name(environment.into()))
    });
    format!("Invoke{place}: {}", one.message())
}
