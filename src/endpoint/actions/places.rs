//! `DescribeAvailabilityZones` and `DescribeRegions`.

use crate::catalog::RegionId;

use super::{
    super::{fault::Fault, filters::Tell, xml::Out},
    Call,
};

struct ZoneItem {
    region: RegionId,
    zone: &'static str,
    id: &'static str,
}

const fn opt_in(region: bool) -> &'static str {
    if region {
        "opted-in"
    } else {
        "opt-in-not-required"
    }
}

impl Tell for ZoneItem {
    fn tell<O: Out>(&self, out: &mut O) {
        let region = self.region.name();
        out.text("optInStatus", opt_in(self.region.opt_in()));
        out.empty("messageSet");
        out.text("regionName", region);
        out.text("zoneName", self.zone);
        out.text("zoneId", self.id);
        out.text("groupName", &format!("{region}-zg-1"));
        out.text("networkBorderGroup", region);
        out.text("zoneType", "availability-zone");
        out.text("zoneState", "available");
    }
}

pub(super) fn zones(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let region = call.place.region();
    let all = || region.zones().zip(region.zone_ids());
    let names = call.fields.list("ZoneName");
    let ids = call.fields.list("ZoneId");
    let unknown = |asked: &[&str], known: &dyn Fn(&str) -> bool| {
        asked
            .iter()
            .find(|text| !known(text))
            .map(|text| Fault::value(format!("Invalid availability zone: [{text}]")))
    };
    let wrong = unknown(&names, &|name| all().any(|(zone, _)| zone == name))
        .or_else(|| unknown(&ids, &|id| all().any(|(_, known)| known == id)));
    if let Some(fault) = wrong {
        return Err(fault);
    }
    call.end_dry_run()?;
    let items = all()
        .filter(|(zone, id)| {
            (names.is_empty() && ids.is_empty()) || names.contains(zone) || ids.contains(id)
        })
        .map(|(zone, id)| ZoneItem { region, zone, id });
    list.tell(call.xml, "availabilityZoneInfo", super::numbered(items));
    Ok(())
}

struct RegionItem(RegionId);

impl Tell for RegionItem {
    fn tell<O: Out>(&self, out: &mut O) {
        let name = self.0.name();
        out.text("optInStatus", opt_in(self.0.opt_in()));
        out.text("regionName", name);
        out.text(
            "regionEndpoint",
            &format!("ec2.{name}.{}", self.0.dns_suffix()),
        );
    }
}

pub(super) fn regions(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let names = call.fields.list("RegionName");
    if let Some(unknown) = names.iter().find(|name| RegionId::find(name).is_none()) {
        return Err(Fault::value(format!(
            "Invalid region provided: [{unknown}]"
        )));
    }
    call.end_dry_run()?;
    let items = RegionId::all()
        .filter(|region| names.is_empty() || names.contains(&region.name()))
        .map(RegionItem);
    list.tell(call.xml, "regionInfo", super::numbered(items));
    Ok(())
}
