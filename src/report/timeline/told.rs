//! What the timeline does with each record.

use std::{collections::BTreeSet, io};

use anstyle::Style;

use crate::{
    engine::{Sink, View},
    record::{
        Accepted, AddressEvent, DataEvent, DataKind, Expectation, InstanceHandle, MeterEvent,
        Notice, NoticeKind, Record, RecordKind, Rejected, Resource, Rules, Transition,
    },
    script::Directory,
    time::SimTime,
};

use super::{
    Mark, Timeline, Verbosity,
    block::{Block, Head, Item, Subject},
    failure::{self, Failure, Passed, Refused},
    fold::Part,
    plainly::{environment_moved, invoked},
    text::{self, ALARM, BLUE, BOLD, DIM, Line, PLAIN, VOICE, YELLOW, wrap},
    words::{phase_name, plain},
};

/// How many of the latest transitions are kept, to tell what led to a failure.
const REMEMBERED: usize = 256;
/// How many of them are told.
const LED_HERE: usize = 3;
/// What is told of status checks that all pass.
const ALL_PASS: &str = "ok";
/// How many passed checks of one subject are gathered on one line at most.
const MOST_PASSED: usize = 64;

impl<W: io::Write> Sink for Timeline<W> {
    fn instant_over(&mut self, _: &View<'_>) {
        if !self.is_quiet() {
            self.settle();
        }
    }

    fn record(&mut self, record: &Record, view: &View<'_>) {
        if self.error.is_some() {
            return;
        }
        let names = view.names;
        let part = if self.folds() {
            self.folds.part(record, names)
        } else {
            Part::None
        };
        match part {
            // What came before is told before anything is held back.
            Part::First => {
                self.flush();
                self.folds.begin();
            }
            Part::Other => {
                self.unfold();
                // It may begin a round itself.
                self.folds.part(record, names);
            }
            Part::Beside => {
                if let RecordKind::Note(note) = &record.kind {
                    self.folds.keep(record.at, note);
                }
                if self.tell_beside() {
                    return;
                }
            }
            Part::None | Part::Next | Part::Last => {}
        }
        self.tell_record(record, view);
        if part == Part::Last || part == Part::First && self.folds.is_single() {
            self.flush();
            let prefix = self.prefix("", None);
            self.folds.drop_round(record.at, prefix);
            self.day = None;
            self.tell_beside();
        }
    }
}

impl<W: io::Write> Timeline<W> {
    /// Whether rounds that say the same are told once.
    const fn folds(&self) -> bool {
        !self.tells_all && matches!(self.look.verbosity, Verbosity::Normal | Verbosity::Brief)
    }

    /// Tells the notes that came beside rounds, if a round is over, behind those that were counted until then. Answers whether there
    /// were any.
    fn tell_beside(&mut self) -> bool {
        let Some((round, folded)) = self.folds.pause() else {
            return false;
        };
        self.tell_folded(&folded, true);
        for (at, note) in folded.beside {
            self.note(at, &note.text);
        }
        self.folds.resume(round);
        true
    }

    fn tell_record(&mut self, record: &Record, view: &View<'_>) {
        let names = view.names;
        let (at, line) = (record.at, record.line);
        match &record.kind {
            RecordKind::Transition(transition) => {
                if self.latest.len() == REMEMBERED {
                    self.latest.pop_front();
                }
                self.latest.push_back((at, *transition));
                if transition.from.is_none() {
                    let name = names.instance_name(transition.instance);
                    self.failures.launched(&name);
                }
                if self.is_quiet() {
                    return;
                }
                let mut subject = instance_subject(names, transition.instance);
                subject.zones = vec![transition.zone];
                self.block(Block::new(at, line, subject, Head::Transition(*transition)));
            }
            RecordKind::Accepted(accepted) => {
                let subject = subject(names, accepted.instance, accepted.resource);
                let head = Head::Accepted(accepted.clone(), made(names, accepted));
                self.block(Block::new(at, line, subject, head));
            }
            RecordKind::Address(_) | RecordKind::Data(_) | RecordKind::Meter(_)
                if self.is_quiet() => {}
            RecordKind::Address(event) => self.address(at, line, event, names),
            RecordKind::Data(event) => self.data(at, line, event, names),
            RecordKind::Meter(meter) if meter.closed.is_some_and(|closed| closed.at_end) => {
                self.closes_at_the_end(at, meter, names);
            }
            RecordKind::Meter(meter) => self.meter(at, line, meter, names),
            RecordKind::Provisioned(_) | RecordKind::Fact(_) => {}
            RecordKind::Note(note) => self.note(at, &note.text),
            RecordKind::Rejected(rejected) => self.rejected(at, line, rejected, names),
            RecordKind::Expectation(expectation) => self.expectation(at, expectation, names),
            RecordKind::Notice(notice) => self.notice(at, notice, names),
            RecordKind::Environment(moved) => {
                if !self.is_quiet() {
                    let said = Said {
                        instance: None,
                        look: (BLUE, "◆"),
                        what: &names.resource_name(moved.environment.into()),
                        message: &format!("{}: {}", environment_moved(moved), moved.why),
                        line: 0,
                        rules: moved.rules,
                    };
                    self.tell(at, &said, names);
                }
            }
            RecordKind::Moved(moved) => {
                if !self.is_quiet() {
                    let said = Said {
                        instance: None,
                        look: (BLUE, "◆"),
                        what: &names.resource_name(moved.resource),
                        message: &format!("{}: {}", moved.told(), moved.why),
                        line: 0,
                        rules: moved.rules,
                    };
                    self.tell(at, &said, names);
                }
            }
            RecordKind::Invocation(one) => {
                if !self.is_quiet() {
                    let said = Said {
                        instance: None,
                        look: (BLUE, "◆"),
                        what: &names.resource_name(one.function.into()),
                        message: &invoked(one, names),
                        line: 0,
                        rules: one.rules,
                    };
                    self.tell(at, &said, names);
                }
            }
            RecordKind::Reservation(event) => {
                if !self.is_quiet() {
                    let said = Said {
                        instance: event.instance,
                        look: (BLUE, "◆"),
                        what: &names.resource_name(event.reservation.into()),
                        message: &event.message(),
                        line: 0,
                        rules: event.rules,
                    };
                    self.tell(at, &said, names);
                }
            }
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
    fn other(&self, instance: Option<InstanceHandle>, names: &dyn Directory) -> String {
        let slot = instance.and_then(|instance| names.slot(instance));
        match (&self.block, slot) {
            (Some(block), Some(slot)) if block.subject.slot != Some(slot) => {
                names.cast().name(slot).to_string()
            }
            (Some(_) | None, _) => String::new(),
        }
    }

    fn address(&mut self, at: SimTime, line: u32, event: &AddressEvent, names: &dyn Directory) {
        let other = self.other(event.instance, names);
        let label = match event.address {
            Some(address) if other.is_empty() => names.address_name(address),
            Some(address) => format!("{other}: {}", names.address_name(address)),
            None => other,
        };
        let item = Item::address(event, label);
        self.item(
            at,
            line,
            || subject(names, event.instance, event.address.map(Resource::Address)),
            item,
        );
    }

    fn data(&mut self, at: SimTime, line: u32, event: &DataEvent, names: &dyn Directory) {
        let (label, volume) = match event.what {
            DataKind::Volume(volume) => (names.volume_name(volume), Some(volume)),
            DataKind::Memory | DataKind::InstanceStore => (String::new(), None),
        };
        let item = Item::data(event, label);
        self.item(
            at,
            line,
            || subject(names, event.instance, volume.map(Resource::Volume)),
            item,
        );
    }

    fn meter(&mut self, at: SimTime, line: u32, meter: &MeterEvent, names: &dyn Directory) {
        let (mut item, subject) = metered(meter, names);
        let key = (meter.resource, meter.usage_type);
        if meter.closed.is_none() {
            self.metered.insert(key, at);
        } else if let Some(since) = self.metered.remove(&key) {
            item.lasted(at - since);
        }
        if let Resource::Instance(instance) = meter.resource {
            item.name(self.other(Some(instance), names));
        }
        self.item(at, line, || subject, item);
    }

    fn closes_at_the_end(&mut self, at: SimTime, meter: &MeterEvent, names: &dyn Directory) {
        if self.is_quiet() {
            return;
        }
        if self
            .block
            .as_ref()
            .is_none_or(|block| !matches!(block.head, Head::End(_)))
        {
            let (_, subject) = metered(meter, names);
            self.begin_block(Block::new(at, 0, subject, Head::End(BTreeSet::new())));
        }
        if let Some(Block {
            head: Head::End(open),
            ..
        }) = &mut self.block
        {
            open.insert((meter.resource, meter.usage_type));
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

    fn rejected(&mut self, at: SimTime, line: u32, rejected: &Rejected, names: &dyn Directory) {
        let target = &rejected.target;
        let name = match (target.instance, &target.name) {
            (Some(instance), _) => instance_subject(names, instance).name,
            (None, name) => {
                let name = name.as_ref().or(target.id.as_ref());
                name.map_or_else(String::new, ToString::to_string)
            }
        };
        let slot = match target.instance {
            Some(instance) => names.slot(instance),
            // Where there are lanes there are few names.
            // What came with an instance is told in its lane: `web/root`.
            None if self.lanes.is_some() => {
                let owner = name.split_once('/').map_or(&*name, |(owner, _)| owner);
                names.cast().slot_of(owner)
            }
            None => None,
        };
        let is_launch = rejected.action == "RunInstances" && !rejected.expected;
        if let Some(before) = &mut self.refused
            && before.is_same(at, line, rejected)
        {
            if is_launch {
                self.failures.refused_launch(&name);
            }
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
        let cause = self.failures.causes().of(&name).filter(|_| !is_launch);
        let follows = !rejected.expected && self.failures.follows(cause, rejected.step.line);
        if !rejected.expected && !follows {
            let code = rejected.code.name().to_owned();
            let (how, mut said) = match rejected.step.fails {
                Some(other) => (
                    "was refused with another code",
                    vec![("expected", other.name().to_owned()), ("found", code)],
                ),
                None => ("was refused", vec![("code", code)]),
            };
            said.push(("message", rejected.message.clone()));
            self.failures.push(Failure {
                title: format!("{name} {} {how}", rejected.action),
                at: self.moment(at),
                line: rejected.step.line,
                span: None,
                said,
                led: self.led(target.instance),
                followed: Vec::new(),
            });
            if is_launch {
                self.failures.refused_launch(&name);
            }
        }
        let refused = Refused {
            at,
            line,
            names: (name.clone(), name),
            slot,
            count: 1,
            fails: rejected.step.fails,
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

    fn expectation(&mut self, at: SimTime, expectation: &Expectation, names: &dyn Directory) {
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
                            .and_then(|instance| names.slot(instance)),
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
                .and_then(|instance| names.slot(instance));
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
        let cause = self.failures.causes().of(&expectation.subject);
        if self.failures.follows(cause, expectation.place.line) {
            return;
        }
        self.failures.push(Failure {
            title,
            at: self.moment(at),
            line: expectation.place.line,
            span: Some((expectation.place.lo, expectation.place.hi)),
            said,
            led: self.led(expectation.instance),
            followed: Vec::new(),
        });
    }

    fn notice(&mut self, at: SimTime, notice: &Notice, names: &dyn Directory) {
        let is_failure = notice.event.is_failure();
        let line = notice.step.line;
        let what = notice_word(notice.event);
        let cause = self.failures.causes().of_wait(&notice.message);
        if is_failure && !self.failures.follows(cause, line) {
            self.failures.push(Failure {
                title: what.to_owned(),
                at: self.moment(at),
                line,
                span: None,
                said: vec![("", notice.message.to_string())],
                led: self.led(notice.instance),
                followed: Vec::new(),
            });
        }
        if self.is_quiet() {
            return;
        }
        let look = match notice.event {
            NoticeKind::RebootCompleted
            | NoticeKind::Capacity
            | NoticeKind::VolumeModification
            | NoticeKind::SpotRequest
            | NoticeKind::SpotPrice
            | NoticeKind::StatusChecks
            | NoticeKind::Recovery
            | NoticeKind::HostMended => (BLUE, "◆"),
            NoticeKind::HibernationLimit
            | NoticeKind::Warning
            | NoticeKind::SpotInterruption
            | NoticeKind::SpotRebalance
            | NoticeKind::ForceGivesUp
            | NoticeKind::ScheduledEvent
            | NoticeKind::Interrupted => (YELLOW, "■"),
            NoticeKind::WaitTimedOut
            | NoticeKind::Late
            | NoticeKind::Unfinished
            | NoticeKind::TooLarge
            | NoticeKind::LimitReached
            | NoticeKind::NotRefused => (ALARM, "✗"),
        };
        let said = Said {
            instance: notice.instance,
            look,
            what,
            message: &notice.message,
            line: if is_failure { line } else { 0 },
            rules: notice.rules,
        };
        self.tell(at, &said, names);
    }

    fn tell(&mut self, at: SimTime, said: &Said<'_>, names: &dyn Directory) {
        let Said {
            instance,
            look: (style, sign),
            what,
            message,
            line,
            rules,
        } = *said;
        let slot = instance.and_then(|instance| names.slot(instance));
        let title = match instance {
            Some(instance) => self.titled(PLAIN, "", &instance_subject(names, instance).name),
            None if self.has_mark(None) => Line::new(),
            None => Line::of(style, &format!("{sign} ")),
        };
        let mut told = Line::of(style, what);
        if (what, message) == (notice_word(NoticeKind::StatusChecks), ALL_PASS) {
            told.push(PLAIN, " 2/2");
        } else {
            told.push(PLAIN, ": ");
            told.push(PLAIN, message);
        }
        if line > 0 {
            told.push(DIM, &format!(" ({})", failure::place(&self.file, line)));
        }
        let (room, column) = (self.room(), title.width());
        let mut rows: Vec<Line> = if column > room / 2 {
            // A name so long that little fits beside it.
            wrap(&title.with(&told), room)
        } else {
            let pieces = wrap(&told, room - column).into_iter().enumerate();
            let beside = |(index, piece): (usize, Line)| match index {
                0 => title.clone().with(&piece),
                _ => super::indented(column, &piece),
            };
            pieces.map(beside).collect()
        };
        self.cite(rules, &mut rows, 0);
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
            .map(|(at, transition)| told_again(&self.moment(*at), transition))
            .collect();
        led.reverse();
        led
    }
}

/// Something that stands alone.
struct Said<'a> {
    instance: Option<InstanceHandle>,
    look: (Style, &'static str),
    what: &'a str,
    message: &'a str,
    /// The line of the file that fails by it; 0 where none does.
    line: u32,
    rules: Rules,
}

/// What a notice is about, as a person calls it.
pub(super) const fn notice_word(event: NoticeKind) -> &'static str {
    match event {
        NoticeKind::RebootCompleted => "reboot completed",
        NoticeKind::StatusChecks => "status checks",
        NoticeKind::Recovery => "recovery",
        NoticeKind::HostMended => "host mended",
        NoticeKind::ForceGivesUp => "still not stopped",
        NoticeKind::ScheduledEvent => "scheduled event",
        NoticeKind::HibernationLimit => "hibernation limit",
        NoticeKind::Warning => "warning",
        NoticeKind::Capacity => "capacity",
        NoticeKind::VolumeModification => "volume modification",
        NoticeKind::SpotRequest => "Spot request",
        NoticeKind::SpotInterruption => "Spot interruption",
        NoticeKind::SpotRebalance => "rebalance recommendation",
        NoticeKind::SpotPrice => "Spot price",
        NoticeKind::WaitTimedOut => "the wait ran out",
        NoticeKind::Late => "late",
        NoticeKind::Unfinished => "unfinished",
        NoticeKind::NotRefused => "not refused",
        NoticeKind::TooLarge => "too large",
        NoticeKind::LimitReached => "limit reached",
        NoticeKind::Interrupted => "interrupted",
    }
}

fn refusal_mark(slot: Option<u32>, expected: bool) -> Mark {
    Mark {
        slot,
        sign: if expected { "⊘" } else { "✗" },
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

fn instance_subject(names: &dyn Directory, instance: InstanceHandle) -> Subject {
    let slot = names.slot(instance);
    let cast = names.cast();
    let name = names.instance_name(instance);
    let entry = slot.map(|slot| cast.entry_of(slot));
    Subject {
        last: name.clone(),
        name,
        slot,
        entry: entry.filter(|&entry| cast.instances[entry].count.is_some()),
        id: Some(names.instance_id(instance)),
        zones: Vec::new(),
        has_script: slot.is_some_and(|slot| cast.spec(slot).runs_user_data()),
        members: 1,
    }
}

/// Whom something is about: an instance, or a volume or an address that is nobody's.
pub(super) fn subject(
    names: &dyn Directory,
    instance: Option<InstanceHandle>,
    resource: Option<Resource>,
) -> Subject {
    let name = match (instance, resource) {
        (Some(instance), _) => return instance_subject(names, instance),
        (None, Some(resource)) => names.resource_name(resource),
        (None, None) => String::new(),
    };
    Subject {
        last: name.clone(),
        name,
        slot: None,
        entry: None,
        id: None,
        zones: Vec::new(),
        has_script: false,
        members: 1,
    }
}

/// A meter's change, and whom it is about where nothing came before it.
pub(super) fn metered(meter: &MeterEvent, names: &dyn Directory) -> (Item, Subject) {
    match meter.resource {
        Resource::Instance(instance) => (
            Item::meter(meter, String::new(), None),
            instance_subject(names, instance),
        ),
        Resource::Volume(volume) => {
            let size = meter.usage_type.sized().map(|_| meter.units);
            let item = Item::meter(meter, names.volume_name(volume), size);
            (item, subject(names, None, Some(meter.resource)))
        }
        Resource::Address(_)
        | Resource::Snapshot(_)
        | Resource::Image(_)
        | Resource::Interface(_)
        | Resource::DedicatedHost(_)
        | Resource::CapacityReservation(_) => {
            let item = Item::meter(meter, names.resource_name(meter.resource), None);
            (item, subject(names, None, Some(meter.resource)))
        }
        // The line before names it.
        Resource::Function(_)
        | Resource::Environment(_)
        | Resource::Cluster(_)
        | Resource::Service(_)
        | Resource::Task(_) => {
            let item = Item::meter(meter, String::new(), None);
            (item, subject(names, None, Some(meter.resource)))
        }
        Resource::SpotRequest(_) => {
            let item = Item::meter(meter, names.resource_name(meter.resource), None);
            (item, subject(names, None, Some(meter.resource)))
        }
    }
}

/// What an accepted action made of what.
pub(super) fn made(names: &dyn Directory, accepted: &Accepted) -> String {
    let mut made = accepted.what.to_owned();
    if let (Some(value), false) = (&accepted.value, made.is_empty()) {
        made = format!("{made} = {value}");
    }
    // What is of no instance stands at the beginning of the line already.
    if let Some(resource) = accepted.resource.filter(|_| accepted.instance.is_some()) {
        made.push_str(if made.is_empty() { "" } else { " " });
        made.push_str(&names.resource_name(resource));
        if let (Some(device), true) = (&accepted.value, accepted.what.is_empty()) {
            made.push_str(" as ");
            made.push_str(device);
        }
    }
    made
}
