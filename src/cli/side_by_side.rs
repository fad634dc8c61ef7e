//! Choices side by side: a table for people, and Markdown and CSV for what is made of it.

use std::{fmt::Write as _, iter};

use unicode_width::UnicodeWidthStr as _;

use crate::{
    compare::{Compared, Comparison},
    engine::{Outcome, Tally},
    foreign::{cut, shown},
    money::{Usd, people as amount},
    record::Meter,
    time::{HOUR_SECS, SimDuration},
};

use super::table::table;

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
    // What isn't possible has no price, not one of zero.
    let priced = |one: &Compared, said: String| {
        if one.is_possible() {
            said
        } else {
            String::new()
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
            row(head, &|one| {
                if meter.is_none() && !one.is_possible() {
                    return "not possible".to_owned();
                }
                priced(one, amount::people(of(meter)(one), decimals))
            })
        })
        .collect();
    if let [first, others @ ..] = choices
        && !others.is_empty()
    {
        let first = first.cost.total();
        let by = || {
            let others = others.iter();
            others.map(|one| {
                if one.is_possible() {
                    one.cost.total() - first
                } else {
                    Usd::ZERO
                }
            })
        };
        // Smaller than what they are the difference of, they may need more decimals.
        let decimals = amount::decimals(by());
        let signed = by().map(|by| match amount::people(by, decimals) {
            more if by > Usd::ZERO => format!("+{more}"),
            less => less,
        });
        let signed = signed.zip(others).map(|(said, one)| priced(one, said));
        let percents = others
            .iter()
            .map(|one| priced(one, percent(first, one.cost.total())));
        for (head, cells) in [
            ("difference", signed.collect::<Vec<_>>()),
            ("", percents.collect()),
        ] {
            rows.push(Row {
                head: head.to_owned(),
                cells: iter::once(String::new()).chain(cells).collect(),
            });
        }
    }
    if choices.iter().any(|one| one.forecast().is_some()) {
        rows.push(row("forecast for 730 h", &|one| {
            let forecast = one.forecast();
            forecast.map_or_else(String::new, |amount| amount::people(amount, 2))
        }));
    }
    let taken = |one: &Compared| one.taken.clone();
    if choices.iter().any(|one| one.taken.is_some()) {
        let came = move |one: &Compared| taken(one).and_then(|taken| taken.came.ok());
        rows.push(row("as", &|one| {
            came(one).map_or_else(String::new, |(size, _)| size)
        }));
        rows.push(row("side costs", &|one| {
            priced(one, amount::people(one.side(), decimals))
        }));
        rows.push(row("done in", &|one| {
            came(one).map_or_else(String::new, |(_, done)| done.to_string())
        }));
    }
    // What is cheaper because there was less of it looks like that.
    let differs = |what: &dyn Fn(&Compared) -> u64| {
        let mut all = choices.iter().map(what);
        let first = all.next();
        all.any(|other| Some(other) != first)
    };
    if differs(&|one| one.billed.as_secs()) {
        rows.push(row("instance-hours billed", &|one| hours(one.billed)));
    }
    if choices.iter().any(|one| one.interruptions > 0) {
        rows.push(row("taken back by EC2", &|one| match one.interruptions {
            0 => String::new(),
            1 => "once".to_owned(),
            times => format!("{times} times"),
        }));
    }
    // Of two that look alike none is marked.
    let total = |one: &Compared| amount::people(one.cost.total(), decimals);
    let looks_it = |&place: &usize| {
        let like_it = |one: &&Compared| total(one) == total(&choices[place]);
        choices.iter().filter(like_it).count() == 1
    };
    if let Some(cheapest) = comparison.cheapest().filter(looks_it) {
        let mut cells = vec![String::new(); choices.len()];
        "cheapest".clone_into(&mut cells[cheapest]);
        rows.push(Row {
            head: String::new(),
            cells,
        });
    }
    rows
}

/// Hours to a hundredth, rounded half up.
fn hours(time: SimDuration) -> String {
    let hundredths = (time.as_secs() * 100 + HOUR_SECS / 2) / HOUR_SECS;
    format!("{}.{:02} h", hundredths / 100, hundredths % 100)
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
pub(super) fn sentences(comparison: &Comparison) -> Vec<String> {
    let mut said: Vec<String> = comparison.choices().iter().filter_map(fault).collect();
    said.extend(comparison.choices().iter().filter_map(elsewhere));
    said.extend(comparison.differences().into_iter().map(|one| one.sentence));
    said.extend(comparison.choices().iter().filter_map(bound));
    let of = |how: fn(&Compared) -> bool| {
        let choices = comparison.choices().iter().filter(|one| how(one));
        let names: Vec<&str> = choices.map(|one| one.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join("; "))
    };
    if let Some(names) = of(|one| one.is_estimated) {
        said.push(format!("Some prices are estimated: of {names}."));
    }
    if let Some(names) = of(|one| one.is_derived) {
        said.push(format!(
            "What is bought for longer has prices that are derived from others: of {names}."
        ));
    }
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

/// What a load keeps and loses in another place, or why it can't be there.
fn elsewhere(one: &Compared) -> Option<String> {
    let taken = one.taken.as_ref()?;
    Some(match &taken.came {
        Ok(_) => {
            let (keeps, loses) = taken.service.keeps();
            let rules: Vec<&str> = taken.service.rules().iter().map(|rule| rule.id).collect();
            format!(
                "{} keeps {keeps}, and loses {loses} ({}).",
                one.name,
                rules.join(", ")
            )
        }
        Err(not) => format!(
            "{} is not possible ({}): {}.",
            one.name, not.rule.id, not.why
        ),
    })
}

/// What a choice goes on costing, however little of it is needed.
fn bound(one: &Compared) -> Option<String> {
    let (costs, until) = one.bound?;
    let costs = amount::people(costs, amount::decimals([costs]));
    let date = until.to_string();
    let date = date.split('T').next().unwrap_or(&date);
    Some(format!(
        "{} is bought until {date}, for {costs} in all, used or not.",
        one.name
    ))
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
        let note = if one.tally.is_another_life() {
            ", so it isn't the same life"
        } else {
            ""
        };
        format!("{}: {why}{note}.", one.name)
    })
}

/// What stands above the columns, and in the corner: the names of choices, or, where the same things were varied in all, a
/// row for each of these.
fn titles(comparison: &Comparison, rows: &mut Vec<Row>) -> (String, Vec<String>) {
    let choices = comparison.choices();
    let varied = |one: &Compared| -> Vec<String> {
        let changes = one.changes.iter();
        changes.map(|change| change.words().0.to_owned()).collect()
    };
    let named_so = |one: &Compared| {
        let words: Vec<String> = one.changes.iter().map(ToString::to_string).collect();
        one.name == words.join(", ")
    };
    let keys = choices.first().map(varied).unwrap_or_default();
    let alike = choices
        .iter()
        .all(|one| varied(one) == keys && named_so(one));
    if keys.is_empty() || !alike {
        let names = choices.iter().map(|one| cut(&one.name, WIDEST));
        return (String::new(), names.collect());
    }
    let mut heads = keys.into_iter().enumerate().map(|(place, key)| Row {
        head: shown(&key).into_owned(),
        cells: choices
            .iter()
            .map(|one| cut(&one.changes[place].words().1, WIDEST))
            .collect(),
    });
    let Some(Row { head, cells }) = heads.next() else {
        return (String::new(), Vec::new());
    };
    rows.splice(0..0, heads);
    (head, cells)
}

/// The table for people, a column a choice; where they don't fit into the width, in several parts.
pub(super) fn people(comparison: &Comparison, width: usize) -> String {
    let mut rows = rows(comparison);
    let (corner, names) = titles(comparison, &mut rows);
    let heads = rows.iter().map(|row| row.head.width());
    let head = heads.chain([corner.width()]).max().unwrap_or(0);
    let wide = |place: usize| {
        let cells = rows.iter().map(|row| row.cells[place].width());
        cells.chain([names[place].width()]).max().unwrap_or(0)
    };
    let mut text = String::new();
    let mut from = 0;
    while from < names.len() {
        let mut used = head;
        let fits = (from..names.len()).take_while(|&place| {
            used += 2 + wide(place);
            used <= width
        });
        let to = from + fits.count().max(1);
        if from > 0 {
            text.push('\n');
        }
        let titles = names[from..to].iter().map(String::as_str);
        let titles: Vec<&str> = iter::once(corner.as_str()).chain(titles).collect();
        let right: Vec<usize> = (1..titles.len()).collect();
        let lines = rows.iter().map(|row| {
            let cells = row.cells[from..to].iter().cloned();
            iter::once(row.head.clone()).chain(cells).collect()
        });
        text.push_str(&table(&titles, &right, lines));
        from = to;
    }
    text.push('\n');
    for sentence in sentences(comparison) {
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "{}", shown(&sentence));
    }
    text
}

/// The table in Markdown, for a pull request.
pub(super) fn markdown(comparison: &Comparison) -> String {
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
pub(super) fn csv(comparison: &Comparison) -> Result<String, Box<dyn std::error::Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let counted: Vec<Meter> = comparison.meters_of_tables().collect();
    let meters = counted.iter().map(|meter| meter.name());
    writer.write_record(["choice"].into_iter().chain(meters).chain(["total"]))?;
    for one in comparison.choices() {
        let amounts = counted.iter().map(|&meter| one.cost.of(meter));
        let amounts = amounts.chain([one.cost.total()]);
        let amounts = amounts.map(|amount| amount.to_string());
        writer.write_record(iter::once(one.name.clone()).chain(amounts))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
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
