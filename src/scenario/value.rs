//! Single values: durations, instants, sizes, amounts, flags. Text in, value or reason out; no places, no file.

use std::ops::Bound;

use jiff::civil;

use crate::{
    money::{Price, PriceError, Usd},
    record::DATA_PARTS,
    script::{Amount, AmountCheck, ClockTime, Days},
    time::{SimDuration, SimTime},
};

/// Why a text isn't a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Reason {
    /// What is wrong, short: it stands below the carets.
    pub(super) label: String,
    /// What should be written instead, if that can be told.
    pub(super) instead: Option<String>,
    /// Whether it has the form of a value, and is only too large for one.
    pub(super) is_too_large: bool,
}

impl Reason {
    fn in_a_line(self) -> String {
        let Self { label, instead, .. } = self;
        match instead {
            Some(instead) => format!("{label}: write `{instead}`"),
            None => label,
        }
    }

    pub(super) fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    fn too_large(label: impl Into<String>) -> Self {
        Self {
            is_too_large: true,
            ..Self::new(label)
        }
    }

    fn or(label: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            instead: Some(instead.into()),
            is_too_large: false,
        }
    }
}

/// The units of a duration, in falling order, with their seconds and the words that people write for them.
const UNITS: [(char, u64, &[&str]); 5] = [
    ('w', 604_800, &["week", "weeks", "wk", "wks", "W"]),
    ('d', 86_400, &["day", "days", "D"]),
    ('h', 3_600, &["hour", "hours", "hr", "hrs", "H"]),
    ('m', 60, &["min", "mins", "minute", "minutes", "M"]),
    ('s', 1, &["sec", "secs", "second", "seconds", "S"]),
];

/// So many digits of a whole number are read.
const LONGEST: usize = 18;

/// Digits with at most one point, as a whole number and the power of ten by which it is divided.
fn decimal(text: &str) -> Option<(u128, u128)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let given = !whole.is_empty() && (text.len() == whole.len() || !fraction.is_empty());
    // So long that no time and no size needs it, and so short that nothing below overflows.
    let fits = whole.len() <= LONGEST && fraction.len() <= 9;
    if !given || !fits || !digits(whole) || !digits(fraction) {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok()?;
    let scale = 10_u128.pow(places);
    let value = whole.parse::<u128>().ok()? * scale + fraction.parse::<u128>().unwrap_or(0);
    Some((value, scale))
}

/// A duration as an option of the command line gives it; else what is wrong, in a line.
///
/// # Errors
///
/// Answers with the reason why it is none.
pub(crate) fn duration_option(text: &str) -> Result<SimDuration, String> {
    duration(text).map_err(Reason::in_a_line)
}

/// The same for an instant.
///
/// # Errors
///
/// Answers with the reason why it is none.
pub(crate) fn instant_option(text: &str) -> Result<SimTime, String> {
    instant(text).map_err(Reason::in_a_line)
}

/// `45s`, `10m`, `1h30m`, `1.5h`, `2d`, `1w`, `PT1H`, `0`.
pub(super) fn duration(text: &str) -> Result<SimDuration, Reason> {
    plain_duration(text).map_or_else(|| any_duration(text), Ok)
}

/// The usual form, whole numbers with one letter each: `45s`, `1h30m`. Nothing else is understood.
fn plain_duration(text: &str) -> Option<SimDuration> {
    let mut units = UNITS.iter();
    let mut seconds = 0_u64;
    let mut number = None;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            let tens = number.unwrap_or(0_u64).checked_mul(10)?;
            number = Some(tens.checked_add(u64::from(byte - b'0'))?);
        } else {
            let letter = char::from(byte);
            let (_, each, _) = units.find(|(unit, ..)| *unit == letter)?;
            seconds = seconds.checked_add(number.take()?.checked_mul(*each)?)?;
        }
    }
    let whole = !text.is_empty() && number.is_none() && seconds <= SimTime::MAX.as_secs();
    whole.then(|| SimDuration::from_secs(seconds))
}

fn any_duration(text: &str) -> Result<SimDuration, Reason> {
    if text == "0" {
        return Ok(SimDuration::ZERO);
    }
    if text.starts_with('-') {
        return Err(Reason::new("a duration can't be negative"));
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reason::or("a unit is missing", format!("{text}s")));
    }
    if text.starts_with(['P', 'p']) {
        return iso_duration(text);
    }
    let mut parts = Vec::new();
    let mut mended = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(number);
        let behind = behind.trim_start();
        let word = behind
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(behind.len());
        let (word, next) = behind.split_at(word);
        let unit = UNITS.iter().find(|(letter, _, words)| {
            words.contains(&word) || word.strip_prefix(*letter) == Some("")
        });
        if unit.is_some() && is_huge(digits) {
            return Err(beyond());
        }
        let (Some(_), Some(&(letter, ..))) = (decimal(digits), unit) else {
            return Err(unknown_unit(word));
        };
        mended.push_str(digits);
        mended.push(letter);
        parts.push((digits, letter));
        rest = next.trim_start_matches([' ', ',']);
    }
    let total = sum(&parts);
    if mended != text && total.is_ok() {
        return Err(Reason::or("the units are `w d h m s`", mended));
    }
    total
}

fn beyond() -> Reason {
    Reason::too_large("this is beyond the year 9999")
}

/// Whether digits are a number that nothing here is as large as.
fn is_huge(digits: &str) -> bool {
    digits.len() > LONGEST && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn unknown_unit(word: &str) -> Reason {
    let year = matches!(
        word,
        "y" | "yr" | "year" | "years" | "mo" | "month" | "months" | "Y"
    );
    Reason::new(if year {
        "a year or month has no fixed length"
    } else if matches!(word, "ms" | "us" | "ns") {
        "times must be whole seconds"
    } else {
        "expected a time such as `1h30m` or `45s`"
    })
}

/// The sum of parts in falling order, in whole seconds.
fn sum(parts: &[(&str, char)]) -> Result<SimDuration, Reason> {
    let mut millionths = 0_u128;
    let mut last = 0;
    for (digits, letter) in parts {
        let place = UNITS
            .iter()
            .position(|(unit, ..)| unit == letter)
            .map_or(0, |place| place + 1);
        if place <= last {
            return Err(Reason::new(
                "units must be in descending order, each used once",
            ));
        }
        last = place;
        let seconds = UNITS.get(place - 1).map_or(0, |(_, seconds, _)| *seconds);
        let (value, scale) = decimal(digits).ok_or_else(|| unknown_unit(""))?;
        // At most 18 + 9 digits times 604,800: far below what 128 bits hold.
        millionths += value * u128::from(seconds) * (1_000_000_000 / scale);
    }
    if parts.is_empty() {
        return Err(unknown_unit(""));
    }
    if !millionths.is_multiple_of(1_000_000_000) {
        return Err(Reason::new("times must be whole seconds"));
    }
    let limit = SimTime::MAX.as_secs();
    u64::try_from(millionths / 1_000_000_000)
        .ok()
        .filter(|seconds| *seconds <= limit)
        .map(SimDuration::from_secs)
        .ok_or_else(beyond)
}

/// The same, and milliseconds: `120ms`, `1.2s`, `1s200ms`.
pub(super) fn millis(text: &str) -> Result<SimDuration, Reason> {
    const EXAMPLE: &str = "expected a time such as `120ms`, `1.2s` or `15m`";
    if let Some(plain) = plain_duration(text) {
        return Ok(plain);
    }
    if text.is_empty() {
        return Err(Reason::new(EXAMPLE));
    }
    let (front, ms) = match text.strip_suffix("ms") {
        // The digits before it are its own.
        Some(before) => {
            let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
            let (front, ms) = before.split_at(digits);
            let ms: u64 = ms.parse().map_err(|_| Reason::new(EXAMPLE))?;
            (front, ms)
        }
        None => (text, 0),
    };
    if front.is_empty() {
        return Ok(SimDuration::from_millis(ms));
    }
    if let Some((digits, "")) = front.split_once('s')
        && let Some((value, scale)) = decimal(digits)
    {
        let all = value * 1_000;
        if !all.is_multiple_of(scale) {
            return Err(Reason::new("times must be whole milliseconds"));
        }
        let all = u64::try_from(all / scale).unwrap_or(u64::MAX);
        return Ok(SimDuration::from_millis(all) + SimDuration::from_millis(ms));
    }
    Ok(any_duration(front)? + SimDuration::from_millis(ms))
}

/// `512MB`, `1GB`: in whole MB, of which a GB has 1,024 (`CMPX-GB`).
pub(super) fn memory(text: &str) -> Result<u32, Reason> {
    const EXAMPLE: &str = "expected an amount of memory such as `512MB`";
    let bytes = bytes(text, EXAMPLE)?;
    if !bytes.is_multiple_of(1 << 20) {
        return Err(Reason::new("memory comes in whole MB"));
    }
    u32::try_from(bytes >> 20).map_err(|_| Reason::new("no function has that much"))
}

/// `0.25`: in CPU units, of which a vCPU has 1,024.
pub(super) fn vcpus(text: &str) -> Result<u32, Reason> {
    let wrong = || Reason::new("expected a number of vCPUs such as `0.25`");
    let (value, scale) = decimal(text).ok_or_else(wrong)?;
    if value == 0 || !(value * 1_024).is_multiple_of(scale) {
        return Err(wrong());
    }
    u32::try_from(value * 1_024 / scale).map_err(|_| wrong())
}

/// `300KB`: in bytes.
pub(super) fn payload(text: &str) -> Result<u64, Reason> {
    bytes(text, "expected a size such as `300KB`")
}

fn bytes(text: &str, example: &'static str) -> Result<u64, Reason> {
    let number = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(number);
    let each: u128 = match unit {
        "KB" | "KiB" => 1 << 10,
        "MB" | "MiB" => 1 << 20,
        "GB" | "GiB" => 1 << 30,
        "" if !digits.is_empty() => {
            return Err(Reason::or("a unit is missing", format!("{digits}MB")));
        }
        _ => return Err(Reason::new(example)),
    };
    let (value, scale) = decimal(digits).ok_or_else(|| Reason::new(example))?;
    if !(value * each).is_multiple_of(scale) {
        return Err(Reason::new("expected whole bytes"));
    }
    u64::try_from(value * each / scale).map_err(|_| Reason::new(example))
}

/// A number in a time, in thousandths of it: `2/s`, `1.5/m`.
pub(super) fn rate(text: &str) -> Result<(u64, SimDuration), Reason> {
    let wrong = || Reason::new("expected a number and a time such as `2/s`");
    let (digits, time) = text.split_once('/').ok_or_else(wrong)?;
    let period = match time {
        "s" => SimDuration::from_secs(1),
        "m" => SimDuration::from_mins(1),
        "h" => SimDuration::from_hours(1),
        "d" => SimDuration::from_days(1),
        _ => return Err(wrong()),
    };
    let (value, scale) = decimal(digits).ok_or_else(wrong)?;
    if !(value * 1_000).is_multiple_of(scale) {
        return Err(Reason::new("a rate has at most three decimals"));
    }
    match u64::try_from(value * 1_000 / scale) {
        Ok(0) => Err(Reason::new("a load needs a request now and then")),
        Ok(thousandths) if thousandths <= 1_000_000_000_000 => Ok((thousandths, period)),
        Ok(_) | Err(_) => Err(Reason::new("no service takes so many")),
    }
}

/// `P1W`, `P2DT3H`, `PT1H30M`.
fn iso_duration(text: &str) -> Result<SimDuration, Reason> {
    let wrong = || Reason::new("expected a time such as `PT1H30M`");
    let body = text.strip_prefix('P').ok_or_else(wrong)?;
    let (date, time) = body
        .split_once('T')
        .map_or((body, None), |(d, t)| (d, Some(t)));
    let mut parts = Vec::new();
    for (half, letters) in [(date, "WD"), (time.unwrap_or_default(), "HMS")] {
        let mut rest = half;
        while !rest.is_empty() {
            let number = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .ok_or_else(wrong)?;
            let (digits, behind) = rest.split_at(number);
            let letter = behind.chars().next().ok_or_else(wrong)?;
            if letters == "WD" && matches!(letter, 'Y' | 'M') {
                return Err(unknown_unit("year"));
            }
            if !letters.contains(letter) || decimal(digits).is_none() {
                return Err(wrong());
            }
            parts.push((digits, letter.to_ascii_lowercase()));
            rest = &behind[letter.len_utf8()..];
        }
    }
    if parts.is_empty() || time == Some("") {
        return Err(wrong());
    }
    sum(&parts)
}

/// A duration, or two with `..` between them.
pub(super) fn range(text: &str) -> Result<(SimDuration, SimDuration), Reason> {
    let Some((min, max)) = text.split_once("..") else {
        let exactly = duration(text)?;
        return Ok((exactly, exactly));
    };
    let end = |text: &str| {
        duration(text.trim()).map_err(|reason| Reason {
            instead: None,
            ..reason
        })
    };
    let (min, max) = (end(min)?, end(max)?);
    if min > max {
        return Err(Reason::or(
            "a range goes from the shorter duration to the longer",
            format!("{max}..{min}"),
        ));
    }
    Ok((min, max))
}

/// How many digits the year has that a text begins with; none if it doesn't begin with one.
fn year_digits(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if text.as_bytes().get(digits) == Some(&b'-') {
        digits
    } else {
        0
    }
}

/// Whether a text means a time of the day: `18:00`, `Tue 18:00`.
pub(super) fn looks_like_clock(text: &str) -> bool {
    let time = text.rsplit(' ').next().unwrap_or_default();
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    !looks_like_instant(text) && digits > 0 && time.as_bytes().get(digits) == Some(&b':')
}

/// `18:00`, `18:00:30`, `Tue 18:00`, `Mon,Wed 18:00`.
pub(super) fn clock(text: &str) -> Result<ClockTime, Reason> {
    let wrong = || Reason::new("expected a time such as `18:00` or `Tue 18:00`");
    let (days, time) = match text.rsplit_once(' ') {
        Some((days, time)) => (Days::find(days.trim()).ok_or_else(wrong)?, time),
        None => (Days::ALL, text),
    };
    let mut parts = time.split(':').map(|part| {
        let is_two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| part.parse::<i8>().ok()).flatten()
    });
    let mut part = |most: i8| {
        let part = parts.next().flatten();
        part.filter(|part| *part <= most)
    };
    let (hour, minute) = (part(23).ok_or_else(wrong)?, part(59).ok_or_else(wrong)?);
    let second = match parts.next() {
        Some(second) => second.filter(|second| *second <= 59).ok_or_else(wrong)?,
        None => 0,
    };
    if parts.next().is_some() {
        return Err(wrong());
    }
    Ok(ClockTime {
        days,
        hour,
        minute,
        second,
    })
}

/// Whether a text means an instant rather than a duration: it begins like a date.
pub(super) fn looks_like_instant(text: &str) -> bool {
    year_digits(text) >= 4
}

/// `2026-03-02T09:00:00Z`, `2026-03-02 09:00:00+01:00`; UTC if there is no offset.
pub(super) fn instant(text: &str) -> Result<SimTime, Reason> {
    let wrong = || Reason::new("expected `2026-03-02T09:00:00Z`");
    let outside = || Reason::new("expected an instant from 1970 to 9999");
    if !text.is_ascii() {
        return Err(wrong());
    }
    if year_digits(text) > 4 {
        return Err(outside());
    }
    let number = |from: usize, to: usize| -> Option<i16> {
        let part = text.get(from..to)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(())?;
        part.parse().ok()
    };
    let short = |from: usize, to: usize| number(from, to).and_then(|one| i8::try_from(one).ok());
    let mark = |at: usize, marks: &[u8]| text.as_bytes().get(at).is_some_and(|b| marks.contains(b));
    let (Some(year), Some(month), Some(day)) = (number(0, 4), short(5, 7), short(8, 10)) else {
        return Err(wrong());
    };
    if !mark(4, b"-") || !mark(7, b"-") {
        return Err(wrong());
    }
    let date =
        civil::Date::new(year, month, day).map_err(|_| Reason::new("this day doesn't exist"))?;
    if text.len() == 10 {
        return Err(Reason::or(
            "the time of day is missing",
            format!("{text}T00:00:00Z"),
        ));
    }
    let (Some(hour), Some(minute)) = (short(11, 13), short(14, 16)) else {
        return Err(wrong());
    };
    if !mark(10, b"Tt ") || !mark(13, b":") {
        return Err(wrong());
    }
    if !mark(16, b":") {
        let rest = text.get(16..).unwrap_or_default();
        let instead = format!("{}:00{rest}", &text[..16]);
        return Err(match instant(&instead) {
            Ok(_) => Reason::or("the seconds are missing", instead),
            Err(_) => wrong(),
        });
    }
    let second = short(17, 19).ok_or_else(wrong)?;
    let time = civil::Time::new(hour, minute, second, 0)
        .map_err(|_| Reason::new("this time of day doesn't exist"))?;
    let zone = text.get(19..).unwrap_or_default();
    if zone.starts_with(['.', ',']) {
        let digits = zone[1..].bytes().take_while(u8::is_ascii_digit).count();
        let instead = format!("{}{}", &text[..19], &zone[1 + digits..]);
        return Err(Reason::or("times must be whole seconds", instead));
    }
    let offset = match zone.as_bytes() {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (Some(hours), Some(minutes)) = (number(20, 22), number(23, 25)) else {
                return Err(wrong());
            };
            if hours > 23 || minutes > 59 {
                return Err(Reason::new("this offset from UTC doesn't exist"));
            }
            let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return Err(Reason::new("expected `Z` or an offset such as `+01:00`")),
    };
    // Not by way of a timestamp: those end two days before the year 9999 does.
    let epoch = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let local = date.to_datetime(time).duration_since(epoch).as_secs();
    let seconds = local - i64::from(offset);
    u64::try_from(seconds)
        .ok()
        .filter(|seconds| *seconds <= SimTime::MAX.as_secs())
        .map(SimTime::from_secs)
        .ok_or_else(outside)
}

/// `8GiB`, `1TiB`, `20`: in whole GiB.
pub(super) fn size(text: &str) -> Result<u32, Reason> {
    let number = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(number);
    let Some((value, scale)) = decimal(digits) else {
        if is_huge(digits) {
            return Err(Reason::too_large("no volume is that large"));
        }
        return Err(Reason::new("expected a size such as `20GiB`"));
    };
    let gib = match unit.trim_start() {
        "" | "GiB" => 1,
        "TiB" => 1_024,
        other => return Err(unknown_size(digits, other)),
    };
    if unit.starts_with(' ') {
        return Err(Reason::or(
            "there is no space between number and unit",
            format!("{digits}{}", unit.trim()),
        ));
    }
    if !(value * gib).is_multiple_of(scale) {
        return Err(Reason::new("sizes must be whole GiB"));
    }
    u32::try_from(value * gib / scale).map_err(|_| Reason::too_large("no volume is that large"))
}

fn unknown_size(digits: &str, unit: &str) -> Reason {
    let meant = match unit.to_ascii_lowercase().as_str() {
        "g" | "gb" | "gib" | "gi" => "GiB",
        "t" | "tb" | "tib" | "ti" => "TiB",
        "m" | "mb" | "mib" | "mi" | "k" | "kb" | "kib" => {
            return Reason::new("sizes must be whole GiB");
        }
        _ => return Reason::new("expected a size such as `20GiB`"),
    };
    Reason::or("the units are GiB and TiB", format!("{digits}{meant}"))
}

/// A number that may have decimals, as it is written.
pub(super) fn decimal_number(text: &str) -> Result<String, Reason> {
    match decimal(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(Reason::new("expected a number such as `57.6`")),
    }
}

/// An amount of data to transfer, in the parts of [`Unit::Data`](crate::record::Unit): `12GB`, `500MB`, a bare number of GB.
/// A GB is 2³⁰ bytes (`BILL-GB`), so a GiB is one.
pub(super) fn data_amount(text: &str) -> Result<u64, Reason> {
    data_parts(text, 1, 1, "12GB")
}

/// An amount of data in a time, in parts each hour: `1GB/h`.
pub(super) fn data_rate(text: &str) -> Result<u64, Reason> {
    const EXAMPLE: &str = "1GB/h";
    let (data, time) = text.split_once('/').unwrap_or((text, ""));
    let (times, per) = match time {
        "s" => (3_600, 1),
        "min" => (60, 1),
        "h" => (1, 1),
        "d" => (1, 24),
        _ => {
            return Err(Reason::new(format!(
                "expected an amount in a time such as `{EXAMPLE}`"
            )));
        }
    };
    data_parts(data, times, per, EXAMPLE)
}

fn data_parts(text: &str, times: u128, per: u128, example: &str) -> Result<u64, Reason> {
    let wrong = || Reason::new(format!("expected an amount such as `{example}`"));
    if text.starts_with('-') {
        return Err(Reason::new("an amount can't be negative"));
    }
    let number = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(number);
    let (value, scale) = decimal(digits).ok_or_else(wrong)?;
    let (bytes, known) = match unit {
        "B" => (1, true),
        "KB" | "KiB" => (1 << 10, true),
        "MB" | "MiB" => (1 << 20, true),
        "" | "GB" | "GiB" => (1 << 30, true),
        "TB" | "TiB" => (1 << 40, true),
        _ => (1_u128, false),
    };
    if !known {
        let upper = unit.to_ascii_uppercase();
        let is_meant = matches!(&*upper, "B" | "KB" | "MB" | "GB" | "TB");
        return Err(if is_meant {
            Reason::or(
                "the units are B, KB, MB, GB and TB",
                format!("{digits}{upper}"),
            )
        } else {
            wrong()
        });
    }
    let parts = value
        .checked_mul(bytes * times)
        .and_then(|bytes| bytes.checked_mul(u128::from(DATA_PARTS)));
    let divisor = (scale * per) << 30;
    let parts = parts.and_then(|parts| parts.checked_add(divisor / 2));
    let parts = parts.and_then(|parts| u64::try_from(parts / divisor).ok());
    parts.ok_or_else(|| Reason::new("this is too much data"))
}

/// Which amounts may be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// None below nothing.
    Positive,
    /// Any: `-$1.20`.
    Any,
}

/// What is expected of an amount: `$1.20`, `< $30`, `<= $30`, `> $4`, `>= $4`, `$4..$5`.
pub(super) fn amount_check(text: &str, sign: Sign) -> Result<AmountCheck, Reason> {
    let signed = |text: &str| match text.strip_prefix('-') {
        Some(magnitude) if sign == Sign::Any => amount(magnitude).map(|amount| (amount, true)),
        Some(_) | None => amount(text).map(|amount| (amount, false)),
    };
    let exactly = |text: &str| {
        let (amount, is_negative) = signed(text.trim())?;
        let usd = Usd::from_price(amount.usd);
        Ok(if is_negative { Usd::ZERO - usd } else { usd })
    };
    let within = |from, to| {
        Ok(AmountCheck::In {
            from,
            to,
            written: text.into(),
        })
    };
    // The longer signs first: each of them begins with a shorter one.
    if let Some(rest) = text.strip_prefix("<=") {
        return within(Bound::Unbounded, Bound::Included(exactly(rest)?));
    }
    if let Some(rest) = text.strip_prefix(">=") {
        return within(Bound::Included(exactly(rest)?), Bound::Unbounded);
    }
    if let Some(rest) = text.strip_prefix('<') {
        return within(Bound::Unbounded, Bound::Excluded(exactly(rest)?));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return within(Bound::Excluded(exactly(rest)?), Bound::Unbounded);
    }
    let Some((from, to)) = text.split_once("..") else {
        let (amount, is_negative) = signed(text)?;
        return Ok(AmountCheck::Is {
            amount,
            is_negative,
        });
    };
    let (low, high) = (exactly(from)?, exactly(to)?);
    if low > high {
        return Err(Reason::or(
            "a range goes from the smaller amount to the larger",
            format!("{}..{}", to.trim(), from.trim()),
        ));
    }
    within(Bound::Included(low), Bound::Included(high))
}

/// `$0.0104` or `0.0104`.
pub(super) fn amount(text: &str) -> Result<Amount, Reason> {
    let usd: Price = text.parse().map_err(|error| {
        Reason::new(match error {
            PriceError::NotANumber => "expected US dollars such as `$0.0104`",
            PriceError::Negative => "an amount can't be negative",
            PriceError::TooPrecise => "an amount has at most ten decimals",
            PriceError::TooLarge => "an amount is at most $1000000000",
        })
    })?;
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    Ok(Amount {
        usd,
        decimals: u32::try_from(decimals).unwrap_or(10).min(10),
    })
}

/// `yes`, `no`, `true`, `false`.
pub(super) fn flag(text: &str) -> Result<bool, Reason> {
    let meant = match text {
        "yes" | "true" => return Ok(true),
        "no" | "false" => return Ok(false),
        other => match other.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" | "1" | "enabled" => Some("yes"),
            "false" | "no" | "n" | "off" | "0" | "disabled" => Some("no"),
            _ => None,
        },
    };
    Err(Reason {
        instead: meant.map(str::to_owned),
        ..Reason::new("expected `yes` or `no`")
    })
}

/// From here on the greatest number isn't told: nobody means it.
pub(super) const NO_LIMIT: u64 = 4_294_967_295;

/// A whole number in a range.
pub(super) fn whole(text: &str, least: u64, most: u64) -> Result<u64, Reason> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u64>().ok().filter(|_| digits);
    match number {
        Some(number) if (least..=most).contains(&number) => Ok(number),
        Some(number) if number < least && most >= NO_LIMIT => {
            Err(Reason::new(format!("expected {least} or more")))
        }
        // Where both ends are near, the range says it.
        Some(_) if most < NO_LIMIT => Err(Reason::new(format!("expected {least} to {most}"))),
        _ if digits => Err(Reason::too_large(format!("expected {least} to {most}"))),
        _ => Err(Reason::new("expected a whole number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_form_of_a_duration_means_what_it_means_anyway() {
        let parts = [
            "",
            "0",
            "7",
            "45",
            "009",
            "253402300799",
            "99999999999999999999",
            "1.5",
            "-",
            "P",
            " ",
        ];
        for (first, one) in parts
            .iter()
            .flat_map(|p| [(p, 's'), (p, 'm'), (p, 'w'), (p, 'x'), (p, 'é')])
        {
            for (second, other) in parts.iter().flat_map(|p| [(p, 's'), (p, 'h'), (p, ' ')]) {
                for text in [
                    format!("{first}{one}"),
                    format!("{first}{one}{second}{other}"),
                    format!("{first}{second}"),
                ] {
                    if let Some(plain) = plain_duration(&text) {
                        assert_eq!(Ok(plain), any_duration(&text), "{text}");
                    }
                }
            }
        }
        assert_eq!(
            plain_duration("1w2d3h4m5s"),
            any_duration("1w2d3h4m5s").ok()
        );
        assert_eq!(plain_duration("1m2h"), None);
    }

    #[test]
    fn durations_are_read_in_every_documented_form() {
        for (text, seconds) in [
            ("45s", 45),
            ("10m", 600),
            ("1h30m", 5_400),
            ("1.5h", 5_400),
            ("2d", 172_800),
            ("1w", 604_800),
            ("PT1H", 3_600),
            ("P1DT2H3M4S", 93_784),
            ("P1W", 604_800),
            ("PT0.5H", 1_800),
            ("0", 0),
            ("0s", 0),
            ("1.5d", 129_600),
            ("1w2d3h4m5s", 788_645),
        ] {
            assert_eq!(
                duration(text),
                Ok(SimDuration::from_secs(seconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (text, label, instead) in [
            ("90", "a unit is missing", Some("90s")),
            ("-5m", "a duration can't be negative", None),
            (
                "30m1h",
                "units must be in descending order, each used once",
                None,
            ),
            (
                "1h1h",
                "units must be in descending order, each used once",
                None,
            ),
            ("1.5s", "times must be whole seconds", None),
            ("500ms", "times must be whole seconds", None),
            ("1y", "a year or month has no fixed length", None),
            ("P1Y", "a year or month has no fixed length", None),
            ("P1M", "a year or month has no fixed length", None),
            ("10min", "the units are `w d h m s`", Some("10m")),
            ("1h 30m", "the units are `w d h m s`", Some("1h30m")),
            ("PT", "expected a time such as `PT1H30M`", None),
            (
                "PT1M1H",
                "units must be in descending order, each used once",
                None,
            ),
            ("99999999999w", "this is beyond the year 9999", None),
            (
                "99999999999999999999999999w",
                "this is beyond the year 9999",
                None,
            ),
            ("soon", "expected a time such as `1h30m` or `45s`", None),
            ("", "expected a time such as `1h30m` or `45s`", None),
            ("1e3", "expected a time such as `1h30m` or `45s`", None),
        ] {
            let reason = duration(text).unwrap_err();
            assert_eq!(
                (reason.label.as_str(), reason.instead.as_deref()),
                (label, instead),
                "{text}"
            );
        }
    }

    #[test]
    fn ranges_go_from_shorter_to_longer() {
        let secs = SimDuration::from_secs;
        assert_eq!(range("15s..40s"), Ok((secs(15), secs(40))));
        assert_eq!(range("15s"), Ok((secs(15), secs(15))));
        assert_eq!(
            range("40s..15s").unwrap_err().instead.as_deref(),
            Some("15s..40s")
        );
        assert!(range("15..40").is_err());
    }

    #[test]
    fn instants_are_rfc_3339_and_utc_by_default() {
        for text in [
            "2026-03-02T09:00:00Z",
            "2026-03-02T10:00:00+01:00",
            "2026-03-02 09:00:00",
            "2026-03-02t09:00:00z",
            "2026-03-01T23:30:00-09:30",
        ] {
            assert_eq!(
                instant(text),
                Ok(SimTime::from_secs(1_772_442_000)),
                "{text}"
            );
        }
        assert_eq!(instant("9999-12-31T23:59:59Z"), Ok(SimTime::MAX));
        for (text, label, instead) in [
            (
                "2026-03-02",
                "the time of day is missing",
                Some("2026-03-02T00:00:00Z"),
            ),
            (
                "2026-03-02T09:00Z",
                "the seconds are missing",
                Some("2026-03-02T09:00:00Z"),
            ),
            (
                "2026-03-02T09:00:00.5Z",
                "times must be whole seconds",
                Some("2026-03-02T09:00:00Z"),
            ),
            ("2026-02-30T09:00:00Z", "this day doesn't exist", None),
            (
                "2026-02-03T25:00:00Z",
                "this time of day doesn't exist",
                None,
            ),
            (
                "2026-02-03T23:59:60Z",
                "this time of day doesn't exist",
                None,
            ),
            (
                "1969-12-31T23:59:59Z",
                "expected an instant from 1970 to 9999",
                None,
            ),
            (
                "9999-12-31T23:59:59-01:00",
                "expected an instant from 1970 to 9999",
                None,
            ),
            (
                "10000-01-01T00:00:00Z",
                "expected an instant from 1970 to 9999",
                None,
            ),
            (
                "2026-02-03T23:59:00+25:00",
                "this offset from UTC doesn't exist",
                None,
            ),
            (
                "2026-02-03T23:59:00 CET",
                "expected `Z` or an offset such as `+01:00`",
                None,
            ),
            ("tomorrow", "expected `2026-03-02T09:00:00Z`", None),
            (
                "2026-é3-02T09:00:00Z",
                "expected `2026-03-02T09:00:00Z`",
                None,
            ),
        ] {
            let reason = instant(text).unwrap_err();
            assert_eq!(
                (reason.label.as_str(), reason.instead.as_deref()),
                (label, instead),
                "{text}"
            );
        }
    }

    #[test]
    fn sizes_are_whole_gib() {
        for (text, gib) in [
            ("8GiB", 8),
            ("1TiB", 1_024),
            ("20", 20),
            ("1.5TiB", 1_536),
            ("0", 0),
        ] {
            assert_eq!(size(text), Ok(gib), "{text}");
        }
        for (text, instead) in [
            ("8GB", Some("8GiB")),
            ("8G", Some("8GiB")),
            ("8 GiB", Some("8GiB")),
            ("1T", Some("1TiB")),
            ("512MiB", None),
            ("1.5GiB", None),
            ("-8GiB", None),
            ("99999999999999GiB", None),
            ("0x10", None),
            ("1e3", None),
        ] {
            assert_eq!(
                size(text).unwrap_err().instead.as_deref(),
                instead,
                "{text}"
            );
        }
    }

    #[test]
    fn amounts_keep_their_digits() {
        let read = |text| amount(text).map(|amount| (amount.usd.to_string(), amount.decimals));
        assert_eq!(read("$0.390"), Ok(("0.39".to_owned(), 3)));
        assert_eq!(read("5"), Ok(("5".to_owned(), 0)));
        assert_eq!(read("$12.0"), Ok(("12".to_owned(), 1)));
        assert!(amount("1e3").is_err());
        assert!(amount("-1").is_err());
        assert!(amount("1,000").is_err());
    }

    #[test]
    fn an_amount_of_data_is_told_where_it_is_beyond_counting() {
        assert_eq!(data_amount("1000000TB"), Ok(1_024_000_000 * DATA_PARTS));
        assert_eq!(data_amount("0.5GB"), data_amount("512MB"));
        assert_eq!(data_rate("1GB/s"), Ok(3_600 * DATA_PARTS));
        assert_eq!(data_rate("24GB/d"), data_rate("1GB/h"));
        assert_eq!(
            data_rate("1GB").unwrap_err().label,
            data_rate("1GB/w").unwrap_err().label
        );
        for text in [
            "16777216TiB",
            "999999999999999999TiB",
            "999999999999999999.999999999TiB",
        ] {
            assert_eq!(
                data_amount(text).unwrap_err().label,
                "this is too much data",
                "{text}"
            );
        }
    }

    #[test]
    fn flags_are_four_words() {
        assert_eq!(flag("yes"), Ok(true));
        assert_eq!(flag("false"), Ok(false));
        assert_eq!(flag("on").unwrap_err().instead.as_deref(), Some("yes"));
        assert_eq!(flag("maybe").unwrap_err().instead, None);
    }

    #[test]
    fn whole_numbers_have_a_range() {
        assert_eq!(whole("3", 1, 10), Ok(3));
        assert_eq!(whole("0", 1, 10).unwrap_err().label, "expected 1 to 10");
        assert_eq!(
            whole("99999999999999999999", 1, 10).unwrap_err().label,
            "expected 1 to 10"
        );
        assert_eq!(
            whole("-1", 0, 10).unwrap_err().label,
            "expected a whole number"
        );
        assert_eq!(
            whole("0x10", 0, 100).unwrap_err().label,
            "expected a whole number"
        );
        assert_eq!(
            whole("1e1", 0, 100).unwrap_err().label,
            "expected a whole number"
        );
    }
}
