//! Snapshots: what a replay gave, as plain text beside its scenario.
//!
//! ```text
//! # ec2sim snapshot 1
//! # file: night.yaml
//! # records: full
//! # made by: ec2sim 0.2.0, catalogue 5f0c2a9d3b1e7a64
//!
//! scenario
//!   name  Off for the night
//!   …
//! timeline
//!   0s  web  none -> pending  RunInstances
//!   15s  web  pending -> running  boot completed
//!   …
//! costs
//!   web  usage  BoxUsage:t3.medium  35985 second at 0.0416 per hour  0.4158266667
//!   usage  0.4158266667
//!   …
//!   total  0.4158266667
//! ```
//!
//! Nothing in it depends on how wide a column is, on rule ids or on lines of the file, so that it changes only with what
//! happens or what it costs. The version in the first line is that of the format: what version 1 says and how never
//! changes, a new field makes a version 2, and snapshots of version 1 stay good until they are renewed. What is below the
//! header is compared; who made it is only told where that has changed, and is renewed with it.
//!
//! What a snapshot records is said by its own header. What `--update` records is said by `--snapshot`, else by a comment
//! at the top of the scenario, `# ec2sim: snapshot=costs`, else by the snapshot that is there, else it is all.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use similar::{DiffTag, TextDiff};
use thiserror::Error;

use crate::{
    billing::Purchase,
    catalog,
    foreign::shown,
    money::{Price, Usd},
    record::{Meter, Resource, Unit, UsageType},
    runner::{Keep, Replay, replay_into},
    scenario::Scenario,
    script::Directory,
};

use super::{
    Recording,
    cut::{Cut, Most},
    recording::one_line,
    watch::Lines,
};

/// The version that is written, and the newest that can be read.
pub const SNAPSHOT_VERSION: u32 = 1;

/// How the line of the header begins that says who made it.
const MADE_BY: &str = "# made by:";

/// How the first line of every version begins.
pub(super) const MAGIC: &str = "# ec2sim snapshot";

/// What was chosen to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Nothing: there is no snapshot, and none is looked at.
    Off,
    /// This.
    Record(Recording),
}

impl Choice {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Record(recording) => recording.name(),
        }
    }
}

impl FromStr for Choice {
    type Err = SnapshotError;

    fn from_str(word: &str) -> Result<Self, SnapshotError> {
        match word {
            "off" => Ok(Self::Off),
            "full" => Ok(Self::Record(Recording::Full)),
            "transitions" => Ok(Self::Record(Recording::Transitions)),
            "costs" => Ok(Self::Record(Recording::Costs)),
            _ => Err(SnapshotError::Recording(word.to_owned())),
        }
    }
}

/// Why a snapshot, or what is said of one, can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// A later ec2sim made it.
    #[error(
        "the snapshot has version {0}, but this ec2sim only knows versions up to {SNAPSHOT_VERSION}: it was made by a newer ec2sim"
    )]
    Newer(u32),
    /// It has no header.
    #[error("this is not a snapshot: it doesn't begin with `{MAGIC} {SNAPSHOT_VERSION}`")]
    NoHeader,
    /// It doesn't say what it records.
    #[error("the header of the snapshot doesn't say what it records (`# records: full`)")]
    NoRecording,
    /// There is no such recording.
    #[error("a snapshot can't record `{0}`: expected `full`, `transitions`, `costs` or `off`")]
    Recording(String),
    /// A comment sets something that can't be set.
    #[error("`{0}` can't be set in a comment: expected `# ec2sim: snapshot=costs`")]
    Setting(String),
}

/// The endings of scenarios, in the order in which those that share a name come to the short name of a snapshot.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Where the snapshot of a scenario is: `stop.snap` beside `stop.yaml`. Where `stop.yaml`, `stop.yml` and `stop.json` stand
/// beside each other, the later ones have `stop.yml.snap` and `stop.json.snap`.
pub(super) fn snapshot_of(scenario: &Path) -> PathBuf {
    let own = scenario.extension().unwrap_or_default();
    let mut earlier = ENDINGS.iter().take_while(|ending| **ending != own);
    if earlier.any(|ending| scenario.with_extension(ending).exists()) {
        with_more(scenario, ".snap")
    } else {
        scenario.with_extension("snap")
    }
}

/// Where what a snapshot should become is put until somebody decides: `stop.snap.new`.
pub(super) fn pending_of(snapshot: &Path) -> PathBuf {
    with_more(snapshot, ".new")
}

fn with_more(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

/// A snapshot that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) recording: Recording,
    /// All of it, with plain line ends.
    pub(super) text: String,
}

impl Stored {
    pub(super) fn parse(text: &str) -> Result<Self, SnapshotError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let text = text.replace("\r\n", "\n");
        let mut lines = text.lines();
        let version = lines
            .next()
            .and_then(|line| line.strip_prefix(MAGIC))
            .and_then(|version| version.trim().parse::<u32>().ok())
            .ok_or(SnapshotError::NoHeader)?;
        match version {
            0 => return Err(SnapshotError::NoHeader),
            1 => {}
            newer => return Err(SnapshotError::Newer(newer)),
        }
        let recording = lines
            .take_while(|line| line.starts_with('#'))
            .find_map(|line| line.strip_prefix("# records:"))
            .ok_or(SnapshotError::NoRecording)?;
        match recording.trim().parse()? {
            Choice::Record(recording) => Ok(Self { recording, text }),
            Choice::Off => Err(SnapshotError::NoRecording),
        }
    }

    /// What is different in another: prices alone, or what happens as well; and who made this one, if that was another ec2sim.
    pub(super) fn moved(&self, other: &str) -> String {
        let what = if plain(&self.text).eq(plain(other)) {
            "prices moved"
        } else {
            "behaviour moved"
        };
        let mut header = self.text.lines().take_while(|line| line.starts_with('#'));
        let made = header.find_map(|line| line.strip_prefix(MADE_BY));
        match made.map(str::trim).filter(|made| *made != maker()) {
            Some(made) => format!(
                "{what}; it was made by {}, and this is {}",
                shown(made),
                maker()
            ),
            None => what.to_owned(),
        }
    }

    /// Whether it says the same as another, whatever the files of the two are called.
    pub(super) fn is_same(&self, other: &str) -> bool {
        body(&self.text).eq(body(other))
    }
}

/// Who makes snapshots: this version, with its catalogue.
fn maker() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("ec2sim {version}, catalogue {}", catalog::version())
}

/// What stands below the header, without prices and amounts.
fn plain(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut is_cost = false;
    body(text).map(move |line| {
        if !line.starts_with(' ') {
            is_cost = line == "costs";
        }
        let is_meter = line.contains("  meter ");
        if !is_cost && !is_meter {
            return Cow::Borrowed(line);
        }
        let words = line.split("  ");
        let words = words.map(|word| word.split(" at ").next().unwrap_or_default());
        let words: Vec<&str> = words.filter(|word| word.parse::<Usd>().is_err()).collect();
        Cow::Owned(words.join("  "))
    })
}

/// What stands below the header.
fn body(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .skip_while(|line| line.starts_with('#'))
        .map(str::trim_end)
}

/// What the comments of a scenario choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Chosen {
    /// What, and on which line.
    pub(super) choice: Option<(u32, Choice)>,
    /// The lines of comments that look as if they chose something, and don't: they stand below the top, or choose again, or
    /// say nothing that is known.
    pub(super) idle: Vec<u32>,
}

/// What the comments at the top of a scenario choose, or the line on which something is chosen that isn't there.
pub(super) fn chosen_in(source: &str) -> Result<Chosen, (u32, SnapshotError)> {
    let mut chosen = Chosen::default();
    if !source.contains(SETTINGS) {
        return Ok(chosen);
    }
    let mut is_top = true;
    for (number, line) in (1..).zip(source.lines()) {
        let trimmed = line.trim();
        is_top &= trimmed.is_empty() || trimmed.starts_with('#') || trimmed == "---";
        let Some(setting) = setting(line) else {
            continue;
        };
        match setting.split_once('=') {
            Some((key, word)) if is_top && chosen.choice.is_none() => {
                // A slip of the pen must not turn a check off.
                if key.trim() != "snapshot" {
                    return Err((number, SnapshotError::Setting(key.trim().to_owned())));
                }
                let choice = word.trim().parse().map_err(|error| (number, error))?;
                chosen.choice = Some((number, choice));
            }
            Some(_) | None => chosen.idle.push(number),
        }
    }
    Ok(chosen)
}

/// How a comment for ec2sim begins.
const SETTINGS: &str = "ec2sim:";

/// What a line has in a comment for ec2sim.
fn setting(line: &str) -> Option<&str> {
    let mut marks = line.match_indices('#').filter(|(at, _)| {
        let before = line.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(char::is_whitespace)
    });
    marks.find_map(|(at, _)| line.get(at + 1..)?.trim_start().strip_prefix(SETTINGS))
}

/// The snapshot of a scenario, as `--update` writes it.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, suite::{Recording, record}};
/// let scenario = Scenario::from_text("lesson.yaml", "
/// instances: { web: { type: m5.large, public-ipv4: none, root: 20GiB gp3 } }
/// steps:
///   - launch: web
///   - at: 1h
///     terminate: web
/// ").unwrap();
/// let snapshot = record(&scenario, Recording::Costs);
/// assert!(snapshot.starts_with("# ec2sim snapshot 1\n# file: lesson.yaml\n# records: costs\n"));
/// assert!(snapshot.contains("web  usage  BoxUsage:m5.large  3585 second at 0.096 per hour  0.0956000000\n"));
/// ```
pub fn record(scenario: &Scenario, recording: Recording) -> String {
    let keep = Keep {
        records: false,
        ledger: recording.has_costs(),
    };
    let mut lines = Lines::new(recording);
    let replay = replay_into(scenario, keep, vec![&mut lines]);
    text(recording, &replay, &lines)
}

/// The text of a snapshot.
pub(super) fn text(recording: Recording, replay: &Replay, timeline: &Lines) -> String {
    let program = replay.program();
    let file = Path::new(replay.file());
    let file = file
        .file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy();
    let mut text = format!(
        "{MAGIC} {SNAPSHOT_VERSION}\n# file: {}\n# records: {recording}\n{MADE_BY} {}\n\nscenario\n",
        one_line(&file),
        maker()
    );
    let mut row = |words: &[&str]| {
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "  {}", one_line(&words.join("  ")));
    };
    row(&["name", &program.name]);
    row(&["region", program.cast.region.name()]);
    row(&["start", &program.start.to_string()]);
    row(&["end", &replay.end().to_string()]);
    row(&["seed", &program.seed.to_string()]);
    if recording.has_timeline() {
        text.push_str("timeline\n");
        text.push_str(timeline.text());
    }
    if recording.has_costs() {
        text.push_str("costs\n");
        costs(replay, &mut text);
    }
    text
}

/// The ledger by thing and usage type, and its sums.
fn costs(replay: &Replay, text: &mut String) {
    let bill = replay.bill();
    let names = replay.directory();
    let mut sums: BTreeMap<SumKey, Sum> = BTreeMap::new();
    for line in bill.ledger() {
        let key = (
            line.resource,
            line.meter,
            line.usage_type,
            line.unit_price.units(),
            line.commitment(),
        );
        let sum = sums.entry(key).or_insert(Sum {
            quantity: 0,
            amount: Usd::ZERO,
            unit: line.unit,
            price_unit: line.unit.price_unit(),
            price: line.unit_price,
        });
        sum.quantity = sum.quantity.saturating_add(u128::from(line.quantity));
        sum.amount += line.amount;
    }
    for ((resource, meter, usage_type, _, purchase), sum) in sums {
        let covers = purchase.filter(|_| resource.is_some());
        let covers = covers.map_or_else(String::new, |purchase| format!("  covered by {purchase}"));
        let _ = writeln!(
            text,
            "  {}  {}  {}  {} {} at {} per {}  {}{covers}",
            resource.map_or_else(
                || purchase.map_or_else(|| "account".to_owned(), |purchase| purchase.to_string()),
                |of| one_line(&names.resource_name(of))
            ),
            meter.name(),
            usage_type.text(names.cast().region),
            sum.unit.written(sum.quantity),
            sum.unit.name(),
            sum.price,
            sum.price_unit,
            sum.amount,
        );
    }
    let cost = bill.cost();
    // A meter that has counted nothing isn't there: one that ec2sim learns later changes no snapshot without it.
    for meter in Meter::ALL {
        if bill.ledger().iter().any(|line| line.meter == *meter) {
            let _ = writeln!(text, "  {}  {}", meter.name(), cost.of(*meter));
        }
    }
    let _ = writeln!(text, "  total  {}", cost.total());
}

/// Of what, which meter, as what, at what price, and the purchase that it is of or that covers it.
type SumKey = (Option<Resource>, Meter, UsageType, u64, Option<Purchase>);

struct Sum {
    quantity: u128,
    amount: Usd,
    unit: Unit,
    price_unit: &'static str,
    price: Price,
}

/// How long it may take to find the least difference. What differs in everything is told as such after that.
const PATIENCE: Duration = Duration::from_millis(500);

/// The difference between two snapshots, as `diff -u` draws it, and the first line of the old one that differs. Of a long
/// one the beginning; the rest is in the file that `see` names, if there is one.
pub(super) fn diff(
    old: &str,
    new: &str,
    names: (&str, &str),
    see: Option<&str>,
) -> (String, Option<u32>) {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let first = diff
        .ops()
        .iter()
        .find(|op| op.tag() != DiffTag::Equal)
        .and_then(|op| u32::try_from(op.old_range().start + 1).ok());
    let mut drawn = Cut::new(Most::DIFF);
    // Writing to memory doesn't fail.
    let _ = write!(
        drawn,
        "{}",
        diff.unified_diff()
            .context_radius(3)
            .missing_newline_hint(false)
            .header(&shown(names.0), &shown(names.1))
    );
    let see = see.map_or_else(String::new, |file| format!(", see {}", shown(file)));
    (drawn.finish(&see), first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read() {
        let stored =
            Stored::parse("# ec2sim snapshot 1\r\n# file: a\r\n# records: costs\r\n\r\ncosts\r\n");
        let stored = stored.unwrap();
        assert_eq!(stored.recording, Recording::Costs);
        assert!(stored.is_same("# ec2sim snapshot 1\n# file: b\n# records: costs\n\ncosts\n"));
        assert!(!stored.is_same("# ec2sim snapshot 1\n# records: costs\n\ncosts\n  total  1\n"));
        assert_eq!(
            Stored::parse("# ec2sim snapshot 2\n"),
            Err(SnapshotError::Newer(2))
        );
        for text in [
            "",
            "---\nsource: tests\n",
            "# ec2sim snapshot\n",
            "# ec2sim snapshot 0\n",
        ] {
            assert_eq!(Stored::parse(text), Err(SnapshotError::NoHeader), "{text}");
        }
        assert_eq!(
            Stored::parse("# ec2sim snapshot 1\n\n# records: full\n"),
            Err(SnapshotError::NoRecording)
        );
    }

    #[test]
    fn a_comment_at_the_top_chooses() {
        let choice = |text| chosen_in(text).map(|chosen| chosen.choice.map(|(_, choice)| choice));
        assert_eq!(choice("# ec2sim: what it is for\n"), Ok(None));
        assert_eq!(
            choice("# ec2sim: snapshots=off\n"),
            Err((1, SnapshotError::Setting("snapshots".to_owned())))
        );
        let costs = Ok(Some(Choice::Record(Recording::Costs)));
        assert_eq!(
            choice("# A lesson.\n\n#ec2sim: snapshot = costs\nname: a\n"),
            costs
        );
        assert_eq!(choice("name: a\n# ec2sim: snapshot=costs\n"), Ok(None));
        assert_eq!(choice("# ec2sim: snapshot=off\n"), Ok(Some(Choice::Off)));
        assert!(matches!(
            chosen_in("# a\n# ec2sim: snapshot=all\n"),
            Err((2, _))
        ));
    }

    #[test]
    fn a_comment_that_chooses_nothing_is_known() {
        let text = "# ec2sim: what it is for\n# ec2sim: snapshot=costs\n# ec2sim: snapshot=off\nname: a\nsteps: [] # ec2sim: snapshot=off\n  # ec2sim: seeds=3\nnote: \"a#ec2sim: b\"\n";
        let chosen = chosen_in(text).unwrap();
        assert_eq!(chosen.choice, Some((2, Choice::Record(Recording::Costs))));
        assert_eq!(chosen.idle, [1, 3, 5, 6]);
    }

    #[test]
    fn a_large_difference_takes_no_long_time_and_is_told_in_part() {
        let text = |price: &str| {
            let mut text = String::from("timeline\n");
            for number in 0..20_000 {
                let _ = writeln!(
                    text,
                    "  {number}s  web-{number}  none -> pending  RunInstances"
                );
            }
            for number in 0..20_000 {
                let _ = writeln!(text, "  web-{number}  usage  3585 second at {price}");
            }
            text
        };
        #[expect(clippy::disallowed_methods, reason = "it is about real time")]
        let begin = std::time::Instant::now();
        let (drawn, first) = diff(&text("0.1"), &text("0.2"), ("a", "b"), Some("a.snap.new"));
        assert!(begin.elapsed() < Duration::from_secs(10));
        assert_eq!(first, Some(20_002));
        assert!(drawn.len() < 1 << 17 && drawn.ends_with(" more lines, see a.snap.new\n"));
    }
}
