//! How long things take, and in what order they happen.

use crate::rule::rules;

rules! {
    TIME_PENDING = "TIME-PENDING", Observed,
        "https://www.daemonology.net/blog/2021-08-12-EC2-boot-time-benchmarking.html",
        "Pending lasts 15 s by default, after a launch and after a start.";
    TIME_RESUMING = "TIME-RESUMING", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-resuming.html",
        "The pending of a resume lasts 15 s by default.";
    TIME_STOPPING = "TIME-STOPPING", Sim uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "A plain stop takes 30 s by default.";
    TIME_SKIP = "TIME-SKIP", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html",
        "A stop or termination that skips the OS shutdown takes 10 s by default.";
    TIME_HIBERNATING = "TIME-HIBERNATING", Sim uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html",
        "Hibernating takes 90 s by default.";
    TIME_FALLBACK = "TIME-FALLBACK", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html",
        "A hibernation that fails takes 4 minutes by default.";
    TIME_SHUTTING_DOWN = "TIME-SHUTTING-DOWN", Sim uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesShuttingDown.html",
        "Shutting down for a termination takes 30 s by default.";
    TIME_REBOOT = "TIME-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_reboot.html",
        "A reboot takes 30 s by default, until the OS is back.";
    TIME_OS_TIMEOUT = "TIME-OS-TIMEOUT", Sim,
        "https://github.com/awsdocs/amazon-ec2-user-guide",
        "An OS gets 4 minutes by default before it is switched off.";
    TIME_INITIALIZING = "TIME-INITIALIZING", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "Status checks are initializing for 2 minutes by default.";
    TIME_HIB_READY = "TIME-HIB-READY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html",
        "The wait before the first hibernation is 2 minutes on Linux and 5 on Windows.";
    TIME_SPOT_NOTICE = "TIME-SPOT-NOTICE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
        "From the notice to the interruption it takes 2 minutes; a hibernation begins at once.";
    TIME_SPOT_SETTLE = "TIME-SPOT-SETTLE", Observed,
        "https://github.com/hashicorp/terraform-provider-aws/issues/33399",
        "A stopped Spot Instance's request is disabled 2 minutes after the stop was accepted.";
    TIME_SPOT_CANCEL_LAG = "TIME-SPOT-CANCEL-LAG", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html",
        "A stopped instance is terminated 10 seconds after its Spot request was cancelled.";
    TIME_TERMINATED_VISIBLE = "TIME-TERMINATED-VISIBLE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "A terminated instance stays visible for 1 hour by default.";
    TIME_HIB_LIMIT = "TIME-HIB-LIMIT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "The longest supported hibernation is 60 days.";
    TIME_ORDER = "TIME-ORDER", Sim,
        "none",
        "What is due at an instant happens before what is asked for at that instant.";
    TIME_REASON_STAMP = "TIME-REASON-STAMP", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "The time in a transition reason is when the request was made, not when the transition was done.";
    EB_STATE_CHANGE = "EB-STATE-CHANGE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
        "Each change of the API's state is an event; hibernating shows as stopping and stopped, a reboot as nothing.";
    EB_ORDER = "EB-ORDER", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
        "Events come at the instant of the change and in order; the real service does its best and may reorder them.";
    EB_SPOT_WARNING = "EB-SPOT-WARNING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
        "The warning of an interruption says what will be done; its ARN names the zone and no account.";
    EB_SPOT_FULFILLED = "EB-SPOT-FULFILLED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html",
        "A Spot request that is fulfilled is an event that names the request and the instance.";
    EB_SPOT_REBALANCE = "EB-SPOT-REBALANCE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html",
        "A rebalance recommendation is an event that names the instance.";
    EB_TERMINATE_STOPPED = "EB-TERMINATE-STOPPED", Inferred uncertain,
        "none",
        "An instance that is terminated while it is stopped has one event: terminated.";
    TIME_FORCE_GIVE_UP = "TIME-FORCE-GIVE-UP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesStopping.html",
        "A forced stop that hasn't helped after 10 minutes needs help.";
    TIME_STUCK_TERMINATE = "TIME-STUCK-TERMINATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesShuttingDown.html",
        "EC2 forces a stuck termination after 4 hours.";
    TIME_RECOVERY = "TIME-RECOVERY", Sim,
        "none",
        "An instance is recovered 10 minutes after its system check failed.";
    TIME_REBOOT_MIGRATE = "TIME-REBOOT-MIGRATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_reboot.html",
        "A reboot onto another host takes several minutes, 4 here.";
}
