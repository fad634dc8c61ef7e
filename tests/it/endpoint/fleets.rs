//! Fleets: launches that choose among several types and zones.

use ec2sim::{
    endpoint::{HttpRequest, answer},
    time::SimDuration,
};

use super::{AL2023, Client, Node};

/// A client with a template of a t3.large.
fn client() -> Client {
    let mut client = Client::new();
    let made = [
        ("LaunchTemplateName", "any"),
        ("LaunchTemplateData.ImageId", AL2023),
        ("LaunchTemplateData.InstanceType", "t3.large"),
    ];
    client.call("CreateLaunchTemplate", &made).ok();
    client
}

/// A fleet of the template, of so many instances on demand or on Spot.
fn fleet(client: &mut Client, kind: &str, count: &str, of: &str, more: &[(&str, &str)]) -> Node {
    let spec = "LaunchTemplateConfigs.1.LaunchTemplateSpecification";
    let (name, version) = (
        format!("{spec}.LaunchTemplateName"),
        format!("{spec}.Version"),
    );
    let mut all = vec![
        ("Type", kind),
        ("TargetCapacitySpecification.TotalTargetCapacity", count),
        ("TargetCapacitySpecification.DefaultTargetCapacityType", of),
        (&*name, "any"),
        (&*version, "$Latest"),
    ];
    all.extend(more);
    client.call("CreateFleet", &all).ok()
}

const M5_OR_T3: &[(&str, &str)] = &[
    (
        "LaunchTemplateConfigs.1.Overrides.1.InstanceType",
        "m5.large",
    ),
    (
        "LaunchTemplateConfigs.1.Overrides.2.InstanceType",
        "t3.micro",
    ),
];

const KIND: &str = "fleetInstanceSet/item/instanceType";
const IDS: &str = "fleetInstanceSet/item/instanceIds/item";

#[test]
fn the_cheapest_pool_is_launched_and_tagged_by_its_template() {
    let mut client = client();
    let node = fleet(&mut client, "instant", "3", "on-demand", M5_OR_T3);
    assert_eq!(node.text(KIND), "t3.micro");
    assert_eq!(node.texts(IDS).len(), 3);
    let told = client.instance(node.texts(IDS)[0]);
    let tags = told.texts("tagSet/item/key");
    assert!(tags.contains(&"aws:ec2launchtemplate:version"), "{tags:?}");
    let id = node.text("fleetId").to_owned();
    let described = client.call("DescribeFleets", &[("FleetId.1", &id)]).ok();
    let item = "fleetSet/item";
    let text = |name: &str| described.text(&format!("{item}/{name}")).to_owned();
    assert_eq!(text("activityStatus"), "fulfilled");
    assert_eq!(text("fulfilledOnDemandCapacity"), "3");
    let instances = client.call("DescribeFleetInstances", &[("FleetId", &id)]);
    assert_eq!(instances.refused().0, "UnsupportedOperation");
}

#[test]
fn what_one_pool_cannot_give_comes_from_the_next() {
    let mut client = client();
    let none = br#"[{"capacity":{"zone":"us-east-1a","type":"t3.micro","available":1}}]"#;
    let steps = HttpRequest {
        method: "POST",
        path: "/_ec2sim/steps",
        query: "",
        headers: &[],
        body: none,
    };
    assert_eq!(answer(&mut client.realms, &steps).status, 200);
    let node = fleet(&mut client, "instant", "3", "on-demand", M5_OR_T3);
    assert_eq!(node.texts(KIND), ["t3.micro", "m5.large"]);
    assert_eq!(node.texts(IDS).len(), 3);
    let node = fleet(&mut client, "instant", "1", "on-demand", M5_OR_T3);
    assert_eq!(node.text(KIND), "m5.large");
    assert_eq!(
        node.text("errorSet/item/errorCode"),
        "InsufficientInstanceCapacity"
    );
    let failed = "errorSet/item/launchTemplateAndOverrides/overrides/instanceType";
    assert_eq!(node.text(failed), "t3.micro");
}

#[test]
fn capacity_is_weighted_and_diversified() {
    let mut client = client();
    let weighted = [
        (
            "LaunchTemplateConfigs.1.Overrides.1.InstanceType",
            "m5.xlarge",
        ),
        ("LaunchTemplateConfigs.1.Overrides.1.WeightedCapacity", "4"),
        (
            "LaunchTemplateConfigs.1.Overrides.2.InstanceType",
            "m5.large",
        ),
        ("LaunchTemplateConfigs.1.Overrides.2.WeightedCapacity", "1"),
    ];
    // An m5.xlarge costs twice as much and counts four times.
    let node = fleet(&mut client, "instant", "5", "on-demand", &weighted);
    assert_eq!(node.text(KIND), "m5.xlarge");
    assert_eq!(node.texts(IDS).len(), 2);
    let mut spread = M5_OR_T3.to_vec();
    spread.push(("SpotOptions.AllocationStrategy", "diversified"));
    let node = fleet(&mut client, "instant", "3", "spot", &spread);
    assert_eq!(node.texts(KIND), ["m5.large", "t3.micro"]);
    assert_eq!(node.texts("fleetInstanceSet/item/lifecycle"), ["spot"; 2]);
    let told = client.instance(node.texts(IDS)[0]);
    assert_eq!(told.text("instanceLifecycle"), "spot");
}

#[test]
fn a_request_tells_its_instances_later_and_a_token_makes_it_once() {
    let mut client = client();
    let token = [("ClientToken", "once")];
    let first = fleet(&mut client, "request", "2", "on-demand", &token);
    let again = fleet(&mut client, "request", "2", "on-demand", &token);
    let id = first.text("fleetId").to_owned();
    assert_eq!(again.text("fleetId"), id);
    assert!(first.at("fleetInstanceSet").is_empty());
    let told = |client: &mut Client| {
        let node = client.call("DescribeFleetInstances", &[("FleetId", &id)]);
        let node = node.ok();
        let ids = node.texts("activeInstanceSet/item/instanceId");
        ids.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let there = told(&mut client);
    assert_eq!(there.len(), 2);
    client.advance(SimDuration::from_mins(1));
    let gone = [("InstanceId.1", &*there[0])];
    client.call("TerminateInstances", &gone).ok();
    client.settle();
    assert_eq!(told(&mut client), [there[1].clone()]);
    let maintained = client.call(
        "CreateFleet",
        &[
            ("TargetCapacitySpecification.TotalTargetCapacity", "1"),
            (
                "LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName",
                "any",
            ),
        ],
    );
    assert_eq!(
        maintained.refused(),
        (
            "UnsupportedOperation",
            "ec2sim does not simulate Type maintain of CreateFleet."
        )
    );
    let missing = client.call("DescribeFleets", &[("FleetId.1", "fleet-1")]);
    assert_eq!(missing.refused().0, "InvalidFleetId.NotFound");
}
