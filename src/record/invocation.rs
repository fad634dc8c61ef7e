//! What becomes of functions: their execution environments, and what they are asked.

use crate::{
    catalog::Architecture,
    lifecycle::{environment::Phase, words},
    time::SimTime,
};

use super::{EnvironmentHandle, FunctionHandle, Rules};

/// An execution environment changed its state.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EnvironmentMove {
    /// Which.
    pub environment: EnvironmentHandle,
    /// What it left; nothing where it comes about.
    pub from: Option<Phase>,
    /// What it entered.
    pub to: Phase,
    /// What made it move.
    pub trigger: &'static str,
    /// Why, in a few words.
    pub why: &'static str,
    /// The rules that decide it.
    pub rules: Rules,
}

impl EnvironmentMove {
    /// A change of state, without rules.
    pub const fn new(
        environment: EnvironmentHandle,
        (from, to): (Option<Phase>, Phase),
        trigger: &'static str,
        why: &'static str,
    ) -> Self {
        Self {
            environment,
            from,
            to,
            trigger,
            why,
            rules: &[],
        }
    }
}

/// An invocation that is over; or what a load has asked in a clock-hour. All that a bill has to know of it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Invocation {
    /// Of which function.
    pub function: FunctionHandle,
    /// In which environment; none of one that was throttled, and of several.
    pub environment: Option<EnvironmentHandle>,
    /// What the environment was like; none of one that was throttled, and of several.
    pub start: Option<StartKind>,
    /// How it went; of several, how they were to go.
    pub outcome: InvocationOutcome,
    /// When it began, or the first of several.
    pub began: SimTime,
    /// How many there were, those that were throttled included.
    pub count: u64,
    /// How many of them began cold.
    pub cold: u64,
    /// How many of them were throttled.
    pub throttled: u64,
    /// Why, if any was.
    pub reason: Option<&'static str>,
    /// The milliseconds that are billed for them.
    pub billed_ms: u64,
    /// As how many requests they count.
    pub requests: u64,
    /// How many of them began with a restore that is charged.
    pub restored: u64,
    /// Whether provisioned concurrency served them.
    pub provisioned: bool,
    /// As what the function was configured.
    pub config: Configured,
    /// The rules that decide it.
    pub rules: Rules,
}

/// What of a function's configuration decides what an invocation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configured {
    /// Its memory, in MB.
    pub memory_mb: u32,
    /// The size of `/tmp`, in MB.
    pub tmp_mb: u32,
    /// On which processors.
    pub architecture: Architecture,
    /// Whether it is one of Lambda@Edge.
    pub edge: bool,
}

impl Invocation {
    /// An invocation that has gone well, and took no time.
    pub const fn new(function: FunctionHandle, began: SimTime, config: Configured) -> Self {
        Self {
            function,
            environment: None,
            start: None,
            outcome: InvocationOutcome::Ok,
            began,
            count: 1,
            cold: 0,
            throttled: 0,
            reason: None,
            billed_ms: 0,
            requests: 1,
            restored: 0,
            provisioned: false,
            config,
            rules: &[],
        }
    }

    /// Whether it tells of more than one.
    pub const fn is_sum(&self) -> bool {
        self.start.is_none() && !matches!(self.outcome, InvocationOutcome::Throttled)
    }

    /// What it says.
    pub fn message(&self) -> String {
        let (billed, outcome) = (self.billed_ms, self.outcome.name());
        let provisioned = if self.provisioned {
            ", provisioned"
        } else {
            ""
        };
        let mut said = match self.start {
            Some(start) => format!("{} start, {billed} ms billed, {outcome}", start.name()),
            None if self.is_sum() => {
                let started = self.count - self.throttled;
                format!(
                    "{started} invocations{provisioned}, {} of them cold, {billed} ms billed",
                    self.cold
                )
            }
            None => outcome.to_owned(),
        };
        if self.is_sum() && self.throttled > 0 {
            said.push_str(", ");
            said.push_str(&self.throttled.to_string());
            said.push_str(" more throttled");
        }
        if let Some(reason) = self.reason {
            said.push_str(": ");
            said.push_str(reason);
        }
        said
    }
}

words! {
    /// What an environment is like when an invocation begins in it.
    StartKind {
        /// It has to be initialised, or restored.
        Cold = "cold";
        /// It has served others before.
        Warm = "warm";
        /// It stood ready.
        Provisioned = "provisioned";
    }
}

words! {
    /// How an invocation goes.
    InvocationOutcome {
        /// It answers.
        Ok = "ok";
        /// It answers with an error of its own.
        Error = "error";
        /// Its runtime crashes.
        Crash = "crash";
        /// It is cut at the function's timeout.
        Timeout = "timeout";
        /// It never began.
        Throttled = "throttled";
        /// The replay ended amid it.
        Unfinished = "unfinished";
    }
}
