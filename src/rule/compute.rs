//! The rules of functions, and of putting one workload beside another (rulebook of the other compute services).

use crate::rule::rules;

rules! {
    LAM_ENV_NAMES = "LAM-ENV-NAMES", Convention,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "AWS names the phases Init, Restore, Invoke and Shutdown; the states of an environment have the simulator's own words.";
    LAM_ENV_ONE = "LAM-ENV-ONE", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",
        "An environment serves one invocation at a time; a second one at the same time needs a second environment.";
    LAM_ENV_PICK = "LAM-ENV-PICK", Convention,
        "none",
        "Provisioned environments are used before others; of several idle ones the one used last is taken, so that the rest age.";
    LAM_ENV_KEPT = "LAM-ENV-KEPT", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "A warm start finds objects, connections and `/tmp` as they were; after a crash only `/tmp`; a cold start finds nothing.";
    LAM_ENV_FROZEN = "LAM-ENV-FROZEN", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "A frozen environment of on-demand concurrency costs nothing, whatever it holds.";
    LAM_ENV_IDLE = "LAM-ENV-IDLE", Unconfirmed uncertain,
        "https://mikhail.io/2019/08/aws-lambda-cold-starts-after-10-minutes/",
        "AWS promises no idle time; measured were 5 to 60 minutes, by year. The simulator ends an idle environment after 10.";
    LAM_ENV_AGE = "LAM-ENV-AGE", Convention,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "Environments are ended every few hours, also when they are busy all day; the simulator ends them after 4 hours, once idle.";
    LAM_ENV_CHANGE = "LAM-ENV-CHANGE", Observed,
        "none",
        "New code or configuration leaves no old environment in use: idle ones end at once, busy ones after their invocation.";
    LAM_INIT_PHASE = "LAM-INIT-PHASE", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "Init has 10 seconds; what isn't done by then begins again inside the first invocation, under the function's own timeout.";
    LAM_INIT_LONG = "LAM-INIT-LONG", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "With provisioned concurrency or SnapStart init may take 130 seconds, or as long as the timeout where that is longer.";
    LAM_COLD_TIME = "LAM-COLD-TIME", Convention,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "A cold start takes from under 100 ms to over 1 s; init takes 200 ms here unless a scenario says otherwise.";
    LAM_INVOKE_END = "LAM-INVOKE-END", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "An invocation ends when the runtime and all extensions are done.";
    LAM_TIMEOUT = "LAM-TIMEOUT", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
        "At its timeout an invocation is cut and its environment is reset; exactly the limit is billed here.";
    LAM_SUPPRESSED_INIT = "LAM-SUPPRESSED-INIT", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "After a crash or a timeout the environment is initialised again inside the next invocation, as part of its duration.";
    LAM_RESTORE = "LAM-RESTORE", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html",
        "With SnapStart init runs once, at publication, and environments are restored; not with provisioned concurrency or a large /tmp.";
    LAM_SYNC = "LAM-SYNC", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html",
        "A synchronous caller waits, and gets errors and throttles itself; Lambda doesn't retry for it.";
    LAM_ASYNC = "LAM-ASYNC", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
        "An asynchronous event is tried again a minute and two minutes after errors, and for up to 6 hours after throttles.";
    LAM_CONC_ACCOUNT = "LAM-CONC-ACCOUNT", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        "All functions of an account share 1,000 concurrent invocations in a Region, unless that was raised.";
    LAM_CONC_SCALE = "LAM-CONC-SCALE", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html",
        "Each function grows by at most 1,000 environments in every 10 seconds.";
    LAM_CONC_RESERVED = "LAM-CONC-RESERVED", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
        "Reserved concurrency is free, and both a floor and a ceiling for its function; 100 must stay unreserved.";
    LAM_PC = "LAM-PC", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html",
        "Provisioned concurrency keeps so many environments initialised; invocations beyond them go to others, and may be cold.";
    LAM_PC_READY = "LAM-PC-READY", Convention,
        "none",
        "It takes 60 seconds until provisioned environments are ready, however many they are.";
    LAM_THROTTLE = "LAM-THROTTLE", Documented,
        "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
        "Beyond a limit a synchronous invocation is answered with 429 and a reason; an asynchronous event waits.";
    LAM_LIM_MEM = "LAM-LIM-MEM", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        "A function has 128 to 10,240 MB of memory, in steps of 1 MB.";
    LAM_LIM_TIMEOUT = "LAM-LIM-TIMEOUT", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
        "A timeout is 1 to 900 seconds, 3 if nothing is said.";
    LAM_LIM_PAYLOAD = "LAM-LIM-PAYLOAD", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        "A synchronous payload is at most 6 MB, an asynchronous one 1 MB.";
    LAM_LIM_TMP = "LAM-LIM-TMP", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        "`/tmp` has 512 to 10,240 MB.";
    LAM_BILL_REQ = "LAM-BILL-REQ", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "Every start of an invocation is a request: from the console, a retry, and one that fails.";
    LAM_BILL_THROTTLED = "LAM-BILL-THROTTLED", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "An invocation that is throttled never starts, and costs nothing.";
    LAM_BILL_GBS = "LAM-BILL-GBS", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "Duration is charged by the GB-second of the memory that is configured, however much of it is used.";
    LAM_BILL_MS = "LAM-BILL-MS", Observed,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "Duration is rounded up to a millisecond once, after init and duration are added.";
    LAM_BILL_INIT = "LAM-BILL-INIT", Documented,
        "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
        "Since 2025-08-01 init is billed for every function.";
    LAM_BILL_INIT_HIST = "LAM-BILL-INIT-HIST", Historical,
        "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
        "Before 2025-08-01 init was free for zip packages with on-demand concurrency, and billed for images.";
    LAM_BILL_FAILED = "LAM-BILL-FAILED", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "Errors, crashes and timeouts are billed like success.";
    LAM_BILL_TIERS = "LAM-BILL-TIERS", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "GB-seconds beyond the allowance get cheaper in tiers, by architecture, Region and month.";
    LAM_BILL_TMP = "LAM-BILL-TMP", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "What `/tmp` has beyond 512 MB is charged for the billed duration.";
    LAM_BILL_ASYNC_SIZE = "LAM-BILL-ASYNC-SIZE", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "An asynchronous event is one request for its first 256 KB, and one for each further 64 KB.";
    LAM_FREE = "LAM-FREE", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "A million requests and 400,000 GB-seconds are free each month for ever, both architectures together.";
    LAM_FREE_PC = "LAM-FREE-PC", Documented uncertain,
        "https://aws.amazon.com/lambda/pricing/",
        "Duration on provisioned concurrency has no allowance; its requests have.";
    LAM_PC_BILL = "LAM-PC-BILL", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "Provisioned concurrency is charged while it is enabled, and the duration that it serves at a rate of its own besides.";
    LAM_PC_GRID = "LAM-PC-GRID", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "Provisioned concurrency counts from when it is enabled, not ready, to when it is disabled, rounded up to five minutes.";
    LAM_SNAP_BILL = "LAM-SNAP-BILL", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "SnapStart is free for Java; else a snapshot's cache is charged for at least 3 hours, and each restore by the GB.";
    LAM_EDGE_LIMITS = "LAM-EDGE-LIMITS", Documented,
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html",
        "A function of Lambda@Edge is x86, has a timeout of at most 30 seconds and no provisioned concurrency.";
    LAM_EDGE_BILL = "LAM-EDGE-BILL", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "Lambda@Edge has its own prices for requests and GB-seconds, and no allowance.";
    LAM_REGION = "LAM-REGION", Observed,
        "none",
        "Lambda costs the same in most Regions; a few are dearer by a known ratio.";
    CMPX_TIME = "CMPX-TIME", Convention,
        "none",
        "Functions count whole milliseconds; every other meter counts whole seconds.";
    CMPX_GB = "CMPX-GB", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "For Lambda a GB is 1,024 MB.";
    CMPX_MONTH = "CMPX-MONTH", Observed,
        "none",
        "Allowances and tiers begin anew with each calendar month, and aren't prorated for a part of one.";
    CMPX_TIERS = "CMPX-TIERS", Documented,
        "https://aws.amazon.com/lambda/pricing/",
        "Usage takes its tier, and what is free, in the order of time.";
    CMPX_ALWAYS_FREE = "CMPX-ALWAYS-FREE", Convention,
        "https://aws.amazon.com/free/",
        "Allowances that never expire apply unless a scenario turns them off.";
    LAM_LIM_CPU = "LAM-LIM-CPU", Documented,
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
        "Memory brings CPU: 1,769 MB are one vCPU, and 10,240 MB are 5.79; what needs more can't be a function.";
    CMPX_MAP = "CMPX-MAP", Convention,
        "none",
        "A load is the requests of a file, else each stretch from start to stop; another service takes it in the smallest size that holds it.";
    CMPX_MAP_LAM = "CMPX-MAP-LAM", Convention,
        "none",
        "As a function an instance has the larger of its memory and 1,769 MB for each vCPU; beyond 10,240 MB it isn't possible.";
    CMPX_MAP_REFUSE = "CMPX-MAP-REFUSE", Convention,
        "none",
        "What has no place in a service is not possible there, with the rule that forbids it, and has no price.";
    CMPX_SIDE = "CMPX-SIDE", Convention,
        "none",
        "What a service needs beside it (addresses, volumes, balancers) is named in a comparison, and part of the total.";
    CMPX_BREAKEVEN = "CMPX-BREAKEVEN", Convention,
        "none",
        "Where two places cost the same, by the number of requests, their duration or their memory; cold starts are left out.";
    ECS_OBJECTS = "ECS-OBJECTS", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/Welcome.html",
        "A task is a running copy of a task definition, a service keeps a desired number of tasks, and a cluster groups them.";
    ECS_TASK_STATES = "ECS-TASK-STATES", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html",
        "A task goes from PROVISIONING by PENDING and ACTIVATING to RUNNING, and by DEACTIVATING, STOPPING and DEPROVISIONING to STOPPED.";
    ECS_TIME = "ECS-TIME", Convention,
        "none",
        "On Fargate: PROVISIONING 10 s, PENDING 5 s, the pull 20 s and 5 s more, STOPPING 5 s where it is told to, DEPROVISIONING 10 s.";
    ECS_TASK_STOPCODE = "ECS-TASK-STOPCODE", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html",
        "A stop code says who stopped a task: the user, the service scheduler, a container that ended, or Fargate Spot.";
    ECS_ESSENTIAL = "ECS-ESSENTIAL", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html",
        "A task stops when an essential container ends, whatever its exit code; a service replaces it, a standalone task is not restarted.";
    ECS_STOP_TIMEOUT = "ECS-STOP-TIMEOUT", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html",
        "Containers are killed after their stop timeout: 30 seconds unless it is set, at most 120 on Fargate.";
    ECS_TASK_LOST = "ECS-TASK-LOST", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html",
        "Nothing of a stopped task is kept; there is no start again, only a new task with a new address.";
    ECS_SVC_STATES = "ECS-SVC-STATES", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html",
        "A service is ACTIVE, DRAINING once it is deleted and has tasks left, then INACTIVE.";
    ECS_SVC_DESIRED = "ECS-SVC-DESIRED", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html",
        "A service starts and stops tasks until as many run as it is to have, and replaces those that stop.";
    ECS_SVC_THROTTLE = "ECS-SVC-THROTTLE", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html",
        "When tasks fail again and again the scheduler waits longer between attempts: here 10, 20, 40 seconds, at most 15 minutes.";
    ECS_SCALE_IN_ORDER = "ECS-SCALE-IN-ORDER", Convention,
        "none",
        "Scaling in stops tasks of older deployments first, then of the zone with most tasks, then the newest.";
    ECS_DEPLOY_ROLLING = "ECS-DEPLOY-ROLLING", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
        "During a deployment there are between the minimum and the maximum per cent of the desired tasks: with 100 and 200 all new ones start beside the old.";
    ECS_DEPLOY_STATES = "ECS-DEPLOY-STATES", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html",
        "A deployment is in progress until its tasks are healthy and the old ones are told to stop, or until it fails.";
    ECS_DEPLOY_CB = "ECS-DEPLOY-CB", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
        "The circuit breaker ends a deployment after half the desired tasks have failed, at least 3 and at most 200, and rolls back if it is to.";
    ECS_RUNTASK_FAIL = "ECS-RUNTASK-FAIL", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html",
        "A call of RunTask has at most 10 tasks.";
    FGT_TASK = "FGT-TASK", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html",
        "A task on Fargate has a machine of its own, and no instance that anybody sees.";
    FGT_SIZES = "FGT-SIZES", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
        "Fargate sells listed pairs of vCPUs and memory; anything else is a ClientException. Windows has 1, 2 or 4 vCPUs.";
    FGT_BILL = "FGT-BILL", Documented,
        "https://aws.amazon.com/fargate/pricing/",
        "A task costs its vCPUs and its memory for as long as it is metered, used or not.";
    FGT_METER = "FGT-METER", Convention,
        "https://aws.amazon.com/fargate/pricing/",
        "A task is metered from the pull of its image until DEPROVISIONING; one that ends before the pull costs nothing.";
    FGT_SECOND = "FGT-SECOND", Documented,
        "https://aws.amazon.com/fargate/pricing/",
        "The time of a task is rounded up to the second.";
    FGT_MIN = "FGT-MIN", Documented,
        "https://aws.amazon.com/fargate/pricing/",
        "A task is charged for 60 seconds at least.";
    FGT_MIN_WIN = "FGT-MIN-WIN", Documented,
        "https://aws.amazon.com/fargate/pricing/",
        "A Windows task is charged for 5 minutes at least.";
    FGT_BILL_WIN = "FGT-BILL-WIN", Observed,
        "https://aws.amazon.com/fargate/pricing/",
        "Windows has rates of its own, and a licence fee for each vCPU-hour.";
    FGT_EPHEMERAL = "FGT-EPHEMERAL", Documented,
        "https://aws.amazon.com/fargate/pricing/",
        "20 GB of ephemeral storage are included; up to 200 GB can be asked for, and what is beyond 20 is charged.";
    FGT_SPOT = "FGT-SPOT", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
        "Fargate Spot has a price that AWS sets, here the one of a day; not for Windows.";
    FGT_SPOT_NOTICE = "FGT-SPOT-NOTICE", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
        "A Spot task has two minutes from the notice to its end, and is charged to its end.";
    FGT_SPOT_NO_FALLBACK = "FGT-SPOT-NO-FALLBACK", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
        "Spot capacity is never replaced by On-Demand: a service waits until there is some again.";
    FGT_IPV4 = "FGT-IPV4", Convention,
        "https://aws.amazon.com/vpc/pricing/",
        "A public IPv4 address of a task is charged from the end of PROVISIONING to the end of DEPROVISIONING.";
    FGT_QUOTA = "FGT-QUOTA", Documented,
        "https://docs.aws.amazon.com/general/latest/gr/eks.html",
        "An account may run so many vCPUs at a time, on demand and on Spot each; checked where a scenario says how many.";
    FGT_RATE = "FGT-RATE", Documented,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html",
        "Fargate starts 100 tasks at once, then 20 a second.";
    FGT_IDLE = "FGT-IDLE", Documented,
        "https://aws.amazon.com/fargate/pricing/",
        "A task without work costs as much as one with; a service of no tasks costs nothing.";
    FGT_REGION = "FGT-REGION", Observed,
        "none",
        "Fargate costs the same in some Regions, and elsewhere more, or less, by a known ratio.";
    CMPX_MAP_FGT = "CMPX-MAP-FGT", Convention,
        "none",
        "Of the sizes of Fargate that hold vCPUs and memory the cheapest is taken.";
    CMPX_MAP_CPU = "CMPX-MAP-CPU", Convention,
        "none",
        "A burstable instance counts as one vCPU on Fargate: two vCPUs that are half busy aren't two of Fargate's.";
}
