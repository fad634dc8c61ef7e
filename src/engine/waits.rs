//! Who waits for which state. A wait knows how many of its conditions don't hold yet, so that a transition costs the same
//! however many instances a script waits for.

use std::collections::BTreeMap;

use crate::{lifecycle::InstanceState, script::Wanted};

/// The waits of all scripts. A script is named by its place.
#[derive(Debug, Default)]
pub(super) struct Waits {
    slots: Vec<Slot>,
    /// Waits for more than one slot, or for one that another script waits for already.
    crowd: Crowd,
}

/// The state of the instance in a slot, and the one script that waits for just that.
///
/// A wait for one instance would do among the [`Crowd`], too, and comes to the same there. That nearly every wait is of this
/// kind is why it has a place of its own: without it, totals of the churn take 41 % more instructions. A wait is in one of the
/// two places, never in both: [`Waits::begin`] decides, and [`Waits::end`] has to look for it where it is.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    state: Option<InstanceState>,
    wanted: Option<Wanted>,
    thread: u32,
}

/// Who waits in other ways.
#[derive(Debug, Default)]
struct Crowd {
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
    state: Wanted,
}

impl Waits {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            slots: vec![Slot::default(); slots],
            crowd: Crowd::default(),
        }
    }

    fn slot(&mut self, slot: u32) -> Option<&mut Slot> {
        self.slots.get_mut(usize::try_from(slot).ok()?)
    }

    /// A script waits until each of the slots is in its state: (first slot, how many, state). False if all are already.
    pub(super) fn begin(&mut self, thread: u32, conditions: &[(u32, u32, Wanted)]) -> bool {
        if let &[(slot, 1, state)] = conditions
            && let Some(there) = self.slot(slot)
            && there.wanted.is_none()
        {
            if there.state.is_some_and(|there| state.is(there)) {
                return false;
            }
            there.wanted = Some(state);
            there.thread = thread;
            return true;
        }
        let mut unmet = 0;
        for &(first, count, state) in conditions {
            let missing = (first..first + count)
                .filter(|&slot| {
                    let there = self.slot(slot).and_then(|there| there.state);
                    !there.is_some_and(|there| state.is(there))
                })
                .count();
            unmet += u32::try_from(missing).unwrap_or(u32::MAX);
        }
        if unmet > 0 {
            self.crowd.begin(thread, conditions, unmet);
        }
        unmet > 0
    }

    /// Whether a script whose wait was met may have left something behind: one that waited for a single instance hasn't.
    pub(super) fn is_crowded(&self) -> bool {
        !self.crowd.unmet.is_empty()
    }

    /// A script waits no longer.
    pub(super) fn end(&mut self, thread: u32, conditions: &[(u32, u32, Wanted)]) {
        if let &[(slot, 1, _)] = conditions
            && let Some(there) = self.slot(slot)
            && there.wanted.is_some()
            && there.thread == thread
        {
            there.wanted = None;
            return;
        }
        self.crowd.end(thread, conditions);
    }

    /// The instance of a slot changed its state. Scripts for which all holds now are pushed to `met`.
    pub(super) fn changed(&mut self, slot: u32, to: InstanceState, met: &mut Vec<u32>) {
        let Some(there) = self.slot(slot) else {
            return;
        };
        let from = there.state.replace(to);
        if there.wanted.is_some_and(|wanted| wanted.is(to)) {
            there.wanted = None;
            met.push(there.thread);
        }
        if !self.crowd.unmet.is_empty() && from != Some(to) {
            self.crowd.changed(slot, from, to, met);
        }
    }
}

impl Crowd {
    fn begin(&mut self, thread: u32, conditions: &[(u32, u32, Wanted)], unmet: u32) {
        self.unmet.insert(thread, unmet);
        for &(first, count, state) in conditions {
            let watch = Watch { thread, state };
            if count == 1 {
                self.single.entry(first).or_default().push(watch);
            } else {
                self.ranges.push((first, count, watch));
            }
        }
    }

    fn end(&mut self, thread: u32, conditions: &[(u32, u32, Wanted)]) {
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

    fn changed(
        &mut self,
        slot: u32,
        from: Option<InstanceState>,
        to: InstanceState,
        met: &mut Vec<u32>,
    ) {
        let single = self.single.get(&slot).into_iter().flatten();
        let ranges = self
            .ranges
            .iter()
            .filter(|(first, count, _)| (*first..first + count).contains(&slot));
        for watch in single.chain(ranges.map(|(_, _, watch)| watch)) {
            let Some(unmet) = self.unmet.get_mut(&watch.thread) else {
                continue;
            };
            let (was, is) = (
                from.is_some_and(|from| watch.state.is(from)),
                watch.state.is(to),
            );
            *unmet += u32::from(was);
            *unmet -= u32::from(is);
            if is && *unmet == 0 {
                met.push(watch.thread);
            }
        }
    }
}
