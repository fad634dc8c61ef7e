//! Questions to the viewer. What the simulation knows isn't written into the file: an answer names the check that knows it, and
//! each choice is read as what that check could expect.

use std::sync::Arc;

use super::{
    super::{
        Code,
        keys::{CHECKS, ExpectKey, List, METERS, Takes},
        nearest::nearest,
        reader::Draft,
        shape::Field,
        tree::{Entry, Key, Kind, Node, quoted},
        value::{self, Sign},
    },
    Lower,
    steps::Said,
    told::told,
};
use crate::{
    lifecycle::{ApiState, InstanceState},
    script::{Answer, Asking, Check, Op},
};

use super::super::keys::StepKey;

/// What stands for the word of a check that is only read.
const ANY: &[&str] = &[
    "none", "any", "$0.00", "0", "running", "0s", "no", "kept", "1GiB",
];

impl Lower<'_> {
    pub(super) fn ask(&mut self, field: Field<'_, '_, StepKey>, said: &Said<'_, '_>) -> Option<Op> {
        let language = self.language.clone();
        let language = language.as_deref();
        let ask = told(self.reader, field.value, "a question", language);
        let mut text = |node: Option<&Node<'_>>, what: &str| {
            node.and_then(|node| told(self.reader, node, what, language))
        };
        let hint = text(said.hint.map(|field| field.value), "a hint");
        let why = text(said.why.map(|field| field.value), "a reason");
        let given = said.choices.map(|field| field.value);
        let mut choices: Vec<(Arc<str>, Node<'_>)> = Vec::new();
        for node in given
            .and_then(|node| self.reader.items(node, "a list of answers"))
            .unwrap_or_default()
        {
            let choice = self.reader.text(node, "an answer").map(Arc::from);
            choices.extend(choice.map(|choice| (choice, *node)));
        }
        let Some(answer) = said.answer else {
            self.reader
                .missing_key(field.at, "`ask`", "answer", "{ web: billed }");
            return None;
        };
        let place = self.reader.place(answer.value.span);
        let (answer, offered) = self.answer(answer.value, &choices)?;
        let mut choices: Vec<Arc<str>> = choices.into_iter().map(|(choice, _)| choice).collect();
        if choices.is_empty() {
            choices = offered;
        }
        Some(Op::Ask(Box::new(Asking {
            place,
            ask: ask?,
            choices,
            answer,
            hint,
            why,
        })))
    }

    /// How an answer is known, and what there is to choose from if the file doesn't say so.
    fn answer(
        &mut self,
        node: &Node<'_>,
        choices: &[(Arc<str>, Node<'_>)],
    ) -> Option<(Answer, Vec<Arc<str>>)> {
        let entries = match node.kind {
            Kind::Map([entry]) => [*entry],
            Kind::Map(_) => {
                self.reader.report(Code::WrongShape, node.span, || {
                    Draft::new("an answer is what one check says").label("expected a single name")
                });
                return None;
            }
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => {
                let text = self.reader.text(node, "an answer")?;
                let is_one = |(choice, _): &(Arc<str>, Node<'_>)| **choice == *text;
                if !choices.is_empty() && !choices.iter().any(is_one) {
                    self.reader.report(Code::UnknownWord, node.span, || {
                        let words = choices.iter().map(|(choice, _)| &**choice);
                        Draft::new(format!("{} is none of the choices", quoted(text)))
                            .label("expected one of `choices`")
                            .instead(nearest(text, words))
                    });
                }
                return Some((Answer::Said(text.into()), Vec::new()));
            }
        };
        let [entry] = entries;
        match entry.value.kind {
            Kind::Map(_) => {
                // The answer is what the check expects, so it has to hold.
                let Kind::Map(
                    [
                        Entry {
                            value:
                                Node {
                                    kind: Kind::Scalar(text),
                                    ..
                                },
                            ..
                        },
                    ],
                ) = entry.value.kind
                else {
                    return self
                        .reader
                        .wrong_shape(&entry.value, "one check, such as `{ state: stopped }`");
                };
                let check = self.stated_by(entry)?;
                Some((Answer::Checked(Arc::from(*text), check), Vec::new()))
            }
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => self.read_answer(&entry, choices),
        }
    }

    /// An answer that is read off the simulation: `{ web: billed }`, `{ cost: total }`.
    fn read_answer(
        &mut self,
        entry: &Entry<'_>,
        choices: &[(Arc<str>, Node<'_>)],
    ) -> Option<(Answer, Vec<Arc<str>>)> {
        let word = self.reader.text(&entry.value, "the name of a check")?;
        let whole = ExpectKey::EXPECT.find(entry.key.text).is_some();
        let table = if whole { &METERS } else { &CHECKS };
        let Some(key) = table.find(word) else {
            let known: Vec<&str> = table.names().collect();
            let what = "something that can be expected";
            let words = known.iter().copied();
            self.reader
                .unknown_word(entry.value.span, word, what, words);
            return None;
        };
        let stated = |lower: &mut Self, value: &str, at: &Node<'_>| {
            let value = Node {
                kind: Kind::Scalar(value),
                ..*at
            };
            let check = Entry {
                key: Key {
                    span: entry.value.span,
                    text: key.name,
                },
                value,
            };
            let checks = [check];
            let of = Entry {
                key: entry.key,
                value: Node {
                    span: entry.value.span,
                    kind: Kind::Map(&checks),
                },
            };
            lower.stated_by(of)
        };
        let offered: Vec<(Arc<str>, Node<'_>)> = if choices.is_empty() {
            let words = words_of(&key.kind);
            words.map(|word| (Arc::from(word), entry.value)).collect()
        } else {
            choices.to_vec()
        };
        if offered.is_empty() {
            // To the table an amount of credits is a text, and yet it is no word.
            let value = if matches!(key.kind, Takes::Text) && key.name.ends_with("credits") {
                Some(&"0")
            } else {
                ANY.iter().find(|value| understands(&key.kind, value))
            };
            let check = stated(self, value.copied().unwrap_or("none"), &entry.value)?;
            return Some((Answer::Found(check), Vec::new()));
        }
        let mut each = Vec::with_capacity(offered.len());
        for (place, (choice, node)) in offered.iter().enumerate() {
            if understands(&key.kind, choice) {
                let check = stated(self, choice, node)?;
                each.push((place, check));
            }
        }
        if each.is_empty() {
            self.reader.report(Code::UnknownWord, entry.value.span, || {
                Draft::new(format!("no choice is something that `{word}` could say"))
                    .label("expected a choice that can be right")
            });
            return None;
        }
        let offered = offered.into_iter().map(|(choice, _)| choice).collect();
        Some((Answer::Chosen(each), offered))
    }

    /// The one check that an entry states.
    fn stated_by(&mut self, entry: Entry<'_>) -> Option<Check> {
        let entries = [entry];
        let node = Node {
            span: entry.key.span,
            kind: Kind::Map(&entries),
        };
        let checks = self.checks(&node);
        checks.into_iter().next()
    }
}

/// The words of a check, where it has a list of them that is short enough to choose from.
fn words_of(kind: &'static Takes) -> Box<dyn Iterator<Item = &'static str>> {
    match kind {
        Takes::Flag => Box::new(["yes", "no"].into_iter()),
        Takes::Words(words) => Box::new(words.iter().copied()),
        Takes::Listed(List::State) => Box::new(InstanceState::ALL.iter().map(|one| one.name())),
        Takes::Listed(List::ApiState) => Box::new(ApiState::ALL.iter().map(|one| one.name())),
        // A state of what isn't an instance, a word that stands for any address: the first are what is mostly meant.
        Takes::Either([first, ..]) => words_of(first),
        Takes::Text
        | Takes::Whole(..)
        | Takes::Duration
        | Takes::Millis
        | Takes::Memory
        | Takes::Payload
        | Takes::Vcpus
        | Takes::Rate
        | Takes::Range
        | Takes::Instant
        | Takes::Moment
        | Takes::Clock
        | Takes::Days
        | Takes::Size
        | Takes::Data
        | Takes::DataRate
        | Takes::Amount
        | Takes::Cost
        | Takes::Difference
        | Takes::Volume
        | Takes::Address
        | Takes::Listed(_)
        | Takes::NewName(_)
        | Takes::Name(_)
        | Takes::Map(_)
        | Takes::Entries(_)
        | Takes::Many(_)
        | Takes::Either(_)
        | Takes::Optional(_)
        | Takes::Steps
        | Takes::Variant
        | Takes::Checks => Box::new(std::iter::empty()),
    }
}

/// Whether a check could expect this.
fn understands(kind: &Takes, said: &str) -> bool {
    match kind {
        Takes::Flag => value::flag(said).is_ok(),
        Takes::Words(words) => words.contains(&said),
        Takes::Listed(List::State) => InstanceState::find(said).is_some(),
        Takes::Listed(List::ApiState) => ApiState::find(said).is_some(),
        Takes::Cost => value::amount_check(said, Sign::Positive).is_ok(),
        Takes::Difference => value::amount_check(said, Sign::Any).is_ok(),
        Takes::Whole(least, most) => value::whole(said, *least, *most).is_ok(),
        Takes::Duration => value::duration(said).is_ok(),
        Takes::Millis => value::millis(said).is_ok(),
        Takes::Size => value::size(said).is_ok(),
        Takes::Address => said.parse::<std::net::IpAddr>().is_ok(),
        Takes::Either(kinds) => kinds.iter().any(|kind| understands(kind, said)),
        Takes::Text | Takes::Listed(_) | Takes::Name(_) => true,
        Takes::Range
        | Takes::Memory
        | Takes::Payload
        | Takes::Vcpus
        | Takes::Rate
        | Takes::Instant
        | Takes::Moment
        | Takes::Clock
        | Takes::Days
        | Takes::Data
        | Takes::DataRate
        | Takes::Amount
        | Takes::Volume
        | Takes::NewName(_)
        | Takes::Map(_)
        | Takes::Entries(_)
        | Takes::Many(_)
        | Takes::Optional(_)
        | Takes::Steps
        | Takes::Variant
        | Takes::Checks => false,
    }
}
