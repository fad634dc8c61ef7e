//! Instance descriptions: read, laid over `defaults`, settled, and checked against the catalogue.

use std::{net::Ipv4Addr, sync::Arc};

use super::{
    super::{
        Code,
        keys::{self, Affinity, InstanceKey, PublicIpv4, Recovery},
        nearest::one_of,
        reader::{Draft, Span},
        shape::{Field, meant},
        tree::{Kind, MAX_VALUES, Node, quoted},
        value,
    },
    Lower,
    image::{self, ImageDraft},
    names::checked,
    placement::InGroup,
    reservations::Reserved,
    spot::Bought,
    systems,
    volume::{Device, Use, VolumeDraft},
};
use crate::{
    catalog::{
        CreditMode, Platform, TypeId, burstable, nearest_priced, offered, on_demand_or_estimated,
    },
    money::Price,
    record::{ResourceKind, UsageType},
    world::{
        ImageName, InstanceSpec, OverImage, Placement, Reserving, ShutdownBehavior, SpotOptions,
        Tenancy,
    },
};

/// A value and where it stands.
type Given<T> = Option<(T, Span)>;

/// A description as it is written; a key that isn't given is none.
#[derive(Debug, Clone, Default)]
struct Description {
    /// Whether `type` stands there, understood or not.
    has_type: bool,
    instance_type: Given<TypeId>,
    platform: Given<Platform>,
    image: Given<ImageDraft>,
    root: Given<VolumeDraft>,
    volumes: Option<Vec<DataVolume>>,
    hibernation: Option<bool>,
    auto_public_ipv4: Option<bool>,
    ebs_optimized: Option<bool>,
    private_ipv4: Given<Vec<Ipv4Addr>>,
    ipv6: Given<u64>,
    interfaces: Given<u64>,
    zone: Given<&'static str>,
    zones: Given<Vec<&'static str>>,
    /// Whether it is a group.
    has_count: bool,
    /// How many it is then.
    count: Option<u64>,
    tenancy: Option<Tenancy>,
    host: Option<u32>,
    affinity: Option<bool>,
    reserved: Option<Reserved>,
    in_group: Option<InGroup>,
    market: Option<Bought>,
    credits: Given<CreditMode>,
    monitoring: Option<bool>,
    shutdown_behavior: Option<ShutdownBehavior>,
    termination_protection: Option<bool>,
    stop_protection: Option<bool>,
    auto_recovery: Option<bool>,
    reboot_migration: Option<bool>,
    user_data: Option<Arc<str>>,
    tags: Option<Vec<(String, String)>>,
}

/// A volume of a launch that isn't its root, with its own name and that of its device, where it has any.
type DataVolume = (Option<Arc<str>>, VolumeDraft, Device);

/// What an image of the account's own is.
enum Source {
    /// As the file describes it; none where that has a mistake.
    Described(Option<ImageDraft>),
    /// Of an instance that is launched so.
    Made(Arc<InstanceSpec>),
}

impl Description {
    /// How many volumes and tags of `defaults` it takes over, with the weight of their texts.
    fn copies_of(&self, defaults: &Self) -> usize {
        let weight = |(key, value): &(String, String)| 1 + (key.len() + value.len()) / 16;
        let volumes = defaults.volumes.as_ref().filter(|_| self.volumes.is_none());
        let tags = defaults.tags.as_ref().filter(|_| self.tags.is_none());
        volumes.map_or(0, Vec::len) + tags.map_or(0, |tags| tags.iter().map(weight).sum())
    }

    /// This over `defaults`: what is given here replaces the whole value there.
    fn over(self, defaults: &Self) -> Self {
        Self {
            has_type: self.has_type || defaults.has_type,
            instance_type: if self.has_type {
                self.instance_type
            } else {
                defaults.instance_type
            },
            platform: self.platform.or(defaults.platform),
            image: self.image.or(defaults.image),
            root: self.root.or(defaults.root),
            volumes: self.volumes.or_else(|| defaults.volumes.clone()),
            hibernation: self.hibernation.or(defaults.hibernation),
            auto_public_ipv4: self.auto_public_ipv4.or(defaults.auto_public_ipv4),
            ebs_optimized: self.ebs_optimized.or(defaults.ebs_optimized),
            private_ipv4: self.private_ipv4.or_else(|| defaults.private_ipv4.clone()),
            ipv6: self.ipv6.or(defaults.ipv6),
            interfaces: self.interfaces.or(defaults.interfaces),
            zone: self
                .zone
                .or_else(|| defaults.zone.filter(|_| self.zones.is_none())),
            zones: self.zones.or_else(|| {
                let other = self.zone.is_none().then(|| defaults.zones.clone());
                other.flatten()
            }),
            has_count: self.has_count || defaults.has_count,
            count: self.count.or(defaults.count),
            tenancy: self.tenancy.or(defaults.tenancy),
            host: self.host.or(defaults.host),
            affinity: self.affinity.or(defaults.affinity),
            reserved: self.reserved.or(defaults.reserved),
            in_group: self.in_group.or(defaults.in_group),
            market: self.market.or(defaults.market),
            credits: self.credits.or(defaults.credits),
            monitoring: self.monitoring.or(defaults.monitoring),
            shutdown_behavior: self.shutdown_behavior.or(defaults.shutdown_behavior),
            termination_protection: self
                .termination_protection
                .or(defaults.termination_protection),
            stop_protection: self.stop_protection.or(defaults.stop_protection),
            auto_recovery: self.auto_recovery.or(defaults.auto_recovery),
            reboot_migration: self.reboot_migration.or(defaults.reboot_migration),
            user_data: self.user_data.or_else(|| defaults.user_data.clone()),
            tags: self.tags.or_else(|| defaults.tags.clone()),
        }
    }
}

impl Lower<'_> {
    /// All instances, over the defaults.
    pub(super) fn instances(&mut self, node: Option<&Node<'_>>, defaults: Option<&Node<'_>>) {
        let defaults = match defaults {
            Some(node) => self.description(node),
            None => Description::default(),
        };
        let Some(node) = node else { return };
        let entries = self
            .reader
            .entries(node, "a mapping from names to instances")
            .unwrap_or_default();
        self.specs.reserve_exact(entries.len());
        // What the instances copy of the defaults.
        let mut copied = 0_usize;
        // Those that are launched from an image of an instance whose own description comes later.
        let mut waiting = Vec::new();
        for entry in entries {
            let own = match entry.value.kind {
                Kind::Null => Description::default(),
                Kind::Scalar(text) if TypeId::find(text).is_some() => {
                    self.reader.report(Code::WrongShape, entry.value.span, || {
                        Draft::new("expected an instance, found a type")
                            .label("expected a mapping")
                            .instead(Some(format!("{{ type: {text} }}")))
                    });
                    self.specs.push(None);
                    continue;
                }
                Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => self.description(&entry.value),
            };
            copied = copied.saturating_add(own.copies_of(&defaults));
            if copied > MAX_VALUES {
                self.reader.report(Code::TooManyValues, entry.key.span, || {
                    Draft::new(
                        "`defaults` gives the instances more than 1,000,000 volumes and tags",
                    )
                    .label("the limit is reached here")
                    .note("a tag counts as one more for every 16 bytes")
                });
                return;
            }
            let own = own.over(&defaults);
            if let Some((ImageDraft::Own(image), _)) = own.image
                && self.source_of(image).is_none()
            {
                waiting.push((self.specs.len(), image, own, entry.key.span));
                self.specs.push(None);
                continue;
            }
            let spec = self.settle_in_zones(own, entry.key.span, self.specs.len());
            // In a long list most are like the one before.
            let same = self
                .specs
                .last()
                .and_then(Option::as_ref)
                .filter(|last| spec.as_ref() == Some(&***last));
            let spec = same.cloned().or_else(|| spec.map(Arc::new));
            self.specs.push(spec);
        }
        self.settle_waiting(waiting);
    }

    fn settle_waiting(&mut self, mut waiting: Vec<(usize, u32, Description, Span)>) {
        while !waiting.is_empty() {
            let before = waiting.len();
            let (now, later) = waiting
                .into_iter()
                .partition::<Vec<_>, _>(|(_, image, ..)| self.source_of(*image).is_some());
            for (place, _, given, name) in now {
                self.specs[place] = self.settle_in_zones(given, name, place).map(Arc::new);
            }
            waiting = later;
            if waiting.len() == before {
                break;
            }
        }
        for (_, _, given, name) in waiting {
            let at = given.image.map_or(name, |(_, at)| at);
            self.reader.report(Code::NotThereYet, at, || {
                Draft::new("the image is made of an instance that can't be launched before it")
                    .label("expected another image")
            });
        }
    }

    /// What an image of the account's own is: described in the file, or what the instance that it is made of was launched as.
    fn source_of(&self, image: u32) -> Option<Source> {
        let place = usize::try_from(image).ok()?;
        if let Some(described) = self.images.get(place) {
            return Some(Source::Described(*described));
        }
        let entry = self.names.image_source(image)?;
        let spec = self.specs.get(entry)?.as_ref()?;
        Some(Source::Made(Arc::clone(spec)))
    }

    fn description(&mut self, node: &Node<'_>) -> Description {
        let mut given = Description::default();
        let Some(fields) = self
            .reader
            .fields(node, InstanceKey::INSTANCE, "an instance")
        else {
            // What is no mapping at all lacks no key.
            given.has_type = true;
            return given;
        };
        for field in fields.iter() {
            self.describe(&mut given, field);
        }
        if let Kind::Map(entries) = node.kind {
            // A type under a mistyped key is there, and the key is told already.
            let keys = InstanceKey::INSTANCE;
            given.has_type |= entries.iter().any(|entry| {
                keys.find(entry.key.text).is_none()
                    && meant(entry.key.text, keys) == Some(InstanceKey::Type)
            });
        }
        given
    }

    /// The volumes of a launch: a list, or by names.
    fn launch_volumes(&mut self, node: &Node<'_>) -> Vec<DataVolume> {
        let Kind::Map(entries) = node.kind else {
            let items = self.reader.items(node, "a list of volumes, or names");
            let volumes = items.unwrap_or_default().iter();
            return volumes
                .filter_map(|item| {
                    let (volume, device) = self.data_volume(item)?;
                    Some((None, volume, device))
                })
                .collect();
        };
        let mut volumes = Vec::with_capacity(entries.len());
        for entry in entries {
            let name = checked(&entry.key, self.reader);
            let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
            if is_number || &*name == "root" || name.starts_with("root-") || name.starts_with("eth")
            {
                self.reader.report(Code::BadName, entry.key.span, || {
                    Draft::new(format!("{} can't be the name of a volume", quoted(&name)))
                        .label("an instance has other things that are called so")
                });
            }
            let volume = self.data_volume(&entry.value);
            volumes.extend(volume.map(|(volume, device)| (Some(name), volume, device)));
        }
        volumes
    }

    fn describe(&mut self, given: &mut Description, field: Field<'_, '_, InstanceKey>) {
        let node = field.value;
        let at = node.span;
        match field.key {
            InstanceKey::Type => {
                given.has_type = true;
                given.instance_type = self.instance_type(node).map(|found| (found, at));
            }
            InstanceKey::Platform => given.platform = self.platform(node).map(|found| (found, at)),
            InstanceKey::Image => {
                given.image = self.image_of(node).map(|found| (found, at));
            }
            InstanceKey::Root => given.root = self.volume(node).map(|found| (found, field.at)),
            InstanceKey::Volumes => {
                given.volumes = Some(self.launch_volumes(node));
            }
            InstanceKey::Hibernation => given.hibernation = self.reader.flag(node),
            InstanceKey::PublicIpv4 => {
                let what = "a way to get an address";
                let word = self.reader.word(node, keys::PUBLIC_IPV4, what);
                given.auto_public_ipv4 = word.map(|word| match word {
                    PublicIpv4::Auto => true,
                    PublicIpv4::None => false,
                });
            }
            InstanceKey::EbsOptimized => given.ebs_optimized = self.reader.flag(node),
            InstanceKey::PrivateIpv4 => {
                given.private_ipv4 = self.private_ipv4(node).map(|found| (found, at));
            }
            InstanceKey::Ipv6 => {
                given.ipv6 = self
                    .reader
                    .whole(node, 0, u64::MAX)
                    .map(|count| (count, at));
            }
            InstanceKey::Interfaces => {
                given.interfaces = self
                    .reader
                    .whole(node, 1, u64::MAX)
                    .map(|count| (count, at));
            }
            InstanceKey::Zone => given.zone = self.zone(node).map(|zone| (zone, field.at)),
            InstanceKey::Zones => {
                let items = self
                    .reader
                    .items(node, "a list of zones")
                    .unwrap_or_default();
                let zones: Vec<&str> = items.iter().filter_map(|item| self.zone(item)).collect();
                if items.is_empty() {
                    self.reader.report(Code::MissingKey, node.span, || {
                        Draft::new("a group needs at least one zone").label("expected a zone")
                    });
                }
                given.zones = (!zones.is_empty()).then_some((zones, field.at));
            }
            InstanceKey::Credits => given.credits = self.credits(node).map(|mode| (mode, at)),
            InstanceKey::ShutdownBehavior => given.shutdown_behavior = self.shutdown_behavior(node),
            InstanceKey::TerminationProtection => {
                given.termination_protection = self.reader.flag(node);
            }
            InstanceKey::StopProtection => given.stop_protection = self.reader.flag(node),
            InstanceKey::Recovery => given.auto_recovery = self.recovery(node),
            InstanceKey::RebootMigration => given.reboot_migration = self.recovery(node),
            InstanceKey::UserData => {
                given.user_data = self.reader.text(node, "user data").map(Arc::from);
            }
            InstanceKey::Tags => given.tags = self.tags(node),
            InstanceKey::Count => {
                given.has_count = true;
                given.count = self.reader.whole(node, 1, keys::MAX_COUNT);
            }
            InstanceKey::Tenancy => {
                given.tenancy = self.tenancy(node);
            }
            InstanceKey::Host => given.host = self.thing(node, ResourceKind::DedicatedHost),
            InstanceKey::Affinity => {
                let word = self.reader.word(node, keys::AFFINITY, "an affinity");
                given.affinity = word.map(|word| word == Affinity::Host);
            }
            InstanceKey::CapacityReservation => given.reserved = self.reserved(node),
            InstanceKey::PlacementGroup => {
                given.in_group = self.in_group(node);
            }
            InstanceKey::Market => given.market = self.market(node),
            InstanceKey::Monitoring => given.monitoring = self.monitoring(node),
        }
    }

    /// One address, or one for each member.
    fn private_ipv4(&mut self, node: &Node<'_>) -> Option<Vec<Ipv4Addr>> {
        let one = std::slice::from_ref(node);
        let nodes = match node.kind {
            Kind::Seq(_) => self.reader.items(node, "a list of addresses")?,
            Kind::Null | Kind::Scalar(_) | Kind::Map(_) => one,
        };
        let expected = "expected one such as `172.31.0.10`";
        let parse = |text: &str| text.parse().map_err(|_| value::Reason::new(expected));
        let addresses = nodes.iter().map(|node| {
            let what = "an IPv4 address";
            self.reader.parsed(node, Code::BadAddress, what, parse)
        });
        addresses.collect()
    }

    /// As many addresses as there are instances.
    fn check_addresses(&mut self, given: &Description) {
        let Some((addresses, at)) = &given.private_ipv4 else {
            return;
        };
        let count = given.count.unwrap_or(1);
        if u64::try_from(addresses.len()) != Ok(count) {
            self.reader.report(Code::BadNumber, *at, || {
                Draft::new(format!(
                    "{count} of them can't have {} private addresses",
                    addresses.len()
                ))
                .label("expected one for each instance")
            });
        }
    }

    fn tags(&mut self, node: &Node<'_>) -> Option<Vec<(String, String)>> {
        let entries = self.reader.entries(node, "a mapping of tags")?;
        let mut tags = Vec::with_capacity(entries.len());
        for entry in entries {
            let value = match entry.value.kind {
                Kind::Null => "",
                Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => self
                    .reader
                    .text(&entry.value, "a tag's value")
                    .unwrap_or_default(),
            };
            tags.push((entry.key.text.to_owned(), value.to_owned()));
        }
        Some(tags)
    }

    pub(super) fn platform(&mut self, node: &Node<'_>) -> Option<Platform> {
        let text = self.reader.text(node, "a platform")?;
        let found = Platform::find(text);
        if found.is_none() {
            systems::unknown_platform(self.reader, node.span, text);
        }
        found
    }

    pub(super) fn monitoring(&mut self, node: &Node<'_>) -> Option<bool> {
        let what = "a kind of monitoring";
        let word = self.reader.word(node, keys::MONITORING, what)?;
        Some(word == keys::Monitoring::Detailed)
    }

    pub(super) fn credits(&mut self, node: &Node<'_>) -> Option<CreditMode> {
        self.reader.word(node, keys::CREDITS, "a credit mode")
    }

    /// `recovery`: whether EC2 may recover an instance by itself.
    pub(super) fn recovery(&mut self, node: &Node<'_>) -> Option<bool> {
        let word = self.reader.word(node, keys::RECOVERY, "a kind of recovery");
        word.map(|word| match word {
            Recovery::Default => true,
            Recovery::Disabled => false,
        })
    }

    pub(super) fn shutdown_behavior(&mut self, node: &Node<'_>) -> Option<ShutdownBehavior> {
        self.reader
            .word(node, keys::SHUTDOWN, "a shutdown behavior")
    }

    /// What a description means in full, and in each zone that its members take in turn. `place` is its number among the
    /// instances.
    fn settle_in_zones(
        &mut self,
        mut given: Description,
        name: Span,
        place: usize,
    ) -> Option<InstanceSpec> {
        self.check_addresses(&given);
        let zones = given.zones.take();
        let Some((zones, at)) = zones else {
            return self.settle(given, name);
        };
        if !given.has_count {
            self.reader.report(Code::Misplaced, at, || {
                Draft::new("`zones` goes with `count`")
                    .label("this is a single instance")
                    .note("`zone` says in which zone it is")
            });
        }
        if let Some((_, zone)) = given.zone {
            self.reader.report(Code::Exclusive, at.max(zone), || {
                Draft::new("an instance can't have both `zone` and `zones`")
                    .label("expected only one of them")
                    .also(at.min(zone), "this is the other")
            });
        }
        // What doesn't depend on the zone is settled once; the first is what the group as a whole is asked about.
        given.zone = zones.first().map(|zone| (*zone, at));
        let spec = self.settle(given, name)?;
        let zoned = zones.iter().map(|zone| {
            Arc::new(InstanceSpec {
                zone,
                ..spec.clone()
            })
        });
        self.zoned.insert(place, zoned.collect());
        Some(spec)
    }

    /// What a description means in full. `name` is where the instance has its name.
    fn settle(&mut self, given: Description, name: Span) -> Option<InstanceSpec> {
        if !given.has_type {
            self.reader
                .missing_key(name, "this instance", "type", "m5.large");
        }
        let (mut source, mut own_name) = (None, None);
        let mut image_draft = given.image.map(|(image, _)| image);
        if let Some(ImageDraft::Own(image)) = image_draft {
            own_name = Some(ImageName::Named(image));
            match self.source_of(image) {
                Some(Source::Described(described)) => image_draft = described,
                Some(Source::Made(spec)) => source = Some(spec),
                None => {}
            }
        }
        let platform = match &source {
            Some(source) => source.platform,
            None => image::platform(self.reader, given.platform, given.image),
        };
        let (instance_type, type_at) = given.instance_type?;
        let mut image = match &source {
            Some(source) => source.image.clone(),
            None => image::settle(image_draft, instance_type, platform),
        };
        image.name = own_name.unwrap_or(image.name);
        if let Some(root) = source.as_ref().and_then(|source| source.volumes.first()) {
            image.min_root_gib = root.size_gib;
        }
        self.check_price(instance_type, platform, type_at);
        let interfaces = self.interfaces(given.interfaces, instance_type);
        let ipv6_count = self.ipv6_count(given.ipv6, instance_type, interfaces);
        let host_zone = given.host.and_then(|host| self.zone_of_host(host));
        let tenancy = given.tenancy.unwrap_or(match given.host {
            Some(_) => Tenancy::Host,
            None => Tenancy::Default,
        });
        let mut credits = self.credit_mode(given.credits, instance_type);
        // On a Dedicated Host T3 is standard (LIFE-START-HOST-UNLIMITED).
        if tenancy == Tenancy::Host
            && given.credits.is_none()
            && instance_type.info().family() == "t3"
        {
            credits = Some(CreditMode::Standard);
        }

        let default_root = VolumeDraft::new(name);
        let mut volumes = Vec::new();
        let mut fine = true;
        if image.ebs_root {
            let mut draft = given.root.map_or(default_root, |(root, _)| root);
            if let Some(root) = source.as_ref().and_then(|source| source.volumes.first()) {
                // What isn't given is as in the image; encryption always is.
                draft.encrypted = Some(root.encrypted);
                if draft.volume_type.is_none() {
                    draft.volume_type = Some((root.volume_type, name));
                    let kept = |amount: u32| (amount > 0).then_some((amount, name));
                    draft.iops = draft.iops.or(kept(root.iops));
                    draft.throughput = draft.throughput.or(kept(root.throughput));
                }
            }
            let least = if source.is_some() {
                0
            } else {
                platform.image_root_gib()
            };
            let root = self.settle_volume(&draft, Use::Root(least.max(image.min_root_gib)));
            fine &= root.is_some();
            volumes.extend(root);
        } else if let Some((_, at)) = given.root {
            fine = false;
            self.reader.report(Code::ImagePlatform, at, || {
                let draft = Draft::new("an instance-store-backed image has no root volume")
                    .label("not with this image");
                match given.image {
                    Some((_, image_at)) => {
                        draft.also(image_at, "its root device is the instance store")
                    }
                    None => draft,
                }
            });
        }
        let from_image = source
            .iter()
            .flat_map(|source| source.volumes.iter().skip(1));
        volumes.extend(from_image.copied());
        let own = given.volumes.unwrap_or_default();
        let over_image = source.as_ref().map(|_| OverImage {
            root: given.root.is_some(),
            volumes: u16::try_from(own.len()).unwrap_or(u16::MAX),
        });
        let mut volume_names = Vec::new();
        let mut devices: Vec<(u16, Arc<str>)> = Vec::new();
        for (name, draft, device) in own {
            let number = volumes.len() + usize::from(!image.ebs_root);
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            volume_names.extend(name.map(|name| (number, name)));
            if let Some((device, at)) = device {
                self.check_device(&device, at, platform, &devices);
                devices.push((number, device));
            }
            let volume = self.settle_volume(&draft, Use::Data);
            fine &= volume.is_some();
            volumes.extend(volume);
        }
        let (reserving, reservation) = match given.reserved {
            None => (Reserving::Open, None),
            Some(Reserved::Any(reserving)) => (reserving, None),
            Some(Reserved::Named(named)) => (Reserving::Open, Some(named)),
        };
        let reserved_zone = reservation.and_then(|named| self.zone_of_reservation(named));
        let zone = given
            .zone
            .map(|(zone, _)| zone)
            .or(host_zone)
            .or(reserved_zone);
        let in_group = given.in_group.unwrap_or(InGroup::NONE);
        let spec = fine.then(|| InstanceSpec {
            devices,
            instance_type,
            platform,
            image,
            zone: zone.unwrap_or_else(|| self.default_zone()),
            zone_is_named: zone.is_some(),
            host: given.host,
            reservation,
            placement: Placement {
                tenancy,
                affinity: given.affinity.unwrap_or(false),
                host: None,
                on: None,
                reserving,
                slot: None,
                group: in_group.group,
                partition: in_group.partition,
            },
            spot: given
                .market
                .and_then(Bought::on_spot)
                .map(|options| SpotOptions {
                    list_price: self.list_price(instance_type, platform),
                    ..options
                }),
            volumes,
            volume_names,
            hibernation: given.hibernation.unwrap_or(false),
            auto_public_ipv4: given.auto_public_ipv4.unwrap_or(true),
            ebs_optimized: given.ebs_optimized.unwrap_or(false),
            over_image,
            private_ipv4: given.private_ipv4.map_or_else(Vec::new, |(all, _)| all),
            ipv6_count,
            interfaces,
            shutdown_behavior: given.shutdown_behavior.unwrap_or(ShutdownBehavior::Stop),
            termination_protection: given.termination_protection.unwrap_or(false),
            stop_protection: given.stop_protection.unwrap_or(false),
            auto_recovery: given.auto_recovery.unwrap_or(true),
            reboot_migration: given.reboot_migration.unwrap_or(true),
            credits,
            monitoring: given.monitoring.unwrap_or(false),
            user_data: given.user_data,
            tags: given.tags.unwrap_or_default(),
        })?;
        self.check_spot_price(&spec, type_at);
        Some(spec)
    }

    /// A device name has to be one of EC2's, and no other volume of the launch can have it.
    fn check_device(
        &mut self,
        device: &str,
        at: Span,
        platform: Platform,
        taken: &[(u16, Arc<str>)],
    ) {
        let is_fine = crate::storage::is_device_name(device, platform.is_windows());
        let is_taken = taken.iter().any(|(_, known)| **known == *device);
        if is_fine && !is_taken {
            return;
        }
        self.reader.report(Code::BadText, at, || {
            if is_taken {
                Draft::new(format!(
                    "two volumes have the device name {}",
                    quoted(device)
                ))
                .label("another one has it")
            } else {
                Draft::new(format!("{} is not a device name", quoted(device)))
                    .label("expected one such as `/dev/sdf`")
            }
        });
    }

    /// The On-Demand price of an hour.
    fn list_price(&self, instance_type: TypeId, platform: Platform) -> Option<Price> {
        let usage = UsageType::BoxUsage(instance_type, platform);
        self.prices.rate(usage).map(|rate| rate.price)
    }

    /// A type that has no price can't be billed, wherever the file names it.
    pub(super) fn check_price(&mut self, instance_type: TypeId, platform: Platform, at: Span) {
        let usage = UsageType::BoxUsage(instance_type, platform);
        if self.prices.rate(usage).is_some() {
            return;
        }
        let (region, estimates) = (self.region, self.prices.estimates());
        self.reader.report(Code::NoPrice, at, || {
            let name = instance_type.name();
            let system = if platform == Platform::Linux {
                String::new()
            } else {
                format!(" with {}", platform.platform_details())
            };
            let near = nearest_priced(region, instance_type, platform);
            let is_offered = !offered(region, instance_type).is_refused();
            let mut draft = if is_offered {
                Draft::new(format!(
                    "`{name}`{system} has no price in {}",
                    region.name()
                ))
                .label("no price is known")
            } else {
                Draft::new(format!("{} doesn't offer `{name}`", region.name()))
                    .label("not offered there, and no price is known")
            };
            let estimate = on_demand_or_estimated(region, instance_type, platform);
            if let Some(estimate) = estimate.filter(|_| !estimates) {
                draft = draft.note(format!(
                    "without `--no-estimates` it would cost ${} an hour, {}",
                    estimate.price, estimate.origin
                ));
            }
            if !near.types_here.is_empty() {
                let types = one_of(near.types_here.iter().map(|one| one.name()));
                draft = draft.note(format!("types with a price there: {types}"));
            }
            if !near.regions_with_type.is_empty() {
                let regions = one_of(near.regions_with_type.iter().map(|one| one.name()));
                draft = draft.note(format!("`{name}` has a price in {regions}"));
            }
            if is_offered {
                draft = draft.note(format!("`prices: {{ {name}: $0.10 }}` would set one"));
            }
            draft
        });
    }

    fn interfaces(&mut self, given: Given<u64>, instance_type: TypeId) -> u16 {
        let Some((count, at)) = given else { return 1 };
        let most = u16::from(instance_type.info().max_enis());
        if count > u64::from(most) {
            self.reader.report(Code::NotForType, at, || {
                let name = instance_type.name();
                Draft::new(format!("`{name}` can't have {count} network interfaces"))
                    .label(format!("expected at most {most}"))
            });
        }
        u16::try_from(count).unwrap_or(most)
    }

    fn ipv6_count(&mut self, given: Given<u64>, instance_type: TypeId, interfaces: u16) -> u16 {
        let Some((count, at)) = given else { return 0 };
        let info = instance_type.info();
        let name = instance_type.name();
        let each = info.ipv6_per_eni();
        // What the catalogue doesn't know is no mistake of the file's.
        if count > 0 && (info.ipv6_supported() == Some(false) || each == Some(0)) {
            self.reader.report(Code::NotForType, at, || {
                Draft::new(format!("`{name}` doesn't support IPv6")).label("expected 0")
            });
            return 0;
        }
        let most = each.map_or(u16::MAX, |each| u16::from(each).saturating_mul(interfaces));
        if count > u64::from(most) {
            self.reader.report(Code::NotForType, at, || {
                Draft::new(format!("`{name}` can't have {count} IPv6 addresses"))
                    .label(format!("expected at most {most}"))
                    .note("this is how many its network interfaces can have; `interfaces` sets their number")
            });
        }
        u16::try_from(count).unwrap_or(most)
    }

    fn credit_mode(
        &mut self,
        given: Given<CreditMode>,
        instance_type: TypeId,
    ) -> Option<CreditMode> {
        if !instance_type.info().burstable() {
            if let Some((_, at)) = given {
                self.reader.report(Code::NotForType, at, || {
                    let name = instance_type.name();
                    Draft::new(format!("`{name}` has no CPU credits"))
                        .label("only burstable types have them")
                });
            }
            return None;
        }
        let own = burstable(instance_type).map(|row| row.default_mode);
        given.map(|(mode, _)| mode).or(own)
    }
}
