//! Times of the day in a time zone: `18:00`, `Tue 18:00`, every weekday at 08:00.
//!
//! The zones are those of the database that the program brings along, so that a file means the same on every machine.

use std::{fmt, sync::LazyLock};

use jiff::{
    Timestamp,
    civil::{Time, Weekday},
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};

use crate::time::{SimDuration, SimTime};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// The zone of a name: `Asia/Jakarta`.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::script::Zone;
    /// assert_eq!(Zone::find("asia/jakarta").unwrap().name(), "Asia/Jakarta");
    /// assert_eq!(Zone::find("Asia/Atlantis"), None);
    /// ```
    pub fn find(name: &str) -> Option<Self> {
        if name == "UTC" {
            return Some(Self::default());
        }
        DATABASE.get(name).ok().map(Self)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The names of all zones.
    pub fn names() -> Vec<String> {
        DATABASE.available().map(|name| name.to_string()).collect()
    }
}

/// An instant as the clocks and calendars of a time zone show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The year.
    pub year: i16,
    /// The month, from 1 on.
    pub month: i8,
    /// The day of the month.
    pub day: i8,
    /// The day of the week: `Mon`.
    pub weekday: &'static str,
    /// The hour.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
    /// The second.
    pub second: i8,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl LocalTime {
    /// `2 Mar`.
    pub fn date(&self) -> String {
        let month = usize::try_from(self.month).unwrap_or(1);
        let month = MONTHS.get(month.saturating_sub(1)).unwrap_or(&"");
        format!("{} {month}", self.day)
    }

    /// `Mon 2 Mar`.
    pub fn weekday_and_date(&self) -> String {
        format!("{} {}", self.weekday, self.date())
    }

    /// `09:00`, or `09:00:15`.
    pub fn clock(&self) -> String {
        let (hour, minute) = (self.hour, self.minute);
        match self.second {
            0 => format!("{hour:02}:{minute:02}"),
            second => format!("{hour:02}:{minute:02}:{second:02}"),
        }
    }
}

impl Zone {
    /// What clocks show there at an instant.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::{script::Zone, time::SimTime};
    /// // 2026-03-02T09:00:15Z.
    /// let there = Zone::find("Asia/Jakarta").unwrap().local(SimTime::from_secs(1_772_442_015));
    /// assert_eq!(format!("{} {}", there.weekday_and_date(), there.clock()), "Mon 2 Mar 16:00:15");
    /// ```
    pub fn local(&self, at: SimTime) -> LocalTime {
        let ms = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
        let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
        let there = self.0.to_datetime(at);
        let week = usize::try_from(there.weekday().to_monday_zero_offset()).unwrap_or(0);
        LocalTime {
            year: there.year(),
            month: there.month(),
            day: there.day(),
            weekday: WEEK[week % WEEK.len()].0,
            hour: there.hour(),
            minute: there.minute(),
            second: there.second(),
        }
    }

    /// By how many seconds clocks there are ahead of UTC between two instants: from when on, and by how much.
    pub fn offsets(&self, from: SimTime, to: SimTime) -> Vec<(SimTime, i32)> {
        let instant = |at: SimTime| {
            let ms = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
            Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
        };
        let first = (from, self.0.to_offset(instant(from)).seconds());
        let changes = self.0.following(instant(from)).map_while(|change| {
            let ms = u64::try_from(change.timestamp().as_millisecond()).ok()?;
            let at = SimTime::from_millis(ms);
            (at < to).then(|| (at, change.offset().seconds()))
        });
        std::iter::once(first).chain(changes).collect()
    }

    /// Where midnight is at or after an instant.
    pub fn next_midnight(&self, from: SimTime) -> Option<SimTime> {
        let midnight = ClockTime {
            days: Days::ALL,
            hour: 0,
            minute: 0,
            second: 0,
        };
        midnight.next(self, from)
    }
}

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

/// The days of the week, from Monday on.
const WEEK: [(&str, &str, Weekday); 7] = [
    ("Mon", "Monday", Weekday::Monday),
    ("Tue", "Tuesday", Weekday::Tuesday),
    ("Wed", "Wednesday", Weekday::Wednesday),
    ("Thu", "Thursday", Weekday::Thursday),
    ("Fri", "Friday", Weekday::Friday),
    ("Sat", "Saturday", Weekday::Saturday),
    ("Sun", "Sunday", Weekday::Sunday),
];

impl Days {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Self = Self(0b1_1111);

    /// `day`, `weekday`, `Mon,Wed,Fri`.
    pub fn find(text: &str) -> Option<Self> {
        match text {
            "day" => return Some(Self::ALL),
            "weekday" => return Some(Self::WEEKDAYS),
            _ => {}
        }
        let mut days = 0_u8;
        for word in text.split(',').map(str::trim) {
            let is_it = |(short, long, _): &(&str, &str, Weekday)| {
                short.eq_ignore_ascii_case(word) || long.eq_ignore_ascii_case(word)
            };
            days |= 1 << WEEK.iter().position(is_it)?;
        }
        Some(Self(days))
    }

    /// How many of a week's days it is.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    fn has(self, day: Weekday) -> bool {
        let mut week = WEEK.iter().enumerate();
        week.any(|(place, (.., one))| *one == day && self.0 >> place & 1 == 1)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => return f.write_str("day"),
            Self::WEEKDAYS => return f.write_str("weekday"),
            Self(_) => {}
        }
        let mut between = "";
        for (short, _, day) in WEEK {
            if self.has(day) {
                write!(f, "{between}{short}")?;
                between = ",";
            }
        }
        Ok(())
    }
}

/// A time of the day, on some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockTime {
    /// On which days.
    pub days: Days,
    /// The hour.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
    /// The second.
    pub second: i8,
}

impl ClockTime {
    /// The next such moment that isn't before another; none beyond the year 9999. Where clocks are put forward, a time that
    /// doesn't exist is the next that does; where they are put back, one that exists twice is the first.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::{script::{ClockTime, Days, Zone}, time::SimTime};
    /// let evening = ClockTime { days: Days::ALL, hour: 18, minute: 0, second: 0 };
    /// let jakarta = Zone::find("Asia/Jakarta").unwrap();
    /// // 2026-03-02T09:00:00Z is 16:00 there.
    /// let next = evening.next(&jakarta, SimTime::from_secs(1_772_442_000)).unwrap();
    /// assert_eq!(next.to_string(), "2026-03-02T11:00:00Z");
    /// ```
    pub fn next(self, zone: &Zone, from: SimTime) -> Option<SimTime> {
        let time = Time::new(self.hour, self.minute, self.second, 0).ok()?;
        let at = Timestamp::from_millisecond(i64::try_from(from.as_millis()).ok()?).ok()?;
        let mut date = zone.0.to_datetime(at).date();
        // A week on the same day comes again; one more where it was put forward beyond `from`.
        for _ in 0..=8 {
            if self.days.has(date.weekday()) {
                let found = moment(&zone.0, date.to_datetime(time))?;
                if found >= from {
                    return Some(found);
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// How long it is, at least, from one such moment to the one so many later.
    pub fn apart(self, moments: u32) -> SimDuration {
        const WEEK: u64 = 7 * 24 * 3_600;
        let weeks = u64::from(moments / self.days.count().max(1));
        // Clocks are put forward by less than a day.
        SimDuration::from_secs((weeks * WEEK).saturating_sub(24 * 3_600))
    }
}

fn moment(zone: &TimeZone, time: jiff::civil::DateTime) -> Option<SimTime> {
    let there = zone.to_ambiguous_timestamp(time);
    let at = match there.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            there.earlier().ok()?
        }
        AmbiguousOffset::Gap { .. } => {
            let later = there.later().ok()?;
            zone.preceding(later.checked_add(jiff::Span::new().seconds(1)).ok()?)
                .next()?
                .timestamp()
        }
    };
    let ms = u64::try_from(at.as_millisecond()).ok()?;
    Some(SimTime::from_millis(ms)).filter(|at| *at <= SimTime::MAX)
}

/// From the start of a round to the start of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// So long.
    After(SimDuration),
    /// At the next such moment, the first round included.
    At(ClockTime),
}

impl Every {
    /// When the first round begins of a `repeat` that is reached at an instant.
    pub fn first(self, zone: &Zone, reached: SimTime) -> Option<SimTime> {
        match self {
            Self::After(_) => Some(reached),
            Self::At(clock) => clock.next(zone, reached),
        }
    }

    /// When the round after one begins that began at an instant.
    pub fn next(self, zone: &Zone, began: SimTime) -> Option<SimTime> {
        match self {
            Self::After(time) => began.checked_add(time),
            Self::At(clock) => clock.next(zone, began.checked_add(SimDuration::from_millis(1))?),
        }
    }

    /// How long it is, at least, from one round to the one so many later.
    pub fn apart(self, rounds: u32) -> SimDuration {
        match self {
            Self::After(time) => {
                let longest = SimDuration::from_millis(SimTime::MAX.as_millis());
                time.checked_mul(u64::from(rounds)).unwrap_or(longest)
            }
            Self::At(clock) => clock.apart(rounds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i8, minute: i8, days: &str) -> ClockTime {
        ClockTime {
            days: Days::find(days).unwrap(),
            hour,
            minute,
            second: 0,
        }
    }

    fn instant(text: &str) -> SimTime {
        let ms = text.parse::<Timestamp>().unwrap().as_millisecond();
        SimTime::from_millis(u64::try_from(ms).unwrap())
    }

    fn next(zone: &str, clock: ClockTime, from: &str) -> String {
        let zone = Zone::find(zone).unwrap();
        clock.next(&zone, instant(from)).unwrap().to_string()
    }

    #[test]
    fn the_next_moment_may_be_now_and_is_never_before() {
        let eight = at(8, 0, "day");
        assert_eq!(
            next("UTC", eight, "2026-03-02T08:00:00Z"),
            "2026-03-02T08:00:00Z"
        );
        assert_eq!(
            next("UTC", eight, "2026-03-02T08:00:01Z"),
            "2026-03-03T08:00:00Z"
        );
        // From Friday evening on, the next weekday is Monday.
        assert_eq!(
            next("UTC", at(8, 0, "weekday"), "2026-03-06T18:00:00Z"),
            "2026-03-09T08:00:00Z"
        );
        assert_eq!(
            next("UTC", at(18, 0, "tue"), "2026-03-03T18:30:00Z"),
            "2026-03-10T18:00:00Z"
        );
    }

    #[test]
    fn a_time_that_does_not_exist_is_the_next_that_does_and_one_that_exists_twice_the_first() {
        // Clocks in Berlin go from 02:00 to 03:00 on 2026-03-29, at 01:00Z.
        assert_eq!(
            next("Europe/Berlin", at(2, 30, "day"), "2026-03-28T12:00:00Z"),
            "2026-03-29T01:00:00Z"
        );
        // And from 03:00 back to 02:00 on 2026-10-25: 02:30 is 00:30Z first, and 01:30Z again.
        assert_eq!(
            next("Europe/Berlin", at(2, 30, "day"), "2026-10-24T12:00:00Z"),
            "2026-10-25T00:30:00Z"
        );
        assert_eq!(
            next("Europe/Berlin", at(2, 30, "day"), "2026-10-25T01:00:00Z"),
            "2026-10-26T01:30:00Z"
        );
    }

    #[test]
    fn days_are_words_or_a_list() {
        assert_eq!(
            Days::find("Mon, wed,Friday").unwrap().to_string(),
            "Mon,Wed,Fri"
        );
        assert_eq!(Days::find("day"), Some(Days::ALL));
        assert_eq!(Days::find("Mon,,Tue"), None);
        assert_eq!(Days::find(""), None);
    }
}
