//! Launch templates: parameters of launches that are kept, and told again.

use crate::{
    furniture::{LaunchTemplate, Said, TemplateVersion, over},
    id::{Id, IdKind},
    record::InstanceHandle,
    world::ShutdownBehavior,
};

use super::{
    super::{
        fault::Fault,
        filters::Tell,
        place::Place,
        request::{Fields, Query},
        xml::Out,
    },
    Call, WRONG_INSTANCE, Wrong,
    instance::{tell_tags, time},
};

const WRONG_TEMPLATE: Wrong = Wrong {
    malformed: (
        "InvalidLaunchTemplateId.Malformed",
        "Invalid id: \"{}\" (expecting \"lt-...\")",
    ),
    missing: (
        "InvalidLaunchTemplateId.NotFound",
        "At least one of the launch templates specified in the request does not exist.",
    ),
};
const WRONG_NAME: (&str, &str) = (
    "InvalidLaunchTemplateName.NotFoundException",
    WRONG_TEMPLATE.missing.1,
);

/// A member of `launchTemplateData`. The parameter is called the same with a large first letter, and without `Set`.
pub(super) struct Member(pub(super) &'static str, pub(super) Shape);

pub(super) enum Shape {
    Text,
    Part(&'static [Member]),
    List(&'static [Member]),
    /// A list of texts, each in an element of this name.
    Texts(&'static str),
}

use Shape::{List, Part, Text, Texts};

/// What they tell of a block device mapping.
pub(super) const DATA_OF_VOLUME: &[Member] = &[
    Member("deviceName", Text),
    Member("virtualName", Text),
    Member(
        "ebs",
        Part(&[
            Member("encrypted", Text),
            Member("deleteOnTermination", Text),
            Member("iops", Text),
            Member("kmsKeyId", Text),
            Member("snapshotId", Text),
            Member("volumeSize", Text),
            Member("volumeType", Text),
            Member("throughput", Text),
        ]),
    ),
    Member("noDevice", Text),
];

/// What answers tell of the data of a template: every parameter that a template may have.
const DATA: &[Member] = &[
    Member("ebsOptimized", Text),
    Member(
        "iamInstanceProfile",
        Part(&[Member("arn", Text), Member("name", Text)]),
    ),
    Member("blockDeviceMappingSet", List(DATA_OF_VOLUME)),
    Member(
        "networkInterfaceSet",
        List(&[
            Member("associatePublicIpAddress", Text),
            Member("deleteOnTermination", Text),
            Member("description", Text),
            Member("deviceIndex", Text),
            Member("groupSet", Texts("groupId")),
            Member("interfaceType", Text),
            Member("ipv6AddressCount", Text),
            Member("networkInterfaceId", Text),
            Member("privateIpAddress", Text),
            Member("subnetId", Text),
            Member("networkCardIndex", Text),
        ]),
    ),
    Member("imageId", Text),
    Member("instanceType", Text),
    Member("keyName", Text),
    Member("monitoring", Part(&[Member("enabled", Text)])),
    Member(
        "placement",
        Part(&[
            Member("availabilityZone", Text),
            Member("groupName", Text),
            Member("hostId", Text),
            Member("tenancy", Text),
        ]),
    ),
    Member("disableApiTermination", Text),
    Member("instanceInitiatedShutdownBehavior", Text),
    Member("userData", Text),
    Member(
        "tagSpecificationSet",
        List(&[
            Member("resourceType", Text),
            Member(
                "tagSet",
                List(&[Member("key", Text), Member("value", Text)]),
            ),
        ]),
    ),
    Member("securityGroupIdSet", Texts("item")),
    Member("securityGroupSet", Texts("item")),
    Member(
        "instanceMarketOptions",
        Part(&[
            Member("marketType", Text),
            Member(
                "spotOptions",
                Part(&[
                    Member("maxPrice", Text),
                    Member("spotInstanceType", Text),
                    Member("validUntil", Text),
                    Member("instanceInterruptionBehavior", Text),
                ]),
            ),
        ]),
    ),
    Member("creditSpecification", Part(&[Member("cpuCredits", Text)])),
    Member(
        "cpuOptions",
        Part(&[
            Member("coreCount", Text),
            Member("threadsPerCore", Text),
            Member("amdSevSnp", Text),
            Member("nestedVirtualization", Text),
        ]),
    ),
    Member(
        "capacityReservationSpecification",
        Part(&[Member("capacityReservationPreference", Text)]),
    ),
    Member("hibernationOptions", Part(&[Member("configured", Text)])),
    Member(
        "metadataOptions",
        Part(&[
            Member("httpTokens", Text),
            Member("httpPutResponseHopLimit", Text),
            Member("httpEndpoint", Text),
            Member("httpProtocolIpv6", Text),
            Member("instanceMetadataTags", Text),
        ]),
    ),
    Member("enclaveOptions", Part(&[Member("enabled", Text)])),
    Member(
        "privateDnsNameOptions",
        Part(&[
            Member("hostnameType", Text),
            Member("enableResourceNameDnsARecord", Text),
            Member("enableResourceNameDnsAAAARecord", Text),
        ]),
    ),
    Member("maintenanceOptions", Part(&[Member("autoRecovery", Text)])),
    Member("disableApiStop", Text),
    Member(
        "networkPerformanceOptions",
        Part(&[Member("bandwidthWeighting", Text)]),
    ),
];

impl Member {
    /// The parameter that says it.
    fn parameter(&self) -> String {
        let Self(name, shape) = self;
        if *name == "groupSet" {
            return "SecurityGroupId".to_owned();
        }
        let name = match shape {
            List(_) | Texts(_) => name.strip_suffix("Set").unwrap_or(name),
            Text | Part(_) => name,
        };
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }
}

/// Tells what parameters say.
pub(super) fn tell_data<O: Out>(out: &mut O, fields: Fields<'_>, members: &[Member]) {
    for member in members {
        let (Member(name, shape), parameter) = (member, member.parameter());
        match shape {
            Text => {
                if let Some(value) = fields.written(&parameter) {
                    out.text(name, value);
                }
            }
            Part(members) => {
                let part = fields.part(&parameter);
                if !part.is_empty() {
                    out.within(name, |out| tell_data(out, part.fields(), members));
                }
            }
            List(members) => {
                let items = fields.items(&parameter);
                if !items.is_empty() {
                    out.list(name, &items, |out, item| {
                        tell_data(out, item.fields(), members);
                    });
                }
            }
            Texts(each) => {
                let texts = fields.list(&parameter);
                if !texts.is_empty() {
                    out.within(name, |out| {
                        for text in &texts {
                            out.text(each, text);
                        }
                    });
                }
            }
        }
    }
}

/// `launchTemplateData`.
fn tell_said<O: Out>(out: &mut O, said: &Said) {
    let query = Query::of(said);
    out.within("launchTemplateData", |out| {
        tell_data(out, query.fields(), DATA);
    });
}

/// The parameters of a request that have a value, or those of a part of it: an empty value counts as not given, but for that of a
/// tag, and for `NoDevice`, which says by being there what it says.
pub(super) fn said(fields: Fields<'_>) -> Said {
    let is_said = |name: &str, value: &str| {
        !value.is_empty() || name.ends_with(".NoDevice") || name.ends_with(".Value")
    };
    let pairs = fields.pairs();
    pairs
        .filter(|(name, value)| is_said(name, value))
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

/// Where the launch template stands that a request, or a part of it, names by its id or its name.
fn named(place: &Place, fields: Fields<'_>) -> Result<usize, Fault> {
    let templates = &place.furniture.templates;
    match (
        fields.get("LaunchTemplateId"),
        fields.get("LaunchTemplateName"),
    ) {
        (Some(_), Some(_)) => Err(Fault::new(
            "InvalidParameterCombination",
            "You may specify either the ID or the name of a launch template, and not both.",
        )),
        (Some(text), None) => WRONG_TEMPLATE.known(text, IdKind::LaunchTemplate, |id| {
            templates.iter().position(|one| one.id == id)
        }),
        (None, Some(name)) => {
            let found = templates.iter().position(|one| one.name == name);
            found.ok_or_else(|| Fault::new(WRONG_NAME.0, WRONG_NAME.1))
        }
        (None, None) => Err(Fault::missing("launchTemplateId")),
    }
}

/// A version of a template.
fn version<'a>(
    template: &'a LaunchTemplate,
    named: Option<&str>,
) -> Result<&'a TemplateVersion, Fault> {
    template.version(named).ok_or_else(|| {
        Fault::new(
            "InvalidLaunchTemplateId.VersionNotFound",
            format!(
                "Could not find the specified version {} for the launch template with ID {}.",
                named.unwrap_or("$Default"),
                template.id
            ),
        )
    })
}

/// A template that a launch is made from.
#[derive(Debug, Clone)]
pub(super) struct From {
    pub(super) template: Id,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) data: Said,
}

impl From {
    /// The one that a request, or a part of it, names with its version.
    pub(super) fn read(place: &Place, fields: Fields<'_>) -> Result<Self, Fault> {
        let template = &place.furniture.templates[named(place, fields)?];
        let version = version(template, fields.get("Version"))?;
        Ok(Self {
            template: template.id,
            name: template.name.clone(),
            version: version.number,
            data: version.data.clone(),
        })
    }

    /// Tags an instance of it, as only EC2 can.
    pub(super) fn tag(&self, place: &mut Place, instance: InstanceHandle) {
        let instance = place.world().id_of(instance.into());
        let tags = &mut place.furniture.tags;
        tags.set(
            instance,
            "aws:ec2launchtemplate:id",
            &self.template.to_string(),
        );
        tags.set(
            instance,
            "aws:ec2launchtemplate:version",
            &self.version.to_string(),
        );
    }
}

struct TemplateItem<'a>(&'a Place, &'a LaunchTemplate);

impl Tell for TemplateItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, template) = self;
        out.value("launchTemplateId", template.id);
        out.text("launchTemplateName", &template.name);
        out.text("createTime", &time(template.created));
        out.text("createdBy", &place.user());
        out.value("defaultVersionNumber", template.default);
        out.value("latestVersionNumber", template.latest());
        tell_tags(out, place, template.id);
    }
}

struct VersionItem<'a>(&'a Place, &'a LaunchTemplate, &'a TemplateVersion);

impl Tell for VersionItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, template, version) = self;
        out.value("launchTemplateId", template.id);
        out.text("launchTemplateName", &template.name);
        out.value("versionNumber", version.number);
        if let Some(text) = &version.description {
            out.text("versionDescription", text);
        }
        out.text("createTime", &time(version.created));
        out.text("createdBy", &place.user());
        out.flag("defaultVersion", version.number == template.default);
        tell_said(out, &version.data);
    }
}

/// Tells one template.
fn tell(call: &mut Call<'_>, at: usize) {
    let place = &*call.place;
    let item = TemplateItem(place, &place.furniture.templates[at]);
    call.xml.within("launchTemplate", |xml| item.tell(xml));
}

/// What a request says of launches.
fn data(call: &Call<'_>) -> Result<Said, Fault> {
    let part = call.fields.part("LaunchTemplateData");
    let said = said(part.fields());
    if said.is_empty() {
        return Err(Fault::missing("LaunchTemplateData"));
    }
    Ok(said)
}

pub(super) fn create(call: &mut Call<'_>) -> Result<(), Fault> {
    let name = call.fields.required("LaunchTemplateName")?;
    let is_fine = |b: u8| b.is_ascii_alphanumeric() || b"()./-_".contains(&b);
    if !(3..=128).contains(&name.len()) || !name.bytes().all(is_fine) {
        return Err(Fault::new(
            "InvalidLaunchTemplateName.MalformedException",
            "Launch template names have 3 to 128 characters: letters, digits, and ( ) . / - _",
        ));
    }
    let data = data(call)?;
    let tags = super::tags::specified(call, "launch-template")?;
    if let Some((id, _)) = call.made_before()? {
        let templates = &call.place.furniture.templates;
        if let Some(at) = templates.iter().position(|one| one.id.to_string() == id) {
            tell(call, at);
            return Ok(());
        }
    }
    let templates = &call.place.furniture.templates;
    if templates.iter().any(|one| one.name == name) {
        return Err(Fault::new(
            "InvalidLaunchTemplateName.AlreadyExistsException",
            "Launch template name already in use.",
        ));
    }
    call.end_dry_run()?;
    let (id, now) = (
        call.place.furniture.next_id(IdKind::LaunchTemplate),
        call.now(),
    );
    let description = call.fields.get("VersionDescription");
    let template = LaunchTemplate::new(id, name, now, description, data);
    call.place.furniture.templates.push(template);
    call.remember_made(&id.to_string(), 1);
    super::tags::give_id(call, id, &tags);
    call.place.comment(format!(
        "the launch template '{name}' was made: scenarios have none"
    ));
    let at = call.place.furniture.templates.len() - 1;
    tell(call, at);
    Ok(())
}

pub(super) fn create_version(call: &mut Call<'_>) -> Result<(), Fault> {
    let mut data = data(call)?;
    let at = named(call.place, call.fields)?;
    if let Some(source) = call.fields.get("SourceVersion") {
        let source = version(&call.place.furniture.templates[at], Some(source))?;
        data = over(&source.data, &data);
    }
    let number = match call.made_before()? {
        Some((_, number)) => number,
        None => {
            call.end_dry_run()?;
            let (now, description) = (call.now(), call.fields.get("VersionDescription"));
            let template = &mut call.place.furniture.templates[at];
            template.add(now, description, data);
            let (id, number) = (template.id, template.latest());
            call.remember_made(&id.to_string(), number);
            number
        }
    };
    let place = &*call.place;
    let template = &place.furniture.templates[at];
    let made = version(template, Some(&number.to_string()))?;
    call.xml.within("launchTemplateVersion", |xml| {
        VersionItem(place, template, made).tell(xml);
    });
    Ok(())
}

pub(super) fn modify(call: &mut Call<'_>) -> Result<(), Fault> {
    let at = named(call.place, call.fields)?;
    let wanted = call.fields.required("SetDefaultVersion")?;
    let number = version(&call.place.furniture.templates[at], Some(wanted))?.number;
    call.end_dry_run()?;
    call.place.furniture.templates[at].default = number;
    tell(call, at);
    Ok(())
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<(), Fault> {
    let at = named(call.place, call.fields)?;
    call.end_dry_run()?;
    tell(call, at);
    call.place.furniture.templates.remove(at);
    Ok(())
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let (ids, names) = (
        call.fields.list("LaunchTemplateId"),
        call.fields.list("LaunchTemplateName"),
    );
    let list = call.list(!ids.is_empty() || !names.is_empty())?;
    let templates = &call.place.furniture.templates;
    for text in &ids {
        WRONG_TEMPLATE.known(text, IdKind::LaunchTemplate, |id| {
            templates.iter().find(|one| one.id == id)
        })?;
    }
    for name in &names {
        if !templates.iter().any(|one| one.name == *name) {
            return Err(Fault::new(WRONG_NAME.0, WRONG_NAME.1));
        }
    }
    call.end_dry_run()?;
    let place = &*call.place;
    let is_meant = |one: &&LaunchTemplate| {
        (ids.is_empty() && names.is_empty())
            || ids.contains(&&*one.id.to_string())
            || names.contains(&&*one.name)
    };
    let wanted = place.furniture.templates.iter().filter(is_meant);
    let items = wanted.map(|template| TemplateItem(place, template));
    list.tell(call.xml, "launchTemplates", super::numbered(items));
    Ok(())
}

pub(super) fn describe_versions(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let list = call.list(false)?;
    let wanted = fields.list("LaunchTemplateVersion");
    let place = &*call.place;
    let templates = &place.furniture.templates;
    let (from, to): (Option<u64>, Option<u64>) =
        (fields.number("MinVersion")?, fields.number("MaxVersion")?);
    let mut told: Vec<VersionItem<'_>> = Vec::new();
    if fields.has("LaunchTemplateId") || fields.has("LaunchTemplateName") {
        let template = &templates[named(place, fields)?];
        for named in &wanted {
            told.push(VersionItem(
                place,
                template,
                version(template, Some(named))?,
            ));
        }
        if wanted.is_empty() {
            let versions = template.versions.iter();
            let is_meant = |one: &&TemplateVersion| {
                from.is_none_or(|from| from <= one.number) && to.is_none_or(|to| one.number <= to)
            };
            let versions = versions.filter(is_meant);
            told.extend(versions.map(|version| VersionItem(place, template, version)));
        }
    } else {
        // Of all templates only these two can be asked for.
        if wanted.is_empty() || wanted.iter().any(|one| !one.starts_with('$')) {
            return Err(Fault::missing("launchTemplateId"));
        }
        for template in templates {
            for named in &wanted {
                told.push(VersionItem(
                    place,
                    template,
                    version(template, Some(named))?,
                ));
            }
        }
    }
    told.dedup_by_key(|VersionItem(_, template, version)| (template.id, version.number));
    call.end_dry_run()?;
    list.tell(call.xml, "launchTemplateVersionSet", super::numbered(told));
    Ok(())
}

/// `GetLaunchTemplateData`: what a template would have to say for another instance like this one.
pub(super) fn of_instance(call: &mut Call<'_>) -> Result<(), Fault> {
    let text = call.fields.required("InstanceId")?;
    let found = call.find(text, IdKind::Instance, &WRONG_INSTANCE)?;
    let instance = found
        .instance()
        .ok_or_else(|| WRONG_INSTANCE.missing(text))?;
    call.end_dry_run()?;
    let said = like(call.place, instance);
    tell_said(call.xml, &said);
    Ok(())
}

/// The parameters of a launch of another instance like this one.
fn like(place: &Place, instance: InstanceHandle) -> Said {
    let mut said = Said::new();
    let mut say = |name: &str, value: &str| said.push((name.to_owned(), value.to_owned()));
    let world = place.world();
    let there = world.instance(instance);
    let there = &*there;
    let (spec, kept) = (there.spec(), place.kept(instance).map(|kept| &**kept));
    let flag = |on: bool| if on { "true" } else { "false" };
    say("ImageId", &super::instance::image_id(place, there, kept));
    say("InstanceType", there.instance_type().name());
    if let Some(key) = kept.and_then(|kept| kept.key_name.as_deref()) {
        say("KeyName", key);
    }
    if let Some(profile) = kept.and_then(|kept| kept.profile.as_deref()) {
        let is_arn = profile.starts_with("arn:");
        let parameter = if is_arn { "Arn" } else { "Name" };
        say(&format!("IamInstanceProfile.{parameter}"), profile);
    }
    if let Some(data) = kept.and_then(|kept| kept.user_data.as_deref()) {
        say("UserData", data);
    }
    for (n, volume) in (1..).zip(world.attached(there)) {
        let device = world.device_of(volume);
        let volume = world.volume(volume);
        let volume = volume.spec();
        let mut of = |name: &str, value: &str| {
            say(&format!("BlockDeviceMapping.{n}.{name}"), value);
        };
        of("DeviceName", device.as_deref().unwrap_or_default());
        of("Ebs.Encrypted", flag(volume.encrypted));
        of(
            "Ebs.DeleteOnTermination",
            flag(volume.delete_on_termination),
        );
        of("Ebs.VolumeSize", &volume.size_gib.to_string());
        of("Ebs.VolumeType", volume.volume_type.name());
        let (iops, throughput) = (volume.iops, volume.throughput);
        if volume.volume_type.default_iops() != Some(iops) && iops > 0 {
            of("Ebs.Iops", &iops.to_string());
        }
        if volume.volume_type.default_throughput() != Some(throughput) && throughput > 0 {
            of("Ebs.Throughput", &throughput.to_string());
        }
    }
    say("NetworkInterface.1.DeviceIndex", "0");
    for (n, group) in (1..).zip(place.groups(instance)) {
        let name = format!("NetworkInterface.1.SecurityGroupId.{n}");
        say(&name, &group.to_string());
    }
    let subnet = super::instance::subnet(place, there, kept);
    say("NetworkInterface.1.SubnetId", &subnet.to_string());
    say("Placement.AvailabilityZone", spec.zone);
    say("Placement.Tenancy", there.tenancy().name());
    if let Some(group) = there.placement().group {
        say("Placement.GroupName", world.group(group).name());
    }
    let attributes = there.attributes();
    say("EbsOptimized", flag(attributes.ebs_optimized));
    let monitoring = place.own.get(&instance).and_then(|own| own.monitoring);
    say(
        "Monitoring.Enabled",
        flag(monitoring.unwrap_or(spec.monitoring)),
    );
    say("HibernationOptions.Configured", flag(spec.hibernation));
    let options = there.options();
    say(
        "DisableApiTermination",
        flag(options.disable_api_termination),
    );
    say("DisableApiStop", flag(options.disable_api_stop));
    say(
        "InstanceInitiatedShutdownBehavior",
        match there.shutdown_behavior() {
            ShutdownBehavior::Stop => "stop",
            ShutdownBehavior::Terminate => "terminate",
        },
    );
    if let Some(mode) = there.credits() {
        say("CreditSpecification.CpuCredits", mode.name());
    }
    let recovery = there.auto_recovery();
    say(
        "MaintenanceOptions.AutoRecovery",
        if recovery { "default" } else { "disabled" },
    );
    let metadata = place.metadata(instance);
    for (name, value) in [
        ("HttpTokens", metadata.tokens),
        ("HttpPutResponseHopLimit", &*metadata.hops.to_string()),
        ("HttpEndpoint", metadata.endpoint),
        ("HttpProtocolIpv6", metadata.ipv6),
        ("InstanceMetadataTags", metadata.tags),
    ] {
        say(&format!("MetadataOptions.{name}"), value);
    }
    if let Some(options) = spec.spot {
        say("InstanceMarketOptions.MarketType", "spot");
        if let Some(price) = options.max_price {
            let name = "InstanceMarketOptions.SpotOptions.MaxPrice";
            say(name, &price.to_string());
        }
    }
    let id = world.id_of(instance.into());
    let tags = place.furniture.tags.of(id);
    let own = tags.iter().filter(|(key, _)| !key.starts_with("aws:"));
    for (n, (key, value)) in (1..).zip(own) {
        if n == 1 {
            say("TagSpecification.1.ResourceType", "instance");
        }
        say(&format!("TagSpecification.1.Tag.{n}.Key"), key);
        say(&format!("TagSpecification.1.Tag.{n}.Value"), value);
    }
    said
}
