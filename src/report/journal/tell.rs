//! Records made of the lines of a journal, and their bill made again from them.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    billing::{Biller, Meters},
    catalog::{Architecture, CreditMode, Platform, TypeId, VolumeType},
    compute::ServiceState,
    engine::{Sink, Tally, View},
    id::{Id, IdKind},
    lifecycle::{ErrorCode, Flavor, Phase, Tenancy, environment, task},
    money::Usd,
    place::Place,
    record::{
        Accepted, ActionTarget, AddressEvent, AddressHandle, AddressScope, Cached, Configured,
        CreditChoice, DataEvent, DataKind, DataOutcome, EnvironmentMove, Expectation, Fact,
        FailedStep, InstanceHandle, Invocation, InvocationOutcome, Monitored, Moved, Notice,
        NoticeKind, Provisioned, Readiness, Record, RecordKind, Rejected, ReservationEvent,
        ReservationStep, Resource, ResourceKind, Sent, SnapshotChange, SnapshotStep, SpotRate,
        SpotTold, StartKind, StateReason, Stopped, TaskConfig, Transition, Utilised, VolumeConfig,
        VolumeHandle, VolumeRequests, Way,
    },
    report::finish::{AddressEnd, Finish, InstanceEnd, VolumeEnd},
    script::{Directory, Program},
    time::SimTime,
};

use super::{
    addresses::Addresses,
    error::JournalError,
    head::JournalHead,
    last::{Last, VolumeLine},
    names::ReadNames,
    row::{Found, Row, named, number, there, time},
};

/// Makes records of lines, and tells them.
pub(super) struct Teller<'h> {
    head: &'h JournalHead,
    names: ReadNames,
    bill: Biller,
    /// What the bill has said; no line has said it yet from `met` on.
    meters: Meters,
    met: usize,
    instances: Vec<InstanceEnd>,
    addresses: Vec<AddressEnd>,
    /// How many volumes have come about.
    provisioned: usize,
    tally: Tally,
    seq: u64,
    now: SimTime,
    /// Whether what is open was closed.
    is_over: bool,
    /// Whether a line was told that stands behind everything that happens.
    is_at_end: bool,
    /// Records that aren't told yet, from a transition on whose cost isn't known.
    held: VecDeque<Held>,
    /// Where journals of parts are made one.
    merging: Option<Merging>,
}

/// What is known of the parts of a replay while their journals are made one.
struct Merging {
    /// The addresses of the whole.
    addresses: Addresses,
    /// How many of the bill's meters are held or told.
    told: usize,
    /// The volumes of the part that has what isn't split, in its own order: lines of it number them so.
    volumes: Vec<VolumeHandle>,
    /// Whether it is that part's line.
    is_first: bool,
}

/// A record that isn't told yet.
struct Held {
    record: Record,
    line: u64,
    /// What its line says of its costs, if it is a transition: the step's, and all.
    costs: Option<(String, String)>,
}

impl<'h> Teller<'h> {
    pub(super) fn new(head: &'h JournalHead, keep_ledger: bool) -> Self {
        let program = &head.program;
        Self {
            head,
            names: ReadNames::new(Arc::clone(&program.cast)),
            bill: Biller::new(program.prices.clone(), keep_ledger)
                .holding(&program.purchases, program.start)
                .with_credits(),
            meters: Meters::heard(),
            met: 0,
            instances: Vec::new(),
            addresses: Vec::new(),
            provisioned: 0,
            tally: Tally::default(),
            seq: 0,
            now: program.start,
            is_over: false,
            is_at_end: false,
            held: VecDeque::new(),
            merging: None,
        }
    }

    /// One that is told lines of the parts of a replay, and makes all anew that depends on several of them.
    pub(super) fn merging(head: &'h JournalHead) -> Self {
        Self {
            merging: Some(Merging {
                addresses: Addresses::new(&head.program),
                told: 0,
                volumes: Vec::new(),
                is_first: false,
            }),
            ..Self::new(head, false)
        }
    }

    /// What a line of a part says; of the first one, or of another.
    pub(super) fn part_event(&mut self, row: &Row, at: SimTime, is_first: bool) -> Found<()> {
        if at < self.now {
            return Err(self.contradiction(row.line, "time goes back"));
        }
        self.now = at;
        if let Some(merging) = &mut self.merging {
            merging.is_first = is_first;
        }
        let line = row.maybe("line", number)?.unwrap_or(0);
        if row.text("kind")? == "meter" {
            if let Some(provisioned) = self.provisioned(row)? {
                let kind = RecordKind::Provisioned(provisioned);
                self.hold(row.line, Record::new(0, at, line, kind), None);
            }
            // The meter itself is told by the bill of all parts.
            self.met = (self.met + 1).min(self.meters.events().len());
            self.hold_meters(line);
            return Ok(());
        }
        let kind = self.kind(row)?;
        if let RecordKind::Notice(notice) = &kind {
            self.tally.failures += u64::from(notice.event.is_failure());
        }
        self.facts(row, (0, at, line))?;
        if was_charged(&kind) {
            self.charge(&kind);
        }
        self.hold(row.line, Record::new(0, at, line, kind), None);
        self.hold_meters(line);
        Ok(())
    }

    /// The meters that the bill has opened and closed come next.
    fn hold_meters(&mut self, line: u32) {
        let Some(merging) = &mut self.merging else {
            return;
        };
        for event in &self.meters.events()[merging.told..] {
            self.held.push_back(Held {
                record: Record::new(0, self.now, line, RecordKind::Meter(*event)),
                line: 0,
                costs: None,
            });
        }
        merging.told = self.meters.events().len();
    }

    /// All of a step was told: what it has cost is known.
    pub(super) fn step_over(&mut self, sink: &mut dyn Sink) {
        for held in &mut self.held {
            if let RecordKind::Transition(transition) = &mut held.record.kind {
                (transition.cost_step, transition.cost_total) =
                    self.bill.settle(self.now, transition.instance);
            }
        }
        while let Some(mut held) = self.held.pop_front() {
            held.record.seq = self.seq + 1;
            self.seq += u64::from(held.record.kind.is_shown());
            sink.record(&held.record, &self.view());
        }
        self.met = self.meters.events().len();
    }

    /// The end of all parts: what is open is closed.
    pub(super) fn close(&mut self, end: SimTime, sink: &mut dyn Sink) {
        self.now = end;
        self.is_over = true;
        self.bill.finish(end, &mut self.meters);
        self.hold_meters(0);
        self.step_over(sink);
    }

    /// What a part calls the addresses of an instance, or of an Elastic IP, that are others in the whole.
    pub(super) fn renamed(
        &self,
        instance: Option<InstanceHandle>,
        address: Option<AddressHandle>,
    ) -> Vec<(String, String)> {
        let merging = self.merging.as_ref();
        merging.map_or_else(Vec::new, |merging| {
            merging.addresses.renamed(instance, address)
        })
    }

    /// What was counted.
    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }

    fn contradiction(&self, line: u64, what: &'static str) -> JournalError {
        JournalError::Contradiction {
            line,
            what,
            catalogue: self.head.catalogue.clone(),
        }
    }

    /// Tells what a line says.
    pub(super) fn event(&mut self, row: &Row, sink: &mut dyn Sink) -> Found<()> {
        let (at, seq) = (row.of("time", time)?, row.of("seq", Value::as_u64)?);
        if at < self.now {
            return Err(self.contradiction(row.line, "time goes back"));
        }
        if self.seq.checked_add(1) != Some(seq) {
            return Err(self.contradiction(row.line, "its number isn't the next one"));
        }
        self.seq = seq;
        let is_at_end = !self.is_at_end && is_at_end(row);
        self.is_at_end |= is_at_end;
        if at > self.now || is_at_end {
            self.instant_over(row.line, sink)?;
        }
        self.now = at;
        let line = row.maybe("line", number)?.unwrap_or(0);
        let kind = if row.text("kind")? == "meter" {
            if let Some(provisioned) = self.provisioned(row)? {
                let kind = RecordKind::Provisioned(provisioned);
                self.hold(row.line, Record::new(seq, at, line, kind), None);
            }
            self.meter(row)?
        } else {
            self.kind(row)?
        };
        let costs = if matches!(kind, RecordKind::Transition(_)) {
            let of = |field: &str| row.of("cost", |value| Some(value[field].as_str()?.to_owned()));
            Some((of("step")?, of("total")?))
        } else {
            None
        };
        self.facts(row, (seq, at, line))?;
        if was_charged(&kind) {
            self.charge(&kind);
        }
        self.hold(row.line, Record::new(seq, at, line, kind), costs);
        self.release(sink)
    }

    /// What a line says that isn't a meter's.
    fn kind(&mut self, row: &Row) -> Found<RecordKind> {
        Ok(match row.text("kind")? {
            "transition" if row.maybe("resource_id", Value::as_str)?.is_some() => {
                let thing = self.thing(row)?;
                if thing.is_some_and(|thing| thing.environment().is_none()) {
                    RecordKind::Moved(Box::new(self.moved(row)?))
                } else {
                    RecordKind::Environment(Box::new(self.environment(row)?))
                }
            }
            "invocation" => RecordKind::Invocation(Box::new(self.invocation(row)?)),
            "transition" => RecordKind::Transition(self.transition(row)?),
            "rejected" => RecordKind::Rejected(Box::new(self.rejected(row)?)),
            "accepted" => RecordKind::Accepted(self.accepted(row)?),
            "address" => RecordKind::Address(self.address(row)?),
            "data" => RecordKind::Data(self.data(row)?),
            "note" => RecordKind::Note(row.note()?),
            "expectation" => RecordKind::Expectation(Box::new(self.expectation(row)?)),
            "reservation" => RecordKind::Reservation(Box::new(self.reservation(row)?)),
            "notice" => RecordKind::Notice(self.notice(row)?),
            _ => return Err(row.unknown("kind")),
        })
    }

    /// What a line says beside its own record that the bill has to know.
    fn facts(&mut self, row: &Row, (seq, at, line): (u64, SimTime, u32)) -> Found<()> {
        let Some(facts) = row.maybe("facts", Value::as_array)? else {
            return Ok(());
        };
        for fact in facts {
            let instance = fact["instance_id"].as_str().and_then(Id::parse);
            let instance = instance.and_then(|id| self.names.known_instance(id));
            let thing = match fact["resource_id"].as_str().and_then(Id::parse) {
                Some(id) => {
                    let name = fact["resource"].as_str().unwrap_or_default();
                    self.names.see_thing(name, id)
                }
                None => None,
            };
            let volume = || self.numbered_volume(number(&fact["of_volume"])?);
            let stored = || {
                let snapshot = thing.and_then(Resource::snapshot)?;
                let step = named(SnapshotStep::ALL, SnapshotStep::name, &fact["step"])?;
                let sizes = (number(&fact["used_gib"])?, number(&fact["size_gib"])?);
                let zone = match fact["zone"].as_str() {
                    Some(zone) => Some(self.head.program.cast.region.zone(zone)?),
                    None => None,
                };
                Some(SnapshotChange::new(snapshot, step, volume()?, sizes).within(zone))
            };
            let function = thing.and_then(Resource::function);
            let ready = || {
                let config = configured(fact)?;
                Some(Readiness::new(function?, number(&fact["ready"])?, config))
            };
            let cached = || {
                let config = configured(fact)?;
                Some(Cached::new(function?, fact["cached"].as_bool()?, config))
            };
            let asked = || Some(VolumeRequests::new(volume()?, fact["requests"].as_u64()?));
            let monitored = || {
                let detailed = fact["detailed_monitoring"].as_bool()?;
                Some(Monitored::new(instance?, detailed))
            };
            let sent = || {
                let to = Way::find(fact["sent_to"].as_str()?)?;
                let hourly = fact["hourly"].as_bool()?;
                Some(Sent::new(instance?, to, fact["amount"].as_u64()?, hourly))
            };
            let utilised = || {
                let used = number(&fact["percent_hundredths"])?;
                Some(Utilised::new(instance?, used))
            };
            let chosen = || {
                let modes = [CreditMode::Standard, CreditMode::Unlimited];
                let mode = named(&modes, CreditMode::name, &fact["credits"])?;
                Some(CreditChoice::new(instance?, mode))
            };
            let priced = || {
                let price = |field: &str| fact[field].as_str()?.parse().ok();
                let rate = SpotRate {
                    price: price("spot_price")?,
                    on_demand: price("on_demand")?,
                    is_estimate: fact["estimated"].as_bool()?,
                };
                Some(SpotTold::new(instance?, rate))
            };
            let fact = sent().map(Fact::Sent);
            let fact = fact.or_else(|| utilised().map(Fact::Utilised));
            let fact = fact.or_else(|| chosen().map(Fact::CreditMode));
            let fact = fact.or_else(|| priced().map(Fact::SpotRate));
            let fact = fact.or_else(|| monitored().map(Fact::Monitoring));
            let fact = fact.or_else(|| stored().map(Fact::Snapshot));
            let fact = fact.or_else(|| asked().map(Fact::Requests));
            let fact = fact.or_else(|| ready().map(Fact::Readiness));
            let fact = fact.or_else(|| cached().map(Fact::Cached));
            let fact = fact.ok_or_else(|| row.unknown("facts"))?;
            let kind = RecordKind::Fact(fact);
            self.charge(&kind);
            self.hold(row.line, Record::new(seq, at, line, kind), None);
        }
        Ok(())
    }

    /// The volume of a number, as the line's own replay counts them.
    fn numbered_volume(&self, number: usize) -> Option<VolumeHandle> {
        match &self.merging {
            None => Some(VolumeHandle::new(number)),
            Some(merging) if merging.is_first => merging.volumes.get(number).copied(),
            Some(_) => None,
        }
    }

    fn charge(&mut self, kind: &RecordKind) {
        if self.met == self.meters.events().len() {
            self.meters.clear();
            self.met = 0;
            if let Some(merging) = &mut self.merging {
                merging.told = 0;
            }
        }
        self.bill.observe(self.now, kind, &mut self.meters);
    }

    fn hold(&mut self, line: u64, record: Record, costs: Option<(String, String)>) {
        self.held.push_back(Held {
            record,
            line,
            costs,
        });
    }

    /// Tells what is held back. What a transition has cost holds all that the same step closed, which later lines say; it is
    /// there once the bill comes to what the transition's own line says. The line says it to ten decimals only, so it is
    /// taken from the bill.
    fn release(&mut self, sink: &mut dyn Sink) -> Found<()> {
        while let Some(mut held) = self.held.pop_front() {
            if let (RecordKind::Transition(transition), Some((step, total))) =
                (&mut held.record.kind, &held.costs)
            {
                let so_far = self.bill.list_cost(self.now, transition.instance);
                if so_far.total().to_string() != *total {
                    self.held.push_front(held);
                    return Ok(());
                }
                (transition.cost_step, transition.cost_total) =
                    self.bill.settle(self.now, transition.instance);
                if transition.cost_step.to_string() != *step {
                    return Err(self.contradiction(held.line, "what the step has cost"));
                }
            }
            sink.record(&held.record, &self.view());
        }
        Ok(())
    }

    /// All of an instant was told.
    fn instant_over(&mut self, line: u64, sink: &mut dyn Sink) -> Found<()> {
        if let Some(held) = self.held.front() {
            return Err(self.contradiction(held.line, "what the instance has cost"));
        }
        if self.met < self.meters.events().len() {
            return Err(self.contradiction(line, "a meter is missing"));
        }
        sink.instant_over(&self.view());
        Ok(())
    }

    fn view(&self) -> View<'_> {
        View {
            program: &self.head.program,
            names: &self.names,
            biller: &self.bill,
            now: self.now,
            tally: &self.tally,
        }
    }

    /// The instance that a line names, which was launched before.
    fn instance(&self, row: &Row) -> Found<Option<InstanceHandle>> {
        let Some(id) = row.id("instance_id")? else {
            return Ok(None);
        };
        let known = self.names.known_instance(id);
        known.map(Some).ok_or_else(|| row.unknown("instance_id"))
    }

    fn volume(&mut self, row: &Row) -> Found<Option<VolumeHandle>> {
        let Some(id) = row.id("volume_id")? else {
            return Ok(None);
        };
        let known = self.names.known_volume(id);
        if let (Some(known), Some(name)) = (known, row.maybe("volume", Value::as_str)?)
            && name.contains("/root-")
        {
            self.names.rename(known, name);
        }
        known.map(Some).ok_or_else(|| row.unknown("volume_id"))
    }

    /// The volume or the Elastic IP that is named by its id.
    fn resource(&mut self, row: &Row) -> Found<Option<Resource>> {
        if let Some(id) = row.id("volume_id")? {
            let volume = self.names.see_volume(row.text("volume")?, id, None);
            let volume = volume.ok_or_else(|| row.unknown("volume_id"))?;
            return Ok(Some(Resource::Volume(volume)));
        }
        let Some(id) = row.id("allocation_id")? else {
            return self.thing(row);
        };
        let known = self.names.known_address(id).map(Resource::Address);
        known.map(Some).ok_or_else(|| row.unknown("allocation_id"))
    }

    /// A snapshot, an image or an interface that is named.
    fn thing(&mut self, row: &Row) -> Found<Option<Resource>> {
        let Some(id) = row.id("resource_id")? else {
            return Ok(None);
        };
        let thing = self.names.see_thing(row.text("resource")?, id);
        thing.map(Some).ok_or_else(|| row.unknown("resource_id"))
    }

    fn transition(&mut self, row: &Row) -> Found<Transition> {
        let id = row.id("instance_id")?;
        let id = id.ok_or_else(|| row.unknown("instance_id"))?;
        let known = self.names.known_instance(id);
        let from = known.map(|known| self.instances[known.index()].phase);
        if row.maybe("from", Value::as_str)? != from.map(|from| from.state().name()) {
            return Err(self.contradiction(row.line, "the state that the instance leaves"));
        }
        let state = row.text("to")?;
        let flavor = row.maybe("flavor", Value::as_str)?;
        let to = Phase::ALL.iter().copied().find(|phase| {
            phase.state().name() == state
                && phase.flavor().map(Flavor::name) == flavor
                && (*phase == Phase::Launching) == (from.is_none() && state == "pending")
        });
        let to = to.ok_or_else(|| row.unknown("to"))?;
        let instance_type = row.of("type", |value| TypeId::find(value.as_str()?))?;
        let platform = row.of("platform", |value| Platform::find(value.as_str()?))?;
        let tenancy = row.maybe("tenancy", |value| named(Tenancy::ALL, Tenancy::name, value))?;
        let region = self.head.program.cast.region;
        let zone = row.maybe("zone", |value| region.zone(value.as_str()?))?;
        // Older journals don't say it.
        let zone = zone.or_else(|| region.zones().next()).unwrap_or_default();
        let instance = match known {
            Some(known) => known,
            None => {
                let launched = self.names.launch(row.text("instance")?, id);
                let launched = launched.ok_or_else(|| row.unknown("instance_id"))?;
                if let Some(merging) = &mut self.merging {
                    merging.addresses.launched(&self.names, launched, zone);
                }
                self.instances.push(InstanceEnd {
                    handle: launched,
                    phase: to,
                    instance_type,
                    starts: 0,
                });
                launched
            }
        };
        let end = &mut self.instances[instance.index()];
        let is_start = to == Phase::Running && from != Some(Phase::Running);
        end.starts = end.starts.saturating_add(u32::from(is_start));
        (end.phase, end.instance_type) = (to, instance_type);
        self.tally.transitions += 1;
        let reason = row.maybe("reason", |value| {
            named(StateReason::ALL, StateReason::code, &value["code"])
        })?;
        if let Some(text) = row.json["reason"]["message"].as_str()
            && reason.is_some_and(StateReason::is_particular)
        {
            self.names.see_reason(instance, text);
        }
        Ok(Transition {
            tenancy: tenancy.unwrap_or_default(),
            zone,
            why: row.word("why")?,
            reason,
            cost_step: Usd::ZERO,
            cost_total: Usd::ZERO,
            rules: row.rules()?,
            ..Transition::new(
                instance,
                (from, to),
                row.word("trigger")?,
                instance_type,
                platform,
            )
        })
    }

    fn rejected(&mut self, row: &Row) -> Found<Rejected> {
        let text = |field| row.maybe(field, Value::as_str);
        let (name, volume, address) = (text("instance")?, text("volume")?, text("address")?);
        let thing = text("resource")?;
        let of = row.maybe("resource_kind", |value| {
            named(ResourceKind::ALL, ResourceKind::noun, value)
        })?;
        let (kind, name) = match (name, volume, address) {
            (None, None, None) if thing.is_some() => (of.unwrap_or_default(), thing),
            (None, Some(volume), _) => (ResourceKind::Volume, Some(volume)),
            (None, None, Some(address)) => (ResourceKind::Address, Some(address)),
            (name, _, _) => (ResourceKind::Instance, name),
        };
        let id = text("instance_id")?;
        // An instance that no line has told of isn't there.
        let parsed = id.and_then(Id::parse);
        let instance = parsed.and_then(|id| self.names.known_instance(id));
        let target = ActionTarget {
            name: name.map(Into::into),
            kind,
            id: id.filter(|_| instance.is_none()).map(Into::into),
            instance,
            resource: self.resource(row)?,
        };
        let code = row.of("code", |value| ErrorCode::find(value.as_str()?))?;
        let message = row.text("message")?.to_owned();
        let expected = row.of("expected", Value::as_bool)?;
        Ok(Rejected {
            expected,
            step: failed_step(row)?,
            rules: row.rules()?,
            ..Rejected::new(row.word("action")?, target, code, message)
        })
    }

    fn accepted(&mut self, row: &Row) -> Found<Accepted> {
        let accepted = Accepted {
            what: row.maybe_word("attribute")?.unwrap_or_default(),
            value: row.maybe("value", Value::as_str)?.map(Into::into),
            unchanged: row.of("unchanged", Value::as_bool)?,
            instance: self.instance(row)?,
            resource: self.accepted_resource(row)?,
            ..Accepted::new(row.word("action")?, row.rules()?)
        };
        if let (Some(instance), "instanceType", Some(value)) =
            (accepted.instance, accepted.what, &accepted.value)
        {
            let instance_type = TypeId::find(value).ok_or_else(|| row.unknown("value"))?;
            self.instances[instance.index()].instance_type = instance_type;
        }
        Ok(accepted)
    }

    /// A volume or an Elastic IP that is made is told of by its acceptance first.
    fn accepted_resource(&mut self, row: &Row) -> Found<Option<Resource>> {
        if let Some(id) = row.id("volume_id")? {
            let volume = self.names.see_volume(row.text("volume")?, id, None);
            let volume = volume.ok_or_else(|| row.unknown("volume_id"))?;
            return Ok(Some(Resource::Volume(volume)));
        }
        let Some(id) = row.id("allocation_id")? else {
            return self.thing(row);
        };
        let known = self.names.known_address(id);
        let address = known.or_else(|| {
            let name = row.text("address").ok()?;
            self.names.allocate(name, id)
        });
        let address = address.ok_or_else(|| row.unknown("allocation_id"))?;
        Ok(Some(Resource::Address(address)))
    }

    fn address(&mut self, row: &Row) -> Found<AddressEvent> {
        let scope = row.of("scope", |value| {
            named(AddressScope::ALL, AddressScope::name, value)
        })?;
        let ip = |field| row.maybe(field, |value| value.as_str()?.parse().ok());
        let mut event = AddressEvent::new(scope, ip("from")?, ip("to")?, row.rules()?);
        event.instance = self.instance(row)?;
        let Some(id) = row.id("allocation_id")? else {
            return Ok(self.of_whole(event));
        };
        let is_allocated = event.instance.is_none() && event.to.is_some();
        let known = self.names.known_address(id);
        let address = match known {
            None if is_allocated => self.names.allocate(row.text("address")?, id),
            known => known,
        };
        let address = address.ok_or_else(|| row.unknown("allocation_id"))?;
        // Each is allocated once, in the order of the handles, and before anything else becomes of it.
        let is_there = address.index() < self.addresses.len();
        if is_allocated == is_there || address.index() > self.addresses.len() {
            return Err(self.contradiction(row.line, "what becomes of the Elastic IP"));
        }
        event.address = Some(address);
        let ip = event.to.or(event.from);
        let instance = event.instance.filter(|_| event.to.is_some());
        let end = AddressEnd {
            ip: ip.map(|ip| ip.to_string()).unwrap_or_default(),
            is_released: event.instance.is_none() && event.to.is_none(),
            instance: instance.map(|one| self.names.instance_name(one)),
        };
        match self.addresses.get_mut(address.index()) {
            Some(known) => *known = end,
            None => self.addresses.push(end),
        }
        Ok(self.of_whole(event))
    }

    /// Where parts are merged, what becomes of the address of the whole.
    fn of_whole(&mut self, mut event: AddressEvent) -> AddressEvent {
        if let Some(merging) = &mut self.merging {
            merging.addresses.changed(&self.names, &mut event);
        }
        event
    }

    fn data(&mut self, row: &Row) -> Found<DataEvent> {
        let volume = self.volume(row)?;
        let what = match (row.text("what")?, volume) {
            ("memory", _) => DataKind::Memory,
            ("instance-store", _) => DataKind::InstanceStore,
            ("volume", Some(volume)) => DataKind::Volume(volume),
            _ => return Err(row.unknown("what")),
        };
        let outcome = row.of("outcome", |value| {
            named(DataOutcome::ALL, DataOutcome::name, value)
        })?;
        let mut event = DataEvent::new(what, outcome, row.rules()?);
        event.instance = self.instance(row)?;
        Ok(event)
    }

    /// What a meter's line says of how its volume is provisioned from now on.
    fn provisioned(&mut self, row: &Row) -> Found<Option<Provisioned>> {
        let id = row.of("resource_id", |value| Id::parse(value.as_str()?))?;
        if id.kind() != IdKind::Volume {
            return Ok(None);
        }
        let owner = self.instance(row)?;
        let volume = self.names.see_volume(row.text("resource")?, id, owner);
        let volume = volume.ok_or_else(|| row.unknown("resource_id"))?;
        let config = row.maybe("provisioned", |value| {
            Some(VolumeConfig {
                volume_type: VolumeType::find(value["type"].as_str()?)?,
                size_gib: number(&value["size_gib"])?,
                iops: number(&value["iops"])?,
                throughput: number(&value["throughput"])?,
            })
        })?;
        let Some(config) = config else {
            return Ok(None);
        };
        let created = volume.index() == self.provisioned;
        if volume.index() > self.provisioned {
            return Err(self.contradiction(row.line, "volumes come about in another order"));
        }
        self.provisioned += usize::from(created);
        if let Some(merging) = &mut self.merging
            && created
            && merging.is_first
        {
            merging.volumes.push(volume);
        }
        let provisioned = Provisioned {
            owner,
            created,
            ..Provisioned::new(volume, config)
        };
        // Where the line's meter is known already, the change is one that no meter counts.
        if self.met == self.meters.events().len() {
            self.charge(&RecordKind::Provisioned(provisioned));
        }
        Ok(Some(provisioned))
    }

    /// A meter is what the bill says next; the line has to say the same.
    fn meter(&mut self, row: &Row) -> Found<RecordKind> {
        if row.of("at_end", Value::as_bool)? && !self.is_over {
            self.is_over = true;
            self.bill.finish(self.now, &mut self.meters);
        }
        let id = row.of("resource_id", |value| Id::parse(value.as_str()?))?;
        let event = self.meters.events().get(self.met).copied();
        self.met += 1;
        let said = event.filter(|event| {
            let amount = event.closed.map(|closed| closed.amount.to_string());
            row.json["amount"].as_str() == amount.as_deref()
                && row.json["meter"] == event.meter.name()
                && self.names.resource_id(event.resource) == id
        });
        match said {
            Some(mut event) => {
                event.rules = row.rules()?;
                Ok(RecordKind::Meter(event))
            }
            None => Err(self.contradiction(row.line, "a meter that counts something else")),
        }
    }

    fn expectation(&mut self, row: &Row) -> Found<Expectation> {
        let (lo, hi) = row.of("span", |value| {
            Some((number(&value[0])?, number(&value[1])?))
        })?;
        let line = row.maybe("at_line", number)?.unwrap_or(0);
        let mut expectation = Expectation::new(
            Place { lo, hi, line },
            row.text("subject")?.to_owned(),
            row.word("check")?,
            row.text("expected")?.to_owned(),
            row.text("found")?.to_owned(),
        );
        expectation.passed = row.text("outcome")? == "passed";
        expectation.instance = self.instance(row)?;
        let renamed = self.renamed(expectation.instance, None);
        if let Some((_, now)) = renamed
            .iter()
            .find(|(of_part, _)| *of_part == expectation.found)
        {
            expectation.found.clone_from(now);
        }
        // It came later than the other fields.
        expectation.at_end = row.maybe("at_end", Value::as_bool)?.unwrap_or(false);
        if expectation.passed {
            self.tally.passed += 1;
        } else {
            self.tally.failed += 1;
        }
        Ok(expectation)
    }

    fn notice(&mut self, row: &Row) -> Found<Notice> {
        let event = row.of("event", |value| {
            named(NoticeKind::ALL, NoticeKind::name, value)
        })?;
        Ok(Notice {
            instance: self.instance(row)?,
            resource: self.volume(row)?.map(Resource::Volume),
            step: failed_step(row)?,
            ..Notice::new(event, row.text("message")?.to_owned(), row.rules()?)
        })
    }

    fn reservation(&mut self, row: &Row) -> Found<ReservationEvent> {
        let thing = self.thing(row)?;
        let reservation = thing.and_then(Resource::capacity_reservation);
        Ok(ReservationEvent {
            reservation: reservation.ok_or_else(|| row.unknown("resource_id"))?,
            what: row.of("event", |value| {
                named(ReservationStep::ALL, ReservationStep::name, value)
            })?,
            instance: self.instance(row)?,
            instance_type: row.of("type", |value| TypeId::find(value.as_str()?))?,
            platform: row.of("platform", |value| Platform::find(value.as_str()?))?,
            tenancy: row.of("tenancy", |value| named(Tenancy::ALL, Tenancy::name, value))?,
            count: row.of("count", number)?,
            used: row.of("used", number)?,
            rules: row.rules()?,
        })
    }

    fn environment(&mut self, row: &Row) -> Found<EnvironmentMove> {
        let thing = self.thing(row)?.and_then(Resource::environment);
        let environment = thing.ok_or_else(|| row.unknown("resource_id"))?;
        let phase = |value: &Value| named(environment::Phase::ALL, |one| one.state().name(), value);
        let moved = (row.maybe("from", phase)?, row.of("to", phase)?);
        Ok(EnvironmentMove {
            rules: row.rules()?,
            ..EnvironmentMove::new(environment, moved, row.word("trigger")?, row.word("why")?)
        })
    }

    fn moved(&mut self, row: &Row) -> Found<Moved> {
        let thing = self.thing(row)?;
        let thing = thing.ok_or_else(|| row.unknown("resource_id"))?;
        let state = |value: &Value| {
            let text = value.as_str()?;
            let of_tasks = task::State::ALL.iter().map(|state| state.name());
            let of_services = ServiceState::ALL.iter().map(|state| state.name());
            of_tasks.chain(of_services).find(|word| *word == text)
        };
        let moved = (row.maybe("from", state)?, row.of("to", state)?);
        let reason = &row.json["reason"];
        let stop = match (reason["code"].as_str(), reason["message"].as_str()) {
            (Some(code), Some(message)) => {
                let known = STOP_CODES.iter().find(|known| **known == code);
                let code = known.copied().ok_or_else(|| row.unknown("reason"))?;
                let reason = message.to_owned().into();
                Some(Stopped { code, reason })
            }
            _ => None,
        };
        let config = thing
            .task()
            .map(|_| task_config(&row.json).ok_or_else(|| row.unknown("architecture")));
        Ok(Moved {
            stop,
            config: config.transpose()?,
            rules: row.rules()?,
            ..Moved::new(thing, moved, row.word("trigger")?, row.word("why")?)
        })
    }

    fn invocation(&mut self, row: &Row) -> Found<Invocation> {
        let thing = self.thing(row)?.and_then(Resource::function);
        let function = thing.ok_or_else(|| row.unknown("resource_id"))?;
        let environment = match row.id("environment_id")? {
            Some(id) => self.names.see_thing(row.text("environment")?, id),
            None => None,
        };
        let config = configured(&row.json).ok_or_else(|| row.unknown("architecture"))?;
        let start = |value: &Value| named(StartKind::ALL, StartKind::name, value);
        let outcome = |value: &Value| named(InvocationOutcome::ALL, InvocationOutcome::name, value);
        Ok(Invocation {
            environment: environment.and_then(Resource::environment),
            start: row.maybe("start", start)?,
            outcome: row.of("outcome", outcome)?,
            count: row.of("count", Value::as_u64)?,
            cold: row.of("cold", Value::as_u64)?,
            throttled: row.of("throttled", Value::as_u64)?,
            reason: row.maybe_word("reason")?,
            billed_ms: row.of("billed_ms", Value::as_u64)?,
            requests: row.of("requests", Value::as_u64)?,
            restored: row.of("restored", Value::as_u64)?,
            provisioned: row.of("provisioned", Value::as_bool)?,
            rules: row.rules()?,
            ..Invocation::new(function, row.of("began", time)?, config)
        })
    }

    /// The end, as the last line and those before it say.
    pub(super) fn finish(&mut self, last: &Last<'_>, sink: &mut dyn Sink) -> Found<()> {
        self.instant_over(last.line, sink)?;
        if last.end < self.now {
            return Err(self.contradiction(last.line, "time goes back"));
        }
        self.now = last.end;
        if !self.is_over {
            self.is_over = true;
            self.bill.finish(self.now, &mut self.meters);
        }
        if self.met < self.meters.events().len() {
            return Err(self.contradiction(last.line, "a meter is missing"));
        }
        let counted = (self.tally.passed, self.tally.failed, self.tally.transitions);
        let tally = &last.tally;
        if counted != (tally.passed, tally.failed, tally.transitions) {
            return Err(self.contradiction(last.line, "what was counted"));
        }
        if last.total != self.bill.cost().total().to_string() {
            return Err(self.contradiction(last.line, "the total"));
        }
        Ok(())
    }

    /// The same for the timeline.
    pub(super) fn told<'a>(&'a self, last: &'a Last<'_>) -> Found<Finish<'a>> {
        let lines = last.volumes()?;
        let lines: BTreeMap<Id, &VolumeLine> = lines.iter().map(|one| (one.id, one)).collect();
        let volumes = self.names.volumes().map(|(id, owner)| {
            let one = lines.get(&id)?;
            Some(VolumeEnd {
                what: format!("{} GiB {}", one.size_gib, one.volume_type.name()),
                state: one.state,
                instance: one.instance.clone(),
                owner,
            })
        });
        let volumes: Option<Vec<_>> = volumes.collect();
        let missing = || self.contradiction(last.line, "a volume is missing");
        Ok(Finish {
            volumes: volumes.ok_or_else(missing)?,
            program: self.program(),
            names: &self.names,
            bill: &self.bill,
            end: last.end,
            outcome: last.outcome,
            tally: last.tally,
            instances: self.instances.clone(),
            addresses: self.addresses.clone(),
            quotes: last.quotes.clone(),
        })
    }

    pub(super) const fn program(&self) -> &'h Program {
        &self.head.program
    }

    pub(super) const fn names(&self) -> &ReadNames {
        &self.names
    }

    pub(super) const fn bill(&self) -> &Biller {
        &self.bill
    }
}

/// Whether a replay's own bill was told of it: it isn't of what only the script says. When hours are settled, and so the
/// order of the ledger's lines, depends on it.
const fn was_charged(kind: &RecordKind) -> bool {
    match kind {
        RecordKind::Transition(_)
        | RecordKind::Accepted(_)
        | RecordKind::Address(_)
        | RecordKind::Data(_)
        | RecordKind::Provisioned(_)
        | RecordKind::Fact(_)
        | RecordKind::Environment(_)
        | RecordKind::Moved(_)
        | RecordKind::Invocation(_)
        | RecordKind::Reservation(_) => true,
        RecordKind::Notice(notice) => !notice.event.is_failure(),
        RecordKind::Meter(_)
        | RecordKind::Rejected(_)
        | RecordKind::Note(_)
        | RecordKind::Expectation(_) => false,
    }
}

/// Whether a line stands behind everything that happens: of a meter that was open, of an expectation of the scenario's own,
/// or of what a replay fails for when it is over.
fn is_at_end(row: &Row) -> bool {
    let fails_at_end = [
        NoticeKind::Interrupted,
        NoticeKind::Unfinished,
        NoticeKind::TooLarge,
    ];
    row.json["at_end"] == Value::Bool(true)
        || fails_at_end
            .iter()
            .any(|kind| row.json["event"] == kind.name())
}

/// What of a function's configuration decides what it costs.
/// Why tasks stop (`ECS-TASK-STOPCODE`).
const STOP_CODES: &[&str] = &[
    "EssentialContainerExited",
    "UserInitiated",
    "ServiceSchedulerInitiated",
    "SpotInterruption",
];

fn task_config(value: &Value) -> Option<TaskConfig> {
    Some(TaskConfig {
        cpu_units: number(&value["cpu_units"])?,
        memory_mb: number(&value["memory_mb"])?,
        storage_gb: number(&value["storage_gb"])?,
        architecture: named(
            &Architecture::ALL,
            Architecture::name,
            &value["architecture"],
        )?,
        is_windows: value["windows"].as_bool()?,
        is_spot: value["spot"].as_bool()?,
        has_public_ipv4: value["public_ipv4"].as_bool()?,
    })
}

fn configured(value: &Value) -> Option<Configured> {
    Some(Configured {
        memory_mb: number(&value["memory_mb"])?,
        tmp_mb: number(&value["tmp_mb"])?,
        architecture: named(
            &Architecture::ALL,
            Architecture::name,
            &value["architecture"],
        )?,
        edge: value["edge"].as_bool()?,
    })
}

fn failed_step(row: &Row) -> Found<FailedStep> {
    let step = row.maybe("failed_step", |value| {
        let line = match there(&value["line"]) {
            Some(line) => number(line)?,
            None => 0,
        };
        let fails = match there(&value["fails"]) {
            Some(code) => Some(ErrorCode::find(code.as_str()?)?),
            None => None,
        };
        Some(FailedStep { line, fails })
    })?;
    Ok(step.unwrap_or_default())
}
