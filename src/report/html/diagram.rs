//! The states of an instance, and the ways between them.

use std::{collections::BTreeMap, io};

use crate::{
    lifecycle::InstanceState,
    record::{InstanceHandle, Record, RecordKind},
    script::Directory,
};

use super::{Out, text};

/// A state: where it stands.
const NODES: &[(&str, u32, u32)] = &[
    ("pending", 110, 56),
    ("running", 370, 56),
    ("shutting-down", 630, 56),
    ("stopping", 370, 176),
    ("stopped", 370, 296),
    ("terminated", 630, 296),
];
/// Half of how wide and high a state is.
const HALF: (u32, u32) = (80, 30);

/// A way: from, to, its line, where its word stands and which; whether it is drawn only where it is taken.
type Way = (
    &'static str,
    &'static str,
    &'static str,
    (u32, u32),
    &'static str,
    bool,
);

const WAYS: &[Way] = &[
    ("", "pending", "M4 56H24", (0, 0), "", false),
    (
        "pending",
        "running",
        "M190 56H284",
        (240, 47),
        "boot",
        false,
    ),
    (
        "running",
        "running",
        "M345 26C345-6 395-6 395 22",
        (402, 12),
        "reboot",
        false,
    ),
    (
        "running",
        "stopping",
        "M370 86V140",
        (378, 117),
        "stop",
        false,
    ),
    ("stopping", "stopped", "M370 206V260", (0, 0), "", false),
    (
        "stopped",
        "pending",
        "M290 296H110V92",
        (118, 288),
        "start",
        false,
    ),
    (
        "running",
        "shutting-down",
        "M450 56H544",
        (500, 47),
        "terminate",
        false,
    ),
    (
        "shutting-down",
        "terminated",
        "M630 86V260",
        (0, 0),
        "",
        false,
    ),
    (
        "stopped",
        "terminated",
        "M450 296H544",
        (500, 287),
        "terminate",
        false,
    ),
    ("pending", "stopped", "M150 86L300 264", (0, 0), "", true),
    ("pending", "stopping", "M180 86L292 158", (0, 0), "", true),
    (
        "pending",
        "shutting-down",
        "M170 26C170-22 560-22 600 22",
        (0, 0),
        "",
        true,
    ),
    ("pending", "terminated", "M190 80L552 266", (0, 0), "", true),
    (
        "stopping",
        "shutting-down",
        "M450 160L566 90",
        (0, 0),
        "",
        true,
    ),
    (
        "stopping",
        "terminated",
        "M450 192L570 264",
        (0, 0),
        "",
        true,
    ),
    ("stopping", "running", "M340 146V92", (0, 0), "", true),
    (
        "stopped",
        "shutting-down",
        "M450 280L590 92",
        (0, 0),
        "",
        true,
    ),
    (
        "running",
        "stopped",
        "M400 86C490 130 490 220 424 264",
        (0, 0),
        "",
        true,
    ),
    ("running", "terminated", "M450 76L580 262", (0, 0), "", true),
];

/// Which ways were taken how often, and where everybody is.
#[derive(Debug, Default)]
pub(super) struct Diagram {
    taken: BTreeMap<(&'static str, &'static str), u64>,
    is_in: BTreeMap<InstanceHandle, &'static str>,
}

/// A state of the diagram: EC2 has no word of its own for hibernated.
const fn node(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Hibernated => "stopped",
        InstanceState::Pending
        | InstanceState::Running
        | InstanceState::Stopping
        | InstanceState::Stopped
        | InstanceState::ShuttingDown
        | InstanceState::Terminated => state.name(),
    }
}

impl Diagram {
    /// Whether there is anybody whose states it draws.
    pub(super) fn is_used(&self) -> bool {
        !self.is_in.is_empty()
    }

    pub(super) fn take(&mut self, record: &Record) {
        match &record.kind {
            RecordKind::Transition(transition) => {
                let to = transition.to_state();
                let from = transition.from_state().map_or("", node);
                *self.taken.entry((from, node(to))).or_default() += 1;
                self.is_in.insert(transition.instance, node(to));
            }
            RecordKind::Accepted(accepted) if accepted.action == "RebootInstances" => {
                *self.taken.entry(("running", "running")).or_default() += 1;
            }
            RecordKind::Accepted(_)
            | RecordKind::Rejected(_)
            | RecordKind::Address(_)
            | RecordKind::Data(_)
            | RecordKind::Provisioned(_)
            | RecordKind::Fact(_)
            | RecordKind::Meter(_)
            | RecordKind::Note { .. }
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_)
            | RecordKind::Reservation(_)
            | RecordKind::Environment(_)
            | RecordKind::Moved(_)
            | RecordKind::Invocation(_) => {}
        }
    }

    /// The picture as it is in the end.
    pub(super) fn draw(&self, out: Out<'_>, names: &dyn Directory) -> io::Result<()> {
        writeln!(
            out,
            "<svg id=\"diagram\" viewBox=\"0 -8 716 344\" role=\"img\" aria-label=\"The states of an instance: pending, running, stopping, stopped, shutting-down, terminated, and the ways between them\"><defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"2\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 10 5 0 10z\"/></marker></defs>"
        )?;
        for (from, to, line, (x, y), word, is_rare) in WAYS {
            let taken = self.taken.get(&(*from, *to)).copied().unwrap_or(0);
            let look = match (taken, is_rare) {
                (0, false) => "way",
                (0, true) => "way rare",
                (_, false) => "way taken",
                (_, true) => "way rare taken",
            };
            write!(
                out,
                "<g class=\"{look}\" data-way=\"{from}&gt;{to}\"><path d=\"{line}\"/>"
            )?;
            if !word.is_empty() {
                let anchor = if *to == "running" && *from != *to || *word == "terminate" {
                    " text-anchor=\"middle\""
                } else {
                    ""
                };
                write!(out, "<text x=\"{x}\" y=\"{y}\"{anchor}>{word}</text>")?;
            }
            writeln!(out, "</g>")?;
        }
        for (state, x, y) in NODES {
            let here: Vec<String> = self
                .is_in
                .iter()
                .filter(|(_, is_in)| *is_in == state)
                .map(|(instance, _)| names.instance_name(*instance))
                .collect();
            let look = if here.is_empty() { "state" } else { "state on" };
            let (left, top) = (x - HALF.0, y - HALF.1);
            write!(
                out,
                "<g class=\"{look} {state}\" data-state=\"{state}\"><rect x=\"{left}\" y=\"{top}\" width=\"160\" height=\"60\" rx=\"14\"/><text class=\"word\" x=\"{x}\" y=\"{}\">{state}</text><text class=\"who\" x=\"{x}\" y=\"{}\">{}</text></g>",
                y - 3,
                y + 17,
                text(&who(&here)),
            )?;
            writeln!(out)?;
        }
        writeln!(out, "</svg>")
    }
}

/// Who is in a state, as far as there is room for it.
fn who(here: &[String]) -> String {
    let all = here.join(", ");
    if all.chars().count() <= 22 {
        all
    } else {
        format!("{} instances", here.len())
    }
}
