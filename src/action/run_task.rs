//! `RunTask`.

use crate::{lifecycle::ApiError, record::ServiceHandle, time::SimDuration};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Tasks of a description run, outside of its service.
#[derive(Debug, Clone, PartialEq)]
pub struct RunTask<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
    /// How many.
    pub count: u32,
    /// How long each works before it ends by itself; none: until it is stopped.
    pub lasts: Option<SimDuration>,
}

impl<N: Naming> RunTask<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RunTask {
        RunTask {
            service: names.other::<ServiceHandle>(&self.service),
            count: self.count,
            lasts: self.lasts,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl RunTask {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.run(call.at, service, (self.count, self.lasts), out)
        })?;
        Ok(Answer::Done)
    }
}
