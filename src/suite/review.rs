//! Deciding at the keyboard what becomes of snapshots that don't hold any more.

use std::{
    fs,
    io::{self, BufRead, Write},
    path::PathBuf,
};

use anstyle::{AnsiColor, Style};

use crate::{
    foreign::shown,
    scenario::{Reading, input},
};

use super::{
    File, Filter,
    find::slashed,
    outcome::counted,
    snapshot::{Stored, diff, pending_of, snapshot_of},
};

/// A snapshot that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The snapshot; it may not be there yet.
    pub snapshot: PathBuf,
    /// What it would become.
    pub pending: PathBuf,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reviewed {
    /// These are the snapshots now.
    pub accepted: u64,
    /// These are gone.
    pub rejected: u64,
    /// These still wait.
    pub skipped: u64,
}

/// What becomes of a snapshot that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Accept,
    Reject,
    Skip,
}

impl Reviewed {
    fn carry_out(&mut self, decision: Decision, one: &Pending) -> io::Result<()> {
        match decision {
            Decision::Accept => {
                fs::rename(&one.pending, &one.snapshot)?;
                self.accepted += 1;
            }
            Decision::Reject => {
                fs::remove_file(&one.pending)?;
                self.rejected += 1;
            }
            Decision::Skip => self.skipped += 1,
        }
        Ok(())
    }
}

/// The most that are listed at a time.
const MOST_LISTED: usize = 50;

/// Asks what becomes of the first of those that wait; and whether that is so for all of them.
fn ask(
    rest: &[Pending],
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<(Decision, bool)> {
    loop {
        if rest.len() > 1 {
            write!(
                out,
                "accept (a), reject (r), skip (s), quit (q); accept all {0} (A), reject all {0} (R), list them (l)? ",
                rest.len()
            )?;
        } else {
            write!(out, "accept (a), reject (r), skip (s), quit (q)? ")?;
        }
        out.flush()?;
        let mut answer = String::new();
        let is_end = answers.read_line(&mut answer)? == 0;
        return Ok(match answer.trim() {
            "a" | "accept" => (Decision::Accept, false),
            "r" | "reject" => (Decision::Reject, false),
            "s" | "skip" => (Decision::Skip, false),
            "A" | "accept all" => (Decision::Accept, true),
            "R" | "reject all" => (Decision::Reject, true),
            "l" | "list" => {
                for one in rest.iter().take(MOST_LISTED) {
                    writeln!(out, "  {}", shown(&slashed(&one.snapshot)))?;
                }
                if rest.len() > MOST_LISTED {
                    writeln!(out, "  and {} more", rest.len() - MOST_LISTED)?;
                }
                continue;
            }
            "q" | "quit" => (Decision::Skip, true),
            _ if is_end => (Decision::Skip, true),
            _ => continue,
        });
    }
}

/// The snapshots of some scenarios that wait for a decision; only of those that a filter lets through, as it does in a run.
pub fn pending(files: &[File], filter: &[String]) -> Vec<Pending> {
    let filter = Filter::new(filter);
    let waiting = files.iter().map(|file| {
        let snapshot = snapshot_of(&file.path);
        let pending = Pending {
            pending: pending_of(&snapshot),
            snapshot,
        };
        (file, pending)
    });
    let wanted = |(file, one): &(&File, Pending)| {
        let is_wanted = || {
            let read = file.read(&Reading::default());
            filter.takes(&file.name(), read.as_ref().ok())
        };
        one.pending.exists() && (filter.is_empty() || is_wanted())
    };
    waiting.filter(wanted).map(|(_, one)| one).collect()
}

/// Shows one after the other and asks: accept, reject, skip, quit, the first two also for all that follow, or a list of those. Where
/// the answers end, the rest is skipped.
///
/// # Errors
///
/// Answers with the error of reading answers, of writing to `out`, or of a snapshot that can't be read, moved or deleted.
pub fn review(
    waiting: &[Pending],
    colour: bool,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Reviewed> {
    let mut reviewed = Reviewed::default();
    let mut for_the_rest = None;
    for (number, one) in (1_usize..).zip(waiting) {
        if for_the_rest == Some(Decision::Skip) {
            reviewed.skipped += 1;
            continue;
        }
        let new = input::text_of(&one.pending, input::LARGEST).map_err(io::Error::other)?;
        if let Err(error) = Stored::parse(&new) {
            let said = format!("{}: {error}", slashed(&one.pending));
            writeln!(out, "{}", shown(&said))?;
            reviewed.skipped += 1;
            continue;
        }
        let old = match input::text_of(&one.snapshot, input::LARGEST) {
            Ok(old) => old.replace("\r\n", "\n"),
            Err(error) if error.is_not_found() => String::new(),
            Err(error) => return Err(io::Error::other(error)),
        };
        if let Some(decision) = for_the_rest {
            reviewed.carry_out(decision, one)?;
            continue;
        }
        let names = (slashed(&one.snapshot), slashed(&one.pending));
        writeln!(out, "{number} of {}: {}\n", waiting.len(), shown(&names.0))?;
        let (drawn, _) = diff(&old, &new, (&names.0, &names.1), Some(&names.1));
        for line in drawn.lines() {
            let style = match line.as_bytes().first() {
                Some(b'+') if colour => AnsiColor::Green.on_default(),
                Some(b'-') if colour => AnsiColor::Red.on_default(),
                Some(_) | None => Style::new(),
            };
            writeln!(out, "  {style}{}{style:#}", shown(line))?;
        }
        writeln!(out)?;
        let rest = waiting.get(number - 1..).unwrap_or_default();
        let (decision, all) = ask(rest, answers, out)?;
        reviewed.carry_out(decision, one)?;
        for_the_rest = all.then_some(decision);
        writeln!(out)?;
    }
    writeln!(
        out,
        "{}: {} accepted, {} rejected, {} skipped",
        counted(
            u64::try_from(waiting.len()).unwrap_or(u64::MAX),
            "pending snapshot"
        ),
        reviewed.accepted,
        reviewed.rejected,
        reviewed.skipped
    )?;
    Ok(reviewed)
}
