//! The timeline as a whole.

use super::*;
use crate::{
    engine::Clock,
    runner::{Keep, replay_into},
    scenario::Scenario,
};

const LESSON: &str = "
name: A lesson
instances: { web: { type: m5.large } }
steps:
  - note: Listen.
    launch: web
  - at: 1h
    stop: web
  - wait-until: { web: stopped }
  - expect: { web: { memory: lost, public-ipv4: none } }
until: 30d
";

fn drawn(text: &str, look: Look) -> String {
    let scenario = Scenario::from_text("lesson.yaml", text).unwrap();
    let mut out = Vec::new();
    let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
    timeline.begin(scenario.program(), scenario.file());
    let keep = Keep {
        records: false,
        ledger: look.verbosity == Verbosity::Verbose,
    };
    let replay = replay_into(&scenario, keep, vec![&mut timeline]);
    timeline.end(&replay, scenario.source()).unwrap();
    String::from_utf8(out).unwrap()
}

fn look(width: usize, verbosity: Verbosity) -> Look {
    Look {
        width,
        colour: false,
        verbosity,
    }
}

fn group(count: u32) -> String {
    LESSON.replace("m5.large", &format!("m5.large, count: {count}"))
}

#[test]
fn nothing_is_wider_than_it_may_be_and_nothing_ends_in_blanks() {
    let long = LESSON
        .replace("web", "an-instance-with-a-name-of-forty-letters")
        .replace(
            "Listen.",
            "日本語で書かれた、空白のない、とても長い注釈がここにあります。読めますか。",
        );
    let failing = LESSON
        .replace("lost", "kept")
        .replace("none", "203.0.113.1");
    for text in [LESSON.to_owned(), long, failing, group(3), group(40)] {
        for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
            for width in [60, 61, 72, 80, 133] {
                for line in drawn(&text, look(width, verbosity)).lines() {
                    assert!(columns(line) <= width, "{width}: {line}");
                    assert_eq!(line, line.trim_end());
                    assert!(!line.contains('\u{1b}'));
                }
            }
        }
    }
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let plain = drawn(LESSON, look(80, Verbosity::Normal));
    let coloured = drawn(
        LESSON,
        Look {
            colour: true,
            ..look(80, Verbosity::Normal)
        },
    );
    let mut bare = String::new();
    for (index, part) in coloured.split('\u{1b}').enumerate() {
        let text = part.split_once('m').map_or(part, |(_, text)| text);
        bare.push_str(if index == 0 { part } else { text });
    }
    assert!(coloured.len() > plain.len());
    assert_eq!(bare, plain);
}

#[test]
fn meters_that_the_end_closes_are_counted_and_not_listed() {
    let text = drawn(LESSON, look(80, Verbosity::Normal));
    assert!(
        text.contains("the end: 1 open meter counted up to here"),
        "{text}"
    );
    assert_eq!(text.matches("⊖ EBS").count(), 0);
    assert_eq!(text.matches("⊖ usage").count(), 1);
}

#[test]
fn members_of_a_group_that_go_through_the_same_are_told_together() {
    let text = drawn(&group(40), look(80, Verbosity::Normal));
    assert!(
        text.contains("web-1 … web-40  running → stopping  × 40"),
        "{text}"
    );
    assert!(text.contains("− 40 public addresses"));
    let apart = drawn(&group(40), look(80, Verbosity::Verbose));
    assert!(apart.contains("web-17"));
}

#[test]
fn quiet_says_only_how_it_ended() {
    let text = drawn(LESSON, look(80, Verbosity::Quiet));
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("✓ passed · A lesson · 2 expectations · 4 transitions"));
    let failing = drawn(&LESSON.replace("lost", "kept"), look(80, Verbosity::Quiet));
    assert!(failing.contains("✗ web memory at 1h30s"), "{failing}");
    assert!(failing.contains("lesson.yaml:10"));
    assert!(failing.contains("expected  kept"));
}

/// A pipe whose reader goes away after so many bytes.
struct Pipe(usize);

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_closed_pipe_stops_the_replay() {
    let scenario = Scenario::from_text("lesson.yaml", LESSON).unwrap();
    let stop = StopSignal::default();
    let mut timeline = Timeline::new(Pipe(900), look(80, Verbosity::Normal), stop.clone());
    timeline.begin(scenario.program(), scenario.file());
    let replay = crate::runner::replay_by(
        &scenario,
        Keep::ALL,
        vec![&mut timeline],
        Clock::Instant,
        stop.clone(),
    )
    .await;
    let error = timeline.end(&replay, scenario.source()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    assert!(stop.is_asked());
}

/// Counts how often it is told to write what it has.
#[derive(Default)]
struct Flushes(usize);

impl io::Write for Flushes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }
}

#[test]
fn in_pieces_it_is_written_when_the_writer_likes_and_at_the_end() {
    let scenario = Scenario::from_text("lesson.yaml", LESSON).unwrap();
    let flushes = |in_pieces: bool| {
        let mut out = Flushes::default();
        let look = look(80, Verbosity::Normal);
        let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
        if in_pieces {
            timeline = timeline.in_pieces();
        }
        timeline.begin(scenario.program(), scenario.file());
        let replay = replay_into(&scenario, Keep::ALL, vec![&mut timeline]);
        timeline.end(&replay, scenario.source()).unwrap();
        out.0
    };
    assert_eq!(flushes(true), 1);
    assert!(flushes(false) > 3);
}

#[test]
fn rules_stay_out_of_the_way_until_somebody_asks() {
    let text = drawn(LESSON, look(80, Verbosity::Normal));
    assert!(!text.contains("LIFE-RUN"), "{text}");
    let text = drawn(LESSON, look(80, Verbosity::Verbose));
    assert!(text.contains("LIFE-RUN BILL-PENDING"), "{text}");
    assert!(!text.contains('§'));
}

#[test]
fn a_rule_is_explained_where_it_acts_for_the_first_time_and_links_to_its_source() {
    let scenario = Scenario::from_text("lesson.yaml", &group(2)).unwrap();
    let told = |verbosity, has_links: bool| {
        let mut out = Vec::new();
        let mut timeline = Timeline::new(&mut out, look(80, verbosity), StopSignal::default());
        timeline = timeline.explaining();
        if has_links {
            timeline = timeline.linking();
        }
        timeline.begin(scenario.program(), scenario.file());
        let replay = replay_into(&scenario, Keep::ALL, vec![&mut timeline]);
        timeline.end(&replay, scenario.source()).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = told(Verbosity::Normal, false);
    // Also what decides an address or a meter, and each once.
    for id in [
        "LIFE-RUN",
        "BILL-METER-START",
        "BILL-RUNNING",
        "IP-PRIVATE-LIFETIME",
    ] {
        assert_eq!(text.matches(&format!("§ {id} ")).count(), 1, "{id}{text}");
    }
    assert!(text.lines().all(|line| columns(line) <= 80), "{text}");
    assert!(!text.contains('\u{1b}'));
    let linked = told(Verbosity::Verbose, true);
    let (before, after) = ("\u{1b}]8;;", "\u{1b}\\");
    let source = crate::rule::LIFE_RUN.source;
    let link = format!("{before}{source}{after}LIFE-RUN{before}{after}");
    // At the right end of its row, and in its sentence.
    assert!(linked.matches(&link).count() >= 2, "{linked}");
    let mut bare = linked.clone();
    while let Some(at) = bare.find(before) {
        let end = at + bare[at..].find(after).unwrap() + after.len();
        bare.replace_range(at..end, "");
    }
    assert_eq!(bare, told(Verbosity::Verbose, false));
}
