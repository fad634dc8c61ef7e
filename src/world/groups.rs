//! Placement groups (lifecycle rulebook, section 8.5).

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    lifecycle::Phase,
    record::{
        CapacityReservationHandle, DedicatedHostHandle, InstanceHandle, Notice, NoticeKind,
        RecordKind,
    },
    rule,
};

use super::{Effects, Instance, Reserving, Tenancy, World, room::counts};

/// How the instances of a group lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Close together, in one zone.
    Cluster,
    /// Each on hardware of its own.
    Spread {
        /// Whether a host of its own is enough (Outposts), and not a rack.
        by_host: bool,
    },
    /// In partitions that share no hardware.
    Partition {
        /// How many there are in each zone.
        count: u8,
    },
}

impl Strategy {
    /// Its word in EC2's API, and in the catalogue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Spread { .. } => "spread",
            Self::Partition { .. } => "partition",
        }
    }
}

/// Which of the account's placement groups: they are there from the start, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupId(pub usize);

/// A placement group, as an account is given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSpec {
    /// Its name, which in EC2 is what it is called by.
    pub name: Arc<str>,
    /// How its instances lie to each other.
    pub strategy: Strategy,
}

/// A placement group that is there.
#[derive(Debug, Clone)]
pub struct PlacementGroup {
    spec: GroupSpec,
    /// Its instances, by zone and partition.
    members: BTreeMap<(&'static str, Option<u8>), Members>,
    /// How many more there is room for, in zones where somebody has said so.
    left: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Members {
    /// Those that have not terminated.
    there: u64,
    /// Those that run, or are about to.
    running: u64,
}

/// Where an instance lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placement {
    /// On whose hardware.
    pub tenancy: Tenancy,
    /// Its placement group (`PG-ONE`: at most one).
    pub group: Option<GroupId>,
    /// Its partition of that, from 1.
    pub partition: Option<u8>,
    /// The Dedicated Host that it was launched on, named or bound to; else any that fits.
    pub host: Option<DedicatedHostHandle>,
    /// Whether it stays with the host of its launch (`TEN-HOST-AFFINITY`).
    pub affinity: bool,
    /// The Dedicated Host that it is on.
    pub on: Option<DedicatedHostHandle>,
    /// Which Capacity Reservation it would come into.
    pub reserving: Reserving,
    /// The Capacity Reservation that it is in.
    pub slot: Option<CapacityReservationHandle>,
}

/// What of the account's own a launch names, that it is to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Berth {
    /// The Dedicated Host.
    pub host: Option<DedicatedHostHandle>,
    /// The Capacity Reservation; else what its description says.
    pub reserving: Option<Reserving>,
}

impl PlacementGroup {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// How its instances lie to each other.
    pub const fn strategy(&self) -> Strategy {
        self.spec.strategy
    }

    /// How many of its instances run in a zone, or are about to.
    pub(crate) fn running(&self, zone: &str) -> u64 {
        let here = self.members.iter().filter(|((at, _), _)| *at == zone);
        here.map(|(_, members)| members.running).sum()
    }

    /// How many more it has room for in a zone; none if nobody has said so.
    pub(crate) fn left(&self, zone: &str) -> Option<u64> {
        self.left.get(zone).copied()
    }

    /// A zone other than this in which it has instances.
    pub(crate) fn other_zone(&self, zone: &str) -> Option<&'static str> {
        let there = self.members.iter().filter(|(_, members)| members.there > 0);
        there.map(|((at, _), _)| *at).find(|at| *at != zone)
    }

    /// The partition of a zone with the fewest instances, the lowest of equals (`PG-PARTITION`).
    fn emptiest(&self, zone: &'static str) -> Option<u8> {
        let Strategy::Partition { count } = self.spec.strategy else {
            return None;
        };
        let there = |partition: &u8| {
            let members = self.members.get(&(zone, Some(*partition)));
            members.map_or(0, |members| members.there)
        };
        (1..=count).min_by_key(there)
    }
}

impl Instance {
    /// Its placement group and its partition.
    pub fn placement(&self) -> Placement {
        self.placement.as_deref().copied().unwrap_or_default()
    }
}

impl World {
    /// The account has a placement group.
    pub fn add_group(&mut self, spec: &GroupSpec) -> GroupId {
        // From now on instances are counted.
        self.room_mut();
        let handle = GroupId(self.groups.len());
        self.groups.push(PlacementGroup {
            spec: spec.clone(),
            members: BTreeMap::new(),
            left: BTreeMap::new(),
        });
        handle
    }

    /// The account's placement groups.
    pub fn groups(&self) -> &[PlacementGroup] {
        &self.groups
    }

    /// A placement group.
    pub fn group(&self, handle: GroupId) -> &PlacementGroup {
        &self.groups[handle.0]
    }

    /// From now on a group has room for so many more in a zone; none for any number.
    pub fn set_group_room(
        &mut self,
        handle: GroupId,
        zone: &'static str,
        places: Option<u64>,
        effects: &mut Effects,
    ) {
        let group = &mut self.groups[handle.0];
        match places {
            Some(places) => group.left.insert(zone, places),
            None => group.left.remove(zone),
        };
        let left = super::capacity::left(places);
        let message = format!("placement group {} in {zone}: {left}", group.spec.name);
        let notice = Notice::new(NoticeKind::Capacity, message, &[rule::PG_HARDWARE]);
        effects.say(RecordKind::Notice(notice));
    }

    /// An instance that was just launched goes to its place.
    pub(super) fn place(&mut self, handle: InstanceHandle, berth: Berth) {
        let spec = self.instances.get_mut(handle).spec.placement;
        let placement = Placement {
            host: berth.host,
            reserving: berth.reserving.unwrap_or(spec.reserving),
            ..spec
        };
        if placement != Placement::default() {
            self.put(handle, placement);
        }
    }

    /// Puts an instance where it belongs: into the partition that it names, or the emptiest one.
    fn put(&mut self, handle: InstanceHandle, mut placement: Placement) {
        // What lies somewhere is counted.
        self.room_mut();
        let zone = self.instances.get_mut(handle).spec.zone;
        if let (Some(group), None) = (placement.group, placement.partition) {
            placement.partition = self.groups[group.0].emptiest(zone);
        }
        let instance = self.instances.get_mut(handle);
        instance.placement = (placement != Placement::default()).then(|| Box::new(placement));
    }

    /// A stopped instance changes its group, or its partition (`PG-MOVE`).
    pub(crate) fn move_to(&mut self, handle: InstanceHandle, placement: Placement) {
        let phase = Some(self.instances.get_mut(handle).phase());
        self.count_in_group(handle, phase, None);
        self.put(handle, placement);
        self.count_in_group(handle, None, phase);
    }

    /// An instance goes from one phase to another, as far as its group cares.
    pub(super) fn count_in_group(
        &mut self,
        handle: InstanceHandle,
        from: Option<Phase>,
        to: Option<Phase>,
    ) {
        let instance = self.instances.get_mut(handle);
        let Some(placement) = instance.placement.as_deref() else {
            return;
        };
        let Some(group) = placement.group else { return };
        let zone = instance.spec.zone;
        let group = &mut self.groups[group.0];
        let members = group
            .members
            .entry((zone, placement.partition))
            .or_default();
        let is_there = |phase: Option<Phase>| phase.is_some_and(|one| one != Phase::Terminated);
        count(&mut members.there, is_there(from), is_there(to));
        count(&mut members.running, counts(from), counts(to));
        if let Some(left) = group.left.get_mut(zone) {
            // What is left goes the other way.
            let has_place = super::room::has_place;
            count(left, has_place(to), has_place(from));
        }
    }
}

/// Counts up for what comes, down for what goes.
fn count(number: &mut u64, from: bool, to: bool) {
    *number = match (from, to) {
        (false, true) => number.saturating_add(1),
        (true, false) => number.saturating_sub(1),
        (false, false) | (true, true) => *number,
    };
}
