//! Lifecycles as diagrams: AWS's six states as a lesson draws them, or every phase of a table, with the path that a replay
//! took through them; as Mermaid, DOT or SVG.

mod ring;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::{
    engine::{Sink, View},
    foreign::shown,
    lifecycle::{ApiState, Chart, Phase, modification, spot, volume},
    record::{
        DataKind, DataOutcome, InstanceHandle, Notice, NoticeKind, Record, RecordKind, Resource,
    },
    rule,
    runner::{Keep, replay_into},
    scenario::Scenario,
    script::VolumeName,
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
    /// Nothing that the diagram is of bears this name.
    #[error("the scenario has no {of} with the name `{name}`")]
    Nobody {
        /// Of what it is: `instance`.
        of: &'static str,
        /// The name.
        name: String,
    },
}

/// The states from which nothing comes back: time isn't told there.
const OVER: &[&str] = &[
    "terminated",
    "deleted",
    "completed",
    "closed",
    "cancelled",
    "failed",
    "shutdown",
];

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

    /// Draws the path that a scenario takes: of all that the diagram is of, or of those with one name. A volume `web/root`
    /// is one of `web` too, and a Spot request has the name of its instance.
    ///
    /// # Errors
    ///
    /// Where nobody has the name.
    pub fn with_path(mut self, scenario: &Scenario, name: Option<&str>) -> Result<Self, NoPath> {
        let mut path = Path::new(&mut self, scenario, name);
        let replay = replay_into(scenario, Keep::SUMS, vec![&mut path]);
        let is_found = path.finish(replay.end());
        if let Some(name) = name.filter(|_| !is_found) {
            return Err(NoPath::Nobody {
                of: self.noun,
                name: shown(name).into_owned(),
            });
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

    /// The place of a state by its word.
    fn state(&self, word: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == word)
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
    /// Where what is on the path is now, and since when.
    inside: BTreeMap<Resource, (usize, SimTime)>,
    /// The instances that have terminated: of their volumes, those that are kept are left behind.
    gone: BTreeSet<InstanceHandle>,
    /// The volumes that instances have as their roots.
    roots: BTreeMap<InstanceHandle, Resource>,
    /// Whether there was anything.
    is_found: bool,
}

impl<'a> Path<'a> {
    fn new(diagram: &'a mut Diagram, scenario: &Scenario, name: Option<&'a str>) -> Self {
        Self {
            diagram,
            name,
            began: scenario.program().start,
            inside: BTreeMap::new(),
            gone: BTreeSet::new(),
            roots: BTreeMap::new(),
            is_found: false,
        }
    }

    /// Whether something with this name is asked for.
    fn is_wanted(&self, name: &str) -> bool {
        self.name.is_none_or(|wanted| {
            let rest = name.strip_prefix(wanted);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Something comes about, in this state.
    fn begin(&mut self, resource: Resource, name: &str, to: Option<usize>, at: SimTime) {
        let Some(to) = to.filter(|_| self.is_wanted(name)) else {
            return;
        };
        self.is_found = true;
        self.enter(resource, None, to, "", at);
    }

    /// What is on the path enters a state, unless it is there already.
    fn step(&mut self, resource: Resource, to: Option<usize>, trigger: &str, at: SimTime) {
        if let (Some((from, since)), Some(to)) = (self.inside.get(&resource).copied(), to)
            && from != to
        {
            self.pass(from, since, at);
            self.enter(resource, Some(from), to, trigger, at);
        }
    }

    fn enter(
        &mut self,
        resource: Resource,
        from: Option<usize>,
        to: usize,
        trigger: &str,
        at: SimTime,
    ) {
        let after = at.since(self.began);
        self.diagram.take(from, Some(to), trigger, after);
        if let Some(node) = self.diagram.nodes.get_mut(to) {
            node.entered += 1;
        }
        self.inside.insert(resource, (to, at));
    }

    /// Time has passed in a state.
    fn pass(&mut self, place: usize, since: SimTime, until: SimTime) {
        let name = self.diagram.nodes.get(place).map(|node| &*node.name);
        if name.is_some_and(|name| !OVER.contains(&name)) {
            self.diagram.stay(place, until.since(since));
        }
    }

    /// Something is no longer there.
    fn leave(&mut self, resource: Resource, at: SimTime) {
        if let Some((place, since)) = self.inside.remove(&resource) {
            self.pass(place, since, at);
        }
    }

    /// The end of the replay. Whether there was anything.
    fn finish(mut self, end: SimTime) -> bool {
        while let Some((_, (place, since))) = self.inside.pop_first() {
            self.pass(place, since, end);
        }
        self.is_found
    }

    fn of_instance(&mut self, record: &Record, view: &View<'_>) {
        if let RecordKind::Transition(moved) = &record.kind {
            let (who, to) = (moved.instance.into(), Some(self.diagram.place(moved.to)));
            if moved.from.is_none() {
                let name = view.names.instance_name(moved.instance);
                self.begin(who, &name, to, record.at);
            } else {
                self.step(who, to, moved.trigger, record.at);
            }
        } else if let RecordKind::Accepted(accepted) = &record.kind
            && accepted.action == "RebootInstances"
            && self.diagram.is_lesson
        {
            let running = self.diagram.place(Phase::Running);
            let who = accepted.instance.map(Resource::Instance);
            let place = who.and_then(|who| self.inside.get(&who));
            if place.is_some_and(|(place, _)| *place == running) {
                let after = record.at.since(self.began);
                self.diagram
                    .take(Some(running), Some(running), "reboot", after);
            }
        }
    }

    /// A volume is created and deleted within an instant.
    fn of_volume(&mut self, record: &Record, view: &View<'_>) {
        use volume::State;

        if let RecordKind::Provisioned(made) = &record.kind
            && made.created
        {
            let volume = Resource::from(made.volume);
            let name = view.names.volume_name(made.volume);
            let first = self.diagram.state(State::Creating.name());
            self.begin(volume, &name, first, record.at);
            self.volume_is(volume, State::Available, record.at);
            let Some(owner) = made.owner else { return };
            let is_root = matches!(view.names.volume(made.volume), VolumeName::Of { n: 0, .. });
            if is_root && let Some(before) = self.roots.insert(owner, volume) {
                // It takes the place of another.
                self.volume_is(before, State::Available, record.at);
            }
            self.volume_is(volume, State::InUse, record.at);
        } else if let RecordKind::Accepted(accepted) = &record.kind
            && let Some(volume) = accepted.resource
        {
            if accepted.action == "AttachVolume" {
                self.volume_is(volume, State::InUse, record.at);
                let is_root = accepted.rules.contains(&rule::VOL_ROOT_SWAP);
                if let Some(instance) = accepted.instance.filter(|_| is_root) {
                    self.roots.insert(instance, volume);
                }
            } else if accepted.action == "DetachVolume" {
                self.volume_is(volume, State::Available, record.at);
            }
        } else if let RecordKind::Data(event) = &record.kind
            && let DataKind::Volume(volume) = event.what
        {
            let is_left = event.instance.is_some_and(|one| self.gone.contains(&one));
            if event.outcome == DataOutcome::Deleted {
                self.volume_is(volume.into(), State::Deleting, record.at);
                self.volume_is(volume.into(), State::Deleted, record.at);
            } else if event.outcome == DataOutcome::Kept && is_left {
                self.volume_is(volume.into(), State::Available, record.at);
            }
        } else if let RecordKind::Transition(moved) = &record.kind
            && moved.to == Phase::Terminated
        {
            self.gone.insert(moved.instance);
        }
    }

    fn volume_is(&mut self, volume: Resource, state: volume::State, at: SimTime) {
        let to = self.diagram.state(state.name());
        self.step(volume, to, "", at);
    }

    /// The modifications of a volume follow each other.
    fn of_modification(&mut self, record: &Record, view: &View<'_>) {
        if let RecordKind::Accepted(accepted) = &record.kind
            && let Some(volume) = accepted.resource
            && accepted.action == "ModifyVolume"
            && !accepted.unchanged
        {
            let to = self.diagram.state(modification::State::Modifying.name());
            if self.inside.contains_key(&volume) {
                self.step(volume, to, accepted.action, record.at);
            } else {
                let name = view.names.resource_name(volume);
                self.begin(volume, &name, to, record.at);
            }
        } else if let RecordKind::Notice(notice) = &record.kind
            && let Some(volume) = notice.resource
            && notice.event == NoticeKind::VolumeModification
        {
            let said = notice.message.split(": ").nth(1).unwrap_or_default();
            let word = said.split(' ').next().unwrap_or_default();
            self.step(volume, self.diagram.state(word), "", record.at);
        } else if let RecordKind::Data(event) = &record.kind
            && let DataKind::Volume(volume) = event.what
            && event.outcome == DataOutcome::Deleted
        {
            self.leave(volume.into(), record.at);
        }
    }

    /// A Spot request changes its state, or only its status. It begins open, and may be fulfilled in the same instant.
    fn of_spot_request(&mut self, record: &Record, view: &View<'_>) {
        let RecordKind::Notice(Notice {
            event: NoticeKind::SpotRequest,
            instance: Some(instance),
            resource: Some(request),
            message,
            ..
        }) = &record.kind
        else {
            return;
        };
        if !self.inside.contains_key(request) {
            let name = view.names.instance_name(*instance);
            let open = self.diagram.state(spot::State::Open.name());
            self.begin(*request, &name, open, record.at);
        }
        let word = message.split(", ").next().unwrap_or_default();
        self.step(*request, self.diagram.state(word), "", record.at);
    }

    fn of_environment(&mut self, record: &Record, view: &View<'_>) {
        let RecordKind::Environment(moved) = &record.kind else {
            return;
        };
        let (which, to) = (
            moved.environment.into(),
            self.diagram.state(moved.to.state().name()),
        );
        if moved.from.is_none() {
            let name = view.names.resource_name(which);
            self.begin(which, &name, to, record.at);
        } else {
            self.step(which, to, moved.trigger, record.at);
        }
    }

    fn of_task(&mut self, record: &Record, view: &View<'_>) {
        let RecordKind::Moved(moved) = &record.kind else {
            return;
        };
        if moved.resource.task().is_none() {
            return;
        }
        let to = self.diagram.state(moved.to);
        if moved.from.is_none() {
            let name = view.names.resource_name(moved.resource);
            self.begin(moved.resource, &name, to, record.at);
        } else {
            self.step(moved.resource, to, moved.trigger, record.at);
        }
    }
}

impl Sink for Path<'_> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        match self.diagram.noun {
            "volume" => self.of_volume(record, view),
            "modification" => self.of_modification(record, view),
            "spot-request" => self.of_spot_request(record, view),
            "environment" => self.of_environment(record, view),
            "task" => self.of_task(record, view),
            "instance" => self.of_instance(record, view),
            _ => {}
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
        let nobody = nobody.err().map(|error| error.to_string());
        let said = "the scenario has no instance with the name `db`";
        assert_eq!(nobody.as_deref(), Some(said));
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

    /// What stands at its end in the world, by its word; nothing for what the world keeps to itself.
    fn ends_as(replay: &crate::runner::Replay, resource: Resource) -> Option<&'static str> {
        let world = replay.world();
        let instance = resource.instance().map(|one| world.instance(one).state());
        let volume = resource.volume().map(|one| world.volume(one).state());
        let request = resource.spot_request();
        let request = request.map(|one| world.spot_request(one).state());
        let environment = resource.environment();
        let environment = environment.map(|one| world.lambda().phase(one).state());
        instance
            .map(|state| state.api().name())
            .or(volume.map(volume::State::name))
            .or(request.map(spot::State::name))
            .or(environment.map(crate::lifecycle::environment::State::name))
            .or(resource
                .task()
                .map(|one| world.ecs().task(one).phase().state().name()))
    }

    #[test]
    fn the_path_of_every_bundled_scenario_keeps_to_the_table_and_ends_where_the_world_does() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut taken = BTreeMap::new();
        let files = std::fs::read_dir(folder).unwrap().flat_map(|folder| {
            let folder = folder.unwrap().path();
            std::fs::read_dir(folder).unwrap()
        });
        for file in files.map(|file| file.unwrap().path()) {
            if file.extension().is_none_or(|kind| kind != "yaml") {
                continue;
            }
            let Ok(scenario) = Scenario::from_path(&file) else {
                continue;
            };
            for chart in Chart::all() {
                let plain = if chart.noun == "instance" {
                    Diagram::lesson()
                } else {
                    Diagram::of(&chart)
                };
                let mut drawn = plain.clone();
                let mut path = Path::new(&mut drawn, &scenario, None);
                let replay = replay_into(&scenario, Keep::SUMS, vec![&mut path]);
                let inside = std::mem::take(&mut path.inside);
                for (resource, (at, _)) in inside {
                    let state = plain.nodes[at].name.as_str();
                    if let Some(ends) = ends_as(&replay, resource)
                        && chart.noun != "modification"
                    {
                        assert_eq!(state, ends, "{resource:?} of {}", file.display());
                    }
                }
                if chart.noun != "instance" {
                    let arrows: Vec<&Arrow> =
                        drawn.arrows.iter().skip(plain.arrows.len()).collect();
                    assert!(arrows.is_empty(), "{arrows:?} of {}", file.display());
                }
                let steps: u64 = drawn.arrows.iter().map(|arrow| arrow.taken).sum();
                *taken.entry(chart.noun).or_insert(0) += steps;
            }
        }
        assert_eq!(taken.len(), Chart::all().len());
        assert!(taken.values().all(|steps| *steps > 10), "{taken:?}");
    }
}
