//! `ec2sim test --format json`.

use super::{
    Output, Shape,
    bill::TALLY,
    form::{
        Form,
        Holds::{Dollars, Flag, List, Of, Only, OrNull, Text, Whole, Word},
        Words, field,
    },
};

pub(super) const SUITE: Output = Output {
    name: "suite",
    schema_name: "ec2sim/suite/1",
    printed_by: "`ec2sim test --format json`, `ec2sim merge --format json`",
    says: "The report of a test run. The same run gives the same bytes: it says nothing of how long anything really took.",
    shape: Shape::Document,
    forms: &[&REPORT],
};

const REPORT: Form = Form::new(
    "a report",
    &[&[
        field(
            "schema",
            Only("ec2sim/suite/1"),
            "The name of the format, and its version.",
        ),
        field(
            "shard",
            OrNull(&Of(&SHARD)),
            "Which part of the suite it is, if it isn't all of it.",
        ),
        field("seeds", OrNull(&Of(&SEEDS)), "The seeds of a sweep."),
        field("counts", Of(&COUNTS), "What was counted."),
        field(
            "cases",
            List(&Of(&CASE)),
            "The scenarios, in the order in which they were found.",
        ),
        field(
            "warnings",
            List(&Text),
            "What a person should know, such as a snapshot without a scenario.",
        ),
        field(
            "notes",
            List(&Text),
            "What else there is to say, such as files that were passed over.",
        ),
    ]],
);

const SHARD: Form = Form::new(
    "a shard",
    &[&[
        field("index", Whole, "Which it is, from 1."),
        field("count", Whole, "Of how many."),
    ]],
);

const SEEDS: Form = Form::new(
    "a range of seeds",
    &[&[
        field("first", Whole, "The first."),
        field("last", Whole, "The last."),
    ]],
);

const COUNTS: Form = Form::new(
    "the counts",
    &[&[
        field("cases", Whole, "All scenarios that are told of."),
        field("passed", Whole, "Those that passed."),
        field(
            "failed",
            Whole,
            "Those in which an expectation or a snapshot didn't hold.",
        ),
        field("errors", Whole, "Those that could not be used."),
        field(
            "not_run",
            Whole,
            "Those that were not run, as another had failed before (`--fail-fast`).",
        ),
    ]],
);

const CASE: Form = Form::new(
    "a case",
    &[&[
        field(
            "file",
            Text,
            "Its file; of a variant, with `#` and the variant's name.",
        ),
        field(
            "name",
            OrNull(&Text),
            "Its name, where the file could be read.",
        ),
        field(
            "outcome",
            Word(Words::These(&["passed", "failed", "error"])),
            "How it went.",
        ),
        field(
            "simulated",
            OrNull(&Text),
            "How long it lasted in simulated time.",
        ),
        field(
            "transitions",
            Whole,
            "How many transitions there were; in a sweep, under all seeds together.",
        ),
        field(
            "expectations",
            Of(&TALLY),
            "How many checks held; likewise.",
        ),
        field(
            "cost",
            OrNull(&Dollars),
            "What it cost; nothing in a sweep.",
        ),
        field(
            "snapshot",
            Word(Words::These(&[
                "none",
                "matched",
                "mismatched",
                "created",
                "updated",
                "unusable",
            ])),
            "What became of its snapshot.",
        ),
        field("sweep", OrNull(&Of(&SWEEP)), "What came of the seeds."),
        field(
            "checks_nothing",
            Flag,
            "Whether it passed and could hardly have failed: it expects nothing.",
        ),
        field("problems", List(&Of(&PROBLEM)), "What is wrong."),
        field("text", Text, "The same drawn for a person."),
    ]],
);

const SWEEP: Form = Form::new(
    "a sweep",
    &[&[
        field("replayed", Whole, "Under how many seeds it was replayed."),
        field("failed", Whole, "Under how many it failed."),
        field("failed_seeds", List(&Whole), "The first of those."),
    ]],
);

const PROBLEM: Form = Form::new(
    "a problem",
    &[&[
        field(
            "kind",
            Word(Words::These(&[
                "expectation",
                "refusal",
                "script",
                "snapshot",
                "input",
                "snapshot-file",
                "panic",
            ])),
            "What kind of thing is wrong.",
        ),
        field("file", Text, "The file that it is in."),
        field("line", OrNull(&Whole), "The line, from 1."),
        field(
            "column",
            OrNull(&Whole),
            "The column in characters, from 1.",
        ),
        field("message", Text, "What is wrong, on one line."),
        field("expected", OrNull(&Text), "What was expected."),
        field("found", OrNull(&Text), "What was found."),
        field("at", OrNull(&Text), "The offset in simulated time."),
        field(
            "code",
            OrNull(&Text),
            "EC2's code of a refusal, or that of a mistake in the file.",
        ),
        field(
            "seed",
            OrNull(&Whole),
            "The seed under which it is so, in a sweep.",
        ),
        field("command", OrNull(&Text), "The command that shows it again."),
        field("diff", OrNull(&Text), "The difference, of a snapshot."),
    ]],
);
