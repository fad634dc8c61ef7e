//! Spot requests: what becomes of them and of their instances (lifecycle rulebook, section 8).
//!
//! A request outlives its instance: a persistent one gets another. So it is a thing of its own, and its instance knows of it
//! no more than what it lets its user do. What happens to the instance comes here when it has happened
//! ([`World::spot_arrived`]); what EC2 does to the instance begins here.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    catalog::{TypeId, on_demand_or_estimated},
    id::{Id, IdKind, Seeded},
    lifecycle::{
        Decision, Phase, Row, SpotStanding, Trigger,
        spot::{SpotRequestLifecycle, State, Status, Trigger as Happens},
    },
    money::Price,
    record::{
        Fact, InstanceHandle, Notice, NoticeKind, Record, RecordKind, Resource, Rules, SpotRate,
        SpotRequestHandle, SpotTold, StateReason,
    },
    rule,
    time::{SimDuration, SimTime},
};

use super::{
    Due, Effects, Instance, InstanceSpec, Lasts, Market, Pool, ReasonChange, World,
    launch::Origin,
    spot_prices::{SpotPrices, SpotTable, estimate},
};

/// From the notice to the interruption (`TIME-SPOT-NOTICE`).
const NOTICE: SimDuration = SimDuration::from_mins(2);
/// From a stop that was accepted until the request is disabled (`TIME-SPOT-SETTLE`), and from a hibernation on Windows
/// (`HIB-SPOT-SETTLE`).
const SETTLE: SimDuration = SimDuration::from_mins(2);
const SETTLE_WINDOWS_HIBERNATION: SimDuration = SimDuration::from_mins(5);
/// From the cancelling of a disabled request to the end of its instance (`TIME-SPOT-CANCEL-LAG`).
const CANCEL_LAG: SimDuration = SimDuration::from_secs(10);

/// What a launch on the Spot market asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpotOptions {
    /// What an interruption does; where it isn't said, it hibernates what is configured for that, and terminates the rest
    /// (`HIB-SPOT`).
    pub interruption: Option<Interruption>,
    /// Whether the request outlives its instance.
    pub persistent: bool,
    /// Whether it was asked for by `RequestSpotInstances`, which takes more than a launch does: persistence with termination.
    pub is_requested: bool,
    /// The highest price of an hour; the On-Demand price where it isn't said.
    pub max_price: Option<Price>,
    /// Until when the request is open for another instance.
    pub valid_until: Option<SimTime>,
    /// The On-Demand price of an hour; the catalogue's where it isn't said.
    pub list_price: Option<Price>,
}

/// What an interruption does (`SPOT-INT-BEHAVIOR`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interruption {
    /// The instance terminates: the default.
    Terminate,
    /// It stops, and EC2 starts it again.
    Stop,
    /// It hibernates, and EC2 resumes it.
    Hibernate,
}

impl Interruption {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terminate => "terminate",
            Self::Stop => "stop",
            Self::Hibernate => "hibernate",
        }
    }
}

/// Why EC2 takes a Spot Instance back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It needs the capacity.
    Capacity,
    /// The price is above the request's maximum.
    Price,
}

impl Cause {
    /// In a few words.
    const fn says(self) -> &'static str {
        match self {
            Self::Capacity => "EC2 needs the capacity",
            Self::Price => "the Spot price is above the maximum",
        }
    }
}

impl InstanceSpec {
    /// What an interruption does to it (`SPOT-INT-BEHAVIOR`, `HIB-SPOT`).
    pub fn interruption(&self) -> Interruption {
        let said = self.spot.and_then(|options| options.interruption);
        said.unwrap_or(if self.hibernation {
            Interruption::Hibernate
        } else {
            Interruption::Terminate
        })
    }

    /// What its Spot request lets its user do, when it begins.
    pub(super) fn spot_standing(&self) -> SpotStanding {
        match self.spot {
            None => SpotStanding::OnDemand,
            Some(options) if options.persistent => SpotStanding::Persistent,
            Some(_) => SpotStanding::OneTime,
        }
    }
}

/// A Spot request.
#[derive(Debug, Clone)]
pub struct SpotRequest {
    pub(super) key: Seeded,
    pub(super) lifecycle: SpotRequestLifecycle,
    pub(super) status: Status,
    pub(super) spec: Arc<InstanceSpec>,
    /// Its latest instance.
    pub(super) instance: InstanceHandle,
    /// Why its instance is being taken back, or was.
    pub(super) cause: Option<Cause>,
    /// How often its latest instance was taken back.
    pub(super) interruptions: u32,
    /// When the stop that its user asked for has settled.
    pub(super) settles: Option<SimTime>,
    /// Who waits longer comes first: the number of its notice, or of when it opened again.
    pub(super) turn: u64,
    /// Whether the interruption was due when it couldn't be carried out.
    pub(super) is_overdue: bool,
    /// Whether it counts against a quota by itself, because it is open (`QUOTA-SPOT`).
    pub(super) counts: bool,
}

impl SpotRequest {
    /// Where its id comes from.
    pub(crate) const fn key(&self) -> Seeded {
        self.key
    }

    /// Its id: `sir-0…`.
    pub fn id(&self) -> String {
        Id::new(IdKind::SpotRequest, self.key).to_string()
    }

    /// Its state.
    pub const fn state(&self) -> State {
        self.lifecycle.state()
    }

    /// Why it is in its state.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Its instance, or the latest that it had.
    pub const fn instance(&self) -> InstanceHandle {
        self.instance
    }

    /// What it launches.
    pub fn spec(&self) -> &InstanceSpec {
        &self.spec
    }

    /// What it asks for.
    pub fn options(&self) -> SpotOptions {
        self.spec.spot.unwrap_or_default()
    }

    /// How often its latest instance was taken back.
    pub const fn interruptions(&self) -> u32 {
        self.interruptions
    }

    /// Whether it is over: nothing comes of it any more.
    pub const fn is_over(&self) -> bool {
        matches!(
            self.state(),
            State::Closed | State::Cancelled | State::Failed
        )
    }

    fn has_expired(&self, at: SimTime) -> bool {
        self.options().valid_until.is_some_and(|until| at >= until)
    }

    fn standing(&self) -> SpotStanding {
        if !self.options().persistent {
            return SpotStanding::OneTime;
        }
        match (self.state(), self.status) {
            (State::Cancelled | State::Closed | State::Failed, _) => SpotStanding::Cancelled,
            (State::Disabled, Status::InstanceStoppedByUser) => SpotStanding::StoppedByUser,
            (State::Disabled, _) => SpotStanding::StoppedByEc2,
            (State::Open | State::Active, _) => SpotStanding::Persistent,
        }
    }
}

/// All Spot requests, and the prices by which they live.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    pub(super) requests: Vec<SpotRequest>,
    /// The request of each Spot Instance.
    pub(super) of: BTreeMap<InstanceHandle, SpotRequestHandle>,
    pub(super) prices: SpotPrices,
    pub(super) turns: u64,
    /// Those that wait for another instance, or for theirs to come back, by their turn; some may wait no more.
    pub(super) waiting: BTreeMap<u64, SpotRequestHandle>,
    /// Those that count against a quota by themselves.
    pub(super) open: BTreeSet<SpotRequestHandle>,
    /// Whether something may have changed that holds back those that wait.
    pub(super) is_stirred: bool,
}

impl Spot {
    fn next_turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }
}

/// Looking.
impl World {
    /// A Spot request.
    pub fn spot_request(&self, handle: SpotRequestHandle) -> &SpotRequest {
        &self.spot.requests[handle.index()]
    }

    /// Every Spot request that there ever was, in the order in which they were made.
    pub fn spot_requests(&self) -> &[SpotRequest] {
        &self.spot.requests
    }

    /// The handle of the Spot request of an instance (`SPOT-LIFECYCLE`).
    pub fn spot_handle_of(&self, instance: InstanceHandle) -> Option<SpotRequestHandle> {
        self.spot.of.get(&instance).copied()
    }

    /// The Spot request of an instance.
    pub fn spot_request_of(&self, instance: InstanceHandle) -> Option<&SpotRequest> {
        self.spot_handle_of(instance)
            .map(|handle| self.spot_request(handle))
    }

    /// The Spot price of an hour of what a launch asks for; none where there is no price at all.
    pub fn spot_price(&self, at: SimTime, spec: &InstanceSpec) -> Option<Price> {
        let told = self.told_spot_price(at, spec);
        told.or_else(|| {
            let listed = self.list_price(spec)?;
            let (region, platform) = (self.region, spec.platform);
            Some(estimate(region, spec.instance_type, platform, listed))
        })
    }

    /// The same, where somebody has said it.
    fn told_spot_price(&self, at: SimTime, spec: &InstanceSpec) -> Option<Price> {
        let of = (spec.instance_type, spec.platform);
        self.spot.prices.told(at, of, spec.zone)
    }

    /// Whether what a launch asks for has a Spot price that nobody has said.
    pub(crate) fn is_spot_price_estimated(&self, at: SimTime, spec: &InstanceSpec) -> bool {
        self.told_spot_price(at, spec).is_none()
    }

    /// What an hour of a Spot Instance costs now: never more than it pays at most (`BILL-SPOT-PRICE`). The bill has to know it.
    fn spot_priced(&self, at: SimTime, handle: SpotRequestHandle) -> Option<RecordKind> {
        let request = self.spot_request(handle);
        let spec = &request.spec;
        let (price, on_demand) = (self.spot_price(at, spec)?, self.list_price(spec)?);
        let most = request.options().max_price.unwrap_or(on_demand);
        let rate = SpotRate {
            price: price.min(most),
            on_demand,
            is_estimate: self.told_spot_price(at, spec).is_none(),
        };
        Some(RecordKind::Fact(Fact::SpotRate(SpotTold::new(
            request.instance,
            rate,
        ))))
    }

    /// The same for an instance that begins to run.
    pub(super) fn begins_on_spot(&self, at: SimTime, instance: InstanceHandle) -> Option<Record> {
        let kind = self.spot_priced(at, self.spot_handle_of(instance)?)?;
        Some(Record::new(0, SimTime::default(), 0, kind))
    }

    /// The price has changed for an instance that runs: the bill has to know it. Answers whether it runs.
    fn say_spot_price(
        &self,
        at: SimTime,
        handle: SpotRequestHandle,
        effects: &mut Effects,
    ) -> bool {
        let instance = self.spot_request(handle).instance;
        let runs = |there: &Instance| there.phase() == Phase::Running;
        if !self.live(instance).is_some_and(runs) {
            return false;
        }
        effects.records.extend(
            self.spot_priced(at, handle)
                .map(|kind| Record::new(0, SimTime::default(), 0, kind)),
        );
        true
    }

    /// The On-Demand price of an hour.
    pub(crate) fn list_price(&self, spec: &InstanceSpec) -> Option<Price> {
        let said = spec.spot.and_then(|options| options.list_price);
        said.or_else(|| {
            on_demand_or_estimated(self.region, spec.instance_type, spec.platform)
                .map(|listed| listed.price)
        })
    }

    /// The highest price that a request pays, and the price in force, where that one is higher. Equal is enough.
    pub(crate) fn spot_price_too_low(
        &self,
        at: SimTime,
        spec: &InstanceSpec,
    ) -> Option<(Price, Price)> {
        let most = spec.spot?.max_price.or_else(|| self.list_price(spec))?;
        let price = self.spot_price(at, spec)?;
        (price > most).then_some((most, price))
    }

    /// What stands against an instance for a request now.
    pub(crate) fn hindrance(&self, at: SimTime, spec: &InstanceSpec) -> Option<Status> {
        if self.exceeded_quota(&[(spot_pool(spec), 1)]).is_some() {
            Some(Status::ConstraintNotFulfillable)
        } else if self.spot_price_too_low(at, spec).is_some() {
            Some(Status::PriceTooLow)
        } else if !self.has_places(spot_pool(spec), 1) {
            Some(Status::CapacityNotAvailable)
        } else {
            None
        }
    }
}

/// Telling.
impl World {
    /// Lets something happen to a request, gives it a status, and says so where that is news.
    fn turn_spot(
        &mut self,
        at: SimTime,
        handle: SpotRequestHandle,
        happens: Option<Happens>,
        status: Status,
        rules: Rules,
        effects: &mut Effects,
    ) {
        let request = &mut self.spot.requests[handle.index()];
        let before = (request.lifecycle.state(), request.status);
        if let Some(happens) = happens {
            let decision = request.lifecycle.apply(happens, at);
            debug_assert!(
                !matches!(decision, Decision::Refused(_)),
                "{happens:?} befalls no request that is {}",
                before.0
            );
        }
        request.status = status;
        let now = (request.lifecycle.state(), request.status);
        debug_assert!(
            // A request that its user has cancelled stays so, whatever becomes of its instance.
            now.0 == State::Cancelled || status.goes_with().0.contains(&now.0),
            "{status} doesn't go with a request that is {}",
            now.0
        );
        let (instance, standing) = (request.instance, request.standing());
        let is_open = now.0 == State::Open;
        if std::mem::replace(&mut request.counts, is_open) != is_open {
            let instance_type = request.spec.instance_type;
            let is_limited = self.use_quota(instance_type, Market::Spot, is_open);
            if is_open {
                self.spot.open.insert(handle);
            } else {
                self.spot.open.remove(&handle);
                self.spot.is_stirred |= is_limited;
            }
        }
        if self.live(instance).is_some() {
            let instance = self.instance_mut(instance);
            instance.lifecycle.options_mut().spot = standing;
        }
        if now == before {
            return;
        }
        effects.say(RecordKind::Notice(Notice {
            instance: Some(instance),
            resource: Some(handle.into()),
            ..Notice::new(
                NoticeKind::SpotRequest,
                format!("{}, {}", now.0, now.1),
                rules,
            )
        }));
        if self.spot_request(handle).is_over() {
            self.cancel(handle, |due| due == Due::SpotExpiry);
        }
    }

    fn request_mut(&mut self, handle: SpotRequestHandle) -> &mut SpotRequest {
        &mut self.spot.requests[handle.index()]
    }
}

/// What begins a request, and what a user does.
impl World {
    /// The prices that a scenario gives.
    #[must_use]
    pub fn with_spot_prices(mut self, table: Arc<SpotTable>) -> Self {
        self.spot.prices = SpotPrices::of(table);
        self
    }

    /// An instance is launched for a request of its own (`SPOT-RUN-INSTANCES`).
    pub(super) fn make_spot_request(
        &mut self,
        at: SimTime,
        instance: InstanceHandle,
        spec: &Arc<InstanceSpec>,
        key: Seeded,
        effects: &mut Effects,
    ) {
        let handle = SpotRequestHandle::new(self.spot.requests.len());
        self.spot.requests.push(SpotRequest {
            key,
            lifecycle: SpotRequestLifecycle::open(),
            status: Status::PendingEvaluation,
            spec: Arc::clone(spec),
            instance,
            cause: None,
            interruptions: 0,
            settles: None,
            turn: 0,
            is_overdue: false,
            counts: false,
        });
        self.spot.of.insert(instance, handle);
        self.index(Resource::SpotRequest(handle));
        self.turn_spot(
            at,
            handle,
            Some(Happens::Fulfill),
            Status::Fulfilled,
            &[
                rule::SPOT_RUN_INSTANCES,
                rule::SPOT_LIFECYCLE,
                rule::SPOT_REQ_STATES,
                rule::SPOT_REQ_STATUS,
            ],
            effects,
        );
        if let Some(until) = self.spot_request(handle).options().valid_until {
            let lasts = Lasts::Exactly(until.since(at));
            self.follow_up(handle, Due::SpotExpiry, lasts, effects);
        }
        self.watch_price(at, handle, effects);
    }

    /// The next change of the price that the table has is waited for.
    fn watch_price(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let spec = &self.spot_request(handle).spec;
        let of = (spec.instance_type, spec.platform);
        if let Some(next) = self.spot.prices.next_change(at, of, spec.zone) {
            let lasts = Lasts::Exactly(next.since(at));
            self.follow_up(handle, Due::SpotPriceChange, lasts, effects);
        }
    }

    /// The user cancels the request of an instance; false if it is over already (`SPOT-CANCEL-OPEN`).
    pub(crate) fn cancel_spot_request(
        &mut self,
        at: SimTime,
        handle: SpotRequestHandle,
        effects: &mut Effects,
    ) -> bool {
        let request = self.spot_request(handle);
        let (state, before) = (request.state(), request.status);
        let (status, rules): (_, Rules) = match state {
            State::Open => (Status::CanceledBeforeFulfillment, &[rule::SPOT_CANCEL_OPEN]),
            State::Active => (
                Status::RequestCanceledAndInstanceRunning,
                &[rule::SPOT_CANCEL_ACTIVE],
            ),
            // It says why the instance is stopped until that is gone.
            State::Disabled => (
                before,
                &[rule::SPOT_CANCEL_DISABLED, rule::TIME_SPOT_CANCEL_LAG],
            ),
            State::Closed | State::Cancelled | State::Failed => return false,
        };
        self.turn_spot(at, handle, Some(Happens::Cancel), status, rules, effects);
        self.abandon_at_rest(handle, effects);
        true
    }

    /// An instance at rest whose request was cancelled goes after a while.
    fn abandon_at_rest(&mut self, handle: SpotRequestHandle, effects: &mut Effects) {
        let instance = self.spot_request(handle).instance;
        if self.is_at_rest(instance) {
            self.cancel(handle, |due| due == Due::SpotSettled);
            let lasts = Lasts::Exactly(CANCEL_LAG);
            self.follow_up(handle, Due::SpotCancellation, lasts, effects);
        }
    }

    fn is_at_rest(&self, instance: InstanceHandle) -> bool {
        self.live(instance)
            .is_some_and(|there| matches!(there.phase(), Phase::Stopped | Phase::Hibernated))
    }
}

/// Interruptions.
impl World {
    /// Whether notice was given of an interruption that is still to come, or was carried out.
    pub(crate) fn is_interrupted(&self, handle: SpotRequestHandle) -> bool {
        self.spot_request(handle).cause.is_some()
    }

    /// What an interruption does. What has no request any more that would start it again is terminated.
    fn interruption_of(&self, handle: SpotRequestHandle) -> Interruption {
        let request = self.spot_request(handle);
        match request.state() {
            State::Open | State::Active | State::Disabled => request.spec.interruption(),
            State::Closed | State::Cancelled | State::Failed => Interruption::Terminate,
        }
    }

    /// EC2 gives notice that it takes an instance back (`SPOT-INT-NOTICE`).
    pub(crate) fn give_notice(
        &mut self,
        at: SimTime,
        handle: SpotRequestHandle,
        cause: Cause,
        effects: &mut Effects,
    ) {
        let turn = self.spot.next_turn();
        let behavior = self.interruption_of(handle);
        let request = self.request_mut(handle);
        (request.cause, request.turn) = (Some(cause), turn);
        let (instance, is_cancelled) = (request.instance, request.is_over());
        // Its place is somebody else's, even if its user is quicker.
        self.forfeit_place(instance);
        let when = match behavior {
            Interruption::Hibernate => "now",
            Interruption::Terminate | Interruption::Stop => "in 2 minutes",
        };
        let rules: Rules = match behavior {
            Interruption::Hibernate => &[rule::SPOT_INT_NOTICE, rule::HIB_SPOT_NOTICE],
            Interruption::Terminate | Interruption::Stop => {
                &[rule::SPOT_INT_NOTICE, rule::TIME_SPOT_NOTICE]
            }
        };
        effects.say(RecordKind::Notice(Notice {
            instance: Some(instance),
            ..Notice::new(
                NoticeKind::SpotInterruption,
                format!("{} {when}: {}", behavior.name(), cause.says()),
                rules,
            )
        }));
        let at_once: Option<(Option<Happens>, Status, Rules)> = match (behavior, cause) {
            (Interruption::Terminate, Cause::Capacity) => Some((
                self.ending(handle),
                Status::InstanceTerminatedNoCapacity,
                &[rule::SPOT_INT_TERMINATE],
            )),
            (Interruption::Terminate, Cause::Price) if is_cancelled => None,
            (Interruption::Terminate, Cause::Price) => {
                Some((None, Status::MarkedForTermination, &[rule::SPOT_REQ_STATUS]))
            }
            (Interruption::Stop, _) => Some((None, Status::MarkedForStop, &[rule::SPOT_INT_STOP])),
            (Interruption::Hibernate, _) => {
                Some((None, Status::MarkedForStop, &[rule::SPOT_INT_HIBERNATE]))
            }
        };
        if let Some((happens, status, rules)) = at_once {
            self.turn_spot(at, handle, happens, status, rules, effects);
        }
        if behavior == Interruption::Hibernate {
            self.interrupt(at, handle, effects);
        } else {
            let lasts = Lasts::Exactly(NOTICE);
            self.follow_up(handle, Due::SpotInterruption, lasts, effects);
        }
    }

    /// What befalls a request whose instance ends (`SPOT-REQ-TYPES`).
    fn ending(&self, handle: SpotRequestHandle) -> Option<Happens> {
        let request = self.spot_request(handle);
        match (request.state(), request.options().persistent) {
            (State::Active | State::Disabled, true) => Some(Happens::Reopen),
            (State::Active, false) => Some(Happens::End),
            _ => None,
        }
    }

    /// Why an instance takes a row, where that is for a reason of its Spot request's.
    #[cold]
    pub(super) fn why_taken_back(&self, instance: InstanceHandle) -> Option<&'static str> {
        Some(self.spot_request_of(instance)?.cause?.says())
    }

    /// EC2 takes an instance back, which the notice has announced.
    fn interrupt(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let instance = self.spot_request(handle).instance;
        let behavior = self.interruption_of(handle);
        let Some(there) = self.live(instance) else {
            return;
        };
        let (trigger, reason) = match behavior {
            Interruption::Terminate => {
                (Trigger::SpotTerminate, StateReason::SpotInstanceTermination)
            }
            Interruption::Stop => (Trigger::SpotStop, StateReason::SpotInstanceShutdown),
            Interruption::Hibernate => (Trigger::SpotHibernate, StateReason::SpotInstanceShutdown),
        };
        let phase = there.phase();
        if let Decision::Moved(row) = there.decide(trigger, at) {
            let too_soon = phase == Phase::Running && at < there.lifecycle.ready_to_hibernate();
            self.remember(instance);
            self.follow(at, instance, row, ReasonChange::Set(reason), None, effects);
            if behavior == Interruption::Hibernate && too_soon {
                // It isn't ready, so that memory isn't written (TIME-HIB-READY, HIB-FALLBACK).
                self.cut_off(instance);
            }
        } else if matches!(phase, Phase::Launching | Phase::Starting | Phase::Resuming) {
            self.request_mut(handle).is_overdue = true;
        }
    }

    /// EC2 has no Spot capacity left for what an instance is.
    pub(crate) fn exhaust_spot(&mut self, handle: SpotRequestHandle, effects: &mut Effects) {
        let pool = spot_pool(&self.spot_request(handle).spec);
        self.set_places(pool, Some(0), effects);
    }

    /// From now on the Spot price is this one.
    pub(crate) fn set_spot_price(
        &mut self,
        at: SimTime,
        instance_type: TypeId,
        zone: &'static str,
        price: Price,
        effects: &mut Effects,
    ) {
        self.spot.prices.say(at, instance_type, zone, price);
        for handle in self.requests_of(instance_type, zone) {
            self.say_spot_price(at, handle, effects);
        }
        let name = instance_type.name();
        effects.say(RecordKind::Notice(Notice::new(
            NoticeKind::SpotPrice,
            format!("{name} in {zone}: ${price} an hour"),
            &[rule::BILL_SPOT_PRICE],
        )));
        self.spot_price_changed(at, instance_type, zone, effects);
    }

    /// The price of a pool has changed: it interrupts, and lets others come back.
    fn spot_price_changed(
        &mut self,
        at: SimTime,
        instance_type: TypeId,
        zone: &'static str,
        effects: &mut Effects,
    ) {
        for handle in self.requests_of(instance_type, zone) {
            let request = self.spot_request(handle);
            let is_up = self.live(request.instance).is_some_and(|there| {
                matches!(
                    there.phase(),
                    Phase::Launching | Phase::Starting | Phase::Resuming | Phase::Running
                )
            });
            if is_up
                && request.cause.is_none()
                && self.spot_price_too_low(at, &request.spec).is_some()
            {
                self.give_notice(at, handle, Cause::Price, effects);
            }
        }
        self.stir_spot();
    }

    fn requests_of(&self, instance_type: TypeId, zone: &str) -> Vec<SpotRequestHandle> {
        let all = self.spot.requests.iter().enumerate();
        all.filter(|(_, one)| one.spec.instance_type == instance_type && one.spec.zone == zone)
            .map(|(index, _)| SpotRequestHandle::new(index))
            .collect()
    }

    /// Price, capacity, or what counts against a quota may have changed: those that wait are to be tried again.
    pub(crate) const fn stir_spot(&mut self) {
        self.spot.is_stirred = true;
    }

    /// Tries those that wait, if what holds them back may have changed: when all of a request, or of what fell due, has
    /// happened. Who waits longer comes first.
    #[inline]
    pub(crate) fn settle_spot(&mut self, at: SimTime, effects: &mut Effects) {
        while std::mem::take(&mut self.spot.is_stirred) && !self.spot.waiting.is_empty() {
            self.try_waiting(at, effects);
        }
    }

    fn try_waiting(&mut self, at: SimTime, effects: &mut Effects) {
        for (turn, handle) in self.spot.waiting.clone() {
            let waits = self.waits_since(handle, turn);
            if waits {
                self.try_again(at, handle, effects);
            }
            if !waits || !self.waits_since(handle, turn) {
                self.spot.waiting.remove(&turn);
            }
        }
    }

    /// Whether a request waits, since this turn, for an instance.
    fn waits_since(&self, handle: SpotRequestHandle, turn: u64) -> bool {
        let request = self.spot_request(handle);
        let waits = match request.state() {
            State::Open => self.live(request.instance).is_none(),
            State::Disabled => request.cause.is_some() && self.is_at_rest(request.instance),
            State::Active | State::Closed | State::Cancelled | State::Failed => false,
        };
        request.turn == turn && waits
    }

    /// From now on a request waits, in its turn.
    fn wait_in_turn(&mut self, handle: SpotRequestHandle) {
        let turn = self.spot_request(handle).turn;
        self.spot.waiting.insert(turn, handle);
        self.stir_spot();
    }

    /// Starts again what was interrupted, or gives an open request another instance, if nothing stands against it.
    fn try_again(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let request = self.spot_request(handle);
        if request.state() == State::Open {
            self.evaluate(at, handle, effects);
        } else if self.hindrance(at, &request.spec).is_none() {
            self.restart(at, request.instance, effects);
        }
    }

    /// EC2 starts again what it has interrupted (`SPOT-RESTART`).
    fn restart(&mut self, at: SimTime, instance: InstanceHandle, effects: &mut Effects) {
        let Some(decision) = self
            .live(instance)
            .map(|there| there.decide(Trigger::SpotRestart, at))
        else {
            return;
        };
        self.remember(instance);
        match moved_by(decision) {
            Some(row) => self.follow(at, instance, row, ReasonChange::Clear, None, effects),
            None => self.end_at_rest(at, instance, Trigger::SpotRestartFailed, effects),
        }
    }

    /// EC2 terminates an instance at rest.
    fn end_at_rest(
        &mut self,
        at: SimTime,
        instance: InstanceHandle,
        trigger: Trigger,
        effects: &mut Effects,
    ) {
        let row = self.live(instance).map(|there| there.decide(trigger, at));
        if let Some(row) = row.and_then(moved_by) {
            let reason = ReasonChange::Set(StateReason::SpotInstanceTermination);
            self.follow(at, instance, row, reason, None, effects);
        }
    }

    /// What those launch that are open and aren't evaluated before a request: itself, and whoever came later or still has an
    /// instance that goes.
    fn open_from(&self, handle: SpotRequestHandle) -> impl Iterator<Item = TypeId> {
        let turn = self.spot_request(handle).turn;
        let has_quotas = self
            .room
            .as_ref()
            .is_some_and(|room| !room.quotas.is_empty());
        let open = self.spot.open.iter().filter(move |_| has_quotas);
        let open = open.map(|&open| self.spot_request(open));
        open.filter(move |request| request.turn >= turn || self.live(request.instance).is_some())
            .map(|request| request.spec.instance_type)
    }

    /// An open request gets an instance, if nothing stands against it; else it says what does.
    fn evaluate(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let request = self.spot_request(handle);
        let (spec, before) = (Arc::clone(&request.spec), request.instance);
        // What it counts by itself doesn't stand in its own way, nor do those that come after it.
        let after: Vec<TypeId> = self.open_from(handle).collect();
        for &instance_type in &after {
            self.use_quota(instance_type, Market::Spot, false);
        }
        let hindrance = self.hindrance(at, &spec).or_else(|| {
            let has_address = self.free_addresses(spec.zone) > 0;
            (!has_address).then_some(Status::ConstraintNotFulfillable)
        });
        for instance_type in after {
            self.use_quota(instance_type, Market::Spot, true);
        }
        if let Some(status) = hindrance {
            self.turn_spot(at, handle, None, status, &[rule::SPOT_REQ_STATUS], effects);
            return;
        }
        let again = Origin::of(self.key_of(before.into()).purpose("again"));
        let instance = self.launch_for_request(at, &spec, again, effects);
        self.successions.push((before.into(), instance.into()));
        self.spot.of.insert(instance, handle);
        let request = self.request_mut(handle);
        request.instance = instance;
        (request.cause, request.settles, request.is_overdue) = (None, None, false);
        request.interruptions = 0;
        self.turn_spot(
            at,
            handle,
            Some(Happens::Fulfill),
            Status::Fulfilled,
            &[rule::SPOT_REQ_TYPES, rule::SPOT_REQ_STATUS],
            effects,
        );
    }
}

fn moved_by(decision: Decision) -> Option<&'static Row> {
    match decision {
        Decision::Moved(row) => Some(row),
        Decision::Accepted(_) | Decision::Unchanged(_) | Decision::Refused(_) => None,
    }
}

/// What has happened to an instance, and what falls due.
impl World {
    /// A Spot Instance has taken a row.
    pub(super) fn spot_arrived(
        &mut self,
        at: SimTime,
        instance: InstanceHandle,
        row: &'static Row,
        effects: &mut Effects,
    ) {
        let Some(handle) = self.spot_handle_of(instance) else {
            return;
        };
        if self.spot_request(handle).instance != instance {
            return;
        }
        match (row.trigger, row.to) {
            (Trigger::SpotTerminate | Trigger::SpotStop | Trigger::SpotHibernate, _) => {
                self.left_by_ec2(at, handle, row.from, effects);
            }
            (Trigger::StartInstances, Phase::Starting | Phase::Resuming) => {
                let rules: Rules = &[rule::SPOT_USER_START];
                // Open and fulfilled at one instant: only what comes of it is told.
                self.request_mut(handle)
                    .lifecycle
                    .apply(Happens::StartInstances, at);
                let fulfilled = Status::Fulfilled;
                self.turn_spot(
                    at,
                    handle,
                    Some(Happens::Fulfill),
                    fulfilled,
                    rules,
                    effects,
                );
            }
            (Trigger::SpotRestart, Phase::Starting | Phase::Resuming) => {
                self.request_mut(handle).cause = None;
                let (again, fulfilled) = (Some(Happens::Restart), Status::Fulfilled);
                self.turn_spot(at, handle, again, fulfilled, &[rule::SPOT_RESTART], effects);
            }
            (Trigger::LaunchFailed, Phase::Terminated) => {
                let failed = self
                    .is_in(handle, State::Active)
                    .then_some(Happens::LaunchFailed);
                let (error, rules): (_, Rules) = (Status::SystemError, &[rule::SPOT_REQ_STATUS]);
                self.turn_spot(at, handle, failed, error, rules, effects);
            }
            (Trigger::SpotCancelled | Trigger::SpotRestartFailed, Phase::Terminated) => {
                let rules: Rules = if row.trigger == Trigger::SpotCancelled {
                    &[rule::SPOT_CANCEL_DISABLED]
                } else {
                    &[rule::SPOT_RESTART_NO_ROOT]
                };
                let cancel = Some(Happens::Cancel);
                let status = if self.spot_request(handle).status == Status::ScheduleExpired {
                    Status::ScheduleExpired
                } else {
                    Status::InstanceTerminatedByService
                };
                self.turn_spot(at, handle, cancel, status, rules, effects);
            }
            (_, Phase::Stopping | Phase::Hibernating) => {
                self.stopped_by_user(at, handle, row, effects);
            }
            (_, Phase::ShuttingDown) => self.ended_by_user(at, handle, effects),
            (_, Phase::Terminated) if matches!(row.from, Phase::Stopped | Phase::Hibernated) => {
                self.ended_by_user(at, handle, effects);
            }
            _ => {}
        }
        match row.to {
            Phase::Stopped | Phase::Hibernated => self.spot_rests(at, handle, effects),
            Phase::Running => {
                if std::mem::take(&mut self.request_mut(handle).is_overdue) {
                    self.interrupt(at, handle, effects);
                }
            }
            Phase::Terminated => {
                self.cancel(handle, |due| {
                    matches!(
                        due,
                        Due::SpotInterruption | Due::SpotSettled | Due::SpotCancellation
                    )
                });
                let turn = self.spot.next_turn();
                self.request_mut(handle).turn = turn;
                // What is open gets another instance (SPOT-TERMINATE-USER).
                if self.is_in(handle, State::Open) {
                    self.wait_in_turn(handle);
                }
            }
            Phase::Launching
            | Phase::Starting
            | Phase::Resuming
            | Phase::Stopping
            | Phase::Hibernating
            | Phase::ShuttingDown => {}
        }
    }

    fn is_in(&self, handle: SpotRequestHandle, state: State) -> bool {
        self.spot_request(handle).state() == state
    }

    /// EC2 has taken an instance back.
    fn left_by_ec2(
        &mut self,
        at: SimTime,
        handle: SpotRequestHandle,
        from: Phase,
        effects: &mut Effects,
    ) {
        let happens = self.ending(handle);
        let behavior = self.interruption_of(handle);
        let request = self.request_mut(handle);
        let cause = request.cause;
        if from == Phase::Running {
            request.interruptions += 1;
        }
        if behavior == Interruption::Terminate && cause == Some(Cause::Price) {
            let (status, rules): (_, Rules) = (
                Status::InstanceTerminatedByPrice,
                &[rule::SPOT_INT_TERMINATE, rule::SPOT_REQ_STATUS],
            );
            self.turn_spot(at, handle, happens, status, rules, effects);
        }
    }

    /// The user stops or hibernates an instance, or its own system does (`SPOT-STOP-USER`, `LIFE-OSDOWN-SPOT`). A notice
    /// that was given comes to nothing.
    fn stopped_by_user(
        &mut self,
        at: SimTime,
        handle: SpotRequestHandle,
        row: &'static Row,
        effects: &mut Effects,
    ) {
        self.cancel(handle, |due| due == Due::SpotInterruption);
        let request = self.request_mut(handle);
        request.cause = None;
        let is_windows = request.spec.platform.is_windows();
        let settle = if is_windows && row.to == Phase::Hibernating {
            SETTLE_WINDOWS_HIBERNATION
        } else {
            SETTLE
        };
        request.settles = Some(at + settle);
        if !self.is_in(handle, State::Active) {
            return;
        }
        let rules: Rules = if row.trigger == Trigger::OsShutdownStop {
            &[rule::LIFE_OSDOWN_SPOT, rule::TIME_SPOT_SETTLE]
        } else {
            &[rule::SPOT_STOP_USER, rule::TIME_SPOT_SETTLE]
        };
        self.turn_spot(at, handle, None, Status::MarkedForStop, rules, effects);
        let lasts = Lasts::Exactly(settle);
        self.follow_up(handle, Due::SpotSettled, lasts, effects);
    }

    /// The user terminates an instance (`SPOT-TERMINATE-USER`).
    fn ended_by_user(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        self.cancel(handle, |due| {
            matches!(
                due,
                Due::SpotInterruption | Due::SpotSettled | Due::SpotCancellation
            )
        });
        let happens = self.ending(handle);
        self.request_mut(handle).cause = None;
        let (status, rules): (_, Rules) = (
            Status::InstanceTerminatedByUser,
            &[rule::SPOT_TERMINATE_USER],
        );
        let request = self.spot_request(handle);
        if happens == Some(Happens::Reopen) && request.has_expired(at) {
            // Another one it may not have any more.
            self.request_mut(handle)
                .lifecycle
                .apply(Happens::Reopen, at);
            self.turn_spot(at, handle, Some(Happens::Expire), status, rules, effects);
        } else {
            self.turn_spot(at, handle, happens, status, rules, effects);
        }
    }

    /// An instance has come to rest.
    fn spot_rests(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let request = self.spot_request(handle);
        let has_expired = request.has_expired(at);
        if request.is_over() {
            self.abandon_at_rest(handle, effects);
            return;
        }
        let Some(cause) = request.cause else {
            if self.is_in(handle, State::Active) && request.settles.is_none() {
                // A start that was accepted has failed: it is as it was before.
                self.disable_for_user(at, handle, effects);
            } else {
                self.settle_stop(at, handle, effects);
            }
            return;
        };
        let (status, rules): (_, Rules) = match cause {
            Cause::Capacity => (
                Status::InstanceStoppedNoCapacity,
                &[rule::SPOT_INT_STOP, rule::SPOT_REQ_STATUS],
            ),
            Cause::Price => (
                Status::InstanceStoppedByPrice,
                &[rule::SPOT_INT_STOP, rule::SPOT_REQ_STATUS],
            ),
        };
        if self.is_in(handle, State::Active) {
            let stopped = Some(Happens::Disable);
            self.turn_spot(at, handle, stopped, status, rules, effects);
        }
        if has_expired {
            self.expire(at, handle, effects);
        } else {
            self.wait_in_turn(handle);
        }
    }

    /// The stop that a user asked for settles: two minutes after it, and not before the instance is at rest.
    fn settle_stop(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let request = self.spot_request(handle);
        let is_time = request.settles.is_some_and(|settles| at >= settles);
        if is_time && self.is_in(handle, State::Active) && self.is_at_rest(request.instance) {
            self.disable_for_user(at, handle, effects);
        }
    }

    fn disable_for_user(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        self.request_mut(handle).settles = None;
        self.turn_spot(
            at,
            handle,
            Some(Happens::Disable),
            Status::InstanceStoppedByUser,
            &[rule::SPOT_STOP_USER, rule::TIME_SPOT_SETTLE],
            effects,
        );
        if self.spot_request(handle).has_expired(at) {
            self.expire(at, handle, effects);
        }
    }

    /// A request was valid until now, or longer ago (`SPOT-REQ-TYPES`).
    fn expire(&mut self, at: SimTime, handle: SpotRequestHandle, effects: &mut Effects) {
        let request = self.spot_request(handle);
        let (instance, before) = (request.instance, request.status);
        let (status, ends) = match (request.state(), before) {
            (State::Disabled, Status::InstanceStoppedByUser) => (before, false),
            (State::Disabled, _) => (Status::ScheduleExpired, true),
            (State::Open, _) => (Status::ScheduleExpired, false),
            (State::Active | State::Closed | State::Cancelled | State::Failed, _) => return,
        };
        let expired = Some(Happens::Expire);
        self.turn_spot(
            at,
            handle,
            expired,
            status,
            &[rule::SPOT_REQ_TYPES],
            effects,
        );
        if ends {
            self.end_at_rest(at, instance, Trigger::SpotCancelled, effects);
        }
    }

    /// What was set for a request falls due.
    pub(super) fn spot_due(
        &mut self,
        at: SimTime,
        handle: SpotRequestHandle,
        due: Due,
        effects: &mut Effects,
    ) {
        match due {
            Due::SpotInterruption => self.interrupt(at, handle, effects),
            Due::SpotSettled => self.settle_stop(at, handle, effects),
            Due::SpotCancellation => {
                let instance = self.spot_request(handle).instance;
                self.end_at_rest(at, instance, Trigger::SpotCancelled, effects);
            }
            Due::SpotExpiry => self.expire(at, handle, effects),
            Due::SpotPriceChange => {
                let SpotRequest { spec, instance, .. } = self.spot_request(handle);
                let (instance_type, zone, instance) = (spec.instance_type, spec.zone, *instance);
                if !self.spot_request(handle).is_over() || self.live(instance).is_some() {
                    self.watch_price(at, handle, effects);
                }
                if self.say_spot_price(at, handle, effects)
                    && let Some(price) = self.spot_price(at, &self.spot_request(handle).spec)
                {
                    effects.say(RecordKind::Notice(Notice {
                        instance: Some(instance),
                        ..Notice::new(
                            NoticeKind::SpotPrice,
                            format!("the Spot price is ${price} an hour"),
                            &[rule::BILL_SPOT_PRICE],
                        )
                    }));
                }
                self.spot_price_changed(at, instance_type, zone, effects);
            }
            Due::Completion
            | Due::RebootCompleted
            | Due::HibernationLimit
            | Due::Modified
            | Due::Optimized
            | Due::HardReboot
            | Due::ChecksSetUp
            | Due::CheckPasses(_)
            | Due::HostMended
            | Due::Recovery
            | Due::ForceGivesUp
            | Due::ReservationBegins
            | Due::ReservationEnds
            | Due::HostBegins
            | Due::HostEnds
            | Due::SnapshotReturns
            | Due::FunctionsWork
            | Due::FunctionsRest
            | Due::TasksWork
            | Due::TasksRest
            | Due::Scheduled(_) => {}
        }
    }
}

/// The pool out of which a request is fulfilled.
const fn spot_pool(spec: &InstanceSpec) -> Pool {
    Pool {
        instance_type: spec.instance_type,
        zone: spec.zone,
        market: Market::Spot,
    }
}
