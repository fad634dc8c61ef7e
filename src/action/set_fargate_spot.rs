//! Capacity of Fargate Spot: not an action of AWS's, but what there is.

use std::marker::PhantomData;

use crate::lifecycle::ApiError;

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// From now on Fargate has Spot capacity, or none.
#[derive(Debug, Clone, PartialEq)]
pub struct SetFargateSpot<N: Naming = ByHandle> {
    /// Whether it has any.
    pub is_there: bool,
    names: PhantomData<N>,
}

impl<N: Naming> SetFargateSpot<N> {
    /// From now on it has any, or none.
    pub const fn new(is_there: bool) -> Self {
        Self {
            is_there,
            names: PhantomData,
        }
    }

    pub(super) fn resolve(&self, _: &mut impl Resolve<N>) -> SetFargateSpot {
        SetFargateSpot::new(self.is_there)
    }

    #[expect(clippy::unused_self, reason = "every action says whom it is about")]
    pub(super) const fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&[])
    }
}

impl SetFargateSpot {
    #[expect(clippy::unnecessary_wraps, reason = "every action may refuse")]
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.set_spot(call.at, self.is_there, out);
        });
        Ok(Answer::Done)
    }
}
