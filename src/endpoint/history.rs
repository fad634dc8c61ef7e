//! What has happened in a world, as far back as it is kept, and those instants that answers show and the world doesn't need.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    engine::{Listener, View},
    record::{InstanceHandle, NoticeKind, Record, RecordKind, Resource, VolumeHandle},
    script::Named,
    time::SimTime,
};

/// The records of one world; they are numbered together with those of the account's other worlds.
#[derive(Debug)]
pub struct History {
    records: VecDeque<Record>,
    most: usize,
    numbers: Arc<AtomicU64>,
    /// When each instance was launched.
    launched: BTreeMap<InstanceHandle, SimTime>,
    /// When each volume was created, and when it was attached where it is or was last.
    created: BTreeMap<VolumeHandle, SimTime>,
    attached: BTreeMap<VolumeHandle, SimTime>,
    /// When a Spot request last changed, by its instance.
    spot: BTreeMap<InstanceHandle, SimTime>,
    /// When each Elastic IP, Spot request, snapshot came about or changed last.
    changed: BTreeMap<Resource, SimTime>,
}

impl History {
    pub(crate) fn new(most: usize, numbers: Arc<AtomicU64>) -> Self {
        Self {
            records: VecDeque::new(),
            most,
            numbers,
            launched: BTreeMap::new(),
            created: BTreeMap::new(),
            attached: BTreeMap::new(),
            changed: BTreeMap::new(),
            spot: BTreeMap::new(),
        }
    }

    /// The records that are kept, from behind a number on, in order; each with its number in the account.
    pub(crate) fn from(&self, seq: u64) -> impl Iterator<Item = &Record> {
        let first = self.records.partition_point(|record| record.seq <= seq);
        self.records.range(first..)
    }

    /// The records that are kept, back to an instant, the latest first.
    pub(crate) fn since(&self, at: SimTime) -> impl Iterator<Item = &Record> {
        let records = self.records.iter().rev();
        records.take_while(move |record| record.at >= at)
    }

    /// When an instance was launched.
    pub(crate) fn launched(&self, instance: InstanceHandle) -> Option<SimTime> {
        self.launched.get(&instance).copied()
    }

    /// When a volume was created; none for one that came with its instance.
    pub(crate) fn created(&self, volume: VolumeHandle) -> Option<SimTime> {
        self.created.get(&volume).copied()
    }

    /// When a volume was attached; none for one that came with its instance.
    pub(crate) fn attached(&self, volume: VolumeHandle) -> Option<SimTime> {
        self.attached.get(&volume).copied()
    }

    /// When something was last heard of.
    pub(crate) fn changed(&self, resource: Resource) -> Option<SimTime> {
        self.changed.get(&resource).copied()
    }

    /// When the Spot request of an instance last changed.
    pub(crate) fn spot_told(&self, instance: InstanceHandle) -> Option<SimTime> {
        self.spot.get(&instance).copied()
    }

    fn note(&mut self, record: &Record) {
        let at = record.at;
        match &record.kind {
            RecordKind::Transition(transition) => {
                self.launched.entry(transition.instance).or_insert(at);
            }
            RecordKind::Provisioned(volume) if volume.created && volume.owner.is_none() => {
                self.created.insert(volume.volume, at);
            }
            RecordKind::Accepted(accepted) => {
                if let Some(resource) = accepted.resource {
                    self.changed.insert(resource, at);
                    if let (Resource::Volume(volume), "AttachVolume") = (resource, accepted.action)
                    {
                        self.attached.insert(volume, at);
                    }
                }
            }
            RecordKind::Notice(notice) if notice.event == NoticeKind::SpotRequest => {
                if let Some(instance) = notice.instance {
                    self.spot.insert(instance, at);
                }
            }
            RecordKind::Notice(notice) if notice.event == NoticeKind::StatusChecks => {
                if let Some(instance) = notice.instance {
                    self.changed.insert(instance.into(), at);
                }
            }
            RecordKind::Provisioned(_)
            | RecordKind::Rejected(_)
            | RecordKind::Address(_)
            | RecordKind::Data(_)
            | RecordKind::Fact(_)
            | RecordKind::Meter(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => {}
        }
    }
}

impl Listener for History {
    fn listens(&self) -> bool {
        true
    }

    fn record(&mut self, record: &Record, _: &View<'_>, _: Named<'_>) {
        self.note(record);
        if !record.kind.is_shown() {
            return;
        }
        let seq = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        if self.most == 0 {
            return;
        }
        if self.records.len() == self.most {
            self.records.pop_front();
        }
        self.records.push_back(Record {
            seq,
            ..record.clone()
        });
    }

    fn instant_over(&mut self, _: &View<'_>, _: Named<'_>) {}
}
