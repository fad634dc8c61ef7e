//! `ec2sim schema`, `ec2sim completions`, `ec2sim man`: what editors, shells and `man` need.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{outputs::Output, scenario};

use super::{
    Exit,
    args::{Arguments, CompletionOptions, SchemaOptions, ShellArg},
    output,
};

/// Prints the JSON Schema of an output, or else of a scenario file.
pub(super) fn schema(options: &SchemaOptions) -> Exit {
    let schema = Output::find(&options.of).map_or_else(scenario::schema, Output::schema);
    let mut text = format!("{schema:#}");
    text.push('\n');
    output::print(text.as_bytes())
}

/// Prints a script that teaches a shell to complete.
pub(super) fn completions(options: &CompletionOptions) -> Exit {
    let shell = match options.shell {
        ShellArg::Bash => Shell::Bash,
        ShellArg::Zsh => Shell::Zsh,
        ShellArg::Fish => Shell::Fish,
        ShellArg::Powershell => Shell::PowerShell,
        ShellArg::Elvish => Shell::Elvish,
    };
    // It panics where it can't write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "ec2sim", &mut script);
    output::print(&script)
}

/// Prints the manual: the program's page, then one for each command.
pub(super) fn man() -> Exit {
    match pages() {
        Ok(pages) => output::print(&pages),
        Err(error) => Exit::of_writing(&error),
    }
}

/// Files that the program reads and writes beside those that it is given.
const FILES: &[(&str, &str)] = &[
    (
        "ec2sim.toml",
        "what holds for the scenarios in its folder and below",
    ),
    ("NAME.snap", "the snapshot of NAME.yaml, beside it"),
    (
        "NAME.snap.new",
        "what a replay gave that differs from its snapshot, until it is accepted or rejected",
    ),
    (
        "target/ec2sim/last-failed",
        "which scenarios failed in the last run",
    ),
];

const EXAMPLES: &[(&str, &str)] = &[
    ("ec2sim new first.yaml", "starts a scenario"),
    (
        "ec2sim run first.yaml",
        "replays it, and shows what it cost",
    ),
    (
        "ec2sim test scenarios --junit report.xml",
        "checks a folder of scenarios, and reports",
    ),
    (
        "ec2sim compare first.yaml --vary type=m5.large,m7g.large",
        "says what another choice would cost",
    ),
    (
        "ec2sim import trail.json.gz -o tuesday.yaml",
        "makes a scenario of what CloudTrail has recorded",
    ),
    (
        "ec2sim run --format jsonl first.yaml | ec2sim show -",
        "keeps a replay, and shows it again",
    ),
];

fn pages() -> io::Result<Vec<u8>> {
    let mut command = Arguments::command();
    // Without this the commands don't know the options that they share.
    command.build();
    let mut pages = Vec::new();
    let page = clap_mangen::Man::new(command.clone());
    page.render_title(&mut pages)?;
    page.render_name_section(&mut pages)?;
    page.render_synopsis_section(&mut pages)?;
    page.render_description_section(&mut pages)?;
    page.render_options_section(&mut pages)?;
    // One page holds all of it: what is piped into `man` is one file.
    for inner in command.get_subcommands() {
        writeln!(pages, ".SH \"EC2SIM {}\"", inner.get_name().to_uppercase())?;
        let about = inner.get_about().map(ToString::to_string);
        writeln!(pages, "{}", escaped(&about.unwrap_or_default()))?;
        for argument in inner.get_arguments().filter(|one| !one.is_hide_set()) {
            let shared = argument.is_global_set() || argument.get_id() == "help";
            if shared {
                continue;
            }
            let help = argument.get_help().map(ToString::to_string);
            let short = argument.get_short().map(|short| format!("-{short}, "));
            let shown = format!("{}{argument}", short.unwrap_or_default());
            writeln!(pages, ".TP\n\\fB{}\\fR", escaped(&shown))?;
            writeln!(pages, "{}", escaped(&help.unwrap_or_default()))?;
            let words = argument.get_possible_values();
            if !words.is_empty() && argument.get_action().takes_values() {
                let words: Vec<&str> = words
                    .iter()
                    .map(clap::builder::PossibleValue::get_name)
                    .collect();
                writeln!(
                    pages,
                    ".br\n[possible values: {}]",
                    escaped(&words.join(", "))
                )?;
            }
        }
    }
    writeln!(
        pages,
        ".SH \"EXIT STATUS\"\n0: all passed; 1: a scenario failed; 2: an input could not be used; 130: interrupted by Ctrl-C."
    )?;
    writeln!(
        pages,
        ".SH ENVIRONMENT\nRUST_LOG, COLUMNS, NO_COLOR, CLICOLOR_FORCE, FORCE_HYPERLINK."
    )?;
    writeln!(pages, ".SH FILES")?;
    for (file, what) in FILES {
        writeln!(pages, ".TP\n\\fB{}\\fR\n{}", escaped(file), escaped(what))?;
    }
    writeln!(pages, ".SH EXAMPLES")?;
    for (command, what) in EXAMPLES {
        writeln!(
            pages,
            ".TP\n\\fB{}\\fR\n{}",
            escaped(command),
            escaped(what)
        )?;
    }
    page.render_version_section(&mut pages)?;
    Ok(pages)
}

/// A text in which roff sees no commands of its own.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) {
        format!("\\&{text}")
    } else {
        text
    }
}
