//! The scripts that run beside each other: the main one, and one for each member of an `each`.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
};

use crate::{
    lifecycle::InstanceState,
    script::{Step, When},
    time::{SimDuration, SimTime},
};

/// A script under way.
#[derive(Debug)]
pub(super) struct Thread {
    /// Who `self` is.
    pub(super) own: Option<u32>,
    /// Where it stands.
    pub(super) stands: SimTime,
    pub(super) frames: Vec<Frame>,
    /// When the step that comes next is due, once that is settled.
    pub(super) due: Option<SimTime>,
    /// What it waits for, and the line of the step that waits.
    pub(super) waiting: Option<Waiting>,
    /// Counts its waits, so that the deadline of an older one is dropped.
    pub(super) waits: u32,
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) conditions: Vec<(u32, u32, InstanceState)>,
    pub(super) line: u32,
    pub(super) timeout: SimDuration,
}

/// A block of steps under way.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) steps: Arc<[Step]>,
    pub(super) next: usize,
    /// Where `at` counts from.
    pub(super) origin: SimTime,
    /// The rounds still to come, and how far apart they begin.
    pub(super) rounds_left: u32,
    pub(super) every: Option<SimDuration>,
    pub(super) line: u32,
}

/// What a script does next.
#[derive(Debug)]
pub(super) enum Next {
    /// It is done.
    Done,
    /// It sleeps until then.
    Sleep(SimTime),
    /// It takes this step now. `late` if the step was to happen before.
    Take {
        steps: Arc<[Step]>,
        index: usize,
        late: bool,
    },
    /// A round of a `repeat` begins later than it was to.
    LateRound(u32),
    /// The step lies beyond the last instant there is.
    Beyond,
}

impl Thread {
    pub(super) fn new(steps: Arc<[Step]>, own: Option<u32>, at: SimTime) -> Self {
        let frame = Frame {
            steps,
            next: 0,
            origin: at,
            rounds_left: 0,
            every: None,
            line: 0,
        };
        Self {
            own,
            stands: at,
            frames: vec![frame],
            due: None,
            waiting: None,
            waits: 0,
        }
    }

    /// The line of the step that comes next.
    pub(super) fn line(&self) -> u32 {
        if let Some(waiting) = &self.waiting {
            return waiting.line;
        }
        self.frames
            .last()
            .and_then(|frame| frame.steps.get(frame.next))
            .map_or(0, |step| step.place.line)
    }

    /// What comes next at `now`.
    pub(super) fn next(&mut self, now: SimTime) -> Next {
        loop {
            let Some(frame) = self.frames.last_mut() else {
                return Next::Done;
            };
            let Some(step) = frame.steps.get(frame.next) else {
                if frame.rounds_left == 0 {
                    self.frames.pop();
                    continue;
                }
                match self.next_round(now) {
                    None => continue,
                    Some(next) => return next,
                }
            };
            let mut late = false;
            let due = match self.due {
                Some(due) => due,
                None => {
                    let due = match step.when {
                        When::Now => Some(self.stands),
                        When::After(after) => self.stands.checked_add(after),
                        When::AtOffset(offset) => frame.origin.checked_add(offset),
                        When::AtInstant(at) => Some(at),
                    };
                    let Some(due) = due else { return Next::Beyond };
                    late = due < self.stands;
                    due.max(self.stands)
                }
            };
            if due > now {
                self.due = Some(due);
                return Next::Sleep(due);
            }
            self.due = None;
            self.stands = due;
            let (steps, index) = (Arc::clone(&frame.steps), frame.next);
            frame.next += 1;
            return Next::Take { steps, index, late };
        }
    }

    /// The next round of the innermost `repeat`: it begins `every` after the one before began.
    fn next_round(&mut self, now: SimTime) -> Option<Next> {
        let frame = self.frames.last_mut()?;
        let begins = match frame.every {
            None => Some(self.stands),
            Some(every) => frame.origin.checked_add(every),
        };
        let Some(begins) = begins else {
            return Some(Next::Beyond);
        };
        if begins > now {
            return Some(Next::Sleep(begins));
        }
        let late = begins < self.stands;
        self.stands = begins.max(self.stands);
        frame.origin = self.stands;
        frame.next = 0;
        frame.rounds_left -= 1;
        late.then_some(Next::LateRound(frame.line))
    }
}

/// All scripts, and when each one goes on.
#[derive(Debug, Default)]
pub(super) struct Threads {
    threads: BTreeMap<u32, Thread>,
    spawners: Vec<Spawner>,
    next_id: u32,
    /// Which script goes on when: the third says which of its waits would run out, if any.
    wakes: BinaryHeap<Reverse<(SimTime, u32, u32)>>,
    ready: BTreeSet<u32>,
    /// The script that acted last at this instant.
    cursor: Option<u32>,
    /// How many scripts are not done, those to come included.
    alive: u64,
}

/// Members whose scripts begin one after the other.
#[derive(Debug)]
struct Spawner {
    first_id: u32,
    count: u32,
    first_slot: u32,
    start: SimTime,
    every: SimDuration,
    steps: Arc<[Step]>,
}

impl Threads {
    /// Starts a script of its own for each of `count` slots, the first at `at`.
    pub(super) fn spawn(
        &mut self,
        steps: &Arc<[Step]>,
        slots: Option<(u32, u32)>,
        at: SimTime,
        every: SimDuration,
    ) {
        let first_id = self.next_id;
        match slots {
            None => {
                self.next_id += 1;
                self.alive += 1;
                self.threads
                    .insert(first_id, Thread::new(Arc::clone(steps), None, at));
                self.wakes.push(Reverse((at, first_id, 0)));
            }
            Some((first_slot, count)) => {
                self.next_id += count;
                self.alive += u64::from(count);
                self.spawners.push(Spawner {
                    first_id,
                    count,
                    first_slot,
                    start: at,
                    every,
                    steps: Arc::clone(steps),
                });
                if count > 0 {
                    self.wakes.push(Reverse((at, first_id, 0)));
                }
            }
        }
    }

    /// When the next script goes on.
    pub(super) fn next_time(&self) -> Option<SimTime> {
        self.wakes.peek().map(|Reverse((at, ..))| *at)
    }

    /// Whether all scripts are done.
    pub(super) const fn all_done(&self) -> bool {
        self.alive == 0
    }

    /// Begins an instant: those whose time has come are ready.
    pub(super) fn wake(&mut self, now: SimTime) {
        self.cursor = None;
        while let Some(&Reverse((at, id, wait))) = self.wakes.peek() {
            if at > now {
                break;
            }
            self.wakes.pop();
            if wait == 0 {
                self.begin_member(id);
                self.ready.insert(id);
            } else if self
                .threads
                .get(&id)
                .is_some_and(|thread| thread.waiting.is_some() && thread.waits == wait)
            {
                self.ready.insert(id);
            }
        }
    }

    /// Makes the script of a member whose time has come, and sets the time of the next one.
    fn begin_member(&mut self, id: u32) {
        if self.threads.contains_key(&id) {
            return;
        }
        let after = self
            .spawners
            .partition_point(|spawner| spawner.first_id <= id);
        let Some(spawner) = after
            .checked_sub(1)
            .and_then(|index| self.spawners.get(index))
        else {
            return;
        };
        let k = id - spawner.first_id;
        let begins = |k: u32| {
            spawner
                .every
                .checked_mul(u64::from(k))
                .and_then(|after| spawner.start.checked_add(after))
        };
        let Some(at) = begins(k) else { return };
        if k + 1 < spawner.count
            && let Some(next) = begins(k + 1)
        {
            self.wakes.push(Reverse((next, id + 1, 0)));
        }
        self.threads.insert(
            id,
            Thread::new(Arc::clone(&spawner.steps), Some(spawner.first_slot + k), at),
        );
    }

    /// The next script that acts at `now`: the main one first, then the members' in their order; who became ready
    /// meanwhile comes after all those that are ready yet.
    pub(super) fn next_ready(&mut self, now: SimTime) -> Option<u32> {
        // Members that begin at this very instant.
        if self.next_time().is_some_and(|at| at <= now) {
            let cursor = self.cursor;
            self.wake(now);
            self.cursor = cursor;
        }
        let after = self.cursor.map_or(0, |cursor| cursor + 1);
        let id = self
            .ready
            .range(after..)
            .next()
            .or_else(|| self.ready.first())
            .copied()?;
        self.cursor = Some(id);
        Some(id)
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Thread> {
        self.threads.get_mut(&id)
    }

    /// The script goes on at `at`.
    pub(super) fn sleep(&mut self, id: u32, at: SimTime) {
        self.ready.remove(&id);
        self.wakes.push(Reverse((at, id, 0)));
    }

    /// The script waits, at the latest until the deadline.
    pub(super) fn wait(&mut self, id: u32, deadline: Option<SimTime>) {
        self.ready.remove(&id);
        let Some(thread) = self.threads.get_mut(&id) else {
            return;
        };
        thread.waits += 1;
        if let Some(deadline) = deadline {
            self.wakes.push(Reverse((deadline, id, thread.waits)));
        }
    }

    /// What the script waited for holds.
    pub(super) fn resume(&mut self, id: u32) {
        self.ready.insert(id);
    }

    /// The script is done.
    pub(super) fn done(&mut self, id: u32) {
        self.ready.remove(&id);
        if self.threads.remove(&id).is_some() {
            self.alive -= 1;
        }
    }

    /// The scripts that are not done: the line at which each stands. Those that have not begun are left out.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = (Option<u32>, u32)> {
        self.threads
            .values()
            .map(|thread| (thread.own, thread.line()))
    }
}
