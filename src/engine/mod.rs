//! The event loop: one task owns the world and drives it through virtual time.
//!
//! A turn has three steps: find the next instant, let everything happen that is due at it, say it to the sinks. At one
//! instant what falls due by itself comes first, in the order in which it was set, then the steps of the scripts
//! (`TIME-ORDER`). The loop awaits once per virtual instant at most, and never per event; below it nothing is async,
//! schedules, draws a random number or logs.

mod account;
mod ask;
mod behind;
mod beside;
mod clock;
mod code;
mod commands;
mod driver;
mod judge;
mod lanes;
mod log;
mod order;
mod priced;
mod queue;
mod requests;
mod resolver;
mod sink;
mod standing;
mod targets;
mod things;
mod threads;
mod waits;

#[cfg(any(test, feature = "reach"))]
pub use account::reach;
pub use account::{Account, Settings};
pub use clock::{Clock, ClockHandle, Pace, PaceError, StopSignal};
pub use commands::{Commander, Commands};
pub(crate) use driver::MOST_UNFINISHED;
pub use driver::{Ended, Engine, Outcome, Tally};
pub use log::Log;
pub(crate) use order::ENDS;
pub use queue::EventQueue;
pub use sink::{Inspector, Listener, Sink, Sinks, View};
