//! On-Demand Capacity Reservations (lifecycle rulebook, section 8.4): slots that are kept for an account.
//!
//! A reservation takes its slots out of its pool when it begins, and gives those that nobody is in back when it ends. An
//! instance is in a slot from `pending` until it comes to rest. Where one is free, whoever matches takes it: at a launch or a
//! start before the pool, and when it is running at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{Platform, TypeId},
    id::{Id, IdKind, Seeded},
    lifecycle::Phase,
    record::{
        CapacityReservationHandle, InstanceHandle, RecordKind, ReservationEvent, ReservationStep,
        Resource, Rules,
    },
    rule,
    time::SimTime,
};

use super::{Due, Effects, Instance, InstanceSpec, Lasts, Market, Pool, Tenancy, World};

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotKind {
    /// Instances of this type.
    pub instance_type: TypeId,
    /// In this zone.
    pub zone: &'static str,
    /// On this platform.
    pub platform: Platform,
    /// On such hardware.
    pub tenancy: Tenancy,
}

/// A Capacity Reservation, as it is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservationSpec {
    /// What its slots are for.
    pub slots: SlotKind,
    /// How many there are.
    pub count: u32,
    /// Whether only those come into it that name it (`targeted`); else whoever matches (`open`).
    pub targeted: bool,
    /// When it begins; none for at once.
    pub from: Option<SimTime>,
    /// When it ends; none for when it is cancelled.
    pub until: Option<SimTime>,
}

impl ReservationSpec {
    /// The pool out of which its slots come.
    const fn pool(&self) -> Pool {
        Pool {
            instance_type: self.slots.instance_type,
            zone: self.slots.zone,
            market: Market::OnDemand,
        }
    }
}

/// What an instance says about Capacity Reservations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reserving {
    /// Any that is open and fits.
    #[default]
    Open,
    /// None at all.
    Never,
    /// This one.
    Named(CapacityReservationHandle),
}

/// What a Capacity Reservation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationState {
    /// It is yet to begin.
    Scheduled,
    /// Its slots are kept.
    Active,
    /// Its time is over.
    Expired,
    /// It was given up.
    Cancelled,
    /// It was to begin, and EC2 had no capacity left.
    Failed,
}

impl ReservationState {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Scheduled,
        Self::Active,
        Self::Expired,
        Self::Cancelled,
        Self::Failed,
    ];

    /// Its word in EC2's API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// A Capacity Reservation of the account.
#[derive(Debug, Clone)]
pub struct CapacityReservation {
    spec: ReservationSpec,
    key: Seeded,
    state: ReservationState,
    users: BTreeSet<InstanceHandle>,
}

/// Why a reservation takes no instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReservationRefusal {
    /// It isn't active.
    NotActive,
    /// It is for something else.
    Unfit,
    /// All of its slots are taken.
    Full,
}

impl CapacityReservation {
    /// Its id: `cr-0…`.
    pub fn id(&self) -> String {
        Id::new(IdKind::CapacityReservation, self.key).to_string()
    }

    /// Where its id comes from.
    pub(super) const fn key(&self) -> Seeded {
        self.key
    }

    /// What it was created as.
    pub const fn spec(&self) -> &ReservationSpec {
        &self.spec
    }

    /// What it is.
    pub const fn state(&self) -> ReservationState {
        self.state
    }

    /// Whether it is over.
    pub const fn has_ended(&self) -> bool {
        match self.state {
            ReservationState::Scheduled | ReservationState::Active => false,
            ReservationState::Expired | ReservationState::Cancelled | ReservationState::Failed => {
                true
            }
        }
    }

    /// How many instances are in it.
    pub fn used(&self) -> u32 {
        u32::try_from(self.users.len()).unwrap_or(u32::MAX)
    }

    /// How many slots are free, if so many were taken besides.
    fn free(&self, taken: u32) -> u32 {
        match self.state {
            ReservationState::Active => self.spec.count.saturating_sub(self.used() + taken),
            ReservationState::Scheduled
            | ReservationState::Expired
            | ReservationState::Cancelled
            | ReservationState::Failed => 0,
        }
    }
}

/// What a launch of a description needs a slot of; none on Spot, which no reservation is for.
pub(crate) fn slots_of(spec: &InstanceSpec) -> Option<SlotKind> {
    (spec.market() == Market::OnDemand).then_some(SlotKind {
        instance_type: spec.instance_type,
        zone: spec.zone,
        platform: spec.platform,
        tenancy: spec.placement.tenancy,
    })
}

impl Instance {
    /// What it needs a slot of, at its next start or now; none on Spot, which no reservation is for.
    pub(crate) fn slots(&self) -> Option<SlotKind> {
        let slots = slots_of(&self.spec)?;
        Some(SlotKind {
            instance_type: self.instance_type(),
            tenancy: self.placement().tenancy,
            ..slots
        })
    }
}

impl World {
    /// A Capacity Reservation.
    pub fn capacity_reservation(
        &self,
        reservation: CapacityReservationHandle,
    ) -> &CapacityReservation {
        &self.reservations[reservation.index()]
    }

    /// Whether there is room in the pool for a reservation.
    pub(crate) fn has_capacity_for(&self, spec: &ReservationSpec) -> bool {
        self.has_places(spec.pool(), u64::from(spec.count))
    }

    /// Creates a reservation, which is yet to begin.
    pub(crate) fn add_reservation(
        &mut self,
        key: Seeded,
        spec: ReservationSpec,
    ) -> CapacityReservationHandle {
        // From now on instances are counted.
        self.room_mut();
        if self.reservations.is_empty() {
            self.count_outside();
        }
        let handle = CapacityReservationHandle::new(self.reservations.len());
        self.reservations.push(CapacityReservation {
            spec,
            key,
            state: ReservationState::Scheduled,
            users: BTreeSet::new(),
        });
        self.index(Resource::CapacityReservation(handle));
        handle
    }

    /// Lets a reservation begin, now or when its time comes.
    pub(crate) fn schedule_reservation(
        &mut self,
        at: SimTime,
        handle: CapacityReservationHandle,
        effects: &mut Effects,
    ) {
        let from = self.capacity_reservation(handle).spec.from;
        match from.filter(|&from| from > at) {
            Some(from) => {
                let lasts = Lasts::Exactly(from - at);
                self.follow_up(handle, Due::ReservationBegins, lasts, effects);
            }
            None => self.begin_reservation(at, handle, effects),
        }
    }

    /// Those that run outside of every reservation, and would come into one that is open.
    fn count_outside(&mut self) {
        for index in 0..self.instances.len() {
            let handle = InstanceHandle::new(index);
            let is_running = self
                .live(handle)
                .is_some_and(|there| there.phase() == Phase::Running);
            if is_running {
                self.note_outside(handle);
            }
        }
    }

    fn note_outside(&mut self, handle: InstanceHandle) {
        let instance = self.instances.get_mut(handle);
        if instance.placement().reserving != Reserving::Open {
            return;
        }
        if let Some(slots) = instance.slots() {
            let outside = &mut self.room_mut().outside;
            outside.entry(slots).or_default().insert(handle);
        }
    }

    fn forget_outside(&mut self, handle: InstanceHandle) {
        let Some(slots) = self.instances.get_mut(handle).slots() else {
            return;
        };
        if let Some(outside) = self.room_mut().outside.get_mut(&slots) {
            outside.remove(&handle);
        }
    }

    /// Its time has come.
    fn begin_reservation(
        &mut self,
        at: SimTime,
        handle: CapacityReservationHandle,
        effects: &mut Effects,
    ) {
        let (spec, pool) = {
            let reservation = self.capacity_reservation(handle);
            (reservation.spec, reservation.spec.pool())
        };
        let begins = self.has_capacity_for(&spec);
        let reservation = &mut self.reservations[handle.index()];
        if !begins {
            reservation.state = ReservationState::Failed;
            self.tell_slot(
                handle,
                ReservationStep::Failed,
                None,
                &[rule::CAP_RESERVATION, rule::CAP_LAUNCH],
                effects,
            );
            return;
        }
        reservation.state = ReservationState::Active;
        if let Some(left) = self.room_mut().pools.get_mut(&pool) {
            *left = left.saturating_sub(u64::from(spec.count));
        }
        let rules: Rules = &[rule::CAP_RESERVATION];
        self.tell_slot(handle, ReservationStep::Begun, None, rules, effects);
        if let Some(until) = spec.until {
            let lasts = Lasts::Exactly(until - at);
            self.follow_up(handle, Due::ReservationEnds, lasts, effects);
        }
        self.fill_reservations(spec.slots, effects);
    }

    /// What was set for a reservation falls due.
    pub(super) fn reservation_due(
        &mut self,
        at: SimTime,
        handle: CapacityReservationHandle,
        due: Due,
        effects: &mut Effects,
    ) {
        if due == Due::ReservationBegins {
            self.begin_reservation(at, handle, effects);
        } else if due == Due::ReservationEnds {
            self.end_reservation(handle, ReservationState::Expired, effects);
        }
    }

    /// A reservation is given up.
    pub(crate) fn cancel_reservation(
        &mut self,
        handle: CapacityReservationHandle,
        effects: &mut Effects,
    ) {
        self.cancel(handle, |due| {
            matches!(due, Due::ReservationBegins | Due::ReservationEnds)
        });
        self.end_reservation(handle, ReservationState::Cancelled, effects);
    }

    /// It ends: what is free goes back to the pool, and whoever is in it goes on outside.
    fn end_reservation(
        &mut self,
        handle: CapacityReservationHandle,
        state: ReservationState,
        effects: &mut Effects,
    ) {
        let rules: Rules = &[rule::CAP_RESERVATION];
        let reservation = &mut self.reservations[handle.index()];
        let (pool, slots, free) = (
            reservation.spec.pool(),
            reservation.spec.slots,
            reservation.free(0),
        );
        reservation.state = state;
        let users = std::mem::take(&mut reservation.users);
        if let Some(left) = self.room_mut().pools.get_mut(&pool) {
            *left = left.saturating_add(u64::from(free));
        }
        for user in users {
            let instance = self.instances.get_mut(user);
            if let Some(placement) = instance.placement.as_deref_mut() {
                placement.slot = None;
            }
            if instance.phase() == Phase::Running {
                self.note_outside(user);
            }
            let given_back = ReservationStep::GivenBack;
            self.tell_slot(handle, given_back, Some(user), rules, effects);
        }
        self.tell_slot(handle, ReservationStep::Ended, None, rules, effects);
        self.fill_reservations(slots, effects);
    }

    fn tell_slot(
        &self,
        handle: CapacityReservationHandle,
        what: ReservationStep,
        instance: Option<InstanceHandle>,
        rules: Rules,
        effects: &mut Effects,
    ) {
        let reservation = self.capacity_reservation(handle);
        let SlotKind {
            instance_type,
            platform,
            tenancy,
            ..
        } = reservation.spec.slots;
        effects.say(RecordKind::Reservation(Box::new(ReservationEvent {
            reservation: handle,
            what,
            instance,
            instance_type,
            platform,
            tenancy,
            count: reservation.spec.count,
            used: reservation.used(),
            rules,
        })));
    }

    /// The reservation that one more instance would come into: the one that it names, or the first open one with a free
    /// slot; none if it would come out of the pool. `taken` are slots that others of the same request take.
    pub(crate) fn find_slot(
        &self,
        wanted: Option<SlotKind>,
        reserving: Reserving,
        taken: &BTreeMap<CapacityReservationHandle, u32>,
    ) -> Result<Option<CapacityReservationHandle>, ReservationRefusal> {
        let free = |handle: CapacityReservationHandle, reservation: &CapacityReservation| {
            reservation.free(taken.get(&handle).copied().unwrap_or(0))
        };
        match reserving {
            Reserving::Never => Ok(None),
            Reserving::Named(handle) => {
                let reservation = self.capacity_reservation(handle);
                if reservation.state != ReservationState::Active {
                    Err(ReservationRefusal::NotActive)
                } else if wanted != Some(reservation.spec.slots) {
                    Err(ReservationRefusal::Unfit)
                } else if free(handle, reservation) == 0 {
                    Err(ReservationRefusal::Full)
                } else {
                    Ok(Some(handle))
                }
            }
            Reserving::Open => {
                let all = (0..).map(CapacityReservationHandle::new);
                let mut all = all.zip(&self.reservations);
                let found = all.find(|(handle, one)| {
                    !one.spec.targeted && wanted == Some(one.spec.slots) && free(*handle, one) > 0
                });
                Ok(found.map(|(handle, _)| handle))
            }
        }
    }

    /// Whether there is any reservation.
    pub(crate) const fn has_reservations(&self) -> bool {
        !self.reservations.is_empty()
    }

    /// An instance that takes a place takes it in a reservation, if there is a slot for it.
    pub(super) fn take_slot(&mut self, handle: InstanceHandle, effects: &mut Effects) -> bool {
        if !self.has_reservations() {
            return false;
        }
        let instance = self.instances.get_mut(handle);
        let (slots, reserving) = (instance.slots(), instance.placement().reserving);
        let found = self.find_slot(slots, reserving, &BTreeMap::new());
        let Ok(Some(found)) = found else { return false };
        self.enter_slot(handle, found, effects);
        true
    }

    fn enter_slot(
        &mut self,
        handle: InstanceHandle,
        reservation: CapacityReservationHandle,
        effects: &mut Effects,
    ) {
        self.reservations[reservation.index()].users.insert(handle);
        let placement = &mut self.instances.get_mut(handle).placement;
        placement.get_or_insert_default().slot = Some(reservation);
        let (taken, rules): (_, Rules) = (ReservationStep::Taken, &[rule::CAP_RESERVATION]);
        self.tell_slot(reservation, taken, Some(handle), rules, effects);
    }

    /// An instance that comes to rest gives its slot back, if it is in one.
    pub(super) fn give_back_slot(
        &mut self,
        handle: InstanceHandle,
        to: Phase,
        effects: &mut Effects,
    ) -> bool {
        let placement = self.instances.get_mut(handle).placement.as_deref_mut();
        let Some(reservation) = placement.and_then(|placement| placement.slot.take()) else {
            return false;
        };
        let there = &mut self.reservations[reservation.index()];
        there.users.remove(&handle);
        let slots = there.spec.slots;
        let rules: Rules = if to == Phase::Hibernated {
            // Others may be in it when the instance is to be resumed.
            &[rule::CAP_RESERVATION, rule::HIB_RESERVATION]
        } else {
            &[rule::CAP_RESERVATION]
        };
        let given_back = ReservationStep::GivenBack;
        self.tell_slot(reservation, given_back, Some(handle), rules, effects);
        self.fill_reservations(slots, effects);
        true
    }

    /// An instance begins to run, or ends: outside of the reservations it takes the next slot that is free.
    pub(super) fn count_running(
        &mut self,
        handle: InstanceHandle,
        from: Option<Phase>,
        to: Phase,
        effects: &mut Effects,
    ) {
        if !self.has_reservations() {
            return;
        }
        if from == Some(Phase::Running) {
            self.forget_outside(handle);
        } else if to == Phase::Running {
            let instance = self.instances.get_mut(handle);
            if instance.placement().slot.is_some() {
                return;
            }
            let slots = instance.slots();
            self.note_outside(handle);
            if let Some(slots) = slots {
                self.fill_reservations(slots, effects);
            }
        }
    }

    /// Free slots of open reservations go to those that run outside and match, in the order of their launch. They give their
    /// places back to the pool.
    fn fill_reservations(&mut self, slots: SlotKind, effects: &mut Effects) {
        loop {
            let outside = self.room_mut().outside.get(&slots);
            let Some(first) = outside.and_then(|outside| outside.first().copied()) else {
                return;
            };
            let found = self.find_slot(Some(slots), Reserving::Open, &BTreeMap::new());
            let Ok(Some(found)) = found else { return };
            self.forget_outside(first);
            self.give_back_place(first);
            self.enter_slot(first, found, effects);
        }
    }
}
