//! The timeline's words and signs: amounts, quantities, states.

use anstyle::Style;

use crate::{
    billing::{LedgerLine, MONTH_PARTS},
    lifecycle::Phase,
    money::{Usd, grouped, people},
    record::{DataOutcome, Granularity, Period, Rules, Unit},
    rule::Rule,
    time::{HOUR_SECS, SimDuration},
};

use super::text::{BLUE, DIM, GREEN, Line, PLAIN, RED, YELLOW};

/// The name of a phase: the state, and its flavour where the instance is on its way into it.
pub(super) fn phase_name(phase: Phase, is_entered: bool) -> String {
    match phase.flavor() {
        Some(flavor) if is_entered => format!("{} ({flavor})", phase.state()),
        // EC2 itself doesn't know the word (STATE-HIBERNATED-API).
        None if is_entered && phase == Phase::Hibernated => {
            format!("{} (API: {})", phase.state(), phase.state().api().name())
        }
        Some(_) | None => phase.state().to_string(),
    }
}

/// The sign on an instance's lane when it enters a phase.
pub(super) const fn phase_sign(phase: Phase) -> &'static str {
    match phase {
        Phase::Launching | Phase::Starting | Phase::Resuming => "○",
        Phase::Running => "●",
        Phase::Stopping | Phase::Hibernating | Phase::ShuttingDown => "◐",
        Phase::Stopped => "□",
        Phase::Hibernated => "▣",
        Phase::Terminated => "×",
    }
}

/// An instance's lane while it is in a phase: heavy while it runs, broken while it is at rest.
pub(super) const fn phase_lane(phase: Phase) -> &'static str {
    match phase {
        Phase::Running => "┃",
        Phase::Launching
        | Phase::Starting
        | Phase::Resuming
        | Phase::Stopping
        | Phase::Hibernating
        | Phase::ShuttingDown => "│",
        Phase::Stopped | Phase::Hibernated => "┊",
        Phase::Terminated => " ",
    }
}

/// The colour of a phase.
pub(super) const fn phase_style(phase: Phase) -> Style {
    match phase {
        Phase::Running => GREEN,
        Phase::Launching
        | Phase::Starting
        | Phase::Resuming
        | Phase::Stopping
        | Phase::Hibernating
        | Phase::ShuttingDown => YELLOW,
        Phase::Stopped | Phase::Hibernated => BLUE,
        Phase::Terminated => RED,
    }
}

/// The colour of what became of data.
pub(super) const fn outcome_style(outcome: DataOutcome) -> Style {
    match outcome {
        DataOutcome::Kept => GREEN,
        DataOutcome::Saved => BLUE,
        DataOutcome::Lost | DataOutcome::Deleted => RED,
    }
}

/// `$0.095600`, at as many decimals as the place has room for: what costs something shows two digits that count all the same.
pub(super) fn usd(amount: Usd, decimals: u32) -> String {
    people::people(amount, decimals.max(people::decimals([amount])))
}

/// An amount to the last digit that it has.
pub(super) fn exact(amount: Usd) -> String {
    people::people(amount, 10)
}

/// How much a meter has counted. Seconds stay seconds as long as a person can read them; sizes held for a time are told
/// as both where the size is known.
pub(super) fn metered(unit: Unit, quantity: u64, size: Option<u64>) -> String {
    let exact = size.filter(|&size| size > 0 && quantity.is_multiple_of(size));
    match (unit.granularity(), unit.period(), exact) {
        (Granularity::Hour, ..) => format!("{quantity} h"),
        (Granularity::Amount, ..) if unit == Unit::Invocation => amount_of(unit, quantity.into()),
        (Granularity::Amount, ..) | (_, Period::Parts(_), _) => {
            format!("{} {}", amount_of(unit, u128::from(quantity)), unit.of())
        }
        (Granularity::Second, Period::Hour, _) if quantity < 10_000 => format!("{quantity} s"),
        (Granularity::Second, Period::Hour, _) => SimDuration::from_secs(quantity).to_string(),
        (Granularity::Second, Period::Month, Some(size)) => {
            let for_how_long = SimDuration::from_secs(quantity / size);
            format!("{size} {} × {for_how_long}", unit.of())
        }
        (Granularity::Second, Period::Month, None) => {
            format!(
                "{} {}·h",
                decimal(u128::from(quantity), 3_600, 3),
                unit.of()
            )
        }
    }
}

/// `numerator / denominator` at so many decimals, rounded half up.
pub(super) fn decimal(numerator: u128, denominator: u128, decimals: usize) -> String {
    let mut scale: u128 = 1;
    for _ in 0..decimals {
        scale *= 10;
    }
    let whole = numerator / denominator;
    let rest = ((numerator % denominator) * scale + denominator / 2) / denominator;
    let (whole, rest) = if rest >= scale {
        (whole + 1, 0)
    } else {
        (whole, rest)
    };
    if decimals == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:0decimals$}")
}

/// The parts of a sum or of a line as a person reads them, in the unit of the price, which is told beside them.
pub(super) fn quantity(unit: Unit, parts: u128) -> String {
    match (unit.granularity(), unit.period()) {
        (Granularity::Hour, _) => format!("{parts} h"),
        (Granularity::Amount, _) | (_, Period::Parts(_)) => amount_of(unit, parts),
        (Granularity::Second, Period::Hour) => hours(u64::try_from(parts).unwrap_or(u64::MAX)),
        (Granularity::Second, Period::Month) => decimal(parts, u128::from(MONTH_PARTS) * 86_400, 6),
    }
}

/// How much a line of the ledger is of: of what is paid by the month, how large it was and for which part of the month
/// (`20 GiB × 24 h of 744 h`).
pub(super) fn how_much(line: &LedgerLine) -> String {
    let secs = (line.to - line.from).as_secs();
    let is_month =
        (line.unit.granularity(), line.unit.period()) == (Granularity::Second, Period::Month);
    let is_whole = secs > 0 && line.quantity > 0 && line.quantity.is_multiple_of(secs);
    if !is_month || !is_whole || line.applied.is_some_and(|applied| applied.fraction > 0) {
        return quantity(line.unit, line.parts());
    }
    let held = if secs.is_multiple_of(HOUR_SECS) {
        format!("{} h", secs / HOUR_SECS)
    } else {
        SimDuration::from_secs(secs).to_string()
    };
    let (size, of) = (line.quantity / secs, line.unit.of());
    let month = u64::from(line.from.month().days()) * 24;
    format!("{size} {of} × {held} of {month} h")
}

/// An amount at six decimals, or as many as it has.
fn amount_of(unit: Unit, parts: u128) -> String {
    let Period::Parts(per) = unit.period() else {
        return parts.to_string();
    };
    // Requests are counted, whatever the price is for.
    if unit == Unit::Invocation {
        return grouped(parts);
    }
    let text = decimal(parts, u128::from(per), 6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Hours, minutes and seconds: `2:20:30`.
pub(super) fn hours(secs: u64) -> String {
    format!("{}:{:02}:{:02}", secs / 3_600, secs / 60 % 60, secs % 60)
}

/// The ids of rules on one line; with `links` each leads to its source.
pub(super) fn rule_line(rules: Rules, links: bool) -> Line {
    let mut line = Line::new();
    for (index, rule) in rules.iter().enumerate() {
        if index > 0 {
            line.push(DIM, " ");
        }
        push_id(&mut line, rule, links);
    }
    line
}

/// Puts a rule's id at the end of a line.
pub(super) fn push_id(line: &mut Line, rule: &Rule, links: bool) {
    if links && rule.source.starts_with("https://") {
        line.push_link(DIM, rule.id, rule.source);
    } else {
        line.push(DIM, rule.id);
    }
}

/// `1 instance`, `2 instances`.
pub(super) fn counted(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// A text in no style.
pub(super) fn plain(text: &str) -> Line {
    Line::of(PLAIN, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_like_a_persons() {
        assert_eq!(metered(Unit::Second, 3_585, None), "3585 s");
        assert_eq!(metered(Unit::Second, 86_400, None), "1d");
        assert_eq!(metered(Unit::Hour, 3, None), "3 h");
        assert_eq!(
            metered(Unit::GibSecond, 20 * 5_400, Some(20)),
            "20 GiB × 1h30m"
        );
        assert_eq!(metered(Unit::GibSecond, 5_400, None), "1.500 GiB·h");
        assert_eq!(hours(90_061), "25:01:01");
        // 20 GiB for all of a 31-day month are 20 GB-months.
        let month = 20 * 31 * 86_400 * u128::from(MONTH_PARTS / 31);
        assert_eq!(quantity(Unit::GibSecond, month), "20.000000");
    }

    #[test]
    fn decimals_round_half_up() {
        assert_eq!(decimal(1, 2, 0), "1");
        assert_eq!(decimal(1, 8, 2), "0.13");
        assert_eq!(decimal(999_999, 1_000_000, 3), "1.000");
    }

    #[test]
    fn counts_have_their_plural() {
        assert_eq!(counted(1, "transition"), "1 transition");
        assert_eq!(counted(0, "transition"), "0 transitions");
    }
}
