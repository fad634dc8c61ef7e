//! The lifecycle of a function's execution environments (rulebook of the other compute services, section 1.1).
//!
//! AWS names the phases Init, Restore, Invoke and Shutdown, and shows no state; the words are the simulator's (`LAM-ENV-NAMES`).
//! Nobody asks an environment for anything: all that befalls it is decided by the crate.

use super::{
    ApiError, NoFlavor, NoGuard, NoPolicy,
    machine::{Current, sealed},
    words,
};

lifecycle! {
    owner EnvironmentLifecycle, state State, flavor NoFlavor, policy NoPolicy, guard NoGuard, refusal Refusal;
    phases {
        /// Its code is loaded and set up.
        Initializing = Initializing;
        /// It is restored from a snapshot.
        Restoring = Restoring;
        /// It serves an invocation.
        Busy = Busy;
        /// It is frozen.
        Idle = Idle;
        /// It crashed or was cut, and is initialised again inside its next invocation.
        Resetting = Resetting;
        /// Gone for good.
        Shutdown = Shutdown;
    }
    triggers {
        /// It is initialised.
        InitCompleted = "init completed";
        /// It is initialised ahead of need, for provisioned concurrency.
        Filled = "init completed";
        /// It is restored from its snapshot.
        RestoreCompleted = "restore completed";
        /// An invocation.
        Invoke = "Invoke";
        /// Its invocation is over.
        Ended = "invocation ended";
        /// Its runtime crashed.
        Crashed = "crash";
        /// Its invocation took as long as it may.
        TimedOut = "timeout";
        /// It was idle for too long.
        Expired = "idle time";
        /// It is too old.
        Aged = "max age";
        /// The function was changed.
        Changed = "UpdateFunction";
        /// Provisioned concurrency is lowered, or ends.
        Lowered = "provisioned concurrency lowered";
    }
    rows {
        Initializing -- InitCompleted    --> Busy      : "it is initialised, and serves the invocation that it was made for", [LAM_ENV_NAMES, LAM_ENV_ONE];
        Initializing -- Filled           --> Idle      : "it is initialised, and stands ready", [LAM_ENV_NAMES, LAM_PC, LAM_PC_READY];
        Initializing -- Changed          --> Shutdown  : "the function is another one", [LAM_ENV_CHANGE];
        Initializing -- Lowered          --> Shutdown  : "provisioned concurrency needs it no longer", [LAM_PC];
        Restoring    -- RestoreCompleted --> Busy      : "it is restored, and serves the invocation that it was made for", [LAM_ENV_NAMES, LAM_RESTORE];
        Idle         -- Invoke           --> Busy      : "it was idle, and is warm", [LAM_ENV_ONE, LAM_ENV_PICK];
        Idle         -- Expired          --> Shutdown  : "it was idle for too long", [LAM_ENV_IDLE];
        Idle         -- Aged             --> Shutdown  : "it is too old", [LAM_ENV_AGE];
        Idle         -- Changed          --> Shutdown  : "the function is another one", [LAM_ENV_CHANGE];
        Idle         -- Lowered          --> Shutdown  : "provisioned concurrency needs it no longer", [LAM_PC];
        Busy         -- Ended            --> Idle      : "the invocation is over; it is frozen", [LAM_INVOKE_END, LAM_ENV_FROZEN];
        Busy         -- Crashed          --> Resetting : "the runtime crashed", [LAM_ENV_KEPT, LAM_SUPPRESSED_INIT];
        Busy         -- TimedOut         --> Resetting : "the invocation was cut at the function's timeout", [LAM_TIMEOUT, LAM_SUPPRESSED_INIT];
        Resetting    -- Invoke           --> Busy      : "it is initialised again inside the invocation", [LAM_SUPPRESSED_INIT, LAM_ENV_PICK];
        Resetting    -- Expired          --> Shutdown  : "it was idle for too long", [LAM_ENV_IDLE];
        Resetting    -- Aged             --> Shutdown  : "it is too old", [LAM_ENV_AGE];
        Resetting    -- Changed          --> Shutdown  : "the function is another one", [LAM_ENV_CHANGE];
        Resetting    -- Lowered          --> Shutdown  : "provisioned concurrency needs it no longer", [LAM_PC];
    }
    accepted {}
    unchanged {}
    refused {
        Restoring | Busy | Idle | Resetting | Shutdown -- InitCompleted : CannotHappen;
        Restoring | Busy | Idle | Resetting | Shutdown -- Filled : CannotHappen;
        Initializing | Busy | Idle | Resetting | Shutdown -- RestoreCompleted : CannotHappen;
        Initializing | Restoring | Busy | Shutdown -- Invoke : CannotHappen;
        Initializing | Restoring | Idle | Resetting | Shutdown -- Ended : CannotHappen;
        Initializing | Restoring | Idle | Resetting | Shutdown -- Crashed : CannotHappen;
        Initializing | Restoring | Idle | Resetting | Shutdown -- TimedOut : CannotHappen;
        Initializing | Restoring | Busy | Shutdown -- Expired : CannotHappen;
        Initializing | Restoring | Busy | Shutdown -- Aged : CannotHappen;
        Restoring | Busy | Shutdown -- Changed : CannotHappen;
        Restoring | Busy | Shutdown -- Lowered : CannotHappen;
    }
}

words! {
    /// The state of an execution environment.
    State {
        /// Its code is loaded and set up.
        Initializing = "initializing";
        /// It is restored from a snapshot.
        Restoring = "restoring";
        /// It serves an invocation.
        Busy = "busy";
        /// Frozen, and warm.
        Idle = "idle";
        /// It crashed or was cut, and is initialised again inside its next invocation.
        Resetting = "resetting";
        /// Gone.
        Shutdown = "shutdown";
    }
}

refusals! {
    /// A reason for which an environment refuses a request: nobody asks it for anything.
    Refusal;
    /// A pair that can't come about.
    CannotHappen = InternalError, [LAM_ENV_NAMES],
        "An environment can't do this in state {state}.";
}

impl Refusal {
    /// The answer for an environment.
    pub fn answer(self, environment: &str, state: State) -> ApiError {
        self.filled(environment, state.name(), "")
    }
}

/// The phase of one execution environment. Only this module writes it.
///
/// # Example
///
/// ```
/// use ec2sim::{lifecycle::{Decision, EnvironmentLifecycle, environment::{State, Trigger}}, time::SimTime};
///
/// let mut environment = EnvironmentLifecycle::cold();
/// let now = SimTime::from_secs(0);
/// assert!(matches!(environment.apply(Trigger::InitCompleted, now), Decision::Moved(_)));
/// assert!(matches!(environment.apply(Trigger::Ended, now), Decision::Moved(_)));
/// assert_eq!(environment.state(), State::Idle);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvironmentLifecycle {
    phase: Current<Phase>,
}

impl EnvironmentLifecycle {
    /// One that has to be initialised.
    pub const fn cold() -> Self {
        Self {
            phase: Current::first(Phase::Initializing),
        }
    }

    /// One that is restored from a snapshot.
    pub const fn restored() -> Self {
        Self {
            phase: Current::first(Phase::Restoring),
        }
    }
}

impl sealed::Owner<Phase> for EnvironmentLifecycle {
    fn current(&self) -> &Current<Phase> {
        &self.phase
    }

    fn current_mut(&mut self) -> &mut Current<Phase> {
        &mut self.phase
    }
}
