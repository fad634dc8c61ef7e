//! The words that can be explained, and what is said of each.

use crate::{
    action::Verb,
    lifecycle::{
        Chart, ErrorCode, InstanceState, MATRIX, Passage,
        chart::{Answer, Edge},
        modification, spot, volume,
    },
    record::{Meter, NoticeKind, Rules, StateReason},
    rule::{self, Area, NotImplemented, Rule},
    scenario::{
        Code,
        keys::{self, Key, Table},
    },
    world::EventCode,
};

use super::{Explanation, behind::behind, cases, deciding, lesson, sentence};

macro_rules! kinds {
    ($($(#[$doc:meta])* $Kind:ident = $word:literal;)+) => {
        /// What kind of word something is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $Kind,)+ }

        impl Kind {
            /// All of them, in the order in which they are looked at.
            pub const ALL: &[Self] = &[$(Self::$Kind,)+];

            /// What it is called.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$Kind => $word,)+ }
            }
        }
    };
}

kinds! {
    /// A rule of one of the two books.
    Rule = "rule";
    /// A code with which EC2 refuses.
    Error = "error code";
    /// A state of a resource.
    State = "state";
    /// An action, of EC2's or of the scenario language.
    Action = "action";
    /// A state reason.
    Reason = "state reason";
    /// The status code of a Spot request.
    Status = "status code";
    /// A key of a scenario file.
    Attribute = "attribute";
    /// A key of an expectation.
    Check = "check";
    /// A meter of the bill.
    Meter = "meter";
    /// What happens by itself: a scheduled event, a notice.
    Event = "event";
    /// A mistake in a scenario file.
    Mistake = "mistake";
    /// A worked case of the lifecycle book, which is a bundled scenario.
    Case = "worked case";
    /// A word of EC2's, as the glossary has it.
    Term = "term";
    /// What the bill calls something.
    Usage = "usage type";
}

/// What a scheduled event does, and the rules that say so (`EVENT-CODES`).
const fn scheduled(code: EventCode) -> (&'static str, &'static str) {
    match code {
        EventCode::InstanceStop => (
            "EC2 stops the instance at the announced time; what is instance-store-backed is terminated",
            "EVENT-STOP",
        ),
        EventCode::InstanceRetirement => (
            "the host is given up: the instance is stopped, or terminated if it is instance-store-backed",
            "EVENT-RETIRE EVENT-RETIRE-AVOID",
        ),
        EventCode::InstanceReboot => (
            "the instance is rebooted on the host that it is on",
            "EVENT-REBOOT EVENT-USER-REBOOT",
        ),
        EventCode::SystemReboot => (
            "the host is rebooted, and the instance moves to another",
            "EVENT-REBOOT EVENT-USER-REBOOT",
        ),
        EventCode::SystemMaintenance => (
            "the host's network or power is worked on; the instance may be slow or out of reach for a while",
            "EVENT-MAINTENANCE",
        ),
    }
}

/// A word that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// A rule that the simulator follows.
    Rule(&'static Rule),
    /// A rule that it doesn't follow.
    Missing(&'static NotImplemented),
    /// A code with which EC2 refuses.
    Error(ErrorCode),
    /// A state of this kind of resource.
    State(&'static str, &'static str),
    /// What a lifecycle's table calls a trigger: EC2's action, or what completed.
    Trigger(&'static str),
    /// A verb of the scenario language.
    Verb(Verb),
    /// A state reason.
    Reason(StateReason),
    /// The status code of a Spot request.
    Status(spot::Status),
    /// A key of one mapping or of several.
    Key(Kind, &'static str),
    /// A meter.
    Meter(Meter),
    /// A notice of a replay.
    Notice(NoticeKind),
    /// A scheduled event.
    Scheduled(EventCode),
    /// A mistake in a scenario file.
    Mistake(Code),
    /// A worked case: its id, and what its scenario is called.
    Case(&'static str, &'static str),
}

/// Every word that can be explained, in the order in which they are told where they are alike.
pub fn all() -> Vec<Subject> {
    let charts = Chart::all();
    let mut all: Vec<Subject> = rule::implemented().map(Subject::Rule).collect();
    all.extend(rule::not_implemented().iter().map(Subject::Missing));
    all.extend(ErrorCode::ALL.iter().copied().map(Subject::Error));
    let mut states = Vec::new();
    let mut triggers = Vec::new();
    for chart in &charts {
        for phase in &chart.phases {
            states.push((chart.noun, phase.state));
        }
        triggers.push(chart.born);
        triggers.extend(chart.edges.iter().map(|edge| edge.trigger));
        triggers.extend(chart.others.iter().map(|other| other.trigger));
    }
    dedup(&mut states);
    all.extend(
        states
            .into_iter()
            .map(|(noun, state)| Subject::State(noun, state)),
    );
    let mut triggers: Vec<&str> = triggers.iter().flat_map(|one| one.split(", ")).collect();
    triggers.extend(Verb::ALL.iter().flat_map(|verb| actions_in(verb.help())));
    triggers.extend(
        keys::MODIFY
            .keys
            .iter()
            .flat_map(|key| actions_in(key.help)),
    );
    dedup(&mut triggers);
    all.extend(triggers.into_iter().map(Subject::Trigger));
    all.extend(Verb::ALL.iter().copied().map(Subject::Verb));
    all.extend(StateReason::ALL.iter().copied().map(Subject::Reason));
    all.extend(spot::Status::ALL.iter().copied().map(Subject::Status));
    let mut named = Vec::new();
    for (kind, table) in tables() {
        let keys = table.keys.iter().map(|key| key.name);
        let keys = keys.filter(|name| !Verb::ALL.iter().any(|verb| verb.name() == *name));
        named.extend(keys.map(|name| (kind, name)));
    }
    dedup(&mut named);
    all.extend(
        named
            .into_iter()
            .map(|(kind, name)| Subject::Key(kind, name)),
    );
    all.extend(Meter::ALL.iter().copied().map(Subject::Meter));
    all.extend(EventCode::ALL.iter().copied().map(Subject::Scheduled));
    all.extend(NoticeKind::ALL.iter().copied().map(Subject::Notice));
    all.extend(Code::ALL.iter().copied().map(Subject::Mistake));
    all.extend(cases().map(|(id, name)| Subject::Case(id, name)));
    all
}

/// The actions of EC2's API that a help begins with, which then is no sentence: `MonitorInstances, UnmonitorInstances`.
fn actions_in(help: &'static str) -> impl Iterator<Item = &'static str> {
    help.split(", ").map_while(|part| {
        let word = part.split([' ', ';']).next()?.trim_matches('`');
        let inner = word.get(1..)?;
        let is_action = word.starts_with(char::is_uppercase)
            && inner.contains(char::is_uppercase)
            && inner.chars().all(char::is_alphanumeric);
        is_action.then_some(word)
    })
}

/// What EC2 calls the attribute of this key, where `modify` changes it: `disableApiTermination`.
fn attribute_of(name: &str) -> Option<&'static str> {
    let (attribute, _) = keys::MODIFY
        .find(name)?
        .help
        .strip_prefix('`')?
        .split_once('`')?;
    Some(attribute)
}

/// The tables of keys whose words are explained: those of a file, of an instance and of what is expected, and whatever they hold.
fn tables() -> Vec<(Kind, &'static Table)> {
    let mut tables = Vec::new();
    for (kind, root) in [
        (Kind::Attribute, &keys::SCENARIO),
        (Kind::Attribute, &keys::INSTANCE),
        (Kind::Attribute, &keys::STEP),
        (Kind::Check, &keys::CHECKS),
        (Kind::Check, &keys::EXPECT),
    ] {
        gather(kind, root, &mut tables);
    }
    tables
}

/// A table and those inside of it, each once.
fn gather(kind: Kind, table: &'static Table, into: &mut Vec<(Kind, &'static Table)>) {
    if into.iter().any(|(_, known)| known.what == table.what) {
        return;
    }
    into.push((kind, table));
    for key in table.keys {
        for inner in key.kind.tables() {
            gather(kind, inner, into);
        }
    }
}

fn dedup<T: PartialEq + Copy>(list: &mut Vec<T>) {
    let mut distinct: Vec<T> = Vec::with_capacity(list.len());
    for one in list.iter() {
        if !distinct.contains(one) {
            distinct.push(*one);
        }
    }
    *list = distinct;
}

/// What a word means: all that is called so, in whatever case.
pub fn find(word: &str) -> Vec<Subject> {
    let plain = word.trim();
    let found: Vec<Subject> = all()
        .into_iter()
        .filter(|subject| {
            subject
                .words()
                .iter()
                .any(|one| one.eq_ignore_ascii_case(plain))
        })
        .collect();
    found
}

/// The known word that somebody may have meant by one that isn't known.
pub fn nearest(word: &str) -> Option<String> {
    let words = all().into_iter().flat_map(Subject::words);
    let words: Vec<&'static str> = words.chain(super::terms::words()).collect();
    crate::scenario::nearest(word.trim(), words).map(str::to_owned)
}

impl Subject {
    /// What kind of word it is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Rule(_) | Self::Missing(_) => Kind::Rule,
            Self::Error(_) => Kind::Error,
            Self::State(..) => Kind::State,
            Self::Trigger(_) | Self::Verb(_) => Kind::Action,
            Self::Reason(_) => Kind::Reason,
            Self::Status(_) => Kind::Status,
            Self::Key(kind, _) => kind,
            Self::Meter(_) => Kind::Meter,
            Self::Notice(_) | Self::Scheduled(_) => Kind::Event,
            Self::Mistake(_) => Kind::Mistake,
            Self::Case(..) => Kind::Case,
        }
    }

    /// The word.
    pub fn word(self) -> &'static str {
        self.words()[0]
    }

    /// The words that it is called by, its own first.
    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Rule(rule) => vec![rule.id],
            Self::Missing(missing) => vec![missing.id],
            Self::Error(code) => vec![code.name()],
            Self::State(_, state) => vec![state],
            Self::Trigger(name) => vec![name],
            Self::Verb(verb) => vec![verb.name()],
            Self::Reason(reason) => vec![reason.code()],
            Self::Status(status) => vec![status.name()],
            Self::Key(Kind::Attribute, name) => {
                let attribute = attribute_of(name);
                std::iter::once(name).chain(attribute).collect()
            }
            Self::Key(_, name) => vec![name],
            Self::Meter(meter) => vec![meter.key(), meter.name()],
            Self::Notice(notice) => vec![notice.name()],
            Self::Scheduled(code) => vec![code.name()],
            Self::Mistake(code) => vec![code.id()],
            Self::Case(id, _) => vec![id],
        }
    }

    /// All that is said of it.
    pub fn explain(self) -> Explanation {
        let charts = Chart::all();
        let mut said = match self {
            Self::Rule(rule) => of_rule(rule, &charts),
            Self::Missing(missing) => of_missing(missing),
            Self::Error(code) => of_error(code, &charts),
            Self::State(noun, state) => of_state(noun, state, &charts),
            Self::Trigger(name) => of_trigger(name, &charts),
            Self::Verb(verb) => of_verb(verb, &charts),
            Self::Reason(reason) => of_reason(reason),
            Self::Status(status) => of_status(status),
            Self::Key(kind, name) => of_key(kind, name),
            Self::Meter(meter) => of_meter(meter),
            Self::Notice(notice) => of_notice(notice),
            Self::Scheduled(code) => of_scheduled(code),
            Self::Mistake(code) => Explanation::new(Kind::Mistake, code.id(), code.meaning()),
            Self::Case(id, name) => Explanation::new(Kind::Case, id, name),
        };
        let action = if let Self::Verb(verb) = self {
            actions_in(verb.help()).next()
        } else {
            None
        };
        if !matches!(self, Self::Rule(_) | Self::Missing(_)) {
            tell_sources(&mut said, action);
        }
        let of = |word| lesson(said.kind, word);
        let shown = of(self.word()).or_else(|| action.and_then(of));
        said.fact("shown by", shown.map(str::to_owned));
        said
    }
}

/// The rules that name a word. A word of everyday language names nothing.
fn naming(word: &str) -> Vec<&'static Rule> {
    if !word.contains(|one: char| one == '-' || one == '.' || one.is_uppercase()) {
        return Vec::new();
    }
    let is_part = |one: char| one.is_alphanumeric() || matches!(one, '-' | '.' | '_');
    rule::implemented()
        .filter(|rule| {
            let mut found = rule.says.match_indices(word);
            found.any(|(at, _)| {
                let before = rule.says.get(..at).unwrap_or_default();
                let after = rule.says.get(at + word.len()..).unwrap_or_default();
                // A full stop after it ends the sentence.
                let after = after.strip_prefix('.').unwrap_or(after);
                !before.ends_with(is_part) && !after.starts_with(is_part)
            })
        })
        .collect()
}

/// On what evidence the rules of a word stand, and where it can be read. A word for which nothing else is known has the rules that name it.
fn tell_sources(said: &mut Explanation, action: Option<&str>) {
    let known = said.facts.iter().find(|(about, _)| *about == "rules");
    let ids: Vec<String> = known.map_or_else(
        || {
            let word = action.unwrap_or(&said.word);
            let named = naming(word).into_iter().map(|rule| rule.id);
            let mut ids: Vec<&str> = deciding(word).chain(named).collect();
            dedup(&mut ids);
            ids.into_iter().take(SEVERAL).map(str::to_owned).collect()
        },
        |(_, lines)| {
            lines
                .iter()
                .flat_map(|line| line.split(' '))
                .map(str::to_owned)
                .collect()
        },
    );
    if known.is_none() && !ids.is_empty() {
        said.fact("rules", [ids.join(" ")]);
    }
    let rules: Vec<&Rule> = ids.iter().filter_map(|id| rule::find(id)).collect();
    let evidence = rules
        .iter()
        .map(|rule| format!("{}: {}", rule.evidence, rule.evidence.meaning()));
    said.fact("evidence", evidence.collect::<Vec<_>>());
    let sources = rules.iter().flat_map(|rule| rule.source.split(" , "));
    said.fact(
        "source",
        sources.map(str::to_owned).take(SEVERAL).collect::<Vec<_>>(),
    );
}

/// Those that stand beside a word.
fn tell_others(said: &mut Explanation, words: impl Iterator<Item = &'static str>) {
    let others: Vec<&str> = words.filter(|word| *word != said.word).collect();
    said.fact("neighbours", (!others.is_empty()).then(|| others.join(" ")));
}

/// So many rules and sources of a word are told.
const SEVERAL: usize = 5;

fn cites(rules: Rules, rule: &Rule) -> bool {
    rules.iter().any(|one: &&Rule| one.id == rule.id)
}

/// `running → stopping  StopInstances: asked to stop`.
fn moved(chart: &Chart, edge: &Edge) -> String {
    let name = |at: usize| {
        chart
            .phases
            .get(at)
            .map_or_else(String::new, crate::lifecycle::chart::Node::name)
    };
    let whose = if chart.noun == "instance" {
        String::new()
    } else {
        format!("{} ", chart.noun)
    };
    format!(
        "{whose}{} → {}  {}: {}",
        name(edge.from),
        name(edge.to),
        edge.trigger,
        edge.why
    )
}

/// The states in which something holds, as a list: `pending (first), running`.
fn states<'c>(chart: &Chart, phases: impl Iterator<Item = &'c usize>) -> String {
    let mut names: Vec<String> = phases
        .filter_map(|at| chart.phases.get(*at))
        .map(crate::lifecycle::chart::Node::name)
        .collect();
    names.dedup();
    names.join(", ")
}

/// The ids around one in its chapter.
fn neighbours(id: &str) -> Vec<String> {
    let area = Area::of(id);
    let ids: Vec<&str> = rule::implemented()
        .map(|rule| rule.id)
        .chain(rule::not_implemented().iter().map(|missing| missing.id))
        .filter(|other| Area::of(other) == area)
        .collect();
    let at = ids.iter().position(|other| *other == id).unwrap_or(0);
    let first = at.saturating_sub(2).min(ids.len().saturating_sub(5));
    let near = ids.iter().skip(first).take(5).filter(|other| **other != id);
    let near: Vec<&str> = near.copied().collect();
    if near.is_empty() {
        Vec::new()
    } else {
        vec![near.join(" ")]
    }
}

fn of_rule(rule: &'static Rule, charts: &[Chart]) -> Explanation {
    let mut said = Explanation::new(Kind::Rule, rule.id, rule.says);
    said.fact(
        "why it matters",
        rule.area().map(|area| area.matters.to_owned()),
    );
    let unsure = if rule.uncertain {
        ", uncertain: thin, old or contradictory"
    } else {
        ""
    };
    said.fact(
        "evidence",
        [format!(
            "{}: {}{unsure}",
            rule.evidence,
            rule.evidence.meaning()
        )],
    );
    said.fact("source", [rule.source.to_owned()]);
    let mut decides = Vec::new();
    let mut accepts = Vec::new();
    let mut refuses = Vec::new();
    for chart in charts {
        decides.extend(
            chart
                .edges
                .iter()
                .filter(|edge| cites(edge.rules, rule))
                .map(|edge| moved(chart, edge)),
        );
        for other in &chart.others {
            let phase = states(chart, [other.phase].iter());
            match other.with {
                Answer::Done(rules) if cites(rules, rule) => {
                    accepts.push(format!(
                        "{} while {phase}: done without a change of state",
                        other.trigger
                    ));
                }
                Answer::Already(rules) if cites(rules, rule) => {
                    accepts.push(format!("{} while {phase}: it is so already", other.trigger));
                }
                Answer::Done(_) | Answer::Already(_) | Answer::Refused(_) | Answer::Never => {}
            }
        }
        let refusals = chart
            .refusals
            .iter()
            .filter(|refusal| cites(refusal.rules, rule));
        refuses.extend(refusals.map(|refusal| format!("{}: {}", refusal.code, refusal.text)));
    }
    said.fact("decides", decides);
    said.fact("accepts", accepts);
    said.fact("refuses", refuses);
    let kept = MATRIX
        .iter()
        .filter(|row| row.rule.id == rule.id)
        .flat_map(|row| {
            let outcomes = Passage::ALL.iter().zip(row.outcomes);
            outcomes.map(|(passage, outcome)| {
                format!("{}, {}: {outcome}", row.attribute.name(), passage.name())
            })
        });
    said.fact("keeps and loses", kept);
    said.fact("tested by", rule::held_by(rule.id).map(str::to_owned));
    said.fact("neighbours", neighbours(rule.id));
    said
}

fn of_missing(missing: &NotImplemented) -> Explanation {
    let mut said = Explanation::new(
        Kind::Rule,
        missing.id,
        format!("a rule that isn't simulated: {}", missing.why),
    );
    let area = Area::of(missing.id);
    said.fact("chapter", area.map(|area| area.title.to_owned()));
    said.fact("why it matters", area.map(|area| area.matters.to_owned()));
    said.fact("neighbours", neighbours(missing.id));
    said
}

fn of_error(code: ErrorCode, charts: &[Chart]) -> Explanation {
    let mut said = Explanation::new(Kind::Error, code.name(), code.says());
    said.fact("HTTP status", [code.http_status().to_string()]);
    said.fact("why it matters", [
        if code.http_status() >= 500 {
            "The request may succeed when it is sent again, and clients do so by themselves."
        } else {
            "The same request will be refused again until something else changes; nothing of it was done."
        }
        .to_owned(),
    ]);
    let mut says = Vec::new();
    let mut when = Vec::new();
    let mut rules = Vec::new();
    for chart in charts {
        for refusal in chart.refusals.iter().filter(|one| one.code == code) {
            says.push(refusal.text.to_owned());
            rules.extend(refusal.rules.iter().map(|rule| rule.id));
        }
        let mut triggers: Vec<&str> = chart.others.iter().map(|other| other.trigger).collect();
        dedup(&mut triggers);
        for trigger in triggers {
            let is_it = |with: Answer| matches!(with, Answer::Refused(one) if one.code == code);
            let phases: Vec<usize> = chart
                .others
                .iter()
                .filter(|other| other.trigger == trigger && is_it(other.with))
                .map(|other| other.phase)
                .collect();
            if !phases.is_empty() {
                when.push(format!(
                    "{trigger} of {} {}",
                    chart.noun,
                    states(chart, phases.iter())
                ));
            }
        }
    }
    said.fact("EC2 says", says);
    for rule in code.rules() {
        if !rules.contains(&rule.id) {
            rules.push(rule.id);
            if code.never().is_none() {
                when.push(format!("{}: {}", rule.id, rule.says));
            }
        }
    }
    said.fact("leads to it", when);
    dedup(&mut rules);
    said.fact("rules", (!rules.is_empty()).then(|| rules.join(" ")));
    said.fact("never here", code.never().map(str::to_owned));
    let family = |name: &str| {
        let end = name.find('.').unwrap_or(name.len());
        name.get(..end).unwrap_or(name).to_owned()
    };
    let stem: String = code.name().chars().take(9).collect();
    let near = ErrorCode::ALL.iter().filter(|other| {
        **other != code
            && (family(other.name()) == family(code.name()) || other.name().starts_with(&stem))
    });
    let near: Vec<&str> = near.map(|other| other.name()).take(6).collect();
    said.fact("neighbours", (!near.is_empty()).then(|| near.join(" ")));
    said
}

fn of_state(noun: &str, state: &str, charts: &[Chart]) -> Explanation {
    let says = match (noun, InstanceState::find(state)) {
        ("instance", Some(state)) => {
            let billed = match state {
                InstanceState::Running => "its usage is charged",
                InstanceState::Stopping => "its usage is charged only while it hibernates",
                InstanceState::Pending
                | InstanceState::Stopped
                | InstanceState::Hibernated
                | InstanceState::ShuttingDown
                | InstanceState::Terminated => "its usage isn't charged",
            };
            let api = state.api();
            format!(
                "an instance is {state}: EC2's API says `{}`, code {}; {billed}",
                api.name(),
                api.code()
            )
        }
        _ => {
            let meaning = match noun {
                "volume" => volume::State::find(state).map(volume::State::says),
                "modification" => modification::State::find(state).map(modification::State::says),
                "spot-request" => spot::State::find(state).map(spot::State::says),
                _ => None,
            };
            meaning.unwrap_or(state).to_owned()
        }
    };
    let mut said = Explanation::new(Kind::State, state, says);
    said.fact("a state of", [a(noun)]);
    said.fact(
        "why it matters",
        Area::find("states").map(|area| area.matters.to_owned()),
    );
    let mut rules = Vec::new();
    for chart in charts.iter().filter(|chart| chart.noun == noun) {
        let is_it = |at: usize| {
            chart
                .phases
                .get(at)
                .is_some_and(|phase| phase.state == state)
        };
        let born = chart
            .first()
            .filter(|at| is_it(*at))
            .map(|_| chart.born.to_owned());
        let enters = chart
            .edges
            .iter()
            .filter(|edge| is_it(edge.to))
            .map(|edge| moved(chart, edge));
        said.fact("leads to it", born.chain(enters));
        let leaves = chart
            .edges
            .iter()
            .filter(|edge| is_it(edge.from))
            .map(|edge| moved(chart, edge));
        said.fact("leads away", leaves);
        let about = chart.edges.iter().filter(|edge| is_it(edge.to));
        rules.extend(about.flat_map(|edge| edge.rules.iter().map(|rule| rule.id)));
        let refused = chart
            .others
            .iter()
            .filter(|other| is_it(other.phase))
            .filter_map(|other| match other.with {
                Answer::Refused(refusal) => Some(format!("{}: {}", other.trigger, refusal.code)),
                Answer::Done(_) | Answer::Already(_) | Answer::Never => None,
            });
        said.fact("refused there", refused);
        let mut near: Vec<&str> = chart
            .phases
            .iter()
            .map(|phase| phase.state)
            .filter(|one| *one != state)
            .collect();
        dedup(&mut near);
        said.fact("neighbours", [near.join(" ")]);
    }
    dedup(&mut rules);
    said.fact("rules", (!rules.is_empty()).then(|| rules.join(" ")));
    said
}

/// `an instance`, `a volume`.
fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// What a trigger of this name does, into an explanation; of those that share it, those that are `wanted`.
fn tell_trigger(
    said: &mut Explanation,
    name: &str,
    wanted: impl Fn(&str) -> bool,
    charts: &[Chart],
) {
    let mut moves = Vec::new();
    let mut accepts = Vec::new();
    let mut refuses = Vec::new();
    let mut rules = Vec::new();
    for chart in charts {
        if chart.born.split(", ").any(|one| one == name) {
            let first: Vec<usize> = chart.first().collect();
            moves.push(format!(
                "{} comes about, {}",
                a(chart.noun),
                states(chart, first.iter())
            ));
        }
        let edges = chart.edges.iter();
        for edge in edges.filter(|edge| edge.trigger == name && wanted(&edge.variant)) {
            moves.push(moved(chart, edge));
            rules.extend(edge.rules.iter().map(|rule| rule.id));
        }
        let others = chart.others.iter();
        for other in others.filter(|other| other.trigger == name && wanted(&other.variant)) {
            let phase = states(chart, [other.phase].iter());
            match other.with {
                Answer::Done(_) => accepts.push(format!("{phase}: done without a change of state")),
                Answer::Already(_) => accepts.push(format!("{phase}: it is so already")),
                Answer::Refused(refusal) => refuses.push(format!("{phase}: {}", refusal.code)),
                Answer::Never => {}
            }
        }
    }
    said.fact("moves", moves);
    said.fact("accepted while", accepts);
    said.fact("refused while", refuses);
    dedup(&mut rules);
    said.fact("rules", (!rules.is_empty()).then(|| rules.join(" ")));
    said.fact(
        "why it matters",
        Area::find("actions").map(|area| area.matters.to_owned()),
    );
}

fn of_trigger(name: &str, charts: &[Chart]) -> Explanation {
    let verbs: Vec<&str> = Verb::ALL
        .iter()
        .filter(|verb| actions_in(verb.help()).any(|action| action == name) || verb.help() == name)
        .map(|verb| verb.name())
        .collect();
    let keys = keys::MODIFY.keys.iter();
    let keys = keys.filter(|key| actions_in(key.help).any(|action| action == name));
    let is_action = name.chars().next().is_some_and(char::is_uppercase) && !name.contains(' ');
    let says = if is_action {
        "an action of EC2's API"
    } else {
        "what makes a resource move by itself"
    };
    let mut said = Explanation::new(Kind::Action, name, says);
    let verbs = verbs.iter().map(|verb| format!("{verb}:"));
    let keys = keys.map(|key| format!("modify: {{ instance: …, {}: … }}", key.name));
    said.fact("in a scenario", verbs.chain(keys));
    tell_trigger(&mut said, name, |_| true, charts);
    said
}

fn of_verb(verb: Verb, charts: &[Chart]) -> Explanation {
    let mut said = Explanation::new(
        Kind::Action,
        verb.name(),
        format!("a step of a scenario: {}", verb.help()),
    );
    let planned = (!verb.is_simulated()).then(|| "It is read, but not simulated yet.".to_owned());
    said.fact("not simulated", planned);
    let action = verb.help().split(' ').next().unwrap_or_default();
    let hibernates = verb == Verb::Hibernate;
    let wanted = |variant: &str| variant.starts_with("Hibernate") == hibernates;
    let behind = behind(verb);
    if let Some(area) = behind.first().and_then(|rule| rule.area()) {
        said.fact("why it matters", [area.matters.to_owned()]);
        let ids: Vec<&str> = behind.iter().map(|rule| rule.id).collect();
        said.fact("rules", [ids.join(" ")]);
    } else {
        tell_trigger(&mut said, action, wanted, charts);
    }
    let step = keys::STEP.keys.iter().find(|key| key.name == verb.name());
    said.fact("takes", step.map(|key| takes(&key.kind)));
    said
}

fn of_reason(reason: StateReason) -> Explanation {
    let text = reason.message();
    let mut said = Explanation::new(
        Kind::Reason,
        reason.code(),
        format!("EC2's StateReason says `{text}`"),
    );
    said.fact(
        "why it matters",
        Area::find("reasons").map(|area| area.matters.to_owned()),
    );
    tell_others(&mut said, StateReason::ALL.iter().map(|other| other.code()));
    said
}

fn of_status(status: spot::Status) -> Explanation {
    let mut said = Explanation::new(Kind::Status, status.name(), status.says());
    said.fact(
        "why it matters",
        Area::find("spot").map(|area| area.matters.to_owned()),
    );
    let names = |states: &[spot::State]| -> Vec<&'static str> {
        states.iter().map(|state| state.name()).collect()
    };
    let (states, instance) = status.goes_with();
    said.fact("the request is", [names(states).join(", ")]);
    said.fact("its instance is", [instance.to_owned()]);
    said.fact("rules", ["SPOT-REQ-STATUS".to_owned()]);
    let near = spot::Status::ALL.iter().filter(|other| {
        let (others, _) = other.goes_with();
        others.iter().any(|state| states.contains(state))
    });
    tell_others(&mut said, near.map(|other| other.name()));
    said
}

/// The values of a key, where they are a list of words.
fn takes(kind: &keys::Takes) -> String {
    match kind {
        keys::Takes::Words(words) => words.join(", "),
        keys::Takes::Flag => "yes or no".to_owned(),
        keys::Takes::Whole(..) => "a whole number".to_owned(),
        keys::Takes::Duration => "a duration".to_owned(),
        keys::Takes::Amount => "US dollars".to_owned(),
        keys::Takes::Cost | keys::Takes::Difference => "US dollars, or a range of them".to_owned(),
        keys::Takes::Text => "text".to_owned(),
        keys::Takes::Millis => "a duration, also in milliseconds".to_owned(),
        keys::Takes::Memory => "an amount of memory".to_owned(),
        keys::Takes::Vcpus => "a number of vCPUs".to_owned(),
        keys::Takes::Payload => "the size of a payload".to_owned(),
        keys::Takes::Rate => "a number and a time".to_owned(),
        keys::Takes::Range => "a duration, or a range of them".to_owned(),
        keys::Takes::Instant => "an instant".to_owned(),
        keys::Takes::Moment => "an offset or an instant".to_owned(),
        keys::Takes::Clock => "a time of the day".to_owned(),
        keys::Takes::Days => "days of the week".to_owned(),
        keys::Takes::Size => "a size".to_owned(),
        keys::Takes::Data => "an amount of data".to_owned(),
        keys::Takes::DataRate => "an amount of data and a time".to_owned(),
        keys::Takes::Volume => "a volume, such as `20GiB gp3`".to_owned(),
        keys::Takes::Address => "an address".to_owned(),
        keys::Takes::Listed(_) => "a known word".to_owned(),
        keys::Takes::NewName(_) => "a new name".to_owned(),
        keys::Takes::Name(_) => "a name of the file".to_owned(),
        keys::Takes::Steps => "a list of steps".to_owned(),
        keys::Takes::Variant => "keys of a scenario that are laid over the file".to_owned(),
        keys::Takes::Checks => "checks".to_owned(),
        keys::Takes::Map(table) => {
            let words: Vec<&str> = table.keys.iter().map(|key| key.name).collect();
            format!("a mapping: {}", words.join(", "))
        }
        keys::Takes::Optional(inside)
        | keys::Takes::Many(inside)
        | keys::Takes::Entries(inside) => takes(inside),
        keys::Takes::Either(kinds) => {
            let mut kinds: Vec<String> = kinds.iter().map(takes).collect();
            kinds.dedup();
            kinds.join("; or ")
        }
    }
}

fn of_key(kind: Kind, name: &'static str) -> Explanation {
    let tables = tables().into_iter().filter(|(other, _)| *other == kind);
    let keys: Vec<(&str, &Key)> = tables
        .filter_map(|(_, table)| Some((table.what, table.find(name)?)))
        .collect();
    let mut said = Explanation::new(kind, name, "");
    if let [(what, key)] = keys[..] {
        said.says = sentence(key.help.to_owned());
        said.fact("a key of", [what.to_owned()]);
        said.fact("takes", [takes(&key.kind)]);
        said.fact(
            "without it",
            (!key.default.is_empty()).then(|| key.default.to_owned()),
        );
    } else {
        said.says = sentence(format!("a key of {} mappings", keys.len()));
        let each = keys
            .iter()
            .map(|(what, key)| format!("{what}: {}; takes {}", key.help, takes(&key.kind)));
        said.fact("a key of", each);
    }
    let near = rule::implemented().filter(|rule| rule.says.contains(&format!("`{name}`")));
    let near: Vec<&str> = near.map(|rule| rule.id).take(SEVERAL).collect();
    said.fact("rules", (!near.is_empty()).then(|| near.join(" ")));
    said
}

fn of_meter(meter: Meter) -> Explanation {
    let mut said = Explanation::new(Kind::Meter, meter.key(), meter.help());
    said.fact(
        "why it matters",
        Area::find("bill").map(|area| area.matters.to_owned()),
    );
    said.fact("in JSON", [meter.name().to_owned()]);
    said.fact("checked by", [format!("cost: {{ {}: … }}", meter.key())]);
    tell_others(&mut said, Meter::ALL.iter().map(|other| other.key()));
    said
}

fn of_notice(notice: NoticeKind) -> Explanation {
    let mut said = Explanation::new(Kind::Event, notice.name(), notice.says());
    tell_others(&mut said, NoticeKind::ALL.iter().map(|other| other.name()));
    said
}

fn of_scheduled(code: EventCode) -> Explanation {
    let (says, rules) = scheduled(code);
    let mut said = Explanation::new(Kind::Event, code.name(), says);
    said.fact(
        "why it matters",
        Area::find("events").map(|area| area.matters.to_owned()),
    );
    said.fact("EC2 says", [code.description().to_owned()]);
    said.fact("rules", [rules.to_owned()]);
    tell_others(&mut said, EventCode::ALL.iter().map(|other| other.name()));
    said
}
