//! EBS volumes.

use crate::{
    action::{
        Answer, AttachVolume, CreateVolume, DeleteVolume, DetachVolume, ModifyVolume, Ref, Request,
        VolumeChange,
    },
    catalog::VolumeType,
    id::IdKind,
    record::{InstanceHandle, Resource, ResourceKind, VolumeHandle},
    time::SimTime,
    world::VolumeSpec,
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call, WRONG_INSTANCE, WRONG_VOLUME,
    instance::{attach_time, tell_tags, time, told_of},
    launch::volume_spec,
    snapshots::WRONG_SNAPSHOT,
};

struct VolumeItem<'a> {
    place: &'a Place,
    volume: VolumeHandle,
    /// What the answer to the request says that has just made it.
    is_new: bool,
}

impl Tell for VolumeItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let (place, handle) = (self.place, self.volume);
        let world = place.world();
        let there = world.volume(handle);
        let spec = there.spec();
        out.value("volumeId", world.id_of(handle.into()));
        out.value("size", spec.size_gib);
        out.text("snapshotId", &snapshot_of(place, handle));
        out.text("availabilityZone", there.zone());
        out.text(
            "status",
            if self.is_new {
                "creating"
            } else {
                there.state().name()
            },
        );
        out.text("createTime", &time(created(place, handle)));
        out.list("attachmentSet", there.instance(), |out, instance| {
            out.value("volumeId", world.id_of(handle.into()));
            out.value("instanceId", world.id_of(instance.into()));
            out.text(
                "device",
                world.device_of(handle).as_deref().unwrap_or_default(),
            );
            out.text("status", "attached");
            out.text("attachTime", &time(attach_time(place, instance, handle)));
            out.flag("deleteOnTermination", spec.delete_on_termination);
        });
        tell_tags(out, place, world.id_of(handle.into()));
        out.text("volumeType", spec.volume_type.name());
        let (iops, throughput) = told_of(spec.volume_type);
        if iops {
            out.value(
                "iops",
                shown_iops(spec.volume_type, spec.iops, spec.size_gib),
            );
        }
        out.flag("encrypted", spec.encrypted);
        out.flag("multiAttachEnabled", false);
        if throughput {
            out.value("throughput", shown_throughput(spec));
        }
    }
}

/// The IOPS of a volume: those of gp2 go by its size, 3 a GiB from 100 to 16,000.
fn shown_iops(volume_type: VolumeType, iops: u32, size_gib: u32) -> u32 {
    if volume_type == VolumeType::Gp2 {
        size_gib.saturating_mul(3).clamp(100, 16_000)
    } else {
        iops
    }
}

/// The throughput of a volume in MiB/s: that of the HDD types goes by their size, 40 and 12 a TiB up to 500 and 192.
fn shown_throughput(spec: &VolumeSpec) -> u32 {
    let by_size =
        |each: u32, most: u32| (spec.size_gib.saturating_mul(each) / 1_024).clamp(1, most);
    if spec.volume_type == VolumeType::St1 {
        by_size(40, 500)
    } else if spec.volume_type == VolumeType::Sc1 {
        by_size(12, 192)
    } else {
        spec.throughput
    }
}

/// When a volume came about.
fn created(place: &Place, volume: VolumeHandle) -> SimTime {
    let history = place.history();
    let of_launch = place.world().volume(volume).owner();
    history
        .created(volume)
        .or_else(|| of_launch.and_then(|instance| history.launched(instance)))
        .unwrap_or_else(|| place.now())
}

/// The snapshot that a volume was made from: a root's is that of its image.
fn snapshot_of(place: &Place, volume: VolumeHandle) -> String {
    let there = place.world().volume(volume);
    if let Some(snapshot) = place.snapshots.get(&volume) {
        return snapshot.clone();
    }
    match there.owner().filter(|_| there.is_launch_root()) {
        Some(instance) => {
            let kept = place.kept(instance);
            let image = super::instance::image_id(
                place,
                &place.world().instance(instance),
                kept.map(|kept| &**kept),
            );
            let mut images = place.furniture.images.iter();
            let found = images.find(|known| known.id == image);
            found.map_or_else(String::new, |image| image.snapshot.to_string())
        }
        None => String::new(),
    }
}

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let zone = fields.required("AvailabilityZone")?;
    let region = call.place.region();
    let zone = region
        .zone(zone)
        .filter(|known| *known == zone)
        .ok_or_else(|| {
            Fault::new(
                "InvalidZone.NotFound",
                format!("The zone '{zone}' does not exist."),
            )
        })?;
    let snapshot = match fields.get("SnapshotId") {
        None => None,
        Some(text) => Some(call.find(text, IdKind::Snapshot, &WRONG_SNAPSHOT)?),
    };
    let size: Option<u32> = fields.number("Size")?;
    if size.is_none() && snapshot.is_none() {
        return Err(Fault::missing("size/snapshot"));
    }
    let volume_type = fields.get("VolumeType").and_then(VolumeType::find);
    let spec = volume_spec(
        volume_type.unwrap_or(VolumeType::Gp2),
        size.unwrap_or(0),
        (fields.number("Iops")?, fields.number("Throughput")?),
        fields.flag("Encrypted"),
        false,
    )?;
    let tags = super::tags::specified(call, "volume")?;
    let is_dry = fields.flag("DryRun");
    let token = fields.get("ClientToken");
    let name = if is_dry {
        String::new()
    } else {
        call.place
            .new_name(ResourceKind::Volume, super::tags::name(&tags))
    };
    call.place.recording.name_new(&name);
    let key = call.place.world().root().named(&name);
    let request: Request = CreateVolume {
        volume: Some(key).filter(|_| !is_dry),
        spec,
        snapshot: snapshot.and_then(Resource::snapshot).map(Ref::Handle),
        zone,
    }
    .into();
    let answer = call.ask(match token {
        Some(token) => request.with_client_token(token),
        None => request,
    })?;
    let volume = match answer {
        Answer::Made(Resource::Volume(volume)) => {
            call.place.names.insert(volume.into(), name);
            if let Some(snapshot) = snapshot {
                let id = call.place.world().id_of(snapshot).to_string();
                call.place.snapshots.insert(volume, id);
            }
            super::tags::give(call, volume.into(), &tags);
            volume
        }
        Answer::MadeBefore(Resource::Volume(volume)) => {
            call.place.give_name_back(&name);
            volume
        }
        Answer::Done
        | Answer::Launched { .. }
        | Answer::LaunchedBefore { .. }
        | Answer::Made(_)
        | Answer::MadeBefore(_) => unreachable!("a volume was made"),
    };
    let place = &*call.place;
    VolumeItem {
        place,
        volume,
        is_new: true,
    }
    .tell(call.xml);
    Ok(())
}

fn volume(call: &mut Call<'_>) -> Result<VolumeHandle, Fault> {
    let text = call.fields.required("VolumeId")?;
    let found = call.find(text, IdKind::Volume, &WRONG_VOLUME)?;
    found.volume().ok_or_else(|| WRONG_VOLUME.missing(text))
}

fn instance(call: &mut Call<'_>) -> Result<Option<InstanceHandle>, Fault> {
    let Some(text) = call.fields.get("InstanceId") else {
        return Ok(None);
    };
    Ok(call
        .find(text, IdKind::Instance, &WRONG_INSTANCE)?
        .instance())
}

/// An attachment, as the answers of AttachVolume and DetachVolume tell it.
fn tell_attachment(
    call: &mut Call<'_>,
    volume: VolumeHandle,
    (instance, device, at): (InstanceHandle, &str, SimTime),
    status: &str,
) {
    let world = call.place.world();
    let goes = world.volume(volume).spec().delete_on_termination;
    call.xml.value("volumeId", world.id_of(volume.into()));
    call.xml.value("instanceId", world.id_of(instance.into()));
    call.xml.text("device", device);
    call.xml.text("status", status);
    call.xml.text("attachTime", &time(at));
    call.xml.flag("deleteOnTermination", goes);
}

pub(super) fn attach(call: &mut Call<'_>) -> Result<(), Fault> {
    let volume = volume(call)?;
    let Some(instance) = instance(call)? else {
        return Err(Fault::missing("instanceId"));
    };
    let device = call.fields.required("Device")?;
    call.ask(AttachVolume {
        volume: Ref::Handle(volume),
        instance: Ref::Handle(instance),
        device: Some(device.into()),
    })?;
    let at = call.now();
    tell_attachment(call, volume, (instance, device, at), "attaching");
    Ok(())
}

pub(super) fn detach(call: &mut Call<'_>) -> Result<(), Fault> {
    let volume = volume(call)?;
    let named = instance(call)?;
    let world = call.place.world();
    let device = world.device_of(volume);
    let there = world.volume(volume).instance();
    let id = world.id_of(volume.into());
    let is_other = |asked: &str| device.as_deref().is_some_and(|device| device != asked);
    if there.is_some()
        && (call.fields.get("Device").is_some_and(is_other)
            || named.is_some_and(|named| Some(named) != there))
    {
        let whom = named.or(there).map(|one| world.id_of(one.into()));
        let whom = whom.map_or_else(String::new, |id| format!(" to instance {id}"));
        let device = call.fields.get("Device");
        let device = device.map_or_else(String::new, |device| format!(" as device {device}"));
        return Err(Fault::new(
            "InvalidAttachment.NotFound",
            format!("The volume {id} is not attached{whom}{device}"),
        ));
    }
    let at = there.map(|instance| attach_time(call.place, instance, volume));
    call.ask(DetachVolume {
        volume: Ref::Handle(volume),
        instance: named.map(Ref::Handle),
    })?;
    if let (Some(instance), Some(at)) = (there, at) {
        let device = device.unwrap_or_default();
        tell_attachment(call, volume, (instance, &device, at), "detaching");
    }
    Ok(())
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<(), Fault> {
    let volume = volume(call)?;
    call.ask(DeleteVolume {
        volume: Ref::Handle(volume),
    })?;
    call.done();
    Ok(())
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let texts = call.fields.list("VolumeId");
    let list = call.list(!texts.is_empty())?;
    let found = call.find_all(&texts, IdKind::Volume, &WRONG_VOLUME)?;
    call.end_dry_run()?;
    let place = &*call.place;
    let mut volumes: Vec<VolumeHandle> = found.into_iter().filter_map(Resource::volume).collect();
    if texts.is_empty() {
        let all = (0..).zip(place.world().volumes());
        let there = all.filter(|(_, one)| !one.is_deleted());
        volumes.extend(there.map(|(index, _)| VolumeHandle::new(index)));
    }
    volumes.sort_unstable();
    volumes.dedup();
    let items = volumes.into_iter().map(|volume| {
        let number = u64::try_from(volume.index()).unwrap_or(u64::MAX);
        (
            number,
            VolumeItem {
                place,
                volume,
                is_new: false,
            },
        )
    });
    list.tell(call.xml, "volumeSet", items);
    Ok(())
}

pub(super) fn modify(call: &mut Call<'_>) -> Result<(), Fault> {
    let volume = volume(call)?;
    let fields = call.fields;
    let before = *call.place.world().volume(volume).spec();
    let change = VolumeChange {
        volume_type: fields.get("VolumeType").and_then(VolumeType::find),
        size_gib: fields.number("Size")?,
        iops: fields.number("Iops")?,
        throughput: fields.number("Throughput")?,
    };
    call.ask(ModifyVolume {
        volume: Ref::Handle(volume),
        change,
    })?;
    call.place.modified.insert(volume, before);
    let place = &*call.place;
    let xml = &mut *call.xml;
    xml.within("volumeModification", |out| {
        ModificationItem(place, volume).tell(out);
    });
    Ok(())
}

/// The latest modification of a volume.
struct ModificationItem<'a>(&'a Place, VolumeHandle);

impl Tell for ModificationItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, volume) = *self;
        let world = place.world();
        let Some((state, asked, done)) = world.modification(volume, place.now()) else {
            return;
        };
        out.value("volumeId", world.id_of(volume.into()));
        out.text("modificationState", state);
        let there = world.volume(volume);
        // What it was before the script of a scenario changed it isn't known.
        let before = place.modified.get(&volume);
        let target = ["targetSize", "targetIops", "targetVolumeType"];
        let original = ["originalSize", "originalIops", "originalVolumeType"];
        for (spec, [size, iops, kind]) in [(Some(there.spec()), target), (before, original)] {
            let Some(spec) = spec else { continue };
            out.value(size, spec.size_gib);
            if told_of(spec.volume_type).0 {
                out.value(iops, shown_iops(spec.volume_type, spec.iops, spec.size_gib));
            }
            out.text(kind, spec.volume_type.name());
        }
        out.value("progress", done);
        out.text("startTime", &time(asked));
    }
}

pub(super) fn modifications(call: &mut Call<'_>) -> Result<(), Fault> {
    let texts = call.fields.list("VolumeId");
    let list = call.list(!texts.is_empty())?;
    let found = call.find_all(&texts, IdKind::Volume, &WRONG_VOLUME)?;
    let named: Vec<VolumeHandle> = found.into_iter().filter_map(Resource::volume).collect();
    let place = &*call.place;
    let is_modified = |volume: &VolumeHandle| {
        let world = place.world();
        world.modification(*volume, place.now()).is_some()
    };
    if let Some(never) = named.iter().position(|volume| !is_modified(volume)) {
        return Err(Fault::new(
            "InvalidVolumeModification.NotFound",
            format!("Modification for volume '{}' does not exist.", texts[never]),
        ));
    }
    call.end_dry_run()?;
    let all = (0..place.world().volumes().len()).map(VolumeHandle::new);
    let wanted = all.filter(|one| named.is_empty() || named.contains(one));
    let items = wanted
        .filter(is_modified)
        .map(|volume| ModificationItem(place, volume));
    list.tell(call.xml, "volumeModificationSet", super::numbered(items));
    Ok(())
}
