//! What EC2 has available: not an action of EC2's, but something that befalls everybody.

use std::marker::PhantomData;

use crate::{
    lifecycle::ApiError,
    world::{GroupId, Pool},
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// What there is room in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomIn {
    /// A pool: of one type, in one zone, bought so.
    Pool(Pool),
    /// A placement group, in one zone.
    Group(GroupId, &'static str),
}

/// From now on so many more instances can be launched or started.
#[derive(Debug, Clone, PartialEq)]
pub struct SetCapacity<N: Naming = ByHandle> {
    /// In what.
    pub room: RoomIn,
    /// How many more; none for any number.
    pub available: Option<u64>,
    names: PhantomData<N>,
}

impl<N: Naming> SetCapacity<N> {
    /// So many more; none for any number.
    pub const fn new(room: RoomIn, available: Option<u64>) -> Self {
        Self {
            room,
            available,
            names: PhantomData,
        }
    }

    pub(super) fn resolve(&self, _: &mut impl Resolve<N>) -> SetCapacity {
        SetCapacity::new(self.room, self.available)
    }

    #[expect(clippy::unused_self, reason = "every action says whom it is about")]
    pub(super) const fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&[])
    }
}

impl SetCapacity {
    #[expect(clippy::unnecessary_wraps, reason = "every action may refuse")]
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        match self.room {
            RoomIn::Pool(pool) => {
                call.world.set_places(pool, self.available, call.effects);
                call.world.stir_spot();
            }
            RoomIn::Group(group, zone) => {
                call.world
                    .set_group_room(group, zone, self.available, call.effects);
            }
        }
        Ok(Answer::Done)
    }
}
