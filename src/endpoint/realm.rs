//! Accounts: each with a clock of its own, and a world for each Region that it is asked about.

use std::sync::Arc;

use crate::{
    catalog::RegionId,
    engine::{Pace, Settings},
    script::Program,
    time::{SimDuration, SimTime},
};

/// How an account's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only when somebody moves the clock.
    Manual,
    /// After each request that changed something, until the account is settled.
    Instant,
    /// By so much with every look at an account that isn't settled.
    Polled(SimDuration),
    /// With real time.
    Paced(Pace),
}

/// What all accounts begin with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The account of a request that names none: twelve digits.
    pub account: String,
    /// What a world is like; its Region is that of a request that names none.
    pub settings: Settings,
    /// The scenario whose script runs in the world of its Region.
    pub scenario: Option<Arc<Program>>,
    /// Where the clock stands at the beginning.
    pub at: At,
    /// How time passes.
    pub mode: Mode,
    /// Whether well-formed ids of images and names of keys that nobody made are taken.
    pub lenient: bool,
    /// How many requests and events are kept.
    pub history: usize,
}

/// Where the clock stands at the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// So long after the start.
    Offset(SimDuration),
    /// At the end of the scenario's script.
    End,
}

/// Every account that was asked about.
#[derive(Debug)]
pub struct Realms {
    options: Options,
}

impl Realms {
    /// None yet.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// What all accounts begin with.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// The Region of a request that names none.
    pub const fn region(&self) -> RegionId {
        self.options.settings.region
    }

    /// When something falls due next in an account whose time passes with real time.
    pub fn next_due(&mut self) -> Option<SimTime> {
        None
    }
}
