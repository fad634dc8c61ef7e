//! The timeline: a replay shown to a person, line by line, as it happens.
//!
//! Only what is being laid out is kept: the records of one instant and one instance, a few failures to be repeated at the
//! end, and the position of each lane. A replay of a million transitions takes no more memory than one of ten.

mod block;
mod failure;
mod fold;
mod legend;
pub(super) mod plainly;
mod summary;
mod text;
mod told;
mod words;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io,
};

use anstyle::Style;

use crate::{
    engine::{Outcome, StopSignal},
    lifecycle::Phase,
    record::{Accepted, Resource, ResourceKind, Rules, Transition, UsageType},
    report::finish::{Finish, Quote},
    rule,
    runner::Replay,
    scenario::Source,
    script::{Cast, Configured, LocalTime, Program, Zone},
    time::{SimDuration, SimTime},
};

use block::{Block, Head, Item, Subject};
use failure::{Failures, Passed, Refused};
use fold::{Folded, Folds};
pub use legend::write_legend;
pub use summary::write_bill;
use text::{
    ALARM, BLUE, BOLD, DIM, GREEN, HAPPY, Line, PLAIN, VOICE, YELLOW, columns, fit, flow, wrap,
};

use words::{counted, phase_lane, phase_sign, phase_style, plain, push_id, rule_line};

/// The narrowest that is drawn.
const NARROWEST: usize = 60;
/// How wide the column of offsets is in a replay of up to a day, and in a longer one. An offset that is wider still
/// stands on a line of its own.
const TIME: usize = 9;
const LONG_TIME: usize = 12;
/// The most instances that get a lane each.
const MOST_LANES: usize = 6;
/// From how many columns on amounts have six decimals and not four.
const ROOMY: usize = 72;
/// The widest column of names.
const WIDEST_NAME: usize = 16;

/// How the timeline is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How many columns there are: 80 off a terminal. Less than 60 is drawn as 60.
    pub width: usize,
    /// Whether styles are written. Without them not one escape sequence is.
    pub colour: bool,
    /// How much is told.
    pub verbosity: Verbosity,
}

/// How the timeline tells when something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// How long after the start: `1h30m`.
    Offset,
    /// The day of the week and the time of the day, in the scenario's time zone: `Mon 09:30`.
    Clock,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// What failed, and how it ended.
    Quiet,
    /// How it ended, and what it cost.
    Summary,
    /// What happened, a line a step, and what it cost by meter.
    Brief,
    /// What happened, what came with it, and what it cost.
    Normal,
    /// Also the ids of the rules of every single thing, and every line of the ledger.
    Verbose,
}

/// The timeline of one replay.
///
/// It is a [`Sink`](crate::engine::Sink): between [`Timeline::begin`] and [`Timeline::end`] it draws what it is told, as it is told.
#[derive(Debug)]
pub struct Timeline<W> {
    out: W,
    look: Look,
    stop: StopSignal,
    error: Option<io::Error>,
    file: String,
    start: SimTime,
    /// The phase of each instance, if there are few enough for a lane each.
    lanes: Option<Vec<Option<Phase>>>,
    names: usize,
    /// How wide the column of times is.
    times: usize,
    /// How they are told, where somebody has said so.
    told_as: Option<Times>,
    /// The clocks that tell them; none where offsets do.
    clocks: Option<Zone>,
    /// The day that was told last: year, month, day.
    day: Option<(i16, i8, i8)>,
    has_legend: bool,
    in_ascii: bool,
    /// Whether rounds that say the same are all told.
    tells_all: bool,
    folds: Folds,
    /// The instant of the last line.
    last: Option<SimTime>,
    /// What is being laid out.
    block: Option<Block>,
    /// A block that is complete, and may take more members of its group in.
    held: Option<Block>,
    passed: Option<Passed>,
    refused: Option<Refused>,
    failures: Failures,
    /// Since when meters are open.
    metered: BTreeMap<(Resource, UsageType), SimTime>,
    /// The latest transitions.
    latest: VecDeque<(SimTime, Transition)>,
    /// Whether `out` decides by itself when something is written.
    in_pieces: bool,
    /// The rules that were explained, if they are.
    explained: Option<BTreeSet<&'static str>>,
    /// Whether the ids of rules lead to their sources.
    has_links: bool,
}

/// The sign at the beginning of a block, and the lane that it is on.
#[derive(Debug, Clone, Copy)]
struct Mark {
    slot: Option<u32>,
    sign: &'static str,
    style: Style,
}

impl<W: io::Write> Timeline<W> {
    /// A timeline that is written to `out`. Where that can't be written any more, the replay is asked to stop.
    pub fn new(out: W, look: Look, stop: StopSignal) -> Self {
        let width = look.width.max(NARROWEST);
        Self {
            out,
            look: Look { width, ..look },
            stop,
            error: None,
            file: String::new(),
            start: SimTime::default(),
            lanes: None,
            names: 0,
            times: TIME,
            told_as: None,
            clocks: None,
            day: None,
            has_legend: false,
            in_ascii: false,
            tells_all: false,
            folds: Folds::default(),
            last: None,
            block: None,
            held: None,
            passed: None,
            refused: None,
            failures: Failures::default(),
            metered: BTreeMap::new(),
            latest: VecDeque::new(),
            in_pieces: false,
            explained: None,
            has_links: false,
        }
    }

    /// Says what a rule says where it acts for the first time.
    #[must_use]
    pub fn explaining(mut self) -> Self {
        self.explained = Some(BTreeSet::new());
        self
    }

    /// Tells times in this way; else by the clock where the scenario takes more than a day for certain, or names its time zone, and
    /// as offsets elsewhere.
    #[must_use]
    pub const fn times(mut self, times: Times) -> Self {
        self.told_as = Some(times);
        self
    }

    /// Says at the top what the signs mean.
    #[must_use]
    pub const fn with_legend(mut self) -> Self {
        self.has_legend = true;
        self
    }

    /// Draws with letters in place of signs.
    #[must_use]
    pub const fn in_ascii(mut self) -> Self {
        self.in_ascii = true;
        self
    }

    /// Tells every round of a `repeat`, for somebody who goes along with it. Else those that say the same as the first are counted.
    #[must_use]
    pub const fn telling_all(mut self) -> Self {
        self.tells_all = true;
        self
    }

    /// Lets the ids of rules lead to their sources, on a terminal that can do that.
    #[must_use]
    pub fn linking(mut self) -> Self {
        self.has_links = true;
        self
    }

    /// Leaves it to `out` when what is drawn is written; else it is asked to after each instant.
    #[must_use]
    pub fn in_pieces(mut self) -> Self {
        self.in_pieces = true;
        self
    }

    /// Draws the head. `file` is what the scenario's file is called.
    pub fn begin(&mut self, program: &Program, file: &str) {
        file.clone_into(&mut self.file);
        self.start = program.start;
        let is_long = program
            .until
            .is_some_and(|until| until - program.start > SimDuration::from_days(1));
        let told_as = self.told_as.unwrap_or(if program.spans_days {
            Times::Clock
        } else {
            Times::Offset
        });
        self.clocks = match told_as {
            Times::Clock => Some(program.zone.clone()),
            Times::Offset => None,
        };
        let is_long = is_long || self.clocks.is_some();
        self.times = if is_long { LONG_TIME } else { TIME };
        self.day = self.local(program.start).map(|there| date_of(&there));
        let cast = &program.cast;
        let slots = usize::try_from(cast.slots()).unwrap_or(usize::MAX);
        let has_lanes = slots > 0 && slots <= MOST_LANES && slots * 12 <= self.look.width;
        self.lanes = has_lanes.then(|| vec![None; slots]);
        let last_names = cast.instances.iter().map(|entry| {
            let last = entry.first_slot + entry.slots().saturating_sub(1);
            columns(&cast.name(last).to_string())
        });
        self.names = last_names.max().unwrap_or(0).min(WIDEST_NAME);
        if self.is_quiet() {
            return;
        }
        let width = self.look.width;
        for line in wrap(&Line::of(BOLD, program.name.trim()), width - 2) {
            self.line(&plain("  ").with(&line));
        }
        if let Some(description) = &program.description {
            for paragraph in description.lines() {
                for line in wrap(&plain(paragraph), width - 2) {
                    self.line(&plain("  ").with(&line));
                }
            }
        }
        let mut facts = vec![
            Line::of(DIM, cast.region.name()),
            Line::of(DIM, &format!("from {}", program.start)),
        ];
        let functions = cast.others[ResourceKind::Function].len();
        let services = cast.others[ResourceKind::Service].len();
        if functions + services == 0 || cast.slots() > 0 {
            let instances = counted(u64::from(cast.slots()), "instance");
            facts.push(Line::of(DIM, &instances));
        }
        if functions > 0 {
            let functions = u64::try_from(functions).unwrap_or(u64::MAX);
            facts.push(Line::of(DIM, &counted(functions, "function")));
        }
        if services > 0 {
            let services = u64::try_from(services).unwrap_or(u64::MAX);
            facts.push(Line::of(DIM, &counted(services, "service")));
        }
        if let Some(there) = self.local(program.start) {
            let (day, clock) = (there.weekday_and_date(), there.clock());
            let from = format!("from {day} {}, {clock} {}", there.year, program.zone.name());
            facts[1] = Line::of(DIM, &from);
        }
        if program.seed != 0 {
            facts.push(Line::of(DIM, &format!("seed {}", program.seed)));
        }
        facts.push(Line::of(DIM, file));
        for line in flow(&facts, width - 2) {
            self.line(&plain("  ").with(&line));
        }
        if let Some(Configured { file, set }) = &program.configured {
            let set = set.iter().map(|(key, value)| format!("{key} {value}"));
            let set = set.map(|one| Line::of(DIM, &one));
            let mut facts = vec![Line::of(DIM, &format!("from {file}"))];
            facts.extend(set);
            for line in flow(&facts, width - 2) {
                self.line(&plain("  ").with(&line));
            }
        }
        if !self.is_summary() {
            if self.has_legend {
                self.line(&Line::new());
                for row in legend::rows(width) {
                    self.line(&row);
                }
            }
            self.line(&Line::new());
            self.columns(cast);
        }
    }

    /// What the columns are.
    fn columns(&mut self, cast: &Cast) {
        let mut line = Line::of(DIM, &format!("{:>1$}", "time", self.times));
        line.pad(self.margin());
        line.push(DIM, "instance");
        let has_room = line.width() < self.margin() + self.names + 2;
        line.pad(self.margin() + self.names + 2);
        line.push(
            DIM,
            if has_room {
                "from → to"
            } else {
                "  from → to"
            },
        );
        let width = usize::try_from(self.decimals()).unwrap_or(6) + 4;
        // Of whom it is, where that is one.
        let so_far = match cast.instances.as_slice() {
            [only] if only.count.is_none() && columns(&only.name) <= WIDEST_NAME => {
                format!("{} so far", only.name)
            }
            [] | [_, ..] => "so far".to_owned(),
        };
        let told = |so_far: &str| Line::of(DIM, &format!("step {so_far:>width$}"));
        if !line.push_right(&told(&so_far), self.look.width) {
            line.push_right(&told("so far"), self.look.width);
        }
        self.line(&line);
    }

    /// Writes what is held back until more of it comes: a replay that waits for its clock has said all of an instant.
    pub fn settle(&mut self) {
        self.flush();
        if self.error.is_none()
            && !self.in_pieces
            && let Err(error) = self.out.flush()
        {
            self.failed(error);
        }
    }

    /// The end of a journal that can't be read any further: what was held back is drawn.
    pub(super) fn cut_off(&mut self) -> io::Result<()> {
        self.unfold();
        self.over()
    }

    /// Draws the summary. `source` is the scenario's text, from which failures show their lines.
    ///
    /// # Errors
    ///
    /// Answers with the error that kept the timeline from being written.
    pub fn end(&mut self, replay: &Replay, source: &Source) -> io::Result<()> {
        let quotes = Quote::of(source, self.failures.at());
        self.finish(&Finish::of(replay, &replay.directory(), quotes))
    }

    /// The same of any end.
    pub(super) fn finish(&mut self, finish: &Finish<'_>) -> io::Result<()> {
        self.unfold();
        if !self.is_quiet() {
            if self.last != Some(finish.end) && !self.is_summary() {
                self.rows(finish.end, None, vec![Line::of(DIM, "the end")]);
            }
            self.line(&Line::new());
            if !self.is_summary() {
                self.summary(finish);
            }
        }
        let failures = std::mem::take(&mut self.failures);
        for line in failures.lines(&self.file, &finish.quotes, self.look.width) {
            self.line(&line);
        }
        if self.is_summary() {
            self.summary(finish);
        }
        self.outcome(finish, &failures);
        self.over()
    }

    fn over(&mut self) -> io::Result<()> {
        if self.error.is_none()
            && let Err(error) = self.out.flush()
        {
            self.failed(error);
        }
        self.error.take().map_or(Ok(()), Err)
    }

    /// Who ended how, and what it cost. The lines of the ledger are drawn one by one: there may be many.
    fn summary(&mut self, finish: &Finish<'_>) {
        let width = self.look.width;
        for line in summary::lines(finish, width, self.is_brief()) {
            self.line(&line);
        }
        if self.is_verbose() {
            self.line(&Line::new());
            self.line(&plain("  ").with(&Line::of(BOLD, "ledger")));
            for charge in finish.bill.ledger() {
                for line in summary::single(finish, charge, width) {
                    self.line(&line);
                }
            }
            self.line(&Line::new());
            for line in summary::prices(finish, width) {
                self.line(&line);
            }
        }
    }

    /// How it ended, in one line.
    fn outcome(&mut self, finish: &Finish<'_>, failures: &Failures) {
        let tally = &finish.tally;
        let word = match finish.outcome {
            Outcome::Passed => Line::of(HAPPY, "✓ passed"),
            Outcome::Failed => Line::of(ALARM, "✗ FAILED"),
            Outcome::Interrupted => Line::of(YELLOW.bold(), "■ interrupted"),
        };
        let mut parts = vec![word];
        if self.is_quiet() {
            parts.push(Line::of(BOLD, finish.program.name.trim()));
        }
        let checks = tally.passed.saturating_add(tally.failed);
        if tally.failed > 0 {
            let failed = format!(
                "{} of {} failed",
                tally.failed,
                counted(checks, "expectation")
            );
            parts.push(Line::of(ALARM, &failed));
        } else if checks > 0 {
            parts.push(plain(&counted(checks, "expectation")));
        }
        if tally.unexpected_refusals > 0 {
            let refused = counted(tally.unexpected_refusals, "unexpected refusal");
            parts.push(Line::of(ALARM, &refused));
        }
        if tally.failures > 0 {
            parts.push(Line::of(ALARM, &counted(tally.failures, "other failure")));
        }
        parts.push(plain(&counted(tally.transitions, "transition")));
        parts.push(plain(&format!("{} simulated", finish.end - self.start)));
        if self.is_quiet() {
            let total = words::usd(finish.bill.cost().total(), 2);
            parts.push(plain(&total));
        } else if failures.is_empty() {
            self.line(&Line::new());
        }
        for line in flow(&parts, self.look.width - 2) {
            self.line(&plain("  ").with(&line));
        }
    }

    const fn is_quiet(&self) -> bool {
        matches!(self.look.verbosity, Verbosity::Quiet)
    }

    const fn is_summary(&self) -> bool {
        matches!(self.look.verbosity, Verbosity::Summary)
    }

    const fn is_brief(&self) -> bool {
        matches!(self.look.verbosity, Verbosity::Brief)
    }

    pub(super) const fn is_verbose(&self) -> bool {
        matches!(self.look.verbosity, Verbosity::Verbose)
    }

    const fn decimals(&self) -> u32 {
        if self.look.width < ROOMY { 4 } else { 6 }
    }

    /// Where names begin: right of the offsets and the lanes.
    fn margin(&self) -> usize {
        self.times + 2 + self.lanes.as_ref().map_or(1, |lanes| lanes.len() * 2 - 1) + 2
    }

    /// How far what comes with a step stands in, from where its name begins.
    const fn indent(&self) -> usize {
        if self.names <= 6 { self.names + 2 } else { 4 }
    }

    /// How many columns are right of the lanes.
    fn room(&self) -> usize {
        self.look.width - self.margin()
    }

    /// Whether there is a lane, or the one column of signs, for what is about this slot.
    fn has_mark(&self, slot: Option<u32>) -> bool {
        self.lanes.is_none() || slot.is_some()
    }

    fn failed(&mut self, error: io::Error) {
        self.error = Some(error);
        self.stop.stop();
    }

    fn line(&mut self, line: &Line) {
        if let Some(held) = self.folds.held() {
            held.push(line.clone());
        } else if self.error.is_none()
            && let Err(error) = line.write(&mut self.out, self.look.colour, self.in_ascii)
        {
            self.failed(error);
        }
    }

    /// Tells what was held back: how many rounds have come again, and what there is of one that hasn't.
    fn unfold(&mut self) {
        self.flush();
        let Some((folded, lines)) = self.folds.take() else {
            return;
        };
        self.tell_folded(&folded, lines.is_empty());
        for line in lines {
            self.line(&line);
        }
    }

    /// Tells how many rounds were dropped; whether something else than lines of another one comes next.
    fn tell_folded(&mut self, folded: &Folded, is_over: bool) {
        if folded.count > 0 {
            if !self.is_brief() {
                self.line(&folded.prefix);
            }
            let mut row = Line::of(BOLD, &format!("… {} more like this", folded.count));
            if let Some(each) = each(folded) {
                row.push(PLAIN, &format!(", {each} each"));
            }
            let until = match self.local(folded.until) {
                Some(there) => there.weekday_and_date(),
                None => self.moment(folded.until),
            };
            row.push(DIM, &format!(", until {until}"));
            let room = self.room();
            for row in fit(row, room) {
                self.line(&folded.prefix.clone().with(&row));
            }
            if is_over {
                // What comes now at the same instant says when that is.
                self.last = Some(SimTime::from_millis(u64::MAX));
            }
        }
    }

    /// What the clocks show, where they tell the times.
    fn local(&self, at: SimTime) -> Option<LocalTime> {
        self.clocks.as_ref().map(|zone| zone.local(at))
    }

    /// An instant, as it is told where it stands alone.
    fn moment(&self, at: SimTime) -> String {
        match self.local(at) {
            Some(there) => format!("{} {}", there.weekday_and_date(), there.clock()),
            None => at.since(self.start).to_string(),
        }
    }

    /// Draws rows, with the time before the first and the lanes before each.
    fn rows(&mut self, at: SimTime, mark: Option<Mark>, rows: Vec<Line>) {
        if self.is_quiet() || self.is_summary() {
            return;
        }
        let mut time = String::new();
        if self.last != Some(at) {
            let local = self.local(at);
            time = match &local {
                Some(there) => format!("{} {}", there.weekday, there.clock()),
                None => at.since(self.start).to_string(),
            };
            if columns(&time) > self.times {
                self.line(&Line::of(BOLD, &time));
                time.clear();
            } else if self.last.is_some() || self.lanes.is_none() {
                // A breath between instants, through which the lanes go on; at the beginning of a day its date.
                let mut date = String::new();
                if let Some(there) = local.filter(|there| self.day != Some(date_of(there))) {
                    date = there.date();
                    if self.day.is_some_and(|(year, ..)| year != there.year) {
                        date = format!("{date} {}", there.year);
                    }
                    self.day = Some(date_of(&there));
                }
                if !date.is_empty() || !self.is_brief() {
                    let lanes = self.prefix(&date, None);
                    self.line(&lanes);
                }
            }
            self.last = Some(at);
        }
        let mut mark = mark;
        let room = self.room();
        for row in rows.into_iter().flat_map(|row| fit(row, room)) {
            let line = self.prefix(&time, mark.take()).with(&row);
            self.line(&line);
            time.clear();
        }
    }

    /// The time and the lanes.
    fn prefix(&self, time: &str, mark: Option<Mark>) -> Line {
        let mut line = Line::of(BOLD, &format!("{time:>0$}", self.times));
        line.push(PLAIN, "  ");
        match &self.lanes {
            None => {
                let (style, sign) = mark.map_or((PLAIN, " "), |mark| (mark.style, mark.sign));
                line.push(style, sign);
            }
            Some(lanes) => {
                for (slot, phase) in (0..).zip(lanes) {
                    if slot > 0 {
                        line.push(PLAIN, " ");
                    }
                    let marked = mark.filter(|mark| mark.slot == Some(slot));
                    match (marked, phase) {
                        (Some(mark), _) => line.push(mark.style, mark.sign),
                        (None, Some(phase)) => line.push(phase_style(*phase), phase_lane(*phase)),
                        (None, None) => line.push(PLAIN, " "),
                    }
                }
            }
        }
        line.push(PLAIN, "  ");
        line
    }

    /// Draws a block.
    fn draw(&mut self, block: &Block) {
        let mut rows = Vec::new();
        let mut mark = None;
        match &block.head {
            Head::Transition(transition) => {
                if let (Some(slot), Some(lanes)) = (block.subject.slot, &mut self.lanes) {
                    let lane = usize::try_from(slot)
                        .ok()
                        .and_then(|slot| lanes.get_mut(slot));
                    if let Some(lane) = lane {
                        *lane = Some(transition.to);
                    }
                }
                mark = Some(Mark {
                    slot: block.subject.slot,
                    sign: phase_sign(transition.to),
                    style: phase_style(transition.to).bold(),
                });
                self.transition_rows(transition, &block.subject, &mut rows);
            }
            Head::Accepted(accepted, made) => {
                mark = Some(Mark {
                    slot: block.subject.slot,
                    sign: "◆",
                    style: BLUE,
                });
                self.accepted_rows(accepted, made, &block.subject, &mut rows);
            }
            Head::There => {
                let title = block.subject.title();
                let mut row = self.titled(BOLD, "", &title);
                if block.at == self.start {
                    row = row.with(&Line::of(DIM, "there from the start"));
                }
                rows.push(row);
            }
            Head::End(open) => {
                let text = format!(
                    "the end: {} counted up to here",
                    counted(u64::try_from(open.len()).unwrap_or(u64::MAX), "open meter")
                );
                rows.push(Line::of(DIM, &text));
            }
        }
        let runs_script = match &block.head {
            Head::Transition(transition) => {
                block.subject.has_script
                    && transition.from == Some(Phase::Launching)
                    && transition.to == Phase::Running
            }
            Head::Accepted(..) | Head::There | Head::End(_) => false,
        };
        let (rules, from): (Rules, usize) = match &block.head {
            Head::Transition(transition) => (transition.rules, 1),
            Head::Accepted(accepted, _) => (accepted.rules, 0),
            Head::There | Head::End(_) => (&[], 0),
        };
        if self.is_verbose() {
            self.cite(rules, &mut rows, from);
            self.verbose_items(block, &mut rows);
        } else if !(self.is_brief() && matches!(block.head, Head::Transition(_))) {
            rows.extend(self.below(&items_told(block)));
            self.cite(rules, &mut rows, from);
            if self.explained.is_some() {
                for item in &block.items {
                    self.explain(item.rules(), &mut rows);
                }
            }
        }
        if runs_script && !self.is_brief() {
            let from = rows.len();
            rows.extend(self.below(&[plain("user data ran, as in a first boot only")]));
            self.cite(&[rule::KEEP_USERDATA], &mut rows, from);
        }
        self.rows(block.at, mark, rows);
    }

    /// A row that begins with a sign and a name, both as wide as the column of names at least.
    fn titled(&self, style: Style, sign: &str, name: &str) -> Line {
        let mut row = Line::of(style, sign);
        row.push(BOLD, name);
        row.push(PLAIN, "  ");
        row.pad(self.names + 2);
        row
    }

    /// Puts items behind a title; where they don't fit, below it and indented.
    fn behind(&self, title: Line, items: &[Line]) -> Vec<Line> {
        let beside = self.room().saturating_sub(title.width());
        let widest = items.iter().map(Line::width).max().unwrap_or(0);
        if beside < 20 || beside < widest {
            let mut rows = vec![title];
            rows.extend(self.below(items));
            return rows;
        }
        let column = title.width();
        let mut lines = flow(items, beside).into_iter();
        let mut rows = vec![title.with(&lines.next().unwrap_or_default())];
        rows.extend(lines.map(|line| indented(column, &line)));
        rows
    }

    /// Items below a title, indented.
    fn below(&self, items: &[Line]) -> Vec<Line> {
        let indent = self.indent();
        flow(items, self.room() - indent)
            .into_iter()
            .map(|line| indented(indent, &line))
            .collect()
    }

    /// Tells the rules that decided something: all of them by their ids, if all is told, at the right end of the first row from
    /// `from` on that has room for them, or below; those that act for the first time in a sentence, if they are explained. Else
    /// they stay out of the way.
    fn cite(&mut self, rules: Rules, rows: &mut Vec<Line>, from: usize) {
        if self.is_verbose() {
            self.cite_ids(rules, rows, from);
        }
        self.explain(rules, rows);
    }

    fn cite_ids(&self, rules: Rules, rows: &mut Vec<Line>, from: usize) {
        let ids = rule_line(rules, self.has_links);
        let (room, indent) = (self.room(), self.indent());
        if rows
            .iter_mut()
            .skip(from)
            .any(|row| row.push_right(&ids, room))
        {
            return;
        }
        for line in wrap(&ids, room - indent) {
            let mut row = Line::new();
            row.pad(room - line.width());
            rows.push(row.with(&line));
        }
    }

    /// What rules say that weren't explained yet.
    fn explain(&mut self, rules: Rules, rows: &mut Vec<Line>) {
        let (room, indent) = (self.room(), self.indent());
        let links = self.has_links;
        let Some(explained) = &mut self.explained else {
            return;
        };
        for rule in rules {
            if !explained.insert(rule.id) {
                continue;
            }
            let mut said = Line::of(VOICE, "§ ");
            push_id(&mut said, rule, links);
            said.push(VOICE, &format!(" {}", rule.says));
            for (index, line) in wrap(&said, room - indent - 2).into_iter().enumerate() {
                let by = if index == 0 { indent } else { indent + 2 };
                rows.push(indented(by, &line));
            }
        }
    }

    fn transition_rows(&self, transition: &Transition, subject: &Subject, rows: &mut Vec<Line>) {
        let (room, indent) = (self.room(), self.indent());
        let costs = block::costs(transition.cost_step, transition.cost_total, self.decimals());
        let states = block::states(transition);
        let mut row = self.titled(PLAIN, "", &subject.title());
        if row.width() + states.width() > room {
            rows.extend(wrap(&row, room));
            row = indented(indent, &states);
        } else {
            row.append(&states);
        }
        if subject.members > 1 {
            row.push(DIM, &format!("  × {}", subject.members));
        }
        let is_brief = self.is_brief();
        if is_brief && row.width() + 2 + columns(transition.trigger) + 1 + costs.width() <= room {
            row.push(DIM, &format!("  {}", transition.trigger));
        }
        let has_room = costs.is_empty() || row.push_right(&costs, room);
        rows.push(row);
        if !has_room {
            let mut below = Line::new();
            below.pad(room.saturating_sub(costs.width()));
            rows.push(below.with(&costs));
        }
        if is_brief {
            return;
        }
        let mut why = vec![Line::of(
            DIM,
            &format!("{}: {}", transition.trigger, transition.why),
        )];
        if transition.from.is_none() {
            why.push(Line::of(DIM, transition.instance_type.name()));
            if transition.platform != crate::catalog::Platform::Linux {
                why.push(Line::of(DIM, transition.platform.word()));
            }
            if let (Some(id), 1) = (subject.id, subject.members) {
                why.push(Line::of(DIM, &id.to_string()));
            }
            let zones = subject.zones.iter();
            why.extend(zones.map(|zone| Line::of(DIM, zone)));
        }
        if let Some(reason) = transition
            .reason
            .filter(|_| block::tells_reason(transition))
        {
            why.push(Line::of(DIM, reason.code()));
        }
        rows.extend(self.below(&why));
    }

    fn accepted_rows(
        &self,
        accepted: &Accepted,
        made: &str,
        subject: &Subject,
        rows: &mut Vec<Line>,
    ) {
        let mut done = plain(accepted.action);
        if !made.is_empty() {
            done.push(PLAIN, &format!(" {made}"));
        }
        if subject.members > 1 {
            done.push(DIM, &format!("  × {}", subject.members));
        }
        let mut items = vec![done];
        if accepted.unchanged {
            items.push(Line::of(DIM, "already so, nothing changes"));
        }
        rows.extend(self.behind(self.titled(PLAIN, "", &subject.title()), &items));
    }

    /// Each thing that came with a step on a row of its own, with its rules.
    fn verbose_items(&mut self, block: &Block, rows: &mut Vec<Line>) {
        for item in &block.items {
            let from = rows.len();
            rows.extend(self.below(&[item.told(group_of(block))]));
            self.cite(item.rules(), rows, from);
        }
    }

    /// Lays what is complete out. Members of a group that go through the same are told together, where they have no lanes.
    fn close(&mut self) {
        let Some(block) = self.block.take() else {
            return;
        };
        if self.lanes.is_some() || self.is_verbose() {
            self.draw(&block);
            return;
        }
        if self.held.as_mut().is_some_and(|held| held.take_in(&block)) {
            return;
        }
        if let Some(held) = self.held.replace(block) {
            self.draw(&held);
        }
    }

    /// Draws all that is held back.
    fn flush(&mut self) {
        self.close();
        if let Some(held) = self.held.take() {
            self.draw(&held);
        }
        if let Some(refused) = self.refused.take()
            && self.lanes.is_none()
        {
            self.draw_refused(&refused);
        }
        if let Some(passed) = self.passed.take() {
            let mark = Mark {
                slot: passed.slot,
                sign: "✓",
                style: GREEN,
            };
            let sign = if self.has_mark(passed.slot) {
                ""
            } else {
                "✓ "
            };
            let row = self.titled(GREEN, sign, &passed.subject);
            let rows = self.behind(row, &passed.checks);
            self.rows(passed.at, Some(mark), rows);
        }
    }

    fn begin_block(&mut self, block: Block) {
        if self.passed.is_some() || self.refused.is_some() {
            self.flush();
        }
        self.close();
        self.block = Some(block);
    }

    fn alone(&mut self, at: SimTime, mark: Option<Mark>, rows: Vec<Line>) {
        self.flush();
        self.rows(at, mark, rows);
    }
}

/// The group that a block tells of several members of.
fn group_of(block: &Block) -> &str {
    block
        .subject
        .name
        .rsplit_once('-')
        .map_or("", |(group, _)| group)
}

/// `+$1.06`, or `+$1.06 to $1.20` of what folded rounds cost.
fn each(folded: &Folded) -> Option<String> {
    let (least, most) = folded.cost.filter(|(_, most)| !most.is_zero())?;
    let (least, most) = (words::usd(least, 2), words::usd(most, 2));
    Some(if least == most {
        format!("+{least}")
    } else {
        format!("+{least} to {most}")
    })
}

const fn date_of(there: &LocalTime) -> (i16, i8, i8) {
    (there.year, there.month, there.day)
}

/// What came with a step: what became of addresses and data, then the meters.
fn items_told(block: &Block) -> Vec<Line> {
    let (meters, others): (Vec<&Item>, Vec<&Item>) =
        block.items.iter().partition(|item| item.is_meter());
    others
        .into_iter()
        .chain(meters)
        .map(|item| item.told(group_of(block)))
        .collect()
}

/// A line that stands in.
fn indented(by: usize, line: &Line) -> Line {
    let mut row = Line::new();
    row.pad(by);
    row.with(line)
}
