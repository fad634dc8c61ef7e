//! `ReleaseHosts`: only an empty one can be given back.

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::DedicatedHostHandle,
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Gives a Dedicated Host back.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseHosts<N: Naming = ByHandle> {
    /// Which.
    pub host: N::Other<DedicatedHostHandle>,
}

impl<N: Naming> ReleaseHosts<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ReleaseHosts {
        ReleaseHosts {
            host: names.other::<DedicatedHostHandle>(&self.host),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<DedicatedHostHandle>(&self.host, None)
    }
}

impl ReleaseHosts {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let host = call.find_host(&self.host)?;
        let there = call.world.dedicated_host(host);
        if there.instances() > 0 {
            return refused(
                ErrorCode::InvalidHostOccupied,
                format!(
                    "Dedicated host '{}' cannot be released as it is occupied.",
                    there.id()
                ),
                &[rule::TEN_HOST_FULL],
            );
        }
        call.world.release_host(host, call.effects);
        Ok(Answer::Done)
    }
}
