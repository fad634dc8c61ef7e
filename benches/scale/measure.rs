//! Time, memory, and the table of figures.

use std::{
    fmt::Write as _,
    io,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeVal,
};

/// How long something took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// In all threads, and in the system on their behalf.
    pub(crate) processor: Duration,
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a benchmark is for; virtual time has nothing to do with it"
)]
fn now() -> Instant {
    Instant::now()
}

/// The processor time of this process, or of its children that have ended.
fn processor(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("the system counts processor time");
    let part = |time: TimeVal| {
        let micros = time.tv_sec() * 1_000_000 + time.tv_usec();
        Duration::from_micros(u64::try_from(micros).expect("time goes on"))
    };
    part(usage.user_time()) + part(usage.system_time())
}

fn took<T>(who: UsageWho, work: impl FnOnce() -> T) -> (Took, T) {
    let (processor_before, begin) = (processor(who), now());
    let value = work();
    let wall = begin.elapsed();
    let processor = processor(who).saturating_sub(processor_before);
    (Took { wall, processor }, value)
}

/// Does some work of this process.
pub(crate) fn measure<T>(work: impl FnOnce() -> T) -> (Took, T) {
    took(UsageWho::RUSAGE_SELF, work)
}

/// Runs a program to its end; what it prints is thrown away.
pub(crate) fn measure_program(command: &mut Command) -> io::Result<Took> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let (took, status) = took(UsageWho::RUSAGE_CHILDREN, || command.status());
    let status = status?;
    if status.success() {
        Ok(took)
    } else {
        Err(io::Error::other(format!("{command:?}: {status}")))
    }
}

/// The most memory that a child of this process had, in bytes.
pub(crate) fn peak_of_children() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts memory");
    let peak = u64::try_from(usage.max_rss()).expect("a size");
    // macOS counts bytes, every other system KiB.
    if cfg!(target_os = "macos") {
        peak
    } else {
        peak * 1_024
    }
}

/// The runs of one contender.
#[derive(Debug, Default)]
pub(crate) struct Runs(Vec<Took>);

impl Runs {
    pub(crate) fn push(&mut self, took: Took) {
        self.0.push(took);
    }

    pub(crate) fn least_processor(&self) -> Duration {
        let least = self.0.iter().map(|took| took.processor).min();
        least.unwrap_or_default()
    }

    pub(crate) fn least_wall(&self) -> Duration {
        self.0
            .iter()
            .map(|took| took.wall)
            .min()
            .unwrap_or_default()
    }

    pub(crate) fn median_processor(&self) -> Duration {
        let mut all: Vec<Duration> = self.0.iter().map(|took| took.processor).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or_default()
    }
}

/// Nanoseconds for each of so many.
pub(crate) fn ns_each(time: Duration, count: u64) -> f64 {
    time.as_secs_f64() * 1e9 / as_float(count)
}

pub(crate) fn as_float(count: u64) -> f64 {
    count as f64
}

/// The slope of a straight line through points, by least squares.
pub(crate) fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let over: f64 = points
        .iter()
        .map(|(x, y)| (x - mean_x) * (y - mean_y))
        .sum();
    let under: f64 = points
        .iter()
        .map(|(x, _)| (x - mean_x) * (x - mean_x))
        .sum();
    over / under
}

/// The figures of a part, as a Markdown table.
pub(crate) struct Table {
    title: &'static str,
    rows: Vec<[String; 5]>,
}

impl Table {
    pub(crate) const fn new(title: &'static str) -> Self {
        Self {
            title,
            rows: Vec::new(),
        }
    }

    /// A figure; target and aim are empty where none is set.
    pub(crate) fn row(&mut self, what: &str, figure: &str, ratio: &str, target: &str, aim: &str) {
        self.rows
            .push([what, figure, ratio, target, aim].map(str::to_owned));
    }

    pub(crate) fn text(&self) -> String {
        let head = [self.title, "figure", "ratio", "target", "aim"].map(str::to_owned);
        let width = |column: usize| {
            let cells = self
                .rows
                .iter()
                .chain([&head])
                .map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths = [0, 1, 2, 3, 4].map(width);
        let mut text = String::new();
        let mut line = |cells: &[String; 5]| {
            for (cell, width) in cells.iter().zip(widths) {
                let _ = write!(text, "| {cell:width$} ");
            }
            text.push_str("|\n");
        };
        line(&head);
        line(&widths.map(|width| "-".repeat(width)));
        for row in &self.rows {
            line(row);
        }
        text
    }
}
