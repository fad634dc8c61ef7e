//! Modifications of volumes: how long they take, and how many there may be (`VOL-MODIFY-STATES`, `VOL-MODIFY-RATE`).

use crate::{
    lifecycle::{
        ApiError, Decision, ErrorCode,
        modification::{Modification, PhaseView, State, Trigger, trigger},
    },
    record::{Notice, NoticeKind, RecordKind, VolumeHandle},
    rule,
    time::{SimDuration, SimTime},
};

use super::{Due, Effects, Lasts, VolumeSpec, World};

/// How long the configuration takes to change.
const MODIFYING: SimDuration = SimDuration::from_secs(10);
/// How long the optimization of a full TiB takes.
const OPTIMIZING_A_TIB: u64 = 6 * 60 * 60;
/// How long an optimization takes at least.
const OPTIMIZING_LEAST: u64 = 5 * 60;
/// `2026-01-15T00:00:00Z`: requests from then on are limited by their number in a day.
const BY_NUMBER: SimTime = SimTime::from_secs(1_768_435_200);
/// How many modifications of a volume there may be in [`WINDOW`].
const MOST: usize = 4;
/// How far back modifications count.
pub(super) const WINDOW: SimDuration = SimDuration::from_hours(24);
/// How far apart modifications have to be before [`BY_NUMBER`].
const APART: SimDuration = SimDuration::from_hours(6);

/// What is known of a volume's modifications.
#[derive(Debug, Clone)]
pub(super) struct Modifications {
    pub(super) latest: Modification,
    /// The larger of the two sizes of the latest, in GiB.
    pub(super) size_gib: u32,
    /// When they were asked for: those that may still count, in order.
    pub(super) requests: Vec<SimTime>,
}

impl Modifications {
    /// How long the optimization takes.
    fn optimizing(&self) -> SimDuration {
        let each = OPTIMIZING_A_TIB * u64::from(self.size_gib);
        SimDuration::from_secs(each.div_ceil(1024).max(OPTIMIZING_LEAST))
    }
}

impl World {
    /// The refusal of another modification of a volume, of its state and of the rate, in this order; none if it may be.
    pub(crate) fn check_modification(
        &self,
        volume: VolumeHandle,
        at: SimTime,
    ) -> Result<(), ApiError> {
        self.check_modified(volume, Trigger::ModifyVolume, at)?;
        let Some(known) = self.volume(volume).modifications() else {
            return Ok(());
        };
        let limit = if at < BY_NUMBER {
            let is_near = known.requests.last().is_some_and(|&last| at < last + APART);
            is_near.then_some("Wait at least 6 hours between modifications per EBS volume.")
        } else {
            let counting = known.requests.iter().filter(|&&asked| at < asked + WINDOW);
            (counting.count() >= MOST).then_some("per volume limit: 4 in 24 hours.")
        };
        let Some(limit) = limit else { return Ok(()) };
        let reached = "You've reached the maximum modification rate";
        Err(ApiError {
            code: ErrorCode::VolumeModificationRateExceeded,
            message: if at < BY_NUMBER {
                format!("{reached} per volume limit. {limit}")
            } else {
                format!("{reached} {limit}")
            },
            rules: &[rule::VOL_MODIFY_RATE],
        })
    }

    /// Checks that a modification under way doesn't refuse a trigger.
    pub(crate) fn check_modified(
        &self,
        volume: VolumeHandle,
        trigger: Trigger,
        at: SimTime,
    ) -> Result<(), ApiError> {
        let there = self.volume(volume);
        let Some(known) = there.modifications() else {
            return Ok(());
        };
        match known.latest.decide(trigger, at) {
            Decision::Refused(refusal) => Err(refusal.answer(&there.id(), known.latest.state())),
            Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_) => Ok(()),
        }
    }

    /// Makes a volume something else, which is so at once (`BILL-EBS-MODIFY`), and sets how the modification goes on.
    pub(crate) fn modify_volume(
        &mut self,
        at: SimTime,
        volume: VolumeHandle,
        spec: VolumeSpec,
        effects: &mut Effects,
    ) {
        let there = self.volume_mut(volume);
        let size_gib = spec.size_gib.max(there.spec().size_gib);
        there.set_spec(spec);
        let known = there.modifications_mut();
        match known {
            Some(known) => {
                if let PhaseView::Completed(done) = known.latest.view() {
                    done.on(trigger::ModifyVolume);
                }
                known.size_gib = size_gib;
                known.requests.retain(|&asked| at < asked + WINDOW);
                known.requests.push(at);
            }
            None => {
                *known = Some(Modifications {
                    latest: Modification::begin(),
                    size_gib,
                    requests: vec![at],
                });
            }
        }
        self.follow_up(volume, Due::Modified, Lasts::Exactly(MODIFYING), effects);
    }

    /// The latest modification of a volume: its state, when it was asked for, and how many hundredths of it are done.
    pub(crate) fn modification(
        &self,
        volume: VolumeHandle,
        at: SimTime,
    ) -> Option<(&'static str, SimTime, u64)> {
        let known = self.volume(volume).modifications()?;
        let asked = *known.requests.last()?;
        let done = match known.latest.state() {
            State::Modifying => 0,
            State::Optimizing => {
                let whole = MODIFYING + known.optimizing();
                let done = at.since(asked).as_secs() * 100 / whole.as_secs().max(1);
                done.min(99)
            }
            State::Completed => 100,
        };
        Some((known.latest.state().name(), asked, done))
    }

    /// The modification of a volume goes on.
    pub(super) fn volume_due(&mut self, volume: VolumeHandle, due: Due, effects: &mut Effects) {
        let Some(known) = self.volume_mut(volume).modifications_mut() else {
            return;
        };
        match known.latest.view() {
            PhaseView::Modifying(modifying) if due == Due::Modified => {
                modifying.on(trigger::ModificationCompleted);
                let lasts = known.optimizing();
                self.follow_up(volume, Due::Optimized, Lasts::Exactly(lasts), effects);
                self.say_modified(volume, &format!("optimizing for {lasts}"), effects);
            }
            PhaseView::Optimizing(optimizing) if due == Due::Optimized => {
                optimizing.on(trigger::OptimizationCompleted);
                self.say_modified(volume, "completed", effects);
            }
            PhaseView::Modifying(_) | PhaseView::Optimizing(_) | PhaseView::Completed(_) => {}
        }
    }

    fn say_modified(&self, volume: VolumeHandle, what: &str, effects: &mut Effects) {
        let there = self.volume(volume);
        effects.say(RecordKind::Notice(Notice {
            instance: there.instance(),
            resource: Some(volume.into()),
            ..Notice::new(
                NoticeKind::VolumeModification,
                format!("{}: {what}", there.id()),
                &[rule::VOL_MODIFY_STATES],
            )
        }));
    }
}
