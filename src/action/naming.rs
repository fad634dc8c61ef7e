//! How a request names what it is about.

use std::{fmt::Debug, sync::Arc};

use smallvec::SmallVec;

use crate::{
    id::{Id, Seeded},
    record::{AddressHandle, InstanceHandle, VolumeHandle},
    world::{InstanceSpec, Origins},
};

/// A way of naming things. A script has names of its own, which stand for another thing from launch to launch; an account
/// is asked by handles and ids ([`ByHandle`]).
pub trait Naming: Debug + Clone + PartialEq {
    /// An instance, or several that go by one name.
    type Instance: Debug + Clone + PartialEq;
    /// An EBS volume.
    type Volume: Debug + Clone + PartialEq;
    /// An Elastic IP.
    type Address: Debug + Clone + PartialEq;
    /// What a launch makes.
    type Launch: Debug + Clone + PartialEq;
    /// A volume that isn't there yet.
    type NewVolume: Debug + Clone + PartialEq;
    /// An Elastic IP that isn't there yet.
    type NewAddress: Debug + Clone + PartialEq;
    /// Those volumes of a request's instances that it is about.
    type Mapped: Debug + Clone + PartialEq;
}

/// Some instances. Mostly it is one, for which no room has to be made.
pub type Instances<N> = SmallVec<[<N as Naming>::Instance; 1]>;

/// By handles and ids, as an account is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByHandle;

impl Naming for ByHandle {
    type Instance = InstanceRef;
    type Volume = VolumeRef;
    type Address = AddressRef;
    type Launch = Launch;
    type NewVolume = Option<Seeded>;
    type NewAddress = Option<Seeded>;
    type Mapped = Mapped;
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceRef {
    /// One that was launched.
    Handle(InstanceHandle),
    /// Whatever has this id, as it was written.
    Id(Arc<str>),
}

/// An EBS volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeRef {
    /// One that was created.
    Handle(VolumeHandle),
    /// Whatever has this id, as it was written.
    Id(Arc<str>),
}

/// An Elastic IP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressRef {
    /// One that was allocated.
    Handle(AddressHandle),
    /// Whatever has this allocation id, as it was written.
    Id(Arc<str>),
}

impl From<InstanceHandle> for InstanceRef {
    fn from(handle: InstanceHandle) -> Self {
        Self::Handle(handle)
    }
}

impl From<VolumeHandle> for VolumeRef {
    fn from(handle: VolumeHandle) -> Self {
        Self::Handle(handle)
    }
}

impl From<AddressHandle> for AddressRef {
    fn from(handle: AddressHandle) -> Self {
        Self::Handle(handle)
    }
}

impl From<Id> for InstanceRef {
    fn from(id: Id) -> Self {
        Self::Id(id.to_string().into())
    }
}

impl From<Id> for VolumeRef {
    fn from(id: Id) -> Self {
        Self::Id(id.to_string().into())
    }
}

impl From<Id> for AddressRef {
    fn from(id: Id) -> Self {
        Self::Id(id.to_string().into())
    }
}

/// What a launch makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// As what.
    pub spec: Arc<InstanceSpec>,
    /// How many: at least as many as at most (`LIFE-RUN-COUNT`).
    pub count: u32,
    /// Where their ids and addresses come from.
    pub origins: Origins,
}

/// Those volumes of a request's instances that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mapped {
    /// This one, of every instance; none for one that isn't there.
    Every(Option<VolumeHandle>),
    /// Of each of these instances this one; of others none.
    Each(Vec<(InstanceHandle, Option<VolumeHandle>)>),
}

/// Which volume of an instance a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnVolume {
    /// None of it.
    NotMeant,
    /// One that isn't there.
    Missing,
    /// This one.
    There(VolumeHandle),
}

impl Mapped {
    /// Which volume of one of its instances a request is about.
    pub(super) fn of(&self, instance: InstanceHandle) -> OwnVolume {
        let volume = match self {
            Self::Every(volume) => *volume,
            Self::Each(each) => match each.iter().find(|(whose, _)| *whose == instance) {
                Some((_, volume)) => *volume,
                None => return OwnVolume::NotMeant,
            },
        };
        volume.map_or(OwnVolume::Missing, OwnVolume::There)
    }
}

/// Finds what names stand for.
pub trait Resolve<N: Naming> {
    /// The instances of some names, in their order.
    fn instances(&mut self, named: &[N::Instance]) -> Instances<ByHandle>;
    /// The one instance of a name.
    fn instance(&mut self, named: &N::Instance) -> InstanceRef;
    /// The volume of a name.
    fn volume(&mut self, named: &N::Volume) -> VolumeRef;
    /// The Elastic IP of a name.
    fn address(&mut self, named: &N::Address) -> AddressRef;
    /// What a launch makes.
    fn launch(&mut self, named: &N::Launch) -> Launch;
    /// Where the id of a new volume comes from.
    fn new_volume(&mut self, named: &N::NewVolume) -> Option<Seeded>;
    /// Where the id of a new Elastic IP comes from.
    fn new_address(&mut self, named: &N::NewAddress) -> Option<Seeded>;
    /// The volumes that are meant of the request's instances.
    fn mapped(&mut self, named: &N::Mapped) -> Mapped;
}

/// What a request names: what a refusal of it is about.
#[derive(Debug)]
pub enum Subjects<'a, N: Naming> {
    /// Instances: a refusal is told of each of them.
    Instances(&'a [N::Instance]),
    /// What was to be launched.
    Launch(&'a N::Launch),
    /// An Elastic IP, and the instance that it was about to be associated with.
    Address(&'a N::Address, Option<&'a N::Instance>),
    /// An Elastic IP that was to be.
    NewAddress(&'a N::NewAddress),
    /// A volume, and the instance that it was about to be attached to or detached from.
    Volume(&'a N::Volume, Option<&'a N::Instance>),
    /// A volume that was to be.
    NewVolume(&'a N::NewVolume),
}
