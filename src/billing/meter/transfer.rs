//! Data transfer: amounts that are sent at once, and what is sent at a rate until the instance no longer runs.

use crate::{
    lifecycle::Phase,
    record::{InstanceHandle, Meter, Resource, Rules, Sent, Transition, UsageType, Way},
    rule,
    time::SimTime,
};

use super::{Rating, Sku, Span, Usage};

const METER: Meter = Meter::DataTransfer;

/// What is being sent at a rate.
#[derive(Debug, Clone, Default)]
pub(super) struct Transfers {
    flows: Vec<Flow>,
    /// Whether anything was ever sent that is charged.
    has_sent: bool,
}

/// One thing that a rate is charged as.
#[derive(Debug, Clone, Copy)]
struct Flow {
    instance: InstanceHandle,
    sku: Sku,
    rules: Rules,
    /// How much each hour.
    hourly: u64,
    since: SimTime,
    /// What of it was charged already.
    charged: Charged,
}

/// What was charged of a flow at times when something else was counted: so much up to an instant.
#[derive(Debug, Clone, Copy)]
struct Charged {
    until: SimTime,
    amount: u64,
}

impl Transfers {
    pub(super) const fn is_sending(&self) -> bool {
        !self.flows.is_empty()
    }

    /// Whether anything was ever sent.
    pub(super) const fn has_sent(&self) -> bool {
        self.has_sent
    }

    /// An instance sends data.
    pub(super) fn sent(&mut self, at: SimTime, sent: &Sent, next: &mut impl Rating) {
        self.has_sent = true;
        // What was sent before counts before.
        for flow in &mut self.flows {
            flow.charge(at, next);
        }
        let instance = sent.instance;
        for (usage_type, rules) in charged_as(sent.to) {
            let Some(sku) = next.sku(usage_type) else {
                continue;
            };
            let usage =
                Usage::new(METER, Resource::Instance(instance), sku, Span::at(at)).by(rules);
            if sent.hourly {
                next.opened(&usage);
                self.flows.push(Flow {
                    instance,
                    sku,
                    rules,
                    hourly: sent.amount,
                    since: at,
                    charged: Charged {
                        until: at,
                        amount: 0,
                    },
                });
            } else {
                next.closed(&Usage {
                    units: sent.amount,
                    ..usage
                });
            }
        }
    }

    /// What doesn't run sends nothing (`BILL-DT-STOPPED`).
    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        if self.is_sending() && transition.from == Some(Phase::Running) {
            let ends = |flow: &Flow| flow.instance == transition.instance;
            for flow in self.flows.iter_mut().filter(|flow| ends(flow)) {
                flow.charge(at, next);
            }
            self.flows.retain(|flow| !ends(flow));
        }
    }

    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        for mut flow in self.flows.drain(..) {
            flow.charge(at, next);
        }
    }

    pub(super) fn so_far(&self, at: SimTime, mut tell: impl FnMut(&Usage)) {
        for flow in &self.flows {
            tell(&flow.used(at));
        }
    }
}

impl Flow {
    /// What was sent since it was charged last.
    fn used(&self, at: SimTime) -> Usage {
        let span = Span::new(self.charged.until, at);
        Usage {
            units: self.sent(at) - self.charged.amount,
            rules: self.rules,
            ..Usage::new(METER, Resource::Instance(self.instance), self.sku, span)
        }
    }

    /// What was sent in all.
    fn sent(&self, at: SimTime) -> u64 {
        let secs = u128::from((at - self.since).as_secs());
        let sent = u128::from(self.hourly) * secs / 3_600;
        u64::try_from(sent).unwrap_or(u64::MAX)
    }

    /// What was sent until now is charged.
    fn charge(&mut self, at: SimTime, next: &mut impl Rating) {
        if at > self.charged.until {
            next.closed(&self.used(at));
            self.charged = Charged {
                until: at,
                amount: self.sent(at),
            };
        }
    }
}

/// As what data is charged that goes a way, and by which rules.
fn charged_as(way: Way) -> impl Iterator<Item = (UsageType, Rules)> {
    let (sent, received): (_, Option<(UsageType, Rules)>) = match way {
        Way::Internet => {
            let rules: Rules = &[
                rule::BILL_DT_OUT_FREE,
                rule::BILL_DT_OUT_TIERS,
                rule::BILL_DT_OUT_ORDER,
                rule::BILL_DT_ROUND,
            ];
            ((UsageType::TransferOut, rules), None)
        }
        Way::Zone | Way::PublicAddress => {
            let rules: Rules = if way == Way::Zone {
                &[rule::BILL_DT_AZ, rule::BILL_DT_ROUND]
            } else {
                &[rule::BILL_DT_PUBLIC_IP, rule::BILL_DT_ROUND]
            };
            let received = (UsageType::TransferZoneIn, rules);
            ((UsageType::TransferZoneOut, rules), Some(received))
        }
        Way::Region(to) => {
            let rules: Rules = &[rule::BILL_DT_REGION, rule::BILL_DT_ROUND];
            ((UsageType::TransferRegion(to), rules), None)
        }
    };
    std::iter::once(sent).chain(received)
}
