//! The integration tests: one binary, one module a subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails where it panics"
)]

mod account;
mod applied;
mod architecture;
mod bounds;
mod cases;
mod cli;
mod commitments;
mod compare;
mod config;
mod containers;
mod control;
mod course;
mod credits;
mod diagnostics;
mod docs;
mod docs_of_keys;
mod elsewhere;
mod endpoint;
mod ends;
mod eventbridge;
mod examples;
mod fleet;
mod foreign;
mod forms;
mod free_tier;
mod functions;
mod import;
mod lines;
mod logs;
mod messages;
mod meters;
mod outputs;
mod page;
mod reports;
mod rules;
mod scenarios;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod snapshots_and_metrics;
mod spot_prices;
mod suite;
mod support;
mod table;
mod teach;
mod testing;
mod tools;
mod volumes;
mod walk;
