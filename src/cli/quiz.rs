//! `ec2sim run --quiz`: a replay that stops before each question and takes the answer.

use std::fmt::Write as _;

use crate::{
    engine::{Sink, StopSignal, View},
    record::{Note, Question, Record, RecordKind},
};

use super::typed::Typed;

/// What a viewer types who wants a hint.
pub(super) const HINT: &str = "?";

/// How many of the answers were right, wherever they were given.
#[derive(Debug, Default)]
pub(super) struct Marks {
    right: u64,
    asked: u64,
}

impl Marks {
    /// Marks an answer, or that there is none, and says so with the reason and the rules behind it.
    pub(super) fn mark(&mut self, question: &Question, answer: Option<&str>) -> String {
        self.asked += 1;
        let mut said = match answer {
            Some(answer) if question.is_right(answer) => {
                self.right += 1;
                "Right.".to_owned()
            }
            Some(_) => format!("Wrong: it is {}.", question.answer),
            None => format!("No answer: it is {}.", question.answer),
        };
        if let Some(why) = &question.why {
            said.push(' ');
            said.push_str(why);
        }
        for rule in question.rules {
            let _ = write!(said, "\n{}: {}", rule.id, rule.says);
        }
        said
    }

    /// `3 of 4 answers are right`; none where nothing was asked.
    pub(super) fn told(&self) -> Option<String> {
        let noun = if self.asked == 1 {
            "answer is"
        } else {
            "answers are"
        };
        (self.asked > 0).then(|| format!("{} of {} {noun} right", self.right, self.asked))
    }
}

/// A question with its choices and their numbers, and how to have the hint.
pub(super) fn asked(question: &Question) -> String {
    let mut text = question.ask.to_string();
    for (number, choice) in (1..).zip(&question.choices) {
        let _ = write!(text, "\n  {number}  {choice}");
    }
    if question.hint.is_some() {
        let _ = write!(text, "\n  {HINT}  a hint");
    }
    text
}

/// Asks what a replay asks, between what another sink shows.
pub(super) struct Quiz<'a, S> {
    shown: &'a mut S,
    answers: Typed,
    marks: Marks,
}

impl<'a, S: Sink> Quiz<'a, S> {
    pub(super) fn new(shown: &'a mut S, stop: StopSignal) -> Self {
        Self {
            shown,
            answers: Typed::new(stop),
            marks: Marks::default(),
        }
    }

    /// How many of the answers were right, in words.
    pub(super) fn mark(&self) -> Option<String> {
        self.marks.told()
    }

    fn say(&mut self, record: &Record, view: &View<'_>, text: String) {
        let kind = RecordKind::Note(Note::new(text));
        let note = Record::new(record.seq, record.at, record.line, kind);
        self.shown.record(&note, view);
    }

    fn ask(&mut self, record: &Record, view: &View<'_>, question: &Question) {
        self.say(record, view, asked(question));
        let answer = self.answer(record, view, question);
        if self.answers.is_stopped() {
            return;
        }
        let said = self.marks.mark(question, answer.as_deref());
        self.say(record, view, said);
    }

    /// What is typed; none at the end of the input. What can't be an answer is asked for again.
    fn answer(&mut self, record: &Record, view: &View<'_>, question: &Question) -> Option<String> {
        loop {
            let line = self.answers.next("> ")?;
            match (&question.hint, question.wants(&line)) {
                (Some(hint), _) if line.trim() == HINT => {
                    self.say(record, view, hint.to_string());
                }
                (_, Some(wants)) => self.say(record, view, format!("Answer with {wants}.")),
                (_, None) => return Some(line),
            }
        }
    }
}

impl<S: Sink> Sink for Quiz<'_, S> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        if let RecordKind::Note(Note {
            question: Some(question),
            ..
        }) = &record.kind
        {
            if !self.answers.is_stopped() {
                self.ask(record, view, question);
            }
        } else {
            self.shown.record(record, view);
        }
    }

    fn instant_over(&mut self, view: &View<'_>) {
        self.shown.instant_over(view);
    }
}
