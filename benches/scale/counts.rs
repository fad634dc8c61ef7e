//! Instructions, as `valgrind --tool=callgrind` counts them: the same on a busy machine as on an idle one.

use std::{
    env,
    io::{self, Write},
    process::{Command, Stdio},
};

use super::{
    floor::{self, Launches},
    measure::as_float,
    nexosim, printer,
    workload::{self, Churn, Shape},
};

/// What can be counted.
pub(crate) const WORK: [&str; 7] = [
    "floor",
    "totals",
    "kept",
    "lines",
    "printer",
    "fleet",
    "instances",
];

/// Does a piece of work once: what a process under valgrind is started for.
pub(crate) fn work(name: &str, instances: u32, cycles: u32) {
    let churn = Churn::new(instances, cycles, Shape::Staggered);
    match name {
        "floor" => assert_eq!(floor::run(churn, Launches::InTurn), churn.counts()),
        "totals" => churn.check(&workload::totals(&churn.scenario())),
        "kept" => churn.check(&workload::kept(&churn.scenario())),
        "lines" => churn.check(&workload::lines(&churn.scenario()).0),
        "printer" => {
            // The values of ten instances, printed again and again.
            let printed = printed(Churn::new(10, cycles, Shape::Staggered)).expect("ec2sim runs");
            let lines = printer::read(&printed);
            let print = lines.print(u64::from(instances / 10), &mut io::sink());
            assert!(print.is_ok_and(|bytes| bytes > 0));
        }
        "fleet" => assert_eq!(nexosim::fleet(churn).run(), churn.counts()),
        "instances" => assert_eq!(nexosim::instances(churn).run(), churn.counts()),
        other => panic!("there is no work called {other}"),
    }
}

/// The events that `ec2sim run --format jsonl` prints, between the first and the last line of the journal.
pub(crate) fn printed(churn: Churn) -> io::Result<String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["run", "--format", "jsonl", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(churn.text().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let journal = String::from_utf8(output.stdout).map_err(io::Error::other)?;
    let events = journal.lines().filter(|line| line.starts_with("{\"seq\""));
    Ok(events.flat_map(|line| [line, "\n"]).collect())
}

/// Instructions for each transition: the difference of two sizes, so that start-up and set-up for one size cancel out.
/// None where there is no valgrind.
pub(crate) fn per_transition(name: &str, cycles: u32) -> io::Result<Option<f64>> {
    let (small, large) = (1_000, 2_000);
    let (Some(few), Some(many)) = (count(name, small, cycles)?, count(name, large, cycles)?) else {
        return Ok(None);
    };
    let transitions = Churn::new(large - small, cycles, Shape::Staggered)
        .counts()
        .transitions;
    Ok(Some(as_float(many - few) / as_float(transitions)))
}

/// Instructions of a whole process; none where there is no valgrind.
fn count(name: &str, instances: u32, cycles: u32) -> io::Result<Option<u64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["--one", name])
        .args(["--instances", &instances.to_string()])
        .args(["--cycles", &cycles.to_string()])
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(io::Error::other(format!("{name} under valgrind: {said}")));
    }
    let collected = said.lines().find_map(|line| {
        let (_, number) = line.split_once("Collected : ")?;
        number.trim().parse().ok()
    });
    match collected {
        Some(count) => Ok(Some(count)),
        None => Err(io::Error::other(format!(
            "valgrind counted nothing: {said}"
        ))),
    }
}
