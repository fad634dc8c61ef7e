//! What goes wrong by itself: hosts and systems that fail, and how an instance is recovered.

use crate::rule::rules;

rules! {
    LIFE_STOP_HARD = "LIFE-STOP-HARD", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "If the OS doesn't shut down within a few minutes (4 here), EC2 switches the instance off.";
    LIFE_FORCE_STUCK = "LIFE-FORCE-STUCK", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesStopping.html",
        "A forced stop that hasn't stopped the instance after 10 minutes needs AWS Support; terminating it still helps.";
    LIFE_REBOOT_HARD = "LIFE-REBOOT-HARD", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html",
        "If the OS doesn't come down for a reboot within a few minutes (4 here), EC2 resets the instance.";
    LIFE_REBOOT_OS = "LIFE-REBOOT-OS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html",
        "A restart command inside the OS keeps what a RebootInstances keeps, without a call of the API and without a hard reset.";
    LIFE_TERM_STUCK = "LIFE-TERM-STUCK", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesShuttingDown.html",
        "An instance that is stuck in shutting-down for several hours (4 here) is terminated by force.";
    LIFE_OSDOWN_HALT = "LIFE-OSDOWN-HALT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html",
        "`halt` stops the CPU but not the instance: it stays running, and goes on costing.";
    CHECK_SYSTEM = "CHECK-SYSTEM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "The system check is about the host: AWS mends it, or its user stops and starts the instance.";
    CHECK_INSTANCE = "CHECK-INSTANCE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "The instance check is about the instance's own system; it fails with the system check, and during a reboot.";
    CHECK_IMPAIRED_STATE = "CHECK-IMPAIRED-STATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "An impaired instance stays running, and metered.";
    RECOV_SIMPLIFIED = "RECOV-SIMPLIFIED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html",
        "When the system check fails because of the host, EC2 moves a supported instance to another host by itself.";
    RECOV_LIKE_REBOOT = "RECOV-LIKE-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html",
        "A recovery looks like an unplanned reboot: id, addresses and volumes stay; memory and instance store are lost.";
    RECOV_SETTING = "RECOV-SETTING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html",
        "Automatic recovery can be disabled at launch or later; setting it to default supports no instance that isn't supported.";
    RECOV_UNSUPPORTED = "RECOV-UNSUPPORTED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html",
        "EC2 recovers neither bare metal nor instances with instance store volumes by itself.";
    RECOV_FAMILIES = "RECOV-FAMILIES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html",
        "Only instances of certain families are recovered automatically.";
    RECOV_CONDITIONS = "RECOV-CONDITIONS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html",
        "An instance is recovered only while it is running, where there is capacity, and at most three times a day.";
    RECOV_EVENTS = "RECOV-EVENTS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html",
        "Whether a recovery worked stands on the Health Dashboard: AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_SUCCESS or _FAILURE.";
    RECOV_CLOUDWATCH = "RECOV-CLOUDWATCH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/cloudwatch-recovery.html",
        "An alarm's recover action also works with bare metal, and with a few families whose instance store is lost.";
    RECOV_MANUAL = "RECOV-MANUAL", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html",
        "Where recovery doesn't help, stopping and starting does, at the price of the auto public IPv4.";
    RECOV_DEDICATED_HOST = "RECOV-DEDICATED-HOST", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-hosts-recovery.html",
        "Dedicated Hosts have a recovery of their own: all instances come up on a new host, which has a new id.";
}
