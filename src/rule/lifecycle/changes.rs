//! Changing an instance, and attaching and detaching what belongs to it.

use crate::rule::rules;

rules! {
    MOD_ONE_AT_A_TIME = "MOD-ONE-AT-A-TIME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html",
        "One ModifyInstanceAttribute call changes one attribute.";
    MOD_STOPPED_ONLY = "MOD-STOPPED-ONLY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "Type, user data, kernel, RAM disk, EBS optimisation and network drivers can change only while the instance is stopped.";
    MOD_RUNNING_OR_STOPPED = "MOD-RUNNING-OR-STOPPED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html",
        "Protection and shutdown behaviour can change at any time until the instance is shutting down.";
    MOD_GROUPS = "MOD-GROUPS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "Security groups can change while running or stopped, and at least one must stay; with several interfaces, change the interface.";
    MOD_SOURCE_DEST = "MOD-SOURCE-DEST", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "The source/destination check can be switched at any time.";
    MOD_TYPE_INCOMPATIBLE = "MOD-TYPE-INCOMPATIBLE", Observed,
        "https://github.com/pulumi/pulumi/issues/16758",
        "An instance can change only to a type that suits its image and everything attached to it.";
    MOD_TYPE_NO_HOST_YET = "MOD-TYPE-NO-HOST-YET", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-lifetime.html",
        "Changing the type does nothing until the next start, which brings the new type's instance store volumes, empty.";
    MOD_TYPE_SPOT = "MOD-TYPE-SPOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/change-instance-type-of-ebs-backed-instance.html",
        "The type of a Spot Instance can't be changed.";
    MOD_PROTECTION_SPOT = "MOD-PROTECTION-SPOT", Documented,
        "https://github.com/cloud-custodian/cloud-custodian/issues/2083",
        "Termination and stop protection can't be set on Spot Instances.";
    MOD_HIBERNATED = "MOD-HIBERNATED", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "A hibernated instance isn't as free as a stopped one: its type, user data and volumes can't be changed.";
    MOD_HIBERNATION_FIXED = "MOD-HIBERNATION-FIXED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html",
        "A launch decides for good whether its instances can hibernate.";
    MOD_USER_DATA = "MOD-USER-DATA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
        "User data has at most 16 KB, and changing it doesn't make it run: it runs at the first boot.";
    MOD_DOT = "MOD-DOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html",
        "Whether a volume goes with its instance can be changed while the instance runs.";
    MOD_PLACEMENT = "MOD-PLACEMENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "Placement group, partition, tenancy, host and affinity can be changed only while the instance is stopped.";
    MOD_CREDITS = "MOD-CREDITS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-how-to.html",
        "The CPU credit mode can be changed while the instance is running or stopped.";
    MOD_MONITORING = "MOD-MONITORING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-cloudwatch-new.html",
        "Detailed monitoring can be turned on and off in any state but `shutting-down` and `terminated`.";
    VOL_ATTACH_STATES = "VOL-ATTACH-STATES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html",
        "A volume can be attached while the instance is running or stopped.";
    VOL_ATTACH_VOLUME = "VOL-ATTACH-VOLUME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A volume to attach must be available and in the same zone, and the instance needs room and a free device name.";
    VOL_DETACH_ROOT = "VOL-DETACH-ROOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html",
        "The root volume can be detached only after the instance has been stopped.";
    VOL_DETACH_DATA = "VOL-DETACH-DATA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html",
        "A data volume may be taken off a running or a stopped instance.";
    VOL_DETACH_STATES = "VOL-DETACH-STATES", Observed,
        "https://github.com/hashicorp/terraform/issues/18965",
        "No volume can be detached while the instance is pending, stopping or shutting down.";
    VOL_DETACH_NOT_ATTACHED = "VOL-DETACH-NOT-ATTACHED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A volume can't be detached if it is attached to nothing, or to another instance.";
    VOL_ROOT_SWAP = "VOL-ROOT-SWAP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html",
        "A stopped instance's root can be taken off and put back; a root attached later survives termination by default.";
    VOL_REPLACE_ROOT = "VOL-REPLACE-ROOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/replace-root.html",
        "A running instance's root can be replaced, which reboots it; addresses, instance store and other volumes are kept.";
    NET_ATTACH = "NET-ATTACH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html",
        "A second interface can be attached while the instance is running or stopped, or at its launch, in the same zone.";
    NET_DETACH = "NET-DETACH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html",
        "A second interface can be detached while the instance is running or stopped, the first one never.";
    IMG_CREATE_STATES = "IMG-CREATE-STATES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html",
        "An image can be made of an instance that is running, stopping or stopped.";
    IMG_CREATE_REBOOT = "IMG-CREATE-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html",
        "Making an image reboots a running instance, unless NoReboot says otherwise.";
    IMG_CREATE_HIBERNATION = "IMG-CREATE-HIBERNATION", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html",
        "An image of an instance that hibernates may give instances that can't be connected to.";
    IMG_CREATE_STORE = "IMG-CREATE-STORE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html",
        "Images are made of EBS-backed instances, without the data on their instance store.";
    VOL_DEVICE_NAMES = "VOL-DEVICE-NAMES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html",
        "A device name is like /dev/sdf, /dev/sdf1, /dev/xvdf or /dev/xvdcf; on Windows also like xvdf.";
    VOL_ROOT_NAME = "VOL-ROOT-NAME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html",
        "The image decides whether the root device is /dev/xvda or /dev/sda1; a root under another name is a data volume.";
    VOL_MODIFY_STATES = "VOL-MODIFY-STATES", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html",
        "A modified volume is modifying, then optimizing for hours; until that is over it can't be modified again.";
    VOL_MODIFY_RATE = "VOL-MODIFY-RATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html",
        "A volume can be modified four times in 24 hours; until January 15, 2026, once in six hours.";
    VOL_MODIFY_LIMITS = "VOL-MODIFY-LIMITS", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/modify-volume-requirements.html",
        "A modified volume keeps within its type's limits, never shrinks, and a root stays a type that can boot.";
    VOL_STORE_FIXED = "VOL-STORE-FIXED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-lifetime.html",
        "Instance store volumes come with the launch; none can be attached, detached or moved later.";
    NET_SECOND_COSTS_PUBLIC = "NET-SECOND-COSTS-PUBLIC", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html",
        "With a second network interface, a public IPv4 that was released isn't replaced.";
}
