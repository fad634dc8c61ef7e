//! What an account has bought: Reserved Instances and Savings Plans, and what they cost (billing rulebook, sections 6.3, 6.4).
//! They are discounts and no machines (`BILL-RI-IS-DISCOUNT`).

use std::{collections::BTreeMap, fmt};

use crate::{
    catalog::{Platform, RegionId, TypeId, reserved},
    lifecycle::Tenancy,
    money::{Price, Usd},
    record::{Payment, PlanKind, PlanTerms, PriceKey, ReservedClass, Term, UsageType},
    time::{HOUR, SimDuration, SimTime},
};

use super::{FreeTier, PriceBook, PriceSource};

/// What an account has bought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purchases {
    /// Reserved Instances, in the order of the file.
    pub reserved: Vec<ReservedInstance>,
    /// Savings Plans, in the order of the file.
    pub plans: Vec<SavingsPlan>,
    /// The free tier, if it has one.
    pub free_tier: Option<FreeTier>,
}

impl Purchases {
    /// Whether there is nothing that would change a bill.
    pub fn is_empty(&self) -> bool {
        !self.covers() && self.free_tier.is_none()
    }

    /// What all that was bought costs in its whole term, and when the last of it ends; none where nothing was bought.
    pub fn bound(&self) -> Option<(Usd, SimTime)> {
        let reserved = self.reserved.iter().map(|one| (&one.bought, one.count));
        let plans = self.plans.iter().map(|plan| (&plan.bought, 1));
        let all = || reserved.clone().chain(plans.clone());
        let until = all().map(|(bought, _)| bought.until()).max()?;
        let costs = all().map(|(bought, count)| {
            let hourly = Usd::from_price(bought.hourly).times(bought.term.hours());
            (Usd::from_price(bought.upfront) + hourly).times(count)
        });
        Some((costs.sum(), until))
    }

    /// Whether anything was bought.
    pub fn covers(&self) -> bool {
        !self.reserved.is_empty() || !self.plans.is_empty()
    }
}

/// One thing that an account has bought: `ri-1`, `plan-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purchase {
    /// The Reserved Instances of this number, from 1 in the order of the file.
    Reserved(u32),
    /// The Savings Plan of this number.
    Plan(u32),
}

impl fmt::Display for Purchase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved(number) => write!(f, "ri-{number}"),
            Self::Plan(number) => write!(f, "plan-{number}"),
        }
    }
}

/// The hours for which something is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// From when on.
    pub from: SimTime,
    /// For how long.
    pub term: Term,
    /// How it is paid.
    pub payment: Payment,
    /// What is paid at once.
    pub upfront: Price,
    /// What is paid every hour.
    pub hourly: Price,
}

impl Bought {
    /// When the term is over.
    pub fn until(&self) -> SimTime {
        self.from + SimDuration::from_hours(self.term.hours())
    }

    /// Whether a clock-hour is touched by the term: then it counts whole.
    pub(super) fn touches(&self, hour: SimTime) -> bool {
        hour < self.until() && hour + HOUR > self.from
    }

    /// What an hour of it costs, what was paid at once spread over the term (`BILL-RI-PAYMENT`).
    pub(super) fn an_hour(&self) -> Usd {
        let upfront = Usd::from_price(self.upfront);
        upfront.share(1, u128::from(self.term.hours())) + Usd::from_price(self.hourly)
    }
}

/// Reserved Instances that were bought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedInstance {
    /// Of which type.
    pub instance_type: TypeId,
    /// How many.
    pub count: u64,
    /// Their class.
    pub class: ReservedClass,
    /// For which platform.
    pub platform: Platform,
    /// For which tenancy.
    pub tenancy: Tenancy,
    /// For which zone alone (`BILL-RI-SCOPE`).
    pub zone: Option<&'static str>,
    /// When, for how long, and what each costs.
    pub bought: Bought,
    /// Where the price is from.
    pub source: PriceSource,
}

impl ReservedInstance {
    /// Whether it helps every size of its family (`BILL-RI-FLEX`).
    pub fn is_flexible(&self) -> bool {
        /// Families whose prices don't go by their sizes.
        const RIGID: &[&str] = &[
            "g4ad", "g4dn", "g5", "g5g", "g6", "g6e", "gr6", "inf1", "inf2",
        ];
        let info = self.instance_type.info();
        let family = info.family();
        let is_rigid = RIGID.contains(&family)
            || ["hpc", "p5", "u-", "u7"]
                .iter()
                .any(|start| family.starts_with(start));
        self.zone.is_none()
            && self.platform == Platform::Linux
            && self.tenancy == Tenancy::Default
            && info.normalization_factor().is_some()
            && !is_rigid
    }

    /// What an hour of all of them costs.
    pub(super) fn an_hour(&self) -> Usd {
        self.bought.an_hour().times(self.count)
    }
}

/// A Savings Plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavingsPlan {
    /// What it is for.
    pub kind: PlanKind,
    /// What is paid for usage every hour, at the plan's rates.
    pub commitment: Price,
    /// For which family of types; none for any.
    pub family: Option<&'static str>,
    /// When, for how long, and what it costs.
    pub bought: Bought,
    /// The rates that the file gives.
    pub rates: BTreeMap<(TypeId, Option<Platform>), Price>,
}

impl SavingsPlan {
    /// As what its fee is charged.
    pub const fn usage_type(&self) -> UsageType {
        let Bought { term, payment, .. } = self.bought;
        UsageType::SavingsPlan(PlanTerms {
            kind: self.kind,
            family: self.family,
            term,
            payment,
        })
    }

    /// What an hour of a type costs under it, and whether that is derived (`BILL-SP-RATE`); none where nothing says it.
    pub fn rate(
        &self,
        book: &PriceBook,
        (instance_type, platform, tenancy): (TypeId, Platform, Tenancy),
    ) -> Option<(Price, bool)> {
        if self
            .family
            .is_some_and(|family| family != instance_type.info().family())
        {
            return None;
        }
        let dedicated = |linux: Price| match tenancy {
            Tenancy::Dedicated => linux.part(11, 10),
            Tenancy::Default | Tenancy::Host => linux,
        };
        if let Some(given) = self.rates.get(&(instance_type, Some(platform))) {
            return Some((dedicated(*given), false));
        }
        let (_, licence) = book.parts(instance_type, platform)?;
        let (linux, is_derived) = match self.rates.get(&(instance_type, None)) {
            Some(given) => (*given, false),
            None => (self.derived(book, instance_type)?, true),
        };
        Some((dedicated(linux).plus(licence), is_derived))
    }

    /// A size that isn't listed follows another of its family by its On-Demand price; else Reserved Instances are as cheap.
    fn derived(&self, book: &PriceBook, instance_type: TypeId) -> Option<Price> {
        let on_demand = |of| {
            let rate = book.rate_of(PriceKey::Instance(of, Some(Platform::Linux)));
            rate.map(|rate| rate.price)
        };
        let family = instance_type.info().family();
        let mut listed = self.rates.iter();
        let near =
            listed.find(|((of, platform), _)| platform.is_none() && of.info().family() == family);
        if let Some(((of, _), given)) = near {
            let (own, other) = (on_demand(instance_type)?, on_demand(*of)?);
            return (other > Price::ZERO).then(|| given.part(own.units(), other.units()));
        }
        let class = match self.kind {
            PlanKind::Ec2Instance => ReservedClass::Standard,
            PlanKind::Compute => ReservedClass::Convertible,
        };
        let Bought { term, payment, .. } = self.bought;
        let costs = reserved_price(book.region(), instance_type, (term, class, payment))?;
        let hours = term.hours();
        Some(costs.hourly.plus(costs.upfront.part(1, hours)))
    }
}

/// What a Reserved Instance costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedPrice {
    /// At once.
    pub upfront: Price,
    /// Every hour.
    pub hourly: Price,
    /// Where that is from.
    pub source: PriceSource,
}

/// What an m5.large costs in us-east-1 on Linux, published on 2020-07-09: whole dollars at once, and thousandths of a dollar
/// by the hour.
const fn published(term: Term, class: ReservedClass, payment: Payment) -> (u64, u64) {
    use {
        Payment::{AllUpfront, NoUpfront, Partial},
        ReservedClass::{Convertible, Standard},
        Term::{OneYear, ThreeYears},
    };
    match (term, class, payment) {
        (OneYear, Standard, NoUpfront) => (0, 60),
        (OneYear, Standard, Partial) => (252, 29),
        (OneYear, Standard, AllUpfront) => (494, 0),
        (ThreeYears, Standard, NoUpfront) => (0, 41),
        (ThreeYears, Standard, Partial) => (505, 19),
        (ThreeYears, Standard, AllUpfront) => (949, 0),
        (OneYear, Convertible, NoUpfront) => (0, 71),
        (OneYear, Convertible, Partial) => (294, 34),
        (OneYear, Convertible, AllUpfront) => (577, 0),
        (ThreeYears, Convertible, NoUpfront) => (0, 49),
        (ThreeYears, Convertible, Partial) => (592, 23),
        (ThreeYears, Convertible, AllUpfront) => (1_161, 0),
    }
}

/// What all of a term costs there, in thousandths of a dollar.
const fn whole_term(term: Term, class: ReservedClass, payment: Payment) -> u64 {
    let (upfront, hourly) = published(term, class, payment);
    upfront * 1_000 + hourly * term.hours()
}

/// What a Reserved Instance of Linux and default tenancy costs: as it was published, as the catalogue has it, or derived from
/// what standard ones cost that are paid at once (`BILL-RI-PAYMENT`); none where not even that is known.
pub fn reserved_price(
    region: RegionId,
    instance_type: TypeId,
    (term, class, payment): (Term, ReservedClass, Payment),
) -> Option<ReservedPrice> {
    if region.name() == "us-east-1" && instance_type.name() == "m5.large" {
        let (upfront, hourly) = published(term, class, payment);
        return Some(ReservedPrice {
            upfront: Price::DOLLAR.times(upfront),
            hourly: Price::DOLLAR.part(hourly, 1_000),
            source: PriceSource::Published2020,
        });
    }
    let (fee, is_listed) = all_upfront(region, instance_type, term)?;
    if is_listed && class == ReservedClass::Standard && payment == Payment::AllUpfront {
        return Some(ReservedPrice {
            upfront: fee,
            hourly: Price::ZERO,
            source: PriceSource::Reserved2025,
        });
    }
    let base = whole_term(term, ReservedClass::Standard, Payment::AllUpfront);
    let whole = fee.part(whole_term(term, class, payment), base);
    let (upfront, hourly) = match payment {
        Payment::NoUpfront => (Price::ZERO, whole.part(1, term.hours())),
        Payment::Partial => (whole.part(1, 2), whole.part(1, 2 * term.hours())),
        Payment::AllUpfront => (whole, Price::ZERO),
    };
    Some(ReservedPrice {
        upfront,
        hourly,
        source: PriceSource::Derived,
    })
}

/// What a standard one costs at once, and whether its own size is listed. The catalogue has no sizes below `xlarge`: those
/// cost in proportion to their normalization factors.
fn all_upfront(region: RegionId, instance_type: TypeId, term: Term) -> Option<(Price, bool)> {
    let fee = |of| {
        let rates = reserved(region, of)?;
        let rate = match term {
            Term::OneYear => rates.one_year_all_upfront,
            Term::ThreeYears => rates.three_years_all_upfront,
        };
        // The fee itself is in whole dollars.
        let dollars = rate.times(term.hours()).part(1, Price::DOLLAR.units());
        Some(Price::DOLLAR.times(dollars.units()))
    };
    if let Some(fee) = fee(instance_type) {
        return Some((fee, true));
    }
    let info = instance_type.info();
    let factor = info.normalization_factor()?;
    let larger = TypeId::all().filter_map(|other| {
        let (other_info, fee) = (other.info(), fee(other)?);
        let other_factor = other_info.normalization_factor()?;
        let fits = other_info.family() == info.family() && other_factor > factor;
        fits.then_some((other_factor, fee))
    });
    let (of, fee) = larger.min_by_key(|(factor, _)| *factor)?;
    Some((fee.part(u64::from(factor), u64::from(of)), false))
}
