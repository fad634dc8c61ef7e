//! What ends an impairment (lifecycle rulebook, section 7.2): AWS's repair, or the recover action of an alarm.

use crate::{
    lifecycle::{ApiError, ErrorCode, Trigger},
    rule,
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects, call::refused};

/// What is wrong with instances is mended: a status check passes again, and whoever is on a failed host is moved to another
/// (`RECOV-CLOUDWATCH`).
#[derive(Debug, Clone, PartialEq)]
pub struct RecoverInstances<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
}

impl<N: Naming> RecoverInstances<N> {
    pub(crate) fn of(instances: Instances<N>, _: Flags) -> Self {
        Self { instances }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RecoverInstances {
        RecoverInstances {
            instances: names.instances(&self.instances),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl RecoverInstances {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let instances = call.find(&self.instances)?;
        let trigger = Trigger::Recovery;
        for &handle in &instances {
            let instance = call.world.instance(handle);
            if !instance.is_host_broken() {
                continue;
            }
            call.check(handle, trigger, "")?;
            if !instance.is_recoverable() {
                return refused(
                    ErrorCode::SimulatorNotRecoverable,
                    format!(
                        "No alarm's action can recover instance '{}'.",
                        instance.id()
                    ),
                    &[rule::RECOV_CLOUDWATCH, rule::RECOV_MANUAL],
                );
            }
        }
        for handle in instances {
            if call.world.instance(handle).is_host_broken() {
                call.world.recover_for_alarm(call.at, handle, call.effects);
            } else if !call.world.mend_checks(handle, call.effects) {
                call.world.remember(handle);
                call.accept(handle, trigger.name(), true, &[rule::RECOV_CLOUDWATCH]);
            }
        }
        Ok(Answer::Done)
    }
}
