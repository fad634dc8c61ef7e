//! Finding scenario files.
//!
//! A file that is named is taken whatever it is called. Below a folder, `*.yaml`, `*.yml` and `*.json` are looked at, and
//! what begins with a dot is passed over; links to folders are not followed. Of what is looked at only scenarios are taken
//! ([`is_scenario`]), which is known when it is read. The order is that of the arguments, and below a folder that of the
//! paths.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::WalkBuilder;

use crate::{
    scenario::{
        Config, Configs, Diagnostics, OWN_SUFFIX, Reading, SCHEMA_FILE, Scenario, input,
        is_scenario,
    },
    script::Program,
};

use super::{
    Choice, Options,
    snapshot::{MAGIC, snapshot_of},
};

/// One file that may be a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path, as it can be opened.
    pub path: PathBuf,
    /// The path below the argument that it was found under, with `/`; for a file that was named, its own name.
    pub relative: String,
    /// Which of its variants is meant, where one is named: `FILE#NAME`.
    pub variant: Option<String>,
    /// Whether it was named, and not found below a folder; or is a scenario by its name (`web.ec2sim.yaml`).
    pub is_named: bool,
    /// What `ec2sim.toml` says of it, if there is one.
    pub config: Option<Arc<Config>>,
}

impl File {
    /// What it is called in reports.
    pub fn name(&self) -> String {
        let path = slashed(&self.path);
        match &self.variant {
            Some(variant) => format!("{path}#{variant}"),
            None => path,
        }
    }

    /// What a path means that isn't there: of `FILE#NAME` the file, and which of its variants.
    pub fn variant_of(path: &Path) -> Option<(PathBuf, String)> {
        if path.exists() {
            return None;
        }
        let (file, variant) = path.to_str()?.rsplit_once('#')?;
        let file = PathBuf::from(file);
        file.is_file().then(|| (file, variant.to_owned()))
    }

    /// Reads it, under what `ec2sim.toml` says.
    ///
    /// # Errors
    ///
    /// As [`Scenario::from_path`].
    pub fn read(&self, reading: &Reading) -> Result<Scenario, Diagnostics> {
        let scenario = Scenario::from_path_within(&self.path, reading.under(self.config.as_ref()))?;
        match &self.variant {
            Some(variant) => scenario.variant(variant),
            None => Ok(scenario),
        }
    }

    /// What its snapshot records where nothing else says so.
    pub(super) fn snapshot_level(&self) -> Option<Choice> {
        self.config.as_ref()?.snapshot?.parse().ok()
    }

    /// Whether it says that it is only ever included (`fragment: yes`).
    pub fn is_fragment(&self) -> bool {
        let says = |text: &str| text.lines().any(|line| line.starts_with("fragment:"));
        input::text_of(&self.path, input::LARGEST).is_ok_and(|text| says(&text))
    }

    /// Whether it is a scenario by its name: `web.ec2sim.yaml`.
    pub fn has_own_suffix(&self) -> bool {
        has_own_suffix(&self.path)
    }

    /// Whether it is to be passed over: found below a folder, and no scenario. What can't be read is none of those.
    pub fn is_other(&self) -> bool {
        let is_scenario = |bytes: Vec<u8>| is_scenario(&String::from_utf8_lossy(&bytes));
        !self.is_named
            && input::bytes_of(&self.path, input::LARGEST).is_ok_and(|bytes| !is_scenario(bytes))
    }
}

/// Which scenarios are wanted: those that have one of some texts in their path or their name, and none of others, in whatever
/// case; and likewise those with one of some marks, and none of others.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    wanted: Vec<String>,
    unwanted: Vec<String>,
    marks: Vec<String>,
    not_marks: Vec<String>,
}

impl Filter {
    pub(super) fn of(options: &Options) -> Self {
        Self {
            marks: options.marks.clone(),
            not_marks: options.not_marks.clone(),
            ..Self::new(&options.filter)
        }
    }

    /// A `!` before a text makes it unwanted.
    pub(super) fn new(texts: &[String]) -> Self {
        let mut filter = Self::default();
        for text in texts {
            match text.strip_prefix('!') {
                Some(unwanted) => filter.unwanted.push(unwanted.to_lowercase()),
                None => filter.wanted.push(text.to_lowercase()),
            }
        }
        filter
    }

    /// Whether it lets a file through. What can't be read is known by its path alone.
    pub(super) fn takes(&self, path: &str, scenario: Option<&Scenario>) -> bool {
        let path = path.to_lowercase();
        let program = scenario.map(Scenario::program);
        let name = program.map(|program| program.name.to_lowercase());
        let name = name.unwrap_or_default();
        let has = |text: &String| path.contains(text) || name.contains(text);
        let is_marked = |program: &Arc<Program>| {
            passes(&self.marks, &self.not_marks, |mark| {
                program.marks.contains(mark)
            })
        };
        passes(&self.wanted, &self.unwanted, has) && program.is_none_or(is_marked)
    }

    /// Whether it lets everything through.
    pub(super) const fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }
}

/// Whether something has one of what is wanted, if anything is, and none of what isn't.
fn passes(wanted: &[String], unwanted: &[String], has: impl Fn(&String) -> bool) -> bool {
    (wanted.is_empty() || wanted.iter().any(&has)) && !unwanted.iter().any(has)
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The files, each once.
    pub files: Vec<File>,
    /// Snapshots, and pending ones, without a scenario.
    pub orphans: Vec<PathBuf>,
    /// What could not be looked at, and why: a path that isn't there, a folder that can't be read.
    pub problems: Vec<(String, String)>,
    /// What is wrong with each `ec2sim.toml`. Files for which one holds that has a mistake are left out.
    pub mistakes: Vec<Diagnostics>,
}

impl Found {
    /// What a person should know: snapshots without a scenario.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        let orphans = self.orphans.iter();
        orphans.map(|path| warning_of(path))
    }
}

/// The path of a file below its folder without its ending; of several that differ in it alone, the later ones keep theirs.
/// It is what its snapshot is called.
pub fn stem(file: &File) -> String {
    let snapshot = snapshot_of(&file.path);
    let name = snapshot.file_stem().unwrap_or_default().to_string_lossy();
    let folder = file.relative.rfind('/').map_or(0, |slash| slash + 1);
    format!("{}{name}", file.relative.get(..folder).unwrap_or_default())
}

/// What is said of files that were passed over; nothing of none.
pub fn passed_over(files: &[String]) -> Option<String> {
    let (file, have) = if files.len() == 1 {
        ("file", "it has")
    } else {
        ("files", "they have")
    };
    let named = files
        .get(..files.len().min(3))
        .unwrap_or_default()
        .join(", ");
    let more = if files.len() > 3 { ", …" } else { "" };
    (!files.is_empty()).then(|| {
        format!(
            "{} {file} skipped because {have} no `steps`: {named}{more}",
            files.len()
        )
    })
}

/// Finds the scenarios below some paths, as the `ec2sim.toml` of each says.
pub fn find(paths: &[PathBuf]) -> Found {
    find_by(paths, &mut Configs::default())
}

/// Finds the scenarios below some paths, by what is known of their `ec2sim.toml`.
pub fn find_by(paths: &[PathBuf], configs: &mut Configs) -> Found {
    let mut search = Search {
        found: Found::default(),
        seen: BTreeSet::new(),
        configs,
    };
    for path in paths {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => search.walk(path),
            Ok(_) => {
                let relative = path.file_name().unwrap_or(path.as_os_str());
                let relative = slashed(Path::new(relative));
                search.take(path, relative, true, true);
            }
            Err(error) => match File::variant_of(path) {
                Some((file, variant)) => search.take_variant(&file, variant),
                None => search.problem(path, &error),
            },
        }
    }
    let mut found = search.found;
    found.orphans.sort();
    found.orphans.dedup();
    found.mistakes = configs.mistakes();
    found
}

/// Finds what is meant where nobody names a path: what the nearest `ec2sim.toml` says, or else what is a scenario by its name below
/// its folder, or below the working directory.
pub fn find_all(configs: &mut Configs) -> Found {
    let config = configs.of(Path::new("")).ok().flatten();
    let Some(config) = config else {
        let mut found = find_by(&[PathBuf::from(".")], configs);
        found.files.retain(File::has_own_suffix);
        return found;
    };
    if !config.paths.is_empty() {
        return find_by(&config.paths, configs);
    }
    let mut found = find_by(&[config.shown_folder()], configs);
    let is_meant = |file: &File| {
        file.has_own_suffix() || file.config.as_ref().is_some_and(|config| config.includes())
    };
    found.files.retain(is_meant);
    found
}

struct Search<'c> {
    found: Found,
    seen: BTreeSet<OsString>,
    configs: &'c mut Configs,
}

impl Search<'_> {
    fn problem(&mut self, path: &Path, error: &io::Error) {
        self.found.problems.push((slashed(path), reason(error)));
    }

    fn take(&mut self, path: &Path, relative: String, is_named: bool, is_meant: bool) {
        let Ok(config) = self.configs.of_file(path) else {
            return;
        };
        if !is_meant && config.as_ref().is_some_and(|config| !config.takes(path)) {
            return;
        }
        // CI systems know the files of a checkout by their paths in it, without a `./` before.
        let plain: PathBuf = path.components().collect();
        let path = plain
            .strip_prefix(".")
            .map_or(plain.clone(), Path::to_owned);
        // As a text: paths are compared one part after the other, which is slow.
        if self.seen.insert(path.clone().into_os_string()) {
            let is_named = is_named || has_own_suffix(&path);
            self.found.files.push(File {
                path,
                relative,
                variant: None,
                is_named,
                config,
            });
        }
    }

    /// One variant of a file.
    fn take_variant(&mut self, path: &Path, variant: String) {
        let Ok(config) = self.configs.of_file(path) else {
            return;
        };
        let relative = Path::new(path.file_name().unwrap_or(path.as_os_str()));
        self.found.files.push(File {
            path: path.to_owned(),
            relative: format!("{}#{variant}", slashed(relative)),
            variant: Some(variant),
            is_named: true,
            config,
        });
    }

    /// What lies below a folder, without what is hidden or what `.gitignore` leaves out, inside of a repository or not.
    fn walk(&mut self, root: &Path) {
        // Whoever names a folder that is left out means what is in it.
        let config = self.configs.of(root).ok().flatten();
        let is_meant = config.is_some_and(|config| config.leaves_out(root));
        let walk = WalkBuilder::new(root)
            .ignore(false)
            .git_global(false)
            .git_exclude(false)
            .require_git(false)
            .sort_by_file_name(OsStr::cmp)
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unseen(root, &error);
                    continue;
                }
            };
            let path = entry.path();
            if entry.file_type().is_none_or(|kind| kind.is_dir()) {
                self.orphans_in(path);
                continue;
            }
            // The schema lies beside the scenarios that name it.
            let is_schema = path.file_name() == Some(OsStr::new(SCHEMA_FILE));
            if let "yaml" | "yml" | "json" = ending(path)
                && !is_schema
            {
                let relative = path.strip_prefix(root).unwrap_or(path);
                self.take(path, slashed(relative), false, is_meant);
            }
        }
    }

    /// Snapshots in a folder that have no scenario. A `.gitignore` doesn't hide them: pending ones usually stand in it.
    fn orphans_in(&mut self, folder: &Path) {
        // What can't be read is told by the walk.
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let snapshots = entries.map(|entry| entry.path());
        let orphans = snapshots.filter(|path| matches!(ending(path), "snap" | "new"));
        self.found
            .orphans
            .extend(orphans.filter(|path| is_orphan(path)));
    }

    /// Something that the walk could not look at.
    fn unseen(&mut self, root: &Path, error: &ignore::Error) {
        let (mut path, mut inner) = (root, error);
        while let ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. }
        | ignore::Error::WithPath { err, .. } = inner
        {
            if let ignore::Error::WithPath { path: at, .. } = inner {
                path = at;
            }
            inner = err;
        }
        match inner.io_error() {
            Some(error) => self.problem(path, error),
            None => self.found.problems.push((slashed(path), inner.to_string())),
        }
    }
}

/// What the system says of an error, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let whole = error.to_string();
    let words = whole.split(" (os error").next().unwrap_or_default();
    words.to_lowercase()
}

/// Whether a file is a scenario by its name: `web.ec2sim.yaml`.
fn has_own_suffix(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.ends_with(OWN_SUFFIX)
}

/// Whether a file is a snapshot whose scenario isn't there. Files of other programs may have the same ending.
fn is_orphan(path: &Path) -> bool {
    let snap = if ending(path) == "new" {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    if ending(&snap) != "snap" {
        return false;
    }
    let scenarios = ["yaml", "yml", "json", ""].map(|ending| snap.with_extension(ending));
    let has_scenario = scenarios
        .iter()
        .any(|scenario| snapshot_of(scenario) == snap && scenario.is_file());
    !has_scenario && is_ours(path)
}

/// What there is to say about a snapshot without a scenario.
pub(super) fn orphaned(path: &Path) -> String {
    let what = if ending(path) == "new" {
        "pending snapshot"
    } else {
        "snapshot"
    };
    format!("this {what} has no scenario; delete it if the scenario is gone")
}

/// The same, as a warning.
pub(super) fn warning_of(path: &Path) -> String {
    format!("{}: {}", slashed(path), orphaned(path))
}

fn is_ours(path: &Path) -> bool {
    let mut first = String::new();
    let most = u64::try_from(MAGIC.len()).unwrap_or(u64::MAX);
    let read = input::open(path).map(|(file, _)| file.take(most).read_to_string(&mut first));
    matches!(read, Ok(Ok(_))) && first == MAGIC
}

fn ending(path: &Path) -> &str {
    path.extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
}

/// A path as it is shown, the same on every system.
pub(super) fn slashed(path: &Path) -> String {
    let shown = path.display().to_string();
    if std::path::MAIN_SEPARATOR == '/' {
        shown
    } else {
        shown.replace(std::path::MAIN_SEPARATOR, "/")
    }
}
