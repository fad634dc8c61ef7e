//! A queue by key that is quick where what is pushed comes mostly in order.
//!
//! Timers of one kind come due in the order in which they were set: a boot of 20 seconds that begins later ends later.
//! So each kind finds itself a lane, a plain first-in-first-out list, and the next event is the first of some lane. What
//! fits no lane goes to a heap.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    hint::select_unpredictable,
};

/// A queue by key, with at most so many lanes: looking at more than a dozen heads costs as much as the heap. Equal keys
/// leave it in no particular order, and the greatest number there is can't be a key.
#[derive(Debug, Clone)]
pub(super) struct Lanes<E, const LANES: usize> {
    /// Lists in the order of their keys, those that were ever needed.
    lanes: Vec<VecDeque<Entry<E>>>,
    /// The key of the first entry of each lane, [`NONE`] where it is empty.
    heads: [u128; LANES],
    /// The key of the last entry of each lane, 0 where it is empty.
    tails: [u128; LANES],
    heap: BinaryHeap<Reverse<Entry<E>>>,
    /// The least key; [`NONE`] where there is none.
    first: u128,
    /// The number of the lane that has it; the one behind the last for the heap.
    first_lane: usize,
}

/// Greater than every key.
const NONE: u128 = u128::MAX;

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
            first: NONE,
            first_lane: LANES,
        }
    }

    /// The least key.
    pub(super) fn first_key(&self) -> Option<u128> {
        (self.first != NONE).then_some(self.first)
    }

    /// The entry that has it.
    pub(super) fn first(&self) -> Option<&E> {
        let entry = match self.lanes.get(self.first_lane) {
            Some(lane) => lane.front(),
            None => self.heap.peek().map(|Reverse(entry)| entry),
        };
        entry.map(|entry| &entry.event)
    }

    pub(super) fn push(&mut self, key: u128, event: E) {
        let entry = Entry { key, event };
        let number = self.lane_for(key);
        match self.lanes.get_mut(number) {
            Some(lane) => {
                self.heads[number] = self.heads[number].min(key);
                self.tails[number] = key;
                lane.push_back(entry);
            }
            None => self.heap.push(Reverse(entry)),
        }
        if key < self.first {
            self.first = key;
            self.first_lane = number;
        }
    }

    /// The lane whose last entry comes closest before the key, so that the others stay free for smaller ones; an empty one
    /// takes every key. Behind the last lane for the heap.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy operator is a branch, and nobody can guess it"
    )]
    fn lane_for(&mut self, key: u128) -> usize {
        let (mut best, mut closest) = (LANES, 0);
        for (number, &tail) in self.tails[..self.lanes.len()].iter().enumerate() {
            let is_closer = (tail <= key) & (tail >= closest);
            best = select_unpredictable(is_closer, number, best);
            closest = select_unpredictable(is_closer, tail, closest);
        }
        if best == LANES && self.lanes.len() < LANES {
            best = self.lanes.len();
            self.lanes.push(VecDeque::new());
        }
        best
    }

    /// Takes the entry with the least key out, if that is no greater than this one.
    pub(super) fn pop_up_to(&mut self, key: u128) -> Option<(u128, E)> {
        // [`NONE`] is greater than every key.
        if self.first > key {
            return None;
        }
        self.pop()
    }

    /// Takes the entry with the least key out.
    pub(super) fn pop(&mut self) -> Option<(u128, E)> {
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
        entry.map(|entry| (entry.key, entry.event))
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
        /// Whatever is pushed and popped in between, it comes out as from a sorted list.
        #[test]
        fn entries_come_out_in_order(steps in prop::collection::vec(prop::option::weighted(0.6, 0..60_u32), 0..400)) {
            let mut lanes: Lanes<u32, 4> = Lanes::new();
            let mut sorted: Vec<u32> = Vec::new();
            for step in steps {
                match step {
                    Some(key) => {
                        lanes.push(u128::from(key), key);
                        sorted.push(key);
                        sorted.sort_unstable_by(|a, b| b.cmp(a));
                    }
                    None => {
                        let expected = sorted.pop();
                        prop_assert_eq!(lanes.pop(), expected.map(|key| (u128::from(key), key)));
                    }
                }
                prop_assert_eq!(lanes.first_key(), sorted.last().copied().map(u128::from));
            }
        }
    }

    #[test]
    fn delays_of_a_few_kinds_need_no_heap() {
        let mut lanes: Lanes<(), 12> = Lanes::new();
        for now in 0..1_000_u128 {
            for delay in [600, 30, 300, 20] {
                lanes.push(now + delay, ());
            }
            while lanes.first_key().is_some_and(|key| key <= now) {
                lanes.pop();
            }
        }
        assert!(lanes.heap.is_empty());
        assert!(lanes.lanes.len() < 12, "{}", lanes.lanes.len());
    }
}
