//! What an account has bought for longer: Reserved Instances and Savings Plans.

use std::collections::BTreeMap;

use super::{
    super::{
        Code,
        keys::{PAYMENT, PLAN_KIND, PlanKey, RESERVED_CLASS, ReservedKey, TENANCY, TERM},
        reader::{Draft, Span},
        tree::{Node, quoted},
    },
    Lower,
};
use crate::{
    billing::{
        Bought, PriceSource, Purchase, ReservedInstance, ReservedPrice, SavingsPlan, reserved_price,
    },
    catalog::{Platform, TypeId},
    lifecycle::Tenancy,
    money::Price,
    record::{Payment, PlanKind, ReservedClass, Term},
};

impl Lower<'_> {
    pub(super) fn reserved_instance(&mut self, node: &Node<'_>) -> Option<ReservedInstance> {
        let keys = ReservedKey::RESERVED_INSTANCE;
        let fields = self.reader.fields(node, keys, "a mapping")?;
        let (mut of, mut count, mut term, mut payment) = (None, Some(1), None, None);
        let mut class = Some(ReservedClass::Standard);
        let (mut platform, mut tenancy) = (Some(Platform::Linux), Some(Tenancy::Default));
        let (mut zone, mut from) = (Some(None), Some(self.start));
        let (mut upfront, mut hourly) = (Some(None), Some(None));
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                ReservedKey::Type => of = self.instance_type(node).map(|of| (of, node.span)),
                ReservedKey::Count => count = self.reader.whole(node, 1, u64::from(u32::MAX)),
                ReservedKey::Term => term = self.reader.word(node, TERM, "a term"),
                ReservedKey::Payment => {
                    payment = self.reader.word(node, PAYMENT, "a way to pay");
                }
                ReservedKey::Class => class = self.reader.word(node, RESERVED_CLASS, "a class"),
                ReservedKey::Platform => platform = self.platform(node),
                ReservedKey::Tenancy => {
                    tenancy = self.reader.word(node, TENANCY, "a tenancy");
                    if tenancy == Some(Tenancy::Host) {
                        self.reader.report(Code::UnknownWord, node.span, || {
                            Draft::new("there are no Reserved Instances for Dedicated Hosts")
                                .label("expected `default` or `dedicated`")
                        });
                    }
                }
                ReservedKey::Zone => zone = self.zone(node).map(Some),
                ReservedKey::From => from = self.date(node),
                ReservedKey::Upfront => {
                    upfront = self
                        .reader
                        .amount(node)
                        .map(|one| Some((one.usd, node.span)));
                }
                ReservedKey::Hourly => {
                    hourly = self
                        .reader
                        .amount(node)
                        .map(|one| Some((one.usd, node.span)));
                }
            }
        }
        let needed = [
            (ReservedKey::Type, "m5.large"),
            (ReservedKey::Term, "1y"),
            (ReservedKey::Payment, "no-upfront"),
        ];
        self.reader.lacks(&fields, keys, &needed);
        let ((of, at), count, term, payment) = (of?, count?, term?, payment?);
        let (class, platform, tenancy) = (class?, platform?, tenancy?);
        let (upfront, hourly) = (upfront?, hourly?);
        self.only_with(payment, Payment::NoUpfront, upfront, "upfront");
        self.only_with(payment, Payment::AllUpfront, hourly, "hourly");
        let price = if upfront.is_none() && hourly.is_none() {
            self.reserved_price((of, at), (term, class, payment), (platform, tenancy))?
        } else {
            let needed = [
                (
                    ReservedKey::Upfront,
                    "$252",
                    upfront.is_some() || payment == Payment::NoUpfront,
                ),
                (
                    ReservedKey::Hourly,
                    "$0.029",
                    hourly.is_some() || payment == Payment::AllUpfront,
                ),
            ];
            for (key, example, _) in needed.iter().filter(|(.., is_there)| !is_there) {
                self.reader
                    .missing_key(fields.span, keys.table.what, keys.name(*key), example);
            }
            ReservedPrice {
                upfront: upfront.map_or(Price::ZERO, |(price, _)| price),
                hourly: hourly.map_or(Price::ZERO, |(price, _)| price),
                source: PriceSource::Scenario,
            }
        };
        Some(ReservedInstance {
            instance_type: of,
            count,
            class,
            platform,
            tenancy,
            zone: zone?,
            bought: Bought {
                from: from?,
                term,
                payment,
                upfront: price.upfront,
                hourly: price.hourly,
            },
            source: price.source,
        })
    }

    /// Reports an amount that a way to pay doesn't have.
    fn only_with(
        &mut self,
        payment: Payment,
        without: Payment,
        given: Option<(Price, Span)>,
        key: &str,
    ) {
        if let Some((price, at)) = given
            && payment == without
            && price > Price::ZERO
        {
            self.reader.report(Code::Exclusive, at, || {
                let name = payment.name();
                Draft::new(format!("`{key}` doesn't go with `payment: {name}`"))
                    .label(format!("with `{name}` there is none"))
            });
        }
    }

    /// What the catalogue says that it costs. A licence isn't any cheaper, and dedicated hardware is a tenth dearer.
    fn reserved_price(
        &mut self,
        (of, at): (TypeId, Span),
        terms: (Term, ReservedClass, Payment),
        (platform, tenancy): (Platform, Tenancy),
    ) -> Option<ReservedPrice> {
        let known = reserved_price(self.region, of, terms);
        let parts = self.prices.parts(of, platform);
        let (Some(mut price), Some((_, licence))) = (known, parts) else {
            let region = self.region.name();
            self.reader.report(Code::NoPrice, at, || {
                let name = of.name();
                Draft::new(format!(
                    "a Reserved Instance of `{name}` has no price in {region}"
                ))
                .label("no price: give `hourly` and `upfront`")
            });
            return None;
        };
        if tenancy == Tenancy::Dedicated {
            price.upfront = price.upfront.part(11, 10);
            price.hourly = price.hourly.part(11, 10);
            price.source = PriceSource::Derived;
        }
        if licence > Price::ZERO {
            match terms.2 {
                Payment::NoUpfront | Payment::Partial => {
                    price.hourly = price.hourly.plus(licence);
                }
                Payment::AllUpfront => {
                    price.upfront = price.upfront.plus(licence.times(terms.0.hours()));
                }
            }
            price.source = PriceSource::Derived;
        }
        Some(price)
    }

    pub(super) fn savings_plan(&mut self, node: &Node<'_>) -> Option<SavingsPlan> {
        let keys = PlanKey::SAVINGS_PLAN;
        let fields = self.reader.fields(node, keys, "a mapping")?;
        let (mut kind, mut commitment, mut term, mut payment) = (None, None, None, None);
        let (mut family, mut from) = (Some(None), Some(self.start));
        let mut rates = BTreeMap::new();
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                PlanKey::Kind => kind = self.reader.word(node, PLAN_KIND, "a kind of plan"),
                PlanKey::Commitment => {
                    commitment = self.reader.amount(node).map(|amount| amount.usd);
                    if commitment == Some(Price::ZERO) {
                        self.reader.report(Code::BadAmount, node.span, || {
                            Draft::new("a Savings Plan of nothing covers nothing")
                                .label("expected an amount such as `$0.10`")
                        });
                    }
                }
                PlanKey::Term => term = self.reader.word(node, TERM, "a term"),
                PlanKey::Payment => payment = self.reader.word(node, PAYMENT, "a way to pay"),
                PlanKey::Family => family = self.family(node).map(Some),
                PlanKey::Region => {
                    let region = super::region(self.reader, node);
                    self.plan_region(region, node.span);
                }
                PlanKey::From => from = self.date(node),
                PlanKey::Rates => {
                    let entries = self.reader.entries(node, "a mapping from types to prices");
                    for entry in entries.unwrap_or_default() {
                        let (text, at) = (entry.key.text, entry.key.span);
                        let (name, platform) = match text.split_once('/') {
                            Some((name, platform)) => (name, Some(platform)),
                            None => (text, None),
                        };
                        let known = platform.map(Platform::find);
                        if known == Some(None) {
                            self.reader.report(Code::UnknownWord, at, || {
                                let platform = quoted(platform.unwrap_or_default());
                                Draft::new(format!("unknown platform {platform}"))
                                    .label("expected a platform such as `m5.large/windows`")
                            });
                        }
                        let of = self.type_named(name, at);
                        let rate = self.reader.amount(&entry.value);
                        if let (Some(of), Some(rate)) = (of, rate) {
                            rates.insert((of, known.flatten()), rate.usd);
                        }
                    }
                }
            }
        }
        let mut needed = vec![
            (PlanKey::Kind, "compute"),
            (PlanKey::Commitment, "$0.10"),
            (PlanKey::Term, "1y"),
            (PlanKey::Payment, "no-upfront"),
        ];
        match kind {
            Some(PlanKind::Ec2Instance) => needed.push((PlanKey::Family, "m5")),
            Some(PlanKind::Compute) => {
                if let Some(field) = fields.get(PlanKey::Family) {
                    self.reader.report(Code::Exclusive, field.span, || {
                        Draft::new("a Compute plan is for every family")
                            .label("only an `ec2-instance` plan has a family")
                    });
                }
            }
            None => {}
        }
        self.reader.lacks(&fields, keys, &needed);
        let (commitment, term, payment) = (commitment?, term?, payment?);
        let whole = commitment.times(term.hours());
        let (upfront, hourly) = match payment {
            Payment::NoUpfront => (Price::ZERO, commitment),
            Payment::Partial => (whole.part(1, 2), commitment.part(1, 2)),
            Payment::AllUpfront => (whole, Price::ZERO),
        };
        Some(SavingsPlan {
            kind: kind?,
            commitment,
            family: family?,
            bought: Bought {
                from: from?,
                term,
                payment,
                upfront,
                hourly,
            },
            rates,
        })
    }

    /// A plan for another Region would cover nothing of what the file tells.
    fn plan_region(&mut self, region: Option<crate::catalog::RegionId>, at: Span) {
        let here = self.region;
        if let Some(region) = region
            && region != here
        {
            self.reader.report(Code::UnknownPlace, at, || {
                let (name, here) = (region.name(), here.name());
                Draft::new(format!("a plan for {name} covers nothing in {here}"))
                    .label(format!("the scenario is in {here}"))
            });
        }
    }

    /// What was bought for a family of which nothing in the file is, in words.
    pub(super) fn idle_purchases(&self) -> Vec<String> {
        let reserved = (1..).zip(&self.purchases.reserved);
        let reserved = reserved.map(|(number, one)| {
            let family = one.instance_type.info().family();
            (Purchase::Reserved(number), Some(family))
        });
        let plans = (1..).zip(&self.purchases.plans);
        let plans = plans.map(|(number, plan)| (Purchase::Plan(number), plan.family));
        reserved
            .chain(plans)
            .filter_map(|(purchase, family)| {
                let family = family.filter(|family| !self.families.contains(family))?;
                Some(format!(
                    "{purchase} covers nothing: no instance of the file is of the family {family}"
                ))
            })
            .collect()
    }

    /// What a plan would cover needs a rate under it.
    pub(super) fn check_plans(&mut self) {
        let plans = self.purchases.plans.iter().zip(&self.plans);
        let mut without = Vec::new();
        for (plan, &at) in plans {
            for spec in self.specs.iter().flatten() {
                let of = spec.instance_type;
                let covers = plan
                    .family
                    .is_none_or(|family| family == of.info().family());
                let terms = (of, spec.platform, spec.placement.tenancy);
                let is_priced = spec.spot.is_some() || spec.placement.tenancy == Tenancy::Host;
                if covers && !is_priced && plan.rate(&self.prices, terms).is_none() {
                    without.push((of, at));
                }
            }
        }
        for (of, at) in without {
            self.reader.report(Code::NoPrice, at, || {
                let name = of.name();
                Draft::new(format!("this plan has no rate for `{name}`"))
                    .label(format!("give it: `rates: {{ {name}: $0.06 }}`"))
            });
        }
    }
}
