//! How far a long replay is: a line on standard error while it lasts, where that is a terminal.
//!
//! A replay only leaves behind how far it has come, now and then; a thread of the bar draws it. A short replay shows
//! nothing, and starts no thread.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use indicatif::{
    HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

use crate::{
    engine::{Sink, View},
    record::Record,
    time::SimDuration,
};

/// How long a replay may take without a word.
const PATIENCE: Duration = Duration::from_millis(500);

/// From one drawing to the next.
const REDRAWN: Duration = Duration::from_millis(100);

/// After how many instants, or transitions at few of them, a replay leaves behind how far it has come.
const EVERY: u32 = 1_024;

/// The sink that shows how far a replay is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    transitions: Arc<AtomicU64>,
    is_shown: bool,
    /// The instants since it was left behind.
    instants: u32,
    /// The transitions at which it is left behind again.
    next: u64,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            transitions: Arc::default(),
            is_shown: false,
            instants: 0,
            next: 0,
        }
    }

    fn leave(&self, view: &View<'_>) {
        self.transitions
            .store(view.tally.transitions, Ordering::Relaxed);
        self.bar
            .set_position(view.now.since(view.program.start).as_secs());
    }

    fn show(&mut self, view: &View<'_>) {
        self.is_shown = true;
        let length = view.program.expected_end().since(view.program.start);
        // A script that only waits for others has no length of its own. All of it fits into 80 columns.
        let template = if length == SimDuration::ZERO {
            "  {spinner} {reached}  {pace} transitions/s"
        } else {
            self.bar.set_length(length.as_secs());
            "  {bar:12} {reached} of {whole}  {pace} transitions/s{left}"
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("reached", |state: &ProgressState, out: &mut dyn Write| {
                let _ = write!(out, "{}", SimDuration::from_secs(state.pos()));
            })
            .with_key("whole", move |_: &ProgressState, out: &mut dyn Write| {
                let _ = write!(out, "{length}");
            });
        // Nothing can be said of a replay that is still at its first instant.
        let style = style.with_key("left", |state: &ProgressState, out: &mut dyn Write| {
            if state.pos() > 0 {
                let _ = write!(out, "  {:#} left", HumanDuration(state.eta()));
            }
        });
        let transitions = Arc::clone(&self.transitions);
        let style = style.with_key("pace", move |state: &ProgressState, out: &mut dyn Write| {
            let so_far = u128::from(transitions.load(Ordering::Relaxed));
            let millis = state.elapsed().as_millis().max(1);
            let pace = u64::try_from(so_far * 1_000 / millis).unwrap_or(u64::MAX);
            let _ = write!(out, "{}", HumanCount(pace));
        });
        self.bar.set_style(style);
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(REDRAWN);
    }
}

impl Sink for Progress {
    fn record(&mut self, _: &Record, _: &View<'_>) {}

    fn listens(&self) -> bool {
        false
    }

    fn instant_over(&mut self, view: &View<'_>) {
        self.instants += 1;
        if self.instants < EVERY && view.tally.transitions < self.next {
            return;
        }
        self.instants = 0;
        self.next = view.tally.transitions + u64::from(EVERY);
        self.leave(view);
        if !self.is_shown && self.bar.elapsed() >= PATIENCE {
            self.show(view);
        }
    }
}

/// The line is gone when the replay is over.
impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
