//! Network interfaces: those of instances, and those that are made on their own.

use crate::{
    action::{Answer, AttachNetworkInterface, DetachNetworkInterface, InterfaceRef, Ref},
    furniture::NetworkInterface,
    id::{Id, IdKind},
    lifecycle::{ErrorCode, Phase},
    record::{InstanceHandle, InterfaceHandle, Resource, ResourceKind},
};

use super::{
    super::{
        fault::Fault,
        filters::Tell,
        request::{IdText, id},
        xml::Out,
    },
    Call, WRONG_INSTANCE, Wrong,
    instance::{InterfaceItem, attachment},
    launch::{check_networks, groups, private_address},
    network::named,
    vpcs::subnet,
};

pub(super) const WRONG_INTERFACE: Wrong = Wrong {
    malformed: (
        "InvalidNetworkInterfaceId.Malformed",
        "Invalid id: \"{}\" (expecting \"eni-...\")",
    ),
    missing: (
        "InvalidNetworkInterfaceID.NotFound",
        "The networkInterface ID '{}' does not exist",
    ),
};

/// An interface that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// The first one of an instance.
    First(InstanceHandle),
    /// One of the world's.
    There(InterfaceHandle),
    /// One that was made on its own and never attached.
    Made(Id),
}

fn one(call: &mut Call<'_>, text: &str) -> Result<Named, Fault> {
    let place = &mut *call.place;
    WRONG_INTERFACE.known(text, IdKind::Interface, |id| {
        if place.gone_interfaces.contains(&id) {
            return None;
        }
        match place.find(id) {
            Some(Resource::Instance(instance)) => Some(Named::First(instance)),
            Some(Resource::Interface(interface)) => Some(Named::There(interface)),
            _ => {
                let is_made = place.furniture.interfaces.contains_key(&id);
                is_made.then_some(Named::Made(id))
            }
        }
    })
}

/// An interface of its own that a launch names as the first one of its instance: it has to be free.
pub(super) fn of_launch(call: &mut Call<'_>, text: &str) -> Result<NetworkInterface, Fault> {
    let Named::Made(id) = one(call, text)? else {
        return Err(Fault::new(
            ErrorCode::InvalidNetworkInterfaceInUse.name(),
            format!("Interface: [{text}] in use."),
        ));
    };
    let made = call.place.furniture.interfaces.get(&id).cloned();
    made.ok_or_else(|| WRONG_INTERFACE.missing(text))
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let texts = call.fields.list("NetworkInterfaceId");
    let list = call.list(!texts.is_empty())?;
    let place = &*call.place;
    let world = place.world();
    let mut all: Vec<(u64, InterfaceItem<'_>)> = Vec::new();
    for instance in world
        .instances()
        .filter(|one| one.phase() != Phase::Terminated)
    {
        let handle = instance.handle();
        let number = u64::try_from(handle.index()).unwrap_or(u64::MAX) << 16;
        for (n, item) in (1..).zip(InterfaceItem::of_instance(place, handle)) {
            all.push((number + n, item));
        }
    }
    let of_world = (0..).zip(world.interfaces());
    let of_world = of_world.map(|(index, one)| {
        let id = world.id_of(InterfaceHandle::new(index).into());
        (id, one.zone(), one.is_deleted() || one.instance().is_some())
    });
    let made = place.furniture.interfaces.values();
    let is_free =
        |one: &&NetworkInterface| !place.is_of_world(one.id) && place.owner_of(one.id).is_none();
    let made = made.filter(is_free).map(|one| {
        let subnet = place.furniture.subnet(one.subnet);
        (one.id, subnet.map_or("", |subnet| subnet.zone), false)
    });
    let free = of_world
        .chain(made)
        .filter(|(id, _, is_elsewhere)| !is_elsewhere && !place.gone_interfaces.contains(id));
    for (number, (id, zone, _)) in (1 << 63..).zip(free) {
        let item = InterfaceItem {
            place,
            id,
            zone,
            of: None,
        };
        all.push((number, item));
    }
    let there: Vec<Id> = all.iter().map(|(_, item)| item.id).collect();
    let kind = IdKind::Interface;
    let ids = named(call, "NetworkInterfaceId", kind, &WRONG_INTERFACE, |id| {
        there.contains(&id)
    })?;
    call.end_dry_run()?;
    let items = all
        .into_iter()
        .filter(|(_, item)| ids.is_empty() || ids.contains(&item.id));
    list.tell(call.xml, "networkInterfaceSet", items);
    Ok(())
}

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let subnet = subnet(call.place, fields.required("SubnetId")?)?;
    let groups = groups(call, fields)?;
    check_networks(call.place, &subnet, &groups)?;
    let tags = super::tags::specified(call, "network-interface")?;
    let asked = private_address(call.place, fields, &subnet)?;
    let before = call.made_before()?;
    let before = before.and_then(|(id, _)| Id::parse(&id));
    let before = before.filter(|id| call.place.furniture.interfaces.contains_key(id));
    let made = match before {
        Some(id) => id,
        None => {
            call.end_dry_run()?;
            let kind = ResourceKind::Interface;
            let name = call.place.new_name(kind, super::tags::name(&tags));
            let key = call.place.world().root().named(&name);
            let id = Id::new(IdKind::Interface, key);
            let drawn = match asked {
                Some(address) => Some(address),
                None => call.place.draw_address(&subnet, key, &[]),
            };
            let address = drawn.ok_or_else(|| no_address(&subnet.id))?;
            call.place.hold_address(&subnet, address, None);
            let interface = NetworkInterface {
                id,
                key,
                name,
                subnet: subnet.id,
                address,
                description: fields.get("Description").unwrap_or_default().to_owned(),
                groups,
                source_dest_check: true,
            };
            call.place.comment(format!(
                "the network interface {} was made: scenarios make it when they attach it",
                interface.name
            ));
            call.place.furniture.interfaces.insert(id, interface);
            super::tags::give_id(call, id, &tags);
            call.remember_made(&id.to_string(), 0);
            id
        }
    };
    let place = &*call.place;
    let item = InterfaceItem {
        place,
        id: made,
        zone: subnet.zone,
        of: None,
    };
    call.xml.within("networkInterface", |xml| item.tell(xml));
    if let Some(token) = fields.get("ClientToken") {
        call.xml.text("clientToken", token);
    }
    Ok(())
}

/// A subnet has no address left.
pub(super) fn no_address(subnet: &Id) -> Fault {
    Fault::new(
        ErrorCode::InsufficientFreeAddressesInSubnet.name(),
        format!(
            "There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances."
        ),
    )
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<(), Fault> {
    let text = call.fields.required("NetworkInterfaceId")?;
    let named = one(call, text)?;
    let world = call.place.world();
    let (id, is_free) = match named {
        Named::First(instance) => (call.place.primary_interface(instance), false),
        Named::There(handle) => {
            let there = world.interface(handle);
            (world.id_of(handle.into()), there.instance().is_none())
        }
        Named::Made(id) => (id, true),
    };
    if !is_free {
        return Err(Fault::value(format!(
            "Network interface '{text}' is currently in use."
        )));
    }
    call.end_dry_run()?;
    let place = &mut *call.place;
    if let Some(interface) = place.furniture.interfaces.remove(&id)
        && let Some(subnet) = place.furniture.subnet(interface.subnet).cloned()
    {
        place.free_address(&subnet, interface.address);
    }
    place.gone_interfaces.insert(id);
    place.furniture.tags.forget(id);
    call.done();
    Ok(())
}

pub(super) fn attach(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let index: u16 = fields.number("DeviceIndex")?.unwrap_or(1);
    let text = fields.required("NetworkInterfaceId")?;
    let named = one(call, text)?;
    let whom = fields.required("InstanceId")?;
    let found = call.find(whom, IdKind::Instance, &WRONG_INSTANCE)?;
    let instance = found
        .instance()
        .ok_or_else(|| WRONG_INSTANCE.missing(whom))?;
    if index == 0 {
        return Err(Fault::value(format!(
            "Instance '{whom}' already has an interface attached at device index '{index}'."
        )));
    }
    let (interface, made) = match named {
        Named::First(owner) => (InterfaceRef::Primary(Ref::Handle(owner)), None),
        Named::There(handle) => (InterfaceRef::There(Ref::Handle(handle)), None),
        Named::Made(id) => {
            let made = call.place.furniture.interfaces[&id].clone();
            let subnet = call.place.furniture.subnet(made.subnet);
            let zone = call.place.world().instance(instance).spec().zone;
            // The world makes it where the instance is.
            if subnet.is_some_and(|subnet| subnet.zone != zone) {
                return Err(Fault::new(
                    ErrorCode::InvalidParameterCombination.name(),
                    format!(
                        "The network interface '{id}' is not in the same availability zone as instance '{whom}'"
                    ),
                ));
            }
            (InterfaceRef::New(Some(made.key)), Some(made))
        }
    };
    if let Some(made) = &made {
        call.place.recording.name_new(&made.name);
    }
    let answer = call.ask(AttachNetworkInterface {
        interface,
        instance: Ref::Handle(instance),
    })?;
    let Answer::Made(resource) = answer else {
        unreachable!("an interface was attached");
    };
    if let Some(made) = made {
        call.place.names.insert(resource, made.name);
    }
    let id = call.place.world().id_of(resource);
    let attachment = attachment(id, call.place);
    call.xml.value("attachmentId", attachment);
    call.xml.value("networkCardIndex", 0);
    Ok(())
}

pub(super) fn detach(call: &mut Call<'_>) -> Result<(), Fault> {
    let text = call.fields.required("AttachmentId")?;
    let missing = || {
        Fault::new(
            "InvalidAttachmentID.NotFound",
            format!("The interface attachment '{text}' does not exist"),
        )
    };
    let IdText::Id(wanted) = id(text, IdKind::Attachment) else {
        return Err(missing());
    };
    let place = &*call.place;
    let world = place.world();
    let of_world = (0..).zip(world.interfaces());
    let mut attached = of_world.filter(|(_, one)| one.instance().is_some());
    let found = attached.find_map(|(index, _)| {
        let handle = InterfaceHandle::new(index);
        (attachment(world.id_of(handle.into()), place) == wanted).then_some(handle)
    });
    let interface = match found {
        Some(handle) => InterfaceRef::There(Ref::Handle(handle)),
        None => {
            // The first interface of an instance can't be detached; the world says so.
            let mut instances = world.instances();
            let first = instances.find(|one| {
                let id = place.primary_interface(one.handle());
                one.phase() != Phase::Terminated && attachment(id, place) == wanted
            });
            let first = first.ok_or_else(missing)?.handle();
            InterfaceRef::Primary(Ref::Handle(first))
        }
    };
    call.ask(DetachNetworkInterface { interface })?;
    call.done();
    Ok(())
}

pub(super) fn modify(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let text = fields.required("NetworkInterfaceId")?;
    let groups = groups(call, fields)?;
    let description = fields.written("Description.Value");
    let check = fields.maybe_flag("SourceDestCheck.Value");
    let said = [!groups.is_empty(), description.is_some(), check.is_some()];
    match said.into_iter().filter(|said| *said).count() {
        1 => {}
        0 => return Err(Fault::missing("attribute")),
        _ => {
            return Err(Fault::new(
                "InvalidParameterCombination",
                "Fields for multiple attribute types specified",
            ));
        }
    }
    let named = one(call, text)?;
    call.end_dry_run()?;
    let place = &mut *call.place;
    match named {
        Named::First(instance) => {
            let own = place.own.entry(instance).or_default();
            if !groups.is_empty() {
                own.groups = Some(groups);
            }
            if let Some(check) = check {
                own.no_source_dest_check = !check;
            }
            if let Some(text) = description {
                own.description = Some(text.to_owned());
            }
        }
        Named::There(_) | Named::Made(_) => {
            let id = match named {
                Named::There(handle) => place.world().id_of(handle.into()),
                Named::Made(id) => id,
                Named::First(_) => unreachable!("it was told above"),
            };
            let interface = place.furniture.interfaces.get_mut(&id).ok_or_else(|| {
                Fault::unsimulated(
                    "an interface that came with an instance",
                    "ModifyNetworkInterfaceAttribute",
                )
            })?;
            if !groups.is_empty() {
                interface.groups = groups;
            }
            interface.source_dest_check = check.unwrap_or(interface.source_dest_check);
            if let Some(text) = description {
                text.clone_into(&mut interface.description);
            }
        }
    }
    call.place
        .comment(format!("an attribute of {text} was changed"));
    call.done();
    Ok(())
}
