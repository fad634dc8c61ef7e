//! What the names of a script stand for, when an action of it is asked.

use std::sync::Arc;

use crate::{
    action::{
        ByHandle, InstanceRef, Instances, InterfaceRef, Launch, Mapped, Ref, Resolve, VolumeRef,
    },
    id::{Id, IdKind, Seeded},
    record::{
        CapacityReservationHandle, DedicatedHostHandle, Handle, ImageHandle, InterfaceHandle,
        VolumeHandle,
    },
    script::{
        ByName, Directory, InterfaceTarget, Message, MessagePart, Named, Names, Target,
        VolumeTarget,
    },
    world::{ImageName, World},
};

use super::driver::slots_of;

/// Finds what the names of a script stand for now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolver<'a> {
    pub(super) names: &'a Names,
    pub(super) world: &'a World,
    /// Who `self` is.
    pub(super) own: Option<u32>,
}

impl Resolver<'_> {
    /// What EC2 has to say, with the ids that names stand for.
    pub(super) fn written(mut self, message: &Message) -> String {
        let named = Named {
            names: self.names,
            world: self.world,
        };
        let mut text = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Words(words) => text.push_str(words),
                MessagePart::Instances(target) => {
                    let ids = self.instances(std::slice::from_ref(target));
                    let ids: Vec<String> = ids
                        .iter()
                        .map(|one| match one {
                            InstanceRef::Handle(handle) => named.instance_id(*handle).to_string(),
                            InstanceRef::Id(id) => id.to_string(),
                        })
                        .collect();
                    text.push_str(&ids.join(", "));
                }
                MessagePart::Volume(target) => match self.volume(target) {
                    Ref::Handle(volume) => text.push_str(&named.volume_id(volume).to_string()),
                    Ref::Id(id) => text.push_str(&id),
                },
                MessagePart::Interface(target) => {
                    let id = match self.interface(target) {
                        InterfaceRef::There(Ref::Handle(there)) => {
                            Some(named.resource_id(there.into()))
                        }
                        InterfaceRef::Primary(Ref::Handle(owner)) => {
                            Some(self.world.primary_interface_id(owner))
                        }
                        InterfaceRef::There(Ref::Id(_))
                        | InterfaceRef::Primary(Ref::Id(_))
                        | InterfaceRef::New(_) => None,
                    };
                    text.push_str(&id.map_or_else(String::new, |id| id.to_string()));
                }
                MessagePart::Other(kind, index) => {
                    let bearer = self.names.bearer_of(*kind, *index);
                    let id = bearer.map(|bearer| named.resource_id(bearer).to_string());
                    text.push_str(&id.unwrap_or_default());
                }
            }
        }
        text
    }

    #[inline]
    fn in_slot(&self, slot: u32) -> InstanceRef {
        match self.names.in_slot(slot) {
            Some(handle) => InstanceRef::Handle(handle),
            None => self.names.instance_id(self.world, slot).into(),
        }
    }

    /// The slot of a target that names one instance.
    pub(super) fn slot(&self, target: &Target) -> Option<u32> {
        slots_of(target, self.own).map(|(first, _)| first)
    }

    /// The volume of a target, if there ever was one.
    pub(super) fn find_volume(&self, target: &VolumeTarget) -> Option<VolumeHandle> {
        match target {
            VolumeTarget::Named(name) => self.names.bearer(*name),
            VolumeTarget::Of(owner, n) => {
                let owner = self.names.in_slot(self.slot(owner)?)?;
                self.world.launched_volume(owner, *n)
            }
        }
    }
}

impl Resolve<ByName> for Resolver<'_> {
    fn instances(&mut self, named: &[Target]) -> Instances<ByHandle> {
        // Mostly it is one.
        if let [one] = named
            && let Some((slot, 1)) = slots_of(one, self.own)
        {
            return Instances::<ByHandle>::from_buf([self.in_slot(slot)]);
        }
        let mut instances = Instances::<ByHandle>::new();
        for target in named {
            if let Target::Id(id) = target {
                instances.push(InstanceRef::Id(Arc::clone(id)));
            }
            let (first, count) = slots_of(target, self.own).unwrap_or((0, 0));
            for slot in first..first + count {
                instances.push(self.in_slot(slot));
            }
        }
        instances
    }

    fn instance(&mut self, named: &Target) -> InstanceRef {
        match (named, self.slot(named)) {
            (Target::Id(id), _) => InstanceRef::Id(Arc::clone(id)),
            (Target::Slots { .. } | Target::Own, Some(slot)) => self.in_slot(slot),
            // The reader lets no `self` through outside of an `each`.
            (Target::Slots { .. } | Target::Own, None) => InstanceRef::Id(Arc::from("self")),
        }
    }

    fn volume(&mut self, named: &VolumeTarget) -> VolumeRef {
        if let Some(volume) = self.find_volume(named) {
            return volume.into();
        }
        let id = match named {
            VolumeTarget::Named(name) => {
                let key = self.names.key::<VolumeHandle>(self.world, *name);
                Some(Id::new(IdKind::Volume, key))
            }
            VolumeTarget::Of(owner, n) => {
                let slot = self.slot(owner);
                slot.map(|slot| self.names.launch_volume_id(self.world, slot, *n))
            }
        };
        id.map_or_else(|| VolumeRef::Id(Arc::from("")), VolumeRef::from)
    }

    fn interface(&mut self, named: &InterfaceTarget) -> InterfaceRef {
        match named {
            InterfaceTarget::Named(name) => match self.names.bearer(*name) {
                Some(bearer) => InterfaceRef::There(Ref::Handle(bearer)),
                None => {
                    InterfaceRef::New(Some(self.names.key::<InterfaceHandle>(self.world, *name)))
                }
            },
            InterfaceTarget::Of(owner, 0) => InterfaceRef::Primary(self.instance(owner)),
            InterfaceTarget::Of(owner, n) => {
                let instance = self.slot(owner).and_then(|slot| self.names.in_slot(slot));
                let there = instance.and_then(|owner| self.world.launched_interface(owner, *n));
                InterfaceRef::There(match there {
                    Some(there) => Ref::Handle(there),
                    None => Ref::Id(Arc::from(format!("eth{n}"))),
                })
            }
        }
    }

    fn other<H: Handle>(&mut self, named: &u32) -> Ref<H> {
        match self.names.bearer::<H>(*named) {
            Some(bearer) => Ref::Handle(bearer),
            None => Id::new(H::KIND.id(), self.names.key::<H>(self.world, *named)).into(),
        }
    }

    fn launch(&mut self, named: &Target) -> Launch {
        let (first, count) = slots_of(named, self.own).unwrap_or((0, 0));
        Launch {
            spec: Arc::clone(self.names.cast().spec(first)),
            count,
            origins: self.names.origins(self.world, first, count),
            host: self
                .names
                .cast()
                .spec(first)
                .host
                .map(|name| self.other::<DedicatedHostHandle>(&name)),
            reservation: self
                .names
                .cast()
                .spec(first)
                .reservation
                .map(|name| self.other::<CapacityReservationHandle>(&name)),
            image: match self.names.cast().spec(first).image.name {
                ImageName::Named(name) => Some(self.other::<ImageHandle>(&name)),
                ImageName::BuiltIn(_) | ImageName::Described => None,
            },
        }
    }

    fn new_of<H: Handle>(&mut self, named: &u32) -> Option<Seeded> {
        Some(self.names.key::<H>(self.world, *named))
    }

    fn mapped(&mut self, named: &VolumeTarget) -> Mapped {
        match named {
            VolumeTarget::Named(name) => Mapped::Every(self.names.bearer(*name)),
            VolumeTarget::Of(owner, n) => {
                let slots = slots_of(owner, self.own).unwrap_or((0, 0));
                let instances = (slots.0..slots.0 + slots.1)
                    .filter_map(|slot| self.names.in_slot(slot))
                    .map(|instance| (instance, self.world.launched_volume(instance, *n)));
                Mapped::Each(instances.collect())
            }
        }
    }
}
