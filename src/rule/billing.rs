//! The rules of the bill: what is charged, when, and how it adds up.

use crate::rule::{Rule, rules};

rules! {
    BILL_TIME_UTC = "BILL-TIME-UTC", Documented,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec",
        "All billing runs on UTC: hours, days and months.";
    BILL_SECOND_GRID = "BILL-SECOND-GRID", Convention,
        "none",
        "Time is whole seconds, and an interval includes its start but not its end.";
    BILL_MONTH_CALENDAR = "BILL-MONTH-CALENDAR", Observed,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
        "A month is the real calendar month, so prices per month are divided by 28 to 31 days: calculators count 730 hours, the bill those of the month.";
    BILL_MONTH_730 = "BILL-MONTH-730", Convention,
        "none",
        "A month of 730 hours is for forecasts alone, as AWS's Pricing Calculator counts it, and a forecast is called one.";
    BILL_QTY_ROUND = "BILL-QTY-ROUND", Observed,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
        "Reports round quantities: hours to 6 decimals, everything else to 10; exact totals aren't rounded.";
    BILL_COST_ROUND = "BILL-COST-ROUND", Observed,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
        "A report row costs its rounded quantity times the price, to 10 decimals; exact totals are fractions.";
    BILL_NO_FLOAT = "BILL-NO-FLOAT", Convention,
        "none",
        "Money is computed in exact fractions, never in floating point.";
    BILL_PRICE_BOOK = "BILL-PRICE-BOOK", Convention,
        "none",
        "Every price comes from a dated price book that names its source; without a price there is an error, not a zero.";
    BILL_GB = "BILL-GB", Observed,
        "https://pastebin.com/DDeB3Eeg",
        "A billed GB is 2^30 bytes, so one GiB of a volume is one GB on the bill.";
    BILL_PENDING = "BILL-PENDING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Pending is free, at a launch and at a start, however long it lasts.";
    BILL_RUNNING = "BILL-RUNNING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Every second of running is charged, whatever the instance does.";
    BILL_STOPPING = "BILL-STOPPING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A plain stop ends the charge the moment stopping begins.";
    BILL_HIBERNATE_STOPPING = "BILL-HIBERNATE-STOPPING", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Stopping costs nothing in a plain stop, but in a hibernation it is charged at the full rate.";
    BILL_HIBERNATE_FALLBACK = "BILL-HIBERNATE-FALLBACK", Convention uncertain,
        "none",
        "If a hibernation falls back to a plain shutdown, its stopping is still charged.";
    BILL_STOPPED = "BILL-STOPPED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A stopped or hibernated instance costs no instance time; its volumes and Elastic IPs go on costing.";
    BILL_SHUTTING_DOWN = "BILL-SHUTTING-DOWN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A termination ends the charge the moment shutting-down begins.";
    BILL_TERMINATED = "BILL-TERMINATED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A terminated instance costs nothing, even while it still shows.";
    BILL_OS_SHUTDOWN = "BILL-OS-SHUTDOWN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A shutdown from inside is charged like the stop or termination it leads to.";
    BILL_METER_START = "BILL-METER-START", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "The meter starts when the instance becomes running, not at the call and not when checks pass.";
    BILL_MIN_60S = "BILL-MIN-60S", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Even the shortest run costs 60 seconds.";
    BILL_MIN_PER_START = "BILL-MIN-PER-START", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Every start opens a new run with a 60-second minimum of its own.";
    BILL_MIN_PLACEMENT = "BILL-MIN-PLACEMENT", Convention uncertain,
        "none",
        "The seconds that fill a short run up to 60 are booked after its real end.";
    BILL_MIN_HIBERNATE = "BILL-MIN-HIBERNATE", Convention uncertain,
        "none",
        "For a hibernated run, running and stopping count together towards the minimum.";
    BILL_REBOOT = "BILL-REBOOT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A reboot opens no new run and leaves no gap: the charge goes on.";
    BILL_PER_SECOND_PLATFORM = "BILL-PER-SECOND-PLATFORM", Documented,
        "https://aws.amazon.com/ec2/pricing/",
        "Linux, Ubuntu, Windows and RHEL are charged by the second.";
    BILL_HOURLY_PLATFORM = "BILL-HOURLY-PLATFORM", Documented,
        "https://repost.aws/knowledge-center/ec2-instance-hour-billing",
        "SUSE is charged by the hour: every part hour is a full one, at least one per start.";
    BILL_HOURLY_ANCHOR = "BILL-HOURLY-ANCHOR", Convention uncertain,
        "none",
        "The hours of an hourly platform count from the start of the run, not from the clock.";
    BILL_RATE_KEY = "BILL-RATE-KEY", Documented,
        "https://repost.aws/knowledge-center/ec2-instance-hour-billing",
        "The On-Demand rate depends on type, Region, platform, tenancy and licence, and on nothing else.";
    BILL_PLATFORM_OP = "BILL-PLATFORM-OP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html",
        "The image's usage operation tells the platform, and shows as the operation in a report.";
    BILL_PLATFORM_UPLIFT = "BILL-PLATFORM-UPLIFT", Observed uncertain,
        "https://github.com/vantage-sh/ec2instances.info",
        "A licensed platform costs the Linux price plus an uplift.";
    BILL_RESIZE = "BILL-RESIZE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html",
        "A new instance type is charged from the next time the instance runs; the change itself is free.";
    BILL_LAUNCH_FAILED = "BILL-LAUNCH-FAILED", Documented uncertain,
        "none",
        "A launch that never reaches running costs nothing.";
    BILL_INSTANCE_STORE = "BILL-INSTANCE-STORE", Documented,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "Instance store is included in the instance's price.";
    BILL_MIN_ZERO_RUN = "BILL-MIN-ZERO-RUN", Convention,
        "none",
        "A run that ends in the second it began still costs 60 seconds.";
    BILL_OD = "BILL-OD", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html",
        "On-Demand has a fixed published rate, with no commitment.";
    BILL_IPV4_IN_USE = "BILL-IPV4-IN-USE", Documented,
        "https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/",
        "Every public IPv4 address attached to a resource is charged, auto-assigned or Elastic.";
    BILL_IPV4_IDLE = "BILL-IPV4-IDLE", Documented,
        "https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/",
        "An Elastic IP that isn't attached to a running instance costs the same, as an idle address.";
    BILL_IPV4_LABEL_STATE = "BILL-IPV4-LABEL-STATE", Convention,
        "none",
        "An associated Elastic IP counts as idle while its instance is stopped and as in use otherwise; the amount is the same.";
    BILL_IPV4_GRANULARITY = "BILL-IPV4-GRANULARITY", Documented,
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-billing-usage-reports.html",
        "Public IPv4 addresses are charged by the second.";
    BILL_IPV4_MIN_60S = "BILL-IPV4-MIN-60S", Observed uncertain,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
        "Each assignment of a public IPv4 address is charged for at least 60 seconds.";
    BILL_IPV4_AUTO = "BILL-IPV4-AUTO", Documented uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "An auto public IPv4 is charged from the moment the instance runs until it stops, hibernates or terminates.";
    BILL_IPV4_EIP = "BILL-IPV4-EIP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        "An Elastic IP costs from the moment it is allocated until it is released, whatever its instance does.";
    BILL_IPV4_SECONDARY = "BILL-IPV4-SECONDARY", Documented,
        "https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/",
        "Each further public address costs the same again; no first address is free.";
    BILL_IPV4_IPV6_FREE = "BILL-IPV4-IPV6-FREE", Documented,
        "https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/",
        "IPv6 and private IPv4 addresses are free.";
    BILL_EBS_PROVISIONED = "BILL-EBS-PROVISIONED", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "A volume costs what was provisioned, not what is used of it.";
    BILL_EBS_ANY_STATE = "BILL-EBS-ANY-STATE", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "A volume is charged from creation to deletion, attached or not, in every state of its instance.";
    BILL_EBS_DELETE = "BILL-EBS-DELETE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "A volume's charge ends when it is deleted; each goes by its own DeleteOnTermination when the instance is terminated.";
    BILL_EBS_MIN_60S = "BILL-EBS-MIN-60S", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "Volumes are charged by the second, each for at least 60 seconds.";
    BILL_EBS_GB_MONTH = "BILL-EBS-GB-MONTH", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "A GB-month is one GB for a whole calendar month; a shorter time costs its share of that month's seconds.";
    BILL_EBS_IOPS_MONTH = "BILL-EBS-IOPS-MONTH", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "IOPS and throughput are charged per month in shares, like storage.";
    BILL_EBS_MODIFY = "BILL-EBS-MODIFY", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modify-volume.html",
        "Changing a volume is free; the new settings are charged from the moment the change begins.";
    BILL_EBS_HIBERNATE_RAM = "BILL-EBS-HIBERNATE-RAM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Hibernate.html",
        "Saved memory has no charge of its own; it only needs a larger root volume.";
    BILL_EBS_GP3_IOPS = "BILL-EBS-GP3-IOPS", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "gp3 includes 3000 IOPS; only those above are charged.";
    BILL_EBS_GP3_TPUT = "BILL-EBS-GP3-TPUT", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "gp3 includes 125 MiB/s; only the throughput above is charged.";
    BILL_EBS_IO2_TIERS = "BILL-EBS-IO2-TIERS", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "io2 IOPS get cheaper in tiers, and each volume has its own.";
    BILL_EBS_IO1_IOPS = "BILL-EBS-IO1-IOPS", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "Every provisioned IOPS of io1 is charged; none are included.";
    BILL_CLOCK_HOUR = "BILL-CLOCK-HOUR", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/concepts-reserved-instances-application.html",
        "Commitments are counted by clock-hours, from one full hour to the next.";
    BILL_SPLIT_HOUR = "BILL-SPLIT-HOUR", Observed,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
        "What runs over several clock-hours is a line for each, and the lines come to the same.";
    BILL_ORDER = "BILL-ORDER", Documented,
        "https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html",
        "In each clock-hour zonal Reserved Instances cover usage first, then regional ones, EC2 Instance plans, Compute plans; the rest is On-Demand.";
    BILL_RI_IS_DISCOUNT = "BILL-RI-IS-DISCOUNT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html",
        "A Reserved Instance is a discount on the bill: it is no machine, and lasts whatever instances do.";
    BILL_RI_TERM = "BILL-RI-TERM", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-reserved-instances.html",
        "A year of a Reserved Instance has 8760 hours, three years have 26280, and it isn't renewed.";
    BILL_RI_EVERY_HOUR = "BILL-RI-EVERY-HOUR", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/concepts-reserved-instances-application.html",
        "The hourly fee of a Reserved Instance is due for every clock-hour of its term, whether or not anything runs.";
    BILL_RI_PAYMENT = "BILL-RI-PAYMENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-reserved-instances.html",
        "A Reserved Instance is paid at once, by the hour, or half and half; spread over the term it costs the same each hour.";
    BILL_RI_3600 = "BILL-RI-3600", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/concepts-reserved-instances-application.html",
        "A Reserved Instance covers at most 3600 seconds of usage in a clock-hour, of one instance or of several; what it doesn't cover is lost.";
    BILL_RI_CONCURRENT = "BILL-RI-CONCURRENT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/concepts-reserved-instances-application.html",
        "Of instances that run at the same time the smaller one is covered first, then the one launched first.";
    BILL_RI_MATCH = "BILL-RI-MATCH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html",
        "A Reserved Instance covers what has its Region or zone, tenancy, platform, and type or family.";
    BILL_RI_SCOPE = "BILL-RI-SCOPE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html",
        "A zonal Reserved Instance is for one zone and one size, a regional one for every zone; they cost the same.";
    BILL_RI_FLEX = "BILL-RI-FLEX", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html",
        "A regional Reserved Instance of Linux and shared tenancy covers every size of its family, the smallest first, by their factors.";
    BILL_RI_FLEX_PART = "BILL-RI-FLEX-PART", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html",
        "A Reserved Instance that is too small for an instance covers a share of each second.";
    BILL_RI_CLASS = "BILL-RI-CLASS", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-reserved-instances.html",
        "The class of a Reserved Instance decides its price, and not how it is applied.";
    BILL_RI_STATE = "BILL-RI-STATE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "Stopping or terminating an instance stops no fee; the discount goes to others that match, or is lost.";
    BILL_SP_COMMIT = "BILL-SP-COMMIT", Documented,
        "https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html",
        "A Savings Plan costs its commitment every hour; what isn't used of it in an hour is lost.";
    BILL_SP_SCOPE = "BILL-SP-SCOPE", Documented,
        "https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html",
        "A Compute plan covers any instance, an EC2 Instance plan one family in one Region; neither covers Spot, storage or addresses.";
    BILL_SP_APPLY = "BILL-SP-APPLY", Documented,
        "https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html",
        "A Savings Plan covers first what it saves most on, in percent, then what has the lower rate.";
    BILL_SP_FORMULA = "BILL-SP-FORMULA", Documented,
        "https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html",
        "Usage takes up the commitment at the plan's rates; when it is used up, the rest is On-Demand.";
    BILL_SP_RATE = "BILL-SP-RATE", Convention uncertain,
        "none",
        "Without rates of its own an EC2 Instance plan is as cheap as a standard Reserved Instance, a Compute plan as a convertible one.";
    BILL_DEDI_RATE = "BILL-DEDI-RATE", Observed,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-billing-usage-reports.html",
        "A Dedicated Instance costs a tenth more than a shared one; its licence costs the same.";
    BILL_DEDI_SECOND = "BILL-DEDI-SECOND", Convention uncertain,
        "none",
        "Dedicated Instances are charged by the second, with the same minimum as shared ones.";
    BILL_DEDI_REGION_FEE = "BILL-DEDI-REGION-FEE", Documented uncertain,
        "https://aws.amazon.com/ec2/pricing/dedicated-instances/",
        "Every clock-hour in which a Dedicated Instance runs costs one fee for the Region, whatever their number.";
    BILL_HOST = "BILL-HOST", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-hosts-overview.html",
        "A Dedicated Host is charged from allocation to release, and the instances on it cost no more than their licences.";
    BILL_DT_OUT_FREE = "BILL-DT-OUT-FREE", Documented,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "The first 100 GB to the internet each month are free, once for the whole account.";
    BILL_DT_OUT_TIERS = "BILL-DT-OUT-TIERS", Documented,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "Data to the internet gets cheaper in tiers of the account's month: beyond 10, 50 and 150 TB.";
    BILL_DT_OUT_ORDER = "BILL-DT-OUT-ORDER", Convention,
        "none",
        "The 100 free GB come off first, in the order of time, and take nothing of the first tier.";
    BILL_DT_AZ = "BILL-DT-AZ", Documented,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "Between two zones a GB is charged on both sides; within a zone, over private addresses, it is free.";
    BILL_DT_PUBLIC_IP = "BILL-DT-PUBLIC-IP", Documented,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "Over public addresses a GB within the Region is charged on both sides, even within one zone.";
    BILL_DT_REGION = "BILL-DT-REGION", Documented uncertain,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "Data to another Region is charged to whoever sends it; receiving it is free.";
    BILL_DT_STOPPED = "BILL-DT-STOPPED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
        "An instance that doesn't run sends nothing, and is charged nothing for it.";
    BILL_DT_ROUND = "BILL-DT-ROUND", Convention,
        "none",
        "Data is added up without rounding it to whole GB.";
    BILL_CREDIT_UNIT = "BILL-CREDIT-UNIT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "One CPU credit is one vCPU at full load for one minute.";
    BILL_CREDIT_EARN = "BILL-CREDIT-EARN", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "Credits are earned for every second of running, at the type's rate, whatever the load.";
    BILL_CREDIT_MAX = "BILL-CREDIT-MAX", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "What is earned is kept up to a day's earnings; what would exceed that is lost.";
    BILL_CREDIT_LAUNCH = "BILL-CREDIT-LAUNCH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-standard-mode-concepts.html",
        "T2 in standard mode gets launch credits at every start; they are spent first, and gone with a stop.";
    BILL_CREDIT_LAUNCH_LIMIT = "BILL-CREDIT-LAUNCH-LIMIT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-standard-mode-concepts.html",
        "At most 100 launches and starts within 24 hours bring launch credits.";
    BILL_CREDIT_MODE_DEFAULT = "BILL-CREDIT-MODE-DEFAULT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "T2 is standard where nobody chooses, T3, T3a and T4g are unlimited; T3 on a Dedicated Host is always standard.";
    BILL_CREDIT_STANDARD = "BILL-CREDIT-STANDARD", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "Standard mode never costs more: with no credits left the CPU is held at the baseline.";
    BILL_CREDIT_UNLIMITED = "BILL-CREDIT-UNLIMITED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
        "In unlimited mode an instance without credits spends surplus ones, which later earnings pay down first.";
    BILL_CREDIT_SURPLUS_CAP = "BILL-CREDIT-SURPLUS-CAP", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
        "Surplus credits up to a day's earnings are carried; those above are charged at the end of the hour.";
    BILL_CREDIT_SURPLUS_DUE = "BILL-CREDIT-SURPLUS-DUE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
        "A stop, a hibernation, a termination and the switch to standard make all surplus credits due at once.";
    BILL_CREDIT_RATE = "BILL-CREDIT-RATE", Documented,
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        "A vCPU-hour of surplus credits costs the same for every size and Region: by family, and more on Windows.";
    BILL_CREDIT_HOUR = "BILL-CREDIT-HOUR", Convention,
        "none",
        "The end of the hour is that of the clock-hour.";
    BILL_CREDIT_PERSIST = "BILL-CREDIT-PERSIST", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "T3, T3a and T4g keep what they earned for seven days after a stop; T2 loses it at once.";
    BILL_CREDIT_SWITCH = "BILL-CREDIT-SWITCH", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
        "A switch of the mode keeps what was earned; to standard the surplus is charged, to unlimited launch credits go.";
    BILL_CREDIT_SPOT = "BILL-CREDIT-SPOT", Documented,
        "https://aws.amazon.com/ec2/spot/pricing/",
        "Surplus credits of a Spot Instance are charged like any other's.";
    BILL_CREDIT_THROTTLE = "BILL-CREDIT-THROTTLE", Convention,
        "none",
        "The CPU falls to its baseline in the second in which the last credit is gone.";
    BILL_RESIZE_CREDIT = "BILL-RESIZE-CREDIT", Convention uncertain,
        "none",
        "A new size within T3, T3a and T4g keeps what was earned, up to its own maximum; any other change of type loses it.";
    BILL_SPOT_PRICE = "BILL-SPOT-PRICE", Documented,
        "https://aws.amazon.com/ec2/spot/pricing/",
        "A Spot Instance pays the Spot price in force in its zone, and never more than its maximum price.";
    BILL_SPOT_PRICE_SAMPLE = "BILL-SPOT-PRICE-SAMPLE", Convention uncertain,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-data-feeds.html",
        "An hour of a run costs the price in force when that hour begins, counted from entering `running`.";
    BILL_SPOT_INTERRUPT = "BILL-SPOT-INTERRUPT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "What EC2 interrupts in its first hour is free, and later costs its seconds; on SUSE full hours only. Your own stop is charged.";
    BILL_SPOT_FIRST_HOUR = "BILL-SPOT-FIRST-HOUR", Convention uncertain,
        "none",
        "The first hour of a Spot Instance is that of each run: after a restart it begins anew.";
    BILL_SPOT_WHO = "BILL-SPOT-WHO", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "EC2 interrupts for capacity, for a price above the maximum, and for a broken constraint; whatever else ends it is yours.";
    BILL_SPOT_MIN = "BILL-SPOT-MIN", Documented,
        "https://aws.amazon.com/ec2/pricing/",
        "Where a Spot Instance is charged by the second, it is charged for a minute at least.";
    BILL_SPOT_STOPPED = "BILL-SPOT-STOPPED", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "A Spot Instance that was stopped or hibernated costs its volumes and Elastic IPs alone.";
    BILL_SPOT_EXTRA = "BILL-SPOT-EXTRA", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "A first hour that is free waives usage alone: volumes, addresses, data transfer and surplus credits are charged.";
    BILL_SPOT_HIBERNATE = "BILL-SPOT-HIBERNATE", Convention uncertain,
        "none",
        "Past the first hour an interruption that hibernates is charged until `stopped`, as any hibernation.";
    BILL_SPOT_NOTICE = "BILL-SPOT-NOTICE", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "The notice of an interruption changes nothing: the instance is charged until it leaves `running`.";
    BILL_EBS_MAGNETIC_IO = "BILL-EBS-MAGNETIC-IO", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "A magnetic volume costs its requests as well, by the million.";
    BILL_SNAP_USED = "BILL-SNAP-USED", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html",
        "A snapshot costs the blocks that it stores: the first of a volume what is written, a later one what has changed since.";
    BILL_SNAP_DELETE = "BILL-SNAP-DELETE", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html",
        "Blocks of a deleted snapshot that a later one needs go on being charged with that one.";
    BILL_SNAP_HOURLY = "BILL-SNAP-HOURLY", Convention,
        "none",
        "Snapshots are charged by the hour: each clock-hour in which one exists counts.";
    BILL_SNAP_ARCHIVE = "BILL-SNAP-ARCHIVE", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html",
        "The archive stores a full copy, for ninety days at least, in full hours; what is taken back costs by the GB.";
    BILL_SNAP_FSR = "BILL-SNAP-FSR", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "Fast snapshot restore costs by the minute in every zone that has it, an hour at least.";
    BILL_SNAP_AMI = "BILL-SNAP-AMI", Documented,
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html",
        "An image costs its snapshots, and they go on costing when it is deregistered.";
    BILL_FREE_LEGACY = "BILL-FREE-LEGACY", Documented,
        "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier.html",
        "Accounts from before 2025-07-15 have, for twelve months, 750 hours of a micro instance a month for nothing, and as many with Windows.";
    BILL_ORDER_FREE_TIER = "BILL-ORDER-FREE-TIER", Convention,
        "none",
        "The hours of the free tier go, in the order of time, to what commitments have left.";
    BILL_IPV4_FREE_TIER = "BILL-IPV4-FREE-TIER", Documented,
        "https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/",
        "The legacy free tier has 750 hours a month of public addresses that are in use; idle ones aren't covered.";
    BILL_EBS_FREE_TIER = "BILL-EBS-FREE-TIER", Documented,
        "https://aws.amazon.com/ebs/pricing/",
        "The legacy free tier has 30 GB of gp2, gp3 and magnetic volumes, two million magnetic requests a month, and one GB of snapshots.";
    BILL_CREDIT_FREE_TIER = "BILL-CREDIT-FREE-TIER", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html",
        "The legacy free tier pays for no surplus CPU credits.";
    BILL_IPV4_NO_DISCOUNT = "BILL-IPV4-NO-DISCOUNT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html",
        "No commitment makes an address cheaper, and a Spot interruption waives none.";
    BILL_FREE_2025 = "BILL-FREE-2025", Documented,
        "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier.html",
        "Accounts from 2025-07-15 on get credits, which are set against everything but upfront fees, for twelve months.";
    BILL_FREE_ALWAYS = "BILL-FREE-ALWAYS", Documented,
        "https://aws.amazon.com/cloudwatch/pricing/",
        "Everybody has 100 GB to the internet and ten metrics a month for nothing.";
    BILL_MON_BASIC = "BILL-MON-BASIC", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-cloudwatch-new.html",
        "Basic monitoring is free.";
    BILL_MON_DETAILED = "BILL-MON-DETAILED", Documented uncertain,
        "https://aws.amazon.com/cloudwatch/pricing/",
        "Detailed monitoring costs seven metrics an instance, for every hour that it touches.";
    BILL_MON_STOPPED = "BILL-MON-STOPPED", Documented,
        "https://aws.amazon.com/cloudwatch/pricing/",
        "An instance that isn't running sends no metrics, and costs none.";
    BILL_CR = "BILL-CR", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html",
        "A Capacity Reservation costs the On-Demand rate for every second of every slot that nothing runs in.";
    BILL_CR_DISCOUNT = "BILL-CR-DISCOUNT", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html",
        "Regional Reserved Instances and Savings Plans cover unused slots too, after instances; zonal ones don't.";
    BILL_CR_STATE = "BILL-CR-STATE", Convention,
        "none",
        "A slot is used while its instance runs, or hibernates; in every other state it is charged as unused.";
    BILL_CUR_PREFIX = "BILL-CUR-PREFIX", Documented,
        "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-region-billing-codes.html",
        "A usage type starts with a code for its Region; the classic EC2 names of us-east-1 have none.";
    BILL_CUR_USAGETYPES = "BILL-CUR-USAGETYPES", Documented,
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-billing-usage-reports.html",
        "Every charge has a usage type, unit and product code, such as BoxUsage:t3.micro in hours.";
    BILL_INVOICE_ROUND = "BILL-INVOICE-ROUND", Convention uncertain,
        "none",
        "Amounts are rounded to cents once, where an invoice or a summary is printed: what is added up first is exact.";
    BILL_FOCUS_VERSION = "BILL-FOCUS-VERSION", Convention,
        "https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws-columns.html",
        "FOCUS files are of version 1.2.";
    BILL_FOCUS_COLUMNS = "BILL-FOCUS-COLUMNS", Documented,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec",
        "A FOCUS file has every mandatory and recommended column, and each conditional one whose condition holds: 53.";
    BILL_FOCUS_FORMAT = "BILL-FOCUS-FORMAT", Documented,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec",
        "In FOCUS, times are in UTC, ends are exclusive, null is an empty cell, and columns of one's own begin with x_.";
    BILL_FOCUS_VALUES = "BILL-FOCUS-VALUES", Documented,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec",
        "In FOCUS, categories and statuses are words of closed lists.";
    BILL_FOCUS_INVARIANTS = "BILL-FOCUS-INVARIANTS", Documented,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec",
        "A FOCUS row has to agree with itself: price times quantity is cost, and what is used has a quantity.";
    BILL_FOCUS_MAP = "BILL-FOCUS-MAP", Convention,
        "https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws-columns.html",
        "Each kind of charge has its service, category and words in FOCUS, as in AWS's own export; volumes have a service of their own.";
    BILL_FOCUS_SKU = "BILL-FOCUS-SKU", Convention,
        "https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
        "Known SKUs are AWS's own; others are SIM- and the usage type, the same every time.";
    BILL_FOCUS_AWS_GAPS = "BILL-FOCUS-AWS-GAPS", Documented,
        "https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws-columns.html",
        "Where AWS's own export leaves prices, units or SKUs out, the simulator's doesn't.";
    BILL_ALGO = "BILL-ALGO", Convention,
        "none",
        "A bill is made in one pass: cut each resource's life where its charge changes, price each piece, add up exactly.";
}

/// Every rule of the bill that the simulator follows.
pub static ALL: &[&Rule] = RULES;
