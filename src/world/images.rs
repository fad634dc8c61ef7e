//! Snapshots and images. Neither takes any time to make here.

use std::borrow::Cow;

use crate::{
    catalog::Platform,
    id::Seeded,
    record::{
        Accepted, Fact, ImageHandle, InstanceHandle, RecordKind, Resource, SnapshotChange,
        SnapshotHandle, SnapshotStep, StateReason, VolumeHandle,
    },
    time::{SimDuration, SimTime},
};

use super::{Due, Effects, ImageSpec, Instance, InstanceSpec, VolumeSpec, World, effects::Lasts};

/// The state of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotState {
    /// It is there.
    Completed,
    /// It is in the archive tier, and has to be restored before it is used.
    Archived,
    /// It is gone.
    Deleted,
}

impl SnapshotState {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Completed, Self::Archived, Self::Deleted];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }
}

/// A snapshot of a volume.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) key: Seeded,
    pub(super) state: SnapshotState,
    /// The volume as it was.
    pub(crate) spec: VolumeSpec,
    /// Of which volume it was made.
    pub(crate) volume: VolumeHandle,
    /// How much of it holds data, in GiB.
    pub(crate) used_gib: u32,
    /// When it was made.
    pub(crate) created: SimTime,
    /// The image that it was made for.
    pub(crate) image: Option<ImageHandle>,
    /// Whether it is back from the archive for some days only.
    is_lent: bool,
}

impl Snapshot {
    /// Its state.
    pub const fn state(&self) -> SnapshotState {
        self.state
    }

    /// Whether it is back from the archive for some days only.
    pub(crate) const fn is_lent(&self) -> bool {
        self.is_lent
    }

    /// The size of a volume that is made of it at least, in GiB.
    pub const fn size_gib(&self) -> u32 {
        self.spec.size_gib
    }
}

/// What an image was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageMake {
    pub(crate) image: ImageSpec,
    pub(crate) platform: Platform,
    /// The root first, then its data volumes.
    pub(crate) volumes: Vec<VolumeSpec>,
    pub(crate) instance: InstanceHandle,
    pub(crate) snapshots: Vec<SnapshotHandle>,
}

/// An image of the account's own.
#[derive(Debug, Clone)]
pub struct Image {
    pub(super) key: Seeded,
    /// None for one that the scenario describes.
    pub(crate) make: Option<ImageMake>,
    /// When it was made.
    pub(crate) created: SimTime,
    pub(super) deregistered: bool,
}

impl Image {
    /// Whether nothing can be launched from it any more.
    pub const fn is_deregistered(&self) -> bool {
        self.deregistered
    }

    /// The snapshots that were made with it, that of the root first.
    pub fn snapshots(&self) -> &[SnapshotHandle] {
        self.make.as_ref().map_or(&[], |make| &make.snapshots)
    }

    /// Its state: `available`, `deregistered`.
    pub const fn state(&self) -> &'static str {
        if self.deregistered {
            "deregistered"
        } else {
            "available"
        }
    }
}

impl World {
    /// A snapshot.
    pub fn snapshot(&self, handle: SnapshotHandle) -> &Snapshot {
        &self.snapshots[handle.index()]
    }

    /// Every image of the account's own that there ever was.
    pub fn images(&self) -> &[Image] {
        &self.images
    }

    /// Every snapshot that there ever was.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// An image of the account's own.
    pub fn image(&self, handle: ImageHandle) -> &Image {
        &self.images[handle.index()]
    }

    /// The image that a snapshot was made with, and which of its snapshots it is, from the root on.
    pub(crate) fn place_in_image(&self, handle: SnapshotHandle) -> Option<(ImageHandle, usize)> {
        let image = self.snapshot(handle).image?;
        let snapshots = self.image(image).snapshots();
        let number = snapshots.iter().position(|&one| one == handle)?;
        Some((image, number))
    }

    /// Makes a snapshot of a volume as it is.
    pub(crate) fn add_snapshot(
        &mut self,
        at: SimTime,
        key: Seeded,
        volume: VolumeHandle,
        used_gib: Option<u32>,
        image: Option<ImageHandle>,
        effects: &mut Effects,
    ) -> SnapshotHandle {
        let handle = SnapshotHandle::new(self.snapshots.len());
        let spec = *self.volume(volume).spec();
        // The first of a volume holds all of it, the next ones what has changed since: nothing, as far as anybody says.
        let is_first = !(self.snapshots.iter())
            .any(|one| one.volume == volume && one.state != SnapshotState::Deleted);
        let used_gib = used_gib.unwrap_or(if is_first { spec.size_gib } else { 0 });
        self.snapshots.push(Snapshot {
            key,
            state: SnapshotState::Completed,
            spec,
            volume,
            used_gib,
            created: at,
            image,
            is_lent: false,
        });
        self.index(Resource::Snapshot(handle));
        self.say_snapshot(handle, SnapshotStep::Made, effects);
        handle
    }

    /// A snapshot goes to the archive, comes back from it, or is deleted.
    pub(crate) fn set_snapshot_state(
        &mut self,
        handle: SnapshotHandle,
        state: SnapshotState,
        effects: &mut Effects,
    ) {
        let snapshot = &mut self.snapshots[handle.index()];
        snapshot.state = state;
        let was_lent = std::mem::take(&mut snapshot.is_lent);
        if was_lent {
            self.cancel(handle, |due| due == Due::SnapshotReturns);
        }
        let step = match state {
            SnapshotState::Completed => SnapshotStep::Restored,
            SnapshotState::Archived if was_lent => SnapshotStep::Returned,
            SnapshotState::Archived => SnapshotStep::Archived,
            SnapshotState::Deleted => SnapshotStep::Deleted,
        };
        self.say_snapshot(handle, step, effects);
    }

    /// A snapshot comes back from the archive for so long, and stays there besides.
    pub(crate) fn lend_snapshot(
        &mut self,
        handle: SnapshotHandle,
        lasts: SimDuration,
        effects: &mut Effects,
    ) {
        let snapshot = &mut self.snapshots[handle.index()];
        snapshot.state = SnapshotState::Completed;
        if std::mem::replace(&mut snapshot.is_lent, true) {
            // It is there already, and stays for another time.
            self.cancel(handle, |due| due == Due::SnapshotReturns);
        } else {
            self.say_snapshot(handle, SnapshotStep::Lent, effects);
        }
        self.follow_up(handle, Due::SnapshotReturns, Lasts::Exactly(lasts), effects);
    }

    /// The days are over.
    pub(super) fn snapshot_due(&mut self, handle: SnapshotHandle, due: Due, effects: &mut Effects) {
        if due == Due::SnapshotReturns {
            self.set_snapshot_state(handle, SnapshotState::Archived, effects);
            effects.say(RecordKind::Accepted(Accepted {
                resource: Some(handle.into()),
                ..Accepted::new("ModifySnapshotTier", &[])
            }));
        }
    }

    /// The bill has to know where volumes of a snapshot are fast at once.
    pub(crate) fn say_fast_restore(
        &self,
        handle: SnapshotHandle,
        zone: Option<&'static str>,
        enabled: bool,
        effects: &mut Effects,
    ) {
        let one = self.snapshot(handle);
        let step = if enabled {
            SnapshotStep::FastRestore
        } else {
            SnapshotStep::SlowRestore
        };
        let sizes = (one.used_gib, one.spec.size_gib);
        let change = SnapshotChange::new(handle, step, one.volume, sizes).within(zone);
        effects.say(RecordKind::Fact(Fact::Snapshot(change)));
    }

    /// The bill has to know what becomes of a snapshot.
    fn say_snapshot(&self, handle: SnapshotHandle, step: SnapshotStep, effects: &mut Effects) {
        let one = self.snapshot(handle);
        let sizes = (one.used_gib, one.spec.size_gib);
        effects.say(RecordKind::Fact(Fact::Snapshot(SnapshotChange::new(
            handle, step, one.volume, sizes,
        ))));
    }

    /// An image that the scenario describes.
    pub(crate) fn add_described_image(&mut self, at: SimTime, key: Seeded) -> ImageHandle {
        self.push_image(at, key, None)
    }

    fn push_image(&mut self, at: SimTime, key: Seeded, make: Option<ImageMake>) -> ImageHandle {
        let handle = ImageHandle::new(self.images.len());
        self.images.push(Image {
            key,
            make,
            created: at,
            deregistered: false,
        });
        self.index(Resource::Image(handle));
        handle
    }

    /// The volumes that go into an image: the root first.
    pub(crate) fn imaged(&self, instance: &Instance) -> Vec<VolumeHandle> {
        let mut attached: Vec<VolumeHandle> = self.attached(instance).collect();
        attached.sort_by_key(|&volume| !self.is_root_device(volume));
        attached
    }

    /// Makes an image of an instance, with a snapshot of each of its volumes: the root, and the data volumes attached now.
    pub(crate) fn add_image(
        &mut self,
        at: SimTime,
        key: Seeded,
        instance: InstanceHandle,
        used_gib: &[(usize, u32)],
        effects: &mut Effects,
    ) -> ImageHandle {
        let image = self.push_image(at, key, None);
        let there = self.instance(instance);
        let attached = self.imaged(&there);
        let (spec, platform) = (there.spec().image.clone(), there.spec().platform);
        let volumes: Vec<VolumeSpec> = attached
            .iter()
            .map(|&volume| VolumeSpec {
                delete_on_termination: true,
                ..*self.volume(volume).spec()
            })
            .collect();
        let mut snapshots = Vec::with_capacity(attached.len());
        for ((number, place), volume) in (0..).zip(0..).zip(attached) {
            let key = key.purpose("snapshot").number(number);
            let mut used = used_gib.iter().filter(|(of, _)| *of == place);
            let used = used.next().map(|(_, used)| *used);
            snapshots.push(self.add_snapshot(at, key, volume, used, Some(image), effects));
        }
        self.images[image.index()].make = Some(ImageMake {
            image: ImageSpec {
                min_root_gib: volumes
                    .first()
                    .map_or(spec.min_root_gib, |root| root.size_gib),
                ..spec
            },
            platform,
            volumes,
            instance,
            snapshots,
        });
        image
    }

    /// What EC2 says of an instance that has changed its state for a reason (`REASON-LAUNCH-PARAMETER`).
    pub fn reason_text(&self, instance: &Instance, reason: StateReason) -> Cow<'static, str> {
        let Some(root) = instance.spec().volumes.first() else {
            return Cow::Borrowed(reason.message());
        };
        if !reason.is_particular() {
            return Cow::Borrowed(reason.message());
        }
        let snapshot = self.image_snapshot(instance.spec());
        let text = reason.message();
        let text = text.replace("{size}", &root.size_gib.to_string());
        let text = text.replace("{iops}", &root.iops.to_string());
        Cow::Owned(text.replace("{snapshot}", &snapshot))
    }

    /// An id for the snapshot behind an image, for the messages that name it.
    pub(crate) fn image_snapshot(&self, spec: &InstanceSpec) -> String {
        let bits = self
            .root()
            .purpose("image")
            .number(u64::from(spec.image.min_root_gib))
            .bits();
        format!("snap-0{bits:016x}")
    }

    /// Nothing is launched from an image any more.
    pub(crate) fn deregister(&mut self, image: ImageHandle) {
        self.images[image.index()].deregistered = true;
    }

    /// What a launch from an image asks for, given what its description says over what the image was expected to be.
    pub(crate) fn launched_from(
        &self,
        image: ImageHandle,
        spec: &InstanceSpec,
    ) -> Option<InstanceSpec> {
        let make = self.image(image).make.as_ref()?;
        let own = spec.over_image?;
        let mut volumes = make.volumes.clone();
        if let (Some(root), Some(given), true) =
            (volumes.first_mut(), spec.volumes.first(), own.root)
        {
            *root = VolumeSpec {
                encrypted: root.encrypted,
                ..*given
            };
        }
        let first_own = spec.volumes.len() - usize::from(own.volumes);
        volumes.extend(&spec.volumes[first_own..]);
        let launched = InstanceSpec {
            image: ImageSpec {
                name: spec.image.name,
                ..make.image.clone()
            },
            platform: make.platform,
            volumes,
            ..spec.clone()
        };
        (launched != *spec).then_some(launched)
    }
}
