//! The keys of clusters and services, and of what is asked of them.

use super::{
    Key, Keys, NameOf, Table, Takes, Words, functions::PROCESSORS, key, key_or, table, words,
};

table! {
    /// A cluster.
    CLUSTER = "a cluster" => enum ClusterKey {
        Kind: key_or("kind", Takes::Words(&["ecs"]), "ecs", "of which service it is"),
    }
}

table! {
    /// A service.
    SERVICE = "a service" => enum ServiceKey {
        Cluster: key("cluster", Takes::Name(NameOf::Cluster), "in which cluster"),
        LaunchType: key_or("launch-type", Takes::Words(LAUNCH_TYPES.words), "fargate", "on what its tasks run"),
        Cpu: key_or("cpu", Takes::Vcpus, "0.25", "the vCPUs of each task"),
        Memory: key_or("memory", Takes::Memory, "512MB", "the memory of each task"),
        Desired: key_or("desired", Takes::Whole(0, MOST_TASKS), "1", "how many tasks it keeps"),
        Network: key_or("network", Takes::Words(&["awsvpc"]), "awsvpc", "the network mode: Fargate has one"),
        PublicIpv4: key_or("public-ipv4", Takes::Words(ASSIGNED.words), "none", "whether each task has a public IPv4 address"),
        MinimumHealthy: key_or("minimum-healthy", Takes::Whole(0, 100), "100", "how many per cent of its tasks stay healthy during a deployment"),
        Maximum: key_or("maximum", Takes::Whole(100, 200), "200", "how many per cent of its tasks there may be then"),
        HealthyAfter: key_or("healthy-after", Takes::Duration, "0s", "how long a task runs before it is healthy"),
        CircuitBreaker: key_or("circuit-breaker", Takes::Either(&[Takes::Flag, Takes::Words(ROLLBACK)]), "no", "whether failed tasks end a deployment, and roll it back"),
        Storage: key_or("storage", Takes::Memory, "20GB", "the ephemeral storage of each task"),
        StopTimeout: key_or("stop-timeout", Takes::Duration, "30s", "how long containers have to stop"),
        Architecture: key_or("architecture", Takes::Words(PROCESSORS.words), "x86_64", "on which processors its tasks run"),
        Platform: key_or("platform", Takes::Words(SYSTEMS.words), "linux", "their operating system"),
    }
}

table! {
    /// `fargate` of `elsewhere`.
    ON_FARGATE = "tasks on Fargate" => enum OnFargateKey {
        LaunchType: key_or("launch-type", Takes::Words(LAUNCH_TYPES.words), "fargate", "on what they run"),
        Cpu: key_or("cpu", Takes::Vcpus, "the smallest that holds the load", "the vCPUs of each task"),
        Memory: key_or("memory", Takes::Memory, "the smallest that holds the load", "the memory of each task"),
        PublicIpv4: key_or("public-ipv4", Takes::Words(ASSIGNED.words), "none", "whether each task has a public IPv4 address"),
        Storage: key_or("storage", Takes::Memory, "20GB", "the ephemeral storage of each task"),
        Architecture: key_or("architecture", Takes::Words(PROCESSORS.words), "that of the load", "on which processors they run"),
        Platform: key_or("platform", Takes::Words(SYSTEMS.words), "that of the load", "their operating system"),
    }
}

/// How many tasks a service may have (`ECS-LIMITS`).
pub(in crate::scenario) const MOST_TASKS: u64 = 5_000;

/// `circuit-breaker`, beside yes and no.
pub(in crate::scenario) const ROLLBACK: &[&str] = &["rollback"];

words! {
    /// `launch-type`.
    LAUNCH_TYPES => enum LaunchType {
        "fargate" Fargate,
        "fargate-spot" FargateSpot,
    }
}

words! {
    /// `public-ipv4` of a service.
    ASSIGNED => enum Assigned {
        "none" None,
        "auto" Auto,
    }
}

words! {
    /// `platform` of a service.
    SYSTEMS => enum System {
        "linux" Linux,
        "windows" Windows,
    }
}

words! {
    /// `result` of a deployment.
    DEPLOYED => enum Deployed {
        "ok" Ok,
        "fails" Fails,
    }
}

const SERVICE_NAME: Key = key("service", Takes::Name(NameOf::Service), "which service");
const TASK_NAME: Key = key("task", Takes::Name(NameOf::Task), "which task: `web/1`");

table! {
    /// An action on a service without options.
    OF_SERVICE = "an action on a service" => enum OfServiceKey {
        Service: SERVICE_NAME,
    }
}

table! {
    /// `run-task`.
    RUN_TASK = "`run-task`" => enum RunTaskKey {
        Service: key("service", Takes::Name(NameOf::Service), "whose description they have; they aren't the service's own"),
        Count: key_or("count", Takes::Whole(1, MOST_TASKS), "1", "how many"),
        Duration: key_or("duration", Takes::Duration, "until they are stopped", "how long each works before it ends by itself"),
    }
}

table! {
    /// `scale`.
    SCALE = "`scale`" => enum ScaleKey {
        Service: SERVICE_NAME,
        Desired: key("desired", Takes::Whole(0, MOST_TASKS), "how many tasks it is to have"),
    }
}

table! {
    /// `deploy`.
    DEPLOY = "`deploy`" => enum DeployKey {
        Service: SERVICE_NAME,
        Result: key_or("result", Takes::Words(DEPLOYED.words), "ok", "whether the new tasks become healthy"),
    }
}

table! {
    /// An action on a task without options.
    OF_TASK = "an action on a task" => enum OfTaskKey {
        Task: TASK_NAME,
    }
}

table! {
    /// `exit`.
    EXIT = "`exit`" => enum ExitKey {
        Task: TASK_NAME,
        Code: key_or("code", Takes::Whole(0, 255), "0", "its exit code"),
    }
}
