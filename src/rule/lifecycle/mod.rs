//! The rules of an instance's life: states, actions, errors, addresses and timing.

mod actions;
mod addresses;
mod changes;
mod events;
mod hibernation;
mod kept;
mod placement;
mod reasons;
mod requests;
mod safety;
mod spot;
mod time;
mod trouble;

pub use self::{
    actions::*, addresses::*, changes::*, events::*, hibernation::*, kept::*, placement::*,
    reasons::*, requests::*, safety::*, spot::*, time::*, trouble::*,
};
use crate::rule::{Rule, joined, length};

/// The parts of the book, in its order.
const PARTS: &[&[&Rule]] = &[
    requests::RULES,
    actions::RULES,
    changes::RULES,
    reasons::RULES,
    hibernation::RULES,
    kept::RULES,
    addresses::RULES,
    safety::RULES,
    spot::RULES,
    placement::RULES,
    trouble::RULES,
    events::RULES,
    time::RULES,
];

/// The rules of all parts.
pub(super) const RULES: &[&Rule] = &joined::<{ length(PARTS) }>(PARTS);

/// Every rule of an instance's life that the simulator follows.
pub static ALL: &[&Rule] = RULES;
