//! `cargo bench`: the standard workload in ec2sim, beside the least that it could cost and beside NeXosim, all in one run
//! and as ratios. `docs/performance.md` says what is compared, and holds the results.
//!
//! Everything that is measured is checked first: the same transitions, addresses, billed seconds, amounts and bytes.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]
#![expect(
    clippy::expect_used,
    reason = "a measurement that can't be taken ends the program"
)]
#![expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "ratios of measurements"
)]

mod counts;
mod files;
mod floor;
mod measure;
mod nexosim;
mod printer;
mod program;
mod workload;

use std::{io, path::PathBuf, process::Command, time::Duration};

use clap::{Parser, ValueEnum};
use ec2sim::Scenario;

use files::Folder;
use floor::Launches;
use measure::{Runs, Table, as_float, measure, ns_each};
use workload::{Churn, Shape};

/// Measures ec2sim at scale.
#[derive(Debug, Parser)]
struct Options {
    /// What to measure; everything unless told.
    parts: Vec<Part>,
    /// Small sizes: whether it all works and counts right, in seconds. The figures mean nothing.
    #[arg(long)]
    quick: bool,
    /// N of the main comparison.
    #[arg(long, default_value_t = 100_000)]
    instances: u32,
    /// C of all of them.
    #[arg(long, default_value_t = 10)]
    cycles: u32,
    /// How often each contender of the main comparison runs; they take turns.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// What cargo passes.
    #[arg(long, hide = true)]
    bench: bool,
    /// Does one piece of work and nothing else, to be counted.
    #[arg(long, hide = true)]
    one: Option<String>,
    /// Runs a program on a file and prints its peak memory.
    #[arg(long, hide = true)]
    peak: Option<PathBuf>,
    #[arg(last = true, hide = true)]
    program: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The workload: sums, everything kept, other shapes, beside the floor.
    Churn,
    /// The workload where an account has bought something.
    Bought,
    /// JSON lines, beside the printer written by hand.
    Lines,
    /// The workload in NeXosim.
    Nexosim,
    /// One long file, as YAML and as JSON.
    Parsing,
    /// Starting the program.
    Startup,
    /// A thousand small files.
    Files,
    /// Time over the number of instances.
    Growth,
    /// Peak memory of a million instances.
    Memory,
    /// Instructions a transition.
    Counts,
}

fn main() -> io::Result<()> {
    let mut options = Options::parse();
    if let Some(file) = &options.peak {
        println!("{}", program::print_peak(&options.program, file)?);
        return Ok(());
    }
    if let Some(work) = &options.one {
        counts::work(work, options.instances, options.cycles);
        return Ok(());
    }
    if options.quick {
        options.instances = options.instances.min(500);
        options.rounds = 1;
    }
    check(options.cycles)?;
    let mut floor = None;
    for part in Part::value_variants() {
        if !options.parts.is_empty() && !options.parts.contains(part) {
            continue;
        }
        let table = match part {
            Part::Churn => churn(&options, &mut floor),
            Part::Bought => bought(&options, &mut floor),
            Part::Lines => lines(&options, &mut floor)?,
            Part::Nexosim => nexosim(&options, &mut floor),
            Part::Parsing => parsing(&options),
            Part::Startup => startup(&options)?,
            Part::Files => small_files(&options)?,
            Part::Growth => growth(&options),
            Part::Memory => memory(&options)?,
            Part::Counts => instructions(&options)?,
        };
        println!("{}", table.text());
    }
    Ok(())
}

/// Every way of doing the work comes to the same, in every shape, and the printer prints the program's bytes.
fn check(cycles: u32) -> io::Result<()> {
    for shape in [Shape::Staggered, Shape::AtOnce, Shape::Drawn] {
        let churn = Churn::new(50, cycles, shape);
        let scenario = churn.scenario();
        churn.check(&workload::totals(&scenario));
        churn.check(&workload::kept(&scenario));
        churn.check(&workload::lines(&scenario).0);
        for launches in [Launches::InTurn, Launches::UpFront] {
            assert_eq!(floor::run(churn, launches), churn.counts());
        }
        let printed = counts::printed(churn)?;
        let lines = printer::read(&printed);
        let mut by_hand = Vec::new();
        lines.print(1, &mut by_hand)?;
        let by_hand = String::from_utf8_lossy(&by_hand);
        for (own, wanted) in by_hand.lines().zip(printed.lines()) {
            assert_eq!(own, wanted, "the printer's bytes differ");
        }
        assert_eq!(by_hand.len(), printed.len());
        assert_eq!(workload::lines(&scenario).1, as_u64(printed.len()));
        let counts = churn.counts();
        assert_eq!(lines.counts(), (counts.addresses, counts.billed_seconds));
    }
    let churn = Churn::new(50, cycles, Shape::Staggered);
    assert_eq!(nexosim::fleet(churn).run(), churn.counts());
    assert_eq!(nexosim::instances(churn).run(), churn.counts());
    println!(
        "All ways of doing lifecycle-churn(50, {cycles}) agree on counts, amounts and bytes.\n"
    );
    Ok(())
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).expect("a length")
}

/// The better of the two floors, for one shape.
#[derive(Debug, Default)]
struct Floors {
    in_turn: Runs,
    up_front: Runs,
}

impl Floors {
    fn run(&mut self, churn: Churn) {
        for (launches, runs) in [
            (Launches::InTurn, &mut self.in_turn),
            (Launches::UpFront, &mut self.up_front),
        ] {
            let (took, counts) = measure(|| floor::run(churn, launches));
            assert_eq!(counts, churn.counts());
            runs.push(took);
        }
    }

    fn least(&self) -> Duration {
        self.in_turn
            .least_processor()
            .min(self.up_front.least_processor())
    }
}

/// Nanoseconds a transition of the floor of the main comparison; measured once.
fn floor_ns(options: &Options, known: &mut Option<f64>) -> f64 {
    *known.get_or_insert_with(|| {
        let churn = Churn::new(options.instances, options.cycles, Shape::Staggered);
        let mut floors = Floors::default();
        for _ in 0..options.rounds {
            floors.run(churn);
        }
        ns_each(floors.least(), churn.counts().transitions)
    })
}

fn churn(options: &Options, floor: &mut Option<f64>) -> Table {
    let mut table = Table::new("the workload, ns a transition");
    for shape in [Shape::Staggered, Shape::AtOnce, Shape::Drawn] {
        let is_main = shape == Shape::Staggered;
        let churn = Churn::new(options.instances, options.cycles, shape);
        let transitions = churn.counts().transitions;
        let (read, scenario) = measure(|| churn.scenario());
        let mut floors = Floors::default();
        let (mut totals, mut kept) = (Runs::default(), Runs::default());
        for _ in 0..options.rounds {
            floors.run(churn);
            let (took, replay) = measure(|| workload::totals(&scenario));
            churn.check(&replay);
            totals.push(took);
            drop(replay);
            if is_main {
                let (took, replay) = measure(|| workload::kept(&scenario));
                churn.check(&replay);
                kept.push(took);
            }
        }
        let least = ns_each(floors.least(), transitions);
        if is_main {
            *floor = Some(least);
            println!(
                "N = {}, C = {}: {transitions} transitions. Processor time, least (median) of {} runs in turn. \
                 Reading the scenario takes {:.2} ms and isn't in it.\n",
                churn.instances,
                churn.cycles,
                options.rounds,
                read.processor.as_secs_f64() * 1e3,
            );
        }
        let figure = |runs: &Runs| {
            let (least, median) = (runs.least_processor(), runs.median_processor());
            format!(
                "{:.1} ({:.1})",
                ns_each(least, transitions),
                ns_each(median, transitions)
            )
        };
        let ratio = |runs: &Runs| {
            format!(
                "{:.2}",
                ns_each(runs.least_processor(), transitions) / least
            )
        };
        let name = shape.name();
        for (how, runs) in [
            ("launches in turn", &floors.in_turn),
            ("launches up front", &floors.up_front),
        ] {
            let what = format!("{name}: bare heap, {how}");
            table.row(&what, &figure(runs), &ratio(runs), "", "");
        }
        let (target, aim) = if is_main { ("3", "0.6") } else { ("", "") };
        let what = format!("{name}: totals only");
        table.row(&what, &figure(&totals), &ratio(&totals), target, aim);
        if is_main {
            let what = format!("{name}: ledger and records kept");
            table.row(&what, &figure(&kept), &ratio(&kept), "4", "1");
        }
    }
    table
}

/// What Reserved Instances and a Savings Plan take, which look at every hour.
fn bought(options: &Options, floor: &mut Option<f64>) -> Table {
    let least = floor_ns(options, floor);
    let churn = Churn::new(options.instances, options.cycles, Shape::Staggered);
    let scenario = churn.bought();
    let transitions = churn.counts().transitions;
    let mut totals = Runs::default();
    for _ in 0..options.rounds {
        let (took, replay) = measure(|| workload::totals(&scenario));
        churn.check_bought(&replay);
        totals.push(took);
    }
    let mut table = Table::new("with commitments, ns a transition");
    let each = ns_each(totals.least_processor(), transitions);
    table.row(
        "staggered: totals only, 500 Reserved Instances and a Savings Plan",
        &format!("{each:.1}"),
        &format!("{:.2}", each / least),
        "",
        "",
    );
    table
}

fn lines(options: &Options, floor: &mut Option<f64>) -> io::Result<Table> {
    let floor = floor_ns(options, floor);
    let churn = Churn::new(options.instances, options.cycles, Shape::Staggered);
    let transitions = churn.counts().transitions;
    let scenario = churn.scenario();
    // The values of some instances, printed so often that it comes to a tenth of the bytes.
    let some = churn.instances.min(1_000);
    let values = printer::read(&counts::printed(Churn {
        instances: some,
        ..churn
    })?);
    let times = u64::from((churn.instances / some / 10).max(1));
    let (mut ec2sim, mut by_hand) = (Runs::default(), Runs::default());
    let (mut bytes, mut bytes_by_hand) = (0, 0);
    for _ in 0..options.rounds {
        let (took, (replay, printed)) = measure(|| workload::lines(&scenario));
        churn.check(&replay);
        ec2sim.push(took);
        bytes = printed;
        let (took, printed) = measure(|| values.print(times, &mut io::sink()));
        by_hand.push(took);
        bytes_by_hand = printed?;
    }
    let speed = |time: Duration, bytes: u64| as_float(bytes) / 1e9 / time.as_secs_f64();
    let by_hand_speed = speed(by_hand.least_wall(), bytes_by_hand);
    let ec2sim_speed = speed(ec2sim.least_wall(), bytes);
    let mut table = Table::new("JSON lines, GB/s by the clock");
    let what = format!(
        "printer written by hand, {} bytes a line",
        bytes_by_hand / (times * as_u64(values.len()))
    );
    table.row(&what, &format!("{by_hand_speed:.2}"), "1", "", "");
    table.row(
        "ec2sim, whole replay",
        &format!("{ec2sim_speed:.2}"),
        &format!("{:.2}", by_hand_speed / ec2sim_speed),
        "2",
        "1, at 1.5 GB/s",
    );
    for (what, time) in [
        ("ns a transition by the clock", ec2sim.least_wall()),
        (
            "ns a transition of processor time",
            ec2sim.least_processor(),
        ),
    ] {
        let each = ns_each(time, transitions);
        let to_floor = format!("{:.1} to the bare heap", each / floor);
        table.row(
            &format!("ec2sim, {what}"),
            &format!("{each:.1}"),
            &to_floor,
            "",
            "",
        );
    }
    Ok(table)
}

/// Makes a simulation that only has to run.
type SetUp = fn(Churn) -> nexosim::Bench;

fn nexosim(options: &Options, floor: &mut Option<f64>) -> Table {
    let floor = floor_ns(options, floor);
    let mut table = Table::new("NeXosim, ns a transition");
    let ways: [(&str, u32, SetUp); 2] = [
        (
            "one model for all instances",
            options.instances,
            nexosim::fleet,
        ),
        (
            "a model an instance",
            options.instances.min(10_000),
            nexosim::instances,
        ),
    ];
    for (what, instances, set_up) in ways {
        let churn = Churn::new(instances, options.cycles, Shape::Staggered);
        let transitions = churn.counts().transitions;
        let (mut setting_up, mut running) = (Runs::default(), Runs::default());
        for _ in 0..options.rounds.min(3) {
            let (took, bench) = measure(|| set_up(churn));
            setting_up.push(took);
            let (took, counts) = measure(|| bench.run());
            assert_eq!(counts, churn.counts());
            running.push(took);
        }
        let each = ns_each(running.least_processor(), transitions);
        let set_up = ns_each(setting_up.least_processor(), u64::from(instances));
        table.row(
            &format!("{what}, N = {instances}"),
            &format!("{each:.1}; setting up {set_up:.0} an instance"),
            &format!("{:.1}", each / floor),
            "",
            "",
        );
    }
    table
}

fn parsing(options: &Options) -> Table {
    let steps = if options.quick { 2_000 } else { 100_000 };
    let (yaml, json) = files::long_scenario(steps);
    let mut table = Table::new("reading one long file, MB/s");
    for (name, text, target) in [("long.yaml", yaml, "25"), ("long.json", json, "150")] {
        let mut runs = Runs::default();
        for _ in 0..options.rounds {
            let (took, scenario) = measure(|| Scenario::from_text(name, &text));
            scenario.expect("the long file is a good scenario");
            runs.push(took);
        }
        let megabytes = as_float(as_u64(text.len())) / 1e6;
        table.row(
            &format!("{name}, {steps} steps, {megabytes:.1} MB"),
            &format!("{:.1}", megabytes / runs.least_processor().as_secs_f64()),
            "",
            target,
            "",
        );
    }
    table
}

fn startup(options: &Options) -> io::Result<Table> {
    let folder = Folder::new("startup", 1)?;
    let tiny = folder.file(
        "tiny.yaml",
        "instances: { web: { type: t3.micro } }\nsteps:\n  - launch: web\n",
    )?;
    let times = if options.quick { 5 } else { 200 };
    let arguments = ["run", "--quiet"];
    let mut commands = [
        Command::new("/bin/true"),
        program::ec2sim(&arguments, &tiny),
    ];
    let sums = program::starts(&mut commands, times)?;
    let micros = |index: usize| sums[index].processor.as_secs_f64() * 1e6 / f64::from(times);
    let mut table = Table::new("starting the program");
    table.row(
        "/bin/true, µs of processor time",
        &format!("{:.0}", micros(0)),
        "1",
        "",
        "",
    );
    table.row(
        "ec2sim run with a tiny scenario, µs",
        &format!("{:.0}", micros(1)),
        &format!("{:.2}", micros(1) / micros(0)),
        "2",
        "",
    );
    let peak = program::peak(&arguments, &tiny)?;
    table.row("its peak memory", &mebibytes(peak), "", "6 MiB", "");
    Ok(table)
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", as_float(bytes) / f64::from(1 << 20))
}

fn small_files(options: &Options) -> io::Result<Table> {
    let count = if options.quick { 100 } else { 1_000 };
    let (many, one) = (Folder::new("many", count)?, Folder::new("one", 1)?);
    let mut table = Table::new("small files, µs each");
    let mut alone = None;
    for jobs in [1, 2] {
        let (mut runs, mut start) = (Runs::default(), Runs::default());
        for _ in 0..options.rounds.max(2) {
            runs.push(many.test(jobs)?);
            start.push(one.test(jobs)?);
        }
        let each = |time: Duration, start: Duration| {
            time.saturating_sub(start).as_secs_f64() * 1e6 / f64::from(count - 1)
        };
        let wall = each(runs.least_wall(), start.least_wall());
        let processor = each(runs.least_processor(), start.least_processor());
        let (ratio, target) = match alone {
            None => (String::new(), "30"),
            Some(alone) if wall > 0.0 => (format!("{:.2} times as fast", alone / wall), "near 2"),
            Some(_) => (String::new(), "near 2"),
        };
        alone.get_or_insert(wall);
        table.row(
            &format!("{count} files, --jobs {jobs}"),
            &format!("{wall:.1} by the clock, {processor:.1} of processor time"),
            &ratio,
            target,
            "",
        );
    }
    Ok(table)
}

fn growth(options: &Options) -> Table {
    let sizes: &[u32] = if options.quick {
        &[100, 300]
    } else {
        &[1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
    };
    let mut table = Table::new("growth, ns a transition");
    let (mut of_totals, mut of_floor) = (Vec::new(), Vec::new());
    for &instances in sizes {
        let churn = Churn::new(instances, options.cycles, Shape::Staggered);
        let scenario = churn.scenario();
        let (mut totals, mut floor) = (Runs::default(), Runs::default());
        // Short runs are repeated.
        let times = if options.quick {
            1
        } else {
            (100_000 / instances).clamp(1, 20)
        };
        for _ in 0..times {
            totals.push(measure(|| workload::totals(&scenario)).0);
            floor.push(measure(|| floor::run(churn, Launches::InTurn)).0);
        }
        let transitions = churn.counts().transitions;
        let (totals, floor) = (totals.least_processor(), floor.least_processor());
        let log = |time: Duration| (f64::from(instances).ln(), time.as_secs_f64().ln());
        of_totals.push(log(totals));
        of_floor.push(log(floor));
        let (each, bare) = (ns_each(totals, transitions), ns_each(floor, transitions));
        table.row(
            &format!("totals only, N = {instances}"),
            &format!("{each:.1}"),
            &format!("{:.2}", each / bare),
            "",
            "",
        );
    }
    let slopes = [
        ("slope of time over N, totals only", of_totals, "1.05"),
        ("slope of time over N, bare heap", of_floor, ""),
    ];
    for (what, points, target) in slopes {
        table.row(
            what,
            &format!("{:.3}", measure::slope(&points)),
            "",
            target,
            "",
        );
    }
    table
}

fn memory(options: &Options) -> io::Result<Table> {
    let folder = Folder::new("memory", 0)?;
    let (many, few) = if options.quick {
        (2_000, 1_000)
    } else {
        (1_000_000, 1_000)
    };
    let mut table = Table::new("peak memory of the program");
    let rows = [
        (
            Shape::Staggered,
            1,
            "run --quiet",
            "an ended instance",
            "64 B",
        ),
        (
            Shape::Staggered,
            options.cycles,
            "run --quiet",
            "an ended instance",
            "64 B",
        ),
        (
            Shape::Staggered,
            1,
            "run --format jsonl",
            "an ended instance",
            "64 B",
        ),
        (Shape::AtOnce, 1, "run --quiet", "a live instance", "256 B"),
    ];
    for (shape, cycles, command, whose, target) in rows {
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut peaks = Vec::new();
        for instances in [few, many] {
            let text = Churn::new(instances, cycles, shape).text();
            let file = folder.file("churn.yaml", &text)?;
            peaks.push(program::peak(&arguments, &file)?);
        }
        let (base, peak) = (peaks[0], peaks[1]);
        let each = peak.saturating_sub(base) / u64::from(many - few);
        table.row(
            &format!("{command}: ({many}, {cycles}) {}", shape.name()),
            &mebibytes(peak),
            "",
            "300 MiB",
            "",
        );
        table.row(
            &format!("  {whose} of these"),
            &format!("{each} B"),
            "",
            target,
            "",
        );
    }
    Ok(table)
}

fn instructions(options: &Options) -> io::Result<Table> {
    let mut table = Table::new("instructions a transition");
    let mut floor = None;
    for name in counts::WORK {
        // Two sizes under valgrind take seconds, also for the quick run: there the least of the work is enough.
        if options.quick && name != "floor" {
            continue;
        }
        let Some(each) = counts::per_transition(name, options.cycles)? else {
            table.row("valgrind isn't installed: none", "", "", "", "");
            return Ok(table);
        };
        let floor = *floor.get_or_insert(each);
        table.row(
            name,
            &format!("{each:.0}"),
            &format!("{:.2}", each / floor),
            "",
            "",
        );
    }
    Ok(table)
}
