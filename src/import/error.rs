//! Why records can't be used.

use thiserror::Error;

use crate::{foreign::shown, scenario::input::InputError};

use super::event::Place;

/// Why a file, or all of them together, make no scenario.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file can't be read.
    #[error("{}: {why}", shown(.file))]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        why: InputError,
    },
    /// It begins like a compressed file, and can't be unpacked.
    #[error("{}: it isn't whole: {why}", shown(.file))]
    Gzip {
        /// The file.
        file: String,
        /// What the unpacker says.
        why: String,
    },
    /// It isn't JSON.
    #[error("{}:{line}:{column}: it isn't JSON: {why}", shown(.file))]
    NotJson {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// It is JSON, and nothing of it is a record.
    #[error("{}: it has neither records of CloudTrail nor events of EventBridge", shown(.file))]
    NoRecords {
        /// The file.
        file: String,
    },
    /// A record lacks what each has.
    #[error("{place}: {why}")]
    Record {
        /// Which.
        place: Place,
        /// What is wrong with it.
        why: String,
    },
    /// There are more of them than can be imported.
    #[error("there are more than {0} records: import a part of them")]
    TooMany(usize),
    /// Nothing in them says what happened to an instance, an address or a volume.
    #[error("none of the {0} records says what happened to an instance, an address or a volume")]
    Nothing(usize),
    /// They are of several Regions, and a scenario is of one.
    #[error(
        "the records are of several Regions ({0}), and a scenario is of one: choose it with `--region`"
    )]
    Regions(String),
    /// Nothing is known of a Region.
    #[error("the catalogue has no Region `{}`", shown(.0))]
    UnknownRegion(String),
}
