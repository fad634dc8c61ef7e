//! A comparison as one document.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{record::Meter, scenario::Change, time::SimDuration};

use super::{Compared, Comparison};

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
        map.serialize_entry("cost", &Costs(one))?;
        map.serialize_entry("forecast", &one.forecast().map(|amount| amount.to_string()))?;
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
    sentence: &'a str,
}
