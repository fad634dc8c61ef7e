//! The bundled scenarios: each passes, gives what its snapshot holds, and says the same twice.

use std::path::Path;

use ec2sim::{
    Replay, Scenario,
    billing::Meters,
    engine::{Sink, View},
    record::Record,
    report::{Document, Rounding},
    runner::{Keep, replay_into},
    testing::{self, Case},
};

/// Every lesson; its path is shown as it is in the repository.
fn each_lesson(test: impl FnMut(&Case)) {
    testing::each_scenario(Path::new("scenarios"), test);
}

/// What a lesson gives is in the `NAME.snap` beside it. How a replay is drawn is held here, by the three lessons that show
/// most of it.
const DRAWN: [&str; 3] = [
    "billing__what-goes-on-costing",
    "hibernate__stop-or-hibernate",
    "reboot__keeps-almost-everything",
];

#[test]
fn every_bundled_scenario_passes_and_has_a_snapshot() {
    let mut drawn = Vec::new();
    each_lesson(|case| {
        let replay = case.replay().passed();
        assert!(case.path().with_extension("snap").exists());
        if DRAWN.contains(&case.snapshot_name().as_str()) {
            insta::assert_snapshot!(case.snapshot_name(), replay);
            drawn.push(case.snapshot_name());
        }
    });
    assert_eq!(drawn, DRAWN);
}

#[test]
fn every_bundled_scenario_says_the_same_twice() {
    each_lesson(|case| {
        assert_eq!(case.replay().to_json(), case.replay().to_json());
        let drawn = || case.replay().verbose().to_string();
        assert_eq!(drawn(), drawn());
    });
}

#[test]
fn a_document_is_written_as_it_is_serialized() {
    each_lesson(|case| {
        let replay = ec2sim::replay(&case.scenario());
        for rounding in [Rounding::Exact, Rounding::Report] {
            let document = Document::new(&replay).rounded(rounding);
            let mut written = Vec::new();
            document.write(&mut written).unwrap();
            let serialized = serde_json::to_string(&document).unwrap() + "\n";
            assert_eq!(String::from_utf8(written).unwrap(), serialized);
        }
    });
}

#[test]
fn no_line_of_a_timeline_is_wider_than_asked_for() {
    each_lesson(|case| {
        for width in [60, 80, 120] {
            let normal = case.replay().width(width).to_string();
            let verbose = case.replay().verbose().width(width).to_string();
            for line in normal.lines().chain(verbose.lines()) {
                assert!(line.chars().count() <= width, "at {width}: {line}");
            }
        }
    });
}

#[test]
fn a_name_may_be_wider_than_the_timeline() {
    let name = "n".repeat(70);
    let text = format!(
        "instances: {{ {name}: {{ type: t3.micro }} }}\nsteps: [ {{ launch: {name} }}, {{ at: 1h, terminate: {name} }} ]\n"
    );
    let scenario = Scenario::from_text("wide.yaml", &text).unwrap();
    let drawn = testing::replay(&scenario).width(60).to_string();
    assert!(drawn.contains("status checks 2/2"), "{drawn}");
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

#[derive(Default)]
struct Hears(Vec<Record>);

impl Sink for Hears {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        self.0.push(record.clone());
    }
}

#[test]
fn the_journal_gives_back_every_record_as_it_was_said() {
    each_lesson(|case| {
        let mut hears = Hears::default();
        let replay = replay_into(&case.scenario(), Keep::ALL, vec![&mut hears]);
        let kept: Vec<Record> = replay.records().iter().collect();
        assert_eq!(kept, hears.0, "{}", case.name());
        assert_eq!(replay.records().len(), hears.0.len());
    });
}

#[test]
fn the_bill_can_be_made_again_from_the_records() {
    each_lesson(|case| {
        let name = case.name();
        let scenario = case.scenario();
        let replay = ec2sim::replay(&scenario);
        let program = scenario.program();
        let mut again = ec2sim::billing::Biller::new(program.prices.clone(), true)
            .holding(&program.purchases, program.start)
            .with_credits();
        let mut meters = Meters::default();
        for record in replay.records() {
            again.observe(record.at, &record.kind, &mut meters);
        }
        again.finish(replay.end(), &mut meters);
        assert_eq!(again.ledger(), replay.bill().ledger(), "{name}");
        assert_eq!(again.cost(), replay.bill().cost(), "{name}");
    });
}

/// Of what the bill doesn't read, nothing is made where nobody hears it.
#[test]
fn a_replay_that_nobody_hears_comes_to_the_same() {
    each_lesson(|case| {
        let name = case.name();
        let scenario = case.scenario();
        let heard = ec2sim::replay(&scenario);
        let unheard = replay_into(&scenario, Keep::SUMS, Vec::new());
        assert_eq!(unheard.outcome(), heard.outcome(), "{name}");
        assert_eq!(unheard.tally(), heard.tally(), "{name}");
        assert_eq!(unheard.end(), heard.end(), "{name}");
        let sums = |replay: &Replay| replay.bill().sums().copied().collect::<Vec<_>>();
        assert_eq!(sums(&unheard), sums(&heard), "{name}");
    });
}

/// The sweep that the lesson is for: what its timings draw changes its cost, and not what it expects.
#[test]
fn the_lesson_of_the_fleet_passes_under_every_seed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/fleet/a-script-for-each.yaml");
    let lesson = Scenario::from_path(path).unwrap();
    for seed in (0..200).chain([1_883, 18_830]) {
        let replay = replay_into(&lesson.with_seed(seed), Keep::SUMS, Vec::new());
        assert!(replay.passed(), "seed {seed}");
    }
}
