//! "Addresses": Elastic IPs, and where a public address comes from.

use ec2sim::record::{AddressHandle, Resource};

use crate::support::{mistakes, passes, play};

// CASE-09
#[test]
fn case_09_an_elastic_ip_outlives_stop_start_and_termination() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
until: 5h
steps:
  - launch: web
  - at: 10m
    allocate-address: e
  - associate-address: { address: e, instance: web }
  - expect: { web: { public-ipv4: changed, public-dns: changed } }
  - at: 1h
    stop: web
  - at: 1h30m
    expect: { web: { state: stopped, public-ipv4: kept, public-dns: kept } }
  - at: 2h
    start: web
  - at: 2h30m
    expect: { web: { state: running, public-ipv4: kept, public-dns: kept } }
  - at: 3h
    disassociate-address: e
  - expect: { web: { public-ipv4: changed, public-dns: changed } }
  - at: 4h
    terminate: web
  - expect: { web: { state: shutting-down, public-ipv4: none, public-dns: none } }
",
    );
    let first = played.at("web", "15s").public.unwrap();
    let elastic = Some(played.elastic_ip().ip());
    for at in ["10m", "1h", "1h30m", "2h", "2h15s", "2h30m"] {
        assert_eq!(played.at("web", at).public, elastic, "at {at}");
    }
    let second = played.at("web", "3h").public.unwrap();
    assert!(second != first && Some(second) != elastic && Some(first) != elastic);
    assert_eq!(played.at("web", "4h").public, None);
    assert!(!played.elastic_ip().is_released());
    assert_eq!(played.elastic_ip().instance(), None);
    let address = &played.json()["addresses"]["e"];
    assert!(address["instance"].is_null(), "{address}");
    // Its meter runs from the allocation to the end, whatever it is associated with (BILL-IPV4-EIP).
    let all = played
        .replay
        .bill()
        .cost_of(
            played.replay.end(),
            Resource::Address(AddressHandle::new(0)),
        )
        .total();
    assert_eq!(
        all.to_string(),
        ec2sim::money::Usd::hourly("0.005".parse().unwrap(), 5 * 3600 - 600).to_string()
    );
}

// CASE-10
#[test]
fn case_10_an_elastic_ip_taken_away_while_stopped() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
addresses: { e: ~ }
until: 2h10m
steps:
  - launch: web
  - { at: 10m, associate-address: { address: e, instance: web } }
  - { at: 1h, stop: web }
  - { at: 1h30m, disassociate-address: e }
  - expect: { web: { state: stopped, public-ipv4: none } }
  - { at: 2h, start: web }
  - expect: { web: { state: pending, public-ipv4: none } }
  - at: 2h15s
    expect: { web: { public-ipv4: changed } }
",
    );
    let elastic = played.elastic_ip().ip();
    assert_eq!(played.at("web", "1h30s").public, Some(elastic));
    assert_eq!(played.at("web", "1h30m").public, None);
    let (first, second) = (
        played.at("web", "15s").public.unwrap(),
        played.at("web", "2h15s").public.unwrap(),
    );
    assert!(first != second && second != elastic);
}

// CASE-11
#[test]
fn case_11_terminated_with_an_elastic_ip() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
addresses: { e: ~ }
until: 2h
steps:
  - launch: web
  - { at: 10m, associate-address: { address: e, instance: web } }
  - at: 11m
    note: associated
  - { at: 1h, terminate: web }
  - at: 1h10s
    expect: { web: { state: shutting-down, public-ipv4: kept } }
  - at: 1h30s
    expect: { web: { state: terminated, public-ipv4: none, public-dns: none } }
",
    );
    assert_eq!(
        played.states("web")[2..],
        ["1h shutting-down", "1h30s terminated"]
    );
    let elastic = played.elastic_ip();
    assert!(!elastic.is_released());
    assert_eq!(elastic.instance(), None);
    assert_eq!(elastic.association_id(), None);
}

// CASE-12, as far as the language goes: the second interface is there from the launch.
#[test]
fn case_12_a_second_interface_costs_the_public_address() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3, interfaces: 2 } }
addresses: { e: ~ }
until: 2h10m
steps:
  - launch: web
  - { at: 1h, stop: web }
  - { at: 2h, start: web }
  - at: 2h15s
    expect: { web: { state: running, public-ipv4: none, public-dns: none, private-ipv4: kept } }
  - associate-address: { address: e, instance: web }
    fails: InvalidInstanceID
",
    );
    let id = played.instance("web").id();
    assert_eq!(
        played.rejected()[0].1.message,
        format!(
            "There are multiple interfaces attached to instance '{id}'. Please specify an interface ID for the operation \
             instead."
        )
    );
    assert_eq!(played.at("web", "2h15s").public, None);
}

// CASE-13, by instance id.
#[test]
fn case_13_it_is_too_early_for_an_elastic_ip() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
addresses: { e: ~ }
steps:
  - launch: web
  - { at: 5s, associate-address: { address: e, instance: web }, fails: InvalidInstanceID }
  - { at: 15s, associate-address: { address: e, instance: web } }
  - expect: { web: { public-ipv4: any } }
",
    );
    let id = played.instance("web").id();
    assert_eq!(
        played.rejected()[0].1.message,
        format!("The pending instance '{id}' is not in a valid state for this operation.")
    );
    assert_eq!(
        played.at("web", "15s").public,
        Some(played.elastic_ip().ip())
    );
}

// CASE-14, as far as the language goes: `public-ipv4` says what the subnet or the launch would.
#[test]
fn case_14_an_instance_without_public_addresses_never_has_one() {
    let played = passes(
        "
defaults: { type: m5.large, root: 30GiB gp3 }
instances: { a: { public-ipv4: none }, b: {} }
until: 2h10m
steps:
  - launch: [a, b]
  - at: 1m
    expect: { a: { public-ipv4: none, public-dns: none, private-dns: any }, b: { public-ipv4: any } }
  - { at: 1h, stop: [a, b] }
  - at: 1h30m
    expect: { a: { public-ipv4: none }, b: { public-ipv4: none } }
  - { at: 2h, start: [a, b] }
  - at: 2h15s
    expect: { a: { public-ipv4: none }, b: { public-ipv4: changed } }
",
    );
    assert_eq!(played.at("a", "2h15s").public, None);
    assert_ne!(played.at("b", "1m").public, played.at("b", "2h15s").public);
}

// EIP-ASSOCIATE-REPLACES, EIP-ASSOCIATE-MOVES, EIP-ASSOCIATE-IDEMPOTENT, EIP-DISASSOCIATE, EIP-LIMIT.
#[test]
fn an_elastic_ip_moves_and_replaces_another_one() {
    let played = play(
        "
defaults: { type: m5.large }
instances: { a: {}, b: {} }
addresses: { e: ~, f: ~ }
until: 2h
steps:
  - launch: [a, b]
  - { at: 1m, associate-address: { address: e, instance: a } }
  - { at: 2m, associate-address: { address: f, instance: a } }
  - { at: 3m, associate-address: { address: f, instance: a } }
  - { at: 4m, associate-address: { address: f, instance: b, allow-reassociation: no }, fails: Resource.AlreadyAssociated }
  - { at: 5m, associate-address: { address: f, instance: b } }
  - { at: 6m, disassociate-address: e }
  - { at: 7m, release-address: f }
  - { at: 8m, disassociate-address: f, fails: InvalidAssociationID.NotFound }
  - { at: 9m, associate-address: { address: f, instance: b }, fails: InvalidAllocationID.NotFound }
  - { at: 10m, release-address: f, fails: InvalidAllocationID.NotFound }
  - { at: 11m, allocate-address: g }
  - { at: 11m, allocate-address: h }
  - { at: 11m, allocate-address: i }
  - { at: 11m, allocate-address: j }
  - { at: 12m, allocate-address: k, fails: AddressLimitExceeded }
",
    );
    assert!(played.replay.passed(), "{:?}", played.refusals());
    let ips: Vec<_> = played
        .replay
        .world()
        .addresses()
        .iter()
        .map(|address| Some(address.ip()))
        .collect();
    let (auto_a, auto_b) = (played.at("a", "15s").public, played.at("b", "15s").public);
    assert_eq!(played.at("a", "1m").public, ips[0]);
    assert_eq!(played.at("a", "2m").public, ips[1]);
    assert_eq!(played.at("b", "4m").public, auto_b);
    // It moves: a gets an address from the pool again, another one.
    assert_eq!(played.at("b", "5m").public, ips[1]);
    let again = played.at("a", "5m").public;
    assert!(again.is_some() && again != auto_a && again != ips[0]);
    // Releasing disassociates first; b gets an address from the pool.
    let pool = played.at("b", "7m").public;
    assert!(pool.is_some() && pool != ips[1] && pool != auto_b);
    let accepted = played.accepted();
    assert!(
        accepted.contains(&"3m AssociateAddress unchanged".to_owned()),
        "{accepted:?}"
    );
    assert!(
        accepted.contains(&"6m DisassociateAddress unchanged".to_owned()),
        "{accepted:?}"
    );
    assert_eq!(
        played.rejected().last().unwrap().1.message,
        "The maximum number of addresses has been reached."
    );
}

/// LIFE-RUN-ADDRESSES, IP-SUBNET-RESERVED: the default subnets of a VPC.
#[test]
fn a_subnet_has_an_end() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/addresses-of-a-subnet.yaml"
    ));
    let document = played.json();
    let private = |name: &str| {
        document["instances"][name]["private_ipv4"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let elsewhere = private("elsewhere");
    assert!(elsewhere.starts_with("172.31.0."), "{elsewhere}");
    let found = mistakes("vpc: { cidr: 172.31.0.7/16 }\ninstances: {}\nsteps: []\n");
    assert!(
        found.contains("`172.31.0.7/16` is not a block of addresses"),
        "{found}"
    );
    let found = mistakes("vpc: { cidr: 10.0.0.0/8 }\ninstances: {}\nsteps: []\n");
    assert!(
        found.contains("`10.0.0.0/8` is not a block of addresses"),
        "{found}"
    );
    let found = mistakes("vpc: {}\ninstances: {}\nsteps: []\n");
    assert!(found.contains("`vpc` lacks `cidr`"), "{found}");
}
