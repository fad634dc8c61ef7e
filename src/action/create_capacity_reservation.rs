//! `CreateCapacityReservation`: slots that are kept (lifecycle rulebook, section 8.4).

use std::sync::Arc;

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{Accepted, CapacityReservationHandle, Resource},
    rule,
    world::ReservationSpec,
};

use super::{
    Answer, ByHandle, Call, Naming, Ref, Resolve, Subjects, call::refused,
    run_instances::check_offering,
};

/// Creates a Capacity Reservation.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateCapacityReservation<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub reservation: N::New<CapacityReservationHandle>,
    /// As what.
    pub spec: ReservationSpec,
}

impl<N: Naming> CreateCapacityReservation<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateCapacityReservation {
        CreateCapacityReservation {
            reservation: names.new_of::<CapacityReservationHandle>(&self.reservation),
            spec: self.spec,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<CapacityReservationHandle>(&self.reservation)
    }
}

impl CreateCapacityReservation {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let spec = self.spec;
        let begins = spec.from.map_or(call.at, |from| from.max(call.at));
        if spec.until.is_some_and(|until| until <= begins) {
            return refused(
                ErrorCode::InvalidParameterValue,
                "The end date of a Capacity Reservation must be later than its start.",
                &[rule::CAP_RESERVATION],
            );
        }
        check_offering(call.world, spec.slots.instance_type, spec.slots.zone)?;
        if begins == call.at && !call.world.has_capacity_for(&spec) {
            return refused(
                ErrorCode::InsufficientInstanceCapacity,
                "Insufficient capacity.",
                &[rule::CAP_RESERVATION, rule::CAP_LAUNCH],
            );
        }
        let key = match self.reservation {
            Some(key) => key,
            None => call.world.next_number("capacity-reservation"),
        };
        let made = call.world.add_reservation(key, spec);
        call.say_accepted(Accepted {
            what: "type",
            value: Some(Arc::from(spec.slots.instance_type.name())),
            resource: Some(Resource::CapacityReservation(made)),
            ..Accepted::new("CreateCapacityReservation", &[rule::CAP_RESERVATION])
        });
        call.world.schedule_reservation(call.at, made, call.effects);
        Ok(Answer::Made(made.into()))
    }
}

impl Call<'_> {
    /// The Capacity Reservation that a request names, unless it has ended.
    pub(super) fn find_reservation(
        &mut self,
        named: &Ref<CapacityReservationHandle>,
    ) -> Result<CapacityReservationHandle, ApiError> {
        match self.find_other(named) {
            Ok(found) => Ok(found),
            Err(id) => refused(
                ErrorCode::InvalidParameterValue,
                format!("The Capacity Reservation '{id}' is not active."),
                &[rule::CAP_RESERVATION],
            ),
        }
    }
}
