//! The control API and the metadata of instances, without a socket.

use std::sync::Arc;

use ec2sim::{
    Scenario,
    endpoint::{HttpAnswer, HttpRequest, Mode, More, Options, Realms, Then, answer},
};
use serde_json::{Value, json};

use crate::outputs;

const IMAGE: &str =
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

struct Asked(Realms);

impl Asked {
    fn new() -> Self {
        Self(Realms::new(Options::default()))
    }

    fn with(mode: &str) -> Self {
        Self(Realms::new(Options {
            mode: mode.parse::<Mode>().unwrap(),
            ..Options::default()
        }))
    }

    fn beside(text: &str) -> Self {
        let scenario = Scenario::from_text("beside.yaml", text).unwrap();
        Self(Realms::new(Options {
            scenario: Some(Arc::clone(scenario.program())),
            ..Options::default()
        }))
    }

    fn raw(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> HttpAnswer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = HttpRequest {
            method,
            path,
            query,
            headers,
            body: body.as_bytes(),
        };
        answer(&mut self.0, &request)
    }

    fn ask(&mut self, method: &str, below: &str, body: &str) -> (u16, Value) {
        let answer = self.raw(method, &format!("/_ec2sim{below}"), &[], body);
        let text = String::from_utf8(answer.body).unwrap();
        let value: Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{below}: {text}"));
        let is_of_file = value["schema"] == "ec2sim/diagnostics/1";
        let name = if is_of_file { "diagnostics" } else { "control" };
        outputs::hold(name, &value);
        (answer.status, value)
    }

    fn get(&mut self, below: &str) -> Value {
        let (status, value) = self.ask("GET", below, "");
        assert_eq!(status, 200, "{below}: {value}");
        value
    }

    fn post(&mut self, below: &str) -> Value {
        let (status, value) = self.ask("POST", below, "");
        assert_eq!(status, 200, "{below}: {value}");
        value
    }

    /// The status and the code of what is refused.
    fn refused(&mut self, method: &str, below: &str, body: &str) -> (u16, String) {
        let (status, value) = self.ask(method, below, body);
        let code = value["error"]["code"].as_str();
        (
            status,
            code.unwrap_or_else(|| panic!("{below}: {value}"))
                .to_owned(),
        )
    }

    fn text(&mut self, below: &str) -> String {
        let answer = self.raw("GET", &format!("/_ec2sim{below}"), &[], "");
        assert_eq!(answer.status, 200, "{below}");
        String::from_utf8(answer.body).unwrap()
    }

    fn ec2(&mut self, parameters: &str) -> String {
        let answer = self.raw("POST", "/", &[], parameters);
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(answer.status, 200, "{text}");
        text
    }

    /// Launches an instance; answers its id.
    fn launch(&mut self, more: &str) -> String {
        let launched = self.ec2(&format!(
            "Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1{more}"
        ));
        let (_, rest) = launched.split_once("<instanceId>").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    }
}

#[test]
fn the_clock_goes_where_it_is_told_to_and_never_back() {
    let mut asked = Asked::new();
    let clock = asked.get("/clock");
    assert_eq!(
        clock,
        json!({
            "schema": "ec2sim/clock/1", "account": "123456789012", "now": "2026-01-01T00:00:00Z", "at": "0s",
            "mode": "manual", "next": null, "settled": true,
        })
    );
    assert_eq!(
        asked.refused("POST", "/clock/next", ""),
        (409, "NothingDue".to_owned())
    );
    let web = asked.launch("");
    let clock = asked.get("/clock");
    assert_eq!(
        (&clock["settled"], &clock["next"]),
        (&json!(false), &json!("2026-01-01T00:00:15Z"))
    );
    let clock = asked.post("/clock/advance?seconds=14.5");
    assert_eq!((&clock["at"], &clock["events"]), (&json!("14s"), &json!(0)));
    let clock = asked
        .post("/clock/advance?seconds=.5")
        .get("events")
        .cloned();
    assert!(clock.is_some_and(|events| events.as_u64() > Some(0)));
    let (_, clock) = asked.ask("POST", "/clock/advance", r#"{"seconds": 45}"#);
    assert_eq!(clock["at"], "1m");
    for (way, body, wanted) in [
        ("/clock/advance-to?at=10s", "", (409, "BackInTime")),
        (
            "/clock/advance-to?at=2025-12-31T00:00:00Z",
            "",
            (409, "BackInTime"),
        ),
        ("/clock/advance?by=365000000d", "", (400, "BadParameter")),
        ("/clock/advance?by=36700d", "", (400, "BadParameter")),
        (
            "/clock/advance-to?at=9999-12-31T23:59:59Z",
            "",
            (400, "BadParameter"),
        ),
        ("/clock/advance?seconds=-1", "", (400, "BadParameter")),
        ("/clock/advance?seconds=1&by=1s", "", (400, "BadParameter")),
        (
            "/clock/advance?seconds=1",
            r#"{"seconds":1}"#,
            (400, "BadParameter"),
        ),
        ("/clock/advance", "[1]", (400, "BadParameter")),
        ("/clock/advance", "{", (400, "BadParameter")),
        ("/clock/advance?second=1", "", (400, "UnknownParameter")),
        ("/clock/advance?by=1s&account=1", "", (400, "BadParameter")),
        ("/clock/advance-to?at=tomorrow", "", (400, "BadParameter")),
    ] {
        let (status, code) = asked.refused("POST", way, body);
        assert_eq!((status, code.as_str()), wanted, "{way} {body}");
    }
    assert_eq!(asked.get("/clock")["at"], "1m");
    let clock = asked.post("/clock/advance-to?at=2026-01-01T02:00:00Z");
    assert_eq!(clock["at"], "2h");
    asked.ec2(&format!("Action=StopInstances&InstanceId.1={web}"));
    let clock = asked.post("/clock/settle");
    assert_eq!(
        (&clock["at"], &clock["settled"]),
        (&json!("2h30s"), &json!(true))
    );
}

#[test]
fn the_clock_goes_on_until_something_is_so() {
    let mut asked = Asked::new();
    let web = asked.launch("");
    let running = json!({ "instance": web, "state": "running" }).to_string();
    let (status, clock) = asked.ask("POST", "/clock/run-until", &running);
    assert_eq!(
        (status, &clock["reached"], &clock["at"]),
        (200, &json!(true), &json!("15s"))
    );
    let checked = json!({ "instance": web, "status-checks": "ok" }).to_string();
    let (status, clock) = asked.ask("POST", "/clock/run-until", &checked);
    assert_eq!((status, &clock["reached"]), (200, &json!(true)), "{clock}");
    let (status, found) = asked.ask(
        "POST",
        "/clock/run-until?timeout=5m",
        &json!({ "instance": web, "state": "stopped" }).to_string(),
    );
    assert_eq!(status, 409);
    assert_eq!(found["error"]["code"], "NotReached");
    assert_eq!(found["error"]["found"], "running");
    for (body, wanted) in [
        (
            json!({ "instance": "i-0123456789abcdef0", "state": "running" }),
            (404, "NotFound"),
        ),
        (
            json!({ "instance": "web", "state": "running" }),
            (404, "NotFound"),
        ),
        (
            json!({ "instance": web, "state": "runing" }),
            (400, "BadParameter"),
        ),
        (json!({ "instance": web }), (400, "BadParameter")),
        (json!({ "state": "running" }), (400, "BadParameter")),
        (
            json!({ "instance": web, "volume": "vol-1", "state": "running" }),
            (400, "BadParameter"),
        ),
    ] {
        let (status, code) = asked.refused("POST", "/clock/run-until", &body.to_string());
        assert_eq!((status, code.as_str()), wanted, "{body}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that it takes is real")]
fn a_bill_of_the_longest_life_is_quick() {
    let mut asked = Asked::new();
    asked.launch("");
    asked.post("/clock/advance?by=36500d");
    let started = std::time::Instant::now();
    let bill = asked.text("/bill");
    assert!(!bill.trim_end().ends_with("\"total\":\"0.0000000000\"}"));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn an_open_spot_request_is_waited_for_in_any_region() {
    let mut asked = Asked::new();
    let header = "AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/ec2/aws4_request";
    let body = format!(
        "Action=RequestSpotInstances&LaunchSpecification.ImageId={IMAGE}&LaunchSpecification.InstanceType=t3.micro"
    );
    let answer = asked.raw("POST", "/", &[("authorization", header)], &body);
    let text = String::from_utf8(answer.body).unwrap();
    let (_, rest) = text
        .split_once("<spotInstanceRequestId>")
        .unwrap_or_else(|| panic!("{text}"));
    let (id, _) = rest.split_once('<').unwrap();
    for (state, at) in [("open", "0s"), ("active", "5s")] {
        let body = json!({ "spot-request": id, "state": state }).to_string();
        let elsewhere = asked.refused("POST", "/clock/run-until?region=us-east-1", &body);
        assert_eq!(elsewhere, (404, "NotFound".to_owned()));
        let (status, clock) = asked.ask("POST", "/clock/run-until?region=eu-west-1", &body);
        assert_eq!((status, &clock["at"]), (200, &json!(at)), "{clock}");
        let (status, clock) = asked.ask("POST", "/clock/run-until", &body);
        assert_eq!((status, &clock["at"]), (200, &json!(at)), "{clock}");
    }
}

#[test]
fn a_launch_has_another_id_in_each_region_and_account_and_its_recording_repeats_it() {
    let mut asked = Asked::new();
    let mut ids = std::collections::BTreeSet::new();
    for (key, region) in [
        ("key", "us-east-1"),
        ("key", "eu-west-1"),
        ("111122223333", "us-east-1"),
        ("111122223333", "eu-west-1"),
    ] {
        let header = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/ec2/aws4_request, Signature=0"
        );
        let body = format!(
            "Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1"
        );
        let answer = asked.raw("POST", "/", &[("authorization", &header)], &body);
        let text = String::from_utf8(answer.body).unwrap();
        let (_, rest) = text.split_once("<instanceId>").unwrap();
        let id = rest.split_once('<').unwrap().0.to_owned();
        let account = if key == "key" { "123456789012" } else { key };
        let recorded = asked.text(&format!("/scenario?region={region}&account={account}"));
        let is_first = (key, region) == ("key", "us-east-1");
        assert_eq!(!recorded.contains("\nseed: "), is_first, "{recorded}");
        let scenario = Scenario::from_text("recorded.yaml", &recorded).unwrap();
        let replay = ec2sim::replay(&scenario);
        let again = replay.world().instances().next().unwrap().id().clone();
        assert_eq!(again, id, "{recorded}");
        assert!(ids.insert(id));
    }
}

#[test]
fn only_a_look_moves_a_polled_clock() {
    let mut asked = Asked::with("polled");
    let web = asked.launch("");
    asked.ec2(&format!("Action=GetConsoleOutput&InstanceId={web}"));
    assert_eq!(asked.get("/clock")["at"], "0s");
    asked.ec2("Action=DescribeInstances");
    assert_eq!(asked.get("/clock")["at"], "15s");
}

#[test]
fn what_is_said_twice_or_in_another_way_is_refused() {
    let mut asked = Asked::new();
    for body in [
        "Action=DescribeInstances&Action=StopInstances",
        "Action=DescribeInstances&MaxResults=5&MaxResults=6",
        "Action=DescribeInstances&InstanceId.1=i-12345678&InstanceId.01=i-12345678",
    ] {
        let answer = asked.raw("POST", "/", &[], body);
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains("<Code>InvalidParameterValue<"), "{text}");
        assert!(text.contains("given more than once"), "{text}");
    }
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = asked.raw(method, "/", &[], "Action=DescribeInstances");
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(answer.status, 405);
        assert!(text.contains("<Code>MethodNotAllowed<"), "{text}");
    }
}

#[test]
fn a_single_step_needs_no_list() {
    let mut asked = Asked::new();
    let web = asked.launch("");
    asked.post("/clock/settle");
    let step = json!({ "shutdown": web }).to_string();
    let (status, done) = asked.ask("POST", "/steps", &step);
    assert_eq!((status, &done["steps"]), (200, &json!(1)), "{done}");
    let recorded = asked.text("/scenario");
    assert!(recorded.contains("  - { shutdown: run-1 }\n"), "{recorded}");
}

#[test]
fn what_a_client_asks_again_in_vain_is_recorded_once() {
    let mut asked = Asked::new();
    let full = json!({ "capacity": { "zone": "us-east-1a", "type": "t3.micro", "available": 0 } });
    let (status, done) = asked.ask("POST", "/steps", &full.to_string());
    assert_eq!(status, 200, "{done}");
    let launch = format!(
        "Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1&ClientToken=t&Placement.AvailabilityZone=us-east-1a"
    );
    for attempt in ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"] {
        let answer = asked.raw("POST", "/", &[("amz-sdk-request", attempt)], &launch);
        assert_eq!(answer.status, 500);
    }
    let recorded = asked.text("/scenario");
    assert_eq!(recorded.matches("fails: ").count(), 1, "{recorded}");
    assert_eq!(
        recorded.matches("type: t3.micro\n").count(),
        1,
        "{recorded}"
    );
    Scenario::from_text("recorded.yaml", &recorded).unwrap();
    // Who doesn't say that it is the same has asked twice.
    asked.raw("POST", "/", &[("amz-sdk-request", "attempt=1")], &launch);
    let recorded = asked.text("/scenario");
    assert_eq!(recorded.matches("fails: ").count(), 2, "{recorded}");
}

#[test]
fn what_a_scenario_beside_costs_is_not_expected_of_the_recording() {
    let mut asked = Asked::beside("instances: { web: { type: t3.micro } }\nsteps: [wait: 1h]\n");
    asked.launch("");
    asked.post("/clock/advance?by=1h");
    let recorded = asked.text("/scenario?expect=true");
    assert!(
        recorded.contains("expect:\n") && !recorded.contains("cost:"),
        "{recorded}"
    );
}

#[test]
fn what_nobody_made_is_told_once_and_found_again() {
    let mut asked = Asked(Realms::new(Options {
        lenient: true,
        ..Options::default()
    }));
    let body = "Action=RunInstances&ImageId=ami-0123456789abcdef0&InstanceType=t3.micro&MinCount=1&MaxCount=1&KeyName=mine";
    let describe = "Action=DescribeImages&ImageId.1=ami-0123456789abcdef0";
    assert_eq!(asked.raw("POST", "/", &[], describe).status, 400);
    assert_eq!(asked.raw("POST", "/", &[], body).notes.len(), 2);
    assert_eq!(asked.raw("POST", "/", &[], body).notes.len(), 0);
    let found = asked.ec2(describe);
    assert_eq!(found.matches("<imageId>").count(), 1, "{found}");
    let told = asked
        .raw("POST", "/", &[], &body.replace("mine", "yours"))
        .notes;
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn a_mode_says_how_time_passes() {
    let mut asked = Asked::new();
    let (status, clock) = asked.ask("PUT", "/clock/mode", r#"{"mode":"instant"}"#);
    assert_eq!((status, &clock["mode"]), (200, &json!("instant")));
    assert!(
        asked
            .ec2(&format!(
                "Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1"
            ))
            .contains("pending")
    );
    assert!(
        asked
            .ec2("Action=DescribeInstances")
            .contains("<name>running</name>")
    );
    assert_eq!(
        asked.refused("PUT", "/clock/mode", r#"{"mode":"fast"}"#).0,
        400
    );
    assert_eq!(asked.refused("POST", "/clock/mode", "").0, 405);

    let mut asked = Asked::with("60x");
    asked.launch("");
    assert!(asked.0.is_paced());
    let wait = asked.0.next_pass().unwrap();
    assert_eq!(wait.as_millis(), 250);
    asked.0.pass(wait);
    assert!(
        asked
            .ec2("Action=DescribeInstances")
            .contains("<name>running</name>")
    );
}

#[test]
fn what_there_is_and_what_it_costs_is_told_by_name() {
    let mut asked = Asked::new();
    asked.launch("&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=web");
    asked.ec2("Action=AllocateAddress");
    asked.post("/clock/advance?by=1h15s");
    let state = asked.get("/state");
    let here = &state["regions"]["us-east-1"];
    assert_eq!(state["schema"], "ec2sim/state/1");
    assert_eq!(here["instances"]["web"]["state"], "running");
    assert_eq!(here["instances"]["web"]["cost"]["usage"], "0.0104000000");
    assert_eq!(here["addresses"]["address-1"]["state"], "allocated");
    let bill = asked.get("/bill");
    assert_eq!(bill["regions"]["us-east-1"]["cost"]["total"], bill["total"]);
    assert!(
        bill["regions"]["us-east-1"]["ledger"]
            .as_array()
            .unwrap()
            .len()
            >= 3
    );
    let text = asked.text("/bill?format=text");
    assert!(
        text.contains("web") && text.contains("BoxUsage:t3.micro"),
        "{text}"
    );
    let csv = asked.text("/bill?format=csv");
    assert!(
        csv.lines().count() > 3 && csv.contains("BoxUsage:t3.micro"),
        "{csv}"
    );
    let focus = asked.text("/bill?format=focus");
    assert!(
        focus.starts_with("AvailabilityZone,") && focus.contains("BoxUsage:t3.micro"),
        "{focus}"
    );
    // To ask ends nothing.
    assert_eq!(asked.get("/bill"), bill);
    assert_eq!(asked.refused("GET", "/bill?format=xml", "").0, 400);
    assert_eq!(asked.refused("GET", "/state?region=eu-west-9", "").0, 400);
    let index = asked.get("/");
    assert_eq!(index["name"], "ec2sim");
    assert_eq!(index["accounts"], json!(["123456789012"]));
    assert!(
        index["summary"]
            .as_str()
            .unwrap()
            .starts_with("2 requests, 1 instance launched, 1h15s simulated, $0."),
        "{index}"
    );
}

#[test]
fn events_come_in_order_and_go_on_where_somebody_stopped_reading() {
    let mut asked = Asked::new();
    let web = asked.launch("");
    asked.post("/clock/settle");
    let lines = asked.text("/events");
    let all: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let numbers: Vec<u64> = all
        .iter()
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(
        numbers,
        (1..=u64::try_from(all.len()).unwrap()).collect::<Vec<_>>()
    );
    assert!(
        all.iter().any(|event| event["kind"] == "transition"
            && event["to"] == "running"
            && event["instance"] == "run-1"),
        "{lines}"
    );
    assert_eq!(asked.text("/events?from=3").lines().count(), all.len() - 2);

    let stream = [("accept", "text/event-stream"), ("last-event-id", "2")];
    let answer = asked.raw("GET", "/_ec2sim/events?follow=true", &stream, "");
    assert_eq!(answer.content_type, "text/event-stream");
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.starts_with("id: 3\ndata: {\"seq\":3,"), "{text}");
    let Then::Follow(mut follow) = answer.then else {
        panic!("it follows")
    };
    assert_eq!(asked.0.more(&mut follow), None);
    asked.ec2(&format!("Action=StopInstances&InstanceId.1={web}"));
    assert!(asked.0.more(&mut follow).is_some());
    assert_eq!(asked.0.more(&mut follow), None);
    assert_eq!(follow.end(), b"event: end\ndata: {}\n\n");
}

#[test]
fn whoever_stays_behind_is_told_so() {
    let mut asked = Asked::new();
    let answer = asked.raw(
        "GET",
        "/_ec2sim/events?follow=1",
        &[("accept", "text/event-stream")],
        "",
    );
    let Then::Follow(mut follow) = answer.then else {
        panic!("it follows")
    };
    assert_eq!(asked.0.more(&mut follow), None);
    let burst = |asked: &mut Asked| {
        for _ in 0..200 {
            asked.launch("");
        }
        asked.post("/clock/settle");
        asked.post("/clock/advance?by=1d");
        asked.ec2("Action=DescribeInstances");
    };
    // Whoever waits gets all of it, however much it is.
    burst(&mut asked);
    let more = asked.0.more(&mut follow).unwrap();
    assert!(matches!(more, More::Events(_)));
    let before = asked.0.realm("123456789012").events();
    while asked.0.realm("123456789012").events() < before + 4_097 {
        asked.launch("");
    }
    let more = asked.0.more(&mut follow).unwrap();
    let More::Last(text) = more else {
        panic!("he is too late")
    };
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with("event: lagged\n"), "{text}");
}

#[test]
fn requests_are_told_as_they_came() {
    let mut asked = Asked::new();
    asked.launch("");
    asked.raw(
        "POST",
        "/",
        &[("amz-sdk-request", "attempt=2; max=3")],
        "Action=StopInstances&InstanceId.1=i-0123456789abcdef0&Force=true",
    );
    let lines = asked.text("/requests?action=StopInstances");
    let stop: Value = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!(stop["parameters"]["Force"], "true");
    assert_eq!(
        (&stop["seq"], &stop["attempt"], &stop["status"]),
        (&json!(2), &json!(2), &json!(400))
    );
    assert_eq!(stop["code"], "InvalidInstanceID.NotFound");
    assert_eq!(asked.text("/requests").lines().count(), 2);
}

#[test]
fn steps_of_the_language_happen_now() {
    let mut asked = Asked::new();
    let web = asked.launch("&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=web");
    asked.post("/clock/settle");
    let fail = json!([{ "fail": { "instance": web, "check": "system" } }]).to_string();
    let (status, done) = asked.ask("POST", "/steps", &fail);
    assert_eq!((status, &done["steps"]), (200, &json!(1)), "{done}");
    assert_eq!(
        asked.get("/state")["regions"]["us-east-1"]["instances"]["web"]["system_check"],
        "impaired"
    );
    // By its name, in YAML.
    asked.launch("&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=lab");
    asked.post("/clock/settle");
    let (status, done) = asked.ask(
        "POST",
        "/steps",
        "- note: it goes down from within\n- shutdown: lab\n",
    );
    assert_eq!(status, 200, "{done}");
    asked.post("/clock/settle");
    assert_eq!(
        asked.get("/state")["regions"]["us-east-1"]["instances"]["lab"]["state"],
        "stopped"
    );
    // What EC2 refuses, a step that expects it, and mistakes at their place.
    let (status, refused) = asked.ask("POST", "/steps", "- shutdown: lab");
    assert_eq!(
        (status, &refused["error"]["code"]),
        (409, &json!("Refused")),
        "{refused}"
    );
    let (status, mistakes) = asked.ask("POST", "/steps", "- shutdwn: web\n- shutdown: lap\n");
    assert_eq!(status, 400);
    assert_eq!(mistakes["schema"], "ec2sim/diagnostics/1");
    assert_eq!(
        mistakes["diagnostics"].as_array().unwrap().len(),
        2,
        "{mistakes}"
    );
    for later in [
        "- at: 1h\n  shutdown: web",
        "- wait: 1h",
        "- expect: { web: { state: running } }",
        "- create-volume: { volume: more, size: 8GiB, zone: us-east-1a }",
    ] {
        assert_eq!(
            asked.refused("POST", "/steps", later),
            (400, "BadParameter".to_owned()),
            "{later}"
        );
    }
    assert_eq!(asked.refused("POST", "/steps", " ").0, 400);
    let (status, _) = asked.ask(
        "POST",
        "/steps",
        r#"[{"capacity":{"zone":"us-east-1a","type":"t3.micro","available":0}}]"#,
    );
    assert_eq!(status, 200);
    let scenario = asked.text("/scenario");
    assert!(scenario.contains("shutdown: lab"), "{scenario}");
    Scenario::from_text("recorded.yaml", &scenario).unwrap();
}

#[test]
fn a_refusal_can_be_planned() {
    let mut asked = Asked::new();
    let (status, listed) = asked.ask(
        "POST",
        "/faults",
        r#"{"action":"DescribeInstances","code":"RequestLimitExceeded","times":2}"#,
    );
    assert_eq!((status, &listed["faults"][0]["times"]), (200, &json!(2)));
    let answer = asked.raw("POST", "/", &[], "Action=DescribeInstances");
    assert_eq!(answer.status, 503);
    assert!(
        String::from_utf8(answer.body)
            .unwrap()
            .contains("<Code>RequestLimitExceeded</Code>")
    );
    assert_eq!(asked.get("/faults")["faults"][0]["times"], 1);
    let (status, listed) = asked.ask("DELETE", "/faults", "");
    assert_eq!(
        (status, listed["faults"].as_array().map(Vec::len)),
        (200, Some(0))
    );
    asked.ec2("Action=DescribeInstances");
    assert_eq!(
        asked
            .refused("POST", "/faults", r#"{"action":"DescribeInstances"}"#)
            .0,
        400
    );
    assert_eq!(
        asked
            .refused("POST", "/faults", r#"{"action":"<a>","code":"b"}"#)
            .0,
        400
    );
    assert_eq!(
        asked
            .refused(
                "POST",
                "/faults",
                r#"{"action":"RunInstances","code":"B","times":0}"#
            )
            .0,
        400
    );
    let (_, said) = asked.ask(
        "POST",
        "/faults",
        r#"{"action":"RunInstance","code":"RequestLimitExceeded"}"#,
    );
    assert_eq!(
        said["error"]["message"],
        "`action`: there is no RunInstance here: did you mean `RunInstances`?"
    );
}

#[test]
fn a_reset_begins_anew_and_repeats_to_the_byte() {
    let mut asked = Asked::new();
    let session = |asked: &mut Asked| {
        let id = asked.launch("");
        asked.post("/clock/advance?by=1h");
        (
            id,
            asked.text("/events"),
            asked.text("/state"),
            asked.text("/bill"),
        )
    };
    let first = session(&mut asked);
    asked.ask("PUT", "/clock/mode", r#"{"mode":"polled"}"#);
    assert_eq!(asked.post("/reset")["accounts"], json!(["123456789012"]));
    let clock = asked.get("/clock");
    assert_eq!(
        (&clock["at"], &clock["mode"]),
        (&json!("0s"), &json!("manual"))
    );
    assert_eq!(asked.text("/events"), "");
    assert_eq!(session(&mut asked), first);
    let answer = asked.raw("POST", "/moto-api/reset", &[], "");
    assert_eq!(
        (answer.status, answer.body),
        (200, b"{\"status\":\"ok\"}\n".to_vec())
    );
    assert_eq!(session(&mut asked), first);
}

#[test]
fn accounts_know_nothing_of_each_other() {
    let mut asked = Asked::new();
    asked.launch("");
    asked.post("/clock/advance?by=1m&account=111122223333");
    assert_eq!(asked.get("/clock")["at"], "0s");
    assert_eq!(asked.get("/clock?account=111122223333")["at"], "1m");
    assert_eq!(
        asked.get("/state?account=111122223333")["regions"]["us-east-1"]["instances"],
        json!({})
    );
    let clocks = asked.post("/clock/advance?by=1h&account=*");
    assert_eq!(clocks["clocks"].as_array().unwrap().len(), 2);
    assert_eq!(asked.get("/clock")["at"], "1h");
    assert_eq!(asked.refused("GET", "/state?account=*", "").0, 400);
    assert_eq!(asked.refused("GET", "/state?account=12", "").0, 400);
}

#[test]
fn a_scenario_runs_beside_the_clients_and_is_judged() {
    let mut asked = Asked::beside(
        "instances: { web: { type: t3.micro } }
steps:
  - launch: web
  - at: 1h
    stop: web
  - at: 2h
    expect: { web: { state: running } }
",
    );
    assert_eq!(asked.get("/expectations")["passed"], true);
    asked.post("/clock/advance?by=3h");
    let found = asked.get("/expectations");
    assert_eq!(
        (&found["passed"], &found["counts"]["failed"]),
        (&json!(false), &json!(1)),
        "{found}"
    );
    assert_eq!(found["expectations"][0]["found"], "stopped", "{found}");
    assert_eq!(
        asked.get("/state")["regions"]["us-east-1"]["instances"]["web"]["state"],
        "stopped"
    );
}

#[test]
fn what_is_not_there_is_said_to_be_so() {
    let mut asked = Asked::new();
    assert_eq!(
        asked.refused("GET", "/nothing", ""),
        (404, "NotFound".to_owned())
    );
    assert_eq!(
        asked.refused("GET", "/clock/", ""),
        (404, "NotFound".to_owned())
    );
    assert_eq!(
        asked.refused("DELETE", "/clock", ""),
        (405, "MethodNotAllowed".to_owned())
    );
    let answer = asked.raw("GET", "/moto-api/reset", &[], "");
    assert_eq!(answer.status, 405);
    let answer = asked.raw("POST", "/_ec2sim/stop", &[], "");
    assert_eq!((answer.status, answer.then), (200, Then::Stop));
}

#[test]
fn an_instance_sees_itself() {
    let mut asked = Asked::new();
    let web = asked.launch("&UserData=IyEvYmluL3NoCg%3D%3D&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=web&MetadataOptions.InstanceMetadataTags=enabled");
    let path = |below: &str| format!("/_ec2sim/imds/{web}/latest/{below}");
    let look = |asked: &mut Asked, method: &str, below: &str, headers: &[(&str, &str)]| {
        let answer = asked.raw(method, &path(below), headers, "");
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    assert_eq!(look(&mut asked, "GET", "meta-data/instance-id", &[]).0, 404);
    asked.post("/clock/settle");
    assert_eq!(
        look(&mut asked, "GET", "meta-data/instance-id", &[]),
        (200, web.clone())
    );
    assert_eq!(
        look(&mut asked, "GET", "user-data", &[]),
        (200, "#!/bin/sh\n".to_owned())
    );
    // Lines of base64 are one text: at a launch, and where a stopped instance is given others.
    let lines = asked.launch("&UserData=IyEv%0AYmlu%0D%0AL3NoCg%3D%3D%0A");
    asked.post("/clock/settle");
    let of_lines = format!("/_ec2sim/imds/{lines}/latest/user-data");
    let answer = asked.raw("GET", &of_lines, &[], "");
    assert_eq!((answer.status, &*answer.body), (200, &b"#!/bin/sh\n"[..]));
    asked.ec2(&format!("Action=StopInstances&InstanceId.1={lines}"));
    asked.post("/clock/settle");
    asked.ec2(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={lines}&UserData.Value=bGF0%0AZXIK"
    ));
    asked.ec2(&format!("Action=StartInstances&InstanceId.1={lines}"));
    asked.post("/clock/settle");
    let answer = asked.raw("GET", &of_lines, &[], "");
    assert_eq!((answer.status, &*answer.body), (200, &b"later\n"[..]));
    assert_eq!(
        look(&mut asked, "GET", "meta-data/tags/instance/Name", &[]),
        (200, "web".to_owned())
    );
    assert_eq!(
        look(&mut asked, "GET", "meta-data/placement", &[]),
        (200, "availability-zone\nregion".to_owned())
    );
    assert_eq!(
        look(&mut asked, "GET", "", &[]),
        (200, "dynamic/\nmeta-data/\nuser-data".to_owned())
    );
    assert_eq!(
        look(&mut asked, "GET", "meta-data/spot/instance-action", &[]).0,
        404
    );
    let (_, document) = look(&mut asked, "GET", "dynamic/instance-identity/document", &[]);
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["instanceId"], web.as_str());
    // Version 2.
    assert_eq!(look(&mut asked, "PUT", "api/token", &[]).0, 400);
    let lasts = [("x-aws-ec2-metadata-token-ttl-seconds", "60")];
    let (status, token) = look(&mut asked, "PUT", "api/token", &lasts);
    assert_eq!(status, 200);
    let with = |token: &str| [("x-aws-ec2-metadata-token", token.to_owned())];
    let known = with(&token);
    let known = [(known[0].0, known[0].1.as_str())];
    assert_eq!(look(&mut asked, "GET", "meta-data/mac", &known).0, 200);
    assert_eq!(
        look(
            &mut asked,
            "GET",
            "meta-data/mac",
            &[("x-aws-ec2-metadata-token", "abc")]
        )
        .0,
        401
    );
    asked.post("/clock/advance?by=1m");
    assert_eq!(look(&mut asked, "GET", "meta-data/mac", &known).0, 401);
    assert_eq!(
        asked
            .raw("GET", "/_ec2sim/imds/i-0123456789abcdef0/latest/", &[], "")
            .status,
        404
    );
    let strict = asked.launch("&MetadataOptions.HttpTokens=required");
    let shut = asked.launch("&MetadataOptions.HttpEndpoint=disabled");
    asked.post("/clock/settle");
    assert_eq!(
        asked
            .raw(
                "GET",
                &format!("/_ec2sim/imds/{strict}/latest/meta-data/"),
                &[],
                ""
            )
            .status,
        401
    );
    assert_eq!(
        asked
            .raw(
                "GET",
                &format!("/_ec2sim/imds/{shut}/latest/meta-data/"),
                &[],
                ""
            )
            .status,
        403
    );
}

#[test]
fn a_spot_instance_reads_that_it_is_taken_back() {
    let mut asked = Asked::new();
    let spot = asked.launch("&InstanceMarketOptions.MarketType=spot");
    asked.post("/clock/settle");
    let item = |asked: &mut Asked, item: &str| {
        let answer = asked.raw(
            "GET",
            &format!("/_ec2sim/imds/{spot}/latest/meta-data/{item}"),
            &[],
            "",
        );
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    assert_eq!(item(&mut asked, "instance-life-cycle").1, "spot");
    assert_eq!(item(&mut asked, "spot/instance-action").0, 404);
    let (status, done) = asked.ask(
        "POST",
        "/steps",
        &json!([{ "interrupt": spot }]).to_string(),
    );
    assert_eq!(status, 200, "{done}");
    let (status, action) = item(&mut asked, "spot/instance-action");
    assert_eq!(status, 200);
    let action: Value = serde_json::from_str(&action).unwrap();
    assert_eq!(action["action"], "terminate");
    let ends = action["time"].as_str().unwrap().to_owned();
    assert_eq!(item(&mut asked, "spot/termination-time").1, ends);
    let body = json!({ "instance": spot, "state": "shutting-down" }).to_string();
    let (_, clock) = asked.ask("POST", "/clock/run-until", &body);
    assert_eq!(clock["now"], ends.as_str());
}
