//! The bundled scenarios: each passes, prints what its snapshots hold, and says the same twice.

use std::{fs, path::Path};

use ec2sim::{
    Scenario,
    engine::StopSignal,
    report::{Document, Look, Timeline, Verbosity},
    runner::{Keep, replay_into},
};

fn bundled() -> Vec<(String, Scenario)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    for subject in fs::read_dir(root).unwrap() {
        for file in fs::read_dir(subject.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                let name = path
                    .components()
                    .rev()
                    .take(2)
                    .map(|part| part.as_os_str().to_str().unwrap());
                let name: Vec<&str> = name.collect();
                let name = format!("scenarios/{}/{}", name[1], name[0]);
                let text = fs::read_to_string(&path).unwrap();
                let scenario = Scenario::from_text(&name, &text)
                    .unwrap_or_else(|mistakes| panic!("{mistakes}"));
                found.push((name, scenario));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn timeline(scenario: &Scenario, width: usize, verbosity: Verbosity) -> String {
    let mut out = Vec::new();
    let mut timeline = Timeline::new(
        &mut out,
        Look {
            width,
            colour: false,
            verbosity,
        },
        StopSignal::default(),
    );
    timeline.begin(scenario.program(), scenario.file());
    let replay = replay_into(
        scenario,
        Keep {
            records: false,
            ledger: true,
        },
        vec![&mut timeline],
    );
    timeline.end(&replay, scenario.source()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_bundled_scenario_passes() {
    let bundled = bundled();
    assert!(bundled.len() >= 8, "there are lessons to replay");
    for (name, scenario) in bundled {
        let replay = ec2sim::replay(&scenario);
        assert!(replay.passed(), "{name}: {:?}", replay.tally());
        let checks = replay.tally().passed;
        assert!(checks > 0, "{name} expects something");
    }
}

#[test]
fn every_bundled_scenario_prints_its_snapshot() {
    for (name, scenario) in bundled() {
        let name = name
            .trim_start_matches("scenarios/")
            .trim_end_matches(".yaml")
            .replace('/', "__");
        insta::assert_snapshot!(name, timeline(&scenario, 80, Verbosity::Normal));
    }
}

#[test]
fn every_bundled_scenario_says_the_same_twice() {
    for (name, scenario) in bundled() {
        let json = || serde_json::to_string(&Document::new(&ec2sim::replay(&scenario))).unwrap();
        assert_eq!(json(), json(), "{name}");
        let drawn = || timeline(&scenario, 100, Verbosity::Verbose);
        assert_eq!(drawn(), drawn(), "{name}");
    }
}

#[test]
fn no_line_of_a_timeline_is_wider_than_asked_for() {
    for (name, scenario) in bundled() {
        for width in [60, 80, 120] {
            for verbosity in [Verbosity::Normal, Verbosity::Verbose] {
                for line in timeline(&scenario, width, verbosity).lines() {
                    assert!(line.chars().count() <= width, "{name} at {width}: {line}");
                }
            }
        }
    }
}

#[test]
fn one_more_instance_changes_nothing_about_the_others() {
    let of = |more: &str| {
        let text = format!(
            "timings: {{ pending: 5s..60s, stopping: 5s..60s }}\ninstances:\n  web: {{ type: t3.micro }}\n{more}steps:\n  \
             - launch: web\n  - wait-until: {{ web: running }}\n  - stop: web\n  - wait-until: {{ web: stopped }}\n"
        );
        let replay = ec2sim::replay(&Scenario::from_text("web.yaml", &text).unwrap());
        let json = serde_json::to_value(Document::new(&replay)).unwrap();
        (
            json["instances"]["web"].clone(),
            json["scenario"]["end"].clone(),
        )
    };
    assert_eq!(
        of(""),
        of("  alpha: { type: t3.micro }\n  zulu: { type: m5.large, count: 3 }\n")
    );
}

#[test]
fn the_bill_can_be_made_again_from_the_records() {
    for (name, scenario) in bundled() {
        let replay = ec2sim::replay(&scenario);
        let mut again = ec2sim::billing::Biller::new(scenario.program().prices.clone(), true);
        let mut meters = Vec::new();
        for record in replay.records() {
            again.observe(record.at, &record.kind, &mut meters);
        }
        again.finish(replay.end(), &mut meters);
        assert_eq!(again.ledger(), replay.bill().ledger(), "{name}");
        assert_eq!(again.cost(), replay.bill().cost(), "{name}");
    }
}
