//! What things cost: the catalogue's prices, and those of the scenario over them (`BILL-PRICE-BOOK`).

use std::{collections::BTreeMap, fmt};

use crate::{
    catalog::{
        Dimension, Platform, PriceOrigin, RegionId, TypeId, VolumeType, ebs_price, on_demand,
        public_ipv4_hour,
    },
    money::Price,
    record::{Unit, UsageType, VolumeConfig},
};

/// The prices of a replay.
///
/// # Example
///
/// ```
/// use ec2sim::{billing::{PriceBook, PriceKey}, catalog::{Platform, RegionId, TypeId}};
/// let m5_large = TypeId::find("m5.large").unwrap();
/// let mut prices = PriceBook::new(RegionId::find("us-east-1").unwrap());
/// assert_eq!(prices.instance(m5_large, Platform::Windows).unwrap().price.to_string(), "0.188");
/// prices.set(PriceKey::Instance(m5_large, None), "0.05".parse().unwrap());
/// assert_eq!(prices.instance(m5_large, Platform::Windows).unwrap().price.to_string(), "0.05");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    region: RegionId,
    overrides: BTreeMap<PriceKey, Price>,
}

/// What a scenario can give a price for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PriceKey {
    /// An hour of an instance type, on one platform or on every one.
    Instance(TypeId, Option<Platform>),
    /// A month of a GB, of an IOPS, or of a MiB/s of a volume type.
    Volume(VolumeType, Dimension),
    /// An hour of a public IPv4 address.
    PublicIpv4,
}

/// A price, and where it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The price.
    pub price: Price,
    /// Where it is from.
    pub source: PriceSource,
}

/// Where a price is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceSource {
    /// The scenario gives it.
    Scenario,
    /// The catalogue's On-Demand prices.
    OnDemand(PriceOrigin),
    /// The catalogue's EBS prices.
    Ebs,
    /// The catalogue's price of a public IPv4 address.
    PublicIpv4,
}

impl fmt::Display for PriceSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario => f.write_str("scenario"),
            Self::OnDemand(origin) => origin.fmt(f),
            Self::Ebs => f.write_str("listed 2025-10"),
            Self::PublicIpv4 => f.write_str("listed 2026"),
        }
    }
}

/// One thing that a volume is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// As what.
    pub usage_type: UsageType,
    /// In what it is counted.
    pub unit: Unit,
    /// How many GiB, IOPS or MiB/s are charged.
    pub units: u64,
    /// The price of one of them for a month.
    pub rate: Rate,
}

impl PriceBook {
    /// The catalogue's prices of a Region.
    pub const fn new(region: RegionId) -> Self {
        Self {
            region,
            overrides: BTreeMap::new(),
        }
    }

    /// The Region.
    pub const fn region(&self) -> RegionId {
        self.region
    }

    /// Gives a price of the scenario's own.
    pub fn set(&mut self, key: PriceKey, price: Price) {
        self.overrides.insert(key, price);
    }

    /// The prices that the scenario gives.
    pub fn overrides(&self) -> impl Iterator<Item = (PriceKey, Price)> {
        self.overrides.iter().map(|(&key, &price)| (key, price))
    }

    fn given(&self, key: PriceKey) -> Option<Rate> {
        self.overrides.get(&key).map(|&price| Rate {
            price,
            source: PriceSource::Scenario,
        })
    }

    /// An hour of an instance, On-Demand (`BILL-OD`, `BILL-RATE-KEY`); none where there is no price.
    pub fn instance(&self, instance_type: TypeId, platform: Platform) -> Option<Rate> {
        self.given(PriceKey::Instance(instance_type, Some(platform)))
            .or_else(|| self.given(PriceKey::Instance(instance_type, None)))
            .or_else(|| {
                let listed = on_demand(self.region, instance_type, platform)?;
                Some(Rate {
                    price: listed.price,
                    source: PriceSource::OnDemand(listed.origin),
                })
            })
    }

    /// An hour of a public IPv4 address: the same everywhere, in use or idle.
    pub fn public_ipv4(&self) -> Rate {
        self.given(PriceKey::PublicIpv4).unwrap_or_else(|| Rate {
            price: public_ipv4_hour(),
            source: PriceSource::PublicIpv4,
        })
    }

    /// A month of the first unit that is charged of a volume's dimension; none where there is no price.
    pub fn volume(&self, volume_type: VolumeType, dimension: Dimension) -> Option<Rate> {
        self.given(PriceKey::Volume(volume_type, dimension))
            .or_else(|| {
                let tiers = ebs_price(self.region, volume_type, dimension)?;
                Some(Rate {
                    price: tiers.first_price(),
                    source: PriceSource::Ebs,
                })
            })
    }

    /// What a volume is charged for: storage, and what IOPS and throughput it has beyond those included
    /// (`BILL-EBS-GP3-IOPS`, `BILL-EBS-GP3-TPUT`, `BILL-EBS-IO1-IOPS`, `BILL-EBS-IO2-TIERS`).
    pub fn charges(&self, config: &VolumeConfig) -> Vec<Charge> {
        let volume_type = config.volume_type;
        let mut charges = Vec::with_capacity(1);
        let parts = [
            (Dimension::Storage, Unit::GibSecond, config.size_gib),
            (Dimension::Iops, Unit::IopsSecond, config.iops),
            (Dimension::Throughput, Unit::MibpsSecond, config.throughput),
        ];
        for (dimension, unit, units) in parts {
            self.charges_of(volume_type, dimension, unit, u64::from(units), &mut charges);
        }
        charges
    }

    fn charges_of(
        &self,
        volume_type: VolumeType,
        dimension: Dimension,
        unit: Unit,
        units: u64,
        charges: &mut Vec<Charge>,
    ) {
        let usage_type = |tier: usize| match dimension {
            Dimension::Storage | Dimension::IoRequests => UsageType::VolumeUsage(volume_type),
            Dimension::Iops => {
                UsageType::VolumeIops(volume_type, u8::try_from(tier + 1).unwrap_or(u8::MAX))
            }
            Dimension::Throughput => UsageType::VolumeThroughput(volume_type),
        };
        let given = self.given(PriceKey::Volume(volume_type, dimension));
        match ebs_price(self.region, volume_type, dimension) {
            Some(tiers) => charges.extend(tiers.split(units).map(|share| Charge {
                usage_type: usage_type(share.tier),
                unit,
                units: share.units,
                rate: given.unwrap_or(Rate {
                    price: share.price,
                    source: PriceSource::Ebs,
                }),
            })),
            // A Region without EBS prices: the scenario gives one, or the reader has refused the file.
            None => charges.extend(given.filter(|_| units > 0).map(|rate| Charge {
                usage_type: usage_type(0),
                unit,
                units,
                rate,
            })),
        }
    }
}
