//! `CancelCapacityReservation`: who is in it goes on as On-Demand.

use crate::{
    lifecycle::ApiError,
    record::{Accepted, CapacityReservationHandle, Resource},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Gives a Capacity Reservation up.
#[derive(Debug, Clone, PartialEq)]
pub struct CancelCapacityReservation<N: Naming = ByHandle> {
    /// Which.
    pub reservation: N::Other<CapacityReservationHandle>,
}

impl<N: Naming> CancelCapacityReservation<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CancelCapacityReservation {
        CancelCapacityReservation {
            reservation: names.other::<CapacityReservationHandle>(&self.reservation),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<CapacityReservationHandle>(&self.reservation, None)
    }
}

impl CancelCapacityReservation {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let reservation = call.find_reservation(&self.reservation)?;
        call.say_accepted(Accepted {
            resource: Some(Resource::CapacityReservation(reservation)),
            ..Accepted::new("CancelCapacityReservation", &[rule::CAP_RESERVATION])
        });
        call.world.cancel_reservation(reservation, call.effects);
        Ok(Answer::Done)
    }
}
