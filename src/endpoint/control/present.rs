//! A world as it is shown: with the names that a scenario would give what clients have made.

use std::sync::Arc;

use crate::{
    endpoint::place::Place,
    record::ResourceKind,
    runner::Replay,
    scenario::Alias,
    script::{Named, Names, Program},
};

/// The names of all that has one.
pub(in crate::endpoint) fn names(place: &Place) -> Names {
    let called = place.names.iter();
    place.engine.names().with(
        place.world(),
        called.map(|(what, name)| (*what, name.as_str())),
    )
}

/// The program with everybody who takes part by now.
pub(super) fn program(place: &Place, names: &Names) -> Program {
    Program {
        cast: Arc::clone(names.cast()),
        ..Program::clone(place.engine.program())
    }
}

/// What there would be if it ended now.
pub(super) fn replay(place: &Place) -> Replay {
    let names = names(place);
    let program = Arc::new(program(place, &names));
    let ended = place.engine.as_it_stands();
    Replay::standing(program, crate::engine::Ended { names, ..ended })
}

/// The ids of all that has a name, as further names of it.
pub(super) fn aliases(place: &Place, names: &Names) -> Vec<Alias> {
    let named = Named {
        names,
        world: place.world(),
    };
    let cast = names.cast();
    let mut aliases = Vec::new();
    for slot in 0..cast.slots() {
        if let Some(there) = names.in_slot(slot) {
            let id = place.world().instance(there).id();
            aliases.push((id, ResourceKind::Instance, slot));
        }
    }
    for &kind in ResourceKind::ALL {
        for (index, _) in (0..).zip(&cast.others[kind]) {
            if let Some(there) = names.bearer_of(kind, index) {
                use crate::script::Directory as _;
                aliases.push((named.resource_id(there).to_string(), kind, index));
            }
        }
    }
    aliases
}
