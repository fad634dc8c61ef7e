//! Records kept in little room.
//!
//! What happens repeats itself: a thousand instances that stop say the same thing about a thousand handles. So the journal
//! keeps each shape of a record once, and of a record the number of its shape and the numbers in which it differs. A record
//! takes about 20 bytes that way, and memory that isn't touched costs no time.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    mem::discriminant,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    ptr,
};

use crate::{money::Usd, time::SimTime};

use super::{
    Accepted, AddressEvent, AddressHandle, CapacityReservationHandle, Closed, ClusterHandle,
    DataEvent, DataKind, DedicatedHostHandle, EnvironmentHandle, FunctionHandle, ImageHandle,
    InstanceHandle, InterfaceHandle, MeterEvent, Notice, Provisioned, Record, RecordKind, Resource,
    ServiceHandle, SnapshotHandle, SpotRequestHandle, TaskHandle, Transition, VolumeHandle,
};

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
        let mut pen = Pen::new();
        pen.time(record.at.since(self.at).as_millis());
        if record.line != self.line {
            pen.flags |= flag::LINE;
            pen.write([record.line]);
        }
        if shape == OTHER {
            pen.write([u32::try_from(self.others.len()).unwrap_or(u32::MAX)]);
            self.others.push(record.kind.clone());
        } else {
            record.kind.tell(&mut pen);
        }
        roomy(&mut self.chunks).extend_from_slice(pen.finish(shape));
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
        };
        let header = eye.read();
        let has = |flag| header & flag != 0;
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
            kind.fill(&mut eye);
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
        if !kind.has_shape() {
            return OTHER;
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
        self.get(number).is_some_and(|known| known.is_like(kind))
    }

    fn find(&mut self, kind: &RecordKind) -> u32 {
        let mut mark = DefaultHasher::new();
        kind.mark(&mut mark);
        let mark = mark.finish();
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

/// What is kept as a shape and the numbers in which it differs from others of that shape.
trait Kept {
    /// Whether two are of one shape: whether they differ at most in the numbers that are told.
    fn is_like(&self, other: &Self) -> bool;

    /// Whether it has a shape: what differs in more than numbers has none.
    fn has_shape(&self) -> bool {
        true
    }

    /// Adds to a mark that those of one shape have in common, and few others do.
    fn mark(&self, _: &mut DefaultHasher) {}

    /// Writes the numbers down.
    fn tell(&self, pen: &mut Pen);

    /// Reads the numbers again, in the same order, into one of the same shape.
    fn fill(&mut self, eye: &mut Eye<'_>);
}

/// Says of every field what becomes of it; a field of which nothing is said doesn't compile. `same` and `place` are the
/// shape, `told` are parts of which only numbers differ. Static texts and lists are the same if they stand in the same
/// place: comparing what they say would take too long, and the worst that comes of it is a shape kept twice.
macro_rules! kept {
    ( $( $Record:ident {
        same: $($same:ident),+; $(place: $($place:ident),+;)? told: $($told:ident),+;
    } )+ ) => { $(
        impl Kept for $Record {
            fn is_like(&self, other: &Self) -> bool {
                $( self.$same == other.$same )&&+
                    $( $( && ptr::eq(self.$place, other.$place) )+ )?
                    $( && self.$told.is_like(&other.$told) )+
            }

            fn has_shape(&self) -> bool {
                $( self.$told.has_shape() )&&+
            }

            fn mark(&self, mark: &mut DefaultHasher) {
                $( self.$same.hash(mark); )+
                $( $( ptr::hash(self.$place, mark); )+ )?
                $( self.$told.mark(mark); )+
            }

            fn tell(&self, pen: &mut Pen) {
                let Self { $($same: _,)+ $($($place: _,)+)? $($told),+ } = self;
                $( $told.tell(pen); )+
            }

            fn fill(&mut self, eye: &mut Eye<'_>) {
                $( self.$told.fill(eye); )+
            }
        }
    )+ };
}

kept! {
    Transition {
        same: from, to, reason, instance_type, platform, tenancy;
        place: trigger, why, zone, rules;
        told: instance, cost_step, cost_total;
    }
    Accepted {
        same: unchanged, value;
        place: action, what, rules;
        told: instance, resource;
    }
    AddressEvent {
        same: scope;
        place: rules;
        told: instance, address, from, to;
    }
    DataEvent {
        same: outcome;
        place: rules;
        told: instance, what;
    }
    Provisioned {
        same: config, created;
        told: volume, owner;
    }
    MeterEvent {
        same: meter, usage_type, unit, units, unit_price;
        place: rules;
        told: resource, closed;
    }
    Closed {
        same: at_end;
        told: quantity, amount;
    }
    Notice {
        same: event, step;
        place: rules;
        told: instance, resource, message;
    }
}

/// Says of every kind of a thing what it holds; one of which nothing is said doesn't compile. Which kind it is belongs to
/// the shape. `told` hold a part, `bare` nothing that differs, and `whole` always what differs in more than numbers.
macro_rules! one_of {
    ( $( $One:ident {
        told: $($Told:ident),+; $(bare: $($Bare:ident),+;)? $(whole: $($Whole:ident),+;)?
    } )+ ) => { $(
        impl Kept for $One {
            fn is_like(&self, other: &Self) -> bool {
                match (self, other) {
                    $( (Self::$Told(one), Self::$Told(other)) => one.is_like(other), )+
                    _ => discriminant(self) == discriminant(other) && self.has_shape(),
                }
            }

            fn has_shape(&self) -> bool {
                match self {
                    $( Self::$Told(one) => one.has_shape(), )+
                    $( $( Self::$Bare )|+ => true, )?
                    $( $( Self::$Whole(_) )|+ => false, )?
                }
            }

            fn mark(&self, mark: &mut DefaultHasher) {
                discriminant(self).hash(mark);
                match self {
                    $( Self::$Told(one) => one.mark(mark), )+
                    $( $( Self::$Bare )|+ => {} )?
                    $( $( Self::$Whole(_) )|+ => {} )?
                }
            }

            fn tell(&self, pen: &mut Pen) {
                match self {
                    $( Self::$Told(one) => one.tell(pen), )+
                    $( $( Self::$Bare )|+ => {} )?
                    $( $( Self::$Whole(_) )|+ => {} )?
                }
            }

            fn fill(&mut self, eye: &mut Eye<'_>) {
                match self {
                    $( Self::$Told(one) => one.fill(eye), )+
                    $( $( Self::$Bare )|+ => {} )?
                    $( $( Self::$Whole(_) )|+ => {} )?
                }
            }
        }
    )+ };
}

one_of! {
    RecordKind {
        told: Transition, Accepted, Address, Data, Provisioned, Meter, Notice;
        whole: Fact, Rejected, Note, Expectation, Reservation, Environment, Moved, Invocation;
    }
    DataKind {
        told: Volume;
        bare: Memory, InstanceStore;
    }
    Resource {
        told: Instance, Volume, Address, Snapshot, Image, Interface, SpotRequest, DedicatedHost, CapacityReservation, Function, Environment, Cluster, Service, Task;
    }
}

/// Whether there is one is part of the shape.
impl<T: Kept> Kept for Option<T> {
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.is_like(other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn has_shape(&self) -> bool {
        self.as_ref().is_none_or(Kept::has_shape)
    }

    fn mark(&self, mark: &mut DefaultHasher) {
        if let Some(one) = self {
            one.mark(mark);
        }
    }

    fn tell(&self, pen: &mut Pen) {
        if let Some(one) = self {
            one.tell(pen);
        }
    }

    fn fill(&mut self, eye: &mut Eye<'_>) {
        if let Some(one) = self {
            one.fill(eye);
        }
    }
}

macro_rules! handles {
    ($($Name:ident),+) => { $(
        impl Kept for $Name {
            fn is_like(&self, _: &Self) -> bool {
                true
            }

            fn tell(&self, pen: &mut Pen) {
                pen.write([u32::try_from(self.index()).unwrap_or(u32::MAX)]);
            }

            fn fill(&mut self, eye: &mut Eye<'_>) {
                *self = Self::new(super::index(eye.read()));
            }
        }
    )+ };
}

handles!(
    InstanceHandle,
    VolumeHandle,
    AddressHandle,
    SnapshotHandle,
    ImageHandle,
    InterfaceHandle,
    SpotRequestHandle,
    DedicatedHostHandle,
    CapacityReservationHandle,
    FunctionHandle,
    EnvironmentHandle,
    ClusterHandle,
    ServiceHandle,
    TaskHandle
);

/// A static text is part of the shape; one that was put together is one of its kind.
impl Kept for Cow<'static, str> {
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Borrowed(one), Self::Borrowed(other)) => ptr::eq(*one, *other),
            (Self::Borrowed(_) | Self::Owned(_), _) => false,
        }
    }

    fn has_shape(&self) -> bool {
        matches!(self, Self::Borrowed(_))
    }

    fn mark(&self, mark: &mut DefaultHasher) {
        ptr::hash(&raw const **self, mark);
    }

    fn tell(&self, _: &mut Pen) {}

    fn fill(&mut self, _: &mut Eye<'_>) {}
}

impl Kept for u64 {
    fn is_like(&self, _: &Self) -> bool {
        true
    }

    fn tell(&self, pen: &mut Pen) {
        pen.write([low(*self), high(*self)]);
    }

    fn fill(&mut self, eye: &mut Eye<'_>) {
        *self = eye.read_u64();
    }
}

/// Amounts take three numbers; those that don't fit, or are negative, take four, and are another shape.
impl Kept for Usd {
    fn is_like(&self, other: &Self) -> bool {
        is_wide(*self) == is_wide(*other)
    }

    fn tell(&self, pen: &mut Pen) {
        let (bottom, top) = halves(self.grains().cast_unsigned());
        pen.write([low(bottom), high(bottom), low(top)]);
        if is_wide(*self) {
            pen.write([high(top)]);
        }
    }

    fn fill(&mut self, eye: &mut Eye<'_>) {
        let bottom = eye.read_u64();
        let mut top = u64::from(eye.read());
        if is_wide(*self) {
            top |= u64::from(eye.read()) << 32;
        }
        let bits = u128::from(bottom) | (u128::from(top) << 64);
        *self = Self::from_grains(bits.cast_signed());
    }
}

/// Whether an amount takes more than three numbers.
fn is_wide(amount: Usd) -> bool {
    !(0..1 << 96).contains(&amount.grains())
}

/// The family is part of the shape.
impl Kept for IpAddr {
    fn is_like(&self, other: &Self) -> bool {
        self.is_ipv4() == other.is_ipv4()
    }

    fn tell(&self, pen: &mut Pen) {
        match self {
            Self::V4(ip) => pen.write([u32::from(*ip)]),
            Self::V6(ip) => {
                let (bottom, top) = halves(u128::from(*ip));
                pen.write([low(bottom), high(bottom), low(top), high(top)]);
            }
        }
    }

    fn fill(&mut self, eye: &mut Eye<'_>) {
        match self {
            Self::V4(ip) => *ip = Ipv4Addr::from(eye.read()),
            Self::V6(ip) => {
                let bottom = eye.read_u64();
                let top = eye.read_u64();
                *ip = Ipv6Addr::from(u128::from(bottom) | (u128::from(top) << 64));
            }
        }
    }
}

/// Writes the numbers of a record down: first beside the journal, where there is room for the longest.
struct Pen {
    /// The header first.
    numbers: [u32; MOST],
    len: usize,
    flags: u32,
}

impl Pen {
    const fn new() -> Self {
        Self {
            numbers: [0; MOST],
            len: 1,
            flags: 0,
        }
    }

    /// The milliseconds since the record before.
    fn time(&mut self, passed: u64) {
        match u32::try_from(passed) {
            Ok(0) => {}
            Ok(passed) => {
                self.flags |= flag::TIME;
                self.write([passed]);
            }
            Err(_) => {
                self.flags |= flag::TIME | flag::LONG_TIME;
                self.write([low(passed), high(passed)]);
            }
        }
    }

    fn write<const COUNT: usize>(&mut self, numbers: [u32; COUNT]) {
        let end = self.len + COUNT;
        self.numbers[self.len..end].copy_from_slice(&numbers);
        self.len = end;
    }

    /// Fills the header in.
    fn finish(&mut self, shape: u32) -> &[u32] {
        self.numbers[0] = (shape << 8) | self.flags;
        &self.numbers[..self.len]
    }
}

/// The low half of a number.
fn low(number: u64) -> u32 {
    u32::try_from(number & 0xffff_ffff).unwrap_or(0)
}

/// The high half of a number.
fn high(number: u64) -> u32 {
    low(number >> 32)
}

fn halves(bits: u128) -> (u64, u64) {
    let part = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    (part(bits), part(bits >> 64))
}

/// Reads the numbers of a record.
struct Eye<'a> {
    numbers: &'a [u32],
    read: usize,
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

#[cfg(test)]
mod tests {
    use proptest::{collection, option, prelude::*, sample::select};

    use super::*;
    use crate::{
        catalog::{Platform, TypeId, VolumeType},
        lifecycle::{ErrorCode, Phase, Tenancy},
        money::Price,
        place::Place,
        record::{
            ActionTarget, AddressScope, DataOutcome, Expectation, FailedStep, Meter, Notice,
            NoticeKind, Rejected, Rules, StateReason, Unit, UsageType, VolumeConfig,
        },
        rule,
    };

    fn handle<H: std::fmt::Debug>(of: fn(usize) -> H) -> impl Strategy<Value = H> {
        prop_oneof![0..4_usize, 0..4_294_967_294_usize].prop_map(of)
    }

    fn instance() -> impl Strategy<Value = Option<InstanceHandle>> {
        option::of(handle(InstanceHandle::new))
    }

    fn address() -> impl Strategy<Value = Option<AddressHandle>> {
        option::of(handle(AddressHandle::new))
    }

    fn amount() -> impl Strategy<Value = Usd> {
        prop_oneof![0..1_000_000_i128, 0..1_i128 << 97, any::<i128>()].prop_map(Usd::from_grains)
    }

    fn text() -> impl Strategy<Value = &'static str> {
        select(&["StopInstances", "asked to stop", ""])
    }

    fn rules() -> impl Strategy<Value = Rules> {
        const SOME: &[Rules] = &[
            &[],
            &[rule::LIFE_STOP],
            &[rule::LIFE_STOP, rule::BILL_PENDING],
        ];
        select(SOME)
    }

    fn ip() -> impl Strategy<Value = Option<IpAddr>> {
        option::of(any::<IpAddr>())
    }

    fn phase() -> impl Strategy<Value = Phase> {
        select(Phase::ALL)
    }

    fn instance_type() -> impl Strategy<Value = TypeId> {
        select(&["t3.micro", "m5.large"]).prop_map(|name| TypeId::find(name).unwrap())
    }

    fn volume_type() -> impl Strategy<Value = VolumeType> {
        select(&VolumeType::ALL)
    }

    fn platform() -> impl Strategy<Value = Platform> {
        select(&[Platform::Linux, Platform::Windows])
    }

    fn transition() -> impl Strategy<Value = Transition> {
        let reason = option::of(select(&[
            StateReason::UserInitiatedShutdown,
            StateReason::InstanceInitiatedShutdown,
        ]));
        let what = (handle(InstanceHandle::new), option::of(phase()), phase());
        let why = ((text(), text(), text()), reason, rules());
        let billed = (
            instance_type(),
            (platform(), select(Tenancy::ALL)),
            amount(),
            amount(),
        );
        (what, why, billed).prop_map(
            |(
                (instance, from, to),
                ((trigger, why, zone), reason, rules),
                (instance_type, (platform, tenancy), cost_step, cost_total),
            )| Transition {
                instance,
                from,
                to,
                trigger,
                why,
                reason,
                instance_type,
                platform,
                tenancy,
                zone,
                cost_step,
                cost_total,
                rules,
            },
        )
    }

    fn accepted() -> impl Strategy<Value = Accepted> {
        let value = option::of(text()).prop_map(|value| value.map(Into::into));
        let what = (text(), text(), value, any::<bool>());
        (what, instance(), option::of(resource()), rules()).prop_map(
            |((action, what, value, unchanged), instance, resource, rules)| Accepted {
                action,
                what,
                value,
                unchanged,
                instance,
                resource,
                rules,
            },
        )
    }

    fn address_event() -> impl Strategy<Value = AddressEvent> {
        let scope = select(&[
            AddressScope::Private,
            AddressScope::Public,
            AddressScope::Elastic,
        ]);
        (instance(), address(), scope, ip(), ip(), rules()).prop_map(
            |(instance, address, scope, from, to, rules)| AddressEvent {
                instance,
                address,
                scope,
                from,
                to,
                rules,
            },
        )
    }

    fn data_event() -> impl Strategy<Value = DataEvent> {
        let what = prop_oneof![
            Just(DataKind::Memory),
            Just(DataKind::InstanceStore),
            handle(VolumeHandle::new).prop_map(DataKind::Volume),
        ];
        let outcome = select(&[DataOutcome::Kept, DataOutcome::Lost, DataOutcome::Deleted]);
        (instance(), what, outcome, rules()).prop_map(|(instance, what, outcome, rules)| {
            DataEvent {
                instance,
                what,
                outcome,
                rules,
            }
        })
    }

    fn provisioned() -> impl Strategy<Value = Provisioned> {
        let config = (volume_type(), 8..10_u32, 0..2_u32, any::<u32>()).prop_map(
            |(volume_type, size_gib, iops, throughput)| VolumeConfig {
                volume_type,
                size_gib,
                iops,
                throughput,
            },
        );
        (handle(VolumeHandle::new), instance(), config, any::<bool>()).prop_map(
            |(volume, owner, config, created)| Provisioned {
                volume,
                owner,
                config,
                created,
            },
        )
    }

    fn resource() -> impl Strategy<Value = Resource> {
        prop_oneof![
            handle(InstanceHandle::new).prop_map(Resource::Instance),
            handle(VolumeHandle::new).prop_map(Resource::Volume),
            handle(AddressHandle::new).prop_map(Resource::Address),
            handle(SpotRequestHandle::new).prop_map(Resource::SpotRequest),
        ]
    }

    fn meter_event() -> impl Strategy<Value = MeterEvent> {
        let usage_type = prop_oneof![
            (instance_type(), platform()).prop_map(|(of, on)| UsageType::BoxUsage(of, on)),
            (volume_type(), 1..4_u8).prop_map(|(of, tier)| UsageType::VolumeIops(of, tier)),
            Just(UsageType::InUseAddress),
        ];
        let closed =
            (any::<u64>(), amount(), any::<bool>()).prop_map(|(quantity, amount, at_end)| Closed {
                quantity,
                amount,
                at_end,
            });
        let what = (select(Meter::ALL), resource(), usage_type);
        let price = (
            select(&[Unit::Second, Unit::GibSecond]),
            1..3_u64,
            any::<u64>(),
        );
        (what, price, option::of(closed), rules()).prop_map(
            |((meter, resource, usage_type), (unit, units, unit_price), closed, rules)| {
                MeterEvent {
                    meter,
                    resource,
                    usage_type,
                    unit,
                    units,
                    unit_price: Price::from_units(unit_price),
                    closed,
                    rules,
                }
            },
        )
    }

    /// What is kept as it is: a few of each will do.
    fn whole() -> impl Strategy<Value = RecordKind> {
        select(vec![
            RecordKind::Note(crate::record::Note::new("a note")),
            RecordKind::Rejected(Box::new(Rejected {
                action: "StopInstances",
                target: ActionTarget::default(),
                code: ErrorCode::Unsupported,
                message: "no".to_owned(),
                expected: true,
                step: FailedStep::default(),
                rules: &[rule::LIFE_STOP],
            })),
            RecordKind::Expectation(Box::new(Expectation {
                place: Place::default(),
                subject: "web".to_owned(),
                check: "state",
                passed: true,
                expected: "running".to_owned(),
                found: "running".to_owned(),
                instance: None,
                at_end: false,
            })),
        ])
    }

    fn notice() -> impl Strategy<Value = Notice> {
        let event = select(&[NoticeKind::RebootCompleted, NoticeKind::StatusChecks]);
        let message = prop_oneof![
            text().prop_map(Cow::Borrowed),
            text().prop_map(|text| Cow::Owned(text.to_owned())),
        ];
        (event, message, instance(), option::of(resource()), rules()).prop_map(
            |(event, message, instance, resource, rules)| Notice {
                instance,
                resource,
                ..Notice::new(event, message, rules)
            },
        )
    }

    fn kind() -> impl Strategy<Value = RecordKind> {
        prop_oneof![
            transition().prop_map(RecordKind::Transition),
            accepted().prop_map(RecordKind::Accepted),
            address_event().prop_map(RecordKind::Address),
            data_event().prop_map(RecordKind::Data),
            provisioned().prop_map(RecordKind::Provisioned),
            meter_event().prop_map(RecordKind::Meter),
            notice().prop_map(RecordKind::Notice),
            whole(),
        ]
    }

    /// Records as a replay numbers them; each kind comes with how long it is after the one before, and its line.
    fn numbered(said: impl IntoIterator<Item = (u64, u32, RecordKind)>) -> Vec<Record> {
        let (mut seq, mut at) = (1, 0_u64);
        let number = |(passed, line, kind): (u64, u32, RecordKind)| {
            at = at.saturating_add(passed).min(SimTime::MAX.as_millis());
            let record = Record {
                seq,
                at: SimTime::from_millis(at),
                line,
                kind,
            };
            seq += u64::from(record.kind.is_shown());
            record
        };
        said.into_iter().map(number).collect()
    }

    fn journal_of(told: &[Record]) -> Journal {
        let mut journal = Journal::default();
        for record in told {
            journal.push(record);
        }
        journal
    }

    proptest! {
        /// What the journal gives back is what it was told, whatever the records differ in.
        #[test]
        fn whatever_is_kept_comes_back(
            said in collection::vec(
                (prop_oneof![0..3_u64, any::<u64>()], prop_oneof![0..3_u32, any::<u32>()], kind()),
                0..60,
            )
        ) {
            let told = numbered(said);
            let journal = journal_of(&told);
            prop_assert_eq!(journal.len(), told.len());
            prop_assert_eq!(journal.iter().collect::<Vec<_>>(), told);
        }
    }

    #[test]
    fn what_many_notices_say_is_kept_once() {
        let notice = |n: usize| {
            RecordKind::Notice(Notice {
                instance: Some(InstanceHandle::new(n)),
                ..Notice::new(NoticeKind::StatusChecks, "ok", &[rule::LIFE_STOP])
            })
        };
        let told = numbered((0..100).map(|n| (1, 0, notice(n))));
        let journal = journal_of(&told);
        assert_eq!((journal.shapes.shapes.len(), journal.others.len()), (1, 0));
        assert!(journal.iter().eq(told));
    }

    #[test]
    fn a_shape_is_kept_once_and_records_in_several_chunks() {
        let stopped = |instance: usize| {
            RecordKind::Transition(Transition {
                instance: InstanceHandle::new(instance),
                from: Some(Phase::Running),
                to: Phase::Stopping,
                trigger: "StopInstances",
                why: "asked to stop",
                reason: None,
                instance_type: TypeId::find("t3.micro").unwrap(),
                platform: Platform::Linux,
                tenancy: Tenancy::Default,
                zone: "us-east-1a",
                cost_step: Usd::hourly(Price::from_units(1), 1),
                cost_total: Usd::hourly(Price::from_units(9), 9),
                rules: &[rule::LIFE_STOP],
            })
        };
        let lost = |instance: usize| {
            RecordKind::Data(DataEvent {
                instance: Some(InstanceHandle::new(instance)),
                what: DataKind::Memory,
                outcome: DataOutcome::Lost,
                rules: &[rule::LIFE_STOP],
            })
        };
        let said = (0..10_000).flat_map(|n| [(0, 7, stopped(n)), (1, 7, lost(n))]);
        let told = numbered(said);
        let journal = journal_of(&told);
        assert!(journal.chunks.len() > 1, "more than one chunk");
        assert_eq!(journal.shapes.shapes.len(), 2, "each shape once");
        assert!(journal.iter().eq(told));
    }
}
