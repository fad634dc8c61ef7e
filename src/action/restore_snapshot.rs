//! `RestoreSnapshotTier`: which takes no time here.

use crate::{
    lifecycle::{ApiError, },
    record::{Accepted, Resource, SnapshotHandle},
    world::SnapshotState,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Brings a snapshot back from the archive tier.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreSnapshot<N: Naming = ByHandle> {
    /// Which.
    pub snapshot: N::Other<SnapshotHandle>,
}

impl<N: Naming> RestoreSnapshot<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RestoreSnapshot {
        RestoreSnapshot {
            snapshot: names.other::<SnapshotHandle>(&self.snapshot),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<SnapshotHandle>(&self.snapshot, None)
    }
}

impl RestoreSnapshot {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let snapshot = call.find_snapshot(&self.snapshot)?;
        call.expect_snapshot(snapshot, SnapshotState::Archived)?;
        call.world
            .set_snapshot_state(snapshot, SnapshotState::Completed, call.effects);
        call.say_accepted(Accepted {
            resource: Some(Resource::Snapshot(snapshot)),
            ..Accepted::new("RestoreSnapshotTier", &[])
        });
        Ok(Answer::Done)
    }
}
