//! What is due by itself, in the order in which it falls due; at one instant, first in, first out.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::time::SimTime;

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
    due: BinaryHeap<Reverse<Entry<E>>>,
    pushed: u64,
}

#[derive(Debug, Clone)]
struct Entry<E> {
    at: SimTime,
    seq: u64,
    event: E,
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.seq) == (other.at, other.seq)
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.seq).cmp(&(other.at, other.seq))
    }
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
            due: BinaryHeap::new(),
            pushed: 0,
        }
    }

    /// Sets an event.
    pub fn push(&mut self, at: SimTime, event: E) {
        self.due.push(Reverse(Entry {
            at,
            seq: self.pushed,
            event,
        }));
        self.pushed += 1;
    }

    /// When the next event falls due.
    pub fn next_time(&self) -> Option<SimTime> {
        self.due.peek().map(|Reverse(entry)| entry.at)
    }

    /// The next event, if it is due at `now`.
    pub fn pop_due(&mut self, now: SimTime) -> Option<E> {
        if self.next_time()? > now {
            return None;
        }
        self.due.pop().map(|Reverse(entry)| entry.event)
    }
}
