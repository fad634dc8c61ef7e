//! Where one choice begins to pay: the time between two steps at which it costs the same as another, found by bisection.

use std::str::FromStr;

use thiserror::Error;

use crate::{
    money::Usd,
    runner::{Keep, Measure, replay_into},
    scenario::Change,
    script::{Op, Step},
    time::SimDuration,
};

use super::Choice;

/// The longest time that is tried, in seconds: a year.
const LONGEST: u64 = 365 * 86_400;

/// Two steps, by their labels: `stop..start`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    first: String,
    second: String,
}

/// Why there is no time between two steps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BetweenError {
    /// The text isn't two labels.
    #[error("expected the labels of two steps, such as `stop..start`")]
    Form,
    /// No step has the label.
    #[error("no step has `label: {label}`{}", if known.is_empty() { "; give both steps a label".to_owned() } else { format!("; the labels are {}", known.join(", ")) })]
    NoStep {
        /// The label.
        label: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The second stands before the first, or isn't in the same script.
    #[error("the step `{second}` doesn't come after the step `{first}` in one script")]
    Order {
        /// The first label.
        first: String,
        /// The second.
        second: String,
    },
}

impl FromStr for Between {
    type Err = BetweenError;

    fn from_str(text: &str) -> Result<Self, BetweenError> {
        match text.split_once("..") {
            Some((first, second)) if !first.is_empty() && !second.is_empty() => Ok(Self {
                first: first.to_owned(),
                second: second.to_owned(),
            }),
            _ => Err(BetweenError::Form),
        }
    }
}

/// Where two choices cost the same.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BreakEven {
    /// The first choice, by its place.
    pub from: usize,
    /// The other.
    pub to: usize,
    /// How long before the second step the script waits; none where one of them is always cheaper, up to a year.
    pub after: Option<SimDuration>,
    /// What of a load makes both cost the same, and how much of it, where it isn't the time between two steps.
    pub at: Option<(Measure, u64)>,
    /// The same in words.
    pub sentence: String,
}

impl Between {
    pub(super) fn break_even(&self, choices: &[Choice]) -> Result<Vec<BreakEven>, BetweenError> {
        let Some((first, others)) = choices.split_first() else {
            return Ok(Vec::new());
        };
        for choice in choices {
            self.check(&choice.file.program().steps)?;
        }
        let break_even = others.iter().enumerate().map(|(place, other)| {
            let turn = Turn::find(|secs| Some(self.total(other, secs)? - self.total(first, secs)?));
            BreakEven {
                from: 0,
                to: place + 1,
                after: match turn {
                    Turn::At { secs, .. } => Some(SimDuration::from_secs(secs)),
                    Turn::Never { .. } => None,
                },
                at: None,
                sentence: self.sentence(turn, &first.name, &other.name),
            }
        });
        Ok(break_even.collect())
    }

    /// Whether the steps are there, one after the other.
    fn check(&self, steps: &[Step]) -> Result<(), BetweenError> {
        let mut known = Vec::new();
        labels(steps, &mut known);
        for label in [&self.first, &self.second] {
            if !known.contains(label) {
                return Err(BetweenError::NoStep {
                    label: label.clone(),
                    known,
                });
            }
        }
        if self.stand_in(steps) {
            Ok(())
        } else {
            Err(BetweenError::Order {
                first: self.first.clone(),
                second: self.second.clone(),
            })
        }
    }

    fn stand_in(&self, steps: &[Step]) -> bool {
        let place = |label: &str| {
            let is_it = |step: &Step| step.label.as_deref() == Some(label);
            steps.iter().position(is_it)
        };
        let here = matches!(
            (place(&self.first), place(&self.second)),
            (Some(first), Some(second)) if first < second
        );
        here || steps.iter().any(|step| match &step.op {
            Op::Repeat { steps, .. } | Op::Each { steps, .. } => self.stand_in(steps),
            Op::Tell
            | Op::Wait(_)
            | Op::WaitUntil { .. }
            | Op::Expect(_)
            | Op::Ask(_)
            | Op::Act(_) => false,
        })
    }

    /// What a choice costs in all if the second step comes so much later; none where the script can't wait so long, or
    /// where a step comes too early or too late to be carried out.
    fn total(&self, choice: &Choice, secs: u64) -> Option<Usd> {
        let mut changes = choice.changes.clone();
        changes.push(Change::after(&self.second, SimDuration::from_secs(secs)));
        let varied = choice.file.varied(&changes).ok()?;
        let replay = replay_into(&varied, Keep::SUMS, Vec::new());
        let is_another_life = replay.tally().is_another_life();
        (!is_another_life).then(|| replay.bill().cost().total())
    }

    fn sentence(&self, turn: Turn, from: &str, to: &str) -> String {
        let Self { first, second } = self;
        let cheaper = |is_other: bool| if is_other { to } else { from };
        match turn {
            Turn::At { secs, before } => format!(
                "{to} and {from} cost the same where `{second}` comes {} after `{first}`: {} is cheaper before, {} after.",
                SimDuration::from_secs(secs),
                cheaper(before),
                cheaper(!before),
            ),
            Turn::Never { other: Some(other) } => format!(
                "{} is cheaper than {} however long `{second}` comes after `{first}`, up to a year.",
                cheaper(other),
                cheaper(!other),
            ),
            Turn::Never { other: None } => format!(
                "{to} and {from} cost the same however long `{second}` comes after `{first}`."
            ),
        }
    }
}

fn labels(steps: &[Step], found: &mut Vec<String>) {
    for step in steps {
        found.extend(step.label.as_deref().map(str::to_owned));
        if let Op::Repeat { steps, .. } | Op::Each { steps, .. } = &step.op {
            labels(steps, found);
        }
    }
}

/// Where a difference changes its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// At the first whole second at which it isn't any more what it was before. `before` says whether the other choice was
    /// cheaper.
    At { secs: u64, before: bool },
    /// Nowhere. `other` says which is cheaper, if one is.
    Never { other: Option<bool> },
}

impl Turn {
    /// Looks for it: at times that double, and then in halves between the two where it turned. `difference` answers with
    /// none where the two can't be compared.
    fn find(difference: impl Fn(u64) -> Option<Usd>) -> Self {
        let sign = |secs: u64| difference(secs).map(|amount| amount.cmp(&Usd::ZERO));
        let mut was: Option<(u64, std::cmp::Ordering)> = None;
        let mut secs = 1;
        while secs <= LONGEST {
            if let Some(now) = sign(secs).filter(|now| now.is_ne()) {
                match was {
                    Some((low, before)) if before != now => {
                        return Self::between(low, secs, before, sign);
                    }
                    Some(_) | None => was = Some((secs, now)),
                }
            }
            secs *= 2;
        }
        Self::Never {
            other: was.map(|(_, sign)| sign.is_lt()),
        }
    }

    fn between(
        mut low: u64,
        mut high: u64,
        before: std::cmp::Ordering,
        sign: impl Fn(u64) -> Option<std::cmp::Ordering>,
    ) -> Self {
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if sign(middle).is_none_or(|now| now == before) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Self::At {
            secs: high,
            before: before.is_lt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(cents: i64) -> Usd {
        let one: Usd = Usd::from_price("0.01".parse().unwrap());
        let all: Usd = (0..cents.unsigned_abs()).map(|_| one).sum();
        if cents < 0 { Usd::ZERO - all } else { all }
    }

    #[test]
    fn the_turn_is_the_first_second_at_which_it_is_otherwise() {
        let turn = |at: i64| {
            Turn::find(|secs| {
                Some(cents(
                    i64::try_from(secs)
                        .unwrap()
                        .min(20_000)
                        .saturating_sub(at)
                        .clamp(-5, 5),
                ))
            })
        };
        assert_eq!(
            turn(1_000),
            Turn::At {
                secs: 1_000,
                before: true
            }
        );
        assert_eq!(turn(-1), Turn::Never { other: Some(false) });
        assert_eq!(Turn::find(|_| Some(Usd::ZERO)), Turn::Never { other: None });
        // What was refused at first says nothing.
        let late = |secs| (secs >= 90).then(|| cents(if secs < 1_000 { -1 } else { 1 }));
        assert_eq!(
            Turn::find(late),
            Turn::At {
                secs: 1_000,
                before: true
            }
        );
        // The script can't wait as long as it would take.
        let short = |secs| (secs < 500).then(|| cents(-1));
        assert_eq!(Turn::find(short), Turn::Never { other: Some(true) });
    }

    #[test]
    fn two_labels_are_needed() {
        assert!("stop..start".parse::<Between>().is_ok());
        for text in ["stop", "..start", "stop..", ""] {
            assert_eq!(text.parse::<Between>(), Err(BetweenError::Form), "{text}");
        }
    }
}
