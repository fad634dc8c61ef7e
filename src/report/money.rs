//! Sums of the ledger, by instance, by resource and by meter.

use std::collections::BTreeMap;

use crate::{
    billing::{Cost, LedgerLine},
    money::Usd,
    record::{AddressHandle, InstanceHandle, Meter, Resource, VolumeHandle},
    runner::Replay,
    world::World,
};

use super::Rounding;

/// Amounts by meter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Amounts {
    by_meter: [Usd; Meter::ALL.len()],
}

impl Amounts {
    pub(super) fn add(&mut self, meter: Meter, amount: Usd) {
        for (place, known) in self.by_meter.iter_mut().zip(Meter::ALL) {
            if *known == meter {
                *place += amount;
            }
        }
    }

    pub(super) fn of(&self, meter: Meter) -> Usd {
        let found = self
            .by_meter
            .iter()
            .zip(Meter::ALL)
            .find(|(_, known)| **known == meter);
        found.map_or(Usd::ZERO, |(amount, _)| *amount)
    }

    pub(super) fn total(&self) -> Usd {
        self.by_meter.iter().copied().sum()
    }
}

/// The sums of a ledger.
///
/// What an instance costs is its usage, its auto-assigned addresses and the volumes launched with it; Elastic IPs and
/// volumes that the file or the script makes have costs of their own.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) all: Amounts,
    pub(super) instances: BTreeMap<InstanceHandle, Amounts>,
    pub(super) volumes: BTreeMap<VolumeHandle, Amounts>,
    pub(super) addresses: BTreeMap<AddressHandle, Amounts>,
}

impl Sums {
    /// Those of a bill whose ledger may not have been kept.
    pub(super) fn of_bill(replay: &Replay) -> Self {
        let (bill, world, end) = (replay.bill(), replay.world(), replay.end());
        let of = |cost: Cost| {
            let mut amounts = Amounts::default();
            for &meter in Meter::ALL {
                amounts.add(meter, cost.of(meter));
            }
            amounts
        };
        let one = |meter, amount| {
            let mut amounts = Amounts::default();
            amounts.add(meter, amount);
            amounts
        };
        let instances = world.instances().map(|instance| {
            let handle = instance.handle();
            (handle, of(bill.instance_cost(end, handle)))
        });
        let volumes = (0..world.volumes().len()).map(VolumeHandle::new);
        let addresses = (0..world.addresses().len()).map(AddressHandle::new);
        Self {
            all: of(bill.cost()),
            instances: instances.collect(),
            volumes: volumes
                .map(|volume| (volume, one(Meter::Ebs, bill.volume_cost(end, volume))))
                .collect(),
            addresses: addresses
                .map(|address| {
                    (
                        address,
                        one(Meter::PublicIpv4, bill.address_cost(end, address)),
                    )
                })
                .collect(),
        }
    }

    pub(super) fn new(world: &World, ledger: &[LedgerLine], rounding: Rounding) -> Self {
        let mut sums = Self::default();
        for line in ledger {
            let amount = rounding.amount(line);
            sums.all.add(line.meter, amount);
            match line.resource {
                Resource::Instance(instance) => sums
                    .instances
                    .entry(instance)
                    .or_default()
                    .add(line.meter, amount),
                Resource::Volume(volume) => {
                    sums.volumes
                        .entry(volume)
                        .or_default()
                        .add(line.meter, amount);
                    if let Some(owner) = world.volume(volume).owner() {
                        sums.instances
                            .entry(owner)
                            .or_default()
                            .add(line.meter, amount);
                    }
                }
                Resource::Address(address) => sums
                    .addresses
                    .entry(address)
                    .or_default()
                    .add(line.meter, amount),
            }
        }
        sums
    }
}
