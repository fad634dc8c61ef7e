//! Steps that somebody takes now, in an account in which others have made what there is.

use std::{collections::BTreeSet, sync::Arc};

use super::{Declared, Found, Lower, Node, Presence, Reader, ScriptClock};
use crate::{
    record::ResourceKind,
    script::{Program, Step},
    time::SimTime,
};

/// Another name of something: an id. Of an instance comes its slot, of anything else its index.
pub(crate) type Alias = (String, ResourceKind, u32);

/// What steps mean where all of the cast is there. Answers `None` if there was a mistake, which is then reported.
pub(in crate::scenario) fn lower_beside(
    steps: &Node<'_>,
    program: &Program,
    aliases: Vec<Alias>,
    now: SimTime,
    reader: &mut Reader,
) -> Option<Arc<[Step]>> {
    let cast = &program.cast;
    let mut names = Declared::there(program, aliases);
    names.declare_from_steps(steps, reader);
    let mut presence = Presence::default();
    presence.begin(&names);
    presence.all_there();
    let mut lower = Lower {
        reader,
        region: cast.region,
        start: program.start,
        prices: program.prices.clone(),
        purchases: (*program.purchases).clone(),
        spot_table: (*program.spot_prices).clone(),
        plans: Vec::new(),
        names,
        limits: program.limits,
        specs: cast
            .instances
            .iter()
            .map(|entry| Some(Arc::clone(&entry.spec)))
            .collect(),
        zoned: std::collections::BTreeMap::new(),
        groups: program.groups.clone(),
        hosts: program
            .initial_hosts
            .iter()
            .map(|host| Some(*host))
            .collect(),
        reservations: program
            .initial_reservations
            .iter()
            .map(|one| Some(*one))
            .collect(),
        clock: ScriptClock::new(now, None, program.zone.clone()),
        presence,
        crowded: false,
        zones: BTreeSet::new(),
        families: BTreeSet::new(),
        sizes: std::collections::BTreeMap::new(),
        // Others may have asked that.
        resizes: true,
        reattaches: true,
        holds: Vec::new(),
        images: Vec::new(),
        lettered: false,
        credits: program.credits,
        language: None,
        own: Vec::new(),
        lambda: program.lambda,
        init: crate::compute::FunctionSpec::default().init,
        functions: program
            .initial_functions
            .iter()
            .map(|one| Some(*one))
            .collect(),
        ecs: program.ecs,
        clusters: program.initial_clusters,
        services: program
            .initial_services
            .iter()
            .map(|one| Some(*one))
            .collect(),
    };
    let steps = lower.steps(steps);
    reader.is_clean().then_some(steps).flatten()
}

impl Declared {
    /// The names of a program of which all is there.
    fn there(program: &Program, aliases: Vec<Alias>) -> Self {
        let cast = &program.cast;
        let mut names = Self::new(program.limits);
        for entry in &cast.instances {
            names.enter_known(&entry.name, entry.count);
        }
        for &kind in ResourceKind::ALL {
            for name in &cast.others[kind] {
                names.enter_other(name, kind);
            }
        }
        for (id, kind, at) in aliases {
            let found = if kind == ResourceKind::Instance {
                let entry = cast.entry_of(at);
                let member = at - cast.instances[entry].first_slot;
                match cast.instances[entry].count {
                    Some(_) => Found::Member(entry, member),
                    None => Found::Entry(entry),
                }
            } else {
                Found::Other(kind, at)
            };
            names.enter_alias(&id, found);
        }
        names
    }
}
