//! `DescribeInstances`.

use crate::{
    id::{Id, IdKind},
    record::{InstanceHandle, Resource},
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call, List, WRONG_INSTANCE,
    instance::InstanceItem,
};

/// The instances that a request names, and that can still be seen.
pub(super) fn named(call: &mut Call<'_>, texts: &[&str]) -> Result<Vec<InstanceHandle>, Fault> {
    let mut missing = Vec::new();
    let mut found = Vec::new();
    for text in texts {
        match call.find(text, IdKind::Instance, &WRONG_INSTANCE) {
            Ok(Resource::Instance(instance)) => found.push(instance),
            Ok(_) => missing.push(*text),
            Err(fault) if fault.code.ends_with(".Malformed") => return Err(fault),
            Err(_) => missing.push(*text),
        }
    }
    match missing.as_slice() {
        [] => Ok(found),
        [one] => Err(WRONG_INSTANCE.missing(one)),
        several => Err(Fault::new(
            "InvalidInstanceID.NotFound",
            format!("The instance IDs '{}' do not exist", several.join(", ")),
        )),
    }
}

/// Every instance that can be seen, or those that are named; each with the number by which pages go on.
pub(super) fn seen<'a>(
    place: &'a Place,
    named: &'a [InstanceHandle],
) -> impl Iterator<Item = (u64, InstanceHandle)> + 'a {
    let number = |instance: InstanceHandle| u64::try_from(instance.index()).unwrap_or(u64::MAX);
    let all = if named.is_empty() {
        place.world().instances().len()
    } else {
        0
    };
    let all = (0..all)
        .map(InstanceHandle::new)
        .filter(|&instance| place.is_visible(&place.world().instance(instance)));
    named
        .iter()
        .copied()
        .chain(all)
        .map(move |instance| (number(instance), instance))
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = call.fields.list("InstanceId");
    let list = call.list(!ids.is_empty())?;
    let mut named = named(call, &ids)?;
    named.sort_unstable();
    named.dedup();
    call.end_dry_run()?;
    let place = &*call.place;
    tell(&list, place, &named, call.xml);
    Ok(())
}

/// Reservations, each with those of its instances that the page has.
fn tell(list: &List, place: &Place, named: &[InstanceHandle], xml: &mut super::Xml) {
    let items =
        seen(place, named).map(|(number, instance)| (number, InstanceItem { place, instance }));
    let (told, token) = list.select(items);
    let mut reservations: Vec<(Id, Vec<InstanceItem<'_>>)> = Vec::new();
    for item in told {
        let reservation = place.reservation(item.instance);
        match reservations.last_mut() {
            Some((last, items)) if *last == reservation => items.push(item),
            _ => reservations.push((reservation, vec![item])),
        }
    }
    xml.list(
        "reservationSet",
        reservations,
        |xml, (reservation, items)| {
            tell_reservation(xml, place, reservation, &items);
        },
    );
    if let Some(token) = token {
        xml.text("nextToken", &token);
    }
}

/// What stands in a reservation.
pub(super) fn tell_reservation<O: Out>(
    out: &mut O,
    place: &Place,
    reservation: Id,
    items: &[InstanceItem<'_>],
) {
    out.value("reservationId", reservation);
    out.text("ownerId", place.owner());
    out.empty("groupSet");
    out.list("instancesSet", items, |out, item| item.tell(out));
}
