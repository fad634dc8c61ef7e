//! Actions on snapshots, images and network interfaces.

use super::{
    super::{
        Code,
        keys::{
            AttachInterfaceKey, DeregisterKey, DetachInterfaceKey, FastRestoreKey, ImageOfKey,
            Keys, ReplaceRootKey, RestoreKey, SlowRestoreKey, SnapshotKey, SnapshotNameKey,
            StepKey,
        },
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
    },
    Found, Lower,
    actions::act,
    asked::Asked,
    image::{self, ImageDraft, is_built_in},
};
use crate::{
    action::{
        ArchiveSnapshot, AttachNetworkInterface, CreateImage, CreateSnapshot, DeleteSnapshot,
        DeregisterImage, DetachNetworkInterface, EnableFastRestores, ReplaceRootVolume,
        RestoreSnapshot,
    },
    record::ResourceKind,
    script::{Act, InterfaceTarget, Target, VolumeTarget},
    time::SimDuration,
};

/// How much data a volume is said to hold.
pub(super) struct Holds {
    /// So many GiB.
    used: u32,
    /// How many GiB it has room for, where the file says it.
    size: Option<u32>,
    /// How many volumes its instance has, where it is of an image.
    count: Option<usize>,
    at: Span,
}

impl Holds {
    /// What one volume holds.
    const fn new(used: u32, size: Option<u32>, at: Span) -> Self {
        Self {
            used,
            size,
            count: None,
            at,
        }
    }
}

impl Lower<'_> {
    /// Something of a kind by its name: an index into the cast's.
    pub(super) fn thing(&mut self, node: &Node<'_>, kind: ResourceKind) -> Option<u32> {
        let text = self.reader.text(node, "a name")?;
        match self.names.find(text) {
            Some(Found::Other(found, index)) if found == kind => Some(index),
            Some(other) => {
                self.wrong_kind(text, node.span, other, kind);
                None
            }
            None => {
                if kind == ResourceKind::Snapshot
                    && let Some((Found::Other(_, index), image)) = self.names.of_image(text)
                {
                    self.was_made(image, node, "makes the image of");
                    return Some(index);
                }
                self.unknown_name(text, node.span, kind);
                None
            }
        }
    }

    /// The same, of something that an earlier step has to have made.
    pub(super) fn held(
        &mut self,
        node: Option<&Node<'_>>,
        kind: ResourceKind,
        makes: &str,
    ) -> Option<u32> {
        let node = node?;
        let index = self.thing(node, kind)?;
        self.was_made(Found::Other(kind, index), node, makes);
        Some(index)
    }

    pub(super) fn made(
        &mut self,
        node: Option<&Node<'_>>,
        kind: ResourceKind,
        fails: bool,
    ) -> Option<u32> {
        let node = node?;
        let index = self.thing(node, kind)?;
        let found = Found::Other(kind, index);
        self.presence.make(found, node.span, !fails, self.reader);
        Some(index)
    }

    /// Reports an option that has to be there beside the name, and isn't.
    fn needs_too<K: Copy + PartialEq>(
        &mut self,
        field: Field<'_, '_, StepKey>,
        options: Option<&Fields<'_, '_, K>>,
        keys: Keys<K>,
        needed: &[(K, &str)],
    ) {
        if options.is_some() {
            self.reader.needs(field, options, keys, needed);
        }
    }

    pub(super) fn create_snapshot(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let named = self.long_form(asked.field, SnapshotKey::SNAPSHOT, SnapshotKey::Volume);
        let volume = named.name.and_then(|node| self.volume_target(node));
        let (mut snapshot, mut used) = (None, Some(None));
        for option in named.iter() {
            match option.key {
                SnapshotKey::Volume => {}
                SnapshotKey::Snapshot => snapshot = Some(option.value),
                SnapshotKey::Used => {
                    used = self.reader.size(option.value).map(Some);
                    if let (Some(Some(used)), Some(volume)) = (used, &volume) {
                        let size = self.size_of(volume);
                        self.holds.push(Holds::new(used, size, option.value.span));
                    }
                }
            }
        }
        self.needs_too(
            asked.field,
            named.options.as_ref(),
            SnapshotKey::SNAPSHOT,
            &[(SnapshotKey::Snapshot, "before")],
        );
        let snapshot = self.made(snapshot, ResourceKind::Snapshot, asked.fails);
        Some(act(CreateSnapshot {
            volume: volume?,
            snapshot: snapshot?,
            used_gib: used?,
        }))
    }

    /// How large a volume is, where the file says it.
    fn size_of(&self, volume: &VolumeTarget) -> Option<u32> {
        match volume {
            VolumeTarget::Named(name) => self.sizes.get(name).copied(),
            VolumeTarget::Of(Target::Slots { first, .. }, place) => {
                let spec = self.specs.get(self.names.entry_of(*first)?)?.as_ref()?;
                let is_there = spec.image.ebs_root || *place > 0;
                let place = usize::from(*place) - usize::from(!spec.image.ebs_root && is_there);
                let volume = spec.volumes.get(place).filter(|_| is_there)?;
                Some(volume.size_gib)
            }
            VolumeTarget::Of(Target::Own | Target::Id(_), _) => None,
        }
    }

    /// How large the volumes of an instance are, of which an image can be made, the root first.
    fn volumes_of(&self, instance: &Target) -> Option<Vec<u32>> {
        let Target::Slots { first, .. } = instance else {
            return None;
        };
        let spec = self.specs.get(self.names.entry_of(*first)?)?.as_ref()?;
        let volumes = spec.volumes.iter().map(|volume| volume.size_gib);
        spec.image.ebs_root.then(|| volumes.collect())
    }

    /// Data that a volume has no room for is a mistake, as is data of a volume that isn't there.
    pub(super) fn finish_holds(&mut self) {
        let (resizes, reattaches) = (self.resizes, self.reattaches);
        for Holds {
            used,
            size,
            count,
            at,
        } in std::mem::take(&mut self.holds)
        {
            let may_change = resizes || (reattaches && count.is_some());
            match (size, count) {
                (Some(size), _) if used > size && !may_change => {
                    self.reader.report(Code::VolumeLimit, at, || {
                        Draft::new(format!("{used} GiB are more than the volume has"))
                            .label(format!("it has {size} GiB"))
                    });
                }
                (None, Some(count)) if !reattaches => {
                    self.reader.report(Code::VolumeLimit, at, || {
                        Draft::new("the instance has no such volume").label(match count {
                            0 | 1 => "it has only `root`".to_owned(),
                            _ => format!("expected `root`, or 1 to {}", count - 1),
                        })
                    });
                }
                _ => {}
            }
        }
    }

    pub(super) fn delete_snapshots(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let snapshot = lower.snapshot(asked)?;
            let found = Found::Other(ResourceKind::Snapshot, snapshot);
            if !asked.fails {
                lower.presence.unmake(found, lower.reader);
            }
            Some(DeleteSnapshot { snapshot }.into())
        })
    }

    pub(super) fn archive_snapshots(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let snapshot = lower.snapshot(asked)?;
            Some(ArchiveSnapshot { snapshot }.into())
        })
    }

    pub(super) fn restore_snapshots(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = RestoreKey::RESTORE;
            let named = lower.named(asked.field, keys, RestoreKey::Snapshot);
            let snapshot = lower.held(named.name, ResourceKind::Snapshot, "makes");
            let mut days = Some(None);
            for option in named.iter() {
                match option.key {
                    RestoreKey::Snapshot => {}
                    RestoreKey::Days => days = lower.reader.whole(option.value, 1, 180).map(Some),
                }
            }
            let restore = RestoreSnapshot {
                snapshot: snapshot?,
                lasts: days?.map(|days| SimDuration::from_hours(24 * days)),
            };
            Some(restore.into())
        })
    }

    pub(super) fn enable_fast_restore(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = FastRestoreKey::FAST_RESTORE;
        let named = self.long_form(asked.field, keys, FastRestoreKey::Snapshot);
        let snapshot = self.held(named.name, ResourceKind::Snapshot, "makes");
        let mut zones = None;
        for option in named.iter() {
            match option.key {
                FastRestoreKey::Snapshot => {}
                FastRestoreKey::Zones => zones = Some(self.zones(option.value)?),
            }
        }
        let options = named.options.as_ref();
        self.needs_too(
            asked.field,
            options,
            keys,
            &[(FastRestoreKey::Zones, "[ us-east-1a ]")],
        );
        Some(act(EnableFastRestores {
            snapshot: snapshot?,
            zones: zones?,
            enabled: true,
        }))
    }

    pub(super) fn disable_fast_restores(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = SlowRestoreKey::SLOW_RESTORE;
            let named = lower.named(asked.field, keys, SlowRestoreKey::Snapshot);
            let snapshot = lower.held(named.name, ResourceKind::Snapshot, "makes");
            let mut zones = Vec::new();
            for option in named.iter() {
                match option.key {
                    SlowRestoreKey::Snapshot => {}
                    SlowRestoreKey::Zones => zones = lower.zones(option.value)?,
                }
            }
            let restores = EnableFastRestores {
                snapshot: snapshot?,
                zones,
                enabled: false,
            };
            Some(restores.into())
        })
    }

    /// A list of zones, which isn't empty.
    fn zones(&mut self, node: &Node<'_>) -> Option<Vec<&'static str>> {
        let what = "a list of zones";
        let items = self.reader.items(node, what)?;
        if items.is_empty() {
            return self.reader.wrong_shape(node, what);
        }
        items.iter().map(|item| self.zone(item)).collect()
    }

    fn snapshot(&mut self, asked: &Asked<'_, '_>) -> Option<u32> {
        let keys = SnapshotNameKey::SNAPSHOT_NAME;
        let named = self.named(asked.field, keys, SnapshotNameKey::Snapshot);
        self.held(named.name, ResourceKind::Snapshot, "makes")
    }

    pub(super) fn create_image(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let named = self.long_form(asked.field, ImageOfKey::IMAGE_OF, ImageOfKey::Instance);
        let instance = named.name.and_then(|node| self.one_instance(node));
        let (mut image, mut no_reboot, mut used) = (None, Some(false), Some(Vec::new()));
        for option in named.iter() {
            match option.key {
                ImageOfKey::Instance => {}
                ImageOfKey::Image => image = Some(option.value),
                ImageOfKey::NoReboot => no_reboot = self.reader.flag(option.value),
                ImageOfKey::Used => used = self.used_of_image(option.value, instance.as_ref()),
            }
        }
        self.needs_too(
            asked.field,
            named.options.as_ref(),
            ImageOfKey::IMAGE_OF,
            &[(ImageOfKey::Image, "golden")],
        );
        let image = self.made(image, ResourceKind::Image, asked.fails);
        Some(act(CreateImage {
            instance: instance?,
            image: image?,
            no_reboot: no_reboot?,
            used_gib: used?,
        }))
    }

    /// How much of each volume of an image holds data: of `root`, and of the data volumes by their numbers.
    fn used_of_image(
        &mut self,
        node: &Node<'_>,
        instance: Option<&Target>,
    ) -> Option<Vec<(usize, u32)>> {
        let volumes = instance.and_then(|instance| self.volumes_of(instance));
        let entries = self
            .reader
            .entries(node, "a mapping from `root`, `1`, … to sizes")?;
        let each = entries.iter().map(|entry| {
            let number = match entry.key.text {
                "root" => Some(0),
                other => other.parse().ok().filter(|&number| number > 0),
            };
            if number.is_none() {
                self.reader.report(Code::UnknownWord, entry.key.span, || {
                    let name = quoted(entry.key.text);
                    Draft::new(format!("{name} is no volume of an image"))
                        .label("expected `root`, or the number of a data volume from 1 on")
                });
            }
            let used = self.reader.size(&entry.value);
            if let (Some(number), Some(used), Some(volumes)) = (number, used, &volumes) {
                let size = volumes.get(number).copied();
                let at = size.map_or(entry.key.span, |_| entry.value.span);
                self.holds.push(Holds {
                    count: Some(volumes.len()),
                    ..Holds::new(used, size, at)
                });
            }
            Some((number?, used?))
        });
        let each: Vec<_> = each.collect();
        each.into_iter().collect()
    }

    pub(super) fn deregister_images(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let named = lower.named(asked.field, DeregisterKey::DEREGISTER, DeregisterKey::Image);
            let image = lower.held(named.name, ResourceKind::Image, "makes")?;
            let found = Found::Other(ResourceKind::Image, image);
            if !asked.fails {
                lower.presence.unmake(found, lower.reader);
            }
            Some(DeregisterImage { image }.into())
        })
    }

    pub(super) fn replace_root_volume(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            lower.resizes = true;
            let keys = ReplaceRootKey::REPLACE_ROOT;
            let named = lower.named(asked.field, keys, ReplaceRootKey::Instance);
            let instance = named.name.and_then(|node| lower.one_instance(node));
            let options = named.options.as_ref();
            let snapshot = match options.and_then(|options| options.get(ReplaceRootKey::Snapshot)) {
                Some(node) => Some(lower.held(Some(node), ResourceKind::Snapshot, "makes")?),
                None => None,
            };
            let instance = instance?;
            Some(ReplaceRootVolume { instance, snapshot }.into())
        })
    }

    pub(super) fn attach_interface(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = AttachInterfaceKey::ATTACH_INTERFACE;
        let named = self.long_form(asked.field, keys, AttachInterfaceKey::Interface);
        let interface = named.name.and_then(|node| {
            let target = self.interface(node)?;
            if let InterfaceTarget::Named(index) = target {
                let found = Found::Other(ResourceKind::Interface, index);
                if !self.presence.was_made(found) {
                    self.presence
                        .make(found, node.span, !asked.fails, self.reader);
                }
            }
            Some(target)
        });
        let options = named.options.as_ref();
        self.needs_too(
            asked.field,
            options,
            keys,
            &[(AttachInterfaceKey::Instance, "web")],
        );
        let instance = options.and_then(|options| options.get(AttachInterfaceKey::Instance));
        let instance = instance.and_then(|node| self.one_instance(node));
        Some(act(AttachNetworkInterface {
            interface: interface?,
            instance: instance?,
        }))
    }

    pub(super) fn detach_interfaces(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = DetachInterfaceKey::DETACH_INTERFACE;
            let named = lower.named(asked.field, keys, DetachInterfaceKey::Interface);
            let node = named.name?;
            let interface = lower.interface(node)?;
            if let InterfaceTarget::Named(index) = interface {
                let found = Found::Other(ResourceKind::Interface, index);
                lower.was_made(found, node, "attaches");
            }
            Some(DetachNetworkInterface { interface }.into())
        })
    }

    /// An interface by its name: `eth1`, `web/eth1`.
    pub(super) fn interface(&mut self, node: &Node<'_>) -> Option<InterfaceTarget> {
        let text = self.reader.text(node, "the name of an interface")?;
        let Some((owner, which)) = text.split_once('/') else {
            let index = self.thing(node, ResourceKind::Interface)?;
            return Some(InterfaceTarget::Named(index));
        };
        let whom = self.known_whom(owner, node.span)?;
        let target = self.single(&whom)?;
        self.acted_on(&whom);
        let place = which.strip_prefix("eth").and_then(|n| n.parse().ok());
        let count = self
            .spec_of(whom.found)
            .map_or(u16::MAX, |spec| spec.interfaces);
        match place.filter(|&place| place < count) {
            Some(place) => Some(InterfaceTarget::Of(target, place)),
            None => {
                self.reader.report(Code::UnknownName, node.span, || {
                    let draft =
                        Draft::new(format!("the instance has no interface {}", quoted(which)));
                    if count == 1 {
                        draft.label("it is launched with `eth0`")
                    } else {
                        draft.label(format!("expected `eth0` to `eth{}`", count - 1))
                    }
                });
                None
            }
        }
    }

    /// What the launch of an instance or a member asks for, where its description has no mistake.
    pub(super) fn spec_of(&self, found: Option<Found>) -> Option<&crate::world::InstanceSpec> {
        match found? {
            Found::Entry(entry) | Found::Member(entry, _) => self.specs.get(entry)?.as_deref(),
            Found::Group(_) | Found::Other(..) => None,
        }
    }

    /// The images that the file describes, in its order.
    pub(super) fn described_images(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        let expected = "a mapping from names to images";
        for entry in self.reader.entries(node, expected).unwrap_or_default() {
            let draft = match entry.value.kind {
                Kind::Scalar(_) => self
                    .reader
                    .wrong_shape(&entry.value, "a mapping that describes an image"),
                Kind::Null | Kind::Seq(_) | Kind::Map(_) => image::image(self.reader, &entry.value),
            };
            self.images.push(draft);
        }
    }

    /// The image of an instance: a built-in one, one of the file's, or a description.
    pub(super) fn image_of(&mut self, node: &Node<'_>) -> Option<ImageDraft> {
        if let Kind::Scalar(text) = node.kind
            && !is_built_in(text)
            && let Some(Found::Other(ResourceKind::Image, index)) = self.names.find(text)
        {
            return Some(ImageDraft::Own(index));
        }
        image::image(self.reader, node)
    }
}
