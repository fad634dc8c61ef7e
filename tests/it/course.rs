//! The course: every lesson asks something, and has an exercise that says what is missing, and a solution that is it.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use ec2sim::{
    Scenario,
    record::RecordKind,
    scenario::{Code, Reading},
};

const COURSE: &str = "scenarios/course";

fn course() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(COURSE)
}

/// The lessons, each with its number.
fn lessons() -> Vec<(String, PathBuf)> {
    let mut lessons: Vec<(String, PathBuf)> = fs::read_dir(course())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            let (number, _) = name.split_once('-').unwrap();
            (number.to_owned(), path)
        })
        .collect();
    lessons.sort();
    lessons
}

fn exercise(number: &str) -> PathBuf {
    course().join(format!("exercises/{number}.yaml"))
}

fn solution(number: &str) -> PathBuf {
    course().join(format!("solutions/{number}.yaml"))
}

/// What the program says of a path in the repository, and its exit code.
fn test(path: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["test", "-v", path])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CI", "true")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), said)
}

#[test]
fn the_lessons_are_numbered_one_after_the_other_and_each_has_an_exercise_and_its_solution() {
    for (count, (number, path)) in (1..).zip(lessons()) {
        assert_eq!(number, format!("{count:02}"), "{}", path.display());
        assert!(exercise(&number).exists(), "exercise {number}");
        assert!(solution(&number).exists(), "solution {number}");
    }
    for folder in ["exercises", "solutions"] {
        let files = fs::read_dir(course().join(folder)).unwrap();
        assert_eq!(files.count(), lessons().len(), "{folder}");
    }
}

#[test]
fn every_lesson_asks_something_and_expects_something_and_tells_something() {
    for (_, path) in lessons() {
        let name = path.display();
        let replay = ec2sim::replay(&Scenario::from_path(&path).unwrap());
        assert!(replay.passed(), "{name}: {:?}", replay.tally());
        assert!(replay.tally().passed > 0, "{name} expects something");
        let (mut asked, mut told) = (0, 0);
        for record in replay.records() {
            let RecordKind::Note(note) = &record.kind else {
                continue;
            };
            match note.question.as_deref() {
                Some(question) => {
                    asked += 1;
                    let (choices, answer) = (&question.choices, &question.answer);
                    assert!(
                        choices.is_empty() || choices.contains(answer),
                        "{name}: {answer} can't be chosen"
                    );
                    assert!(
                        question.why.is_some(),
                        "{name}: {:?} has no reason",
                        note.text
                    );
                }
                None => told += 1,
            }
        }
        assert!(asked > 0 && told > 0, "{name}: {asked} asked, {told} told");
    }
}

#[test]
fn an_exercise_says_where_its_gap_is_and_what_belongs_there() {
    for (number, _) in lessons() {
        let path = exercise(&number);
        let mistakes = Scenario::from_path(&path).unwrap_err();
        for mistake in &mistakes {
            assert_eq!(mistake.code, Code::Gap, "{}: {mistakes}", path.display());
        }
        let text = fs::read_to_string(&path).unwrap();
        let gaps: Vec<&str> = text.lines().filter(|line| line.contains("???")).collect();
        assert_eq!(mistakes.iter().count(), gaps.len(), "exercise {number}");
        for gap in gaps {
            // It is shown with the mistake, so it is where help is read.
            assert!(gap.contains(" # "), "exercise {number} doesn't help: {gap}");
        }
    }
    let (exit, said) = test(&format!("{COURSE}/exercises"));
    assert_eq!(exit, Some(1), "{said}");
    for (number, _) in lessons() {
        let line = format!("✗ {COURSE}/exercises/{number}.yaml  fill the gap in line");
        assert!(said.contains(&line), "{line}: {said}");
    }
}

#[test]
fn a_solution_passes_and_is_its_exercise_but_for_the_gap() {
    let (exit, said) = test(&format!("{COURSE}/solutions"));
    assert_eq!(exit, Some(0), "{said}");
    for (number, _) in lessons() {
        let replay = ec2sim::replay(&Scenario::from_path(solution(&number)).unwrap());
        assert!(replay.tally().passed > 0, "solution {number} shows nothing");
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        let (asked, given) = (read(exercise(&number)), read(solution(&number)));
        assert_eq!(asked.lines().count(), given.lines().count(), "{number}");
        for (asked, given) in asked.lines().zip(given.lines()) {
            match asked.split_once("???") {
                None => assert_eq!(asked, given, "{number}"),
                Some((before, after)) => assert!(
                    given.starts_with(before) && given.ends_with(after),
                    "{number}: {given}"
                ),
            }
        }
    }
}

#[test]
fn the_suite_leaves_out_exercises_and_solutions() {
    let mut found = 0;
    ec2sim::testing::each_scenario(course(), |case| {
        assert!(case.path().parent().unwrap().ends_with(COURSE));
        found += 1;
    });
    assert_eq!(found, lessons().len());
}

#[test]
fn whoever_knows_the_answers_passes_the_last_quiz() {
    let (_, path) = lessons().pop().unwrap();
    let mut answers = String::new();
    let mut count = 0;
    for record in ec2sim::replay(&Scenario::from_path(&path).unwrap()).records() {
        if let RecordKind::Note(note) = &record.kind
            && let Some(question) = note.question.as_deref()
        {
            writeln!(answers, "{}", question.answer).unwrap();
            count += 1;
        }
    }
    let mut quiz = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["run", "--quiz"])
        .arg(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let answered = quiz.stdin.take().unwrap().write_all(answers.as_bytes());
    answered.unwrap();
    let output = quiz.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let mark = format!("{count} of {count} answers are right\n");
    assert!(count >= 10 && said.ends_with(&mark), "{said}");
}

/// All that a scenario tells in words, in one language.
fn told(path: &Path, language: &str) -> Vec<String> {
    let reading = Reading {
        language: Some(language.into()),
        ..Reading::default()
    };
    let scenario = Scenario::from_path_within(path, reading).unwrap();
    let mut told: Vec<String> = scenario.program().description.iter().cloned().collect();
    for record in ec2sim::replay(&scenario).records() {
        if let RecordKind::Note(note) = &record.kind {
            told.push(note.text.to_string());
            if let Some(question) = note.question.as_deref() {
                told.extend(question.hint.as_deref().map(str::to_owned));
                told.extend(question.why.as_deref().map(str::to_owned));
            }
        }
    }
    told
}

#[test]
fn the_first_five_lessons_are_told_in_three_languages() {
    for (_, path) in lessons().into_iter().take(5) {
        let [english, indonesian, korean] = ["en", "id", "ko"].map(|one| told(&path, one));
        let name = path.display();
        assert!(english.len() == indonesian.len() && english.len() == korean.len());
        for ((english, indonesian), korean) in english.iter().zip(&indonesian).zip(&korean) {
            assert_ne!(english, indonesian, "{name}");
            let is_korean = |letter: char| ('가'..='힣').contains(&letter);
            assert!(korean.contains(is_korean), "{name}: {korean}");
            assert!(!english.contains(is_korean) && !indonesian.contains(is_korean));
        }
    }
}
