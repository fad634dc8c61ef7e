//! The first line of a journal: what was replayed, and at which prices.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    billing::{PriceBook, PriceSource, PriceTable},
    catalog::RegionId,
    engine::Settings,
    foreign,
    money::Price,
    record::{ByKind, PriceKey, ResourceKind},
    script::{Cast, CastEntry, Configured, Limits, Program, Shard, Zone},
    world::InstanceSpec,
};

use super::{
    SCHEMA,
    error::JournalError,
    purchases,
    row::{Found, Row, number, there, time},
};

/// A journal of which the first line was read.
#[derive(Debug)]
pub struct JournalHead {
    pub(super) program: Program,
    pub(super) file: String,
    pub(super) catalogue: String,
    /// The line itself.
    pub(super) text: String,
    /// Which part of a replay it is of, and the digest of the whole scenario.
    pub(super) part: Option<(Shard, String)>,
}

impl JournalHead {
    /// The scenario, as far as reports ask for it.
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// What the scenario's file was called.
    pub fn file(&self) -> &str {
        &self.file
    }

    pub(super) fn read(row: &Row, text: String) -> Found<Self> {
        match row.json["schema"].as_str() {
            Some(SCHEMA) => {}
            Some(other) if other.starts_with("ec2sim/journal/") => {
                return Err(JournalError::Schema {
                    line: row.line,
                    schema: foreign::shown(other).into_owned(),
                });
            }
            Some(_) | None => {
                return Err(JournalError::NoJournal {
                    line: row.line,
                    why: "a journal begins with a line that has the schema `ec2sim/journal/1`",
                });
            }
        }
        let scenario = row.inner("scenario")?;
        let region = scenario.of("region", |value| RegionId::find(value.as_str()?))?;
        let mut program = Settings {
            start: scenario.of("start", time)?,
            seed: scenario.of("seed", Value::as_u64)?,
            prices: row.of("prices", |value| given_prices(region, value))?,
            ..Settings::of(region)
        }
        .into_program();
        scenario.text("name")?.clone_into(&mut program.name);
        let description = scenario.maybe("description", Value::as_str)?;
        program.description = description.map(str::to_owned);
        program.configured = scenario.maybe("config", configured)?;
        program.until = scenario.maybe("until", time)?;
        let zone = scenario.maybe("timezone", |value| Zone::find(value.as_str()?))?;
        program.spans_days = zone.is_some();
        program.zone = zone.unwrap_or_default();
        let mut others = ByKind::default();
        others[ResourceKind::Address] = scenario.of("addresses", names)?;
        others[ResourceKind::Volume] = scenario.of("volumes", names)?;
        for (key, kind) in [
            ("functions", ResourceKind::Function),
            ("clusters", ResourceKind::Cluster),
            ("services", ResourceKind::Service),
        ] {
            others[kind] = scenario.maybe(key, names)?.unwrap_or_default();
        }
        if scenario.maybe("always_free", Value::as_bool)? == Some(false) {
            program.prices.end_allowances();
        }
        program.cast = Arc::new(Cast {
            region,
            instances: scenario.of("instances", |value| instances(region, value))?,
            others,
            image_snapshots: BTreeMap::new(),
        });
        if let Some(purchases) = row.maybe("purchases", |value| purchases::read(region, value))? {
            program.purchases = Arc::new(purchases);
        }
        let part = row.maybe("shard", |shard| {
            let which: Shard = Deserialize::deserialize(shard).ok()?;
            Some((which, shard["scenario"].as_str()?.to_owned()))
        })?;
        Ok(Self {
            part,
            program,
            file: scenario.text("file")?.to_owned(),
            catalogue: row.text("catalogue")?.to_owned(),
            text,
        })
    }
}

fn configured(value: &Value) -> Option<Configured> {
    let file = value["file"].as_str()?.to_owned();
    let others = value.as_object()?.iter().filter(|(key, _)| *key != "file");
    let set = others.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    Some(Configured {
        file,
        set: set.collect::<Option<_>>()?,
    })
}

/// Those of the catalogue, and over them those that the scenario gives.
fn given_prices(region: RegionId, value: &Value) -> Option<PriceBook> {
    let mut prices = PriceBook::new(region);
    let mut table = PriceTable::default();
    for (key, rate) in value.as_object()? {
        let price: Price = rate["price"].as_str()?.parse().ok()?;
        if rate["source"] == PriceSource::File.to_string() {
            table.set(None, PriceKey::find(key)?, price);
        } else if rate["source"] == PriceSource::FileEstimate.to_string() {
            table.set_estimate(None, PriceKey::find(key)?, price);
        }
        if rate["source"] == "scenario" {
            let key = PriceKey::find(key)?;
            prices.set(key, price);
            if let Some(tiers) = there(&rate["tiers"]) {
                let tier = |tier: &Value| {
                    let price: Price = tier["price"].as_str()?.parse().ok()?;
                    Some((number(&tier["from"])?, price))
                };
                let tiers: Option<Vec<_>> = tiers.as_array()?.iter().map(tier).collect();
                prices.set_tiers(key, tiers?);
            }
        }
    }
    let table = (!table.is_empty()).then(|| Arc::new(table));
    Some(prices.over(table))
}

fn instances(region: RegionId, value: &Value) -> Option<Vec<CastEntry>> {
    let zone = region.zones().next().unwrap_or_default();
    let mut first_slot = 0_u32;
    let entries = value.as_array()?.iter().map(|entry| {
        let count = match there(&entry["count"]) {
            Some(count) => Some(number::<u32>(count).filter(|&count| count > 0)?),
            None => None,
        };
        let mut spec = InstanceSpec::of(entry["type"].as_str()?, zone)?;
        if let Some(named) = there(&entry["zone"]) {
            (spec.zone, spec.zone_is_named) = (region.zone(named.as_str()?)?, true);
        } else {
            spec.zone_is_named = false;
        }
        for (key, value) in there(&entry["tags"])
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            spec.tags.push((key.clone(), value.as_str()?.to_owned()));
        }
        for (name, n) in there(&entry["volume_names"])
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            spec.volume_names.push((number(n)?, name.as_str().into()));
        }
        if entry["user_data_runs"] == true {
            spec.user_data = Some("#!".into());
        }
        let mut zoned = Vec::new();
        for zone in there(&entry["zones"])
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let zone = region.zone(zone.as_str()?)?;
            zoned.push(Arc::new(InstanceSpec {
                zone,
                ..spec.clone()
            }));
        }
        let made = CastEntry {
            name: entry["name"].as_str()?.to_owned(),
            count,
            first_slot,
            zoned,
            spec: Arc::new(spec),
        };
        let after = first_slot.checked_add(made.slots());
        first_slot = after.filter(|&slots| slots <= Limits::MOST_INSTANCES)?;
        Some(made)
    });
    entries.collect()
}

fn names(value: &Value) -> Option<Vec<String>> {
    let names = value.as_array()?.iter();
    names.map(|name| name.as_str().map(str::to_owned)).collect()
}
