//! What is kept and what is lost.

use crate::rule::rules;

rules! {
    KEEP_ID = "KEEP-ID", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "The instance id never changes, whatever the instance goes through.";
    KEEP_HOST = "KEEP-HOST", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "A reboot stays on the host; a stop and start moves to another (always so here).";
    KEEP_RAM = "KEEP-RAM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Memory survives a hibernation and nothing else.";
    KEEP_STORE = "KEEP-STORE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-lifetime.html",
        "Instance store data survives a reboot but not a stop, a hibernation, a termination or a change of type.";
    KEEP_STORE_VOLUMES = "KEEP-STORE-VOLUMES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-lifetime.html",
        "A start brings empty instance store volumes, as many as the type has.";
    KEEP_ROOT = "KEEP-ROOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "EBS volumes stay attached, with their data, over a stop or a hibernation.";
    KEEP_DATA = "KEEP-DATA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html",
        "On termination each volume is deleted or kept as its own DeleteOnTermination says; a kept one goes on costing.";
    KEEP_DOT_DEFAULTS = "KEEP-DOT-DEFAULTS", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html",
        "Volumes made by the launch go with the instance by default; volumes attached later stay.";
    KEEP_PRIVATE_IP = "KEEP-PRIVATE-IP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "Private IPv4 addresses stay over a stop or a hibernation and are released on termination.";
    KEEP_PUBLIC_IP = "KEEP-PUBLIC-IP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "A reboot keeps the auto public IPv4; a stop or a hibernation costs it, and the next start brings another.";
    KEEP_EIP = "KEEP-EIP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "An Elastic IP stays with its instance until it is disassociated or the instance terminated.";
    KEEP_IPV6 = "KEEP-IPV6", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "An IPv6 address stays over a stop or a hibernation and is released on termination.";
    KEEP_PRIVATE_DNS = "KEEP-PRIVATE-DNS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html",
        "The private DNS name stays for as long as the private address does.";
    KEEP_PUBLIC_DNS = "KEEP-PUBLIC-DNS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "The public DNS name follows the public address: no address, no name; another address, another name.";
    KEEP_ENI = "KEEP-ENI", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html",
        "Interfaces stay attached over a stop; on termination those made at launch are deleted and the others detached.";
    KEEP_GROUPS = "KEEP-GROUPS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/changing-security-group.html",
        "Security groups belong to the network interface and stay with it.";
    KEEP_ZONE = "KEEP-ZONE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html",
        "Nothing here moves an instance to another zone or subnet.";
    KEEP_PLACEMENT = "KEEP-PLACEMENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "A stop and start leaves an instance in its placement group and with its tenancy.";
    KEEP_TYPE = "KEEP-TYPE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html",
        "The instance type changes only when you change it.";
    KEEP_METADATA = "KEEP-METADATA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html",
        "Tags, profile and metadata stay with the instance; what depends on addresses follows the addresses.";
    KEEP_LAUNCHTIME = "KEEP-LAUNCHTIME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "LaunchTime is renewed by a start and left alone by a reboot.";
    KEEP_USERDATA = "KEEP-USERDATA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
        "User data runs once, when the OS boots for the first time, unless the script itself asks for more.";
    KEEP_UPTIME = "KEEP-UPTIME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html",
        "Every start boots the OS anew, except a resume from hibernation.";
    KEEP_CREDITS_T2 = "KEEP-CREDITS-T2", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-standard-mode-concepts.html",
        "A T2 instance loses its CPU credits when it stops; in standard mode each start brings new launch credits.";
    KEEP_CREDITS_T3 = "KEEP-CREDITS-T3", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "T3, T3a and T4g instances keep their CPU credits for seven days of being stopped.";
    KEEP_CREDITS_T2_MODE = "KEEP-CREDITS-T2-MODE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-standard-mode-concepts.html",
        "A T2 instance that becomes unlimited loses its launch credits, and gets none until it starts in standard mode.";
    KEEP_CREDITS_SURPLUS = "KEEP-CREDITS-SURPLUS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
        "Surplus credits are charged when the instance stops or terminates, and never outlive that.";
    KEEP_REASON = "KEEP-REASON", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html",
        "A reboot leaves the state reason alone; a start clears it.";
    KEEP_METERING = "KEEP-METERING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A reboot doesn't interrupt metering; a start begins a new period, with a minimum of its own.";
    KEEP_TERMINATE_FIELDS = "KEEP-TERMINATE-FIELDS", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A terminated instance still shows its id, type, image and reasons, but no addresses, interfaces or volumes.";
    KEEP_STOPPED_FIELDS = "KEEP-STOPPED-FIELDS", Observed,
        "https://github.com/id3as/purescript-erl-aws",
        "A stopped instance shows its private address, interfaces and volumes; its public name and address are empty.";
}
