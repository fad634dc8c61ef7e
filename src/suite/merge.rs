//! Putting the reports of shards together.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;
use thiserror::Error;

use super::{CaseReport, Report};

/// Why a text is no report.
#[derive(Debug, Error)]
pub enum MergeError {
    /// It isn't JSON, or not that of a report.
    #[error("this is not a report of `ec2sim test --format json`: {0}")]
    NotAReport(String),
    /// A later ec2sim made it.
    #[error("the report has the schema `{0}`, but this ec2sim only knows `{schema}`: it was made by a newer ec2sim", schema = Report::SCHEMA)]
    Newer(String),
    /// What they count can't be counted together.
    #[error("the reports count an impossible number of {0}")]
    TooMany(&'static str),
}

/// What every version of a report has.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// Reads a report that `--format json` wrote.
///
/// # Errors
///
/// Every reason is a variant of [`MergeError`].
pub fn read_report(text: &str) -> Result<Report, MergeError> {
    let not_a_report = |error: serde_json::Error| MergeError::NotAReport(error.to_string());
    let head: Head = serde_json::from_str(text).map_err(not_a_report)?;
    if head.schema == Report::SCHEMA {
        return serde_json::from_str(text).map_err(not_a_report);
    }
    Err(if head.schema.starts_with("ec2sim/suite/") {
        MergeError::Newer(head.schema)
    } else {
        MergeError::NotAReport(format!("its schema is `{}`", head.schema))
    })
}

/// Makes one report of several, in the order of the files.
///
/// A scenario that is in two of them stands once if both say the same, and twice with a warning if they don't. The answer's
/// second part names the shards that are missing: what they would have said isn't known.
///
/// # Errors
///
/// Answers with [`MergeError::TooMany`] where a sum is beyond 64 bits.
pub fn merge(reports: Vec<Report>) -> Result<(Report, Vec<String>), MergeError> {
    let mut whole = Report::new(None, reports.first().and_then(|report| report.seeds));
    let mut files: BTreeMap<PathBuf, Vec<CaseReport>> = BTreeMap::new();
    let mut shards: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut not_run = Some(0_u64);
    for report in reports {
        if report.seeds != whole.seeds {
            push(
                &mut whole.warnings,
                "the reports are for different seeds".to_owned(),
            );
        }
        if let Some(shard) = report.shard {
            shards.entry(shard.count()).or_default().push(shard.index());
        }
        not_run = not_run.and_then(|sum| sum.checked_add(report.counts.not_run));
        for warning in report.warnings {
            push(&mut whole.warnings, warning);
        }
        for note in report.notes {
            // How much of the suite a part of it was doesn't matter any more.
            if report.shard.is_none() || !note.ends_with("in this shard") {
                push(&mut whole.notes, note);
            }
        }
        for case in report.cases {
            let same = files.entry(PathBuf::from(&case.file)).or_default();
            if !same.contains(&case) {
                same.push(case);
            }
        }
    }
    // Paths sort as a walk through their folders finds them.
    for cases in files.into_values() {
        if let [one, _, ..] = &cases[..] {
            whole
                .warnings
                .push(format!("{}: the reports disagree about it", one.file));
        }
        whole.cases.extend(cases);
    }
    countable(&whole.cases, not_run)?;
    whole.counts.not_run = not_run.unwrap_or_default();
    whole.close();
    let mut missing = Vec::new();
    if shards.len() > 1 {
        let counts: Vec<String> = shards.keys().map(u32::to_string).collect();
        missing.push(format!(
            "the suites of these reports were split in different ways: into {}",
            counts.join(" and ")
        ));
    }
    for (count, there) in shards {
        let absent: Vec<String> = (1..=count)
            .filter(|index| !there.contains(index))
            .map(|index| format!("{index}/{count}"))
            .take(20)
            .collect();
        if !absent.is_empty() {
            missing.push(format!("no report for shard {}", absent.join(", ")));
        }
    }
    Ok((whole, missing))
}

/// Holds that what any form of a report adds up has a sum.
fn countable(cases: &[CaseReport], not_run: Option<u64>) -> Result<(), MergeError> {
    let told = u64::try_from(cases.len()).ok();
    let all = told
        .zip(not_run)
        .and_then(|(told, not_run)| told.checked_add(not_run));
    all.ok_or(MergeError::TooMany("scenarios"))?;
    let sum = |of: fn(&CaseReport) -> [u64; 2]| {
        let mut all = cases.iter().flat_map(of);
        all.try_fold(0_u64, u64::checked_add)
    };
    sum(|case| [case.expectations.passed, case.expectations.failed])
        .ok_or(MergeError::TooMany("expectations"))?;
    Ok(())
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
