//! Workflow commands of GitHub Actions: annotations at their file and line.
//!
//! ```text
//! ::error file=scenarios/stop/wrong.yaml,line=6,title=A wrong guess::web state: expected stopped, found pending
//! ```

use std::fmt::Write as _;

use crate::{
    foreign::{shown, shown_lines},
    suite::Report,
};

/// The report as annotations, and a last line with the counts.
pub fn github(report: &Report) -> String {
    let mut text = String::new();
    for case in &report.cases {
        for problem in &case.problems {
            let _ = write!(text, "::error file={}", property(&problem.file));
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
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "::warning title=ec2sim::{}", data(&shown(warning)));
    }
    text.push_str(&super::totals(report));
    text.push('\n');
    text
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
