//! A scenario replayed, and what can be asked of it afterwards.

use std::{borrow::Cow, collections::BTreeMap, net::Ipv4Addr};

use ec2sim::{
    Replay, Scenario,
    engine::{Inspector, View},
    lifecycle::InstanceState,
    record::{InstanceHandle, Meter, Record, RecordKind, Rejected, Transition},
    report::Document,
    runner::replay_inspected,
    script::{Directory, Named},
    time::{SimDuration, SimTime},
    world::{ElasticIp, Instance, StatusChecks},
};

/// What an instance showed at an instant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    pub(crate) state: InstanceState,
    pub(crate) reason: Option<&'static str>,
    pub(crate) transition_reason: String,
    pub(crate) public: Option<Ipv4Addr>,
    pub(crate) private: Option<Ipv4Addr>,
    pub(crate) memory: &'static str,
    pub(crate) checks: Option<StatusChecks>,
    pub(crate) launch_time: SimTime,
    pub(crate) host: Option<u32>,
    pub(crate) is_metering: bool,
    pub(crate) billed_secs: u64,
    pub(crate) cost: String,
    /// The attached volumes, each with its `DeleteOnTermination`.
    pub(crate) volumes: Vec<(String, bool)>,
}

/// Looks at every instance whenever all that happens at an instant was said.
#[derive(Debug, Default)]
struct Eye {
    now: SimTime,
    looks: BTreeMap<(String, SimTime), Look>,
}

impl Inspector for Eye {
    fn record(&mut self, record: &Record, _: &View<'_>, _: Named<'_>) {
        self.now = record.at;
    }

    fn instant_over(&mut self, view: &View<'_>, account: Named<'_>) {
        let now = self.now;
        for there in account.world.instances() {
            let name = account.instance_name(there.handle());
            self.looks
                .insert((name, now), look(view, account, &there, now));
        }
    }
}

fn look(view: &View<'_>, account: Named<'_>, there: &Instance, now: SimTime) -> Look {
    let world = account.world;
    let attached = world.attached(there).map(|volume| {
        (
            account.volume_name(volume),
            world.volume(volume).spec().delete_on_termination,
        )
    });
    Look {
        state: there.state(),
        reason: there.reason().map(ec2sim::record::StateReason::code),
        transition_reason: there.transition_reason(),
        public: world.public_ipv4(there),
        private: there.private_ipv4(),
        memory: world.memory_of(there).name(),
        checks: there.checks(now),
        launch_time: there.launch_time(),
        host: there.host(),
        is_metering: view.biller.is_metering(there.handle()),
        billed_secs: view.biller.billed_secs(now, there.handle()),
        cost: view
            .biller
            .instance_cost(now, there.handle())
            .total()
            .to_string(),
        volumes: attached.collect(),
    }
}

/// A replay, and what was seen on the way.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) replay: Replay,
    looks: BTreeMap<(String, SimTime), Look>,
}

/// Replays a scenario, whatever comes of it.
pub(crate) fn play(text: &str) -> Played {
    let scenario = Scenario::from_text("case.yaml", text)
        .unwrap_or_else(|mistakes| panic!("the scenario has mistakes:\n{mistakes}"));
    let mut eye = Eye::default();
    let replay = replay_inspected(&scenario, &mut eye);
    Played {
        replay,
        looks: eye.looks,
    }
}

/// Replays a scenario that has to pass.
pub(crate) fn passes(text: &str) -> Played {
    let played = play(text);
    let failed: Vec<String> = played.failures();
    assert!(
        played.replay.passed(),
        "the scenario failed:\n{}",
        failed.join("\n")
    );
    played
}

/// The mistakes that a text has as a scenario.
pub(crate) fn mistakes(text: &str) -> String {
    Scenario::from_text("case.yaml", text)
        .map_or_else(|mistakes| mistakes.to_string(), |_| String::new())
}

impl Played {
    /// What kept it from passing.
    fn failures(&self) -> Vec<String> {
        let start = self.replay.program().start;
        let told = self.replay.records().iter().filter_map(|record| {
            let at = record.at.since(start);
            if let RecordKind::Expectation(check) = &record.kind {
                (!check.passed).then(|| {
                    format!(
                        "{at}: {} {}: {} expected, {} found",
                        check.subject, check.check, check.expected, check.found
                    )
                })
            } else if let RecordKind::Rejected(rejected) = &record.kind {
                (!rejected.expected)
                    .then(|| format!("{at}: refused: {}: {}", rejected.code, rejected.message))
            } else if let RecordKind::Notice(notice) = &record.kind {
                notice
                    .event
                    .is_failure()
                    .then(|| format!("{at}: {}", notice.message))
            } else {
                None
            }
        });
        told.collect()
    }

    /// An offset from the start, as it is written in a scenario.
    fn offset(&self, at: SimTime) -> SimDuration {
        at.since(self.replay.program().start)
    }

    /// The instance that has a name at the end.
    pub(crate) fn instance(&self, name: &str) -> Cow<'_, Instance> {
        let names = self.replay.directory();
        let named = |there: &Cow<'_, Instance>| names.instance_name(there.handle()) == name;
        self.replay
            .world()
            .instances()
            .rfind(named)
            .unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// How many instances were ever made.
    pub(crate) fn launched(&self) -> usize {
        self.replay.world().instances().len()
    }

    fn handle(&self, name: &str) -> InstanceHandle {
        self.instance(name).handle()
    }

    /// The transitions of an instance, each with its offset.
    pub(crate) fn transitions(&self, name: &str) -> Vec<(String, Transition)> {
        let handle = self.handle(name);
        let told = self.replay.records().iter().filter_map(|record| {
            if let RecordKind::Transition(transition) = &record.kind
                && transition.instance == handle
            {
                Some((self.offset(record.at).to_string(), *transition))
            } else {
                None
            }
        });
        told.collect()
    }

    /// The typed states that an instance enters: `1h stopping`.
    pub(crate) fn states(&self, name: &str) -> Vec<String> {
        let told = self
            .transitions(name)
            .into_iter()
            .map(|(at, transition)| format!("{at} {}", transition.to_state()));
        told.collect()
    }

    /// Its state-change events, in the words of EC2's API.
    pub(crate) fn events(&self, name: &str) -> Vec<&'static str> {
        self.transitions(name)
            .iter()
            .map(|(_, transition)| transition.to_state().api().name())
            .collect()
    }

    /// What the answer to a request says, previous and current, for each transition: `running → stopping`.
    pub(crate) fn answers(&self, name: &str) -> Vec<String> {
        let told = self
            .transitions(name)
            .into_iter()
            .filter_map(|(_, transition)| {
                let from = transition.from_state()?.api();
                let to = transition.to_state().api();
                Some(format!("{}({}) {}({})", from, from.code(), to, to.code()))
            });
        told.collect()
    }

    /// What an instance showed at an offset: at the latest instant up to then at which anything happened.
    pub(crate) fn at(&self, name: &str, offset: &str) -> &Look {
        let at = self.replay.program().start + parse(offset);
        let mut before = self
            .looks
            .range((name.to_owned(), SimTime::default())..=(name.to_owned(), at));
        before.next_back().map_or_else(
            || panic!("{name} is not there at {offset}"),
            |(_, look)| look,
        )
    }

    /// The refusals, in order: `1h StopInstances web IncorrectInstanceState`.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let told = self.rejected().into_iter().map(|(at, rejected)| {
            let target = &rejected.target;
            let name = target.name.as_deref().or(target.id.as_deref());
            let name = name.unwrap_or("");
            format!("{at} {} {name} {}", rejected.action, rejected.code)
        });
        told.collect()
    }

    /// The refusals themselves.
    pub(crate) fn rejected(&self) -> Vec<(String, Rejected)> {
        let told = self.replay.records().iter().filter_map(|record| {
            let at = self.offset(record.at).to_string();
            if let RecordKind::Rejected(rejected) = record.kind {
                Some((at, *rejected))
            } else {
                None
            }
        });
        told.collect()
    }

    /// What was accepted without a transition: `1h StartInstances unchanged`.
    pub(crate) fn accepted(&self) -> Vec<String> {
        let told = self.replay.records().iter().filter_map(|record| {
            if let RecordKind::Accepted(accepted) = &record.kind {
                let how = if accepted.unchanged { " unchanged" } else { "" };
                Some(format!(
                    "{} {}{how}",
                    self.offset(record.at),
                    accepted.action
                ))
            } else {
                None
            }
        });
        told.collect()
    }

    /// The seconds of usage of each run of an instance, as they are billed.
    pub(crate) fn runs(&self, name: &str) -> Vec<u64> {
        let resource = ec2sim::record::Resource::Instance(self.handle(name));
        let lines = self.replay.bill().ledger().iter();
        let own =
            lines.filter(|line| line.meter == Meter::Usage && line.resource == Some(resource));
        own.map(|line| line.quantity).collect()
    }

    /// The seconds of usage that an instance is billed for in all.
    pub(crate) fn billed(&self, name: &str) -> u64 {
        self.replay
            .bill()
            .billed_secs(self.replay.end(), self.handle(name))
    }

    /// The only Elastic IP.
    pub(crate) fn elastic_ip(&self) -> &ElasticIp {
        &self.replay.world().addresses()[0]
    }

    /// The state of a volume by its name in the file: `available`, `in-use`, `deleted`.
    pub(crate) fn volume(&self, name: &str) -> &'static str {
        let world = self.replay.world();
        let all = (0..world.volumes().len()).map(ec2sim::record::VolumeHandle::new);
        let names = self.replay.directory();
        let mut named = all.filter(|&volume| names.volume_name(volume) == name);
        let volume = named
            .next_back()
            .unwrap_or_else(|| panic!("there is no volume {name}"));
        world.volume(volume).state().name()
    }

    /// The whole as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::to_value(Document::new(&self.replay)).unwrap()
    }

    /// The notices: `60d1h1m30s hibernation-limit`. That status checks turn ok is told after every start, and isn't here.
    pub(crate) fn notices(&self) -> Vec<String> {
        let told = self.replay.records().iter().filter_map(|record| {
            if let RecordKind::Notice(notice) = &record.kind
                && notice.message != "ok"
            {
                Some(format!(
                    "{} {}",
                    self.offset(record.at),
                    notice.event.name()
                ))
            } else {
                None
            }
        });
        told.collect()
    }
}

/// A duration as scenarios write it: `1h30m`.
fn parse(text: &str) -> SimDuration {
    let mut all = 0;
    let mut amount = 0;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            amount = amount * 10 + u64::from(digit);
            continue;
        }
        all += amount
            * match letter {
                'd' => 86_400,
                'h' => 3_600,
                'm' => 60,
                's' => 1,
                other => panic!("no unit is called {other}"),
            };
        amount = 0;
    }
    SimDuration::from_secs(all)
}
