//! A summary for the page of a CI job, in GitHub's Markdown: `--markdown "$GITHUB_STEP_SUMMARY"`.

use std::fmt::Write as _;

use crate::{
    foreign::{shown, shown_lines},
    suite::{CaseOutcome, CaseReport, Report},
};

/// A page is of use while it can be looked through; GitHub takes a megabyte.
const MOST_ROWS: usize = 200;
const MOST_DETAILS: usize = 50;
const MOST_PROBLEMS: usize = 20;
const MOST_BYTES: usize = 1 << 19;
/// What the page is at most, with the line that says what is left out.
const WHOLE_BYTES: usize = (1 << 20) - (1 << 16);

/// The report as Markdown: what is wrong first, then all scenarios in a table.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string doesn't fail.
    let sign = match report.outcome() {
        CaseOutcome::Passed => "✅",
        CaseOutcome::Failed | CaseOutcome::Error => "❌",
    };
    let _ = writeln!(text, "## {sign} ec2sim: {}\n", super::totals(report));
    if let Some(seeds) = report.seeds {
        let _ = writeln!(text, "Each with the seeds {seeds}.\n");
    }
    if let Some(shard) = report.shard {
        let _ = writeln!(text, "Shard {shard}.\n");
    }
    let bad: Vec<&CaseReport> = report
        .cases
        .iter()
        .filter(|case| case.outcome != CaseOutcome::Passed)
        .collect();
    let left = put(&bad, (MOST_DETAILS, MOST_BYTES), &mut text, |case, text| {
        details(case, text);
    });
    if left > 0 {
        let _ = writeln!(text, "… and {left} more.\n");
    }
    let warnings = &report.warnings;
    let left = put(
        warnings,
        (MOST_ROWS, MOST_BYTES),
        &mut text,
        |warning, text| {
            let _ = writeln!(text, "> ⚠️ {}\n", inline(warning));
        },
    );
    if left > 0 {
        let _ = writeln!(text, "… and {left} more warnings.\n");
    }
    if !report.cases.is_empty() {
        text.push_str("| | scenario | file | simulated | cost |\n|---|---|---|---:|---:|\n");
    }
    let left = put(&report.cases, (MOST_ROWS, WHOLE_BYTES), &mut text, row);
    if left > 0 {
        let _ = writeln!(text, "\n… and {left} more.");
    }
    text
}

/// Puts so many things down at most, while the text isn't longer than so many bytes. Answers how many are left.
fn put<T>(
    things: &[T],
    (most, bytes): (usize, usize),
    text: &mut String,
    each: impl Fn(&T, &mut String),
) -> usize {
    for (number, thing) in things.iter().enumerate() {
        if number == most || text.len() > bytes {
            return things.len() - number;
        }
        each(thing, text);
    }
    0
}

/// A line of a list about one scenario, for a page that is still being written.
#[cfg(feature = "cli")]
pub fn markdown_line(case: &CaseReport) -> String {
    let mut text = format!(
        "- {} <b>{}</b> {}",
        case.outcome.sign(),
        inline(case.title()),
        inline(&case.file)
    );
    if let Some(problem) = case.problems.first() {
        let _ = write!(text, ": {}", inline(&problem.message));
    }
    text.push('\n');
    text
}

fn details(case: &CaseReport, text: &mut String) {
    let _ = writeln!(
        text,
        "<details><summary>{} <b>{}</b> {}</summary>\n",
        case.outcome.sign(),
        html(case.title()),
        html(&case.file)
    );
    for problem in case.problems.iter().take(MOST_PROBLEMS) {
        let _ = writeln!(
            text,
            "- {}: {}",
            inline(&problem.place()),
            inline(&problem.message)
        );
    }
    if case.problems.len() > MOST_PROBLEMS {
        let _ = writeln!(text, "- … and {} more", case.problems.len() - MOST_PROBLEMS);
    }
    let drawn = shown_lines(case.text.trim_matches('\n'));
    // The fence is longer than any run of backticks inside.
    let runs = drawn.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    let _ = writeln!(text, "\n{fence}text\n{drawn}\n{fence}\n\n</details>\n");
}

fn row(case: &CaseReport, text: &mut String) {
    let simulated = match (&case.sweep, &case.simulated) {
        (Some(sweep), _) => format!("{} of {} seeds failed", sweep.failed, sweep.replayed),
        (None, simulated) => simulated.as_deref().map_or_else(String::new, inline),
    };
    let cost = case
        .cost
        .as_ref()
        .map_or_else(String::new, |cost| format!("${}", inline(cost)));
    let _ = writeln!(
        text,
        "| {} | {} | {} | {simulated} | {cost} |",
        case.outcome.sign(),
        case.name.as_deref().map_or_else(String::new, inline),
        inline(&case.file),
    );
}

/// A text with nothing in it that HTML would take for its own. An `@` names nobody: GitHub looks for names in what is
/// shown, in which the comment ends them.
fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.push_str("@<!-- -->"),
            c => safe.push(c),
        }
    }
    safe
}

/// A text with nothing in it that Markdown or HTML would take for its own.
fn inline(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in html(text).chars() {
        if "|`*_[]\\#~$".contains(c) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}
