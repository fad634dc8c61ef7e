//! A queue by key that is quick where what is pushed comes mostly in order.
//!
//! Timers of one kind come due in the order in which they were set: a boot of 20 seconds that begins later ends later.
//! So each kind finds itself a lane, a plain first-in-first-out list, and the next event is the first of some lane. What
//! fits no lane goes to a heap.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// How many lanes there are at most. A script has few kinds of delays at a time; looking at more heads than this costs
/// as much as the heap.
const LANES: usize = 12;

/// A queue by key. Equal keys leave it in no particular order.
#[derive(Debug, Clone)]
pub(super) struct Lanes<K, E> {
    lanes: Vec<Lane<K, E>>,
    heap: BinaryHeap<Reverse<Entry<K, E>>>,
    /// Where the entry with the least key is.
    first: Place<K>,
}

/// A list in the order of its keys.
#[derive(Debug, Clone)]
struct Lane<K, E> {
    /// The key of the first entry; stale where there is none.
    head: K,
    /// The key of the last entry that was pushed, the least that the next one may have.
    tail: K,
    entries: VecDeque<Entry<K, E>>,
}

#[derive(Debug, Clone, Copy)]
enum Place<K> {
    Nowhere,
    Lane(usize, K),
    Heap(K),
}

#[derive(Debug, Clone)]
struct Entry<K, E> {
    key: K,
    event: E,
}

impl<K: Ord, E> PartialEq for Entry<K, E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<K: Ord, E> Eq for Entry<K, E> {}

impl<K: Ord, E> PartialOrd for Entry<K, E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord, E> Ord for Entry<K, E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<K: Copy + Ord, E> Default for Lanes<K, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Copy + Ord, E> Lanes<K, E> {
    /// An empty queue.
    pub(super) const fn new() -> Self {
        Self {
            lanes: Vec::new(),
            heap: BinaryHeap::new(),
            first: Place::Nowhere,
        }
    }

    /// The least key.
    pub(super) const fn first_key(&self) -> Option<K> {
        match self.first {
            Place::Nowhere => None,
            Place::Lane(_, key) | Place::Heap(key) => Some(key),
        }
    }

    pub(super) fn push(&mut self, key: K, event: E) {
        let entry = Entry { key, event };
        let is_first = self.first_key().is_none_or(|first| key < first);
        let place = if let Some(index) = self.lane_for(key) {
            let lane = &mut self.lanes[index];
            if lane.entries.is_empty() {
                lane.head = key;
            }
            lane.tail = key;
            lane.entries.push_back(entry);
            Place::Lane(index, key)
        } else {
            self.heap.push(Reverse(entry));
            Place::Heap(key)
        };
        if is_first {
            self.first = place;
        }
    }

    /// The lane whose last entry comes closest before the key, so that the others stay free for smaller ones.
    fn lane_for(&mut self, key: K) -> Option<usize> {
        let mut best: Option<(usize, K)> = None;
        let mut empty = None;
        for (index, lane) in self.lanes.iter().enumerate() {
            if lane.entries.is_empty() {
                empty = Some(index);
            } else if lane.tail <= key && best.is_none_or(|(_, tail)| tail < lane.tail) {
                best = Some((index, lane.tail));
            }
        }
        if best.is_none() && empty.is_none() && self.lanes.len() < LANES {
            empty = Some(self.lanes.len());
            self.lanes.push(Lane {
                head: key,
                tail: key,
                entries: VecDeque::new(),
            });
        }
        best.map(|(index, _)| index).or(empty)
    }

    /// Takes the entry with the least key out.
    pub(super) fn pop(&mut self) -> Option<(K, E)> {
        let entry = match self.first {
            Place::Nowhere => return None,
            Place::Lane(index, _) => {
                let lane = &mut self.lanes[index];
                let entry = lane.entries.pop_front();
                if let Some(next) = lane.entries.front() {
                    lane.head = next.key;
                }
                entry
            }
            Place::Heap(_) => self.heap.pop().map(|Reverse(entry)| entry),
        };
        self.find_first();
        entry.map(|entry| (entry.key, entry.event))
    }

    fn find_first(&mut self) {
        let mut first = match self.heap.peek() {
            Some(Reverse(entry)) => Place::Heap(entry.key),
            None => Place::Nowhere,
        };
        for (index, lane) in self.lanes.iter().enumerate() {
            let is_less = match first {
                Place::Nowhere => true,
                Place::Lane(_, key) | Place::Heap(key) => lane.head < key,
            };
            if is_less && !lane.entries.is_empty() {
                first = Place::Lane(index, lane.head);
            }
        }
        self.first = first;
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
            let mut lanes = Lanes::new();
            let mut sorted: Vec<u32> = Vec::new();
            for step in steps {
                match step {
                    Some(key) => {
                        lanes.push(key, key);
                        sorted.push(key);
                        sorted.sort_unstable_by(|a, b| b.cmp(a));
                    }
                    None => {
                        let expected = sorted.pop();
                        prop_assert_eq!(lanes.pop(), expected.map(|key| (key, key)));
                    }
                }
                prop_assert_eq!(lanes.first_key(), sorted.last().copied());
            }
        }
    }

    #[test]
    fn delays_of_a_few_kinds_need_no_heap() {
        let mut lanes = Lanes::new();
        for now in 0..1_000_u64 {
            for delay in [600, 30, 300, 20] {
                lanes.push(now + delay, ());
            }
            while lanes.first_key().is_some_and(|key| key <= now) {
                lanes.pop();
            }
        }
        assert!(lanes.heap.is_empty());
        assert!(lanes.lanes.len() < LANES, "{}", lanes.lanes.len());
    }
}
