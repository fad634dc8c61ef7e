//! `TerminateInstances` (lifecycle rulebook, section 2.7).

use smallvec::SmallVec;

use crate::{
    lifecycle::{ApiError, Decision, ErrorCode, Phase, Trigger},
    record::{InstanceHandle, StateReason},
    world::{Instance, ReasonChange},
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, ShutdownOptions, Subjects};

/// Terminates instances.
#[derive(Debug, Clone, PartialEq)]
pub struct TerminateInstances<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
    /// `Force` and `SkipOsShutdown`.
    pub shutdown: ShutdownOptions,
}

impl<N: Naming> TerminateInstances<N> {
    pub(crate) fn of(instances: Instances<N>, flags: Flags) -> Self {
        Self {
            instances,
            shutdown: flags.into(),
        }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> TerminateInstances {
        TerminateInstances {
            instances: names.instances(&self.instances),
            shutdown: self.shutdown,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl TerminateInstances {
    /// Where one instance is protected, those in zones without a protected one are terminated all the same, and the request
    /// is refused (`PROT-TERM-BATCH-AZ`).
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let is_forced = self.shutdown.force || self.shutdown.skip_os_shutdown;
        let trigger = if is_forced {
            Trigger::TerminateForced
        } else {
            Trigger::TerminateInstances
        };
        let reason = ReasonChange::Set(StateReason::UserInitiatedShutdown);
        let limit = self.shutdown.limit();
        let checked = match call.checked(&self.instances, |_, _| trigger) {
            Ok(checked) => checked,
            Err(error) => {
                if error.code == ErrorCode::OperationNotPermitted {
                    for handle in self.in_unprotected_zones(call, trigger)? {
                        call.take(handle, trigger, None, reason, limit);
                    }
                }
                return Err(error);
            }
        };
        for (handle, decision) in checked.each() {
            call.take(handle, trigger, decision, reason, limit);
        }
        Ok(Answer::Done)
    }

    /// The instances of those zones in which none refuses.
    fn in_unprotected_zones(
        &self,
        call: &mut Call<'_>,
        trigger: Trigger,
    ) -> Result<SmallVec<[InstanceHandle; 1]>, ApiError> {
        let mut instances = call.find(&self.instances)?;
        let zone_of = |call: &Call<'_>, handle| call.world.instance(handle).spec().zone;
        let protected: Vec<&str> = instances
            .iter()
            .filter(|&&handle| matches!(call.decide(handle, trigger), Decision::Refused(_)))
            .map(|&handle| zone_of(call, handle))
            .collect();
        instances.retain(|handle| !protected.contains(&zone_of(call, *handle)));
        Ok(instances)
    }
}

/// Those in the zones in which none is protected were terminated all the same (`PROT-TERM-BATCH-AZ`).
pub(super) fn spares(refused_with: ErrorCode, instance: &Instance) -> bool {
    refused_with == ErrorCode::OperationNotPermitted
        && matches!(instance.phase(), Phase::ShuttingDown | Phase::Terminated)
}
