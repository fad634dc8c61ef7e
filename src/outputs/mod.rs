//! What ec2sim prints as JSON, declared field by field.
//!
//! The JSON Schemas of `ec2sim schema --of` and the page `docs/reference/outputs.md` are both made of these declarations, and
//! tests hold what is really printed against them.

mod bill;
mod event;
mod form;
mod journal;
mod others;
mod replay;
mod schema;
mod serve;
mod suite;

pub use form::{Field, Form, Holds, Total, Words};

use serde_json::Value;

/// Something that is printed as JSON.
///
/// # Example
///
/// ```
/// use ec2sim::outputs::Output;
/// let schema = Output::find("replay").unwrap().schema();
/// assert_eq!(schema["properties"]["schema"]["const"], "ec2sim/replay/1");
/// ```
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// Its word after `--of`.
    pub name: &'static str,
    /// Its name with its version.
    pub schema_name: &'static str,
    /// What prints it.
    pub printed_by: &'static str,
    /// What it is, in a sentence or two.
    pub says: &'static str,
    /// Whether it is one document, a list, or many lines.
    pub shape: Shape,
    /// What it consists of.
    pub forms: &'static [&'static Form],
}

/// How an output consists of its forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// One object.
    Document,
    /// A list of objects.
    List,
    /// Lines, each of which is an object; the schema is a line's.
    Lines,
}

impl Output {
    /// All of them.
    pub const ALL: &[Self] = &[
        replay::REPLAY,
        journal::JOURNAL,
        suite::SUITE,
        others::DIAGNOSTICS,
        others::COMPARISON,
        others::TYPES,
        others::PRICES,
        others::EVENTBRIDGE,
        serve::SERVE,
        serve::CONTROL,
    ];

    /// The one of this word.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|one| one.name == name)
    }

    /// Its JSON Schema, draft 2020-12.
    pub fn schema(&self) -> Value {
        schema::of(self)
    }
}
