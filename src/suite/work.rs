//! What one worker does: replays a scenario, or a piece of a sweep, and says what came of it.

use std::{
    any::Any,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    pin::pin,
    sync::{
        OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};

use crate::{
    engine::{Clock, Log, Outcome, Sink, StopSignal},
    foreign::shown,
    report::{Look, Timeline, Verbosity},
    runner::{Keep, Replay, block_on, replay_by, replay_into},
    scenario::{Code, Diagnostics, Scenario, Variant, input},
};

use super::{
    CaseOutcome, CaseReport, Checks, Choice, File, Filter, Options, Problem, ProblemKind,
    Recording, Seeds, SnapshotOutcome, Sweep,
    cut::{clip, cut},
    find::{reason, slashed},
    outcome::counted,
    snapshot::{self, Stored},
    watch::{Failures, Lines},
};

/// How many seeds a worker takes at a time.
pub(super) const PIECE: u64 = 32;
/// How many of the seeds that fail are named.
pub(super) const MOST_SEEDS: usize = 20;
/// How failures are drawn for reports, which have no terminal.
const PLAIN: Look = Look {
    width: 100,
    colour: false,
    verbosity: Verbosity::Quiet,
};

const ALARM: Style = AnsiColor::Red.on_default().bold();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();

/// What a worker hands back.
pub(super) struct Piece {
    pub(super) file: usize,
    pub(super) number: u64,
    /// Nothing where the filter doesn't let it through, or it is no scenario.
    pub(super) case: Option<CaseReport>,
    /// The file's variants, each a case of its own.
    pub(super) variants: Vec<CaseReport>,
    pub(super) beside: Beside,
    /// Whether it was looked at and is no scenario.
    pub(super) passed_over: bool,
    /// Whether it was stopped amid it.
    pub(super) interrupted: bool,
}

/// What there is to do and to say beside a scenario's own outcome.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) changes: Vec<FileChange>,
    pub(super) warnings: Vec<String>,
}

/// Whether a replay came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    ByItself,
    Interrupted,
}

/// Something to be done beside a scenario. Workers don't write: what another scenario decides must not depend on it.
pub(super) enum FileChange {
    Write(PathBuf, String),
    Remove(PathBuf),
}

/// All that workers share.
pub(super) struct Work<'a> {
    pub(super) files: &'a [File],
    pub(super) options: &'a Options,
    pub(super) filter: Filter,
    /// How many pieces each file has.
    pub(super) pieces: u64,
    /// Scenarios of which there are several pieces are read once.
    pub(super) read: Vec<OnceLock<Result<Scenario, Diagnostics>>>,
    pub(super) next: AtomicU64,
    /// No file beyond this one is needed any more.
    pub(super) limit: AtomicUsize,
}

impl<'a> Work<'a> {
    pub(super) fn new(files: &'a [File], options: &'a Options) -> Self {
        let pieces = options
            .seeds
            .map_or(1, |seeds| seeds.count().div_ceil(PIECE));
        let shared = if pieces > 1 { files.len() } else { 0 };
        Self {
            files,
            options,
            filter: Filter::of(options),
            pieces,
            read: (0..shared).map(|_| OnceLock::new()).collect(),
            next: AtomicU64::new(0),
            limit: AtomicUsize::new(usize::MAX),
        }
    }

    pub(super) fn units(&self) -> u64 {
        let files = u64::try_from(self.files.len()).unwrap_or(u64::MAX);
        files.saturating_mul(self.pieces)
    }

    /// What one worker does: it takes the next piece until there is none.
    pub(super) fn take(&self, sender: &mpsc::Sender<Piece>) {
        while !self.options.stop.is_asked() {
            let unit = self.next.fetch_add(1, Ordering::Relaxed);
            let index = usize::try_from(unit / self.pieces).unwrap_or(usize::MAX);
            let Some(file) = self.files.get(index) else {
                return;
            };
            if index > self.limit.load(Ordering::Relaxed) {
                return;
            }
            let number = unit % self.pieces;
            let piece = self.guarded(index, number, file);
            let mut cases = piece.case.iter().chain(&piece.variants);
            let is_bad = cases.any(|case| case.outcome != CaseOutcome::Passed);
            if is_bad && self.options.fail_fast {
                self.limit.fetch_min(index, Ordering::Relaxed);
            }
            if sender.send(piece).is_err() {
                return;
            }
        }
    }

    /// Does a piece. A bug of ec2sim that one scenario brings to light is that scenario's error.
    fn guarded(&self, index: usize, number: u64, file: &File) -> Piece {
        let mut piece = Piece {
            file: index,
            number,
            case: None,
            variants: Vec::new(),
            beside: Beside::default(),
            passed_over: false,
            interrupted: false,
        };
        let (done, took) = timed(|| {
            catch_unwind(AssertUnwindSafe(|| {
                self.case(index, number, file, &mut piece)
            }))
        });
        let mut case = done.unwrap_or_else(|payload| {
            (piece.beside, piece.variants) = Default::default();
            Some(self.broken(file, &*payload))
        });
        if let Some(case) = &mut case {
            case.took = Some(took);
        }
        piece.case = case;
        piece
    }

    fn broken(&self, file: &File, payload: &(dyn Any + Send)) -> CaseReport {
        let said = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied());
        let message = format!(
            "this is a bug in ec2sim: {}. Please report it, along with this file",
            shown(said.unwrap_or("no reason given"))
        );
        let mut case = CaseReport::new(file.name());
        self.error(
            &mut case,
            Problem::new(ProblemKind::Panic, file.name(), message),
        );
        case
    }

    fn case(
        &self,
        index: usize,
        number: u64,
        file: &File,
        piece: &mut Piece,
    ) -> Option<CaseReport> {
        let owned;
        let read = match self.read.get(index) {
            Some(shared) => shared.get_or_init(|| file.read(&self.options.reading)),
            None => {
                owned = file.read(&self.options.reading);
                &owned
            }
        };
        let mut case = CaseReport::new(file.name());
        let scenario = match read {
            Ok(scenario) => scenario,
            Err(mistakes) => {
                if file.is_other() {
                    piece.passed_over = number == 0 && !file.is_fragment();
                    return None;
                }
                if !self.filter.takes(&case.file, None) {
                    return None;
                }
                self.mistakes(&mut case, mistakes);
                return Some(case);
            }
        };
        let name = &scenario.program().name;
        if !self.filter.takes(&case.file, Some(scenario)) {
            return None;
        }
        case.name = Some(clip(name.clone()));
        let ended = match self.options.seeds {
            Some(seeds) => self.sweep(scenario, seeds.piece(number, PIECE), &mut case),
            None if file.variant.is_some() => self.alone(scenario, &mut case),
            None => self.single(scenario, file, &mut case, &mut piece.beside),
        };
        let variants = match ended {
            Ended::ByItself => self.variants(scenario, number, file),
            Ended::Interrupted => None,
        };
        let Some(variants) = variants else {
            piece.interrupted = true;
            piece.beside = Beside::default();
            return None;
        };
        piece.variants = variants;
        case.checks_nothing = case.outcome == CaseOutcome::Passed
            && case.snapshot == SnapshotOutcome::None
            && !scenario.program().expects_something();
        Some(case)
    }

    /// Replays what the file holds besides itself. Answers `None` if somebody stopped it.
    fn variants(&self, file: &Scenario, number: u64, named: &File) -> Option<Vec<CaseReport>> {
        let one = |variant: &Variant| {
            let (scenario, name) = (&variant.scenario, &variant.name);
            let mut case = CaseReport::new(format!("{}#{name}", named.name()));
            case.name = Some(clip(format!("{} ({name})", scenario.program().name)));
            let ended = match self.options.seeds {
                Some(seeds) => self.sweep(scenario, seeds.piece(number, PIECE), &mut case),
                None => self.alone(scenario, &mut case),
            };
            (ended == Ended::ByItself).then_some(case)
        };
        file.variants().iter().map(one).collect()
    }

    /// Replays a scenario that has no snapshot.
    fn alone(&self, scenario: &Scenario, case: &mut CaseReport) -> Ended {
        let mut failures = Failures::new(scenario.source());
        let replay = self.replay(scenario, Keep::SUMS, vec![&mut failures]);
        if replay.outcome() == Outcome::Interrupted {
            return self.stopped(scenario, None, case);
        }
        self.ended(scenario, &replay, failures.into_problems(), case);
        Ended::ByItself
    }

    /// What there is to say of a replay that wasn't stopped.
    fn ended(
        &self,
        scenario: &Scenario,
        replay: &Replay,
        problems: Vec<Problem>,
        case: &mut CaseReport,
    ) {
        count(case, replay);
        case.simulated = Some((replay.end() - scenario.program().start).to_string());
        case.cost = Some(replay.bill().cost().total().to_string());
        self.failed(scenario, replay, problems, None, case);
    }

    pub(super) fn mistakes(&self, case: &mut CaseReport, mistakes: &Diagnostics) {
        for one in mistakes {
            // An exercise with a gap isn't broken: it isn't solved.
            let kind = if one.code == Code::Gap {
                ProblemKind::Script
            } else {
                ProblemKind::Input
            };
            let mut problem = Problem::new(kind, one.file(), shown(&one.message));
            (problem.line, problem.column) = one.position().unzip();
            problem.code = Some(one.code.id().to_owned());
            case.add(problem);
        }
        self.draw(case, |look| {
            (self.options.draw)(mistakes, look.width, look.colour)
        });
    }

    /// Draws something for both readers, the report and the terminal.
    fn draw(&self, case: &mut CaseReport, drawn: impl Fn(Look) -> String) {
        case.text.push_str(&cut(&drawn(PLAIN)));
        if let Some(look) = self.options.look {
            let look = Look {
                verbosity: Verbosity::Quiet,
                ..look
            };
            case.styled
                .get_or_insert_default()
                .push_str(&cut(&drawn(look)));
        }
    }

    /// Something that is an error, or a failure without more to be seen.
    pub(super) fn error(&self, case: &mut CaseReport, problem: Problem) {
        self.draw(case, |look| {
            format!(
                "\n  {} {}: {}\n",
                paint(ALARM, "✗", look),
                shown(&problem.place()),
                shown(&problem.message)
            )
        });
        case.add(problem);
    }

    /// Replays a scenario for its snapshot's sake, if it has one.
    fn held(&self, scenario: &Scenario, file: &File, case: &mut CaseReport, beside: &mut Beside) {
        let Some(snapshot) = self.look_up(scenario, file, case, &mut beside.warnings) else {
            return;
        };
        let mut lines = Lines::new(snapshot.recording);
        let keep = Keep {
            records: false,
            ledger: snapshot.recording.has_costs(),
        };
        let replay = replay_into(scenario, keep, vec![&mut lines]);
        let text = snapshot::text(snapshot.recording, &replay, &lines);
        self.compare(&snapshot, text, file, case, &mut beside.changes);
    }

    /// Replays a scenario, and looks at its snapshot.
    fn single(
        &self,
        scenario: &Scenario,
        file: &File,
        case: &mut CaseReport,
        beside: &mut Beside,
    ) -> Ended {
        let snapshot = self.look_up(scenario, file, case, &mut beside.warnings);
        let recording = snapshot.as_ref().map(|snapshot| snapshot.recording);
        let mut failures = Failures::new(scenario.source());
        let mut lines = recording.map(Lines::new);
        let mut log = Log;
        let mut sinks: Vec<&mut dyn Sink> = vec![&mut failures];
        if let Some(lines) = &mut lines {
            sinks.push(lines);
        }
        if self.options.log {
            sinks.push(&mut log);
        }
        let keep = Keep {
            records: false,
            ledger: recording.is_some_and(Recording::has_costs),
        };
        let replay = self.replay(scenario, keep, sinks);
        if replay.outcome() == Outcome::Interrupted {
            return self.stopped(scenario, None, case);
        }
        self.ended(scenario, &replay, failures.into_problems(), case);
        if let (Some(snapshot), Some(lines)) = (snapshot, lines) {
            let text = snapshot::text(snapshot.recording, &replay, &lines);
            self.compare(&snapshot, text, file, case, &mut beside.changes);
        }
        Ended::ByItself
    }

    /// Replays a scenario until it ends, its time is over, or somebody stops the whole run.
    fn replay(&self, scenario: &Scenario, keep: Keep, sinks: Vec<&mut dyn Sink>) -> Replay {
        let stop = &self.options.stop;
        let stop = match self.options.timeout {
            Some(timeout) => stop.within(timeout),
            None => stop.clone(),
        };
        block_on(pin!(replay_by(scenario, keep, sinks, Clock::Instant, stop)))
    }

    /// What there is to say of a replay that was stopped: it took too long, unless somebody stopped the whole run.
    fn stopped(&self, scenario: &Scenario, seed: Option<u64>, case: &mut CaseReport) -> Ended {
        let Some(timeout) = self
            .options
            .timeout
            .filter(|_| !self.options.stop.is_asked())
        else {
            return Ended::Interrupted;
        };
        let message = format!("it takes longer than {timeout:?} of real time (`--timeout`)");
        let mut problem = Problem::new(ProblemKind::Script, scenario.file(), message);
        problem.seed = seed;
        self.error(case, problem);
        Ended::ByItself
    }

    /// Puts what failed to a case, and draws it: the replay is made again and told to a timeline, which knows how.
    fn failed(
        &self,
        scenario: &Scenario,
        replay: &Replay,
        problems: Vec<Problem>,
        seed: Option<u64>,
        case: &mut CaseReport,
    ) {
        if replay.passed() {
            return;
        }
        let command = seed.map(|seed| {
            let file = for_a_shell(scenario.file());
            if case.file == scenario.file() {
                format!("ec2sim run {file} --seed {seed}")
            } else {
                // A variant is replayed with its file.
                format!("ec2sim test {file} --seeds {}", Seeds::one(seed))
            }
        });
        for mut problem in problems {
            problem.seed = seed;
            problem.command.clone_from(&command);
            case.add(problem);
        }
        if case.outcome == CaseOutcome::Passed {
            let message = format!("the replay {}", replay.outcome().name());
            case.add(Problem::new(ProblemKind::Script, scenario.file(), message));
        }
        self.draw(case, |look| {
            let mut out = Vec::new();
            let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
            timeline.begin(scenario.program(), scenario.file());
            let again = replay_into(scenario, Keep::SUMS, vec![&mut timeline]);
            // Writing to memory doesn't fail.
            let _ = timeline.end(&again, scenario.source());
            String::from_utf8_lossy(&out).into_owned()
        });
    }

    fn sweep(
        &self,
        scenario: &Scenario,
        seeds: impl Iterator<Item = u64>,
        case: &mut CaseReport,
    ) -> Ended {
        let mut sweep = Sweep {
            replayed: 0,
            failed: 0,
            failed_seeds: Vec::new(),
        };
        for seed in seeds {
            let seeded = scenario.with_seed(seed);
            let mut failures = Failures::new(scenario.source());
            let replay = self.replay(&seeded, Keep::SUMS, vec![&mut failures]);
            let is_late = replay.outcome() == Outcome::Interrupted;
            if is_late && self.stopped(scenario, Some(seed), case) == Ended::Interrupted {
                return Ended::Interrupted;
            }
            sweep.replayed += 1;
            if !is_late {
                count(case, &replay);
            }
            if replay.passed() {
                continue;
            }
            sweep.failed += 1;
            if sweep.failed_seeds.len() < MOST_SEEDS {
                sweep.failed_seeds.push(seed);
            }
            // One is told in full; the others have their commands.
            if case.outcome == CaseOutcome::Passed {
                self.failed(&seeded, &replay, failures.into_problems(), Some(seed), case);
            }
            if is_late {
                // The others would take as long.
                break;
            }
        }
        case.sweep = Some(sweep);
        Ended::ByItself
    }

    /// Says of a whole sweep under which seeds it failed.
    pub(super) fn tell_seeds(&self, case: &mut CaseReport) {
        let Some(sweep) = case.sweep.clone().filter(|sweep| sweep.failed > 0) else {
            return;
        };
        let seeds: Vec<String> = sweep.failed_seeds.iter().map(u64::to_string).collect();
        let named = u64::try_from(seeds.len()).unwrap_or(u64::MAX);
        let more = if sweep.failed > named { ", …" } else { "" };
        let seeds = seeds.join(", ");
        let command = case.problems.iter().find_map(|one| one.command.as_ref());
        let command = command.map_or_else(String::new, |command| {
            format!("\n    for the first alone: {command}")
        });
        self.draw(case, |look| {
            format!(
                "\n  {} fails with {} of {}: {seeds}{more}{command}\n",
                paint(ALARM, "✗", look),
                sweep.failed,
                counted(sweep.replayed, "seed"),
            )
        });
    }

    /// Reads the snapshot of a scenario, if one is to be looked at.
    fn look_up(
        &self,
        scenario: &Scenario,
        file: &File,
        case: &mut CaseReport,
        warnings: &mut Vec<String>,
    ) -> Option<SnapshotFile> {
        let options = self.options;
        let path = snapshot::snapshot_of(&file.path);
        let chosen = match snapshot::chosen_in(&scenario.source().text) {
            Ok(chosen) => chosen,
            Err((line, error)) => {
                let mut problem =
                    Problem::new(ProblemKind::Input, scenario.file(), error.to_string());
                problem.line = Some(line);
                self.error(case, problem);
                return None;
            }
        };
        for line in chosen.idle {
            warnings.push(format!(
                "{}:{line}: this comment sets nothing: put one `# ec2sim: snapshot=costs` before the first key",
                scenario.file()
            ));
        }
        if let (true, Some(option), Some((line, chosen))) =
            (options.update, options.snapshot, chosen.choice)
            && option != chosen
        {
            warnings.push(format!(
                "{}:{line}: the comment says `snapshot={}`, but `--snapshot {}` was recorded: the next `ec2sim test` follows the comment",
                scenario.file(),
                chosen.name(),
                option.name()
            ));
        }
        let chosen = chosen.choice.map(|(_, choice)| choice);
        let choice = options.snapshot.or(chosen);
        let default = file.snapshot_level();
        if choice.or(default) == Some(Choice::Off) {
            return None;
        }
        let stored = match input::text_of(&path, input::LARGEST) {
            Ok(text) => Stored::parse(&text)
                .map(Some)
                .map_err(|error| error.to_string()),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(format!("cannot read it: {error}")),
        };
        let stored = match stored {
            Ok(stored) => stored,
            Err(message) => {
                case.snapshot = SnapshotOutcome::Unusable;
                let mut problem = Problem::new(ProblemKind::SnapshotFile, slashed(&path), message);
                problem.line = Some(1);
                self.error(case, problem);
                return None;
            }
        };
        let own = stored.as_ref().map(|stored| stored.recording);
        let of = |choice| match choice {
            Some(Choice::Record(recording)) => Some(recording),
            Some(Choice::Off) | None => None,
        };
        let recording = if options.update {
            of(choice)
                .or(own)
                .or(of(default))
                .unwrap_or(Recording::Full)
        } else {
            // A scenario that asks for a snapshot has one; where nobody asks, what is there is compared as it is.
            let required = self
                .requires_snapshot(file)
                .then(|| of(default).unwrap_or(Recording::Full));
            of(chosen).or(own).or(required)?
        };
        Some(SnapshotFile {
            path,
            recording,
            stored,
        })
    }

    fn requires_snapshot(&self, file: &File) -> bool {
        let config = file.config.as_ref();
        self.options.require_snapshots || config.is_some_and(|config| config.require_snapshots)
    }

    /// Holds a replay against its snapshot.
    fn compare(
        &self,
        snapshot: &SnapshotFile,
        text: String,
        file: &File,
        case: &mut CaseReport,
        changes: &mut Vec<FileChange>,
    ) {
        let pending = snapshot::pending_of(&snapshot.path);
        let stored = snapshot.stored.as_ref();
        let is_same = stored
            .is_some_and(|stored| stored.recording == snapshot.recording && stored.is_same(&text));
        let mut settle = |outcome| {
            if self.options.may_write && pending.exists() {
                changes.push(FileChange::Remove(pending.clone()));
            }
            outcome
        };
        if is_same {
            case.snapshot = settle(SnapshotOutcome::Matched);
            return;
        }
        if self.options.update && case.outcome == CaseOutcome::Passed {
            case.snapshot = settle(match stored {
                Some(_) => SnapshotOutcome::Updated,
                None => SnapshotOutcome::Created,
            });
            changes.push(FileChange::Write(snapshot.path.clone(), text));
            return;
        }
        if self.options.update && stored.is_none() {
            // What fails isn't recorded, and has no snapshot that it could differ from.
            return;
        }
        case.snapshot = SnapshotOutcome::Mismatched;
        let (path, new) = (slashed(&snapshot.path), slashed(&pending));
        let message = match stored {
            None if self.requires_snapshot(file) => "there is no snapshot".to_owned(),
            None => "the scenario asks for a snapshot, but there is none".to_owned(),
            Some(stored) if stored.recording != snapshot.recording => format!(
                "the snapshot records {}, but the scenario asks for {}",
                stored.recording, snapshot.recording
            ),
            Some(stored) => format!(
                "the replay differs from the snapshot: {}",
                stored.moved(&text)
            ),
        };
        let old = stored.map_or("", |stored| &stored.text);
        let see = self.options.may_write.then_some(new.as_str());
        let (diff, line) = snapshot::diff(old, &text, (&path, &new), see);
        let command = format!("ec2sim test {} --update", for_a_shell(&file.name()));
        // One that isn't there has no lines: it is the scenario that is wrong.
        let mut problem = match stored {
            Some(_) => Problem::new(ProblemKind::Snapshot, &path, message),
            None => Problem::new(ProblemKind::Snapshot, file.name(), message),
        };
        problem.line = line.filter(|_| stored.is_some());
        problem.command = Some(command.clone());
        self.draw(case, |look| {
            let mut drawn = format!(
                "\n  {} {}: {}\n\n",
                paint(ALARM, "✗", look),
                shown(&problem.place()),
                problem.message
            );
            for line in diff.lines() {
                let style = match line.as_bytes().first() {
                    Some(b'+') => GREEN,
                    Some(b'-') => RED,
                    Some(b'@') => DIM,
                    Some(_) | None => Style::new(),
                };
                drawn.push_str("    ");
                drawn.push_str(&paint(style, line, look));
                drawn.push('\n');
            }
            drawn.push_str("\n    if this is as it should be: ");
            drawn.push_str(&command);
            drawn.push_str(" (or --review)");
            drawn.push('\n');
            drawn
        });
        problem.diff = Some(diff);
        case.add(problem);
        if self.options.may_write {
            changes.push(FileChange::Write(pending, text));
        }
    }

    /// Writes what is to be written.
    pub(super) fn carry_out(&self, changes: Vec<FileChange>, case: &mut CaseReport) {
        for change in changes {
            let (done, path) = match &change {
                FileChange::Write(path, text) => (fs::write(path, text), path),
                FileChange::Remove(path) => (fs::remove_file(path), path),
            };
            if let Err(error) = done {
                let message = format!("cannot write it: {}", reason(&error));
                self.error(
                    case,
                    Problem::new(ProblemKind::SnapshotFile, slashed(path), message),
                );
            }
        }
    }
}

/// Holds a scenario against its snapshot alone, if it has one, and says what came of it as [`run`](super::run) does.
pub fn hold_snapshot(scenario: &Scenario, file: &File, may_write: bool) -> CaseReport {
    let options = Options {
        may_write,
        ..Options::default()
    };
    let work = Work::new(std::slice::from_ref(file), &options);
    let mut case = CaseReport::new(file.name());
    let mut beside = Beside::default();
    work.held(scenario, file, &mut case, &mut beside);
    work.carry_out(beside.changes, &mut case);
    case
}

/// A snapshot that is to be looked at.
pub(super) struct SnapshotFile {
    path: PathBuf,
    /// What is recorded, now.
    recording: Recording,
    stored: Option<Stored>,
}

fn count(case: &mut CaseReport, replay: &Replay) {
    let tally = replay.tally();
    case.transitions += tally.transitions;
    case.expectations = Checks {
        passed: case.expectations.passed + tally.passed,
        failed: case.expectations.failed + tally.failed,
    };
}

/// Does something, and says how long it really took.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a replay really takes is shown to people, and nothing else depends on it"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed())
}

fn paint(style: Style, text: &str, look: Look) -> String {
    let text = shown(text);
    if look.colour {
        format!("{style}{text}{style:#}")
    } else {
        text.into_owned()
    }
}

/// A path as it is shown and can be pasted into a shell.
fn for_a_shell(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
    if shown(path) != path {
        let escaped: String = path.bytes().map(in_dollar_quotes).collect();
        format!("$'{escaped}'")
    } else if !path.is_empty() && path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

fn in_dollar_quotes(byte: u8) -> String {
    match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' if !b":#".contains(&byte) => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_the_error_of_its_scenario() {
        let options = Options::default();
        let files = [File {
            path: "broken.yaml".into(),
            variant: None,
            relative: "broken.yaml".to_owned(),
            is_named: true,
            config: None,
        }];
        let work = Work::new(&files, &options);
        let payload = catch_unwind(|| panic!("a bill is negative")).unwrap_err();
        let case = work.broken(&files[0], &*payload);
        assert_eq!(case.outcome, CaseOutcome::Error);
        assert_eq!(case.problems[0].kind, ProblemKind::Panic);
        assert!(case.text.contains("a bill is negative"), "{}", case.text);
    }

    #[test]
    fn a_path_can_be_pasted() {
        assert_eq!(for_a_shell("a/b-1.yaml"), "a/b-1.yaml");
        assert_eq!(for_a_shell("it's here.yaml"), r"'it'\''s here.yaml'");
        assert_eq!(for_a_shell("it's\n\u{85}"), r"$'it\'s\x0a\xc2\x85'");
    }
}
