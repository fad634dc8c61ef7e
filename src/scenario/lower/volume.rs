//! Descriptions of volumes: `20GiB gp3`, or a mapping; and the limits of their types.

use std::sync::Arc;

use super::{
    super::{
        Code,
        keys::VolumeKey,
        nearest::{nearest, one_of},
        reader::{Draft, Reader, Span},
        shape::Fields,
        tree::{Kind, Node, quoted},
        value,
    },
    Lower,
};
use crate::{catalog::VolumeType, record::UsageType, world::VolumeSpec};

/// A volume as it is written; what isn't given is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct VolumeDraft {
    pub(super) span: Span,
    pub(super) volume_type: Option<(VolumeType, Span)>,
    pub(super) size: Option<(u32, Span)>,
    pub(super) iops: Option<(u32, Span)>,
    pub(super) throughput: Option<(u32, Span)>,
    pub(super) encrypted: Option<bool>,
    pub(super) delete_on_termination: Option<bool>,
    /// Whether part of it couldn't be read: then nothing more is said about it.
    pub(super) broken: bool,
}

/// A device name and where it stands, if one is given.
pub(super) type Device = Option<(Arc<str>, Span)>;

/// What a volume is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is a root; the default size is given.
    Root(u32),
    /// It comes with an instance.
    Data,
    /// It is of its own.
    Own,
}

impl VolumeDraft {
    pub(super) fn new(span: Span) -> Self {
        Self {
            span,
            volume_type: None,
            size: None,
            iops: None,
            throughput: None,
            encrypted: None,
            delete_on_termination: None,
            broken: false,
        }
    }
}

/// A volume type; its word alone.
pub(super) fn volume_type(reader: &mut Reader, node: &Node<'_>) -> Option<VolumeType> {
    let text = reader.text(node, "a volume type")?;
    let found = VolumeType::find(text);
    if found.is_none() {
        let words = VolumeType::ALL.iter().map(|one| one.name());
        reader.unknown_word(node.span, text, "a volume type", words);
    }
    found
}

/// The word of a short form that says that a volume is encrypted.
const ENCRYPTED: &str = "encrypted";

/// `20GiB gp3 encrypted`, in any order; any of them may be left out.
fn short(reader: &mut Reader, node: &Node<'_>, text: &str) -> VolumeDraft {
    let mut draft = VolumeDraft::new(node.span);
    let mut fail = |draft: &mut VolumeDraft, label: &str, instead: Option<String>| {
        draft.broken = true;
        reader.report(Code::BadSize, node.span, || {
            Draft::new(format!("{} is not a volume", quoted(text)))
                .label(label)
                .instead(instead)
        });
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || words.len() > 3 {
        fail(&mut draft, "expected something like `20GiB gp3`", None);
        return draft;
    }
    for word in &words {
        let instead_of = |mended: &str| {
            let mended: Vec<&str> = words
                .iter()
                .map(|other| if other == word { mended } else { *other })
                .collect();
            mended.join(" ")
        };
        let twice = "expected a size and a type";
        if *word == ENCRYPTED {
            if draft.encrypted.replace(true).is_some() {
                fail(&mut draft, twice, None);
            }
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            match value::size(word) {
                Ok(_) if draft.size.is_some() => fail(&mut draft, twice, None),
                Ok(size) => draft.size = Some((size, node.span)),
                Err(reason) => {
                    let instead = reason.instead.as_deref().map(instead_of);
                    fail(&mut draft, &reason.label, instead);
                }
            }
        } else {
            match VolumeType::find(word) {
                Some(_) if draft.volume_type.is_some() => fail(&mut draft, twice, None),
                Some(found) => draft.volume_type = Some((found, node.span)),
                None => {
                    let words = VolumeType::ALL.iter().map(|one| one.name());
                    let words = words.chain([ENCRYPTED]);
                    let instead = nearest(word, words.clone()).map(instead_of);
                    fail(&mut draft, &format!("expected {}", one_of(words)), instead);
                }
            }
        }
    }
    draft
}

/// Takes the keys that all descriptions of volumes have in common.
pub(super) fn described(reader: &mut Reader, fields: &Fields<'_, '_, VolumeKey>) -> VolumeDraft {
    let mut draft = VolumeDraft::new(fields.span);
    let mut keep = |value: Option<u32>, span: Span| {
        draft.broken |= value.is_none();
        value.map(|value| (value, span))
    };
    for field in fields.iter() {
        let (node, span) = (field.value, field.value.span);
        match field.key {
            VolumeKey::Size => draft.size = keep(reader.size(node), span),
            VolumeKey::Iops => draft.iops = keep(reader.whole_u32(node, 1), span),
            VolumeKey::Throughput => draft.throughput = keep(reader.whole_u32(node, 1), span),
            VolumeKey::Encrypted => draft.encrypted = reader.flag(node),
            VolumeKey::DeleteOnTermination => draft.delete_on_termination = reader.flag(node),
            // What these mean depends on the table.
            VolumeKey::Volume
            | VolumeKey::Type
            | VolumeKey::Device
            | VolumeKey::Zone
            | VolumeKey::Snapshot => {}
        }
    }
    draft
}

impl Lower<'_> {
    /// A volume of an instance.
    pub(super) fn volume(&mut self, node: &Node<'_>) -> Option<VolumeDraft> {
        if let Kind::Scalar(text) = node.kind {
            return Some(short(self.reader, node, text));
        }
        let fields = self.reader.fields(
            node,
            VolumeKey::VOLUME,
            "a volume such as `20GiB gp3`, or a mapping",
        )?;
        Some(self.volume_of(&fields))
    }

    /// A volume of a launch that isn't its root, and its device name.
    pub(super) fn data_volume(&mut self, node: &Node<'_>) -> Option<(VolumeDraft, Device)> {
        if let Kind::Scalar(_) = node.kind {
            return Some((self.volume(node)?, None));
        }
        let expected = "a volume such as `20GiB gp3`, or a mapping";
        let fields = self.reader.fields(node, VolumeKey::DATA_VOLUME, expected)?;
        let device = fields.get(VolumeKey::Device).and_then(|node| {
            let name = self.reader.text(node, "a device name")?;
            Some((Arc::from(name), node.span))
        });
        Some((self.volume_of(&fields), device))
    }

    fn volume_of(&mut self, fields: &Fields<'_, '_, VolumeKey>) -> VolumeDraft {
        let mut draft = described(self.reader, fields);
        if let Some(field) = fields.either(self.reader, VolumeKey::Volume, VolumeKey::Type) {
            let found = volume_type(self.reader, field.value);
            draft.broken |= found.is_none();
            draft.volume_type = found.map(|found| (found, field.value.span));
        }
        draft
    }

    /// A volume that exists from the start, and its zone.
    pub(super) fn initial_volume(&mut self, node: &Node<'_>) -> Option<(VolumeSpec, &'static str)> {
        let (draft, zone) = if let Kind::Scalar(text) = node.kind {
            (short(self.reader, node, text), Some(self.default_zone()))
        } else {
            let expected = "a volume such as `100GiB gp3`, or a mapping";
            let keys = VolumeKey::ZONED_VOLUME;
            let fields = self.reader.fields(node, keys, expected)?;
            let zone = match fields.get(VolumeKey::Zone) {
                Some(zone) => self.zone(zone),
                None => Some(self.default_zone()),
            };
            (self.volume_of(&fields), zone)
        };
        let spec = self.settle_volume(&draft, Use::Own)?;
        Some((spec, zone?))
    }

    /// What a volume is in full. What its type can't be is reported.
    pub(super) fn settle_volume(&mut self, draft: &VolumeDraft, used: Use) -> Option<VolumeSpec> {
        if draft.broken {
            return None;
        }
        let (volume_type, type_at) = draft.volume_type.unwrap_or((VolumeType::Gp3, draft.span));
        let name = volume_type.name();
        let size = match used {
            Use::Root(size) => draft.size.map_or(size, |(size, _)| size),
            Use::Data | Use::Own => {
                let Some((size, _)) = draft.size else {
                    self.reader.report(Code::MissingKey, draft.span, || {
                        Draft::new("a volume needs a size")
                            .label("expected something like `20GiB gp3`")
                    });
                    return None;
                };
                size
            }
        };
        let size_at = draft.size.map_or(draft.span, |(_, at)| at);
        let limits = volume_type.limits();
        let mut fine = true;
        if matches!(used, Use::Root(_)) && !limits.bootable {
            fine = false;
            self.reader.report(Code::VolumeLimit, type_at, || {
                Draft::new(format!(
                    "no instance can start from a volume of type `{name}`"
                ))
                .label("expected an SSD, or `standard`")
            });
        }
        let (least, most) = (limits.min_size_gib, limits.max_size_gib);
        if !(least..=most).contains(&size) {
            fine = false;
            self.reader.report(Code::VolumeLimit, size_at, || {
                Draft::new(format!("a volume of type `{name}` can't have {size} GiB"))
                    .label(format!("expected {least}GiB to {most}GiB"))
            });
        }
        let iops = self.iops(draft, volume_type, size);
        let throughput = self.throughput(draft, volume_type, iops);
        let storage = UsageType::VolumeUsage(volume_type);
        if self.prices.rate(storage).is_none() {
            fine = false;
            let region = self.region.name();
            self.reader.report(Code::NoPrice, type_at, || {
                Draft::new(format!(
                    "volumes of type `{name}` have no price in {region}"
                ))
                .label("no price is known")
                .note(format!("`prices: {{ {name}: $0.08 }}` would set one"))
            });
        }
        let delete = draft.delete_on_termination.unwrap_or(used != Use::Own);
        fine.then_some(VolumeSpec {
            volume_type,
            size_gib: size,
            iops: iops?,
            throughput: throughput?,
            encrypted: draft.encrypted.unwrap_or(false),
            delete_on_termination: delete,
        })
    }

    fn iops(&mut self, draft: &VolumeDraft, volume_type: VolumeType, size: u32) -> Option<u32> {
        let name = volume_type.name();
        let limits = volume_type.limits().iops;
        let Some((iops, at)) = draft.iops else {
            let default = volume_type.default_iops();
            if default.is_none() && volume_type.takes_iops() {
                self.reader.report(Code::MissingKey, draft.span, || {
                    Draft::new(format!("a volume of type `{name}` lacks `iops`"))
                        .label("expected `iops: …`")
                        .note(format!("it takes {} to {} IOPS", limits.min, limits.max))
                });
                return None;
            }
            return Some(default.unwrap_or(0));
        };
        if !volume_type.takes_iops() {
            self.reader.report(Code::VolumeLimit, at, || {
                Draft::new(format!("a volume of type `{name}` takes no `iops`"))
                    .label("only gp3, io1 and io2 take it")
            });
            return None;
        }
        // What comes without being asked for holds at any size.
        let by_size = limits
            .per_gib
            .map_or(limits.max, |each| size.saturating_mul(each));
        let most = limits.max.min(by_size.max(limits.min));
        if (limits.min..=most).contains(&iops) {
            return Some(iops);
        }
        self.reader.report(Code::VolumeLimit, at, || {
            let label = format!("expected {} to {most}", limits.min);
            let draft = Draft::new(format!(
                "a volume of type `{name}` with {size} GiB can't have {iops} IOPS"
            ));
            match limits.per_gib {
                Some(each) if by_size < limits.max => draft
                    .label(label)
                    .note(format!("it takes at most {each} IOPS per GiB")),
                Some(_) | None => draft.label(label),
            }
        });
        None
    }

    fn throughput(
        &mut self,
        draft: &VolumeDraft,
        volume_type: VolumeType,
        iops: Option<u32>,
    ) -> Option<u32> {
        let name = volume_type.name();
        let Some((throughput, at)) = draft.throughput else {
            return Some(volume_type.default_throughput().unwrap_or(0));
        };
        if !volume_type.takes_throughput() {
            self.reader.report(Code::VolumeLimit, at, || {
                Draft::new(format!("a volume of type `{name}` takes no `throughput`"))
                    .label("only gp3 takes it")
            });
            return None;
        }
        let limits = volume_type.limits().throughput;
        let least = limits.min.unwrap_or(1);
        let by_iops = limits
            .iops_for_each
            .zip(iops)
            .map_or(limits.max, |(each, iops)| iops / each);
        let most = limits.max.min(by_iops.max(least));
        if (least..=most).contains(&throughput) {
            return Some(throughput);
        }
        self.reader.report(Code::VolumeLimit, at, || {
            let draft = Draft::new(format!(
                "a volume of type `{name}` can't have {throughput} MiB/s"
            ))
            .label(format!("expected {least} to {most}"));
            match limits.iops_for_each {
                Some(each) if by_iops < limits.max => {
                    draft.note(format!("each MiB/s needs {each} IOPS"))
                }
                Some(_) | None => draft,
            }
        });
        None
    }
}
