//! A table of prices beside the catalogue, of any Regions.

use std::collections::BTreeMap;

use crate::{catalog::RegionId, money::Price, record::PriceKey};

use super::{PriceSource, Rate};

/// Prices that somebody keeps in a file of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceTable {
    /// Without a Region: in every one. With whether the file says that it is an estimate.
    rows: BTreeMap<(Option<RegionId>, PriceKey), (Price, bool)>,
}

impl PriceTable {
    /// Gives a price, in one Region or in every one.
    pub fn set(&mut self, region: Option<RegionId>, key: PriceKey, price: Price) {
        self.rows.insert((region, key), (price, false));
    }

    /// Gives a price that the table itself calls an estimate.
    pub fn set_estimate(&mut self, region: Option<RegionId>, key: PriceKey, price: Price) {
        self.rows.insert((region, key), (price, true));
    }

    /// Takes over what another has, which holds over what is here.
    pub fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// Whether there is no price in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What has a price in a Region.
    pub(super) fn keys(&self, region: RegionId) -> impl Iterator<Item = PriceKey> {
        let rows = self.rows.keys();
        rows.filter(move |(at, _)| at.is_none_or(|at| at == region))
            .map(|&(_, key)| key)
    }

    /// The price of a key in a Region: its own price is better than that of every Region, and that of a platform better
    /// than that of every platform.
    pub(super) fn rate(&self, region: RegionId, key: PriceKey, estimates: bool) -> Option<Rate> {
        let of = |key| {
            let at = [Some(region), None].into_iter();
            at.filter_map(|at| self.rows.get(&(at, key)))
                .find(|(_, is_estimated)| estimates || !is_estimated)
        };
        let found = of(key).or_else(|| {
            let PriceKey::Instance(of_type, Some(_)) = key else {
                return None;
            };
            of(PriceKey::Instance(of_type, None))
        });
        let &(price, is_estimated) = found?;
        Some(Rate {
            price,
            source: if is_estimated {
                PriceSource::FileEstimate
            } else {
                PriceSource::File
            },
        })
    }
}
