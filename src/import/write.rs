//! The story as a file.

use std::fmt::Write as _;

use crate::time::{SimDuration, SimTime};

use super::story::{Line, Story};

/// What is longer isn't written on one line.
const WIDTH: usize = 100;

/// How long before the first record the scenario begins, where something was there before.
const BEFORE: u64 = 1_800;

/// Something that the file describes: a name and its keys, with what is to be said of it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    keys: Vec<(&'static str, String)>,
    remarks: Vec<String>,
}

impl Entry {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            keys: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Says a key, once.
    pub(super) fn say(&mut self, key: &'static str, value: &str) {
        if self.value(key).is_none() {
            self.keys.push((key, value.to_owned()));
        }
    }

    /// What a key says.
    pub(super) fn value(&self, key: &str) -> Option<String> {
        let mut keys = self.keys.iter();
        keys.find(|(known, _)| *known == key)
            .map(|(_, value)| value.clone())
    }

    /// Something to know about it.
    pub(super) fn remark(&mut self, text: &str) {
        if !self.remarks.iter().any(|known| known == text) {
            self.remarks.push(text.to_owned());
        }
    }

    fn write(&self, out: &mut String) {
        let name = &self.name;
        let remarks = match self.remarks.as_slice() {
            [] => String::new(),
            remarks => format!("   # {}", remarks.join("; ")),
        };
        let keys: Vec<String> = (self.keys.iter())
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        let flow = format!("  {name}: {{ {} }}", keys.join(", "));
        let _ = match keys.as_slice() {
            [] => writeln!(out, "  {name}: ~{remarks}"),
            _ if flow.chars().count() <= WIDTH => writeln!(out, "{flow}{remarks}"),
            keys => writeln!(out, "  {name}:{remarks}\n    {}", keys.join("\n    ")),
        };
    }
}

/// A text as YAML takes it for nothing else, and on one line.
pub(super) fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    crate::foreign::in_json(&json).into_owned()
}

/// The file. So many records were of something else.
pub(super) fn scenario(story: &Story, others: usize) -> String {
    let from = story.from.unwrap_or_default();
    let lead = if story.before.is_empty() {
        0
    } else {
        BEFORE.min(from)
    };
    let start = SimTime::from_secs(from - lead);
    let mut out = String::from(
        "# Made by `ec2sim import` of what was recorded. Comments say what the records don't tell.\n",
    );
    for (action, count) in story.passed_over.iter().take(20) {
        let _ = writeln!(
            out,
            "# Passed over: {count} {}",
            crate::foreign::shown(action)
        );
    }
    if story.passed_over.len() > 20 {
        let _ = writeln!(
            out,
            "# Passed over: {} other actions",
            story.passed_over.len() - 20
        );
    }
    if others > 0 {
        let s = if others == 1 { "" } else { "s" };
        let _ = writeln!(
            out,
            "# Passed over: {others} record{s} that only read, or are of other services"
        );
    }
    let _ = writeln!(
        out,
        "name: What was recorded\nregion: {}\nstart: {start}",
        story.region.name()
    );
    let timings = story.lengths.timings();
    if !timings.is_empty() {
        let all: Vec<String> = timings
            .iter()
            .map(|(key, length)| format!("{key}: {length}"))
            .collect();
        let _ = writeln!(
            out,
            "timings: {{ {} }}   # as recorded; of several lengths the shortest",
            all.join(", ")
        );
    }
    for (title, entries) in [
        ("instances", &story.instances),
        ("addresses", &story.addresses),
        ("volumes", &story.volumes),
    ] {
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}:");
        if title == "addresses" {
            out.push_str("  # There before the records begin.\n");
        }
        for entry in entries {
            entry.write(&mut out);
        }
    }
    out.push_str("\nsteps:\n");
    prelude(story, &mut out);
    let offset = |at: u64| SimDuration::from_secs(at.saturating_sub(from) + lead);
    let mut now = None;
    for line in &story.lines {
        match line {
            Line::Comment { at, text } => {
                let _ = writeln!(out, "  # {} {text}", SimTime::from_secs(*at));
            }
            Line::Step { at, does } => {
                step(&mut out, moment(&mut now, *at, offset), does);
            }
            Line::Found { at, states } => {
                let all: Vec<String> = states
                    .iter()
                    .map(|(name, state)| format!("{name}: {{ api-state: {state} }}"))
                    .collect();
                let does = format!("expect: {{ {} }}", all.join(", "));
                step(&mut out, moment(&mut now, *at, offset), &does);
            }
        }
    }
    out
}

/// When a step happens, where it isn't when the one before it did.
fn moment(
    now: &mut Option<u64>,
    at: u64,
    offset: impl Fn(u64) -> SimDuration,
) -> Option<SimDuration> {
    let is_other = *now != Some(at);
    *now = Some(at);
    is_other.then(|| offset(at))
}

fn step(out: &mut String, at: Option<SimDuration>, does: &str) {
    let lines = at.map(|at| format!("at: {at}"));
    let mut lines = lines.iter().map(String::as_str).chain(does.lines());
    if let Some(first) = lines.next() {
        let _ = writeln!(out, "  - {first}");
    }
    for line in lines {
        let _ = writeln!(out, "    {line}");
    }
}

/// What has to happen so that all is there with which the records begin.
fn prelude(story: &Story, out: &mut String) {
    if story.before.is_empty() {
        return;
    }
    let names = |of: fn(bool) -> bool| -> Vec<&str> {
        let all = story.before.iter().filter(|(_, stopped)| of(*stopped));
        all.map(|(name, _)| name.as_str()).collect()
    };
    let each = |names: &[&str], state: &str| {
        let all: Vec<String> = names
            .iter()
            .map(|name| format!("{name}: {state}"))
            .collect();
        all.join(", ")
    };
    let all = names(|_| true);
    out.push_str("  # What was there before the records begin is launched first.\n");
    let _ = writeln!(
        out,
        "  - launch: [{}]\n  - wait-until: {{ {} }}",
        all.join(", "),
        each(&all, "running")
    );
    // Until then nothing can hibernate, which somebody may want to try in place of a stop.
    let stopped = names(|stopped| stopped);
    if !stopped.is_empty() {
        let _ = writeln!(
            out,
            "  - wait: 10m\n  - stop: [{}]\n  - wait-until: {{ {} }}",
            stopped.join(", "),
            each(&stopped, "stopped")
        );
    }
}
