//! A file's load in other places, beside where the file has it.

use crate::{
    money::Usd,
    runner::{Alone, Measure},
    scenario::Scenario,
    script::{Elsewhere, NotPossible, Service},
    time::SimDuration,
};

use super::{BreakEven, Choice, Compared};

/// A load that was taken to another service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// To which.
    pub service: Service,
    /// As what (`3538 MB, x86_64`) and in how long it is done; or why that isn't possible.
    pub came: Result<(String, SimDuration), NotPossible>,
}

impl Taken {
    pub(super) const fn new(
        service: Service,
        came: Result<(String, SimDuration), NotPossible>,
    ) -> Self {
        Self { service, came }
    }
}

/// The places to which a file's load is taken: those of the file, and what else is asked for.
pub(super) fn places(file: &Scenario, more: &[Service]) -> Vec<Elsewhere> {
    let mut places = file.program().elsewhere.clone();
    for &service in more {
        if places.iter().all(|place| place.service() != service) {
            places.push(service.into());
        }
    }
    places
}

/// Where each of them costs the same as the first choice.
pub(super) fn break_even(choices: &[Choice], compared: &[Compared]) -> Vec<BreakEven> {
    let (Some(first), Some(cost)) = (choices.first(), compared.first()) else {
        return Vec::new();
    };
    if first.elsewhere.is_some() || !cost.is_alike() {
        return Vec::new();
    }
    let total = cost.cost.total();
    let mut found = Vec::new();
    for (to, choice) in choices.iter().enumerate() {
        let Some(place) = &choice.elsewhere else {
            continue;
        };
        // Where the load is asked of a function, the file costs something else with another load.
        if !choice.scenario.program().initial_functions.is_empty() {
            continue;
        }
        let Some(alone) = Alone::of(&choice.scenario, place) else {
            continue;
        };
        for measure in [Measure::Requests, Measure::Duration, Measure::Memory] {
            let Some(value) = turn(&alone, measure, total) else {
                continue;
            };
            found.push(BreakEven {
                from: 0,
                to,
                after: None,
                at: Some((measure, value)),
                sentence: sentence((&first.name, &choice.name), &alone, measure, value),
            });
        }
    }
    found
}

/// The first value at which it costs as much or more: each more of it costs more, or nothing.
fn turn(alone: &Alone, measure: Measure, total: Usd) -> Option<u64> {
    let (mut low, mut high) = Alone::range(measure);
    if alone.total(measure, low) >= total || alone.total(measure, high) < total {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if alone.total(measure, middle) < total {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

fn sentence((from, to): (&str, &str), alone: &Alone, measure: Measure, value: u64) -> String {
    let now = alone.now(measure);
    let of = |value: u64| match measure {
        Measure::Requests => format!("{} requests", millions(value)),
        Measure::Duration => SimDuration::from_millis(value).to_string(),
        Measure::Memory => format!("{value} MB"),
    };
    let what = match measure {
        Measure::Requests => format!("in {}", alone.lasts),
        Measure::Duration => "for each request".to_owned(),
        Measure::Memory => "of memory".to_owned(),
    };
    format!(
        "{to} and {from} cost the same at {} {what}, where the load has {}: {to} is cheaper below, {from} above; cold starts are left out.",
        of(value),
        of(now),
    )
}

/// `15.4955 M`; below a million, the number itself.
fn millions(number: u64) -> String {
    const MILLION: u64 = 1_000_000;
    if number < MILLION {
        return number.to_string();
    }
    let parts = (number + 50) / 100;
    let text = format!("{}.{:04}", parts / 10_000, parts % 10_000);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} M")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millions_have_four_decimals() {
        assert_eq!(millions(15_495_541), "15.4955 M");
        assert_eq!(millions(3_000_000), "3 M");
        assert_eq!(millions(999_999), "999999");
    }
}
