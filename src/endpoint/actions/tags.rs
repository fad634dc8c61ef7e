//! `CreateTags`, `DeleteTags`, `DescribeTags`.

use crate::{
    furniture::TagsError,
    id::{Id, IdKind},
};

use super::{
    super::{
        fault::Fault,
        filters::Tell,
        place::Place,
        request::{Fields, IdText, id},
        xml::Out,
    },
    Call, WRONG_INSTANCE, WRONG_VOLUME,
};

/// The kinds of ids that can have tags, with the word for each.
const KINDS: &[(IdKind, &str)] = &[
    (IdKind::Instance, "instance"),
    (IdKind::Volume, "volume"),
    (IdKind::Allocation, "elastic-ip"),
    (IdKind::Snapshot, "snapshot"),
    (IdKind::Image, "image"),
    (IdKind::Interface, "network-interface"),
    (IdKind::SpotRequest, "spot-instances-request"),
    (IdKind::DedicatedHost, "dedicated-host"),
    (IdKind::CapacityReservation, "capacity-reservation"),
    (IdKind::Reservation, "reservation"),
    (IdKind::Vpc, "vpc"),
    (IdKind::Subnet, "subnet"),
    (IdKind::SecurityGroup, "security-group"),
    (IdKind::SecurityGroupRule, "security-group-rule"),
    (IdKind::KeyPair, "key-pair"),
    (IdKind::LaunchTemplate, "launch-template"),
    (IdKind::RouteTable, "route-table"),
    (IdKind::NetworkAcl, "network-acl"),
    (IdKind::InternetGateway, "internet-gateway"),
    (IdKind::DhcpOptions, "dhcp-options"),
];

fn word(kind: IdKind) -> Option<&'static str> {
    KINDS
        .iter()
        .find_map(|&(known, word)| (known == kind).then_some(word))
}

pub(super) fn fault(error: &TagsError) -> Fault {
    let message = error.to_string();
    match error {
        TagsError::TooMany => Fault::new("TagLimitExceeded", message),
        TagsError::Reserved(_) | TagsError::Key | TagsError::Value => Fault::value(message),
    }
}

/// The tags of a request or of a part of it. One without a value has an empty one.
pub(super) fn read(fields: Fields<'_>) -> Result<Vec<(String, String)>, Fault> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for item in &fields.items("Tag") {
        let fields = item.fields();
        let key = fields
            .get("Key")
            .ok_or_else(|| Fault::value("Tag keys cannot be empty"))?;
        if tags.iter().any(|(known, _)| known == key) {
            return Err(Fault::value(format!(
                "Duplicate tag key '{key}' specified."
            )));
        }
        let value = fields.written("Value").unwrap_or_default();
        tags.push((key.to_owned(), value.to_owned()));
    }
    Ok(tags)
}

/// What is to get tags or lose them: all of it has to be there.
fn named(call: &mut Call<'_>) -> Result<Vec<Id>, Fault> {
    let mut ids = Vec::new();
    for text in call.fields.list("ResourceId") {
        ids.push(one(call, text)?);
    }
    Ok(ids)
}

fn one(call: &mut Call<'_>, text: &str) -> Result<Id, Fault> {
    let prefix = text.rsplit_once('-').map_or(text, |(prefix, _)| prefix);
    let kind = KINDS
        .iter()
        .map(|(kind, _)| *kind)
        .find(|kind| kind.prefix() == prefix);
    let Some(kind) = kind else {
        return Err(Fault::new(
            "InvalidID",
            format!("The ID '{text}' is not valid"),
        ));
    };
    let is_there = match id(text, kind) {
        IdText::Id(id) if call.place.find(id).is_some() || has(call.place, id) => return Ok(id),
        IdText::Id(_) | IdText::Nobodys(_) => true,
        IdText::Malformed(_) => false,
    };
    Err(match (kind, is_there) {
        (IdKind::Instance, true) => WRONG_INSTANCE.missing(text),
        (IdKind::Instance, false) => WRONG_INSTANCE.malformed(text),
        (IdKind::Volume, true) => WRONG_VOLUME.missing(text),
        (IdKind::Volume, false) => WRONG_VOLUME.malformed(text),
        (_, true) => {
            let what = word(kind).unwrap_or_default();
            Fault::new(
                missing_code(kind),
                format!("The {what} ID '{text}' does not exist"),
            )
        }
        (_, false) => Fault::new("InvalidID", format!("The ID '{text}' is not valid")),
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a few kinds have codes of their own, and all others that of ids"
)]
const fn missing_code(kind: IdKind) -> &'static str {
    match kind {
        IdKind::Allocation => "InvalidAllocationID.NotFound",
        IdKind::Snapshot => "InvalidSnapshot.NotFound",
        IdKind::Image => "InvalidAMIID.NotFound",
        IdKind::Interface => "InvalidNetworkInterfaceID.NotFound",
        IdKind::SpotRequest => "InvalidSpotInstanceRequestID.NotFound",
        IdKind::Vpc => "InvalidVpcID.NotFound",
        IdKind::Subnet => "InvalidSubnetID.NotFound",
        IdKind::SecurityGroup => "InvalidGroup.NotFound",
        IdKind::LaunchTemplate => "InvalidLaunchTemplateId.NotFound",
        _ => "InvalidID",
    }
}

/// Whether something of the furniture has an id.
fn has(place: &Place, id: Id) -> bool {
    let furniture = &place.furniture;
    furniture.group(id).is_some()
        || furniture.subnet(id).is_some()
        || furniture
            .vpcs
            .iter()
            .any(|vpc| [vpc.id, vpc.route_table].contains(&id))
        || furniture.interfaces.contains_key(&id)
        || furniture.templates.iter().any(|one| one.id == id)
        || furniture.keys.iter().any(|key| key.id == id)
        || furniture
            .images
            .iter()
            .any(|image| image.id == id.to_string())
        || (id.kind() == IdKind::Reservation
            && place
                .launches
                .values()
                .any(|launch| launch.reservation == id))
}

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = named(call)?;
    let tags = read(call.fields)?;
    if tags.is_empty() {
        return Err(Fault::missing("tag"));
    }
    call.place
        .furniture
        .tags
        .check(&ids, &tags)
        .map_err(|error| fault(&error))?;
    call.end_dry_run()?;
    for id in ids {
        for (key, value) in &tags {
            call.place.furniture.tags.set(id, key, value);
        }
        call.place.comment_tags("tagged", id, &tags);
    }
    call.done();
    Ok(())
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<(), Fault> {
    let ids = named(call)?;
    call.end_dry_run()?;
    let items = call.fields.items("Tag");
    for id in ids {
        if items.is_empty() {
            call.place.furniture.tags.clear(id);
        }
        for item in &items {
            let fields = item.fields();
            let key = fields.required("Key")?;
            call.place
                .furniture
                .tags
                .remove(id, key, fields.written("Value"));
        }
    }
    call.done();
    Ok(())
}

struct TagItem<'a> {
    id: Id,
    key: &'a str,
    value: &'a str,
}

impl Tell for TagItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        out.value("resourceId", self.id);
        out.text("resourceType", word(self.id.kind()).unwrap_or_default());
        out.text("key", self.key);
        out.text("value", self.value);
    }
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    call.end_dry_run()?;
    let place = &*call.place;
    // Resources in the order in which they got their first tag; a number says which of them, and which of its tags.
    let resources = (1_u64..).zip(place.furniture.tags.all());
    let items = resources.flat_map(|(number, (id, tags))| {
        (1..).zip(tags).map(move |(of_them, (key, value))| {
            (number * 1_000 + of_them, TagItem { id, key, value })
        })
    });
    list.tell(call.xml, "tagSet", items);
    Ok(())
}

/// The tags that a request gives to the one thing that it makes.
pub(super) fn specified(call: &Call<'_>, kind: &str) -> Result<Vec<(String, String)>, Fault> {
    let mut all = Vec::new();
    for item in &call.fields.items("TagSpecification") {
        let fields = item.fields();
        let given = fields.required("ResourceType")?;
        if given != kind {
            return Err(Fault::value(format!(
                "'{given}' is not a valid taggable resource type for this operation."
            )));
        }
        all.extend(read(fields)?);
    }
    call.place
        .furniture
        .tags
        .check(&[], &all)
        .map_err(|error| fault(&error))?;
    Ok(all)
}

/// Gives something that was just made its tags.
pub(super) fn give(
    call: &mut Call<'_>,
    resource: crate::record::Resource,
    tags: &[(String, String)],
) {
    let id = call.place.world().id_of(resource);
    give_id(call, id, tags);
}

/// The same for something of the furniture.
pub(super) fn give_id(call: &mut Call<'_>, id: Id, tags: &[(String, String)]) {
    for (key, value) in tags {
        call.place.furniture.tags.set(id, key, value);
    }
}

/// What a `Name` tag says.
pub(super) fn name(tags: &[(String, String)]) -> Option<&str> {
    let mut tags = tags.iter();
    tags.find_map(|(key, value)| (key == "Name").then_some(value.as_str()))
}
