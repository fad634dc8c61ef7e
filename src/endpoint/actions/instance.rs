//! An instance, as answers tell it.

use std::net::{IpAddr, Ipv4Addr};

use crate::{
    catalog::VolumeType,
    id::{Id, IdKind},
    lifecycle::{InstanceState, Phase, Tenancy},
    network::{private_dns, public_dns},
    record::{InstanceHandle, VolumeHandle},
    time::SimTime,
    world::Instance,
};

use super::super::{
    filters::Tell,
    place::{Kept, Metadata, Place},
    xml::Out,
};

/// An instance to be told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InstanceItem<'a> {
    pub(crate) place: &'a Place,
    pub(crate) instance: InstanceHandle,
}

/// A state, as EC2's API shows it: its number and its word.
pub(crate) fn state<O: Out>(out: &mut O, name: &'static str, state: InstanceState) {
    let api = state.api();
    out.within(name, |out| {
        out.value("code", api.code());
        out.text("name", api.name());
    });
}

/// An instant, in milliseconds.
pub(crate) fn time(at: SimTime) -> String {
    let text = at.to_string();
    match text.strip_suffix('Z') {
        Some(secs) if !secs.contains('.') => format!("{secs}.000Z"),
        _ => text,
    }
}

impl Tell for InstanceItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let (place, handle) = (self.place, self.instance);
        let world = place.world();
        let there = world.instance(handle);
        let there = &*there;
        let kept = place.kept(handle);
        let is_over = there.phase() == Phase::Terminated;
        let spec = there.spec();
        let info = there.instance_type().info();
        out.value("instanceId", world.id_of(handle.into()));
        out.text("imageId", &image_id(place, there, kept.map(|kept| &**kept)));
        state(out, "instanceState", there.state());
        let private_dns = (there.has_run() && !is_over)
            .then(|| there.private_ipv4())
            .flatten()
            .map(|address| private_dns(place.region(), address));
        out.text("privateDnsName", private_dns.as_deref().unwrap_or_default());
        let public = shown_public(place, there);
        let dns = public
            .filter(|_| {
                let vpc = place.furniture.vpc(place.vpc_of(handle));
                vpc.is_some_and(|vpc| vpc.dns_hostnames)
            })
            .map(|address| public_dns(place.region(), address));
        out.text("dnsName", dns.as_deref().unwrap_or_default());
        out.text("reason", &there.transition_reason());
        if let Some(key) = kept.and_then(|kept| kept.key_name.as_deref()) {
            out.text("keyName", key);
        }
        let launch = place.launch(handle);
        out.value("amiLaunchIndex", launch.map_or(0, |(_, index)| index));
        out.empty("productCodes");
        out.text("instanceType", there.instance_type().name());
        out.text("launchTime", &time(there.launch_time()));
        out.within("placement", |out| {
            out.text("availabilityZone", spec.zone);
            let group = there.placement().group;
            out.text(
                "groupName",
                group.map_or("", |group| world.group(group).name()),
            );
            if there.tenancy() == Tenancy::Host
                && let Some(host) = there.placement().on
            {
                out.text("hostId", &world.dedicated_host(host).id());
            }
            out.text("tenancy", there.tenancy().name());
        });
        if spec.platform.is_windows() {
            out.text("platform", "windows");
        }
        out.within("monitoring", |out| {
            let own = place.own.get(&handle).and_then(|own| own.monitoring);
            let on = own.unwrap_or(spec.monitoring);
            out.text("state", if on { "enabled" } else { "disabled" });
        });
        if !is_over {
            out.value("subnetId", subnet(place, there, kept.map(|kept| &**kept)));
            out.value("vpcId", place.vpc_of(handle));
            if let Some(address) = there.private_ipv4() {
                out.value("privateIpAddress", address);
            }
            if let Some(address) = public {
                out.value("ipAddress", address);
            }
            out.flag("sourceDestCheck", source_dest_check(place, handle));
        }
        let groups = if is_over {
            Vec::new()
        } else {
            place.groups(handle)
        };
        tell_groups(out, place, &groups);
        if let Some(reason) = there.reason() {
            out.within("stateReason", |out| {
                out.text("code", reason.code());
                out.text("message", &world.reason_text(there, reason));
            });
        }
        out.text("architecture", spec.image.architecture.name());
        out.text(
            "rootDeviceType",
            if spec.image.ebs_root {
                "ebs"
            } else {
                "instance-store"
            },
        );
        out.text("rootDeviceName", &world.root_device(handle));
        let volumes: Vec<VolumeHandle> = if is_over {
            Vec::new()
        } else {
            world.attached(there).collect()
        };
        out.list("blockDeviceMapping", volumes, |out, volume| {
            tell_mapping(out, place, handle, volume);
        });
        let paravirtual = place
            .furniture
            .images
            .iter()
            .any(|image| image.paravirtual && kept.is_some_and(|kept| kept.image == image.id));
        out.text(
            "virtualizationType",
            if paravirtual { "paravirtual" } else { "hvm" },
        );
        if let Some(request) = world.spot_handle_of(handle) {
            out.text("instanceLifecycle", "spot");
            out.value("spotInstanceRequestId", world.id_of(request.into()));
        }
        let token = launch.and_then(|(launch, _)| launch.token.as_deref());
        out.text("clientToken", token.unwrap_or_default());
        tell_tags(out, place, world.id_of(handle.into()));
        out.text("hypervisor", "xen");
        if let Some(profile) = kept.and_then(|kept| kept.profile.as_deref()) {
            out.within("iamInstanceProfile", |out| {
                let (arn, id) = profile_ids(place, profile);
                out.text("arn", &arn);
                out.text("id", &id);
            });
        }
        let interfaces = InterfaceItem::of_instance(place, handle);
        out.list("networkInterfaceSet", interfaces, |out, interface| {
            interface.tell_attached(out);
        });
        let attributes = there.attributes();
        out.flag("ebsOptimized", attributes.ebs_optimized);
        out.flag("enaSupport", attributes.ena_support);
        out.within("cpuOptions", |out| {
            let threads = info.threads_per_core().unwrap_or(1);
            let cores = info
                .cores()
                .unwrap_or_else(|| info.vcpus() / u16::from(threads.max(1)));
            out.value("coreCount", cores);
            out.value("threadsPerCore", threads);
        });
        out.within("capacityReservationSpecification", |out| {
            let preference = kept.and_then(|kept| kept.preference.as_deref());
            out.text(
                "capacityReservationPreference",
                preference.unwrap_or("open"),
            );
        });
        out.within("hibernationOptions", |out| {
            out.flag("configured", spec.hibernation);
        });
        let metadata = place.metadata(handle);
        out.within("metadataOptions", |out| tell_metadata(out, &metadata));
        out.within("enclaveOptions", |out| out.flag("enabled", false));
        out.text("platformDetails", spec.platform.platform_details());
        out.text("usageOperation", spec.platform.usage_operation());
        let launched = place
            .history()
            .launched(handle)
            .unwrap_or(there.launch_time());
        out.text("usageOperationUpdateTime", &time(launched));
        out.within("privateDnsNameOptions", |out| {
            let hostname = kept.and_then(|kept| kept.hostname_type.as_deref());
            out.text("hostnameType", hostname.unwrap_or("ip-name"));
            out.flag(
                "enableResourceNameDnsARecord",
                kept.is_some_and(|kept| kept.dns_a),
            );
            out.flag(
                "enableResourceNameDnsAAAARecord",
                kept.is_some_and(|kept| kept.dns_aaaa),
            );
        });
        if let Some(address) = ipv6(place, there).next().filter(|_| !is_over) {
            out.value("ipv6Address", address);
        }
        out.within("maintenanceOptions", |out| {
            let recovery = there.auto_recovery();
            out.text(
                "autoRecovery",
                if recovery { "default" } else { "disabled" },
            );
        });
        let uefi = spec.image.architecture.name() == "arm64";
        out.text(
            "currentInstanceBootMode",
            if uefi { "uefi" } else { "legacy-bios" },
        );
    }

    fn tell_filters<O: Out>(&self, out: &mut O) {
        out.value("reservationId", self.place.reservation(self.instance));
        out.text("ownerId", self.place.owner());
        self.tell(out);
    }
}

/// `metadataOptions`, which hold as soon as they are said.
pub(super) fn tell_metadata<O: Out>(out: &mut O, metadata: &Metadata) {
    out.text("state", "applied");
    out.text("httpTokens", metadata.tokens);
    out.value("httpPutResponseHopLimit", metadata.hops);
    out.text("httpEndpoint", metadata.endpoint);
    out.text("httpProtocolIpv6", metadata.ipv6);
    out.text("instanceMetadataTags", metadata.tags);
}

/// The public address that an instance shows: an auto address from when it runs on, an Elastic IP always.
pub(crate) fn shown_public(place: &Place, there: &Instance) -> Option<Ipv4Addr> {
    let is_shown = there.elastic_ip().is_some() || there.state() != InstanceState::Pending;
    place.world().public_ipv4(there).filter(|_| is_shown)
}

/// The IPv6 addresses of an instance.
pub(crate) fn ipv6<'a>(
    place: &'a Place,
    there: &'a Instance,
) -> impl Iterator<Item = IpAddr> + use<'a> {
    there.ipv6_addresses(place.region()).map(IpAddr::V6)
}

/// The id of the image that an instance was launched from.
pub(crate) fn image_id(place: &Place, there: &Instance, kept: Option<&Kept>) -> String {
    if let Some(kept) = kept {
        return kept.image.clone();
    }
    place.image_of(there.spec())
}

/// The subnet of an instance: what it was launched into, or the default one of its zone.
pub(crate) fn subnet(place: &Place, there: &Instance, kept: Option<&Kept>) -> Id {
    kept.and_then(|kept| kept.subnet).unwrap_or_else(|| {
        let subnet = place.furniture.default_subnet(there.spec().zone);
        subnet.map_or_else(
            || place.furniture.id(IdKind::Subnet, there.spec().zone),
            |subnet| subnet.id,
        )
    })
}

pub(crate) fn source_dest_check(place: &Place, instance: InstanceHandle) -> bool {
    !place
        .own
        .get(&instance)
        .is_some_and(|own| own.no_source_dest_check)
}

/// Security groups, by id and name.
pub(crate) fn tell_groups<O: Out>(out: &mut O, place: &Place, groups: &[Id]) {
    out.list("groupSet", groups, |out, &group| {
        out.value("groupId", group);
        let name = place
            .furniture
            .group(group)
            .map_or("", |group| group.name.as_str());
        out.text("groupName", name);
    });
}

/// The tags of something, left out where it has none.
pub(crate) fn tell_tags<O: Out>(out: &mut O, place: &Place, id: Id) {
    let tags = place.furniture.tags.of(id);
    if !tags.is_empty() {
        tell_tag_set(out, tags);
    }
}

/// The same, there in any case.
pub(crate) fn tell_tag_set<O: Out>(out: &mut O, tags: &[(String, String)]) {
    out.list("tagSet", tags, |out, (key, value)| {
        out.text("key", key);
        out.text("value", value);
    });
}

/// Where a volume is attached to an instance.
pub(crate) fn tell_mapping<O: Out>(
    out: &mut O,
    place: &Place,
    instance: InstanceHandle,
    volume: VolumeHandle,
) {
    let world = place.world();
    out.text(
        "deviceName",
        world.device_of(volume).as_deref().unwrap_or_default(),
    );
    out.within("ebs", |out| {
        out.value("volumeId", world.id_of(volume.into()));
        out.text("status", "attached");
        out.text("attachTime", &time(attach_time(place, instance, volume)));
        out.flag(
            "deleteOnTermination",
            world.volume(volume).spec().delete_on_termination,
        );
    });
}

/// When a volume was attached where it is: one that came with its instance, when that was launched.
pub(crate) fn attach_time(
    place: &Place,
    instance: InstanceHandle,
    volume: VolumeHandle,
) -> SimTime {
    let history = place.history();
    history
        .attached(volume)
        .or_else(|| history.launched(instance))
        .unwrap_or_else(|| place.world().instance(instance).launch_time())
}

/// The ARN and the id of an instance profile, of which a client has named one or the other.
fn profile_ids(place: &Place, named: &str) -> (String, String) {
    let arn = if named.starts_with("arn:") {
        named.to_owned()
    } else {
        format!("arn:aws:iam::{}:instance-profile/{named}", place.owner())
    };
    let id = format!("AIPA{:016X}", place.root.named(&arn).bits());
    (arn, id)
}

/// Whether a volume type is told with its IOPS, and with its throughput.
pub(crate) const fn told_of(volume_type: VolumeType) -> (bool, bool) {
    match volume_type {
        VolumeType::Gp3 => (true, true),
        VolumeType::Gp2 | VolumeType::Io1 | VolumeType::Io2 => (true, false),
        VolumeType::St1 | VolumeType::Sc1 => (false, true),
        VolumeType::Standard => (false, false),
    }
}

/// A network interface to be told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InterfaceItem<'a> {
    pub(crate) place: &'a Place,
    pub(crate) id: Id,
    pub(crate) zone: &'static str,
    /// Whose it is, as which of its interfaces, and whether it goes with it.
    pub(crate) of: Option<(InstanceHandle, u16, bool)>,
}

impl<'a> InterfaceItem<'a> {
    /// The interfaces of an instance, the first one first.
    pub(crate) fn of_instance(place: &'a Place, instance: InstanceHandle) -> Vec<Self> {
        let world = place.world();
        let there = world.instance(instance);
        if there.phase() == Phase::Terminated {
            return Vec::new();
        }
        let goes = place.kept(instance).is_none_or(|kept| kept.interface_goes);
        let mut all = vec![Self {
            place,
            id: place.primary_interface(instance),
            zone: there.spec().zone,
            of: Some((instance, 0, goes)),
        }];
        if there.interfaces() > 1 {
            let others = (0..).zip(world.interfaces());
            let others = others.filter(|(_, one)| one.instance() == Some(instance));
            all.extend(others.zip(1..).map(|((number, one), index)| Self {
                place,
                id: world.id_of(crate::record::InterfaceHandle::new(number).into()),
                zone: one.zone(),
                of: Some((instance, index, one.owner().is_some())),
            }));
        }
        all
    }

    /// What stands in the answer for an instance.
    fn tell_attached<O: Out>(&self, out: &mut O) {
        out.value("networkInterfaceId", self.id);
        self.tell_rest(out, true);
    }

    pub(crate) fn tell_rest<O: Out>(&self, out: &mut O, in_instance: bool) {
        let Self { place, .. } = *self;
        let world = place.world();
        let whose = self
            .of
            .map(|(instance, index, goes)| (world.instance(instance), instance, index, goes));
        let kept = self.of.and_then(|(instance, ..)| place.kept(instance));
        let is_first = self.of.is_some_and(|(_, index, _)| index == 0);
        let made = place.furniture.interfaces.get(&self.id);
        // What is said about a first one is said about its instance.
        let made = made.filter(|_| !is_first);
        let subnet = match (&whose, made) {
            (_, Some(made)) => made.subnet,
            (Some((there, ..)), None) => subnet(place, there, kept.map(|kept| &**kept)),
            (None, None) => place.furniture.default_subnet(self.zone).map_or_else(
                || place.furniture.id(IdKind::Subnet, self.zone),
                |subnet| subnet.id,
            ),
        };
        out.value("subnetId", subnet);
        let vpc = place.furniture.subnet(subnet).map(|subnet| subnet.vpc);
        let vpc = vpc.unwrap_or_else(|| place.furniture.default_vpc());
        out.value("vpcId", vpc);
        if !in_instance {
            out.text("availabilityZone", self.zone);
        }
        let own = self.of.and_then(|(instance, ..)| place.own.get(&instance));
        let own = own.and_then(|own| own.description.as_deref());
        let description = match made {
            Some(made) => &made.description,
            None if !is_first => "",
            None => own.unwrap_or_else(|| kept.map_or("", |kept| &kept.description)),
        };
        out.text("description", description);
        out.text("ownerId", place.owner());
        if !in_instance {
            out.flag("requesterManaged", false);
        }
        out.text(
            "status",
            if self.of.is_some() {
                "in-use"
            } else {
                "available"
            },
        );
        out.text("macAddress", &mac(self.id, place));
        let first = whose.as_ref().filter(|_| is_first);
        let address = match made {
            Some(made) => Some(made.address),
            None => first.and_then(|(there, ..)| there.private_ipv4()),
        };
        let name = address.map(|address| private_dns(place.region(), address));
        if let (Some(address), Some(name)) = (address, &name) {
            out.value("privateIpAddress", address);
            out.text("privateDnsName", name);
        }
        let check = match (made, self.of) {
            (Some(made), _) => made.source_dest_check,
            (None, Some((instance, ..))) => source_dest_check(place, instance),
            (None, None) => true,
        };
        out.flag("sourceDestCheck", check);
        let groups = match (made, self.of) {
            (Some(made), _) if !made.groups.is_empty() => made.groups.clone(),
            (None, Some((instance, ..))) => place.groups(instance),
            (Some(_) | None, _) => place.furniture.default_group(vpc).into_iter().collect(),
        };
        tell_groups(out, place, &groups);
        if let Some((there, instance, index, goes)) = &whose {
            out.within("attachment", |out| {
                out.value("attachmentId", attachment(self.id, place));
                if !in_instance {
                    out.value("instanceId", world.id_of((*instance).into()));
                    out.text("instanceOwnerId", place.owner());
                }
                out.value("deviceIndex", *index);
                out.text("status", "attached");
                let at = place
                    .history()
                    .launched(*instance)
                    .unwrap_or(there.launch_time());
                out.text("attachTime", &time(at));
                out.flag("deleteOnTermination", *goes);
                out.value("networkCardIndex", 0);
            });
        }
        let public = whose
            .as_ref()
            .filter(|_| is_first)
            .and_then(|(there, ..)| Some((shown_public(place, there)?, there.elastic_ip())));
        let association = |out: &mut O| {
            let Some((address, elastic)) = public else {
                return;
            };
            out.within("association", |out| {
                out.value("publicIp", address);
                out.text("publicDnsName", &public_dns(place.region(), address));
                out.text(
                    "ipOwnerId",
                    if elastic.is_some() {
                        place.owner()
                    } else {
                        "amazon"
                    },
                );
                if let Some(elastic) = elastic.filter(|_| !in_instance) {
                    let elastic = world.address(elastic);
                    out.text("allocationId", &elastic.allocation_id());
                    out.text(
                        "associationId",
                        &elastic.association_id().unwrap_or_default(),
                    );
                }
            });
        };
        association(out);
        out.list("privateIpAddressesSet", address, |out, address| {
            out.value("privateIpAddress", address);
            out.text("privateDnsName", name.as_deref().unwrap_or_default());
            out.flag("primary", true);
            association(out);
        });
        let ipv6: Vec<IpAddr> = whose
            .as_ref()
            .filter(|_| is_first)
            .map(|(there, ..)| ipv6(place, there).collect())
            .unwrap_or_default();
        out.list("ipv6AddressesSet", ipv6, |out, address| {
            out.value("ipv6Address", address);
        });
        out.text("interfaceType", "interface");
        if !in_instance {
            tell_tag_set(out, place.furniture.tags.of(self.id));
        }
    }
}

impl Tell for InterfaceItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        out.value("networkInterfaceId", self.id);
        self.tell_rest(out, false);
    }
}

/// The id of the attachment of an interface.
pub(super) fn attachment(interface: Id, place: &Place) -> Id {
    Id::new(IdKind::Attachment, place.root.named(&interface.to_string()))
}

/// A MAC address that is nobody's outside.
pub(crate) fn mac(interface: Id, place: &Place) -> String {
    let bytes = place
        .root
        .purpose("mac")
        .named(&interface.to_string())
        .bits()
        .to_be_bytes();
    format!(
        "02:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]
    )
}
