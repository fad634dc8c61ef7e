//! `ec2sim.toml`: what it may hold.

use super::{
    List, TIMINGS, Table, Takes,
    table::{Keys, key, key_or, table},
};

/// What a snapshot may record, in the words of `--snapshot`.
pub(in crate::scenario) const SNAPSHOT_LEVELS: &[&str] = &["full", "transitions", "costs", "off"];

/// One text, or several.
const TEXTS: Takes = Takes::Either(&[Takes::Text, Takes::Many(&Takes::Text)]);

table! {
    /// `ec2sim.toml`.
    CONFIG = "`ec2sim.toml`" => enum ConfigKey {
        Paths: key_or("paths", TEXTS, "every `*.ec2sim.yaml` below its folder", "what `ec2sim test` looks at where it is given no path"),
        Include: key_or("include", TEXTS, "everything", "globs, as in `.gitignore`: only such files below a folder are scenarios"),
        Exclude: key_or("exclude", TEXTS, "nothing", "globs, as in `.gitignore`: such files below a folder are no scenarios"),
        Region: key_or("region", Takes::Listed(List::Region), "us-east-1", "the Region of scenarios that name none"),
        Timings: key("timings", Takes::Map(&TIMINGS), "how long each transitional state lasts where a scenario doesn't say"),
        Prices: key_or(
            "prices",
            Takes::Either(&[Takes::Entries(&Takes::Amount), TEXTS]),
            "the built-in catalogue",
            "prices that hold over the catalogue's, or files of them as `--prices` takes them",
        ),
        Snapshot: key_or(
            "snapshot",
            Takes::Words(SNAPSHOT_LEVELS),
            "full",
            "what `--update` records in a new snapshot; `off` ignores snapshots",
        ),
        RequireSnapshots: key_or("require-snapshots", Takes::Flag, "no", "whether a scenario without a snapshot fails"),
    }
}
