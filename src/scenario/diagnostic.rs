//! Mistakes in a scenario file: plain data, with places, and no way of drawing them.
//!
//! `cli::diagnostics` draws them for a terminal; their serialised form is the one of `ec2sim/diagnostics/1`.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::foreign::shown;

use super::{Code, Source};

/// How many mistakes of one file are told.
pub(super) const MOST: usize = 100;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake it is.
    pub code: Code,
    /// What is wrong, in one fragment.
    pub message: String,
    /// Where it is.
    pub primary: Label,
    /// What else has to do with it.
    pub secondary: Vec<Label>,
    /// What could stand there instead.
    pub suggestion: Option<Suggestion>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// A place in a file, and what is to be said about it: bytes `lo..hi`, on the boundaries of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub source: Arc<Source>,
    /// The first byte.
    pub lo: u32,
    /// The byte after the last.
    pub hi: u32,
    /// What is expected here, or what is here; may be empty.
    pub text: String,
}

/// A change of the file that would mend a mistake: the text for bytes `lo..hi` of the primary label's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The first byte.
    pub lo: u32,
    /// The byte after the last.
    pub hi: u32,
    /// What should stand there.
    pub replacement: String,
}

impl Diagnostic {
    /// The line and column that it points at, counted from 1; none where the mistake is the file's and not a place's.
    pub fn position(&self) -> Option<(u32, u32)> {
        let of_the_file = matches!(self.code, Code::Unreadable | Code::TooLarge)
            && self.primary.source.text.is_empty();
        (!of_the_file).then(|| self.primary.source.line_col(self.primary.lo))
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.primary.source.name
    }
}

/// On one line: `lesson.yaml:4:9: error[E0112]: a second document begins here`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", shown(self.file()))?;
        if let Some((line, column)) = self.position() {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " error[{}]: {}", self.code, shown(&self.message))
    }
}

/// With the fields `file`, `line`, `column`, `code`, `message`, `suggestion`; what there isn't is null.
impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let position = self.position();
        let mut fields = serializer.serialize_struct("Diagnostic", 6)?;
        fields.serialize_field("file", self.file())?;
        fields.serialize_field("line", &position.map(|(line, _)| line))?;
        fields.serialize_field("column", &position.map(|(_, column)| column))?;
        fields.serialize_field("code", &self.code)?;
        fields.serialize_field("message", &self.message)?;
        let suggestion = self.suggestion.as_ref().map(|one| &one.replacement);
        fields.serialize_field("suggestion", &suggestion)?;
        fields.end()
    }
}

/// The mistakes of a file, in the order of their places. Only the first hundred are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    omitted: usize,
}

/// A note of so many bytes stands once a file.
const LONG_NOTE: usize = 100;

impl Diagnostics {
    pub(super) fn new(main: &Source, mut list: Vec<Diagnostic>, omitted: usize) -> Self {
        // A price file's come after the scenario's own.
        list.sort_by_key(|one| {
            let elsewhere = main.name != one.file();
            (elsewhere, one.primary.lo, one.primary.hi)
        });
        // What there is to choose from is of use once.
        let mut told = BTreeSet::new();
        for one in &mut list {
            one.notes
                .retain(|note| note.len() < LONG_NOTE || told.insert(note.clone()));
        }
        Self { list, omitted }
    }

    /// The mistakes, in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many are told.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether none is told. A reader that fails tells at least one.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many more there are.
    pub fn omitted(&self) -> usize {
        self.omitted
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A line each.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.list.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{one}")?;
        }
        if self.omitted > 0 {
            write!(f, "\nand {} more", self.omitted)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The document `{"schema":"ec2sim/diagnostics/1","diagnostics":[…]}`.
///
/// # Example
///
/// ```
/// use ec2sim::scenario::Scenario;
/// let mistakes = Scenario::from_text("lesson.yaml", "steps: {}").unwrap_err();
/// let json = serde_json::to_value(&mistakes).unwrap();
/// assert_eq!(json["schema"], "ec2sim/diagnostics/1");
/// assert_eq!(json["diagnostics"][0]["line"], 1);
/// ```
impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Diagnostics", 2)?;
        fields.serialize_field("schema", "ec2sim/diagnostics/1")?;
        fields.serialize_field("diagnostics", &self.list)?;
        fields.end()
    }
}
