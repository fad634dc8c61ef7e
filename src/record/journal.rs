//! Records kept in little room.
//!
//! What happens repeats itself: a thousand instances that stop say the same thing about a thousand handles. So the journal
//! keeps each shape of a record once, and of a record the number of its shape and the numbers in which it differs. A record
//! takes about 20 bytes that way, and memory that isn't touched costs no time.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::{money::Usd, time::SimTime};

use super::{AddressHandle, DataKind, InstanceHandle, Record, RecordKind, Resource, VolumeHandle};

/// The records of a replay, in their order. They are made again as they are asked for.
///
/// # Example
///
/// ```
/// use ec2sim::Scenario;
/// let scenario = Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// let records: Vec<_> = replay.records().iter().collect();
/// assert_eq!(records.len(), replay.records().len());
/// assert_eq!(records[0].seq, 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Journal {
    chunks: Vec<Vec<u32>>,
    shapes: Shapes,
    /// What differs in more than numbers, as it is.
    others: Vec<RecordKind>,
    len: usize,
    /// When and where the last record was.
    at: SimTime,
    line: u32,
}

/// The numbers of a chunk.
const CHUNK: usize = 1 << 16;
/// More numbers than a record has: a header, time, line, three handles, two IPv6 addresses or amounts.
const MOST: usize = 24;

/// The bits of a header's low byte; the number of the shape stands above them.
mod flag {
    /// The time since the record before follows, in milliseconds.
    pub(super) const TIME: u32 = 1;
    /// It takes two numbers.
    pub(super) const LONG_TIME: u32 = 2;
    /// The line follows; else it is that of the record before.
    pub(super) const LINE: u32 = 4;
    /// Amounts take four numbers, and not three.
    pub(super) const WIDE: u32 = 8;
}

/// The shape of what is kept in `others`.
const OTHER: u32 = 0;
/// The first number that isn't a shape's.
const TOO_MANY: u32 = 1 << 24;

impl Journal {
    /// How many records there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The records.
    pub const fn iter(&self) -> Records<'_> {
        Records {
            journal: self,
            chunk: 0,
            place: 0,
            left: self.len,
            seq: 0,
            at: SimTime::from_millis(0),
            line: 0,
        }
    }

    /// Keeps the next record of a replay: all of them, from the first on, since they number themselves.
    pub(crate) fn push(&mut self, record: &Record) {
        let shape = self.shapes.number(&record.kind);
        let mut pen = Pen::new(roomy(&mut self.chunks));
        pen.time(record.at.since(self.at).as_millis());
        if record.line != self.line {
            pen.flags |= flag::LINE;
            pen.write(record.line);
        }
        if shape == OTHER {
            pen.write(u32::try_from(self.others.len()).unwrap_or(u32::MAX));
            pen.finish(shape);
            self.others.push(record.kind.clone());
        } else {
            tell(&record.kind, &mut pen);
            pen.finish(shape);
        }
        (self.at, self.line) = (record.at, record.line);
        self.len += 1;
    }
}

/// A chunk with room for a record. The first one grows as it has to: most replays are short.
fn roomy(chunks: &mut Vec<Vec<u32>>) -> &mut Vec<u32> {
    let is_full = |chunk: &Vec<u32>| chunk.len() > CHUNK - MOST;
    if chunks.last().is_none_or(is_full) {
        let room = if chunks.is_empty() { 0 } else { CHUNK };
        chunks.push(Vec::with_capacity(room));
    }
    let last = chunks.len() - 1;
    &mut chunks[last]
}

impl<'a> IntoIterator for &'a Journal {
    type Item = Record;
    type IntoIter = Records<'a>;

    fn into_iter(self) -> Records<'a> {
        self.iter()
    }
}

/// The records of a journal, one after the other.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    journal: &'a Journal,
    chunk: usize,
    place: usize,
    left: usize,
    seq: u64,
    at: SimTime,
    line: u32,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.place == self.journal.chunks.get(self.chunk)?.len() {
            self.chunk += 1;
            self.place = 0;
        }
        let mut eye = Eye {
            numbers: self.journal.chunks.get(self.chunk)?.get(self.place..)?,
            read: 0,
            is_wide: false,
        };
        let header = eye.read();
        let has = |flag| header & flag != 0;
        eye.is_wide = has(flag::WIDE);
        let passed = if has(flag::LONG_TIME) {
            eye.read_u64()
        } else if has(flag::TIME) {
            u64::from(eye.read())
        } else {
            0
        };
        self.at = SimTime::from_millis(self.at.as_millis() + passed);
        if has(flag::LINE) {
            self.line = eye.read();
        }
        let number = header >> 8;
        let kind = if number == OTHER {
            let place = usize::try_from(eye.read()).unwrap_or(usize::MAX);
            self.journal.others.get(place)?.clone()
        } else {
            let mut kind = self.journal.shapes.get(number)?.clone();
            fill(&mut kind, &mut eye);
            kind
        };
        self.place += eye.read;
        self.left -= 1;
        let record = Record {
            seq: self.seq + 1,
            at: self.at,
            line: self.line,
            kind,
        };
        self.seq += u64::from(record.kind.is_shown());
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Records<'_> {}

/// The shapes that there are, each with a number from 1.
#[derive(Debug, Clone, Default)]
struct Shapes {
    shapes: Vec<RecordKind>,
    /// The shapes that followed each one of late: mostly one of them does again.
    after: Vec<[u32; 4]>,
    last: u32,
    known: BTreeMap<u64, Vec<u32>>,
}

impl Shapes {
    fn get(&self, number: u32) -> Option<&RecordKind> {
        self.shapes.get(place(number))
    }

    /// The number of a record's shape; [`OTHER`] where it differs in more than numbers, or there are too many of them.
    fn number(&mut self, kind: &RecordKind) -> u32 {
        let guesses = self.after.get(place(self.last)).copied();
        for number in guesses.into_iter().flatten() {
            if self.is_like(number, kind) {
                self.last = number;
                return number;
            }
        }
        let number = self.find(kind);
        if let Some(after) = self.after.get_mut(place(self.last)) {
            after.rotate_right(1);
            after[0] = number;
        }
        self.last = number;
        number
    }

    fn is_like(&self, number: u32, kind: &RecordKind) -> bool {
        self.get(number)
            .is_some_and(|known| same_shape(known, kind))
    }

    fn find(&mut self, kind: &RecordKind) -> u32 {
        let Some(mark) = mark(kind) else { return OTHER };
        let alike = self.known.get(&mark).into_iter().flatten().copied();
        for number in alike {
            if self.is_like(number, kind) {
                return number;
            }
        }
        let number = u32::try_from(self.shapes.len() + 1).unwrap_or(TOO_MANY);
        if number >= TOO_MANY {
            return OTHER;
        }
        self.shapes.push(kind.clone());
        self.after.push([OTHER; 4]);
        self.known.entry(mark).or_default().push(number);
        number
    }
}

/// Where a shape stands in the list; beyond its end for none.
fn place(number: u32) -> usize {
    usize::try_from(number).map_or(usize::MAX, |number| number.wrapping_sub(1))
}

/// Whether two records differ at most in the numbers that [`tell`] tells. Static texts and lists are the same if they stand
/// in the same place: comparing what they say would take too long, and the worst that comes of it is a shape kept twice.
fn same_shape(a: &RecordKind, b: &RecordKind) -> bool {
    fn both<T: Copy>(a: Option<T>, b: Option<T>) -> bool {
        a.is_some() == b.is_some()
    }
    let family = |ip: Option<IpAddr>| ip.map(|ip| ip.is_ipv4());
    match (a, b) {
        (RecordKind::Transition(a), RecordKind::Transition(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && std::ptr::eq(a.trigger, b.trigger)
                && std::ptr::eq(a.why, b.why)
                && (a.from, a.to, a.reason) == (b.from, b.to, b.reason)
                && (a.instance_type, a.platform) == (b.instance_type, b.platform)
        }
        (RecordKind::Accepted(a), RecordKind::Accepted(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && std::ptr::eq(a.action, b.action)
                && std::ptr::eq(a.what, b.what)
                && a.unchanged == b.unchanged
                && both(a.instance, b.instance)
                && both(a.volume, b.volume)
                && both(a.address, b.address)
        }
        (RecordKind::Address(a), RecordKind::Address(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && a.scope == b.scope
                && both(a.instance, b.instance)
                && both(a.address, b.address)
                && family(a.from) == family(b.from)
                && family(a.to) == family(b.to)
        }
        (RecordKind::Data(a), RecordKind::Data(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && a.outcome == b.outcome
                && both(a.instance, b.instance)
                && match (a.what, b.what) {
                    (DataKind::Volume(_), DataKind::Volume(_)) => true,
                    (a, b) => a == b,
                }
        }
        (RecordKind::Provisioned(a), RecordKind::Provisioned(b)) => {
            a.config == b.config && a.created == b.created && both(a.owner, b.owner)
        }
        (RecordKind::Meter(a), RecordKind::Meter(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && (a.meter, a.usage_type, a.unit) == (b.meter, b.usage_type, b.unit)
                && (a.units, a.unit_price) == (b.units, b.unit_price)
                && a.closed.map(|closed| closed.at_end) == b.closed.map(|closed| closed.at_end)
                && std::mem::discriminant(&a.resource) == std::mem::discriminant(&b.resource)
        }
        _ => false,
    }
}

/// A number that equal shapes have in common, and few others; none for what has no shape.
fn mark(kind: &RecordKind) -> Option<u64> {
    const NO_RULES: super::Rules = &[];
    let (kind, rules, detail) = match kind {
        RecordKind::Transition(one) => (1, one.rules, u64::from(one.from.is_some())),
        RecordKind::Accepted(one) => (2, one.rules, u64::from(one.unchanged)),
        RecordKind::Address(one) => (3, one.rules, u64::from(one.to.is_some())),
        RecordKind::Data(one) => (4, one.rules, 0),
        RecordKind::Provisioned(one) => (5, NO_RULES, u64::from(one.config.size_gib)),
        RecordKind::Meter(one) => (
            6,
            one.rules,
            one.units ^ one.unit_price.units().rotate_left(20),
        ),
        RecordKind::Rejected(_)
        | RecordKind::Note(_)
        | RecordKind::Expectation(_)
        | RecordKind::Notice(_) => return None,
    };
    let rules = rules.iter().fold(0_u64, |sum, rule| {
        let length = u64::try_from(rule.id.len()).unwrap_or(0);
        (sum ^ length).wrapping_mul(0x0000_0100_0000_01b3)
            ^ rule.id.bytes().next_back().map_or(0, u64::from)
    });
    Some(rules.rotate_left(32) ^ (detail << 3) ^ kind)
}

/// Writes down the numbers in which records of one shape differ.
fn tell(kind: &RecordKind, pen: &mut Pen<'_>) {
    match kind {
        RecordKind::Transition(one) => {
            pen.is_wide = is_wide(one.cost_step) || is_wide(one.cost_total);
            pen.handle(one.instance);
            pen.amount(one.cost_step);
            pen.amount(one.cost_total);
        }
        RecordKind::Accepted(one) => {
            pen.some_handle(one.instance);
            pen.some_handle(one.volume);
            pen.some_handle(one.address);
        }
        RecordKind::Address(one) => {
            pen.some_handle(one.instance);
            pen.some_handle(one.address);
            pen.ip(one.from);
            pen.ip(one.to);
        }
        RecordKind::Data(one) => {
            pen.some_handle(one.instance);
            if let DataKind::Volume(volume) = one.what {
                pen.handle(volume);
            }
        }
        RecordKind::Provisioned(one) => {
            pen.handle(one.volume);
            pen.some_handle(one.owner);
        }
        RecordKind::Meter(one) => {
            match one.resource {
                Resource::Instance(instance) => pen.handle(instance),
                Resource::Volume(volume) => pen.handle(volume),
                Resource::Address(address) => pen.handle(address),
            }
            if let Some(closed) = one.closed {
                pen.is_wide = is_wide(closed.amount);
                pen.write_u64(closed.quantity);
                pen.amount(closed.amount);
            }
        }
        RecordKind::Rejected(_)
        | RecordKind::Note(_)
        | RecordKind::Expectation(_)
        | RecordKind::Notice(_) => {}
    }
}

/// Fills in again what [`tell`] has told, in the same order.
fn fill(kind: &mut RecordKind, eye: &mut Eye<'_>) {
    match kind {
        RecordKind::Transition(one) => {
            one.instance = eye.handle();
            one.cost_step = eye.amount();
            one.cost_total = eye.amount();
        }
        RecordKind::Accepted(one) => {
            eye.some_handle(&mut one.instance);
            eye.some_handle(&mut one.volume);
            eye.some_handle(&mut one.address);
        }
        RecordKind::Address(one) => {
            eye.some_handle(&mut one.instance);
            eye.some_handle(&mut one.address);
            eye.ip(&mut one.from);
            eye.ip(&mut one.to);
        }
        RecordKind::Data(one) => {
            eye.some_handle(&mut one.instance);
            if let DataKind::Volume(volume) = &mut one.what {
                *volume = eye.handle();
            }
        }
        RecordKind::Provisioned(one) => {
            one.volume = eye.handle();
            eye.some_handle(&mut one.owner);
        }
        RecordKind::Meter(one) => {
            match &mut one.resource {
                Resource::Instance(instance) => *instance = eye.handle(),
                Resource::Volume(volume) => *volume = eye.handle(),
                Resource::Address(address) => *address = eye.handle(),
            }
            if let Some(closed) = &mut one.closed {
                closed.quantity = eye.read_u64();
                closed.amount = eye.amount();
            }
        }
        RecordKind::Rejected(_)
        | RecordKind::Note(_)
        | RecordKind::Expectation(_)
        | RecordKind::Notice(_) => {}
    }
}

/// Whether an amount takes more than three numbers.
fn is_wide(amount: Usd) -> bool {
    !(0..1 << 96).contains(&amount.grains())
}

/// A handle of any kind, as a number.
trait Handle {
    fn number(self) -> usize;
    fn of(number: usize) -> Self;
}

macro_rules! handle {
    ($($Name:ident),+) => { $(
        impl Handle for $Name {
            fn number(self) -> usize {
                self.index()
            }
            fn of(number: usize) -> Self {
                Self::new(number)
            }
        }
    )+ };
}
handle!(InstanceHandle, VolumeHandle, AddressHandle);

/// Writes the numbers of a record down.
struct Pen<'a> {
    numbers: &'a mut Vec<u32>,
    /// Where the header is.
    header: usize,
    flags: u32,
    is_wide: bool,
}

impl<'a> Pen<'a> {
    fn new(numbers: &'a mut Vec<u32>) -> Self {
        let header = numbers.len();
        numbers.push(0);
        Self {
            numbers,
            header,
            flags: 0,
            is_wide: false,
        }
    }

    /// The milliseconds since the record before.
    fn time(&mut self, passed: u64) {
        match u32::try_from(passed) {
            Ok(0) => {}
            Ok(passed) => {
                self.flags |= flag::TIME;
                self.write(passed);
            }
            Err(_) => {
                self.flags |= flag::TIME | flag::LONG_TIME;
                self.write_u64(passed);
            }
        }
    }

    fn write(&mut self, number: u32) {
        self.numbers.push(number);
    }

    fn write_u64(&mut self, number: u64) {
        self.write(low(number));
        self.write(low(number >> 32));
    }

    /// Fills the header in.
    fn finish(self, shape: u32) {
        let wide = if self.is_wide { flag::WIDE } else { 0 };
        self.numbers[self.header] = (shape << 8) | self.flags | wide;
    }
}

/// The low half of a number.
fn low(number: u64) -> u32 {
    u32::try_from(number & 0xffff_ffff).unwrap_or(0)
}

fn halves(bits: u128) -> (u64, u64) {
    let part = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    (part(bits), part(bits >> 64))
}

impl Pen<'_> {
    fn handle(&mut self, handle: impl Handle) {
        self.write(u32::try_from(handle.number()).unwrap_or(u32::MAX));
    }

    fn some_handle(&mut self, handle: Option<impl Handle>) {
        if let Some(handle) = handle {
            self.handle(handle);
        }
    }

    fn amount(&mut self, amount: Usd) {
        let (bottom, top) = halves(amount.grains().cast_unsigned());
        self.write_u64(bottom);
        self.write(low(top));
        if self.is_wide {
            self.write(low(top >> 32));
        }
    }

    fn ip(&mut self, ip: Option<IpAddr>) {
        match ip {
            None => {}
            Some(IpAddr::V4(ip)) => self.write(u32::from(ip)),
            Some(IpAddr::V6(ip)) => {
                let (bottom, top) = halves(u128::from(ip));
                self.write_u64(bottom);
                self.write_u64(top);
            }
        }
    }
}

/// Reads the numbers of a record.
struct Eye<'a> {
    numbers: &'a [u32],
    read: usize,
    is_wide: bool,
}

impl Eye<'_> {
    fn read(&mut self) -> u32 {
        let number = self.numbers.get(self.read).copied();
        self.read += 1;
        number.unwrap_or(0)
    }

    fn read_u64(&mut self) -> u64 {
        let bottom = self.read();
        u64::from(bottom) | (u64::from(self.read()) << 32)
    }
}

impl Eye<'_> {
    fn handle<H: Handle>(&mut self) -> H {
        H::of(usize::try_from(self.read()).unwrap_or(0))
    }

    fn some_handle<H: Handle>(&mut self, handle: &mut Option<H>) {
        if let Some(handle) = handle {
            *handle = self.handle();
        }
    }

    fn amount(&mut self) -> Usd {
        let bottom = self.read_u64();
        let mut top = u64::from(self.read());
        if self.is_wide {
            top |= u64::from(self.read()) << 32;
        }
        let bits = u128::from(bottom) | (u128::from(top) << 64);
        Usd::from_grains(bits.cast_signed())
    }

    fn ip(&mut self, ip: &mut Option<IpAddr>) {
        match ip {
            None => {}
            Some(IpAddr::V4(ip)) => *ip = Ipv4Addr::from(self.read()),
            Some(IpAddr::V6(ip)) => {
                let bottom = self.read_u64();
                let top = self.read_u64();
                *ip = Ipv6Addr::from(u128::from(bottom) | (u128::from(top) << 64));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::{Platform, TypeId},
        lifecycle::Phase,
        money::Price,
        record::{
            AddressEvent, AddressScope, Closed, Meter, MeterEvent, Transition, Unit, UsageType,
        },
        rule,
    };

    fn transition(instance: usize, cost_total: Usd) -> RecordKind {
        RecordKind::Transition(Transition {
            instance: InstanceHandle::new(instance),
            from: Some(Phase::Running),
            to: Phase::Stopping,
            trigger: "StopInstances",
            why: "asked to stop",
            reason: None,
            instance_type: TypeId::find("t3.micro").unwrap(),
            platform: Platform::Linux,
            cost_step: Usd::ZERO - cost_total,
            cost_total,
            rules: &[rule::LIFE_STOP],
        })
    }

    fn meter(quantity: u64, amount: Usd) -> RecordKind {
        RecordKind::Meter(MeterEvent {
            meter: Meter::PublicIpv4,
            resource: Resource::Address(AddressHandle::new(3)),
            usage_type: UsageType::InUseAddress,
            unit: Unit::Second,
            units: 1,
            unit_price: Price::from_units(50_000_000),
            closed: Some(Closed {
                quantity,
                amount,
                at_end: false,
            }),
            rules: &[rule::BILL_IPV4_IN_USE],
        })
    }

    fn address(from: Option<&str>, to: Option<&str>) -> RecordKind {
        RecordKind::Address(AddressEvent {
            instance: None,
            address: Some(AddressHandle::new(7)),
            scope: AddressScope::Public,
            from: from.map(|ip| ip.parse().unwrap()),
            to: to.map(|ip| ip.parse().unwrap()),
            rules: &[rule::IP_V6],
        })
    }

    /// Records that are as far apart as they get: in time, in amounts, in what is absent.
    #[test]
    fn whatever_is_kept_comes_back() {
        let huge = Usd::hourly(Price::from_units(u64::MAX), u64::MAX);
        let small = Usd::hourly(Price::from_units(1), 1);
        let kinds = [
            transition(0, Usd::ZERO),
            transition(4_000_000_000, small),
            transition(1, huge),
            RecordKind::Note("a note".into()),
            meter(0, small),
            meter(u64::MAX, huge),
            address(None, Some("2001:db8::1:2:3:4")),
            address(Some("240.1.2.3"), None),
            address(Some("240.1.2.3"), Some("255.255.255.255")),
        ];
        let times = [
            0,
            0,
            1,
            u64::from(u32::MAX),
            1 << 40,
            SimTime::MAX.as_millis(),
        ];
        let mut journal = Journal::default();
        let mut told = Vec::new();
        let mut seq = 0;
        // More than a chunk of them.
        for round in 0..3_000_u32 {
            for (index, kind) in kinds.iter().enumerate() {
                let at = match round {
                    2_999 => times[index.min(times.len() - 1)],
                    _ => 0,
                };
                seq += 1;
                let record = Record {
                    seq,
                    at: SimTime::from_millis(at),
                    line: round % 7 * 600_000_000,
                    kind: kind.clone(),
                };
                journal.push(&record);
                told.push(record);
            }
        }
        assert!(journal.chunks.len() > 1, "more than one chunk");
        assert_eq!(journal.shapes.shapes.len(), 5, "each shape once");
        assert!(journal.iter().eq(told.iter().cloned()));
        assert_eq!(journal.iter().len(), told.len());
    }
}
