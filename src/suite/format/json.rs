//! For programs: the report as it is, `ec2sim/suite/1`. What is absent is `null`.

use crate::{foreign, suite::Report};

/// The report as one line of JSON.
///
/// # Errors
///
/// None is known: a report is plain data.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(report)?;
    Ok(format!("{}\n", foreign::in_json(&text)))
}
