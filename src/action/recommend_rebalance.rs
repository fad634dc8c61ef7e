//! The rebalance recommendation: EC2 says that a Spot Instance may soon be interrupted (`SPOT-REBALANCE`).

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{Notice, NoticeKind, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects, call::refused};

/// EC2 recommends replacing Spot Instances. It changes no state.
#[derive(Debug, Clone, PartialEq)]
pub struct RecommendRebalance<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
}

impl<N: Naming> RecommendRebalance<N> {
    pub(crate) fn of(instances: Instances<N>, _: Flags) -> Self {
        Self { instances }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RecommendRebalance {
        RecommendRebalance {
            instances: names.instances(&self.instances),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl RecommendRebalance {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let instances = call.find(&self.instances)?;
        for &handle in &instances {
            if call.world.spot_handle_of(handle).is_none() {
                return refused(
                    ErrorCode::UnsupportedOperation,
                    format!(
                        "The instance '{}' is not a Spot Instance.",
                        call.world.instance(handle).id()
                    ),
                    &[rule::SPOT_LIFECYCLE],
                );
            }
        }
        for handle in instances {
            call.world.remember(handle);
            call.effects.say(RecordKind::Notice(Notice {
                instance: Some(handle),
                ..Notice::new(
                    NoticeKind::SpotRebalance,
                    "it may soon be interrupted",
                    &[rule::SPOT_REBALANCE],
                )
            }));
        }
        Ok(Answer::Done)
    }
}
