//! `DescribeInstanceTypes`.

use crate::catalog::{Architecture, Hypervisor, Offering, TypeId, offered};

use super::{
    super::{fault::Fault, filters::Tell, xml::Out},
    Call,
};

struct TypeItem(TypeId);

impl Tell for TypeItem {
    fn tell<O: Out>(&self, out: &mut O) {
        let info = self.0.info();
        out.text("instanceType", info.name());
        out.flag("currentGeneration", info.current_generation());
        out.flag("freeTierEligible", info.free_tier().unwrap_or(false));
        let classes: Vec<&'static str> = info.usage_classes().collect();
        out.scalars("supportedUsageClasses", &classes);
        let roots: Vec<&'static str> = info.root_device_types().collect();
        out.scalars("supportedRootDeviceTypes", &roots);
        let kinds: Vec<&'static str> = info.virtualization_types().collect();
        out.scalars("supportedVirtualizationTypes", &kinds);
        out.flag("bareMetal", info.bare_metal());
        match info.hypervisor() {
            Hypervisor::Nitro => out.text("hypervisor", "nitro"),
            Hypervisor::Xen => out.text("hypervisor", "xen"),
            Hypervisor::None => {}
        }
        out.within("processorInfo", |out| {
            let names: Vec<&'static str> = info
                .architectures()
                .iter()
                .map(Architecture::name)
                .collect();
            out.scalars("supportedArchitectures", &names);
        });
        out.within("vCpuInfo", |out| {
            let threads = info.threads_per_core().unwrap_or(1);
            out.value("defaultVCpus", info.vcpus());
            let cores = info
                .cores()
                .unwrap_or_else(|| info.vcpus() / u16::from(threads.max(1)));
            out.value("defaultCores", cores);
            out.value("defaultThreadsPerCore", threads);
            let valid: &[&'static str] = if threads == 2 { &["1", "2"] } else { &["1"] };
            out.scalars("validThreadsPerCore", valid);
        });
        out.within("memoryInfo", |out| {
            out.value("sizeInMiB", info.memory_mib());
        });
        let store = info.instance_store_gb();
        out.flag("instanceStorageSupported", store > 0);
        if store > 0 {
            out.within("instanceStorageInfo", |out| {
                out.value("totalSizeInGB", store);
                let nvme = info.hypervisor() == Hypervisor::Nitro;
                out.text("nvmeSupport", if nvme { "required" } else { "unsupported" });
            });
        }
        out.within("ebsInfo", |out| {
            out.text("ebsOptimizedSupport", info.ebs_optimized());
            out.text("encryptionSupport", "supported");
            out.text("nvmeSupport", info.ebs_nvme());
        });
        out.within("networkInfo", |out| {
            out.text("networkPerformance", info.network_performance());
            out.value("maximumNetworkInterfaces", info.max_enis());
            out.value("maximumNetworkCards", 1);
            out.value("defaultNetworkCardIndex", 0);
            out.value("ipv4AddressesPerInterface", info.ipv4_per_eni());
            if let Some(addresses) = info.ipv6_per_eni() {
                out.value("ipv6AddressesPerInterface", addresses);
            }
            if let Some(supported) = info.ipv6_supported() {
                out.flag("ipv6Supported", supported);
            }
            out.text("enaSupport", info.ena());
            if let Some(efa) = info.efa() {
                out.flag("efaSupported", efa);
            }
        });
        out.within("placementGroupInfo", |out| {
            let strategies: Vec<&'static str> = info.placement_strategies().collect();
            out.scalars("supportedStrategies", &strategies);
        });
        if let Some(supported) = info.hibernation_supported() {
            out.flag("hibernationSupported", supported);
        }
        out.flag("burstablePerformanceSupported", info.burstable());
        if let Some(supported) = info.dedicated_hosts() {
            out.flag("dedicatedHostsSupported", supported);
        }
        if let Some(supported) = info.auto_recovery() {
            out.flag("autoRecoverySupported", supported);
        }
    }
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<(), Fault> {
    let region = call.place.region();
    let texts = call.fields.list("InstanceType");
    let list = call.list(!texts.is_empty())?;
    let is_here = |one: TypeId| !matches!(offered(region, one), Offering::NotOffered);
    let unknown: Vec<&str> = texts
        .iter()
        .copied()
        .filter(|text| !TypeId::find(text).is_some_and(is_here))
        .collect();
    if !unknown.is_empty() {
        return Err(Fault::new(
            "InvalidInstanceType",
            format!(
                "The following supplied instance types do not exist: [{}]",
                unknown.join(", ")
            ),
        ));
    }
    call.end_dry_run()?;
    let named: Vec<TypeId> = texts.iter().filter_map(|text| TypeId::find(text)).collect();
    let all = TypeId::all().filter(|&one| {
        if named.is_empty() {
            is_here(one)
        } else {
            named.contains(&one)
        }
    });
    list.tell(
        call.xml,
        "instanceTypeSet",
        super::numbered(all.map(TypeItem)),
    );
    Ok(())
}

struct OfferingItem {
    instance_type: TypeId,
    kind: &'static str,
    location: &'static str,
}

impl Tell for OfferingItem {
    fn tell<O: Out>(&self, out: &mut O) {
        out.text("instanceType", self.instance_type.name());
        out.text("locationType", self.kind);
        out.text("location", self.location);
    }
}

pub(super) fn offerings(call: &mut Call<'_>) -> Result<(), Fault> {
    let list = call.list(false)?;
    let region = call.place.region();
    call.end_dry_run()?;
    let kind = match call.fields.get("LocationType") {
        None | Some("region") => "region",
        Some("availability-zone") => "availability-zone",
        Some("availability-zone-id") => "availability-zone-id",
        Some(other) => {
            let what = format!("LocationType {other}");
            return Err(Fault::unsimulated(&what, "DescribeInstanceTypeOfferings"));
        }
    };
    let zones: Vec<(&'static str, &'static str)> = region.zones().zip(region.zone_ids()).collect();
    let items = TypeId::all().flat_map(|instance_type| {
        let offering = offered(region, instance_type);
        let there: Vec<&'static str> = if kind == "region" {
            let is_here = !matches!(offering, Offering::NotOffered);
            is_here.then_some(region.name()).into_iter().collect()
        } else {
            let is_in = |zone: &str| match offering {
                Offering::Unknown => true,
                Offering::NotOffered => false,
                Offering::Zones(letters) => zone
                    .chars()
                    .next_back()
                    .is_some_and(|letter| letters.contains(letter)),
            };
            zones
                .iter()
                .filter(|(zone, _)| is_in(zone))
                .map(|&(zone, id)| {
                    if kind == "availability-zone" {
                        zone
                    } else {
                        id
                    }
                })
                .collect()
        };
        there.into_iter().map(move |location| OfferingItem {
            instance_type,
            kind,
            location,
        })
    });
    list.tell(call.xml, "instanceTypeOfferingSet", super::numbered(items));
    Ok(())
}
