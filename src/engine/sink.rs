//! Whoever is told what happens.
//!
//! A sink sees records, names and the bill, and not the world: then what it makes of a replay under way and of the records read
//! back from a journal is the same. What a record says doesn't depend on who listens either; two reports of one replay agree.

use crate::{
    billing::Biller,
    record::{Journal, Record},
    script::{Directory, Named, Program},
    time::SimTime,
};

use super::Tally;

/// What a sink may look at beside a record.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The scenario; of an account without one, an empty one.
    pub program: &'a Program,
    /// The names and ids of what records name by handles.
    pub names: &'a dyn Directory,
    /// The bill after the record.
    pub biller: &'a Biller,
    /// The instant.
    pub now: SimTime,
    /// What was counted so far.
    pub tally: &'a Tally,
}

/// Something that is told every record, in order. What it is told doesn't depend on who else listens.
pub trait Sink {
    /// A record is said.
    fn record(&mut self, record: &Record, view: &View<'_>);

    /// Where the records that come next stand in the whole replay, where a part of it is replayed: numbers to be compared one by
    /// one with those of another part's records of the same instant.
    fn rank(&mut self, rank: &[u64]) {
        let _ = rank;
    }

    /// Whether it listens to records. Where nobody does, none are made: that takes half the time.
    fn listens(&self) -> bool {
        true
    }

    /// All that happens at an instant was said: what is held back can be shown. A paced replay waits now.
    fn instant_over(&mut self, view: &View<'_>) {
        let _ = view;
    }
}

/// Looks at the account itself while a replay is under way, and not only at what is told of it: for tests and debuggers. A
/// report is a [`Sink`], so that it can be made of a journal as well.
pub trait Inspector {
    /// A record was said.
    fn record(&mut self, record: &Record, view: &View<'_>, account: Named<'_>) {
        let _ = (record, view, account);
    }

    /// All that happens at an instant was said.
    fn instant_over(&mut self, view: &View<'_>, account: Named<'_>) {
        let _ = (view, account);
    }
}

/// What an account tells what happens in it.
pub trait Listener {
    /// Whether it listens to records.
    fn listens(&self) -> bool;
    /// Where the records that come next stand in the whole replay, where a part of it is replayed.
    fn rank(&mut self, rank: &[u64]) {
        let _ = rank;
    }
    /// A record is said.
    fn record(&mut self, record: &Record, view: &View<'_>, account: Named<'_>);
    /// All that happens at an instant was said.
    fn instant_over(&mut self, view: &View<'_>, account: Named<'_>);
}

/// Several sinks, told one after the other; those that listen to records come first.
#[derive(Default)]
pub struct Sinks<'a> {
    sinks: Vec<&'a mut dyn Sink>,
    listeners: usize,
    inspector: Option<&'a mut dyn Inspector>,
}

impl<'a> Sinks<'a> {
    /// These sinks.
    pub fn new(mut sinks: Vec<&'a mut dyn Sink>) -> Self {
        sinks.sort_by_key(|sink| !sink.listens());
        let listeners = sinks.iter().filter(|sink| sink.listens()).count();
        Self {
            sinks,
            listeners,
            inspector: None,
        }
    }

    /// These sinks, and an inspector.
    #[must_use]
    pub fn inspected_by(self, inspector: &'a mut dyn Inspector) -> Self {
        Self {
            inspector: Some(inspector),
            ..self
        }
    }
}

impl std::fmt::Debug for Sinks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sinks")
            .field("count", &self.sinks.len())
            .finish_non_exhaustive()
    }
}

impl Listener for Sinks<'_> {
    fn listens(&self) -> bool {
        self.listeners > 0 || self.inspector.is_some()
    }

    fn rank(&mut self, rank: &[u64]) {
        for sink in &mut self.sinks[..self.listeners] {
            sink.rank(rank);
        }
    }

    fn record(&mut self, record: &Record, view: &View<'_>, account: Named<'_>) {
        for sink in &mut self.sinks[..self.listeners] {
            sink.record(record, view);
        }
        if let Some(inspector) = &mut self.inspector {
            inspector.record(record, view, account);
        }
    }

    fn instant_over(&mut self, view: &View<'_>, account: Named<'_>) {
        for sink in &mut self.sinks {
            sink.instant_over(view);
        }
        if let Some(inspector) = &mut self.inspector {
            inspector.instant_over(view, account);
        }
    }
}

impl Listener for Journal {
    fn listens(&self) -> bool {
        true
    }

    fn record(&mut self, record: &Record, _: &View<'_>, _: Named<'_>) {
        self.push(record);
    }

    fn instant_over(&mut self, _: &View<'_>, _: Named<'_>) {}
}

/// Keeps every record.
impl Sink for Journal {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        self.push(record);
    }
}
