//! Lifecycles as diagrams: AWS's six states as a lesson draws them, or every phase of a table, with the path that a replay
//! took through them; as Mermaid, DOT or SVG.

mod ring;

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    engine::{Sink, View},
    foreign::shown,
    lifecycle::{ApiState, Chart, Phase},
    record::{InstanceHandle, Notice, NoticeKind, Record, RecordKind},
    runner::{Keep, replay_into},
    scenario::Scenario,
    time::{SimDuration, SimTime},
};

/// The six states as AWS draws them: from, to, what is asked. What completes by itself has no words there.
const LESSON: &[(ApiState, ApiState, &str)] = &[
    (ApiState::Pending, ApiState::Running, ""),
    (ApiState::Running, ApiState::Running, "reboot"),
    (ApiState::Running, ApiState::Stopping, "stop, hibernate"),
    (ApiState::Running, ApiState::ShuttingDown, "terminate"),
    (ApiState::Stopping, ApiState::Stopped, ""),
    (ApiState::Stopped, ApiState::Pending, "start"),
    (ApiState::Stopped, ApiState::Terminated, "terminate"),
    (ApiState::ShuttingDown, ApiState::Terminated, ""),
];

/// A lifecycle to be drawn.
#[derive(Debug, Clone)]
pub struct Diagram {
    nodes: Vec<Drawn>,
    arrows: Vec<Arrow>,
    /// Whether the path of a replay is drawn into it.
    has_path: bool,
    /// Whether it is the one that has a layout by hand.
    is_lesson: bool,
    /// Of what it is.
    noun: &'static str,
}

#[derive(Debug, Clone)]
struct Drawn {
    name: String,
    /// How long the path stayed there.
    stayed: SimDuration,
    entered: u64,
}

#[derive(Debug, Clone)]
struct Arrow {
    /// Where it begins; nowhere for what brings it about.
    from: Option<usize>,
    /// Where it leads; nowhere for the end.
    to: Option<usize>,
    label: String,
    /// How often the path took it.
    taken: u64,
    /// When it took it first, from where the script began.
    first: Option<SimDuration>,
}

/// Why no path can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPath {
    /// No instance of this name is launched.
    #[error("the scenario launches no instance called `{0}`")]
    Nobody(String),
    /// It is of something whose states no record tells.
    #[error(
        "a scenario's path is drawn through the states of instances and of Spot requests: leave `--of` out"
    )]
    NotTold,
}

impl Diagram {
    /// AWS's six states.
    pub fn lesson() -> Self {
        let place = |state: ApiState| ApiState::ALL.iter().position(|one| *one == state);
        let nodes = ApiState::ALL
            .iter()
            .map(|state| Drawn::new(state.name().to_owned()))
            .collect();
        let mut arrows = vec![Arrow::new(None, place(ApiState::Pending), "launch")];
        for (from, to, label) in LESSON {
            arrows.push(Arrow::new(place(*from), place(*to), label));
        }
        arrows.push(Arrow::new(place(ApiState::Terminated), None, ""));
        Self {
            nodes,
            arrows,
            has_path: false,
            is_lesson: true,
            noun: "instance",
        }
    }

    /// Every phase of a lifecycle.
    pub fn of(chart: &Chart) -> Self {
        let nodes = chart
            .phases
            .iter()
            .map(|phase| Drawn::new(phase.name()))
            .collect();
        let mut arrows: Vec<Arrow> = chart
            .first()
            .map(|at| Arrow::new(None, Some(at), chart.born))
            .collect();
        for edge in &chart.edges {
            arrow(&mut arrows, Some(edge.from), Some(edge.to), edge.trigger);
        }
        arrows.extend(chart.last().map(|at| Arrow::new(Some(at), None, "")));
        Self {
            nodes,
            arrows,
            has_path: false,
            is_lesson: false,
            noun: chart.noun,
        }
    }

    /// Draws the path that the instances of a scenario take, or its Spot requests, or those with one name.
    ///
    /// # Errors
    ///
    /// Where nobody has the name, and of anything else.
    pub fn with_path(mut self, scenario: &Scenario, name: Option<&str>) -> Result<Self, NoPath> {
        if !matches!(self.noun, "instance" | SPOT_REQUEST) {
            return Err(NoPath::NotTold);
        }
        let mut path = Path {
            diagram: &mut self,
            name,
            began: scenario.program().start,
            inside: BTreeMap::new(),
            requests: BTreeMap::new(),
            found: false,
        };
        let replay = replay_into(scenario, Keep::SUMS, vec![&mut path]);
        let Path {
            inside,
            requests,
            found,
            ..
        } = path;
        if let Some(name) = name.filter(|_| !found) {
            return Err(NoPath::Nobody(shown(name).into_owned()));
        }
        for (at, since) in requests.into_values() {
            if !self.is_over(at) {
                self.stay(at, replay.end().since(since));
            }
        }
        for (phase, since) in inside.into_values() {
            let at = self.place(phase);
            if phase != Phase::Terminated {
                self.stay(at, replay.end().since(since));
            }
        }
        self.has_path = true;
        Ok(self)
    }

    fn place(&self, phase: Phase) -> usize {
        let api = phase.state().api();
        let place = if self.is_lesson {
            ApiState::ALL.iter().position(|state| *state == api)
        } else {
            Phase::ALL.iter().position(|one| *one == phase)
        };
        place.unwrap_or(0)
    }

    /// Whether a Spot request in this state never leaves it for a living one.
    fn is_over(&self, at: usize) -> bool {
        let name = self.nodes.get(at).map(|node| node.name.as_str());
        matches!(name, Some("closed" | "cancelled" | "failed"))
    }

    fn stay(&mut self, at: usize, long: SimDuration) {
        if let Some(node) = self.nodes.get_mut(at) {
            node.stayed = SimDuration::from_millis(node.stayed.as_millis() + long.as_millis());
        }
    }

    fn take(&mut self, from: Option<usize>, to: Option<usize>, trigger: &str, at: SimDuration) {
        let has = |one: &Arrow| (one.from, one.to) == (from, to);
        if !self.arrows.iter().any(has) {
            // What a lesson leaves out, a replay may do all the same.
            self.arrows.push(Arrow::new(from, to, trigger));
        }
        if let Some(arrow) = self.arrows.iter_mut().find(|one| has(one)) {
            arrow.taken += 1;
            arrow.first = arrow.first.or(Some(at));
        }
    }

    /// As Mermaid's `stateDiagram-v2`.
    pub fn mermaid(&self) -> String {
        let mut text = String::from("stateDiagram-v2\n    direction LR\n");
        for node in &self.nodes {
            let label = self.label(node, ", ");
            if label != ident(&node.name) {
                let _ = writeln!(text, "    state \"{label}\" as {}", ident(&node.name));
            }
        }
        let end = |at: Option<usize>| {
            at.and_then(|at| self.nodes.get(at))
                .map_or("[*]".to_owned(), |node| ident(&node.name))
        };
        for arrow in &self.arrows {
            let label = match arrow.label() {
                label if label.is_empty() => label,
                label => format!(": {label}"),
            };
            let _ = writeln!(text, "    {} --> {}{label}", end(arrow.from), end(arrow.to));
        }
        if self.has_path {
            let on_path: Vec<String> = self
                .nodes
                .iter()
                .filter(|node| node.entered > 0)
                .map(|node| ident(&node.name))
                .collect();
            if !on_path.is_empty() {
                let _ = writeln!(text, "    classDef path stroke-width:3px,font-weight:bold");
                let _ = writeln!(text, "    class {} path", on_path.join(","));
            }
        }
        text
    }

    /// As a graph for Graphviz.
    pub fn dot(&self) -> String {
        let mut text = String::from(
            "digraph lifecycle {\n    rankdir=LR;\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n    edge [fontname=\"sans-serif\", fontsize=10];\n    begin [shape=point];\n    end [shape=doublecircle, label=\"\", width=0.15];\n",
        );
        for node in &self.nodes {
            let bold = if node.entered > 0 { ", penwidth=3" } else { "" };
            let _ = writeln!(
                text,
                "    {} [label=\"{}\"{bold}];",
                ident(&node.name),
                self.label(node, "\\n")
            );
        }
        let end = |at: Option<usize>, none: &str| {
            at.and_then(|at| self.nodes.get(at))
                .map_or_else(|| none.to_owned(), |node| ident(&node.name))
        };
        for arrow in &self.arrows {
            let bold = if arrow.taken > 0 { ", penwidth=2" } else { "" };
            let _ = writeln!(
                text,
                "    {} -> {} [label=\"{}\"{bold}];",
                end(arrow.from, "begin"),
                end(arrow.to, "end"),
                arrow.label()
            );
        }
        text.push_str("}\n");
        text
    }

    /// As a picture: the six states as they are drawn by hand, any other lifecycle on a ring.
    pub fn svg(&self) -> String {
        if self.is_lesson {
            svg(self)
        } else {
            ring::draw(self)
        }
    }

    fn label(&self, node: &Drawn, between: &str) -> String {
        if self.has_path && node.stayed > SimDuration::default() {
            format!("{}{between}{}", node.name, node.stayed)
        } else {
            node.name.clone()
        }
    }
}

impl Drawn {
    const fn new(name: String) -> Self {
        Self {
            name,
            stayed: SimDuration::from_millis(0),
            entered: 0,
        }
    }
}

impl Arrow {
    fn new(from: Option<usize>, to: Option<usize>, label: &str) -> Self {
        Self {
            from,
            to,
            label: label.to_owned(),
            taken: 0,
            first: None,
        }
    }

    /// How often and when the path took it.
    fn times(&self) -> String {
        match (self.taken, self.first) {
            (0, _) | (_, None) => String::new(),
            (1, Some(first)) => format!("at {first}"),
            (taken, Some(first)) => format!("×{taken}, first at {first}"),
        }
    }

    /// What is asked, and how often and when the path took it: `stop ×2, first at 1h`.
    fn label(&self) -> String {
        let times = self.times();
        match (self.label.is_empty(), times.is_empty()) {
            (true, _) => times,
            (false, true) => self.label.clone(),
            (false, false) => format!("{} {times}", self.label),
        }
    }
}

/// Adds a trigger to the arrow between two places.
fn arrow(arrows: &mut Vec<Arrow>, from: Option<usize>, to: Option<usize>, trigger: &str) {
    match arrows
        .iter_mut()
        .find(|one| (one.from, one.to) == (from, to))
    {
        Some(arrow) if arrow.label.split(", ").any(|one| one == trigger) => {}
        Some(arrow) => {
            let _ = write!(arrow.label, ", {trigger}");
        }
        None => arrows.push(Arrow::new(from, to, trigger)),
    }
}

/// A name as Mermaid and Graphviz take it without quotes.
fn ident(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|letter| *letter != '(' && *letter != ')')
        .collect();
    plain.replace([' ', '-'], "_")
}

/// Listens to the changes of state of a replay.
struct Path<'a> {
    diagram: &'a mut Diagram,
    name: Option<&'a str>,
    began: SimTime,
    inside: BTreeMap<InstanceHandle, (Phase, SimTime)>,
    /// The Spot requests that aren't over, by the name of their instance, which may be another one each time.
    requests: BTreeMap<String, (usize, SimTime)>,
    /// Whether there was anything.
    found: bool,
}

/// The word of the lifecycle of Spot requests.
const SPOT_REQUEST: &str = "spot-request";

impl Path<'_> {
    /// A Spot request changes its state, or only its status.
    fn request(&mut self, notice: &Notice, record: &Record, view: &View<'_>) {
        let Some(name) = notice.instance.map(|one| view.names.instance_name(one)) else {
            return;
        };
        if self.name.is_some_and(|wanted| name != wanted) {
            return;
        }
        let state = notice.message.split(", ").next().unwrap_or_default();
        let Some(to) = self
            .diagram
            .nodes
            .iter()
            .position(|node| node.name == state)
        else {
            return;
        };
        let is_over = |at: usize| self.diagram.is_over(at);
        self.found = true;
        let from = self.requests.get(&*name).copied();
        if from.is_some_and(|(from, _)| from == to) {
            return;
        }
        // After one that is over it is another request.
        let from = from.filter(|(from, _)| is_over(to) || !is_over(*from));
        if let Some((from, since)) = from {
            self.diagram.stay(from, record.at.since(since));
        }
        let at = record.at.since(self.began);
        let from = from.map(|(from, _)| from);
        self.diagram.take(from, Some(to), "", at);
        if let Some(node) = self.diagram.nodes.get_mut(to) {
            node.entered += 1;
        }
        self.requests.insert(name.clone(), (to, record.at));
    }
}

impl Sink for Path<'_> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        let at = record.at.since(self.began);
        match &record.kind {
            RecordKind::Notice(notice)
                if notice.event == NoticeKind::SpotRequest && self.diagram.noun == SPOT_REQUEST =>
            {
                self.request(notice, record, view);
            }
            _ if self.diagram.noun == SPOT_REQUEST => {}
            RecordKind::Transition(transition) => {
                if transition.from.is_none()
                    && self
                        .name
                        .is_some_and(|name| view.names.instance_name(transition.instance) != name)
                {
                    return;
                }
                if transition.from.is_some() && !self.inside.contains_key(&transition.instance) {
                    return;
                }
                self.found = true;
                let from = transition.from.map(|phase| self.diagram.place(phase));
                let to = self.diagram.place(transition.to);
                if let Some((_, since)) = self
                    .inside
                    .insert(transition.instance, (transition.to, record.at))
                    && let Some(from) = from
                {
                    self.diagram.stay(from, record.at.since(since));
                }
                if from != Some(to) {
                    self.diagram.take(from, Some(to), transition.trigger, at);
                }
                if let Some(node) = self.diagram.nodes.get_mut(to) {
                    node.entered += 1;
                }
            }
            RecordKind::Accepted(accepted)
                if accepted.action == "RebootInstances" && self.diagram.is_lesson =>
            {
                if let Some((Phase::Running, _)) = accepted
                    .instance
                    .and_then(|instance| self.inside.get(&instance))
                {
                    let running = self.diagram.place(Phase::Running);
                    self.diagram
                        .take(Some(running), Some(running), "reboot", at);
                }
            }
            RecordKind::Accepted(_)
            | RecordKind::Rejected(_)
            | RecordKind::Address(_)
            | RecordKind::Data(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Meter(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Invocation(_) => {}
        }
    }
}

/// Where the six states stand: the middle of each box.
const fn stands(state: ApiState) -> (i32, i32) {
    match state {
        ApiState::Pending => (250, 100),
        ApiState::Running => (570, 100),
        ApiState::ShuttingDown => (890, 100),
        ApiState::Stopping => (570, 220),
        ApiState::Stopped => (570, 340),
        ApiState::Terminated => (890, 340),
    }
}

const HALF: (i32, i32) = (75, 26);
/// The tip of an arrow, which is no larger on a thick line.
const TIP: &str = "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\"/></marker></defs>\n";

fn svg(diagram: &Diagram) -> String {
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1130 400\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <title>The states of an EC2 instance</title>\n{TIP}\
         <rect width=\"1130\" height=\"400\" fill=\"#fff\"/>\n",
    );
    let state = |at: usize| ApiState::ALL.get(at).copied().unwrap_or(ApiState::Pending);
    for arrow in &diagram.arrows {
        let Some((line, (x, y), anchor, below)) =
            drawn_line(arrow.from.map(state), arrow.to.map(state))
        else {
            continue;
        };
        let is_usual = arrow.from.is_none()
            || LESSON.iter().any(|(from, to, _)| {
                (Some(*from), Some(*to)) == (arrow.from.map(state), arrow.to.map(state))
            });
        let wide = if arrow.taken > 0 { 3 } else { 1 };
        let dashed = if is_usual {
            ""
        } else {
            " stroke-dasharray=\"6 4\""
        };
        let _ = writeln!(
            text,
            "<path d=\"{line}\" fill=\"none\" stroke=\"#333\" stroke-width=\"{wide}\"{dashed} marker-end=\"url(#tip)\"/>"
        );
        // What is asked stands above the line, and the path's times below it; beside a line that goes down both do.
        for (words, y) in [(arrow.label.clone(), y), (arrow.times(), y + below)] {
            if !words.is_empty() {
                let _ = writeln!(
                    text,
                    "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"12\">{words}</text>"
                );
            }
        }
    }
    for (node, state) in diagram.nodes.iter().zip(ApiState::ALL) {
        let (x, y) = stands(*state);
        let on_path = node.entered > 0;
        let (wide, fill) = if on_path {
            (3, "#e8f1fb")
        } else {
            (1, "#f6f6f6")
        };
        let _ = writeln!(
            text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"12\" fill=\"{fill}\" stroke=\"#333\" stroke-width=\"{wide}\"/>",
            x - HALF.0,
            y - HALF.1,
            2 * HALF.0,
            2 * HALF.1
        );
        let stayed = node.stayed > SimDuration::default();
        let up = if stayed { y } else { y + 5 };
        let _ = writeln!(
            text,
            "<text x=\"{x}\" y=\"{up}\" text-anchor=\"middle\">{}</text>",
            node.name
        );
        if stayed {
            let _ = writeln!(
                text,
                "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\">{}</text>",
                y + 17,
                node.stayed
            );
        }
    }
    text.push_str("</svg>\n");
    text
}

/// An arrow's line, where its words stand, which end of them stands there, and how far below them its times do. The end of a life
/// has no arrow.
fn drawn_line(
    from: Option<ApiState>,
    to: Option<ApiState>,
) -> Option<(String, (i32, i32), &'static str, i32)> {
    let to = to?;
    let (tx, ty) = stands(to);
    let Some(from) = from else {
        let line = format!("M20 {ty}H{}", tx - HALF.0);
        return Some((line, (22, ty - 8), "start", 26));
    };
    let (fx, fy) = stands(from);
    Some(match (from, to) {
        (ApiState::Running, ApiState::Running) => (
            format!(
                "M{} {}C{} 20 {} 20 {} {}",
                fx - 30,
                fy - HALF.1,
                fx - 30,
                fx + 30,
                fx + 30,
                fy - HALF.1
            ),
            (fx + 34, 42),
            "start",
            15,
        ),
        (ApiState::Stopped, ApiState::Pending) => (
            format!("M{} {fy}H{tx}V{}", fx - HALF.0, ty + HALF.1),
            (tx + 8, fy - 8),
            "start",
            26,
        ),
        _ if fy == ty => {
            let side = if tx > fx { 1 } else { -1 };
            (
                format!("M{} {fy}H{}", fx + side * HALF.0, tx - side * HALF.0),
                (i32::midpoint(fx, tx), fy - 8),
                "middle",
                26,
            )
        }
        _ if fx == tx => {
            let side = if ty > fy { 1 } else { -1 };
            (
                format!("M{fx} {}V{}", fy + side * HALF.1, ty - side * HALF.1),
                (fx + 8, i32::midpoint(fy, ty) - 3),
                "start",
                15,
            )
        }
        _ => {
            // What a lesson leaves out goes straight.
            let side = if tx > fx { 1 } else { -1 };
            let down = if ty > fy { 1 } else { -1 };
            (
                format!(
                    "M{} {}L{} {}",
                    fx + side * HALF.0,
                    fy + down * 10,
                    tx - side * 40,
                    ty - down * HALF.1
                ),
                (i32::midpoint(fx, tx), i32::midpoint(fy, ty)),
                "middle",
                15,
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_draws_what_the_table_has() {
        let moves = |from: ApiState, to: ApiState| {
            let instances = Chart::find("instance").unwrap();
            instances.edges.iter().any(|edge| {
                let state = |at: usize| Phase::ALL[at].state().api();
                (state(edge.from), state(edge.to)) == (from, to)
            })
        };
        for (from, to, label) in LESSON {
            // A reboot is no change of state.
            assert!(*label == "reboot" || moves(*from, *to), "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_path_has_times_and_counts() {
        let scenario = Scenario::from_text(
            "web.yaml",
            "instances: { web: { type: m5.large } }\nsteps:\n  - launch: web\n  - at: 1h\n    stop: web\n  - at: 2h\n    start: web\n  - at: 3h\n    reboot: web\n  - at: 4h\n    stop: web\n  - at: 5h\n    terminate: web\n",
        )
        .unwrap();
        let drawn = Diagram::lesson().with_path(&scenario, Some("web")).unwrap();
        let text = drawn.mermaid();
        for line in [
            "    state \"running, 2h59m30s\" as running\n",
            "    [*] --> pending: launch at 0s\n",
            "    running --> running: reboot at 3h\n",
            "    running --> stopping: stop, hibernate ×2, first at 1h\n",
            "    stopped --> terminated: terminate at 5h\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert!(drawn.svg().contains("2h59m30s"));
        let nobody = Diagram::lesson().with_path(&scenario, Some("db"));
        assert_eq!(nobody.err(), Some(NoPath::Nobody("db".to_owned())));
        let all = Diagram::of(&Chart::find("instance").unwrap())
            .with_path(&scenario, None)
            .unwrap();
        assert!(
            all.dot().contains("pending_later -> running"),
            "{}",
            all.dot()
        );
        assert!(all.svg().contains("1  pending (first): RunInstances"));
    }
}
