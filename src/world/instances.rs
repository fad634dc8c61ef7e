//! Every instance that was ever launched: those that live, and what is left to tell of those that have ended.

use std::{borrow::Cow, net::Ipv4Addr, sync::Arc};

use crate::{
    catalog::{CreditMode, TypeId},
    id::Seeded,
    lifecycle::{Lifecycle, LifecycleOptions},
    network::Home,
    record::{InstanceHandle, StateReason, VolumeHandle, index},
    time::SimTime,
};

use super::{Holdings, Instance, InstanceSpec, Memory, ShutdownBehavior, timers::Pending};

/// The instances, by their handles. One that has ended takes a quarter of the room of one that lives, and its place goes to
/// the next that is launched: a long replay needs memory for the instances that it has at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Instances {
    places: Vec<Place>,
    live: Vec<Instance>,
    free: Vec<u32>,
    ended: Vec<Ended>,
}

/// Where an instance is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Live(u32),
    Ended(u32),
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Instances {
    /// How many there ever were.
    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// How many there are that live.
    pub(super) const fn alive(&self) -> usize {
        self.live.len() - self.free.len()
    }

    pub(super) fn push(&mut self, instance: Instance) {
        let place = self.settle(instance);
        self.places.push(Place::Live(place));
    }

    fn settle(&mut self, instance: Instance) -> u32 {
        if let Some(place) = self.free.pop() {
            self.live[index(place)] = instance;
            return place;
        }
        self.live.push(instance);
        number(self.live.len() - 1)
    }

    /// An instance that lives.
    pub(super) fn live(&self, handle: InstanceHandle) -> Option<&Instance> {
        match self.places[handle.index()] {
            Place::Live(place) => Some(&self.live[index(place)]),
            Place::Ended(_) => None,
        }
    }

    /// An instance that lives, to be changed.
    pub(super) fn live_mut(&mut self, handle: InstanceHandle) -> Option<&mut Instance> {
        match self.places[handle.index()] {
            Place::Live(place) => Some(&mut self.live[index(place)]),
            Place::Ended(_) => None,
        }
    }

    /// An instance that lives, or one that has ended as far as it can be told again.
    pub(super) fn get(&self, handle: InstanceHandle) -> Cow<'_, Instance> {
        match self.places[handle.index()] {
            Place::Live(place) => Cow::Borrowed(&self.live[index(place)]),
            Place::Ended(place) => Cow::Owned(self.ended[index(place)].told(handle)),
        }
    }

    /// The key of an instance.
    pub(super) fn key(&self, handle: InstanceHandle) -> Seeded {
        match self.places[handle.index()] {
            Place::Live(place) => self.live[index(place)].key,
            Place::Ended(place) => self.ended[index(place)].key,
        }
    }

    /// An instance, to be changed. One that has ended takes its full room again.
    pub(super) fn get_mut(&mut self, handle: InstanceHandle) -> &mut Instance {
        match self.places[handle.index()] {
            Place::Live(place) => &mut self.live[index(place)],
            Place::Ended(place) => self.revive(handle, place),
        }
    }

    #[cold]
    fn revive(&mut self, handle: InstanceHandle, ended: u32) -> &mut Instance {
        let told = self.ended[index(ended)].told(handle);
        let place = self.settle(told);
        self.places[handle.index()] = Place::Live(place);
        &mut self.live[index(place)]
    }

    /// An instance has ended: what nobody can ask for any more is dropped.
    pub(super) fn end(&mut self, handle: InstanceHandle) {
        if let Place::Live(place) = self.places[handle.index()] {
            self.places[handle.index()] = Place::Ended(number(self.ended.len()));
            self.ended.push(Ended::of(&self.live[index(place)]));
            self.free.push(place);
        }
    }
}

/// What is left to tell of an instance that has ended (`KEEP-TERMINATE-FIELDS`), and what its checks compare with.
///
/// It says again what an [`Instance`] has, and is there for memory, not for speed: of the 737 bytes that a live instance
/// takes with all that belongs to it, an ended one leaves 228, and a million of them, one after the other, fit into 224 MiB
/// (docs/performance.md). What can be told of an ended instance has to be in it: what [`Ended::told`] fills in instead is
/// what every ended instance has alike. A new field of [`Instance`] doesn't compile until that is decided.
#[derive(Debug, Clone)]
struct Ended {
    key: Seeded,
    launch_time: SimTime,
    since: SimTime,
    reason_at: SimTime,
    spec: Arc<InstanceSpec>,
    starts: u32,
    first_volume: Option<VolumeHandle>,
    reference: Option<(Option<Ipv4Addr>, Option<Ipv4Addr>)>,
    volume_count: u16,
    instance_type: TypeId,
    reason: Option<StateReason>,
    shutdown_behavior: ShutdownBehavior,
    credits: Option<CreditMode>,
    root_attached: bool,
    disable_api_termination: bool,
    disable_api_stop: bool,
}

impl Ended {
    fn of(instance: &Instance) -> Self {
        let options = instance.lifecycle.options();
        Self {
            key: instance.key,
            launch_time: instance.launch_time,
            since: instance.since,
            reason_at: instance.reason_at,
            spec: Arc::clone(&instance.spec),
            starts: instance.starts,
            first_volume: instance.first_volume,
            reference: instance
                .reference
                .map(|before| (before.public_ipv4, before.private_ipv4)),
            volume_count: instance.volume_count,
            instance_type: instance.instance_type(),
            reason: instance.reason,
            shutdown_behavior: instance.shutdown_behavior,
            credits: instance.credits,
            root_attached: options.root_attached,
            disable_api_termination: options.disable_api_termination,
            disable_api_stop: options.disable_api_stop,
        }
    }

    #[cold]
    fn told(&self, handle: InstanceHandle) -> Instance {
        let spec = &self.spec;
        let before = self.reference.map(|(public_ipv4, private_ipv4)| Holdings {
            public_ipv4,
            private_ipv4,
            ipv6_count: spec.ipv6_count,
            // An instance that has ended has neither host nor memory to compare.
            host: None,
            memory_epoch: 0,
            store_epoch: 0,
        });
        let options = LifecycleOptions {
            root_attached: self.root_attached,
            disable_api_termination: self.disable_api_termination,
            disable_api_stop: self.disable_api_stop,
            ..spec.lifecycle_options()
        };
        Instance {
            lifecycle: Lifecycle::ended(self.instance_type, options),
            handle,
            spec: Arc::clone(spec),
            key: self.key,
            home: Home::of(self.key),
            pending: Pending::default(),
            changes: 0,
            cut_off: false,
            forfeits_place: false,
            placement: None,
            is_forced: false,
            trouble: None,
            launch_time: self.launch_time,
            since: self.since,
            reason: self.reason,
            reason_at: self.reason_at,
            private_ipv4: None,
            auto_public_ipv4: None,
            public_draws: 0,
            elastic_ip: None,
            ipv6_count: 0,
            has_run: self.starts > 0,
            host: None,
            hosts: 0,
            starts: self.starts,
            memory: Memory::None,
            memory_epoch: 0,
            has_store: false,
            store_epoch: 0,
            first_volume: self.first_volume,
            volume_count: self.volume_count,
            attached_later: Vec::new(),
            rebooting: false,
            reboots: 0,
            shutdown_behavior: self.shutdown_behavior,
            credits: self.credits,
            attributes: spec.attributes(),
            interfaces: spec.interfaces,
            auto_recovery: spec.auto_recovery,
            last_running: before,
            reference: before,
        }
    }
}
