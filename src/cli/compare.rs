//! `ec2sim compare FILE…`.

use std::{
    fs::File,
    io::{self, BufWriter, Write as _},
    path::Path,
};

use crate::{
    compare::{self, Choice, Comparison, choices_and_places},
    engine::Outcome,
    foreign::shown,
    report::{Side, Versus},
    runner::Replay,
};

use super::{
    Exit, RunContext,
    args::{CompareFormat, CompareOptions, Global},
    files, output, side_by_side,
    test::{complain, unusable_prices},
};

/// Compares what there is to compare.
pub(super) fn compare(options: &CompareOptions, global: &Global, context: &RunContext) -> Exit {
    let reading = match options.reading() {
        Ok(reading) => reading,
        Err(why) => return unusable_prices(&why),
    };
    let mut configs = options.config.configs();
    let mut scenarios = Vec::with_capacity(options.files.len());
    for path in &options.files {
        match files::read_named(path, &reading, &mut configs) {
            Ok(scenario) => scenarios.push(scenario),
            Err(mistakes) => {
                for one in &mistakes {
                    let _ = files::complain(one, global, context);
                }
            }
        }
    }
    if scenarios.len() < options.files.len() {
        return Exit::Unusable;
    }
    let choices = match choices_and_places(&scenarios, &options.vary, &options.elsewhere) {
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
            "there is only one choice: give `--vary KEY=A,B`, `--elsewhere SERVICE`, several files, or a file with `variants` or `elsewhere`",
        );
        return Exit::Unusable;
    }
    if let Some(page) = &options.html
        && let Err(error) = output::check_place(page)
    {
        output::not_written(page, &error);
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
    if let Some(path) = &options.html
        && let Err(error) = write_page(&choices, &comparison, path)
    {
        output::not_written(path, &error);
        return Exit::Unusable;
    }
    let text = match options.format {
        CompareFormat::Table => Ok(side_by_side::people(&comparison, context.width())),
        CompareFormat::Markdown => Ok(side_by_side::markdown(&comparison)),
        CompareFormat::Csv => side_by_side::csv(&comparison),
        CompareFormat::Json => compare::json(&comparison)
            .map(|document| document + "\n")
            .map_err(Into::into),
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            complain(&format!("cannot write the results: {error}"));
            return Exit::Unusable;
        }
    };
    let failed = |one: &compare::Compared| one.outcome != Outcome::Passed;
    let exit = if comparison.choices().iter().any(failed) {
        Exit::Failed
    } else {
        Exit::Success
    };
    exit.max(output::print(text.as_bytes()))
}

/// Writes the choices as a page.
fn write_page(choices: &[Choice], comparison: &Comparison, path: &Path) -> io::Result<()> {
    // What isn't possible has no life to draw; the sentences say why.
    let replays: Vec<(&Choice, Replay)> = choices
        .iter()
        .filter_map(|choice| Some((choice, choice.replay()?)))
        .collect();
    let sides: Vec<Side<'_>> = replays
        .iter()
        .map(|(choice, replay)| Side {
            name: &choice.name,
            replay,
        })
        .collect();
    let mut page = BufWriter::new(File::create(path)?);
    Versus::new(&sides)
        .saying(side_by_side::sentences(comparison))
        .write(&mut page)?;
    page.flush()
}
