//! `ec2sim` simulates what an EC2 instance does over its life, and what it costs.
//!
//! A scenario file says who takes part and what happens when; a replay returns every transition, what it kept and lost,
//! and an exact bill. The same file and seed give the same bytes, on every machine.
//!
//! ```
//! use ec2sim::{Scenario, record::Meter};
//!
//! let scenario = Scenario::from_text("night.yaml", "
//! name: Off for the night
//! start: 2026-03-02T08:00:00Z
//! instances:
//!   web: { type: t3.medium, root: 20GiB gp3 }
//! steps:
//!   - launch: web
//!   - at: 10h
//!     stop: web
//!   - at: 23h
//!     start: web
//!   - after: 1m
//!     expect: { web: { state: running, public-ipv4: changed, memory: lost } }
//! until: 1d
//! ").unwrap();
//! let replay = ec2sim::replay(&scenario);
//! assert!(replay.passed());
//! assert_eq!(replay.bill().cost().of(Meter::Usage).to_fixed(4), "0.4573");
//! ```
//!
//! # The map
//!
//! Read downwards: a module only uses modules below it. A test makes sure of this.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`cli`] | the command line (feature `cli`) |
//! | [`serve`] | the endpoint on a socket (feature `serve`) |
//! | [`endpoint`], [`furniture`] | EC2's Query API over accounts, without a socket; what of an account has no life of its own |
//! | [`import`] | what an account recorded, as a scenario |
//! | [`outputs`] | what is printed as JSON, field by field, and its JSON Schemas |
//! | [`testing`] | scenarios in the tests of Rust projects: snapshots, folders, builders |
//! | [`suite`] | many scenarios: found, replayed in parallel, compared with snapshots, reported |
//! | [`report`] | the timeline, JSON documents and lines: views of the records |
//! | [`runner`] | a replay from the outside: [`replay`], [`Replay`] |
//! | [`compare`] | choices side by side: what each costs, and where one begins to pay |
//! | [`scenario`] | reads a file, reports every mistake at its place, turns it into a [`script::Program`] |
//! | [`explain`] | what every word of the simulator means, and which scenarios reach it |
//! | [`engine`] | the async event loop: queue, clock, seeded draws, scripts, expectations, log |
//! | [`action`] | what can be requested of EC2, one file per family of actions |
//! | [`world`] | the account: instances, volumes, addresses; given the time, says what happened and what comes next |
//! | [`script`] | what a scenario means, ready to run |
//! | [`billing`] | the bill: folds over records, exact |
//! | [`record`] | all that can happen, as data |
//! | [`network`], [`storage`] | addresses and names; memory, instance store, volumes |
//! | [`lifecycle`] | the typed state machine and the retention matrix, one table each |
//! | [`catalog`] | instance types, Regions, prices |
//! | [`rule`], [`id`], [`money`], [`time`], [`place`] | rules with their sources; ids; exact dollars; virtual time; places in a file |
//!
//! # Principles
//!
//! - Nothing below [`engine`] is async, logs, schedules, draws a random number or opens a file (the scenario reader opens
//!   the files that it reads).
//! - [`billing`] never reads the world: a bill can be recomputed from the records alone.
//! - Only [`lifecycle`] writes a phase, and an illegal transition inside the crate doesn't compile.
//! - Each record is made once; everything that is shown is a view of it.

#![forbid(unsafe_code)]

pub mod action;
pub mod billing;
pub mod catalog;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod compute;
pub mod endpoint;
pub mod engine;
pub mod explain;
mod foreign;
pub mod furniture;
pub mod id;
pub mod import;
pub mod lifecycle;
pub mod money;
pub mod network;
pub mod outputs;
pub mod place;
pub mod record;
pub mod report;
pub mod rule;
pub mod runner;
pub mod scenario;
pub mod script;
#[cfg(feature = "serve")]
pub mod serve;
pub mod storage;
pub mod suite;
pub mod testing;
pub mod time;
pub mod world;

pub use engine::Account;
pub use runner::{Replay, replay};
pub use scenario::Scenario;

/// The Rust examples of the pages have to compile.
#[cfg(doctest)]
#[doc = include_str!("../docs/ci.md")]
#[doc = include_str!("../docs/library.md")]
#[doc = include_str!("../docs/testing.md")]
mod pages {}
