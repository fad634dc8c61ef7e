//! Spot prices: not an action of EC2's, but what the market makes of them.

use std::marker::PhantomData;

use crate::{catalog::TypeId, lifecycle::ApiError, money::Price};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// From now on the Spot price of a type in a zone is another one.
#[derive(Debug, Clone, PartialEq)]
pub struct SetSpotPrice<N: Naming = ByHandle> {
    /// Of which type.
    pub instance_type: TypeId,
    /// Where.
    pub zone: &'static str,
    /// What an hour costs.
    pub price: Price,
    names: PhantomData<N>,
}

impl<N: Naming> SetSpotPrice<N> {
    /// From now on an hour of the type costs this in the zone.
    pub const fn new(instance_type: TypeId, zone: &'static str, price: Price) -> Self {
        Self {
            instance_type,
            zone,
            price,
            names: PhantomData,
        }
    }

    pub(super) fn resolve(&self, _: &mut impl Resolve<N>) -> SetSpotPrice {
        SetSpotPrice::new(self.instance_type, self.zone, self.price)
    }

    #[expect(clippy::unused_self, reason = "every action says whom it is about")]
    pub(super) const fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&[])
    }
}

impl SetSpotPrice {
    #[expect(clippy::unnecessary_wraps, reason = "every action may refuse")]
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        call.world.set_spot_price(
            call.at,
            self.instance_type,
            self.zone,
            self.price,
            call.effects,
        );
        Ok(Answer::Done)
    }
}
