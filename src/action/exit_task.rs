//! `exit`: not an action of ECS's, but what a container does.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// An essential container of a task ends by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitTask<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
    /// Which of its tasks, from 1.
    pub number: u32,
    /// Its exit code.
    pub code: i32,
}

impl<N: Naming> ExitTask<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ExitTask {
        ExitTask {
            service: names.other::<ServiceHandle>(&self.service),
            number: self.number,
            code: self.code,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl ExitTask {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        let task = call.find_task(service, self.number)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.exit(call.at, task, self.code, out);
        });
        Ok(Answer::Done)
    }
}
