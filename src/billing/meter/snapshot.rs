//! Snapshots: what each stores that none before it does, hour by hour (`BILL-SNAP-USED`, `BILL-SNAP-HOURLY`), and full copies in
//! the archive tier, by the second (`BILL-SNAP-ARCHIVE`).

use std::collections::BTreeMap;

use crate::{
    record::{
        DATA_PARTS, Meter, Resource, Rules, SnapshotChange, SnapshotHandle, SnapshotStep,
        UsageType, VolumeHandle, month_parts,
    },
    rule,
    time::{HOUR_SECS, SimDuration, SimTime},
};

use super::{Rating, Sku, Span, Usage, fast_restore::FastRestores};

const METER: Meter = Meter::Snapshots;

/// The least that the archive is charged for.
const ARCHIVED: SimDuration = SimDuration::from_hours(90 * 24);

/// The snapshots that there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshots {
    stored: BTreeMap<SnapshotHandle, Stored>,
    /// Full copies of what is in the archive, for some days.
    lent: BTreeMap<SnapshotHandle, Stored>,
    fast: FastRestores,
}

/// What a snapshot stores.
#[derive(Debug, Clone, Copy)]
struct Stored {
    volume: VolumeHandle,
    sku: Sku,
    is_archived: bool,
    gib: u64,
    /// A full hour, unless it is archived.
    since: SimTime,
    /// Up to where its hours in the standard tier are charged.
    charged: SimTime,
}

impl Stored {
    fn usage(&self, snapshot: SnapshotHandle, span: Span) -> Usage {
        let rules: Rules = if self.is_archived {
            &[rule::BILL_SNAP_ARCHIVE]
        } else {
            &[
                rule::BILL_SNAP_USED,
                rule::BILL_SNAP_HOURLY,
                rule::BILL_SNAP_DELETE,
            ]
        };
        let from = span.from.max(self.since);
        let to = if self.is_archived {
            span.to
        } else {
            span.to.hour_end()
        };
        Usage {
            units: self.gib,
            ..Usage::new(
                METER,
                Resource::Snapshot(snapshot),
                self.sku,
                Span::new(from, to.max(from)),
            )
        }
        .by(rules)
    }
}

impl Snapshots {
    pub(super) fn changed(&mut self, at: SimTime, change: &SnapshotChange, next: &mut impl Rating) {
        let (snapshot, size) = (change.snapshot, u64::from(change.size_gib));
        match change.step {
            SnapshotStep::Made => {
                let stored = (change.volume, u64::from(change.used_gib), false);
                self.open((at.clock_hour(), at), snapshot, stored, next);
            }
            SnapshotStep::FastRestore => {
                if let Some(zone) = change.zone {
                    self.fast.enable(at, snapshot, zone, next);
                }
            }
            SnapshotStep::SlowRestore => self.fast.disable(at, snapshot, change.zone, next),
            SnapshotStep::Archived => {
                self.fast.disable(at, snapshot, None, next);
                self.close(at, snapshot, next);
                let stored = (change.volume, size, true);
                self.open((at, at.hour_end()), snapshot, stored, next);
            }
            SnapshotStep::Restored => {
                let lent = self.take_back(at, snapshot, next);
                let before = self.close(at, snapshot, next);
                if !lent {
                    charge_retrieval(at, snapshot, size, next);
                }
                // It comes back as the full copy that it has become.
                let since = before.map_or(at, |before| before.charged);
                let since = since.max(at.clock_hour());
                let stored = (change.volume, size, false);
                self.open((since, since), snapshot, stored, next);
            }
            SnapshotStep::Lent => {
                charge_retrieval(at, snapshot, size, next);
                let charged = self.stored.get(&snapshot).map_or(at, |one| one.charged);
                let since = charged.max(at.clock_hour());
                let stored = (change.volume, size, false);
                if let Some(copy) = copy((since, since), snapshot, stored, next) {
                    self.lent.insert(snapshot, copy);
                }
            }
            SnapshotStep::Returned => {
                self.fast.disable(at, snapshot, None, next);
                self.take_back(at, snapshot, next);
            }
            SnapshotStep::Deleted => {
                self.take_back(at, snapshot, next);
                self.fast.disable(at, snapshot, None, next);
                self.close(at, snapshot, next);
            }
        }
    }

    fn open(
        &mut self,
        times: (SimTime, SimTime),
        snapshot: SnapshotHandle,
        stored: (VolumeHandle, u64, bool),
        next: &mut impl Rating,
    ) {
        if let Some(stored) = copy(times, snapshot, stored, next) {
            self.stored.insert(snapshot, stored);
        }
    }

    /// The copy that was there for some days is charged, and its last hour with it. Answers whether there was one.
    fn take_back(&mut self, at: SimTime, snapshot: SnapshotHandle, next: &mut impl Rating) -> bool {
        let Some(copy) = self.lent.remove(&snapshot) else {
            return false;
        };
        next.closed(&copy.usage(snapshot, Span::new(copy.since, at)));
        if let Some(stored) = self.stored.get_mut(&snapshot) {
            stored.charged = at.hour_end();
        }
        true
    }

    /// What a snapshot has stored is charged, and what others need of it goes to the next one of its volume.
    fn close(
        &mut self,
        at: SimTime,
        snapshot: SnapshotHandle,
        next: &mut impl Rating,
    ) -> Option<Stored> {
        let stored = self.stored.remove(&snapshot)?;
        next.closed(&stored.usage(snapshot, Span::new(stored.since, at)));
        if stored.is_archived {
            charge_rest(at, snapshot, &stored, next);
            return Some(stored);
        }
        let mut later = self.stored.range(snapshot..);
        let heir = later.find(|(_, one)| one.volume == stored.volume && !one.is_archived);
        if let Some((&heir, &one)) = heir
            && one.gib < stored.gib
        {
            next.closed(&one.usage(heir, Span::new(one.since, at)));
            // This hour is charged already.
            let grown = Stored {
                gib: stored.gib,
                since: at.hour_end().max(one.since),
                ..one
            };
            next.opened(&grown.usage(heir, Span::at(grown.since)));
            self.stored.insert(heir, grown);
        }
        Some(stored)
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        self.fast.finish(at, next);
        for (snapshot, stored) in std::mem::take(&mut self.stored)
            .into_iter()
            .chain(std::mem::take(&mut self.lent))
        {
            next.closed(&stored.usage(snapshot, Span::new(stored.since, at)));
        }
    }

    pub(super) fn so_far(
        &self,
        span: Span,
        snapshot: SnapshotHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        self.fast.so_far(span, Some(snapshot), &mut tell);
        let copies = [&self.stored, &self.lent].map(|copies| copies.get(&snapshot));
        for stored in copies.into_iter().flatten() {
            tell(&stored.usage(snapshot, span));
        }
    }

    /// The same for all of them.
    pub(super) fn all_so_far(&self, span: Span, mut tell: impl FnMut(&Usage)) {
        self.fast.so_far(span, None, &mut tell);
        for (&snapshot, stored) in self.stored.iter().chain(&self.lent) {
            tell(&stored.usage(snapshot, span));
        }
    }
}

/// A copy of a snapshot, charged from then on.
fn copy(
    (since, charged): (SimTime, SimTime),
    snapshot: SnapshotHandle,
    (volume, gib, is_archived): (VolumeHandle, u64, bool),
    next: &mut impl Rating,
) -> Option<Stored> {
    let usage_type = if is_archived {
        UsageType::SnapshotArchive
    } else {
        UsageType::SnapshotUsage
    };
    let stored = Stored {
        volume,
        sku: next.sku(usage_type)?,
        is_archived,
        gib,
        since,
        charged,
    };
    next.opened(&stored.usage(snapshot, Span::at(since)));
    Some(stored)
}

/// What is taken out of the archive is charged by its size.
fn charge_retrieval(at: SimTime, snapshot: SnapshotHandle, size: u64, next: &mut impl Rating) {
    if let Some(sku) = next.sku(UsageType::SnapshotRetrieval) {
        let usage = Usage::new(METER, Resource::Snapshot(snapshot), sku, Span::at(at));
        next.closed(&Usage {
            units: size.saturating_mul(DATA_PARTS),
            rules: &[rule::BILL_SNAP_ARCHIVE],
            ..usage
        });
    }
}

/// Whoever takes a snapshot out of the archive before ninety days pays for the full hours that are left.
fn charge_rest(at: SimTime, snapshot: SnapshotHandle, stored: &Stored, next: &mut impl Rating) {
    let left = (stored.since + ARCHIVED).since(at).as_secs() / HOUR_SECS;
    if left > 0
        && let Some(sku) = next.sku(UsageType::SnapshotEarlyDelete)
    {
        let usage = Usage::new(METER, Resource::Snapshot(snapshot), sku, Span::at(at));
        next.closed(&Usage {
            units: stored
                .gib
                .saturating_mul(month_parts(left, at.month().days())),
            rules: &[rule::BILL_SNAP_ARCHIVE],
            ..usage
        });
    }
}
