//! Price files that the command line names: our own tables, and AWS's Price List. They are read as a stream: however large one is,
//! no more is kept than the prices that a scenario could ask for, and no line or word of it is longer than [`LONGEST`].

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, BufRead, BufReader, Read},
    marker::PhantomData,
    path::Path,
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use thiserror::Error;

use super::{input, lower::price_keys};
use crate::{
    billing::PriceTable,
    catalog::{Platform, RegionId, TypeId},
    money::Price,
    record::PriceKey,
};

/// Why a price file can't be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PriceFileError {
    /// It can't be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// Something in it is wrong.
    #[error("{file}:{line}: {what}")]
    Wrong {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// A product of AWS's list has no price.
    #[error("{file}: the product {sku} has no On-Demand price in US dollars: {what}")]
    Hole {
        /// The file.
        file: String,
        /// Its SKU.
        sku: String,
        /// What it is.
        what: String,
    },
    /// There is no price in it.
    #[error(
        "{file}: there is no price in it; expected a mapping such as `m5.large: $0.10`, a table of `ec2sim prices`, or AWS's Price List JSON"
    )]
    Empty {
        /// The file.
        file: String,
    },
}

/// So many bytes a line, or a word of JSON, has at most.
const LONGEST: usize = 1 << 20;

/// So many products of AWS's list can wait for their price: it has a few for each type, platform and Region.
const MOST_WAITING: usize = 1 << 20;

/// Reads a price file.
///
/// It is one of: JSON of AWS's Price List (`index.json` of its offers for EC2 or VPC), JSON (`ec2sim/prices/1`) or CSV of
/// `ec2sim prices`, a tab-separated table with such columns, or a mapping as `prices` of a scenario has it.
///
/// # Errors
///
/// What is wrong, at its place. A price that is missing is a mistake, and never nothing.
pub fn read_prices(path: &Path) -> Result<PriceTable, PriceFileError> {
    let file = path.display().to_string();
    let unreadable = |reason: String| PriceFileError::Unreadable {
        file: file.clone(),
        reason,
    };
    let (open, _) = input::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut reader = BufReader::with_capacity(1 << 16, open);
    let begin = reader
        .fill_buf()
        .map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8_lossy(begin);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let head = text.lines().next().unwrap_or_default();
    let table = if text.starts_with('{') || text.starts_with('[') {
        json(&file, BufReader::new(Bounded::new(reader, b'"')))?
    } else if head.contains("type") && (head.contains(',') || head.contains('\t')) {
        let delimiter = if head.contains('\t') { b'\t' } else { b',' };
        columns(&file, Bounded::new(reader, b'\n'), delimiter)?
    } else {
        mapping(&file, BufReader::new(Bounded::new(reader, b'\n')))?
    };
    if table.is_empty() {
        return Err(PriceFileError::Empty { file });
    }
    Ok(table)
}

/// A reader that gives up where something is longer than anybody writes: what lies between two of a byte.
struct Bounded<R> {
    reader: R,
    byte: u8,
    length: usize,
}

impl<R> Bounded<R> {
    const fn new(reader: R, byte: u8) -> Self {
        Self {
            reader,
            byte,
            length: 0,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        let mut parts = read.split(|&byte| byte == self.byte);
        self.length += parts.next().map_or(0, <[u8]>::len);
        if let Some(last) = parts.next_back() {
            self.length = last.len();
        }
        if self.length > LONGEST {
            return Err(io::Error::other("a line or a word is longer than 1 MiB"));
        }
        Ok(count)
    }
}

/// A price that is there: never nothing at all.
fn price(text: &str) -> Result<Price, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("there is no price".to_owned());
    }
    let text = text.strip_prefix('$').unwrap_or(text);
    text.parse().map_err(|_| format!("`{text}` is not a price"))
}

/// The key of a row; none for a type that isn't known.
fn key(type_name: &str, platform: Option<&str>) -> Result<Option<PriceKey>, String> {
    let platform = match platform.filter(|word| !word.is_empty()) {
        None => Platform::Linux,
        Some(word) => Platform::find(word).ok_or_else(|| format!("`{word}` is not a platform"))?,
    };
    let found = TypeId::find(type_name);
    Ok(found.map(|found| PriceKey::Instance(found, Some(platform))))
}

fn region(name: &str) -> Result<RegionId, String> {
    RegionId::find(name).ok_or_else(|| format!("`{name}` is not a Region"))
}

/// A table with a head.
fn columns(file: &str, reader: impl Read, delimiter: u8) -> Result<PriceTable, PriceFileError> {
    let wrong = |line: u64, what: String| PriceFileError::Wrong {
        file: file.to_owned(),
        line,
        what,
    };
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        wrong(line, error.to_string())
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(reader);
    let head = reader.headers().map_err(unreadable)?.clone();
    let place = |names: &[&str]| head.iter().position(|name| names.contains(&name));
    let Some((type_at, price_at)) =
        place(&["type"]).zip(place(&["hourly", "usd_per_hour", "price"]))
    else {
        return Err(wrong(
            1,
            "expected the columns `type` and `hourly`".to_owned(),
        ));
    };
    let (region_at, platform_at) = (place(&["region"]), place(&["platform", "os"]));
    let estimated_at = place(&["estimated"]);
    let mut table = PriceTable::default();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(unreadable)? {
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let fill = || -> Result<Option<(Option<RegionId>, PriceKey, Price)>, String> {
            let at = region_at.map(cell).map(region).transpose()?;
            let found = key(cell(type_at), platform_at.map(cell))?;
            let price = price(cell(price_at)).map_err(|why| format!("{}: {why}", cell(type_at)))?;
            Ok(found.map(|found| (at, found, price)))
        };
        if let Some((at, found, price)) = fill().map_err(|what| wrong(line, what))? {
            // An estimate stays one.
            if estimated_at.map(cell) == Some("true") {
                table.set_estimate(at, found, price);
            } else {
                table.set(at, found, price);
            }
        }
    }
    Ok(table)
}

/// A mapping as `prices` has it: one price a line.
fn mapping(file: &str, reader: impl BufRead) -> Result<PriceTable, PriceFileError> {
    let mut table = PriceTable::default();
    let home = RegionId::default();
    for (number, line) in (1..).zip(reader.lines()) {
        let wrong = |what: String| PriceFileError::Wrong {
            file: file.to_owned(),
            line: number,
            what,
        };
        let line = line.map_err(|error| wrong(error.to_string()))?;
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') || line == "---" || line == "prices:" {
            continue;
        }
        let Some((name, value)) = line
            .rsplit_once(": ")
            .or_else(|| line.strip_suffix(':').map(|name| (name, "")))
        else {
            return Err(wrong(
                "expected a price such as `m5.large: $0.10`".to_owned(),
            ));
        };
        let unquoted = |text: &'_ str| text.trim().trim_matches(['"', '\'']).to_owned();
        let name = unquoted(name);
        let keys = price_keys(&name, home);
        if keys.is_empty() {
            return Err(wrong(format!("nothing called `{name}` has a price")));
        }
        let price = price(&unquoted(value)).map_err(|why| wrong(format!("{name}: {why}")))?;
        for key in keys {
            table.set(None, key, price);
        }
    }
    Ok(table)
}

fn json(file: &str, reader: impl Read) -> Result<PriceTable, PriceFileError> {
    let mut list = List::default();
    let mut json = serde_json::Deserializer::from_reader(reader);
    let read = Whole(&mut list)
        .deserialize(&mut json)
        .and_then(|()| json.end());
    read.map_err(|error| PriceFileError::Wrong {
        file: file.to_owned(),
        line: u64::try_from(error.line()).unwrap_or(u64::MAX),
        what: error.to_string(),
    })?;
    if let Some((sku, product)) = list.products.into_iter().next() {
        return Err(PriceFileError::Hole {
            file: file.to_owned(),
            sku,
            what: format!("{} in {}", product.key, product.region.name()),
        });
    }
    Ok(list.table)
}

/// What was read of JSON so far.
#[derive(Debug, Default)]
struct List {
    table: PriceTable,
    /// The products that a scenario could ask for, until their price comes.
    products: BTreeMap<String, Product>,
}

#[derive(Debug)]
struct Product {
    region: RegionId,
    key: PriceKey,
    /// Of how many of ours the unit of its price is.
    each: u64,
}

/// The whole document: a list of rows, or AWS's.
struct Whole<'a>(&'a mut List);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A row of `ec2sim/prices/1`.
#[derive(Debug, Deserialize)]
struct Row {
    #[serde(rename = "type")]
    type_name: String,
    region: Option<String>,
    platform: Option<String>,
    hourly: Option<String>,
    #[serde(default)]
    estimated: bool,
}

/// A price in a mapping.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Number(serde_json::Number),
    Null(()),
}

impl Written {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Null(()) => String::new(),
        }
    }
}

/// What AWS's list begins with.
const HEAD_OF_A_LIST: &[&str] = &[
    "formatVersion",
    "disclaimer",
    "offerCode",
    "version",
    "publicationDate",
    "attributesList",
];

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of prices, or AWS's Price List")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<Row>()? {
            let hourly = row.hourly.unwrap_or_default();
            let price = price(&hourly)
                .map_err(|why| A::Error::custom(format!("{}: {why}", row.type_name)))?;
            let at = row
                .region
                .as_deref()
                .map(region)
                .transpose()
                .map_err(A::Error::custom)?;
            let found = key(&row.type_name, row.platform.as_deref()).map_err(A::Error::custom)?;
            match found {
                Some(found) if row.estimated => self.0.table.set_estimate(at, found, price),
                Some(found) => self.0.table.set(at, found, price),
                None => {}
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let home = RegionId::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "products" => map.next_value_seed(Each(self.0, product))?,
                "terms" => map.next_value_seed(Terms(self.0))?,
                known if HEAD_OF_A_LIST.contains(&known) => drop(map.next_value::<IgnoredAny>()?),
                // A mapping of prices, as a scenario has it.
                _ => {
                    let keys = price_keys(&name, home);
                    if keys.is_empty() {
                        let what = format!("nothing called `{name}` has a price");
                        return Err(A::Error::custom(what));
                    }
                    let text = map.next_value::<Written>()?.text();
                    let price =
                        price(&text).map_err(|why| A::Error::custom(format!("{name}: {why}")))?;
                    for key in keys {
                        self.0.table.set(None, key, price);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Each entry of a map, one after the other.
struct Each<'a, T>(&'a mut List, fn(&mut List, String, T));

/// A map of a few things, by keys that nobody asks for.
#[derive(Debug)]
struct Few<T>(Vec<T>);

impl<T> Few<T> {
    const MOST: usize = 256;
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FewVisitor(PhantomData))
    }
}

struct FewVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FewVisitor<T> {
    type Value = Few<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Few<T>, A::Error> {
        let mut few = Few::default();
        while let Some((_, value)) = map.next_entry::<IgnoredAny, T>()? {
            if few.0.len() == Few::<T>::MOST {
                return Err(A::Error::custom("a product has more prices than any has"));
            }
            few.0.push(value);
        }
        Ok(few)
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Each<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map by SKU")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((sku, value)) = map.next_entry::<String, T>()? {
            (self.1)(self.0, sku, value);
            if self.0.products.len() > MOST_WAITING {
                return Err(A::Error::custom("there are more products than AWS has"));
            }
        }
        Ok(())
    }
}

/// `terms`: those of On-Demand, and others.
struct Terms<'a>(&'a mut List);

impl<'de> DeserializeSeed<'de> for Terms<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Terms<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of terms")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "OnDemand" {
                map.next_value_seed(Each(&mut *self.0, offer))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
struct AwsProduct {
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Attributes {
    region_code: String,
    location: String,
    usagetype: String,
    operation: String,
    tenancy: String,
    capacitystatus: String,
    marketoption: String,
}

/// Keeps a product that a scenario could ask for.
fn product(list: &mut List, sku: String, product: AwsProduct) {
    let of = product.attributes;
    let region = RegionId::find(&of.region_code)
        .or_else(|| RegionId::all().find(|region| region.long_name() == of.location));
    // What isn't sold here is passed over.
    let Some(region) = region else { return };
    let keys = price_keys(&of.usagetype, region);
    let [found] = keys[..] else { return };
    let mut key = found;
    if let PriceKey::Instance(instance_type, _) = found {
        let is = |value: &str, wanted: &str| value.is_empty() || value == wanted;
        let platform = Platform::ALL
            .into_iter()
            .find(|platform| platform.usage_operation() == of.operation);
        let is_plain = is(&of.tenancy, "Shared")
            && is(&of.capacitystatus, "Used")
            && is(&of.marketoption, "OnDemand");
        let Some(platform) = platform.filter(|_| is_plain) else {
            return;
        };
        key = PriceKey::Instance(instance_type, Some(platform));
    }
    list.products.insert(
        sku,
        Product {
            region,
            key,
            each: 1,
        },
    );
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offer {
    price_dimensions: Few<PriceDimension>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PriceDimension {
    unit: String,
    begin_range: String,
    price_per_unit: PerUnit,
}

#[derive(Debug, Default, Deserialize)]
struct PerUnit {
    #[serde(rename = "USD")]
    usd: Option<String>,
}

/// The price of a product: of tiers, the first. One without a price stays where it is.
fn offer(list: &mut List, sku: String, offers: Few<Offer>) {
    let Some(mut product) = list.products.remove(&sku) else {
        return;
    };
    let dimensions = offers
        .0
        .into_iter()
        .flat_map(|offer| offer.price_dimensions.0);
    let first = dimensions.min_by_key(|one| one.begin_range.parse::<u64>().unwrap_or(0));
    let found = first.and_then(|one| {
        // Throughput is priced by GiB/s there.
        product.each = if one.unit == "GiBps-mo" { 1_024 } else { 1 };
        price(one.price_per_unit.usd.as_deref()?).ok()
    });
    match found {
        Some(price) => {
            let price = Price::from_units(price.units() / product.each);
            list.table.set(Some(product.region), product.key, price);
        }
        None => drop(list.products.insert(sku, product)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PriceTable, PriceFileError> {
        let path = std::env::temp_dir().join(format!("ec2sim-prices-{}", text.len()));
        std::fs::write(&path, text).unwrap();
        let read = read_prices(&path);
        std::fs::remove_file(&path).unwrap();
        read
    }

    const LIST: &str = r#"{
"formatVersion": "v1.0", "offerCode": "AmazonEC2",
"products": {
 "A": { "sku": "A", "productFamily": "Compute Instance", "attributes": { "regionCode": "eu-west-1", "usagetype": "EU-BoxUsage:m8g.large",
   "operation": "RunInstances", "tenancy": "Shared", "capacitystatus": "Used" } },
 "B": { "sku": "B", "attributes": { "regionCode": "eu-west-1", "usagetype": "EU-BoxUsage:m8g.large", "operation": "RunInstances",
   "tenancy": "Dedicated", "capacitystatus": "Used" } },
 "C": { "sku": "C", "attributes": { "location": "US East (N. Virginia)", "usagetype": "EBS:VolumeP-Throughput.gp3", "operation": "" } },
 "D": { "sku": "D", "attributes": { "regionCode": "eu-west-1", "usagetype": "EU-SomethingElse" } } },
"terms": { "OnDemand": {
 "A": { "A.J": { "priceDimensions": { "A.J.6": { "unit": "Hrs", "beginRange": "0", "pricePerUnit": { "USD": "0.0999000000" } } } } },
 "B": { "B.J": { "priceDimensions": { "B.J.6": { "unit": "Hrs", "pricePerUnit": { "USD": "9" } } } } },
 "C": { "C.J": { "priceDimensions": { "C.J.6": { "unit": "GiBps-mo", "pricePerUnit": { "USD": "40.96" } } } } } },
 "Reserved": { "A": {} } }
}"#;

    #[test]
    fn the_price_list_of_aws_is_read() {
        let table = read(LIST).unwrap();
        let large = TypeId::find("m8g.large").unwrap();
        let mut wanted = PriceTable::default();
        wanted.set(
            RegionId::find("eu-west-1"),
            PriceKey::Instance(large, Some(Platform::Linux)),
            "0.0999".parse().unwrap(),
        );
        let throughput = price_keys("gp3-throughput", RegionId::default())[0];
        wanted.set(
            RegionId::find("us-east-1"),
            throughput,
            "0.04".parse().unwrap(),
        );
        assert_eq!(table, wanted);
    }

    #[test]
    fn a_hole_is_a_mistake_at_its_place() {
        for (text, wanted) in [
            (LIST.replace("\"USD\": \"0.0999000000\"", "\"CNY\": \"1\""), "the product A has no On-Demand price in US dollars: m8g.large/linux in eu-west-1"),
            ("type,region,hourly\nm5.large,us-east-1,0.1\nm5.xlarge,us-east-1,\n".to_owned(), ":3: m5.xlarge: there is no price"),
            ("region\ttype\tusd_per_hour\nus-east-1\tm5.large\tmuch\n".to_owned(), ":2: m5.large: `much` is not a price"),
            ("type,region,hourly\nm5.large,mars-1,0.1\n".to_owned(), ":2: `mars-1` is not a Region"),
            ("type,cost\nm5.large,1\n".to_owned(), ":1: expected the columns"),
            ("m5.large: $0.10\n\nm5.xlarge:\n".to_owned(), ":3: m5.xlarge: there is no price"),
            ("m5.large: $0.10\nm5.huge: $1\n".to_owned(), ":2: nothing called `m5.huge` has a price"),
            ("[{\"type\":\"m5.large\",\"hourly\":\"1\"},\n{\"type\":\"m5.xlarge\",\"hourly\":null}]".to_owned(), ":2: m5.xlarge: there is no price"),
            ("{\"m5.large\": null}".to_owned(), ":1: m5.large: there is no price"),
            ("{\"products\": {}, \"terms\": {}}".to_owned(), "there is no price in it"),
            ("{\"products\": [".to_owned(), ":1: "),
            (String::new(), "there is no price in it"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }

    #[test]
    fn our_own_tables_are_read() {
        let large = TypeId::find("m5.large").unwrap();
        let mut wanted = PriceTable::default();
        let key = PriceKey::Instance(large, Some(Platform::Windows));
        wanted.set(RegionId::find("eu-west-1"), key, "0.2".parse().unwrap());
        for text in [
            "type,region,platform,hourly,source,as_of,estimated\nm5.large,eu-west-1,windows,0.2,listed,2026-01,false\n",
            "region\ttype\tos\tusd_per_hour\tas_of\neu-west-1\tm5.large\twindows\t0.2\t2026-01\n",
            "[{\"type\":\"m5.large\",\"region\":\"eu-west-1\",\"platform\":\"windows\",\"hourly\":\"0.2\",\"estimated\":false}]",
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text}");
        }
        let mut everywhere = PriceTable::default();
        everywhere.set(None, key, "0.2".parse().unwrap());
        for text in [
            "# mine\nprices:\n  m5.large/windows: $0.20  # an hour\n",
            "{\"m5.large/windows\": 0.2}",
        ] {
            assert_eq!(read(text).unwrap(), everywhere, "{text}");
        }
    }
}
