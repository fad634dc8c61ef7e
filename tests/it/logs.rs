//! Every record is an event of the log as well.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    path::Path,
    sync::{Arc, Mutex},
};

use ec2sim::{
    engine::{Log, Sink, View},
    record::{Record, RecordKind},
    runner::{Keep, replay_into},
    testing::each_scenario,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Every kind of record, and what its event in the log is called. A new kind stands here, and is logged.
const LOGGED: &[(&str, &[&str])] = &[
    ("transition", &["transition"]),
    ("rejected", &["rejected", "rejected as expected"]),
    ("accepted", &["accepted"]),
    ("address", &["address"]),
    ("data", &["data"]),
    ("provisioned", &["provisioned"]),
    ("meter", &["meter opened", "meter closed"]),
    ("fact", &["fact"]),
    ("note", &["note"]),
    ("expectation", &["expectation holds", "expectation failed"]),
    ("notice", &["notice"]),
    ("reservation", &["reservation"]),
    ("invocation", &["invocation"]),
];

fn kind_of(record: &Record) -> &'static str {
    match &record.kind {
        RecordKind::Transition(_) => "transition",
        RecordKind::Rejected(_) => "rejected",
        RecordKind::Accepted(_) => "accepted",
        RecordKind::Address(_) => "address",
        RecordKind::Data(_) => "data",
        RecordKind::Provisioned(_) => "provisioned",
        RecordKind::Meter(_) => "meter",
        RecordKind::Fact(_) => "fact",
        RecordKind::Note(_) => "note",
        RecordKind::Expectation(_) => "expectation",
        RecordKind::Notice(_) => "notice",
        RecordKind::Reservation(_) => "reservation",
        RecordKind::Environment(_) | RecordKind::Moved(_) => "transition",
        RecordKind::Invocation(_) => "invocation",
        other => panic!("log this kind of record, and add it to the list: {other:?}"),
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Message>>>);

/// The text and the fields of an event.
struct Message {
    text: String,
    fields: BTreeSet<&'static str>,
}

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.text = format!("{value:?}");
        }
        self.fields.insert(field.name());
    }
}

impl Subscriber for Heard {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ec2sim::")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message {
            text: String::new(),
            fields: BTreeSet::new(),
        };
        event.record(&mut message);
        self.0.lock().unwrap().push(message);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// What was said, to be held against what was logged.
#[derive(Default)]
struct Said(Vec<&'static str>);

impl Sink for Said {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        self.0.push(kind_of(record));
    }
}

#[test]
fn every_record_is_an_event_of_the_log() {
    let mut seen = BTreeSet::new();
    each_scenario(Path::new("scenarios"), |case| {
        let heard = Heard::default();
        let (mut said, mut log) = (Said::default(), Log);
        tracing::subscriber::with_default(heard.clone(), || {
            replay_into(&case.scenario(), Keep::SUMS, vec![&mut said, &mut log]);
        });
        let logged = heard.0.lock().unwrap();
        assert_eq!(logged.len(), said.0.len(), "{}", case.path().display());
        for (Message { text, fields }, kind) in logged.iter().zip(&said.0) {
            let (_, texts) = LOGGED.iter().find(|(one, _)| one == kind).unwrap();
            assert!(texts.contains(&text.as_str()), "{kind}: {text}");
            for field in ["seq", "at", "line"] {
                assert!(fields.contains(field), "{kind} has no {field}");
            }
            seen.insert(*kind);
        }
    });
    let kinds: BTreeSet<&str> = LOGGED.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(
        seen, kinds,
        "the bundled scenarios have every kind of record"
    );
}

#[test]
fn every_charge_is_an_event_of_the_log() {
    each_scenario(Path::new("scenarios"), |case| {
        let keep = Keep {
            records: false,
            ledger: true,
        };
        let replay = replay_into(&case.scenario(), keep, Vec::new());
        let heard = Heard::default();
        tracing::subscriber::with_default(heard.clone(), || {
            Log.charges(replay.bill(), &replay.directory());
        });
        let logged = heard.0.lock().unwrap();
        assert_eq!(logged.len(), replay.bill().ledger().len());
        let is_charge =
            |message: &Message| message.text == "charge" && message.fields.contains("amount");
        assert!(logged.iter().all(is_charge), "{}", case.path().display());
    });
}
