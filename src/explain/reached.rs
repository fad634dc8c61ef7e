//! Which words scenarios reach, and where.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    action::Verb,
    engine::{Sink, View},
    record::{InstanceHandle, Record, RecordKind, Resource, Rules},
    rule::{self, Rule},
    runner::{Keep, replay_into},
    scenario::{Scenario, keys},
};

use super::Kind;

/// Where a word is reached: a file, by its number, and a line; 0 for what no line asks for.
type Place = (usize, u32);

/// What scenarios reach.
#[derive(Debug, Clone, Default)]
pub struct Reached {
    files: Vec<String>,
    /// What the scenarios of these files are called.
    names: Vec<String>,
    words: BTreeMap<(Kind, String), Vec<Place>>,
    /// The rules that decide what each action does, where it was carried out.
    decides: BTreeMap<String, Vec<&'static str>>,
}

/// Which rules scenarios reach, and which they don't.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Those that are reached.
    pub reached: Vec<&'static Rule>,
    /// Those that a record could cite, and none does.
    pub missed: Vec<&'static Rule>,
    /// Those that no record can cite, with the test that holds each.
    pub held: Vec<(&'static Rule, &'static str)>,
}

impl Reached {
    /// Replays a scenario, and adds what it reaches.
    pub fn add(&mut self, scenario: &Scenario) {
        let file = self.files.len();
        self.files.push(scenario.file().to_owned());
        self.names.push(scenario.program().name.clone());
        let mut listener = Listener {
            reached: self,
            file,
            line: 0,
            lines: BTreeMap::new(),
        };
        replay_into(scenario, Keep::SUMS, vec![&mut listener]);
        self.add_keys(file, &scenario.source().text);
        if let Some(case) = case_of(scenario.file()) {
            self.put(Kind::Case, &case, (file, 0));
        }
    }

    /// The keys that a file has: what a reader of it sees.
    fn add_keys(&mut self, file: usize, text: &str) {
        let attributes = keys::SCENARIO.keys.iter().chain(keys::INSTANCE.keys);
        let verbs = Verb::ALL.iter().map(|verb| (Kind::Action, verb.name()));
        let attributes = attributes.map(|key| (Kind::Attribute, key.name));
        for (kind, word) in attributes.chain(verbs) {
            let has = |line: &str| {
                line.match_indices(word).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    line[at + word.len()..].starts_with(':')
                        && before.is_none_or(|letter| matches!(letter, ' ' | '{' | ','))
                })
            };
            let at = text.lines().position(has);
            if let Some(at) = at.and_then(|at| u32::try_from(at).ok()) {
                self.put(kind, word, (file, at + 1));
            }
        }
    }

    fn put(&mut self, kind: Kind, word: &str, place: Place) {
        let places = self.words.entry((kind, word.to_owned())).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }

    /// Where a word is reached: `file:line`, in the order in which it was.
    pub fn places(&self, kind: Kind, word: &str) -> Vec<String> {
        let places = self.words.get(&(kind, word.to_owned()));
        places
            .into_iter()
            .flatten()
            .map(|place| self.shown(*place))
            .collect()
    }

    fn shown(&self, (file, line): Place) -> String {
        let file = self.files.get(file).map_or("", String::as_str);
        if line == 0 {
            file.to_owned()
        } else {
            format!("{file}:{line}")
        }
    }

    /// How many scenarios there are.
    pub const fn count(&self) -> usize {
        self.files.len()
    }

    /// Which rules are reached.
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage {
            reached: Vec::new(),
            missed: Vec::new(),
            held: Vec::new(),
        };
        for rule in rule::implemented() {
            if self.words.contains_key(&(Kind::Rule, rule.id.to_owned())) {
                coverage.reached.push(rule);
            } else if let Some(test) = rule::held_by(rule.id) {
                coverage.held.push((rule, test));
            } else {
                coverage.missed.push(rule);
            }
        }
        coverage
    }

    /// Every word that is reached, with the first place of each, what a worked case is called, and which rules decide what an
    /// action does: what is written to `index.tsv`.
    pub fn index(&self) -> String {
        let mut index = String::new();
        for ((kind, word), places) in &self.words {
            if let Some(place) = places.first() {
                let _ = write!(index, "{}\t{word}\t{}", kind.word(), self.shown(*place));
                if *kind == Kind::Case {
                    let name = &self.names[place.0];
                    let name = name.strip_prefix(word).unwrap_or(name);
                    let _ = write!(index, "\t{}", name.trim_start_matches([',', ' ']));
                }
                let decides = self.decides.get(word).filter(|_| *kind == Kind::Action);
                if let Some(rules) = decides {
                    let _ = write!(index, "\t{}", rules.join(" "));
                }
                index.push('\n');
            }
        }
        index
    }
}

/// The worked case that a bundled scenario tells: `CASE-12` of `case-12-….yaml`.
fn case_of(file: &str) -> Option<String> {
    let name = file.rsplit('/').next()?;
    let number = name.strip_prefix("case-")?.get(..2)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("CASE-{number}"))
}

/// Listens to a replay.
struct Listener<'a> {
    reached: &'a mut Reached,
    file: usize,
    /// The last line that asked for anything.
    line: u32,
    /// The last line that asked something of each instance: what falls due for it later goes back to that.
    lines: BTreeMap<Option<InstanceHandle>, u32>,
}

impl Listener<'_> {
    fn put(&mut self, kind: Kind, word: &str, line: u32) {
        self.reached.put(kind, word, (self.file, line));
    }

    fn rules(&mut self, rules: Rules, line: u32) {
        for rule in rules {
            self.put(Kind::Rule, rule.id, line);
        }
    }
}

impl Sink for Listener<'_> {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        let of = |resource: Resource| resource.instance();
        let instance = match &record.kind {
            RecordKind::Transition(transition) => Some(transition.instance),
            RecordKind::Rejected(rejected) => rejected.target.instance,
            RecordKind::Accepted(accepted) => accepted.instance,
            RecordKind::Address(event) => event.instance,
            RecordKind::Data(event) => event.instance,
            RecordKind::Meter(meter) => of(meter.resource),
            RecordKind::Notice(notice) => notice.instance,
            RecordKind::Reservation(event) => event.instance,
            RecordKind::Fact(fact) => fact.instance(),
            RecordKind::Provisioned(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => None,
        };
        let line = if record.line > 0 {
            self.line = record.line;
            self.lines.insert(instance, record.line);
            record.line
        } else {
            self.lines.get(&instance).copied().unwrap_or(self.line)
        };
        match &record.kind {
            RecordKind::Transition(transition) => {
                self.put(Kind::State, transition.to_state().name(), line);
                self.put(Kind::Action, transition.trigger, line);
                if let Some(reason) = transition.reason {
                    self.put(Kind::Reason, reason.code(), line);
                }
                self.rules(transition.rules, line);
            }
            RecordKind::Rejected(rejected) => {
                self.put(Kind::Error, rejected.code.name(), line);
                self.put(Kind::Action, rejected.action, line);
                self.rules(rejected.rules, line);
            }
            RecordKind::Accepted(accepted) => {
                self.put(Kind::Action, accepted.action, line);
                self.rules(accepted.rules, line);
                let decides = &mut self.reached.decides;
                for rule in accepted.rules {
                    let known = decides.entry(accepted.action.to_owned()).or_default();
                    if !known.contains(&rule.id) {
                        known.push(rule.id);
                    }
                }
            }
            RecordKind::Address(event) => self.rules(event.rules, line),
            RecordKind::Data(event) => self.rules(event.rules, line),
            RecordKind::Meter(meter) => {
                self.put(Kind::Meter, meter.meter.key(), line);
                self.rules(meter.rules, line);
            }
            RecordKind::Expectation(expectation) => {
                self.put(Kind::Check, expectation.check, expectation.place.line);
            }
            RecordKind::Notice(notice) => {
                self.put(Kind::Event, notice.event.name(), line);
                self.rules(notice.rules, line);
            }
            RecordKind::Reservation(event) => self.rules(event.rules, line),
            RecordKind::Environment(moved) => {
                self.put(Kind::State, moved.to.state().name(), line);
                self.put(Kind::Action, moved.trigger, line);
                self.rules(moved.rules, line);
            }
            RecordKind::Moved(moved) => {
                self.put(Kind::State, moved.to, line);
                self.put(Kind::Action, moved.trigger, line);
                self.rules(moved.rules, line);
            }
            RecordKind::Invocation(one) => self.rules(one.rules, line),
            RecordKind::Provisioned(_) | RecordKind::Fact(_) | RecordKind::Note(_) => {}
        }
    }
}
