//! One instance of the world: its phase, and all that it has.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use crate::{
    catalog::{CreditMode, TypeId},
    id::{Id, IdKind, Seeded},
    lifecycle::{
        Decision, InstanceState, Lifecycle, LifecycleOptions, Phase, PhaseView, Tenancy, Trigger,
    },
    network::Home,
    record::{AddressHandle, InstanceHandle, StateReason, VolumeHandle},
    time::{SimDuration, SimTime},
};

use super::{
    Attributes, InstanceSpec, ShutdownBehavior, WhichCheck, timers::Pending, trouble::Trouble,
};

/// How long a terminated instance can be seen (`TIME-TERMINATED-VISIBLE`).
pub(super) const TERMINATED_VISIBLE: SimDuration = SimDuration::from_hours(1);
/// How long status checks are `initializing` (`TIME-INITIALIZING`).
pub(super) const INITIALIZING: SimDuration = SimDuration::from_mins(2);

/// An instance that was launched.
#[derive(Debug, Clone)]
pub struct Instance {
    pub(super) lifecycle: Lifecycle,
    pub(super) handle: InstanceHandle,
    /// What its launch asked for.
    pub(super) spec: Arc<InstanceSpec>,
    /// Where its id, its addresses and its draws come from.
    pub(super) key: Seeded,
    /// Where its public addresses are looked for.
    pub(super) home: Home,
    /// What is set to fall due for it.
    pub(super) pending: Pending,
    /// Counts its changes of state: each has a number of its own in the seeded streams.
    pub(super) changes: u32,
    /// Whether a forced stop cuts its hibernation off (`HIB-STUCK`).
    pub(super) cut_off: bool,
    /// Whether EC2 takes its place away, and it gives none back.
    pub(super) forfeits_place: bool,
    /// Where it lies; none for the many that lie anywhere.
    pub(super) placement: Option<Box<super::Placement>>,
    /// Whether its way down is forced.
    pub(super) is_forced: bool,
    /// What stands against it. Mostly nothing does.
    pub(super) trouble: Option<Box<Trouble>>,
    /// When it was launched or last started (`LIFE-RUN-LAUNCHTIME`).
    pub(super) launch_time: SimTime,
    /// When it entered its phase.
    pub(super) since: SimTime,
    pub(super) reason: Option<StateReason>,
    /// When what the reason tells of was requested.
    pub(super) reason_at: SimTime,
    pub(super) private_ipv4: Option<Ipv4Addr>,
    pub(super) auto_public_ipv4: Option<Ipv4Addr>,
    /// How many public addresses it was given, so that each has a key of its own.
    pub(super) public_draws: u32,
    pub(super) elastic_ip: Option<AddressHandle>,
    pub(super) ipv6_count: u16,
    /// Whether it has ever been running: its names appear then (`DNS-WHEN`), and it has memory to lose.
    pub(super) has_run: bool,
    /// The number of its host, from 1; none while it is at rest.
    pub(super) host: Option<u32>,
    pub(super) hosts: u32,
    pub(super) starts: u32,
    pub(super) memory: Memory,
    /// Counts the losses of memory.
    pub(super) memory_epoch: u32,
    /// Whether there are instance store volumes that hold data.
    pub(super) has_store: bool,
    /// Counts the losses of instance store data.
    pub(super) store_epoch: u32,
    /// The first of the volumes that it was launched with; they have consecutive handles.
    pub(super) first_volume: Option<VolumeHandle>,
    pub(super) volume_count: u16,
    /// Volumes attached that it was not launched with.
    pub(super) attached_later: Vec<VolumeHandle>,
    /// Whether a reboot is under way.
    pub(super) rebooting: bool,
    /// Counts its reboots, for the same end.
    pub(super) reboots: u32,
    pub(super) shutdown_behavior: ShutdownBehavior,
    pub(super) credits: Option<CreditMode>,
    pub(super) attributes: Attributes,
    /// How many interfaces are attached, the first included.
    pub(super) interfaces: u16,
    /// Whether EC2 may recover it by itself.
    pub(super) auto_recovery: bool,
    /// What it had before it last left `running`.
    pub(super) last_running: Option<Holdings>,
    /// What `kept` and `changed` compare with.
    pub(super) reference: Option<Holdings>,
}

/// Where an instance's memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Memory {
    /// Nowhere.
    None,
    /// In use.
    Live,
    /// On the root volume.
    Saved,
}

/// What an instance had at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holdings {
    /// Its public address, auto or Elastic.
    pub public_ipv4: Option<Ipv4Addr>,
    /// Its primary private address.
    pub private_ipv4: Option<Ipv4Addr>,
    /// How many IPv6 addresses it had.
    pub ipv6_count: u16,
    /// Its host.
    pub host: Option<u32>,
    /// How often memory had been lost.
    pub memory_epoch: u32,
    /// How often instance store data had been lost.
    pub store_epoch: u32,
}

impl Instance {
    /// Its handle.
    pub const fn handle(&self) -> InstanceHandle {
        self.handle
    }

    /// What its launch asked for.
    pub fn spec(&self) -> &InstanceSpec {
        &self.spec
    }

    /// The same, to be shared.
    pub(crate) const fn shared_spec(&self) -> &Arc<InstanceSpec> {
        &self.spec
    }

    /// What the guards of the lifecycle table look at.
    pub const fn options(&self) -> &LifecycleOptions {
        self.lifecycle.options()
    }

    /// Its id: `i-0…`.
    pub fn id(&self) -> String {
        Id::new(IdKind::Instance, self.key).to_string()
    }

    /// Where it is in its life.
    pub const fn phase(&self) -> Phase {
        self.lifecycle.phase()
    }

    /// The state that a user sees.
    pub const fn state(&self) -> InstanceState {
        self.lifecycle.state()
    }

    /// Its instance type.
    pub const fn instance_type(&self) -> TypeId {
        self.lifecycle.instance_type()
    }

    /// When it was launched or last started (`LIFE-RUN-LAUNCHTIME`).
    pub const fn launch_time(&self) -> SimTime {
        self.launch_time
    }

    /// When it entered the phase that it is in.
    pub const fn since(&self) -> SimTime {
        self.since
    }

    /// What would become of a trigger now.
    pub fn decide(&self, trigger: Trigger, at: SimTime) -> Decision {
        self.lifecycle.decide(trigger, at)
    }

    /// Makes it another type, which EC2 allows only while it is stopped (`MOD-STOPPED-ONLY`).
    pub(crate) fn set_type(&mut self, to: TypeId) {
        if let PhaseView::Stopped(mut stopped) = self.lifecycle.view() {
            stopped.set_instance_type(to);
        }
        // The instance store is that of the new type, and empty (KEEP-STORE-VOLUMES).
        super::next(&mut self.store_epoch);
    }

    /// Sets `DisableApiTermination`.
    pub(crate) const fn set_termination_protection(&mut self, on: bool) {
        self.lifecycle.options_mut().disable_api_termination = on;
    }

    /// Sets `DisableApiStop`.
    pub(crate) const fn set_stop_protection(&mut self, on: bool) {
        self.lifecycle.options_mut().disable_api_stop = on;
    }

    /// Sets `InstanceInitiatedShutdownBehavior`.
    pub(crate) const fn set_shutdown_behavior(&mut self, behavior: ShutdownBehavior) {
        self.shutdown_behavior = behavior;
    }

    /// Sets the credit mode.
    pub(crate) const fn set_credits(&mut self, mode: CreditMode) {
        self.credits = Some(mode);
    }

    /// The attributes that have to fit its type.
    pub const fn attributes(&self) -> Attributes {
        self.attributes
    }

    /// How many network interfaces are attached, the first included.
    pub const fn interfaces(&self) -> u16 {
        self.interfaces
    }

    /// Sets `EbsOptimized`.
    pub(crate) const fn set_ebs_optimized(&mut self, on: bool) {
        self.attributes.ebs_optimized = on;
    }

    /// Sets `EnaSupport`.
    pub(crate) const fn set_ena_support(&mut self, on: bool) {
        self.attributes.ena_support = on;
    }

    /// Its state reason.
    pub const fn reason(&self) -> Option<StateReason> {
        self.reason
    }

    /// Its transition reason, empty where there is none (`REASON-TRANSITION-TIME`).
    pub fn transition_reason(&self) -> String {
        self.reason.map_or_else(String::new, |reason| {
            // What a launch failed with stands there as well; of a start that failed nothing does.
            if reason.is_failure() && self.phase() == Phase::Terminated {
                return reason.code().to_owned();
            }
            reason.transition_reason(self.reason_at)
        })
    }

    /// Its primary private IPv4 address, the same for life (`IP-PRIVATE-PRIMARY-FIXED`).
    pub const fn private_ipv4(&self) -> Option<Ipv4Addr> {
        self.private_ipv4
    }

    /// Its address from Amazon's pool.
    pub const fn auto_public_ipv4(&self) -> Option<Ipv4Addr> {
        self.auto_public_ipv4
    }

    /// The Elastic IP on its primary private address.
    pub const fn elastic_ip(&self) -> Option<AddressHandle> {
        self.elastic_ip
    }

    /// The key of its IPv6 addresses, and how many it has.
    pub const fn ipv6(&self) -> (Seeded, u16) {
        (self.key, self.ipv6_count)
    }

    /// Its IPv6 addresses.
    pub fn ipv6_addresses(
        &self,
        region: crate::catalog::RegionId,
    ) -> impl Iterator<Item = Ipv6Addr> {
        let key = self.key;
        (0..self.ipv6_count).map(move |n| crate::network::Ipv6Source::address(region, key, n))
    }

    /// On whose hardware it runs.
    pub fn tenancy(&self) -> Tenancy {
        let placement = self.placement.as_deref();
        placement.map_or(Tenancy::Default, |placement| placement.tenancy)
    }

    /// Whether it runs on a Dedicated Host.
    pub(crate) fn is_on_own_hardware(&self) -> bool {
        self.tenancy() == Tenancy::Host
    }

    /// Whether it has been running.
    pub const fn has_run(&self) -> bool {
        self.has_run
    }

    /// The id of its host, while it has one. EC2 shows none for shared tenancy: this one is the simulator's.
    pub fn host_id(&self) -> Option<String> {
        self.host.map(|host| self.host_key(host))
    }

    fn host_key(&self, host: u32) -> String {
        Id::new(
            IdKind::Host,
            self.key.purpose("host").number(u64::from(host)),
        )
        .to_string()
    }

    /// How often it entered `running` from `pending`.
    pub const fn starts(&self) -> u32 {
        self.starts
    }

    /// How often user data ran as a script: in the first boot, and in no other (`KEEP-USERDATA`).
    pub fn user_data_runs(&self) -> u32 {
        u32::from(self.spec.runs_user_data() && self.has_run)
    }

    /// Where its memory is.
    pub const fn memory(&self) -> Memory {
        self.memory
    }

    /// Whether there are instance store volumes that hold data.
    pub const fn has_store(&self) -> bool {
        self.has_store
    }

    /// How often memory and instance store data were lost.
    pub const fn epochs(&self) -> (u32, u32) {
        (self.memory_epoch, self.store_epoch)
    }

    /// The number of its host, from 1; none while it is at rest.
    pub const fn host(&self) -> Option<u32> {
        self.host
    }

    /// The volumes that it was launched with; the first is the root of an EBS-backed instance.
    pub fn launched_volumes(&self) -> impl DoubleEndedIterator<Item = VolumeHandle> + use<> {
        let first = self.first_volume.map_or(0, VolumeHandle::index);
        (first..first + usize::from(self.volume_count)).map(VolumeHandle::new)
    }

    /// Volumes that were attached later, and are.
    pub fn attached_later(&self) -> &[VolumeHandle] {
        &self.attached_later
    }

    /// Whether a reboot is under way.
    pub const fn is_rebooting(&self) -> bool {
        self.rebooting
    }

    /// Its credit mode.
    pub const fn credits(&self) -> Option<CreditMode> {
        self.credits
    }

    /// What a shutdown from inside does.
    pub const fn shutdown_behavior(&self) -> ShutdownBehavior {
        self.shutdown_behavior
    }

    /// What `kept` and `changed` compare with: what it had at the last moment it was running before the latest accepted
    /// action on it.
    pub const fn reference(&self) -> Option<&Holdings> {
        self.reference.as_ref()
    }

    /// Whether requests still find it (`STATE-TERMINATED-VISIBLE`).
    pub fn is_visible(&self, at: SimTime) -> bool {
        self.phase() != Phase::Terminated || at < self.since + TERMINATED_VISIBLE
    }

    /// The worse of its status checks; none where it isn't running, so neither while it resumes (`CHECK-KINDS`,
    /// `CHECK-LIFECYCLE`, `CHECK-RESUME`).
    pub fn checks(&self, at: SimTime) -> Option<StatusChecks> {
        self.check(WhichCheck::System, at)
            .max(self.check(WhichCheck::Instance, at))
    }

    /// What one of its status checks says: being set up, failed, or passed. A failed system check fails the instance check
    /// (`CHECK-INSTANCE`), and so does a reboot (`LIFE-REBOOT-CHECK`).
    pub fn check(&self, which: WhichCheck, at: SimTime) -> Option<StatusChecks> {
        if self.phase() != Phase::Running {
            return None;
        }
        let trouble = self.trouble.as_deref();
        let fails = match which {
            WhichCheck::System => trouble.is_some_and(Trouble::fails_system),
            WhichCheck::Instance => self.rebooting || trouble.is_some_and(Trouble::fails_instance),
        };
        let since = trouble.map_or(self.since, |trouble| trouble.checks_since(self.since));
        Some(if fails {
            StatusChecks::Impaired
        } else if at < since + INITIALIZING {
            StatusChecks::Initializing
        } else {
            StatusChecks::Ok
        })
    }
}

/// What the status checks of a running instance say, the worse the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatusChecks {
    /// Passed.
    Ok,
    /// Being set up.
    Initializing,
    /// Failed.
    Impaired,
}

impl StatusChecks {
    /// The word; none are `not-applicable` (`CHECK-VALUES`).
    pub const fn word(said: Option<Self>) -> &'static str {
        match said {
            Some(Self::Ok) => "ok",
            Some(Self::Initializing) => "initializing",
            Some(Self::Impaired) => "impaired",
            None => "not-applicable",
        }
    }
}
