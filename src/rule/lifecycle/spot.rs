//! Spot requests, interruptions, and what a user may do with a Spot Instance.

use crate::rule::rules;

rules! {
    SPOT_REQ_STATES = "SPOT-REQ-STATES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-spot-instances-work.html",
        "A Spot request is open, active, disabled, closed, cancelled or failed.";
    SPOT_REQ_TYPES = "SPOT-REQ-TYPES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-spot-instances-work.html",
        "A one-time Spot request ends with its instance; a persistent one opens again until it expires or is cancelled.";
    SPOT_REQ_STATUS = "SPOT-REQ-STATUS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html",
        "A Spot request has a status code that says why it is in its state.";
    SPOT_RUN_INSTANCES = "SPOT-RUN-INSTANCES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "RunInstances with the Spot market makes the request and the instance in one go, or fails at once.";
    SPOT_LIFECYCLE = "SPOT-LIFECYCLE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "A Spot Instance says that it is one, and names its request.";
    SPOT_HOST_TENANCY = "SPOT-HOST-TENANCY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotPlacement.html",
        "Spot Instances can't have the tenancy host.";
    SPOT_INT_BEHAVIOR = "SPOT-INT-BEHAVIOR", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
        "An interruption terminates, stops or hibernates; stopping and hibernating need a persistent request.";
    SPOT_INT_NOTICE = "SPOT-INT-NOTICE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
        "EC2 gives notice of an interruption, two minutes before it stops or terminates the instance.";
    SPOT_INT_FREE_HOUR = "SPOT-INT-FREE-HOUR", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "What EC2 interrupts within the first hour isn't charged.";
    SPOT_INT_TERMINATE = "SPOT-INT-TERMINATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html",
        "At the notice of a termination for want of capacity the request is over; the instance runs, and is billed, for two more minutes.";
    SPOT_INT_STOP = "SPOT-INT-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
        "Two minutes after the notice the instance stops, and its request is disabled.";
    SPOT_INT_HIBERNATE = "SPOT-INT-HIBERNATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
        "An interruption that hibernates begins with its notice.";
    SPOT_RESTART = "SPOT-RESTART", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
        "Only EC2 restarts what it has interrupted: when there is capacity at a price up to the maximum, as the same instance.";
    SPOT_RESTART_NO_ROOT = "SPOT-RESTART-NO-ROOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
        "An interrupted instance that has lost its root volume is terminated when EC2 tries to restart it.";
    SPOT_REBALANCE = "SPOT-REBALANCE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html",
        "A rebalance recommendation changes no state.";
    SPOT_STOP_ONE_TIME = "SPOT-STOP-ONE-TIME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html",
        "A Spot Instance of a one-time request can't be stopped or hibernated.";
    SPOT_STOP_CANCELLED = "SPOT-STOP-CANCELLED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html",
        "A Spot Instance whose request is cancelled can only be terminated.";
    SPOT_STOP_USER = "SPOT-STOP-USER", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html",
        "If its user stops a Spot Instance, its request becomes disabled and stays so until the user starts it.";
    SPOT_USER_START = "SPOT-USER-START", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html",
        "A user may start a Spot Instance that the user has stopped; it keeps its id.";
    SPOT_START_WRONG_STATE = "SPOT-START-WRONG-STATE", Observed,
        "https://github.com/hashicorp/terraform-provider-aws/issues/33399",
        "A Spot Instance that EC2 has stopped, or whose request hasn't settled, can't be started by its user.";
    SPOT_START_CAPACITY = "SPOT-START-CAPACITY", Observed,
        "https://github.com/eformat/sno-for-100/issues/15",
        "Without Spot capacity a user's start is refused, and the instance stays stopped.";
    SPOT_TERMINATE_USER = "SPOT-TERMINATE-USER", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html",
        "If its user terminates a Spot Instance, a one-time request closes; a persistent one gets a new instance.";
    SPOT_CANCEL_ACTIVE = "SPOT-CANCEL-ACTIVE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-cancel.html",
        "Cancelling an active Spot request leaves its instance running.";
    SPOT_CANCEL_DISABLED = "SPOT-CANCEL-DISABLED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html",
        "Cancelling a disabled Spot request terminates its stopped instance after a short while.";
    SPOT_CANCEL_OPEN = "SPOT-CANCEL-OPEN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-cancel.html",
        "Cancelling an open Spot request ends it; one that is over can't be cancelled any more.";
    SPOT_TYPE_FIXED = "SPOT-TYPE-FIXED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
        "The type of a Spot Instance can't be changed, and it can't be protected.";
    SPOT_REBOOT = "SPOT-REBOOT", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html",
        "A Spot Instance reboots like any other.";
}
