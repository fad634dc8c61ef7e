//! Evenly spaced requests.

use crate::time::{SimDuration, SimTime};

/// So many requests a time, for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many requests in each `period`, in thousandths.
    pub thousandths: u64,
    /// A second, a minute, an hour or a day.
    pub period: SimDuration,
    /// For how long.
    pub lasts: SimDuration,
    /// How long each takes, where that isn't as the function says.
    pub duration: Option<SimDuration>,
    /// The bytes of each payload.
    pub payload: u64,
}

impl Load {
    /// How many requests it is.
    pub fn count(&self) -> u64 {
        let all = u128::from(self.thousandths) * u128::from(self.lasts.as_millis());
        let each = 1_000 * u128::from(self.period.as_millis().max(1));
        u64::try_from(all / each).unwrap_or(u64::MAX)
    }

    /// How long after its beginning the request of this number comes, from 0.
    pub(super) fn offset(&self, number: u64) -> SimDuration {
        let ms = u128::from(number) * u128::from(self.period.as_millis()) * 1_000
            / u128::from(self.thousandths.max(1));
        SimDuration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX))
    }

    /// How far apart its requests are, if that is always the same.
    pub(super) fn interval(&self) -> Option<u64> {
        let ms = u128::from(self.period.as_millis()) * 1_000;
        let each = u128::from(self.thousandths.max(1));
        (ms % each == 0)
            .then(|| u64::try_from(ms / each).ok())
            .flatten()
    }

    /// How far apart they are at least.
    pub(super) fn least_interval(&self) -> u64 {
        let ms = u128::from(self.period.as_millis()) * 1_000 / u128::from(self.thousandths.max(1));
        u64::try_from(ms).unwrap_or(u64::MAX)
    }

    /// How many of its requests come before an instant.
    pub(super) fn before(&self, began: SimTime, at: SimTime) -> u64 {
        let ms = u128::from((at - began).as_millis());
        // The first whose offset isn't less.
        let each = u128::from(self.period.as_millis().max(1)) * 1_000;
        let number = (ms * u128::from(self.thousandths)).div_ceil(each);
        u64::try_from(number).unwrap_or(u64::MAX).min(self.count())
    }

    /// As it is written: `2/s for 10m`.
    pub fn written(&self) -> String {
        let (whole, part) = (self.thousandths / 1_000, self.thousandths % 1_000);
        let mut number = whole.to_string();
        if part > 0 {
            let digits = format!(".{part:03}");
            number.push_str(digits.trim_end_matches('0'));
        }
        let unit = match self.period.as_secs() {
            1 => "s",
            60 => "m",
            3_600 => "h",
            _ => "d",
        };
        format!("{number}/{unit} for {}", self.lasts)
    }
}
