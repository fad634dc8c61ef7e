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

/// Cases of what isn't simulated yet, and why.
const NOT_SIMULATED: &[(&str, &str)] = &[
    ("CASE-46", "CPU credits"),
    ("CASE-48", "images that a script makes (`create-image`)"),
];

#[test]
fn every_case_is_tested_or_has_a_reason_why_not() {
    let sources = [
        include_str!("addresses.rs"),
        include_str!("basics.rs"),
        include_str!("others.rs"),
        include_str!("placement.rs"),
        include_str!("protection.rs"),
        include_str!("refusals.rs"),
        include_str!("spot.rs"),
        include_str!("stops.rs"),
        include_str!("termination.rs"),
        include_str!("trouble.rs"),
    ];
    let tested: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.strip_prefix("fn case_"))
        .map(|rest| format!("CASE-{}", &rest[..2]))
        .collect();
    let waiting: BTreeSet<String> = NOT_SIMULATED
        .iter()
        .map(|(case, _)| (*case).to_owned())
        .collect();
    assert_eq!(
        tested.intersection(&waiting).next(),
        None,
        "a case is tested and waiting"
    );
    assert!(NOT_SIMULATED.iter().all(|(_, reason)| !reason.is_empty()));
    let all: BTreeSet<String> = (1..=50).map(|n| format!("CASE-{n:02}")).collect();
    assert_eq!(
        tested.union(&waiting).cloned().collect::<BTreeSet<_>>(),
        all
    );
}
