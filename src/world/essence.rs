//! What decides an account's future, and nothing else: what the walk over all states (`engine/reach`) compares states by.
//!
//! Two accounts of one essence answer whatever is asked of them alike, and let the same happen by itself, at the same
//! distances from now. So no instant is in it, but how long ago or how far off it is; what is long enough ago that no rule
//! looks at it any more is as good as gone. Everything is taken apart by name: a new field doesn't compile until somebody has
//! said whether it decides anything.

use std::hash::{Hash, Hasher};

use crate::{
    lifecycle::Phase,
    record::{InstanceHandle, Resource, SpotRequestHandle, VolumeHandle},
    time::{SimDuration, SimTime},
};

use super::{
    Due, ElasticIp, Instance, Interface, ScheduledEvent, SpotRequest, TimerKey, Volume, World,
    instance::{INITIALIZING, TERMINATED_VISIBLE},
    modifications::{Modifications, WINDOW},
    quotas::Quota,
    resources::{Make, OwnMake},
    room::Room,
    trouble::{RECOVERIES_IN, STUCK_TERMINATION, Trouble},
};

/// Collects what decides the future, in 128 bits: that two states of some millions share them by chance isn't to be expected.
#[derive(Debug)]
pub(crate) struct Essence {
    now: SimTime,
    halves: [u64; 2],
}

/// Odd numbers without a pattern, one for each half.
const MULTIPLIERS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];

/// The halves of a product, of which each depends on all of the number.
fn folded(number: u64, by: u64) -> u64 {
    let product = u128::from(number) * u128::from(by);
    let low = product & u128::from(u64::MAX);
    u64::try_from((product >> 64) ^ low).unwrap_or_default()
}

/// Quick rather than strong: nobody looks for two states of one sum.
impl Hasher for Essence {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        for (half, by) in self.halves.iter_mut().zip(MULTIPLIERS) {
            *half = folded(*half ^ number, by).rotate_left(23).wrapping_add(by);
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number.try_into().unwrap_or(u64::MAX));
    }

    fn write_isize(&mut self, number: isize) {
        self.write(&number.to_le_bytes());
    }

    fn finish(&self) -> u64 {
        self.halves[0]
    }
}

impl Essence {
    /// Of an account that stands at an instant.
    pub(crate) fn at(now: SimTime) -> Self {
        Self {
            now,
            halves: MULTIPLIERS,
        }
    }

    /// What was collected.
    pub(crate) fn sum(&self) -> u128 {
        let [high, low] = self.halves;
        (u128::from(high) << 64) | u128::from(low)
    }

    /// Something that knows no instant.
    pub(crate) fn of(&mut self, what: impl Hash) {
        what.hash(self);
    }

    /// How long ago something was; from so long on it makes no difference.
    pub(crate) fn ago(&mut self, at: SimTime, at_most: SimDuration) {
        self.of(self.now.since(at).min(at_most));
    }

    /// How far off something is; what is past is past.
    pub(crate) fn ahead(&mut self, at: SimTime) {
        self.of(at.since(self.now));
    }
}

impl World {
    /// Everything that is in the account.
    pub(crate) fn tell(&self, essence: &mut Essence) {
        let Self {
            // The same in all accounts that are compared.
            region: _,
            root: _,
            address_quota: _,
            // Which addresses those are that are drawn, ids and numbers decide nothing.
            public_pool: _,
            private_pool: _,
            ids: _,
            numbered: _,
            // What is set is told in its order, with the queue.
            timers: _,
            pending: _,
            instances: _,
            volumes,
            addresses,
            snapshots,
            images,
            interfaces,
            spot,
            tokens: _,
            room,
            groups,
            hosts,
            reservations,
            // The names of a script, which nobody has here, are told of them.
            successions: _,
            lambda,
            lambda_next: _,
            ecs,
            ecs_next: _,
            // Nothing looks at them before the end.
            loads: _,
        } = self;
        assert!(
            snapshots.is_empty() && images.is_empty() && groups.is_empty(),
            "nothing that is walked over makes these"
        );
        assert!(hosts.is_empty() && reservations.is_empty(), "nor these");
        assert!(lambda.is_empty() && ecs.is_empty(), "nor these");
        for index in 0..self.count(crate::record::ResourceKind::Instance) {
            let handle = InstanceHandle::new(index);
            if let Some(there) = self.live(handle) {
                essence.of(self.turn(handle));
                there.tell(self, essence);
            } else if index + 1 == self.instances.len() {
                // Only whether it can still be seen.
                essence.ago(self.instance(handle).since, TERMINATED_VISIBLE);
            }
        }
        for volume in volumes.iter().filter(|one| !one.is_deleted()) {
            volume.tell(self, essence);
        }
        for address in addresses {
            let ElasticIp {
                key: _,
                ip: _,
                instance,
                associations: _,
                released,
            } = address;
            essence.of((instance.map(|on| self.turn(on)), released));
        }
        for interface in interfaces.iter().filter(|one| !one.is_deleted()) {
            let Interface {
                key: _,
                zone,
                instance,
                owner,
                is_deleted: _,
            } = interface;
            let owner = owner.map(|(owner, n)| (self.turn(owner), n));
            essence.of((zone, instance.map(|on| self.turn(on)), owner));
        }
        let super::spot::Spot {
            requests,
            // The latest instance of each request is told with it; nobody asks after the others.
            of: _,
            prices,
            turns: _,
            // They follow from what the requests are.
            waiting: _,
            open: _,
            is_stirred: _,
        } = spot;
        for request in requests {
            request.tell(self, essence);
        }
        // The table is the same for all.
        let super::spot_prices::SpotPrices { table: _, said } = prices;
        for (pool, (_, price)) in said {
            essence.of((pool, price));
        }
        if let Some(room) = room {
            let Room {
                pools,
                quotas,
                // Kept where there are reservations.
                outside: _,
            } = &**room;
            essence.of(pools);
            for (bucket, Quota { limit, used }) in quotas {
                essence.of((bucket, limit, used));
            }
        }
    }

    /// Something that is set, and when it falls due; nothing where it was called off.
    pub(crate) fn tell_set(&self, key: TimerKey, at: SimTime, essence: &mut Essence) {
        let Some((subject, due)) = self.timers.get(key) else {
            return;
        };
        if let Resource::Instance(handle) = subject {
            essence.of((0, self.turn(handle)));
        } else if let Resource::Volume(volume) = subject {
            essence.of((1, self.rank(volume)));
        } else {
            essence.of((2, subject));
        }
        match (subject, due) {
            // The numbers of events count on; which of those to come it is says the same.
            (Resource::Instance(handle), Due::Scheduled(number)) => {
                let there = self.instance(handle);
                let mut events = there.scheduled_events().iter();
                essence.of(events.position(|event| event.number == number));
            }
            (_, due) => essence.of(due),
        }
        essence.ahead(at);
    }

    /// Which of the instances: 0 is the latest.
    fn turn(&self, handle: InstanceHandle) -> usize {
        self.instances.len() - 1 - handle.index()
    }

    /// Which of the volumes that are there.
    fn rank(&self, handle: VolumeHandle) -> usize {
        let before = &self.volumes[..handle.index()];
        before.iter().filter(|one| !one.is_deleted()).count()
    }
}

impl Instance {
    fn tell(&self, world: &World, essence: &mut Essence) {
        let Self {
            lifecycle,
            handle: _,
            // Every instance of a walk is launched as the same.
            spec: _,
            key: _,
            home: _,
            pending: _,
            // They only count: which number of a stream is drawn, which host, which loss.
            changes: _,
            public_draws: _,
            hosts: _,
            starts: _,
            memory_epoch: _,
            store_epoch: _,
            reboots: _,
            cut_off,
            forfeits_place,
            placement,
            is_forced,
            trouble,
            // These are told, and nothing asks them.
            launch_time: _,
            reason: _,
            reason_at: _,
            last_running: _,
            reference: _,
            since,
            private_ipv4,
            auto_public_ipv4,
            elastic_ip,
            ipv6_count,
            has_run,
            host,
            memory,
            has_store,
            first_volume,
            volume_count,
            attached_later,
            rebooting,
            shutdown_behavior,
            credits,
            attributes,
            interfaces,
            auto_recovery,
        } = self;
        essence.of((
            lifecycle.phase(),
            lifecycle.instance_type(),
            lifecycle.options(),
        ));
        let ready = lifecycle.ready_to_hibernate();
        if lifecycle.phase() == Phase::Running {
            essence.ahead(ready);
        }
        // Status checks ask a running instance, and who is stuck on a broken host one that is on its way.
        let at_most = match lifecycle.phase() {
            Phase::Running => INITIALIZING,
            Phase::Stopped | Phase::Hibernated => SimDuration::default(),
            Phase::Launching
            | Phase::Starting
            | Phase::Resuming
            | Phase::Stopping
            | Phase::Hibernating
            | Phase::ShuttingDown
            | Phase::Terminated => STUCK_TERMINATION,
        };
        essence.ago(*since, at_most);
        essence.of((cut_off, forfeits_place, placement.is_some(), is_forced));
        essence.of((private_ipv4.is_some(), auto_public_ipv4.is_some()));
        essence.of((elastic_ip, ipv6_count, has_run, host.is_some()));
        essence.of((memory, has_store, rebooting, shutdown_behavior));
        essence.of((credits, attributes, interfaces, auto_recovery));
        essence.of((first_volume.map(|first| world.rank(first)), volume_count));
        for &volume in attached_later {
            essence.of(world.rank(volume));
        }
        if let Some(trouble) = trouble {
            trouble.tell(essence);
        } else {
            Trouble::default().tell(essence);
        }
    }
}

impl Trouble {
    fn tell(&self, essence: &mut Essence) {
        let Self {
            system_fails,
            instance_fails,
            os,
            host,
            checks_since,
            fails_as,
            recoveries,
            events,
            events_told: _,
            migrates,
        } = self;
        essence.of((system_fails, instance_fails, os, host, fails_as, migrates));
        // Long ago, and so as good as never.
        essence.ago(checks_since.unwrap_or_default(), INITIALIZING);
        let counting = recoveries
            .iter()
            .filter(|&&at| essence.now < at + RECOVERIES_IN);
        let counting: Vec<SimTime> = counting.copied().collect();
        essence.of(counting.len());
        for at in counting {
            essence.ago(at, RECOVERIES_IN);
        }
        essence.of(events.len());
        for event in events {
            let ScheduledEvent {
                number: _,
                code,
                not_before,
                deadline,
            } = event;
            essence.of((code, deadline.is_some()));
            essence.ahead(*not_before);
            essence.ahead(deadline.unwrap_or_default());
        }
    }
}

impl Volume {
    fn tell(&self, world: &World, essence: &mut Essence) {
        let Self {
            key: _,
            make,
            lifecycle,
            instance,
            owner,
            n,
        } = self;
        essence.of((lifecycle.state(), self.spec(), self.zone(), n));
        essence.of(instance.map(|on| world.turn(on)));
        essence.of(owner.map(|of| world.turn(of)));
        let Make::Own(own) = make else { return };
        let OwnMake {
            spec: _,
            zone: _,
            device,
            modifications,
        } = &**own;
        essence.of(device);
        if let Some(known) = modifications {
            let Modifications {
                latest,
                size_gib,
                requests,
            } = known;
            essence.of((latest.state(), size_gib, requests.len()));
            for &at in requests {
                essence.ago(at, WINDOW);
            }
        }
    }
}

impl SpotRequest {
    fn tell(&self, world: &World, essence: &mut Essence) {
        let Self {
            key: _,
            lifecycle,
            status,
            spec: _,
            instance,
            cause,
            // It is told, and nothing asks it.
            interruptions: _,
            settles,
            turn,
            is_overdue,
            counts,
        } = self;
        let before = |other: &&Self| other.turn < *turn;
        essence.of((
            lifecycle.phase(),
            status,
            world.turn(*instance),
            world.spot_requests().iter().filter(before).count(),
        ));
        essence.of((cause, is_overdue, counts, settles.is_some()));
        essence.ahead(settles.unwrap_or_default());
    }
}

/// The request of a walk is the only one.
impl World {
    /// The Spot request of a walk, if it has one.
    pub(crate) fn only_spot_request(&self) -> Option<&SpotRequest> {
        (!self.spot_requests().is_empty()).then(|| self.spot_request(SpotRequestHandle::new(0)))
    }
}
