//! The journals of all parts of a replay made one: that of the whole.
//!
//! The parts are read line by line, side by side. What happened is put into the order of the whole, by time and then by rank, and
//! told to one bill: it meters, rates and applies once, so that tiers, allowances and purchases are those of the whole account. The
//! lines of meters and the costs in others are made anew by it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    io::{self, BufRead, Write},
    sync::Arc,
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap},
};
use serde_json::{Value, value::RawValue};
use thiserror::Error;

use crate::{
    engine::{ENDS, MOST_UNFINISHED, Outcome, Sink, Tally, View},
    foreign::{self, shown},
    id::Id,
    record::Record,
    report::{
        Rounding,
        event::{Called, EventWriter},
        finish::{MOST_FAILURES, Quote},
        json::{CostView, Entries, Quoted, TallyView, with_total},
        lines::failed_line,
        money::Sums,
    },
    script::{Cast, Shard},
    time::SimTime,
};

use super::{
    error::JournalError,
    head::JournalHead,
    last::{Last, Things, is_last},
    row::{Found, Lines, Row, time},
    tell::Teller,
};

/// Why journals can't be made one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MergeJournalsError {
    /// Something is wrong with one of them.
    #[error("{}{}: {error}", shown(.file), at_line(.error))]
    Journal {
        /// Its file.
        file: String,
        /// What.
        error: JournalError,
    },
    /// It is of the whole already.
    #[error("{}: this is the journal of a whole replay, and not of a shard (`ec2sim run --shard`)", shown(.file))]
    Whole {
        /// Its file.
        file: String,
    },
    /// Another journal follows.
    #[error("{}: another journal follows the first: give each shard a file of its own", shown(.file))]
    Several {
        /// Its file.
        file: String,
    },
    /// They are of different replays.
    #[error("{}: it doesn't go with {}: {what}", shown(.file), shown(.other))]
    Different {
        /// Its file.
        file: String,
        /// The file that it was compared with.
        other: String,
        /// What differs.
        what: String,
    },
    /// One is there twice.
    #[error("{}: shard {shard} is in {} already", shown(.file), shown(.other))]
    Twice {
        /// Its file.
        file: String,
        /// The other.
        other: String,
        /// Which.
        shard: Shard,
    },
    /// Some are missing.
    #[error("no journal for shard {}", .missing.join(", "))]
    Missing {
        /// The first twenty.
        missing: Vec<String>,
    },
    /// One was stopped.
    #[error("{}: the replay of this shard was stopped before its end", shown(.file))]
    Interrupted {
        /// Its file.
        file: String,
    },
    /// One ended before the whole, and something would have happened in it until then.
    #[error("{}: this shard ended at {ended}, but something was due at {due}, and the whole ends at {end}: say when with `until`", shown(.file))]
    EndedBefore {
        /// Its file.
        file: String,
        /// When it ended.
        ended: SimTime,
        /// When something would have happened.
        due: SimTime,
        /// When the whole ends.
        end: SimTime,
    },
    /// The first one has checked at its end what is so at the end of the whole.
    #[error("{}: what is expected at the end was checked at {ended}, but the whole ends at {end}: say when with `until`", shown(.file))]
    CheckedBefore {
        /// Its file.
        file: String,
        /// When it ended.
        ended: SimTime,
        /// When the whole ends.
        end: SimTime,
    },
    /// The bill is larger than can be counted.
    #[error("the bill of all shards is larger than can be counted exactly")]
    TooLarge,
    /// There is none.
    #[error("there is no journal to merge")]
    None,
    /// What is merged can't be written.
    #[error("cannot write the results: {0}")]
    Writing(#[from] io::Error),
}

fn at_line(error: &JournalError) -> String {
    let line = error.line();
    line.map_or_else(String::new, |line| format!(":{line}"))
}

/// Where a line stands: its time, its rank without its step's number, and its part.
type Key = (SimTime, Vec<u64>, usize);

/// The journal of a part, as far as it was read.
struct Part<R> {
    file: String,
    shard: Shard,
    lines: Lines<R>,
    /// The line that comes next, and the number of its step.
    next: Option<(Row, u64)>,
    /// Lines that stand behind everything that happens.
    ends: Vec<(Vec<u64>, Row)>,
    last: String,
}

impl<R: BufRead> Part<R> {
    fn of<T>(&self, found: Found<T>) -> Result<T, MergeJournalsError> {
        found.map_err(|error| MergeJournalsError::Journal {
            file: self.file.clone(),
            error,
        })
    }

    /// Reads the next line of what happened; none where its end has come, which is read whole then.
    fn advance(&mut self, number: usize) -> Result<Option<Key>, MergeJournalsError> {
        loop {
            let line = self.lines.line + 1;
            let text = self.lines.next().map(|text| text.map(str::to_owned));
            let Some(text) = self.of(text)? else {
                return self.of(Err(JournalError::CutOff { line: line - 1 }));
            };
            if is_last(&text) {
                self.last = text;
                self.next = None;
                self.lines.shrink();
                let more = self.lines.next().map(|more| more.is_some());
                if self.of(more)? {
                    let file = self.file.clone();
                    return Err(MergeJournalsError::Several { file });
                }
                return Ok(None);
            }
            let row = self.of(Row::parse(line, &text))?;
            let at = self.of(row.of("time", time))?;
            let mut rank = self.of(row.of("order", numbers))?;
            let Some(step) = rank.pop().filter(|_| !rank.is_empty()) else {
                return self.of(Err(row.unknown("order")));
            };
            if rank.first() >= Some(&ENDS) {
                // What was still open is closed by the bill of all.
                if row.json["kind"] != "meter" {
                    self.ends.push((rank, row));
                }
                continue;
            }
            self.next = Some((row, step));
            return Ok(Some((at, rank, number)));
        }
    }
}

fn numbers(value: &Value) -> Option<Vec<u64>> {
    value.as_array()?.iter().map(Value::as_u64).collect()
}

/// Makes the journal of the whole replay of those of all its parts, and writes it as it goes. Each comes with the name of its file.
///
/// # Errors
///
/// What is wrong with one of them, or doesn't go together: what was written until then has no last line.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, engine::{Outcome, StopSignal}, report::{JsonLines, merge_journals}, runner::{Keep, replay_into}, script::Shard};
/// let fleet = Scenario::from_text("fleet.yaml", "
/// instances: { web: { type: t3.micro, count: 3 } }
/// steps:
///   - each: web
///     steps: [ { launch: self }, { after: 10m, terminate: self } ]
/// ").unwrap();
/// let journal = |scenario: &Scenario| {
///     let mut out = Vec::new();
///     let mut lines = JsonLines::new(&mut out, StopSignal::default());
///     lines.begin(scenario.program(), scenario.file());
///     let replay = replay_into(scenario, Keep::SUMS, vec![&mut lines]);
///     lines.finish(&replay, scenario.source());
///     lines.end().unwrap();
///     out
/// };
/// let part = |shard: &str| journal(&fleet.part(shard.parse().unwrap()).unwrap());
/// let (one, two) = (part("1/2"), part("2/2"));
///
/// let mut whole = Vec::new();
/// let parts = vec![("2.jsonl".to_owned(), &two[..]), ("1.jsonl".to_owned(), &one[..])];
/// assert_eq!(merge_journals(parts, &mut whole).unwrap(), Outcome::Passed);
/// assert!(whole == journal(&fleet));
/// ```
pub fn merge_journals<R: BufRead>(
    journals: Vec<(String, R)>,
    out: &mut dyn Write,
) -> Result<Outcome, MergeJournalsError> {
    let (head, mut parts) = read_heads(journals)?;
    out.write_all(foreign::in_json(&head.text).as_bytes())?;
    let mut teller = Teller::merging(&head);
    let mut told = Told::new(&head.program.cast, head.program.start, out);
    let mut next = BinaryHeap::new();
    for (number, part) in parts.iter_mut().enumerate() {
        next.extend(part.advance(number)?.map(Reverse));
    }
    while let Some(Reverse(key)) = next.pop() {
        let number = key.2;
        next.extend(step(&mut parts[number], &key, &mut teller, &mut told)?.map(Reverse));
        told.write()?;
    }
    let mut lasts = Vec::with_capacity(parts.len());
    for part in &parts {
        lasts.push(part.of(Last::parse(part.lines.line, &part.last))?);
    }
    let end = end_of_all(&parts, &lasts)?;
    let mut unfinished = Vec::new();
    let mut checked = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        for (rank, row) in &part.ends {
            match rank[0] {
                ENDS => unfinished.push((rank, number, row)),
                _ if row.json["kind"] == "expectation" => checked.push((number, row)),
                _ => {}
            }
        }
    }
    unfinished.sort_by_key(|(rank, number, _)| (*rank, *number));
    unfinished.truncate(MOST_UNFINISHED);
    for (_, number, row) in unfinished {
        let said = teller.part_event(row, end, number == 0);
        parts[number].of(said)?;
        teller.step_over(&mut told);
    }
    teller.close(end, &mut told);
    if teller.bill().cost().total().is_saturated() {
        return Err(MergeJournalsError::TooLarge);
    }
    for (number, row) in checked {
        let (part, ended) = (&parts[number], lasts[number].end);
        if ended < end {
            let file = part.file.clone();
            return Err(MergeJournalsError::CheckedBefore { file, ended, end });
        }
        part.of(teller.part_event(row, end, number == 0))?;
        teller.step_over(&mut told);
    }
    told.write()?;
    let mut tally = teller.tally();
    tally.unexpected_refusals = lasts
        .iter()
        .map(|last| last.tally.unexpected_refusals)
        .sum();
    let outcome = if tally.failed + tally.unexpected_refusals + tally.failures > 0 {
        Outcome::Failed
    } else {
        Outcome::Passed
    };
    let quotes = told.quotes(&lasts);
    let ends = Ended {
        teller: &teller,
        parts: &parts,
        lasts: &lasts,
        end,
    };
    ends.write(outcome, &tally, &quotes, told.out)?;
    Ok(outcome)
}

/// Reads the first lines, and makes sure that they are those of all parts of one replay. Answers with that of the whole and with
/// the parts in their order.
fn read_heads<R: BufRead>(
    journals: Vec<(String, R)>,
) -> Result<(Box<JournalHead>, Vec<Part<R>>), MergeJournalsError> {
    let mut all: BTreeMap<u32, (Part<R>, JournalHead)> = BTreeMap::new();
    for (file, reader) in journals {
        let mut part = Part {
            file,
            shard: Shard::WHOLE,
            lines: Lines::new(reader),
            next: None,
            ends: Vec::new(),
            last: String::new(),
        };
        let text = part.lines.next().map(|text| text.map(str::to_owned));
        let text = part.of(text.and_then(|text| text.ok_or(JournalError::Empty)))?;
        let head = Row::parse(1, &text).and_then(|row| JournalHead::read(&row, text));
        let head = part.of(head)?;
        let file = part.file.clone();
        let Some((shard, _)) = head.part else {
            return Err(MergeJournalsError::Whole { file });
        };
        part.shard = shard;
        if let Some((other, known)) = all.values().next()
            && let Some(what) = difference(known, &head)
        {
            let other = other.file.clone();
            return Err(MergeJournalsError::Different { file, other, what });
        }
        if let Some((other, _)) = all.get(&shard.index()) {
            let other = other.file.clone();
            return Err(MergeJournalsError::Twice { file, other, shard });
        }
        all.insert(shard.index(), (part, head));
    }
    let count = all
        .values()
        .next()
        .map_or(0, |(part, _)| part.shard.count());
    let missing = (1..=count).filter(|index| !all.contains_key(index));
    let missing: Vec<String> = missing
        .map(|index| format!("{index}/{count}"))
        .take(20)
        .collect();
    if !missing.is_empty() {
        return Err(MergeJournalsError::Missing { missing });
    }
    let mut whole = None;
    let mut parts = Vec::with_capacity(all.len());
    for (part, head) in all.into_values() {
        whole.get_or_insert(head);
        parts.push(part);
    }
    let mut whole = Box::new(whole.ok_or(MergeJournalsError::None)?);
    whole.text = whole_text(&whole.text);
    Ok((whole, parts))
}

/// The first line of the whole: without which part it is, which is what a part's says last.
fn whole_text(text: &str) -> String {
    let end = text.rfind(PART).unwrap_or(text.len());
    format!("{}}}\n", &text[..end])
}

/// What stands before that.
const PART: &str = r#","shard":{"index":"#;

/// What of their replays differs.
fn difference(one: &JournalHead, other: &JournalHead) -> Option<String> {
    let parts = one.part.as_ref().zip(other.part.as_ref());
    let ((shard, digest), (other_shard, other_digest)) = parts?;
    if shard.count() != other_shard.count() {
        let (count, other) = (other_shard.count(), shard.count());
        return Some(format!("it is one of {count} shards, and not of {other}"));
    }
    if digest == other_digest && whole_text(&one.text) == whole_text(&other.text) {
        return None;
    }
    let value = |head: &JournalHead| serde_json::from_str::<Value>(&head.text).unwrap_or_default();
    let (one, other) = (value(one), value(other));
    let fields = [
        ("/version", "the version of ec2sim"),
        ("/catalogue", "the edition of the catalogue"),
        ("/scenario/file", "the file of the scenario"),
        ("/scenario/seed", "the seed"),
        ("/prices", "the prices in force"),
        ("/purchases", "what the account has bought"),
    ];
    let what = fields.into_iter().find_map(|(field, what)| {
        let (found, wanted) = (other.pointer(field)?, one.pointer(field)?);
        (found != wanted).then(|| {
            if found.is_object() || wanted.is_object() {
                format!("{what} differ")
            } else {
                format!(
                    "{what} is {}, and not {}",
                    shown(&found.to_string()),
                    shown(&wanted.to_string())
                )
            }
        })
    });
    Some(what.unwrap_or_else(|| "the scenario is another".to_owned()))
}

/// Tells all lines of one step of a part, and reads what comes after.
fn step<R: BufRead>(
    part: &mut Part<R>,
    key: &Key,
    teller: &mut Teller<'_>,
    told: &mut Told<'_>,
) -> Result<Option<Key>, MergeJournalsError> {
    let number = key.2;
    let mut after = Some(key.clone());
    let step = part.next.as_ref().map(|(_, step)| *step);
    while after.as_ref() == Some(key) && part.next.as_ref().map(|(_, step)| *step) == step {
        let Some((row, _)) = part.next.take() else {
            break;
        };
        let said = teller.part_event(&row, key.0, number == 0);
        part.of(said)?;
        after = part.advance(number)?;
    }
    teller.step_over(told);
    Ok(after)
}

/// When the whole ends: with the last of its parts.
fn end_of_all<R: BufRead>(
    parts: &[Part<R>],
    lasts: &[Last<'_>],
) -> Result<SimTime, MergeJournalsError> {
    let end = lasts.iter().map(|last| last.end).max().unwrap_or_default();
    for (part, last) in parts.iter().zip(lasts) {
        let file = || part.file.clone();
        if last.outcome == Outcome::Interrupted {
            return Err(MergeJournalsError::Interrupted { file: file() });
        }
        if let Some(due) = last.next_due.filter(|&due| last.end < end && due <= end) {
            return Err(MergeJournalsError::EndedBefore {
                file: file(),
                ended: last.end,
                due,
                end,
            });
        }
    }
    Ok(end)
}

/// Writes the lines of the whole as they are told.
struct Told<'o> {
    out: &'o mut dyn Write,
    events: EventWriter,
    text: Vec<u8>,
    /// The lines of the scenario that failures are about.
    failed: BTreeSet<u32>,
}

impl<'o> Told<'o> {
    fn new(cast: &Arc<Cast>, start: SimTime, out: &'o mut dyn Write) -> Self {
        Self {
            out,
            events: EventWriter::new(cast, start),
            text: Vec::new(),
            failed: BTreeSet::new(),
        }
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    /// The lines of the scenario that failures show.
    fn quotes(&self, lasts: &[Last<'_>]) -> BTreeMap<u32, Quote> {
        let all = lasts.iter().flat_map(|last| &last.quotes);
        let quoted = all.filter(|(line, _)| self.failed.contains(line));
        quoted.map(|(line, quote)| (*line, quote.clone())).collect()
    }
}

impl Sink for Told<'_> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        if self.failed.len() < MOST_FAILURES {
            self.failed.extend(failed_line(&record.kind));
        }
        let called = Called::of(&record.kind, view.names);
        self.events.line(&mut self.text, record, &called);
    }
}

/// How everything ended: what the parts say, each of its own, and what it cost in the whole.
struct Ended<'a, R> {
    teller: &'a Teller<'a>,
    parts: &'a [Part<R>],
    lasts: &'a [Last<'a>],
    end: SimTime,
}

impl<'a, R: BufRead> Ended<'a, R> {
    /// Writes the last line of the whole.
    fn write(
        &self,
        outcome: Outcome,
        tally: &Tally,
        quotes: &BTreeMap<u32, Quote>,
        out: &mut dyn Write,
    ) -> Result<(), MergeJournalsError> {
        #[derive(Serialize)]
        struct Line<'a> {
            end: Whole<'a>,
        }
        #[derive(Serialize)]
        struct Whole<'a> {
            outcome: &'static str,
            end: SimTime,
            expectations: TallyView<'a>,
            unexpected_refusals: u64,
            other_failures: u64,
            transitions: u64,
            instances: Ends<'a>,
            addresses: Ends<'a>,
            volumes: Ends<'a>,
            snapshots: Things<'a>,
            images: Things<'a>,
            interfaces: Ends<'a>,
            dedicated_hosts: Things<'a>,
            capacity_reservations: Things<'a>,
            // What has functions or services can't be split.
            cost: CostView<'a>,
            quoted: Quoted<'a>,
        }
        let (teller, names) = (self.teller, self.teller.names());
        let sums = Sums::of_counted(teller.bill(), self.end, |kind| names.count(kind));
        let first = self.lasts.first();
        let of_first = |things: for<'l, 't> fn(&'l Last<'t>) -> Things<'t>| {
            first.map(things).unwrap_or_default()
        };
        let ends = |of, id| {
            Ok::<_, MergeJournalsError>(Ends {
                teller,
                sums: &sums,
                end: self.end,
                entries: self.entries(of, id)?,
                of,
                id,
            })
        };
        let line = Line {
            end: Whole {
                outcome: outcome.name(),
                end: self.end,
                expectations: TallyView(tally),
                unexpected_refusals: tally.unexpected_refusals,
                other_failures: tally.failures,
                transitions: tally.transitions,
                instances: ends(Kind::Instances, "instance_id")?,
                addresses: ends(Kind::Addresses, "allocation_id")?,
                volumes: ends(Kind::Volumes, "volume_id")?,
                snapshots: of_first(|last| last.snapshots),
                images: of_first(|last| last.images),
                interfaces: ends(Kind::Interfaces, "")?,
                dedicated_hosts: of_first(|last| last.dedicated_hosts),
                capacity_reservations: of_first(|last| last.capacity_reservations),
                cost: CostView {
                    named: names,
                    sums: &sums,
                    part: None,
                },
                quoted: Quoted(quotes),
            },
        };
        // It is long where there are many instances, so that it isn't held in memory.
        let mut json = serde_json::Serializer::with_formatter(&mut *out, Harmless);
        line.serialize(&mut json).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        Ok(())
    }

    /// What the parts say of the things of a kind, in the order in which the whole says it.
    fn entries(
        &self,
        of: Kind,
        id: &str,
    ) -> Result<Vec<(String, &'a RawValue)>, MergeJournalsError> {
        let names = self.teller.names();
        let mut seen = BTreeSet::new();
        let mut entries: Vec<(usize, String, &RawValue)> = Vec::new();
        for (part, last) in self.parts.iter().zip(self.lasts) {
            let (field, text) = match of {
                Kind::Instances => ("instances", Some(last.instances)),
                Kind::Volumes => ("volumes", Some(last.volumes)),
                Kind::Addresses => ("addresses", Some(last.addresses)),
                Kind::Interfaces => ("interfaces", last.interfaces.0),
            };
            let unknown = |_| JournalError::Field {
                line: last.line,
                field,
                found: String::new(),
            };
            let Some(text) = text else {
                continue;
            };
            let own = serde_json::from_str(text.get()).map_err(unknown);
            let own: Entries<&RawValue> = part.of(own)?;
            for (name, entry) in own.0 {
                // What isn't split is in every part's world, and told by the first one.
                if of != Kind::Instances && !seen.insert(name.clone()) {
                    continue;
                }
                let place = match of {
                    Kind::Instances => {
                        let slot = names.slot_of(&name);
                        slot.and_then(|slot| usize::try_from(slot).ok())
                    }
                    Kind::Volumes => {
                        let fields = serde_json::from_str(entry.get()).map_err(unknown);
                        let id = id_of(&part.of(fields)?, id);
                        let volume = id.and_then(|id| names.known_volume(id));
                        volume.map(crate::record::VolumeHandle::index)
                    }
                    Kind::Addresses | Kind::Interfaces => Some(0),
                };
                entries.push((place.unwrap_or(usize::MAX), name, entry));
            }
        }
        entries.sort_by_key(|(place, ..)| *place);
        let entries = entries.into_iter().map(|(_, name, entry)| (name, entry));
        Ok(entries.collect())
    }
}

/// Writes no text that could do harm.
struct Harmless;

impl serde_json::ser::Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        out.write_all(foreign::in_json(fragment).as_bytes())
    }

    fn write_raw_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        out.write_all(foreign::in_json(fragment).as_bytes())
    }
}

/// What the last line says of how it ended, and where the parts say what isn't split alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Instances,
    Volumes,
    Addresses,
    Interfaces,
}

/// How the things of a kind ended.
struct Ends<'a> {
    teller: &'a Teller<'a>,
    sums: &'a Sums,
    end: SimTime,
    entries: Vec<(String, &'a RawValue)>,
    of: Kind,
    /// The field with the id.
    id: &'static str,
}

/// The id that an entry gives in a field.
fn id_of(entry: &Entries<&RawValue>, field: &str) -> Option<Id> {
    let id = entry.0.iter().find(|(name, _)| name == field)?.1;
    Id::parse(id.get().trim_matches('"'))
}

impl Serialize for Ends<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, entry) in &self.entries {
            let fields = serde_json::from_str(entry.get()).map_err(S::Error::custom)?;
            map.serialize_entry(name, &End { ends: self, fields })?;
        }
        map.end()
    }
}

struct End<'a> {
    ends: &'a Ends<'a>,
    fields: Entries<&'a RawValue>,
}

impl Serialize for End<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ends { teller, sums, .. } = self.ends;
        let (names, id) = (teller.names(), id_of(&self.fields, self.ends.id));
        let instance = id.and_then(|id| names.known_instance(id));
        let address = id.and_then(|id| names.known_address(id));
        let renamed = teller.renamed(instance, address);
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.fields.0 {
            let said = value.get().trim_matches('"');
            if let Some((_, now)) = renamed.iter().find(|(of_part, _)| of_part == said) {
                map.serialize_entry(name, now)?;
            } else if name == "cost" {
                let cost = match self.ends.of {
                    Kind::Instances => instance.and_then(|one| sums.instances.get(&one)),
                    Kind::Volumes => {
                        let volume = id.and_then(|id| names.known_volume(id));
                        volume.and_then(|one| sums.volumes.get(&one))
                    }
                    Kind::Addresses | Kind::Interfaces => {
                        address.and_then(|one| sums.addresses.get(&one))
                    }
                };
                map.serialize_entry(name, &with_total(cost, Rounding::Exact))?;
            } else if let ("billed_seconds", Some(instance)) = (name.as_str(), instance) {
                let secs = teller.bill().billed_secs(self.ends.end, instance);
                map.serialize_entry(name, &secs)?;
            } else {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}
