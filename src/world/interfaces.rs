//! Network interfaces beside the first: those that a launch brings, and those that are attached later.

use crate::{
    id::{Id, IdKind, Seeded},
    record::{InstanceHandle, InterfaceHandle, Resource},
};

use super::World;

/// A network interface that isn't an instance's first.
#[derive(Debug, Clone)]
pub struct Interface {
    pub(super) key: Seeded,
    pub(super) zone: &'static str,
    pub(super) instance: Option<InstanceHandle>,
    /// The instance that was launched with it, which it goes with, and its number there.
    pub(super) owner: Option<(InstanceHandle, u16)>,
    pub(super) is_deleted: bool,
}

impl Interface {
    /// Its zone.
    pub const fn zone(&self) -> &'static str {
        self.zone
    }

    /// The instance that it is attached to.
    pub const fn instance(&self) -> Option<InstanceHandle> {
        self.instance
    }

    /// The instance that was launched with it, and its number there.
    pub const fn owner(&self) -> Option<(InstanceHandle, u16)> {
        self.owner
    }

    /// Whether it is gone.
    pub const fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// Its state.
    pub const fn state(&self) -> &'static str {
        match self.instance {
            _ if self.is_deleted => "deleted",
            Some(_) => "in-use",
            None => "available",
        }
    }
}

impl World {
    /// The id of an instance's first interface.
    pub(crate) fn primary_interface_id(&self, instance: InstanceHandle) -> Id {
        let key = self.key_of(instance.into());
        Id::new(IdKind::Interface, key.purpose("interface").number(0))
    }

    /// A network interface.
    pub fn interface(&self, handle: InterfaceHandle) -> &Interface {
        &self.interfaces[handle.index()]
    }

    /// Every interface but the first ones of instances, in the order of creation.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// The n-th interface that an instance was launched with.
    pub(crate) fn launched_interface(
        &self,
        instance: InstanceHandle,
        n: u16,
    ) -> Option<InterfaceHandle> {
        let owner = Some((instance, n));
        let place = self.interfaces.iter().position(|one| one.owner == owner);
        place.map(InterfaceHandle::new)
    }

    fn push_interface(&mut self, interface: Interface) -> InterfaceHandle {
        let handle = InterfaceHandle::new(self.interfaces.len());
        self.interfaces.push(interface);
        self.index(Resource::Interface(handle));
        handle
    }

    /// The interfaces of a launch beside the first.
    pub(super) fn launch_interfaces(&mut self, instance: InstanceHandle, count: u16) {
        let there = self.instance(instance);
        let (key, zone) = (there.key, there.spec().zone);
        for n in 1..count {
            self.push_interface(Interface {
                key: key.purpose("interface").number(u64::from(n)),
                zone,
                instance: Some(instance),
                owner: Some((instance, n)),
                is_deleted: false,
            });
        }
    }

    /// Makes an interface that is attached to nothing.
    pub(crate) fn add_interface(&mut self, key: Seeded, zone: &'static str) -> InterfaceHandle {
        self.push_interface(Interface {
            key,
            zone,
            instance: None,
            owner: None,
            is_deleted: false,
        })
    }

    /// Attaches an interface.
    pub(crate) fn attach_interface(&mut self, interface: InterfaceHandle, to: InstanceHandle) {
        self.interfaces[interface.index()].instance = Some(to);
        self.instance_mut(to).interfaces += 1;
    }

    /// Detaches an interface.
    pub(crate) fn detach_interface(&mut self, interface: InterfaceHandle) {
        if let Some(from) = self.interfaces[interface.index()].instance.take() {
            let instance = self.instance_mut(from);
            instance.interfaces = instance.interfaces.saturating_sub(1);
        }
    }

    /// Its instance terminates: an interface of the launch goes with it, another one stays (`KEEP-ENI`).
    pub(super) fn settle_interfaces(&mut self, instance: InstanceHandle) {
        for interface in &mut self.interfaces {
            if interface.instance == Some(instance) {
                interface.instance = None;
                interface.is_deleted = interface.owner.is_some_and(|(owner, _)| owner == instance);
            }
        }
    }
}
