//! CPU credits of burstable types: what an instance earns while it runs, what it spends, and what of that is charged.
//!
//! Balances are integrated between events, in whole parts: an hour's earnings and a second's spending are whole numbers of
//! them. Only surplus credits cost anything (`BILL-CREDIT-UNLIMITED`): at the end of each clock-hour what is above the cap,
//! and what is left when the instance leaves `running`, whoever made it do so: a Spot Instance pays like any other
//! (`BILL-CREDIT-SPOT`).

use std::collections::VecDeque;

use crate::{
    catalog::{Burstable, CreditMode, Platform, TypeId, burstable},
    lifecycle::Phase,
    record::{
        CREDIT_PARTS, CreditChoice, InstanceHandle, Meter, Resource, Rules, Transition, UsageType,
        Utilised,
    },
    rule,
    time::{SimDuration, SimTime},
};

use super::{super::get_or_grow, Rating, Sku, Span, Usage};

const METER: Meter = Meter::CpuCredits;

/// For how long T3, T3a and T4g keep what they have earned (`BILL-CREDIT-PERSIST`).
const KEPT: SimDuration = SimDuration::from_hours(7 * 24);

/// How many launches and starts bring launch credits within a day (`BILL-CREDIT-LAUNCH-LIMIT`).
const MOST_LAUNCHES: usize = 100;
const DAY: SimDuration = SimDuration::from_hours(24);

/// What an instance uses where nobody has said it, in hundredths of a percent.
const AT_LAUNCH: u16 = 500;

/// The balances of all instances.
#[derive(Debug, Clone, Default)]
pub(super) struct Credits {
    balances: Vec<Option<Box<Balance>>>,
    /// When launch credits were given, within the last day.
    launches: VecDeque<SimTime>,
    /// Whether a script has said what an instance uses.
    is_told: bool,
}

/// The balance of an instance, all in parts of a credit.
#[derive(Debug, Clone, Copy)]
struct Balance {
    of: Option<Earning>,
    /// What somebody has chosen.
    chosen: Option<CreditMode>,
    /// What it uses of all its vCPUs, in hundredths of a percent.
    used: u16,
    is_running: bool,
    /// Up to when it is integrated; since when it doesn't run.
    at: SimTime,
    earned: u64,
    launch: u64,
    /// What was spent and neither paid down nor charged.
    surplus: u64,
}

/// What a type earns.
#[derive(Debug, Clone, Copy)]
struct Earning {
    is_t2: bool,
    sku: Sku,
    mode: CreditMode,
    vcpus: u64,
    /// Each second.
    earns: u64,
    cap: u64,
}

/// What an instance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CreditBalance {
    /// Earned and launch credits, in the parts of a credit.
    pub credits: u64,
    /// Surplus credits, likewise.
    pub surplus: u64,
}

impl Credits {
    /// Whether a script has said what an instance uses.
    pub(super) const fn is_told(&self) -> bool {
        self.is_told
    }

    /// Whether surplus credits are outstanding that a stop would charge.
    pub(super) fn has_surplus(&self) -> bool {
        let mut balances = self.balances.iter().flatten();
        balances.any(|balance| balance.surplus > 0)
    }

    fn of(&mut self, at: SimTime, instance: InstanceHandle) -> &mut Balance {
        let place = get_or_grow(&mut self.balances, instance.index());
        place.get_or_insert_with(|| {
            Box::new(Balance {
                of: None,
                chosen: None,
                used: AT_LAUNCH,
                is_running: false,
                at,
                earned: 0,
                launch: 0,
                surplus: 0,
            })
        })
    }

    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        let is_running = transition.to == Phase::Running;
        let was_running = transition.from == Some(Phase::Running);
        if is_running && !was_running {
            self.start(at, transition, next);
        } else if was_running && !is_running {
            let balance = self.of(at, transition.instance);
            balance.close(at, transition.instance, next);
        }
    }

    fn start(&mut self, at: SimTime, transition: &Transition, next: &mut impl Rating) {
        let (of, platform) = (transition.instance_type, transition.platform);
        let instance = transition.instance;
        let known = self
            .balances
            .get(instance.index())
            .is_some_and(Option::is_some);
        let Some(row) = burstable(of) else {
            if known {
                // Another type keeps nothing (BILL-RESIZE-CREDIT).
                let balance = self.of(at, instance);
                (balance.of, balance.earned) = (None, 0);
            }
            return;
        };
        let mode = self.of(at, instance).chosen.unwrap_or(row.default_mode);
        let Some(earning) = Earning::of(of, row, mode, platform, next) else {
            return;
        };
        let gives_launch = earning.is_t2 && mode == CreditMode::Standard && self.may_give(at);
        let balance = self.of(at, instance);
        let before = balance.of.replace(earning);
        let is_kept = before
            .is_none_or(|before| !earning.is_t2 && !before.is_t2 && at.since(balance.at) <= KEPT);
        balance.earned = if is_kept {
            balance.earned.min(earning.cap)
        } else {
            0
        };
        // 30 for each vCPU (BILL-CREDIT-LAUNCH).
        let launch = u64::from(row.launch_credits) * CREDIT_PARTS;
        balance.launch = if gives_launch { launch } else { 0 };
        (balance.is_running, balance.at) = (true, at);
    }

    /// Whether a launch brings launch credits still; it is counted.
    fn may_give(&mut self, at: SimTime) -> bool {
        while self
            .launches
            .front()
            .is_some_and(|&first| first + DAY <= at)
        {
            self.launches.pop_front();
        }
        let may = self.launches.len() < MOST_LAUNCHES;
        if may {
            self.launches.push_back(at);
        }
        may
    }

    /// From now on an instance uses so much.
    pub(super) fn utilised(&mut self, at: SimTime, utilised: Utilised, next: &mut impl Rating) {
        self.is_told = true;
        let balance = self.of(at, utilised.instance);
        balance.tell(at, utilised.instance, next);
        balance.used = utilised.percent_hundredths;
    }

    /// The mode of an instance is another one (`BILL-CREDIT-SWITCH`, `KEEP-CREDITS-T2-MODE`).
    pub(super) fn switched(&mut self, at: SimTime, made: CreditChoice, next: &mut impl Rating) {
        let balance = self.of(at, made.instance);
        if balance.is_running {
            if made.mode == CreditMode::Standard {
                balance.settle(at, made.instance, next);
            } else {
                balance.tell(at, made.instance, next);
                balance.launch = 0;
            }
        }
        balance.chosen = Some(made.mode);
        if let Some(earning) = &mut balance.of {
            earning.mode = made.mode;
        }
    }

    /// The end: what is above the cap of the begun hour is due, and the rest isn't.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        for (index, balance) in self.balances.iter_mut().enumerate() {
            if let Some(balance) = balance {
                let instance = InstanceHandle::new(index);
                balance.tell(at, instance, next);
                let above = balance.above();
                if above > 0 {
                    let span = Span::new(at.clock_hour(), at);
                    charge(instance, balance_sku(balance.of), span, above, HOURLY, next);
                    balance.surplus -= above;
                }
            }
        }
    }

    /// What an instance has spent that isn't charged yet and would be, if the bill ended here.
    pub(super) fn so_far(
        &self,
        at: SimTime,
        instance: InstanceHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        let Some(Some(balance)) = self.balances.get(instance.index()) else {
            return;
        };
        let mut balance = **balance;
        let sku = balance_sku(balance.of);
        let mut each = |span, amount| {
            if let Some(sku) = sku {
                tell(&usage(instance, sku, span, amount, HOURLY));
            }
        };
        balance.advance(at, &mut each);
        let above = balance.above();
        if above > 0 {
            each(Span::new(at.clock_hour(), at), above);
        }
    }

    pub(super) fn all_so_far(&self, at: SimTime, mut tell: impl FnMut(&Usage)) {
        for index in 0..self.balances.len() {
            self.so_far(at, InstanceHandle::new(index), &mut tell);
        }
    }

    /// What an instance has; nothing where it has no credits.
    pub(super) fn balance(&self, at: SimTime, instance: InstanceHandle) -> CreditBalance {
        let Some(Some(balance)) = self.balances.get(instance.index()) else {
            return CreditBalance::default();
        };
        let mut balance = **balance;
        balance.advance(at, &mut |_, _| {});
        let is_lost = !balance.is_running && at.since(balance.at) > KEPT;
        CreditBalance {
            credits: if is_lost {
                0
            } else {
                balance.earned + balance.launch
            },
            surplus: balance.surplus,
        }
    }
}

const HOURLY: Rules = &[
    rule::BILL_CREDIT_UNLIMITED,
    rule::BILL_CREDIT_SURPLUS_CAP,
    rule::BILL_CREDIT_HOUR,
    rule::BILL_CREDIT_RATE,
];

const DUE: Rules = &[
    rule::BILL_CREDIT_UNLIMITED,
    rule::BILL_CREDIT_SURPLUS_DUE,
    rule::KEEP_CREDITS_SURPLUS,
    rule::BILL_CREDIT_RATE,
];

fn balance_sku(of: Option<Earning>) -> Option<Sku> {
    of.map(|earning| earning.sku)
}

fn usage(instance: InstanceHandle, sku: Sku, span: Span, amount: u64, rules: Rules) -> Usage {
    Usage {
        units: amount,
        ..Usage::new(METER, Resource::Instance(instance), sku, span).by(rules)
    }
}

fn charge(
    instance: InstanceHandle,
    sku: Option<Sku>,
    span: Span,
    amount: u64,
    rules: Rules,
    next: &mut impl Rating,
) {
    if let Some(sku) = sku {
        next.closed(&usage(instance, sku, span, amount, rules));
    }
}

impl Earning {
    fn of(
        instance_type: TypeId,
        row: Burstable,
        mode: CreditMode,
        platform: Platform,
        next: &mut impl Rating,
    ) -> Option<Self> {
        let family = instance_type.info().family();
        // A tenth of a credit an hour is a hundred parts a second (BILL-CREDIT-EARN).
        let each_second = |tenths| u64::from(tenths) * (CREDIT_PARTS / 36_000);
        Some(Self {
            is_t2: family == "t2",
            sku: next.sku(UsageType::CpuCredits(family, platform))?,
            mode,
            vcpus: u64::from(row.vcpus),
            earns: each_second(row.credits_per_hour_tenths),
            cap: u64::from(row.max_balance_tenths) * (CREDIT_PARTS / 10),
        })
    }
}

impl Balance {
    /// What of the surplus is above the cap (`BILL-CREDIT-SURPLUS-CAP`).
    fn above(&self) -> u64 {
        let cap = self.of.map_or(0, |earning| earning.cap);
        self.surplus.saturating_sub(cap)
    }

    /// Integrates up to an instant, and tells what the clock-hours that end until then charge (`BILL-CREDIT-HOUR`).
    fn advance(&mut self, at: SimTime, charged: &mut impl FnMut(Span, u64)) {
        let Some(earning) = self.of.filter(|_| self.is_running) else {
            return;
        };
        // A credit is a vCPU at full load for a minute (BILL-CREDIT-UNIT).
        let spends = earning.vcpus * u64::from(self.used) * (CREDIT_PARTS / 600_000);
        while self.at < at {
            let end = self.at.clock_hour() + SimDuration::from_hours(1);
            let goes_up = spends > earning.earns && earning.mode == CreditMode::Unlimited;
            // Only what gets above the cap needs the ends of hours.
            let until = if goes_up || self.above() > 0 {
                at.min(end)
            } else {
                at
            };
            let secs = (until - self.at).as_secs();
            match earning.mode {
                CreditMode::Unlimited => self.unlimited(earning, spends, secs),
                CreditMode::Standard => self.standard(earning, spends, secs),
            }
            let from = self.at.max(self.at.clock_hour());
            self.at = until;
            let above = self.above();
            if until == end && above > 0 {
                charged(Span::new(from, until), above);
                self.surplus -= above;
            }
        }
    }

    /// Earnings pay the surplus down first, and what isn't earned is surplus (`BILL-CREDIT-UNLIMITED`).
    fn unlimited(&mut self, earning: Earning, spends: u64, secs: u64) {
        let (earned, spent) = (
            earning.earns.saturating_mul(secs),
            spends.saturating_mul(secs),
        );
        if earned >= spent {
            let gained = earned - spent;
            let paid = gained.min(self.surplus);
            self.surplus -= paid;
            // What would exceed a day's earnings is lost (BILL-CREDIT-MAX).
            self.earned = self.earned.saturating_add(gained - paid).min(earning.cap);
        } else {
            let needed = spent - earned;
            let taken = needed.min(self.earned);
            self.earned -= taken;
            self.surplus = self.surplus.saturating_add(needed - taken);
        }
    }

    /// Launch credits are spent first; with nothing left the CPU falls to its baseline, and the balance stays at nothing
    /// (`BILL-CREDIT-STANDARD`, `BILL-CREDIT-THROTTLE`).
    fn standard(&mut self, earning: Earning, spends: u64, secs: u64) {
        let (earned, spent) = (
            earning.earns.saturating_mul(secs),
            spends.saturating_mul(secs),
        );
        let of_launch = spent.min(self.launch);
        self.launch -= of_launch;
        // What was earned until launch credits were used up.
        let meanwhile = if of_launch == spent {
            earned
        } else {
            of_launch.saturating_mul(earning.earns) / spends
        };
        let peak = self.earned.saturating_add(meanwhile).min(earning.cap);
        let gained = peak.saturating_add(earned - meanwhile);
        self.earned = gained.saturating_sub(spent - of_launch).min(earning.cap);
    }

    /// Integrates, and charges what hours charge.
    fn tell(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        let sku = balance_sku(self.of);
        self.advance(at, &mut |span, amount| {
            charge(instance, sku, span, amount, HOURLY, next);
        });
    }

    /// All that is outstanding is due (`BILL-CREDIT-SURPLUS-DUE`).
    fn settle(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        self.tell(at, instance, next);
        if self.surplus > 0 {
            let span = Span::new(at.clock_hour(), at);
            charge(
                instance,
                balance_sku(self.of),
                span,
                self.surplus,
                DUE,
                next,
            );
            self.surplus = 0;
        }
    }

    /// The instance leaves `running`: nothing is earned any more, and T2 loses what it has (`BILL-CREDIT-PERSIST`).
    fn close(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        self.settle(at, instance, next);
        (self.is_running, self.at, self.launch) = (false, at, 0);
        if self.of.is_some_and(|earning| earning.is_t2) {
            self.earned = 0;
        }
    }
}
