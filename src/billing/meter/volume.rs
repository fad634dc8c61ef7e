//! EBS volumes: a meter for each thing that a volume is charged for, from its creation to its deletion.

use std::collections::BTreeMap;

use crate::{
    catalog::{Dimension, RegionId, VolumeType, ebs_price},
    record::{
        self, InstanceHandle, Meter, Provisioned, Resource, Rules, UsageType, VolumeConfig,
        VolumeHandle, VolumeRequests,
    },
    rule,
    time::SimTime,
};

use super::{super::get_or_grow, Rating, Sku, Span, Usage};

const METER: Meter = Meter::Ebs;

/// The least that a volume is charged for (`BILL-EBS-MIN-60S`).
const MINIMUM_SECS: u64 = METER.minimum_secs();

/// The volumes, and what each is charged for.
#[derive(Debug, Clone)]
pub(super) struct Volumes {
    region: RegionId,
    volumes: Vec<Volume>,
    /// What volumes of a configuration are charged for: many volumes share one.
    configs: Vec<(VolumeConfig, Vec<Part>)>,
    /// Since when each part of a volume is as it is, where a change has left some as they were.
    changed: BTreeMap<VolumeHandle, Vec<SimTime>>,
    /// By instance, the volumes that it was launched with.
    launched: Vec<Launched>,
}

#[derive(Debug, Clone, Copy)]
struct Volume {
    born: SimTime,
    /// The place of its configuration.
    config: u32,
    is_open: bool,
}

/// One thing that a volume is charged for.
#[derive(Debug, Clone, Copy)]
struct Part {
    sku: Sku,
    units: u64,
    rules: Rules,
    /// The rules where the minimum acts.
    short_rules: Rules,
}

/// Consecutive volumes.
#[derive(Debug, Clone, Copy, Default)]
struct Launched {
    first: Option<VolumeHandle>,
    count: u16,
}

impl Volumes {
    pub(super) const fn new(region: RegionId) -> Self {
        Self {
            region,
            volumes: Vec::new(),
            configs: Vec::new(),
            changed: BTreeMap::new(),
            launched: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.volumes.len()
    }

    pub(super) fn provisioned(
        &mut self,
        at: SimTime,
        provisioned: &Provisioned,
        next: &mut impl Rating,
    ) {
        let config = self.place_of(&provisioned.config, next);
        let volume = provisioned.volume;
        if !provisioned.created {
            self.change(at, volume, config, next);
            return;
        }
        debug_assert_eq!(
            self.volumes.len(),
            volume.index(),
            "volumes come about in the order of their handles"
        );
        self.volumes.push(Volume {
            born: at,
            config,
            is_open: true,
        });
        if let Some(owner) = provisioned.owner {
            let launched = get_or_grow(&mut self.launched, owner.index());
            launched.first.get_or_insert(volume);
            launched.count = launched.count.saturating_add(1);
        }
        for part in &self.configs[record::index(config)].1 {
            next.opened(&part.used(volume, Span::at(at)));
        }
    }

    /// A volume is something else from now on: what changed is cut, what is charged as before goes on
    /// (`BILL-EBS-MODIFY`).
    fn change(&mut self, at: SimTime, volume: VolumeHandle, config: u32, next: &mut impl Rating) {
        let before: Vec<(Part, SimTime)> = self
            .parts(volume)
            .map(|(part, since)| (*part, since))
            .collect();
        let after = &self.configs[record::index(config)].1;
        for (part, since) in &before {
            if !after.iter().any(|new| new.is_same(part)) {
                next.closed(&part.used(volume, Span::new(*since, at)));
            }
        }
        let mut sinces = Vec::with_capacity(after.len());
        for part in after {
            let goes_on = before.iter().find(|(old, _)| old.is_same(part));
            if goes_on.is_none() {
                next.opened(&part.used(volume, Span::at(at)));
            }
            sinces.push(goes_on.map_or(at, |(_, since)| *since));
        }
        self.changed.insert(volume, sinces);
        self.volumes[volume.index()].config = config;
    }

    /// Closes a volume's meters at the end of its life, with the minimum on the last configuration.
    pub(super) fn close(&mut self, at: SimTime, volume: VolumeHandle, next: &mut impl Rating) {
        let Some(closed) = self.volumes.get(volume.index()).filter(|one| one.is_open) else {
            return;
        };
        let top_up = MINIMUM_SECS.saturating_sub((at - closed.born).as_secs());
        for (part, since) in self.parts(volume) {
            let mut usage = part.used(volume, Span::new(since, at));
            if top_up > 0 {
                usage.secs += top_up;
                usage.rules = part.short_rules;
            }
            next.closed(&usage);
        }
        self.volumes[volume.index()].is_open = false;
        self.changed.remove(&volume);
    }

    pub(super) fn so_far(&self, span: Span, volume: VolumeHandle, mut tell: impl FnMut(&Usage)) {
        for (part, since) in self.parts(volume) {
            tell(&part.used(volume, span.since(since)));
        }
    }

    pub(super) fn launched_with(
        &self,
        instance: InstanceHandle,
    ) -> impl Iterator<Item = VolumeHandle> + use<> {
        let launched = self.launched.get(instance.index()).copied();
        let Launched { first, count } = launched.unwrap_or_default();
        let first = first.map_or(0, VolumeHandle::index);
        (first..first + usize::from(count)).map(VolumeHandle::new)
    }

    /// What an open volume is charged for, each since when.
    fn parts(&self, volume: VolumeHandle) -> impl Iterator<Item = (&Part, SimTime)> {
        let open = self.volumes.get(volume.index()).filter(|one| one.is_open);
        let parts = open.map_or(&[][..], |open| &self.configs[record::index(open.config)].1);
        let born = open.map_or(SimTime::default(), |open| open.born);
        let sinces = self.changed.get(&volume).map_or(&[][..], Vec::as_slice);
        parts.iter().enumerate().map(move |(index, part)| {
            let since = sinces.get(index).copied();
            (part, since.unwrap_or(born))
        })
    }

    /// A magnetic volume is asked for data, or takes some (`BILL-EBS-MAGNETIC-IO`).
    pub(super) fn asked(at: SimTime, requests: VolumeRequests, next: &mut impl Rating) {
        if let Some(sku) = next.sku(UsageType::VolumeRequests) {
            let volume = Resource::Volume(requests.volume);
            let usage = Usage::new(METER, volume, sku, Span::at(at));
            next.closed(&Usage {
                units: requests.count,
                rules: &[rule::BILL_EBS_MAGNETIC_IO],
                ..usage
            });
        }
    }

    fn place_of(&mut self, config: &VolumeConfig, next: &mut impl Rating) -> u32 {
        let known = self.configs.iter().position(|(known, _)| known == config);
        let place = known.unwrap_or_else(|| {
            let parts = parts_of(self.region, config, next);
            self.configs.push((*config, parts));
            self.configs.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

impl Part {
    /// Whether a part of another configuration is charged the same.
    fn is_same(&self, other: &Self) -> bool {
        (self.sku, self.units) == (other.sku, other.units)
    }

    fn used(&self, volume: VolumeHandle, span: Span) -> Usage {
        Usage {
            units: self.units,
            rules: self.rules,
            ..Usage::new(METER, Resource::Volume(volume), self.sku, span)
        }
    }
}

/// What a volume is charged for: storage, and what IOPS and throughput it has beyond those included
/// (`BILL-EBS-GP3-IOPS`, `BILL-EBS-GP3-TPUT`, `BILL-EBS-IO1-IOPS`, `BILL-EBS-IO2-TIERS`). A usage type says the tier, so the
/// borders of the Region's tiers are looked up here; what a tier costs is not.
fn parts_of(region: RegionId, config: &VolumeConfig, next: &mut impl Rating) -> Vec<Part> {
    let volume_type = config.volume_type;
    let mut parts = Vec::with_capacity(1);
    for (dimension, units) in [
        (Dimension::Storage, config.size_gib),
        (Dimension::Iops, config.iops),
        (Dimension::Throughput, config.throughput),
    ] {
        let units = u64::from(units);
        let mut charge = |tier: usize, units: u64| {
            let (usage_type, rules, short_rules) = charged_as(volume_type, dimension, tier);
            parts.extend(next.sku(usage_type).map(|sku| Part {
                sku,
                units,
                rules,
                short_rules,
            }));
        };
        match ebs_price(region, volume_type, dimension) {
            Some(tiers) => tiers
                .split(units)
                .for_each(|share| charge(share.tier, share.units)),
            // A Region without EBS prices: all of it, if the scenario gives one.
            None if units > 0 => charge(0, units),
            None => {}
        }
    }
    parts
}

/// As what a tier of a dimension is charged, by which rules, and by which where the minimum acts.
fn charged_as(
    volume_type: VolumeType,
    dimension: Dimension,
    tier: usize,
) -> (UsageType, Rules, Rules) {
    let short: Rules = &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_MIN_60S];
    match dimension {
        Dimension::Storage | Dimension::IoRequests => (
            UsageType::VolumeUsage(volume_type),
            &[
                rule::BILL_EBS_PROVISIONED,
                rule::BILL_EBS_ANY_STATE,
                rule::BILL_EBS_GB_MONTH,
            ],
            &[
                rule::BILL_EBS_PROVISIONED,
                rule::BILL_EBS_GB_MONTH,
                rule::BILL_EBS_MIN_60S,
            ],
        ),
        Dimension::Iops => {
            let tier = u8::try_from(tier + 1).unwrap_or(u8::MAX);
            let rules: Rules = match volume_type {
                VolumeType::Gp3 => &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_GP3_IOPS],
                VolumeType::Io2 => &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_IO2_TIERS],
                VolumeType::Gp2
                | VolumeType::Io1
                | VolumeType::St1
                | VolumeType::Sc1
                | VolumeType::Standard => &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_IO1_IOPS],
            };
            (UsageType::VolumeIops(volume_type, tier), rules, short)
        }
        Dimension::Throughput => (
            UsageType::VolumeThroughput(volume_type),
            &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_GP3_TPUT],
            short,
        ),
    }
}
