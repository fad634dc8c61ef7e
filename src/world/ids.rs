//! Where ids come from, and what each stands for.

use crate::{
    id::{Id, Seeded},
    record::{Resource, ResourceKind},
};

use super::World;

impl World {
    /// What an id stands for: an instance, a volume, the allocation of an Elastic IP, and so on. The id of an instance's first
    /// network interface stands for the instance.
    pub fn find(&mut self, id: Id) -> Option<Resource> {
        if self.ids.is_none() {
            self.ids = Some(std::collections::BTreeMap::new());
            for &kind in ResourceKind::ALL {
                for index in 0..self.count(kind) {
                    self.index(kind.resource(index));
                }
            }
        }
        self.ids.as_ref()?.get(&id).copied()
    }

    /// The id of a resource.
    pub fn id_of(&self, resource: Resource) -> Id {
        Id::new(resource.kind().id(), self.key_of(resource))
    }

    /// Where the id of a resource comes from.
    pub(crate) fn key_of(&self, resource: Resource) -> Seeded {
        match resource {
            Resource::Instance(instance) => self.instances.key(instance),
            Resource::Volume(volume) => self.volume(volume).key(),
            Resource::Address(address) => self.address(address).key(),
            Resource::Snapshot(snapshot) => self.snapshot(snapshot).key,
            Resource::Image(image) => self.image(image).key,
            Resource::DedicatedHost(host) => self.dedicated_host(host).key(),
            Resource::CapacityReservation(reservation) => {
                self.capacity_reservation(reservation).key()
            }
            Resource::Interface(interface) => self.interface(interface).key,
            Resource::SpotRequest(request) => self.spot_request(request).key(),
            Resource::Function(function) => self.lambda.function(function).key(),
            Resource::Environment(environment) => self.lambda.environment_key(environment),
            Resource::Cluster(cluster) => self.ecs.cluster_key(cluster),
            Resource::Service(service) => self.ecs.service(service).key(),
            Resource::Task(task) => self.ecs.task_key(task),
        }
    }

    /// The key of the next thing of a kind that nobody has named: `run-1`, `run-2`.
    pub(crate) fn next_number(&mut self, what: &'static str) -> Seeded {
        let number = self.numbered.entry(what).or_default();
        *number += 1;
        self.root.named(&format!("{what}-{number}"))
    }

    /// Something is there from now on.
    pub(super) fn index(&mut self, resource: Resource) {
        if self.ids.is_some() {
            let id = self.id_of(resource);
            let instance = resource.instance();
            let first = instance.map(|instance| self.primary_interface_id(instance));
            if let Some(ids) = &mut self.ids {
                ids.insert(id, resource);
                ids.extend(first.map(|first| (first, resource)));
            }
        }
    }
}
