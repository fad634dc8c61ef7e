//! The lifelines: of each instance its states, and what it has and loses; of what stands alone the times when it is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io,
};

use serde_json::{Value, json};

use crate::{
    lifecycle::{InstanceState, Phase, environment, spot::State},
    record::{
        AddressEvent, AddressScope, DataEvent, DataKind, DataOutcome, InstanceHandle, Notice,
        NoticeKind, Record, RecordKind, ReservationStep, Resource, ResourceKind, Transition,
    },
    script::Directory,
    time::SimTime,
};

use super::{
    Out,
    scale::{Scale, X},
    text,
};

/// Of more lanes than these, what instances have and lose is folded away.
const OPEN: usize = 5;
/// Of more than these, it isn't drawn.
const FOLDED: usize = 15;
/// The most lanes that are drawn.
const MOST: usize = 40;
/// How wide a bar is that has its text in it: a margin, and so much for each character.
const MARGIN: usize = 120;
const CHARACTER: usize = 72;

/// A stretch of something.
#[derive(Debug)]
struct Bar {
    from: SimTime,
    to: Option<SimTime>,
    /// Its class: how it looks.
    look: &'static str,
    text: String,
}

/// Something at one instant.
#[derive(Debug)]
struct Mark {
    at: SimTime,
    look: &'static str,
    text: String,
}

/// Bars and marks on one line.
#[derive(Debug)]
struct Row {
    label: String,
    bars: Vec<Bar>,
    marks: Vec<Mark>,
}

impl Row {
    fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            bars: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// What goes on now.
    fn open(&mut self) -> Option<&mut Bar> {
        self.bars.last_mut().filter(|bar| bar.to.is_none())
    }

    fn begin(&mut self, at: SimTime, look: &'static str, text: impl Into<String>) {
        self.end(at);
        self.bars.push(Bar {
            from: at,
            to: None,
            look,
            text: text.into(),
        });
    }

    fn end(&mut self, at: SimTime) {
        if let Some(bar) = self.open() {
            bar.to = Some(at);
        }
    }

    fn mark(&mut self, at: SimTime, look: &'static str, text: impl Into<String>) {
        self.marks.push(Mark {
            at,
            look,
            text: text.into(),
        });
    }
}

/// Something with a name, and its rows.
#[derive(Debug)]
struct Lane {
    name: String,
    id: String,
    about: String,
    rows: Vec<Row>,
    /// Changes of state, for the script: seconds, event, from, to, flavour.
    moves: Vec<Value>,
    /// Since when it runs, while it does.
    runs: Option<SimTime>,
}

impl Lane {
    fn new(name: String, id: String, about: String) -> Self {
        Self {
            name,
            id,
            about,
            rows: vec![Row::new("")],
            moves: Vec::new(),
            runs: None,
        }
    }

    /// The row of this name. What is beside the first comes in the order in which it comes about.
    fn row(&mut self, label: &str) -> &mut Row {
        let place = self.rows.iter().position(|row| row.label == label);
        let place = place.unwrap_or_else(|| {
            self.rows.push(Row::new(label));
            self.rows.len() - 1
        });
        &mut self.rows[place]
    }
}

/// All lifelines.
#[derive(Debug)]
pub(super) struct Lanes<'a> {
    names: &'a dyn Directory,
    start: SimTime,
    lanes: Vec<Lane>,
    of: BTreeMap<Resource, usize>,
    /// The lane of the Spot requests of whoever bears a name: their instances come and go.
    requests: BTreeMap<String, usize>,
    /// Whether what instances have and lose is folded away however few they are.
    is_folded: bool,
}

const MEMORY: &str = "memory";
const STORE: &str = "instance store";
const ENVIRONMENT: &str = ResourceKind::Environment.noun();

/// What looks mean, of bars and of marks.
const BARS: [(&str, &str); 18] = [
    ("pending", "pending"),
    ("running", "running"),
    ("stopping", "stopping"),
    ("stopped", "stopped"),
    ("hibernated", "hibernated"),
    ("shutting-down", "shutting-down"),
    ("terminated", "terminated"),
    ("spot open", "request open"),
    ("spot", "request active"),
    ("spot disabled", "request disabled"),
    ("spot over", "request closed, cancelled or failed"),
    ("pending e", "initializing, restoring"),
    ("running e", "busy"),
    ("stopped e", "idle"),
    ("stopping e", "resetting"),
    ("pending t", "provisioning, pending, activating"),
    ("running t", "task running"),
    ("stopping t", "deactivating, stopping, deprovisioning"),
];
const MARKS: [(&str, &str); 6] = [
    ("kept", "kept"),
    ("saved", "saved"),
    ("lost", "lost"),
    ("deleted", "deleted"),
    ("refused", "refused"),
    ("notice", "notice"),
];

/// What the looks mean that there are.
pub(super) fn legend(of: &[&Lanes<'_>]) -> String {
    let rows = || {
        of.iter()
            .flat_map(|lanes| &lanes.lanes)
            .flat_map(|lane| &lane.rows)
    };
    let bars: BTreeSet<&str> = rows()
        .flat_map(|row| &row.bars)
        .map(|bar| bar.look)
        .collect();
    let marks: BTreeSet<&str> = rows()
        .flat_map(|row| &row.marks)
        .map(|mark| mark.look)
        .collect();
    let mut legend = "<ul class=\"legend\">".to_owned();
    for (look, means) in BARS.iter().filter(|(look, _)| bars.contains(look)) {
        let _ = write!(
            legend,
            "<li><svg><rect class=\"b {look}\"/></svg>{means}</li>"
        );
    }
    for (look, means) in MARKS.iter().filter(|(look, _)| marks.contains(look)) {
        let _ = write!(
            legend,
            "<li><svg><svg class=\"mark {look}\" x=\"50%\" y=\"50%\"><path d=\"{}\"/></svg></svg>{means}</li>",
            sign(look)
        );
    }
    legend + "</ul>"
}

impl<'a> Lanes<'a> {
    pub(super) fn new(names: &'a dyn Directory, start: SimTime) -> Self {
        Self {
            names,
            start,
            lanes: Vec::new(),
            of: BTreeMap::new(),
            requests: BTreeMap::new(),
            is_folded: false,
        }
    }

    /// With all folded away that can be.
    pub(super) fn folded(mut self) -> Self {
        self.is_folded = true;
        self
    }

    /// Whether there is anything to draw.
    pub(super) const fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    fn lane(&mut self, resource: Resource) -> &mut Lane {
        let names = self.names;
        let lanes = &mut self.lanes;
        let place = *self.of.entry(resource).or_insert_with(|| {
            let id = names.resource_id(resource).to_string();
            let about = resource.kind().noun().to_owned();
            lanes.push(Lane::new(names.resource_name(resource), id, about));
            lanes.len() - 1
        });
        &mut self.lanes[place]
    }

    /// Takes what a record says.
    pub(super) fn take(&mut self, record: &Record) {
        let at = record.at;
        match &record.kind {
            RecordKind::Transition(transition) => self.moves(at, record.seq, transition),
            RecordKind::Address(event) => self.address(at, event),
            RecordKind::Data(event) => self.data(at, event),
            RecordKind::Meter(meter) => match meter.resource {
                Resource::Volume(volume) => {
                    let size = meter.usage_type.sized().map(|name| (meter.units, name));
                    if let (None, Some((size, name))) = (meter.closed, size)
                        && meter.unit.of() == "GiB"
                    {
                        let text = format!("{size} GiB {name}");
                        self.volume(volume.into()).begin(at, "volume", text);
                    }
                }
                Resource::Snapshot(_)
                | Resource::DedicatedHost(_)
                | Resource::CapacityReservation(_)
                | Resource::Function(_)
                | Resource::Environment(_) => {
                    let row = &mut self.lane(meter.resource).rows[0];
                    match meter.closed {
                        None => row.begin(at, "there", meter.usage_type.told()),
                        Some(closed) if !closed.at_end => row.end(at),
                        Some(_) => {}
                    }
                }
                // Of tasks and services it is their states that are drawn.
                Resource::Cluster(_) | Resource::Service(_) | Resource::Task(_) => {}
                Resource::Instance(_)
                | Resource::Address(_)
                | Resource::Image(_)
                | Resource::Interface(_)
                | Resource::SpotRequest(_) => {}
            },
            RecordKind::Rejected(rejected) => {
                let target = rejected.target.instance.map(Resource::Instance);
                if let Some(target) = target.or(rejected.target.resource) {
                    let text = format!("{} refused: {}", rejected.action, rejected.code.name());
                    self.lane(target).rows[0].mark(at, "refused", text);
                }
            }
            RecordKind::Notice(notice) => self.notice(at, notice),
            RecordKind::Reservation(event) => {
                let row = &mut self.lane(event.reservation.into()).rows[0];
                match event.what {
                    ReservationStep::Begun => row.begin(at, "there", event.message()),
                    ReservationStep::Ended | ReservationStep::Failed => row.end(at),
                    ReservationStep::Taken | ReservationStep::GivenBack => {
                        row.mark(at, "notice", event.message());
                    }
                }
            }
            RecordKind::Environment(moved) => {
                let row = &mut self.lane(moved.environment.into()).rows[0];
                let look = match moved.to {
                    environment::Phase::Initializing | environment::Phase::Restoring => "pending e",
                    environment::Phase::Busy => "running e",
                    environment::Phase::Idle => "stopped e",
                    environment::Phase::Resetting => "stopping e",
                    environment::Phase::Shutdown => return row.end(at),
                };
                row.begin(at, look, moved.to.state().name());
            }
            RecordKind::Moved(moved) => {
                let row = &mut self.lane(moved.resource).rows[0];
                let look = match moved.to {
                    "PROVISIONING" | "PENDING" | "ACTIVATING" => "pending t",
                    "RUNNING" => "running t",
                    "DEACTIVATING" | "STOPPING" | "DEPROVISIONING" => "stopping t",
                    "STOPPED" | "INACTIVE" => return row.end(at),
                    // A service.
                    _ => "there",
                };
                row.begin(at, look, moved.to);
            }
            RecordKind::Invocation(one) => {
                let text = one.message();
                self.lane(one.function.into()).rows[0].mark(at, "notice", text);
            }
            RecordKind::Accepted(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Note { .. }
            | RecordKind::Expectation(_) => {}
        }
    }

    fn moves(&mut self, at: SimTime, seq: u64, transition: &Transition) {
        let secs = at.since(self.start).as_secs();
        let lane = self.lane(transition.instance.into());
        lane.about = format!("{} · {}", transition.instance_type.name(), transition.zone);
        let (from, to) = (transition.from_state(), transition.to_state());
        let flavor = transition.to.flavor();
        lane.moves.push(json!([
            secs,
            seq,
            from.map(InstanceState::name),
            to.name(),
            flavor.map(|flavor| flavor.to_string()),
        ]));
        let text = flavor.map_or_else(|| to.to_string(), |flavor| flavor.to_string());
        lane.rows[0].begin(at, look(transition.to), text);
        lane.runs = (transition.to == Phase::Running).then_some(at);
        if transition.to == Phase::Running && lane.row(MEMORY).open().is_none() {
            lane.row(MEMORY).begin(at, "kept", "in memory");
        }
    }

    fn data(&mut self, at: SimTime, event: &DataEvent) {
        let text = event.outcome.name();
        match (event.what, event.instance) {
            (DataKind::Volume(volume), _) => {
                let row = self.volume(volume.into());
                row.mark(at, text, text);
                if matches!(event.outcome, DataOutcome::Deleted | DataOutcome::Lost) {
                    row.end(at);
                }
            }
            (what, Some(instance)) => {
                let label = match what {
                    DataKind::InstanceStore => STORE,
                    DataKind::Memory | DataKind::Volume(_) => MEMORY,
                };
                self.fleeting(at, instance, label, event.outcome);
            }
            (DataKind::Memory | DataKind::InstanceStore, None) => {}
        }
    }

    /// What an instance has only while it is on a host.
    fn fleeting(
        &mut self,
        at: SimTime,
        instance: InstanceHandle,
        label: &str,
        outcome: DataOutcome,
    ) {
        let lane = self.lane(instance.into());
        let runs = lane.runs;
        // That there is an instance store is told first when something becomes of it.
        let ran = lane.rows[0].bars.iter().rev();
        let ran = ran
            .filter(|bar| bar.look == look(Phase::Running))
            .map(|bar| bar.from)
            .next();
        let row = lane.row(label);
        let is_new = row.bars.is_empty();
        if let (true, Some(ran)) = (is_new, ran) {
            row.begin(ran, "kept", "in use");
        }
        let held = if label == MEMORY {
            "in memory"
        } else {
            "in use"
        };
        match outcome {
            DataOutcome::Lost | DataOutcome::Deleted => {
                row.end(at);
                row.mark(at, "lost", "lost");
                if runs.is_some() {
                    row.begin(at, "kept", held);
                }
            }
            DataOutcome::Saved => {
                row.begin(at, "saved", "saved on the root volume");
                row.mark(at, "saved", "saved");
            }
            DataOutcome::Kept => {
                row.mark(at, "kept", "kept");
                if row.open().is_none_or(|bar| bar.look == "saved") {
                    row.begin(at, "kept", held);
                }
            }
        }
    }

    /// The row of a volume: with the instance that it was launched with, or its own.
    fn volume(&mut self, volume: Resource) -> &mut Row {
        let owner = volume.volume().and_then(|volume| self.names.owner(volume));
        match owner {
            Some(owner) => {
                let name = self.names.resource_name(volume);
                self.lane(owner.into()).row(&name)
            }
            None => &mut self.lane(volume).rows[0],
        }
    }

    fn address(&mut self, at: SimTime, event: &AddressEvent) {
        let name = event
            .address
            .map_or_else(String::new, |address| self.names.address_name(address));
        if let Some(instance) = event.instance {
            let ip = event.to.or(event.from);
            let label = match (event.scope, ip) {
                (AddressScope::Private, _) => "private IPv4",
                (AddressScope::Public, Some(ip)) if ip.is_ipv6() => "IPv6",
                (AddressScope::Public | AddressScope::Elastic, _) => "public IPv4",
            };
            let row = self.lane(instance.into()).row(label);
            match (event.to, event.scope) {
                (Some(ip), AddressScope::Elastic) => {
                    row.begin(at, "elastic", format!("{ip} ({name})"));
                }
                (Some(ip), AddressScope::Private | AddressScope::Public) => {
                    row.begin(at, "address", ip.to_string());
                }
                (None, _) => {
                    row.end(at);
                    row.mark(at, "lost", "given back");
                }
            }
        }
        let Some(address) = event.address else {
            return;
        };
        let text = match (event.instance, event.to) {
            (Some(instance), Some(_)) => format!("with {}", self.names.instance_name(instance)),
            (Some(_), None) | (None, Some(_)) => "with nobody".to_owned(),
            (None, None) => String::new(),
        };
        let row = &mut self.lane(address.into()).rows[0];
        if text.is_empty() {
            row.end(at);
        } else {
            let look = if text == "with nobody" {
                "idle"
            } else {
                "elastic"
            };
            row.begin(at, look, text);
        }
    }

    fn notice(&mut self, at: SimTime, notice: &Notice) {
        let Some(instance) = notice.instance else {
            return;
        };
        if notice.event == NoticeKind::SpotRequest {
            self.request(at, instance, &notice.message);
            return;
        }
        let lane = self.lane(instance.into());
        match notice.event {
            NoticeKind::SpotInterruption
            | NoticeKind::SpotRebalance
            | NoticeKind::ScheduledEvent
            | NoticeKind::ForceGivesUp
            | NoticeKind::HibernationLimit
            | NoticeKind::Warning
            | NoticeKind::Recovery => {
                lane.rows[0].mark(at, "notice", notice.message.as_ref());
            }
            NoticeKind::SpotRequest
            | NoticeKind::RebootCompleted
            | NoticeKind::StatusChecks
            | NoticeKind::HostMended
            | NoticeKind::Capacity
            | NoticeKind::VolumeModification
            | NoticeKind::SpotPrice
            | NoticeKind::WaitTimedOut
            | NoticeKind::Late
            | NoticeKind::Unfinished
            | NoticeKind::NotRefused
            | NoticeKind::TooLarge
            | NoticeKind::LimitReached
            | NoticeKind::Interrupted => {}
        }
    }

    /// A Spot request, which is said to be in a state for a reason: `disabled, instance-stopped-by-price`.
    fn request(&mut self, at: SimTime, instance: InstanceHandle, told: &str) {
        let Some(state) = told.split(',').next().and_then(State::find) else {
            return;
        };
        let of = self.names.instance_name(instance);
        let lanes = &mut self.lanes;
        let place = *self.requests.entry(of).or_insert_with_key(|of| {
            let name = format!("Spot request of {of}");
            lanes.push(Lane::new(name, String::new(), String::new()));
            lanes.len() - 1
        });
        let row = &mut lanes[place].rows[0];
        let look = match state {
            State::Open => "spot open",
            State::Active => "spot",
            State::Disabled => "spot disabled",
            State::Closed | State::Cancelled | State::Failed => {
                // It may be the last that happens.
                row.mark(at, "notice", told);
                "spot over"
            }
        };
        row.begin(at, look, told);
    }

    /// For the script: instances and their changes of state.
    pub(super) fn json(&self) -> Value {
        let instances = self.lanes.iter().filter(|lane| !lane.moves.is_empty());
        let lanes: Vec<Value> = instances
            .map(|lane| json!({ "name": lane.name, "id": lane.id, "moves": lane.moves }))
            .collect();
        lanes.into()
    }

    /// The lanes, one below the other.
    pub(super) fn draw(&self, out: Out<'_>, scale: &Scale, end: SimTime) -> io::Result<()> {
        let open = if self.is_folded || self.lanes.len() > OPEN {
            ""
        } else {
            " open"
        };
        let look = if self.lanes.len() > OPEN {
            "lane many"
        } else {
            "lane"
        };
        // Environments stand below their functions, though their meters tell of them first.
        let (last, first): (Vec<&Lane>, Vec<&Lane>) = self
            .lanes
            .iter()
            .partition(|lane| lane.about == ENVIRONMENT);
        for lane in first.into_iter().chain(last).take(MOST) {
            let [first, rest @ ..] = lane.rows.as_slice() else {
                continue;
            };
            let (name, about, id) = (text(&lane.name), text(&lane.about), text(&lane.id));
            let about = if lane.id.is_empty() {
                String::new()
            } else {
                format!(" <span class=\"about\">{about} <code>{id}</code></span>")
            };
            let head = format!("<span class=\"name\"><b>{name}</b>{about}</span>");
            if rest.is_empty() || self.lanes.len() > FOLDED {
                write!(out, "<div class=\"{look}\"><div class=\"head\">{head}")?;
                self.row(out, &lane.name, first, scale, end)?;
                writeln!(out, "</div></div>")?;
                continue;
            }
            write!(
                out,
                "<details class=\"{look}\"{open}><summary class=\"head\">{head}"
            )?;
            self.row(out, &lane.name, first, scale, end)?;
            writeln!(out, "</summary>")?;
            for row in rest {
                write!(
                    out,
                    "<div class=\"part\"><span class=\"label\">{}</span>",
                    text(&row.label)
                )?;
                let who = format!("{} {}", lane.name, row.label);
                self.row(out, &who, row, scale, end)?;
                writeln!(out, "</div>")?;
            }
            writeln!(out, "</details>")?;
        }
        if let Some(more) = self.lanes.len().checked_sub(MOST).filter(|&more| more > 0) {
            writeln!(out, "<p class=\"quiet\">{more} more aren’t drawn.</p>")?;
        }
        Ok(())
    }

    fn row(
        &self,
        out: Out<'_>,
        who: &str,
        row: &Row,
        scale: &Scale,
        end: SimTime,
    ) -> io::Result<()> {
        let since = |at: SimTime| at.since(self.start).to_string();
        let said: Vec<String> = row
            .bars
            .iter()
            .take(if self.lanes.len() > FOLDED { 3 } else { 8 })
            .map(|bar| format!("{} from {}", bar.text, since(bar.from)))
            .collect();
        let label = format!("{who}: {}", said.join(", "));
        write!(
            out,
            "<svg class=\"row\" role=\"img\" aria-label=\"{}\">",
            text(&label)
        )?;
        for bar in &row.bars {
            let until = bar.to.unwrap_or(end);
            let (left, right) = (scale.place(bar.from), scale.place(until));
            // What is over at once is seen by its mark.
            if left == right {
                continue;
            }
            let (width, said) = (X(right.0 - left.0), text(&bar.text));
            write!(
                out,
                "<rect class=\"b {}\" x={left} width={width}>",
                bar.look
            )?;
            if self.lanes.len() <= FOLDED {
                let (from, until) = (since(bar.from), since(until));
                write!(out, "<title>{said}: {from} – {until}</title>")?;
            }
            write!(out, "</rect>")?;
            let needed = MARGIN + CHARACTER * bar.text.chars().count();
            if usize::try_from(width.0).unwrap_or(0) >= needed {
                write!(
                    out,
                    "<svg x={left} width={width}><text x=7 y=50%>{said}</text></svg>"
                )?;
            }
        }
        for mark in &row.marks {
            let (x, said) = (scale.place(mark.at), text(&mark.text));
            write!(
                out,
                "<svg class=\"mark {}\" x={x} y=50%><path d=\"{}\"/><title>{said}, {}</title></svg>",
                mark.look,
                sign(mark.look),
                since(mark.at)
            )?;
        }
        write!(out, "</svg>")
    }
}

/// How a phase looks.
const fn look(phase: Phase) -> &'static str {
    match phase.state() {
        InstanceState::Pending => "pending",
        InstanceState::Running => "running",
        InstanceState::Stopping => "stopping",
        InstanceState::Stopped => "stopped",
        InstanceState::Hibernated => "hibernated",
        InstanceState::ShuttingDown => "shutting-down",
        InstanceState::Terminated => "terminated",
    }
}

/// The sign of a mark, around its place.
fn sign(look: &str) -> &'static str {
    match look {
        "lost" | "deleted" | "refused" => "M-4-4 4 4M-4 4 4-4",
        "saved" => "M0-5V4M-4 0 0 4 4 0",
        "kept" => "M-4 0-1 4 5-4",
        _ => "M0-5 5 0 0 5-5 0z",
    }
}
