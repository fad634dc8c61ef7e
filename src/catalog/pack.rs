//! Packs the tables in `src/catalog/data` into fixed-width records, which the program embeds.
//!
//! This is the build script, not a module of the library. Every table is described by one [`Spec`]:
//! its columns, how each is stored and how many of the first ones are its key. Rows are checked,
//! sorted by their key and written to `OUT_DIR/NAME.bin` as little-endian records. One generated
//! source, `catalog_data.rs`, says where in a record each column is. Nothing in it is a pointer, so
//! nothing is relocated, parsed or inflated when the program starts.
//!
//! A bad row, a row given twice or a number that doesn't fit fails the build, with its file and
//! line.

use std::{
    collections::BTreeMap,
    env,
    fmt::{self, Write as _},
    fs,
    io::Write as _,
    path::Path,
};

/// Where the tables are, from the root of the package.
const DATA: &str = "src/catalog/data";

#[path = "pack_tables.rs"]
mod tables;

use tables::{How, SPECS, Spec, UNDESCRIBED_SPEC};

/// Names that have a price, but no row in `instance-types.tsv`.
const UNDESCRIBED: [&str; 1] = ["i3p.16xlarge"];

use How::{Flag, Known, Letters, Number, OneOf, Platform, Prefix, Region, Set, Signed, Text, Type};

/// Why the build fails; cargo shows it as it is.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A failure that isn't a row's: a file that can't be read or written.
fn failed(path: &str) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |error| Failure(format!("{path}: {error}"))
}

/// The texts of all tables, each once.
#[derive(Default)]
struct Pool {
    text: String,
    places: BTreeMap<String, (u16, u8)>,
}

impl Pool {
    fn place(&mut self, text: &str) -> Result<(u16, u8), String> {
        if let Some(place) = self.places.get(text) {
            return Ok(*place);
        }
        let offset = u16::try_from(self.text.len()).map_err(|_| "the pool of texts is full")?;
        let length = u8::try_from(text.len()).map_err(|_| "a text is longer than 255 bytes")?;
        self.text.push_str(text);
        self.places.insert(text.to_owned(), (offset, length));
        Ok((offset, length))
    }
}

/// What the tables that are already packed give to the later ones.
#[derive(Default)]
struct Names {
    pool: Pool,
    types: BTreeMap<String, usize>,
    regions: BTreeMap<String, usize>,
    platforms: BTreeMap<String, usize>,
}

/// One row on its way: the cells' sort keys, its record, its line.
type Packed = (Vec<(u64, String)>, Vec<u8>, usize);

impl How {
    /// The bytes that a cell takes.
    fn width(self) -> usize {
        match self {
            Text | Prefix => 3,
            Type => 2,
            Number(width, _) | Known(width, _) => width,
            Region | Platform | Signed | Flag | OneOf(_) | Set(_) | Letters => 1,
        }
    }

    /// The type that reads the cell; most are in `raw.rs`.
    fn reader(self) -> &'static str {
        match self {
            Text | Prefix => "raw::TextAt",
            Type => "types::TypeAt",
            Region => "regions::RegionAt",
            Signed => "raw::SignedAt",
            Flag => "raw::FlagAt",
            Number(2, _) | Known(2, _) => "raw::U16At",
            Number(4, _) | Known(4, _) => "raw::U32At",
            Number(8, _) | Known(8, _) => "raw::U64At",
            Number(..) | Known(..) | Platform | OneOf(_) | Set(_) | Letters => "raw::U8At",
        }
    }

    /// Appends the cell to the record and gives its sort key.
    fn pack(
        self,
        cell: &str,
        names: &mut Names,
        record: &mut Vec<u8>,
    ) -> Result<(u64, String), String> {
        let row_of = |rows: &BTreeMap<String, usize>, what: &str| {
            let row = rows
                .get(cell)
                .ok_or_else(|| format!("unknown {what} `{cell}`"))?;
            u64::try_from(*row).map_err(|error| error.to_string())
        };
        let number = match self {
            Text | Prefix => {
                let prefix = matches!(self, Prefix) && !cell.is_empty();
                let text = if prefix {
                    format!("{cell}-")
                } else {
                    cell.to_owned()
                };
                let (offset, length) = names.pool.place(&text)?;
                record.extend(offset.to_le_bytes());
                record.push(length);
                return Ok((0, text));
            }
            Signed => {
                let number: i8 = cell.parse().map_err(|_| format!("bad number `{cell}`"))?;
                record.extend(number.to_le_bytes());
                return Ok((0, String::new()));
            }
            Type => row_of(&names.types, "type")?,
            Region => row_of(&names.regions, "region")?,
            Platform => row_of(&names.platforms, "os")?,
            Known(..) if cell.is_empty() => u64::MAX,
            Number(_, decimals) | Known(_, decimals) => scaled(cell, decimals)?,
            Flag => match cell {
                "false" => 0,
                "true" => 1,
                "" => 255,
                _ => return Err(format!("expected true or false, found `{cell}`")),
            },
            OneOf(list) => place_in(list, cell)?,
            Set(list) => {
                let mut set = 0;
                for word in cell.split(',') {
                    set |= 1 << place_in(list, word)?;
                }
                set
            }
            Letters => {
                let mut set = 0;
                for letter in cell.bytes() {
                    if !(b'a'..=b'h').contains(&letter) {
                        return Err(format!("expected letters a to h, found `{cell}`"));
                    }
                    set |= 1 << (letter - b'a');
                }
                set
            }
        };
        let width = self.width();
        let most = u64::MAX >> (64 - 8 * width);
        // All bits set means blank, so no number may look like it.
        let blank = matches!(self, Known(..)) && cell.is_empty();
        let fits = number < most || (number == most && !matches!(self, Number(..) | Known(..)));
        if !fits && !blank {
            return Err(format!("`{cell}` doesn't fit into {width} bytes"));
        }
        record.extend(&number.to_le_bytes()[..width]);
        Ok((if blank { 0 } else { number + 1 }, String::new()))
    }
}

/// The place of a word in a list.
fn place_in(list: &[&str], word: &str) -> Result<u64, String> {
    let place = list.iter().position(|known| *known == word);
    let place = place.ok_or_else(|| format!("expected one of {list:?}, found `{word}`"))?;
    u64::try_from(place).map_err(|error| error.to_string())
}

/// A number with at most so many decimals, as a whole number of the smallest decimal.
fn scaled(cell: &str, decimals: usize) -> Result<u64, String> {
    let bad = || format!("expected a number with at most {decimals} decimals, found `{cell}`");
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction:0<decimals$}");
    if whole.is_empty()
        || fraction.len() > decimals
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(bad());
    }
    digits.parse().map_err(|_| bad())
}

/// The header row that the file of a table has.
fn header(spec: &Spec) -> String {
    let names: Vec<&str> = spec.columns.iter().map(|(name, _)| *name).collect();
    names.join("\t")
}

/// Reads, checks and packs one table, and gives the generated module of its columns.
fn pack(
    spec: &Spec,
    text: &str,
    names: &mut Names,
    out: &Path,
    more: &mut String,
) -> Result<String, Failure> {
    let fail =
        |line: usize, what: &str| Failure(format!("{DATA}/{}.tsv:{line}: {what}", spec.file));
    let mut lines = text.lines();
    if lines.next() != Some(header(spec).as_str()) {
        return Err(fail(1, &format!("expected the columns {:?}", header(spec))));
    }
    let mut rows: Vec<Packed> = Vec::new();
    for (index, line) in lines.enumerate() {
        let number = index + 2;
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() != spec.columns.len() {
            return Err(fail(
                number,
                &format!("expected {} cells", spec.columns.len()),
            ));
        }
        // These have a price only; they go to a small table of their own.
        if spec.name == "linux" && cells.get(1).is_some_and(|name| UNDESCRIBED.contains(name)) {
            more.push_str(line);
            more.push('\n');
            continue;
        }
        let mut keys = Vec::new();
        let mut record = Vec::new();
        for (cell, (column, how)) in cells.iter().zip(spec.columns) {
            let key = how.pack(cell, names, &mut record);
            keys.push(key.map_err(|what| fail(number, &format!("{column}: {what}")))?);
        }
        keys.truncate(spec.key);
        rows.push((keys, record, number));
    }
    rows.sort();
    for pair in rows.windows(2) {
        if let [first, second] = pair
            && first.0 == second.0
        {
            let (first, second) = (first.2.min(second.2), first.2.max(second.2));
            return Err(fail(second, &format!("given in line {first} already")));
        }
    }
    for (row, (keys, _, line)) in rows.iter().enumerate() {
        let Some((_, name)) = keys.first() else {
            continue;
        };
        match spec.name {
            "types" => drop(names.types.insert(name.clone(), row)),
            "regions" => drop(names.regions.insert(name.clone(), row)),
            "platforms" => {
                let cells = text.lines().nth(line - 1).unwrap_or_default();
                let os = cells.rsplit('\t').next().unwrap_or_default().to_owned();
                // Platforms that bring their own licence share the price of the first one.
                names.platforms.entry(os).or_insert(row);
            }
            _ => {}
        }
    }
    let blob: Vec<u8> = rows
        .iter()
        .flat_map(|(_, record, _)| record.iter().copied())
        .collect();
    let path = out.join(format!("{}.bin", spec.name));
    fs::write(&path, &blob).map_err(failed(spec.name))?;
    Ok(module(spec, rows.len()))
}

/// The generated module of a table: where its columns are, and its records.
fn module(spec: &Spec, rows: usize) -> String {
    let mut code = format!("/// `{}.tsv`\npub(super) mod {} {{\n", spec.file, spec.name);
    let mut offset = 0;
    for (column, how) in spec.columns {
        let reader = how.reader();
        let name = column.to_ascii_uppercase();
        let _ = writeln!(
            code,
            "    pub(in super::super) const {name}: crate::catalog::{reader} = \
             crate::catalog::{reader}({offset});"
        );
        offset += how.width();
    }
    let bytes = rows * offset;
    let bytes = match bytes / 1_000 {
        0 => bytes.to_string(),
        thousands => format!("{thousands}_{:03}", bytes % 1_000),
    };
    let _ = writeln!(
        code,
        "    pub(in super::super) type Record = [u8; {offset}];\n    \
         static BYTES: [u8; {bytes}] =\n        \
         *include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{}.bin\"));\n    \
         pub(in super::super) fn rows() -> &'static [Record] {{\n        \
         BYTES.as_chunks().0\n    }}\n}}",
        spec.name
    );
    code
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo names a build script's folders there"
)]
fn main() -> Result<(), Failure> {
    let out = env::var("OUT_DIR").map_err(|error| Failure(format!("OUT_DIR: {error}")))?;
    let out = Path::new(&out);
    let mut said = String::new();
    for script in ["pack.rs", "pack_tables.rs"] {
        let _ = writeln!(said, "cargo::rerun-if-changed=src/catalog/{script}");
    }
    // A program that can be loaded anywhere has thousands of addresses to set each time it starts, which makes start-up a
    // tenth longer. It reads text with safe code; where it is loaded protects nothing.
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        said.push_str("cargo::rustc-link-arg-bins=-no-pie\n");
    }
    let mut texts = BTreeMap::new();
    for spec in &SPECS {
        let path = format!("{DATA}/{}.tsv", spec.file);
        let _ = writeln!(said, "cargo::rerun-if-changed={path}");
        texts.insert(spec.file, fs::read_to_string(&path).map_err(failed(&path))?);
    }
    std::io::stdout()
        .write_all(said.as_bytes())
        .map_err(failed("stdout"))?;
    // FNV-1a, 64 bits, over the files in the order of their names.
    let version = texts
        .values()
        .flat_map(|text| text.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    let mut names = Names::default();
    let mut code = format!("pub(super) const VERSION: &str = \"{version:016x}\";\n");
    let mut more = String::new();
    for spec in &SPECS {
        let text = texts.get(spec.file).map_or("", String::as_str);
        code.push_str(&pack(spec, text, &mut names, out, &mut more)?);
    }
    let spec = &UNDESCRIBED_SPEC;
    let rest = format!("{}\n{more}", header(spec));
    code.push_str(&pack(spec, &rest, &mut names, out, &mut String::new())?);
    let _ = writeln!(
        code,
        "/// The texts of all tables.\n\
         pub(super) static POOL: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/pool.txt\"));"
    );
    fs::write(out.join("pool.txt"), names.pool.text).map_err(failed("pool.txt"))?;
    fs::write(out.join("catalog_data.rs"), code).map_err(failed("catalog_data.rs"))
}
