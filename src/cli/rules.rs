//! `ec2sim rules`.

use std::fmt::Write as _;

use crate::{
    explain::{Coverage, Kind, Reached},
    foreign::shown,
    rule::{self, AREAS, Rule},
    scenario::{Reading, nearest},
    suite,
};

use super::{
    Exit, RunContext,
    args::{Global, RulesOptions},
    files, output,
    test::{complain, none_found},
};

/// How many places of a rule are told.
const MOST: usize = 3;

/// Lists rules.
pub(super) fn rules(options: &RulesOptions, global: &Global, context: &RunContext) -> Exit {
    if let Some(area) = &options.area
        && !is_known(area)
    {
        let words = AREAS.iter().map(|area| area.word);
        let known: Vec<&str> = words.clone().collect();
        let help = nearest(area, words).map_or_else(
            || format!("there are {}", known.join(", ")),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        complain(&format!("no rule is about `{}`: {help}", shown(area)));
        return Exit::Unusable;
    }
    if !options.coverage.is_empty() {
        return coverage(options, global, context);
    }
    let mut text = String::new();
    if options.missing {
        for missing in rule::not_implemented()
            .iter()
            .filter(|missing| about(options, missing.id))
        {
            let _ = writeln!(text, "{:<24} {}", missing.id, missing.why);
        }
    } else {
        for rule in rule::implemented().filter(|rule| wanted(options, rule)) {
            let uncertain = if rule.uncertain { "?" } else { "" };
            let evidence = format!("{}{uncertain}", rule.evidence);
            let _ = writeln!(text, "{:<24} {evidence:<12} {}", rule.id, rule.says);
        }
    }
    output::print(text.as_bytes())
}

fn is_known(area: &str) -> bool {
    let missing = rule::not_implemented().iter().map(|missing| missing.id);
    rule::implemented()
        .map(|rule| rule.id)
        .chain(missing)
        .any(|id| rule::is_about(id, area))
}

fn about(options: &RulesOptions, id: &str) -> bool {
    options
        .area
        .as_deref()
        .is_none_or(|area| rule::is_about(id, area))
}

fn wanted(options: &RulesOptions, rule: &Rule) -> bool {
    about(options, rule.id)
        && options
            .evidence
            .is_none_or(|evidence| evidence.evidence() == rule.evidence)
}

/// Says which rules scenarios reach.
fn coverage(options: &RulesOptions, global: &Global, context: &RunContext) -> Exit {
    let found = suite::find_by(&options.coverage, &mut options.config.configs());
    let mut exit = files::problems(&found, global, context);
    let mut reached = Reached::default();
    for file in &found.files {
        match files::read(file, &Reading::default()) {
            Ok(scenario) => reached.add(&scenario),
            Err(_) if file.is_other() => {}
            Err(mistakes) => {
                let _ = files::complain(&mistakes, global, context);
                exit = Exit::Unusable;
            }
        }
    }
    if reached.count() == 0 {
        if exit == Exit::Success {
            none_found(&options.coverage);
        }
        return Exit::Unusable;
    }
    exit.max(output::print(told(&reached, options).as_bytes()))
}

fn told(reached: &Reached, options: &RulesOptions) -> String {
    let mut coverage: Coverage = reached.coverage();
    coverage.reached.retain(|rule| wanted(options, rule));
    coverage.missed.retain(|rule| wanted(options, rule));
    coverage.held.retain(|(rule, _)| wanted(options, rule));
    let (hit, missed) = (coverage.reached.len(), coverage.missed.len());
    let scenarios = if reached.count() == 1 {
        "scenario reaches"
    } else {
        "scenarios reach"
    };
    let mut text = format!(
        "{} {scenarios} {hit} of the {} rules that a record can cite.\n",
        reached.count(),
        hit + missed
    );
    if hit > 0 {
        text.push_str("\nReached\n");
    }
    for rule in &coverage.reached {
        let places = reached.places(Kind::Rule, rule.id);
        let first: Vec<&str> = places.iter().take(MOST).map(String::as_str).collect();
        let more = match places.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(text, "  {:<24} {}{more}", rule.id, shown(&first.join(" ")));
    }
    if missed > 0 {
        text.push_str("\nNot reached\n");
    }
    for rule in &coverage.missed {
        let _ = writeln!(text, "  {:<24} {}", rule.id, rule.says);
    }
    if !coverage.held.is_empty() {
        text.push_str("\nIn no record: held by a test\n");
    }
    for (rule, test) in &coverage.held {
        let _ = writeln!(text, "  {:<24} {test}", rule.id);
    }
    text
}
