//! `--format focus-parquet`: the rows of FOCUS as Parquet, which Spark and pandas read whatever the size of a fleet.
//!
//! Numbers are `DECIMAL(38, 18)`, so that nothing is rounded; instants are UTC, in milliseconds; all else is text. The file says in its
//! metadata which version of FOCUS it follows (`BILL-FOCUS-VERSION`).

use std::{
    io::{self, Write},
    sync::Arc,
};

use parquet::{
    basic::Compression,
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray},
    errors::ParquetError,
    file::{metadata::KeyValue, properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use crate::{billing::Biller, runner::Replay, script::Directory};

use super::{
    FocusError, Rounding,
    focus::{COLUMNS, rows, scaled},
};

/// So many rows are held at a time, and make a group of the file.
const GROUP: usize = 20_000;

/// The decimals of a number.
const DECIMALS: usize = 18;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Instant,
    Text,
}

impl Kind {
    fn of(column: &str) -> Self {
        let ends = |endings: &[&str]| endings.iter().any(|end| column.ends_with(end));
        if ends(&["Cost", "UnitPrice", "Quantity"]) {
            Self::Number
        } else if ends(&["PeriodStart", "PeriodEnd"]) {
            Self::Instant
        } else {
            Self::Text
        }
    }
}

/// The rows of one file, written in groups.
pub struct FocusParquet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    /// The cells of the group that isn't written yet, by columns.
    group: Vec<Vec<String>>,
    rounding: Rounding,
}

impl<W: Write + Send> std::fmt::Debug for FocusParquet<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FocusParquet").finish_non_exhaustive()
    }
}

impl<W: Write + Send> FocusParquet<W> {
    /// A file that goes to `out`.
    ///
    /// # Errors
    ///
    /// Those of writing its head.
    pub fn new(out: W, rounding: Rounding) -> io::Result<Self> {
        let fields: Vec<String> = COLUMNS
            .iter()
            .map(|column| match Kind::of(column) {
                Kind::Number => {
                    format!("optional fixed_len_byte_array(16) {column} (DECIMAL(38,18));")
                }
                Kind::Instant => format!("optional int64 {column} (TIMESTAMP(MILLIS,true));"),
                Kind::Text => format!("optional binary {column} (UTF8);"),
            })
            .collect();
        let schema = format!("message focus {{ {} }}", fields.join(" "));
        let schema = parse_message_type(&schema).map_err(other)?;
        let version = KeyValue::new("FocusVersion".to_owned(), "1.2".to_owned());
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(vec![version]))
            .build();
        let (schema, properties) = (Arc::new(schema), Arc::new(properties));
        Ok(Self {
            writer: SerializedFileWriter::new(out, schema, properties).map_err(other)?,
            group: vec![Vec::new(); COLUMNS.len()],
            rounding,
        })
    }

    /// Writes the ledger of a replay that kept it.
    ///
    /// # Errors
    ///
    /// Those of writing, and a row that would break FOCUS.
    pub fn write(&mut self, replay: &Replay) -> Result<(), FocusError> {
        self.lines(replay.bill(), &replay.directory())
    }

    pub(super) fn lines(&mut self, bill: &Biller, names: &dyn Directory) -> Result<(), FocusError> {
        rows(bill, names, self.rounding, |cells| {
            for (column, cell) in self.group.iter_mut().zip(cells) {
                column.push(cell.to_owned());
            }
            if self.group.first().map_or(0, Vec::len) >= GROUP {
                self.write_group()?;
            }
            Ok(())
        })
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.group.first().is_none_or(Vec::is_empty) {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(other)?;
        for (name, cells) in COLUMNS.iter().zip(&mut self.group) {
            let Some(mut column) = group.next_column().map_err(other)? else {
                break;
            };
            // What is null has no value, and a level below that of one.
            let levels: Vec<i16> = cells
                .iter()
                .map(|cell| i16::from(!cell.is_empty()))
                .collect();
            let there = cells.iter().filter(|cell| !cell.is_empty());
            let wrong = || io::Error::other(format!("a value of {name} doesn't fit its column"));
            match column.untyped() {
                ColumnWriter::ByteArrayColumnWriter(writer) => {
                    let values: Vec<ByteArray> =
                        there.map(|cell| ByteArray::from(cell.as_str())).collect();
                    writer
                        .write_batch(&values, Some(&levels), None)
                        .map_err(other)?;
                }
                ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
                    let number = |cell: &String| -> Option<FixedLenByteArray> {
                        let bytes = scaled(cell, DECIMALS)?.to_be_bytes();
                        Some(ByteArray::from(bytes.to_vec()).into())
                    };
                    let values: Option<Vec<_>> = there.map(number).collect();
                    writer
                        .write_batch(&values.ok_or_else(wrong)?, Some(&levels), None)
                        .map_err(other)?;
                }
                ColumnWriter::Int64ColumnWriter(writer) => {
                    let instant = |cell: &String| {
                        let at: Option<jiff::Timestamp> = cell.parse().ok();
                        at.map(jiff::Timestamp::as_millisecond)
                    };
                    let values: Option<Vec<i64>> = there.map(instant).collect();
                    writer
                        .write_batch(&values.ok_or_else(wrong)?, Some(&levels), None)
                        .map_err(other)?;
                }
                ColumnWriter::BoolColumnWriter(_)
                | ColumnWriter::Int32ColumnWriter(_)
                | ColumnWriter::Int96ColumnWriter(_)
                | ColumnWriter::FloatColumnWriter(_)
                | ColumnWriter::DoubleColumnWriter(_) => return Err(wrong()),
            }
            column.close().map_err(other)?;
            cells.clear();
        }
        group.close().map_err(other)?;
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn finish(mut self) -> io::Result<()> {
        self.write_group()?;
        self.writer.close().map_err(other)?;
        Ok(())
    }
}

fn other(error: ParquetError) -> io::Error {
    let ParquetError::External(error) = error else {
        return io::Error::other(error);
    };
    match error.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(error) => io::Error::other(error),
    }
}

#[cfg(test)]
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test fails where it panics"
)]
mod tests {
    use std::collections::BTreeMap;

    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::Field,
    };

    use super::*;
    use crate::{Scenario, report::Focus};

    const BOUGHT: &str = "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, shutting-down: 0s }
account:
  reserved-instances:
    - { type: m5.large, zone: us-east-1b, from: 2026-06-01T00:00:00Z, term: 1y, payment: partial-upfront, upfront: $219, hourly: $0.025 }
  savings-plans:
    - { kind: compute, commitment: $0.05, from: 2026-06-01T00:00:00Z, term: 1y, payment: no-upfront, rates: { c5.large: $0.06 } }
defaults: { public-ipv4: none }
instances: { web: { type: m5.large, zone: us-east-1b }, api: { type: c5.large } }
steps:
  - launch: [ web, api ]
  - { at: 90m, terminate: web }
  - { at: 2h, terminate: api }
until: 4h
";

    // What other readers make of it is tried by hand; here the library that wrote it reads it back.
    #[test]
    fn it_says_what_focus_says() {
        let replay = crate::replay(&Scenario::from_text("bill.yaml", BOUGHT).unwrap());
        let path = std::env::temp_dir().join("ec2sim-focus.parquet");
        let file = std::fs::File::create(&path).unwrap();
        let mut focus_file = FocusParquet::new(file, Rounding::Report).unwrap();
        focus_file.write(&replay).unwrap();
        focus_file.finish().unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let version = reader
            .metadata()
            .file_metadata()
            .key_value_metadata()
            .unwrap();
        assert!(
            version
                .iter()
                .any(|one| one.key == "FocusVersion" && one.value.as_deref() == Some("1.2"))
        );
        let read: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let mut table = Vec::new();
        let mut focus = Focus::new(&mut table, Rounding::Report).unwrap();
        focus.write(&replay).unwrap();
        drop(focus);
        let mut rows = csv::Reader::from_reader(table.as_slice());
        let rows: Vec<BTreeMap<String, String>> = rows.deserialize().map(Result::unwrap).collect();
        assert_eq!(read.len(), rows.len());
        for (read, row) in read.iter().zip(&rows) {
            for (column, value) in read.get_column_iter() {
                let text = match value {
                    Field::Null => String::new(),
                    Field::Str(text) => text.clone(),
                    other => {
                        let text = other.to_string();
                        assert!(
                            text.starts_with(|first: char| first.is_ascii_digit()),
                            "{column}"
                        );
                        continue;
                    }
                };
                assert_eq!(text, row[column], "{column}");
            }
            let cost = read.get_column_iter().find(|(name, _)| *name == "ListCost");
            let cost = cost.unwrap().1.to_string();
            let cost = cost.trim_end_matches('0').trim_end_matches('.');
            assert_eq!(cost, row["ListCost"]);
        }
        std::fs::remove_file(path).unwrap();
    }
}
