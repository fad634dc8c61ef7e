//! Capacity, quotas, placement and tenancy (lifecycle rulebook, sections 8.4 to 8.6).

use crate::rule::rules;

rules! {
    CAP_LAUNCH = "CAP-LAUNCH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "Where EC2 has no capacity for the type in the zone, a launch is refused, and no instance is made.";
    CAP_START = "CAP-START", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "Where EC2 has no capacity, a start is refused just as a launch is.";
    CAP_REBOOT = "CAP-REBOOT", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html",
        "A reboot stays on its host, and so needs no capacity.";
    QUOTA_VCPU = "QUOTA-VCPU", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html",
        "A quota counts the vCPUs of pending and running instances, by class of types; what would exceed it isn't launched or started.";
}
