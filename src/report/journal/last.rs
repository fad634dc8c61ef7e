//! The last line of a journal: how the replay ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, value::RawValue};

use crate::{
    catalog::VolumeType,
    engine::{Outcome, Tally},
    id::Id,
    lifecycle::volume::State,
    report::{finish::Quote, json::Entries},
    time::SimTime,
};

use super::{
    error::JournalError,
    row::{Found, named, time},
};

/// What the last line says. The long parts of it are read only where they are asked for: there may be a million instances.
pub(super) struct Last<'t> {
    pub(super) line: u64,
    pub(super) end: SimTime,
    pub(super) outcome: Outcome,
    pub(super) tally: Tally,
    pub(super) total: String,
    /// The lines of the scenario that failures show.
    pub(super) quotes: BTreeMap<u32, Quote>,
    pub(super) instances: &'t RawValue,
    pub(super) addresses: &'t RawValue,
    pub(super) volumes: &'t RawValue,
    pub(super) snapshots: Things<'t>,
    pub(super) images: Things<'t>,
    pub(super) interfaces: Things<'t>,
    pub(super) dedicated_hosts: Things<'t>,
    pub(super) capacity_reservations: Things<'t>,
    pub(super) functions: Option<Things<'t>>,
    /// Of a part: when the next thing would have fallen due by itself.
    pub(super) next_due: Option<SimTime>,
    pub(super) clusters: Option<Things<'t>>,
    pub(super) services: Option<Things<'t>>,
    pub(super) tasks: Option<Things<'t>>,
}

/// Snapshots, images or interfaces, as they stand there; nothing where the journal is older than they are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Things<'t>(pub(super) Option<&'t RawValue>);

impl Serialize for Things<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(things) => things.serialize(serializer),
            None => serializer.collect_map(std::iter::empty::<((), ())>()),
        }
    }
}

/// How a volume ended.
pub(super) struct VolumeLine {
    pub(super) id: Id,
    pub(super) volume_type: VolumeType,
    pub(super) size_gib: u32,
    pub(super) state: &'static str,
    pub(super) instance: Option<String>,
}

/// Whether a line is the last one of a journal: none of the others begins so.
pub(super) fn is_last(text: &str) -> bool {
    text.starts_with(r#"{"end":"#)
}

impl<'t> Last<'t> {
    pub(super) fn parse(line: u64, text: &'t str) -> Found<Self> {
        #[derive(Deserialize)]
        struct Whole<'t> {
            #[serde(borrow)]
            end: End<'t>,
        }
        #[derive(Deserialize)]
        struct End<'t> {
            outcome: Value,
            end: Value,
            expectations: Checks,
            unexpected_refusals: u64,
            other_failures: u64,
            transitions: u64,
            #[serde(borrow)]
            instances: &'t RawValue,
            #[serde(borrow)]
            addresses: &'t RawValue,
            #[serde(borrow)]
            volumes: &'t RawValue,
            #[serde(borrow, default)]
            snapshots: Option<&'t RawValue>,
            #[serde(borrow, default)]
            images: Option<&'t RawValue>,
            #[serde(borrow, default)]
            interfaces: Option<&'t RawValue>,
            #[serde(borrow, default)]
            dedicated_hosts: Option<&'t RawValue>,
            #[serde(borrow, default)]
            capacity_reservations: Option<&'t RawValue>,
            #[serde(borrow, default)]
            functions: Option<&'t RawValue>,
            #[serde(borrow, default)]
            clusters: Option<&'t RawValue>,
            #[serde(borrow, default)]
            services: Option<&'t RawValue>,
            #[serde(borrow, default)]
            tasks: Option<&'t RawValue>,
            cost: Total,
            quoted: Vec<Quoted>,
            #[serde(default)]
            next_due: Option<Value>,
        }
        #[derive(Deserialize)]
        struct Checks {
            passed: u64,
            failed: u64,
        }
        #[derive(Deserialize)]
        struct Total {
            total: String,
        }
        #[derive(Deserialize)]
        struct Quoted {
            line: u32,
            at: u32,
            text: String,
        }
        let whole: Whole<'t> = serde_json::from_str(text).map_err(|_| {
            if text.ends_with('\n') {
                JournalError::NoJournal {
                    line,
                    why: "the last line isn't whole",
                }
            } else {
                JournalError::CutOff { line }
            }
        })?;
        let end = whole.end;
        let unknown = |field| JournalError::Field {
            line,
            field,
            found: String::new(),
        };
        let quotes = end.quoted.into_iter().map(|quoted| {
            let Quoted { line, at, text } = quoted;
            (line, Quote { at, text })
        });
        Ok(Self {
            line,
            end: time(&end.end).ok_or_else(|| unknown("end"))?,
            outcome: named(Outcome::ALL, Outcome::name, &end.outcome)
                .ok_or_else(|| unknown("outcome"))?,
            tally: Tally {
                passed: end.expectations.passed,
                failed: end.expectations.failed,
                unexpected_refusals: end.unexpected_refusals,
                failures: end.other_failures,
                transitions: end.transitions,
            },
            total: end.cost.total,
            quotes: quotes.collect(),
            instances: end.instances,
            addresses: end.addresses,
            volumes: end.volumes,
            snapshots: Things(end.snapshots),
            images: Things(end.images),
            interfaces: Things(end.interfaces),
            dedicated_hosts: Things(end.dedicated_hosts),
            capacity_reservations: Things(end.capacity_reservations),
            functions: end.functions.map(|functions| Things(Some(functions))),
            next_due: match &end.next_due {
                Some(due) => Some(time(due).ok_or_else(|| unknown("next_due"))?),
                None => None,
            },
            clusters: end.clusters.map(|all| Things(Some(all))),
            services: end.services.map(|all| Things(Some(all))),
            tasks: end.tasks.map(|all| Things(Some(all))),
        })
    }

    fn unknown(&self, field: &'static str) -> JournalError {
        JournalError::Field {
            line: self.line,
            field,
            found: String::new(),
        }
    }

    /// What it says of volumes.
    pub(super) fn volumes(&self) -> Found<Vec<VolumeLine>> {
        #[derive(Deserialize)]
        struct Told<'t> {
            volume_id: &'t str,
            r#type: &'t str,
            size_gib: u32,
            state: &'t str,
            instance: Option<String>,
        }
        let told: Result<Entries<Told<'_>>, _> = serde_json::from_str(self.volumes.get());
        let told = told.map_err(|_| self.unknown("volumes"))?;
        let lines = told.0.into_iter().map(|(_, told)| {
            Some(VolumeLine {
                id: Id::parse(told.volume_id)?,
                volume_type: VolumeType::find(told.r#type)?,
                size_gib: told.size_gib,
                state: State::find(told.state)?.name(),
                instance: told.instance,
            })
        });
        let lines: Option<_> = lines.collect();
        lines.ok_or_else(|| self.unknown("volumes"))
    }

    /// The entries of its `instances`, `addresses` or `volumes`, each with its own.
    pub(super) fn entries<'r>(
        &self,
        field: &'static str,
        of: &'r RawValue,
    ) -> Found<Vec<(String, Entries<&'r RawValue>)>> {
        let entries: Result<Entries<_>, _> = serde_json::from_str(of.get());
        entries
            .map(|entries| entries.0)
            .map_err(|_| self.unknown(field))
    }
}
