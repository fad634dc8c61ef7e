//! What is due by itself, in the order in which it falls due; at one instant, first in, first out.

use crate::time::SimTime;

use super::lanes::Lanes;

/// A queue of events by time.
///
/// # Example
///
/// ```
/// use ec2sim::{engine::EventQueue, time::SimTime};
/// let mut queue = EventQueue::new();
/// queue.push(SimTime::from_secs(2), "late");
/// queue.push(SimTime::from_secs(1), "first");
/// queue.push(SimTime::from_secs(1), "second");
/// assert_eq!(queue.next_time(), Some(SimTime::from_secs(1)));
/// assert_eq!(queue.pop_due(SimTime::from_secs(1)), Some("first"));
/// assert_eq!(queue.pop_due(SimTime::from_secs(1)), Some("second"));
/// assert_eq!(queue.pop_due(SimTime::from_secs(1)), None);
/// ```
#[derive(Debug, Clone)]
pub struct EventQueue<E> {
    /// By time, and then by the number of the push: one number is compared more quickly than two.
    due: Lanes<E, 12>,
    pushed: u64,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// An empty queue.
    pub const fn new() -> Self {
        Self {
            due: Lanes::new(),
            pushed: 0,
        }
    }

    /// Sets an event.
    pub fn push(&mut self, at: SimTime, event: E) {
        let turn = (u128::from(at.as_millis()) << 64) | u128::from(self.pushed);
        self.due.push(turn, event);
        self.pushed += 1;
    }

    /// When the next event falls due.
    pub fn next_time(&self) -> Option<SimTime> {
        let turn = self.due.first_key()?;
        u64::try_from(turn >> 64).ok().map(SimTime::from_millis)
    }

    /// The next event, if it is due at `now`.
    pub fn pop_due(&mut self, now: SimTime) -> Option<E> {
        if self.next_time()? > now {
            return None;
        }
        self.due.pop().map(|(_, event)| event)
    }
}
