//! What valid files mean, and that no file at all brings the reader down. The messages have a test of their own.

use super::*;
use crate::{
    action::{
        Change, Flags, ModifyInstanceAttribute, RebootInstances, Request, RunInstances,
        StopInstances,
    },
    catalog::{Architecture, CreditMode, Platform, VolumeType},
    lifecycle::{ErrorCode, InstanceState},
    record::Meter,
    script::*,
    time::{SimDuration, SimTime},
};

/// Nearly everything that can be said.
const WHOLE: &str = include_str!("tests/whole.yaml");

fn read(text: &str) -> Program {
    match Scenario::from_text("lesson.yaml", text) {
        Ok(scenario) => scenario.program().as_ref().clone(),
        Err(mistakes) => panic!("{mistakes}"),
    }
}

fn codes(text: &str) -> Vec<Code> {
    match Scenario::from_text("lesson.yaml", text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|one| one.code).collect(),
    }
}

/// The steps of a file with one instance and one group.
fn steps(text: &str) -> String {
    format!(
        "instances: {{ web: {{ type: m5.large, volumes: [1GiB gp3] }}, db: {{ type: t3.micro, count: 3 }} }}\n\
         volumes: {{ data: 8GiB gp3 }}\naddresses: {{ vip: ~ }}\nsteps:\n{text}"
    )
}

fn slots(first: u32, count: u32, group: bool) -> Target {
    Target::Slots {
        first,
        count,
        group,
    }
}

fn secs(secs: u64) -> SimDuration {
    SimDuration::from_secs(secs)
}

#[test]
fn a_whole_file_is_read() {
    let program = read(WHOLE);
    assert_eq!(program.name, "Everything at once");
    assert_eq!(program.cast.region.name(), "eu-west-1");
    assert_eq!(program.start.to_string(), "2026-03-02T08:00:00Z");
    assert_eq!(
        program.until,
        Some(program.start + SimDuration::from_days(21))
    );
    assert_eq!(
        program.timings.pending,
        TimeRange {
            min: secs(15),
            max: secs(40)
        }
    );
    assert_eq!(program.timings.rebooting, TimeRange::exactly(secs(0)));
    let names: Vec<_> = (0..program.cast.slots())
        .map(|slot| program.cast.name(slot).to_string())
        .collect();
    assert_eq!(names, ["web", "lab", "db-1", "db-2", "db-3", "old", "win"]);
    assert_eq!(program.cast.others[ResourceKind::Address], ["vip", "front"]);
    assert_eq!(
        (program.initial_addresses, program.initial_volumes.len()),
        (1, 1)
    );
    assert_eq!(
        program.cast.others[ResourceKind::Volume],
        ["data", "scratch"]
    );

    let spec = |name: &str| {
        let entry = program
            .cast
            .instances
            .iter()
            .find(|entry| entry.name == name)
            .unwrap();
        entry.spec.clone()
    };
    let web = spec("web");
    assert_eq!(web.zone, "eu-west-1b");
    assert_eq!(web.image.architecture, Architecture::X86_64);
    assert_eq!(web.volumes.len(), 3);
    assert_eq!(
        (web.volumes[0].volume_type, web.volumes[0].size_gib),
        (VolumeType::Gp3, 20)
    );
    assert_eq!(
        (web.volumes[0].iops, web.volumes[0].throughput),
        (3_000, 125)
    );
    assert!(
        web.volumes
            .iter()
            .all(|volume| volume.delete_on_termination)
    );
    assert_eq!(
        (web.volumes[2].volume_type, web.volumes[2].iops),
        (VolumeType::Io2, 5_000)
    );
    assert_eq!(
        web.tags,
        [
            ("Name".to_owned(), "web".to_owned()),
            ("team".to_owned(), "a".to_owned())
        ]
    );
    // From `defaults`, but for what is given.
    assert!(web.termination_protection && !spec("lab").termination_protection);
    let lab = spec("lab");
    assert!(lab.hibernation && lab.volumes[0].encrypted && lab.image.hibernation_ready);
    assert_eq!(spec("db").credits, Some(CreditMode::Standard));
    assert_eq!(spec("db").image.architecture, Architecture::Arm64);
    assert!(!spec("old").image.ebs_root && spec("old").volumes.is_empty());
    let win = spec("win");
    assert_eq!(
        (
            win.platform,
            win.volumes[0].size_gib,
            win.image.min_root_gib
        ),
        (Platform::Windows, 30, 30)
    );
    assert_eq!(win.credits, Some(CreditMode::Unlimited));
    let (data, zone) = program.initial_volumes[0];
    assert_eq!((data.delete_on_termination, zone), (false, "eu-west-1b"));
    assert!(program.steps.len() > 30);
    assert_eq!(program.expect.len(), 4);
}

fn launch(launch: Target) -> Request<ByName> {
    Request::from(RunInstances {
        fails_later: None,
        launch,
        client_token: None,
    })
}

fn modify(whom: &Target, change: Change<ByName>) -> Request<ByName> {
    Request::from(ModifyInstanceAttribute {
        instances: [whom.clone()].into_iter().collect(),
        change,
    })
}

#[test]
fn a_step_is_what_its_keys_say() {
    let program = read(&steps(
        "  - launch: [web, db]\n    note: both\n  - at: 1h\n    stop: { instances: [web, db-2], force: yes }\n    fails: IncorrectInstanceState\n  - at: 2026-01-01T02:00:00Z\n    wait: 10m\n  - after: 5m\n    wait-until: { web: hibernated }\n    timeout: 2h\n  - modify: { instance: web, type: m5.xlarge, delete-on-termination: { root: no, web/1: ~ } }\n  - reboot: i-0123456789abcdef0\n",
    ));
    let web = slots(0, 1, false);
    let db = slots(1, 3, true);
    let expected = [
        (
            When::Now,
            Op::Act(Act {
                requests: [web.clone(), db].into_iter().map(launch).collect(),
                until_refused: false,
            }),
        ),
        (
            When::AtOffset(secs(3_600)),
            Op::Act(Act::from(Request::from(StopInstances::<ByName>::of(
                [web.clone(), slots(2, 1, false)].into_iter().collect(),
                Flags {
                    force: true,
                    ..Flags::default()
                },
            )))),
        ),
        (
            When::AtInstant(SimTime::from_secs(1_767_232_800)),
            Op::Wait(secs(600)),
        ),
        (
            When::After(secs(300)),
            Op::WaitUntil {
                conditions: vec![(web.clone(), Wanted::State(InstanceState::Hibernated))],
                checks: Vec::new(),
                timeout: secs(7_200),
            },
        ),
        (
            When::Now,
            Op::Act(Act {
                requests: [
                    Change::Type(crate::catalog::TypeId::find("m5.xlarge").unwrap()),
                    Change::DeleteOnTermination(VolumeTarget::Of(web.clone(), 0), false),
                    Change::DeleteOnTermination(VolumeTarget::Of(web.clone(), 1), true),
                ]
                .into_iter()
                .map(|change| modify(&web, change))
                .collect(),
                until_refused: true,
            }),
        ),
        (
            When::Now,
            Op::Act(Act::from(Request::from(RebootInstances::<ByName>::of(
                [Target::Id("i-0123456789abcdef0".into())]
                    .into_iter()
                    .collect(),
                Flags::default(),
            )))),
        ),
    ];
    assert_eq!(program.steps.len(), expected.len());
    for (step, (when, op)) in program.steps.iter().zip(expected) {
        assert_eq!((step.when, &step.op), (when, &op));
    }
    assert_eq!(program.steps[0].note.as_deref(), Some("both"));
    assert_eq!(
        program.steps[1].fails,
        Some(ErrorCode::IncorrectInstanceState)
    );
    assert_eq!(program.steps[1].place.line, 7);
}

#[test]
fn checks_are_what_their_words_say() {
    let program = read(&steps(
        "  - launch: [web, db]\n  - reboot: [web, db]\n  - expect:\n      db-2: { state: running, api-state: 16, reason: none, billed-seconds: 1h }\n      web: { ipv6: 2001:db8::1, public-dns: a.example, volumes: [web/root, data], cost: { ebs: $0.10 } }\n      cost: 5\n",
    ));
    let Op::Expect(checks) = &program.steps[2].op else {
        panic!("{:?}", program.steps[2])
    };
    let found: Vec<_> = checks.iter().map(|check| check.checked.clone()).collect();
    let amount = |text: &str, decimals| AmountCheck::Is {
        amount: Amount {
            usd: text.parse().unwrap(),
            decimals,
        },
        is_negative: false,
    };
    assert_eq!(
        found,
        [
            Checked::State(InstanceState::Running),
            Checked::ApiState(crate::lifecycle::ApiState::Running),
            Checked::Reason(None),
            Checked::BilledSeconds(3_600),
            Checked::Address(
                AddressKind::Ipv6,
                AddressCheck::Ip("2001:db8::1".parse().unwrap())
            ),
            Checked::Address(
                AddressKind::PublicDns,
                AddressCheck::Name("a.example".into())
            ),
            Checked::Volumes(VolumesCheck::Names(vec!["web/root".into(), "data".into()])),
            Checked::Cost(Some(Meter::Ebs), amount("0.10", 2)),
            Checked::Cost(None, amount("5", 0)),
        ]
    );
    assert_eq!(checks[0].subject, Subject::Instances(slots(2, 1, false)));
    assert_eq!(checks[8].subject, Subject::Whole);
}

#[test]
fn what_only_a_replay_can_know_is_no_mistake() {
    for text in [
        // The launch may be refused.
        "  - launch: web\n    fails: InsufficientInstanceCapacity\n  - launch: web\n  - stop: web\n",
        "  - launch: { instance: web, dry-run: yes }\n    fails: DryRunOperation\n  - launch: web\n",
        // The same request again.
        "  - launch: { instance: web, client-token: a }\n  - launch: { instance: web, client-token: a }\n",
        // It has ended, or may have.
        "  - launch: web\n  - terminate: web\n  - launch: web\n",
        "  - launch: web\n  - shutdown: web\n  - launch: web\n",
        "  - launch: web\n  - launch: web\n    fails: Simulator.NameTaken\n",
        "  - repeat: { times: 3 }\n    steps:\n      - launch: web\n      - wait: 1h\n      - terminate: web\n",
        "  - each: db\n    every: 7s\n    steps:\n      - launch: self\n      - after: 10m\n        terminate: self\n  - wait-until: { db: terminated }\n",
        // A script beside this one acts on it.
        "  - launch: db\n  - each: db\n    steps: [{ after: 1m, reboot: self }]\n  - after: 5m\n    expect: { db: { private-ipv4: kept } }\n",
        "  - launch: web\n  - reboot: web\n  - expect: { web: { private-ipv4: kept, memory: kept } }\n",
        // A step exactly at the end, and a wait that goes on past where the script knows it stands.
        "  - launch: web\n  - wait-until: { web: running }\n  - at: 1h\n    stop: web\n",
        "  - repeat: { times: 2, every: 1h }\n    steps:\n      - at: 30m\n        note: half\n      - at: 1h\n        note: whole\n",
        "  - allocate-address: a\n  - release-address: a\n  - allocate-address: a\n",
        "  - create-volume: { volume: v, size: 1 }\n  - delete-volume: v\n  - create-volume: { volume: v, size: 1 }\n",
        // A root too small, user data too long: EC2 refuses these itself.
        "  - launch: web\n  - modify: { instance: web, termination-protection: yes, source-dest-check: no }\n",
        "  - launch: db-1\n  - attach-volume: { volume: data, instance: db-1 }\n  - detach-volume: { volume: data, force: no }\n  - delete-volume: data\n",
        "  - note: only told\n",
    ] {
        let text = steps(text);
        assert_eq!(codes(&text), [], "{text}");
    }
    let text = "instances: { w: { type: t3.micro, root: 1GiB, image: { min-root: 8GiB } } }\nuntil: 1h\nsteps:\n  - launch: w\n  - at: 1h\n    stop: w\n";
    assert_eq!(codes(text), []);
}

#[test]
fn plain_words_of_yaml_are_what_they_look_like() {
    let program = read(
        "name: 1e3\ndescription: null\nseed: 007\nsteps:\n  - note: 0x10\n  - note: \"null\"\n  - note: yes\n",
    );
    assert_eq!(
        (program.name.as_str(), program.description, program.seed),
        ("1e3", None, 7)
    );
    let notes: Vec<_> = program
        .steps
        .iter()
        .filter_map(|step| step.note.as_deref())
        .collect();
    assert_eq!(notes, ["0x10", "null", "yes"]);
}

#[test]
fn marks_and_line_ends_of_windows_are_fine() {
    let program = read(
        "\u{FEFF}name: a\r\nsteps:\r\n  - note: |\r\n      two\r\n      lines\r\n  - note: b\r\n",
    );
    assert_eq!(program.steps[0].note.as_deref(), Some("two\nlines\n"));
    assert_eq!(program.steps[1].place.line, 6);
}

#[test]
fn anchors_stand_for_what_they_name() {
    let program = read(
        "defaults: &d { type: m5.large, root: &r 20GiB gp3 }\ninstances:\n  a: *d\n  b: { volumes: [*r, *r] }\nsteps: []\n",
    );
    assert_eq!(program.cast.instances[1].spec.volumes.len(), 3);
}

#[test]
fn overrides_of_prices_hold() {
    let text = "region: mx-central-1\nprices: { m5.large: $0.10, gp3: $0.08 }\ninstances: { a: { type: m5.large } }\nsteps: []\n";
    assert_eq!(codes(text), []);
    assert_eq!(
        codes(&text.replace("m5.large: $", "m5.xlarge: $")),
        [Code::NoPrice]
    );
}

#[test]
fn a_price_file_is_found_beside_the_scenario_and_has_mistakes_of_its_own() {
    let directory = std::env::temp_dir().join(format!("ec2sim-prices-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let scenario = directory.join("lesson.yaml");
    std::fs::write(&scenario, "prices: prices.yaml\nsteps: []\n").unwrap();
    std::fs::write(
        directory.join("prices.yaml"),
        "gp3: $0.10\npublic-ipv4: free\n",
    )
    .unwrap();
    let mistakes = Scenario::from_path(&scenario).unwrap_err();
    let one = mistakes.iter().next().unwrap();
    assert!(one.file().ends_with("prices.yaml"), "{one}");
    assert_eq!((one.position(), one.code), (Some((2, 14)), Code::BadAmount));
    std::fs::write(directory.join("prices.yaml"), "gp3: $0.10\n").unwrap();
    assert!(Scenario::from_path(&scenario).is_ok());
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn files_that_are_no_text_are_told() {
    let missing = Scenario::from_path("no/such/lesson.yaml").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "no/such/lesson.yaml: error[E0001]: the file can't be read: no such file or directory"
    );
    let directory = std::env::temp_dir().join(format!("ec2sim-bytes-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("lesson.yaml");
    std::fs::write(&path, b"name: caf\xE9\nsteps: []\n").unwrap();
    let mistakes = Scenario::from_path(&path).unwrap_err();
    let one = mistakes.iter().next().unwrap();
    assert_eq!((one.position(), one.code), (Some((1, 10)), Code::NotUtf8));
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn only_a_hundred_mistakes_are_told() {
    let text = format!("steps:\n{}", "  - lunch: web\n".repeat(1_000));
    let mistakes = Scenario::from_text("lesson.yaml", &text).unwrap_err();
    assert_eq!((mistakes.len(), mistakes.omitted()), (100, 900));
    assert!(mistakes.to_string().ends_with("\nand 900 more"));
}

#[test]
fn a_diagnostic_has_six_fields_in_json() {
    let mistakes = Scenario::from_text("lesson.yaml", "nmae: x\nsteps: []\n").unwrap_err();
    assert_eq!(
        serde_json::to_string(&mistakes).unwrap(),
        r#"{"schema":"ec2sim/diagnostics/1","diagnostics":[{"file":"lesson.yaml","line":1,"column":1,"code":"E0201","message":"unknown key `nmae` in a scenario","suggestion":"name"}]}"#
    );
}

/// Reads a text, whatever it is.
fn survives(text: &str) {
    let Err(mistakes) = Scenario::from_text("lesson.yaml", text) else {
        return;
    };
    assert!(!mistakes.is_empty(), "{text}");
    for one in &mistakes {
        for label in std::iter::once(&one.primary).chain(&one.secondary) {
            let (lo, hi) = (
                usize::try_from(label.lo).unwrap(),
                usize::try_from(label.hi).unwrap(),
            );
            assert!(label.source.text.get(lo..hi).is_some(), "{one}: {lo}..{hi}");
        }
    }
}

/// The mappings that a value may be.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds hold others"
)]
fn mappings(kind: &'static keys::Takes) -> Vec<&'static keys::Table> {
    match kind {
        keys::Takes::Map(table) => vec![table],
        keys::Takes::Either(kinds) => kinds.iter().flat_map(mappings).collect(),
        keys::Takes::Optional(kind) => mappings(kind),
        _ => Vec::new(),
    }
}

/// Each option of each action with values that it may or may not have: a file that is read has every step that was written.
#[test]
fn no_step_is_dropped_without_a_word() {
    const VALUES: &[&str] = &[
        "yes",
        "no",
        "~",
        "[]",
        "{}",
        "\"\"",
        "web",
        "db",
        "data",
        "vip",
        "0",
        "1",
        "root",
        "{ root: no }",
        "default",
        "basic",
        "host",
        "10GiB",
        "gp3",
        "1h",
        "us-east-1a",
        "m5.xlarge",
        "standard",
        "stop",
    ];
    let mut read = 0;
    let mut check = |step: &str, options: &str| {
        let text = steps(&format!(
            "  - launch: [web, db]\n  - {step}: {{ {options} }}\n"
        ));
        let Ok(scenario) = Scenario::from_text("lesson.yaml", &text) else {
            return;
        };
        read += 1;
        let [_, step] = &*scenario.program().steps else {
            panic!("{text}")
        };
        let asks_nothing = matches!(&step.op, Op::Act(act) if act.requests.is_empty());
        assert!(step.place.line > 0 && !asks_nothing, "{text}");
    };
    for step in keys::STEP.keys {
        for table in mappings(&step.kind) {
            for option in table.names() {
                let mut named = String::new();
                for (key, name) in [("instance", "web"), ("volume", "data"), ("address", "vip")] {
                    if key != option && table.find(key).is_some() {
                        named.extend([key, ": ", name, ", "]);
                    }
                }
                for value in VALUES {
                    check(step.name, &format!("{named}{option}: {value}"));
                }
            }
        }
    }
    assert!(read > 50, "{read}");
}

/// EC2's service model says which of its actions have them.
#[test]
fn actions_have_the_options_that_ec2s_have() {
    let has = |option: &str| -> Vec<&str> {
        let verbs = crate::action::Verb::ALL.iter().map(|verb| verb.name());
        verbs
            .filter(|verb| {
                let table = keys::STEP.find(verb).and_then(|key| key.kind.table());
                table.is_some_and(|table| table.find(option).is_some())
            })
            .collect()
    };
    assert_eq!(
        has("client-token"),
        [
            "launch",
            "create-volume",
            "replace-root-volume",
            "allocate-host",
            "create-capacity-reservation"
        ]
    );
    let dry = has("dry-run");
    for &verb in crate::action::Verb::ALL {
        let help = verb.help();
        let is_ec2s = help.starts_with(char::is_uppercase) || help.contains("`Modify");
        // AWS's own words for what befalls an instance, and the two actions without it.
        let has_none = ["AllocateHosts", "ReleaseHosts"].contains(&help) || help.contains(' ');
        let expected = (is_ec2s && !has_none)
            || [
                "hibernate",
                "modify",
                "cancel-spot-request",
                "enable-fast-restore",
                "disable-fast-restore",
            ]
            .contains(&verb.name());
        assert_eq!(dry.contains(&verb.name()), expected, "{}", verb.name());
    }
}

#[test]
fn an_event_begins_neither_in_the_past_nor_after_its_deadline() {
    let event = |when: &str| {
        codes(&steps(&format!(
            "  - launch: web\n  - {{ at: 10m, schedule-event: {{ instance: web, event: instance-stop, {when} }} }}\n"
        )))
    };
    for past in [
        "at: 5m",
        "at: 2025-12-31T00:00:00Z",
        "in: 2d, deadline: 1d",
        "at: 2d, deadline: 2026-01-02T00:00:00Z",
    ] {
        assert_eq!(event(past), [Code::Backwards], "{past}");
    }
    for fine in ["at: 10m", "in: 1d, deadline: 2d", "at: 1d, deadline: 1d"] {
        assert_eq!(event(fine), [], "{fine}");
    }
}

#[test]
fn names_of_built_in_images_are_nobody_elses() {
    for step in [
        "allocate-address: windows-2022",
        "create-volume: { volume: al2, size: 1GiB }",
        "create-snapshot: { volume: web/root, snapshot: rhel-9 }",
        "attach-interface: { interface: sles-15, instance: web }",
    ] {
        let text = steps(&format!("  - launch: web\n  - {{ at: 1m, {step} }}\n"));
        assert_eq!(codes(&text), [Code::NameTaken], "{step}");
    }
}

#[test]
fn what_instances_have_anyway_is_no_change() {
    for plain in ["monitoring: no", "monitoring: basic"] {
        // What is turned off may have been on.
        let program = read(&steps(&format!(
            "  - launch: web\n  - modify: {{ instance: web, stop-protection: yes, {plain} }}\n"
        )));
        let Op::Act(act) = &program.steps[1].op else {
            panic!("{:?}", program.steps[1])
        };
        assert_eq!(act.requests.len(), 2, "{plain}");
    }
    let none = steps("  - launch: web\n  - modify: { instance: web, delete-on-termination: {} }\n");
    assert_eq!(codes(&none), [Code::EmptyStep]);
}

/// Valid files with some bytes changed: nearly right is where readers break.
#[test]
fn no_mutation_of_a_file_brings_the_reader_down() {
    const PIECES: &[&str] = &[
        ":",
        " ",
        "\n",
        "\t",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "&a ",
        "*a",
        "é",
        "🦀",
        "\u{FEFF}",
        "~",
        "self",
        "web",
        "steps",
        "- x",
        "#",
        "|",
        ">",
        "? ",
        "<<: ",
        "---\n",
        "!t ",
        "99999999999999999999",
        "\r\n",
        "-",
        "/",
        "\\",
        "every: 9999w",
        "count: 0",
        "0",
        "1h",
        "%",
        "@",
        "\0",
        "\u{2028}",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    for _ in 0..400 {
        let mut text = WHOLE.to_owned();
        for _ in 0..=next(6) {
            let mut boundary = |text: &str| {
                let mut at = next(text.len());
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let (from, to) = (boundary(&text), boundary(&text));
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
            let to = (to..=text.len())
                .find(|at| text.is_char_boundary(*at))
                .unwrap();
            let piece = match next(4) {
                0 => "",
                1 => &text[from..to].repeat(2),
                _ => PIECES[next(PIECES.len())],
            };
            text.replace_range(from..to, piece);
        }
        survives(&text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_text_brings_the_reader_down(text in "[a-c:{}\\[\\]&*!|>'\"%@# \\-\\n\\t,?~0-9é]{0,120}") {
        survives(&text);
    }

    #[test]
    fn no_value_brings_the_reader_down(key in "[a-z-]{1,12}", value in "\\PC{0,24}") {
        survives(&format!("{key}: {value}\nsteps:\n  - {key}: {value}\n  - launch: web\n    at: {value}\n"));
        survives(&format!("instances: {{ web: {{ type: m5.large, root: \"{value}\" }} }}\nsteps: [{{ {key}: \"{value}\" }}]\n"));
        for parse in [value::duration, |text: &str| value::range(text).map(|(min, _)| min)] {
            let _ = parse(&value);
        }
        let _ = (value::instant(&value), value::size(&value), value::amount(&value), value::flag(&value));
    }
}
