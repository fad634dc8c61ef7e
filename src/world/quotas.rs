//! How many vCPUs may run in an account, by class of types (lifecycle rulebook, section 8.4).

use crate::{
    catalog::{QuotaClass, TypeId},
    record::InstanceHandle,
};

use super::{Market, Pool, World, room::counts};

/// What an account may have at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    /// vCPUs of a class, bought so; a class that isn't named has no limit.
    pub vcpus: Vec<(QuotaClass, Market, u64)>,
    /// Elastic IPs (`EIP-LIMIT`).
    pub addresses: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            vcpus: Vec::new(),
            addresses: 5,
        }
    }
}

/// What is counted together.
pub(super) type Bucket = (QuotaClass, Market);

/// How many vCPUs there may be, and how many there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Quota {
    pub(super) limit: u64,
    pub(super) used: u64,
}

impl World {
    /// From now on these are the quotas.
    pub fn set_quotas(&mut self, quotas: &Quotas) {
        self.address_quota = quotas.addresses;
        for &(class, market, limit) in &quotas.vcpus {
            let counted = self.instances().filter(|there| {
                counts(Some(there.phase()))
                    && there.spec().market() == market
                    && QuotaClass::of(there.instance_type()) == Some(class)
            });
            let used = counted.map(|there| u64::from(there.instance_type().info().vcpus()));
            let used = used.sum();
            let quota = Quota { limit, used };
            self.room_mut().quotas.insert((class, market), quota);
        }
    }

    /// How many Elastic IPs the account may have.
    pub const fn address_quota(&self) -> u64 {
        self.address_quota
    }

    /// The quota that so many instances of each of these pools, together, would exceed.
    pub(crate) fn exceeded_quota(&self, wanted: &[(Pool, u64)]) -> Option<(Market, u64)> {
        let quotas = &self.room.as_ref()?.quotas;
        let exceeded = quotas.iter().find(|&(&(class, market), quota)| {
            let own = wanted.iter().filter(|(pool, _)| {
                pool.market == market && QuotaClass::of(pool.instance_type) == Some(class)
            });
            let vcpus = own
                .map(|(pool, count)| {
                    count.saturating_mul(u64::from(pool.instance_type.info().vcpus()))
                })
                .fold(0, u64::saturating_add);
            vcpus > 0 && quota.used.saturating_add(vcpus) > quota.limit
        });
        exceeded.map(|((_, market), quota)| (*market, quota.limit))
    }

    /// So many vCPUs more, or fewer, count against the quota of a type: those of a request that is open, too. Answers whether
    /// it has one.
    pub(crate) fn use_quota(&mut self, instance_type: TypeId, market: Market, more: bool) -> bool {
        let (Some(room), Some(class)) = (&mut self.room, QuotaClass::of(instance_type)) else {
            return false;
        };
        let Some(quota) = room.quotas.get_mut(&(class, market)) else {
            return false;
        };
        let vcpus = u64::from(instance_type.info().vcpus());
        quota.used = if more {
            quota.used.saturating_add(vcpus)
        } else {
            quota.used.saturating_sub(vcpus)
        };
        true
    }

    /// An instance begins to count, or ends.
    pub(super) fn count_vcpus(&mut self, handle: InstanceHandle, more: bool) {
        let instance = self.instances.get_mut(handle);
        let (instance_type, market) = (instance.instance_type(), instance.spec.market());
        let is_limited = self.use_quota(instance_type, market, more);
        if is_limited && !more && market == Market::Spot {
            self.stir_spot();
        }
    }
}
