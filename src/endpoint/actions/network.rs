//! VPCs, subnets, security groups, as they are told.

use crate::{
    furniture::{Peer, Permission, SecurityGroup, Subnet, Vpc},
    id::{Id, IdKind},
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call, Wrong,
    instance::tell_tags,
    launch::{WRONG_SUBNET, group},
};

pub(super) const WRONG_VPC: Wrong = Wrong {
    malformed: (
        "InvalidVpcID.Malformed",
        "Invalid id: \"{}\" (expecting \"vpc-...\")",
    ),
    missing: ("InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"),
};

/// The ids that a request names, all of which have to be somebody's.
pub(super) fn named(
    call: &Call<'_>,
    parameter: &str,
    kind: IdKind,
    wrong: &Wrong,
    is_there: impl Fn(Id) -> bool,
) -> Result<Vec<Id>, Fault> {
    let texts = call.fields.list(parameter);
    let ids = texts
        .into_iter()
        .map(|text| wrong.known(text, kind, |id| is_there(id).then_some(id)));
    ids.collect()
}

pub(super) struct VpcItem<'a>(pub(super) &'a Place, pub(super) &'a Vpc);

impl Tell for VpcItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, vpc) = self;
        out.value("vpcId", vpc.id);
        out.text("ownerId", place.owner());
        out.text("state", "available");
        out.value("cidrBlock", vpc.cidr);
        out.list("cidrBlockAssociationSet", [vpc], |out, vpc| {
            out.value("cidrBlock", vpc.cidr);
            out.value("associationId", vpc.association);
            out.within("cidrBlockState", |out| out.text("state", "associated"));
        });
        out.value("dhcpOptionsId", vpc.dhcp_options);
        out.text("instanceTenancy", "default");
        out.flag("isDefault", vpc.is_default);
        tell_tags(out, place, vpc.id);
    }
}

pub(super) fn vpcs(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(call.fields.has("VpcId."))?;
    let vpcs = &call.place.furniture.vpcs;
    let ids = named(call, "VpcId", IdKind::Vpc, &WRONG_VPC, |id| {
        vpcs.iter().any(|vpc| vpc.id == id)
    })?;
    call.end_dry_run()?;
    let place = &*call.place;
    let wanted = place
        .furniture
        .vpcs
        .iter()
        .filter(|vpc| ids.is_empty() || ids.contains(&vpc.id));
    let items = wanted.map(|vpc| VpcItem(place, vpc));
    list.tell(call.xml, "vpcSet", super::numbered(items));
    Ok(())
}

pub(super) fn vpc_attribute(call: &mut Call<'_>) -> Result<(), Fault> {
    let vpcs = &call.place.furniture.vpcs;
    let text = call.fields.required("VpcId")?;
    // One that is malformed is told as missing, too.
    let found = Id::parse(text).and_then(|id| vpcs.iter().find(|vpc| vpc.id == id));
    let vpc = found.ok_or_else(|| WRONG_VPC.missing(text))?;
    let (vpc_id, hostnames) = (vpc.id, vpc.dns_hostnames);
    call.end_dry_run()?;
    call.xml.value("vpcId", vpc_id);
    let (name, on) = match call.fields.required("Attribute")? {
        "enableDnsSupport" => ("enableDnsSupport", true),
        "enableDnsHostnames" => ("enableDnsHostnames", hostnames),
        "enableNetworkAddressUsageMetrics" => ("enableNetworkAddressUsageMetrics", false),
        other => {
            return Err(Fault::value(format!(
                "Value ({other}) for parameter attribute is invalid."
            )));
        }
    };
    call.xml.within(name, |xml| xml.flag("value", on));
    Ok(())
}

pub(super) struct SubnetItem<'a>(pub(super) &'a Place, pub(super) &'a Subnet);

impl Tell for SubnetItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, subnet) = self;
        let region = place.region().name();
        out.value("subnetId", subnet.id);
        let arn = format!(
            "arn:aws:ec2:{region}:{}:subnet/{}",
            place.owner(),
            subnet.id
        );
        out.text("subnetArn", &arn);
        out.text("state", "available");
        out.text("ownerId", place.owner());
        out.value("vpcId", subnet.vpc);
        out.value("cidrBlock", subnet.cidr);
        out.empty("ipv6CidrBlockAssociationSet");
        out.value("availableIpAddressCount", place.free_in(subnet));
        out.text("availabilityZone", subnet.zone);
        out.text("availabilityZoneId", subnet.zone_id);
        out.flag("defaultForAz", subnet.is_default);
        out.flag("mapPublicIpOnLaunch", subnet.public_on_launch);
        out.flag("assignIpv6AddressOnCreation", false);
        tell_tags(out, place, subnet.id);
    }
}

pub(super) fn subnets(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(call.fields.has("SubnetId."))?;
    let furniture = &call.place.furniture;
    let ids = named(call, "SubnetId", IdKind::Subnet, &WRONG_SUBNET, |id| {
        furniture.subnet(id).is_some()
    })?;
    call.end_dry_run()?;
    let place = &*call.place;
    let wanted = place
        .furniture
        .subnets
        .iter()
        .filter(|subnet| ids.is_empty() || ids.contains(&subnet.id));
    let items = wanted.map(|subnet| SubnetItem(place, subnet));
    list.tell(call.xml, "subnetSet", super::numbered(items));
    Ok(())
}

struct GroupItem<'a>(&'a Place, &'a SecurityGroup);

impl Tell for GroupItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, group) = self;
        out.text("ownerId", place.owner());
        out.value("groupId", group.id);
        out.text("groupName", &group.name);
        out.text("groupDescription", &group.description);
        out.value("vpcId", group.vpc);
        out.list("ipPermissions", &group.ingress, |out, rule| {
            tell_permission(out, place, rule);
        });
        out.list("ipPermissionsEgress", &group.egress, |out, rule| {
            tell_permission(out, place, rule);
        });
        tell_tags(out, place, group.id);
    }
}

fn tell_permission<O: Out>(out: &mut O, place: &Place, permission: &Permission) {
    out.text("ipProtocol", &permission.protocol);
    if let Some((from, to)) = permission.ports {
        out.value("fromPort", from);
        out.value("toPort", to);
    }
    let said = |out: &mut O| {
        if let Some(text) = &permission.description {
            out.text("description", text);
        }
    };
    let (mut groups, mut ipv4, mut ipv6, mut lists) = (None, None, None, None);
    match &permission.peer {
        Peer::Group(id) => groups = Some(id),
        Peer::Ipv4(block) => ipv4 = Some(block),
        Peer::Ipv6(block) => ipv6 = Some(block),
        Peer::PrefixList(id) => lists = Some(id),
    }
    out.list("groups", groups, |out, id| {
        out.text("userId", place.owner());
        out.value("groupId", id);
        said(out);
    });
    for (name, element, peer) in [
        ("ipRanges", "cidrIp", ipv4),
        ("ipv6Ranges", "cidrIpv6", ipv6),
        ("prefixListIds", "prefixListId", lists),
    ] {
        out.list(name, peer, |out, text| {
            out.text(element, text);
            said(out);
        });
    }
}

pub(super) fn groups(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(call.fields.has("Group"))?;
    let mut ids = Vec::new();
    for text in call.fields.list("GroupId") {
        ids.push(group(call, text)?);
    }
    let vpc = call.place.furniture.default_vpc();
    for name in call.fields.list("GroupName") {
        let found = call.place.furniture.group_named(vpc, name);
        ids.push(found.map(|group| group.id).ok_or_else(|| {
            Fault::new(
                "InvalidGroup.NotFound",
                format!("The security group '{name}' does not exist in default VPC '{vpc}'"),
            )
        })?);
    }
    call.end_dry_run()?;
    let place = &*call.place;
    let wanted = place
        .furniture
        .groups
        .iter()
        .filter(|group| ids.is_empty() || ids.contains(&group.id));
    let items = wanted.map(|group| GroupItem(place, group));
    list.tell(call.xml, "securityGroupInfo", super::numbered(items));
    Ok(())
}

pub(super) fn create_group(call: &mut Call<'_>) -> Result<(), Fault> {
    let name = call.fields.required("GroupName")?;
    let description = call.fields.required("GroupDescription")?;
    let vpc = match call.fields.get("VpcId") {
        None => call.place.furniture.default_vpc(),
        Some(text) => super::vpcs::vpc(call.place, text)?,
    };
    if call.place.furniture.group_named(vpc, name).is_some() {
        return Err(Fault::new(
            "InvalidGroup.Duplicate",
            format!("The security group '{name}' already exists for VPC '{vpc}'"),
        ));
    }
    let tags = super::tags::specified(call, "security-group")?;
    call.end_dry_run()?;
    let group = call.place.furniture.next_id(IdKind::SecurityGroup);
    call.place
        .furniture
        .groups
        .push(SecurityGroup::new(group, vpc, name, description));
    super::tags::give_id(call, group, &tags);
    call.place.comment(format!(
        "security group '{name}' was made: scenarios have none"
    ));
    let arn = format!(
        "arn:aws:ec2:{}:{}:security-group/{group}",
        call.place.region().name(),
        call.place.owner()
    );
    call.done();
    call.xml.value("groupId", group);
    call.xml.text("securityGroupArn", &arn);
    Ok(())
}
