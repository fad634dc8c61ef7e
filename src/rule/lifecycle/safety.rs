//! Status checks, protection and repeated requests.

use crate::rule::rules;

rules! {
    CHECK_KINDS = "CHECK-KINDS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "Every running instance has a system check and an instance check, and an EBS check on Nitro.";
    CHECK_VALUES = "CHECK-VALUES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusSummary.html",
        "A status is ok, impaired, insufficient-data, not-applicable or initializing.";
    CHECK_LIFECYCLE = "CHECK-LIFECYCLE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusSummary.html",
        "Checks are initializing when an instance begins to run, then ok; in any other state they don't apply.";
    CHECK_RESUME = "CHECK-RESUME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-resuming.html",
        "While a hibernated instance resumes, its checks aren't ok until it runs; here they don't apply in pending.";
    PROT_TERM = "PROT-TERM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesShuttingDown.html",
        "Termination protection makes the API refuse to terminate the instance.";
    PROT_TERM_DEFAULT = "PROT-TERM-DEFAULT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html",
        "Termination protection is off unless you set it, at launch or later.";
    PROT_TERM_BATCH_AZ = "PROT-TERM-BATCH-AZ", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "In a request over several zones, a protected instance fails the request but saves only the instances of its own zone.";
    PROT_TERM_NOT = "PROT-TERM-NOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html",
        "Termination protection doesn't hold off a shutdown from inside, a scheduled event or Auto Scaling.";
    PROT_STOP = "PROT-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
        "Stop protection makes the API refuse to stop or hibernate the instance, forced or not.";
    PROT_TERM_BY_STOP = "PROT-TERM-BY-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
        "Stop protection also keeps the instance from being terminated.";
    PROT_STOP_NOT = "PROT-STOP-NOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
        "Stop protection doesn't hold off a shutdown from inside, and needs an EBS root.";
    PROT_REBOOT = "PROT-REBOOT", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
        "Protected instances can be rebooted.";
    IDEM_DEFAULT = "IDEM-DEFAULT", Documented,
        "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
        "Terminating, and associating or disassociating an address, can be repeated without harm.";
    IDEM_TOKEN = "IDEM-TOKEN", Documented,
        "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
        "A client token makes a launch safe to repeat.";
    IDEM_START_STOP = "IDEM-START-STOP", Observed,
        "https://github.com/stackshy/cloudemu/issues/152",
        "Starting or stopping twice has the effect of doing it once.";
}
