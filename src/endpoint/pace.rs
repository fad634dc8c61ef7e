//! How time passes: the words for it, and accounts whose time passes with real time.

use std::{fmt, str::FromStr, time::Duration};

use crate::{engine::Pace, scenario::duration_option, time::SimDuration};

use super::{At, Mode, Realm, Realms, realm::GOES_ON_FOR};

/// By how much a look moves the clock on, where nobody says.
const POLLED: SimDuration = SimDuration::from_secs(15);

/// Whatever is due, somebody looks again after so long.
const LONGEST: Duration = Duration::from_hours(1);

/// `manual`, `instant`, `polled`, `polled=30s`, `realtime`, `60x`.
impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "manual" => Ok(Self::Manual),
            "instant" => Ok(Self::Instant),
            "polled" => Ok(Self::Polled(POLLED)),
            _ => match text.strip_prefix("polled=") {
                Some(by) => match duration_option(by)? {
                    SimDuration::ZERO => Err("a look has to move the clock on".to_owned()),
                    by => Ok(Self::Polled(by)),
                },
                None => text.parse().map(Self::Paced).map_err(|_| {
                    "expected `manual`, `instant`, `polled`, `polled=30s`, `realtime` or a pace such as `60x`"
                        .to_owned()
                }),
            },
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manual => f.write_str("manual"),
            Self::Instant => f.write_str("instant"),
            Self::Polled(POLLED) => f.write_str("polled"),
            Self::Polled(by) => write!(f, "polled={by}"),
            Self::Paced(pace) if *pace == Pace::times(1) => f.write_str("realtime"),
            Self::Paced(pace) => pace.fmt(f),
        }
    }
}

/// `90m`, `end`.
impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "end" => Ok(Self::End),
            _ => match duration_option(text)? {
                offset if offset <= GOES_ON_FOR => Ok(Self::Offset(offset)),
                _ => Err("the clock goes on for 100 years at most".to_owned()),
            },
        }
    }
}

impl Realms {
    /// Whether time passes by itself in any account.
    pub fn is_paced(&self) -> bool {
        self.iter()
            .any(|realm| matches!(realm.mode(), Mode::Paced(_)))
            || matches!(self.options().mode, Mode::Paced(_))
    }

    /// So much real time has passed.
    pub fn pass(&mut self, real: Duration) {
        for realm in self.iter_mut() {
            if let Mode::Paced(pace) = realm.mode() {
                realm.pass(pace.simulated_parts(real));
            }
        }
    }

    /// After how much real time something is due; none where nothing is.
    pub fn next_pass(&mut self) -> Option<Duration> {
        let waits = self.iter_mut().filter_map(|realm| {
            let Mode::Paced(pace) = realm.mode() else {
                return None;
            };
            let due = realm.next_due()?;
            Some(pace.real(due.since(realm.now()).as_millis()))
        });
        waits.min().map(|wait| wait.min(LONGEST))
    }
}

impl Realm {
    /// So much time has passed by itself, in millionths of a millisecond; what is less than one waits for the rest of it.
    fn pass(&mut self, parts: u128) {
        const MILLI: u128 = 1_000_000;
        let all = parts + self.rest;
        self.rest = all % MILLI;
        let by = SimDuration::from_millis(u64::try_from(all / MILLI).unwrap_or(u64::MAX));
        let latest = self.latest();
        let at = self
            .now()
            .checked_add(by)
            .map_or(latest, |at| at.min(latest));
        self.advance_to(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_read_back_as_it_is_told() {
        for word in [
            "manual",
            "instant",
            "polled",
            "polled=30s",
            "realtime",
            "60x",
            "0.5x",
        ] {
            let mode: Mode = word.parse().unwrap();
            assert_eq!(mode.to_string(), word);
        }
        for wrong in ["", "slow", "polled=", "polled=0s", "polled=x", "0x"] {
            assert!(wrong.parse::<Mode>().is_err(), "{wrong}");
        }
        assert_eq!("end".parse(), Ok(At::End));
        assert!("soon".parse::<At>().is_err());
        assert!("40000d".parse::<At>().is_err());
    }
}
