//! Replays side by side on one axis, and where the difference in money arises.
//!
//! What a thing costs more or less is cut where one of its meters begins or ends on either side. A stretch is told with what the
//! thing does there on both sides, so that the sum of all stretches is the difference to the last digit.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::{Value, json};

use crate::{
    billing::LedgerLine,
    lifecycle::InstanceState,
    money::Usd,
    record::{Meter, RecordKind, Rules},
    report::timeline::plainly::amounts,
    rule::Rule,
    runner::Replay,
    script::{Directory, Zone},
    time::{SimDuration, SimTime},
};

use super::{
    Out, TOOLS, axis,
    cost::{Course, units},
    foot, head,
    lanes::{self, Lanes},
    log::sentence,
    moment, offsets,
    scale::{Scale, WIDTH, X},
    text, title,
};

/// Of a thing with more lines than these the difference isn't cut.
const MOST_LINES: usize = 600;
/// So many reasons of a difference have a lane, and so many are told.
const MOST_LANES: usize = 8;
const MOST_TOLD: usize = 40;
/// So many of the places of one reason are listed.
const MOST_PLACES: usize = 6;
/// How high the curve of a difference is.
const HEIGHT: u32 = 1_000;

/// A replay, and what it is called beside others.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its name.
    pub name: &'a str,
    /// It, with its records and its ledger.
    pub replay: &'a Replay,
}

/// Several replays as one file of HTML.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, report::{Side, Versus}};
/// let replay = |kind: &str| {
///     let text = format!("instances: {{ web: {{ type: {kind} }} }}\nsteps: [ {{ launch: web }} ]\nuntil: 1h");
///     ec2sim::replay(&Scenario::from_text("web.yaml", &text).unwrap())
/// };
/// let (small, large) = (replay("t3.micro"), replay("m5.large"));
/// let sides = [Side { name: "small", replay: &small }, Side { name: "large", replay: &large }];
/// let mut html = Vec::new();
/// Versus::new(&sides).write(&mut html).unwrap();
/// assert!(html.starts_with(b"<!doctype html>"));
/// ```
#[derive(Debug, Clone)]
pub struct Versus<'a> {
    sides: &'a [Side<'a>],
    said: Vec<String>,
}

/// A side as it is drawn: as if it began when the first does.
struct Drawn<'a> {
    name: &'a str,
    replay: &'a Replay,
    /// How long after its own start each instant is told, from the common one.
    ledger: Vec<LedgerLine>,
    course: Course,
    end: SimTime,
}

/// A reason of a difference: the same on both sides, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    /// What costs more or less, and by which meter.
    what: String,
    meter: Meter,
    /// What both do there, where they don't do the same.
    states: Option<(String, String)>,
    /// What a unit costs, on the other side and on the first.
    rates: (String, String),
    is_more: bool,
}

/// Where a reason holds, and what it comes to.
#[derive(Debug, Default)]
struct Places {
    amount: Usd,
    at: Vec<(SimTime, SimTime)>,
    rules: BTreeMap<&'static str, &'static Rule>,
}

impl<'a> Versus<'a> {
    /// The first of them is what the others are held against.
    pub const fn new(sides: &'a [Side<'a>]) -> Self {
        Self {
            sides,
            said: Vec::new(),
        }
    }

    /// Also says these sentences.
    #[must_use]
    pub fn saying(mut self, said: Vec<String>) -> Self {
        self.said = said;
        self
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let Some(first) = self.sides.first() else {
            return Ok(());
        };
        let program = first.replay.program();
        let (start, zone) = (program.start, &program.zone);
        let ends = self.sides.iter().map(|side| {
            let begun = side.replay.program().start;
            start + side.replay.end().since(begun)
        });
        let end = ends.max().unwrap_or(start);
        let mut instants: Vec<SimTime> = Vec::new();
        for side in self.sides {
            let begun = side.replay.program().start;
            let records = side.replay.records().iter();
            instants.extend(records.map(|record| start + record.at.since(begun)));
            instants.push(start + side.replay.end().since(begun));
        }
        instants.sort_unstable();
        let scale = Scale::new(start, end, instants, zone);
        let drawn: Vec<Drawn<'_>> = self
            .sides
            .iter()
            .map(|side| Drawn::of(*side, start, &scale))
            .collect();

        let names: Vec<_> = drawn.iter().map(|side| side.replay.directory()).collect();
        let mut lanes = Vec::new();
        for (side, names) in drawn.iter().zip(&names) {
            let begun = side.replay.program().start;
            let mut own = Lanes::new(names, start).folded();
            for mut record in side.replay.records() {
                record.at = start + record.at.since(begun);
                own.take(&record);
            }
            lanes.push(own);
        }

        let named = self.named();
        let digest = Some(super::SIDE_BY_SIDE_DIGEST);
        head(out, &named, digest, super::STYLE_OF_SIDES)?;
        writeln!(
            out,
            "<header><div class=\"title\"><h1>{}</h1><ul class=\"facts\"><li>{}</li><li>{}</li><li>{} side by side</li></ul></div>{TOOLS}</header>\n<main>",
            text(&named),
            program.cast.region.name(),
            moment(zone, start),
            self.sides.len()
        )?;
        self.sums(out, &drawn)?;
        writeln!(
            out,
            "<section id=\"lines\" aria-labelledby=\"lines-h\"><h2 id=\"lines-h\">On one axis</h2><p class=\"hint\">{}{}</p>{}",
            if scale.is_true {
                format!("True to scale, in {}.", text(zone.name()))
            } else {
                format!(
                    "In {}. Long waits are drawn shorter than they are.",
                    text(zone.name())
                )
            },
            if self.begin_together() {
                ""
            } else {
                " Each is drawn as if it began when the first does."
            },
            lanes::legend(&lanes.iter().collect::<Vec<_>>())
        )?;
        writeln!(
            out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Lifelines and costs along the time axis\"><div id=\"chart\">"
        )?;
        axis(out, &scale)?;
        let top = drawn.iter().map(|side| side.course.total()).max();
        let top = top.unwrap_or(Usd::ZERO);
        for (place, (side, lanes)) in drawn.iter().zip(&lanes).enumerate() {
            writeln!(
                out,
                "<h3 class=\"side\"><b>{}</b> {}</h3>",
                text(side.name),
                amounts(side.course.total()).0
            )?;
            lanes.draw(out, &scale, side.end)?;
            writeln!(
                out,
                "<div class=\"lane money\"><div class=\"head\"><span class=\"name\"><b>cost</b> <span class=\"about\">{}</span></span>",
                if place == 0 {
                    "meter upon meter, all by one measure"
                } else {
                    ""
                }
            )?;
            side.course.draw(out, &scale, top)?;
            writeln!(out, "</div></div>")?;
        }
        let mut told = Vec::new();
        if let [base, others @ ..] = drawn.as_slice() {
            for other in others {
                let reasons = reasons(base, other);
                difference(out, base, other, &reasons, &scale)?;
                told.push((base, other, reasons));
            }
        }
        writeln!(
            out,
            "<div id=\"cursor\" hidden></div></div></div></section>"
        )?;
        writeln!(
            out,
            "<section id=\"story\" aria-labelledby=\"story-h\"><h2 id=\"story-h\">Where the difference arises</h2><p class=\"hint\">Open a line to see which rules decide it.</p>"
        )?;
        for (base, other, reasons) in &told {
            tell(out, base, other, reasons, zone)?;
        }
        writeln!(
            out,
            "</section></main>\n<footer><p>Made by ec2sim {}, prices of {}. A simulation: AWS’s own bill is what counts.</p></footer>\n<div id=\"moment\" hidden></div>",
            env!("CARGO_PKG_VERSION"),
            text(crate::catalog::version())
        )?;
        let data = json!({
            "start": start.as_secs(),
            "offsets": offsets(zone, start, end),
            "scale": scale.json(start),
            "sides": drawn.iter().map(|side| side.json(start)).collect::<Vec<_>>(),
        });
        foot(out, &data, super::SIDE_BY_SIDE)
    }

    /// What is compared, in a few words.
    fn named(&self) -> String {
        let titles: BTreeSet<&str> = self
            .sides
            .iter()
            .map(|side| title(side.replay.program(), side.replay.file()))
            .collect();
        match (titles.len(), titles.first()) {
            (1, Some(only)) => {
                let colon = if only.ends_with(['?', '!', '.']) {
                    ""
                } else {
                    ":"
                };
                format!("{only}{colon} {} ways", self.sides.len())
            }
            _ => format!("{} scenarios side by side", self.sides.len()),
        }
    }

    fn begin_together(&self) -> bool {
        let starts = self.sides.iter().map(|side| side.replay.program().start);
        starts.collect::<BTreeSet<_>>().len() == 1
    }

    /// What each comes to, by meter.
    fn sums(&self, out: Out<'_>, drawn: &[Drawn<'_>]) -> io::Result<()> {
        let meters: BTreeSet<Meter> = drawn
            .iter()
            .flat_map(|side| side.course.meters.iter().copied())
            .collect();
        write!(
            out,
            "<section id=\"money\" aria-labelledby=\"money-h\"><h2 id=\"money-h\">What they come to</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What they come to\"><table class=\"sums\"><thead><tr><th scope=\"col\">of</th>"
        )?;
        for side in drawn {
            write!(out, "<th scope=\"col\">{}</th>", text(side.name))?;
        }
        write!(out, "</tr></thead><tbody>")?;
        for meter in meters {
            write!(out, "\n<tr><th scope=\"row\">{}</th>", text(meter.told()))?;
            for side in drawn {
                let (amount, exact) = amounts(side.replay.bill().cost().of(meter));
                write!(out, "<td title=\"{exact}\">{amount}</td>")?;
            }
            write!(out, "</tr>")?;
        }
        write!(out, "\n</tbody><tfoot><tr><th scope=\"row\">total</th>")?;
        for side in drawn {
            let (amount, exact) = amounts(side.course.total());
            write!(out, "<td title=\"{exact}\">{amount}</td>")?;
        }
        write!(out, "</tr><tr><th scope=\"row\">difference</th><td></td>")?;
        let first = drawn.first().map_or(Usd::ZERO, |side| side.course.total());
        for side in drawn.iter().skip(1) {
            write!(out, "<td>{}</td>", signed(side.course.total() - first))?;
        }
        write!(out, "</tr><tr><th scope=\"row\">how it went</th>")?;
        for side in drawn {
            let outcome = side.replay.outcome().name();
            write!(
                out,
                "<td><span class=\"outcome {outcome}\">{outcome}</span></td>"
            )?;
        }
        writeln!(out, "</tr></tfoot></table></div>")?;
        if !self.said.is_empty() {
            write!(out, "<ul class=\"said\">")?;
            for sentence in &self.said {
                write!(out, "<li>{}</li>", text(sentence))?;
            }
            writeln!(out, "</ul>")?;
        }
        writeln!(out, "</section>")
    }
}

impl<'a> Drawn<'a> {
    /// For the script: what it has come to, seconds since the beginning.
    fn json(&self, start: SimTime) -> Value {
        let knots = self.course.totals();
        let knots = knots
            .iter()
            .map(|(at, sum)| json!([at.since(start).as_secs(), units(*sum)]));
        json!({ "name": self.name, "knots": knots.collect::<Vec<_>>() })
    }

    fn of(side: Side<'a>, start: SimTime, scale: &Scale) -> Self {
        let begun = side.replay.program().start;
        let shift = |at: SimTime| start + at.since(begun);
        let end = shift(side.replay.end());
        let ledger: Vec<LedgerLine> = side
            .replay
            .bill()
            .ledger()
            .iter()
            .map(|line| LedgerLine {
                from: shift(line.from),
                to: shift(line.to),
                ..*line
            })
            .collect();
        Self {
            name: side.name,
            replay: side.replay,
            course: Course::of(&ledger, scale, end),
            ledger,
            end,
        }
    }

    /// What a line is of.
    fn what(&self, line: &LedgerLine) -> String {
        let names = self.replay.directory();
        line.resource
            .map_or_else(|| "account".to_owned(), |of| names.resource_name(of))
    }

    /// The lines of each thing and meter.
    fn by_thing(&self) -> BTreeMap<(String, Meter), Vec<&LedgerLine>> {
        let mut things: BTreeMap<_, Vec<&LedgerLine>> = BTreeMap::new();
        for line in &self.ledger {
            let key = (self.what(line), line.meter);
            things.entry(key).or_default().push(line);
        }
        things
    }

    /// The states of each instance, with the instants at which they begin.
    fn states(&self, start: SimTime) -> BTreeMap<String, Vec<(SimTime, InstanceState)>> {
        let names = self.replay.directory();
        let begun = self.replay.program().start;
        let mut states: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for record in self.replay.records() {
            if let RecordKind::Transition(transition) = &record.kind {
                let at = start + record.at.since(begun);
                let name = names.instance_name(transition.instance);
                let own: &mut Vec<_> = states.entry(name).or_default();
                own.push((at, transition.to_state()));
            }
        }
        states
    }
}

/// The state that holds for the longest time between two instants.
fn state_within(
    states: Option<&Vec<(SimTime, InstanceState)>>,
    (from, to): (SimTime, SimTime),
) -> String {
    let states = states.map_or(&[][..], Vec::as_slice);
    let mut lasts: BTreeMap<&'static str, SimDuration> = BTreeMap::new();
    let mut longest = ("not there", SimDuration::ZERO);
    for (nth, (since, state)) in states.iter().enumerate() {
        let until = states.get(nth + 1).map_or(to, |(next, _)| *next);
        let part = until.min(to).since((*since).max(from));
        let sum = lasts.entry(state.name()).or_default();
        *sum = *sum + part;
        if *sum > longest.1 {
            longest = (state.name(), *sum);
        }
    }
    longest.0.to_owned()
}

/// What lines charge between two instants, and at which prices.
fn within(
    lines: &[&LedgerLine],
    (from, to): (SimTime, SimTime),
    is_last: bool,
) -> (Usd, String, Vec<Rules>) {
    let mut sum = Usd::ZERO;
    let mut rates: BTreeSet<String> = BTreeSet::new();
    let mut rules = Vec::new();
    for line in lines {
        let amount = if line.from == line.to {
            // A fee, which is due at an instant.
            let is_here = line.from >= from && (line.from < to || is_last);
            is_here.then_some(line.amount)
        } else {
            line.within(from, to).map(|part| part.amount)
        };
        let Some(amount) = amount else { continue };
        sum += amount;
        rates.insert(format!("${}{}", line.unit_price, line.unit.per()));
        rules.push(line.rules);
    }
    let mut told: Vec<String> = rates.into_iter().collect();
    if told.len() > 2 {
        told = vec!["several prices".to_owned()];
    }
    let told = if told.is_empty() {
        "nothing".to_owned()
    } else {
        told.join(" and ")
    };
    (sum, told, rules)
}

/// Why one costs more or less than the other, by how much it matters.
fn reasons(base: &Drawn<'_>, other: &Drawn<'_>) -> Vec<(Reason, Places)> {
    let (ours, theirs) = (base.by_thing(), other.by_thing());
    let start = base.replay.program().start;
    let (our_states, their_states) = (base.states(start), other.states(start));
    let things: BTreeSet<&(String, Meter)> = ours.keys().chain(theirs.keys()).collect();
    let mut reasons: BTreeMap<Reason, Places> = BTreeMap::new();
    let none = Vec::new();
    for thing in things {
        let (what, meter) = thing;
        let (here, there) = (
            ours.get(thing).unwrap_or(&none),
            theirs.get(thing).unwrap_or(&none),
        );
        let lines = || here.iter().chain(there);
        let mut cuts: Vec<SimTime> = lines().flat_map(|line| [line.from, line.to]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        if lines().count() > MOST_LINES {
            cuts = cuts
                .first()
                .into_iter()
                .chain(cuts.last())
                .copied()
                .collect();
            cuts.dedup();
        }
        if let [only] = *cuts {
            cuts.push(only + SimDuration::from_secs(1));
        }
        // Where a reason goes on, its last place does.
        let mut before: Option<Reason> = None;
        for (nth, pair) in cuts.windows(2).enumerate() {
            let (from, to) = (pair[0], pair[1]);
            let is_last = nth + 2 == cuts.len();
            let (mine, my_rate, mut rules) = within(here, (from, to), is_last);
            let (yours, your_rate, more) = within(there, (from, to), is_last);
            let by = yours - mine;
            if by.is_zero() {
                before = None;
                continue;
            }
            rules.extend(more);
            let states = (
                state_within(their_states.get(what), (from, to)),
                state_within(our_states.get(what), (from, to)),
            );
            let is_instance = our_states.contains_key(what) || their_states.contains_key(what);
            let reason = Reason {
                what: what.clone(),
                meter: *meter,
                states: (is_instance && states.0 != states.1).then_some(states),
                rates: (your_rate, my_rate),
                is_more: by > Usd::ZERO,
            };
            let places = reasons.entry(reason.clone()).or_default();
            places.amount += by;
            for rule in rules.into_iter().flatten() {
                places.rules.insert(rule.id, rule);
            }
            match places.at.last_mut() {
                Some(last) if before.as_ref() == Some(&reason) && last.1 == from => last.1 = to,
                Some(_) | None => places.at.push((from, to)),
            }
            before = Some(reason);
        }
    }
    let mut reasons: Vec<(Reason, Places)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, places)| std::cmp::Reverse(size(places.amount)));
    reasons
}

fn size(amount: Usd) -> Usd {
    if amount < Usd::ZERO {
        Usd::ZERO - amount
    } else {
        amount
    }
}

/// `+$1.0600` or `−$1.0600`.
fn signed(amount: Usd) -> String {
    let (told, _) = amounts(size(amount));
    match amount.cmp(&Usd::ZERO) {
        std::cmp::Ordering::Less => format!("−{told}"),
        std::cmp::Ordering::Equal => told,
        std::cmp::Ordering::Greater => format!("+{told}"),
    }
}

impl Reason {
    /// What is so on the other side, in place of what is so on the first.
    fn told(&self) -> String {
        let (yours, mine) = &self.rates;
        let charged = match (yours.as_str(), mine.as_str()) {
            (yours, mine) if yours == mine => format!("{yours} on both sides, for another time"),
            (yours, mine) => format!("{yours} instead of {mine}"),
        };
        match &self.states {
            Some((yours, mine)) => format!("{yours} instead of {mine}: {charged}"),
            None => charged,
        }
    }
}

/// The course of a difference, and a lane for each reason.
fn difference(
    out: Out<'_>,
    base: &Drawn<'_>,
    other: &Drawn<'_>,
    reasons: &[(Reason, Places)],
    scale: &Scale,
) -> io::Result<()> {
    let by = other.course.total() - base.course.total();
    writeln!(
        out,
        "<h3 class=\"side\"><b>{}</b> {} against {}</h3>",
        text(other.name),
        signed(by),
        text(base.name)
    )?;
    let (ours, theirs) = (base.course.totals(), other.course.totals());
    let mut times: Vec<SimTime> = ours.iter().chain(&theirs).map(|(at, _)| *at).collect();
    times.sort_unstable();
    times.dedup();
    let mut points: Vec<(u32, Usd)> = Vec::new();
    for at in times {
        let ((mine, mine_after), (yours, yours_after)) = (value(&ours, at), value(&theirs, at));
        let x = scale.place(at).0;
        points.push((x, yours - mine));
        if (mine, yours) != (mine_after, yours_after) {
            points.push((x, yours_after - mine_after));
        }
    }
    let low = points.iter().map(|(_, by)| *by).min();
    let high = points.iter().map(|(_, by)| *by).max();
    let (low, high) = (
        low.unwrap_or(Usd::ZERO).min(Usd::ZERO),
        high.unwrap_or(Usd::ZERO).max(Usd::ZERO),
    );
    if !(high - low).is_zero() {
        let height = |amount: Usd| {
            let part = (high - amount).parts_of(high - low, HEIGHT.into());
            u32::try_from(part).unwrap_or(HEIGHT)
        };
        let zero = height(Usd::ZERO);
        write!(
            out,
            "<div class=\"lane money\"><div class=\"head\"><span class=\"name\"><b>difference</b> <span class=\"about\">so far, from {} to {}</span></span><div class=\"chart\"><svg class=\"curve\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"The difference comes to {}\"><line class=\"zero\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{zero}\" y2=\"{zero}\"/><path class=\"by\" d=\"M0 {zero}L",
            signed(low),
            signed(high),
            signed(by)
        )?;
        for (x, amount) in &points {
            write!(out, "{x} {} ", height(*amount))?;
        }
        let last = points.last().map_or(0, |(x, _)| *x);
        writeln!(out, "{last} {zero}z\"/></svg></div></div></div>")?;
    }
    for (reason, places) in reasons.iter().take(MOST_LANES) {
        let (look, amount) = (
            if reason.is_more { "more" } else { "less" },
            signed(places.amount),
        );
        let told = format!(
            "{} {}: {}, {amount}",
            reason.what,
            reason.meter.told(),
            reason.told()
        );
        write!(
            out,
            "<div class=\"part\"><span class=\"label\">{} {} <b>{amount}</b></span><svg class=\"row\" role=\"img\" aria-label=\"{}\">",
            text(&reason.what),
            reason.meter.told(),
            text(&told)
        )?;
        for (from, to) in &places.at {
            let (left, right) = (scale.place(*from), scale.place(*to));
            let width = X((right.0 - left.0).max(20));
            write!(
                out,
                "<rect class=\"b {look}\" x={left} width={width}><title>{}</title></rect>",
                text(&told)
            )?;
        }
        writeln!(out, "</svg></div>")?;
    }
    Ok(())
}

/// What a course has come to at an instant, before and after what is charged at once.
fn value(course: &[(SimTime, Usd)], at: SimTime) -> (Usd, Usd) {
    let from = course.partition_point(|(knot, _)| *knot < at);
    let to = course.partition_point(|(knot, _)| *knot <= at);
    if let [first, .., last] | [first @ last] = &course[from..to] {
        return (first.1, last.1);
    }
    let between = match (
        from.checked_sub(1).and_then(|n| course.get(n)),
        course.get(from),
    ) {
        (Some(&(left, low)), Some(&(right, high))) => {
            let part = (high - low).share(
                (at - left).as_millis().into(),
                (right - left).as_millis().max(1).into(),
            );
            low + part
        }
        // What is over stays at what it has come to.
        (Some(&(_, low)), None) => low,
        (None, _) => Usd::ZERO,
    };
    (between, between)
}

/// The reasons in words, with where they hold and the rules behind them.
fn tell(
    out: Out<'_>,
    base: &Drawn<'_>,
    other: &Drawn<'_>,
    reasons: &[(Reason, Places)],
    zone: &Zone,
) -> io::Result<()> {
    let by = other.course.total() - base.course.total();
    writeln!(
        out,
        "<h3 class=\"side\"><b>{}</b> {} against {}</h3>",
        text(other.name),
        signed(by),
        text(base.name)
    )?;
    if reasons.is_empty() {
        return writeln!(
            out,
            "<p class=\"quiet\">They cost the same, line by line.</p>"
        );
    }
    write!(out, "<ol class=\"reasons\">")?;
    for (reason, places) in reasons.iter().take(MOST_TOLD) {
        write!(
            out,
            "\n<li class=\"{}\"><details><summary><b>{} {}</b> <span>{}</span> <s>{}</s></summary><p class=\"quiet\">{}</p><ul>",
            if reason.is_more { "more" } else { "less" },
            text(&reason.what),
            reason.meter.told(),
            text(&reason.told()),
            signed(places.amount),
            text(&listed(&places.at, zone)),
        )?;
        for rule in places.rules.values() {
            write!(out, "<li><code>{}</code> ", rule.id)?;
            sentence(out, rule)?;
            write!(out, "</li>")?;
        }
        write!(out, "</ul></details></li>")?;
    }
    if let Some(rest) = reasons.get(MOST_TOLD..).filter(|rest| !rest.is_empty()) {
        let sum: Usd = rest.iter().map(|(_, places)| places.amount).sum();
        write!(
            out,
            "\n<li><p><span>{} smaller ones</span> <s>{}</s></p></li>",
            rest.len(),
            signed(sum)
        )?;
    }
    writeln!(out, "</ol>")
}

/// Places in words: the first few, and how many there are.
fn listed(places: &[(SimTime, SimTime)], zone: &Zone) -> String {
    let told = |at: SimTime| {
        let there = zone.local(at);
        format!("{} {}", there.weekday_and_date(), there.clock())
    };
    let first = places.iter().take(MOST_PLACES);
    let mut words: Vec<String> = first
        .map(|(from, to)| format!("{} – {}", told(*from), told(*to)))
        .collect();
    let whole: SimDuration = places
        .iter()
        .fold(SimDuration::ZERO, |sum, (from, to)| sum + to.since(*from));
    if places.len() > MOST_PLACES {
        words.push(format!("{} more", places.len() - MOST_PLACES));
    }
    format!("{}; {whole} in all", words.join(", "))
}
