//! What is certain about when a step happens: the earliest instants at which the script can stand.
//!
//! A `wait-until` may take no time at all, so everything here is a lower bound. What depends on the replay is left to it.

use super::super::{
    Code,
    reader::{Draft, Reader, Span},
};
use crate::{
    script::{Every, When, Zone},
    time::{SimDuration, SimTime},
};

/// The times of a script, in milliseconds since the epoch; sums stay at the end of their range.
#[derive(Debug)]
pub(super) struct ScriptClock {
    start: u64,
    until: Option<u64>,
    zone: Zone,
    frame: Frame,
    outer: Vec<Frame>,
    /// Steps after one that is too late are too late as well; that needn't be told.
    told: bool,
}

/// A script, or the body of a `repeat` or an `each`, in its first round.
#[derive(Debug)]
struct Frame {
    start: u64,
    now: u64,
    /// The last instant at which a step stands, and the step.
    last: Option<(u64, Span)>,
    /// Steps that stand at an instant, and where the script stood before: later rounds can't go back there.
    instants: Vec<(u64, u64, Span)>,
}

impl Frame {
    fn at(start: u64) -> Self {
        Self {
            start,
            now: start,
            last: None,
            instants: Vec::new(),
        }
    }
}

fn shown(ms: u64) -> SimTime {
    SimTime::from_millis(ms.min(SimTime::MAX.as_millis()))
}

impl ScriptClock {
    pub(super) fn new(start: SimTime, until: Option<SimTime>, zone: Zone) -> Self {
        Self {
            start: start.as_millis(),
            until: until.map(SimTime::as_millis),
            zone,
            frame: Frame::at(start.as_millis()),
            outer: Vec::new(),
            told: false,
        }
    }

    /// Where the script stands, at the earliest.
    pub(super) fn now(&self) -> SimTime {
        shown(self.frame.now)
    }

    /// What a moment other than a step's own is, at the earliest.
    pub(super) fn earliest(&self, when: When) -> SimTime {
        let now = self.frame.now;
        shown(match when {
            When::Now => now,
            When::After(wait) => now.saturating_add(wait.as_millis()),
            When::AtOffset(offset) => self.frame.start.saturating_add(offset.as_millis()),
            When::AtInstant(instant) => instant.as_millis(),
            When::AtClock(clock) => {
                let to = clock.next(&self.zone, shown(now));
                to.map_or(now, SimTime::as_millis)
            }
        })
    }

    /// Moves to where a step stands. `at` is the place of its time, `step` that of the step.
    pub(super) fn stand(&mut self, when: When, at: Span, step: Span, reader: &mut Reader) {
        let now = self.frame.now;
        match when {
            When::Now => {}
            When::After(wait) => self.frame.now = now.saturating_add(wait.as_millis()),
            When::AtOffset(offset) => {
                let to = self.frame.start.saturating_add(offset.as_millis());
                if to < now {
                    let stands = SimDuration::from_millis(now - self.frame.start);
                    reader.report(Code::Backwards, at, || {
                        Draft::new("the script can't move back in time")
                            .label(format!("the script is already at {stands}, or later"))
                            .note("`after: …` counts from the script's current time")
                    });
                }
                self.frame.now = now.max(to);
            }
            When::AtClock(_) => self.frame.now = self.earliest(when).as_millis(),
            When::AtInstant(to) => {
                let to = to.as_millis();
                if to < now {
                    let begins = self.start;
                    reader.report(Code::Backwards, at, || {
                        if to < begins {
                            Draft::new("this is before the scenario starts")
                                .label(format!("it starts at {}", shown(begins)))
                        } else {
                            Draft::new("the script can't move back in time")
                                .label(format!("the script is already at {}", shown(now)))
                        }
                    });
                }
                if !self.outer.is_empty() {
                    self.frame.instants.push((to, now, at));
                }
                self.frame.now = now.max(to);
            }
        }
        self.frame.last = Some((self.frame.now, step));
        let place = if at.lo == at.hi { step } else { at };
        self.check(self.frame.now, place, reader);
    }

    /// The instant at which the script is done at the earliest.
    pub(super) fn ends(&self) -> SimTime {
        let last = self.frame.last.map_or(0, |(last, _)| last);
        shown(last.max(self.frame.now))
    }

    /// Lets time pass after a step; `at` is the place that says how much.
    pub(super) fn wait(&mut self, wait: SimDuration, at: Span, reader: &mut Reader) {
        self.frame.now = self.frame.now.saturating_add(wait.as_millis());
        self.check_year(self.frame.now, at, reader);
    }

    fn check_year(&mut self, ms: u64, place: Span, reader: &mut Reader) {
        if ms > SimTime::MAX.as_millis() && !self.told {
            self.told = true;
            reader.report(Code::TooLate, place, || {
                Draft::new("the script goes on beyond the year 9999")
                    .label("it passes the year 9999 here")
            });
        }
    }

    fn check(&mut self, ms: u64, place: Span, reader: &mut Reader) {
        self.check_year(ms, place, reader);
        let Some(until) = self.until.filter(|until| ms > *until) else {
            return;
        };
        if !self.told {
            self.told = true;
            reader.report(Code::AfterEnd, place, || {
                Draft::new("this step is after the end of the scenario")
                    .label(format!("this is at {}", shown(ms)))
                    .note(format!("`until` says {}", shown(until)))
            });
        }
    }

    /// Moves to where the first round of a `repeat` begins.
    pub(super) fn begin(&mut self, every: Every) {
        if let Some(begins) = every.first(&self.zone, shown(self.frame.now)) {
            self.frame.now = self.frame.now.max(begins.as_millis());
        }
    }

    /// Begins the body of a `repeat` or an `each`, here.
    pub(super) fn enter(&mut self) {
        let inner = Frame::at(self.frame.now);
        self.outer.push(std::mem::replace(&mut self.frame, inner));
    }

    /// Ends the body of an `each` of `members` scripts; the script goes on where it was.
    pub(super) fn leave_each(&mut self, members: u32, every: SimDuration, reader: &mut Reader) {
        let shift = every
            .as_millis()
            .saturating_mul(u64::from(members.saturating_sub(1)));
        self.leave(shift, reader);
    }

    /// Ends the body of a `repeat`. `every` comes with its place.
    pub(super) fn leave_repeat(
        &mut self,
        times: u32,
        every: Option<(Every, Span)>,
        reader: &mut Reader,
    ) {
        let body = self.frame.now - self.frame.start;
        if let Some((Every::After(every), at)) = every
            && body > every.as_millis()
        {
            reader.report(Code::RoundTooLong, at, || {
                let body = SimDuration::from_millis(body);
                Draft::new("a round takes longer than the time until the next one")
                    .label(format!("a round takes at least {body}"))
            });
        }
        let more = times.saturating_sub(1);
        let in_a_row = body.saturating_mul(u64::from(more));
        let shift = every.map_or(in_a_row, |(every, _)| {
            every.apart(more).as_millis().max(in_a_row)
        });
        let end = self.frame.now.saturating_add(shift);
        self.leave(shift, reader);
        self.frame.now = end;
    }

    /// `shift`: how much later the last round, or the last member's script, is than the first.
    fn leave(&mut self, shift: u64, reader: &mut Reader) {
        let Some(outer) = self.outer.pop() else {
            return;
        };
        let inner = std::mem::replace(&mut self.frame, outer);
        if let Some((last, step)) = inner.last {
            let last = last.saturating_add(shift);
            self.check(last, step, reader);
            let known = self.frame.last.map_or(0, |(known, _)| known);
            if last >= known {
                self.frame.last = Some((last, step));
            }
        }
        for (to, now, at) in inner.instants {
            let later = now.saturating_add(shift);
            if to < later && to >= now {
                reader.report(Code::Backwards, at, || {
                    Draft::new("the script can't move back in time")
                        .label("a later round can't be at this instant")
                        .note("use an offset, which counts from the beginning of the round")
                });
            } else if !self.outer.is_empty() {
                self.frame.instants.push((to, later, at));
            }
        }
    }
}
