//! Workflow commands of GitHub Actions: annotations at their file and line.
//!
//! ```text
//! ::error file=scenarios/stop/wrong.yaml,line=6,title=A wrong guess::web state: expected stopped, found pending
//! ::group::✗ scenarios/stop/wrong.yaml  A wrong guess
//! …
//! ::endgroup::
//! ```
//!
//! GitHub shows ten errors and ten warnings of a step, so there are no more of them. The log has everything, each scenario in a
//! group.

use std::{fmt::Write as _, path::Path};

use crate::{
    foreign::{shown, shown_lines},
    suite::{CaseOutcome, CaseReport, Problem, Report, find::slashed},
};

/// How many annotations of a kind GitHub shows of a step.
const MOST: usize = 10;

/// The report as annotations, with the details in the log, and a last line with the counts. Files are named as they lie below
/// the workspace, if it is known: that is where GitHub looks for them, wherever the command ran.
pub fn github(report: &Report, workspace: Option<&Path>) -> String {
    let workspace = workspace.and_then(|path| path.canonicalize().ok());
    let mut text = String::new();
    let problems = report
        .cases
        .iter()
        .flat_map(|case| case.problems.iter().map(move |problem| (case, problem)));
    for (case, problem) in problems.clone().take(MOST) {
        annotation(case, problem, workspace.as_deref(), &mut text);
    }
    for warning in report.warnings.iter().take(MOST) {
        let _ = writeln!(text, "::warning title=ec2sim::{}", data(&shown(warning)));
    }
    let bad = |case: &&CaseReport| case.outcome != CaseOutcome::Passed;
    for case in report.cases.iter().filter(bad) {
        details(case, &mut text);
    }
    let more = problems.count().saturating_sub(MOST);
    if more > 0 {
        let _ = writeln!(
            text,
            "{more} more of what is wrong has no annotation: GitHub shows {MOST} of a step"
        );
    }
    for warning in report.warnings.iter().skip(MOST) {
        let _ = writeln!(text, "warning: {}", shown(warning));
    }
    text.push_str(&super::totals(report));
    text.push('\n');
    text
}

fn annotation(case: &CaseReport, problem: &Problem, workspace: Option<&Path>, text: &mut String) {
    let file = workspace
        .and_then(|workspace| below(workspace, &problem.file))
        .unwrap_or_else(|| problem.file.clone());
    let _ = write!(text, "::error file={}", property(&file));
    if let Some(line) = problem.line {
        let _ = write!(text, ",line={line}");
    }
    if let Some(column) = problem.column {
        let _ = write!(text, ",col={column}");
    }
    let mut message = shown(&problem.message).into_owned();
    for more in [&problem.command, &problem.diff].into_iter().flatten() {
        message.push_str("\n\n");
        message.push_str(&shown_lines(more));
    }
    let _ = writeln!(
        text,
        ",title={}::{}",
        property(case.title()),
        data(message.trim_end())
    );
}

/// What is wrong with a scenario, for whoever reads the log.
fn details(case: &CaseReport, text: &mut String) {
    let _ = writeln!(
        text,
        "::group::{} {}  {}\n{}\n::endgroup::",
        case.outcome.sign(),
        data(&shown(&case.file)),
        data(&shown(case.name.as_deref().unwrap_or_default())),
        shown_lines(case.text.trim_matches('\n'))
    );
}

/// A file as it lies below a folder, if it does.
fn below(folder: &Path, file: &str) -> Option<String> {
    let whole = Path::new(file).canonicalize().ok()?;
    Some(slashed(whole.strip_prefix(folder).ok()?))
}

/// As GitHub's own toolkit escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// As it escapes a property.
fn property(text: &str) -> String {
    data(&shown(text)).replace(':', "%3A").replace(',', "%2C")
}
