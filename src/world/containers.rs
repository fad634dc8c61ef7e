//! Clusters, services and tasks: the account's own, with one timer for whatever of them falls due next.

use crate::{
    compute::{Ecs, EcsSettings, ServiceSpec},
    id::Seeded,
    record::{ClusterHandle, RecordKind, ServiceHandle, TaskHandle},
    time::SimTime,
};

use super::{Due, Effects, Lasts, World};

impl World {
    /// What holds for all tasks.
    pub(crate) fn set_ecs(&mut self, settings: EcsSettings) {
        self.ecs = Ecs::new(settings);
    }

    /// The clusters of the account, with their services and tasks.
    pub const fn ecs(&self) -> &Ecs {
        &self.ecs
    }

    /// Lets ECS do something, and takes over what it says and when it goes on.
    pub(crate) fn with_ecs<T>(
        &mut self,
        at: SimTime,
        effects: &mut Effects,
        then: impl FnOnce(&mut Ecs, &mut Vec<RecordKind>) -> T,
    ) -> T {
        let mut said = Vec::new();
        let tasks = self.ecs.counts().2;
        let answer = then(&mut self.ecs, &mut said);
        for task in tasks..self.ecs.counts().2 {
            self.index(TaskHandle::new(task).into());
        }
        for kind in said {
            effects.say(kind);
        }
        let next = self.ecs.next();
        if next != self.ecs_next {
            self.ecs_next = next;
            let first = ServiceHandle::new(0);
            self.cancel(first, |_| true);
            if let Some((next, is_under_way)) = next {
                let due = if is_under_way {
                    Due::TasksWork
                } else {
                    Due::TasksRest
                };
                self.follow_up(first, due, Lasts::Exactly(next.since(at)), effects);
            }
        }
        answer
    }

    /// A cluster is there from now on.
    pub(crate) fn create_cluster(&mut self, key: Seeded) -> ClusterHandle {
        let made = self.ecs.create_cluster(key);
        self.index(made.into());
        made
    }

    /// A service is described.
    pub(crate) fn describe_service(&mut self, key: Seeded, spec: ServiceSpec) -> ServiceHandle {
        let made = self.ecs.describe(key, spec);
        self.index(made.into());
        made
    }

    /// What was set for tasks falls due.
    pub(super) fn tasks_due(&mut self, at: SimTime, effects: &mut Effects) {
        self.ecs_next = None;
        self.with_ecs(at, effects, |ecs, out| ecs.advance(at, out));
    }

    /// The service of a task, and its number there.
    pub fn task_place(&self, task: TaskHandle) -> (ServiceHandle, u32) {
        self.ecs.place(task)
    }
}
