//! `DescribeInstanceStatus` and `GetConsoleOutput`.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    lifecycle::{InstanceState, Phase},
    record::InstanceHandle,
    world::{StatusChecks, WhichCheck},
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call,
    instance::{state, time},
    instances::{named, seen},
};

struct StatusItem<'a> {
    place: &'a Place,
    instance: InstanceHandle,
}

impl Tell for StatusItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let place = self.place;
        let there = place.world().instance(self.instance);
        out.value("instanceId", place.world().id_of(self.instance.into()));
        out.text("availabilityZone", there.spec().zone);
        let events = there.scheduled_events();
        if !events.is_empty() {
            out.list("eventsSet", events, |out, event| {
                out.text("instanceEventId", &there.event_id(event));
                out.text("code", event.code.name());
                out.text("description", event.code.description());
                out.text("notBefore", &time(event.not_before));
                if let Some(deadline) = event.deadline {
                    out.text("notBeforeDeadline", &time(deadline));
                }
            });
        }
        state(out, "instanceState", there.state());
        for (name, which) in [
            ("systemStatus", WhichCheck::System),
            ("instanceStatus", WhichCheck::Instance),
        ] {
            let check = there.check(which, place.now());
            let told = place.history().changed(self.instance.into());
            let since = told.unwrap_or(there.since());
            out.within(name, |out| {
                out.text("status", StatusChecks::word(check));
                if let Some(check) = check {
                    out.list("details", [check], |out, check| {
                        out.text("name", "reachability");
                        out.text("status", reachability(check));
                        if check == StatusChecks::Impaired {
                            out.text("impairedSince", &time(since));
                        }
                    });
                }
            });
        }
    }
}

const fn reachability(check: StatusChecks) -> &'static str {
    match check {
        StatusChecks::Ok => "passed",
        StatusChecks::Initializing => "initializing",
        StatusChecks::Impaired => "failed",
    }
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = call.fields.list("InstanceId");
    let list = call.list(!ids.is_empty())?;
    let mut named = named(call, &ids)?;
    named.sort_unstable();
    named.dedup();
    let all = call.fields.flag("IncludeAllInstances");
    call.end_dry_run()?;
    let place = &*call.place;
    let is_told = |instance: InstanceHandle| {
        all || place.world().instance(instance).state() == InstanceState::Running
    };
    let items = seen(place, &named)
        .filter(|&(_, instance)| is_told(instance))
        .map(|(number, instance)| (number, StatusItem { place, instance }));
    list.tell(call.xml, "instanceStatusSet", items);
    Ok(())
}

/// What an operating system says as it comes up; nothing while it hasn't yet.
pub(super) fn console_output(call: &mut Call<'_>) -> Result<(), Fault> {
    let named = named(call, &[call.fields.required("InstanceId")?])?;
    call.end_dry_run()?;
    let place = &*call.place;
    for instance in named {
        let there = place.world().instance(instance);
        let is_up = there.has_run() && there.phase() != Phase::Terminated;
        let output = if is_up {
            BASE64_STANDARD.encode("Linux version 6.1\n")
        } else {
            String::new()
        };
        call.xml
            .value("instanceId", place.world().id_of(instance.into()));
        call.xml.text("timestamp", &time(place.now()));
        call.xml.text("output", &output);
    }
    Ok(())
}
