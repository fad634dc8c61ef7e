//! Clusters and services of Amazon ECS, and what is asked of them.

use super::{
    super::{
        Code,
        keys::{
            ASSIGNED, Assigned, CheckKey, ClusterKey, DEPLOYED, DeployKey, Deployed, ExitKey,
            LAUNCH_TYPES, LaunchType, MOST_TASKS, OfServiceKey, OfTaskKey, OnFargateKey,
            PROCESSORS, ROLLBACK, ROLLOUTS, RunTaskKey, STORED, SYSTEMS, ScaleKey, ServiceKey,
            System, TimingKey,
        },
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
        value,
    },
    Found, Lower,
    actions::act,
    asked::Asked,
};
use crate::{
    action::{
        CreateService, DeleteService, DeployService, ExitTask, InterruptTask, RunTask,
        ScaleService, StopTask,
    },
    compute::{ServiceSpec, TaskTimes},
    record::{ResourceKind, UsageType},
    script::{Act, Checked, DataCheck, ServiceCheck, ServiceCount, TaskChange, TaskCheck},
    time::SimDuration,
};

/// Keys and words of services and clusters that the language has and the simulator doesn't know yet.
const NOT_YET: &[&str] = &[
    "capacity",
    "target-capacity",
    "version",
    "tier",
    "support",
    "managed",
    "auto",
    "placement",
    "load-balancer",
    "deregistration-delay",
];

/// How long something of a task takes, by its key.
pub(super) const fn time_of(times: &mut TaskTimes, key: TimingKey) -> Option<&mut SimDuration> {
    Some(match key {
        TimingKey::TaskProvisioning => &mut times.provisioning,
        TimingKey::TaskPending => &mut times.pending,
        TimingKey::ImagePull => &mut times.pull,
        TimingKey::TaskActivating => &mut times.activating,
        TimingKey::TaskStopping => &mut times.stopping,
        TimingKey::TaskDeprovisioning => &mut times.deprovisioning,
        TimingKey::Pending
        | TimingKey::Resuming
        | TimingKey::Stopping
        | TimingKey::Hibernating
        | TimingKey::ShuttingDown
        | TimingKey::Rebooting
        | TimingKey::Init
        | TimingKey::ProvisionedReady => return None,
    })
}

impl Lower<'_> {
    /// `clusters`.
    pub(super) fn clusters(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        let entries = self
            .reader
            .entries(node, "a mapping from names to clusters");
        for entry in entries.unwrap_or_default() {
            self.clusters += 1;
            if matches!(entry.value.kind, Kind::Null) || self.is_not_yet(&entry.value) {
                continue;
            }
            let fields = self
                .reader
                .fields(&entry.value, ClusterKey::CLUSTER, "a mapping");
            let kind = fields.and_then(|fields| fields.get(ClusterKey::Kind));
            if let Some(node) = kind {
                match self.reader.text(node, "a kind of cluster") {
                    Some("ecs") | None => {}
                    Some("eks") => self.reader.not_simulated(node.span, "Amazon EKS"),
                    Some(text) => {
                        let what = "a kind of cluster";
                        self.reader
                            .unknown_word(node.span, text, what, ["ecs"].into_iter());
                    }
                }
            }
        }
    }

    /// Whether a mapping has a key that isn't simulated, which is then told.
    fn is_not_yet(&mut self, node: &Node<'_>) -> bool {
        let Kind::Map(entries) = node.kind else {
            return false;
        };
        let found = entries
            .iter()
            .find(|entry| NOT_YET.contains(&entry.key.text));
        if let Some(entry) = found {
            let what = format!("`{}`", entry.key.text);
            self.reader.not_simulated(entry.key.span, &what);
        }
        found.is_some()
    }

    /// `services`. Each takes its place, understood or not, so that numbers stay right.
    pub(super) fn services(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        let entries = self
            .reader
            .entries(node, "a mapping from names to services");
        for entry in entries.unwrap_or_default() {
            self.check_fargate_price(entry.key.span);
            let spec = if self.is_not_yet(&entry.value) {
                None
            } else {
                let keys = ServiceKey::SERVICE;
                let fields = self.reader.fields(&entry.value, keys, "a mapping");
                fields.and_then(|fields| {
                    let needed = [(ServiceKey::Cluster, "shop")];
                    self.reader.lacks(&fields, keys, &needed);
                    self.service_spec(&fields)
                })
            };
            self.services.push(spec);
        }
    }

    /// There is no bill with a hole in it.
    pub(super) fn check_fargate_price(&mut self, at: Span) {
        if self.prices.rate(UsageType::FargateVcpu).is_some() {
            return;
        }
        let region = self.region;
        self.reader.report(Code::NoPrice, at, || {
            Draft::new(format!("Fargate has no price in {}", region.name()))
                .label("no price is known")
                .note(format!(
                    "the nearest Region that has one is {}",
                    crate::catalog::nearest_fargate_priced(region).name()
                ))
        });
    }

    fn service_spec(&mut self, fields: &Fields<'_, '_, ServiceKey>) -> Option<ServiceSpec> {
        let mut spec = ServiceSpec::default();
        let mut fine = true;
        for field in fields.iter() {
            let node = field.value;
            fine &= self.service_key(field.key, node, &mut spec).is_some();
        }
        fine.then_some(spec)
    }

    fn service_key(
        &mut self,
        key: ServiceKey,
        node: &Node<'_>,
        spec: &mut ServiceSpec,
    ) -> Option<()> {
        let config = &mut spec.config;
        match key {
            ServiceKey::Cluster => {
                self.thing(node, ResourceKind::Cluster)?;
            }
            ServiceKey::LaunchType => {
                if let Kind::Scalar("ec2") = node.kind {
                    self.reader
                        .not_simulated(node.span, "the launch type EC2 of Amazon ECS");
                    return None;
                }
                let launch = self.reader.word(node, LAUNCH_TYPES, "a launch type")?;
                config.is_spot = launch == LaunchType::FargateSpot;
            }
            ServiceKey::Cpu => config.cpu_units = self.vcpus(node)?,
            ServiceKey::Memory => config.memory_mb = self.memory(node)?,
            ServiceKey::Desired => {
                spec.desired = u32::try_from(self.reader.whole(node, 0, MOST_TASKS)?).ok()?;
            }
            ServiceKey::Network => {
                let text = self.reader.text(node, "a network mode")?;
                if text != "awsvpc" {
                    let what = "a network mode of Fargate";
                    self.reader
                        .unknown_word(node.span, text, what, ["awsvpc"].into_iter());
                    return None;
                }
            }
            ServiceKey::PublicIpv4 => {
                let assigned = self.reader.word(node, ASSIGNED, "`none` or `auto`")?;
                config.has_public_ipv4 = assigned == Assigned::Auto;
            }
            ServiceKey::MinimumHealthy => {
                spec.minimum_healthy = u32::try_from(self.reader.whole(node, 0, 100)?).ok()?;
            }
            ServiceKey::Maximum => {
                spec.maximum = u32::try_from(self.reader.whole(node, 100, 200)?).ok()?;
            }
            ServiceKey::HealthyAfter => spec.healthy_after = self.reader.duration(node)?,
            ServiceKey::CircuitBreaker => {
                spec.breaker = if matches!(node.kind, Kind::Scalar(text) if ROLLBACK.contains(&text))
                {
                    Some(true)
                } else {
                    self.reader.flag(node)?.then_some(false)
                };
            }
            ServiceKey::Storage => config.storage_gb = self.memory(node)? / 1_024,
            ServiceKey::StopTimeout => spec.stop_timeout = self.reader.duration(node)?,
            ServiceKey::Architecture => {
                config.architecture = self.reader.word(node, PROCESSORS, "an architecture")?;
            }
            ServiceKey::Platform => {
                let system = self.reader.word(node, SYSTEMS, "a platform")?;
                config.is_windows = system == System::Windows;
            }
        }
        Some(())
    }

    /// `fargate` of `elsewhere`.
    pub(super) fn on_fargate(&mut self, node: &Node<'_>) -> Option<TaskChange> {
        let mut change = TaskChange::default();
        if matches!(node.kind, Kind::Null) {
            return Some(change);
        }
        let keys = OnFargateKey::ON_FARGATE;
        let fields = self.reader.fields(node, keys, "a mapping")?;
        // What is given in full has to be sold.
        let mut spec = ServiceSpec::default();
        for field in fields.iter() {
            let node = field.value;
            let key = match field.key {
                OnFargateKey::LaunchType => ServiceKey::LaunchType,
                OnFargateKey::Cpu => ServiceKey::Cpu,
                OnFargateKey::Memory => ServiceKey::Memory,
                OnFargateKey::PublicIpv4 => ServiceKey::PublicIpv4,
                OnFargateKey::Storage => ServiceKey::Storage,
                OnFargateKey::Architecture => ServiceKey::Architecture,
                OnFargateKey::Platform => ServiceKey::Platform,
            };
            self.service_key(key, node, &mut spec)?;
            let config = spec.config;
            match field.key {
                OnFargateKey::LaunchType => change.is_spot = config.is_spot,
                OnFargateKey::Cpu => change.cpu_units = Some(config.cpu_units),
                OnFargateKey::Memory => change.memory_mb = Some(config.memory_mb),
                OnFargateKey::PublicIpv4 => change.has_public_ipv4 = config.has_public_ipv4,
                OnFargateKey::Storage => change.storage_gb = Some(config.storage_gb),
                OnFargateKey::Architecture => change.architecture = Some(config.architecture),
                OnFargateKey::Platform => change.is_windows = Some(config.is_windows),
            }
        }
        if change.cpu_units.is_some()
            && change.memory_mb.is_some()
            && let Err(error) = spec.check()
        {
            self.reader.report(Code::Refused, node.span, || {
                Draft::new(format!("Fargate refuses this: {}", error.message))
                    .label(format!("`{}`", error.code))
            });
            return None;
        }
        Some(change)
    }

    fn vcpus(&mut self, node: &Node<'_>) -> Option<u32> {
        let what = "a number of vCPUs";
        self.reader
            .parsed(node, Code::BadNumber, what, value::vcpus)
    }

    fn service(&mut self, node: Option<&Node<'_>>) -> Option<u32> {
        self.thing(node?, ResourceKind::Service)
    }

    /// The service and the number of a task: `web/1`.
    pub(super) fn task_named(&self, text: &str) -> Option<(u32, u32)> {
        let (service, number) = text.rsplit_once('/')?;
        let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
        match self.names.find(service) {
            Some(Found::Other(ResourceKind::Service, service)) => Some((service, number)),
            Some(_) | None => None,
        }
    }

    fn task(&mut self, node: Option<&Node<'_>>) -> Option<(u32, u32)> {
        let node = node?;
        let text = self.reader.text(node, "the name of a task")?;
        let found = self.task_named(text);
        if found.is_none() {
            self.reader.report(Code::UnknownName, node.span, || {
                Draft::new(format!("no task is called {}", quoted(text)))
                    .label("expected a service and a number, such as `web/1`")
            });
        }
        found
    }

    pub(super) fn create_service(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = OfServiceKey::OF_SERVICE;
            let named = lower.named(asked.field, keys, OfServiceKey::Service);
            let service = lower.service(named.name)?;
            Some(CreateService { service }.into())
        })
    }

    pub(super) fn delete_service(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = OfServiceKey::OF_SERVICE;
            let named = lower.named(asked.field, keys, OfServiceKey::Service);
            let service = lower.service(named.name)?;
            Some(DeleteService { service }.into())
        })
    }

    pub(super) fn run_task(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let named = lower.named(asked.field, RunTaskKey::RUN_TASK, RunTaskKey::Service);
            let (mut count, mut lasts, mut fine) = (1, None, true);
            for option in named.iter() {
                match option.key {
                    RunTaskKey::Service => {}
                    RunTaskKey::Count => {
                        let given = lower.reader.whole(option.value, 1, MOST_TASKS);
                        match given.and_then(|given| u32::try_from(given).ok()) {
                            Some(given) => count = given,
                            None => fine = false,
                        }
                    }
                    RunTaskKey::Duration => {
                        lasts = lower.reader.duration(option.value);
                        fine &= lasts.is_some();
                    }
                }
            }
            let service = lower.service(named.name)?;
            fine.then(|| {
                RunTask {
                    service,
                    count,
                    lasts,
                }
                .into()
            })
        })
    }

    pub(super) fn stop_task(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let named = lower.named(asked.field, OfTaskKey::OF_TASK, OfTaskKey::Task);
            let (service, number) = lower.task(named.name)?;
            Some(StopTask { service, number }.into())
        })
    }

    pub(super) fn exit_task(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let named = lower.named(asked.field, ExitKey::EXIT, ExitKey::Task);
            let mut code = Some(0);
            for option in named.iter() {
                if option.key == ExitKey::Code {
                    let given = lower.reader.whole(option.value, 0, 255);
                    code = given.and_then(|given| i32::try_from(given).ok());
                }
            }
            let (service, number) = lower.task(named.name)?;
            let code = code?;
            Some(
                ExitTask {
                    service,
                    number,
                    code,
                }
                .into(),
            )
        })
    }

    pub(super) fn scale(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = ScaleKey::SCALE;
        let named = self.long_form(asked.field, keys, ScaleKey::Service);
        let fields = named.options.as_ref()?;
        self.reader.lacks(fields, keys, &[(ScaleKey::Desired, "2")]);
        let desired = fields.get(ScaleKey::Desired)?;
        let desired = self.reader.whole(desired, 0, MOST_TASKS)?;
        let service = self.service(named.name)?;
        let desired = u32::try_from(desired).ok()?;
        Some(act(ScaleService { service, desired }))
    }

    pub(super) fn deploy(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let named = lower.named(asked.field, DeployKey::DEPLOY, DeployKey::Service);
            let mut result = Some(Deployed::Ok);
            for option in named.iter() {
                if option.key == DeployKey::Result {
                    result = lower.reader.word(option.value, DEPLOYED, "a result");
                }
            }
            let service = lower.service(named.name)?;
            let fails = result? == Deployed::Fails;
            Some(DeployService { service, fails }.into())
        })
    }

    /// `interrupt` of a task; none where it isn't one.
    pub(super) fn interrupt_task(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let Kind::Scalar(text) = asked.field.value.kind else {
            return None;
        };
        let (service, number) = self.task_named(text)?;
        Some(act(InterruptTask { service, number }))
    }

    /// What is expected of a service by one of the keys of services.
    pub(super) fn service_check(&mut self, field: &Field<'_, '_, CheckKey>) -> Option<Checked> {
        let node = field.value;
        let check = if field.key == CheckKey::Deployment {
            ServiceCheck::Deployment(
                self.reader
                    .word(node, ROLLOUTS, "a state of a deployment")?,
            )
        } else {
            let (_, count) = COUNTS.iter().find(|(key, _)| *key == field.key)?;
            ServiceCheck::Count(*count, self.reader.whole(node, 0, u64::MAX)?)
        };
        Some(Checked::Service(check))
    }

    /// What is expected of a task by one of the keys of tasks.
    pub(super) fn task_check(&mut self, field: &Field<'_, '_, CheckKey>) -> Option<Checked> {
        let node = field.value;
        let or_none = |text: &str| (text != "none").then(|| text.into());
        Some(if field.key == CheckKey::Billed {
            Checked::Billed(self.reader.flag(node)?)
        } else if field.key == CheckKey::StopCode {
            let text = self.reader.text(node, "a stop code, or `none`")?;
            Checked::Task(TaskCheck::StopCode(or_none(text)))
        } else if field.key == CheckKey::Reason {
            let text = self.reader.text(node, "a reason, or `none`")?;
            Checked::Task(TaskCheck::Reason(or_none(text)))
        } else {
            let text = self.reader.text(node, "`kept` or `lost`")?;
            let check = match text {
                "kept" => DataCheck::Kept,
                "lost" => DataCheck::Lost,
                _ => {
                    let what = "what can have become of it";
                    let words = STORED.iter().copied();
                    self.reader.unknown_word(node.span, text, what, words);
                    return None;
                }
            };
            Checked::Task(TaskCheck::Storage(check))
        })
    }
}

/// What is counted of a service, by the keys.
const COUNTS: [(CheckKey, ServiceCount); 6] = [
    (CheckKey::Desired, ServiceCount::Desired),
    (CheckKey::Running, ServiceCount::Running),
    (CheckKey::Pending, ServiceCount::Pending),
    (CheckKey::Healthy, ServiceCount::Healthy),
    (CheckKey::TasksStarted, ServiceCount::TasksStarted),
    (CheckKey::TaskSeconds, ServiceCount::TaskSeconds),
];

/// Whether a key asks for something that only services have.
pub(super) fn is_of_services(key: CheckKey) -> bool {
    key == CheckKey::Deployment || COUNTS.iter().any(|(one, _)| *one == key)
}

/// Whether a key asks for something that tasks have.
pub(super) fn is_of_tasks(key: CheckKey) -> bool {
    [
        CheckKey::Billed,
        CheckKey::StopCode,
        CheckKey::Reason,
        CheckKey::Storage,
    ]
    .contains(&key)
}
