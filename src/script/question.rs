//! Questions that a script asks its viewer.

use std::sync::Arc;

use super::{Check, Place};

/// A question, and how its answer is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// Where its answer is in the file.
    pub place: Place,
    /// The question.
    pub ask: Arc<str>,
    /// What there is to choose from; empty where the answer is typed.
    pub choices: Vec<Arc<str>>,
    /// How the answer is known.
    pub answer: Answer,
    /// What helps, if somebody wants to be helped.
    pub hint: Option<Arc<str>>,
    /// Why the answer is so.
    pub why: Option<Arc<str>>,
}

/// How the answer to a question is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The file says it, and nothing in the simulation could contradict.
    Said(Arc<str>),
    /// The file says it, as what a check expects: it has to hold.
    Checked(Arc<str>, Check),
    /// It is the one of the choices that is so, each by its index with what it states; a choice that states nothing that could
    /// be so has no check.
    Chosen(Vec<(usize, Check)>),
    /// It is what a check finds. What that check expects doesn't matter.
    Found(Check),
}
