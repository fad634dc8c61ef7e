//! Rounds of a `repeat` after the first: where the same happens again, it is counted and not told again.
//!
//! A round is found by what is recorded, so that a journal that is read back is folded alike: a step acts again, later than
//! before, and what follows is what followed then. What is drawn meanwhile is held back. Where all of the round comes again it is
//! dropped; where something else comes it is written, and nothing is lost. What failed never is the same. A note that isn't part of
//! the rounds, such as the question after the last, ends none of them: it is told behind the round in which it comes.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    hash::{DefaultHasher, Hasher as _},
};

use crate::{
    money::Usd,
    record::{DataKind, Note, Record, RecordKind, Resource},
    script::Directory,
    time::SimTime,
};

use super::text::Line;

/// The longest round that is found, in records.
const MOST: usize = 2_048;

/// What has happened so far, and the round that may come again.
#[derive(Debug, Default)]
pub(super) struct Folds {
    /// What each record says, from the first on that may begin a round.
    said: Vec<(u64, SimTime)>,
    /// Where something was said last.
    latest: BTreeMap<u64, usize>,
    /// One that may begin with the record that comes now.
    next: Option<Round>,
    round: Option<Round>,
}

/// A round that comes again.
#[derive(Debug)]
pub(super) struct Round {
    said: Vec<u64>,
    /// How many of its records have come again.
    cursor: usize,
    /// What transitions of this one have cost.
    cost: Usd,
    /// What has been drawn of this one.
    lines: Vec<Line>,
    folded: Folded,
}

/// Rounds that were dropped.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    pub(super) count: u64,
    /// What the cheapest and the dearest of them cost.
    pub(super) cost: Option<(Usd, Usd)>,
    pub(super) until: SimTime,
    /// The time column and the lanes where the last of them ended.
    pub(super) prefix: Line,
    /// The notes that came beside them.
    pub(super) beside: Vec<(SimTime, Note)>,
}

/// What a record is to a round.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing.
    None,
    /// What comes before it is complete, and a round may begin with it.
    First,
    /// One that came before in its place.
    Next,
    /// The last of them.
    Last,
    /// A note between them, which is none of theirs.
    Beside,
    /// Another one than before in its place.
    Other,
}

impl Folds {
    /// What this record is, which comes next.
    pub(super) fn part(&mut self, record: &Record, names: &dyn Directory) -> Part {
        if !record.kind.is_shown() {
            return Part::None;
        }
        let said = said(record, names);
        if let Some(round) = &mut self.round {
            if said.is_none() || round.said.get(round.cursor).copied() != said {
                return if let RecordKind::Note(_) = record.kind {
                    Part::Beside
                } else {
                    Part::Other
                };
            }
            if let RecordKind::Transition(transition) = &record.kind {
                round.cost += transition.cost_step;
            }
            round.cursor += 1;
            return if round.cursor == round.said.len() {
                Part::Last
            } else {
                Part::Next
            };
        }
        let Some(said) = said else {
            self.said.clear();
            self.latest.clear();
            return Part::None;
        };
        if self.said.len() == MOST {
            self.said.clear();
            self.latest.clear();
        }
        let before = self.latest.insert(said, self.said.len());
        self.said.push((said, record.at));
        let is_again = |place: usize| self.said.get(place).is_some_and(|(_, at)| *at < record.at);
        let Some(first) = before.filter(|&place| record.line > 0 && is_again(place)) else {
            return Part::None;
        };
        let last = self.said.len() - 1;
        let mut round = Round {
            said: self.said[first..last]
                .iter()
                .map(|(said, _)| *said)
                .collect(),
            cursor: 1,
            cost: Usd::ZERO,
            lines: Vec::new(),
            folded: Folded::default(),
        };
        if let RecordKind::Transition(transition) = &record.kind {
            round.cost += transition.cost_step;
        }
        self.next = Some(round);
        Part::First
    }

    /// From here on lines are held back: a round begins.
    pub(super) fn begin(&mut self) {
        self.round = self.next.take();
    }

    /// Whether the round that has begun is as long as this one record.
    pub(super) fn is_single(&self) -> bool {
        self.round
            .as_ref()
            .is_some_and(|round| round.said.len() == 1)
    }

    /// Where lines go meanwhile; nothing where they are to be written.
    pub(super) fn held(&mut self) -> Option<&mut Vec<Line>> {
        self.round.as_mut().map(|round| &mut round.lines)
    }

    /// Drops a round that came again.
    pub(super) fn drop_round(&mut self, at: SimTime, prefix: Line) {
        if let Some(round) = &mut self.round {
            round.lines.clear();
            round.cursor = 0;
            let cost = std::mem::take(&mut round.cost);
            let folded = &mut round.folded;
            let (least, most) = folded.cost.unwrap_or((cost, cost));
            folded.cost = Some((least.min(cost), most.max(cost)));
            folded.count += 1;
            (folded.until, folded.prefix) = (at, prefix);
        }
    }

    /// Keeps a note until the round in which it comes is over.
    pub(super) fn keep(&mut self, at: SimTime, note: &Note) {
        if let Some(round) = &mut self.round {
            round.folded.beside.push((at, note.clone()));
        }
    }

    /// Between two rounds, where notes came meanwhile: what was dropped until then, with them. Lines are written until it goes on
    /// with the round.
    pub(super) fn pause(&mut self) -> Option<(Round, Folded)> {
        let is_due = |round: &mut Round| round.cursor == 0 && !round.folded.beside.is_empty();
        let mut round = self.round.take_if(is_due)?;
        let folded = std::mem::take(&mut round.folded);
        Some((round, folded))
    }

    /// Goes on.
    pub(super) fn resume(&mut self, round: Round) {
        self.round = Some(round);
    }

    /// What was dropped, and what was drawn of a round that isn't whole. It begins anew.
    pub(super) fn take(&mut self) -> Option<(Folded, Vec<Line>)> {
        let Self { round, .. } = std::mem::take(self);
        round.map(|round| (round.folded, round.lines))
    }
}

/// Takes in what is formatted.
struct Said(DefaultHasher);

impl fmt::Write for Said {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// What a record says but for amounts, quantities, addresses and instants; nothing of what fails or ends.
fn said(record: &Record, names: &dyn Directory) -> Option<u64> {
    let mut said = Said(DefaultHasher::new());
    let name = |resource: Resource| names.resource_name(resource);
    let instance = |instance: Option<_>| instance.map(|one| names.instance_name(one));
    let kind = std::mem::discriminant(&record.kind);
    let written = write!(said, "{kind:?} {} ", record.line).and_then(|()| match &record.kind {
        RecordKind::Transition(transition) => write!(
            said,
            "{} {:?} {:?} {} {:?} {}",
            names.instance_name(transition.instance),
            transition.from,
            transition.to,
            transition.trigger,
            transition.reason,
            transition.instance_type.name()
        ),
        RecordKind::Accepted(accepted) => write!(
            said,
            "{} {} {:?} {} {:?} {:?}",
            accepted.action,
            accepted.what,
            accepted.value,
            accepted.unchanged,
            instance(accepted.instance),
            accepted.resource.map(name)
        ),
        RecordKind::Address(event) => write!(
            said,
            "{:?} {:?} {:?} {}",
            event.scope,
            instance(event.instance),
            event.address.map(|address| names.address_name(address)),
            event.to.is_some()
        ),
        RecordKind::Data(event) => {
            let what = match event.what {
                DataKind::Volume(volume) => names.volume_name(volume),
                DataKind::Memory => "memory".to_owned(),
                DataKind::InstanceStore => "store".to_owned(),
            };
            write!(
                said,
                "{what} {:?} {:?}",
                instance(event.instance),
                event.outcome
            )
        }
        RecordKind::Meter(meter) if meter.closed.is_some_and(|closed| closed.at_end) => {
            Err(fmt::Error)
        }
        RecordKind::Meter(meter) => write!(
            said,
            "{:?} {} {:?} {} {} {}",
            meter.meter,
            name(meter.resource),
            meter.usage_type,
            meter.units,
            meter.unit_price,
            meter.closed.is_some()
        ),
        RecordKind::Note(note) => write!(said, "{}", note.text),
        RecordKind::Rejected(rejected) if rejected.expected => write!(
            said,
            "{} {} {:?} {:?}",
            rejected.action,
            rejected.code.name(),
            instance(rejected.target.instance),
            rejected.target.name
        ),
        RecordKind::Expectation(check) if check.passed => {
            write!(said, "{} {} {}", check.subject, check.check, check.expected)
        }
        RecordKind::Notice(notice) if !notice.event.is_failure() => write!(
            said,
            "{:?} {:?} {}",
            notice.event,
            instance(notice.instance),
            notice.message
        ),
        RecordKind::Reservation(event) => write!(
            said,
            "{:?} {:?} {}",
            event.what,
            instance(event.instance),
            names.resource_name(event.reservation.into())
        ),
        RecordKind::Environment(moved) => write!(
            said,
            "{} {:?} {:?} {}",
            names.resource_name(moved.environment.into()),
            moved.from,
            moved.to,
            moved.trigger
        ),
        RecordKind::Moved(moved) => write!(
            said,
            "{} {}",
            names.resource_name(moved.resource),
            moved.told()
        ),
        RecordKind::Invocation(one) => write!(
            said,
            "{} {:?} {}",
            names.resource_name(one.function.into()),
            one.environment.map(|one| names.resource_name(one.into())),
            one.message()
        ),
        RecordKind::Rejected(_)
        | RecordKind::Expectation(_)
        | RecordKind::Notice(_)
        | RecordKind::Provisioned(_)
        | RecordKind::Fact(_) => Err(fmt::Error),
    });
    written.ok().map(|()| said.0.finish())
}
