//! The load of a scenario, taken to another service: a world of its own for each, in which the same happens (`CMPX-MAP`).
//!
//! What a load is, the scenario's own replay says: the requests that were asked of functions and instances; else each stretch
//! from a start of an instance to its stop. Of them a scenario for the other service is made, and replayed as any other, so
//! nothing here knows a price.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    action::{GenerateLoad, Invoke, LoadTarget, Request, RunTask, StopTask},
    billing::{Biller, Meters},
    catalog::{Architecture, Platform, TypeId, nearest_compute_priced, nearest_fargate_priced},
    compute::{Ask, EcsSettings, FunctionChange, FunctionSpec, Load, ServiceSpec, task_sizes},
    engine::{Sink, View},
    lifecycle::InstanceState,
    money::Usd,
    record::{
        FunctionHandle, InstanceHandle, Invocation, Record, RecordKind, Resource, ResourceKind,
        TaskConfig, Unit, UsageType,
    },
    rule::{self, Rule},
    scenario::Scenario,
    script::{
        Act, ByName, Cast, Elsewhere, ElsewhereFound, NotPossible, Op, Place, Program, Service,
        Step, TaskChange, When,
    },
    time::{SimDuration, SimTime},
};

use super::{Keep, Replay, played};

/// The load of a scenario.
#[derive(Debug, Default)]
pub struct Needs {
    open: BTreeMap<InstanceHandle, Run>,
    runs: Vec<Run>,
    loads: Vec<Asked>,
    /// What the functions of the scenario are, where it asks them.
    functions: BTreeMap<FunctionHandle, FunctionSpec>,
    types: BTreeMap<InstanceHandle, (TypeId, Platform)>,
}

/// A stretch in which an instance is needed.
#[derive(Debug, Clone, Copy)]
struct Run {
    instance: InstanceHandle,
    from: SimTime,
    to: SimTime,
}

/// Requests at a rate.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: SimTime,
    of: Resource,
    load: Load,
}

impl Sink for Needs {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        let RecordKind::Transition(transition) = &record.kind else {
            return;
        };
        let (instance, at) = (transition.instance, record.at);
        self.types
            .insert(instance, (transition.instance_type, transition.platform));
        if matches!(
            transition.to_state(),
            InstanceState::Pending | InstanceState::Running
        ) {
            let to = at;
            self.open.entry(instance).or_insert(Run {
                instance,
                from: at,
                to,
            });
        } else if let Some(run) = self.open.remove(&instance) {
            self.runs.push(Run { to: at, ..run });
        }
    }
}

impl Needs {
    /// What a scenario needs, by its own replay.
    pub fn of(scenario: &Scenario) -> Self {
        let mut needs = Self::default();
        // What it is to cost elsewhere isn't asked again.
        let plain = Program {
            elsewhere: Vec::new(),
            expect: Vec::new(),
            ..Program::clone(scenario.program())
        };
        let replay = played(scenario, Arc::new(plain), Keep::SUMS, vec![&mut needs]);
        for run in std::mem::take(&mut needs.open).into_values() {
            let to = replay.end();
            needs.runs.push(Run { to, ..run });
        }
        needs.runs.sort_by_key(|run| (run.from, run.instance));
        let world = replay.world();
        for &(at, of, load) in world.loads() {
            if let Resource::Function(function) = of {
                let spec = *world.lambda().function(function).spec();
                needs.functions.insert(function, spec);
            }
            needs.loads.push(Asked { at, of, load });
        }
        needs
    }

    /// When it is needed first.
    fn begins(&self) -> Option<SimTime> {
        let loads = self.loads.iter().map(|one| one.at);
        if self.loads.is_empty() {
            return self.runs.first().map(|run| run.from);
        }
        loads.min()
    }

    fn nothing() -> NotPossible {
        NotPossible {
            rule: rule::CMPX_MAP,
            why: "the file has no load: no instance runs, and nothing is asked at a rate"
                .to_owned(),
        }
    }

    /// The function that takes what one of the scenario's does (`CMPX-MAP-LAM`).
    fn function(&self, of: Resource, change: &FunctionChange) -> Result<FunctionSpec, NotPossible> {
        let longest = FunctionSpec::longest();
        let spec = if let Some(function) = of.function() {
            self.functions.get(&function).copied().unwrap_or_default()
        } else if let Some(&(own, platform)) = of.instance().and_then(|one| self.types.get(&one)) {
            let is_arm = own.info().architectures().contains(Architecture::Arm64);
            FunctionSpec {
                memory_mb: match change.memory_mb {
                    Some(given) => given,
                    None => memory(own, platform)?,
                },
                architecture: if is_arm {
                    Architecture::Arm64
                } else {
                    Architecture::X86_64
                },
                ..longest
            }
        } else {
            longest
        };
        let spec = spec.changed(change);
        spec.check().map_err(|error| NotPossible {
            rule: error.rules.first().copied().unwrap_or(rule::LAM_LIM_MEM),
            why: error.message,
        })?;
        Ok(spec)
    }

    /// What the load needs as functions: each with what is asked of it, and when.
    fn functions(&self, change: &FunctionChange) -> Result<Vec<Function>, NotPossible> {
        let mut functions: Vec<Function> = Vec::new();
        let mut add = |of: Resource, ask: (SimTime, Want)| -> Result<(), NotPossible> {
            if let Some(known) = functions.iter_mut().find(|one| one.of == of) {
                known.asks.push(ask);
            } else {
                let spec = self.function(of, change)?;
                functions.push(Function {
                    of,
                    spec,
                    asks: vec![ask],
                });
            }
            Ok(())
        };
        for one in &self.loads {
            fits(one.load.duration.unwrap_or_default())?;
            add(one.of, (one.at, Want::Load(one.load)))?;
        }
        if self.loads.is_empty() {
            for run in &self.runs {
                let takes = run.to - run.from;
                fits(takes)?;
                add(run.instance.into(), (run.from, Want::Run(takes)))?;
            }
        }
        if functions.is_empty() {
            return Err(Self::nothing());
        }
        Ok(functions)
    }
}

/// Tasks that take a part of the load: as what, and from when to when.
#[derive(Debug)]
struct Running {
    spec: ServiceSpec,
    runs: Vec<(SimTime, SimTime)>,
}

impl Needs {
    /// What the load needs as tasks: each run of an instance is one; where there are none, each load is one that serves it.
    fn tasks(&self, change: &TaskChange) -> Result<Vec<Running>, NotPossible> {
        let mut all: Vec<(Resource, Running)> = Vec::new();
        let runs = self.runs.iter();
        let runs = runs.map(|run| (Resource::Instance(run.instance), run.from, run.to));
        let loads = self.loads.iter().filter(|_| self.runs.is_empty());
        let loads = loads.map(|one| (one.of, one.at, one.at + one.load.lasts));
        for (of, from, to) in runs.chain(loads) {
            if let Some((_, known)) = all.iter_mut().find(|(known, _)| *known == of) {
                known.runs.push((from, to));
            } else {
                let spec = self.task(of, change)?;
                let runs = vec![(from, to)];
                all.push((of, Running { spec, runs }));
            }
        }
        if all.is_empty() {
            return Err(Self::nothing());
        }
        Ok(all.into_iter().map(|(_, running)| running).collect())
    }

    /// The task that does what one of the scenario's things does (`CMPX-MAP-FGT`).
    fn task(&self, of: Resource, change: &TaskChange) -> Result<ServiceSpec, NotPossible> {
        let refuse = |why: String| {
            Err(NotPossible {
                rule: rule::CMPX_MAP_REFUSE,
                why,
            })
        };
        let mut spec = ServiceSpec::default();
        let config = &mut spec.config;
        let (mut cpu, mut memory) = (256, 512);
        if let Some(function) = of.function().and_then(|one| self.functions.get(&one)) {
            // As much CPU as its memory brings.
            cpu = (function.memory_mb * 1_024).div_ceil(MB_OF_A_VCPU);
            memory = function.memory_mb;
            config.architecture = function.architecture;
        } else if let Some(&(own, platform)) = of.instance().and_then(|one| self.types.get(&one)) {
            let info = own.info();
            if !info.gpus().is_empty() {
                return refuse("Fargate has no GPUs".to_owned());
            }
            config.is_windows = platform == Platform::Windows;
            if !config.is_windows && platform != Platform::Linux {
                let system = platform.platform_details();
                return refuse(format!("{system} has no price on Fargate"));
            }
            // Two burstable vCPUs that are half busy aren't two of Fargate's (CMPX-MAP-CPU).
            let vcpus = if info.burstable() { 1 } else { info.vcpus() };
            cpu = u32::from(vcpus) * 1_024;
            memory = info.memory_mib();
            if info.architectures().contains(Architecture::Arm64) {
                config.architecture = Architecture::Arm64;
            }
        }
        let (cpu, memory) = (
            change.cpu_units.unwrap_or(cpu),
            change.memory_mb.unwrap_or(memory),
        );
        config.architecture = change.architecture.unwrap_or(config.architecture);
        config.is_windows = change.is_windows.unwrap_or(config.is_windows);
        config.storage_gb = change.storage_gb.unwrap_or(config.storage_gb);
        config.is_spot = change.is_spot;
        config.has_public_ipv4 = change.has_public_ipv4;
        let is_given = change.cpu_units.is_some() && change.memory_mb.is_some();
        // More CPU costs more than less memory saves, so the first is the cheapest.
        let fits = |&(has_cpu, has_memory): &(u32, u32)| {
            let is_exact = (has_cpu, has_memory) == (cpu, memory);
            is_exact || !is_given && has_cpu >= cpu && has_memory >= memory
        };
        let sold = |&(cpu_units, memory_mb): &(u32, u32)| {
            let spec = ServiceSpec {
                config: TaskConfig {
                    cpu_units,
                    memory_mb,
                    ..spec.config
                },
                ..spec
            };
            spec.check().is_ok()
        };
        if let Some((cpu_units, memory_mb)) = task_sizes().filter(fits).find(sold) {
            (spec.config.cpu_units, spec.config.memory_mb) = (cpu_units, memory_mb);
            return Ok(spec);
        }
        (spec.config.cpu_units, spec.config.memory_mb) = (cpu, memory);
        Err(NotPossible {
            rule: rule::FGT_SIZES,
            why: match spec.check() {
                Err(error) if is_given => error.message,
                Err(_) | Ok(()) => format!(
                    "no size of Fargate has {} vCPUs and {memory} MB",
                    cpu_written(cpu)
                ),
            },
        })
    }
}

/// CPU units as vCPUs: `0.25`.
fn cpu_written(cpu_units: u32) -> String {
    Unit::VcpuSecond.written(cpu_units.into())
}

/// How much memory brings a vCPU (`LAM-LIM-CPU`).
const MB_OF_A_VCPU: u32 = 1_769;

/// What is asked of a function.
#[derive(Debug, Clone, Copy)]
enum Want {
    Load(Load),
    Run(SimDuration),
}

/// A function that takes a part of the load.
#[derive(Debug)]
struct Function {
    of: Resource,
    spec: FunctionSpec,
    asks: Vec<(SimTime, Want)>,
}

/// A run of a function ends after 900 s (`LAM-LIM-TIMEOUT`).
fn fits(takes: SimDuration) -> Result<(), NotPossible> {
    let longest = FunctionSpec::longest().timeout;
    if takes <= longest {
        return Ok(());
    }
    Err(NotPossible {
        rule: rule::LAM_LIM_TIMEOUT,
        why: format!("a run takes {takes}, and a function at most {longest}"),
    })
}

/// The memory that brings as much as an instance type has (`CMPX-MAP-LAM`).
fn memory(of: TypeId, platform: Platform) -> Result<u32, NotPossible> {
    let info = of.info();
    let refuse = |rule: &'static Rule, why: String| Err(NotPossible { rule, why });
    if platform != Platform::Linux {
        return refuse(
            rule::CMPX_MAP_REFUSE,
            format!("{} doesn't run on Lambda", platform.platform_details()),
        );
    }
    if !info.gpus().is_empty() {
        return refuse(rule::CMPX_MAP_REFUSE, "Lambda has no GPUs".to_owned());
    }
    let cpu = MB_OF_A_VCPU.saturating_mul(info.vcpus().into());
    let need = info.memory_mib().max(cpu);
    if need > FunctionSpec::MOST_MEMORY {
        let rule = if info.memory_mib() > FunctionSpec::MOST_MEMORY {
            rule::LAM_LIM_MEM
        } else {
            rule::LAM_LIM_CPU
        };
        return refuse(
            rule,
            format!(
                "{} has {} vCPUs and {} MiB, and a function at most 5.79 vCPUs and {} MB",
                of.name(),
                info.vcpus(),
                info.memory_mib(),
                FunctionSpec::MOST_MEMORY
            ),
        );
    }
    Ok(need)
}

/// How a load lives in another place.
#[derive(Debug)]
pub struct Lived {
    /// Its replay there.
    pub replay: Replay,
    /// As what: `3538 MB, x86_64`.
    pub size: String,
    /// How long it took, from the first need to the end of the last work.
    pub done: SimDuration,
}

/// Whether a service has a price in the scenario's Region: nothing is priced at zero for want of one.
fn priced(program: &Program, service: Service) -> Result<(), NotPossible> {
    let region = program.cast.region;
    let (usage_type, rule, near) = match service {
        Service::Lambda => (
            UsageType::LambdaDuration,
            rule::LAM_REGION,
            nearest_compute_priced(region),
        ),
        Service::Fargate => (
            UsageType::FargateVcpu,
            rule::FGT_REGION,
            nearest_fargate_priced(region),
        ),
    };
    if program.prices.rate(usage_type).is_some() {
        return Ok(());
    }
    Err(NotPossible {
        rule,
        why: format!(
            "no price is known in {}; the nearest Region that has one is {}",
            region.name(),
            near.name()
        ),
    })
}

/// Takes the load of a scenario to another place.
///
/// # Errors
///
/// Answers with the rule by which that place can't take it.
pub fn elsewhere(
    scenario: &Scenario,
    entry: &Elsewhere,
    keep: Keep,
    sinks: Vec<&mut dyn Sink>,
) -> Result<Lived, NotPossible> {
    priced(scenario.program(), entry.service())?;
    let needs = Needs::of(scenario);
    let (program, mut sizes, done) = match entry {
        Elsewhere::Lambda(change) => {
            let functions = needs.functions(change)?;
            let sizes = functions.iter().map(|one| {
                let spec = one.spec;
                format!("{} MB, {}", spec.memory_mb, spec.architecture.name())
            });
            let sizes: Vec<String> = sizes.collect();
            (of_functions(scenario.program(), functions), sizes, None)
        }
        Elsewhere::Fargate(change) => {
            let tasks = needs.tasks(change)?;
            let sizes = tasks.iter().map(|one| {
                let config = one.spec.config;
                let memory = Unit::TaskGibSecond.written(config.memory_mb.into());
                format!("{} vCPU, {memory} GB", cpu_written(config.cpu_units))
            });
            let sizes: Vec<String> = sizes.collect();
            let runs = tasks.iter().flat_map(|one| one.runs.iter());
            let done = runs.map(|(_, to)| *to).max();
            (of_tasks(scenario.program(), tasks), sizes, done)
        }
    };
    sizes.dedup();
    let replay = played(scenario, Arc::new(program), keep, sinks);
    let begins = needs.begins().unwrap_or(replay.end());
    Ok(Lived {
        done: done.unwrap_or(replay.end()) - begins,
        size: sizes.join("; "),
        replay,
    })
}

/// The scenario in which functions take the load.
fn of_functions(of: &Program, functions: Vec<Function>) -> Program {
    let mut others = crate::record::ByKind::<Vec<String>>::default();
    let (mut specs, mut steps) = (Vec::new(), Vec::new());
    for (name, function) in (0..).zip(functions) {
        let called = function.of.function().map_or("", |handle| {
            let number = u32::try_from(handle.index()).unwrap_or(u32::MAX);
            of.cast.other(ResourceKind::Function, number)
        });
        others[ResourceKind::Function].push(if called.is_empty() {
            format!("function-{}", name + 1)
        } else {
            called.to_owned()
        });
        specs.push(function.spec);
        for (at, want) in function.asks {
            let act: Act = match want {
                Want::Load(load) => Act::from(Request::<ByName>::from(GenerateLoad {
                    target: LoadTarget::Function(name),
                    load,
                })),
                Want::Run(takes) => {
                    let ask = Ask {
                        duration: Some(takes),
                        ..Ask::default()
                    };
                    Act::from(Request::<ByName>::from(Invoke {
                        function: name,
                        ask,
                    }))
                }
            };
            steps.push((at, Op::Act(act)));
        }
    }
    Program {
        initial_functions: specs,
        ..bare(of, others, steps)
    }
}

/// The scenario in which tasks take the load.
fn of_tasks(of: &Program, tasks: Vec<Running>) -> Program {
    let mut others = crate::record::ByKind::<Vec<String>>::default();
    others[ResourceKind::Cluster].push("cluster".to_owned());
    let (mut specs, mut steps) = (Vec::new(), Vec::new());
    for (service, running) in (0..).zip(tasks) {
        others[ResourceKind::Service].push(format!("tasks-{}", service + 1));
        specs.push(running.spec);
        for (number, (from, to)) in (1..).zip(running.runs) {
            let run = RunTask {
                service,
                count: 1,
                lasts: None,
            };
            let stop = StopTask { service, number };
            steps.push((from, Op::Act(Request::<ByName>::from(run).into())));
            steps.push((to, Op::Act(Request::<ByName>::from(stop).into())));
        }
    }
    Program {
        initial_clusters: 1,
        initial_services: specs,
        ecs: EcsSettings {
            vcpus: None,
            ..of.ecs
        },
        ..bare(of, others, steps)
    }
}

/// A scenario of these names and steps alone, at the prices and in the account of another.
fn bare(
    of: &Program,
    others: crate::record::ByKind<Vec<String>>,
    mut steps: Vec<(SimTime, Op)>,
) -> Program {
    steps.sort_by_key(|(at, _)| *at);
    let steps = steps.into_iter().map(|(at, op)| Step {
        place: Place::default(),
        verb_line: 0,
        when: When::AtInstant(at),
        note: None,
        label: None,
        fails: None,
        fails_count: None,
        message: None,
        op,
    });
    Program {
        until: None,
        cast: Arc::new(Cast {
            region: of.cast.region,
            instances: Vec::new(),
            others,
            image_snapshots: BTreeMap::new(),
        }),
        idle_purchases: Vec::new(),
        groups: Vec::new(),
        credits: false,
        initial_addresses: 0,
        initial_images: 0,
        initial_hosts: Vec::new(),
        initial_reservations: Vec::new(),
        initial_volumes: Vec::new(),
        initial_functions: Vec::new(),
        initial_clusters: 0,
        initial_services: Vec::new(),
        steps: steps.collect(),
        expect: Vec::new(),
        elsewhere: Vec::new(),
        ..of.clone()
    }
}

/// What a scenario expects of other places, found there.
pub(super) fn asked(scenario: &Scenario) -> Vec<(Service, ElsewhereFound)> {
    let program = scenario.program();
    if !program.expects_elsewhere() {
        return Vec::new();
    }
    let entries = program.elsewhere.iter();
    let found = entries.map(|entry| {
        let found = elsewhere(scenario, entry, Keep::SUMS, Vec::new());
        let found = found.map(|lived| (lived.replay.bill().cost().total(), lived.done));
        (entry.service(), found)
    });
    found.collect()
}

/// Where a load costs the same in two places, by one of the things that it is (`CMPX-BREAKEVEN`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// How many requests there are.
    Requests,
    /// How long each takes, in milliseconds.
    Duration,
    /// How much memory each has, in MB.
    Memory,
}

/// A load of one kind of request, and what a function costs with another number of them, other durations, another size.
#[derive(Debug)]
pub struct Alone {
    spec: FunctionSpec,
    at: SimTime,
    count: u64,
    duration: SimDuration,
    /// How long it lasts.
    pub lasts: SimDuration,
    book: crate::billing::PriceBook,
}

impl Measure {
    /// Its word in documents, with its unit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Duration => "duration_ms",
            Self::Memory => "memory_mb",
        }
    }
}

impl Alone {
    /// The load of a scenario on Lambda, if it is one kind of request within one month.
    pub fn of(scenario: &Scenario, entry: &Elsewhere) -> Option<Self> {
        let Elsewhere::Lambda(change) = entry else {
            return None;
        };
        let functions = Needs::of(scenario).functions(change).ok()?;
        let [function] = functions.as_slice() else {
            return None;
        };
        let [(at, Want::Load(load))] = function.asks.as_slice() else {
            return None;
        };
        let month = at.month();
        (*at + load.lasts <= month.end()).then(|| Self {
            spec: function.spec,
            at: *at,
            count: load.count(),
            duration: load.duration.unwrap_or(function.spec.duration),
            lasts: load.lasts,
            book: scenario.program().prices.clone(),
        })
    }

    /// Where it stands.
    pub fn now(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Requests => self.count,
            Measure::Duration => self.duration.as_millis(),
            Measure::Memory => self.spec.memory_mb.into(),
        }
    }

    /// What it may be.
    pub const fn range(measure: Measure) -> (u64, u64) {
        match measure {
            Measure::Requests => (1, 1_000_000_000_000),
            Measure::Duration => (1, 900_000),
            Measure::Memory => (128, 10_240),
        }
    }

    /// What it would cost, cold starts left out.
    pub fn total(&self, measure: Measure, value: u64) -> Usd {
        let (mut count, mut duration, mut spec) = (self.count, self.duration, self.spec);
        match measure {
            Measure::Requests => count = value,
            Measure::Duration => duration = SimDuration::from_millis(value),
            Measure::Memory => spec.memory_mb = u32::try_from(value).unwrap_or(u32::MAX),
        }
        let mut biller = Biller::new(self.book.clone(), false);
        let function = FunctionHandle::new(0);
        let invocation = Invocation {
            count,
            requests: count,
            billed_ms: count.saturating_mul(duration.as_millis()),
            ..Invocation::new(function, self.at, spec.configured())
        };
        let kind = RecordKind::Invocation(Box::new(invocation));
        biller.observe(self.at, &kind, &mut Meters::default());
        biller.cost().total()
    }
}
