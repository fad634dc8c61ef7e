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
        Provisioned, Record, RecordKind, Rejected, Resource, ResourceKind, Rules, StateReason,
        Transition, Unit, UsageType, VolumeConfig, VolumeHandle,
    },
    report::{EventView, JsonLines},
    rule,
    runner::{Keep, replay_into},
    script::Named,
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

fn view<'a>(replay: &'a Replay, names: &'a Named<'_>) -> View<'a> {
    View {
        program: replay.program(),
        names,
        biller: replay.bill(),
        now: replay.end(),
        tally: replay.tally(),
    }
}

/// Records of every kind, with everything that may be absent there and not there.
fn every_kind(replay: &Replay) -> Vec<RecordKind> {
    let planned = |slot| Arc::from(replay.names().instance_id(replay.world(), slot).to_string());
    let web = InstanceHandle::new(0);
    let member = InstanceHandle::new(2);
    let [root, second, member_root, data] = [0, 1, 3, 5].map(VolumeHandle::new);
    let vip = AddressHandle::new(0);
    let micro = TypeId::find("t3.micro").unwrap();
    let platform = Platform::find("linux").unwrap();
    let usd = |text: &str| Usd::from_price(text.parse().unwrap());
    let mut kinds = Vec::new();

    let mut launch = Transition::new(
        web,
        (None, Phase::Launching),
        "RunInstances",
        micro,
        platform,
    );
    launch.rules = TWO;
    kinds.push(RecordKind::Transition(launch));
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
        let mut stop = Transition::new(member, (Some(from), to), "StopInstances", micro, platform);
        stop.reason = Some(reason);
        stop.cost_step = Usd::ZERO - usd("0.5");
        stop.cost_total = Usd::hourly("1000000000".parse().unwrap(), 1 << 40);
        stop.rules = rules;
        kinds.push(RecordKind::Transition(stop));
    }

    let mut rejected = Rejected::new(
        "StopInstances",
        ActionTarget::default(),
        ErrorCode::find("IncorrectInstanceState").unwrap(),
        "The instance '\u{1}\"x\\y' isn't\nthere: ünï".to_owned(),
    );
    rejected.rules = TWO;
    let vip_itself = Some(Resource::Address(vip));
    let volume = |volume| Some(Resource::Volume(volume));
    let unknown = Arc::from("i-0123456789abcdef0");
    for (action, kind, name, id, instance, resource) in [
        (
            "StopInstances",
            ResourceKind::Instance,
            None,
            None,
            None,
            None,
        ),
        (
            "StopInstances",
            ResourceKind::Instance,
            None,
            Some(unknown),
            None,
            None,
        ),
        (
            "DeleteVolume",
            ResourceKind::Volume,
            Some("gone \"volume\""),
            None,
            None,
            None,
        ),
        (
            "ReleaseAddress",
            ResourceKind::Address,
            Some("gone"),
            None,
            None,
            None,
        ),
        (
            "StopInstances",
            ResourceKind::Instance,
            Some("crew-2"),
            None,
            Some(member),
            None,
        ),
        (
            "StopInstances",
            ResourceKind::Instance,
            Some("never-1"),
            Some(planned(4)),
            None,
            None,
        ),
        (
            "AttachVolume",
            ResourceKind::Instance,
            Some("never-2"),
            Some(planned(5)),
            None,
            volume(data),
        ),
        (
            "DeleteVolume",
            ResourceKind::Volume,
            Some("web/1"),
            None,
            None,
            volume(second),
        ),
        (
            "ReleaseAddress",
            ResourceKind::Address,
            Some("vip"),
            None,
            None,
            vip_itself,
        ),
        (
            "AssociateAddress",
            ResourceKind::Instance,
            Some("web"),
            None,
            Some(web),
            vip_itself,
        ),
    ] {
        let mut rejected = rejected.clone();
        rejected.action = action;
        let target = &mut rejected.target;
        (target.kind, target.name, target.id) = (kind, name.map(Arc::from), id);
        (target.instance, target.resource) = (instance, resource);
        kinds.push(RecordKind::Rejected(Box::new(rejected)));
    }
    (rejected.expected, rejected.rules) = (true, NONE);
    kinds.push(RecordKind::Rejected(Box::new(rejected)));

    let mut accepted = Accepted::new("RebootInstances", ONE);
    accepted.instance = Some(web);
    kinds.push(RecordKind::Accepted(accepted));
    let mut unchanged = Accepted::new("ModifyVolume", ONE);
    (unchanged.what, unchanged.unchanged) = ("type", true);
    unchanged.resource = volume(data);
    kinds.push(RecordKind::Accepted(unchanged));

    let [v4, other, v6] = ["10.0.200.9", "248.17.1.255", "2a05:d018::1:0:7"]
        .map(|ip| Some(ip.parse::<IpAddr>().unwrap()));
    for (instance, address, scope, from, to) in [
        (Some(web), None, AddressScope::Private, None, v4),
        (Some(member), None, AddressScope::Public, other, None),
        (Some(member), None, AddressScope::Public, None, v6),
        (None, Some(vip), AddressScope::Elastic, other, v4),
        (None, None, AddressScope::Elastic, None, None),
    ] {
        let mut event = AddressEvent::new(scope, from, to, TWO);
        (event.instance, event.address) = (instance, address);
        kinds.push(RecordKind::Address(event));
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
        let mut event = DataEvent::new(what, outcome, ONE);
        event.instance = instance;
        kinds.push(RecordKind::Data(event));
    }

    let mut provisioned = Provisioned::new(root, VolumeConfig::new(VolumeType::Gp3, 8));
    provisioned.owner = Some(web);
    kinds.push(RecordKind::Provisioned(provisioned));

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
        let price: Price = price.parse().unwrap();
        let mut event = MeterEvent::new(meter, resource, usage_type, unit, price);
        event.rules = TWO;
        kinds.push(RecordKind::Meter(event));
        event.closed = Some(Closed::new(86_400, usd("0.2496")));
        event.rules = NONE;
        kinds.push(RecordKind::Meter(event));
    }

    kinds.push(RecordKind::Note(ec2sim::record::Note::new(
        "a \"note\" \\ with\ttabs",
    )));
    for (passed, instance) in [(true, None), (false, Some(web))] {
        let mut expectation = Expectation::new(
            Place {
                lo: 0,
                hi: 1,
                line: 1,
            },
            "web".to_owned(),
            "state",
            "\"running\"".to_owned(),
            "stopped".to_owned(),
        );
        (expectation.passed, expectation.instance) = (passed, instance);
        kinds.push(RecordKind::Expectation(Box::new(expectation)));
    }
    for (event, instance) in [
        (NoticeKind::RebootCompleted, Some(member)),
        (NoticeKind::Late, None),
    ] {
        let mut notice = Notice::new(event, "a message".to_owned(), ONE);
        notice.instance = instance;
        kinds.push(RecordKind::Notice(notice));
    }
    kinds
}

#[test]
fn every_kind_of_record_has_its_line() {
    let replay = replay();
    let names = replay.directory();
    let view = view(&replay, &names);
    let mut out = Vec::new();
    let mut lines = JsonLines::new(&mut out, StopSignal::default());
    let mut events = String::new();
    for (seq, kind) in (1..).zip(every_kind(&replay)) {
        let at = replay.program().start + SimDuration::from_secs(seq / 3 * 40_000);
        let line = u32::try_from(seq % 2 * seq).unwrap();
        let record = Record::new(seq, at, line, kind);
        lines.record(&record, &view);
        let event = EventView {
            record: &record,
            names: view.names,
            start: view.program.start,
        };
        events += &serde_json::to_string(&event).unwrap();
        events.push('\n');
    }
    lines.end().unwrap();
    let shown = events
        .lines()
        .filter(|event| !event.contains(r#""kind":"provisioned""#));
    // Alone, a meter doesn't know what was said before it.
    let said = r#""provisioned":{"type":"gp3","size_gib":8,"iops":0,"throughput":0}"#;
    let lines = String::from_utf8(out).unwrap();
    let alone = lines.replacen(said, r#""provisioned":null"#, 1);
    assert!(alone != lines && shown.eq(alone.lines()));
    insta::assert_snapshot!(lines);
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
