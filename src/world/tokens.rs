//! Client tokens: what makes the repetition of a launch harmless (`LIFE-RUN-TOKEN`).

use std::{collections::BTreeMap, sync::Arc};

use crate::record::InstanceHandle;

use super::InstanceSpec;

/// The client tokens that launches have used, and for each of them its uses in that order.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClientTokens {
    used: BTreeMap<Arc<str>, Vec<UsedToken>>,
}

/// A client token that a launch has used, with its parameters and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct UsedToken {
    pub(crate) spec: Arc<InstanceSpec>,
    pub(crate) count: u32,
    pub(crate) first: InstanceHandle,
}

impl UsedToken {
    /// The instances of the launch.
    pub(crate) fn instances(&self) -> impl Iterator<Item = InstanceHandle> + Clone + use<> {
        let first = self.first.index();
        (first..)
            .map(InstanceHandle::new)
            .take(crate::record::index(self.count))
    }
}

impl ClientTokens {
    /// The latest use of a token that holds for a launch: where the launch names a zone, one in that zone; else one that
    /// named none.
    pub(crate) fn find(&self, token: &str, spec: &InstanceSpec) -> Option<&UsedToken> {
        let scope = |spec: &InstanceSpec| spec.zone_is_named.then_some(spec.zone);
        let same = |used: &&UsedToken| scope(&used.spec) == scope(spec);
        self.used.get(token)?.iter().rev().find(same)
    }

    /// A launch has used a token.
    pub(crate) fn add(&mut self, token: Arc<str>, used: UsedToken) {
        self.used.entry(token).or_default().push(used);
    }
}
