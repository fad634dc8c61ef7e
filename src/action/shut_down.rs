//! The shutdown from inside (lifecycle rulebook, section 2.7): not an action of EC2's, but something that befalls an
//! instance, and what EC2 makes of it.

use crate::{
    lifecycle::{ApiError, SpotStanding, Trigger},
    record::{InstanceHandle, StateReason},
    world::{ReasonChange, ShutdownBehavior, World},
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects};

/// Operating systems shut themselves down: the instances stop or terminate, as their attribute says (`LIFE-OSDOWN-STOP`,
/// `LIFE-OSDOWN-TERMINATE`); an instance-store-backed one always terminates (`LIFE-OSDOWN-STORE`). None ever hibernates
/// (`LIFE-OSDOWN-NO-HIBERNATE`).
#[derive(Debug, Clone, PartialEq)]
pub struct ShutDown<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
}

impl<N: Naming> ShutDown<N> {
    pub(crate) fn of(instances: Instances<N>, _: Flags) -> Self {
        Self { instances }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ShutDown {
        ShutDown {
            instances: names.instances(&self.instances),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl ShutDown {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let checked = call.checked(&self.instances, trigger)?;
        call.check_systems_up(&checked.instances)?;
        for (handle, decision) in checked.each() {
            let trigger = trigger(call.world, handle);
            let reason = ReasonChange::Set(StateReason::InstanceInitiatedShutdown);
            call.take(handle, trigger, decision, reason, None);
        }
        Ok(Answer::Done)
    }
}

fn trigger(world: &World, handle: InstanceHandle) -> Trigger {
    let instance = world.instance(handle);
    match instance.shutdown_behavior() {
        // What can't be stopped terminates (LIFE-OSDOWN-SPOT).
        ShutdownBehavior::Stop
            if matches!(
                instance.options().spot,
                SpotStanding::OneTime | SpotStanding::Cancelled
            ) =>
        {
            Trigger::OsShutdownTerminate
        }
        ShutdownBehavior::Stop if instance.options().root_is_ebs => Trigger::OsShutdownStop,
        ShutdownBehavior::Stop | ShutdownBehavior::Terminate => Trigger::OsShutdownTerminate,
    }
}
