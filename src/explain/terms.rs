//! Words that no list of the simulator's holds: those of the glossary, types of volumes and of instances, and what the bill calls
//! things.

use crate::{
    catalog::{Platform, RegionId, TypeId, VolumeType, on_demand},
    money::Price,
    record::{SpotRate, UsageType},
};

use super::{Explanation, Kind};

/// The glossary, a row a word.
const GLOSSARY: &str = include_str!("../../docs/glossary.md");

/// The words of the glossary, each row's own first, and what they mean.
fn glossary() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    GLOSSARY.lines().filter_map(|line| {
        let row = line.strip_prefix("| **")?.strip_suffix(" |")?;
        let (words, means) = row.split_once(" | ")?;
        let (own, others) = words.split_once("**")?;
        let others = others.split(',').map(str::trim);
        let words = std::iter::once(own).chain(others.filter(|word| !word.is_empty()));
        Some((words.collect(), means))
    })
}

/// All that these words are, for whoever looks for one that is like them.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let volumes = VolumeType::ALL.iter().map(|of| of.name());
    glossary().flat_map(|(words, _)| words).chain(volumes)
}

/// What a word means that isn't one of the simulator's lists; a dash is as good as a space.
pub fn terms(word: &str) -> Vec<Explanation> {
    let plain = |text: &str| text.trim().to_lowercase().replace(['-', '_'], " ");
    let asked = plain(word);
    let mut said: Vec<Explanation> = glossary()
        .filter(|(words, _)| words.iter().any(|one| plain(one) == asked))
        .filter_map(|(words, means)| {
            let mut term = Explanation::new(Kind::Term, words.first()?, plainly(means));
            term.fact("also", words.iter().skip(1).map(|&other| other.to_owned()));
            Some(term)
        })
        .collect();
    let volumes = VolumeType::ALL
        .iter()
        .filter(|of| plain(of.name()) == asked);
    said.extend(volumes.map(|of| of_volume_type(*of)));
    said.extend(TypeId::find(word.trim()).map(of_type));
    said.extend(usage_type(word.trim()).map(of_usage));
    said
}

/// A text of the glossary without its emphasis.
fn plainly(text: &str) -> String {
    text.replace(['*', '`'], "")
}

fn of_volume_type(of: VolumeType) -> Explanation {
    let limits = of.limits();
    let mut said = Explanation::new(
        Kind::Term,
        of.name(),
        format!(
            "a type of EBS volumes, of {} to {} GiB",
            limits.min_size_gib, limits.max_size_gib
        ),
    );
    let boots = if limits.bootable { "yes" } else { "no" };
    said.fact("a root volume", [boots.to_owned()]);
    said.fact("on the bill", [UsageType::VolumeUsage(of).text(here())]);
    said
}

fn of_type(of: TypeId) -> Explanation {
    let info = of.info();
    let mut said = Explanation::new(
        Kind::Term,
        of.name(),
        format!("an instance type of the family {}", info.family()),
    );
    let usage = UsageType::BoxUsage(of, Platform::Linux);
    said.fact("on the bill", [usage.text(here())]);
    said.fact("costs", hourly(of));
    said.fact("more", [format!("ec2sim types {}", of.name())]);
    said
}

/// What an hour of a type costs on Linux.
fn hourly(of: TypeId) -> Option<String> {
    let region = here();
    let price = on_demand(region, of, Platform::Linux)?.price;
    Some(format!("${price} an hour on Linux in {}", region.name()))
}

/// The Region whose names and prices are told.
fn here() -> RegionId {
    RegionId::default()
}

/// What the bill calls something, in any Region: `BoxUsage:m5.large`, `EU-EBS:VolumeUsage.gp3`; a family of names without its
/// type stands for an example.
fn usage_type(word: &str) -> Option<UsageType> {
    let same = |one: &UsageType, word: &str| one.text(here()).eq_ignore_ascii_case(word);
    let mut bare = word;
    for region in RegionId::all() {
        for prefix in [region.usage_prefix(), region.usage_prefix_new()] {
            if let Some(rest) = word.strip_prefix(prefix)
                && !prefix.is_empty()
            {
                bare = rest;
            }
        }
    }
    let (stem, of) = bare.split_once(':').unwrap_or((bare, ""));
    let found = TypeId::find(of);
    let of = found.or_else(|| TypeId::find("m5.large"))?;
    let rate = SpotRate {
        price: Price::ZERO,
        on_demand: Price::ZERO,
        is_estimate: true,
    };
    let linux = Platform::Linux;
    let of_types = [
        UsageType::BoxUsage(of, linux),
        UsageType::DedicatedUsage(of, linux),
        UsageType::HostBoxUsage(of, linux),
        UsageType::SpotUsage(of, linux, rate),
        UsageType::UnusedBox(of, linux),
        UsageType::UnusedDedicated(of, linux),
        UsageType::HeavyUsage(of, linux),
        UsageType::HostUsage(of.info().family()),
        UsageType::CpuCredits("t3", linux),
    ];
    let is_family = |one: &&UsageType| {
        let text = one.text(here());
        let name = text.split_once(':').map_or(text.as_str(), |(name, _)| name);
        name.eq_ignore_ascii_case(stem) && (found.is_some() || !bare.contains(':'))
            || text.eq_ignore_ascii_case(bare)
    };
    if let Some(one) = of_types.iter().find(is_family) {
        return Some(*one);
    }
    let mut others = vec![
        UsageType::FreeBoxUsage(of, linux),
        UsageType::VolumeRequests,
        UsageType::InUseAddress,
        UsageType::IdleAddress,
        UsageType::TransferOut,
        UsageType::TransferZoneOut,
        UsageType::TransferRegion(here()),
        UsageType::SnapshotUsage,
        UsageType::SnapshotArchive,
        UsageType::SnapshotEarlyDelete,
        UsageType::SnapshotRetrieval,
        UsageType::FastRestore,
        UsageType::MetricUsage,
        UsageType::DedicatedRegionFee,
    ];
    for of in VolumeType::ALL {
        others.extend([UsageType::VolumeUsage(of), UsageType::VolumeThroughput(of)]);
        others.extend((1..=3).map(|tier| UsageType::VolumeIops(of, tier)));
    }
    let newer = here().usage_prefix_new();
    others
        .into_iter()
        .find(|one| same(one, word) || same(one, bare) || same(one, &format!("{newer}{bare}")))
}

fn of_usage(of: UsageType) -> Explanation {
    let meter = of.meter();
    let mut said = Explanation::new(
        Kind::Usage,
        &of.text(here()),
        format!("what the bill calls {}: {}", of.told(), meter.help()),
    );
    said.fact("meter", [meter.key().to_owned()]);
    let operation = Some(of.operation()).filter(|operation| !operation.is_empty());
    said.fact("operation", operation.map(str::to_owned));
    said.fact("priced by", [of.unit().price_unit().to_owned()]);
    if let UsageType::BoxUsage(of, _) = of {
        said.fact("costs", hourly(of));
    }
    said.fact("see also", [format!("ec2sim explain {}", meter.key())]);
    said
}
