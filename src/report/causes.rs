//! What failures follow from: of an instance that wasn't launched nothing else can hold, and that is no news.

use std::collections::BTreeMap;

/// The launches that were refused and should not have been, each with the number of its failure.
#[derive(Debug, Default)]
pub(crate) struct Causes(BTreeMap<String, usize>);

impl Causes {
    /// An instance isn't launched, which is the failure of this number.
    pub(crate) fn refused(&mut self, name: &str, failure: usize) {
        self.0.insert(name.to_owned(), failure);
    }

    /// It is launched after all.
    pub(crate) fn launched(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.remove(name);
        }
    }

    /// From which failure another follows that is about something: `web`, `web/root`.
    pub(crate) fn of(&self, about: &str) -> Option<usize> {
        let owner = about.split('/').next().unwrap_or(about);
        self.0.get(owner).copied()
    }

    /// From which failure a wait that ran out follows.
    pub(crate) fn of_wait(&self, message: &str) -> Option<usize> {
        let waits = |name: &str| {
            let is_not_there = format!("{name} is not there");
            message.starts_with(&is_not_there) || message.contains(&format!(" {is_not_there}"))
        };
        let mut all = self.0.iter();
        all.find_map(|(name, failure)| waits(name).then_some(*failure))
    }
}

/// What follows from a failure, by the lines of the file: `3 more failures follow from it: lines 8, 10`.
pub(crate) fn followers(lines: &[u32]) -> String {
    let noun = if lines.len() == 1 {
        "failure follows"
    } else {
        "failures follow"
    };
    let mut places: Vec<u32> = lines.to_vec();
    places.dedup();
    let several = if places.len() == 1 { "line" } else { "lines" };
    let places: Vec<String> = places.iter().map(u32::to_string).collect();
    format!(
        "{} more {noun} from it: {several} {}",
        lines.len(),
        places.join(", ")
    )
}
