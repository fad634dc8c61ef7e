//! The rules of the two books that the simulator doesn't follow yet, each with the reason.

use crate::rule::NotImplemented;

/// Builds [`MISSING`] out of lines of an id and a reason.
macro_rules! missing {
    ($($id:literal: $why:literal;)+) => {
        /// The rules that the simulator doesn't follow, in the order of the books.
        pub(super) static MISSING: &[NotImplemented] = &[$(NotImplemented { id: $id, why: $why }),+];
    };
}

missing! {
    "REQ-IDS-MISSING": "a scenario always names the instances it acts on";
    "MOD-TYPE-UNKNOWN": "an unknown type is a mistake in the file";
    "KEEP-CLOCK": "the guest's clock is not simulated";
    "LIFE-STOP-ASG": "no scenario has an Auto Scaling group: it is another service's";
    "LIFE-FORCE-CHECK-DISK": "what is in a file system is not simulated";
    "LIFE-TERM-MAX": "nothing here needs a limit on the size of a request";
    "LIFE-TERM-METAL": "what it changes of the time that `shutting-down` takes isn't documented";
    "LIFE-TERM-SCRIPTS": "shutdown scripts are not simulated";
    "MOD-PROFILE": "an instance profile changes no state, no address and no cost";
    "VOL-ATTACH-MARKETPLACE": "no volume of a scenario has a product code of the Marketplace";
    "HIB-REGIONS": "nothing to check: hibernation works in every Region";
    "HIB-NO-ENCLAVE": "no scenario asks for Enclaves, SEV-SNP or nested virtualization";
    "HIB-NO-SECURE-BOOT": "no image of a scenario says how it boots";
    "HIB-NO-FIPS-OLD": "what runs inside the operating system is not simulated";
    "HIB-NO-ASG": "no scenario has an Auto Scaling group: it is another service's";
    "HIB-RESUME-FRESH": "no scenario can say that a memory image can't be read back";
    "HIB-PLATFORM-UPDATES": "notices from AWS are not simulated";
    "KEEP-MAC": "no scenario can say how many hours the scrubbing of a Mac's host takes";
    "IP-NONE-SECONDARY-EIP": "instances of a scenario have one private IPv4 address";
    "IP-UNASSIGN": "no step takes an auto address away from an interface";
    "IP-PRIVATE-TAKEN": "private addresses are drawn: no launch of a scenario asks for one";
    "DNS-PRIVATE-RESOURCE": "instances of a scenario have names made of their addresses";
    "DNS-ATTRIBUTES": "a scenario has the default VPC, where both attributes are on";
    "DNS-IP-AWS": "names under ip.aws are not simulated";
    "CHECK-DESCRIBE": "how an API lists checks: the checks themselves are simulated";
    "PROT-EVENTUAL": "changes are seen at once: eventual consistency is not simulated";
    "SPOT-CLOUDTRAIL": "CloudTrail is not simulated";
    "QUOTA-INSTANCE": "the older answer to QUOTA-VCPU, which the simulator gives";
    "QUOTA-REQUEST": "how many are too many in one request isn't documented";
    "PG-UNKNOWN": "an unknown group is a mistake in the file";
    "REASON-IMAGE": "nothing can see it: the instance is running again when its image is there";
    "TIME-BOOT": "no step asks whether the operating system answers";
    "TIME-SPOT-FULFIL": "RequestSpotInstances has no form in a scenario: a launch makes the request";
    "TIME-CREDITS-T3": "stands under KEEP-CREDITS-T3";
    "TIME-MAC-STOPPING": "stands under KEEP-MAC";
    "BILL-MONTH-730": "forecasts are not made yet";
    "BILL-TAX": "tax is not simulated";
    "BILL-STUCK-STOPPING": "it holds, as no stop is metered; no line of the ledger cites it";
    "BILL-REPORT-SHIFT": "a quirk of AWS's reports, not a rule of the bill";
    "BILL-MARKETPLACE-HOURLY": "Marketplace products are not simulated yet";
    "BILL-PLATFORM-HIST": "history only";
    "BILL-CPU-OPTIONS": "CPU options are not simulated yet";
    "BILL-SEV-SNP": "SEV-SNP is not simulated yet";
    "BILL-IMPAIRED": "it holds: a failed check ends no meter; no line of the ledger cites it";
    "BILL-RECOVERY": "it holds: a recovery ends no meter; no line of the ledger cites it";
    "BILL-RETIREMENT": "it holds, as events end runs like stops; no line cites it";
    "BILL-FLEET-FREE": "fleets and Auto Scaling are not simulated yet; groups have no line";
    "BILL-IPV4-BYOIP": "addresses of your own are not simulated yet";
    "BILL-IPV4-TRANSFER-FREE": "passing addresses between accounts is not simulated yet";
    "BILL-IPV4-HIST": "history only";
    "BILL-EBS-ROW-HOURLY": "a report format, not a rule of the bill";
    "BILL-EBS-MULTI-ATTACH": "Multi-Attach volumes are not simulated yet";
    "BILL-EBS-OPTIMIZED": "the EBS fee of old types is not simulated yet";
    "BILL-DT-IN": "what an instance receives has no form in a scenario";
    "BILL-DT-FREE-PATHS": "what an instance sends to other services has no form in a scenario";
    "BILL-RI-CANCEL": "no step sells or cancels what was bought";
    "BILL-RI-ORG": "a scenario has one account, and sharing takes several";
    "BILL-RI-VOLUME": "discounts on large purchases are not simulated yet";
    "BILL-SP-ORG": "a scenario has one account, and sharing takes several";
    "BILL-HOST-MAC": "no scenario can say how long the scrubbing of a Mac's host takes";
    "BILL-HOST-RESERVATION": "reservations of Dedicated Hosts are not simulated yet";
    "BILL-CB": "Capacity Blocks are not simulated yet";
    "BILL-REGION-PRICE": "stands under BILL-RATE-KEY and BILL-PRICE-BOOK";
    "BILL-ENI": "network interfaces of their own are not simulated yet";
    "BILL-NOT-MODELLED": "a list of services that are out of scope";
    "BILL-CUR-GRAIN": "a report format, not a rule of the bill";
    "BILL-CUR-LINETYPE": "a report format, not a rule of the bill";
    "BILL-CUR-EC2-OTHER": "a report format, not a rule of the bill";
    "BILL-ALGO-CHECKS": "checks on the program, kept as tests";
}
