//! Elastic IP addresses (lifecycle rulebook, section 6.2).

use std::net::IpAddr;

use crate::{
    lifecycle::{ApiError, Decision, ErrorCode, Phase, Trigger},
    record::{
        Accepted, AddressEvent, AddressHandle, AddressScope, InstanceHandle, RecordKind, Rules,
    },
    rule,
    world::ElasticIp,
};

use super::{InstanceRef, Request, refused};

/// Elastic IPs that an account can have in a Region (`EIP-LIMIT`).
const ADDRESS_LIMIT: usize = 5;

/// `AllocateAddress`, for a name of the cast.
///
/// # Errors
///
/// `Simulator.NameInUse` where the name is taken, `AddressLimitExceeded`, `InsufficientAddressCapacity`.
pub fn allocate_address(mut request: Request<'_>, name: u32) -> Result<(), ApiError> {
    if request.address(name).is_some() {
        let taken = usize::try_from(name)
            .ok()
            .and_then(|name| request.world.cast().addresses.get(name).cloned());
        return refused(
            ErrorCode::SimulatorNameInUse,
            format!(
                "The address '{}' of the scenario is there already.",
                taken.unwrap_or_default()
            ),
            &[rule::EIP_STATIC],
        );
    }
    let held = request
        .world
        .addresses()
        .iter()
        .filter(|address| !address.is_released())
        .count();
    if held >= ADDRESS_LIMIT {
        return refused(
            ErrorCode::AddressLimitExceeded,
            "The maximum number of addresses has been reached.",
            &[rule::EIP_LIMIT],
        );
    }
    request.allocate(name)
}

/// An Elastic IP that exists from the start.
///
/// # Errors
///
/// `InsufficientAddressCapacity`.
pub fn existing_address(mut request: Request<'_>, name: u32) -> Result<(), ApiError> {
    request.allocate(name)
}

/// `AssociateAddress` by instance id: with the primary interface's primary private address (`EIP-ASSOCIATE`).
///
/// # Errors
///
/// EC2's refusal: the address is checked before the instance.
pub fn associate_address(
    mut request: Request<'_>,
    name: u32,
    instance: InstanceRef<'_>,
    allow_reassociation: bool,
) -> Result<(), ApiError> {
    let Some(address) = request.address(name) else {
        return request.no_allocation(name);
    };
    let handle = request.find(&[instance])?[0];
    if request
        .world
        .spec(&request.world.instance(handle))
        .interfaces
        > 1
    {
        return refused(
            ErrorCode::InvalidInstanceId,
            format!(
                "There are multiple interfaces attached to instance '{}'. Please specify an interface ID for the \
                 operation instead.",
                request.world.instance(handle).id()
            ),
            &[rule::EIP_ASSOCIATE_MULTI_ENI],
        );
    }
    if let Some((handle, refusal)) = request.refusal(&[handle], |_, _| Trigger::AssociateAddress) {
        return Err(request.answer(handle, refusal, ""));
    }
    let elastic_ip = request.world.address(address);
    match elastic_ip.instance() {
        Some(there) if there == handle => {
            request.world.remember(handle);
            request.address_accepted(
                "AssociateAddress",
                address,
                Some(handle),
                true,
                &[rule::EIP_ASSOCIATE_IDEMPOTENT, rule::IDEM_DEFAULT],
            );
            return Ok(());
        }
        Some(_) if !allow_reassociation => {
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
    request.associate(address, handle);
    Ok(())
}

/// `DisassociateAddress`: the address stays allocated (`EIP-DISASSOCIATE`).
///
/// # Errors
///
/// `InvalidAssociationID.NotFound` where the address was never allocated, or released.
pub fn disassociate_address(mut request: Request<'_>, name: u32) -> Result<(), ApiError> {
    let Some(address) = request.address(name) else {
        return refused(
            ErrorCode::InvalidAssociationIdNotFound,
            "The association ID does not exist: the address is not allocated.",
            &[rule::EIP_DISASSOCIATE],
        );
    };
    match request.world.address(address).instance() {
        None => request.address_accepted(
            "DisassociateAddress",
            address,
            None,
            true,
            &[rule::EIP_DISASSOCIATE, rule::IDEM_DEFAULT],
        ),
        Some(handle) => {
            request.world.remember(handle);
            request.address_accepted(
                "DisassociateAddress",
                address,
                Some(handle),
                false,
                &[rule::EIP_DISASSOCIATE],
            );
            request.disassociate(handle, &[rule::EIP_DISASSOCIATE]);
        }
    }
    Ok(())
}

/// `ReleaseAddress`: an associated address of the default VPC is disassociated first.
///
/// # Errors
///
/// `InvalidAllocationID.NotFound` where the address was never allocated, or released.
pub fn release_address(mut request: Request<'_>, name: u32) -> Result<(), ApiError> {
    let Some(address) = request.address(name) else {
        return request.no_allocation(name);
    };
    let associated = request.world.address(address).instance();
    if let Some(handle) = associated {
        request.world.remember(handle);
    }
    request.address_accepted(
        "ReleaseAddress",
        address,
        associated,
        false,
        &[rule::EIP_STATIC],
    );
    if let Some(handle) = associated {
        request.disassociate(handle, &[rule::EIP_DISASSOCIATE]);
    }
    let elastic_ip = request.world.address_mut(address);
    elastic_ip.released = true;
    let from = Some(IpAddr::V4(elastic_ip.ip));
    request.step.say(RecordKind::Address(AddressEvent {
        instance: None,
        address: Some(address),
        scope: AddressScope::Elastic,
        from,
        to: None,
        rules: &[rule::EIP_STATIC, rule::BILL_IPV4_EIP],
    }));
    Ok(())
}

impl Request<'_> {
    /// The Elastic IP of a name, if the account has it.
    fn address(&self, name: u32) -> Option<AddressHandle> {
        self.world
            .named_address(name)
            .filter(|&address| !self.world.address(address).is_released())
    }

    fn no_allocation(&self, name: u32) -> Result<(), ApiError> {
        let id = match self.world.named_address(name) {
            Some(released) => self.world.address(released).allocation_id(),
            None => crate::id::Id::new(crate::id::IdKind::Allocation, self.address_key(name))
                .to_string(),
        };
        refused(
            ErrorCode::InvalidAllocationIdNotFound,
            format!("The allocation ID '{id}' does not exist"),
            &[rule::EIP_RELEASE_GONE],
        )
    }

    /// The key of an address: its name's, and another one when it is allocated again.
    fn address_key(&self, name: u32) -> crate::id::Seeded {
        match self.world.named_address(name) {
            Some(before) => self.world.address(before).key.purpose("again"),
            None => {
                let text = usize::try_from(name)
                    .ok()
                    .and_then(|name| self.world.cast().addresses.get(name));
                self.world.root.named(text.map_or("", String::as_str))
            }
        }
    }

    fn allocate(&mut self, name: u32) -> Result<(), ApiError> {
        let key = self.address_key(name);
        let Some(ip) = self.world.draw_public(key.purpose("elastic-ip")) else {
            return refused(
                ErrorCode::InsufficientAddressCapacity,
                "Insufficient capacity to satisfy your Elastic IP address request.",
                &[rule::REQ_ERROR_CLASS],
            );
        };
        let elastic_ip = ElasticIp {
            name,
            key,
            ip,
            instance: None,
            associations: 0,
            released: false,
        };
        let address = self.world.add_address(name, elastic_ip);
        self.address_accepted("AllocateAddress", address, None, false, &[rule::EIP_STATIC]);
        self.step.say(RecordKind::Address(AddressEvent {
            instance: None,
            address: Some(address),
            scope: AddressScope::Elastic,
            from: None,
            to: Some(IpAddr::V4(ip)),
            rules: &[rule::EIP_STATIC, rule::BILL_IPV4_EIP],
        }));
        Ok(())
    }

    fn associate(&mut self, address: AddressHandle, handle: InstanceHandle) {
        self.world.remember(handle);
        let elsewhere = self.world.address(address).instance();
        if let Some(there) = elsewhere {
            self.world.remember(there);
        }
        self.address_accepted(
            "AssociateAddress",
            address,
            Some(handle),
            false,
            &[rule::EIP_ASSOCIATE],
        );
        if let Some(there) = elsewhere {
            self.disassociate(there, &[rule::EIP_ASSOCIATE_MOVES]);
        }
        self.world
            .take_off_elastic_ip(handle, &[rule::EIP_ASSOCIATE_REPLACES], self.step);
        self.world
            .release_public(handle, &[rule::EIP_ASSOCIATE, rule::IP_RELEASE], self.step);
        let elastic_ip = self.world.address_mut(address);
        elastic_ip.instance = Some(handle);
        crate::world::next(&mut elastic_ip.associations);
        let ip = elastic_ip.ip;
        self.world.instance_mut(handle).elastic_ip = Some(address);
        self.step.say(RecordKind::Address(AddressEvent {
            instance: Some(handle),
            address: Some(address),
            scope: AddressScope::Elastic,
            from: None,
            to: Some(IpAddr::V4(ip)),
            rules: &[rule::EIP_ASSOCIATE, rule::IP_NONE_WITH_EIP],
        }));
    }

    /// Takes the Elastic IP off; a running instance that is set to receive one gets a new address from Amazon's pool.
    fn disassociate(&mut self, handle: InstanceHandle, rules: Rules) {
        self.world.take_off_elastic_ip(handle, rules, self.step);
        let running = self.world.instance(handle).phase() == Phase::Running;
        if running {
            self.world
                .assign_public(handle, &[rule::IP_NEW_AFTER_EIP], self.step);
        }
        debug_assert!(
            !matches!(
                self.world
                    .instance(handle)
                    .lifecycle
                    .decide(Trigger::DisassociateAddress, self.at),
                Decision::Refused(_)
            ),
            "the table refuses a disassociation in no phase"
        );
    }

    fn address_accepted(
        &mut self,
        action: &'static str,
        address: AddressHandle,
        instance: Option<InstanceHandle>,
        unchanged: bool,
        rules: Rules,
    ) {
        self.step.say(RecordKind::Accepted(Accepted {
            action,
            what: "",
            unchanged,
            instance,
            volume: None,
            address: Some(address),
            rules,
        }));
    }
}
