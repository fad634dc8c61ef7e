//! How a replay ended, as far as the timeline tells it: both a replay that is over and a journal that was read say so.

use std::collections::BTreeMap;

use crate::{
    billing::Biller,
    catalog::TypeId,
    engine::{Outcome, Tally},
    lifecycle::Phase,
    money::Usd,
    record::{InstanceHandle, Resource},
    runner::Replay,
    scenario::Source,
    script::{Directory, Named, Program},
    time::SimTime,
};

/// How many failures are told again at the end, with the lines of the scenario that they are about.
pub(super) const MOST_FAILURES: usize = 20;

/// The end of a replay.
#[derive(Debug)]
pub(super) struct Finish<'a> {
    pub(super) program: &'a Program,
    pub(super) names: &'a dyn Directory,
    pub(super) bill: &'a Biller,
    pub(super) end: SimTime,
    pub(super) outcome: Outcome,
    pub(super) tally: Tally,
    /// In the order of their handles, as are the others.
    pub(super) instances: Vec<InstanceEnd>,
    pub(super) addresses: Vec<AddressEnd>,
    pub(super) volumes: Vec<VolumeEnd>,
    /// The lines of the scenario that failures show.
    pub(super) quotes: BTreeMap<u32, Quote>,
}

/// A line of the scenario, without its line break.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    /// At which byte of the file it begins.
    pub(super) at: u32,
    pub(super) text: String,
}

impl Quote {
    /// Those of these lines that there are.
    pub(super) fn of(source: &Source, lines: impl IntoIterator<Item = u32>) -> BTreeMap<u32, Self> {
        let quoted = lines.into_iter().filter_map(|line| {
            let range = source.line_range(line);
            let at = u32::try_from(range.start).ok()?;
            let text = source.text.get(range)?.trim_end();
            (line > 0 && !text.is_empty()).then(|| {
                let text = text.to_owned();
                (line, Self { at, text })
            })
        });
        quoted.collect()
    }
}

/// How an instance ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct InstanceEnd {
    pub(super) handle: InstanceHandle,
    pub(super) phase: Phase,
    pub(super) instance_type: TypeId,
    pub(super) starts: u32,
}

/// How an Elastic IP ended.
#[derive(Debug, Clone)]
pub(super) struct AddressEnd {
    pub(super) ip: String,
    pub(super) is_released: bool,
    /// The name of the instance that it is associated with.
    pub(super) instance: Option<String>,
}

/// How a volume ended.
#[derive(Debug, Clone)]
pub(super) struct VolumeEnd {
    /// Its size and type.
    pub(super) what: String,
    /// `available`, `deleted` and the like.
    pub(super) state: &'static str,
    /// The name of the instance that it is attached to.
    pub(super) instance: Option<String>,
    /// The instance that it was launched with.
    pub(super) owner: Option<InstanceHandle>,
}

impl VolumeEnd {
    /// Whether an instance has left it behind.
    pub(super) fn is_available(&self) -> bool {
        self.state == "available"
    }
}

impl<'a> Finish<'a> {
    /// That of a replay.
    pub(super) fn of(
        replay: &'a Replay,
        names: &'a Named<'a>,
        quotes: BTreeMap<u32, Quote>,
    ) -> Self {
        let world = replay.world();
        let instances = world.instances().map(|one| InstanceEnd {
            handle: one.handle(),
            phase: one.phase(),
            instance_type: one.instance_type(),
            starts: one.starts(),
        });
        let addresses = world.addresses().iter().map(|address| AddressEnd {
            ip: address.ip().to_string(),
            is_released: address.is_released(),
            instance: address.instance().map(|one| names.instance_name(one)),
        });
        let volumes = world.volumes().iter().map(|volume| {
            let config = volume.config();
            VolumeEnd {
                what: format!("{} GiB {}", config.size_gib, config.volume_type.name()),
                state: volume.state().name(),
                instance: volume.instance().map(|one| names.instance_name(one)),
                owner: volume.owner(),
            }
        });
        Self {
            program: replay.program(),
            names,
            bill: replay.bill(),
            end: replay.end(),
            outcome: replay.outcome(),
            tally: *replay.tally(),
            instances: instances.collect(),
            addresses: addresses.collect(),
            volumes: volumes.collect(),
            quotes,
        }
    }

    /// What something has cost by itself.
    pub(super) fn own_cost(&self, resource: Resource) -> Usd {
        self.bill.cost_of(self.end, resource).total()
    }
}
