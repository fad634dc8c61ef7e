//! The scripts of a program, laid out so that a script under way is a few numbers.

use crate::{
    record::index,
    script::{Every, Op, Program, Step, Zone},
};

/// The blocks of a program's scripts: the main one, and the inner steps of each `repeat` and `each`.
#[derive(Debug)]
pub(super) struct Code<'p> {
    blocks: Vec<Block<'p>>,
    zone: &'p Zone,
}

/// Steps that follow each other.
#[derive(Debug)]
struct Block<'p> {
    steps: &'p [Step],
    /// The number of the block inside each step; nothing comes of it for a step without one.
    inner: Vec<u32>,
    /// From the start of a round to the start of the next one.
    every: Option<Every>,
    /// The `repeat` or the `each`.
    owner: Option<&'p Step>,
}

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepAt {
    pub(super) block: u32,
    pub(super) index: u32,
}

/// The number of the main script's block.
pub(super) const MAIN: u32 = 0;

impl<'p> Code<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        let mut code = Self {
            blocks: Vec::new(),
            zone: &program.zone,
        };
        code.add(&program.steps, None, None);
        code
    }

    fn add(&mut self, steps: &'p [Step], every: Option<Every>, owner: Option<&'p Step>) -> u32 {
        let number = self.blocks.len();
        self.blocks.push(Block {
            steps,
            inner: Vec::new(),
            every,
            owner,
        });
        let inner = steps
            .iter()
            .map(|step| match &step.op {
                Op::Repeat { every, steps, .. } => self.add(steps, *every, Some(step)),
                Op::Each { steps, .. } => self.add(steps, None, Some(step)),
                Op::Tell
                | Op::Wait(_)
                | Op::WaitUntil { .. }
                | Op::Expect(_)
                | Op::Ask(_)
                | Op::Act(_) => MAIN,
            })
            .collect();
        self.blocks[number].inner = inner;
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    fn block(&self, number: u32) -> &Block<'p> {
        &self.blocks[index(number)]
    }

    /// A step; none behind the last one of its block.
    pub(super) fn get(&self, at: StepAt) -> Option<&'p Step> {
        self.block(at.block).steps.get(index(at.index))
    }

    /// A step that was found before.
    pub(super) fn step(&self, at: StepAt) -> &'p Step {
        &self.block(at.block).steps[index(at.index)]
    }

    /// The block of the inner steps of a `repeat` or an `each`.
    pub(super) fn inner(&self, at: StepAt) -> u32 {
        self.block(at.block).inner[index(at.index)]
    }

    /// From the start of a round of this block to the start of the next one.
    pub(super) fn every(&self, block: u32) -> Option<Every> {
        self.block(block).every
    }

    /// The time zone of clock times.
    pub(super) const fn zone(&self) -> &'p Zone {
        self.zone
    }

    /// The `repeat` or the `each` that has this block.
    pub(super) fn owner(&self, block: u32) -> Option<&'p Step> {
        self.block(block).owner
    }
}
