//! The keys of functions, and of what is asked of them.

use super::{Key, Keys, NameOf, ON_FARGATE, Table, Takes, Words, key, key_or, table, words};
use crate::{
    catalog::Architecture,
    compute::{Mode, Package, Runtime},
    record::InvocationOutcome,
};

/// A key of a function, in whichever table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum FunctionKey {
    Function,
    Memory,
    Architecture,
    Duration,
    Init,
    Idle,
    MaxAge,
    Timeout,
    Tmp,
    ReservedConcurrency,
    Package,
    Snapstart,
    Url,
    Edge,
}

const MEMORY: Key = key_or(
    "memory",
    Takes::Memory,
    "128MB",
    "its memory, which brings CPU",
);
const ARCHITECTURE: Key = key_or(
    "architecture",
    Takes::Words(PROCESSORS.words),
    "x86_64",
    "on which processors it runs",
);
const DURATION: Key = key_or(
    "duration",
    Takes::Millis,
    "100ms",
    "how long an invocation takes",
);
const INIT: Key = key_or(
    "init",
    Takes::Millis,
    "200ms, or as `timings` say",
    "how long it takes to initialise or restore an environment",
);
const IDLE: Key = key_or(
    "idle",
    Takes::Millis,
    "10m",
    "how long an environment is idle before it is shut down",
);
const MAX_AGE: Key = key_or(
    "max-age",
    Takes::Millis,
    "4h",
    "how old an environment becomes",
);
const TIMEOUT: Key = key_or(
    "timeout",
    Takes::Millis,
    "3s",
    "how long an invocation may take",
);
const TMP: Key = key_or("tmp", Takes::Memory, "512MB", "the size of `/tmp`");
const RESERVED: Key = key_or(
    "reserved-concurrency",
    Takes::Whole(0, 4_294_967_295),
    "none",
    "how many invocations are reserved for it, and may be at a time",
);
const PACKAGE: Key = key_or(
    "package",
    Takes::Words(PACKAGES.words),
    "zip",
    "how it is packaged",
);
const SNAPSTART: Key = key_or(
    "snapstart",
    Takes::Words(RUNTIMES.words),
    "no",
    "for which runtime SnapStart is on",
);
const URL: Key = key_or(
    "url",
    Takes::Flag,
    "no",
    "whether it has an address of its own, which costs nothing",
);
const EDGE: Key = key_or(
    "edge",
    Takes::Flag,
    "no",
    "whether it is one of Lambda@Edge",
);
const FUNCTION_NAME: Key = key("function", Takes::Name(NameOf::Function), "which function");

table! {
    /// A function.
    FUNCTION = "a function" => FunctionKey {
        Memory: MEMORY,
        Architecture: ARCHITECTURE,
        Duration: DURATION,
        Init: INIT,
        Idle: IDLE,
        MaxAge: MAX_AGE,
        Timeout: TIMEOUT,
        Tmp: TMP,
        ReservedConcurrency: RESERVED,
        Package: PACKAGE,
        Snapstart: SNAPSTART,
        Url: URL,
        Edge: EDGE,
    }
}

table! {
    /// `update-function`.
    UPDATE_FUNCTION = "`update-function`" => FunctionKey {
        Function: FUNCTION_NAME,
        Memory: MEMORY,
        Architecture: ARCHITECTURE,
        Duration: DURATION,
        Init: INIT,
        Idle: IDLE,
        MaxAge: MAX_AGE,
        Timeout: TIMEOUT,
        Tmp: TMP,
        ReservedConcurrency: RESERVED,
        Package: PACKAGE,
        Snapstart: SNAPSTART,
        Url: URL,
        Edge: EDGE,
    }
}

table! {
    /// `invoke`.
    INVOKE = "`invoke`" => enum InvokeKey {
        Function: FUNCTION_NAME,
        Count: key_or("count", Takes::Whole(1, MOST_INVOCATIONS), "1", "how often, at this instant"),
        Mode: key_or("mode", Takes::Words(MODES.words), "sync", "whether the caller waits, or the event is queued"),
        Duration: key_or("duration", Takes::Millis, "the function's", "how long it takes this time"),
        Result: key_or("result", Takes::Words(RESULTS.words), "ok", "how it goes"),
        Payload: key_or("payload", Takes::Payload, "nothing", "how much is sent along: `300KB`"),
    }
}

/// How many invocations a step may ask at an instant: a load takes more.
pub(in crate::scenario) const MOST_INVOCATIONS: u64 = 10_000;

table! {
    /// `load`.
    LOAD = "`load`" => enum LoadKey {
        Function: FUNCTION_NAME,
        Instance: key("instance", Takes::Name(NameOf::Instance), "which instance, in place of a function: what `elsewhere` takes to other places"),
        Rate: key("rate", Takes::Rate, "how many requests in a time: `2/s`"),
        For: key("for", Takes::Duration, "for how long, from now on"),
        Duration: key_or("duration", Takes::Millis, "the function's, or 100ms", "how long each takes"),
        Payload: key_or("payload", Takes::Payload, "nothing", "how much is sent along"),
    }
}

table! {
    /// `elsewhere`.
    ELSEWHERE = "`elsewhere`" => enum ElsewhereKey {
        Lambda: key("lambda", Takes::Map(&FUNCTION), "a function; its memory follows from the instance type, or the function, unless it is given"),
        Fargate: key("fargate", Takes::Map(&ON_FARGATE), "tasks; their size follows likewise"),
    }
}

table! {
    /// What is expected of a place of `elsewhere`.
    EXPECT_ELSEWHERE = "a place of `elsewhere`" => enum ElsewhereCheckKey {
        Total: key("total", Takes::Cost, "what it costs there"),
        Done: key("done", Takes::Duration, "how long it takes there, from the first need to the end of the last work"),
    }
}

table! {
    /// `provision`.
    PROVISION = "`provision`" => enum ProvisionKey {
        Function: FUNCTION_NAME,
        Concurrency: key("concurrency", Takes::Whole(0, 4_294_967_295), "how many environments stand ready"),
    }
}

table! {
    /// `unprovision`.
    UNPROVISION = "`unprovision`" => enum UnprovisionKey {
        Function: FUNCTION_NAME,
    }
}

words! {
    /// `architecture` of a function.
    PROCESSORS => Architecture {
        "x86_64" X86_64,
        "arm64" Arm64,
    }
}

words! {
    /// `package`.
    PACKAGES => Package {
        "zip" Zip,
        "image" Image,
    }
}

words! {
    /// `snapstart`.
    RUNTIMES => Runtime {
        "java" Java,
        "python" Python,
        "dotnet" Dotnet,
    }
}

words! {
    /// `mode`.
    MODES => Mode {
        "sync" Sync,
        "async" Async,
    }
}

words! {
    /// `result` of an invocation.
    RESULTS => InvocationOutcome {
        "ok" Ok,
        "error" Error,
        "crash" Crash,
        "timeout" Timeout,
    }
}
