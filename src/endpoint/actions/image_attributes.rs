//! `DescribeImageAttribute` and `ModifyImageAttribute`.

use std::collections::BTreeSet;

use crate::{
    id::IdKind,
    record::{ImageHandle, Resource},
};

use super::{
    super::{fault::Fault, request::Item, xml::Out},
    Call,
    images::{own_mappings, public},
    snapshots::WRONG_IMAGE,
};

/// Who may launch an image besides its owner, which nothing here is held against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Permissions {
    /// Everybody.
    pub(crate) everybody: bool,
    /// These accounts.
    accounts: BTreeSet<String>,
}

/// The account's own image that a request names.
fn named(call: &mut Call<'_>) -> Result<ImageHandle, Fault> {
    let text = call.fields.required("ImageId")?;
    if public(call.place).any(|image| image.id == text) {
        return Err(Fault::new(
            "AuthFailure",
            format!("Not authorized for image:{text}"),
        ));
    }
    let Resource::Image(image) = call.find(text, IdKind::Image, &WRONG_IMAGE)? else {
        return Err(WRONG_IMAGE.missing(text));
    };
    Ok(image)
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let attribute = call.fields.required("Attribute")?;
    let image = named(call)?;
    call.end_dry_run()?;
    let place = &*call.place;
    let id = place.world().id_of(image.into());
    let xml = &mut *call.xml;
    xml.value("imageId", id);
    let value = |xml: &mut super::Xml, name: &'static str, value: &str| {
        xml.within(name, |xml| xml.text("value", value));
    };
    match attribute {
        "description" => match place.described.get(&id) {
            Some(text) => value(xml, "description", text),
            None => xml.empty("description"),
        },
        "launchPermission" => {
            let permissions = place.image_permissions.get(&image);
            let permissions = permissions.cloned().unwrap_or_default();
            let everybody = permissions.everybody.then_some(("group", "all"));
            let accounts = permissions.accounts.iter();
            let all = everybody
                .into_iter()
                .chain(accounts.map(|account| ("userId", account.as_str())));
            xml.list("launchPermission", all, |xml, (name, who)| {
                xml.text(name, who);
            });
        }
        "blockDeviceMapping" => own_mappings(xml, place, image),
        "productCodes" => xml.empty("productCodes"),
        "kernel" => xml.empty("kernel"),
        "ramdisk" => xml.empty("ramdisk"),
        "sriovNetSupport" => value(xml, "sriovNetSupport", "simple"),
        "deregistrationProtection" => value(xml, "deregistrationProtection", "disabled"),
        "bootMode" => xml.empty("bootMode"),
        "tpmSupport" => xml.empty("tpmSupport"),
        "uefiData" => xml.empty("uefiData"),
        "imdsSupport" => xml.empty("imdsSupport"),
        other => {
            return Err(Fault::value(format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    }
    Ok(())
}

pub(super) fn modify(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let attribute = fields.get("Attribute");
    let description = match attribute {
        Some("description") => fields.written("Value"),
        _ => None,
    }
    .or(fields.written("Description.Value"));
    // Who may launch it from now on, and who may no more.
    let part = fields.part("LaunchPermission");
    let items = ["Add", "Remove"].map(|name| part.fields().items(name));
    let [mut add, mut remove] = items.each_ref().map(|items| {
        let whom = items.iter().map(Item::fields);
        let whom = whom.filter_map(|fields| fields.get("UserId").or(fields.get("Group")));
        whom.collect::<Vec<&str>>()
    });
    let listed = ["UserId", "UserGroup"].map(|name| fields.list(name));
    let listed: Vec<&str> = listed.concat();
    if attribute == Some("launchPermission") || !listed.is_empty() {
        match fields.get("OperationType") {
            Some("remove") => remove.extend(listed),
            _ => add.extend(listed),
        }
    }
    for who in add.iter().chain(&remove) {
        let is_account = who.len() == 12 && who.bytes().all(|b| b.is_ascii_digit());
        if *who != "all" && !is_account {
            return Err(Fault::new(
                "InvalidAMIAttributeItemValue",
                format!("Invalid attribute item value \"{who}\" for userId item type."),
            ));
        }
    }
    let permits = !add.is_empty() || !remove.is_empty();
    if permits && description.is_some() {
        return Err(Fault::new(
            "InvalidParameterCombination",
            "Fields for multiple attribute types specified",
        ));
    }
    if !permits && description.is_none() {
        return Err(Fault::new(
            "InvalidParameterCombination",
            "No attributes specified.",
        ));
    }
    let image = named(call)?;
    call.end_dry_run()?;
    if let Some(text) = description {
        let id = call.place.world().id_of(image.into());
        call.place.described.insert(id, text.to_owned());
    }
    if permits {
        let permissions = call.place.image_permissions.entry(image).or_default();
        for (whom, may) in [(add, true), (remove, false)] {
            for who in whom {
                match (who, may) {
                    ("all", _) => permissions.everybody = may,
                    (_, true) => {
                        permissions.accounts.insert(who.to_owned());
                    }
                    (_, false) => {
                        permissions.accounts.remove(who);
                    }
                }
            }
        }
    }
    call.done();
    Ok(())
}
