//! What may stand against one more instance: EC2's capacity, and the account's quotas.
//!
//! Mostly nothing does, and then nothing is counted. What is counted follows from the transitions, so that it is right
//! whoever lets an instance start or stop.

use std::collections::{BTreeMap, BTreeSet};

use crate::{lifecycle::Phase, record::InstanceHandle, time::SimTime};

use super::{
    Effects, SlotKind, World,
    capacity::Pool,
    quotas::{Bucket, Quota},
};

/// All that is counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    /// What is left in those pools that have a limit.
    pub(super) pools: BTreeMap<Pool, u64>,
    /// The quotas that there are.
    pub(super) quotas: BTreeMap<Bucket, Quota>,
    /// Those that run outside of Capacity Reservations, and would come into one; kept where there is any.
    pub(super) outside: BTreeMap<SlotKind, BTreeSet<InstanceHandle>>,
}

/// Whether an instance in this phase is on a machine, or about to be.
pub(super) const fn has_place(phase: Option<Phase>) -> bool {
    match phase {
        None | Some(Phase::Stopped | Phase::Hibernated | Phase::Terminated) => false,
        Some(
            Phase::Launching
            | Phase::Starting
            | Phase::Resuming
            | Phase::Running
            | Phase::Stopping
            | Phase::Hibernating
            | Phase::ShuttingDown,
        ) => true,
    }
}

/// Whether its vCPUs count against a quota (`QUOTA-VCPU`).
pub(super) const fn counts(phase: Option<Phase>) -> bool {
    matches!(
        phase,
        Some(Phase::Launching | Phase::Starting | Phase::Resuming | Phase::Running)
    )
}

impl World {
    /// All that is counted, from now on.
    pub(super) fn room_mut(&mut self) -> &mut Room {
        self.room.get_or_insert_default()
    }

    /// An instance goes from one phase to another, or is launched.
    pub(super) fn count_transition(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        from: Option<Phase>,
        to: Phase,
        effects: &mut Effects,
    ) {
        let enters = to;
        let to = Some(to);
        self.count_in_group(handle, from, to);
        if self.instances.get_mut(handle).is_on_own_hardware() {
            // It uses no pool and no quota.
            self.count_on_host(at, handle, (from, to), effects);
            return;
        }
        match (has_place(from), has_place(to)) {
            (false, true) => {
                if !self.take_slot(handle, effects) {
                    self.take_place(handle);
                }
            }
            (true, false) => {
                if !self.give_back_slot(handle, enters, effects) {
                    self.give_back_place(handle);
                }
            }
            (false, false) | (true, true) => {}
        }
        self.count_running(handle, from, enters, effects);
        match (counts(from), counts(to)) {
            (false, true) => self.count_vcpus(handle, true),
            (true, false) => self.count_vcpus(handle, false),
            (false, false) | (true, true) => {}
        }
    }
}
