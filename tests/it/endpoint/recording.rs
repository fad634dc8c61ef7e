//! A session as a scenario: its replay has the same ids, addresses, transitions and bill.

use ec2sim::{Scenario, engine::Outcome, time::SimDuration};
use proptest::prelude::*;

use super::Client;

#[test]
fn a_recorded_session_replays_to_the_same_world() {
    let mut client = Client::new();
    let web = client.launch(
        "t3.micro",
        &[
            ("TagSpecification.1.ResourceType", "instance"),
            ("TagSpecification.1.Tag.1.Key", "Name"),
            ("TagSpecification.1.Tag.1.Value", "web"),
        ],
    );
    client.settle();
    let address = client
        .call("AllocateAddress", &[])
        .ok()
        .text("allocationId")
        .to_owned();
    client
        .call(
            "AssociateAddress",
            &[("AllocationId", &address), ("InstanceId", &web)],
        )
        .ok();
    client.advance(SimDuration::from_hours(2));
    let bad = client.call(
        "StartInstances",
        &[("InstanceId.1", &web), ("DryRun", "true")],
    );
    assert_eq!(bad.status, 412);
    client.call("StopInstances", &[("InstanceId.1", &web)]).ok();
    let early = client.call("StartInstances", &[("InstanceId.1", &web)]);
    assert_eq!(early.refused().0, "IncorrectInstanceState");
    client.settle();
    replays_alike(&mut client);
}

/// Launches of several and single ones, whose tags wish for the same names.
#[test]
fn no_two_things_are_called_the_same() {
    let mut client = Client::new();
    let tag = |name: &'static str| {
        [
            ("TagSpecification.1.ResourceType", "instance"),
            ("TagSpecification.1.Tag.1.Key", "Name"),
            ("TagSpecification.1.Tag.1.Value", name),
        ]
    };
    client.launch("t3.micro", &tag("app-1"));
    for name in ["app", "app", "run-2"] {
        let mut several = vec![
            ("ImageId", super::AL2023),
            ("InstanceType", "t3.micro"),
            ("MinCount", "2"),
            ("MaxCount", "2"),
        ];
        several.extend(tag(name));
        client.call("RunInstances", &several).ok();
    }
    client.launch("t3.micro", &tag("run-2-1"));
    let realm = client.realms.of_key(None);
    let place = realm.places().next().unwrap();
    let instances = place.account().instances();
    let names: std::collections::BTreeSet<_> = instances
        .map(|one| place.name_of(one.handle().into()).unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 8);
    replays_alike(&mut client);
}

/// What a scenario can't say stands in the recording as a comment.
#[test]
fn what_never_could_be_is_a_comment() {
    let mut client = Client::new();
    let small = [
        ("AvailabilityZone", "us-east-1a"),
        ("Size", "1"),
        ("VolumeType", "st1"),
    ];
    assert_eq!(
        client.call("CreateVolume", &small).refused().0,
        "InvalidParameterValue"
    );
    let other = [
        ("ImageId", super::AL2023),
        ("InstanceType", "m6g.medium"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
    ];
    assert_eq!(
        client.call("RunInstances", &other).refused().0,
        "InvalidParameterCombination"
    );
    client.launch("t3.micro", &[]);
    let realm = client.realms.of_key(None);
    let text = realm.places().next().unwrap().scenario(false);
    assert_eq!(text.matches("was refused").count(), 2, "{text}");
    replays_alike(&mut client);
}

/// An Elastic IP moves unless somebody says that it mustn't.
#[test]
fn an_elastic_ip_moves_in_the_recording_as_it_did() {
    let mut client = Client::new();
    let (one, other) = (
        client.launch("t3.micro", &[]),
        client.launch("t3.micro", &[]),
    );
    client.settle();
    let address = client
        .call("AllocateAddress", &[])
        .ok()
        .text("allocationId")
        .to_owned();
    let to = |id: &str| {
        [
            ("AllocationId", address.clone()),
            ("InstanceId", id.to_owned()),
        ]
    };
    let mut associate = |id: &str, may: Option<&str>| {
        let mut all: Vec<(&str, String)> = to(id).into();
        all.extend(may.map(|may| ("AllowReassociation", may.to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, &**value)).collect();
        client.call("AssociateAddress", &all)
    };
    associate(&one, None).ok();
    assert_eq!(
        associate(&other, Some("false")).refused().0,
        "Resource.AlreadyAssociated"
    );
    associate(&other, None).ok();
    replays_alike(&mut client);
}

/// What EC2 launches in the place of a Spot Instance bears its name.
#[test]
fn a_spot_instance_that_comes_again_bears_the_name() {
    let mut client = Client::new();
    let spot = client.launch(
        "t3.micro",
        &[
            ("InstanceMarketOptions.MarketType", "spot"),
            (
                "InstanceMarketOptions.SpotOptions.SpotInstanceType",
                "persistent",
            ),
            (
                "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior",
                "stop",
            ),
        ],
    );
    client.settle();
    client
        .call("TerminateInstances", &[("InstanceId.1", &spot)])
        .ok();
    client.advance(SimDuration::from_mins(10));
    let again = client
        .realms
        .of_key(None)
        .places()
        .next()
        .unwrap()
        .account()
        .instances();
    let again = again.last().unwrap().id();
    assert_ne!(again, spot);
    client
        .call("StopInstances", &[("InstanceId.1", &again)])
        .ok();
    client.settle();
    replays_alike(&mut client);
}

/// `RequestSpotInstances` takes a persistent request whose instances terminate; so does its recording.
#[test]
fn a_persistent_request_that_ends_with_its_instance_replays() {
    let mut client = Client::new();
    client
        .call(
            "RequestSpotInstances",
            &[
                ("Type", "persistent"),
                ("LaunchSpecification.ImageId", super::AL2023),
                ("LaunchSpecification.InstanceType", "t3.micro"),
            ],
        )
        .ok();
    client.advance(SimDuration::from_mins(5));
    let node = client.call("DescribeInstances", &[]).ok();
    let first = node
        .text("reservationSet/item/instancesSet/item/instanceId")
        .to_owned();
    client
        .call("TerminateInstances", &[("InstanceId.1", &first)])
        .ok();
    client.advance(SimDuration::from_mins(30));
    let node = client.call("DescribeInstances", &[]).ok();
    let all = node.texts("reservationSet/item/instancesSet/item/instanceId");
    assert_eq!(all.len(), 2, "another one came in its place");
    replays_alike(&mut client);
}

/// Device names of volumes are said where a launch says them.
#[test]
fn a_volume_has_the_device_name_that_it_was_launched_with() {
    let mut client = Client::new();
    let web = client.launch(
        "t3.micro",
        &[
            ("BlockDeviceMapping.1.DeviceName", "/dev/sdh"),
            ("BlockDeviceMapping.1.Ebs.VolumeSize", "20"),
        ],
    );
    client.settle();
    let volume = client
        .instance(&web)
        .texts("blockDeviceMapping/item/ebs/volumeId")[1]
        .to_owned();
    client.call("DetachVolume", &[("VolumeId", &volume)]).ok();
    client.settle();
    let taken = [
        ("VolumeId", &*volume),
        ("InstanceId", &web),
        ("Device", "/dev/sdh"),
    ];
    client.call("AttachVolume", &taken).ok();
    client.settle();
    let realm = client.realms.of_key(None);
    let place = realm.places().next().unwrap();
    assert!(
        place.scenario(false).contains("device: /dev/sdh }]"),
        "{}",
        place.scenario(false)
    );
    replays_alike(&mut client);
}

/// Replays the recording, and compares every instance and the cost.
#[track_caller]
pub(super) fn replays_alike(client: &mut Client) {
    let realm = client.realms.of_key(None);
    let place = realm.places().next().unwrap();
    let text = place.scenario(true);
    let scenario = Scenario::from_text("recorded.yaml", &text)
        .unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
    let replay = ec2sim::replay(&scenario);
    assert_eq!(replay.outcome(), Outcome::Passed, "{text}");
    let told = |instance: &ec2sim::world::Instance| {
        (
            instance.id(),
            instance.state(),
            instance.private_ipv4(),
            instance.auto_public_ipv4(),
            instance.starts(),
        )
    };
    let session: Vec<_> = place.account().instances().map(|one| told(&one)).collect();
    let again: Vec<_> = replay.world().instances().map(|one| told(&one)).collect();
    assert_eq!(session, again, "{text}");
    let volumes = |world: &ec2sim::world::World| {
        world
            .volumes()
            .iter()
            .map(|one| (one.id(), one.state()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        volumes(place.account().world()),
        volumes(replay.world()),
        "{text}"
    );
    let cost = place.account().bill_if_it_ended().cost().total();
    assert_eq!(cost, replay.bill().cost().total(), "{text}");
}

/// A request of a random session.
#[derive(Debug, Clone)]
enum Does {
    Launch(usize, u8),
    Start(usize),
    Stop(usize, bool),
    Terminate(usize),
    Reboot(usize),
    Volume(u32),
    Attach(usize, usize),
    Wait(u64),
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        (0_usize..3, 1_u8..4).prop_map(|(kind, count)| Does::Launch(kind, count)),
        (0_usize..6).prop_map(Does::Start),
        (0_usize..6, any::<bool>()).prop_map(|(which, force)| Does::Stop(which, force)),
        (0_usize..6).prop_map(Does::Terminate),
        (0_usize..6).prop_map(Does::Reboot),
        (1_u32..200).prop_map(Does::Volume),
        (0_usize..4, 0_usize..6).prop_map(|(volume, instance)| Does::Attach(volume, instance)),
        (0_u64..5_000).prop_map(Does::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_sessions_replay_to_the_same_world(session in prop::collection::vec(does(), 1..25)) {
        let mut client = Client::new();
        let (mut instances, mut volumes): (Vec<String>, Vec<String>) = Default::default();
        let types = ["t3.micro", "m5.large", "c5d.large"];
        for one in session {
            let id = |which: usize| instances.get(which % instances.len().max(1)).cloned();
            match one {
                Does::Launch(kind, count) => {
                    let count = count.to_string();
                    let got = client.call("RunInstances", &[("ImageId", super::AL2023), ("InstanceType", types[kind]), ("MinCount", &count), ("MaxCount", &count)]);
                    if got.status == 200 {
                        instances.extend(got.ok().texts("instancesSet/item/instanceId").into_iter().map(str::to_owned));
                    }
                }
                Does::Start(which) => if let Some(id) = id(which) { client.call("StartInstances", &[("InstanceId.1", &id)]); },
                Does::Stop(which, force) => if let Some(id) = id(which) { client.call("StopInstances", &[("InstanceId.1", &id), ("Force", if force { "true" } else { "false" })]); },
                Does::Terminate(which) => if let Some(id) = id(which) { client.call("TerminateInstances", &[("InstanceId.1", &id)]); },
                Does::Reboot(which) => if let Some(id) = id(which) { client.call("RebootInstances", &[("InstanceId.1", &id)]); },
                Does::Volume(size) => {
                    let size = size.to_string();
                    let node = client.call("CreateVolume", &[("AvailabilityZone", "us-east-1a"), ("Size", &size), ("VolumeType", "gp3")]).ok();
                    volumes.push(node.text("volumeId").to_owned());
                }
                Does::Attach(volume, instance) => {
                    if let (Some(id), Some(volume)) = (id(instance), volumes.get(volume % volumes.len().max(1))) {
                        client.call("AttachVolume", &[("VolumeId", volume), ("InstanceId", &id), ("Device", "/dev/sdf")]);
                    }
                }
                Does::Wait(secs) => client.advance(SimDuration::from_secs(secs)),
            }
        }
        replays_alike(&mut client);
    }
}
