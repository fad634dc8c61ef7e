//! The meters that open and close, for whoever wants to know.

use crate::record::MeterEvent;

/// Collects what becomes of meters; where nobody listens, nothing is made.
///
/// Meters aren't told as they change: a transition comes before the meters that it opens and closes, and says what it has
/// cost, which includes what they came to. So all records of a step are charged first, and then each is said with its
/// meters after it.
///
/// # Example
///
/// ```
/// use ec2sim::billing::Meters;
/// let mut unheard = Meters::default();
/// unheard.tell(|| unreachable!("nobody listens"));
/// assert!(unheard.events().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Meters {
    events: Vec<MeterEvent>,
    is_heard: bool,
}

impl Meters {
    /// Collects all of them.
    pub const fn heard() -> Self {
        Self {
            events: Vec::new(),
            is_heard: true,
        }
    }

    /// A meter opened or closed.
    pub fn tell(&mut self, event: impl FnOnce() -> MeterEvent) {
        if self.is_heard {
            self.events.push(event());
        }
    }

    /// What was told, in order.
    pub fn events(&self) -> &[MeterEvent] {
        &self.events
    }

    /// Makes room.
    pub fn clear(&mut self) {
        self.events.clear();
    }
}
