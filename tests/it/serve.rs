//! The server on a socket: what a connection may do, and how the process begins and ends.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use ec2sim::{
    endpoint::{Options, Realms},
    engine::StopSignal,
    serve::{Limits, Server},
};
use serde_json::Value;

const IMAGE: &str =
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// A server of a test's own in this process.
struct Here {
    address: String,
    stop: StopSignal,
    thread: Option<JoinHandle<()>>,
}

impl Here {
    fn new(limits: Limits) -> Self {
        Self::with(limits, Options::default())
    }

    fn with(limits: Limits, options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = StopSignal::default();
        let server = Server {
            realms: Realms::new(options),
            listener,
            allowed: Vec::new(),
            limits,
            stop: stop.clone(),
            told: None,
        };
        let thread = thread::spawn(move || {
            server.run(None, || {}).unwrap();
        });
        Self {
            address,
            stop,
            thread: Some(thread),
        }
    }

    fn connect(&self) -> TcpStream {
        connect(&self.address)
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Reads one answer: its status, its head, its body.
fn answered(stream: &mut BufReader<TcpStream>) -> (u16, String, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(stream.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let status = head[9..12].parse().unwrap();
    (status, head, String::from_utf8(body).unwrap())
}

fn post(body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: localhost:4570\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: localhost:4570\r\n\r\n")
}

/// What is answered to bytes, up to the end of the connection.
fn said(mut stream: TcpStream, bytes: &[u8]) -> String {
    // Who has been refused needn't take the rest.
    let _ = stream.write_all(bytes);
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8(text).unwrap()
}

#[test]
fn requests_follow_each_other_on_a_connection_and_may_come_at_once() {
    let here = Here::new(Limits::default());
    let mut stream = BufReader::new(here.connect());
    for _ in 0..3 {
        let bytes = post("Action=DescribeInstances");
        stream.get_mut().write_all(bytes.as_bytes()).unwrap();
        let (status, head, body) = answered(&mut stream);
        assert_eq!(status, 200, "{body}");
        assert!(
            !head.contains("date:") && !head.contains("server:"),
            "{head}"
        );
        assert!(
            head.contains("content-type: text/xml;charset=UTF-8\r\n"),
            "{head}"
        );
    }
    let launch =
        format!("Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1");
    let all = [
        post(&launch),
        get("/_ec2sim/clock"),
        "POST /_ec2sim/clock/settle HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".to_owned(),
        post("Action=DescribeInstances"),
    ];
    stream.get_mut().write_all(all.concat().as_bytes()).unwrap();
    let bodies: Vec<String> = all.iter().map(|_| answered(&mut stream).2).collect();
    assert!(bodies[0].contains("<name>pending</name>"), "{}", bodies[0]);
    assert!(bodies[1].contains("\"settled\":false"), "{}", bodies[1]);
    assert!(bodies[2].contains("\"settled\":true"), "{}", bodies[2]);
    assert!(bodies[3].contains("<name>running</name>"), "{}", bodies[3]);
}

#[test]
fn what_is_no_request_is_refused_and_harms_nobody() {
    let here = Here::new(Limits::default());
    let head = |more: &str| format!("POST / HTTP/1.1\r\nhost: localhost\r\n{more}\r\n\r\n");
    let large = "a".repeat(20_000);
    for (bytes, wanted) in [
        (head(&format!("x-long: {large}")), "HTTP/1.1 431 "),
        (head("content-length: 104857600"), "HTTP/1.1 413 "),
        (head("content-length: abc"), "HTTP/1.1 400 "),
        (head("transfer-encoding: nonsense"), "HTTP/1.1 400 "),
        (head("host: localhost"), "HTTP/1.1 400 "),
        ("POST / HTTP/1.1\r\n\r\n".to_owned(), "HTTP/1.1 400 "),
        ("nonsense\r\n\r\n".to_owned(), "HTTP/1.1 400 "),
        (
            "GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\nabc".to_owned(),
            "HTTP/1.1 400 ",
        ),
        (
            "POST / HTTP/1.1\r\nhost: evil.example\r\n\r\n".to_owned(),
            "HTTP/1.1 421 ",
        ),
        (
            "GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
            "HTTP/1.1 421 ",
        ),
        (head("origin: http://evil.example"), "HTTP/1.1 403 "),
        (head("sec-fetch-site: cross-site"), "HTTP/1.1 403 "),
    ] {
        let told = said(here.connect(), bytes.as_bytes());
        assert!(told.starts_with(wanted), "{wanted}: {told}");
        let (head, body) = told.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("x-amzn-requestid: "), "{wanted}: {told}");
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{wanted}: {told}"
        );
        assert!(
            body.contains("<Code>") && body.contains("<RequestID>"),
            "{wanted}: {told}"
        );
    }
    let told = said(
        here.connect(),
        b"POST / HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    );
    assert!(
        told.contains("<Code>Simulator.HostNotAllowed</Code>")
            && told.contains("--allow-host evil.example"),
        "{told}"
    );
    // More than may come, in pieces that don't say how much it is.
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("8000\r\n{}\r\n", "a".repeat(0x8000));
    let chunks = format!("{head}{}", chunk.repeat(40));
    let told = said(here.connect(), chunks.as_bytes());
    assert!(told.starts_with("HTTP/1.1 413 "), "{told}");
    // A body that is cut off.
    let mut cut = here.connect();
    cut.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc")
        .unwrap();
    cut.shutdown(Shutdown::Both).unwrap();
    let mut stream = BufReader::new(here.connect());
    stream
        .get_mut()
        .write_all(post("Action=DescribeInstances").as_bytes())
        .unwrap();
    assert_eq!(answered(&mut stream).0, 200);
}

#[test]
fn whoever_takes_too_long_is_not_waited_for() {
    let here = Here::new(Limits {
        head: Duration::from_millis(300),
        body_time: Duration::from_millis(300),
        idle: Duration::from_millis(900),
        ..Limits::default()
    });
    // A head, a letter at a time.
    let mut slow = here.connect();
    let letters = b"POST / HTTP/1.1\r\nhost: localhost\r\nx: ".iter().cycle();
    for letter in letters.take(30) {
        if slow.write_all(&[*letter]).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let mut told = String::new();
    let _ = slow.read_to_string(&mut told);
    assert!(told.starts_with("HTTP/1.1 408 "), "{told}");
    // Nothing at all.
    let told = said(here.connect(), b"");
    assert!(
        told.starts_with("HTTP/1.1 408 ") && told.contains("<Code>RequestTimeout</Code>"),
        "{told}"
    );
    // A body that doesn't come.
    let told = said(
        here.connect(),
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc",
    );
    assert!(
        told.starts_with("HTTP/1.1 408 ") && told.contains("RequestTimeout"),
        "{told}"
    );
    // Between two requests there is more time, and then it ends without a word.
    let mut stream = BufReader::new(here.connect());
    stream
        .get_mut()
        .write_all(get("/_ec2sim/clock").as_bytes())
        .unwrap();
    assert_eq!(answered(&mut stream).0, 200);
    thread::sleep(Duration::from_millis(500));
    stream
        .get_mut()
        .write_all(get("/_ec2sim/clock").as_bytes())
        .unwrap();
    assert_eq!(answered(&mut stream).0, 200);
    let mut rest = String::new();
    assert_eq!(stream.read_to_string(&mut rest).unwrap(), 0, "{rest}");
}

#[test]
fn more_connections_than_there_may_be_wait_for_their_turn() {
    let here = Here::new(Limits {
        connections: 2,
        head: Duration::from_millis(400),
        ..Limits::default()
    });
    let silent: Vec<TcpStream> = (0..6).map(|_| here.connect()).collect();
    let mut stream = BufReader::new(here.connect());
    stream
        .get_mut()
        .write_all(get("/_ec2sim/clock").as_bytes())
        .unwrap();
    assert_eq!(answered(&mut stream).0, 200);
    drop(silent);
}

#[test]
fn real_time_passes_between_two_requests_where_it_is_to() {
    let here = Here::with(
        Limits::default(),
        Options {
            mode: "1000x".parse().unwrap(),
            ..Options::default()
        },
    );
    let mut stream = BufReader::new(here.connect());
    let mut at = || {
        let bytes = get("/_ec2sim/clock");
        stream.get_mut().write_all(bytes.as_bytes()).unwrap();
        let clock: Value = serde_json::from_str(&answered(&mut stream).2).unwrap();
        clock["now"].as_str().unwrap().to_owned()
    };
    let before = at();
    thread::sleep(Duration::from_millis(300));
    let after = at();
    // At least five minutes.
    let minutes = |text: &str| {
        let part = |at: usize| text[at..at + 2].parse::<u32>().unwrap();
        part(11) * 60 + part(14)
    };
    assert!(minutes(&after) >= minutes(&before) + 4, "{before} {after}");
}

#[test]
fn followers_hear_what_happens_and_when_it_is_over() {
    let here = Here::new(Limits {
        followers: 1,
        ..Limits::default()
    });
    let follow = "GET /_ec2sim/events?follow=true HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n";
    let mut follower = BufReader::new(here.connect());
    follower.get_mut().write_all(follow.as_bytes()).unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        follower.read_line(&mut head).unwrap();
    }
    assert!(head.contains("text/event-stream"), "{head}");
    let told = said(here.connect(), follow.as_bytes());
    assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
    let mut stream = BufReader::new(here.connect());
    let launch =
        format!("Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1");
    stream
        .get_mut()
        .write_all(post(&launch).as_bytes())
        .unwrap();
    assert_eq!(answered(&mut stream).0, 200);
    let mut heard = String::new();
    while !heard.contains("\"to\":\"pending\"") {
        assert!(follower.read_line(&mut heard).unwrap() > 0, "{heard}");
    }
    let stop = "POST /_ec2sim/stop HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.get_mut().write_all(stop.as_bytes()).unwrap();
    assert_eq!(answered(&mut stream).0, 200);
    follower.read_to_string(&mut heard).unwrap();
    assert!(heard.contains("event: end\n"), "{heard}");
    drop(here);
}

/// The program.
fn ec2sim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ec2sim"));
    command.arg("serve").args(arguments);
    for variable in ["RUST_LOG", "AWS_PROFILE"] {
        command.env_remove(variable);
    }
    command
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Starts it, and waits until it is ready; answers where it listens.
fn started(arguments: &[&str]) -> (Child, String, String) {
    let mut child = ec2sim(&[&["--listen", "127.0.0.1:0"], arguments].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let (_, address) = line.split_once("http://").unwrap();
    let end = address
        .find(|c: char| c == '"' || c.is_whitespace())
        .unwrap();
    let address = address[..end].to_owned();
    (child, line, address)
}

fn ended(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = ec2sim(arguments).output().unwrap();
    (
        status.code(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

#[test]
fn each_region_that_was_changed_has_a_recording_of_its_own() {
    let folder = folder("serve-regions");
    let record = folder.join("session.yaml");
    let (child, _, address) = started(&["--record", record.to_str().unwrap()]);
    let mut stream = BufReader::new(connect(&address));
    for (action, region) in [
        ("AllocateAddress", "us-east-1"),
        ("AllocateAddress", "eu-west-1"),
        ("DescribeAddresses", "eu-west-2"),
    ] {
        let target =
            format!("/?Action={action}&X-Amz-Credential=key/20260101/{region}/ec2/aws4_request");
        let bytes = get(&target);
        stream.get_mut().write_all(bytes.as_bytes()).unwrap();
        assert_eq!(answered(&mut stream).0, 200);
    }
    let stop = "POST /_ec2sim/stop HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.get_mut().write_all(stop.as_bytes()).unwrap();
    let (code, err) = ended(child);
    assert_eq!(code, Some(0), "{err}");
    let other = folder.join("session.eu-west-1.yaml");
    let note = format!("note: eu-west-1 is recorded in {}\n", other.display());
    assert!(err.starts_with(&note), "{err}");
    assert!(
        fs::read_to_string(&other)
            .unwrap()
            .contains("region: eu-west-1\n")
    );
    assert!(
        fs::read_to_string(&record)
            .unwrap()
            .contains("region: us-east-1\n")
    );
    assert!(!folder.join("session.eu-west-2.yaml").exists());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the clock goes with real time")]
fn a_clock_that_begins_to_go_has_not_gone_before() {
    let here = Here::new(Limits::default());
    let mut stream = BufReader::new(here.connect());
    let mut ask = |bytes: &str| {
        stream.get_mut().write_all(bytes.as_bytes()).unwrap();
        let (status, _, body) = answered(&mut stream);
        assert_eq!(status, 200, "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let now: jiff::Timestamp = body["now"].as_str().unwrap().parse().unwrap();
        now
    };
    let before = ask(&get("/_ec2sim/clock"));
    thread::sleep(Duration::from_millis(400));
    let began = Instant::now();
    ask("PUT /_ec2sim/clock/mode?mode=60x HTTP/1.1\r\nhost: localhost\r\n\r\n");
    thread::sleep(Duration::from_millis(100));
    let now = ask(&get("/_ec2sim/clock"));
    let passed = now.duration_since(before).as_secs_f64();
    let most = began.elapsed().as_secs_f64() * 60.0;
    assert!(passed >= 5.0 && passed <= most, "{passed} of {most}");
}

#[test]
fn it_says_where_it_listens_and_leaves_files_when_it_is_stopped() {
    let folder = folder("serve-files");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (record, bill, events) = (file("session.yaml"), file("bill.csv"), file("events.jsonl"));
    let (child, line, address) = started(&[
        "--format", "json", "--record", &record, "--bill", &bill, "--events", &events,
    ]);
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["schema"], "ec2sim/serve/1");
    assert_eq!(ready["now"], "2026-01-01T00:00:00Z");
    assert_eq!(ready["pid"], child.id());
    let launch =
        format!("Action=RunInstances&ImageId={IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1");
    let mut stream = BufReader::new(connect(&address));
    let all = [
        post(&launch),
        "POST /_ec2sim/clock/advance?by=1h HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
        "POST /_ec2sim/stop HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
    ];
    stream.get_mut().write_all(all.concat().as_bytes()).unwrap();
    for _ in all {
        assert_eq!(answered(&mut stream).0, 200);
    }
    let (code, err) = ended(child);
    assert_eq!(
        (code, err.as_str()),
        (
            Some(0),
            "1 request, 1 instance launched, 1h simulated, $0.0162\n"
        )
    );
    assert!(TcpStream::connect(&address).is_err());
    assert!(
        fs::read_to_string(bill)
            .unwrap()
            .contains("BoxUsage:t3.micro")
    );
    assert!(fs::read_to_string(events).unwrap().lines().count() > 3);
    let check = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["test", &record])
        .output()
        .unwrap();
    assert!(
        check.status.success(),
        "{}",
        fs::read_to_string(&record).unwrap()
    );
}

#[cfg(unix)]
#[test]
fn a_signal_stops_it() {
    for signal in ["-INT", "-TERM"] {
        let (child, line, _) = started(&[]);
        assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
        let kill = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
        let (code, err) = ended(child);
        assert_eq!(code, Some(0), "{err}");
        assert!(err.starts_with("0 requests"), "{err}");
    }
}

#[test]
fn what_cannot_be_had_is_said_before_anything_is_done() {
    let (child, _, address) = started(&[]);
    let (code, out, err) = run(&["--listen", &address]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        err.contains("another program does") && err.contains("--listen 127.0.0.1:0"),
        "{err}"
    );
    let mut child = child;
    child.kill().unwrap();
    child.wait().unwrap();
    for (arguments, wanted) in [
        (
            &["--bill", "/nowhere/bill.csv"][..],
            "cannot write /nowhere/bill.csv",
        ),
        (&["/nowhere.yaml"], "nowhere.yaml"),
        (&["--start", "yesterday"], "yesterday"),
        (&["--timings", "pendin=4s"], "pending"),
        (&["--clock", "fast"], "realtime"),
        (&["--region", "eu-west-9"], "eu-west"),
        (&["--account", "12"], "twelve digits"),
        (&["--at", "1h"], "SCENARIO"),
        (
            &["--", "no-such-command-at-all"],
            "cannot run no-such-command-at-all",
        ),
    ] {
        let (code, _, err) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {err}");
        assert!(err.contains(wanted), "{arguments:?}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn a_command_is_told_where_to_ask_and_its_exit_code_is_handed_on() {
    let says = "echo $EC2SIM_URL $AWS_ENDPOINT_URL_EC2 $AWS_REGION ${AWS_PROFILE-none} $AWS_EC2_METADATA_DISABLED";
    let output = ec2sim(&[
        "--region",
        "eu-west-1",
        "--quiet",
        "--",
        "/bin/sh",
        "-c",
        says,
    ])
    .env("AWS_PROFILE", "mine")
    .output()
    .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = out.split_whitespace().collect();
    assert!(
        words[0].starts_with("http://127.0.0.1:") && words[0] == words[1],
        "{out}"
    );
    assert_eq!(words[2..], ["eu-west-1", "none", "true"]);
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
    assert_eq!(run(&["--", "/bin/sh", "-c", "exit 7"]).0, Some(7));
    let (code, _, err) = run(&["--", "/bin/sh", "-c", "kill -9 $$"]);
    assert_eq!(code, Some(137));
    assert!(err.contains("signal 9"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_at_once() {
    for (signal, wanted) in [("-INT", 130), ("-TERM", 143)] {
        // The command hears no signal, and is waited for after the first.
        let mut child = ec2sim(&["--", "/bin/sh", "-c", "trap '' INT TERM; echo on; sleep 3"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let kill = || {
            let id = child.id().to_string();
            let kill = Command::new("kill").args([signal, &id]).status();
            assert!(kill.unwrap().success());
        };
        kill();
        thread::sleep(Duration::from_millis(500));
        kill();
        assert_eq!(child.wait().unwrap().code(), Some(wanted), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_command_may_stop_its_server_and_go_on_to_its_own_end() {
    let ask = "printf 'POST /_ec2sim/stop HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n'";
    let stop =
        format!("exec 3<>/dev/tcp/127.0.0.1/${{EC2SIM_URL##*:}}; {ask} >&3; sleep 0.5; exit 3");
    let (code, _, err) = run(&["--", "/bin/bash", "-c", &stop]);
    assert_eq!(code, Some(3), "{err}");
}

/// Of an expectation at the end, which is reached when the script is over.
#[test]
fn what_a_scenario_expects_at_its_end_is_judged_when_the_server_stops() {
    let folder = folder("serve-end");
    let path = folder.join("beside.yaml");
    let text = "instances: { web: { type: t3.micro } }\nsteps:\n  - launch: web\n  - at: 1h\n    stop: web\n";
    for (state, code) in [("stopping", 0), ("running", 1)] {
        let expects = format!("{text}expect: {{ web: {{ state: {state} }} }}\n");
        fs::write(&path, expects).unwrap();
        for (at, code) in [("end", code), ("10m", 0)] {
            let (found, _, err) = run(&[path.to_str().unwrap(), "--at", at, "--", "true"]);
            assert_eq!(found, Some(code), "{state} {at}: {err}");
        }
    }
}

#[test]
fn a_scenario_that_fails_beside_the_clients_fails_the_server() {
    let folder = folder("serve-beside");
    let path = folder.join("beside.yaml");
    fs::write(&path, "instances: { web: { type: t3.micro } }\nsteps:\n  - launch: web\n  - at: 1h\n    expect: { web: { state: stopped } }\n").unwrap();
    let path = path.to_str().unwrap();
    let (child, _, address) = started(&[path, "--at", "end", "--start", "2027-01-01T00:00:00Z"]);
    let told = said(
        connect(&address),
        b"GET /_ec2sim/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    assert!(told.contains("\"now\":\"2027-01-01T01:00:00Z\""), "{told}");
    said(
        connect(&address),
        b"POST /_ec2sim/stop HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    );
    assert_eq!(ended(child).0, Some(1));
}
