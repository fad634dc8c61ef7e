//! Replaying many scenarios side by side.
//!
//! Workers take the files in their order and hand back what came of each; one collector puts that into order again, does
//! what there is to be written, and tells the observer. So the order of the output, and with `fail_fast` what is in it,
//! doesn't depend on how many workers there are or which is faster.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    num::NonZeroUsize,
    path::PathBuf,
    sync::{
        atomic::Ordering,
        mpsc::{self, TryRecvError},
    },
    thread,
    time::Duration,
};

use crate::scenario::Diagnostic;

use super::{
    CaseOutcome, CaseReport, File, Filter, Found, Options, Orphans, Problem, ProblemKind, Report,
    find::{self, orphaned, reason, slashed, warning_of},
    outcome::counted,
    work::{Beside, MOST_SEEDS, Piece, Work},
};

/// How long the collector naps where nothing waits for it, and how often before it lets itself be woken.
const NAP: Duration = Duration::from_micros(500);
const NAPS: usize = 8;

/// Somebody who looks on while a suite runs.
pub trait Observer {
    /// So many pieces of work there are.
    fn begin(&mut self, pieces: u64) {
        let _ = pieces;
    }

    /// So many are done.
    fn done(&mut self, pieces: u64) {
        let _ = pieces;
    }

    /// A scenario is done, and maybe none of those before it. Of one that could not even be looked at only
    /// [`case`](Self::case) tells.
    fn finished(&mut self, case: &CaseReport) {
        let _ = case;
    }

    /// Nothing has come for a moment, and this is being worked at.
    fn idle(&mut self, unfinished: &[&File]) {
        let _ = unfinished;
    }

    /// A scenario is done, and all before it.
    fn case(&mut self, case: &CaseReport) {
        let _ = case;
    }
}

/// Nobody looks on.
impl Observer for () {}

/// Replays what was found.
pub fn run(found: Found, options: &Options, observer: &mut dyn Observer) -> Report {
    let mut files = found.files;
    let all = files.len();
    files.retain(|file| is_asked(file, options));
    let mut report = Report::new(options.shard, options.seeds);
    if files.len() < all && options.shard.is_some() {
        report.notes.push(format!(
            "{} of {} are in this shard",
            files.len(),
            counted(u64::try_from(all).unwrap_or(u64::MAX), "file")
        ));
    }
    let work = Work::new(&files, options);
    observer.begin(work.units());
    for (path, reason) in found.problems {
        let mut case = CaseReport::new(&path);
        work.error(
            &mut case,
            Problem::new(
                ProblemKind::Input,
                &path,
                format!("cannot read it: {reason}"),
            ),
        );
        observer.case(&case);
        report.cases.push(case);
    }
    for mistakes in &found.mistakes {
        let name = mistakes.iter().next().map_or("", Diagnostic::file);
        let mut case = CaseReport::new(name);
        work.mistakes(&mut case, mistakes);
        observer.case(&case);
        report.cases.push(case);
    }
    settle_orphans(&work, &found.orphans, observer, &mut report);
    let passed_over = collect(&work, observer, &mut report);
    report.notes.extend(find::passed_over(&passed_over));
    report.close();
    report
}

/// Whether a file is of those that are asked for.
fn is_asked(file: &File, options: &Options) -> bool {
    let only = options.only.as_ref();
    options
        .shard
        .is_none_or(|shard| shard.takes(&file.relative))
        && only.is_none_or(|only| only.contains(&file.name()))
}

/// Does with snapshots that have no scenario what is to be done. Every shard finds all of them, and the first tells.
fn settle_orphans(
    work: &Work<'_>,
    orphans: &[PathBuf],
    observer: &mut dyn Observer,
    report: &mut Report,
) {
    let deletes = work.options.orphans == Orphans::Delete && work.options.may_write;
    let mut deleted = 0;
    for path in orphans {
        let failed = match work.options.orphans {
            Orphans::Delete if deletes => match fs::remove_file(path) {
                Ok(()) => {
                    deleted += 1;
                    continue;
                }
                Err(error) => format!("cannot delete it: {}", reason(&error)),
            },
            Orphans::Fail => orphaned(path),
            Orphans::Warn | Orphans::Delete => {
                report.warnings.push(warning_of(path));
                continue;
            }
        };
        let file = slashed(path);
        let mut case = CaseReport::new(&file);
        work.error(
            &mut case,
            Problem::new(ProblemKind::SnapshotFile, file, failed),
        );
        observer.case(&case);
        report.cases.push(case);
    }
    if deleted > 0 {
        let what = counted(deleted, "snapshot");
        report
            .notes
            .push(format!("{what} without a scenario deleted"));
    }
}

/// A scenario that a run would replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its file.
    pub file: String,
    /// Its name, where the file could be read.
    pub name: Option<String>,
}

/// The scenarios that a run would replay, in its order. Nothing is replayed, and a file with a mistake is one of them.
pub fn list(found: &Found, options: &Options) -> Vec<Listed> {
    let filter = Filter::of(options);
    let asked = found.files.iter().filter(|file| is_asked(file, options));
    asked
        .filter_map(|file| {
            let read = file.read(&options.reading).ok();
            if read.is_none() && file.is_other() {
                return None;
            }
            let listed = Listed {
                file: file.name(),
                name: read.as_ref().map(|it| it.program().name.clone()),
            };
            let is_wanted = filter.takes(&listed.file, read.as_ref());
            is_wanted.then_some(listed)
        })
        .collect()
}

/// Starts the workers, and puts what they hand back into order.
fn collect(work: &Work<'_>, observer: &mut dyn Observer, report: &mut Report) -> Vec<String> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = work.options.jobs.map_or(cores, NonZeroUsize::get);
    let jobs = jobs.min(usize::try_from(work.units()).unwrap_or(usize::MAX));
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let started = (0..jobs)
            .filter(|number| {
                let sender = sender.clone();
                thread::Builder::new()
                    .name(format!("replay-{}", number + 1))
                    .spawn_scoped(scope, move || work.take(&sender))
                    .is_ok()
            })
            .count();
        if started == 0 {
            work.take(&sender);
        }
        drop(sender);
        let passed_over = in_order(work, &receiver, observer, report);
        // Whoever is still at it has nobody left to tell.
        work.limit.store(0, Ordering::Relaxed);
        passed_over
    })
}

/// What became of one file.
#[derive(Default)]
struct Whole {
    case: Option<CaseReport>,
    variants: Vec<CaseReport>,
    beside: Beside,
    passed_over: bool,
    interrupted: bool,
}

/// Puts the pieces of a file together.
fn whole_of(work: &Work<'_>, mut pieces: Vec<Piece>) -> Whole {
    pieces.sort_by_key(|piece| piece.number);
    let mut whole = Whole::default();
    for piece in pieces {
        whole.passed_over |= piece.passed_over;
        whole.interrupted |= piece.interrupted;
        match (&mut whole.case, piece.case) {
            (None, case) => {
                whole.case = case;
                whole.variants = piece.variants;
                whole.beside = piece.beside;
            }
            (Some(case), Some(more)) => {
                add_piece(case, more);
                for (variant, more) in whole.variants.iter_mut().zip(piece.variants) {
                    add_piece(variant, more);
                }
            }
            (Some(_), None) => {}
        }
    }
    if whole.interrupted {
        whole.case = None;
    }
    for case in whole.case.iter_mut().chain(&mut whole.variants) {
        work.tell_seeds(case);
    }
    whole
}

/// What the workers hand back, as it comes.
struct Arrivals<'a> {
    work: &'a Work<'a>,
    receiver: &'a mpsc::Receiver<Piece>,
    /// The pieces of files of which not all are there.
    parts: BTreeMap<usize, Vec<Piece>>,
    /// The files that are done and not told yet.
    done: BTreeMap<usize, Whole>,
    pieces: u64,
    /// What workers have taken and not handed back, up to the piece with this number.
    outstanding: BTreeSet<u64>,
    taken: u64,
}

impl Arrivals<'_> {
    /// Waits for a file. Answers `None` where it doesn't come any more: the run was stopped.
    fn wait_for(&mut self, file: usize, observer: &mut dyn Observer) -> Option<Whole> {
        loop {
            if let Some(whole) = self.done.remove(&file) {
                return Some(whole).filter(|whole| !whole.interrupted);
            }
            let piece = match self.soon() {
                Ok(piece) => piece,
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {
                    observer.idle(&self.unfinished());
                    self.receiver.recv().ok()?
                }
            };
            self.arrived(piece, observer);
        }
    }

    /// What comes at once or after a nap.
    ///
    /// Small scenarios come by tens of thousands a second, and to be woken for each would take as long as to replay it. So
    /// this looks again after a nap, and waits to be woken only where nothing has come for a while.
    fn soon(&self) -> Result<Piece, TryRecvError> {
        for _ in 0..NAPS {
            match self.receiver.try_recv() {
                Err(TryRecvError::Empty) => thread::sleep(NAP),
                arrived => return arrived,
            }
        }
        Err(TryRecvError::Empty)
    }

    fn arrived(&mut self, piece: Piece, observer: &mut dyn Observer) {
        self.pieces += 1;
        observer.done(self.pieces);
        self.look_who_is_at_it();
        let file = piece.file;
        let number = u64::try_from(file).unwrap_or(u64::MAX);
        let unit = number.saturating_mul(self.work.pieces);
        self.outstanding.remove(&unit.saturating_add(piece.number));
        let parts = self.parts.entry(file).or_default();
        parts.push(piece);
        if u64::try_from(parts.len()).is_ok_and(|got| got >= self.work.pieces) {
            let whole = whole_of(self.work, self.parts.remove(&file).unwrap_or_default());
            if let Some(case) = &whole.case {
                observer.finished(case);
            }
            self.done.insert(file, whole);
        }
    }

    fn look_who_is_at_it(&mut self) {
        let taken = self
            .work
            .next
            .load(Ordering::Relaxed)
            .min(self.work.units());
        self.outstanding.extend(self.taken..taken);
        self.taken = self.taken.max(taken);
    }

    /// The files that somebody is at.
    fn unfinished(&mut self) -> Vec<&File> {
        self.look_who_is_at_it();
        let mut files: Vec<usize> = self
            .outstanding
            .iter()
            .filter_map(|unit| usize::try_from(unit / self.work.pieces).ok())
            .collect();
        files.dedup();
        files
            .into_iter()
            .filter_map(|file| self.work.files.get(file))
            .collect()
    }
}

fn in_order(
    work: &Work<'_>,
    receiver: &mpsc::Receiver<Piece>,
    observer: &mut dyn Observer,
    report: &mut Report,
) -> Vec<String> {
    let mut arrivals = Arrivals {
        work,
        receiver,
        parts: BTreeMap::new(),
        done: BTreeMap::new(),
        pieces: 0,
        outstanding: BTreeSet::new(),
        taken: 0,
    };
    let mut passed_over = Vec::new();
    for (next, file) in work.files.iter().enumerate() {
        let Some(whole) = arrivals.wait_for(next, observer) else {
            report.counts.not_run += 1;
            continue;
        };
        if whole.passed_over {
            passed_over.push(file.name());
        }
        let Some(mut case) = whole.case else {
            continue;
        };
        work.carry_out(whole.beside.changes, &mut case);
        report.warnings.extend(whole.beside.warnings);
        let mut is_bad = false;
        for case in std::iter::once(case).chain(whole.variants) {
            observer.case(&case);
            is_bad |= case.outcome != CaseOutcome::Passed;
            report.cases.push(case);
        }
        if work.options.fail_fast && is_bad {
            let rest = work.files.len() - next - 1;
            report.counts.not_run += u64::try_from(rest).unwrap_or(u64::MAX);
            break;
        }
    }
    passed_over
}

/// Puts what came of some seeds to what came of those before.
fn add_piece(whole: &mut CaseReport, piece: CaseReport) {
    whole.transitions += piece.transitions;
    whole.expectations.passed += piece.expectations.passed;
    whole.expectations.failed += piece.expectations.failed;
    whole.took = whole.took.zip(piece.took).map(|(a, b)| a.saturating_add(b));
    if whole.outcome == CaseOutcome::Passed {
        whole.problems = piece.problems;
        whole.text = piece.text;
        whole.styled = piece.styled;
    }
    whole.outcome = whole.outcome.max(piece.outcome);
    if let (Some(all), Some(more)) = (&mut whole.sweep, piece.sweep) {
        all.replayed += more.replayed;
        all.failed += more.failed;
        all.failed_seeds.extend(more.failed_seeds);
        all.failed_seeds.truncate(MOST_SEEDS);
    }
}
