//! A host fails (lifecycle rulebook, sections 7.1 and 7.2): not an action of EC2's, but something that befalls an instance.

use crate::{
    lifecycle::{ApiError, Trigger},
    record::{DedicatedHostHandle, InstanceHandle},
    time::SimDuration,
};

use super::{Answer, ByHandle, Call, Instances, Naming, Resolve, Subjects};

/// The hosts of instances fail (`CHECK-SYSTEM`).
#[derive(Debug, Clone, PartialEq)]
pub struct FailHost<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
    /// After how long AWS mends them, if it does.
    pub lasts: Option<SimDuration>,
    /// Whether they are so broken that not even force helps (`LIFE-FORCE-STUCK`).
    pub for_good: bool,
}

impl<N: Naming> FailHost<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> FailHost {
        FailHost {
            instances: names.instances(&self.instances),
            lasts: self.lasts,
            for_good: self.for_good,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl FailHost {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let trigger = Trigger::HostFailure;
        // A Dedicated Host takes all that are on it along.
        let mut failing: Vec<InstanceHandle> = Vec::new();
        let mut hosts: Vec<DedicatedHostHandle> = Vec::new();
        for handle in call.befall(&self.instances, trigger)? {
            hosts.extend(call.world.instance(handle).placement().on);
            for companion in call.world.companions(handle) {
                if !failing.contains(&companion) {
                    failing.push(companion);
                }
            }
        }
        for handle in failing {
            let (at, lasts) = (call.at, self.lasts);
            call.world
                .fail_host(at, handle, lasts, self.for_good, call.effects);
        }
        hosts.sort_unstable();
        hosts.dedup();
        for host in hosts {
            call.world
                .fail_dedicated_host(host, self.lasts, call.effects);
        }
        Ok(Answer::Done)
    }
}
