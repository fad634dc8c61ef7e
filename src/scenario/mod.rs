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
mod config;
mod diagnostic;
mod flow;
mod include;
mod json;
mod kind;
mod load;
mod lower;
mod nearest;
mod params;
mod price_file;
mod reader;
mod schema;
mod shape;
mod source;
mod split;
mod syntax;
mod tree;
mod value;
mod variants;
mod vary;
mod yaml;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use bumpalo::Bump;

pub use code::Code;
pub use config::{Broken, CONFIG_FILE, Config, Configs};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Suggestion};
pub use kind::is_scenario;
pub(crate) use lower::Alias;
pub(crate) use lower::is_plain_name;
pub use lower::{IMAGES, NamedImage};
pub(crate) use nearest::nearest;
pub use price_file::{PriceFileError, read_prices};
pub use schema::{SCHEMA_FILE, schema};
pub use source::Source;
pub(crate) use value::{duration_option, instant_option};
pub use vary::{Change, Vary, VaryError};

pub use crate::script::Limits;

use crate::{
    billing::PriceTable,
    record::ResourceKind,
    script::{Program, Step},
    time::SimTime,
};
use reader::{Draft, Reader, Span};
use tree::Node;

/// What the stem of a file ends in that is a scenario by its name: `web.ec2sim.yaml`.
pub const OWN_SUFFIX: &str = ".ec2sim";

/// What holds for a scenario beside what its file says.
#[derive(Debug, Clone)]
pub struct Reading {
    /// How much its replay may be.
    pub limits: Limits,
    /// Whether a price that isn't listed may be estimated; else the file is refused.
    pub estimates: bool,
    /// Prices that hold over the catalogue's, and under those that a scenario gives.
    pub prices: Option<Arc<PriceTable>>,
    /// Values of parameters that hold in place of the file's, by name.
    pub set: Arc<[(String, String)]>,
    /// In which language the viewer is told things, where a file has several: `ko`, `pt-BR`; English unless told.
    pub language: Option<Arc<str>>,
    /// What `ec2sim.toml` says, if there is one. Its prices hold where there are no others.
    pub config: Option<Arc<Config>>,
}

impl Reading {
    /// Under what `ec2sim.toml` says.
    #[must_use]
    pub fn under(&self, config: Option<&Arc<Config>>) -> Self {
        Self {
            config: config.cloned(),
            ..self.clone()
        }
    }

    /// With prices of files that somebody names, of which later ones hold.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong in them.
    pub fn taking(mut self, files: &[PathBuf]) -> Result<Self, PriceFileError> {
        let mut table = PriceTable::default();
        for file in files {
            table.extend(read_prices(file)?);
        }
        self.prices = (!table.is_empty()).then(|| Arc::new(table));
        Ok(self)
    }
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
            prices: None,
            set: Arc::default(),
            language: None,
            config: None,
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
    /// Where files that it names are looked for.
    directory: Option<Arc<Path>>,
    reading: Reading,
    variants: Arc<[Variant]>,
    /// Which of the file's variants it is.
    variant: Option<String>,
}

/// A scenario that a file holds besides itself: the file with some keys laid over it (`variants`).
#[derive(Debug, Clone)]
pub struct Variant {
    /// What the file calls it.
    pub name: String,
    /// What it means.
    pub scenario: Scenario,
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
        let (source, directory) = (Arc::new(source), directory.map(Arc::from));
        let arena = Bump::new();
        let mut lowering = Lowering::new(&source, directory.as_ref(), reading);
        let Some(root) = lowering.tree(&arena) else {
            return Err(lowering.reader.finish(&source));
        };
        params::find_unused(&root, &mut lowering.reader);
        let (root, laid_over) = variants::split(root, &arena, &mut lowering.reader);
        let whole = lowering.lowered(root, &arena);
        // What is wrong with the file alone would be told again of each: the reader says it once.
        let variants: Vec<Option<Variant>> = laid_over
            .into_iter()
            .map(|(name, root)| {
                let mut scenario = lowering.lowered(root, &arena)?;
                scenario.variant = Some(name.clone());
                Some(Variant { name, scenario })
            })
            .collect();
        match (whole, variants.into_iter().collect()) {
            (Some(whole), Some(variants)) if lowering.reader.is_clean() => {
                Ok(Self { variants, ..whole })
            }
            _ => Err(lowering.reader.finish(&source)),
        }
    }

    /// The scenarios that the file holds besides itself, in its order.
    ///
    /// # Example
    ///
    /// ```
    /// let scenario = ec2sim::Scenario::from_text("night.yaml", "
    /// instances: { web: { type: m5.large } }
    /// steps: [{ launch: web }, { at: 1h, terminate: web }]
    /// variants:
    ///   smaller: { instances: { web: { type: t3.large } } }
    /// ").unwrap();
    /// let smaller = &scenario.variants()[0];
    /// assert_eq!(smaller.name, "smaller");
    /// let total = |scenario| ec2sim::replay(scenario).bill().cost().total();
    /// assert!(total(&smaller.scenario) < total(&scenario));
    /// ```
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// The one of its variants that is called so.
    ///
    /// # Errors
    ///
    /// Answers with a mistake of the file if none is.
    pub fn variant(&self, name: &str) -> Result<Self, Diagnostics> {
        let variants = || self.variants.iter();
        if let Some(found) = variants().find(|one| one.name == name) {
            return Ok(found.scenario.clone());
        }
        let mut reader = Reader::new(Arc::clone(&self.source));
        reader.report(Code::UnknownName, Span::default(), || {
            let names = || variants().map(|one| one.name.as_str());
            let draft = Draft::new(format!("no variant is called {}", tree::quoted(name)));
            match nearest(name, names()) {
                Some(near) => draft.label(format!("did you mean `{near}`?")),
                None if self.variants.is_empty() => draft.label("the file has no `variants`"),
                None => draft.label(format!("its variants are {}", nearest::one_of(names()))),
            }
        });
        Err(reader.finish(&self.source))
    }

    /// The scenario with changes, which are made one after the other. It expects nothing: what the file expects is said of
    /// the file as it is.
    ///
    /// # Errors
    ///
    /// Answers with every mistake that the changes bring in, at the place that was changed.
    pub fn varied(&self, changes: &[Change]) -> Result<Self, Diagnostics> {
        // What is bought is for what there will be, and at its prices.
        let before_buying = vary::before_buying(changes);
        let before_buying = before_buying
            .map(|others| self.varied(&others))
            .transpose()?;
        let bought_for = before_buying.as_ref().unwrap_or(self).program();
        let arena = Bump::new();
        let mut lowering =
            Lowering::new(&self.source, self.directory.as_ref(), self.reading.clone());
        let varied = lowering
            .tree(&arena)
            .and_then(|root| {
                let (file, variants) = variants::split(root, &arena, &mut lowering.reader);
                let Some(name) = &self.variant else {
                    return Some(file);
                };
                let own = variants.into_iter().find(|(one, _)| one == name);
                own.map(|(_, root)| root)
            })
            .and_then(|root| {
                let varied = vary::varied(root, changes, (&self.program, bought_for), &arena);
                for name in vary::unknown_params(&root, changes) {
                    lowering
                        .reader
                        .report(Code::UnknownParam, Span::default(), || {
                            Draft::new(format!("`{name}` can't be varied")).label(vary::expected())
                        });
                }
                lowering.lowered(varied, &arena)
            });
        match varied {
            Some(varied) if lowering.reader.is_clean() => Ok(varied),
            _ => Err(lowering.reader.finish(&self.source)),
        }
    }

    /// The scenario with keys of another text laid over it, such as `start` and `timings`; of mappings key by key.
    ///
    /// # Errors
    ///
    /// Answers with every mistake that the text has or brings in.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::{Scenario, time::SimTime};
    /// let day = Scenario::from_text("day.yaml", "steps: [{ at: 1h, note: an hour later }]").unwrap();
    /// let later = day.under("options", "start: 2027-01-01T00:00:00Z").unwrap();
    /// assert_eq!(later.program().start, SimTime::from_secs(1_798_761_600));
    /// ```
    pub fn under(&self, name: &str, text: &str) -> Result<Self, Diagnostics> {
        let above = Arc::new(Source::new(name, text.to_owned()));
        let arena = Bump::new();
        let mut reader = Reader::new(Arc::clone(&above));
        let Some(keys) = yaml::read(text, &arena, &mut reader).filter(|_| reader.is_clean()) else {
            return Err(reader.finish(&above));
        };
        let mut lowering =
            Lowering::new(&self.source, self.directory.as_ref(), self.reading.clone());
        let whole = lowering.tree(&arena).and_then(|root| {
            let (root, _) = variants::split(root, &arena, &mut lowering.reader);
            let root = variants::overlaid(root, keys, &arena);
            lowering.lowered(root, &arena)
        });
        match whole {
            Some(whole) if lowering.reader.is_clean() => Ok(whole),
            _ => Err(lowering.reader.finish(&self.source)),
        }
    }

    /// The same scenario with another seed, and so with other ids, addresses and draws.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut program = Program::clone(&self.program);
        program.seed = seed;
        Self {
            program: Arc::new(program),
            ..self.clone()
        }
    }

    /// The same, in which loads of more requests than this are computed, and told by the hour: more than 10,000 where nobody
    /// says otherwise. What they come to is the same.
    #[must_use]
    pub fn with_loads_told_from(mut self, requests: u64) -> Self {
        Arc::make_mut(&mut self.program).lambda.told_requests = requests;
        self
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

/// Steps that somebody takes now.
#[derive(Debug)]
pub(crate) struct Beside {
    /// What they mean.
    pub(crate) steps: Arc<[Step]>,
    /// Each as a line of a script that knows no ids.
    pub(crate) lines: Vec<String>,
}

/// Reads steps that somebody takes now in an account in which all of a program's cast is there; some of it has ids as names as
/// well.
///
/// # Errors
///
/// Answers with every mistake in the text, each at its place.
pub(crate) fn steps_beside(
    text: &str,
    program: &Program,
    aliases: Vec<Alias>,
    now: SimTime,
) -> Result<Beside, Diagnostics> {
    let cast = &program.cast;
    let name = |alias: &Alias| {
        let (id, kind, at) = alias;
        let name = if *kind == ResourceKind::Instance {
            cast.name(*at).to_string()
        } else {
            cast.other(*kind, *at).to_owned()
        };
        (id.clone(), name)
    };
    let instead: BTreeMap<String, String> = aliases.iter().map(name).collect();
    let source = Arc::new(Source::new("steps", text.to_owned()));
    let arena = Bump::new();
    let mut reader = Reader::new(Arc::clone(&source));
    let root = yaml::read(text, &arena, &mut reader);
    let steps = root.and_then(|root| {
        let steps = match root.kind {
            tree::Kind::Map(entries) => entries.iter().find(|entry| entry.key.text == "steps"),
            tree::Kind::Null | tree::Kind::Scalar(_) | tree::Kind::Seq(_) => None,
        };
        let steps = steps.map_or(root, |entry| entry.value);
        let each = match steps.kind {
            tree::Kind::Seq(each) => each,
            // A single step needs no list around it.
            tree::Kind::Map(_) => std::slice::from_ref(arena.alloc(steps)),
            tree::Kind::Null | tree::Kind::Scalar(_) => &[],
        };
        let steps = match steps.kind {
            tree::Kind::Map(_) => Node {
                kind: tree::Kind::Seq(each),
                ..steps
            },
            tree::Kind::Null | tree::Kind::Scalar(_) | tree::Kind::Seq(_) => steps,
        };
        let lines = each.iter().map(|step| flow::flow(step, &instead)).collect();
        let steps = lower::lower_beside(&steps, program, aliases, now, &mut reader)?;
        Some(Beside { steps, lines })
    });
    steps.ok_or_else(|| reader.finish(&source))
}

/// A file that is being read, once or with something laid over it.
struct Lowering<'a> {
    source: &'a Arc<Source>,
    directory: Option<&'a Arc<Path>>,
    reading: Reading,
    reader: Reader,
}

impl<'a> Lowering<'a> {
    fn new(source: &'a Arc<Source>, directory: Option<&'a Arc<Path>>, reading: Reading) -> Self {
        Self {
            source,
            directory,
            reading,
            reader: Reader::new(Arc::clone(source)),
        }
    }

    /// The file, with what it includes. Answers `None`, and reports why, if it isn't YAML.
    fn tree<'t>(&mut self, arena: &'t Bump) -> Option<Node<'t>>
    where
        'a: 't,
    {
        let source = self.source;
        let root = yaml::read(&source.text, arena, &mut self.reader)?;
        let directory = self.directory.map(|directory| &**directory);
        let path = (source.name.as_str(), directory);
        let root = include::joined(root, path, arena, &mut self.reader)?;
        (!self.has_gaps(&root)).then_some(root)
    }

    /// Whether an exercise isn't solved: then nothing else is said of it.
    fn has_gaps(&mut self, root: &Node<'_>) -> bool {
        if !tree::may_have_gaps(&self.source.text) && !self.reader.includes(tree::may_have_gaps) {
            return false;
        }
        let mut gaps = Vec::new();
        tree::gaps(root, &mut gaps);
        for &gap in &gaps {
            let line = self.reader.own_line(gap);
            self.reader.report(Code::Gap, gap, || {
                Draft::new(format!("fill the gap in line {line}"))
                    .label("something is missing here")
            });
        }
        !gaps.is_empty()
    }

    /// What a tree means. Answers `None` if there is a mistake in it, which is then reported.
    fn lowered<'t>(&mut self, root: Node<'t>, arena: &'t Bump) -> Option<Scenario> {
        let root = params::filled(root, &self.reading.set, arena, &mut self.reader);
        let stem = PathBuf::from(&self.source.name);
        let stem = stem.file_stem().unwrap_or_default().to_string_lossy();
        let stem = stem.strip_suffix(OWN_SUFFIX).unwrap_or(&stem);
        let directory = self.directory.map(|directory| &**directory);
        let program = lower::lower(&root, stem, directory, &self.reading, &mut self.reader)?;
        Some(Scenario {
            program: Arc::new(program),
            source: Arc::clone(self.source),
            directory: self.directory.cloned(),
            reading: self.reading.clone(),
            variants: Arc::default(),
            variant: None,
        })
    }
}
