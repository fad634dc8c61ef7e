//! Other compute than instances, each service a module with its states, its decisions and what it tells: functions, and tasks on Fargate, so far.
//!
//! What is here is given the time, as everything below the engine: it says what happened as records, and when it wants to go on
//! by itself; the world sets the timer, the biller reads the records.

mod container;
mod function;
mod lambda;
mod load;

pub use container::{
    Ecs, EcsSettings, Rollout, Service, ServiceCounts, ServiceSpec, ServiceState, Task, TaskTimes,
    task_sizes,
};
pub use function::{
    Ask, Counts, Function, FunctionChange, FunctionSpec, LambdaSettings, Mode, Package, Runtime,
};
pub use lambda::Lambda;
pub use load::Load;
