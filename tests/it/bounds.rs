//! What is too much is told at its place, before it takes the machine's memory.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::mistakes;

/// A folder of one test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bounds-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Runs the program in a folder. On Unix it has 200 MiB and a few seconds of processor time; a debug build is slow, and so
/// the time only keeps what would never end from doing so.
fn ec2sim(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("/bin/sh");
        let limited = "ulimit -v 204800; ulimit -t 60; exec \"$0\" \"$@\"";
        command.args(["-c", limited, env!("CARGO_BIN_EXE_ec2sim")]);
        command
    } else {
        Command::new(env!("CARGO_BIN_EXE_ec2sim"))
    };
    let output = command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A file that `check` refuses, within the bounds, with a code and at a place.
#[track_caller]
fn refused(name: &str, text: &str, code: &str, place: &str) {
    let folder = folder(name);
    let file = if text.starts_with('{') {
        "a.json"
    } else {
        "a.yaml"
    };
    fs::write(folder.join(file), text).unwrap();
    let (exit, out, err) = ec2sim(&folder, &["check", file]);
    assert_eq!(exit, Some(2), "{name}: {out}{err}");
    assert!(
        err.contains(&format!("[{code}]")) && err.contains(&format!("{file}:{place}")),
        "{name}: {err}"
    );
}

const WEB: &str = "instances: { web: { type: t3.micro } }\n";

#[test]
fn aliases_count_by_what_they_copy() {
    let note = "x".repeat(100_000);
    let repeated = "  - note: *n\n".repeat(10_000);
    let text = format!("{WEB}steps:\n  - note: &n \"{note}\"\n{repeated}");
    // 16 MB of notes are there when the limit is reached.
    refused("alias-note", &text, "E0108", "163:11");
    let mut nested = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (one, before) in ('b'..='i').zip('a'..) {
        let all = format!("*{before},").repeat(10);
        let _ = writeln!(nested, "{one}: &{one} [{all}]");
    }
    refused("alias-nested", &nested, "E0108", "6:");
}

#[test]
fn a_long_text_may_be_repeated_where_it_does_not_grow() {
    let data = "x".repeat(16_000);
    let mut text = format!("instances:\n  a0: {{ type: t3.micro, user-data: &data {data} }}\n");
    for number in 1..500 {
        let _ = writeln!(text, "  a{number}: {{ type: t3.micro, user-data: *data }}");
    }
    assert_eq!(mistakes(&format!("{text}steps: []\n")), "");
}

#[test]
fn a_file_holds_a_million_values_at_most() {
    // JSON has a reader of its own, and what that one gives up is read as YAML: this is both.
    let json = format!("{{\"steps\":[{}0]}}", "0,".repeat(1_000_000));
    refused("values", &json, "E0115", "1:20000");
}

#[test]
fn what_defaults_give_is_bounded_too() {
    let volumes = "8GiB,".repeat(100);
    let instances = (0..10_100).fold(String::new(), |mut all, number| {
        let _ = writeln!(all, "  n{number}: {{}}");
        all
    });
    let text = format!(
        "defaults: {{ type: t3.micro, volumes: [{volumes}] }}\ninstances:\n{instances}steps: []\n"
    );
    refused("defaults", &text, "E0115", "10003:");
    // A text is shared.
    let data = "x".repeat(100_000);
    let text = format!(
        "defaults: {{ type: t3.micro, user-data: {data} }}\ninstances:\n{instances}steps: []\n"
    );
    assert_eq!(mistakes(&text), "");
}

#[test]
fn deep_nesting_is_refused() {
    let open = "[".repeat(100_000);
    let close = "]".repeat(100_000);
    refused("deep-yaml", &format!("steps: {open}\n"), "E0107", "1:");
    refused(
        "deep-json",
        &format!("{{\"steps\": {open}{close}}}"),
        "E0107",
        "1:",
    );
}

#[test]
fn more_instances_than_a_replay_may_have_are_told_where_they_are() {
    let groups = (0..90).fold(String::from("instances:\n"), |mut all, number| {
        let _ = writeln!(all, "  g{number}: {{ type: t3.micro, count: 10000000 }}");
        all
    });
    refused("groups", &format!("{groups}steps: []\n"), "E0409", "3:3");
    let launched = "instances:
  a: { type: t3.micro, count: 1500000 }
  b: { type: t3.micro, count: 1500000 }
steps:
  - launch: a
  - launch: b
";
    refused("launched", launched, "E0409", "6:13");
    let in_turn = launched.replace("  - launch: b", "  - terminate: a\n  - launch: b");
    assert_eq!(mistakes(&in_turn), "");
    let each = "instances: { a: { type: t3.micro, count: 10000000 } }
steps:
  - each: a
    every: 1s
    steps: [{ launch: self }, { wait: 1m }, { terminate: self }]
";
    assert_eq!(mistakes(each), "");
}

#[test]
fn the_limit_of_instances_is_lowered_and_raised() {
    let folder = folder("option");
    let text = "instances: { a: { type: t3.micro, count: 11 } }\nsteps:\n  - launch: a\n";
    fs::write(folder.join("a.yaml"), text).unwrap();
    for command in ["run", "test", "check"] {
        let with = |most| ec2sim(&folder, &[command, "a.yaml", "--max-instances", most]);
        assert_eq!(with("11").0, Some(0), "{command}");
        let (exit, out, err) = with("10");
        assert_eq!(exit, Some(2), "{command}: {out}");
        assert!(
            format!("{out}{err}").contains("there are more than 10 instances at a time"),
            "{command}: {out}{err}"
        );
        assert_eq!(with("0").0, Some(2), "{command}");
        assert_eq!(with("4294967296").0, Some(2), "{command}");
    }
}

/// Replays a scenario that becomes larger than it may be.
#[track_caller]
fn ends(name: &str, steps: &str, option: &[&str], line: u32, why: &str) {
    let folder = folder(name);
    let text = format!("instances: {{ a: {{ type: t3.micro, count: 10 }} }}\nsteps:\n{steps}");
    fs::write(folder.join("a.yaml"), text).unwrap();
    for command in ["run", "test"] {
        let (exit, out, err) = ec2sim(&folder, &[&[command, "a.yaml", "--quiet"], option].concat());
        assert_eq!(exit, Some(1), "{name}, {command}: {out}{err}");
        let flat: Vec<&str> = out.split_whitespace().collect();
        assert!(
            flat.join(" ").contains(why) && out.contains(&format!("a.yaml:{line}\n")),
            "{name}, {command}: {out}"
        );
    }
}

#[test]
fn a_replay_that_becomes_too_large_fails_at_its_place_and_does_not_abort() {
    let option = ["--max-instances", "20"];
    let again = "  - repeat: 4294967295
    steps:
      - note: Again.
        launch: a
      - wait-until: { a: running }
      - terminate: a
      - wait-until: { a: terminated }
";
    ends(
        "again",
        again,
        &option,
        6,
        "more than 100 instances one after the other",
    );
    let scripts = "  - repeat: 4294967295
    steps:
      - each: a
        steps: [{ wait: 1d }]
";
    ends("scripts", scripts, &option, 5, "more than 200 scripts");
    let volumes = "  - repeat: 4294967295
    steps:
      - create-volume: { volume: data, size: 1GiB }
      - delete-volume: data
";
    ends("volumes", volumes, &option, 5, "more than 200 volumes");
    let addresses = "  - repeat: 4294967295
    steps:
      - allocate-address: vip
      - release-address: vip
";
    ends(
        "addresses",
        addresses,
        &option,
        5,
        "more than 200 Elastic IPs",
    );
}

#[test]
fn a_replay_without_an_end_in_sight_is_ended_by_max_events() {
    let steps = "  - launch: a
  - repeat: 4294967295
    steps:
      - note: Once more.
        wait: 1s
";
    let why = "more than 1000 events: the replay ends here";
    ends("events", steps, &["--max-events", "1000"], 7, why);
    // A replay that is over before isn't.
    let folder = folder("few-events");
    fs::write(
        folder.join("a.yaml"),
        format!("{WEB}steps: [{{ launch: web }}]\n"),
    )
    .unwrap();
    let (exit, ..) = ec2sim(&folder, &["run", "a.yaml", "--max-events", "2"]);
    assert_eq!(exit, Some(0));
}

#[test]
fn a_price_file_is_one_of_the_scenarios_folder() {
    let root = folder("prices");
    let inside = root.join("in");
    fs::create_dir_all(inside.join("rates")).unwrap();
    let secret = "password: hunter2\n";
    fs::write(root.join("secret.yaml"), secret).unwrap();
    fs::write(root.join("outside.yaml"), "m5.large: $1\n").unwrap();
    fs::write(inside.join("secret.yaml"), secret).unwrap();
    fs::write(inside.join("passwd"), "root:x:0:0:hunter2\n: [\n").unwrap();
    fs::write(inside.join("rates/ours.yaml"), "m5.large: $1\n").unwrap();
    fs::write(inside.join("typo.yaml"), "m5.large: $1\nm5.lagre: $1\n").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../outside.yaml", inside.join("link.yaml")).unwrap();
        std::os::unix::fs::symlink("rates/ours.yaml", inside.join("near.yaml")).unwrap();
    }
    let check = |prices: &str| {
        fs::write(
            inside.join("a.yaml"),
            format!("prices: {prices}\nsteps: []\n"),
        )
        .unwrap();
        let (exit, out, err) = ec2sim(&root, &["check", "in/a.yaml", "--format", "json"]);
        assert!(
            !format!("{out}{err}").contains("hunter2"),
            "{prices}: {out}{err}"
        );
        (exit, err)
    };
    assert_eq!(check("rates/ours.yaml").0, Some(0));
    assert_eq!(check("./rates/ours.yaml").0, Some(0));
    let absolute = inside.join("rates/ours.yaml");
    for (prices, code) in [
        ("../outside.yaml", "E0004"),
        ("rates/../rates/ours.yaml", "E0004"),
        ("../../../../../../../../../etc/passwd", "E0004"),
        (absolute.to_str().unwrap(), "E0004"),
        ("none.yaml", "E0001"),
        ("rates", "E0001"),
        ("secret.yaml", "E0005"),
        ("passwd", "E0005"),
    ] {
        let (exit, err) = check(prices);
        assert_eq!(exit, Some(2), "{prices}: {err}");
        assert!(
            err.contains(code) && err.contains("in/a.yaml:1:9"),
            "{prices}: {err}"
        );
    }
    // What is a price file is shown where it is wrong.
    let (exit, err) = check("typo.yaml");
    assert_eq!(exit, Some(2));
    assert!(err.contains("typo.yaml:2:1"), "{err}");
    #[cfg(unix)]
    {
        assert_eq!(check("near.yaml").0, Some(0));
        let (exit, err) = check("link.yaml");
        assert!(exit == Some(2) && err.contains("E0004"), "{err}");
    }
}

#[cfg(unix)]
mod devices {
    use nix::unistd::mkfifo;

    use super::*;

    /// A folder with a pipe, and links to it and to a device that has no end.
    fn odd(name: &str) -> PathBuf {
        let folder = folder(name);
        mkfifo(&folder.join("pipe.yaml"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        std::os::unix::fs::symlink("pipe.yaml", folder.join("link.yaml")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.join("zero.yaml")).unwrap();
        folder
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = odd("devices");
        let files = ["pipe.yaml", "link.yaml", "zero.yaml", "/dev/zero"];
        for command in ["check", "run", "test", "merge"] {
            for file in files {
                let (exit, out, err) = ec2sim(&folder, &[command, file]);
                assert_eq!(exit, Some(2), "{command} {file}: {out}{err}");
                assert!(
                    format!("{out}{err}").contains("it isn't a regular file"),
                    "{command} {file}: {out}{err}"
                );
            }
        }
        let (exit, out, _) = ec2sim(&folder, &["test", "."]);
        assert_eq!(exit, Some(2), "{out}");
        // A price file and a snapshot.
        for file in files.iter().take(3) {
            fs::write(
                folder.join("a.yaml"),
                format!("prices: {file}\nsteps: []\n"),
            )
            .unwrap();
            assert_eq!(ec2sim(&folder, &["check", "a.yaml"]).0, Some(2), "{file}");
        }
        fs::write(folder.join("a.yaml"), "steps: []\n").unwrap();
        for target in ["pipe.yaml", "/dev/zero"] {
            let _ = fs::remove_file(folder.join("a.snap"));
            std::os::unix::fs::symlink(target, folder.join("a.snap")).unwrap();
            let (exit, out, err) = ec2sim(&folder, &["test", "a.yaml"]);
            assert_eq!(exit, Some(2), "{target}: {out}{err}");
        }
    }

    #[test]
    fn standard_input_has_an_end() {
        let zero = fs::File::open("/dev/zero").unwrap();
        let output = Command::new("/bin/sh")
            .args(["-c", "ulimit -v 204800 && exec \"$0\" check -"])
            .arg(env!("CARGO_BIN_EXE_ec2sim"))
            .stdin(zero)
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("E0003") && err.contains("64 MiB"), "{err}");
    }
}
