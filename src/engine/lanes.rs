//! A queue by rank that is quick where what is pushed comes mostly in order; of equal ranks, first in, first out.
//!
//! Timers of one kind come due in the order in which they were set: a boot of 20 seconds that begins later ends later.
//! So each kind finds itself a lane, a plain first-in-first-out list, and the next event is the first of some lane. What
//! fits no lane goes to a heap.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    hint::select_unpredictable,
};

/// A queue by rank, with at most so many lanes: looking at more than a dozen heads costs as much as the heap. The greatest
/// number there is can't be a rank.
#[derive(Debug, Clone)]
pub(super) struct Lanes<E, const LANES: usize> {
    /// Lists in the order of their keys, those that were ever needed.
    lanes: Vec<VecDeque<Entry<E>>>,
    /// The key of the first entry of each lane, [`NONE`] where it is empty.
    heads: [u128; LANES],
    /// The rank of the last entry of each lane, 0 where it is empty.
    tails: [u64; LANES],
    heap: BinaryHeap<Reverse<Entry<E>>>,
    /// How many entries were ever pushed.
    pushed: u64,
    /// The least key; [`NONE`] where there is none.
    first: u128,
    /// The number of the lane that has it; the one behind the last for the heap.
    first_lane: usize,
}

/// Greater than every key.
const NONE: u128 = u128::MAX;

/// The key of an entry: by rank, and then by the number of its push. One number is compared more quickly than two.
fn key(rank: u64, pushed: u64) -> u128 {
    (u128::from(rank) << 64) | u128::from(pushed)
}

/// The rank in a key.
fn rank(key: u128) -> u64 {
    u64::try_from(key >> 64).unwrap_or(u64::MAX)
}

#[derive(Debug, Clone)]
struct Entry<E> {
    key: u128,
    event: E,
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<E, const LANES: usize> Default for Lanes<E, LANES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E, const LANES: usize> Lanes<E, LANES> {
    /// An empty queue.
    pub(super) const fn new() -> Self {
        Self {
            lanes: Vec::new(),
            heads: [NONE; LANES],
            tails: [0; LANES],
            heap: BinaryHeap::new(),
            pushed: 0,
            first: NONE,
            first_lane: LANES,
        }
    }

    /// The least rank.
    pub(super) fn first_rank(&self) -> Option<u64> {
        (self.first != NONE).then_some(rank(self.first))
    }

    /// The entry that has it.
    pub(super) fn first(&self) -> Option<&E> {
        let entry = match self.lanes.get(self.first_lane) {
            Some(lane) => lane.front(),
            None => self.heap.peek().map(|Reverse(entry)| entry),
        };
        entry.map(|entry| &entry.event)
    }

    pub(super) fn push(&mut self, rank: u64, event: E) {
        let key = key(rank, self.pushed);
        self.pushed += 1;
        let entry = Entry { key, event };
        let number = self.lane_for(rank);
        match self.lanes.get_mut(number) {
            Some(lane) => {
                self.heads[number] = self.heads[number].min(key);
                self.tails[number] = rank;
                lane.push_back(entry);
            }
            None => self.heap.push(Reverse(entry)),
        }
        if key < self.first {
            self.first = key;
            self.first_lane = number;
        }
    }

    /// The lane whose last entry comes closest before the rank, so that the others stay free for smaller ones; an empty one
    /// takes every rank. Behind the last lane for the heap.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy operator is a branch, and nobody can guess it"
    )]
    fn lane_for(&mut self, rank: u64) -> usize {
        let (mut best, mut closest) = (LANES, 0);
        for (number, &tail) in self.tails[..self.lanes.len()].iter().enumerate() {
            let is_closer = (tail <= rank) & (tail >= closest);
            best = select_unpredictable(is_closer, number, best);
            closest = select_unpredictable(is_closer, tail, closest);
        }
        if best == LANES && self.lanes.len() < LANES {
            best = self.lanes.len();
            self.lanes.push(VecDeque::new());
        }
        best
    }

    /// Takes the first entry out, if its rank is no greater than this one.
    pub(super) fn pop_up_to(&mut self, rank: u64) -> Option<(u64, E)> {
        // [`NONE`] is greater than every key.
        if self.first > key(rank, u64::MAX) {
            return None;
        }
        self.pop()
    }

    /// Takes the first entry out: of those with the least rank, the one that was pushed first.
    pub(super) fn pop(&mut self) -> Option<(u64, E)> {
        let number = self.first_lane;
        let entry = match self.lanes.get_mut(number) {
            Some(lane) => {
                let entry = lane.pop_front();
                match lane.front() {
                    Some(next) => self.heads[number] = next.key,
                    None => (self.heads[number], self.tails[number]) = (NONE, 0),
                }
                entry
            }
            None => self.heap.pop().map(|Reverse(entry)| entry),
        };
        self.find_first();
        entry.map(|entry| (rank(entry.key), entry.event))
    }

    fn find_first(&mut self) {
        let mut first = self.heap.peek().map_or(NONE, |Reverse(entry)| entry.key);
        let mut first_lane = LANES;
        // Which lane is next is anybody's guess: a branch would be guessed wrong half the time.
        for (number, &head) in self.heads[..self.lanes.len()].iter().enumerate() {
            let is_less = head < first;
            first = select_unpredictable(is_less, head, first);
            first_lane = select_unpredictable(is_less, number, first_lane);
        }
        (self.first, self.first_lane) = (first, first_lane);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is pushed and popped in between, it comes out as from a list that is sorted by rank and push.
        #[test]
        fn entries_come_out_in_order(steps in prop::collection::vec(prop::option::weighted(0.6, 0..60_u64), 0..400)) {
            let mut lanes: Lanes<usize, 4> = Lanes::new();
            let mut sorted: Vec<(u64, usize)> = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Some(rank) => {
                        lanes.push(rank, number);
                        sorted.push((rank, number));
                        sorted.sort_unstable_by(|a, b| b.cmp(a));
                    }
                    None => prop_assert_eq!(lanes.pop(), sorted.pop()),
                }
                prop_assert_eq!(lanes.first_rank(), sorted.last().map(|(rank, _)| *rank));
            }
        }
    }

    #[test]
    fn delays_of_a_few_kinds_need_no_heap() {
        let mut lanes: Lanes<(), 12> = Lanes::new();
        for now in 0..1_000_u64 {
            for delay in [600, 30, 300, 20] {
                lanes.push(now + delay, ());
            }
            while lanes.first_rank().is_some_and(|rank| rank <= now) {
                lanes.pop();
            }
        }
        assert!(lanes.heap.is_empty());
        assert!(lanes.lanes.len() < 12, "{}", lanes.lanes.len());
    }
}
