//! Filters and pages.

use super::Client;

#[test]
fn filters_find_what_the_answer_shows() {
    let mut client = Client::new();
    let web = client.launch(
        "t3.micro",
        &[
            ("TagSpecification.1.ResourceType", "instance"),
            ("TagSpecification.1.Tag.1.Key", "env"),
            ("TagSpecification.1.Tag.1.Value", "test"),
        ],
    );
    client.settle();
    let lab = client.launch("m5.large", &[("HibernationOptions.Configured", "false")]);
    let mut find = |filters: &[(&str, &str)]| {
        let mut all = Vec::new();
        for (n, (name, value)) in filters.iter().enumerate() {
            all.push((format!("Filter.{}.Name", n + 1), *name));
            all.push((format!("Filter.{}.Value.1", n + 1), *value));
        }
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (&**name, *value)).collect();
        let node = client.call("DescribeInstances", &all).ok();
        node.texts("reservationSet/item/instancesSet/item/instanceId")
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(find(&[("instance-state-name", "running")]), [&*web]);
    assert_eq!(find(&[("instance-state-code", "0")]), [&*lab]);
    assert_eq!(find(&[("tag:env", "te*")]), [&*web]);
    assert_eq!(
        find(&[("tag-key", "env"), ("instance-type", "m5.*")]),
        [""; 0]
    );
    assert_eq!(find(&[("instance-type", "*")]).len(), 2);
    assert_eq!(find(&[("state-reason-code", "*")]), [""; 0]);
    assert_eq!(
        find(&[
            ("root-device-type", "ebs"),
            ("network-interface.addresses.private-ip-address", "172.31.*")
        ])
        .len(),
        2
    );
    assert_eq!(
        find(&[
            ("owner-id", "123456789012"),
            ("instance.group-name", "default")
        ])
        .len(),
        2
    );
}

#[test]
fn pages_tell_everything_once_though_things_vanish_between_them() {
    let mut client = Client::new();
    let ids: Vec<String> = (0..12).map(|_| client.launch("t3.micro", &[])).collect();
    let first = client
        .call("DescribeInstances", &[("MaxResults", "5")])
        .ok();
    let told = |node: &super::Node| {
        node.texts("reservationSet/item/instancesSet/item/instanceId")
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let token = first.text("nextToken").to_owned();
    assert_eq!(told(&first), ids[..5]);
    let second = client
        .call(
            "DescribeInstances",
            &[("MaxResults", "5"), ("NextToken", &token)],
        )
        .ok();
    assert_eq!(told(&second), ids[5..10]);
    let other = client.call("DescribeVolumes", &[("NextToken", &token)]);
    assert_eq!(
        other.refused(),
        ("InvalidParameterValue", "Unable to parse pagination token")
    );
    let token = second.text("nextToken").to_owned();
    let last = client
        .call(
            "DescribeInstances",
            &[("MaxResults", "5"), ("NextToken", &token)],
        )
        .ok();
    assert_eq!(told(&last), ids[10..]);
    assert!(last.texts("nextToken").is_empty());
    let both = client.call(
        "DescribeInstances",
        &[("MaxResults", "5"), ("InstanceId.1", &ids[0])],
    );
    assert_eq!(
        both.refused().1,
        "The parameter instancesSet cannot be used with the parameter maxResults"
    );
}
