//! CPU credits: the worked examples of the billing rulebook, section 5.

use ec2sim::{money::Usd, record::Meter};

use crate::{
    meters::is_example,
    support::{Played, passes},
};

/// One instance whose transitional states take no time.
fn june(instance: &str, steps: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, resuming: 0s, stopping: 0s, shutting-down: 0s }}
instances: {{ web: {{ public-ipv4: none, {instance} }} }}
steps:
  - launch: web
{steps}"
    ))
}

fn credits(played: &Played) -> Usd {
    played.replay.bill().cost().of(Meter::CpuCredits)
}

#[test]
fn ex_25_unlimited_at_full_load_is_charged_hour_by_hour() {
    let played = june(
        "type: t3.micro",
        "
  - cpu: { instance: web, percent: 100 }
  - { at: 2h, expect: { web: { surplus-credits: 216, credits: 0, cost: { cpu-credits: $0 } } } }
  # The first charge falls in the third hour: 36 above 288.
  - { at: 3h, expect: { web: { surplus-credits: 288, cost: { cpu-credits: $0.03 } } } }
  - { at: 24h, terminate: web }
",
    );
    is_example("EX-25", &played, &[Meter::CpuCredits, Meter::Usage]);
    assert_eq!(credits(&played).to_fixed(10), "2.1600000000");
}

#[test]
fn ex_26_a_burst_that_is_paid_down() {
    let played = june(
        "type: t3.nano",
        "
  - cpu: { instance: web, percent: 0 }
  - at: 20h20m
    expect: { web: { credits: 122.0 } }
  - { at: 21h, cpu: { instance: web, percent: 0 } }
",
    );
    assert_eq!(credits(&played), Usd::ZERO);
    let played = passes(
        "
start: 2026-06-01T00:40:00Z
timings: { pending: 0s, resuming: 0s, stopping: 0s, shutting-down: 0s }
instances: { web: { type: t3.nano, public-ipv4: none } }
steps:
  - launch: web
  - cpu: { instance: web, percent: 0 }
  - at: 20h20m
    expect: { web: { credits: 122 } }
  - cpu: { instance: web, percent: 100 }
  - { after: 5h, cpu: { instance: web, percent: 5 } }
  - expect: { web: { surplus-credits: 144, cost: { cpu-credits: $0.2533333333 } } }
  - { after: 13h, cpu: { instance: web, percent: 0 } }
  - { after: 24h, expect: { web: { surplus-credits: 0, credits: 0 } } }
  - { after: 1h, stop: web }
",
    );
    is_example("EX-26", &played, &[Meter::CpuCredits]);
}

#[test]
fn ex_27_what_is_above_the_cap_is_charged_at_the_end_of_the_hour() {
    let played = june(
        "type: t2.nano, credits: unlimited",
        "
  - cpu: { instance: web, percent: 0 }
  - { at: 40m, cpu: { instance: web, percent: 100 } }
  - { at: 1h40m, cpu: { instance: web, percent: 75 } }
  - { at: 2h40m, cpu: { instance: web, percent: 5 } }
  - expect: { web: { surplus-credits: 97 } }
  - { at: 3h30m, expect: { web: { surplus-credits: 72, cost: { cpu-credits: $0.0208333333 } } } }
",
    );
    is_example("EX-27", &played, &[Meter::CpuCredits]);
    let not_counted = played.replay.bill().not_counted();
    assert!(not_counted.contains(&"surplus CPU credits that aren't due yet"));
}

#[test]
fn ex_28_to_30_what_is_spent_is_due_at_the_end() {
    let burst = june(
        "type: t3.micro",
        "  - cpu: { instance: web, percent: 100 }\n  - { at: 1h, terminate: web }\n",
    );
    is_example("EX-28", &burst, &[Meter::CpuCredits, Meter::Usage]);
    let arm = june(
        "type: t4g.small",
        "  - cpu: { instance: web, percent: 50 }\n  - { at: 2h, stop: web }\n",
    );
    is_example("EX-29", &arm, &[Meter::CpuCredits]);
    let windows = june(
        "type: t3.medium, platform: windows",
        "  - cpu: { instance: web, percent: 100 }\n  - { at: 1h, terminate: web }\n",
    );
    is_example("EX-30", &windows, &[Meter::CpuCredits]);
}

#[test]
fn ex_31_t2_standard_never_costs_more_and_starts_anew() {
    let played = june(
        "type: t2.micro",
        "
  - expect: { web: { credits: 30 } }
  - cpu: { instance: web, percent: 100 }
  - { at: 30m, expect: { web: { credits: 3.00, surplus-credits: 0 } } }
  - stop: web
  - expect: { web: { credits: 0 } }
  - { after: 1h, expect: { web: { credits: 0 } } }
",
    );
    is_example("EX-31", &played, &[Meter::CpuCredits, Meter::Usage]);
    june(
        "type: t2.micro",
        "
  - cpu: { instance: web, percent: 100 }
  - { at: 30m, stop: web }
  - { at: 1h, start: web }
  - expect: { web: { credits: 30 } }
  # The load goes on as it was; with nothing left the CPU is held at the baseline.
  - { at: 3h, expect: { web: { credits: 0, surplus-credits: 0 } } }
  - { at: 4h, terminate: web }
expect: { web: { cost: { cpu-credits: $0 } } }
",
    );
}

#[test]
fn t3_keeps_what_it_earned_for_seven_days_and_no_second_longer() {
    for (start, kept) in [("8d", "288"), ("691201s", "0")] {
        june(
            "type: t3.micro",
            &format!(
                "
  - cpu: {{ instance: web, percent: 0 }}
  - {{ at: 1d, expect: {{ web: {{ credits: 288 }} }} }}
  - stop: web
  - {{ at: {start}, start: web }}
  - expect: {{ web: {{ credits: {kept} }} }}
"
            ),
        );
    }
}

#[test]
fn a_switch_of_the_mode_charges_the_surplus_or_takes_launch_credits() {
    june(
        "type: t3.micro",
        "
  - cpu: { instance: web, percent: 100 }
  - { at: 1h, modify: { instance: web, credits: standard } }
  - expect: { web: { surplus-credits: 0, cost: { cpu-credits: $0.09 } } }
  - { at: 2h, expect: { web: { credits: 0, cost: { cpu-credits: $0.09 } } } }
",
    );
    june(
        "type: t2.micro",
        "
  - modify: { instance: web, credits: unlimited }
  - expect: { web: { credits: 0 } }
  - modify: { instance: web, credits: standard }
  - expect: { web: { credits: 0 } }
  - { at: 1h, expect: { web: { credits: 3 } } }
",
    );
}

#[test]
fn another_size_keeps_what_fits_it() {
    june(
        "type: t3.large",
        "
  - cpu: { instance: web, percent: 0 }
  - { at: 1d, stop: web }
  - modify: { instance: web, type: t3.micro }
  - start: web
  - expect: { web: { credits: 288 } }
  - stop: web
  - modify: { instance: web, type: m5.large }
  - start: web
  - stop: web
  - modify: { instance: web, type: t3.micro }
  - start: web
  - expect: { web: { credits: 0 } }
",
    );
}

#[test]
fn a_given_price_holds_for_the_family() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, stopping: 0s }
prices: { cpu-credits/t3: $0.10 }
instances: { web: { type: t3.micro, platform: windows } }
steps:
  - launch: web
  - cpu: { instance: web, percent: 100 }
  - { at: 1h, stop: web }
  - { at: 2h, fails: Simulator.NotRunning, cpu: { instance: web, percent: 1 } }
",
    );
    assert_eq!(credits(&played).to_fixed(10), "0.1800000000");
}

#[test]
fn a_hundred_launches_a_day_bring_launch_credits() {
    passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, shutting-down: 0s }
instances: { many: { type: t2.micro, count: 100 }, late: { type: t2.micro } }
steps:
  - launch: many
  - expect: { many: { credits: 30 } }
  - { at: 23h, launch: late }
  - expect: { late: { credits: 0 } }
  - terminate: late
  - { at: 24h, launch: late }
  - expect: { late: { credits: 30 } }
",
    );
}

#[test]
fn a_spot_instance_pays_for_its_surplus() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, shutting-down: 0s }
instances: { web: { type: t3.micro, market: spot } }
steps:
  - launch: web
  - cpu: { instance: web, percent: 100 }
  - { at: 28m, interrupt: web }
",
    );
    assert_eq!(credits(&played).to_fixed(10), "0.0450000000");
}
