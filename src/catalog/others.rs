//! The smaller tables: CPU credits, reserved and Spot figures, edge zones, China, odd prices.

use std::sync::LazyLock;

use super::{
    data::{burstable as credits, cny, edge_zones, misc as odd, normalization as factors},
    data::{reserved as reservations, spot},
    raw,
    regions::RegionId,
    types::TypeId,
};
use crate::money::Price;

/// Whether surplus credits may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreditMode {
    /// No: without credits the CPU falls to its baseline.
    Standard,
    /// Yes, at a charge.
    Unlimited,
}

impl CreditMode {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Unlimited => "unlimited",
        }
    }
}

/// The CPU credits of a burstable type (`burstable-credits.tsv`). Tenths are exact: 225 is 22.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burstable {
    /// The baseline of each vCPU, in tenths of a percent.
    pub baseline_tenths_percent: u16,
    /// What the whole instance earns in an hour, in tenths of a credit.
    pub credits_per_hour_tenths: u16,
    /// The most it can hold, in tenths of a credit: what it earns in 24 hours.
    pub max_balance_tenths: u32,
    /// Launch credits, in whole credits; T2 in standard mode only.
    pub launch_credits: u16,
    /// How many vCPUs it has.
    pub vcpus: u16,
    /// The mode if none was chosen.
    pub default_mode: CreditMode,
    /// For how many days credits outlive a stop: 0 or 7.
    pub survive_stop_days: u8,
    /// US dollars for an hour of one vCPU on surplus credits, Linux.
    pub surplus_vcpu_hour: Price,
}

/// The CPU credits of a type; `None` if it has none.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{TypeId, burstable};
///
/// let credits = burstable(TypeId::find("t3.micro").unwrap()).unwrap();
/// assert_eq!((credits.credits_per_hour_tenths, credits.max_balance_tenths), (120, 2880));
/// assert_eq!(burstable(TypeId::find("m5.large").unwrap()), None);
/// ```
pub fn burstable(type_id: TypeId) -> Option<Burstable> {
    let row = raw::find(credits::rows(), |row| credits::TYPE.of(row).cmp(&type_id))?;
    Some(Burstable {
        baseline_tenths_percent: credits::BASELINE_PERCENT_PER_VCPU.of(row),
        credits_per_hour_tenths: credits::CREDITS_PER_HOUR.of(row),
        max_balance_tenths: credits::MAX_BALANCE.of(row),
        launch_credits: credits::LAUNCH_CREDITS.of(row),
        vcpus: credits::VCPUS.of(row),
        default_mode: match credits::DEFAULT_CREDIT_MODE.of(row) {
            0 => CreditMode::Standard,
            _ => CreditMode::Unlimited,
        },
        survive_stop_days: credits::CREDITS_SURVIVE_STOP_DAYS.of(row),
        surplus_vcpu_hour: credits::UNLIMITED_SURPLUS_USD_PER_VCPU_HOUR_LINUX.price(row),
    })
}

/// Effective hourly rates of Standard Reserved Instances, Linux (`reserved-linux.tsv`, 2025-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// One year, all upfront: US dollars for an hour.
    pub one_year_all_upfront: Price,
    /// Three years, all upfront: US dollars for an hour.
    pub three_years_all_upfront: Price,
}

/// The reserved rates of `type_id` in `region`, where they are known.
pub fn reserved(region: RegionId, type_id: TypeId) -> Option<Reserved> {
    let row = raw::find(reservations::rows(), |row| {
        (reservations::REGION.of(row), reservations::TYPE.of(row)).cmp(&(region, type_id))
    })?;
    Some(Reserved {
        one_year_all_upfront: reservations::STD_1YR_ALL_UPFRONT_USD_PER_HOUR.price(row),
        three_years_all_upfront: reservations::STD_3YR_ALL_UPFRONT_USD_PER_HOUR.price(row),
    })
}

/// The systems for which the Spot advisor has figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpotOs {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
}

/// What the Spot advisor said (`spot-advisor.tsv`, 2025-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotAdvice {
    /// How much less than on-demand it cost over 30 days, in percent; below 0 if more.
    pub savings_percent: i8,
    /// How often it was interrupted in a month: 0 under 5 %, 1 to 10 %, 2 to 15 %, 3 to 20 %, 4
    /// over 20 %.
    pub interruption_bucket: u8,
}

impl SpotAdvice {
    /// The bucket's bounds in percent a month; the last has no upper one.
    pub const fn interruption_percent(self) -> (u8, Option<u8>) {
        match self.interruption_bucket {
            0 => (0, Some(5)),
            1 => (5, Some(10)),
            2 => (10, Some(15)),
            3 => (15, Some(20)),
            _ => (20, None),
        }
    }
}

/// What the Spot advisor said about `type_id` in `region`.
pub fn spot_advice(region: RegionId, os: SpotOs, type_id: TypeId) -> Option<SpotAdvice> {
    let code = match os {
        SpotOs::Linux => 0,
        SpotOs::Windows => 1,
    };
    let row = raw::find(spot::rows(), |row| {
        (spot::REGION.of(row), spot::OS.of(row), spot::TYPE.of(row)).cmp(&(region, code, type_id))
    })?;
    Some(SpotAdvice {
        savings_percent: spot::SAVINGS_PERCENT.of(row),
        interruption_bucket: spot::INTERRUPTION_BUCKET.of(row),
    })
}

/// A Linux on-demand price in a Local Zone or Wavelength Zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeZonePrice {
    /// US dollars for an hour.
    pub price: Price,
    /// When it was listed.
    pub as_of: &'static str,
}

/// The price of `type_id` in a group of edge zones, such as `us-west-2-lax-1`.
pub fn edge_zone_price(zone_group: &str, type_id: TypeId) -> Option<EdgeZonePrice> {
    let row = raw::find(edge_zones::rows(), |row| {
        (edge_zones::ZONE_GROUP.of(row), edge_zones::TYPE.of(row)).cmp(&(zone_group, type_id))
    })?;
    Some(EdgeZonePrice {
        price: edge_zones::USD_PER_HOUR.price(row),
        as_of: edge_zones::AS_OF.of(row),
    })
}

/// A Linux on-demand price in yuan, which is why it isn't a [`Price`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CnyPrice {
    /// Millionths of a yuan for an hour.
    pub millionths: u32,
    /// When it was listed.
    pub as_of: &'static str,
}

/// The price of `type_id` in cn-north-1, in yuan.
pub fn price_cny(type_id: TypeId) -> Option<CnyPrice> {
    let region = RegionId::find("cn-north-1")?;
    let row = raw::find(cny::rows(), |row| {
        (cny::REGION.of(row), cny::TYPE.of(row)).cmp(&(region, type_id))
    })?;
    Some(CnyPrice {
        millionths: cny::CNY_PER_HOUR.of(row),
        as_of: cny::AS_OF.of(row),
    })
}

/// A size-flexibility factor in hundredths: 800 for xlarge.
///
/// `scope` is `size` (`xlarge`), `type` (`m5.metal`) or `family` (`u-*.metal`). The factor of a
/// type is [`InstanceType::normalization_factor`](super::InstanceType::normalization_factor).
pub fn normalization(scope: &str, name: &str) -> Option<u32> {
    raw::find(factors::rows(), |row| {
        (factors::SCOPE.of(row), factors::NAME.of(row)).cmp(&(scope, name))
    })
    .map(|row| factors::FACTOR.of(row))
}

/// A price of `misc-prices.tsv`, us-east-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MiscPrice {
    /// What is charged: `public-ipv4`, `detailed-monitoring`.
    pub item: &'static str,
    /// What it applies to: a type, or words.
    pub applies_to: &'static str,
    /// The unit: `hour`, `vcpu-hour`, `metric-month`.
    pub unit: &'static str,
    /// US dollars for one unit.
    pub price: Price,
    /// When it was listed.
    pub as_of: &'static str,
}

/// Every price of `misc-prices.tsv`.
pub fn misc_prices() -> impl ExactSizeIterator<Item = MiscPrice> {
    odd::rows().iter().map(|row| MiscPrice {
        item: odd::ITEM.of(row),
        applies_to: odd::APPLIES_TO.of(row),
        unit: odd::UNIT.of(row),
        price: odd::USD.price(row),
        as_of: odd::AS_OF.of(row),
    })
}

/// The price of an item for what it applies to: `ebs-optimized-surcharge` for `i2.xlarge`.
pub fn misc(item: &str, applies_to: &str) -> Option<MiscPrice> {
    misc_prices().find(|row| row.item == item && row.applies_to == applies_to)
}

/// What a public IPv4 address costs for an hour, in use or not; the same in every region.
pub fn public_ipv4_hour() -> Price {
    // Every replay asks for it. The tests hold that the row is there.
    static PRICE: LazyLock<Price> = LazyLock::new(|| {
        misc_prices()
            .find(|row| row.item == "public-ipv4")
            .map_or(Price::ZERO, |row| row.price)
    });
    *PRICE
}
