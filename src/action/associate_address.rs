//! `AssociateAddress`: with the primary private address of an instance's primary interface (`EIP-ASSOCIATE`).

use std::net::IpAddr;

use crate::{
    lifecycle::{ApiError, Decision, ErrorCode, InstanceState, Trigger},
    record::{AddressEvent, AddressHandle, AddressScope, InstanceHandle, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, InstanceRef, Naming, Resolve, Subjects, call::refused};

/// Associates an Elastic IP with an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct AssociateAddress<N: Naming = ByHandle> {
    /// Which Elastic IP.
    pub address: N::Other<AddressHandle>,
    /// With whom.
    pub instance: N::Instance,
    /// Whether the instance is named by its primary interface.
    pub by_interface: bool,
    /// `AllowReassociation`: takes it away from where it is.
    pub allow_reassociation: bool,
}

impl<N: Naming> AssociateAddress<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> AssociateAddress {
        AssociateAddress {
            address: names.other(&self.address),
            instance: names.instance(&self.instance),
            by_interface: self.by_interface,
            allow_reassociation: self.allow_reassociation,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<AddressHandle>(&self.address, Some(&self.instance))
    }
}

impl AssociateAddress {
    /// The address is checked before the instance.
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let address = call.find_allocation(&self.address)?;
        let handle = call.find_one(&self.instance)?;
        let instance = call.world.instance(handle);
        if instance.interfaces() > 1 && !self.by_interface {
            return refused(
                ErrorCode::InvalidInstanceId,
                format!(
                    "There are multiple interfaces attached to instance '{}'. Please specify an interface ID for the \
                     operation instead.",
                    instance.id()
                ),
                &[rule::EIP_ASSOCIATE_MULTI_ENI],
            );
        }
        let state = instance.state();
        if self.by_interface
            && let Decision::Refused(_) = call.decide(handle, Trigger::AssociateAddress)
        {
            return refused_by_interface(call, &self.instance, state);
        }
        call.check(handle, Trigger::AssociateAddress, "")?;
        let elastic_ip = call.world.address(address);
        match elastic_ip.instance() {
            Some(there) if there == handle => {
                call.world.remember(handle);
                call.accept_address(
                    "AssociateAddress",
                    address,
                    Some(handle),
                    true,
                    &[rule::EIP_ASSOCIATE_IDEMPOTENT, rule::IDEM_DEFAULT],
                );
                return Ok(Answer::Done);
            }
            Some(_) if !self.allow_reassociation => {
                return refused(
                    ErrorCode::ResourceAlreadyAssociated,
                    format!(
                        "resource {} is already associated with associate-id {}",
                        elastic_ip.allocation_id(),
                        elastic_ip.association_id().unwrap_or_default()
                    ),
                    &[rule::EIP_ASSOCIATE_MOVES],
                );
            }
            Some(_) | None => {}
        }
        associate(call, address, handle);
        Ok(Answer::Done)
    }
}

/// An interface is in no state for it, because the instance isn't (`EIP-ASSOCIATE-STATES`).
fn refused_by_interface(
    call: &mut Call<'_>,
    instance: &InstanceRef,
    state: InstanceState,
) -> Result<Answer, ApiError> {
    let state = if state == InstanceState::Pending {
        "pending-instance-creation"
    } else {
        state.api().name()
    };
    let interface = call.primary_id(instance)?;
    refused(
        ErrorCode::IncorrectInstanceState,
        format!(
            "The {state} instance to which '{interface}' is attached is not in a valid state for this operation"
        ),
        &[rule::EIP_ASSOCIATE_STATES],
    )
}

fn associate(call: &mut Call<'_>, address: AddressHandle, handle: InstanceHandle) {
    call.world.remember(handle);
    let elsewhere = call.world.address(address).instance();
    if let Some(there) = elsewhere {
        call.world.remember(there);
    }
    call.accept_address(
        "AssociateAddress",
        address,
        Some(handle),
        false,
        &[rule::EIP_ASSOCIATE],
    );
    if let Some(there) = elsewhere {
        call.disassociate(there, &[rule::EIP_ASSOCIATE_MOVES]);
    }
    call.world
        .take_off_elastic_ip(handle, &[rule::EIP_ASSOCIATE_REPLACES], call.effects);
    call.world.release_public(
        handle,
        &[rule::EIP_ASSOCIATE, rule::IP_RELEASE],
        call.effects,
    );
    call.world.associate(address, handle);
    call.effects.say(RecordKind::Address(AddressEvent {
        instance: Some(handle),
        address: Some(address),
        scope: AddressScope::Elastic,
        from: None,
        to: Some(IpAddr::V4(call.world.address(address).ip())),
        rules: &[rule::EIP_ASSOCIATE, rule::IP_NONE_WITH_EIP],
    }));
}
