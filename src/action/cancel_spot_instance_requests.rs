//! `CancelSpotInstanceRequests` (lifecycle rulebook, section 8.3).

use crate::{
    lifecycle::{ApiError, ErrorCode},
    rule,
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects, call::refused};

/// Cancels the Spot requests of instances.
#[derive(Debug, Clone, PartialEq)]
pub struct CancelSpotInstanceRequests<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
}

impl<N: Naming> CancelSpotInstanceRequests<N> {
    pub(crate) fn of(instances: Instances<N>, _: Flags) -> Self {
        Self { instances }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CancelSpotInstanceRequests {
        CancelSpotInstanceRequests {
            instances: names.instances(&self.instances),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl CancelSpotInstanceRequests {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        // The request of an instance that has vanished is still there.
        let mut requests = Vec::new();
        for named in &self.instances {
            let found = named.find(call.world);
            let request = found.and_then(|instance| call.world.spot_handle_of(instance));
            match (found, request) {
                (Some(instance), Some(request)) => requests.push((instance, request)),
                (None, _) => {
                    call.find(std::slice::from_ref(named))?;
                }
                (Some(instance), None) => {
                    return refused(
                        ErrorCode::UnsupportedOperation,
                        format!(
                            "The instance '{}' is not a Spot Instance.",
                            call.world.instance(instance).id()
                        ),
                        &[rule::SPOT_LIFECYCLE],
                    );
                }
            }
        }
        for (instance, request) in requests {
            call.world.remember(instance);
            let is_news = call
                .world
                .cancel_spot_request(call.at, request, call.effects);
            if !is_news {
                let rules = &[rule::SPOT_CANCEL_OPEN];
                call.accept(instance, "CancelSpotInstanceRequests", true, rules);
            }
        }
        Ok(Answer::Done)
    }
}
