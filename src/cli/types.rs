//! `ec2sim types` and `ec2sim prices`: the catalogue.

use serde::Serialize;

use crate::{
    catalog::{OnDemand, Platform, PriceOrigin, on_demand, on_demand_or_estimated},
    foreign::shown,
    money::Price,
};

use super::{
    Exit,
    args::{PricesOptions, TypesOptions},
    output,
    select::{Found, ListFormat},
    table::table,
    test::complain,
};

/// An hour of a type on a platform in a Region: an element of `ec2sim/prices/1`.
#[derive(Debug, Serialize)]
struct PriceRow {
    #[serde(rename = "type")]
    type_name: &'static str,
    region: &'static str,
    platform: &'static str,
    hourly: Option<Price>,
    source: Option<&'static str>,
    as_of: Option<&'static str>,
    estimated: bool,
}

/// A type: an element of `ec2sim/types/1`.
#[derive(Debug, Serialize)]
struct TypeRow {
    #[serde(rename = "type")]
    type_name: &'static str,
    region: &'static str,
    vcpus: u16,
    memory_mib: u32,
    architectures: String,
    network: &'static str,
    instance_store: &'static str,
    gpus: &'static str,
    burstable: bool,
    hibernation: Option<bool>,
    bare_metal: bool,
    current_generation: bool,
    max_interfaces: u8,
    hourly: Option<Price>,
    estimated: bool,
}

/// Lists prices.
pub(super) fn prices(options: &PricesOptions) -> Exit {
    let platforms: Vec<Platform> = options.platforms();
    let find = if options.no_estimates {
        on_demand
    } else {
        on_demand_or_estimated
    };
    let found = match options.types.find(&platforms, find) {
        Ok(found) => found,
        Err(why) => return unusable(&why),
    };
    let rows = found.iter().map(|one| PriceRow {
        type_name: one.type_id.name(),
        region: one.region.name(),
        platform: one.platform.word(),
        hourly: one.price.map(|price| price.price),
        source: one.price.map(|price| source(price.origin)),
        as_of: one.price.map(|price| price.origin.as_of()),
        estimated: is_estimated(one),
    });
    match options.format {
        ListFormat::Table => {
            let head = ["type", "region", "platform", "$/hour", "price"];
            let rows = found.iter().map(|one| {
                vec![
                    one.type_id.name().to_owned(),
                    one.region.name().to_owned(),
                    one.platform.word().to_owned(),
                    told(one.price),
                    one.price
                        .map_or_else(|| "none is known".to_owned(), |one| one.origin.to_string()),
                ]
            });
            output::print(table(&head, &[3], rows).as_bytes())
        }
        ListFormat::Json => json(rows),
        ListFormat::Csv => csv(rows),
    }
}

/// Lists types.
pub(super) fn types(options: &TypesOptions) -> Exit {
    let found = match options
        .types
        .find(&[Platform::Linux], on_demand_or_estimated)
    {
        Ok(found) => found,
        Err(why) => return unusable(&why),
    };
    let rows = found.iter().map(|one| {
        let info = one.type_id.info();
        TypeRow {
            type_name: info.name(),
            region: one.region.name(),
            vcpus: info.vcpus(),
            memory_mib: info.memory_mib(),
            architectures: architectures(one),
            network: info.network_performance(),
            instance_store: info.instance_store_disks(),
            gpus: info.gpus(),
            burstable: info.burstable(),
            hibernation: info.hibernation_supported(),
            bare_metal: info.bare_metal(),
            current_generation: info.current_generation(),
            max_interfaces: info.max_enis(),
            hourly: one.price.map(|price| price.price),
            estimated: is_estimated(one),
        }
    });
    match options.format {
        ListFormat::Table => {
            let head = [
                "type",
                "region",
                "vCPUs",
                "memory",
                "architecture",
                "instance store",
                "network",
                "hibernates",
                "$/hour",
            ];
            let rows = rows.zip(&found).map(|(row, one)| {
                vec![
                    row.type_name.to_owned(),
                    row.region.to_owned(),
                    row.vcpus.to_string(),
                    memory(row.memory_mib),
                    row.architectures,
                    row.instance_store.to_owned(),
                    row.network.to_owned(),
                    match row.hibernation {
                        Some(true) => "yes",
                        Some(false) => "no",
                        None => "",
                    }
                    .to_owned(),
                    told(one.price),
                ]
            });
            output::print(table(&head, &[2, 3, 8], rows).as_bytes())
        }
        ListFormat::Json => json(rows),
        ListFormat::Csv => csv(rows),
    }
}

fn unusable(why: &str) -> Exit {
    complain(&shown(why));
    Exit::Unusable
}

fn json(rows: impl Iterator<Item = impl Serialize>) -> Exit {
    let rows: Vec<_> = rows.collect();
    match serde_json::to_string_pretty(&rows) {
        Ok(text) => output::print(format!("{text}\n").as_bytes()),
        Err(error) => unusable(&error.to_string()),
    }
}

fn csv(rows: impl Iterator<Item = impl Serialize>) -> Exit {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        if let Err(error) = writer.serialize(row) {
            return unusable(&error.to_string());
        }
    }
    match writer.into_inner() {
        Ok(bytes) => output::print(&bytes),
        Err(error) => unusable(&error.to_string()),
    }
}

fn is_estimated(one: &Found) -> bool {
    one.price.is_some_and(|price| price.origin.is_estimated())
}

/// The price of an hour; an estimate is about.
fn told(price: Option<OnDemand>) -> String {
    price.map_or_else(String::new, |price| {
        let about = if price.origin.is_estimated() { "~" } else { "" };
        format!("{about}{}", price.price)
    })
}

/// A word for where a price is from.
const fn source(origin: PriceOrigin) -> &'static str {
    if origin.is_estimated() {
        return "estimated";
    }
    match origin {
        PriceOrigin::Listed { .. } => "listed",
        PriceOrigin::MetalSibling { .. } => "metal-sibling",
        PriceOrigin::MetalShared { .. } => "metal-shared",
        PriceOrigin::StaleCut { .. } => "stale-cut",
        PriceOrigin::Derived { .. } => "surcharge",
        PriceOrigin::Estimated { .. } | PriceOrigin::Cut { .. } => "estimated",
    }
}

fn architectures(one: &Found) -> String {
    let all = one.type_id.info().architectures();
    let names = crate::catalog::Architecture::ALL.iter();
    let names = names
        .filter(|one| all.contains(**one))
        .map(|one| one.name());
    names.collect::<Vec<_>>().join(" ")
}

/// So much memory: `0.5 GiB`, `3.75 GiB`, `384 GiB`.
fn memory(mib: u32) -> String {
    let hundredths = u64::from(mib) * 100 / 1_024;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!("{} GiB", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::memory;

    #[test]
    fn memory_is_told_in_gib() {
        for (mib, wanted) in [
            (512, "0.5 GiB"),
            (3_840, "3.75 GiB"),
            (393_216, "384 GiB"),
            (10_240, "10 GiB"),
        ] {
            assert_eq!(memory(mib), wanted);
        }
    }
}
