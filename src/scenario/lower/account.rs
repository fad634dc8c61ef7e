//! `account`: quotas, and what was bought.

use super::{
    super::{
        Code,
        keys::{
            AccountKey, FREE_TIER, FreeTier, PAYMENT, PLAN_KIND, PlanKey, QuotaKey, RESERVED_CLASS,
            ReservedKey, ScenarioKey, TENANCY, TERM,
        },
        reader::Draft,
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
        value,
    },
    Lower,
};
use crate::{
    catalog::{QuotaClass, TypeId},
    time::SimTime,
    world::{Market, Quotas},
};

impl Lower<'_> {
    /// `account`.
    pub(super) fn account(&mut self, field: Field<'_, '_, ScenarioKey>) -> Quotas {
        let mut quotas = Quotas::default();
        let fields = self
            .reader
            .fields(field.value, AccountKey::ACCOUNT, "a mapping");
        for one in fields.iter().flat_map(Fields::iter) {
            let node = one.value;
            match one.key {
                AccountKey::VcpuQuota => quotas.vcpus = self.vcpu_quota(node),
                AccountKey::EipQuota => {
                    if let Some(quota) = self.reader.whole(node, 0, u64::MAX) {
                        quotas.addresses = quota;
                    }
                }
                AccountKey::Created => {
                    let what = "a day or an instant";
                    self.reader.parsed(node, Code::BadInstant, what, |text| {
                        // A day alone is as good: it is the first instant of it.
                        let whole = format!("{text}T00:00:00Z");
                        value::instant(if text.len() == 10 { &whole } else { text })
                    });
                    self.bought(one);
                }
                AccountKey::FreeTier => match self.reader.word(node, FREE_TIER, "a free tier") {
                    Some(FreeTier::None) | None => {}
                    Some(FreeTier::OfItsDay | FreeTier::Legacy | FreeTier::Credits) => {
                        self.bought(one);
                    }
                },
                AccountKey::ReservedInstances => {
                    let items = self.reader.items(node, "a list of Reserved Instances");
                    for item in items.unwrap_or_default() {
                        self.reserved_instance(item);
                    }
                    self.bought(one);
                }
                AccountKey::SavingsPlans => {
                    let items = self.reader.items(node, "a list of Savings Plans");
                    for item in items.unwrap_or_default() {
                        self.savings_plan(item);
                    }
                    self.bought(one);
                }
                AccountKey::CapacityReservations => self.account_reservations(node),
                AccountKey::DedicatedHosts => self.account_hosts(node),
            }
        }
        quotas
    }

    /// What only the bill would tell, and doesn't yet.
    fn bought(&mut self, field: Field<'_, '_, AccountKey>) {
        let what = format!("`{}`", field.name);
        self.reader.not_simulated(field.at, &what);
    }

    /// A number for the Standard class, or numbers by class.
    fn vcpu_quota(&mut self, node: &Node<'_>) -> Vec<(QuotaClass, Market, u64)> {
        let Kind::Map(_) = node.kind else {
            let quota = self.reader.whole(node, 0, u64::MAX);
            let standard = |quota| (QuotaClass::Standard, Market::OnDemand, quota);
            return quota.map(standard).into_iter().collect();
        };
        let keys = QuotaKey::VCPU_QUOTA;
        let fields = self
            .reader
            .fields(node, keys, "a number, or numbers by class");
        let mut quotas = Vec::new();
        for field in fields.iter().flat_map(Fields::iter) {
            let QuotaKey(class, market) = field.key;
            if let Some(quota) = self.reader.whole(field.value, 0, u64::MAX) {
                quotas.push((class, market, quota));
            }
        }
        quotas
    }

    fn reserved_instance(&mut self, node: &Node<'_>) {
        let keys = ReservedKey::RESERVED_INSTANCE;
        let Some(fields) = self.reader.fields(node, keys, "a mapping") else {
            return;
        };
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                ReservedKey::Type => {
                    self.instance_type(node);
                }
                ReservedKey::Count => {
                    self.reader.whole(node, 1, u64::MAX);
                }
                ReservedKey::Term => {
                    self.reader.word(node, TERM, "a term");
                }
                ReservedKey::Payment => {
                    self.reader.word(node, PAYMENT, "a way to pay");
                }
                ReservedKey::Class => {
                    self.reader.word(node, RESERVED_CLASS, "a class");
                }
                ReservedKey::Platform => {
                    self.platform(node);
                }
                ReservedKey::Tenancy => {
                    self.reader.word(node, TENANCY, "a tenancy");
                }
                ReservedKey::Zone => {
                    self.zone(node);
                }
                ReservedKey::From => {
                    self.date(node);
                }
                ReservedKey::Upfront | ReservedKey::Hourly => {
                    self.reader.amount(node);
                }
            }
        }
        let needed = [
            (ReservedKey::Type, "m5.large"),
            (ReservedKey::Term, "1y"),
            (ReservedKey::Payment, "no-upfront"),
        ];
        self.lacks(&fields, keys, &needed);
    }

    fn savings_plan(&mut self, node: &Node<'_>) {
        let keys = PlanKey::SAVINGS_PLAN;
        let Some(fields) = self.reader.fields(node, keys, "a mapping") else {
            return;
        };
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                PlanKey::Kind => {
                    self.reader.word(node, PLAN_KIND, "a kind of plan");
                }
                PlanKey::Commitment => {
                    self.reader.amount(node);
                }
                PlanKey::Term => {
                    self.reader.word(node, TERM, "a term");
                }
                PlanKey::Payment => {
                    self.reader.word(node, PAYMENT, "a way to pay");
                }
                PlanKey::Family => {
                    self.family(node);
                }
                PlanKey::Region => {
                    super::region(self.reader, node);
                }
                PlanKey::From => {
                    self.date(node);
                }
                PlanKey::Rates => {
                    let entries = self.reader.entries(node, "a mapping from types to prices");
                    for entry in entries.unwrap_or_default() {
                        self.type_named(entry.key.text, entry.key.span);
                        self.reader.amount(&entry.value);
                    }
                }
            }
        }
        let needed = [
            (PlanKey::Kind, "compute"),
            (PlanKey::Commitment, "$0.10"),
            (PlanKey::Term, "1y"),
            (PlanKey::Payment, "no-upfront"),
        ];
        self.lacks(&fields, keys, &needed);
    }

    /// A family of types: the part before the point.
    pub(super) fn family(&mut self, node: &Node<'_>) -> Option<&'static str> {
        let text = self.reader.text(node, "a family of types")?;
        let mut families = TypeId::all().map(|one| one.info().family());
        let found = families.find(|family| *family == text);
        if found.is_none() {
            self.reader.report(Code::UnknownType, node.span, || {
                let all = TypeId::all().map(|one| one.info().family());
                Draft::new(format!("unknown family of types {}", quoted(text)))
                    .label("expected a family such as `m5`")
                    .instead(super::nearest(text, all))
            });
        }
        found
    }

    /// An instant, or an offset from the start.
    pub(super) fn date(&mut self, node: &Node<'_>) -> Option<SimTime> {
        let (start, what) = (self.start, "an offset or an instant");
        let text = self.reader.text(node, what)?;
        if value::looks_like_instant(text) {
            return self.reader.instant(node);
        }
        let offset = self
            .reader
            .parsed(node, Code::BadDuration, what, value::duration)?;
        let when = start.checked_add(offset);
        if when.is_none() {
            self.reader.report(Code::TooLate, node.span, || {
                Draft::new("this is beyond the year 9999").label("too long")
            });
        }
        when
    }

    /// Reports keys that have to be there and aren't, each with an example.
    pub(super) fn lacks<K: Copy + PartialEq>(
        &mut self,
        fields: &Fields<'_, '_, K>,
        keys: super::super::keys::Keys<K>,
        needed: &[(K, &str)],
    ) {
        for &(key, example) in needed {
            if fields.get(key).is_none() {
                let (what, name) = (keys.table.what, keys.name(key));
                self.reader.missing_key(fields.span, what, name, example);
            }
        }
    }
}
