//! `DisassociateAddress`: the address stays allocated (`EIP-DISASSOCIATE`).

use crate::{
    lifecycle::{ApiError, Decision, ErrorCode, Phase, Trigger},
    record::{AddressHandle, InstanceHandle, Rules},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Takes an Elastic IP off its instance.
#[derive(Debug, Clone, PartialEq)]
pub struct DisassociateAddress<N: Naming = ByHandle> {
    /// Which.
    pub address: N::Other<AddressHandle>,
}

impl<N: Naming> DisassociateAddress<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DisassociateAddress {
        DisassociateAddress {
            address: names.other(&self.address),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<AddressHandle>(&self.address, None)
    }
}

impl DisassociateAddress {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let Ok(address) = call.find_other(&self.address) else {
            return refused(
                ErrorCode::InvalidAssociationIdNotFound,
                "The association ID does not exist: the address is not allocated.",
                &[rule::EIP_DISASSOCIATE],
            );
        };
        match call.world.address(address).instance() {
            None => call.accept_address(
                "DisassociateAddress",
                address,
                None,
                true,
                &[rule::EIP_DISASSOCIATE, rule::IDEM_DEFAULT],
            ),
            Some(handle) => {
                call.world.remember(handle);
                call.accept_address(
                    "DisassociateAddress",
                    address,
                    Some(handle),
                    false,
                    &[rule::EIP_DISASSOCIATE],
                );
                call.disassociate(handle, &[rule::EIP_DISASSOCIATE]);
            }
        }
        Ok(Answer::Done)
    }
}

impl Call<'_> {
    /// Takes the Elastic IP off; a running instance that is set to receive one gets a new address from Amazon's pool.
    pub(super) fn disassociate(&mut self, handle: InstanceHandle, rules: Rules) {
        self.world.take_off_elastic_ip(handle, rules, self.effects);
        let running = self.world.instance(handle).phase() == Phase::Running;
        if running {
            self.world
                .assign_public(handle, &[rule::IP_NEW_AFTER_EIP], self.effects);
        }
        debug_assert!(
            !matches!(
                self.decide(handle, Trigger::DisassociateAddress),
                Decision::Refused(_)
            ),
            "the table refuses a disassociation in no phase"
        );
    }
}
