//! `CreateService`: a service keeps its tasks from now on.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Creates a service of its description.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateService<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
}

impl<N: Naming> CreateService<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateService {
        CreateService {
            service: names.other::<ServiceHandle>(&self.service),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl CreateService {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.create(call.at, service, out)
        })?;
        Ok(Answer::Done)
    }
}
