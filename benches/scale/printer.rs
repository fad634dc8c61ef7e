//! A printer written by hand for the JSON lines of this workload and no others: straight-line code that prints ready-made
//! values into a buffer that is used again. `ec2sim run --format jsonl` has to give the same bytes, and has to find the
//! values out besides.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde_json::Value;

/// The instant of offset zero, 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// What a line says. The texts that are the same in every line of a kind are in the code that prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Launched,
    PrivateGiven,
    RootOpened,
    Booted,
    BootedAgain,
    UsageOpened,
    PublicGiven,
    PublicGivenAgain,
    Ipv4Opened,
    Stopping,
    UsageClosed,
    PublicTaken,
    Ipv4Closed,
    Stopped,
    MemoryLost,
    RootKept,
    Started,
    ShuttingDown,
    Terminated,
    PrivateTaken,
    RootDeleted,
    RootClosed,
    ChecksOk,
}

/// The values of a line.
#[derive(Debug, Clone, Copy)]
struct Line {
    says: Says,
    instance: u32,
    /// Seconds from the start.
    at: u32,
    /// The line of the scenario, 0 where there is none.
    place: u32,
    /// The step's cost in 10⁻¹⁰ dollars, a metered quantity, or an IPv4 address.
    first: u64,
    /// The cost since launch or of a meter, in 10⁻¹⁰ dollars.
    second: u64,
}

/// The names of an instance.
#[derive(Debug)]
struct Names {
    name: String,
    id: String,
    root_id: String,
}

/// The values of all the lines of a replay.
#[derive(Debug)]
pub(crate) struct Lines {
    lines: Vec<Line>,
    names: Vec<Names>,
    /// `2026-01-01T` and the days after it.
    days: Vec<String>,
}

/// The values in lines that `ec2sim` printed, and what they count up to.
///
/// # Panics
///
/// Panics where a line isn't of this workload.
pub(crate) fn read(printed: &str) -> Lines {
    let mut lines = Vec::new();
    let mut names: Vec<Names> = Vec::new();
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    for text in printed.lines() {
        let json: Value = serde_json::from_str(text).expect("a line of JSON");
        let id = word(&json, "instance_id");
        let instance = *numbers.entry(id.to_owned()).or_insert_with(|| {
            names.push(Names {
                name: word(&json, "instance").to_owned(),
                id: id.to_owned(),
                root_id: String::new(),
            });
            u32::try_from(names.len() - 1).expect("a number")
        });
        let line = line(&json, instance);
        if line.says == Says::RootOpened {
            let index = usize::try_from(instance).expect("an index");
            word(&json, "resource_id").clone_into(&mut names[index].root_id);
        }
        lines.push(line);
    }
    let last = lines.last().map_or(0, |line| line.at);
    let days = (0..=last / 86_400)
        .map(|day| {
            let at = jiff::Timestamp::from_second(START + i64::from(day) * 86_400);
            at.expect("a date").strftime("%Y-%m-%dT").to_string()
        })
        .collect();
    Lines { lines, names, days }
}

fn word<'a>(json: &'a Value, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_default()
}

fn line(json: &Value, instance: u32) -> Line {
    let time: jiff::Timestamp = word(json, "time").parse().expect("an instant");
    let at = u32::try_from(time.as_second() - START).expect("seconds from the start");
    let place = json["line"].as_u64().unwrap_or(0);
    let decimals = |text: &str| text.replace('.', "").parse::<u64>().expect("an amount");
    let address = |text: &str| {
        let address: std::net::Ipv4Addr = text.parse().expect("an address");
        u64::from(u32::from(address))
    };
    let is_first = json["rules"][0] == "LIFE-RUN";
    let (says, first, second) = match word(json, "kind") {
        "transition" => {
            let says = match (word(json, "from"), word(json, "to")) {
                ("", "pending") => Says::Launched,
                ("pending", "running") if is_first => Says::Booted,
                ("pending", "running") => Says::BootedAgain,
                ("running", "stopping") => Says::Stopping,
                ("stopping", "stopped") => Says::Stopped,
                ("stopped", "pending") => Says::Started,
                ("running", "shutting-down") => Says::ShuttingDown,
                ("shutting-down", "terminated") => Says::Terminated,
                other => panic!("the workload has no {other:?}"),
            };
            let cost = &json["cost"];
            let (step, total) = (word(cost, "step"), word(cost, "total"));
            (says, decimals(step), decimals(total))
        }
        "address" => match (word(json, "scope"), word(json, "from"), word(json, "to")) {
            ("private", "", to) => (Says::PrivateGiven, address(to), 0),
            ("private", from, _) => (Says::PrivateTaken, address(from), 0),
            (_, "", to) if json["rules"][0] == "IP-NEW" => (Says::PublicGivenAgain, address(to), 0),
            (_, "", to) => (Says::PublicGiven, address(to), 0),
            (_, from, _) => (Says::PublicTaken, address(from), 0),
        },
        "meter" => {
            let says = match (word(json, "meter"), word(json, "change")) {
                ("ebs", "opened") => Says::RootOpened,
                ("ebs", _) => Says::RootClosed,
                ("usage", "opened") => Says::UsageOpened,
                ("usage", _) => Says::UsageClosed,
                (_, "opened") => Says::Ipv4Opened,
                _ => Says::Ipv4Closed,
            };
            match (json["quantity"].as_str(), json["amount"].as_str()) {
                (Some(quantity), Some(amount)) => (says, decimals(quantity), decimals(amount)),
                _ => (says, 0, 0),
            }
        }
        "data" => match (word(json, "what"), word(json, "outcome")) {
            ("memory", _) => (Says::MemoryLost, 0, 0),
            (_, "kept") => (Says::RootKept, 0, 0),
            _ => (Says::RootDeleted, 0, 0),
        },
        "notice" => match word(json, "event") {
            "status-checks" => (Says::ChecksOk, 0, 0),
            other => panic!("the workload has no notice of {other}"),
        },
        other => panic!("the workload has no {other}"),
    };
    Line {
        says,
        instance,
        at,
        place: u32::try_from(place).expect("a line"),
        first,
        second,
    }
}

impl Lines {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many public addresses are given, and how many seconds of usage are metered.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let (mut addresses, mut seconds) = (0, 0);
        for line in &self.lines {
            addresses += u64::from(matches!(
                line.says,
                Says::PublicGiven | Says::PublicGivenAgain
            ));
            if line.says == Says::UsageClosed {
                seconds += line.first;
            }
        }
        (addresses, seconds)
    }

    /// Prints all lines so many times, numbered through. Answers with the number of bytes.
    pub(crate) fn print(&self, times: u64, out: &mut dyn Write) -> io::Result<u64> {
        let mut buffer = Buffer(Vec::with_capacity(1 << 17));
        let (mut seq, mut bytes) = (0, 0);
        for _ in 0..times {
            for line in &self.lines {
                seq += 1;
                self.line(seq, line, &mut buffer);
                if buffer.0.len() >= 1 << 16 {
                    bytes += buffer.0.len();
                    out.write_all(&buffer.0)?;
                    buffer.0.clear();
                }
            }
        }
        bytes += buffer.0.len();
        out.write_all(&buffer.0)?;
        Ok(u64::try_from(bytes).expect("a length"))
    }

    fn line(&self, seq: u64, line: &Line, to: &mut Buffer) {
        let index = usize::try_from(line.instance).expect("an index");
        let Names { name, id, root_id } = &self.names[index];
        let (day, second) = (line.at / 86_400, line.at % 86_400);
        to.text("{\"seq\":");
        to.number(seq);
        to.text(",\"time\":\"");
        to.text(&self.days[usize::try_from(day).expect("a day")]);
        to.two(second / 3_600);
        to.text(":");
        to.two(second / 60 % 60);
        to.text(":");
        to.two(second % 60);
        to.text("Z\",\"at\":\"");
        to.duration(line.at);
        let kind = match line.says {
            Says::Launched
            | Says::Booted
            | Says::BootedAgain
            | Says::Stopping
            | Says::Stopped
            | Says::Started
            | Says::ShuttingDown
            | Says::Terminated => "\",\"kind\":\"transition\",\"instance\":\"",
            Says::PrivateGiven
            | Says::PublicGiven
            | Says::PublicGivenAgain
            | Says::PublicTaken
            | Says::PrivateTaken => "\",\"kind\":\"address\",\"instance\":\"",
            Says::RootOpened
            | Says::UsageOpened
            | Says::Ipv4Opened
            | Says::UsageClosed
            | Says::Ipv4Closed
            | Says::RootClosed => "\",\"kind\":\"meter\",\"instance\":\"",
            Says::MemoryLost | Says::RootKept | Says::RootDeleted => {
                "\",\"kind\":\"data\",\"instance\":\""
            }
            Says::ChecksOk => "\",\"kind\":\"notice\",\"instance\":\"",
        };
        to.text(kind);
        to.text(name);
        to.text("\",\"instance_id\":\"");
        to.text(id);
        match line.says {
            Says::Launched => {
                to.text("\",\"from\":null,\"to\":\"pending\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"RunInstances\",\"why\":\"asked to launch\",\"reason\":null,\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-RUN\",\"BILL-PENDING\"],\"line\":");
            }
            Says::Booted => {
                to.text("\",\"from\":\"pending\",\"to\":\"running\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"boot completed\",\"why\":\"the host has booted it\",\"reason\":null,\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-RUN\",\"BILL-METER-START\"],\"line\":");
            }
            Says::BootedAgain => {
                to.text("\",\"from\":\"pending\",\"to\":\"running\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"boot completed\",\"why\":\"the new host has booted it\",\"reason\":null,\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-START\",\"BILL-METER-START\",\"BILL-MIN-PER-START\"],\"line\":");
            }
            Says::Stopping => {
                to.text("\",\"from\":\"running\",\"to\":\"stopping\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"StopInstances\",\"why\":\"asked to stop\",\"reason\":{\"code\":\"Client.UserInitiatedShutdown\",\"message\":\"Client.UserInitiatedShutdown: User initiated shutdown\"},\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-STOP\",\"BILL-STOPPING\"],\"line\":");
            }
            Says::Stopped => {
                to.text("\",\"from\":\"stopping\",\"to\":\"stopped\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"stop completed\",\"why\":\"the machine is down\",\"reason\":{\"code\":\"Client.UserInitiatedShutdown\",\"message\":\"Client.UserInitiatedShutdown: User initiated shutdown\"},\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-STOP\",\"BILL-STOPPED\"],\"line\":");
            }
            Says::Started => {
                to.text("\",\"from\":\"stopped\",\"to\":\"pending\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"StartInstances\",\"why\":\"asked to start\",\"reason\":null,\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-START\",\"BILL-PENDING\"],\"line\":");
            }
            Says::ShuttingDown => {
                to.text("\",\"from\":\"running\",\"to\":\"shutting-down\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"TerminateInstances\",\"why\":\"asked to terminate\",\"reason\":{\"code\":\"Client.UserInitiatedShutdown\",\"message\":\"Client.UserInitiatedShutdown: User initiated shutdown\"},\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-TERM\",\"BILL-SHUTTING-DOWN\"],\"line\":");
            }
            Says::Terminated => {
                to.text("\",\"from\":\"shutting-down\",\"to\":\"terminated\",\"flavor\":null,\"type\":\"t3.micro\",\"platform\":\"linux\",\"tenancy\":\"default\",\"zone\":\"us-east-1a\",\"trigger\":\"shutdown completed\",\"why\":\"nothing of it is left to run\",\"reason\":{\"code\":\"Client.UserInitiatedShutdown\",\"message\":\"Client.UserInitiatedShutdown: User initiated shutdown\"},\"cost\":{\"step\":\"");
                to.costs(line);
                to.text("\"},\"rules\":[\"LIFE-TERM\",\"BILL-TERMINATED\"],\"line\":");
            }
            Says::PrivateGiven => {
                to.text("\",\"address\":null,\"allocation_id\":null,\"family\":\"ipv4\",\"scope\":\"private\",\"from\":null,\"to\":\"");
                to.address(line.first);
                to.text("\",\"rules\":[\"LIFE-RUN\",\"IP-PRIVATE-LIFETIME\"],\"line\":");
            }
            Says::PublicGiven => {
                to.text("\",\"address\":null,\"allocation_id\":null,\"family\":\"ipv4\",\"scope\":\"public\",\"from\":null,\"to\":\"");
                to.address(line.first);
                to.text("\",\"rules\":[\"IP-AUTO-SUBNET\",\"LIFE-RUN-NAMES-LATE\"],\"line\":");
            }
            Says::PublicGivenAgain => {
                to.text("\",\"address\":null,\"allocation_id\":null,\"family\":\"ipv4\",\"scope\":\"public\",\"from\":null,\"to\":\"");
                to.address(line.first);
                to.text("\",\"rules\":[\"IP-NEW\",\"KEEP-PUBLIC-IP\"],\"line\":");
            }
            Says::PublicTaken => {
                to.text("\",\"address\":null,\"allocation_id\":null,\"family\":\"ipv4\",\"scope\":\"public\",\"from\":\"");
                to.address(line.first);
                to.text("\",\"to\":null,\"rules\":[\"IP-RELEASE\",\"KEEP-PUBLIC-IP\"],\"line\":");
            }
            Says::PrivateTaken => {
                to.text(
                    "\",\"address\":null,\"allocation_id\":null,\"family\":\"ipv4\",\"scope\":\"private\",\"from\":\"",
                );
                to.address(line.first);
                to.text("\",\"to\":null,\"rules\":[\"IP-PRIVATE-LIFETIME\",\"KEEP-PRIVATE-IP\"],\"line\":");
            }
            Says::RootOpened => {
                to.text("\",\"resource\":\"");
                to.text(name);
                to.text("/root\",\"resource_id\":\"");
                to.text(root_id);
                to.text("\",\"meter\":\"ebs\",\"change\":\"opened\",\"usage_type\":\"EBS:VolumeUsage.gp3\",\"quantity\":null,\"unit\":\"gib-second\",\"unit_price\":\"0.08\",\"price_unit\":\"gb-month\",\"amount\":null,\"units\":8,\"at_end\":false,\"provisioned\":{\"type\":\"gp3\",\"size_gib\":8,\"iops\":3000,\"throughput\":125},\"rules\":[\"BILL-EBS-PROVISIONED\",\"BILL-EBS-ANY-STATE\",\"BILL-EBS-GB-MONTH\"],\"line\":");
            }
            Says::RootClosed => {
                to.text("\",\"resource\":\"");
                to.text(name);
                to.text("/root\",\"resource_id\":\"");
                to.text(root_id);
                to.text("\",\"meter\":\"ebs\",\"change\":\"closed\",\"usage_type\":\"EBS:VolumeUsage.gp3\",\"quantity\":\"");
                to.number(line.first);
                to.text("\",\"unit\":\"gib-second\",\"unit_price\":\"0.08\",\"price_unit\":\"gb-month\",\"amount\":\"");
                to.dollars(line.second);
                to.text("\",\"units\":8,\"at_end\":false,\"provisioned\":null,\"rules\":[\"BILL-EBS-PROVISIONED\",\"BILL-EBS-ANY-STATE\",\"BILL-EBS-GB-MONTH\"],\"line\":");
            }
            Says::UsageOpened => {
                to.text("\",\"resource\":\"");
                to.text(name);
                to.text("\",\"resource_id\":\"");
                to.text(id);
                to.text("\",\"meter\":\"usage\",\"change\":\"opened\",\"usage_type\":\"BoxUsage:t3.micro\",\"quantity\":null,\"unit\":\"second\",\"unit_price\":\"0.0104\",\"price_unit\":\"hour\",\"amount\":null,\"units\":1,\"at_end\":false,\"provisioned\":null,\"rules\":[\"BILL-METER-START\",\"BILL-RUNNING\"],\"line\":");
            }
            Says::UsageClosed => {
                to.text("\",\"resource\":\"");
                to.text(name);
                to.text("\",\"resource_id\":\"");
                to.text(id);
                to.text("\",\"meter\":\"usage\",\"change\":\"closed\",\"usage_type\":\"BoxUsage:t3.micro\",\"quantity\":\"");
                to.number(line.first);
                to.text("\",\"unit\":\"second\",\"unit_price\":\"0.0104\",\"price_unit\":\"hour\",\"amount\":\"");
                to.dollars(line.second);
                to.text("\",\"units\":1,\"at_end\":false,\"provisioned\":null,\"rules\":[\"BILL-RUNNING\",\"BILL-PER-SECOND-PLATFORM\",\"BILL-RATE-KEY\"],\"line\":");
            }
            Says::Ipv4Opened => {
                to.text("\",\"resource\":\"");
                to.text(name);
                to.text("\",\"resource_id\":\"");
                to.text(id);
                to.text("\",\"meter\":\"public_ipv4\",\"change\":\"opened\",\"usage_type\":\"USE1-PublicIPv4:InUseAddress\",\"quantity\":null,\"unit\":\"second\",\"unit_price\":\"0.005\",\"price_unit\":\"hour\",\"amount\":null,\"units\":1,\"at_end\":false,\"provisioned\":null,\"rules\":[\"BILL-IPV4-IN-USE\",\"BILL-IPV4-AUTO\",\"BILL-IPV4-GRANULARITY\"],\"line\":");
            }
            Says::Ipv4Closed => {
                to.text("\",\"resource\":\"");
                to.text(name);
                to.text("\",\"resource_id\":\"");
                to.text(id);
                to.text("\",\"meter\":\"public_ipv4\",\"change\":\"closed\",\"usage_type\":\"USE1-PublicIPv4:InUseAddress\",\"quantity\":\"");
                to.number(line.first);
                to.text("\",\"unit\":\"second\",\"unit_price\":\"0.005\",\"price_unit\":\"hour\",\"amount\":\"");
                to.dollars(line.second);
                to.text("\",\"units\":1,\"at_end\":false,\"provisioned\":null,\"rules\":[\"BILL-IPV4-IN-USE\",\"BILL-IPV4-AUTO\",\"BILL-IPV4-GRANULARITY\"],\"line\":");
            }
            Says::ChecksOk => {
                to.text("\",\"event\":\"status-checks\",\"message\":\"ok\",\"failed_step\":null,\"rules\":[\"CHECK-LIFECYCLE\",\"TIME-INITIALIZING\"],\"line\":");
            }
            Says::MemoryLost => {
                to.text("\",\"what\":\"memory\",\"volume\":null,\"volume_id\":null,\"outcome\":\"lost\",\"rules\":[\"KEEP-RAM\"],\"line\":");
            }
            Says::RootKept => {
                to.text("\",\"what\":\"volume\",\"volume\":\"");
                to.text(name);
                to.text("/root\",\"volume_id\":\"");
                to.text(root_id);
                to.text("\",\"outcome\":\"kept\",\"rules\":[\"KEEP-ROOT\"],\"line\":");
            }
            Says::RootDeleted => {
                to.text("\",\"what\":\"volume\",\"volume\":\"");
                to.text(name);
                to.text("/root\",\"volume_id\":\"");
                to.text(root_id);
                to.text("\",\"outcome\":\"deleted\",\"rules\":[\"KEEP-DATA\",\"KEEP-DOT-DEFAULTS\",\"BILL-EBS-DELETE\"],\"line\":");
            }
        }
        if line.place == 0 {
            to.text("null}\n");
        } else {
            to.number(u64::from(line.place));
            to.text("}\n");
        }
    }
}

/// The buffer, and how numbers get into it.
struct Buffer(Vec<u8>);

/// The numbers from 00 to 99.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let (mut tens, mut number) = (0, 0);
    while tens < 10 {
        let mut ones = 0;
        while ones < 10 {
            pairs[number] = [b'0' + tens, b'0' + ones];
            number += 1;
            ones += 1;
        }
        tens += 1;
    }
    pairs
};

fn pair(number: u64) -> [u8; 2] {
    PAIRS[usize::try_from(number % 100).expect("a number below 100")]
}

impl Buffer {
    fn text(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Two digits.
    fn two(&mut self, number: u32) {
        self.0.extend_from_slice(&pair(u64::from(number)));
    }

    fn number(&mut self, mut number: u64) {
        let mut digits = [0; 20];
        let mut from = digits.len();
        while number >= 10 {
            from -= 2;
            digits[from..from + 2].copy_from_slice(&pair(number));
            number /= 100;
        }
        if number > 0 || from == digits.len() {
            from -= 1;
            digits[from] = pair(number)[1];
        }
        self.0.extend_from_slice(&digits[from..]);
    }

    /// Ten decimals, of a number of 10⁻¹⁰ dollars.
    fn dollars(&mut self, amount: u64) {
        self.number(amount / 10_000_000_000);
        let mut rest = amount % 10_000_000_000;
        let mut digits = [b'.'; 11];
        for place in (1..11).step_by(2).rev() {
            digits[place..place + 2].copy_from_slice(&pair(rest));
            rest /= 100;
        }
        self.0.extend_from_slice(&digits);
    }

    fn costs(&mut self, line: &Line) {
        self.dollars(line.first);
        self.text("\",\"total\":\"");
        self.dollars(line.second);
    }

    fn address(&mut self, address: u64) {
        self.number(address >> 24 & 255);
        self.text(".");
        self.number(address >> 16 & 255);
        self.text(".");
        self.number(address >> 8 & 255);
        self.text(".");
        self.number(address & 255);
    }

    fn duration(&mut self, seconds: u32) {
        if seconds == 0 {
            self.text("0s");
            return;
        }
        let parts = [
            (seconds / 86_400, "d"),
            (seconds / 3_600 % 24, "h"),
            (seconds / 60 % 60, "m"),
            (seconds % 60, "s"),
        ];
        for (amount, unit) in parts {
            if amount > 0 {
                self.number(u64::from(amount));
                self.text(unit);
            }
        }
    }
}
