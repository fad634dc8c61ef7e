//! `ec2sim new`, `schema`, `completions`, `man`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use ec2sim::{scenario::SCHEMA_FILE, testing};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn ec2sim(arguments: &[&str], here: &Path) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(arguments)
        .current_dir(here)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_new_scenario_passes_and_names_the_schema_beside_it() {
    let here = folder("new");
    for (arguments, file, other) in [
        (&["new", "first.yaml"][..], "first.yaml", "lesson.yaml"),
        (&["new", "--lesson", "second"], "second.yaml", "lesson.yaml"),
        (&["new", "--ci", "third.yml"], "third.yml", "ci.yaml"),
    ] {
        let (code, out, err) = ec2sim(arguments, &here);
        assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
        assert!(err.contains(file) && err.contains(SCHEMA_FILE), "{err}");
        let text = fs::read_to_string(here.join(file)).unwrap();
        let header = format!("# yaml-language-server: $schema={SCHEMA_FILE}\n");
        assert!(text.starts_with(&header), "{text}");
        assert!(text.contains(file) && !text.contains(other), "{text}");
        testing::replay_file(here.join(file)).passed();
    }
}

#[test]
fn the_folder_of_a_new_scenario_is_made() {
    let here = folder("new-folder");
    for (asked, made) in [
        ("scenarios/nightly-stop.yaml", "scenarios/nightly-stop.yaml"),
        ("deploy/smoke/", "deploy/smoke/ci.yaml"),
    ] {
        let (code, _, err) = ec2sim(&["new", "--ci", asked], &here);
        assert_eq!(code, Some(0), "{err}");
        testing::replay_file(here.join(made)).passed();
    }
    // The schema beside it is no scenario that is passed over.
    let (_, schema, _) = ec2sim(&["schema"], &here);
    fs::write(here.join("scenarios").join(SCHEMA_FILE), schema).unwrap();
    let (code, _, err) = ec2sim(&["test", "scenarios"], &here);
    assert_eq!((code, err.as_str()), (Some(0), ""));
}

#[test]
fn a_new_scenario_for_ci_holds_for_every_draw_of_its_timings() {
    let (_, text, _) = ec2sim(&["new", "--ci"], Path::new("."));
    for seed in 0..200 {
        testing::replay_text("ci.yaml", &format!("{text}seed: {seed}\n")).passed();
    }
}

#[test]
fn without_a_file_it_is_printed() {
    let here = folder("new-printed");
    let (code, out, err) = ec2sim(&["new"], &here);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    testing::replay_text("lesson.yaml", &out).passed();
    assert_eq!(ec2sim(&["new", "-"], &here).1, out);
    assert_eq!(fs::read_dir(&here).unwrap().count(), 0);
}

#[test]
fn nothing_is_overwritten() {
    let here = folder("new-there");
    fs::write(here.join("mine.yaml"), "mine").unwrap();
    for file in ["mine.yaml", "mine", "mine.yaml/inside.yaml"] {
        let (code, out, err) = ec2sim(&["new", file], &here);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{file}");
        assert!(err.starts_with("error: cannot write "), "{err}");
    }
    let (_, _, err) = ec2sim(&["new", "mine.yaml/inside.yaml"], &here);
    assert!(err.contains("its folder is a file"), "{err}");
    assert_eq!(fs::read_to_string(here.join("mine.yaml")).unwrap(), "mine");
    assert_eq!(ec2sim(&["new", "--ci", "--lesson"], &here).0, Some(2));
}

#[test]
fn the_schema_that_is_printed_is_the_librarys() {
    let (code, out, err) = ec2sim(&["schema"], Path::new("."));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.ends_with("}\n"));
    let printed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(printed, ec2sim::scenario::schema());
    // One definition stands for the rest.
    let shown = serde_json::to_string_pretty(&printed.pointer("/$defs/volume")).unwrap();
    insta::assert_snapshot!("schema-volume", shown);
}

#[test]
fn every_shell_can_complete() {
    for (shell, says) in [
        ("bash", "complete -F _ec2sim"),
        ("zsh", "#compdef ec2sim"),
        ("fish", "complete -c ec2sim"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer[ec2sim]"),
    ] {
        let (code, out, err) = ec2sim(&["completions", shell], Path::new("."));
        assert_eq!((code, err.as_str()), (Some(0), ""), "{shell}");
        assert!(
            out.contains(says) && out.contains("rounding"),
            "{shell}: {out}"
        );
    }
    assert_eq!(ec2sim(&["completions", "tcsh"], Path::new(".")).0, Some(2));
}

#[test]
fn the_manual_names_every_command() {
    let (code, out, err) = ec2sim(&["man"], Path::new("."));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for heading in [
        ".TH ec2sim 1",
        "EC2SIM RUN",
        "EC2SIM CHECK",
        "EC2SIM NEW",
        "EC2SIM SCHEMA",
        "EXIT STATUS",
    ] {
        assert!(out.contains(heading), "{heading}:\n{out}");
    }
    assert!(out.contains("\\-\\-pace"), "{out}");
}

#[test]
fn a_closed_pipe_ends_them_quietly() {
    for arguments in [
        &["schema"][..],
        &["completions", "bash"],
        &["man"],
        &["new"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody reads.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "",
            "{arguments:?}"
        );
    }
}

#[test]
fn words_are_explained_as_they_are_drawn() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut drawn = String::new();
    for words in [
        &["LIFE-STOP", "BILL-RI-TERM"][..],
        &["IncorrectState", "RequestLimitExceeded"],
        &["Stopped", "hibernate", "public-ipv4"],
        &[
            "Client.UserInitiatedShutdown",
            "instance-retirement",
            "E0702",
        ],
        &["LIFE-STOPP"],
        &["nothing\u{1b}[2Jat all"],
    ] {
        let mut arguments = vec!["explain"];
        arguments.extend(words);
        let (code, out, complaint) = ec2sim(&arguments, here);
        let shown = words.join(" ").escape_debug().to_string();
        write!(
            drawn,
            "$ ec2sim explain {shown}\n{out}{complaint}[{}]\n\n",
            code.unwrap()
        )
        .unwrap();
    }
    assert!(!drawn.contains('\u{1b}'));
    insta::assert_snapshot!("explain", drawn);
}

#[test]
fn rules_are_listed_and_their_coverage_is_told() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines = |arguments: &[&str]| {
        let (code, out, complaint) = ec2sim(arguments, here);
        assert_eq!((code, complaint.as_str()), (Some(0), ""), "{arguments:?}");
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = lines(&["rules"]);
    assert_eq!(all.len(), ec2sim::rule::implemented().count());
    let observed = lines(&["rules", "--evidence", "observed"]);
    assert!(!observed.is_empty() && observed.iter().all(|line| line.contains(" observed")));
    let tokens = lines(&["rules", "--area", "tokens"]);
    assert!(tokens.len() > 1 && tokens.iter().all(|line| line.starts_with("IDEM-")));
    let missing = lines(&["rules", "--missing", "--area", "cur"]);
    assert!(!missing.is_empty() && missing.iter().all(|line| line.starts_with("BILL-CUR-")));
    let coverage = lines(&[
        "rules",
        "--coverage",
        "scenarios/stop",
        "scenarios/reboot",
        "--area",
        "reboot",
    ]);
    let reached = coverage
        .iter()
        .find(|line| line.starts_with("  LIFE-REBOOT "));
    assert!(
        reached.is_some_and(|line| line.contains("scenarios/reboot/keeps-almost-everything.yaml:"))
    );
    for (arguments, complaint) in [
        (
            &["rules", "--area", "hibernaton"][..],
            "did you mean `hibernation`?",
        ),
        (
            &["rules", "--coverage", "nowhere"],
            "nowhere: cannot read it",
        ),
        (
            &[
                "diagram",
                "--of",
                "volume",
                "--name",
                "web/data",
                "scenarios/rulebook/case-26-dry-runs.yaml",
            ],
            "the scenario has no volume with the name `web/data`",
        ),
    ] {
        let (code, out, said) = ec2sim(arguments, here);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.contains(complaint), "{said}");
    }
}

#[test]
fn lifecycles_are_drawn() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut drawn = String::new();
    for command in [
        "diagram",
        "diagram --detail",
        "diagram --of volume --format dot",
        "diagram --format svg",
        "diagram --of spot-request --format svg",
        "diagram scenarios/hibernate/stop-or-hibernate.yaml",
        "diagram scenarios/hibernate/stop-or-hibernate.yaml --detail --name web --format dot",
        "diagram scenarios/storage/root-swap.yaml --of volume",
        "diagram scenarios/storage/modify-volume.yaml --of volume --name data --format dot",
        "diagram scenarios/storage/modify-volume.yaml --of modification",
        "diagram scenarios/storage/modify-volume.yaml --of modification --format svg",
        "diagram scenarios/elsewhere/cold-and-warm.yaml --of environment",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let (code, out, complaint) = ec2sim(&arguments, here);
        write!(
            drawn,
            "$ ec2sim {command}\n{out}{complaint}[{}]\n\n",
            code.unwrap()
        )
        .unwrap();
    }
    insta::assert_snapshot!("diagrams", drawn);
}

#[test]
fn types_are_found_by_what_they_are_like() {
    let here = Path::new(".");
    let (code, table, _) = ec2sim(
        &[
            "types",
            "t*",
            "--region",
            "eu-west-1",
            "--vcpus",
            "2..",
            "--memory",
            "..1GiB",
            "--arch",
            "arm64",
            "--hibernation",
            "--sort",
            "price",
        ],
        here,
    );
    assert_eq!(code, Some(0));
    insta::assert_snapshot!("types", table);
    let (_, json, _) = ec2sim(
        &[
            "types",
            "m8g.large",
            "--region",
            "us-east-2",
            "--format",
            "json",
        ],
        here,
    );
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["vcpus"], 2);
    assert_eq!(json[0]["memory_mib"], 8_192);
    assert_eq!(json[0]["estimated"], true);
}

#[test]
fn prices_say_where_they_are_from() {
    let here = Path::new(".");
    let asked = [
        "prices",
        "c8i.large",
        "m5.large",
        "--region",
        "us-east-2,us-east-1",
        "--platform",
        "linux,rhel",
    ];
    let with = |more: &[&'static str]| ec2sim(&[&asked[..], more].concat(), here);
    insta::assert_snapshot!("prices", with(&[]).1);
    assert_eq!(
        with(&["--format", "csv", "--sort", "price"]).1,
        "type,region,platform,hourly,source,as_of,estimated
c8i.large,us-east-1,linux,0.09371,listed,2026-07,false
c8i.large,us-east-2,linux,0.09371,estimated,2026-07,true
m5.large,us-east-1,linux,0.096,listed,2026-07,false
m5.large,us-east-2,linux,0.096,listed,2024-04,false
c8i.large,us-east-1,rhel,0.12251,surcharge,2026-07,false
c8i.large,us-east-2,rhel,0.12251,estimated,2026-07,true
m5.large,us-east-1,rhel,0.1248,surcharge,2026-07,false
m5.large,us-east-2,rhel,0.1248,surcharge,2024-04,false
"
    );
    let json: Value =
        serde_json::from_str(&with(&["--format", "json", "--no-estimates"]).1).unwrap();
    let estimated = serde_json::json!({
        "type": "c8i.large", "region": "us-east-2", "platform": "linux", "hourly": null, "source": null, "as_of": null,
        "estimated": false
    });
    assert!(json.as_array().unwrap().contains(&estimated), "{json}");
    for (arguments, wanted) in [
        (&["prices", "t9*"][..], "no type is called `t9*`"),
        (
            &["types", "m5.lagre"],
            "no type is called `m5.lagre`: did you mean `m5.large`?",
        ),
        (
            &["prices", "--region", "eu-wst-1"],
            "no such Region: did you mean `eu-west-1`?",
        ),
        (&["types", "--vcpus", "8..2"], "it begins above its end"),
        (
            &["types", "mac2.metal", "--vcpus", "500"],
            "no type is like that in the Region",
        ),
    ] {
        let (code, out, err) = ec2sim(arguments, here);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.contains(wanted), "{err}");
    }
}

#[test]
fn a_diagram_of_spot_requests_has_the_path_of_a_scenarios() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = "scenarios/rulebook/case-45-cancelling-a-spot-request.yaml";
    let (code, out, said) = ec2sim(&["diagram", "--of", "spot-request", file], here);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    for line in [
        "[*] --> open: RunInstances ×3, first at 0s",
        "open --> active: request fulfilled ×4, first at 0s",
        "active --> cancelled: CancelSpotInstanceRequests ×2, first at 1h",
        "class open,active,disabled,cancelled path",
    ] {
        assert!(out.contains(line), "{out}");
    }
    // What is cancelled stays so.
    let left = out.lines().filter(|line| line.contains("cancelled --> "));
    assert_eq!(left.collect::<Vec<_>>(), ["    cancelled --> [*]"]);
}

#[test]
fn a_table_of_several_files_has_its_header_whichever_can_be_read() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let good = "scenarios/rulebook/case-26-dry-runs.yaml";
    for format in ["csv", "focus"] {
        let table = |files: &[&str]| {
            let arguments = [&["run", "--format", format][..], files].concat();
            ec2sim(&arguments, here).1
        };
        assert_eq!(table(&["tests/data/mistakes.yaml", good]), table(&[good]));
    }
}

#[test]
fn amounts_of_what_is_paid_by_the_month_show_how_they_came_about() {
    let here = folder("by-the-month");
    fs::write(
        here.join("day.yaml"),
        "instances: { web: { type: t3.micro, root: 20GiB gp3 } }\nsteps: [{ launch: web }, { at: 1d, terminate: web }]\ntimings: { shutting-down: 0s }\n",
    )
    .unwrap();
    let (code, out, err) = ec2sim(&["run", "-v", "day.yaml"], &here);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("20 GiB × 24 h of 744 h × $0.08/GB-mo"),
        "{out}"
    );
    assert!(out.contains("web so far"), "{out}");
    let (_, out, _) = ec2sim(&["explain", "BILL-MONTH-CALENDAR"], &here);
    assert!(out.contains("730"), "{out}");
}

const LIFE: &str = "params: { type: t3.micro }\ninstances: { web: { type: \"${type}\" } }\nsteps: [{ launch: web, note: { en: Hello, de: Hallo } }]\nvariants: { large: { instances: { web: { type: m5.large } } } }\n";

#[test]
fn a_variant_is_run_and_tested_by_its_name() {
    let here = folder("by-variant");
    fs::write(here.join("life.yaml"), LIFE).unwrap();
    let (code, out, err) = ec2sim(&["run", "life.yaml#large"], &here);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("m5.large") && !out.contains("t3.micro"),
        "{out}"
    );
    let (code, out, _) = ec2sim(&["test", "life.yaml#large"], &here);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.contains("life.yaml#large") && out.contains("1 scenario"),
        "{out}"
    );
    let (code, _, err) = ec2sim(&["run", "life.yaml#lage"], &here);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("no variant is called `lage`") && err.contains("did you mean `large`?"),
        "{err}"
    );
    // A file may be called like that.
    fs::write(here.join("odd#name.yaml"), LIFE).unwrap();
    assert_eq!(ec2sim(&["run", "odd#name.yaml"], &here).0, Some(0));
}

#[test]
fn what_cannot_work_is_told_before_anything_is_replayed() {
    let here = folder("told-before");
    fs::write(here.join("life.yaml"), LIFE).unwrap();
    let (code, out, err) = ec2sim(&["run", "--html", "no/such.html", "life.yaml"], &here);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("cannot write no/such.html"), "{err}");
    let (code, out, err) = ec2sim(&["run", "--log", "bogus", "life.yaml"], &here);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("`bogus` is not a log level"), "{err}");
    for filter in ["debug", "ec2sim=trace", "ec2sim::billing=debug,info", "off"] {
        assert_eq!(
            ec2sim(&["run", "--log", filter, "life.yaml"], &here).0,
            Some(0),
            "{filter}"
        );
    }
    let (code, _, err) = ec2sim(&["run", "--lang", "fr", "life.yaml"], &here);
    assert_eq!(code, Some(0));
    assert_eq!(err, "note: life.yaml has nothing in `fr`: it has de, en\n");
    assert_eq!(
        ec2sim(&["run", "--lang", "de-AT", "life.yaml"], &here).2,
        ""
    );
}

#[test]
fn a_value_of_set_is_not_to_be_changed_in_the_file() {
    let here = folder("set");
    fs::write(here.join("life.yaml"), LIFE).unwrap();
    let (code, _, err) = ec2sim(&["run", "--set", "type=m5.lage", "life.yaml"], &here);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("`type` = `m5.lage` is set by `--set`"),
        "{err}"
    );
    assert!(
        err.contains("did you mean `m5.large`?") && !err.contains("+ "),
        "{err}"
    );
}

#[test]
fn a_starter_for_a_folder_stands_in_it() {
    let here = folder("new-in-a-folder");
    fs::create_dir(here.join("scenarios")).unwrap();
    let (code, _, err) = ec2sim(&["new", "--ci", "scenarios"], &here);
    assert_eq!(code, Some(0), "{err}");
    assert!(here.join("scenarios/ci.yaml").is_file() && !here.join("scenarios.yaml").exists());
    assert!(err.contains("ec2sim test scenarios/ci.yaml"), "{err}");
}

#[test]
fn what_is_only_included_is_passed_over_without_a_word() {
    let here = folder("fragments");
    fs::write(here.join("life.yaml"), LIFE).unwrap();
    fs::write(here.join("part.yaml"), "fragment: yes\nsteps: []\n").unwrap();
    for command in ["test", "check"] {
        let (code, out, err) = ec2sim(&[command, "."], &here);
        assert_eq!(code, Some(0), "{err}");
        assert!(
            !format!("{out}{err}").contains("part.yaml"),
            "{command}: {out}{err}"
        );
    }
}
