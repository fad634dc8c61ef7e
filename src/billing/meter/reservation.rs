//! Capacity Reservations: what they hold and nobody runs in is charged as if it ran (`BILL-CR`).

use std::collections::BTreeMap;

use crate::{
    lifecycle::Tenancy,
    record::{
        CapacityReservationHandle, InstanceHandle, Meter, ReservationEvent, ReservationStep,
        Resource, Rules, Transition, UsageType,
    },
    rule,
    time::SimTime,
};

use super::{Rating, Sku, Span, Usage};

const METER: Meter = Meter::Reservations;

const RULES: Rules = &[rule::BILL_CR, rule::BILL_CR_STATE];

/// The reservations that there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Reservations {
    open: BTreeMap<CapacityReservationHandle, Slots>,
    /// In which reservation an instance has a slot.
    within: BTreeMap<InstanceHandle, CapacityReservationHandle>,
}

/// The slots of a reservation.
#[derive(Debug, Clone, Copy)]
struct Slots {
    sku: Sku,
    count: u32,
    /// In how many of them an instance runs (`BILL-CR-STATE`).
    running: u32,
    /// Since when it is so.
    since: SimTime,
}

impl Slots {
    fn usage(&self, reservation: CapacityReservationHandle, span: Span) -> Usage {
        Usage {
            units: u64::from(self.count.saturating_sub(self.running)),
            ..Usage::new(
                METER,
                Resource::CapacityReservation(reservation),
                self.sku,
                span.since(self.since),
            )
        }
        .by(RULES)
    }
}

impl Reservations {
    /// A reservation begins or ends, or an instance takes a slot or gives it back. `runs` says whether it runs.
    pub(super) fn observe(
        &mut self,
        at: SimTime,
        event: &ReservationEvent,
        runs: impl Fn(InstanceHandle) -> bool,
        next: &mut impl Rating,
    ) {
        let reservation = event.reservation;
        match (event.what, event.instance) {
            (ReservationStep::Begun, _) => self.begin(at, event, next),
            (ReservationStep::Ended, _) => {
                self.close(at, reservation, next);
                self.within.retain(|_, within| *within != reservation);
            }
            (ReservationStep::Taken, Some(instance)) => {
                self.within.insert(instance, reservation);
                if runs(instance) {
                    self.change(at, reservation, next, |slots| slots.running += 1);
                }
            }
            (ReservationStep::GivenBack, Some(instance)) => {
                if self.within.remove(&instance).is_some() && runs(instance) {
                    self.change(at, reservation, next, |slots| {
                        slots.running = slots.running.saturating_sub(1);
                    });
                }
            }
            (ReservationStep::Failed | ReservationStep::Taken | ReservationStep::GivenBack, _) => {}
        }
    }

    fn begin(&mut self, at: SimTime, event: &ReservationEvent, next: &mut impl Rating) {
        let (of, platform) = (event.instance_type, event.platform);
        let usage_type = match event.tenancy {
            Tenancy::Default | Tenancy::Host => UsageType::UnusedBox(of, platform),
            Tenancy::Dedicated => UsageType::UnusedDedicated(of, platform),
        };
        let Some(sku) = next.sku(usage_type) else {
            return;
        };
        let slots = Slots {
            sku,
            count: event.count,
            running: 0,
            since: at,
        };
        next.opened(&slots.usage(event.reservation, Span::at(at)));
        self.open.insert(event.reservation, slots);
    }

    /// An instance begins or ceases to run.
    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        let Some(&reservation) = self.within.get(&transition.instance) else {
            return;
        };
        let did_run = transition
            .from
            .is_some_and(crate::lifecycle::Phase::is_metered);
        match (did_run, transition.to.is_metered()) {
            (false, true) => self.change(at, reservation, next, |slots| slots.running += 1),
            (true, false) => self.change(at, reservation, next, |slots| {
                slots.running = slots.running.saturating_sub(1);
            }),
            (true, true) | (false, false) => {}
        }
    }

    /// How many slots are unused changes: what was so far is charged.
    fn change(
        &mut self,
        at: SimTime,
        reservation: CapacityReservationHandle,
        next: &mut impl Rating,
        change: impl FnOnce(&mut Slots),
    ) {
        if let Some(slots) = self.open.get_mut(&reservation) {
            let usage = slots.usage(reservation, Span::new(slots.since, at));
            if usage.units > 0 {
                next.closed(&usage);
            }
            change(slots);
            slots.since = at;
            let usage = slots.usage(reservation, Span::at(at));
            if usage.units > 0 {
                next.opened(&usage);
            }
        }
    }

    fn close(
        &mut self,
        at: SimTime,
        reservation: CapacityReservationHandle,
        next: &mut impl Rating,
    ) {
        if let Some(slots) = self.open.remove(&reservation) {
            let usage = slots.usage(reservation, Span::new(slots.since, at));
            if usage.units > 0 {
                next.closed(&usage);
            }
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        while let Some((&reservation, _)) = self.open.first_key_value() {
            self.close(at, reservation, next);
        }
    }

    pub(super) fn so_far(
        &self,
        span: Span,
        reservation: CapacityReservationHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        if let Some(slots) = self.open.get(&reservation) {
            tell(&slots.usage(reservation, span));
        }
    }

    /// The same for all of them.
    pub(super) fn all_so_far(&self, span: Span, mut tell: impl FnMut(&Usage)) {
        for (&reservation, slots) in &self.open {
            tell(&slots.usage(reservation, span));
        }
    }
}
