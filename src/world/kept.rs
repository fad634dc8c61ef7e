//! What an instance has, and what is left of its data, judged for the state that a transition under way leads to.

use std::net::Ipv4Addr;

use crate::{lifecycle::Phase, record::InstanceHandle};

use super::{ElasticIp, Holdings, Instance, World};

/// What is left of memory or of instance store data since the last moment the instance was running before the latest
/// accepted action on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataState {
    /// In use, and never lost since.
    Kept,
    /// Lost.
    Lost,
    /// On disk.
    Saved,
    /// There never was any, or it is gone for good.
    None,
    /// In use, with nothing to compare it with: it was not running before.
    InUse,
}

impl DataState {
    /// Its word; what is in use counts as kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept | Self::InUse => "kept",
            Self::Lost => "lost",
            Self::Saved => "saved",
            Self::None => "none",
        }
    }
}

impl World {
    /// An action on an instance is accepted: from now on `kept` and `changed` compare with the last moment before it at
    /// which the instance was running. To be called before the action changes anything.
    pub(crate) fn remember(&mut self, handle: InstanceHandle) {
        // One that has ended keeps what it had when that was asked for.
        let Some(instance) = self.instances.live_mut(handle) else {
            return;
        };
        instance.reference = if instance.lifecycle.phase() == Phase::Running {
            Some(instance.holdings(&self.addresses))
        } else {
            instance.last_running
        };
    }

    /// What is left of an instance's memory.
    pub fn memory_of(&self, instance: &Instance) -> DataState {
        let (epoch, _) = instance.epochs();
        let saves = instance.spec.image.hibernation_ready && !instance.cut_off;
        match instance.phase() {
            Phase::Launching | Phase::ShuttingDown | Phase::Terminated => DataState::None,
            Phase::Stopping | Phase::Stopped if instance.has_run() => DataState::Lost,
            Phase::Stopping | Phase::Stopped => DataState::None,
            Phase::Hibernating if saves => DataState::Saved,
            Phase::Hibernating => DataState::Lost,
            Phase::Hibernated => DataState::Saved,
            Phase::Starting | Phase::Resuming | Phase::Running => {
                instance.compared(epoch, |before| before.memory_epoch)
            }
        }
    }
}

impl Instance {
    /// What it has now, in an account with these Elastic IPs.
    pub(super) fn holdings(&self, addresses: &[ElasticIp]) -> Holdings {
        Holdings {
            public_ipv4: self.public_ipv4(addresses),
            private_ipv4: self.private_ipv4,
            ipv6_count: self.ipv6_count,
            host: self.host,
            memory_epoch: self.memory_epoch,
            store_epoch: self.store_epoch,
        }
    }

    /// The public address that it shows, in an account with these Elastic IPs.
    pub(super) fn public_ipv4(&self, addresses: &[ElasticIp]) -> Option<Ipv4Addr> {
        match self.elastic_ip {
            Some(address) => Some(addresses[address.index()].ip()),
            None => self.auto_public_ipv4,
        }
    }

    /// What is left of its instance store data; none where its type has no instance store.
    pub fn store_of(&self) -> DataState {
        let (_, epoch) = self.epochs();
        if self.instance_type().info().instance_store_gb() == 0 {
            return DataState::None;
        }
        let phase = self.phase();
        if phase.is_hosted() && phase != Phase::Launching {
            self.compared(epoch, |before| before.store_epoch)
        } else if self.has_run() {
            DataState::Lost
        } else {
            DataState::None
        }
    }

    fn compared(&self, epoch: u32, before: impl Fn(&Holdings) -> u32) -> DataState {
        match self.reference() {
            None => DataState::InUse,
            Some(snapshot) if before(snapshot) == epoch => DataState::Kept,
            Some(_) => DataState::Lost,
        }
    }
}
