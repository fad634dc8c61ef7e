//! A replay that shows itself.

use std::{
    env, fmt,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use serde::{Serialize, Serializer};
use unicode_width::UnicodeWidthStr;

use crate::{
    engine::StopSignal,
    foreign,
    lifecycle::Phase,
    record::RecordKind,
    report::{Document, Look, Timeline, Verbosity},
    runner::{Keep, Replay, replay_into},
    scenario::{Broken, Configs, Diagnostic, Diagnostics, Reading, Scenario},
    script::Directory,
};

/// How wide a timeline is drawn: the same everywhere, whatever the terminal.
const WIDTH: usize = 80;

/// A scenario that was replayed: the plain timeline as text, the document `ec2sim/replay/1` as data.
///
/// # Example
///
/// ```
/// use ec2sim::testing;
///
/// let replay = testing::replay_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ");
/// assert!(replay.to_string().contains("pending → running"));
/// assert_eq!(replay.to_json()["instances"]["web"]["state"], "running");
/// assert_eq!(replay.transitions(), "       0s  web  new → pending\n      15s  web  pending → running\n");
/// ```
#[derive(Debug)]
pub struct Snapshot {
    scenario: Scenario,
    replay: Replay,
    width: usize,
    verbosity: Verbosity,
    text: String,
}

impl Snapshot {
    pub(super) fn new(scenario: Scenario) -> Self {
        let (replay, text) = draw(&scenario, WIDTH, Verbosity::Normal);
        Self {
            scenario,
            replay,
            width: WIDTH,
            verbosity: Verbosity::Normal,
            text,
        }
    }

    /// The scenario.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The replay: its records, its bill, the world as it ended.
    pub const fn replay(&self) -> &Replay {
        &self.replay
    }

    /// Holds that it passed, and hands it on.
    ///
    /// # Panics
    ///
    /// If it did not: with each failure at its line, expected against found, and what led there.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "that it passed may be all that a test asks"
    )]
    pub fn passed(self) -> Self {
        assert!(self.replay.passed(), "{}", self.failures());
        self
    }

    /// What failed, drawn; and how it ended.
    pub fn failures(&self) -> String {
        let (_, text) = draw(&self.scenario, WIDTH, Verbosity::Quiet);
        format!("\n{}", text.trim_matches('\n'))
    }

    /// The timeline in another width, from 60 columns on.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns;
        self.again()
    }

    /// The timeline with every rule and every line of the ledger.
    #[must_use]
    pub fn verbose(mut self) -> Self {
        self.verbosity = Verbosity::Verbose;
        self.again()
    }

    /// Draws it again: a timeline is drawn while its replay runs.
    fn again(mut self) -> Self {
        (self.replay, self.text) = draw(&self.scenario, self.width, self.verbosity);
        self
    }

    /// The changes of state alone, a line each: neither addresses nor prices, which a new edition of the catalogue may change.
    pub fn transitions(&self) -> String {
        let names = self.replay.directory();
        let start = self.replay.program().start;
        let named = |phase: Phase| match phase.flavor() {
            Some(flavor) => format!("{} ({})", phase.state(), flavor.name()),
            None => phase.state().to_string(),
        };
        let mut told = String::new();
        for record in self.replay.records() {
            if let RecordKind::Transition(transition) = &record.kind {
                let name = names.instance_name(transition.instance);
                let from = transition.from.map_or_else(|| "new".to_owned(), named);
                let at = record.at.since(start).to_string();
                // Writing to a text can't fail.
                let (name, to) = (foreign::shown(&name), named(transition.to));
                let _ = writeln!(told, "{at:>9}  {name}  {from} → {to}");
            }
        }
        told
    }

    /// The document, as a value.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The plain timeline, 80 columns wide, as `ec2sim run` prints it into a file.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The document `ec2sim/replay/1`, as `ec2sim run --format json` prints it.
impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Document::new(&self.replay).serialize(serializer)
    }
}

fn draw(scenario: &Scenario, width: usize, verbosity: Verbosity) -> (Replay, String) {
    let mut out = Vec::new();
    let look = Look {
        width,
        colour: false,
        verbosity,
    };
    let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
    timeline.begin(scenario.program(), scenario.file());
    let replay = replay_into(scenario, Keep::ALL, vec![&mut timeline]);
    // Memory takes whatever is written.
    let _ = timeline.end(&replay, scenario.source());
    (replay, String::from_utf8_lossy(&out).into_owned())
}

/// Replays a scenario file. A relative path is looked for in the working directory, which in `cargo test` is the folder of
/// `Cargo.toml`.
///
/// # Panics
///
/// If the file has mistakes, with all of them.
#[track_caller]
pub fn replay_file(path: impl AsRef<Path>) -> Snapshot {
    match read(path.as_ref()) {
        Ok(scenario) => Snapshot::new(scenario),
        Err(mistakes) => panic!("{}", drawn(&mistakes)),
    }
}

/// Replays a scenario that stands in the test. `name` is what the file would be called.
///
/// # Panics
///
/// If the text has mistakes, with all of them.
#[track_caller]
pub fn replay_text(name: &str, text: &str) -> Snapshot {
    match Scenario::from_text(name, text) {
        Ok(scenario) => Snapshot::new(scenario),
        Err(mistakes) => panic!("{}", drawn(&mistakes)),
    }
}

/// Replays a scenario.
pub fn replay(scenario: &Scenario) -> Snapshot {
    Snapshot::new(scenario.clone())
}

/// Holds that a scenario passes.
///
/// # Panics
///
/// If it doesn't: with each failure at its line, expected against found, and what led there.
///
/// ```should_panic
/// let scenario = ec2sim::Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web }, { expect: { web: { state: stopped } } } ]
/// ").unwrap();
/// ec2sim::testing::assert_passes(&scenario);
/// ```
#[track_caller]
pub fn assert_passes(scenario: &Scenario) {
    replay(scenario).passed();
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Scenario, Diagnostics> {
    let path = shown(path);
    let mut configs = Configs::default();
    match configs.of_file(&path) {
        Ok(config) => {
            let reading = Reading::default().under(config.as_ref());
            Scenario::from_path_within(path, reading)
        }
        Err(Broken) => match configs.mistakes().pop() {
            Some(mistakes) => Err(mistakes),
            None => Scenario::from_path(path),
        },
    }
}

/// A path as it is shown: relative, so that a snapshot is the same in every checkout.
pub(super) fn shown(path: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(below) if path.is_absolute() && below != Path::new("") => below.to_path_buf(),
        _ => path.to_path_buf(),
    }
}

/// Mistakes, each with its line: a panic's message holds no styles.
pub(super) fn drawn(mistakes: &Diagnostics) -> String {
    let mut told = String::new();
    for mistake in mistakes {
        told.push('\n');
        told.push_str(&mistake.to_string());
        told.push_str(&line_of(mistake));
    }
    match mistakes.omitted() {
        0 => told,
        more => format!("{told}\nand {more} more"),
    }
}

/// The line of a mistake, with a mark below it.
fn line_of(mistake: &Diagnostic) -> String {
    let source = &mistake.primary.source;
    let Some((line, _)) = mistake.position() else {
        return String::new();
    };
    let range = source.line_range(line);
    let text = source.text.get(range.clone()).unwrap_or_default();
    let text = text.trim_end();
    // A line that is too long to be read helps nobody.
    if text.chars().count() > 160 {
        return String::new();
    }
    let index = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let marked = source
        .text
        .get(index(mistake.primary.lo)..index(mistake.primary.hi))
        .unwrap_or_default();
    let before = source
        .text
        .get(range.start..index(mistake.primary.lo))
        .unwrap_or_default();
    let marked = marked.lines().next().unwrap_or_default();
    let mut told = format!(
        "\n    {}\n    {:indent$}{} {}",
        foreign::shown(text),
        "",
        "^".repeat(foreign::shown(marked).width().max(1)),
        foreign::shown(&mistake.primary.text),
        indent = foreign::shown(before).width()
    );
    told.truncate(told.trim_end().len());
    if let Some(suggestion) = &mistake.suggestion {
        let replacement = foreign::shown(&suggestion.replacement);
        let _ = write!(told, "\n    did you mean `{replacement}`?");
    }
    for note in &mistake.notes {
        let _ = write!(told, "\n    note: {}", foreign::shown(note));
    }
    told
}
