//! What the signs of a timeline mean.

use std::io;

use super::{
    text::{BOLD, DIM, Line, PLAIN, flow},
    words::plain,
};

/// A kind of sign, and what each of them means.
const SIGNS: &[(&str, &[(&str, &str)])] = &[
    (
        "an instance becomes",
        &[
            ("○", "pending"),
            ("●", "running"),
            ("◐", "stopping or shutting-down"),
            ("□", "stopped"),
            ("▣", "hibernated"),
            ("×", "terminated"),
        ],
    ),
    (
        "its lane, until then",
        &[
            ("┃", "it runs"),
            ("│", "it is on its way"),
            ("┊", "it is at rest"),
        ],
    ),
    (
        "what happens besides",
        &[
            ("◆", "done, or told by EC2"),
            ("■", "a warning"),
            ("⊘", "refused, as the scenario expects"),
            ("✓", "a check that holds"),
            ("✗", "a failure"),
        ],
    ),
    (
        "what comes with it",
        &[
            ("+ −", "an address comes, goes"),
            ("⊕", "a meter begins to count, at this price"),
            ("⊖", "it ends: how much × the price"),
        ],
    ),
    (
        "who speaks",
        &[
            ("▌", "the scenario"),
            ("§", "a rule of EC2 (--explain)"),
            ("…", "the same again, so many times"),
        ],
    ),
    (
        "the amounts",
        &[
            ("step", "what the instance cost since the line before"),
            ("so far", "since its launch"),
        ],
    ),
];

/// The rows of the legend.
pub(super) fn rows(width: usize) -> Vec<Line> {
    let mut rows = Vec::new();
    for (kind, signs) in SIGNS {
        let items: Vec<Line> = signs
            .iter()
            .map(|(sign, meaning)| {
                let mut item = Line::of(BOLD, sign);
                item.push(PLAIN, " ");
                item.push(DIM, meaning);
                item
            })
            .collect();
        let mut title = plain("  ");
        title.push(DIM, kind);
        title.pad(24);
        for line in flow(&items, width.saturating_sub(24)) {
            rows.push(title.with(&line));
            title = Line::new();
            title.pad(24);
        }
    }
    rows
}

/// Writes what the signs of a timeline mean.
///
/// # Errors
///
/// Those of writing.
pub fn write_legend(
    out: &mut dyn io::Write,
    width: usize,
    colour: bool,
    in_ascii: bool,
) -> io::Result<()> {
    for row in rows(width) {
        row.write(out, colour, in_ascii)?;
    }
    Ok(())
}
