//! The lifecycle of a task of Amazon ECS (rulebook of the other compute services, section 2.1).

use super::{
    ApiError, NoFlavor, NoGuard, NoPolicy,
    machine::{Current, sealed},
    words,
};

lifecycle! {
    owner TaskLifecycle, state State, flavor NoFlavor, policy NoPolicy, guard NoGuard, refusal Refusal;
    phases {
        /// Its network interface is made, or it waits for capacity.
        Provisioning = Provisioning;
        /// The agent is asked.
        Pending = Pending;
        /// Its image is pulled and its containers are created.
        Activating = Activating;
        /// It works.
        Running = Running;
        /// It is taken out of the load balancer.
        Deactivating = Deactivating;
        /// Its containers are told to stop.
        Stopping = Stopping;
        /// Its network interface is taken away.
        Deprovisioning = Deprovisioning;
        /// It is over, and nothing of it is left.
        Stopped = Stopped;
    }
    triggers {
        /// Its network interface is there.
        Provisioned = "interface attached";
        /// The agent has taken it.
        Placed = "agent accepted";
        /// Its image is pulled, and its containers run.
        Started = "containers started";
        /// Somebody stops it.
        StopTask = "StopTask";
        /// Its service needs it no longer.
        Unneeded = "service scheduler";
        /// Fargate takes its capacity back.
        Interrupted = "Spot interruption";
        /// An essential container has ended by itself.
        Exited = "container exited";
        /// The load balancer sends it nothing any more.
        Drained = "deregistered";
        /// Its containers have stopped.
        Ended = "containers stopped";
        /// Its network interface is gone.
        Detached = "interface detached";
    }
    rows {
        Provisioning   -- Provisioned --> Pending        : "its network interface is attached", [ECS_TASK_STATES, ECS_TIME, FGT_TASK];
        Pending        -- Placed      --> Activating     : "the agent has taken it, and its image is pulled", [ECS_TASK_STATES, ECS_TIME];
        Activating     -- Started     --> Running        : "its image is pulled, and its containers run", [ECS_TASK_STATES, ECS_TIME];
        Provisioning   -- StopTask    --> Deprovisioning : "it goes before it has begun to pull its image", [ECS_TASK_STATES, ECS_TASK_STOPCODE];
        Pending        -- StopTask    --> Deprovisioning : "it goes before it has begun to pull its image", [ECS_TASK_STATES, ECS_TASK_STOPCODE];
        Activating     -- StopTask    --> Stopping       : "it goes on its way up", [ECS_TASK_STATES, ECS_TASK_STOPCODE];
        Running        -- StopTask    --> Deactivating   : "it is taken out of service", [ECS_TASK_STATES, ECS_TASK_STOPCODE];
        Provisioning   -- Unneeded    --> Deprovisioning : "it goes before it has begun to pull its image", [ECS_SVC_DESIRED, ECS_TASK_STOPCODE];
        Pending        -- Unneeded    --> Deprovisioning : "it goes before it has begun to pull its image", [ECS_SVC_DESIRED, ECS_TASK_STOPCODE];
        Activating     -- Unneeded    --> Stopping       : "it goes on its way up", [ECS_SVC_DESIRED, ECS_TASK_STOPCODE];
        Running        -- Unneeded    --> Deactivating   : "it is taken out of service", [ECS_SVC_DESIRED, ECS_TASK_STOPCODE];
        Provisioning   -- Interrupted --> Deprovisioning : "it goes before it has begun to pull its image", [FGT_SPOT_NOTICE, ECS_TASK_STOPCODE];
        Pending        -- Interrupted --> Deprovisioning : "it goes before it has begun to pull its image", [FGT_SPOT_NOTICE, ECS_TASK_STOPCODE];
        Activating     -- Interrupted --> Stopping       : "it goes on its way up", [FGT_SPOT_NOTICE, ECS_TASK_STOPCODE];
        Running        -- Interrupted --> Deactivating   : "it is taken out of service", [FGT_SPOT_NOTICE, ECS_TASK_STOPCODE];
        Running        -- Exited      --> Deactivating   : "an essential container has ended", [ECS_ESSENTIAL, ECS_TASK_STOPCODE];
        Deactivating   -- Drained     --> Stopping       : "its containers are told to stop", [ECS_TASK_STATES, ECS_STOP_TIMEOUT];
        Stopping       -- Ended       --> Deprovisioning : "its containers have stopped", [ECS_TASK_STATES, FGT_METER];
        Deprovisioning -- Detached    --> Stopped        : "its network interface is gone, and so is all that it held", [ECS_TASK_LOST, ECS_TASK_STATES];
    }
    accepted {}
    unchanged {}
    refused {
        Pending | Activating | Running | Deactivating | Stopping | Deprovisioning | Stopped -- Provisioned : CannotHappen;
        Provisioning | Activating | Running | Deactivating | Stopping | Deprovisioning | Stopped -- Placed : CannotHappen;
        Provisioning | Pending | Running | Deactivating | Stopping | Deprovisioning | Stopped -- Started : CannotHappen;
        Deactivating | Stopping | Deprovisioning | Stopped -- StopTask : CannotHappen;
        Deactivating | Stopping | Deprovisioning | Stopped -- Unneeded : CannotHappen;
        Deactivating | Stopping | Deprovisioning | Stopped -- Interrupted : CannotHappen;
        Provisioning | Pending | Activating | Deactivating | Stopping | Deprovisioning | Stopped -- Exited : CannotHappen;
        Provisioning | Pending | Activating | Running | Stopping | Deprovisioning | Stopped -- Drained : CannotHappen;
        Provisioning | Pending | Activating | Running | Deactivating | Deprovisioning | Stopped -- Ended : CannotHappen;
        Provisioning | Pending | Activating | Running | Deactivating | Stopping | Stopped -- Detached : CannotHappen;
    }
}

words! {
    /// The last status of a task.
    State {
        /// Its network interface is made, or it waits for capacity.
        Provisioning = "PROVISIONING";
        /// The agent is asked.
        Pending = "PENDING";
        /// Its image is pulled and its containers are created.
        Activating = "ACTIVATING";
        /// It works.
        Running = "RUNNING";
        /// It is taken out of the load balancer.
        Deactivating = "DEACTIVATING";
        /// Its containers are told to stop.
        Stopping = "STOPPING";
        /// Its network interface is taken away.
        Deprovisioning = "DEPROVISIONING";
        /// It is over, and nothing of it is left.
        Stopped = "STOPPED";
    }
}

refusals! {
    /// A reason for which a task refuses a request.
    Refusal;
    /// A pair that can't come about.
    CannotHappen = InternalError, [ECS_TASK_STATES],
        "A task can't do this in state {state}.";
}

impl Refusal {
    /// The answer for a task.
    pub fn answer(self, task: &str, state: State) -> ApiError {
        self.filled(task, state.name(), "")
    }
}

impl Phase {
    /// Whether it is on its way up, or runs.
    pub const fn is_up(self) -> bool {
        matches!(
            self,
            Self::Provisioning | Self::Pending | Self::Activating | Self::Running
        )
    }

    /// Whether Fargate charges for it: from the pull of the image until the containers are gone (`FGT-METER`).
    pub const fn is_metered(self) -> bool {
        matches!(
            self,
            Self::Activating | Self::Running | Self::Deactivating | Self::Stopping
        )
    }

    /// Whether it holds its network interface, and the public address on it (`FGT-IPV4`).
    pub const fn has_interface(self) -> bool {
        !matches!(self, Self::Provisioning | Self::Stopped)
    }
}

/// The phase of one task. Only this module writes it.
///
/// # Example
///
/// ```
/// use ec2sim::{lifecycle::{Decision, TaskLifecycle, task::{State, Trigger}}, time::SimTime};
///
/// let mut task = TaskLifecycle::asked_for();
/// let now = SimTime::from_secs(0);
/// for trigger in [Trigger::Provisioned, Trigger::Placed, Trigger::Started] {
///     assert!(matches!(task.apply(trigger, now), Decision::Moved(_)));
/// }
/// assert_eq!(task.state(), State::Running);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskLifecycle {
    phase: Current<Phase>,
}

impl TaskLifecycle {
    /// One that was just asked for.
    pub const fn asked_for() -> Self {
        Self {
            phase: Current::first(Phase::Provisioning),
        }
    }
}

impl sealed::Owner<Phase> for TaskLifecycle {
    fn current(&self) -> &Current<Phase> {
        &self.phase
    }

    fn current_mut(&mut self) -> &mut Current<Phase> {
        &mut self.phase
    }
}
