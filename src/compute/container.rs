//! Clusters, services and tasks of Amazon ECS on AWS Fargate.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    catalog::Architecture,
    id::Seeded,
    lifecycle::{
        ApiError, Decision, ErrorCode, TaskLifecycle,
        task::{Phase, Trigger},
    },
    record::{
        Accepted, ClusterHandle, Moved, RecordKind, Rules, ServiceHandle, Stopped, TaskConfig,
        TaskHandle,
    },
    rule,
    time::{SimDuration, SimTime},
};

/// What all tasks of an account share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EcsSettings {
    /// How long the way up and down takes (`ECS-TIME`).
    pub times: TaskTimes,
    /// How many vCPUs there may be at a time, on demand and on Spot each (`FGT-QUOTA`); none: not checked.
    pub vcpus: Option<u32>,
    /// How many zones tasks take turns in.
    pub zones: u32,
}

/// How long a task is on its way up and down (`ECS-TIME`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskTimes {
    /// PROVISIONING.
    pub provisioning: SimDuration,
    /// PENDING.
    pub pending: SimDuration,
    /// The pull of the image, the first part of ACTIVATING.
    pub pull: SimDuration,
    /// The rest of it.
    pub activating: SimDuration,
    /// STOPPING of a task that is told to stop.
    pub stopping: SimDuration,
    /// DEPROVISIONING.
    pub deprovisioning: SimDuration,
}

impl Default for TaskTimes {
    fn default() -> Self {
        let secs = SimDuration::from_secs;
        Self {
            provisioning: secs(10),
            pending: secs(5),
            pull: secs(20),
            activating: secs(5),
            stopping: secs(5),
            deprovisioning: secs(10),
        }
    }
}

impl Default for EcsSettings {
    fn default() -> Self {
        Self {
            times: TaskTimes::default(),
            vcpus: None,
            zones: 3,
        }
    }
}

/// A service as it is described, which is a task definition as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceSpec {
    /// As what its tasks are charged.
    pub config: TaskConfig,
    /// How many tasks it is to have.
    pub desired: u32,
    /// How many per cent of them have to be healthy during a deployment.
    pub minimum_healthy: u32,
    /// How many per cent of them there may be then.
    pub maximum: u32,
    /// How long a task runs before it is healthy.
    pub healthy_after: SimDuration,
    /// Whether the circuit breaker is on, and then whether it rolls back.
    pub breaker: Option<bool>,
    /// How long containers have to stop before they are killed.
    pub stop_timeout: SimDuration,
}

impl Default for ServiceSpec {
    fn default() -> Self {
        Self {
            config: TaskConfig {
                cpu_units: 256,
                memory_mb: 512,
                storage_gb: 20,
                architecture: Architecture::X86_64,
                is_windows: false,
                is_spot: false,
                has_public_ipv4: false,
            },
            desired: 1,
            minimum_healthy: 100,
            maximum: 200,
            healthy_after: SimDuration::ZERO,
            breaker: None,
            stop_timeout: SimDuration::from_secs(30),
        }
    }
}

/// The memory that each number of vCPUs can have, in MB: from, to, step (`FGT-SIZES`).
const SIZES: &[(u32, &[u32])] = &[
    (256, &[512, 1_024, 2_048]),
    (512, &[1_024, 4_096, 1_024]),
    (1_024, &[2_048, 8_192, 1_024]),
    (2_048, &[4_096, 16_384, 1_024]),
    (4_096, &[8_192, 30_720, 1_024]),
    (8_192, &[16_384, 61_440, 4_096]),
    (16_384, &[32_768, 122_880, 8_192]),
    (32_768, &[61_440, 122_880, 249_856]),
];

/// The sizes of a task, smallest first: CPU units and MB.
pub fn task_sizes() -> impl Iterator<Item = (u32, u32)> {
    SIZES.iter().flat_map(|&(cpu, memory)| {
        let listed: Vec<u32> = match memory {
            // The ends have lists of their own.
            list if cpu == 256 || cpu == 32_768 => list.to_vec(),
            &[from, to, step] => (0..=(to - from) / step).map(|n| from + n * step).collect(),
            _ => Vec::new(),
        };
        listed.into_iter().map(move |memory| (cpu, memory))
    })
}

fn refused<T>(code: ErrorCode, message: impl Into<String>, rules: Rules) -> Result<T, ApiError> {
    Err(ApiError {
        code,
        message: message.into(),
        rules,
    })
}

impl ServiceSpec {
    /// Whether Fargate takes it.
    ///
    /// # Errors
    ///
    /// The refusal of the first value that it doesn't take.
    pub fn check(&self) -> Result<(), ApiError> {
        let config = &self.config;
        let client = |message: &str, rules| refused(ErrorCode::ClientException, message, rules);
        let size = (config.cpu_units, config.memory_mb);
        let is_for_windows = !config.is_windows || matches!(size.0, 1_024 | 2_048 | 4_096);
        let is_linux_x86 = !config.is_windows && config.architecture == Architecture::X86_64;
        let is_small = size.0 < 32_768 || is_linux_x86;
        if !is_for_windows || !is_small || task_sizes().all(|one| one != size) {
            return client(
                "No Fargate configuration exists for given values.",
                &[rule::FGT_SIZES],
            );
        }
        if config.is_windows && config.architecture == Architecture::Arm64 {
            return client(
                "Windows tasks don't run on the ARM64 architecture.",
                &[rule::FGT_SIZES],
            );
        }
        if config.is_windows && config.is_spot {
            return client(
                "Windows tasks don't run on the FARGATE_SPOT capacity provider.",
                &[rule::FGT_SPOT],
            );
        }
        if !(20..=200).contains(&config.storage_gb) {
            return client(
                "Ephemeral storage has from 20 to 200 GiB.",
                &[rule::FGT_EPHEMERAL],
            );
        }
        if self.stop_timeout > SimDuration::from_secs(120) {
            return client(
                "stopTimeout has at most 120 seconds on Fargate.",
                &[rule::ECS_STOP_TIMEOUT],
            );
        }
        Ok(())
    }
}

/// The states of a service (`ECS-SVC-STATES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// It keeps its tasks.
    Active,
    /// It is deleted, and some of its tasks are left.
    Draining,
    /// It is gone.
    Inactive,
}

impl ServiceState {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Active, Self::Draining, Self::Inactive];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// What has become of the latest deployment (`ECS-DEPLOY-STATES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rollout {
    /// There was none.
    #[default]
    None,
    /// It goes on.
    InProgress,
    /// It is done.
    Completed,
    /// The circuit breaker has ended it.
    Failed,
}

impl Rollout {
    /// All of them.
    pub const ALL: &[Self] = &[Self::None, Self::InProgress, Self::Completed, Self::Failed];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    key: Seeded,
    spec: ServiceSpec,
    state: Option<ServiceState>,
    desired: u32,
    /// The deployment that its tasks are to be of, and the one that was good last.
    revision: u32,
    good: u32,
    latest: u32,
    /// Whether the tasks of this deployment don't become healthy.
    fails: bool,
    rollout: Rollout,
    /// How many tasks have failed in a row, and in this deployment; and when another may be tried.
    failures: u32,
    failed: u32,
    retry: Option<SimTime>,
    /// Whether it is looked at in this instant, or later.
    looked_at: Option<SimTime>,
    tasks: Vec<TaskHandle>,
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    service: ServiceHandle,
    number: u32,
    revision: u32,
    is_standalone: bool,
    config: TaskConfig,
    lifecycle: TaskLifecycle,
    zone: u32,
    /// Whether it waits for capacity in PROVISIONING.
    waits: bool,
    fails: bool,
    /// When it is healthy; when it ends by itself; when Fargate takes it back.
    healthy: Option<SimTime>,
    is_healthy: bool,
    exits: Option<SimTime>,
    lasts: Option<SimDuration>,
    goes: Option<SimTime>,
    stop: Option<Stopped>,
    stopping: SimDuration,
    /// From when to when it is charged.
    pulled: Option<SimTime>,
    ended: Option<SimTime>,
    due: Option<SimTime>,
}

impl Task {
    /// Where it is in its life.
    pub fn phase(&self) -> Phase {
        self.lifecycle.phase()
    }

    /// Why it stopped, or stops.
    pub const fn stop(&self) -> Option<&Stopped> {
        self.stop.as_ref()
    }

    /// As what it is charged.
    pub const fn config(&self) -> &TaskConfig {
        &self.config
    }

    /// Whether it is charged now.
    pub fn is_billed(&self) -> bool {
        self.phase().is_metered()
    }

    /// For how many seconds it is charged, up to an instant.
    pub fn billed_secs(&self, at: SimTime) -> u64 {
        self.pulled.map_or(0, |from| {
            let to = self.ended.unwrap_or(at);
            self.config.charged((to - from).secs_begun())
        })
    }

    /// Whether it was told that its capacity goes.
    const fn is_going(&self) -> bool {
        self.goes.is_some()
    }
}

/// What of a service is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServiceCounts {
    /// PROVISIONING, PENDING and ACTIVATING.
    pub pending: u64,
    /// RUNNING.
    pub running: u64,
    /// RUNNING and healthy.
    pub healthy: u64,
    /// Tasks that it has ever had.
    pub started: u64,
    /// The seconds that are charged for them.
    pub task_secs: u64,
}

impl Service {
    /// Where its id comes from.
    pub(crate) const fn key(&self) -> Seeded {
        self.key
    }

    /// As what it is described.
    pub const fn spec(&self) -> &ServiceSpec {
        &self.spec
    }

    /// Its state; none before it is created.
    pub const fn state(&self) -> Option<ServiceState> {
        self.state
    }

    /// How many tasks it is to have.
    pub const fn desired(&self) -> u32 {
        self.desired
    }

    /// What has become of its latest deployment.
    pub const fn rollout(&self) -> Rollout {
        self.rollout
    }

    /// The tasks that it has had, standalone ones of its description included.
    pub fn tasks(&self) -> &[TaskHandle] {
        &self.tasks
    }
}

/// What falls due, in the order in which it does so at an instant: completions, then what they free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Task(TaskHandle),
    Service(ServiceHandle),
}

/// How many tasks Fargate starts at once, and in a second (`FGT-RATE`).
const BURST: u64 = 100;
const A_SECOND: u64 = 20;

/// How many tasks a call of `RunTask` may have (`ECS-RUNTASK-FAIL`).
const MOST_A_CALL: u32 = 10;

/// The clusters of an account, with their services and tasks.
#[derive(Debug, Clone, Default)]
pub struct Ecs {
    settings: EcsSettings,
    clusters: Vec<Seeded>,
    services: Vec<Service>,
    tasks: Vec<Task>,
    dues: BTreeSet<(SimTime, What)>,
    /// What is left of the launch rate, and when that was so.
    bucket: Option<(u64, SimTime)>,
    /// Whether Fargate has no Spot capacity.
    no_spot: bool,
}

impl Ecs {
    /// An account without clusters.
    pub fn new(settings: EcsSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.clusters.is_empty() && self.services.is_empty()
    }

    /// How many clusters, services and tasks there were.
    pub const fn counts(&self) -> (usize, usize, usize) {
        (self.clusters.len(), self.services.len(), self.tasks.len())
    }

    /// A service.
    pub fn service(&self, service: ServiceHandle) -> &Service {
        &self.services[service.index()]
    }

    /// A task.
    pub fn task(&self, task: TaskHandle) -> &Task {
        &self.tasks[task.index()]
    }

    /// The service of a task, and its number there.
    pub fn place(&self, task: TaskHandle) -> (ServiceHandle, u32) {
        let there = self.task(task);
        (there.service, there.number)
    }

    /// The task of this number of a service.
    pub fn find(&self, service: ServiceHandle, number: u32) -> Option<TaskHandle> {
        let place = usize::try_from(number.checked_sub(1)?).ok()?;
        self.service(service).tasks.get(place).copied()
    }

    /// Where the id of a cluster comes from.
    pub(crate) fn cluster_key(&self, cluster: ClusterHandle) -> Seeded {
        self.clusters[cluster.index()]
    }

    /// Where the id of a task comes from.
    pub(crate) fn task_key(&self, task: TaskHandle) -> Seeded {
        let (service, number) = self.place(task);
        let key = self.service(service).key;
        key.purpose("task").number(number.into())
    }

    /// What of a service is counted at an instant.
    pub fn count(&self, service: ServiceHandle, at: SimTime) -> ServiceCounts {
        let mut counts = ServiceCounts::default();
        for task in &self.service(service).tasks {
            let task = self.task(*task);
            counts.started += 1;
            counts.task_secs += task.billed_secs(at);
            if task.is_standalone {
                continue;
            }
            match task.phase() {
                Phase::Provisioning | Phase::Pending | Phase::Activating => counts.pending += 1,
                Phase::Running => {
                    counts.running += 1;
                    counts.healthy += u64::from(task.is_healthy);
                }
                Phase::Deactivating | Phase::Stopping | Phase::Deprovisioning | Phase::Stopped => {}
            }
        }
        counts
    }

    /// Whether a service has as many tasks as it is to have, and no deployment is under way.
    pub fn is_steady(&self, service: ServiceHandle, at: SimTime) -> bool {
        let there = self.service(service);
        let counts = self.count(service, at);
        there.state == Some(ServiceState::Active)
            && there.rollout != Rollout::InProgress
            && counts.pending == 0
            && counts.running == u64::from(there.desired)
    }

    /// When something falls due by itself next, and whether something is under way that a world's end waits for.
    pub fn next(&self) -> Option<(SimTime, bool)> {
        let (at, _) = self.dues.first()?;
        let moves = self.tasks.iter().any(|task| match task.phase() {
            Phase::Stopped => false,
            Phase::Provisioning => !task.waits,
            Phase::Running => task.healthy.is_some() || task.exits.is_some() || task.is_going(),
            Phase::Pending
            | Phase::Activating
            | Phase::Deactivating
            | Phase::Stopping
            | Phase::Deprovisioning => true,
        });
        let deploys = self.services.iter().any(|one| {
            one.rollout == Rollout::InProgress && (!one.fails || one.breaker_is_on())
                || one.looked_at.is_some() && one.retry.is_none()
        });
        Some((*at, moves || deploys))
    }
}

/// What is asked.
impl Ecs {
    /// A cluster that is there from now on.
    pub fn create_cluster(&mut self, key: Seeded) -> ClusterHandle {
        self.clusters.push(key);
        ClusterHandle::new(self.clusters.len() - 1)
    }

    /// A service is described: it has no tasks before it is created.
    pub fn describe(&mut self, key: Seeded, spec: ServiceSpec) -> ServiceHandle {
        self.services.push(Service {
            key,
            spec,
            state: None,
            desired: spec.desired,
            revision: 1,
            good: 1,
            latest: 1,
            fails: false,
            rollout: Rollout::None,
            failures: 0,
            failed: 0,
            retry: None,
            looked_at: None,
            tasks: Vec::new(),
        });
        ServiceHandle::new(self.services.len() - 1)
    }

    /// A service is created.
    ///
    /// # Errors
    ///
    /// The refusal of a size that isn't sold, or of a service that is there.
    pub fn create(
        &mut self,
        at: SimTime,
        service: ServiceHandle,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        let there = &mut self.services[service.index()];
        there.spec.check()?;
        if matches!(
            there.state,
            Some(ServiceState::Active | ServiceState::Draining)
        ) {
            return refused(
                ErrorCode::InvalidParameterException,
                "Creation of service was not idempotent.",
                &[rule::ECS_SVC_STATES],
            );
        }
        there.desired = there.spec.desired;
        self.state(service, ServiceState::Active, "CreateService", out);
        self.look(at, service);
        self.advance(at, out);
        Ok(())
    }

    fn active(&mut self, service: ServiceHandle) -> Result<&mut Service, ApiError> {
        let there = &mut self.services[service.index()];
        match there.state {
            Some(ServiceState::Active) => Ok(there),
            Some(ServiceState::Draining | ServiceState::Inactive) => refused(
                ErrorCode::ServiceNotActiveException,
                "Service was not ACTIVE.",
                &[rule::ECS_SVC_STATES],
            ),
            None => refused(
                ErrorCode::ServiceNotFoundException,
                "Service not found.",
                &[rule::ECS_SVC_STATES],
            ),
        }
    }

    /// A service is deleted: its tasks stop.
    ///
    /// # Errors
    ///
    /// The refusal of a service that isn't active.
    pub fn delete(
        &mut self,
        at: SimTime,
        service: ServiceHandle,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        self.active(service)?.rollout = Rollout::None;
        self.state(service, ServiceState::Draining, "DeleteService", out);
        for task in self.own(service) {
            self.unneeded(at, task, out);
        }
        self.look(at, service);
        self.advance(at, out);
        Ok(())
    }

    /// A service is to have so many tasks.
    ///
    /// # Errors
    ///
    /// The refusal of a service that isn't active.
    pub fn scale(
        &mut self,
        at: SimTime,
        service: ServiceHandle,
        desired: u32,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        self.active(service)?.desired = desired;
        let told = Accepted {
            what: "desired",
            value: Some(desired.to_string().into()),
            resource: Some(service.into()),
            ..Accepted::new(
                "UpdateService",
                &[rule::ECS_SVC_DESIRED, rule::ECS_SCALE_IN_ORDER],
            )
        };
        out.push(RecordKind::Accepted(told));
        self.look(at, service);
        self.advance(at, out);
        Ok(())
    }

    /// A service is to have new tasks in place of the old ones.
    ///
    /// # Errors
    ///
    /// The refusal of a service that isn't active.
    pub fn deploy(
        &mut self,
        at: SimTime,
        service: ServiceHandle,
        fails: bool,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        let there = self.active(service)?;
        there.latest += 1;
        there.revision = there.latest;
        (there.fails, there.retry) = (fails, None);
        (there.failures, there.failed) = (0, 0);
        self.rolled(service, Rollout::InProgress, out);
        self.look(at, service);
        self.advance(at, out);
        Ok(())
    }

    /// Tasks of a description run, outside of its service.
    ///
    /// # Errors
    ///
    /// The refusal of more than ten, of a size that isn't sold, or of more vCPUs than the quota.
    pub fn run(
        &mut self,
        at: SimTime,
        service: ServiceHandle,
        (count, lasts): (u32, Option<SimDuration>),
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        let spec = self.service(service).spec;
        spec.check()?;
        if count > MOST_A_CALL {
            return refused(
                ErrorCode::InvalidParameterException,
                format!("Task count must be at most {MOST_A_CALL}."),
                &[rule::ECS_RUNTASK_FAIL],
            );
        }
        let cpu = u64::from(spec.config.cpu_units) * u64::from(count);
        if self
            .room(spec.config.is_spot)
            .is_some_and(|room| room < cpu)
        {
            return refused(
                ErrorCode::ThrottlingException,
                "You've reached the limit on the number of vCPUs you can run concurrently",
                &[rule::FGT_QUOTA],
            );
        }
        if self.tokens(at) < u64::from(count) {
            return refused(
                ErrorCode::ThrottlingException,
                "Rate exceeded",
                &[rule::FGT_RATE],
            );
        }
        for _ in 0..count {
            self.take_token(at);
            let task = self.start(at, service, true, out);
            self.tasks[task.index()].lasts = lasts;
        }
        self.advance(at, out);
        Ok(())
    }

    /// A task is stopped. One that stops already goes on.
    pub fn stop_task(&mut self, at: SimTime, task: TaskHandle, out: &mut Vec<RecordKind>) {
        let stop = Stopped {
            code: "UserInitiated",
            reason: Cow::Borrowed("Task stopped by user"),
        };
        let stopping = self.settings.times.stopping;
        self.stop(at, task, (Trigger::StopTask, stop, stopping), out);
        self.advance(at, out);
    }

    /// An essential container of a task ends by itself. Nothing happens where none runs.
    pub fn exit(&mut self, at: SimTime, task: TaskHandle, code: i32, out: &mut Vec<RecordKind>) {
        self.exited(at, task, code, out);
        self.advance(at, out);
    }

    /// Fargate takes the capacity of a Spot task back, and has none until it says so.
    ///
    /// # Errors
    ///
    /// The refusal of a task that isn't on Spot, or doesn't run.
    pub fn interrupt(
        &mut self,
        at: SimTime,
        task: TaskHandle,
        out: &mut Vec<RecordKind>,
    ) -> Result<(), ApiError> {
        let there = &mut self.tasks[task.index()];
        if !there.config.is_spot || !there.phase().is_up() || there.is_going() {
            return refused(
                ErrorCode::InvalidParameterException,
                "Only a task on Fargate Spot that is up can be interrupted.",
                &[rule::FGT_SPOT],
            );
        }
        self.no_spot = true;
        let service = there.service;
        let told = Accepted {
            what: "notice",
            value: Some("120 s".into()),
            resource: Some(task.into()),
            ..Accepted::new(
                "Spot interruption",
                &[rule::FGT_SPOT_NOTICE, rule::FGT_SPOT_NO_FALLBACK],
            )
        };
        there.goes = Some(at + SimDuration::from_secs(120));
        out.push(RecordKind::Accepted(told));
        self.set_due(task);
        self.look(at, service);
        self.advance(at, out);
        Ok(())
    }

    /// Whether Fargate has Spot capacity from now on.
    pub fn set_spot(&mut self, at: SimTime, is_there: bool, out: &mut Vec<RecordKind>) {
        self.no_spot = !is_there;
        let told = Accepted {
            what: "fargate-spot",
            value: Some(if is_there { "any" } else { "0" }.into()),
            ..Accepted::new("capacity", &[rule::FGT_SPOT, rule::FGT_SPOT_NO_FALLBACK])
        };
        out.push(RecordKind::Accepted(told));
        self.place_waiting(at);
        self.advance(at, out);
    }
}

impl Service {
    const fn breaker_is_on(&self) -> bool {
        self.spec.breaker.is_some()
    }

    fn per_cent(&self, per_cent: u32) -> u64 {
        u64::from(self.desired) * u64::from(per_cent)
    }
}

/// What happens by itself.
impl Ecs {
    /// Lets happen what is due up to an instant.
    pub fn advance(&mut self, at: SimTime, out: &mut Vec<RecordKind>) {
        while let Some(&(due, what)) = self.dues.first() {
            if due > at {
                return;
            }
            self.dues.remove(&(due, what));
            match what {
                What::Task(task) => {
                    self.tasks[task.index()].due = None;
                    self.task_due(due, task, out);
                }
                What::Service(service) => {
                    self.services[service.index()].looked_at = None;
                    self.reconcile(due, service, out);
                }
            }
        }
    }

    fn set_due(&mut self, task: TaskHandle) {
        let there = &self.tasks[task.index()];
        let due = match there.phase() {
            Phase::Running => [there.healthy, there.exits, there.goes]
                .into_iter()
                .flatten()
                .min(),
            Phase::Provisioning
            | Phase::Pending
            | Phase::Activating
            | Phase::Deactivating
            | Phase::Stopping
            | Phase::Deprovisioning
            | Phase::Stopped => [there.due, there.goes.filter(|_| there.phase().is_up())]
                .into_iter()
                .flatten()
                .min(),
        };
        self.due_at(task, due);
    }

    fn due_at(&mut self, task: TaskHandle, due: Option<SimTime>) {
        let there = &mut self.tasks[task.index()];
        if let Some(before) = std::mem::replace(&mut there.due, due) {
            self.dues.remove(&(before, What::Task(task)));
        }
        if let Some(due) = due {
            self.dues.insert((due, What::Task(task)));
        }
    }

    /// A service is looked at in this instant, after what is completed in it; or at a later one.
    fn look(&mut self, at: SimTime, service: ServiceHandle) {
        let there = &mut self.services[service.index()];
        if there.looked_at.is_some_and(|before| before <= at) {
            return;
        }
        if let Some(before) = there.looked_at.replace(at) {
            self.dues.remove(&(before, What::Service(service)));
        }
        self.dues.insert((at, What::Service(service)));
    }

    /// The tasks of a service that aren't standalone and are up.
    fn own(&self, service: ServiceHandle) -> Vec<TaskHandle> {
        let tasks = self.service(service).tasks.iter().copied();
        tasks
            .filter(|task| {
                let task = self.task(*task);
                !task.is_standalone && task.phase().is_up()
            })
            .collect()
    }

    fn tokens(&self, at: SimTime) -> u64 {
        self.bucket.map_or(BURST, |(left, since)| {
            let more = (at - since).as_secs().saturating_mul(A_SECOND);
            left.saturating_add(more).min(BURST)
        })
    }

    fn take_token(&mut self, at: SimTime) {
        let left = self.tokens(at).saturating_sub(1);
        self.bucket = Some((left, at));
    }

    /// How many CPU units are left of the quota; none where it isn't checked.
    fn room(&self, is_spot: bool) -> Option<u64> {
        let most = u64::from(self.settings.vcpus?) * 1_024;
        let used = self.tasks.iter().filter(|task| {
            let holds = task.phase() != Phase::Stopped && !task.waits;
            holds && task.config.is_spot == is_spot
        });
        let used: u64 = used.map(|task| u64::from(task.config.cpu_units)).sum();
        Some(most.saturating_sub(used))
    }

    fn has_capacity(&self, config: &TaskConfig) -> bool {
        let fits = |room: u64| room >= u64::from(config.cpu_units);
        !(config.is_spot && self.no_spot) && self.room(config.is_spot).is_none_or(fits)
    }

    /// A task comes about.
    fn start(
        &mut self,
        at: SimTime,
        service: ServiceHandle,
        is_standalone: bool,
        out: &mut Vec<RecordKind>,
    ) -> TaskHandle {
        let task = TaskHandle::new(self.tasks.len());
        let there = &mut self.services[service.index()];
        there.tasks.push(task);
        let number = u32::try_from(there.tasks.len()).unwrap_or(u32::MAX);
        let (config, revision) = (there.spec.config, there.revision);
        let fails = there.fails && !is_standalone;
        let waits = !self.has_capacity(&config);
        self.tasks.push(Task {
            service,
            number,
            revision,
            is_standalone,
            config,
            lifecycle: TaskLifecycle::asked_for(),
            zone: (number - 1) % self.settings.zones.max(1),
            waits,
            fails,
            healthy: None,
            is_healthy: false,
            exits: None,
            lasts: None,
            goes: None,
            stop: None,
            stopping: SimDuration::ZERO,
            pulled: None,
            ended: None,
            due: None,
        });
        let trigger = if is_standalone {
            "RunTask"
        } else {
            "service scheduler"
        };
        let why = if waits {
            "it waits for capacity"
        } else {
            "its network interface is made"
        };
        let rules: Rules = match (waits, is_standalone) {
            (true, _) => &[rule::FGT_QUOTA, rule::FGT_SPOT_NO_FALLBACK],
            (false, true) => &[rule::ECS_TASK_STATES, rule::ECS_OBJECTS, rule::FGT_SIZES],
            (false, false) => &[rule::ECS_SVC_DESIRED, rule::ECS_TASK_STATES],
        };
        let moved = Moved::new(
            task.into(),
            (None, Phase::Provisioning.state().name()),
            trigger,
            why,
        );
        out.push(RecordKind::Moved(Box::new(Moved {
            config: Some(config),
            rules,
            ..moved
        })));
        if !waits {
            self.due_at(task, Some(at + self.settings.times.provisioning));
        }
        task
    }

    /// Tasks that wait for capacity take what there is, in their order.
    fn place_waiting(&mut self, at: SimTime) {
        for place in 0..self.tasks.len() {
            let task = &self.tasks[place];
            let waits = task.waits && task.phase() == Phase::Provisioning;
            if waits && self.has_capacity(&task.config) {
                self.tasks[place].waits = false;
                let due = at + self.settings.times.provisioning;
                self.due_at(TaskHandle::new(place), Some(due));
            }
        }
    }

    fn moved(
        &mut self,
        at: SimTime,
        task: TaskHandle,
        trigger: Trigger,
        out: &mut Vec<RecordKind>,
    ) -> bool {
        let there = &mut self.tasks[task.index()];
        let Decision::Moved(row) = there.lifecycle.apply(trigger, at) else {
            return false;
        };
        if row.to == Phase::Activating {
            there.pulled = Some(at);
        } else if row.to == Phase::Deprovisioning {
            there.ended = Some(at);
        }
        let moved = Moved::new(
            task.into(),
            (Some(row.from.state().name()), row.to.state().name()),
            trigger.name(),
            row.why,
        );
        out.push(RecordKind::Moved(Box::new(Moved {
            stop: there.stop.clone(),
            config: Some(there.config),
            rules: row.rules,
            ..moved
        })));
        true
    }

    fn task_due(&mut self, at: SimTime, task: TaskHandle, out: &mut Vec<RecordKind>) {
        let times = self.settings.times;
        let there = &self.tasks[task.index()];
        let (service, phase) = (there.service, there.phase());
        if phase.is_up() && there.goes.is_some_and(|goes| goes <= at) {
            let stop = Stopped {
                code: "SpotInterruption",
                reason: Cow::Borrowed("Your Spot Task was interrupted."),
            };
            let how = (Trigger::Interrupted, stop, SimDuration::ZERO);
            self.stop(at, task, how, out);
            return;
        }
        match phase {
            Phase::Provisioning => {
                self.moved(at, task, Trigger::Provisioned, out);
                self.due_at(task, Some(at + times.pending));
                self.set_due(task);
            }
            Phase::Pending => {
                self.moved(at, task, Trigger::Placed, out);
                self.due_at(task, Some(at + times.pull + times.activating));
                self.set_due(task);
            }
            Phase::Activating => {
                self.moved(at, task, Trigger::Started, out);
                let after = self.service(service).spec.healthy_after;
                let there = &mut self.tasks[task.index()];
                there.healthy = Some(at + after);
                there.exits = there.lasts.map(|lasts| at + lasts);
                self.set_due(task);
            }
            Phase::Running => {
                let there = &mut self.tasks[task.index()];
                if there.healthy.is_some_and(|healthy| healthy <= at) {
                    there.healthy = None;
                    if there.fails {
                        self.exited(at, task, 1, out);
                        return;
                    }
                    there.is_healthy = true;
                    if !there.is_standalone {
                        let revision = there.revision;
                        let of = &mut self.services[service.index()];
                        if of.revision == revision {
                            (of.failures, of.retry) = (0, None);
                        }
                        self.look(at, service);
                    }
                }
                if self.tasks[task.index()]
                    .exits
                    .is_some_and(|exits| exits <= at)
                {
                    self.exited(at, task, 0, out);
                } else {
                    self.set_due(task);
                }
            }
            Phase::Deactivating => self.go_down(at, task, out),
            Phase::Stopping => {
                self.moved(at, task, Trigger::Ended, out);
                self.due_at(task, Some(at + times.deprovisioning));
            }
            Phase::Deprovisioning => {
                self.moved(at, task, Trigger::Detached, out);
                self.place_waiting(at);
                self.look(at, service);
            }
            Phase::Stopped => {}
        }
    }

    /// From DEACTIVATING on: no load balancer keeps it.
    fn go_down(&mut self, at: SimTime, task: TaskHandle, out: &mut Vec<RecordKind>) {
        self.moved(at, task, Trigger::Drained, out);
        let there = &self.tasks[task.index()];
        let due = at + there.stopping;
        if there.stopping == SimDuration::ZERO {
            self.task_due(at, task, out);
        } else {
            self.due_at(task, Some(due));
        }
    }

    /// A task is told to stop, and why; its containers take so long.
    fn stop(
        &mut self,
        at: SimTime,
        task: TaskHandle,
        (trigger, stop, stopping): (Trigger, Stopped, SimDuration),
        out: &mut Vec<RecordKind>,
    ) {
        let there = &mut self.tasks[task.index()];
        if !there.phase().is_up() {
            return;
        }
        let (service, times) = (there.service, self.settings.times);
        there.stop = Some(stop);
        there.stopping = stopping.min(self.services[service.index()].spec.stop_timeout);
        (there.healthy, there.exits, there.goes) = (None, None, None);
        (there.is_healthy, there.waits) = (false, false);
        self.due_at(task, None);
        self.moved(at, task, trigger, out);
        match self.task(task).phase() {
            Phase::Deactivating => self.go_down(at, task, out),
            Phase::Stopping => {
                let due = at + self.task(task).stopping;
                self.due_at(task, Some(due));
            }
            Phase::Provisioning
            | Phase::Pending
            | Phase::Activating
            | Phase::Running
            | Phase::Deprovisioning
            | Phase::Stopped => self.due_at(task, Some(at + times.deprovisioning)),
        }
        self.look(at, service);
    }

    /// Its service needs a task no longer.
    fn unneeded(&mut self, at: SimTime, task: TaskHandle, out: &mut Vec<RecordKind>) {
        let (service, _) = self.place(task);
        let reason = match self.service(service).state {
            Some(ServiceState::Active) => "Scaling activity initiated by the service scheduler",
            Some(ServiceState::Draining | ServiceState::Inactive) | None => "Service was deleted",
        };
        let stop = Stopped {
            code: "ServiceSchedulerInitiated",
            reason: Cow::Borrowed(reason),
        };
        let stopping = self.settings.times.stopping;
        self.stop(at, task, (Trigger::Unneeded, stop, stopping), out);
    }

    /// An essential container has ended by itself.
    fn exited(&mut self, at: SimTime, task: TaskHandle, code: i32, out: &mut Vec<RecordKind>) {
        let there = self.task(task);
        if there.phase() != Phase::Running {
            return;
        }
        let has_failed = !there.is_standalone && !there.is_healthy && code != 0;
        let (service, revision) = (there.service, there.revision);
        let stop = Stopped {
            code: "EssentialContainerExited",
            reason: Cow::Owned(format!(
                "Essential container in task exited (exit code {code})"
            )),
        };
        let how = (Trigger::Exited, stop, SimDuration::ZERO);
        self.stop(at, task, how, out);
        if has_failed && revision == self.service(service).revision {
            self.failed(at, service, out);
        }
    }

    /// A task of the latest deployment has failed before it was healthy.
    fn failed(&mut self, at: SimTime, service: ServiceHandle, out: &mut Vec<RecordKind>) {
        let there = &mut self.services[service.index()];
        there.failures += 1;
        there.failed += 1;
        let most = there.desired.div_ceil(2).clamp(3, 200);
        if there.rollout == Rollout::InProgress
            && let Some(rolls_back) = there.spec.breaker
            && there.failed >= most
        {
            if rolls_back {
                (there.revision, there.fails, there.retry) = (there.good, false, None);
                there.failures = 0;
            }
            self.rolled(service, Rollout::Failed, out);
        } else if let Some(doubled) = there.failures.checked_sub(3) {
            // 10, 20, 40 s …, at most 15 min (ECS-SVC-THROTTLE).
            let pause = 10_u64.saturating_mul(1 << doubled.min(7)).min(900);
            let retry = at + SimDuration::from_secs(pause);
            there.retry = Some(there.retry.map_or(retry, |before| before.max(retry)));
        }
        self.look(at, service);
    }

    fn state(
        &mut self,
        service: ServiceHandle,
        to: ServiceState,
        trigger: &'static str,
        out: &mut Vec<RecordKind>,
    ) {
        let there = &mut self.services[service.index()];
        let from = there.state.replace(to).map(ServiceState::name);
        let why = match to {
            ServiceState::Active => "it keeps its tasks from now on",
            ServiceState::Draining => "its tasks stop",
            ServiceState::Inactive => "its last task has stopped",
        };
        out.push(RecordKind::Moved(Box::new(Moved {
            rules: &[rule::ECS_SVC_STATES, rule::ECS_SVC_DESIRED],
            ..Moved::new(service.into(), (from, to.name()), trigger, why)
        })));
    }

    fn rolled(&mut self, service: ServiceHandle, to: Rollout, out: &mut Vec<RecordKind>) {
        let there = &mut self.services[service.index()];
        there.rollout = to;
        let rules: Rules = match to {
            Rollout::Failed => &[rule::ECS_DEPLOY_STATES, rule::ECS_DEPLOY_CB],
            Rollout::None | Rollout::InProgress | Rollout::Completed => {
                &[rule::ECS_DEPLOY_STATES, rule::ECS_DEPLOY_ROLLING]
            }
        };
        out.push(RecordKind::Accepted(Accepted {
            what: "deployment",
            value: Some(to.name().into()),
            resource: Some(service.into()),
            ..Accepted::new("UpdateService", rules)
        }));
    }

    /// Starts and stops tasks of a service until it has those that it is to have (`ECS-SVC-DESIRED`, `ECS-DEPLOY-ROLLING`).
    fn reconcile(&mut self, at: SimTime, service: ServiceHandle, out: &mut Vec<RecordKind>) {
        let there = self.service(service);
        match there.state {
            None | Some(ServiceState::Inactive) => return,
            Some(ServiceState::Draining) => {
                let left = there.tasks.iter().any(|task| {
                    let task = self.task(*task);
                    !task.is_standalone && task.phase() != Phase::Stopped
                });
                if !left {
                    self.state(service, ServiceState::Inactive, "tasks stopped", out);
                }
                return;
            }
            Some(ServiceState::Active) => {}
        }
        while self.act(at, service, out) {}
        let there = self.service(service);
        if there.rollout == Rollout::InProgress {
            let own = self.own(service);
            let is_old = |task: &&TaskHandle| self.task(**task).revision != there.revision;
            let healthy = own.iter().filter(|task| self.task(**task).is_healthy);
            if own.iter().filter(is_old).count() == 0
                && u32::try_from(healthy.count()) == Ok(there.desired)
            {
                let revision = there.revision;
                self.services[service.index()].good = revision;
                self.rolled(service, Rollout::Completed, out);
            }
        }
    }

    /// Does the next thing that a service needs; false where there is none now.
    fn act(&mut self, at: SimTime, service: ServiceHandle, out: &mut Vec<RecordKind>) -> bool {
        let there = self.service(service);
        let (desired, revision) = (there.desired, there.revision);
        let stays = self.own(service);
        let stays = stays
            .into_iter()
            .filter(|task| !self.task(*task).is_going());
        let (new, old): (Vec<TaskHandle>, Vec<TaskHandle>) =
            stays.partition(|task| self.task(*task).revision == revision);
        let count = |tasks: &[TaskHandle]| u64::try_from(tasks.len()).unwrap_or(u64::MAX);
        let total = count(&new) + count(&old);
        let most = (there.per_cent(there.spec.maximum) / 100).max(desired.into());
        let least = there.per_cent(there.spec.minimum_healthy).div_ceil(100);
        let healthy = |task: &TaskHandle| u64::from(self.task(*task).is_healthy);
        let all_healthy: u64 = new.iter().chain(&old).map(healthy).sum();
        let is_given_up = there.rollout == Rollout::Failed && there.fails;
        // One that isn't healthy is no loss; else the oldest goes first.
        let goes = old.iter().find(|task| healthy(task) == 0);
        if let Some(&goes) = goes.or(old.first())
            && !is_given_up
            && (total > most || healthy(&goes) == 0 || all_healthy > least)
        {
            self.unneeded(at, goes, out);
            return true;
        }
        if count(&new) > u64::from(desired)
            && let Some(task) = self.surplus(&new)
        {
            self.unneeded(at, task, out);
            return true;
        }
        let retries = there.retry.is_none_or(|retry| retry <= at);
        if count(&new) < u64::from(desired) && total < most && !is_given_up {
            if !retries {
                if let Some(retry) = there.retry {
                    self.look(retry, service);
                }
                return false;
            }
            if self.tokens(at) == 0 {
                self.look(at + SimDuration::from_secs(1), service);
                return false;
            }
            self.take_token(at);
            self.start(at, service, false, out);
            return true;
        }
        false
    }

    /// Which of too many tasks goes: of the zone with most of them the newest (`ECS-SCALE-IN-ORDER`).
    fn surplus(&self, tasks: &[TaskHandle]) -> Option<TaskHandle> {
        let in_zone = |zone: u32| {
            let there = tasks.iter().filter(|task| self.task(**task).zone == zone);
            there.count()
        };
        let tasks = tasks.iter().copied();
        tasks.max_by_key(|task| (in_zone(self.task(*task).zone), *task))
    }
}
