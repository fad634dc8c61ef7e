//! A request under way: what many actions check and do alike.

use smallvec::SmallVec;

use crate::{
    id::{Id, is_instance_id},
    lifecycle::{ApiError, Decision, ErrorCode, Passage, Phase, Refusal, Trigger, volume},
    record::{
        Accepted, AddressHandle, Handle, InstanceHandle, RecordKind, Resource, Rules, VolumeHandle,
    },
    rule,
    time::{SimDuration, SimTime},
    world::{Effects, Limit, OS_TIMEOUT, ReasonChange, World},
};

use super::{AddressRef, Flags, InstanceRef, Ref, Tokens, VolumeRef};

/// How long a transitional state lasts without the shutdown of the operating system (`TIME-SKIP`).
const SKIP: SimDuration = SimDuration::from_secs(10);

/// A request under way: the world that it is asked of, when, and what comes of it.
#[derive(Debug)]
pub struct Call<'a> {
    /// The world.
    pub world: &'a mut World,
    /// When it is asked.
    pub at: SimTime,
    /// From when on offsets in it count.
    pub origin: SimTime,
    /// The client tokens that were used in it.
    pub tokens: &'a mut Tokens,
    /// What comes of it.
    pub effects: &'a mut Effects,
}

/// How the operating system is brought down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShutdownOptions {
    /// `Force`.
    pub force: bool,
    /// `SkipOsShutdown`.
    pub skip_os_shutdown: bool,
}

impl ShutdownOptions {
    /// How long it may take at most.
    pub(super) fn limit(self) -> Option<Limit> {
        let within = if self.skip_os_shutdown {
            SKIP
        } else if self.force {
            OS_TIMEOUT
        } else {
            return None;
        };
        Some(Limit {
            within,
            is_forced: self.force,
        })
    }
}

impl From<Flags> for ShutdownOptions {
    fn from(flags: Flags) -> Self {
        Self {
            force: flags.force,
            skip_os_shutdown: flags.skip_os_shutdown,
        }
    }
}

pub(super) fn refused<T>(
    code: ErrorCode,
    message: impl Into<String>,
    rules: Rules,
) -> Result<T, ApiError> {
    Err(ApiError {
        code,
        message: message.into(),
        rules,
    })
}

/// The instances of a request that none of them refuses.
pub(super) struct Granted {
    pub(super) instances: SmallVec<[InstanceHandle; 1]>,
    /// What is decided for a single one. Of several, what happens to one may change what becomes of the next.
    decision: Option<Decision>,
}

impl Granted {
    /// Each instance, with what is decided for it.
    pub(super) fn each(&self) -> impl Iterator<Item = (InstanceHandle, Option<Decision>)> {
        self.instances.iter().map(|&handle| (handle, self.decision))
    }
}

/// Whether requests still find an instance (`STATE-TERMINATED-VISIBLE`).
fn is_visible(world: &World, handle: InstanceHandle, at: SimTime) -> bool {
    world.live(handle).is_some() || world.instance(handle).is_visible(at)
}

impl<H: Handle> Ref<H> {
    /// What is meant, if it was ever there.
    pub(crate) fn find(&self, world: &mut World) -> Option<H> {
        match self {
            Self::Handle(handle) => Some(*handle),
            Self::Id(id) => H::of(world.find(Id::parse(id)?)?),
        }
    }
}

/// Finding what a request names.
impl Call<'_> {
    /// The instances that a request names. One bad id, and nothing happens to any of them (`LIFE-TERM-BAD-ID`).
    pub(super) fn find(
        &mut self,
        named: &[InstanceRef],
    ) -> Result<SmallVec<[InstanceHandle; 1]>, ApiError> {
        // Mostly it is one.
        if let [one] = named
            && let Some(found) = self.find_visible(one)
        {
            return Ok(SmallVec::from_buf([found]));
        }
        let mut found = SmallVec::new();
        for one in named {
            match self.find_visible(one) {
                Some(handle) => found.push(handle),
                None => return self.not_found(named),
            }
        }
        Ok(found)
    }

    #[inline]
    fn find_visible(&mut self, named: &InstanceRef) -> Option<InstanceHandle> {
        let handle = named.find(self.world)?;
        is_visible(self.world, handle, self.at).then_some(handle)
    }

    /// The refusal of a request of whose instances not all are found: malformed ids come first, then unknown ones.
    #[cold]
    fn not_found<T>(&mut self, named: &[InstanceRef]) -> Result<T, ApiError> {
        let mut unknown: Vec<String> = Vec::new();
        for one in named {
            match one {
                InstanceRef::Id(id) if !is_instance_id(id) => {
                    return refused(
                        ErrorCode::InvalidInstanceIdMalformed,
                        format!("Invalid id: \"{id}\""),
                        &[rule::REQ_ID_MALFORMED],
                    );
                }
                InstanceRef::Handle(_) | InstanceRef::Id(_) if self.find_visible(one).is_some() => {
                }
                InstanceRef::Handle(handle) => unknown.push(self.world.instance(*handle).id()),
                InstanceRef::Id(id) => unknown.push(id.to_string()),
            }
        }
        match unknown.as_slice() {
            [id] => refused(
                ErrorCode::InvalidInstanceIdNotFound,
                format!("The instance ID '{id}' does not exist"),
                &[rule::REQ_ID_NOT_FOUND, rule::REQ_BATCH_ALL_OR_NOTHING],
            ),
            several => refused(
                ErrorCode::InvalidInstanceIdNotFound,
                format!("The instance IDs '{}' do not exist", several.join(", ")),
                &[rule::REQ_ID_NOT_FOUND, rule::REQ_BATCH_ALL_OR_NOTHING],
            ),
        }
    }

    /// The one instance that a request names.
    pub(super) fn find_one(&mut self, named: &InstanceRef) -> Result<InstanceHandle, ApiError> {
        Ok(self.find(std::slice::from_ref(named))?[0])
    }

    /// The volume that a request names, if it is there.
    pub(super) fn find_volume(&mut self, named: &VolumeRef) -> Result<VolumeHandle, ApiError> {
        self.find_other(named)
            .map_err(|id| volume::Refusal::NotFound.answer(&id, volume::State::Deleted, ""))
    }

    /// Something other than an instance that a request names, if it is there; else the id that it asks for.
    pub(super) fn find_other<H: Handle>(&mut self, named: &Ref<H>) -> Result<H, String> {
        match named.find(self.world) {
            Some(found) if !self.world.is_gone(found.into()) => Ok(found),
            found => Err(match (found, named) {
                (Some(gone), _) => self.world.id_of(gone.into()).to_string(),
                (None, Ref::Id(id)) => id.to_string(),
                (None, Ref::Handle(_)) => String::new(),
            }),
        }
    }

    /// The allocated Elastic IP that a request names.
    pub(super) fn find_allocation(
        &mut self,
        named: &AddressRef,
    ) -> Result<AddressHandle, ApiError> {
        self.find_other(named).or_else(|id| {
            refused(
                ErrorCode::InvalidAllocationIdNotFound,
                format!("The allocation ID '{id}' does not exist"),
                &[rule::EIP_RELEASE_GONE],
            )
        })
    }
}

/// Checking.
impl Call<'_> {
    /// What would become of a trigger. Mostly the instance lives: one that has ended would have to be made again.
    pub(super) fn decide(&self, handle: InstanceHandle, trigger: Trigger) -> Decision {
        match self.world.live(handle) {
            Some(instance) => instance.decide(trigger, self.at),
            None => self.world.instance(handle).decide(trigger, self.at),
        }
    }

    /// The refusal of a batch: the one whose check comes first, and among equals that of the instance named first.
    pub(super) fn refusal(
        &self,
        instances: &[InstanceHandle],
        trigger_of: impl Fn(&World, InstanceHandle) -> Trigger,
    ) -> Option<(InstanceHandle, Refusal)> {
        let mut first: Option<(InstanceHandle, Refusal)> = None;
        for &handle in instances {
            let trigger = trigger_of(self.world, handle);
            if let Decision::Refused(refusal) = self.decide(handle, trigger)
                && first.is_none_or(|(_, earlier)| refusal.rank() < earlier.rank())
            {
                first = Some((handle, refusal));
            }
        }
        first
    }

    /// EC2's answer for a refusal.
    pub(super) fn answer(
        &self,
        handle: InstanceHandle,
        refusal: Refusal,
        volume: &str,
    ) -> ApiError {
        let instance = self.world.instance(handle);
        refusal.answer(&instance.id(), instance.state(), volume)
    }

    /// Checks that an instance doesn't refuse a trigger.
    pub(super) fn check(
        &self,
        handle: InstanceHandle,
        trigger: Trigger,
        volume: &str,
    ) -> Result<(), ApiError> {
        match self.decide(handle, trigger) {
            Decision::Refused(refusal) => Err(self.answer(handle, refusal, volume)),
            Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_) => Ok(()),
        }
    }

    /// Checks that a volume doesn't refuse a trigger.
    pub(super) fn check_volume(
        &self,
        volume: VolumeHandle,
        trigger: volume::Trigger,
    ) -> Result<(), ApiError> {
        let there = self.world.volume(volume);
        match there.decide(trigger, self.at) {
            Decision::Refused(refusal) => {
                let instance = there
                    .instance()
                    .map(|handle| self.world.instance(handle).id());
                Err(refusal.answer(&there.id(), there.state(), &instance.unwrap_or_default()))
            }
            Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_) => Ok(()),
        }
    }

    /// Finds the instances of a request that changes states, and checks that none refuses.
    pub(super) fn checked(
        &mut self,
        named: &[InstanceRef],
        trigger_of: impl Fn(&World, InstanceHandle) -> Trigger,
    ) -> Result<Granted, ApiError> {
        let instances = self.find(named)?;
        let (decision, refused) = match *instances {
            [handle] => match self.decide(handle, trigger_of(self.world, handle)) {
                Decision::Refused(refusal) => (None, Some((handle, refusal))),
                decision
                @ (Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_)) => {
                    (Some(decision), None)
                }
            },
            _ => (None, self.refusal(&instances, trigger_of)),
        };
        match refused {
            None => Ok(Granted {
                instances,
                decision,
            }),
            Some((handle, refusal)) => {
                Err(self.answer(handle, refusal, &self.world.root_device(handle)))
            }
        }
    }
}

/// What only a system that is up does.
impl Call<'_> {
    /// Checks that operating systems are up that a request needs: a halted CPU does nothing, nor does a machine without power.
    pub(super) fn check_systems_up(&self, instances: &[InstanceHandle]) -> Result<(), ApiError> {
        for &handle in instances {
            let Some(instance) = self.world.live(handle) else {
                continue;
            };
            let rules: Rules = if instance.is_host_broken() {
                &[rule::CHECK_SYSTEM]
            } else if instance.is_halted() {
                &[rule::LIFE_OSDOWN_HALT]
            } else {
                continue;
            };
            return Err(ApiError {
                rules,
                ..self.answer(handle, Refusal::OsNotRunning, "")
            });
        }
        Ok(())
    }
}

/// Doing.
impl Call<'_> {
    /// Lets an instance take a trigger that was checked, as it was decided or else as it is decided now.
    pub(super) fn take(
        &mut self,
        handle: InstanceHandle,
        trigger: Trigger,
        decision: Option<Decision>,
        reason: ReasonChange,
        limit: Option<Limit>,
    ) {
        let at = self.at;
        self.world.remember(handle);
        let decision = decision.unwrap_or_else(|| self.decide(handle, trigger));
        match decision {
            Decision::Moved(row) => {
                self.world
                    .follow(at, handle, row, reason, limit, self.effects);
            }
            Decision::Unchanged(rules) => self.accept(handle, trigger.name(), true, rules),
            Decision::Accepted(rules) => {
                self.accept(handle, trigger.name(), false, rules);
                self.hasten(handle, trigger, limit);
            }
            // The instance named twice in one request may refuse the second time: it has what was asked for.
            Decision::Refused(refusal) => {
                self.accept(handle, trigger.name(), true, refusal.rules());
            }
        }
    }

    /// A second stop or termination may end the transitional state sooner, and a later plain one doesn't undo that
    /// (`LIFE-SKIP-STICKY`). It never turns a hibernation into a stop by
    /// itself (`LIFE-STOP-STOPPING`), but force cuts one off that takes too long (`HIB-STUCK`).
    fn hasten(&mut self, handle: InstanceHandle, trigger: Trigger, limit: Option<Limit>) {
        let hibernating = self.world.instance(handle).phase() == Phase::Hibernating;
        if hibernating && trigger == Trigger::StopSkipOsShutdown {
            return;
        }
        let Some(limit) = limit else { return };
        if self.world.hasten(self.at, handle, limit, self.effects) && hibernating {
            self.world.cut_off(handle);
        }
    }

    /// Something befalls instances by which none of them changes its state: checked, and said. Answers whom.
    pub(super) fn befall(
        &mut self,
        named: &[InstanceRef],
        trigger: Trigger,
    ) -> Result<SmallVec<[InstanceHandle; 1]>, ApiError> {
        let checked = self.checked(named, |_, _| trigger)?;
        for &handle in &checked.instances {
            if let Decision::Accepted(rules) = self.decide(handle, trigger) {
                self.accept(handle, trigger.name(), false, rules);
            }
        }
        Ok(checked.instances)
    }

    /// An instance reboots: state, reasons and addresses stay as they are (`REASON-REBOOT-NONE`, `IP-REBOOT`).
    pub(super) fn reboot(
        &mut self,
        handle: InstanceHandle,
        trigger: Trigger,
        heeds_power: bool,
        rules: Rules,
    ) {
        self.world.remember(handle);
        if self.world.begin_reboot(handle) {
            self.accept(handle, trigger.name(), false, rules);
            let kind = if heeds_power {
                self.world.kind_of_reboot(handle)
            } else {
                Passage::Reboot
            };
            self.world.reboot(handle, heeds_power, kind, self.effects);
        } else {
            // One that is asked for while one is under way is merged into it.
            self.accept(handle, trigger.name(), true, &[rule::LIFE_REBOOT_TWICE]);
        }
    }

    /// Says that an action on an instance was carried out without a transition.
    pub(super) fn accept(
        &mut self,
        handle: InstanceHandle,
        action: &'static str,
        unchanged: bool,
        rules: Rules,
    ) {
        self.say_accepted(Accepted {
            action,
            what: "",
            value: None,
            unchanged,
            instance: Some(handle),
            resource: None,
            rules,
        });
    }

    /// Says that an action on an Elastic IP was carried out.
    pub(super) fn accept_address(
        &mut self,
        action: &'static str,
        address: AddressHandle,
        instance: Option<InstanceHandle>,
        unchanged: bool,
        rules: Rules,
    ) {
        self.say_accepted(Accepted {
            action,
            what: "",
            value: None,
            unchanged,
            instance,
            resource: Some(Resource::Address(address)),
            rules,
        });
    }

    /// Says that an action on a volume was carried out.
    pub(super) fn accept_volume(
        &mut self,
        action: &'static str,
        volume: VolumeHandle,
        instance: Option<InstanceHandle>,
        unchanged: bool,
        rules: Rules,
    ) {
        self.say_accepted(Accepted {
            action,
            what: "",
            value: None,
            unchanged,
            instance,
            resource: Some(Resource::Volume(volume)),
            rules,
        });
    }

    pub(super) fn say_accepted(&mut self, accepted: Accepted) {
        self.effects.say(RecordKind::Accepted(accepted));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        action::{
            Answer, Request, RunInstances, StartInstances, StopInstances, TerminateInstances,
        },
        catalog::RegionId,
        world::InstanceSpec,
    };

    /// Asks for something in an account, and clears what came of it.
    fn ask(world: &mut World, request: impl Into<Request>) -> Result<Answer, ApiError> {
        let mut effects = Effects::default();
        let mut call = Call {
            origin: SimTime::default(),
            world,
            tokens: &mut Tokens::default(),
            at: SimTime::from_secs(1_000),
            effects: &mut effects,
        };
        request.into().carry_out(&mut call)
    }

    fn spec() -> InstanceSpec {
        InstanceSpec::of("m5.large", "us-east-1a").unwrap()
    }

    fn id(text: &str) -> InstanceRef {
        InstanceRef::Id(Arc::from(text))
    }

    #[test]
    fn malformed_ids_are_found_before_unknown_ones() {
        let mut world = World::new(RegionId::default(), 0);
        let unknown = "i-0123456789abcdef0";
        let both = StopInstances::new([id(unknown), id("i-what")]);
        let refusal = ask(&mut world, both).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidInstanceIdMalformed);
        let refusal = ask(&mut world, StartInstances::new([id(unknown)])).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidInstanceIdNotFound);
        assert!(refusal.message.contains(unknown), "{}", refusal.message);
    }

    #[test]
    fn one_bad_id_keeps_a_request_from_everybody() {
        let mut world = World::new(RegionId::default(), 0);
        ask(&mut world, RunInstances::new(spec(), 1)).unwrap();
        let there = world.id_of(Resource::Instance(InstanceHandle::new(0)));
        let request = TerminateInstances::new([there.into(), id("i-0123456789abcdef0")]);
        assert!(ask(&mut world, request).is_err());
        let state = world.instance(InstanceHandle::new(0)).phase();
        assert_eq!(state, Phase::Launching);
    }

    #[test]
    fn a_client_token_answers_with_what_it_has_launched() {
        let mut world = World::new(RegionId::default(), 0);
        let tokened = |count| RunInstances {
            client_token: Some(Arc::from("once")),
            ..RunInstances::new(spec(), count)
        };
        let launched = ask(&mut world, tokened(2)).unwrap();
        let first = InstanceHandle::new(0);
        assert_eq!(launched, Answer::Launched { first, count: 2 });
        let again = ask(&mut world, tokened(2)).unwrap();
        assert_eq!(again, Answer::LaunchedBefore { first, count: 2 });
        let other = ask(&mut world, tokened(3)).unwrap_err();
        assert_eq!(other.code, ErrorCode::IdempotentParameterMismatch);
        assert_eq!(world.instances().len(), 2);
    }

    #[test]
    fn a_launch_has_no_more_volumes_than_can_be_attached() {
        let mut world = World::new(RegionId::default(), 0);
        let mut many = spec();
        many.volumes = vec![many.volumes[0]; 70_000];
        let refusal = ask(&mut world, RunInstances::new(many, 1)).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::AttachmentLimitExceeded);
        assert!(world.volumes().is_empty());
    }
}
