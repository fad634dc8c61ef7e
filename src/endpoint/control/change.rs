//! Steps, refusals that are planned, the beginning again, the end.

use serde_json::{Value, json};

use super::{
    Call, Found,
    parameters::{Refusal, answer, told},
    present, tell,
};
use crate::{
    action::Subjects,
    endpoint::{ACTIONS, HttpAnswer, JSON, Then, realm::PlannedFault},
    scenario::{Beside, nearest, steps_beside},
    script::{Op, Step, When},
};

/// How often a refusal can be planned.
const MOST_TIMES: u64 = 1_000_000;

pub(super) fn reset(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    let mut accounts = Vec::new();
    for realm in call.realms()? {
        realm.reset();
        accounts.push(Value::from(realm.account()));
    }
    Ok(answer(
        200,
        &told! { "schema": "ec2sim/reset/1", "accounts": accounts },
    ))
}

/// What suites post that were written for moto's server.
pub(super) fn moto_reset(call: &mut Call<'_, '_>) -> Found {
    call.realm()?.reset();
    Ok(answer(200, &told! { "status": "ok" }))
}

pub(super) fn stop(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    let mut answer = answer(200, &told! { "schema": "ec2sim/stop/1", "stopping": true });
    answer.then = Then::Stop;
    Ok(answer)
}

pub(super) fn steps(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["region"])?;
    let region = match call.parameters.get("region") {
        Some(name) => tell::region_named(name)?,
        None => call.default_region(),
    };
    let text = std::str::from_utf8(call.request.body)
        .map_err(|_| Refusal::parameter("the steps aren't UTF-8"))?
        .to_owned();
    if text.trim().is_empty() {
        return Err(Refusal::parameter(
            "the steps are missing: a body such as `[{\"interrupt\": \"i-…\"}]`",
        ));
    }
    let realm = call.realm()?;
    let now = realm.now();
    let before = realm.events();
    let place = realm.place(region);
    let names = present::names(place);
    let program = present::program(place, &names);
    let aliases = present::aliases(place, &names);
    let Beside { steps, lines } = match steps_beside(&text, &program, aliases, now) {
        Ok(beside) => beside,
        Err(mistakes) => {
            let mistakes = serde_json::to_string(&mistakes).unwrap_or_default();
            let mistakes = crate::foreign::in_json(&mistakes).into_owned() + "\n";
            return Ok(HttpAnswer::new(400, JSON, mistakes));
        }
    };
    for (number, step) in (1..).zip(&*steps) {
        if let Some(why) = not_now(step) {
            return Err(Refusal::parameter(format!("step {number}: {why}")).saying("step", number));
        }
    }
    let taken = place.engine.take_steps(&names, &steps);
    // What was refused has changed nothing, and what stands behind it wasn't asked.
    let taken_steps = taken
        .as_ref()
        .map_or_else(|(step, _)| *step, |()| steps.len());
    for line in lines.iter().take(taken_steps) {
        place.recording.given(now, format!("- {line}"));
    }
    if let Err((step, refusal)) = taken {
        let error = Refusal::new(409, "Refused", refusal.message.clone());
        return Err(error
            .saying("ec2_code", refusal.code.name())
            .saying("step", step + 1));
    }
    realm.after(true, false);
    let events = realm.events() - before;
    Ok(answer(
        200,
        &told! {
            "schema": "ec2sim/steps/1",
            "account": realm.account(),
            "region": region.name(),
            "now": realm.now(),
            "steps": steps.len(),
            "events": events,
        },
    ))
}

/// Why a step can't be taken now.
fn not_now(step: &Step) -> Option<&'static str> {
    const LATER: &str = "steps happen now: move the clock, and ask then";
    if step.when != When::Now {
        return Some(LATER);
    }
    match &step.op {
        Op::Tell => None,
        Op::Wait(_) | Op::WaitUntil { .. } | Op::Repeat { .. } | Op::Each { .. } => Some(LATER),
        Op::Expect(_) | Op::Ask(_) => Some("what is expected is asked of `GET /_ec2sim/state`"),
        Op::Act(act) => {
            let makes = |subjects| matches!(subjects, Subjects::Launch(_) | Subjects::New(..));
            let makes = act.requests.iter().any(|one| makes(one.subjects()));
            makes.then_some("what makes something is asked in EC2's words, of this endpoint")
        }
    }
}

pub(super) fn plan_fault(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["action", "code", "times"])?;
    let word = |key: &str| {
        let word = call.parameters.needs(key)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '.';
        if word.is_empty() || word.len() > 128 || !word.chars().all(is_word) {
            return Err(Refusal::parameter(format!("`{key}` takes a word of EC2's")));
        }
        Ok(word.to_owned())
    };
    let (action, code) = (word("action")?, word("code")?);
    if !ACTIONS.iter().any(|known| known.name == action) {
        let names = ACTIONS.iter().map(|known| known.name);
        let instead = nearest(&action, names).map(|near| format!(": did you mean `{near}`?"));
        let message = format!(
            "`action`: there is no {action} here{}",
            instead.unwrap_or_default()
        );
        return Err(Refusal::parameter(message));
    }
    let times = call.parameters.number("times")?.unwrap_or(1);
    if !(1..=MOST_TIMES).contains(&times) {
        return Err(Refusal::parameter(format!(
            "`times` is from 1 to {MOST_TIMES}"
        )));
    }
    let fault = PlannedFault {
        action,
        code,
        times,
    };
    call.realm()?.faults().push(fault);
    listed(call)
}

pub(super) fn faults(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    listed(call)
}

pub(super) fn forget_faults(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    call.realm()?.faults().clear();
    listed(call)
}

fn listed(call: &mut Call<'_, '_>) -> Found {
    let faults: Vec<Value> = call
        .realm()?
        .faults()
        .iter()
        .map(|fault| json!({ "action": fault.action, "code": fault.code, "times": fault.times }))
        .collect();
    Ok(answer(
        200,
        &told! { "schema": "ec2sim/faults/1", "faults": faults },
    ))
}
