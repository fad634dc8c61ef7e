//! One Region of an account: its world, with what the world needn't know of what clients asked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::Arc,
};

use crate::{
    catalog::RegionId,
    engine::{Account, Engine},
    furniture::{Furniture, NetworkInterface, PublicImage, Subnet},
    id::{Id, IdKind, Seeded},
    lifecycle::Phase,
    record::{ImageHandle, InstanceHandle, InterfaceHandle, Resource, ResourceKind, VolumeHandle},
    script::CastEntry,
    time::SimTime,
    world::{AddressStanding, ImageName, Instance, InstanceSpec, VolumeSpec, World},
};

use super::{
    actions::{Fleet, Permissions},
    history::History,
    open_spot::SpotAsked,
    recording::Recording,
};

/// One Region of an account.
#[derive(Debug)]
pub struct Place {
    region: RegionId,
    account: String,
    /// Where furniture ids and the like come from.
    pub(crate) root: Seeded,
    pub(crate) engine: Engine<History>,
    pub(crate) furniture: Furniture,
    /// The launches, by their first instance.
    pub(crate) launches: BTreeMap<InstanceHandle, Launched>,
    /// What single instances have by now that they weren't launched with.
    pub(crate) own: BTreeMap<InstanceHandle, Own>,
    /// What was told of Spot requests that the world doesn't need.
    pub(crate) spot: BTreeMap<Id, Arc<Kept>>,
    /// The names of what clients made, as a scenario would call it.
    pub(crate) names: BTreeMap<Resource, String>,
    /// The names of what Spot requests launch, by the request.
    spot_names: BTreeMap<Id, String>,
    /// Names that are taken, and by how many.
    taken: BTreeMap<String, u32>,
    numbered: BTreeMap<&'static str, u64>,
    pub(crate) recording: Recording,
    /// The Spot requests that clients have made, in that order.
    pub(crate) spot_asked: Vec<SpotAsked>,
    /// What clients said about what they made.
    pub(crate) described: BTreeMap<Id, String>,
    /// The names of images of the account's own.
    pub(crate) image_names: BTreeMap<ImageHandle, String>,
    /// Who else may launch them.
    pub(crate) image_permissions: BTreeMap<ImageHandle, Permissions>,
    /// Who has an address of a subnet that somebody has made: an instance, or an interface of its own.
    holders: BTreeMap<(Id, Ipv4Addr), Option<InstanceHandle>>,
    /// What volumes were before their latest modification.
    pub(crate) modified: BTreeMap<VolumeHandle, VolumeSpec>,
    /// The fleets.
    pub(crate) fleets: Vec<Fleet>,
    /// Interfaces of their own that are the first ones of instances, or were, and outlive them.
    owners: BTreeMap<Id, InstanceHandle>,
    /// The interfaces that were deleted.
    pub(crate) gone_interfaces: BTreeSet<Id>,
    /// Whether an interface of its own ever had an address of a default subnet, so that others don't get what they would get else.
    pub(crate) draws_besides: bool,
    /// The snapshots that volumes were created from.
    pub(crate) snapshots: BTreeMap<VolumeHandle, String>,
    /// Images that nobody made, and that were launched all the same.
    pub(crate) taken_images: BTreeMap<String, PublicImage>,
    /// Names of key pairs that nobody made.
    pub(crate) taken_keys: BTreeSet<String>,
}

/// A launch that a client asked for.
#[derive(Debug, Clone)]
pub(crate) struct Launched {
    /// The id of its reservation.
    pub(crate) reservation: Id,
    /// How many instances.
    pub(crate) count: u32,
    /// The client token, as it was sent or made.
    pub(crate) token: Option<Arc<str>>,
    /// What it asked for that is only shown again.
    pub(crate) kept: Arc<Kept>,
}

/// What a launch asks for that is stored and shown again, without effect on life or bill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kept {
    /// The id of the image, as it was named.
    pub(crate) image: String,
    pub(crate) key_name: Option<String>,
    pub(crate) groups: Vec<Id>,
    pub(crate) subnet: Option<Id>,
    pub(crate) profile: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) description: String,
    pub(crate) hostname_type: Option<String>,
    pub(crate) dns_a: bool,
    pub(crate) dns_aaaa: bool,
    pub(crate) preference: Option<String>,
    /// Whether its first interface goes with it.
    pub(crate) interface_goes: bool,
    /// The interface of its own that is its first one.
    pub(crate) interface: Option<Id>,
    pub(crate) launch_group: Option<String>,
    pub(crate) zone_group: Option<String>,
    /// User data, as it came.
    pub(crate) user_data: Option<String>,
}

/// `MetadataOptions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) tokens: &'static str,
    pub(crate) hops: u32,
    pub(crate) endpoint: &'static str,
    pub(crate) ipv6: &'static str,
    pub(crate) tags: &'static str,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            tokens: "optional",
            hops: 1,
            endpoint: "enabled",
            ipv6: "disabled",
            tags: "disabled",
        }
    }
}

/// What a single instance has by now that it wasn't launched with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Own {
    pub(crate) groups: Option<Vec<Id>>,
    pub(crate) no_source_dest_check: bool,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) user_data: Option<Arc<str>>,
    pub(crate) monitoring: Option<bool>,
    /// What is said about its first interface.
    pub(crate) description: Option<String>,
}

impl Place {
    /// An empty one; what is the same in all accounts comes from a root of its own.
    pub(crate) fn new(
        region: RegionId,
        (root, public): (Seeded, Seeded),
        engine: Engine<History>,
        account: &str,
    ) -> Self {
        Self {
            region,
            account: account.to_owned(),
            root,
            furniture: Furniture::new(region, root, public),
            engine,
            launches: BTreeMap::new(),
            own: BTreeMap::new(),
            spot: BTreeMap::new(),
            names: BTreeMap::new(),
            spot_names: BTreeMap::new(),
            taken: BTreeMap::new(),
            numbered: BTreeMap::new(),
            recording: Recording::default(),
            described: BTreeMap::new(),
            image_names: BTreeMap::new(),
            image_permissions: BTreeMap::new(),
            holders: BTreeMap::new(),
            modified: BTreeMap::new(),
            fleets: Vec::new(),
            owners: BTreeMap::new(),
            gone_interfaces: BTreeSet::new(),
            draws_besides: false,
            snapshots: BTreeMap::new(),
            taken_images: BTreeMap::new(),
            taken_keys: BTreeSet::new(),
            spot_asked: Vec::new(),
        }
    }

    /// The Region.
    pub const fn region(&self) -> RegionId {
        self.region
    }

    /// The number of the account.
    pub(crate) fn owner(&self) -> &str {
        &self.account
    }

    /// The user whose every request is.
    pub(crate) fn user(&self) -> String {
        super::sts::user(&self.account)
    }

    /// The account of its world.
    pub const fn account(&self) -> &Account<History> {
        self.engine.account()
    }

    /// Its world.
    pub(crate) const fn world(&self) -> &World {
        self.engine.account().world()
    }

    pub(crate) const fn history(&self) -> &History {
        self.engine.account().sink()
    }

    /// Whether nothing is under way that a client would wait for.
    pub fn is_settled(&self) -> bool {
        self.world().is_settled() && !self.awaits_spot()
    }

    /// The launch that an instance came from; none for one that a script has launched, or EC2 by itself.
    pub(crate) fn launch(&self, instance: InstanceHandle) -> Option<(&Launched, u32)> {
        let (first, launch) = self.launches.range(..=instance).next_back()?;
        let index = u32::try_from(instance.index() - first.index()).ok()?;
        (index < launch.count).then_some((launch, index))
    }

    /// What an instance shows that its world doesn't need: of one that EC2 has launched by itself, what its request asked for.
    pub(crate) fn kept(&self, instance: InstanceHandle) -> Option<&Arc<Kept>> {
        if let Some((launch, _)) = self.launch(instance) {
            return Some(&launch.kept);
        }
        let request = self.world().spot_handle_of(instance)?;
        self.spot.get(&self.world().id_of(request.into()))
    }

    /// The security groups of an instance.
    pub(crate) fn groups(&self, instance: InstanceHandle) -> Vec<Id> {
        let own = self.own.get(&instance).and_then(|own| own.groups.clone());
        own.or_else(|| {
            let kept = self.kept(instance)?;
            (!kept.groups.is_empty()).then(|| kept.groups.clone())
        })
        .unwrap_or_else(|| {
            let group = self.furniture.default_group(self.vpc_of(instance));
            group.into_iter().collect()
        })
    }

    /// The subnet of an instance, where it is still there: what it was launched into, or the default one of its zone.
    pub(crate) fn subnet_of(&self, instance: InstanceHandle) -> Option<&Subnet> {
        match self.kept(instance).and_then(|kept| kept.subnet) {
            Some(subnet) => self.furniture.subnet(subnet),
            None => {
                let zone = self.world().instance(instance).spec().zone;
                self.furniture.default_subnet(zone)
            }
        }
    }

    /// The VPC of an instance.
    pub(crate) fn vpc_of(&self, instance: InstanceHandle) -> Id {
        let subnet = self.subnet_of(instance);
        subnet.map_or_else(|| self.furniture.default_vpc(), |subnet| subnet.vpc)
    }

    /// The instance whose first interface one of its own is; none when that is over.
    pub(crate) fn owner_of(&self, interface: Id) -> Option<InstanceHandle> {
        let owner = self.owners.get(&interface).copied();
        owner.filter(|&owner| self.world().instance(owner).phase() != Phase::Terminated)
    }

    /// Addresses of default subnets that an interface keeps beyond its instance are its own again: the world gives them back.
    pub(crate) fn retake_addresses(&mut self) {
        let kept = self
            .owners
            .keys()
            .filter(|id| self.owner_of(**id).is_none());
        let kept = kept.filter_map(|id| self.furniture.interfaces.get(id));
        let kept: Vec<Ipv4Addr> = kept
            .filter(|one| {
                let subnet = self.furniture.subnet(one.subnet);
                subnet.is_some_and(|subnet| subnet.is_default)
            })
            .map(|one| one.address)
            .collect();
        for address in kept {
            self.engine.take_private(address);
        }
    }

    /// Instances were launched: a first interface that is one of its own, or that outlives its instance, is known from now on.
    pub(crate) fn keep_interfaces(&mut self, first: InstanceHandle, count: u32) {
        let Some(kept) = self.kept(first).map(Arc::clone) else {
            return;
        };
        if let Some(interface) = kept.interface {
            self.owners.insert(interface, first);
        }
        let Some(subnet) = self.subnet_of(first).cloned() else {
            return;
        };
        if kept.interface_goes {
            return;
        }
        let handles = (first.index()..).map(InstanceHandle::new);
        for instance in handles.take(crate::record::index(count)) {
            let Some(address) = self.world().instance(instance).private_ipv4() else {
                continue;
            };
            if kept.interface.is_none() {
                let key = self.world().key_of(instance.into());
                let id = self.primary_interface(instance);
                let interface = NetworkInterface {
                    id,
                    key: key.purpose("interface").number(0),
                    name: self.new_name(ResourceKind::Interface, None),
                    subnet: subnet.id,
                    address,
                    description: kept.description.clone(),
                    groups: kept.groups.clone(),
                    source_dest_check: true,
                };
                self.furniture.interfaces.insert(id, interface);
                self.owners.insert(id, instance);
            }
            // It stays the interface's.
            self.hold_address(&subnet, address, None);
        }
    }

    /// Whether an id is that of an interface that the world has.
    pub(crate) fn is_of_world(&self, interface: Id) -> bool {
        let interfaces = 0..self.world().interfaces().len();
        let mut handles = interfaces.map(InterfaceHandle::new);
        handles.any(|handle| self.world().id_of(handle.into()) == interface)
    }

    /// What an address of a subnet is.
    pub(crate) fn standing_of(&self, subnet: &Subnet, address: Ipv4Addr) -> AddressStanding {
        if !subnet.cidr.contains(address) {
            AddressStanding::OfAnotherSubnet
        } else if subnet.is_default {
            self.world().standing_of(subnet.zone, address)
        } else if subnet.cidr.reserves(address) {
            AddressStanding::Reserved
        } else if self.is_held(subnet, address) {
            AddressStanding::Taken
        } else {
            AddressStanding::Free
        }
    }

    /// Whether somebody has an address of a subnet that somebody has made. Those of instances are theirs until they terminate.
    fn is_held(&self, subnet: &Subnet, address: Ipv4Addr) -> bool {
        let holder = self.holders.get(&(subnet.id, address));
        holder.is_some_and(|holder| self.still_holds(*holder))
    }

    fn still_holds(&self, holder: Option<InstanceHandle>) -> bool {
        holder.is_none_or(|instance| self.world().instance(instance).phase() != Phase::Terminated)
    }

    /// How many addresses of a subnet somebody has.
    pub(crate) fn taken_in(&self, subnet: &Subnet) -> u32 {
        if subnet.is_default {
            return subnet.cidr.room() - self.free_in(subnet);
        }
        let all = self.holders.range((subnet.id, Ipv4Addr::UNSPECIFIED)..);
        let own = all.take_while(|((id, _), _)| *id == subnet.id);
        let held = own.filter(|(_, holder)| self.still_holds(**holder));
        u32::try_from(held.count()).unwrap_or(u32::MAX)
    }

    /// How many addresses of a subnet nobody has.
    pub(crate) fn free_in(&self, subnet: &Subnet) -> u32 {
        if subnet.is_default {
            self.world().free_addresses(subnet.zone)
        } else {
            subnet.cidr.room() - self.taken_in(subnet)
        }
    }

    /// An address of a subnet that nobody has, and that isn't one of these.
    pub(crate) fn draw_address(
        &mut self,
        subnet: &Subnet,
        key: Seeded,
        but: &[Ipv4Addr],
    ) -> Option<Ipv4Addr> {
        if subnet.is_default {
            return self.engine.draw_private(subnet.zone, key);
        }
        let mut addresses = subnet.cidr.addresses(key.purpose("private-ipv4"));
        addresses.find(|address| !self.is_held(subnet, *address) && !but.contains(address))
    }

    /// An address of a subnet is somebody's: an instance's, or else an interface's of its own.
    pub(crate) fn hold_address(
        &mut self,
        subnet: &Subnet,
        address: Ipv4Addr,
        instance: Option<InstanceHandle>,
    ) {
        if !subnet.is_default {
            self.holders.insert((subnet.id, address), instance);
        } else if instance.is_none() {
            self.engine.take_private(address);
            self.draws_besides = true;
        }
    }

    /// The address of an interface of its own is nobody's any more.
    pub(crate) fn free_address(&mut self, subnet: &Subnet, address: Ipv4Addr) {
        if subnet.is_default {
            self.engine.release_private(address);
        } else {
            self.holders.remove(&(subnet.id, address));
        }
    }

    /// The addresses of a launch into a subnet that somebody has made: the world knows those of the default VPC. None if there are
    /// not as many.
    pub(crate) fn settle_addresses(
        &mut self,
        spec: &mut InstanceSpec,
        subnet: Option<Id>,
        (name, count): (&str, u32),
    ) -> Option<()> {
        let subnet = subnet.and_then(|id| self.furniture.subnet(id)).cloned();
        let Some(subnet) = subnet.filter(|subnet| !subnet.is_default) else {
            return Some(());
        };
        if !spec.private_ipv4.is_empty() {
            return Some(());
        }
        let key = self.world().root().named(name);
        for n in 0..count {
            let key = key.number(u64::from(n));
            let address = self.draw_address(&subnet, key, &spec.private_ipv4)?;
            spec.private_ipv4.push(address);
        }
        Some(())
    }

    /// Instances were launched: their addresses are theirs, and the recording says them where a replay wouldn't draw the same.
    pub(crate) fn keep_addresses(&mut self, first: InstanceHandle, count: u32) {
        let handles = (first.index()..)
            .map(InstanceHandle::new)
            .take(crate::record::index(count));
        let addresses: Vec<Ipv4Addr> = handles
            .clone()
            .filter_map(|one| self.world().instance(one).private_ipv4())
            .collect();
        if let Some(subnet) = self.subnet_of(first).cloned() {
            for (handle, address) in handles.zip(&addresses) {
                self.hold_address(&subnet, *address, Some(handle));
            }
        }
        if self.draws_besides {
            self.recording.say_addresses(addresses);
        }
    }

    /// The metadata options of an instance.
    pub(crate) fn metadata(&self, instance: InstanceHandle) -> Metadata {
        let own = self.own.get(&instance).and_then(|own| own.metadata.clone());
        own.or_else(|| self.kept(instance).map(|kept| kept.metadata.clone()))
            .unwrap_or_default()
    }

    /// Whether requests still find an instance.
    pub(crate) fn is_visible(&self, instance: &Instance) -> bool {
        instance.is_visible(self.account().now())
    }

    /// What is there that has an id, and that clients can still see.
    pub(crate) fn find(&mut self, id: Id) -> Option<Resource> {
        let now = self.account().now();
        if let Some(owner) = self.owner_of(id) {
            return Some(owner.into());
        }
        let found = self.engine.find(id)?;
        let world = self.world();
        let is_there = match found {
            // Its first interface goes when it terminates.
            Resource::Instance(instance) if id.kind() == IdKind::Interface => {
                let is_over = world.instance(instance).phase() == Phase::Terminated;
                !is_over && self.primary_interface(instance) == id
            }
            Resource::Instance(instance) => world.instance(instance).is_visible(now),
            Resource::Volume(volume) => !world.volume(volume).is_deleted(),
            Resource::Address(address) => !world.address(address).is_released(),
            Resource::Image(image) => !world.image(image).is_deregistered(),
            Resource::Interface(interface) => !world.interface(interface).is_deleted(),
            Resource::Snapshot(_)
            | Resource::SpotRequest(_)
            | Resource::DedicatedHost(_)
            | Resource::CapacityReservation(_)
            | Resource::Function(_)
            | Resource::Environment(_)
            | Resource::Cluster(_)
            | Resource::Service(_)
            | Resource::Task(_) => true,
        };
        is_there.then_some(found)
    }

    /// The name of something, as a scenario would call it. What EC2 has launched in the place of an instance bears that one's name,
    /// and that one none any more.
    pub fn name_of(&self, resource: Resource) -> Option<&str> {
        let name = |resource: Resource| self.names.get(&resource).map(String::as_str);
        let Resource::Instance(instance) = resource else {
            return name(resource);
        };
        let Some(request) = self.world().spot_request_of(instance) else {
            return name(resource);
        };
        if request.instance() != instance {
            return None;
        }
        let id = self
            .world()
            .spot_handle_of(instance)
            .map(|one| self.world().id_of(one.into()));
        name(resource).or_else(|| self.spot_names.get(&id?).map(String::as_str))
    }

    /// A name for a new thing of a kind: what its `Name` tag says, if a scenario could call it so and nothing else is called so,
    /// else the next number.
    pub(crate) fn new_name(&mut self, kind: ResourceKind, wanted: Option<&str>) -> String {
        self.new_group_name(kind, wanted, 1)
    }

    /// The same for so many of a launch, each of which goes by it and its number.
    pub(crate) fn new_group_name(
        &mut self,
        kind: ResourceKind,
        wanted: Option<&str>,
        count: u32,
    ) -> String {
        let can_be = |name: &&str| crate::scenario::is_plain_name(name);
        let name = match wanted
            .filter(can_be)
            .filter(|name| self.is_free(name, count))
        {
            Some(name) => name.to_owned(),
            None => {
                let word = if kind == ResourceKind::Instance {
                    "run"
                } else {
                    kind.noun()
                };
                loop {
                    let number = self.numbered.entry(word).or_default();
                    *number += 1;
                    let name = format!("{word}-{number}");
                    if self.is_free(&name, count) {
                        break name;
                    }
                }
            }
        };
        self.taken.insert(name.clone(), count);
        name
    }

    /// Whether nothing is called so, nor as one of so many members would be.
    fn is_free(&self, name: &str, count: u32) -> bool {
        let number = |rest: &str| rest.strip_prefix('-').and_then(|n| n.parse::<u32>().ok());
        let is_member = name.rsplit_once('-').is_some_and(|(group, n)| {
            let count = self.taken.get(group).filter(|&&count| count > 1);
            count.is_some_and(|&count| n.parse::<u32>().is_ok_and(|n| n <= count))
        });
        let clashes = |known: &str| {
            let rest = known.strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.is_empty() || (count > 1 && number(rest).is_some_and(|n| n <= count))
            })
        };
        let near = self.taken.range(name.to_owned()..);
        let mut near = near.take_while(|(known, _)| known.starts_with(name));
        !is_member && !near.any(|(known, _)| clashes(known)) && !self.is_in_script(name)
    }

    /// Instances of a launch go by its name: of several, with their numbers.
    pub(crate) fn name_instances(&mut self, name: &str, first: InstanceHandle, count: u32) {
        for (number, index) in (1..=count).zip(first.index()..) {
            let name = if count == 1 {
                name.to_owned()
            } else {
                format!("{name}-{number}")
            };
            let instance = InstanceHandle::new(index);
            if let Some(request) = self.world().spot_handle_of(instance) {
                let id = self.world().id_of(request.into());
                self.spot_names.insert(id, name.clone());
            }
            self.names.insert(instance.into(), name);
        }
    }

    /// The id of the image of a description that no client has made.
    pub(crate) fn image_of(&self, spec: &InstanceSpec) -> String {
        let mut images = self.furniture.images.iter();
        let found = images.find(|image| {
            matches!(spec.image.name, ImageName::BuiltIn(word) if image.word == Some(word))
                && image.architecture == spec.image.architecture
        });
        found.map_or_else(
            || {
                let key = self.root.purpose("image").named(spec.platform.word());
                Id::new(IdKind::Image, key).to_string()
            },
            |image| image.id.clone(),
        )
    }

    fn is_in_script(&self, name: &str) -> bool {
        let cast = self.engine.cast();
        let is_of = |entry: &CastEntry| {
            let rest = name.strip_prefix(entry.name.as_str());
            let is_member = |rest: &str| rest.starts_with('-') && entry.count.is_some();
            rest.is_some_and(|rest| rest.is_empty() || is_member(rest))
        };
        cast.instances.iter().any(is_of)
            || ResourceKind::ALL
                .iter()
                .any(|&kind| cast.others[kind].iter().any(|known| **known == *name))
    }

    /// The id of the first interface of an instance.
    pub(crate) fn primary_interface(&self, instance: InstanceHandle) -> Id {
        let own = self.kept(instance).and_then(|kept| kept.interface);
        own.unwrap_or_else(|| self.world().primary_interface_id(instance))
    }

    /// The instance whose first interface has an id.
    pub(crate) fn instance_of_interface(&mut self, id: Id) -> Option<InstanceHandle> {
        self.find(id)?.instance()
    }

    /// A name wasn't needed after all.
    pub(crate) fn give_name_back(&mut self, name: &str) {
        self.taken.remove(name);
    }

    /// The instant at which it stands.
    pub(crate) const fn now(&self) -> SimTime {
        self.engine.account().now()
    }

    /// The id of the reservation of an instance.
    pub(crate) fn reservation(&self, instance: InstanceHandle) -> Id {
        match self.launch(instance) {
            Some((launch, _)) => launch.reservation,
            None => Id::new(IdKind::Reservation, self.world().key_of(instance.into())),
        }
    }
}
