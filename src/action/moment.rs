//! When something is to happen, as a request says it.

use crate::time::{SimDuration, SimTime};

use super::Call;

/// When something is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So long after the account, or the script that asks, began.
    Offset(SimDuration),
    /// At this instant.
    Instant(SimTime),
    /// So long from now.
    In(SimDuration),
}

impl Call<'_> {
    /// The instant that a moment is.
    pub(super) fn instant(&self, moment: Moment) -> SimTime {
        match moment {
            Moment::Offset(offset) => self.origin + offset,
            Moment::Instant(instant) => instant,
            Moment::In(time) => self.at + time,
        }
    }
}
