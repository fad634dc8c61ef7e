//! Functions: the worked examples of their rulebook, their life, their limits, and loads against what was stepped.

use ec2sim::{
    Replay, Scenario,
    money::Usd,
    record::{InvocationOutcome, Meter, RecordKind},
};
use proptest::prelude::*;

use crate::containers;

/// What the examples come to, by their numbers.
const EXPECTED: &str = include_str!("../data/compute.tsv");

/// The examples as scenarios; with a meter where the example is about that alone.
const EXAMPLES: &[(&str, Option<Meter>, &str)] = &[
    (
        "CX-01",
        None,
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { thumb: { init: 84ms, timeout: 4s } }
steps: [ { invoke: { function: thumb, duration: 3017ms, result: error } } ]",
    ),
    (
        "CX-02",
        None,
        "
start: 2025-07-31T00:00:00Z
account: { always-free: no }
functions: { thumb: { init: 84ms, timeout: 4s } }
steps: [ { invoke: { function: thumb, duration: 3017ms, result: error } } ]",
    ),
    (
        "CX-03",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { thumb: { memory: 1536MB, duration: 120ms, init: 0s } }
steps: [ { load: { function: thumb, rate: 2/s, for: 1500000s } } ]",
    ),
    (
        "CX-04",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { thumb: { memory: 1536MB, duration: 120ms, init: 0s, architecture: arm64 } }
steps: [ { load: { function: thumb, rate: 2/s, for: 1500000s } } ]",
    ),
    (
        "CX-05",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { thumb: { memory: 4GB, tmp: 2GB, duration: 280ms, init: 0s } }
steps: [ { load: { function: thumb, rate: 3/s, for: 2000000s } } ]",
    ),
    (
        "CX-06",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { thumb: { memory: 1536MB, duration: 120ms, init: 0s } }
steps:
  - provision: { function: thumb, concurrency: 100 }
  - { at: 60s, load: { function: thumb, rate: 20/s, for: 25000s, duration: 100ms } }
  - { at: 8h, unprovision: thumb }
  - load: { function: thumb, rate: 2/s, for: 1250000s }
expect: { thumb: { provisioned-starts: 500000, invocations: 3000000 } }",
    ),
    (
        "CX-07",
        None,
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { thumb: { memory: 4GB, duration: 280ms } }
steps:
  - provision: { function: thumb, concurrency: 7 }
  - { at: 60s, load: { function: thumb, rate: 25/s, for: 80000s } }
  - { at: 24h, unprovision: thumb }
expect: { thumb: { provisioned-starts: 2000000, cold-starts: 0 } }",
    ),
    (
        "CX-08",
        None,
        "
functions: { thumb: { memory: 1GB } }
steps:
  - provision: { function: thumb, concurrency: 1 }
  - { at: 6m1s, unprovision: thumb }",
    ),
    (
        "CX-09",
        Some(Meter::Snapstart),
        "
functions: { thumb: { memory: 1GB, snapstart: python } }
steps: [ { invoke: { function: thumb, count: 20 } } ]
until: 1h
expect: { thumb: { cold-starts: 20, billed-duration: 2s } }",
    ),
    (
        "CX-10",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { edge: { duration: 10ms, init: 0s, edge: yes } }
steps: [ { load: { function: edge, rate: 10/s, for: 1000000s } } ]",
    ),
    (
        "CX-11",
        Some(Meter::LambdaDuration),
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { big: { memory: 10GB, duration: 875s, timeout: 900s, init: 0s, max-age: 60d } }
steps: [ { load: { function: big, rate: 0.32/s, for: 2500000s } } ]",
    ),
    (
        "CX-12",
        None,
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { thumb: { duration: 10ms, init: 0s } }
steps: [ { invoke: { function: thumb, mode: async, payload: 300KB } } ]",
    ),
    (
        "CW-1-m",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { web: { memory: 512MB, duration: 40ms, init: 0s, url: yes } }
steps: [ { load: { function: web, rate: 2/s, for: 30d } } ]",
    ),
    (
        "CW-3-a",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { api: { memory: 512MB, duration: 120ms, init: 0s } }
steps: [ { load: { function: api, rate: 1.25/s, for: 2400000s } } ]",
    ),
    (
        "CW-3-b",
        None,
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { api: { memory: 512MB, duration: 120ms, init: 0s } }
steps: [ { load: { function: api, rate: 1.25/s, for: 2400000s } } ]",
    ),
    (
        "CW-3-c",
        None,
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { api: { memory: 512MB, duration: 120ms, init: 0s, architecture: arm64 } }
steps: [ { load: { function: api, rate: 1.25/s, for: 2400000s } } ]",
    ),
    (
        "CW-3-d",
        None,
        "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
functions: { api: { memory: 512MB, duration: 120ms, idle: 1s, max-age: 60d, architecture: arm64 } }
steps:
  - load: { function: api, rate: 0.5/s, for: 60000s }
  - { at: 59999s, load: { function: api, rate: 2/s, for: 1485000s } }
expect: { api: { cold-starts: 30000, invocations: 3000000 } }",
    ),
    (
        "CW-3-h",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { api: { memory: 512MB, duration: 120ms } }
steps:
  - provision: { function: api, concurrency: 1 }
  - { at: 60s, load: { function: api, rate: 1.2/s, for: 2500000s } }
until: 30d",
    ),
    (
        "CW-4-a",
        None,
        "
start: 2026-06-01T09:00:00Z
functions: { job: { memory: 1769MB, duration: 60s, timeout: 90s } }
steps:
  - repeat: { times: 22, every: 1d }
    steps: [ { invoke: { function: job, count: 1000 } } ]
expect: { job: { cold-starts: 22000, throttles: 0 } }",
    ),
    (
        "CW-4-b",
        None,
        "
start: 2026-06-01T09:00:00Z
account: { always-free: no }
functions: { job: { memory: 1769MB, duration: 60s, timeout: 90s, architecture: arm64 } }
steps:
  - repeat: { times: 22, every: 1d }
    steps: [ { invoke: { function: job, count: 1000 } } ]",
    ),
    (
        "EX-62",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { api: { memory: 512MB, duration: 120ms, init: 0s } }
steps: [ { load: { function: api, rate: 1.25/s, for: 2400000s } } ]",
    ),
    (
        "EX-63",
        None,
        "
start: 2026-06-01T00:00:00Z
functions: { api: { memory: 512MB, duration: 120ms, init: 0s } }
steps: [ { load: { function: api, rate: 5/s, for: 2000000s } } ]",
    ),
];

fn played(text: &str) -> Replay {
    let scenario = match Scenario::from_text("functions.yaml", text) {
        Ok(scenario) => scenario,
        Err(mistakes) => panic!("{mistakes}\n{text}"),
    };
    ec2sim::replay(&scenario)
}

fn passed(text: &str) -> Replay {
    let replay = played(text);
    for record in replay.records() {
        match record.kind {
            RecordKind::Expectation(check) => assert!(check.passed, "{check:?}"),
            RecordKind::Rejected(rejected) => assert!(rejected.expected, "{rejected:?}"),
            _ => {}
        }
    }
    assert!(replay.passed(), "{text}");
    replay
}

#[test]
fn every_example_comes_to_what_the_rulebook_says() {
    let rows: Vec<(&str, &str)> = EXPECTED
        .lines()
        .skip(2)
        .filter_map(|row| row.split_once('\t'))
        .collect();
    let of_tasks = containers::EXAMPLES.iter();
    let of_tasks = of_tasks.map(|(id, text)| (*id, None, *text));
    let examples: Vec<_> = EXAMPLES.iter().copied().chain(of_tasks).collect();
    // CX-30 is a difference of two.
    assert_eq!(rows.len(), examples.len() + 1);
    for (id, total) in rows.into_iter().filter(|(id, _)| *id != "CX-30") {
        let (_, meter, text) = examples.iter().find(|(one, ..)| *one == id).expect(id);
        let cost = passed(text).bill().cost();
        let found = meter.map_or_else(|| cost.total(), |meter| cost.of(meter));
        assert_eq!(found.to_string(), total, "{id}");
    }
}

#[test]
fn a_function_goes_cold_warm_throttled_and_provisioned() {
    passed(include_str!("../../scenarios/elsewhere/cold-and-warm.yaml"));
}

#[test]
fn a_list_price_stays_visible_beside_what_is_free() {
    let replay = passed(
        "
functions: { api: { memory: 1GB, init: 0s } }
steps: [ { invoke: api } ]
expect: { cost: { lambda-requests: $0.0000000000, lambda-duration: $0.0000000000 } }",
    );
    let lines: Vec<(String, &str)> = replay
        .bill()
        .ledger()
        .iter()
        .map(|line| (line.amount.to_string(), line.rules[0].id))
        .collect();
    let expected = [
        ("0.0000002000", "LAM-BILL-REQ"),
        ("-0.0000002000", "LAM-FREE"),
        ("0.0000016667", "LAM-BILL-GBS"),
        ("-0.0000016667", "LAM-FREE"),
    ];
    let expected: Vec<(String, &str)> = expected
        .into_iter()
        .map(|(amount, rule)| (amount.to_owned(), rule))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn an_allowance_begins_anew_with_each_month() {
    // 800,000 requests on the last day of June, as many in July: 600,000 of 1.6 million would be charged in one month.
    passed(
        "
start: 2026-06-30T00:00:00Z
functions: { api: { duration: 10ms, init: 0s } }
steps:
  - load: { function: api, rate: 100/s, for: 8000s }
  - { at: 1d, load: { function: api, rate: 100/s, for: 12000s } }
expect: { cost: { lambda-requests: $0.0400000000, lambda-duration: $0.0000000000 } }",
    );
}

#[test]
fn lambda_refuses_what_it_doesnt_take() {
    passed(
        "
functions: { thumb: { reserved-concurrency: 2 }, other: ~, edge: { edge: yes }, snap: { snapstart: java } }
steps:
  - update-function: { function: thumb, timeout: 901s }
    fails: InvalidParameterValueException
  - update-function: { function: thumb, memory: 127MB }
    fails: InvalidParameterValueException
  - update-function: { function: thumb, tmp: 11GB }
    fails: InvalidParameterValueException
  - update-function: { function: thumb, reserved-concurrency: 901 }
    fails: InvalidParameterValueException
  - provision: { function: thumb, concurrency: 3 }
    fails: InvalidParameterValueException
  - provision: { function: other, concurrency: 899 }
    fails: InvalidParameterValueException
  - provision: { function: edge, concurrency: 1 }
    fails: InvalidParameterValueException
  - provision: { function: snap, concurrency: 1 }
    fails: InvalidParameterValueException
  - update-function: { function: snap, tmp: 1GB }
    fails: InvalidParameterValueException
  - update-function: { function: edge, architecture: arm64 }
    fails: InvalidParameterValueException
  - unprovision: thumb
    fails: ResourceNotFoundException
  - invoke: { function: thumb, payload: 7MB }
    fails: RequestTooLargeException
  - invoke: { function: thumb, payload: 2MB, mode: async }
    fails: RequestTooLargeException
expect: { thumb: { invocations: 0 } }",
    );
}

#[test]
fn a_crash_resets_and_a_timeout_cuts() {
    passed(
        "
start: 2026-06-01T00:00:00Z
functions: { thumb: { duration: 1s, init: 500ms, timeout: 2s } }
steps:
  - invoke: { function: thumb, result: crash }      # 500 ms + 1 s
  - { at: 1m, invoke: thumb }                       # init again inside: 1.5 s
  - { at: 2m, invoke: { function: thumb, duration: 5s } }     # cut at 2 s
  - { at: 3m, invoke: { function: thumb, duration: 1600ms } } # 500 ms + 1.6 s, cut at 2 s
  - { at: 4m, expect: { thumb: { environments: 1, cold-starts: 1, warm-starts: 3, errors: 3, billed-duration: 7s } } }",
    );
}

#[test]
fn asynchronous_events_are_tried_again() {
    passed(
        "
start: 2026-06-01T00:00:00Z
functions: { thumb: { duration: 1s, reserved-concurrency: 1 } }
steps:
  - invoke: { function: thumb, mode: async, result: error }
  - invoke: { function: thumb, mode: async }        # throttled, and served once the first is over
  - { at: 2s, expect: { thumb: { invocations: 1, throttles: 2, errors: 1 } } }
  - { at: 10s, expect: { thumb: { invocations: 2 } } }
expect: { thumb: { invocations: 4, errors: 3, throttles: 2 } }",
    );
}

#[test]
fn environments_grow_by_a_thousand_in_ten_seconds() {
    passed(
        "
start: 2026-06-01T00:00:00Z
account: { lambda-concurrency: 5000 }
functions: { burst: { duration: 3s, timeout: 10s } }
steps:
  - invoke: { function: burst, count: 1500 }
    fails: { code: TooManyRequestsException, count: 500 }
  - at: 2s
    invoke: { function: burst, count: 300 }
    fails: { code: TooManyRequestsException, count: 100 }
  - expect: { burst: { busy: 1200, throttles: 600 } }",
    );
}

#[test]
fn what_a_file_says_wrong_is_told_at_its_place() {
    for (text, says) in [
        (
            "functions: { a: { timeout: 901s } }\nsteps: []",
            "from 1 to 900",
        ),
        (
            "functions: { a: { memory: 512 } }\nsteps: []",
            "is not an amount of memory",
        ),
        (
            "functions: { a: { memory: 64MB } }\nsteps: []",
            "from 128 to 10240",
        ),
        (
            "functions: { a: { reserved-concurrency: 950 } }\nsteps: []",
            "UnreservedConcurrentExecution",
        ),
        (
            "functions: { a: ~ }\nsteps: [ { invoke: b } ]",
            "no function is called `b`",
        ),
        (
            "functions: { a: ~ }\nsteps: [ { load: { function: a, rate: 1/w, for: 1h } } ]",
            "is not a rate",
        ),
        (
            "functions: { a: ~ }\nsteps: [ { load: { function: a, rate: 1/h, for: 1m } } ]",
            "before its first request",
        ),
        (
            "region: cn-north-1\nfunctions: { a: ~ }\nsteps: []",
            "Lambda has no price in cn-north-1",
        ),
        (
            "functions: { a: ~ }\nsteps: [ { wait: 120ms } ]",
            "`120ms` is not a duration",
        ),
        (
            "functions: { a: ~ }\nsteps: []\nexpect: { a: { starts: 1 } }",
            "can't be expected of a function",
        ),
    ] {
        let mistakes = Scenario::from_text("functions.yaml", text).expect_err(text);
        let told = mistakes.to_string();
        assert!(told.contains(says), "{text}\n{told}");
    }
}

/// A function, and what is asked of it.
fn some_load() -> impl Strategy<Value = String> {
    (
        (1_u32..40, 0_u64..1_500, 0_u64..400, 2_u64..90),
        (1_u64..60, prop_oneof![Just("s"), Just("m")], 60_u64..240, prop_oneof![Just(""), Just(", reserved-concurrency: 2"), Just(", max-age: 1m")]),
        (0_u64..200, 0_u32..4, 1_u32..6),
    )
        .prop_map(|((mem, duration, init, idle), (rate, unit, lasts, more), (at, ready, count))| {
            let provision = if ready > 0 && !more.contains("reserved") {
                format!("  - provision: {{ function: f, concurrency: {ready} }}\n")
            } else {
                String::new()
            };
            let memory = 128 + mem * 64;
            format!(
                "start: 2026-06-30T23:58:00Z
account: {{ always-free: no, lambda-concurrency: 120 }}
functions: {{ f: {{ memory: {memory}MB, duration: {duration}ms, init: {init}ms, idle: {idle}s{more} }} }}
steps:
{provision}  - load: {{ function: f, rate: {rate}/{unit}, for: {lasts}s }}
  - {{ at: {at}s, invoke: {{ function: f, count: {count}, mode: async }} }}
  - {{ after: 1s, load: {{ function: f, rate: {rate}/s, for: 7s, duration: 50ms }} }}
  - wait: 5m
"
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Busy environments never exceed the limit, each request is billed once or throttled, and the rows are the total.
    #[test]
    fn whatever_is_asked_is_billed_once_or_throttled(text in some_load()) {
        let replay = played(&text);
        let (mut began, mut throttled, mut asked, mut busy, mut most) = (0, 0, 0, 0_i64, 0);
        for record in replay.records() {
            if let RecordKind::Invocation(one) = &record.kind {
                asked += one.count;
                throttled += one.throttled;
                began += one.requests;
                prop_assert!(one.outcome != InvocationOutcome::Unfinished);
            } else if let RecordKind::Environment(moved) = &record.kind {
                let is_busy = |phase: ec2sim::lifecycle::environment::Phase| {
                    i64::from(phase.state() == ec2sim::lifecycle::environment::State::Busy)
                };
                busy += is_busy(moved.to) - moved.from.map_or(0, is_busy);
                most = busy.max(most);
            }
        }
        prop_assert_eq!(busy, 0);
        prop_assert!(most <= 120);
        prop_assert_eq!(asked, began + throttled);
        let counts = replay.world().lambda().function(ec2sim::record::FunctionHandle::new(0)).counts();
        prop_assert_eq!((counts.invocations, counts.throttles), (began, throttled));
        prop_assert_eq!(counts.cold + counts.warm + counts.provisioned, began);
        let sum: Usd = replay.bill().ledger().iter().map(|line| line.amount).sum();
        prop_assert_eq!(sum, replay.bill().cost().total());
    }

    /// What is computed comes to what is stepped, whatever else is asked meanwhile.
    #[test]
    fn a_load_that_is_computed_comes_to_what_is_stepped(text in some_load()) {
        let scenario = Scenario::from_text("load.yaml", &text).expect("it is a scenario");
        let stepped = ec2sim::replay(&scenario.clone().with_loads_told_from(u64::MAX));
        let computed = ec2sim::replay(&scenario.with_loads_told_from(0));
        let counts = |replay: &Replay| {
            *replay.world().lambda().function(ec2sim::record::FunctionHandle::new(0)).counts()
        };
        prop_assert_eq!(counts(&stepped), counts(&computed));
        for meter in Meter::ALL {
            let of = |replay: &Replay| replay.bill().cost().of(*meter).to_string();
            prop_assert_eq!(of(&stepped), of(&computed), "{}\n{}", meter.name(), text);
        }
    }
}
