//! `DescribeImages`.

use crate::{
    furniture::PublicImage,
    id::IdKind,
    lifecycle::ErrorCode,
    record::{ImageHandle, Resource},
};

use super::{
    super::{
        fault::Fault,
        filters::Tell,
        place::Place,
        request::{IdText, id},
        xml::Out,
    },
    Call,
    instance::{tell_tags, time, told_of},
};

#[derive(Clone, Copy)]
enum ImageItem<'a> {
    Public(&'a Place, &'a PublicImage),
    Own(&'a Place, ImageHandle),
}

impl Tell for ImageItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        match *self {
            Self::Public(place, image) => tell_public(out, place, image),
            Self::Own(place, image) => tell_own(out, place, image),
        }
    }
}

fn tell_public<O: Out>(out: &mut O, place: &Place, image: &PublicImage) {
    let owner = image.owner_alias.unwrap_or(image.owner);
    out.text("imageId", &image.id);
    out.text("imageLocation", &format!("{owner}/{}", image.name));
    out.text("imageState", "available");
    out.text("imageOwnerId", image.owner);
    out.flag("isPublic", true);
    out.text("architecture", image.architecture.name());
    out.text("imageType", "machine");
    if image.platform.is_windows() {
        out.text("platform", "windows");
    }
    if let Some(alias) = image.owner_alias {
        out.text("imageOwnerAlias", alias);
    }
    out.text("name", image.name);
    out.text("description", image.name);
    out.text(
        "rootDeviceType",
        if image.ebs_root {
            "ebs"
        } else {
            "instance-store"
        },
    );
    out.text("rootDeviceName", image.root_device);
    out.list(
        "blockDeviceMapping",
        image.ebs_root.then_some(image),
        |out, image| {
            out.text("deviceName", image.root_device);
            out.within("ebs", |out| {
                out.value("snapshotId", image.snapshot);
                out.value("volumeSize", image.root_gib);
                out.flag("deleteOnTermination", true);
                out.text("volumeType", "gp3");
                out.flag("encrypted", false);
            });
        },
    );
    out.text(
        "virtualizationType",
        if image.paravirtual {
            "paravirtual"
        } else {
            "hvm"
        },
    );
    out.text("hypervisor", "xen");
    out.flag("enaSupport", true);
    out.text("sriovNetSupport", "simple");
    out.text("creationDate", &format!("{}T00:00:00.000Z", image.created));
    out.text("platformDetails", image.platform.platform_details());
    out.text("usageOperation", image.platform.usage_operation());
    if let Some(id) = crate::id::Id::parse(&image.id) {
        tell_tags(out, place, id);
    }
}

fn tell_own<O: Out>(out: &mut O, place: &Place, handle: ImageHandle) {
    let world = place.world();
    let image = world.image(handle);
    let id = world.id_of(handle.into());
    let name = place
        .image_names
        .get(&handle)
        .map(String::as_str)
        .map_or_else(|| id.to_string(), str::to_owned);
    out.value("imageId", id);
    out.text("imageLocation", &format!("{}/{name}", place.owner()));
    out.text("imageState", image.state());
    out.text("imageOwnerId", place.owner());
    let permissions = place.image_permissions.get(&handle);
    out.flag("isPublic", permissions.is_some_and(|one| one.everybody));
    let Some(make) = &image.make else {
        out.text("name", &name);
        return;
    };
    out.text("architecture", make.image.architecture.name());
    out.text("imageType", "machine");
    if make.platform.is_windows() {
        out.text("platform", "windows");
    }
    out.text("name", &name);
    if let Some(text) = place.described.get(&id) {
        out.text("description", text);
    }
    out.text("rootDeviceType", "ebs");
    out.text("rootDeviceName", make.image.root_device);
    own_mappings(out, place, handle);
    out.text("virtualizationType", "hvm");
    out.text("hypervisor", "xen");
    out.flag("enaSupport", make.image.ena_support);
    out.text("creationDate", &time(image.created));
    out.text("platformDetails", make.platform.platform_details());
    out.text("usageOperation", make.platform.usage_operation());
    out.value("sourceInstanceId", world.id_of(make.instance.into()));
    tell_tags(out, place, id);
}

/// The volumes of an image of the account's own.
pub(super) fn own_mappings<O: Out>(out: &mut O, place: &Place, handle: ImageHandle) {
    let world = place.world();
    let Some(make) = &world.image(handle).make else {
        out.empty("blockDeviceMapping");
        return;
    };
    let snapshots = make.volumes.iter().zip(&make.snapshots).enumerate();
    out.list(
        "blockDeviceMapping",
        snapshots,
        |out, (number, (volume, snapshot))| {
            let device = if number == 0 {
                make.image.root_device.to_owned()
            } else {
                let letter = u8::try_from(number - 1).unwrap_or(0).min(24);
                format!("/dev/sd{}", char::from(b'b' + letter))
            };
            out.text("deviceName", &device);
            out.within("ebs", |out| {
                out.value("snapshotId", world.id_of((*snapshot).into()));
                out.value("volumeSize", volume.size_gib);
                out.flag("deleteOnTermination", true);
                out.text("volumeType", volume.volume_type.name());
                out.flag("encrypted", volume.encrypted);
                if told_of(volume.volume_type).0 {
                    out.value("iops", volume.iops);
                }
            });
        },
    );
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let mut own = Vec::new();
    let ids = call.fields.list("ImageId");
    let list = call.list(!ids.is_empty())?;
    for text in &ids {
        if public(call.place).any(|image| image.id == *text) {
            continue;
        }
        match id(text, IdKind::Image) {
            IdText::Id(id) => match call.place.find(id) {
                Some(Resource::Image(image)) => own.push(image),
                _ => return Err(missing(text)),
            },
            IdText::Nobodys(_) => return Err(missing(text)),
            IdText::Malformed(_) => {
                return Err(Fault::new(
                    ErrorCode::InvalidAmiIdMalformed.name(),
                    format!("Invalid id: \"{text}\" (expecting \"ami-...\")"),
                ));
            }
        }
    }
    let owners = call.fields.list("Owner");
    let by = call.fields.list("ExecutableBy");
    call.end_dry_run()?;
    let place = &*call.place;
    let is_owned = |owner: &str, alias: Option<&str>| {
        owners.is_empty()
            || owners.iter().any(|asked| {
                *asked == owner
                    || Some(*asked) == alias
                    || (*asked == "self" && owner == place.owner())
            })
    };
    let is_executable = by.is_empty() || by.contains(&"all");
    let public = public(place).filter(|image| {
        is_executable
            && is_owned(image.owner, image.owner_alias)
            && (ids.is_empty() || ids.contains(&&*image.id))
    });
    let all_own = (0..).zip(place.world().images());
    let own = all_own
        .filter(|(_, image)| !image.is_deregistered())
        .map(|(index, _)| ImageHandle::new(index))
        .filter(|image| ids.is_empty() || own.contains(image))
        .filter(|_| is_owned(place.owner(), None) && (by.is_empty() || by.contains(&"self")));
    let items = public
        .map(|image| ImageItem::Public(place, image))
        .chain(own.map(|image| ImageItem::Own(place, image)));
    list.tell(call.xml, "imagesSet", super::numbered(items));
    Ok(())
}

/// Those that everybody can launch, and those that were taken for one.
pub(super) fn public(place: &Place) -> impl Iterator<Item = &PublicImage> {
    place
        .furniture
        .images
        .iter()
        .chain(place.taken_images.values())
}

fn missing(text: &str) -> Fault {
    Fault::new(
        ErrorCode::InvalidAmiIdNotFound.name(),
        format!("The image id '[{text}]' does not exist"),
    )
}
