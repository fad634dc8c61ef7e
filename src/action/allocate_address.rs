//! `AllocateAddress` (lifecycle rulebook, section 6.2).

use std::net::IpAddr;

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{AddressEvent, AddressHandle, AddressScope, RecordKind},
    rule,
    world::ElasticIp,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Allocates an Elastic IP.
#[derive(Debug, Clone, PartialEq)]
pub struct AllocateAddress<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub address: N::New<AddressHandle>,
}

impl<N: Naming> AllocateAddress<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> AllocateAddress {
        AllocateAddress {
            address: names.new_of::<AddressHandle>(&self.address),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<AddressHandle>(&self.address)
    }
}

impl AllocateAddress {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let addresses = call.world.addresses().iter();
        let held = addresses.filter(|address| !address.is_released()).count();
        if u64::try_from(held).is_ok_and(|held| held >= call.world.address_quota()) {
            return refused(
                ErrorCode::AddressLimitExceeded,
                "The maximum number of addresses has been reached.",
                &[rule::EIP_LIMIT],
            );
        }
        self.allocate(call)
    }

    /// Allocates it whatever the limit, as what an account has from the start.
    pub(crate) fn allocate(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let key = match self.address {
            Some(key) => key,
            None => call.world.next_number("address"),
        };
        let Some(ip) = call.world.draw_public(key.purpose("elastic-ip")) else {
            return refused(
                ErrorCode::InsufficientAddressCapacity,
                "Insufficient capacity to satisfy your Elastic IP address request.",
                &[rule::REQ_ERROR_CLASS],
            );
        };
        let address = call.world.add_address(ElasticIp::allocated(key, ip));
        call.accept_address("AllocateAddress", address, None, false, &[rule::EIP_STATIC]);
        call.effects.say(RecordKind::Address(AddressEvent {
            instance: None,
            address: Some(address),
            scope: AddressScope::Elastic,
            from: None,
            to: Some(IpAddr::V4(ip)),
            rules: &[rule::EIP_STATIC, rule::BILL_IPV4_EIP],
        }));
        Ok(Answer::Made(address.into()))
    }
}
