//! `StopInstances`: plain, forced, without the shutdown of the operating system, or as a hibernation (lifecycle rulebook,
//! sections 2.4 and 2.5). What a shutdown from inside would do has no say in it (`LIFE-STOP-BEHAVIOR-IRRELEVANT`).

use crate::{
    lifecycle::{ApiError, Trigger},
    record::StateReason,
    world::ReasonChange,
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, ShutdownOptions, Subjects};

/// Stops or hibernates instances.
#[derive(Debug, Clone, PartialEq)]
pub struct StopInstances<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
    /// `Hibernate`.
    pub hibernate: bool,
    /// `Force` and `SkipOsShutdown`.
    pub shutdown: ShutdownOptions,
}

impl<N: Naming> StopInstances<N> {
    pub(crate) fn of(instances: Instances<N>, flags: Flags) -> Self {
        Self {
            instances,
            hibernate: false,
            shutdown: flags.into(),
        }
    }

    pub(crate) fn hibernate(instances: Instances<N>, flags: Flags) -> Self {
        Self {
            hibernate: true,
            ..Self::of(instances, flags)
        }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> StopInstances {
        StopInstances {
            instances: names.instances(&self.instances),
            hibernate: self.hibernate,
            shutdown: self.shutdown,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl StopInstances {
    fn trigger(&self) -> Trigger {
        if self.hibernate {
            Trigger::Hibernate
        } else if self.shutdown.force {
            // With both options force says what is accepted, and `SkipOsShutdown` how long it takes.
            Trigger::ForceStop
        } else if self.shutdown.skip_os_shutdown {
            Trigger::StopSkipOsShutdown
        } else {
            Trigger::StopInstances
        }
    }

    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let trigger = self.trigger();
        let reason = if self.hibernate {
            StateReason::UserInitiatedHibernate
        } else {
            StateReason::UserInitiatedShutdown
        };
        let checked = call.checked(&self.instances, |_, _| trigger)?;
        for (handle, decision) in checked.each() {
            call.take(
                handle,
                trigger,
                decision,
                ReasonChange::Set(reason),
                self.shutdown.limit(),
            );
        }
        Ok(Answer::Done)
    }
}
