//! Elastic IPs and volumes.

use serde_json::Value;

use crate::catalog::VolumeType;

use super::{
    super::{
        event::{Call, flag, number, text},
        write::{Entry, quoted},
    },
    Story, provisioned, shown, tag_of,
};

impl Story {
    pub(super) fn allocate(&mut self, at: u64, call: &Call) {
        let answered = &call.answered;
        let id = text(&answered["allocationId"]).or_else(|| text(&answered["publicIp"]));
        let (Some(id), None) = (id, &call.refused) else {
            let code = call.refused.as_deref().unwrap_or("no answer");
            return self.comment(at, format!("AllocateAddress: {}.", shown(code)));
        };
        let name = self.names.give(id, "address", tag_of(&call.asked));
        for key in ["allocationId", "publicIp"] {
            if let Some(id) = text(&answered[key]) {
                self.elastic.insert(id.to_owned(), name.clone());
            }
        }
        self.step(at, format!("allocate-address: {name}"));
    }

    /// The name of the Elastic IP that a request is about: one that the records don't allocate was there before.
    fn address_of(&mut self, asked: &Value) -> Option<String> {
        let ids = || {
            ["allocationId", "publicIp"]
                .into_iter()
                .filter_map(|key| text(&asked[key]))
        };
        if let Some(known) = ids().find_map(|id| self.elastic.get(id)) {
            return Some(known.clone());
        }
        let id = ids().next()?.to_owned();
        let name = self.names.give(&id, "address", None);
        self.addresses.push(Entry::new(&name));
        self.elastic.insert(id, name.clone());
        Some(name)
    }

    pub(super) fn associate(&mut self, at: u64, call: &Call) {
        let asked = &call.asked;
        let instance = text(&asked["instanceId"]).map(str::to_owned).or_else(|| {
            let interface = text(&asked["networkInterfaceId"])?;
            self.interfaces.get(interface).cloned()
        });
        let Some(instance) = instance else {
            return self.comment(at, "AssociateAddress with a network interface of which the records don't tell whose it is.");
        };
        if call.refused.is_some() && !self.seen.contains_key(&instance) {
            return self.comment(
                at,
                format!(
                    "AssociateAddress: {}.",
                    shown(call.refused.as_deref().unwrap_or_default())
                ),
            );
        }
        let Some(address) = self.address_of(asked) else {
            return self.comment(
                at,
                "AssociateAddress of an address that the records don't name.",
            );
        };
        let name = self.running(at, &instance);
        let allows = asked["allowReassociation"].as_bool() == Some(false);
        let more = if allows {
            ", allow-reassociation: no"
        } else {
            ""
        };
        if self.put(
            at,
            call,
            format!("associate-address: {{ address: {address}, instance: {name}{more} }}"),
        ) && let Some(association) = text(&call.answered["associationId"])
        {
            self.elastic.insert(association.to_owned(), address);
        }
    }

    /// `DisassociateAddress`, `ReleaseAddress`.
    pub(super) fn let_go(&mut self, at: u64, call: &Call) {
        let association = text(&call.asked["associationId"]).and_then(|id| self.elastic.get(id));
        let address = match association.cloned() {
            Some(address) => Some(address),
            None => self.address_of(&call.asked),
        };
        let Some(address) = address else {
            let text = format!(
                "{} of an address that the records don't name.",
                shown(&call.action)
            );
            return self.comment(at, text);
        };
        let verb = if call.action == "ReleaseAddress" {
            "release-address"
        } else {
            "disassociate-address"
        };
        self.put(at, call, format!("{verb}: {address}"));
    }

    pub(super) fn create_volume(&mut self, at: u64, call: &Call) {
        let (asked, answered) = (&call.asked, &call.answered);
        let size = number(&answered["size"]).or_else(|| number(&asked["size"]));
        let (Some(id), Some(size), None) = (text(&answered["volumeId"]), size, &call.refused)
        else {
            let code = call.refused.as_deref().unwrap_or("no answer");
            return self.comment(at, format!("CreateVolume: {}.", shown(code)));
        };
        let name = self.names.give(id, "volume", tag_of(asked));
        let mut said = vec![format!("volume: {name}"), format!("size: {size}GiB")];
        let of = text(&answered["volumeType"]).or_else(|| text(&asked["volumeType"]));
        if let Some(of) = of.and_then(VolumeType::find) {
            said.push(format!("type: {}", of.name()));
        }
        said.extend(provisioned(asked));
        let zone = text(&answered["zone"]).or_else(|| text(&answered["availabilityZone"]));
        let zone = zone
            .or_else(|| text(&asked["zone"]))
            .or_else(|| text(&asked["availabilityZone"]));
        if let Some(zone) = zone.and_then(|zone| self.region.zone(zone)) {
            said.push(format!("zone: {zone}"));
        }
        if flag(&asked["encrypted"]) || flag(&answered["encrypted"]) {
            said.push("encrypted: yes".to_owned());
        }
        if text(&asked["snapshotId"]).is_some() {
            self.comment(
                at,
                "It was made from a snapshot, which the scenario doesn't have.",
            );
        }
        self.step(at, format!("create-volume: {{ {} }}", said.join(", ")));
    }

    pub(super) fn on_volume(&mut self, at: u64, call: &Call) {
        // ModifyVolume wraps what is asked, and begins its keys with capitals.
        let wrapped = &call.asked["ModifyVolumeRequest"];
        let asked = if wrapped.is_object() {
            wrapped
        } else {
            &call.asked
        };
        let either = |small: &str, capital: &str| {
            let value = &asked[small];
            if value.is_null() {
                asked[capital].clone()
            } else {
                value.clone()
            }
        };
        let id = either("volumeId", "VolumeId");
        let Some(id) = text(&id) else {
            let text = format!(
                "{} of a volume that the records don't name.",
                shown(&call.action)
            );
            return self.comment(at, text);
        };
        let instance = text(&asked["instanceId"]).map(str::to_owned);
        let known = self.names.of(id, "volume").map(str::to_owned);
        let (verb, name) = match (call.action.as_str(), known) {
            ("AttachVolume", known) => {
                let (Some(instance), None | Some(true)) = (
                    &instance,
                    call.refused.as_ref().map(|_| {
                        known.is_some()
                            && instance
                                .as_ref()
                                .is_some_and(|id| self.seen.contains_key(id))
                    }),
                ) else {
                    let code = call.refused.as_deref().unwrap_or("no instance");
                    return self.comment(at, format!("AttachVolume: {}.", shown(code)));
                };
                let to = self.running(at, instance);
                let name = known.unwrap_or_else(|| self.volume_before(id, &to));
                let device =
                    text(&asked["device"]).map(|device| format!(", device: {}", quoted(device)));
                let does = format!(
                    "attach-volume: {{ volume: {name}, instance: {to}{} }}",
                    device.unwrap_or_default()
                );
                self.put(at, call, does);
                return;
            }
            (action, None) => {
                let what =
                    "a volume that the records neither create nor attach: maybe one of a launch";
                return self.comment(at, format!("{} of {what}.", shown(action)));
            }
            ("DetachVolume", Some(name)) => ("detach-volume", name),
            ("DeleteVolume", Some(name)) => ("delete-volume", name),
            (_, Some(name)) => {
                let mut said = vec![format!("volume: {name}")];
                if let Some(size) = number(&either("size", "Size")) {
                    said.push(format!("size: {size}GiB"));
                }
                let of = either("volumeType", "VolumeType");
                if let Some(of) = text(&of).and_then(VolumeType::find) {
                    said.push(format!("type: {}", of.name()));
                }
                for (key, small, capital) in [
                    ("iops", "iops", "Iops"),
                    ("throughput", "throughput", "Throughput"),
                ] {
                    if let Some(number) = number(&either(small, capital)) {
                        said.push(format!("{key}: {number}"));
                    }
                }
                if said.len() == 1 {
                    return self.comment(
                        at,
                        format!("{} of {name}, to nothing else.", shown(&call.action)),
                    );
                }
                self.put(
                    at,
                    call,
                    format!("modify-volume: {{ {} }}", said.join(", ")),
                );
                return;
            }
        };
        let does = if verb == "detach-volume" && flag(&asked["force"]) {
            format!("detach-volume: {{ volume: {name}, force: yes }}")
        } else {
            format!("{verb}: {name}")
        };
        self.put(at, call, does);
    }

    /// A volume that was there before the records begin.
    fn volume_before(&mut self, id: &str, instance: &str) -> String {
        let name = self.names.give(id, "volume", None);
        let mut entry = Entry::new(&name);
        entry.say("size", "8GiB");
        entry.remark("there before the records begin: they don't tell its size or its type");
        let zone = self.instances.iter().find(|one| one.name == instance);
        if let Some(zone) = zone.and_then(|one| one.value("zone")) {
            entry.say("zone", &zone);
        }
        self.volumes.push(entry);
        name
    }
}
