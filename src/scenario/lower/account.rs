//! `account`: quotas, and what was bought.

use super::{
    super::{
        Code,
        keys::{AccountKey, QuotaKey, ScenarioKey},
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
        let (mut created, mut is_dated, mut wanted) = (None, true, None);
        let fields = self
            .reader
            .fields(field.value, AccountKey::ACCOUNT, "a mapping");
        for one in fields.iter().flat_map(Fields::iter) {
            let node = one.value;
            match one.key {
                AccountKey::VcpuQuota => quotas.vcpus = self.vcpu_quota(node),
                AccountKey::LambdaConcurrency => {
                    if let Some(most) = self.reader.whole_u32(node, 1) {
                        self.lambda.concurrency = most;
                    }
                }
                AccountKey::FargateVcpuQuota => self.ecs.vcpus = self.reader.whole_u32(node, 1),
                AccountKey::AlwaysFree => {
                    if self.reader.flag(node) == Some(false) {
                        self.prices.end_allowances();
                    }
                }
                AccountKey::EipQuota => {
                    if let Some(quota) = self.reader.whole(node, 0, u64::MAX) {
                        quotas.addresses = quota;
                    }
                }
                AccountKey::Created => match self.created(node) {
                    Some(at) => created = Some(at),
                    None => is_dated = false,
                },
                AccountKey::FreeTier => wanted = self.wanted_tier(node),
                AccountKey::ReservedInstances => {
                    let items = self.reader.items(node, "a list of Reserved Instances");
                    for item in items.unwrap_or_default() {
                        let bought = self.reserved_instance(item);
                        self.purchases.reserved.extend(bought);
                    }
                }
                AccountKey::SavingsPlans => {
                    let items = self.reader.items(node, "a list of Savings Plans");
                    for item in items.unwrap_or_default() {
                        if let Some(plan) = self.savings_plan(item) {
                            self.purchases.plans.push(plan);
                            self.plans.push(item.span);
                        }
                    }
                }
                AccountKey::CapacityReservations => self.account_reservations(node),
                AccountKey::DedicatedHosts => self.account_hosts(node),
            }
        }
        // A day that can't be read is a mistake already.
        if is_dated {
            self.purchases.free_tier = self.free_tier(wanted, created);
        }
        quotas
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

    /// A family of types: the part before the point.
    pub(super) fn family(&mut self, node: &Node<'_>) -> Option<&'static str> {
        let text = self.reader.text(node, "a family of types")?;
        let found = TypeId::find_family(text);
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
}
