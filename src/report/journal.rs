//! What stands before and after the events of a journal, `ec2sim/journal/1`.
//!
//! ```json
//! {"schema":"ec2sim/journal/1","version":"0.2.0","catalogue":"2026.1","scenario":{"name":"stop",…},"prices":{"m5.large":{…}}}
//! {"seq":1,…}
//! {"end":{"outcome":"passed","end":"2026-03-02T10:00:00Z","expectations":{"passed":6,"failed":0},…,"cost":{…}}}
//! ```

mod addresses;
mod document;
mod error;
mod head;
mod last;
mod merge;
mod names;
mod purchases;
mod read;
mod row;
mod tell;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{
    billing::{PriceKey, Rate},
    catalog, foreign,
    money::Price,
    runner::Replay,
    script::{Part, Program},
};

use super::{
    finish::Quote,
    json::{End, ScenarioView},
    money::Sums,
};

pub use {
    error::JournalError,
    head::JournalHead,
    merge::{MergeJournalsError, merge_journals},
    read::Journals,
};

/// The schema of journals.
const SCHEMA: &str = "ec2sim/journal/1";

/// The line that a journal begins with. `file` is what the scenario's file is called.
pub(super) fn first_line(program: &Program, file: &str) -> Vec<u8> {
    #[derive(Serialize)]
    struct First<'a> {
        schema: &'static str,
        version: &'static str,
        catalogue: &'static str,
        scenario: ScenarioView<'a>,
        prices: Prices<'a>,
        purchases: Option<Value>,
        /// Last, so that it can be taken off.
        #[serde(skip_serializing_if = "Option::is_none")]
        shard: Option<ShardView>,
    }
    line(&First {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        catalogue: catalog::version(),
        scenario: ScenarioView {
            program,
            file,
            end: None,
            cast: true,
        },
        prices: Prices(program),
        purchases: purchases::told(&program.purchases),
        shard: program.part.as_deref().map(ShardView::of),
    })
}

/// Which part of a scenario it is a journal of.
#[derive(Serialize)]
struct ShardView {
    index: u32,
    count: u32,
    scenario: String,
}

impl ShardView {
    fn of(part: &Part) -> Self {
        Self {
            index: part.shard.index(),
            count: part.shard.count(),
            scenario: format!("{:016x}", part.digest),
        }
    }
}

/// The line that it ends with.
/// `quotes` are the lines of the scenario that failures show.
pub(super) fn last_line(replay: &Replay, quotes: &BTreeMap<u32, Quote>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Last<'a> {
        end: End<'a>,
    }
    let (names, sums) = (replay.directory(), Sums::of_bill(replay));
    line(&Last {
        end: End::of(replay, &names, &sums, quotes),
    })
}

/// The prices in force: of the types that take part, of all that goes by a plain name, and all that the scenario gives.
struct Prices<'a>(&'a Program);

impl Serialize for Prices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Program { prices, cast, .. } = self.0;
        let mut keys: BTreeSet<PriceKey> = prices.given_keys().collect();
        keys.extend(
            cast.instances.iter().map(|entry| {
                PriceKey::Instance(entry.spec.instance_type, Some(entry.spec.platform))
            }),
        );
        keys.extend(PriceKey::NAMED.iter().map(|(_, key)| *key));
        let rates = keys
            .into_iter()
            .filter_map(|key| Some((key, prices.rate_of(key)?)));
        serializer.collect_map(rates.map(|(key, rate)| {
            let tiers = prices.tiers(key).unwrap_or_default();
            (key.to_string(), PriceView::of(rate, tiers))
        }))
    }
}

/// A price, and where it is from.
#[derive(Serialize)]
struct PriceView {
    price: Price,
    source: String,
    /// Where the scenario gives several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TierView>,
}

/// A price from so many units in a month on.
#[derive(Serialize)]
struct TierView {
    from: u64,
    price: Price,
}

impl PriceView {
    fn of(rate: Rate, tiers: &[(u64, Price)]) -> Self {
        let tier = |&(from, price): &_| TierView { from, price };
        Self {
            price: rate.price,
            source: rate.source.to_string(),
            tiers: tiers.iter().map(tier).collect(),
        }
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    // Texts and numbers: nothing that JSON has no form for.
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut line = foreign::in_json(&text).into_owned().into_bytes();
    line.push(b'\n');
    line
}
