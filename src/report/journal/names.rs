//! The names and ids that the lines of a journal give.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    id::{Id, IdKind, Seeded},
    record::{
        AddressHandle, ByKind, InstanceHandle, Resource, ResourceKind, SpotRequestHandle,
        StateReason, VolumeHandle,
    },
    script::{Cast, Directory, VolumeName},
    world::number_of_replaced,
};

/// What the lines have named so far. Handles are given in the order in which things come about, as in the replay.
#[derive(Debug)]
pub(super) struct ReadNames {
    cast: Arc<Cast>,
    /// By name, the place in the cast of its instances and groups, and of whatever else it has.
    entries: BTreeMap<String, usize>,
    others: ByKind<BTreeMap<String, u32>>,
    instances: Vec<(Option<u32>, Id)>,
    volumes: Vec<(VolumeName, Id, Option<InstanceHandle>)>,
    addresses: Vec<(Option<u32>, Id)>,
    /// The names and ids of snapshots, images and interfaces.
    things: BTreeMap<Resource, (String, Id)>,
    /// What EC2 says of an instance's last transition, where that is particular.
    reasons: BTreeMap<InstanceHandle, String>,
    /// The number of the handle that something has.
    numbers: BTreeMap<Id, usize>,
}

impl ReadNames {
    pub(super) fn new(cast: Arc<Cast>) -> Self {
        let entries = cast.instances.iter().map(|entry| entry.name.clone());
        Self {
            entries: entries.zip(0..).collect(),
            others: (cast.others.clone()).map(|names| names.into_iter().zip(0..).collect()),
            cast,
            instances: Vec::new(),
            volumes: Vec::new(),
            addresses: Vec::new(),
            things: BTreeMap::new(),
            reasons: BTreeMap::new(),
            numbers: BTreeMap::new(),
        }
    }

    fn number(&self, kind: IdKind, id: Id) -> Option<usize> {
        self.numbers.get(&id).copied().filter(|_| id.kind() == kind)
    }

    /// The number of something that comes about, if there are so many of its kind yet; none for what isn't of the kind, or is
    /// there.
    fn give(&mut self, kind: IdKind, id: Id, number: usize) -> Option<usize> {
        if id.kind() != kind || self.numbers.contains_key(&id) {
            return None;
        }
        self.numbers.insert(id, number);
        Some(number)
    }

    /// An instance is launched; none if that can't be.
    pub(super) fn launch(&mut self, name: &str, id: Id) -> Option<InstanceHandle> {
        let number = self.give(IdKind::Instance, id, self.instances.len())?;
        let slot = self.slot_of(name);
        self.instances.push((slot, id));
        Some(InstanceHandle::new(number))
    }

    /// A volume is named, maybe for the first time.
    pub(super) fn see_volume(
        &mut self,
        name: &str,
        id: Id,
        owner: Option<InstanceHandle>,
    ) -> Option<VolumeHandle> {
        if let Some(known) = self.number(IdKind::Volume, id) {
            let known = VolumeHandle::new(known);
            if name.contains("/root-") {
                self.rename(known, name);
            }
            return Some(known);
        }
        let number = self.give(IdKind::Volume, id, self.volumes.len())?;
        let named = match owner {
            Some(_) => self.launched(name),
            None => self.others[ResourceKind::Volume]
                .get(name)
                .copied()
                .map(VolumeName::Named),
        };
        let named = named.unwrap_or(VolumeName::Unnamed);
        self.volumes.push((named, id, owner));
        Some(VolumeHandle::new(number))
    }

    /// An Elastic IP is allocated; none if that can't be.
    pub(super) fn allocate(&mut self, name: &str, id: Id) -> Option<AddressHandle> {
        let number = self.give(IdKind::Allocation, id, self.addresses.len())?;
        let name = self.others[ResourceKind::Address].get(name).copied();
        self.addresses.push((name, id));
        Some(AddressHandle::new(number))
    }

    /// The instance of this id, if it was launched.
    pub(super) fn known_instance(&self, id: Id) -> Option<InstanceHandle> {
        self.number(IdKind::Instance, id).map(InstanceHandle::new)
    }

    /// A volume goes by another name from now on: a root that was replaced.
    pub(super) fn rename(&mut self, volume: VolumeHandle, name: &str) {
        if let Some(name) = self.launched(name) {
            self.volumes[volume.index()].0 = name;
        }
    }

    /// The volume of this id, if it was named.
    pub(super) fn known_volume(&self, id: Id) -> Option<VolumeHandle> {
        self.number(IdKind::Volume, id).map(VolumeHandle::new)
    }

    /// The Elastic IP of this id, if it was allocated.
    pub(super) fn known_address(&self, id: Id) -> Option<AddressHandle> {
        self.number(IdKind::Allocation, id).map(AddressHandle::new)
    }

    /// A snapshot, an image or an interface is named, maybe for the first time; none if the id is of something else.
    pub(super) fn see_thing(&mut self, name: &str, id: Id) -> Option<Resource> {
        let kind = *ResourceKind::ALL
            .iter()
            .find(|kind| kind.is_thing() && kind.id() == id.kind())?;
        if let Some(known) = self.number(kind.id(), id) {
            return Some(kind.resource(known));
        }
        let there = self.count(kind);
        let number = self.give(kind.id(), id, there)?;
        let thing = kind.resource(number);
        self.things.insert(thing, (name.to_owned(), id));
        Some(thing)
    }

    /// What EC2 says of an instance's last transition.
    pub(super) fn see_reason(&mut self, instance: InstanceHandle, text: &str) {
        self.reasons.insert(instance, text.to_owned());
    }

    /// The ids and owners of the volumes.
    pub(super) fn volumes(&self) -> impl Iterator<Item = (Id, Option<InstanceHandle>)> {
        self.volumes.iter().map(|&(_, id, owner)| (id, owner))
    }

    /// How many things of a kind there are.
    pub(super) fn count(&self, kind: ResourceKind) -> usize {
        match kind {
            ResourceKind::Instance => self.instances.len(),
            ResourceKind::Volume => self.volumes.len(),
            ResourceKind::Address => self.addresses.len(),
            ResourceKind::Snapshot
            | ResourceKind::Image
            | ResourceKind::Interface
            | ResourceKind::DedicatedHost
            | ResourceKind::CapacityReservation
            | ResourceKind::Function
            | ResourceKind::Environment
            | ResourceKind::Cluster
            | ResourceKind::Service
            | ResourceKind::Task
            | ResourceKind::SpotRequest => {
                let things = self.things.keys();
                things.filter(|thing| thing.kind() == kind).count()
            }
        }
    }

    /// The slot of a name, `web` or `web-2`.
    pub(super) fn slot_of(&self, name: &str) -> Option<u32> {
        let entry = |name: &str| Some(&self.cast.instances[*self.entries.get(name)?]);
        if let Some(entry) = entry(name).filter(|entry| entry.count.is_none()) {
            return Some(entry.first_slot);
        }
        let (group, member) = name.rsplit_once('-')?;
        let (entry, member) = (entry(group)?, member.parse::<u32>().ok()?);
        let count = entry.count.unwrap_or(0);
        (1..=count)
            .contains(&member)
            .then(|| entry.first_slot + member - 1)
    }

    /// What a volume that came with an instance is called: `web/root`, `web/1`.
    fn launched(&self, name: &str) -> Option<VolumeName> {
        let (instance, part) = name.rsplit_once('/')?;
        let slot = self.slot_of(instance)?;
        let n = if part == "root" {
            0
        } else if let Some(k) = part.strip_prefix("root-") {
            number_of_replaced(k.parse().ok()?)
        } else {
            let mut names = self.cast.spec(slot).volume_names.iter();
            match names.find(|(_, name)| **name == *part) {
                Some((number, _)) => *number,
                None => part.parse().ok()?,
            }
        };
        Some(VolumeName::Of { slot, n })
    }
}

impl Directory for ReadNames {
    fn cast(&self) -> &Arc<Cast> {
        &self.cast
    }

    fn slot(&self, instance: InstanceHandle) -> Option<u32> {
        self.instances[instance.index()].0
    }

    fn instance_id(&self, instance: InstanceHandle) -> Id {
        self.instances[instance.index()].1
    }

    fn volume(&self, volume: VolumeHandle) -> VolumeName {
        self.volumes[volume.index()].0
    }

    fn volume_id(&self, volume: VolumeHandle) -> Id {
        self.volumes[volume.index()].1
    }

    fn owner(&self, volume: VolumeHandle) -> Option<InstanceHandle> {
        self.volumes[volume.index()].2
    }

    fn address(&self, address: AddressHandle) -> Option<u32> {
        self.addresses[address.index()].0
    }

    fn address_id(&self, address: AddressHandle) -> Id {
        self.addresses[address.index()].1
    }

    fn thing(&self, thing: Resource) -> (String, Id) {
        self.things[&thing].clone()
    }

    fn reason_text(&self, instance: InstanceHandle, reason: StateReason) -> String {
        let seen = self.reasons.get(&instance);
        seen.map_or_else(|| reason.message().to_owned(), Clone::clone)
    }

    /// No line names one.
    fn spot_request_id(&self, request: SpotRequestHandle) -> Id {
        let number = u64::try_from(request.index()).unwrap_or(u64::MAX);
        Id::new(IdKind::SpotRequest, Seeded::new(number))
    }
}
