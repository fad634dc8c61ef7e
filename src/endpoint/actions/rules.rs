//! The rules of security groups, which are stored and shown: nothing here is held against them.

use crate::{
    furniture::{Peer, Permission},
    id::{Id, IdKind},
};

use super::{
    super::{fault::Fault, place::Place, request::Fields, xml::Out},
    Call,
    launch::group,
};

/// Which way a rule goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

pub(super) fn authorize_ingress(call: &mut Call<'_>) -> Result<(), Fault> {
    authorize(call, Way::In)
}

pub(super) fn authorize_egress(call: &mut Call<'_>) -> Result<(), Fault> {
    authorize(call, Way::Out)
}

pub(super) fn revoke_ingress(call: &mut Call<'_>) -> Result<(), Fault> {
    revoke(call, Way::In)
}

pub(super) fn revoke_egress(call: &mut Call<'_>) -> Result<(), Fault> {
    revoke(call, Way::Out)
}

/// The group that a request is about.
fn named(call: &Call<'_>) -> Result<Id, Fault> {
    if let Some(text) = call.fields.get("GroupId") {
        return group(call, text);
    }
    let name = call
        .fields
        .get("GroupName")
        .ok_or_else(|| Fault::missing("groupId"))?;
    by_name(call.place, name)
}

fn by_name(place: &Place, name: &str) -> Result<Id, Fault> {
    let vpc = place.furniture.default_vpc();
    let found = place.furniture.group_named(vpc, name);
    found.map(|group| group.id).ok_or_else(|| {
        Fault::new(
            "InvalidGroup.NotFound",
            format!("The security group '{name}' does not exist in default VPC '{vpc}'"),
        )
    })
}

/// The rules of a request: one for each peer of each permission.
fn permissions(call: &Call<'_>) -> Result<Vec<Permission>, Fault> {
    let mut all = Vec::new();
    let fields = call.fields;
    if fields.get("IpProtocol").is_some() {
        if let Some(block) = fields.get("CidrIp") {
            all.push(permission(fields, Peer::Ipv4(block.to_owned()), None)?);
        }
        if let Some(name) = fields.get("SourceSecurityGroupName") {
            let peer = Peer::Group(by_name(call.place, name)?);
            all.push(permission(fields, peer, None)?);
        }
    }
    for item in &fields.items("IpPermissions") {
        let fields = item.fields();
        for (list, element) in [
            ("IpRanges", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6"),
            ("PrefixListIds", "PrefixListId"),
        ] {
            for one in &fields.items(list) {
                let of = one.fields();
                let text = of.required(element)?.to_owned();
                let peer = match list {
                    "IpRanges" => Peer::Ipv4(text),
                    "Ipv6Ranges" => Peer::Ipv6(text),
                    _ => Peer::PrefixList(text),
                };
                all.push(permission(fields, peer, of.get("Description"))?);
            }
        }
        for one in &fields.items("Groups") {
            let of = one.fields();
            let id = match (of.get("GroupId"), of.get("GroupName")) {
                (Some(text), _) => group(call, text)?,
                (None, Some(name)) => by_name(call.place, name)?,
                (None, None) => return Err(Fault::missing("groupId")),
            };
            all.push(permission(fields, Peer::Group(id), of.get("Description"))?);
        }
    }
    if all.is_empty() {
        return Err(Fault::missing("ipPermissions"));
    }
    Ok(all)
}

/// A rule for one peer.
fn permission(fields: Fields<'_>, peer: Peer, said: Option<&str>) -> Result<Permission, Fault> {
    if let Peer::Ipv4(block) = &peer {
        check_block(block)?;
    }
    let protocol = fields.required("IpProtocol")?;
    let ports = match (fields.number("FromPort")?, fields.number("ToPort")?) {
        (Some(from), Some(to)) if protocol != "-1" => Some((from, to)),
        _ => None,
    };
    Ok(Permission {
        protocol: protocol.to_owned(),
        ports,
        peer,
        description: said.map(str::to_owned),
    })
}

/// A block of IPv4 addresses is an address and a length.
fn check_block(block: &str) -> Result<(), Fault> {
    let parts = block.split_once('/');
    let is_one = parts.is_some_and(|(address, length)| {
        address.parse::<std::net::Ipv4Addr>().is_ok()
            && length.parse::<u8>().is_ok_and(|length| length <= 32)
    });
    if is_one {
        return Ok(());
    }
    Err(Fault::value(format!("CIDR block {block} is malformed")))
}

/// Whether two rules let the same through, whatever is said about them.
fn is_same(one: &Permission, other: &Permission) -> bool {
    (&one.protocol, one.ports, &one.peer) == (&other.protocol, other.ports, &other.peer)
}

fn rules(place: &mut Place, group: Id, way: Way) -> Option<&mut Vec<Permission>> {
    let mut groups = place.furniture.groups.iter_mut();
    let group = groups.find(|known| known.id == group)?;
    Some(match way {
        Way::In => &mut group.ingress,
        Way::Out => &mut group.egress,
    })
}

fn authorize(call: &mut Call<'_>, way: Way) -> Result<(), Fault> {
    let group = named(call)?;
    let asked = permissions(call)?;
    call.end_dry_run()?;
    let Some(known) = rules(call.place, group, way) else {
        return Err(Fault::missing("groupId"));
    };
    if let Some(double) = asked
        .iter()
        .find(|one| known.iter().any(|there| is_same(there, one)))
    {
        return Err(Fault::new(
            "InvalidPermission.Duplicate",
            format!("the specified rule \"{}\" already exists", shown(double)),
        ));
    }
    known.extend(asked.iter().cloned());
    call.place.comment(format!(
        "rules of {group} were changed: scenarios have none"
    ));
    call.done();
    let ids: Vec<Id> = asked
        .iter()
        .map(|_| call.place.furniture.next_id(IdKind::SecurityGroupRule))
        .collect();
    let owner = call.place.owner();
    call.xml.list(
        "securityGroupRuleSet",
        ids.into_iter().zip(asked),
        |out, (id, rule)| {
            out.value("securityGroupRuleId", id);
            out.value("groupId", group);
            out.text("groupOwnerId", owner);
            out.flag("isEgress", way == Way::Out);
            out.text("ipProtocol", &rule.protocol);
            let (from, to) = rule.ports.unwrap_or((-1, -1));
            out.value("fromPort", from);
            out.value("toPort", to);
            match &rule.peer {
                Peer::Ipv4(block) => out.text("cidrIpv4", block),
                Peer::Ipv6(block) => out.text("cidrIpv6", block),
                Peer::PrefixList(list) => out.text("prefixListId", list),
                Peer::Group(peer) => out.within("referencedGroupInfo", |out| {
                    out.value("groupId", *peer);
                    out.text("userId", owner);
                }),
            }
            if let Some(text) = &rule.description {
                out.text("description", text);
            }
        },
    );
    Ok(())
}

fn shown(rule: &Permission) -> String {
    let peer = match &rule.peer {
        Peer::Ipv4(text) | Peer::Ipv6(text) | Peer::PrefixList(text) => text.clone(),
        Peer::Group(id) => id.to_string(),
    };
    let (from, to) = rule.ports.unwrap_or((-1, -1));
    format!(
        "peer: {peer}, {}, from port: {from}, to port: {to}, ALLOW",
        rule.protocol
    )
}

fn revoke(call: &mut Call<'_>, way: Way) -> Result<(), Fault> {
    let group = named(call)?;
    let asked = permissions(call)?;
    call.end_dry_run()?;
    let Some(known) = rules(call.place, group, way) else {
        return Err(Fault::missing("groupId"));
    };
    let is_there = |one: &&Permission| known.iter().any(|there| is_same(there, one));
    if !asked.iter().all(|one| is_there(&one)) {
        return Err(Fault::new(
            "InvalidPermission.NotFound",
            "The specified rule does not exist in this security group.",
        ));
    }
    known.retain(|there| !asked.iter().any(|one| is_same(there, one)));
    call.place.comment(format!(
        "rules of {group} were changed: scenarios have none"
    ));
    call.done();
    Ok(())
}

/// A group that nothing is in goes.
pub(super) fn delete_group(call: &mut Call<'_>) -> Result<(), Fault> {
    let group = named(call)?;
    let place = &*call.place;
    let is_default = place
        .furniture
        .groups
        .first()
        .is_some_and(|first| first.id == group);
    if is_default {
        return Err(Fault::new(
            "CannotDelete",
            format!(
                "the specified group: \"{group}\" name: \"default\" cannot be deleted by a user"
            ),
        ));
    }
    let is_used = place.world().instances().any(|instance| {
        instance.phase() != crate::lifecycle::Phase::Terminated
            && place.groups(instance.handle()).contains(&group)
    });
    let is_peer = place.furniture.groups.iter().any(|other| {
        other.id != group
            && other
                .ingress
                .iter()
                .chain(&other.egress)
                .any(|rule| rule.peer == Peer::Group(group))
    });
    if is_used || is_peer {
        return Err(Fault::new(
            "DependencyViolation",
            format!("resource {group} has a dependent object"),
        ));
    }
    call.end_dry_run()?;
    call.place
        .furniture
        .groups
        .retain(|known| known.id != group);
    call.done();
    call.xml.value("groupId", group);
    Ok(())
}
