//! State reasons and transition reasons.

use crate::rule::rules;

rules! {
    REASON_SHAPE = "REASON-SHAPE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A state reason's message starts with its code and a colon; the reason tells of the last stop or termination only.";
    REASON_TRANSITION_TIME = "REASON-TRANSITION-TIME", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "After an API call the transition reason says that a user asked, and at what time (GMT).";
    REASON_REBOOT_NONE = "REASON-REBOOT-NONE", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html",
        "A reboot leaves no state reason and no transition reason.";
    REASON_NONE = "REASON-NONE", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "An instance that is launching, starting or running has no state reason.";
    REASON_STOP = "REASON-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A stop through the API leaves Client.UserInitiatedShutdown and the time of the request.";
    REASON_HIB = "REASON-HIB", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html",
        "A hibernation leaves Client.UserInitiatedHibernate, even if it fell back to a plain stop.";
    REASON_TERM = "REASON-TERM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A termination through the API leaves Client.UserInitiatedShutdown and the time of the request.";
    REASON_OSDOWN = "REASON-OSDOWN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A shutdown from inside leaves Client.InstanceInitiatedShutdown, and a transition reason without a time.";
    REASON_SPOT_TERM = "REASON-SPOT-TERM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-interrupted-Spot-Instance.html",
        "A Spot interruption that terminates sets Server.SpotInstanceTermination.";
    REASON_SPOT_STOP = "REASON-SPOT-STOP", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-interrupted-Spot-Instance.html",
        "A Spot interruption that stops or hibernates sets Server.SpotInstanceShutdown.";
    REASON_SPOT_CANCEL = "REASON-SPOT-CANCEL", Sim uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-interrupted-Spot-Instance.html",
        "A stopped instance that goes with its Spot request has Server.SpotInstanceTermination.";
    REASON_STICKY = "REASON-STICKY", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A request that changes nothing leaves the reasons alone; terminating a stopped instance replaces them.";
}
