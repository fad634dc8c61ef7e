//! `ec2sim.toml`: what holds for all scenarios below a folder, where neither they nor an option say otherwise.
//!
//! It is found upwards from a scenario, and not from where the program is started, so that a scenario means the same wherever it
//! is replayed from. TOML is turned into the tree that scenarios are read from, so that both tell their mistakes alike.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf, absolute},
    sync::Arc,
};

use bumpalo::Bump;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Code, Diagnostics, PriceFileError, Source,
    keys::{ConfigKey, SNAPSHOT_LEVELS, TimingKey},
    load,
    lower::{is_below, price_keys, region, time_range},
    price_file::read_prices,
    reader::{Draft, Reader, Span},
    source::offset,
    tree::{Entry, Key, Kind, Node, quoted},
};
use crate::{
    billing::PriceTable,
    catalog::RegionId,
    script::{Configured, TimeRange},
};

/// What the file is called.
pub const CONFIG_FILE: &str = "ec2sim.toml";

/// What `ec2sim.toml` says.
#[derive(Debug)]
pub struct Config {
    /// Where it is, as an absolute path.
    folder: PathBuf,
    /// The folders and files that `ec2sim test` looks at where it is given none, as they can be opened.
    pub paths: Vec<PathBuf>,
    include: Option<Gitignore>,
    exclude: Option<Gitignore>,
    pub(super) region: Option<RegionId>,
    pub(super) timings: Vec<(TimingKey, TimeRange)>,
    pub(super) prices: Option<Arc<PriceTable>>,
    /// What a snapshot records where nothing else says so, in the words of `--snapshot`.
    pub snapshot: Option<&'static str>,
    /// Whether every scenario has to have a snapshot.
    pub require_snapshots: bool,
    /// What may stand in the head of a replay: the key, and its value.
    said: Vec<(String, String)>,
}

/// They are the same if they are the same file.
impl PartialEq for Config {
    fn eq(&self, other: &Self) -> bool {
        self.folder == other.folder
    }
}

impl Eq for Config {}

impl Config {
    /// Its folder, as it can be opened.
    pub fn shown_folder(&self) -> PathBuf {
        seen_from_here(&self.folder)
    }

    /// Whether it says which files below its folder are scenarios.
    pub fn includes(&self) -> bool {
        self.include.is_some()
    }

    /// Whether a file that was found below a folder may be a scenario, as far as it says.
    pub fn takes(&self, path: &Path) -> bool {
        self.among(self.include.as_ref(), path) != Some(false)
            && self.among(self.exclude.as_ref(), path) != Some(true)
    }

    /// Whether it leaves a folder out, with all that is below it.
    pub fn leaves_out(&self, folder: &Path) -> bool {
        self.among(self.exclude.as_ref(), folder) == Some(true)
    }

    /// Whether a path below its folder is among what some globs name; `None` where there are none, or the path is elsewhere.
    fn among(&self, globs: Option<&Gitignore>, path: &Path) -> Option<bool> {
        let path = absolute(path).ok()?;
        let below = path.strip_prefix(&self.folder).ok()?;
        Some(globs?.matched_path_or_any_parents(below, false).is_ignore())
    }

    /// What it sets for a scenario in a folder: of what it says, that for which `is_set` holds.
    pub(super) fn set(
        &self,
        directory: Option<&Path>,
        is_set: impl Fn(&str) -> bool,
    ) -> Option<Configured> {
        let set = self.said.iter().filter(|(key, _)| is_set(key));
        let set: Vec<(String, String)> = set.cloned().collect();
        let above = absolute(or_here(directory.unwrap_or(Path::new(""))))
            .ok()
            .and_then(|folder| Some(folder.strip_prefix(&self.folder).ok()?.components().count()))
            .unwrap_or(0);
        let file = "../".repeat(above) + CONFIG_FILE;
        (!set.is_empty()).then_some(Configured { file, set })
    }
}

/// What is known of the folders that were asked about.
#[derive(Debug, Default)]
pub struct Configs {
    /// What holds in a folder; `Err` where that has a mistake.
    known: BTreeMap<PathBuf, Result<Option<Arc<Config>>, Broken>>,
    ignored: bool,
    mistakes: Vec<Diagnostics>,
}

/// What holds in a folder has a mistake, which [`Configs::mistakes`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl Configs {
    /// As if there were none.
    pub fn none() -> Self {
        Self {
            ignored: true,
            ..Self::default()
        }
    }

    /// What holds for the scenarios in a folder: the nearest `ec2sim.toml` in it or above it.
    ///
    /// # Errors
    ///
    /// If that has a mistake.
    pub fn of(&mut self, folder: &Path) -> Result<Option<Arc<Config>>, Broken> {
        if self.ignored {
            return Ok(None);
        }
        match absolute(or_here(folder)) {
            Ok(folder) => self.above(&folder),
            Err(_) => Ok(None),
        }
    }

    /// What holds for a scenario file.
    ///
    /// # Errors
    ///
    /// If that has a mistake.
    pub fn of_file(&mut self, file: &Path) -> Result<Option<Arc<Config>>, Broken> {
        self.of(file.parent().unwrap_or(Path::new("")))
    }

    fn above(&mut self, folder: &Path) -> Result<Option<Arc<Config>>, Broken> {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let path = folder.join(CONFIG_FILE);
        let found = if path.is_file() {
            read(&path, folder)
                .map(|config| Some(Arc::new(config)))
                .map_err(|mistakes| {
                    self.mistakes.push(mistakes);
                    Broken
                })
        } else {
            match folder.parent() {
                Some(parent) => self.above(parent),
                None => Ok(None),
            }
        };
        self.known.insert(folder.to_owned(), found.clone());
        found
    }

    /// What is wrong with the files that were read, each told once.
    pub fn mistakes(&mut self) -> Vec<Diagnostics> {
        std::mem::take(&mut self.mistakes)
    }

    /// Whether something is wrong with any of them, told or not.
    pub fn are_broken(&self) -> bool {
        self.known.values().any(Result::is_err)
    }
}

/// A folder that has no name is the working directory.
fn or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

/// An absolute path as somebody in the working directory would write it.
fn seen_from_here(path: &Path) -> PathBuf {
    let Ok(here) = env::current_dir() else {
        return path.to_owned();
    };
    if let Ok(below) = path.strip_prefix(&here) {
        return or_here(below).to_owned();
    }
    let above = here.ancestors().enumerate().skip(1);
    // Beside the working directory or a few folders above it; anything else is plainer from the root.
    let mut near = above.filter_map(|(up, ancestor)| {
        let below = path.strip_prefix(ancestor).ok()?;
        let has_name = ancestor.parent().is_some() || path == ancestor;
        has_name.then(|| PathBuf::from("../".repeat(up)).join(below))
    });
    near.next().unwrap_or_else(|| path.to_owned())
}

fn read(path: &Path, folder: &Path) -> Result<Config, Diagnostics> {
    let shown = seen_from_here(path);
    let source = load::load(&shown).map_err(|fault| fault.told(shown.display().to_string()))?;
    let source = Arc::new(source);
    let mut reader = Reader::new(Arc::clone(&source));
    let arena = Bump::new();
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let at = error.span().map_or(Span::default(), |at| span(&at));
        reader.report(Code::NotToml, at, || {
            Draft::new(error.message()).label("this is not TOML")
        });
    }
    let mut config = Config {
        folder: folder.to_owned(),
        paths: Vec::new(),
        include: None,
        exclude: None,
        region: None,
        timings: Vec::new(),
        prices: None,
        snapshot: None,
        require_snapshots: false,
        said: Vec::new(),
    };
    if reader.is_clean() {
        let entries = entries(table.get_ref(), &source, &arena);
        let root = Node {
            span: Span::default(),
            kind: Kind::Map(entries),
        };
        config.fill(&root, &mut reader);
        // A journal doesn't keep the order of the file.
        config.said.sort();
    }
    if reader.is_clean() {
        Ok(config)
    } else {
        Err(reader.finish(&source))
    }
}

impl Config {
    fn fill(&mut self, root: &Node<'_>, reader: &mut Reader) {
        let Some(fields) = reader.fields(root, ConfigKey::CONFIG, "a table") else {
            return;
        };
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                ConfigKey::Paths => {
                    let folder = self.shown_folder();
                    let here = folder == Path::new(".");
                    let paths = texts(node, reader, "a path or a list of paths");
                    let within = |(_, path): &(Span, String)| match Path::new(path) {
                        path if here => path.to_owned(),
                        path => folder.join(path),
                    };
                    self.paths = paths.iter().map(within).collect();
                }
                ConfigKey::Include => self.include = self.globs(node, reader),
                ConfigKey::Exclude => self.exclude = self.globs(node, reader),
                ConfigKey::Region => {
                    self.region = region(reader, node);
                    self.say("region", node);
                }
                ConfigKey::Timings => self.fill_timings(node, reader),
                ConfigKey::Prices => self.fill_prices(node, reader),
                ConfigKey::Snapshot => {
                    let what = "what a snapshot records";
                    let text = reader.text(node, what).unwrap_or_default();
                    let levels = SNAPSHOT_LEVELS.iter().copied();
                    self.snapshot = levels.clone().find(|level| *level == text);
                    if self.snapshot.is_none() && matches!(node.kind, Kind::Scalar(_)) {
                        reader.unknown_word(node.span, text, what, levels);
                    }
                }
                ConfigKey::RequireSnapshots => {
                    let text = reader.text(node, "`true` or `false`").unwrap_or_default();
                    self.require_snapshots = text == "true";
                    if !matches!(text, "true" | "false" | "") {
                        reader.report(Code::BadFlag, node.span, || {
                            Draft::new(format!("{} is neither true nor false", quoted(text)))
                                .label("expected `true` or `false`")
                        });
                    }
                }
            }
        }
    }

    /// Keeps for the head of a replay what a key says.
    fn say(&mut self, key: impl Into<String>, node: &Node<'_>) {
        if let Kind::Scalar(text) = node.kind {
            self.said.push((key.into(), text.to_owned()));
        }
    }

    fn globs(&self, node: &Node<'_>, reader: &mut Reader) -> Option<Gitignore> {
        let mut globs = GitignoreBuilder::new(&self.folder);
        for (at, glob) in texts(node, reader, "a glob or a list of globs") {
            if let Err(error) = globs.add_line(None, &glob) {
                let why = if let ignore::Error::Glob { err, .. } = &error {
                    err.clone()
                } else {
                    error.to_string()
                };
                reader.report(Code::BadText, at, || {
                    Draft::new(format!("{} is not a glob", quoted(&glob))).label(why)
                });
            }
        }
        globs.build().ok()
    }

    fn fill_timings(&mut self, node: &Node<'_>, reader: &mut Reader) {
        let keys = TimingKey::TIMINGS;
        let Some(fields) = reader.fields(node, keys, "a table of durations") else {
            return;
        };
        for field in fields.iter() {
            let range = if field.key == TimingKey::Init {
                let what = "a duration";
                let long =
                    reader.parsed(field.value, Code::BadDuration, what, super::value::millis);
                long.map(TimeRange::exactly)
            } else {
                time_range(reader, field.value)
            };
            if let Some(range) = range {
                self.timings.push((field.key, range));
                self.say(format!("timings.{}", field.name), field.value);
            }
        }
    }

    /// Prices of one's own, or files of them beside `ec2sim.toml` or below.
    fn fill_prices(&mut self, node: &Node<'_>, reader: &mut Reader) {
        let mut table = PriceTable::default();
        if let Kind::Map(entries) = node.kind {
            for entry in entries {
                let (name, home) = (entry.key.text, self.region.unwrap_or_default());
                let keys = price_keys(name, home);
                if keys.is_empty() {
                    reader.report(Code::UnknownName, entry.key.span, || {
                        let draft =
                            Draft::new(format!("nothing called {} has a price", quoted(name)))
                                .label("expected a type, or another thing that has a price");
                        match entry.value.kind {
                            // TOML takes a dot for a table in a table.
                            Kind::Map(_) => draft
                                .note(r#"a name with a dot needs quotes: "m5.large" = "$0.10""#),
                            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => draft,
                        }
                    });
                    continue;
                }
                let Some(amount) = reader.amount(&entry.value) else {
                    continue;
                };
                for key in keys {
                    table.set(None, key, amount.usd);
                }
                self.say(format!("prices.{name}"), &entry.value);
            }
        } else {
            let files = texts(
                node,
                reader,
                "a table of prices, a file of them, or a list of files",
            );
            for (at, file) in &files {
                match self.price_file(file) {
                    Ok(read) => table.extend(read),
                    Err((code, why)) => reader.report(code, *at, || {
                        Draft::new(format!("the price file {} can't be used", quoted(file)))
                            .label(format!(
                                "expected a price file beside {CONFIG_FILE} or below"
                            ))
                            .note(why)
                    }),
                }
            }
            let files: Vec<String> = files.into_iter().map(|(_, file)| file).collect();
            self.said.push(("prices".to_owned(), files.join(", ")));
        }
        self.prices = (!table.is_empty()).then(|| Arc::new(table));
    }

    fn price_file(&self, file: &str) -> Result<PriceTable, (Code, String)> {
        if !is_below(&self.folder, file) {
            let why = "neither `..` nor a link may lead out of the folder".to_owned();
            return Err((Code::OutsideFolder, why));
        }
        let path = seen_from_here(&self.folder.join(file));
        read_prices(&path).map_err(|error| {
            let code = match &error {
                PriceFileError::Unreadable { .. } => Code::Unreadable,
                PriceFileError::Wrong { .. }
                | PriceFileError::Hole { .. }
                | PriceFileError::Empty { .. } => Code::NotPrices,
            };
            (code, error.to_string())
        })
    }
}

/// One text, or a list of texts, each with its place.
fn texts(node: &Node<'_>, reader: &mut Reader, expected: &str) -> Vec<(Span, String)> {
    let nodes = match node.kind {
        Kind::Seq(nodes) => nodes,
        Kind::Null | Kind::Scalar(_) | Kind::Map(_) => std::slice::from_ref(node),
    };
    let text = |node: &Node<'_>| Some((node.span, reader.text(node, expected)?.to_owned()));
    nodes.iter().filter_map(text).collect()
}

fn span(range: &std::ops::Range<usize>) -> Span {
    Span {
        lo: offset(range.start),
        hi: offset(range.end),
    }
}

/// A table of TOML as the tree knows mappings, in the order of the file.
fn entries<'a>(table: &DeTable<'_>, source: &Source, arena: &'a Bump) -> &'a [Entry<'a>] {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let text: &std::borrow::Cow<'_, str> = key.get_ref();
        Entry {
            key: Key {
                span: span(&key.span()),
                text: arena.alloc_str(text),
            },
            value: node(value, source, arena),
        }
    };
    let mut entries: Vec<Entry<'a>> = table.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.key.span.lo);
    arena.alloc_slice_copy(&entries)
}

fn node<'a>(value: &Spanned<DeValue<'_>>, source: &Source, arena: &'a Bump) -> Node<'a> {
    let range = value.span();
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Scalar(arena.alloc_str(text)),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| node(item, source, arena));
            Kind::Seq(arena.alloc_slice_copy(&items.collect::<Vec<_>>()))
        }
        DeValue::Table(table) => Kind::Map(entries(table, source, arena)),
        // As they are written.
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            Kind::Scalar(arena.alloc_str(source.text.get(range.clone()).unwrap_or_default()))
        }
    };
    Node {
        span: span(&range),
        kind,
    }
}
