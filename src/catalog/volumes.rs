//! EBS volume types: their limits, and the prices of volumes and snapshots (`ebs-prices.tsv`).

use super::{data::ebs, raw, regions::RegionId};
use crate::money::Price;

/// A type of EBS volume.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::VolumeType;
///
/// let gp3 = VolumeType::find("gp3").unwrap();
/// assert!(gp3.takes_iops() && gp3.takes_throughput());
/// assert_eq!(gp3.limits().max_size_gib, 65_536);
/// assert_eq!(gp3.default_iops(), Some(3000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolumeType {
    /// General purpose SSD with IOPS by size.
    Gp2,
    /// General purpose SSD with IOPS and throughput by choice.
    Gp3,
    /// Provisioned IOPS SSD.
    Io1,
    /// Provisioned IOPS SSD, Block Express.
    Io2,
    /// Throughput optimised HDD.
    St1,
    /// Cold HDD.
    Sc1,
    /// Magnetic, of the previous generation.
    Standard,
}

/// What a volume of some type can have (`rules-billing` 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeLimits {
    /// The least size in GiB.
    pub min_size_gib: u32,
    /// The greatest size in GiB.
    pub max_size_gib: u32,
    /// Its IOPS: what can be chosen if the type takes a choice, else what it gives.
    pub iops: IopsLimits,
    /// Its throughput: what can be chosen if the type takes a choice, else what it gives.
    pub throughput: ThroughputLimits,
    /// Whether an instance can start from it.
    pub bootable: bool,
}

/// Limits of I/O operations per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IopsLimits {
    /// The least.
    pub min: u32,
    /// The most.
    pub max: u32,
    /// How many for each GiB of size: for gp2 what it gives, else the most that can be chosen.
    pub per_gib: Option<u32>,
}

/// Limits of throughput, in MiB/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThroughputLimits {
    /// The least, where it is known.
    pub min: Option<u32>,
    /// The most.
    pub max: u32,
    /// How many IOPS each MiB/s needs: 4 for gp3 (at most 0.25 MiB/s for each IOPS).
    pub iops_for_each: Option<u32>,
}

const fn limits(
    size: (u32, u32),
    iops: (u32, u32, Option<u32>),
    throughput: (Option<u32>, u32, Option<u32>),
    bootable: bool,
) -> VolumeLimits {
    VolumeLimits {
        min_size_gib: size.0,
        max_size_gib: size.1,
        iops: IopsLimits {
            min: iops.0,
            max: iops.1,
            per_gib: iops.2,
        },
        throughput: ThroughputLimits {
            min: throughput.0,
            max: throughput.1,
            iops_for_each: throughput.2,
        },
        bootable,
    }
}

impl VolumeType {
    /// Every type.
    pub const ALL: [Self; 7] = [
        Self::Gp2,
        Self::Gp3,
        Self::Io1,
        Self::Io2,
        Self::St1,
        Self::Sc1,
        Self::Standard,
    ];

    /// EC2's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gp2 => "gp2",
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
            Self::St1 => "st1",
            Self::Sc1 => "sc1",
            Self::Standard => "standard",
        }
    }

    /// The type with this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// What a volume of this type can have.
    pub const fn limits(self) -> VolumeLimits {
        match self {
            Self::Gp3 => limits(
                (1, 65_536),
                (3_000, 80_000, Some(500)),
                (Some(125), 2_000, Some(4)),
                true,
            ),
            Self::Gp2 => limits(
                (1, 16_384),
                (100, 16_000, Some(3)),
                (Some(128), 250, None),
                true,
            ),
            Self::Io1 => limits(
                (4, 16_384),
                (100, 64_000, Some(50)),
                (None, 1_000, None),
                true,
            ),
            Self::Io2 => limits(
                (4, 65_536),
                (100, 256_000, Some(1_000)),
                (None, 4_000, None),
                true,
            ),
            Self::St1 => limits((125, 16_384), (500, 500, None), (None, 500, None), false),
            Self::Sc1 => limits((125, 16_384), (250, 250, None), (None, 250, None), false),
            Self::Standard => limits((1, 1_024), (40, 200, None), (Some(40), 90, None), true),
        }
    }

    /// Whether IOPS can be chosen.
    pub const fn takes_iops(self) -> bool {
        matches!(self, Self::Gp3 | Self::Io1 | Self::Io2)
    }

    /// Whether throughput can be chosen.
    pub const fn takes_throughput(self) -> bool {
        matches!(self, Self::Gp3)
    }

    /// The IOPS of a volume for which none were chosen: 3,000 for gp3. io1 and io2 need a choice.
    pub const fn default_iops(self) -> Option<u32> {
        match self {
            Self::Gp3 => Some(3_000),
            Self::Gp2 | Self::Io1 | Self::Io2 | Self::St1 | Self::Sc1 | Self::Standard => None,
        }
    }

    /// The MiB/s of a volume for which none were chosen: 125 for gp3.
    pub const fn default_throughput(self) -> Option<u32> {
        match self {
            Self::Gp3 => Some(125),
            Self::Gp2 | Self::Io1 | Self::Io2 | Self::St1 | Self::Sc1 | Self::Standard => None,
        }
    }
}

/// What of a volume is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Its size: dollars per GB and month.
    Storage,
    /// Its IOPS: dollars per IOPS and month.
    Iops,
    /// Its throughput: dollars per MiB/s and month.
    Throughput,
    /// I/O requests of magnetic volumes: dollars per million requests.
    IoRequests,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 4] = [
        Self::Storage,
        Self::Iops,
        Self::Throughput,
        Self::IoRequests,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Storage => "gb-month",
            Self::Iops => "iops-month",
            Self::Throughput => "mibps-month",
            Self::IoRequests => "million-io-requests",
        }
    }
}

/// What of snapshots is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SnapshotCharge {
    /// Stored data in the standard tier: dollars per GB and month.
    Standard,
    /// Stored data in the archive tier: dollars per GB and month.
    Archive,
    /// Data taken back from the archive tier: dollars per GB.
    ArchiveRetrieval,
    /// Fast snapshot restore: dollars per snapshot, zone and hour.
    FastRestore,
}

impl SnapshotCharge {
    /// Every charge.
    pub const ALL: [Self; 4] = [
        Self::Standard,
        Self::Archive,
        Self::ArchiveRetrieval,
        Self::FastRestore,
    ];

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Standard => ("snapshot", "gb-month"),
            Self::Archive => ("snapshot-archive", "gb-month"),
            Self::ArchiveRetrieval => ("snapshot-archive", "retrieval-gb"),
            Self::FastRestore => ("fast-snapshot-restore", "dsu-hour"),
        }
    }
}

/// One price of a scale: it holds for the units from `from` to `to`, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The first unit; what lies below the first tier is free.
    pub from: u64,
    /// The last unit; none if there is no end.
    pub to: Option<u64>,
    /// Dollars for one unit.
    pub price: Price,
}

/// The part of a quantity that falls into one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The place of the tier, from 0.
    pub tier: usize,
    /// How many units fall into it; never 0.
    pub units: u64,
    /// Dollars for one unit.
    pub price: Price,
}

/// The prices of one dimension, from the first unit up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiers(&'static [ebs::Record]);

impl Tiers {
    /// The tiers.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Tier> {
        self.0.iter().map(|row| Tier {
            from: ebs::TIER_FROM.known(row).map_or(1, u64::from),
            to: ebs::TIER_TO.known(row).map(u64::from),
            price: ebs::USD.price(row),
        })
    }

    /// The price of the first tier.
    pub fn first_price(self) -> Price {
        self.iter().next().map_or(Price::ZERO, |tier| tier.price)
    }

    /// How `units` spread over the tiers: for gp3 only what is above 3,000 IOPS and 125 MiB/s, for
    /// io2 up to three bands, else all (`BILL-EBS-GP3-IOPS`, `BILL-EBS-IO2-TIERS`).
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::catalog::{Dimension, RegionId, VolumeType, ebs_price};
    ///
    /// let region = RegionId::find("us-east-1").unwrap();
    /// let iops = ebs_price(region, VolumeType::Io2, Dimension::Iops).unwrap();
    /// let shares: Vec<_> = iops.split(40_000).map(|share| share.units).collect();
    /// assert_eq!(shares, [32_000, 8_000]);
    /// ```
    pub fn split(self, units: u64) -> impl Iterator<Item = Share> {
        self.iter().enumerate().filter_map(move |(place, tier)| {
            let last = tier.to.map_or(units, |to| to.min(units));
            let inside = last.saturating_add(1).saturating_sub(tier.from);
            (inside > 0).then_some(Share {
                tier: place,
                units: inside,
                price: tier.price,
            })
        })
    }
}

/// The rows of one product in a region.
fn tiers(region: RegionId, product: &'static str, dimension: &'static str) -> Option<Tiers> {
    let rows = raw::range(ebs::rows(), (region, product, dimension), |row| {
        (
            ebs::REGION.of(row),
            ebs::VOLUME_TYPE.of(row),
            ebs::DIMENSION.of(row),
        )
    });
    (!rows.is_empty()).then_some(Tiers(rows))
}

/// What a dimension of a volume costs in `region`: `None` where the region has no EBS prices, or
/// where the type isn't billed for it.
pub fn ebs_price(region: RegionId, volume_type: VolumeType, dimension: Dimension) -> Option<Tiers> {
    tiers(region, volume_type.name(), dimension.name())
}

/// What snapshots cost in `region`; see [`SnapshotCharge`] for the units.
pub fn snapshot_price(region: RegionId, charge: SnapshotCharge) -> Option<Price> {
    let (product, dimension) = charge.names();
    tiers(region, product, dimension).map(Tiers::first_price)
}
