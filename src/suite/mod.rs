//! A suite of scenarios: found in folders, replayed in parallel, checked against their expectations and snapshots, and
//! reported in a format for people or for a CI system.
//!
//! [`find`] makes a list of files, [`run`] turns it into a [`Report`], and [`mod@format`] writes the report in its formats. A
//! report has nothing in it that differs from run to run but [`CaseReport::took`], which only the human form shows. There is no
//! way to try a failed scenario again: a replay is deterministic, so it would fail again.
//!
//! ```no_run
//! use ec2sim::suite::{Options, find, format, run};
//!
//! let options = Options::default();
//! let report = run(find(&["scenarios".into()]), &options, &mut ());
//! println!("{}", format::tap(&report));
//! ```

pub mod format;

mod cut;
mod find;
mod heard;
mod merge;
mod options;
mod outcome;
mod recording;
mod review;
mod run;
mod seeds;
mod snapshot;
mod watch;
mod work;

use find::Filter;
pub use find::{File, Found, find, find_all, find_by, passed_over, stem};
pub use heard::WhileHeard;
pub use merge::{MergeError, merge, read_report};
pub use options::{DrawMistakes, Options, Orphans};
pub use outcome::{
    CaseOutcome, CaseReport, Checks, Counts, Problem, ProblemKind, Report, SnapshotOutcome, Sweep,
};
pub use recording::Recording;
pub use review::{Pending, Reviewed, pending, review};
pub use run::{Listed, Observer, list, run};
pub use seeds::{Seeds, SeedsError};
pub use snapshot::{Choice, SNAPSHOT_VERSION, SnapshotError, record};
pub use work::hold_snapshot;

pub use crate::script::{Shard, ShardError};

/// Whether this is a CI system, where nothing is written beside the scenarios: `CI` is set, and neither empty nor `false` nor
/// `0`.
#[expect(
    clippy::disallowed_methods,
    reason = "tests of Rust projects ask it too, and have no main that could read the environment"
)]
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "false" | "0"))
}
