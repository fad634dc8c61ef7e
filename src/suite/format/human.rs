//! For people: a line a scenario as it is done, then what failed in full, then the counts.
//!
//! ```text
//! ✓ scenarios/stop/twice.yaml  A second stop                          1h    0.2 ms
//! ✗ scenarios/stop/wrong.yaml  A wrong guess                         15s    0.1 ms
//!
//! ✗ scenarios/stop/wrong.yaml  A wrong guess
//!
//!   ✗ web state at 0s                               scenarios/stop/wrong.yaml:6
//!              6 │ - expect: { web: { state: stopped } }
//!       expected  stopped
//!          found  pending
//!
//! 2 scenarios: 1 passed, 1 failed · 3 ms
//! ```

use std::{
    io::{self, Write},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::{
    foreign::{cut, shown, shown_lines},
    suite::{CaseOutcome, CaseReport, Report, SnapshotOutcome, outcome::counted},
};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// How the human form looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Human {
    /// How many columns there are.
    pub width: usize,
    /// Whether there are colours.
    pub colour: bool,
    /// How much is told.
    pub detail: Detail,
    /// So many scenarios are named that took the longest.
    pub durations: usize,
}

/// How much a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What failed, and the counts.
    Failures,
    /// A line a scenario where there aren't many, and of failures as much as a person reads.
    Enough,
    /// Everything.
    All,
}

/// How many scenarios have a line each, without being asked for.
const FEW: usize = 100;
/// How many lines of failures are told in full, and how many failures are listed.
const MOST_LINES: usize = 80;
const MOST_LISTED: usize = 100;

/// A text in a style, or as it is.
fn paint(style: Style, text: &str, colour: bool) -> String {
    if colour {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

const fn style(outcome: CaseOutcome) -> Style {
    match outcome {
        CaseOutcome::Passed => GOOD,
        CaseOutcome::Failed | CaseOutcome::Error => BAD,
    }
}

/// The line of one scenario.
pub fn case_line(case: &CaseReport, human: Human) -> String {
    let mut right = String::new();
    if let Some(simulated) = &case.simulated {
        right.push_str(&shown(simulated));
    }
    if let Some(sweep) = &case.sweep {
        right.push_str(&counted(sweep.replayed, "seed"));
    }
    if let Some(took) = case.took {
        right = format!("{right}  {:>8}", real(took));
    }
    // A file that can't be read has no name; what is wrong with it stands there.
    let wrong = case
        .problems
        .first()
        .map(|problem| problem.message.as_str());
    let name = case.name.as_deref().or(wrong).unwrap_or_default();
    let mut name = shown(name.trim()).into_owned();
    match case.snapshot {
        SnapshotOutcome::Created => name.push_str("  (snapshot created)"),
        SnapshotOutcome::Updated => name.push_str("  (snapshot updated)"),
        SnapshotOutcome::None if case.checks_nothing => name.push_str("  (checks nothing)"),
        SnapshotOutcome::None
        | SnapshotOutcome::Matched
        | SnapshotOutcome::Mismatched
        | SnapshotOutcome::Unusable => {}
    }
    let file = shown(&case.file);
    let before = 2 + file.width() + 2;
    // The name gives way to the durations, and both to the path.
    let room = human.width.saturating_sub(before + 2 + right.width());
    let name = cut(&name, room.max(12));
    let gap = human
        .width
        .saturating_sub(before + name.width() + right.width())
        .max(2);
    let line = format!(
        "{} {}  {}{:gap$}{}",
        paint(style(case.outcome), case.outcome.sign(), human.colour),
        file,
        name,
        "",
        paint(DIM, &right, human.colour),
    );
    line.trim_end().to_owned()
}

/// A real duration, in three digits or so.
fn real(took: Duration) -> String {
    let micros = took.as_micros();
    if micros < 10_000 {
        format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
    } else if micros < 1_000_000 {
        format!("{} ms", micros / 1_000)
    } else {
        format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000)
    }
}

impl Human {
    /// Whether of so many scenarios each has a line.
    pub const fn has_lines(self, scenarios: usize) -> bool {
        match self.detail {
            Detail::Failures => false,
            Detail::Enough => scenarios <= FEW,
            Detail::All => true,
        }
    }

    /// Writes what follows the lines of the scenarios: failures in full, and the counts. `took` is how long all of it
    /// really took.
    ///
    /// # Errors
    ///
    /// Answers with the error of writing to `out`.
    pub fn finish(
        self,
        report: &Report,
        took: Option<Duration>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let is_bad = |case: &&CaseReport| case.outcome != CaseOutcome::Passed;
        let failed: Vec<&CaseReport> = report.cases.iter().filter(is_bad).collect();
        let is_all_told = self.detail == Detail::All || report.cases.len() <= FEW;
        let mut left = if is_all_told { usize::MAX } else { MOST_LINES };
        // Without lines of scenarios nothing stands above.
        let mut is_first = !self.has_lines(report.cases.len());
        let mut told = 0;
        for case in &failed {
            if left == 0 {
                break;
            }
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            left = self.failure(case, left, out)?;
            told += 1;
        }
        if told < failed.len() {
            let more = u64::try_from(failed.len() - told).unwrap_or(u64::MAX);
            writeln!(
                out,
                "\n… {}, which -v shows in full",
                counted(more, "more failure")
            )?;
        }
        let most = if is_all_told { usize::MAX } else { MOST_LISTED };
        self.list(&failed, most, out)?;
        self.slowest(report, out)?;
        if self.detail != Detail::Failures || !failed.is_empty() {
            writeln!(out)?;
        }
        let mut last = paint(style(report.outcome()), &super::totals(report), self.colour);
        let (held, failed) = report.cases.iter().fold((0, 0), |(held, failed), case| {
            (
                held + case.expectations.passed,
                failed + case.expectations.failed,
            )
        });
        last.push_str(" · ");
        last.push_str(&counted(held + failed, "expectation"));
        if let Some(took) = took {
            last.push_str(" · ");
            last.push_str(&real(took));
        }
        writeln!(out, "{last}")
    }

    /// Writes one failure in so many lines at most, and answers how many are left.
    fn failure(self, case: &CaseReport, left: usize, out: &mut dyn Write) -> io::Result<usize> {
        writeln!(out, "{}", self.head(case))?;
        // What is drawn for the terminal is drawn here; the text may be of another's report.
        let text = match &case.styled {
            Some(styled) => styled.into(),
            None => shown_lines(&case.text),
        };
        let text = text.trim_start_matches('\n').trim_end();
        writeln!(out)?;
        let mut lines = text.lines();
        for line in lines.by_ref().take(left) {
            writeln!(out, "{line}")?;
        }
        let more = lines.count();
        if more > 0 {
            let more = u64::try_from(more).unwrap_or(u64::MAX);
            writeln!(out, "  … {}, which -v shows", counted(more, "more line"))?;
        }
        Ok(left.saturating_sub(text.lines().count() + 3))
    }

    /// The sign, the file and the name.
    fn head(self, case: &CaseReport) -> String {
        let head = format!(
            "{} {}  {}",
            paint(style(case.outcome), case.outcome.sign(), self.colour),
            paint(BOLD, &shown(&case.file), self.colour),
            shown(case.name.as_deref().unwrap_or_default().trim())
        );
        head.trim_end().to_owned()
    }

    /// Lists what failed, where it is more than one: what is told in full fills the screen.
    fn list(self, failed: &[&CaseReport], most: usize, out: &mut dyn Write) -> io::Result<()> {
        if failed.len() < 2 {
            return Ok(());
        }
        writeln!(out, "\nfailed:")?;
        for case in failed.iter().take(most) {
            writeln!(out, "  {}", self.head(case))?;
        }
        if failed.len() > most {
            writeln!(out, "  … {} more", failed.len() - most)?;
        }
        Ok(())
    }

    /// Names the scenarios that took the longest.
    fn slowest(self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let cases = report.cases.iter();
        let mut slow: Vec<(Duration, &str)> = cases
            .filter_map(|case| Some((case.took?, case.file.as_str())))
            .collect();
        slow.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
        slow.truncate(self.durations);
        if !slow.is_empty() {
            writeln!(out, "\nslowest:")?;
        }
        for (took, file) in slow {
            writeln!(out, "  {:>8}  {}", real(took), shown(file))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_durations_are_short() {
        let told = |micros| real(Duration::from_micros(micros));
        assert_eq!(told(140), "0.1 ms");
        assert_eq!(told(9_960), "9.9 ms");
        assert_eq!(told(12_345), "12 ms");
        assert_eq!(told(1_250_000), "1.2 s");
    }

    #[test]
    fn a_line_keeps_its_width_and_its_path() {
        let mut case = CaseReport::new("scenarios/stop/twice.yaml");
        case.name =
            Some("A very long name that says all that there is to be said of it".to_owned());
        case.simulated = Some("1d".to_owned());
        let human = Human {
            width: 60,
            colour: false,
            detail: Detail::Enough,
            durations: 0,
        };
        let line = case_line(&case, human);
        assert_eq!(line.width(), 60, "{line}");
        assert!(
            line.contains("twice.yaml") && line.ends_with("…  1d"),
            "{line}"
        );
    }
}
