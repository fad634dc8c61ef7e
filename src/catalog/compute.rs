//! What other compute services cost: functions, and tasks on Fargate, so far (`compute-prices.tsv`, `compute-ratios.tsv`).
//!
//! The list is that of us-east-1. Elsewhere a price is the same, or larger by a known ratio (`LAM-REGION`), and says that it is
//! derived. Partitions, and for Fargate Regions, of which no price is known have none.

use super::{
    data::{compute, compute_ratios},
    raw,
    regions::RegionId,
};
use crate::money::Price;

/// The Region whose prices are listed.
const LISTED: &str = "us-east-1";

/// What a usage type costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputePrice {
    /// The service: `lambda`.
    pub service: &'static str,
    /// What the price is for: `gb-second`.
    pub unit: &'static str,
    /// The prices, each from how many units in a month on; the last has no end.
    pub tiers: Vec<(u64, Price)>,
    /// When it was last seen to hold: `2026-09`.
    pub as_of: &'static str,
    /// Whether it is made of the price in another Region.
    pub is_derived: bool,
}

/// What a usage type of another compute service costs in a Region; none where it has no known price.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{RegionId, compute_price};
/// let region = |name| RegionId::find(name).unwrap();
/// let price = compute_price(region("us-east-1"), "Lambda-GB-Second").unwrap();
/// assert_eq!((price.tiers.len(), price.tiers[0].1.to_string().as_str()), (3, "0.0000166667"));
/// let dearer = compute_price(region("ap-east-1"), "Lambda-GB-Second").unwrap();
/// assert!(dearer.is_derived && dearer.tiers[0].1 > price.tiers[0].1);
/// assert!(compute_price(region("cn-north-1"), "Lambda-GB-Second").is_none());
/// ```
pub fn compute_price(region: RegionId, usage_type: &str) -> Option<ComputePrice> {
    let listed = rows(region, usage_type);
    if let Some(price) = of_rows(&listed) {
        return Some(price);
    }
    let home = RegionId::find(LISTED)?;
    if region.partition() != home.partition() {
        return None;
    }
    let price = of_rows(&rows(home, usage_type))?;
    let ratios = raw::range(compute_ratios::rows(), region, |row| {
        compute_ratios::REGION.of(row)
    });
    // Of Fargate one ratio holds for all that runs on a kind of processor, and where there is none no price is known.
    let is_fargate = usage_type.contains("Fargate");
    let ratio_of = match (is_fargate, usage_type.contains("ARM")) {
        (false, _) => usage_type,
        (true, false) => "Fargate-GB-Hours",
        (true, true) => "Fargate-ARM-GB-Hours",
    };
    let ratio = ratios
        .iter()
        .find(|row| compute_ratios::USAGE_TYPE.of(row) == ratio_of)
        .map(|row| {
            let ratio = u64::from(compute_ratios::RATIO_TO_US_EAST_1.of(row));
            (ratio, compute_ratios::AS_OF.of(row))
        });
    if is_fargate && ratio.is_none() {
        return None;
    }
    let (ratio, as_of) = ratio.unwrap_or((1_000, price.as_of));
    Some(ComputePrice {
        tiers: price
            .tiers
            .into_iter()
            .map(|(from, price)| (from, price.part(ratio, 1_000)))
            .collect(),
        is_derived: true,
        as_of,
        ..price
    })
}

/// The nearest Region in which other compute services have prices.
pub fn nearest_compute_priced(region: RegionId) -> RegionId {
    let part = |region: RegionId| region.name().split('-').next().unwrap_or_default();
    let home = RegionId::find(LISTED).unwrap_or_default();
    let near = RegionId::all().find(|other| {
        other.partition() == home.partition()
            && part(*other) == part(region)
            && part(region) != "us"
    });
    near.unwrap_or(home)
}

/// The nearest Region in which Fargate has a price.
pub fn nearest_fargate_priced(region: RegionId) -> RegionId {
    let part = |region: RegionId| region.name().split('-').next().unwrap_or_default();
    let home = RegionId::find(LISTED).unwrap_or_default();
    let near = RegionId::all().find(|other| {
        part(*other) == part(region) && compute_price(*other, "Fargate-GB-Hours").is_some()
    });
    near.unwrap_or(home)
}

fn rows(region: RegionId, usage_type: &str) -> Vec<&'static compute::Record> {
    raw::range(compute::rows(), region, |row| compute::REGION.of(row))
        .iter()
        .filter(|row| compute::USAGE_TYPE.of(row) == usage_type)
        .collect()
}

fn of_rows(rows: &[&'static compute::Record]) -> Option<ComputePrice> {
    let first = rows.first()?;
    // Where a tier ends the next one begins.
    debug_assert!(rows.windows(2).all(|pair| match pair {
        [one, next] => compute::TIER_TO.of(one) == compute::TIER_FROM.of(next),
        _ => true,
    }));
    Some(ComputePrice {
        service: compute::SERVICE.of(first),
        unit: compute::UNIT.of(first),
        tiers: rows
            .iter()
            .map(|row| (compute::TIER_FROM.of(row), compute::USD.price(row)))
            .collect(),
        as_of: compute::AS_OF.of(first),
        is_derived: compute::FLAG.of(first) == 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_dearer_by_their_ratios() {
        let price = |region: &str, usage_type: &str| {
            let region = RegionId::find(region).unwrap();
            compute_price(region, usage_type).unwrap().tiers[0]
                .1
                .to_string()
        };
        assert_eq!(price("eu-west-1", "Lambda-GB-Second"), "0.0000166667");
        assert_eq!(price("af-south-1", "Lambda-GB-Second"), "0.0000221");
        assert_eq!(price("ap-east-1", "Request"), "0.28");
        assert_eq!(
            price("ap-northeast-2", "Lambda-Provisioned-Concurrency"),
            "0.000005125"
        );
        assert_eq!(price("eu-west-1", "Fargate-GB-Hours"), "0.004445");
        assert_eq!(price("eu-central-1", "Fargate-GB-Hours"), "0.00511");
        assert_eq!(price("ap-south-1", "Fargate-ARM-GB-Hours"), "0.0026344");
        let paris = RegionId::find("eu-west-3").unwrap();
        assert_eq!(compute_price(paris, "Fargate-GB-Hours"), None);
        assert_eq!(nearest_fargate_priced(paris).name(), "eu-central-1");
        let beijing = RegionId::find("cn-north-1").unwrap();
        assert_eq!(compute_price(beijing, "Request"), None);
        assert_eq!(nearest_compute_priced(beijing).name(), "us-east-1");
    }
}
