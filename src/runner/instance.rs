//! One instance of a replay that is over.

use std::borrow::Cow;

use crate::{
    billing::Cost,
    lifecycle::InstanceState,
    record::{InstanceHandle, RecordKind, Transition},
    time::SimTime,
    world::Instance,
};

use super::Replay;

/// An instance of a replay that is over, asked for by the name that it bears in the file.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, lifecycle::InstanceState, money::Usd};
///
/// let scenario = Scenario::from_text("db.yaml", "
/// instances: { db: { type: m5.large, public-ipv4: none } }
/// steps: [ { launch: db }, { at: 1h, stop: db } ]
/// until: 1d
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// let db = replay.instance("db").unwrap();
/// assert_eq!(db.state(), InstanceState::Stopped);
/// assert_eq!(db.transitions().count(), 4);
/// // An hour less 15 seconds of `pending`, and the root volume goes on costing.
/// assert!(db.cost().total() > "0.0956".parse::<Usd>().unwrap());
/// assert!(replay.instance("web").is_none());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ReplayedInstance<'a> {
    replay: &'a Replay,
    handle: InstanceHandle,
}

impl<'a> ReplayedInstance<'a> {
    /// By what records name it.
    pub const fn handle(self) -> InstanceHandle {
        self.handle
    }

    /// The instance as it ended.
    pub fn instance(self) -> Cow<'a, Instance> {
        self.replay.world().instance(self.handle)
    }

    /// The state in which it ended.
    pub fn state(self) -> InstanceState {
        self.instance().state()
    }

    /// What it cost: its usage, its auto-assigned addresses and the volumes launched with it.
    pub fn cost(self) -> Cost {
        let bill = self.replay.bill();
        bill.instance_cost(self.replay.end(), self.handle)
    }

    /// Its transitions, each with its instant; none where no records were kept.
    pub fn transitions(self) -> impl Iterator<Item = (SimTime, Transition)> + 'a {
        let records = self.replay.records().iter();
        records.filter_map(move |record| {
            let RecordKind::Transition(transition) = record.kind else {
                return None;
            };
            (transition.instance == self.handle).then_some((record.at, transition))
        })
    }
}

impl Replay {
    /// The instance that bears a name of the file at the end (`web`, or `web-1` in a group); none where it was never launched,
    /// or the file has no such name.
    pub fn instance(&self, name: &str) -> Option<ReplayedInstance<'_>> {
        let names = self.names();
        let slot = names.cast().slot_of(name)?;
        let handle = names.in_slot(slot)?;
        Some(ReplayedInstance {
            replay: self,
            handle,
        })
    }
}
