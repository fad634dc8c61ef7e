//! `StartInstances`, `StopInstances`, `RebootInstances`, `TerminateInstances`.

use crate::{
    action::{
        Flags, InstanceRef, RebootInstances, Ref, Request, StartInstances, StopInstances,
        TerminateInstances,
    },
    id::IdKind,
    lifecycle::{ErrorCode, InstanceState},
    record::{InstanceHandle, Resource},
};

use super::{
    super::{
        fault::Fault,
        request::{IdText, id},
        xml::Out,
    },
    Call,
    instance::state,
};

/// The most ids that a request to terminate can have.
const MOST_TERMINATED: usize = 1_000;

pub(super) fn start(call: &mut Call<'_>) -> Result<(), Fault> {
    change(call, |refs, _| {
        StartInstances::of(refs.into(), Flags::default()).into()
    })
}

pub(super) fn stop(call: &mut Call<'_>) -> Result<(), Fault> {
    let hibernate = call.fields.flag("Hibernate");
    change(call, |refs, flags| {
        if hibernate {
            StopInstances::hibernate(refs.into(), flags).into()
        } else {
            StopInstances::of(refs.into(), flags).into()
        }
    })
}

pub(super) fn reboot(call: &mut Call<'_>) -> Result<(), Fault> {
    let (refs, _) = named(call)?;
    call.ask(RebootInstances::of(refs.into(), Flags::default()))?;
    call.done();
    Ok(())
}

pub(super) fn terminate(call: &mut Call<'_>) -> Result<(), Fault> {
    if call.fields.list("InstanceId").len() > MOST_TERMINATED {
        return Err(Fault::value(format!(
            "A request can terminate at most {MOST_TERMINATED} instances."
        )));
    }
    change(call, |refs, flags| {
        TerminateInstances::of(refs.into(), flags).into()
    })
}

/// What a request names, and the states of what is there.
type Named = (Vec<InstanceRef>, Vec<(InstanceHandle, InstanceState)>);

/// The instances that a request names, each once: as they are asked of the world, and those that are there with their states.
fn named(call: &mut Call<'_>) -> Result<Named, Fault> {
    let mut texts = call.fields.list("InstanceId");
    if texts.is_empty() {
        // REQ-IDS-MISSING.
        return Err(Fault::new(
            ErrorCode::InvalidParameterCombination.name(),
            "No instances specified",
        ));
    }
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(*text));
    let mut refs = Vec::with_capacity(texts.len());
    let mut before = Vec::with_capacity(texts.len());
    for text in texts {
        let found = match id(text, IdKind::Instance) {
            IdText::Id(id) => call.place.find(id).and_then(Resource::instance),
            IdText::Nobodys(_) | IdText::Malformed(_) => None,
        };
        match found {
            Some(instance) => {
                refs.push(Ref::Handle(instance));
                before.push((instance, call.place.world().instance(instance).state()));
            }
            // The world refuses it, with what it says about such ids.
            None => refs.push(Ref::Id(text.into())),
        }
    }
    Ok((refs, before))
}

/// Asks for a change of state, and tells each instance's state before and after.
fn change(
    call: &mut Call<'_>,
    request: impl FnOnce(Vec<InstanceRef>, Flags) -> Request,
) -> Result<(), Fault> {
    let (refs, before) = named(call)?;
    let flags = Flags {
        force: call.fields.flag("Force"),
        skip_os_shutdown: call.fields.flag("SkipOsShutdown"),
        fails_later: None,
    };
    call.ask(request(refs, flags))?;
    let place = &*call.place;
    call.xml
        .list("instancesSet", before, |xml, (instance, before)| {
            xml.value("instanceId", place.world().id_of(instance.into()));
            state(
                xml,
                "currentState",
                place.world().instance(instance).state(),
            );
            state(xml, "previousState", before);
        });
    Ok(())
}
