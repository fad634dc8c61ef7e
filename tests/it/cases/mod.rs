//! The worked cases of the lifecycle rulebook, section 10: each sentence of each case that the simulator covers.
//!
//! Common ground unless a case says otherwise: us-east-1, `m5.large`, a gp3 root of 30 GiB, the default timings, start
//! 2026-01-01.

mod addresses;
mod basics;
mod others;
mod placement;
mod protection;
mod refusals;
mod reservations;
mod spot;
mod stops;
mod termination;
mod trouble;

use std::collections::BTreeSet;

/// Every case is a bundled scenario, which says what the case says; what a scenario can't say (answers, the order of events, what is
/// left of a volume's attachment) is in a test here that bears the case's number.
#[test]
fn every_case_is_a_scenario() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/rulebook");
    let told: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let name = name.strip_suffix(".yaml")?.strip_prefix("case-")?;
            Some(format!("CASE-{}", name.get(..2)?))
        })
        .collect();
    let all: BTreeSet<String> = (1..=50).map(|n| format!("CASE-{n:02}")).collect();
    assert_eq!(told, all);
}
