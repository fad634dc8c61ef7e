//! Snapshots, and images of the account's own.

use crate::{
    action::{Answer, CreateImage, CreateSnapshot, DeleteSnapshot, DeregisterImage, Ref},
    id::IdKind,
    lifecycle::ErrorCode,
    record::{Resource, ResourceKind, SnapshotHandle},
    world::SnapshotState,
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call, WRONG_INSTANCE, WRONG_VOLUME, Wrong,
    instance::{tell_tags, time},
};

pub(super) const WRONG_SNAPSHOT: Wrong = Wrong {
    malformed: (
        "InvalidSnapshotID.Malformed",
        "Invalid id: \"{}\" (expecting \"snap-...\")",
    ),
    missing: (
        "InvalidSnapshot.NotFound",
        "The snapshot '{}' does not exist.",
    ),
};
pub(super) const WRONG_IMAGE: Wrong = Wrong {
    malformed: (
        "InvalidAMIID.Malformed",
        "Invalid id: \"{}\" (expecting \"ami-...\")",
    ),
    missing: (
        "InvalidAMIID.NotFound",
        "The image id '[{}]' does not exist",
    ),
};

struct SnapshotItem<'a> {
    place: &'a Place,
    snapshot: SnapshotHandle,
    /// What the answer to the request says that has just made it.
    is_new: bool,
}

impl Tell for SnapshotItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let (place, handle) = (self.place, self.snapshot);
        let world = place.world();
        let there = world.snapshot(handle);
        out.value("snapshotId", world.id_of(handle.into()));
        out.value("volumeId", world.id_of(there.volume.into()));
        out.text("status", if self.is_new { "pending" } else { "completed" });
        out.text("startTime", &time(there.created));
        out.text("progress", if self.is_new { "0%" } else { "100%" });
        out.text("ownerId", place.owner());
        out.value("volumeSize", there.size_gib());
        let id = world.id_of(handle.into());
        out.text(
            "description",
            place.described.get(&id).map_or("", String::as_str),
        );
        tell_tags(out, place, id);
        out.flag("encrypted", there.spec.encrypted);
        let archived = there.state() == SnapshotState::Archived;
        out.text("storageTier", if archived { "archive" } else { "standard" });
    }
}

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let text = call.fields.required("VolumeId")?;
    let found = call.find(text, IdKind::Volume, &WRONG_VOLUME)?;
    let volume = found.volume().ok_or_else(|| WRONG_VOLUME.missing(text))?;
    let tags = super::tags::specified(call, "snapshot")?;
    let is_dry = call.fields.flag("DryRun");
    let name = if is_dry {
        String::new()
    } else {
        call.place
            .new_name(ResourceKind::Snapshot, super::tags::name(&tags))
    };
    call.place.recording.name_new(&name);
    let key = call.place.world().root().named(&name);
    let answer = call.ask(CreateSnapshot {
        snapshot: Some(key).filter(|_| !is_dry),
        volume: Ref::Handle(volume),
        used_gib: None,
    })?;
    let Answer::Made(Resource::Snapshot(snapshot)) = answer else {
        unreachable!("a snapshot was made");
    };
    call.place.names.insert(snapshot.into(), name);
    describe_as(call, snapshot.into());
    super::tags::give(call, snapshot.into(), &tags);
    let place = &*call.place;
    SnapshotItem {
        place,
        snapshot,
        is_new: true,
    }
    .tell(call.xml);
    Ok(())
}

/// What a client says about something that it makes.
fn describe_as(call: &mut Call<'_>, resource: Resource) {
    if let Some(text) = call.fields.get("Description") {
        let id = call.place.world().id_of(resource);
        call.place.described.insert(id, text.to_owned());
    }
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<(), Fault> {
    let text = call.fields.required("SnapshotId")?;
    let found = call.find(text, IdKind::Snapshot, &WRONG_SNAPSHOT)?;
    let snapshot = found
        .snapshot()
        .ok_or_else(|| WRONG_SNAPSHOT.missing(text))?;
    call.ask(DeleteSnapshot {
        snapshot: Ref::Handle(snapshot),
    })?;
    call.done();
    Ok(())
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let texts = call.fields.list("SnapshotId");
    let list = call.list(!texts.is_empty())?;
    let found = call.find_all(&texts, IdKind::Snapshot, &WRONG_SNAPSHOT)?;
    let named: Vec<SnapshotHandle> = found.into_iter().filter_map(Resource::snapshot).collect();
    let is_gone = |snapshot: &SnapshotHandle| {
        call.place.world().snapshot(*snapshot).state() == SnapshotState::Deleted
    };
    if let Some(gone) = named.iter().position(is_gone) {
        return Err(WRONG_SNAPSHOT.missing(texts[gone]));
    }
    let owners = call.fields.list("Owner");
    let is_own = owners.is_empty()
        || owners
            .iter()
            .any(|owner| *owner == "self" || *owner == call.place.owner());
    call.end_dry_run()?;
    let place = &*call.place;
    let all = (0..place.world().snapshots().len()).map(SnapshotHandle::new);
    let items = all
        .filter(|_| is_own)
        .filter(|&one| place.world().snapshot(one).state() != SnapshotState::Deleted)
        .filter(|one| named.is_empty() || named.contains(one))
        .map(|snapshot| SnapshotItem {
            place,
            snapshot,
            is_new: false,
        });
    list.tell(call.xml, "snapshotSet", super::numbered(items));
    Ok(())
}

pub(super) fn create_image(call: &mut Call<'_>) -> Result<(), Fault> {
    let name = call.fields.required("Name")?;
    if !(3..=128).contains(&name.chars().count()) {
        return Err(Fault::new(
            "InvalidAMIName.Malformed",
            "AMI names must be between 3 and 128 characters long",
        ));
    }
    if call.fields.has("BlockDeviceMapping.") {
        return Err(Fault::unsimulated("BlockDeviceMapping", "CreateImage"));
    }
    let is_taken = call.place.image_names.values().any(|known| known == name);
    if is_taken {
        return Err(Fault::new(
            "InvalidAMIName.Duplicate",
            format!("AMI name {name} is already in use"),
        ));
    }
    let text = call.fields.required("InstanceId")?;
    let found = call.find(text, IdKind::Instance, &WRONG_INSTANCE)?;
    let instance = found
        .instance()
        .ok_or_else(|| WRONG_INSTANCE.missing(text))?;
    let is_dry = call.fields.flag("DryRun");
    let word = if is_dry {
        String::new()
    } else {
        call.place.new_name(ResourceKind::Image, Some(name))
    };
    call.place.recording.name_new(&word);
    let key = call.place.world().root().named(&word);
    let answer = call.ask(CreateImage {
        image: Some(key).filter(|_| !is_dry),
        instance: Ref::Handle(instance),
        no_reboot: call.fields.flag("NoReboot"),
        used_gib: Vec::new(),
    })?;
    let Answer::Made(Resource::Image(image)) = answer else {
        unreachable!("an image was made");
    };
    call.place.names.insert(image.into(), word);
    call.place.image_names.insert(image, name.to_owned());
    describe_as(call, image.into());
    let id = call.place.world().id_of(image.into());
    for item in &call.fields.items("TagSpecification") {
        let fields = item.fields();
        if fields.required("ResourceType")? == "image" {
            let tags = super::tags::read(fields)?;
            super::tags::give_id(call, id, &tags);
        }
    }
    call.xml.value("imageId", id);
    Ok(())
}

pub(super) fn deregister(call: &mut Call<'_>) -> Result<(), Fault> {
    let text = call.fields.required("ImageId")?;
    if call
        .place
        .furniture
        .images
        .iter()
        .any(|image| image.id == text)
    {
        return Err(Fault::new(
            ErrorCode::OperationNotPermitted.name(),
            format!("The image '{text}' is not the account's own."),
        ));
    }
    let found = call.find(text, IdKind::Image, &WRONG_IMAGE)?;
    let Resource::Image(image) = found else {
        return Err(WRONG_IMAGE.missing(text));
    };
    call.ask(DeregisterImage {
        image: Ref::Handle(image),
    })?;
    call.place.image_names.remove(&image);
    call.place.image_permissions.remove(&image);
    call.done();
    Ok(())
}
