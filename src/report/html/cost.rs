//! What has been charged up to each instant, meter by meter: the ledger, added up along the axis.

use std::io;

use serde_json::{Value, json};

use crate::{
    billing::LedgerLine,
    money::Usd,
    record::Meter,
    report::timeline::plainly::amounts,
    time::{HOUR_SECS, SimDuration, SimTime},
};

use super::{
    Out,
    scale::{Scale, WIDTH},
};

/// How high the curve is.
const HEIGHT: u32 = 1_000;
/// The most hours of one line that are drawn as steps; of what is longer than that no step would be seen.
const MOST_STEPS: u64 = 2_000;

/// The course of the cost: straight between its knots.
#[derive(Debug)]
pub(in crate::report) struct Course {
    /// The meters that charge anything.
    pub(in crate::report) meters: Vec<Meter>,
    /// What each has come to at an instant. At one instant there may be two: before and after a step.
    knots: Vec<(SimTime, Vec<Usd>)>,
}

impl Course {
    /// The course of a ledger over the instants of a scale.
    pub(super) fn of(ledger: &[LedgerLine], scale: &Scale, end: SimTime) -> Self {
        Self::at(
            ledger,
            scale.knots().iter().map(|&(at, _)| at).collect(),
            end,
        )
    }

    /// The course of a ledger over these instants and those at which a line of it begins, ends or steps.
    pub(in crate::report) fn at(
        ledger: &[LedgerLine],
        mut times: Vec<SimTime>,
        end: SimTime,
    ) -> Self {
        let meters: Vec<Meter> = Meter::ALL
            .iter()
            .copied()
            .filter(|&meter| ledger.iter().any(|line| line.meter == meter))
            .collect();
        for line in ledger {
            times.extend([line.from, line.to]);
            if line.is_by_the_hour() {
                let steps = (line.to - line.from).as_secs() / HOUR_SECS;
                let hours = (0..steps.min(MOST_STEPS)).map(SimDuration::from_hours);
                times.extend(hours.map(|after| line.from + after));
            }
        }
        times.retain(|&at| at < end);
        times.sort_unstable();
        times.dedup();
        let mut knots: Vec<(SimTime, Vec<Usd>)> = Vec::new();
        let mut sums: Vec<Sum<'_>> = meters.iter().map(|&meter| Sum::of(ledger, meter)).collect();
        for at in times {
            let before: Vec<Usd> = sums.iter().map(|sum| sum.up_to(at)).collect();
            let after: Vec<Usd> = sums.iter_mut().map(|sum| sum.with(at)).collect();
            let steps = before != after;
            knots.push((at, before));
            if steps {
                knots.push((at, after));
            }
        }
        let before = sums.iter().map(|sum| sum.up_to(end)).collect();
        let all: Vec<Usd> = sums.iter().map(Sum::all).collect();
        let steps = before != all;
        knots.push((end, before));
        if steps {
            // Minimums, and what is paid in advance, reach beyond the end.
            knots.push((end, all));
        }
        Self { meters, knots }
    }

    /// What each meter has come to at an instant, with what is charged at it.
    #[cfg(feature = "live")]
    pub(in crate::report) fn value(&self, at: SimTime) -> Vec<Usd> {
        let after = self.knots.partition_point(|(knot, _)| *knot <= at);
        let Some((left, low)) = after.checked_sub(1).and_then(|n| self.knots.get(n)) else {
            return vec![Usd::ZERO; self.meters.len()];
        };
        let Some((right, high)) = self.knots.get(after) else {
            return low.clone();
        };
        let (gone, whole) = (
            (at - *left).as_millis().into(),
            (*right - *left).as_millis().max(1).into(),
        );
        let between = |(low, high): (&Usd, &Usd)| *low + (*high - *low).share(gone, whole);
        low.iter().zip(high).map(between).collect()
    }

    /// Which meters count at an instant.
    #[cfg(feature = "live")]
    pub(in crate::report) fn ticking(&self, at: SimTime) -> Vec<bool> {
        let after = self.knots.partition_point(|(knot, _)| *knot <= at);
        let before = after.checked_sub(1).and_then(|n| self.knots.get(n));
        match (before, self.knots.get(after)) {
            (Some((_, low)), Some((_, high))) => low
                .iter()
                .zip(high)
                .map(|(low, high)| low != high)
                .collect(),
            (Some(_), None) | (None, _) => vec![false; self.meters.len()],
        }
    }

    /// What all meters have come to at each knot.
    pub(super) fn totals(&self) -> Vec<(SimTime, Usd)> {
        let knots = self.knots.iter();
        knots
            .map(|(at, amounts)| (*at, amounts.iter().copied().sum()))
            .collect()
    }

    /// What it comes to.
    pub(super) fn total(&self) -> Usd {
        self.knots
            .last()
            .map_or(Usd::ZERO, |(_, amounts)| amounts.iter().copied().sum())
    }

    /// For the script: seconds since the beginning, and what each meter has come to.
    pub(super) fn json(&self, start: SimTime) -> Value {
        let meters: Vec<Value> = self
            .meters
            .iter()
            .map(|meter| json!({ "name": meter.name(), "told": meter.told() }))
            .collect();
        let knots: Vec<Value> = self
            .knots
            .iter()
            .map(|(at, amounts)| {
                let amounts: Vec<Value> = amounts.iter().map(|&amount| units(amount)).collect();
                json!([at.since(start).as_secs(), amounts])
            })
            .collect();
        json!({ "meters": meters, "knots": knots })
    }

    /// The curve, with the meters on top of each other; `top` is as high as it may become.
    pub(super) fn draw(&self, out: Out<'_>, scale: &Scale, top: Usd) -> io::Result<()> {
        if self.total() <= Usd::ZERO {
            return writeln!(out, "<p class=\"quiet\">Nothing was charged.</p>");
        }
        let (told, _) = amounts(self.total());
        let (highest, half) = (amounts(top).0, amounts(top.share(1, 2)).0);
        write!(
            out,
            "<div class=\"chart\"><span class=\"top\" aria-hidden=\"true\">{highest}</span><span class=\"mid\" aria-hidden=\"true\">{half}</span><svg class=\"curve\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"The cost rises to {told}\">"
        )?;
        let height = |amount: Usd| {
            let part = amount.max(Usd::ZERO).min(top).parts_of(top, HEIGHT.into());
            HEIGHT - u32::try_from(part).unwrap_or(HEIGHT)
        };
        for (index, meter) in self.meters.iter().enumerate() {
            let place =
                |amounts: &[Usd], count: usize| height(amounts[..count].iter().copied().sum());
            write!(out, "<path class=\"area m-{}\" d=\"M", meter.name())?;
            let mut last = None;
            let ends = |nth: usize| nth == 0 || nth + 1 == self.knots.len();
            for (nth, (at, amounts)) in self.knots.iter().enumerate() {
                let point = (scale.place(*at).0, place(amounts, index + 1));
                put(out, &mut last, point, ends(nth))?;
            }
            for (nth, (at, amounts)) in self.knots.iter().rev().enumerate() {
                let point = (scale.place(*at).0, place(amounts, index));
                put(out, &mut last, point, ends(nth))?;
            }
            write!(out, "z\"><title>{}</title></path>", meter.told())?;
        }
        writeln!(out, "</svg></div>")
    }
}

/// An amount in units of 10⁻¹⁰ dollars; a text where a number of JSON would no longer be exact.
pub(super) fn units(amount: Usd) -> Value {
    let digits = amount.to_string().replace('.', "");
    match digits.parse::<i64>() {
        Ok(units) if units.unsigned_abs() < 1 << 53 => units.into(),
        Ok(_) | Err(_) => digits.into(),
    }
}

/// Puts a point to a path, unless nobody would tell it from the last.
fn put(
    out: Out<'_>,
    last: &mut Option<(u32, u32)>,
    (x, y): (u32, u32),
    ends: bool,
) -> io::Result<()> {
    let is_near = |&(a, b): &(u32, u32)| x.abs_diff(a) < 8 && y.abs_diff(b) < 4;
    if !ends && last.as_ref().is_some_and(is_near) {
        return Ok(());
    }
    *last = Some((x, y));
    write!(out, "{x} {y} ")
}

/// The lines of one meter, added up along the way.
struct Sum<'a> {
    /// The next to begin is last.
    waiting: Vec<&'a LedgerLine>,
    open: Vec<&'a LedgerLine>,
    over: Usd,
}

impl<'a> Sum<'a> {
    fn of(ledger: &'a [LedgerLine], meter: Meter) -> Self {
        let mut waiting: Vec<&LedgerLine> =
            ledger.iter().filter(|line| line.meter == meter).collect();
        waiting.sort_by_key(|line| std::cmp::Reverse(line.from));
        Self {
            waiting,
            open: Vec::new(),
            over: Usd::ZERO,
        }
    }

    /// What it has come to until an instant.
    fn up_to(&self, at: SimTime) -> Usd {
        let open = self
            .open
            .iter()
            .filter_map(|line| line.within(line.from, at));
        self.over + open.map(|line| line.amount).sum::<Usd>()
    }

    /// What it has come to with what begins at an instant: an hour is charged when it begins.
    fn with(&mut self, at: SimTime) -> Usd {
        while let Some(line) = self.waiting.pop_if(|line| line.from <= at) {
            self.open.push(line);
        }
        let over = &mut self.over;
        self.open.retain(|line| {
            let is_open = line.to > at;
            if !is_open {
                *over += line.amount;
            }
            is_open
        });
        let open = self.open.iter().filter_map(|line| {
            let until = if line.is_by_the_hour() {
                at + SimDuration::from_secs(1)
            } else {
                at
            };
            line.within(line.from, until)
        });
        self.over + open.map(|line| line.amount).sum::<Usd>()
    }

    fn all(&self) -> Usd {
        let rest = self.open.iter().chain(&self.waiting);
        self.over + rest.map(|line| line.amount).sum::<Usd>()
    }
}
