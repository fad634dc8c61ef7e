//! `ModifySnapshotTier`: it has to be restored before a volume is made of it.

use crate::{
    lifecycle::ApiError,
    record::{Accepted, Resource, SnapshotHandle},
    world::SnapshotState,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Moves a snapshot to the archive tier.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchiveSnapshot<N: Naming = ByHandle> {
    /// Which.
    pub snapshot: N::Other<SnapshotHandle>,
}

impl<N: Naming> ArchiveSnapshot<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ArchiveSnapshot {
        ArchiveSnapshot {
            snapshot: names.other::<SnapshotHandle>(&self.snapshot),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<SnapshotHandle>(&self.snapshot, None)
    }
}

impl ArchiveSnapshot {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let snapshot = call.find_snapshot(&self.snapshot)?;
        call.expect_snapshot(snapshot, SnapshotState::Completed)?;
        call.world
            .set_snapshot_state(snapshot, SnapshotState::Archived, call.effects);
        call.say_accepted(Accepted {
            resource: Some(Resource::Snapshot(snapshot)),
            ..Accepted::new("ModifySnapshotTier", &[])
        });
        Ok(Answer::Done)
    }
}
