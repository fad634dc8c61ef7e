//! `StartInstances` (lifecycle rulebook, section 2.3).

use crate::{
    lifecycle::{ApiError, Phase, Trigger},
    record::StateReason,
    world::ReasonChange,
};

use super::{
    Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects,
    placement::check_placement,
    run_instances::{check_attributes, check_offering},
};

/// Starts stopped instances, and resumes hibernated ones.
#[derive(Debug, Clone, PartialEq)]
pub struct StartInstances<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
    /// It is accepted, and fails later with this (`LIFE-START-ASYNC-FAIL`).
    pub fails_later: Option<StateReason>,
}

impl<N: Naming> StartInstances<N> {
    pub(crate) fn of(instances: Instances<N>, flags: Flags) -> Self {
        Self {
            instances,
            fails_later: flags.fails_later,
        }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> StartInstances {
        StartInstances {
            instances: names.instances(&self.instances),
            fails_later: self.fails_later,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl StartInstances {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let checked = call.checked(&self.instances, |_, _| Trigger::StartInstances)?;
        for &handle in &checked.instances {
            // The launch was checked, so only what became another type since may be missing in the zone, or not fit.
            if let Some(instance) = call.world.live(handle)
                && (instance.instance_type() != instance.spec().instance_type
                    || instance.attributes() != instance.spec().attributes())
                && matches!(instance.phase(), Phase::Stopped | Phase::Hibernated)
            {
                check_attributes(instance.instance_type(), instance.attributes())?;
                check_placement(call.world, instance.instance_type(), instance.placement())?;
                check_offering(call.world, instance.instance_type(), instance.spec().zone)?;
            }
        }
        call.check_room_to_start(&checked.instances)?;
        for (handle, decision) in checked.each() {
            if let Some(reason) = self.fails_later
                && matches!(
                    call.world.instance(handle).phase(),
                    Phase::Stopped | Phase::Hibernated
                )
            {
                call.world.fail_later(handle, reason);
            }
            call.take(
                handle,
                Trigger::StartInstances,
                decision,
                ReasonChange::Clear,
                None,
            );
        }
        Ok(Answer::Done)
    }
}
