//! A replay as somebody plays it: what there is to see at each instant, and why.
//!
//! A replay is over in no time, so it is replayed first and played then. That is why it can be played back, too.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    lifecycle::Phase,
    money::Usd,
    record::{AddressScope, InstanceHandle, Meter, Note, Question, RecordKind},
    rule::Rule,
    runner::Replay,
    script::{Directory as _, Zone},
    time::SimTime,
};

use super::{
    html::Course,
    timeline::plainly::{Sort, Told, amounts, told},
};

/// A replay, ready to be played.
#[derive(Debug)]
pub struct Play {
    name: String,
    zone: Zone,
    start: SimTime,
    end: SimTime,
    lines: Vec<PlayLine>,
    instances: Vec<Life>,
    course: Course,
}

/// Something that happens.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlayLine {
    /// When.
    pub at: SimTime,
    /// What kind of thing it is, as the sign that a timeline has for it.
    pub sign: &'static str,
    /// Whether it came with something else: an address, data, a meter.
    pub is_detail: bool,
    /// Whether the scenario fails by it.
    pub is_failure: bool,
    /// Whom it is about.
    pub who: String,
    /// What happens.
    pub what: String,
    /// How it came about, or what EC2 says to it.
    pub how: String,
    /// What the instance has cost since its transition before.
    pub cost: Option<String>,
    /// The rules that decide it.
    pub rules: Vec<&'static Rule>,
    /// What it asks, where it is a question: then `what` has the answer too.
    pub question: Option<Arc<Question>>,
}

/// The life of an instance.
#[derive(Debug)]
struct Life {
    name: String,
    kind: String,
    /// After so many lines, from when on, in which phase.
    phases: Vec<(usize, SimTime, Phase)>,
    /// After so many lines, which address it has or has no longer.
    addresses: Vec<(usize, AddressSort, Option<String>)>,
}

/// Which of an instance's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AddressSort {
    Private,
    Public,
    V6,
}

/// An instance at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlayRow {
    /// Its name.
    pub name: String,
    /// Its type and its zone.
    pub kind: String,
    /// Its phase.
    pub phase: Phase,
    /// For how long it has been in it.
    pub since: String,
    /// Its addresses.
    pub addresses: Vec<String>,
}

/// A meter at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlayMeter {
    /// What is metered.
    pub meter: Meter,
    /// What it has come to.
    pub amount: String,
    /// Whether it counts right now.
    pub ticks: bool,
}

impl Play {
    /// A replay that kept its records and its ledger.
    pub fn of(replay: &Replay) -> Self {
        let names = replay.directory();
        let program = replay.program();
        let mut lines: Vec<PlayLine> = Vec::new();
        let mut lives: BTreeMap<InstanceHandle, Life> = BTreeMap::new();
        for record in replay.records() {
            match &record.kind {
                RecordKind::Transition(transition) => {
                    let life = lives.entry(transition.instance).or_insert_with(|| Life {
                        name: names.instance_name(transition.instance),
                        kind: String::new(),
                        phases: Vec::new(),
                        addresses: Vec::new(),
                    });
                    life.kind =
                        format!("{} · {}", transition.instance_type.name(), transition.zone);
                    life.phases.push((lines.len(), record.at, transition.to));
                }
                RecordKind::Address(event) => {
                    let life = event.instance.and_then(|instance| lives.get_mut(&instance));
                    if let Some(life) = life {
                        let ip = event.to.or(event.from);
                        let sort = match (event.scope, ip) {
                            (AddressScope::Private, _) => AddressSort::Private,
                            (_, Some(ip)) if ip.is_ipv6() => AddressSort::V6,
                            (AddressScope::Public | AddressScope::Elastic, _) => {
                                AddressSort::Public
                            }
                        };
                        let has = event.to.map(|ip| ip.to_string());
                        life.addresses.push((lines.len(), sort, has));
                    }
                }
                RecordKind::Rejected(_)
                | RecordKind::Accepted(_)
                | RecordKind::Data(_)
                | RecordKind::Provisioned(_)
                | RecordKind::Fact(_)
                | RecordKind::Meter(_)
                | RecordKind::Note(_)
                | RecordKind::Expectation(_)
                | RecordKind::Notice(_)
                | RecordKind::Reservation(_)
                | RecordKind::Environment(_)
                | RecordKind::Moved(_)
                | RecordKind::Invocation(_) => {}
            }
            if let Some(told) = told(&record, &names) {
                let note = if let RecordKind::Note(note) = &record.kind {
                    Some(note)
                } else {
                    None
                };
                lines.push(PlayLine::of(record.at, told, note));
            }
        }
        let instants = replay.records().iter().map(|record| record.at);
        let instants = instants.chain([program.start]).collect();
        Self {
            name: match program.name.as_str() {
                "" => replay.file().to_owned(),
                name => name.to_owned(),
            },
            zone: program.zone.clone(),
            start: program.start,
            end: replay.end(),
            lines,
            instances: lives.into_values().collect(),
            course: Course::at(replay.bill().ledger(), instants, replay.end()),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its first instant.
    pub const fn start(&self) -> SimTime {
        self.start
    }

    /// Its last.
    pub const fn end(&self) -> SimTime {
        self.end
    }

    /// All that happens, in order.
    pub fn lines(&self) -> &[PlayLine] {
        &self.lines
    }

    /// How many lines there are up to an instant.
    pub fn lines_at(&self, at: SimTime) -> usize {
        self.lines.partition_point(|line| line.at <= at)
    }

    /// The day and the time of an instant, and how long after the start it is.
    pub fn moment(&self, at: SimTime) -> (String, String, String) {
        let there = self.zone.local(at);
        let clock = format!("{:02}:{:02}:{:02}", there.hour, there.minute, there.second);
        let since = at.since(self.start).to_string();
        (there.weekday_and_date(), clock, since)
    }

    /// The clock time of a line, as it stands before it.
    pub fn time(&self, at: SimTime) -> String {
        let there = self.zone.local(at);
        format!("{} {}", there.weekday, there.clock())
    }

    /// Every instance that there has been after so many lines, at an instant.
    pub fn rows(&self, lines: usize, at: SimTime) -> Vec<PlayRow> {
        let mut rows = Vec::new();
        for life in &self.instances {
            let so_far = life.phases.iter().take_while(|(after, ..)| *after < lines);
            let Some((_, since, phase)) = so_far.last() else {
                continue;
            };
            let mut addresses: BTreeMap<AddressSort, &str> = BTreeMap::new();
            for (_, sort, has) in life
                .addresses
                .iter()
                .take_while(|(after, ..)| *after < lines)
            {
                match has {
                    Some(ip) => addresses.insert(*sort, ip),
                    None => addresses.remove(sort),
                };
            }
            rows.push(PlayRow {
                name: life.name.clone(),
                kind: life.kind.clone(),
                phase: *phase,
                since: at.since(*since).to_string(),
                addresses: addresses.into_values().map(str::to_owned).collect(),
            });
        }
        rows
    }

    /// What each meter has come to at an instant, and all of them.
    pub fn meters(&self, at: SimTime) -> (Vec<PlayMeter>, String) {
        let values = self.course.value(at);
        let ticking = self.course.ticking(at);
        let meters = self.course.meters.iter().zip(values.iter().zip(ticking));
        let meters = meters.map(|(&meter, (&amount, ticks))| PlayMeter {
            meter,
            amount: amounts(amount).0,
            ticks,
        });
        let total: Usd = values.iter().copied().sum();
        (meters.collect(), amounts(total).0)
    }
}

impl PlayLine {
    fn of(at: SimTime, told: Told, note: Option<&Note>) -> Self {
        let (sign, is_failure) = match told.sort {
            Sort::Move => ("●", false),
            Sort::Item | Sort::Meter => (" ", false),
            Sort::Note => ("▌", false),
            Sort::Refused(true) => ("⊘", false),
            Sort::Refused(false) | Sort::Check(false) | Sort::Notice(true) => ("✗", true),
            Sort::Check(true) => ("✓", false),
            Sort::Notice(false) => ("◆", false),
        };
        let cost = told.cost.filter(|(step, _)| !step.is_zero());
        Self {
            at,
            sign,
            is_detail: matches!(told.sort, Sort::Item | Sort::Meter),
            is_failure,
            who: told.who,
            what: note.map_or(told.what, |note| note.text.to_string()),
            how: told.how,
            cost: cost.map(|(step, _)| format!("+{}", amounts(step).0)),
            rules: told.rules.to_vec(),
            question: note.and_then(|note| note.question.clone()),
        }
    }
}
