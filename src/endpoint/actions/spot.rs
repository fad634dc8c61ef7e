//! Spot requests.

use std::sync::Arc;

use smallvec::smallvec;

use crate::{
    action::{CancelSpotInstanceRequests, Ref},
    id::{Id, IdKind},
    lifecycle::spot::Status,
    money::Usd,
    record::{InstanceHandle, Resource, ResourceKind, SpotRequestHandle},
    time::SimTime,
    world::{InstanceSpec, Interruption, SpotOptions},
};

use super::{
    super::{
        fault::Fault,
        filters::Tell,
        open_spot::{SpotAsked, Stage},
        place::{Kept, Place},
        xml::Out,
    },
    Call, Wrong,
    instance::{tell_groups, tell_tags, time},
    launch::{describe as describe_launch, interruption, price},
};

const WRONG_REQUEST: Wrong = Wrong {
    malformed: (
        "InvalidSpotInstanceRequestID.Malformed",
        "Invalid id: \"{}\" (expecting \"sir-...\")",
    ),
    missing: (
        "InvalidSpotInstanceRequestID.NotFound",
        "The spot instance request ID '{}' does not exist",
    ),
};

/// A Spot request to be told: one that isn't fulfilled yet, or one of the world's.
struct SpotItem<'a> {
    place: &'a Place,
    id: Id,
    asked: Option<&'a SpotAsked>,
    there: Option<SpotRequestHandle>,
}

impl SpotItem<'_> {
    fn spec(&self) -> &InstanceSpec {
        match (self.there, self.asked) {
            (Some(there), _) => self.place.world().spot_request(there).spec(),
            (None, Some(asked)) => &asked.spec,
            (None, None) => unreachable!("a request is one or the other"),
        }
    }

    /// Its state and its status, and since when it has that.
    fn standing(&self) -> (&'static str, &'static str, SimTime) {
        if let Some(there) = self.there {
            let request = self.place.world().spot_request(there);
            let since = self.place.history().spot_told(request.instance());
            let since = since.unwrap_or_else(|| self.made());
            return (request.state().name(), request.status().name(), since);
        }
        let Some(asked) = self.asked else {
            unreachable!("a request is one or the other");
        };
        let (state, status) = match asked.stage {
            Stage::Open(status) => ("open", status),
            Stage::Cancelled => ("cancelled", Status::CanceledBeforeFulfillment),
            Stage::Expired => ("cancelled", Status::ScheduleExpired),
            Stage::Failed | Stage::Launched(_) => ("failed", Status::BadParameters),
        };
        (state, status.name(), asked.since)
    }

    fn made(&self) -> SimTime {
        if let Some(asked) = self.asked {
            return asked.made;
        }
        let first = self
            .there
            .map(|there| self.place.world().spot_request(there).instance());
        first
            .and_then(|instance| self.place.history().launched(instance))
            .unwrap_or_else(|| self.place.now())
    }

    fn instance(&self) -> Option<InstanceHandle> {
        self.there
            .map(|there| self.place.world().spot_request(there).instance())
    }

    fn kept(&self) -> Option<&Arc<Kept>> {
        match self.asked {
            Some(asked) => Some(&asked.kept),
            None => self
                .instance()
                .and_then(|instance| self.place.kept(instance)),
        }
    }
}

impl Tell for SpotItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let (place, spec) = (self.place, self.spec());
        let options = spec.spot.unwrap_or_default();
        let kept = self.kept();
        out.value("spotInstanceRequestId", self.id);
        if let Some(most) = options.max_price.or_else(|| place.world().list_price(spec)) {
            out.text("spotPrice", &Usd::from_price(most).to_fixed(6));
        }
        out.text(
            "type",
            if options.persistent {
                "persistent"
            } else {
                "one-time"
            },
        );
        let (state, status, since) = self.standing();
        out.text("state", state);
        out.within("status", |out| {
            out.text("code", status);
            out.text("updateTime", &time(since));
            out.text("message", status);
        });
        if let Some(until) = options.valid_until {
            out.text("validUntil", &time(until));
        }
        for (name, word) in [
            (
                "launchGroup",
                kept.and_then(|kept| kept.launch_group.as_deref()),
            ),
            (
                "availabilityZoneGroup",
                kept.and_then(|kept| kept.zone_group.as_deref()),
            ),
        ] {
            if let Some(word) = word {
                out.text(name, word);
            }
        }
        out.within("launchSpecification", |out| {
            let image = kept.map_or_else(|| place.image_of(spec), |kept| kept.image.clone());
            out.text("imageId", &image);
            if let Some(key) = kept.and_then(|kept| kept.key_name.as_deref()) {
                out.text("keyName", key);
            }
            let groups = kept
                .map(|kept| kept.groups.clone())
                .filter(|groups| !groups.is_empty());
            let default = place.furniture.groups.first().map(|group| group.id);
            tell_groups(
                out,
                place,
                &groups.unwrap_or_else(|| default.into_iter().collect()),
            );
            out.text("instanceType", spec.instance_type.name());
            let is_placed = spec.zone_is_named || self.instance().is_some();
            if is_placed {
                out.within("placement", |out| out.text("availabilityZone", spec.zone));
            } else {
                out.empty("placement");
            }
            if let Some(subnet) = kept.and_then(|kept| kept.subnet) {
                out.value("subnetId", subnet);
            }
            out.within("monitoring", |out| out.flag("enabled", spec.monitoring));
        });
        if let Some(instance) = self.instance() {
            out.value("instanceId", place.world().id_of(instance.into()));
        }
        out.text("createTime", &time(self.made()));
        out.text("productDescription", product(spec));
        tell_tags(out, place, self.id);
        if self.instance().is_some() {
            out.text("launchedAvailabilityZone", spec.zone);
        }
        out.text("instanceInterruptionBehavior", spec.interruption().name());
    }
}

/// What Spot calls a platform.
fn product(spec: &InstanceSpec) -> &'static str {
    if spec.platform.is_windows() {
        "Windows"
    } else {
        spec.platform.platform_details()
    }
}

pub(super) fn request(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let count: u32 = fields.number("InstanceCount")?.unwrap_or(1);
    if !(1..=1_000).contains(&count) {
        return Err(Fault::value(format!(
            "Value ({count}) for parameter instanceCount is invalid. Expecting a value from 1 to 1000."
        )));
    }
    let token: Option<Arc<str>> = fields.get("ClientToken").map(Arc::from);
    let launch = fields.part("LaunchSpecification");
    let mut described = describe_launch(call, launch.fields())?;
    let persistent = fields.get("Type") == Some("persistent");
    let behavior = interruption(fields.get("InstanceInterruptionBehavior"));
    if !persistent && behavior.is_some_and(|behavior| behavior != Interruption::Terminate) {
        return Err(Fault::new(
            "InvalidParameterCombination",
            "A one-time request can only be interrupted by termination.",
        ));
    }
    described.spec.spot = Some(SpotOptions {
        interruption: behavior,
        persistent,
        is_requested: true,
        max_price: price(fields.get("SpotPrice"))?,
        valid_until: fields.time("ValidUntil"),
        list_price: None,
    });
    described.kept.launch_group = fields.get("LaunchGroup").map(str::to_owned);
    described.kept.zone_group = fields.get("AvailabilityZoneGroup").map(str::to_owned);
    let tags = super::tags::specified(call, "spot-instances-request")?;
    if described.spec.instance_type.info().spot_supported() == Some(false) {
        return Err(Fault::value(format!(
            "The instance type {} is not sold on Spot.",
            described.spec.instance_type.name()
        )));
    }
    call.end_dry_run()?;
    let spec = Arc::new(described.spec);
    let kept = Arc::new(described.kept);
    let before: Vec<usize> = (0..call.place.spot_asked.len())
        .filter(|&index| token.is_some() && call.place.spot_asked[index].token == token)
        .collect();
    let made = if before.is_empty() {
        let from = call.place.spot_asked.len();
        for _ in 0..count {
            let name = call
                .place
                .new_name(ResourceKind::Instance, super::tags::name(&tags));
            let id = Id::new(IdKind::SpotRequest, call.place.world().root().named(&name));
            let now = call.now();
            call.place.spot_asked.push(SpotAsked {
                id,
                name,
                made: now,
                spec: Arc::clone(&spec),
                kept: Arc::clone(&kept),
                own_image: described.own_image,
                tags: tags.clone(),
                token: token.clone(),
                stage: Stage::Open(Status::PendingEvaluation),
                since: now,
            });
            super::tags::give_id(call, id, &tags);
        }
        (from..call.place.spot_asked.len()).collect()
    } else {
        let first = &call.place.spot_asked[before[0]];
        if *first.spec != *spec || before.len() != crate::record::index(count) || first.tags != tags
        {
            return Err(Fault::new(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            ));
        }
        before
    };
    let place = &*call.place;
    call.xml.list("spotInstanceRequestSet", made, |xml, index| {
        item(place, &place.spot_asked[index]).tell(xml);
    });
    Ok(())
}

fn item<'a>(place: &'a Place, asked: &'a SpotAsked) -> SpotItem<'a> {
    let there = match asked.stage {
        Stage::Launched(instance) => place.world().spot_handle_of(instance),
        Stage::Open(_) | Stage::Cancelled | Stage::Expired | Stage::Failed => None,
    };
    SpotItem {
        place,
        id: asked.id,
        asked: Some(asked),
        there,
    }
}

/// Every request: those that clients asked for, then those that came with a launch.
fn all(place: &Place) -> Vec<SpotItem<'_>> {
    let mut items: Vec<SpotItem<'_>> = place
        .spot_asked
        .iter()
        .map(|asked| item(place, asked))
        .collect();
    for index in 0..place.world().spot_requests().len() {
        let handle = SpotRequestHandle::new(index);
        let id = place.world().id_of(handle.into());
        if !items.iter().any(|item| item.id == id) {
            items.push(SpotItem {
                place,
                id,
                asked: None,
                there: Some(handle),
            });
        }
    }
    items
}

/// The requests that a request names.
fn named(call: &mut Call<'_>) -> Result<Vec<Id>, Fault> {
    let mut ids = Vec::new();
    for text in call.fields.list("SpotInstanceRequestId") {
        ids.push(WRONG_REQUEST.known(text, IdKind::SpotRequest, |id| {
            let is_there = call.place.find(id).is_some()
                || call.place.spot_asked.iter().any(|one| one.id == id);
            is_there.then_some(id)
        })?);
    }
    Ok(ids)
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(call.fields.has("SpotInstanceRequestId."))?;
    let ids = named(call)?;
    call.end_dry_run()?;
    let place = &*call.place;
    let items = super::numbered(all(place));
    let items = items.filter(|(_, item)| ids.is_empty() || ids.contains(&item.id));
    list.tell(call.xml, "spotInstanceRequestSet", items);
    Ok(())
}

pub(super) fn cancel(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = named(call)?;
    call.end_dry_run()?;
    for &id in &ids {
        let now = call.now();
        let open = call.place.spot_asked.iter_mut().find(|one| one.id == id);
        if let Some(one) = open
            && !matches!(one.stage, Stage::Launched(_))
        {
            if matches!(one.stage, Stage::Open(_)) {
                (one.stage, one.since) = (Stage::Cancelled, now);
            }
            continue;
        }
        if let Some(Resource::SpotRequest(request)) = call.place.find(id) {
            let instance = call.place.world().spot_request(request).instance();
            call.ask(CancelSpotInstanceRequests {
                instances: smallvec![Ref::Handle(instance)],
            })?;
        }
    }
    let place = &*call.place;
    let items: Vec<SpotItem<'_>> = all(place);
    call.xml.list("spotInstanceRequestSet", ids, |xml, id| {
        xml.value("spotInstanceRequestId", id);
        let item = items.iter().find(|item| item.id == id);
        xml.text("state", item.map_or("cancelled", |item| item.standing().0));
    });
    Ok(())
}
