//! `--format csv`: the ledger as a table, one line a row, with the keys that it has in JSON as columns.

use std::io::{self, Write};

use serde_json::Value;

use crate::{runner::Replay, script::Directory};

use super::{
    Rounding,
    json::{Ledger, LineView, in_order},
};

/// The columns: the keys of a line in JSON, in their order.
const COLUMNS: &[&str] = &[
    "resource",
    "resource_id",
    "meter",
    "usage_type",
    "operation",
    "from",
    "to",
    "quantity",
    "unit",
    "unit_price",
    "price_unit",
    "price_source",
    "amount",
    "list_amount",
    "effective_amount",
    "commitment",
    "covered",
    "rules",
];

/// The ledgers of replays, one after the other in one table.
///
/// Quantities are in the unit of the price. As reports round, lines are cut at clock-hours, hours have six decimals and all else
/// ten; exactly, quantities have up to eighteen decimals and amounts ten.
pub struct LedgerCsv<W: Write> {
    writer: csv::Writer<W>,
    rounding: Rounding,
}

impl<W: Write> LedgerCsv<W> {
    /// A table that goes to `out`.
    ///
    /// # Errors
    ///
    /// Those of writing its head.
    pub fn new(out: W, rounding: Rounding) -> io::Result<Self> {
        Self::after(false, out, rounding)
    }

    /// The same, which goes on after others where `goes_on` says so: then it has no head of its own.
    ///
    /// # Errors
    ///
    /// Those of writing its head.
    pub fn after(goes_on: bool, out: W, rounding: Rounding) -> io::Result<Self> {
        let writer = sheet(goes_on, out, COLUMNS)?;
        Ok(Self { writer, rounding })
    }

    /// Writes the ledger of a replay that kept it.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write(&mut self, replay: &Replay) -> io::Result<()> {
        let names = replay.directory();
        self.lines(replay.bill().ledger(), &names)
    }

    pub(super) fn lines(
        &mut self,
        lines: &[crate::billing::LedgerLine],
        named: &dyn Directory,
    ) -> io::Result<()> {
        let ledger = Ledger {
            lines,
            named,
            rounding: self.rounding,
            of_prices: true,
        };
        ledger.each(|line| {
            let fields = in_order(&LineView {
                ledger: &ledger,
                line,
            })?;
            let cells = fields.into_iter().map(|(_, value)| cell(value));
            self.writer.write_record(cells)?;
            Ok::<(), io::Error>(())
        })?;
        self.writer.flush()
    }
}

impl<W: Write> std::fmt::Debug for LedgerCsv<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedgerCsv").finish_non_exhaustive()
    }
}

/// A table with a head, unless it goes on after others.
pub(super) fn sheet<W: Write>(
    goes_on: bool,
    out: W,
    columns: &[&str],
) -> io::Result<csv::Writer<W>> {
    let mut writer = csv::Writer::from_writer(out);
    if !goes_on {
        writer.write_record(columns)?;
    }
    Ok(writer)
}

/// What is null is empty; several words are one cell, with blanks between them.
fn cell(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(words) => {
            let words: Vec<String> = words.into_iter().map(cell).collect();
            words.join(" ")
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report::Document, scenario::Scenario};

    #[test]
    fn the_columns_are_the_keys_of_a_line_in_json() {
        let scenario = Scenario::from_text(
            "web.yaml",
            "instances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\n",
        );
        let replay = crate::runner::replay(&scenario.unwrap());
        let mut document = Vec::new();
        Document::new(&replay).write(&mut document).unwrap();
        let text = String::from_utf8(document).unwrap();
        let ledger = &text[text.find("\"ledger\":").unwrap()..];
        let line = &ledger[..ledger.find('}').unwrap()];
        let mut at = 0;
        for column in COLUMNS {
            let key = format!("\"{column}\":");
            at += line[at..]
                .find(&key)
                .unwrap_or_else(|| panic!("{column} in order"));
        }
        assert_eq!(line.matches("\":").count() - 1, COLUMNS.len());
    }
}
