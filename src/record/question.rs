//! Notes, and questions to the viewer with what counts as an answer.

use std::sync::Arc;

use crate::{
    money::{Price, Usd},
    time::HOUR_SECS,
};

use super::Rules;

/// What the viewer is told.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// The text; of a question with its answer.
    pub text: Arc<str>,
    /// The question, if it is one.
    pub question: Option<Arc<Question>>,
}

impl Note {
    /// A text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self {
            text: text.into(),
            question: None,
        }
    }
}

/// A question to the viewer, with its answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// The question.
    pub ask: Arc<str>,
    /// What there is to choose from; empty where the answer is typed.
    pub choices: Vec<Arc<str>>,
    /// The right answer.
    pub answer: Arc<str>,
    /// What helps, if somebody wants to be helped.
    pub hint: Option<Arc<str>>,
    /// Why the answer is so.
    pub why: Option<Arc<str>>,
    /// The rules behind it.
    pub rules: Rules,
}

impl Question {
    /// A question with nothing but its answer.
    pub fn new(ask: impl Into<Arc<str>>, answer: impl Into<Arc<str>>) -> Self {
        Self {
            ask: ask.into(),
            choices: Vec::new(),
            answer: answer.into(),
            hint: None,
            why: None,
            rules: &[],
        }
    }

    /// It as a note: the question, the answer, and why.
    pub fn told(self) -> Note {
        let mut text = format!("{} — {}", self.ask, self.answer);
        if let Some(why) = &self.why {
            text.push_str(". ");
            text.push_str(why);
        }
        self.told_as(text)
    }

    /// It as a note of this text.
    pub(crate) fn told_as(self, text: impl Into<Arc<str>>) -> Note {
        Note {
            text: text.into(),
            question: Some(Arc::new(self)),
        }
    }

    /// Whether somebody's answer is the right one. Spaces at its ends and upper case don't matter, and one of the choices may be
    /// given by its number. A number is compared at the precision of the right answer; it may have a dollar sign.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::record::Question;
    /// let question = Question::new("What did the hour cost?", "$0.10");
    /// assert!(question.is_right("0.096"));
    /// assert!(!question.is_right("$0.11"));
    /// ```
    pub fn is_right(&self, said: &str) -> bool {
        let said = said.trim();
        if let Some(right) = self.choice(&self.answer) {
            return self.choice_or_number(said) == Some(right);
        }
        let decimals = self
            .answer
            .split_once('.')
            .map_or(0, |(_, digits)| digits.trim_end().len());
        match (amount(&self.answer), amount(said), u32::try_from(decimals)) {
            (Some(right), Some(mine), Ok(decimals)) => {
                Usd::from_price(mine).is_about(right, decimals)
            }
            _ => match (secs(&self.answer), secs(said)) {
                (Some(right), Some(mine)) => right == mine,
                _ => self.answer.trim().to_lowercase() == said.to_lowercase(),
            },
        }
    }

    /// What an answer has to be, where this one is of another form and so neither right nor wrong.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::record::Question;
    /// let question = Question::new("How long is it billed?", "2h");
    /// assert_eq!(question.wants("7,200"), Some("a time such as 1h30m"));
    /// assert!(question.is_right("120m"));
    /// ```
    pub fn wants(&self, said: &str) -> Option<&'static str> {
        let said = said.trim();
        if self.choice(&self.answer).is_some() {
            let is_one = self.choice_or_number(said).is_some();
            (!is_one).then_some("one of these, or its number")
        } else if amount(&self.answer).is_some() {
            amount(said).is_none().then_some("a number such as 0.10")
        } else if secs(&self.answer).is_some() {
            secs(said).is_none().then_some("a time such as 1h30m")
        } else {
            said.is_empty().then_some("a word")
        }
    }

    /// Which of the choices a word is.
    fn choice(&self, word: &str) -> Option<usize> {
        let word = word.trim().to_lowercase();
        self.choices
            .iter()
            .position(|choice| choice.trim().to_lowercase() == word)
    }

    /// Which of the choices is meant by it or by its number.
    fn choice_or_number(&self, said: &str) -> Option<usize> {
        self.choice(said).or_else(|| {
            let number: usize = said.parse().ok()?;
            (1..=self.choices.len())
                .contains(&number)
                .then(|| number - 1)
        })
    }
}

/// A number, with a dollar sign or without.
fn amount(text: &str) -> Option<Price> {
    let text = text.trim().trim_start_matches('$').trim_start();
    text.replace(',', "").parse().ok()
}

/// The seconds of a time such as `1h30m`.
fn secs(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|one: char| !one.is_ascii_digit())?;
        let (number, behind) = rest.split_at(digits);
        let unit = behind.chars().next()?;
        let each = match unit {
            'd' => 86_400,
            'h' => HOUR_SECS,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(each)?)?;
        rest = behind[unit.len_utf8()..].trim_start();
    }
    (!text.trim().is_empty()).then_some(sum)
}
