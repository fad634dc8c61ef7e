//! The lifecycles as plain data, whatever kind of resource they are of: what explains and draws them reads this.

use crate::rule::Rule;

use super::{
    Disposition, ErrorCode, Machine, Phase, environment, modification, spot, task, volume,
};

/// The lifecycle of a kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The kind's word: `instance`.
    pub noun: &'static str,
    /// What brings one about.
    pub born: &'static str,
    /// The phases, in the order of the table.
    pub phases: Vec<Node>,
    /// The transitions, in the order of the table.
    pub edges: Vec<Edge>,
    /// What becomes of each trigger that moves nothing.
    pub others: Vec<Answered>,
    /// Why it may refuse.
    pub refusals: Vec<Refused>,
}

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The code.
    pub code: ErrorCode,
    /// What EC2 says, with words in braces to be filled in.
    pub text: &'static str,
    /// The rules that decide it.
    pub rules: &'static [&'static Rule],
}

/// A phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// The state that a user sees.
    pub state: &'static str,
    /// What kind of it, where it isn't the plain one.
    pub flavor: Option<&'static str>,
    /// Which of the phases with the same two words it is: `first` and `later` where `pending` is two phases.
    pub which: Option<&'static str>,
}

/// A transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The phase that it leaves, by its place.
    pub from: usize,
    /// The phase that it enters.
    pub to: usize,
    /// EC2's action, or what completed.
    pub trigger: &'static str,
    /// Which of the triggers with that name it is: `Hibernate` is a StopInstances.
    pub variant: String,
    /// Why it moves, in a few words.
    pub why: &'static str,
    /// The rules that say so.
    pub rules: &'static [&'static Rule],
}

/// A trigger in a phase that moves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The phase.
    pub phase: usize,
    /// EC2's action, or what completed.
    pub trigger: &'static str,
    /// Which of the triggers with that name it is.
    pub variant: String,
    /// What EC2 says.
    pub with: Answer,
}

/// What EC2 says to what moves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is done without a change of state.
    Done(&'static [&'static Rule]),
    /// It is so already.
    Already(&'static [&'static Rule]),
    /// It is refused.
    Refused(Refused),
    /// Nobody can ask it.
    Never,
}

impl Node {
    /// What a person calls it: `stopping (hibernating)`.
    pub fn name(&self) -> String {
        match self.flavor.or(self.which) {
            None => self.state.to_owned(),
            Some(kind) => format!("{} ({kind})", self.state),
        }
    }
}

impl Chart {
    /// Every kind of resource that has a lifecycle.
    pub fn all() -> Vec<Self> {
        vec![
            Self::of::<Phase>("instance", "RunInstances"),
            Self::of::<volume::Phase>("volume", "CreateVolume, RunInstances"),
            Self::of::<modification::Phase>("modification", "ModifyVolume"),
            Self::of::<spot::Phase>("spot-request", "RunInstances"),
            Self::of::<environment::Phase>(
                "environment",
                "Invoke, PutProvisionedConcurrencyConfig",
            ),
            Self::of::<task::Phase>("task", "RunTask, CreateService"),
        ]
    }

    /// The one of a kind of resource, by its word.
    pub fn find(noun: &str) -> Option<Self> {
        Self::all().into_iter().find(|chart| chart.noun == noun)
    }

    fn of<M: Machine>(noun: &'static str, born: &'static str) -> Self {
        let place = |phase: M| M::PHASES.iter().position(|one| *one == phase).unwrap_or(0);
        let words = |phase: &M| phase.words();
        let refused = |refusal: M::Refusal| {
            M::code_of(refusal).map(|code| Refused {
                code,
                text: M::text_of(refusal),
                rules: M::rules_of(refusal),
            })
        };
        let phases = M::PHASES
            .iter()
            .enumerate()
            .map(|(at, phase)| {
                let (state, flavor) = words(phase);
                let alike = |other: &M| words(other) == (state, flavor);
                let twins = M::PHASES.iter().filter(|other| alike(other)).count();
                let before = M::PHASES.iter().take(at).any(alike);
                let which = (twins > 1).then_some(if before { "later" } else { "first" });
                Node {
                    state,
                    flavor,
                    which,
                }
            })
            .collect();
        let edges = M::TABLE
            .iter()
            .map(|row| Edge {
                from: place(row.from),
                to: place(row.to),
                trigger: M::name_of(row.trigger),
                variant: format!("{:?}", row.trigger),
                why: row.why,
                rules: row.rules,
            })
            .collect();
        let mut others = Vec::new();
        for (at, phase) in M::PHASES.iter().enumerate() {
            for trigger in M::TRIGGERS {
                let with = match phase.answer(*trigger) {
                    Disposition::Moves(_) => continue,
                    Disposition::Accepted(rules) => Answer::Done(rules),
                    Disposition::Unchanged(rules) => Answer::Already(rules),
                    Disposition::Refused(refusal) => {
                        refused(refusal).map_or(Answer::Never, Answer::Refused)
                    }
                };
                others.push(Answered {
                    phase: at,
                    trigger: M::name_of(*trigger),
                    variant: format!("{trigger:?}"),
                    with,
                });
            }
        }
        Self {
            noun,
            born,
            phases,
            edges,
            others,
            refusals: M::REFUSALS.iter().copied().filter_map(refused).collect(),
        }
    }

    /// The phases in which a life begins: those that nothing enters, or, where it goes round, the first of the table.
    pub fn first(&self) -> impl Iterator<Item = usize> {
        let is_entered = |at: usize| self.edges.iter().any(|edge| edge.to == at);
        let all = 0..self.phases.len();
        let goes_round = all.clone().all(is_entered);
        all.filter(move |at| {
            if goes_round {
                *at == 0
            } else {
                !is_entered(*at)
            }
        })
    }

    /// The phases that nothing leaves: where a life ends.
    pub fn last(&self) -> impl Iterator<Item = usize> {
        (0..self.phases.len()).filter(|at| self.edges.iter().all(|edge| edge.from != *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_with_the_same_words_are_told_apart() {
        for chart in Chart::all() {
            let mut names: Vec<String> = chart.phases.iter().map(Node::name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), chart.phases.len(), "{}", chart.noun);
            // An environment is initialised, or restored.
            let first = if chart.noun == "environment" { 2 } else { 1 };
            assert_eq!(chart.first().count(), first, "{}", chart.noun);
        }
        let instances = Chart::find("instance").unwrap();
        assert_eq!(instances.phases[0].name(), "pending (first)");
        assert_eq!(instances.phases[2].name(), "pending (resuming)");
    }
}
