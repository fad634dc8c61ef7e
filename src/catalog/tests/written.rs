//! Tests: every row of every table comes back as it is written, and nothing more does.

use super::{super::*, price, region, type_id};
use crate::money::Price;

/// The rows of a table, each as its cells.
fn rows(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/src/catalog/data/{name}.tsv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn join(items: impl Iterator<Item = &'static str>) -> String {
    items.collect::<Vec<_>>().join(",")
}

/// A value as a table has it: blank if it isn't known.
fn cell<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A whole number of hundredths (or tenths, …) as a table writes it.
fn scaled(number: u32, decimals: u32) -> String {
    let units = u64::from(number) * 10_u64.pow(10 - decimals);
    Price::from_units(units).to_string()
}

#[test]
fn types_are_as_written() {
    let written = rows("instance-types");
    assert_eq!(written.len(), TypeId::all().len());
    for (row, id) in written.iter().zip(TypeId::all()) {
        let info = id.info();
        let architectures: Vec<_> = info
            .architectures()
            .iter()
            .map(Architecture::name)
            .collect();
        let hypervisor = match info.hypervisor() {
            Hypervisor::Nitro => "nitro",
            Hypervisor::Xen => "xen",
            Hypervisor::None => "none",
        };
        let answered = [
            id.name().to_owned(),
            info.family().to_owned(),
            info.size().to_owned(),
            info.current_generation().to_string(),
            architectures.join(","),
            info.vcpus().to_string(),
            cell(info.cores()),
            cell(info.threads_per_core()),
            info.memory_mib().to_string(),
            hypervisor.to_owned(),
            info.bare_metal().to_string(),
            info.burstable().to_string(),
            cell(info.hibernation_supported()),
            info.instance_store_gb().to_string(),
            info.instance_store_disks().to_owned(),
            info.max_enis().to_string(),
            info.ipv4_per_eni().to_string(),
            cell(info.ipv6_per_eni()),
            cell(info.ipv6_supported()),
            info.ebs_optimized().to_owned(),
            info.ebs_nvme().to_owned(),
            cell(info.ebs_max_attachments()),
            info.network_performance().to_owned(),
            info.gpus().to_owned(),
            info.accelerators().to_owned(),
            join(info.root_device_types()),
            join(info.usage_classes()),
            join(info.placement_strategies()),
            join(info.virtualization_types()),
            join(info.boot_modes()),
            cell(info.dedicated_hosts()),
            cell(info.auto_recovery()),
            cell(info.free_tier()),
            info.ena().to_owned(),
            cell(info.efa()),
            info.normalization_factor()
                .map_or_else(String::new, |factor| scaled(factor, 2)),
            cell(info.windows_offered()),
            info.data_date().to_owned(),
        ];
        assert_eq!(row[..], answered, "{}", id.name());
        assert_eq!(TypeId::find(id.name()), Some(id));
    }
}

#[test]
fn regions_are_as_written() {
    let written = rows("regions");
    assert_eq!(written.len(), RegionId::all().len());
    for (row, id) in written.iter().zip(RegionId::all()) {
        let answered = [
            id.name().to_owned(),
            id.long_name().to_owned(),
            id.partition().to_owned(),
            if id.opt_in() {
                "required"
            } else {
                "not-required"
            }
            .to_owned(),
            id.zone_count().to_string(),
            join(id.zones()),
            join(id.zone_ids()),
            cell(id.edge_zone_count()),
            id.usage_prefix().trim_end_matches('-').to_owned(),
            id.billing_code().to_owned(),
            id.private_dns_suffix().to_owned(),
            id.public_dns_suffix().to_owned(),
            id.dns_suffix().to_owned(),
            id.currency().to_owned(),
            id.linux_prices().to_string(),
        ];
        assert_eq!(row[..], answered, "{}", id.name());
        assert_eq!(RegionId::find(id.name()), Some(id));
        assert!(id.zones().all(|zone| id.has_zone(zone)));
    }
}

#[test]
fn platforms_are_as_written() {
    let written = rows("platform-codes");
    assert_eq!(written.len(), Platform::ALL.len());
    for platform in Platform::ALL {
        let answered = [
            platform.platform_details(),
            platform.usage_operation(),
            platform.priced_as(),
        ];
        assert!(
            written.iter().any(|row| row[..] == answered),
            "{answered:?}"
        );
        assert_eq!(Platform::find(platform.word()), Some(platform));
        let own_licence = platform.word().ends_with("-byol");
        assert_eq!(
            platform.priced_as(),
            if own_licence {
                "linux"
            } else {
                platform.word()
            }
        );
        assert_eq!(platform.is_hourly(), platform == Platform::Suse);
        assert_eq!(
            platform.is_windows(),
            platform.platform_details().starts_with("Windows")
        );
        assert_eq!(
            platform.is_rhel(),
            platform.platform_details().starts_with("Red Hat")
        );
    }
    assert_eq!(Platform::Linux.platform_details(), "Linux/UNIX");
    assert_eq!(Platform::WindowsByol.usage_operation(), "RunInstances:0800");
    assert_eq!(Platform::RhelByol.usage_operation(), "RunInstances:00g0");
}

#[test]
fn linux_prices_are_as_written() {
    let written = rows("on-demand-linux");
    for row in &written {
        let found = match TypeId::find(&row[1]) {
            Some(id) => on_demand(region(&row[0]), id, Platform::Linux),
            None => undescribed_price(region(&row[0]), &row[1]),
        };
        let as_of: &'static str = String::leak(row[3].clone());
        let origin = match row[4].as_str() {
            "" => PriceOrigin::Listed { as_of },
            "metal-sibling" => PriceOrigin::MetalSibling { as_of },
            "metal-shared" => PriceOrigin::MetalShared { as_of },
            "stale-cut" => PriceOrigin::StaleCut { as_of },
            other => panic!("{other}"),
        };
        assert_eq!(
            found,
            Some(OnDemand {
                price: price(&row[2]),
                origin
            }),
            "{row:?}"
        );
    }
    // Nothing is answered that isn't written, either.
    let answered = RegionId::all()
        .flat_map(|region| TypeId::all().map(move |id| (region, id)))
        .filter(|(region, id)| on_demand(*region, *id, Platform::Linux).is_some())
        .count();
    assert_eq!(answered + 1, written.len());
}

#[test]
fn other_prices_are_as_written() {
    for row in rows("on-demand-other-os") {
        let found = on_demand(
            region(&row[0]),
            type_id(&row[1]),
            Platform::find(&row[2]).unwrap(),
        )
        .unwrap();
        assert_eq!(found.price, price(&row[3]), "{row:?}");
        assert_eq!(
            found.origin.to_string(),
            format!("listed {}", row[4]),
            "{row:?}"
        );
    }
    let rules = rows("os-surcharges");
    assert_eq!(rules.len(), surcharge_rules().len());
    for rule in surcharge_rules() {
        let scope = match rule.scope {
            RuleScope::Any => "any",
            RuleScope::Family => "family",
            RuleScope::Type => "type",
        };
        let answered = [
            rule.os.to_owned(),
            scope.to_owned(),
            rule.matches.to_owned(),
            cell(rule.vcpu_min),
            cell(rule.vcpu_max),
            cell(rule.per_vcpu_hour),
            cell(rule.flat_hour),
            rule.as_of.to_owned(),
            rule.evidence.to_owned(),
        ];
        assert!(rules.iter().any(|row| row[..] == answered), "{answered:?}");
    }
    for row in rows("on-demand-linux-edge-zones") {
        let found = edge_zone_price(&row[0], type_id(&row[1])).unwrap();
        assert_eq!(
            (found.price, found.as_of),
            (price(&row[2]), row[3].as_str())
        );
    }
    for row in rows("on-demand-linux-cny") {
        assert_eq!(row[0], "cn-north-1");
        let found = price_cny(type_id(&row[1])).unwrap();
        assert_eq!(scaled(found.millionths, 6), price(&row[2]).to_string());
        assert_eq!(found.as_of, row[3]);
    }
}

#[test]
fn offerings_are_as_written() {
    let written = rows("offerings");
    let mut offers = 0;
    for region in RegionId::all() {
        let known = written.iter().any(|row| row[0] == region.name());
        for id in TypeId::all() {
            match offered(region, id) {
                Offering::Unknown => assert!(!known),
                Offering::NotOffered => assert!(known),
                Offering::Zones(_) => offers += 1,
            }
        }
    }
    assert_eq!(offers, written.len());
    for row in written {
        let Offering::Zones(zones) = offered(region(&row[0]), type_id(&row[1])) else {
            panic!("{row:?}");
        };
        assert_eq!(zones.letters().collect::<String>(), row[2], "{row:?}");
    }
}

#[test]
fn volume_prices_are_as_written() {
    let written = rows("ebs-prices");
    for row in &written {
        let region = region(&row[0]);
        if let Some(volume_type) = VolumeType::find(&row[1]) {
            let dimension = match row[2].as_str() {
                "gb-month" => Dimension::Storage,
                "iops-month" => Dimension::Iops,
                "mibps-month" => Dimension::Throughput,
                _ => Dimension::IoRequests,
            };
            let tier = Tier {
                from: row[3].parse().unwrap_or(1),
                to: row[4].parse().ok(),
                price: price(&row[5]),
            };
            let mut tiers = ebs_price(region, volume_type, dimension).unwrap().iter();
            assert!(tiers.any(|known| known == tier), "{row:?}");
        } else {
            let charge = match (row[1].as_str(), row[2].as_str()) {
                ("snapshot", "gb-month") => SnapshotCharge::Standard,
                ("snapshot-archive", "gb-month") => SnapshotCharge::Archive,
                ("snapshot-archive", "retrieval-gb") => SnapshotCharge::ArchiveRetrieval,
                ("fast-snapshot-restore", "dsu-hour") => SnapshotCharge::FastRestore,
                other => panic!("{other:?}"),
            };
            assert_eq!(
                snapshot_price(region, charge),
                Some(price(&row[5])),
                "{row:?}"
            );
        }
    }
    let mut answered = 0;
    for region in RegionId::all() {
        let pairs = VolumeType::ALL
            .into_iter()
            .flat_map(|v| Dimension::ALL.map(|d| (v, d)));
        let tiers = pairs.filter_map(|(volume_type, d)| ebs_price(region, volume_type, d));
        answered += tiers.map(|tiers| tiers.iter().len()).sum::<usize>();
        let charges = SnapshotCharge::ALL.into_iter();
        answered += charges
            .filter_map(|charge| snapshot_price(region, charge))
            .count();
    }
    assert_eq!(answered, written.len());
}

#[test]
fn the_other_tables_are_as_written() {
    for row in rows("reserved-linux") {
        let found = reserved(region(&row[0]), type_id(&row[1])).unwrap();
        assert_eq!(found.one_year_all_upfront, price(&row[2]));
        assert_eq!(found.three_years_all_upfront, price(&row[3]));
    }
    for row in rows("spot-advisor") {
        let os = if row[1] == "linux" {
            SpotOs::Linux
        } else {
            SpotOs::Windows
        };
        let found = spot_advice(region(&row[0]), os, type_id(&row[2])).unwrap();
        assert_eq!(found.savings_percent.to_string(), row[3]);
        assert_eq!(found.interruption_bucket.to_string(), row[4]);
    }
    for row in rows("region-family-ratios") {
        let found = family_ratio(region(&row[0]), &row[1]).unwrap();
        let text = |ratio| scaled(ratio, 4);
        assert_eq!(text(found.median), price(&row[2]).to_string());
        assert_eq!(found.types.to_string(), row[3]);
        assert_eq!(text(found.min), price(&row[4]).to_string());
        assert_eq!(text(found.max), price(&row[5]).to_string());
    }
    let credits = rows("burstable-credits");
    assert_eq!(
        credits.len(),
        TypeId::all().filter(|id| burstable(*id).is_some()).count()
    );
    for row in credits {
        let found = burstable(type_id(&row[0])).unwrap();
        let mode = match found.default_mode {
            CreditMode::Standard => "standard",
            CreditMode::Unlimited => "unlimited",
        };
        let answered = [
            scaled(found.baseline_tenths_percent.into(), 1),
            scaled(found.credits_per_hour_tenths.into(), 1),
            scaled(found.max_balance_tenths, 1),
            found.launch_credits.to_string(),
            found.vcpus.to_string(),
            mode.to_owned(),
            found.survive_stop_days.to_string(),
            found.surplus_vcpu_hour.to_string(),
        ];
        assert_eq!(row[1..], answered, "{row:?}");
    }
    for row in rows("normalization-factors") {
        let found = normalization(&row[0], &row[1]).unwrap();
        assert_eq!(scaled(found, 2), row[2], "{row:?}");
    }
    let written = rows("misc-prices");
    assert_eq!(written.len(), misc_prices().len());
    for row in written {
        let found = misc(&row[0], &row[1]).unwrap();
        assert_eq!(
            (found.unit, found.as_of),
            (row[2].as_str(), row[4].as_str())
        );
        assert_eq!(found.price, price(&row[3]));
    }
}
