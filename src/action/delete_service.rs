//! `DeleteService`.

use crate::{lifecycle::ApiError, record::ServiceHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Deletes a service: its tasks stop.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteService<N: Naming = ByHandle> {
    /// Which.
    pub service: N::Other<ServiceHandle>,
}

impl<N: Naming> DeleteService<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DeleteService {
        DeleteService {
            service: names.other::<ServiceHandle>(&self.service),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ServiceHandle>(&self.service, None)
    }
}

impl DeleteService {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let service = call.find_service(&self.service)?;
        call.world.with_ecs(call.at, call.effects, |ecs, out| {
            ecs.delete(call.at, service, out)
        })?;
        Ok(Answer::Done)
    }
}
