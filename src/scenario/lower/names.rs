//! Who has which name: instances, members of groups, addresses and volumes share one namespace.

use std::{collections::BTreeMap, sync::Arc};

use super::super::{
    Code,
    kind::STEPS,
    nearest::nearest,
    reader::{Draft, Reader, Span},
    tree::{Key, Kind, Node, quoted},
};
use super::image::is_built_in;
use crate::{
    action::Verb,
    money::grouped,
    record::{ByKind, ResourceKind},
    script::{Limits, Target},
};

/// The verbs that make something of a name of its own, and their key for it.
const MAKES: &[(Verb, &str, ResourceKind)] = &[
    (Verb::AllocateAddress, "address", ResourceKind::Address),
    (Verb::CreateVolume, "volume", ResourceKind::Volume),
    (Verb::AllocateHost, "host", ResourceKind::DedicatedHost),
    (
        Verb::CreateCapacityReservation,
        "reservation",
        ResourceKind::CapacityReservation,
    ),
    (Verb::CreateSnapshot, "snapshot", ResourceKind::Snapshot),
    (Verb::CreateImage, "image", ResourceKind::Image),
    (Verb::AttachInterface, "interface", ResourceKind::Interface),
];

/// The longest name.
const LONGEST: usize = 128;

/// What a name was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// An instance, or a whole group: the index of its entry.
    Entry(usize),
    /// A member of a group, from 0.
    Member(usize, u32),
    /// Something of another kind, by its index.
    Other(ResourceKind, u32),
    /// A placement group, by its index.
    Group(usize),
}

impl Found {
    /// Which kind of resource; none for what is only described.
    pub(super) fn kind(self) -> Option<ResourceKind> {
        match self {
            Self::Entry(_) | Self::Member(..) => Some(ResourceKind::Instance),
            Self::Other(kind, _) => Some(kind),
            Self::Group(_) => None,
        }
    }

    /// What it is in a sentence: `an instance`.
    pub(super) fn what(self) -> &'static str {
        self.kind().map_or("a placement group", ResourceKind::what)
    }
}

/// An instance or group of the file.
#[derive(Debug, Clone)]
pub(super) struct EntryName {
    /// Shared with the index: there may be many.
    pub(super) name: Arc<str>,
    pub(super) count: Option<u32>,
    pub(super) first_slot: u32,
}

impl EntryName {
    pub(super) fn slots(&self) -> u32 {
        self.count.unwrap_or(1)
    }
}

/// All names of a file.
#[derive(Debug, Default)]
pub(super) struct Declared {
    limits: Limits,
    /// Whether it was told that there are too many instances.
    told: bool,
    by_name: BTreeMap<Arc<str>, (Found, Span)>,
    entries: Vec<EntryName>,
    others: ByKind<Vec<Arc<str>>>,
    groups: Vec<Arc<str>>,
    /// The instance that each image is made of first, by the image's index; and whether that step has to be refused.
    image_sources: BTreeMap<u32, (Arc<str>, bool)>,
    /// The names that are used of snapshots that come with an image: by the image and their number, from the root on.
    image_snapshots: BTreeMap<(u32, u16), u32>,
    /// The zone that a step gives each host or reservation first, by its index.
    zones: ByKind<BTreeMap<u32, Arc<str>>>,
    /// How many of each kind exist from the start.
    initial: ByKind<usize>,
}

/// Whether something looks like an id of EC2's for an instance: a name that does would hide it.
fn looks_like_instance_id(name: &str) -> bool {
    name.strip_prefix("i-").is_some_and(|digits| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Why a name can't be one.
fn fault(name: &str) -> Option<&'static str> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if matches!(name, "self" | "cost") {
        Some("this name is reserved")
    } else if name.is_empty() || !name.chars().all(inside) {
        Some("expected letters, digits, `-`, `_`, `.`")
    } else if !name.starts_with(char::is_alphanumeric) {
        Some("expected a letter or digit first")
    } else if name.chars().count() > LONGEST {
        Some("expected at most 128 characters")
    } else if looks_like_instance_id(name) {
        Some("this would look like an EC2 id")
    } else {
        None
    }
}

/// Whether something can be called so without quotes.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let is_word = matches!(
        name,
        "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "null"
            | "y"
            | "n"
            | "none"
            | "open"
            | "total"
    );
    fault(name).is_none()
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.is_ascii()
        && !is_word
        && !is_built_in(name)
}

/// A name, whose mistakes are told.
pub(super) fn checked(key: &Key<'_>, reader: &mut Reader) -> Arc<str> {
    let name: Arc<str> = Arc::from(key.text);
    if let Some(fault) = fault(&name) {
        reader.report(Code::BadName, key.span, || {
            Draft::new(format!("{} can't be a name", quoted(&name))).label(fault)
        });
    }
    name
}

impl Declared {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Gives a name to something that the file declares. It takes its place in any case, so that numbers stay right.
    pub(super) fn declare(
        &mut self,
        key: &Key<'_>,
        kind: ResourceKind,
        count: Option<u32>,
        reader: &mut Reader,
    ) {
        let name = checked(key, reader);
        let found = if kind == ResourceKind::Instance {
            let first_slot = self
                .entries
                .last()
                .map_or(0, |last| last.first_slot.saturating_add(last.slots()));
            let slots = u64::from(first_slot) + u64::from(count.unwrap_or(1));
            let most = self.limits.launches();
            if slots > most && !std::mem::replace(&mut self.told, true) {
                reader.report(Code::TooManyInstances, key.span, || {
                        Draft::new(format!("the file has more than {} instances", grouped(most)))
                            .label("this one exceeds the limit")
                            .note("`--max-instances` raises the limit: it sets how many there may be at a time; in all, there may be five times as many")
                    });
            }
            self.entries.push(EntryName {
                name: Arc::clone(&name),
                count,
                first_slot,
            });
            Found::Entry(self.entries.len() - 1)
        } else {
            let others = &mut self.others[kind];
            others.push(Arc::clone(&name));
            Found::Other(kind, index(others.len() - 1))
        };
        self.enter(name, found, key.span, reader);
    }

    /// Gives a name to a placement group.
    pub(super) fn declare_group(&mut self, key: &Key<'_>, reader: &mut Reader) {
        let name = checked(key, reader);
        self.groups.push(Arc::clone(&name));
        self.enter(name, Found::Group(self.groups.len() - 1), key.span, reader);
    }

    /// The names of the placement groups.
    pub(super) fn groups(&self) -> &[Arc<str>] {
        &self.groups
    }

    /// An instance or a group that is there already. Of two of one name the later has it.
    pub(super) fn enter_known(&mut self, name: &str, count: Option<u32>) {
        let name: Arc<str> = name.into();
        let first_slot = self
            .entries
            .last()
            .map_or(0, |last| last.first_slot.saturating_add(last.slots()));
        self.entries.push(EntryName {
            name: Arc::clone(&name),
            count,
            first_slot,
        });
        let found = Found::Entry(self.entries.len() - 1);
        self.by_name.insert(name, (found, Span::default()));
    }

    /// The same for something else.
    pub(super) fn enter_other(&mut self, name: &str, kind: ResourceKind) {
        let others = &mut self.others[kind];
        others.push(name.into());
        let found = Found::Other(kind, index(others.len() - 1));
        self.enter_alias(name, found);
    }

    /// Another name of something that is there.
    pub(super) fn enter_alias(&mut self, name: &str, found: Found) {
        self.by_name.insert(name.into(), (found, Span::default()));
    }

    fn enter(&mut self, name: Arc<str>, found: Found, at: Span, reader: &mut Reader) {
        if is_built_in(&name) {
            reader.report(Code::NameTaken, at, || {
                Draft::new(format!(
                    "the name {} is that of a built-in image",
                    quoted(&name)
                ))
                .label("expected another name")
            });
        }
        if let Some(&(other, first)) = self.by_name.get(&name) {
            reader.report(Code::NameTaken, at, || {
                let message = format!(
                    "the name {} is already used by {}",
                    quoted(&name),
                    other.what()
                );
                Draft::new(message)
                    .label("expected another name")
                    .also(first, "it is used here")
            });
            return;
        }
        self.by_name.insert(name, (found, at));
    }

    /// Reports names that are those of members of a group as well.
    pub(super) fn find_clashes(&self, reader: &mut Reader) {
        for (name, &(_, at)) in &self.by_name {
            self.clash(name, at, reader);
        }
    }

    fn clash(&self, name: &str, at: Span, reader: &mut Reader) {
        let Some((entry, _)) = self.member(name) else {
            return;
        };
        let group = self.entries.get(entry).map_or("", |entry| &entry.name);
        let first = self.by_name.get(group).map_or(at, |(_, at)| *at);
        reader.report(Code::NameTaken, at, || {
            let message = format!(
                "the name {} is already used by a member of {}",
                quoted(name),
                quoted(group)
            );
            Draft::new(message)
                .label("expected another name")
                .also(first, "the group is declared here")
        });
    }

    fn member(&self, name: &str) -> Option<(usize, u32)> {
        let (group, number) = name.rsplit_once('-')?;
        let plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = number.parse().ok().filter(|_| plain)?;
        let (Found::Entry(entry), _) = *self.by_name.get(group)? else {
            return None;
        };
        let count = self.entries.get(entry)?.count?;
        (1..=count).contains(&number).then(|| (entry, number - 1))
    }

    /// Gives names to what the script makes.
    pub(super) fn declare_from_steps(&mut self, steps: &Node<'_>, reader: &mut Reader) {
        self.nothing_is_made();
        self.declare_in(steps, reader);
    }

    /// What the file declares is all that there is.
    pub(super) fn nothing_is_made(&mut self) {
        for &kind in ResourceKind::ALL {
            self.initial[kind] = self.others[kind].len();
        }
    }

    fn declare_in(&mut self, steps: &Node<'_>, reader: &mut Reader) {
        let Kind::Seq(steps) = steps.kind else {
            return;
        };
        for step in steps {
            let Kind::Map(entries) = step.kind else {
                continue;
            };
            for entry in entries {
                match entry.key.text {
                    STEPS => self.declare_in(&entry.value, reader),
                    verb => {
                        let makes = MAKES.iter().find(|makes| makes.0.name() == verb);
                        let Some(&(_, key, kind)) = makes else {
                            continue;
                        };
                        let several = match entry.value.kind {
                            Kind::Seq(names) => names,
                            Kind::Null | Kind::Scalar(_) | Kind::Map(_) => {
                                std::slice::from_ref(&entry.value)
                            }
                        };
                        for one in several {
                            // What is made of something else is named in a mapping only.
                            let short = matches!(one.kind, Kind::Scalar(_));
                            if short
                                && !matches!(kind, ResourceKind::Volume | ResourceKind::Address)
                            {
                                continue;
                            }
                            self.declare_made(named(one, key), kind, reader);
                            if kind == ResourceKind::Image {
                                let fails = entries.iter().any(|entry| entry.key.text == "fails");
                                self.note_source(one, fails);
                            } else {
                                self.note_zone(one, key);
                            }
                        }
                    }
                }
            }
        }
    }

    fn declare_made(&mut self, node: Option<&Node<'_>>, kind: ResourceKind, reader: &mut Reader) {
        let Some(Node {
            kind: Kind::Scalar(name),
            span,
        }) = node
        else {
            return;
        };
        // `web/eth1` came with an instance.
        if kind == ResourceKind::Interface && name.contains('/') {
            return;
        }
        // A name that was given up may be used again for the same kind of thing.
        let known = self.by_name.get(*name);
        if known.is_some_and(|(found, _)| found.kind() == Some(kind)) {
            return;
        }
        let key = Key {
            span: *span,
            text: name,
        };
        self.declare(&key, kind, None, reader);
        self.clash(name, *span, reader);
    }

    fn note_zone(&mut self, step: &Node<'_>, key: &str) {
        let text = |key: &str| match named(step, key)?.kind {
            Kind::Scalar(text) => Some(text),
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => None,
        };
        if let (Some(name), Some(zone)) = (text(key), text("zone"))
            && let Some(Found::Other(kind, index)) = self.find(name)
        {
            self.zones[kind]
                .entry(index)
                .or_insert_with(|| Arc::from(zone));
        }
    }

    /// The zone in which a step makes a host or a reservation first, as it is written.
    pub(super) fn zone_where(&self, kind: ResourceKind, made: u32) -> Option<&str> {
        self.zones[kind].get(&made).map(|zone| &**zone)
    }

    fn note_source(&mut self, step: &Node<'_>, fails: bool) {
        let text = |key: &str| match named(step, key)?.kind {
            Kind::Scalar(text) => Some(text),
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => None,
        };
        if let (Some(image), Some(instance)) = (text("image"), text("instance"))
            && let Some(Found::Other(ResourceKind::Image, index)) = self.find(image)
        {
            let source = self.image_sources.entry(index);
            let (known, known_fails) = source.or_insert_with(|| (Arc::from(instance), fails));
            if *known_fails && !fails {
                (*known, *known_fails) = (Arc::from(instance), false);
            }
        }
    }

    /// The entry that an image is made of.
    pub(super) fn image_source(&self, image: u32) -> Option<usize> {
        match self.find(&self.image_sources.get(&image)?.0)? {
            Found::Entry(entry) | Found::Member(entry, _) => Some(entry),
            Found::Group(_) | Found::Other(..) => None,
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Found> {
        let whole = self.by_name.get(name).map(|(found, _)| *found);
        whole.or_else(|| {
            self.member(name)
                .map(|(entry, member)| Found::Member(entry, member))
        })
    }

    /// A snapshot that comes with an image which a step makes, and that image: `golden-2/root`, `golden-2/1`. Which of them
    /// there are is known when it is made.
    pub(super) fn of_image(&mut self, name: &str) -> Option<(Found, Found)> {
        let (image, which) = name.split_once('/')?;
        let made = self.find(image)?;
        let Found::Other(ResourceKind::Image, index) = made else {
            return None;
        };
        // One that the file describes has none.
        if usize::try_from(index).ok()? < self.initial[ResourceKind::Image] {
            return None;
        }
        let plain = !which.starts_with('0') && which.bytes().all(|byte| byte.is_ascii_digit());
        let number: u16 = match which {
            "root" => 0,
            number => number.parse().ok().filter(|_| plain)?,
        };
        let names = &mut self.others[ResourceKind::Snapshot];
        let new = || {
            names.push(Arc::from(name));
            self::index(names.len() - 1)
        };
        let snapshot = self
            .image_snapshots
            .entry((index, number))
            .or_insert_with(new);
        Some((Found::Other(ResourceKind::Snapshot, *snapshot), made))
    }

    /// Where something was declared.
    pub(super) fn place_of(&self, found: Found) -> Option<Span> {
        let name = match found {
            Found::Entry(entry) | Found::Member(entry, _) => &self.entries.get(entry)?.name,
            Found::Other(kind, other) => self.others[kind].get(usize::try_from(other).ok()?)?,
            Found::Group(group) => self.groups.get(group)?,
        };
        self.by_name.get(name).map(|(_, at)| *at)
    }

    pub(super) fn entry(&self, entry: usize) -> Option<&EntryName> {
        self.entries.get(entry)
    }

    /// Whose slot it is: the index of an entry.
    pub(super) fn entry_of(&self, slot: u32) -> Option<usize> {
        let next = self
            .entries
            .partition_point(|entry| entry.first_slot <= slot);
        next.checked_sub(1)
    }

    pub(super) fn entry_count(&self) -> usize {
        self.entries.len()
    }

    /// How many of a kind exist from the start, and in all.
    pub(super) fn counts(&self, kind: ResourceKind) -> (usize, usize) {
        (self.initial[kind], self.others[kind].len())
    }

    /// The slots of an instance, a group or a member.
    pub(super) fn target(&self, found: Found) -> Option<Target> {
        match found {
            Found::Entry(entry) => self.entry(entry).map(|entry| Target::Slots {
                first: entry.first_slot,
                count: entry.slots(),
                group: entry.count.is_some(),
            }),
            Found::Member(entry, member) => self.entry(entry).map(|entry| Target::Slots {
                first: entry.first_slot.saturating_add(member),
                count: 1,
                group: false,
            }),
            Found::Other(..) | Found::Group(_) => None,
        }
    }

    /// The known names of a kind, without those of members.
    fn of_kind(&self, kind: ResourceKind) -> impl Iterator<Item = &str> {
        let instances = self.entries.iter().map(|entry| &*entry.name);
        instances
            .filter(move |_| kind == ResourceKind::Instance)
            .chain(self.others[kind].iter().map(|name| &**name))
    }

    /// The known name of a kind that is nearest to what was written.
    pub(super) fn nearest(&self, name: &str, kind: ResourceKind) -> Option<&str> {
        nearest(name, self.of_kind(kind))
    }

    /// The nearest name of something of another kind.
    pub(super) fn nearest_of_others(
        &self,
        name: &str,
        kind: ResourceKind,
    ) -> Option<(&str, ResourceKind)> {
        let kinds = ResourceKind::ALL.iter().filter(|other| **other != kind);
        let each = kinds.filter_map(|&other| Some((self.nearest(name, other)?, other)));
        each.min_by_key(|(near, _)| strsim::osa_distance(name, near))
    }

    /// A few of the names of a kind, for a note; empty if there are none.
    pub(super) fn some(&self, kind: ResourceKind) -> Vec<&str> {
        const FEW: usize = 8;
        self.of_kind(kind).take(FEW).collect()
    }

    pub(super) fn into_parts(self) -> NameParts {
        drop(self.by_name);
        let texts = |names: Vec<Arc<str>>| names.iter().map(|name| String::from(&**name)).collect();
        (self.entries, self.others.map(texts), self.image_snapshots)
    }
}

/// The entries, the other names by kind, and which of these are snapshots that come with images.
type NameParts = (
    Vec<EntryName>,
    ByKind<Vec<String>>,
    BTreeMap<(u32, u16), u32>,
);

/// The name in an action's short form, or below a key of its long one.
fn named<'n, 't>(node: &'n Node<'t>, key: &str) -> Option<&'n Node<'t>> {
    match node.kind {
        Kind::Scalar(_) => Some(node),
        Kind::Map(entries) => entries
            .iter()
            .find(|entry| entry.key.text == key)
            .map(|entry| &entry.value),
        Kind::Null | Kind::Seq(_) => None,
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
