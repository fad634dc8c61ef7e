//! Scenarios in the tests of Rust projects.
//!
//! Everything here panics when a test should fail, with a message written for people. Nothing depends on a test framework:
//! the results are text ([`Display`](std::fmt::Display)) and data ([`Serialize`](serde::Serialize)), ready
//! for `insta` or anything else.
//!
//! # A snapshot
//!
//! A [`Snapshot`] is a replay that shows itself as the plain timeline, and serialises as the document `ec2sim/replay/1`. The same
//! file and seed give the same bytes, so nothing has to be redacted.
//!
//! ```
//! use ec2sim::testing;
//!
//! # mod insta {
//! #     macro_rules! assert_snapshot { ($it:expr) => { assert!(!$it.to_string().is_empty()) } }
//! #     macro_rules! assert_json_snapshot { ($it:expr) => { assert!(serde_json::to_value(&$it).is_ok()) } }
//! #     pub(crate) use {assert_json_snapshot, assert_snapshot};
//! # }
//! # fn the_nightly_stop() {
//! let replay = testing::replay_file("scenarios/reboot/keeps-almost-everything.yaml").passed();
//! insta::assert_snapshot!(replay);
//! insta::assert_json_snapshot!(replay);
//! # }
//! # the_nightly_stop();
//! ```
//!
//! The timeline and the document name the prices and the catalogue that they were made with. To keep a new edition of it out
//! of a snapshot, [`Snapshot::transitions`] has only the lifecycle, and `insta`'s redactions remove single fields:
//! `insta::assert_json_snapshot!(replay, { ".catalogue" => "…" })`.
//!
//! # A folder of scenarios
//!
//! As one test, which goes on after a failure and reports all of them:
//!
//! ```
//! use ec2sim::testing;
//!
//! # fn every_scenario_passes() {
//! testing::each_scenario("scenarios", |case| {
//!     case.replay().passed();
//! });
//! # }
//! # every_scenario_passes();
//! ```
//!
//! Or each file as a test of its own, with a filter, in `cargo test` and in `cargo nextest run`. In `Cargo.toml`:
//!
//! ```toml
//! [[test]]
//! name = "scenarios"
//! harness = false
//! ```
//!
//! and the whole of `tests/scenarios.rs`:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     ec2sim::testing::main("scenarios")
//! }
//! ```
//!
//! [`main_with`] does the same with a test of one's own for each file.
//!
//! # A scenario in code
//!
//! A [`ScenarioBuilder`] writes the scenario as YAML and has it read, so that it can say all that a file can, and a mistake is
//! told as it would be in a file.
//!
//! ```
//! use ec2sim::testing::{ScenarioBuilder, assert_passes};
//!
//! let scenario = ScenarioBuilder::new("A stop forgets")
//!     .instance("web", "m5.large", |i| i.root("20GiB gp3"))
//!     .launch("web")
//!     .at("1h").stop("web")
//!     .wait_until("web", "stopped")
//!     .expect("web", |e| e.memory("lost").public_ipv4("none"))
//!     .build()?;
//! assert_passes(&scenario);
//! # Ok::<(), ec2sim::scenario::Diagnostics>(())
//! ```

mod builder;
mod cases;
mod libtest;
mod snapshot;
mod yaml;

pub use builder::{Checks, Instance, Options, ScenarioBuilder, Script};
pub use cases::{Case, each_scenario};
pub use libtest::{main, main_with};
pub use snapshot::{Snapshot, assert_passes, replay, replay_file, replay_text};
pub use yaml::Yaml;
