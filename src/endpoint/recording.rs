//! A session as a scenario (contract: what changed something, in the words of the language).
//!
//! Each request that a client asked of the world is a step; what an instance was launched as is described under its name. Ids
//! come from names, so that a replay makes the same ones.

use std::{fmt::Write as _, net::Ipv4Addr, sync::Arc};

use crate::{
    action::{
        Change, InterfaceRef, Mapped, Ref, Request, ShutdownOptions, TerminateInstances,
        VolumeChange,
    },
    catalog::burstable,
    lifecycle::{ErrorCode, Tenancy},
    record::{Handle, InstanceHandle, Resource, VolumeHandle},
    script::{Directory as _, Timings},
    time::SimTime,
    world::{ImageName, InstanceSpec, ShutdownBehavior, SpotRequest, VolumeSpec, World},
};

use super::place::Place;

/// What clients have changed in one Region.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    lines: Vec<Line>,
    /// What is described, by name.
    described: Vec<(String, u32, Arc<InstanceSpec>)>,
    /// What the next request makes is called so.
    making: String,
    /// Whether the client says that it asks again.
    pub(crate) is_retry: bool,
    /// Whether a scenario's script runs beside the clients, which isn't part of it.
    pub(crate) is_beside: bool,
}

#[derive(Debug, Clone)]
enum Line {
    Step {
        at: SimTime,
        does: String,
        fails: Option<&'static str>,
    },
    Comment {
        at: SimTime,
        text: String,
    },
    /// Steps that somebody gave in the language's own words.
    Given {
        at: SimTime,
        steps: String,
    },
}

impl Recording {
    /// The next request launches so many of this, under a name.
    pub(crate) fn launch(&mut self, name: &str, count: u32, spec: &InstanceSpec) {
        name.clone_into(&mut self.making);
        if name.is_empty() {
            return;
        }
        self.forget(name);
        self.described
            .push((name.to_owned(), count, Arc::new(spec.clone())));
    }

    /// What was described last isn't launched so after all.
    fn forget(&mut self, name: &str) {
        self.described.pop_if(|(known, ..)| known == name);
    }

    /// What was launched last has these private addresses.
    pub(crate) fn say_addresses(&mut self, addresses: Vec<Ipv4Addr>) {
        if let Some((.., spec)) = self.described.last_mut() {
            Arc::make_mut(spec).private_ipv4 = addresses;
        }
    }

    /// The next request makes something of this name.
    pub(crate) fn name_new(&mut self, name: &str) {
        name.clone_into(&mut self.making);
    }

    /// The launch of a name was refused: its step stays, and so does what it asked for.
    pub(crate) fn forget_launch(&mut self, _name: &str) {
        self.making.clear();
    }

    /// Whether the same was refused for the same reason before.
    fn was_refused(&self, does: &str, making: &str, code: &str) -> bool {
        let launches = |name: &str| {
            let mut described = self.described.iter();
            let found = described.find(|(known, ..)| known == name);
            found.map(|(_, count, spec)| (*count, spec))
        };
        let this = launches(making);
        self.lines.iter().rev().any(|line| match line {
            Line::Step {
                does: before,
                fails: Some(refused),
                ..
            } => {
                // Each launch has a name of its own.
                let is_alike = |name| this.is_some() && launches(name) == this;
                *refused == code
                    && (before == does || before.strip_prefix("launch: ").is_some_and(is_alike))
            }
            Line::Step { .. } | Line::Comment { .. } | Line::Given { .. } => false,
        })
    }

    /// Something that the language has no words for.
    pub(crate) fn comment(&mut self, at: SimTime, text: String) {
        self.lines.push(Line::Comment { at, text });
    }

    /// Steps that somebody gave in the language's own words.
    pub(crate) fn given(&mut self, at: SimTime, steps: String) {
        self.lines.push(Line::Given { at, steps });
    }
}

impl Place {
    /// A request becomes part of the recording.
    pub(crate) fn record(
        &mut self,
        at: SimTime,
        request: &Request,
        error: Option<&crate::lifecycle::ApiError>,
    ) {
        let making = std::mem::take(&mut self.recording.making);
        let Some(does) = Words { place: self }.of(request, &making) else {
            return;
        };
        if let Some(error) = error
            && !can_be_expected(request, error.code)
        {
            self.recording.forget(&making);
            self.recording
                .comment(at, format!("{does} was refused: {}", error.message));
            return;
        }
        let fails = error.map(|error| error.code.name());
        let recording = &mut self.recording;
        if recording.is_retry
            && fails.is_some_and(|code| recording.was_refused(&does, &making, code))
        {
            recording.forget(&making);
            return;
        }
        recording.lines.push(Line::Step { at, does, fails });
    }

    /// Whether clients have changed anything here.
    pub const fn has_changed(&self) -> bool {
        !self.recording.lines.is_empty()
    }

    /// Something that the language has no words for.
    pub(crate) fn comment(&mut self, text: String) {
        let at = self.now();
        self.recording.comment(at, text);
    }

    /// Tags that something has got later.
    pub(crate) fn comment_tags(
        &mut self,
        what: &str,
        id: crate::id::Id,
        tags: &[(String, String)],
    ) {
        let found = self.find(id);
        let name = found
            .and_then(|found| self.name_of(found))
            .map(str::to_owned);
        let all: Vec<String> = tags
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let name = name.unwrap_or_else(|| id.to_string());
        self.comment(format!("{name} was {what} {}", all.join(", ")));
    }

    /// The session as a scenario; with what is there now as an expectation at its end.
    pub fn scenario(&self, expects: bool) -> String {
        let program = self.engine.program();
        let mut out = String::from("# Recorded by `ec2sim serve`.\nname: A recorded session\n");
        let _ = writeln!(
            out,
            "region: {}\nstart: {}",
            self.region().name(),
            program.start
        );
        if program.seed != 0 {
            let _ = writeln!(out, "seed: {}", program.seed);
        }
        timings(&mut out, &program.timings);
        if program.vpc.is_some() {
            let _ = writeln!(out, "vpc: {{ cidr: {} }}", super::realm::DEFAULT_VPC);
        }
        if !self.recording.described.is_empty() {
            out.push_str("\ninstances:\n");
            for (name, count, spec) in &self.recording.described {
                let _ = writeln!(out, "  {name}:");
                if *count > 1 {
                    let _ = writeln!(out, "    count: {count}");
                }
                describe(&mut out, spec, self.world());
            }
        }
        out.push_str("\nsteps:\n");
        self.steps(&mut out, program.start);
        let _ = writeln!(
            out,
            "until: {}",
            self.now().since(program.start).whole_secs()
        );
        if expects {
            self.expect(&mut out);
        }
        out
    }

    fn steps(&self, out: &mut String, start: SimTime) {
        let mut stands = None;
        let mut count = 0;
        for line in &self.recording.lines {
            match line {
                Line::Comment { at, text } => {
                    let text = text.replace(['\n', '\r'], " ");
                    let _ = writeln!(out, "  # {}: {text}", at.since(start).whole_secs());
                }
                Line::Given { at, steps } => {
                    if stands != Some(*at) {
                        let _ = writeln!(
                            out,
                            "  - {{ at: {}, note: Steps were given. }}",
                            at.since(start).whole_secs()
                        );
                        stands = Some(*at);
                        count += 1;
                    }
                    for line in steps.lines() {
                        let _ = writeln!(out, "  {line}");
                    }
                    count += 1;
                }
                Line::Step { at, does, fails } => {
                    let mut keys = Vec::new();
                    if stands != Some(*at) {
                        keys.push(format!("at: {}", at.since(start).whole_secs()));
                        stands = Some(*at);
                    }
                    keys.push(does.clone());
                    if let Some(code) = fails {
                        keys.push(format!("fails: {code}"));
                    }
                    count += 1;
                    let flow = format!("  - {{ {} }}", keys.join(", "));
                    if let [one] = keys.as_slice() {
                        let _ = writeln!(out, "  - {one}");
                    } else if flow.len() <= 110 {
                        let _ = writeln!(out, "{flow}");
                    } else {
                        let _ = writeln!(out, "  - {}", keys.join("\n    "));
                    }
                }
            }
        }
        if count == 0 {
            out.push_str("  - note: Nothing was changed.\n");
        }
    }

    fn expect(&self, out: &mut String) {
        out.push_str("expect:\n");
        for (name, ..) in &self.recording.described {
            let mut states: Vec<(&str, &'static str)> = Vec::new();
            for (resource, known) in &self.names {
                let Resource::Instance(instance) = *resource else {
                    continue;
                };
                let is_of = known == name
                    || known
                        .strip_prefix(name.as_str())
                        .is_some_and(is_number_of_member);
                if is_of {
                    // What came in its place by itself bears its name.
                    let request = self.world().spot_request_of(instance);
                    let bearer = request.map_or(instance, SpotRequest::instance);
                    states.push((known, self.world().instance(bearer).state().name()));
                }
            }
            for (known, state) in states {
                let _ = writeln!(out, "  {known}: {{ state: {state} }}");
            }
        }
        if self.recording.is_beside {
            // What the scenario's things cost isn't told apart.
            return;
        }
        let total = self.account().bill_if_it_ended().cost().total();
        let _ = writeln!(out, "  cost: {{ total: ${} }}", total.to_fixed(10));
    }
}

/// Whether a scenario can say that a request is refused so. What never could be launched, created or changed is a mistake in a
/// scenario, or something that it can't ask for at all; and the simulator's own words are no answers of EC2's.
fn can_be_expected(request: &Request, code: ErrorCode) -> bool {
    let can_be_launched = matches!(
        code,
        ErrorCode::InsufficientInstanceCapacity
            | ErrorCode::InsufficientFreeAddressesInSubnet
            | ErrorCode::InstanceLimitExceeded
            | ErrorCode::VcpuLimitExceeded
            | ErrorCode::MaxSpotInstanceCountExceeded
            | ErrorCode::SpotMaxPriceTooLow
    );
    let request = request.bare();
    let is_launch = matches!(request, Request::RunInstances(_));
    let shapes = matches!(request, Request::CreateVolume(_) | Request::ModifyVolume(_));
    code != ErrorCode::SimulatorNoPrice
        && (!is_launch || can_be_launched)
        && (!shapes || code != ErrorCode::InvalidParameterValue)
}

fn timings(out: &mut String, timings: &Timings) {
    let usual = Timings::default();
    let all: Vec<String> = timings
        .all()
        .into_iter()
        .zip(usual.all())
        .filter(|((_, range), (_, usual))| range != usual)
        .map(|((name, range), _)| format!("{name}: {range}"))
        .collect();
    if !all.is_empty() {
        let _ = writeln!(out, "timings: {{ {} }}", all.join(", "));
    }
}

/// Whether a text is what stands behind the name of a group for one of its members: `-3`.
pub(super) fn is_number_of_member(rest: &str) -> bool {
    rest.strip_prefix('-')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What an instance is launched as, where it isn't what is so anyway.
fn describe(out: &mut String, spec: &InstanceSpec, world: &World) {
    let mut say = |key: &str, value: &str| {
        let _ = writeln!(out, "    {key}: {value}");
    };
    say("type", spec.instance_type.name());
    say("zone", spec.zone);
    match spec.image.name {
        ImageName::BuiltIn(name) => say("image", name),
        ImageName::Named(_) | ImageName::Described => {
            say("platform", spec.platform.word());
            let root = if spec.image.ebs_root {
                "ebs"
            } else {
                "instance-store"
            };
            say(
                "image",
                &format!(
                    "{{ root-device: {root}, architecture: {}, min-root: {}GiB, hibernation-ready: {} }}",
                    spec.image.architecture.name(),
                    spec.image.min_root_gib,
                    spec.image.hibernation_ready
                ),
            );
        }
    }
    let mut volumes = spec.volumes.iter();
    if spec.image.ebs_root
        && let Some(root) = volumes.next()
    {
        say("root", &volume(root, true));
    }
    let first = u16::from(spec.image.ebs_root);
    let data: Vec<String> = (first..)
        .zip(volumes)
        .map(|(n, one)| {
            let device = spec.devices.iter().find(|(known, _)| *known == n);
            match (volume(one, true), device) {
                (text, None) => text,
                (text, Some((_, device))) => {
                    format!("{}, device: {device} }}", text.trim_end_matches(" }"))
                }
            }
        })
        .collect();
    if !data.is_empty() {
        say("volumes", &format!("[{}]", data.join(", ")));
    }
    if spec.hibernation {
        say("hibernation", "yes");
    }
    say(
        "public-ipv4",
        if spec.auto_public_ipv4 {
            "auto"
        } else {
            "none"
        },
    );
    match spec.private_ipv4.as_slice() {
        [] => {}
        [one] => say("private-ipv4", &one.to_string()),
        several => {
            let all: Vec<String> = several.iter().map(ToString::to_string).collect();
            say("private-ipv4", &format!("[{}]", all.join(", ")));
        }
    }
    if spec.ipv6_count > 0 {
        say("ipv6", &spec.ipv6_count.to_string());
    }
    if spec.interfaces > 1 {
        say("interfaces", &spec.interfaces.to_string());
    }
    if spec.ebs_optimized {
        say("ebs-optimized", "yes");
    }
    if spec.placement.tenancy != Tenancy::Default {
        say("tenancy", spec.placement.tenancy.name());
    }
    if let Some(group) = spec.placement.group {
        say("placement-group", world.group(group).name());
    }
    if let Some(options) = spec.spot {
        let mut keys = Vec::new();
        if let Some(interruption) = options.interruption {
            keys.push(format!("interruption: {}", interruption.name()));
        }
        if options.persistent {
            keys.push("persistent: yes".to_owned());
            if options.is_requested {
                keys.push("requested: yes".to_owned());
            }
        }
        if let Some(price) = options.max_price {
            keys.push(format!("max-price: ${price}"));
        }
        if let Some(until) = options.valid_until {
            keys.push(format!("valid-until: {until}"));
        }
        let market = if keys.is_empty() {
            "spot".to_owned()
        } else {
            format!("{{ spot: {{ {} }} }}", keys.join(", "))
        };
        say("market", &market);
    }
    if spec.shutdown_behavior == ShutdownBehavior::Terminate {
        say("shutdown-behavior", "terminate");
    }
    for (key, on) in [
        ("termination-protection", spec.termination_protection),
        ("stop-protection", spec.stop_protection),
        ("monitoring", spec.monitoring),
    ] {
        if on {
            say(key, "yes");
        }
    }
    if !spec.auto_recovery {
        say("auto-recovery", "no");
    }
    if spec.credits != burstable(spec.instance_type).map(|row| row.default_mode)
        && let Some(mode) = spec.credits
    {
        say("credits", mode.name());
    }
    if let Some(data) = &spec.user_data {
        say("user-data", &quoted(data));
    }
    if !spec.tags.is_empty() {
        let tags: Vec<String> = spec
            .tags
            .iter()
            .map(|(key, value)| format!("{}: {}", quoted(key), quoted(value)))
            .collect();
        say("tags", &format!("{{ {} }}", tags.join(", ")));
    }
}

/// A volume in the words of the language.
fn volume(spec: &VolumeSpec, of_launch: bool) -> String {
    let kind = spec.volume_type;
    let mut keys = vec![
        format!("size: {}GiB", spec.size_gib),
        format!("type: {}", kind.name()),
    ];
    if kind.default_iops() != Some(spec.iops) && spec.iops > 0 {
        keys.push(format!("iops: {}", spec.iops));
    }
    if kind.default_throughput() != Some(spec.throughput) && spec.throughput > 0 {
        keys.push(format!("throughput: {}", spec.throughput));
    }
    if spec.encrypted {
        keys.push("encrypted: yes".to_owned());
    }
    if of_launch && !spec.delete_on_termination {
        keys.push("delete-on-termination: no".to_owned());
    }
    format!("{{ {} }}", keys.join(", "))
}

/// Requests in the words of the language.
struct Words<'a> {
    place: &'a Place,
}

impl Words<'_> {
    /// What a request does; nothing for what clients can't ask for.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "clients ask for some of the requests only: the rest has no words here"
    )]
    fn of(&self, request: &Request, making: &str) -> Option<String> {
        Some(match request {
            Request::With(with) => return self.of(&with.request, making),
            Request::RunInstances(_) if making.is_empty() => return None,
            Request::RunInstances(_) => format!("launch: {making}"),
            Request::StartInstances(start) => {
                format!("start: {}", self.instances(&start.instances))
            }
            Request::StopInstances(stop) => {
                let verb = if stop.hibernate { "hibernate" } else { "stop" };
                format!("{verb}: {}", self.with(&stop.instances, stop.shutdown))
            }
            Request::RebootInstances(reboot) => {
                format!("reboot: {}", self.instances(&reboot.instances))
            }
            Request::TerminateInstances(TerminateInstances {
                instances,
                shutdown,
            }) => {
                format!("terminate: {}", self.with(instances, *shutdown))
            }
            Request::ModifyInstanceAttribute(modify) => {
                let whom = self.instances(&modify.instances);
                format!(
                    "modify: {{ instances: {whom}, {} }}",
                    self.change(&modify.change)?
                )
            }
            Request::AllocateAddress(_) => format!("allocate-address: {making}"),
            Request::AssociateAddress(associate) => {
                let mut keys = vec![
                    format!("address: {}", self.one(&associate.address)),
                    format!("instance: {}", self.one(&associate.instance)),
                ];
                if !associate.allow_reassociation {
                    keys.push("allow-reassociation: no".to_owned());
                }
                format!("associate-address: {{ {} }}", keys.join(", "))
            }
            Request::DisassociateAddress(one) => {
                format!("disassociate-address: {}", self.one(&one.address))
            }
            Request::ReleaseAddress(one) => format!("release-address: {}", self.one(&one.address)),
            Request::CreateVolume(create) => {
                let snapshot = create.snapshot.as_ref();
                let snapshot =
                    snapshot.map(|snapshot| format!(", snapshot: {}", self.one(snapshot)));
                let spec = volume(&create.spec, false);
                let spec = spec.trim_start_matches("{ ").trim_end_matches(" }");
                format!(
                    "create-volume: {{ volume: {making}, {spec}, zone: {}{} }}",
                    create.zone,
                    snapshot.unwrap_or_default()
                )
            }
            Request::AttachVolume(attach) => {
                let device = attach.device.as_ref();
                let device = device.map(|device| format!(", device: {device}"));
                format!(
                    "attach-volume: {{ volume: {}, instance: {}{} }}",
                    self.volume(&attach.volume),
                    self.one(&attach.instance),
                    device.unwrap_or_default()
                )
            }
            Request::DetachVolume(detach) => {
                let mut keys = vec![format!("volume: {}", self.volume(&detach.volume))];
                if let Some(instance) = &detach.instance {
                    keys.push(format!("instance: {}", self.one(instance)));
                }
                format!("detach-volume: {{ {} }}", keys.join(", "))
            }
            Request::DeleteVolume(delete) => {
                format!("delete-volume: {}", self.volume(&delete.volume))
            }
            Request::ModifyVolume(modify) => {
                let VolumeChange {
                    volume_type,
                    size_gib,
                    iops,
                    throughput,
                } = modify.change;
                let mut keys = vec![format!("volume: {}", self.volume(&modify.volume))];
                keys.extend(volume_type.map(|kind| format!("type: {}", kind.name())));
                keys.extend(size_gib.map(|size| format!("size: {size}GiB")));
                keys.extend(iops.map(|iops| format!("iops: {iops}")));
                keys.extend(throughput.map(|throughput| format!("throughput: {throughput}")));
                format!("modify-volume: {{ {} }}", keys.join(", "))
            }
            Request::CreateSnapshot(create) => format!(
                "create-snapshot: {{ snapshot: {making}, volume: {} }}",
                self.volume(&create.volume)
            ),
            Request::DeleteSnapshot(one) => format!("delete-snapshot: {}", self.one(&one.snapshot)),
            Request::CreateImage(create) => format!(
                "create-image: {{ image: {making}, instance: {} }}",
                self.one(&create.instance)
            ),
            Request::DeregisterImage(one) => format!("deregister-image: {}", self.one(&one.image)),
            Request::AttachNetworkInterface(attach) => format!(
                "attach-interface: {{ interface: {}, instance: {} }}",
                self.interface(&attach.interface, making),
                self.one(&attach.instance)
            ),
            Request::DetachNetworkInterface(detach) => format!(
                "detach-interface: {}",
                self.interface(&detach.interface, making)
            ),
            Request::CancelSpotInstanceRequests(cancel) => {
                format!("cancel-spot-request: {}", self.instances(&cancel.instances))
            }
            _ => return None,
        })
    }

    fn change(&self, change: &Change) -> Option<String> {
        let flag = |on: bool| if on { "yes" } else { "no" };
        Some(match change {
            Change::Type(to) => format!("type: {}", to.name()),
            Change::UserData(data) => format!("user-data: {}", quoted(data)),
            Change::EbsOptimized(on) => format!("ebs-optimized: {}", flag(*on)),
            Change::EnaSupport(on) => format!("ena-support: {}", flag(*on)),
            Change::TerminationProtection(on) => format!("termination-protection: {}", flag(*on)),
            Change::StopProtection(on) => format!("stop-protection: {}", flag(*on)),
            Change::ShutdownBehavior(ShutdownBehavior::Stop) => {
                "shutdown-behavior: stop".to_owned()
            }
            Change::ShutdownBehavior(ShutdownBehavior::Terminate) => {
                "shutdown-behavior: terminate".to_owned()
            }
            Change::DeleteOnTermination(Mapped::Every(Some(volume)), on) => {
                let volume = self.name((*volume).into());
                format!("delete-on-termination: {{ {volume}: {} }}", flag(*on))
            }
            Change::Credits(mode) => format!("credits: {}", mode.name()),
            Change::AutoRecovery(on) => format!("auto-recovery: {}", flag(*on)),
            Change::Monitoring(on) => format!("monitoring: {}", flag(*on)),
            Change::StoppedOnly(_)
            | Change::SourceDestCheck
            | Change::SecurityGroups
            | Change::DeleteOnTermination(..)
            | Change::Placement(_)
            | Change::Host(_)
            | Change::Reservation(_) => return None,
        })
    }

    /// Instances with the options of a shutdown.
    fn with(&self, instances: &[Ref<InstanceHandle>], options: ShutdownOptions) -> String {
        let whom = self.instances(instances);
        let mut keys = Vec::new();
        if options.force {
            keys.push("force: yes");
        }
        if options.skip_os_shutdown {
            keys.push("skip-os-shutdown: yes");
        }
        if keys.is_empty() {
            whom
        } else {
            format!("{{ instances: {whom}, {} }}", keys.join(", "))
        }
    }

    fn instances(&self, instances: &[Ref<InstanceHandle>]) -> String {
        if let [one] = instances {
            return self.one(one);
        }
        let all: Vec<String> = instances.iter().map(|one| self.one(one)).collect();
        format!("[{}]", all.join(", "))
    }

    fn interface(&self, interface: &InterfaceRef, making: &str) -> String {
        match interface {
            InterfaceRef::New(_) => making.to_owned(),
            InterfaceRef::There(there) => {
                let Ref::Handle(handle) = there else {
                    return self.one(there);
                };
                match self.place.world().interface(*handle).owner() {
                    Some((owner, n)) => format!("{}/eth{n}", self.name(owner.into())),
                    None => self.one(there),
                }
            }
            InterfaceRef::Primary(instance) => format!("{}/eth0", self.one(instance)),
        }
    }

    fn volume(&self, volume: &Ref<VolumeHandle>) -> String {
        self.one(volume)
    }

    fn one<H: Handle>(&self, named: &Ref<H>) -> String {
        match named {
            Ref::Handle(handle) => self.name((*handle).into()),
            Ref::Id(id) => id.to_string(),
        }
    }

    /// What something is called: as it was named here, or by the script, or by its instance; its id else.
    fn name(&self, resource: Resource) -> String {
        if let Some(name) = self.place.name_of(resource) {
            return name.to_owned();
        }
        let world = self.place.world();
        if let Resource::Volume(volume) = resource
            && let Some(owner) = world.volume(volume).owner()
        {
            let n = world.volume(volume).n();
            let whose = self.name(owner.into());
            return if n == 0 {
                format!("{whose}/root")
            } else {
                format!("{whose}/{n}")
            };
        }
        self.place.account().directory().resource_name(resource)
    }
}
