//! What is set to fall due by itself, and how it is called off.
//!
//! A transition may overtake what an earlier one has set: a termination ends a `pending` whose boot was to complete in ten
//! seconds. The queue of the engine can't give an event back, so each has a key here, and one whose key is no longer good
//! falls on deaf ears. Whoever sets an event doesn't keep its key: the events of one thing hang together, and a thing has
//! one or two.

use std::num::NonZeroU32;

use crate::{
    record::{Resource, index},
    time::SimTime,
};

use super::Due;

/// Names one event that was set; good until it falls due or is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerKey {
    place: u32,
    /// Places are used again; this says for which event.
    number: u32,
}

/// The events of one thing: the first of them, which knows the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pending(Option<NonZeroU32>);

#[derive(Debug, Clone)]
struct Timer {
    number: u32,
    subject: Resource,
    due: Due,
    /// When; told after it was set.
    at: SimTime,
    next: Pending,
}

/// All events that are set.
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    timers: Vec<Timer>,
    free: Vec<u32>,
    /// How many of those are set that are waited for: [`weight`] says by whom.
    waited_for: u64,
}

impl Pending {
    fn of(place: u32) -> Self {
        Self(NonZeroU32::MIN.checked_add(place))
    }

    fn place(self) -> Option<u32> {
        self.0.map(|number| number.get() - 1)
    }
}

/// The count of those that the world's end waits for.
const UNDER_WAY: u64 = 0xffff_ffff;

/// How an event counts: for the world's end in the lower half, for who waits until all is settled in the upper. Two counts
/// would be two additions for each event that is set or called off.
const fn weight(due: Due) -> u64 {
    let (end, settled) = (due.is_under_way(), due.is_waited_for());
    (if end { 1 } else { 0 }) | (if settled { 1 << 32 } else { 0 })
}

impl Timers {
    /// Whether something is set that the world's end waits for.
    pub(super) const fn is_under_way(&self) -> bool {
        self.waited_for & UNDER_WAY != 0
    }

    /// Whether nothing is set that somebody who looks from outside would wait for.
    pub(super) const fn are_settled(&self) -> bool {
        self.waited_for >> 32 == 0
    }

    /// Sets an event among the pending ones of its subject.
    pub(super) fn set(&mut self, pending: &mut Pending, subject: Resource, due: Due) -> TimerKey {
        self.waited_for += weight(due);
        let next = *pending;
        let place = if let Some(place) = self.free.pop() {
            let timer = &mut self.timers[index(place)];
            (timer.subject, timer.due, timer.next) = (subject, due, next);
            place
        } else {
            self.timers.push(Timer {
                number: 0,
                subject,
                due,
                at: SimTime::default(),
                next,
            });
            u32::try_from(self.timers.len() - 1).unwrap_or(u32::MAX)
        };
        *pending = Pending::of(place);
        let number = self.timers[index(place)].number;
        TimerKey { place, number }
    }

    /// The engine says when an event falls due.
    pub(super) fn schedule(&mut self, key: TimerKey, at: SimTime) {
        self.timers[index(key.place)].at = at;
    }

    /// When the pending event of a kind falls due, if one is set.
    pub(super) fn find(&self, mut pending: Pending, due: Due) -> Option<SimTime> {
        loop {
            let timer = &self.timers[index(pending.place()?)];
            if timer.due == due {
                return Some(timer.at);
            }
            pending = timer.next;
        }
    }

    /// What a key stands for; nothing if it was called off, or has fallen due.
    pub(super) fn get(&self, key: TimerKey) -> Option<(Resource, Due)> {
        let timer = &self.timers[index(key.place)];
        (timer.number == key.number).then_some((timer.subject, timer.due))
    }

    /// Takes one out of the pending events of its subject: it falls due.
    pub(super) fn take(&mut self, pending: &mut Pending, key: TimerKey) {
        self.unlink(pending, |place, _| place == key.place);
    }

    /// Calls off those pending events of a subject that are of a kind.
    #[inline]
    pub(super) fn cancel(&mut self, pending: &mut Pending, is_it: impl Fn(Due) -> bool) {
        // Mostly nothing is pending: what a change of state follows has just fallen due.
        if *pending != Pending::default() {
            self.call_off(pending, is_it);
        }
    }

    #[cold]
    fn call_off(&mut self, pending: &mut Pending, is_it: impl Fn(Due) -> bool) {
        self.unlink(pending, |_, due| is_it(due));
    }

    fn unlink(&mut self, pending: &mut Pending, goes: impl Fn(u32, Due) -> bool) {
        let mut before: Option<u32> = None;
        let mut at = *pending;
        while let Some(place) = at.place() {
            let timer = &mut self.timers[index(place)];
            at = timer.next;
            if !goes(place, timer.due) {
                before = Some(place);
                continue;
            }
            timer.number = timer.number.wrapping_add(1);
            self.waited_for -= weight(timer.due);
            self.free.push(place);
            match before {
                Some(before) => self.timers[index(before)].next = at,
                None => *pending = at,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::InstanceHandle;

    #[test]
    fn what_is_called_off_never_falls_due_and_its_place_is_used_again() {
        let subject = Resource::Instance(InstanceHandle::new(0));
        let (mut timers, mut pending) = (Timers::default(), Pending::default());
        let boot = timers.set(&mut pending, subject, Due::Completion);
        let limit = timers.set(&mut pending, subject, Due::HibernationLimit);
        assert!(timers.is_under_way());
        timers.cancel(&mut pending, |due| due == Due::Completion);
        assert!(timers.get(boot).is_none() && !timers.is_under_way());
        assert_eq!(timers.get(limit), Some((subject, Due::HibernationLimit)));
        let again = timers.set(&mut pending, subject, Due::RebootCompleted);
        assert_eq!(timers.timers.len(), 2);
        assert!(timers.get(boot).is_none(), "the key of another event");
        timers.take(&mut pending, again);
        timers.take(&mut pending, limit);
        assert_eq!((pending, timers.get(again)), (Pending::default(), None));
    }
}
