//! Whether a Capacity Reservation has slots for what a launch or a start asks for (`CAP-RESERVATION`).

use std::collections::BTreeMap;

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::CapacityReservationHandle,
    rule,
    world::{ReservationRefusal, Reserving, SlotKind},
};

use super::{Call, call::refused};

/// The slots that those of a request take which were looked at already.
pub(super) type Taken = BTreeMap<CapacityReservationHandle, u32>;

impl Call<'_> {
    /// Whether there is a slot for one more instance; where it names no reservation, the pool will do.
    pub(super) fn takes_slot(
        &self,
        wanted: Option<SlotKind>,
        reserving: Reserving,
        taken: &mut Taken,
    ) -> Result<bool, ApiError> {
        let why = match self.world.find_slot(wanted, reserving, taken) {
            Ok(None) => return Ok(false),
            Ok(Some(found)) => {
                *taken.entry(found).or_default() += 1;
                return Ok(true);
            }
            Err(why) => why,
        };
        let id = match reserving {
            Reserving::Named(named) => self.world.capacity_reservation(named).id(),
            Reserving::Open | Reserving::Never => String::new(),
        };
        let (code, text) = match why {
            ReservationRefusal::NotActive => (
                ErrorCode::InvalidParameterValue,
                format!("The Capacity Reservation '{id}' is not active."),
            ),
            ReservationRefusal::Unfit => (
                ErrorCode::InvalidParameterValue,
                format!("The Capacity Reservation '{id}' does not match the instance."),
            ),
            ReservationRefusal::Full => (
                ErrorCode::ReservationCapacityExceeded,
                format!("The Capacity Reservation '{id}' does not have sufficient capacity."),
            ),
        };
        refused(code, text, &[rule::CAP_RESERVATION])
    }
}
