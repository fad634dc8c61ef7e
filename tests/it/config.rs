//! `ec2sim.toml`: where it is looked for, what it sets, and what is said of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A folder of one test's own, with `ec2sim.toml` in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, config: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("config-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        folder.file("ec2sim.toml", config);
        folder
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs the program in a folder below.
    fn run_in(&self, below: &str, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
            .args(arguments)
            .current_dir(self.0.join(below))
            .env_remove("RUST_LOG")
            .env_remove("CI")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_in("", arguments)
    }

    /// The files that `ec2sim test` would replay.
    fn listed(&self, arguments: &[&str]) -> Vec<String> {
        let (exit, out, err) = self.run(&[&["test", "--list"], arguments].concat());
        assert_eq!(exit, 0, "{out}{err}");
        let file = |line: &str| line.split("  ").next().unwrap().to_owned();
        out.lines().map(file).collect()
    }
}

const WEB: &str = "instances: { web: { type: m5.large } }
timings: { pending: 7s }
steps: [{ launch: web }, { at: 1h, stop: web }, { at: 2h, terminate: web }]
";

const CONFIG: &str = r#"region = "eu-west-1"
prices = { "m5.large" = "$0.20" }
[timings]
pending = "5s"
stopping = "20s..90s"
"#;

fn scenario(out: &str) -> Value {
    let json: Value = serde_json::from_str(out).unwrap();
    json["scenario"].clone()
}

#[test]
fn it_is_found_from_the_scenario_and_says_what_it_set() {
    let folder = Folder::new("found", CONFIG);
    folder.file("s/deep/web.yaml", WEB);
    folder.file("elsewhere/ec2sim.toml", "region = \"us-west-2\"\n");
    let json = ["run", "--format", "json", "../s/deep/web.yaml"];
    let (exit, out, err) = folder.run_in("elsewhere", &json);
    assert_eq!((exit, err.as_str()), (0, ""));
    let of = scenario(&out);
    assert_eq!(of["region"], "eu-west-1");
    let set = serde_json::json!({
        "file": "../../ec2sim.toml",
        "prices.m5.large": "$0.20",
        "region": "eu-west-1",
        "timings.stopping": "20s..90s",
    });
    assert_eq!(of["config"], set);
    assert!(out.contains(r#""unit_price":"0.2""#), "{out}");
    // The file's own timing holds.
    assert!(out.contains(r#""at":"7s""#), "{out}");
    // From wherever it is replayed, it gives the same bytes.
    let here = folder.run_in("s/deep", &["run", "--format", "json", "web.yaml"]);
    assert_eq!(
        here.1
            .replace(r#""file":"web.yaml""#, r#""file":"../s/deep/web.yaml""#),
        out
    );
    let (_, timeline, _) = folder.run(&["run", "s/deep/web.yaml"]);
    assert!(
        timeline.contains("  from ../../ec2sim.toml · prices.m5.large $0.20 · region eu-west-1"),
        "{timeline}"
    );
    // The journal says it too.
    let (_, journal, _) = folder.run(&["run", "--format", "jsonl", "s/deep/web.yaml"]);
    folder.file("web.jsonl", &journal);
    let (_, shown, _) = folder.run(&["show", "web.jsonl"]);
    assert_eq!(shown, timeline);
    let (_, out, _) = folder.run(&["run", "--format", "json", "--no-config", "s/deep/web.yaml"]);
    let of = scenario(&out);
    assert_eq!(
        (&of["config"], &of["region"]),
        (&Value::Null, &"us-east-1".into())
    );
}

#[test]
fn what_a_scenario_or_an_option_says_holds() {
    let folder = Folder::new("holds", CONFIG);
    folder.file("own.csv", "type,hourly\nm5.large,0.5\n");
    let own = format!("region: us-west-2\n{WEB}").replace("7s }", "7s, stopping: 30s }");
    folder.file("own.yaml", &own);
    let json = ["run", "--format", "json", "--prices", "own.csv", "own.yaml"];
    let (_, out, err) = folder.run(&json);
    let of = scenario(&out);
    assert_eq!(
        (&of["config"], &of["region"]),
        (&Value::Null, &"us-west-2".into()),
        "{err}"
    );
    assert!(out.contains(r#""unit_price":"0.5""#), "{out}");
    folder.file("ec2sim.toml", "prices = [\"own.csv\"]\n");
    folder.file("plain.yaml", WEB);
    let (_, out, _) = folder.run(&["run", "--format", "json", "plain.yaml"]);
    assert_eq!(scenario(&out)["config"]["prices"], "own.csv");
    assert!(out.contains(r#""unit_price":"0.5""#), "{out}");
}

#[test]
fn a_run_without_a_path_looks_where_it_says() {
    let folder = Folder::new(
        "paths",
        "paths = [\"a\", \"b/one.yaml\"]\nexclude = [\"drafts\", \"*.old.yaml\"]\n",
    );
    for file in [
        "a/web.yaml",
        "a/web.old.yaml",
        "a/drafts/new.yaml",
        "a/out/x.yaml",
        "b/one.yaml",
        "b/two.yaml",
        "c/far.ec2sim.yaml",
    ] {
        folder.file(file, WEB);
    }
    folder.file(".gitignore", "out/\n");
    assert_eq!(folder.listed(&[]), ["a/web.yaml", "b/one.yaml"]);
    assert_eq!(
        folder.listed(&["b", "a"]),
        ["b/one.yaml", "b/two.yaml", "a/web.yaml"]
    );
    // What is named is meant.
    assert_eq!(folder.listed(&["a/web.old.yaml"]), ["a/web.old.yaml"]);
    assert_eq!(folder.listed(&["a/out"]), ["a/out/x.yaml"]);
    assert_eq!(folder.listed(&["a/drafts"]), ["a/drafts/new.yaml"]);
    let (_, out, _) = folder.run_in("c", &["test", "--list"]);
    assert_eq!(out, "../a/web.yaml  web\n../b/one.yaml  one\n");
    folder.file("ec2sim.toml", "include = [\"/b/\"]\n");
    assert_eq!(
        folder.listed(&[]),
        ["b/one.yaml", "b/two.yaml"],
        "only what is included"
    );
    fs::remove_file(folder.0.join("ec2sim.toml")).unwrap();
    // The name is enough, and a scenario is called without the suffix.
    let (exit, out, _) = folder.run(&["test", "--list", "--no-config"]);
    assert_eq!((exit, out.as_str()), (0, "c/far.ec2sim.yaml  far\n"));
    folder.file("c/far.ec2sim.yaml", "instances: {}\n");
    let (exit, out, _) = folder.run(&["test", "--no-config"]);
    assert_eq!(exit, 2, "{out}");
    assert!(
        out.contains("it has no `steps`") || out.contains("lacks `steps`"),
        "{out}"
    );
}

#[test]
fn check_and_run_take_folders_as_it_says() {
    let folder = Folder::new("folders", "exclude = [\"bad.yaml\"]\n");
    folder.file("s/web.yaml", WEB);
    folder.file("s/bad.yaml", "steps: [{ lauch: web }]\n");
    assert_eq!(folder.run(&["check", "s"]).0, 0);
    assert_eq!(folder.run(&["run", "--quiet", "s"]).0, 0);
    assert_eq!(folder.run(&["check", "s", "--no-config"]).0, 2);
}

#[test]
fn snapshots_are_as_it_says() {
    let folder = Folder::new(
        "snapshots",
        "snapshot = \"costs\"\nrequire-snapshots = true\n",
    );
    folder.file("web.yaml", WEB);
    folder.file("none.yaml", &format!("# ec2sim: snapshot=off\n{WEB}"));
    let (exit, out, _) = folder.run(&["test", "."]);
    assert_eq!(exit, 1, "{out}");
    assert!(out.contains("there is no snapshot"), "{out}");
    assert_eq!(folder.run(&["test", ".", "--update"]).0, 0);
    let snapshot = fs::read_to_string(folder.0.join("web.snap")).unwrap();
    assert!(snapshot.contains("# records: costs"), "{snapshot}");
    assert!(!folder.0.join("none.snap").exists());
    assert_eq!(folder.run(&["test", "."]).0, 0);
}

const BROKEN: &str = r#"regoin = "eu-west-1"
region = "eu-west-9"
include = ["{a"]
prices.m5.large = "$0.1"
snapshot = "ful"
require-snapshots = 1
timings = { pending = "5 parsecs" }
"#;

#[test]
fn mistakes_are_told_at_their_places_once() {
    let folder = Folder::new("mistakes", BROKEN);
    folder.file("s/web.yaml", WEB);
    folder.file("s/more.yaml", WEB);
    let (exit, out, err) = folder.run(&["check", "s", "s/web.yaml", "--format", "json"]);
    assert_eq!(exit, 2);
    let json: Value = serde_json::from_str(&out).unwrap();
    let told: Vec<String> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            format!(
                "{}:{}:{} {} {}",
                text("file"),
                one["line"],
                one["column"],
                text("code"),
                text("message")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "ec2sim.toml:1:1 E0201 unknown key `regoin` in `ec2sim.toml`",
            "ec2sim.toml:2:10 E0503 `eu-west-9` is not a Region",
            "ec2sim.toml:3:12 E0309 `{a` is not a glob",
            "ec2sim.toml:4:8 E0401 nothing called `m5` has a price",
            "ec2sim.toml:5:12 E0301 `ful` is not what a snapshot records",
            "ec2sim.toml:6:21 E0306 `1` is neither true nor false",
            "ec2sim.toml:7:23 E0302 `5 parsecs` is not a duration or a range",
        ]
    );
    assert_eq!(err.matches("unknown key").count(), 1, "{err}");
    let (exit, out, err) = folder.run(&["run", "s/web.yaml", "s", "--format", "json"]);
    assert_eq!((exit, out.lines().count()), (2, 1), "{out}");
    assert!(!err.contains("no scenario"), "{err}");
    let (exit, out, _) = folder.run(&["test", "s", "--format", "tap"]);
    assert_eq!(exit, 2);
    assert!(
        out.contains("not ok 1 - ../ec2sim.toml") || out.contains("not ok 1 - ec2sim.toml"),
        "{out}"
    );
    folder.file("ec2sim.toml", "region = [\n");
    let (exit, _, err) = folder.run(&["check", "s/web.yaml"]);
    assert_eq!(exit, 2);
    assert!(
        err.contains("error[E0116]") && err.contains("ec2sim.toml:"),
        "{err}"
    );
    folder.file("ec2sim.toml", "prices = \"../other.csv\"\n");
    let (_, _, err) = folder.run(&["check", "s/web.yaml"]);
    assert!(err.contains("error[E0004]"), "{err}");
}

#[test]
fn tests_of_rust_projects_read_it() {
    let folder = Folder::new(
        "testing",
        "region = \"eu-west-1\"\nexclude = [\"bad.yaml\"]\n",
    );
    folder.file("s/web.yaml", WEB);
    folder.file("s/bad.yaml", "steps: [{ lauch: web }]\n");
    let mut seen = Vec::new();
    ec2sim::testing::each_scenario(folder.0.join("s"), |case| {
        let region = case.scenario().program().cast.region.name();
        seen.push((case.name().to_owned(), region));
    });
    assert_eq!(seen, [("web".to_owned(), "eu-west-1")]);
}
