//! Fast snapshot restore: every zone in which a snapshot has it, by the minute and for an hour at least (`BILL-SNAP-FSR`).

use std::collections::BTreeMap;

use crate::{
    record::{Meter, Resource, Rules, SnapshotHandle, UsageType},
    rule,
    time::{HOUR_SECS, SimTime},
};

use super::{Rating, Sku, Span, Usage};

const RULES: Rules = &[rule::BILL_SNAP_FSR];

/// Where it is enabled, and since when.
#[derive(Debug, Clone, Default)]
pub(super) struct FastRestores(BTreeMap<(SnapshotHandle, &'static str), (Sku, SimTime)>);

impl FastRestores {
    /// It is enabled in a zone; there, it already may be.
    pub(super) fn enable(
        &mut self,
        at: SimTime,
        snapshot: SnapshotHandle,
        zone: &'static str,
        next: &mut impl Rating,
    ) {
        if self.0.contains_key(&(snapshot, zone)) {
            return;
        }
        if let Some(sku) = next.sku(UsageType::FastRestore) {
            next.opened(&usage(snapshot, sku, Span::at(at)));
            self.0.insert((snapshot, zone), (sku, at));
        }
    }

    /// It is disabled in a zone, or in all of them.
    pub(super) fn disable(
        &mut self,
        at: SimTime,
        snapshot: SnapshotHandle,
        zone: Option<&'static str>,
        next: &mut impl Rating,
    ) {
        let of_it = |(one, place): (SnapshotHandle, &'static str)| {
            one == snapshot && zone.is_none_or(|zone| zone == place)
        };
        let ended: Vec<_> = self.0.keys().copied().filter(|&key| of_it(key)).collect();
        for key in ended {
            if let Some((sku, since)) = self.0.remove(&key) {
                next.closed(&charged(snapshot, sku, Span::new(since, at)));
            }
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        for ((snapshot, _), (sku, since)) in std::mem::take(&mut self.0) {
            next.closed(&charged(snapshot, sku, Span::new(since, at)));
        }
    }

    /// What is open of one snapshot, or of all of them: the time that has passed.
    pub(super) fn so_far(
        &self,
        span: Span,
        of: Option<SnapshotHandle>,
        mut tell: impl FnMut(&Usage),
    ) {
        for (&(snapshot, _), &(sku, since)) in &self.0 {
            if of.is_none_or(|of| of == snapshot) {
                tell(&usage(snapshot, sku, span.since(since)));
            }
        }
    }
}

fn usage(snapshot: SnapshotHandle, sku: Sku, span: Span) -> Usage {
    Usage::new(Meter::Snapshots, Resource::Snapshot(snapshot), sku, span).by(RULES)
}

/// Whole minutes, and an hour at least.
fn charged(snapshot: SnapshotHandle, sku: Sku, span: Span) -> Usage {
    let usage = usage(snapshot, sku, span);
    let secs = (usage.secs.div_ceil(60) * 60).max(HOUR_SECS);
    Usage { secs, ..usage }
}
