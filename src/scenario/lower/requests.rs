//! Actions on addresses and volumes.

use super::{
    super::{
        Code,
        keys::{
            AddressKey, AssociateKey, AttachKey, DeleteVolumeKey, DetachKey, Keys, StepKey,
            VolumeKey,
        },
        reader::{Draft, Span},
        shape::{Field, Fields},
        source::offset,
        tree::{Kind, Node, quoted},
    },
    Found, Lower,
    asked::{Asked, Whom},
    volume::{self, Use},
};
use crate::{
    action::{
        AllocateAddress, AssociateAddress, AttachVolume, CreateVolume, DeleteVolume, DetachVolume,
        DisassociateAddress, ModifyVolume, ReleaseAddress, VolumeChange,
    },
    catalog::VolumeType,
    record::{ResourceKind, UsageType},
    script::{ByName, InterfaceTarget, Target, VolumeTarget},
    world::number_of_replaced,
};

/// What an action names, in its short or its long form.
pub(super) struct NamedThing<'n, 't, K> {
    pub(super) name: Option<&'n Node<'t>>,
    pub(super) options: Option<Fields<'n, 't, K>>,
}

impl<'n, 't, K: Copy + PartialEq> NamedThing<'n, 't, K> {
    pub(super) fn iter(&self) -> impl Iterator<Item = Field<'n, 't, K>> {
        self.options.iter().flat_map(Fields::iter)
    }
}

impl Lower<'_> {
    /// `release-address: front` is `release-address: { address: front }`.
    pub(super) fn named<'n, 't, K: Copy + PartialEq>(
        &mut self,
        field: Field<'n, 't, StepKey>,
        keys: Keys<K>,
        key: K,
    ) -> NamedThing<'n, 't, K> {
        if let Kind::Scalar(_) = field.value.kind {
            return NamedThing {
                name: Some(field.value),
                options: None,
            };
        }
        self.long_form(field, keys, key)
    }

    pub(super) fn long_form<'n, 't, K: Copy + PartialEq>(
        &mut self,
        field: Field<'n, 't, StepKey>,
        keys: Keys<K>,
        key: K,
    ) -> NamedThing<'n, 't, K> {
        let expected = format!("a mapping with `{}`", keys.name(key));
        let options = self.reader.fields(field.value, keys, &expected);
        let name = options.as_ref().and_then(|options| options.get(key));
        if options.is_some() && name.is_none() {
            let what = format!("`{}`", field.name);
            self.reader
                .missing_key(field.at, &what, keys.name(key), "…");
        }
        NamedThing { name, options }
    }

    fn address(&mut self, node: &Node<'_>) -> Option<u32> {
        let text = self.reader.text(node, "the name of an address")?;
        match self.names.find(text) {
            Some(Found::Other(ResourceKind::Address, address)) => Some(address),
            Some(other) => {
                self.wrong_kind(text, node.span, other, ResourceKind::Address);
                None
            }
            None => {
                self.unknown_name(text, node.span, ResourceKind::Address);
                None
            }
        }
    }

    /// An address that has to have been allocated.
    fn held_address(&mut self, node: Option<&Node<'_>>) -> Option<u32> {
        let node = node?;
        let address = self.address(node)?;
        self.was_made(
            Found::Other(ResourceKind::Address, address),
            node,
            "allocates",
        );
        Some(address)
    }

    pub(super) fn was_made(&mut self, found: Found, node: &Node<'_>, makes: &str) {
        let (Kind::Scalar(name), false) = (node.kind, self.presence.was_made(found)) else {
            return;
        };
        self.reader.report(Code::NotThereYet, node.span, || {
            Draft::new(format!("no earlier step {makes} {}", quoted(name)))
                .label("it doesn't exist yet")
        });
    }

    pub(super) fn allocate_address(
        &mut self,
        asked: &Asked<'_, '_>,
    ) -> Option<AllocateAddress<ByName>> {
        let named = self.named(asked.field, AddressKey::ALLOCATE, AddressKey::Address);
        let node = named.name?;
        let address = self.address(node)?;
        self.presence.make(
            Found::Other(ResourceKind::Address, address),
            node.span,
            !asked.fails,
            self.reader,
        );
        Some(AllocateAddress { address })
    }

    pub(super) fn associate_address(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<AssociateAddress<ByName>> {
        let named = self.long_form(field, AssociateKey::ASSOCIATE, AssociateKey::Address);
        let (mut instance, mut interface, mut allow_reassociation) = (None, None, None);
        for option in named.iter() {
            match option.key {
                AssociateKey::Address => {}
                AssociateKey::Instance => instance = Some(option.value),
                AssociateKey::Interface => interface = Some(option),
                AssociateKey::AllowReassociation => allow_reassociation = Some(option.value),
            }
        }
        let address = self.held_address(named.name);
        let by_interface = interface.is_some();
        let instance = match interface {
            None => self.instance_option(field, &named, instance),
            Some(option) if instance.is_some() => {
                self.reader.report(Code::Exclusive, option.at, || {
                    Draft::new("an Elastic IP goes to an instance or to an interface")
                        .label("not expected beside `instance`")
                });
                None
            }
            Some(option) => self.first_interface(option.value),
        };
        let allow_reassociation = match allow_reassociation {
            Some(node) => self.reader.flag(node)?,
            None => true,
        };
        Some(AssociateAddress {
            address: address?,
            instance: instance?,
            by_interface,
            allow_reassociation,
        })
    }

    /// The instance whose first interface it is: the only one that can have an Elastic IP here.
    fn first_interface(&mut self, node: &Node<'_>) -> Option<Target> {
        match self.interface(node)? {
            InterfaceTarget::Of(owner, 0) => Some(owner),
            InterfaceTarget::Of(..) | InterfaceTarget::Named(_) => {
                self.reader.not_simulated(
                    node.span,
                    "an Elastic IP on another interface than the first",
                );
                None
            }
        }
    }

    pub(super) fn disassociate_address(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<DisassociateAddress<ByName>> {
        let named = self.named(field, AddressKey::DISASSOCIATE, AddressKey::Address);
        let address = self.held_address(named.name)?;
        Some(DisassociateAddress { address })
    }

    pub(super) fn release_address(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<ReleaseAddress<ByName>> {
        let named = self.named(field, AddressKey::RELEASE, AddressKey::Address);
        let address = self.held_address(named.name)?;
        self.presence
            .unmake(Found::Other(ResourceKind::Address, address), self.reader);
        Some(ReleaseAddress { address })
    }

    /// The one instance that an action needs besides.
    fn instance_option<K>(
        &mut self,
        field: Field<'_, '_, StepKey>,
        named: &NamedThing<'_, '_, K>,
        node: Option<&Node<'_>>,
    ) -> Option<Target> {
        let Some(node) = node else {
            if named.options.is_some() {
                let what = format!("`{}`", field.name);
                self.reader.missing_key(field.at, &what, "instance", "…");
            }
            return None;
        };
        self.one_instance(node)
    }

    pub(super) fn one_instance(&mut self, node: &Node<'_>) -> Option<Target> {
        let whom = self.whom_at(node)?;
        let target = self.single(&whom)?;
        self.acted_on(&whom);
        Some(target)
    }

    /// The one instance that a name stands for; a group of several is a mistake here.
    pub(super) fn single(&mut self, whom: &Whom) -> Option<Target> {
        match &whom.target {
            Target::Slots {
                first, count: 1, ..
            } => Some(Target::Slots {
                first: *first,
                count: 1,
                group: false,
            }),
            Target::Slots { count, .. } => {
                let name = self.shown(whom);
                let member = name.trim_matches('`');
                self.reader.report(Code::NotAGroup, whom.at, || {
                    Draft::new(format!(
                        "{name} is a group of {count}, but a single instance is expected"
                    ))
                    .label(format!("expected a member, such as `{member}-1`"))
                });
                None
            }
            other @ (Target::Own | Target::Id(_)) => Some(other.clone()),
        }
    }

    /// A volume by name: `data`, `web/root`, `self/1`.
    pub(super) fn volume_target(&mut self, node: &Node<'_>) -> Option<VolumeTarget> {
        let text = self.reader.text(node, "the name of a volume")?;
        let Some((owner, which)) = text.split_once('/') else {
            return match self.names.find(text) {
                Some(found @ Found::Other(ResourceKind::Volume, volume)) => {
                    self.was_made(found, node, "creates");
                    Some(VolumeTarget::Named(volume))
                }
                Some(other) => {
                    self.wrong_kind(text, node.span, other, ResourceKind::Volume);
                    None
                }
                None => {
                    self.unknown_name(text, node.span, ResourceKind::Volume);
                    None
                }
            };
        };
        // The part before the slash is the instance's, unless the text is quoted.
        let source = self.reader.source();
        let written = source.text.get(source.index(node.span.lo)..);
        let plain = written.is_some_and(|text| text.starts_with(owner));
        let end = node.span.lo.saturating_add(offset(owner.len()));
        let at = Span {
            lo: node.span.lo,
            hi: if plain { end } else { node.span.hi },
        };
        let whom = self.known_whom(owner, at)?;
        let place = self.volume_place(&whom, which, node)?;
        let target = self.single(&whom)?;
        self.acted_on(&whom);
        Some(VolumeTarget::Of(target, place))
    }

    /// Which of an instance's first volumes `root`, `1`, `2`, … is.
    pub(super) fn volume_place(
        &mut self,
        whom: &Whom,
        which: &str,
        node: &Node<'_>,
    ) -> Option<u16> {
        let place = match which {
            "root" => Some(0),
            // A root that was replaced by then.
            _ if let Some(k) = which.strip_prefix("root-").and_then(|k| k.parse().ok()) => {
                return Some(number_of_replaced(k));
            }
            number if number.starts_with('0') => None,
            number => number.parse::<u16>().ok(),
        };
        let spec = match whom.found {
            Some(Found::Entry(entry) | Found::Member(entry, _)) => {
                self.specs.get(entry).and_then(Option::as_ref)
            }
            Some(Found::Other(..) | Found::Group(_)) | None => None,
        };
        let named = spec.and_then(|spec| {
            let mut names = spec.volume_names.iter();
            names.find(|(_, name)| **name == *which)
        });
        if let Some((number, _)) = named {
            return Some(*number);
        }
        let names: Vec<String> = spec.map_or_else(Vec::new, |spec| {
            let names = spec.volume_names.iter();
            names.map(|(_, name)| quoted(name)).collect()
        });
        let data = spec.map(|spec| {
            let count = spec.volumes.len();
            (
                spec.image.ebs_root,
                count - usize::from(spec.image.ebs_root && count > 0),
            )
        });
        let known = match (place, data) {
            (Some(0), Some((root, _))) => root,
            (Some(place), Some((_, data))) => usize::from(place) <= data,
            // Its description has a mistake, or it is anybody's.
            (Some(_), None) => true,
            (None, _) => false,
        };
        if known {
            return place;
        }
        self.reader.report(Code::NoSuchVolume, node.span, || {
            let draft = Draft::new(format!("the instance has no volume {}", quoted(which)));
            match data {
                _ if !names.is_empty() => {
                    draft.label(format!("it has `root` and {}", names.join(", ")))
                }
                None => draft.label("expected `root`, `1`, `2`, …"),
                Some((true, 0)) => draft.label("it has only `root`"),
                Some((true, data)) => draft.label(format!("it has `root` and `1` to `{data}`")),
                Some((false, 0)) => draft.label("it has no volumes"),
                Some((false, data)) => draft.label(format!("it has `1` to `{data}`")),
            }
        });
        None
    }

    pub(super) fn create_volume(&mut self, asked: &Asked<'_, '_>) -> Option<CreateVolume<ByName>> {
        let named = self.long_form(asked.field, VolumeKey::CREATE_VOLUME, VolumeKey::Volume);
        let fields = named.options.as_ref()?;
        let mut draft = volume::described(self.reader, fields);
        if let Some(node) = fields.get(VolumeKey::Type) {
            let found = volume::volume_type(self.reader, node);
            draft.broken |= found.is_none();
            draft.volume_type = found.map(|found| (found, node.span));
        }
        let zone = match fields.get(VolumeKey::Zone) {
            Some(node) => self.zone(node),
            None => Some(self.default_zone()),
        };
        let snapshot = match fields.get(VolumeKey::Snapshot) {
            Some(node) => {
                let snapshot = self.thing(node, ResourceKind::Snapshot)?;
                let found = Found::Other(ResourceKind::Snapshot, snapshot);
                self.was_made(found, node, "makes");
                Some(snapshot)
            }
            None => None,
        };
        // Of a snapshot a volume has the size, which is known when it is made.
        let sized = draft.size.is_some() || snapshot.is_none();
        if !sized {
            let volume_type = draft
                .volume_type
                .map_or(VolumeType::Gp3, |(known, _)| known);
            draft.size = Some((volume_type.limits().max_size_gib, draft.span));
        }
        let mut spec = self.settle_volume(&draft, Use::Own);
        let size = spec.map(|spec| spec.size_gib).filter(|_| sized);
        if let (Some(spec), false) = (&mut spec, sized) {
            spec.size_gib = 0;
        }
        let node = named.name?;
        let text = self.reader.text(node, "a name")?;
        let found = self.names.find(text)?;
        let Found::Other(ResourceKind::Volume, volume) = found else {
            return None;
        };
        if let Some(size) = size {
            self.sizes.insert(volume, size);
        }
        self.presence
            .make(found, node.span, !asked.fails, self.reader);
        Some(CreateVolume {
            volume,
            spec: spec?,
            snapshot,
            zone: zone?,
        })
    }

    pub(super) fn attach_volume(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<AttachVolume<ByName>> {
        self.reattaches = true;
        let named = self.long_form(field, AttachKey::ATTACH, AttachKey::Volume);
        let (mut instance, mut device) = (None, None);
        for option in named.iter() {
            match option.key {
                AttachKey::Volume => {}
                AttachKey::Instance => instance = Some(option.value),
                AttachKey::Device => device = Some(option.value),
            }
        }
        let volume = named.name.and_then(|node| self.volume_target(node));
        let instance = self.instance_option(field, &named, instance);
        let device = match device {
            Some(node) => Some(self.reader.text(node, "a device name")?.into()),
            None => None,
        };
        Some(AttachVolume {
            volume: volume?,
            instance: instance?,
            device,
        })
    }

    pub(super) fn detach_volume(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<DetachVolume<ByName>> {
        self.reattaches = true;
        let named = self.named(field, DetachKey::DETACH, DetachKey::Volume);
        let (mut instance, mut force) = (None, None);
        for option in named.iter() {
            match option.key {
                DetachKey::Volume => {}
                DetachKey::Instance => instance = Some(option.value),
                DetachKey::Force => force = Some(option.value),
            }
        }
        let volume = named.name.and_then(|node| self.volume_target(node));
        let instance = match instance {
            Some(node) => Some(self.one_instance(node)?),
            None => None,
        };
        if let Some(node) = force {
            self.reader.flag(node);
        }
        Some(DetachVolume {
            volume: volume?,
            instance,
        })
    }

    pub(super) fn delete_volume(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<DeleteVolume<ByName>> {
        let named = self.named(
            field,
            DeleteVolumeKey::DELETE_VOLUME,
            DeleteVolumeKey::Volume,
        );
        let volume = self.volume_target(named.name?)?;
        if let VolumeTarget::Named(index) = volume {
            self.presence
                .unmake(Found::Other(ResourceKind::Volume, index), self.reader);
        }
        Some(DeleteVolume { volume })
    }

    pub(super) fn modify_volume(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> Option<ModifyVolume<ByName>> {
        self.resizes = true;
        let named = self.long_form(field, VolumeKey::MODIFY_VOLUME, VolumeKey::Volume);
        let volume = named.name.and_then(|node| self.volume_target(node));
        let fields = named.options.as_ref()?;
        let draft = volume::described(self.reader, fields);
        let volume_type = match fields.get(VolumeKey::Type) {
            Some(node) => {
                let found = volume::volume_type(self.reader, node)?;
                self.check_change(&draft, found, node.span);
                Some(found)
            }
            None => None,
        };
        if fields.iter().all(|one| one.key == VolumeKey::Volume) {
            self.reader.report(Code::EmptyStep, field.at, || {
                Draft::new("`modify-volume` changes nothing")
                    .label("expected `size`, `type`, `iops` or `throughput`")
            });
        }
        let change = VolumeChange {
            volume_type,
            size_gib: draft.size.map(|(size, _)| size),
            iops: draft.iops.map(|(iops, _)| iops),
            throughput: draft.throughput.map(|(throughput, _)| throughput),
        };
        Some(ModifyVolume {
            volume: volume?,
            change,
        })
    }

    /// What is wrong with a change whatever the volume is now.
    fn check_change(&mut self, draft: &volume::VolumeDraft, volume_type: VolumeType, at: Span) {
        let name = volume_type.name();
        let limits = volume_type.limits();
        let storage = UsageType::VolumeUsage(volume_type);
        if self.prices.rate(storage).is_none() {
            let region = self.region.name();
            self.reader.report(Code::NoPrice, at, || {
                Draft::new(format!(
                    "volumes of type `{name}` have no price in {region}"
                ))
                .label("no price is known")
            });
        }
        let iops = volume_type.takes_iops();
        let throughput = volume_type.takes_throughput();
        let throughput_least = limits.throughput.min.unwrap_or(1);
        for (given, takes, least, most, what) in [
            (
                draft.size,
                true,
                limits.min_size_gib,
                limits.max_size_gib,
                "GiB",
            ),
            (draft.iops, iops, limits.iops.min, limits.iops.max, "IOPS"),
            (
                draft.throughput,
                throughput,
                throughput_least,
                limits.throughput.max,
                "MiB/s",
            ),
        ] {
            let Some((number, at)) = given else { continue };
            if takes && (least..=most).contains(&number) {
                continue;
            }
            self.reader.report(Code::VolumeLimit, at, || {
                let draft = Draft::new(format!(
                    "a volume of type `{name}` can't have {number} {what}"
                ));
                draft.label(if takes {
                    format!("expected {least} to {most}")
                } else {
                    "not with this type".to_owned()
                })
            });
        }
    }
}
