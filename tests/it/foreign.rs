//! Names, notes, values, files and reports that hold anything: no output hands it on as it is.

#![cfg(unix)]

use std::{
    fs,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use ec2sim::{
    Scenario,
    report::{Journals, Look, Rounding, Verbosity},
    suite::{self, format},
    testing,
};

use crate::show::{drawn_again, journal_of};

/// What could do harm, as the name of a file: line breaks that forge lines, escapes of both kinds, directions, blanks that
/// nobody sees, Markdown, HTML, and commands of CI systems.
const EVIL: &str = "evil\n::error::forged\nok 1 - forged\r\u{1b}]0;forged\u{7}\u{8}\u{7f}\u{9b}31m\u{9d}0;x\u{85}\u{61c}\
    \u{200b}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}\u{2028}\u{2029}\u{feff}a\u{200d}b\u{fffe}\u{ffff}\u{e0041}\
    |`<script>[x](javascript:x) @someone \t::warning::forged ##[error]forged ##vso[forged]";

/// Whether a terminal, or who reads lines, must not see it.
fn is_evil(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200b}' | '\u{200d}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
                | '\u{fffe}' | '\u{ffff}' | '\u{e0041}'
        )
}

/// Holds that a text has nothing of it but in a form that does no harm; `own` is how lines of this form begin.
fn is_harmless(what: &str, text: &str, own: &str) {
    // Styles are the program's own.
    let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[3m"]
        .iter()
        .fold(text.to_owned(), |text, style| text.replace(style, ""));
    let mut rest = plain.as_str();
    let mut bare = String::new();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        let digits = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = digits
            .strip_prefix('m')
            .unwrap_or_else(|| panic!("{what}: an escape that is no style: {after:?}"));
    }
    bare.push_str(rest);
    let evil = bare.find(|c| c != '\n' && is_evil(c));
    assert!(evil.is_none(), "{what}: {:?}", &bare[evil.unwrap()..]);
    for line in bare.lines() {
        let begin = line.trim_start();
        let is_command = begin.starts_with("::") && own != "::";
        let is_point = begin.starts_with("ok 1 - forged") && own == "ok";
        assert!(!is_command && !is_point, "{what}: {line:?} in\n{text}");
    }
    assert!(
        !bare.contains("##[") && !bare.contains("##vso["),
        "{what}: {text}"
    );
}

/// The same of JSON, whose strings hold what they hold: it is read back as it was.
fn is_harmless_json(what: &str, text: &str) {
    let evil = text.find(|c| c != '\n' && is_evil(c) && c != '\u{200d}');
    assert!(evil.is_none(), "{what}: {:?}", &text[evil.unwrap()..]);
    for line in text.lines().filter(|line| line.starts_with(['{', '['])) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(!value.is_null());
    }
    assert!(
        text.lines().all(|line| line.starts_with('{')),
        "{what}: {text}"
    );
}

/// A text as a string of YAML.
fn yaml(text: &str) -> String {
    testing::Yaml::from(text).to_string()
}

fn passing() -> String {
    "name: EVIL
description: EVIL
start: 2026-03-02T08:00:00Z
instances:
  webㅤ: { type: t3.micro, tags: { EVIL: EVIL } }
volumes: { dataㅤ: 8GiB gp3 }
addresses: { frontㅤ: }
steps:
  - { launch: webㅤ, label: EVIL, note: EVIL }
  - note: WIDE
  - { attach-volume: { volume: dataㅤ, instance: webㅤ }, label: EVIL, fails: IncorrectState }
  - wait-until: { webㅤ: running }
  - { attach-volume: { volume: dataㅤ, instance: webㅤ } }
  - { associate-address: { address: frontㅤ, instance: webㅤ } }
  - { at: 1h, stop: webㅤ, label: EVIL }
"
    .replace("EVIL", &yaml(EVIL))
    .replace("WIDE", &yaml(&"xxxxxxxx::error::forged".repeat(40)))
}

fn failing() -> String {
    format!(
        "{}  - expect: {{ webㅤ: {{ state: stopped }} }} # \u{202e}\u{200f}\n  - {{ start: webㅤ, label: {} }}\n",
        passing(),
        yaml(EVIL)
    )
}

/// Mistakes in what is said.
fn broken() -> String {
    r#"name: EVIL
EVIL: 1
region: EVIL
start: EVIL
seed: EVIL
prices: { EVIL: EVIL, m5.large: EVIL }
timings: { pending: EVIL, EVIL: 1s }
defaults: { EVIL: 1, root: EVIL }
instances: { web: { type: EVIL, root: EVIL, tags: EVIL, cpu: EVIL }, EVIL: { type: t3.micro, count: EVIL } }
volumes: { EVIL: EVIL, data: EVIL }
addresses: { EVIL: EVIL }
steps:
  - launch: EVIL
  - { stop: web, EVIL: 1 } # RAW
  - { at: EVIL, stop: web }
  - { after: EVIL, note: "RAW", 	lunch: web }
  - { fails: EVIL, stop: web }
  - expect: { web: { state: EVIL, memory: EVIL, EVIL: 1, starts: EVIL }, cost: { EVIL: 1, usage: EVIL } }
  - wait: EVIL
  - wait-until: { web: EVIL, EVIL: running }
  - { repeat: { times: EVIL, every: EVIL }, steps: [] }
  - { each: EVIL, steps: [ { stop: EVIL } ] }
  - EVIL
  - { modify: { instance: web, EVIL: 1, type: EVIL } }
  - { attach-volume: { volume: EVIL, instance: EVIL, device: EVIL } }
"#
    .replace("EVIL", &yaml(EVIL))
    .replace("RAW", "\u{202e}\u{9b}31m\u{200f}\u{200b}")
}

/// Files that can't be read to their end.
fn unreadable() -> [String; 6] {
    [
        "\u{202e}\u{9b}31m: *\u{202e}\u{9b}\n".to_owned(),
        "name: \u{9b}\u{85}\u{2028}::error::forged\nsteps:\n - a\n\u{200f} x\n".to_owned(),
        "name: &\u{202e}a \u{202e}\n? !\u{9b}31m x\n".to_owned(),
        "name: \"\\\u{202e}\"\n".to_owned(),
        format!(
            "{{ \"name\": {}, \"\u{202e}\": [ \u{9b} }}",
            serde_json::to_string(EVIL).unwrap()
        ),
        format!(
            "steps: [ {{ note: {}, \u{202e}: 1 }} ]\n",
            "x".repeat(5_000)
        ),
    ]
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("foreign-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("s").join(short("sub"))).unwrap();
        let folder = Self(path);
        folder.file(&format!("s/{}.yaml", short("1")), &passing());
        folder.file(
            &format!("s/{}/{}.yaml", short("sub"), short("2")),
            &failing(),
        );
        folder.file(&format!("s/{}.yaml", short("3")), &broken());
        for (number, text) in (4..).zip(unreadable()) {
            folder.file(&format!("s/{}.yaml", short(&number.to_string())), &text);
        }
        folder
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// What a command writes: to standard output, and to standard error.
    fn run(&self, arguments: &[&str], input: &str) -> (String, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ec2sim"));
        program.args(arguments).current_dir(&self.0);
        for variable in ["RUST_LOG", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"] {
            program.env_remove(variable);
        }
        let mut child = program
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Most commands read nothing, and may be over before.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    /// Holds both to be harmless, and answers with the first.
    fn harmless(&self, arguments: &[&str], input: &str) -> String {
        let what = format!("{arguments:?}");
        let (out, err) = self.run(arguments, input);
        assert!(!out.is_empty() || !err.is_empty(), "{what} says nothing");
        is_harmless(&what, &out, "");
        is_harmless(&what, &err, "");
        out
    }
}

/// A name of a file, which is at most 255 bytes long.
fn short(number: &str) -> String {
    EVIL.replace('/', "").replace("evil", number)
}

#[test]
fn a_replay_and_its_mistakes_are_told_without_harm() {
    let folder = Folder::new("run");
    let mut files = vec![format!("s/{}/{}.yaml", short("sub"), short("2"))];
    files.extend(
        ["1", "3", "4", "5", "6", "7", "8", "9", "missing"]
            .map(|number| format!("s/{}.yaml", short(number))),
    );
    for file in files {
        for options in [
            &["run"][..],
            &["run", "--quiet"],
            &["run", "--verbose"],
            &["run", "--color", "always"],
            &["run", "--log", "trace"],
            &["run", "--quiet", "--log", "trace", "--color", "always"],
            &["check"],
            &["check", "--color", "always"],
        ] {
            folder.harmless(&[options, &[&file]].concat(), "");
        }
        for options in [
            &["run", "--format", "json"][..],
            &["run", "--format", "jsonl"],
            &["check", "--format", "json"],
        ] {
            let (out, err) = folder.run(&[options, &[&file]].concat(), "");
            is_harmless_json(&format!("{options:?}"), &out);
            is_harmless(&format!("{options:?}"), &err, "");
        }
        let log = [
            "run",
            "--format",
            "jsonl",
            "--log",
            "trace",
            "--log-format",
            "json",
        ];
        let (out, err) = folder.run(&[&log[..], &[&file]].concat(), "");
        is_harmless_json("jsonl", &out);
        let (log, drawn): (Vec<&str>, Vec<&str>) =
            err.lines().partition(|line| line.starts_with('{'));
        is_harmless_json("log", &log.join("\n"));
        is_harmless("beside the log", &drawn.join("\n"), "");
    }
}

/// A journal in which every seventh text, one after the other, is replaced by what could do harm.
#[test]
fn a_journal_is_shown_or_refused_without_harm() {
    let scenario = Scenario::from_text("evil.yaml", &failing()).unwrap();
    let journal = journal_of(&scenario);
    let evil = serde_json::to_string(EVIL).unwrap();
    let (mut shown, mut refused) = (0, 0);
    let pieces: Vec<&str> = journal.split('"').collect();
    for at in (1..pieces.len()).step_by(14) {
        // Of a text with quotes in it this makes no JSON, which is refused.
        let before = pieces[..at].join("\"");
        let after = pieces[at + 1..].join("\"");
        let text = format!("{before}{evil}{after}");
        let look = Look {
            width: 80,
            colour: true,
            verbosity: Verbosity::Verbose,
        };
        let (drawn, outcome) = drawn_again(&text, look);
        is_harmless("show", &drawn, "");
        match outcome {
            Ok(_) => shown += 1,
            Err(error) => {
                is_harmless("why", &error.to_string(), "");
                refused += 1;
            }
        }
        let mut journals = Journals::new(text.as_bytes());
        if let Ok(Some(head)) = journals.next_head() {
            let mut copy = Vec::new();
            let _ = journals.copy(&head, &mut copy);
            is_harmless_json("copy", &String::from_utf8(copy).unwrap());
        }
        let mut journals = Journals::new(text.as_bytes());
        if let Ok(Some(head)) = journals.next_head() {
            let mut document = Vec::new();
            let _ = journals.write_document(&head, Rounding::Exact, &mut document);
            is_harmless_json("document", &String::from_utf8(document).unwrap());
        }
    }
    assert!(shown > 5 && refused > 30, "{shown} {refused}");
}

#[test]
fn columns_are_those_of_what_is_shown() {
    let folder = Folder::new("columns");
    let out = folder.harmless(&["run", &format!("s/{}.yaml", short("1"))], "");
    for line in out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let table = out
        .lines()
        .skip_while(|line| !line.contains("instance") || !line.contains("cost"));
    let ends: Vec<usize> = table
        .take_while(|line| !line.is_empty())
        .map(|line| line.chars().count())
        .collect();
    assert!(
        ends.len() > 1 && ends.iter().all(|end| *end == ends[0]),
        "{out}"
    );
}

#[test]
fn a_suite_is_told_without_harm_in_every_form() {
    let folder = Folder::new("suite");
    folder.file(
        &format!("s/{}.snap", short("orphan")),
        "# ec2sim snapshot 1\n",
    );
    forms(&folder, "test", &["s"]);
    folder.harmless(&["test", "s", "--seeds", "1..40"], "");
    folder.harmless(&["test", "s", "--filter", EVIL], "");
    folder.harmless(&["test", &format!("no/{}", short("4"))], "");
    folder.harmless(&["test", &format!("s/{}.snap", short("orphan"))], "");
    folder.harmless(&["test", "s", "--snapshot", EVIL], "");
    folder.harmless(&["test", "s", "--log", "trace", "--jobs", "1"], "");
    // What is written while a run lasts.
    let found = suite::find(&[folder.0.join("s")]);
    for case in suite::run(found, &suite::Options::default(), &mut ()).cases {
        is_harmless("junit", &format::junit_suite(&case).unwrap(), "");
        is_harmless("markdown", &format::markdown_line(&case), "");
    }

    // What is recorded differs afterwards, and is asked about.
    folder.harmless(&["test", "s", "--update"], "");
    let changed = passing().replace("t3.micro", "t3.small");
    folder.file(&format!("s/{}.yaml", short("1")), &changed);
    let snapshot = format!("s/{}.snap", short("1"));
    let old = folder.read(&snapshot).replace(
        "timeline\n",
        "timeline\n  ::error::forged \u{1b}[31m\u{202e}\n",
    );
    folder.file(&snapshot, &old);
    forms(&folder, "test", &["s"]);
    let asked = folder.harmless(&["test", "s", "--review"], "x\nq\n");
    assert!(
        asked.contains("accept (a)") && asked.contains("+  web"),
        "{asked}"
    );
    folder.file(&format!("s/{}.snap.new", short("1")), "\u{1b}]0;x\u{7}");
    folder.harmless(&["test", "s", "--review"], "");
    folder.file(
        &snapshot,
        &format!(
            "# ec2sim snapshot 1\n# records: {}\n",
            EVIL.replace(['\n', '\r'], "")
        ),
    );
    folder.harmless(&["test", "s"], "");
    let chooses = format!("# ec2sim: {}=x\n{}", "\u{1b}[31m\u{202e}", passing());
    folder.file(&format!("s/{}.yaml", short("1")), &chooses);
    folder.harmless(&["test", "s"], "");
}

/// All forms of a report.
fn forms(folder: &Folder, command: &str, paths: &[&str]) {
    let told = |options: &[&str]| folder.harmless(&[&[command], options, paths].concat(), "");
    told(&[]);
    told(&["--quiet", "--color", "always"]);
    is_harmless("tap", &told(&["--format", "tap"]), "ok");
    let (out, err) = folder.run(&[&[command, "--format", "json"], paths].concat(), "");
    is_harmless_json("json", &out);
    is_harmless("json", &err, "");
    let files = [
        "--junit",
        "j.xml",
        "--markdown",
        "m.md",
        "--format",
        "github",
    ];
    let (out, err) = folder.run(&[&[command], &files[..], paths].concat(), "");
    is_harmless("github", &err, "");
    is_harmless("github", &out, "::");
    let commands = out
        .lines()
        .filter(|line| line.trim_start().starts_with("::"));
    for line in commands {
        let own = [
            "::error file=",
            "::warning title=ec2sim::",
            "::group::",
            "::endgroup::",
        ];
        let is_own = own.iter().any(|own| line.starts_with(own));
        assert!(is_own, "{out}");
    }
    is_harmless("junit", &folder.read("j.xml"), "");
    let page = folder.read("m.md");
    is_harmless("markdown", &page, "");
    // What stands in a fence is shown as it is, and in a summary there is no Markdown.
    let prose = page.split("\n```").step_by(2).flat_map(str::lines);
    for line in prose {
        let is_html = line.starts_with("<details><summary>");
        assert!(
            !line.contains("@someone") && !line.contains("<script"),
            "{line}"
        );
        assert!(is_html || !line.contains("[x]("), "{line}");
    }
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let table = page.lines().skip_while(|line| !line.starts_with("| |"));
    assert!(table.clone().count() > 2);
    assert!(
        table
            .take_while(|line| !line.is_empty())
            .all(|line| cells(line) == 6),
        "{page}"
    );
}

#[test]
fn what_others_report_is_passed_on_without_harm() {
    let folder = Folder::new("merge");
    folder.file(
        &format!("s/{}.snap", short("orphan")),
        "# ec2sim snapshot 1\n",
    );
    let (out, _) = folder.run(&["test", "s", "--format", "json"], "");
    folder.file("own.json", &out);
    forms(&folder, "merge", &["own.json"]);
    // All that is a text in it is somebody else's.
    let mut report: serde_json::Value = serde_json::from_str(&out).unwrap();
    spoil(&mut report);
    folder.file("spoilt.json", &serde_json::to_string(&report).unwrap());
    forms(&folder, "merge", &["spoilt.json"]);
    forms(&folder, "merge", &["own.json", "spoilt.json"]);
    let json = serde_json::to_string(EVIL).unwrap();
    for (name, text) in [
        ("schema.json", format!("{{\"schema\":{json}}}")),
        (
            "newer.json",
            format!(
                "{{\"schema\":{}}}",
                json.replacen("\"evil", "\"ec2sim/suite/9", 1)
            ),
        ),
        (
            "words.json",
            out.replacen("\"failed\"", &json, 1)
                .replacen("\"error\"", &json, 1),
        ),
    ] {
        folder.file(name, &text);
        folder.harmless(&["merge", name], "");
    }
    folder.harmless(&["merge", &short("missing")], "");
}

/// Puts what could do harm into every text that isn't one of the format's own words.
fn spoil(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => *text = format!("{EVIL}{text}"),
        serde_json::Value::Array(items) => items.iter_mut().for_each(spoil),
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                let is_word = matches!(key.as_str(), "schema" | "outcome" | "snapshot" | "kind");
                if !is_word {
                    spoil(field);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn mistakes_in_arguments_are_told_without_harm() {
    let folder = Folder::new("arguments");
    let option = format!("--{EVIL}");
    for arguments in [
        &[EVIL][..],
        &["run", &option],
        &["run", "--format", EVIL, "a.yaml"],
        &["run", "--pace", EVIL, "a.yaml"],
        &["run", "--log", EVIL, "a.yaml"],
        &["test", "--seeds", EVIL, "s"],
        &["test", "--shard", EVIL, "s"],
        &["test", "--jobs", EVIL, "s"],
        &[
            "test",
            "s",
            "--junit",
            "no/\u{1b}[31m\n::error::forged",
            "--markdown",
            "no/\u{202e}",
        ],
        &["merge", "--color", EVIL],
        &["completions", EVIL],
        &["new", &format!("no/{EVIL}")],
        &["new", &short("new")],
    ] {
        folder.harmless(arguments, "");
    }
    let written = folder.read(&format!("{}.yaml", short("new")));
    is_harmless("a new scenario", &written, "");
}

#[test]
fn tests_fail_without_harm() {
    let said = |test: &dyn Fn()| {
        let payload = catch_unwind(AssertUnwindSafe(test)).expect_err("it fails");
        *payload.downcast::<String>().expect("it says why")
    };
    let folder = Folder::new("testing");
    let scenario = Scenario::from_text(EVIL, &failing()).unwrap();
    for text in [
        said(&|| testing::assert_passes(&scenario)),
        said(&|| drop(testing::replay_text(EVIL, &broken()))),
        said(&|| drop(testing::replay_file(folder.0.join(EVIL)))),
        said(&|| {
            testing::each_scenario(folder.0.join("s"), |case| {
                case.replay().passed();
            });
        }),
        said(&|| testing::each_scenario(folder.0.join("no").join(EVIL), |_| {})),
        testing::replay(&scenario).to_string(),
        testing::replay(&scenario).transitions(),
        testing::replay(&scenario).failures(),
        Scenario::from_text(EVIL, &broken())
            .unwrap_err()
            .to_string(),
    ] {
        is_harmless("a test", &text, "");
    }
}
