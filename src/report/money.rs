//! Sums of the ledger, by instance, by resource and by meter.

use std::collections::BTreeMap;

use crate::{
    billing::{Biller, Cost, LedgerLine},
    money::Usd,
    record::{AddressHandle, InstanceHandle, Meter, Resource, ResourceKind, VolumeHandle},
    runner::Replay,
    script::Directory,
    time::SimTime,
};

use super::Rounding;

/// What costs something by itself, apart from instances, volumes and addresses.
const OTHERS: &[ResourceKind] = &[
    ResourceKind::Snapshot,
    ResourceKind::DedicatedHost,
    ResourceKind::CapacityReservation,
];

/// The sums of a ledger.
///
/// What an instance costs is its usage, its auto-assigned addresses and the volumes launched with it; Elastic IPs and
/// volumes that the file or the script makes have costs of their own.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) all: Cost,
    pub(super) instances: BTreeMap<InstanceHandle, Cost>,
    pub(super) volumes: BTreeMap<VolumeHandle, Cost>,
    pub(super) addresses: BTreeMap<AddressHandle, Cost>,
    /// What else costs something by itself.
    pub(super) others: BTreeMap<Resource, Cost>,
    /// What On-Demand would have cost more.
    pub(super) savings: Usd,
    /// What belongs to no resource.
    pub(super) account: Cost,
    /// How they are printed.
    pub(super) rounding: Rounding,
}

impl Sums {
    /// Those of a bill whose ledger may not have been kept.
    pub(super) fn of_bill(replay: &Replay) -> Self {
        let world = replay.world();
        Self::of_counted(replay.bill(), replay.end(), |kind| world.count(kind))
    }

    /// The same of a bill of so many things of each kind.
    pub(super) fn of_counted(
        bill: &Biller,
        end: SimTime,
        count: impl Fn(ResourceKind) -> usize,
    ) -> Self {
        let own = |resource| bill.cost_of(end, resource);
        let instances = (0..count(ResourceKind::Instance)).map(InstanceHandle::new);
        let instances = instances.map(|handle| (handle, bill.instance_cost(end, handle)));
        let volumes = (0..count(ResourceKind::Volume)).map(VolumeHandle::new);
        let addresses = (0..count(ResourceKind::Address)).map(AddressHandle::new);
        Self {
            all: bill.cost(),
            instances: instances.collect(),
            volumes: volumes
                .map(|volume| (volume, own(Resource::Volume(volume))))
                .collect(),
            addresses: addresses
                .map(|address| (address, own(Resource::Address(address))))
                .collect(),
            others: OTHERS
                .iter()
                .flat_map(|kind| (0..count(*kind)).map(|number| kind.resource(number)))
                .map(|one| (one, own(one)))
                .collect(),
            savings: bill.savings(),
            account: bill.account_cost(),
            rounding: Rounding::Exact,
        }
    }

    pub(super) fn new(names: &dyn Directory, ledger: &[LedgerLine], rounding: Rounding) -> Self {
        let mut sums = Self {
            rounding,
            ..Self::default()
        };
        for line in ledger {
            let amount = rounding.amount(line);
            let is_compute = matches!(line.meter, Meter::Usage | Meter::Reservations);
            if line.covered().is_some() && is_compute {
                sums.savings += rounding.list_amount(line);
            } else if line.meter == Meter::Commitments {
                sums.savings = sums.savings - amount;
            }
            if let Some(price) = line.usage_type.instead() {
                let secs = line.quantity.saturating_mul(line.unit_secs());
                let on_demand = Usd::hourly(price, secs);
                sums.savings += on_demand - amount;
            }
            sums.all.add(line.meter, amount);
            let Some(resource) = line.resource else {
                sums.account.add(line.meter, amount);
                continue;
            };
            match resource {
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
                    if let Some(owner) = names.owner(volume) {
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
                Resource::Snapshot(_)
                | Resource::Image(_)
                | Resource::Interface(_)
                | Resource::DedicatedHost(_)
                | Resource::CapacityReservation(_)
                | Resource::Function(_)
                | Resource::Environment(_)
                | Resource::Cluster(_)
                | Resource::Service(_)
                | Resource::Task(_)
                | Resource::SpotRequest(_) => sums
                    .others
                    .entry(resource)
                    .or_default()
                    .add(line.meter, amount),
            }
        }
        sums
    }
}
