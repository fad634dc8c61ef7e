//! One record as JSON: a line of `--format jsonl`, an element of `events` in `--format json`.
//!
//! ```json
//! {"seq":7,"time":"2026-03-02T10:00:00Z","at":"1h","kind":"transition","instance":"web","instance_id":"i-0c1…",
//!  "from":"running","to":"stopping","flavor":null,"trigger":"StopInstances",
//!  "reason":{"code":"Client.UserInitiatedShutdown","message":"Client.UserInitiatedShutdown: User initiated shutdown"},
//!  "cost":{"step":"0.1027207437","total":"0.1027297043"},"rules":["LIFE-STOP","BILL-STOPPING"],"line":18}
//! ```
//!
//! What is absent is `null`, never missing.
//!
//! A replay says millions of these, so they are written as bytes, and the parts that come again and again are kept.

use std::{io::Write as _, net::IpAddr, ops::Range, sync::Arc};

use serde::{Serialize, Serializer};

use crate::{
    catalog::{Platform, RegionId, TypeId},
    id::Id,
    lifecycle::{Phase, Tenancy},
    money::Price,
    record::{
        Accepted, ActionTarget, AddressEvent, Configured, DataEvent, DataKind, EnvironmentMove,
        Expectation, Fact, FailedStep, InstanceHandle, Invocation, Meter, MeterEvent, Moved,
        Notice, Period, Provisioned, Question, Record, RecordKind, Rejected, ReservationEvent,
        Resource, ResourceKind, Rules, SpotTold, StateReason, Transition, Unit, UsageType, index,
    },
    script::{Cast, Directory, VolumeName},
    time::SimTime,
    world::replaced_root,
};

use super::text::{Json, Kept, Text};

/// A record, and the names of what it names by handles.
#[derive(Debug, Clone, Copy)]
pub struct EventView<'a> {
    /// The record.
    pub record: &'a Record,
    /// Names and ids, which stay the same for the whole replay.
    pub names: &'a dyn Directory,
    /// The instant of offset zero.
    pub start: SimTime,
}

impl EventView<'_> {
    /// Appends it to a text.
    pub fn write(&self, text: &mut Vec<u8>) {
        let called = Called::of(&self.record.kind, self.names);
        EventWriter::new(self.names.cast(), self.start).write(text, self.record, &called);
    }
}

impl Serialize for EventView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Vec::new();
        self.write(&mut text);
        Written(&text).serialize(serializer)
    }
}

/// JSON that is written already.
pub(super) struct Written<'a>(pub(super) &'a [u8]);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = serde_json::Deserializer::from_slice(self.0);
        serde_transcode::transcode(&mut json, serializer)
    }
}

/// An instance, as a line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Who {
    slot: Option<u32>,
    id: Id,
}

/// What a record names by handles is called so: what its line needs, so that it can be written elsewhere.
#[derive(Debug, Default)]
pub(super) struct Called {
    /// The instance; for a meter of a volume, the one that it was launched with.
    instance: Option<Who>,
    other: Other,
    /// The environment of an invocation, which its function doesn't stand for.
    environment: Option<(String, Id)>,
    /// Where it stands in the whole replay, where a part of it is replayed.
    rank: Option<Box<[u64]>>,
}

/// What else a record names, if anything.
#[derive(Debug, Default)]
enum Other {
    #[default]
    Nothing,
    Volume(VolumeName, Id),
    Address(Option<u32>, Id),
    /// A snapshot, an image, an interface.
    Thing(Box<(ResourceKind, String, Id)>),
    /// What EC2 says of a transition, where it isn't what it says of every one like it.
    Reason(Box<str>),
}

impl Called {
    /// What the things are called that a record names.
    pub(super) fn of(kind: &RecordKind, names: &dyn Directory) -> Self {
        let mut called = Self::default();
        match kind {
            RecordKind::Transition(transition) => {
                called.instance(names, Some(transition.instance));
                if let Some(reason) = transition.reason.filter(|reason| reason.is_particular()) {
                    let text = names.reason_text(transition.instance, reason);
                    called.other = Other::Reason(text.into());
                }
            }
            RecordKind::Rejected(rejected) => {
                called.instance(names, rejected.target.instance);
                called.resource(names, rejected.target.resource);
            }
            RecordKind::Accepted(accepted) => {
                called.instance(names, accepted.instance);
                called.resource(names, accepted.resource);
            }
            RecordKind::Address(event) => {
                called.instance(names, event.instance);
                called.resource(names, event.address.map(Resource::Address));
            }
            RecordKind::Data(event) => {
                called.instance(names, event.instance);
                if let DataKind::Volume(volume) = event.what {
                    called.resource(names, Some(Resource::Volume(volume)));
                }
            }
            RecordKind::Provisioned(provisioned) => {
                called.resource(names, Some(Resource::Volume(provisioned.volume)));
            }
            RecordKind::Meter(meter) => {
                if let Resource::Volume(volume) = meter.resource {
                    called.instance(names, names.owner(volume));
                }
                called.resource(names, Some(meter.resource));
            }
            RecordKind::Fact(fact) => {
                called.instance(names, fact.instance());
                called.resource(names, fact.resource());
            }
            RecordKind::Note(_) => {}
            RecordKind::Expectation(expectation) => called.instance(names, expectation.instance),
            RecordKind::Notice(notice) => {
                called.instance(names, notice.instance);
                called.resource(names, notice.resource);
            }
            RecordKind::Reservation(event) => {
                called.instance(names, event.instance);
                called.resource(names, Some(event.reservation.into()));
            }
            RecordKind::Environment(moved) => {
                called.resource(names, Some(moved.environment.into()));
            }
            RecordKind::Moved(moved) => called.resource(names, Some(moved.resource)),
            RecordKind::Invocation(one) => {
                called.resource(names, Some(one.function.into()));
                if let Some(environment) = one.environment {
                    called.environment = Some(names.thing(environment.into()));
                }
            }
        }
        called
    }

    /// With where the record stands in the whole replay.
    pub(super) fn ranked(self, rank: Option<&[u64]>) -> Self {
        let rank = rank.map(Into::into);
        Self { rank, ..self }
    }

    fn instance(&mut self, names: &dyn Directory, handle: Option<InstanceHandle>) {
        self.instance = handle.map(|handle| Who {
            slot: names.slot(handle),
            id: names.instance_id(handle),
        });
    }

    fn resource(&mut self, names: &dyn Directory, resource: Option<Resource>) {
        match resource {
            Some(Resource::Instance(instance)) => self.instance(names, Some(instance)),
            Some(Resource::Volume(volume)) => {
                self.other = Other::Volume(names.volume(volume), names.volume_id(volume));
            }
            Some(Resource::Address(address)) => {
                self.other = Other::Address(names.address(address), names.address_id(address));
            }
            Some(
                thing @ (Resource::Snapshot(_)
                | Resource::Image(_)
                | Resource::Interface(_)
                | Resource::DedicatedHost(_)
                | Resource::CapacityReservation(_)
                | Resource::Function(_)
                | Resource::Environment(_)
                | Resource::Cluster(_)
                | Resource::Service(_)
                | Resource::Task(_)),
            ) => {
                let (name, id) = names.thing(thing);
                self.other = Other::Thing(Box::new((thing.kind(), name, id)));
            }
            // Told by its instance.
            Some(Resource::SpotRequest(_)) | None => {}
        }
    }

    const fn volume(&self) -> Option<(VolumeName, Id)> {
        match self.other {
            Other::Volume(name, id) => Some((name, id)),
            Other::Nothing | Other::Address(..) | Other::Thing(_) | Other::Reason(_) => None,
        }
    }

    const fn address(&self) -> Option<(Option<u32>, Id)> {
        match self.other {
            Other::Address(name, id) => Some((name, id)),
            Other::Nothing | Other::Volume(..) | Other::Thing(_) | Other::Reason(_) => None,
        }
    }

    const fn is_thing(&self) -> bool {
        matches!(self.other, Other::Thing(_))
    }
}

/// Writes the records of a scenario.
#[derive(Debug)]
pub(super) struct EventWriter {
    cast: Arc<Cast>,
    start: SimTime,
    /// The instant of the record before, and `,"time":…,"at":…,"kind":`: a transition comes with its addresses, data and
    /// meters. Without it and [`who`](Self::who), JSON lines take 28 % more instructions.
    moment: (Option<SimTime>, Vec<u8>),
    /// The instance that was named last: most of these records are of one. What names it is made anew with it, and never
    /// apart from it.
    who: Option<Who>,
    named: Text,
    /// Where its name and its id stand in that.
    name: Range<usize>,
    id: Range<usize>,
    /// What the volume is provisioned as that was told of last, until the meter that it opens says so.
    provisioned: Option<Provisioned>,
    /// What the bill has to know and no line has said yet.
    facts: Vec<u8>,
    rules: Kept<Static, Text>,
    moves: Kept<Move, Text>,
    metered: Kept<Metered, [Text; 3]>,
    /// The ends of lines, by the scenario's line that they name.
    ends: Kept<u32, Text>,
}

/// A text or a list that is a static: where it lies, and how long it is, says which it is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Static(usize, usize);

impl Static {
    fn text(text: &'static str) -> Self {
        Self(text.as_ptr().addr(), text.len())
    }

    fn rules(rules: Rules) -> Self {
        Self(rules.as_ptr().addr(), rules.len())
    }
}

/// How a transition goes, and of what.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Move {
    from: Option<Phase>,
    to: Phase,
    trigger: Static,
    why: Static,
    reason: Option<StateReason>,
    of: (TypeId, Platform, Tenancy),
    zone: Static,
}

/// What is metered at which price, and whether the meter closes, maybe only because the replay ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Metered {
    meter: Meter,
    usage_type: UsageType,
    unit: Unit,
    price: Price,
    units: u64,
    is_closed: bool,
    at_end: bool,
}

impl EventWriter {
    /// A writer for the records of a replay with this cast that began at `start`.
    pub(super) fn new(cast: &Arc<Cast>, start: SimTime) -> Self {
        Self {
            cast: Arc::clone(cast),
            start,
            moment: (None, Vec::new()),
            who: None,
            named: Text::new(),
            name: 0..0,
            id: 0..0,
            provisioned: None,
            facts: Vec::new(),
            rules: Kept::default(),
            moves: Kept::default(),
            metered: Kept::default(),
            ends: Kept::default(),
        }
    }

    /// Whether it is the writer for such a replay.
    pub(super) fn is_of(&self, cast: &Arc<Cast>, start: SimTime) -> bool {
        Arc::ptr_eq(&self.cast, cast) && self.start == start
    }

    /// Takes note of a record that has no line of its own: what a volume is provisioned as stands with the meter that it
    /// opens, and what the bill has to know in the next line.
    pub(super) fn unshown(&mut self, record: &Record, called: &Called) {
        if let RecordKind::Provisioned(provisioned) = record.kind {
            self.provisioned = Some(provisioned);
        } else if let RecordKind::Fact(fact) = &record.kind {
            let text = &mut self.facts;
            text.raw(if text.is_empty() { "" } else { "," });
            text.raw(r#"{"instance_id":"#);
            text.or_null(called.instance, |text, who| quoted_id(text, who.id));
            match fact {
                Fact::Sent(sent) => {
                    text.raw(r#","sent_to":"#);
                    text.word(sent.to.name());
                    text.raw(r#","amount":"#);
                    text.number(sent.amount);
                    text.raw(r#","hourly":"#);
                    text.truth(sent.hourly);
                }
                Fact::Utilised(utilised) => {
                    text.raw(r#","percent_hundredths":"#);
                    text.number(utilised.percent_hundredths);
                }
                Fact::CreditMode(choice) => {
                    text.raw(r#","credits":"#);
                    text.word(choice.mode.name());
                }
                Fact::Monitoring(monitored) => {
                    text.raw(r#","detailed_monitoring":"#);
                    text.truth(monitored.detailed);
                }
                Fact::Snapshot(change) => {
                    thing(text, called);
                    text.raw(r#","step":"#);
                    text.word(change.step.name());
                    text.raw(r#","of_volume":"#);
                    text.number(change.volume.index());
                    text.raw(r#","used_gib":"#);
                    text.number(change.used_gib);
                    text.raw(r#","size_gib":"#);
                    text.number(change.size_gib);
                    if let Some(zone) = change.zone {
                        text.raw(r#","zone":"#);
                        text.word(zone);
                    }
                }
                Fact::Readiness(readiness) => {
                    thing(text, called);
                    text.raw(r#","ready":"#);
                    text.number(readiness.count);
                    configured(text, &readiness.config);
                }
                Fact::Cached(cached) => {
                    thing(text, called);
                    text.raw(r#","cached":"#);
                    text.truth(cached.is_kept);
                    configured(text, &cached.config);
                }
                Fact::Requests(requests) => {
                    text.raw(r#","of_volume":"#);
                    text.number(requests.volume.index());
                    text.raw(r#","requests":"#);
                    text.number(requests.count);
                }
                Fact::SpotRate(SpotTold { rate, .. }) => {
                    text.raw(r#","spot_price":""#);
                    text.raw(&rate.price.to_string());
                    text.raw(r#"","on_demand":""#);
                    text.raw(&rate.on_demand.to_string());
                    text.raw(r#"","estimated":"#);
                    text.truth(rate.is_estimate);
                }
            }
            text.raw("}");
        }
    }

    /// Appends the line of a record, if it has one.
    pub(super) fn line(&mut self, text: &mut Text, record: &Record, called: &Called) {
        if record.kind.is_shown() {
            self.write(text, record, called);
            text.push(b'\n');
        } else {
            self.unshown(record, called);
        }
    }

    /// Appends a record, without the end of its line.
    pub(super) fn write(&mut self, text: &mut Vec<u8>, record: &Record, called: &Called) {
        text.raw(r#"{"seq":"#);
        text.number(record.seq);
        self.moment(text, record.at);
        match &record.kind {
            RecordKind::Transition(transition) => self.transition(text, transition, called),
            RecordKind::Rejected(rejected) => self.rejected(text, rejected, called),
            RecordKind::Accepted(accepted) => self.accepted(text, accepted, called),
            RecordKind::Address(event) => self.address_event(text, event, called),
            RecordKind::Data(event) => self.data(text, event, called),
            // What isn't shown has no line.
            RecordKind::Fact(_) => text.raw(r#""fact""#),
            RecordKind::Provisioned(_) => {
                text.raw(r#""provisioned""#);
                self.volume(text, called);
            }
            RecordKind::Meter(meter) => self.meter(text, meter, called),
            RecordKind::Note(note) => {
                text.raw(r#""note","text":"#);
                text.string(&note.text);
                if let Some(question) = &note.question {
                    self.question(text, question);
                }
            }
            RecordKind::Expectation(expectation) => self.expectation(text, expectation, called),
            RecordKind::Notice(notice) => self.notice(text, notice, called),
            RecordKind::Reservation(event) => self.reservation(text, event, called),
            RecordKind::Environment(moved) => self.environment(text, moved, called),
            RecordKind::Moved(moved) => self.moved(text, moved, called),
            RecordKind::Invocation(one) => self.invocation(text, one, called),
        }
        if !self.facts.is_empty() {
            text.raw(r#","facts":["#);
            text.append(&mut self.facts);
            text.raw("]");
        }
        if let Some(rank) = &called.rank {
            for (index, number) in rank.iter().enumerate() {
                text.raw(if index == 0 { r#","order":["# } else { "," });
                text.number(*number);
            }
            text.raw("]");
        }
        let line = record.line;
        let end = self.ends.get(line, index(line), || {
            let mut text = Text::new();
            text.raw(r#","line":"#);
            text.or_null(Some(line).filter(|&line| line > 0), Vec::number);
            text.raw("}");
            text
        });
        text.extend_from_slice(end);
    }

    fn moment(&mut self, text: &mut Vec<u8>, at: SimTime) {
        let (known, kept) = &mut self.moment;
        if *known != Some(at) {
            *known = Some(at);
            kept.clear();
            kept.raw(r#","time":""#);
            at.append_to(kept);
            kept.raw(r#"","at":""#);
            at.since(self.start).append_to(kept);
            kept.raw(r#"","kind":"#);
        }
        text.extend_from_slice(kept);
    }

    /// The name of an instance, in the middle of a string.
    fn name(&self, text: &mut Vec<u8>, slot: u32) {
        if self.who.is_some_and(|who| who.slot == Some(slot)) {
            text.extend_from_slice(&self.named[self.name.clone()]);
        } else {
            slot_name(&self.cast, text, slot);
        }
    }

    fn instance(&mut self, text: &mut Vec<u8>, called: &Called) {
        let Some(who) = called.instance else {
            text.raw(r#","instance":null,"instance_id":null"#);
            return;
        };
        if self.who != Some(who) {
            self.introduce(who);
        }
        text.extend_from_slice(&self.named);
    }

    /// Makes what names an instance.
    fn introduce(&mut self, who: Who) {
        self.who = Some(who);
        let named = &mut self.named;
        named.clear();
        named.raw(r#","instance":""#);
        let name = named.len();
        match who.slot {
            Some(slot) => slot_name(&self.cast, named, slot),
            None => who.id.append_to(named),
        }
        self.name = name..named.len();
        named.raw(r#"","instance_id":""#);
        let id = named.len();
        who.id.append_to(named);
        self.id = id..named.len();
        named.raw("\"");
    }

    /// The name of a volume, in the middle of a string.
    fn volume_name(&self, text: &mut Vec<u8>, (name, id): (VolumeName, Id)) {
        match name {
            VolumeName::Unnamed => id.append_to(text),
            VolumeName::Named(name) => text.escaped(self.cast.other(ResourceKind::Volume, name)),
            VolumeName::Of { slot, n: 0 } => {
                self.name(text, slot);
                text.raw("/root");
            }
            VolumeName::Of { slot, n } => {
                self.name(text, slot);
                text.raw("/");
                match replaced_root(n) {
                    Some(k) => {
                        text.raw("root-");
                        text.number(k);
                    }
                    None => match self.cast.own_volume(slot, n) {
                        Some(name) => text.escaped(name),
                        None => text.number(n),
                    },
                }
            }
        }
    }

    fn volume(&self, text: &mut Vec<u8>, called: &Called) {
        text.raw(r#","volume":"#);
        text.or_null(called.volume(), |text, called| {
            text.raw("\"");
            self.volume_name(text, called);
            text.raw("\"");
        });
    }

    fn address(&self, text: &mut Vec<u8>, called: &Called) {
        text.raw(r#","address":"#);
        text.or_null(called.address(), |text, called| {
            text.raw("\"");
            self.address_name(text, called);
            text.raw("\"");
        });
    }

    /// The name of an Elastic IP, in the middle of a string.
    fn address_name(&self, text: &mut Vec<u8>, (name, id): (Option<u32>, Id)) {
        match name {
            Some(name) => text.escaped(self.cast.other(ResourceKind::Address, name)),
            None => id.append_to(text),
        }
    }

    fn rules(&mut self, text: &mut Vec<u8>, rules: Rules) {
        let at = Static::rules(rules);
        text.extend_from_slice(self.rules.get(at, at.0, || {
            let mut text = Text::new();
            text.raw(r#","rules":["#);
            for (index, rule) in rules.iter().enumerate() {
                if index > 0 {
                    text.raw(",");
                }
                text.word(rule.id);
            }
            text.raw("]");
            text
        }));
    }

    fn transition(&mut self, text: &mut Vec<u8>, transition: &Transition, called: &Called) {
        text.raw(r#""transition""#);
        self.instance(text, called);
        let Transition {
            from,
            to,
            trigger,
            why,
            reason,
            instance_type,
            platform,
            tenancy,
            zone,
            rules,
            ..
        } = *transition;
        let told = Move {
            from,
            to,
            trigger: Static::text(trigger),
            why: Static::text(why),
            reason,
            of: (instance_type, platform, tenancy),
            zone: Static::text(zone),
        };
        let move_of = |message: Option<&str>| {
            let mut text = Text::new();
            text.raw(r#","from":"#);
            text.or_null(from, |text, from| text.word(from.state().name()));
            text.raw(r#","to":"#);
            text.word(to.state().name());
            text.raw(r#","flavor":"#);
            text.or_null(to.flavor(), |text, flavor| text.word(flavor.name()));
            text.raw(r#","type":"#);
            text.word(instance_type.name());
            text.raw(r#","platform":"#);
            text.word(platform.word());
            text.raw(r#","tenancy":"#);
            text.word(tenancy.name());
            text.raw(r#","zone":"#);
            text.word(zone);
            text.raw(r#","trigger":"#);
            text.word(trigger);
            text.raw(r#","why":"#);
            text.string(why);
            text.raw(r#","reason":"#);
            text.or_null(reason, |text, reason| {
                text.raw(r#"{"code":"#);
                text.word(reason.code());
                text.raw(r#","message":"#);
                text.string(message.unwrap_or_else(|| reason.message()));
                text.raw("}");
            });
            text.raw(r#","cost":{"step":""#);
            text
        };
        if let Other::Reason(message) = &called.other {
            text.extend_from_slice(&move_of(Some(message)));
        } else {
            let key = rules.as_ptr().addr();
            text.extend_from_slice(self.moves.get(told, key, || move_of(None)));
        }
        transition.cost_step.append_to(text);
        text.raw(r#"","total":""#);
        transition.cost_total.append_to(text);
        text.raw(r#""}"#);
        self.rules(text, transition.rules);
    }

    fn rejected(&mut self, text: &mut Vec<u8>, rejected: &Rejected, called: &Called) {
        let target = &rejected.target;
        text.raw(r#""rejected","action":"#);
        text.word(rejected.action);
        let name_of = |kind| target.name.as_deref().filter(|_| target.kind == kind);
        text.raw(r#","instance":"#);
        text.or_null(name_of(ResourceKind::Instance), Vec::string);
        text.raw(r#","instance_id":"#);
        match called.instance {
            Some(who) => {
                text.raw("\"");
                who.id.append_to(text);
                text.raw("\"");
            }
            None => text.or_null(target.id.as_deref(), Vec::string),
        }
        if called.volume().is_some() {
            self.volume(text, called);
        } else {
            text.raw(r#","volume":"#);
            text.or_null(name_of(ResourceKind::Volume), Vec::string);
        }
        if called.address().is_some() {
            self.address(text, called);
        } else {
            text.raw(r#","address":"#);
            text.or_null(name_of(ResourceKind::Address), Vec::string);
        }
        ids(text, called);
        match name_of_thing(target).filter(|_| !called.is_thing()) {
            Some(name) => {
                text.raw(r#","resource":"#);
                text.string(name);
                text.raw(r#","resource_kind":"#);
                text.word(target.kind.noun());
            }
            None => thing(text, called),
        }
        text.raw(r#","code":"#);
        text.word(rejected.code.name());
        text.raw(r#","message":"#);
        text.string(&rejected.message);
        text.raw(r#","expected":"#);
        text.truth(rejected.expected);
        failed_step(text, (!rejected.expected).then_some(rejected.step));
        self.rules(text, rejected.rules);
    }

    fn accepted(&mut self, text: &mut Vec<u8>, accepted: &Accepted, called: &Called) {
        text.raw(r#""accepted","action":"#);
        text.word(accepted.action);
        text.raw(r#","attribute":"#);
        text.or_null(
            Some(accepted.what).filter(|what| !what.is_empty()),
            Vec::word,
        );
        text.raw(r#","value":"#);
        text.or_null(accepted.value.as_deref(), Vec::string);
        text.raw(r#","unchanged":"#);
        text.truth(accepted.unchanged);
        self.instance(text, called);
        self.volume(text, called);
        self.address(text, called);
        ids(text, called);
        thing(text, called);
        self.rules(text, accepted.rules);
    }

    fn address_event(&mut self, text: &mut Vec<u8>, event: &AddressEvent, called: &Called) {
        let is_ipv6 = event.to.or(event.from).is_some_and(|ip| ip.is_ipv6());
        text.raw(r#""address""#);
        self.instance(text, called);
        self.address(text, called);
        allocation_id(text, called);
        text.raw(if is_ipv6 {
            r#","family":"ipv6","scope":"#
        } else {
            r#","family":"ipv4","scope":"#
        });
        text.word(event.scope.name());
        text.raw(r#","from":"#);
        text.or_null(event.from, ip);
        text.raw(r#","to":"#);
        text.or_null(event.to, ip);
        self.rules(text, event.rules);
    }

    fn question(&mut self, text: &mut Vec<u8>, question: &Question) {
        text.raw(r#","question":{"ask":"#);
        text.string(&question.ask);
        text.raw(r#","choices":"#);
        let choices = (!question.choices.is_empty()).then_some(&question.choices);
        text.or_null(choices, |text, choices| {
            text.raw("[");
            for (index, choice) in choices.iter().enumerate() {
                if index > 0 {
                    text.raw(",");
                }
                text.string(choice);
            }
            text.raw("]");
        });
        text.raw(r#","answer":"#);
        text.string(&question.answer);
        for (field, said) in [
            (r#","hint":"#, &question.hint),
            (r#","why":"#, &question.why),
        ] {
            text.raw(field);
            text.or_null(said.as_deref(), Vec::string);
        }
        self.rules(text, question.rules);
        text.raw("}");
    }

    fn data(&mut self, text: &mut Vec<u8>, event: &DataEvent, called: &Called) {
        text.raw(r#""data""#);
        self.instance(text, called);
        text.raw(match event.what {
            DataKind::Memory => r#","what":"memory""#,
            DataKind::InstanceStore => r#","what":"instance-store""#,
            DataKind::Volume(_) => r#","what":"volume""#,
        });
        self.volume(text, called);
        volume_id(text, called);
        text.raw(r#","outcome":"#);
        text.word(event.outcome.name());
        self.rules(text, event.rules);
    }

    fn meter(&mut self, text: &mut Vec<u8>, meter: &MeterEvent, called: &Called) {
        text.raw(r#""meter""#);
        self.instance(text, called);
        text.raw(r#","resource":""#);
        match meter.resource {
            Resource::Instance(_) => text.extend_from_slice(&self.named[self.name.clone()]),
            Resource::Volume(_) => {
                if let Some(called) = called.volume() {
                    self.volume_name(text, called);
                }
            }
            Resource::Address(_) => {
                if let Some(called) = called.address() {
                    self.address_name(text, called);
                }
            }
            Resource::Snapshot(_)
            | Resource::Image(_)
            | Resource::Interface(_)
            | Resource::DedicatedHost(_)
            | Resource::CapacityReservation(_)
            | Resource::Function(_)
            | Resource::Environment(_)
            | Resource::Cluster(_)
            | Resource::Service(_)
            | Resource::Task(_)
            | Resource::SpotRequest(_) => {
                if let Other::Thing(thing) = &called.other {
                    text.escaped(&thing.1);
                }
            }
        }
        text.raw(r#"","resource_id":""#);
        match (meter.resource, &called.other) {
            (Resource::Instance(_), _) => text.extend_from_slice(&self.named[self.id.clone()]),
            (_, Other::Volume(_, id) | Other::Address(_, id)) => id.append_to(text),
            (_, Other::Thing(thing)) => thing.2.append_to(text),
            (_, Other::Nothing | Other::Reason(_)) => {}
        }
        let told = Metered {
            meter: meter.meter,
            usage_type: meter.usage_type,
            unit: meter.unit,
            price: meter.unit_price,
            units: meter.units,
            is_closed: meter.closed.is_some(),
            at_end: meter.closed.is_some_and(|closed| closed.at_end),
        };
        let spread = usize::try_from(told.price.units()).unwrap_or_default() << 1;
        let region = self.cast.region;
        let [before, between, after] =
            self.metered
                .get(told, spread + usize::from(told.is_closed), || {
                    told.parts(region)
                });
        text.extend_from_slice(before);
        text.or_null(meter.closed, |text, closed| {
            text.raw("\"");
            match meter.unit.period() {
                Period::Parts(_) => text.raw(&meter.unit.written(closed.quantity.into())),
                Period::Hour | Period::Month => text.number(closed.quantity),
            }
            text.raw("\"");
        });
        text.extend_from_slice(between);
        text.or_null(meter.closed, |text, closed| {
            text.raw("\"");
            closed.amount.append_to(text);
            text.raw("\"");
        });
        text.extend_from_slice(after);
        let provisioned = self
            .provisioned
            .take_if(|provisioned| meter.resource == Resource::Volume(provisioned.volume));
        text.or_null(provisioned, |text, Provisioned { config, .. }| {
            text.raw(r#"{"type":"#);
            text.word(config.volume_type.name());
            text.raw(r#","size_gib":"#);
            text.number(config.size_gib);
            text.raw(r#","iops":"#);
            text.number(config.iops);
            text.raw(r#","throughput":"#);
            text.number(config.throughput);
            text.raw("}");
        });
        self.rules(text, meter.rules);
    }

    fn expectation(&mut self, text: &mut Vec<u8>, expectation: &Expectation, called: &Called) {
        text.raw(r#""expectation""#);
        self.instance(text, called);
        text.raw(r#","subject":"#);
        text.string(&expectation.subject);
        text.raw(r#","check":"#);
        text.word(expectation.check);
        text.raw(if expectation.passed {
            r#","outcome":"passed","expected":"#
        } else {
            r#","outcome":"failed","expected":"#
        });
        text.string(&expectation.expected);
        text.raw(r#","found":"#);
        text.string(&expectation.found);
        text.raw(r#","at_line":"#);
        let place = expectation.place;
        text.or_null(Some(place.line).filter(|&line| line > 0), Vec::number);
        text.raw(r#","span":["#);
        text.number(place.lo);
        text.raw(",");
        text.number(place.hi);
        text.raw(r#"],"at_end":"#);
        text.truth(expectation.at_end);
    }

    fn notice(&mut self, text: &mut Vec<u8>, notice: &Notice, called: &Called) {
        text.raw(r#""notice""#);
        self.instance(text, called);
        if called.volume().is_some() {
            self.volume(text, called);
            volume_id(text, called);
        }
        text.raw(r#","event":"#);
        text.word(notice.event.name());
        text.raw(r#","message":"#);
        text.string(&notice.message);
        failed_step(text, notice.event.is_failure().then_some(notice.step));
        self.rules(text, notice.rules);
    }

    fn reservation(&mut self, text: &mut Vec<u8>, event: &ReservationEvent, called: &Called) {
        text.raw(r#""reservation""#);
        self.instance(text, called);
        thing(text, called);
        text.raw(r#","event":"#);
        text.word(event.what.name());
        text.raw(r#","type":"#);
        text.word(event.instance_type.name());
        text.raw(r#","platform":"#);
        text.word(event.platform.word());
        text.raw(r#","tenancy":"#);
        text.word(event.tenancy.name());
        text.raw(r#","count":"#);
        text.number(event.count);
        text.raw(r#","used":"#);
        text.number(event.used);
        self.rules(text, event.rules);
    }

    /// A transition of what isn't an instance.
    fn environment(&mut self, text: &mut Vec<u8>, moved: &EnvironmentMove, called: &Called) {
        text.raw(r#""transition""#);
        self.instance(text, called);
        thing(text, called);
        text.raw(r#","from":"#);
        text.or_null(moved.from, |text, from| text.word(from.state().name()));
        text.raw(r#","to":"#);
        text.word(moved.to.state().name());
        text.raw(
            r#","flavor":null,"type":null,"platform":null,"tenancy":null,"zone":null,"trigger":"#,
        );
        text.word(moved.trigger);
        text.raw(r#","why":"#);
        text.string(moved.why);
        text.raw(r#","reason":null,"cost":null"#);
        self.rules(text, moved.rules);
    }

    /// The same of a task or a service.
    fn moved(&mut self, text: &mut Vec<u8>, moved: &Moved, called: &Called) {
        text.raw(r#""transition""#);
        self.instance(text, called);
        thing(text, called);
        text.raw(r#","from":"#);
        text.or_null(moved.from, Vec::word);
        text.raw(r#","to":"#);
        text.word(moved.to);
        text.raw(
            r#","flavor":null,"type":null,"platform":null,"tenancy":null,"zone":null,"trigger":"#,
        );
        text.word(moved.trigger);
        text.raw(r#","why":"#);
        text.string(moved.why);
        text.raw(r#","reason":"#);
        text.or_null(moved.stop.as_ref(), |text, stop| {
            text.raw(r#"{"code":"#);
            text.word(stop.code);
            text.raw(r#","message":"#);
            text.string(&stop.reason);
            text.raw("}");
        });
        text.raw(r#","cost":null"#);
        if let Some(config) = &moved.config {
            text.raw(r#","cpu_units":"#);
            text.number(config.cpu_units);
            text.raw(r#","memory_mb":"#);
            text.number(config.memory_mb);
            text.raw(r#","storage_gb":"#);
            text.number(config.storage_gb);
            text.raw(r#","architecture":"#);
            text.word(config.architecture.name());
            text.raw(r#","windows":"#);
            text.truth(config.is_windows);
            text.raw(r#","spot":"#);
            text.truth(config.is_spot);
            text.raw(r#","public_ipv4":"#);
            text.truth(config.has_public_ipv4);
        }
        self.rules(text, moved.rules);
    }

    fn invocation(&mut self, text: &mut Vec<u8>, one: &Invocation, called: &Called) {
        text.raw(r#""invocation""#);
        self.instance(text, called);
        thing(text, called);
        let environment = called.environment.as_ref();
        text.raw(r#","environment":"#);
        text.or_null(environment, |text, (name, _)| text.string(name));
        text.raw(r#","environment_id":"#);
        text.or_null(environment, |text, (_, id)| quoted_id(text, *id));
        text.raw(r#","start":"#);
        text.or_null(one.start, |text, start| text.word(start.name()));
        text.raw(r#","outcome":"#);
        text.word(one.outcome.name());
        text.raw(r#","reason":"#);
        text.or_null(one.reason, Vec::word);
        text.raw(r#","began":"#);
        text.string(&one.began.to_string());
        for (field, number) in [
            (r#","count":"#, one.count),
            (r#","cold":"#, one.cold),
            (r#","throttled":"#, one.throttled),
            (r#","billed_ms":"#, one.billed_ms),
            (r#","requests":"#, one.requests),
            (r#","restored":"#, one.restored),
        ] {
            text.raw(field);
            text.number(number);
        }
        text.raw(r#","provisioned":"#);
        text.truth(one.provisioned);
        configured(text, &one.config);
        self.rules(text, one.rules);
    }
}

/// What of a function's configuration decides what it costs.
fn configured(text: &mut Vec<u8>, config: &Configured) {
    text.raw(r#","memory_mb":"#);
    text.number(config.memory_mb);
    text.raw(r#","tmp_mb":"#);
    text.number(config.tmp_mb);
    text.raw(r#","architecture":"#);
    text.word(config.architecture.name());
    text.raw(r#","edge":"#);
    text.truth(config.edge);
}

impl Metered {
    /// What stands before the quantity, between it and the amount, and after that.
    fn parts(self, region: RegionId) -> [Text; 3] {
        let mut parts = [Text::new(), Text::new(), Text::new()];
        let [before, between, after] = &mut parts;
        before.raw(r#"","meter":"#);
        before.word(self.meter.name());
        before.raw(r#","change":"#);
        before.word(if self.is_closed { "closed" } else { "opened" });
        before.raw(r#","usage_type":"#);
        before.string(&self.usage_type.text(region));
        before.raw(r#","quantity":"#);
        between.raw(r#","unit":"#);
        between.word(self.unit.name());
        between.raw(r#","unit_price":"#);
        between.string(&self.price.to_string());
        between.raw(r#","price_unit":"#);
        between.word(self.unit.price_unit());
        between.raw(r#","amount":"#);
        after.raw(r#","units":"#);
        after.number(self.units);
        after.raw(r#","at_end":"#);
        after.truth(self.at_end);
        after.raw(r#","provisioned":"#);
        parts
    }
}

/// The name of the instance of a slot, in the middle of a string.
fn slot_name(cast: &Cast, text: &mut Vec<u8>, slot: u32) {
    let entry = &cast.instances[cast.entry_of(slot)];
    text.escaped(&entry.name);
    if entry.count.is_some() {
        text.raw("-");
        text.number(slot - entry.first_slot + 1);
    }
}

fn volume_id(text: &mut Vec<u8>, called: &Called) {
    text.raw(r#","volume_id":"#);
    text.or_null(called.volume(), |text, (_, id)| quoted_id(text, id));
}

fn allocation_id(text: &mut Vec<u8>, called: &Called) {
    text.raw(r#","allocation_id":"#);
    text.or_null(called.address(), |text, (_, id)| quoted_id(text, id));
}

fn ids(text: &mut Vec<u8>, called: &Called) {
    volume_id(text, called);
    allocation_id(text, called);
}

/// A snapshot, an image or an interface, which few lines are about.
fn thing(text: &mut Vec<u8>, called: &Called) {
    if let Other::Thing(thing) = &called.other {
        let (kind, name, id) = &**thing;
        text.raw(r#","resource":"#);
        text.string(name);
        text.raw(r#","resource_kind":"#);
        text.word(kind.noun());
        text.raw(r#","resource_id":"#);
        quoted_id(text, *id);
    }
}

fn name_of_thing(target: &ActionTarget) -> Option<&str> {
    target.name.as_deref().filter(|_| target.kind.is_thing())
}

fn quoted_id(text: &mut Vec<u8>, id: Id) {
    text.raw("\"");
    id.append_to(text);
    text.raw("\"");
}

/// The step that fails, and the code with which it had to be refused.
fn failed_step(text: &mut Vec<u8>, step: Option<FailedStep>) {
    text.raw(r#","failed_step":"#);
    text.or_null(step, |text, step| {
        text.raw(r#"{"line":"#);
        text.or_null(Some(step.line).filter(|&line| line > 0), Vec::number);
        text.raw(r#","fails":"#);
        text.or_null(step.fails, |text, code| text.word(code.name()));
        text.raw("}");
    });
}

fn ip(text: &mut Vec<u8>, ip: IpAddr) {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            text.raw("\"");
            text.number(a);
            for part in [b, c, d] {
                text.raw(".");
                text.number(part);
            }
            text.raw("\"");
        }
        IpAddr::V6(ip) => {
            let _ = write!(text, "\"{ip}\"");
        }
    }
}
