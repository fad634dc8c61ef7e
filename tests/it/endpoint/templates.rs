//! Launch templates, and attributes of images.

use super::{AL2023, Client, Node};

/// A template of a t3.micro with a data volume, tags and protection.
const WEB: &[(&str, &str)] = &[
    ("LaunchTemplateName", "web"),
    ("LaunchTemplateData.ImageId", AL2023),
    ("LaunchTemplateData.InstanceType", "t3.micro"),
    ("LaunchTemplateData.UserData", ""),
    ("LaunchTemplateData.DisableApiTermination", "true"),
    (
        "LaunchTemplateData.BlockDeviceMapping.1.DeviceName",
        "/dev/sdf",
    ),
    (
        "LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize",
        "20",
    ),
    (
        "LaunchTemplateData.TagSpecification.1.ResourceType",
        "instance",
    ),
    ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "team"),
    ("LaunchTemplateData.TagSpecification.1.Tag.1.Value", ""),
];

fn made(client: &mut Client) -> String {
    let node = client.call("CreateLaunchTemplate", WEB).ok();
    node.text("launchTemplate/launchTemplateId").to_owned()
}

/// Launches from a template, with more said.
fn run(client: &mut Client, more: &[(&str, &str)]) -> super::Got {
    let mut all = vec![("MinCount", "1"), ("MaxCount", "1")];
    all.extend(more);
    client.call("RunInstances", &all)
}

fn tags(node: &Node) -> Vec<(&str, &str)> {
    let items = node.at("tagSet/item").into_iter();
    items
        .map(|tag| (tag.text("key"), tag.text("value")))
        .collect()
}

#[test]
fn a_launch_takes_from_its_template_what_it_does_not_say_itself() {
    let mut client = Client::new();
    let id = made(&mut client);
    let node = run(&mut client, &[("LaunchTemplate.LaunchTemplateId", &id)]).ok();
    let one = node.at("instancesSet/item")[0];
    assert_eq!(one.text("instanceType"), "t3.micro");
    assert_eq!(
        one.texts("blockDeviceMapping/item/deviceName"),
        ["/dev/xvda", "/dev/sdf"]
    );
    assert_eq!(
        tags(one),
        [
            ("team", ""),
            ("aws:ec2launchtemplate:id", &*id),
            ("aws:ec2launchtemplate:version", "1")
        ]
    );
    client.settle();
    let protected = client.call(
        "TerminateInstances",
        &[("InstanceId.1", one.text("instanceId"))],
    );
    assert_eq!(protected.refused().0, "OperationNotPermitted");
    let other = run(
        &mut client,
        &[
            ("LaunchTemplate.LaunchTemplateName", "web"),
            ("InstanceType", "t3.small"),
            ("DisableApiTermination", "false"),
        ],
    )
    .ok();
    let other = other.at("instancesSet/item")[0].clone();
    assert_eq!(other.text("instanceType"), "t3.small");
    client
        .call(
            "TerminateInstances",
            &[("InstanceId.1", other.text("instanceId"))],
        )
        .ok();
}

#[test]
fn versions_count_up_and_one_of_them_is_the_default() {
    let mut client = Client::new();
    let id = made(&mut client);
    let version = [
        ("LaunchTemplateId", &*id),
        ("SourceVersion", "1"),
        ("VersionDescription", "wider"),
        ("LaunchTemplateData.InstanceType", "m5.large"),
    ];
    let node = client.call("CreateLaunchTemplateVersion", &version).ok();
    let data = "launchTemplateVersion/launchTemplateData";
    assert_eq!(node.text("launchTemplateVersion/versionNumber"), "2");
    assert_eq!(node.text("launchTemplateVersion/defaultVersion"), "false");
    assert_eq!(node.text(&format!("{data}/instanceType")), "m5.large");
    assert_eq!(node.text(&format!("{data}/imageId")), AL2023);
    let started = |client: &mut Client, version: &str| {
        let node = run(
            client,
            &[
                ("LaunchTemplate.LaunchTemplateId", &id),
                ("LaunchTemplate.Version", version),
            ],
        )
        .ok();
        node.text("instancesSet/item/instanceType").to_owned()
    };
    assert_eq!(started(&mut client, "$Default"), "t3.micro");
    assert_eq!(started(&mut client, "$Latest"), "m5.large");
    let none = run(
        &mut client,
        &[
            ("LaunchTemplate.LaunchTemplateId", &id),
            ("LaunchTemplate.Version", "3"),
        ],
    );
    assert_eq!(none.refused().0, "InvalidLaunchTemplateId.VersionNotFound");
    let node = client
        .call(
            "ModifyLaunchTemplate",
            &[("LaunchTemplateName", "web"), ("SetDefaultVersion", "2")],
        )
        .ok();
    assert_eq!(node.text("launchTemplate/defaultVersionNumber"), "2");
    assert_eq!(started(&mut client, ""), "m5.large");
    let all = client
        .call(
            "DescribeLaunchTemplateVersions",
            &[("LaunchTemplateId", &id)],
        )
        .ok();
    let item = "launchTemplateVersionSet/item";
    assert_eq!(all.texts(&format!("{item}/versionNumber")), ["1", "2"]);
    let filtered = client
        .call(
            "DescribeLaunchTemplateVersions",
            &[
                ("LaunchTemplateId", &id),
                ("Filter.1.Name", "instance-type"),
                ("Filter.1.Value.1", "m5.*"),
            ],
        )
        .ok();
    assert_eq!(filtered.texts(&format!("{item}/versionNumber")), ["2"]);
}

#[test]
fn a_template_is_made_once_by_a_token_and_found_by_name_and_id() {
    let mut client = Client::new();
    let mut tokened = WEB.to_vec();
    tokened.push(("ClientToken", "once"));
    let first = client.call("CreateLaunchTemplate", &tokened).ok();
    let again = client.call("CreateLaunchTemplate", &tokened).ok();
    assert_eq!(first.at("launchTemplate"), again.at("launchTemplate"));
    tokened[0].1 = "other";
    assert_eq!(
        client.call("CreateLaunchTemplate", &tokened).refused().0,
        "IdempotentParameterMismatch"
    );
    assert_eq!(
        client.call("CreateLaunchTemplate", WEB).refused(),
        (
            "InvalidLaunchTemplateName.AlreadyExistsException",
            "Launch template name already in use."
        )
    );
    let id = first.text("launchTemplate/launchTemplateId").to_owned();
    for found in [
        ("LaunchTemplateId.1", &*id),
        ("LaunchTemplateName.1", "web"),
    ] {
        let node = client.call("DescribeLaunchTemplates", &[found]).ok();
        assert_eq!(node.texts("launchTemplates/item/launchTemplateId"), [&*id]);
    }
    client
        .call("DeleteLaunchTemplate", &[("LaunchTemplateId", &id)])
        .ok();
    let missing = "At least one of the launch templates specified in the request does not exist.";
    for (name, value, code) in [
        ("LaunchTemplateId", &*id, "InvalidLaunchTemplateId.NotFound"),
        (
            "LaunchTemplateName",
            "web",
            "InvalidLaunchTemplateName.NotFoundException",
        ),
    ] {
        let got = client.call("DeleteLaunchTemplate", &[(name, value)]);
        assert_eq!(got.refused(), (code, missing));
        let name = format!("{name}.1");
        let got = client.call("DescribeLaunchTemplates", &[(&name, value)]);
        assert_eq!(got.refused(), (code, missing));
    }
}

/// What isn't simulated isn't kept in a template either.
#[test]
fn a_template_says_no_more_than_a_launch_may() {
    let mut client = Client::new();
    let mut all = WEB.to_vec();
    all.push(("LaunchTemplateData.KernelId", "aki-12345678"));
    let got = client.call("CreateLaunchTemplate", &all);
    assert_eq!(got.refused().0, "UnsupportedOperation");
    let none = client.call("CreateLaunchTemplate", &[("LaunchTemplateName", "none")]);
    assert_eq!(none.refused().0, "MissingParameter");
}

#[test]
fn the_data_of_an_instance_launches_another_like_it() {
    let mut client = Client::new();
    let web = client.launch(
        "t3.small",
        &[
            ("DisableApiStop", "true"),
            ("CreditSpecification.CpuCredits", "standard"),
            ("BlockDeviceMapping.1.DeviceName", "/dev/sdf"),
            ("BlockDeviceMapping.1.Ebs.VolumeSize", "20"),
            ("BlockDeviceMapping.1.Ebs.VolumeType", "gp3"),
            ("BlockDeviceMapping.1.Ebs.Iops", "4000"),
        ],
    );
    let data = client
        .call("GetLaunchTemplateData", &[("InstanceId", &web)])
        .ok();
    let mut said = vec![("LaunchTemplateName".to_owned(), "copy".to_owned())];
    flatten(
        data.at("launchTemplateData")[0],
        "LaunchTemplateData",
        &mut said,
    );
    let said: Vec<(&str, &str)> = said.iter().map(|(n, v)| (&**n, &**v)).collect();
    client.call("CreateLaunchTemplate", &said).ok();
    let node = run(
        &mut client,
        &[("LaunchTemplate.LaunchTemplateName", "copy")],
    )
    .ok();
    let other = node.text("instancesSet/item/instanceId").to_owned();
    let again = client
        .call("GetLaunchTemplateData", &[("InstanceId", &other)])
        .ok();
    assert_eq!(
        data.at("launchTemplateData"),
        again.at("launchTemplateData")
    );
}

/// An answer's elements as the parameters that say the same.
fn flatten(node: &Node, name: &str, said: &mut Vec<(String, String)>) {
    if node.children.is_empty() {
        said.push((name.to_owned(), node.text.clone()));
    }
    let mut n = 0;
    for child in &node.children {
        if child.name == "item" || child.name == "groupId" {
            n += 1;
            flatten(child, &format!("{name}.{n}"), said);
            continue;
        }
        let part = match &*child.name {
            "groupSet" => "SecurityGroupId",
            other => other.strip_suffix("Set").unwrap_or(other),
        };
        let (first, rest) = part.split_at(1);
        let part = format!("{}{rest}", first.to_uppercase());
        flatten(child, &format!("{name}.{part}"), said);
    }
}

#[test]
fn an_images_owner_says_who_may_launch_it() {
    let mut client = Client::new();
    let web = client.launch("t3.micro", &[]);
    client.settle();
    let image = client
        .call("CreateImage", &[("InstanceId", &web), ("Name", "golden")])
        .ok()
        .text("imageId")
        .to_owned();
    let permitted = |client: &mut Client| {
        let asked = [("ImageId", &*image), ("Attribute", "launchPermission")];
        let node = client.call("DescribeImageAttribute", &asked).ok();
        let all = node.at("launchPermission/item").into_iter();
        all.map(|one| one.children[0].text.clone())
            .collect::<Vec<_>>()
    };
    assert!(permitted(&mut client).is_empty());
    let mut modify = |more: &[(&str, &str)]| {
        let mut all = vec![("ImageId", &*image)];
        all.extend(more);
        client.call("ModifyImageAttribute", &all)
    };
    modify(&[
        ("LaunchPermission.Add.1.UserId", "210987654321"),
        ("LaunchPermission.Add.2.Group", "all"),
    ])
    .ok();
    modify(&[
        ("Attribute", "launchPermission"),
        ("OperationType", "remove"),
        ("UserGroup.1", "all"),
    ])
    .ok();
    modify(&[("Description.Value", "all of gold")]).ok();
    assert_eq!(
        modify(&[("LaunchPermission.Add.1.UserId", "me")])
            .refused()
            .0,
        "InvalidAMIAttributeItemValue"
    );
    assert_eq!(modify(&[]).refused().0, "InvalidParameterCombination");
    assert_eq!(permitted(&mut client), ["210987654321"]);
    let node = client.call("DescribeImages", &[("ImageId.1", &image)]).ok();
    assert_eq!(node.text("imagesSet/item/description"), "all of gold");
    assert_eq!(node.text("imagesSet/item/isPublic"), "false");
    let foreign = client.call(
        "DescribeImageAttribute",
        &[("ImageId", "ami-12c6146b"), ("Attribute", "description")],
    );
    assert_eq!(foreign.refused().0, "AuthFailure");
}
