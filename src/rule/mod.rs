//! The rules that the simulator follows, so that everything it says can be traced to one.
//!
//! Each rule is a constant with a fixed id: [`LIFE_RUN`] is `LIFE-RUN`. An id is never changed and never used again. A
//! rule says in one sentence what happens, how well that is known, and where it says so.
//!
//! # Example
//!
//! ```
//! use ec2sim::rule::{self, Rule};
//!
//! const CITED: &[&Rule] = &[rule::LIFE_STOP, rule::IP_RELEASE];
//! assert_eq!(CITED[0].id, "LIFE-STOP");
//! assert_eq!(rule::find("LIFE-STOP"), Some(CITED[0]));
//! ```

mod area;
pub mod billing;
pub mod compute;
mod held;
pub mod lifecycle;
mod missing;

pub use self::{
    area::{AREAS, Area, is_about},
    billing::*,
    compute::*,
    held::{held, held_by},
    lifecycle::*,
};

use std::fmt;

/// A rule of EC2's behaviour, or of its bill.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// What citations call it, such as `LIFE-RUN`.
    pub id: &'static str,
    /// What it says, in one sentence.
    pub says: &'static str,
    /// How well it is known.
    pub evidence: Evidence,
    /// Whether that evidence, or a part of it, is thin, old or contradictory.
    pub uncertain: bool,
    /// The address of the page that says so, or `none`.
    pub source: &'static str,
}

/// How well a rule is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// AWS says so.
    Documented,
    /// AWS doesn't say so, but the live service, or its bills, were seen doing it.
    Observed,
    /// It follows from rules that are documented or observed.
    Inferred,
    /// AWS is silent or vague, and this is what the simulator does.
    Sim,
    /// AWS is silent or vague, and this is how the simulator's bill counts.
    Convention,
    /// Believed, without a source at first hand.
    Unconfirmed,
    /// It was true once.
    Historical,
}

impl Evidence {
    /// The word for it, such as `documented`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Sim => "sim",
            Self::Convention => "convention",
            Self::Unconfirmed => "unconfirmed",
            Self::Historical => "historical",
        }
    }
}

impl Evidence {
    /// All of them, the best first.
    pub const ALL: &[Self] = &[
        Self::Documented,
        Self::Observed,
        Self::Inferred,
        Self::Sim,
        Self::Convention,
        Self::Unconfirmed,
        Self::Historical,
    ];

    /// What it means, in a few words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Documented => "AWS says so",
            Self::Observed => "the live service, or its bill, was seen doing it",
            Self::Inferred => "it follows from what is documented or observed",
            Self::Sim => "EC2 is silent or vague, and this is what the simulator does",
            Self::Convention => {
                "AWS is silent or vague, and this is how the simulator's bill counts"
            }
            Self::Unconfirmed => "believed, without a source at first hand",
            Self::Historical => "it was true once",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The three books.
const BOOKS: &[&[&Rule]] = &[lifecycle::RULES, billing::RULES, compute::RULES];

/// The rules of all books.
const RULES: &[&Rule] = &joined::<{ length(BOOKS) }>(BOOKS);

/// Every rule that the simulator follows: those of an instance's life first, then those of the bill, then those of functions.
pub static ALL: &[&Rule] = RULES;

/// A known rule that the simulator doesn't follow.
#[derive(Debug, PartialEq, Eq)]
pub struct NotImplemented {
    /// What citations would call it.
    pub id: &'static str,
    /// Why the simulator doesn't follow it, in a few words.
    pub why: &'static str,
}

/// The rule with this id, if the simulator follows it.
pub fn find(id: &str) -> Option<&'static Rule> {
    implemented().find(|rule| rule.id == id)
}

/// Every rule that the simulator follows: those of an instance's life first, then those of the bill, then those of functions.
pub fn implemented() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}

/// Every known rule that the simulator doesn't follow.
pub fn not_implemented() -> &'static [NotImplemented] {
    missing::MISSING
}

/// Makes a constant of each rule, and `RULES` of them all.
///
/// A line is `NAME = "ID", Evidence, "source", "sentence";`, with `uncertain` after the evidence where it is. The name
/// is the id with `_` for `-`.
macro_rules! rules {
    ($($name:ident = $id:literal, $evidence:ident $($uncertain:ident)?, $source:literal, $says:literal;)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $says)]
            pub const $name: &$crate::rule::Rule = &$crate::rule::Rule {
                id: $id,
                says: $says,
                evidence: $crate::rule::Evidence::$evidence,
                uncertain: $crate::rule::rules!(@is $($uncertain)?),
                source: $source,
            };
            const _: () = assert!($crate::rule::is_name_of(stringify!($name), $id), $id);
        )+

        /// The rules above, in their order.
        pub(super) const RULES: &[&$crate::rule::Rule] = &[$($name),+];
    };
    (@is) => { false };
    (@is uncertain) => { true };
}
use rules;

/// Whether a constant of this name may hold the rule with this id.
const fn is_name_of(name: &str, id: &str) -> bool {
    let (name, id) = (name.as_bytes(), id.as_bytes());
    let mut at = 0;
    while at < name.len() && at < id.len() {
        let expected = if id[at] == b'-' { b'_' } else { id[at] };
        if name[at] != expected {
            return false;
        }
        at += 1;
    }
    name.len() == id.len()
}

/// How many rules there are in all parts together.
const fn length(parts: &[&[&Rule]]) -> usize {
    let (mut part, mut sum) = (0, 0);
    while part < parts.len() {
        sum += parts[part].len();
        part += 1;
    }
    sum
}

/// The parts one after the other; `N` is their [`length`].
const fn joined<const N: usize>(parts: &[&[&'static Rule]]) -> [&'static Rule; N] {
    let mut all = [parts[0][0]; N];
    let (mut part, mut to) = (0, 0);
    while part < parts.len() {
        let mut from = 0;
        while from < parts[part].len() {
            all[to] = parts[part][from];
            from += 1;
            to += 1;
        }
        part += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The id of every rule there is, implemented or not, in order.
    const IDS: &str = include_str!("ids.txt");

    #[test]
    fn every_rule_is_in_exactly_one_list() {
        let known: Vec<&str> = IDS.lines().collect();
        assert!(known.is_sorted_by(|a, b| a < b), "ids.txt is out of order");

        let mut listed: Vec<&str> = implemented()
            .map(|rule| rule.id)
            .chain(not_implemented().iter().map(|missing| missing.id))
            .collect();
        listed.sort_unstable();
        let distinct: BTreeSet<&str> = listed.iter().copied().collect();
        let twice: Vec<&str> = listed
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
            .collect();
        assert_eq!(twice, Vec::<&str>::new(), "listed twice");

        let known: BTreeSet<&str> = known.into_iter().collect();
        let unlisted: Vec<_> = known.difference(&distinct).collect();
        let unknown: Vec<_> = distinct.difference(&known).collect();
        assert!(unlisted.is_empty(), "in ids.txt only: {unlisted:?}");
        assert!(unknown.is_empty(), "not in ids.txt: {unknown:?}");
    }

    #[test]
    fn every_rule_says_something_short_and_names_its_source() {
        let mut sentences = BTreeSet::new();
        for rule in implemented() {
            assert!(rule.says.ends_with('.'), "{}: no full stop", rule.id);
            assert!(rule.says.chars().count() <= 160, "{}: too long", rule.id);
            assert!(
                sentences.insert(rule.says),
                "{}: says what another says",
                rule.id
            );
            assert!(
                rule.source.starts_with("https://") || rule.source == "none",
                "{}: source {}",
                rule.id,
                rule.source
            );
        }
        for missing in not_implemented() {
            assert!(
                !missing.why.is_empty() && missing.why.len() <= 80,
                "{}: {}",
                missing.id,
                missing.why
            );
        }
    }

    #[test]
    fn documented_rules_have_a_source() {
        for rule in implemented().filter(|rule| rule.evidence == Evidence::Documented) {
            // The one rule of which the book cites no page.
            assert!(
                rule.source != "none" || rule.id == "BILL-LAUNCH-FAILED",
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn a_rule_is_found_by_its_id() {
        assert_eq!(find("LIFE-RUN"), Some(LIFE_RUN));
        assert_eq!(find("BILL-MIN-60S"), Some(BILL_MIN_60S));
        assert_eq!(find("life-run"), None);
        assert_eq!(find("LIFE-TERM-MAX"), None);
        assert_eq!(LIFE_STOP_PENDING.evidence.word(), "observed");
        assert!(LIFE_STOP_PENDING.uncertain);
        assert!(!LIFE_RUN.uncertain);
    }

    #[test]
    fn names_follow_ids() {
        assert!(is_name_of("KEEP_CREDITS_T2", "KEEP-CREDITS-T2"));
        assert!(!is_name_of("KEEP_CREDITS_T2", "KEEP-CREDITS-T3"));
        assert!(!is_name_of("KEEP_CREDITS", "KEEP-CREDITS-T3"));
    }
}
