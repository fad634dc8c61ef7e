//! `RunInstances`: what a client asks for, as a description that the world launches.

use std::{net::Ipv4Addr, str::FromStr, sync::Arc};

use crate::{
    action::{Answer, Launch, Ref, RunInstances},
    catalog::{CreditMode, Offering, Platform, TypeId, VolumeType, burstable, offered},
    furniture::{PublicImage, Subnet, over, parameter_image},
    id::{Id, IdKind},
    lifecycle::{ErrorCode, Tenancy},
    money::Price,
    record::{ImageHandle, InstanceHandle, Resource, ResourceKind},
    storage::check_limits,
    world::{
        AddressStanding, GroupId, ImageName, ImageSpec, InstanceSpec, Interruption, Origin,
        Origins, Placement, ShutdownBehavior, SpotOptions, VolumeSpec,
    },
};

use super::{
    super::{
        fault::Fault,
        place::{Kept, Launched, Metadata, Place},
        request::{Fields, IdText, Item, Query, from_base64, id},
    },
    Call, Wrong,
    instance::InstanceItem,
    instances::tell_reservation,
    interfaces::{no_address, of_launch},
    snapshots::WRONG_SNAPSHOT,
    templates::{self, From},
};

/// The type of a launch that names none.
const DEFAULT_TYPE: &str = "m1.small";

const WRONG_GROUP: Wrong = Wrong {
    malformed: (
        "InvalidGroupId.Malformed",
        "Invalid id: \"{}\" (expecting \"sg-...\")",
    ),
    missing: (
        "InvalidGroup.NotFound",
        "The security group '{}' does not exist",
    ),
};

pub(super) const WRONG_SUBNET: Wrong = Wrong {
    malformed: (
        "InvalidSubnetId.Malformed",
        "Invalid id: \"{}\" (expecting \"subnet-...\")",
    ),
    missing: (
        "InvalidSubnetID.NotFound",
        "The subnet ID '{}' does not exist",
    ),
};

/// What an image gives a launch.
struct Image {
    /// As it is shown.
    id: String,
    spec: ImageSpec,
    platform: Platform,
    /// The root first, then its data volumes.
    volumes: Vec<VolumeSpec>,
    /// One of the account's own.
    own: Option<ImageHandle>,
    paravirtual: bool,
}

/// A description, with what is only shown again of it.
pub(super) struct Described {
    pub(super) spec: InstanceSpec,
    pub(super) kept: Kept,
    pub(super) own_image: Option<ImageHandle>,
    pub(super) host: Option<String>,
}

pub(super) fn run_instances(call: &mut Call<'_>) -> Result<(), Fault> {
    let own = call.fields;
    let template = own.part("LaunchTemplate");
    let template = if template.is_empty() {
        None
    } else {
        Some(From::read(call.place, template.fields())?)
    };
    // What the request says itself lies over what its template says.
    let said = template.as_ref().map(|template| {
        let own = templates::said(own);
        over(&template.data, &own)
    });
    let query = said.as_deref().map(Query::of);
    let fields = query.as_ref().map_or(own, Query::fields);
    let least: u32 = own.number("MinCount")?.unwrap_or(1);
    let most: u32 = own.number("MaxCount")?.unwrap_or(1);
    if fields.flag("DryRun") {
        let described = describe_whole(call, fields)?.0;
        call.ask(run(&described, most, Origins::Numbered, None))?;
        return Ok(());
    }
    let token = fields.get("ClientToken");
    let (first, count) = launch(call, fields, (least, most), token, template.as_ref())?;
    let place = &*call.place;
    let items: Vec<InstanceItem<'_>> = (first.index()..)
        .map(InstanceHandle::new)
        .take(crate::record::index(count))
        .map(|instance| InstanceItem { place, instance })
        .collect();
    tell_reservation(call.xml, place, place.reservation(first), &items);
    Ok(())
}

/// What is to be launched, with the tags that it gets.
fn describe_whole(call: &mut Call<'_>, fields: Fields<'_>) -> Result<(Described, Tagged), Fault> {
    let mut described = describe(call, fields)?;
    let tags = Tagged::read(call, fields)?;
    described.spec.spot = spot_options(fields)?;
    described.spec.tags.clone_from(&tags.instance);
    Ok((described, tags))
}

/// Launches as many as there is room for between two numbers; answers the first of them, and how many they are.
pub(super) fn launch(
    call: &mut Call<'_>,
    fields: Fields<'_>,
    (least, most): (u32, u32),
    token: Option<&str>,
    template: Option<&From>,
) -> Result<(InstanceHandle, u32), Fault> {
    if least == 0 || most == 0 || least > most {
        return Err(Fault::value(format!(
            "Value ({most}) for parameter maxCount is invalid. Expecting a value of at least minCount, which is at least 1."
        )));
    }
    let (mut described, tags) = describe_whole(call, fields)?;
    if most > 1 && !described.spec.private_ipv4.is_empty() {
        return Err(Fault::new(
            "InvalidParameterCombination",
            "A private IP address can be asked for where a single instance is launched.",
        ));
    }
    let token: Option<Arc<str>> = token.map(Arc::from);
    check_token(token.as_deref())?;
    let kept = &described.kept;
    let kept_subnet = kept.subnet;
    let world = call.place.world();
    let used = token
        .as_deref()
        .and_then(|token| world.used_token(token, &described.spec, call.place.now()));
    let is_known = used.is_some();
    if let Some(used) = used.filter(|_| described.spec.private_ipv4.is_empty()) {
        // What was drawn for it holds again.
        let drawn = used.spec.private_ipv4.clone();
        described.spec.private_ipv4 = drawn;
    }
    if let Some(launched) = used.and_then(|used| call.place.launches.get(&used.first))
        && (
            &launched.kept.key_name,
            &launched.kept.groups,
            launched.kept.subnet,
        ) != (&kept.key_name, &kept.groups, kept.subnet)
    {
        return Err(Fault::new(
            ErrorCode::IdempotentParameterMismatch.name(),
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
        ));
    }
    let wanted = tags
        .instance
        .iter()
        .find(|(key, _)| key == "Name")
        .map(|(_, value)| value.clone());
    let name = if is_known {
        String::new()
    } else {
        call.place
            .new_group_name(ResourceKind::Instance, wanted.as_deref(), most)
    };
    // As many as there is room for, but no fewer than are asked for at least (LIFE-RUN-COUNT).
    let into = kept_subnet.and_then(|id| call.place.furniture.subnet(id));
    let into_default = into.is_some_and(|subnet| subnet.is_default);
    let free = match into {
        Some(subnet) => call.place.free_in(subnet),
        None => call.place.world().free_addresses(described.spec.zone),
    };
    let mut count = if is_known {
        most
    } else {
        most.min(free).max(least)
    };
    if !is_known {
        let spec = &mut described.spec;
        let drawn = call
            .place
            .settle_addresses(spec, kept_subnet, (&name, count));
        if let Some(subnet) = kept_subnet.filter(|_| drawn.is_none()) {
            return Err(no_address(&subnet));
        }
    }
    call.place.retake_addresses();
    // An interface of its own lends its address to the instance.
    let lent = described.spec.private_ipv4.first().copied();
    let lent = lent.filter(|_| described.kept.interface.is_some() && into_default);
    if let Some(address) = lent.filter(|_| !is_known) {
        call.place.engine.release_private(address);
    }
    let answer = loop {
        described
            .spec
            .private_ipv4
            .truncate(crate::record::index(count));
        let origins = origins(call, &name, count);
        call.place.recording.launch(&name, count, &described.spec);
        let request = run(&described, count, origins, token.clone());
        match call.ask(request) {
            Err(fault) if count > least && fault.status() == 500 => count -= 1,
            answer => break answer,
        }
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(fault) => {
            if let Some(address) = lent.filter(|_| !is_known) {
                call.place.engine.take_private(address);
            }
            call.place.recording.forget_launch(&name);
            return Err(fault);
        }
    };
    match answer {
        Answer::Launched { first, count } => {
            let reservation = Id::new(IdKind::Reservation, call.place.world().key_of(first.into()));
            let launched = Launched {
                reservation,
                count,
                token,
                kept: Arc::new(described.kept),
            };
            call.place.launches.insert(first, launched);
            call.place.name_instances(&name, first, count);
            call.place.keep_addresses(first, count);
            call.place.keep_interfaces(first, count);
            tags.give(call, first, count);
            if let Some(template) = template {
                for n in 0..crate::record::index(count) {
                    template.tag(call.place, InstanceHandle::new(first.index() + n));
                }
            }
            Ok((first, count))
        }
        Answer::LaunchedBefore { first, count } => Ok((first, count)),
        Answer::Done | Answer::Made(_) | Answer::MadeBefore(_) => {
            unreachable!("a launch makes instances")
        }
    }
}

/// A client token is at most 64 characters of ASCII.
pub(super) fn check_token(token: Option<&str>) -> Result<(), Fault> {
    if token.is_some_and(|token| token.len() > 64 || !token.is_ascii()) {
        return Err(Fault::value(
            "A client token has at most 64 ASCII characters.",
        ));
    }
    Ok(())
}

fn run(
    described: &Described,
    count: u32,
    origins: Origins,
    token: Option<Arc<str>>,
) -> RunInstances {
    RunInstances {
        launch: Launch {
            spec: Arc::new(described.spec.clone()),
            count,
            origins,
            image: described.own_image.map(Ref::Handle),
            host: described.host.as_deref().map(|host| Ref::Id(host.into())),
            reservation: None,
        },
        client_token: token,
        fails_later: None,
    }
}

/// Where the ids of a launch come from: as if a scenario launched it under its name.
pub(super) fn origins(call: &Call<'_>, name: &str, count: u32) -> Origins {
    let key = call.place.world().root().named(name);
    if count == 1 {
        Origins::One(Origin::of(key))
    } else {
        Origins::Members {
            group: key,
            first: 1,
        }
    }
}

/// Reads what is to be launched.
pub(super) fn describe(call: &mut Call<'_>, fields: Fields<'_>) -> Result<Described, Fault> {
    let instance_type = match fields.get("InstanceType") {
        None => DEFAULT_TYPE,
        Some(name) => name,
    };
    let instance_type = TypeId::find(instance_type).ok_or_else(|| {
        Fault::value(format!("Invalid value '{instance_type}' for InstanceType."))
    })?;
    let interfaces = fields.items("NetworkInterface");
    for (name, what) in [
        ("SubnetId", "subnet ID"),
        ("SecurityGroup", "security groups"),
        ("PrivateIpAddress", "private IP address"),
        ("Ipv6AddressCount", "IPv6 addresses"),
    ] {
        if !interfaces.is_empty() && fields.has(name) {
            return Err(Fault::new(
                "InvalidParameterCombination",
                format!(
                    "Network interfaces and an instance-level {what} may not be specified on the same request"
                ),
            ));
        }
    }
    let first = interfaces.iter().find(|one| {
        one.fields()
            .get("DeviceIndex")
            .is_none_or(|index| index == "0")
    });
    if !interfaces.is_empty() && first.is_none() {
        return Err(Fault::value(
            "Each network interface requires a device index, and one has to have the index 0.",
        ));
    }
    let network = first.map_or(fields, Item::fields);
    check_formed(fields, network)?;
    let image = image(call, fields, instance_type)?;
    let takes_paravirtual = instance_type
        .info()
        .virtualization_types()
        .any(|kind| kind == "paravirtual");
    if image.paravirtual && !takes_paravirtual {
        return Err(Fault::new(
            "InvalidParameterCombination",
            format!(
                "Virtualization type 'hvm' is required for instances of type '{}'.",
                instance_type.name()
            ),
        ));
    }
    let interface = match network.get("NetworkInterfaceId") {
        None => None,
        Some(text) => {
            for name in [
                "SubnetId",
                "SecurityGroupId.",
                "PrivateIpAddress",
                "Associate",
            ] {
                if network.has(name) {
                    return Err(Fault::new(
                        "InvalidParameterCombination",
                        "A network interface that is there already brings its subnet, groups and addresses with it.",
                    ));
                }
            }
            Some(of_launch(call, text)?)
        }
    };
    let others = interfaces.iter().map(Item::fields);
    let mut others = others.filter(|one| one.get("DeviceIndex").is_some_and(|index| index != "0"));
    if others.any(|one| {
        one.has("NetworkInterfaceId") || one.maybe_flag("DeleteOnTermination") == Some(false)
    }) {
        return Err(Fault::unsimulated(
            "an interface of its own, beside the first one,",
            "RunInstances",
        ));
    }
    let subnet = match network.get("SubnetId") {
        None => interface.as_ref().map(|interface| interface.subnet),
        Some(text) => Some(subnet(call, text)?),
    };
    let (zone, zone_is_named) = zone(call, fields, instance_type, subnet)?;
    let groups = match &interface {
        Some(interface) => interface.groups.clone(),
        None => groups(call, network)?,
    };
    let into = match subnet {
        Some(id) => call.place.furniture.subnet(id),
        None => call.place.furniture.default_subnet(zone),
    };
    let into = into.cloned();
    let mut private_ipv4 = Vec::new();
    if let Some(into) = &into {
        check_networks(call.place, into, &groups)?;
        private_ipv4.extend(private_address(call.place, network, into)?);
    }
    private_ipv4.extend(interface.as_ref().map(|interface| interface.address));
    let volumes = volumes(call, fields, &image)?;
    let key_name = key_name(call, fields)?;
    let (user_data, encoded) = user_data(fields)?;
    check_cpu(fields, instance_type)?;
    let on_launch = into.is_none_or(|subnet| subnet.public_on_launch);
    let public = network.maybe_flag("AssociatePublicIpAddress");
    let count = u16::try_from(interfaces.len()).unwrap_or(u16::MAX).max(1);
    if public == Some(true) && count > 1 {
        return Err(Fault::new(
            "InvalidParameterCombination",
            "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.",
        ));
    }
    let burstable = burstable(instance_type);
    let credits = match fields.get("CreditSpecification.CpuCredits") {
        None => burstable.map(|row| row.default_mode),
        Some(_) if burstable.is_none() => {
            return Err(Fault::new(
                "InvalidParameterCombination",
                format!(
                    "The instance type {} does not have burstable performance.",
                    instance_type.name()
                ),
            ));
        }
        Some("unlimited") => Some(CreditMode::Unlimited),
        Some("standard") => Some(CreditMode::Standard),
        Some(other) => {
            return Err(Fault::value(format!(
                "Invalid value '{other}' for cpuCredits."
            )));
        }
    };
    let metadata = metadata(fields, "MetadataOptions.", &Metadata::default())?;
    let kept = Kept {
        image: image.id.clone(),
        key_name,
        groups,
        subnet,
        profile: fields
            .get("IamInstanceProfile.Arn")
            .or_else(|| fields.get("IamInstanceProfile.Name"))
            .map(str::to_owned),
        metadata,
        description: network.get("Description").unwrap_or_default().to_owned(),
        hostname_type: fields
            .get("PrivateDnsNameOptions.HostnameType")
            .map(str::to_owned),
        dns_a: fields.flag("PrivateDnsNameOptions.EnableResourceNameDnsARecord"),
        dns_aaaa: fields.flag("PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord"),
        preference: fields
            .get("CapacityReservationSpecification.CapacityReservationPreference")
            .map(str::to_owned),
        interface_goes: network
            .maybe_flag("DeleteOnTermination")
            .unwrap_or(interface.is_none()),
        interface: interface.as_ref().map(|interface| interface.id),
        launch_group: None,
        zone_group: None,
        user_data: encoded,
    };
    let spec = InstanceSpec {
        instance_type,
        platform: image.platform,
        image: image.spec,
        zone,
        zone_is_named,
        placement: placement(call, fields)?,
        spot: None,
        host: None,
        reservation: None,
        volumes: volumes.specs,
        volume_names: Vec::new(),
        devices: volumes.devices,
        hibernation: fields.flag("HibernationOptions.Configured"),
        auto_public_ipv4: public.unwrap_or(on_launch && count == 1 && interface.is_none()),
        ebs_optimized: fields.flag("EbsOptimized"),
        over_image: None,
        private_ipv4,
        ipv6_count: network.number("Ipv6AddressCount")?.unwrap_or(0),
        interfaces: count,
        shutdown_behavior: match fields.get("InstanceInitiatedShutdownBehavior") {
            Some("terminate") => ShutdownBehavior::Terminate,
            Some(_) | None => ShutdownBehavior::Stop,
        },
        termination_protection: fields.flag("DisableApiTermination"),
        stop_protection: fields.flag("DisableApiStop"),
        credits,
        monitoring: fields.flag("Monitoring.Enabled"),
        auto_recovery: fields.get("MaintenanceOptions.AutoRecovery") != Some("disabled"),
        reboot_migration: true,
        user_data,
        tags: Vec::new(),
    };
    Ok(Described {
        spec,
        kept,
        own_image: image.own,
        host: fields.get("Placement.HostId").map(str::to_owned),
    })
}

fn image(call: &mut Call<'_>, fields: Fields<'_>, instance_type: TypeId) -> Result<Image, Fault> {
    let text = fields.required("ImageId")?;
    let not_found = |text: &str| {
        Fault::new(
            ErrorCode::InvalidAmiIdNotFound.name(),
            format!("The image id '[{text}]' does not exist"),
        )
    };
    let images = &call.place.furniture.images;
    if let Some(parameter) = text.strip_prefix("resolve:ssm:") {
        let found = parameter_image(images, parameter).ok_or_else(|| {
            Fault::value(format!(
                "The parameter {parameter} is not one of the public parameters that ec2sim knows."
            ))
        })?;
        return Ok(of_public(found));
    }
    if let Some(found) = images.iter().find(|image| image.id == text) {
        return Ok(of_public(found));
    }
    match id(text, IdKind::Image) {
        IdText::Malformed(_) => Err(Fault::new(
            ErrorCode::InvalidAmiIdMalformed.name(),
            format!("Invalid id: \"{text}\""),
        )),
        IdText::Id(id) => {
            if let Some(Resource::Image(own)) = call.place.find(id)
                && let Some(make) = &call.place.world().image(own).make
            {
                return Ok(Image {
                    id: text.to_owned(),
                    spec: make.image.clone(),
                    platform: make.platform,
                    volumes: make.volumes.clone(),
                    own: Some(own),
                    paravirtual: false,
                });
            }
            lenient_image(call, text, instance_type).ok_or_else(|| not_found(text))
        }
        IdText::Nobodys(_) => {
            lenient_image(call, text, instance_type).ok_or_else(|| not_found(text))
        }
    }
}

/// A plain Amazon Linux 2023 image of the type's architecture, where ids that nobody made are taken.
fn lenient_image(call: &mut Call<'_>, text: &str, instance_type: TypeId) -> Option<Image> {
    if !call.lenient {
        return None;
    }
    let architectures = instance_type.info().architectures();
    let images = &call.place.furniture.images;
    let plain = images
        .iter()
        .find(|image| image.word == Some("al2023") && architectures.contains(image.architecture))?;
    let image = Image {
        id: text.to_owned(),
        ..of_public(plain)
    };
    let taken = PublicImage {
        id: text.to_owned(),
        ..plain.clone()
    };
    let place = &mut *call.place;
    if place.taken_images.insert(text.to_owned(), taken).is_none() {
        call.notes.push(format!(
            "the image {text} is taken for a plain Amazon Linux 2023"
        ));
    }
    Some(image)
}

fn of_public(image: &PublicImage) -> Image {
    let root = VolumeSpec {
        volume_type: VolumeType::Gp3,
        size_gib: image.root_gib,
        iops: VolumeType::Gp3.default_iops().unwrap_or(0),
        throughput: VolumeType::Gp3.default_throughput().unwrap_or(0),
        encrypted: false,
        delete_on_termination: true,
    };
    Image {
        id: image.id.clone(),
        spec: image_spec(image),
        platform: image.platform,
        volumes: if image.ebs_root {
            vec![root]
        } else {
            Vec::new()
        },
        own: None,
        paravirtual: image.paravirtual,
    }
}

fn image_spec(image: &PublicImage) -> ImageSpec {
    ImageSpec {
        ebs_root: image.ebs_root,
        architecture: image.architecture,
        min_root_gib: image.root_gib,
        hibernation_ready: image.hibernation_ready,
        name: image.word.map_or(ImageName::Described, ImageName::BuiltIn),
        root_device: image.root_device,
        ena_support: true,
        ignores_shutdown: false,
    }
}

/// Ids that aren't well-formed are told before any that nobody has.
fn check_formed(fields: Fields<'_>, network: Fields<'_>) -> Result<(), Fault> {
    let subnets = network.get("SubnetId").into_iter();
    for text in subnets {
        if let IdText::Malformed(_) = id(text, IdKind::Subnet) {
            return Err(WRONG_SUBNET.malformed(text));
        }
    }
    for text in network.list("SecurityGroupId") {
        if let IdText::Malformed(_) = id(text, IdKind::SecurityGroup) {
            return Err(WRONG_GROUP.malformed(text));
        }
    }
    for item in &fields.items("BlockDeviceMapping") {
        if let Some(text) = item.fields().get("Ebs.SnapshotId")
            && let IdText::Malformed(_) = id(text, IdKind::Snapshot)
        {
            return Err(WRONG_SNAPSHOT.malformed(text));
        }
    }
    Ok(())
}

fn subnet(call: &Call<'_>, text: &str) -> Result<Id, Fault> {
    WRONG_SUBNET.known(text, IdKind::Subnet, |id| {
        call.place.furniture.subnet(id).map(|subnet| subnet.id)
    })
}

/// The zone of a launch, and whether it is named: the subnet's, the one that is asked for, or the first by letter that offers the
/// type and has an address left.
fn zone(
    call: &Call<'_>,
    fields: Fields<'_>,
    instance_type: TypeId,
    subnet: Option<Id>,
) -> Result<(&'static str, bool), Fault> {
    let region = call.place.region();
    let asked = fields.get("Placement.AvailabilityZone");
    let named = match asked {
        None => None,
        Some(zone) => Some(
            region
                .zone(zone)
                .filter(|known| *known == zone)
                .ok_or_else(|| Fault::value(format!("Invalid availability zone: [{zone}]")))?,
        ),
    };
    if let Some(subnet) = subnet.and_then(|id| call.place.furniture.subnet(id)) {
        if named.is_some_and(|named| named != subnet.zone) {
            return Err(Fault::new(
                "InvalidParameterCombination",
                format!(
                    "The subnet '{}' is not in the availability zone '{}'",
                    subnet.id,
                    asked.unwrap_or_default()
                ),
            ));
        }
        return Ok((subnet.zone, true));
    }
    let furniture = &call.place.furniture;
    if let Some(zone) = named {
        if furniture.default_subnet(zone).is_none() {
            return Err(Fault::value(format!(
                "No default subnet for availability zone: '{zone}'."
            )));
        }
        return Ok((zone, true));
    }
    let vpc = furniture.default_vpc();
    let mut zones = region.zones();
    if region.zones().next().is_some()
        && !zones.any(|zone| furniture.default_subnet(zone).is_some())
    {
        return Err(Fault::new(
            "MissingInput",
            format!("No subnets found for the default VPC '{vpc}'. Please specify a subnet."),
        ));
    }
    let world = call.place.world();
    let offers = |zone: &str| match offered(region, instance_type) {
        Offering::Unknown => true,
        Offering::NotOffered => false,
        Offering::Zones(letters) => zone
            .chars()
            .next_back()
            .is_some_and(|letter| letters.contains(letter)),
    };
    let first = region.zones().find(|zone| {
        offers(zone) && furniture.default_subnet(zone).is_some() && world.free_addresses(zone) > 0
    });
    let mut there = region
        .zones()
        .filter(|zone| furniture.default_subnet(zone).is_some());
    let zone = first
        .or_else(|| there.next())
        .or_else(|| region.zones().next());
    Ok((zone.unwrap_or_default(), false))
}

/// The security groups that are named, by id or by name; none where none is.
pub(super) fn groups(call: &mut Call<'_>, fields: Fields<'_>) -> Result<Vec<Id>, Fault> {
    let mut groups = Vec::new();
    for text in fields.list("SecurityGroupId") {
        groups.push(group(call, text)?);
    }
    let vpc = call.place.furniture.default_vpc();
    for name in fields.list("SecurityGroup") {
        let found = call
            .place
            .furniture
            .group_named(vpc, name)
            .map(|group| group.id);
        groups.push(found.ok_or_else(|| {
            Fault::new(
                "InvalidGroup.NotFound",
                format!("The security group '{name}' does not exist in default VPC '{vpc}'"),
            )
        })?);
    }
    Ok(groups)
}

/// Groups and subnet have to be of one VPC.
pub(super) fn check_networks(place: &Place, subnet: &Subnet, groups: &[Id]) -> Result<(), Fault> {
    let is_elsewhere = |id: &&Id| {
        let group = place.furniture.group(**id);
        group.is_some_and(|group| group.vpc != subnet.vpc)
    };
    match groups.iter().find(is_elsewhere) {
        None => Ok(()),
        Some(group) => Err(Fault::new(
            "InvalidParameter",
            format!(
                "Security group {group} and subnet {} belong to different networks.",
                subnet.id
            ),
        )),
    }
}

/// The private address that is asked for in a subnet (`IP-PRIVATE-TAKEN`).
pub(super) fn private_address(
    place: &Place,
    fields: Fields<'_>,
    subnet: &Subnet,
) -> Result<Option<Ipv4Addr>, Fault> {
    let Some(text) = fields.get("PrivateIpAddress") else {
        return Ok(None);
    };
    let address: Ipv4Addr = text.parse().map_err(|_| {
        Fault::value(format!(
            "Value ({text}) for parameter privateIpAddress is invalid. Invalid IPv4 address."
        ))
    })?;
    match place.standing_of(subnet, address) {
        AddressStanding::Free | AddressStanding::Foreign => Ok(Some(address)),
        // One of the default VPC may be that of the same launch before; the world says so of others.
        AddressStanding::Taken if subnet.is_default => Ok(Some(address)),
        AddressStanding::Taken => Err(Fault::new(
            ErrorCode::InvalidIpAddressInUse.name(),
            format!("Address {address} is in use."),
        )),
        AddressStanding::Reserved => Err(Fault::value(format!(
            "Address {address} is in subnet's reserved address range"
        ))),
        AddressStanding::OfAnotherSubnet => Err(Fault::value(format!(
            "Address {address} does not fall within the subnet's address range"
        ))),
    }
}

/// The security group of an id.
pub(super) fn group(call: &Call<'_>, text: &str) -> Result<Id, Fault> {
    WRONG_GROUP.known(text, IdKind::SecurityGroup, |id| {
        call.place.furniture.group(id).map(|_| id)
    })
}

fn key_name(call: &mut Call<'_>, fields: Fields<'_>) -> Result<Option<String>, Fault> {
    let Some(name) = fields.get("KeyName") else {
        return Ok(None);
    };
    if !call.place.furniture.keys.iter().any(|key| key.name == name) {
        if !call.lenient {
            return Err(Fault::new(
                "InvalidKeyPair.NotFound",
                format!("The key pair '{name}' does not exist"),
            ));
        }
        if call.place.taken_keys.insert(name.to_owned()) {
            call.notes.push(format!(
                "the key pair '{name}', which nobody made, is taken"
            ));
        }
    }
    Ok(Some(name.to_owned()))
}

/// User data, decoded and as it came.
fn user_data(fields: Fields<'_>) -> Result<(Option<Arc<str>>, Option<String>), Fault> {
    let Some(encoded) = fields.get("UserData") else {
        return Ok((None, None));
    };
    Ok((Some(decoded(encoded)?), Some(encoded.to_owned())))
}

/// What stands in a text of base64.
pub(super) fn decoded(encoded: &str) -> Result<Arc<str>, Fault> {
    let data = from_base64(encoded).ok_or_else(|| {
        Fault::new(
            "InvalidUserData.Malformed",
            "Invalid BASE64 encoding of user data.",
        )
    })?;
    Ok(String::from_utf8_lossy(&data).as_ref().into())
}

/// `CpuOptions` is taken with what the type has.
fn check_cpu(fields: Fields<'_>, instance_type: TypeId) -> Result<(), Fault> {
    let info = instance_type.info();
    let threads = u16::from(info.threads_per_core().unwrap_or(1));
    let cores = info
        .cores()
        .unwrap_or_else(|| info.vcpus() / threads.max(1));
    for (name, has) in [
        ("CpuOptions.CoreCount", cores),
        ("CpuOptions.ThreadsPerCore", threads),
    ] {
        if fields
            .number::<u16>(name)?
            .is_some_and(|asked| asked != has)
        {
            return Err(Fault::unsimulated(name, "RunInstances"));
        }
    }
    Ok(())
}

/// The options of the metadata, whose parameters stand behind a beginning, over what holds else.
pub(super) fn metadata(
    fields: Fields<'_>,
    within: &str,
    base: &Metadata,
) -> Result<Metadata, Fault> {
    let word = |name: &str, known: [&'static str; 2], otherwise: &'static str| {
        let given = fields.get(&format!("{within}{name}"));
        let found = given.and_then(|given| known.into_iter().find(|known| *known == given));
        found.unwrap_or(otherwise)
    };
    let on = ["enabled", "disabled"];
    let hops: Option<u32> = fields.number(&format!("{within}HttpPutResponseHopLimit"))?;
    if hops.is_some_and(|hops| !(1..=64).contains(&hops)) {
        return Err(Fault::value(
            "The hop limit of the metadata is from 1 to 64.",
        ));
    }
    Ok(Metadata {
        tokens: word("HttpTokens", ["optional", "required"], base.tokens),
        hops: hops.unwrap_or(base.hops),
        endpoint: word("HttpEndpoint", on, base.endpoint),
        ipv6: word("HttpProtocolIpv6", on, base.ipv6),
        tags: word("InstanceMetadataTags", on, base.tags),
    })
}

fn placement(call: &Call<'_>, fields: Fields<'_>) -> Result<Placement, Fault> {
    let tenancy = match fields.get("Placement.Tenancy") {
        Some("dedicated") => Tenancy::Dedicated,
        Some("host") => Tenancy::Host,
        Some(_) | None => Tenancy::Default,
    };
    let group = match fields.get("Placement.GroupName") {
        None => None,
        Some(name) => {
            let found = call
                .place
                .world()
                .groups()
                .iter()
                .position(|group| group.name() == name);
            Some(GroupId(found.ok_or_else(|| {
                Fault::new(
                    "InvalidPlacementGroup.Unknown",
                    format!("The Placement Group '{name}' is unknown."),
                )
            })?))
        }
    };
    Ok(Placement {
        tenancy,
        group,
        ..Placement::default()
    })
}

/// What the block device mappings make of an image's volumes.
struct Volumes {
    specs: Vec<VolumeSpec>,
    devices: Vec<(u16, Arc<str>)>,
}

fn volumes(call: &mut Call<'_>, fields: Fields<'_>, image: &Image) -> Result<Volumes, Fault> {
    let mut specs = image.volumes.clone();
    let mut devices: Vec<(u16, Arc<str>)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let items = fields.items("BlockDeviceMapping");
    let wrong = |message: String| Fault::new("InvalidBlockDeviceMapping", message);
    for item in &items {
        let fields = item.fields();
        let device = fields.required("DeviceName")?;
        if seen.contains(&device) {
            return Err(wrong(format!(
                "The device '{device}' is used in more than one block-device mapping"
            )));
        }
        seen.push(device);
        let is_root = device == image.spec.root_device && image.spec.ebs_root;
        if fields.written("NoDevice").is_some() {
            if is_root {
                return Err(wrong("The root device cannot be suppressed.".to_owned()));
            }
            continue;
        }
        if fields.get("VirtualName").is_some() {
            continue;
        }
        if !fields.has("Ebs.") {
            return Err(Fault::missing("ebs"));
        }
        if is_root {
            if let Some(root) = specs.first_mut() {
                let snapshot = snapshot(call, fields)?;
                *root = volume(fields, Some(*root), snapshot)?;
            }
        } else {
            let snapshot = snapshot(call, fields)?;
            specs.push(volume(fields, None, snapshot)?);
            let number = specs.len() - usize::from(image.spec.ebs_root);
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            devices.push((number, device.into()));
        }
    }
    for spec in &specs {
        if let Err(limit) = check_limits(spec.shape()) {
            return Err(Fault::value(format!("{limit}.")));
        }
    }
    Ok(Volumes { specs, devices })
}

/// The size and the encryption of the snapshot that a mapping names: of an image's own, what the image has is so already.
fn snapshot(call: &mut Call<'_>, fields: Fields<'_>) -> Result<Option<(u32, bool)>, Fault> {
    let Some(text) = fields.get("Ebs.SnapshotId") else {
        return Ok(None);
    };
    let mut images = call.place.furniture.images.iter();
    if let Some(image) = images.find(|image| image.snapshot.to_string() == text) {
        return Ok(Some((image.root_gib, false)));
    }
    let found = call.find(text, IdKind::Snapshot, &WRONG_SNAPSHOT)?;
    let snapshot = found
        .snapshot()
        .ok_or_else(|| WRONG_SNAPSHOT.missing(text))?;
    let there = call.place.world().snapshot(snapshot);
    Ok(Some((there.size_gib(), there.spec.encrypted)))
}

/// A volume of a mapping, over what the image has.
fn volume(
    fields: Fields<'_>,
    base: Option<VolumeSpec>,
    snapshot: Option<(u32, bool)>,
) -> Result<VolumeSpec, Fault> {
    let volume_type = match fields.get("Ebs.VolumeType") {
        Some(word) => VolumeType::find(word),
        None => base.map(|base| base.volume_type),
    };
    let size: Option<u32> = fields.number("Ebs.VolumeSize")?;
    let least = snapshot.map(|(size, _)| size);
    let Some(size) = size.or(least).or(base.map(|base| base.size_gib)) else {
        return Err(Fault::missing("size/snapshot"));
    };
    if least.is_some_and(|least| size < least) {
        return Err(Fault::new(
            "InvalidBlockDeviceMapping",
            format!("Volume of size {size}GB is smaller than its snapshot"),
        ));
    }
    volume_spec(
        volume_type.unwrap_or(VolumeType::Gp2),
        size,
        (fields.number("Ebs.Iops")?, fields.number("Ebs.Throughput")?),
        fields.flag("Ebs.Encrypted")
            || base.is_some_and(|base| base.encrypted)
            || snapshot.is_some_and(|(_, encrypted)| encrypted),
        fields.maybe_flag("Ebs.DeleteOnTermination").unwrap_or(true),
    )
}

/// A volume with what its type has where nothing is said.
pub(super) fn volume_spec(
    volume_type: VolumeType,
    size_gib: u32,
    (iops, throughput): (Option<u32>, Option<u32>),
    encrypted: bool,
    delete_on_termination: bool,
) -> Result<VolumeSpec, Fault> {
    let takes_iops = matches!(
        volume_type,
        VolumeType::Gp3 | VolumeType::Io1 | VolumeType::Io2
    );
    if iops.is_some() && !takes_iops {
        return Err(Fault::new(
            "InvalidParameterCombination",
            format!(
                "The parameter iops is not supported for {} volumes.",
                volume_type.name()
            ),
        ));
    }
    if throughput.is_some() && volume_type != VolumeType::Gp3 {
        return Err(Fault::new(
            "InvalidParameterCombination",
            format!(
                "The parameter throughput is not supported for {} volumes.",
                volume_type.name()
            ),
        ));
    }
    if iops.is_none() && matches!(volume_type, VolumeType::Io1 | VolumeType::Io2) {
        return Err(Fault::missing("iops"));
    }
    Ok(VolumeSpec {
        volume_type,
        size_gib,
        iops: iops.or(volume_type.default_iops()).unwrap_or(0),
        throughput: throughput.or(volume_type.default_throughput()).unwrap_or(0),
        encrypted,
        delete_on_termination,
    })
}

/// `InstanceMarketOptions`.
fn spot_options(fields: Fields<'_>) -> Result<Option<SpotOptions>, Fault> {
    match fields.get("InstanceMarketOptions.MarketType") {
        None if fields.has("InstanceMarketOptions.") => Err(Fault::new(
            "InvalidParameterCombination",
            "Spot options need the market type spot.",
        )),
        None => Ok(None),
        Some("spot") => {
            let options = fields.part("InstanceMarketOptions.SpotOptions");
            let fields = options.fields();
            Ok(Some(SpotOptions {
                interruption: interruption(fields.get("InstanceInterruptionBehavior")),
                persistent: fields.get("SpotInstanceType") == Some("persistent"),
                is_requested: false,
                max_price: price(fields.get("MaxPrice"))?,
                valid_until: fields.time("ValidUntil"),
                list_price: None,
            }))
        }
        Some(other) => Err(Fault::unsimulated(
            &format!("InstanceMarketOptions.MarketType {other}"),
            "RunInstances",
        )),
    }
}

pub(super) fn interruption(word: Option<&str>) -> Option<Interruption> {
    match word {
        Some("stop") => Some(Interruption::Stop),
        Some("hibernate") => Some(Interruption::Hibernate),
        Some("terminate") => Some(Interruption::Terminate),
        Some(_) | None => None,
    }
}

/// The highest price of an hour.
pub(super) fn price(text: Option<&str>) -> Result<Option<Price>, Fault> {
    text.map(|text| {
        Price::from_str(text).map_err(|_| {
            Fault::value(format!(
                "Value ({text}) for parameter price is invalid. Expected a price such as 0.05."
            ))
        })
    })
    .transpose()
}

/// `TagSpecification`: the tags that what is launched gets.
#[derive(Debug, Default)]
pub(super) struct Tagged {
    pub(super) instance: Vec<(String, String)>,
    volume: Vec<(String, String)>,
    interface: Vec<(String, String)>,
    request: Vec<(String, String)>,
}

impl Tagged {
    pub(super) fn read(call: &Call<'_>, fields: Fields<'_>) -> Result<Self, Fault> {
        let mut all = Self::default();
        for item in &fields.items("TagSpecification") {
            let fields = item.fields();
            let tags = super::tags::read(fields)?;
            let list = match fields.required("ResourceType")? {
                "instance" => &mut all.instance,
                "volume" => &mut all.volume,
                "network-interface" => &mut all.interface,
                "spot-instances-request" => &mut all.request,
                other => {
                    return Err(Fault::value(format!(
                        "'{other}' is not a valid taggable resource type for this operation."
                    )));
                }
            };
            for (key, value) in tags {
                // Of several specifications for a kind of resource all hold.
                if list.iter().any(|(known, _)| *known == key) {
                    return Err(Fault::value(format!(
                        "Duplicate tag key '{key}' specified."
                    )));
                }
                list.push((key, value));
            }
        }
        for tags in [&all.instance, &all.volume, &all.interface, &all.request] {
            call.place
                .furniture
                .tags
                .check(&[], tags)
                .map_err(|error| super::tags::fault(&error))?;
        }
        Ok(all)
    }

    /// Gives what was launched its tags.
    pub(super) fn give(&self, call: &mut Call<'_>, first: InstanceHandle, count: u32) {
        let place = &mut *call.place;
        for instance in (first.index()..)
            .map(InstanceHandle::new)
            .take(crate::record::index(count))
        {
            let world = place.engine.account().world();
            let mut all = vec![(world.id_of(instance.into()), &self.instance)];
            let volumes = world
                .attached(&world.instance(instance))
                .collect::<Vec<_>>();
            all.extend(
                volumes
                    .into_iter()
                    .map(|volume| (world.id_of(volume.into()), &self.volume)),
            );
            all.push((place.primary_interface(instance), &self.interface));
            if let Some(request) = world.spot_handle_of(instance) {
                all.push((world.id_of(request.into()), &self.request));
            }
            for (id, tags) in all {
                for (key, value) in tags {
                    place.furniture.tags.set(id, key, value);
                }
            }
        }
    }
}
