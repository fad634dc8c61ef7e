//! Addresses and DNS names.

use crate::rule::rules;

rules! {
    IP_AUTO_SUBNET = "IP-AUTO-SUBNET", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "The subnet decides whether a launch gets a public IPv4; default subnets say yes, others no.";
    IP_AUTO_OVERRIDE = "IP-AUTO-OVERRIDE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/working-with-ip-addresses.html",
        "AssociatePublicIpAddress in a launch overrides the subnet's setting, either way.";
    IP_AUTO_PRIMARY = "IP-AUTO-PRIMARY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
        "The auto public IPv4 goes to the first network interface and its primary private address.";
    IP_AUTO_ENI_SETTING = "IP-AUTO-ENI-SETTING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
        "Whether a start brings a public IPv4 was decided when the interface was made; changing the subnet later doesn't count.";
    IP_AUTO_POOL = "IP-AUTO-POOL", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "An auto public IPv4 is on loan from Amazon's pool; once it is released you won't get it back.";
    IP_RELEASE = "IP-RELEASE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "Stopping, hibernating or terminating releases the auto public IPv4, and so does associating an Elastic IP.";
    IP_REBOOT = "IP-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html",
        "A reboot keeps the public IPv4.";
    IP_NEW = "IP-NEW", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html",
        "A start or a resume brings a new public IPv4, if the instance is set to have one.";
    IP_NEW_AFTER_EIP = "IP-NEW-AFTER-EIP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "Taking the Elastic IP away brings a new auto public IPv4: at once if running, else at the next start.";
    IP_NONE_SECOND_ENI = "IP-NONE-SECOND-ENI", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "An instance with a second network interface gets no new auto public IPv4.";
    IP_NONE_WITH_EIP = "IP-NONE-WITH-EIP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "While an Elastic IP is on the primary address, it is the public address, and there is no other.";
    IP_CHARGED = "IP-CHARGED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "Every public IPv4 address costs money, auto or Elastic, used or idle.";
    IP_PRIVATE_LIFETIME = "IP-PRIVATE-LIFETIME", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "A private IPv4 lasts from launch to termination and takes up an address of the subnet even while stopped.";
    IP_PRIVATE_TAKEN = "IP-PRIVATE-TAKEN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "A launch that asks for a private address that is in use, if only by a stopped instance, is refused.";
    IP_PRIVATE_PRIMARY_FIXED = "IP-PRIVATE-PRIMARY-FIXED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "An instance keeps the primary private IPv4 that it was launched with.";
    IP_SUBNET_RESERVED = "IP-SUBNET-RESERVED", Documented,
        "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
        "Five addresses of every subnet are reserved: the first four and the last.";
    IP_V6 = "IP-V6", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
        "An IPv6 address lasts until termination and survives a stop and a hibernation.";
    EIP_LIMIT = "EIP-LIMIT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "An account may have five Elastic IPs per Region, unless the limit was raised.";
    EIP_STATIC = "EIP-STATIC", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "An Elastic IP stays the same, and yours, until you release it.";
    EIP_ASSOCIATE = "EIP-ASSOCIATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "Associating an Elastic IP replaces the auto public address and changes the public DNS name.";
    EIP_ASSOCIATE_REPLACES = "EIP-ASSOCIATE-REPLACES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html",
        "An Elastic IP replaced by another is disassociated, not released.";
    EIP_ASSOCIATE_MOVES = "EIP-ASSOCIATE-MOVES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html",
        "An Elastic IP in use elsewhere moves over, unless AllowReassociation is false.";
    EIP_ASSOCIATE_IDEMPOTENT = "EIP-ASSOCIATE-IDEMPOTENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html",
        "Associating an Elastic IP where it already is succeeds.";
    EIP_ASSOCIATE_STATES = "EIP-ASSOCIATE-STATES", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An Elastic IP can be associated with an instance that is running or stopped, not yet while it is pending.";
    EIP_ASSOCIATE_MULTI_ENI = "EIP-ASSOCIATE-MULTI-ENI", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html",
        "With several interfaces on the instance, the request must say which one gets the Elastic IP.";
    EIP_STOP = "EIP-STOP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "An Elastic IP stays associated over stops, starts, hibernations and reboots.";
    EIP_TERMINATE = "EIP-TERMINATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Termination disassociates the Elastic IP; it stays allocated and goes on costing.";
    EIP_DISASSOCIATE = "EIP-DISASSOCIATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html",
        "Disassociating an Elastic IP keeps it allocated, and doing it twice does no harm.";
    EIP_RELEASE_IN_USE = "EIP-RELEASE-IN-USE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html",
        "In a default VPC, releasing an Elastic IP that is associated disassociates it as well.";
    EIP_RELEASE_GONE = "EIP-RELEASE-GONE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        "An Elastic IP that doesn't exist can't be associated or released.";
    DNS_PRIVATE_IP = "DNS-PRIVATE-IP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html",
        "The private DNS name is made of the private address: ip-10-0-0-5.ec2.internal in us-east-1; elsewhere it names the Region.";
    DNS_PUBLIC = "DNS-PUBLIC", Documented,
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html",
        "The public DNS name is made of the public address: ec2-203-0-113-25.compute-1.amazonaws.com; elsewhere it names the Region.";
    DNS_WHEN = "DNS-WHEN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
        "DNS names appear when the instance first runs; from then on only the public one changes, with the public address.";
    IP_RECOVERY = "IP-RECOVERY", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html",
        "A recovery keeps the auto public IPv4, as a reboot does.";
}
