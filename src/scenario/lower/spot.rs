//! Spot: how an instance asks for it, what it costs, and what befalls it.

use std::{collections::BTreeSet, path::Path};

use super::{
    super::{
        Code,
        keys::{
            ActionKey, INTERRUPTION, InterruptKey, Keys, MARKET, MarketKey, OnInstances, REASONS,
            SpotChangeKey, SpotKey, SpotPriceKey,
        },
        load,
        nearest::nearest,
        reader::{Draft, Span},
        shape::Fields,
        tree::{self, Kind, Node, quoted},
        value,
    },
    Lower,
    actions::act,
    asked::{Asked, NamedInstances},
    names::Found,
    prices::is_below,
};
use crate::{
    action::{CancelSpotInstanceRequests, Flags, InterruptSpot, RecommendRebalance, SetSpotPrice},
    catalog::{Platform, TypeId},
    money::Price,
    script::Act,
    time::SimTime,
    world::{Cause, InstanceSpec, Market, SpotOptions, SpotTable, has_spot_advice},
};

/// A type, on one platform or on all.
type Of = (TypeId, Option<Platform>);

/// How an instance is bought.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bought {
    OnDemand,
    Spot(SpotOptions),
}

impl Bought {
    /// What its Spot request asks for; none on demand.
    pub(super) fn on_spot(self) -> Option<SpotOptions> {
        match self {
            Self::OnDemand => None,
            Self::Spot(options) => Some(options),
        }
    }
}

impl Lower<'_> {
    /// `market`.
    pub(super) fn market(&mut self, node: &Node<'_>) -> Option<Bought> {
        let Kind::Map(_) = node.kind else {
            let market = self.reader.word(node, MARKET, "a market")?;
            return Some(match market {
                Market::OnDemand => Bought::OnDemand,
                Market::Spot => Bought::Spot(SpotOptions::default()),
            });
        };
        let fields = self
            .reader
            .fields(node, MarketKey::MARKET_OPTIONS, "a market")?;
        let mut market = Bought::OnDemand;
        for field in fields.iter() {
            match field.key {
                MarketKey::Spot if matches!(field.value.kind, Kind::Null) => {
                    market = Bought::Spot(SpotOptions::default());
                }
                MarketKey::Spot => market = Bought::Spot(self.spot_options(field.value)?),
            }
        }
        Some(market)
    }

    fn spot_options(&mut self, node: &Node<'_>) -> Option<SpotOptions> {
        let fields = self
            .reader
            .fields(node, SpotKey::SPOT, "a mapping of options")?;
        let mut options = SpotOptions::default();
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                SpotKey::Interruption => {
                    let what = "an effect of an interruption";
                    options.interruption = self.reader.word(node, INTERRUPTION, what);
                }
                SpotKey::Persistent => {
                    options.persistent = self.reader.flag(node).unwrap_or(false);
                }
                SpotKey::Requested => {
                    options.is_requested = self.reader.flag(node).unwrap_or(false);
                }
                SpotKey::MaxPrice => {
                    options.max_price = self.reader.amount(node).map(|amount| amount.usd);
                }
                SpotKey::ValidUntil => options.valid_until = self.date(node),
            }
        }
        Some(options)
    }
}

/// What befalls Spot Instances.
impl Lower<'_> {
    /// `interrupt`.
    pub(super) fn interrupt_spot(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        if let Some(task) = self.interrupt_task(asked) {
            return Some(task);
        }
        let request = self.on_spot(asked, InterruptKey::INTERRUPT);
        let mut cause = Cause::Capacity;
        for option in request.options.iter().flat_map(Fields::iter) {
            match option.key {
                InterruptKey::Instances | InterruptKey::Instance => {}
                InterruptKey::Reason => {
                    let what = "a reason for an interruption";
                    cause = self.reader.word(option.value, REASONS, what)?;
                }
            }
        }
        for whom in &request.whom {
            // It may be the end of it.
            if let Some(found) = whom.found {
                self.presence.end(found, self.reader);
            }
        }
        let instances = request.targets()?;
        Some(act(InterruptSpot { instances, cause }))
    }

    /// `rebalance`.
    pub(super) fn recommend_rebalance(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let request = self.on_spot(asked, ActionKey::SIMPLE);
        let instances = request.targets()?;
        Some(act(RecommendRebalance::of(instances, Flags::default())))
    }

    /// `cancel-spot-request`.
    pub(super) fn cancel_spot_request(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let request = self.on_spot(asked, ActionKey::CANCEL_SPOT_REQUEST);
        for whom in &request.whom {
            if let Some(found) = whom.found {
                self.presence.end(found, self.reader);
            }
        }
        let instances = request.targets()?;
        let flags = Flags::default();
        Some(act(CancelSpotInstanceRequests::of(instances, flags)))
    }

    /// An action on Spot Instances: what isn't one is a mistake in the file.
    fn on_spot<'n, 't, K: OnInstances>(
        &mut self,
        asked: &Asked<'n, 't>,
        keys: Keys<K>,
    ) -> NamedInstances<'n, 't, K> {
        let request = self.request(asked.field, keys);
        for whom in &request.whom {
            self.acted_on(whom);
            let known = self.spec_of(whom.found);
            if known.is_some_and(|spec| spec.spot.is_none()) {
                let name = self.shown(whom);
                self.reader.report(Code::NotSpot, whom.at, || {
                    Draft::new(format!("{name} is not a Spot Instance"))
                        .label("expected a Spot Instance")
                        .note("`market: spot` makes it one")
                });
            }
        }
        request
    }

    /// Whether a name is that of Spot Instances.
    pub(super) fn is_spot(&self, found: Found) -> bool {
        self.spec_of(Some(found))
            .is_some_and(|spec| spec.spot.is_some())
    }

    /// `spot-price`.
    pub(super) fn spot_price(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = SpotPriceKey::SPOT_PRICE;
        let field = asked.field;
        let options = self.reader.fields(field.value, keys, "a mapping");
        let (mut instance_type, mut zone, mut price) = (None, None, None);
        for option in options.iter().flat_map(Fields::iter) {
            let node = option.value;
            match option.key {
                SpotPriceKey::Type => instance_type = self.instance_type(node),
                SpotPriceKey::Zone => zone = self.zone(node),
                SpotPriceKey::Price => price = self.reader.amount(node).map(|amount| amount.usd),
            }
        }
        let needed = [
            (SpotPriceKey::Type, "m5.large"),
            (SpotPriceKey::Zone, "us-east-1a"),
            (SpotPriceKey::Price, "$0.05"),
        ];
        if options.is_some() {
            self.reader.needs(field, options.as_ref(), keys, &needed);
        }
        Some(act(SetSpotPrice::new(instance_type?, zone?, price?)))
    }
}

/// `spot-prices`.
impl Lower<'_> {
    /// A Spot Instance needs a price: the file's, or an estimate by what Spot saves.
    pub(super) fn check_spot_price(&mut self, spec: &InstanceSpec, at: Span) {
        let (of, platform) = (spec.instance_type, spec.platform);
        let is_told = self.spot_table.has(of, platform, spec.zone);
        let has_advice = has_spot_advice(self.region, of, platform);
        if spec.spot.is_none() || is_told || has_advice && self.prices.estimates() {
            return;
        }
        let estimates = self.prices.estimates();
        self.reader.report(Code::NoPrice, at, || {
            let name = of.name();
            let draft = Draft::new(format!("`{name}` has no Spot price"))
                .label("no Spot price is known")
                .note(format!("`spot-prices: {{ {name}: $0.03 }}` would set one"));
            if estimates {
                draft
            } else {
                draft
                    .note("without `--no-estimates` it would be estimated from the On-Demand price")
            }
        });
    }

    pub(super) fn spot_prices(&mut self, node: &Node<'_>, directory: Option<&Path>) -> SpotTable {
        let mut table = SpotTable::default();
        let what = "a mapping from types to Spot prices";
        let entries = self.reader.entries(node, what).unwrap_or_default();
        // An entry of one zone wins over all zones, whatever the order.
        let (everywhere, here): (Vec<&tree::Entry<'_>>, Vec<_>) = entries
            .iter()
            .partition(|entry| !entry.key.text.contains('@'));
        for entry in everywhere.into_iter().chain(here) {
            if let Some((of, zone)) = self.spot_pool(&entry.key) {
                self.spot_changes(&entry.value, of, zone, directory, &mut table);
            }
        }
        table
    }

    /// `m5.large`, `m5.large/windows`, or either with `@us-east-1a`.
    fn spot_pool(&mut self, key: &tree::Key<'_>) -> Option<(Of, Option<&'static str>)> {
        let (name, zone) = match key.text.split_once('@') {
            Some((name, zone)) => (name, Some(zone)),
            None => (key.text, None),
        };
        let (name, platform) = match name.split_once('/') {
            Some((name, platform)) => (name, Some(platform)),
            None => (name, None),
        };
        let system = platform.and_then(Platform::find);
        if let (Some(word), None) = (platform, system) {
            self.reader.unknown_word(
                key.span,
                word,
                "a platform",
                Platform::ALL.iter().map(|one| one.word()),
            );
            return None;
        }
        let found = TypeId::find(name);
        if found.is_none() {
            self.reader.report(Code::UnknownType, key.span, || {
                Draft::new(format!("{} is not an instance type", quoted(name)))
                    .label("expected a type, or a type and a zone such as `m5.large@us-east-1a`")
                    .instead(nearest(name, TypeId::all().map(TypeId::name)))
            });
        }
        let zone = match zone {
            None => None,
            Some(text) => Some(self.zone(&Node {
                span: key.span,
                kind: Kind::Scalar(text),
            })?),
        };
        Some(((found?, system), zone))
    }

    fn spot_changes(
        &mut self,
        node: &Node<'_>,
        of: Of,
        zone: Option<&'static str>,
        directory: Option<&Path>,
        table: &mut SpotTable,
    ) {
        match node.kind {
            Kind::Scalar(text) if is_file(text) => {
                self.spot_file(text, node.span, of, zone, directory, table);
            }
            Kind::Seq([]) | Kind::Null | Kind::Map(_) => {
                let what = "an amount, a list of changes, or the name of a file";
                self.reader.wrong_shape::<()>(node, what);
            }
            Kind::Scalar(_) => {
                if let Some(amount) = self.reader.amount(node) {
                    table.set(of, zone, vec![(self.start, amount.usd)]);
                }
            }
            Kind::Seq(items) => {
                let mut changes: Vec<(SimTime, Price)> = Vec::with_capacity(items.len());
                for item in items {
                    let Some(change) = self.spot_change(item) else {
                        continue;
                    };
                    if changes.last().is_some_and(|&(before, _)| change.0 < before) {
                        self.reader.report(Code::Backwards, item.span, || {
                            Draft::new("the changes of a Spot price stand in the order of time")
                                .label("this is earlier than the one before")
                        });
                    }
                    changes.push(change);
                }
                table.set(of, zone, changes);
            }
        }
    }

    fn spot_change(&mut self, node: &Node<'_>) -> Option<(SimTime, Price)> {
        let keys = SpotChangeKey::SPOT_CHANGE;
        let what = "a change such as `{ from: 6h, price: $0.09 }`";
        let fields = self.reader.fields(node, keys, what)?;
        let (mut from, mut price) = (None, None);
        let (mut has_from, mut has_price) = (false, false);
        for field in fields.iter() {
            match field.key {
                SpotChangeKey::From => (has_from, from) = (true, self.date(field.value)),
                SpotChangeKey::Price => {
                    let amount = self.reader.amount(field.value);
                    (has_price, price) = (true, amount.map(|amount| amount.usd));
                }
            }
        }
        for (is_there, name, example) in [(has_from, "from", "0s"), (has_price, "price", "$0.03")] {
            if !is_there {
                let what = "a change of a Spot price";
                self.reader.missing_key(node.span, what, name, example);
            }
        }
        Some((from?, price?))
    }

    /// A file of prices beside the scenario. What isn't one is some other file of somebody's: nothing in it is shown.
    fn spot_file(
        &mut self,
        name: &str,
        at: Span,
        of: Of,
        zone: Option<&'static str>,
        directory: Option<&Path>,
        table: &mut SpotTable,
    ) {
        let directory = directory
            .filter(|directory| !directory.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        if !is_below(directory, name) {
            self.reader.report(Code::OutsideFolder, at, || {
                Draft::new(format!(
                    "the file of Spot prices {} is outside the scenario's folder",
                    quoted(name)
                ))
                .label("expected a file next to the scenario, or in a folder below it")
                .note("neither `..` nor a link may lead out of it")
            });
            return;
        }
        let source = match load::load(&directory.join(name)) {
            Ok(source) => source,
            Err(fault) => {
                self.reader.report(Code::Unreadable, at, || {
                    Draft::new(format!(
                        "the file of Spot prices {} can't be read",
                        quoted(name)
                    ))
                    .label("expected a file next to the scenario")
                    .note(fault.reason)
                });
                return;
            }
        };
        let rows = match read_rows(&source.text, of.0, self.start) {
            Ok(rows) => rows,
            Err(fault) => {
                self.reader.report(Code::NotSpotPrices, at, || {
                    Draft::new(format!("{} is not a file of Spot prices", quoted(name)))
                        .label("expected a header `time,zone,price`, and a line for each change")
                        .note(fault)
                });
                return;
            }
        };
        // A file may have rows of other Regions, too.
        let region = self.region;
        let zones: Vec<Option<&str>> = rows.iter().map(|row| region.zone(row.zone)).collect();
        let told = |wanted: Option<&str>| -> Vec<(SimTime, Price)> {
            rows.iter()
                .zip(&zones)
                .filter(|(row, zone)| row.zone.is_empty() || zone.is_some() && **zone == wanted)
                .map(|(row, _)| (row.from, row.price))
                .collect()
        };
        if let Some(zone) = zone {
            table.set(of, Some(zone), told(Some(zone)));
            return;
        }
        table.set(of, None, told(None));
        for zone in zones.iter().copied().flatten().collect::<BTreeSet<_>>() {
            table.set(of, Some(zone), told(Some(zone)));
        }
    }
}

/// Whether a value names a file, and isn't an amount.
fn is_file(text: &str) -> bool {
    value::amount(text).is_err() && (text.contains('/') || text.contains(".csv"))
}

/// A line of a file of Spot prices.
struct Row<'f> {
    from: SimTime,
    /// Empty for all zones.
    zone: &'f str,
    price: Price,
}

/// The lines about a type, in whatever order; the columns of `describe-spot-price-history` are understood as well.
fn read_rows(text: &str, instance_type: TypeId, start: SimTime) -> Result<Vec<Row<'_>>, String> {
    let mut lines = (1_u32..).zip(text.lines());
    let header = lines.next().map_or("", |(_, line)| line);
    let columns: Vec<String> = cells(header)
        .map(|cell| {
            let letters = cell.chars().filter(char::is_ascii_alphanumeric);
            letters.collect::<String>().to_ascii_lowercase()
        })
        .collect();
    let column = |names: &[&str]| columns.iter().position(|one| names.contains(&one.as_str()));
    let (Some(time), Some(price)) = (
        column(&["time", "timestamp", "from"]),
        column(&["price", "spotprice"]),
    ) else {
        return Err("its first line has no columns `time` and `price`".to_owned());
    };
    let zone = column(&["zone", "availabilityzone"]);
    let of_type = column(&["type", "instancetype"]);
    let product = column(&["productdescription", "product"]);
    let mut rows = Vec::new();
    for (number, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = cells(line).collect();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at).copied()).unwrap_or("");
        let is_other = of_type.is_some() && cell(of_type) != instance_type.name();
        // Other systems have prices of their own.
        let is_licensed = product.is_some() && !cell(product).starts_with("Linux");
        if is_other || is_licensed {
            continue;
        }
        let text = cell(Some(time));
        let from = if value::looks_like_instant(text) {
            value::instant(text).ok()
        } else {
            let offset = value::duration(text).ok();
            offset.and_then(|offset| start.checked_add(offset))
        };
        let price = value::amount(cell(Some(price))).ok();
        let (Some(from), Some(price)) = (from, price) else {
            return Err(format!("line {number} has no time or no price"));
        };
        rows.push(Row {
            from,
            zone: cell(zone),
            price: price.usd,
        });
    }
    if rows.is_empty() {
        return Err(format!("it has no price of {}", instance_type.name()));
    }
    Ok(rows)
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(',')
        .map(|cell| cell.trim().trim_matches('"').trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_prices_has_columns_of_its_own_or_those_of_the_command_line() {
        let large = TypeId::find("m5.large").unwrap();
        let start = SimTime::from_secs(1_767_225_600);
        let own = "time,zone,price\n6h,us-east-1a,$0.09\n0s,us-east-1a,0.03\n";
        let rows = read_rows(own, large, start).unwrap();
        assert_eq!((rows.len(), rows[1].from), (2, start));
        let theirs = "AvailabilityZone,InstanceType,ProductDescription,SpotPrice,Timestamp\n\
                      us-east-1a,m5.large,Linux/UNIX,0.035000,2026-01-01T00:00:00+00:00\n\
                      us-east-1a,m5.large,Windows,0.127000,2026-01-01T00:00:00+00:00\n\
                      us-east-1a,r5.large,Linux/UNIX,0.040000,2026-01-01T00:00:00+00:00\n";
        let rows = read_rows(theirs, large, start).unwrap();
        assert_eq!((rows.len(), rows[0].zone), (1, "us-east-1a"));
        assert!(read_rows("name: a secret\n", large, start).is_err());
        assert!(read_rows("time,price\nsoon,$1\n", large, start).is_err());
    }
}
