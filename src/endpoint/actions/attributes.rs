//! `ModifyInstanceAttribute` and `DescribeInstanceAttribute`.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use smallvec::smallvec;

use crate::{
    action::{Change, Mapped, ModifyInstanceAttribute, Ref},
    catalog::TypeId,
    lifecycle::ErrorCode,
    record::InstanceHandle,
    world::ShutdownBehavior,
};

use super::{
    super::{fault::Fault, xml::Out},
    Call,
    instance::{source_dest_check, tell_mapping, tell_metadata},
    instances::named,
    launch::{decoded, group, metadata},
};

/// The attributes that can be changed: EC2's word for each, and the parameter that carries its value.
const CHANGED: &[(&str, &str)] = &[
    ("instanceType", "InstanceType.Value"),
    ("userData", "UserData.Value"),
    ("ebsOptimized", "EbsOptimized.Value"),
    ("kernel", "Kernel.Value"),
    ("ramdisk", "Ramdisk.Value"),
    ("enaSupport", "EnaSupport.Value"),
    ("sriovNetSupport", "SriovNetSupport.Value"),
    ("disableApiTermination", "DisableApiTermination.Value"),
    ("disableApiStop", "DisableApiStop.Value"),
    (
        "instanceInitiatedShutdownBehavior",
        "InstanceInitiatedShutdownBehavior.Value",
    ),
    ("sourceDestCheck", "SourceDestCheck.Value"),
];

/// The attribute that a request changes, with its value; a list has none.
fn asked<'a>(call: &Call<'a>) -> Result<(&'static str, Option<&'a str>), Fault> {
    let fields = call.fields;
    let mut found: Vec<(&'static str, Option<&'a str>)> = Vec::new();
    for &(word, parameter) in CHANGED {
        let value = fields.written(parameter);
        // Empty user data is a value; anything else that is empty isn't given.
        let is_given = |value: &&str| !value.is_empty() || word == "userData";
        if let Some(value) = value.filter(is_given) {
            found.push((word, Some(value)));
        }
    }
    if let Some(attribute) = fields.get("Attribute") {
        let known = CHANGED.iter().find(|(word, _)| *word == attribute);
        if let Some(&(word, _)) = known
            && fields.written("Value").is_some()
        {
            found.push((word, fields.written("Value")));
        } else if known.is_none() && !matches!(attribute, "groupSet" | "blockDeviceMapping") {
            return Err(Fault::value(format!(
                "Value ({attribute}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    }
    if fields.has("GroupId.") {
        found.push(("groupSet", None));
    }
    if fields.has("BlockDeviceMapping.") {
        found.push(("blockDeviceMapping", None));
    }
    match found.as_slice() {
        [] => Err(Fault::missing("attribute")),
        [one] => Ok(*one),
        _ => Err(Fault::new(
            ErrorCode::InvalidParameterCombination.name(),
            "Fields for multiple attribute types specified",
        )),
    }
}

fn flag(value: &str) -> Result<bool, Fault> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(Fault::value(format!(
            "Value ({other}) for parameter value is invalid."
        ))),
    }
}

pub(super) fn modify(call: &mut Call<'_>) -> Result<(), Fault> {
    let (attribute, value) = asked(call)?;
    let instance = one(call)?;
    let value = value.unwrap_or_default();
    let mut groups = None;
    let mut user_data = None;
    let change = match attribute {
        "instanceType" => Change::Type(TypeId::find(value).ok_or_else(|| {
            Fault::new(
                ErrorCode::InvalidInstanceAttributeValue.name(),
                format!("Invalid value '{value}' for InstanceType."),
            )
        })?),
        "userData" => {
            let data: Arc<str> = decoded(value)?;
            user_data = Some(Arc::from(value));
            Change::UserData(data)
        }
        "ebsOptimized" => Change::EbsOptimized(flag(value)?),
        "enaSupport" => Change::EnaSupport(flag(value)?),
        "kernel" => Change::StoppedOnly("kernel"),
        "ramdisk" => Change::StoppedOnly("ramdisk"),
        "sriovNetSupport" => Change::StoppedOnly("sriovNetSupport"),
        "disableApiTermination" => Change::TerminationProtection(flag(value)?),
        "disableApiStop" => Change::StopProtection(flag(value)?),
        "instanceInitiatedShutdownBehavior" => Change::ShutdownBehavior(match value {
            "stop" => ShutdownBehavior::Stop,
            "terminate" => ShutdownBehavior::Terminate,
            other => {
                return Err(Fault::value(format!(
                    "Value ({other}) for parameter instanceInitiatedShutdownBehavior is invalid. Expected stop or terminate."
                )));
            }
        }),
        "sourceDestCheck" => Change::SourceDestCheck,
        "groupSet" => {
            let mut named = Vec::new();
            for text in call.fields.list("GroupId") {
                named.push(group(call, text)?);
            }
            groups = Some(named);
            Change::SecurityGroups
        }
        _ => return mappings(call, instance),
    };
    call.ask(ModifyInstanceAttribute {
        instances: smallvec![Ref::Handle(instance)],
        change,
    })?;
    let own = call.place.own.entry(instance).or_default();
    match attribute {
        "sourceDestCheck" => own.no_source_dest_check = value != "true",
        "groupSet" => own.groups = groups,
        "userData" => own.user_data = user_data,
        _ => {}
    }
    call.done();
    Ok(())
}

/// `BlockDeviceMapping`: whether volumes go with the instance.
fn mappings(call: &mut Call<'_>, instance: InstanceHandle) -> Result<(), Fault> {
    for item in &call.fields.items("BlockDeviceMapping") {
        let fields = item.fields();
        let device = fields.required("DeviceName")?;
        let goes = fields
            .maybe_flag("Ebs.DeleteOnTermination")
            .ok_or_else(|| Fault::missing("deleteOnTermination"))?;
        let world = call.place.world();
        let there = world.instance(instance);
        let volume = world
            .attached(&there)
            .find(|&volume| world.device_of(volume).as_deref() == Some(device));
        if volume.is_none() {
            return Err(Fault::new(
                "InvalidInstanceAttributeValue",
                format!("No device is currently mapped at {device}"),
            ));
        }
        call.ask(ModifyInstanceAttribute {
            instances: smallvec![Ref::Handle(instance)],
            change: Change::DeleteOnTermination(Mapped::Every(volume), goes),
        })?;
    }
    call.done();
    Ok(())
}

fn one(call: &mut Call<'_>) -> Result<InstanceHandle, Fault> {
    let text = call.fields.required("InstanceId")?;
    let found = named(call, &[text])?;
    found
        .first()
        .copied()
        .ok_or_else(|| Fault::missing("instanceId"))
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let attribute = call.fields.required("Attribute")?;
    let instance = one(call)?;
    call.end_dry_run()?;
    let place = &*call.place;
    let world = place.world();
    let there = world.instance(instance);
    let xml = &mut *call.xml;
    xml.value("instanceId", world.id_of(instance.into()));
    let options = *there.options();
    let kept = place.kept(instance);
    let mut flag = |name: &'static str, on: bool| xml.within(name, |xml| xml.flag("value", on));
    match attribute {
        "instanceType" => {
            xml.within("instanceType", |xml| {
                xml.text("value", there.instance_type().name());
            });
        }
        "kernel" => xml.empty("kernel"),
        "ramdisk" => xml.empty("ramdisk"),
        "sriovNetSupport" => xml.empty("sriovNetSupport"),
        "userData" => {
            let own = place
                .own
                .get(&instance)
                .and_then(|own| own.user_data.as_deref());
            let launched = || kept.and_then(|kept| kept.user_data.clone());
            let scripted = || {
                there
                    .spec()
                    .user_data
                    .as_ref()
                    .map(|data| BASE64_STANDARD.encode(data.as_bytes()))
            };
            match own.map(str::to_owned).or_else(launched).or_else(scripted) {
                Some(data) => xml.within("userData", |xml| xml.text("value", &data)),
                None => xml.empty("userData"),
            }
        }
        "disableApiTermination" => flag("disableApiTermination", options.disable_api_termination),
        "disableApiStop" => flag("disableApiStop", options.disable_api_stop),
        "instanceInitiatedShutdownBehavior" => {
            let word = match there.shutdown_behavior() {
                ShutdownBehavior::Stop => "stop",
                ShutdownBehavior::Terminate => "terminate",
            };
            xml.within("instanceInitiatedShutdownBehavior", |xml| {
                xml.text("value", word);
            });
        }
        "rootDeviceName" => {
            let device = world.root_device(instance);
            xml.within("rootDeviceName", |xml| xml.text("value", &device));
        }
        "blockDeviceMapping" => {
            let volumes: Vec<_> = world.attached(&there).collect();
            xml.list("blockDeviceMapping", volumes, |xml, volume| {
                tell_mapping(xml, place, instance, volume);
            });
        }
        "productCodes" => xml.empty("productCodes"),
        "sourceDestCheck" => flag("sourceDestCheck", source_dest_check(place, instance)),
        "groupSet" => xml.list("groupSet", place.groups(instance), |xml, group| {
            xml.value("groupId", group);
        }),
        "ebsOptimized" => flag("ebsOptimized", there.attributes().ebs_optimized),
        "enaSupport" => flag("enaSupport", there.attributes().ena_support),
        "enclaveOptions" => xml.within("enclaveOptions", |xml| xml.flag("enabled", false)),
        other => {
            return Err(Fault::value(format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    }
    Ok(())
}

pub(super) fn monitor(call: &mut Call<'_>) -> Result<(), Fault> {
    set_monitoring(call, true)
}

pub(super) fn unmonitor(call: &mut Call<'_>) -> Result<(), Fault> {
    set_monitoring(call, false)
}

/// `MonitorInstances`, `UnmonitorInstances`.
fn set_monitoring(call: &mut Call<'_>, on: bool) -> Result<(), Fault> {
    let texts = call.fields.list("InstanceId");
    let named = named(call, &texts)?;
    call.ask(ModifyInstanceAttribute {
        instances: named
            .iter()
            .map(|&instance| Ref::Handle(instance))
            .collect(),
        change: Change::Monitoring(on),
    })?;
    for &instance in &named {
        call.place.own.entry(instance).or_default().monitoring = Some(on);
    }
    let place = &*call.place;
    call.xml.list("instancesSet", named, |xml, instance| {
        xml.value("instanceId", place.world().id_of(instance.into()));
        xml.within("monitoring", |xml| {
            xml.text("state", if on { "pending" } else { "disabling" });
        });
    });
    Ok(())
}

/// `ModifyInstanceMetadataOptions`.
pub(super) fn modify_metadata(call: &mut Call<'_>) -> Result<(), Fault> {
    let texts = [call.fields.required("InstanceId")?];
    let instance = named(call, &texts)?[0];
    let metadata = metadata(call.fields, "", &call.place.metadata(instance))?;
    call.end_dry_run()?;
    let own = call.place.own.entry(instance).or_default();
    own.metadata = Some(metadata.clone());
    call.place.comment(format!(
        "the metadata options of {} were changed: scenarios have none",
        texts[0]
    ));
    call.xml.text("instanceId", texts[0]);
    call.xml.within("instanceMetadataOptions", |xml| {
        tell_metadata(xml, &metadata);
    });
    Ok(())
}
