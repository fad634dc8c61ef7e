//! Every message that a reader of scenario files can get, as it is drawn.

use std::fmt::Write as _;

use ec2sim::{
    cli::diagnostics::draw,
    scenario::{Scenario, keys},
};

/// Files with mistakes: what is wrong, and the text.
pub(crate) const CASES: &[(&str, &str)] = &[
    (
        "an empty file",
        "",
    ),
    (
        "only comments",
        "# a lesson
# to come
",
    ),
    (
        "a tab in the indentation",
        "instances:
\tweb: { type: m5.large }
",
    ),
    (
        "a tab below a list",
        "steps:
  - launch: web
\tnote: hello
",
    ),
    (
        "an unclosed quote",
        r#"name: "Nights off
steps: []
"#,
    ),
    (
        "an unclosed single quote",
        "name: 'Nights off
steps: []
",
    ),
    (
        "a colon in a text",
        "steps:
  - note: Billing: starts now
",
    ),
    (
        "an unclosed bracket",
        "instances:
  web: { type: m5.large
steps: []
",
    ),
    (
        "an unclosed list",
        "steps:
  - launch: [web, db
  - stop: web
",
    ),
    (
        "a stray bracket",
        "name: lesson
steps: ]
",
    ),
    (
        "a key without a colon",
        "name: lesson
region us-east-1
steps: []
",
    ),
    (
        "a line too far to the right",
        "name: lesson
  region: us-east-1
steps: []
",
    ),
    (
        "a line too far to the left",
        "steps:
    - launch: web
  - stop: web
",
    ),
    (
        "an unknown anchor",
        "name: *title
steps: []
",
    ),
    (
        "a reserved character",
        "name: @home
steps: []
",
    ),
    (
        "a percent sign",
        "name: %home
steps: []
",
    ),
    (
        "a backquote",
        "name: `x`
steps: []
",
    ),
    (
        "something after a quote",
        r#"name: "a" b
steps: []
"#,
    ),
    (
        "an unknown escape",
        r#"name: "a\qb"
steps: []
"#,
    ),
    (
        "a second document",
        "name: one
steps: []
---
name: two
steps: []
",
    ),
    (
        "a merge key",
        "defaults: &d { type: m5.large }
instances:
  web:
    <<: *d
steps: []
",
    ),
    (
        "a tag",
        "name: !secret x
steps: []
",
    ),
    (
        "a list as a key",
        "? [a, b]
: 1
steps: []
",
    ),
    (
        "duplicate keys",
        "name: one
region: us-east-1
name: two
steps: []
",
    ),
    (
        "three of a key",
        "instances:
  web: { type: m5.large }
  web: { type: m5.large }
  web: { type: m5.large }
steps: []
",
    ),
    (
        "too deep",
        "name: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
steps: []
",
    ),
    (
        "an alias inside of itself",
        "steps: &s
  - note: a
  - *s
",
    ),
    (
        "an alias bomb",
        "a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]
h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]
i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h,*h]
",
    ),
    (
        "a list for a scenario",
        "- launch: web
- stop: web
",
    ),
    (
        "a word for a scenario",
        "hello
",
    ),
    (
        "an unknown key at the top",
        "nmae: lesson
steps: []
",
    ),
    (
        "an unknown key far from any",
        "colour: blue
steps: []
",
    ),
    (
        "no steps",
        "instances: { web: { type: m5.large } }
",
    ),
    (
        "steps that are no list",
        "instances: { web: { type: m5.large } }
steps: { launch: web }
",
    ),
    (
        "a step that is a word",
        "instances: { web: { type: m5.large } }
steps:
  - launch
",
    ),
    (
        "an empty step",
        "instances: { web: { type: m5.large } }
steps:
  - {}
",
    ),
    (
        "a step with a time only",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - at: 1h
",
    ),
    (
        "a mistyped verb",
        "instances: { web: { type: m5.large } }
steps:
  - lauch: web
",
    ),
    (
        "two verbs",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
    stop: web
",
    ),
    (
        "at and after",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - at: 1h
    after: 5m
    stop: web
",
    ),
    (
        "fails on an expectation",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - expect: { web: { state: running } }
    fails: IncorrectState
",
    ),
    (
        "timeout on an action",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
    timeout: 5m
",
    ),
    (
        "every on an action",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
    every: 5m
",
    ),
    (
        "each without steps",
        "instances: { web: { type: m5.large, count: 3 } }
steps:
  - each: web
",
    ),
    (
        "repeat without times",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - repeat: { every: 1d }
    steps: [{ note: hello }]
",
    ),
    (
        "repeat zero times",
        "instances: { web: { type: m5.large } }
steps:
  - repeat: { times: 0 }
    steps: [{ note: hello }]
",
    ),
    (
        "each of a list",
        "instances: { web: { type: m5.large, count: 3 } }
steps:
  - each: [web]
    steps: [{ launch: self }]
",
    ),
    (
        "an instance that is a type",
        "instances:
  web: m5.large
steps: []
",
    ),
    (
        "an instance without a type",
        "instances:
  web:
  db: { root: 20GiB gp3 }
steps: []
",
    ),
    (
        "both instance and instances",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: { instance: web, instances: [web] }
",
    ),
    (
        "an action without a name",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: { force: yes }
",
    ),
    (
        "an action on nobody",
        "instances: { web: { type: m5.large } }
steps:
  - launch: []
",
    ),
    (
        "force on hibernate",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - hibernate: { instance: web, force: yes }
",
    ),
    (
        "durations",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - after: 90
    note: a
  - after: 10min
    note: b
  - after: 30m1h
    note: c
  - after: 1y
    note: d
  - after: 1.5s
    note: e
  - wait: -5m
  - after: soon
    note: f
",
    ),
    (
        "instants",
        "start: 2026-02-30T09:00:00Z
until: 2026-03-02T09:00Z
instances: { web: { type: m5.large } }
steps:
  - at: 2026-03-02
    launch: web
",
    ),
    (
        "a start before 1970",
        "start: 1969-12-31T23:59:59Z
steps: []
",
    ),
    (
        "a start with a fraction",
        "start: 2026-03-02T09:00:00.5Z
steps: []
",
    ),
    (
        "sizes",
        "instances:
  a: { type: m5.large, root: 8GB gp3 }
  b: { type: m5.large, root: 8G }
  c: { type: m5.large, root: 512MiB gp3 }
  d: { type: m5.large, root: huge }
  e: { type: m5.large, root: 8GiB gp4 }
  f: { type: m5.large, root: { size: 99999999999999 } }
steps: []
",
    ),
    (
        "amounts",
        "prices: { m5.large: 1e3, gp3: -1, gp3-iops: 1,000 }
steps: []
expect: { cost: about $5 }
",
    ),
    (
        "flags",
        "instances:
  a: { type: m5.large, hibernation: on }
  b: { type: m5.large, hibernation: True }
  c: { type: m5.large, hibernation: maybe }
steps: []
",
    ),
    (
        "numbers",
        "seed: 0x10
instances:
  a: { type: m5.large, count: 0 }
  b: { type: m5.large, count: 1e3 }
  c: { type: m5.large, count: 99999999999 }
steps: []
",
    ),
    (
        "ranges",
        "timings: { pending: 40s..15s, stoping: 30s, rebooting: 1..2 }
steps: []
",
    ),
    (
        "words",
        "instances:
  a: { type: m5.large, shutdown-behavior: halt }
  b: { type: m5.large, public-ipv4: yes }
  c: { type: m5.large, platform: windos }
  d: { type: m5.large, image: ubuntu }
  e: { type: m5.large, image: { architecture: amd64 } }
steps: []
",
    ),
    (
        "an error code",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: web
    fails: IncorectInstanceState
  - start: web
    fails: NoSuchThing.AtAll
  - reboot: web
    fails: RequestLimitExceeded
",
    ),
    (
        "a message",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: web
    fails: { message: '{web}' }
  - start: web
    fails: { code: IncorrectState, message: 'of {wbe} {{' }
  - reboot: web
    fails: { code: IncorrectState, message: 'of {web' }
  - terminate: web
    fails: { code: IncorrectState, message: 'of {web/2}', because: 1 }
",
    ),
    (
        "a client token",
        "instances: { web: { type: m5.large } }
steps:
  - launch: { instance: web, client-token: '' }
",
    ),
    (
        "names",
        "instances:
  self: { type: m5.large }
  cost: { type: m5.large }
  -web: { type: m5.large }
  my web: { type: m5.large }
  i-0123456789abcdef0: { type: m5.large }
steps: []
",
    ),
    (
        "an unknown instance",
        "instances: { web: { type: m5.large } }
steps:
  - launch: wbe
",
    ),
    (
        "an unknown instance of none",
        "steps:
  - launch: web
",
    ),
    (
        "a member that isn't there",
        "instances: { web: { type: m5.large, count: 3 } }
steps:
  - launch: web-4
",
    ),
    (
        "a member of no group",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web-1
",
    ),
    (
        "a name for two things",
        "instances: { web: { type: m5.large } }
addresses: { web: ~ }
steps: []
",
    ),
    (
        "a name of a member",
        "instances:
  web: { type: m5.large, count: 3 }
  web-2: { type: m5.large }
steps: []
",
    ),
    (
        "an address for an instance",
        "addresses: { vip: ~ }
instances: { web: { type: m5.large } }
steps:
  - launch: vip
",
    ),
    (
        "an instance for an address",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - release-address: web
",
    ),
    (
        "an unknown address",
        "addresses: { vip: ~ }
instances: { web: { type: m5.large } }
steps:
  - release-address: vpi
",
    ),
    (
        "an action before the launch",
        "instances: { web: { type: m5.large } }
steps:
  - stop: web
  - launch: web
",
    ),
    (
        "an action on half a group",
        "instances: { web: { type: m5.large, count: 3 } }
steps:
  - launch: [web-1, web-2]
  - stop: web
",
    ),
    (
        "an address before it is allocated",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - associate-address: { address: front, instance: web }
  - allocate-address: front
",
    ),
    (
        "a volume before it is created",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - attach-volume: { volume: data, instance: web }
  - create-volume: { volume: data, size: 8GiB }
",
    ),
    (
        "launched twice",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - after: 1h
    launch: web
",
    ),
    (
        "launched twice at once",
        "instances: { web: { type: m5.large } }
steps:
  - launch: [web, web]
",
    ),
    (
        "launched in every round",
        "instances: { web: { type: m5.large } }
steps:
  - repeat: { times: 3 }
    steps:
      - launch: web
      - wait: 1h
",
    ),
    (
        "allocated twice",
        "instances: { web: { type: m5.large } }
steps:
  - allocate-address: front
  - allocate-address: front
",
    ),
    (
        "self outside each",
        "instances: { web: { type: m5.large } }
steps:
  - launch: self
",
    ),
    (
        "a volume the instance hasn't",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - detach-volume: web/1
",
    ),
    (
        "a volume of a group",
        "instances: { web: { type: m5.large, count: 3 } }
steps:
  - launch: web
  - detach-volume: web/root
",
    ),
    (
        "an instance for a volume",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - delete-volume: web
",
    ),
    (
        "an unknown type",
        "instances:
  web: { type: m5.lage }
steps: []
",
    ),
    (
        "a type without a price",
        "region: eu-central-1
instances:
  web: { type: mac2.metal }
steps: []
",
    ),
    (
        "a change to a type without a price",
        "region: eu-central-1
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - modify: { instance: web, type: p6-b200.48xlarge }
",
    ),
    (
        "an unknown region",
        "region: us-eats-1
steps: []
",
    ),
    (
        "a zone for a region",
        "region: us-east-1a
steps: []
",
    ),
    (
        "a zone elsewhere",
        "instances:
  web: { type: m5.large, zone: us-west-2a }
steps: []
",
    ),
    (
        "what the type can't",
        "instances:
  a: { type: m5.large, credits: unlimited }
  b: { type: m5.large, interfaces: 20 }
  c: { type: m5.large, ipv6: 99 }
  d: { type: m1.small, ipv6: 1 }
steps: []
",
    ),
    (
        "volumes beyond their limits",
        "instances:
  web:
    type: m5.large
    root: 500GiB st1
    volumes:
      - 99999GiB gp3
      - { type: gp3, size: 10GiB, iops: 6000 }
      - { type: gp3, size: 100GiB, throughput: 1000 }
      - { type: io2, size: 100GiB }
      - { type: gp2, size: 100GiB, iops: 3000 }
      - { type: gp2, size: 100GiB, throughput: 250 }
      - { type: gp3 }
      - { type: gp3, volume: gp3, size: 8GiB }
steps: []
",
    ),
    (
        "an image of another platform",
        "instances:
  web: { type: m5.large, image: windows-2022, platform: rhel }
steps: []
",
    ),
    (
        "a root on an instance-store image",
        "instances:
  web: { type: m3.medium, image: { root-device: instance-store }, root: 8GiB }
steps: []
",
    ),
    (
        "backwards",
        "instances: { web: { type: m5.large } }
steps:
  - at: 2h
    launch: web
  - at: 1h
    stop: web
",
    ),
    (
        "backwards after a wait",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - wait: 2h
  - at: 2026-01-01T01:00:00Z
    stop: web
",
    ),
    (
        "before the start",
        "instances: { web: { type: m5.large } }
steps:
  - at: 2025-12-31T00:00:00Z
    launch: web
",
    ),
    (
        "after until",
        "until: 2h
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - at: 3h
    stop: web
",
    ),
    (
        "after until in a later round",
        "until: 2d
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - repeat: { times: 3, every: 1d }
    steps:
      - stop: web
      - after: 1h
        start: web
",
    ),
    (
        "until before the start",
        "start: 2026-03-02T09:00:00Z
until: 2026-03-01T09:00:00Z
steps: []
",
    ),
    (
        "beyond the year 9999",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - wait: 999999w
",
    ),
    (
        "many rounds beyond the year 9999",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - repeat: { times: 4000000000, every: 1d }
    steps: [{ reboot: web }]
",
    ),
    (
        "a round too long",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - repeat: { times: 3, every: 1h }
    steps:
      - stop: web
      - after: 2h
        start: web
",
    ),
    (
        "an instant in a later round",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - repeat: { times: 3, every: 1d }
    steps:
      - at: 2026-01-01T01:00:00Z
        stop: web
",
    ),
    (
        "nothing to compare with",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - after: 1m
    expect:
      web: { public-ipv4: kept, private-ipv4: changed, memory: kept, host: kept }
",
    ),
    (
        "checks",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - expect:
      web:
        state: runing
        api-state: hibernated
        public-ipv4: 2001:db8::1
        ipv6: 10.0.0.1
        public-dns: nonsense
        volumes: some
        billed: 1
        starts: -1
        status-checks: fine
        billed-seconds: long
        cost: { usge: $1 }
        colour: red
",
    ),
    (
        "a check one level too high",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - expect: { state: running }
",
    ),
    (
        "a state to wait for",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - wait-until: { web: started }
",
    ),
    (
        "not simulated yet",
        "account: { eip-quota: 10, vpcu-quota: 5 }
instances:
  a: { type: m5.large, market: spot, tenancy: dedicated, monitoring: yes, placement-group: pg }
  b: { type: m5.large, market: { spot: { interruption: sleep } } }
steps:
  - launch: a
  - transfer: { instance: a, to: moon, amount: 12GB }
  - cpu: { instance: a, percent: 800 }
  - interrupt: a
  - fail: { instance: a, check: sytem }
  - capacity: { zone: us-east-1a, type: m5.lage, available: 0 }
  - modify: { instance: a, tenancy: host }
  - create-snapshot: a/root
  - expect: { a: { credits: 5 } }
",
    ),
    (
        "modify nothing",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - modify: { instance: web }
  - modify: { instance: web, monitoring: no }
  - modify: web
",
    ),
    (
        "a price file that isn't there",
        "prices: prices.yaml
steps: []
",
    ),
    (
        "an unknown price",
        "prices: { m5.lage: $1, m5.large/windos: $1, gp4: $1 }
steps: []
",
    ),
    (
        "a step without its colon",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop web
",
    ),
    (
        "a note inside of an action",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop:
      instance: web
      note: good night
",
    ),
    (
        "hibernate as an option",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: { instance: web, hibernate: yes }
",
    ),
    (
        "a state where checks are expected",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - expect: { web: running }
",
    ),
    (
        "a word of another tool",
        "instances:
  web: { instance-type: m5.large, ami: al2023 }
steps:
  - run: web
  - sleep: 10m
",
    ),
    (
        "the words of EC2's API, and of those who call it",
        "instances:
  web:
    type: m5.large
    instance_type: m5.large
    DisableApiTermination: yes
    disable_api_stop: yes
    instance_initiated_shutdown_behavior: stop
    root_block_device: 20GiB gp3
    ebs_optimised: yes
steps:
  - run-instances: web
  - StopInstances: web
  - modify_instance_attribute: { instance: web, type: m5.xlarge }
",
    ),
    (
        "names alone, where more has to be said",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - schedule-event: web
  - schedule-event: [web]
  - reschedule-event: web
  - transfer: [web]
  - cpu: [web]
  - capacity: web
  - spot-price: [web]
  - modify: { instance: web, market: spot }
",
    ),
    (
        "until when",
        "until: forever
steps: []
",
    ),
    (
        "a time of day",
        "instances: { web: { type: m5.large } }
steps:
  - at: 25:00
    launch: web
",
    ),
    (
        "modify-volume",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - modify-volume: web/root
  - modify-volume: { volume: web/root }
  - modify-volume: { volume: web/root, type: st1, size: 10GiB, iops: 100 }
",
    ),
    (
        "delete-on-termination",
        "instances: { web: { type: m5.large } }
steps:
  - launch: web
  - modify: { instance: web, delete-on-termination: { root: maybe, 1: no, data: no } }
",
    ),
    (
        "an address where there are names",
        "addresses: { vip: 10.0.0.1 }
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - attach-volume: { volume: vip, instance: web }
  - associate-address: { address: vip }
  - associate-address: vip
",
    ),
    (
        "each on its own",
        "instances: { web: { type: m5.large, count: 3 } }
steps:
  - each: web
    steps:
      - stop: self
      - launch: self
      - launch: self
",
    ),
    (
        "a launch by id",
        "instances: { web: { type: m5.large } }
steps:
  - launch: i-0123456789abcdef0
  - wait-until: { i-0123456789abcdef0: running }
",
    ),
];

#[test]
fn every_mistake_is_drawn_at_its_place() {
    let mut drawn = String::new();
    for (name, text) in CASES {
        writeln!(drawn, "=== {name}\n").unwrap();
        match Scenario::from_text("lesson.yaml", text) {
            Ok(_) => writeln!(drawn, "no mistake found\n").unwrap(),
            Err(mistakes) => drawn.push_str(&draw(&mistakes, 100, false)),
        }
    }
    insta::assert_snapshot!(drawn);
}

// What is too short for an action is a mistake: a step that was read as nothing would be passed over. The reader asserts that
// none is.
#[test]
fn no_form_of_a_step_is_passed_over_in_silence() {
    let values = [
        "web",
        "[web]",
        "{ instance: web }",
        "{ instances: [web] }",
        "vip",
        "{ address: vip }",
        "web/root",
        "{ volume: web/root }",
        "new",
        "{ image: new }",
        "~",
        "{}",
        "[]",
    ];
    for key in keys::STEP.keys {
        for value in values {
            let text = format!(
                "
instances: {{ web: {{ type: m5.large }} }}
addresses: {{ vip: ~ }}
steps:
  - launch: web
  - {}: {value}
",
                key.name
            );
            drop(Scenario::from_text("short.yaml", &text));
        }
    }
}

#[test]
fn a_number_that_is_too_large_is_called_so() {
    let told = |steps: &str| {
        let text =
            format!("instances: {{ web: {{ type: t3.micro }} }}\nsteps:\n  - launch: web\n{steps}");
        let mistakes = Scenario::from_text("large.yaml", &text).unwrap_err();
        mistakes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(
        told("  - { at: 99999999999999999999999h, stop: web }\n"),
        "large.yaml:4:11: error[E0302]: `99999999999999999999999h` is too large"
    );
    assert_eq!(
        told("  - { repeat: 99999999999999999999, steps: [ { reboot: web } ] }\n"),
        "large.yaml:4:15: error[E0307]: `99999999999999999999` is too large"
    );
    assert!(
        told("  - { create-volume: { volume: v, size: 99999999999999999999GiB } }\n")
            .contains("is too large")
    );
}

#[test]
fn a_name_of_something_else_is_found() {
    let text = "instances: { web: { type: t3.micro } }\nvolumes: { data: 10GiB gp3 }\nsteps: [{ launch: web }, { stop: dat }]\n";
    let mistakes = Scenario::from_text("other.yaml", text).unwrap_err();
    let first = mistakes.iter().next().unwrap();
    assert_eq!(first.message, "no instance is called `dat`");
    assert_eq!(first.notes, ["did you mean `data`, which is a volume?"]);
}

#[test]
fn a_parameter_between_brackets_needs_quotes() {
    let text = "params: { type: t3.micro }\ninstances:\n  web: { type: ${type} }\nsteps: [{ launch: web }]\n";
    let mistakes = Scenario::from_text("quote.yaml", text).unwrap_err();
    let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        all,
        ["quote.yaml:3:16: error[E0105]: `${type}` needs quotes between brackets"]
    );
    let mended = mistakes.iter().next().unwrap().suggestion.as_ref().unwrap();
    assert_eq!(mended.replacement, "\"${type}\"");
    // What isn't closed is told once.
    for open in [
        "instances: { web: { type: t3.micro }\nsteps:\n  - launch: web\n",
        "steps: [ { launch: web }",
    ] {
        let mistakes = Scenario::from_text("open.yaml", open).unwrap_err();
        assert_eq!(mistakes.iter().count(), 1, "{mistakes:?}");
    }
}
