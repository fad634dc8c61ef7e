//! An instance's phase, and the doors through which it changes.

use std::marker::PhantomData;

use crate::{
    catalog::TypeId,
    time::{SimDuration, SimTime},
};

use super::{
    Always, AppliesTo, Disposition, InstanceState, Phase, Phased, Refusal, Transition, Trigger,
    Unguarded, disposition, phase,
};

/// What the guards of the table look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LifecycleOptions {
    /// Whether the root device is an EBS volume.
    pub root_is_ebs: bool,
    /// Whether the root volume is attached.
    pub root_attached: bool,
    /// `HibernationOptions.Configured`.
    pub hibernation_configured: bool,
    /// `DisableApiTermination`.
    pub disable_api_termination: bool,
    /// `DisableApiStop`.
    pub disable_api_stop: bool,
    /// How long it has to run before it can hibernate: 2 minutes, on Windows 5 (`TIME-HIB-READY`).
    pub hibernation_wait: SimDuration,
}

/// The phase of one instance, its type, and what its guards look at. Only this module writes a phase.
///
/// # Example
///
/// ```
/// use ec2sim::{catalog::TypeId, time::SimTime};
/// use ec2sim::lifecycle::{Decision, InstanceState, Lifecycle, LifecycleOptions, Trigger, View, trigger};
///
/// let m5_large = TypeId::find("m5.large").unwrap();
/// let mut web = Lifecycle::launch(m5_large, LifecycleOptions::default());
/// // What the crate decides itself goes through the typed door: no other trigger would compile here.
/// let View::Launching(pending) = web.view() else { unreachable!("a launch begins in pending") };
/// pending.boot_completed(SimTime::from_secs(15));
/// // What is asked from outside goes through the run-time door.
/// let at = SimTime::from_secs(3600);
/// assert!(matches!(web.apply(Trigger::StopInstances, at), Decision::Moved(_)));
/// assert_eq!(web.state(), InstanceState::Stopping);
/// ```
///
/// A transition that the table doesn't have is a mistake that the compiler finds:
///
/// ```compile_fail,E0277
/// # use ec2sim::{catalog::TypeId, lifecycle::{Lifecycle, LifecycleOptions, View, trigger}};
/// # let mut web = Lifecycle::launch(TypeId::find("m5.large").unwrap(), LifecycleOptions::default());
/// if let View::Terminated(gone) = web.view() {
///     gone.on(trigger::BootCompleted);
/// }
/// ```
///
/// The same with the phase that has the row:
///
/// ```
/// # use ec2sim::{catalog::TypeId, lifecycle::{Lifecycle, LifecycleOptions, View, trigger}};
/// # let mut web = Lifecycle::launch(TypeId::find("m5.large").unwrap(), LifecycleOptions::default());
/// if let View::Starting(pending) = web.view() {
///     pending.on(trigger::BootCompleted);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    phase: Phase,
    instance_type: TypeId,
    options: LifecycleOptions,
    ready_to_hibernate: SimTime,
}

/// An EBS-backed, unprotected instance that isn't configured for hibernation.
impl Default for LifecycleOptions {
    fn default() -> Self {
        Self {
            root_is_ebs: true,
            root_attached: true,
            hibernation_configured: false,
            disable_api_termination: false,
            disable_api_stop: false,
            hibernation_wait: SimDuration::from_mins(2),
        }
    }
}

/// What became of a trigger: the three answers, and the fourth for what is done without a change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The instance took this row.
    Moved(&'static Transition),
    /// It was done, and the state is as it was.
    Accepted(&'static [&'static crate::rule::Rule]),
    /// It is so already.
    Unchanged(&'static [&'static crate::rule::Rule]),
    /// It was refused, and nothing changed.
    Refused(Refusal),
}

impl Lifecycle {
    /// A new instance, in its first `pending`.
    pub fn launch(instance_type: TypeId, options: LifecycleOptions) -> Self {
        Self {
            phase: Phase::Launching,
            instance_type,
            options,
            ready_to_hibernate: SimTime::MAX,
        }
    }

    /// An instance that has ended.
    pub(crate) const fn ended(instance_type: TypeId, options: LifecycleOptions) -> Self {
        Self {
            phase: Phase::Terminated,
            instance_type,
            options,
            ready_to_hibernate: SimTime::MAX,
        }
    }

    /// Where it is.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The state that a user sees.
    pub const fn state(&self) -> InstanceState {
        self.phase.state()
    }

    /// Its instance type. It changes only through [`InPhase::set_instance_type`] (`KEEP-TYPE`).
    pub const fn instance_type(&self) -> TypeId {
        self.instance_type
    }

    /// What its guards look at.
    pub const fn options(&self) -> &LifecycleOptions {
        &self.options
    }

    /// What its guards look at, to be changed.
    pub const fn options_mut(&mut self) -> &mut LifecycleOptions {
        &mut self.options
    }

    /// From when on it can hibernate: a while after the latest entry into `running` (`LIFE-HIB-TOO-SOON`).
    pub const fn ready_to_hibernate(&self) -> SimTime {
        self.ready_to_hibernate
    }

    /// What would become of a trigger now. Checks come in the order of `REQ-CHECK-ORDER`: the kind of instance, whether it
    /// is so already, protection, state, and what the row asks for besides.
    pub fn decide(&self, trigger: Trigger, at: SimTime) -> Decision {
        let refused_by = |guards: &[super::Guard]| {
            // A loop is inlined, and a request asks three times.
            for guard in guards {
                if let Some(refusal) = guard.refusal(self, at) {
                    return Some(refusal);
                }
            }
            None
        };
        if let Some(refusal) = refused_by(trigger.kind_guards()) {
            return Decision::Refused(refusal);
        }
        let disposition = disposition(self.phase, trigger);
        if let Disposition::Unchanged(rules) = disposition {
            return Decision::Unchanged(rules);
        }
        if let Some(refusal) = refused_by(trigger.protection_guards()) {
            return Decision::Refused(refusal);
        }
        match disposition {
            Disposition::Moves(row) => match refused_by(row.guards) {
                None => Decision::Moved(row),
                Some(refusal) => Decision::Refused(refusal),
            },
            Disposition::Accepted(rules) => Decision::Accepted(rules),
            Disposition::Unchanged(rules) => Decision::Unchanged(rules),
            Disposition::Refused(refusal) => Decision::Refused(refusal),
        }
    }

    /// The door for what comes from outside: decides, and moves if the table says so. A refusal leaves the instance as it
    /// was.
    pub fn apply(&mut self, trigger: Trigger, at: SimTime) -> Decision {
        let decision = self.decide(trigger, at);
        self.carry_out(decision, at);
        decision
    }

    /// Carries out what was just decided.
    pub(crate) fn carry_out(&mut self, decision: Decision, at: SimTime) {
        if let Decision::Moved(row) = decision {
            self.follow_at(row, at);
        }
    }

    /// Follows a row; entering `running`, the wait before a hibernation counts from here (`LIFE-HIB-TOO-SOON`).
    fn follow_at(&mut self, row: &'static Transition, at: SimTime) {
        self.follow(row);
        if row.to == Phase::Running {
            self.ready_to_hibernate = at + self.options.hibernation_wait;
        }
    }

    /// The one place that writes the phase.
    fn follow(&mut self, row: &'static Transition) {
        debug_assert_eq!(self.phase, row.from, "a row is followed from its own phase");
        self.phase = row.to;
    }
}

/// An instance that is known to be in the phase `P`.
#[derive(Debug)]
pub struct InPhase<'a, P> {
    instance: &'a mut Lifecycle,
    phase: PhantomData<P>,
}

impl<'a, P: Phased> InPhase<'a, P> {
    pub(super) fn new(instance: &'a mut Lifecycle) -> Self {
        debug_assert_eq!(
            instance.phase,
            P::PHASE,
            "a view is of the phase that the instance is in"
        );
        Self {
            instance,
            phase: PhantomData,
        }
    }

    /// The door for what the crate decides itself: takes a row without guards. What depends on the time of an entry into
    /// `running` is set by [`Self::request`] and by `boot_completed` and `resume_completed`.
    pub fn on<T: Always<P> + Unguarded>(self, _: T) -> &'static Transition {
        self.instance.follow(T::ROW);
        T::ROW
    }

    /// Takes a row with guards.
    ///
    /// # Errors
    ///
    /// The refusal of the first guard that doesn't hold; the instance is left as it was.
    pub fn request<T: AppliesTo<P>>(
        self,
        _: T,
        at: SimTime,
    ) -> Result<InPhase<'a, T::To>, Refusal> {
        match self.instance.decide(T::ROW.trigger, at) {
            Decision::Refused(refusal) => Err(refusal),
            Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_) => {
                self.instance.follow_at(T::ROW, at);
                Ok(InPhase::new(self.instance))
            }
        }
    }
}

impl<P: Phased> InPhase<'_, P> {
    fn completed<T: Always<P> + Unguarded>(self, _: T, at: SimTime) -> &'static Transition {
        self.instance.follow_at(T::ROW, at);
        T::ROW
    }
}

impl InPhase<'_, phase::Launching> {
    /// The machine is ready.
    pub fn boot_completed(self, at: SimTime) -> &'static Transition {
        self.completed(super::trigger::BootCompleted, at)
    }
}

impl InPhase<'_, phase::Starting> {
    /// The machine is ready.
    pub fn boot_completed(self, at: SimTime) -> &'static Transition {
        self.completed(super::trigger::BootCompleted, at)
    }
}

impl InPhase<'_, phase::Resuming> {
    /// Memory is read back.
    pub fn resume_completed(self, at: SimTime) -> &'static Transition {
        self.completed(super::trigger::ResumeCompleted, at)
    }
}

impl InPhase<'_, phase::Stopped> {
    /// Changes the instance type, which EC2 allows only while it is stopped (`MOD-STOPPED-ONLY`).
    pub fn set_instance_type(&mut self, to: TypeId) {
        self.instance.instance_type = to;
    }
}
