//! Public IPv4 addresses: each one is charged, an instance's own while it has it, an Elastic IP as long as it is allocated
//! (`IP-CHARGED`, `BILL-IPV4-SECONDARY`).

use crate::{
    record::{
        AddressEvent, AddressHandle, AddressScope, InstanceHandle, Meter, Resource, Rules,
        Transition, UsageType,
    },
    rule,
    time::SimTime,
};

use super::{super::get_or_grow, Rating, Sku, Span, Usage};

const METER: Meter = Meter::PublicIpv4;

/// The least that an address is charged for (`BILL-IPV4-MIN-60S`).
const MINIMUM_SECS: u64 = METER.minimum_secs();

/// The addresses of instances, and the account's own.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    /// What an address in use is charged as.
    in_use: Option<Sku>,
    /// What an idle one is charged as.
    idle: Option<Sku>,
    instances: Vec<OfInstance>,
    elastic: Vec<Elastic>,
}

/// What of addresses is an instance's.
#[derive(Debug, Clone, Copy, Default)]
struct OfInstance {
    /// Since when it has its auto-assigned address, if it has one.
    since: SimTime,
    has_auto: bool,
    elastic_ip: Option<AddressHandle>,
    /// Whether an Elastic IP on it counts as idle.
    is_idle: bool,
}

/// An Elastic IP.
#[derive(Debug, Clone, Copy)]
struct Elastic {
    born: SimTime,
    /// Since when it is labelled as it is.
    since: SimTime,
    in_use: bool,
    is_open: bool,
}

impl Addresses {
    pub(super) fn new(mut sku: impl FnMut(UsageType) -> Option<Sku>) -> Self {
        Self {
            in_use: sku(UsageType::InUseAddress),
            idle: sku(UsageType::IdleAddress),
            instances: Vec::new(),
            elastic: Vec::new(),
        }
    }

    /// How many Elastic IPs there have been.
    pub(super) const fn len(&self) -> usize {
        self.elastic.len()
    }

    /// How many instances have to do with addresses.
    pub(super) const fn instances(&self) -> usize {
        self.instances.len()
    }

    /// The label of an address follows the state of its instance (`BILL-IPV4-LABEL-STATE`).
    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        let is_idle = transition.to.is_idle();
        let instance = get_or_grow(&mut self.instances, transition.instance.index());
        instance.is_idle = is_idle;
        if let Some(address) = instance.elastic_ip {
            self.relabel(at, address, !is_idle, next);
        }
    }

    pub(super) fn changed(&mut self, at: SimTime, event: &AddressEvent, next: &mut impl Rating) {
        let is_ipv4 = event.to.or(event.from).is_some_and(|ip| ip.is_ipv4());
        let is_given = event.to.is_some();
        match (event.scope, event.address, event.instance) {
            // IPv6 and private addresses are free (BILL-IPV4-IPV6-FREE).
            (AddressScope::Private, ..) => {}
            (AddressScope::Public, ..) if !is_ipv4 => {}
            (AddressScope::Public, _, Some(instance)) if is_given => {
                self.open_auto(at, instance, next);
            }
            (AddressScope::Public, _, Some(instance)) => self.close_auto(at, instance, next),
            (AddressScope::Public, _, None) | (AddressScope::Elastic, None, _) => {}
            (AddressScope::Elastic, Some(address), None) if is_given => {
                debug_assert_eq!(
                    self.elastic.len(),
                    address.index(),
                    "addresses come in the order of their handles"
                );
                self.elastic.push(Elastic {
                    born: at,
                    since: at,
                    in_use: false,
                    is_open: false,
                });
                self.open(at, address, next);
            }
            (AddressScope::Elastic, Some(address), None) => self.close(at, address, next),
            (AddressScope::Elastic, Some(address), Some(instance)) => {
                let instance = get_or_grow(&mut self.instances, instance.index());
                instance.elastic_ip = is_given.then_some(address);
                let in_use = is_given && !instance.is_idle;
                self.relabel(at, address, in_use, next);
            }
        }
    }

    fn open_auto(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        let own = get_or_grow(&mut self.instances, instance.index());
        own.since = at;
        own.has_auto = true;
        if let Some(usage) = self.auto(instance, Span::at(at)) {
            next.opened(&usage.by(auto_rules(false)));
        }
    }

    pub(super) fn close_auto(
        &mut self,
        at: SimTime,
        instance: InstanceHandle,
        next: &mut impl Rating,
    ) {
        let Some(own) = self.instances.get_mut(instance.index()) else {
            return;
        };
        if !std::mem::take(&mut own.has_auto) {
            return;
        }
        let held = Span::new(own.since, at);
        if let Some(usage) = self.auto(instance, held) {
            next.closed(&Usage {
                secs: usage.secs.max(MINIMUM_SECS),
                rules: auto_rules(usage.secs < MINIMUM_SECS),
                ..usage
            });
        }
    }

    fn open(&mut self, at: SimTime, address: AddressHandle, next: &mut impl Rating) {
        let own = &mut self.elastic[address.index()];
        own.since = at;
        own.is_open = true;
        let in_use = own.in_use;
        if let Some(usage) = self.elastic(address, in_use, Span::at(at)) {
            next.opened(&usage.by(elastic_rules(in_use, false)));
        }
    }

    /// Closes an Elastic IP's meter at its release, with the minimum.
    pub(super) fn close(&mut self, at: SimTime, address: AddressHandle, next: &mut impl Rating) {
        self.cut(at, address, MINIMUM_SECS, next);
    }

    /// Closes an Elastic IP's meter, whose life has to come to a minimum.
    fn cut(&mut self, at: SimTime, address: AddressHandle, minimum: u64, next: &mut impl Rating) {
        let Some(own) = self.elastic.get_mut(address.index()) else {
            return;
        };
        if !std::mem::take(&mut own.is_open) {
            return;
        }
        let own = *own;
        let top_up = minimum.saturating_sub((at - own.born).as_secs());
        if let Some(usage) = self.elastic(address, own.in_use, Span::new(own.since, at)) {
            next.closed(&Usage {
                secs: usage.secs + top_up,
                rules: elastic_rules(own.in_use, top_up > 0),
                ..usage
            });
        }
    }

    fn relabel(
        &mut self,
        at: SimTime,
        address: AddressHandle,
        in_use: bool,
        next: &mut impl Rating,
    ) {
        if self.elastic[address.index()].in_use != in_use {
            self.cut(at, address, 0, next);
            self.elastic[address.index()].in_use = in_use;
            self.open(at, address, next);
        }
    }

    pub(super) fn auto_so_far(
        &self,
        span: Span,
        instance: InstanceHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        let own = self.instances.get(instance.index());
        if let Some(own) = own.filter(|own| own.has_auto)
            && let Some(usage) = self.auto(instance, span.since(own.since))
        {
            tell(&usage);
        }
    }

    pub(super) fn so_far(&self, span: Span, address: AddressHandle, mut tell: impl FnMut(&Usage)) {
        let own = self.elastic.get(address.index());
        if let Some(own) = own.filter(|own| own.is_open)
            && let Some(usage) = self.elastic(address, own.in_use, span.since(own.since))
        {
            tell(&usage);
        }
    }

    /// An auto-assigned address in a span.
    fn auto(&self, instance: InstanceHandle, span: Span) -> Option<Usage> {
        let resource = Resource::Instance(instance);
        Some(Usage::new(METER, resource, self.in_use?, span))
    }

    /// An Elastic IP in a span.
    fn elastic(&self, address: AddressHandle, in_use: bool, span: Span) -> Option<Usage> {
        let sku = if in_use { self.in_use } else { self.idle };
        Some(Usage::new(METER, Resource::Address(address), sku?, span))
    }
}

const fn auto_rules(is_short: bool) -> Rules {
    if is_short {
        &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_AUTO,
            rule::BILL_IPV4_MIN_60S,
        ]
    } else {
        &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_AUTO,
            rule::BILL_IPV4_GRANULARITY,
        ]
    }
}

const fn elastic_rules(in_use: bool, is_short: bool) -> Rules {
    match (in_use, is_short) {
        (true, false) => &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_LABEL_STATE,
        ],
        (true, true) => &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_MIN_60S,
        ],
        (false, false) => &[
            rule::BILL_IPV4_IDLE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_LABEL_STATE,
        ],
        (false, true) => &[
            rule::BILL_IPV4_IDLE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_MIN_60S,
        ],
    }
}
