//! Making and deleting VPCs and subnets, and the route tables that VPCs have.

use crate::{
    furniture::{Cidr, Subnet, Vpc},
    id::{Id, IdKind},
};

use super::{
    super::{fault::Fault, filters::Tell, place::Place, xml::Out},
    Call, Wrong,
    instance::tell_tag_set,
    launch::WRONG_SUBNET,
    network::{SubnetItem, VpcItem, WRONG_VPC, named},
};

const WRONG_ROUTE_TABLE: Wrong = Wrong {
    malformed: (
        "InvalidRouteTableID.Malformed",
        "Invalid id: \"{}\" (expecting \"rtb-...\")",
    ),
    missing: (
        "InvalidRouteTableID.NotFound",
        "The routeTable ID '{}' does not exist",
    ),
};

/// A block of addresses.
fn block(call: &Call<'_>, code: &'static str) -> Result<Cidr, Fault> {
    let text = call.fields.required("CidrBlock")?;
    if !text.contains('/') {
        return Err(Fault::value(format!(
            "Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
        )));
    }
    text.parse()
        .map_err(|()| Fault::new(code, format!("The CIDR '{text}' is invalid.")))
}

/// The one VPC that a request names.
pub(super) fn vpc(place: &Place, text: &str) -> Result<Id, Fault> {
    WRONG_VPC.known(text, IdKind::Vpc, |id| {
        place.furniture.vpc(id).map(|vpc| vpc.id)
    })
}

/// The one subnet that a request names.
pub(super) fn subnet(place: &Place, text: &str) -> Result<Subnet, Fault> {
    WRONG_SUBNET.known(text, IdKind::Subnet, |id| {
        place.furniture.subnet(id).cloned()
    })
}

pub(super) fn create_vpc(call: &mut Call<'_>) -> Result<(), Fault> {
    let cidr = block(call, "InvalidVpc.Range")?;
    let tags = super::tags::specified(call, "vpc")?;
    call.end_dry_run()?;
    let id = call.place.furniture.add_vpc(cidr).id;
    super::tags::give_id(call, id, &tags);
    call.place
        .comment(format!("the VPC {id} was made: scenarios have one"));
    let place = &*call.place;
    let made = place.furniture.vpc(id);
    let xml = &mut *call.xml;
    xml.within("vpc", |xml| {
        if let Some(vpc) = made {
            VpcItem(place, vpc).tell(xml);
        }
    });
    Ok(())
}

/// What something that is still in use is refused with.
fn in_use(id: Id) -> Fault {
    Fault::new(
        "DependencyViolation",
        format!("resource {id} has a dependent object"),
    )
}

pub(super) fn delete_vpc(call: &mut Call<'_>) -> Result<(), Fault> {
    let id = vpc(call.place, call.fields.required("VpcId")?)?;
    if id == call.place.furniture.default_vpc() {
        return Err(Fault::unsimulated("the default VPC", "DeleteVpc"));
    }
    let furniture = &call.place.furniture;
    let default = furniture.default_group(id);
    let has_subnet = furniture.subnets.iter().any(|subnet| subnet.vpc == id);
    let mut groups = furniture.groups.iter();
    if has_subnet || groups.any(|group| group.vpc == id && Some(group.id) != default) {
        return Err(in_use(id));
    }
    call.end_dry_run()?;
    let furniture = &mut call.place.furniture;
    furniture.groups.retain(|group| group.vpc != id);
    furniture.vpcs.retain(|vpc| vpc.id != id);
    furniture.tags.forget(id);
    call.done();
    Ok(())
}

pub(super) fn create_subnet(call: &mut Call<'_>) -> Result<(), Fault> {
    let fields = call.fields;
    let cidr = block(call, "InvalidSubnet.Range")?;
    let vpc = vpc(call.place, fields.required("VpcId")?)?;
    let tags = super::tags::specified(call, "subnet")?;
    let region = call.place.region();
    let zones = || region.zones().zip(region.zone_ids());
    let zone = match (
        fields.get("AvailabilityZone"),
        fields.get("AvailabilityZoneId"),
    ) {
        (None, None) => zones().next(),
        (Some(name), _) => zones().find(|(zone, _)| *zone == name),
        (None, Some(zone_id)) => zones().find(|(_, known)| *known == zone_id),
    };
    let Some((zone, zone_id)) = zone else {
        let asked = fields.get("AvailabilityZone");
        let asked = asked.or(fields.get("AvailabilityZoneId"));
        let all: Vec<&str> = region.zones().collect();
        return Err(Fault::value(format!(
            "Value ({}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {}.",
            asked.unwrap_or_default(),
            all.join(", ")
        )));
    };
    let furniture = &call.place.furniture;
    if !furniture.vpc(vpc).is_some_and(|vpc| vpc.cidr.covers(cidr)) {
        return Err(Fault::new(
            "InvalidSubnet.Range",
            format!("The CIDR '{cidr}' is invalid."),
        ));
    }
    let mut subnets = furniture.subnets.iter();
    if subnets.any(|subnet| subnet.vpc == vpc && subnet.cidr.overlaps(cidr)) {
        return Err(Fault::new(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{cidr}' conflicts with another subnet"),
        ));
    }
    call.end_dry_run()?;
    let id = call.place.furniture.next_id(IdKind::Subnet);
    let made = Subnet {
        id,
        vpc,
        zone,
        zone_id,
        cidr,
        is_default: false,
        public_on_launch: false,
    };
    call.place.furniture.subnets.push(made.clone());
    super::tags::give_id(call, id, &tags);
    call.place.comment(format!(
        "the subnet {id} was made: scenarios have those of the default VPC"
    ));
    let place = &*call.place;
    let xml = &mut *call.xml;
    xml.within("subnet", |xml| SubnetItem(place, &made).tell(xml));
    Ok(())
}

pub(super) fn delete_subnet(call: &mut Call<'_>) -> Result<(), Fault> {
    let subnet = subnet(call.place, call.fields.required("SubnetId")?)?;
    if call.place.taken_in(&subnet) > 0 {
        return Err(in_use(subnet.id));
    }
    call.end_dry_run()?;
    let furniture = &mut call.place.furniture;
    furniture.subnets.retain(|known| known.id != subnet.id);
    furniture.tags.forget(subnet.id);
    call.done();
    Ok(())
}

pub(super) fn modify_subnet(call: &mut Call<'_>) -> Result<(), Fault> {
    let subnet = subnet(call.place, call.fields.required("SubnetId")?)?;
    let public = call.fields.maybe_flag("MapPublicIpOnLaunch.Value");
    call.end_dry_run()?;
    let mut subnets = call.place.furniture.subnets.iter_mut();
    if let Some(known) = subnets.find(|known| known.id == subnet.id) {
        known.public_on_launch = public.unwrap_or(known.public_on_launch);
    }
    call.done();
    Ok(())
}

/// The main route table of a VPC, which is the only one that it has.
struct RouteTableItem<'a>(&'a Place, &'a Vpc);

impl Tell for RouteTableItem<'_> {
    fn tell<O: Out>(&self, out: &mut O) {
        let Self(place, vpc) = self;
        out.value("routeTableId", vpc.route_table);
        out.value("vpcId", vpc.id);
        out.text("ownerId", place.owner());
        let cidr = vpc.cidr.to_string();
        let local = (cidr, "local".to_owned(), "CreateRouteTable");
        let out_of = vpc
            .gateway
            .map(|gateway| ("0.0.0.0/0".to_owned(), gateway.to_string(), "CreateRoute"));
        let routes = std::iter::once(local).chain(out_of);
        out.list("routeSet", routes, |out, (to, gateway, origin)| {
            out.text("destinationCidrBlock", &to);
            out.text("gatewayId", &gateway);
            out.text("state", "active");
            out.text("origin", origin);
        });
        out.list("associationSet", [vpc], |out, vpc| {
            let id = vpc.route_table.to_string();
            let id = id.replacen("rtb-", "rtbassoc-", 1);
            out.text("routeTableAssociationId", &id);
            out.value("routeTableId", vpc.route_table);
            out.flag("main", true);
            out.within("associationState", |out| out.text("state", "associated"));
        });
        out.empty("propagatingVgwSet");
        tell_tag_set(out, place.furniture.tags.of(vpc.route_table));
    }
}

pub(super) fn route_tables(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(call.fields.has("RouteTableId."))?;
    let kind = IdKind::RouteTable;
    let vpcs = &call.place.furniture.vpcs;
    let ids = named(call, "RouteTableId", kind, &WRONG_ROUTE_TABLE, |id| {
        vpcs.iter().any(|vpc| vpc.route_table == id)
    })?;
    call.end_dry_run()?;
    let place = &*call.place;
    let vpcs = place.furniture.vpcs.iter();
    let wanted = vpcs.filter(|vpc| ids.is_empty() || ids.contains(&vpc.route_table));
    let items = wanted.map(|vpc| RouteTableItem(place, vpc));
    list.tell(call.xml, "routeTableSet", super::numbered(items));
    Ok(())
}
