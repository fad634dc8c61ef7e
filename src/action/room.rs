//! Whether there is room for what a launch or a start asks for: the last checks of `REQ-CHECK-ORDER`.

use crate::{
    catalog::{Offering, offered},
    lifecycle::{ApiError, ErrorCode, Phase},
    record::{InstanceHandle, Rules},
    rule,
    world::{InstanceSpec, Market, Pool, World},
};

use super::{Call, call::refused};

impl Call<'_> {
    /// Whether so many instances of a description can be launched (`LIFE-RUN-CAPACITY`).
    pub(super) fn check_room_to_launch(
        &self,
        spec: &InstanceSpec,
        count: u32,
    ) -> Result<(), ApiError> {
        if !self.world.counts_room() {
            return Ok(());
        }
        let pool = Pool {
            instance_type: spec.instance_type,
            zone: spec.zone,
            market: spec.market,
        };
        self.check_quotas(
            &[(pool, u64::from(count))],
            &[rule::QUOTA_VCPU, rule::LIFE_RUN_CAPACITY],
        )?;
        if self.world.has_places(pool, u64::from(count)) {
            return Ok(());
        }
        let rules: Rules = &[rule::CAP_LAUNCH, rule::LIFE_RUN_CAPACITY];
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
            return Ok(());
        }
        let at_rest = |handle: &&InstanceHandle| {
            let phase = self.world.instance(**handle).phase();
            matches!(phase, Phase::Stopped | Phase::Hibernated)
        };
        let mut starting: Vec<InstanceHandle> = instances.iter().filter(at_rest).copied().collect();
        starting.sort_unstable();
        starting.dedup();
        let pools: Vec<Pool> = starting
            .iter()
            .map(|&handle| self.world.instance(handle).pool())
            .collect();
        let wanted: Vec<(Pool, u64)> = pools.iter().map(|&pool| (pool, 1)).collect();
        self.check_quotas(&wanted, &[rule::QUOTA_VCPU, rule::LIFE_START_QUOTA])?;
        for (place, &pool) in pools.iter().enumerate() {
            let before = pools[..place].iter().filter(|one| **one == pool).count();
            let count = u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1);
            if self.world.has_places(pool, count) {
                continue;
            }
            let text = match pool.market {
                Market::OnDemand => "Insufficient capacity.".to_owned(),
                Market::Spot => format!(
                    "You can't start the Spot Instance '{}' because there is no available Spot capacity.",
                    self.world.instance(starting[place]).id()
                ),
            };
            return refused(
                ErrorCode::InsufficientInstanceCapacity,
                text,
                &[rule::LIFE_START_CAPACITY, rule::CAP_START],
            );
        }
        Ok(())
    }

    /// Whether the account may have so many more of each of these pools (`QUOTA-VCPU`, `QUOTA-SPOT`).
    fn check_quotas(&self, wanted: &[(Pool, u64)], rules: Rules) -> Result<(), ApiError> {
        match self.world.exceeded_quota(wanted) {
            None => Ok(()),
            Some((Market::OnDemand, limit)) => refused(
                ErrorCode::VcpuLimitExceeded,
                format!(
                    "You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the \
                     instance bucket that the specified instance type belongs to. Please visit \
                     http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
                ),
                rules,
            ),
            Some((Market::Spot, _)) => refused(
                ErrorCode::MaxSpotInstanceCountExceeded,
                "Max spot instance count exceeded",
                rules,
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
