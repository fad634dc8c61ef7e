//! `AllocateHosts`: one Dedicated Host (lifecycle rulebook, section 8.6).

use crate::{
    catalog::TypeId,
    lifecycle::{ApiError, ErrorCode},
    record::DedicatedHostHandle,
    rule,
    world::HostSpec,
};

use super::{Answer, ByHandle, Call, Naming, Ref, Resolve, Subjects, call::refused};

/// Allocates a Dedicated Host.
#[derive(Debug, Clone, PartialEq)]
pub struct AllocateHosts<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub host: N::New<DedicatedHostHandle>,
    /// As what.
    pub spec: HostSpec,
}

impl<N: Naming> AllocateHosts<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> AllocateHosts {
        AllocateHosts {
            host: names.new_of::<DedicatedHostHandle>(&self.host),
            spec: self.spec,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<DedicatedHostHandle>(&self.host)
    }
}

impl AllocateHosts {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let family = self.spec.family;
        let can_be_hosted = TypeId::all().any(|one| {
            let info = one.info();
            info.family() == family && info.dedicated_hosts() != Some(false)
        });
        if !can_be_hosted {
            return refused(
                ErrorCode::InvalidParameterValue,
                format!("Dedicated Hosts do not support the instance family '{family}'."),
                &[rule::TEN_HOST_FULL],
            );
        }
        let key = match self.host {
            Some(key) => key,
            None => call.world.next_number("dedicated-host"),
        };
        let host = call
            .world
            .allocate_host(call.at, key, self.spec, call.effects);
        Ok(Answer::Made(host.into()))
    }
}

impl Call<'_> {
    /// The Dedicated Host that a request names.
    pub(super) fn find_host(
        &mut self,
        named: &Ref<DedicatedHostHandle>,
    ) -> Result<DedicatedHostHandle, ApiError> {
        let found = self.find_other(named).ok();
        match found.filter(|host| !self.world.dedicated_host(*host).is_gone(self.at)) {
            Some(host) => Ok(host),
            None => refused(
                ErrorCode::InvalidHostState,
                "The Dedicated Host is not available.",
                &[rule::TEN_HOST_FULL],
            ),
        }
    }
}
