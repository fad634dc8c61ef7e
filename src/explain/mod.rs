//! What any word of the simulator means: rules, error codes, states, actions, reasons, keys, checks, meters, events.
//!
//! Everything is read from the lists that the simulator itself works by, so an explanation is what it does. Which lesson
//! shows a word is known from an index that a test makes of the bundled scenarios.

mod behind;
mod diagram;
mod reached;
mod subject;
mod terms;

pub use diagram::{Diagram, NoPath};
pub use reached::{Coverage, Reached};
pub use subject::{Kind, Subject, all, find, nearest};
pub use terms::terms;

/// Which bundled scenario shows what: `kind`, word, `path:line`, with tabs between. The installed program has no folder of
/// scenarios to look into.
const INDEX: &str = include_str!("index.tsv");

/// Where the bundled scenarios show a word: `scenarios/stop/wrong-moments.yaml:17`.
pub fn lesson(kind: Kind, word: &str) -> Option<&'static str> {
    INDEX.lines().find_map(|line| {
        let mut cells = line.split('\t');
        let is_it = cells.next() == Some(kind.word()) && cells.next() == Some(word);
        cells.next().filter(|_| is_it)
    })
}

/// The rules that decide what an action does, by the bundled scenarios that have it carried out.
fn deciding(action: &str) -> impl Iterator<Item = &'static str> {
    let cells = INDEX.lines().map(|line| line.split('\t'));
    let rules = cells.filter_map(move |mut cells| {
        let is_it = cells.next() == Some(Kind::Action.word()) && cells.next() == Some(action);
        cells.nth(1).filter(|_| is_it)
    });
    rules.flat_map(|rules| rules.split(' '))
}

/// The worked cases that bundled scenarios tell, each with what it is called.
fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    INDEX.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let is_it = cells.next() == Some(Kind::Case.word());
        let (id, _, name) = (cells.next()?, cells.next()?, cells.next()?);
        is_it.then_some((id, name))
    })
}

/// What is said of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What kind of word it is.
    pub kind: Kind,
    /// The word.
    pub word: String,
    /// What it means, in a sentence.
    pub says: String,
    /// What else there is to say, each under a few words.
    pub facts: Vec<(&'static str, Vec<String>)>,
}

impl Explanation {
    fn new(kind: Kind, word: &str, says: impl Into<String>) -> Self {
        Self {
            kind,
            word: word.to_owned(),
            says: sentence(says.into()),
            facts: Vec::new(),
        }
    }

    /// Adds something, if it is anything.
    fn fact(&mut self, about: &'static str, lines: impl IntoIterator<Item = String>) {
        let mut distinct: Vec<String> = Vec::new();
        for line in lines {
            if !distinct.contains(&line) {
                distinct.push(line);
            }
        }
        if !distinct.is_empty() {
            self.facts.push((about, distinct));
        }
    }
}

/// A sentence: it begins with a capital letter and ends with a full stop.
fn sentence(mut text: String) -> String {
    if let Some(first) = text.chars().next() {
        // What begins with code or with a name of EC2's keeps its letters.
        text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    if !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}
