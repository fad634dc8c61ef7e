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
    REASON_START_KMS = "REASON-START-KMS", Documented,
        "https://repost.aws/knowledge-center/kms-iam-ec2-permission",
        "A start that fails because the KMS key can't be used leaves Client.InternalError, and no transition reason.";
    REASON_START_CAPACITY = "REASON-START-CAPACITY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A start that fails for capacity after it was accepted leaves Server.InsufficientInstanceCapacity.";
    REASON_LAUNCH_VOLUMES = "REASON-LAUNCH-VOLUMES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A launch that fails for the quota of EBS volumes leaves Client.VolumeLimitExceeded.";
    REASON_LAUNCH_CLIENT = "REASON-LAUNCH-CLIENT", Documented,
        "https://repost.aws/knowledge-center/kms-iam-ec2-permission",
        "A launch that fails because the KMS key can't be used leaves Client.InternalError, in the transition reason as well.";
    REASON_LAUNCH_KMS_STATE = "REASON-LAUNCH-KMS-STATE", Observed,
        "https://repost.aws/knowledge-center/kms-iam-ec2-permission",
        "A launch that fails because the KMS key is in the wrong state leaves Client.InvalidKMSKey.InvalidState.";
    REASON_LAUNCH_SNAPSHOT = "REASON-LAUNCH-SNAPSHOT", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A launch that fails because a snapshot is gone leaves Client.InvalidSnapshot.NotFound.";
    REASON_LAUNCH_PARAMETER = "REASON-LAUNCH-PARAMETER", Observed,
        "https://github.com/hashicorp/terraform/pull/5909",
        "A launch that fails because a volume can't be made as asked leaves Client.InvalidParameterCombination.";
    REASON_LAUNCH_SERVER = "REASON-LAUNCH-SERVER", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A launch that fails by EC2's own fault leaves Server.InternalError.";
    REASON_LAUNCH_CAPACITY = "REASON-LAUNCH-CAPACITY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A launch that fails for capacity after it was accepted leaves Server.InsufficientInstanceCapacity.";
    REASON_DOC_QUIRK = "REASON-DOC-QUIRK", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html",
        "A sample of AWS's pairs one code with the message of another; here code and message agree.";
    REASON_SCHEDULED = "REASON-SCHEDULED", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A scheduled stop leaves Server.ScheduledStop, and that the service initiated it.";
    REASON_RETIRED = "REASON-RETIRED", Sim uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "The retirement of an instance-store-backed instance leaves Server.ScheduledStop as well.";
}
