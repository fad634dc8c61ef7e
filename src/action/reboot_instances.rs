//! `RebootInstances`: the request is queued, and the state stays `running` (lifecycle rulebook, section 2.6).

use crate::{
    lifecycle::{ApiError, Decision, Trigger},
    record::Rules,
    rule,
    world::ReasonChange,
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects};

/// Reboots instances in place (`LIFE-REBOOT`).
#[derive(Debug, Clone, PartialEq)]
pub struct RebootInstances<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
}

impl<N: Naming> RebootInstances<N> {
    pub(crate) fn of(instances: Instances<N>, _: Flags) -> Self {
        Self { instances }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RebootInstances {
        RebootInstances {
            instances: names.instances(&self.instances),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl RebootInstances {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let trigger = Trigger::RebootInstances;
        let checked = call.checked(&self.instances, |_, _| trigger)?;
        for (handle, decision) in checked.each() {
            let decision = decision.unwrap_or_else(|| call.decide(handle, trigger));
            let Decision::Accepted(rules) = decision else {
                call.take(handle, trigger, Some(decision), ReasonChange::Keep, None);
                continue;
            };
            // The host stays the same: it is no matter that others find none.
            let is_spot = call.world.spot_handle_of(handle).is_some();
            let rules: Rules = if is_spot {
                &[rule::LIFE_REBOOT, rule::SPOT_REBOOT]
            } else if call.world.is_scarce() {
                &[rule::LIFE_REBOOT, rule::CAP_REBOOT]
            } else {
                rules
            };
            call.reboot(handle, trigger, true, rules);
        }
        Ok(Answer::Done)
    }
}
