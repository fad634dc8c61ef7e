//! Instances send data (billing rulebook, section 4): not an action of EC2's, but what an instance does.

use crate::{
    catalog::RegionId,
    lifecycle::{ApiError, Trigger},
    record::{Accepted, Fact, InstanceHandle, RecordKind, Rules, Sent, Unit, Way},
    rule,
};

use super::{Answer, ByHandle, Call, Instances, Naming, Resolve, Subjects};

/// Instances send data, at once or from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer<N: Naming = ByHandle> {
    /// Which.
    pub instances: Instances<N>,
    /// Where to.
    pub to: Destination,
    /// How much, in the parts of [`Unit::Data`].
    pub amount: u64,
    /// Whether so much is sent each hour, until the instance no longer runs.
    pub hourly: bool,
}

/// Where data can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// Out to the internet.
    Internet,
    /// Somewhere in a zone of the Region, over public addresses or private ones.
    Zone(&'static str, Over),
    /// To another Region.
    Region(RegionId),
}

/// Over which addresses data goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Private ones.
    Private,
    /// Public ones, Elastic IPs among them.
    Public,
}

impl Destination {
    /// The way that data takes from a zone; none that is charged within a zone (`BILL-DT-AZ`).
    pub fn way_from(self, zone: &str) -> Option<Way> {
        match self {
            Self::Internet => Some(Way::Internet),
            Self::Zone(_, Over::Public) => Some(Way::PublicAddress),
            Self::Zone(to, Over::Private) => (to != zone).then_some(Way::Zone),
            Self::Region(to) => Some(Way::Region(to)),
        }
    }

    /// Where to, in a word.
    fn name(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Zone(zone, _) => zone,
            Self::Region(region) => region.name(),
        }
    }

    /// The rules that decide what it costs.
    const fn rules(self) -> Rules {
        match self {
            Self::Internet => &[rule::BILL_DT_OUT_FREE, rule::BILL_DT_OUT_TIERS],
            Self::Zone(_, Over::Private) => &[rule::BILL_DT_AZ],
            Self::Zone(_, Over::Public) => &[rule::BILL_DT_PUBLIC_IP],
            Self::Region(_) => &[rule::BILL_DT_REGION],
        }
    }
}

impl<N: Naming> Transfer<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> Transfer {
        Transfer {
            instances: names.instances(&self.instances),
            to: self.to,
            amount: self.amount,
            hourly: self.hourly,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl Transfer {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let granted = call.checked(&self.instances, |_, _| Trigger::Transfer)?;
        call.check_systems_up(&granted.instances)?;
        for (handle, _) in granted.each() {
            self.send(handle, call);
        }
        Ok(Answer::Done)
    }

    fn send(&self, handle: InstanceHandle, call: &mut Call<'_>) {
        call.world.remember(handle);
        let zone = call.world.instance(handle).spec().zone;
        if let Some(way) = self.to.way_from(zone) {
            let sent = Sent::new(handle, way, self.amount, self.hourly);
            call.effects.say(RecordKind::Fact(Fact::Sent(sent)));
        }
        let amount = Unit::Data.written(self.amount.into());
        let each = if self.hourly { "/h" } else { "" };
        call.say_accepted(Accepted {
            what: self.to.name(),
            value: Some(format!("{amount}GB{each}").into()),
            instance: Some(handle),
            ..Accepted::new(Trigger::Transfer.name(), self.to.rules())
        });
    }
}
