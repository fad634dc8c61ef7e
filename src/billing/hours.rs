//! The ledger by clock-hours, as reports have it (`BILL-CLOCK-HOUR`, `BILL-SPLIT-HOUR`).

use crate::{
    money::Usd,
    record::{Granularity, Unit},
    time::{HOUR, HOUR_SECS, SimTime},
};

use super::{Applied, LedgerLine, ledger::PICOS};

const DAY_SECS: u64 = 24 * HOUR_SECS;

/// For how long what is charged makes one row of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// A clock-hour.
    Hour,
    /// A day, told in its last hour or in that in which it ends.
    Day,
    /// As long as it is; lines end with the month. Told in the hour in which it begins.
    Month,
}

/// Hands on the lines hour by hour: with the beginning of each clock-hour in which something was charged, what lies in it. Lines
/// are cut at the borders of hours, which changes no sum. As much is held at a time as is charged in one hour.
pub fn by_clock_hour<E>(
    lines: &[LedgerLine],
    each: impl FnMut(SimTime, Vec<LedgerLine>) -> Result<(), E>,
) -> Result<(), E> {
    by_hour(lines, |_| Grain::Hour, each)
}

/// The same, with lines that are cut less finely.
pub(crate) fn by_hour<E>(
    lines: &[LedgerLine],
    grain: impl Fn(&LedgerLine) -> Grain,
    mut each: impl FnMut(SimTime, Vec<LedgerLine>) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting: Vec<&LedgerLine> = lines.iter().collect();
    // Those that begin last are taken last.
    waiting.sort_by_key(|line| std::cmp::Reverse(line.from));
    let mut open: Vec<&LedgerLine> = Vec::new();
    let mut hour = SimTime::default();
    loop {
        if open.is_empty() {
            let Some(next) = waiting.last() else {
                return Ok(());
            };
            hour = next.from.clock_hour();
        }
        let end = hour + HOUR;
        while let Some(line) = waiting.pop_if(|line| line.from < end) {
            open.push(line);
        }
        // What was bought isn't spread over its time.
        let grain = |line: &LedgerLine| {
            if line.unit == Unit::Purchase {
                Grain::Month
            } else {
                grain(line)
            }
        };
        let pieces = open.iter().filter_map(|line| match grain(line) {
            Grain::Hour => line.within(hour, end),
            Grain::Day => {
                let day = SimTime::from_secs(hour.as_secs() / DAY_SECS * DAY_SECS);
                let is_last = end.as_secs().is_multiple_of(DAY_SECS) || line.to <= end;
                is_last.then(|| line.within(day, end)).flatten()
            }
            Grain::Month => (hour <= line.from).then_some(**line),
        });
        let pieces: Vec<LedgerLine> = pieces.collect();
        if !pieces.is_empty() {
            each(hour, pieces)?;
        }
        open.retain(|line| line.to > end);
        hour = end;
    }
}

impl LedgerLine {
    /// Whether it is charged by the hour, which counts from its beginning (`BILL-HOURLY-ANCHOR`).
    pub(crate) const fn is_by_the_hour(&self) -> bool {
        matches!(self.unit.granularity(), Granularity::Hour)
    }

    /// What of it lies between two borders of clock-hours; of what is charged by the hour, the hours that begin there
    /// (`BILL-HOURLY-ANCHOR`).
    pub(crate) fn within(&self, begin: SimTime, end: SimTime) -> Option<Self> {
        let (begin, end) = (begin.as_secs(), end.as_secs());
        let (from, to) = (self.from.as_secs(), self.to.as_secs());
        if begin <= from && to <= end {
            return Some(*self);
        }
        let (first, last) = match self.unit.granularity() {
            Granularity::Second | Granularity::Amount => (from.max(begin), to.min(end)),
            Granularity::Hour => {
                let first = from + begin.saturating_sub(from).div_ceil(HOUR_SECS) * HOUR_SECS;
                if first >= end {
                    return None;
                }
                let hours = (end - first).div_ceil(HOUR_SECS);
                (first, to.min(first + hours * HOUR_SECS))
            }
        };
        if first >= last {
            return None;
        }
        // What the line has up to an instant; the differences add up to the whole, whatever is lost in a division.
        let (whole, until) = (to - from, [first - from, last - from]);
        let part = |of: u64| {
            let [before, after] =
                until.map(|at| u128::from(of) * u128::from(at) / u128::from(whole));
            u64::try_from(after - before).unwrap_or(u64::MAX)
        };
        let amount = |of: Usd| {
            let [before, after] = until.map(|at| of.share(at.into(), whole.into()));
            after - before
        };
        // What commitments cover is counted more finely than in whole units.
        let mut quantity = part(self.quantity);
        let applied = self.applied.map(|applied| {
            let (wide, _) = self.wide_quantity();
            let [before, after] = until.map(|at| wide * u128::from(at) / u128::from(whole));
            let of = |count: u128| u64::try_from(count).unwrap_or(u64::MAX);
            quantity = of((after - before) / u128::from(PICOS));
            Applied {
                fraction: of((after - before) % u128::from(PICOS)),
                effective: amount(applied.effective),
                ..applied
            }
        });
        Some(Self {
            from: SimTime::from_secs(first),
            to: SimTime::from_secs(last),
            quantity,
            applied,
            amount: amount(self.amount),
            ..*self
        })
    }
}
