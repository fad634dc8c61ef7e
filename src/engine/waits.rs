//! Who waits for which state. A wait knows how many of its conditions don't hold yet, so that a transition costs the same
//! however many instances a script waits for.

use std::collections::BTreeMap;

use crate::lifecycle::InstanceState;

/// The waits of all scripts.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// The state of each slot.
    states: Vec<Option<InstanceState>>,
    /// Waits for a single slot.
    single: BTreeMap<u32, Vec<Watch>>,
    /// Waits for several slots at once.
    ranges: Vec<(u32, u32, Watch)>,
    /// How many conditions of a script don't hold yet.
    unmet: BTreeMap<u32, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Watch {
    thread: u32,
    state: InstanceState,
}

impl Waits {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            states: vec![None; slots],
            ..Self::default()
        }
    }

    fn state(&self, slot: u32) -> Option<InstanceState> {
        usize::try_from(slot)
            .ok()
            .and_then(|slot| self.states.get(slot))
            .copied()
            .flatten()
    }

    /// A script waits until each of the slots is in its state: (first slot, how many, state). False if all are already.
    pub(super) fn begin(&mut self, thread: u32, conditions: &[(u32, u32, InstanceState)]) -> bool {
        let mut unmet = 0;
        for &(first, count, state) in conditions {
            let missing = (first..first + count)
                .filter(|&slot| self.state(slot) != Some(state))
                .count();
            unmet += u32::try_from(missing).unwrap_or(u32::MAX);
        }
        if unmet == 0 {
            return false;
        }
        self.unmet.insert(thread, unmet);
        for &(first, count, state) in conditions {
            let watch = Watch { thread, state };
            if count == 1 {
                self.single.entry(first).or_default().push(watch);
            } else {
                self.ranges.push((first, count, watch));
            }
        }
        true
    }

    /// A script waits no longer.
    pub(super) fn end(&mut self, thread: u32, conditions: &[(u32, u32, InstanceState)]) {
        self.unmet.remove(&thread);
        for &(first, count, _) in conditions {
            if count != 1 {
                self.ranges.retain(|(_, _, watch)| watch.thread != thread);
            } else if let Some(watches) = self.single.get_mut(&first) {
                watches.retain(|watch| watch.thread != thread);
                if watches.is_empty() {
                    self.single.remove(&first);
                }
            }
        }
    }

    /// The instance of a slot changed its state. Scripts for which all holds now are pushed to `met`.
    pub(super) fn changed(&mut self, slot: u32, to: InstanceState, met: &mut Vec<u32>) {
        let Some(place) = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.states.get_mut(slot))
        else {
            return;
        };
        let from = place.replace(to);
        if self.unmet.is_empty() || from == Some(to) {
            return;
        }
        let single = self.single.get(&slot).into_iter().flatten();
        let ranges = self
            .ranges
            .iter()
            .filter(|(first, count, _)| (*first..first + count).contains(&slot));
        for watch in single.chain(ranges.map(|(_, _, watch)| watch)) {
            let Some(unmet) = self.unmet.get_mut(&watch.thread) else {
                continue;
            };
            *unmet += u32::from(from == Some(watch.state));
            *unmet -= u32::from(to == watch.state);
            if *unmet == 0 {
                met.push(watch.thread);
            }
        }
    }
}
