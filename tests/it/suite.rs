//! `ec2sim test` from outside: what it prints, what it writes beside the scenarios, and its exit codes.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A folder of one test's own. Commands run in it, so that paths are short and the same everywhere.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("suite-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A passed scenario, a failure, an error and a snapshot mismatch.
    fn standard(name: &str) -> Self {
        let folder = Self::new(name);
        folder.file("s/night.yaml", NIGHT);
        folder.file("s/prices.yaml", &priced("0.10"));
        assert_eq!(folder.run(&["s", "--update"]).0, 0);
        folder.file("s/prices.yaml", &priced("0.20"));
        folder.file("s/sub/broken.yaml", BROKEN);
        folder.file("s/wrong.yaml", WRONG);
        folder
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }

    fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ec2sim"));
        program.arg(command).args(arguments).current_dir(&self.0);
        for variable in ["RUST_LOG", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"] {
            program.env_remove(variable);
        }
        program
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        outcome(&mut self.command("test", arguments))
    }

    fn run_in_ci(&self, arguments: &[&str]) -> (i32, String, String) {
        outcome(self.command("test", arguments).env("CI", "true"))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (_, out, _) = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }
}

fn outcome(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

/// Real durations differ from run to run: each becomes `<time>`.
fn timeless(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let is_duration = line.ends_with(" ms") || line.ends_with(" s");
        let cut = line.trim_end_matches(['m', 's', ' ']);
        let number = cut.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        if is_duration && number.len() < cut.len() {
            lines.push(format!("{} <time>", number.trim_end()));
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

const NIGHT: &str = "name: Off for the night
start: 2026-03-02T08:00:00Z
instances: { web: { type: t3.medium, root: 20GiB gp3 } }
steps:
  - launch: web
  - at: 10h
    stop: web
  - wait-until: { web: stopped }
  - expect: { web: { memory: lost, public-ipv4: none } }
until: 1d
";
const WRONG: &str = "name: A wrong guess
instances: { web: { type: t3.micro } }
steps:
  - launch: web
  - wait-until: { web: running }
  - stop: web
  - expect: { web: { state: stopped } }
  - start: web
";
const BROKEN: &str = "instances: { web: { type: t3.mirco } }\nsteps:\n  - lauch: web\n";
const RANDOM: &str = "name: Boots in time
timings: { pending: 10s..40s }
instances: { web: { type: t3.micro } }
steps:
  - launch: web
  - at: 35s
    expect: { web: { state: running } }
";

fn priced(price: &str) -> String {
    format!(
        "# ec2sim: snapshot=costs
name: A price of our own
start: 2026-03-02T08:00:00Z
prices: {{ m5.large: ${price} }}
instances: {{ box: {{ type: m5.large, public-ipv4: none }} }}
steps:
  - launch: box
  - at: 1h
    terminate: box
"
    )
}

#[test]
fn every_form_of_a_report_is_what_its_snapshot_holds() {
    let folder = Folder::standard("forms");
    let (code, human, err) = folder.run_in_ci(&["s"]);
    assert_eq!((code, err.as_str()), (2, ""));
    insta::assert_snapshot!("suite-human", timeless(&human));
    let (code, json, err) = folder.run_in_ci(&["s", "--format", "json"]);
    assert_eq!((code, err.as_str()), (2, ""));
    let json: Value = serde_json::from_str(&json).unwrap();
    insta::assert_snapshot!("suite-json", serde_json::to_string_pretty(&json).unwrap());
    let (_, tap, _) = folder.run_in_ci(&["s", "--format", "tap"]);
    insta::assert_snapshot!("suite-tap", tap);
    let (_, github, _) = folder.run_in_ci(&["s", "--format", "github"]);
    insta::assert_snapshot!("suite-github", github);
    let (_, quiet, _) = folder.run_in_ci(&["s", "-q", "--junit", "j.xml", "--markdown", "m.md"]);
    assert!(
        !quiet.contains("Off for the night") && quiet.contains("A wrong guess"),
        "{quiet}"
    );
    insta::assert_snapshot!("suite-junit", folder.read("j.xml"));
    insta::assert_snapshot!("suite-markdown", folder.read("m.md"));
}

#[test]
fn junit_can_be_parsed_and_has_failures_and_errors_apart() {
    let folder = Folder::standard("junit");
    folder.file(
        "s/odd.yaml",
        &WRONG.replace("A wrong guess", "\"<a> & \\\"b\\\" \\u0007 ]]>\""),
    );
    folder.run(&["s", "--junit", "j.xml"]);
    let report = quick_junit::Report::deserialize_from_str(&folder.read("j.xml")).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (5, 3, 1));
    let cases: Vec<_> = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases)
        .collect();
    let wrong = cases
        .iter()
        .find(|case| case.name.as_str() == "A wrong guess")
        .unwrap();
    assert_eq!(wrong.classname.as_ref().unwrap().as_str(), "s.wrong");
    let others = |case: &quick_junit::TestCase| {
        case.extra
            .keys()
            .map(|key| key.to_string())
            .collect::<Vec<_>>()
    };
    assert!(
        cases.iter().all(|case| others(case) == ["file"]),
        "the schema knows no other attributes of a case, and this one readers need"
    );
    let quick_junit::TestCaseStatus::NonSuccess {
        kind,
        message,
        ty,
        description,
        ..
    } = &wrong.status
    else {
        panic!("it failed");
    };
    assert_eq!(*kind, quick_junit::NonSuccessKind::Failure);
    assert!(
        message
            .as_ref()
            .unwrap()
            .as_str()
            .contains("expected stopped, found stopping")
    );
    assert_eq!(ty.as_ref().unwrap().as_str(), "expectation");
    assert!(
        description
            .as_ref()
            .unwrap()
            .as_str()
            .contains("s/wrong.yaml:7")
    );
    let broken = cases
        .iter()
        .find(|case| case.name.as_str() == "s/sub/broken.yaml")
        .unwrap();
    assert!(matches!(
        broken.status,
        quick_junit::TestCaseStatus::NonSuccess {
            kind: quick_junit::NonSuccessKind::Error,
            ..
        }
    ));
}

#[test]
fn exit_codes_are_the_documented_ones() {
    let folder = Folder::standard("codes");
    assert_eq!(folder.run(&["s/night.yaml"]).0, 0);
    assert_eq!(folder.run(&["s/night.yaml", "s/wrong.yaml"]).0, 1);
    // An unreadable file stops none of the others, and 2 wins over 1.
    let (code, out, _) = folder.run(&[
        "missing",
        "s/wrong.yaml",
        "s/sub/broken.yaml",
        "s/night.yaml",
    ]);
    assert_eq!(code, 2);
    assert!(
        out.contains("4 scenarios: 1 passed, 1 failed, 2 errors"),
        "{out}"
    );
    assert!(
        out.contains("missing: cannot read it: no such file or directory"),
        "{out}"
    );
    folder.file("empty/readme.txt", "nothing");
    let (code, out, err) = folder.run(&["empty"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("no scenario found in `empty`"), "{err}");
    let (code, _, err) = folder.run(&["s", "--filter", "mars"]);
    assert_eq!(code, 2);
    assert!(err.contains("--filter `mars`"), "{err}");
    for shard in ["9/8", "0/8", "8", "1/0"] {
        let (code, out, err) = folder.run(&["s", "--shard", shard]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("shard"), "{err}");
    }
    let (code, _, err) = folder.run(&["s/night.yaml", "--junit", "s/night.yaml/folder.xml"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("cannot write s/night.yaml/folder.xml"),
        "{err}"
    );
}

#[test]
fn the_folder_of_a_report_is_made() {
    let folder = Folder::standard("folders");
    let (code, ..) = folder.run(&["s/night.yaml", "--junit", "made/for/it.xml"]);
    assert_eq!(code, 0);
    assert!(folder.has("made/for/it.xml"));
}

#[test]
fn several_filters_let_through_what_one_wants_and_none_refuses() {
    let folder = Folder::standard("filters");
    let listed = |filters: &[&str]| {
        let (code, out, _) = folder.run(&[&["s", "--list"], filters].concat());
        (code, out)
    };
    let all = "s/night.yaml  Off for the night\ns/prices.yaml  Prices\ns/sub/broken.yaml\ns/wrong.yaml  A wrong guess\n";
    let (code, out) = listed(&[]);
    assert_eq!(code, 0);
    assert_eq!(out.lines().count(), all.lines().count(), "{out}");
    let (_, out) = listed(&["--filter", "night", "--filter", "GUESS"]);
    assert_eq!(
        out,
        "s/night.yaml  Off for the night\ns/wrong.yaml  A wrong guess\n"
    );
    let (_, out) = listed(&["--filter", "!sub/", "--filter", "!guess"]);
    assert!(
        !out.contains("broken") && !out.contains("wrong") && out.contains("night"),
        "{out}"
    );
    assert_eq!(listed(&["--filter", "night", "--filter", "!night"]).0, 2);
    assert!(!folder.has("target"), "a list replays nothing");
}

#[test]
fn marks_choose_scenarios() {
    let folder = Folder::new("marks");
    let marked = |name: &str, marks: &str| {
        folder.file(
            name,
            &format!(
                "{marks}{}",
                NIGHT.replace("name: ", &format!("name: {name} "))
            ),
        );
    };
    marked("a.yaml", "marks: [slow, spot]\n");
    marked("b.yaml", "marks: [ slow ]\nformat: 1\n");
    marked("c.yaml", "");
    let listed = |arguments: &[&str]| {
        let (_, out, _) = folder.run(&[&[".", "--list"], arguments].concat());
        out.lines()
            .map(|line| line[..1].to_owned())
            .collect::<String>()
    };
    assert_eq!(listed(&["--mark", "slow"]), "ab");
    assert_eq!(listed(&["--mark", "slow", "--not-mark", "spot"]), "b");
    assert_eq!(listed(&["--mark", "spot", "--mark", "slow"]), "ab");
    assert_eq!(listed(&["--not-mark", "slow"]), "c");
    let (code, out, _) = folder.run(&[".", "--not-mark", "slow"]);
    assert!(code == 0 && out.contains("1 scenario: 1 passed"), "{out}");
    let (code, _, err) = folder.run(&[".", "--mark", "fast"]);
    assert!(
        code == 2 && err.contains("no scenario is left by --mark `fast`"),
        "{err}"
    );
    for (bad, why) in [
        ("marks: slow\n", "expected a list of words"),
        ("marks: [ 'two words' ]\n", "is not a word"),
        ("format: 2\n", "doesn't know version 2 of the language"),
    ] {
        marked("bad.yaml", bad);
        let (code, out, _) = folder.run(&["bad.yaml"]);
        assert!(code == 2 && out.contains(why), "{out}");
    }
}

#[test]
fn what_failed_last_is_replayed_alone() {
    let folder = Folder::standard("last-failed");
    let last = |more: &[&str]| folder.run(&[&["s", "--last-failed", "--list"], more].concat());
    let (_, out, err) = last(&[]);
    assert_eq!(out.lines().count(), 4);
    assert!(err.contains("none of these scenarios failed"), "{err}");
    assert_eq!(folder.run(&["s"]).0, 2);
    let (_, out, _) = last(&[]);
    assert_eq!(out.lines().count(), 3, "{out}");
    assert!(!out.contains("night"), "{out}");
    // One is mended and replayed: the others are still known to have failed.
    folder.file("s/sub/broken.yaml", NIGHT);
    assert_eq!(folder.run(&["s", "--filter", "sub/"]).0, 0);
    let (_, out, _) = last(&[]);
    assert_eq!(out.lines().count(), 2, "{out}");
    // CI writes where it is told to, and nowhere else.
    let (code, ..) = folder.run_in_ci(&["s/night.yaml", "s/wrong.yaml", "--state", "kept/failed"]);
    assert_eq!(code, 1);
    assert_eq!(folder.read("kept/failed"), "[\"s/wrong.yaml\"]\n");
    folder.file("kept/failed", "what");
    let (code, _, err) = last(&["--state", "kept/failed"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read kept/failed"), "{err}");
}

#[test]
fn a_scenario_that_takes_too_long_fails_and_the_others_go_on() {
    let folder = Folder::standard("timeout");
    folder.file("s/0-long.yaml", &long());
    let json = folder.json(&[
        "s",
        "--timeout",
        "1s",
        "--filter",
        "0-long",
        "--filter",
        "night",
    ]);
    let (long, night) = (&json["cases"][0], &json["cases"][1]);
    assert_eq!(
        (&long["outcome"], &night["outcome"]),
        (&"failed".into(), &"passed".into())
    );
    let message = long["problems"][0]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "it takes longer than 1s of real time (`--timeout`)"
    );
    for bad in ["0s", "-1s", "soon"] {
        assert_eq!(folder.run(&["s", "--timeout", bad]).0, 2, "{bad}");
    }
}

#[test]
fn orphaned_snapshots_are_told_fail_or_are_deleted() {
    let folder = Folder::standard("orphaned");
    fs::rename(
        folder.0.join("s/prices.yaml"),
        folder.0.join("s/renamed.yaml"),
    )
    .unwrap();
    let (code, _, err) = folder.run(&["s", "--filter", "night"]);
    assert_eq!(code, 0);
    assert!(
        err.contains("warning: s/prices.snap: this snapshot has no scenario"),
        "{err}"
    );
    let (code, out, _) = folder.run(&["s", "--filter", "night", "--orphans=fail"]);
    assert_eq!(code, 2);
    assert!(
        out.contains("s/prices.snap: this snapshot has no scenario"),
        "{out}"
    );
    let (code, _, err) = folder.run_in_ci(&["s", "--orphans=delete"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("--orphans=fail") && folder.has("s/prices.snap"),
        "{err}"
    );
    let (code, _, err) = folder.run(&["s", "--filter", "night", "--orphans=delete"]);
    assert_eq!(code, 0);
    assert!(
        err.contains("note: 1 snapshot without a scenario deleted"),
        "{err}"
    );
    assert!(!folder.has("s/prices.snap") && folder.has("s/night.snap"));
}

#[test]
fn a_snapshot_says_who_made_it_and_whether_prices_or_behaviour_moved() {
    let folder = Folder::new("moved");
    folder.file(
        "a.yaml",
        &priced("0.10").replace("# ec2sim: snapshot=costs\n", ""),
    );
    assert_eq!(folder.run(&[".", "--update"]).0, 0);
    let made = folder.read("a.snap");
    let line = made.lines().nth(3).unwrap().to_owned();
    assert!(
        line.starts_with("# made by: ec2sim 0.2.0, catalogue "),
        "{line}"
    );
    let moved = || {
        let json = folder.json(&["."]);
        json["cases"][0]["problems"][0]["message"]
            .as_str()
            .map(str::to_owned)
    };
    // Who made it is never compared.
    folder.file(
        "a.snap",
        &made.replace(&line, "# made by: ec2sim 0.0.9, catalogue 0"),
    );
    assert_eq!(moved(), None);
    folder.file(
        "a.yaml",
        &priced("0.20").replace("# ec2sim: snapshot=costs\n", ""),
    );
    let told = moved().unwrap();
    assert!(
        told.starts_with("the replay differs from the snapshot: prices moved; it was made by ec2sim 0.0.9, catalogue 0, and this is ec2sim "),
        "{told}"
    );
    folder.file(
        "a.snap",
        &made
            .replace("StopInstances", "Stop")
            .replace("TerminateInstances", "Terminate")
            .replace("RunInstances", "Run"),
    );
    assert_eq!(
        moved().unwrap(),
        "the replay differs from the snapshot: behaviour moved"
    );
}

#[test]
fn snapshots_can_be_required() {
    let folder = Folder::new("required");
    folder.file("a.yaml", NIGHT);
    folder.file(
        "off.yaml",
        &format!(
            "# ec2sim: snapshot=off\n{}",
            NIGHT.replace("name: ", "name: No ")
        ),
    );
    assert_eq!(folder.run(&["."]).0, 0);
    let (code, out, _) = folder.run_in_ci(&[".", "--require-snapshots"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("a.yaml: there is no snapshot") && out.contains("1 passed, 1 failed"),
        "{out}"
    );
    assert_eq!(folder.run(&["a.yaml", "--update"]).0, 0);
    assert_eq!(folder.run(&[".", "--require-snapshots"]).0, 0);
}

#[test]
fn a_large_suite_ends_with_a_list_of_what_failed() {
    let folder = Folder::new("many");
    for number in 0..1_000 {
        let text = if number % 10 == 3 { WRONG } else { NIGHT };
        folder.file(
            &format!("s/{number:04}.yaml"),
            &text.replace("name: ", &format!("name: {number} ")),
        );
    }
    let (code, out, _) = folder.run(&["s", "--durations", "3"]);
    assert_eq!(code, 1);
    assert!(out.lines().count() <= 200, "{} lines", out.lines().count());
    let (_, list) = out.split_once("\nfailed:\n").unwrap();
    assert_eq!(list.matches("  ✗ s/").count(), 100, "{list}");
    assert!(
        list.contains("slowest:") && out.contains("more failures, which -v shows in full"),
        "{out}"
    );
    let (_, all, _) = folder.run(&["s", "-v"]);
    assert!(all.matches("found  stopping").count() == 100 && all.matches("✓ ").count() == 900);
}

#[test]
fn annotations_lie_below_the_workspace_and_the_log_has_the_details() {
    let folder = Folder::new("workspace");
    for number in 0..12 {
        folder.file(
            &format!("s/{number:02}.yaml"),
            &WRONG.replace("name: ", &format!("name: {number} ")),
        );
    }
    // A line that would be a command.
    folder.file(
        "s/evil.yaml",
        &WRONG.replace("A wrong guess", "'::error::evil'"),
    );
    let parent = folder.0.parent().unwrap();
    let mut command = folder.command("test", &["s", "--format", "github"]);
    let (code, out, _) = outcome(command.env("GITHUB_WORKSPACE", parent));
    assert_eq!(code, 1);
    let errors: Vec<&str> = out
        .lines()
        .filter(|line| line.starts_with("::error "))
        .collect();
    assert_eq!(errors.len(), 10, "{out}");
    assert!(
        errors[0].starts_with("::error file=suite-workspace/s/00.yaml,line="),
        "{}",
        errors[0]
    );
    assert!(
        out.contains("16 more of what is wrong has no annotation"),
        "{out}"
    );
    assert_eq!(out.matches("::group::✗ ").count(), 13);
    assert_eq!(out.matches("\n::endgroup::\n").count(), 13);
    assert!(out.contains("found  stopping"), "{out}");
}

#[test]
fn a_step_summary_keeps_what_others_have_written() {
    let folder = Folder::standard("summary");
    folder.file("summary.md", "# Before\n");
    let mut command = folder.command("test", &["s", "--markdown", "summary.md"]);
    outcome(command.env("GITHUB_STEP_SUMMARY", "summary.md"));
    let page = folder.read("summary.md");
    assert!(
        page.starts_with("# Before\n## ❌ ec2sim: 4 scenarios"),
        "{page}"
    );
    // Any other file is the report's own.
    folder.run(&["s", "--markdown", "summary.md"]);
    assert!(folder.read("summary.md").starts_with("## ❌"));
}

#[test]
fn what_is_printed_does_not_depend_on_how_many_run_at_a_time() {
    let folder = Folder::standard("jobs");
    for number in 0..40 {
        let text = if number % 7 == 3 { WRONG } else { NIGHT };
        folder.file(
            &format!("many/{number:02}.yaml"),
            &text.replace("name: ", &format!("name: {number} ")),
        );
    }
    for options in [
        &["--format", "json"][..],
        &["--format", "tap", "--fail-fast"],
        &["--format", "json", "--seeds", "1..100"],
    ] {
        let told: Vec<_> = ["1", "2", "16"]
            .iter()
            .map(|jobs| folder.run_in_ci(&[&["s", "many", "--jobs", jobs], options].concat()))
            .collect();
        assert!(told.iter().all(|one| *one == told[0]), "{options:?}");
    }
    let (code, out, _) = folder.run(&["many", "--fail-fast"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("40 scenarios: 3 passed, 1 failed, 36 not run"),
        "{out}"
    );
}

#[test]
fn a_filter_looks_at_paths_and_names() {
    let folder = Folder::standard("filter");
    for (filter, file) in [
        ("GUESS", "s/wrong.yaml"),
        ("prices", "s/prices.yaml"),
        ("sub/", "s/sub/broken.yaml"),
    ] {
        let json = folder.json(&["s", "--filter", filter]);
        assert_eq!(json["counts"]["cases"], 1, "{filter}");
        assert_eq!(json["cases"][0]["file"], file);
    }
}

#[test]
fn a_folder_is_looked_through_for_scenarios_and_nothing_else() {
    let folder = Folder::new("folder");
    folder.file("s/.hidden/a.yaml", BROKEN);
    folder.file("s/.b.yaml", BROKEN);
    folder.file("s/c.yml", NIGHT);
    folder.file("s/notes.txt", "steps");
    folder.file("s/zz/rates/ours.yaml", "m5.large: $0.10\n");
    folder.file(
        "s/zz/d.yaml",
        &priced("0.10")
            .replace("{ m5.large: $0.10 }", "rates/ours.yaml")
            .replace("# ec2sim: snapshot=costs\n", ""),
    );
    let (code, out, err) = folder.run(&["s", "./s/c.yml"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("2 scenarios: 2 passed"), "{out}");
    assert_eq!(
        err,
        "note: 1 file skipped because it has no `steps`: s/zz/rates/ours.yaml\n"
    );
}

#[test]
fn a_scenario_is_a_mapping_with_steps_wherever_a_file_is_looked_at() {
    let folder = Folder::new("kinds");
    let json = |name: &str| {
        format!(
            r#"{{"name":"{name}","instances":{{"web":{{"type":"t3.micro"}}}},"steps":[{{"launch":"web"}}]}}"#
        )
    };
    folder.file("s/a.yaml", NIGHT);
    folder.file("s/b.json", &json("As JSON"));
    let others = [
        (
            "compose.yaml",
            "name: shop\nservices: { db: { image: postgres } }\nvolumes: {}\n",
        ),
        ("fragment.yml", "instances: { web: { type: t3.micro } }\n"),
        ("helm.yaml", "{{- if .Values.steps }}\nkind: {{ .Kind }}\n"),
        ("list.json", r#"[{"steps":[]}]"#),
        (
            "package.json",
            r#"{"name":"shop","scripts":{"steps":"make"}}"#,
        ),
        ("prices.yaml", "m5.large: $0.10\n"),
        ("sub/two.yaml", "kind: A\n---\nkind: B\nsteps_of: C\n"),
        (
            "workflow.yml",
            "on: push\njobs: { build: { steps: [ { run: make } ] } }\n",
        ),
    ];
    for (name, text) in others {
        folder.file(&format!("s/{name}"), text);
    }
    let (code, out, err) = folder.run(&["s", "--update"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("2 scenarios: 2 passed"), "{out}");
    assert_eq!(
        err,
        "note: 8 files skipped because they have no `steps`: s/compose.yaml, s/fragment.yml, s/helm.yaml, …\n"
    );
    assert!(folder.read("s/b.snap").contains("As JSON"));
    // No orphan, and nothing to be seen where nothing changed.
    assert!(!folder.run(&["s"]).2.contains("warning"));
    let check = |arguments: &[&str]| outcome(&mut folder.command("check", arguments));
    let (code, out, err) = check(&["s"]);
    assert_eq!((code, out.lines().count()), (0, 2), "{out}{err}");
    assert!(err.contains("8 files skipped"), "{err}");
    // Named, each is one clear mistake.
    for (name, _) in others {
        let path = format!("s/{name}");
        for command in ["test", "check", "run"] {
            let (code, out, err) = outcome(&mut folder.command(command, &[&path]));
            assert_eq!(code, 2, "{command} {path}");
            if matches!(
                name,
                "compose.yaml" | "package.json" | "prices.yaml" | "workflow.yml"
            ) {
                let said = format!("{out}{err}");
                assert!(
                    said.contains("this is not a scenario: it has no `steps`"),
                    "{said}"
                );
                assert!(!said.contains("unknown key"), "{said}");
            }
        }
    }
    // What can't be parsed and looks like one is broken.
    folder.file("s/broken.yaml", "name: b\nsteps:\n  - launch: [web\n");
    folder.file("s/broken.json", r#"{"name":"b","steps":[}"#);
    let (code, out, _) = folder.run(&["s"]);
    assert_eq!(code, 2);
    assert!(out.contains("4 scenarios: 2 passed, 2 errors"), "{out}");
    // A folder without one is a mistake.
    folder.file("none/package.json", "{}");
    for command in ["test", "check"] {
        let (code, _, err) = outcome(&mut folder.command(command, &["none"]));
        assert!(
            code == 2 && err.contains("no scenario found in `none`"),
            "{err}"
        );
    }
}

#[test]
fn a_snapshot_is_made_compared_and_renewed() {
    let folder = Folder::new("snapshot");
    folder.file("a.yaml", NIGHT);
    // Without one there is nothing to compare, and nothing is written.
    assert_eq!(folder.run(&["."]).0, 0);
    assert!(!folder.has("a.snap"));
    let (code, out, _) = folder.run(&[".", "--update"]);
    assert_eq!(code, 0);
    assert!(out.contains("(snapshot created)"), "{out}");
    insta::assert_snapshot!("suite-snapshot-full", folder.read("a.snap"));
    assert_eq!(folder.run(&["."]).0, 0);
    // A comment or another line end doesn't change it.
    folder.file("a.yaml", &format!("# One more line.\n{NIGHT}"));
    folder.file("a.snap", &folder.read("a.snap").replace('\n', "\r\n"));
    assert_eq!(folder.run(&["."]).0, 0);
    // What happens otherwise does.
    folder.file("a.yaml", &NIGHT.replace("10h", "11h"));
    let (code, out, _) = folder.run_in_ci(&["."]);
    assert_eq!(code, 1);
    assert!(
        out.contains("-  10h  web  running -> stopping")
            && out.contains("+  11h  web  running -> stopping"),
        "{out}"
    );
    assert!(!folder.has("a.snap.new"), "nothing is written in CI");
    assert_eq!(folder.run(&["."]).0, 1);
    assert!(folder.read("a.snap.new").contains("  11h  web"));
    let before = folder.read("a.snap");
    let (code, out, _) = folder.run(&[".", "--update"]);
    assert_eq!(code, 0);
    assert!(out.contains("(snapshot updated)"), "{out}");
    assert!(folder.read("a.snap") != before && !folder.has("a.snap.new"));
    // What is pending goes away when the scenario is as it was again.
    folder.file("a.yaml", NIGHT);
    assert_eq!(folder.run(&["."]).0, 1);
    folder.file("a.yaml", &NIGHT.replace("10h", "11h"));
    assert_eq!(folder.run(&["."]).0, 0);
    assert!(!folder.has("a.snap.new"));
    assert_eq!(folder.run(&[".", "--snapshot", "off"]).0, 0);
}

#[test]
fn two_scenarios_that_differ_in_their_ending_have_a_snapshot_each() {
    let folder = Folder::new("endings");
    folder.file("a.yaml", NIGHT);
    folder.file(
        "a.yml",
        &NIGHT.replace("Off for", "Away for").replace("10h", "9h"),
    );
    folder.file("b.yml", &NIGHT.replace("Off for", "Gone for"));
    let json = r#"{"name":"Here as well","instances":{"web":{"type":"t3.micro"}},"steps":[{"launch":"web"}]}"#;
    folder.file("a.json", json);
    folder.file("c.json", &json.replace("Here", "There"));
    let (code, _, err) = folder.run(&[".", "--update"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        folder.read("a.snap").contains("Off for") && folder.read("a.yml.snap").contains("Away for")
    );
    assert!(folder.has("b.snap") && folder.has("a.json.snap") && folder.has("c.snap"));
    let (code, _, err) = folder.run(&["."]);
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn what_a_snapshot_records_is_said_by_its_header_the_scenario_or_an_option() {
    let folder = Folder::new("records");
    folder.file("a.yaml", &priced("0.10"));
    // The scenario asks for one, and there is none.
    let (code, out, _) = folder.run_in_ci(&["a.yaml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("asks for a snapshot, but there is none"),
        "{out}"
    );
    assert_eq!(folder.run(&["a.yaml", "--update"]).0, 0);
    insta::assert_snapshot!("suite-snapshot-costs", folder.read("a.snap"));
    // A changed price is a readable difference.
    folder.file("a.yaml", &priced("0.20"));
    let (code, out, _) = folder.run(&["a.yaml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("-  box  usage  BoxUsage:m5.large  3585 second at 0.1 per hour  0.0995833333"),
        "{out}"
    );
    // The option wins when it is written, and then the header and the comment say different things: that is told.
    let (code, _, err) = folder.run(&["a.yaml", "--update", "--snapshot", "transitions"]);
    assert_eq!(code, 0);
    assert!(
        err.starts_with(
            "warning: a.yaml:1: the comment says `snapshot=costs`, but `--snapshot transitions`"
        ),
        "{err}"
    );
    insta::assert_snapshot!("suite-snapshot-transitions", folder.read("a.snap"));
    let (code, out, _) = folder.run_in_ci(&["a.yaml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("the snapshot records transitions, but the scenario asks for costs"),
        "{out}"
    );
    // Without the comment the header decides, and a price doesn't matter to it.
    let plain = priced("0.30").replace("# ec2sim: snapshot=costs\n", "");
    folder.file("a.yaml", &plain);
    assert_eq!(folder.run(&["a.yaml"]).0, 0);
    folder.file("a.yaml", &format!("# ec2sim: snapshot=everything\n{plain}"));
    let (code, out, _) = folder.run(&["a.yaml"]);
    assert_eq!(code, 2);
    assert!(
        out.contains("a.yaml:1: a snapshot can't record `everything`"),
        "{out}"
    );
    assert_eq!(folder.run(&["a.yaml", "--snapshot", "everything"]).0, 2);
}

#[test]
fn a_comment_that_sets_nothing_and_a_scenario_that_checks_nothing_are_told() {
    let folder = Folder::new("idle");
    folder.file("a.yaml", &format!("{NIGHT}# ec2sim: snapshot=costs\n"));
    folder.file(
        "b.yaml",
        &format!("# ec2sim snapshot\n# ec2sim: snapshot costs\n{RANDOM}"),
    );
    let nothing = "name: Nothing to see\ninstances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\n";
    folder.file("c.yaml", nothing);
    folder.file(
        "d.yaml",
        "name: Refused\ninstances: { web: { type: t3.micro } }\nsteps: [ { launch: web }, { stop: web, fails: IncorrectInstanceState } ]\n",
    );
    let (code, out, err) = folder.run(&["."]);
    assert_eq!(code, 0, "{out}");
    let lines: Vec<&str> = err.lines().collect();
    assert!(
        lines.len() == 2
            && lines[0].starts_with("warning: a.yaml:11: this comment sets nothing")
            && lines[1].starts_with("warning: b.yaml:2: this comment sets nothing"),
        "{err}"
    );
    let told: Vec<bool> = out
        .lines()
        .take(4)
        .map(|line| line.contains("(checks nothing)"))
        .collect();
    assert_eq!(told, [false, false, true, false], "{out}");
    let json = folder.json(&["."]);
    assert_eq!(json["counts"]["passed"], 4);
    for (index, is_idle) in told.iter().enumerate() {
        assert_eq!(json["cases"][index]["checks_nothing"], *is_idle);
    }
    // A snapshot is a check; under other seeds none is looked at.
    assert_eq!(folder.run(&["c.yaml", "--update"]).0, 0);
    assert_eq!(
        folder.json(&["c.yaml"])["cases"][0]["checks_nothing"],
        false
    );
    assert_eq!(
        folder.json(&["c.yaml", "--seeds", "1..40"])["cases"][0]["checks_nothing"],
        true
    );
    // A report from before the field was there can still be merged.
    let mut old = folder.json(&["c.yaml"]);
    old["cases"][0]
        .as_object_mut()
        .unwrap()
        .remove("checks_nothing");
    folder.file("old.json", &old.to_string());
    assert_eq!(
        outcome(&mut folder.command("merge-reports", &["old.json"])).0,
        0
    );
}

#[test]
fn what_is_told_of_one_scenario_is_never_megabytes() {
    let folder = Folder::new("large");
    // Every line of it changes with the price.
    let fleet = |price: &str| {
        format!(
            "name: A fleet\nprices: {{ t3.micro: ${price} }}\ninstances: {{ web: {{ type: t3.micro, count: 2500 }} }}\nsteps: [ {{ launch: web }} ]\nuntil: 1h\n"
        )
    };
    folder.file("fleet.yaml", &fleet("0.10"));
    assert_eq!(folder.run(&[".", "--update"]).0, 0);
    folder.file("fleet.yaml", &fleet("0.20"));
    // Thousands of checks fail, each with a long text.
    let name = "n".repeat(120);
    folder.file(
        "checks.yaml",
        &format!(
            "instances: {{ {name}: {{ type: t3.micro, count: 300 }} }}\nsteps: [ {{ launch: {name} }} ]\nexpect: {{ {name}: {{ state: stopped, memory: lost, public-ipv4: none }} }}\n"
        ),
    );
    let (code, human, _) = folder.run(&[".", "--junit", "j.xml", "--markdown", "m.md"]);
    assert_eq!(code, 1);
    assert!(human.contains(" more lines, see fleet.snap.new"), "{human}");
    assert!(human.contains("ec2sim test fleet.yaml --update"), "{human}");
    let junit = folder.read("j.xml");
    assert!(quick_junit::Report::deserialize_from_str(&junit).is_ok());
    assert!(junit.contains(" more lines, see fleet.snap.new"));
    let mut told = vec![human, junit, folder.read("m.md")];
    for format in ["json", "tap", "github"] {
        told.push(folder.run(&[".", "--format", format]).1);
    }
    for text in told {
        assert!(text.len() < 700_000, "{} bytes", text.len());
    }
    assert!(folder.read("fleet.snap.new").len() > 1_500_000);
    // Where nothing is written, no file is named.
    let (_, out, _) = folder.run_in_ci(&["fleet.yaml"]);
    assert!(out.contains(" more lines\n"), "{out}");
}

/// Takes a while, however fast the machine is.
fn long() -> String {
    "name: It lasts\ninstances: { web: { type: t3.micro, count: 2000 } }\nsteps:\n  - launch: web\n  - repeat: { times: 5000, every: 1h }\n    steps: [ { stop: web }, { after: 10m, start: web } ]\n".to_owned()
}

#[test]
fn what_is_done_is_reported_whatever_ends_the_program() {
    let folder = Folder::new("ends");
    // The long one is the first, and the others are done all the same.
    folder.file("s/0-long.yaml", &long());
    for number in 1..=40 {
        let text = if number % 10 == 3 { WRONG } else { NIGHT };
        folder.file(
            &format!("s/{number:02}.yaml"),
            &text.replace("name: ", &format!("name: {number} ")),
        );
    }
    let start = || {
        let arguments = ["s", "--junit", "j.xml", "--markdown", "m.md", "--jobs", "2"];
        // Not what a run before has left.
        let _ = fs::remove_file(folder.0.join("j.xml"));
        let mut program = folder.command("test", &arguments);
        let child = program
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Until all the others are done, and it was said who isn't.
        let mut junit = String::new();
        while !junit.contains("ended before") || junit.matches("<testcase").count() < 41 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            junit = fs::read_to_string(folder.0.join("j.xml")).unwrap_or_default();
        }
        child
    };
    let mut killed = start();
    killed.kill().unwrap();
    assert_eq!(killed.wait().unwrap().code(), None);
    let junit = folder.read("j.xml");
    let report = quick_junit::Report::deserialize_from_str(&junit).unwrap();
    let cases: Vec<_> = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases)
        .collect();
    assert_eq!(cases.len(), 41);
    assert!(
        cases
            .iter()
            .any(|case| case.name.as_str() == "40 Off for the night")
    );
    assert!(junit.contains("s/0-long.yaml: ec2sim ended before this scenario did"));
    assert_eq!(
        junit.matches("expected stopped, found stopping").count() % 4,
        0
    );
    let markdown = folder.read("m.md");
    assert!(markdown.starts_with("## ⏳ ec2sim: not finished"));
    assert_eq!(
        markdown
            .lines()
            .filter(|line| line.starts_with("- "))
            .count(),
        41
    );
    // Ctrl-C ends it in good order.
    let stopped = start();
    let id = stopped.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = stopped.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.contains("41 scenarios: 36 passed, 4 failed, 1 not run"),
        "{out}"
    );
    let report = quick_junit::Report::deserialize_from_str(&folder.read("j.xml")).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (40, 4, 0));
    assert!(
        folder
            .read("m.md")
            .contains("36 passed, 4 failed, 1 not run")
    );
}

#[test]
fn a_snapshot_that_cannot_be_used_is_an_error_and_stays_as_it_is() {
    let folder = Folder::new("newer");
    folder.file("a.yaml", NIGHT);
    for (text, said) in [
        (
            "# ec2sim snapshot 2\n# records: full\n",
            "a.snap:1: the snapshot has version 2",
        ),
        ("---\nsource: tests\n", "this is not a snapshot"),
        (
            "# ec2sim snapshot 1\n# records: all\n",
            "a snapshot can't record `all`",
        ),
    ] {
        folder.file("a.snap", text);
        for arguments in [&["."][..], &[".", "--update"]] {
            let (code, out, _) = folder.run(arguments);
            assert_eq!(code, 2);
            assert!(out.contains(said), "{out}");
        }
        assert_eq!(folder.read("a.snap"), text);
    }
}

#[test]
fn a_scenario_that_fails_is_not_recorded() {
    let folder = Folder::new("failing-update");
    folder.file("a.yaml", WRONG);
    assert_eq!(folder.run(&[".", "--update"]).0, 1);
    assert!(!folder.has("a.snap") && !folder.has("a.snap.new"));
}

#[test]
fn orphans_are_reported() {
    let folder = Folder::new("orphans");
    folder.file("s/a.yaml", NIGHT);
    folder.file("s/gone.snap", "# ec2sim snapshot 1\n# records: full\n");
    folder.file("s/moved.snap.new", "# ec2sim snapshot 1\n# records: full\n");
    folder.file("s/others.snap", "---\nsource: tests/other.rs\n");
    // Pending snapshots are rarely committed.
    folder.file(".gitignore", "*.snap.new\n");
    let (code, _, err) = folder.run(&["s"]);
    assert_eq!(code, 0);
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{err}");
    assert!(
        lines[0].contains("s/gone.snap: this snapshot has no scenario"),
        "{err}"
    );
    assert!(
        lines[1].contains("s/moved.snap.new: this pending snapshot has no scenario"),
        "{err}"
    );
}

#[test]
fn pending_snapshots_are_reviewed_at_the_keyboard() {
    let folder = Folder::new("review");
    for name in ["a", "b", "c", "d"] {
        folder.file(&format!("{name}.yaml"), NIGHT);
    }
    assert_eq!(folder.run(&[".", "--update"]).0, 0);
    for name in ["a", "b", "c", "d"] {
        folder.file(&format!("{name}.yaml"), &NIGHT.replace("10h", "12h"));
    }
    assert_eq!(folder.run(&["."]).0, 1);
    let mut child = folder
        .command("test", &[".", "--review"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"a\nwhat?\nr\ns\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    // Where the answers end, the rest is skipped.
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(
        out.contains("4 pending snapshots: 1 accepted, 1 rejected, 2 skipped"),
        "{out}"
    );
    assert!(out.contains("+  12h  web  running -> stopping"), "{out}");
    let pending: Vec<bool> = ["a", "b", "c", "d"]
        .iter()
        .map(|name| folder.has(&format!("{name}.snap.new")))
        .collect();
    assert_eq!(pending, [false, false, true, true]);
    assert!(
        folder.read("a.snap").contains("  12h  web")
            && folder.read("b.snap").contains("  10h  web")
    );
    let (code, _, err) = folder.run_in_ci(&[".", "--review"]);
    assert_eq!(code, 2);
    assert!(err.contains("`CI` is set"), "{err}");
    assert_eq!(folder.run_in_ci(&[".", "--update"]).0, 2);
}

#[test]
fn all_that_waits_is_listed_and_accepted_at_once() {
    let folder = Folder::new("review-all");
    for name in ["a", "b", "c", "d"] {
        folder.file(&format!("{name}.yaml"), NIGHT);
    }
    folder.run(&[".", "--update"]);
    let review = |answers: &[u8]| {
        for name in ["a", "b", "c", "d"] {
            folder.file(&format!("{name}.yaml"), &NIGHT.replace("10h", "12h"));
        }
        folder.run(&["."]);
        let mut child = folder
            .command("test", &[".", "--review"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(answers).unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, out) = review(b"s\nl\nR\n");
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("reject all 3 (R)"), "{out}");
    assert!(
        out.contains("? \n  b.snap\n") || out.contains("  b.snap\n  c.snap\n  d.snap\n"),
        "{out}"
    );
    assert!(out.contains("0 accepted, 3 rejected, 1 skipped"), "{out}");
    let (code, out) = review(b"A\n");
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("4 accepted, 0 rejected, 0 skipped"), "{out}");
    assert_eq!(folder.run(&["."]).0, 0);
}

#[test]
fn a_review_is_of_what_the_filter_lets_through() {
    let folder = Folder::new("review-filter");
    let names = [
        ("a", "Off for the night"),
        ("b", "Away at noon"),
        ("c", "Off at noon"),
    ];
    for (file, name) in names {
        folder.file(
            &format!("{file}.yaml"),
            &NIGHT.replace("Off for the night", name),
        );
    }
    assert_eq!(folder.run(&[".", "--update"]).0, 0);
    for (file, name) in names {
        let text = NIGHT.replace("Off for the night", name);
        folder.file(&format!("{file}.yaml"), &text.replace("10h", "12h"));
    }
    assert_eq!(folder.run(&["."]).0, 1);
    // A path or a name, as in a run.
    for (filter, waiting) in [("A.YAML", 1), ("noon", 2), ("mars", 0)] {
        let (code, out, _) = folder.run(&[".", "--review", "--filter", filter]);
        assert_eq!(code, i32::from(waiting > 0), "{out}");
        assert!(
            out.contains(&format!("{waiting} pending snapshot")),
            "{out}"
        );
    }
}

#[test]
fn options_that_mean_nothing_beside_each_other_are_refused() {
    let folder = Folder::new("options");
    folder.file("a.yaml", NIGHT);
    let report = folder.json(&["a.yaml"]);
    folder.file("r.json", &report.to_string());
    let besides_review = [
        "--update",
        "--snapshot=off",
        "--snapshot=full",
        "--seeds=1..2",
        "--shard=1/2",
        "--jobs=2",
        "--fail-fast",
        "--format=json",
        "--junit=j.xml",
        "--markdown=m.md",
        "--quiet",
        "--max-events=9",
        "--max-instances=9",
    ];
    let mut refused: Vec<Vec<&str>> = besides_review
        .iter()
        .map(|option| vec!["test", "a.yaml", "--review", option])
        .collect();
    for line in [
        "test a.yaml --snapshot full",
        "test a.yaml --snapshot costs --fail-fast",
        "test a.yaml --update --snapshot off",
        "test a.yaml --update --seeds 1..2",
        "test a.yaml --snapshot off --seeds 1..2",
        "test a.yaml --junit one --markdown one",
        "merge r.json --junit one --markdown one",
        "run a.yaml --rounding report",
        "run a.yaml --rounding exact --format jsonl",
        "run a.yaml --quiet --format json",
        "run a.yaml --rounding invoice --format csv",
        "run a.yaml --rounding invoice --format focus",
        "run a.yaml --explain --format focus",
        "run a.yaml --verbose --format csv",
        "run a.yaml --verbose --format jsonl",
        "run a.yaml --quiet --verbose",
        "check a.yaml --quiet --format json",
        "new --lesson --ci",
    ] {
        refused.push(line.split(' ').collect());
    }
    for line in refused {
        let (code, out, err) = outcome(&mut folder.command(line[0], &line[1..]));
        assert_eq!((code, out.as_str()), (2, ""), "{line:?}");
        let named = line.iter().filter(|word| word.starts_with("--"));
        let mut named = named.map(|option| option.split('=').next().unwrap());
        assert!(named.any(|option| err.contains(option)), "{line:?}: {err}");
    }
    assert!(!folder.has("a.snap") && !folder.has("one"));
    for line in [
        "test a.yaml --snapshot off --shard 1/1 --filter night --quiet --format tap",
        "test a.yaml --update --snapshot costs --fail-fast --jobs 1",
        "run a.yaml --rounding report --format json",
        "run a.yaml --rounding invoice --format json",
        "run a.yaml --rounding exact --format csv",
        "run a.yaml --format focus",
    ] {
        let line: Vec<&str> = line.split(' ').collect();
        assert_eq!(
            outcome(&mut folder.command(line[0], &line[1..])).0,
            0,
            "{line:?}"
        );
    }
}

#[test]
fn a_closed_pipe_changes_neither_the_reports_nor_the_exit_code() {
    let folder = Folder::new("closed-pipe");
    for number in 0..3_000 {
        let state = if number % 500 == 499 {
            "stopped"
        } else {
            "pending"
        };
        let text = format!(
            "name: number {number}\ninstances: {{ web: {{ type: t3.micro }} }}\nsteps: [ {{ launch: web }}, {{ expect: {{ web: {{ state: {state} }} }} }} ]\n"
        );
        folder.file(&format!("s/{number:04}.yaml"), &text);
    }
    for format in ["human", "json", "tap", "github"] {
        let arguments = [
            "s",
            "--junit",
            "j.xml",
            "--markdown",
            "m.md",
            "--format",
            format,
        ];
        let mut child = folder
            .command("test", &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody reads.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(output.stderr.is_empty(), "{format}");
        let junit = quick_junit::Report::deserialize_from_str(&folder.read("j.xml")).unwrap();
        assert_eq!((junit.tests, junit.failures), (3_000, 6), "{format}");
        assert!(
            folder
                .read("m.md")
                .contains("3000 scenarios: 2994 passed, 6 failed")
        );
        fs::remove_file(folder.0.join("j.xml")).unwrap();
    }
    // What reads only has a verdict too.
    folder.file("a/0.yaml", NIGHT);
    folder.file("a/1.yaml", BROKEN);
    let mut check = folder
        .command("check", &["a/0.yaml", "a/1.yaml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(check.stdout.take());
    assert_eq!(check.wait().unwrap().code(), Some(2));
}

#[test]
fn a_sweep_says_for_which_seed_it_fails() {
    let folder = Folder::new("sweep");
    folder.file("boots.yaml", RANDOM);
    assert_eq!(folder.run(&["."]).0, 0, "under its own seed it passes");
    let json = folder.json(&[".", "--seeds", "1..200"]);
    let case = &json["cases"][0];
    assert_eq!(
        (&case["outcome"], &case["sweep"]["replayed"]),
        (&"failed".into(), &200.into())
    );
    let problem = &case["problems"][0];
    let seed = problem["seed"].as_u64().unwrap();
    assert_eq!(case["sweep"]["failed_seeds"][0], seed);
    assert_eq!(problem["line"], 7);
    let command = problem["command"].as_str().unwrap();
    assert_eq!(command, format!("ec2sim run boots.yaml --seed {seed}"));
    // The command shows just that one; the seed before it passes.
    let one: Vec<&str> = command.split(' ').skip(2).collect();
    let (code, out, _) = outcome(&mut folder.command("run", &one));
    assert_eq!(code, 1);
    assert!(out.contains("found  pending"), "{out}");
    let before = format!("{}", seed - 1);
    assert_eq!(folder.run(&["boots.yaml", "--seeds", &before]).0, 0);
    for (seeds, why) in [
        ("9..1", "smaller than the first"),
        ("a..b", "such as `1..1000`"),
        ("1..", "such as `1..1000`"),
        ("0..18446744073709551615", "at most one billion seeds"),
        (
            "1..18446744073709551616",
            "a seed is at most 18446744073709551615",
        ),
    ] {
        let (code, _, err) = folder.run(&["boots.yaml", "--seeds", seeds]);
        assert!(code == 2 && err.contains(why), "{err}");
    }
    let last = u64::MAX.to_string();
    assert_ne!(folder.run(&["boots.yaml", "--seeds", &last]).0, 2);
}

#[test]
fn reports_of_shards_are_merged_into_that_of_the_whole() {
    let folder = Folder::standard("shards");
    for number in 0..12 {
        folder.file(
            &format!("s/more/{number}.yaml"),
            &NIGHT.replace("name: ", &format!("name: {number} ")),
        );
    }
    let mut files = Vec::new();
    let mut cases = 0;
    for shard in 1..=3 {
        let json = folder.json(&["s", "--shard", &format!("{shard}/3")]);
        cases += json["counts"]["cases"].as_u64().unwrap();
        files.push(format!("{shard}.json"));
        folder.file(&files[shard - 1], &json.to_string());
    }
    assert_eq!(cases, 16, "each scenario is in one shard");
    let merge = |arguments: &[&str]| outcome(&mut folder.command("merge", arguments));
    let all: Vec<&str> = files.iter().map(String::as_str).collect();
    let (code, merged, err) =
        merge(&[&all[..], &["--format", "json", "--junit", "j.xml"]].concat());
    assert_eq!((code, err.as_str()), (2, ""));
    let merged: Value = serde_json::from_str(&merged).unwrap();
    let whole = folder.json(&["s"]);
    for part in ["counts", "cases", "warnings", "notes"] {
        assert_eq!(merged[part], whole[part], "{part}");
    }
    assert!(quick_junit::Report::deserialize_from_str(&folder.read("j.xml")).is_ok());
    // A shard that is missing, or is no report, is told.
    let (code, out, err) = merge(&[all[0], all[2]]);
    assert_eq!(code, 2);
    assert!(
        err.contains("no report for shard 2/3") && out.contains("scenarios:"),
        "{err}{out}"
    );
    folder.file("new.json", "{\"schema\":\"ec2sim/suite/2\"}");
    folder.file("other.json", "[]");
    let (_, _, err) = merge(&[
        all[0],
        all[1],
        all[2],
        "new.json",
        "other.json",
        "none.json",
    ]);
    assert!(
        err.contains("ec2sim/suite/2")
            && err.contains("other.json: this is not a report")
            && err.contains("none.json"),
        "{err}"
    );
}

#[test]
fn what_reports_count_has_a_sum_or_they_are_refused() {
    let folder = Folder::new("sums");
    folder.file("a.yaml", NIGHT);
    let report = folder.json(&["."]);
    let with = |change: fn(&mut Value)| {
        let mut report = report.clone();
        change(&mut report);
        report.to_string()
    };
    folder.file("plain.json", &report.to_string());
    folder.file(
        "not-run.json",
        &with(|it| it["counts"]["not_run"] = u64::MAX.into()),
    );
    folder.file(
        "checks.json",
        &with(|it| it["cases"][0]["expectations"]["passed"] = u64::MAX.into()),
    );
    folder.file(
        "seeds.json",
        &with(|it| it["seeds"] = serde_json::json!({ "first": 9, "last": 1 })),
    );
    folder.file(
        "shard.json",
        &with(|it| it["shard"] = serde_json::json!({ "index": 9, "count": 2 })),
    );
    for (files, why) in [
        (
            &["not-run.json", "plain.json"][..],
            "an impossible number of scenarios",
        ),
        (
            &["not-run.json", "not-run.json"],
            "an impossible number of scenarios",
        ),
        (
            &["checks.json", "plain.json"],
            "an impossible number of expectations",
        ),
        (&["seeds.json"], "the last seed is smaller than the first"),
        (&["shard.json"], "there is no shard 9 of 2"),
    ] {
        for format in ["human", "json", "github"] {
            let arguments = [files, &["--format", format]].concat();
            let (code, _, err) = outcome(&mut folder.command("merge", &arguments));
            assert!(code == 2 && err.contains(why), "{files:?}: {err}");
        }
    }
}

#[test]
fn two_scenarios_with_one_name_are_named_both() {
    let folder = Folder::new("names");
    folder.file("a.yaml", NIGHT);
    folder.file("b.yaml", NIGHT);
    let (code, _, err) = folder.run(&["a.yaml", "b.yaml"]);
    assert_eq!(
        (code, err.as_str()),
        (
            0,
            "warning: 2 scenarios are named `Off for the night`: a.yaml, b.yaml\n"
        )
    );
}

#[test]
fn the_help_of_the_test_command_is_what_its_snapshot_holds() {
    let folder = Folder::new("help");
    insta::assert_snapshot!("test-help", folder.run(&["--help"]).1);
    insta::assert_snapshot!(
        "merge-help",
        outcome(&mut folder.command("merge", &["--help"])).1
    );
}

#[test]
fn the_bundled_scenarios_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let folder = Folder::new("bundled");
    let (code, out, err) = folder.run_in_ci(&["--quiet", root.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

/// A launch that is refused, and all that can't be after it.
const REFUSED: &str = "account: { vcpu-quota: { standard: 2 } }
instances: { big: { type: m5.2xlarge }, web: { type: t3.micro } }
steps:
  - launch: big
  - launch: web
  - { wait-until: { big: running }, timeout: 5m }
  - { after: 1h, stop: big }
  - expect: { big: { state: running, starts: 2 }, web: { state: stopped } }
expect: { big: { cost: { usage: \"> $0\" } } }
";

#[test]
fn what_follows_from_a_refused_launch_is_counted_under_it() {
    let folder = Folder::new("causes");
    folder.file("refused.yaml", REFUSED);
    let (code, out, _) = folder.run(&["refused.yaml"]);
    assert_eq!(code, 1);
    let said = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let follow = "5 more failures follow from it: lines 6, 7, 8, 9";
    assert!(said.contains(follow), "{out}");
    // What is about something else stands for itself.
    assert!(said.contains("web state at"), "{out}");
    assert!(
        !said.contains("big state at") && !said.contains("the wait ran out"),
        "{out}"
    );
    assert!(
        said.contains("4 of 4 expectations failed"),
        "all are counted: {out}"
    );
    let report = folder.json(&["refused.yaml"]);
    let problems = report["cases"][0]["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 2, "{report}");
    let message = problems[0]["message"].as_str().unwrap();
    assert!(message.ends_with(&format!("; {follow}")), "{message}");
}

#[cfg(unix)]
#[test]
fn on_a_terminal_a_key_is_an_answer() {
    let folder = Folder::new("review-keys");
    for name in ["a", "b"] {
        folder.file(&format!("{name}.yaml"), NIGHT);
    }
    assert_eq!(folder.run(&[".", "--update"]).0, 0);
    for name in ["a", "b"] {
        folder.file(&format!("{name}.yaml"), &NIGHT.replace("10h", "12h"));
    }
    assert_eq!(folder.run(&["."]).0, 1);
    let pty = nix::pty::openpty(None, None).unwrap();
    let mut child = folder
        .command("test", &[".", "--review"])
        .stdin(pty.slave)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = fs::File::from(pty.master);
    let mut stdout = child.stdout.take().unwrap();
    let mut out = String::new();
    // Each is pressed when it is asked for, and no Enter behind it.
    for key in [b"a", b"r"] {
        out.clear();
        while !out.contains("quit (q)") {
            let mut some = [0; 1];
            assert_eq!(
                std::io::Read::read(&mut stdout, &mut some).unwrap(),
                1,
                "{out}"
            );
            out.push_str(&String::from_utf8_lossy(&some));
        }
        keys.write_all(key).unwrap();
    }
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest}");
    assert!(
        rest.contains("2 pending snapshots: 1 accepted, 1 rejected, 0 skipped"),
        "{rest}"
    );
    assert!(folder.read("a.snap").contains("  12h  web"));
}
