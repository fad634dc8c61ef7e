//! The forms of a report. Each is a function of the report alone, so that a merged one reads like any other.

mod github;
mod human;
mod json;
#[cfg(feature = "cli")]
mod junit;
mod markdown;
mod tap;

pub use github::github;
pub use human::{Detail, Human, case_line};
pub use json::json;
#[cfg(feature = "cli")]
pub use junit::{JunitError, junit, junit_suite};
pub use markdown::markdown;
#[cfg(feature = "cli")]
pub use markdown::markdown_line;
pub use tap::tap;

use super::{Report, outcome::counted};

/// How it ended, in a few words: `4 scenarios: 1 passed, 2 failed, 1 error`.
pub(super) fn totals(report: &Report) -> String {
    let counts = report.counts;
    let mut parts = Vec::new();
    if counts.passed > 0 {
        parts.push(format!("{} passed", counts.passed));
    }
    if counts.failed > 0 {
        parts.push(format!("{} failed", counts.failed));
    }
    if counts.errors > 0 {
        parts.push(counted(counts.errors, "error"));
    }
    if counts.not_run > 0 {
        parts.push(format!("{} not run", counts.not_run));
    }
    let scenarios = counted(counts.cases + counts.not_run, "scenario");
    if parts.is_empty() {
        scenarios
    } else {
        format!("{scenarios}: {}", parts.join(", "))
    }
}
