//! What is certain about who is there: names that nothing launches before they are used, and launches of what is there
//! already. Steps count in the order of the text, those of `each` and `repeat` where they stand.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Code,
        reader::{Draft, Reader, Span},
    },
    names::{Declared, Found},
};
use crate::record::{ByKind, ResourceKind};

/// A launch that certainly was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Launch {
    at: Span,
    token: Option<String>,
}

/// What is known of one kind of fact for an instance or all members of a group.
#[derive(Debug, Clone, Default)]
struct Members {
    count: u32,
    /// All were launched by some step; or those were.
    launched: Marked,
    /// All were named by an action other than a launch; or those were.
    touched: Marked,
    /// The same, by a script that runs beside the others.
    touched_beside: Marked,
    /// Which launch is in force for all but the exceptions.
    there: Option<Launch>,
    /// How many the main script certainly has launched, and nothing has ended since.
    alive: u32,
    except: BTreeMap<u32, Option<Launch>>,
}

/// An instance or a group, and what is known of it if a step has named it: a file may have many that none does.
#[derive(Debug)]
struct Known {
    count: u32,
    members: Option<Box<Members>>,
}

static NOBODY: Members = Members {
    count: 0,
    launched: Marked::NONE,
    touched: Marked::NONE,
    touched_beside: Marked::NONE,
    there: None,
    alive: 0,
    except: BTreeMap::new(),
};

impl Known {
    fn members(&self) -> &Members {
        self.members.as_deref().unwrap_or(&NOBODY)
    }

    fn members_mut(&mut self) -> &mut Members {
        let count = self.count;
        self.members.get_or_insert_with(|| {
            Box::new(Members {
                count,
                ..Members::default()
            })
        })
    }
}

/// A set of members that only grows.
#[derive(Debug, Clone, Default)]
struct Marked {
    all: bool,
    some: BTreeSet<u32>,
}

impl Marked {
    const NONE: Self = Self {
        all: false,
        some: BTreeSet::new(),
    };

    fn mark(&mut self, member: Option<u32>, count: u32) {
        if self.all {
            return;
        }
        match member {
            None => self.all = true,
            Some(member) => {
                self.some.insert(member);
                self.all = u32::try_from(self.some.len()).is_ok_and(|some| some >= count);
            }
        }
        if self.all {
            self.some.clear();
        }
    }

    fn holds(&self, member: Option<u32>) -> bool {
        self.all || member.is_some_and(|member| self.some.contains(&member))
    }
}

/// What a step does to who is there.
#[derive(Debug, Clone)]
enum Event {
    Launch {
        who: Found,
        token: Option<String>,
        at: Span,
        certain: bool,
        beside: bool,
    },
    End {
        who: Found,
    },
    Make {
        what: Found,
        at: Span,
        certain: bool,
    },
    Unmake {
        what: Found,
    },
}

/// An address or a volume.
#[derive(Debug, Clone, Copy, Default)]
struct Single {
    made: bool,
    /// Where it certainly was made, and how many instances had ended by then.
    there: Option<(Span, u64)>,
}

/// A `kept` or `changed` that has nothing to compare with so far.
#[derive(Debug)]
struct Doubtful {
    who: Found,
    at: Span,
    word: &'static str,
    beside: bool,
}

/// Everything that is known so far.
#[derive(Debug, Default)]
pub(super) struct Presence {
    entries: Vec<Known>,
    others: ByKind<Vec<Single>>,
    /// How many instances the main script certainly has launched, and nothing has ended since.
    alive: u64,
    /// How many steps ended an instance: any of them may have deleted a volume.
    ends: u64,
    /// The steps of the `repeat`s that are being read.
    log: Vec<Event>,
    /// How many `repeat`s are being read.
    repeats: usize,
    doubtful: Vec<Doubtful>,
}

/// The entry and the member that a name stands for; a group of one is the same as its member.
fn split(who: Found, entries: &[Known]) -> Option<(usize, Option<u32>)> {
    let (entry, member) = match who {
        Found::Entry(entry) => (entry, None),
        Found::Member(entry, member) => (entry, Some(member)),
        Found::Other(..) | Found::Group(_) => return None,
    };
    let single = entries.get(entry)?.count <= 1;
    Some((entry, member.filter(|_| !single)))
}

impl Presence {
    /// Takes over what exists from the start.
    pub(super) fn begin(&mut self, names: &Declared) {
        self.entries = (0..names.entry_count())
            .map(|entry| Known {
                count: names.entry(entry).map_or(1, super::names::EntryName::slots),
                members: None,
            })
            .collect();
        for &kind in ResourceKind::ALL {
            let (initial, all) = names.counts(kind);
            let single = |index: usize| {
                let place = u32::try_from(index).ok();
                let place = place.and_then(|at| names.place_of(Found::Other(kind, at)));
                let made = index < initial;
                Single {
                    made,
                    there: place.filter(|_| made).map(|place| (place, 0)),
                }
            };
            self.others[kind] = (0..all).map(single).collect();
        }
    }

    /// How many instances are there for certain: those that the main script has launched, and nothing has ended since.
    pub(super) const fn alive(&self) -> u64 {
        self.alive
    }

    /// All that has a name is there, and may have been acted on: nothing is certain of it.
    pub(super) fn all_there(&mut self) {
        for known in &mut self.entries {
            let members = known.members_mut();
            (members.launched.all, members.touched.all) = (true, true);
        }
        for &kind in ResourceKind::ALL {
            for single in &mut self.others[kind] {
                (single.made, single.there) = (true, None);
            }
        }
    }

    /// Whether some step before has launched, allocated or created what a name stands for.
    pub(super) fn was_made(&self, who: Found) -> bool {
        match who {
            Found::Other(..) | Found::Group(_) => self.single(who).is_none_or(|one| one.made),
            Found::Entry(_) | Found::Member(..) => split(who, &self.entries)
                .and_then(|(entry, member)| Some((self.entries.get(entry)?.members(), member)))
                .is_none_or(|(members, member)| members.launched.holds(member)),
        }
    }

    /// Whether some member of a group was launched, if not all.
    pub(super) fn was_made_in_part(&self, who: Found) -> bool {
        split(who, &self.entries)
            .and_then(|(entry, _)| self.entries.get(entry).map(Known::members))
            .is_some_and(|members| members.launched.all || !members.launched.some.is_empty())
    }

    fn single(&self, what: Found) -> Option<&Single> {
        match what {
            Found::Other(kind, index) => self.others[kind].get(usize::try_from(index).ok()?),
            Found::Entry(_) | Found::Member(..) | Found::Group(_) => None,
        }
    }

    fn single_mut(&mut self, what: Found) -> Option<&mut Single> {
        match what {
            Found::Other(kind, index) => self.others[kind].get_mut(usize::try_from(index).ok()?),
            Found::Entry(_) | Found::Member(..) | Found::Group(_) => None,
        }
    }

    /// A launch. It is certain unless it has to be refused, or only asks. `beside`: in a script beside the main one.
    pub(super) fn launch(
        &mut self,
        who: Found,
        token: Option<&str>,
        at: Span,
        (certain, beside): (bool, bool),
        reader: &mut Reader,
    ) {
        let token = token.map(str::to_owned);
        self.happen(
            Event::Launch {
                who,
                token,
                at,
                certain,
                beside,
            },
            reader,
        );
    }

    /// A terminate, or a shutdown, which may terminate.
    pub(super) fn end(&mut self, who: Found, reader: &mut Reader) {
        self.happen(Event::End { who }, reader);
    }

    /// An address is allocated, a volume created.
    pub(super) fn make(&mut self, what: Found, at: Span, certain: bool, reader: &mut Reader) {
        self.happen(Event::Make { what, at, certain }, reader);
    }

    /// An address is released, a volume deleted.
    pub(super) fn unmake(&mut self, what: Found, reader: &mut Reader) {
        self.happen(Event::Unmake { what }, reader);
    }

    /// An action other than a launch names an instance. `beside`: in a script beside the main one.
    pub(super) fn touch(&mut self, who: Found, beside: bool) {
        if let Some((entry, member)) = split(who, &self.entries)
            && let Some(members) = self.entries.get_mut(entry).map(Known::members_mut)
        {
            let count = members.count;
            members.touched.mark(member, count);
            if beside {
                members.touched_beside.mark(member, count);
            }
        }
    }

    /// An expectation compares with the moment before the latest action.
    pub(super) fn compare(&mut self, who: Found, at: Span, word: &'static str, beside: bool) {
        let touched = split(who, &self.entries).and_then(|(entry, member)| {
            Some(self.entries.get(entry)?.members().touched.holds(member))
        });
        if touched == Some(false) {
            self.doubtful.push(Doubtful {
                who,
                at,
                word,
                beside,
            });
        }
    }

    /// Reports the expectations of which now, at the end, it is certain that they have nothing to compare with.
    pub(super) fn finish(&mut self, reader: &mut Reader) {
        for doubtful in std::mem::take(&mut self.doubtful) {
            let Doubtful {
                who,
                at,
                word,
                beside,
            } = doubtful;
            let later = split(who, &self.entries).and_then(|(entry, member)| {
                let members = self.entries.get(entry)?.members();
                // What a script beside the main one does may come before; and the main script before that one's.
                let marked = if beside {
                    &members.touched
                } else {
                    &members.touched_beside
                };
                Some(marked.holds(member))
            });
            if later == Some(false) {
                reader.report(Code::NothingToCompare, at, || {
                    Draft::new(format!("`{word}` has nothing to compare with"))
                        .label("only a launch came before this")
                        .note(
                            "it compares with the last moment at which the instance was running before the latest \
                             action on it; a launch has no such moment",
                        )
                });
            }
        }
    }

    fn happen(&mut self, event: Event, reader: &mut Reader) {
        self.apply(&event, false, reader);
        if self.repeats > 0 {
            self.log.push(event);
        }
    }

    /// Begins the body of a `repeat`; the answer goes to [`Presence::leave_repeat`].
    pub(super) fn enter_repeat(&mut self) -> usize {
        self.repeats += 1;
        self.log.len()
    }

    /// Ends the body: what it does, it does again if there is a second round.
    pub(super) fn leave_repeat(&mut self, mark: usize, times: u32, reader: &mut Reader) {
        self.repeats -= 1;
        if times > 1 {
            let body = self.log.split_off(mark);
            for event in &body {
                self.apply(event, true, reader);
            }
            self.log.extend(body);
        }
        if self.repeats == 0 {
            self.log.clear();
        }
    }

    fn apply(&mut self, event: &Event, again: bool, reader: &mut Reader) {
        match event {
            Event::Launch {
                who,
                token,
                at,
                certain,
                beside,
            } => {
                let certain = certain.then_some(*beside);
                self.apply_launch(*who, token.as_ref(), *at, certain, again, reader);
            }
            Event::End { who } => {
                self.ends += 1;
                if let Some((entry, member)) = split(*who, &self.entries)
                    && let Some(members) = self.entries.get_mut(entry).map(Known::members_mut)
                {
                    let before = members.alive;
                    members.count_in(member, false);
                    self.alive = self.alive.saturating_sub(u64::from(before - members.alive));
                    members.set(member, None);
                }
            }
            Event::Make { what, at, certain } => {
                let ends = self.ends;
                let Some(single) = self.single_mut(*what) else {
                    return;
                };
                single.made = true;
                let there = single.there.filter(|(_, then)| {
                    // An address outlives its instance.
                    *then == ends || what.kind() != Some(ResourceKind::Volume)
                });
                if *certain {
                    single.there = Some((*at, ends));
                }
                if let Some((first, _)) = there.filter(|_| *certain) {
                    already_there(*at, first, again, reader);
                }
            }
            Event::Unmake { what } => {
                if let Some(single) = self.single_mut(*what) {
                    single.there = None;
                }
            }
        }
    }

    fn apply_launch(
        &mut self,
        who: Found,
        token: Option<&String>,
        at: Span,
        certain: Option<bool>,
        again: bool,
        reader: &mut Reader,
    ) {
        let Some((entry, member)) = split(who, &self.entries) else {
            return;
        };
        let Some(members) = self.entries.get_mut(entry).map(Known::members_mut) else {
            return;
        };
        let count = members.count;
        members.launched.mark(member, count);
        let Some(beside) = certain else { return };
        if !beside {
            let before = members.alive;
            members.count_in(member, true);
            self.alive += u64::from(members.alive - before);
        }
        let other = |launch: &&Launch| launch.token.is_none() || launch.token.as_ref() != token;
        let first = members.any(member).filter(other).map(|launch| launch.at);
        let token = token.cloned();
        members.set(member, Some(Launch { at, token }));
        if let Some(first) = first {
            already_there(at, first, again, reader);
        }
    }
}

fn already_there(at: Span, first: Span, again: bool, reader: &mut Reader) {
    reader.report(Code::AlreadyThere, at, || {
        if again && first == at {
            Draft::new("this already exists in the second round")
                .label("nothing in the round removes it")
        } else {
            Draft::new("this already exists")
                .label("nothing before this removes it")
                .also(first, "it has existed since this step")
        }
    });
}

impl Members {
    /// A launch that is in force for a member, or for any.
    fn any(&self, member: Option<u32>) -> Option<&Launch> {
        if let Some(member) = member {
            return match self.except.get(&member) {
                Some(exception) => exception.as_ref(),
                None => self.there.as_ref(),
            };
        }
        let exceptions = u32::try_from(self.except.len()).unwrap_or(u32::MAX);
        let rule = self.there.as_ref().filter(|_| exceptions < self.count);
        rule.or_else(|| self.except.values().find_map(Option::as_ref))
    }

    /// Counts a member, or all of them, among those that live, or no longer.
    fn count_in(&mut self, member: Option<u32>, lives: bool) {
        self.alive = match (member, lives) {
            (None, true) => self.count,
            (None, false) => 0,
            (Some(_), _) if self.any(member).is_some() == lives => self.alive,
            (Some(_), true) => self.alive.saturating_add(1).min(self.count),
            (Some(_), false) => self.alive.saturating_sub(1),
        };
    }

    fn set(&mut self, member: Option<u32>, launch: Option<Launch>) {
        match member {
            Some(member) => {
                self.except.insert(member, launch);
            }
            None => {
                self.there = launch;
                self.except.clear();
            }
        }
    }
}
