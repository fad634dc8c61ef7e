//! `ec2sim explain WORD…`.

use std::fmt::Write as _;

use crate::{
    explain::{self, Explanation},
    foreign::shown,
};

use super::{Exit, RunContext, args::ExplainOptions, output, test::complain};

/// The lines of a fact that are shown; a person who wants the others finds them in the reference.
const MOST: usize = 12;

/// Explains every word. One that isn't known stops none of the others.
pub(super) fn explain(options: &ExplainOptions, context: &RunContext) -> Exit {
    let mut exit = Exit::Success;
    let mut text = String::new();
    for word in &options.words {
        let found = explain::find(word);
        let found = found.into_iter().map(explain::Subject::explain);
        // What a word means comes before what it is to the simulator.
        let found: Vec<Explanation> = explain::terms(word).into_iter().chain(found).collect();
        if found.is_empty() {
            exit = Exit::Unusable;
            complain(&unknown(word));
        }
        for said in found {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&drawn(&said, context.width()));
        }
    }
    exit.max(output::print(text.as_bytes()))
}

fn unknown(word: &str) -> String {
    let nearest = explain::nearest(word);
    let help = nearest.map_or_else(
        || "`ec2sim rules` lists the rules, and docs/glossary.md the words".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    format!("nothing here is called `{}`: {help}", shown(word))
}

/// A word and what is said of it, in lines of this width.
fn drawn(said: &Explanation, width: usize) -> String {
    let mut text = format!("{}  ({})\n\n", said.word, said.kind.word());
    output::wrapped(&mut text, "  ", "  ", &said.says, width);
    if !said.facts.is_empty() {
        text.push('\n');
    }
    for (about, lines) in &said.facts {
        for (at, line) in lines.iter().take(MOST).enumerate() {
            let first = format!("  {:<16}", if at == 0 { *about } else { "" });
            output::wrapped(&mut text, &first, &" ".repeat(20), line, width);
        }
        if let Some(more) = lines.len().checked_sub(MOST).filter(|more| *more > 0) {
            let _ = writeln!(text, "{:18}and {more} more", "");
        }
    }
    text
}
