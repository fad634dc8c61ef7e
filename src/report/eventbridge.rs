//! The events that EC2 would have sent to EventBridge, a line of JSON each (`EB-STATE-CHANGE`, `EB-ORDER`).
//!
//! An event is written at the instant of its change, in order. EC2 tells changes of the API's state: a hibernation is a stop,
//! a reboot is nothing, and what is terminated at rest is `terminated` at once (`EB-TERMINATE-STOPPED`).

use std::io;

use serde::Serialize;

use crate::{
    engine::{Sink, View},
    id::Seeded,
    lifecycle::Phase,
    record::{InstanceHandle, Record, RecordKind},
    time::SimTime,
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

    fn state_change(
        &mut self,
        instance: InstanceHandle,
        state: &'static str,
        at: SimTime,
        seq: u64,
        view: &View<'_>,
    ) {
        let instance_id = view.names.instance_id(instance).to_string();
        let region = view.names.cast().region.name();
        let event = Event {
            version: "0",
            id: event_id(view.program.seed, &instance_id, seq),
            detail_type: "EC2 Instance State-change Notification",
            source: "aws.ec2",
            account: ACCOUNT,
            time: at.to_string(),
            region,
            resources: [format!(
                "arn:aws:ec2:{region}:{ACCOUNT}:instance/{instance_id}"
            )],
            detail: StateChange { instance_id, state },
        };
        self.write(&event);
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
        if let RecordKind::Transition(transition) = &record.kind {
            let api = |phase: Phase| phase.state().api();
            let state = api(transition.to);
            if transition.from.map(api) != Some(state) {
                self.state_change(
                    transition.instance,
                    state.name(),
                    record.at,
                    record.seq,
                    view,
                );
            }
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
