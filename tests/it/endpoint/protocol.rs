//! What a hostile or hurried client sends.

use ec2sim::endpoint::{HttpRequest, Options, Realms, answer};
use proptest::prelude::*;

use super::{AL2023, Client, Node};

#[test]
fn bad_requests_are_told_so_and_change_nothing() {
    let mut client = Client::new();
    for (body, code) in [
        ("", "MissingAction"),
        ("Action=Nonsense", "InvalidAction"),
        ("Action=CreateTransitGateway", "InvalidAction"),
        (
            "Action=DescribeInstances&Version=2010-01-01",
            "NoSuchVersion",
        ),
        ("Action=DescribeInstances&Foo=1", "UnknownParameter"),
        (
            "Action=DescribeInstances&Filter.1.Value.1=x",
            "InvalidParameterValue",
        ),
        (
            "Action=DescribeInstances&Filter.1.Name=nope&Filter.1.Value.1=x",
            "InvalidParameterValue",
        ),
        (
            "Action=DescribeInstances&Filter.1.Name=tpm-support&Filter.1.Value.1=x",
            "UnsupportedOperation",
        ),
        (
            "Action=DescribeInstances&MaxResults=4",
            "InvalidParameterValue",
        ),
        (
            "Action=DescribeInstances&NextToken=x",
            "InvalidParameterValue",
        ),
        (
            "Action=DescribeInstances&InstanceId.1=i-1",
            "InvalidInstanceID.Malformed",
        ),
        (
            "Action=DescribeInstances&InstanceId.1=i-12345678",
            "InvalidInstanceID.NotFound",
        ),
        (
            "Action=DescribeInstances&InstanceId.4000000000=i-12345678",
            "InvalidParameterValue",
        ),
        (
            "Action=RunInstances&MinCount=1&MaxCount=1",
            "MissingParameter",
        ),
        (
            "Action=RunInstances&ImageId=ami-12c6146b&MinCount=1&MaxCount=abc",
            "InvalidParameterValue",
        ),
        (
            "Action=RunInstances&ImageId=ami-12c6146b&MinCount=1&MaxCount=1&InstanceType=t9.nano",
            "InvalidParameterValue",
        ),
        (
            "Action=RunInstances&ImageId=ami-12c6146b&MinCount=1&MaxCount=1&KernelId=aki-1",
            "UnsupportedOperation",
        ),
        (
            "Action=RunInstances&ImageId=ami-12c6146b&MinCount=1&MaxCount=1&EnclaveOptions.Enabled=true",
            "UnsupportedOperation",
        ),
        (
            "Action=RunInstances&ImageId=ami-00000000&MinCount=1&MaxCount=1",
            "InvalidAMIID.NotFound",
        ),
        (
            "Action=RunInstances&ImageId=x&MinCount=1&MaxCount=1",
            "InvalidAMIID.Malformed",
        ),
        (
            "Action=RunInstances&ImageId=ami-12c6146b&MinCount=1&MaxCount=1&UserData=%25",
            "InvalidUserData.Malformed",
        ),
        ("Action=StopInstances", "InvalidParameterCombination"),
        (
            "Action=CreateTags&ResourceId.1=web&Tag.1.Key=a",
            "InvalidID",
        ),
        ("Action=DescribeInstances&%zz=1", "UnknownParameter"),
    ] {
        let got = client.send(body.as_bytes());
        assert_eq!(got.refused().0, code, "{body}");
        assert_eq!(got.status, 400, "{body}");
    }
    assert!(
        client
            .call("DescribeInstances", &[])
            .ok()
            .at("reservationSet/item")
            .is_empty()
    );
}

#[test]
fn an_action_that_is_not_simulated_is_said_to_be_so() {
    let mut client = Client::new();
    let got = client.call("CreateTransitGateway", &[]);
    assert_eq!(
        got.refused().1,
        "The action CreateTransitGateway is not valid for this web service."
    );
    assert!(
        got.answer
            .headers
            .iter()
            .any(|(name, _)| *name == "x-ec2sim-note")
    );
}

#[test]
fn too_many_parameters_and_too_long_ones_are_refused() {
    let mut client = Client::new();
    let many: Vec<String> = (1..10_000)
        .map(|n| format!("InstanceId.{n}=i-12345678"))
        .collect();
    let many = many.join("&");
    assert_eq!(
        client
            .send(format!("Action=DescribeInstances&{many}").as_bytes())
            .status,
        400
    );
    let key = "x".repeat(1_000_000);
    let got = client.send(format!("Action=DescribeInstances&{key}=1").as_bytes());
    assert_eq!(got.refused().0, "UnknownParameter");
    assert!(got.refused().1.len() < 400);
    let deep = "a.".repeat(50);
    assert_eq!(
        client
            .send(format!("Action=DescribeInstances&{deep}=1").as_bytes())
            .status,
        400
    );
}

#[test]
fn each_account_and_each_region_is_a_world_of_its_own() {
    let mut realms = Realms::new(Options::default());
    let mut ask = |key: &str, region: &str, action: &str| {
        let scope = format!("AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/ec2/aws4_request");
        let body = format!(
            "Action={action}&{}",
            if action == "RunInstances" {
                "ImageId=ami-12c6146b&MinCount=1&MaxCount=1&InstanceType=t3.micro"
            } else {
                ""
            }
        );
        let answered = answer(
            &mut realms,
            &HttpRequest {
                method: "POST",
                path: "/",
                query: "",
                headers: &[("authorization", &scope)],
                body: body.as_bytes(),
            },
        );
        Node::parse(&answered.body)
    };
    let there = |node: &Node| node.at("reservationSet/item").len();
    ask("111111111111", "us-east-1", "RunInstances");
    assert_eq!(
        there(&ask("111111111111", "us-east-1", "DescribeInstances")),
        1
    );
    assert_eq!(
        there(&ask("111111111111", "eu-west-1", "DescribeInstances")),
        0
    );
    assert_eq!(
        there(&ask("222222222222", "us-east-1", "DescribeInstances")),
        0
    );
    let unknown = ask("AKIA", "mars-north-1", "DescribeInstances");
    assert_eq!(unknown.text("Errors/Error/Code"), "Simulator.UnknownRegion");
}

#[test]
fn sts_says_who_asks_and_other_services_are_refused_in_their_own_words() {
    let mut realms = Realms::new(Options::default());
    let mut ask = |service: &str, headers: &[(&str, &str)], body: &str| {
        let scope =
            format!("AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/{service}/aws4_request");
        let mut all = vec![("authorization", &*scope)];
        all.extend(headers);
        let request = HttpRequest {
            method: "POST",
            path: "/",
            query: "",
            headers: &all,
            body: body.as_bytes(),
        };
        answer(&mut realms, &request)
    };
    let who = ask("sts", &[], "Action=GetCallerIdentity&Version=2011-06-15");
    let who = Node::parse(&who.body);
    assert_eq!(
        who.text("GetCallerIdentityResult/Arn"),
        "arn:aws:iam::123456789012:user/ec2sim"
    );
    let queue = ask("sqs", &[("x-amz-target", "AmazonSQS.ListQueues")], "{}");
    assert_eq!(queue.status, 400);
    assert!(
        String::from_utf8(queue.body)
            .unwrap()
            .contains("UnknownOperationException")
    );
    let balancer =
        Node::parse(&ask("elasticloadbalancing", &[], "Action=DescribeLoadBalancers").body);
    assert_eq!(balancer.text("Error/Code"), "UnknownOperation");
}

#[test]
fn a_get_is_a_request_as_well() {
    let mut realms = Realms::new(Options::default());
    let query = "Action=DescribeRegions&RegionName.1=eu-west-1&X-Amz-Credential=AKIA%2F20260101%2Feu-west-1%2Fec2%2Faws4_request";
    let request = HttpRequest {
        method: "GET",
        path: "/",
        query,
        headers: &[],
        body: b"",
    };
    let answered = answer(&mut realms, &request);
    let node = Node::parse(&answered.body);
    assert_eq!(
        node.text("regionInfo/item/regionEndpoint"),
        "ec2.eu-west-1.amazonaws.com"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is sent, there is an answer that a client can read, and no panic.
    #[test]
    fn no_request_brings_it_down(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut realms = Realms::new(Options::default());
        let request = HttpRequest { method: "POST", path: "/", query: "", headers: &[], body: &body };
        let answered = answer(&mut realms, &request);
        prop_assert_eq!(answered.status, 400);
        Node::parse(&answered.body);
    }

    /// Nor does a sound request in which a piece was changed.
    #[test]
    fn no_mutation_of_a_launch_brings_it_down(at in 0_usize..260, with in any::<u8>(), cut in any::<bool>()) {
        let sound = format!("Action=RunInstances&ImageId={AL2023}&InstanceType=t3.micro&MinCount=1&MaxCount=2&BlockDeviceMapping.1.DeviceName=/dev/xvda&BlockDeviceMapping.1.Ebs.VolumeSize=9&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name");
        let mut body = sound.into_bytes();
        let at = at.min(body.len() - 1);
        body[at] = with;
        if cut {
            body.truncate(at);
        }
        let mut realms = Realms::new(Options::default());
        let request = HttpRequest { method: "POST", path: "/", query: "", headers: &[], body: &body };
        Node::parse(&answer(&mut realms, &request).body);
    }
}
