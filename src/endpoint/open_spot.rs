//! Spot requests that were asked for and aren't fulfilled yet.
//!
//! The world's own requests begin with an instance, as those of `RunInstances` do. One that a client makes first is here until
//! nothing stands against it: it is evaluated five seconds after it was made (`TIME-SPOT-FULFIL`), and from then on whenever
//! something happens. Then it is launched, and the world's request has its id.

use std::sync::Arc;

use crate::{
    action::{Answer, Launch, Ref, Request, RunInstances},
    id::{Id, IdKind},
    lifecycle::{ErrorCode, spot::Status},
    record::{ImageHandle, InstanceHandle},
    time::{SimDuration, SimTime},
    world::{InstanceSpec, Origin, Origins},
};

use super::place::{Kept, Launched, Place};

/// From a request until it is looked at (`TIME-SPOT-FULFIL`).
const EVALUATION: SimDuration = SimDuration::from_secs(5);

/// A Spot request that a client has made.
#[derive(Debug, Clone)]
pub(crate) struct SpotAsked {
    pub(crate) id: Id,
    /// What its instance is going to be called.
    pub(crate) name: String,
    pub(crate) made: SimTime,
    pub(crate) spec: Arc<InstanceSpec>,
    pub(crate) kept: Arc<Kept>,
    pub(crate) own_image: Option<ImageHandle>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) token: Option<Arc<str>>,
    pub(crate) stage: Stage,
    /// When its status became what it is.
    pub(crate) since: SimTime,
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is open, and this is why.
    Open(Status),
    /// Its user cancelled it while it was open.
    Cancelled,
    /// Its time was over before it was fulfilled.
    Expired,
    /// What it asks for can't be.
    Failed,
    /// The world has it now, with this instance.
    Launched(InstanceHandle),
}

impl Stage {
    /// EC2's word for the state.
    pub(crate) const fn state(self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Cancelled | Self::Expired => "cancelled",
            Self::Failed => "failed",
            // Its own request says how it goes on.
            Self::Launched(_) => "active",
        }
    }
}

impl SpotAsked {
    /// When it is looked at for the first time.
    fn due(&self) -> SimTime {
        self.made + EVALUATION
    }

    const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
    }

    fn turn(&mut self, at: SimTime, stage: Stage) {
        if self.stage != stage {
            (self.stage, self.since) = (stage, at);
        }
    }
}

impl Place {
    /// Whether a request is about to be looked at.
    pub(crate) fn awaits_spot(&self) -> bool {
        let is_new = |one: &&SpotAsked| one.stage == Stage::Open(Status::PendingEvaluation);
        self.spot_asked.iter().any(|one| is_new(&one))
    }

    /// The next instant at which something is due.
    pub(crate) fn next_due(&mut self) -> Option<SimTime> {
        let now = self.now();
        let asked = self.spot_asked.iter().filter(|one| one.is_open());
        let expiries = asked.clone().filter_map(|one| one.spec.spot?.valid_until);
        let firsts = asked.map(SpotAsked::due);
        let own = firsts.chain(expiries).filter(|&at| at > now).min();
        let due = self.engine.next_due();
        match (own, due) {
            (Some(own), Some(due)) => Some(own.min(due)),
            (own, due) => own.or(due),
        }
    }

    /// Lets time pass up to an instant, and everything happen until then.
    pub(crate) fn advance_to(&mut self, at: SimTime) {
        while self.spot_asked.iter().any(SpotAsked::is_open)
            && let Some(due) = self.next_due().filter(|&due| due <= at)
        {
            self.engine.advance_to(due);
            self.look_at_spot();
        }
        self.engine.advance_to(at);
    }

    /// Looks at the requests that are open, in the order in which they were made.
    pub(crate) fn look_at_spot(&mut self) {
        let now = self.now();
        for index in 0..self.spot_asked.len() {
            let one = &self.spot_asked[index];
            if !one.is_open() || now < one.due() {
                continue;
            }
            let is_over = one.spec.spot.and_then(|options| options.valid_until);
            let stage = if is_over.is_some_and(|until| now >= until) {
                Stage::Expired
            } else if let Some(status) = self.world().hindrance(now, &one.spec) {
                Stage::Open(status)
            } else {
                self.fulfil(index)
            };
            self.spot_asked[index].turn(now, stage);
        }
    }

    /// Launches what a request asks for.
    fn fulfil(&mut self, index: usize) -> Stage {
        let mut one = self.spot_asked[index].clone();
        let spec = Arc::make_mut(&mut one.spec);
        let wanted = (one.name.as_str(), 1);
        if self
            .settle_addresses(spec, one.kept.subnet, wanted)
            .is_none()
        {
            return Stage::Open(Status::ConstraintNotFulfillable);
        }
        let origins = Origins::One(Origin::of(self.world().root().named(&one.name)));
        let request: Request = RunInstances {
            launch: Launch {
                spec: Arc::clone(&one.spec),
                count: 1,
                origins,
                image: one.own_image.map(Ref::Handle),
                host: None,
                reservation: None,
            },
            client_token: None,
            fails_later: None,
        }
        .into();
        let at = self.now();
        let answer = self.engine.ask_now(&request);
        match answer {
            Ok(Answer::Launched { first, .. }) => {
                self.recording.launch(&one.name, 1, &one.spec);
                self.record(at, &request, None);
                let launched = Launched {
                    reservation: Id::new(IdKind::Reservation, self.world().key_of(first.into())),
                    count: 1,
                    token: None,
                    kept: Arc::clone(&one.kept),
                };
                self.spot.insert(one.id, Arc::clone(&one.kept));
                self.launches.insert(first, launched);
                self.name_instances(&one.name, first, 1);
                self.keep_addresses(first, 1);
                Stage::Launched(first)
            }
            Ok(_) => unreachable!("a launch makes instances"),
            Err(error) if error.code == ErrorCode::InsufficientInstanceCapacity => {
                Stage::Open(Status::CapacityNotAvailable)
            }
            Err(error) if error.code == ErrorCode::InsufficientFreeAddressesInSubnet => {
                Stage::Open(Status::ConstraintNotFulfillable)
            }
            Err(_) => Stage::Failed,
        }
    }
}
