//! `prices`: overrides of single prices, in the scenario or in a file of their own.

use std::{
    fs,
    path::{Component, Path},
    sync::Arc,
};

use bumpalo::Bump;

use super::{
    super::{
        Code, Source,
        keys::TierKey,
        load,
        nearest::nearest,
        reader::{Draft, Reader, Span},
        tree::{self, Entry, Kind, Node, quoted},
        value::{self, Reason},
        yaml,
    },
    Lower,
};
use crate::{
    billing::PriceKey,
    catalog::{Dimension, Platform, RegionId, TypeId, VolumeType},
    money::Price,
    record::DATA_PARTS,
};

impl Lower<'_> {
    /// Takes over the overrides; a price file is looked for beside the scenario.
    pub(super) fn price_overrides(&mut self, node: &Node<'_>, directory: Option<&Path>) {
        match node.kind {
            Kind::Null => {}
            Kind::Scalar(name) => self.price_file(name, node.span, directory),
            Kind::Map(entries) => self.price_entries(entries),
            Kind::Seq(_) => {
                self.reader
                    .wrong_shape::<()>(node, "a mapping of prices, or the name of a price file");
            }
        }
    }

    fn price_file(&mut self, name: &str, at: Span, directory: Option<&Path>) {
        let directory = directory
            .filter(|directory| !directory.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let path = directory.join(name);
        if !is_below(directory, name) {
            self.reader.report(Code::OutsideFolder, at, || {
                Draft::new(format!(
                    "the price file {} is outside the scenario's folder",
                    quoted(name)
                ))
                .label("expected a file next to the scenario, or in a folder below it")
                .note("neither `..` nor a link may lead out of it")
            });
            return;
        }
        match load::load(&path) {
            Ok(source) => self.price_source(&Arc::new(source), name, at),
            Err(fault) => self.reader.report(Code::Unreadable, at, || {
                Draft::new(format!("the price file {} can't be read", quoted(name)))
                    .label("expected a file next to the scenario")
                    .note(fault.reason)
            }),
        }
    }

    /// Takes over a price file. What isn't one is some other file of somebody's: nothing in it is shown.
    fn price_source(&mut self, source: &Arc<Source>, name: &str, at: Span) {
        let arena = Bump::new();
        let mut apart = Reader::new(Arc::clone(source));
        let root = yaml::read(&source.text, &arena, &mut apart);
        let entries = match root.map(|root| root.kind) {
            Some(Kind::Map(entries)) => entries,
            Some(Kind::Null | Kind::Scalar(_) | Kind::Seq(_)) | None => &[],
        };
        let is_price = |entry: &Entry<'_>| !price_keys(entry.key.text, self.region).is_empty();
        if !entries.iter().any(is_price) {
            self.reader.report(Code::NotPrices, at, || {
                let draft = Draft::new(format!("{} is not a price file", quoted(name)))
                    .label("expected a file that contains a mapping of prices");
                match apart.first_position() {
                    Some((code, line, column)) => draft.note(format!(
                        "it can't be read beyond line {line}, column {column} ({code})"
                    )),
                    None => draft.note("such as `m5.large: $0.10`"),
                }
            });
            return;
        }
        let scenario = self.reader.turn_to(Arc::clone(source));
        self.reader.absorb(apart);
        self.price_entries(entries);
        self.reader.turn_back(scenario);
    }

    fn price_entries(&mut self, entries: &[Entry<'_>]) {
        for entry in entries {
            let keys = price_keys(entry.key.text, self.region);
            if keys.is_empty() {
                self.unknown_price(&entry.key);
                continue;
            }
            if let (Kind::Seq(tiers), [PriceKey::TransferOut]) = (entry.value.kind, &*keys) {
                let tiers = self.price_tiers(tiers);
                self.prices.set_tiers(PriceKey::TransferOut, tiers);
                continue;
            }
            let Some(amount) = self.reader.amount(&entry.value) else {
                continue;
            };
            for key in keys {
                self.prices.set(key, amount.usd);
            }
        }
    }

    /// Prices in tiers, each from how many whole GB on.
    fn price_tiers(&mut self, tiers: &[Node<'_>]) -> Vec<(u64, Price)> {
        let mut read: Vec<(u64, Price)> = Vec::new();
        for node in tiers {
            let what = "a tier such as `{ from: 10TB, price: $0.085 }`";
            let Some(fields) = self.reader.fields(node, TierKey::TIER, what) else {
                continue;
            };
            let (mut from, mut price, mut has_price) = (Some(0), None, false);
            for field in fields.iter() {
                match field.key {
                    TierKey::From => {
                        let what = "a whole number of GB";
                        from = self
                            .reader
                            .parsed(field.value, Code::BadSize, what, whole_gb);
                    }
                    TierKey::Price => {
                        price = self.reader.amount(field.value).map(|amount| amount.usd);
                        has_price = true;
                    }
                }
            }
            if !has_price {
                self.reader
                    .missing_key(node.span, "a tier of a price", "price", "$0.085");
            }
            let (Some(from), Some(price)) = (from, price) else {
                continue;
            };
            let follows = match read.last() {
                Some(&(before, _)) => from > before,
                None => from == 0,
            };
            if !follows {
                self.reader.report(Code::Backwards, node.span, || {
                    Draft::new("the tiers of a price begin at 0GB and stand in rising order")
                        .label("this doesn't follow")
                });
            }
            read.push((from, price));
        }
        read
    }

    fn unknown_price(&mut self, key: &tree::Key<'_>) {
        self.reader.report(Code::UnknownKey, key.span, || {
            let text = key.text;
            let (name, platform) = text.split_once('/').unwrap_or((text, ""));
            let draft = Draft::new(format!("nothing called {} has a price", quoted(text)))
                .label("expected a type or a usage type")
                .note("such as `m5.large`, `m5.large/windows`, `gp3`, `gp3-iops`, `public-ipv4` or `BoxUsage:m5.large`");
            if TypeId::find(name).is_some() {
                let word = nearest(platform, Platform::ALL.iter().map(|one| one.word()));
                return draft.instead(word.map(|word| format!("{name}/{word}")));
            }
            let kinds = PriceKey::NAMED.iter().map(|(name, _)| *name);
            draft.instead(nearest(text, kinds.chain(TypeId::all().map(TypeId::name))))
        });
    }
}

fn whole_gb(text: &str) -> Result<u64, Reason> {
    let parts = value::data_amount(text)?;
    if parts.is_multiple_of(DATA_PARTS) {
        Ok(parts / DATA_PARTS)
    } else {
        Err(Reason::new("expected a whole number of GB"))
    }
}

/// Whether a name stands for something in a folder or below it, also if links are followed. What isn't there is nowhere else.
pub(in crate::scenario) fn is_below(directory: &Path, name: &str) -> bool {
    let is_plain = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let real = |path: &Path| fs::canonicalize(path).ok();
    is_plain
        && real(directory)
            .zip(real(&directory.join(name)))
            .is_none_or(|(directory, file)| file.starts_with(directory))
}

/// The usage types of volumes, as reports print them.
const USAGE: &[(&str, VolumeType, Dimension)] = &[
    ("EBS:VolumeUsage", VolumeType::Standard, Dimension::Storage),
    (
        "EBS:VolumeUsage.standard",
        VolumeType::Standard,
        Dimension::Storage,
    ),
    ("EBS:VolumeUsage.gp2", VolumeType::Gp2, Dimension::Storage),
    ("EBS:VolumeUsage.gp3", VolumeType::Gp3, Dimension::Storage),
    ("EBS:VolumeP-IOPS.gp3", VolumeType::Gp3, Dimension::Iops),
    (
        "EBS:VolumeP-Throughput.gp3",
        VolumeType::Gp3,
        Dimension::Throughput,
    ),
    ("EBS:VolumeUsage.piops", VolumeType::Io1, Dimension::Storage),
    ("EBS:VolumeUsage.io1", VolumeType::Io1, Dimension::Storage),
    ("EBS:VolumeP-IOPS.piops", VolumeType::Io1, Dimension::Iops),
    ("EBS:VolumeP-IOPS.io1", VolumeType::Io1, Dimension::Iops),
    ("EBS:VolumeUsage.io2", VolumeType::Io2, Dimension::Storage),
    ("EBS:VolumeP-IOPS.io2", VolumeType::Io2, Dimension::Iops),
    ("EBS:VolumeUsage.st1", VolumeType::St1, Dimension::Storage),
    ("EBS:VolumeUsage.sc1", VolumeType::Sc1, Dimension::Storage),
];

/// What a key of `prices` stands for; nothing if it isn't known.
pub(in crate::scenario) fn price_keys(text: &str, region: RegionId) -> Vec<PriceKey> {
    if let Some((_, key)) = PriceKey::NAMED.iter().find(|(name, _)| *name == text) {
        return vec![*key];
    }
    if let Some(
        key @ (PriceKey::TransferRegion(_)
        | PriceKey::CpuCredits(..)
        | PriceKey::Host(_)
        | PriceKey::Spot(..)),
    ) = PriceKey::find(text)
    {
        return vec![key];
    }
    let (name, platform) = text.split_once('/').unwrap_or((text, ""));
    if let Some(instance_type) = TypeId::find(name) {
        return match (platform, Platform::find(platform)) {
            ("", _) if name.len() == text.len() => vec![PriceKey::Instance(instance_type, None)],
            (_, Some(platform)) => vec![PriceKey::Instance(instance_type, Some(platform))],
            _ => Vec::new(),
        };
    }
    let bare = [region.usage_prefix(), region.usage_prefix_new()]
        .into_iter()
        .filter(|prefix| !prefix.is_empty())
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    if let Some(name) = bare.strip_prefix("BoxUsage:") {
        let found = TypeId::find(name);
        return found
            .map(|found| PriceKey::Instance(found, None))
            .into_iter()
            .collect();
    }
    if matches!(bare, "PublicIPv4:InUseAddress" | "PublicIPv4:IdleAddress") {
        return vec![PriceKey::PublicIpv4];
    }
    let usage = USAGE.iter().find(|(name, ..)| *name == bare);
    usage
        .map(|(_, volume, dimension)| PriceKey::Volume(*volume, *dimension))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_named_in_three_ways() {
        let ireland = RegionId::find("eu-west-1").unwrap();
        let large = TypeId::find("m5.large").unwrap();
        let keys = |text| price_keys(text, ireland);
        assert_eq!(keys("m5.large"), [PriceKey::Instance(large, None)]);
        assert_eq!(
            keys("m5.large/windows"),
            [PriceKey::Instance(large, Some(Platform::Windows))]
        );
        assert_eq!(
            keys("EU-BoxUsage:m5.large"),
            [PriceKey::Instance(large, None)]
        );
        assert_eq!(keys("BoxUsage:m5.large"), [PriceKey::Instance(large, None)]);
        assert_eq!(
            keys("EBS:VolumeP-IOPS.piops"),
            [PriceKey::Volume(VolumeType::Io1, Dimension::Iops)]
        );
        assert_eq!(
            keys("EUW1-PublicIPv4:IdleAddress").len() + keys("EU-PublicIPv4:IdleAddress").len(),
            1
        );
        assert!(
            keys("m5.large/").is_empty()
                && keys("m5.large/beos").is_empty()
                && keys("gp4").is_empty()
        );
    }
}
