//! `StopTask`.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Stops a task.
#[derive(Debug, Clone, PartialEq)]
pub struct StopTask<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
    /// Which of its tasks, from 1.
    pub number: u32,
}

impl<N: Naming> StopTask<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> StopTask {
        StopTask {
            service: names.other::<ServiceHandle>(&self.service),
            number: self.number,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl StopTask {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        let task = call.find_task(service, self.number)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.stop_task(call.at, task, out);
        });
        Ok(Answer::Done)
    }
}
