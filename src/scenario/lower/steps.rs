//! Steps: when they happen, and which of their keys says what they do.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{
    super::{
        Code,
        keys::{Does, RepeatKey, StepKey, WaitedKey},
        nearest::one_of,
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
        value,
    },
    Lower,
    asked::{Asked, Whom},
    told::told,
};
use crate::{
    lifecycle::{ErrorCode, InstanceState},
    record::ResourceKind,
    script::{ClockTime, Days, Every, Message, Op, Place, Step, Target, Wanted, When},
    time::SimDuration,
};

/// How long a `wait-until` may take, if it doesn't say so.
const TIMEOUT: SimDuration = SimDuration::from_hours(1);

/// What stands for a step that has a mistake.
const BLANK: Step = Step {
    place: Place {
        lo: 0,
        hi: 0,
        line: 0,
    },
    verb_line: 0,
    when: When::Now,
    note: None,
    label: None,
    fails: None,
    fails_count: None,
    message: None,
    op: Op::Tell,
};

/// What a step says.
#[derive(Default)]
pub(super) struct Said<'n, 't> {
    /// What it does, and the key that says so.
    does: Option<(Does, Field<'n, 't, StepKey>)>,
    at: Option<Field<'n, 't, StepKey>>,
    after: Option<Field<'n, 't, StepKey>>,
    note: Option<&'n Node<'t>>,
    label: Option<&'n Node<'t>>,
    fails: Option<Field<'n, 't, StepKey>>,
    timeout: Option<Field<'n, 't, StepKey>>,
    every: Option<Field<'n, 't, StepKey>>,
    pub(super) choices: Option<Field<'n, 't, StepKey>>,
    pub(super) answer: Option<Field<'n, 't, StepKey>>,
    pub(super) hint: Option<Field<'n, 't, StepKey>>,
    pub(super) why: Option<Field<'n, 't, StepKey>>,
    steps: Option<Field<'n, 't, StepKey>>,
}

impl Lower<'_> {
    pub(super) fn steps(&mut self, node: &Node<'_>) -> Option<Arc<[Step]>> {
        let items = self.reader.items(node, "a list of steps")?;
        // A step with a mistake leaves a blank, which nothing runs; so a long script is made where it stays.
        let step = |item| {
            let step = self.step(item);
            let is_dropped = match step.as_ref().map(|step| &step.op) {
                Some(Op::Act(act)) => act.requests.is_empty(),
                Some(_) => false,
                None => true,
            };
            debug_assert!(
                !is_dropped || !self.reader.is_clean(),
                "no step is dropped without a word"
            );
            step.unwrap_or(BLANK)
        };
        Some(items.iter().map(step).collect())
    }

    fn step(&mut self, node: &Node<'_>) -> Option<Step> {
        if let Kind::Scalar(text) = node.kind {
            return self.bare_word(text, node.span);
        }
        let fields = self.reader.fields(node, StepKey::STEP, "a step")?;
        let entries = match node.kind {
            Kind::Map(entries) => entries,
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => &[],
        };
        let first = entries.first().map_or(node.span, |entry| entry.key.span);
        let said = self.said(&fields);
        let place = self.reader.place(first);
        let verb_line = match said.does {
            Some((_, field)) if field.at != first => self.reader.place(field.at).line,
            Some(_) | None => place.line,
        };
        let when = self.when(&said, first);
        let (fails, fails_count, message) = self.options(&said);
        let note = self.told(said.note, "a note");
        let label = self.told(said.label, "a label");
        let Some((does, field)) = said.does else {
            if note.is_none() && fields.iter().count() == entries.len() {
                self.nothing_to_do(&fields, first);
            }
            return Some(Step {
                place,
                verb_line,
                when,
                note,
                label,
                fails: None,
                fails_count: None,
                message: None,
                op: Op::Tell,
            });
        };
        let op = self.op(does, field, &said)?;
        Some(Step {
            place,
            verb_line,
            when,
            note,
            label,
            fails,
            fails_count,
            message,
            op,
        })
    }

    fn bare_word(&mut self, text: &str, at: Span) -> Option<Step> {
        self.reader.report(Code::WrongShape, at, || {
            let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
            let draft = Draft::new("expected a step, found a single value");
            match (StepKey::STEP.find(first), rest) {
                (Some(StepKey::Does(_)), "") => draft.label(format!("expected `{first}: …`")),
                (Some(StepKey::Does(_)), rest) => draft
                    .label("a colon is missing")
                    .instead(Some(format!("{first}: {rest}"))),
                (Some(_) | None, _) => draft.label("expected something like `launch: web`"),
            }
        });
        None
    }

    fn nothing_to_do(&mut self, fields: &Fields<'_, '_, StepKey>, at: Span) {
        self.reader.report(Code::EmptyStep, at, || {
            if fields.is_empty() {
                return Draft::new("a step does nothing").label("expected an action, or a note");
            }
            let draft =
                Draft::new("a step says when, but not what").label("expected an action, or a note");
            draft.note("`wait: 10m` just lets time pass")
        });
    }

    /// What the keys of a step say. To do two things is a mistake; the first is then taken.
    fn said<'n, 't>(&mut self, fields: &Fields<'n, 't, StepKey>) -> Said<'n, 't> {
        let mut said = Said::default();
        for field in fields.iter() {
            match (field.key, said.does) {
                (StepKey::Does(does), None) => said.does = Some((does, field)),
                (StepKey::Does(_), Some((_, first))) => {
                    self.reader.report(Code::Exclusive, field.at, || {
                        let (one, two) = (first.name, field.name);
                        Draft::new(format!("a step can't be both `{one}` and `{two}`"))
                            .label("put this in a step of its own")
                            .also(first.at, "the step already does this")
                    });
                }
                (StepKey::At, _) => said.at = Some(field),
                (StepKey::After, _) => said.after = Some(field),
                (StepKey::Note, _) => said.note = Some(field.value),
                (StepKey::Label, _) => said.label = Some(field.value),
                (StepKey::Fails, _) => said.fails = Some(field),
                (StepKey::Timeout, _) => said.timeout = Some(field),
                (StepKey::Every, _) => said.every = Some(field),
                (StepKey::Steps, _) => said.steps = Some(field),
                (StepKey::Choices, _) => said.choices = Some(field),
                (StepKey::Answer, _) => said.answer = Some(field),
                (StepKey::Hint, _) => said.hint = Some(field),
                (StepKey::Why, _) => said.why = Some(field),
            }
        }
        said
    }

    /// A text that the viewer is told; none if it is empty.
    fn told(&mut self, node: Option<&Node<'_>>, what: &str) -> Option<Arc<str>> {
        told(self.reader, node?, what, self.language.as_deref())
    }

    fn when(&mut self, said: &Said<'_, '_>, step: Span) -> When {
        let (at, after) = (said.at, said.after);
        if let (Some(at), Some(after)) = (at, after) {
            self.reader
                .report(Code::Exclusive, at.at.max(after.at), || {
                    Draft::new("a step can't have both `at` and `after`")
                        .label("expected only one of them")
                        .also(at.at.min(after.at), "this is the other")
                });
        }
        let when = match (at, after) {
            (Some(at), _) => self.step_moment(at.value),
            (None, Some(after)) => self.reader.duration(after.value).map(When::After),
            (None, None) => Some(When::Now),
        };
        let when = when.unwrap_or(When::Now);
        let place = at
            .or(after)
            .map_or(Span::default(), |field| field.value.span);
        self.clock.stand(when, place, step, self.reader);
        when
    }

    /// A moment of a step, which may be a time of the day.
    fn step_moment(&mut self, node: &Node<'_>) -> Option<When> {
        match node.kind {
            Kind::Scalar(text) if value::looks_like_clock(text) => {
                let what = "a time of the day";
                let clock = self
                    .reader
                    .parsed(node, Code::BadInstant, what, value::clock);
                clock.map(When::AtClock)
            }
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => self.moment(node),
        }
    }

    pub(super) fn moment(&mut self, node: &Node<'_>) -> Option<When> {
        let text = self.reader.text(node, "an offset or an instant")?;
        if value::looks_like_instant(text) {
            return self.reader.instant(node).map(When::AtInstant);
        }
        let offset = self.reader.parsed(
            node,
            Code::BadDuration,
            "an offset or an instant",
            value::duration,
        );
        offset.map(When::AtOffset)
    }

    /// Looks at the keys that go with some steps only. Answers with what `fails` says.
    fn options(
        &mut self,
        said: &Said<'_, '_>,
    ) -> (Option<ErrorCode>, Option<u32>, Option<Arc<Message>>) {
        let does = said.does.map(|(does, _)| does);
        let waits = does == Some(Does::WaitUntil);
        let acts = matches!(does, Some(Does::Act(_)));
        let inner = matches!(does, Some(Does::Each | Does::Repeat));
        let asks = does == Some(Does::Ask);
        for (field, fits, whose) in [
            (said.timeout, waits, "`wait-until`"),
            (said.every, inner, "`each` and `repeat`"),
            (said.steps, inner, "`each` and `repeat`"),
            (said.fails, acts, "actions"),
            (said.choices, asks, "`ask`"),
            (said.answer, asks, "`ask`"),
            (said.hint, asks, "`ask`"),
            (said.why, asks, "`ask`"),
        ] {
            let Some(field) = field.filter(|_| !fits) else {
                continue;
            };
            self.reader.report(Code::Misplaced, field.at, || {
                Draft::new(format!("`{}` only works with {whose}", field.name))
                    .label("not expected in this step")
            });
        }
        said.fails
            .map_or((None, None, None), |fails| self.refusal(fails))
    }

    fn op(&mut self, does: Does, field: Field<'_, '_, StepKey>, said: &Said<'_, '_>) -> Option<Op> {
        match does {
            Does::Expect => Some(Op::Expect(self.checks(field.value))),
            Does::Wait => {
                let wait = self.reader.duration(field.value)?;
                self.clock.wait(wait, field.value.span, self.reader);
                Some(Op::Wait(wait))
            }
            Does::WaitUntil => {
                self.wait_until(field.value, said.timeout.map(|timeout| timeout.value))
            }
            Does::Repeat => self.repeat(field, said),
            Does::Each => self.each(field, said),
            Does::Ask => self.ask(field, said),
            Does::Act(verb) => {
                let fails = said.fails.is_some();
                let token = None;
                let asked = Asked {
                    verb,
                    field,
                    fails,
                    token,
                };
                self.action(&asked).map(Op::Act)
            }
        }
    }

    fn wait_until(&mut self, node: &Node<'_>, timeout: Option<&Node<'_>>) -> Option<Op> {
        let timeout = match timeout {
            Some(timeout) => self.reader.duration(timeout),
            None => Some(TIMEOUT),
        };
        let entries = self
            .reader
            .entries(node, "a mapping from names to states")?;
        let mut conditions = Vec::with_capacity(entries.len());
        let mut checks = Vec::new();
        for entry in entries {
            if self.expected_of_function(entry, &mut checks) {
                continue;
            }
            let whom = self.known_whom(entry.key.text, entry.key.span);
            for state in self.wanted(&entry.value) {
                let whom = whom.as_ref();
                conditions.extend(whom.map(|whom| (whom.target.clone(), state)));
            }
        }
        if entries.is_empty() {
            self.reader.report(Code::EmptyStep, node.span, || {
                Draft::new("`wait-until` waits for nothing")
                    .label("expected something like `{ web: running }`")
            });
        }
        let timeout = timeout?;
        Some(Op::WaitUntil {
            conditions,
            checks,
            timeout,
        })
    }

    /// What `wait-until` waits for: a state, or a mapping that says whose word it is.
    fn wanted(&mut self, node: &Node<'_>) -> SmallVec<[Wanted; 2]> {
        let mut wanted = SmallVec::new();
        let Kind::Map(_) = node.kind else {
            wanted.extend(self.state(node).map(Wanted::State));
            return wanted;
        };
        let Some(fields) = self.reader.fields(node, WaitedKey::WAITED, "a state") else {
            return wanted;
        };
        if fields.is_empty() {
            self.reader
                .missing_key(node.span, "a state to wait for", "api-state", "stopped");
        }
        for field in fields.iter() {
            wanted.extend(match field.key {
                WaitedKey::State => self.state(field.value).map(Wanted::State),
                WaitedKey::ApiState => self.api_state(field.value).map(Wanted::Api),
            });
        }
        wanted
    }

    /// One of the seven states.
    pub(super) fn state(&mut self, node: &Node<'_>) -> Option<InstanceState> {
        let text = self.reader.text(node, "a state")?;
        let found = InstanceState::find(text);
        if found.is_none() {
            let words = InstanceState::ALL.iter().map(|state| state.name());
            self.reader.unknown_word(node.span, text, "a state", words);
        }
        found
    }

    fn repeat(&mut self, field: Field<'_, '_, StepKey>, said: &Said<'_, '_>) -> Option<Op> {
        let beside = said.every.map(|every| every.value);
        let mut at = None;
        let (times, every) = if let Kind::Scalar(_) = field.value.kind {
            (self.reader.whole_u32(field.value, 1), beside)
        } else {
            let expected = "a mapping such as `{ times: 5, every: 1d }`";
            let options = self.reader.fields(field.value, RepeatKey::REPEAT, expected);
            let (mut times, mut inside) = (None, None);
            for option in options.iter().flat_map(Fields::iter) {
                match option.key {
                    RepeatKey::Times => times = Some(option.value),
                    RepeatKey::Every => inside = Some(option.value),
                    RepeatKey::At => at = Some(option),
                }
            }
            if let (Some(inside), Some(beside)) = (inside, beside) {
                self.reader.report(Code::Exclusive, beside.span, || {
                    Draft::new("`every` is given twice")
                        .label("expected only one of them")
                        .also(inside.span, "this is the other")
                });
            }
            if let (Some(_), None) = (&options, times) {
                self.reader.missing_key(field.at, "`repeat`", "times", "5");
            }
            let times = times.and_then(|node| self.reader.whole_u32(node, 1));
            (times, inside.or(beside))
        };
        let every = match every {
            Some(node) => {
                let every = self.every(node, at, field);
                every.map(|every| (every, node.span))
            }
            None => {
                if let Some(at) = at {
                    self.reader
                        .missing_key(at.at, "`repeat`", "every", "weekday");
                }
                None
            }
        };
        if let Some((every, _)) = every {
            self.clock.begin(every);
        }
        self.clock.enter();
        let mark = self.presence.enter_repeat();
        let steps = self.body(field, said);
        let rounds = times.unwrap_or(1);
        self.presence.leave_repeat(mark, rounds, self.reader);
        self.clock.leave_repeat(rounds, every, self.reader);
        self.clock.wait(SimDuration::ZERO, field.at, self.reader);
        Some(Op::Repeat {
            times: times?,
            every: every.map(|(every, _)| every),
            steps: steps?,
        })
    }

    /// When rounds begin: so long after each other, or on some days at a time of the day.
    fn every(
        &mut self,
        node: &Node<'_>,
        at: Option<Field<'_, '_, RepeatKey>>,
        repeat: Field<'_, '_, StepKey>,
    ) -> Option<Every> {
        let days = match node.kind {
            Kind::Scalar(text) => Days::find(text),
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => None,
        };
        let Some(days) = days else {
            if let Some(at) = at {
                self.reader.report(Code::Misplaced, at.at, || {
                    Draft::new("`at` goes with days").label("not with a length of time").note(
                        "`every` takes `day`, `weekday` or a list such as `Mon,Wed,Fri` as well",
                    )
                });
            }
            return self.reader.duration(node).map(Every::After);
        };
        let Some(at) = at else {
            self.reader
                .missing_key(repeat.at, "`repeat`", "at", "\"08:00\"");
            return None;
        };
        let what = "a time of the day";
        let clock = self
            .reader
            .parsed(at.value, Code::BadInstant, what, value::clock)?;
        Some(Every::At(ClockTime { days, ..clock }))
    }

    fn each(&mut self, field: Field<'_, '_, StepKey>, said: &Said<'_, '_>) -> Option<Op> {
        let whom = match field.value.kind {
            Kind::Scalar(text) => self.known_whom(text, field.value.span),
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => self
                .reader
                .wrong_shape(field.value, "the name of a group or an instance"),
        };
        let every = match said.every {
            Some(every) => self.reader.duration(every.value),
            None => Some(SimDuration::ZERO),
        };
        self.clock.enter();
        self.own.push(whom.as_ref().and_then(|whom| whom.found));
        let steps = self.body(field, said);
        self.own.pop();
        let members = match whom.as_ref().map(|whom| &whom.target) {
            Some(Target::Slots { count, .. }) => *count,
            Some(Target::Own | Target::Id(_)) | None => 1,
        };
        self.clock
            .leave_each(members, every.unwrap_or_default(), self.reader);
        Some(Op::Each {
            members: whom?.target,
            every: every?,
            steps: steps?,
        })
    }

    fn body(&mut self, field: Field<'_, '_, StepKey>, said: &Said<'_, '_>) -> Option<Arc<[Step]>> {
        let Some(node) = said.steps.map(|steps| steps.value) else {
            let what = format!("`{}`", field.name);
            self.reader.missing_key(field.at, &what, "steps", "[…]");
            return None;
        };
        let steps = self.steps(node)?;
        if steps.is_empty() {
            let name = field.name;
            self.reader.report(Code::EmptyStep, node.span, || {
                Draft::new(format!("`{name}` has no steps")).label("expected at least one")
            });
            return None;
        }
        Some(steps)
    }

    /// An instance, group or member by name; ids don't do.
    pub(super) fn known_whom(&mut self, text: &str, at: Span) -> Option<Whom> {
        let whom = self.whom(text, at)?;
        if let Target::Id(_) = whom.target {
            self.unknown_name(text, at, ResourceKind::Instance);
            return None;
        }
        Some(whom)
    }

    /// Reports a name that nothing has.
    pub(super) fn unknown_name(&mut self, text: &str, at: Span, kind: ResourceKind) {
        let names = &self.names;
        self.reader.report(Code::UnknownName, at, || {
            let noun = kind.noun();
            let draft = Draft::new(format!("no {noun} is called {}", quoted(text)))
                .label(format!("expected the name of {}", kind.what()))
                .instead(names.nearest(text, kind));
            let some = names.some(kind);
            // Nothing of this kind is called like that, but something else may be.
            let other = names
                .nearest(text, kind)
                .is_none()
                .then(|| names.nearest_of_others(text, kind));
            let other = other.flatten().map(|(name, kind)| {
                format!("did you mean {}, which is {}?", quoted(name), kind.what())
            });
            let group = text.rsplit_once('-').and_then(|(group, number)| {
                number.parse::<u64>().ok()?;
                match names.find(group)? {
                    super::Found::Entry(entry) => names.entry(entry),
                    super::Found::Member(..) | super::Found::Other(..) | super::Found::Group(_) => {
                        None
                    }
                }
            });
            match (
                group.map(|group| (&group.name, group.count)),
                some.is_empty(),
            ) {
                (Some((name, Some(count))), _) => draft.note(format!(
                    "the members of `{name}` are `{name}-1` to `{name}-{count}`"
                )),
                (Some((name, None)), _) => {
                    draft.note(format!("`{name}` has no `count`, so it isn't a group"))
                }
                (None, _) if other.is_some() => draft.note(other.unwrap_or_default()),
                (None, true) => draft.or_note(|| format!("the file has no {noun}")),
                (None, false) => draft.or_note(|| format!("known: {}", one_of(some))),
            }
        });
    }
}
