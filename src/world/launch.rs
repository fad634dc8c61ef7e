//! The instances that a launch makes.
//!
//! A launch was checked as a whole before it comes here, and nothing here refuses. The members of a group share one
//! description; where ids come from is said by whoever asks, because names are no business of the world's.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use crate::{
    catalog,
    id::Seeded,
    lifecycle::{Lifecycle, Phase},
    network::{AddressStanding, Home},
    record::{
        AddressEvent, AddressScope, CreditChoice, Fact, InstanceHandle, Monitored, Provisioned,
        RecordKind, Resource, Transition, VolumeHandle,
    },
    rule,
    time::SimTime,
};

use super::{
    Berth, Due, Effects, Instance, InstanceSpec, Lasts, Memory, Process, Volume, World,
    timers::Pending,
};

/// Where an instance's id, addresses and draws come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The key of its id, its private address and its draws.
    pub key: Seeded,
    /// Where its public addresses are looked for.
    pub home: Home,
}

impl Origin {
    /// The origin of something with a key of its own.
    pub fn of(key: Seeded) -> Self {
        Self {
            key,
            home: Home::of(key),
        }
    }

    /// The origin of a member of a group, from 1.
    pub fn of_member(group: Seeded, member: u32) -> Self {
        Self {
            key: group.number(u64::from(member)),
            home: Home::of_member(group, member),
        }
    }
}

/// Where the instances of one launch come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origins {
    /// Whoever asks gives no names: the account numbers its launches, `run-1`, `run-2`.
    #[default]
    Numbered,
    /// One instance.
    One(Origin),
    /// Members of a group, from this one on.
    Members {
        /// The group's key.
        group: Seeded,
        /// The number of the first member, from 1.
        first: u32,
    },
    /// Each has its own.
    Each(Vec<Origin>),
}

impl Origins {
    /// The origin of the n-th instance of the launch, from 0.
    pub(super) fn get(&self, n: u32, numbered: Seeded) -> Origin {
        match self {
            Self::Numbered => Origin::of_member(numbered, n + 1),
            Self::One(origin) => *origin,
            Self::Members { group, first } => Origin::of_member(*group, first + n),
            Self::Each(origins) => {
                let place = crate::record::index(n);
                origins
                    .get(place)
                    .copied()
                    .unwrap_or_else(|| Origin::of(numbered))
            }
        }
    }
}

impl World {
    /// Makes the instances of a launch that nothing stands against: the first of them, whose handles follow each other.
    pub(crate) fn create_instances(
        &mut self,
        at: SimTime,
        spec: &Arc<InstanceSpec>,
        (count, berth): (u32, Berth),
        origins: &Origins,
        effects: &mut Effects,
    ) -> InstanceHandle {
        let first = InstanceHandle::new(self.instances.len());
        let numbered = match origins {
            Origins::Numbered => self.next_number("run"),
            Origins::One(_) | Origins::Members { .. } | Origins::Each(_) => self.root,
        };
        for n in 0..count {
            let origin = origins.get(n, numbered);
            let asked = spec.private_ipv4.get(crate::record::index(n)).copied();
            self.create_instance(at, spec, berth, (origin, asked), "RunInstances", effects);
            if spec.spot.is_some() {
                let instance = InstanceHandle::new(self.instances.len() - 1);
                self.make_spot_request(at, instance, spec, origin.key, effects);
            }
        }
        first
    }

    /// Makes an instance that nobody asks for now: a Spot request that was open gets another one.
    pub(super) fn launch_for_request(
        &mut self,
        at: SimTime,
        spec: &Arc<InstanceSpec>,
        origin: Origin,
        effects: &mut Effects,
    ) -> InstanceHandle {
        let instance = InstanceHandle::new(self.instances.len());
        let berth = Berth::default();
        // The one before it is over, and its address is free, unless somebody else has asked for it.
        let asked = spec.private_ipv4.first().copied().filter(|&address| {
            let standing = self.private_pool.standing(spec.zone, address);
            matches!(standing, AddressStanding::Free | AddressStanding::Foreign)
        });
        let trigger = "Spot request fulfilled";
        self.create_instance(at, spec, berth, (origin, asked), trigger, effects);
        instance
    }

    fn create_instance(
        &mut self,
        at: SimTime,
        spec: &Arc<InstanceSpec>,
        berth: Berth,
        (Origin { key, home }, asked): (Origin, Option<Ipv4Addr>),
        trigger: &'static str,
        effects: &mut Effects,
    ) {
        let handle = InstanceHandle::new(self.instances.len());
        let private_ipv4 = match asked {
            Some(address) => {
                self.private_pool.take(address);
                Some(address)
            }
            None => self
                .private_pool
                .draw(spec.zone, key.purpose("private-ipv4")),
        };
        let first_volume = VolumeHandle::new(self.volumes.len());
        let volume_count = u16::try_from(spec.volumes.len()).unwrap_or(u16::MAX);
        for place in 0..volume_count {
            self.volumes
                .push(Volume::of_launch(key, spec, place, handle));
        }
        self.instances.push(Instance {
            lifecycle: Lifecycle::launch(spec.instance_type, spec.lifecycle_options()),
            handle,
            spec: Arc::clone(spec),
            key,
            home,
            pending: Pending::default(),
            changes: 0,
            cut_off: false,
            forfeits_place: false,
            placement: None,
            is_forced: false,
            trouble: None,
            launch_time: at,
            since: at,
            reason: None,
            reason_at: at,
            private_ipv4,
            auto_public_ipv4: None,
            public_draws: 0,
            elastic_ip: None,
            ipv6_count: spec.ipv6_count,
            has_run: false,
            host: Some(1),
            hosts: 1,
            starts: 0,
            memory: Memory::None,
            memory_epoch: 0,
            has_store: false,
            store_epoch: 0,
            first_volume: (!spec.volumes.is_empty()).then_some(first_volume),
            volume_count,
            attached_later: Vec::new(),
            rebooting: false,
            reboots: 0,
            shutdown_behavior: spec.shutdown_behavior,
            credits: spec.credits,
            attributes: spec.attributes(),
            interfaces: spec.interfaces,
            auto_recovery: spec.auto_recovery,
            last_running: None,
            reference: None,
        });
        self.place(handle, berth);
        self.index(Resource::Instance(handle));
        if spec.interfaces > 1 {
            self.launch_interfaces(handle, spec.interfaces);
        }
        if self.ids.is_some() {
            let volumes = first_volume.index()..self.volumes.len();
            volumes.for_each(|volume| self.index(Resource::Volume(VolumeHandle::new(volume))));
        }
        self.record_launch(handle, spec, first_volume, trigger, effects);
        if self.room.is_some() {
            self.count_transition(at, handle, None, Phase::Launching, effects);
        }
    }

    /// Where the id of the n-th volume of a launch comes from, given its instance's key.
    pub(crate) const fn volume_key(instance: Seeded, n: u16) -> Seeded {
        instance.purpose("volume").number(number(n))
    }

    fn record_launch(
        &mut self,
        handle: InstanceHandle,
        spec: &InstanceSpec,
        first_volume: VolumeHandle,
        trigger: &'static str,
        effects: &mut Effects,
    ) {
        // T2 is standard, the others unlimited where nobody has chosen (BILL-CREDIT-MODE-DEFAULT).
        if let Some(mode) = spec.credits
            && catalog::burstable(spec.instance_type).is_some_and(|row| row.default_mode != mode)
        {
            let choice = CreditChoice::new(handle, mode);
            effects.say(RecordKind::Fact(Fact::CreditMode(choice)));
        }
        if spec.monitoring {
            let monitored = Monitored::new(handle, true);
            effects.say(RecordKind::Fact(Fact::Monitoring(monitored)));
        }
        effects.say(RecordKind::Transition(Transition {
            instance: handle,
            from: None,
            to: Phase::Launching,
            trigger,
            why: "asked to launch",
            reason: None,
            instance_type: spec.instance_type,
            platform: spec.platform,
            tenancy: spec.placement.tenancy,
            zone: spec.zone,
            cost_step: crate::money::Usd::ZERO,
            cost_total: crate::money::Usd::ZERO,
            rules: &[rule::LIFE_RUN, rule::BILL_PENDING],
        }));
        let region = self.region;
        let instance = self.instance(handle);
        let private = instance.private_ipv4.map(IpAddr::V4);
        let ipv6 = instance.ipv6_addresses(region).map(IpAddr::V6);
        let address = |scope, to, rules| {
            RecordKind::Address(AddressEvent {
                instance: Some(handle),
                address: None,
                scope,
                from: None,
                to,
                rules,
            })
        };
        effects.say(address(
            AddressScope::Private,
            private,
            &[rule::LIFE_RUN, rule::IP_PRIVATE_LIFETIME],
        ));
        for ip in ipv6 {
            effects.say(address(AddressScope::Public, Some(ip), &[rule::IP_V6]));
        }
        for volume in (first_volume.index()..self.volumes.len()).map(VolumeHandle::new) {
            effects.say(RecordKind::Provisioned(Provisioned {
                volume,
                owner: Some(handle),
                config: self.volume(volume).config(),
                created: true,
            }));
        }
        self.follow_up(
            handle,
            Due::Completion,
            Lasts::AsLongAs(Process::Pending, None),
            effects,
        );
    }
}

/// A constant function has no `From`.
#[expect(clippy::as_conversions, reason = "it widens without loss")]
const fn number(n: u16) -> u64 {
    n as u64
}
