//! Whether a Dedicated Host takes what a launch or a start asks for (`TEN-HOST-FULL`, `TEN-HOST-AFFINITY`).

use std::collections::BTreeMap;

use crate::{
    catalog::{CreditMode, TypeId},
    lifecycle::{ApiError, ErrorCode},
    record::{DedicatedHostHandle, Rules},
    rule,
    world::{HostRefusal, Placement, Tenancy},
};

use super::{Call, call::refused};

/// An instance that wants to be on a host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest {
    pub(super) instance_type: TypeId,
    pub(super) zone: &'static str,
    /// The host that it names or is bound to.
    pub(super) host: Option<DedicatedHostHandle>,
}

impl Call<'_> {
    /// Whether there is room on the account's hosts for all of these. `rules` are those by which they name a host.
    pub(super) fn check_hosts(
        &self,
        guests: impl IntoIterator<Item = Guest>,
        rules: Rules,
    ) -> Result<(), ApiError> {
        let mut taken: BTreeMap<DedicatedHostHandle, u64> = BTreeMap::new();
        for guest in guests {
            let wants = (guest.instance_type, guest.zone);
            match self.world.find_host(self.at, wants, guest.host, &taken) {
                Ok(host) => {
                    let vcpus = u64::from(guest.instance_type.info().vcpus());
                    *taken.entry(host).or_default() += vcpus;
                }
                Err(why) => return unhosted(why, guest.host.map(|_| rules)),
            }
        }
        Ok(())
    }
}

/// `named`: the rules by which a host is named, if one is.
fn unhosted(why: HostRefusal, named: Option<Rules>) -> Result<(), ApiError> {
    let (code, text) = match why {
        HostRefusal::NotThere => (
            ErrorCode::InvalidHostState,
            "The Dedicated Host is not available.",
        ),
        HostRefusal::Unfit if named.is_some() => (
            ErrorCode::IncompatibleHostRequirements,
            "The Dedicated Host does not fit the instance.",
        ),
        HostRefusal::Unfit => (
            ErrorCode::IncompatibleHostRequirements,
            "There is no Dedicated Host available that fits the instance.",
        ),
        HostRefusal::Full => (
            ErrorCode::InsufficientCapacityOnHost,
            "There is not enough capacity on the Dedicated Host.",
        ),
    };
    refused(code, text, named.unwrap_or(&[rule::TEN_HOST_FULL]))
}

/// A T3 instance on a Dedicated Host has standard credits (`LIFE-START-HOST-UNLIMITED`).
pub(super) fn check_host_credits(
    instance_type: TypeId,
    placement: Placement,
    credits: Option<CreditMode>,
) -> Result<(), ApiError> {
    let is_t3 = instance_type.info().family() == "t3";
    if placement.tenancy != Tenancy::Host || !is_t3 || credits != Some(CreditMode::Unlimited) {
        return Ok(());
    }
    refused(
        ErrorCode::InvalidParameterCombination,
        "T3 instances on a Dedicated Host do not support unlimited CPU credits.",
        &[rule::LIFE_START_HOST_UNLIMITED],
    )
}
