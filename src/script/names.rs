//! Who bears which name: what a script lays over the account that it drives.
//!
//! The account knows handles and ids. A script knows names, which stand for slots of its cast, and a name may pass from
//! one thing to another: an instance that is launched again takes over the name of the one that has terminated. So the
//! names are kept once, here, and everything that shows one asks a [`Directory`].

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    id::{Id, IdKind, Seeded},
    record::{
        AddressHandle, ByKind, Handle, InstanceHandle, Resource, ResourceKind, SpotRequestHandle,
        StateReason, VolumeHandle, index,
    },
    world::{Image, Origin, Origins, World, replaced_root},
};

use super::{Cast, CastEntry};

/// The names of a script, and what bears them.
#[derive(Debug, Clone)]
pub struct Names {
    cast: Arc<Cast>,
    /// The instance that bears the name of each slot, or bore it last.
    current: Vec<Option<InstanceHandle>>,
    /// The slot of each instance.
    slots: Vec<u32>,
    /// What bears the names of the cast's other lists.
    others: ByKind<Bearers>,
}

/// The slot of an instance that the script hasn't launched.
const NO_SLOT: u32 = u32::MAX;

/// What bears the names of one list of the cast.
#[derive(Debug, Clone, Default)]
struct Bearers {
    latest: BTreeMap<u32, Resource>,
    names: BTreeMap<Resource, u32>,
}

impl Names {
    /// The names of a cast of which nothing is there yet.
    pub fn new(cast: Arc<Cast>) -> Self {
        Self {
            current: vec![None; index(cast.slots())],
            slots: Vec::new(),
            others: ByKind::default(),
            cast,
        }
    }

    /// Who takes part.
    pub const fn cast(&self) -> &Arc<Cast> {
        &self.cast
    }

    /// The instance of a slot, if there ever was one: also one that has terminated.
    pub fn in_slot(&self, slot: u32) -> Option<InstanceHandle> {
        self.current.get(index(slot)).copied().flatten()
    }

    /// The slot of an instance; none for one that the script hasn't launched.
    pub fn slot(&self, instance: InstanceHandle) -> Option<u32> {
        let slot = self.slots.get(instance.index()).copied();
        slot.filter(|&slot| slot != NO_SLOT)
    }

    /// What bears this name, an index into the cast's of its kind, or bore it last.
    pub fn bearer<H: Handle>(&self, name: u32) -> Option<H> {
        self.bearer_of(H::KIND, name).and_then(H::of)
    }

    /// The same, whatever the kind.
    pub fn bearer_of(&self, kind: ResourceKind, name: u32) -> Option<Resource> {
        self.others[kind].latest.get(&name).copied()
    }

    /// The name of something other than an instance, an index into the cast's of its kind; none if the script has given it
    /// none.
    pub fn name_of(&self, other: Resource) -> Option<u32> {
        self.others[other.kind()].names.get(&other).copied()
    }

    /// The same over a larger cast, in which what the script hasn't named is called so.
    #[must_use]
    pub(crate) fn with<'n>(
        &self,
        world: &World,
        called: impl IntoIterator<Item = (Resource, &'n str)>,
    ) -> Self {
        let mut cast = Cast::clone(&self.cast);
        let mut given = Vec::new();
        for (what, name) in called {
            if let Resource::Instance(instance) = what {
                let slot = cast.slots();
                let spec = Arc::clone(world.instance(instance).shared_spec());
                cast.instances.push(CastEntry {
                    name: name.to_owned(),
                    count: None,
                    first_slot: slot,
                    spec,
                    zoned: Vec::new(),
                });
                given.push((slot, what));
            } else {
                let names = &mut cast.others[what.kind()];
                given.push((u32::try_from(names.len()).unwrap_or(u32::MAX), what));
                names.push(name.to_owned());
            }
        }
        let mut all = Self {
            cast: Arc::new(cast),
            ..self.clone()
        };
        all.current.resize(index(all.cast.slots()), None);
        for (name, what) in given {
            match what.instance() {
                Some(instance) => all.give_slots(name, instance, 1),
                None => all.give(name, what),
            }
        }
        all
    }

    /// The slots from `slot` on pass to the instances from `first` on.
    pub fn give_slots(&mut self, slot: u32, first: InstanceHandle, count: u32) {
        let from = first.index();
        if self.slots.len() < from {
            self.slots.resize(from, NO_SLOT);
        }
        for (handle, slot) in (from..).zip(slot..slot.saturating_add(count)) {
            match self.slots.get_mut(handle) {
                Some(known) => *known = slot,
                None => self.slots.push(slot),
            }
            if let Some(current) = self.current.get_mut(index(slot)) {
                *current = Some(InstanceHandle::new(handle));
            }
        }
    }

    /// Instances and hosts have come in the place of others by themselves: each takes over the name, if that one still has it.
    pub fn succeed(&mut self, successions: Vec<(Resource, Resource)>) {
        for (before, after) in successions {
            if let (Some(before), Some(after)) = (before.instance(), after.instance()) {
                if let Some(slot) = self.slot(before)
                    && self.in_slot(slot) == Some(before)
                {
                    self.give_slots(slot, after, 1);
                }
            } else if let Some(&name) = self.others[before.kind()].names.get(&before)
                && self.bearer_of(before.kind(), name) == Some(before)
            {
                self.give(name, after);
            }
        }
    }

    /// A name, an index into the cast's of its kind, passes to this one.
    pub fn give(&mut self, name: u32, other: Resource) {
        let bearers = &mut self.others[other.kind()];
        bearers.latest.insert(name, other);
        bearers.names.insert(other, name);
    }

    /// The names of an image's snapshots, if the script has any, pass to those of this one.
    pub fn give_snapshots(&mut self, image: u32, made: &Image) {
        let cast = Arc::clone(&self.cast);
        for (number, &snapshot) in (0..).zip(made.snapshots()) {
            if let Some(&name) = cast.image_snapshots.get(&(image, number)) {
                self.give(name, snapshot.into());
            }
        }
    }

    /// Where the ids and addresses of the instances come from that a launch of these slots makes: the seed and their
    /// names, so that adding one instance to a file changes nothing about the others.
    pub fn origins(&self, world: &World, slot: u32, count: u32) -> Origins {
        let entry = &self.cast.instances[self.cast.entry_of(slot)];
        let is_new = |slot: u32| self.in_slot(slot).is_none();
        if count == 1 {
            return Origins::One(self.origin(world, slot));
        }
        if (slot..slot + count).all(is_new) {
            return Origins::Members {
                group: world.root().named(&entry.name),
                first: slot - entry.first_slot + 1,
            };
        }
        let each = (slot..slot + count).map(|slot| self.origin(world, slot));
        Origins::Each(each.collect())
    }

    fn origin(&self, world: &World, slot: u32) -> Origin {
        if let Some(before) = self.in_slot(slot) {
            // Another instance takes over the name, with an id of its own.
            return Origin::of(world.key_of(before.into()).purpose("again"));
        }
        let entry = &self.cast.instances[self.cast.entry_of(slot)];
        let named = world.root().named(&entry.name);
        match entry.count {
            None => Origin::of(named),
            Some(_) => Origin::of_member(named, slot - entry.first_slot + 1),
        }
    }

    /// The id of the instance of a slot, or the one that its launch would give it.
    pub fn instance_id(&self, world: &World, slot: u32) -> Id {
        let key = match self.in_slot(slot) {
            Some(there) => world.key_of(there.into()),
            None => self.origin(world, slot).key,
        };
        Id::new(IdKind::Instance, key)
    }

    /// The id of the n-th volume of a slot's instance, or the one that its launch would give it.
    pub fn launch_volume_id(&self, world: &World, slot: u32, n: u16) -> Id {
        let key = match self.in_slot(slot) {
            Some(there) => world.key_of(there.into()),
            None => self.origin(world, slot).key,
        };
        Id::new(IdKind::Volume, World::volume_key(key, n))
    }

    /// Where the id of the next thing of this name comes from, an index into the cast's of its kind.
    pub fn key<H: Handle>(&self, world: &World, name: u32) -> Seeded {
        match self.bearer::<H>(name) {
            Some(before) => world.key_of(before.into()).purpose("again"),
            None => world.root().named(self.cast.other(H::KIND, name)),
        }
    }
}

/// What a volume is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeName {
    /// The n-th volume of the instance of a slot: 0 is `web/root`, 1 is `web/1`. Without an EBS root they count from 1.
    Of {
        /// The slot.
        slot: u32,
        /// Which.
        n: u16,
    },
    /// A name of its own: an index into the cast's volumes.
    Named(u32),
    /// None: its id stands for it.
    Unnamed,
}

/// The names and ids of what records name by handles.
///
/// A replay under way answers from its account and its names, a journal that is shown again from its own lines. What no
/// script has named goes by its id.
pub trait Directory: fmt::Debug {
    /// Who takes part.
    fn cast(&self) -> &Arc<Cast>;
    /// The slot of an instance; none for one that no script has launched.
    fn slot(&self, instance: InstanceHandle) -> Option<u32>;
    /// The id of an instance.
    fn instance_id(&self, instance: InstanceHandle) -> Id;
    /// What a volume is called.
    fn volume(&self, volume: VolumeHandle) -> VolumeName;
    /// The id of a volume.
    fn volume_id(&self, volume: VolumeHandle) -> Id;
    /// The instance that a volume was launched with.
    fn owner(&self, volume: VolumeHandle) -> Option<InstanceHandle>;
    /// What an Elastic IP is called: an index into the cast's addresses.
    fn address(&self, address: AddressHandle) -> Option<u32>;
    /// The allocation id of an Elastic IP.
    fn address_id(&self, address: AddressHandle) -> Id;
    /// The name and the id of a snapshot, an image, an interface.
    fn thing(&self, thing: Resource) -> (String, Id);
    /// The id of a Spot request.
    fn spot_request_id(&self, request: SpotRequestHandle) -> Id;

    /// What EC2 says of an instance's last transition.
    fn reason_text(&self, _: InstanceHandle, reason: StateReason) -> String {
        reason.message().to_owned()
    }

    /// The id of the Spot request that an instance was launched for.
    fn spot_request_of(&self, _: InstanceHandle) -> Option<Id> {
        None
    }

    /// The name of an instance: `web`, `web-2`, or its id.
    fn instance_name(&self, instance: InstanceHandle) -> String {
        match self.slot(instance) {
            Some(slot) => self.cast().name(slot).to_string(),
            None => self.instance_id(instance).to_string(),
        }
    }

    /// The name of a volume: `data`, `web/root`, or its id.
    fn volume_name(&self, volume: VolumeHandle) -> String {
        match self.volume(volume) {
            VolumeName::Named(name) => self.cast().other(ResourceKind::Volume, name).to_owned(),
            VolumeName::Of { slot, n: 0 } => format!("{}/root", self.cast().name(slot)),
            VolumeName::Of { slot, n } => match replaced_root(n) {
                Some(k) => format!("{}/root-{k}", self.cast().name(slot)),
                None => match self.cast().own_volume(slot, n) {
                    Some(name) => format!("{}/{name}", self.cast().name(slot)),
                    None => format!("{}/{n}", self.cast().name(slot)),
                },
            },
            VolumeName::Unnamed => self.volume_id(volume).to_string(),
        }
    }

    /// The name of an Elastic IP, or its allocation id.
    fn address_name(&self, address: AddressHandle) -> String {
        match self.address(address) {
            Some(name) => self.cast().other(ResourceKind::Address, name).to_owned(),
            None => self.address_id(address).to_string(),
        }
    }

    /// The name of any resource.
    fn resource_name(&self, resource: Resource) -> String {
        match resource {
            Resource::Instance(instance) => self.instance_name(instance),
            Resource::Volume(volume) => self.volume_name(volume),
            Resource::Address(address) => self.address_name(address),
            Resource::Snapshot(_)
            | Resource::Image(_)
            | Resource::Interface(_)
            | Resource::DedicatedHost(_)
            | Resource::CapacityReservation(_)
            | Resource::Function(_)
            | Resource::Environment(_)
            | Resource::Cluster(_)
            | Resource::Service(_)
            | Resource::Task(_) => self.thing(resource).0,
            Resource::SpotRequest(_) => self.resource_id(resource).to_string(),
        }
    }

    /// The id of any resource.
    fn resource_id(&self, resource: Resource) -> Id {
        match resource {
            Resource::Instance(instance) => self.instance_id(instance),
            Resource::Volume(volume) => self.volume_id(volume),
            Resource::Address(address) => self.address_id(address),
            Resource::Snapshot(_)
            | Resource::Image(_)
            | Resource::Interface(_)
            | Resource::DedicatedHost(_)
            | Resource::CapacityReservation(_)
            | Resource::Function(_)
            | Resource::Environment(_)
            | Resource::Cluster(_)
            | Resource::Service(_)
            | Resource::Task(_) => self.thing(resource).1,
            Resource::SpotRequest(request) => self.spot_request_id(request),
        }
    }
}

/// The names of a script and the ids of the account that it drives.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The names.
    pub names: &'a Names,
    /// The account.
    pub world: &'a World,
}

impl Directory for Named<'_> {
    fn cast(&self) -> &Arc<Cast> {
        self.names.cast()
    }

    fn slot(&self, instance: InstanceHandle) -> Option<u32> {
        self.names.slot(instance)
    }

    fn instance_id(&self, instance: InstanceHandle) -> Id {
        self.world.id_of(Resource::Instance(instance))
    }

    fn volume(&self, volume: VolumeHandle) -> VolumeName {
        let there = self.world.volume(volume);
        if let Some(slot) = there.owner().and_then(|owner| self.names.slot(owner)) {
            return VolumeName::Of { slot, n: there.n() };
        }
        let name = self.names.name_of(Resource::Volume(volume));
        name.map_or(VolumeName::Unnamed, VolumeName::Named)
    }

    fn volume_id(&self, volume: VolumeHandle) -> Id {
        self.world.id_of(Resource::Volume(volume))
    }

    fn owner(&self, volume: VolumeHandle) -> Option<InstanceHandle> {
        self.world.volume(volume).owner()
    }

    fn address(&self, address: AddressHandle) -> Option<u32> {
        self.names.name_of(Resource::Address(address))
    }

    fn address_id(&self, address: AddressHandle) -> Id {
        self.world.id_of(Resource::Address(address))
    }

    fn thing(&self, thing: Resource) -> (String, Id) {
        let id = self.world.id_of(thing);
        let owner = thing
            .interface()
            .and_then(|one| self.world.interface(one).owner());
        let of_image = thing.snapshot().and_then(|snapshot| {
            let (image, number) = self.world.place_in_image(snapshot)?;
            let name = self.names.name_of(image.into())?;
            let image = self.cast().other(ResourceKind::Image, name);
            Some(match number {
                0 => format!("{image}/root"),
                data => format!("{image}/{data}"),
            })
        });
        if let Some(name) = of_image {
            return (name, id);
        }
        if let Some(environment) = thing.environment() {
            let (function, number) = self.world.environment_place(environment);
            return (format!("{}/{number}", self.thing(function.into()).0), id);
        }
        if let Some(task) = thing.task() {
            let (service, number) = self.world.task_place(task);
            return (format!("{}/{number}", self.thing(service.into()).0), id);
        }
        let name = match (owner, self.names.name_of(thing)) {
            (Some((owner, n)), _) => format!("{}/eth{n}", self.instance_name(owner)),
            (None, Some(name)) => self.cast().other(thing.kind(), name).to_owned(),
            (None, None) => id.to_string(),
        };
        (name, id)
    }

    fn spot_request_id(&self, request: SpotRequestHandle) -> Id {
        self.world.id_of(Resource::SpotRequest(request))
    }

    fn reason_text(&self, instance: InstanceHandle, reason: StateReason) -> String {
        let there = self.world.instance(instance);
        self.world.reason_text(&there, reason).into_owned()
    }

    fn spot_request_of(&self, instance: InstanceHandle) -> Option<Id> {
        let request = self.world.spot_handle_of(instance)?;
        Some(self.spot_request_id(request))
    }
}
