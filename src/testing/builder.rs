//! Scenarios in code.

use crate::scenario::{Diagnostics, Scenario};

use super::{
    snapshot::{Snapshot, drawn},
    yaml::Yaml,
};

type Entries = Vec<(String, Yaml)>;

fn put(entries: &mut Entries, key: &str, value: impl Into<Yaml>) {
    entries.push((key.to_owned(), value.into()));
}

/// Puts an entry into a mapping that stands under a key.
fn put_below(below: &mut Entries, name: impl Into<String>, value: impl Into<Yaml>) {
    below.push((name.into(), value.into()));
}

/// A scenario that is written in code.
///
/// It is written as YAML and read as a file is, so that it can say all that a file can and its mistakes are told in the
/// same way. `at` and `after` say when the next step happens; `note`, `label`, `fails` and `timeout` belong to the step before
/// them. Where a key has no method of its own, `with` takes its name, and [`ScenarioBuilder::step`] a whole step.
///
/// # Example
///
/// ```
/// use ec2sim::testing::ScenarioBuilder;
///
/// let scenario = ScenarioBuilder::new("Nights off")
///     .region("eu-west-1")
///     .defaults(|i| i.root("20GiB gp3"))
///     .instance("web", "m5.large", |i| i.count(2))
///     .instance("lab", "m5.large", |i| {
///         i.with("root", ec2sim::testing::Yaml::map([("size", "20GiB"), ("encrypted", "yes")])).hibernation(true)
///     })
///     .launch(["web", "lab"])
///     .at("10h").stop("web").note("Nobody uses it at night.")
///     .hibernate("lab")
///     .wait_until_all([("web", "stopped"), ("lab", "hibernated")])
///     .reboot("web").fails("IncorrectState")
///     .each("web", "10s", |member| member.after("8h").start("self"))
///     .after("9h")
///     .expect("web", |e| e.state("running").public_ipv4("changed").starts(2))
///     .until("1d")
///     .replay();
/// assert!(scenario.passed().transitions().contains("lab  stopping (hibernating) → hibernated"));
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "`build` or `replay` does something with it"]
pub struct ScenarioBuilder {
    file: String,
    head: Entries,
    timings: Entries,
    prices: Entries,
    defaults: Entries,
    instances: Entries,
    volumes: Entries,
    addresses: Entries,
    script: Script,
    expect: Entries,
}

/// The steps inside of `each` and `repeat`.
#[derive(Debug, Clone, Default)]
#[must_use = "it is what the closure answers with"]
pub struct Script {
    steps: Vec<Entries>,
    /// When the next step happens.
    when: Entries,
}

impl Script {
    fn push(&mut self, mut step: Entries) {
        let mut whole = std::mem::take(&mut self.when);
        whole.append(&mut step);
        self.steps.push(whole);
    }

    /// Adds a key to the latest step; to a new one if there is none yet, or if it is said already when the next happens.
    fn add(&mut self, key: &str, value: Yaml) {
        match self.steps.last_mut().filter(|_| self.when.is_empty()) {
            Some(step) => step.push((key.to_owned(), value)),
            None => self.push(vec![(key.to_owned(), value)]),
        }
    }

    fn into_yaml(mut self) -> Yaml {
        if !self.when.is_empty() {
            // A time without a step is a mistake, which the reader tells.
            self.push(Vec::new());
        }
        let steps = self.steps.into_iter().map(Yaml::map);
        Yaml::lines(steps.collect())
    }
}

/// The methods that write steps, for the script itself and for those inside of it.
macro_rules! steps {
    ($self:ident => $script:expr) => {
        /// The next step happens at this offset from the start, such as `1h30m`, or at this instant.
        pub fn at(mut $self, when: &str) -> Self {
            put(&mut $script.when, "at", when);
            $self
        }

        /// The next step happens so long after where the script stands.
        pub fn after(mut $self, how_long: &str) -> Self {
            put(&mut $script.when, "after", how_long);
            $self
        }

        /// Tells the viewer something with the step before; after `at` or `after`, in a step of its own.
        pub fn note(mut $self, text: &str) -> Self {
            $script.add("note", text.into());
            $self
        }

        /// Gives the step before a name of its own.
        pub fn label(mut $self, text: &str) -> Self {
            $script.add("label", text.into());
            $self
        }

        /// The step before has to be refused with this code.
        pub fn fails(mut $self, code: &str) -> Self {
            $script.add("fails", code.into());
            $self
        }

        /// How long the `wait_until` before may take.
        pub fn timeout(mut $self, how_long: &str) -> Self {
            $script.add("timeout", how_long.into());
            $self
        }

        /// Any step, by its verb: `step("allocate-address", "front")`.
        pub fn step(mut $self, verb: &str, value: impl Into<Yaml>) -> Self {
            $script.push(vec![(verb.to_owned(), value.into())]);
            $self
        }

        /// Any action with options: `action("stop", |o| o.with("instance", "web").with("force", true))`.
        pub fn action($self, verb: &str, options: impl FnOnce(Options) -> Options) -> Self {
            let options = options(Options::default());
            $self.step(verb, Yaml::map(options.entries))
        }

        /// Launches an instance, a group, or several: `RunInstances`.
        pub fn launch($self, whom: impl Into<Yaml>) -> Self {
            $self.step("launch", whom)
        }

        /// Starts them: `StartInstances`.
        pub fn start($self, whom: impl Into<Yaml>) -> Self {
            $self.step("start", whom)
        }

        /// Stops them: `StopInstances`.
        pub fn stop($self, whom: impl Into<Yaml>) -> Self {
            $self.step("stop", whom)
        }

        /// Hibernates them: `StopInstances` with `Hibernate`.
        pub fn hibernate($self, whom: impl Into<Yaml>) -> Self {
            $self.step("hibernate", whom)
        }

        /// Reboots them: `RebootInstances`.
        pub fn reboot($self, whom: impl Into<Yaml>) -> Self {
            $self.step("reboot", whom)
        }

        /// Terminates them: `TerminateInstances`.
        pub fn terminate($self, whom: impl Into<Yaml>) -> Self {
            $self.step("terminate", whom)
        }

        /// Their operating systems shut themselves down.
        pub fn shutdown($self, whom: impl Into<Yaml>) -> Self {
            $self.step("shutdown", whom)
        }

        /// Changes attributes of an instance: `ModifyInstanceAttribute`.
        pub fn modify($self, whom: &str, options: impl FnOnce(Options) -> Options) -> Self {
            $self.action("modify", |own| options(own.with("instance", whom)))
        }

        /// Associates an Elastic IP with an instance.
        pub fn associate_address($self, address: &str, instance: &str) -> Self {
            $self.action("associate-address", |own| {
                own.with("address", address).with("instance", instance)
            })
        }

        /// Disassociates an Elastic IP.
        pub fn disassociate_address($self, address: &str) -> Self {
            $self.step("disassociate-address", address)
        }

        /// Attaches a volume to an instance.
        pub fn attach_volume($self, volume: &str, instance: &str) -> Self {
            $self.action("attach-volume", |own| {
                own.with("volume", volume).with("instance", instance)
            })
        }

        /// Detaches a volume.
        pub fn detach_volume($self, volume: &str) -> Self {
            $self.step("detach-volume", volume)
        }

        /// Moves the script on.
        pub fn wait($self, how_long: &str) -> Self {
            $self.step("wait", how_long)
        }

        /// Moves the script to the instant at which an instance or group is in a state.
        pub fn wait_until($self, whom: &str, state: &str) -> Self {
            $self.wait_until_all([(whom, state)])
        }

        /// Moves the script to the instant at which all of them are in their states.
        pub fn wait_until_all<'w>($self, states: impl IntoIterator<Item = (&'w str, &'w str)>) -> Self {
            $self.step("wait-until", Yaml::map(states))
        }

        /// Checks what is so of an instance or group.
        pub fn expect($self, whom: &str, checks: impl FnOnce(Checks) -> Checks) -> Self {
            let checks = checks(Checks::default());
            $self.step("expect", Yaml::map([(whom, Yaml::map(checks.entries))]))
        }

        /// Checks what the whole replay has cost so far, by meter: `usage`, `ebs`, `public-ipv4`, `total`.
        pub fn expect_cost($self, meter: &str, amount: &str) -> Self {
            $self.step("expect", Yaml::map([("cost", Yaml::map([(meter, amount)]))]))
        }

        /// Runs steps again, each round `every` after the one before.
        pub fn repeat($self, times: u32, every: &str, steps: impl FnOnce(Script) -> Script) -> Self {
            let options = Options::default().with("times", times).with("every", every);
            $self.inner("repeat", Yaml::map(options.entries), None, steps)
        }

        /// Gives every member of a group a script of its own, `every` later each. Inside, `self` is the member.
        pub fn each($self, group: &str, every: &str, steps: impl FnOnce(Script) -> Script) -> Self {
            $self.inner("each", group.into(), Some(every), steps)
        }

        fn inner(
            mut $self,
            verb: &str,
            value: Yaml,
            every: Option<&str>,
            steps: impl FnOnce(Script) -> Script,
        ) -> Self {
            let mut step = vec![(verb.to_owned(), value)];
            if let Some(every) = every {
                put(&mut step, "every", every);
            }
            put(&mut step, "steps", steps(Script::default()).into_yaml());
            $script.push(step);
            $self
        }
    };
}

impl Script {
    steps!(self => self);
}

impl ScenarioBuilder {
    steps!(self => self.script);
}

impl ScenarioBuilder {
    /// A scenario of this name.
    pub fn new(name: &str) -> Self {
        let words = name.split(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let file = format!("{}.yaml", words.join("-").to_lowercase());
        Self {
            file,
            head: vec![("name".to_owned(), name.into())],
            ..Self::default()
        }
    }

    /// Any other key at the top level.
    pub fn with(mut self, key: &str, value: impl Into<Yaml>) -> Self {
        put(&mut self.head, key, value);
        self
    }

    /// What it is about.
    pub fn description(self, text: &str) -> Self {
        self.with("description", text)
    }

    /// The Region, which decides prices, zones and DNS names.
    pub fn region(self, region: &str) -> Self {
        self.with("region", region)
    }

    /// The instant of offset zero.
    pub fn begin(self, instant: &str) -> Self {
        self.with("start", instant)
    }

    /// How long the simulated world goes on: an offset or an instant.
    pub fn until(self, moment: &str) -> Self {
        self.with("until", moment)
    }

    /// From which every id, address and draw comes.
    pub fn seed(self, seed: u64) -> Self {
        self.with("seed", seed)
    }

    /// How long a transitional state lasts: `timing("stopping", "20s..90s")`.
    pub fn timing(mut self, state: &str, how_long: &str) -> Self {
        put(&mut self.timings, state, how_long);
        self
    }

    /// Overrides a price: `price("m5.large", "$0.05")`.
    pub fn price(mut self, of: &str, amount: &str) -> Self {
        put(&mut self.prices, of, amount);
        self
    }

    /// What all instances start from.
    pub fn defaults(mut self, describe: impl FnOnce(Instance) -> Instance) -> Self {
        self.defaults = describe(Instance::default()).entries;
        self
    }

    /// An instance, or with `count` a group.
    pub fn instance(
        mut self,
        name: &str,
        instance_type: &str,
        describe: impl FnOnce(Instance) -> Instance,
    ) -> Self {
        let described = describe(Instance::default().with("type", instance_type));
        put_below(&mut self.instances, name, Yaml::map(described.entries));
        self
    }

    /// An EBS volume that exists from the start: `volume("data", "100GiB gp3")`.
    pub fn volume(mut self, name: &str, described: impl Into<Yaml>) -> Self {
        put_below(&mut self.volumes, name, described);
        self
    }

    /// An Elastic IP that exists from the start.
    pub fn address(mut self, name: &str) -> Self {
        put_below(&mut self.addresses, name, Yaml::nothing());
        self
    }

    /// Checks what is so of an instance or group at the end.
    pub fn at_end(mut self, whom: &str, checks: impl FnOnce(Checks) -> Checks) -> Self {
        let checks = checks(Checks::default());
        put_below(&mut self.expect, whom, Yaml::map(checks.entries));
        self
    }

    /// Checks at the end what the whole replay has cost, by meter: `usage`, `ebs`, `public-ipv4`, `total`.
    pub fn cost_at_end(mut self, meter: &str, amount: &str) -> Self {
        let known = self.expect.iter_mut().find(|(name, _)| name == "cost");
        match known {
            Some((_, amounts)) => amounts.insert(meter, amount),
            None => put(&mut self.expect, "cost", Yaml::map([(meter, amount)])),
        }
        self
    }

    /// The scenario as a file.
    pub fn to_yaml(&self) -> String {
        let own = self.clone();
        let mut entries = own.head;
        for (key, below) in [
            ("timings", own.timings),
            ("prices", own.prices),
            ("defaults", own.defaults),
            ("instances", own.instances),
            ("volumes", own.volumes),
            ("addresses", own.addresses),
        ] {
            if !below.is_empty() {
                put(&mut entries, key, Yaml::block(below));
            }
        }
        put(&mut entries, "steps", own.script.into_yaml());
        if !own.expect.is_empty() {
            put(&mut entries, "expect", Yaml::block(own.expect));
        }
        let mut text = String::new();
        Yaml::write_block(&entries, 0, &mut text);
        text
    }

    /// Has it read.
    ///
    /// # Errors
    ///
    /// Answers with every mistake in it, with its place in what [`ScenarioBuilder::to_yaml`] shows.
    pub fn build(&self) -> Result<Scenario, Diagnostics> {
        Scenario::from_text(&self.file, &self.to_yaml())
    }

    /// Has it read, and replays it.
    ///
    /// # Panics
    ///
    /// If it has mistakes, with all of them.
    #[track_caller]
    pub fn replay(&self) -> Snapshot {
        match self.build() {
            Ok(scenario) => Snapshot::new(scenario),
            Err(mistakes) => panic!("{}", drawn(&mistakes)),
        }
    }
}

/// Writes a type that collects the entries of a mapping, with a method for each key that has one.
macro_rules! mapping {
    ($(#[$about:meta])* $Name:ident { $( $(#[$says:meta])* $method:ident: $key:literal = $Value:ty; )* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default)]
        #[must_use = "it is what the closure answers with"]
        pub struct $Name {
            entries: Entries,
        }

        impl $Name {
            /// Any key.
            pub fn with(mut self, key: &str, value: impl Into<Yaml>) -> Self {
                put(&mut self.entries, key, value);
                self
            }

            $(
                $(#[$says])*
                pub fn $method(self, value: $Value) -> Self {
                    self.with($key, value)
                }
            )*
        }
    };
}

mapping! {
    /// The options of an action.
    Options {}
}

mapping! {
    /// The description of an instance.
    Instance {
        /// The operating system, as it is billed.
        platform: "platform" = &str;
        /// What it boots from: the name of an image.
        image: "image" = &str;
        /// Its root volume: `20GiB gp3`.
        root: "root" = &str;
        /// Its other volumes at launch.
        volumes: "volumes" = impl Into<Yaml>;
        /// Whether it is launched with hibernation configured.
        hibernation: "hibernation" = bool;
        /// Whether it gets a public IPv4 address by itself: `auto` or `none`.
        public_ipv4: "public-ipv4" = &str;
        /// How many IPv6 addresses it gets.
        ipv6: "ipv6" = u32;
        /// Its Availability Zone.
        zone: "zone" = &str;
        /// What a shutdown from inside does: `stop` or `terminate`.
        shutdown_behavior: "shutdown-behavior" = &str;
        /// Whether terminating is refused.
        termination_protection: "termination-protection" = bool;
        /// Whether stopping is refused.
        stop_protection: "stop-protection" = bool;
        /// The user data.
        user_data: "user-data" = &str;
        /// Makes a group of so many.
        count: "count" = u32;
    }
}

mapping! {
    /// What is expected of an instance or group.
    Checks {
        /// Its state: one of the seven.
        state: "state" = &str;
        /// Its state in EC2's API.
        api_state: "api-state" = &str;
        /// The code of its state reason, or `none`.
        reason: "reason" = &str;
        /// Its public IPv4 address: `none`, `any`, `kept`, `changed`, or the address.
        public_ipv4: "public-ipv4" = &str;
        /// Its private IPv4 address, likewise.
        private_ipv4: "private-ipv4" = &str;
        /// Its first IPv6 address, likewise.
        ipv6: "ipv6" = &str;
        /// What became of its memory: `kept`, `lost`, `saved`, `none`.
        memory: "memory" = &str;
        /// What became of its instance store, likewise.
        instance_store: "instance-store" = &str;
        /// What became of its root volume: `kept`, `deleted`.
        root_volume: "root-volume" = &str;
        /// Which volumes are attached: how many, their names, `none`, `kept`, `deleted`.
        volumes: "volumes" = impl Into<Yaml>;
        /// Whether it is on the same host: `kept`, `changed`, `none`.
        host: "host" = &str;
        /// Its type.
        instance_type: "type" = &str;
        /// Whether usage is metering now.
        billed: "billed" = bool;
        /// How many seconds of usage are billed.
        billed_seconds: "billed-seconds" = u64;
        /// How often it started.
        starts: "starts" = u64;
        /// What its status checks say.
        status_checks: "status-checks" = &str;
        /// Its cost in all: `$0.10`.
        cost: "cost" = &str;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_written_as_a_person_would() {
        let built = ScenarioBuilder::new("It's: \"off\"")
            .timing("stopping", "20s..90s")
            .price("m5.large", "$0.05")
            .defaults(|i| i.root("20GiB gp3"))
            .instance("web", "m5.large", |i| i.count(2).volumes(["8GiB gp2"]))
            .volume("data", "100GiB gp3")
            .address("vip")
            .launch("web")
            .at("1h")
            .stop(["web-1", "web-2"])
            .note("Off: all of it")
            .wait_until("web", "stopped")
            .timeout("5m")
            .each("web", "1m", |member| {
                member
                    .start("self")
                    .after("10m")
                    .repeat(2, "1h", |round| round.reboot("self"))
            })
            .after("5h")
            .note("Enough.")
            .at_end("web", |e| e.state("running").starts(2))
            .cost_at_end("usage", "$0.6")
            .cost_at_end("ebs", "$0.1");
        let wanted = r#"name: "It's: \"off\""
timings:
  stopping: 20s..90s
prices:
  m5.large: $0.05
defaults:
  root: 20GiB gp3
instances:
  web: { type: m5.large, count: 2, volumes: [8GiB gp2] }
volumes:
  data: 100GiB gp3
addresses:
  vip: ~
steps:
  - launch: web
  - at: 1h
    stop: [web-1, web-2]
    note: "Off: all of it"
  - wait-until: { web: stopped }
    timeout: 5m
  - each: web
    every: 1m
    steps:
      - start: self
      - after: 10m
        repeat: { times: 2, every: 1h }
        steps:
          - reboot: self
  - after: 5h
    note: Enough.
expect:
  web: { state: running, starts: 2 }
  cost: { usage: $0.6, ebs: $0.1 }
"#;
        assert_eq!(built.to_yaml(), wanted);
        assert!(built.build().is_ok(), "{:?}", built.build());
    }

    #[test]
    fn mistakes_are_told_at_their_place() {
        let built = ScenarioBuilder::new("Wrong")
            .instance("web", "m5.lage", |i| i.with("disk", "8GiB"))
            .at("1h");
        let mistakes = built.build().unwrap_err().to_string();
        assert!(
            mistakes.contains("wrong.yaml:3:16: error[E0501]: unknown instance type `m5.lage`")
                && mistakes.contains("unknown key `disk`")
                && mistakes.contains("a step says when, but not what"),
            "{mistakes}"
        );
    }
}
