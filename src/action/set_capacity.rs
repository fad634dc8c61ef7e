//! What EC2 has available: not an action of EC2's, but something that befalls everybody.

use std::marker::PhantomData;

use crate::{
    lifecycle::ApiError,
    world::Pool,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// From now on so many more instances can be launched or started.
#[derive(Debug, Clone, PartialEq)]
pub struct SetCapacity<N: Naming = ByHandle> {
    /// Of which type, where, and bought how.
    pub pool: Pool,
    /// How many more; none for any number.
    pub available: Option<u64>,
    names: PhantomData<N>,
}

impl<N: Naming> SetCapacity<N> {
    /// So many more out of a pool; none for any number.
    pub const fn new(pool: Pool, available: Option<u64>) -> Self {
        Self {
            pool,
            available,
            names: PhantomData,
        }
    }

    pub(super) fn resolve(&self, _: &mut impl Resolve<N>) -> SetCapacity {
        SetCapacity::new(self.pool, self.available)
    }

    #[expect(clippy::unused_self, reason = "every action says whom it is about")]
    pub(super) const fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&[])
    }
}

impl SetCapacity {
    #[expect(clippy::unnecessary_wraps, reason = "every action may refuse")]
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        call.world.set_places(self.pool, self.available, call.effects);
        Ok(Answer::Done)
    }
}
