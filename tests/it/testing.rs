//! `ec2sim::testing`, as a Rust project uses it.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::Command,
};

use ec2sim::testing::{self, ScenarioBuilder, assert_passes};

/// What a test says when it fails.
fn failure(test: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(test)).expect_err("it fails");
    *payload.downcast::<String>().expect("it says why")
}

fn night() -> ScenarioBuilder {
    ScenarioBuilder::new("Nights off")
        .instance("web", "t3.medium", |i| i.root("20GiB gp3"))
        .launch("web")
        .at("10h")
        .stop("web")
        .note("Nobody uses it at night.")
        .at("23h")
        .start("web")
        .after("1m")
        .expect("web", |e| {
            e.state("running").public_ipv4("changed").memory("lost")
        })
        .until("1d")
}

#[test]
fn a_replay_is_a_snapshot() {
    let replay = night().replay().passed();
    insta::assert_snapshot!("builder", replay);
    insta::assert_snapshot!("builder-transitions", replay.transitions());
    assert_eq!(replay.to_json()["scenario"]["file"], "nights-off.yaml");
    assert_eq!(serde_json::to_value(&replay).unwrap(), replay.to_json());
}

#[test]
fn a_failed_scenario_says_what_failed_and_what_led_there() {
    let scenario = night().at_end("web", |e| e.starts(1)).build().unwrap();
    insta::assert_snapshot!("builder-failure", failure(|| assert_passes(&scenario)));
}

#[test]
fn mistakes_are_shown_with_their_lines() {
    let wrong = night().stop("wbe").step("lauch", "web");
    insta::assert_snapshot!("builder-mistakes", failure(|| drop(wrong.replay())));
    let missing = failure(|| drop(testing::replay_file("no/such/file.yaml")));
    assert!(
        missing.contains("no/such/file.yaml: error[E0001]: the file can't be read"),
        "{missing}"
    );
}

#[test]
fn the_example_of_the_page_on_ci_passes() {
    ScenarioBuilder::new("The bastion stays")
        .instance("bastion", "t3.micro", |i| i.stop_protection(true))
        .launch("bastion")
        .wait_until("bastion", "running")
        .stop("bastion")
        .fails("OperationNotPermitted")
        .replay()
        .passed();
}

#[test]
fn a_path_is_shown_below_the_working_directory() {
    let file = "scenarios/reboot/keeps-almost-everything.yaml";
    let absolute = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    assert_eq!(testing::replay_file(absolute).scenario().file(), file);
}

#[test]
fn a_snapshot_beside_a_scenario_holds_in_cargo_test_as_in_the_program() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("testing-snapshots");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("below")).unwrap();
    let program = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ec2sim"));
        program.arg("test").args(arguments).env_remove("CI");
        program.current_dir(&folder).output().unwrap()
    };
    let scenario = |at: &str| {
        format!(
            "{{ instances: {{ web: {{ type: t3.micro }} }}, steps: [ {{ launch: web }}, {{ at: {at}, stop: web }} ] }}"
        )
    };
    for name in ["a.yaml", "a.json", "below/b.yml"] {
        fs::write(folder.join(name), scenario("1h")).unwrap();
    }
    fs::write(
        folder.join("c.yaml"),
        format!("# ec2sim: snapshot=costs\n{}", scenario("1h")),
    )
    .unwrap();
    fs::write(folder.join("package.json"), "{}").unwrap();
    assert!(program(&[".", "--update"]).status.success());
    let mut seen = Vec::new();
    testing::each_scenario(&folder, |case| seen.push(case.name().to_owned()));
    assert_eq!(seen, ["a", "a.json", "below/b", "c"]);
    // What differs is told as the program tells it.
    fs::write(folder.join("a.json"), scenario("2h")).unwrap();
    fs::remove_file(folder.join("c.snap")).unwrap();
    let said = failure(|| testing::each_scenario(&folder, |_| {}));
    assert!(said.starts_with("2 of 4 scenarios failed\n"), "{said}");
    let told = String::from_utf8(program(&[".", "--color", "never"]).stdout).unwrap();
    for line in [
        "-  1h  web  running -> stopping  StopInstances",
        "+  2h  web  running -> stopping  StopInstances",
        "asks for a snapshot, but there is none",
        "the replay differs from the snapshot",
    ] {
        assert!(said.contains(line) && told.contains(line), "{said}\n{told}");
    }
    // What is wrong with a snapshot is wrong in both.
    assert!(program(&[".", "--update"]).status.success());
    fs::write(
        folder.join("a.snap"),
        "# ec2sim snapshot 2\n# records: full\n",
    )
    .unwrap();
    let said = failure(|| testing::each_scenario(&folder, |_| {}));
    assert!(
        said.contains("a.snap:1: the snapshot has version 2"),
        "{said}"
    );
    assert_eq!(program(&["."]).status.code(), Some(2));
}

#[test]
fn a_folder_goes_on_after_a_failure() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("testing-folder");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("below/.hidden")).unwrap();
    for (file, text) in [
        ("a.yaml", "steps: []\n"),
        ("below/b.yml", "stpes: []\nsteps: []\n"),
        (
            "below/c.yaml",
            "instances: { web: { type: t3.micro } }\nsteps: [{ launch: web }]\nexpect: { web: { state: stopped } }\n",
        ),
        ("below/.hidden/d.yaml", "nonsense"),
        ("prices.txt", "nonsense"),
    ] {
        fs::write(folder.join(file), text).unwrap();
    }
    let mut seen = Vec::new();
    let said = failure(|| {
        testing::each_scenario(&folder, |case| {
            seen.push(case.name().to_owned());
            case.replay().passed();
        });
    });
    assert_eq!(seen, ["a", "below/b", "below/c"]);
    assert!(
        said.starts_with("2 of 3 scenarios failed\n")
            && said.contains("unknown key `stpes`")
            && said.contains("expected  stopped"),
        "{said}"
    );
    fs::create_dir_all(folder.join("empty")).unwrap();
    for (path, why) in [
        ("empty", "no scenario found in"),
        ("none", "cannot read the folder"),
    ] {
        let said = failure(|| testing::each_scenario(folder.join(path), |_| {}));
        assert!(said.contains(why), "{said}");
    }
}
