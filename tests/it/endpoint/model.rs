//! Answers and parameters against the extract of EC2's own model.

use std::{collections::BTreeSet, fmt::Write as _};

use ec2sim::{
    endpoint::{ACTIONS, Class, takes},
    time::SimDuration,
};

use super::{Client, Node};

const MODEL: &str = include_str!("../../data/endpoint-model.tsv");

fn rows(side: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    MODEL
        .lines()
        .filter(|row| !row.starts_with('#'))
        .filter_map(move |row| {
            let mut columns = row.split('\t').skip(1);
            let (action, of, path, form) = (
                columns.next()?,
                columns.next()?,
                columns.next()?,
                columns.next()?,
            );
            (of == side).then_some((action, path, form))
        })
}

#[test]
fn every_parameter_of_the_model_is_in_the_table_and_no_other() {
    for action in ACTIONS {
        let known: BTreeSet<&str> = takes()[action.name].parameters.keys().copied().collect();
        let model: BTreeSet<&str> = rows("in")
            .filter(|(of, ..)| *of == action.name)
            .map(|(_, path, _)| path)
            .collect();
        assert_eq!(known, model, "{}", action.name);
    }
}

#[test]
fn every_filter_of_the_model_is_in_the_table() {
    for action in ACTIONS {
        for (_, filter, _) in rows("filter").filter(|(of, ..)| *of == action.name) {
            if filter.starts_with("tag") {
                assert!(
                    takes()[action.name].tags.is_some() || action.name == "DescribeTags",
                    "{filter}"
                );
                continue;
            }
            assert!(
                takes()[action.name].filters.contains_key(filter),
                "{} {filter}",
                action.name
            );
        }
    }
}

#[test]
fn every_place_that_a_filter_looks_at_is_one_of_the_answer() {
    for action in ACTIONS {
        let out: Vec<&str> = rows("out")
            .filter(|(of, ..)| *of == action.name)
            .map(|(_, path, _)| path)
            .collect();
        for (filter, place) in &takes()[action.name].filters {
            let Some(place) = place else { continue };
            let is_there = out
                .iter()
                .any(|path| path.ends_with(&format!("/{place}")) || path == place);
            assert!(is_there, "{}: {filter} looks at {place}", action.name);
        }
    }
}

/// Holds an answer against the model: no element that it doesn't know, and values of the right type.
fn conforms(action: &str, node: &Node) {
    fn leaves(node: &Node, path: &str, found: &mut Vec<(String, String)>) {
        for child in &node.children {
            let path = if path.is_empty() {
                child.name.clone()
            } else {
                format!("{path}/{}", child.name)
            };
            if child.children.is_empty() {
                found.push((path, child.text.clone()));
            } else {
                leaves(child, &path, found);
            }
        }
    }
    let mut found = Vec::new();
    leaves(node, "", &mut found);
    let out: Vec<(&str, &str)> = rows("out")
        .filter(|(of, ..)| *of == action)
        .map(|(_, path, form)| (path, form))
        .collect();
    for (path, text) in found {
        if path == "requestId" || path == "return" {
            continue;
        }
        let Some((_, form)) = out.iter().find(|(known, _)| *known == path) else {
            // An empty list, or something with nothing in it.
            let is_empty = text.is_empty()
                && out
                    .iter()
                    .any(|(known, _)| known.starts_with(&format!("{path}/")));
            assert!(is_empty, "{action}: EC2 has no {path} ({text})");
            continue;
        };
        let fine = match *form {
            "int" | "long" => text.parse::<i64>().is_ok(),
            "bool" => matches!(&*text, "true" | "false"),
            "time" => text.len() == 24 && text.strip_suffix(".000Z").is_some(),
            _ => match form.strip_prefix("enum(") {
                Some(words) => {
                    let words = words.trim_end_matches(')');
                    words.split('|').any(|word| word == text)
                        || (path.ends_with("platform") && text == "windows")
                }
                None => true,
            },
        };
        assert!(fine, "{action}: {path} is {text}, not {form}");
    }
}

#[test]
fn every_answer_is_one_that_the_model_knows() {
    let mut client = Client::new();
    let mut asked = BTreeSet::new();
    let mut call = |client: &mut Client, action: &str, parameters: &[(&str, &str)]| {
        asked.insert(action.to_owned());
        let node = client.call(action, parameters).ok();
        conforms(action, &node);
        node
    };
    let run = |more: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("ImageId", super::AL2023),
            ("InstanceType", "t3.micro"),
            ("MinCount", "1"),
            ("MaxCount", "1"),
        ];
        all.extend(more);
        all
    };
    let node = call(
        &mut client,
        "RunInstances",
        &run(&[
            ("IamInstanceProfile.Name", "role"),
            ("Ipv6AddressCount", "1"),
            ("UserData", "IyEvYmluL3No"),
            ("TagSpecification.1.ResourceType", "instance"),
            ("TagSpecification.1.Tag.1.Key", "Name"),
            ("TagSpecification.1.Tag.1.Value", "web"),
        ]),
    );
    let web = node.text("instancesSet/item/instanceId").to_owned();
    let spot = run(&[("InstanceMarketOptions.MarketType", "spot")]);
    call(&mut client, "RunInstances", &spot);
    let windows = [
        ("ImageId", "ami-f4cf1d8d"),
        ("InstanceType", "m5.large"),
        ("MinCount", "2"),
        ("MaxCount", "2"),
        ("NetworkInterface.1.DeviceIndex", "0"),
        ("NetworkInterface.2.DeviceIndex", "1"),
    ];
    call(&mut client, "RunInstances", &windows);
    call(&mut client, "DescribeInstances", &[]);
    let asked_for = call(
        &mut client,
        "RequestSpotInstances",
        &[
            ("SpotPrice", "0.5"),
            ("LaunchSpecification.ImageId", super::AL2023),
            ("LaunchSpecification.InstanceType", "t3.micro"),
        ],
    );
    let request = asked_for
        .text("spotInstanceRequestSet/item/spotInstanceRequestId")
        .to_owned();
    call(&mut client, "DescribeSpotInstanceRequests", &[]);
    client.settle();
    call(&mut client, "DescribeSpotInstanceRequests", &[]);
    call(&mut client, "CreateKeyPair", &[("KeyName", "mine")]);
    let public = "c3NoLWVkMjU1MTkgQUFBQQ==";
    call(
        &mut client,
        "ImportKeyPair",
        &[("KeyName", "theirs"), ("PublicKeyMaterial", public)],
    );
    call(&mut client, "DescribeKeyPairs", &[]);
    call(&mut client, "DeleteKeyPair", &[("KeyName", "mine")]);
    let root = client
        .instance(&web)
        .text("blockDeviceMapping/item/ebs/volumeId")
        .to_owned();
    let snapshot = call(
        &mut client,
        "CreateSnapshot",
        &[("VolumeId", &root), ("Description", "before")],
    );
    call(&mut client, "DescribeSnapshots", &[("Owner.1", "self")]);
    call(
        &mut client,
        "DeleteSnapshot",
        &[("SnapshotId", snapshot.text("snapshotId"))],
    );
    let image = call(
        &mut client,
        "CreateImage",
        &[
            ("InstanceId", &web),
            ("Name", "golden"),
            ("NoReboot", "true"),
        ],
    );
    call(&mut client, "DescribeImages", &[("Owner.1", "self")]);
    for attribute in [
        "description",
        "launchPermission",
        "blockDeviceMapping",
        "productCodes",
        "kernel",
        "ramdisk",
        "sriovNetSupport",
        "deregistrationProtection",
        "bootMode",
    ] {
        let asked = [("ImageId", image.text("imageId")), ("Attribute", attribute)];
        call(&mut client, "DescribeImageAttribute", &asked);
    }
    let permit = [
        ("ImageId", image.text("imageId")),
        ("LaunchPermission.Add.1.Group", "all"),
    ];
    call(&mut client, "ModifyImageAttribute", &permit);
    let data = call(
        &mut client,
        "GetLaunchTemplateData",
        &[("InstanceId", &web)],
    );
    let kind = data.text("launchTemplateData/instanceType");
    for action in ["CreateLaunchTemplate", "CreateLaunchTemplateVersion"] {
        let said = [
            ("LaunchTemplateName", "web"),
            ("LaunchTemplateData.InstanceType", kind),
            ("LaunchTemplateData.NetworkInterface.1.DeviceIndex", "0"),
            ("LaunchTemplateData.SecurityGroup.1", "default"),
            (
                "LaunchTemplateData.TagSpecification.1.ResourceType",
                "instance",
            ),
            ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "a"),
            ("LaunchTemplateData.MetadataOptions.HttpTokens", "required"),
        ];
        call(&mut client, action, &said);
    }
    let default = [("LaunchTemplateName", "web"), ("SetDefaultVersion", "2")];
    call(&mut client, "ModifyLaunchTemplate", &default);
    call(&mut client, "DescribeLaunchTemplates", &[]);
    let named = [("LaunchTemplateName", "web")];
    call(&mut client, "DescribeLaunchTemplateVersions", &named);
    let kinds = [
        ("instant", "DescribeFleets"),
        ("request", "DescribeFleetInstances"),
    ];
    for (kind, action) in kinds {
        let config = "LaunchTemplateConfigs.1";
        let template = format!("{config}.LaunchTemplateSpecification.LaunchTemplateName");
        let kind_of = format!("{config}.Overrides.1.InstanceType");
        let image = format!("{config}.Overrides.1.ImageId");
        let fleet = [
            ("Type", kind),
            ("TargetCapacitySpecification.TotalTargetCapacity", "1"),
            (&*template, "web"),
            (&*kind_of, "t3.micro"),
            (&*image, super::AL2023),
        ];
        let node = call(&mut client, "CreateFleet", &fleet);
        let id = node.text("fleetId").to_owned();
        let name = if kind == "instant" {
            "FleetId.1"
        } else {
            "FleetId"
        };
        call(&mut client, action, &[(name, &id)]);
    }
    call(&mut client, "DeleteLaunchTemplate", &named);
    call(
        &mut client,
        "DeregisterImage",
        &[("ImageId", image.text("imageId"))],
    );
    call(
        &mut client,
        "DescribeInstanceTypeOfferings",
        &[("LocationType", "availability-zone"), ("MaxResults", "50")],
    );
    call(&mut client, "MonitorInstances", &[("InstanceId.1", &web)]);
    call(&mut client, "UnmonitorInstances", &[("InstanceId.1", &web)]);
    let group = client
        .call(
            "CreateSecurityGroup",
            &[("GroupName", "open"), ("GroupDescription", "open")],
        )
        .ok()
        .text("groupId")
        .to_owned();
    let rule = [
        ("GroupId", &*group),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    for way in ["Ingress", "Egress"] {
        call(&mut client, &format!("AuthorizeSecurityGroup{way}"), &rule);
    }
    call(
        &mut client,
        "DescribeSecurityGroups",
        &[("GroupId.1", &group)],
    );
    for way in ["Ingress", "Egress"] {
        call(&mut client, &format!("RevokeSecurityGroup{way}"), &rule);
    }
    call(&mut client, "DeleteSecurityGroup", &[("GroupId", &group)]);
    let cancelled = [("SpotInstanceRequestId.1", &*request)];
    call(&mut client, "CancelSpotInstanceRequests", &cancelled);
    client.settle();
    call(&mut client, "DescribeInstances", &[]);
    call(
        &mut client,
        "DescribeInstanceStatus",
        &[("IncludeAllInstances", "true")],
    );
    call(&mut client, "GetConsoleOutput", &[("InstanceId", &web)]);
    for attribute in [
        "instanceType",
        "kernel",
        "ramdisk",
        "userData",
        "disableApiTermination",
        "instanceInitiatedShutdownBehavior",
        "rootDeviceName",
        "blockDeviceMapping",
        "productCodes",
        "sourceDestCheck",
        "groupSet",
        "ebsOptimized",
        "sriovNetSupport",
        "enaSupport",
        "enclaveOptions",
        "disableApiStop",
    ] {
        call(
            &mut client,
            "DescribeInstanceAttribute",
            &[("InstanceId", &web), ("Attribute", attribute)],
        );
    }
    call(
        &mut client,
        "ModifyInstanceAttribute",
        &[("InstanceId", &web), ("SourceDestCheck.Value", "false")],
    );
    call(
        &mut client,
        "CreateTags",
        &[
            ("ResourceId.1", &web),
            ("Tag.1.Key", "env"),
            ("Tag.1.Value", ""),
        ],
    );
    call(&mut client, "DescribeTags", &[]);
    call(
        &mut client,
        "DeleteTags",
        &[("ResourceId.1", &web), ("Tag.1.Key", "env")],
    );
    let address = call(&mut client, "AllocateAddress", &[])
        .text("allocationId")
        .to_owned();
    let associated = call(
        &mut client,
        "AssociateAddress",
        &[("AllocationId", &address), ("InstanceId", &web)],
    );
    call(&mut client, "DescribeAddresses", &[]);
    call(
        &mut client,
        "DescribeAddressesAttribute",
        &[("Attribute", "domain-name")],
    );
    call(&mut client, "DescribeNetworkInterfaces", &[]);
    call(&mut client, "DescribeInstances", &[]);
    let made = call(
        &mut client,
        "CreateVolume",
        &[
            ("AvailabilityZone", "us-east-1a"),
            ("Size", "500"),
            ("VolumeType", "st1"),
        ],
    );
    let volume = made.text("volumeId").to_owned();
    call(
        &mut client,
        "AttachVolume",
        &[
            ("VolumeId", &volume),
            ("InstanceId", &web),
            ("Device", "/dev/sdf"),
        ],
    );
    call(&mut client, "DescribeVolumes", &[]);
    call(
        &mut client,
        "ModifyVolume",
        &[("VolumeId", &volume), ("Size", "600")],
    );
    call(&mut client, "DescribeVolumesModifications", &[]);
    let tokens = [("InstanceId", &*web), ("HttpTokens", "required")];
    call(&mut client, "ModifyInstanceMetadataOptions", &tokens);
    call(&mut client, "DetachVolume", &[("VolumeId", &volume)]);
    call(&mut client, "DeleteVolume", &[("VolumeId", &volume)]);
    call(&mut client, "DescribeImages", &[]);
    call(
        &mut client,
        "DescribeInstanceTypes",
        &[("MaxResults", "100")],
    );
    for action in [
        "DescribeVpcs",
        "DescribeSubnets",
        "DescribeSecurityGroups",
        "DescribeAvailabilityZones",
        "DescribeRegions",
        "DescribeInstanceCreditSpecifications",
    ] {
        call(&mut client, action, &[]);
    }
    let node = call(&mut client, "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]);
    let made = node.text("vpc/vpcId").to_owned();
    let within = [("VpcId", &*made), ("CidrBlock", "10.0.0.0/24")];
    let node = call(&mut client, "CreateSubnet", &within);
    let subnet = node.text("subnet/subnetId").to_owned();
    let public = [
        ("SubnetId", &*subnet),
        ("MapPublicIpOnLaunch.Value", "true"),
    ];
    call(&mut client, "ModifySubnetAttribute", &public);
    call(&mut client, "DescribeRouteTables", &[]);
    let node = call(
        &mut client,
        "CreateNetworkInterface",
        &[("SubnetId", &subnet), ("ClientToken", "once")],
    );
    let eni = node.text("networkInterface/networkInterfaceId").to_owned();
    call(&mut client, "DescribeNetworkInterfaces", &[]);
    let described = [("NetworkInterfaceId", &*eni), ("Description.Value", "new")];
    call(&mut client, "ModifyNetworkInterfaceAttribute", &described);
    let inside = run(&[]);
    let mut inside = inside.clone();
    inside.push(("SubnetId", &subnet));
    let node = call(&mut client, "RunInstances", &inside);
    let inner = node.text("instancesSet/item/instanceId").to_owned();
    client.settle();
    let attach = [
        ("NetworkInterfaceId", &*eni),
        ("InstanceId", &*inner),
        ("DeviceIndex", "1"),
    ];
    let node = call(&mut client, "AttachNetworkInterface", &attach);
    call(&mut client, "DescribeNetworkInterfaces", &[]);
    call(&mut client, "DescribeInstances", &[]);
    let attachment = [("AttachmentId", node.text("attachmentId"))];
    call(&mut client, "DetachNetworkInterface", &attachment);
    let gone = [("NetworkInterfaceId", &*eni)];
    call(&mut client, "DeleteNetworkInterface", &gone);
    call(
        &mut client,
        "TerminateInstances",
        &[("InstanceId.1", &inner)],
    );
    client.settle();
    call(&mut client, "DeleteSubnet", &[("SubnetId", &subnet)]);
    call(&mut client, "DeleteVpc", &[("VpcId", &made)]);
    let vpc = client
        .call("DescribeVpcs", &[])
        .ok()
        .text("vpcSet/item/vpcId")
        .to_owned();
    for attribute in [
        "enableDnsSupport",
        "enableDnsHostnames",
        "enableNetworkAddressUsageMetrics",
    ] {
        call(
            &mut client,
            "DescribeVpcAttribute",
            &[("VpcId", &vpc), ("Attribute", attribute)],
        );
    }
    call(
        &mut client,
        "CreateSecurityGroup",
        &[("GroupName", "web"), ("GroupDescription", "web")],
    );
    call(
        &mut client,
        "ModifyInstanceCreditSpecification",
        &[
            ("InstanceCreditSpecification.1.InstanceId", &web),
            ("InstanceCreditSpecification.1.CpuCredits", "standard"),
        ],
    );
    call(&mut client, "RebootInstances", &[("InstanceId.1", &web)]);
    client.settle();
    call(&mut client, "StopInstances", &[("InstanceId.1", &web)]);
    client.settle();
    call(&mut client, "DescribeInstances", &[]);
    call(&mut client, "StartInstances", &[("InstanceId.1", &web)]);
    client.settle();
    call(
        &mut client,
        "DisassociateAddress",
        &[("AssociationId", associated.text("associationId"))],
    );
    call(&mut client, "ReleaseAddress", &[("AllocationId", &address)]);
    call(&mut client, "TerminateInstances", &[("InstanceId.1", &web)]);
    client.advance(SimDuration::from_mins(1));
    call(&mut client, "DescribeInstances", &[]);
    let all: BTreeSet<String> = ACTIONS
        .iter()
        .map(|action| action.name.to_owned())
        .collect();
    assert_eq!(asked, all, "each action is asked for once");
}

#[test]
fn the_classes_of_a_launch_are_those_of_the_contract() {
    let of = |name: &str| takes()["RunInstances"].parameters[name].class;
    assert_eq!(of("ImageId"), Class::Honoured);
    assert_eq!(of("KeyName"), Class::Kept);
    assert_eq!(of("EnclaveOptions.Enabled"), Class::Fixed("false"));
    assert_eq!(of("KernelId"), Class::Refused);
}

/// The page of all actions, made from what the endpoint declares.
#[test]
fn the_page_of_actions_is_made_from_the_declarations() {
    let mut page = String::from(HEAD);
    let listed = |names: &[&str]| {
        let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        all.join(", ")
    };
    for action in ACTIONS {
        let takes = &takes()[action.name];
        let does = if action.changes {
            "changes something"
        } else {
            "reads"
        };
        write!(page, "\n## {}\n\nIt {does}.", action.name).unwrap();
        if let Some(pages) = action.pages {
            let beside = if pages.ids.is_empty() {
                "also beside ids"
            } else {
                "not beside ids"
            };
            write!(
                page,
                " Pages: `MaxResults` from {} to {}, {beside}.",
                pages.least, pages.most
            )
            .unwrap();
        }
        page.push_str("\n\n");
        let of = |class: &str| -> Vec<&str> {
            let all = takes
                .parameters
                .iter()
                .filter(|(_, one)| one.class.name() == class);
            all.map(|(name, _)| *name).collect()
        };
        for class in ["honoured", "kept", "fixed", "refused"] {
            let names = of(class);
            if !names.is_empty() {
                writeln!(page, "- {class}: {}", listed(&names)).unwrap();
            }
        }
        let mut filters: Vec<&str> = takes
            .filters
            .iter()
            .filter_map(|(name, place)| place.map(|_| *name))
            .collect();
        if takes.tags.is_some() {
            filters.extend(["tag:KEY", "tag-key", "tag-value"]);
        }
        if !filters.is_empty() {
            writeln!(page, "- filters: {}", listed(&filters)).unwrap();
        }
        let without: Vec<&str> = takes
            .filters
            .iter()
            .filter_map(|(name, place)| place.is_none().then_some(*name))
            .collect();
        if !without.is_empty() {
            writeln!(page, "- filters that are refused: {}", listed(&without)).unwrap();
        }
    }
    crate::docs::hold("docs/reference/endpoint.md", &page);
}

const HEAD: &str = "# The actions of the endpoint

Generated from `src/endpoint/actions.tsv` and the list of actions; a test holds both against an extract of EC2's own model.

A parameter is *honoured*: it does what it does in EC2. Or it is *kept*: stored and shown again, without effect on life or bill. Or it is
*fixed*: taken only where it says what is so anyway. Or it is *refused* whenever it has a value. A parameter that EC2 doesn't have is
refused as such. Every action takes `DryRun`.
";
