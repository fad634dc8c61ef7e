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
    /// By time, and then by the number of the push.
    due: Lanes<(SimTime, u64), E>,
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
        self.due.push((at, self.pushed), event);
        self.pushed += 1;
    }

    /// When the next event falls due.
    pub const fn next_time(&self) -> Option<SimTime> {
        match self.due.first_key() {
            Some((at, _)) => Some(at),
            None => None,
        }
    }

    /// The next event, if it is due at `now`.
    pub fn pop_due(&mut self, now: SimTime) -> Option<E> {
        if self.next_time()? > now {
            return None;
        }
        self.due.pop().map(|(_, event)| event)
    }
}
