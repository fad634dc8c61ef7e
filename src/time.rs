//! Virtual time: whole milliseconds since the Unix epoch, in UTC (`BILL-TIME-UTC`).
//!
//! Scenario files speak in whole seconds (`BILL-SECOND-GRID`), so all that EC2 bills falls on one; functions alone count
//! milliseconds (`CMPX-TIME`), and only they ever show any. Reading dates and durations that a person wrote is the scenario
//! reader's job; this module only counts and prints.

use std::{
    fmt,
    ops::{Add, Sub},
};

use serde::{Serialize, Serializer};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimTime(u64);

/// A length of time in milliseconds, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimDuration(u64);

const MS_PER_DAY: u64 = 86_400_000;

/// The seconds of an hour.
pub const HOUR_SECS: u64 = 3_600;

/// An hour.
pub const HOUR: SimDuration = SimDuration::from_secs(HOUR_SECS);

/// So many parts a month is: the days of one of 28, 29, 30 or 31 are whole numbers of them.
pub const MONTH_PARTS: u64 = 377_580;

impl SimTime {
    /// The last instant that a scenario can reach: the end of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_000);

    /// The instant so many milliseconds after the epoch.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// The instant so many seconds after the epoch.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000
    }

    /// How long it is since `earlier`; nothing if that is later.
    pub const fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }

    /// The instant `after` this one, or `None` past the year 9999.
    pub fn checked_add(self, after: SimDuration) -> Option<Self> {
        self.0
            .checked_add(after.0)
            .map(Self)
            .filter(|&at| at <= Self::MAX)
    }

    /// Year, month (1–12) and day (1–31) in UTC.
    pub fn date(self) -> (u64, u8, u8) {
        civil(self.0 / MS_PER_DAY)
    }

    /// The calendar month that the instant falls in (`BILL-MONTH-CALENDAR`).
    pub fn month(self) -> Month {
        let days = self.0 / MS_PER_DAY;
        let (year, month, day) = civil(days);
        let first = days - u64::from(day - 1);
        let days = days_in_month(year, month);
        Month {
            start: Self(first * MS_PER_DAY),
            end: Self((first + u64::from(days)) * MS_PER_DAY),
            days,
        }
    }

    /// The instant at which its clock-hour begins (`BILL-CLOCK-HOUR`).
    #[must_use]
    pub const fn clock_hour(self) -> Self {
        Self(self.0 - self.0 % (HOUR_SECS * 1_000))
    }

    /// The instant at which a clock-hour ends: the instant itself, or the end of the hour that it lies in.
    #[must_use]
    pub fn hour_end(self) -> Self {
        let begun = self.clock_hour();
        if begun < self { begun + HOUR } else { self }
    }

    /// As `2026-01-01 00:00:00 GMT`, the form of EC2's transition reasons (`REASON-TRANSITION-TIME`).
    pub fn to_gmt(self) -> String {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// Appends what [`Display`](fmt::Display) prints.
    pub(crate) fn append_to(self, text: &mut Vec<u8>) {
        if self > Self::MAX {
            text.extend_from_slice(self.to_string().as_bytes());
            return;
        }
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let mut digits = *b"0000-00-00T00:00:00Z";
        let parts = [
            (2, year % 100),
            (0, year / 100),
            (5, u64::from(month)),
            (8, u64::from(day)),
            (11, hour),
            (14, minute),
            (17, second),
        ];
        for (place, part) in parts {
            // All are below a hundred.
            let part = u8::try_from(part).unwrap_or_default();
            digits[place] += part / 10;
            digits[place + 1] += part % 10;
        }
        let ms = self.0 % 1_000;
        if ms == 0 {
            text.extend_from_slice(&digits);
        } else {
            text.extend_from_slice(&digits[..19]);
            text.extend_from_slice(format!(".{ms:03}Z").as_bytes());
        }
    }

    /// The first whole second that isn't before it.
    #[must_use]
    pub const fn second_end(self) -> Self {
        Self(self.0.div_ceil(1_000) * 1_000)
    }

    /// Hour, minute and second of the day.
    pub const fn clock(self) -> (u64, u64, u64) {
        let secs = self.0 / 1_000 % 86_400;
        (secs / 3_600, secs / 60 % 60, secs % 60)
    }
}

/// RFC 3339 in UTC, with milliseconds where there are any: `2026-03-02T09:00:00Z`.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        match self.0 % 1_000 {
            0 => f.write_str("Z"),
            ms => write!(f, ".{ms:03}Z"),
        }
    }
}

impl Serialize for SimTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    fn add(self, after: SimDuration) -> Self {
        Self(self.0.saturating_add(after.0))
    }
}

impl Sub<SimTime> for SimTime {
    type Output = SimDuration;
    fn sub(self, earlier: SimTime) -> SimDuration {
        self.since(earlier)
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// So many seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// So many minutes.
    pub const fn from_mins(mins: u64) -> Self {
        Self(mins.saturating_mul(60_000))
    }

    /// So many hours.
    pub const fn from_hours(hours: u64) -> Self {
        Self(hours.saturating_mul(3_600_000))
    }

    /// So many days of 24 hours.
    pub const fn from_days(days: u64) -> Self {
        Self(days.saturating_mul(MS_PER_DAY))
    }

    /// In milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// In whole seconds.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000
    }

    /// The whole seconds of it that are over: what scenario files say of a clock that goes by itself.
    #[must_use]
    pub const fn whole_secs(self) -> Self {
        Self::from_secs(self.as_secs())
    }

    /// How many of its seconds have begun: what begins amid one lies in that second.
    #[must_use]
    pub const fn secs_begun(self) -> u64 {
        self.0.div_ceil(1_000)
    }

    /// Appends what [`Display`](fmt::Display) prints.
    pub(crate) fn append_to(self, text: &mut Vec<u8>) {
        let (secs, ms) = (self.as_secs(), self.0 % 1_000);
        let units = [
            (secs / 86_400, "d"),
            (secs / 3_600 % 24, "h"),
            (secs / 60 % 60, "m"),
            (secs % 60, "s"),
            (ms, "ms"),
        ];
        for (amount, unit) in units {
            if amount > 0 || (self.0 == 0 && unit == "s") {
                text.extend_from_slice(itoa::Buffer::new().format(amount).as_bytes());
                text.extend_from_slice(unit.as_bytes());
            }
        }
    }

    /// The sum, or `None` where it can't be counted.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// So many times this long, or `None` where it can't be counted.
    pub fn checked_mul(self, times: u64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }
}

impl Add for SimDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for SimDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// As in a scenario file, in falling units: `1h30m`, `2d`, `45s`, `120ms`, `0s`.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let secs = self.as_secs();
        for (amount, unit) in [
            (secs / 86_400, "d"),
            (secs / 3_600 % 24, "h"),
            (secs / 60 % 60, "m"),
            (secs % 60, "s"),
            (self.0 % 1_000, "ms"),
        ] {
            if amount > 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for SimDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A calendar month in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    start: SimTime,
    end: SimTime,
    days: u8,
}

impl Month {
    /// The instant at which it begins.
    pub const fn start(self) -> SimTime {
        self.start
    }

    /// The instant at which the next one begins.
    pub const fn end(self) -> SimTime {
        self.end
    }

    /// Its length in days, 28 to 31.
    pub const fn days(self) -> u8 {
        self.days
    }

    /// Whether an instant falls in it.
    pub fn contains(self, at: SimTime) -> bool {
        (self.start..self.end).contains(&at)
    }
}

/// Year, month and day from the days since the epoch, by counting 400-year eras that begin on a first of March.
fn civil(days: u64) -> (u64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    // Both are below 32 by construction.
    (
        year,
        u8::try_from(month).unwrap_or(12),
        u8::try_from(day).unwrap_or(31),
    )
}

const fn days_in_month(year: u64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_a_calendar_library() {
        for secs in [
            0,
            951_782_400,
            951_868_800,
            1_767_225_600,
            1_772_442_000,
            4_107_542_399,
            253_402_200_000,
        ] {
            let expected = jiff::Timestamp::from_second(i64::try_from(secs).unwrap())
                .unwrap()
                .to_string();
            assert_eq!(SimTime::from_secs(secs).to_string(), expected);
        }
        assert_eq!(SimTime::MAX.to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn months_follow_each_other_without_a_gap() {
        let mut at = SimTime::from_secs(0);
        for _ in 0..1_200 {
            let month = at.month();
            assert_eq!(month.start(), at);
            at = month.end();
        }
        assert_eq!(at.to_string(), "2070-01-01T00:00:00Z");
    }

    #[test]
    fn durations_print_as_they_are_written() {
        for (secs, text) in [
            (0, "0s"),
            (45, "45s"),
            (5_400, "1h30m"),
            (172_800, "2d"),
            (90_061, "1d1h1m1s"),
        ] {
            assert_eq!(SimDuration::from_secs(secs).to_string(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn times_are_appended_as_they_are_printed(ms in 0..=SimTime::MAX.as_millis() * 11 / 10, shift in 0..48) {
            let (at, long) = (SimTime::from_millis(ms), SimDuration::from_millis(ms >> shift));
            let mut text = Vec::new();
            at.append_to(&mut text);
            long.append_to(&mut text);
            proptest::prop_assert_eq!(String::from_utf8(text).unwrap(), format!("{at}{long}"));
        }
    }

    #[test]
    fn the_stamp_of_a_reason_is_in_gmt() {
        assert_eq!(
            SimTime::from_secs(1_767_229_200).to_gmt(),
            "2026-01-01 01:00:00 GMT"
        );
    }
}
