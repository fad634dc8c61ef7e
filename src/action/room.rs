//! Whether there is room for what a launch or a start asks for: the last checks of `REQ-CHECK-ORDER`.

use std::collections::BTreeMap;

use crate::{
    catalog::{Offering, offered},
    lifecycle::{ApiError, ErrorCode, Phase},
    record::{InstanceHandle, Rules},
    rule,
    world::{
        Berth, GroupId, InstanceSpec, Market, Pool, Reserving, SlotKind, Strategy, Tenancy, World,
        slots_of,
    },
};

use super::{
    Call,
    call::refused,
    host_room::{Guest, check_host_credits},
    reservation_room::Taken,
};

/// Running instances of a rack spread group in a zone (`PG-SPREAD`).
const MOST_SPREAD: u64 = 7;

impl Call<'_> {
    /// Whether so many instances of a description can be launched (`LIFE-RUN-CAPACITY`).
    pub(super) fn check_room_to_launch(
        &self,
        spec: &InstanceSpec,
        count: u32,
        berth: Berth,
    ) -> Result<(), ApiError> {
        let reserving = berth.reserving.unwrap_or(spec.placement.reserving);
        let slots = slots_of(spec);
        let is_hosted = spec.placement.tenancy == Tenancy::Host;
        let pool = Pool {
            instance_type: spec.instance_type,
            zone: spec.zone,
            market: spec.market(),
        };
        if !is_hosted {
            self.check_quotas(&[(pool, u64::from(count))], false)?;
        }
        self.check_price_of(spec)?;
        if is_hosted {
            // A host of one's own needs neither quota nor pool, and lies in no group.
            let guest = Guest {
                instance_type: spec.instance_type,
                zone: spec.zone,
                host: berth.host,
            };
            self.check_hosts((0..count).map(|_| guest), &[rule::TEN_HOST_FULL])?;
            return self.check_slots_on_host(slots, reserving);
        }
        if !self.world.counts_room() {
            return Ok(());
        }
        if let Some(group) = spec.placement.group {
            self.check_group_zone(group, spec.zone)?;
            self.check_group(group, spec.zone, u64::from(count), false)?;
        }
        let mut from_pool = u64::from(count);
        if self.world.has_reservations() && reserving != Reserving::Never {
            let mut taken = Taken::new();
            for _ in 0..count {
                if !self.takes_slot(slots, reserving, &mut taken)? {
                    // Nor is there one for those after it.
                    break;
                }
                from_pool -= 1;
            }
        }
        if self.world.has_places(pool, from_pool) {
            return Ok(());
        }
        let rules: Rules = match pool.market {
            Market::OnDemand => &[rule::CAP_LAUNCH, rule::LIFE_RUN_CAPACITY],
            Market::Spot => &[rule::SPOT_RUN_INSTANCES, rule::CAP_LAUNCH],
        };
        let text = match pool.market {
            Market::OnDemand if spec.zone_is_named => no_capacity_here(self.world, pool),
            Market::OnDemand => "Insufficient capacity.".to_owned(),
            Market::Spot => {
                "There is no Spot capacity available that matches your request.".to_owned()
            }
        };
        refused(ErrorCode::InsufficientInstanceCapacity, text, rules)
    }

    /// Whether those of some instances that are at rest can be started, all of them.
    pub(super) fn check_room_to_start(&self, instances: &[InstanceHandle]) -> Result<(), ApiError> {
        if !self.world.counts_room() {
            return self.check_spot_starts(instances);
        }
        let at_rest = |handle: &&InstanceHandle| {
            let phase = self.world.instance(**handle).phase();
            matches!(phase, Phase::Stopped | Phase::Hibernated)
        };
        let mut starting: Vec<InstanceHandle> = instances.iter().filter(at_rest).copied().collect();
        starting.sort_unstable();
        starting.dedup();
        let hosted = |handle: &InstanceHandle| self.world.instance(*handle).is_on_own_hardware();
        let (guests, starting): (Vec<InstanceHandle>, Vec<InstanceHandle>) =
            starting.into_iter().partition(hosted);
        for &handle in &guests {
            let instance = self.world.instance(handle);
            check_host_credits(
                instance.instance_type(),
                instance.placement(),
                instance.credits(),
            )?;
        }
        let pools: Vec<Pool> = starting
            .iter()
            .map(|&handle| self.world.instance(handle).pool())
            .collect();
        let wanted: Vec<(Pool, u64)> = pools.iter().map(|&pool| (pool, 1)).collect();
        self.check_quotas(&wanted, true)?;
        self.check_spot_starts(&starting)?;
        let mut groups: BTreeMap<(GroupId, &'static str), u64> = BTreeMap::new();
        for &handle in &starting {
            let instance = self.world.instance(handle);
            if let Some(group) = instance.placement().group {
                *groups.entry((group, instance.spec().zone)).or_default() += 1;
            }
        }
        for ((group, zone), count) in groups {
            self.check_group(group, zone, count, true)?;
        }
        let guests_there = guests.iter().map(|&handle| {
            let instance = self.world.instance(handle);
            Guest {
                instance_type: instance.instance_type(),
                zone: instance.spec().zone,
                host: instance.placement().host,
            }
        });
        let bound: Rules = &[rule::TEN_HOST_FULL, rule::TEN_HOST_AFFINITY];
        self.check_hosts(guests_there, bound)?;
        for &handle in &guests {
            let instance = self.world.instance(handle);
            self.check_slots_on_host(instance.slots(), instance.placement().reserving)?;
        }
        let mut taken = Taken::new();
        let mut from_pools: BTreeMap<Pool, u64> = BTreeMap::new();
        for (place, &pool) in pools.iter().enumerate() {
            if self.world.has_reservations() {
                let instance = self.world.instance(starting[place]);
                let reserving = instance.placement().reserving;
                if self.takes_slot(instance.slots(), reserving, &mut taken)? {
                    continue;
                }
            }
            let count = from_pools.entry(pool).or_default();
            *count += 1;
            if self.world.has_places(pool, *count) {
                continue;
            }
            let text = match pool.market {
                Market::OnDemand => "Insufficient capacity.".to_owned(),
                Market::Spot => format!(
                    "You can't start the Spot Instance '{}' because there is no available Spot capacity.",
                    self.world.instance(starting[place]).id()
                ),
            };
            let rules: Rules = match pool.market {
                Market::OnDemand => &[rule::LIFE_START_CAPACITY, rule::CAP_START],
                Market::Spot => &[rule::SPOT_START_CAPACITY, rule::CAP_START],
            };
            return refused(ErrorCode::InsufficientInstanceCapacity, text, rules);
        }
        Ok(())
    }

    /// Whether an instance on a Dedicated Host names no Capacity Reservation: none is for hosts.
    fn check_slots_on_host(
        &self,
        slots: Option<SlotKind>,
        reserving: Reserving,
    ) -> Result<(), ApiError> {
        match reserving {
            Reserving::Open | Reserving::Never => Ok(()),
            Reserving::Named(_) => self
                .takes_slot(slots, reserving, &mut Taken::new())
                .map(|_| ()),
        }
    }

    /// Whether a cluster group can have instances in a zone: it lies in one (`PG-CLUSTER`).
    pub(super) fn check_group_zone(&self, group: GroupId, zone: &str) -> Result<(), ApiError> {
        let group = self.world.group(group);
        match group.other_zone(zone) {
            Some(other) if group.strategy() == Strategy::Cluster => refused(
                ErrorCode::InvalidPlacementGroupInUse,
                format!(
                    "The placement group '{}' is in use in another availability zone: {other}",
                    group.name()
                ),
                &[rule::PG_CLUSTER],
            ),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a group has room for so many more in a zone, which are launched or started.
    fn check_group(
        &self,
        group: GroupId,
        zone: &str,
        count: u64,
        starts: bool,
    ) -> Result<(), ApiError> {
        let group = self.world.group(group);
        let too_many = group.strategy() == Strategy::Spread { by_host: false }
            && group.running(zone).saturating_add(count) > MOST_SPREAD;
        let is_full = group.left(zone).is_some_and(|left| left < count);
        let rules: Rules = match (too_many, is_full, starts) {
            (false, false, _) => return Ok(()),
            (true, _, false) => &[rule::PG_SPREAD],
            (true, _, true) => &[rule::PG_SPREAD, rule::PG_START],
            (false, true, false) => &[rule::PG_HARDWARE],
            (false, true, true) => &[rule::PG_HARDWARE, rule::PG_START],
        };
        refused(
            ErrorCode::InsufficientInstanceCapacity,
            "Insufficient capacity.",
            rules,
        )
    }

    /// Whether the account may have so many more of each of these pools (`QUOTA-VCPU`, `QUOTA-SPOT`).
    fn check_quotas(&self, wanted: &[(Pool, u64)], starts: bool) -> Result<(), ApiError> {
        match self.world.exceeded_quota(wanted) {
            None => Ok(()),
            Some((Market::OnDemand, limit)) => refused(
                ErrorCode::VcpuLimitExceeded,
                format!(
                    "You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the \
                     instance bucket that the specified instance type belongs to. Please visit \
                     http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
                ),
                if starts {
                    &[rule::QUOTA_VCPU, rule::LIFE_START_QUOTA]
                } else {
                    &[rule::QUOTA_VCPU, rule::LIFE_RUN_CAPACITY]
                },
            ),
            Some((Market::Spot, _)) => refused(
                ErrorCode::MaxSpotInstanceCountExceeded,
                "Max spot instance count exceeded",
                if starts {
                    &[rule::QUOTA_SPOT, rule::LIFE_START_QUOTA]
                } else {
                    &[rule::QUOTA_SPOT, rule::LIFE_RUN_CAPACITY]
                },
            ),
        }
    }
}

/// EC2's answer to a launch that names a zone without capacity: where there is some (`CAP-LAUNCH`).
fn no_capacity_here(world: &World, pool: Pool) -> String {
    let name = pool.instance_type.name();
    let letters = match offered(world.region(), pool.instance_type) {
        Offering::Zones(letters) => Some(letters),
        Offering::Unknown | Offering::NotOffered => None,
    };
    let others: Vec<&str> = world
        .region()
        .zones()
        .filter(|zone| {
            let letter = zone.chars().next_back().unwrap_or('a');
            let is_offered = letters.is_none_or(|letters| letters.contains(letter));
            *zone != pool.zone && is_offered && world.has_places(Pool { zone, ..pool }, 1)
        })
        .collect();
    let elsewhere = if others.is_empty() {
        String::new()
    } else {
        format!(
            " You can currently get {name} capacity by not specifying an Availability Zone in your request or choosing \
             {}.",
            others.join(", ")
        )
    };
    format!(
        "We currently do not have sufficient {name} capacity in the Availability Zone you requested ({}). Our system will \
         be working on provisioning additional capacity.{elsewhere}",
        pool.zone
    )
}
