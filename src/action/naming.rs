//! How a request names what it is about.

use std::{fmt::Debug, sync::Arc};

use smallvec::SmallVec;

use crate::{
    id::{Id, Seeded},
    record::{
        AddressHandle, CapacityReservationHandle, DedicatedHostHandle, Handle, ImageHandle,
        InstanceHandle, InterfaceHandle, Resource, ResourceKind, VolumeHandle,
    },
    world::{InstanceSpec, Origins},
};

/// A way of naming things. A script has names of its own, which stand for another thing from launch to launch; an account
/// is asked by handles and ids ([`ByHandle`]).
pub trait Naming: Debug + Clone + PartialEq {
    /// An instance, or several that go by one name.
    type Instance: Debug + Clone + PartialEq;
    /// An EBS volume.
    type Volume: Debug + Clone + PartialEq;
    /// A network interface.
    type Interface: Debug + Clone + PartialEq;
    /// Something of another kind: an Elastic IP.
    type Other<H: Handle>: Debug + Clone + PartialEq;
    /// Something that isn't there yet.
    type New<H: Handle>: Debug + Clone + PartialEq;
    /// What a launch makes.
    type Launch: Debug + Clone + PartialEq;
    /// Those volumes of a request's instances that it is about.
    type Mapped: Debug + Clone + PartialEq;
    /// Something of any kind.
    type Any: Debug;

    /// The same, whatever its kind.
    fn any<H: Handle>(named: &Self::Other<H>) -> Self::Any;

    /// The same of something that isn't there yet.
    fn any_new<H: Handle>(named: &Self::New<H>) -> Self::Any;
}

/// Some instances. Mostly it is one, for which no room has to be made.
pub type Instances<N> = SmallVec<[<N as Naming>::Instance; 1]>;

/// By handles and ids, as an account is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByHandle;

impl Naming for ByHandle {
    type Instance = InstanceRef;
    type Volume = VolumeRef;
    type Interface = InterfaceRef;
    type Other<H: Handle> = Ref<H>;
    type New<H: Handle> = Option<Seeded>;
    type Launch = Launch;
    type Mapped = Mapped;
    /// Nothing for what isn't there yet.
    type Any = Option<Ref<Resource>>;

    fn any<H: Handle>(named: &Ref<H>) -> Self::Any {
        Some(match named {
            Ref::Handle(handle) => Ref::Handle((*handle).into()),
            Ref::Id(id) => Ref::Id(Arc::clone(id)),
        })
    }

    fn any_new<H: Handle>(_: &Option<Seeded>) -> Self::Any {
        None
    }
}

/// Something that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ref<H> {
    /// One that was made.
    Handle(H),
    /// Whatever has this id, as it was written.
    Id(Arc<str>),
}

/// An instance.
pub type InstanceRef = Ref<InstanceHandle>;
/// An EBS volume.
pub type VolumeRef = Ref<VolumeHandle>;
/// An Elastic IP, by its allocation id.
pub type AddressRef = Ref<AddressHandle>;

impl<H: Handle> From<H> for Ref<H> {
    fn from(handle: H) -> Self {
        Self::Handle(handle)
    }
}

impl<H> From<Id> for Ref<H> {
    fn from(id: Id) -> Self {
        Self::Id(id.to_string().into())
    }
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterfaceRef {
    /// One that isn't there yet, and where its id comes from.
    New(Option<Seeded>),
    /// One that was made.
    There(Ref<InterfaceHandle>),
    /// The first of an instance.
    Primary(InstanceRef),
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
    /// The image of the account's own that they are launched from.
    pub image: Option<Ref<ImageHandle>>,
    /// The Dedicated Host that they are launched on; else any that fits.
    pub host: Option<Ref<DedicatedHostHandle>>,
    /// The Capacity Reservation that they name.
    pub reservation: Option<Ref<CapacityReservationHandle>>,
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
    /// The interface of a name.
    fn interface(&mut self, named: &N::Interface) -> InterfaceRef;
    /// What a name of another kind stands for.
    fn other<H: Handle>(&mut self, named: &N::Other<H>) -> Ref<H>;
    /// What a launch makes.
    fn launch(&mut self, named: &N::Launch) -> Launch;
    /// Where the id of something new comes from.
    fn new_of<H: Handle>(&mut self, named: &N::New<H>) -> Option<Seeded>;
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
    /// A volume, and the instance that it was about to be attached to or detached from.
    Volume(&'a N::Volume, Option<&'a N::Instance>),
    /// A network interface, and the instance that it was about to be attached to.
    Interface(&'a N::Interface, Option<&'a N::Instance>),
    /// Something of another kind, and the instance that goes with it: an Elastic IP.
    Other(ResourceKind, N::Any, Option<&'a N::Instance>),
    /// Something that was to be.
    New(ResourceKind, N::Any),
}

impl<'a, N: Naming> Subjects<'a, N> {
    /// Something of another kind, and the instance that goes with it.
    pub(super) fn other<H: Handle>(named: &N::Other<H>, instance: Option<&'a N::Instance>) -> Self {
        Self::Other(H::KIND, N::any::<H>(named), instance)
    }

    /// Something that was to be.
    pub(super) fn new_of<H: Handle>(named: &N::New<H>) -> Self {
        Self::New(H::KIND, N::any_new::<H>(named))
    }
}
