//! What becomes of tasks and services of Amazon ECS.

use std::borrow::Cow;

use crate::catalog::Architecture;

use super::{Resource, Rules};

/// A task or a service changed its state.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Moved {
    /// Which.
    pub resource: Resource,
    /// What it left; nothing where it comes about.
    pub from: Option<&'static str>,
    /// What it entered.
    pub to: &'static str,
    /// What made it move.
    pub trigger: &'static str,
    /// Why, in a few words.
    pub why: &'static str,
    /// Why a task stops.
    pub stop: Option<Stopped>,
    /// As what a task is charged.
    pub config: Option<TaskConfig>,
    /// The rules that decide it.
    pub rules: Rules,
}

/// Why a task stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The stop code: `EssentialContainerExited`.
    pub code: &'static str,
    /// The reason, in ECS's words.
    pub reason: Cow<'static, str>,
}

/// As what a task is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskConfig {
    /// Its CPU units, of which a vCPU has 1,024.
    pub cpu_units: u32,
    /// Its memory, in MB, of which a GB has 1,024 (`CMPX-GB`).
    pub memory_mb: u32,
    /// Its ephemeral storage, in GB.
    pub storage_gb: u32,
    /// On which processors it runs.
    pub architecture: Architecture,
    /// Whether it runs Windows.
    pub is_windows: bool,
    /// Whether it is one of Fargate Spot.
    pub is_spot: bool,
    /// Whether it has a public IPv4 address.
    pub has_public_ipv4: bool,
}

impl TaskConfig {
    /// The least that it is charged for, in seconds (`FGT-MIN`, `FGT-MIN-WIN`).
    pub const fn minimum_secs(&self) -> u64 {
        if self.is_windows { 300 } else { 60 }
    }

    /// So many seconds, as they are charged.
    pub fn charged(&self, secs: u64) -> u64 {
        secs.max(self.minimum_secs())
    }
}

impl Moved {
    /// A change of state, without rules.
    pub const fn new(
        resource: Resource,
        (from, to): (Option<&'static str>, &'static str),
        trigger: &'static str,
        why: &'static str,
    ) -> Self {
        Self {
            resource,
            from,
            to,
            trigger,
            why,
            stop: None,
            config: None,
            rules: &[],
        }
    }

    /// `RUNNING → DEACTIVATING · StopTask`, or `PROVISIONING · RunTask` of one that comes about.
    pub fn told(&self) -> String {
        let told = match self.from {
            None => format!("{} · {}", self.to, self.trigger),
            Some(from) => format!("{from} → {} · {}", self.to, self.trigger),
        };
        let begins = matches!(self.to, "DEACTIVATING" | "STOPPING" | "DEPROVISIONING")
            && self.trigger != "deregistered"
            && self.trigger != "containers stopped";
        match self.stop.as_ref().filter(|_| begins) {
            Some(stop) => format!("{told} ({}: {})", stop.code, stop.reason),
            None => told,
        }
    }
}
