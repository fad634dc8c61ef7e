//! What the language has for teaching: parameters, parts, clock times, languages, questions, exercises.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use ec2sim::{
    Scenario,
    engine::Outcome,
    record::{Question, RecordKind},
    scenario::{Change, Code, Diagnostics, Reading, Vary},
};

const OFFICE: &str = "tests/data/teach/office-hours.yaml";

fn ec2sim(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(arguments)
        .env_remove("CI")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn codes(mistakes: &Diagnostics) -> Vec<Code> {
    mistakes.iter().map(|one| one.code).collect()
}

fn read(text: &str) -> Result<Scenario, Diagnostics> {
    Scenario::from_text("lesson.yaml", text)
}

fn questions(scenario: &Scenario) -> Vec<Question> {
    let replay = ec2sim::replay(scenario);
    let asked = replay.records().iter().filter_map(|record| {
        let RecordKind::Note(note) = &record.kind else {
            return None;
        };
        note.question.as_deref().cloned()
    });
    asked.collect()
}

#[test]
fn every_form_for_teaching_does_what_it_says() {
    for file in ["office-hours", "zones", "solutions/01"] {
        let path = format!("tests/data/teach/{file}.yaml");
        let replay = ec2sim::replay(&Scenario::from_path(&path).unwrap());
        assert_eq!(replay.outcome(), Outcome::Passed, "{path}");
    }
}

#[test]
fn answers_are_read_off_the_simulation() {
    let asked = questions(&Scenario::from_path(OFFICE).unwrap());
    let answers: Vec<&str> = asked.iter().map(|one| &*one.answer).collect();
    assert_eq!(answers, ["no", "none", "stopped", "10"]);
    // A check's own words are offered where the file offers none.
    let choices: Vec<&str> = asked[0].choices.iter().map(|one| &**one).collect();
    assert_eq!(choices, ["yes", "no"]);
    let rules: Vec<&str> = asked[0].rules.iter().map(|rule| rule.id).collect();
    assert_eq!(rules, ["LIFE-STOP", "BILL-STOPPED"]);
}

#[test]
fn an_answer_that_is_not_so_is_a_failed_expectation_and_one_that_is_counts_as_none() {
    let ask = |answer: &str| {
        let text = format!(
            "instances: {{ web: {{ type: t3.micro }} }}\nsteps:\n  - launch: web\n  - at: 1h\n    ask: What is it?\n    answer: {answer}\n"
        );
        let replay = ec2sim::replay(&read(&text).unwrap());
        (replay.tally().passed, replay.tally().failed)
    };
    let right = ask("{ web: { state: running } }");
    assert_eq!(right, (0, 0));
    let wrong = ask("{ web: { state: stopped } }");
    assert_eq!(wrong, (0, 1));
}

#[test]
fn credits_are_read_off_as_an_amount() {
    let text = "instances: { web: { type: t3.micro } }\ntimings: { pending: 0s }\nsteps:\n  - launch: web\n  - at: 2h\n    ask: How many?\n    answer: { web: credits }\n";
    assert_eq!(&*questions(&read(text).unwrap())[0].answer, "12");
}

#[test]
fn the_quiz_takes_an_answer_a_line_and_ends_with_a_mark() {
    let output = ec2sim(&["run", "--quiz", OFFICE], "?\nNO\n3\nrunning\n10.0\n");
    let text = out(&output);
    assert!(
        text.contains("Which states does the meter run in?"),
        "{text}"
    );
    assert!(text.contains("Wrong: it is stopped."), "{text}");
    assert!(text.ends_with("\n  3 of 4 answers are right\n"), "{text}");
    assert!(output.status.success());
    // Whoever says nothing is told, and the replay goes on.
    let silent = out(&ec2sim(&["run", "--quiz", OFFICE], ""));
    assert!(silent.contains("No answer: it is no."), "{silent}");
    assert!(silent.ends_with("\n  0 of 4 answers are right\n"));
    let json = ec2sim(&["run", "--quiz", "--format", "json", OFFICE], "");
    assert_eq!(json.status.code(), Some(2));
}

#[test]
fn a_language_is_asked_for_else_the_locale_s_else_english_else_the_first() {
    let told = |language: Option<&str>, text: &str| {
        let file = std::env::temp_dir().join(format!("ec2sim-{}.yaml", std::process::id()));
        let text = format!(
            "instances: {{ web: {{ type: t3.micro }} }}\nsteps: [{{ launch: web, note: {text} }}]\n"
        );
        std::fs::write(&file, text).unwrap();
        let reading = Reading {
            language: language.map(Into::into),
            ..Reading::default()
        };
        let scenario = Scenario::from_path_within(&file, reading).unwrap();
        std::fs::remove_file(&file).unwrap();
        scenario.program().steps[0].note.clone().unwrap()
    };
    let all = "{ en: Hello., id: Halo., ko: 안녕. }";
    assert_eq!(&*told(Some("ko"), all), "안녕.");
    assert_eq!(&*told(Some("id-ID"), all), "Halo.");
    assert_eq!(&*told(Some("fr"), all), "Hello.");
    assert_eq!(&*told(None, all), "Hello.");
    assert_eq!(&*told(None, "{ ko: 안녕., id: Halo. }"), "안녕.");
    let by_option = out(&ec2sim(&["run", "--lang", "id", OFFICE], ""));
    assert!(by_option.contains("Selamat pagi."), "{by_option}");
    let by_locale = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["run", OFFICE])
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "ko_KR.UTF-8")
        .output()
        .unwrap();
    assert!(out(&by_locale).contains("좋은 아침."));
}

#[test]
fn parameters_stand_in_values_and_can_be_set_and_varied() {
    let output = ec2sim(
        &["run", "--set", "type=t3.small", "--format", "json", OFFICE],
        "",
    );
    assert!(out(&output).contains(r#""type":"t3.small""#));
    let scenario = Scenario::from_path(OFFICE).unwrap();
    let vary: Vary = "rounds=1,5".parse().unwrap();
    let starts = |change: &Change| {
        let varied = scenario.varied(std::slice::from_ref(change)).unwrap();
        ec2sim::replay(&varied)
            .instance("web")
            .unwrap()
            .instance()
            .starts()
    };
    assert_eq!(
        vary.changes().iter().map(starts).collect::<Vec<_>>(),
        [2, 6]
    );
    let unknown: Vary = "nights=1".parse().unwrap();
    let mistakes = scenario.varied(&unknown.changes()[..1]).unwrap_err();
    assert_eq!(codes(&mistakes), [Code::UnknownParam]);
}

#[test]
fn a_parameter_that_is_unknown_or_unused_is_a_mistake_and_a_doubled_dollar_stands_for_itself() {
    let of = |params: &str, note: &str| {
        read(&format!(
            "params: {{ {params} }}\ninstances: {{ web: {{ type: t3.micro }} }}\nsteps: [{{ launch: web, note: \"{note}\" }}]\n"
        ))
    };
    assert_eq!(
        codes(&of("a: 1", "${b} ${a}").unwrap_err()),
        [Code::UnknownParam]
    );
    assert_eq!(codes(&of("a: 1", "none").unwrap_err()), [Code::UnusedParam]);
    assert_eq!(
        codes(&of("a: 1", "${a} ${a").unwrap_err()),
        [Code::UnknownParam]
    );
    let filled = of("a: 1", "${a}-${a} $${HOME}").unwrap();
    assert_eq!(
        filled.program().steps[0].note.as_deref(),
        Some("1-1 ${HOME}")
    );
    // A file without parameters is read as before.
    let plain = read(
        "instances: { web: { type: t3.micro, user-data: \"echo ${HOME}\" } }\nsteps: [{ launch: web }]\n",
    );
    assert!(plain.is_ok());
}

#[test]
fn what_parameters_copy_is_bounded() {
    let long = "x".repeat(1_000_000);
    let many = "- note: \"${a}\"\n".repeat(50);
    let text = format!("params: {{ a: {long} }}\nsteps:\n{many}");
    assert_eq!(codes(&read(&text).unwrap_err()), [Code::TooManyValues]);
}

#[test]
fn a_part_stays_below_its_folder_and_includes_no_one_that_includes_it() {
    let folder = std::env::temp_dir().join(format!("ec2sim-parts-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("below")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let main = |include: &str| {
        let text = format!(
            "include: [{include}]\ninstances: {{ web: {{ type: t3.micro }} }}\nsteps: [{{ launch: web }}]\n"
        );
        write("main.yaml", &text);
        Scenario::from_path(folder.join("main.yaml"))
    };
    write("round.yaml", "include: [main.yaml]\n");
    write("below/up.yaml", "include: [../round.yaml]\n");
    write("other.yaml", "secret: 1\n");
    write(
        "mistake.yaml",
        "fragment: yes\nexpect: { web: { stat: running } }\n",
    );
    assert_eq!(codes(&main("round.yaml").unwrap_err()), [Code::NotIncluded]);
    assert_eq!(
        codes(&main("below/up.yaml").unwrap_err()),
        [Code::OutsideFolder]
    );
    assert_eq!(codes(&main("none.yaml").unwrap_err()), [Code::Unreadable]);
    let foreign = main("other.yaml").unwrap_err();
    assert_eq!(codes(&foreign), [Code::NotIncluded]);
    assert!(!foreign.to_string().contains("secret"));
    // A mistake is told in the file where it is.
    let mistakes = main("mistake.yaml").unwrap_err();
    let first = mistakes.iter().next().unwrap();
    assert!(first.file().ends_with("mistake.yaml"));
    assert_eq!(first.position(), Some((2, 18)));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_fragment_is_no_scenario() {
    let listed = out(&ec2sim(&["test", "--list", "tests/data/teach"], ""));
    assert!(listed.contains("office-hours.yaml"));
    assert!(!listed.contains("parts/"), "{listed}");
    let alone = Scenario::from_path("tests/data/teach/parts/office.yaml").unwrap_err();
    assert!(codes(&alone).contains(&Code::Misplaced));
}

#[test]
fn an_exercise_fails_until_its_gap_is_filled() {
    let unsolved = ec2sim(&["test", "tests/data/teach/exercises/01.yaml"], "");
    assert_eq!(unsolved.status.code(), Some(1));
    let text = out(&unsolved) + &String::from_utf8(unsolved.stderr).unwrap();
    assert!(text.contains("fill the gap in line 5"), "{text}");
    let solved = ec2sim(&["test", "tests/data/teach/solutions/01.yaml"], "");
    assert_eq!(solved.status.code(), Some(0));
}

#[test]
fn a_gap_of_an_included_file_is_told_too() {
    let folder = std::env::temp_dir().join(format!("ec2sim-gap-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "part.yaml",
        "fragment: yes\ninstances:\n  web: { type: ??? }\n",
    );
    write(
        "main.yaml",
        "include: [part.yaml]\nsteps: [{ launch: web }]\n",
    );
    let mistakes = Scenario::from_path(folder.join("main.yaml")).unwrap_err();
    assert_eq!(codes(&mistakes), [Code::Gap]);
    let first = mistakes.iter().next().unwrap();
    assert!(first.file().ends_with("part.yaml"));
    assert!(mistakes.to_string().contains("fill the gap in line 3"));
    std::fs::remove_dir_all(&folder).unwrap();
}

const NAMED: &str = "
instances:
  web: { type: t3.micro, volumes: { data: 100GiB gp3, logs: { size: 20GiB, delete-on-termination: yes } } }
  lab: { type: t3.micro, volumes: [ 10GiB gp3 ] }
steps:
  - launch: [web, lab]
  - at: 1h
    detach-volume: web/data
  - expect: { web: { volumes: [ web/root, web/logs ] } }
  - attach-volume: { volume: web/data, instance: lab }
  - expect: { lab: { volumes: [ lab/root, lab/1, web/data ] } }
  - terminate: web
  - wait-until: { web: terminated }
  - expect: { web/data: { state: in-use }, web/logs: { state: deleted } }
";

#[test]
fn launch_volumes_may_have_names() {
    let scenario = read(NAMED).unwrap();
    let replay = ec2sim::replay(&scenario);
    assert!(replay.passed(), "{:?}", replay.tally());
    let run = ec2sim(&["run", "--format", "json", "-"], NAMED);
    let json = out(&run);
    assert!(json.contains(r#""name":"web/data""#), "{json}");
    assert!(!json.contains("web/1"), "{json}");
    // A journal tells the same.
    let journal = out(&ec2sim(&["run", "--format", "jsonl", "-"], NAMED));
    let shown = out(&ec2sim(&["show", "-"], &journal));
    assert_eq!(shown, out(&ec2sim(&["run", "-"], NAMED)));
    assert!(shown.contains("web/data"), "{shown}");
    // A number means the same, a wrong name is told with those that there are.
    assert!(
        ec2sim::replay(
            &read(&NAMED.replace("detach-volume: web/data", "detach-volume: web/1")).unwrap()
        )
        .passed()
    );
    let unknown =
        read(&NAMED.replace("detach-volume: web/data", "detach-volume: web/date")).unwrap_err();
    assert_eq!(codes(&unknown), [Code::NoSuchVolume]);
    assert!(
        unknown
            .to_string()
            .contains("the instance has no volume `date`"),
        "{unknown}"
    );
    for bad in ["root", "1", "root-2", "a/b"] {
        let text = NAMED.replace("data: 100GiB", &format!("\"{bad}\": 100GiB"));
        assert!(
            codes(&read(&text).unwrap_err()).contains(&Code::BadName),
            "{bad}"
        );
    }
}

#[test]
fn forms_that_mean_nothing_are_told() {
    let step = |step: &str| {
        let text = format!(
            "instances: {{ web: {{ type: t3.micro }} }}\nsteps:\n  - launch: web\n  - {step}\n"
        );
        codes(&read(&text).unwrap_err())
    };
    assert_eq!(step("{ at: \"25:00\", stop: web }"), [Code::BadInstant]);
    assert_eq!(step("{ at: \"Xyz 18:00\", stop: web }"), [Code::BadInstant]);
    assert_eq!(
        step("{ repeat: { times: 2, every: weekday }, steps: [{ reboot: web }] }"),
        [Code::MissingKey]
    );
    assert_eq!(
        step("{ repeat: { times: 2, every: 1d, at: \"08:00\" }, steps: [{ reboot: web }] }"),
        [Code::Misplaced]
    );
    assert_eq!(step("{ ask: Why? }"), [Code::MissingKey]);
    assert_eq!(
        step("{ ask: Why?, choices: [a, b], answer: c }"),
        [Code::UnknownWord]
    );
    assert_eq!(
        step("{ ask: Why?, answer: { web: bill } }"),
        [Code::UnknownWord]
    );
    assert_eq!(step("{ wait: 1h, answer: 1 }"), [Code::Misplaced]);
    assert_eq!(step("{ note: { english: Hi. } }"), [Code::UnknownWord]);
    assert_eq!(step("{ expect: { cost: \"$5..$4\" } }"), [Code::BadAmount]);
    let top = |line: &str| {
        let text = format!(
            "{line}\ninstances: {{ web: {{ type: t3.micro }} }}\nsteps: [{{ launch: web }}]\n"
        );
        codes(&read(&text).unwrap_err())
    };
    assert_eq!(top("timezone: Asia/Jakata"), [Code::UnknownPlace]);
    let zones = read(
        "instances: { web: { type: t3.micro, zones: [us-east-1a] } }\nsteps: [{ launch: web }]\n",
    );
    assert_eq!(codes(&zones.unwrap_err()), [Code::Misplaced]);
}

#[test]
fn an_answer_of_another_form_is_asked_for_again_and_costs_nothing() {
    // Nothing, no choice, and a number in words.
    let output = ec2sim(
        &["run", "--quiz", OFFICE],
        "\nmaybe\nno\n9\n3\n\nstopped\nten\n10\n",
    );
    let text = out(&output);
    assert_eq!(
        text.matches("Answer with one of these, or its number.")
            .count(),
        3,
        "{text}"
    );
    assert_eq!(text.matches("Answer with a word.").count(), 1, "{text}");
    assert_eq!(
        text.matches("Answer with a number such as 0.10.").count(),
        1,
        "{text}"
    );
    assert!(text.ends_with("\n  4 of 4 answers are right\n"), "{text}");
}

#[test]
fn times_are_compared_by_how_long_they_are() {
    let question = Question::new("How long?", "2h");
    assert!(question.is_right("120m") && question.is_right("2h0s"));
    assert!(!question.is_right("2h1s"));
    assert_eq!(question.wants("7,200"), Some("a time such as 1h30m"));
    assert_eq!(question.wants("3 h"), Some("a time such as 1h30m"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_quiz_gives_the_mark_so_far() {
    use std::io::{Read as _, Write as _};

    let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["run", "--quiz", OFFICE])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = child.stdin.take().unwrap();
    answers.write_all(b"no\n").unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut text = String::new();
    // The second question is there when the first is marked.
    while !text.contains("public address?") {
        let mut some = [0; 256];
        let length = stdout.read(&mut some).unwrap();
        assert!(length > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&some[..length]));
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    stdout.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{text}");
    assert!(text.ends_with("\n  1 of 1 answer is right\n"), "{text}");
}

#[test]
fn the_rules_behind_a_question_are_those_of_what_happened() {
    let rules = |steps: &str, answer: &str| {
        let text = format!(
            "instances: {{ web: {{ type: t3.micro }} }}\nsteps:\n  - launch: web\n{steps}  - {{ after: 10m, ask: And?, answer: {answer} }}\n"
        );
        let asked = questions(&read(&text).unwrap());
        asked[0]
            .rules
            .iter()
            .map(|rule| rule.id)
            .collect::<Vec<_>>()
    };
    let stopped = "  - { at: 1h, stop: web }\n";
    let state = rules(stopped, "{ web: state }");
    assert!(
        state.iter().any(|id| id.starts_with("LIFE-STOP")),
        "{state:?}"
    );
    let terminated = rules("  - { at: 1h, terminate: web }\n", "{ web: state }");
    assert!(
        terminated.iter().any(|id| id.starts_with("LIFE-TERM")),
        "{terminated:?}"
    );
    let address = rules(stopped, "{ web: public-ipv4 }");
    assert!(address.contains(&"KEEP-PUBLIC-IP"), "{address:?}");
}
