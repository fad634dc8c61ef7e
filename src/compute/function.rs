//! What a function is, what it may be, and what it has done.

use crate::{
    catalog::Architecture,
    id::Seeded,
    lifecycle::{ApiError, ErrorCode},
    record::{Configured, InvocationOutcome, Rules},
    rule,
    time::{SimDuration, SimTime},
};

/// What all functions of an account share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LambdaSettings {
    /// How many invocations there may be at a time (`LAM-CONC-ACCOUNT`).
    pub concurrency: u32,
    /// How long it takes until provisioned environments are ready (`LAM-PC-READY`).
    pub provisioned_ready: SimDuration,
    /// Loads of more requests than this are computed, and told by the hour.
    pub told_requests: u64,
}

impl Default for LambdaSettings {
    fn default() -> Self {
        Self {
            concurrency: 1_000,
            provisioned_ready: SimDuration::from_secs(60),
            told_requests: 10_000,
        }
    }
}

/// How a function is packaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Package {
    /// A zip archive on a managed runtime.
    Zip,
    /// A container image.
    Image,
}

/// For which runtime `SnapStart` is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// Java, for which it is free.
    Java,
    /// Python.
    Python,
    /// .NET.
    Dotnet,
}

/// A function, as it is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionSpec {
    /// Its memory, in MB.
    pub memory_mb: u32,
    /// On which processors it runs.
    pub architecture: Architecture,
    /// How long an invocation takes that says nothing else.
    pub duration: SimDuration,
    /// How long it takes to initialise or restore an environment.
    pub init: SimDuration,
    /// How long an environment is idle before it is shut down (`LAM-ENV-IDLE`).
    pub idle: SimDuration,
    /// How old one becomes (`LAM-ENV-AGE`).
    pub max_age: SimDuration,
    /// How long an invocation may take.
    pub timeout: SimDuration,
    /// The size of `/tmp`, in MB.
    pub tmp_mb: u32,
    /// Reserved concurrency.
    pub reserved: Option<u32>,
    /// How it is packaged.
    pub package: Package,
    /// `SnapStart`.
    pub snapstart: Option<Runtime>,
    /// Whether it has an address of its own.
    pub url: bool,
    /// Whether it is one of Lambda@Edge.
    pub edge: bool,
}

impl Default for FunctionSpec {
    fn default() -> Self {
        Self {
            memory_mb: 128,
            architecture: Architecture::X86_64,
            duration: SimDuration::from_millis(100),
            init: SimDuration::from_millis(200),
            idle: SimDuration::from_mins(10),
            max_age: SimDuration::from_hours(4),
            timeout: SimDuration::from_secs(3),
            tmp_mb: 512,
            reserved: None,
            package: Package::Zip,
            snapstart: None,
            url: false,
            edge: false,
        }
    }
}

/// The longest timeout (`LAM-LIM-TIMEOUT`).
pub(crate) const LONGEST: SimDuration = SimDuration::from_secs(900);

/// The most memory, and the largest `/tmp`, in MB.
pub(crate) const MOST_MB: u32 = 10_240;

/// So many invocations have to stay for functions without reserved concurrency (`LAM-CONC-RESERVED`).
const UNRESERVED: u32 = 100;

pub(super) fn refused<T>(message: String, rules: Rules) -> Result<T, ApiError> {
    Err(ApiError {
        code: ErrorCode::InvalidParameterValueException,
        message,
        rules,
    })
}

impl FunctionSpec {
    /// The most memory that one can have, in MB (`LAM-LIM-MEM`).
    pub const MOST_MEMORY: u32 = MOST_MB;

    /// One that may run as long as any.
    pub fn longest() -> Self {
        Self {
            timeout: LONGEST,
            ..Self::default()
        }
    }

    /// What of it decides the bill.
    pub const fn configured(&self) -> Configured {
        Configured {
            memory_mb: self.memory_mb,
            tmp_mb: self.tmp_mb,
            architecture: self.architecture,
            edge: self.edge,
        }
    }

    /// Whether a snapshot of it is kept that is charged.
    pub(super) const fn is_cached(&self) -> bool {
        matches!(self.snapstart, Some(Runtime::Python | Runtime::Dotnet))
    }

    /// Whether Lambda takes it.
    ///
    /// # Errors
    ///
    /// Lambda's refusal of the first value that it doesn't take.
    pub fn check(&self) -> Result<(), ApiError> {
        let within = |mb: u32, least: u32| (least..=MOST_MB).contains(&mb);
        if !within(self.memory_mb, 128) {
            return refused(
                format!(
                    "Value '{}' at 'memorySize' failed to satisfy constraint: Member must have value from 128 to {MOST_MB}",
                    self.memory_mb
                ),
                &[rule::LAM_LIM_MEM],
            );
        }
        let longest = if self.edge {
            SimDuration::from_secs(30)
        } else {
            LONGEST
        };
        if self.timeout < SimDuration::from_secs(1) || self.timeout > longest {
            let rules: Rules = if self.edge {
                &[rule::LAM_EDGE_LIMITS]
            } else {
                &[rule::LAM_LIM_TIMEOUT]
            };
            return refused(
                format!(
                    "Value '{}' at 'timeout' failed to satisfy constraint: Member must have value from 1 to {}",
                    self.timeout.as_secs(),
                    longest.as_secs()
                ),
                rules,
            );
        }
        if !within(self.tmp_mb, 512) {
            return refused(
                format!(
                    "Value '{}' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value from 512 to {MOST_MB}",
                    self.tmp_mb
                ),
                &[rule::LAM_LIM_TMP],
            );
        }
        if self.snapstart.is_some() && self.tmp_mb > 512 {
            return refused(
                "SnapStart is not supported with more than 512 MB of ephemeral storage.".to_owned(),
                &[rule::LAM_RESTORE],
            );
        }
        if self.edge && self.architecture == Architecture::Arm64 {
            return refused(
                "Lambda@Edge does not support the arm64 architecture.".to_owned(),
                &[rule::LAM_EDGE_LIMITS],
            );
        }
        Ok(())
    }

    /// Whether so much concurrency can be reserved where `others` have reserved so much.
    pub(super) fn check_reserved(&self, others: u32, account: u32) -> Result<(), ApiError> {
        let left = account.saturating_sub(UNRESERVED).saturating_sub(others);
        match self.reserved {
            Some(reserved) if reserved > left => refused(
                format!(
                    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
                ),
                &[rule::LAM_CONC_RESERVED],
            ),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether so much concurrency can be provisioned where `others` have taken so much.
    pub(super) fn check_provisioned(
        &self,
        count: u32,
        others: u32,
        account: u32,
    ) -> Result<(), ApiError> {
        if self.snapstart.is_some() {
            return refused(
                "Provisioned Concurrency is not supported for functions with SnapStart.".to_owned(),
                &[rule::LAM_RESTORE],
            );
        }
        if self.edge {
            return refused(
                "Lambda@Edge does not support Provisioned Concurrency.".to_owned(),
                &[rule::LAM_EDGE_LIMITS],
            );
        }
        if count == 0 {
            return refused(
                "Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1".to_owned(),
                &[rule::LAM_PC],
            );
        }
        let (most, of) = match self.reserved {
            Some(reserved) => (reserved, "function's reserved concurrency"),
            None => (
                account.saturating_sub(UNRESERVED).saturating_sub(others),
                "account's unreserved concurrency",
            ),
        };
        if count > most {
            return refused(
                format!(
                    "Requested Provisioned Concurrency should not be greater than the {of} [{most}]."
                ),
                &[rule::LAM_PC],
            );
        }
        Ok(())
    }

    /// It with some of it changed.
    #[must_use]
    pub fn changed(mut self, change: &FunctionChange) -> Self {
        let FunctionChange {
            memory_mb,
            architecture,
            duration,
            init,
            idle,
            max_age,
            timeout,
            tmp_mb,
            reserved,
            package,
            snapstart,
            url,
            edge,
        } = *change;
        self.memory_mb = memory_mb.unwrap_or(self.memory_mb);
        self.architecture = architecture.unwrap_or(self.architecture);
        self.duration = duration.unwrap_or(self.duration);
        self.init = init.unwrap_or(self.init);
        self.idle = idle.unwrap_or(self.idle);
        self.max_age = max_age.unwrap_or(self.max_age);
        self.timeout = timeout.unwrap_or(self.timeout);
        self.tmp_mb = tmp_mb.unwrap_or(self.tmp_mb);
        self.reserved = reserved.or(self.reserved);
        self.package = package.unwrap_or(self.package);
        self.snapstart = snapstart.or(self.snapstart);
        self.url = url.unwrap_or(self.url);
        self.edge = edge.unwrap_or(self.edge);
        self
    }
}

/// What of a function is said, or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FunctionChange {
    /// Its memory, in MB.
    pub memory_mb: Option<u32>,
    /// On which processors it runs.
    pub architecture: Option<Architecture>,
    /// How long an invocation takes.
    pub duration: Option<SimDuration>,
    /// How long init takes.
    pub init: Option<SimDuration>,
    /// How long environments are idle.
    pub idle: Option<SimDuration>,
    /// How old they become.
    pub max_age: Option<SimDuration>,
    /// How long an invocation may take.
    pub timeout: Option<SimDuration>,
    /// The size of `/tmp`, in MB.
    pub tmp_mb: Option<u32>,
    /// Reserved concurrency.
    pub reserved: Option<u32>,
    /// How it is packaged.
    pub package: Option<Package>,
    /// `SnapStart`.
    pub snapstart: Option<Runtime>,
    /// Whether it has an address of its own.
    pub url: Option<bool>,
    /// Whether it is one of Lambda@Edge.
    pub edge: Option<bool>,
}

impl FunctionChange {
    /// Whether it replaces the environments that there are: new code does, and so does most configuration
    /// (`LAM-ENV-CHANGE`).
    pub(super) fn replaces(&self) -> bool {
        let Self {
            memory_mb,
            architecture,
            duration,
            init,
            idle,
            max_age,
            timeout,
            tmp_mb,
            reserved,
            package,
            snapstart,
            url,
            edge,
        } = self;
        let of_environments = memory_mb.is_some()
            || architecture.is_some()
            || init.is_some()
            || timeout.is_some()
            || tmp_mb.is_some()
            || package.is_some()
            || snapstart.is_some()
            || edge.is_some();
        let of_others = duration.is_some()
            || idle.is_some()
            || max_age.is_some()
            || reserved.is_some()
            || url.is_some();
        of_environments || !of_others
    }
}

/// How a function is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The caller waits.
    Sync,
    /// The event is queued.
    Async,
}

/// What a function is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// How.
    pub mode: Mode,
    /// How long it takes this time.
    pub duration: Option<SimDuration>,
    /// How it goes.
    pub result: InvocationOutcome,
    /// The bytes of its payload.
    pub payload: u64,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            mode: Mode::Sync,
            duration: None,
            result: InvocationOutcome::Ok,
            payload: 0,
        }
    }
}

impl Ask {
    const KB: u64 = 1_024;

    /// Whether Lambda takes it.
    ///
    /// # Errors
    ///
    /// Lambda's refusal of a payload that is too large.
    pub fn check(&self) -> Result<(), ApiError> {
        let most = match self.mode {
            Mode::Sync => 6 * Self::KB * Self::KB,
            Mode::Async => Self::KB * Self::KB,
        };
        if self.payload <= most {
            return Ok(());
        }
        Err(ApiError {
            code: ErrorCode::RequestTooLargeException,
            message: format!(
                "Request must be smaller than {most} bytes for the InvokeFunction operation"
            ),
            rules: &[rule::LAM_LIM_PAYLOAD],
        })
    }

    /// As how many requests it counts (`LAM-BILL-ASYNC-SIZE`).
    pub(super) const fn requests(&self) -> u64 {
        match self.mode {
            Mode::Sync => 1,
            Mode::Async => {
                let more = self.payload.saturating_sub(256 * Self::KB);
                1 + more.div_ceil(64 * Self::KB)
            }
        }
    }
}

/// What a function has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Invocations that began.
    pub invocations: u64,
    /// Those that began cold.
    pub cold: u64,
    /// Those that began warm.
    pub warm: u64,
    /// Those that provisioned concurrency served.
    pub provisioned: u64,
    /// Those that failed.
    pub errors: u64,
    /// Those that never began.
    pub throttles: u64,
    /// What is billed of all of them, in milliseconds.
    pub billed_ms: u64,
}

/// A function of the account.
#[derive(Debug, Clone)]
pub struct Function {
    pub(super) key: Seeded,
    pub(super) spec: FunctionSpec,
    pub(super) counts: Counts,
    /// How many environments it has had.
    pub(super) made: u32,
    /// Those that aren't shut down, in the order in which they came about.
    pub(super) environments: Vec<crate::record::EnvironmentHandle>,
    /// How much concurrency is provisioned.
    pub(super) provisioned: u32,
    /// How many of its environments serve an invocation: provisioned ones, and others.
    pub(super) busy: (u32, u32),
    /// What is left of its growth, in thousandths of an environment, and when that was so (`LAM-CONC-SCALE`).
    pub(super) growth: (u64, SimTime),
}

impl Function {
    /// Where its id comes from.
    pub(crate) const fn key(&self) -> Seeded {
        self.key
    }

    /// What it is.
    pub const fn spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// What it has done.
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many environments it has, provisioned ones included.
    pub fn environments(&self) -> usize {
        self.environments.len()
    }

    /// How many of them serve an invocation.
    pub const fn busy(&self) -> u32 {
        self.busy.0 + self.busy.1
    }

    /// How much concurrency is provisioned for it, ready or not.
    pub const fn provisioned(&self) -> u32 {
        self.provisioned
    }

    /// Its state in Lambda's API.
    pub const fn state(&self) -> &'static str {
        "Active"
    }
}
