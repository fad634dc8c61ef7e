//! `interrupt`: what Fargate does to a Spot task.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Fargate takes the capacity of a Spot task back.
#[derive(Debug, Clone, PartialEq)]
pub struct InterruptTask<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
    /// Which of its tasks, from 1.
    pub number: u32,
}

impl<N: Naming> InterruptTask<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> InterruptTask {
        InterruptTask {
            service: names.other::<ServiceHandle>(&self.service),
            number: self.number,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl InterruptTask {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        let task = call.find_task(service, self.number)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.interrupt(call.at, task, out)
        })?;
        Ok(Answer::Done)
    }
}
