//! What happened, line by line, each with its reasons.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
};

use serde_json::Value;

use crate::{
    record::{Record, RecordKind},
    report::{
        event::{Called, EventWriter},
        timeline::plainly::{Sort, Told, amounts, told},
    },
    rule::Rule,
    time::SimTime,
};

use super::{Out, Sheet, text};

/// Up to so many lines the sentences of the rules stand with each; of more, each line leads to where its reasons stand once.
const IN_FULL: usize = 160;
/// The most lines.
const MOST: usize = 4_000;

/// The lines of a log, and what they cite.
#[derive(Debug)]
pub(super) struct Log<'a> {
    sheet: Sheet<'a>,
    lines: Vec<(Record, Told)>,
    /// What a note says, and what it asks, by its number.
    notes: BTreeMap<u64, Value>,
    /// How many more there are.
    more: usize,
    rules: BTreeMap<&'static str, &'static Rule>,
    /// What lines have for reasons, numbered.
    reasons: BTreeMap<Vec<&'static str>, usize>,
}

fn ids(told: &Told) -> Vec<&'static str> {
    told.rules.iter().map(|rule| rule.id).collect()
}

impl<'a> Log<'a> {
    pub(super) fn new(sheet: Sheet<'a>) -> Self {
        let names = sheet.names;
        let mut log = Self {
            sheet,
            lines: Vec::new(),
            notes: BTreeMap::new(),
            more: 0,
            rules: BTreeMap::new(),
            reasons: BTreeMap::new(),
        };
        let mut events = EventWriter::new(&sheet.program.cast, sheet.program.start);
        for record in sheet.records {
            let Some(told) = told(&record, names) else {
                continue;
            };
            if log.lines.len() == MOST {
                log.more += 1;
                continue;
            }
            log.rules
                .extend(told.rules.iter().map(|rule| (rule.id, *rule)));
            if !told.rules.is_empty() {
                let number = log.reasons.len();
                log.reasons.entry(ids(&told)).or_insert(number);
            }
            if matches!(record.kind, RecordKind::Note { .. }) {
                let mut line = Vec::new();
                events.write(&mut line, &record, &Called::of(&record.kind, names));
                let note: Value = serde_json::from_slice(&line).unwrap_or_default();
                // What explains an answer is cited too.
                log.rules.extend(cited(&note).map(|rule| (rule.id, rule)));
                log.notes.insert(record.seq, note);
            }
            log.lines.push((record, told));
        }
        log
    }

    /// The questions that are asked, by their numbers.
    pub(super) fn questions(&self) -> Value {
        let asked = self
            .notes
            .iter()
            .filter(|(_, note)| note["question"].is_object());
        asked
            .map(|(seq, note)| (seq.to_string(), note["question"].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The whole log.
    pub(super) fn draw(&self, out: Out<'_>) -> io::Result<()> {
        let (start, zone) = (self.sheet.program.start, &self.sheet.program.zone);
        let mut last: Option<SimTime> = None;
        write!(out, "<ol id=\"log\">")?;
        for (record, told) in &self.lines {
            let at = record.at;
            if last != Some(at) {
                if last.is_some() {
                    write!(out, "</ol>")?;
                }
                let there = zone.local(at);
                let head = format!("{} {}", there.weekday_and_date(), there.clock());
                let since = at.since(start);
                write!(
                    out,
                    "\n<li data-t={}><h3><b>{since}</b> <time>{head}</time></h3><ol>",
                    since.as_secs()
                )?;
                last = Some(at);
            }
            self.line(out, record, told)?;
        }
        if last.is_some() {
            write!(out, "</ol>")?;
        }
        writeln!(out, "</ol>")?;
        if self.more > 0 {
            writeln!(
                out,
                "<p class=\"quiet\">{} more lines: <code>ec2sim run</code> tells them.</p>",
                self.more
            )?;
        }
        Ok(())
    }

    fn line(&self, out: Out<'_>, record: &Record, told: &Told) -> io::Result<()> {
        let look = look(told.sort);
        write!(out, "\n<li id=e{} class=", record.seq)?;
        match &record.kind {
            RecordKind::Transition(transition) => {
                write!(out, "\"{look} {}\">", transition.to_state().name())?;
            }
            RecordKind::Rejected(_)
            | RecordKind::Accepted(_)
            | RecordKind::Address(_)
            | RecordKind::Data(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Meter(_)
            | RecordKind::Note { .. }
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => write!(out, "{look}>")?,
        }
        let mut said = Vec::new();
        if told.sort == Sort::Note {
            let note = self.notes.get(&record.seq).unwrap_or(&Value::Null);
            return self.note_line(out, note);
        }
        if !told.who.is_empty() {
            write!(said, "<b>{}</b> ", text(&told.who))?;
        }
        write!(said, "<span>{}</span>", text(&told.what))?;
        if !told.how.is_empty() {
            write!(said, " <small>{}</small>", text(&told.how))?;
        }
        if let Some((step, total)) = told.cost.filter(|(step, _)| !step.is_zero()) {
            let ((step, exact), (total, _)) = (amounts(step), amounts(total));
            write!(said, " <s title=\"{exact}\">+{step} <i>{total}</i></s>")?;
        }
        if told.rules.is_empty() || !self.is_in_full() {
            out.write_all(b"<p>")?;
            out.write_all(&said)?;
            if let Some(number) = self.reasons.get(&ids(told)) {
                write!(out, " <a href=#w{number}>why?</a>")?;
            }
            return Ok(());
        }
        out.write_all(b"<details><summary>")?;
        out.write_all(&said)?;
        write!(out, "</summary>")?;
        self.why(out, told.rules.iter().copied())?;
        write!(out, "</details>")
    }

    /// A note, or a question with its answer.
    fn note_line(&self, out: Out<'_>, note: &Value) -> io::Result<()> {
        let question = note["question"].as_object();
        let of = |key: &str| question.and_then(|question| question.get(key)?.as_str());
        let words = of("ask").or(note["text"].as_str()).unwrap_or_default();
        write!(
            out,
            "{}",
            if question.is_some() {
                "<details><summary>"
            } else {
                "<p>"
            }
        )?;
        let paragraphs = words.lines().filter(|line| !line.trim().is_empty());
        for (index, line) in paragraphs.enumerate() {
            let gap = if index > 0 { "<br>" } else { "" };
            write!(out, "{gap}<span>{}</span>", text(line))?;
        }
        if question.is_none() {
            return Ok(());
        }
        let [answer, why] = ["answer", "why"].map(|key| of(key).unwrap_or_default());
        write!(
            out,
            "</summary><p class=answer>Answer: <b>{}</b>. {}</p>",
            text(answer),
            text(why)
        )?;
        self.why(out, cited(note))?;
        write!(out, "</details>")
    }

    /// The rules that decide something, in a list.
    fn why(&self, out: Out<'_>, rules: impl Iterator<Item = &'static Rule>) -> io::Result<()> {
        write!(out, "<ul>")?;
        for rule in rules {
            let number = self.rules.range(..rule.id).count();
            write!(out, "<li><a href=#r{number}>{}</a> ", rule.id)?;
            if self.is_in_full() {
                sentence(out, rule)?;
            }
        }
        write!(out, "</ul>")
    }

    /// Every rule that is cited, in full.
    pub(super) fn draw_rules(&self, out: Out<'_>) -> io::Result<()> {
        write!(out, "<dl id=\"cited\">")?;
        for (number, rule) in self.rules.values().enumerate() {
            write!(out, "\n<div id=r{number}><dt>{}</dt><dd>", rule.id)?;
            sentence(out, rule)?;
            write!(out, "</dd></div>")?;
        }
        writeln!(out, "</dl>")?;
        if self.is_in_full() || self.reasons.is_empty() {
            return Ok(());
        }
        write!(out, "<h3>The reasons of the lines</h3><div id=reasons>")?;
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, number)| **number);
        for (ids, number) in reasons {
            write!(out, "\n<div id=w{number}>")?;
            self.why(out, ids.iter().filter_map(|id| self.rules.get(id).copied()))?;
            write!(out, "</div>")?;
        }
        writeln!(out, "</div>")
    }

    fn is_in_full(&self) -> bool {
        self.lines.len() <= IN_FULL
    }
}

/// What a rule says, how well that is known, and where it says so.
pub(super) fn sentence(out: Out<'_>, rule: &Rule) -> io::Result<()> {
    let uncertain = if rule.uncertain { ", uncertain" } else { "" };
    write!(
        out,
        "<span>{}</span> <em title=\"{}\">{}{uncertain}</em>",
        text(rule.says),
        rule.evidence.meaning(),
        rule.evidence
    )?;
    if rule.source.starts_with("https://") {
        write!(
            out,
            " <a href=\"{}\" rel=noreferrer>source</a>",
            text(rule.source)
        )?;
    }
    Ok(())
}

/// The rules that explain an answer.
fn cited(note: &Value) -> impl Iterator<Item = &'static Rule> {
    let ids = note["question"]["rules"].as_array().into_iter().flatten();
    ids.filter_map(|id| crate::rule::find(id.as_str()?))
}

/// The class of a line; where there are two, in quotes.
const fn look(sort: Sort) -> &'static str {
    match sort {
        Sort::Move => "move",
        Sort::Item => "item",
        Sort::Meter => "meter",
        Sort::Note => "note",
        Sort::Refused(true) => "refused",
        Sort::Refused(false) => "\"refused failed\"",
        Sort::Check(true) => "check",
        Sort::Check(false) => "\"check failed\"",
        Sort::Notice(false) => "notice",
        Sort::Notice(true) => "\"notice failed\"",
    }
}
