//! Where an instant lies on the time axis.
//!
//! A stop takes half a minute and a night fourteen hours: true to scale one of them can't be seen. So the axis is true to
//! scale where its shortest wait can be seen on it, or where there are so many that the days are what is to be seen; else a
//! wait is as wide as the fourth root of its length.

use std::fmt;

use serde_json::{Value, json};

use crate::{
    script::Zone,
    time::{SimDuration, SimTime},
};

/// The width of the axis.
pub(super) const WIDTH: u32 = 10_000;
/// The shortest wait that is seen.
const SEEN: u128 = 130;
/// So many instants over so many days show days.
const MANY: usize = 60;
const LONG: SimDuration = SimDuration::from_days(3);
/// How far apart the texts of ticks are at least.
const APART: u32 = 900;
/// The steps of ticks, in seconds.
const STEPS: &[u64] = &[
    60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    1_209_600, 2_419_200, 31_536_000,
];
/// From so many days on, none is told by a line of its own.
const MOST_DAYS: u64 = 100;

/// A place on the axis, in hundredths of a percent of its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct X(pub(super) u32);

impl fmt::Display for X {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

/// The time axis.
#[derive(Debug)]
pub(super) struct Scale {
    /// Instants and their places; straight in between.
    knots: Vec<(SimTime, u32)>,
    /// Whose clocks tell the time.
    zone: Zone,
    /// Whether all of it is drawn by one measure.
    pub(super) is_true: bool,
}

/// A text on the axis.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) x: X,
    pub(super) text: String,
}

impl Scale {
    /// For the script: seconds since the beginning, and their places.
    pub(super) fn json(&self, start: SimTime) -> Value {
        let knots = self.knots.iter();
        knots
            .map(|&(at, x)| json!([at.since(start).as_secs(), x]))
            .collect()
    }

    /// The axis of a replay in which something happens at `instants`, which are in order.
    pub(super) fn new(
        start: SimTime,
        end: SimTime,
        instants: impl IntoIterator<Item = SimTime>,
        zone: &Zone,
    ) -> Self {
        // What takes no time at all has an axis too.
        let end = end.max(start + SimDuration::from_secs(1));
        let mut times = vec![start];
        times.extend(instants.into_iter().filter(|&at| at > start && at < end));
        times.push(end);
        times.dedup();
        let waits = || times.windows(2).map(|pair| wide(pair[1] - pair[0]));
        let whole: u128 = waits().sum();
        let shortest = waits().min().unwrap_or(whole);
        let is_true = shortest * u128::from(WIDTH) >= whole * SEEN
            || times.len() > MANY && end - start > LONG;
        let width = |wait: u128| {
            if is_true {
                wait
            } else {
                (wait << 32).isqrt().isqrt()
            }
        };
        let whole: u128 = waits().map(width).sum();
        let mut sum = 0;
        let mut knots = vec![(start, 0)];
        for (wait, &at) in waits().zip(&times[1..]) {
            sum += width(wait);
            let place = sum * u128::from(WIDTH) / whole.max(1);
            knots.push((at, u32::try_from(place).unwrap_or(WIDTH)));
        }
        Self {
            knots,
            zone: zone.clone(),
            is_true,
        }
    }

    /// Instants and their places, straight in between.
    pub(super) fn knots(&self) -> &[(SimTime, u32)] {
        &self.knots
    }

    /// Where an instant lies.
    pub(super) fn place(&self, at: SimTime) -> X {
        let after = self.knots.partition_point(|&(knot, _)| knot <= at);
        let (Some(&(from, left)), Some(&(to, right))) = (
            self.knots.get(after.saturating_sub(1)),
            self.knots.get(after),
        ) else {
            return X(WIDTH);
        };
        if at <= from {
            return X(left);
        }
        let part = wide(at - from) * u128::from(right - left) / wide(to - from).max(1);
        X(left + u32::try_from(part).unwrap_or(0))
    }

    fn start(&self) -> SimTime {
        self.knots.first().map_or(SimTime::default(), |knot| knot.0)
    }

    fn end(&self) -> SimTime {
        self.knots.last().map_or(SimTime::default(), |knot| knot.0)
    }

    /// Clock times along the axis, as close as they can be read.
    pub(super) fn clocks(&self) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = Vec::new();
        let mut put = |at: SimTime| {
            let x = self.place(at);
            if ticks.last().is_none_or(|last| x.0 >= last.x.0 + APART) {
                let text = self.zone.local(at).clock();
                ticks.push(Tick { x, text });
            }
        };
        if self.is_true {
            let (from, to) = (self.start().as_secs(), self.end().as_secs());
            let whole = to - from;
            let fits = |step: &&u64| **step * u64::from(WIDTH) >= whole * u64::from(APART);
            let step = STEPS.iter().find(fits).copied().unwrap_or(u64::MAX);
            // Days tell themselves.
            if step < 86_400 {
                for (midnight, next) in self.days_of(self.start()) {
                    let (first, next) = (midnight.as_secs(), next.as_secs());
                    let mut at = first + from.saturating_sub(first).div_ceil(step) * step;
                    while at <= to && at < next {
                        put(SimTime::from_secs(at));
                        at += step;
                    }
                }
            }
        } else {
            for &(at, _) in &self.knots {
                put(at);
            }
        }
        ticks
    }

    /// Midnights within the axis.
    fn midnights(&self) -> impl Iterator<Item = SimTime> {
        let start = self.start();
        let days = self.days_of(start).map(|(midnight, _)| midnight);
        days.filter(move |&midnight| midnight > start)
    }

    /// The days of the axis, from the one that an instant lies in on: where each begins and where the next does.
    fn days_of(&self, from: SimTime) -> impl Iterator<Item = (SimTime, SimTime)> {
        let end = self.end();
        let after = |at: SimTime| {
            let after = self.zone.next_midnight(at + SimDuration::from_secs(1));
            after.unwrap_or(SimTime::MAX + SimDuration::from_secs(1))
        };
        let there = self.zone.local(from);
        let secs = [there.hour, there.minute, there.second]
            .into_iter()
            .fold(0, |secs, part| secs * 60 + u64::try_from(part).unwrap_or(0));
        // On a day on which clocks are put it is an hour beside midnight.
        let first = SimTime::from_secs(from.as_secs().saturating_sub(secs));
        std::iter::successors(Some((first, after(first))), move |&(_, next)| {
            Some((next, after(next)))
        })
        .take_while(move |&(midnight, _)| midnight < end)
    }

    /// Where days begin, with the weekday and the date where there is room for them.
    pub(super) fn days(&self) -> Vec<Tick> {
        let mut ticks = vec![Tick {
            x: X(0),
            text: self.zone.local(self.start()).weekday_and_date(),
        }];
        let mut told = X(0);
        let days = (self.end() - self.start()).as_secs() / 86_400;
        for at in self.midnights() {
            let x = self.place(at);
            let has_room = x.0 >= told.0 + APART && x.0 + APART <= WIDTH;
            if has_room || days < MOST_DAYS {
                let text = if has_room {
                    self.zone.local(at).weekday_and_date()
                } else {
                    String::new()
                };
                ticks.push(Tick { x, text });
            }
            if has_room {
                told = x;
            }
        }
        ticks
    }
}

fn wide(wait: SimDuration) -> u128 {
    u128::from(wait.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> SimTime {
        SimTime::from_secs(secs)
    }

    #[test]
    fn a_short_wait_is_seen_beside_a_long_one() {
        let scale = Scale::new(at(0), at(86_400), [at(15), at(3_600)], &Zone::default());
        assert!(!scale.is_true);
        let places = [0, 15, 3_600, 86_400].map(|secs| scale.place(at(secs)).0);
        assert_eq!(places[0], 0);
        assert!(
            places[1] > 500 && places[2] > places[1] + 1_000,
            "{places:?}"
        );
        assert_eq!(places[3], WIDTH);
    }

    #[test]
    fn what_can_be_seen_is_true_to_scale() {
        let scale = Scale::new(
            at(0),
            at(7_200),
            [at(1_800), at(1_800), at(3_600)],
            &Zone::default(),
        );
        assert!(scale.is_true);
        assert_eq!(scale.place(at(1_800)).to_string(), "25.00%");
        let clocks: Vec<String> = scale.clocks().into_iter().map(|tick| tick.text).collect();
        assert_eq!(clocks[..3], ["00:00", "00:15", "00:30"]);
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let zone = Zone::find("Asia/Jakarta").unwrap();
        // From Monday 16:00 there on, true to scale.
        let start = 1_772_442_000;
        let hours = (0..48).map(|hour| at(start + hour * 3_600));
        let scale = Scale::new(at(start), at(start + 48 * 3_600), hours, &zone);
        assert!(scale.is_true);
        let days = scale.days();
        let days: Vec<&str> = days.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(days, ["Mon 2 Mar", "Tue 3 Mar", "Wed 4 Mar"]);
        let clocks: Vec<String> = scale.clocks().into_iter().map(|tick| tick.text).collect();
        assert_eq!(clocks[..3], ["18:00", "00:00", "06:00"]);
    }
}
