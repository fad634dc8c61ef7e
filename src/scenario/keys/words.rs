//! Words that people bring from elsewhere: Terraform's, the API's, the CLI's, the console's, and those that come to mind.
//!
//! They are written here in lower case with dashes; `InstanceType`, `instance_type` and `instance-type` are one word.

use crate::action::Verb;

use super::{
    super::{
        nearest::nearest,
        tree::{Kind, Node},
    },
    STEP, Table,
};

/// What a word from elsewhere is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) struct Meant {
    /// The key.
    pub(in crate::scenario) key: &'static str,
    /// How it is written, where more than the word is different.
    pub(in crate::scenario) example: Option<&'static str>,
}

/// Where, the words, the key that says the same.
const SAME: &[(&str, &[&str], &str)] = &[
    (
        "an instance",
        &["instance-type", "size", "class", "flavor"],
        "type",
    ),
    (
        "an instance",
        &["ami", "image-id", "ami-id", "os-image"],
        "image",
    ),
    (
        "an instance",
        &[
            "os",
            "operating-system",
            "product-description",
            "platform-details",
        ],
        "platform",
    ),
    (
        "an instance",
        &["availability-zone", "az", "zone-id", "availability-zone-id"],
        "zone",
    ),
    (
        "an instance",
        &[
            "root-volume",
            "root-block-device",
            "root-device",
            "disk",
            "boot-volume",
            "root-size",
        ],
        "root",
    ),
    (
        "an instance",
        &[
            "disks",
            "ebs-block-device",
            "ebs-volumes",
            "data-volumes",
            "extra-volumes",
        ],
        "volumes",
    ),
    (
        "an instance",
        &[
            "replicas",
            "min-count",
            "max-count",
            "instance-count",
            "desired-capacity",
        ],
        "count",
    ),
    (
        "an instance",
        &[
            "public-ip",
            "associate-public-ip-address",
            "auto-assign-public-ip",
            "assign-public-ip",
            "map-public-ip-on-launch",
        ],
        "public-ipv4",
    ),
    (
        "an instance",
        &["ipv6-address-count", "ipv6-addresses"],
        "ipv6",
    ),
    (
        "an instance",
        &["network-interfaces", "network-interface", "enis", "eni"],
        "interfaces",
    ),
    (
        "an instance",
        &[
            "disable-api-termination",
            "deletion-protection",
            "enable-termination-protection",
            "protected",
        ],
        "termination-protection",
    ),
    (
        "an instance",
        &["disable-api-stop", "enable-stop-protection"],
        "stop-protection",
    ),
    (
        "an instance",
        &["instance-initiated-shutdown-behavior", "shutdown-behaviour"],
        "shutdown-behavior",
    ),
    (
        "an instance",
        &[
            "hibernation-options",
            "hibernate",
            "enable-hibernation",
            "hibernation-enabled",
        ],
        "hibernation",
    ),
    (
        "an instance",
        &["detailed-monitoring", "enable-monitoring"],
        "monitoring",
    ),
    (
        "an instance",
        &[
            "credit-specification",
            "cpu-credits",
            "credit-mode",
            "unlimited",
        ],
        "credits",
    ),
    (
        "an instance",
        &[
            "user-data-base64",
            "userdata",
            "cloud-init",
            "startup-script",
        ],
        "user-data",
    ),
    (
        "an instance",
        &[
            "instance-market-options",
            "market-type",
            "purchase-option",
            "pricing-model",
        ],
        "market",
    ),
    (
        "an instance",
        &["spot", "spot-options", "lifecycle"],
        "market",
    ),
    (
        "an instance",
        &[
            "capacity-reservation-specification",
            "capacity-reservation-id",
        ],
        "capacity-reservation",
    ),
    ("an instance", &["host-id", "dedicated-host"], "host"),
    (
        "an instance",
        &["placement-group-name", "group"],
        "placement-group",
    ),
    (
        "an instance",
        &["maintenance-options", "auto-recovery"],
        "recovery",
    ),
    (
        "an instance",
        &["tag", "tag-specifications", "labels"],
        "tags",
    ),
    ("a volume", &["volume-type", "kind"], "type"),
    (
        "a volume",
        &["volume-size", "size-gib", "allocated-storage", "capacity"],
        "size",
    ),
    ("a volume", &["encryption"], "encrypted"),
    (
        "a volume",
        &["delete-on-terminate"],
        "delete-on-termination",
    ),
    ("a volume", &["availability-zone", "az"], "zone"),
    ("a step", &["run", "create", "create-instance"], "launch"),
    (
        "a step",
        &["resume", "boot", "power-on", "turn-on"],
        "start",
    ),
    (
        "a step",
        &["halt-instance", "power-off", "turn-off", "suspend"],
        "stop",
    ),
    ("a step", &["pause", "sleep", "delay"], "wait"),
    ("a step", &["restart", "reset"], "reboot"),
    (
        "a step",
        &["kill", "delete", "destroy", "delete-instance"],
        "terminate",
    ),
    ("a step", &["os-shutdown", "shutdown-os"], "shutdown"),
    ("a step", &["comment", "say", "description"], "note"),
    ("a step", &["assert", "check", "verify", "should"], "expect"),
    (
        "a step",
        &["error", "raises", "expect-error", "fails-with"],
        "fails",
    ),
    ("a step", &["for-each", "foreach"], "each"),
    ("a step", &["loop", "times"], "repeat"),
    (
        "a step",
        &[
            "elastic-ip",
            "eip",
            "create-address",
            "create-eip",
            "allocate-eip",
        ],
        "allocate-address",
    ),
    (
        "a step",
        &["associate", "associate-eip", "eip-association"],
        "associate-address",
    ),
    (
        "a step",
        &["disassociate", "disassociate-eip"],
        "disassociate-address",
    ),
    (
        "a step",
        &["release", "release-eip", "delete-address"],
        "release-address",
    ),
    ("a step", &["snapshot", "backup"], "create-snapshot"),
    ("a step", &["bake", "ami"], "create-image"),
    (
        "a step",
        &["deregister", "delete-image"],
        "deregister-image",
    ),
    (
        "a step",
        &["wait-for", "until", "waiter", "wait-for-state"],
        "wait-until",
    ),
    (
        "a scenario",
        &["script", "tasks", "actions", "events", "timeline"],
        "steps",
    ),
    ("a scenario", &["title"], "name"),
    (
        "a scenario",
        &["eips", "elastic-ips", "allocations"],
        "addresses",
    ),
    ("a scenario", &["end", "stop-at", "duration"], "until"),
    ("a scenario", &["begin", "start-time", "starts-at"], "start"),
    (
        "a scenario",
        &["servers", "machines", "vms", "hosts", "resources"],
        "instances",
    ),
    (
        "a scenario",
        &["asserts", "assertions", "checks", "expectations"],
        "expect",
    ),
    ("a scenario", &["amis"], "images"),
    ("a scenario", &["pricing", "rates", "price-list"], "prices"),
    ("a scenario", &["aws-region", "location"], "region"),
];

/// The same for what is written otherwise, too: with an example.
const OTHERWISE: &[(&str, &[&str], &str, &str)] = &[
    (
        "a step",
        &[
            "resize",
            "change-type",
            "change-instance-type",
            "modify-instance-type",
            "scale-up",
        ],
        "modify",
        "a type is changed while the instance is stopped: `- stop: web` and then `- modify: { instance: web, type: m5.large }`",
    ),
    (
        "a step",
        &[
            "modify-instance-attribute",
            "modify-instance",
            "set-attribute",
            "enable-termination-protection",
        ],
        "modify",
        "an attribute is a key of `modify`: `- modify: { instance: web, termination-protection: true }`",
    ),
    (
        "a step",
        &["attach", "mount"],
        "attach-volume",
        "it says to what: `- attach-volume: { volume: data, instance: web }`",
    ),
    (
        "a step",
        &["detach", "unmount"],
        "detach-volume",
        "volumes and interfaces are detached by their names: `- detach-volume: data`",
    ),
    (
        "a step",
        &["extend", "grow", "resize-volume", "resize-disk"],
        "modify-volume",
        "the new size is an option: `- modify-volume: { volume: data, size: 100GiB }`",
    ),
    (
        "a step",
        &["spot-interruption", "interruption", "reclaim"],
        "interrupt",
        "EC2 takes a Spot Instance back: `- interrupt: worker`",
    ),
    (
        "an instance",
        &[
            "block-device-mappings",
            "block-device-mapping",
            "ephemeral-block-device",
            "storage",
        ],
        "root",
        "the root volume and the others have a key each: `root: 20GiB gp3` and then `volumes: [ 100GiB gp3 ]`",
    ),
    (
        "an instance",
        &["spot-price", "max-price", "spot-max-price"],
        "market",
        "it is an option of the market: `market: { spot: { max-price: 0.02 } }`",
    ),
    (
        "an instance",
        &["elastic-ip", "eip"],
        "public-ipv4",
        "an Elastic IP is associated by a step: `- allocate-address: front` and then `- associate-address: { address: front, instance: web }`",
    ),
];

/// The key of a table that a word was meant to be, if that can be told. What is given to it may decide.
pub(in crate::scenario) fn meant(
    word: &str,
    given: Option<&Node<'_>>,
    table: &'static Table,
) -> Option<Meant> {
    let word = dashed(word);
    let plain = |key| Meant { key, example: None };
    if let Some(key) = table.names().find(|key| *key == word) {
        return Some(plain(key));
    }
    let is_it = |what: &str, words: &[&str]| what == table.what && words.contains(&&*word);
    let same = SAME.iter().find(|(what, words, _)| is_it(what, words));
    if let Some((.., key)) = same {
        return Some(plain(key));
    }
    let otherwise = OTHERWISE
        .iter()
        .find(|(what, words, ..)| is_it(what, words));
    if let Some(&(.., key, example)) = otherwise {
        return Some(of_kind(key, given).map_or(
            Meant {
                key,
                example: Some(example),
            },
            plain,
        ));
    }
    let is_step = table.what == STEP.what;
    let call = Verb::ALL
        .iter()
        .find(|verb| is_step && dashed(verb.help()) == word);
    if let Some(verb) = call {
        return Some(plain(verb.name()));
    }
    nearest(&word, table.names()).map(plain)
}

/// The action on the kind of thing that is named, where an action's word doesn't tell.
fn of_kind(key: &'static str, given: Option<&Node<'_>>) -> Option<&'static str> {
    let Kind::Map(entries) = given?.kind else {
        return None;
    };
    let names = |kind: &[&str]| entries.iter().any(|entry| kind.contains(&entry.key.text));
    let is_attach = match key {
        "attach-volume" => true,
        "detach-volume" => false,
        _ => return None,
    };
    if names(&["volume", "volumes", "disk"]) {
        Some(key)
    } else if names(&["interface", "network-interface", "eni"]) {
        Some(if is_attach {
            "attach-interface"
        } else {
            "detach-interface"
        })
    } else if names(&["address", "elastic-ip", "eip"]) {
        Some(if is_attach {
            "associate-address"
        } else {
            "disassociate-address"
        })
    } else {
        None
    }
}

/// A word as keys are written: `InstanceType` and `instance_type` are `instance-type`.
fn dashed(word: &str) -> String {
    let mut dashed = String::with_capacity(word.len() + 4);
    let mut before = '-';
    for c in word.chars() {
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            dashed.push('-');
        }
        match c {
            '_' | ' ' => dashed.push('-'),
            c => dashed.extend(c.to_lowercase()),
        }
        before = c;
    }
    dashed
}

#[cfg(test)]
mod tests {
    use super::super::{INSTANCE, SCENARIO};
    use super::*;

    /// The tables that have words from elsewhere.
    fn table(what: &str) -> &'static Table {
        let tables: [&'static Table; 4] = [&SCENARIO, &INSTANCE, &STEP, &super::super::VOLUME];
        let known = tables.into_iter().find(|table| table.what == what);
        known.unwrap_or_else(|| panic!("no table is {what}"))
    }

    #[test]
    fn every_word_from_elsewhere_leads_to_a_key_and_is_none() {
        let same = SAME.iter().map(|(what, words, key)| (what, words, key));
        let otherwise = OTHERWISE
            .iter()
            .map(|(what, words, key, _)| (what, words, key));
        for (what, words, key) in same.chain(otherwise) {
            let names: Vec<&str> = if *what == "a volume" {
                table(what)
                    .names()
                    .chain(super::super::ZONED_VOLUME.names())
                    .collect()
            } else {
                table(what).names().collect()
            };
            assert!(names.contains(key), "{what}: {key}");
            for word in *words {
                assert!(!names.contains(word), "{what}: {word} is a key");
                assert_eq!(*word, dashed(word), "{word}");
            }
        }
    }

    #[test]
    fn words_of_terraform_and_the_api_are_known() {
        let key = |what, word| meant(word, None, table(what)).map(|meant| meant.key);
        for (what, word, wanted) in [
            ("an instance", "instance_type", "type"),
            ("an instance", "InstanceType", "type"),
            ("an instance", "DisableApiStop", "stop-protection"),
            ("an instance", "root_block_device", "root"),
            (
                "an instance",
                "TerminationProtection",
                "termination-protection",
            ),
            ("a step", "run-instances", "launch"),
            ("a step", "RunInstances", "launch"),
            ("a step", "stop_instances", "stop"),
            (
                "a step",
                "CreateReplaceRootVolumeTask",
                "replace-root-volume",
            ),
            ("a step", "resume", "start"),
            ("a step", "resize", "modify"),
            ("a step", "detach", "detach-volume"),
            ("a step", "lunch", "launch"),
        ] {
            assert_eq!(key(what, word), Some(wanted), "{word}");
        }
        assert_eq!(key("a step", "teleport"), None);
    }
}
