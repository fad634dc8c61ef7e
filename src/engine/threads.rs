//! The scripts that run beside each other: the main one, and one for each member of an `each`.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    ops::Range,
};

use crate::{
    record::index,
    script::{Step, When},
    time::{SimDuration, SimTime},
};

use super::{
    code::{Code, StepAt},
    queue::EventQueue,
};

/// A script under way. The place of one that is done is used again.
#[derive(Debug)]
pub(super) struct Thread {
    /// Its number, in the order in which scripts begin.
    id: u32,
    /// Who `self` is.
    pub(super) own: Option<u32>,
    /// Where it stands; while it sleeps, when the step that comes next is due.
    pub(super) stands: SimTime,
    frame: Frame,
    /// The step that waits for a state.
    waiting: Option<StepAt>,
    /// Until when it waits, and when the queue will look whether that has run out. [`NEVER`] for not at all.
    deadline: SimTime,
    looks: SimTime,
    /// Whether it sleeps until its next step.
    sleeps: bool,
    /// Whether it is among those that act at this instant.
    is_ready: bool,
    is_done: bool,
}

/// No script waits as long as that.
const NEVER: SimTime = SimTime::MAX;

/// A block of steps under way.
#[derive(Debug)]
struct Frame {
    /// The step that comes next.
    next: StepAt,
    /// The rounds still to come.
    rounds_left: u32,
    /// Where `at` counts from.
    origin: SimTime,
    /// The block around it.
    outer: Option<Box<Self>>,
}

/// What a script does next.
#[derive(Debug)]
pub(super) enum Next<'p> {
    /// It is done.
    Done,
    /// It sleeps until then.
    Sleep(SimTime),
    /// It takes this step now. `late` if the step was to happen before.
    Take {
        at: StepAt,
        step: &'p Step,
        late: bool,
    },
    /// A round of the `repeat` that has this block begins later than it was to.
    LateRound(u32),
    /// The step lies beyond the last instant there is.
    Beyond,
}

impl Frame {
    const fn new(block: u32, origin: SimTime, rounds_left: u32) -> Self {
        Self {
            next: StepAt { block, index: 0 },
            rounds_left,
            origin,
            outer: None,
        }
    }
}

impl Thread {
    const fn new(id: u32, block: u32, own: Option<u32>, at: SimTime) -> Self {
        Self {
            id,
            own,
            stands: at,
            frame: Frame::new(block, at, 0),
            waiting: None,
            deadline: NEVER,
            looks: NEVER,
            sleeps: false,
            is_ready: false,
            is_done: false,
        }
    }

    /// Its number, in the order in which scripts begin.
    pub(super) const fn id(&self) -> u32 {
        self.id
    }

    /// The step that it waits at, or that comes next in the block where it is.
    pub(super) fn step<'p>(&self, code: &Code<'p>) -> Option<&'p Step> {
        code.get(self.waiting.unwrap_or(self.frame.next))
    }

    /// Whether there is nothing left of it but time that passes.
    fn has_taken_all(&self, code: &Code<'_>) -> bool {
        let mut frame = Some(&self.frame);
        while let Some(inner) = frame {
            if inner.rounds_left > 0 || code.get(inner.next).is_some() {
                return false;
            }
            frame = inner.outer.as_deref();
        }
        self.waiting.is_none()
    }

    /// When it began.
    pub(super) fn began(&self) -> SimTime {
        let mut frame = &self.frame;
        while let Some(outer) = frame.outer.as_deref() {
            frame = outer;
        }
        frame.origin
    }

    /// Enters the block inside a step, for as many rounds as are left behind the first one, which begins at `at`.
    pub(super) fn enter(&mut self, block: u32, at: SimTime, rounds_left: u32) {
        self.stands = at;
        let outer = std::mem::replace(&mut self.frame, Frame::new(block, at, rounds_left));
        self.frame.outer = Some(Box::new(outer));
    }

    /// The step that waited, which doesn't any longer.
    pub(super) const fn stop_waiting(&mut self) -> Option<StepAt> {
        self.waiting.take()
    }

    /// What comes next at `now`.
    pub(super) fn next<'p>(&mut self, code: &Code<'p>, now: SimTime) -> Next<'p> {
        loop {
            let frame = &mut self.frame;
            let Some(step) = code.get(frame.next) else {
                if frame.rounds_left > 0 {
                    match self.next_round(code, now) {
                        None => continue,
                        Some(next) => return next,
                    }
                }
                match frame.outer.take() {
                    // A `wait` at the end is time that passes.
                    None if self.stands > now => return Next::Sleep(self.stands),
                    None => return Next::Done,
                    Some(outer) => *frame = *outer,
                }
                continue;
            };
            let mut late = false;
            if !std::mem::take(&mut self.sleeps) {
                let due = match step.when {
                    When::Now => Some(self.stands),
                    When::After(after) => self.stands.checked_add(after),
                    When::AtOffset(offset) => frame.origin.checked_add(offset),
                    When::AtInstant(at) => Some(at),
                    When::AtClock(clock) => clock.next(code.zone(), self.stands),
                };
                let Some(due) = due else { return Next::Beyond };
                late = due < self.stands;
                self.stands = due.max(self.stands);
            }
            if self.stands > now {
                self.sleeps = true;
                return Next::Sleep(self.stands);
            }
            let at = frame.next;
            frame.next.index += 1;
            return Next::Take { at, step, late };
        }
    }

    /// The next round of the innermost `repeat`: it begins `every` after the one before began.
    fn next_round(&mut self, code: &Code<'_>, now: SimTime) -> Option<Next<'static>> {
        let frame = &mut self.frame;
        let begins = match code.every(frame.next.block) {
            None => Some(self.stands),
            Some(every) => every.next(code.zone(), frame.origin),
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
        frame.next.index = 0;
        frame.rounds_left -= 1;
        late.then_some(Next::LateRound(frame.next.block))
    }
}

/// All scripts, and when each one goes on.
#[derive(Debug, Default)]
pub(super) struct Threads {
    threads: Vec<Thread>,
    /// The places of scripts that are done.
    free: Vec<u32>,
    spawners: Vec<Spawner>,
    /// The places of those that have begun all their members.
    free_spawners: Vec<u32>,
    /// The block of members whose scripts would begin beyond the last instant there is.
    beyond: Option<u32>,
    next_id: u32,
    wakes: EventQueue<Wake>,
    ready: Ready,
    /// How many scripts are not done, those to come included.
    alive: u64,
}

/// Those that act at this instant, by number.
#[derive(Debug, Default)]
struct Ready {
    /// Those that come in this turn, and those in the next.
    turn: Line,
    next_turn: Line,
    /// The script that acted last at this instant.
    cursor: Option<u32>,
    /// How many turns there were at this instant before this one.
    turns: u64,
}

impl Ready {
    fn push(&mut self, id: u32, place: u32) {
        if self.cursor.is_none_or(|cursor| id > cursor) {
            self.turn.push((id, place));
        } else {
            self.next_turn.push((id, place));
        }
    }

    /// The place of the next one in turn; at the end of an instant none, and at the next one nobody has acted.
    fn pop(&mut self) -> Option<u32> {
        let next = self.turn.pop().or_else(|| {
            std::mem::swap(&mut self.turn, &mut self.next_turn);
            self.turns += 1;
            self.turn.pop()
        });
        self.cursor = next.map(|(id, _)| id);
        if next.is_none() {
            self.turns = 0;
        }
        next.map(|(_, place)| place)
    }
}

/// Scripts by number, each with its place. Mostly a single one is ready, and many become so in the order of their numbers:
/// those need no heap.
#[derive(Debug, Default)]
struct Line {
    in_order: VecDeque<(u32, u32)>,
    others: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Line {
    fn push(&mut self, one: (u32, u32)) {
        if self.in_order.back().is_none_or(|last| *last < one) {
            self.in_order.push_back(one);
        } else {
            self.others.push(Reverse(one));
        }
    }

    fn pop(&mut self) -> Option<(u32, u32)> {
        match self.others.peek() {
            Some(Reverse(other)) if self.in_order.front().is_none_or(|first| other < first) => {
                self.others.pop().map(|Reverse(one)| one)
            }
            Some(_) | None => self.in_order.pop_front(),
        }
    }
}

/// What happens to a script by itself.
#[derive(Debug, Clone, Copy)]
enum Wake {
    /// The next member of a spawner begins.
    Begins(u32),
    /// The script in a place goes on.
    GoesOn(u32),
    /// The wait of the script with this number, in a place, may have run out.
    Looks { place: u32, id: u32 },
}

/// Members whose scripts begin one after the other.
#[derive(Debug)]
struct Spawner {
    /// The number and the slot of the member that begins next, and how many are to come.
    next_id: u32,
    next_slot: u32,
    left: u32,
    begins: SimTime,
    every: SimDuration,
    block: u32,
}

/// Who has scripts of their own: the first slot, how many there are, and those whose scripts are replayed.
#[derive(Debug, Clone)]
pub(super) struct Members {
    pub(super) all: (u32, u32),
    pub(super) own: Range<u32>,
}

impl Threads {
    /// Starts a script of its own for each of some members, the first at `at`. False if there are no numbers left for them.
    pub(super) fn spawn(
        &mut self,
        block: u32,
        members: Option<Members>,
        at: SimTime,
        every: SimDuration,
    ) -> bool {
        let id = self.next_id;
        let count = members.as_ref().map_or(1, |members| members.all.1);
        let Some(next_id) = id.checked_add(count) else {
            return false;
        };
        self.next_id = next_id;
        let Some(Members { all, own }) = members else {
            self.alive += 1;
            let place = self.add(Thread::new(id, block, None, at));
            self.wakes.push(at, Wake::GoesOn(place));
            return true;
        };
        // The scripts of others begin before these, and have their numbers.
        let (before, count) = (own.start - all.0, own.end - own.start);
        if count == 0 {
            return true;
        }
        let Some(begins) = every
            .checked_mul(before.into())
            .and_then(|past| at.checked_add(past))
        else {
            self.beyond = Some(block);
            return true;
        };
        let spawner = Spawner {
            next_id: id + before,
            next_slot: own.start,
            left: count,
            begins,
            every,
            block,
        };
        let number = match self.free_spawners.pop() {
            Some(number) => {
                self.spawners[index(number)] = spawner;
                number
            }
            None => {
                self.spawners.push(spawner);
                u32::try_from(self.spawners.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.wakes.push(begins, Wake::Begins(number));
        self.alive += u64::from(count);
        true
    }

    fn add(&mut self, thread: Thread) -> u32 {
        if let Some(place) = self.free.pop() {
            self.threads[index(place)] = thread;
            return place;
        }
        self.threads.push(thread);
        u32::try_from(self.threads.len() - 1).unwrap_or(u32::MAX)
    }

    /// When the next script goes on.
    pub(super) fn next_time(&self) -> Option<SimTime> {
        self.wakes.next_time()
    }

    /// The block of members whose scripts would begin beyond the last instant there is, told once.
    pub(super) const fn take_beyond(&mut self) -> Option<u32> {
        self.beyond.take()
    }

    /// How many scripts are not done, those to come included.
    pub(super) const fn alive(&self) -> u64 {
        self.alive
    }

    /// Whether all scripts are done.
    pub(super) const fn all_done(&self) -> bool {
        self.alive == 0
    }

    /// Those whose time has come are ready.
    pub(super) fn wake(&mut self, now: SimTime) {
        while let Some(wake) = self.wakes.pop_due(now) {
            match wake {
                Wake::Begins(spawner) => self.begin_member(spawner),
                Wake::GoesOn(place) => self.resume(place),
                Wake::Looks { place, id } => self.look(place, id, now),
            }
        }
    }

    /// Makes the script of a member whose time has come, and sets the time of the next one.
    fn begin_member(&mut self, number: u32) {
        let Some(spawner) = self.spawners.get_mut(index(number)) else {
            return;
        };
        let at = spawner.begins;
        let thread = Thread::new(spawner.next_id, spawner.block, Some(spawner.next_slot), at);
        spawner.left -= 1;
        let next = at.checked_add(spawner.every).filter(|_| spawner.left > 0);
        if let Some(next) = next {
            spawner.next_id += 1;
            spawner.next_slot += 1;
            spawner.begins = next;
            self.wakes.push(next, Wake::Begins(number));
        } else {
            if spawner.left > 0 {
                self.alive -= u64::from(spawner.left);
                self.beyond = Some(spawner.block);
            }
            self.free_spawners.push(number);
        }
        let place = self.add(thread);
        self.resume(place);
    }

    /// Looks whether the wait of a script has run out; if there is a later one by now, looks again at its end.
    fn look(&mut self, place: u32, id: u32, now: SimTime) {
        let Some(thread) = self
            .threads
            .get_mut(index(place))
            .filter(|thread| thread.id == id && !thread.is_done)
        else {
            return;
        };
        thread.looks = NEVER;
        if thread.waiting.is_none() {
            return;
        }
        let deadline = thread.deadline;
        if deadline <= now {
            self.resume(place);
        } else if deadline < NEVER {
            thread.looks = deadline;
            self.wakes.push(deadline, Wake::Looks { place, id });
        }
    }

    /// The next script that acts at `now`: the main one first, then the members' in their order; who became ready
    /// meanwhile comes after all those that are ready yet.
    pub(super) fn next_ready(&mut self, now: SimTime) -> Option<u32> {
        // Members that begin at this very instant.
        if self.next_time().is_some_and(|at| at <= now) {
            self.wake(now);
        }
        let place = self.ready.pop()?;
        if let Some(thread) = self.get_mut(place) {
            thread.is_ready = false;
        }
        Some(place)
    }

    /// How many turns there were at this instant before this one.
    pub(super) const fn turn(&self) -> u64 {
        self.ready.turns
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Thread> {
        self.threads.get_mut(index(place))
    }

    /// The script goes on at `at`.
    pub(super) fn sleep(&mut self, place: u32, at: SimTime) {
        self.wakes.push(at, Wake::GoesOn(place));
    }

    /// The script waits at a step, at the latest until the deadline.
    pub(super) fn wait(&mut self, place: u32, step: StepAt, deadline: Option<SimTime>) {
        let Some(thread) = self.threads.get_mut(index(place)) else {
            return;
        };
        thread.waiting = Some(step);
        thread.deadline = deadline.unwrap_or(NEVER);
        let deadline = thread.deadline;
        // One look a script is enough: one that comes too early sets the next.
        if deadline < thread.looks {
            thread.looks = deadline;
            let id = thread.id;
            self.wakes.push(deadline, Wake::Looks { place, id });
        }
    }

    /// The script acts at this instant: what it waited for holds, or its time has come.
    pub(super) fn resume(&mut self, place: u32) {
        let Some(thread) = self.threads.get_mut(index(place)) else {
            return;
        };
        if !std::mem::replace(&mut thread.is_ready, true) {
            self.ready.push(thread.id, place);
        }
    }

    /// The script is done.
    pub(super) fn done(&mut self, place: u32) {
        let Some(thread) = self
            .threads
            .get_mut(index(place))
            .filter(|thread| !thread.is_done)
        else {
            return;
        };
        thread.is_done = true;
        thread.frame.outer = None;
        self.free.push(place);
        self.alive -= 1;
    }

    /// The scripts that have steps left, in the order in which they began: the number, whose it is, and the step at which it
    /// stands. Those that have not begun are left out.
    pub(super) fn unfinished<'p>(
        &self,
        code: &Code<'p>,
    ) -> Vec<(u32, Option<u32>, Option<&'p Step>)> {
        let is_left = |one: &&Thread| !one.is_done && !one.has_taken_all(code);
        let mut left: Vec<&Thread> = self.threads.iter().filter(is_left).collect();
        left.sort_unstable_by_key(|thread| thread.id);
        left.iter()
            .map(|thread| (thread.id, thread.own, thread.step(code)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Members = Members {
        all: (0, 2),
        own: 0..2,
    };

    #[test]
    fn scripts_are_numbered_as_far_as_numbers_go() {
        let mut threads = Threads {
            next_id: u32::MAX - 3,
            ..Threads::default()
        };
        let mut spawn = |members| threads.spawn(0, members, SimTime::default(), SimDuration::ZERO);
        assert!(spawn(Some(TWO)));
        assert!(!spawn(Some(TWO)));
        assert!(spawn(None));
        assert!(!spawn(None));
        assert_eq!(threads.alive(), 3);
    }

    #[test]
    fn the_place_of_members_who_have_all_begun_is_used_again() {
        let mut threads = Threads::default();
        for _ in 0..3 {
            assert!(threads.spawn(0, Some(TWO), SimTime::default(), SimDuration::ZERO));
            while let Some(place) = threads.next_ready(SimTime::default()) {
                threads.done(place);
            }
        }
        assert_eq!((threads.spawners.len(), threads.threads.len()), (1, 2));
        assert!(threads.all_done());
    }
}
