//! `ec2sim compare FILE…`.

use crate::{
    compare::{self, Comparison, choices},
    engine::Outcome,
    foreign::shown,
};

use super::{
    Exit, RunContext,
    args::{CompareFormat, CompareOptions, Global},
    files, output,
    test::complain,
};

/// Compares what there is to compare.
pub(super) fn compare(options: &CompareOptions, global: &Global, context: &RunContext) -> Exit {
    let mut scenarios = Vec::with_capacity(options.files.len());
    for path in &options.files {
        match files::read(path, options.reading()) {
            Ok(scenario) => scenarios.push(scenario),
            Err(mistakes) => {
                let _ = files::complain(&mistakes, global, context);
            }
        }
    }
    if scenarios.len() < options.files.len() {
        return Exit::Unusable;
    }
    let choices = match choices(&scenarios, &options.vary) {
        Ok(choices) => choices,
        Err(unusable) => {
            complain(&format!(
                "there is no choice `{}`, because of this:",
                shown(&unusable.name)
            ));
            let _ = files::complain(&unusable.mistakes, global, context);
            return Exit::Unusable;
        }
    };
    if choices.len() < 2 {
        complain(
            "there is only one choice: give `--vary KEY=A,B`, several files, or a file with `variants`",
        );
        return Exit::Unusable;
    }
    let mut comparison = Comparison::of(&choices);
    if let Some(between) = &options.break_even {
        comparison = match comparison.with_break_even(&choices, between) {
            Ok(comparison) => comparison,
            Err(error) => {
                complain(&shown(&error.to_string()));
                return Exit::Unusable;
            }
        };
    }
    let text = match options.format {
        CompareFormat::Table => compare::table(&comparison, context.width()),
        CompareFormat::Csv => compare::csv(&comparison),
        CompareFormat::Markdown => compare::markdown(&comparison),
        CompareFormat::Json => match compare::json(&comparison) {
            Ok(document) => document + "\n",
            Err(error) => {
                complain(&format!("cannot write the results: {error}"));
                return Exit::Unusable;
            }
        },
    };
    let failed = |one: &compare::Compared| one.outcome != Outcome::Passed;
    let exit = if comparison.choices().iter().any(failed) {
        Exit::Failed
    } else {
        Exit::Success
    };
    exit.max(output::print(text.as_bytes()))
}
