//! What an account has bought, as the first line of a journal says it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    billing::{Bought, FreeTier, PriceSource, Purchases, ReservedInstance, SavingsPlan},
    catalog::{Platform, RegionId, TypeId},
    lifecycle::Tenancy,
    money::Price,
    record::{Payment, PlanKind, ReservedClass, Term},
};

use super::row::{named, there, time};

/// All of it; nothing where nothing was bought.
pub(super) fn told(purchases: &Purchases) -> Option<Value> {
    if purchases.is_empty() {
        return None;
    }
    let reserved = purchases.reserved.iter().map(|one| {
        let own = json!({
            "type": one.instance_type.name(), "count": one.count, "class": one.class.name(),
            "platform": one.platform.word(), "tenancy": one.tenancy.name(), "zone": one.zone,
            "price_source": one.source.to_string(),
        });
        with_terms(own, &one.bought)
    });
    let plans = purchases.plans.iter().map(|plan| {
        let rates = plan.rates.iter().map(|((of, platform), rate)| {
            let key = match platform {
                Some(platform) => format!("{}/{}", of.name(), platform.word()),
                None => of.name().to_owned(),
            };
            (key, Value::from(rate.to_string()))
        });
        let own = json!({
            "kind": plan.kind.name(), "commitment": plan.commitment.to_string(), "family": plan.family,
            "rates": rates.collect::<Map<_, _>>(),
        });
        with_terms(own, &plan.bought)
    });
    let mut all = json!({
        "reserved_instances": reserved.collect::<Vec<_>>(),
        "savings_plans": plans.collect::<Vec<_>>(),
    });
    if let Some(tier) = purchases.free_tier {
        all["free_tier"] = match tier {
            FreeTier::Legacy { from } => json!({ "created": from.to_string() }),
            FreeTier::Credits { amount, from } => json!({
                "created": from.map(|from| from.to_string()), "credits": amount.to_string(),
            }),
        };
    }
    Some(all)
}

fn with_terms(mut own: Value, bought: &Bought) -> Value {
    own["from"] = bought.from.to_string().into();
    own["term"] = bought.term.name().into();
    own["payment"] = bought.payment.name().into();
    own["upfront"] = bought.upfront.to_string().into();
    own["hourly"] = bought.hourly.to_string().into();
    own
}

/// The same read again.
pub(super) fn read(region: RegionId, value: &Value) -> Option<Purchases> {
    let all = |field: &str| value[field].as_array().map(Vec::as_slice);
    let reserved = all("reserved_instances")?.iter();
    let plans = all("savings_plans")?.iter();
    Some(Purchases {
        reserved: reserved
            .map(|one| reserved_instance(region, one))
            .collect::<Option<_>>()?,
        plans: plans.map(savings_plan).collect::<Option<_>>()?,
        free_tier: match there(&value["free_tier"]) {
            Some(tier) => Some(free_tier(tier)?),
            None => None,
        },
    })
}

fn free_tier(tier: &Value) -> Option<FreeTier> {
    let from = match there(&tier["created"]) {
        Some(from) => Some(time(from)?),
        None => None,
    };
    Some(match there(&tier["credits"]) {
        Some(amount) => FreeTier::Credits {
            amount: price(amount)?,
            from,
        },
        None => FreeTier::Legacy { from: from? },
    })
}

fn reserved_instance(region: RegionId, one: &Value) -> Option<ReservedInstance> {
    let source = one["price_source"].as_str()?;
    let mut sources = PriceSource::OF_PURCHASES.iter().copied();
    Some(ReservedInstance {
        instance_type: TypeId::find(one["type"].as_str()?)?,
        count: one["count"].as_u64()?,
        class: named(ReservedClass::ALL, ReservedClass::name, &one["class"])?,
        platform: Platform::find(one["platform"].as_str()?)?,
        tenancy: named(Tenancy::ALL, Tenancy::name, &one["tenancy"])?,
        zone: match there(&one["zone"]) {
            Some(zone) => Some(region.zone(zone.as_str()?)?),
            None => None,
        },
        bought: bought(one)?,
        source: sources.find(|known| known.to_string() == source)?,
    })
}

fn savings_plan(one: &Value) -> Option<SavingsPlan> {
    let mut rates = BTreeMap::new();
    for (key, rate) in one["rates"].as_object()? {
        let (name, platform) = match key.split_once('/') {
            Some((name, platform)) => (name, Some(Platform::find(platform)?)),
            None => (key.as_str(), None),
        };
        rates.insert((TypeId::find(name)?, platform), price(rate)?);
    }
    let family = match there(&one["family"]) {
        Some(family) => Some(TypeId::find_family(family.as_str()?)?),
        None => None,
    };
    Some(SavingsPlan {
        kind: named(PlanKind::ALL, PlanKind::name, &one["kind"])?,
        commitment: price(&one["commitment"])?,
        family,
        bought: bought(one)?,
        rates,
    })
}

fn bought(one: &Value) -> Option<Bought> {
    Some(Bought {
        from: time(&one["from"])?,
        term: named(Term::ALL, Term::name, &one["term"])?,
        payment: named(Payment::ALL, Payment::name, &one["payment"])?,
        upfront: price(&one["upfront"])?,
        hourly: price(&one["hourly"])?,
    })
}

fn price(value: &Value) -> Option<Price> {
    value.as_str()?.parse().ok()
}
