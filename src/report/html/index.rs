//! The index of a folder of pages.

use std::{fmt::Write as _, io};

use crate::{engine::Outcome, report::timeline::plainly::amounts, runner::Replay};

use super::{Out, flowing, head, text, title};

/// A page of an index.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it is, from the index on, with `/` between folders.
    path: String,
    name: String,
    description: Option<String>,
    outcome: Outcome,
    total: String,
    length: String,
}

impl Entry {
    /// The page of a replay at a path.
    pub fn new(path: String, replay: &Replay) -> Self {
        let program = replay.program();
        Self {
            path,
            name: title(program, replay.file()).to_owned(),
            description: program.description.as_deref().map(str::to_owned),
            outcome: replay.outcome(),
            total: amounts(replay.bill().cost().total()).0,
            length: replay.end().since(program.start).to_string(),
        }
    }
}

/// The index of a folder of pages.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a>(pub &'a [Entry]);

impl Index<'_> {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write(&self, out: Out<'_>) -> io::Result<()> {
        head(out, "Scenarios", None, "")?;
        writeln!(
            out,
            "<header><div class=\"title\"><h1>Scenarios</h1><p class=\"lead\">Each opens as a page of its own.</p></div></header><main id=\"story\">"
        )?;
        let mut last = None;
        for entry in self.0 {
            let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if last != Some(folder) {
                if last.is_some() {
                    writeln!(out, "</ul></section>")?;
                }
                let told = if folder.is_empty() { "here" } else { folder };
                writeln!(out, "<section><h2>{}</h2><ul class=\"index\">", text(told))?;
                last = Some(folder);
            }
            let outcome = entry.outcome.name();
            write!(
                out,
                "<li><a href=\"{}\">{}</a>",
                text(&encoded(&entry.path)),
                text(&entry.name)
            )?;
            if let Some(description) = &entry.description {
                write!(out, "<p>{}</p>", text(&flowing(description)))?;
            }
            writeln!(
                out,
                "<p class=\"quiet\"><span class=\"outcome {outcome}\">{outcome}</span> {} · {}</p></li>",
                entry.length, entry.total
            )?;
        }
        if last.is_some() {
            writeln!(out, "</ul></section>")?;
        }
        writeln!(out, "</main>\n</body>\n</html>")
    }
}

/// A relative address: what isn't plain is written in percents, so it is never taken for a scheme, a query or an anchor.
fn encoded(path: &str) -> String {
    let mut address = "./".to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.') {
            address.push(char::from(byte));
        } else {
            // Writing to a string doesn't fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}
