//! What things are called in the scenario.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::IMAGES;

/// The longest name that is made.
const LONGEST: usize = 60;

/// Names for ids: those of tags, or the kind of thing and a number.
#[derive(Debug)]
pub(super) struct Names {
    redact: bool,
    /// By kind of thing and id: a damaged record may name one kind where another belongs.
    by_id: BTreeMap<(String, String), String>,
    taken: BTreeSet<String>,
    /// The last number after each word.
    numbers: BTreeMap<String, u32>,
    /// What stands in for ids that nothing bears, where they mayn't be told.
    foreign: BTreeMap<String, String>,
}

impl Names {
    pub(super) fn new(redact: bool) -> Self {
        let reserved = ["self", "cost", "none", "open", "total"];
        let images = IMAGES.iter().map(|image| image.name);
        // YAML takes these for something else.
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
        Self {
            redact,
            by_id: BTreeMap::new(),
            taken: reserved
                .into_iter()
                .chain(images)
                .chain(words)
                .map(str::to_owned)
                .collect(),
            numbers: BTreeMap::new(),
            foreign: BTreeMap::new(),
        }
    }

    pub(super) const fn redacts(&self) -> bool {
        self.redact
    }

    /// The name of something of this kind, if it has one.
    pub(super) fn of(&self, id: &str, kind: &str) -> Option<&str> {
        let key = (kind.to_owned(), id.to_owned());
        self.by_id.get(&key).map(String::as_str)
    }

    /// Names an id: as its tag says, if that can be a name.
    pub(super) fn give(&mut self, id: &str, kind: &str, tag: Option<&str>) -> String {
        if let Some(name) = self.of(id, kind) {
            return name.to_owned();
        }
        let tag = tag.filter(|_| !self.redact).and_then(slug);
        let name = match tag {
            Some(tag) if !self.taken.contains(&tag) => tag,
            Some(tag) => self.numbered(&tag, 2),
            None => self.numbered(kind, 1),
        };
        self.taken.insert(name.clone());
        let key = (kind.to_owned(), id.to_owned());
        self.by_id.insert(key, name.clone());
        name
    }

    /// The word with the next number that is free.
    fn numbered(&mut self, stem: &str, from: u32) -> String {
        let last = self.numbers.entry(stem.to_owned()).or_insert(from - 1);
        loop {
            *last += 1;
            let name = format!("{stem}-{last}");
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    /// An id of an instance that isn't there, as the scenario may say it.
    pub(super) fn foreign(&mut self, id: &str) -> String {
        if !self.redact {
            return id.to_owned();
        }
        let number = self.foreign.len() + 1;
        self.foreign
            .entry(id.to_owned())
            .or_insert_with(|| format!("i-{number:017x}"))
            .clone()
    }
}

/// A text as a name: a letter first, then letters, digits, `-`, `_`, `.`.
fn slug(text: &str) -> Option<String> {
    let mut name = String::new();
    for letter in text.chars().take(LONGEST) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.') {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches(['-', '.']).to_owned();
    // An id, or the like, would hide one.
    let is_one =
        name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !name.starts_with("i-");
    is_one.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_names() {
        let mut names = Names::new(false);
        assert_eq!(
            names.give("i-1", "instance", Some("Web server (1)")),
            "Web-server-1"
        );
        assert_eq!(
            names.give("i-2", "instance", Some("Web server (1)")),
            "Web-server-1-2"
        );
        assert_eq!(names.give("i-3", "instance", Some("東京")), "instance-1");
        assert_eq!(names.give("i-4", "instance", Some("self")), "self-2");
        assert_eq!(names.give("i-1", "instance", None), "Web-server-1");
        assert_eq!(names.foreign("i-0123456789abcdef0"), "i-0123456789abcdef0");
        let mut names = Names::new(true);
        assert_eq!(names.give("i-1", "instance", Some("secret")), "instance-1");
        assert_eq!(names.foreign("i-0123456789abcdef0"), "i-00000000000000001");
        assert_eq!(names.foreign("i-0123456789abcdef0"), "i-00000000000000001");
    }
}
