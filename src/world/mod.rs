//! The account: its instances, volumes and addresses, and what becomes of them.
//!
//! The world is given the time and returns what happened and what is to happen next; it knows no clock, no queue, no
//! money and not who asks. Requests come through `action`; what falls due by itself through [`World::fall_due`].

mod capacity;
mod containers;
mod effects;
#[cfg(any(test, feature = "reach"))]
mod essence;
mod functions;
mod groups;
mod hosts;
mod ids;
mod images;
mod instance;
mod instances;
mod interfaces;
mod kept;
mod launch;
mod modifications;
mod moves;
mod quotas;
mod reservations;
mod resources;
mod room;
mod scheduled;
mod spec;
mod spot;
mod spot_prices;
#[cfg(test)]
mod tests;
mod timers;
mod tokens;
mod trouble;

use std::{borrow::Cow, collections::BTreeMap, net::Ipv4Addr};

use crate::{
    catalog::RegionId,
    compute::{Ecs, Lambda, Load, ServiceState},
    id::{Id, Seeded},
    lifecycle::{Phase, environment},
    network::{Home, PrivatePool, PublicPool},
    record::{AddressHandle, InstanceHandle, Resource, ResourceKind, VolumeHandle},
    time::SimTime,
};

pub use crate::{
    catalog::CreditMode,
    lifecycle::Tenancy,
    network::{AddressStanding, Vpc},
};
pub use capacity::{Market, Pool};
pub use effects::{Delay, Due, Effects, FollowUp, Process};
pub use groups::{Berth, GroupId, GroupSpec, Placement, PlacementGroup, Strategy};
pub(crate) use hosts::HostRefusal;
pub use hosts::{DedicatedHost, HostSpec};
pub use images::{Image, Snapshot, SnapshotState};
pub use instance::{Holdings, Instance, Memory, StatusChecks};
pub use interfaces::Interface;
pub use kept::DataState;
pub use launch::{Origin, Origins};
pub use quotas::Quotas;
pub use reservations::{
    CapacityReservation, ReservationSpec, ReservationState, Reserving, SlotKind,
};
pub(crate) use reservations::{ReservationRefusal, slots_of};
pub use resources::{ElasticIp, Volume};
pub(crate) use resources::{number_of_replaced, replaced_root};
pub use scheduled::{EventCode, ScheduledEvent};
pub use spec::{
    Attributes, ImageName, ImageSpec, InstanceSpec, OverImage, ShutdownBehavior, VolumeSpec,
};
pub use spot::{Cause, Interruption, SpotOptions, SpotRequest};
pub use spot_prices::{SpotTable, has_spot_advice};
pub use timers::TimerKey;
pub use trouble::{Disturbance, WhichCheck};

use effects::Lasts;
pub(crate) use effects::Limit;
#[cfg(any(test, feature = "reach"))]
pub(crate) use essence::Essence;
pub(crate) use moves::ReasonChange;
use moves::next;
pub(crate) use tokens::{ClientTokens, UsedToken};
pub(crate) use trouble::OS_TIMEOUT;

/// An account in one Region: everything in it has a handle, and an id in EC2's form.
#[derive(Debug, Clone)]
pub struct World {
    region: RegionId,
    root: Seeded,
    instances: instances::Instances,
    volumes: Vec<Volume>,
    addresses: Vec<ElasticIp>,
    snapshots: Vec<Snapshot>,
    images: Vec<Image>,
    interfaces: Vec<Interface>,
    public_pool: PublicPool,
    private_pool: PrivatePool,
    spot: spot::Spot,
    tokens: ClientTokens,
    timers: timers::Timers,
    /// What is set to fall due for things other than instances.
    pending: BTreeMap<Resource, timers::Pending>,
    /// What may stand against one more instance; none where nothing does.
    room: Option<Box<room::Room>>,
    groups: Vec<PlacementGroup>,
    hosts: Vec<DedicatedHost>,
    reservations: Vec<CapacityReservation>,
    /// What has taken over from what by itself, until somebody asks.
    successions: Vec<(Resource, Resource)>,
    address_quota: u64,
    /// What each id stands for: kept from when somebody first asks by an id on. Scripts never do, and a million entries
    /// cost what a tenth of their replay costs.
    ids: Option<BTreeMap<Id, Resource>>,
    /// How often each kind of thing was made by somebody who gives no names.
    numbered: BTreeMap<&'static str, u64>,
    /// Its functions, when they go on, and whether something of them is under way.
    lambda: Lambda,
    lambda_next: Option<(SimTime, bool)>,
    /// Its clusters, likewise.
    ecs: Ecs,
    ecs_next: Option<(SimTime, bool)>,
    /// The loads that there were, each with when it began and what was asked.
    loads: Vec<(SimTime, Resource, Load)>,
}

impl World {
    /// An empty account. Every id and address in it comes from the seed.
    pub fn new(region: RegionId, seed: u64) -> Self {
        Self {
            region,
            root: Seeded::new(seed),
            instances: instances::Instances::default(),
            volumes: Vec::new(),
            addresses: Vec::new(),
            snapshots: Vec::new(),
            images: Vec::new(),
            interfaces: Vec::new(),
            public_pool: PublicPool::new(region),
            private_pool: PrivatePool::new(region, None),
            spot: spot::Spot::default(),
            tokens: ClientTokens::default(),
            timers: timers::Timers::default(),
            pending: BTreeMap::new(),
            room: None,
            groups: Vec::new(),
            hosts: Vec::new(),
            reservations: Vec::new(),
            successions: Vec::new(),
            address_quota: Quotas::default().addresses,
            ids: None,
            numbered: BTreeMap::new(),
            lambda: Lambda::default(),
            lambda_next: None,
            ecs: Ecs::default(),
            ecs_next: None,
            loads: Vec::new(),
        }
    }

    /// Private addresses come from the default subnets of a VPC.
    #[must_use]
    pub fn with_vpc(mut self, vpc: Option<Vpc>) -> Self {
        self.private_pool = PrivatePool::new(self.region, vpc);
        self
    }

    /// The Region.
    pub const fn region(&self) -> RegionId {
        self.region
    }

    /// Where all its ids come from.
    pub(crate) const fn root(&self) -> Seeded {
        self.root
    }

    /// Whether it is no longer there.
    pub(crate) fn is_gone(&self, resource: Resource) -> bool {
        match resource {
            Resource::Instance(instance) => self
                .live(instance)
                .is_none_or(|instance| instance.phase() == Phase::Terminated),
            Resource::Volume(volume) => self.volume(volume).is_deleted(),
            Resource::Address(address) => self.address(address).is_released(),
            Resource::Snapshot(snapshot) => {
                self.snapshot(snapshot).state() == SnapshotState::Deleted
            }
            Resource::Image(image) => self.image(image).is_deregistered(),
            Resource::DedicatedHost(host) => self.dedicated_host(host).is_released(),
            Resource::CapacityReservation(reservation) => {
                self.capacity_reservation(reservation).has_ended()
            }
            Resource::Interface(interface) => self.interface(interface).is_deleted(),
            Resource::Environment(environment) => {
                self.lambda.phase(environment) == environment::Phase::Shutdown
            }
            Resource::Task(task) => {
                self.ecs.task(task).phase() == crate::lifecycle::task::Phase::Stopped
            }
            Resource::Service(service) => {
                self.ecs.service(service).state() == Some(ServiceState::Inactive)
            }
            Resource::Cluster(_) => false,
            // They can be looked at for good.
            Resource::SpotRequest(_) | Resource::Function(_) => false,
        }
    }

    /// How many of a kind there ever were.
    pub(crate) fn count(&self, kind: ResourceKind) -> usize {
        match kind {
            ResourceKind::Instance => self.instances.len(),
            ResourceKind::Volume => self.volumes.len(),
            ResourceKind::Address => self.addresses.len(),
            ResourceKind::Snapshot => self.snapshots.len(),
            ResourceKind::Image => self.images.len(),
            ResourceKind::Interface => self.interfaces.len(),
            ResourceKind::SpotRequest => self.spot_requests().len(),
            ResourceKind::DedicatedHost => self.hosts.len(),
            ResourceKind::CapacityReservation => self.reservations.len(),
            ResourceKind::Function => self.lambda.len(),
            ResourceKind::Environment => self.lambda.environments(),
            ResourceKind::Cluster => self.ecs.counts().0,
            ResourceKind::Service => self.ecs.counts().1,
            ResourceKind::Task => self.ecs.counts().2,
        }
    }

    /// Takes out what took over from what since somebody last asked.
    pub(crate) fn take_successions(&mut self) -> Vec<(Resource, Resource)> {
        std::mem::take(&mut self.successions)
    }

    pub(crate) const fn has_successions(&self) -> bool {
        !self.successions.is_empty()
    }

    /// An instance. Of one that has ended, what can still be told.
    pub fn instance(&self, handle: InstanceHandle) -> Cow<'_, Instance> {
        self.instances.get(handle)
    }

    /// An instance that has not ended.
    pub(crate) fn live(&self, handle: InstanceHandle) -> Option<&Instance> {
        self.instances.live(handle)
    }

    pub(crate) fn instance_mut(&mut self, handle: InstanceHandle) -> &mut Instance {
        self.instances.get_mut(handle)
    }

    /// A public address for whoever has this key; none where there are none left.
    pub(crate) fn draw_public(&mut self, key: Seeded) -> Option<Ipv4Addr> {
        self.public_pool.draw(Home::of(key), 0)
    }

    /// How many more instances the subnet of a zone has addresses for.
    pub(crate) fn free_addresses(&self, zone: &str) -> u32 {
        self.private_pool.free(zone)
    }

    /// What a private address is that somebody asks for in a zone.
    pub(crate) fn standing_of(&self, zone: &str, address: Ipv4Addr) -> AddressStanding {
        self.private_pool.standing(zone, address)
    }

    /// Draws a private address for something that isn't part of the world.
    pub(crate) fn draw_private(&mut self, zone: &str, key: Seeded) -> Option<Ipv4Addr> {
        self.private_pool.draw(zone, key.purpose("private-ipv4"))
    }

    /// Takes one that is asked for.
    pub(crate) fn take_private(&mut self, address: Ipv4Addr) {
        self.private_pool.take(address);
    }

    /// Gives one back.
    pub(crate) fn give_back_private(&mut self, address: Ipv4Addr) {
        self.private_pool.release(address);
    }

    /// Every instance that was ever launched, in that order.
    pub fn instances(
        &self,
    ) -> impl DoubleEndedIterator<Item = Cow<'_, Instance>> + ExactSizeIterator + Clone {
        (0..self.instances.len()).map(|index| self.instance(InstanceHandle::new(index)))
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
        self.index(Resource::Volume(handle));
        handle
    }

    /// The n-th volume that an instance was launched with.
    pub fn launched_volume(&self, handle: InstanceHandle, n: u16) -> Option<VolumeHandle> {
        let mut launched = self.instance(handle).launched_volumes();
        launched
            .find(|&volume| self.volume(volume).n() == n)
            .or_else(|| {
                let mut all = self.volumes.iter();
                let place = all.position(|one| one.owner() == Some(handle) && one.n() == n);
                place.map(VolumeHandle::new)
            })
    }

    /// An Elastic IP.
    pub fn address(&self, handle: AddressHandle) -> &ElasticIp {
        &self.addresses[handle.index()]
    }

    /// Every Elastic IP that there ever was, in the order of allocation.
    pub fn addresses(&self) -> &[ElasticIp] {
        &self.addresses
    }

    pub(crate) fn add_address(&mut self, address: ElasticIp) -> AddressHandle {
        let handle = AddressHandle::new(self.addresses.len());
        self.addresses.push(address);
        self.index(Resource::Address(handle));
        handle
    }

    /// The client tokens that were used.
    pub(crate) const fn tokens(&self) -> &ClientTokens {
        &self.tokens
    }

    pub(crate) const fn tokens_mut(&mut self) -> &mut ClientTokens {
        &mut self.tokens
    }

    /// The public address that an instance shows: its Elastic IP, or the one from Amazon's pool (`IP-NONE-WITH-EIP`).
    pub fn public_ipv4(&self, instance: &Instance) -> Option<Ipv4Addr> {
        instance.public_ipv4(&self.addresses)
    }

    /// How many instances are there that have not terminated.
    pub const fn alive(&self) -> usize {
        self.instances.alive()
    }

    /// Whether something is under way that the world's end waits for: a transitional state, a reboot.
    pub const fn is_busy(&self) -> bool {
        self.timers.is_under_way()
    }

    /// Whether nothing is under way that somebody who looks from outside would wait for: no transitional state, no reboot, no
    /// status check that is being set up, nothing in the making.
    pub const fn is_settled(&self) -> bool {
        self.timers.are_settled()
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
            .filter(move |&volume| self.volume(volume).instance() == Some(handle))
            .chain(instance.attached_later.iter().copied())
    }
}
