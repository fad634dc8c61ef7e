//! Free tiers: what an account gets for nothing, after all that it has bought (`BILL-ORDER-FREE-TIER`).
//!
//! The legacy tier gives hours, addresses, storage and requests for a month. Who of several gets them goes by time, and a
//! meter tells what it measured only when it closes; so what a tier may pay for waits until the end, and is then looked at in
//! the order of time. Credits are set against what all charges of a month come to.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{Platform, TypeId, VolumeType},
    money::{Price, Usd},
    record::{Meter, Resource, Rules, Unit, UsageType},
    rule,
    time::{HOUR_SECS, SimDuration, SimTime},
};

use super::{
    LedgerLine, PriceBook, PriceSource,
    apply::Charges,
    ledger::{Applied, Ledger, PICOS, Share},
    rate::Charge,
};

/// The free tier of an account (billing rulebook, section 6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeTier {
    /// That of accounts from before 2025-07-15, for twelve months (`BILL-FREE-LEGACY`).
    Legacy {
        /// When the account was opened.
        from: SimTime,
    },
    /// Credits (`BILL-FREE-2025`).
    Credits {
        /// How much.
        amount: Price,
        /// When the account was opened, if that is said: twelve months later they expire.
        from: Option<SimTime>,
    },
}

impl FreeTier {
    /// The instant from which on accounts get credits: 2025-07-15.
    pub const CREDITS_SINCE: SimTime = SimTime::from_secs(1_752_537_600);

    /// What a new account gets.
    pub const CREDITS: Price = Price::DOLLAR.times(100);

    /// The most that it can get.
    pub const MOST_CREDITS: Price = Price::DOLLAR.times(200);

    /// From when until when it pays: until the day twelve months after the account was opened.
    fn span(self) -> (SimTime, SimTime) {
        let from = match self {
            Self::Legacy { from } => Some(from),
            Self::Credits { from, .. } => from,
        };
        from.map_or((SimTime::default(), SimTime::MAX), |from| {
            (from, a_year_after(from))
        })
    }
}

const DAY_SECS: u64 = 24 * HOUR_SECS;

/// The first instant of the day twelve months later; of a day that isn't there, the last of its month.
fn a_year_after(at: SimTime) -> SimTime {
    let mut month = at.month();
    let days = (at - month.start()).as_secs() / DAY_SECS;
    for _ in 0..12 {
        month = month.end().month();
    }
    let days = days.min(u64::from(month.days()) - 1);
    month.start() + SimDuration::from_secs(days * DAY_SECS)
}

/// What the legacy tier gives for a month; there is nothing for surplus credits (`BILL-CREDIT-FREE-TIER`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Allowance {
    /// 750 hours of a micro instance with Linux, RHEL or SUSE.
    Hours,
    /// 750 hours of it with Windows.
    WindowsHours,
    /// 750 hours of addresses in use.
    Addresses,
    /// 30 GB of storage.
    Storage,
    /// 2 million requests to magnetic volumes.
    Requests,
    /// A GB of snapshots.
    Snapshots,
}

/// In seconds.
const HOURS: u64 = 750 * HOUR_SECS;

impl Allowance {
    fn of(usage_type: UsageType, micro: Option<TypeId>) -> Option<Self> {
        if let UsageType::BoxUsage(of, platform) = usage_type {
            let is_windows = platform == Platform::Windows;
            let is_free = matches!(platform, Platform::Linux | Platform::Rhel | Platform::Suse);
            let hours = if is_windows {
                Self::WindowsHours
            } else {
                Self::Hours
            };
            (micro == Some(of) && (is_windows || is_free)).then_some(hours)
        } else if let UsageType::VolumeUsage(
            VolumeType::Gp2 | VolumeType::Gp3 | VolumeType::Standard,
        ) = usage_type
        {
            Some(Self::Storage)
        } else if usage_type == UsageType::InUseAddress {
            Some(Self::Addresses)
        } else if usage_type == UsageType::VolumeRequests {
            Some(Self::Requests)
        } else if usage_type == UsageType::SnapshotUsage {
            Some(Self::Snapshots)
        } else {
            None
        }
    }

    /// Which of these lines are free, from when to when.
    fn give(self, lines: &[LedgerLine], span: (SimTime, SimTime)) -> Vec<Vec<Free>> {
        match self {
            Self::Hours | Self::WindowsHours | Self::Addresses => time(lines, span, HOURS),
            Self::Storage => room(lines, span, 30),
            Self::Snapshots => room(lines, span, 1),
            Self::Requests => amounts(lines, span, 2_000_000),
        }
    }

    const fn rules(self) -> Rules {
        match self {
            Self::Hours | Self::WindowsHours => {
                &[rule::BILL_FREE_LEGACY, rule::BILL_ORDER_FREE_TIER]
            }
            Self::Addresses => &[rule::BILL_FREE_LEGACY, rule::BILL_IPV4_FREE_TIER],
            Self::Storage | Self::Requests | Self::Snapshots => {
                &[rule::BILL_FREE_LEGACY, rule::BILL_EBS_FREE_TIER]
            }
        }
    }
}

/// So many of so many at a time are free from one instant to another.
#[derive(Debug, Clone, Copy)]
struct Free {
    from: u64,
    to: u64,
    units: u64,
    of: u64,
}

/// The instants between which nothing changes, and the lines that there are in between, those of the thing made first first.
fn segments(
    lines: &[LedgerLine],
    (first, last): (SimTime, SimTime),
    mut each: impl FnMut(u64, u64, &BTreeSet<(Option<Resource>, usize)>) -> bool,
) {
    let mut borders: BTreeMap<u64, Vec<(bool, usize)>> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        let (from, to) = (line.from.max(first).as_secs(), line.to.min(last).as_secs());
        if from < to {
            borders.entry(from).or_default().push((true, place));
            borders.entry(to).or_default().push((false, place));
        }
    }
    let (mut open, mut since) = (BTreeSet::new(), 0);
    for (at, changes) in borders {
        if !open.is_empty() && !each(since, at, &open) {
            return;
        }
        for (begins, place) in changes {
            let key = (lines[place].resource, place);
            if begins {
                open.insert(key);
            } else {
                open.remove(&key);
            }
        }
        since = at;
    }
}

/// Adds to what is free, as part of what came before where that is like it.
fn add(free: &mut Vec<Free>, new: Free) {
    match free.last_mut() {
        Some(last) if last.to == new.from && (last.units, last.of) == (new.units, new.of) => {
            last.to = new.to;
        }
        Some(_) | None => free.push(new),
    }
}

/// So many seconds are free, in the order of time; within a second, of what was launched first.
fn time(lines: &[LedgerLine], span: (SimTime, SimTime), secs: u64) -> Vec<Vec<Free>> {
    let mut free = vec![Vec::new(); lines.len()];
    let mut left = u128::from(secs) * u128::from(PICOS);
    segments(lines, span, |from, to, open| {
        // What commitments cover of a line isn't there, so that it may be less than a second a second.
        let each: Vec<(usize, u128)> = open
            .iter()
            .map(|&(_, place)| {
                let line = &lines[place];
                let picos = line.wide_quantity().0 * u128::from(line.unit_secs());
                let secs = (line.to.as_secs() - line.from.as_secs()).max(1);
                (place, picos / u128::from(secs))
            })
            .collect();
        let a_second: u128 = each.iter().map(|(_, picos)| picos).sum();
        let whole = (left / a_second.max(1)).min(u128::from(to - from));
        left -= whole * a_second;
        let until = from + u64::try_from(whole).unwrap_or(to - from);
        for (place, picos) in each {
            let mut give = |from, to| {
                let new = Free {
                    from,
                    to,
                    units: 1,
                    of: 1,
                };
                add(&mut free[place], new);
            };
            if from < until {
                give(from, until);
            }
            if until < to && picos <= left {
                left -= picos;
                give(until, until + 1);
            }
        }
        until == to
    });
    free
}

/// So much is free at a time, of what was made first.
fn room(lines: &[LedgerLine], span: (SimTime, SimTime), units: u64) -> Vec<Vec<Free>> {
    let mut free = vec![Vec::new(); lines.len()];
    segments(lines, span, |from, to, open| {
        let mut left = units;
        for &(_, place) in open {
            let line = &lines[place];
            let of = line.quantity / (line.to.as_secs() - line.from.as_secs()).max(1);
            let units = of.min(left);
            left -= units;
            if units > 0 {
                let new = Free {
                    from,
                    to,
                    units,
                    of,
                };
                add(&mut free[place], new);
            }
        }
        true
    });
    free
}

/// So much of what is counted at an instant is free.
fn amounts(lines: &[LedgerLine], (first, last): (SimTime, SimTime), units: u64) -> Vec<Vec<Free>> {
    let mut left = units;
    let of = |line: &LedgerLine| {
        let is_within = (first..last).contains(&line.from);
        let units = if is_within {
            line.quantity.min(left)
        } else {
            0
        };
        left -= units;
        let (from, to) = (line.from.as_secs(), line.to.as_secs());
        let all = Free {
            from,
            to,
            units,
            of: line.quantity,
        };
        if units > 0 { vec![all] } else { Vec::new() }
    };
    lines.iter().map(of).collect()
}

/// The ledger, and what a free tier takes off before something stands there.
#[derive(Debug, Clone)]
pub(super) struct Allowed {
    ledger: Ledger,
    tier: Option<FreeTier>,
    /// The type whose hours are free: `t2.micro`, where there is one.
    micro: Option<TypeId>,
    /// What may be free, until the end.
    waiting: Vec<LedgerLine>,
    /// What is free of each thing, at list price.
    discounts: BTreeMap<(Resource, Meter), Usd>,
    /// What credits can pay for, by month: from when to when, and what it comes to.
    payable: BTreeMap<SimTime, (SimTime, SimTime, Usd)>,
}

impl Allowed {
    pub(super) fn new(ledger: Ledger, tier: Option<FreeTier>, book: &PriceBook) -> Self {
        let types = ["t2.micro", "t3.micro"]
            .into_iter()
            .filter_map(TypeId::find);
        let mut micro = types.filter(|&of| {
            let usage = UsageType::BoxUsage(of, Platform::Linux);
            book.rate(usage).is_some()
        });
        Self {
            ledger,
            tier,
            micro: micro.next(),
            waiting: Vec::new(),
            discounts: BTreeMap::new(),
            payable: BTreeMap::new(),
        }
    }

    pub(super) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// A copy for a question.
    pub(super) fn without_lines(&self) -> Self {
        Self {
            ledger: self.ledger.without_lines(),
            tier: self.tier,
            micro: self.micro,
            waiting: self.waiting.clone(),
            discounts: self.discounts.clone(),
            payable: self.payable.clone(),
        }
    }

    /// What of something is free, at list price, by meter.
    pub(super) fn discounts(&self, of: Resource) -> impl Iterator<Item = (Meter, Usd)> {
        let all = self.discounts.range((of, Meter::Usage)..);
        all.take_while(move |((resource, _), _)| *resource == of)
            .map(|(&(_, meter), &amount)| (meter, amount))
    }

    /// What of usage is free, at list price.
    pub(super) fn free_usage(&self) -> Usd {
        let usage = self.discounts.iter();
        usage
            .filter(|((_, meter), _)| *meter == Meter::Usage)
            .map(|(_, amount)| *amount)
            .sum()
    }

    /// Takes a line.
    pub(super) fn put(&mut self, line: LedgerLine) {
        if self.waits(&line) {
            self.waiting.push(line);
        } else {
            self.note(&line);
            self.ledger.put(line);
        }
    }

    /// Whether the legacy tier may pay for it.
    fn waits(&self, line: &LedgerLine) -> bool {
        matches!(self.tier, Some(FreeTier::Legacy { .. }))
            && line.quantity > 0
            && line.covered().is_none()
            && Allowance::of(line.usage_type, self.micro).is_some()
    }

    /// Credits may pay for it: for everything but what is paid at once for longer.
    fn note(&mut self, line: &LedgerLine) {
        let Some(tier @ FreeTier::Credits { .. }) = self.tier else {
            return;
        };
        if line.unit == Unit::Purchase {
            return;
        }
        let (first, last) = tier.span();
        let (from, to) = (line.from.max(first), line.to.min(last));
        let whole = u128::from((line.to - line.from).as_secs());
        let amount = if whole == 0 && (first..last).contains(&line.from) {
            line.amount
        } else if from < to {
            let part = u128::from((to - from).as_secs());
            line.amount.share(part, whole)
        } else {
            return;
        };
        let month = self.payable.entry(line.from.month().start());
        let month = month.or_insert((from, to, Usd::ZERO));
        *month = (month.0.min(from), month.1.max(to), month.2 + amount);
    }

    /// The end: what waits is free or charged, and credits are set against the rest.
    pub(super) fn finish(&mut self) {
        let Some(tier) = self.tier else { return };
        let mut groups: BTreeMap<(Allowance, SimTime), Vec<LedgerLine>> = BTreeMap::new();
        for line in std::mem::take(&mut self.waiting) {
            if let Some(allowance) = Allowance::of(line.usage_type, self.micro) {
                let key = (allowance, line.from.month().start());
                groups.entry(key).or_default().push(line);
            }
        }
        let has_waited = !groups.is_empty();
        for ((allowance, _), mut lines) in groups {
            lines.sort_by_key(|line| (line.from, line.resource));
            let free = allowance.give(&lines, tier.span());
            for (line, free) in lines.iter().zip(free) {
                self.split(line, &free, allowance.rules());
            }
        }
        if has_waited {
            self.ledger.sort();
        }
        if let FreeTier::Credits { amount, .. } = tier {
            self.pay(Usd::from_price(amount));
        }
    }

    /// Writes down a line, what is free of it for nothing.
    fn split(&mut self, line: &LedgerLine, free: &[Free], rules: Rules) {
        let (mut at, to) = (line.from, line.to);
        if at == to {
            self.part(*line, free.first(), rules);
            return;
        }
        for one in free {
            let [from, to] = [one.from, one.to].map(SimTime::from_secs);
            let before = (at < from).then(|| line.within(at, from)).flatten();
            if let Some(paid) = before {
                self.part(paid, None, rules);
            }
            if let Some(part) = line.within(from, to) {
                self.part(part, Some(one), rules);
            }
            at = to;
        }
        let after = (at < to).then(|| line.within(at, to)).flatten();
        if let Some(paid) = after {
            self.part(paid, None, rules);
        }
    }

    fn part(&mut self, line: LedgerLine, free: Option<&Free>, rules: Rules) {
        let Some(&Free { units, of, .. }) = free else {
            self.ledger.put(line);
            return;
        };
        let all = line.wide_quantity().0 * u128::from(line.unit_secs());
        let picos = all / u128::from(of) * u128::from(units);
        let (share, amount) = if units == of {
            (Share::Full, line.amount)
        } else {
            (Share::Part, line.amount.share(units.into(), of.into()))
        };
        let usage_type = if let UsageType::BoxUsage(of, platform) = line.usage_type {
            UsageType::FreeBoxUsage(of, platform)
        } else {
            line.usage_type
        };
        let nothing = LedgerLine {
            usage_type,
            amount: Usd::ZERO,
            rules,
            ..line
        };
        self.ledger
            .put(nothing.measured(picos, Applied::new(share, None, Usd::ZERO)));
        if units < of {
            let amount = line.amount - amount;
            let rest = LedgerLine { amount, ..line };
            self.ledger
                .put(rest.measured(all - picos, Applied::new(Share::Rest, None, amount)));
        }
        if let Some(resource) = line.resource {
            *self.discounts.entry((resource, line.meter)).or_default() += amount;
        }
    }

    /// Credits pay in the order of time, until they are gone.
    fn pay(&mut self, mut left: Usd) {
        for (from, to, charged) in std::mem::take(&mut self.payable).into_values() {
            let paid = charged.min(left);
            left = left - paid;
            if paid.is_zero() {
                continue;
            }
            self.ledger.put(LedgerLine {
                resource: None,
                meter: Meter::FreeCredits,
                usage_type: UsageType::FreeCredits,
                from: from.clock_hour(),
                to: to.hour_end(),
                quantity: 1,
                unit: Unit::Purchase,
                unit_price: Price::ZERO,
                source: PriceSource::Scenario,
                amount: Usd::ZERO - paid,
                applied: None,
                rules: &[rule::BILL_FREE_2025],
            });
        }
    }
}

impl Charges for Allowed {
    fn take(&mut self, charge: &Charge<'_>) {
        if self.tier.is_some() {
            let line = charge.line();
            if self.waits(&line) {
                self.waiting.push(line);
                return;
            }
            self.note(&line);
        }
        self.ledger.take(charge);
    }
}
