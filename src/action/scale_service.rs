//! `UpdateService` with a desired count.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// A service is to have another number of tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleService<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
    /// How many tasks.
    pub desired: u32,
}

impl<N: Naming> ScaleService<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ScaleService {
        ScaleService {
            service: names.other::<ServiceHandle>(&self.service),
            desired: self.desired,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl ScaleService {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.scale(call.at, service, self.desired, out)
        })?;
        Ok(Answer::Done)
    }
}
