//! What the timeline does with each record.

use std::io;

use crate::{
    engine::{FailedStep, Sink, View, Wants},
    record::{
        Accepted, AddressEvent, AddressHandle, DataEvent, DataKind, Expectation, InstanceHandle,
        MeterEvent, Notice, NoticeKind, Record, RecordKind, Rejected, Resource, Transition,
        UsageType, VolumeHandle,
    },
    time::SimTime,
    world::{CreditMode, ShutdownBehavior, World},
};

use super::{
    Mark, Timeline,
    block::{Block, Head, Item, Subject},
    failure::{self, Failure, Passed, Refused},
    text::{self, ALARM, BLUE, BOLD, DIM, Line, PLAIN, VOICE, YELLOW, wrap},
    words::{phase_name, plain},
};

/// How many of the latest transitions are kept, to tell what led to a failure.
const REMEMBERED: usize = 256;
/// How many of them are told.
const LED_HERE: usize = 3;
/// How many passed checks of one subject are gathered on one line at most.
const MOST_PASSED: usize = 64;

impl<W: io::Write> Sink for Timeline<W> {
    fn wants(&self) -> Wants {
        if self.is_quiet() {
            Wants::Changes
        } else {
            Wants::Everything
        }
    }

    fn instant_over(&mut self, _: View<'_>) {
        if !self.is_quiet() {
            self.settle();
        }
    }

    fn failing(&mut self, step: FailedStep) {
        self.failed = step;
    }

    fn record(&mut self, record: &Record, view: View<'_>) {
        if self.error.is_some() {
            return;
        }
        let world = view.world;
        let (at, line) = (record.at, record.line);
        match &record.kind {
            RecordKind::Transition(transition) => {
                if self.latest.len() == REMEMBERED {
                    self.latest.pop_front();
                }
                self.latest.push_back((at, *transition));
                if self.is_quiet() {
                    return;
                }
                let subject = instance_subject(world, transition.instance);
                self.block(Block::new(at, line, subject, Head::Transition(*transition)));
            }
            RecordKind::Accepted(accepted) => {
                let subject = subject(world, accepted.instance, accepted.volume, accepted.address);
                let head = Head::Accepted(*accepted, made(world, accepted));
                self.block(Block::new(at, line, subject, head));
            }
            RecordKind::Address(_) | RecordKind::Data(_) | RecordKind::Meter(_)
                if self.is_quiet() => {}
            RecordKind::Address(event) => self.address(at, line, event, world),
            RecordKind::Data(event) => self.data(at, line, event, world),
            RecordKind::Meter(meter) if meter.closed.is_some_and(|closed| closed.at_end) => {
                self.closes_at_the_end(at, meter, world);
            }
            RecordKind::Meter(meter) => self.meter(at, line, meter, world),
            RecordKind::Provisioned(_) => {}
            RecordKind::Note(note) => self.note(at, note),
            RecordKind::Rejected(rejected) => self.rejected(at, line, rejected, world),
            RecordKind::Expectation(expectation) => self.expectation(at, expectation, world),
            RecordKind::Notice(notice) => self.notice(at, notice, world),
        }
    }
}

impl<W: io::Write> Timeline<W> {
    fn block(&mut self, block: Block) {
        if !self.is_quiet() {
            self.begin_block(block);
        }
    }

    /// Puts something to the block that it came with.
    fn item(&mut self, at: SimTime, line: u32, subject: impl FnOnce() -> Subject, item: Item) {
        if self.is_quiet() {
            return;
        }
        let subject = subject();
        let belongs = self.block.as_ref().is_some_and(|block| match block.head {
            Head::Transition(_) | Head::Accepted(..) => block.at == at,
            // What exists from the start has no cause that holds it together.
            Head::There => block.at == at && block.subject == subject,
            Head::End(_) => false,
        });
        if !belongs {
            self.begin_block(Block::new(at, line, subject, Head::There));
        }
        if let Some(block) = &mut self.block {
            block.items.push(item);
        }
    }

    /// The name of an instance, where the block is about another.
    fn other(&self, instance: Option<InstanceHandle>, world: &World) -> String {
        let slot = instance.map(|instance| world.instance(instance).slot());
        match (&self.block, slot) {
            (Some(block), Some(slot)) if block.subject.slot != Some(slot) => {
                world.cast().name(slot).to_string()
            }
            (Some(_) | None, _) => String::new(),
        }
    }

    fn address(&mut self, at: SimTime, line: u32, event: &AddressEvent, world: &World) {
        let other = self.other(event.instance, world);
        let label = match event.address {
            Some(address) if other.is_empty() => world.address_name(address).to_owned(),
            Some(address) => format!("{other}: {}", world.address_name(address)),
            None => other,
        };
        let item = Item::address(event, label);
        self.item(
            at,
            line,
            || subject(world, event.instance, None, event.address),
            item,
        );
    }

    fn data(&mut self, at: SimTime, line: u32, event: &DataEvent, world: &World) {
        let (label, volume) = match event.what {
            DataKind::Volume(volume) => (world.volume_name(volume), Some(volume)),
            DataKind::Memory | DataKind::InstanceStore => (String::new(), None),
        };
        let item = Item::data(event, label);
        self.item(
            at,
            line,
            || subject(world, event.instance, volume, None),
            item,
        );
    }

    fn meter(&mut self, at: SimTime, line: u32, meter: &MeterEvent, world: &World) {
        let (mut item, subject) = metered(meter, world);
        if let Resource::Instance(instance) = meter.resource {
            item.name(self.other(Some(instance), world));
        }
        self.item(at, line, || subject, item);
    }

    fn closes_at_the_end(&mut self, at: SimTime, meter: &MeterEvent, world: &World) {
        if self.is_quiet() {
            return;
        }
        if self
            .block
            .as_ref()
            .is_none_or(|block| !matches!(block.head, Head::End(_)))
        {
            let (_, subject) = metered(meter, world);
            self.begin_block(Block::new(at, 0, subject, Head::End(0)));
        }
        if let Some(Block {
            head: Head::End(open),
            ..
        }) = &mut self.block
        {
            *open += 1;
        }
    }

    /// The script's voice.
    fn note(&mut self, at: SimTime, note: &str) {
        let width = self.room().saturating_sub(2);
        let mut rows = Vec::new();
        for paragraph in note.lines().filter(|line| !line.trim().is_empty()) {
            for piece in wrap(&Line::of(VOICE, paragraph), width) {
                rows.push(Line::of(VOICE, "▌ ").with(&piece));
            }
        }
        self.alone(at, None, rows);
    }

    fn rejected(&mut self, at: SimTime, line: u32, rejected: &Rejected, world: &World) {
        let target = &rejected.target;
        let name = match (target.instance, &target.name) {
            (Some(instance), _) => instance_subject(world, instance).name,
            (None, Some(name)) => name.to_string(),
            (None, None) => target
                .slot
                .map_or_else(String::new, |slot| world.cast().name(slot).to_string()),
        };
        let slot = target
            .instance
            .map(|instance| world.instance(instance).slot())
            .or(target.slot);
        if let Some(before) = &mut self.refused
            && before.is_same(at, line, rejected)
        {
            before.count += 1;
            before.names.1.clone_from(&name);
            // Where each instance has a lane, each refusal has its row; the answer is told once.
            if self.lanes.is_some() && !self.is_quiet() {
                let row = self.titled(PLAIN, "", &name);
                let rows = self.behind(row, &[Line::of(DIM, "the same")]);
                self.rows(at, Some(refusal_mark(slot, rejected.expected)), rows);
            }
            return;
        }
        self.flush();
        if !rejected.expected {
            let code = rejected.code.name().to_owned();
            let (how, mut said) = match self.failed.fails {
                Some(other) => (
                    "was refused with another code",
                    vec![("expected", other.name().to_owned()), ("found", code)],
                ),
                None => ("was refused", vec![("code", code)]),
            };
            said.push(("message", rejected.message.clone()));
            self.failures.push(Failure {
                title: format!("{name} {} {how}", rejected.action),
                at: at.since(self.start).to_string(),
                line: self.failed.line,
                span: None,
                said,
                led: self.led(target.instance),
            });
        }
        let refused = Refused {
            at,
            line,
            names: (name.clone(), name),
            slot,
            count: 1,
            fails: self.failed.fails.filter(|_| !rejected.expected),
            what: rejected.clone(),
        };
        if self.lanes.is_some() {
            self.draw_refused(&refused);
        }
        self.refused = Some(refused);
    }

    /// Draws a refusal; of a group that has no lanes once for all its members.
    pub(super) fn draw_refused(&mut self, refused: &Refused) {
        let rejected = &refused.what;
        let mut what = vec![plain(rejected.action)];
        if rejected.expected {
            what.push(Line::of(BOLD, rejected.code.name()));
            what.push(Line::of(DIM, "refused, as expected"));
        } else {
            what.push(Line::of(ALARM, "REFUSED"));
            what.push(Line::of(ALARM, rejected.code.name()));
        }
        if let Some(other) = refused.fails {
            what.push(Line::of(DIM, &format!("expected {other}")));
        }
        let (first, last) = &refused.names;
        let title = if refused.count > 1 {
            what.push(Line::of(DIM, &format!("× {}", refused.count)));
            format!("{first} … {last}")
        } else {
            first.clone()
        };
        let mut rows = self.behind(self.titled(PLAIN, "", &title), &what);
        let indent = self.indent();
        let style = if rejected.expected { DIM } else { PLAIN };
        for piece in wrap(&Line::of(style, &rejected.message), self.room() - indent) {
            rows.push(super::indented(indent, &piece));
        }
        self.cite(rejected.rules, &mut rows, 0);
        let mark = refusal_mark(refused.slot, rejected.expected);
        self.rows(refused.at, Some(mark), rows);
    }

    fn expectation(&mut self, at: SimTime, expectation: &Expectation, world: &World) {
        let check = expectation
            .check
            .strip_prefix("cost ")
            .filter(|_| expectation.subject == "cost")
            .unwrap_or(expectation.check);
        if expectation.passed {
            if self.is_quiet() {
                return;
            }
            let mut told = Line::of(DIM, check);
            told.push(PLAIN, " ");
            told.push(PLAIN, &expectation.expected);
            match &mut self.passed {
                Some(passed)
                    if passed.at == at
                        && passed.subject == expectation.subject
                        && passed.checks.len() < MOST_PASSED =>
                {
                    passed.checks.push(told);
                }
                Some(_) | None => {
                    self.flush();
                    self.passed = Some(Passed {
                        at,
                        subject: expectation.subject.clone(),
                        slot: expectation
                            .instance
                            .map(|instance| world.instance(instance).slot()),
                        checks: vec![told],
                    });
                }
            }
            return;
        }
        let said = vec![
            ("expected", expectation.expected.clone()),
            ("found", expectation.found.clone()),
        ];
        let title = format!("{} {check}", expectation.subject);
        if !self.is_quiet() {
            let slot = expectation
                .instance
                .map(|instance| world.instance(instance).slot());
            let mut row = Line::of(ALARM, if self.has_mark(slot) { "" } else { "✗ " });
            row.push(ALARM, &title);
            let place = Line::of(DIM, &failure::place(&self.file, expectation.place.line));
            let mut rows = Vec::new();
            if !row.push_right(&place, self.room()) {
                rows.append(&mut wrap(&row, self.room()));
                row = super::indented(2, &place);
            }
            rows.append(&mut text::fit(row, self.room()));
            for (label, text) in &said {
                rows.append(&mut failure::said(label, text, self.room(), 0));
            }
            self.alone(
                at,
                Some(Mark {
                    slot,
                    sign: "✗",
                    style: ALARM,
                }),
                rows,
            );
        }
        self.failures.push(Failure {
            title,
            at: at.since(self.start).to_string(),
            line: expectation.place.line,
            span: Some((expectation.place.lo, expectation.place.hi)),
            said,
            led: self.led(expectation.instance),
        });
    }

    fn notice(&mut self, at: SimTime, notice: &Notice, world: &World) {
        let is_failure = notice.event.is_failure();
        let line = self.failed.line;
        let what = match notice.event {
            NoticeKind::RebootCompleted => "reboot completed",
            NoticeKind::HibernationLimit => "hibernation limit",
            NoticeKind::WaitTimedOut => "the wait ran out",
            NoticeKind::Late => "late",
            NoticeKind::Unfinished => "unfinished",
            NoticeKind::NotRefused => "not refused",
            NoticeKind::TooLarge => "too large",
            NoticeKind::LimitReached => "limit reached",
            NoticeKind::Interrupted => "interrupted",
        };
        if is_failure {
            self.failures.push(Failure {
                title: what.to_owned(),
                at: at.since(self.start).to_string(),
                line,
                span: None,
                said: vec![("", notice.message.clone())],
                led: self.led(notice.instance),
            });
        }
        if self.is_quiet() {
            return;
        }
        let slot = notice
            .instance
            .map(|instance| world.instance(instance).slot());
        let (style, sign) = match notice.event {
            NoticeKind::RebootCompleted => (BLUE, "◆"),
            NoticeKind::HibernationLimit | NoticeKind::Interrupted => (YELLOW, "■"),
            NoticeKind::WaitTimedOut
            | NoticeKind::Late
            | NoticeKind::Unfinished
            | NoticeKind::TooLarge
            | NoticeKind::LimitReached
            | NoticeKind::NotRefused => (ALARM, "✗"),
        };
        let title = match notice.instance {
            Some(instance) => self.titled(PLAIN, "", &instance_subject(world, instance).name),
            None if self.has_mark(None) => Line::new(),
            None => Line::of(style, &format!("{sign} ")),
        };
        let mut told = Line::of(style, what);
        told.push(PLAIN, ": ");
        told.push(PLAIN, &notice.message);
        if is_failure && line > 0 {
            told.push(DIM, &format!(" ({})", failure::place(&self.file, line)));
        }
        let mut rows = Vec::new();
        let column = title.width();
        for (index, piece) in wrap(&told, self.room() - column).into_iter().enumerate() {
            rows.push(if index == 0 {
                title.clone().with(&piece)
            } else {
                super::indented(column, &piece)
            });
        }
        self.cite(notice.rules, &mut rows, 0);
        self.alone(at, Some(Mark { slot, sign, style }), rows);
    }

    /// The latest transitions of an instance, as far as they are remembered.
    fn led(&self, instance: Option<InstanceHandle>) -> Vec<Line> {
        let Some(instance) = instance else {
            return Vec::new();
        };
        let latest = self.latest.iter().rev();
        let mut led: Vec<Line> = latest
            .filter(|(_, transition)| transition.instance == instance)
            .take(LED_HERE)
            .map(|(at, transition)| told_again(&at.since(self.start).to_string(), transition))
            .collect();
        led.reverse();
        led
    }
}

fn refusal_mark(slot: Option<u32>, expected: bool) -> Mark {
    Mark {
        slot,
        sign: "✗",
        style: if expected { BLUE } else { ALARM },
    }
}

fn told_again(at: &str, transition: &Transition) -> Line {
    let from = transition
        .from
        .map_or_else(|| "new".to_owned(), |from| phase_name(from, false));
    let mut line = Line::of(PLAIN, at);
    line.push(
        PLAIN,
        &format!("  {from} → {}  ", phase_name(transition.to, true)),
    );
    for (index, rule) in transition.rules.iter().enumerate() {
        line.push(DIM, if index > 0 { " " } else { "" });
        line.push(DIM, rule.id);
    }
    line
}

fn instance_subject(world: &World, instance: InstanceHandle) -> Subject {
    let slot = world.instance(instance).slot();
    let cast = world.cast();
    let name = cast.name(slot).to_string();
    let entry = cast.entry_of(slot);
    let is_member = cast
        .instances
        .get(entry)
        .is_some_and(|entry| entry.count.is_some());
    Subject {
        last: name.clone(),
        name,
        slot: Some(slot),
        entry: is_member.then_some(entry),
        members: 1,
    }
}

/// Whom something is about: an instance, or a volume or an address that is nobody's.
fn subject(
    world: &World,
    instance: Option<InstanceHandle>,
    volume: Option<VolumeHandle>,
    address: Option<AddressHandle>,
) -> Subject {
    let name = match (instance, volume, address) {
        (Some(instance), ..) => return instance_subject(world, instance),
        (None, Some(volume), _) => world.volume_name(volume),
        (None, None, Some(address)) => world.address_name(address).to_owned(),
        (None, None, None) => String::new(),
    };
    Subject {
        last: name.clone(),
        name,
        slot: None,
        entry: None,
        members: 1,
    }
}

/// A meter's change, and whom it is about where nothing came before it.
fn metered(meter: &MeterEvent, world: &World) -> (Item, Subject) {
    match meter.resource {
        Resource::Instance(instance) => (
            Item::meter(meter, String::new(), None),
            instance_subject(world, instance),
        ),
        Resource::Volume(volume) => {
            let size = match meter.usage_type {
                UsageType::VolumeUsage(_) => Some(meter.units),
                UsageType::VolumeIops(..)
                | UsageType::VolumeThroughput(_)
                | UsageType::BoxUsage(..)
                | UsageType::InUseAddress
                | UsageType::IdleAddress => None,
            };
            let item = Item::meter(meter, world.volume_name(volume), size);
            (item, subject(world, None, Some(volume), None))
        }
        Resource::Address(address) => {
            let item = Item::meter(meter, world.address_name(address).to_owned(), None);
            (item, subject(world, None, None, Some(address)))
        }
    }
}

/// What an accepted action made of what.
fn made(world: &World, accepted: &Accepted) -> String {
    let mut made = accepted.what.to_owned();
    if let Some(instance) = accepted.instance {
        let instance = world.instance(instance);
        let options = instance.lifecycle.options();
        let switch = |on: bool| if on { "on" } else { "off" };
        let value = match accepted.what {
            "instanceType" => instance.instance_type().name(),
            "disableApiTermination" => switch(options.disable_api_termination),
            "disableApiStop" => switch(options.disable_api_stop),
            "instanceInitiatedShutdownBehavior" => match instance.shutdown_behavior() {
                ShutdownBehavior::Stop => "stop",
                ShutdownBehavior::Terminate => "terminate",
            },
            "cpuCredits" => match instance.credits() {
                Some(CreditMode::Standard) => "standard",
                Some(CreditMode::Unlimited) => "unlimited",
                None => "",
            },
            _ => "",
        };
        if !value.is_empty() {
            made = format!("{made} = {value}");
        }
    }
    if let Some(volume) = accepted.volume {
        made.push_str(if made.is_empty() { "" } else { " " });
        made.push_str(&world.volume_name(volume));
        let device = world
            .device_of(volume)
            .filter(|_| accepted.action == "AttachVolume");
        if let Some(device) = device {
            made.push_str(" as ");
            made.push_str(&device);
        }
    }
    if let Some(address) = accepted.address {
        made.push_str(if made.is_empty() { "" } else { " " });
        made.push_str(world.address_name(address));
    }
    made
}
