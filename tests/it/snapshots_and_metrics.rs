//! What snapshots, detailed monitoring and requests of magnetic volumes cost: the worked examples of the billing rulebook.

use ec2sim::{Scenario, money::Usd, record::Meter};

use crate::support::{Played, passes};

/// From the beginning of June 2026 on, with one instance in states that take no time.
fn june(instance: &str, steps: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s, rebooting: 0s }}
instances: {{ web: {{ type: t3.micro, public-ipv4: none, {instance} }} }}
volumes: {{ data: {{ size: 50GiB, zone: us-east-1a }}, old: {{ size: 100GiB, type: standard, zone: us-east-1a }}, big: {{ size: 200GiB, zone: us-east-1a }} }}
steps:
{steps}"
    ))
}

/// What a meter comes to; what reports make of it differs in rounding alone.
fn of(played: &Played, meter: Meter) -> String {
    let bill = played.replay.bill();
    let lines = || bill.ledger().iter().filter(|line| line.meter == meter);
    let exact: Usd = lines().map(|line| line.amount).sum();
    let reported: Usd = lines()
        .map(|line| Usd::from_price(line.reported().amount))
        .sum();
    assert_eq!(
        (exact - reported).to_fixed(6).trim_start_matches('-'),
        "0.000000"
    );
    assert_eq!(bill.cost().of(meter), exact);
    exact.to_string()
}

#[test]
fn ex_59_fast_snapshot_restore() {
    let enabled = |zones: &str, rest: &str| {
        let steps = format!(
            "
  - create-snapshot: {{ volume: data, snapshot: before, used: 0GiB }}
  - enable-fast-restore: {{ snapshot: before, zones: {zones} }}
{rest}"
        );
        of(&june("", &steps), Meter::Snapshots)
    };
    let all = "[ us-east-1a, us-east-1b, us-east-1c ]";
    let later = "  - { at: 90m, disable-fast-restore: before }\n  - { after: 0s, delete-snapshot: before }\n";
    assert_eq!(enabled(all, later), "3.3750000000");
    let soon = "  - { at: 45m, disable-fast-restore: { snapshot: before, zones: [ us-east-1a ] } }\n  - delete-snapshot: before\n";
    assert_eq!(enabled("[ us-east-1a ]", soon), "0.7500000000");
    // By the minute, and to the end of the snapshot.
    let deleted = "  - { at: 3661s, delete-snapshot: before }\n";
    assert_eq!(enabled("[ us-east-1a ]", deleted), "0.7750000000");
}

#[test]
fn ex_56_detailed_monitoring() {
    // Two others use the free metrics up: two instances all month are fourteen, of which four are charged.
    let month = |instances: &str, steps: &str| {
        let played = passes(&format!(
            "
start: 2026-06-01T00:00:00Z
until: 30d
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
defaults: {{ type: t3.micro, public-ipv4: none, monitoring: detailed }}
instances: {{ other: {{ count: 2 }}, {instances} }}
steps:
  - launch: other
{steps}"
        ));
        of(&played, Meter::Monitoring)
    };
    assert_eq!(month("", ""), "1.2000000000");
    // 240 full hours, in two runs; what is stopped sends no metrics, and basic ones are free.
    let steps = "
  - launch: [ web, basic ]
  - { at: 200h, stop: web }
  - { at: 300h, start: web }
  - { at: 340h, stop: web }
  - { at: 341h, expect: { cost: { monitoring: $0 } } }
";
    let with = month("web: {}, basic: { monitoring: basic }", steps);
    assert_eq!(with, "1.9000000000");
    // A part of an hour counts as one, once.
    let steps = "
  - launch: web
  - { at: 10m, modify: { instance: web, monitoring: basic } }
  - { at: 20m, modify: { instance: web, monitoring: detailed } }
  - { at: 30m, terminate: web }
";
    assert_eq!(month("web: {}", steps), "1.2029166667");
    // What hibernates is metered, and sends no metrics: turned on then, it is charged from the next start (BILL-MON-STOPPED).
    let steps = "
  - launch: web
  - { at: 59m, hibernate: web }
  - { at: 60m, modify: { instance: web, monitoring: detailed } }
  - { at: 3h, terminate: web }
";
    let web = "web: { type: m5.large, monitoring: basic, hibernation: yes, root: { size: 30GiB, encrypted: yes } }";
    assert_eq!(month(web, steps), "1.2000000000");
}

#[test]
fn ex_57_snapshots() {
    let steps = "
  - create-snapshot: { volume: data, snapshot: a, used: 10GiB }
  - create-snapshot: { volume: data, snapshot: b, used: 2GiB }
  - { at: 360h, expect: { a: { cost: $0.25 }, b: { cost: { snapshots: $0.05 } } } }
  - delete-snapshot: [ b, a ]
";
    let played = june("", steps);
    assert_eq!(of(&played, Meter::Snapshots), "0.3000000000");
}

#[test]
fn ex_58_archived_for_less_than_ninety_days() {
    let steps = "
  - create-snapshot: { volume: big, snapshot: a }
  - archive-snapshot: a
  - { at: 70d11h5m, delete-snapshot: a }
";
    // Taken out on 13 June, in a month of thirty days.
    let played = passes(&format!(
        "
start: 2026-04-03T12:55:00Z
instances: {{}}
volumes: {{ big: {{ size: 200GiB, zone: us-east-1a }} }}
steps:
{steps}"
    ));
    let ledger = played.replay.bill().ledger().iter();
    let early =
        ledger.filter(|line| line.usage_type == ec2sim::record::UsageType::SnapshotEarlyDelete);
    let early: Usd = early.map(|line| line.amount).sum();
    assert_eq!(early.to_string(), "1.6250000000");
    // Who restores it pays for what is left as well, and for each GB that is taken back.
    let restored = june(
        "",
        "
  - create-snapshot: { volume: data, snapshot: a }
  - archive-snapshot: a
  - { at: 2160h, restore-snapshot: a }
  - { at: 2161h, delete-snapshot: a }
",
    );
    let bill = restored.replay.bill();
    let told: Vec<String> = (bill.ledger().iter())
        .filter(|line| line.meter == Meter::Snapshots)
        .map(|line| line.amount.to_fixed(4))
        .collect();
    // The hour in which it was made and archived at once; three months in the archive, 30, 31 and 29 days; 50 GB; an hour.
    assert_eq!(told, ["0.6250", "0.6250", "0.5847", "1.5000", "0.0034"]);
}

#[test]
fn what_others_need_of_a_deleted_snapshot_goes_on_costing() {
    let steps = "
  - create-snapshot: { volume: data, snapshot: a, used: 10GiB }
  - create-snapshot: { volume: data, snapshot: b, used: 2GiB }
  - create-snapshot: { volume: data, snapshot: c }
  - { at: 72h, delete-snapshot: a }
  - { at: 144h, expect: { a: { cost: $0.05 }, b: { cost: $0.06 }, c: { cost: $0 } } }
  - delete-snapshot: [ c, b ]
";
    let played = june("", steps);
    // 10 GB for three days; then 2 GB of another for as long, and 10 of it from then on.
    assert_eq!(of(&played, Meter::Snapshots), "0.1100000000");
}

#[test]
fn a_part_of_an_hour_of_a_snapshot_is_one() {
    let steps = "
  - { at: 10m, create-snapshot: { volume: data, snapshot: a, used: 36GiB } }
  - { at: 70m, delete-snapshot: a }
";
    let played = june("", steps);
    assert_eq!(of(&played, Meter::Snapshots), "0.0050000000");
}

#[test]
fn an_image_costs_its_snapshots() {
    let steps = "
  - launch: web
  - create-image: { instance: web, image: golden }
  - { at: 72h, deregister-image: golden }
  - { at: 144h, expect: { golden: { cost: { snapshots: $0.08 } }, cost: { snapshots: $0.08 } } }
  - terminate: web
";
    june("root: 8GiB", steps);
}

#[test]
fn ex_67_requests_of_a_magnetic_volume() {
    let steps = "
  - read-io: { volume: old, requests: 2000000 }
  - { at: 10d, read-io: { volume: old, requests: 3000000 } }
  - { at: 11d, read-io: { volume: data, requests: 1 }, fails: InvalidParameterValue }
  - delete-volume: [ data, big ]
  - { at: 30d, expect: { old: { cost: $5.25 } } }
  - delete-volume: old
";
    let played = june("", steps);
    let world = played.replay.world();
    let old = world
        .volumes()
        .iter()
        .position(|one| one.spec().size_gib == 100);
    let ledger = played.replay.bill().ledger().iter();
    let volume = ec2sim::record::VolumeHandle::new(old.unwrap());
    let own: Usd = ledger
        .filter(|line| line.resource == Some(volume.into()))
        .map(|line| line.amount)
        .sum();
    assert_eq!(own.to_string(), "5.2500000000");
}

/// What comes back for some days is in both tiers meanwhile, and the ninety days go on.
#[test]
fn a_snapshot_that_is_restored_for_some_days() {
    let told = |steps: &str| -> Vec<String> {
        let played = june("", steps);
        (played.replay.bill().ledger().iter())
            .filter(|line| line.meter == Meter::Snapshots)
            .map(|line| format!("{:?} {}", line.usage_type, line.amount.to_fixed(4)))
            .collect()
    };
    let until = |rest: &str| {
        told(&format!(
            "
  - create-snapshot: {{ volume: data, snapshot: a }}
  - archive-snapshot: a
  - {{ at: 240h, restore-snapshot: {{ snapshot: a, days: 3 }} }}
  - expect: {{ a: {{ state: completed }} }}
{rest}"
        ))
    };
    // 50 GB: 3 days in the standard tier are $0.25, and in June 24 days in the archive $0.50.
    assert_eq!(
        until(
            "
  - create-volume: { volume: copy, snapshot: a }
  - { at: 311h, expect: { a: { state: completed } } }
  - { at: 313h, expect: { a: { state: archived } } }
  - { at: 576h, expect: { a: { state: archived } } }
"
        ),
        [
            "SnapshotRetrieval 1.5000",
            "SnapshotUsage 0.2500",
            "SnapshotArchive 0.5000"
        ]
    );
    // For good after all: what is left of the ninety days is due, and nothing is retrieved twice.
    let for_good =
        until("  - { at: 264h, restore-snapshot: a }\n  - { at: 288h, delete-snapshot: a }\n");
    let retrieved = for_good
        .iter()
        .filter(|line| line.starts_with("SnapshotRetrieval"));
    assert_eq!(retrieved.count(), 1, "{for_good:?}");
    assert!(
        for_good
            .iter()
            .any(|line| line.starts_with("SnapshotEarlyDelete")),
        "{for_good:?}"
    );
    // More days from then on.
    let longer = until(
        "  - { at: 264h, restore-snapshot: { snapshot: a, days: 5 } }\n  - { at: 383h, expect: { a: { state: completed } } }\n  - { at: 385h, expect: { a: { state: archived } } }\n",
    );
    assert!(
        longer.contains(&"SnapshotUsage 0.5000".to_owned()),
        "{longer:?}"
    );
    // Deleted meanwhile, both copies end.
    let deleted = until(
        "  - { at: 252h, delete-snapshot: a }\n  - { at: 400h, expect: { a: { state: deleted } } }\n",
    );
    assert!(
        deleted.contains(&"SnapshotUsage 0.0417".to_owned()),
        "{deleted:?}"
    );
}

#[test]
fn an_image_says_how_much_of_its_volumes_holds_data() {
    let image = |used: &str| {
        format!(
            "
instances: {{ web: {{ type: t3.micro, root: 8GiB gp3, volumes: [20GiB gp3], public-ipv4: none }} }}
start: 2026-06-01T00:00:00Z
steps:
  - launch: web
  - wait-until: {{ web: running }}
  - create-image: {{ instance: web, image: golden, no-reboot: yes, used: {used} }}
until: 720h
expect: {{ golden/root: {{ cost: $0.15 }}, golden/1: {{ cost: $0.25 }}, golden: {{ cost: $0.40 }} }}
"
        )
    };
    passes(&image("{ root: 3GiB, 1: 5GiB }"));
    // The file says what volumes there are, or, where a step changes that, the world.
    let of_the_world = |used: &str| {
        let text = image(used);
        text.replace("until: 720h", "  - detach-volume: web/1\nuntil: 720h")
    };
    for (used, mistake, refusal) in [
        (
            "{ root: 9GiB }",
            "9 GiB are more than the volume has",
            "A volume of 8 GiB can't hold more than that.",
        ),
        (
            "{ 2: 1GiB }",
            "the instance has no such volume",
            "An image of this instance has 2 volumes.",
        ),
    ] {
        let mistakes = Scenario::from_text("image.yaml", &image(used)).unwrap_err();
        assert!(mistakes.to_string().contains(mistake), "{mistakes}");
        let scenario = Scenario::from_text("image.yaml", &of_the_world(used)).unwrap();
        let replay = ec2sim::replay(&scenario);
        let refused = replay
            .records()
            .iter()
            .any(|record| format!("{record:?}").contains(refusal));
        assert!(refused, "{used}");
    }
    let unknown = Scenario::from_text("image.yaml", &image("{ data: 9GiB }")).unwrap_err();
    assert!(
        unknown.to_string().contains("is no volume of an image"),
        "{unknown}"
    );
}

#[test]
fn more_data_than_a_volume_has_is_a_mistake_where_the_file_says_its_size() {
    let told = |steps: &str| {
        let text = format!(
            "instances: {{ web: {{ type: t3.micro, root: 8GiB gp3 }}, pair: {{ type: t3.micro, count: 2 }} }}\nvolumes: {{ data: 10GiB gp3 }}\nsteps:\n  - launch: web\n{steps}"
        );
        match Scenario::from_text("used.yaml", &text) {
            Ok(_) => String::new(),
            Err(mistakes) => mistakes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        }
    };
    let snapshot = |of: &str, used: &str| {
        format!(
            "  - {{ at: 1h, create-snapshot: {{ volume: {of}, snapshot: one, used: {used} }} }}\n"
        )
    };
    assert_eq!(
        told(&snapshot("web/root", "9GiB")),
        "used.yaml:5:73: error[E0505]: 9 GiB are more than the volume has"
    );
    assert!(told(&snapshot("data", "11GiB")).contains("more than the volume has"));
    assert_eq!(told(&snapshot("data", "10GiB")), "");
    let grown = "  - { at: 30m, modify-volume: { volume: data, size: 20GiB } }\n";
    assert_eq!(told(&format!("{grown}{}", snapshot("data", "11GiB"))), "");
    // A script beside it may be later in the file and earlier in time.
    let later = format!(
        "{}  - each: pair\n    steps: [{{ at: 30m, modify-volume: {{ volume: data, size: 20GiB }} }}]\n",
        snapshot("data", "11GiB")
    );
    assert_eq!(told(&later), "");
    // The same of the volumes of an image, as long as the instance has those of its launch.
    let image = |used: &str| {
        format!(
            "  - {{ at: 1h, create-image: {{ instance: web, image: one, used: {{ {used} }} }} }}\n"
        )
    };
    assert_eq!(
        told(&image("root: 9GiB")),
        "used.yaml:5:72: error[E0505]: 9 GiB are more than the volume has"
    );
    assert_eq!(
        told(&image("1: 2GiB")),
        "used.yaml:5:66: error[E0505]: the instance has no such volume"
    );
    assert_eq!(told(&image("root: 8GiB")), "");
    let attached = "  - { at: 30m, attach-volume: { volume: data, instance: web } }\n";
    assert_eq!(told(&format!("{attached}{}", image("1: 10GiB"))), "");
}
