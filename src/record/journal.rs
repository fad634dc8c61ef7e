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
        let mut pen = Pen::new();
        let passed = record.at.since(self.at).as_millis();
        match u32::try_from(passed) {
            Ok(0) => {}
            Ok(passed) => {
                pen.flags |= flag::TIME;
                pen.write(passed);
            }
            Err(_) => {
                pen.flags |= flag::TIME | flag::LONG_TIME;
                pen.write_u64(passed);
            }
        }
        if record.line != self.line {
            pen.flags |= flag::LINE;
            pen.write(record.line);
        }
        (self.at, self.line) = (record.at, record.line);
        self.len += 1;
        pen.stamp = pen.len;
        pen.is_wide = is_wide(&record.kind);
        let mut shape = record.kind.clone();
        let number = if vary(&mut shape, &mut pen) {
            self.shapes.number(shape)
        } else {
            None
        };
        if number.is_none() {
            // Without a shape there is nothing but a time, a line and a place.
            (pen.len, pen.is_wide) = (pen.stamp, false);
            pen.write(u32::try_from(self.others.len()).unwrap_or(u32::MAX));
            self.others.push(record.kind.clone());
        }
        let numbers = pen.finish(number.unwrap_or(OTHER));
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() + numbers.len() <= CHUNK => chunk.extend_from_slice(numbers),
            Some(_) | None => {
                let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 0 } else { CHUNK });
                chunk.extend_from_slice(numbers);
                self.chunks.push(chunk);
            }
        }
    }
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
            vary(&mut kind, &mut eye);
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
    /// Which shape followed each one last: mostly it does again.
    after: Vec<u32>,
    last: u32,
    known: BTreeMap<u64, Vec<u32>>,
}

impl Shapes {
    fn get(&self, number: u32) -> Option<&RecordKind> {
        self.shapes.get(place(number))
    }

    /// The number of a shape; none where there are too many of them.
    fn number(&mut self, shape: RecordKind) -> Option<u32> {
        let number = self.find(shape)?;
        if let Some(after) = self.after.get_mut(place(self.last)) {
            *after = number;
        }
        self.last = number;
        Some(number)
    }

    fn find(&mut self, shape: RecordKind) -> Option<u32> {
        let is_it = |&number: &u32| {
            self.get(number)
                .is_some_and(|known| same_shape(known, &shape))
        };
        let guess = self.after.get(place(self.last)).copied();
        if let Some(number) = guess.filter(is_it) {
            return Some(number);
        }
        let mark = mark(&shape);
        let alike = self.known.get(&mark).into_iter().flatten();
        if let Some(number) = alike.copied().find(is_it) {
            return Some(number);
        }
        let number = u32::try_from(self.shapes.len() + 1).ok()?;
        if number >= TOO_MANY {
            return None;
        }
        self.shapes.push(shape);
        self.after.push(OTHER);
        self.known.entry(mark).or_default().push(number);
        Some(number)
    }
}

/// Where a shape stands in the list; beyond its end for none.
fn place(number: u32) -> usize {
    usize::try_from(number).map_or(usize::MAX, |number| number.wrapping_sub(1))
}

/// Whether two records differ at most in what [`vary`] goes through. Static texts and lists are the same if they stand in
/// the same place: comparing what they say would take too long, and the worst that comes of it is a shape that is kept twice.
fn same_shape(a: &RecordKind, b: &RecordKind) -> bool {
    match (a, b) {
        (RecordKind::Transition(a), RecordKind::Transition(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && std::ptr::eq(a.trigger, b.trigger)
                && std::ptr::eq(a.why, b.why)
                && (a.from, a.to, a.reason) == (b.from, b.to, b.reason)
                && (a.instance_type, a.platform) == (b.instance_type, b.platform)
        }
        (RecordKind::Accepted(a), RecordKind::Accepted(b)) => a == b,
        (RecordKind::Address(a), RecordKind::Address(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && (a.instance, a.address, a.scope) == (b.instance, b.address, b.scope)
                && (a.from, a.to) == (b.from, b.to)
        }
        (RecordKind::Data(a), RecordKind::Data(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && (a.instance, a.what, a.outcome) == (b.instance, b.what, b.outcome)
        }
        (RecordKind::Provisioned(a), RecordKind::Provisioned(b)) => a == b,
        (RecordKind::Meter(a), RecordKind::Meter(b)) => {
            std::ptr::eq(a.rules, b.rules)
                && (a.meter, a.resource, a.usage_type) == (b.meter, b.resource, b.usage_type)
                && (a.unit, a.units, a.unit_price) == (b.unit, b.units, b.unit_price)
                && a.closed == b.closed
        }
        _ => false,
    }
}

/// A number that equal shapes have in common, and few others.
fn mark(shape: &RecordKind) -> u64 {
    let (kind, rules, detail) = match shape {
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
        | RecordKind::Notice(_) => (0, NO_RULES, 0),
    };
    let rules = rules.iter().fold(0_u64, |sum, rule| {
        let length = u64::try_from(rule.id.len()).unwrap_or(0);
        (sum ^ length).wrapping_mul(0x0000_0100_0000_01b3)
            ^ rule.id.bytes().next_back().map_or(0, u64::from)
    });
    rules.rotate_left(32) ^ (detail << 3) ^ kind
}

const NO_RULES: super::Rules = &[];

/// Goes through the numbers in which records of one shape differ: a pen writes them down and wipes them out, an eye fills
/// them in again. False where a record differs in more than numbers.
fn vary(kind: &mut RecordKind, hand: &mut impl Hand) -> bool {
    match kind {
        RecordKind::Transition(one) => {
            hand.handle(&mut one.instance);
            hand.amount(&mut one.cost_step);
            hand.amount(&mut one.cost_total);
        }
        RecordKind::Accepted(one) => {
            hand.some_handle(&mut one.instance);
            hand.some_handle(&mut one.volume);
            hand.some_handle(&mut one.address);
        }
        RecordKind::Address(one) => {
            hand.some_handle(&mut one.instance);
            hand.some_handle(&mut one.address);
            hand.ip(&mut one.from);
            hand.ip(&mut one.to);
        }
        RecordKind::Data(one) => {
            hand.some_handle(&mut one.instance);
            if let DataKind::Volume(volume) = &mut one.what {
                hand.handle(volume);
            }
        }
        RecordKind::Provisioned(one) => {
            hand.handle(&mut one.volume);
            hand.some_handle(&mut one.owner);
        }
        RecordKind::Meter(one) => {
            match &mut one.resource {
                Resource::Instance(instance) => hand.handle(instance),
                Resource::Volume(volume) => hand.handle(volume),
                Resource::Address(address) => hand.handle(address),
            }
            if let Some(closed) = &mut one.closed {
                hand.count(&mut closed.quantity);
                hand.amount(&mut closed.amount);
            }
        }
        RecordKind::Rejected(_)
        | RecordKind::Note(_)
        | RecordKind::Expectation(_)
        | RecordKind::Notice(_) => return false,
    }
    true
}

/// Whether an amount of a record needs more than three numbers.
fn is_wide(kind: &RecordKind) -> bool {
    let is_wide = |amount: Usd| !(0..1 << 96).contains(&amount.grains());
    match kind {
        RecordKind::Transition(one) => is_wide(one.cost_step) || is_wide(one.cost_total),
        RecordKind::Meter(one) => one.closed.is_some_and(|closed| is_wide(closed.amount)),
        RecordKind::Accepted(_)
        | RecordKind::Address(_)
        | RecordKind::Data(_)
        | RecordKind::Provisioned(_)
        | RecordKind::Rejected(_)
        | RecordKind::Note(_)
        | RecordKind::Expectation(_)
        | RecordKind::Notice(_) => false,
    }
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

/// What goes through the numbers of a record.
trait Hand {
    fn handle<H: Handle + Copy>(&mut self, handle: &mut H);
    fn amount(&mut self, amount: &mut Usd);
    fn count(&mut self, count: &mut u64);
    fn ip(&mut self, ip: &mut Option<IpAddr>);

    fn some_handle<H: Handle + Copy>(&mut self, handle: &mut Option<H>) {
        if let Some(handle) = handle {
            self.handle(handle);
        }
    }
}

/// Writes the numbers of a record down.
struct Pen {
    numbers: [u32; MOST],
    len: usize,
    /// Where the numbers of the record itself begin, behind header, time and line.
    stamp: usize,
    flags: u32,
    is_wide: bool,
}

impl Pen {
    const fn new() -> Self {
        Self {
            numbers: [0; MOST],
            len: 1,
            stamp: 0,
            flags: 0,
            is_wide: false,
        }
    }

    fn write(&mut self, number: u32) {
        self.numbers[self.len] = number;
        self.len += 1;
    }

    fn write_u64(&mut self, number: u64) {
        self.write(low(number));
        self.write(low(number >> 32));
    }

    /// All the numbers, with the header in front.
    fn finish(&mut self, shape: u32) -> &[u32] {
        if self.is_wide {
            self.flags |= flag::WIDE;
        }
        self.numbers[0] = (shape << 8) | self.flags;
        &self.numbers[..self.len]
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

impl Hand for Pen {
    fn handle<H: Handle + Copy>(&mut self, handle: &mut H) {
        self.write(u32::try_from(handle.number()).unwrap_or(u32::MAX));
        *handle = H::of(0);
    }

    fn amount(&mut self, amount: &mut Usd) {
        let (bottom, top) = halves(amount.grains().cast_unsigned());
        self.write_u64(bottom);
        self.write(low(top));
        if self.is_wide {
            self.write(low(top >> 32));
        }
        *amount = Usd::ZERO;
    }

    fn count(&mut self, count: &mut u64) {
        self.write_u64(*count);
        *count = 0;
    }

    fn ip(&mut self, ip: &mut Option<IpAddr>) {
        match ip {
            None => {}
            Some(IpAddr::V4(ip)) => {
                self.write(u32::from(*ip));
                *ip = Ipv4Addr::UNSPECIFIED;
            }
            Some(IpAddr::V6(ip)) => {
                let (bottom, top) = halves(u128::from(*ip));
                self.write_u64(bottom);
                self.write_u64(top);
                *ip = Ipv6Addr::UNSPECIFIED;
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

impl Hand for Eye<'_> {
    fn handle<H: Handle + Copy>(&mut self, handle: &mut H) {
        *handle = H::of(usize::try_from(self.read()).unwrap_or(0));
    }

    fn amount(&mut self, amount: &mut Usd) {
        let bottom = self.read_u64();
        let mut top = u64::from(self.read());
        if self.is_wide {
            top |= u64::from(self.read()) << 32;
        }
        let bits = u128::from(bottom) | (u128::from(top) << 64);
        *amount = Usd::from_grains(bits.cast_signed());
    }

    fn count(&mut self, count: &mut u64) {
        *count = self.read_u64();
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
