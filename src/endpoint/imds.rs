//! What an instance sees of itself: its metadata, at `/_ec2sim/imds/INSTANCE/latest/…`.
//!
//! What isn't so isn't there: a Spot Instance that nobody takes back has no `spot/instance-action`.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{
    HttpAnswer, HttpRequest, Realms,
    actions::instance::{image_id, mac, shown_public},
    place::Place,
    request::from_base64,
};
use crate::{
    id::Id,
    lifecycle::InstanceState,
    network::{private_dns, public_dns},
    record::{InstanceHandle, NoticeKind, RecordKind},
    time::{SimDuration, SimTime},
    world::{Instance, Interruption},
};

const TEXT: &str = "text/plain";
/// From a notice to the interruption.
const NOTICE: SimDuration = SimDuration::from_mins(2);
/// The header by which a session says who it is.
const TOKEN: &str = "x-aws-ec2-metadata-token";
/// The longest that a session may last, in seconds.
const LONGEST: u64 = 21_600;

/// Answers for an instance; `below` is `INSTANCE/latest/…`.
pub(super) fn answer(realms: &mut Realms, request: &HttpRequest<'_>, below: &str) -> HttpAnswer {
    let (id, path) = below.split_once('/').unwrap_or((below, ""));
    let account = realms.options().account.clone();
    // The account of the options first: ids come from names, and others may have the same.
    realms.realm(&account);
    let mut places: Vec<&mut Place> = Vec::new();
    let mut others: Vec<&mut Place> = Vec::new();
    for realm in realms.iter_mut() {
        let is_own = realm.account() == account;
        let list = if is_own { &mut places } else { &mut others };
        list.extend(realm.places_mut());
    }
    let found = Id::parse(id).and_then(|id| {
        let mut all = places.into_iter().chain(others);
        all.find_map(|place| Some((place.find(id)?.instance()?, place)))
    });
    let Some((instance, place)) = found else {
        return said(404, &format!("there is no instance {id}\n"));
    };
    let there = place.world().instance(instance);
    if there.state() != InstanceState::Running || there.is_rebooting() {
        return said(404, &format!("the system of {id} isn't up\n"));
    }
    let seen = Seen {
        place,
        there: &there,
        handle: instance,
    };
    let options = place.metadata(instance);
    if options.endpoint == "disabled" {
        return said(403, "403 - Forbidden\n");
    }
    if path == "latest/api/token" {
        return seen.token(request);
    }
    let token = request.header(TOKEN);
    let may = match token {
        Some(token) => seen.knows(token),
        None => options.tokens != "required",
    };
    if !may {
        return said(401, "401 - Unauthorized\n");
    }
    if !matches!(request.method, "GET" | "HEAD") {
        return said(405, "405 - Method Not Allowed\n");
    }
    match path
        .strip_prefix("latest")
        .and_then(|path| seen.item(path.trim_start_matches('/')))
    {
        Some(body) => HttpAnswer::new(200, TEXT, body),
        None => said(404, "404 - Not Found\n"),
    }
}

fn said(status: u16, text: &str) -> HttpAnswer {
    HttpAnswer::new(status, TEXT, text)
}

/// An instance, as it sees itself.
struct Seen<'a> {
    place: &'a Place,
    there: &'a Instance,
    handle: InstanceHandle,
}

impl Seen<'_> {
    /// A token for a session.
    fn token(&self, request: &HttpRequest<'_>) -> HttpAnswer {
        if request.method != "PUT" {
            return said(405, "405 - Method Not Allowed\n");
        }
        let lasts = request.header("x-aws-ec2-metadata-token-ttl-seconds");
        let lasts = lasts.and_then(|lasts| lasts.trim().parse().ok());
        let lasts = lasts.filter(|lasts| (1..=LONGEST).contains(lasts));
        let Some(lasts) = lasts else {
            return said(400, "400 - Bad Request\n");
        };
        // A token that a proxy asks for is none.
        if request.header("x-forwarded-for").is_some() {
            return said(403, "403 - Forbidden\n");
        }
        let ends = self.place.now().as_secs() + lasts;
        let mut answer = HttpAnswer::new(200, TEXT, self.token_until(ends));
        answer
            .headers
            .push(("x-aws-ec2-metadata-token-ttl-seconds", lasts.to_string()));
        answer
    }

    fn token_until(&self, ends: u64) -> String {
        let key = self.place.root.purpose("metadata-token");
        let bits = key.named(&self.there.id()).number(ends).bits();
        BASE64_STANDARD.encode(format!("{ends:x}.{bits:016x}"))
    }

    fn knows(&self, token: &str) -> bool {
        let text = BASE64_STANDARD.decode(token).ok();
        let text = text.and_then(|text| String::from_utf8(text).ok());
        let ends = text.as_deref().and_then(|text| text.split_once('.'));
        let ends = ends.and_then(|(ends, _)| u64::from_str_radix(ends, 16).ok());
        ends.is_some_and(|ends| {
            ends > self.place.now().as_secs() && self.token_until(ends) == token
        })
    }

    /// An item, or a list of those below a path.
    fn item(&self, path: &str) -> Option<Vec<u8>> {
        if path == "user-data" {
            return self.user_data();
        }
        let items = self.items();
        if let Some(value) = items.get(path) {
            return Some(value.clone().into_bytes());
        }
        // A path that ends without a slash names what is below it as well.
        let folder = path.trim_end_matches('/');
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut names: Vec<String> = Vec::new();
        for below in items.keys().filter_map(|item| item.strip_prefix(&prefix)) {
            let name = match below.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => below.to_owned(),
            };
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        if folder.is_empty() && self.user_data().is_some() {
            names.push("user-data".to_owned());
        }
        (!names.is_empty()).then(|| names.join("\n").into_bytes())
    }

    fn user_data(&self) -> Option<Vec<u8>> {
        let own = self.place.own.get(&self.handle);
        let own = own.and_then(|own| own.user_data.as_deref());
        let kept = self.place.kept(self.handle);
        let encoded = own.or_else(|| kept?.user_data.as_deref());
        match encoded {
            Some(encoded) => from_base64(encoded),
            None => {
                let said = self.there.spec().user_data.as_ref()?;
                Some(said.as_bytes().to_vec())
            }
        }
    }

    /// Every item, by its path.
    fn items(&self) -> BTreeMap<String, String> {
        let (place, there) = (self.place, self.there);
        let (region, spec) = (place.region(), there.spec());
        let world = place.world();
        let kept = place.kept(self.handle);
        let image = image_id(place, there, kept.map(|kept| &**kept));
        let spot = world.spot_request_of(self.handle);
        let mut items = BTreeMap::new();
        let mut meta = |path: &str, value: String| {
            items.insert(format!("meta-data/{path}"), value);
        };
        meta("ami-id", image.clone());
        let launch = place.launch(self.handle);
        meta(
            "ami-launch-index",
            launch.map_or(0, |(_, index)| index).to_string(),
        );
        meta("instance-id", there.id());
        meta("instance-type", there.instance_type().name().to_owned());
        let lives = if spot.is_some() { "spot" } else { "on-demand" };
        meta("instance-life-cycle", lives.to_owned());
        meta("reservation-id", place.reservation(self.handle).to_string());
        meta("mac", mac(place.primary_interface(self.handle), place));
        meta("placement/availability-zone", spec.zone.to_owned());
        meta("placement/region", region.name().to_owned());
        meta("services/domain", "amazonaws.com".to_owned());
        meta("services/partition", "aws".to_owned());
        if let Some(address) = there.private_ipv4() {
            let name = private_dns(region, address);
            meta("hostname", name.clone());
            meta("local-hostname", name);
            meta("local-ipv4", address.to_string());
        }
        if let Some(address) = shown_public(place, there) {
            meta("public-hostname", public_dns(region, address));
            meta("public-ipv4", address.to_string());
        }
        if let Some(group) = there.placement().group {
            meta("placement/group-name", world.group(group).name().to_owned());
        }
        let groups = place.groups(self.handle);
        let groups: Vec<&str> = groups
            .iter()
            .filter_map(|id| place.furniture.group(*id))
            .map(|group| group.name.as_str())
            .collect();
        meta("security-groups", groups.join("\n"));
        meta("events/maintenance/scheduled", self.scheduled());
        if let Some(at) = self.noticed(NoticeKind::SpotRebalance) {
            let notice = json!({ "noticeTime": at });
            meta("events/recommendations/rebalance", notice.to_string());
        }
        let notice = spot
            .filter(|_| self.is_taken_back())
            .and_then(|request| Some((request, self.noticed(NoticeKind::SpotInterruption)?)));
        if let Some((request, noticed)) = notice {
            let action = request.spec().interruption();
            let at = match action {
                Interruption::Hibernate => noticed,
                Interruption::Stop | Interruption::Terminate => noticed + NOTICE,
            };
            let told = json!({ "action": action.name(), "time": at });
            meta("spot/instance-action", told.to_string());
            if action == Interruption::Terminate {
                meta("spot/termination-time", at.to_string());
            }
        }
        if place.metadata(self.handle).tags == "enabled" {
            for (key, value) in place.furniture.tags.of(world.id_of(self.handle.into())) {
                meta(&format!("tags/instance/{key}"), value.clone());
            }
        }
        let document = json!({
            "accountId": place.owner(),
            "architecture": spec.image.architecture.name(),
            "availabilityZone": spec.zone,
            "billingProducts": null,
            "devpayProductCodes": null,
            "marketplaceProductCodes": null,
            "imageId": image,
            "instanceId": there.id(),
            "instanceType": there.instance_type().name(),
            "kernelId": null,
            "pendingTime": there.launch_time(),
            "privateIp": there.private_ipv4(),
            "ramdiskId": null,
            "region": region.name(),
            "version": "2017-09-30",
        });
        items.insert(
            "dynamic/instance-identity/document".to_owned(),
            format!("{document:#}"),
        );
        items
    }

    /// Whether EC2 has said that it takes it back.
    fn is_taken_back(&self) -> bool {
        let world = self.place.world();
        let request = world.spot_handle_of(self.handle);
        request.is_some_and(|request| world.is_interrupted(request))
    }

    /// When it was last told something, since it started.
    fn noticed(&self, what: NoticeKind) -> Option<SimTime> {
        let since = self.there.since();
        self.place.history().since(since).find_map(|record| {
            let RecordKind::Notice(notice) = &record.kind else {
                return None;
            };
            let is_it = notice.instance == Some(self.handle) && notice.event == what;
            is_it.then_some(record.at)
        })
    }

    /// What is scheduled for it.
    fn scheduled(&self) -> String {
        let events = self.there.scheduled_events().iter();
        let events: Vec<_> = events
            .map(|event| {
                json!({
                    "NotBefore": day_and_time(event.not_before),
                    "Code": event.code.name(),
                    "Description": event.code.description(),
                    "EventId": self.there.event_id(event),
                    "State": "active",
                })
            })
            .collect();
        json!(events).to_string()
    }
}

/// `21 Jan 2026 09:00:43 GMT`.
fn day_and_time(at: SimTime) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day) = at.date();
    let (hour, minute, second) = at.clock();
    let month = MONTHS
        .get(usize::from(month.saturating_sub(1)))
        .copied()
        .unwrap_or_default();
    format!("{day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}
