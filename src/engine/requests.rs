//! The actions of a script, asked of its account.

use std::sync::Arc;

use crate::{
    action::{
        AllocateAddress, AllocateHosts, Answer, CreateCapacityReservation, CreateCluster,
        CreateFunction, CreateVolume, DescribeService, Request, Subjects,
    },
    compute::{FunctionSpec, ServiceSpec},
    lifecycle::{ApiError, ErrorCode, Phase},
    record::{
        Accepted, AddressHandle, Expectation, FailedStep, ImageHandle, InstanceHandle, NoticeKind,
        RecordKind, ResourceKind, Rules, index,
    },
    rule,
    script::{Act, ByName, InterfaceTarget, Step},
    world::{HostSpec, ReservationSpec, VolumeSpec},
};

use super::{Engine, Listener, driver::slots_of, resolver::Resolver, targets::targets_by_name};

/// The step that asks.
#[derive(Debug, Clone, Copy, Default)]
struct By<'a> {
    /// Nothing for what exists from the start.
    step: Option<&'a Step>,
    /// The line of its first key, which is that of its records.
    line: u32,
    failed: FailedStep,
}

impl<S: Listener> Engine<S> {
    /// Carries an action of the script out.
    pub(super) fn request(&mut self, act: &Act, own: Option<u32>, step: &Step) {
        let by = By {
            step: Some(step),
            line: step.place.line,
            failed: step.failed(),
        };
        let mut refused = 0_u32;
        for (left, request) in (0..act.requests.len()).rev().zip(&act.requests) {
            // Most requests are of instances that are there, and make nothing.
            let makes = matches!(request.subjects(), Subjects::Launch(_) | Subjects::New(..))
                && !request.is_dry_run();
            if self.is_over() || (makes && !self.has_room(request, own, by)) {
                return;
            }
            let refusal = if makes {
                self.name_in_use(request, own)
            } else {
                None
            };
            let answer = match refusal {
                Some(refusal) => Err(refusal),
                None => self.ask(request, own),
            };
            self.settle(by.line);
            // The attributes of a `modify` are one action: it is over with the first refusal, or the last of them.
            if act.until_refused && answer.is_ok() && left > 0 {
                continue;
            }
            refused += u32::from(answer.is_err());
            // Of several some may have to be refused: as many as are said, and no others.
            let by = match step.fails_count {
                Some(count) if answer.is_ok() || refused > count => By {
                    failed: FailedStep {
                        fails: None,
                        ..by.failed
                    },
                    ..by
                },
                Some(_) | None => by,
            };
            if answer.is_err() || by.failed.fails.is_some() {
                self.conclude_request(answer, request, own, by);
            }
            if act.until_refused {
                break;
            }
        }
        if let (Some(count), Some(code)) = (step.fails_count, by.failed.fails)
            && refused < count
        {
            let message = format!(
                "{count} of {} should have been refused with {code}, but only {refused} were",
                act.requests.len()
            );
            self.notice(NoticeKind::NotRefused, &message, by.line, by.failed);
        }
    }

    /// Whether there may be as many things as a request would make. Where not, the replay ends.
    fn has_room(&mut self, request: &Request<ByName>, own: Option<u32>, by: By<'_>) -> bool {
        let limits = self.limits();
        let world = &self.account.world;
        let beyond = if let Request::RunInstances(run) = request.bare() {
            let Some((first, count)) = slots_of(&run.launch, own) else {
                return true;
            };
            let count = u64::from(count);
            let volumes = number(self.program().cast.spec(first).volumes.len());
            let volumes = count.saturating_mul(volumes);
            if number(world.alive()) + count > u64::from(limits.instances) {
                Some((u64::from(limits.instances), "instances at a time"))
            } else if number(world.instances().len()) + count > limits.launches() {
                Some((limits.launches(), "instances one after the other"))
            } else if number(world.volumes().len()).saturating_add(volumes) > limits.others() {
                Some((limits.others(), "volumes"))
            } else {
                None
            }
        } else {
            let Subjects::New(kind, _) = request.subjects() else {
                return true;
            };
            let there = number(world.count(kind));
            (there >= limits.others()).then_some((limits.others(), kind.several()))
        };
        if let Some((most, what)) = beyond {
            let what = format!("more than {most} {what}");
            self.give_up("--max-instances", &what, by.step);
        }
        beyond.is_none()
    }

    /// Asks one request; what it makes takes its name.
    fn ask(&mut self, request: &Request<ByName>, own: Option<u32>) -> Result<(), ApiError> {
        let resolved = request.resolve(&mut self.resolver(own));
        let made = self.account.ask(&resolved)?;
        if made != Answer::Done {
            self.name(request, own, made);
        }
        Ok(())
    }

    fn resolver(&self, own: Option<u32>) -> Resolver<'_> {
        Resolver {
            names: &self.account.names,
            world: &self.account.world,
            own,
        }
    }

    /// What a request has made takes the name that it was asked under.
    fn name(&mut self, request: &Request<ByName>, own: Option<u32>, answer: Answer) {
        let names = &mut self.account.names;
        match answer {
            Answer::Launched { first, count } => {
                if let Request::RunInstances(run) = request.bare()
                    && let Some((slot, _)) = slots_of(&run.launch, own)
                {
                    names.give_slots(slot, first, count);
                }
            }
            Answer::LaunchedBefore { first, count } => {
                let instances = first.index()..first.index() + index(count);
                instances.for_each(|instance| self.repeated_launch(InstanceHandle::new(instance)));
            }
            Answer::Made(made) => {
                if let Subjects::New(_, name)
                | Subjects::Interface(&InterfaceTarget::Named(name), _) = request.subjects()
                {
                    names.give(name, made);
                    if let Some(image) = made.image() {
                        names.give_snapshots(name, self.account.world.image(image));
                    }
                }
            }
            Answer::MadeBefore(_) | Answer::Done => {}
        }
    }

    /// The answer to a launch that was made before: the same instance, and nothing new.
    fn repeated_launch(&mut self, instance: InstanceHandle) {
        self.account.world.remember(instance);
        self.account.add(RecordKind::Accepted(Accepted {
            action: "RunInstances",
            what: "",
            value: None,
            unchanged: true,
            instance: Some(instance),
            resource: None,
            rules: &[rule::LIFE_RUN_TOKEN, rule::IDEM_TOKEN],
        }));
    }

    /// A name that something bears can't be given to something else; EC2, which knows no names, has no word in this.
    fn name_in_use(&self, request: &Request<ByName>, own: Option<u32>) -> Option<ApiError> {
        let (names, world) = (&self.account.names, &self.account.world);
        let cast = names.cast();
        let (what, name, rules): (_, _, Rules) = if let Request::RunInstances(run) = request.bare()
        {
            let (first, count) = slots_of(&run.launch, own)?;
            let is_there = |slot: &u32| {
                let bearer = names.in_slot(*slot).and_then(|bearer| world.live(bearer));
                bearer.is_some_and(|bearer| bearer.phase() != Phase::Terminated)
            };
            let slot = (first..first + count).find(is_there)?;
            // What a client token has launched is the answer, whoever bears the name.
            let used =
                |token: &Arc<str>| world.used_token(token, cast.spec(first), self.account.now);
            if run.client_token.as_ref().and_then(used).is_some() {
                return None;
            }
            ("instance", cast.name(slot).to_string(), &[rule::LIFE_RUN])
        } else if self.account.tokens.know(request) {
            return None;
        } else if let Subjects::New(kind, name) = request.subjects() {
            let there = names.bearer_of(kind, name)?;
            // A host goes by its time as well.
            let host = there
                .dedicated_host()
                .map(|host| world.dedicated_host(host));
            if world.is_gone(there) || host.is_some_and(|host| host.is_gone(self.account.now)) {
                return None;
            }
            let rules: Rules = match kind {
                ResourceKind::Address => &[rule::EIP_STATIC],
                ResourceKind::Volume => &[rule::BILL_EBS_PROVISIONED],
                ResourceKind::Snapshot | ResourceKind::Image => &[rule::IMG_CREATE_STATES],
                ResourceKind::Interface => &[rule::NET_ATTACH],
                ResourceKind::DedicatedHost => &[rule::TEN_VALUES],
                ResourceKind::CapacityReservation => &[rule::CAP_RESERVATION],
                ResourceKind::Function | ResourceKind::Environment => &[rule::LAM_ENV_NAMES],
                ResourceKind::Cluster | ResourceKind::Service | ResourceKind::Task => {
                    &[rule::ECS_OBJECTS]
                }
                ResourceKind::Instance | ResourceKind::SpotRequest => &[rule::LIFE_RUN],
            };
            (kind.noun(), cast.other(kind, name).to_owned(), rules)
        } else {
            return None;
        };
        Some(ApiError {
            code: ErrorCode::SimulatorNameTaken,
            message: format!("The {what} '{name}' of the scenario is there already."),
            rules,
        })
    }

    /// What came of a request: a refusal stands once for each target, and only a refusal asks which they are.
    fn conclude_request(
        &mut self,
        answer: Result<(), ApiError>,
        request: &Request<ByName>,
        own: Option<u32>,
        by: By<'_>,
    ) {
        match answer {
            Ok(()) => {
                if let Some(code) = by.failed.fails {
                    let message = format!(
                        "{} should have been refused with {code}, but was carried out",
                        request.name()
                    );
                    self.notice(NoticeKind::NotRefused, &message, by.line, by.failed);
                }
            }
            Err(error) => {
                let expected = by.failed.fails == Some(error.code);
                if !expected && self.account.is_told() {
                    self.account.tally.unexpected_refusals += 1;
                }
                let failed = (!expected).then_some(by.failed);
                let message = by.step.and_then(|step| step.message.as_ref());
                let wanted = message.filter(|_| expected).map(|message| {
                    let text = self.resolver(own).written(message);
                    (message.place, text)
                });
                let targets = targets_by_name(&self.resolver(own), &request.subjects());
                for target in targets {
                    self.account
                        .reject(by.line, request, &error, target, failed);
                }
                if let Some((place, wanted)) = wanted {
                    let passed = wanted == error.message;
                    let subject = request.name().to_owned();
                    let found = error.message;
                    self.expectation(Expectation {
                        passed,
                        ..Expectation::new(place, subject, "message", wanted, found)
                    });
                }
            }
        }
    }

    /// An Elastic IP that the account has from the start.
    pub(super) fn existing_address(&mut self, name: u32) {
        let key = self
            .account
            .names
            .key::<AddressHandle>(&self.account.world, name);
        let request = AllocateAddress { address: Some(key) };
        let answer = request.allocate(&mut self.account.call());
        self.existed(answer, &AllocateAddress { address: name }.into());
    }

    /// An image that the account has from the start.
    pub(super) fn existing_image(&mut self, name: u32) {
        let key = self
            .account
            .names
            .key::<ImageHandle>(&self.account.world, name);
        let at = self.account.now;
        let image = self.account.world.add_described_image(at, key);
        self.account.names.give(name, image.into());
    }

    /// A Dedicated Host that the account has from the start: it has no meter that would tell of it.
    pub(super) fn existing_host(&mut self, name: u32, spec: HostSpec) {
        self.existing(AllocateHosts { host: name, spec }, Self::exists);
    }

    /// A Capacity Reservation that the account has from the start.
    pub(super) fn existing_reservation(&mut self, name: u32, spec: ReservationSpec) {
        let reservation = name;
        self.existing(
            CreateCapacityReservation { reservation, spec },
            Self::existed,
        );
    }

    /// A function that the account has.
    pub(super) fn existing_function(&mut self, name: u32, spec: FunctionSpec) {
        let function = name;
        self.existing(CreateFunction { function, spec }, Self::exists);
    }

    /// A cluster that the account has.
    pub(super) fn existing_cluster(&mut self, name: u32) {
        self.existing(CreateCluster { cluster: name }, Self::exists);
    }

    /// A service that the file describes.
    pub(super) fn existing_service(&mut self, name: u32, spec: ServiceSpec) {
        let service = name;
        self.existing(DescribeService { service, spec }, Self::exists);
    }

    /// A volume that the account has from the start.
    pub(super) fn existing_volume(&mut self, name: u32, spec: VolumeSpec, zone: &'static str) {
        let request = CreateVolume {
            volume: name,
            spec,
            zone,
            snapshot: None,
        };
        self.existing(request, Self::existed);
    }

    /// Asks for what the account has from the start, which is then told as it is told of its kind.
    fn existing(
        &mut self,
        request: impl Into<Request<ByName>>,
        told: impl FnOnce(&mut Self, Result<Answer, ApiError>, &Request<ByName>),
    ) {
        let request = request.into();
        let resolved = request.resolve(&mut self.resolver(None));
        let answer = self.account.ask(&resolved);
        told(self, answer, &request);
    }

    fn existed(&mut self, answer: Result<Answer, ApiError>, request: &Request<ByName>) {
        self.account.forget_acceptance();
        self.exists(answer, request);
    }

    fn exists(&mut self, answer: Result<Answer, ApiError>, request: &Request<ByName>) {
        let answer = answer.map(|answer| self.name(request, None, answer));
        self.settle(0);
        self.conclude_request(answer, request, None, By::default());
    }
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
