//! Reading scenario files.
//!
//! A file is read in two stages. `yaml` turns the text into a tree in which every key and value knows its place; `lower` turns
//! the tree into a [`Program`], in which every word has its meaning and every name is a number. Both collect mistakes and
//! go on, so that all of them are reported at once, each with its place. What a mapping may contain is defined once, in
//! [`keys`].
//!
//! What only a replay can know (whether a request is granted, how long a `wait-until` takes) is not judged here.

pub mod input;
pub mod keys;

mod code;
mod diagnostic;
mod json;
mod kind;
mod load;
mod lower;
mod nearest;
mod reader;
mod schema;
mod shape;
mod source;
mod syntax;
mod tree;
mod value;
mod yaml;

#[cfg(test)]
mod tests;

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use bumpalo::Bump;

pub use code::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Suggestion};
pub use kind::is_scenario;
pub use lower::{IMAGES, NamedImage};
pub(crate) use nearest::nearest;
pub use schema::{SCHEMA_FILE, schema};
pub use source::Source;

pub use crate::script::Limits;

use crate::script::Program;
use reader::Reader;

/// What holds for a scenario beside what its file says.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// How much its replay may be.
    pub limits: Limits,
    /// Whether a price that isn't listed may be estimated; else the file is refused.
    pub estimates: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self::from(Limits::default())
    }
}

impl From<Limits> for Reading {
    fn from(limits: Limits) -> Self {
        Self {
            limits,
            estimates: true,
        }
    }
}

/// A scenario file that was read and understood.
///
/// # Example
///
/// ```
/// use ec2sim::scenario::Scenario;
///
/// let scenario = Scenario::from_text(
///     "lesson.yaml",
///     "instances: { web: { type: m5.large } }
/// steps:
///   - launch: web
///   - at: 1h
///     stop: web
/// ",
/// )
/// .unwrap();
/// assert_eq!(scenario.program().name, "lesson");
/// assert_eq!(scenario.program().steps.len(), 2);
///
/// let mistakes = Scenario::from_text("lesson.yaml", "steps: [{ lauch: web }]").unwrap_err();
/// assert_eq!(
///     mistakes.to_string(),
///     "lesson.yaml:1:11: error[E0201]: unknown key `lauch` in a step",
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Scenario {
    program: Arc<Program>,
    source: Arc<Source>,
}

impl Scenario {
    /// Reads a scenario file. A price file that it names is looked for beside it or in a folder below.
    ///
    /// # Errors
    ///
    /// Answers with every mistake in the file, or with the one that kept it from being read.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Diagnostics> {
        Self::from_path_within(path, Reading::default())
    }

    /// Reads a scenario file, whose replay may be so much.
    ///
    /// # Errors
    ///
    /// As [`Scenario::from_path`].
    pub fn from_path_within(
        path: impl AsRef<Path>,
        reading: impl Into<Reading>,
    ) -> Result<Self, Diagnostics> {
        let path = path.as_ref();
        let source = load::load(path).map_err(|fault| fault.told(path.display().to_string()))?;
        Self::read(source, path.parent(), reading.into())
    }

    /// Reads a scenario from a reader, such as standard input. `name` is shown as the file; a price file is looked for in
    /// the working directory.
    ///
    /// # Errors
    ///
    /// Answers with every mistake in the text, or with the one that kept it from being read.
    pub fn from_reader_within(
        name: &str,
        reader: impl Read,
        reading: impl Into<Reading>,
    ) -> Result<Self, Diagnostics> {
        let source = load::load_from(name, reader).map_err(|fault| fault.told(name.to_owned()))?;
        Self::read(source, None, reading.into())
    }

    /// Reads a scenario from a text. `name` is shown as the file; the scenario's own name defaults to its stem. A price
    /// file is looked for in the working directory.
    ///
    /// # Errors
    ///
    /// Answers with every mistake in the text.
    pub fn from_text(name: &str, text: &str) -> Result<Self, Diagnostics> {
        let source = Source::new(name, load::without_mark(text));
        Self::read(source, None, Reading::default())
    }

    fn read(
        source: Source,
        directory: Option<&Path>,
        reading: Reading,
    ) -> Result<Self, Diagnostics> {
        let source = Arc::new(source);
        let mut reader = Reader::new(Arc::clone(&source));
        let stem = PathBuf::from(&source.name);
        let stem = stem.file_stem().unwrap_or_default().to_string_lossy();
        let arena = Bump::new();
        let program = yaml::read(&source.text, &arena, &mut reader)
            .and_then(|root| lower::lower(&root, &stem, directory, reading, &mut reader));
        match program {
            Some(program) if reader.is_clean() => Ok(Self {
                program: Arc::new(program),
                source,
            }),
            _ => Err(reader.finish(&source)),
        }
    }

    /// The same scenario with another seed, and so with other ids, addresses and draws.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut program = Program::clone(&self.program);
        program.seed = seed;
        Self {
            program: Arc::new(program),
            source: Arc::clone(&self.source),
        }
    }

    /// What the scenario means.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// The text that it was read from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// What the file is called.
    pub fn file(&self) -> &str {
        &self.source.name
    }
}
