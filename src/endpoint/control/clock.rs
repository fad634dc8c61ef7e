//! Moving the clock.

use super::{
    Call, Found,
    parameters::{Refusal, Told, answer, told},
    tell,
};
use crate::{
    endpoint::{HttpAnswer, Mode, Place, realm::Realm},
    id::Id,
    lifecycle::{ApiState, InstanceState},
    record::Resource,
    script::Wanted,
    time::{SimDuration, SimTime},
    world::{StatusChecks, WhichCheck},
};

/// How long something may be waited for, if nobody says.
const TIMEOUT: SimDuration = SimDuration::from_hours(1);

/// How the clock of an account stands.
fn clock(realm: &mut Realm) -> Told {
    let start = realm.options().start();
    let next = realm.next_due();
    told! {
        "schema": "ec2sim/clock/1",
        "account": realm.account(),
        "now": realm.now(),
        "at": realm.now().since(start).whole_secs(),
        "mode": realm.mode().to_string(),
        "next": next,
        "settled": realm.is_settled(),
    }
}

/// The same after something was done to it.
fn clock_with(realm: &mut Realm, more: Told) -> Told {
    let mut told = clock(realm);
    told.0.extend(more.0);
    told
}

/// One clock, or all of those that there are.
fn of_all(clocks: &[Told], is_all: bool) -> HttpAnswer {
    match clocks {
        [one] if !is_all => answer(200, one),
        all => answer(200, &told! { "schema": "ec2sim/clocks/1", "clocks": all }),
    }
}

fn each(
    call: &mut Call<'_, '_>,
    mut act: impl FnMut(&mut Realm) -> Result<Told, Refusal>,
) -> Found {
    let is_all = call.is_all();
    let clocks = call
        .realms()?
        .into_iter()
        .map(&mut act)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(of_all(&clocks, is_all))
}

pub(super) fn show(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    each(call, |realm| Ok(clock(realm)))
}

pub(super) fn advance(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["seconds", "by"])?;
    let by = call.parameters.distance()?;
    for realm in call.realms()? {
        within_reach(realm, realm.now().checked_add(by))?;
    }
    each(call, |realm| Ok(advanced(realm, realm.now() + by)))
}

pub(super) fn advance_to(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["at"])?;
    let start = call.start();
    let at = call.parameters.moment("at", start)?;
    for realm in call.realms()? {
        if at < realm.now() {
            let message = format!("time doesn't go back: it is {} already", realm.now());
            return Err(Refusal::new(409, "BackInTime", message));
        }
        within_reach(realm, Some(at))?;
    }
    each(call, |realm| Ok(advanced(realm, at)))
}

/// An instant to which the clock goes.
fn within_reach(realm: &Realm, at: Option<SimTime>) -> Result<SimTime, Refusal> {
    let latest = realm.latest();
    at.filter(|&at| at <= latest).ok_or_else(|| {
        let message = format!("a clock goes on for 100 years at most, this one to {latest}");
        Refusal::parameter(message).saying("latest", latest)
    })
}

fn advanced(realm: &mut Realm, at: SimTime) -> Told {
    let events = realm.advance_to(at);
    clock_with(realm, told! { "events": events })
}

pub(super) fn next(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    let realm = call.realm()?;
    let due = realm.next_due().filter(|&due| due <= realm.latest());
    let Some(due) = due else {
        return Err(Refusal::new(409, "NothingDue", "nothing is due at all"));
    };
    Ok(answer(200, &advanced(realm, due)))
}

pub(super) fn settle(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    each(call, |realm| {
        let before = realm.events();
        realm.settle_until(None);
        let events = realm.events() - before;
        Ok(clock_with(realm, told! { "events": events }))
    })
}

pub(super) fn set_mode(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["mode"])?;
    let mode: Mode = call
        .parameters
        .needs("mode")?
        .parse()
        .map_err(|why| Refusal::parameter(format!("`mode`: {why}")))?;
    each(call, |realm| {
        realm.set_mode(mode);
        Ok(clock(realm))
    })
}

/// What is waited for.
enum Awaited {
    State(Wanted),
    /// A word of the state of something else.
    Word(String),
    Checks(StatusChecks),
}

pub(super) fn run_until(call: &mut Call<'_, '_>) -> Found {
    const THINGS: &[&str] = &["instance", "volume", "spot-request"];
    call.takes(&[
        "instance",
        "volume",
        "spot-request",
        "state",
        "status-checks",
        "timeout",
        "region",
    ])?;
    let named: Vec<(&str, String)> = THINGS
        .iter()
        .filter_map(|&key| Some((key, call.parameters.get(key)?.to_owned())))
        .collect();
    let [(key, id)] = named.as_slice() else {
        return Err(Refusal::parameter(
            "for what? expected one of `instance`, `volume` and `spot-request`",
        ));
    };
    let awaited = awaited(call, key)?;
    let timeout = call.parameters.duration("timeout")?.unwrap_or(TIMEOUT);
    let region = call.parameters.get("region");
    let region = region.map(tell::region_named).transpose()?;
    let realm = call.realm()?;
    let latest = within_reach(realm, realm.now().checked_add(timeout))?;
    let not_found = || Refusal::new(404, "NotFound", format!("there is no {key} {id}"));
    let parsed = Id::parse(id).ok_or_else(not_found)?;
    let found = realm
        .places_mut()
        .filter(|place| region.is_none_or(|region| region == place.region()))
        .find_map(|place| {
            let is_asked = place.spot_asked.iter().any(|one| one.id == parsed);
            (is_asked || place.engine.find(parsed).is_some()).then(|| place.region())
        });
    let region = found.ok_or_else(not_found)?;
    let before = realm.events();
    loop {
        let now = realm.now();
        let (is_there, found) =
            look(realm.place(region), parsed, now, &awaited).ok_or_else(not_found)?;
        let due = realm.next_due();
        if is_there || now >= latest {
            let events = realm.events() - before;
            if is_there {
                let more = told! { "events": events, "reached": true };
                return Ok(answer(200, &clock_with(realm, more)));
            }
            let message = format!("after {timeout} {id} is {found}");
            let refusal = Refusal::new(409, "NotReached", message);
            let clock = clock_with(realm, told! { "events": events });
            return Err(refusal.saying("found", found).saying("clock", clock));
        }
        realm.advance_to(due.map_or(latest, |due| due.min(latest)));
    }
}

fn awaited(call: &Call<'_, '_>, key: &str) -> Result<Awaited, Refusal> {
    let parameters = &call.parameters;
    match (
        parameters.get("state"),
        parameters.get("status-checks"),
        key,
    ) {
        (Some(word), None, "instance") => {
            // EC2's words are meant as EC2's waiters mean them: what is hibernated is stopped.
            let wanted = ApiState::find(word)
                .map(Wanted::Api)
                .or_else(|| InstanceState::find(word).map(Wanted::State));
            let wanted = wanted.ok_or_else(|| {
                let words: Vec<&str> = InstanceState::ALL.iter().map(|one| one.name()).collect();
                Refusal::parameter(format!("`state` is one of {}", words.join(", ")))
            })?;
            Ok(Awaited::State(wanted))
        }
        (Some(word), None, _) => Ok(Awaited::Word(word.to_owned())),
        (None, Some(word), "instance") => [
            StatusChecks::Ok,
            StatusChecks::Initializing,
            StatusChecks::Impaired,
        ]
        .into_iter()
        .find(|&one| StatusChecks::word(Some(one)) == word)
        .map(Awaited::Checks)
        .ok_or_else(|| Refusal::parameter("`status-checks` is one of ok, initializing, impaired")),
        (None, Some(_), _) => Err(Refusal::parameter("only an instance has `status-checks`")),
        (None, None, _) => Err(Refusal::parameter("until when? `state` is missing")),
        (Some(_), Some(_), _) => Err(Refusal::parameter(
            "`state` and `status-checks` can't both be waited for",
        )),
    }
}

/// Whether something is as it is awaited, and how it is; none where it is of another kind.
fn look(place: &mut Place, id: Id, now: SimTime, awaited: &Awaited) -> Option<(bool, String)> {
    let resource = place.engine.find(id);
    let world = place.world();
    let Some(resource) = resource else {
        // A Spot request that the world hasn't yet, or never had.
        let asked = place.spot_asked.iter().find(|one| one.id == id)?;
        let (Awaited::Word(wanted), found) = (awaited, asked.stage.state()) else {
            return None;
        };
        return Some((found == wanted, found.to_owned()));
    };
    if let Some(instance) = resource.instance() {
        let instance = world.instance(instance);
        return match awaited {
            Awaited::State(wanted) => {
                let state = instance.state();
                Some((wanted.is(state), state.name().to_owned()))
            }
            Awaited::Checks(wanted) => {
                let both = [WhichCheck::System, WhichCheck::Instance];
                let said = both.map(|which| instance.check(which, now));
                let is_there = said.iter().all(|one| *one == Some(*wanted))
                    || (*wanted != StatusChecks::Ok && said.contains(&Some(*wanted)));
                let words = said.map(StatusChecks::word);
                Some((is_there, format!("{}/{}", words[0], words[1])))
            }
            Awaited::Word(_) => None,
        };
    }
    let Awaited::Word(wanted) = awaited else {
        return None;
    };
    let found = if let Some(volume) = resource.volume() {
        world.volume(volume).state().name()
    } else if let Resource::SpotRequest(request) = resource {
        world.spot_request(request).state().name()
    } else {
        return None;
    };
    Some((found == wanted, found.to_owned()))
}
