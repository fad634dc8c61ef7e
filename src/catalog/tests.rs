//! Tests: known prices, prices made by rule, neighbours. `written` compares whole tables.

mod written;

use super::*;
use crate::money::Price;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn region(name: &str) -> RegionId {
    RegionId::find(name).unwrap_or_else(|| panic!("no region {name}"))
}

fn type_id(name: &str) -> TypeId {
    TypeId::find(name).unwrap_or_else(|| panic!("no type {name}"))
}

fn listed(region: &str, name: &str, platform: Platform) -> String {
    let found = on_demand(RegionId::find(region).unwrap(), type_id(name), platform);
    found.map_or_else(|| "none".to_owned(), |found| found.price.to_string())
}

#[test]
fn well_known_prices() {
    for (name, dollars) in [
        ("t3.micro", "0.0104"),
        ("m5.large", "0.096"),
        ("c5.large", "0.085"),
        ("r5.large", "0.126"),
        ("t2.micro", "0.0116"),
        ("p3.2xlarge", "3.06"),
        ("m6i.large", "0.096"),
        ("c7g.large", "0.0725"),
        ("t4g.small", "0.0168"),
        ("x1e.xlarge", "0.834"),
        ("g4dn.xlarge", "0.526"),
        ("c6g.metal", "2.176"),
    ] {
        assert_eq!(
            listed("us-east-1", name, Platform::Linux),
            dollars,
            "{name}"
        );
    }
    assert_eq!(public_ipv4_hour(), price("0.005"));
}

#[test]
fn licences_add_to_the_linux_price() {
    for (name, platform, dollars) in [
        ("m5.large", Platform::Windows, "0.188"),
        ("c5.large", Platform::Windows, "0.177"),
        ("t3.medium", Platform::Windows, "0.06"),
        ("t3.micro", Platform::Suse, "0.0104"),
        ("m5.large", Platform::UbuntuPro, "0.0995"),
        ("m5.large", Platform::Rhel, "0.1248"),
        ("m5.4xlarge", Platform::Rhel, "0.9408"),
        ("m5.large", Platform::RhelHa, "0.1598"),
        ("m7g.large", Platform::Rhel, "0.1104"),
        ("m5.large", Platform::LinuxSqlStd, "0.576"),
        ("m5.large", Platform::WindowsSqlStd, "0.668"),
        ("m5.2xlarge", Platform::RhelHaSqlEnt, "3.6392"),
        ("m5.large", Platform::WindowsByol, "0.096"),
        ("m5.large", Platform::RhelByol, "0.096"),
        ("m7g.large", Platform::Windows, "none"),
        ("m7g.large", Platform::LinuxSqlWeb, "none"),
    ] {
        assert_eq!(
            listed("us-east-1", name, platform),
            dollars,
            "{name} {platform:?}"
        );
    }
    assert_eq!(
        listed("eu-central-1", "m5.large", Platform::Windows),
        "0.207"
    );
    let stale = on_demand(region("us-west-2"), type_id("p4d.24xlarge"), Platform::Rhel).unwrap();
    assert!(matches!(
        stale.origin,
        PriceOrigin::Derived {
            row: LinuxRow::StaleCut,
            ..
        }
    ));
}

#[test]
fn a_missing_price_stays_missing() {
    assert_eq!(listed("eu-central-1", "m8g.large", Platform::Linux), "none");
    assert_eq!(listed("eu-central-1", "m8g.large", Platform::Rhel), "none");
    assert_eq!(listed("cn-north-1", "m5.large", Platform::Linux), "none");
    assert!(price_cny(type_id("m5.large")).is_some());
    let estimate = estimate(region("eu-central-1"), type_id("m8g.large")).unwrap();
    assert_eq!(
        (estimate.family, estimate.us_east_1),
        ("m7g", price("0.08976"))
    );
    // Half a millionth is rounded up.
    let ten_thousandths = estimate.us_east_1.units() / 10_000 * u64::from(estimate.ratio);
    assert_eq!(
        estimate.price.units() / 10_000,
        (ten_thousandths + 5_000) / 10_000
    );
}

// BILL-PRICE-BOOK: what is estimated says so, and is never what the Region doesn't offer.
#[test]
fn a_type_that_the_region_offers_can_be_estimated() {
    let found = |place: &str, name: &str, platform| {
        let found = on_demand_or_estimated(region(place), type_id(name), platform)?;
        Some((found.price.to_string(), found.origin.to_string()))
    };
    let told = |price: &str, origin: &str| Some((price.to_owned(), origin.to_owned()));
    let own = "estimated by the Region's ratio of";
    for (place, name, platform, wanted) in [
        (
            "us-east-2",
            "c8i.24xlarge",
            Platform::Linux,
            told("4.49808", &format!("{own} c7i, us-east-1 listed 2026-07")),
        ),
        (
            "eu-west-1",
            "m8g.large",
            Platform::Rhel,
            told(
                "0.128846",
                "estimated, and a surcharge by rule, listed 2026-07",
            ),
        ),
        (
            "eu-west-1",
            "m5.large",
            Platform::Linux,
            told("0.107", "listed 2024-04"),
        ),
        (
            "us-west-2",
            "p4d.24xlarge",
            Platform::Linux,
            told(
                "21.957642",
                "estimated by the price cut of 2025, listed 2025-01",
            ),
        ),
        // Not offered, not known to be offered, without a price anywhere.
        ("eu-west-1", "p6-b200.48xlarge", Platform::Linux, None),
        ("us-gov-west-1", "p6-b300.48xlarge", Platform::Linux, None),
        ("us-east-1", "mac2.metal", Platform::Linux, None),
    ] {
        assert_eq!(found(place, name, platform), wanted, "{name} in {place}");
    }
}

#[test]
fn neighbours_are_sensible() {
    let near = |place: &str, name: &str| {
        let near = nearest_priced(region(place), type_id(name), Platform::Linux);
        let types: Vec<_> = near.types_here.into_iter().map(TypeId::name).collect();
        let regions: Vec<_> = near
            .regions_with_type
            .into_iter()
            .map(RegionId::name)
            .collect();
        (types.join(" "), regions.join(" "))
    };
    let (types, regions) = near("eu-central-1", "m8g.large");
    assert_eq!(types, "m7g.large m6g.large m7gd.large");
    assert_eq!(regions, "us-east-1 us-gov-west-1 us-gov-east-1");
    assert_eq!(
        near("eu-central-1", "m5.large").1,
        "eu-west-1 eu-west-2 eu-north-1"
    );
    assert_eq!(near("mx-central-1", "m5.large").0, "");
}

#[test]
fn volumes_in_us_east_1() {
    let here = region("us-east-1");
    let units = |volume_type, dimension, wanted| {
        let shares = ebs_price(here, volume_type, dimension)
            .unwrap()
            .split(wanted);
        shares
            .map(|share| (share.tier, share.units, share.price.to_string()))
            .collect::<Vec<_>>()
    };
    let share = |tier: usize, units: u64, dollars: &str| (tier, units, dollars.to_owned());
    assert_eq!(
        units(VolumeType::Gp3, Dimension::Storage, 8),
        [share(0, 8, "0.08")]
    );
    assert_eq!(units(VolumeType::Gp3, Dimension::Iops, 3_000), []);
    assert_eq!(
        units(VolumeType::Gp3, Dimension::Iops, 3_001),
        [share(0, 1, "0.005")]
    );
    assert_eq!(
        units(VolumeType::Gp3, Dimension::Throughput, 250),
        [share(0, 125, "0.04")]
    );
    assert_eq!(
        units(VolumeType::Io1, Dimension::Iops, 100),
        [share(0, 100, "0.065")]
    );
    assert_eq!(
        units(VolumeType::Io2, Dimension::Iops, 100_000),
        [
            share(0, 32_000, "0.065"),
            share(1, 32_000, "0.0455"),
            share(2, 36_000, "0.03185")
        ]
    );
    assert_eq!(ebs_price(here, VolumeType::Gp2, Dimension::Iops), None);
    assert_eq!(
        ebs_price(region("cn-north-1"), VolumeType::Gp3, Dimension::Storage),
        None
    );
    assert_eq!(
        snapshot_price(here, SnapshotCharge::Standard),
        Some(price("0.05"))
    );
}

#[test]
fn the_version_is_a_hash() {
    assert_eq!(version().len(), 16);
    assert!(version().bytes().all(|byte| byte.is_ascii_hexdigit()));
}
