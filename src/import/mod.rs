//! What an account recorded, as a scenario: requests in CloudTrail, changes of state in EventBridge.
//!
//! The requests become steps, the states and codes that EC2 answered with become expectations, and what the records don't tell
//! is a comment at its place.

mod error;
mod event;
mod lengths;
mod names;
mod read;
mod story;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::catalog::RegionId;

pub use error::ImportError;
pub use event::Place;

use event::{Call, Event, What};
use story::Story;

/// What becomes of records.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ImportOptions {
    /// The Region, where there are several: its records are taken.
    pub region: Option<String>,
    /// Whether ids, addresses, names, tags and accounts are left out.
    pub redact: bool,
}

/// Records that become a scenario.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, import::{Import, ImportOptions}};
/// let file = std::env::temp_dir().join("ec2sim-import-example.jsonl");
/// std::fs::write(&file, r#"{"detail-type":"EC2 Instance State-change Notification","time":"2026-03-02T09:00:00Z","region":"eu-west-1","detail":{"instance-id":"i-0123456789abcdef0","state":"pending"}}"#).unwrap();
/// let mut import = Import::default();
/// import.add(&file).unwrap();
/// let text = import.scenario(&ImportOptions::default()).unwrap();
/// assert!(Scenario::from_text("night.yaml", &text).is_ok());
/// # std::fs::remove_file(&file).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct Import {
    events: Vec<Event>,
    records: usize,
    others: usize,
}

impl Import {
    /// Adds the records of a file: CloudTrail's log files (also compressed), pages of `lookup-events`, lists or lines of records
    /// and events.
    ///
    /// # Errors
    ///
    /// Every reason is a variant of [`ImportError`].
    pub fn add(&mut self, file: &Path) -> Result<(), ImportError> {
        let found = read::read(file)?;
        self.records += found.records;
        self.others += found.others;
        self.events.extend(found.events);
        if self.records > read::MOST {
            return Err(ImportError::TooMany(read::MOST));
        }
        Ok(())
    }

    /// All of it as a scenario.
    ///
    /// # Errors
    ///
    /// Every reason is a variant of [`ImportError`].
    pub fn scenario(self, options: &ImportOptions) -> Result<String, ImportError> {
        let Self {
            mut events,
            records,
            others,
        } = self;
        let mut known = BTreeSet::new();
        events.retain(|event| event.id.as_ref().is_none_or(|id| known.insert(id.clone())));
        let region = choose_region(&events, records, options)?;
        events.retain(|event| event.region == region.name());
        in_order(&mut events);
        let mut story = Story::new(region, options.redact);
        story.tell(&events);
        if story.is_empty() {
            return Err(ImportError::Nothing(records));
        }
        Ok(write::scenario(&story, others))
    }
}

/// The Region that is asked for, or that all events are of.
fn choose_region(
    events: &[Event],
    records: usize,
    options: &ImportOptions,
) -> Result<RegionId, ImportError> {
    let mut regions: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        *regions.entry(&event.region).or_default() += 1;
    }
    let name = match (&options.region, regions.len()) {
        (Some(region), _) => region.as_str(),
        (None, 0) => return Err(ImportError::Nothing(records)),
        (None, 1) => regions.keys().next().copied().unwrap_or_default(),
        (None, _) => {
            let all: Vec<String> = regions
                .iter()
                .take(10)
                .map(|(region, count)| format!("{}: {count}", crate::foreign::shown(region)))
                .collect();
            return Err(ImportError::Regions(all.join(", ")));
        }
    };
    RegionId::find(name).ok_or_else(|| ImportError::UnknownRegion(name.to_owned()))
}

/// How much later than a change of state the request may be recorded that brought it about.
const SKEW: u64 = 10;

/// Puts events in the order in which they happened: a request comes before what it brings about, whatever the seconds say.
fn in_order(events: &mut [Event]) {
    let mut requests: BTreeMap<(String, &'static str), BTreeSet<u64>> = BTreeMap::new();
    for event in events.iter() {
        if let What::Call(call) = &event.what
            && call.refused.is_none()
            && let Some(state) = brings_about(call)
        {
            for id in ids_of(call) {
                requests.entry((id, state)).or_default().insert(event.at);
            }
        }
    }
    for event in events.iter_mut() {
        if let What::State { instance, state } = &event.what
            && let Some(times) = requests.get(&(instance.clone(), state.name()))
        {
            let at = event.at;
            let is_explained = times.range(at.saturating_sub(SKEW)..=at).next().is_some();
            if !is_explained && let Some(&later) = times.range(at..=at.saturating_add(SKEW)).next()
            {
                event.at = later;
            }
        }
    }
    events.sort_by_key(|event| (event.at, !matches!(event.what, What::Call(_))));
}

/// The state that a request puts instances in.
fn brings_about(call: &Call) -> Option<&'static str> {
    match call.action.as_str() {
        "RunInstances" | "StartInstances" => Some("pending"),
        "StopInstances" => Some("stopping"),
        "TerminateInstances" => Some("shutting-down"),
        _ => None,
    }
}

fn ids_of(call: &Call) -> Vec<String> {
    let set = if call.action == "RunInstances" {
        &call.answered
    } else {
        &call.asked
    };
    event::items(&set["instancesSet"])
        .filter_map(|item| item["instanceId"].as_str().map(str::to_owned))
        .collect()
}
