//! How virtual time passes: at once, at a pace, or when somebody says so. The world can't tell.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use thiserror::Error;
use tokio::sync::{Notify, watch};

use crate::time::{SimDuration, SimTime};

/// How virtual time passes.
#[derive(Debug)]
pub enum Clock {
    /// At once: as fast as the core goes.
    Instant,
    /// So many simulated seconds a second.
    Paced(Pace),
    /// The same, but where nothing happens for long it goes on after so much real time.
    Capped(Pace, Duration),
    /// As far as its handle has said.
    Manual(watch::Receiver<SimTime>),
}

/// Moves a manual clock.
#[derive(Debug)]
pub struct ClockHandle {
    until: watch::Sender<SimTime>,
}

impl ClockHandle {
    /// Lets the replay go on to an instant, and no further. A clock never goes back.
    pub fn advance_to(&self, at: SimTime) {
        self.until.send_if_modified(|until| {
            let moves = at > *until;
            if moves {
                *until = at;
            }
            moves
        });
    }
}

impl Clock {
    /// A clock that stands until its handle moves it. When the handle is dropped, the replay goes on to its end.
    pub fn manual() -> (ClockHandle, Self) {
        let (until, receiver) = watch::channel(SimTime::from_millis(0));
        (ClockHandle { until }, Self::Manual(receiver))
    }

    /// Whether it never waits.
    pub const fn is_instant(&self) -> bool {
        matches!(self, Self::Instant)
    }
}

/// The clock of a replay under way: real time is counted from its first instant, so that waits don't add up to a drift.
#[derive(Debug)]
pub(super) struct Ticker {
    clock: Clock,
    origin: Option<(tokio::time::Instant, SimTime)>,
}

impl Ticker {
    pub(super) const fn new(clock: Clock) -> Self {
        Self {
            clock,
            origin: None,
        }
    }

    pub(super) const fn is_instant(&self) -> bool {
        self.clock.is_instant()
    }

    /// The instant to which it has come; none where that is for the replay to say.
    pub(super) fn now(&self) -> Option<SimTime> {
        match &self.clock {
            Clock::Instant => None,
            Clock::Paced(pace) | Clock::Capped(pace, _) => {
                let (origin, start) = self.origin?;
                start.checked_add(pace.simulated(origin.elapsed()))
            }
            Clock::Manual(until) => Some(*until.borrow()),
        }
    }

    /// Waits until an instant has come.
    pub(super) async fn until(&mut self, at: SimTime) {
        match &mut self.clock {
            Clock::Instant => {}
            Clock::Paced(pace) => {
                let (origin, start) = *self
                    .origin
                    .get_or_insert_with(|| (tokio::time::Instant::now(), at));
                tokio::time::sleep_until(origin + pace.real(at.since(start).as_millis())).await;
            }
            Clock::Capped(pace, most) => {
                let (origin, start) = *self
                    .origin
                    .get_or_insert_with(|| (tokio::time::Instant::now(), at));
                let wait = pace.real(at.since(start).as_millis()).min(*most);
                tokio::time::sleep_until(origin + wait).await;
                // Only what was waited for to its end counts.
                self.origin = Some((origin + wait, at));
            }
            Clock::Manual(until) => {
                // An error says that the handle is gone: nothing holds the clock any more.
                let _ = until.wait_for(|until| *until >= at).await;
            }
        }
    }
}

/// How many simulated seconds pass in a second, as an exact fraction.
///
/// # Example
///
/// ```
/// use ec2sim::engine::Pace;
/// let pace: Pace = "60x".parse().unwrap();
/// assert_eq!(pace.to_string(), "60x");
/// assert_eq!("realtime".parse::<Pace>().unwrap().to_string(), "1x");
/// assert!("0x".parse::<Pace>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pace {
    /// In thousandths.
    thousandths: u64,
}

/// Why a text is not a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("expected a pace such as `60x`, `0.5x` or `realtime`, from 0.001x to 1000000000x")]
pub struct PaceError;

impl Pace {
    /// So many simulated seconds a second.
    pub const fn times(times: u64) -> Self {
        Self {
            thousandths: times.saturating_mul(1_000),
        }
    }

    /// How long so many simulated milliseconds take.
    pub fn real(self, simulated_ms: u64) -> Duration {
        let micros = u128::from(simulated_ms) * 1_000_000 / u128::from(self.thousandths);
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl Pace {
    /// How much simulated time passes in so long, exactly: in millionths of a millisecond.
    pub(crate) fn simulated_parts(self, real: Duration) -> u128 {
        real.as_micros() * u128::from(self.thousandths)
    }

    /// How much simulated time passes in so long, in whole seconds.
    fn simulated(self, real: Duration) -> SimDuration {
        let secs = real.as_micros() * u128::from(self.thousandths) / 1_000_000_000;
        SimDuration::from_secs(u64::try_from(secs).unwrap_or(u64::MAX / 1_000))
    }
}

impl FromStr for Pace {
    type Err = PaceError;

    fn from_str(text: &str) -> Result<Self, PaceError> {
        if text == "realtime" {
            return Ok(Self { thousandths: 1_000 });
        }
        let number = text.strip_suffix('x').ok_or(PaceError)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if number.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 3 {
            return Err(PaceError);
        }
        let whole: u64 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| PaceError)?
        };
        let fraction: u64 = format!("{fraction:0<3}").parse().map_err(|_| PaceError)?;
        if whole > 1_000_000_000 || whole + fraction == 0 {
            return Err(PaceError);
        }
        Ok(Self {
            thousandths: whole * 1_000 + fraction,
        })
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.thousandths / 1_000, self.thousandths % 1_000);
        if rest == 0 {
            write!(f, "{whole}x")
        } else {
            write!(f, "{whole}.{}x", format!("{rest:03}").trim_end_matches('0'))
        }
    }
}

/// Asks a replay to stop; it ends at the instant where it is, with what happened so far. Clones ask the same replay.
#[derive(Debug, Clone, Default)]
pub struct StopSignal {
    shared: Arc<Stop>,
    /// When it counts as asked in any case.
    deadline: Option<Instant>,
}

#[derive(Debug, Default)]
struct Stop {
    /// Looked at in every virtual instant, which has to cost next to nothing.
    is_asked: AtomicBool,
    asked: Notify,
}

impl StopSignal {
    /// Asks it to stop.
    pub fn stop(&self) {
        self.shared.is_asked.store(true, Ordering::SeqCst);
        self.shared.asked.notify_waiters();
    }

    /// The same signal, which a replay that never awaits anything takes for given after so long in real time, too.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a replay may really take is asked for in real time, and one that ends sooner never sees it"
    )]
    pub fn within(&self, timeout: Duration) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            deadline: Instant::now().checked_add(timeout),
        }
    }

    /// Whether it was asked to.
    pub fn is_asked(&self) -> bool {
        self.shared.is_asked.load(Ordering::Relaxed) || self.deadline.is_some_and(is_over)
    }

    /// Waits until it is asked to.
    pub async fn asked(&self) {
        let asked = self.shared.asked.notified();
        if !self.is_asked() {
            asked.await;
        }
    }
}

#[cold]
#[expect(
    clippy::disallowed_methods,
    reason = "it is asked only where somebody has set a limit in real time"
)]
fn is_over(deadline: Instant) -> bool {
    Instant::now() >= deadline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_are_exact_fractions() {
        assert_eq!(
            "60x".parse::<Pace>().unwrap().real(3_600_000),
            Duration::from_mins(1)
        );
        assert_eq!(
            "0.5x".parse::<Pace>().unwrap().real(1_000),
            Duration::from_secs(2)
        );
        for bad in [
            "", "x", "60", "-1x", "0x", "0.0x", "1e3x", "0.0001x", "fast",
        ] {
            assert_eq!(bad.parse::<Pace>(), Err(PaceError), "{bad}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_paced_clock_waits_from_its_first_instant_on() {
        let mut ticker = Ticker::new(Clock::Paced("60x".parse().unwrap()));
        let before = tokio::time::Instant::now();
        for secs in [1_000, 1_060, 1_600] {
            ticker.until(SimTime::from_secs(secs)).await;
        }
        assert_eq!(before.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_capped_clock_cuts_long_waits_short_and_no_others() {
        let pace = "60x".parse().unwrap();
        let mut ticker = Ticker::new(Clock::Capped(pace, Duration::from_secs(2)));
        let before = tokio::time::Instant::now();
        let mut waits = Vec::new();
        for secs in [1_000, 1_060, 90_000, 90_060] {
            ticker.until(SimTime::from_secs(secs)).await;
            waits.push(before.elapsed().as_secs());
        }
        assert_eq!(waits, [0, 1, 3, 4]);
    }

    #[tokio::test]
    async fn who_waits_for_the_signal_hears_it_before_and_after_it_came() {
        let stop = StopSignal::default();
        let (heard, ()) = tokio::join!(
            tokio::time::timeout(Duration::from_secs(5), stop.asked()),
            async { stop.clone().stop() }
        );
        assert!(heard.is_ok() && stop.is_asked());
        stop.asked().await;
    }

    #[tokio::test]
    async fn a_manual_clock_stands_until_it_is_moved() {
        let (handle, clock) = Clock::manual();
        let mut ticker = Ticker::new(clock);
        handle.advance_to(SimTime::from_secs(5));
        ticker.until(SimTime::from_secs(5)).await;
        let waits = tokio::time::timeout(
            Duration::from_millis(5),
            ticker.until(SimTime::from_secs(6)),
        )
        .await;
        assert!(waits.is_err(), "the clock was moved to 5 s only");
        drop(handle);
        ticker.until(SimTime::from_secs(6)).await;
    }
}
