//! JSON lines: what each kind of record looks like, and how lines get to where they are written.

use std::{
    io::{self, Write},
    net::IpAddr,
    sync::{Arc, Mutex},
};

use ec2sim::{
    Replay, Scenario,
    catalog::{Platform, TypeId, VolumeType},
    engine::{Sink, StopSignal, View},
    lifecycle::{ErrorCode, Phase},
    money::{Price, Usd},
    place::Place,
    record::{
        Accepted, ActionTarget, AddressEvent, AddressHandle, AddressScope, Closed, DataEvent,
        DataKind, DataOutcome, Expectation, InstanceHandle, Meter, MeterEvent, Notice, NoticeKind,
        Provisioned, Record, RecordKind, Rejected, Resource, Rules, StateReason, Transition, Unit,
        UsageType, VolumeConfig, VolumeHandle,
    },
    report::{EventView, JsonLines},
    rule,
    runner::{Keep, replay_into},
    time::SimDuration,
};

const NONE: Rules = &[];
const ONE: Rules = &[rule::LIFE_RUN];
const TWO: Rules = &[rule::LIFE_STOP, rule::BILL_STOPPING];

/// A replay in which there are an instance alone, members of a group, volumes with and without names, and an address.
fn replay() -> Replay {
    let text = "
region: eu-west-1
start: 2026-03-02T09:00:00Z
instances:
  web: { type: t3.micro, volumes: [4GiB gp3] }
  crew: { type: m5.large, count: 3 }
  never: { type: m5.large, count: 2 }
steps:
  - launch: [web, crew]
  - allocate-address: vip
  - create-volume: { volume: data, size: 100GiB, type: gp3 }
";
    ec2sim::replay(&Scenario::from_text("kinds.yaml", text).unwrap())
}

fn view(replay: &Replay) -> View<'_> {
    View {
        program: replay.program(),
        world: replay.world(),
        biller: replay.bill(),
        now: replay.end(),
        tally: replay.tally(),
    }
}

/// Records of every kind, with everything that may be absent there and not there.
fn every_kind() -> Vec<RecordKind> {
    let web = InstanceHandle::new(0);
    let member = InstanceHandle::new(2);
    let [root, second, member_root, data] = [0, 1, 3, 5].map(VolumeHandle::new);
    let vip = AddressHandle::new(0);
    let micro = TypeId::find("t3.micro").unwrap();
    let platform = Platform::find("linux").unwrap();
    let usd = |text: &str| Usd::from_price(text.parse().unwrap());
    let mut kinds = Vec::new();

    let transition = Transition {
        instance: web,
        from: None,
        to: Phase::Launching,
        trigger: "RunInstances",
        why: "",
        reason: None,
        instance_type: micro,
        platform,
        cost_step: Usd::ZERO,
        cost_total: Usd::ZERO,
        rules: TWO,
    };
    kinds.push(RecordKind::Transition(transition));
    for (from, to, reason, rules) in [
        (
            Phase::Running,
            Phase::Stopping,
            StateReason::UserInitiatedShutdown,
            ONE,
        ),
        (
            Phase::Running,
            Phase::Hibernating,
            StateReason::UserInitiatedHibernate,
            ONE,
        ),
        (
            Phase::Hibernated,
            Phase::Resuming,
            StateReason::InstanceInitiatedShutdown,
            NONE,
        ),
    ] {
        kinds.push(RecordKind::Transition(Transition {
            instance: member,
            from: Some(from),
            to,
            trigger: "StopInstances",
            reason: Some(reason),
            cost_step: Usd::ZERO - usd("0.5"),
            cost_total: Usd::hourly("1000000000".parse().unwrap(), 1 << 40),
            rules,
            ..transition
        }));
    }

    let rejected = Rejected {
        action: "StopInstances",
        target: ActionTarget::default(),
        code: ErrorCode::find("IncorrectInstanceState").unwrap(),
        message: "The instance '\u{1}\"x\\y' isn't\nthere: ünï".to_owned(),
        expected: false,
        rules: TWO,
    };
    let target = |name: Option<&str>| ActionTarget {
        name: name.map(Arc::from),
        ..ActionTarget::default()
    };
    for (action, target) in [
        ("StopInstances", target(None)),
        ("StopInstances", target(Some("i-0123456789abcdef0"))),
        ("DeleteVolume", target(Some("gone \"volume\""))),
        ("ReleaseAddress", target(Some("gone"))),
        (
            "StopInstances",
            ActionTarget {
                instance: Some(member),
                ..target(Some("crew-2"))
            },
        ),
        (
            "StopInstances",
            ActionTarget {
                slot: Some(4),
                ..target(Some("never-1"))
            },
        ),
        (
            "AttachVolume",
            ActionTarget {
                slot: Some(5),
                volume: Some(data),
                ..target(Some("data"))
            },
        ),
        (
            "DeleteVolume",
            ActionTarget {
                volume: Some(second),
                ..target(Some("web/1"))
            },
        ),
        (
            "ReleaseAddress",
            ActionTarget {
                address: Some(vip),
                ..target(Some("vip"))
            },
        ),
        (
            "AssociateAddress",
            ActionTarget {
                instance: Some(web),
                address: Some(vip),
                ..target(Some("web"))
            },
        ),
    ] {
        kinds.push(RecordKind::Rejected(Box::new(Rejected {
            action,
            target,
            ..rejected.clone()
        })));
    }
    kinds.push(RecordKind::Rejected(Box::new(Rejected {
        expected: true,
        rules: NONE,
        ..rejected
    })));

    let accepted = Accepted {
        action: "RebootInstances",
        what: "",
        unchanged: false,
        instance: Some(web),
        volume: None,
        address: None,
        rules: ONE,
    };
    kinds.push(RecordKind::Accepted(accepted));
    kinds.push(RecordKind::Accepted(Accepted {
        action: "ModifyVolume",
        what: "type",
        unchanged: true,
        instance: None,
        volume: Some(data),
        address: Some(vip),
        ..accepted
    }));

    let [v4, other, v6] = ["10.0.200.9", "248.17.1.255", "2a05:d018::1:0:7"]
        .map(|ip| Some(ip.parse::<IpAddr>().unwrap()));
    for (instance, address, scope, from, to) in [
        (Some(web), None, AddressScope::Private, None, v4),
        (Some(member), None, AddressScope::Public, other, None),
        (Some(member), None, AddressScope::Public, None, v6),
        (None, Some(vip), AddressScope::Elastic, other, v4),
        (None, None, AddressScope::Elastic, None, None),
    ] {
        kinds.push(RecordKind::Address(AddressEvent {
            instance,
            address,
            scope,
            from,
            to,
            rules: TWO,
        }));
    }

    for (instance, what, outcome) in [
        (Some(web), DataKind::Memory, DataOutcome::Lost),
        (Some(web), DataKind::InstanceStore, DataOutcome::Kept),
        (
            Some(member),
            DataKind::Volume(member_root),
            DataOutcome::Saved,
        ),
        (None, DataKind::Volume(data), DataOutcome::Deleted),
    ] {
        kinds.push(RecordKind::Data(DataEvent {
            instance,
            what,
            outcome,
            rules: ONE,
        }));
    }

    kinds.push(RecordKind::Provisioned(Provisioned {
        volume: root,
        owner: Some(web),
        config: VolumeConfig {
            volume_type: VolumeType::Gp3,
            size_gib: 8,
            iops: 0,
            throughput: 0,
        },
        created: true,
    }));

    let opened = MeterEvent {
        meter: Meter::Usage,
        resource: Resource::Instance(web),
        usage_type: UsageType::BoxUsage(micro, platform),
        unit: Unit::Second,
        units: 1,
        unit_price: "0.0104".parse().unwrap(),
        closed: None,
        rules: TWO,
    };
    let closed = Closed {
        quantity: 86_400,
        amount: usd("0.2496"),
        at_end: false,
    };
    for (resource, meter, usage_type, unit, price) in [
        (
            Resource::Instance(web),
            Meter::Usage,
            UsageType::BoxUsage(micro, platform),
            Unit::Hour,
            "2",
        ),
        (
            Resource::Instance(member),
            Meter::PublicIpv4,
            UsageType::InUseAddress,
            Unit::Second,
            "0.005",
        ),
        (
            Resource::Volume(root),
            Meter::Ebs,
            UsageType::VolumeUsage(VolumeType::Gp3),
            Unit::GibSecond,
            "0.088",
        ),
        (
            Resource::Volume(member_root),
            Meter::Ebs,
            UsageType::VolumeUsage(VolumeType::Standard),
            Unit::GibSecond,
            "0.05",
        ),
        (
            Resource::Volume(data),
            Meter::Ebs,
            UsageType::VolumeIops(VolumeType::Io2, 2),
            Unit::IopsSecond,
            "0.0455",
        ),
        (
            Resource::Volume(data),
            Meter::Ebs,
            UsageType::VolumeThroughput(VolumeType::Gp3),
            Unit::MibpsSecond,
            "0.04",
        ),
        (
            Resource::Address(vip),
            Meter::PublicIpv4,
            UsageType::IdleAddress,
            Unit::Second,
            "0.0000000001",
        ),
    ] {
        let opened = MeterEvent {
            meter,
            resource,
            usage_type,
            unit,
            unit_price: price.parse::<Price>().unwrap(),
            ..opened
        };
        kinds.push(RecordKind::Meter(opened));
        kinds.push(RecordKind::Meter(MeterEvent {
            closed: Some(closed),
            rules: NONE,
            ..opened
        }));
    }

    kinds.push(RecordKind::Note(Arc::from("a \"note\" \\ with\ttabs")));
    for (passed, instance) in [(true, None), (false, Some(web))] {
        kinds.push(RecordKind::Expectation(Box::new(Expectation {
            place: Place {
                lo: 0,
                hi: 1,
                line: 1,
            },
            subject: "web".to_owned(),
            check: "state",
            passed,
            expected: "\"running\"".to_owned(),
            found: "stopped".to_owned(),
            instance,
        })));
    }
    for (event, instance) in [
        (NoticeKind::RebootCompleted, Some(member)),
        (NoticeKind::Late, None),
    ] {
        kinds.push(RecordKind::Notice(Box::new(Notice {
            instance,
            event,
            message: "a message".to_owned(),
            rules: ONE,
        })));
    }
    kinds
}

#[test]
fn every_kind_of_record_has_its_line() {
    let replay = replay();
    let view = view(&replay);
    let mut out = Vec::new();
    let mut lines = JsonLines::new(&mut out, StopSignal::default());
    let mut events = String::new();
    for (seq, kind) in (1..).zip(every_kind()) {
        let record = Record {
            seq,
            at: replay.program().start + SimDuration::from_secs(seq / 3 * 40_000),
            line: u32::try_from(seq % 2 * seq).unwrap(),
            kind,
        };
        lines.record(&record, view);
        let event = EventView {
            record: &record,
            world: view.world,
            start: view.program.start,
        };
        events += &serde_json::to_string(&event).unwrap();
        events.push('\n');
    }
    lines.end().unwrap();
    let shown = events
        .lines()
        .filter(|event| !event.contains(r#""kind":"provisioned""#));
    assert!(shown.eq(str::from_utf8(&out).unwrap().lines()));
    insta::assert_snapshot!(events);
}

/// A fleet that says some thousands of records.
fn fleet(name: &str) -> Scenario {
    let text = format!(
        "instances: {{ {name}: {{ type: t3.micro, count: 1500 }} }}\nsteps:\n  - launch: {name}\n  \
         - wait-until: {{ {name}: running }}\n  - after: 1h\n    stop: {name}\n"
    );
    Scenario::from_text("fleet.yaml", &text).unwrap()
}

/// What can be written to from a thread, and looked at from outside, until there is no more room.
#[derive(Debug, Clone)]
struct Shared {
    text: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl Shared {
    fn new(room: usize) -> Self {
        Self {
            text: Arc::default(),
            room,
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.text.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.text.lock().unwrap();
        let taken = bytes.len().min(self.room - text.len());
        if taken == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        text.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines of replays one after the other, live and by a thread.
fn both_ways(scenarios: &[&Scenario]) -> [String; 2] {
    [JsonLines::new, JsonLines::in_background].map(|way| {
        let out = Shared::new(usize::MAX);
        let mut lines = way(out.clone(), StopSignal::default());
        for scenario in scenarios {
            replay_into(scenario, Keep::SUMS, vec![&mut lines]);
        }
        lines.end().unwrap();
        out.text()
    })
}

#[test]
fn a_thread_writes_the_same_lines_in_the_same_order() {
    let [live, background] = both_ways(&[&fleet("web")]);
    assert!(live.lines().count() > 10_000);
    assert!(live == background);
    for (seq, line) in (1..).zip(live.lines()) {
        assert!(line.starts_with(&format!("{{\"seq\":{seq},")), "{line}");
    }
}

#[test]
fn one_writer_can_take_one_replay_after_the_other() {
    let (web, crew) = (fleet("web"), fleet("crew"));
    let [of_web, _] = both_ways(&[&web]);
    let [of_crew, _] = both_ways(&[&crew]);
    for both in both_ways(&[&web, &crew]) {
        assert!(both == format!("{of_web}{of_crew}"));
    }
}

#[test]
fn lines_that_cannot_be_written_stop_the_replay() {
    let scenario = fleet("web");
    let [whole, _] = both_ways(&[&scenario]);
    for way in [JsonLines::new, JsonLines::in_background] {
        // In the middle, in what `end` writes, and at once.
        for room in [1_000_001, whole.len() - 1, 0] {
            let (out, stop) = (Shared::new(room), StopSignal::default());
            let mut lines = way(out.clone(), stop.clone());
            replay_into(&scenario, Keep::SUMS, vec![&mut lines]);
            let early = room < 2_000_000;
            assert!(stop.is_asked() || !early, "{room}");
            let error = lines.end().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
            assert!(out.text() == whole[..room], "{room}");
        }
    }
}
