//! `UpdateService` with another task definition.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// A service is to have new tasks in place of the old ones.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployService<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
    /// Whether the new tasks don't become healthy.
    pub fails: bool,
}

impl<N: Naming> DeployService<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DeployService {
        DeployService {
            service: names.other::<ServiceHandle>(&self.service),
            fails: self.fails,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl DeployService {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.deploy(call.at, service, self.fails, out)
        })?;
        Ok(Answer::Done)
    }
}
