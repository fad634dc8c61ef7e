//! Where records stand among those of the whole replay, when a part of it is replayed by itself.
//!
//! What happens in a part happens in the whole as well, at the same time and for the same reasons. Only what stands between
//! records of one instant is missing there. So each is told with its rank, which says why it stands where it does: what falls
//! due by itself comes first, in the order in which it was set, and then the scripts have their turns. Two ranks are compared
//! number by number.

use std::sync::Arc;

use crate::{script::Part, time::SimTime};

use super::queue::EventQueue;

/// The first numbers of ranks, in the order in which such things happen at one instant. What fell due and what stood there from
/// the start begin alike: nothing is due by then.
const DUE: u64 = 0;
const SCRIPT: u64 = 1;
const UNFINISHED: u64 = 2;
const CLOSING: u64 = 3;
const AT_END: u64 = 4;

/// The rank from which on records stand behind everything that happens.
pub(crate) const ENDS: u64 = UNFINISHED;

/// How many numbers of a rank are told: of a long chain of what falls due for what fell due, the latest say enough.
const LONGEST: usize = 24;

/// The ranks of a part's records.
#[derive(Debug, Clone)]
pub(super) struct Order {
    part: Arc<Part>,
    start: SimTime,
    /// Of what happens now.
    now: Rank,
    /// The number of the step, in which everything is charged before anything is told.
    step: u64,
    /// The ranks of what is to fall due, in the order of the account's own queue.
    due: EventQueue<Rank>,
}

#[derive(Debug, Clone)]
struct Rank {
    numbers: Arc<[u64]>,
    /// Whether this part tells of it.
    is_told: bool,
}

impl Order {
    pub(super) fn new(part: Arc<Part>, start: SimTime) -> Self {
        let now = Rank {
            numbers: Arc::new([DUE]),
            is_told: part.is_first(),
        };
        Self {
            part,
            start,
            now,
            step: 0,
            due: EventQueue::new(),
        }
    }

    /// Whether what happens now is told.
    pub(super) const fn is_told(&self) -> bool {
        self.now.is_told
    }

    /// The rank of what happens now, the number of its step behind it.
    pub(super) fn rank(&self) -> Vec<u64> {
        let mut rank: Vec<u64> = self.now.numbers.iter().copied().collect();
        rank.push(self.step);
        rank
    }

    /// Another step.
    pub(super) const fn next_step(&mut self) {
        self.step += 1;
    }

    /// A script acts: the one with this number, in this turn.
    pub(super) fn acts(&mut self, turn: u64, number: u32, is_member: bool) {
        self.now = Rank {
            numbers: Arc::new([SCRIPT, turn, number.into()]),
            is_told: is_member || self.part.is_first(),
        };
    }

    /// Something is set to fall due, for what happens now.
    pub(super) fn sets(&mut self, now: SimTime, at: SimTime) {
        let why = self.now.numbers.iter().copied();
        let numbers = [DUE, self.offset(now)].into_iter().chain(why).take(LONGEST);
        let rank = Rank {
            numbers: numbers.collect(),
            ..self.now
        };
        self.due.push(at, rank);
    }

    /// It falls due. What a script has set for this very instant is part of what it does.
    pub(super) fn falls_due(&mut self, now: SimTime) {
        let is_script = self.now.numbers.first() == Some(&SCRIPT);
        if let Some(rank) = self.due.pop_due(now)
            && !(is_script && rank.numbers.get(1) == Some(&self.offset(now)))
        {
            self.now = rank;
        }
    }

    const fn offset(&self, at: SimTime) -> u64 {
        at.since(self.start).as_millis()
    }

    /// The end: a script wasn't done.
    pub(super) fn is_unfinished(&mut self, number: u32, is_member: bool) {
        self.now = Rank {
            numbers: Arc::new([UNFINISHED, number.into()]),
            is_told: is_member || self.part.is_first(),
        };
    }

    /// The end: meters are closed.
    pub(super) fn closes(&mut self) {
        self.now = Rank {
            numbers: Arc::new([CLOSING]),
            is_told: true,
        };
    }

    /// The end: what is expected there is checked.
    pub(super) fn checks_at_end(&mut self) {
        self.now = Rank {
            numbers: Arc::new([AT_END]),
            is_told: self.part.is_first(),
        };
    }
}
