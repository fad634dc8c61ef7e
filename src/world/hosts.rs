//! Dedicated Hosts (lifecycle rulebook, section 8.6).
//!
//! What the bill has to know of a host is said as what would have been asked for: it is allocated when its time begins, and
//! released when that is over and the host is empty.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    catalog::TypeId,
    id::{Id, IdKind, Seeded},
    lifecycle::Phase,
    record::{Accepted, DedicatedHostHandle, InstanceHandle, RecordKind, Resource},
    rule,
    time::{SimDuration, SimTime},
};

use super::{Due, Effects, Instance, Lasts, Tenancy, World, room::has_place, trouble::RECOVERY};

/// A Dedicated Host, as it is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostSpec {
    /// The family of types that it takes.
    pub family: &'static str,
    /// Where it stands.
    pub zone: &'static str,
    /// Whether instances come to it that name no host.
    pub auto_placement: bool,
    /// Whether another host takes its place when it fails.
    pub recovery: bool,
    /// When it is there; none for at once.
    pub from: Option<SimTime>,
    /// When it is released, or as soon after that as it is empty.
    pub until: Option<SimTime>,
}

/// A Dedicated Host of the account.
#[derive(Debug, Clone)]
pub struct DedicatedHost {
    spec: HostSpec,
    key: Seeded,
    /// The one that has taken its place.
    successor: Option<DedicatedHostHandle>,
    is_released: bool,
    has_failed: bool,
    /// vCPUs.
    capacity: u64,
    used: u64,
    instances: u64,
}

/// Why a host takes no instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostRefusal {
    /// It isn't there yet, or any more.
    NotThere,
    /// It is of another family, or in another zone; or there is none that would fit.
    Unfit,
    /// It has no room left.
    Full,
}

impl DedicatedHost {
    /// Its id: `h-0…`.
    pub fn id(&self) -> String {
        Id::new(IdKind::DedicatedHost, self.key).to_string()
    }

    /// Where its id comes from.
    pub(super) const fn key(&self) -> Seeded {
        self.key
    }

    /// What it was allocated as.
    pub const fn spec(&self) -> &HostSpec {
        &self.spec
    }

    /// How many instances are on it.
    pub const fn instances(&self) -> u64 {
        self.instances
    }

    /// How many vCPUs it holds, and how many of them are used.
    pub const fn vcpus(&self) -> (u64, u64) {
        (self.capacity, self.used)
    }

    /// The number by which its instances know it, far from those of hosts that are nobody's.
    fn number(handle: DedicatedHostHandle) -> u32 {
        u32::MAX - u32::try_from(handle.index()).unwrap_or(0)
    }

    /// An instance with so many vCPUs comes to it, or leaves it.
    fn count(&mut self, vcpus: u64, comes: bool) {
        if comes {
            (self.used, self.instances) = (self.used + vcpus, self.instances + 1);
        } else {
            self.used = self.used.saturating_sub(vcpus);
            self.instances = self.instances.saturating_sub(1);
        }
    }

    /// Whether it can be used at an instant: not one that has failed.
    pub fn is_available(&self, at: SimTime) -> bool {
        self.is_there(at) && !self.has_failed
    }

    fn is_there(&self, at: SimTime) -> bool {
        let has_begun = self.spec.from.is_none_or(|from| from <= at);
        has_begun && !self.is_gone(at)
    }

    /// Whether it was given back by a request; by its time it may be gone as well.
    pub(crate) const fn is_released(&self) -> bool {
        self.is_released
    }

    /// Whether it was released.
    pub fn is_gone(&self, at: SimTime) -> bool {
        let is_due = self.spec.until.is_some_and(|until| until <= at);
        self.is_released || (is_due && self.instances == 0)
    }

    /// Its state in EC2's API.
    pub fn state(&self, at: SimTime) -> &'static str {
        if self.is_gone(at) {
            "released"
        } else if self.has_failed {
            "under-assessment"
        } else if self.is_available(at) {
            "available"
        } else {
            "pending"
        }
    }
}

impl World {
    /// A Dedicated Host.
    pub fn dedicated_host(&self, host: DedicatedHostHandle) -> &DedicatedHost {
        &self.hosts[host.index()]
    }

    /// Allocates a host, now or when its time comes.
    pub(crate) fn allocate_host(
        &mut self,
        at: SimTime,
        key: Seeded,
        spec: HostSpec,
        effects: &mut Effects,
    ) -> DedicatedHostHandle {
        let host = self.add_host(key, spec);
        match spec.from.filter(|&from| from > at) {
            Some(from) => {
                effects.say(RecordKind::Accepted(Accepted {
                    what: "from",
                    value: Some(from.to_string().into()),
                    resource: Some(host.into()),
                    ..Accepted::new("AllocateHosts", &[rule::TEN_VALUES])
                }));
                let lasts = Lasts::Exactly(from - at);
                self.follow_up(host, Due::HostBegins, lasts, effects);
            }
            None => self.begin_host(at, host, effects),
        }
        host
    }

    /// A host is there from now on.
    fn begin_host(&mut self, at: SimTime, host: DedicatedHostHandle, effects: &mut Effects) {
        let spec = self.dedicated_host(host).spec;
        effects.say(RecordKind::Accepted(Accepted {
            what: "family",
            value: Some(Arc::from(spec.family)),
            resource: Some(host.into()),
            ..Accepted::new("AllocateHosts", &[rule::TEN_VALUES, rule::BILL_HOST])
        }));
        if let Some(until) = spec.until {
            let lasts = Lasts::Exactly(until - at);
            self.follow_up(host, Due::HostEnds, lasts, effects);
        }
    }

    /// What was set for a host falls due.
    pub(super) fn host_due(
        &mut self,
        at: SimTime,
        host: DedicatedHostHandle,
        due: Due,
        effects: &mut Effects,
    ) {
        if due == Due::HostBegins {
            self.begin_host(at, host, effects);
        } else if due == Due::HostEnds && self.dedicated_host(host).instances == 0 {
            self.release_host(host, effects);
        } else if due == Due::HostMended {
            self.hosts[host.index()].has_failed = false;
            // A recovery that hasn't happened yet is off.
            self.cancel(host, |due| due == Due::Recovery);
        } else if due == Due::Recovery {
            self.recover_host(at, host, effects);
        }
    }

    /// A Dedicated Host fails, until AWS mends it, if it does; what is on it is told by itself. It takes no instance until
    /// then. With host recovery another takes its place (`RECOV-DEDICATED-HOST`).
    pub(crate) fn fail_dedicated_host(
        &mut self,
        host: DedicatedHostHandle,
        lasts: Option<SimDuration>,
        effects: &mut Effects,
    ) {
        self.cancel(host, |due| due == Due::HostMended);
        if let Some(lasts) = lasts {
            self.follow_up(host, Due::HostMended, Lasts::Exactly(lasts), effects);
        }
        let there = &mut self.hosts[host.index()];
        let had_failed = std::mem::replace(&mut there.has_failed, true);
        if !had_failed && there.spec.recovery {
            self.follow_up(host, Due::Recovery, Lasts::Exactly(RECOVERY), effects);
        }
    }

    /// All that is on a failed host comes to the one that takes its place: what ran comes up there, and what was stuck on its
    /// way down goes on.
    fn recover_host(&mut self, at: SimTime, host: DedicatedHostHandle, effects: &mut Effects) {
        self.successor_of(at, host, effects);
        for handle in self.guests(host) {
            if self.instance(handle).phase() == Phase::Running {
                self.recover(at, handle, false, effects);
            } else {
                self.remember(handle);
                self.replace_host(at, handle, effects);
                self.left_host(handle);
                self.go_on_down(handle, effects);
            }
        }
    }

    fn add_host(&mut self, key: Seeded, spec: HostSpec) -> DedicatedHostHandle {
        // From now on instances are counted.
        self.room_mut();
        let sizes = TypeId::all().filter(|one| one.info().family() == spec.family);
        let capacity = sizes.map(|one| u64::from(one.info().vcpus())).max();
        let handle = DedicatedHostHandle::new(self.hosts.len());
        self.hosts.push(DedicatedHost {
            spec,
            key,
            successor: None,
            is_released: false,
            has_failed: false,
            capacity: capacity.unwrap_or(0),
            used: 0,
            instances: 0,
        });
        self.index(Resource::DedicatedHost(handle));
        handle
    }

    /// Gives a host back that is empty.
    pub(crate) fn release_host(&mut self, host: DedicatedHostHandle, effects: &mut Effects) {
        self.cancel(host, |_| true);
        let there = &mut self.hosts[host.index()];
        if !std::mem::replace(&mut there.is_released, true) {
            effects.say(RecordKind::Accepted(Accepted {
                resource: Some(host.into()),
                ..Accepted::new("ReleaseHosts", &[rule::TEN_VALUES, rule::BILL_HOST])
            }));
        }
    }

    /// Those that are on the same Dedicated Host, this one included.
    pub(crate) fn companions(&self, handle: InstanceHandle) -> Vec<InstanceHandle> {
        match self.live(handle).and_then(|one| one.placement().on) {
            Some(on) => self.guests(on),
            None => vec![handle],
        }
    }

    /// Those that are on a Dedicated Host.
    fn guests(&self, host: DedicatedHostHandle) -> Vec<InstanceHandle> {
        let all = (0..self.instances.len()).map(InstanceHandle::new);
        let is_there = |other: &InstanceHandle| {
            let there = self.live(*other);
            there.is_some_and(|there| there.placement().on == Some(host))
        };
        all.filter(is_there).collect()
    }

    /// The instance comes up on the host that takes the place of its own, and bears its name from then on
    /// (`RECOV-DEDICATED-HOST`). Answers whether its host is a Dedicated Host.
    pub(super) fn replace_host(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        effects: &mut Effects,
    ) -> bool {
        let instance = self.instances.get_mut(handle);
        let vcpus = u64::from(instance.instance_type().info().vcpus());
        let Some(on) = instance.placement().on else {
            return false;
        };
        // The first of its instances finds the new host, the others follow.
        let successor = self.successor_of(at, on, effects);
        for (host, comes) in [(on, false), (successor, true)] {
            self.hosts[host.index()].count(vcpus, comes);
        }
        let instance = self.instances.get_mut(handle);
        instance.host = Some(DedicatedHost::number(successor));
        if let Some(placement) = instance.placement.as_deref_mut() {
            placement.on = Some(successor);
        }
        true
    }

    fn successor_of(
        &mut self,
        at: SimTime,
        failed: DedicatedHostHandle,
        effects: &mut Effects,
    ) -> DedicatedHostHandle {
        let host = &self.hosts[failed.index()];
        if let Some(successor) = host.successor {
            return successor;
        }
        let spec = HostSpec {
            from: None,
            ..host.spec
        };
        let key = host.key.purpose("again");
        self.release_host(failed, effects);
        let successor = self.allocate_host(at, key, spec, effects);
        self.hosts[failed.index()].successor = Some(successor);
        self.successions.push((failed.into(), successor.into()));
        // Who is bound to the one that has failed is bound to the new one, wherever it is.
        for index in 0..self.instances.len() {
            let bound = InstanceHandle::new(index);
            let is_bound = |there: &Instance| there.placement().host == Some(failed);
            if self.live(bound).is_some_and(is_bound)
                && let Some(placement) = self.instances.get_mut(bound).placement.as_deref_mut()
            {
                placement.host = Some(successor);
            }
        }
        successor
    }

    /// The host that an instance of a type would come to: the one that it names or is bound to, or the first that has room.
    /// `taken` are vCPUs that others of the same request take.
    pub(crate) fn find_host(
        &self,
        at: SimTime,
        (instance_type, zone): (TypeId, &str),
        named: Option<DedicatedHostHandle>,
        taken: &BTreeMap<DedicatedHostHandle, u64>,
    ) -> Result<DedicatedHostHandle, HostRefusal> {
        let info = instance_type.info();
        let fits = |host: &DedicatedHost| {
            host.spec.family == info.family()
                && host.spec.zone == zone
                && info.dedicated_hosts() != Some(false)
        };
        let has_room = |id: DedicatedHostHandle, host: &DedicatedHost| {
            let used = host.used + taken.get(&id).copied().unwrap_or(0);
            used + u64::from(info.vcpus()) <= host.capacity
        };
        if let Some(named) = named {
            let host = self.dedicated_host(named);
            if !host.is_available(at) {
                return Err(HostRefusal::NotThere);
            }
            return match (fits(host), has_room(named, host)) {
                (true, true) => Ok(named),
                (true, false) => Err(HostRefusal::Full),
                (false, _) => Err(HostRefusal::Unfit),
            };
        }
        let all = (0..).map(DedicatedHostHandle::new).zip(&self.hosts);
        let mut fitting = all
            .filter(|(_, host)| host.spec.auto_placement && host.is_there(at) && fits(host))
            .peekable();
        if fitting.peek().is_none() {
            return Err(HostRefusal::Unfit);
        }
        // One that has failed has no room for anybody.
        let found = fitting.find(|(id, host)| !host.has_failed && has_room(*id, host));
        found.map(|(id, _)| id).ok_or(HostRefusal::Full)
    }

    /// An instance comes to a host, or leaves it.
    pub(super) fn count_on_host(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        (from, to): (Option<Phase>, Option<Phase>),
        effects: &mut Effects,
    ) {
        let comes = match (has_place(from), has_place(to)) {
            (false, true) => true,
            (true, false) => false,
            (false, false) | (true, true) => return,
        };
        let instance = self.instances.get_mut(handle);
        let (instance_type, zone) = (instance.instance_type(), instance.spec.zone);
        let Some(placement) = instance.placement.as_deref_mut() else {
            return;
        };
        let vcpus = u64::from(instance_type.info().vcpus());
        if comes {
            if placement.tenancy != Tenancy::Host {
                return;
            }
            let wanted = placement.host;
            let found = self.find_host(at, (instance_type, zone), wanted, &BTreeMap::new());
            let Ok(found) = found else { return };
            self.hosts[found.index()].count(vcpus, true);
            let instance = self.instances.get_mut(handle);
            instance.host = Some(DedicatedHost::number(found));
            if let Some(placement) = instance.placement.as_deref_mut() {
                placement.on = Some(found);
                if placement.affinity {
                    placement.host = Some(found);
                }
            }
        } else if let Some(on) = placement.on.take() {
            let host = &mut self.hosts[on.index()];
            host.count(vcpus, false);
            if host.is_gone(at) {
                self.release_host(on, effects);
            }
        }
    }
}
