//! What a run is asked to do.

use std::{collections::BTreeSet, num::NonZeroUsize, time::Duration};

use crate::{
    engine::StopSignal,
    report::Look,
    scenario::{Diagnostics, Reading},
};

use super::{Choice, Seeds, Shard};

/// Draws the mistakes of a file, so many columns wide, in colour or not.
pub type DrawMistakes = fn(&Diagnostics, usize, bool) -> String;

/// What becomes of snapshots that have no scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orphans {
    /// They are told.
    #[default]
    Warn,
    /// Each is an error.
    Fail,
    /// They are deleted, where anything may be written; else they are told.
    Delete,
}

/// What a run does.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many replays there are at a time; none: as many as there are cores.
    pub jobs: Option<NonZeroUsize>,
    /// Only scenarios with one of these in their path or their name, in whatever case; those with a `!` before it are left out.
    pub filter: Vec<String>,
    /// Only scenarios with one of these marks; none: all.
    pub marks: Vec<String>,
    /// No scenario with any of these.
    pub not_marks: Vec<String>,
    /// Only these files, as they are called in reports; none: all.
    pub only: Option<BTreeSet<String>>,
    /// Nothing is told of what comes after the first that isn't as expected.
    pub fail_fast: bool,
    /// What snapshots record, where they are written; [`Choice::Off`]: none is looked at.
    pub snapshot: Option<Choice>,
    /// Whether what a replay gives becomes its snapshot.
    pub update: bool,
    /// Whether a scenario without a snapshot fails.
    pub require_snapshots: bool,
    /// What becomes of snapshots that have no scenario.
    pub orphans: Orphans,
    /// Whether anything may be written beside the scenarios.
    pub may_write: bool,
    /// How long the replay of one scenario may really take.
    pub timeout: Option<Duration>,
    /// Which part of the suite.
    pub shard: Option<Shard>,
    /// Under which seeds, in place of the scenarios' own. Snapshots aren't looked at then.
    pub seeds: Option<Seeds>,
    /// How much each replay may be, and what else holds for all.
    pub reading: Reading,
    /// How failures are drawn for the terminal, besides the plain form.
    pub look: Option<Look>,
    /// How mistakes of a file are drawn.
    pub draw: DrawMistakes,
    /// Whether replays are logged.
    pub log: bool,
    /// Ends the run early: what is done by then is reported, and the rest counts as not run.
    pub stop: StopSignal,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: None,
            filter: Vec::new(),
            marks: Vec::new(),
            not_marks: Vec::new(),
            only: None,
            fail_fast: false,
            snapshot: None,
            update: false,
            require_snapshots: false,
            orphans: Orphans::Warn,
            may_write: true,
            timeout: None,
            shard: None,
            seeds: None,
            reading: Reading::default(),
            look: None,
            draw: |mistakes, _, _| format!("{mistakes}\n"),
            log: false,
            stop: StopSignal::default(),
        }
    }
}
