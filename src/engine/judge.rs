//! Expectations: what is so, held against what a check says.
//!
//! States, addresses and counts are judged as they are. Data, root volume and host are judged for the state that a
//! transition under way leads to; `kept` and `changed` compare with the last moment the instance was running before the
//! latest accepted action on it.

use std::{fmt::Write as _, net::IpAddr};

use crate::{
    billing::{Biller, Cost},
    lifecycle::{InstanceState, Phase, spot},
    money::Usd,
    network,
    record::{CREDIT_PARTS, Expectation, Meter, Resource, ResourceKind},
    script::{
        AddressCheck, AddressKind, AmountCheck, Cast, Check, Checked, DataCheck, Directory,
        ElsewhereCheck, ElsewhereFound, FunctionCheck, HostCheck, Named, RootCheck, Service,
        ServiceCheck, StatusCheck, TaskCheck, VolumesCheck,
    },
    time::SimTime,
    world::{
        DataState, EventCode, ImageName, Instance, SpotRequest, StatusChecks, WhichCheck, World,
    },
};

/// What was found: whether it holds, and its words.
pub(super) struct Found {
    holds: bool,
    text: String,
}

impl Found {
    pub(super) fn new(holds: bool, text: impl Into<String>) -> Self {
        Self {
            holds,
            text: text.into(),
        }
    }
}

/// Holds a check against the world. `slots` are the first slot and the count of a check about instances.
pub(super) fn judge(
    named: Named<'_>,
    biller: &Biller,
    at: SimTime,
    check: &Check,
    slots: Option<(u32, u32)>,
) -> Expectation {
    let Named { names, world } = named;
    let Some((first, count)) = slots else {
        let found = if let Checked::Cost(meter, check) = &check.checked {
            cost(&biller.total_cost(at), *meter, check)
        } else if let Checked::Savings(check) = &check.checked {
            amount(biller.savings_at(at), check)
        } else {
            Found::new(false, "only an amount can be expected of `cost`")
        };
        return verdict(check, "cost".to_owned(), found, None);
    };
    let mut last = Found::new(false, "not there");
    let mut whom = None;
    let mut failures = 0_u32;
    let mut first_failure = None;
    for slot in first..first + count {
        whom = names.in_slot(slot);
        last = match whom {
            Some(handle) => {
                let instance = world.instance(handle);
                instance_check(named, biller, at, &instance, &check.checked)
            }
            None => never_launched(names.cast(), slot, &check.checked),
        };
        if !last.holds {
            failures += 1;
            if first_failure.is_none() {
                let mut text = std::mem::take(&mut last.text);
                if count > 1 {
                    text = format!("{}: {text}", names.cast().name(slot));
                }
                first_failure = Some((text, whom));
            }
        }
    }
    let name = subject(names.cast(), first, count);
    match first_failure {
        None => verdict(check, name, last, whom),
        Some((mut text, whom)) => {
            if failures > 1 {
                let _ = write!(text, ", and {} more", failures - 1);
            }
            verdict(check, name, Found::new(false, text), whom)
        }
    }
}

/// Holds a check against what became of the load in another place.
pub(super) fn judge_elsewhere(
    check: &Check,
    service: Service,
    found: Option<&ElsewhereFound>,
) -> Expectation {
    let found = match (&check.checked, found) {
        (_, None) => Found::new(false, "not replayed"),
        (Checked::Elsewhere(wanted), Some(found)) => match (wanted, found) {
            (ElsewhereCheck::None, Err(not)) => Found::new(true, not.why.clone()),
            (ElsewhereCheck::Total(_) | ElsewhereCheck::Done(_), Err(not)) => Found::new(
                false,
                format!("not possible ({}): {}", not.rule.id, not.why),
            ),
            (ElsewhereCheck::None, Ok((total, _))) => {
                Found::new(false, format!("possible, for ${total}"))
            }
            (ElsewhereCheck::Total(wanted), Ok((total, _))) => amount(*total, wanted),
            (ElsewhereCheck::Done(wanted), Ok((_, done))) => {
                Found::new(done == wanted, done.to_string())
            }
        },
        (_, Some(_)) => Found::new(false, "only `total` and `done` can be expected of a place"),
    };
    verdict(check, service.name().to_owned(), found, None)
}

fn subject(cast: &Cast, first: u32, count: u32) -> String {
    let entry = &cast.instances[cast.entry_of(first)];
    if entry.count == Some(count) && entry.first_slot == first {
        entry.name.clone()
    } else {
        cast.name(first).to_string()
    }
}

pub(super) fn verdict(
    check: &Check,
    subject: String,
    found: Found,
    instance: Option<crate::record::InstanceHandle>,
) -> Expectation {
    Expectation {
        place: check.place,
        subject,
        check: key(&check.checked),
        passed: found.holds,
        expected: expected(&check.checked),
        found: found.text,
        instance,
        at_end: false,
    }
}

fn never_launched(cast: &Cast, slot: u32, checked: &Checked) -> Found {
    if let Checked::Type(instance_type) = checked {
        let planned = cast.spec(slot).instance_type;
        return Found::new(planned == *instance_type, planned.name());
    }
    let holds = match checked {
        Checked::Address(_, AddressCheck::None)
        | Checked::Memory(DataCheck::None)
        | Checked::InstanceStore(DataCheck::None)
        | Checked::Host(HostCheck::None)
        | Checked::Billed(false)
        | Checked::BilledSeconds(0)
        | Checked::Starts(0)
        | Checked::SpotRequest(None)
        | Checked::SpotStatus(None)
        | Checked::Interrupted(0)
        | Checked::Reason(None)
        | Checked::PlacementGroup(None)
        | Checked::Partition(None)
        | Checked::TransitionReason(None)
        | Checked::ScheduledEvent(None)
        | Checked::UserDataRuns(0)
        | Checked::Volumes(VolumesCheck::None | VolumesCheck::Count(0)) => true,
        Checked::Cost(_, amount) | Checked::Savings(amount) => amount.holds(Usd::ZERO),
        Checked::State(_)
        | Checked::ApiState(_)
        | Checked::Reason(_)
        | Checked::Address(..)
        | Checked::Memory(_)
        | Checked::InstanceStore(_)
        | Checked::RootVolume(_)
        | Checked::Volumes(_)
        | Checked::Host(_)
        | Checked::Type(_)
        | Checked::OnHost(..)
        | Checked::Used(_)
        | Checked::PlacementGroup(_)
        | Checked::Partition(_)
        | Checked::Tenancy(_)
        | Checked::Billed(_)
        | Checked::BilledSeconds(_)
        | Checked::Starts(_)
        | Checked::SpotRequest(_)
        | Checked::SpotStatus(_)
        | Checked::Interrupted(_)
        | Checked::Credits(..)
        | Checked::StatusChecks(_)
        | Checked::Zone(_)
        | Checked::Image(..)
        | Checked::ThingState(_)
        | Checked::Size(_)
        | Checked::AttachedTo(..)
        | Checked::StatusCheck(..)
        | Checked::TransitionReason(_)
        | Checked::ScheduledEvent(_)
        | Checked::Function(_)
        | Checked::Elsewhere(_)
        | Checked::Service(_)
        | Checked::Task(_)
        | Checked::UserDataRuns(_) => false,
    };
    Found::new(holds, "never launched")
}

fn instance_check(
    named: Named<'_>,
    biller: &Biller,
    at: SimTime,
    instance: &Instance,
    checked: &Checked,
) -> Found {
    let world = named.world;
    match checked {
        Checked::State(state) => Found::new(instance.state() == *state, instance.state().name()),
        Checked::ApiState(state) => {
            let found = instance.state().api();
            Found::new(found == *state, found.name())
        }
        Checked::Reason(code) => {
            let found = instance.reason().map(crate::record::StateReason::code);
            Found::new(found == code.as_deref(), found.unwrap_or("none"))
        }
        Checked::Address(kind, check) => address(world, instance, *kind, check),
        Checked::Memory(check) => data(world.memory_of(instance), *check),
        Checked::InstanceStore(check) => data(instance.store_of(), *check),
        Checked::RootVolume(check) => root_volume(world, instance, *check),
        Checked::Volumes(check) => volumes(named, instance, check),
        Checked::Host(check) => host(instance, *check),
        Checked::OnHost(name, _) => {
            let on = instance.placement().on.map(Resource::from);
            let wanted = named.names.bearer_of(ResourceKind::DedicatedHost, *name);
            let text = on.map_or_else(|| "none".to_owned(), |on| named.thing(on).0);
            Found::new(on.is_some() && on == wanted, text)
        }
        Checked::Type(instance_type) => Found::new(
            instance.instance_type() == *instance_type,
            instance.instance_type().name(),
        ),
        Checked::PlacementGroup(name) => {
            let group = instance.placement().group;
            let found = group.map_or("none", |group| world.group(group).name());
            Found::new(found == name.as_deref().unwrap_or("none"), found)
        }
        Checked::Partition(partition) => {
            let found = instance.placement().partition;
            let text = found.map_or_else(|| "none".to_owned(), |found| found.to_string());
            Found::new(found == *partition, text)
        }
        Checked::Tenancy(tenancy) => {
            let found = instance.placement().tenancy;
            Found::new(found == *tenancy, found.name())
        }
        Checked::Billed(billed) => {
            let found = instance.phase().is_metered();
            Found::new(found == *billed, if found { "yes" } else { "no" })
        }
        Checked::BilledSeconds(secs) => {
            let found = biller.billed_secs(at, instance.handle());
            Found::new(found == *secs, found.to_string())
        }
        Checked::Starts(starts) => Found::new(
            u64::from(instance.starts()) == *starts,
            instance.starts().to_string(),
        ),
        Checked::StatusChecks(status) => {
            let found = status_of(instance.checks(at));
            Found::new(found == *status, status_word(found))
        }
        Checked::Zone(zone) => {
            let found = instance.spec().zone;
            Found::new(found == *zone, found)
        }
        Checked::Image(image, _) => {
            let found = instance.spec().image.name;
            Found::new(found == *image, image_word(named.names.cast(), found))
        }
        Checked::ThingState(_)
        | Checked::Used(_)
        | Checked::Size(_)
        | Checked::Function(_)
        | Checked::Elsewhere(_)
        | Checked::Service(_)
        | Checked::Task(_)
        | Checked::AttachedTo(..) => Found::new(false, "an instance has none"),
        Checked::SpotRequest(state) => {
            let found = world.spot_request_of(instance.handle());
            let found = found.map(SpotRequest::state);
            Found::new(found == *state, found.map_or("none", spot::State::name))
        }
        Checked::SpotStatus(status) => {
            let found = world.spot_request_of(instance.handle());
            let found = found.map(SpotRequest::status);
            Found::new(found == *status, found.map_or("none", spot::Status::name))
        }
        Checked::Credits(is_surplus, written) => {
            let balance = biller.credits(at, instance.handle());
            credits(
                if *is_surplus {
                    balance.surplus
                } else {
                    balance.credits
                },
                written,
            )
        }
        Checked::Interrupted(times) => {
            let found = world.spot_request_of(instance.handle());
            let found = found.map_or(0, SpotRequest::interruptions);
            Found::new(u64::from(found) == *times, found.to_string())
        }
        Checked::StatusCheck(which, status) => {
            let found = status_of(instance.check(*which, at));
            Found::new(found == *status, status_word(found))
        }
        Checked::ScheduledEvent(code) => {
            let found = instance.scheduled_events().first().map(|event| event.code);
            Found::new(found == *code, found.map_or("none", EventCode::name))
        }
        Checked::UserDataRuns(count) => {
            let found = u64::from(instance.user_data_runs());
            Found::new(found == *count, found.to_string())
        }
        Checked::TransitionReason(text) => {
            let found = instance.transition_reason();
            let holds = found == text.as_deref().unwrap_or_default();
            let found = if found.is_empty() {
                "none".to_owned()
            } else {
                found
            };
            Found::new(holds, found)
        }
        Checked::Savings(check) => amount(biller.instance_savings(at, instance.handle()), check),
        Checked::Cost(meter, check) => {
            cost(&biller.instance_cost(at, instance.handle()), *meter, check)
        }
    }
}

/// Shown as it is compared; where it doesn't hold, in full as well.
fn amount(found: Usd, check: &AmountCheck) -> Found {
    let dollars = |text: String| match text.strip_prefix('-') {
        Some(magnitude) => format!("-${magnitude}"),
        None => format!("${text}"),
    };
    let holds = check.holds(found);
    let mut text = dollars(found.to_fixed(check.decimals()));
    if !holds && check.decimals() < 10 {
        let _ = write!(text, " (exactly {})", dollars(found.to_string()));
    }
    Found::new(holds, text)
}

/// Compared in the precision in which it is written.
fn credits(found: u64, written: &str) -> Found {
    let decimals = written
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    let places = |parts: u64| {
        let scale = 10_u128.pow(u32::try_from(decimals).unwrap_or(0));
        (u128::from(parts) * scale + u128::from(CREDIT_PARTS) / 2) / u128::from(CREDIT_PARTS)
    };
    let digits = format!("{:0width$}", places(found), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let text = if decimals > 0 {
        format!("{whole}.{fraction}")
    } else {
        whole.to_owned()
    };
    let wanted = written.trim_start_matches('0');
    Found::new(text.trim_start_matches('0') == wanted, text)
}

pub(super) fn cost(cost: &Cost, meter: Option<Meter>, check: &AmountCheck) -> Found {
    amount(
        meter.map_or_else(|| cost.total(), |meter| cost.of(meter)),
        check,
    )
}

fn address(world: &World, instance: &Instance, kind: AddressKind, check: &AddressCheck) -> Found {
    let region = world.region();
    let named = instance.has_run();
    let public = world.public_ipv4(instance);
    let private = instance.private_ipv4();
    let before = instance.reference();
    // What there is, and what there was at the moment compared with, as texts: the same for addresses and names.
    let public_name = |ip| network::public_dns(region, ip);
    let private_name = |ip| network::private_dns(region, ip);
    let (now, was) = match kind {
        AddressKind::PublicIpv4 => (
            public.map(|ip| ip.to_string()),
            before.map(|before| before.public_ipv4.map(|ip| ip.to_string())),
        ),
        AddressKind::PrivateIpv4 => (
            private.map(|ip| ip.to_string()),
            before.map(|before| before.private_ipv4.map(|ip| ip.to_string())),
        ),
        AddressKind::PublicDns => (
            public.map(public_name),
            before.map(|before| before.public_ipv4.map(public_name)),
        ),
        AddressKind::PrivateDns => (
            private.filter(|_| named).map(private_name),
            before.map(|before| before.private_ipv4.map(private_name)),
        ),
        AddressKind::Ipv6 => {
            let (key, count) = instance.ipv6();
            let list = |count: u16| {
                let all: Vec<String> = (0..count)
                    .map(|n| network::Ipv6Source::address(region, key, n).to_string())
                    .collect();
                (!all.is_empty()).then(|| all.join(", "))
            };
            (list(count), before.map(|before| list(before.ipv6_count)))
        }
    };
    let found = now.clone().unwrap_or_else(|| "none".to_owned());
    match check {
        AddressCheck::None => Found::new(now.is_none(), found),
        AddressCheck::Any => Found::new(now.is_some(), found),
        AddressCheck::Ip(ip) => {
            let holds = match kind {
                AddressKind::Ipv6 => instance
                    .ipv6_addresses(region)
                    .any(|own| IpAddr::V6(own) == *ip),
                AddressKind::PublicIpv4 => public.map(IpAddr::V4) == Some(*ip),
                AddressKind::PrivateIpv4 => private.map(IpAddr::V4) == Some(*ip),
                AddressKind::PublicDns | AddressKind::PrivateDns => false,
            };
            Found::new(holds, found)
        }
        AddressCheck::Name(name) => Found::new(now.as_deref() == Some(&**name), found),
        AddressCheck::Kept | AddressCheck::Changed => {
            let Some(was) = was else {
                return Found::new(
                    false,
                    format!(
                        "{found}, but there is nothing to compare it with: it was not running before"
                    ),
                );
            };
            let is_kept = now.is_some() && now == was;
            let is_changed = now.is_some() && now != was;
            let holds = if *check == AddressCheck::Kept {
                is_kept
            } else {
                is_changed
            };
            let was = was.unwrap_or_else(|| "none".to_owned());
            Found::new(
                holds,
                if is_kept {
                    format!("kept {found}")
                } else {
                    format!("{found}, before: {was}")
                },
            )
        }
    }
}

fn data(found: DataState, check: DataCheck) -> Found {
    let (holds, text) = match found {
        DataState::Kept => (check == DataCheck::Kept, "kept"),
        DataState::Lost => (check == DataCheck::Lost, "lost"),
        DataState::Saved => (check == DataCheck::Saved, "saved"),
        DataState::None => (check == DataCheck::None, "none"),
        DataState::InUse => (
            false,
            "in use, but there is nothing to compare it with: it was not running before",
        ),
    };
    Found::new(holds, text)
}

fn root_volume(world: &World, instance: &Instance, check: RootCheck) -> Found {
    let Some(root) = world
        .launched_volume(instance.handle(), 0)
        .filter(|_| instance.spec().image.ebs_root)
    else {
        return Found::new(false, "none: the root device is an instance store volume");
    };
    let volume = world.volume(root);
    let goes = instance.phase() == Phase::ShuttingDown
        && volume.instance() == Some(instance.handle())
        && volume.spec().delete_on_termination;
    let is_deleted = goes || volume.is_deleted();
    let wanted = check == RootCheck::Deleted;
    Found::new(
        is_deleted == wanted,
        if is_deleted { "deleted" } else { "kept" },
    )
}

fn volumes(named: Named<'_>, instance: &Instance, check: &VolumesCheck) -> Found {
    let world = named.world;
    let attached: Vec<String> = world
        .attached(instance)
        .map(|volume| named.volume_name(volume))
        .collect();
    let listed = || {
        if attached.is_empty() {
            "none".to_owned()
        } else {
            attached.join(", ")
        }
    };
    let deleted = |volume| world.volume(volume).is_deleted();
    let mut launched = instance.launched_volumes();
    let fate = |what: &str| {
        let gone: Vec<String> = instance
            .launched_volumes()
            .filter(|&volume| deleted(volume))
            .map(|volume| named.volume_name(volume))
            .collect();
        if gone.is_empty() {
            format!("none is {what}")
        } else {
            format!("deleted: {}", gone.join(", "))
        }
    };
    match check {
        VolumesCheck::Count(count) => {
            let found = u64::try_from(attached.len()).unwrap_or(u64::MAX);
            let text = if attached.is_empty() {
                "0".to_owned()
            } else {
                format!("{found}: {}", listed())
            };
            Found::new(found == *count, text)
        }
        VolumesCheck::None => Found::new(attached.is_empty(), listed()),
        VolumesCheck::Kept => Found::new(launched.all(|volume| !deleted(volume)), fate("deleted")),
        VolumesCheck::Deleted => Found::new(launched.all(deleted), fate("deleted")),
        VolumesCheck::Names(names) => {
            let mut found: Vec<&str> = attached.iter().map(String::as_str).collect();
            let own = named.instance_name(instance.handle());
            // `self/root`, or `root` alone, is the instance's own.
            let whole: Vec<String> = names
                .iter()
                .map(|name| match name.strip_prefix("self/") {
                    Some(part) => format!("{own}/{part}"),
                    None if &**name == "root" => format!("{own}/root"),
                    None => name.to_string(),
                })
                .collect();
            let mut wanted: Vec<&str> = whole.iter().map(String::as_str).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            Found::new(found == wanted, listed())
        }
    }
}

fn host(instance: &Instance, check: HostCheck) -> Found {
    let found = instance.host().filter(|_| instance.phase().is_hosted());
    let before = instance.reference().map(|before| before.host);
    match (check, found, before) {
        (HostCheck::None, found, _) => {
            Found::new(found.is_none(), found.map_or("none", |_| "it has one"))
        }
        (HostCheck::Kept | HostCheck::Changed, None, _) => Found::new(false, "none"),
        (HostCheck::Kept | HostCheck::Changed, Some(_), None) => Found::new(
            false,
            "nothing to compare it with: it was not running before",
        ),
        (check, Some(host), Some(before)) => {
            let is_kept = before == Some(host);
            Found::new(
                is_kept == (check == HostCheck::Kept),
                if is_kept { "kept" } else { "changed" },
            )
        }
    }
}

/// The key of a check in the file.
fn key(checked: &Checked) -> &'static str {
    match checked {
        Checked::State(_) => "state",
        Checked::ApiState(_) => "api-state",
        Checked::Reason(_) => "reason",
        Checked::Address(AddressKind::PublicIpv4, _) => "public-ipv4",
        Checked::Address(AddressKind::PrivateIpv4, _) => "private-ipv4",
        Checked::Address(AddressKind::Ipv6, _) => "ipv6",
        Checked::Address(AddressKind::PublicDns, _) => "public-dns",
        Checked::Address(AddressKind::PrivateDns, _) => "private-dns",
        Checked::Memory(_) => "memory",
        Checked::InstanceStore(_) => "instance-store",
        Checked::RootVolume(_) => "root-volume",
        Checked::Volumes(_) => "volumes",
        Checked::Host(_) => "host",
        Checked::Type(_) => "type",
        Checked::OnHost(..) => "host",
        Checked::Used(_) => "used",
        Checked::PlacementGroup(_) => "placement-group",
        Checked::Partition(_) => "partition",
        Checked::Tenancy(_) => "tenancy",
        Checked::Billed(_) => "billed",
        Checked::BilledSeconds(_) => "billed-seconds",
        Checked::Starts(_) => "starts",
        Checked::StatusChecks(_) => "status-checks",
        Checked::Zone(_) => "zone",
        Checked::Image(..) => "image",
        Checked::ThingState(_) => "state",
        Checked::Size(_) => "size",
        Checked::AttachedTo(..) => "attached-to",
        Checked::SpotRequest(_) => "spot-request",
        Checked::SpotStatus(_) => "spot-status",
        Checked::Credits(false, _) => "credits",
        Checked::Credits(true, _) => "surplus-credits",
        Checked::Interrupted(_) => "interrupted",
        Checked::StatusCheck(WhichCheck::System, _) => "system-check",
        Checked::StatusCheck(WhichCheck::Instance, _) => "instance-check",
        Checked::TransitionReason(_) => "transition-reason",
        Checked::ScheduledEvent(_) => "scheduled-event",
        Checked::UserDataRuns(_) => "user-data-runs",
        Checked::Function(check) => check.key(),
        Checked::Elsewhere(check) => check.key(),
        Checked::Service(check) => check.key(),
        Checked::Task(check) => check.key(),
        Checked::Savings(..) => "cost savings",
        Checked::Cost(meter, _) => meter.map_or("cost total", Meter::check),
    }
}

/// What is expected, in the words of the file.
fn expected(checked: &Checked) -> String {
    match checked {
        Checked::State(state) => state.name().to_owned(),
        Checked::ApiState(state) => state.name().to_owned(),
        Checked::Reason(code) => code.as_deref().unwrap_or("none").to_owned(),
        Checked::Address(_, check) => match check {
            AddressCheck::None => "none".to_owned(),
            AddressCheck::Any => "any".to_owned(),
            AddressCheck::Kept => "kept".to_owned(),
            AddressCheck::Changed => "changed".to_owned(),
            AddressCheck::Ip(ip) => ip.to_string(),
            AddressCheck::Name(name) => name.to_string(),
        },
        Checked::Memory(check) | Checked::InstanceStore(check) => match check {
            DataCheck::Kept => "kept",
            DataCheck::Lost => "lost",
            DataCheck::Saved => "saved",
            DataCheck::None => "none",
        }
        .to_owned(),
        Checked::RootVolume(check) => match check {
            RootCheck::Kept => "kept",
            RootCheck::Deleted => "deleted",
        }
        .to_owned(),
        Checked::Volumes(check) => match check {
            VolumesCheck::Count(count) => count.to_string(),
            VolumesCheck::None => "none".to_owned(),
            VolumesCheck::Kept => "kept".to_owned(),
            VolumesCheck::Deleted => "deleted".to_owned(),
            VolumesCheck::Names(names) => names.join(", "),
        },
        Checked::Host(check) => match check {
            HostCheck::Kept => "kept",
            HostCheck::Changed => "changed",
            HostCheck::None => "none",
        }
        .to_owned(),
        Checked::Type(instance_type) => instance_type.name().to_owned(),
        Checked::OnHost(_, name) => name.to_string(),
        Checked::Used(used) => used.to_string(),
        Checked::PlacementGroup(name) => name.as_deref().unwrap_or("none").to_owned(),
        Checked::Partition(partition) => {
            partition.map_or_else(|| "none".to_owned(), |partition| partition.to_string())
        }
        Checked::Tenancy(tenancy) => tenancy.name().to_owned(),
        Checked::Billed(billed) => if *billed { "yes" } else { "no" }.to_owned(),
        Checked::BilledSeconds(secs) => secs.to_string(),
        Checked::Starts(starts) => starts.to_string(),
        Checked::Image(_, text) | Checked::AttachedTo(_, text) => text.to_string(),
        Checked::ThingState(word) | Checked::Zone(word) => (*word).to_owned(),
        Checked::Size(size) => format!("{size}GiB"),
        Checked::SpotRequest(state) => state.map_or("none", spot::State::name).to_owned(),
        Checked::SpotStatus(status) => status.map_or("none", spot::Status::name).to_owned(),
        Checked::Credits(_, written) => written.to_string(),
        Checked::Interrupted(times) => times.to_string(),
        Checked::StatusChecks(status) | Checked::StatusCheck(_, status) => {
            status_word(*status).to_owned()
        }
        Checked::ScheduledEvent(code) => code.map_or("none", EventCode::name).to_owned(),
        Checked::UserDataRuns(count) => count.to_string(),
        Checked::TransitionReason(text) => text.as_deref().unwrap_or("none").to_owned(),
        Checked::Function(FunctionCheck::Count(_, count)) => count.to_string(),
        Checked::Function(FunctionCheck::BilledDuration(long)) => long.to_string(),
        Checked::Function(FunctionCheck::Provisioned(word)) => (*word).to_owned(),
        Checked::Service(ServiceCheck::Count(_, count)) => count.to_string(),
        Checked::Service(ServiceCheck::Deployment(rollout)) => rollout.name().to_owned(),
        Checked::Service(ServiceCheck::Steady) => "yes".to_owned(),
        Checked::Task(TaskCheck::StopCode(text) | TaskCheck::Reason(text)) => {
            text.as_deref().unwrap_or("none").to_owned()
        }
        Checked::Task(TaskCheck::Storage(check)) => match check {
            DataCheck::Lost => "lost",
            DataCheck::Kept | DataCheck::Saved | DataCheck::None => "kept",
        }
        .to_owned(),
        Checked::Elsewhere(ElsewhereCheck::None) => "none".to_owned(),
        Checked::Elsewhere(ElsewhereCheck::Done(long)) => long.to_string(),
        Checked::Elsewhere(ElsewhereCheck::Total(amount))
        | Checked::Savings(amount)
        | Checked::Cost(_, amount) => amount.to_string(),
    }
}

/// What an image is called.
fn image_word(cast: &Cast, image: ImageName) -> String {
    match image {
        ImageName::BuiltIn(name) => name.to_owned(),
        ImageName::Named(name) => cast.other(ResourceKind::Image, name).to_owned(),
        ImageName::Described => "one that is described".to_owned(),
    }
}

const fn status_of(found: Option<StatusChecks>) -> StatusCheck {
    match found {
        None => StatusCheck::NotApplicable,
        Some(StatusChecks::Initializing) => StatusCheck::Initializing,
        Some(StatusChecks::Ok) => StatusCheck::Ok,
        Some(StatusChecks::Impaired) => StatusCheck::Impaired,
    }
}

const fn status_word(status: StatusCheck) -> &'static str {
    match status {
        StatusCheck::Ok => "ok",
        StatusCheck::Impaired => "impaired",
        StatusCheck::InsufficientData => "insufficient-data",
        StatusCheck::NotApplicable => "not-applicable",
        StatusCheck::Initializing => "initializing",
    }
}

/// The state words are those of the file.
const _: () = assert!(InstanceState::ALL.len() == 7);
