//! The XML of `JUnit`, as Jenkins, GitLab, GitHub actions, `CircleCI` and the rest read it.
//!
//! ```xml
//! <testsuites name="ec2sim" tests="1" failures="1" errors="0">
//!   <testsuite name="scenarios/stop" tests="1" skipped="0" errors="0" failures="1">
//!     <testcase name="A wrong guess" classname="scenarios.stop.wrong" file="scenarios/stop/wrong.yaml">
//!       <failure message="web state: expected stopped, found pending" type="expectation">scenarios/stop/wrong.yaml:6:…</failure>
//!     </testcase>
//!   </testsuite>
//! </testsuites>
//! ```
//!
//! A wrong expectation is a `failure`, a scenario that can't be used an `error`. There are no times in it: it says the same
//! for the same scenarios.
//!
//! It is what the schema that Jenkins publishes (`junit-10.xsd`) has, and `file`, which GitLab and others link: each problem says
//! its own place at the start of a line of the text, as `file:line:column`, where readers of compilers' messages look for it.
//! Characters that XML doesn't have are shown as escapes.

use std::{collections::BTreeMap, fmt::Write as _};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use thiserror::Error;

use crate::{
    foreign::{shown, shown_lines},
    suite::{CaseOutcome, CaseReport, Report, outcome::counted},
};

/// Why there is no XML.
#[derive(Debug, Error)]
#[error("cannot write the JUnit report: {0}")]
pub struct JunitError(#[from] quick_junit::SerializeError);

/// The report as the XML of `JUnit`: a suite for each folder.
///
/// # Errors
///
/// Answers with the error of the XML writer.
pub fn junit(report: &Report) -> Result<String, JunitError> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in &report.cases {
        let folder = case.file.rsplit_once('/').map_or(".", |(folder, _)| folder);
        suites
            .entry(folder)
            .or_insert_with(|| TestSuite::new(&*shown(folder)))
            .add_test_case(test_case(case));
    }
    let mut whole = quick_junit::Report::new("ec2sim");
    whole.add_test_suites(suites.into_values());
    // The schema has `skipped` for a suite and not for the whole, which the writer gives both; nothing is ever skipped here.
    Ok(whole.to_string()?.replacen(r#" skipped="0""#, "", 1))
}

/// The suite of one case by itself, for a document that is still being written.
///
/// # Errors
///
/// Answers with the error of the XML writer.
pub fn junit_suite(case: &CaseReport) -> Result<String, JunitError> {
    let folder = case.file.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let mut suite = TestSuite::new(&*shown(folder));
    suite.add_test_case(test_case(case));
    let mut whole = quick_junit::Report::new("");
    whole.add_test_suite(suite);
    let text = whole.to_string()?;
    let begin = text.find("<testsuite ").unwrap_or_default();
    let end = text.rfind("</testsuites>").unwrap_or(text.len());
    Ok(text.get(begin..end).unwrap_or_default().to_owned())
}

/// A class as test runners have them, which CI systems draw as a tree: `scenarios.stop.wrong`.
fn class_of(file: &str) -> String {
    let stem = ["yaml", "yml", "json"]
        .iter()
        .find_map(|ending| file.strip_suffix(ending)?.strip_suffix('.'));
    let parts = stem.unwrap_or(file).split('/');
    let parts: Vec<&str> = parts
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    parts.join(".")
}

fn test_case(case: &CaseReport) -> TestCase {
    let kind = match case.outcome {
        CaseOutcome::Passed => None,
        CaseOutcome::Failed => Some(NonSuccessKind::Failure),
        CaseOutcome::Error => Some(NonSuccessKind::Error),
    };
    // Of several things that are wrong the one says what it is that made the outcome.
    let first = case
        .problems
        .iter()
        .find(|problem| problem.kind.outcome() == case.outcome);
    let mut status = kind.map_or_else(TestCaseStatus::success, TestCaseStatus::non_success);
    if let Some(first) = first {
        let more = u64::try_from(case.problems.len() - 1).unwrap_or(u64::MAX);
        let mut message = shown(&first.message).into_owned();
        if more > 0 {
            // Writing to a string doesn't fail.
            let _ = write!(message, " (and {})", counted(more, "other problem"));
        }
        let mut text = String::new();
        for problem in &case.problems {
            let _ = writeln!(
                text,
                "{}: {}",
                shown(&problem.place()),
                shown(&problem.message)
            );
        }
        text.push('\n');
        text.push_str(&shown_lines(case.text.trim_matches('\n')));
        text.push('\n');
        status
            .set_message(message)
            .set_type(first.kind.name())
            .set_description(text);
    }
    let mut test = TestCase::new(&*shown(case.title()), status);
    let file = shown(case.path());
    test.set_classname(class_of(&file));
    test.extra.insert("file".into(), (&*file).into());
    test
}
