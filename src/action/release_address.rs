//! `ReleaseAddress`: an associated address of the default VPC is disassociated first.

use std::net::IpAddr;

use crate::{
    lifecycle::ApiError,
    record::{AddressEvent, AddressHandle, AddressScope, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Gives an Elastic IP back.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseAddress<N: Naming = ByHandle> {
    /// Which.
    pub address: N::Other<AddressHandle>,
}

impl<N: Naming> ReleaseAddress<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ReleaseAddress {
        ReleaseAddress {
            address: names.other(&self.address),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<AddressHandle>(&self.address, None)
    }
}

impl ReleaseAddress {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let address = call.find_allocation(&self.address)?;
        let associated = call.world.address(address).instance();
        if let Some(handle) = associated {
            call.world.remember(handle);
        }
        call.accept_address(
            "ReleaseAddress",
            address,
            associated,
            false,
            &[rule::EIP_STATIC],
        );
        if let Some(handle) = associated {
            call.disassociate(handle, &[rule::EIP_DISASSOCIATE, rule::EIP_RELEASE_IN_USE]);
        }
        call.world.release(address);
        call.effects.say(RecordKind::Address(AddressEvent {
            instance: None,
            address: Some(address),
            scope: AddressScope::Elastic,
            from: Some(IpAddr::V4(call.world.address(address).ip())),
            to: None,
            rules: &[rule::EIP_STATIC, rule::BILL_IPV4_EIP],
        }));
        Ok(Answer::Done)
    }
}
