//! The lifecycle of EBS volumes (lifecycle rulebook, section 2.9).
//!
//! Whether the instance lets go of a volume, or takes one, is the instance's own matter: it has triggers for that in
//! [`table`](super::table). Creating and deleting take no time here, so that nobody sees a volume on its way.

use super::{
    ApiError, NoFlavor, NoGuard, NoPolicy,
    machine::{Current, sealed},
    words,
};

lifecycle! {
    owner VolumeLifecycle, state State, flavor NoFlavor, policy NoPolicy, guard NoGuard, refusal Refusal;
    phases {
        /// Being made.
        Creating  = Creating;
        /// Attached to nothing.
        Available = Available;
        /// Attached to an instance.
        InUse     = InUse;
        /// On the way out.
        Deleting  = Deleting;
        /// Gone for good.
        Deleted   = Deleted;
    }
    triggers {
        /// It is made.
        CreateCompleted     = "create completed";
        /// RunInstances, of which it is a part.
        AttachAtLaunch      = "RunInstances";
        /// AttachVolume.
        AttachVolume        = "AttachVolume";
        /// DetachVolume.
        DetachVolume        = "DetachVolume";
        /// ModifyVolume.
        ModifyVolume        = "ModifyVolume";
        /// DeleteVolume.
        DeleteVolume        = "DeleteVolume";
        /// Its instance terminates, and it has DeleteOnTermination.
        DeleteOnTermination = "instance terminated";
        /// Its instance terminates, and it hasn't DeleteOnTermination.
        LeaveOnTermination  = "instance terminated";
        /// Nothing is left of it.
        DeleteCompleted     = "delete completed";
    }
    rows {
        Creating  -- CreateCompleted     --> Available : "it is made", [BILL_EBS_PROVISIONED];
        Available -- AttachAtLaunch      --> InUse     : "it comes with the instance", [BILL_EBS_PROVISIONED];
        Available -- AttachVolume        --> InUse     : "asked to attach it", [VOL_ATTACH_STATES, VOL_ATTACH_VOLUME];
        Available -- DeleteVolume        --> Deleting  : "asked to delete it", [BILL_EBS_DELETE];
        InUse     -- DetachVolume        --> Available : "asked to detach it", [VOL_DETACH_DATA, VOL_ROOT_SWAP];
        InUse     -- DeleteOnTermination --> Deleting  : "its instance is gone, and it goes too", [KEEP_DATA, KEEP_DOT_DEFAULTS];
        InUse     -- LeaveOnTermination  --> Available : "its instance is gone, and it stays", [KEEP_DATA, KEEP_DOT_DEFAULTS, BILL_EBS_ANY_STATE];
        Deleting  -- DeleteCompleted     --> Deleted   : "nothing is left of it", [BILL_EBS_DELETE];
    }
    accepted {
        Available | InUse -- ModifyVolume : [BILL_EBS_MODIFY];
    }
    unchanged {}
    refused {
        Creating | Deleting             -- AttachVolume : NotAvailable;
        InUse                           -- AttachVolume : AlreadyAttached;
        Deleted                         -- AttachVolume : NotFound;
        Creating | Available | Deleting -- DetachVolume : NotAttached;
        Deleted                         -- DetachVolume : NotFound;
        Creating | Deleting             -- ModifyVolume : NotAvailable;
        Deleted                         -- ModifyVolume : NotFound;
        Creating | Deleting             -- DeleteVolume : NotAvailable;
        InUse                           -- DeleteVolume : InUse;
        Deleted                         -- DeleteVolume : NotFound;
        Available | InUse | Deleting | Deleted    -- CreateCompleted     : CannotHappen;
        Creating | InUse | Deleting | Deleted     -- AttachAtLaunch      : CannotHappen;
        Creating | Available | Deleting | Deleted -- DeleteOnTermination : CannotHappen;
        Creating | Available | Deleting | Deleted -- LeaveOnTermination  : CannotHappen;
        Creating | Available | InUse | Deleted    -- DeleteCompleted     : CannotHappen;
    }
}

words! {
    /// The state of a volume, as EC2's API has it.
    State {
        /// Being made.
        Creating = "creating";
        /// Attached to nothing.
        Available = "available";
        /// Attached.
        InUse = "in-use";
        /// On the way out.
        Deleting = "deleting";
        /// Gone.
        Deleted = "deleted";
    }
}

refusals! {
    /// A reason for which a volume refuses a request.
    Refusal;
    /// It isn't there yet, or on the way out.
    NotAvailable = IncorrectState, [VOL_ATTACH_VOLUME],
        "{vol} is not 'available'.";
    /// It is attached, to whatever instance.
    AlreadyAttached = VolumeInUse, [VOL_ATTACH_VOLUME],
        "{vol} is already attached to an instance";
    /// It is attached, and can't be deleted.
    InUse = VolumeInUse, [VOL_ATTACH_VOLUME],
        "Volume {vol} is currently attached to {id}";
    /// It is attached to nothing.
    NotAttached = IncorrectState, [VOL_DETACH_NOT_ATTACHED],
        "Volume '{vol}' is in the '{state}' state.";
    /// It is gone.
    NotFound = InvalidVolumeNotFound, [BILL_EBS_DELETE],
        "The volume '{vol}' does not exist.";
    /// A pair that can't come about: EC2 doesn't finish what it didn't begin.
    CannotHappen = InternalError, [BILL_EBS_PROVISIONED],
        "Volume '{vol}' can't do this in state {state}.";
}

impl Refusal {
    /// EC2's answer for a volume. `instance` is the id of the one that it is attached to, where the text names one.
    pub fn answer(self, volume: &str, state: State, instance: &str) -> ApiError {
        self.filled(instance, state.name(), volume)
    }
}

/// The phase of one volume. Only this module writes it.
///
/// # Example
///
/// ```
/// use ec2sim::{lifecycle::{Decision, volume::{State, Trigger, PhaseView, VolumeLifecycle, trigger}}, time::SimTime};
///
/// let mut data = VolumeLifecycle::create();
/// // What the crate decides itself goes through the typed door: no other trigger would compile here.
/// let PhaseView::Creating(made) = data.view() else { unreachable!("a volume begins in creating") };
/// made.on(trigger::CreateCompleted);
/// // What is asked from outside goes through the run-time door.
/// assert!(matches!(data.apply(Trigger::AttachVolume, SimTime::from_secs(0)), Decision::Moved(_)));
/// assert_eq!(data.state(), State::InUse);
/// let refused = data.apply(Trigger::DeleteVolume, SimTime::from_secs(1));
/// let Decision::Refused(refusal) = refused else { unreachable!("it is attached") };
/// assert_eq!(refusal.answer("vol-1", data.state(), "i-1").message, "Volume vol-1 is currently attached to i-1");
/// ```
///
/// A transition that the table doesn't have is a mistake that the compiler finds:
///
/// ```compile_fail,E0277
/// # use ec2sim::lifecycle::volume::{PhaseView, VolumeLifecycle, trigger};
/// # let mut data = VolumeLifecycle::create();
/// if let PhaseView::InUse(attached) = data.view() {
///     attached.on(trigger::DeleteVolume);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeLifecycle {
    phase: Current<Phase>,
}

impl VolumeLifecycle {
    /// A volume that is asked for.
    pub const fn create() -> Self {
        Self {
            phase: Current::first(Phase::Creating),
        }
    }
}

impl sealed::Owner<Phase> for VolumeLifecycle {
    fn current(&self) -> &Current<Phase> {
        &self.phase
    }

    fn current_mut(&mut self) -> &mut Current<Phase> {
        &mut self.phase
    }
}
