//! Requests in general, and the states of an instance.

use crate::rule::rules;

rules! {
    REQ_ID_MALFORMED = "REQ-ID-MALFORMED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An instance id is i- followed by 8 or 17 lower-case hexadecimal digits; a request with any other id is refused as a whole.";
    REQ_ID_NOT_FOUND = "REQ-ID-NOT-FOUND", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A request may only name instances of this Region that exist or were terminated so recently that they still show.";
    REQ_IDS_MISSING = "REQ-IDS-MISSING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A request to start, stop, reboot or terminate has to name an instance.";
    REQ_BATCH_ALL_OR_NOTHING = "REQ-BATCH-ALL-OR-NOTHING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "A request for several instances is checked first; if one id is bad or one instance refuses, nothing happens to any of them.";
    REQ_DRY_RUN = "REQ-DRY-RUN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html",
        "A dry run checks the ids and changes nothing; it answers that the request would have succeeded.";
    REQ_ERROR_CLASS = "REQ-ERROR-CLASS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "Most refusals are the client's fault (HTTP 400); a lack of capacity or addresses is the server's (500), a dry run answers 412.";
    REQ_CHECK_ORDER = "REQ-CHECK-ORDER", Sim uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "If several checks fail, the answer is that of the first: ids, dry run, kind of instance, nothing to do, protection, state, quota, capacity.";
    REQ_RESPONSE_STATES = "REQ-RESPONSE-STATES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStateChange.html",
        "Start, stop and terminate answer with each instance's state before the call and right after it; reboot just answers true.";
    STATE_CODES = "STATE-CODES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html",
        "The API has six states with fixed codes: pending 0, running 16, shutting-down 32, terminated 48, stopping 64, stopped 80.";
    STATE_CODE_LOW_BYTE = "STATE-CODE-LOW-BYTE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html",
        "Only the low byte of a state code tells the state; the simulator leaves the high byte at zero.";
    STATE_HIBERNATED_API = "STATE-HIBERNATED-API", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "To the API a hibernated instance is simply stopped; it gets there through stopping and comes back through pending.";
    STATE_HIBERNATED_TYPED = "STATE-HIBERNATED-TYPED", Sim,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html",
        "The simulator shows hibernated as a state of its own, but only when memory really was saved; API output says stopped.";
    STATE_HIBERNATED_REASON = "STATE-HIBERNATED-REASON", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html",
        "The API reveals a hibernation only through the state reason, and that tells what was asked for, not whether it worked.";
    STATE_METERING = "STATE-METERING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Instance time is metered while running, and while stopping if that stop is a hibernation; in no other state.";
    STATE_REBOOT_NOT_A_STATE = "STATE-REBOOT-NOT-A-STATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html",
        "There is no rebooting state: the instance shows as running for the whole reboot.";
    STATE_TERMINATED_FINAL = "STATE-TERMINATED-FINAL", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A terminated instance can never come back; all that is left for it is to disappear from view.";
    STATE_TERMINATED_VISIBLE = "STATE-TERMINATED-VISIBLE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html",
        "A terminated instance can still be described for about an hour (exactly 1 h here); after that its id is unknown.";
    STATE_STOPPED_FOR_EVER = "STATE-STOPPED-FOR-EVER", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "An instance may stay stopped for as long as you like.";
    STATE_EDGES = "STATE-EDGES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "An instance can only move along the listed transitions between states; there are no others.";
    STATE_WAITERS = "STATE-WAITERS", Documented,
        "https://github.com/boto/botocore/blob/master/botocore/data/ec2/2016-11-15/waiters-2.json",
        "The SDKs' waiters know EC2's six states: a hibernated instance is stopped to them.";
}
