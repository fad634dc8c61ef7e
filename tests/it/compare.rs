//! `variants`, and `ec2sim compare`.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use ec2sim::{
    Scenario,
    compare::{Compared, Comparison, choices},
    record::Meter,
    scenario::{Change, Vary},
};
use serde_json::Value;

const NIGHT: &str = "
instances: { web: { type: m5.large, root: 20GiB gp3, zone: us-east-1b } }
steps:
  - launch: web
  - label: stop
    at: 10h
    stop: { instance: web, force: yes }
  - wait-until: { web: stopped }
  - label: start
    at: 22h
    start: web
  - wait-until: { web: running }
  - expect: { web: { starts: 2 } }
  - at: 24h
    terminate: web
expect: { cost: { total: $1.26 } }
";

fn read(text: &str) -> Scenario {
    Scenario::from_text("night.yaml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn mistakes(text: &str) -> String {
    let mistakes = Scenario::from_text("night.yaml", text).unwrap_err();
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    told.join("\n")
}

fn changes(texts: &[&str]) -> Vec<Change> {
    let one = |text: &&str| text.parse::<Vary>().unwrap().changes()[0].clone();
    texts.iter().map(one).collect()
}

/// Runs `ec2sim compare` on what stands on its standard input.
fn compare(text: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["compare", "-"])
        .args(arguments)
        .env_remove("RUST_LOG")
        .env("COLUMNS", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What can't be used is told before anything is read.
    let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_variant_is_laid_over_the_file_key_by_key() {
    let text = format!(
        "{NIGHT}variants:
  same: {{}}
  smaller: {{ instances: {{ web: {{ type: t3.large }} }} }}
  at-dawn: {{ seed: 7, expect: {{ web: {{ starts: 2 }} }} }}
"
    );
    let night = read(&text);
    assert_eq!(
        night.program().expect.len(),
        1,
        "the file itself stays as it is"
    );
    let [same, smaller, at_dawn] = night.variants() else {
        panic!("{:?}", night.variants());
    };
    // What the file expects at its end is said of the file; what it expects on the way holds in all.
    assert!(same.scenario.program().expect.is_empty());
    assert_eq!(same.scenario.program().steps, night.program().steps);
    let spec = smaller.scenario.program().cast.spec(0);
    assert_eq!(
        (spec.instance_type.name(), spec.zone),
        ("t3.large", "us-east-1b")
    );
    assert_eq!(spec.volumes[0].size_gib, 20);
    assert_eq!(
        (at_dawn.scenario.program().seed, at_dawn.name.as_str()),
        (7, "at-dawn")
    );
    assert!(ec2sim::replay(&at_dawn.scenario).passed());
}

#[test]
fn the_mistakes_of_a_variant_are_told_at_their_place_in_it() {
    let over = |variant: &str| mistakes(&format!("{NIGHT}variants:\n  other: {variant}\n"));
    assert_eq!(
        over("{ instances: { web: { typ: t3.large } } }"),
        "night.yaml:18:32: error[E0201]: unknown key `typ` in an instance",
    );
    assert_eq!(
        over("{ steps: [], variants: {} }"),
        "night.yaml:18:12: error[E0201]: a variant can't have `steps`\n\
         night.yaml:18:23: error[E0201]: a variant can't have `variants`",
    );
    assert_eq!(
        over("m5.large"),
        "night.yaml:18:10: error[E0203]: expected a mapping of what is different, found a single value",
    );
    // What is wrong with the file is said once, however many variants there are.
    let twice = mistakes(
        "instances: { web: { type: m5.lage } }\nsteps: [{ launch: web }]\nvariants: { one: {}, two: {} }",
    );
    assert_eq!(
        twice,
        "night.yaml:1:27: error[E0501]: unknown instance type `m5.lage`"
    );
}

#[test]
fn what_is_varied_is_the_file_with_the_change_in_it() {
    let night = read(NIGHT);
    let spec = |texts: &[&str]| {
        let varied = night.varied(&changes(texts)).unwrap();
        assert!(!varied.program().expects_something());
        varied.program().cast.spec(0).clone()
    };
    assert_eq!(spec(&["type=c5.large"]).instance_type.name(), "c5.large");
    assert_eq!(
        spec(&["platform=windows", "type=m5.xlarge"])
            .platform
            .word(),
        "windows"
    );
    assert!(spec(&["market=spot"]).spot.is_some());
    let ireland = spec(&["region=eu-west-1"]);
    assert_eq!(ireland.zone, "eu-west-1b", "zones go by their letters");
    let many = night.varied(&changes(&["count=3"])).unwrap();
    assert_eq!(many.program().cast.slots(), 3);

    let hibernated = night.varied(&changes(&["stop=hibernate"])).unwrap();
    let replay = ec2sim::replay(&hibernated);
    assert!(
        replay.passed(),
        "its root is encrypted, and it waits for `hibernated`"
    );
    let spec = hibernated.program().cast.spec(0);
    assert!(spec.hibernation && spec.volumes[0].encrypted && spec.volumes[0].size_gib == 20);
    let awake = ec2sim::replay(&night.varied(&changes(&["stop=none"])).unwrap());
    // A day of m5.large, less the 15 seconds of its only boot.
    let usage = awake.bill().cost().of(Meter::Usage);
    assert_eq!(usage.to_string(), "2.3036000000");
    let back = hibernated.varied(&changes(&["stop=stop"])).unwrap();
    assert_eq!(
        ec2sim::replay(&back).bill().cost().total(),
        ec2sim::replay(&night).bill().cost().total(),
    );
}

/// A life in which steps were refused isn't the same one for less.
#[test]
fn what_was_refused_is_never_the_cheapest() {
    let vary = ["tenancy=default,host,dedicated".parse::<Vary>().unwrap()];
    let comparison = Comparison::of(&choices(&[read(NIGHT)], &vary).unwrap());
    let refused: Vec<bool> = comparison
        .choices()
        .iter()
        .map(|one| one.tally.is_another_life())
        .collect();
    assert_eq!(refused, [false, true, false]);
    assert_eq!(comparison.cheapest(), Some(0));
    assert!(comparison.differences().iter().all(|one| one.to == 2));
}

#[test]
fn every_combination_of_changes_is_a_choice() {
    let vary = ["type=m5.large,c5.large", "count=1,2"].map(|text| text.parse::<Vary>().unwrap());
    let choices = choices(&[read(NIGHT)], &vary).unwrap();
    let names: Vec<&str> = choices.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "type=m5.large, count=1",
            "type=m5.large, count=2",
            "type=c5.large, count=1",
            "type=c5.large, count=2",
        ]
    );
    let comparison = Comparison::of(&choices);
    assert_eq!(comparison.cheapest(), Some(2));
    // What each differs in adds up to the difference of the totals.
    for (to, other) in comparison.choices().iter().enumerate() {
        let first = comparison.choices()[0].cost.total();
        let by = comparison
            .differences()
            .into_iter()
            .filter(|one| one.to == to)
            .map(|one| one.amount)
            .sum();
        assert_eq!(other.cost.total(), first + by);
    }
}

#[test]
fn the_table() {
    let (code, out, err) = compare(NIGHT, &["--vary", "stop=stop,hibernate,none"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(out);
    let (code, out, _) = compare(
        NIGHT,
        &["--vary", "market=on-demand,spot", "--format", "markdown"],
    );
    // A one-time Spot Instance can't be stopped.
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("markdown", out);
}

#[test]
fn what_is_too_wide_goes_on_below() {
    let (_, out, _) = compare(
        NIGHT,
        &[
            "--vary",
            "type=m5.large,c5.large,r5.large,t3.large,m6i.large,m7g.large,c6i.large,c7i.large,r6i.large",
        ],
    );
    assert!(
        out.lines().take(20).all(|line| line.chars().count() <= 100),
        "{out}"
    );
    assert_eq!(out.matches("total  ").count(), 2, "{out}");
}

#[test]
fn the_document_and_the_csv_file() {
    let vary = [
        "--vary",
        "type=m5.large,c5.large",
        "--break-even",
        "stop..start",
    ];
    let (code, out, _) = compare(NIGHT, &[&vary[..], &["--format", "json"]].concat());
    assert_eq!(code, Some(0));
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["schema"], "ec2sim/compare/1");
    assert_eq!(document["choices"][1]["name"], "type=c5.large");
    assert_eq!(document["choices"][1]["vary"]["type"], "c5.large");
    let difference = &document["differences"][0];
    assert_eq!(
        (&difference["from"], &difference["to"], &difference["meter"]),
        (
            &"type=m5.large".into(),
            &"type=c5.large".into(),
            &"usage".into()
        )
    );
    // 11 h 59 min 30 s at 0.096 − 0.085.
    assert_eq!(difference["amount"], "-0.1319083333");
    assert_eq!(document["break_even"][0]["seconds"], Value::Null);
    let (_, out, _) = compare(NIGHT, &[&vary[..2], &["--format", "csv"]].concat());
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].starts_with("choice,usage,ebs,public_ipv4,") && rows[0].ends_with(",total"));
    let total = document["choices"][1]["cost"]["total"].as_str().unwrap();
    assert!(rows[2].ends_with(total), "{out}");
}

#[test]
fn where_one_begins_to_pay() {
    // Each start costs at least a minute, so a stop of a few seconds costs more than none.
    let short = "
instances: { web: { type: m5.large, public-ipv4: none, root: 8GiB gp3 } }
timings: { pending: 0s, stopping: 0s, shutting-down: 0s }
steps:
  - launch: web
  - label: stop
    after: 5m
    stop: web
  - label: start
    after: 1h
    start: web
  - after: 5s
    terminate: web
";
    let vary = ["--vary", "stop=none,stop", "--break-even", "stop..start"];
    let (code, out, _) = compare(short, &vary);
    assert_eq!(code, Some(0), "{out}");
    // 300 + 60 seconds against 300 + x + 5.
    assert!(
        out.contains("stop=stop and stop=none cost the same where `start` comes 55s after `stop`: stop=none is cheaper before, stop=stop after."),
        "{out}"
    );
}

#[test]
fn what_can_not_be_compared_is_said() {
    let told = |arguments: &[&str]| {
        let (code, out, err) = compare(NIGHT, arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        err
    };
    assert!(told(&[]).contains("there is only one choice"));
    let colour = told(&["--vary", "colour=red"]);
    assert!(colour.contains("`colour` can't be varied") && colour.contains("expected `market`"));
    assert!(told(&["--vary", "type=m5.lage"]).contains("did you mean `m5.large`?"));
    assert!(told(&["--vary", "count=1,1"]).contains("`1` stands there twice"));
    assert!(told(&["--vary", "count"]).contains("expected KEY=A,B"));
    let credits = told(&["--vary", "credits=standard,unlimited"]);
    assert!(
        credits.contains("no choice `credits=standard`") && credits.contains("E0504"),
        "{credits}"
    );
    let labels = told(&["--vary", "count=1,2", "--break-even", "stop..dawn"]);
    assert!(
        labels.contains("no step has `label: dawn`; the labels are stop, start"),
        "{labels}"
    );
    let order = told(&["--vary", "count=1,2", "--break-even", "start..stop"]);
    assert!(order.contains("doesn't come after"), "{order}");
}

#[test]
fn a_suite_checks_each_variant_as_a_case_of_its_own() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("variants");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "{NIGHT}variants:\n  good: {{ expect: {{ web: {{ starts: 2 }} }} }}\n  bad: {{ expect: {{ web: {{ starts: 3 }} }} }}\n"
    );
    std::fs::write(folder.join("night.yaml"), text).unwrap();
    for seeds in [&[][..], &["--seeds", "1..40"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
            .args(["test", "--format", "json", "night.yaml"])
            .args(seeds)
            .current_dir(&folder)
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let cases = report["cases"].as_array().unwrap();
        let told: Vec<(&str, &str)> = cases
            .iter()
            .map(|case| {
                let word = |key: &str| case[key].as_str().unwrap();
                (word("file"), word("outcome"))
            })
            .collect();
        assert_eq!(
            told,
            [
                ("night.yaml", "passed"),
                ("night.yaml#good", "passed"),
                ("night.yaml#bad", "failed"),
            ]
        );
        assert_eq!(cases[2]["problems"][0]["line"], 19);
        assert_eq!(output.status.code(), Some(1));
    }
}

/// A plan's commitment is what all instances cost under it, at what the other changes make of them.
#[test]
fn what_is_bought_is_for_what_there_will_be() {
    let two = read(
        "
instances: { web: { type: m5.large, count: 2, public-ipv4: none }, db: { type: r5.large, public-ipv4: none } }
account: { savings-plans: [ { kind: compute, commitment: $9, term: 1y, payment: no-upfront } ] }
timings: { pending: 0s }
prices: { gp3: $0 }
steps: [{ launch: [web, db] }]
until: 10h
",
    );
    let total = |texts: &[&str]| {
        let replay = ec2sim::replay(&two.varied(&changes(texts)).unwrap());
        assert!(replay.passed());
        let cost = replay.bill().cost();
        [Meter::Usage, Meter::Commitments].map(|meter| cost.of(meter).to_fixed(4))
    };
    assert_eq!(total(&["commitment=none"]), ["3.1800", "0.0000"]);
    let two_plans = two
        .varied(&changes(&["commitment=ec2-instance-sp-3y-partial-upfront"]))
        .unwrap();
    let plans = &two_plans.program().purchases.plans;
    assert_eq!(plans[0].family, Some("m5"));
    assert_eq!(plans[0].commitment, "0.0764322678".parse().unwrap());
    assert_eq!(plans[1].family, Some("r5"));
    // All is covered, and paid at the rates: 2 × $0.071 and what the r5 is derived to cost.
    let [usage, fees] = total(&["commitment=compute-sp-1y-no-upfront"]);
    assert_eq!(usage, "0.0000");
    assert!(fees.starts_with("2.3"), "{fees}");
    // What a type costs is that of the type that there will be, whichever stands first.
    for order in [
        ["type=c5.large", "commitment=ri-1y-no-upfront"],
        ["commitment=ri-1y-no-upfront", "type=c5.large"],
    ] {
        assert_eq!(total(&order)[0], "0.0000", "{order:?}");
    }
    let dedicated = total(&["tenancy=dedicated", "commitment=ri-1y-no-upfront"]);
    assert_eq!(dedicated[0], "0.0000");
    let elsewhere = total(&["region=eu-west-1", "commitment=compute-sp-3y-no-upfront"]);
    assert_eq!(elsewhere[0], "0.0000");
}

#[test]
fn what_is_varied_stands_in_rows_above_the_table() {
    let (status, table, _) = compare(
        NIGHT,
        &[
            "--vary",
            "type=m5.large",
            "--vary",
            "commitment=none,compute-sp-1y-no-upfront",
        ],
    );
    assert_eq!(status, Some(0));
    let mut lines = table.lines();
    let words = |line: Option<&str>| -> Vec<String> {
        let words = line.unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    };
    assert_eq!(words(lines.next()), ["type", "m5.large", "m5.large"]);
    assert_eq!(
        words(lines.next()),
        ["commitment", "none", "compute-sp-1y-no-upfront"]
    );
    assert!(
        table.contains("commitment=compute-sp-1y-no-upfront is bought until"),
        "{table}"
    );
}

#[test]
fn whoever_compares_spot_sees_what_there_was_less_of() {
    let text = format!(
        "{NIGHT}spot-prices: {{ m5.large: [{{ from: 0s, price: $0.03 }}, {{ from: 2h, price: $0.10 }}] }}\n"
    );
    let (_, table, _) = compare(&text, &["--vary", "market=on-demand,spot"]);
    for told in ["instance-hours billed", "taken back by EC2", "once"] {
        assert!(table.contains(told), "{told}: {table}");
    }
    let (_, table, _) = compare(NIGHT, &["--vary", "market=on-demand,spot"]);
    assert!(
        table.contains("Some prices are estimated: of market=spot."),
        "{table}"
    );
}

#[test]
fn a_forecast_is_of_730_hours_that_go_on_like_this() {
    let until = |hours: u32| {
        read(&format!(
            "instances: {{ web: {{ type: m5.large }} }}\ntimings: {{ pending: 0s }}\nsteps: [{{ launch: web }}]\nuntil: {hours}h\n"
        ))
    };
    let files = [73, 730, 744].map(until);
    let total = |file: &Scenario| ec2sim::replay(file).bill().cost().total();
    let comparison = Comparison::of(&choices(&files, &[]).unwrap());
    let forecasts: Vec<_> = comparison
        .choices()
        .iter()
        .map(Compared::forecast)
        .collect();
    assert_eq!(forecasts, [Some(total(&files[1])); 3]);
    // The bill of a month has all of its hours.
    assert!(total(&files[2]) > total(&files[1]));
}

#[test]
fn derived_prices_are_marked() {
    let (code, out, err) = compare(
        NIGHT,
        &[
            "--vary",
            "commitment=none,ri-1y-no-upfront,compute-sp-1y-no-upfront",
        ],
    );
    assert_eq!(code, Some(0), "{err}");
    let said = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "prices that are derived from others: of commitment=compute-sp-1y-no-upfront."
        ),
        "{out}"
    );
}
