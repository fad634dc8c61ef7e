//! The XML of `JUnit`, as Jenkins, GitLab, GitHub actions, `CircleCI` and the rest read it.
//!
//! ```xml
//! <testsuites name="ec2sim" tests="1" failures="1" errors="0">
//!   <testsuite name="scenarios/stop" tests="1" disabled="0" errors="0" failures="1">
//!     <testcase name="A wrong guess" classname="scenarios/stop/wrong.yaml" file="scenarios/stop/wrong.yaml" line="6">
//!       <failure message="web state: expected stopped, found pending" type="expectation">…</failure>
//!     </testcase>
//!   </testsuite>
//! </testsuites>
//! ```
//!
//! A wrong expectation is a `failure`, a scenario that can't be used an `error`. There are no times in it: it says the same
//! for the same scenarios.

use std::{collections::BTreeMap, fmt::Write as _};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use thiserror::Error;

use crate::suite::{Case, CaseOutcome, Report, outcome::counted};

/// Why there is no XML.
#[derive(Debug, Error)]
#[error("the JUnit report can't be written: {0}")]
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
            .or_insert_with(|| TestSuite::new(folder))
            .add_test_case(test_case(case));
    }
    let mut whole = quick_junit::Report::new("ec2sim");
    whole.add_test_suites(suites.into_values());
    Ok(whole.to_string()?)
}

fn test_case(case: &Case) -> TestCase {
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
        let mut message = first.message.clone();
        if more > 0 {
            // Writing to a string doesn't fail.
            let _ = write!(message, " (and {})", counted(more, "other problem"));
        }
        let mut text = String::new();
        for problem in &case.problems {
            let _ = writeln!(text, "{}: {}", problem.place(), problem.message);
        }
        text.push('\n');
        text.push_str(case.text.trim_matches('\n'));
        text.push('\n');
        status
            .set_message(message)
            .set_type(first.kind.name())
            .set_description(text);
    }
    let mut test = TestCase::new(case.title(), status);
    test.set_classname(case.file.as_str());
    let place = first.map_or(case.file.as_str(), |first| &first.file);
    test.extra.insert("file".into(), place.into());
    if let Some(line) = first.and_then(|first| first.line) {
        test.extra.insert("line".into(), line.to_string().into());
    }
    test
}
