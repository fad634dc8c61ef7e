//! An instance's life, over the wire.

use ec2sim::{endpoint::Mode, money::Usd, time::SimDuration};

use super::Client;

#[test]
fn an_instance_takes_its_time_and_keeps_what_the_rules_say() {
    let mut client = Client::new();
    let web = client.launch("t3.micro", &[]);
    let pending = client.instance(&web);
    assert_eq!(pending.text("instanceState/name"), "pending");
    assert_eq!(pending.text("privateDnsName"), "");
    assert!(pending.texts("ipAddress").is_empty());
    let private = pending.text("privateIpAddress").to_owned();
    assert!(private.starts_with("172.31."), "{private}");

    client.advance(SimDuration::from_secs(15));
    let running = client.instance(&web);
    assert_eq!(running.text("instanceState/code"), "16");
    let public = running.text("ipAddress").to_owned();
    assert!(
        running
            .text("dnsName")
            .ends_with(".compute-1.amazonaws.com")
    );

    let stopped = client.call("StopInstances", &[("InstanceId.1", &web)]).ok();
    assert_eq!(
        stopped.text("instancesSet/item/currentState/name"),
        "stopping"
    );
    assert_eq!(
        stopped.text("instancesSet/item/previousState/name"),
        "running"
    );
    client.settle();
    let stopped = client.instance(&web);
    assert_eq!(stopped.text("instanceState/name"), "stopped");
    assert_eq!(
        stopped.text("reason"),
        "User initiated (2026-01-01 00:00:15 GMT)"
    );
    assert_eq!(
        stopped.text("stateReason/code"),
        "Client.UserInitiatedShutdown"
    );
    assert!(stopped.texts("ipAddress").is_empty());

    client
        .call("StartInstances", &[("InstanceId.1", &web)])
        .ok();
    client.settle();
    let again = client.instance(&web);
    assert_eq!(again.text("privateIpAddress"), private);
    assert_ne!(again.text("ipAddress"), public);

    client
        .call("TerminateInstances", &[("InstanceId.1", &web)])
        .ok();
    client.settle();
    let over = client.instance(&web);
    assert_eq!(over.text("instanceState/name"), "terminated");
    assert!(over.texts("privateIpAddress").is_empty() && over.texts("subnetId").is_empty());
    // An hour later nobody finds it any more (STATE-TERMINATED-VISIBLE).
    client.advance(SimDuration::from_hours(1));
    let gone = client.call("DescribeInstances", &[("InstanceId.1", &web)]);
    let missing = format!("The instance ID '{web}' does not exist");
    assert_eq!(gone.refused(), ("InvalidInstanceID.NotFound", &*missing));
}

#[test]
fn an_instant_clock_settles_behind_each_change() {
    let mut client = Client::with_clock(Mode::Instant);
    let web = client.launch("t3.micro", &[]);
    assert_eq!(client.state(&web), "running");
    let status = client.call("DescribeInstanceStatus", &[]).ok();
    assert_eq!(
        status.text("instanceStatusSet/item/systemStatus/status"),
        "ok"
    );
    client
        .call(
            "StopInstances",
            &[("InstanceId.1", &web), ("Hibernate", "false")],
        )
        .ok();
    assert_eq!(client.state(&web), "stopped");
}

#[test]
fn a_polled_clock_goes_on_with_each_look_until_all_is_settled() {
    let mut client = Client::with_clock(Mode::Polled(SimDuration::from_secs(15)));
    let web = client.launch("t3.micro", &[]);
    assert_eq!(client.state(&web), "pending");
    assert_eq!(client.state(&web), "running");
    for _ in 0..20 {
        client.state(&web);
    }
    let realm = client.realms.of_key(None);
    // Up to the end of its status checks' two minutes, and no further.
    assert_eq!(
        realm.now() - realm.options().start(),
        SimDuration::from_secs(135)
    );
}

#[test]
fn what_ec2_refuses_is_refused_with_its_code() {
    let mut client = Client::new();
    let web = client.launch("t3.micro", &[("DisableApiTermination", "true")]);
    let early = client.call("RebootInstances", &[("InstanceId.1", &web)]);
    assert_eq!(early.refused().0, "IncorrectState");
    client.settle();
    let kept = client.call("TerminateInstances", &[("InstanceId.1", &web)]);
    assert_eq!(kept.refused().0, "OperationNotPermitted");
    let dry = client.call(
        "StopInstances",
        &[("InstanceId.1", &web), ("DryRun", "true")],
    );
    assert_eq!(dry.refused().0, "DryRunOperation");
    assert_eq!(client.state(&web), "running");
    let hibernated = client.call(
        "StopInstances",
        &[("InstanceId.1", &web), ("Hibernate", "true")],
    );
    assert_eq!(
        hibernated.refused().0,
        "UnsupportedHibernationConfiguration"
    );
    let typed = client.call(
        "ModifyInstanceAttribute",
        &[("InstanceId", &web), ("InstanceType.Value", "t3.small")],
    );
    assert_eq!(typed.refused().0, "IncorrectInstanceState");
    let several = client.call(
        "ModifyInstanceAttribute",
        &[
            ("InstanceId", &web),
            ("InstanceType.Value", "t3.small"),
            ("EbsOptimized.Value", "true"),
        ],
    );
    assert_eq!(several.refused().0, "InvalidParameterCombination");
}

#[test]
fn a_client_token_makes_a_repetition_harmless() {
    let mut client = Client::new();
    let token = ("ClientToken", "once");
    let web = client.launch("t3.micro", &[token]);
    assert_eq!(client.launch("t3.micro", &[token]), web);
    let other = client.call(
        "RunInstances",
        &[
            ("ImageId", super::AL2023),
            ("InstanceType", "t3.small"),
            ("MinCount", "1"),
            ("MaxCount", "1"),
            token,
        ],
    );
    assert_eq!(other.refused().0, "IdempotentParameterMismatch");
}

#[test]
fn a_spot_request_is_fulfilled_after_five_seconds_and_stays_when_it_cannot_be() {
    let mut client = Client::new();
    let ask = |client: &mut Client, price: &str| {
        let parameters = [
            ("SpotPrice", price),
            ("Type", "one-time"),
            ("LaunchSpecification.ImageId", super::AL2023),
            ("LaunchSpecification.InstanceType", "t3.micro"),
        ];
        let node = client.call("RequestSpotInstances", &parameters).ok();
        assert_eq!(node.text("spotInstanceRequestSet/item/state"), "open");
        node.text("spotInstanceRequestSet/item/spotInstanceRequestId")
            .to_owned()
    };
    let (fair, low) = (ask(&mut client, "0.0104"), ask(&mut client, "0.0001"));
    let status = |client: &mut Client, id: &str| {
        let node = client
            .call(
                "DescribeSpotInstanceRequests",
                &[("SpotInstanceRequestId.1", id)],
            )
            .ok();
        let item = "spotInstanceRequestSet/item";
        (
            node.text(&format!("{item}/state")).to_owned(),
            node.text(&format!("{item}/status/code")).to_owned(),
        )
    };
    let words = |state: &str, code: &str| (state.to_owned(), code.to_owned());
    client.advance(SimDuration::from_secs(4));
    assert_eq!(
        status(&mut client, &fair),
        words("open", "pending-evaluation")
    );
    client.advance(SimDuration::from_secs(1));
    assert_eq!(status(&mut client, &fair), words("active", "fulfilled"));
    assert_eq!(status(&mut client, &low), words("open", "price-too-low"));
    client.settle();
    let shown = client
        .call(
            "DescribeInstances",
            &[
                ("Filter.1.Name", "spot-instance-request-id"),
                ("Filter.1.Value.1", &fair),
            ],
        )
        .ok();
    assert_eq!(
        shown.text("reservationSet/item/instancesSet/item/instanceState/name"),
        "running"
    );
    client
        .call(
            "CancelSpotInstanceRequests",
            &[("SpotInstanceRequestId.1", &low)],
        )
        .ok();
    assert_eq!(
        status(&mut client, &low),
        words("cancelled", "canceled-before-fulfillment")
    );
}

/// A clock that goes by itself stands amid a second; what it meters goes on over the end of a month all the same.
#[test]
fn a_launch_amid_a_second_is_billed_over_the_end_of_a_month() {
    let mut client = Client::new();
    client.advance(SimDuration::from_millis(500));
    client.launch("t3.micro", &[]);
    client.advance(SimDuration::from_days(60));
    let realm = client.realms.of_key(None);
    let bill = realm.places().next().unwrap().account().bill_if_it_ended();
    // Two months of the instance, its address and its root.
    let least: Usd = "22".parse().unwrap();
    assert!(bill.cost().total() > least);
}

#[test]
fn volumes_and_addresses_live_with_instances() {
    let mut client = Client::new();
    let web = client.launch(
        "m5.large",
        &[
            ("BlockDeviceMapping.1.DeviceName", "/dev/xvda"),
            ("BlockDeviceMapping.1.Ebs.VolumeSize", "20"),
            ("BlockDeviceMapping.2.DeviceName", "/dev/sdh"),
            ("BlockDeviceMapping.2.Ebs.VolumeSize", "5"),
            ("BlockDeviceMapping.2.Ebs.VolumeType", "gp3"),
        ],
    );
    client.settle();
    let there = client.instance(&web);
    assert_eq!(
        there.texts("blockDeviceMapping/item/deviceName"),
        ["/dev/xvda", "/dev/sdh"]
    );
    let made = client
        .call(
            "CreateVolume",
            &[
                ("AvailabilityZone", "us-east-1a"),
                ("Size", "10"),
                ("VolumeType", "gp3"),
            ],
        )
        .ok();
    assert_eq!(made.text("status"), "creating");
    let volume = made.text("volumeId").to_owned();
    let attached = client
        .call(
            "AttachVolume",
            &[
                ("VolumeId", &volume),
                ("InstanceId", &web),
                ("Device", "/dev/sdf"),
            ],
        )
        .ok();
    assert_eq!(attached.text("status"), "attaching");
    let seen = client
        .call("DescribeVolumes", &[("VolumeId.1", &volume)])
        .ok();
    assert_eq!(seen.text("volumeSet/item/status"), "in-use");
    assert_eq!(
        seen.text("volumeSet/item/attachmentSet/item/instanceId"),
        web
    );

    let address = client.call("AllocateAddress", &[("Domain", "vpc")]).ok();
    let (allocation, ip) = (
        address.text("allocationId").to_owned(),
        address.text("publicIp").to_owned(),
    );
    let associated = client
        .call(
            "AssociateAddress",
            &[("AllocationId", &allocation), ("InstanceId", &web)],
        )
        .ok();
    assert!(associated.text("associationId").starts_with("eipassoc-0"));
    assert_eq!(client.instance(&web).text("ipAddress"), ip);
    client.call("StopInstances", &[("InstanceId.1", &web)]).ok();
    client.settle();
    assert_eq!(client.instance(&web).text("ipAddress"), ip);
    let told = client
        .call("DescribeAddresses", &[("PublicIp.1", &ip)])
        .ok();
    assert_eq!(told.text("addressesSet/item/instanceId"), web);
    client
        .call("DisassociateAddress", &[("PublicIp", &ip)])
        .ok();
    client
        .call("ReleaseAddress", &[("AllocationId", &allocation)])
        .ok();
    let gone = client.call("DescribeAddresses", &[("AllocationId.1", &allocation)]);
    assert_eq!(gone.refused().0, "InvalidAllocationID.NotFound");
}
