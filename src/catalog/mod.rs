//! The catalogue: instance types, regions, prices.
//!
//! The tables are in `src/catalog/data`, one row a line. The build packs them into records of
//! fixed width (see `pack.rs`), which are looked up where they lie: nothing is read or parsed when
//! the program starts. All answers are copies of a few bytes, or texts that live as long as the
//! program.
//!
//! A price that isn't in the tables isn't guessed: [`on_demand`] answers `None`.
//! [`on_demand_or_estimated`] is for who asks for an estimate, which says that it is one, and
//! [`nearest_priced`] says what is priced instead.
//!
//! # Example
//!
//! ```
//! use ec2sim::catalog::{Platform, RegionId, TypeId, on_demand};
//!
//! let region = RegionId::find("us-east-1").unwrap();
//! let large = TypeId::find("m5.large").unwrap();
//! let linux = on_demand(region, large, Platform::Linux).unwrap();
//! assert_eq!(linux.price.to_string(), "0.096");
//! assert_eq!(linux.origin.to_string(), "listed 2026-07");
//! ```

mod architecture;
mod compute;
mod nearest;
mod others;
mod platform;
mod prices;
mod quotas;
mod raw;
mod regions;
mod surcharges;
mod types;
mod volumes;

#[cfg(test)]
mod tests;

/// Where the columns of the records are, and the records. Written by `pack.rs`.
mod data {
    include!(concat!(env!("OUT_DIR"), "/catalog_data.rs"));
}

pub use architecture::{Architecture, Architectures};
pub use compute::{ComputePrice, compute_price, nearest_compute_priced, nearest_fargate_priced};
pub use nearest::{NearestPriced, nearest_priced};
pub use others::{
    Burstable, CnyPrice, CreditMode, EdgeZonePrice, MiscPrice, Reserved, SpotAdvice, SpotOs,
    burstable, edge_zone_price, misc, misc_prices, normalization, price_cny, public_ipv4_hour,
    reserved, spot_advice,
};
pub use platform::Platform;
pub use prices::{
    Estimate, FamilyRatio, LinuxRow, OnDemand, PriceOrigin, estimate, family_ratio, on_demand,
    on_demand_or_estimated, undescribed_price,
};
pub use quotas::QuotaClass;
pub use regions::{Offering, RegionId, ZoneLetters, offered};
pub use surcharges::{RuleScope, SurchargeRule, surcharge_rules};
pub use types::{Hypervisor, InstanceType, TypeId};
pub use volumes::{
    Dimension, IopsLimits, Share, SnapshotCharge, ThroughputLimits, Tier, Tiers, VolumeLimits,
    VolumeType, ebs_price, snapshot_price,
};

/// The version of the tables: 16 hexadecimal digits, a hash over the files' bytes.
///
/// Two programs with the same version answer the same. Print it with every bill.
pub fn version() -> &'static str {
    data::VERSION
}
