//! Dedicated Hosts: charged from allocation to release, whatever is on them (`BILL-HOST`).

use std::collections::BTreeMap;

use crate::{
    catalog::TypeId,
    record::{Accepted, DedicatedHostHandle, Meter, Resource, Rules, UsageType},
    rule,
    time::SimTime,
};

use super::{Rating, Sku, Span, Usage};

const METER: Meter = Meter::Dedicated;

const RULES: Rules = &[rule::BILL_HOST];

/// The hosts that there are, each since when.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts(BTreeMap<DedicatedHostHandle, (Sku, SimTime)>);

impl Hosts {
    /// A host is allocated or released.
    pub(super) fn observe(&mut self, at: SimTime, accepted: &Accepted, next: &mut impl Rating) {
        let host = accepted.resource.and_then(Resource::dedicated_host);
        let Some(host) = host else { return };
        match (accepted.action, &accepted.value) {
            ("AllocateHosts", Some(family)) if accepted.what == "family" => {
                let family = TypeId::find_family(family);
                let sku = family.and_then(|family| next.sku(UsageType::HostUsage(family)));
                if let Some(sku) = sku {
                    next.opened(&usage(host, sku, Span::at(at)));
                    self.0.insert(host, (sku, at));
                }
            }
            ("ReleaseHosts", _) => self.close(at, host, next),
            _ => {}
        }
    }

    fn close(&mut self, at: SimTime, host: DedicatedHostHandle, next: &mut impl Rating) {
        if let Some((sku, since)) = self.0.remove(&host) {
            let used = usage(host, sku, Span::new(since, at));
            next.closed(&Usage {
                secs: used.secs.max(METER.minimum_secs()),
                ..used
            });
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        while let Some((&host, _)) = self.0.first_key_value() {
            self.close(at, host, next);
        }
    }

    pub(super) fn so_far(
        &self,
        span: Span,
        host: DedicatedHostHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        if let Some(&(sku, since)) = self.0.get(&host) {
            tell(&usage(host, sku, span.since(since)));
        }
    }

    /// The same for all of them.
    pub(super) fn all_so_far(&self, span: Span, mut tell: impl FnMut(&Usage)) {
        for &host in self.0.keys() {
            self.so_far(span, host, &mut tell);
        }
    }
}

fn usage(host: DedicatedHostHandle, sku: Sku, span: Span) -> Usage {
    Usage::new(METER, Resource::DedicatedHost(host), sku, span).by(RULES)
}
