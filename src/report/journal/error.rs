//! Why a journal can't be shown.

use std::io;

use thiserror::Error;

use crate::{catalog, scenario::input::InputError, script::Shard};

use super::SCHEMA;

/// Why a journal can't be shown, or not to its end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It can't be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// There is nothing in it.
    #[error("there is no journal in it")]
    Empty,
    /// It isn't a journal.
    #[error("this isn't a journal of `ec2sim run --format jsonl`: {why}")]
    NoJournal {
        /// The line.
        line: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Its schema is another.
    #[error("the journal has the schema `{schema}`, and this version reads `{SCHEMA}`")]
    Schema {
        /// The line.
        line: u64,
        /// The schema.
        schema: String,
    },
    /// A field is missing, or says something that isn't known.
    #[error("`{field}` is missing, or says what this version doesn't know{found}")]
    Field {
        /// The line.
        line: u64,
        /// The field.
        field: &'static str,
        /// What it says.
        found: String,
    },
    /// A line contradicts those before it.
    #[error("this contradicts the lines before it: {what}{}", other_catalogue(.catalogue))]
    Contradiction {
        /// The line.
        line: u64,
        /// What does.
        what: &'static str,
        /// The catalogue that it was written with.
        catalogue: String,
    },
    /// It has no last line.
    #[error(
        "the journal is cut off here: what came after this line, and its last line, are missing"
    )]
    CutOff {
        /// The last line that there is.
        line: u64,
    },
    /// It is of a part.
    #[error(
        "this is the journal of shard {shard} alone: `ec2sim merge` makes the whole of all shards"
    )]
    Part {
        /// The line.
        line: u64,
        /// Which.
        shard: Shard,
    },
    /// What is shown can't be written.
    #[error("cannot write the results: {0}")]
    Writing(#[from] io::Error),
}

impl JournalError {
    /// The line of the file that it is about, from 1.
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::NoJournal { line, .. }
            | Self::Schema { line, .. }
            | Self::Field { line, .. }
            | Self::Contradiction { line, .. }
            | Self::Part { line, .. }
            | Self::CutOff { line } => Some(*line),
            Self::Input(_) | Self::Empty | Self::Writing(_) => None,
        }
    }
}

/// Prices of another catalogue are a good reason to come to something else.
fn other_catalogue(catalogue: &str) -> String {
    if catalogue == catalog::version() {
        return String::new();
    }
    format!(
        " (it was written with the catalogue {}, and this version has {})",
        crate::foreign::shown(catalogue),
        catalog::version()
    )
}
