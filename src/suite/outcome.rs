//! What a run comes to. Every form of it is a view of these; their JSON is `ec2sim/suite/1`.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{File, Seeds, Shard, cut::clip};

/// A whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// `ec2sim/suite/1`.
    pub schema: String,
    /// Which part of the suite it is, if it isn't all of it.
    pub shard: Option<Shard>,
    /// The seeds under which each scenario was replayed, where it was a sweep.
    pub seeds: Option<Seeds>,
    /// What was counted.
    pub counts: Counts,
    /// The scenarios, in the order in which they were found.
    pub cases: Vec<CaseReport>,
    /// What a person should know: snapshots without a scenario, two scenarios with one name.
    pub warnings: Vec<String>,
    /// What else there is to say: files that were passed over, scenarios that were not run.
    pub notes: Vec<String>,
}

/// How many scenarios came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// All that were told of.
    pub cases: u64,
    /// All is as expected.
    pub passed: u64,
    /// An expectation or a snapshot didn't hold.
    pub failed: u64,
    /// They could not be used.
    pub errors: u64,
    /// Not run: another had failed before (`--fail-fast`).
    pub not_run: u64,
}

/// One scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    /// Its file.
    pub file: String,
    /// Its name, where the file could be read.
    pub name: Option<String>,
    /// How it went.
    pub outcome: CaseOutcome,
    /// How long it lasted in the simulated world: `1d 4h`.
    pub simulated: Option<String>,
    /// How many transitions there were; in a sweep, under all seeds together.
    pub transitions: u64,
    /// Its expectations; in a sweep, under all seeds together.
    pub expectations: Checks,
    /// What it cost in US dollars; nothing in a sweep.
    pub cost: Option<String>,
    /// What became of its snapshot.
    pub snapshot: SnapshotOutcome,
    /// What came of the seeds, where it was a sweep.
    pub sweep: Option<Sweep>,
    /// Whether it passed and could not have failed but for a step that is refused: it expects nothing, no step has to be
    /// refused, and no snapshot was looked at.
    #[serde(default)]
    pub checks_nothing: bool,
    /// What is wrong; nothing where it passed.
    pub problems: Vec<Problem>,
    /// What is wrong, drawn in full for a person, without colours.
    pub text: String,
    /// The same as the terminal is wide, with its colours.
    #[serde(skip)]
    pub styled: Option<String>,
    /// How long it really took. The one thing that differs from run to run.
    #[serde(skip)]
    pub took: Option<Duration>,
}

/// Single checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checks {
    /// Those that held.
    pub passed: u64,
    /// Those that didn't.
    pub failed: u64,
}

/// How a scenario went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseOutcome {
    /// All is as expected.
    Passed,
    /// An expectation or a snapshot didn't hold, or a step was refused unexpectedly.
    Failed,
    /// It could not be used: the file, its snapshot, or ec2sim itself is broken.
    Error,
}

impl CaseOutcome {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }

    /// The sign before it.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Passed => "✓",
            Self::Failed => "✗",
            Self::Error => "!",
        }
    }
}

/// What became of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SnapshotOutcome {
    /// There is none, or it wasn't looked at.
    None,
    /// It is as it was.
    Matched,
    /// It is not as it was, or isn't there though the scenario asks for one.
    Mismatched,
    /// There was none, and now there is.
    Created,
    /// It was changed.
    Updated,
    /// It can't be used.
    Unusable,
}

/// What came of many seeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// Under how many the scenario was replayed.
    pub replayed: u64,
    /// Under how many it failed.
    pub failed: u64,
    /// The first of those.
    pub failed_seeds: Vec<u64>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// The file that it is in: the scenario, its snapshot or its price file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// What is wrong, on one line.
    pub message: String,
    /// What was expected.
    pub expected: Option<String>,
    /// What was found.
    pub found: Option<String>,
    /// The offset in simulated time.
    pub at: Option<String>,
    /// EC2's code of a refusal, or ec2sim's of a mistake in the file.
    pub code: Option<String>,
    /// The seed under which it is so, in a sweep.
    pub seed: Option<u64>,
    /// The command that shows it again.
    pub command: Option<String>,
    /// The difference, of a snapshot.
    pub diff: Option<String>,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// An expectation didn't hold.
    Expectation,
    /// A step was refused, and the scenario didn't say so.
    Refusal,
    /// The script couldn't be carried out: a wait ran out, a refusal didn't come.
    Script,
    /// The snapshot isn't what the replay gives.
    Snapshot,
    /// The file can't be read, or has a mistake.
    Input,
    /// The snapshot can't be used, or not be written.
    SnapshotFile,
    /// ec2sim itself is broken.
    Panic,
}

impl ProblemKind {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expectation => "expectation",
            Self::Refusal => "refusal",
            Self::Script => "script",
            Self::Snapshot => "snapshot",
            Self::Input => "input",
            Self::SnapshotFile => "snapshot-file",
            Self::Panic => "panic",
        }
    }

    /// Whether the scenario failed, or could not be used: the difference between the failures and errors of `JUnit`.
    pub const fn outcome(self) -> CaseOutcome {
        match self {
            Self::Expectation | Self::Refusal | Self::Script | Self::Snapshot => {
                CaseOutcome::Failed
            }
            Self::Input | Self::SnapshotFile | Self::Panic => CaseOutcome::Error,
        }
    }
}

impl Problem {
    /// A problem of which only the message is known.
    pub(super) fn new(
        kind: ProblemKind,
        file: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            file: file.into(),
            line: None,
            column: None,
            message: message.into(),
            expected: None,
            found: None,
            at: None,
            code: None,
            seed: None,
            command: None,
            diff: None,
        }
    }

    /// Where it is: `stop.yaml:12:5`.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", self.file),
            (Some(line), None) => format!("{}:{line}", self.file),
            (None, _) => self.file.clone(),
        }
    }
}

impl CaseReport {
    pub(super) fn new(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            name: None,
            outcome: CaseOutcome::Passed,
            simulated: None,
            transitions: 0,
            expectations: Checks::default(),
            cost: None,
            snapshot: SnapshotOutcome::None,
            sweep: None,
            checks_nothing: false,
            problems: Vec::new(),
            text: String::new(),
            styled: None,
            took: None,
        }
    }

    /// A scenario that isn't done yet, as it is told if it never will be.
    pub fn unfinished(file: &File) -> Self {
        let mut case = Self::new(file.name());
        let message = "ec2sim ended before this scenario did";
        case.add(Problem::new(ProblemKind::Panic, file.name(), message));
        case
    }

    /// Puts a problem to it, and what is drawn of it.
    pub(super) fn add(&mut self, mut problem: Problem) {
        problem.message = clip(problem.message);
        problem.expected = problem.expected.map(clip);
        problem.found = problem.found.map(clip);
        self.outcome = self.outcome.max(problem.kind.outcome());
        self.problems.push(problem);
    }

    /// The path of its file; that of a variant has the variant's name behind it.
    pub fn path(&self) -> &str {
        let end = [".yaml#", ".yml#", ".json#"]
            .iter()
            .find_map(|ending| Some(self.file.rfind(ending)? + ending.len() - 1));
        end.map_or(&self.file, |end| &self.file[..end])
    }

    /// Its name, or its file where that isn't known.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.file)
    }
}

impl Report {
    /// The schema's name.
    pub const SCHEMA: &str = "ec2sim/suite/1";

    pub(super) fn new(shard: Option<Shard>, seeds: Option<Seeds>) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            shard,
            seeds,
            counts: Counts::default(),
            cases: Vec::new(),
            warnings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Counts the cases, and warns of names that two of them have.
    pub(super) fn close(&mut self) {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let not_run = self.counts.not_run;
        self.counts = Counts {
            not_run,
            ..Counts::default()
        };
        for case in &self.cases {
            self.counts.cases += 1;
            match case.outcome {
                CaseOutcome::Passed => self.counts.passed += 1,
                CaseOutcome::Failed => self.counts.failed += 1,
                CaseOutcome::Error => self.counts.errors += 1,
            }
            if let Some(name) = &case.name {
                names.entry(name).or_default().push(&case.file);
            }
        }
        let mut warnings: Vec<String> = names
            .into_iter()
            .filter(|(_, files)| files.len() > 1)
            .map(|(name, files)| {
                format!(
                    "{} scenarios are named `{}`: {}{}",
                    files.len(),
                    name,
                    files[..files.len().min(5)].join(", "),
                    if files.len() > 5 { ", …" } else { "" }
                )
            })
            .collect();
        for warning in warnings.drain(..) {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    /// The worst that a scenario came to.
    pub fn outcome(&self) -> CaseOutcome {
        let worst = self.cases.iter().map(|case| case.outcome).max();
        worst.unwrap_or(CaseOutcome::Passed)
    }
}

/// A number with its word: `1 error`, `2 errors`.
pub(super) fn counted(count: u64, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {word}{s}")
}
