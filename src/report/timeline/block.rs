//! What happened to one instance, address or volume at one instant, and how it is told.

use std::{collections::BTreeSet, net::IpAddr};

use crate::{
    id::Id,
    money::Usd,
    record::{
        Accepted, AddressEvent, AddressScope, DataEvent, DataKind, DataOutcome, MeterEvent,
        Resource, Rules, Transition, Unit, UsageType,
    },
    time::{SimDuration, SimTime},
};

use super::{
    text::{BOLD, DIM, GREEN, Line, PLAIN, RED, YELLOW},
    words::{self, metered, outcome_style, plain, usd},
};

/// Whom a block is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Subject {
    /// Its name in the file.
    pub(super) name: String,
    /// Its slot, if it is an instance; of several members of a group the first.
    pub(super) slot: Option<u32>,
    /// The entry of the cast that it is of.
    pub(super) entry: Option<usize>,
    /// Its id; that of a launch is told.
    pub(super) id: Option<Id>,
    /// The zones that it, or the members, are launched in.
    pub(super) zones: Vec<&'static str>,
    /// Whether its user data is a script.
    pub(super) has_script: bool,
    /// How many members of the group the block tells of.
    pub(super) members: u32,
    /// The name of the last of them.
    pub(super) last: String,
}

impl Subject {
    /// The name, or the first and the last of several.
    pub(super) fn title(&self) -> String {
        if self.members > 1 {
            format!("{} … {}", self.name, self.last)
        } else {
            self.name.clone()
        }
    }
}

/// What a block is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Head {
    /// A change of state.
    Transition(Transition),
    /// Something carried out without one, and what it made of what.
    Accepted(Accepted, String),
    /// Something that has no cause among the records: what exists from the start.
    There,
    /// The meters that are closed where the replay ends: which.
    End(BTreeSet<(Resource, UsageType)>),
}

/// Something that came with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    what: What,
    /// The name of the volume, the address, or the other instance that it is about.
    label: String,
    /// How many of the same are told at once.
    count: u64,
    /// What meters have counted, and what it costs.
    quantity: u64,
    amount: Usd,
    /// The size of the volume, where the meter is one's.
    size: Option<u64>,
    /// How long the meter was open, where that is known.
    lasted: Option<SimDuration>,
}

/// What came with it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Address(AddressEvent),
    Data(DataEvent),
    Meter(MeterEvent),
}

/// Records of one instant that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) at: SimTime,
    pub(super) line: u32,
    pub(super) subject: Subject,
    pub(super) head: Head,
    pub(super) items: Vec<Item>,
}

/// A member of a group has the number of its name at the end: what differs between members only by that is the same.
fn part_of(label: &str) -> Option<&str> {
    label.split_once('/').map(|(_, part)| part)
}

impl Item {
    pub(super) fn address(event: &AddressEvent, label: String) -> Self {
        Self::new(What::Address(*event), label)
    }

    pub(super) fn data(event: &DataEvent, label: String) -> Self {
        Self::new(What::Data(*event), label)
    }

    pub(super) fn meter(event: &MeterEvent, label: String, size: Option<u64>) -> Self {
        let mut item = Self::new(What::Meter(*event), label);
        if let Some(closed) = event.closed {
            item.quantity = closed.quantity;
            item.amount = closed.amount;
        }
        item.size = size;
        item
    }

    const fn new(what: What, label: String) -> Self {
        Self {
            what,
            label,
            count: 1,
            quantity: 0,
            amount: Usd::ZERO,
            size: None,
            lasted: None,
        }
    }

    /// A meter was open for so long.
    pub(super) const fn lasted(&mut self, time: SimDuration) {
        self.lasted = Some(time);
    }

    /// It is about this, where the block is about something else.
    pub(super) fn name(&mut self, label: String) {
        self.label = label;
    }

    /// Whether it is a meter's.
    pub(super) const fn is_meter(&self) -> bool {
        matches!(self.what, What::Meter(_))
    }

    /// The rules that decide it.
    pub(super) const fn rules(&self) -> Rules {
        match &self.what {
            What::Address(event) => event.rules,
            What::Data(event) => event.rules,
            What::Meter(event) => event.rules,
        }
    }

    /// Whether another member's item says the same, but for names, addresses and quantities.
    fn is_like(&self, other: &Self) -> bool {
        match (&self.what, &other.what) {
            (What::Address(a), What::Address(b)) => {
                let v4 = |event: &AddressEvent| event.to.or(event.from).map(|ip| ip.is_ipv4());
                a.scope == b.scope
                    && a.scope != AddressScope::Elastic
                    && a.to.is_some() == b.to.is_some()
                    && v4(a) == v4(b)
            }
            (What::Data(a), What::Data(b)) => {
                let volume = |event: &DataEvent| matches!(event.what, DataKind::Volume(_));
                a.outcome == b.outcome
                    && volume(a) == volume(b)
                    && (volume(a) || a.what == b.what)
                    && (!volume(a) || self.is_same_part(other))
            }
            (What::Meter(a), What::Meter(b)) => {
                a.meter == b.meter
                    && a.usage_type == b.usage_type
                    && a.unit_price == b.unit_price
                    && a.closed.is_some() == b.closed.is_some()
                    && self.size == other.size
                    && (self.size.is_none() || self.is_same_part(other))
            }
            (What::Address(_) | What::Data(_) | What::Meter(_), _) => false,
        }
    }

    fn is_same_part(&self, other: &Self) -> bool {
        part_of(&self.label).is_some_and(|part| part_of(&other.label) == Some(part))
    }

    fn take_in(&mut self, other: &Self) {
        self.count += other.count;
        self.quantity = self.quantity.saturating_add(other.quantity);
        self.amount += other.amount;
        self.lasted = None;
    }

    /// The volume or address that it is about; of several, what they have in common.
    fn named(&self, members: &str) -> String {
        match (self.count, part_of(&self.label)) {
            (2.., Some(part)) => format!("{members}-*/{part}"),
            (_, Some(_) | None) => self.label.clone(),
        }
    }

    /// In words. `members` is the name of the group, where it stands for several of its members.
    pub(super) fn told(&self, members: &str) -> Line {
        match &self.what {
            What::Address(event) => self.address_told(event),
            What::Data(event) => {
                let style = outcome_style(event.outcome);
                let (what, outcome) = match (event.what, event.outcome) {
                    (DataKind::Memory, DataOutcome::Saved) => ("memory".to_owned(), "saved → root"),
                    (DataKind::Memory, outcome) => ("memory".to_owned(), outcome.name()),
                    (DataKind::InstanceStore, outcome) => {
                        ("instance store".to_owned(), outcome.name())
                    }
                    (DataKind::Volume(_), outcome) => (self.named(members), outcome.name()),
                };
                let mut line = plain(&what);
                line.push(PLAIN, " ");
                line.push(style, outcome);
                line
            }
            What::Meter(event) => self.meter_told(event, members),
        }
    }

    fn address_told(&self, event: &AddressEvent) -> Line {
        let is_gained = event.to.is_some();
        let ip = event.to.or(event.from);
        let family = match (event.scope, ip) {
            (AddressScope::Private, _) => "private",
            (AddressScope::Public, Some(IpAddr::V6(_))) => "IPv6",
            (AddressScope::Public | AddressScope::Elastic, _) => "public",
        };
        let (sign, style) = if is_gained {
            ("+ ", GREEN)
        } else {
            ("− ", RED)
        };
        let mut line = Line::of(style, sign);
        if self.count > 1 {
            line.push(PLAIN, &format!("{} {family} addresses", self.count));
            return line;
        }
        let ip = ip.map_or_else(String::new, |ip| ip.to_string());
        match event.scope {
            AddressScope::Private | AddressScope::Public => {
                line.push(PLAIN, &format!("{family} {ip}"));
                if !self.label.is_empty() {
                    line.push(PLAIN, &format!(" ({})", self.label));
                }
            }
            AddressScope::Elastic => {
                let done = match (event.instance, is_gained) {
                    (Some(_), true) => "associated",
                    (Some(_), false) => "disassociated",
                    (None, true) => "allocated",
                    (None, false) => "released",
                };
                line.push(PLAIN, &format!("{} {ip} {done}", self.label));
            }
        }
        line
    }

    fn meter_told(&self, event: &MeterEvent, members: &str) -> Line {
        let mut what = event.usage_type.told().to_owned();
        if !self.label.is_empty() {
            let named = self.named(members);
            what = format!("{what} {named}");
        }
        let price = format!("${}{}", event.unit_price, event.unit.per());
        if event.closed.is_none() {
            let times = if self.count > 1 {
                format!("{} × ", self.count)
            } else {
                String::new()
            };
            let size = match (self.size, event.usage_type.sized()) {
                (Some(size), Some(name)) => format!(" {size} {} {name}", event.unit.of()),
                (Some(_) | None, _) => String::new(),
            };
            let mut line = Line::of(YELLOW, "⊕ ");
            line.push(PLAIN, &format!("{times}{what}{size} {price}"));
            return line;
        }
        let mut line = Line::of(DIM, "⊖ ");
        let mut quantity = metered(event.unit, self.quantity, self.size);
        if let Some(lasted) = self.lasted {
            let least = event.usage_type.minimum_secs();
            let so_long = |secs: u64| event.units.saturating_mul(secs);
            if event.unit == Unit::Hour {
                quantity = format!("{lasted} → {quantity}");
            } else if lasted.as_secs() < least && self.quantity == so_long(least) {
                let whole = metered(event.unit, so_long(lasted.as_secs()), self.size);
                let least = match self.size {
                    Some(_) => SimDuration::from_secs(least).to_string(),
                    None => quantity,
                };
                quantity = format!("{whole}, at least {least}");
            }
        }
        line.push(PLAIN, &format!("{what} {quantity} × {price} = "));
        line.push(BOLD, &usd(self.amount, 6));
        line
    }
}

impl Block {
    /// A block, with nothing in it yet.
    pub(super) const fn new(at: SimTime, line: u32, subject: Subject, head: Head) -> Self {
        Self {
            at,
            line,
            subject,
            head,
            items: Vec::new(),
        }
    }

    /// Takes another block in, if that says the same of the next member of the same group. Whether it did.
    pub(super) fn take_in(&mut self, next: &Self) -> bool {
        let follows = self.at == next.at
            && self.line == next.line
            && self.subject.entry.is_some()
            && self.subject.entry == next.subject.entry
            && self.items.len() == next.items.len()
            && self
                .items
                .iter()
                .zip(&next.items)
                .all(|(a, b)| a.is_like(b))
            && match (self.subject.slot, next.subject.slot) {
                (Some(first), Some(slot)) => slot == first + self.subject.members,
                (Some(_) | None, _) => false,
            };
        if !follows {
            return false;
        }
        match (&mut self.head, &next.head) {
            (Head::Transition(own), Head::Transition(other)) if is_same_move(own, other) => {
                own.cost_step += other.cost_step;
                own.cost_total += other.cost_total;
            }
            (Head::Accepted(own, made), Head::Accepted(other, also_made))
                if own.action == other.action
                    && own.what == other.what
                    && own.unchanged == other.unchanged
                    && made == also_made
                    && own.resource.is_none() => {}
            (Head::Transition(_) | Head::Accepted(..) | Head::There | Head::End(_), _) => {
                return false;
            }
        }
        for (own, other) in self.items.iter_mut().zip(&next.items) {
            own.take_in(other);
        }
        for &zone in &next.subject.zones {
            if !self.subject.zones.contains(&zone) {
                self.subject.zones.push(zone);
            }
        }
        self.subject.members += next.subject.members;
        self.subject.last.clone_from(&next.subject.last);
        true
    }
}

fn is_same_move(a: &Transition, b: &Transition) -> bool {
    a.from == b.from
        && a.to == b.to
        && a.trigger == b.trigger
        && a.reason == b.reason
        && a.instance_type == b.instance_type
        && a.rules == b.rules
}

/// Where a transition leads from and to. What an instance leaves has no flavour: it was told when it was entered.
pub(super) fn states(transition: &Transition) -> Line {
    let mut line = match transition.from {
        Some(from) => Line::of(words::phase_style(from), &words::phase_name(from, false)),
        None => Line::of(DIM, "new"),
    };
    line.push(DIM, " → ");
    let to = words::phase_style(transition.to).bold();
    line.push(to, &words::phase_name(transition.to, true));
    line
}

/// What a step and all before it cost, right-aligned in two columns. What costs nothing is left out.
pub(super) fn costs(step: Usd, total: Usd, decimals: u32) -> Line {
    let mut line = Line::new();
    let total_width = usize::try_from(decimals).unwrap_or(6) + 4;
    if !step.is_zero() {
        let text = usd(step, decimals);
        let text = if text.starts_with('-') {
            text
        } else {
            format!("+{text}")
        };
        line.push(YELLOW, &text);
    }
    if !total.is_zero() {
        let text = usd(total, decimals);
        line.push(PLAIN, &format!(" {text:>total_width$}"));
    }
    line
}

/// Whether a transition tells its state reason: a completion tells nothing new.
pub(super) fn tells_reason(transition: &Transition) -> bool {
    let is_completion =
        transition.trigger.ends_with("completed") || transition.trigger == "hibernation failed";
    transition.reason.is_some() && !is_completion
}
