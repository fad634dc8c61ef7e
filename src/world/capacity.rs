//! What EC2 has available: a pool for each type, zone and market.
//!
//! Every pool is unlimited until somebody says otherwise, and mostly nobody does: a pool that has no limit isn't kept, and
//! where none is kept, nothing is looked up. A place is taken when an instance enters `pending`, whoever lets it, and given
//! back when it comes to rest: what is counted is what is left, not who has it.

use crate::{
    catalog::TypeId,
    record::{InstanceHandle, Notice, NoticeKind, RecordKind},
    rule,
};

use super::{Effects, Instance, World};

/// How an instance is bought, and so out of which pool it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Market {
    /// At the price of the list, for as long as one likes.
    #[default]
    OnDemand,
    /// At the Spot price, for as long as EC2 can spare it.
    Spot,
}

impl Market {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Spot => "spot",
        }
    }
}

/// What capacity is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pool {
    /// Instances of this type.
    pub instance_type: TypeId,
    /// In this zone.
    pub zone: &'static str,
    /// Bought so.
    pub market: Market,
}

impl Instance {
    /// The pool that it comes out of, at its next start or now.
    pub fn pool(&self) -> Pool {
        Pool {
            instance_type: self.instance_type(),
            zone: self.spec.zone,
            market: self.spec.market(),
        }
    }
}

impl World {
    /// Whether anything is counted that may stand against one more instance.
    pub(crate) const fn counts_room(&self) -> bool {
        self.room.is_some()
    }

    /// Whether some pool has a limit; where none has, there is always a place.
    pub(crate) fn is_scarce(&self) -> bool {
        self.room
            .as_ref()
            .is_some_and(|room| !room.pools.is_empty())
    }

    /// How many places a pool has left; none if there is no limit.
    pub fn places(&self, pool: Pool) -> Option<u64> {
        self.room.as_ref()?.pools.get(&pool).copied()
    }

    /// Whether a pool has as many places left.
    pub fn has_places(&self, pool: Pool, count: u64) -> bool {
        self.places(pool).is_none_or(|left| left >= count)
    }

    /// From now on a pool has so many places left; none means that it has no limit.
    pub fn set_places(&mut self, pool: Pool, places: Option<u64>, effects: &mut Effects) {
        match places {
            Some(places) => self.room_mut().pools.insert(pool, places),
            None => self.room_mut().pools.remove(&pool),
        };
        let (of, zone, market) = (pool.instance_type.name(), pool.zone, pool.market.name());
        let left = left(places);
        let message = format!("{of} in {zone}, {market}: {left}");
        let notice = Notice::new(NoticeKind::Capacity, message, &[rule::CAP_LAUNCH]);
        effects.say(RecordKind::Notice(notice));
    }

    /// An instance that EC2 interrupts gives its place to somebody else: it comes back to no pool.
    pub fn forfeit_place(&mut self, handle: InstanceHandle) {
        self.instance_mut(handle).forfeits_place = true;
    }

    /// An instance takes a place in its pool.
    pub(super) fn take_place(&mut self, handle: InstanceHandle) {
        let pool = self.instances.get_mut(handle).pool();
        if let Some(left) = self.room_mut().pools.get_mut(&pool) {
            *left = left.saturating_sub(1);
        }
    }

    /// An instance that comes to rest gives its place back.
    pub(super) fn give_back_place(&mut self, handle: InstanceHandle) {
        let instance = self.instances.get_mut(handle);
        if std::mem::take(&mut instance.forfeits_place) {
            return;
        }
        let pool = instance.pool();
        if let Some(left) = self.room_mut().pools.get_mut(&pool) {
            *left = left.saturating_add(1);
            if pool.market == Market::Spot {
                self.stir_spot();
            }
        }
    }
}

/// How much there is, in words.
pub(super) fn left(places: Option<u64>) -> String {
    match places {
        Some(0) => "none left".to_owned(),
        Some(places) => format!("{places} more"),
        None => "any number".to_owned(),
    }
}
