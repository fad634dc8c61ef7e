//! What was recorded.

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::foreign::shown;

/// Where a record is: `trail.json: record 3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub(super) file: Arc<str>,
    /// From 1.
    pub(super) record: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: record {}", shown(&self.file), self.record)
    }
}

/// A record that says something of EC2.
#[derive(Debug, Clone)]
pub(super) struct Event {
    /// Seconds since 1970.
    pub(super) at: u64,
    /// What tells it from others: files are delivered twice, and overlap.
    pub(super) id: Option<String>,
    pub(super) region: String,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    /// A request of EC2's API, as CloudTrail has it.
    Call(Box<Call>),
    /// An instance is in another state, as EventBridge tells.
    State { instance: String, state: ApiState },
    /// EC2 takes a Spot Instance back.
    Interruption { instance: String },
    /// EC2 recommends replacing a Spot Instance.
    Rebalance { instance: String },
}

pub(super) use crate::lifecycle::ApiState;

/// A request, and what EC2 answered.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) action: String,
    pub(super) asked: Value,
    pub(super) answered: Value,
    /// EC2's code, where it was refused.
    pub(super) refused: Option<String>,
}

impl Call {
    /// The ids that a list of items names: `instancesSet.items[].instanceId`.
    pub(super) fn instances(&self) -> Vec<&str> {
        items(&self.asked["instancesSet"])
            .filter_map(|item| item["instanceId"].as_str())
            .collect()
    }
}

/// The items of a set, as CloudTrail writes lists of EC2's.
pub(super) fn items(set: &Value) -> impl Iterator<Item = &Value> {
    set["items"].as_array().into_iter().flatten()
}

/// A number, which CloudTrail may write as a text.
pub(super) fn number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// A flag, likewise.
pub(super) fn flag(value: &Value) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}

/// A text that isn't empty.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}
