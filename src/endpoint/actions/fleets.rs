//! Fleets of the types `instant` and `request`: launches that choose among several types and zones, once.

use crate::{
    furniture::{Said, over},
    id::Seeded,
    lifecycle::{ErrorCode, Phase},
    money::Price,
    record::InstanceHandle,
    time::SimTime,
};

use super::{
    super::{
        fault::Fault,
        filters::Tell,
        place::Place,
        request::{Fields, Query},
        xml::Out,
    },
    Call,
    instance::{tell_tag_set, time},
    launch::{describe as describe_launch, launch},
    templates::{DATA_OF_VOLUME, From, Member, Shape, said, tell_data},
};

/// What an override of a fleet says, as it is told again.
const OVERRIDES: &[Member] = &[
    Member("instanceType", Shape::Text),
    Member("maxPrice", Shape::Text),
    Member("subnetId", Shape::Text),
    Member("availabilityZone", Shape::Text),
    Member("weightedCapacity", Shape::Text),
    Member("priority", Shape::Text),
    Member(
        "placement",
        Shape::Part(&[Member("groupName", Shape::Text)]),
    ),
    Member("imageId", Shape::Text),
    Member("blockDeviceMappingSet", Shape::List(DATA_OF_VOLUME)),
];

/// A fleet.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    id: String,
    /// `instant` or `request`.
    kind: &'static str,
    created: SimTime,
    token: Option<String>,
    tags: Vec<(String, String)>,
    /// How much was asked for on demand and on Spot, and which of them is the default.
    target: (u64, u64),
    default: &'static str,
    strategies: (&'static str, &'static str),
    interruption: String,
    configs: Vec<Config>,
    launched: Vec<Outcome>,
    refused: Vec<Outcome>,
}

/// A template, and what is said over it.
#[derive(Debug, Clone)]
struct Config {
    template: (String, String, String),
    overrides: Vec<Said>,
}

/// What came of a pool: instances, or a refusal.
#[derive(Debug, Clone)]
struct Outcome {
    template: (String, String, String),
    over: Said,
    lifecycle: &'static str,
    result: Result<(Vec<InstanceHandle>, &'static str), (String, String)>,
}

/// Something that a fleet may launch.
struct Pool {
    template: (String, String, String),
    from: From,
    over: Said,
    weight: u64,
    priority: u64,
    price: Option<Price>,
}

impl Pool {
    /// The parameters of its launches.
    fn said(&self, spot: Option<&str>) -> Said {
        let mut own = Said::new();
        for (name, value) in &self.over {
            let name = match name.as_str() {
                "MaxPrice" if spot.is_some() => "InstanceMarketOptions.SpotOptions.MaxPrice",
                "MaxPrice" | "WeightedCapacity" | "Priority" => continue,
                "AvailabilityZone" => "Placement.AvailabilityZone",
                other => other,
            };
            own.push((name.to_owned(), value.clone()));
        }
        if let Some(interruption) = spot {
            for (name, value) in [
                ("MarketType", "spot"),
                ("SpotOptions.InstanceInterruptionBehavior", interruption),
            ] {
                own.push((format!("InstanceMarketOptions.{name}"), value.to_owned()));
            }
        }
        over(&self.from.data, &own)
    }
}

/// A number that has to be a whole one here.
fn whole(fields: Fields<'_>, name: &str, otherwise: u64) -> Result<u64, Fault> {
    let Some(text) = fields.get(name) else {
        return Ok(otherwise);
    };
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse()
        .map_err(|_| Fault::unsimulated(&format!("{name} {text}"), "CreateFleet"))
}

/// How much is asked for: on demand, on Spot, and what the rest is.
fn target(fields: Fields<'_>) -> Result<((u64, u64), &'static str), Fault> {
    let part = fields.part("TargetCapacitySpecification");
    let part = part.fields();
    let number = |name: &str| -> Result<Option<u64>, Fault> {
        part.get(name).map(|_| whole(part, name, 0)).transpose()
    };
    let total = number("TotalTargetCapacity")?.unwrap_or(0);
    let on_demand = number("OnDemandTargetCapacity")?;
    let spot = number("SpotTargetCapacity")?;
    let default = match part.get("DefaultTargetCapacityType") {
        Some("spot") => "spot",
        Some("on-demand") | None => "on-demand",
        Some(other) => {
            let what = format!("DefaultTargetCapacityType {other}");
            return Err(Fault::unsimulated(&what, "CreateFleet"));
        }
    };
    let said = on_demand.unwrap_or(0) + spot.unwrap_or(0);
    if total == 0 || said > total {
        return Err(Fault::value(
            "The target capacities on demand and on Spot have to fit the total target capacity, which is at least 1.",
        ));
    }
    let rest = total - said;
    let is_spot = default == "spot";
    let target = (
        on_demand.unwrap_or(0) + if is_spot { 0 } else { rest },
        spot.unwrap_or(0) + if is_spot { rest } else { 0 },
    );
    Ok((target, default))
}

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let kind = match fields.get("Type") {
        Some("instant") => "instant",
        Some("request") => "request",
        Some(_) | None => return Err(Fault::unsimulated("Type maintain", "CreateFleet")),
    };
    let (target, default) = target(fields)?;
    let on_demand_by = match fields.get("OnDemandOptions.AllocationStrategy") {
        Some("prioritized") => "prioritized",
        Some(_) | None => "lowest-price",
    };
    let spot_by = match fields.get("SpotOptions.AllocationStrategy") {
        Some("diversified") => "diversified",
        Some("capacity-optimized-prioritized") => "capacity-optimized-prioritized",
        Some("capacity-optimized") => "capacity-optimized",
        Some("price-capacity-optimized") => "price-capacity-optimized",
        Some(_) | None => "lowest-price",
    };
    let interruption = fields.get("SpotOptions.InstanceInterruptionBehavior");
    let interruption = interruption.unwrap_or("terminate");
    let (tags, of_instances) = tags(call)?;
    let mut configs = Vec::new();
    let mut pools = Vec::new();
    for item in &fields.items("LaunchTemplateConfigs") {
        let config = item.fields();
        let part = config.part("LaunchTemplateSpecification");
        let from = From::read(call.place, part.fields())?;
        let template = (
            from.template.to_string(),
            from.name.clone(),
            from.version.to_string(),
        );
        let items = config.items("Overrides");
        let mut overrides: Vec<Said> = items.iter().map(|item| said(item.fields())).collect();
        configs.push(Config {
            template: template.clone(),
            overrides: overrides.clone(),
        });
        if overrides.is_empty() {
            overrides.push(Said::new());
        }
        for said in overrides {
            let query = Query::of(&said);
            let fields = query.fields();
            pools.push(Pool {
                template: template.clone(),
                from: from.clone(),
                weight: whole(fields, "WeightedCapacity", 1)?.max(1),
                priority: whole(fields, "Priority", u64::MAX)?,
                over: said.clone(),
                price: None,
            });
        }
    }
    if pools.is_empty() {
        return Err(Fault::missing("LaunchTemplateConfigs"));
    }
    let token = fields.get("ClientToken").map(str::to_owned);
    if let Some((id, _)) = call.made_before()? {
        let mut fleets = call.place.fleets.iter();
        if let Some(fleet) = fleets.find(|fleet| fleet.id == id).cloned() {
            tell_made(call, &fleet);
            return Ok(());
        }
    }
    call.end_dry_run()?;
    let (mut launched, mut refused) = (Vec::new(), Vec::new());
    for (amount, spot, strategy) in [
        (target.0, None, on_demand_by),
        (target.1, Some(interruption), spot_by),
    ] {
        let mut results = fill(call, &mut pools, amount, spot, strategy, &of_instances);
        launched.extend(results.extract_if(.., |one| one.result.is_ok()));
        refused.append(&mut results);
    }
    let number = call.place.fleets.len();
    let key = call.place.root.purpose("fleet");
    let fleet = Fleet {
        id: fleet_id(key, number),
        kind,
        created: call.now(),
        token,
        tags,
        target,
        default,
        strategies: (on_demand_by, spot_by),
        interruption: interruption.to_owned(),
        configs,
        launched,
        refused,
    };
    call.remember_made(&fleet.id, 0);
    call.place.fleets.push(fleet.clone());
    tell_made(call, &fleet);
    Ok(())
}

/// A fleet's id, in EC2's form for those.
fn fleet_id(key: Seeded, number: usize) -> String {
    let bits = key.number(u64::try_from(number).unwrap_or(u64::MAX)).bits();
    format!(
        "fleet-{:08x}-{:04x}-4{:03x}-8000-{:012x}",
        bits >> 32,
        (bits >> 16) & 0xffff,
        bits & 0xfff,
        number + 1
    )
}

/// The tags of the fleet, and what is said of those of its instances.
fn tags(call: &Call<'_>) -> Result<(Vec<(String, String)>, Said), Fault> {
    let mut own = Vec::new();
    let mut others = Said::new();
    for (n, item) in (1..).zip(&call.fields.items("TagSpecification")) {
        let fields = item.fields();
        if fields.required("ResourceType")? == "fleet" {
            own = super::tags::read(fields)?;
            let checked = call.place.furniture.tags.check(&[], &own);
            checked.map_err(|error| super::tags::fault(&error))?;
        } else {
            let pairs = fields.pairs();
            others.extend(
                pairs.map(|(name, value)| {
                    (format!("TagSpecification.{n}.{name}"), value.to_owned())
                }),
            );
        }
    }
    Ok((own, others))
}

/// Launches so much from pools, the best of them first; where one has nothing, the next.
fn fill(
    call: &mut Call<'_>,
    pools: &mut [Pool],
    amount: u64,
    spot: Option<&str>,
    strategy: &str,
    tags: &Said,
) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    if amount == 0 {
        return outcomes;
    }
    let now = call.now();
    for pool in &mut *pools {
        let said = pool.said(spot);
        let query = Query::of(&said);
        let described = describe_launch(call, query.fields());
        let world = call.place.world();
        pool.price = described.ok().and_then(|one| match spot {
            Some(_) => world.spot_price(now, &one.spec),
            None => world.list_price(&one.spec),
        });
    }
    if strategy.ends_with("prioritized") {
        pools.sort_by_key(|pool| pool.priority);
    } else if strategy != "diversified" {
        // What a unit of capacity costs; what has no price comes last.
        let unit = |pool: &Pool| pool.price.map(|price| price.part(1, pool.weight));
        pools.sort_by_key(|pool| (pool.price.is_none(), unit(pool)));
    }
    let mut left = amount;
    let turns = u64::try_from(pools.len()).unwrap_or(1);
    for (turn, pool) in (0..).zip(&*pools) {
        if left == 0 {
            break;
        }
        // Each of what is diversified gets its share.
        let share = match strategy {
            "diversified" => left.div_ceil(turns - turn),
            _ => left,
        };
        let count = share.div_ceil(pool.weight);
        let said = over(&pool.said(spot), tags);
        let query = Query::of(&said);
        let most = u32::try_from(count).unwrap_or(u32::MAX);
        let result = launch(call, query.fields(), (1, most), None, Some(&pool.from));
        let result = match result {
            Ok((first, count)) => {
                left = left.saturating_sub(u64::from(count) * pool.weight);
                let handles = (first.index()..).map(InstanceHandle::new);
                let all: Vec<_> = handles.take(crate::record::index(count)).collect();
                let there = call.place.world().instance(first);
                Ok((all, there.instance_type().name()))
            }
            Err(fault) => Err((fault.code.into_owned(), fault.message)),
        };
        outcomes.push(Outcome {
            template: pool.template.clone(),
            over: pool.over.clone(),
            lifecycle: if spot.is_some() { "spot" } else { "on-demand" },
            result,
        });
    }
    outcomes
}

fn tell_pool<O: Out>(out: &mut O, outcome: &Outcome) {
    out.within("launchTemplateAndOverrides", |out| {
        out.within("launchTemplateSpecification", |out| {
            let (id, _, version) = &outcome.template;
            out.text("launchTemplateId", id);
            out.text("version", version);
        });
        let query = Query::of(&outcome.over);
        out.within("overrides", |out| {
            tell_data(out, query.fields(), OVERRIDES);
        });
    });
    out.text("lifecycle", outcome.lifecycle);
}

/// The refusals and the instances of a fleet.
fn tell_outcomes<O: Out>(out: &mut O, place: &Place, fleet: &Fleet) {
    out.list("errorSet", &fleet.refused, |out, outcome| {
        tell_pool(out, outcome);
        if let Err((code, message)) = &outcome.result {
            out.text("errorCode", code);
            out.text("errorMessage", message);
        }
    });
    out.list("fleetInstanceSet", &fleet.launched, |out, outcome| {
        tell_pool(out, outcome);
        if let Ok((instances, kind)) = &outcome.result {
            let ids = instances.iter().map(|&one| place.world().id_of(one.into()));
            let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            out.scalars("instanceIds", &ids);
            out.text("instanceType", kind);
        }
    });
}

fn tell_made(call: &mut Call<'_>, fleet: &Fleet) {
    call.xml.text("fleetId", &fleet.id);
    // Of another one the answer comes before anything is launched.
    if fleet.kind == "instant" {
        tell_outcomes(call.xml, call.place, fleet);
    }
}

struct FleetItem<'a>(&'a Place, &'a Fleet);

impl Tell for FleetItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, fleet) = self;
        let capacity = |lifecycle: &str| -> u64 {
            let outcomes = fleet
                .launched
                .iter()
                .filter(|one| one.lifecycle == lifecycle);
            outcomes.map(|one| alive(place, one)).sum()
        };
        let (on_demand, spot) = (capacity("on-demand"), capacity("spot"));
        let is_filled = on_demand >= fleet.target.0 && spot >= fleet.target.1;
        out.text(
            "activityStatus",
            if is_filled { "fulfilled" } else { "error" },
        );
        out.text("createTime", &time(fleet.created));
        out.text("fleetId", &fleet.id);
        out.text("fleetState", "active");
        if let Some(token) = &fleet.token {
            out.text("clientToken", token);
        }
        out.text("excessCapacityTerminationPolicy", "no-termination");
        out.value("fulfilledCapacity", on_demand + spot);
        out.value("fulfilledOnDemandCapacity", on_demand);
        out.list("launchTemplateConfigs", &fleet.configs, |out, config| {
            out.within("launchTemplateSpecification", |out| {
                let (id, _, version) = &config.template;
                out.text("launchTemplateId", id);
                out.text("version", version);
            });
            out.list("overrides", &config.overrides, |out, said| {
                let query = Query::of(said);
                tell_data(out, query.fields(), OVERRIDES);
            });
        });
        out.within("targetCapacitySpecification", |out| {
            out.value("totalTargetCapacity", fleet.target.0 + fleet.target.1);
            out.value("onDemandTargetCapacity", fleet.target.0);
            out.value("spotTargetCapacity", fleet.target.1);
            out.text("defaultTargetCapacityType", fleet.default);
        });
        out.flag("terminateInstancesWithExpiration", false);
        out.text("type", fleet.kind);
        out.flag("replaceUnhealthyInstances", false);
        out.within("spotOptions", |out| {
            out.text("allocationStrategy", fleet.strategies.1);
            out.text("instanceInterruptionBehavior", &fleet.interruption);
        });
        out.within("onDemandOptions", |out| {
            out.text("allocationStrategy", fleet.strategies.0);
        });
        tell_tag_set(out, &fleet.tags);
        if fleet.kind == "instant" {
            tell_outcomes(out, place, fleet);
        }
    }
}

/// How much capacity of a pool is still there.
fn alive(place: &Place, outcome: &Outcome) -> u64 {
    let Ok((instances, _)) = &outcome.result else {
        return 0;
    };
    let query = Query::of(&outcome.over);
    let weight = whole(query.fields(), "WeightedCapacity", 1).unwrap_or(1);
    let is_there =
        |one: &&InstanceHandle| place.world().instance(**one).phase() != Phase::Terminated;
    let there = instances.iter().filter(is_there).count();
    weight.max(1) * u64::try_from(there).unwrap_or(0)
}

fn missing(id: &str) -> Fault {
    Fault::new(
        "InvalidFleetId.NotFound",
        format!("The fleet ID '{id}' does not exist"),
    )
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = call.fields.list("FleetId");
    let list = call.list(!ids.is_empty())?;
    let fleets = &call.place.fleets;
    for id in &ids {
        if !fleets.iter().any(|fleet| fleet.id == *id) {
            return Err(missing(id));
        }
    }
    call.end_dry_run()?;
    let place = &*call.place;
    let is_meant = |fleet: &&Fleet| ids.is_empty() || ids.contains(&&*fleet.id);
    let items = place.fleets.iter().filter(is_meant);
    let items = items.map(|fleet| FleetItem(place, fleet));
    list.tell(call.xml, "fleetSet", super::numbered(items));
    Ok(())
}

struct ActiveItem<'a>(&'a Place, InstanceHandle);

impl Tell for ActiveItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, instance) = *self;
        let world = place.world();
        out.value("instanceId", world.id_of(instance.into()));
        let there = world.instance(instance);
        out.text("instanceType", there.instance_type().name());
        if let Some(request) = world.spot_handle_of(instance) {
            out.value("spotInstanceRequestId", world.id_of(request.into()));
        }
    }
}

/// The instances of a fleet that are still there. Those of an instant one EC2 tells in `DescribeFleets` only.
pub(super) fn instances(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let id = call.fields.required("FleetId")?;
    let mut fleets = call.place.fleets.iter();
    let found = fleets.find(|fleet| fleet.id == id);
    let fleet = found.ok_or_else(|| missing(id))?.clone();
    if fleet.kind == "instant" {
        return Err(Fault::new(
            ErrorCode::UnsupportedOperation.name(),
            "DescribeFleetInstances does not support fleets of type instant. DescribeFleets tells their instances.",
        ));
    }
    call.end_dry_run()?;
    let place = &*call.place;
    let launched = fleet.launched.iter();
    let launched = launched.filter_map(|one| one.result.as_ref().ok());
    let all = launched.flat_map(|(instances, _)| instances).copied();
    let there = all.filter(|&one| place.world().instance(one).phase() != Phase::Terminated);
    let items = there.map(|one| ActiveItem(place, one));
    list.tell(call.xml, "activeInstanceSet", super::numbered(items));
    call.xml.text("fleetId", id);
    Ok(())
}
