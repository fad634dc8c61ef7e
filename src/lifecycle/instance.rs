//! An instance's phase, and the doors through which it changes.

use crate::{
    catalog::TypeId,
    time::{SimDuration, SimTime},
};

use super::{
    InPhase, Phase, Refusal, Row,
    machine::{Current, sealed},
    phase, trigger,
};

/// What the guards of the table look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// How it stands with its Spot request.
    pub spot: SpotStanding,
}

/// What the Spot request of an instance lets its user do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SpotStanding {
    /// It has none.
    #[default]
    OnDemand,
    /// It is for this one instance, which can't be stopped.
    OneTime,
    /// The instance can be stopped; if it is at rest, the request hasn't settled yet.
    Persistent,
    /// EC2 has stopped the instance, and only EC2 starts it.
    StoppedByEc2,
    /// Its user has stopped the instance, and may start it.
    StoppedByUser,
    /// It is cancelled: the instance can only be terminated.
    Cancelled,
}

/// The phase of one instance, its type, and what its guards look at. Only this module writes a phase.
///
/// # Example
///
/// ```
/// use ec2sim::{catalog::TypeId, time::SimTime};
/// use ec2sim::lifecycle::{Decision, InstanceState, Lifecycle, LifecycleOptions, Trigger, PhaseView, trigger};
///
/// let m5_large = TypeId::find("m5.large").unwrap();
/// let mut web = Lifecycle::launch(m5_large, LifecycleOptions::default());
/// // What the crate decides itself goes through the typed door: no other trigger would compile here.
/// let PhaseView::Launching(pending) = web.view() else { unreachable!("a launch begins in pending") };
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
/// # use ec2sim::{catalog::TypeId, lifecycle::{Lifecycle, LifecycleOptions, PhaseView, trigger}};
/// # let mut web = Lifecycle::launch(TypeId::find("m5.large").unwrap(), LifecycleOptions::default());
/// if let PhaseView::Terminated(gone) = web.view() {
///     gone.on(trigger::BootCompleted);
/// }
/// ```
///
/// The same with the phase that has the row:
///
/// ```
/// # use ec2sim::{catalog::TypeId, lifecycle::{Lifecycle, LifecycleOptions, PhaseView, trigger}};
/// # let mut web = Lifecycle::launch(TypeId::find("m5.large").unwrap(), LifecycleOptions::default());
/// if let PhaseView::Starting(pending) = web.view() {
///     pending.on(trigger::BootCompleted);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    pub(super) phase: Current<Phase>,
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
            spot: SpotStanding::OnDemand,
        }
    }
}

/// What holds while an instance is in a phase, whatever brought it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Usage is metered: in `running`, and in `stopping` when hibernating (`STATE-METERING`, `HIB-METERED-STOPPING`).
    pub metered: bool,
    /// An associated Elastic IP counts as idle (`BILL-IPV4-IDLE`).
    pub idle: bool,
    /// It is on a host, or getting onto one; on the way down it counts as off.
    pub hosted: bool,
}

impl Phase {
    /// Whether usage is metered in it.
    pub const fn is_metered(self) -> bool {
        self.policy().metered
    }

    /// Whether an Elastic IP that is associated counts as idle in it.
    pub const fn is_idle(self) -> bool {
        self.policy().idle
    }

    /// Whether the instance is on a host in it, or getting onto one.
    pub const fn is_hosted(self) -> bool {
        self.policy().hosted
    }
}

/// A condition beyond the phase. Those of a trigger are about the kind of instance, or its protection, and come before
/// the phase is looked at; those of a row come after (`REQ-CHECK-ORDER`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// The root device is an EBS volume; asked of a start.
    StartableRoot,
    /// The root device is an EBS volume; asked of a stop.
    StoppableRoot,
    /// Its Spot request, if it has one, lets it be stopped.
    StoppableSpot,
    /// Hibernation was configured at launch.
    ConfiguredForHibernation,
    /// The instance isn't stop-protected.
    StopAllowed,
    /// The instance is protected from termination in neither way.
    TerminationAllowed,
    /// It has run long enough to hibernate.
    ReadyToHibernate,
    /// Its root volume is attached.
    RootAttached,
    /// Its Spot request, if it has one, lets its user start it.
    StartableSpot,
}

impl Guard {
    /// The refusal where the guard doesn't hold.
    pub fn refusal(self, instance: &Lifecycle, at: SimTime) -> Option<Refusal> {
        let options = instance.options();
        match self {
            Self::StartableRoot => (!options.root_is_ebs).then_some(Refusal::StartNeedsEbsRoot),
            Self::StoppableRoot => (!options.root_is_ebs).then_some(Refusal::StopNeedsEbsRoot),
            Self::StoppableSpot => match options.spot {
                SpotStanding::OnDemand
                | SpotStanding::Persistent
                | SpotStanding::StoppedByEc2
                | SpotStanding::StoppedByUser => None,
                SpotStanding::OneTime => Some(Refusal::OneTimeSpot),
                SpotStanding::Cancelled => Some(Refusal::CancelledSpot),
            },
            Self::ConfiguredForHibernation => {
                (!options.hibernation_configured).then_some(Refusal::NotConfiguredForHibernation)
            }
            Self::StopAllowed => options.disable_api_stop.then_some(Refusal::StopProtected),
            // With both set, the message names disableApiTermination (PROT-TERM-BY-STOP).
            Self::TerminationAllowed if options.disable_api_termination => {
                Some(Refusal::TerminationProtected)
            }
            Self::TerminationAllowed => options
                .disable_api_stop
                .then_some(Refusal::TerminationStopProtected),
            Self::ReadyToHibernate => {
                (at < instance.ready_to_hibernate()).then_some(Refusal::NotReadyToHibernate)
            }
            Self::RootAttached => (!options.root_attached).then_some(Refusal::NoRootVolume),
            Self::StartableSpot => match options.spot {
                SpotStanding::OnDemand | SpotStanding::StoppedByUser => None,
                SpotStanding::Persistent if instance.phase() == Phase::Hibernated => {
                    Some(Refusal::SpotHibernationUnsettled)
                }
                SpotStanding::StoppedByEc2 if instance.phase() == Phase::Hibernated => {
                    Some(Refusal::SpotHibernatedByEc2)
                }
                SpotStanding::OneTime
                | SpotStanding::Persistent
                | SpotStanding::StoppedByEc2
                | SpotStanding::Cancelled => Some(Refusal::SpotRequestState),
            },
        }
    }
}

impl Lifecycle {
    /// A new instance, in its first `pending`.
    pub fn launch(instance_type: TypeId, options: LifecycleOptions) -> Self {
        Self {
            phase: Current::first(Phase::Launching),
            instance_type,
            options,
            ready_to_hibernate: SimTime::MAX,
        }
    }

    /// An instance that has ended.
    pub(crate) const fn ended(instance_type: TypeId, options: LifecycleOptions) -> Self {
        Self {
            phase: Current::first(Phase::Terminated),
            instance_type,
            options,
            ready_to_hibernate: SimTime::MAX,
        }
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
}

impl sealed::Owner<Phase> for Lifecycle {
    fn current(&self) -> &Current<Phase> {
        &self.phase
    }

    fn current_mut(&mut self) -> &mut Current<Phase> {
        &mut self.phase
    }

    /// Entering `running`, the wait before a hibernation counts from here (`LIFE-HIB-TOO-SOON`).
    fn follow(&mut self, row: &'static Row, at: SimTime) {
        self.phase.follow(row);
        if row.to == Phase::Running {
            self.ready_to_hibernate = at + self.options.hibernation_wait;
        }
    }
}

impl InPhase<'_, phase::Launching> {
    /// The machine is ready.
    pub fn boot_completed(self, at: SimTime) -> &'static Row {
        self.on_at(trigger::BootCompleted, at)
    }
}

impl InPhase<'_, phase::Starting> {
    /// The machine is ready.
    pub fn boot_completed(self, at: SimTime) -> &'static Row {
        self.on_at(trigger::BootCompleted, at)
    }
}

impl InPhase<'_, phase::Resuming> {
    /// Memory is read back.
    pub fn resume_completed(self, at: SimTime) -> &'static Row {
        self.on_at(trigger::ResumeCompleted, at)
    }
}

impl InPhase<'_, phase::Stopped> {
    /// Changes the instance type, which EC2 allows only while it is stopped (`MOD-STOPPED-ONLY`).
    pub fn set_instance_type(&mut self, to: TypeId) {
        self.owner.instance_type = to;
    }
}
