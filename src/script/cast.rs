//! Who takes part in a scenario, by name.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    catalog::RegionId,
    record::{ByKind, ResourceKind, index},
    world::InstanceSpec,
};

/// Who takes part in a replay, by name. Slots number the instances of the file in its order, a group's members in theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The Region.
    pub region: RegionId,
    /// The instances and groups, in the order of the file.
    pub instances: Vec<CastEntry>,
    /// The names of whatever else there is, by kind: what exists from the start, then what the script makes.
    pub others: ByKind<Vec<String>>,
    /// The names of snapshots that images are made with, as far as the script has any for them: by the image's name and the
    /// number of the snapshot, from the root on.
    pub image_snapshots: BTreeMap<(u32, u16), u32>,
}

/// An instance, or a group of instances, of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastEntry {
    /// Its name.
    pub name: String,
    /// How many members a group has; none for a plain instance.
    pub count: Option<u32>,
    /// The slot of the instance or of the first member.
    pub first_slot: u32,
    /// What its launch asks for. Entries with the same description share it.
    pub spec: Arc<InstanceSpec>,
    /// What the launches of a group's members ask for where they take turns in several zones: `spec` in each of them.
    pub zoned: Vec<Arc<InstanceSpec>>,
}

impl CastEntry {
    /// How many slots it takes.
    pub fn slots(&self) -> u32 {
        self.count.unwrap_or(1)
    }
}

impl Cast {
    /// How many slots there are.
    pub fn slots(&self) -> u32 {
        self.instances
            .last()
            .map_or(0, |entry| entry.first_slot + entry.slots())
    }

    /// The n-th name of a kind other than instances; empty if there is none.
    pub fn other(&self, kind: ResourceKind, n: u32) -> &str {
        self.others[kind].get(index(n)).map_or("", String::as_str)
    }

    /// The index of the entry that a slot belongs to.
    ///
    /// # Panics
    ///
    /// Panics if there is no such slot.
    pub fn entry_of(&self, slot: u32) -> usize {
        let after = self
            .instances
            .partition_point(|entry| entry.first_slot <= slot);
        assert!(after > 0, "slots are numbered from the first entry on");
        after - 1
    }

    /// What the launch of a slot asks for.
    ///
    /// # Panics
    ///
    /// Panics if there is no such slot.
    pub fn spec(&self, slot: u32) -> &Arc<InstanceSpec> {
        let entry = &self.instances[self.entry_of(slot)];
        if entry.zoned.is_empty() {
            return &entry.spec;
        }
        &entry.zoned[index(slot - entry.first_slot) % entry.zoned.len()]
    }

    /// What the file calls the n-th volume of the launch of a slot, if it has a name.
    pub fn own_volume(&self, slot: u32, n: u16) -> Option<&str> {
        let mut names = self.spec(slot).volume_names.iter();
        let (_, name) = names.find(|(number, _)| *number == n)?;
        Some(name)
    }

    /// The slot of a name.
    pub fn slot_of(&self, name: &str) -> Option<u32> {
        (0..self.slots()).find(|&slot| self.name(slot).to_string() == name)
    }

    /// The name of the instance in a slot: `web`, or `web-2` for a member of a group.
    pub fn name(&self, slot: u32) -> SlotName<'_> {
        let entry = &self.instances[self.entry_of(slot)];
        SlotName {
            name: &entry.name,
            member: entry.count.map(|_| slot - entry.first_slot + 1),
        }
    }
}

/// The name of an instance, printed without making a string of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotName<'a> {
    name: &'a str,
    member: Option<u32>,
}

impl fmt::Display for SlotName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            None => f.pad(self.name),
            Some(member) => f.pad(&format!("{}-{member}", self.name)),
        }
    }
}
