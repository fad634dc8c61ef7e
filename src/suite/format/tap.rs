//! The Test Anything Protocol, version 14.
//!
//! ```text
//! TAP version 14
//! 1..2
//! ok 1 - scenarios/stop/twice.yaml: A second stop
//! not ok 2 - scenarios/stop/wrong.yaml: A wrong guess
//!   ---
//!   severity: fail
//!   problems:
//!     - message: "web state: expected stopped, found pending"
//!       at: "scenarios/stop/wrong.yaml:6"
//!   ...
//! ```

use std::fmt::Write as _;

use crate::{
    foreign::shown,
    suite::{CaseOutcome, Report, outcome::counted},
};

/// The report as TAP.
pub fn tap(report: &Report) -> String {
    let mut text = String::from("TAP version 14\n");
    // Writing to a string doesn't fail.
    let _ = writeln!(text, "1..{}", report.cases.len());
    for (number, case) in (1..).zip(&report.cases) {
        let ok = if case.outcome == CaseOutcome::Passed {
            "ok"
        } else {
            "not ok"
        };
        let _ = write!(text, "{ok} {number} - {}", escaped(&case.file));
        if let Some(name) = &case.name {
            let _ = write!(text, ": {}", escaped(name));
        }
        text.push('\n');
        if case.outcome == CaseOutcome::Passed {
            continue;
        }
        let severity = match case.outcome {
            CaseOutcome::Error => "error",
            CaseOutcome::Passed | CaseOutcome::Failed => "fail",
        };
        let _ = writeln!(text, "  ---\n  severity: {severity}\n  problems:");
        for problem in &case.problems {
            let _ = writeln!(text, "    - message: {}", quoted(&problem.message));
            let _ = writeln!(text, "      at: {}", quoted(&problem.place()));
            for (key, value) in [
                ("expected", &problem.expected),
                ("found", &problem.found),
                ("code", &problem.code),
                ("command", &problem.command),
            ] {
                if let Some(value) = value {
                    let _ = writeln!(text, "      {key}: {}", quoted(value));
                }
            }
            if let Some(diff) = &problem.diff {
                let _ = writeln!(text, "      diff: |-");
                for line in diff.lines() {
                    let _ = writeln!(text, "        {}", shown(line));
                }
            }
        }
        if let Some(sweep) = &case.sweep {
            let seeds: Vec<String> = sweep.failed_seeds.iter().map(u64::to_string).collect();
            let _ = writeln!(
                text,
                "  seeds: {{ replayed: {}, failed: {}, first: [{}] }}",
                sweep.replayed,
                sweep.failed,
                seeds.join(", ")
            );
        }
        text.push_str("  ...\n");
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "# warning: {}", escaped(warning));
    }
    if report.counts.not_run > 0 {
        let _ = writeln!(
            text,
            "# {} not run",
            counted(report.counts.not_run, "scenario")
        );
    }
    text
}

/// A description: a `#` would begin a directive, and a backslash is what keeps it from that.
fn escaped(text: &str) -> String {
    shown(text).replace('\\', r"\\").replace('#', r"\#")
}

/// A text as a YAML string: one of JSON is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(shown(text)).to_string()
}
