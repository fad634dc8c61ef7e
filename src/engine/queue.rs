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
    due: Lanes<E, 12>,
    /// Up to when it was asked for what is due.
    now: SimTime,
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
            now: SimTime::from_millis(0),
        }
    }

    /// Sets an event, not before the time up to which the queue was last asked for what is due.
    ///
    /// # Panics
    ///
    /// Panics, where debug assertions are on, if the event lies in the past: what is set too late would fall due beside
    /// what comes later, and no order would show it.
    pub fn push(&mut self, at: SimTime, event: E) {
        debug_assert!(
            at >= self.now,
            "an event is set for {at}, but it is {} already: virtual time never goes back",
            self.now
        );
        self.due.push(at.as_millis(), event);
    }

    /// When the next event falls due.
    pub fn next_time(&self) -> Option<SimTime> {
        self.due.first_rank().map(SimTime::from_millis)
    }

    /// The next event, and when it falls due.
    pub fn first(&self) -> Option<(SimTime, &E)> {
        Some((self.next_time()?, self.due.first()?))
    }

    /// Takes the next event out, whenever it is due: no time passes by that.
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        let (at, event) = self.due.pop()?;
        Some((SimTime::from_millis(at), event))
    }

    /// The next event, if it is due at `now`.
    pub fn pop_due(&mut self, now: SimTime) -> Option<E> {
        self.now = now;
        self.due.pop_up_to(now.as_millis()).map(|(_, event)| event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "virtual time never goes back")]
    #[cfg(debug_assertions)]
    fn an_event_in_the_past_is_a_mistake() {
        let mut queue = EventQueue::new();
        queue.push(SimTime::from_secs(2), "on time");
        assert_eq!(queue.pop_due(SimTime::from_secs(2)), Some("on time"));
        queue.push(SimTime::from_secs(2), "at once");
        queue.push(SimTime::from_secs(1), "too late");
    }
}
