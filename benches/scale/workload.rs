//! The standard workload, `lifecycle-churn(N, C)`, in the scenario language and through the public API.

use std::{
    io::{self, BufWriter, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ec2sim::{
    Replay, Scenario,
    engine::StopSignal,
    money::Usd,
    record::Meter,
    report::JsonLines,
    runner::{Keep, replay_into},
    time::{SimDuration, SimTime},
};

/// When instances are launched, and how long their transitional states last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One every seven seconds; constant timings.
    Staggered,
    /// All at the same instant; constant timings.
    AtOnce,
    /// One every seven seconds; timings drawn from ranges.
    Drawn,
}

/// A transitional state's length in seconds: the least and the most.
pub(crate) type Range = (u64, u64);

impl Shape {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Staggered => "staggered",
            Self::AtOnce => "all at once",
            Self::Drawn => "timings drawn",
        }
    }

    /// Seconds from one launch to the next.
    pub(crate) const fn every(self) -> u64 {
        match self {
            Self::Staggered | Self::Drawn => 7,
            Self::AtOnce => 0,
        }
    }

    /// How long pending, stopping and shutting-down last.
    pub(crate) const fn timings(self) -> (Range, Range, Range) {
        match self {
            Self::Staggered | Self::AtOnce => ((20, 20), (30, 30), (25, 25)),
            Self::Drawn => ((10, 30), (20, 40), (15, 35)),
        }
    }
}

/// Seconds that an instance runs at a time.
pub(crate) const RUN: u64 = 600;
/// Seconds that it stays stopped.
pub(crate) const REST: u64 = 300;

/// The instant of offset zero, 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600;

/// `lifecycle-churn(N, C)`: N instances run, stop, rest and start C times, run once more and are terminated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Churn {
    pub(crate) instances: u32,
    pub(crate) cycles: u32,
    pub(crate) shape: Shape,
}

/// What every way of doing the work has to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) transitions: u64,
    pub(crate) addresses: u64,
    pub(crate) billed_seconds: u64,
}

impl Churn {
    pub(crate) const fn new(instances: u32, cycles: u32, shape: Shape) -> Self {
        Self {
            instances,
            cycles,
            shape,
        }
    }

    pub(crate) fn counts(self) -> Counts {
        let (instances, cycles) = (u64::from(self.instances), u64::from(self.cycles));
        Counts {
            transitions: instances * (4 * cycles + 4),
            addresses: instances * (cycles + 1),
            billed_seconds: instances * (cycles + 1) * RUN,
        }
    }

    /// The scenario: as long for a million instances as for one.
    pub(crate) fn text(self) -> String {
        let Self {
            instances,
            cycles,
            shape,
        } = self;
        let every = shape.every();
        let (pending, stopping, shutting_down) = shape.timings();
        let range = |(least, most): Range| {
            if least == most {
                format!("{least}s")
            } else {
                format!("{least}s..{most}s")
            }
        };
        let (pending, stopping, shutting_down) =
            (range(pending), range(stopping), range(shutting_down));
        format!(
            "name: lifecycle-churn
start: 2026-01-01T00:00:00Z
timings: {{ pending: {pending}, stopping: {stopping}, shutting-down: {shutting_down} }}
instances:
  web: {{ type: t3.micro, root: 8GiB gp3, count: {instances} }}
steps:
  - each: web
    every: {every}s
    steps:
      - launch: self
      - wait-until: {{ self: running }}
      - repeat: {cycles}
        steps:
          - after: {RUN}s
            stop: self
          - wait-until: {{ self: stopped }}
          - after: {REST}s
            start: self
          - wait-until: {{ self: running }}
      - after: {RUN}s
        terminate: self
"
        )
    }

    pub(crate) fn scenario(self) -> Scenario {
        Scenario::from_text("churn.yaml", &self.text()).expect("the workload is a good scenario")
    }

    /// The same of an account that has bought something: less than what runs at a time, so that each hour is decided.
    pub(crate) fn bought(self) -> Scenario {
        let text = format!(
            "{}account:
  reserved-instances: [{{ type: t3.small, count: 500, term: 1y, payment: no-upfront }}]
  savings-plans: [{{ kind: compute, commitment: $1, term: 1y, payment: no-upfront }}]
",
            self.text()
        );
        Scenario::from_text("bought.yaml", &text).expect("the workload is a good scenario")
    }

    /// Holds a replay of that against what the workload comes to: what is covered is worth what it would have cost.
    ///
    /// # Panics
    ///
    /// Panics where they differ.
    pub(crate) fn check_bought(self, replay: &Replay) {
        let counts = self.counts();
        assert!(replay.passed(), "the replay failed");
        assert_eq!(replay.tally().transitions, counts.transitions);
        let cost = replay.bill().cost();
        let listed = cost.of(Meter::Usage) + replay.bill().savings() + cost.of(Meter::Commitments);
        let hourly = Usd::hourly("0.0104".parse().expect("a price"), counts.billed_seconds);
        assert_eq!(listed, hourly, "usage");
    }

    /// What the volumes cost: eight GiB from each launch until the instance is terminated, month by month.
    fn volumes(self) -> Usd {
        let life = 20 + u64::from(self.cycles) * (RUN + 30 + REST + 20) + RUN + 25;
        let price = "0.08".parse().expect("a price");
        let start = SimTime::from_secs(START);
        let mut sum = Usd::ZERO;
        for instance in 0..u64::from(self.instances) {
            let mut from = start + SimDuration::from_secs(instance * self.shape.every());
            let end = from + SimDuration::from_secs(life);
            while from < end {
                let to = end.min(from.month().end());
                let gib_seconds = 8 * to.since(from).as_secs();
                sum += Usd::monthly(price, gib_seconds, from.month().days());
                from = to;
            }
        }
        sum
    }

    /// Holds a replay against what the workload comes to.
    ///
    /// # Panics
    ///
    /// Panics where they differ: then nothing that was measured means anything.
    pub(crate) fn check(self, replay: &Replay) {
        let counts = self.counts();
        assert!(replay.passed(), "the replay failed");
        assert_eq!(replay.tally().transitions, counts.transitions);
        let cost = replay.bill().cost();
        let hourly =
            |price: &str| Usd::hourly(price.parse().expect("a price"), counts.billed_seconds);
        assert_eq!(cost.of(Meter::Usage), hourly("0.0104"), "usage");
        let addresses = cost.of(Meter::PublicIpv4);
        assert_eq!(addresses, hourly("0.005"), "addresses");
        // How long a volume lives depends on the draws.
        if self.shape != Shape::Drawn {
            assert_eq!(cost.of(Meter::Ebs), self.volumes(), "volumes");
            assert_eq!(
                cost.total(),
                cost.of(Meter::Usage) + addresses + self.volumes(),
                "the bill"
            );
        }
    }
}

/// The sums of the bill, and nothing else.
pub(crate) fn totals(scenario: &Scenario) -> Replay {
    replay_into(scenario, Keep::SUMS, Vec::new())
}

/// Every record and every line of the ledger, in memory.
pub(crate) fn kept(scenario: &Scenario) -> Replay {
    replay_into(scenario, Keep::ALL, Vec::new())
}

/// JSON lines, written as the program writes them. Answers with their bytes, too.
pub(crate) fn lines(scenario: &Scenario) -> (Replay, u64) {
    let bytes = Arc::new(AtomicU64::new(0));
    let out = BufWriter::with_capacity(1 << 16, Counted(Arc::clone(&bytes)));
    let mut lines = JsonLines::in_background(out, StopSignal::default());
    let replay = replay_into(scenario, Keep::SUMS, vec![&mut lines]);
    lines.end().expect("a sink takes everything");
    (replay, bytes.load(Ordering::Relaxed))
}

/// A sink that counts what it swallows.
struct Counted(Arc<AtomicU64>);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = u64::try_from(bytes.len()).expect("a length");
        self.0.fetch_add(length, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
