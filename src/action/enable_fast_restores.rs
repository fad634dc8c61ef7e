//! `EnableFastSnapshotRestores` and `DisableFastSnapshotRestores`: which only the bill tells, as nothing takes time here that is
//! made of a snapshot.

use crate::{
    lifecycle::ApiError,
    record::{Accepted, Resource, SnapshotHandle},
    world::SnapshotState,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Makes volumes of a snapshot fast at once in some zones, or no longer.
#[derive(Debug, Clone, PartialEq)]
pub struct EnableFastRestores<N: Naming = ByHandle> {
    /// Of which snapshot.
    pub snapshot: N::Other<SnapshotHandle>,
    /// Where; nowhere in particular to disable it everywhere.
    pub zones: Vec<&'static str>,
    /// Whether it is enabled.
    pub enabled: bool,
}

impl<N: Naming> EnableFastRestores<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> EnableFastRestores {
        EnableFastRestores {
            snapshot: names.other::<SnapshotHandle>(&self.snapshot),
            zones: self.zones.clone(),
            enabled: self.enabled,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<SnapshotHandle>(&self.snapshot, None)
    }
}

impl EnableFastRestores {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let snapshot = call.find_snapshot(&self.snapshot)?;
        if self.enabled {
            call.expect_snapshot(snapshot, SnapshotState::Completed)?;
        }
        let zones = self.zones.iter().copied().map(Some);
        let everywhere = self.zones.is_empty().then_some(None);
        for zone in zones.chain(everywhere) {
            call.world
                .say_fast_restore(snapshot, zone, self.enabled, call.effects);
        }
        let action = if self.enabled {
            "EnableFastSnapshotRestores"
        } else {
            "DisableFastSnapshotRestores"
        };
        call.say_accepted(Accepted {
            resource: Some(Resource::Snapshot(snapshot)),
            ..Accepted::new(action, &[])
        });
        Ok(Answer::Done)
    }
}
