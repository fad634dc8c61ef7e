//! The account: its instances, volumes and addresses, and what becomes of them.
//!
//! The world is given the time and returns what happened and what is to happen next; it knows no clock, no queue, no
//! money and not who asks. Requests come through `action`; what falls due by itself through [`World::fall_due`].

mod instance;
mod instances;
mod kept;
mod launch;
mod moves;
mod resources;
mod spec;
mod step;

use std::{borrow::Cow, net::Ipv4Addr, sync::Arc};

use crate::{
    catalog::TypeId,
    id::Seeded,
    network::{Home, PrivatePool, PublicPool},
    record::{AddressHandle, InstanceHandle, VolumeHandle},
    time::SimTime,
};

pub use crate::catalog::CreditMode;
pub use instance::{Checks, Instance, Memory, Snapshot};
pub use kept::DataState;
pub use launch::LaunchRequest;
pub(crate) use resources::VolumeMake;
pub use resources::{ElasticIp, Volume, VolumeName, VolumeState};
pub use spec::{Cast, CastEntry, ImageSpec, InstanceSpec, ShutdownBehavior, SlotName, VolumeSpec};
pub use step::{Delay, Due, FollowUp, Process, Step};

pub(crate) use launch::{USER_DATA_BYTES, dry_run, unmet_hibernation, user_data_too_long};
pub(crate) use moves::ReasonChange;
pub(crate) use moves::next;

/// The account of a replay.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) cast: Arc<Cast>,
    pub(crate) root: Seeded,
    instances: instances::Instances,
    /// The instance of each slot, if there ever was one.
    current: Vec<Option<InstanceHandle>>,
    volumes: Vec<Volume>,
    /// What the volumes of each entry of the cast are like, once one was launched.
    makes: Vec<Vec<Arc<VolumeMake>>>,
    /// The volume of each name of the cast, if there ever was one.
    named_volumes: Vec<Option<VolumeHandle>>,
    addresses: Vec<ElasticIp>,
    /// The Elastic IP of each name of the cast, if there ever was one.
    named_addresses: Vec<Option<AddressHandle>>,
    public_pool: PublicPool,
    pub(crate) private_pool: PrivatePool,
    pub(crate) tokens: Vec<launch::Token>,
    /// The type and zone that the catalogue was asked for last, if it offers them.
    offered: Option<(TypeId, &'static str)>,
    /// How many instances are in a transitional state, and how many reboots are under way.
    pub(crate) busy: usize,
}

impl World {
    /// An empty account.
    pub fn new(cast: Arc<Cast>, seed: u64) -> Self {
        let slots = usize::try_from(cast.slots()).unwrap_or(usize::MAX);
        Self {
            root: Seeded::new(seed),
            instances: instances::Instances::default(),
            current: vec![None; slots],
            volumes: Vec::new(),
            makes: Vec::new(),
            named_volumes: vec![None; cast.volumes.len()],
            addresses: Vec::new(),
            named_addresses: vec![None; cast.addresses.len()],
            public_pool: PublicPool::new(cast.region),
            private_pool: PrivatePool::new(cast.region),
            tokens: Vec::new(),
            offered: None,
            busy: 0,
            cast,
        }
    }

    /// Who takes part.
    pub fn cast(&self) -> &Arc<Cast> {
        &self.cast
    }

    /// An instance. Of one that has ended, what can still be told.
    pub fn instance(&self, handle: InstanceHandle) -> Cow<'_, Instance> {
        self.instances.get(handle, &self.cast)
    }

    /// An instance that has not ended.
    pub(crate) fn live(&self, handle: InstanceHandle) -> Option<&Instance> {
        self.instances.live(handle)
    }

    pub(crate) fn instance_mut(&mut self, handle: InstanceHandle) -> &mut Instance {
        self.instances.get_mut(handle, &self.cast)
    }

    /// The slot of an instance.
    pub fn slot_of(&self, handle: InstanceHandle) -> u32 {
        self.instances.slot(handle)
    }

    /// A public address for whoever has this key; none where there are none left.
    pub(crate) fn draw_public(&mut self, key: Seeded) -> Option<Ipv4Addr> {
        self.public_pool.draw(Home::of(key), 0)
    }

    /// Where an instance's id comes from.
    pub(crate) fn key_of(&self, handle: InstanceHandle) -> Seeded {
        self.instances.key(handle)
    }

    /// Every instance that was ever launched, in that order.
    pub fn instances(
        &self,
    ) -> impl DoubleEndedIterator<Item = Cow<'_, Instance>> + ExactSizeIterator + Clone {
        (0..self.instances.len()).map(|index| self.instance(InstanceHandle::new(index)))
    }

    /// The instance of a slot, if there ever was one: also one that has terminated.
    pub fn in_slot(&self, slot: u32) -> Option<Cow<'_, Instance>> {
        Some(self.instance(self.handle_in_slot(slot)?))
    }

    /// The handle of the instance of a slot.
    pub(crate) fn handle_in_slot(&self, slot: u32) -> Option<InstanceHandle> {
        let place = usize::try_from(slot).ok()?;
        self.current.get(place).copied().flatten()
    }

    /// The description that an instance was launched from.
    pub fn spec(&self, instance: &Instance) -> &InstanceSpec {
        let entry = usize::try_from(instance.entry).unwrap_or(usize::MAX);
        &self.cast.instances[entry].spec
    }

    /// A volume.
    pub fn volume(&self, handle: VolumeHandle) -> &Volume {
        &self.volumes[handle.index()]
    }

    pub(crate) fn volume_mut(&mut self, handle: VolumeHandle) -> &mut Volume {
        &mut self.volumes[handle.index()]
    }

    /// Every volume that there ever was, in the order of creation.
    pub fn volumes(&self) -> &[Volume] {
        &self.volumes
    }

    pub(crate) fn add_volume(&mut self, volume: Volume) -> VolumeHandle {
        let handle = VolumeHandle::new(self.volumes.len());
        self.volumes.push(volume);
        handle
    }

    /// The volume of a name of the cast, if there ever was one.
    pub fn named_volume(&self, name: u32) -> Option<VolumeHandle> {
        self.named_volumes
            .get(usize::try_from(name).ok()?)
            .copied()
            .flatten()
    }

    pub(crate) fn name_volume(&mut self, name: u32, handle: VolumeHandle) {
        if let Some(place) = usize::try_from(name)
            .ok()
            .and_then(|name| self.named_volumes.get_mut(name))
        {
            *place = Some(handle);
        }
    }

    /// An Elastic IP.
    pub fn address(&self, handle: AddressHandle) -> &ElasticIp {
        &self.addresses[handle.index()]
    }

    pub(crate) fn address_mut(&mut self, handle: AddressHandle) -> &mut ElasticIp {
        &mut self.addresses[handle.index()]
    }

    /// Every Elastic IP that there ever was, in the order of allocation.
    pub fn addresses(&self) -> &[ElasticIp] {
        &self.addresses
    }

    pub(crate) fn add_address(&mut self, name: u32, address: ElasticIp) -> AddressHandle {
        let handle = AddressHandle::new(self.addresses.len());
        self.addresses.push(address);
        if let Some(place) = usize::try_from(name)
            .ok()
            .and_then(|name| self.named_addresses.get_mut(name))
        {
            *place = Some(handle);
        }
        handle
    }

    /// The Elastic IP of a name of the cast, if there ever was one.
    pub fn named_address(&self, name: u32) -> Option<AddressHandle> {
        self.named_addresses
            .get(usize::try_from(name).ok()?)
            .copied()
            .flatten()
    }

    /// The public address that an instance shows: its Elastic IP, or the one from Amazon's pool (`IP-NONE-WITH-EIP`).
    pub fn public_ipv4(&self, instance: &Instance) -> Option<Ipv4Addr> {
        match instance.elastic_ip {
            Some(address) => Some(self.address(address).ip),
            None => instance.auto_public_ipv4,
        }
    }

    /// What an instance has now.
    pub fn snapshot(&self, instance: &Instance) -> Snapshot {
        Snapshot {
            public_ipv4: self.public_ipv4(instance),
            private_ipv4: instance.private_ipv4,
            ipv6_count: instance.ipv6_count,
            host: instance.host,
            memory_epoch: instance.memory_epoch,
            store_epoch: instance.store_epoch,
        }
    }

    /// An action on an instance is accepted: from now on `kept` and `changed` compare with the last moment before it at
    /// which the instance was running. To be called before the action changes anything.
    pub(crate) fn remember(&mut self, handle: InstanceHandle) {
        // One that has ended keeps what it had when that was asked for.
        let Some(instance) = self.live(handle) else {
            return;
        };
        let reference = if instance.lifecycle.phase() == crate::lifecycle::Phase::Running {
            Some(self.snapshot(instance))
        } else {
            instance.last_running
        };
        self.instance_mut(handle).reference = reference;
    }

    /// How many instances are there that have not terminated.
    pub const fn alive(&self) -> usize {
        self.instances.alive()
    }

    /// Whether an instance is in a transitional state, or a reboot is under way.
    pub const fn is_busy(&self) -> bool {
        self.busy > 0
    }

    /// The engine says when a completion falls due.
    pub fn scheduled(&mut self, handle: InstanceHandle, due: SimTime) {
        self.instance_mut(handle).due = due;
    }

    /// The hibernation of an instance is cut off: memory will not be written.
    pub(crate) fn cut_off(&mut self, handle: InstanceHandle) {
        self.instance_mut(handle).cut_off = true;
    }

    /// The volumes that are attached to an instance, those that it was launched with first.
    pub fn attached(&self, instance: &Instance) -> impl Iterator<Item = VolumeHandle> {
        let handle = instance.handle;
        instance
            .launched_volumes()
            .filter(move |&volume| self.volume(volume).state == VolumeState::InUse(handle))
            .chain(instance.attached_later.iter().copied())
    }

    /// What a volume is called in the file.
    pub fn volume_name(&self, handle: VolumeHandle) -> String {
        match self.volume(handle).name {
            VolumeName::Named(name) => usize::try_from(name)
                .ok()
                .and_then(|name| self.cast.volumes.get(name))
                .cloned()
                .unwrap_or_default(),
            VolumeName::Of { slot, n: 0 } => format!("{}/root", self.cast.name(slot)),
            VolumeName::Of { slot, n } => format!("{}/{n}", self.cast.name(slot)),
        }
    }

    /// What an Elastic IP is called in the file.
    pub fn address_name(&self, handle: AddressHandle) -> &str {
        let name = usize::try_from(self.address(handle).name).ok();
        name.and_then(|name| self.cast.addresses.get(name))
            .map_or("", String::as_str)
    }
}
