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
until: 1d
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
    let source = rule::LIFE_RUN.source;
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

/// Weekdays from nine to five, for four weeks.
const OFFICE: &str = "
name: Office hours
start: 2026-03-02T08:00:00Z
timezone: Asia/Jakarta
instances: { web: { type: m5.large, user-data: '#!/bin/sh' } }
steps:
  - launch: web
  - at: 'Mon 18:00'
    stop: web
  - repeat: { times: 19, every: weekday, at: '09:00' }
    steps:
      - start: web
      - wait-until: { web: running }
      - expect: { web: { state: running } }
      - at: '18:00'
        stop: web
      - wait-until: { web: stopped }
";

#[test]
fn rounds_that_say_the_same_are_counted_and_a_month_of_office_hours_is_one_screen() {
    let text = drawn(OFFICE, look(80, Verbosity::Normal));
    assert!(
        text.contains("… 18 more like this, +$0.93 to $0.97 each, until Fri 27 Mar"),
        "{text}"
    );
    assert_eq!(text.matches("StartInstances").count(), 1, "{text}");
    assert!(text.lines().count() < 70, "{text}");
    // Whoever wants all of it gets it.
    let text = drawn(OFFICE, look(80, Verbosity::Verbose));
    assert_eq!(text.matches("StartInstances").count(), 19);
}

/// The same, with a note on one of the days.
const HALFWAY: &str = "
name: Office hours
start: 2026-03-02T08:00:00Z
timezone: Asia/Jakarta
instances: { web: { type: m5.large }, log: { type: t3.micro } }
steps:
  - each: web
    steps:
      - launch: web
      - at: 'Mon 18:00'
        stop: web
      - repeat: { times: 19, every: weekday, at: '09:00' }
        steps:
          - start: web
          - at: '18:00'
            stop: web
  - each: log
    steps:
      - at: NOON
        note: Halfway.
";

/// The lesson of a month of office hours, which asks at the end of the last round.
fn office_hours() -> String {
    let path = "scenarios/course/18-office-hours.yaml";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn in_brief_a_month_of_office_hours_is_one_screen_with_its_bill() {
    let text = drawn(&office_hours(), look(80, Verbosity::Brief));
    assert!(text.lines().count() <= 50, "{}{text}", text.lines().count());
    assert!(text.lines().all(|line| columns(line) <= 80), "{text}");
    // Every step of what is told is there, with what it cost, and each sum.
    for told in [
        "office  running → stopping              +$1.172178  $1.172206",
        "always  status checks 2/2",
        "… 20 more like this, +$1.27 to $1.59 each, until Thu 30 Apr",
        "usage $99.253880 · EBS $9.545161 · public IPv4 $4.699521",
        "left out: reasons, addresses, data, meters",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    for left_out in ["asked to stop", "⊕", "242.185", "× $0.1056/h"] {
        assert!(!text.contains(left_out), "{left_out}: {text}");
    }
}

#[test]
fn a_note_amid_rounds_is_told_and_ends_none_of_them() {
    let text = drawn(&office_hours(), look(80, Verbosity::Normal));
    assert_eq!(text.matches("StartInstances").count(), 1, "{text}");
    let (_, after) = text
        .split_once("… 20 more like this, +$1.27 to $1.59 each, until Thu 30 Apr")
        .unwrap();
    assert!(
        after.contains("Thu 18:00  ┊ ┃  ▌ How often has the office server been started"),
        "{text}"
    );
    // At noon of a day and in its evening: what came until then is counted, and what comes after.
    for at in ["8d21h", "9d7h"] {
        let text = drawn(&HALFWAY.replace("NOON", at), look(80, Verbosity::Normal));
        assert_eq!(text.matches("StartInstances").count(), 1, "{text}");
        let (before, after) = text.split_once("▌ Halfway.").unwrap();
        assert!(before.contains("… 6 more like this"), "{text}");
        assert!(after.contains("… 12 more like this"), "{text}");
    }
}

#[test]
fn what_differs_in_a_round_is_told() {
    let text = OFFICE.replace("state: running", "starts: 3");
    let text = drawn(&text, look(80, Verbosity::Normal));
    // The second round holds, and is told like the first, which fails; so are those after it, which fail too.
    assert_eq!(text.matches("StartInstances").count(), 19, "{text}");
    assert!(
        text.contains("✗ web starts at Tue 3 Mar 09:00:15"),
        "{text}"
    );
}

#[test]
fn a_scenario_of_days_tells_weekdays_and_clock_times_of_its_zone() {
    let text = drawn(OFFICE, look(80, Verbosity::Normal));
    assert!(
        text.contains("from Mon 2 Mar 2026, 15:00 Asia/Jakarta"),
        "{text}"
    );
    assert!(text.contains("Mon 15:00  ○  web  new → pending"), "{text}");
    assert!(text.contains("\n   Mon 18:00"), "{text}");
    assert!(text.contains("\n       3 Mar"), "{text}");
    assert!(text.contains("\n   Tue 09:00"), "{text}");
}

#[test]
fn a_launch_tells_its_id_and_zone_and_the_first_boot_its_user_data() {
    let text = drawn(OFFICE, look(80, Verbosity::Normal));
    assert!(text.contains("i-0"), "{text}");
    assert!(text.contains("us-east-1a"), "{text}");
    assert_eq!(text.matches("user data ran").count(), 1, "{text}");
    assert!(text.contains("status checks 2/2"), "{text}");
    let group = drawn(&group(3), look(80, Verbosity::Normal));
    assert_eq!(group.matches("us-east-1a").count(), 3, "{group}");
}

#[test]
fn in_ascii_not_one_sign_is_left() {
    let scenario = Scenario::from_text("lesson.yaml", OFFICE).unwrap();
    let mut out = Vec::new();
    let look = look(80, Verbosity::Normal);
    let timeline = Timeline::new(&mut out, look, StopSignal::default());
    let mut timeline = timeline.in_ascii().explaining().with_legend();
    timeline.begin(scenario.program(), scenario.file());
    let replay = replay_into(&scenario, Keep::SUMS, vec![&mut timeline]);
    timeline.end(&replay, scenario.source()).unwrap();
    let text = String::from_utf8(out).unwrap();
    let left: String = text.chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(left, "", "{text}");
}

#[test]
fn the_legend_knows_every_sign() {
    let mut legend = Vec::new();
    write_legend(&mut legend, 80, false, false).unwrap();
    let legend = String::from_utf8(legend).unwrap();
    let refused = LESSON.replace("memory: lost", "memory: lost } }\n  - reboot: web\n    fails: IncorrectState\n  - expect: { web: { memory: lost");
    let text = drawn(&refused, look(80, Verbosity::Normal));
    assert!(text.contains("⊘  web  RebootInstances"), "{text}");
    for sign in text
        .chars()
        .filter(|c| !c.is_ascii() && !"→·×".contains(*c))
    {
        assert!(legend.contains(sign), "{sign}: {legend}");
    }
}
