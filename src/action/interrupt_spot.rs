//! The interruption of Spot Instances: not an action of EC2's, but what it does by itself (lifecycle rulebook, section 8.2).

use crate::{
    lifecycle::{ApiError, ErrorCode, Phase},
    rule,
    world::Cause,
};

use super::{Answer, ByHandle, Call, Instances, Naming, Resolve, Subjects, call::refused};

/// EC2 gives notice that it takes Spot Instances back, and has no Spot capacity left for what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct InterruptSpot<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
    /// Why.
    pub cause: Cause,
}

impl<N: Naming> InterruptSpot<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> InterruptSpot {
        InterruptSpot {
            instances: names.instances(&self.instances),
            cause: self.cause,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl InterruptSpot {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let instances = call.find(&self.instances)?;
        for &handle in &instances {
            let instance = call.world.instance(handle);
            if instance.phase() != Phase::Running {
                return refused(
                    ErrorCode::SimulatorNotRunning,
                    format!("The instance '{}' is not running.", instance.id()),
                    &[rule::SPOT_INT_NOTICE],
                );
            }
            if call.world.spot_handle_of(handle).is_none() {
                return refused(
                    ErrorCode::UnsupportedOperation,
                    format!("The instance '{}' is not a Spot Instance.", instance.id()),
                    &[rule::SPOT_LIFECYCLE],
                );
            }
        }
        for handle in instances {
            let Some(request) = call.world.spot_handle_of(handle) else {
                continue;
            };
            // A hibernation that was named twice has begun.
            if call.world.is_interrupted(request) {
                call.accept(handle, "Spot interruption", true, &[rule::SPOT_INT_NOTICE]);
                continue;
            }
            call.world.remember(handle);
            call.world.exhaust_spot(request, call.effects);
            call.world
                .give_notice(call.at, request, self.cause, call.effects);
        }
        Ok(Answer::Done)
    }
}
