//! The lifecycle of Spot requests (lifecycle rulebook, section 8.1).
//!
//! A request is open until an instance fulfils it, active as long as it has one, and disabled while that one is stopped. Its
//! status says why, and may change where the state doesn't.

use super::{
    ApiError, NoFlavor, NoGuard, NoPolicy,
    machine::{Current, sealed},
    words,
};

lifecycle! {
    owner SpotRequestLifecycle, state State, flavor NoFlavor, policy NoPolicy, guard NoGuard, refusal Refusal;
    phases {
        /// Waiting to be fulfilled.
        Open      = Open;
        /// Fulfilled: an instance runs for it, or is on its way up or down.
        Active    = Active;
        /// Its instance is stopped.
        Disabled  = Disabled;
        /// Over with its instance.
        Closed    = Closed;
        /// The user, or its own end, has cancelled it; an instance may go on.
        Cancelled = Cancelled;
        /// It could never be fulfilled.
        Failed    = Failed;
    }
    triggers {
        /// There is capacity at a price that it allows.
        Fulfill        = "request fulfilled";
        /// Its instance ends, and it was for that one only.
        End            = "instance ended";
        /// Its instance ends, and it is to have another one.
        Reopen         = "instance ended";
        /// Its instance is stopped or hibernated, and that has settled.
        Disable        = "instance stopped";
        /// StartInstances of the instance that its user has stopped.
        StartInstances = "StartInstances";
        /// EC2 restarts the instance that it has interrupted.
        Restart        = "Spot restart";
        /// `CancelSpotInstanceRequests`.
        Cancel         = "CancelSpotInstanceRequests";
        /// It was valid until now.
        Expire         = "schedule expired";
        /// What was launched for it has failed.
        LaunchFailed   = "launch failed";
        /// It asks for what can't be.
        FindBad        = "bad parameters found";
        /// What asks for what can't be is given up.
        GiveUp         = "request failed";
    }
    rows {
        Open     -- Fulfill        --> Active    : "there is capacity at a price up to its maximum", [SPOT_REQ_STATES, SPOT_REQ_STATUS];
        Open     -- Cancel         --> Cancelled : "cancelled before it was fulfilled", [SPOT_CANCEL_OPEN];
        Open     -- Expire         --> Cancelled : "its time is over", [SPOT_REQ_TYPES];
        Open     -- FindBad        --> Closed    : "it asks for what can't be", [SPOT_REQ_STATUS];
        Active   -- End            --> Closed    : "its instance ends, and it with it", [SPOT_REQ_TYPES];
        Active   -- Reopen         --> Open      : "its instance ends, and it is to have another", [SPOT_REQ_TYPES];
        Active   -- Disable        --> Disabled  : "its instance is stopped", [SPOT_STOP_USER, SPOT_INT_STOP];
        Active   -- Cancel         --> Cancelled : "cancelled, and its instance goes on", [SPOT_CANCEL_ACTIVE];
        Active   -- LaunchFailed   --> Closed    : "its launch failed after it was accepted", [SPOT_REQ_STATUS];
        Disabled -- StartInstances --> Open      : "its user starts the instance again", [SPOT_USER_START];
        Disabled -- Restart        --> Active    : "there is capacity again", [SPOT_RESTART];
        Disabled -- Reopen         --> Open      : "its instance ends, and it is to have another", [SPOT_TERMINATE_USER];
        Disabled -- Cancel         --> Cancelled : "cancelled, and its stopped instance will go", [SPOT_CANCEL_DISABLED];
        Disabled -- Expire         --> Cancelled : "its time is over", [SPOT_REQ_TYPES];
        Closed   -- GiveUp         --> Failed    : "it could never be fulfilled", [SPOT_REQ_STATUS];
    }
    accepted {
        Active -- Expire : [SPOT_REQ_TYPES];
    }
    unchanged {
        Closed | Cancelled | Failed -- Cancel : [SPOT_CANCEL_OPEN];
        Closed | Cancelled | Failed -- Expire : [SPOT_REQ_TYPES];
    }
    refused {
        Active | Disabled | Closed | Cancelled | Failed        -- Fulfill        : CannotHappen;
        Open | Disabled | Closed | Cancelled | Failed          -- End            : CannotHappen;
        Open | Closed | Cancelled | Failed                     -- Reopen         : CannotHappen;
        Open | Disabled | Closed | Cancelled | Failed          -- Disable        : CannotHappen;
        Open | Active | Closed | Cancelled | Failed            -- StartInstances : NotDisabled;
        Open | Active | Closed | Cancelled | Failed            -- Restart        : CannotHappen;
        Open | Disabled | Closed | Cancelled | Failed          -- LaunchFailed   : CannotHappen;
        Active | Disabled | Closed | Cancelled | Failed        -- FindBad        : CannotHappen;
        Open | Active | Disabled | Cancelled | Failed          -- GiveUp         : CannotHappen;
    }
}

words! {
    /// The state of a Spot request, as EC2's API has it (`SPOT-REQ-STATES`).
    State {
        /// Waiting to be fulfilled.
        Open = "open";
        /// Fulfilled.
        Active = "active";
        /// Over with its instance.
        Closed = "closed";
        /// Its instance is stopped.
        Disabled = "disabled";
        /// Cancelled.
        Cancelled = "cancelled";
        /// It could never be fulfilled.
        Failed = "failed";
    }
}

words! {
    /// The status code of a Spot request: why it is in its state (`SPOT-REQ-STATUS`).
    Status {
        /// It is about to be looked at.
        PendingEvaluation = "pending-evaluation";
        /// It asks for what can't be.
        BadParameters = "bad-parameters";
        /// There is no capacity.
        CapacityNotAvailable = "capacity-not-available";
        /// The price is above its maximum.
        PriceTooLow = "price-too-low";
        /// Its time hasn't come.
        NotScheduledYet = "not-scheduled-yet";
        /// Not all of its launch group can be launched.
        LaunchGroupConstraint = "launch-group-constraint";
        /// Not all of its zone group can be launched in one zone.
        AzGroupConstraint = "az-group-constraint";
        /// Its placement group has no room.
        PlacementGroupConstraint = "placement-group-constraint";
        /// A quota, or something else, stands against it.
        ConstraintNotFulfillable = "constraint-not-fulfillable";
        /// The account has as many volumes as it may have.
        LimitExceeded = "limit-exceeded";
        /// Its time is over.
        ScheduleExpired = "schedule-expired";
        /// Its user cancelled it while it was open.
        CanceledBeforeFulfillment = "canceled-before-fulfillment";
        /// EC2's own fault.
        SystemError = "system-error";
        /// It is being fulfilled.
        PendingFulfillment = "pending-fulfillment";
        /// It has its instance.
        Fulfilled = "fulfilled";
        /// Its instance is about to be stopped, or stopping.
        MarkedForStop = "marked-for-stop";
        /// Its instance is about to be terminated for the price.
        MarkedForTermination = "marked-for-termination";
        /// Its user has stopped the instance.
        InstanceStoppedByUser = "instance-stopped-by-user";
        /// EC2 has stopped the instance for the price.
        InstanceStoppedByPrice = "instance-stopped-by-price";
        /// EC2 has stopped the instance for want of capacity.
        InstanceStoppedNoCapacity = "instance-stopped-no-capacity";
        /// EC2 takes the instance back for want of capacity.
        InstanceTerminatedNoCapacity = "instance-terminated-no-capacity";
        /// EC2 takes the instance back for the price.
        InstanceTerminatedByPrice = "instance-terminated-by-price";
        /// Another of its launch group was terminated.
        InstanceTerminatedLaunchGroupConstraint = "instance-terminated-launch-group-constraint";
        /// Its time is over, and so is the instance's.
        InstanceTerminatedBySchedule = "instance-terminated-by-schedule";
        /// EC2 has terminated the instance while it was stopped.
        InstanceTerminatedByService = "instance-terminated-by-service";
        /// Its user has terminated the instance.
        InstanceTerminatedByUser = "instance-terminated-by-user";
        /// A fault was injected: its instance is about to be stopped.
        MarkedForStopByExperiment = "marked-for-stop-by-experiment";
        /// A fault was injected: its instance is stopped.
        InstanceStoppedByExperiment = "instance-stopped-by-experiment";
        /// A fault was injected: its instance is terminated.
        InstanceTerminatedByExperiment = "instance-terminated-by-experiment";
        /// Its user cancelled it, and the instance goes on.
        RequestCanceledAndInstanceRunning = "request-canceled-and-instance-running";
    }
}

impl Status {
    /// The states of a request that it goes with, and those of its instance (`SPOT-REQ-STATUS`).
    pub const fn goes_with(self) -> (&'static [State], &'static str) {
        use State::{Active, Cancelled, Closed, Disabled, Failed, Open};
        match self {
            Self::PendingEvaluation
            | Self::CapacityNotAvailable
            | Self::PriceTooLow
            | Self::NotScheduledYet
            | Self::LaunchGroupConstraint
            | Self::AzGroupConstraint
            | Self::PlacementGroupConstraint
            | Self::ConstraintNotFulfillable
            | Self::LimitExceeded
            | Self::PendingFulfillment => (&[Open], "not there yet"),
            Self::BadParameters => (&[Closed, Failed], "never there"),
            Self::ScheduleExpired | Self::CanceledBeforeFulfillment => {
                (&[Cancelled], "never there")
            }
            Self::SystemError => (&[Closed], "never there"),
            Self::Fulfilled => (&[Active], "pending or running"),
            Self::MarkedForStop => (&[Active], "running for the two minutes, or stopping"),
            Self::MarkedForTermination => (&[Active], "running for the two minutes"),
            Self::InstanceStoppedByUser => (&[Disabled, Cancelled], "stopped"),
            Self::InstanceStoppedByPrice
            | Self::InstanceStoppedNoCapacity
            | Self::InstanceStoppedByExperiment => (&[Disabled], "stopped"),
            Self::InstanceTerminatedNoCapacity => (
                &[Closed, Open],
                "running for the two minutes, then terminated",
            ),
            Self::InstanceTerminatedByPrice | Self::InstanceTerminatedLaunchGroupConstraint => {
                (&[Closed, Open], "terminated")
            }
            Self::InstanceTerminatedBySchedule | Self::InstanceTerminatedByExperiment => {
                (&[Closed], "terminated")
            }
            Self::InstanceTerminatedByService => (&[Cancelled], "terminated"),
            // A persistent request opens again (`SPOT-REQ-TYPES`).
            Self::InstanceTerminatedByUser => (&[Closed, Open, Cancelled], "terminated"),
            Self::MarkedForStopByExperiment => (&[Active], "running"),
            Self::RequestCanceledAndInstanceRunning => (&[Cancelled], "running"),
        }
    }
}

refusals! {
    /// A reason for which a Spot request refuses.
    Refusal;
    /// Its instance wasn't stopped by its user, or that hasn't settled.
    NotDisabled = IncorrectSpotRequestState, [SPOT_START_WRONG_STATE],
        "You can't start the Spot Instance '{id}' because the associated Spot Instance request is not in an appropriate state to support start.";
    /// A pair that can't come about: EC2 doesn't finish what it didn't begin.
    CannotHappen = InternalError, [SPOT_REQ_STATES],
        "The Spot request of '{id}' can't do this in state {state}.";
}

impl Refusal {
    /// EC2's answer for the request of an instance.
    pub fn answer(self, instance: &str, state: State) -> ApiError {
        self.filled(instance, state.name(), "")
    }
}

/// The phase of one Spot request. Only this module writes it.
///
/// # Example
///
/// ```
/// use ec2sim::lifecycle::spot::{PhaseView, SpotRequestLifecycle, State, trigger};
///
/// let mut request = SpotRequestLifecycle::open();
/// // What the crate decides itself goes through the typed door: no other trigger would compile here.
/// let PhaseView::Open(open) = request.view() else { unreachable!("a request begins open") };
/// open.then(trigger::Fulfill).on(trigger::Disable);
/// assert_eq!(request.state(), State::Disabled);
/// ```
///
/// A transition that the table doesn't have is a mistake that the compiler finds:
///
/// ```compile_fail,E0277
/// # use ec2sim::lifecycle::spot::{PhaseView, SpotRequestLifecycle, trigger};
/// # let mut request = SpotRequestLifecycle::open();
/// if let PhaseView::Closed(closed) = request.view() {
///     closed.on(trigger::Fulfill);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotRequestLifecycle {
    phase: Current<Phase>,
}

impl SpotRequestLifecycle {
    /// A request that was just made.
    pub const fn open() -> Self {
        Self {
            phase: Current::first(Phase::Open),
        }
    }
}

impl sealed::Owner<Phase> for SpotRequestLifecycle {
    fn current(&self) -> &Current<Phase> {
        &self.phase
    }

    fn current_mut(&mut self) -> &mut Current<Phase> {
        &mut self.phase
    }
}
