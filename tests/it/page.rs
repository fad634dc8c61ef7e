//! The page: what stands in it for those who read it without its script, and for its script.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ec2sim::{
    Scenario,
    report::{Index, Page, Side, Versus},
    runner::Replay,
    testing,
};
use serde_json::Value;

fn page(replay: &Replay) -> String {
    let mut html = Vec::new();
    Page::new(replay).write(&mut html).unwrap();
    String::from_utf8(html).unwrap()
}

fn of(text: &str) -> String {
    page(&ec2sim::replay(
        &Scenario::from_text("page.yaml", text).unwrap(),
    ))
}

/// What stands between two texts.
fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = html.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

fn data(html: &str) -> Value {
    serde_json::from_str(between(html, "id=\"data\">", "</script>")).unwrap()
}

fn lessons() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in fs::read_dir(root.join("scenarios")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_page_of_each_lesson_is_small_and_loads_nothing() {
    for path in lessons() {
        let replay = ec2sim::replay(&Scenario::from_path(&path).unwrap());
        let html = page(&replay);
        let name = path.display();
        assert!(html.len() < 300_000, "{name}: {} bytes", html.len());
        assert_eq!(html, page(&replay), "{name}: the same bytes");
        for loads in [
            " src=",
            "<link rel=\"style",
            "@import",
            "<iframe",
            "<img",
            "<object",
            "<embed",
        ] {
            assert!(!html.contains(loads), "{name}: {loads}");
        }
        let (style, _) = html.split_once("</style>").unwrap();
        let own = |url: &&str| !url.starts_with('#');
        assert_eq!(style.split("url(").skip(1).find(own), None, "{name}");
        // What leads away is a source of a rule.
        for link in html.split("href=").skip(1) {
            let link = link.trim_start_matches('"');
            let is_known = ["#", "data:,", "https://"]
                .iter()
                .any(|begin| link.starts_with(begin));
            assert!(is_known, "{name}: {}", &link[..40]);
        }
        let shown = replay
            .records()
            .iter()
            .filter(|record| record.kind.is_shown())
            .count();
        assert_eq!(
            html.matches("<li id=e").count(),
            shown,
            "{name}: a line an event"
        );
    }
}

#[test]
fn it_can_be_read_without_its_script() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/hibernate/stop-or-hibernate.yaml");
    let html = page(&ec2sim::replay(&Scenario::from_path(path).unwrap()));
    let (html, _) = html.split_once("id=\"data\"").unwrap();
    for told in [
        "<h1>Stopping forgets, hibernating remembers</h1>",
        "A stop ends the meter at once. Memory and the public address are lost.",
        "<b>web</b> <span>running → stopping</span> <small>StopInstances: asked to stop",
        // The reasons stand with the line.
        "A plain stop ends the charge the moment stopping begins.",
        "<em title=\"AWS says so\">documented</em>",
        "⊖ usage 3585 s × $0.096/h = $0.095600",
        "<th scope=\"row\" colspan=\"4\">total</th><td title=\"$0.2457381720\">$0.2457",
        "aria-label=\"web: pending from 0s, running from 15s, stopping from 1h",
        "data-way=\"running&gt;stopping\"",
        "Mon 2 Mar",
    ] {
        assert!(html.contains(told), "{told}");
    }
}

#[test]
fn what_ec2_refuses_stands_with_its_code_and_its_text() {
    let html = of("
instances: { web: { type: t3.micro } }
steps: [ { launch: web }, { at: 1h, stop: web }, { start: web, fails: IncorrectInstanceState } ]
");
    assert!(html.contains("<span>StartInstances · IncorrectInstanceState</span>"));
    let text = between(&html, "IncorrectInstanceState</span> <small>", "</small>");
    assert!(
        text.contains("is not in a state from which it can be started"),
        "{text}"
    );
}

#[test]
fn the_script_is_given_what_each_meter_has_come_to() {
    let html = of("
instances: { web: { type: m5.large, root: 20GiB gp3, public-ipv4: none } }
timings: { pending: 10s }
steps: [ { launch: web }, { at: 1h, stop: web } ]
until: 2h
");
    let data = data(&html);
    assert_eq!(data["schema"], "ec2sim/page/1");
    assert_eq!(data["cost"]["meters"][0]["name"], "usage");
    let at = |secs: u64| {
        let knots = data["cost"]["knots"].as_array().unwrap();
        let knot = knots.iter().find(|knot| knot[0] == secs).unwrap();
        knot[1][0].as_u64().unwrap()
    };
    // In units of 10⁻¹⁰ dollars: 3,590 seconds at $0.096 an hour.
    assert_eq!(
        [at(0), at(10), at(3_600), at(7_200)],
        [0, 0, 957_333_333, 957_333_333]
    );
    assert_eq!(data["instances"][0]["moves"][2][3], "stopping");
}

#[test]
fn an_hourly_meter_steps_when_an_hour_begins() {
    let html = of("
instances: { old: { type: m5.xlarge, platform: suse, public-ipv4: none } }
timings: { pending: 0s }
steps: [ { launch: old }, { at: 65m, stop: old } ]
until: 3h
");
    let knots = data(&html)["cost"]["knots"].clone();
    let usage: Vec<(u64, u64)> = knots
        .as_array()
        .unwrap()
        .iter()
        .map(|knot| (knot[0].as_u64().unwrap(), knot[1][0].as_u64().unwrap()))
        .collect();
    let steps: Vec<u64> = usage
        .windows(2)
        .filter(|pair| pair[0].1 < pair[1].1)
        .map(|pair| pair[1].0)
        .collect();
    assert_eq!(steps, [0, 3_600], "{usage:?}");
}

#[test]
fn hostile_text_is_only_text() {
    let evil = "</script><script>alert(1)</script><!--\u{202e}\u{2028}\"'><img src=x onerror=alert(1)> &amp;";
    let quoted = testing::Yaml::from(evil).to_string();
    let html = of(&format!(
        "name: {quoted}
description: {quoted}
instances: {{ web: {{ type: t3.micro, tags: {{ a: {quoted} }} }} }}
steps:
  - {{ launch: web, label: {quoted}, note: {quoted} }}
  - {{ at: 1h, stop: web }}
  - {{ start: web, fails: IncorrectInstanceState }}
"
    ));
    assert_eq!(
        html.matches("<script").count(),
        2,
        "the data and the script"
    );
    assert_eq!(html.matches("</script").count(), 2);
    for bad in ["<img", "<!--", "\u{202e}", "\u{2028}", "onerror=alert(1)>"] {
        assert!(!html.contains(bad), "{bad:?}");
    }
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert!(data(&html)["scale"].is_array());
}

/// SHA-256, in as few words as it takes.
#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
fn sha256(text: &[u8]) -> [u8; 32] {
    let primes = (2_u32..).filter(|n| (2..*n).all(|d| n % d != 0)).take(64);
    // The first bits of the fraction of a root.
    let root = |n: u32, power: u32| {
        let wide = u128::from(n) << (32 * power);
        let mut low = 0_u128;
        for bit in (0..37).rev() {
            let next = low | 1 << bit;
            if next.pow(power) <= wide {
                low = next;
            }
        }
        u32::try_from(low & 0xffff_ffff).unwrap()
    };
    let primes: Vec<u32> = primes.collect();
    let k: Vec<u32> = primes.iter().map(|&n| root(n, 3)).collect();
    let mut hash: Vec<u32> = primes[..8].iter().map(|&n| root(n, 2)).collect();
    let mut padded = text.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((u64::try_from(text.len()).unwrap() * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> = block
            .chunks(4)
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect();
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let a = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let b = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            w.push(
                w[i - 16]
                    .wrapping_add(a)
                    .wrapping_add(w[i - 7])
                    .wrapping_add(b),
            );
        }
        let mut v = hash.clone();
        for i in 0..64 {
            let e = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = v[4] & v[5] ^ !v[4] & v[6];
            let one = v[7]
                .wrapping_add(e)
                .wrapping_add(choice)
                .wrapping_add(k[i])
                .wrapping_add(w[i]);
            let a = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let two = a.wrapping_add(v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(one);
            v[0] = one.wrapping_add(two);
        }
        for (sum, value) in hash.iter_mut().zip(v) {
            *sum = sum.wrapping_add(value);
        }
    }
    let bytes: Vec<u8> = hash.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.try_into().unwrap()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes(bits);
        for digit in 0..4 {
            let place = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap();
            text.push(if digit <= three.len() {
                char::from(DIGITS[place])
            } else {
                '='
            });
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// `UPDATE_DOCS=1 cargo test page` renews it.
#[test]
fn a_browser_runs_this_script_and_no_other() {
    assert_eq!(
        base64(&sha256(b"abc")),
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    );
    let text = "instances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\n";
    let replay = ec2sim::replay(&Scenario::from_text("web.yaml", text).unwrap());
    let side = |name| Side {
        name,
        replay: &replay,
    };
    let mut versus = Vec::new();
    Versus::new(&[side("one"), side("other")])
        .write(&mut versus)
        .unwrap();
    let versus = String::from_utf8(versus).unwrap();
    for (html, name) in [(of(text), "page"), (versus, "versus")] {
        let script = html.rsplit_once("<script>").unwrap().1;
        let digest = base64(&sha256(
            script.split_once("</script>").unwrap().0.as_bytes(),
        ));
        let file = format!("src/report/html/{name}.js.sha256");
        if updating() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            fs::write(&file, format!("{digest}\n")).unwrap();
            continue;
        }
        assert!(
            html.contains(&format!("script-src 'sha256-{digest}'")),
            "{name}: the script has changed: `UPDATE_DOCS=1 cargo test page` renews its digest"
        );
    }
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn run_writes_the_page_beside_what_it_prints() {
    let folder = folder("page-run");
    let page = folder.join("page.html");
    let lesson = "scenarios/hibernate/stop-or-hibernate.yaml";
    let (_, plain, _) = run(&["run", lesson]);
    let (code, out, err) = run(&["run", "--html", page.to_str().unwrap(), lesson]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, plain, "what is printed stays as it is");
    assert!(
        fs::read_to_string(&page)
            .unwrap()
            .starts_with("<!doctype html>")
    );
    let (code, _, err) = run(&[
        "run",
        "--html",
        page.to_str().unwrap(),
        "scenarios/stop",
        "scenarios/reboot",
    ]);
    assert_eq!(code, 2);
    assert!(err.contains("would be the page of 2 scenarios"), "{err}");
    let (code, _, err) = run(&["run", "--quiet", "--html", "/nowhere/page.html", lesson]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot write /nowhere/page.html"), "{err}");
}

#[test]
fn a_folder_becomes_pages_and_an_index() {
    let (from, to) = (folder("page-from"), folder("page-to"));
    fs::create_dir_all(from.join("a")).unwrap();
    let good = "instances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\n";
    fs::write(from.join("a/one #1.yaml"), format!("name: <One>\n{good}")).unwrap();
    fs::write(
        from.join("a/one #1.json"),
        "{\"instances\":{\"web\":{\"type\":\"t3.micro\"}},\"steps\":[{\"launch\":\"web\"}]}",
    )
    .unwrap();
    fs::write(from.join("index.yaml"), good).unwrap();
    let paths = [from.to_str().unwrap(), to.to_str().unwrap()];
    let (code, out, err) = run(&["page", paths[0], "-o", paths[1]]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("3 pages, listed in "), "{out}");
    let index = fs::read_to_string(to.join("index.html")).unwrap();
    assert!(index.contains("href=\"./a/one%20%231.html\">"), "{index}");
    assert!(index.contains("&lt;One&gt;"));
    assert!(!index.contains("<script"));
    for name in ["a/one #1.html", "a/one #1.yaml.html", "index.yaml.html"] {
        assert!(to.join(name).exists(), "{name}");
    }
    let (code, _, err) = run(&["page", to.to_str().unwrap(), "-o", paths[1]]);
    assert_eq!(code, 2);
    assert!(err.contains("no scenario found"), "{err}");
    fs::write(from.join("b.yaml"), "steps: [ { lauch: web } ]\n").unwrap();
    let (code, out, _) = run(&["page", paths[0], "-o", paths[1]]);
    assert_eq!(code, 2);
    assert!(out.starts_with("3 pages"), "{out}");
}

#[test]
fn an_index_of_nothing_is_a_page_all_the_same() {
    let mut html = Vec::new();
    Index(&[]).write(&mut html).unwrap();
    assert!(String::from_utf8(html).unwrap().ends_with("</html>\n"));
}

#[test]
fn a_page_tells_the_clock_times_of_the_scenarios_zone() {
    let html = of("
timezone: Asia/Jakarta
start: 2026-03-02T09:00:00Z
instances: { web: { type: t3.micro } }
steps: [ { launch: web } ]
until: 2h
");
    assert!(html.contains("Mon 2 Mar 2026, 16:00 Asia/Jakarta"));
    assert!(html.contains("<time>Mon 2 Mar 16:00:15</time>"));
    assert_eq!(data(&html)["offsets"], serde_json::json!([[0, 25_200]]));
    let html = of("
timezone: Europe/Berlin
start: 2026-03-28T12:00:00Z
instances: { web: { type: t3.micro } }
steps: [ { launch: web } ]
until: 1d
");
    // Clocks go from 02:00 to 03:00 at 01:00Z.
    let offsets = serde_json::json!([[0, 3_600], [46_800, 7_200]]);
    assert_eq!(data(&html)["offsets"], offsets);
}

const NIGHT: &str = "
start: 2026-03-02T08:00:00Z
instances: { web: { type: m5.large, root: 20GiB gp3 } }
steps: [ { launch: web }, { at: 10h, stop: web }, { at: 23h, start: web } ]
until: 1d
";

fn versus(others: &[&str]) -> String {
    let texts = [NIGHT].into_iter().chain(others.iter().copied());
    let replays: Vec<Replay> = texts
        .map(|text| ec2sim::replay(&Scenario::from_text("night.yaml", text).unwrap()))
        .collect();
    let names = ["as it is", "another", "a third"];
    let sides: Vec<Side<'_>> = names
        .iter()
        .zip(&replays)
        .map(|(name, replay)| Side { name, replay })
        .collect();
    let mut html = Vec::new();
    Versus::new(&sides).write(&mut html).unwrap();
    String::from_utf8(html).unwrap()
}

#[test]
fn replays_side_by_side_say_where_their_difference_arises() {
    let always = NIGHT.replace(", { at: 10h, stop: web }, { at: 23h, start: web }", "");
    let html = versus(&[&always]);
    assert!(html.len() < 300_000, "{}", html.len());
    for told in [
        "Content-Security-Policy",
        "<b>another</b> +$1.3134 against as it is",
        // It runs at night on one side only.
        "<b>web usage</b> <span>running instead of stopped: $0.096/h instead of nothing</span>",
        "Mon 2 Mar 18:00 – Tue 3 Mar 07:00:15; 13h15s in all",
        "<code>BILL-RUNNING</code>",
    ] {
        assert!(html.contains(told), "{told}: {html}");
    }
    assert_eq!(
        html.matches("<script").count(),
        2,
        "the data and the script"
    );
    // What the reasons come to is the difference.
    let list = between(&html, "<ol class=\"reasons\">", "</ol>");
    let sum: f64 = list
        .split("<s>")
        .skip(1)
        .map(|rest| {
            let amount = rest.split("</s>").next().unwrap().replace('$', "");
            amount
                .replace('−', "-")
                .replace('+', "")
                .parse::<f64>()
                .unwrap()
        })
        .sum();
    assert!((sum - 1.3134).abs() < 0.001, "{sum}");
}

#[test]
fn what_is_the_same_has_no_difference_and_any_number_is_compared() {
    let html = versus(&[NIGHT, &NIGHT.replace("m5.large", "t3.large")]);
    assert!(html.contains("They cost the same, line by line."));
    assert!(html.contains("$0.0832/h instead of $0.096/h"), "{html}");
    let other = NIGHT.replace("2026-03-02T08", "2026-04-01T10");
    assert!(versus(&[&other]).contains("as if it began when the first does"));
}

#[test]
fn a_spot_request_has_a_lane_with_its_states_and_status_codes() {
    let html = of("
instances: { web: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } } }
steps:
  - launch: web
  - at: 1h
    interrupt: web
  - at: 2h
    capacity: { type: m5.large, zone: us-east-1a, market: spot, available: any }
  - at: 3h
    cancel-spot-request: web
until: 4h
");
    let lane = between(&html, "<b>Spot request of web</b>", "</div></div>");
    let looks = |lane: &str| -> Vec<String> {
        let bars = lane.split("<rect class=\"b ").skip(1);
        bars.map(|bar| bar.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        looks(lane),
        ["spot", "spot", "spot disabled", "spot", "spot over"],
        "{lane}"
    );
    for told in [
        "<title>active, fulfilled: 0s – 1h</title>",
        "<title>active, marked-for-stop: 1h – 1h2m30s</title>",
        "<title>disabled, instance-stopped-no-capacity: 1h2m30s – 2h</title>",
        "<title>active, fulfilled: 2h – 3h</title>",
        "<title>cancelled, request-canceled-and-instance-running, 3h</title>",
    ] {
        assert!(lane.contains(told), "{told}: {lane}");
    }
    assert!(html.contains("request disabled</li>"));
    // Who asks for no Spot Instance isn't told how its request would look.
    assert!(
        !of("
instances: { web: { type: m5.large } }
steps: [ { launch: web } ]
")
        .contains("request active</li>")
    );
}

#[test]
fn the_page_of_a_journal_is_that_of_its_replay() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let lesson = "scenarios/hibernate/stop-or-hibernate.yaml";
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_ec2sim"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap()
    };
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (one, two, journal) = (file("run.html"), file("show.html"), file("run.jsonl"));
    let ran = run(&["run", "--format", "jsonl", "--html", &one, lesson]);
    assert!(ran.status.success());
    fs::write(&journal, &ran.stdout).unwrap();
    let shown = run(&["show", "--html", &two, &journal]);
    assert!(shown.status.success(), "{shown:?}");
    assert!(shown.stdout.is_empty());
    assert_eq!(
        fs::read_to_string(one).unwrap(),
        fs::read_to_string(&two).unwrap()
    );
    let twice = run(&["show", "--html", &two, &journal, &journal]);
    assert_eq!(twice.status.code(), Some(2));
}
