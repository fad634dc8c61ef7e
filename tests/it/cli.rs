//! The program from outside: what it prints, and its exit codes.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

fn ec2sim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ec2sim"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    for variable in ["RUST_LOG", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = ec2sim(arguments).output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

/// A folder of one test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

const GOOD: &str = "instances: { web: { type: t3.micro } }\nsteps:\n  - launch: web\n";
const FAILS: &str = "instances: { web: { type: t3.micro } }\nsteps:\n  - launch: web\n  - expect: { web: { state: stopped } }\n";
const BROKEN: &str = "instances: { web: { type: t3.mirco } }\nsteps:\n  - lauch: web\n";
const LESSON: &str = "scenarios/hibernate/stop-or-hibernate.yaml";

#[test]
fn a_scenario_that_passes_exits_with_0_and_one_that_fails_with_1() {
    let folder = Folder::new("exit-codes");
    let (code, out, err) = run(&["run", &folder.file("good.yaml", GOOD)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, out, _) = run(&["run", &folder.file("fails.yaml", FAILS)]);
    assert_eq!(code, 1);
    assert!(
        out.contains("expected  stopped") && out.contains("found  pending"),
        "{out}"
    );
}

#[test]
fn the_environment_changes_no_byte_of_a_replay() {
    let elsewhere = [
        vec![
            ("HOME", "/nowhere"),
            ("TZ", "Asia/Kathmandu"),
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
        ],
        vec![
            ("HOME", ""),
            ("TZ", "America/St_Johns"),
            ("LANG", "C"),
            ("RUST_LOG", "trace"),
            ("LC_ALL", "POSIX"),
        ],
    ];
    let mut scenarios = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    ec2sim::testing::each_scenario(&folder, |case| scenarios.push(case.path().to_owned()));
    assert!(scenarios.len() > 10, "the bundled scenarios are found");
    for format in ["timeline", "json", "jsonl"] {
        let said = |variables: &[(&str, &str)]| {
            let mut command = ec2sim(&["run", "--format", format]);
            let output = command
                .args(&scenarios)
                .envs(variables.iter().copied())
                .output()
                .unwrap();
            assert!(output.status.success(), "{format} {variables:?}");
            output.stdout
        };
        let here = said(&[]);
        for variables in &elsewhere {
            assert!(said(variables) == here, "{format} {variables:?}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_used_exits_with_2_and_stops_none_of_the_others() {
    let folder = Folder::new("one-bad-file");
    let (broken, good, missing) = (
        folder.file("broken.yaml", BROKEN),
        folder.file("good.yaml", GOOD),
        folder.0.join("missing.yaml"),
    );
    let (code, out, err) = run(&["run", &broken, missing.to_str().unwrap(), &good]);
    assert_eq!(code, 2);
    assert!(out.contains("good"), "{out}");
    assert!(
        err.contains("t3.micro") && err.contains("launch") && err.contains("missing.yaml"),
        "{err}"
    );
    // 2 wins over 1 over 0.
    let (code, ..) = run(&["run", &folder.file("fails.yaml", FAILS), &broken, &good]);
    assert_eq!(code, 2);
    let (code, ..) = run(&["run", &folder.file("fails.yaml", FAILS), &good]);
    assert_eq!(code, 1);
}

#[test]
fn an_unusable_file_has_its_diagnostics_as_json() {
    let folder = Folder::new("diagnostics");
    let broken = folder.file("broken.yaml", BROKEN);
    for arguments in [
        ["run", "--format", "json", &broken],
        ["check", "--format", "json", &broken],
    ] {
        let (code, out, err) = run(&arguments);
        assert_eq!(code, 2);
        let json: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(json["schema"], "ec2sim/diagnostics/1");
        let first = &json["diagnostics"][0];
        assert_eq!(
            (&first["line"], &first["column"]),
            (&1.into(), &27.into()),
            "{out}"
        );
        assert_eq!(first["suggestion"], "t3.micro");
        assert!(
            first["code"].is_string()
                && first["message"].is_string()
                && first["file"] == broken.as_str()
        );
        assert!(err.contains("t3.mirco"), "{err}");
    }
}

#[test]
fn bad_options_exit_with_2() {
    for arguments in [
        &["run"][..],
        &["run", "--format", "yaml", LESSON],
        &["run", "--pace", "fast", LESSON],
        &["walk", LESSON],
        &["run", "--quiet", "--verbose", LESSON],
        &["run", "--log", "ec2sim=loud", LESSON],
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
    assert_eq!(run(&["--version"]).0, 0);
    assert_eq!(run(&["run", "--help"]).0, 0);
}

#[test]
fn the_json_of_a_replay_has_the_documented_fields() {
    let (code, out, _) = run(&["run", "--format", "json", LESSON]);
    assert_eq!((code, out.lines().count()), (0, 1));
    let json: Value = serde_json::from_str(&out).unwrap();
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let has = |value: &Value, wanted: &[&str]| {
        let there = keys(value);
        for key in wanted {
            assert!(there.iter().any(|one| one == key), "{key} in {there:?}");
        }
    };
    has(
        &json,
        &[
            "schema",
            "scenario",
            "outcome",
            "events",
            "instances",
            "addresses",
            "volumes",
            "ledger",
            "cost",
            "expectations",
        ],
    );
    has(
        &json["scenario"],
        &["name", "file", "region", "start", "end", "seed"],
    );
    has(
        &json["instances"]["lab"],
        &[
            "instance_id",
            "type",
            "state",
            "api_state",
            "state_reason",
            "private_ipv4",
            "public_ipv4",
            "elastic_ip",
            "ipv6",
            "private_dns",
            "public_dns",
            "host",
            "memory",
            "instance_store",
            "volumes",
            "billed_seconds",
            "starts",
            "cost",
        ],
    );
    has(
        &json["instances"]["lab"]["cost"],
        &[
            "usage",
            "ebs",
            "public_ipv4",
            "data_transfer",
            "cpu_credits",
            "total",
        ],
    );
    has(
        &json["instances"]["lab"]["volumes"][0],
        &[
            "name",
            "volume_id",
            "type",
            "size_gib",
            "encrypted",
            "state",
        ],
    );
    has(
        &json["ledger"][0],
        &[
            "resource",
            "resource_id",
            "meter",
            "usage_type",
            "from",
            "to",
            "quantity",
            "unit",
            "unit_price",
            "price_unit",
            "amount",
            "rules",
        ],
    );
    has(
        &json["cost"],
        &["by_meter", "by_instance", "by_resource", "account", "total"],
    );
    assert_eq!(json["outcome"], "passed");
    // The sample event of the documentation: an hour of m5.large with 20 GiB.
    let events = json["events"].as_array().unwrap();
    let stop = events
        .iter()
        .find(|event| event["kind"] == "transition" && event["to"] == "stopping")
        .unwrap();
    has(
        stop,
        &[
            "seq",
            "time",
            "at",
            "kind",
            "instance",
            "instance_id",
            "from",
            "to",
            "flavor",
            "trigger",
            "reason",
            "cost",
            "rules",
            "line",
        ],
    );
    assert_eq!(
        (&stop["at"], &stop["from"], &stop["trigger"]),
        (&"1h".into(), &"running".into(), &"StopInstances".into())
    );
    assert_eq!(stop["cost"]["step"], "0.1027207437");
    assert_eq!(stop["cost"]["total"], "0.1027297043");
    assert_eq!(stop["reason"]["code"], "Client.UserInitiatedShutdown");
    let seqs: Vec<u64> = events
        .iter()
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(
        seqs,
        (1..=u64::try_from(seqs.len()).unwrap()).collect::<Vec<u64>>()
    );
}

#[test]
fn json_lines_are_the_events_of_the_document() {
    let (_, document, _) = run(&["run", "--format", "json", LESSON]);
    let (_, lines, _) = run(&["run", "--format", "jsonl", LESSON]);
    let document: Value = serde_json::from_str(&document).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [first, lines @ .., last] = &lines[..] else {
        panic!("a journal has a first and a last line");
    };
    assert_eq!(document["events"].as_array().unwrap(), lines);
    assert_eq!(first["schema"], "ec2sim/journal/1");
    for key in ["name", "description", "file", "region", "start", "seed"] {
        assert_eq!(first["scenario"][key], document["scenario"][key], "{key}");
    }
    assert_eq!(first["catalogue"], document["catalogue"]);
    assert_eq!(first["prices"]["public-ipv4"]["price"], "0.005");
    let end = &last["end"];
    assert_eq!(end["end"], document["scenario"]["end"]);
    for key in [
        "outcome",
        "expectations",
        "instances",
        "addresses",
        "volumes",
        "cost",
    ] {
        assert_eq!(end[key], document[key], "{key}");
    }
    // Every meter that opens closes, and what the stream says adds up to the bill.
    let change = |word: &str| lines.iter().filter(|line| line["change"] == word).count();
    assert_eq!(change("opened"), change("closed"));
}

#[test]
fn several_files_are_one_document_a_line_in_the_order_given() {
    let other = "scenarios/reboot/keeps-almost-everything.yaml";
    let (_, out, _) = run(&["run", "--format", "json", other, LESSON]);
    let files: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["scenario"]["file"].clone())
        .collect();
    assert_eq!(files, [other, LESSON]);
}

#[test]
fn a_report_rounds_as_aws_does() {
    let folder = Folder::new("rounding");
    let file = folder.file(
        "ex-68.yaml",
        "instances: { box: { type: c5.4xlarge, public-ipv4: none } }\ntimings: { pending: 0s }\nsteps:\n  - launch: box\n  \
         - at: 2787s\n    terminate: box\n",
    );
    let (_, out, _) = run(&["run", "--format", "json", "--rounding", "report", &file]);
    let json: Value = serde_json::from_str(&out).unwrap();
    let usage = json["ledger"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["meter"] == "usage")
        .unwrap();
    assert_eq!(
        (&usage["quantity"], &usage["amount"]),
        (&"0.774167".into(), &"0.5264335600".into())
    );
}

#[test]
fn the_pace_changes_nothing_that_is_printed() {
    let folder = Folder::new("pace");
    let file = folder.file("good.yaml", GOOD);
    let instant = run(&["run", "--format", "jsonl", &file]);
    let paced = run(&["run", "--format", "jsonl", "--pace", "600x", &file]);
    assert_eq!(instant, paced);
    assert_eq!(run(&["run", &file]), run(&["run", "--pace", "600x", &file]));
}

fn ctrl_c(child: &Child) {
    let id = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(kill.success());
}

#[test]
fn ctrl_c_ends_a_paced_replay_with_what_happened_so_far() {
    let folder = Folder::new("ctrl-c");
    let file = folder.file("slow.yaml", GOOD);
    for (format, sign) in [
        ("jsonl", "interrupted"),
        ("json", "\"outcome\":\"interrupted\""),
        ("timeline", "interrupted"),
    ] {
        let mut child = ec2sim(&["run", "--format", format, "--pace", "realtime", &file])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(700));
        ctrl_c(&child);
        let mut out = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{format}: {out}");
        assert!(out.contains(sign), "{format}: {out}");
        if format != "timeline" {
            for line in out.lines() {
                serde_json::from_str::<Value>(line).unwrap();
            }
        }
    }
}

/// A replay that takes longer than any test waits.
const LONG: &str = "
instances: { web: { type: t3.micro, count: 1000000 } }
steps:
  - each: web
    every: EVERY
    steps:
      - launch: self
      - wait-until: { self: running }
      - repeat: 10
        steps:
          - after: 10m
            stop: self
          - wait-until: { self: stopped }
          - start: self
          - wait-until: { self: running }
";

#[cfg(unix)]
#[test]
fn a_long_replay_says_on_a_terminal_how_far_it_is_and_stops_at_ctrl_c() {
    let folder = Folder::new("progress");
    let file = folder.file("long.yaml", &LONG.replace("EVERY", "7s"));
    let size = nix::pty::Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let pty = nix::pty::openpty(Some(&size), None).unwrap();
    let mut child = ec2sim(&["run", "--quiet", &file])
        .stdout(Stdio::piped())
        .stderr(pty.slave)
        .spawn()
        .unwrap();
    let mut terminal = fs::File::from(pty.master);
    let mut seen = String::new();
    let mut room = [0; 4_096];
    // Reading fails when nobody has the terminal open any more.
    while let Ok(length) = terminal.read(&mut room) {
        let is_first = !seen.contains("left");
        seen.push_str(&String::from_utf8_lossy(&room[..length]));
        if is_first && seen.contains("left") {
            ctrl_c(&child);
        }
    }
    let mut out = String::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_string(&mut out).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{out}{seen}");
    assert!(out.contains("interrupted"), "{out}");
    assert!(
        seen.contains("transitions/s") && seen.contains(" of 81d"),
        "{seen}"
    );
    assert!(seen.ends_with("\r\u{1b}[2K"), "the line is gone: {seen:?}");
}

#[test]
fn ctrl_c_ends_a_replay_amid_an_instant() {
    let folder = Folder::new("amid");
    let text = LONG.replace("EVERY", "0s").replace("1000000", "100000");
    let file = folder.file("long.yaml", &text);
    let mut child = ec2sim(&["run", "--format", "jsonl", &file])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // It is under way when it has written something.
    stdout.read_exact(&mut [0; 1]).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    ctrl_c(&child);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let interrupted = rest
        .lines()
        .find(|line| line.contains("\"event\":\"interrupted\""));
    assert!(
        interrupted.unwrap().contains("\"at\":\"0s\""),
        "{interrupted:?}"
    );
}

#[test]
fn a_second_ctrl_c_ends_a_program_that_waits_for_its_reader() {
    let folder = Folder::new("stuck");
    let file = folder.file("long.yaml", &LONG.replace("EVERY", "7s"));
    let mut child = ec2sim(&["run", "--format", "jsonl", &file])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut [0; 1])
        .unwrap();
    // Nobody reads on, and the pipe is full soon.
    let status = loop {
        std::thread::sleep(std::time::Duration::from_millis(200));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        ctrl_c(&child);
    };
    assert_eq!(status.code(), Some(130));
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let folder = Folder::new("pipe");
    let file = folder.file(
        "many.yaml",
        "instances: { w: { type: t3.micro, count: 20000 } }\nsteps:\n  - launch: w\n  - wait-until: { w: running }\n",
    );
    for format in ["timeline", "json", "jsonl"] {
        let mut child = ec2sim(&["run", "--format", format, &file])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 64];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        // The pipe is closed here.
        let mut err = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(err, "", "{format}");
        assert!(matches!(code, Some(0 | 130)), "{format}: {code:?}");
    }
}

#[test]
fn a_scenario_can_come_from_standard_input() {
    let mut child = ec2sim(&["run", "--quiet", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(GOOD.as_bytes())
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_log_is_on_standard_error_and_says_what_was_asked_for() {
    let (code, out, err) = run(&["run", "--quiet", "--log", "ec2sim::billing=info", LESSON]);
    assert_eq!(code, 0);
    assert!(
        err.contains("meter closed") && !err.contains("transition"),
        "{err}"
    );
    assert!(!out.contains("meter closed"));
    let (_, _, err) = run(&[
        "run",
        "--quiet",
        "--log",
        "info",
        "--log-format",
        "json",
        LESSON,
    ]);
    let first: Value = serde_json::from_str(err.lines().next().unwrap()).unwrap();
    assert_eq!(first["target"], "ec2sim::scenario");
    let lessons = ec2sim(&["run", "--quiet", LESSON])
        .env("RUST_LOG", "ec2sim::lifecycle=info")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(lessons.stderr)
            .unwrap()
            .contains("StopInstances")
    );
}

#[test]
fn check_reads_and_replays_nothing() {
    let (code, out, err) = run(&[
        "check",
        LESSON,
        "scenarios/reboot/keeps-almost-everything.yaml",
    ]);
    assert_eq!(
        (code, err.as_str(), out.lines().count()),
        (0, "", 2),
        "{out}"
    );
    let folder = Folder::new("check");
    let (code, out, err) = run(&["check", &folder.file("broken.yaml", BROKEN), LESSON]);
    assert_eq!(code, 2);
    assert!(out.contains("2 mistakes"), "{out}");
    assert!(err.contains("t3.mirco"), "{err}");
}

#[test]
fn the_help_is_what_its_snapshot_holds() {
    let (_, out, _) = run(&["run", "--help"]);
    insta::assert_snapshot!("run-help", out);
    let (_, out, _) = run(&["show", "--help"]);
    insta::assert_snapshot!("show-help", out);
    let (_, out, _) = run(&["--help"]);
    insta::assert_snapshot!("help", out);
}

#[test]
fn a_journal_is_shown_again_and_exits_as_its_replay_did() {
    let folder = Folder::new("show");
    for (name, text, code) in [("good", GOOD, 0), ("fails", FAILS, 1)] {
        let file = folder.file(&format!("{name}.yaml"), text);
        let (_, journal, _) = run(&["run", "--format", "jsonl", &file]);
        let shown = folder.file(&format!("{name}.jsonl"), &journal);
        // Nothing but the journal is read.
        let first = |options: &[&str]| run(&[&["run", &file], options].concat());
        let ways: [&[&str]; 6] = [
            &[],
            &["--quiet"],
            &["--verbose"],
            &["--format", "json"],
            &["--format", "json", "--rounding", "report"],
            &["--format", "jsonl"],
        ];
        let wanted = ways.map(first);
        fs::remove_file(&file).unwrap();
        for (options, wanted) in ways.iter().zip(wanted) {
            assert_eq!(wanted.0, code);
            assert_eq!(run(&[&["show", &shown], *options].concat()), wanted);
        }
    }
    let (good, fails) = (folder.0.join("good.jsonl"), folder.0.join("fails.jsonl"));
    let (good, fails) = (good.to_str().unwrap(), fails.to_str().unwrap());
    let both = [fs::read(good).unwrap(), fs::read(fails).unwrap()].concat();
    let both = folder.file("both.jsonl", &String::from_utf8(both).unwrap());
    assert_eq!(run(&["show", &both]), run(&["show", good, fails]));
    assert_eq!(run(&["show", good, fails]).0, 1);
}

#[test]
fn a_journal_that_cannot_be_shown_exits_with_2_and_stops_none_of_the_others() {
    let folder = Folder::new("show-bad");
    let (_, journal, _) = run(&["run", "--format", "jsonl", LESSON]);
    let good = folder.file("good.jsonl", &journal);
    let cut = folder.file("cut.jsonl", &journal[..journal.len() / 2]);
    let (code, out, err) = run(&["show", &cut, LESSON, &good, "none.jsonl"]);
    assert_eq!(code, 2);
    assert!(out.contains("✓ passed"), "{out}");
    let lines = journal[..journal.len() / 2].lines().count();
    assert!(
        err.contains(&format!("cut.jsonl:{lines}: the journal is cut off here")),
        "{err}"
    );
    assert!(
        err.contains(&format!("{LESSON}:1: this isn't a journal")),
        "{err}"
    );
    assert!(err.contains("none.jsonl: no such file"), "{err}");
    let (code, out, _) = run(&["show", "--format", "json", &cut]);
    assert_eq!((code, out.as_str()), (2, ""));
    let interrupted = journal.replace(
        "\"outcome\":\"passed\",\"end\"",
        "\"outcome\":\"interrupted\",\"end\"",
    );
    let interrupted = folder.file("interrupted.jsonl", &interrupted);
    assert_eq!(run(&["show", "--quiet", &interrupted]).0, 130);
    let (code, _, err) = run(&["show", "--quiet", "--format", "json", &good]);
    assert_eq!(code, 2);
    assert!(
        err.contains("`--quiet` has no meaning with `--format json`"),
        "{err}"
    );
}

/// Runs the program with what somebody types.
fn typed(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

const REBOOT: &str = "scenarios/reboot/keeps-almost-everything.yaml";

#[test]
fn steps_wait_for_a_line_and_end_when_somebody_says_so() {
    let whole = typed(&["run", REBOOT], "");
    let lines = "\n".repeat(50);
    assert_eq!(
        typed(&["run", "--step", REBOOT], &lines).stdout,
        whole.stdout
    );
    // Where nobody types any more it goes on by itself.
    assert_eq!(typed(&["run", "--step", REBOOT], "\n").stdout, whole.stdout);
    let ended = typed(&["run", "--step", REBOOT], "\nq\n");
    let text = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(130));
    assert!(text.contains("pending → running"), "{text}");
    assert!(!text.contains("status checks"), "{text}");
    assert!(text.contains("■ interrupted"), "{text}");
    let json = typed(&["run", "--step", "--format", "json", REBOOT], "");
    assert_eq!(json.status.code(), Some(2));
}

#[test]
fn a_paced_replay_prints_the_same_lines_with_a_heartbeat_and_waits_are_cut_short() {
    let whole = typed(&["run", REBOOT], "");
    // Eleven minutes in eleven seconds, if it weren't for the limit.
    let paced = typed(&["run", "--pace", "60x", "--max-gap", "1s", REBOOT], "");
    assert_eq!(paced.stdout, whole.stdout);
    assert!(paced.stderr.is_empty());
    // At 2.5 times its speed a boot of 15 seconds takes six.
    let boot = "instances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\nuntil: 15s\n";
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("boot.yaml");
    fs::write(&file, boot).unwrap();
    let file = file.to_str().unwrap();
    let beaten = typed(&["run", "--pace", "2.5x", file], "");
    let said = String::from_utf8(beaten.stderr).unwrap();
    assert_eq!(beaten.stdout, typed(&["run", file], "").stdout);
    assert!(
        said.contains("simulated, ") && said.contains("waiting for the next"),
        "{said}"
    );
    let unpaced = typed(&["run", "--max-gap", "2s", REBOOT], "");
    assert_eq!(unpaced.status.code(), Some(2));
}
