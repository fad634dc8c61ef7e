//! VPCs, subnets, private addresses, network interfaces.

use super::{AL2023, Client, recording::replays_alike};

/// A VPC with a subnet in us-east-1b; the ids of both.
fn network(client: &mut Client, vpc: &str, subnet: &str) -> (String, String) {
    let node = client.call("CreateVpc", &[("CidrBlock", vpc)]).ok();
    let id = node.text("vpc/vpcId").to_owned();
    let within = [
        ("VpcId", &*id),
        ("CidrBlock", subnet),
        ("AvailabilityZone", "us-east-1b"),
    ];
    let node = client.call("CreateSubnet", &within).ok();
    (id, node.text("subnet/subnetId").to_owned())
}

fn interface(client: &mut Client, more: &[(&str, &str)]) -> String {
    let node = client.call("CreateNetworkInterface", more).ok();
    node.text("networkInterface/networkInterfaceId").to_owned()
}

#[test]
fn an_instance_lives_in_the_subnet_that_it_is_launched_into() {
    let mut client = Client::new();
    let (vpc, subnet) = network(&mut client, "10.0.0.0/16", "10.0.7.0/28");
    let node = client
        .call("DescribeSubnets", &[("SubnetId.1", &subnet)])
        .ok();
    let count = "subnetSet/item/availableIpAddressCount";
    assert_eq!(node.text(count), "11");
    let web = client.launch("t3.micro", &[("SubnetId", &subnet)]);
    client.settle();
    let told = client.instance(&web);
    assert_eq!(told.text("vpcId"), vpc);
    assert_eq!(told.text("subnetId"), subnet);
    assert_eq!(told.text("placement/availabilityZone"), "us-east-1b");
    assert!(told.text("privateIpAddress").starts_with("10.0.7."));
    assert!(told.at("ipAddress").is_empty(), "the subnet gives none");
    let groups = client
        .call(
            "DescribeSecurityGroups",
            &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)],
        )
        .ok();
    let default = groups.text("securityGroupInfo/item/groupId").to_owned();
    assert_eq!(told.text("groupSet/item/groupId"), default);
    let foreign = client.call(
        "RunInstances",
        &[
            ("ImageId", AL2023),
            ("MinCount", "1"),
            ("MaxCount", "1"),
            ("InstanceType", "t3.micro"),
            ("SecurityGroupId.1", &default),
        ],
    );
    assert_eq!(foreign.refused().0, "InvalidParameter");
    let several = |client: &mut Client, count: &str| {
        client.call(
            "RunInstances",
            &[
                ("ImageId", AL2023),
                ("MinCount", count),
                ("MaxCount", count),
                ("InstanceType", "t3.micro"),
                ("SubnetId", &subnet),
            ],
        )
    };
    assert_eq!(
        several(&mut client, "11").refused().0,
        "InsufficientFreeAddressesInSubnet"
    );
    let node = several(&mut client, "10").ok();
    let mut all = node.texts("instancesSet/item/privateIpAddress");
    all.push(told.text("privateIpAddress"));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 11);
    assert_eq!(
        client
            .call("DeleteSubnet", &[("SubnetId", &subnet)])
            .refused(),
        (
            "DependencyViolation",
            &*format!("resource {subnet} has a dependent object")
        )
    );
    client
        .call("TerminateInstances", &[("InstanceId.1", &web)])
        .ok();
    client.settle();
    let node = client
        .call("DescribeSubnets", &[("SubnetId.1", &subnet)])
        .ok();
    assert_eq!(node.text(count), "1");
    replays_alike(&mut client);
}

#[test]
fn blocks_have_to_fit_and_what_is_in_use_stays() {
    let mut client = Client::new();
    let (vpc, subnet) = network(&mut client, "10.0.0.0/16", "10.0.0.0/24");
    for (block, code) in [
        ("10.0.0.128/25", "InvalidSubnet.Conflict"),
        ("10.1.0.0/24", "InvalidSubnet.Range"),
        ("10.0.0.0/29", "InvalidSubnet.Range"),
        ("10.0.0.0", "InvalidParameterValue"),
    ] {
        let got = client.call("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", block)]);
        assert_eq!(got.refused().0, code, "{block}");
    }
    let got = client.call("CreateVpc", &[("CidrBlock", "10.0.0.0/8")]);
    assert_eq!(got.refused().0, "InvalidVpc.Range");
    let dry = client.call(
        "CreateVpc",
        &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")],
    );
    assert_eq!(dry.refused().0, "DryRunOperation");
    assert_eq!(
        client.call("DeleteVpc", &[("VpcId", &vpc)]).refused().0,
        "DependencyViolation"
    );
    client
        .call(
            "ModifySubnetAttribute",
            &[("SubnetId", &subnet), ("MapPublicIpOnLaunch.Value", "true")],
        )
        .ok();
    let web = client.launch("t3.micro", &[("SubnetId", &subnet)]);
    client.settle();
    let told = client.instance(&web);
    assert_eq!(told.at("ipAddress").len(), 1);
    assert_eq!(told.text("dnsName"), "", "the VPC gives no names");
    client
        .call("TerminateInstances", &[("InstanceId.1", &web)])
        .ok();
    client.settle();
    client.call("DeleteSubnet", &[("SubnetId", &subnet)]).ok();
    client.call("DeleteVpc", &[("VpcId", &vpc)]).ok();
    let gone = client.call("DescribeVpcs", &[("VpcId.1", &vpc)]);
    assert_eq!(gone.refused().0, "InvalidVpcID.NotFound");
}

#[test]
fn a_zone_without_a_default_subnet_takes_no_launch_that_names_none() {
    let mut client = Client::new();
    let node = client.call("DescribeSubnets", &[]).ok();
    let zones = node.texts("subnetSet/item/availabilityZone");
    let ids = node.texts("subnetSet/item/subnetId");
    client.call("DeleteSubnet", &[("SubnetId", ids[0])]).ok();
    let run = [
        ("ImageId", AL2023),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("InstanceType", "t3.micro"),
    ];
    let mut named = run.to_vec();
    named.push(("Placement.AvailabilityZone", zones[0]));
    assert_eq!(
        client.call("RunInstances", &named).refused(),
        (
            "InvalidParameterValue",
            &*format!("No default subnet for availability zone: '{}'.", zones[0])
        )
    );
    let web = client.call("RunInstances", &run).ok();
    let zone = "instancesSet/item/placement/availabilityZone";
    assert_eq!(web.text(zone), zones[1]);
    for id in &ids[2..] {
        client.call("DeleteSubnet", &[("SubnetId", id)]).ok();
    }
    let used = client.call("DeleteSubnet", &[("SubnetId", ids[1])]);
    assert_eq!(used.refused().0, "DependencyViolation");
    let id = web.text("instancesSet/item/instanceId");
    client
        .call("TerminateInstances", &[("InstanceId.1", id)])
        .ok();
    client.settle();
    client.call("DeleteSubnet", &[("SubnetId", ids[1])]).ok();
    let none = client.call("RunInstances", &run);
    assert_eq!(none.refused().0, "MissingInput");
}

/// IP-PRIVATE-TAKEN.
#[test]
fn a_launch_may_ask_for_its_address() {
    let mut client = Client::new();
    let run = |client: &mut Client, more: &[(&str, &str)]| {
        let mut all = vec![
            ("ImageId", AL2023),
            ("MinCount", "1"),
            ("MaxCount", "1"),
            ("InstanceType", "t3.micro"),
        ];
        all.extend(more);
        client.call("RunInstances", &all)
    };
    let asked = [("PrivateIpAddress", "172.31.0.77"), ("ClientToken", "once")];
    let first = run(&mut client, &asked).ok();
    let address = "instancesSet/item/privateIpAddress";
    assert_eq!(first.text(address), "172.31.0.77");
    let again = run(&mut client, &asked).ok();
    let id = "instancesSet/item/instanceId";
    assert_eq!(first.text(id), again.text(id));
    client.settle();
    client
        .call("StopInstances", &[("InstanceId.1", first.text(id))])
        .ok();
    client.settle();
    for (text, code, said) in [
        (
            "172.31.0.77",
            "InvalidIPAddress.InUse",
            "Address 172.31.0.77 is in use.",
        ),
        (
            "172.31.0.2",
            "InvalidParameterValue",
            "Address 172.31.0.2 is in subnet's reserved address range",
        ),
        (
            "10.0.0.9",
            "InvalidParameterValue",
            "Address 10.0.0.9 does not fall within the subnet's address range",
        ),
    ] {
        let got = run(&mut client, &[("PrivateIpAddress", text)]);
        assert_eq!(got.refused(), (code, said));
    }
    let (_, subnet) = network(&mut client, "10.0.0.0/16", "10.0.0.0/24");
    let within = [
        ("NetworkInterface.1.DeviceIndex", "0"),
        ("NetworkInterface.1.SubnetId", &subnet),
        ("NetworkInterface.1.PrivateIpAddress", "10.0.0.9"),
    ];
    let node = run(&mut client, &within).ok();
    assert_eq!(node.text(address), "10.0.0.9");
    let got = run(&mut client, &within);
    assert_eq!(got.refused().0, "InvalidIPAddress.InUse");
    replays_alike(&mut client);
}

#[test]
fn an_interface_is_made_attached_detached_and_deleted() {
    let mut client = Client::new();
    let subnets = client.call("DescribeSubnets", &[]).ok();
    let ids = subnets.texts("subnetSet/item/subnetId");
    let token = [
        ("SubnetId", ids[0]),
        ("Description", "spare"),
        ("ClientToken", "once"),
    ];
    let eni = interface(&mut client, &token);
    assert_eq!(interface(&mut client, &token), eni);
    let told = |client: &mut Client| {
        let asked = [("NetworkInterfaceId.1", &*eni)];
        let node = client.call("DescribeNetworkInterfaces", &asked).ok();
        node.at("networkInterfaceSet/item")[0].clone()
    };
    let before = told(&mut client);
    assert_eq!(before.text("status"), "available");
    assert_eq!(before.text("description"), "spare");
    let web = client.launch("t3.micro", &[("SubnetId", ids[0])]);
    let far = client.launch("t3.micro", &[("SubnetId", ids[1])]);
    client.settle();
    let attach = |client: &mut Client, to: &str, index: &str| {
        client.call(
            "AttachNetworkInterface",
            &[
                ("NetworkInterfaceId", &eni),
                ("InstanceId", to),
                ("DeviceIndex", index),
            ],
        )
    };
    assert_eq!(
        attach(&mut client, &far, "1").refused().0,
        "InvalidParameterCombination"
    );
    assert_eq!(
        attach(&mut client, &web, "0").refused().0,
        "InvalidParameterValue"
    );
    let attached = attach(&mut client, &web, "1").ok();
    assert_eq!(
        attach(&mut client, &web, "1").refused().0,
        "InvalidNetworkInterface.InUse"
    );
    let after = told(&mut client);
    assert_eq!(after.text("status"), "in-use");
    assert_eq!(after.text("attachment/instanceId"), web);
    assert_eq!(
        after.text("privateIpAddress"),
        before.text("privateIpAddress")
    );
    let shown = client.instance(&web);
    assert_eq!(shown.at("networkInterfaceSet/item").len(), 2);
    let deleted = [("NetworkInterfaceId", &*eni)];
    let got = client.call("DeleteNetworkInterface", &deleted);
    assert_eq!(
        got.refused(),
        (
            "InvalidParameterValue",
            &*format!("Network interface '{eni}' is currently in use.")
        )
    );
    let attachment = attached.text("attachmentId");
    client
        .call("DetachNetworkInterface", &[("AttachmentId", attachment)])
        .ok();
    assert_eq!(told(&mut client).text("status"), "available");
    client.call("DeleteNetworkInterface", &deleted).ok();
    let gone = client.call("DeleteNetworkInterface", &deleted);
    assert_eq!(gone.refused().0, "InvalidNetworkInterfaceID.NotFound");
    replays_alike(&mut client);
}

/// What Terraform does to change the groups of an instance.
#[test]
fn groups_of_a_first_interface_are_those_of_the_instance() {
    let mut client = Client::new();
    let web = client.launch("t3.micro", &[]);
    let made = [("GroupName", "web"), ("GroupDescription", "web")];
    let node = client.call("CreateSecurityGroup", &made).ok();
    let group = node.text("groupId").to_owned();
    let first = "networkInterfaceSet/item/networkInterfaceId";
    let eni = client.instance(&web).text(first).to_owned();
    let changed = [
        ("NetworkInterfaceId", &*eni),
        ("SecurityGroupId.1", &*group),
    ];
    client
        .call("ModifyNetworkInterfaceAttribute", &changed)
        .ok();
    assert_eq!(client.instance(&web).text("groupSet/item/groupId"), group);
    let told = client.instance(&web);
    let attachment = told.text("networkInterfaceSet/item/attachment/attachmentId");
    let first = client.call("DetachNetworkInterface", &[("AttachmentId", attachment)]);
    assert_eq!(first.refused().0, "OperationNotPermitted");
}

#[test]
fn a_vpc_has_a_main_route_table() {
    let mut client = Client::new();
    let (vpc, _) = network(&mut client, "10.0.0.0/16", "10.0.0.0/24");
    let asked = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &*vpc)];
    let node = client.call("DescribeRouteTables", &asked).ok();
    let item = "routeTableSet/item";
    assert_eq!(
        node.text(&format!("{item}/associationSet/item/main")),
        "true"
    );
    let to = format!("{item}/routeSet/item/destinationCidrBlock");
    assert_eq!(node.texts(&to), ["10.0.0.0/16"], "it has no way out");
    let all = client.call("DescribeRouteTables", &[]).ok();
    assert_eq!(
        all.texts(&to),
        ["172.31.0.0/16", "0.0.0.0/0", "10.0.0.0/16"]
    );
}

/// An interface that was made before a launch, or that a launch says is to stay, outlives its instance with its address.
#[test]
fn an_interface_outlives_its_instance_where_it_is_to_stay() {
    let mut client = Client::new();
    let subnets = client.call("DescribeSubnets", &[]).ok();
    let subnet = subnets.texts("subnetSet/item/subnetId")[0].to_owned();
    let (_, own) = network(&mut client, "10.0.0.0/16", "10.0.0.0/28");
    for subnet in [&subnet, &own] {
        let eni = interface(&mut client, &[("SubnetId", subnet)]);
        let told = |client: &mut Client, id: &str| {
            let asked = [("NetworkInterfaceId.1", id)];
            let node = client.call("DescribeNetworkInterfaces", &asked).ok();
            node.at("networkInterfaceSet/item")[0].clone()
        };
        let address = told(&mut client, &eni).text("privateIpAddress").to_owned();
        let named = [
            ("NetworkInterface.1.DeviceIndex", "0"),
            ("NetworkInterface.1.NetworkInterfaceId", &*eni),
        ];
        let web = client.launch("t3.micro", &named);
        let shown = client.instance(&web);
        assert_eq!(shown.text("privateIpAddress"), address);
        assert_eq!(shown.text("subnetId"), subnet.as_str());
        let item = "networkInterfaceSet/item";
        assert_eq!(shown.text(&format!("{item}/networkInterfaceId")), eni);
        let goes = format!("{item}/attachment/deleteOnTermination");
        assert_eq!(shown.text(&goes), "false");
        assert_eq!(told(&mut client, &eni).text("status"), "in-use");
        let run = [
            ("ImageId", AL2023),
            ("InstanceType", "t3.micro"),
            ("MinCount", "1"),
            ("MaxCount", "1"),
        ];
        let mut again = run.to_vec();
        again.extend(named);
        assert_eq!(
            client.call("RunInstances", &again).refused().0,
            "InvalidNetworkInterface.InUse"
        );
        let stays = [
            ("NetworkInterface.1.DeviceIndex", "0"),
            ("NetworkInterface.1.SubnetId", &**subnet),
            ("NetworkInterface.1.DeleteOnTermination", "false"),
        ];
        let other = client.launch("t3.micro", &stays);
        let shown = client.instance(&other);
        let kept = shown.text(&format!("{item}/networkInterfaceId")).to_owned();
        let second = shown.text("privateIpAddress").to_owned();
        client.settle();
        let ended = [("InstanceId.1", &*web), ("InstanceId.2", &*other)];
        client.call("TerminateInstances", &ended).ok();
        client.settle();
        for (id, address) in [(&eni, &address), (&kept, &second)] {
            let free = told(&mut client, id);
            assert_eq!(free.text("status"), "available");
            assert_eq!(free.text("privateIpAddress"), *address);
            let mut taken = run.to_vec();
            taken.extend([("SubnetId", &**subnet), ("PrivateIpAddress", &**address)]);
            assert_eq!(
                client.call("RunInstances", &taken).refused().0,
                "InvalidIPAddress.InUse"
            );
        }
        let deleted = [("NetworkInterfaceId", &*kept)];
        client.call("DeleteNetworkInterface", &deleted).ok();
        let last = client.launch("t3.micro", &named);
        assert_eq!(client.instance(&last).text("privateIpAddress"), address);
    }
    replays_alike(&mut client);
}
