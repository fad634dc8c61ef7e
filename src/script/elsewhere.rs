//! The places to which a file's load is taken, beside where the file has it.

use std::str::FromStr;

use thiserror::Error;

use crate::{
    catalog::Architecture,
    compute::FunctionChange,
    money::Usd,
    record::Rules,
    rule::{self, Rule},
    time::SimDuration,
};

use super::check::AmountCheck;

/// A service that can take over a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// AWS Lambda.
    Lambda,
    /// AWS Fargate.
    Fargate,
}

impl Service {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Lambda, Self::Fargate];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Fargate => "fargate",
        }
    }

    /// What of it outlives a request, a stop and a new start there, and what doesn't (`CMPX-MAP`).
    pub const fn keeps(self) -> (&'static str, &'static str) {
        match self {
            Self::Lambda => (
                "/tmp and what the code holds, while an environment is warm",
                "the root volume, addresses, and all else with a cold start",
            ),
            Self::Fargate => (
                "nothing beyond a task",
                "its storage, memory and addresses whenever a task stops",
            ),
        }
    }

    /// The rules of that.
    pub const fn rules(self) -> Rules {
        match self {
            Self::Lambda => &[rule::CMPX_MAP, rule::LAM_ENV_KEPT],
            Self::Fargate => &[rule::CMPX_MAP, rule::ECS_TASK_LOST],
        }
    }
}

/// Not a service that can take over a load.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no such service is simulated; expected {}", Service::ALL.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownService;

impl FromStr for Service {
    type Err = UnknownService;

    fn from_str(text: &str) -> Result<Self, UnknownService> {
        let found = Self::ALL.iter().find(|one| one.name() == text);
        found.copied().ok_or(UnknownService)
    }
}

/// Where a load is taken, and as what; what isn't said follows from the load (`CMPX-MAP`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// To a function.
    Lambda(FunctionChange),
    /// To tasks.
    Fargate(TaskChange),
}

/// What is said of the tasks that take a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskChange {
    /// Their CPU units.
    pub cpu_units: Option<u32>,
    /// Their memory, in MB.
    pub memory_mb: Option<u32>,
    /// Their ephemeral storage, in GB.
    pub storage_gb: Option<u32>,
    /// On which processors they run.
    pub architecture: Option<Architecture>,
    /// Whether they run Windows.
    pub is_windows: Option<bool>,
    /// Whether they are on Fargate Spot.
    pub is_spot: bool,
    /// Whether they have public IPv4 addresses.
    pub has_public_ipv4: bool,
}

impl From<Service> for Elsewhere {
    fn from(service: Service) -> Self {
        match service {
            Service::Lambda => Self::Lambda(FunctionChange::default()),
            Service::Fargate => Self::Fargate(TaskChange::default()),
        }
    }
}

impl Elsewhere {
    /// Which service.
    pub const fn service(&self) -> Service {
        match self {
            Self::Lambda(_) => Service::Lambda,
            Self::Fargate(_) => Service::Fargate,
        }
    }
}

/// Why a service can't take a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPossible {
    /// The rule that forbids it.
    pub rule: &'static Rule,
    /// The same in words.
    pub why: String,
}

/// What became of a load in another place: what it cost in all, and how long it took.
pub type ElsewhereFound = Result<(Usd, SimDuration), NotPossible>;

/// What is expected of a load in another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElsewhereCheck {
    /// `none`: it isn't possible there.
    None,
    /// `total`: what it costs.
    Total(AmountCheck),
    /// `done`: how long it takes from its first need to its last work.
    Done(SimDuration),
}

impl ElsewhereCheck {
    /// Its key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::None => "elsewhere",
            Self::Total(_) => "elsewhere total",
            Self::Done(_) => "elsewhere done",
        }
    }
}
