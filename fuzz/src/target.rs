//! What texts are given to, and what is held of each.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process,
};

use ec2sim::{
    Scenario,
    endpoint::{ACTIONS, HttpRequest, Options, Realms, answer, takes},
    engine::StopSignal,
    report::{JournalError, Journals, JsonLines, Look, Rounding, Timeline, Verbosity},
    runner::{Keep, replay_into},
    scenario::{Diagnostics, Limits},
    suite::{self, CaseOutcome},
};

/// A reader under test.
pub struct Target {
    /// Its word on the command line.
    pub name: &'static str,
    /// What it begins with.
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// Gives it a text. Panics if anything is wrong; answers with what tells kinds of texts apart.
    pub run: fn(&[u8]) -> String,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target {
        name: "yaml",
        corpus: scenarios,
        run: yaml,
    },
    Target {
        name: "json",
        corpus: documents,
        run: json,
    },
    Target {
        name: "values",
        corpus: some_values,
        run: values,
    },
    Target {
        name: "snapshot",
        corpus: snapshots,
        run: snapshot,
    },
    Target {
        name: "journal",
        corpus: some_journals,
        run: journal,
    },
    Target {
        name: "request",
        corpus: requests,
        run: request,
    },
    Target {
        name: "session",
        corpus: sessions,
        run: session,
    },
];

/// Every file with one of these endings, in the folders of the repository that have some.
fn files(endings: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<PathBuf> = [
        "scenarios",
        "tests/data",
        "src/scenario/tests",
        "src/cli/starters",
        "fuzz/corpus",
    ]
    .map(|folder| root.join(folder))
    .into();
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|own| endings.iter().any(|ending| own == *ending))
            {
                paths.push(path);
            }
        }
    }
    // The same seed gives the same texts.
    paths.sort();
    paths.iter().flat_map(fs::read).collect()
}

fn scenarios() -> Vec<Vec<u8>> {
    files(&["yaml", "yml", "json"])
}

fn documents() -> Vec<Vec<u8>> {
    files(&["json"])
}

fn snapshots() -> Vec<Vec<u8>> {
    let header = b"# ec2sim snapshot 1\n# file: a.yaml\n# records: full\n\nscenario\n".to_vec();
    let mut all = files(&["snap"]);
    all.push(header);
    all
}

/// The journals of all scenarios that can be read and are over soon.
fn some_journals() -> Vec<Vec<u8>> {
    let scenarios = scenarios();
    let scenarios = scenarios.iter().filter_map(|text| read(text).ok());
    scenarios
        .filter(|scenario| scenario.program().size() < 1_000)
        .map(|scenario| {
            let mut journal = Vec::new();
            let mut lines = JsonLines::new(&mut journal, StopSignal::default());
            lines.begin(scenario.program(), scenario.file());
            let replay = replay_into(&scenario, Keep::SUMS, vec![&mut lines]);
            lines.finish(&replay, scenario.source());
            lines.end().expect("a vector takes everything");
            journal
        })
        .collect()
}

fn some_values() -> Vec<Vec<u8>> {
    let texts = [
        "45s",
        "1h30m",
        "1.5h",
        "PT1H30M",
        "P1W",
        "0",
        "5s..60s",
        "1 hour, 5 min",
        "2026-03-02T08:00:00Z",
        "2026-03-02 09:00:00+01:00",
        "8GiB",
        "1TiB gp3",
        "20GiB gp3 3000iops 125MiB/s",
        "$0.0012",
        "$4.25",
        "1h",
        "±1%",
        "changed",
        "10.0.0.1",
        "m5.large",
        "db-1",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn read(text: &[u8]) -> Result<Scenario, Diagnostics> {
    Scenario::from_reader_within("a.yaml", text, Limits::default())
}

/// The codes of the mistakes, each once.
fn codes(mistakes: &Diagnostics) -> String {
    assert!(!mistakes.is_empty(), "a reader that fails says why");
    let mut codes: Vec<String> = mistakes
        .iter()
        .map(|one| format!("{:?}", one.code))
        .collect();
    codes.sort();
    codes.dedup();
    codes.join(" ")
}

/// A text is a scenario, or has mistakes that can be told.
fn yaml(text: &[u8]) -> String {
    match read(text) {
        Ok(scenario) => format!("{} steps", scenario.program().steps.len()),
        Err(mistakes) => {
            assert!(!mistakes.to_string().is_empty());
            codes(&mistakes)
        }
    }
}

/// The reader of JSON and that of YAML say the same of a text, mistakes and their places included: a comment behind it leaves
/// the text to the reader of YAML.
fn json(text: &[u8]) -> String {
    let as_yaml = [text, b"\n# not JSON"].concat();
    let is_json = text.iter().all(|&byte| byte != b'#') && text.ends_with(b"}");
    match (read(text), read(&as_yaml)) {
        (Ok(one), Ok(other)) => {
            let (one, other) = (
                format!("{:?}", one.program()),
                format!("{:?}", other.program()),
            );
            assert_eq!(one, other);
            format!("{is_json} {}", one.len() / 16)
        }
        // Where a text breaks off, the comment is where it does so.
        (Err(one), Err(other)) if is_json => {
            assert_eq!(one.to_string(), other.to_string());
            codes(&one)
        }
        (Err(one), Err(_)) => codes(&one),
        (Ok(_), Err(mistakes)) | (Err(mistakes), Ok(_)) if is_json => {
            panic!("only one of them says: {mistakes}")
        }
        _ => String::new(),
    }
}

/// A scenario that has the text as a value wherever one of a certain kind is wanted. Times that are read are read again as they are shown.
fn values(text: &[u8]) -> String {
    const PLACES: &[(&str, &str)] = &[
        ("duration", "steps: [{ wait: @ }]"),
        ("range", "timings: { pending: @ }\nsteps: [{ wait: 1s }]"),
        ("instant", "start: @\nsteps: [{ wait: 1s }]"),
        ("at", "steps: [{ wait: 1s, at: @ }]"),
        ("until", "steps: [{ wait: 1s }]\nuntil: @"),
        (
            "size",
            "instances: { web: { type: m5.large, root: @ } }\nsteps: [{ launch: web }]",
        ),
        ("volume", "volumes: { data: @ }\nsteps: [{ wait: 1s }]"),
        (
            "amount",
            "steps: [{ wait: 1s }]\nexpect: { cost: { total: @ } }",
        ),
        ("number", "seed: @\nsteps: [{ wait: 1s }]"),
        (
            "name",
            "instances: { web: { type: m5.large } }\nsteps: [{ launch: @ }]",
        ),
        (
            "type",
            "instances: { web: { type: @ } }\nsteps: [{ launch: web }]",
        ),
    ];
    let text = String::from_utf8_lossy(text);
    let mut said = String::new();
    for (kind, template) in PLACES {
        let with = |text: &str| read(template.replace('@', &quoted(text)).as_bytes());
        match with(&text) {
            Ok(scenario) => {
                let program = scenario.program();
                let again = match *kind {
                    "instant" => Some(program.start.to_string()),
                    "range" => {
                        let range = program.timings.pending;
                        Some(format!("{}..{}", range.min, range.max))
                    }
                    "until" => program.until.map(|until| until.to_string()),
                    _ => None,
                };
                if let Some(shown) = again {
                    let again =
                        with(&shown).unwrap_or_else(|mistakes| panic!("{shown}: {mistakes}"));
                    let again = again.program();
                    assert_eq!(
                        (again.start, again.timings.pending, again.until),
                        (program.start, program.timings.pending, program.until)
                    );
                }
                said.push_str(kind);
            }
            Err(mistakes) => said.push_str(&codes(&mistakes)),
        }
        said.push(' ');
    }
    said
}

/// A text in quotes, as YAML and JSON have them.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            c => write!(quoted, "\\U{:08x}", u32::from(c)).expect("a string grows"),
        }
    }
    quoted.push('"');
    quoted
}

/// A journal is shown in every format or refused, by all of them for the same reason.
fn journal(text: &[u8]) -> String {
    let look = Look {
        width: 80,
        colour: false,
        verbosity: Verbosity::Verbose,
    };
    let (mut document, mut copy) = (Vec::new(), Vec::new());
    let begun = || {
        let mut journals = Journals::new(text);
        let head = journals.next_head()?;
        Ok::<_, JournalError>(head.map(|head| (journals, head)))
    };
    let drawn = match begun() {
        Ok(Some((mut journals, head))) => {
            let mut timeline = Timeline::new(Vec::new(), look, StopSignal::default());
            journals.draw(&head, &mut timeline)
        }
        Ok(None) => return String::new(),
        Err(error) => return format!("{error:.40}"),
    };
    let Ok(Some((mut journals, head))) = begun() else {
        panic!("the first line was good before")
    };
    let written = journals.write_document(&head, Rounding::Report, &mut document);
    let Ok(Some((mut journals, head))) = begun() else {
        panic!("the first line was good before")
    };
    let copied = journals.copy(&head, &mut copy);
    assert_eq!(copied.is_ok(), written.is_ok() || drawn.is_ok());
    match (drawn, copied) {
        (Ok(drawn), Ok(copied)) => {
            assert_eq!(drawn, copied);
            let mut journals = Journals::new(&copy[..]);
            let head = journals.next_head().expect("a copy can be read");
            let again = journals.copy(&head.expect("a copy has a journal"), &mut Vec::new());
            assert_eq!(again.expect("a copy can be shown"), drawn);
            format!("{drawn:?} {}", copy.len() / 4_096)
        }
        (Err(error), _) | (_, Err(error)) => {
            assert!(!error.to_string().is_empty());
            format!("{error:.60}")
        }
    }
}

/// A snapshot holds, doesn't, or can't be used; and the comments at the top of a scenario choose a recording or not.
fn snapshot(text: &[u8]) -> String {
    const SCENARIO: &str =
        "instances: { web: { type: t3.micro } }\nsteps: [{ launch: web }]\nuntil: 1h\n";
    let folder = std::env::temp_dir().join(format!("ec2sim-fuzz-{}", process::id()));
    let path = folder.join("a.yaml");
    fs::create_dir_all(&folder).expect("there is room for a snapshot");
    fs::write(folder.join("a.snap"), text).expect("there is room for a snapshot");
    let comments: String = String::from_utf8_lossy(text)
        .lines()
        .take(3)
        .map(|line| format!("# {}\n", line.trim_start_matches(['#', ' '])))
        .collect();
    let file = suite::File {
        path,
        relative: "a.yaml".to_owned(),
        is_named: true,
        variant: None,
        config: None,
    };
    let mut said = String::new();
    for comments in ["", &comments] {
        let Ok(scenario) = read(format!("{comments}{SCENARIO}").as_bytes()) else {
            continue;
        };
        let case = suite::hold_snapshot(&scenario, &file, false);
        let is_passed = case.outcome == CaseOutcome::Passed;
        assert_eq!(is_passed, case.problems.is_empty());
        write!(said, "{:?} ", case.outcome).expect("a string grows");
        for problem in &case.problems {
            let kind = problem.message.split('`').next().unwrap_or_default();
            write!(
                said,
                "{:?} {} ",
                problem.kind,
                kind.get(..20).unwrap_or_default()
            )
            .expect("a string grows");
        }
    }
    said
}

const LAUNCH: &str = "Action=RunInstances&ImageId=ami-12c6146b&InstanceType=t3.micro&MinCount=1&MaxCount=2\
    &BlockDeviceMapping.1.DeviceName=/dev/sda1&BlockDeviceMapping.1.Ebs.VolumeSize=9\
    &NetworkInterface.1.DeviceIndex=0&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name";

/// A request of each action with every parameter that it has.
fn requests() -> Vec<Vec<u8>> {
    let all = ACTIONS.iter().map(|action| {
        let parameters = takes()[action.name].parameters.keys();
        let given: String = parameters
            .map(|name| format!("&{}=1", name.replace(".N", ".1")))
            .collect();
        format!("Action={}{given}", action.name)
    });
    let all = all.chain([LAUNCH.to_owned()]);
    all.map(String::into_bytes).collect()
}

fn asked(realms: &mut Realms, body: &[u8]) -> (u16, String) {
    let request = HttpRequest {
        method: "POST",
        path: "/",
        query: "",
        headers: &[],
        body,
    };
    let answered = answer(realms, &request);
    let text = String::from_utf8(answered.body).expect("an answer is text");
    let code = text
        .split("<Code>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    (answered.status, code.unwrap_or_default().to_owned())
}

/// A request has an answer.
fn request(text: &[u8]) -> String {
    let (status, code) = asked(&mut Realms::new(Options::default()), text);
    assert!(matches!(status, 200 | 400 | 500 | 503), "{status}");
    format!("{status} {code}")
}

/// Lines of requests, one after the other: an id is that of the first instance or volume where it says so.
fn sessions() -> Vec<Vec<u8>> {
    let rest = "Action=StopInstances&InstanceId.1=I\nAction=StartInstances&InstanceId.1=I\n\
        Action=CreateVolume&AvailabilityZone=us-east-1a&Size=3\nAction=AttachVolume&VolumeId=V&InstanceId=I&Device=/dev/sdf\n\
        Action=ModifyInstanceAttribute&InstanceId=I&DisableApiStop.Value=true\nAction=TerminateInstances&InstanceId.1=I";
    vec![format!("{LAUNCH}\n{rest}").into_bytes()]
}

/// What a session has done is a scenario that costs the same.
fn session(text: &[u8]) -> String {
    let mut realms = Realms::new(Options::default());
    let mut said = String::new();
    for line in String::from_utf8_lossy(text).lines().take(20) {
        let realm = realms.of_key(None);
        let place = realm.places().next().expect("a Region is there");
        let world = place.account().world();
        let instance = world.instances().next().map(|one| one.id());
        let volume = world.volumes().last().map(ec2sim::world::Volume::id);
        let line = line
            .replace("=I", &format!("={}", instance.unwrap_or_default()))
            .replace("=V", &format!("={}", volume.unwrap_or_default()));
        let (status, code) = asked(&mut realms, line.as_bytes());
        write!(said, "{status} {code} ").expect("a string grows");
        realms.of_key(None).settle_until(None);
    }
    let realm = realms.of_key(None);
    let place = realm.places().next().expect("a Region is there");
    let recorded = place.scenario(true);
    let scenario = Scenario::from_text("a.yaml", &recorded)
        .unwrap_or_else(|mistakes| panic!("{mistakes}\n{recorded}"));
    let replay = ec2sim::replay(&scenario);
    assert!(replay.passed(), "{recorded}");
    said
}
