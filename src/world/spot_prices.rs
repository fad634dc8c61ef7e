//! Spot prices in force: what a scenario says, from when on, and the catalogue's estimate where it says nothing.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    catalog::{Platform, RegionId, SpotOs, TypeId, on_demand_or_estimated, spot_advice},
    money::Price,
    time::SimTime,
};

/// A table of Spot prices, as a scenario gives it. The changes of an entry are in the order of time, and the first holds
/// before its time too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpotTable(BTreeMap<Pool, Changes>);

/// Of which type, on which platform or on all, in which zone or in all.
type Pool = (TypeId, Option<Platform>, Option<&'static str>);

/// From when on a price holds, again and again.
type Changes = Vec<(SimTime, Price)>;

impl SpotTable {
    /// Sets the changes of a type's price, on one platform or on all, in one zone or in all; of two at one instant the later
    /// one holds.
    pub fn set(
        &mut self,
        (instance_type, platform): (TypeId, Option<Platform>),
        zone: Option<&'static str>,
        mut changes: Changes,
    ) {
        changes.sort_by_key(|&(from, _)| from);
        self.0.insert((instance_type, platform, zone), changes);
    }

    /// The same where nothing is set for all zones.
    pub fn set_default(&mut self, of: (TypeId, Option<Platform>), from: SimTime, price: Price) {
        self.0
            .entry((of.0, of.1, None))
            .or_insert_with(|| vec![(from, price)]);
    }

    /// Whether it has no prices.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has a price of a type in a zone.
    pub fn has(&self, instance_type: TypeId, platform: Platform, zone: &'static str) -> bool {
        !self.changes(instance_type, platform, zone).is_empty()
    }

    /// The changes of a type's price in a zone: an entry of the zone wins over all zones, one of the platform over all of them.
    fn changes(
        &self,
        instance_type: TypeId,
        platform: Platform,
        zone: &'static str,
    ) -> &[(SimTime, Price)] {
        let nearest = [
            (Some(platform), Some(zone)),
            (None, Some(zone)),
            (Some(platform), None),
            (None, None),
        ];
        nearest
            .into_iter()
            .find_map(|(platform, zone)| self.0.get(&(instance_type, platform, zone)))
            .map_or(&[], Vec::as_slice)
    }
}

/// The Spot prices of an account.
#[derive(Debug, Clone, Default)]
pub(super) struct SpotPrices {
    pub(super) table: Arc<SpotTable>,
    /// What was said amid the script: the latest of each.
    pub(super) said: BTreeMap<(TypeId, &'static str), (SimTime, Price)>,
}

impl SpotPrices {
    pub(super) fn of(table: Arc<SpotTable>) -> Self {
        Self {
            table,
            said: BTreeMap::new(),
        }
    }

    pub(super) fn say(
        &mut self,
        at: SimTime,
        instance_type: TypeId,
        zone: &'static str,
        price: Price,
    ) {
        self.said.insert((instance_type, zone), (at, price));
    }

    /// The price in force, where somebody said one. Of table and script the later change wins.
    pub(super) fn told(
        &self,
        at: SimTime,
        (instance_type, platform): (TypeId, Platform),
        zone: &'static str,
    ) -> Option<Price> {
        let changes = self.table.changes(instance_type, platform, zone);
        let past = changes.partition_point(|&(from, _)| from <= at);
        let listed = match past.checked_sub(1) {
            Some(latest) => changes.get(latest).copied(),
            None => changes
                .first()
                .map(|&(_, price)| (SimTime::default(), price)),
        };
        let said = self.said.get(&(instance_type, zone)).copied();
        match (listed, said) {
            (Some((from, price)), Some((since, _))) if from > since => Some(price),
            (_, Some((_, price))) | (Some((_, price)), None) => Some(price),
            (None, None) => None,
        }
    }

    /// When the table has the next change of a price.
    pub(super) fn next_change(
        &self,
        at: SimTime,
        (instance_type, platform): (TypeId, Platform),
        zone: &'static str,
    ) -> Option<SimTime> {
        let changes = self.table.changes(instance_type, platform, zone);
        let past = changes.partition_point(|&(from, _)| from <= at);
        changes.get(past).map(|&(from, _)| from)
    }
}

/// What the Spot advisor's savings make of an On-Demand price: a licence costs what it costs, unless it is that of Windows.
/// Where nothing is known of savings there are none.
pub(super) fn estimate(
    region: RegionId,
    instance_type: TypeId,
    platform: Platform,
    listed: Price,
) -> Price {
    let licence = if matches!(platform, Platform::Windows | Platform::Linux) {
        Price::ZERO
    } else {
        let linux = on_demand_or_estimated(region, instance_type, Platform::Linux);
        linux.map_or(Price::ZERO, |linux| listed.less(linux.price))
    };
    let listed = listed.less(licence);
    let saved = spot_advice(region, system(platform), instance_type)
        .and_then(|advice| u64::try_from(advice.savings_percent).ok());
    let paid = 100 - saved.unwrap_or(0).min(100);
    let units = listed.units();
    Price::from_units(units / 100 * paid + units % 100 * paid / 100).plus(licence)
}

/// Whether the Spot advisor says what a type saves.
pub fn has_spot_advice(region: RegionId, instance_type: TypeId, platform: Platform) -> bool {
    spot_advice(region, system(platform), instance_type).is_some()
}

fn system(platform: Platform) -> SpotOs {
    if platform == Platform::Windows {
        SpotOs::Windows
    } else {
        SpotOs::Linux
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    #[test]
    fn the_later_of_table_and_script_wins_and_the_first_entry_holds_before_its_time() {
        let large = TypeId::find("m5.large").unwrap();
        let at = SimTime::from_secs;
        let mut table = SpotTable::default();
        table.set((large, None), None, vec![(at(0), price("0.5"))]);
        let changes = vec![(at(200), price("0.2")), (at(100), price("0.1"))];
        table.set((large, None), Some("us-east-1b"), changes);
        let mut prices = SpotPrices::of(Arc::new(table));
        let found =
            |prices: &SpotPrices, secs, zone| prices.told(at(secs), (large, Platform::Linux), zone);
        assert_eq!(found(&prices, 7, "us-east-1a"), Some(price("0.5")));
        assert_eq!(found(&prices, 7, "us-east-1b"), Some(price("0.1")));
        assert_eq!(found(&prices, 200, "us-east-1b"), Some(price("0.2")));
        assert_eq!(
            prices.next_change(at(100), (large, Platform::Linux), "us-east-1b"),
            Some(at(200))
        );
        prices.say(at(50), large, "us-east-1b", price("0.9"));
        assert_eq!(found(&prices, 60, "us-east-1b"), Some(price("0.9")));
        assert_eq!(found(&prices, 100, "us-east-1b"), Some(price("0.1")));
        prices.say(at(200), large, "us-east-1b", price("0.8"));
        assert_eq!(found(&prices, 300, "us-east-1b"), Some(price("0.8")));
    }

    #[test]
    fn the_estimate_is_below_the_price_of_the_list() {
        let region = RegionId::find("us-east-1").unwrap();
        let large = TypeId::find("m5.large").unwrap();
        let estimate = estimate(region, large, Platform::Linux, price("0.096"));
        assert!(estimate > Price::from_units(0) && estimate < price("0.096"));
    }
}
