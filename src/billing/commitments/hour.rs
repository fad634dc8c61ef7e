//! An hour that is over: which purchase covers what of what was used in it (`BILL-ORDER`).

use std::{cmp::Ordering, collections::BTreeMap};

use crate::{
    catalog::TypeId,
    money::{Price, Usd},
    rule,
    time::{HOUR_SECS, SimTime},
};

use super::{
    super::purchases::{Bought, Purchase, Purchases, ReservedInstance, SavingsPlan},
    Commitments, Cover, HOUR, Kind, Use, nth,
};

/// The normalization factor of a type, in hundredths; of what has none, that of a medium.
pub(super) fn factor(of: TypeId) -> u64 {
    of.info().normalization_factor().map_or(200, u64::from)
}

/// An hour that is over.
pub(super) struct Hour<'a> {
    pub(super) stage: &'a Commitments,
    pub(super) hour: SimTime,
    end: SimTime,
    used: &'a [Use],
    /// What isn't covered yet of each, in picoseconds.
    left: Vec<u64>,
    pub(super) covers: Vec<Vec<Cover>>,
    /// By normalization factor, then in the order of launch (`BILL-RI-CONCURRENT`).
    order: Vec<usize>,
    /// Whether it is the turn of what is reserved and unused.
    pub(super) slots: bool,
    /// What is left of each purchase: normalized picoseconds or the whole amount, and what it costs.
    rooms: BTreeMap<Purchase, (u128, Usd)>,
    pub(super) unused: Vec<(Purchase, u128, Usd)>,
}

impl<'a> Hour<'a> {
    pub(super) fn new(
        stage: &'a Commitments,
        hour: SimTime,
        used: &'a [Use],
        end: SimTime,
    ) -> Self {
        let mut order: Vec<usize> = (0..used.len()).collect();
        order.sort_by_key(|&place| {
            let one = &used[place];
            (
                stage.known(one.sku).map(|kind| kind.factor),
                one.resource,
                one.from,
            )
        });
        Self {
            stage,
            hour,
            end,
            used,
            left: used.iter().map(Use::picos).collect(),
            covers: vec![Vec::new(); used.len()],
            order,
            slots: false,
            rooms: BTreeMap::new(),
            unused: Vec::new(),
        }
    }

    fn kind(&self, place: usize) -> Option<&'a Kind> {
        self.stage.known(self.used[place].sku)
    }

    /// Whether a purchase counts in this hour.
    fn counts(&self, bought: &Bought) -> bool {
        bought.touches(self.hour) && self.hour.max(bought.from) < self.end
    }

    /// Lets Reserved Instances take what they can (`BILL-RI-MATCH`, `BILL-RI-3600`).
    pub(super) fn reserved(&mut self, purchase: Purchase, one: &ReservedInstance) {
        if !self.counts(&one.bought) {
            return;
        }
        let family = one.instance_type.info().family();
        let own = factor(one.instance_type);
        let is_flexible = one.is_flexible();
        let whole = u128::from(own) * u128::from(HOUR) * u128::from(one.count);
        let all = one.an_hour();
        let (mut room, mut lost) = *self.rooms.entry(purchase).or_insert((whole, all));
        let mut last = None;
        for index in 0..self.order.len() {
            let place = self.order[index];
            let Some(kind) = self.kind(place) else {
                continue;
            };
            let (of, platform, tenancy) = kind.of;
            let is_own = of == one.instance_type;
            let fits = (platform, tenancy) == (one.platform, one.tenancy)
                && (is_own || is_flexible && of.info().family() == family)
                && one.zone.is_none_or(|zone| self.zone(place) == zone);
            if !fits || self.left[place] == 0 || self.used[place].is_slot() != self.slots {
                continue;
            }
            let factor = u128::from(if is_own { own } else { kind.factor });
            let most = u64::try_from(room / factor).unwrap_or(u64::MAX);
            let picos = self.left[place].min(most);
            if picos == 0 {
                break;
            }
            let taken = u128::from(picos) * factor;
            // What is left is less than a picosecond of anything.
            room = if picos < self.left[place] {
                0
            } else {
                room - taken
            };
            let effective = all.share(taken, whole);
            lost = lost - effective;
            let is_part = picos < self.left[place];
            self.left[place] -= picos;
            self.covers[place].push(Cover {
                purchase,
                picos,
                effective,
                rules: match (is_own, is_part) {
                    (true, _) => &[rule::BILL_ORDER, rule::BILL_RI_MATCH, rule::BILL_RI_3600],
                    (false, false) => &[rule::BILL_ORDER, rule::BILL_RI_MATCH, rule::BILL_RI_FLEX],
                    (false, true) => &[
                        rule::BILL_ORDER,
                        rule::BILL_RI_MATCH,
                        rule::BILL_RI_FLEX,
                        rule::BILL_RI_FLEX_PART,
                    ],
                },
            });
            last = Some(place);
        }
        if room == 0 && last.is_some() {
            self.give_rest(last, lost);
            lost = Usd::ZERO;
        }
        self.rooms.insert(purchase, (room, lost));
    }

    /// What is left of all purchases in the end is lost.
    pub(super) fn count_unused(&mut self, purchases: &Purchases) {
        for (&purchase, &(room, lost)) in &self.rooms {
            let picos = match purchase {
                Purchase::Reserved(number) => {
                    let own =
                        nth(&purchases.reserved, number).map_or(1, |one| factor(one.instance_type));
                    room / u128::from(own)
                }
                Purchase::Plan(number) => {
                    let commitment = nth(&purchases.plans, number).map(|plan| plan.commitment);
                    lost.parts_of(
                        Usd::from_price(commitment.unwrap_or(Price::ZERO)),
                        HOUR.into(),
                    )
                }
            };
            if picos > 0 || !lost.is_zero() {
                self.unused.push((purchase, picos, lost));
            }
        }
    }

    /// What was lost in rounding belongs to what was covered last.
    fn give_rest(&mut self, last: Option<usize>, rest: Usd) {
        if let Some(cover) = last.and_then(|place| self.covers[place].last_mut()) {
            cover.effective += rest;
        }
    }

    fn zone(&self, place: usize) -> &'static str {
        let instance = self.used[place].resource.instance();
        let zone = instance.and_then(|one| self.stage.zones.get(one.index()));
        zone.copied().unwrap_or_default()
    }

    /// Lets a plan take what it can: what it saves most on first (`BILL-SP-APPLY`).
    pub(super) fn plan(&mut self, number: u32, plan: &SavingsPlan) {
        if !self.counts(&plan.bought) {
            return;
        }
        let purchase = Purchase::Plan(number);
        let rate = |place: usize| {
            let kind = self.kind(place)?;
            Some((nth(&kind.rates, number).copied()??, kind.rate.price))
        };
        let mut wanted: Vec<(usize, Price, Price)> = self
            .order
            .iter()
            .filter(|&&place| self.left[place] > 0 && self.used[place].is_slot() == self.slots)
            .filter_map(|&place| rate(place).map(|(rate, list)| (place, rate, list)))
            .collect();
        wanted.sort_by(|one, other| by_saving((one.1, one.2), (other.1, other.2)));
        let commitment = Usd::from_price(plan.commitment);
        let (_, mut left) = *self.rooms.entry(purchase).or_insert((0, commitment));
        for (place, rate, _) in wanted {
            let an_hour = Usd::hourly(rate, HOUR_SECS);
            let costs = an_hour.share(self.left[place].into(), HOUR.into());
            let (picos, effective) = if costs <= left {
                (self.left[place], costs)
            } else {
                let picos = left.parts_of(an_hour, HOUR.into());
                (u64::try_from(picos).unwrap_or(u64::MAX), left)
            };
            if picos == 0 {
                break;
            }
            left = left - effective;
            self.left[place] -= picos;
            self.covers[place].push(Cover {
                purchase,
                picos,
                effective,
                rules: &[
                    rule::BILL_ORDER,
                    rule::BILL_SP_APPLY,
                    rule::BILL_SP_FORMULA,
                    rule::BILL_SP_RATE,
                ],
            });
        }
        self.rooms.insert(purchase, (0, left));
    }
}

/// What saves more, then what has the lower rate, comes first.
fn by_saving((rate, list): (Price, Price), (other_rate, other_list): (Price, Price)) -> Ordering {
    let cross = |rate: Price, list: Price| u128::from(rate.units()) * u128::from(list.units());
    // rate ÷ list, the lower the better.
    let saving = cross(rate, other_list).cmp(&cross(other_rate, list));
    saving.then(rate.cmp(&other_rate))
}
