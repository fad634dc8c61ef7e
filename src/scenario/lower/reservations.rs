//! Capacity Reservations: those that an account has, actions on them, and which of them an instance comes into.

use super::{
    super::{
        Code,
        keys::{CancelReservationKey, Keys, MATCHING, Matching, ReservationKey, SHARED_TENANCY},
        reader::Draft,
        shape::Fields,
        tree::{Kind, Node},
    },
    Found, Lower,
    actions::act,
    asked::Asked,
};
use crate::{
    action::{CancelCapacityReservation, CreateCapacityReservation},
    catalog::Platform,
    record::ResourceKind,
    script::Act,
    world::{ReservationSpec, Reserving, SlotKind, Tenancy},
};

/// What `capacity-reservation` of an instance says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reserved {
    /// Open, or none.
    Any(Reserving),
    /// One, by its index among the names.
    Named(u32),
}

/// Whether a reservation may be over before somebody gives it up.
const fn ends_by_itself(spec: &ReservationSpec) -> bool {
    spec.from.is_some() || spec.until.is_some()
}

impl Lower<'_> {
    /// `capacity-reservations` of the account. Each takes its place, understood or not, so that numbers stay right.
    pub(super) fn account_reservations(&mut self, node: &Node<'_>) {
        let what = "a mapping from names to Capacity Reservations";
        let entries = self.reader.entries(node, what);
        for entry in entries.unwrap_or_default() {
            let keys = ReservationKey::CAPACITY_RESERVATION;
            let fields = self.reader.fields(&entry.value, keys, "a mapping");
            let spec = fields.and_then(|fields| self.reservation_spec(&fields, keys));
            self.reservations.push(spec);
        }
    }

    fn reservation_spec(
        &mut self,
        fields: &Fields<'_, '_, ReservationKey>,
        keys: Keys<ReservationKey>,
    ) -> Option<ReservationSpec> {
        let (mut instance_type, mut zone) = (None, Some(self.default_zone()));
        let (mut count, mut targeted) = (Some(1), Some(false));
        let (mut platform, mut tenancy) = (Some(Platform::Linux), Some(Tenancy::Default));
        let (mut from, mut until) = (None, None);
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                ReservationKey::Reservation => {}
                ReservationKey::Type => {
                    instance_type = self.instance_type(node).map(|found| (found, node.span));
                }
                ReservationKey::Zone => zone = self.zone(node),
                ReservationKey::Count => {
                    let whole = self.reader.whole(node, 1, u64::from(u32::MAX));
                    count = whole.and_then(|count| u32::try_from(count).ok());
                }
                ReservationKey::Platform => platform = self.platform(node),
                ReservationKey::Tenancy => {
                    tenancy = self.reader.word(node, SHARED_TENANCY, "a tenancy");
                }
                ReservationKey::Match => {
                    let word = self.reader.word(node, MATCHING, "a way to match");
                    targeted = word.map(|word| word == Matching::Targeted);
                }
                ReservationKey::From => from = self.date(node),
                ReservationKey::Until => until = self.date(node).map(|date| (date, node.span)),
            }
        }
        self.reader
            .lacks(fields, keys, &[(ReservationKey::Type, "m5.large")]);
        let begins = from.unwrap_or(self.start);
        if let Some((_, at)) = until.filter(|(until, _)| *until <= begins) {
            self.reader.report(Code::Backwards, at, || {
                Draft::new("a Capacity Reservation ends after it has begun")
                    .label(format!("expected something later than {begins}"))
            });
        }
        let (instance_type, at) = instance_type?;
        self.check_price(instance_type, platform?, at);
        Some(ReservationSpec {
            slots: SlotKind {
                instance_type,
                zone: zone?,
                platform: platform?,
                tenancy: tenancy?,
            },
            count: count?,
            targeted: targeted?,
            from,
            until: until.map(|(until, _)| until),
        })
    }

    /// What the account has from the start and may end by itself: its name can be given again.
    pub(super) fn held_for_a_time(&mut self) {
        let hosts = self.hosts.iter().flatten().map(|host| host.until.is_some());
        let reservations = self.reservations.iter().flatten().map(ends_by_itself);
        let ends: Vec<Found> = (0..)
            .zip(hosts)
            .map(|(index, ends)| (ResourceKind::DedicatedHost, index, ends))
            .chain(
                (0..)
                    .zip(reservations)
                    .map(|(index, ends)| (ResourceKind::CapacityReservation, index, ends)),
            )
            .filter(|(.., ends)| *ends)
            .map(|(kind, index, _)| Found::Other(kind, index))
            .collect();
        for found in ends {
            self.presence.unmake(found, self.reader);
        }
    }

    /// The zone of a Capacity Reservation, where the file says so.
    pub(super) fn zone_of_reservation(&self, reservation: u32) -> Option<&'static str> {
        let place = usize::try_from(reservation).ok()?;
        match self.reservations.get(place) {
            Some(spec) => spec.as_ref().map(|spec| spec.slots.zone),
            None => self.zone_where(ResourceKind::CapacityReservation, reservation),
        }
    }

    /// `capacity-reservation` of an instance.
    pub(super) fn reserved(&mut self, node: &Node<'_>) -> Option<Reserved> {
        match node.kind {
            Kind::Scalar("open") => Some(Reserved::Any(Reserving::Open)),
            Kind::Scalar("none") => Some(Reserved::Any(Reserving::Never)),
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => self
                .thing(node, ResourceKind::CapacityReservation)
                .map(Reserved::Named),
        }
    }

    pub(super) fn create_reservation(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = ReservationKey::CREATE_RESERVATION;
        let named = self.long_form(asked.field, keys, ReservationKey::Reservation);
        let spec = named
            .options
            .as_ref()
            .and_then(|fields| self.reservation_spec(fields, keys));
        let is_certain = !asked.fails && !spec.as_ref().is_some_and(ends_by_itself);
        let kind = ResourceKind::CapacityReservation;
        let reservation = self.made(named.name, kind, !is_certain)?;
        let spec = spec?;
        Some(act(CreateCapacityReservation { reservation, spec }))
    }

    pub(super) fn cancel_reservation(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = CancelReservationKey::CANCEL_RESERVATION;
            let named = lower.named(asked.field, keys, CancelReservationKey::Reservation);
            let kind = ResourceKind::CapacityReservation;
            let reservation = lower.held(named.name, kind, "creates")?;
            if !asked.fails {
                let found = Found::Other(kind, reservation);
                lower.presence.unmake(found, lower.reader);
            }
            Some(CancelCapacityReservation { reservation }.into())
        })
    }
}
