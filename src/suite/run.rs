//! Replaying many scenarios side by side.
//!
//! Workers take the files in their order and hand back what came of each; one collector puts that into order again, does
//! what there is to be written, and tells the observer. So the order of the output, and with `fail_fast` what is in it,
//! doesn't depend on how many workers there are or which is faster.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        atomic::Ordering,
        mpsc::{self, TryRecvError},
    },
    thread,
    time::Duration,
};

use crate::{report::Look, scenario::Diagnostics, script::Limits};

use super::{
    Case, CaseOutcome, Choice, File, Found, Problem, ProblemKind, Report, Seeds, Shard, find,
    outcome::counted,
    work::{MOST_SEEDS, Piece, Work},
};

/// How long the collector naps where nothing waits for it, and how often before it lets itself be woken.
const NAP: Duration = Duration::from_micros(500);
const NAPS: usize = 8;

/// Draws the mistakes of a file, so many columns wide, in colour or not.
pub type DrawMistakes = fn(&Diagnostics, usize, bool) -> String;

/// What a run does.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many replays there are at a time; none: as many as there are cores.
    pub jobs: Option<NonZeroUsize>,
    /// Only scenarios with this in their path or their name, in whatever case.
    pub filter: Option<String>,
    /// Nothing is told of what comes after the first that isn't as expected.
    pub fail_fast: bool,
    /// What snapshots record, where they are written; [`Choice::Off`]: none is looked at.
    pub snapshot: Option<Choice>,
    /// Whether what a replay gives becomes its snapshot.
    pub update: bool,
    /// Whether anything may be written beside the scenarios.
    pub may_write: bool,
    /// Which part of the suite.
    pub shard: Option<Shard>,
    /// Under which seeds, in place of the scenarios' own. Snapshots aren't looked at then.
    pub seeds: Option<Seeds>,
    /// How much each replay may be.
    pub limits: Limits,
    /// How failures are drawn for the terminal, besides the plain form.
    pub look: Option<Look>,
    /// How mistakes of a file are drawn.
    pub draw: DrawMistakes,
    /// Whether replays are logged.
    pub log: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: None,
            filter: None,
            fail_fast: false,
            snapshot: None,
            update: false,
            may_write: true,
            shard: None,
            seeds: None,
            limits: Limits::default(),
            look: None,
            draw: |mistakes, _, _| format!("{mistakes}\n"),
            log: false,
        }
    }
}

/// Somebody who looks on while a suite runs. What is told of a case is told in the order of the files.
pub trait Observer {
    /// So many pieces of work there are.
    fn begin(&mut self, pieces: u64) {
        let _ = pieces;
    }

    /// So many are done.
    fn done(&mut self, pieces: u64) {
        let _ = pieces;
    }

    /// A scenario is done, and all before it.
    fn case(&mut self, case: &Case) {
        let _ = case;
    }
}

/// Nobody looks on.
impl Observer for () {}

/// Replays what was found.
pub fn run(found: Found, options: &Options, observer: &mut dyn Observer) -> Report {
    let mut files = found.files;
    let all = files.len();
    if let Some(shard) = options.shard {
        files.retain(|file| shard.takes(&file.relative));
    }
    let mut report = Report::new(options.shard, options.seeds);
    report.warnings = found.warnings;
    if files.len() < all {
        report.notes.push(format!(
            "{} of {} are in this shard",
            files.len(),
            counted(u64::try_from(all).unwrap_or(u64::MAX), "file")
        ));
    }
    let work = Work::new(&files, options);
    observer.begin(work.units());
    for (path, reason) in found.problems {
        let mut case = Case::new(&path);
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
    let passed_over = collect(&work, observer, &mut report);
    report.notes.extend(find::passed_over(&passed_over));
    report.close();
    report
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

fn in_order(
    work: &Work<'_>,
    receiver: &mpsc::Receiver<Piece>,
    observer: &mut dyn Observer,
    report: &mut Report,
) -> Vec<String> {
    let mut passed_over = Vec::new();
    let mut waiting: BTreeMap<usize, Vec<Piece>> = BTreeMap::new();
    let mut done = 0;
    for next in 0..work.files.len() {
        while waiting
            .get(&next)
            .is_none_or(|pieces| u64::try_from(pieces.len()).is_ok_and(|got| got < work.pieces))
        {
            let Some(piece) = next_piece(receiver) else {
                return passed_over;
            };
            done += 1;
            observer.done(done);
            waiting.entry(piece.file).or_default().push(piece);
        }
        let mut pieces = waiting.remove(&next).unwrap_or_default();
        pieces.sort_by_key(|piece| piece.number);
        let mut whole: Option<Case> = None;
        for piece in pieces {
            if piece.passed_over {
                passed_over.extend(work.files.get(next).map(File::name));
            }
            match (&mut whole, piece.case) {
                (None, case) => {
                    whole = case;
                    if let Some(case) = &mut whole {
                        work.carry_out(piece.changes, case);
                    }
                }
                (Some(whole), Some(case)) => add_piece(whole, case),
                (Some(_), None) => {}
            }
        }
        let Some(mut case) = whole else {
            continue;
        };
        work.tell_seeds(&mut case);
        observer.case(&case);
        let is_last = work.options.fail_fast && case.outcome != CaseOutcome::Passed;
        report.cases.push(case);
        if is_last {
            let rest = work.files.len() - next - 1;
            report.counts.not_run = u64::try_from(rest).unwrap_or(u64::MAX);
            break;
        }
    }
    passed_over
}

/// What a worker hands back next; none if all are done.
///
/// Small scenarios come by tens of thousands a second, and to be woken for each would take as long as to replay it. So
/// this looks again after a nap, and waits to be woken only where nothing has come for a while.
fn next_piece(receiver: &mpsc::Receiver<Piece>) -> Option<Piece> {
    for _ in 0..NAPS {
        match receiver.try_recv() {
            Ok(piece) => return Some(piece),
            Err(TryRecvError::Empty) => thread::sleep(NAP),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
    receiver.recv().ok()
}

/// Puts what came of some seeds to what came of those before.
fn add_piece(whole: &mut Case, piece: Case) {
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
