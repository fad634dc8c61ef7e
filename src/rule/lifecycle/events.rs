//! Scheduled events.

use crate::rule::rules;

rules! {
    LIFE_REBOOT_EVENT = "LIFE-REBOOT-EVENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_reboot.html",
        "With a system-reboot scheduled, a user's reboot tries to move the instance to another host.";
    EVENT_CODES = "EVENT-CODES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html",
        "There are five scheduled events: instance-stop, instance-retirement, instance-reboot, system-reboot, system-maintenance.";
    EVENT_STOP = "EVENT-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html",
        "An instance-stop stops an EBS-backed instance at its time; a later start puts it on another host.";
    EVENT_RETIRE = "EVENT-RETIRE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-retirement.html",
        "An instance-retirement stops an EBS-backed instance at its time, and terminates an instance-store-backed one.";
    EVENT_RETIRE_AVOID = "EVENT-RETIRE-AVOID", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-retirement.html",
        "Stopping and starting before the date moves the instance to another host, and settles the event.";
    EVENT_REBOOT = "EVENT-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_reboot.html",
        "An instance-reboot takes seconds and stays on the host; a system-reboot takes minutes and moves; both keep the instance store.";
    EVENT_USER_REBOOT = "EVENT-USER-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_reboot.html",
        "A user's reboot settles a system-reboot where the instance can move; an instance-reboot stays open.";
    EVENT_MAINTENANCE = "EVENT-MAINTENANCE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html",
        "A system-maintenance may disturb network or power for a while; the state stays the same.";
    EVENT_RESCHEDULE = "EVENT-RESCHEDULE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/reschedule-event.html",
        "An event with a deadline can be moved up to it, to at least 60 minutes from now, until 5 minutes before it starts.";
    EVENT_UNPROTECTED = "EVENT-UNPROTECTED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html",
        "Neither kind of protection holds off a scheduled event.";
    EVENT_DONE = "EVENT-DONE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusEvent.html",
        "EC2 lists a finished event for up to a week, marked as completed; here it is no longer told.";
}
