//! What instances are launched as.

use serde_json::Value;

use crate::catalog::{CreditMode, TypeId, VolumeType};

use super::{
    super::{
        event::{flag, items, number, text},
        write::{Entry, quoted},
    },
    Story, provisioned, shown, tags_of,
};

impl Story {
    /// What an instance is launched as: by what EC2 answered, else by what was asked.
    pub(super) fn instance_entry(&self, name: &str, asked: &Value, answered: &Value) -> Entry {
        let mut entry = Entry::new(name);
        let item = items(&asked["instancesSet"]).next().unwrap_or(&Value::Null);
        let first = |keys: [&Value; 3]| keys.into_iter().find_map(text).map(str::to_owned);
        let of = first([
            &answered["instanceType"],
            &asked["instanceType"],
            &item["instanceType"],
        ]);
        match of.as_deref().map(|of| (of, TypeId::find(of))) {
            Some((_, Some(of))) => entry.say("type", of.name()),
            Some((of, None)) => {
                entry.say("type", "m5.large");
                entry.remark(&format!(
                    "it was {}, which the catalogue doesn't have",
                    shown(of)
                ));
            }
            None => {
                entry.say("type", "m5.large");
                entry.remark("the records don't tell its type");
            }
        }
        if answered["platform"] == "windows" {
            entry.say("platform", "windows");
        }
        let zone = first([
            &answered["placement"]["availabilityZone"],
            &asked["availabilityZone"],
            &asked["placement"]["availabilityZone"],
        ]);
        if let Some(zone) = zone.and_then(|zone| self.region.zone(&zone)) {
            entry.say("zone", zone);
        }
        let tenancy = text(&answered["placement"]["tenancy"]);
        if tenancy == Some("dedicated") {
            entry.say("tenancy", "dedicated");
        }
        let hibernates = flag(&asked["hibernationOptions"]["configured"]);
        Self::launch_volumes(&mut entry, asked, hibernates);
        if hibernates {
            entry.say("hibernation", "yes");
        }
        let market = &asked["instanceMarketOptions"];
        if market["marketType"] == "spot" || answered["instanceLifecycle"] == "spot" {
            let options = &market["spotOptions"];
            let mut said = Vec::new();
            if options["spotInstanceType"] == "persistent" {
                said.push("persistent: yes".to_owned());
            }
            if let Some(what @ ("stop" | "hibernate")) =
                text(&options["instanceInterruptionBehavior"])
            {
                said.push(format!("interruption: {what}"));
            }
            if said.is_empty() {
                entry.say("market", "spot");
            } else {
                entry.say("market", &format!("{{ spot: {{ {} }} }}", said.join(", ")));
            }
        }
        let credits = text(&asked["creditSpecification"]["cpuCredits"])
            .or_else(|| text(&asked["creditSpecification"]["CpuCredits"]));
        let modes = [CreditMode::Standard, CreditMode::Unlimited];
        if let Some(mode) = modes.into_iter().find(|mode| Some(mode.name()) == credits) {
            entry.say("credits", mode.name());
        }
        if flag(&asked["monitoring"]["enabled"]) {
            entry.say("monitoring", "detailed");
        }
        if flag(&asked["disableApiTermination"]) {
            entry.say("termination-protection", "yes");
        }
        if flag(&asked["disableApiStop"]) {
            entry.say("stop-protection", "yes");
        }
        if asked["instanceInitiatedShutdownBehavior"] == "terminate" {
            entry.say("shutdown-behavior", "terminate");
        }
        if !self.names.redacts() {
            let tags: Vec<String> = tags_of(asked)
                .take(50)
                .map(|(key, value)| format!("{}: {}", quoted(key), quoted(value)))
                .collect();
            if !tags.is_empty() {
                entry.say("tags", &format!("{{ {} }}", tags.join(", ")));
            }
        }
        entry
    }

    /// The volumes that a launch asks for. The first of the usual names is the root.
    fn launch_volumes(entry: &mut Entry, asked: &Value, hibernates: bool) {
        let mut others = Vec::new();
        let mut root = None;
        for mapping in items(&asked["blockDeviceMapping"]) {
            let ebs = &mapping["ebs"];
            let Some(device) = text(&mapping["deviceName"]).filter(|_| ebs.is_object()) else {
                continue;
            };
            let is_root =
                matches!(device, "/dev/xvda" | "/dev/sda1" | "/dev/sda") && root.is_none();
            let mut said = volume_keys(ebs);
            if is_root {
                if ebs["deleteOnTermination"].as_bool() == Some(false) {
                    said.push("delete-on-termination: no".to_owned());
                }
                root = Some(said);
            } else if number(&ebs["volumeSize"]).is_none() {
                entry.remark("a volume of which the records don't tell the size is left out");
            } else {
                if ebs["deleteOnTermination"].as_bool() == Some(false) {
                    said.push("delete-on-termination: no".to_owned());
                }
                others.push(format!("{{ {} }}", said.join(", ")));
            }
        }
        if hibernates {
            let said = root.get_or_insert_default();
            if !said.iter().any(|key| key.starts_with("encrypted")) {
                said.push("encrypted: yes".to_owned());
            }
            if !said.iter().any(|key| key.starts_with("size")) {
                let memory = entry.value("type").and_then(|of| TypeId::find(&of));
                let gib = memory.map_or(8, |of| of.info().memory_mib().div_ceil(1_024));
                said.push(format!("size: {}GiB", u64::from(gib) + 8));
                entry.remark(
                    "the records don't tell the size of the root: it has room for the memory",
                );
            }
        }
        if let Some(said) = root.filter(|said| !said.is_empty()) {
            entry.say("root", &format!("{{ {} }}", said.join(", ")));
        }
        if !others.is_empty() {
            entry.say("volumes", &format!("[{}]", others.join(", ")));
        }
    }
}

/// A volume of a launch.
fn volume_keys(ebs: &Value) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(size) = number(&ebs["volumeSize"]) {
        said.push(format!("size: {size}GiB"));
    }
    if let Some(of) = text(&ebs["volumeType"]).and_then(VolumeType::find) {
        said.push(format!("type: {}", of.name()));
    }
    said.extend(provisioned(ebs));
    if flag(&ebs["encrypted"]) {
        said.push("encrypted: yes".to_owned());
    }
    said
}
