//! The options that a request may have beside its own parameters: `DryRun` and `ClientToken`.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    id::Seeded,
    lifecycle::{ApiError, ErrorCode},
    record::{Accepted, Handle, Resource, ResourceKind},
    rule,
};

use super::{
    Answer, ByHandle, Call, InstanceRef, Instances, InterfaceRef, Launch, Mapped, Naming, Ref,
    Request, Resolve, VolumeRef, call::refused, run_instances,
};

/// A request with options.
#[derive(Debug, Clone, PartialEq)]
pub struct With<N: Naming = ByHandle> {
    /// What is asked.
    pub request: Request<N>,
    /// `DryRun`: only asks whether it could be done (`REQ-DRY-RUN`).
    pub dry_run: bool,
    /// `ClientToken`: makes a repetition harmless (`IDEM-TOKEN`). Launches have one of their own, since theirs hold for a zone.
    pub client_token: Option<Arc<str>>,
}

/// The client tokens that were used, each with what for. Those of launches are the world's.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    used: BTreeMap<Arc<str>, Vec<Used>>,
}

#[derive(Debug, Clone)]
struct Used {
    /// For what, without the names of what was to be made.
    request: Request,
    answer: Answer,
}

impl Tokens {
    fn find(&self, token: &str, action: &str) -> Option<&Used> {
        let mut used = self.used.get(token)?.iter();
        used.find(|used| used.request.name() == action)
    }

    /// Whether a request would be answered with what its token was answered with before, or with a refusal about that.
    pub(crate) fn know<N: Naming>(&self, request: &Request<N>) -> bool {
        let Request::With(with) = request else {
            return false;
        };
        let token = with.client_token.as_ref();
        token.is_some_and(|token| self.find(token, request.name()).is_some())
    }
}

impl<N: Naming> Request<N> {
    /// Only asks whether it could be done.
    #[must_use]
    pub fn dry_run(self) -> Self {
        self.with(true, None)
    }

    /// The same with a client token, which makes a repetition harmless.
    #[must_use]
    pub fn with_client_token(self, token: impl Into<Arc<str>>) -> Self {
        self.with(false, Some(token.into()))
    }

    fn with(self, dry_run: bool, client_token: Option<Arc<str>>) -> Self {
        let with = if let Self::With(with) = self {
            With {
                dry_run: dry_run || with.dry_run,
                client_token: client_token.or(with.client_token),
                ..*with
            }
        } else {
            With {
                request: self,
                dry_run,
                client_token,
            }
        };
        Self::With(Box::new(with))
    }

    /// What is asked, without its options.
    pub fn bare(&self) -> &Self {
        if let Self::With(with) = self {
            with.request.bare()
        } else {
            self
        }
    }

    /// Whether it only asks.
    pub(crate) fn is_dry_run(&self) -> bool {
        matches!(self, Self::With(with) if with.dry_run)
    }
}

impl<N: Naming> With<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> Box<With> {
        Box::new(With {
            // An option has none of its own.
            request: self.request.resolve(names),
            dry_run: self.dry_run,
            client_token: self.client_token.clone(),
        })
    }
}

impl With {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        if self.dry_run {
            return self.try_out(call);
        }
        let Some(token) = &self.client_token else {
            return self.request.carry_out(call);
        };
        let asked = self.request.resolve(&mut Nameless);
        if let Some(used) = call.tokens.find(token, self.request.name()) {
            if used.request != asked {
                return refused(
                    ErrorCode::IdempotentParameterMismatch,
                    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
                    &[rule::IDEM_TOKEN],
                );
            }
            let resource = match used.answer {
                Answer::Made(resource) | Answer::MadeBefore(resource) => Some(resource),
                Answer::Done | Answer::Launched { .. } | Answer::LaunchedBefore { .. } => None,
            };
            call.say_accepted(Accepted {
                unchanged: true,
                resource,
                ..Accepted::new(self.request.name(), &[rule::IDEM_TOKEN])
            });
            return Ok(resource.map_or(Answer::Done, Answer::MadeBefore));
        }
        let answer = self.request.carry_out(call)?;
        let used = call.tokens.used.entry(Arc::clone(token)).or_default();
        used.push(Used {
            request: asked,
            answer,
        });
        Ok(answer)
    }

    /// What is named has to be there; nothing else is looked at but the parameters of a launch (`REQ-CHECK-ORDER`).
    fn try_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let mut finder = Finder {
            call,
            missing: None,
        };
        self.request.resolve(&mut finder);
        match finder.missing {
            Some(error) => Err(error),
            None => refused(
                ErrorCode::DryRunOperation,
                "Request would have succeeded, but DryRun flag is set.",
                &[rule::REQ_DRY_RUN],
            ),
        }
    }
}

/// Leaves everything as it is, but for where the ids of what is made come from: two requests are the same without that.
struct Nameless;

impl Resolve<ByHandle> for Nameless {
    fn instances(&mut self, named: &[InstanceRef]) -> Instances<ByHandle> {
        named.iter().cloned().collect()
    }

    fn instance(&mut self, named: &InstanceRef) -> InstanceRef {
        named.clone()
    }

    fn volume(&mut self, named: &VolumeRef) -> VolumeRef {
        named.clone()
    }

    fn interface(&mut self, named: &InterfaceRef) -> InterfaceRef {
        named.clone()
    }

    fn other<H: Handle>(&mut self, named: &Ref<H>) -> Ref<H> {
        named.clone()
    }

    fn launch(&mut self, named: &Launch) -> Launch {
        named.clone()
    }

    fn new_of<H: Handle>(&mut self, _: &Option<Seeded>) -> Option<Seeded> {
        None
    }

    fn mapped(&mut self, named: &Mapped) -> Mapped {
        named.clone()
    }
}

/// Looks for everything that a request names, and keeps the refusal of the first that isn't there.
struct Finder<'a, 'c> {
    call: &'a mut Call<'c>,
    missing: Option<ApiError>,
}

impl Finder<'_, '_> {
    fn note<T>(&mut self, found: Result<T, ApiError>) {
        if let Err(error) = found {
            self.missing.get_or_insert(error);
        }
    }
}

impl Resolve<ByHandle> for Finder<'_, '_> {
    fn instances(&mut self, named: &[InstanceRef]) -> Instances<ByHandle> {
        let found = self.call.find(named);
        self.note(found);
        Nameless.instances(named)
    }

    fn instance(&mut self, named: &InstanceRef) -> InstanceRef {
        let found = self.call.find_one(named);
        self.note(found);
        named.clone()
    }

    fn volume(&mut self, named: &VolumeRef) -> VolumeRef {
        let found = self.call.find_volume(named);
        self.note(found);
        named.clone()
    }

    fn interface(&mut self, named: &InterfaceRef) -> InterfaceRef {
        match named {
            InterfaceRef::New(_) => {}
            InterfaceRef::There(there) => {
                let found = self.call.find_interface(there);
                self.note(found);
            }
            InterfaceRef::Primary(instance) => {
                let found = self.call.find_one(instance);
                self.note(found);
            }
        }
        named.clone()
    }

    fn other<H: Handle>(&mut self, named: &Ref<H>) -> Ref<H> {
        let call = &mut *self.call;
        let found = match H::KIND {
            ResourceKind::Address => among(named, |named| call.find_allocation(named).map(drop)),
            ResourceKind::Volume => among(named, |named| call.find_volume(named).map(drop)),
            ResourceKind::Snapshot => among(named, |named| call.find_snapshot(named).map(drop)),
            ResourceKind::Image => among(named, |named| call.find_image(named).map(drop)),
            ResourceKind::Interface => among(named, |named| call.find_interface(named).map(drop)),
            ResourceKind::DedicatedHost => among(named, |named| call.find_host(named).map(drop)),
            ResourceKind::CapacityReservation => {
                among(named, |named| call.find_reservation(named).map(drop))
            }
            ResourceKind::Instance => among(named, |named| call.find_one(named).map(drop)),
            ResourceKind::Function => among(named, |named| call.find_function(named).map(drop)),
            ResourceKind::Service => among(named, |named| call.find_service(named).map(drop)),
            // No request names one: it goes by its instance, its function or its service.
            ResourceKind::SpotRequest
            | ResourceKind::Environment
            | ResourceKind::Cluster
            | ResourceKind::Task => Ok(()),
        };
        self.note(found);
        named.clone()
    }

    fn launch(&mut self, named: &Launch) -> Launch {
        let found = run_instances::check_named(self.call, named);
        self.note(found);
        named.clone()
    }

    fn new_of<H: Handle>(&mut self, _: &Option<Seeded>) -> Option<Seeded> {
        None
    }

    fn mapped(&mut self, named: &Mapped) -> Mapped {
        named.clone()
    }
}

/// Looks for something among those of its kind.
fn among<H: Handle, K: Handle>(
    named: &Ref<H>,
    find: impl FnOnce(&Ref<K>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    match named {
        Ref::Id(id) => find(&Ref::Id(Arc::clone(id))),
        Ref::Handle(handle) => {
            let resource: Resource = (*handle).into();
            K::of(resource).map_or(Ok(()), |handle| find(&Ref::Handle(handle)))
        }
    }
}
