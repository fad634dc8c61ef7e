//! The events that EC2 would have sent to EventBridge, a line of JSON each (`EB-STATE-CHANGE`, `EB-ORDER`).
//!
//! An event is written at the instant of its change, in order. EC2 tells changes of the API's state: a hibernation is a stop,
//! a reboot is nothing, and what is terminated at rest is `terminated` at once (`EB-TERMINATE-STOPPED`).

use std::io;

use serde::Serialize;

use crate::{
    engine::{Sink, View},
    id::Seeded,
    lifecycle::{Phase, spot::Status},
    record::{NoticeKind, Record, RecordKind},
};

/// The account of AWS's own examples.
const ACCOUNT: &str = "123456789012";

/// The sink that writes them. Where they can't be written any more, it stays silent, and [`EventBridge::finish`] says why.
#[derive(Debug)]
pub struct EventBridge<W: io::Write> {
    out: W,
    written: io::Result<()>,
}

#[derive(Debug, Serialize)]
struct Event<D> {
    version: &'static str,
    id: String,
    #[serde(rename = "detail-type")]
    detail_type: &'static str,
    source: &'static str,
    account: &'static str,
    time: String,
    region: &'static str,
    resources: [String; 1],
    detail: D,
}

#[derive(Debug, Serialize)]
struct StateChange {
    #[serde(rename = "instance-id")]
    instance_id: String,
    state: &'static str,
}

#[derive(Debug, Serialize)]
struct Interruption {
    #[serde(rename = "instance-id")]
    instance_id: String,
    #[serde(rename = "instance-action")]
    instance_action: String,
}

#[derive(Debug, Serialize)]
struct Rebalance {
    #[serde(rename = "instance-id")]
    instance_id: String,
}

#[derive(Debug, Serialize)]
struct Fulfillment {
    #[serde(rename = "spot-instance-request-id")]
    request_id: String,
    #[serde(rename = "instance-id")]
    instance_id: String,
}

impl<W: io::Write> EventBridge<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self {
            out,
            written: Ok(()),
        }
    }

    /// Ends it.
    ///
    /// # Errors
    ///
    /// Answers with the error that kept the events from being written.
    pub fn finish(mut self) -> io::Result<()> {
        self.written?;
        self.out.flush()
    }

    /// Writes an event about an instance. `place` is what its ARN says of where it is: Region and account as a rule.
    fn event<D: Serialize>(
        &mut self,
        detail_type: &'static str,
        (record, view): (&Record, &View<'_>),
        instance_id: &str,
        place: &str,
        detail: D,
    ) {
        self.write(&Event {
            version: "0",
            id: event_id(view.program.seed, instance_id, record.seq),
            detail_type,
            source: "aws.ec2",
            account: ACCOUNT,
            time: record.at.to_string(),
            region: view.names.cast().region.name(),
            resources: [format!("arn:aws:ec2:{place}:instance/{instance_id}")],
            detail,
        });
    }

    fn write<D: Serialize>(&mut self, event: &Event<D>) {
        if self.written.is_err() {
            return;
        }
        self.written = serde_json::to_string(event)
            .map_err(io::Error::other)
            .and_then(|line| writeln!(self.out, "{line}"));
    }
}

impl<W: io::Write> Sink for EventBridge<W> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        let region = view.names.cast().region.name();
        let place = format!("{region}:{ACCOUNT}");
        match &record.kind {
            RecordKind::Transition(transition) => {
                let api = |phase: Phase| phase.state().api();
                let state = api(transition.to);
                if transition.from.map(api) != Some(state) {
                    let instance_id = view.names.instance_id(transition.instance).to_string();
                    let detail = StateChange {
                        instance_id: instance_id.clone(),
                        state: state.name(),
                    };
                    let what = "EC2 Instance State-change Notification";
                    self.event(what, (record, view), &instance_id, &place, detail);
                }
            }
            RecordKind::Notice(notice) => {
                let Some(instance) = notice.instance else {
                    return;
                };
                let instance_id = view.names.instance_id(instance).to_string();
                if notice.event == NoticeKind::SpotInterruption {
                    // The notice begins with what will be done, and the warning's ARN has the zone and no account
                    // (EB-SPOT-WARNING).
                    let action = notice.message.split(' ').next().unwrap_or_default();
                    let detail = Interruption {
                        instance_id: instance_id.clone(),
                        instance_action: action.to_owned(),
                    };
                    let slot = view.names.slot(instance);
                    let zone = slot.map_or(region, |slot| view.names.cast().spec(slot).zone);
                    let what = "EC2 Spot Instance Interruption Warning";
                    self.event(what, (record, view), &instance_id, zone, detail);
                } else if notice.event == NoticeKind::SpotRebalance {
                    // EB-SPOT-REBALANCE.
                    let detail = Rebalance {
                        instance_id: instance_id.clone(),
                    };
                    let what = "EC2 Instance Rebalance Recommendation";
                    self.event(what, (record, view), &instance_id, &place, detail);
                } else if notice.event == NoticeKind::SpotRequest
                    && notice.message.ends_with(Status::Fulfilled.name())
                    && let Some(request) = view.names.spot_request_of(instance)
                {
                    // EB-SPOT-FULFILLED.
                    let detail = Fulfillment {
                        request_id: request.to_string(),
                        instance_id: instance_id.clone(),
                    };
                    let what = "EC2 Spot Instance Request Fulfillment";
                    self.event(what, (record, view), &instance_id, &place, detail);
                }
            }
            RecordKind::Accepted(_)
            | RecordKind::Rejected(_)
            | RecordKind::Address(_)
            | RecordKind::Data(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Meter(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => {}
        }
    }
}

/// An id in the form of EventBridge's, made of the seed and of what the event is.
fn event_id(seed: u64, instance: &str, seq: u64) -> String {
    let half = |what: &str| {
        Seeded::new(seed)
            .named(instance)
            .purpose(what)
            .number(seq)
            .bits()
    };
    let (high, low) = (half("event"), half("event's other half"));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}
