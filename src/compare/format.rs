//! A comparison as a table for people, and as Markdown, CSV and JSON for what is made of it.

use std::fmt::Write as _;

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    engine::{Outcome, Tally},
    foreign::shown,
    money::Usd,
    record::Meter,
    scenario::Change,
    time::SimDuration,
};

use super::{Compared, Comparison, amount};

/// The widest name of a choice that is shown whole.
const WIDEST: usize = 34;

/// A row of the table: what it says, and a cell for each choice.
struct Row {
    head: String,
    cells: Vec<String>,
}

/// The rows that all tables have: a meter each, the total, how it differs from the first, and a month of it.
fn rows(comparison: &Comparison) -> Vec<Row> {
    let choices = comparison.choices();
    let row = |head: &str, cell: &dyn Fn(&Compared) -> String| Row {
        head: head.to_owned(),
        cells: choices.iter().map(cell).collect(),
    };
    let of = |meter: Option<Meter>| {
        move |one: &Compared| match meter {
            Some(meter) => one.cost.of(meter),
            None => one.cost.total(),
        }
    };
    let whole: Vec<Option<Meter>> = comparison.meters().map(Some).chain([None]).collect();
    // Every amount of the table has the same decimals, so that they stand below each other.
    let shown = whole
        .iter()
        .flat_map(|&meter| choices.iter().map(of(meter)));
    let decimals = amount::decimals(shown);
    let mut rows: Vec<Row> = whole
        .iter()
        .map(|&meter| {
            let head = meter.map_or("total", Meter::told);
            row(head, &|one| amount::people(of(meter)(one), decimals))
        })
        .collect();
    if let [first, others @ ..] = choices
        && !others.is_empty()
    {
        let first = first.cost.total();
        let by = || others.iter().map(|one| one.cost.total() - first);
        // Smaller than what they are the difference of, they may need more decimals.
        let decimals = amount::decimals(by());
        let signed = by().map(|by| match amount::people(by, decimals) {
            more if by > Usd::ZERO => format!("+{more}"),
            less => less,
        });
        let percents = others.iter().map(|one| percent(first, one.cost.total()));
        for (head, cells) in [
            ("difference", signed.collect::<Vec<_>>()),
            ("", percents.collect()),
        ] {
            rows.push(Row {
                head: head.to_owned(),
                cells: std::iter::once(String::new()).chain(cells).collect(),
            });
        }
    }
    if choices.iter().any(|one| one.forecast().is_some()) {
        rows.push(row("forecast for 730 h", &|one| {
            let forecast = one.forecast();
            forecast.map_or_else(String::new, |amount| amount::people(amount, 2))
        }));
    }
    if let Some(cheapest) = comparison.cheapest() {
        let mut cells = vec![String::new(); choices.len()];
        "cheapest".clone_into(&mut cells[cheapest]);
        rows.push(Row {
            head: String::new(),
            cells,
        });
    }
    rows
}

/// How much more or less it is, of the first; nothing where the first is nothing.
fn percent(first: Usd, other: Usd) -> String {
    if first.is_zero() || first == other {
        return String::new();
    }
    // Tenths of a percent, rounded half away from zero.
    let (first, by) = (first.grains(), (other - first).grains());
    let Some(tenths) = by.checked_mul(1_000) else {
        return String::new();
    };
    let half = if (tenths < 0) == (first < 0) {
        first / 2
    } else {
        -first / 2
    };
    let tenths = (tenths + half) / first;
    let sign = if tenths < 0 { "-" } else { "+" };
    format!(
        "{sign}{}.{} %",
        tenths.unsigned_abs() / 10,
        tenths.unsigned_abs() % 10
    )
}

/// What is said below a table.
fn sentences(comparison: &Comparison) -> Vec<String> {
    let mut said: Vec<String> = comparison.choices().iter().filter_map(fault).collect();
    said.extend(comparison.differences().into_iter().map(|one| one.sentence));
    said.extend(comparison.break_even.iter().map(|one| one.sentence.clone()));
    if comparison
        .choices()
        .iter()
        .any(|one| one.forecast().is_some())
    {
        said.push(
            "A forecast is what 730 hours would cost if they went on like this; a bill counts the hours of its month."
                .to_owned(),
        );
    }
    said
}

/// Why a choice can't be held against the others as it is.
fn fault(one: &Compared) -> Option<String> {
    let Tally {
        failed,
        unexpected_refusals,
        failures,
        ..
    } = one.tally;
    let counts = [
        (
            unexpected_refusals,
            "step was refused",
            "steps were refused",
        ),
        (failed, "expectation failed", "expectations failed"),
        (
            failures,
            "wait or refusal didn't come",
            "waits or refusals didn't come",
        ),
    ];
    let told = counts.into_iter().filter(|(count, ..)| *count > 0);
    let told: Vec<String> = told
        .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }))
        .collect();
    (one.outcome != Outcome::Passed).then(|| {
        let why = if told.is_empty() {
            one.outcome.name().to_owned()
        } else {
            told.join(", ")
        };
        let note = if unexpected_refusals > 0 {
            ", so it isn't the same life"
        } else {
            ""
        };
        format!("{}: {why}{note}.", one.name)
    })
}

/// A name that leaves room for others.
fn cut(name: &str) -> String {
    let name = shown(name);
    if name.width() <= WIDEST {
        return name.into_owned();
    }
    let mut cut = String::new();
    for letter in name.chars() {
        if cut.width() + 1 >= WIDEST {
            break;
        }
        cut.push(letter);
    }
    cut.push('…');
    cut
}

/// The table for people, a column a choice; where they don't fit into the width, in several parts.
pub fn table(comparison: &Comparison, width: usize) -> String {
    let rows = rows(comparison);
    let names: Vec<String> = comparison
        .choices()
        .iter()
        .map(|one| cut(&one.name))
        .collect();
    let head = rows.iter().map(|row| row.head.width()).max().unwrap_or(0);
    let widths: Vec<usize> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let cells = rows.iter().map(|row| row.cells[place].width());
            cells.chain([name.width()]).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    let mut from = 0;
    while from < names.len() {
        let mut used = head;
        let fits = widths[from..].iter().take_while(|column| {
            used += 2 + **column;
            used <= width
        });
        let to = from + fits.count().max(1);
        if from > 0 {
            text.push('\n');
        }
        let titles: Vec<&str> = names.iter().map(String::as_str).collect();
        line(&mut text, "", head, &widths, &titles, from..to);
        for row in &rows {
            let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
            line(&mut text, &row.head, head, &widths, &cells, from..to);
        }
        from = to;
    }
    text.push('\n');
    for sentence in sentences(comparison) {
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "{}", shown(&sentence));
    }
    text
}

fn line(
    text: &mut String,
    head: &str,
    head_width: usize,
    widths: &[usize],
    cells: &[&str],
    range: std::ops::Range<usize>,
) {
    let mut line = pad(head, head_width, false);
    for place in range {
        line.push_str("  ");
        line.push_str(&pad(cells[place], widths[place], true));
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

fn pad(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if right {
        format!("{blanks}{text}")
    } else {
        format!("{text}{blanks}")
    }
}

/// The table in Markdown, for a pull request.
pub fn markdown(comparison: &Comparison) -> String {
    let cell = |text: &str| shown(text).replace('|', "\\|");
    let names = comparison.choices().iter().map(|one| cell(&one.name));
    let mut text = format!("| | {} |\n", names.collect::<Vec<_>>().join(" | "));
    text.push_str("| --- |");
    text.push_str(&" ---: |".repeat(comparison.choices().len()));
    text.push('\n');
    for row in rows(comparison) {
        let cells: Vec<String> = row.cells.iter().map(|text| cell(text)).collect();
        let _ = writeln!(text, "| {} | {} |", cell(&row.head), cells.join(" | "));
    }
    text.push('\n');
    for sentence in sentences(comparison) {
        let _ = writeln!(text, "- {}", shown(&sentence));
    }
    text
}

/// A row a choice: its name, and what it costs by meter and in all, exactly.
pub fn csv(comparison: &Comparison) -> String {
    let meters = Meter::ALL.iter().map(|meter| meter.name());
    let head: Vec<&str> = ["choice"]
        .into_iter()
        .chain(meters)
        .chain(["total"])
        .collect();
    let mut text = format!("{}\n", head.join(","));
    for one in comparison.choices() {
        text.push_str(&quoted(&one.name));
        let amounts = Meter::ALL.iter().map(|&meter| one.cost.of(meter));
        for amount in amounts.chain([one.cost.total()]) {
            let _ = write!(text, ",{amount}");
        }
        text.push('\n');
    }
    text
}

/// A field of a CSV file, in quotes where it has to be.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_of_the_first() {
        let usd = |text: &str| Usd::from_price(text.parse().unwrap());
        assert_eq!(percent(usd("0.096"), usd("0.0353")), "-63.2 %");
        assert_eq!(percent(usd("1"), usd("1.5")), "+50.0 %");
        assert_eq!(percent(usd("0"), usd("1.5")), "");
        assert_eq!(percent(usd("2"), usd("2")), "");
    }
}
