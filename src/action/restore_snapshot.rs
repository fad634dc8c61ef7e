//! `RestoreSnapshotTier`: which takes no time here.

use crate::{
    lifecycle::ApiError,
    record::{Accepted, Resource, SnapshotHandle},
    time::SimDuration,
    world::SnapshotState,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Brings a snapshot back from the archive tier.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreSnapshot<N: Naming = ByHandle> {
    /// Which.
    pub snapshot: N::Other<SnapshotHandle>,
    /// For how long; for good where it isn't said.
    pub lasts: Option<SimDuration>,
}

impl<N: Naming> RestoreSnapshot<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RestoreSnapshot {
        RestoreSnapshot {
            snapshot: names.other::<SnapshotHandle>(&self.snapshot),
            lasts: self.lasts,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<SnapshotHandle>(&self.snapshot, None)
    }
}

impl RestoreSnapshot {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let snapshot = call.find_snapshot(&self.snapshot)?;
        // What came back for some days may come back for more, or for good.
        if !call.world.snapshot(snapshot).is_lent() {
            call.expect_snapshot(snapshot, SnapshotState::Archived)?;
        }
        match self.lasts {
            Some(lasts) => call.world.lend_snapshot(snapshot, lasts, call.effects),
            None => {
                call.world
                    .set_snapshot_state(snapshot, SnapshotState::Completed, call.effects);
            }
        }
        call.say_accepted(Accepted {
            resource: Some(Resource::Snapshot(snapshot)),
            ..Accepted::new("RestoreSnapshotTier", &[])
        });
        Ok(Answer::Done)
    }
}
