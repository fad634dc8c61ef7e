//! Launch, start, stop, hibernate, reboot, terminate, and shutdowns from inside.

use crate::rule::rules;

rules! {
    LIFE_RUN = "LIFE-RUN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html",
        "A launch answers at once with instances in pending that already have an id and a private IPv4; they run when the machine is ready.";
    LIFE_RUN_NAMES_LATE = "LIFE-RUN-NAMES-LATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "The public IPv4 and the DNS names are there only once the instance is running.";
    LIFE_RUN_COUNT = "LIFE-RUN-COUNT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html",
        "A launch makes as many instances as it can up to MaxCount, or none at all if it can't make MinCount.";
    LIFE_RUN_TYPE = "LIFE-RUN-TYPE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "The instance type must exist, fit the image and be offered in the zone.";
    LIFE_RUN_CAPACITY = "LIFE-RUN-CAPACITY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A launch needs capacity in its zone, and room in the account's quotas.";
    LIFE_RUN_ADDRESSES = "LIFE-RUN-ADDRESSES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A launch needs a free private address in its subnet, and stopped instances go on holding theirs.";
    LIFE_RUN_VOLUMES = "LIFE-RUN-VOLUMES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "Impossible volume settings are refused at launch: a root smaller than its snapshot, a device used twice or reserved.";
    LIFE_RUN_HIBERNATION = "LIFE-RUN-HIBERNATION", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A launch that asks for hibernation without meeting its prerequisites is refused.";
    LIFE_RUN_ASYNC_FAIL = "LIFE-RUN-ASYNC-FAIL", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A launch can fail after it was accepted: the instance goes from pending to terminated, never runs and is never metered.";
    LIFE_RUN_LAUNCHTIME = "LIFE-RUN-LAUNCHTIME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "LaunchTime tells when the instance was last launched or started, not when it was last rebooted.";
    LIFE_RUN_AMI = "LIFE-RUN-AMI", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A launch needs an image that exists and hasn't been deregistered.";
    LIFE_RUN_ATTRIBUTES = "LIFE-RUN-ATTRIBUTES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html",
        "At a launch and at each start the type has to go with the image's ENA support and the EBS optimisation asked for.";
    LIFE_ZONE_LETTERS = "LIFE-ZONE-LETTERS", Documented,
        "https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html",
        "Zone letters are an account's own mapping; zone ids are the same for all accounts.";
    LIFE_RUN_ROOT_SIZE = "LIFE-RUN-ROOT-SIZE", Observed,
        "none",
        "A root has the size of the image's snapshot, or more: 8 GiB on most Linuxes, 10 on RHEL and SUSE, 30 on Windows.";
    LIFE_RUN_TOKEN = "LIFE-RUN-TOKEN", Documented,
        "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
        "Repeating a launch with the same client token and parameters makes nothing new and answers with the same instances.";
    LIFE_START = "LIFE-START", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html",
        "Starting a stopped instance takes it to pending and then running, usually on another host, with a new metering period.";
    LIFE_START_RESUME = "LIFE-START-RESUME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-resuming.html",
        "Starting a hibernated instance reads its memory back, and its processes carry on where they were.";
    LIFE_START_NOOP = "LIFE-START-NOOP", Observed,
        "https://github.com/stackshy/cloudemu/issues/152",
        "Starting an instance that is running or pending succeeds and changes nothing.";
    LIFE_START_WRONG_STATE = "LIFE-START-WRONG-STATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An instance that is stopping, shutting down or terminated can't be started.";
    LIFE_START_EBS_ONLY = "LIFE-START-EBS-ONLY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html",
        "An instance whose root is on the instance store can't be started.";
    LIFE_START_NO_ROOT = "LIFE-START-NO-ROOT", Documented uncertain,
        "https://docs.aws.amazon.com/vm-import/latest/userguide/vmimport-troubleshooting.html",
        "A stopped instance can't start while its root volume is detached; it stays stopped.";
    LIFE_START_HOST_UNLIMITED = "LIFE-START-HOST-UNLIMITED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html",
        "A T3 instance on a Dedicated Host can't be started with unlimited credits.";
    LIFE_START_CAPACITY = "LIFE-START-CAPACITY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A start needs capacity as a launch does: being stopped reserves nothing. Without it the instance stays as it was.";
    LIFE_START_QUOTA = "LIFE-START-QUOTA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A start counts against the account's quotas as a launch does.";
    LIFE_START_ASYNC_FAIL = "LIFE-START-ASYNC-FAIL", Documented,
        "https://repost.aws/knowledge-center/kms-iam-ec2-permission",
        "A start can fail after it was accepted, for example without access to the root's key: from pending the instance is stopped again.";
    LIFE_START_CLEARS_REASON = "LIFE-START-CLEARS-REASON", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "Once an instance has started again, the reasons of its last stop are gone.";
    LIFE_STOP = "LIFE-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "Stopping a running instance shuts its OS down: stopping, then stopped; metering ends as soon as stopping begins.";
    LIFE_STOP_EBS_ONLY = "LIFE-STOP-EBS-ONLY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html",
        "An instance whose root is on the instance store can't be stopped or hibernated; it keeps running.";
    LIFE_STOP_NOOP = "LIFE-STOP-NOOP", Observed,
        "https://github.com/stackshy/cloudemu/issues/152",
        "Stopping an instance that is stopped or hibernated succeeds and changes nothing, not even its reason.";
    LIFE_STOP_STOPPING = "LIFE-STOP-STOPPING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html",
        "A second stop during a stop succeeds; it may hurry the stop but never makes a hibernation of it, or the reverse.";
    LIFE_STOP_PENDING = "LIFE-STOP-PENDING", Observed uncertain,
        "https://github.com/cloud-custodian/cloud-custodian/pull/6014",
        "An instance that has never been running can't be stopped; in the pending of a later start it can.";
    LIFE_STOP_WRONG_STATE = "LIFE-STOP-WRONG-STATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An instance that is shutting down or terminated can't be stopped.";
    LIFE_STOP_BEHAVIOR_IRRELEVANT = "LIFE-STOP-BEHAVIOR-IRRELEVANT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html",
        "The shutdown behaviour is for shutdowns from inside: a stop through the API always stops, even if it says terminate.";
    LIFE_SKIP = "LIFE-SKIP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html",
        "A stop with SkipOsShutdown doesn't wait for the OS: data not yet on disk may be lost and shutdown scripts don't run.";
    LIFE_SKIP_MIDWAY = "LIFE-SKIP-MIDWAY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html",
        "SkipOsShutdown sent during a normal stop cuts the OS shutdown short.";
    LIFE_SKIP_STICKY = "LIFE-SKIP-STICKY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html",
        "Once a stop skips the OS shutdown, a plain stop sent later doesn't bring the shutdown back.";
    LIFE_FORCE = "LIFE-FORCE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html",
        "A forced stop tries a normal one first and switches the instance off when that takes too long.";
    LIFE_FORCE_STATES = "LIFE-FORCE-STATES", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesStopping.html",
        "A stop can be forced while pending, running or stopping, but not while shutting down or terminated.";
    LIFE_HIB = "LIFE-HIB", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "Hibernating writes memory to the root volume and shuts down: stopping, still metered, then hibernated (stopped to the API).";
    LIFE_HIB_NOT_CONFIGURED = "LIFE-HIB-NOT-CONFIGURED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An instance not set up for hibernation at launch refuses to hibernate; it isn't stopped instead.";
    LIFE_HIB_TOO_SOON = "LIFE-HIB-TOO-SOON", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html",
        "An instance can't hibernate in its first minutes of running: 2 on Linux, 5 on Windows.";
    LIFE_HIB_STOPPED = "LIFE-HIB-STOPPED", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html",
        "Hibernating an instance that is already stopped or hibernated succeeds and changes nothing.";
    LIFE_REBOOT = "LIFE-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html",
        "A reboot keeps the instance running on its host with its addresses and instance store; memory is lost and metering goes on.";
    LIFE_REBOOT_TERMINATED = "LIFE-REBOOT-TERMINATED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html",
        "Rebooting a terminated instance does nothing, and isn't an error.";
    LIFE_REBOOT_NOT_RUNNING = "LIFE-REBOOT-NOT-RUNNING", Observed uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html",
        "An instance that isn't running can't be rebooted.";
    LIFE_REBOOT_CHECK = "LIFE-REBOOT-CHECK", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "The instance status check fails during a reboot, until the OS is back.";
    LIFE_REBOOT_TWICE = "LIFE-REBOOT-TWICE", Sim,
        "none",
        "A reboot asked for during a reboot becomes part of it.";
    LIFE_TERM = "LIFE-TERM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "Terminating shuts the OS down: shutting-down, then terminated; metering ends as soon as shutting-down begins.";
    LIFE_TERM_FROM_STOPPED = "LIFE-TERM-FROM-STOPPED", Observed,
        "https://github.com/leopepe/kraken",
        "A stopped or hibernated instance goes straight to terminated, without shutting-down.";
    LIFE_TERM_FROM_STOPPING = "LIFE-TERM-FROM-STOPPING", Observed,
        "https://github.com/openml/automlbenchmark",
        "An instance that is stopping can be terminated; a memory image being written is given up.";
    LIFE_TERM_IDEMPOTENT = "LIFE-TERM-IDEMPOTENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "Terminating an instance again succeeds and changes nothing.";
    LIFE_TERM_HIBERNATED = "LIFE-TERM-HIBERNATED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Hibernate.html",
        "Hibernation doesn't get in the way of terminating; the saved memory is deleted together with the root volume.";
    LIFE_TERM_BAD_ID = "LIFE-TERM-BAD-ID", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "If one id in a terminate request is wrong, no instance is terminated.";
    LIFE_TERM_SKIP = "LIFE-TERM-SKIP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-terminate-methods.html",
        "Terminating with SkipOsShutdown doesn't wait for the OS; with Force it waits, but not for ever.";
    LIFE_OSDOWN_STOP = "LIFE-OSDOWN-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html",
        "A shutdown from inside stops the instance if its shutdown behaviour is stop, which is the default.";
    LIFE_OSDOWN_TERMINATE = "LIFE-OSDOWN-TERMINATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html",
        "A shutdown from inside terminates the instance if its shutdown behaviour is terminate.";
    LIFE_OSDOWN_STORE = "LIFE-OSDOWN-STORE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A shutdown from inside always terminates an instance whose root is on the instance store.";
    LIFE_OSDOWN_UNPROTECTED = "LIFE-OSDOWN-UNPROTECTED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html",
        "Neither kind of protection holds off a shutdown from inside.";
    LIFE_OSDOWN_NO_HIBERNATE = "LIFE-OSDOWN-NO-HIBERNATE", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html",
        "A shutdown from inside never hibernates; only the API does.";
    LIFE_OSDOWN_SPOT = "LIFE-OSDOWN-SPOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html",
        "A shutdown from inside a Spot Instance counts as its user stopping it.";
}
