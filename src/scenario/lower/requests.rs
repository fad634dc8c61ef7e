//! Actions on addresses and volumes.

use super::{
    super::{
        Code,
        keys::{
            ALLOCATE, ASSOCIATE, ATTACH, CREATE_VOLUME, DELETE_VOLUME, DETACH, DISASSOCIATE,
            MODIFY_VOLUME, RELEASE, Table,
        },
        reader::{Draft, Span},
        shape::{Field, Fields},
        source::offset,
        tree::{Kind, Node, quoted},
    },
    Found, Lower, Thing,
    actions::Whom,
    steps::Asked,
    volume::{self, Use},
};
use crate::{
    action::{
        AllocateAddress, AssociateAddress, AttachVolume, CreateVolume, DeleteVolume, DetachVolume,
        DisassociateAddress, ModifyVolume, ReleaseAddress, VolumeChange,
    },
    catalog::Dimension,
    script::{ByName, Target, VolumeTarget},
};

/// What an action names, in its short or its long form.
struct Named<'n, 't> {
    name: Option<&'n Node<'t>>,
    options: Option<Fields<'n, 't>>,
}

impl<'n, 't> Named<'n, 't> {
    fn option(&self, name: &str) -> Option<&'n Node<'t>> {
        self.options.as_ref().and_then(|options| options.get(name))
    }
}

impl Lower<'_> {
    /// `release-address: front` is `release-address: { address: front }`.
    fn named<'n, 't>(
        &mut self,
        field: Field<'n, 't>,
        table: &'static Table,
        key: &str,
    ) -> Named<'n, 't> {
        if let Kind::Scalar(_) = field.value.kind {
            return Named {
                name: Some(field.value),
                options: None,
            };
        }
        self.long_form(field, table, key)
    }

    fn long_form<'n, 't>(
        &mut self,
        field: Field<'n, 't>,
        table: &'static Table,
        key: &str,
    ) -> Named<'n, 't> {
        let expected = format!("a mapping with `{key}`");
        let options = self.reader.fields(field.value, table, &expected);
        let name = options.as_ref().and_then(|options| options.get(key));
        if options.is_some() && name.is_none() {
            let what = format!("`{}`", field.key.name);
            self.reader.missing_key(field.at, &what, key, "…");
        }
        Named { name, options }
    }

    fn address(&mut self, node: &Node<'_>) -> Option<u32> {
        let text = self.reader.text(node, "the name of an address")?;
        match self.names.find(text) {
            Some(Found::Address(address)) => Some(address),
            Some(other) => {
                self.wrong_kind(text, node.span, other, Thing::Address);
                None
            }
            None => {
                self.unknown_name(text, node.span, Thing::Address);
                None
            }
        }
    }

    /// An address that has to have been allocated.
    fn held_address(&mut self, named: &Named<'_, '_>) -> Option<u32> {
        let node = named.name?;
        let address = self.address(node)?;
        self.was_made(Found::Address(address), node, "allocates");
        Some(address)
    }

    fn was_made(&mut self, found: Found, node: &Node<'_>, makes: &str) {
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
        let named = self.named(asked.field, &ALLOCATE, "address");
        let node = named.name?;
        let address = self.address(node)?;
        self.presence.make(
            Found::Address(address),
            node.span,
            !asked.fails,
            self.reader,
        );
        Some(AllocateAddress { address })
    }

    pub(super) fn associate_address(
        &mut self,
        field: Field<'_, '_>,
    ) -> Option<AssociateAddress<ByName>> {
        let named = self.long_form(field, &ASSOCIATE, "address");
        let address = self.held_address(&named);
        let instance = self.instance_option(field, &named);
        let allow_reassociation = match named.option("allow-reassociation") {
            Some(node) => self.reader.flag(node)?,
            None => true,
        };
        Some(AssociateAddress {
            address: address?,
            instance: instance?,
            allow_reassociation,
        })
    }

    pub(super) fn disassociate_address(
        &mut self,
        field: Field<'_, '_>,
    ) -> Option<DisassociateAddress<ByName>> {
        let named = self.named(field, &DISASSOCIATE, "address");
        let address = self.held_address(&named)?;
        Some(DisassociateAddress { address })
    }

    pub(super) fn release_address(
        &mut self,
        field: Field<'_, '_>,
    ) -> Option<ReleaseAddress<ByName>> {
        let named = self.named(field, &RELEASE, "address");
        let address = self.held_address(&named)?;
        self.presence.unmake(Found::Address(address), self.reader);
        Some(ReleaseAddress { address })
    }

    /// The one instance that an action needs besides.
    fn instance_option(&mut self, field: Field<'_, '_>, named: &Named<'_, '_>) -> Option<Target> {
        let Some(node) = named.option("instance") else {
            if named.options.is_some() {
                let what = format!("`{}`", field.key.name);
                self.reader.missing_key(field.at, &what, "instance", "…");
            }
            return None;
        };
        self.one_instance(node)
    }

    fn one_instance(&mut self, node: &Node<'_>) -> Option<Target> {
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
                Some(found @ Found::Volume(volume)) => {
                    self.was_made(found, node, "creates");
                    Some(VolumeTarget::Named(volume))
                }
                Some(other) => {
                    self.wrong_kind(text, node.span, other, Thing::Volume);
                    None
                }
                None => {
                    self.unknown_name(text, node.span, Thing::Volume);
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
            number if number.starts_with('0') => None,
            number => number.parse::<u16>().ok(),
        };
        let spec = match whom.found {
            Some(Found::Entry(entry) | Found::Member(entry, _)) => {
                self.specs.get(entry).and_then(Option::as_ref)
            }
            Some(Found::Address(_) | Found::Volume(_)) | None => None,
        };
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
        let named = self.long_form(asked.field, &CREATE_VOLUME, "volume");
        let fields = named.options.as_ref()?;
        let mut draft = volume::described(self.reader, fields);
        if let Some(node) = fields.get("type") {
            let found = volume::volume_type(self.reader, node);
            draft.broken |= found.is_none();
            draft.volume_type = found.map(|found| (found, node.span));
        }
        let zone = match fields.get("zone") {
            Some(node) => self.zone(node),
            None => Some(self.default_zone()),
        };
        let spec = self.settle_volume(&draft, Use::Own);
        let node = named.name?;
        let text = self.reader.text(node, "a name")?;
        let found = self.names.find(text)?;
        let Found::Volume(volume) = found else {
            return None;
        };
        self.presence
            .make(found, node.span, !asked.fails, self.reader);
        Some(CreateVolume {
            volume,
            spec: spec?,
            zone: zone?,
        })
    }

    pub(super) fn attach_volume(&mut self, field: Field<'_, '_>) -> Option<AttachVolume<ByName>> {
        let named = self.long_form(field, &ATTACH, "volume");
        let volume = named.name.and_then(|node| self.volume_target(node));
        let instance = self.instance_option(field, &named);
        let device = match named.option("device") {
            Some(node) => Some(self.reader.text(node, "a device name")?.into()),
            None => None,
        };
        Some(AttachVolume {
            volume: volume?,
            instance: instance?,
            device,
        })
    }

    pub(super) fn detach_volume(&mut self, field: Field<'_, '_>) -> Option<DetachVolume<ByName>> {
        let named = self.named(field, &DETACH, "volume");
        let volume = named.name.and_then(|node| self.volume_target(node));
        let instance = match named.option("instance") {
            Some(node) => Some(self.one_instance(node)?),
            None => None,
        };
        self.option(named.options.as_ref(), "force");
        Some(DetachVolume {
            volume: volume?,
            instance,
        })
    }

    pub(super) fn delete_volume(&mut self, field: Field<'_, '_>) -> Option<DeleteVolume<ByName>> {
        let named = self.named(field, &DELETE_VOLUME, "volume");
        let volume = self.volume_target(named.name?)?;
        if let VolumeTarget::Named(index) = volume {
            self.presence.unmake(Found::Volume(index), self.reader);
        }
        Some(DeleteVolume { volume })
    }

    pub(super) fn modify_volume(&mut self, field: Field<'_, '_>) -> Option<ModifyVolume<ByName>> {
        let named = self.long_form(field, &MODIFY_VOLUME, "volume");
        let volume = named.name.and_then(|node| self.volume_target(node));
        let fields = named.options.as_ref()?;
        let draft = volume::described(self.reader, fields);
        let volume_type = match fields.get("type") {
            Some(node) => {
                let found = volume::volume_type(self.reader, node)?;
                self.check_change(&draft, found, node.span);
                Some(found)
            }
            None => None,
        };
        let changes = fields.iter().filter(|one| one.key.name != "volume").count();
        if changes == 0 {
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
    fn check_change(
        &mut self,
        draft: &volume::VolumeDraft,
        volume_type: crate::catalog::VolumeType,
        at: Span,
    ) {
        let name = volume_type.name();
        let limits = volume_type.limits();
        if self
            .prices
            .volume(volume_type, Dimension::Storage)
            .is_none()
        {
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
