//! How long transitional states lasted, as far as the records tell.

use crate::time::SimDuration;

/// A process of which the records may tell the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Process {
    Pending,
    Resuming,
    Stopping,
    Hibernating,
    ShuttingDown,
}

impl Process {
    const ALL: [Self; 5] = [
        Self::Pending,
        Self::Resuming,
        Self::Stopping,
        Self::Hibernating,
        Self::ShuttingDown,
    ];

    /// Its key in `timings`.
    const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Resuming => "resuming",
            Self::Stopping => "stopping",
            Self::Hibernating => "hibernating",
            Self::ShuttingDown => "shutting-down",
        }
    }

    /// How long it takes where a scenario doesn't say.
    const fn usual(self) -> u64 {
        match self {
            Self::Pending | Self::Resuming => 15,
            Self::Stopping | Self::ShuttingDown => 30,
            Self::Hibernating => 90,
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Pending => 0,
            Self::Resuming => 1,
            Self::Stopping => 2,
            Self::Hibernating => 3,
            Self::ShuttingDown => 4,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    /// The shortest that was seen from its begin to its end.
    shortest: Option<u64>,
    /// It went on for longer than this.
    beyond: Option<u64>,
    /// It was over by then.
    within: Option<u64>,
}

/// What is known of all of them. A scenario has one length for each process, so it is the shortest that was seen: then whatever
/// was found to be over is over.
#[derive(Debug, Default)]
pub(super) struct Lengths([Evidence; 5]);

impl Lengths {
    fn of(&mut self, process: Process) -> &mut Evidence {
        &mut self.0[process.index()]
    }

    /// It lasted so long.
    pub(super) fn lasted(&mut self, process: Process, secs: u64) {
        let known = &mut self.of(process).shortest;
        *known = Some(known.map_or(secs, |known| known.min(secs)));
    }

    /// After so long it was still going on.
    pub(super) fn went_on(&mut self, process: Process, secs: u64) {
        let known = &mut self.of(process).beyond;
        *known = (*known).max(Some(secs));
    }

    /// After so long it was over.
    pub(super) fn was_over(&mut self, process: Process, secs: u64) {
        let known = &mut self.of(process).within;
        *known = Some(known.map_or(secs, |known| known.min(secs)));
    }

    /// The entries of `timings`, where the records say something else than what is usual.
    pub(super) fn timings(&self) -> Vec<(&'static str, String)> {
        let entries = Process::ALL.into_iter().filter_map(|process| {
            let Evidence {
                shortest,
                beyond,
                within,
            } = self.0[process.index()];
            let usual = process.usual();
            let mut secs = shortest.unwrap_or(usual);
            if let Some(beyond) = beyond {
                secs = secs.max(beyond + 1);
            }
            for most in [within, shortest].into_iter().flatten() {
                secs = secs.min(most);
            }
            (secs != usual).then(|| (process.key(), SimDuration::from_secs(secs).to_string()))
        });
        entries.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_length_is_the_one_that_fits() {
        let mut lengths = Lengths::default();
        assert_eq!(lengths.timings(), []);
        lengths.was_over(Process::Pending, 3_600);
        assert_eq!(lengths.timings(), []);
        lengths.lasted(Process::Pending, 21);
        lengths.lasted(Process::Pending, 18);
        lengths.went_on(Process::Stopping, 70);
        lengths.was_over(Process::ShuttingDown, 9);
        let told = [
            ("pending", "18s"),
            ("stopping", "1m11s"),
            ("shutting-down", "9s"),
        ];
        assert_eq!(
            lengths.timings(),
            told.map(|(key, length)| (key, length.to_owned()))
        );
    }
}
