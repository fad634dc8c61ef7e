//! One line of a journal, and what its fields say.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read as _},
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use crate::{
    foreign,
    id::Id,
    record::{Note, Question, Rules},
    rule::{self, Rule},
    scenario::input::{InputError, LARGEST_LINE},
    time::SimTime,
};

use super::error::JournalError;

/// What is found in a journal, or why it can't be shown.
pub(super) type Found<T> = Result<T, JournalError>;

/// How many words and lists of rules journals may use: more than there are.
const MOST_WORDS: usize = 10_000;
/// How long a word or a list of rules may be.
const LONGEST_WORD: usize = 256;

/// The lines of a reader, one at a time: of a journal no more than a line is ever held.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: R,
    text: Vec<u8>,
    /// The number of the line that was read last, from 1.
    pub(super) line: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self {
            reader,
            text: Vec::new(),
            line: 0,
        }
    }

    /// Gives the room back that the longest line took.
    pub(super) fn shrink(&mut self) {
        self.text = Vec::new();
    }

    /// The next line with its line break, if it has one.
    pub(super) fn next(&mut self) -> Found<Option<&str>> {
        self.text.clear();
        let mut bounded = (&mut self.reader).take(LARGEST_LINE + 1);
        let read = bounded.read_until(b'\n', &mut self.text);
        let length = read.map_err(InputError::from)?;
        if length == 0 {
            return Ok(None);
        }
        self.line += 1;
        if u64::try_from(length).is_ok_and(|length| length > LARGEST_LINE) {
            return Err(InputError::TooLarge(LARGEST_LINE).into());
        }
        match std::str::from_utf8(&self.text) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(InputError::NotUtf8.into()),
        }
    }
}

/// A line as JSON, and its number.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) json: Value,
}

impl Row {
    pub(super) fn parse(line: u64, text: &str) -> Found<Self> {
        match serde_json::from_str(text) {
            Ok(json @ Value::Object(_)) => Ok(Self { line, json }),
            // The last line of a program that was ended amid it.
            Err(_) if !text.ends_with('\n') => Err(JournalError::CutOff { line }),
            Ok(_) | Err(_) => Err(JournalError::NoJournal {
                line,
                why: "the line isn't a JSON object",
            }),
        }
    }

    /// The object in a field.
    pub(super) fn inner(&self, field: &'static str) -> Found<Self> {
        let json = self.of(field, |value| value.is_object().then(|| value.clone()))?;
        Ok(Self {
            line: self.line,
            json,
        })
    }

    pub(super) fn unknown(&self, field: &'static str) -> JournalError {
        let found = there(&self.json[field]).map_or_else(String::new, |found| {
            let text: String = found.to_string().chars().take(60).collect();
            format!(": {}", foreign::shown(&text))
        });
        JournalError::Field {
            line: self.line,
            field,
            found,
        }
    }

    /// What a field is taken for.
    pub(super) fn of<'a, T>(
        &'a self,
        field: &'static str,
        take: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Found<T> {
        take(&self.json[field]).ok_or_else(|| self.unknown(field))
    }

    /// The same of a field that may be null.
    pub(super) fn maybe<'a, T>(
        &'a self,
        field: &'static str,
        take: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Found<Option<T>> {
        let value = there(&self.json[field]);
        value
            .map(|value| take(value).ok_or_else(|| self.unknown(field)))
            .transpose()
    }

    pub(super) fn text(&self, field: &'static str) -> Found<&str> {
        self.of(field, Value::as_str)
    }

    pub(super) fn id(&self, field: &'static str) -> Found<Option<Id>> {
        self.maybe(field, |value| Id::parse(value.as_str()?))
    }

    /// A word of the program's own.
    pub(super) fn word(&self, field: &'static str) -> Found<&'static str> {
        self.of(field, |value| word(value.as_str()?))
    }

    /// The same; none for null.
    pub(super) fn maybe_word(&self, field: &'static str) -> Found<Option<&'static str>> {
        self.maybe(field, |value| word(value.as_str()?))
    }

    /// What the viewer was told, or asked.
    pub(super) fn note(&self) -> Found<Note> {
        let text = self.text("text")?;
        match self.maybe("question", question)? {
            Some(question) => Ok(question.told_as(text)),
            None => Ok(Note::new(text)),
        }
    }

    pub(super) fn rules(&self) -> Found<Rules> {
        self.of("rules", rules)
    }
}

/// What isn't null.
pub(super) fn there(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| !value.is_null())
}

pub(super) fn time(value: &Value) -> Option<SimTime> {
    let at: jiff::Timestamp = value.as_str()?.parse().ok()?;
    let at = u64::try_from(at.as_millisecond()).ok()?;
    Some(SimTime::from_millis(at)).filter(|&at| at <= SimTime::MAX)
}

pub(super) fn number<N: TryFrom<u64>>(value: &Value) -> Option<N> {
    N::try_from(value.as_u64()?).ok()
}

/// One of several things, by its name.
pub(super) fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, value: &Value) -> Option<T> {
    let text = value.as_str()?;
    all.iter().copied().find(|&one| name(one) == text)
}

/// Words and lists of rules, by how they are written: records hold them as statics. They are the program's own, so there
/// are few; a journal that uses more than there can be is refused, so that what is never freed stays small.
struct Statics<T: 'static>(Mutex<BTreeMap<Box<str>, T>>);

static WORDS: Statics<&str> = Statics(Mutex::new(BTreeMap::new()));
static RULES: Statics<Rules> = Statics(Mutex::new(BTreeMap::new()));

impl<T: Copy> Statics<T> {
    fn of(&self, text: &str, make: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(text) {
            return Some(*known);
        }
        if known.len() == MOST_WORDS || text.len() > LONGEST_WORD {
            return None;
        }
        let made = make(text)?;
        known.insert(text.into(), made);
        Some(made)
    }
}

/// A word of the program's own. Reports write them as they are, so they hold nothing that JSON would escape.
fn word(text: &str) -> Option<&'static str> {
    WORDS.of(text, |text| {
        let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
        text.chars()
            .all(is_plain)
            .then(|| &*Box::leak(text.to_owned().into_boxed_str()))
    })
}

fn question(value: &Value) -> Option<Question> {
    let maybe = |field: &str| match there(&value[field]) {
        Some(text) => text.as_str().map(|text| Some(text.into())),
        None => Some(None),
    };
    let mut question = Question::new(value["ask"].as_str()?, value["answer"].as_str()?);
    if let Some(choices) = there(&value["choices"]) {
        let each = choices.as_array()?.iter();
        question.choices = each
            .map(|choice| choice.as_str().map(Into::into))
            .collect::<Option<_>>()?;
    }
    question.hint = maybe("hint")?;
    question.why = maybe("why")?;
    question.rules = rules(&value["rules"])?;
    Some(question)
}

fn rules(value: &Value) -> Option<Rules> {
    let mut ids = String::new();
    for id in value.as_array()? {
        ids.push_str(id.as_str()?);
        ids.push(' ');
    }
    RULES.of(&ids, |ids| {
        let rules = ids.split_terminator(' ').map(rule::find);
        let rules: Vec<&'static Rule> = rules.collect::<Option<_>>()?;
        Some(Box::leak(rules.into_boxed_slice()))
    })
}
