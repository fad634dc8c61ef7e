//! A comparison as one document.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{record::Meter, scenario::Change, time::SimDuration};

use super::{Compared, Comparison, Taken};

/// One document, `ec2sim/compare/1`.
///
/// # Errors
///
/// Answers with an error if it can't be written as JSON, which doesn't happen.
pub fn json(comparison: &Comparison) -> serde_json::Result<String> {
    serde_json::to_string(&Document(comparison))
}

struct Document<'a>(&'a Comparison);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let comparison = self.0;
        let name = |place: usize| comparison.choices()[place].name.as_str();
        let differences: Vec<DifferenceView<'_>> = comparison
            .differences()
            .into_iter()
            .map(|one| DifferenceView {
                from: name(one.from),
                to: name(one.to),
                meter: one.meter.name(),
                amount: one.amount.to_string(),
                sentence: one.sentence,
            })
            .collect();
        let break_even: Vec<BreakEvenView<'_>> = comparison
            .break_even
            .iter()
            .map(|one| BreakEvenView {
                from: name(one.from),
                to: name(one.to),
                seconds: one.after.map(SimDuration::as_secs),
                measure: one.at.map(|(measure, _)| measure.name()),
                value: one.at.map(|(_, value)| value),
                sentence: &one.sentence,
            })
            .collect();
        let choices: Vec<ChoiceView<'_>> = comparison.choices().iter().map(ChoiceView).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "ec2sim/compare/1")?;
        map.serialize_entry("choices", &choices)?;
        map.serialize_entry("differences", &differences)?;
        map.serialize_entry("break_even", &break_even)?;
        map.end()
    }
}

struct ChoiceView<'a>(&'a Compared);

impl Serialize for ChoiceView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &one.name)?;
        map.serialize_entry("vary", &Varied(one))?;
        map.serialize_entry("outcome", one.outcome.name())?;
        let cost = one.is_possible().then_some(Costs(one));
        map.serialize_entry("cost", &cost)?;
        if let Some(taken) = &one.taken {
            map.serialize_entry("elsewhere", &TakenView(taken, one))?;
        }
        map.serialize_entry("forecast", &one.forecast().map(|amount| amount.to_string()))?;
        map.end()
    }
}

struct TakenView<'a>(&'a Taken, &'a Compared);

impl Serialize for TakenView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (taken, one) = (self.0, self.1);
        let (came, not) = match &taken.came {
            Ok(came) => (Some(came), None),
            Err(not) => (None, Some(not)),
        };
        let (keeps, loses) = taken.service.keeps();
        let rules: Vec<&str> = match not {
            Some(not) => vec![not.rule.id],
            None => taken.service.rules().iter().map(|rule| rule.id).collect(),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("service", taken.service.name())?;
        map.serialize_entry("possible", &not.is_none())?;
        map.serialize_entry("why_not", &not.map(|not| &not.why))?;
        map.serialize_entry("size", &came.map(|(size, _)| size))?;
        map.serialize_entry("done_seconds", &came.map(|(_, done)| done.as_secs()))?;
        map.serialize_entry("keeps", &came.map(|_| keeps))?;
        map.serialize_entry("loses", &came.map(|_| loses))?;
        map.serialize_entry("side_costs", &came.map(|_| one.side().to_string()))?;
        map.serialize_entry("rules", &rules)?;
        map.end()
    }
}

struct Varied<'a>(&'a Compared);

impl Serialize for Varied<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.changes.iter().map(Change::words))
    }
}

struct Costs<'a>(&'a Compared);

impl Serialize for Costs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cost = self.0.cost;
        let meters = Meter::ALL
            .iter()
            .filter(|meter| !meter.is_rare() || !cost.of(**meter).is_zero())
            .map(|meter| (meter.name(), cost.of(*meter).to_string()));
        serializer.collect_map(meters.chain([("total", cost.total().to_string())]))
    }
}

#[derive(Serialize)]
struct DifferenceView<'a> {
    from: &'a str,
    to: &'a str,
    meter: &'a str,
    amount: String,
    sentence: String,
}

#[derive(Serialize)]
struct BreakEvenView<'a> {
    from: &'a str,
    to: &'a str,
    seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<u64>,
    sentence: &'a str,
}
