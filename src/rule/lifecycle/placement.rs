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
    CAP_RESERVATION = "CAP-RESERVATION", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A Capacity Reservation keeps capacity in a zone, and an instance that matches uses it by itself. One that names it, and finds it full, is refused.";
    QUOTA_VCPU = "QUOTA-VCPU", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html",
        "A quota counts the vCPUs of pending and running instances, by class of types; what would exceed it isn't launched or started.";
    QUOTA_SPOT = "QUOTA-SPOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html",
        "Spot has vCPU quotas of its own, which count running instances and open requests.";
    PG_ONE = "PG-ONE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html",
        "An instance is in one placement group at most. Dedicated Hosts can't be in one, nor Spot Instances that stop or hibernate when they are interrupted.";
    PG_CLUSTER = "PG-CLUSTER", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html",
        "A cluster group lies in one zone, and takes most types of the current generation but no burstable ones.";
    PG_PARTITION = "PG-PARTITION", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html",
        "A partition group has at most seven partitions in a zone, two with Dedicated Instances.";
    PG_SPREAD = "PG-SPREAD", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html",
        "At most seven instances of a rack spread group run in a zone; an eighth is neither launched nor started.";
    PG_START = "PG-START", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "A stopped instance stays in its group, and its start fails when the group has no room.";
    PG_HARDWARE = "PG-HARDWARE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html",
        "A launch or a start into a group fails while there isn't enough distinct hardware; later it may work.";
    PG_MOVE = "PG-MOVE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/change-instance-placement-group.html",
        "An instance can be put into a group, moved to another or taken out only while it is stopped.";
    TEN_VALUES = "TEN-VALUES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Placement.html",
        "Tenancy is default (shared hardware), dedicated, or host.";
    TEN_CHANGE = "TEN-CHANGE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-change-tenancy.html",
        "Tenancy can be changed while an instance is stopped, and takes effect at its next start.";
    TEN_HOST_AFFINITY = "TEN-HOST-AFFINITY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-hosts-understanding.html",
        "With affinity host an instance starts only on its host; else on any Dedicated Host of the account that fits.";
    TEN_HOST_FULL = "TEN-HOST-FULL", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An instance for which no Dedicated Host is there, fits or has room is neither launched nor started.";
}
