//! The EC2 instance lifecycle.
//!
//! [`table`] holds every pair of a phase and a trigger of an instance once, [`volume`] those of a volume,
//! [`modification`] those of a change to one, [`spot`] those of a Spot request, and [`environment`] those of a function's
//! execution environment. The types that refuse an illegal transition at compile time,
//! the answer given to a scenario at run time and the diagram of the documentation are all made from it. The seven states
//! that a user sees ([`InstanceState`]) and EC2's six ([`ApiState`]) are projections of the phases: a `pending` may be a
//! first one, a later one or a resume, and EC2 treats them differently.
//!
//! ```text
//!   launch ──▶ pending ──▶ running ──▶ stopping ──▶ stopped ──▶ pending …
//!                 │           │  ▲ reboot   │ ╲         │
//!                 │           │  ╰──╯       │  ╲──▶ hibernated ──▶ pending (resuming) …
//!                 ▼           ▼             ▼           │
//!              shutting-down ──────────▶ terminated ◀───╯
//! ```
//!
//! Nothing here knows of queues, money, files or terminals.

pub mod chart;
mod error;
mod instance;
#[macro_use]
mod machine;
#[macro_use]
mod refusal;
pub mod environment;
pub mod modification;
mod retention;
pub mod spot;
mod state;
pub mod table;
pub mod task;
mod tenancy;
pub mod volume;

pub use chart::Chart;
pub use environment::EnvironmentLifecycle;
pub use error::{ApiError, ErrorCode};
pub use instance::{Guard, Lifecycle, LifecycleOptions, Policy, SpotStanding};
pub use machine::{
    Always, AppliesTo, Decision, Disposition, InPhase, Machine, NoFlavor, NoGuard, NoPolicy,
    Phased, Row, Unguarded,
};
pub use refusal::Refusal;
pub use retention::{Attribute, MATRIX, Passage, Retained, Retention, retained};
pub use spot::SpotRequestLifecycle;
pub(crate) use state::words;
pub use state::{ApiState, Flavor, InstanceState};
pub use table::{Phase, PhaseView, TABLE, Trigger, disposition, phase, trigger};
pub use task::TaskLifecycle;
pub use tenancy::Tenancy;
pub use volume::VolumeLifecycle;
