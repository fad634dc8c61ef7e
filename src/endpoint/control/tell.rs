//! What there is, what has happened, and what it cost.

use std::io::Write as _;

use serde_json::{Value, json};

use super::{
    Call, Found,
    parameters::{Refusal, answer, told},
    present,
};
use crate::{
    catalog::RegionId,
    endpoint::{Follow, HttpAnswer, JSON, Then, place::Place, realm::Realm},
    foreign,
    record::RecordKind,
    report::{Focus, LedgerCsv, Rounding, Standing, write_bill},
    scenario::nearest,
};

/// Lines of JSON.
const LINES: &str = "application/x-ndjson";
/// Server-sent events.
pub(super) const STREAM: &str = "text/event-stream";
const CSV: &str = "text/csv;charset=UTF-8";
const TEXT: &str = "text/plain;charset=UTF-8";

/// A bill of this width is read on any terminal.
const WIDTH: usize = 100;

/// An error of writing to memory, or of what is written.
fn unwritten(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(500, "InternalError", error.to_string())
}

/// The Regions that are meant: the one that is named, or all that there are.
fn regions(call: &mut Call<'_, '_>) -> Result<Vec<RegionId>, Refusal> {
    let region = call.parameters.get("region").map(str::to_owned);
    match region {
        Some(name) => Ok(vec![region_named(&name)?]),
        None => Ok(call.realm()?.places().map(Place::region).collect()),
    }
}

pub(super) fn region_named(name: &str) -> Result<RegionId, Refusal> {
    RegionId::find(name).ok_or_else(|| {
        let near = nearest(name, RegionId::all().map(RegionId::name));
        let instead = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
        Refusal::parameter(format!("`{name}` isn't a Region{instead}"))
    })
}

pub(super) fn state(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["region"])?;
    let regions = regions(call)?;
    let realm = call.realm()?;
    let mut parts = Vec::new();
    for region in regions {
        let replay = present::replay(realm.place(region));
        let part = Standing::new(&replay, Rounding::Exact).state();
        let part = part.map_err(|error| unwritten(&error))?;
        parts.push(format!("\"{}\":{part}", region.name()));
    }
    Ok(document("ec2sim/state/1", realm, &parts.join(","), ""))
}

/// A document of an account, whose Regions are written already.
fn document(schema: &str, realm: &Realm, regions: &str, more: &str) -> HttpAnswer {
    let body = format!(
        "{{\"schema\":\"{schema}\",\"account\":\"{}\",\"now\":\"{}\",\"regions\":{{{regions}}}{more}}}\n",
        realm.account(),
        realm.now(),
    );
    HttpAnswer::new(200, JSON, body)
}

pub(super) fn bill(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["region", "format", "rounding"])?;
    let format = call.parameters.get("format").unwrap_or("json").to_owned();
    let rounding = match (call.parameters.get("rounding"), format.as_str()) {
        (Some("exact"), _) | (None, "json" | "text") => Rounding::Exact,
        (Some("report") | None, _) => Rounding::Report,
        (Some(_), _) => return Err(Refusal::parameter("`rounding` is `exact` or `report`")),
    };
    let regions = regions(call)?;
    let realm = call.realm()?;
    let replays: Vec<_> = regions
        .iter()
        .map(|&region| (region, present::replay(realm.place(region))))
        .collect();
    let mut text = Vec::new();
    let written = match format.as_str() {
        "json" => {
            let mut parts = Vec::new();
            let mut total = crate::money::Usd::ZERO;
            for (region, replay) in &replays {
                let part = Standing::new(replay, rounding).bill();
                let part = part.map_err(|error| unwritten(&error))?;
                parts.push(format!("\"{}\":{part}", region.name()));
                total += replay.bill().cost().total();
            }
            let total = format!(",\"total\":\"{total}\"");
            return Ok(document("ec2sim/bill/1", realm, &parts.join(","), &total));
        }
        "csv" => replays
            .iter()
            .enumerate()
            .try_for_each(|(index, (_, replay))| {
                LedgerCsv::after(index > 0, &mut text, rounding)?.write(replay)
            }),
        "focus" => replays
            .iter()
            .enumerate()
            .try_for_each(|(index, (_, replay))| {
                Ok(Focus::after(index > 0, &mut text, rounding)?.write(replay)?)
            }),
        "text" => replays.iter().try_for_each(|(region, replay)| {
            writeln!(
                text,
                "{} of {} at {}\n",
                region.name(),
                realm.account(),
                realm.now()
            )?;
            write_bill(&mut text, replay, WIDTH)?;
            writeln!(text)
        }),
        _ => {
            return Err(Refusal::parameter(
                "`format` is one of json, csv, focus, text",
            ));
        }
    };
    written.map_err(|error| unwritten(&error))?;
    let kind = if format == "text" { TEXT } else { CSV };
    Ok(HttpAnswer::new(200, kind, text))
}

pub(super) fn events(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["from", "follow"])?;
    let follows = call.parameters.flag("follow")?;
    let from = call.parameters.number("from")?.unwrap_or(0);
    let is_stream = call
        .request
        .header("accept")
        .is_some_and(|accepts| accepts.contains(STREAM));
    let seen = call.request.header("last-event-id");
    let seen: Option<u64> = seen.and_then(|seen| seen.trim().parse().ok());
    let realm = call.realm()?;
    let account = realm.account().to_owned();
    let mut follow = Follow::new(account, seen.unwrap_or(from.saturating_sub(1)), is_stream);
    let told = follow.tell(realm);
    let kind = if is_stream { STREAM } else { LINES };
    let mut answer = HttpAnswer::new(200, kind, told);
    answer
        .headers
        .push(("cache-control", "no-store".to_owned()));
    if follows {
        answer.then = Then::Follow(follow);
    }
    Ok(answer)
}

pub(super) fn requests(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["action"])?;
    let action = call.parameters.get("action").map(str::to_owned);
    let realm = call.realm()?;
    let mut text = Vec::new();
    let is_meant = |one: &str| action.as_ref().is_none_or(|action| action == one);
    for asked in realm.requests().filter(|asked| is_meant(&asked.action)) {
        let parameters: serde_json::Map<String, Value> = asked
            .parameters
            .iter()
            .map(|(key, value)| (key.clone(), value.as_str().into()))
            .collect();
        let line = told! {
            "seq": asked.seq,
            "time": asked.at,
            "action": asked.action,
            "region": asked.region.name(),
            "parameters": parameters,
            "status": asked.status,
            "code": asked.code,
            "request_id": asked.request_id,
            "attempt": asked.attempt,
        };
        let line = serde_json::to_string(&line).unwrap_or_default();
        text.extend_from_slice(foreign::in_json(&line).as_bytes());
        text.push(b'\n');
    }
    Ok(HttpAnswer::new(200, LINES, text))
}

pub(super) fn expectations(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    let realm = call.realm()?;
    let mut lines = Vec::new();
    let mut tally = crate::engine::Tally::default();
    let mut passed = true;
    for place in realm.places() {
        let names = present::names(place);
        let found = place
            .history()
            .from(0)
            .filter(|record| matches!(record.kind, RecordKind::Expectation(_)));
        for record in found {
            let line = super::super::events::line(place, &names, record);
            lines.push(serde_json::from_slice::<Value>(&line).unwrap_or_default());
        }
        let one = place.engine.tally();
        tally.passed += one.passed;
        tally.failed += one.failed;
        tally.unexpected_refusals += one.unexpected_refusals;
        tally.failures += one.failures;
        passed &= one.failed + one.unexpected_refusals + one.failures == 0;
    }
    Ok(answer(
        200,
        &told! {
            "schema": "ec2sim/expectations/1",
            "account": realm.account(),
            "now": realm.now(),
            "passed": passed,
            "counts": json!({
                "passed": tally.passed,
                "failed": tally.failed,
                "unexpected_refusals": tally.unexpected_refusals,
                "other_failures": tally.failures,
            }),
            "expectations": lines,
        },
    ))
}
