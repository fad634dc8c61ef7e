//! Elastic IPs.

use std::net::Ipv4Addr;

use crate::{
    action::{AllocateAddress, Answer, AssociateAddress, DisassociateAddress, Ref, ReleaseAddress},
    id::IdKind,
    record::{AddressHandle, InstanceHandle, Resource, ResourceKind},
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call, WRONG_INSTANCE, Wrong,
    instance::tell_tags,
    interfaces::WRONG_INTERFACE,
};

const WRONG_ALLOCATION: Wrong = Wrong {
    malformed: (
        "InvalidAllocationID.NotFound",
        "The allocation ID '{}' does not exist",
    ),
    missing: (
        "InvalidAllocationID.NotFound",
        "The allocation ID '{}' does not exist",
    ),
};

pub(super) fn allocate(call: &mut Call<'_>) -> Result<(), Fault> {
    if call.fields.get("Domain") == Some("standard") {
        return Err(Fault::value(
            "Invalid value 'standard' for domain. EC2-Classic is gone.",
        ));
    }
    let border = call.fields.get("NetworkBorderGroup");
    let region = call.place.region().name();
    if border.is_some_and(|border| border != region) {
        return Err(Fault::unsimulated("NetworkBorderGroup", "AllocateAddress"));
    }
    let tags = super::tags::specified(call, "elastic-ip")?;
    if call.fields.flag("DryRun") {
        call.ask(AllocateAddress { address: None })?;
        return Ok(());
    }
    let name = call
        .place
        .new_name(ResourceKind::Address, super::tags::name(&tags));
    call.place.recording.name_new(&name);
    let key = call.place.world().root().named(&name);
    let answer = call.ask(AllocateAddress { address: Some(key) })?;
    let (Answer::Made(Resource::Address(address)) | Answer::MadeBefore(Resource::Address(address))) =
        answer
    else {
        unreachable!("an address was made");
    };
    call.place.names.insert(address.into(), name);
    super::tags::give(call, address.into(), &tags);
    let there = call.place.world().address(address);
    call.xml.value("publicIp", there.ip());
    call.xml.text("allocationId", &there.allocation_id());
    call.xml.text("publicIpv4Pool", "amazon");
    call.xml.text("networkBorderGroup", region);
    call.xml.text("domain", "vpc");
    Ok(())
}

/// The Elastic IP that a request names by its allocation or by itself.
fn named(call: &mut Call<'_>) -> Result<Option<AddressHandle>, Fault> {
    if let Some(text) = call.fields.get("AllocationId") {
        let found = call.find(text, IdKind::Allocation, &WRONG_ALLOCATION)?;
        return Ok(found.address());
    }
    match call.fields.get("PublicIp") {
        Some(text) => by_ip(call.place, text).map(Some),
        None => Ok(None),
    }
}

fn by_ip(place: &Place, text: &str) -> Result<AddressHandle, Fault> {
    let ip: Ipv4Addr = text.parse().map_err(|_| {
        Fault::value(format!(
            "Value ({text}) for parameter publicIp is invalid. Invalid IPv4 address."
        ))
    })?;
    let addresses = place.world().addresses();
    let found = addresses
        .iter()
        .position(|one| one.ip() == ip && !one.is_released());
    found.map(AddressHandle::new).ok_or_else(|| {
        Fault::new(
            "InvalidAddress.NotFound",
            format!("Address '{text}' not found."),
        )
    })
}

pub(super) fn associate(call: &mut Call<'_>) -> Result<(), Fault> {
    let targets = ["InstanceId", "NetworkInterfaceId"];
    if targets.iter().all(|name| call.fields.get(name).is_none()) {
        return Err(Fault::missing("instanceId"));
    }
    let Some(address) = named(call)? else {
        return Err(Fault::missing("allocationId"));
    };
    let (instance, by_interface) = match (
        call.fields.get("InstanceId"),
        call.fields.get("NetworkInterfaceId"),
    ) {
        (Some(text), _) => {
            let found = call.find(text, IdKind::Instance, &WRONG_INSTANCE)?;
            (found.instance(), false)
        }
        (None, Some(text)) => (Some(interface(call, text)?), true),
        (None, None) => return Err(Fault::missing("instanceId")),
    };
    let Some(instance) = instance else {
        return Err(Fault::missing("instanceId"));
    };
    let private = call.place.world().instance(instance).private_ipv4();
    if let Some(text) = call.fields.get("PrivateIpAddress")
        && private.is_none_or(|private| private.to_string() != text)
    {
        return Err(Fault::value(format!(
            "The private IP address {text} is not one of the instance's."
        )));
    }
    call.ask(AssociateAddress {
        address: Ref::Handle(address),
        instance: Ref::Handle(instance),
        by_interface,
        allow_reassociation: call.fields.maybe_flag("AllowReassociation").unwrap_or(true),
    })?;
    let association = call.place.world().address(address).association_id();
    call.done();
    call.xml
        .text("associationId", &association.unwrap_or_default());
    Ok(())
}

/// The instance whose first interface has an id.
fn interface(call: &mut Call<'_>, text: &str) -> Result<InstanceHandle, Fault> {
    WRONG_INTERFACE.known(text, IdKind::Interface, |id| {
        call.place.instance_of_interface(id)
    })
}

pub(super) fn disassociate(call: &mut Call<'_>) -> Result<(), Fault> {
    let address = if let Some(text) = call.fields.get("AssociationId") {
        let addresses = call.place.world().addresses();
        let found = addresses
            .iter()
            .position(|one| !one.is_released() && one.association_id().as_deref() == Some(text));
        found.map(AddressHandle::new).ok_or_else(|| {
            Fault::new(
                "InvalidAssociationID.NotFound",
                format!("The association ID '{text}' does not exist"),
            )
        })?
    } else {
        named(call)?.ok_or_else(|| Fault::missing("associationId"))?
    };
    call.ask(DisassociateAddress {
        address: Ref::Handle(address),
    })?;
    call.done();
    Ok(())
}

pub(super) fn release(call: &mut Call<'_>) -> Result<(), Fault> {
    let Some(address) = named(call)? else {
        return Err(Fault::missing("allocationId"));
    };
    call.ask(ReleaseAddress {
        address: Ref::Handle(address),
    })?;
    call.done();
    Ok(())
}

struct AddressItem<'a> {
    place: &'a Place,
    address: AddressHandle,
}

impl Tell for AddressItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let place = self.place;
        let world = place.world();
        let there = world.address(self.address);
        out.value("publicIp", there.ip());
        out.text("allocationId", &there.allocation_id());
        out.text("domain", "vpc");
        if let Some(instance) = there.instance() {
            out.value("instanceId", world.id_of(instance.into()));
            out.text("associationId", &there.association_id().unwrap_or_default());
            out.value("networkInterfaceId", place.primary_interface(instance));
            out.text("networkInterfaceOwnerId", place.owner());
            if let Some(private) = world.instance(instance).private_ipv4() {
                out.value("privateIpAddress", private);
            }
        }
        tell_tags(out, place, world.id_of(self.address.into()));
        out.text("publicIpv4Pool", "amazon");
        out.text("networkBorderGroup", place.region().name());
    }
}

/// The addresses that a request is about, in the order of allocation.
fn selected(call: &mut Call<'_>) -> Result<Vec<AddressHandle>, Fault> {
    let allocations = call.fields.list("AllocationId");
    let ips = call.fields.list("PublicIp");
    let mut found = Vec::new();
    for text in &allocations {
        found.extend(
            call.find(text, IdKind::Allocation, &WRONG_ALLOCATION)?
                .address(),
        );
    }
    for text in &ips {
        found.push(by_ip(call.place, text)?);
    }
    if allocations.is_empty() && ips.is_empty() {
        let addresses = (0..).zip(call.place.world().addresses());
        let there = addresses.filter(|(_, one)| !one.is_released());
        found.extend(there.map(|(index, _)| AddressHandle::new(index)));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let addresses = selected(call)?;
    call.end_dry_run()?;
    let place = &*call.place;
    let items = addresses
        .into_iter()
        .map(|address| AddressItem { place, address });
    list.tell(call.xml, "addressesSet", super::numbered(items));
    Ok(())
}

struct AttributeItem<'a>(AddressItem<'a>);

impl Tell for AttributeItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let there = self.0.place.world().address(self.0.address);
        out.value("publicIp", there.ip());
        out.text("allocationId", &there.allocation_id());
    }
}

pub(super) fn attributes(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let addresses = selected(call)?;
    call.end_dry_run()?;
    let place = &*call.place;
    let items =
        (addresses.into_iter()).map(|address| AttributeItem(AddressItem { place, address }));
    list.tell(call.xml, "addressSet", super::numbered(items));
    Ok(())
}
