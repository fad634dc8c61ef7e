//! What the records tell, told as steps.

mod launch;
mod others;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    catalog::{RegionId, TypeId},
    lifecycle::ErrorCode,
};

use super::{
    event::{ApiState, Call, Event, What, flag, items, number, text},
    lengths::{Lengths, Process},
    names::Names,
    write::Entry,
};

/// A line of the script.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// What can't be told, or is worth saying.
    Comment { at: u64, text: String },
    /// A step: what it does, in the language.
    Step { at: u64, does: String },
    /// What was found then: instances and their states.
    Found {
        at: u64,
        states: Vec<(String, ApiState)>,
    },
}

/// The most instances of one expectation.
const MOST_TOGETHER: usize = 20;

/// What is known of an instance while the story goes on.
#[derive(Debug)]
struct Seen {
    name: String,
    state: ApiState,
    /// When it came into this state.
    since: u64,
    /// The process that is under way, if the records tell when it began.
    process: Option<Process>,
    /// Whether its last stop was a hibernation.
    hibernated: bool,
    /// Whether EC2 has given notice that it takes it back.
    interrupted: bool,
    /// The state that the script has found it in last.
    found: Option<ApiState>,
}

/// Everything that the scenario will say.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) region: RegionId,
    pub(super) names: Names,
    /// The instances of the file, in the order of their appearance.
    pub(super) instances: Vec<Entry>,
    /// Those that are there before the records begin: whether each is stopped.
    pub(super) before: Vec<(String, bool)>,
    /// Elastic IPs and volumes that are there before.
    pub(super) addresses: Vec<Entry>,
    pub(super) volumes: Vec<Entry>,
    pub(super) lines: Vec<Line>,
    pub(super) lengths: Lengths,
    /// Requests that the scenario says nothing of.
    pub(super) passed_over: BTreeMap<String, usize>,
    pub(super) from: Option<u64>,
    seen: BTreeMap<String, Seen>,
    /// Elastic IPs by whatever the records call them by: allocation, association, address.
    elastic: BTreeMap<String, String>,
    /// The first network interfaces of instances.
    interfaces: BTreeMap<String, String>,
    not_launched: usize,
}

impl Story {
    pub(super) fn new(region: RegionId, redact: bool) -> Self {
        Self {
            region,
            names: Names::new(redact),
            instances: Vec::new(),
            before: Vec::new(),
            addresses: Vec::new(),
            volumes: Vec::new(),
            lines: Vec::new(),
            lengths: Lengths::default(),
            passed_over: BTreeMap::new(),
            from: None,
            seen: BTreeMap::new(),
            elastic: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            not_launched: 0,
        }
    }

    /// Whether nothing came of it.
    pub(super) fn is_empty(&self) -> bool {
        !self
            .lines
            .iter()
            .any(|line| matches!(line, Line::Step { .. } | Line::Found { .. }))
    }

    pub(super) fn tell(&mut self, events: &[Event]) {
        for event in events {
            let at = event.at;
            match &event.what {
                What::Call(call) => self.call(at, call),
                What::State { instance, state } => self.state(at, instance, *state),
                What::Interruption { instance } => {
                    let name = self.on_spot(at, instance);
                    self.step(at, format!("interrupt: {name}"));
                    if let Some(seen) = self.seen.get_mut(instance) {
                        seen.interrupted = true;
                    }
                }
                What::Rebalance { instance } => {
                    let name = self.on_spot(at, instance);
                    self.step(at, format!("rebalance: {name}"));
                }
            }
        }
    }

    fn step(&mut self, at: u64, does: String) {
        self.from.get_or_insert(at);
        self.lines.push(Line::Step { at, does });
    }

    fn comment(&mut self, at: u64, text: impl Into<String>) {
        self.lines.push(Line::Comment {
            at,
            text: text.into(),
        });
    }

    /// What was found, but for what was found before and hasn't changed.
    fn found(&mut self, at: u64, states: Vec<(&str, ApiState)>) {
        let mut new = Vec::new();
        for (id, state) in states {
            if let Some(seen) = self.seen.get_mut(id)
                && seen.found.replace(state) != Some(state)
            {
                new.push((seen.name.clone(), state));
            }
        }
        if new.is_empty() {
            return;
        }
        self.from.get_or_insert(at);
        // What several instances are at the same instant is one expectation.
        if let Some(Line::Found {
            at: last,
            states: all,
        }) = self.lines.last_mut()
            && *last == at
            && all.len() + new.len() < MOST_TOGETHER
            && !all
                .iter()
                .any(|(name, _)| new.iter().any(|(other, _)| other == name))
        {
            all.extend(new);
            return;
        }
        self.lines.push(Line::Found { at, states: new });
    }

    /// The name of an instance that the records take for granted: it was there before them, running or stopped.
    fn known(&mut self, at: u64, id: &str, stopped: bool) -> String {
        if let Some(seen) = self.seen.get(id) {
            return seen.name.clone();
        }
        let name = self.names.give(id, "instance", None);
        let mut entry = Entry::new(&name);
        entry.say("type", "m5.large");
        if !self.names.redacts() {
            entry.remark(&shown(id));
        }
        entry.remark("there before the records begin: they don't tell its type or its volumes");
        self.instances.push(entry);
        self.before.push((name.clone(), stopped));
        let state = if stopped {
            ApiState::Stopped
        } else {
            ApiState::Running
        };
        self.see(id, &name, state, at, None);
        name
    }

    fn running(&mut self, at: u64, id: &str) -> String {
        self.known(at, id, false)
    }

    /// Likewise, of an instance that must have been bought on the Spot market.
    fn on_spot(&mut self, at: u64, id: &str) -> String {
        let name = self.running(at, id);
        let mut entries = self.instances.iter_mut();
        if let Some(entry) = entries.find(|entry| entry.name == name) {
            entry.say("market", "spot");
        }
        name
    }

    fn see(&mut self, id: &str, name: &str, state: ApiState, since: u64, process: Option<Process>) {
        self.seen.insert(
            id.to_owned(),
            Seen {
                name: name.to_owned(),
                state,
                since,
                process,
                hibernated: false,
                interrupted: false,
                found: None,
            },
        );
    }

    /// It goes on to another state, which begins now.
    fn moves(&mut self, id: &str, state: ApiState, at: u64, process: Option<Process>) {
        if let Some(seen) = self.seen.get_mut(id) {
            seen.state = state;
            seen.since = at;
            seen.process = process;
            seen.found = None;
            match process {
                Some(Process::Hibernating) => seen.hibernated = true,
                Some(Process::Stopping) => seen.hibernated = false,
                _ => {}
            }
        }
    }

    /// What a state that is found says of how long the process before it lasted. The records tell the very instant, or only that
    /// it is so by then.
    fn learn(&mut self, id: &str, state: ApiState, at: u64, is_exact: bool) {
        let Some(seen) = self.seen.get_mut(id) else {
            return;
        };
        let Some(process) = seen.process else { return };
        let secs = at.saturating_sub(seen.since);
        if state == seen.state {
            self.lengths.went_on(process, secs);
            return;
        }
        let is_end = matches!(
            (process, state),
            (Process::Pending | Process::Resuming, ApiState::Running)
                | (Process::Stopping | Process::Hibernating, ApiState::Stopped)
                | (Process::ShuttingDown, ApiState::Terminated)
        );
        if is_end {
            seen.process = None;
            seen.state = state;
            if is_exact {
                self.lengths.lasted(process, secs);
            } else {
                self.lengths.was_over(process, secs);
            }
        }
    }

    /// An instance is in a state, as EventBridge tells.
    fn state(&mut self, at: u64, id: &str, state: ApiState) {
        if !self.seen.contains_key(id) {
            return self.first_state(at, id, state);
        }
        self.learn_if_process(id, state, at);
        let Some(seen) = self.seen.get(id) else {
            return;
        };
        let (name, was, interrupted) = (seen.name.clone(), seen.state, seen.interrupted);
        let since = seen.since;
        if was == state {
            self.found(at, vec![(id, state)]);
            return;
        }
        // EC2 does it by itself, two minutes after the notice.
        match state {
            ApiState::ShuttingDown if interrupted => {
                return self.moves(id, state, at, Some(Process::ShuttingDown));
            }
            ApiState::Stopping if interrupted => {
                return self.moves(id, state, at, Some(Process::Stopping));
            }
            ApiState::Terminated | ApiState::Stopped if interrupted => {
                return self.moves(id, state, at, None);
            }
            ApiState::Pending
            | ApiState::Running
            | ApiState::ShuttingDown
            | ApiState::Stopping
            | ApiState::Terminated
            | ApiState::Stopped => {}
        }
        let asked = match state {
            ApiState::Pending => Some(("start", Process::Pending)),
            ApiState::Stopping => Some(("stop", Process::Stopping)),
            ApiState::ShuttingDown | ApiState::Terminated => {
                Some(("terminate", Process::ShuttingDown))
            }
            ApiState::Running | ApiState::Stopped => None,
        };
        match asked {
            Some((verb, process)) if was != ApiState::Terminated => {
                self.comment(at, format!("The records don't tell who asked for this: a request that is missing, or {}.", by_itself(state)));
                self.step(at, format!("{verb}: {name}"));
                let process = (state != ApiState::Terminated).then_some(process);
                self.moves(id, state, at, process);
                if state != ApiState::Terminated {
                    self.found(at, vec![(id, state)]);
                }
            }
            Some(_) | None => {
                let after = crate::time::SimDuration::from_secs(at.saturating_sub(since));
                self.comment(
                    at,
                    format!("{name} is {state} here, which doesn't follow from {was} {after} before; the records between are missing."),
                );
                self.moves(id, state, at, None);
            }
        }
    }

    fn learn_if_process(&mut self, id: &str, state: ApiState, at: u64) {
        self.learn(id, state, at, true);
    }

    /// The first that is heard of an instance is its state.
    fn first_state(&mut self, at: u64, id: &str, state: ApiState) {
        match state {
            ApiState::Pending => {
                let name = self.names.give(id, "instance", None);
                let mut entry = Entry::new(&name);
                entry.say("type", "m5.large");
                if !self.names.redacts() {
                    entry.remark(&shown(id));
                }
                entry.remark(
                    "its launch isn't in the records: they don't tell its type or its volumes",
                );
                self.instances.push(entry);
                self.see(id, &name, ApiState::Pending, at, Some(Process::Pending));
                self.step(at, format!("launch: {name}"));
                self.found(at, vec![(id, state)]);
            }
            ApiState::Running => {
                self.running(at, id);
                self.found(at, vec![(id, state)]);
            }
            ApiState::Stopped => {
                self.known(at, id, true);
                self.found(at, vec![(id, state)]);
            }
            ApiState::Stopping | ApiState::ShuttingDown | ApiState::Terminated => {
                self.running(at, id);
                self.state(at, id, state);
            }
        }
    }

    fn call(&mut self, at: u64, call: &Call) {
        match call.action.as_str() {
            "RunInstances" => self.run(at, call),
            "StartInstances" | "StopInstances" | "RebootInstances" | "TerminateInstances" => {
                self.on_instances(at, call);
            }
            "ModifyInstanceAttribute" => self.modify(at, call),
            "AllocateAddress" => self.allocate(at, call),
            "AssociateAddress" => self.associate(at, call),
            "DisassociateAddress" | "ReleaseAddress" => self.let_go(at, call),
            "CreateVolume" => self.create_volume(at, call),
            "AttachVolume" | "DetachVolume" | "DeleteVolume" | "ModifyVolume" => {
                self.on_volume(at, call);
            }
            _ => self.pass_over(at, call),
        }
    }

    /// A request that no step stands for. Where it names an instance, an address or a volume of the scenario, that is said
    /// there.
    fn pass_over(&mut self, at: u64, call: &Call) {
        let asked = call.asked.to_string();
        let about = asked.split('"').find_map(|id| self.seen.get(id));
        if let Some(seen) = about {
            let text = format!("{} of {} isn't imported.", shown(&call.action), seen.name);
            self.comment(at, text);
        } else {
            *self.passed_over.entry(call.action.clone()).or_default() += 1;
        }
    }

    /// Puts a step, or says why there is none. Whether it was accepted.
    fn put(&mut self, at: u64, call: &Call, does: String) -> bool {
        let Some(code) = &call.refused else {
            self.step(at, does);
            return true;
        };
        let known = ErrorCode::find(code)
            .filter(|code| code.never().is_none() && !needs_what_is_unknown(*code));
        if let Some(code) = known {
            self.step(at, format!("{does}\nfails: {code}"));
        } else {
            let does = does.replace('\n', ", ");
            let text = format!(
                "Refused with {}, which nothing in the scenario brings about: {does}",
                shown(code)
            );
            self.comment(at, text);
        }
        false
    }

    fn run(&mut self, at: u64, call: &Call) {
        let asked = &call.asked;
        if let Some(code) = &call.refused {
            self.not_launched += 1;
            let stem = format!("not launched {}", self.not_launched);
            let name = self.names.give(&stem, "not-launched", tag_of(asked));
            let entry = self.instance_entry(&name, asked, &Value::Null);
            let (of, zone) = (entry.value("type"), entry.value("zone"));
            self.instances.push(entry);
            if code == "DryRunOperation" {
                self.put(
                    at,
                    call,
                    format!("launch: {{ instance: {name}, dry-run: yes }}"),
                );
            } else {
                self.with_room(at, code, of, zone, |story| {
                    story.put(at, call, format!("launch: {name}"));
                });
            }
            return;
        }
        let launched: Vec<&Value> = items(&call.answered["instancesSet"])
            .filter(|item| text(&item["instanceId"]).is_some())
            .collect();
        if launched.is_empty() {
            self.comment(
                at,
                "A launch of which the records have no answer: what it launched isn't known.",
            );
            return;
        }
        let mut names = Vec::new();
        let mut pending = Vec::new();
        for item in launched {
            let id = text(&item["instanceId"]).unwrap_or_default();
            if self.seen.contains_key(id) {
                self.comment(at, "A launch that was repeated with its client token.");
                continue;
            }
            let tag = tag_of(asked).or_else(|| tag_in(&item["tagSet"]));
            let name = self.names.give(id, "instance", tag);
            let mut entry = self.instance_entry(&name, asked, item);
            if !self.names.redacts() {
                entry.remark(&shown(id));
            }
            self.instances.push(entry);
            for interface in items(&item["networkInterfaceSet"]) {
                if let Some(interface) = text(&interface["networkInterfaceId"]) {
                    self.interfaces.insert(interface.to_owned(), id.to_owned());
                }
            }
            self.see(id, &name, ApiState::Pending, at, Some(Process::Pending));
            names.push(name);
            pending.push((id, ApiState::Pending));
        }
        if names.is_empty() {
            return;
        }
        self.step(at, format!("launch: {}", list(&names)));
        self.found(at, pending);
    }

    /// Takes the room away around a request that was refused for want of it.
    fn with_room(
        &mut self,
        at: u64,
        code: &str,
        of: Option<String>,
        zone: Option<String>,
        put: impl FnOnce(&mut Self),
    ) {
        let none_left = code == "InsufficientInstanceCapacity";
        let zone = zone.or_else(|| self.region.zones().next().map(str::to_owned));
        let pool = of.zip(zone).filter(|_| none_left);
        if let Some((of, zone)) = &pool {
            self.step(
                at,
                format!("capacity: {{ type: {of}, zone: {zone}, available: 0 }}"),
            );
        }
        put(self);
        if let Some((of, zone)) = &pool {
            self.step(
                at,
                format!("capacity: {{ type: {of}, zone: {zone}, available: any }}"),
            );
        }
    }

    fn on_instances(&mut self, at: u64, call: &Call) {
        let asked = call.instances();
        let hibernates = flag(&call.asked["hibernate"]);
        let (verb, state, process) = match call.action.as_str() {
            "StartInstances" => ("start", Some(ApiState::Pending), Some(Process::Pending)),
            "StopInstances" if hibernates => (
                "hibernate",
                Some(ApiState::Stopping),
                Some(Process::Hibernating),
            ),
            "StopInstances" => ("stop", Some(ApiState::Stopping), Some(Process::Stopping)),
            "TerminateInstances" => (
                "terminate",
                Some(ApiState::ShuttingDown),
                Some(Process::ShuttingDown),
            ),
            _ => ("reboot", None, None),
        };
        if asked.is_empty() {
            self.comment(
                at,
                format!(
                    "{} of instances that the records don't name.",
                    shown(&call.action)
                ),
            );
            return;
        }
        let mut names = Vec::new();
        for id in &asked {
            if call.refused.is_some() && !self.seen.contains_key(*id) && is_unknown(call, id) {
                names.push(self.names.foreign(id));
                continue;
            }
            let was = answered_state(call, id, "previousState");
            let stopped = match was {
                Some(state) => matches!(state, ApiState::Stopped | ApiState::Stopping),
                None => verb == "start" && call.refused.is_none(),
            };
            let name = self.known(at, id, stopped);
            if let Some(was) = was {
                self.learn(id, was, at, false);
            }
            if call.refused.as_deref() == Some("OperationNotPermitted") {
                self.protect(&name, verb);
            }
            names.push(name);
        }
        let mut options = Vec::new();
        if verb != "reboot" && flag(&call.asked["force"]) {
            options.push("force: yes");
        }
        if call.refused.as_deref() == Some("DryRunOperation") {
            options.push("dry-run: yes");
        }
        let does = if options.is_empty() {
            format!("{verb}: {}", list(&names))
        } else {
            format!(
                "{verb}: {{ instances: {}, {} }}",
                list(&names),
                options.join(", ")
            )
        };
        if let Some(code) = &call.refused {
            if code == "IncorrectInstanceState" {
                for id in &asked {
                    self.goes_on(id, at);
                }
            }
            let first = self
                .instances
                .iter()
                .find(|entry| Some(&entry.name) == names.first());
            let pool = first.map(|entry| (entry.value("type"), entry.value("zone")));
            let (of, zone) = pool.unwrap_or_default();
            self.with_room(at, code, of.filter(|_| verb == "start"), zone, |story| {
                story.put(at, call, does);
            });
            return;
        }
        self.step(at, does);
        let mut found = Vec::new();
        for id in &asked {
            let (Some(state), Some(process)) = (state, process) else {
                continue;
            };
            let Some(seen) = self.seen.get(*id) else {
                continue;
            };
            let (was, hibernated) = (seen.state, seen.hibernated);
            let answered = answered_state(call, id, "currentState");
            let is_no_op = match verb {
                "start" => matches!(was, ApiState::Running | ApiState::Pending),
                "terminate" => matches!(was, ApiState::ShuttingDown | ApiState::Terminated),
                _ => was != ApiState::Running,
            };
            if !is_no_op {
                let is_resume = process == Process::Pending && hibernated;
                let process = if is_resume {
                    Process::Resuming
                } else {
                    process
                };
                let at_rest = was == ApiState::Stopped && verb == "terminate";
                self.moves(id, state, at, Some(process).filter(|_| !at_rest));
                if at_rest {
                    continue;
                }
            }
            if let Some(answered) = answered {
                found.push((*id, answered));
            }
        }
        self.found(at, found);
    }

    /// A request came too early: what was under way still is.
    fn goes_on(&mut self, id: &str, at: u64) {
        let Some(seen) = self.seen.get(id) else {
            return;
        };
        let secs = at.saturating_sub(seen.since);
        // What takes longer than ten minutes is something else.
        if let (Some(process), 0..=600) = (seen.process, secs) {
            self.lengths.went_on(process, secs);
        }
    }

    /// An instance of which the records show that it is protected.
    fn protect(&mut self, name: &str, verb: &str) {
        let key = match verb {
            "terminate" => "termination-protection",
            "stop" | "hibernate" => "stop-protection",
            _ => return,
        };
        let was_there = self.before.iter().any(|(before, _)| before == name);
        if let Some(entry) = self
            .instances
            .iter_mut()
            .find(|entry| entry.name == name && was_there)
        {
            entry.say(key, "yes");
        }
    }

    fn modify(&mut self, at: u64, call: &Call) {
        let asked = &call.asked;
        let said = |key: &str| {
            let inside = &asked[key];
            text(inside)
                .or_else(|| text(&inside["value"]))
                .map(str::to_owned)
        };
        let flagged = |key: &str| {
            let inside = &asked[key];
            let value = if inside.is_object() {
                &inside["value"]
            } else {
                inside
            };
            (!value.is_null()).then(|| if flag(value) { "yes" } else { "no" })
        };
        let mut options = Vec::new();
        if let Some(of) = said("instanceType").and_then(|of| TypeId::find(&of)) {
            options.push(format!("type: {}", of.name()));
        }
        for (theirs, ours) in [
            ("disableApiTermination", "termination-protection"),
            ("disableApiStop", "stop-protection"),
            ("ebsOptimized", "ebs-optimized"),
        ] {
            if let Some(word) = flagged(theirs) {
                options.push(format!("{ours}: {word}"));
            }
        }
        if let Some(word @ ("stop" | "terminate")) =
            said("instanceInitiatedShutdownBehavior").as_deref()
        {
            options.push(format!("shutdown-behavior: {word}"));
        }
        let id = text(&asked["instanceId"]);
        let (Some(id), false) = (id, options.is_empty()) else {
            return self.pass_over(at, call);
        };
        let stopped = options.iter().any(|one| one.starts_with("type")) && call.refused.is_none();
        let name = self.known(at, id, stopped);
        self.put(
            at,
            call,
            format!("modify: {{ instance: {name}, {} }}", options.join(", ")),
        );
    }
}

fn shown(text: &str) -> String {
    crate::foreign::cut(&crate::foreign::shown(text), 60)
}

/// What can bring a state about besides a request.
const fn by_itself(state: ApiState) -> &'static str {
    match state {
        ApiState::Stopping | ApiState::ShuttingDown | ApiState::Terminated => {
            "a shutdown from inside"
        }
        ApiState::Pending | ApiState::Running | ApiState::Stopped => "EC2 itself",
    }
}

/// Codes that come of something that the records don't have: quotas, what else the account holds.
const fn needs_what_is_unknown(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::VcpuLimitExceeded
            | ErrorCode::AddressLimitExceeded
            | ErrorCode::IdempotentParameterMismatch
    )
}

/// Whether EC2 says that there is no such instance.
fn is_unknown(call: &Call, id: &str) -> bool {
    call.refused.as_deref() == Some("InvalidInstanceID.NotFound") && looks_like_instance(id)
}

fn looks_like_instance(id: &str) -> bool {
    id.strip_prefix("i-").is_some_and(|digits| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A name, or a list of names.
fn list(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

/// The state of an instance that an answer tells.
fn answered_state(call: &Call, id: &str, which: &str) -> Option<ApiState> {
    let mut all = items(&call.answered["instancesSet"]);
    let item = all.find(|item| item["instanceId"] == id)?;
    ApiState::find(text(&item[which]["name"])?)
}

/// The tags that a request gives to what it makes.
fn tags_of(asked: &Value) -> impl Iterator<Item = (&str, &str)> {
    items(&asked["tagSpecificationSet"])
        .flat_map(|one| one["tags"].as_array().into_iter().flatten())
        .filter_map(|tag| Some((text(&tag["key"])?, tag["value"].as_str()?)))
}

/// The name that a request gives to what it makes.
fn tag_of(asked: &Value) -> Option<&str> {
    tags_of(asked)
        .find(|(key, _)| *key == "Name")
        .map(|(_, value)| value)
}

/// The name in a set of tags.
fn tag_in(set: &Value) -> Option<&str> {
    let mut tags = items(set);
    tags.find(|tag| tag["key"] == "Name")
        .and_then(|tag| text(&tag["value"]))
}

/// IOPS and throughput, where they are asked for.
fn provisioned(asked: &Value) -> impl Iterator<Item = String> {
    ["iops", "throughput"]
        .into_iter()
        .filter_map(|key| Some(format!("{key}: {}", number(&asked[key])?)))
}
