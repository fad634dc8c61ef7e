//! An action as it is being read: its verb, and whom it names.

use smallvec::SmallVec;

use super::{
    super::{
        keys::StepKey,
        reader::Span,
        shape::{Field, Fields},
    },
    Found,
};
use crate::{
    action::{Instances, Verb},
    script::{ByName, Target},
};

/// An action as it is being read.
pub(super) struct Asked<'n, 't> {
    pub(super) verb: Verb,
    /// The key that is its verb, and the value.
    pub(super) field: Field<'n, 't, StepKey>,
    /// Whether it has to be refused, or only asks: then nothing that it does is certain.
    pub(super) fails: bool,
    /// Its client token.
    pub(super) token: Option<&'n str>,
}

/// Whom a name stands for.
#[derive(Debug, Clone)]
pub(super) struct Whom {
    pub(super) target: Target,
    /// None for an id, and for a `self` whose `each` has a mistake.
    pub(super) found: Option<Found>,
    pub(super) at: Span,
}

/// What an action on instances says.
pub(super) struct NamedInstances<'n, 't, K> {
    pub(super) whom: SmallVec<[Whom; 1]>,
    /// Its options, if it is a mapping.
    pub(super) options: Option<Fields<'n, 't, K>>,
    /// Whether all of `whom` was understood.
    pub(super) fine: bool,
}

impl<K> NamedInstances<'_, '_, K> {
    pub(super) fn targets(&self) -> Option<Instances<ByName>> {
        let targets = self.whom.iter().map(|whom| whom.target.clone());
        self.fine.then(|| targets.collect())
    }
}
