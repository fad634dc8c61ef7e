//! The floor: a heap and a match. No rules, no records, no script, nothing but this workload.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
};

use super::workload::{Churn, Counts, REST, RUN, Range};

/// The least that a run of an instance is billed for, in seconds.
pub(crate) const MINIMUM: u64 = 60;

/// How the launches get into the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Launches {
    /// Each launch sets the next one: the heap stays as small as the number of live instances.
    InTurn,
    /// All of them beforehand.
    UpFront,
}

#[derive(Clone, Copy)]
enum State {
    None,
    Pending,
    Running,
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,
}

#[derive(Clone, Copy)]
struct Instance {
    state: State,
    cycles_left: u32,
    since: u64,
    billed: u64,
    address: u64,
}

/// How long one state of one instance lasts. The numbers are drawn by the two multiplications of a common hash.
fn length((least, most): Range, instance: u32, turn: u64) -> u64 {
    if least == most {
        return least;
    }
    let mixed = (u64::from(instance) ^ (turn << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    least + (mixed >> 33) % (most - least + 1)
}

/// Does the work.
pub(crate) fn run(churn: Churn, launches: Launches) -> Counts {
    let every = churn.shape.every();
    let (pending, stopping, shutting_down) = churn.shape.timings();
    let count = usize::try_from(churn.instances).expect("a count");
    let fresh = Instance {
        state: State::None,
        cycles_left: churn.cycles,
        since: 0,
        billed: 0,
        address: 0,
    };
    let mut instances = vec![fresh; count];
    let mut heap: BinaryHeap<Reverse<(u64, u64, u32)>> = BinaryHeap::new();
    let mut seq = 0_u64;
    let first = match launches {
        Launches::InTurn => 1,
        Launches::UpFront => churn.instances,
    };
    for instance in 0..first {
        heap.push(Reverse((every * u64::from(instance), seq, instance)));
        seq += 1;
    }
    let mut counts = Counts::default();
    loop {
        // What comes next for an instance takes the place of what is due: cheaper by a fifth than to pop and to push.
        let Some(mut top) = heap.peek_mut() else {
            break;
        };
        let Reverse((now, turn, number)) = *top;
        let mut sets_next_launch = false;
        let index = usize::try_from(number).expect("an index");
        let instance = &mut instances[index];
        counts.transitions += 1;
        let lasts = match instance.state {
            State::None => {
                instance.state = State::Pending;
                sets_next_launch = launches == Launches::InTurn && number + 1 < churn.instances;
                length(pending, number, turn)
            }
            State::Pending => {
                instance.state = State::Running;
                instance.since = now;
                counts.addresses += 1;
                instance.address = counts.addresses;
                RUN
            }
            State::Running => {
                let billed = (now - instance.since).max(MINIMUM);
                instance.billed += billed;
                counts.billed_seconds += billed;
                instance.address = 0;
                if instance.cycles_left == 0 {
                    instance.state = State::ShuttingDown;
                    length(shutting_down, number, turn)
                } else {
                    instance.cycles_left -= 1;
                    instance.state = State::Stopping;
                    length(stopping, number, turn)
                }
            }
            State::Stopping => {
                instance.state = State::Stopped;
                REST
            }
            State::Stopped => {
                instance.state = State::Pending;
                length(pending, number, turn)
            }
            State::ShuttingDown => {
                instance.state = State::Terminated;
                PeekMut::pop(top);
                continue;
            }
            State::Terminated => unreachable!("nothing is due after the end"),
        };
        *top = Reverse((now + lasts, seq, number));
        drop(top);
        seq += 1;
        if sets_next_launch {
            heap.push(Reverse((now + every, seq, number + 1)));
            seq += 1;
        }
    }
    let billed: u64 = instances.iter().map(|instance| instance.billed).sum();
    assert_eq!(billed, counts.billed_seconds);
    assert!(instances.iter().all(|instance| instance.address == 0));
    counts
}
