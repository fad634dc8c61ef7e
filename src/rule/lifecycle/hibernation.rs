//! What hibernation needs, and what it does.

use crate::rule::rules;

rules! {
    HIB_CONFIGURE_AT_LAUNCH = "HIB-CONFIGURE-AT-LAUNCH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "Hibernation is set up at launch and never afterwards.";
    HIB_ROOT_EBS = "HIB-ROOT-EBS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "To hibernate, the root must be an EBS volume.";
    HIB_ROOT_ENCRYPTED = "HIB-ROOT-ENCRYPTED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "To hibernate, the root volume must be encrypted; the launch is refused otherwise.";
    HIB_ROOT_SIZE = "HIB-ROOT-SIZE", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "To hibernate, the root volume must have room for memory on top of what the image needs.";
    HIB_ROOT_TYPE = "HIB-ROOT-TYPE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "To hibernate, the root volume must be gp2, gp3, io1 or io2.";
    HIB_RAM_LINUX = "HIB-RAM-LINUX", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "A Linux instance can hibernate only with less than 150 GiB of memory.";
    HIB_RAM_WINDOWS = "HIB-RAM-WINDOWS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "A Windows instance can hibernate with at most 16 GiB of memory.";
    HIB_FAMILY = "HIB-FAMILY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "Only instances of certain families can hibernate.";
    HIB_NO_METAL = "HIB-NO-METAL", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "Bare metal instances can't hibernate.";
    HIB_IMAGE = "HIB-IMAGE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "The image must support hibernation; one that doesn't still launches, and a hibernation then falls back to a plain stop.";
    HIB_SPOT = "HIB-SPOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "A Spot Instance that can hibernate needs a persistent request, and hibernates when it is interrupted.";
    HIB_FALLBACK = "HIB-FALLBACK", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html",
        "If a hibernation can't be carried out, the instance is shut down as usual: it ends stopped, and memory is lost.";
    HIB_METERED_STOPPING = "HIB-METERED-STOPPING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "The stopping of a hibernation is metered, right up to stopped.";
    HIB_KEEPS = "HIB-KEEPS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "Hibernation keeps memory, EBS volumes, private and Elastic addresses; it loses instance store data and the auto public IPv4.";
    HIB_NEW_HOST = "HIB-NEW-HOST", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "Resuming moves an instance to another host, as a rule.";
    HIB_PROCESSES_RESUME = "HIB-PROCESSES-RESUME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Hibernate.html",
        "After a resume processes go on; the OS doesn't boot, so user data doesn't run and uptime continues.";
    HIB_IMAGE_ONCE = "HIB-IMAGE-ONCE", Inferred,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "A start uses the saved memory up; only another hibernation writes a new image.";
    HIB_60_DAYS = "HIB-60-DAYS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "AWS doesn't support more than 60 days of hibernation; nothing happens then, but the simulator warns.";
    HIB_STUCK = "HIB-STUCK", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html",
        "A hibernation that is stuck can be forced; the instance ends stopped, with its memory lost.";
    HIB_NO_MODIFY = "HIB-NO-MODIFY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "A hibernated instance can't be modified, but it can be terminated.";
    HIB_TIMING = "HIB-TIMING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html",
        "The more memory is in use, the longer hibernating takes.";
    HIB_RESERVATION = "HIB-RESERVATION", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "A Capacity Reservation doesn't guarantee that an instance hibernated in it can be resumed.";
    HIB_SPOT_WHO = "HIB-SPOT-WHO", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "Whoever hibernated a Spot Instance resumes it: its user, or EC2 when there is capacity again.";
    HIB_SPOT_SETTLE = "HIB-SPOT-SETTLE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html",
        "A Spot Instance can't be started within about 2 minutes of hibernating it, 5 on Windows.";
    HIB_SPOT_NOTICE = "HIB-SPOT-NOTICE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
        "An interruption that hibernates comes without the two minutes.";
}
