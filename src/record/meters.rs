//! The one table of meters: what the bill can charge, and all that is to say of it apart from how it is metered.
//!
//! A meter is a row, with the usage types as which it charges. Bill, reports, expectations and the keys of the language
//! read the table and list no meter of their own, so a later one is a row here and a file in `billing/meter` that says
//! what opens and closes it. The table stands beside the records and not in the bill, because records tell of meters.

use std::fmt;

use super::{PlanTerms, SpotRate};
use crate::{
    catalog::{Dimension, Platform, RegionId, SnapshotCharge, TypeId, VolumeType},
    money::Price,
    time::MONTH_PARTS,
};

macro_rules! meters {
    ( $(
        $(#[$doc:meta])*
        $Meter:ident {
            json: $json:literal, expect: $key:literal, told: $told:literal, help: $help:literal $(, minimum: $minimum:literal)?
        }
        $( {
            $(
                $(#[$usage_doc:meta])*
                $Usage:ident $( ( $( $field:ident: $Field:ty ),+ ) )? {
                    name: $prefix:ident, $name:expr;
                    operation: $operation:expr;
                    unit: $unit:expr;
                    price: $price:expr $(, tier $tier:expr)?;
                    told: $word:literal $(, of $sized:expr)?;
                }
            )+
        } )?
    )+ ) => {
        /// A meter of the bill. Instance store has none: it is part of the instance's price (`BILL-INSTANCE-STORE`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Meter { $( $(#[$doc])* $Meter, )+ }

        impl Meter {
            /// All of them, in the order of reports.
            pub const ALL: &[Self] = &[ $( Self::$Meter, )+ ];

            /// Its word in JSON.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Meter => $json, )+ }
            }

            /// Its key under `cost` in expectations.
            pub const fn key(self) -> &'static str {
                match self { $( Self::$Meter => $key, )+ }
            }

            /// What an expectation of it checks: `cost` and its key.
            pub const fn check(self) -> &'static str {
                match self { $( Self::$Meter => concat!("cost ", $key), )+ }
            }

            /// What a person calls it.
            pub const fn told(self) -> &'static str {
                match self { $( Self::$Meter => $told, )+ }
            }

            /// What it counts, in a few words.
            pub const fn help(self) -> &'static str {
                match self { $( Self::$Meter => $help, )+ }
            }

            /// The least that it charges once it has opened, in seconds.
            pub(crate) const fn minimum_secs(self) -> u64 {
                match self { $( Self::$Meter => 0 $( + $minimum )?, )+ }
            }
        }

        /// What is charged, as the bill names it (`BILL-CUR-USAGETYPES`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum UsageType { $( $( $( $(#[$usage_doc])* $Usage $( ( $( $Field ),+ ) )?, )+ )? )+ }

        #[allow(unused_variables, reason = "a column needs not every part of a usage type")]
        impl UsageType {
            /// The meter that charges it.
            pub const fn meter(self) -> Meter {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => Meter::$Meter, )+ )? )+ }
            }

            /// The least that it is charged for once it has begun, in seconds.
            pub(crate) const fn minimum_secs(self) -> u64 {
                match self {
                    Self::FastRestore => 3_600,
                    _ => self.meter().minimum_secs(),
                }
            }

            /// The usage type of a Region: `USE2-BoxUsage:m5.large`; in us-east-1 the classic names have no prefix, newer
            /// ones do (`BILL-CUR-PREFIX`).
            ///
            /// # Example
            ///
            /// ```
            /// use ec2sim::{catalog::RegionId, record::UsageType};
            /// let ireland = RegionId::find("eu-west-1").unwrap();
            /// assert_eq!(UsageType::InUseAddress.text(ireland), "EU-PublicIPv4:InUseAddress");
            /// let virginia = RegionId::find("us-east-1").unwrap();
            /// assert_eq!(UsageType::InUseAddress.text(virginia), "USE1-PublicIPv4:InUseAddress");
            /// ```
            pub fn text(self, region: RegionId) -> String {
                match self { $( $( $(
                    Self::$Usage $( ( $( $field ),+ ) )? => format!("{}{}", region.$prefix(), $name),
                )+ )? )+ }
            }

            /// The operation of the report's row: for instance usage the platform's (`BILL-PLATFORM-OP`).
            pub fn operation(self) -> &'static str {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => $operation, )+ )? )+ }
            }

            /// In what it is counted.
            pub fn unit(self) -> Unit {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => $unit, )+ )? )+ }
            }

            /// What a scenario gives its price under.
            pub const fn price_key(self) -> PriceKey {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => $price, )+ )? )+ }
            }

            /// Which tier of that price it is, from 1.
            pub(crate) const fn tier(self) -> u8 {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => meters!(@first $( $tier )?), )+ )? )+ }
            }

            /// What a person calls it.
            pub const fn told(self) -> &'static str {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => $word, )+ )? )+ }
            }

            /// What it counts the size of, where it is told with its size: `gp3`.
            pub const fn sized(self) -> Option<&'static str> {
                match self { $( $( $( Self::$Usage $( ( $( $field ),+ ) )? => meters!(@maybe $( $sized )?), )+ )? )+ }
            }
        }
    };
    (@first) => { 1 };
    (@first $tier:expr) => { $tier };
    (@maybe) => { None };
    (@maybe $some:expr) => { Some($some) };
}

meters! {
    /// Instance usage: from `running` until that is left, a hibernation included.
    Usage { json: "usage", expect: "usage", told: "usage", help: "instance usage", minimum: 60 } {
        /// `BoxUsage:<type>`.
        BoxUsage(instance_type: TypeId, platform: Platform) {
            name: usage_prefix, format_args!("BoxUsage:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: if platform.is_hourly() { Unit::Hour } else { Unit::Second };
            price: PriceKey::Instance(instance_type, Some(platform));
            told: "usage";
        }
        /// `DedicatedUsage:<type>`, of a Dedicated Instance (`BILL-DEDI-RATE`).
        DedicatedUsage(instance_type: TypeId, platform: Platform) {
            name: usage_prefix, format_args!("DedicatedUsage:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: if platform.is_hourly() { Unit::Hour } else { Unit::Second };
            price: PriceKey::Instance(instance_type, Some(platform));
            told: "usage";
        }
        /// `HostBoxUsage:<type>`, of an instance on a Dedicated Host: its licence (`BILL-HOST`).
        HostBoxUsage(instance_type: TypeId, platform: Platform) {
            name: usage_prefix, format_args!("HostBoxUsage:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: if platform.is_hourly() { Unit::Hour } else { Unit::Second };
            price: PriceKey::Instance(instance_type, Some(platform));
            told: "usage";
        }
        /// `Global-BoxUsage:freetier.micro`: what of `BoxUsage` a free tier pays for (`BILL-FREE-LEGACY`).
        FreeBoxUsage(instance_type: TypeId, platform: Platform) {
            name: usage_prefix_global, "BoxUsage:freetier.micro";
            operation: platform.usage_operation();
            unit: if platform.is_hourly() { Unit::Hour } else { Unit::Second };
            price: PriceKey::Instance(instance_type, Some(platform));
            told: "free usage";
        }
        /// `SpotUsage:<type>`, at a Spot price that was in force (`BILL-SPOT-PRICE`).
        SpotUsage(instance_type: TypeId, platform: Platform, rate: SpotRate) {
            name: usage_prefix, format_args!("SpotUsage:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: if platform.is_hourly() { Unit::Hour } else { Unit::Second };
            price: PriceKey::Spot(instance_type, Some(platform));
            told: "Spot usage";
        }
    }

    /// EBS volumes: from their creation to their deletion, whatever they are attached to.
    Ebs { json: "ebs", expect: "ebs", told: "EBS", help: "EBS volumes", minimum: 60 } {
        /// `EBS:VolumeUsage.<type>`.
        VolumeUsage(volume_type: VolumeType) {
            name: usage_prefix, format_args!("EBS:VolumeUsage{}", storage_suffix(volume_type));
            operation: "CreateVolume";
            unit: Unit::GibSecond;
            price: PriceKey::Volume(volume_type, Dimension::Storage);
            told: "EBS", of volume_type.name();
        }
        /// `EBS:VolumeP-IOPS.<type>`, and its tier from 1.
        VolumeIops(volume_type: VolumeType, tier: u8) {
            name: usage_prefix, format_args!("EBS:VolumeP-IOPS.{}{}", suffix(volume_type), tier_suffix(tier));
            operation: "CreateVolume";
            unit: Unit::IopsSecond;
            price: PriceKey::Volume(volume_type, Dimension::Iops), tier tier;
            told: "EBS IOPS";
        }
        /// `EBS:VolumeP-Throughput.<type>`.
        VolumeThroughput(volume_type: VolumeType) {
            name: usage_prefix, format_args!("EBS:VolumeP-Throughput.{}", suffix(volume_type));
            operation: "CreateVolume";
            unit: Unit::MibpsSecond;
            price: PriceKey::Volume(volume_type, Dimension::Throughput);
            told: "EBS throughput";
        }
        /// `EBS:VolumeIOUsage`: the requests of a magnetic volume (`BILL-EBS-MAGNETIC-IO`).
        VolumeRequests {
            name: usage_prefix, "EBS:VolumeIOUsage";
            operation: "CreateVolume";
            unit: Unit::Request;
            price: PriceKey::Volume(VolumeType::Standard, Dimension::IoRequests);
            told: "EBS requests";
        }
    }

    /// Public IPv4 addresses: an instance's own while it has one, an Elastic IP from its allocation to its release.
    PublicIpv4 {
        json: "public_ipv4", expect: "public-ipv4", told: "public IPv4", help: "public IPv4 addresses", minimum: 60
    } {
        /// `PublicIPv4:InUseAddress`.
        InUseAddress {
            name: usage_prefix_new, "PublicIPv4:InUseAddress";
            operation: "AssociateAddressVPC";
            unit: Unit::Second;
            price: PriceKey::PublicIpv4;
            told: "public IPv4";
        }
        /// `PublicIPv4:IdleAddress`.
        IdleAddress {
            name: usage_prefix_new, "PublicIPv4:IdleAddress";
            operation: "AllocateAddressVPC";
            unit: Unit::Second;
            price: PriceKey::PublicIpv4;
            told: "idle public IPv4";
        }
    }

    /// Data transfer: what instances send.
    DataTransfer { json: "data_transfer", expect: "data-transfer", told: "data transfer", help: "data transfer" } {
        /// `DataTransfer-Out-Bytes`: to the internet.
        TransferOut {
            name: usage_prefix, "DataTransfer-Out-Bytes";
            operation: "RunInstances";
            unit: Unit::Data;
            price: PriceKey::TransferOut;
            told: "to the internet";
        }
        /// `DataTransfer-Regional-Bytes`: what is sent within the Region.
        TransferZoneOut {
            name: usage_prefix, "DataTransfer-Regional-Bytes";
            operation: "InterZone-Out";
            unit: Unit::Data;
            price: PriceKey::TransferZone;
            told: "out of a zone";
        }
        /// `DataTransfer-Regional-Bytes`: the same where it is received.
        TransferZoneIn {
            name: usage_prefix, "DataTransfer-Regional-Bytes";
            operation: "InterZone-In";
            unit: Unit::Data;
            price: PriceKey::TransferZone;
            told: "into a zone";
        }
        /// `<FROM>-<TO>-AWS-Out-Bytes`: to another Region.
        TransferRegion(to: RegionId) {
            name: usage_prefix_new, format_args!("{}AWS-Out-Bytes", to.usage_prefix_new());
            operation: "InterRegion-Out";
            unit: Unit::Data;
            price: PriceKey::TransferRegion(to);
            told: "to another Region";
        }
    }

    /// Surplus CPU credits: those above the cap each hour, and the others when an instance no longer runs.
    CpuCredits { json: "cpu_credits", expect: "cpu-credits", told: "CPU credits", help: "surplus CPU credits" } {
        /// `CPUCredits:<family>`.
        CpuCredits(family: &'static str, platform: Platform) {
            name: usage_prefix, format_args!("CPUCredits:{family}");
            operation: platform.usage_operation();
            unit: Unit::VcpuHour;
            price: PriceKey::CpuCredits(family, platform);
            told: "CPU credits";
        }
    }

    /// Snapshots: what each stores that none before it does, and full copies in the archive tier.
    Snapshots { json: "snapshots", expect: "snapshots", told: "snapshots", help: "snapshots, those of images among them" } {
        /// `EBS:SnapshotUsage` (`BILL-SNAP-USED`).
        SnapshotUsage {
            name: usage_prefix, "EBS:SnapshotUsage";
            operation: "CreateSnapshot";
            unit: Unit::GibSecond;
            price: PriceKey::Snapshots(SnapshotCharge::Standard);
            told: "snapshot", of "snapshot";
        }
        /// `EBS:SnapshotArchiveStorage` (`BILL-SNAP-ARCHIVE`).
        SnapshotArchive {
            name: usage_prefix, "EBS:SnapshotArchiveStorage";
            operation: "CreateSnapshot";
            unit: Unit::GibSecond;
            price: PriceKey::Snapshots(SnapshotCharge::Archive);
            told: "archived snapshot", of "archive";
        }
        /// `EBS:SnapshotArchiveEarlyDelete`: what is left of ninety days.
        SnapshotEarlyDelete {
            name: usage_prefix, "EBS:SnapshotArchiveEarlyDelete";
            operation: "CreateSnapshot";
            unit: Unit::GbMonth;
            price: PriceKey::Snapshots(SnapshotCharge::Archive);
            told: "archived for less than 90 days";
        }
        /// `EBS:FastSnapshotRestore`: a zone in which volumes of a snapshot are fast at once (`BILL-SNAP-FSR`).
        FastRestore {
            name: usage_prefix, "EBS:FastSnapshotRestore";
            operation: "CreateSnapshot";
            unit: Unit::Second;
            price: PriceKey::Snapshots(SnapshotCharge::FastRestore);
            told: "fast snapshot restore";
        }
        /// `EBS:SnapshotArchiveRetrieval`.
        SnapshotRetrieval {
            name: usage_prefix, "EBS:SnapshotArchiveRetrieval";
            operation: "CreateSnapshot";
            unit: Unit::Data;
            price: PriceKey::Snapshots(SnapshotCharge::ArchiveRetrieval);
            told: "taken back from the archive";
        }
    }

    /// Detailed monitoring: seven metrics of every instance that runs with it.
    Monitoring { json: "monitoring", expect: "monitoring", told: "monitoring", help: "detailed monitoring" } {
        /// `CW:MetricMonitorUsage` (`BILL-MON-DETAILED`).
        MetricUsage {
            name: usage_prefix, "CW:MetricMonitorUsage";
            operation: "MetricStorage:AWS/EC2";
            unit: Unit::MetricMonth;
            price: PriceKey::Metric;
            told: "detailed monitoring";
        }
    }

    /// Dedicated Hosts, and the Region's fee while Dedicated Instances run.
    Dedicated {
        json: "dedicated", expect: "dedicated", told: "dedicated hardware", help: "Dedicated Hosts and the Region's fee of Dedicated Instances",
        minimum: 60
    } {
        /// `DedicatedRegionFee` (`BILL-DEDI-REGION-FEE`).
        DedicatedRegionFee {
            name: usage_prefix, "DedicatedRegionFee";
            operation: "RunInstances";
            unit: Unit::Hour;
            price: PriceKey::DedicatedRegionFee;
            told: "the Region's fee";
        }
        /// `HostUsage:<family>` (`BILL-HOST`).
        HostUsage(family: &'static str) {
            name: usage_prefix, format_args!("HostUsage:{family}");
            operation: "RunInstances";
            unit: Unit::Second;
            price: PriceKey::Host(family);
            told: "Dedicated Host";
        }
    }

    /// Reserved capacity that nothing runs in.
    Reservations {
        json: "reservations", expect: "reservations", told: "unused reservations", help: "unused slots of Capacity Reservations"
    } {
        /// `UnusedBox:<type>` (`BILL-CR`).
        UnusedBox(instance_type: TypeId, platform: Platform) {
            name: usage_prefix, format_args!("UnusedBox:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: Unit::Second;
            price: PriceKey::Instance(instance_type, Some(platform));
            told: "unused capacity";
        }
        /// `UnusedDed:<type>`: the same for Dedicated Instances.
        UnusedDedicated(instance_type: TypeId, platform: Platform) {
            name: usage_prefix, format_args!("UnusedDed:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: Unit::Second;
            price: PriceKey::Instance(instance_type, Some(platform));
            told: "unused capacity";
        }
    }

    /// What Reserved Instances and Savings Plans cost by themselves.
    Commitments {
        json: "commitments", expect: "commitments", told: "commitments", help: "fees of Reserved Instances and Savings Plans"
    } {
        /// `HeavyUsage:<type>`: Reserved Instances, what of them isn't used as well.
        HeavyUsage(instance_type: TypeId, platform: Platform) {
            name: usage_prefix, format_args!("HeavyUsage:{}", instance_type.name());
            operation: platform.usage_operation();
            unit: Unit::Hour;
            price: PriceKey::Commitment;
            told: "Reserved Instances";
        }
        /// `ComputeSP:1yrNoUpfront`, `EC2SP:m5.1yrNoUpfront`: a Savings Plan.
        SavingsPlan(terms: PlanTerms) {
            name: usage_prefix, terms.usage_type();
            operation: "";
            unit: Unit::Hour;
            price: PriceKey::Commitment;
            told: "a Savings Plan";
        }
    }

    /// Credits of a free tier, which are set against all that is charged; less than nothing.
    FreeCredits {
        json: "free_credits", expect: "free-credits", told: "free credits", help: "credits of a free tier, less than nothing"
    } {
        /// The credits that a new account gets (`BILL-FREE-2025`).
        FreeCredits {
            name: usage_prefix_global, "FreeTierCredits";
            operation: "";
            unit: Unit::Purchase;
            price: PriceKey::Commitment;
            told: "free credits";
        }
    }

    /// Requests to functions: every start of an invocation.
    LambdaRequests { json: "lambda_requests", expect: "lambda-requests", told: "Lambda requests", help: "requests to functions" } {
        /// `Request`.
        LambdaRequest {
            name: usage_prefix, REQUEST;
            operation: "Invoke";
            unit: Unit::Invocation;
            price: PriceKey::Compute(REQUEST);
            told: "requests";
        }
        /// `Request-ARM`.
        LambdaRequestArm {
            name: usage_prefix, REQUEST_ARM;
            operation: "Invoke";
            unit: Unit::Invocation;
            price: PriceKey::Compute(REQUEST_ARM);
            told: "requests";
        }
        /// What of `Request` is free each month (`LAM-FREE`).
        FreeLambdaRequest {
            name: usage_prefix_global, REQUEST;
            operation: "Invoke";
            unit: Unit::Invocation;
            price: PriceKey::Compute(REQUEST);
            told: "free requests";
        }
        /// What of `Request-ARM` is free each month.
        FreeLambdaRequestArm {
            name: usage_prefix_global, REQUEST_ARM;
            operation: "Invoke";
            unit: Unit::Invocation;
            price: PriceKey::Compute(REQUEST_ARM);
            told: "free requests";
        }
        /// `Lambda-Edge-Request`.
        EdgeRequest {
            name: usage_prefix, EDGE_REQUEST;
            operation: "Invoke";
            unit: Unit::Invocation;
            price: PriceKey::Compute(EDGE_REQUEST);
            told: "requests";
        }
    }

    /// The duration of invocations on demand: the memory of a function for as long as it runs.
    LambdaDuration { json: "lambda_duration", expect: "lambda-duration", told: "Lambda duration", help: "the duration of invocations on demand" } {
        /// `Lambda-GB-Second`.
        LambdaDuration {
            name: usage_prefix, DURATION;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(DURATION);
            told: "duration";
        }
        /// `Lambda-GB-Second-ARM`.
        LambdaDurationArm {
            name: usage_prefix, DURATION_ARM;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(DURATION_ARM);
            told: "duration";
        }
        /// What of `Lambda-GB-Second` is free each month (`LAM-FREE`).
        FreeLambdaDuration {
            name: usage_prefix_global, DURATION;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(DURATION);
            told: "free duration";
        }
        /// What of `Lambda-GB-Second-ARM` is free each month.
        FreeLambdaDurationArm {
            name: usage_prefix_global, DURATION_ARM;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(DURATION_ARM);
            told: "free duration";
        }
        /// `Lambda-Edge-GB-Second`.
        EdgeDuration {
            name: usage_prefix, EDGE_DURATION;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(EDGE_DURATION);
            told: "duration";
        }
    }

    /// Environments that stand ready, used or not.
    ProvisionedConcurrency {
        json: "provisioned_concurrency", expect: "provisioned-concurrency", told: "provisioned concurrency", help: "provisioned concurrency while it is enabled"
    } {
        /// `Lambda-Provisioned-Concurrency`.
        ProvisionedConcurrency {
            name: usage_prefix, PROVISIONED;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(PROVISIONED);
            told: "provisioned concurrency";
        }
        /// `Lambda-Provisioned-Concurrency-ARM`.
        ProvisionedConcurrencyArm {
            name: usage_prefix, PROVISIONED_ARM;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(PROVISIONED_ARM);
            told: "provisioned concurrency";
        }
    }

    /// The duration of invocations that provisioned concurrency serves.
    ProvisionedDuration {
        json: "provisioned_duration", expect: "provisioned-duration", told: "provisioned duration", help: "the duration of invocations that provisioned concurrency serves"
    } {
        /// `Lambda-Provisioned-GB-Second`.
        ProvisionedDuration {
            name: usage_prefix, PROVISIONED_DURATION;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(PROVISIONED_DURATION);
            told: "provisioned duration";
        }
        /// `Lambda-Provisioned-GB-Second-ARM`.
        ProvisionedDurationArm {
            name: usage_prefix, PROVISIONED_DURATION_ARM;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(PROVISIONED_DURATION_ARM);
            told: "provisioned duration";
        }
    }

    /// What `/tmp` of a function has beyond 512 MB, while invocations run.
    LambdaStorage { json: "lambda_storage", expect: "lambda-storage", told: "Lambda storage", help: "`/tmp` of functions beyond 512 MB" } {
        /// `Lambda-Storage-GB-Second`.
        LambdaStorage {
            name: usage_prefix, LAMBDA_STORAGE;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(LAMBDA_STORAGE);
            told: "storage";
        }
    }

    /// Snapshots of functions that are kept, and restores.
    Snapstart { json: "snapstart", expect: "snapstart", told: "SnapStart", help: "snapshots of functions that SnapStart keeps, and their restores" } {
        /// `Lambda-SnapStart-Cached-GB-S`.
        SnapstartCached {
            name: usage_prefix, SNAPSTART_CACHED;
            operation: "Invoke";
            unit: Unit::GbSecond;
            price: PriceKey::Compute(SNAPSTART_CACHED);
            told: "SnapStart cache";
        }
        /// `Lambda-SnapStart-Restored-GB`.
        SnapstartRestored {
            name: usage_prefix, SNAPSTART_RESTORED;
            operation: "Invoke";
            unit: Unit::Memory;
            price: PriceKey::Compute(SNAPSTART_RESTORED);
            told: "SnapStart restores";
        }
    }

    /// The vCPUs of tasks on Fargate, the licence of Windows included.
    FargateVcpu { json: "fargate_vcpu", expect: "fargate-vcpu", told: "Fargate vCPU", help: "the vCPUs of tasks on Fargate" } {
        /// `Fargate-vCPU-Hours:perCPU`.
        FargateVcpu {
            name: usage_prefix_new, FARGATE_VCPU;
            operation: "FargateTask";
            unit: Unit::VcpuSecond;
            price: PriceKey::Compute(FARGATE_VCPU);
            told: "vCPU";
        }
        /// `Fargate-ARM-vCPU-Hours:perCPU`.
        FargateVcpuArm {
            name: usage_prefix_new, FARGATE_VCPU_ARM;
            operation: "FargateTask";
            unit: Unit::VcpuSecond;
            price: PriceKey::Compute(FARGATE_VCPU_ARM);
            told: "vCPU";
        }
        /// `Fargate-Windows-vCPU-Hours:perCPU`.
        FargateVcpuWindows {
            name: usage_prefix_new, FARGATE_VCPU_WINDOWS;
            operation: "FargateTask";
            unit: Unit::VcpuSecond;
            price: PriceKey::Compute(FARGATE_VCPU_WINDOWS);
            told: "vCPU";
        }
        /// `Fargate-Windows-OS-Hours:perCPU`.
        FargateOs {
            name: usage_prefix_new, FARGATE_OS;
            operation: "FargateTask";
            unit: Unit::VcpuSecond;
            price: PriceKey::Compute(FARGATE_OS);
            told: "Windows";
        }
        /// `SpotUsage-Fargate-vCPU-Hours:perCPU`.
        FargateSpotVcpu {
            name: usage_prefix_new, FARGATE_SPOT_VCPU;
            operation: "FargateTask";
            unit: Unit::VcpuSecond;
            price: PriceKey::Compute(FARGATE_SPOT_VCPU);
            told: "vCPU on Spot";
        }
        /// `SpotUsage-Fargate-ARM-vCPU-Hours:perCPU`.
        FargateSpotVcpuArm {
            name: usage_prefix_new, FARGATE_SPOT_VCPU_ARM;
            operation: "FargateTask";
            unit: Unit::VcpuSecond;
            price: PriceKey::Compute(FARGATE_SPOT_VCPU_ARM);
            told: "vCPU on Spot";
        }
    }

    /// The memory of tasks on Fargate.
    FargateMemory { json: "fargate_memory", expect: "fargate-memory", told: "Fargate memory", help: "the memory of tasks on Fargate" } {
        /// `Fargate-GB-Hours`.
        FargateMemory {
            name: usage_prefix_new, FARGATE_MEMORY;
            operation: "FargateTask";
            unit: Unit::TaskGibSecond;
            price: PriceKey::Compute(FARGATE_MEMORY);
            told: "memory";
        }
        /// `Fargate-ARM-GB-Hours`.
        FargateMemoryArm {
            name: usage_prefix_new, FARGATE_MEMORY_ARM;
            operation: "FargateTask";
            unit: Unit::TaskGibSecond;
            price: PriceKey::Compute(FARGATE_MEMORY_ARM);
            told: "memory";
        }
        /// `Fargate-Windows-GB-Hours`.
        FargateMemoryWindows {
            name: usage_prefix_new, FARGATE_MEMORY_WINDOWS;
            operation: "FargateTask";
            unit: Unit::TaskGibSecond;
            price: PriceKey::Compute(FARGATE_MEMORY_WINDOWS);
            told: "memory";
        }
        /// `SpotUsage-Fargate-GB-Hours`.
        FargateSpotMemory {
            name: usage_prefix_new, FARGATE_SPOT_MEMORY;
            operation: "FargateTask";
            unit: Unit::TaskGibSecond;
            price: PriceKey::Compute(FARGATE_SPOT_MEMORY);
            told: "memory on Spot";
        }
        /// `SpotUsage-Fargate-ARM-GB-Hours`.
        FargateSpotMemoryArm {
            name: usage_prefix_new, FARGATE_SPOT_MEMORY_ARM;
            operation: "FargateTask";
            unit: Unit::TaskGibSecond;
            price: PriceKey::Compute(FARGATE_SPOT_MEMORY_ARM);
            told: "memory on Spot";
        }
    }

    /// The ephemeral storage of tasks on Fargate beyond 20 GB.
    FargateStorage { json: "fargate_storage", expect: "fargate-storage", told: "Fargate storage", help: "the storage of tasks on Fargate beyond 20 GB" } {
        /// `Fargate-EphemeralStorage-GB-Hours`.
        FargateStorage {
            name: usage_prefix_new, FARGATE_STORAGE;
            operation: "FargateTask";
            unit: Unit::TaskGibSecond;
            price: PriceKey::Compute(FARGATE_STORAGE);
            told: "storage";
        }
    }
}

/// Lambda's usage types, by which its prices go.
const REQUEST: &str = "Request";
const REQUEST_ARM: &str = "Request-ARM";
const EDGE_REQUEST: &str = "Lambda-Edge-Request";
const DURATION: &str = "Lambda-GB-Second";
const DURATION_ARM: &str = "Lambda-GB-Second-ARM";
const EDGE_DURATION: &str = "Lambda-Edge-GB-Second";
const PROVISIONED: &str = "Lambda-Provisioned-Concurrency";
const PROVISIONED_ARM: &str = "Lambda-Provisioned-Concurrency-ARM";
const PROVISIONED_DURATION: &str = "Lambda-Provisioned-GB-Second";
const PROVISIONED_DURATION_ARM: &str = "Lambda-Provisioned-GB-Second-ARM";
const LAMBDA_STORAGE: &str = "Lambda-Storage-GB-Second";
const SNAPSTART_CACHED: &str = "Lambda-SnapStart-Cached-GB-S";
const SNAPSTART_RESTORED: &str = "Lambda-SnapStart-Restored-GB";

/// Fargate's.
const FARGATE_VCPU: &str = "Fargate-vCPU-Hours:perCPU";
const FARGATE_VCPU_ARM: &str = "Fargate-ARM-vCPU-Hours:perCPU";
const FARGATE_VCPU_WINDOWS: &str = "Fargate-Windows-vCPU-Hours:perCPU";
const FARGATE_OS: &str = "Fargate-Windows-OS-Hours:perCPU";
const FARGATE_SPOT_VCPU: &str = "SpotUsage-Fargate-vCPU-Hours:perCPU";
const FARGATE_SPOT_VCPU_ARM: &str = "SpotUsage-Fargate-ARM-vCPU-Hours:perCPU";
const FARGATE_MEMORY: &str = "Fargate-GB-Hours";
const FARGATE_MEMORY_ARM: &str = "Fargate-ARM-GB-Hours";
const FARGATE_MEMORY_WINDOWS: &str = "Fargate-Windows-GB-Hours";
const FARGATE_SPOT_MEMORY: &str = "SpotUsage-Fargate-GB-Hours";
const FARGATE_SPOT_MEMORY_ARM: &str = "SpotUsage-Fargate-ARM-GB-Hours";
const FARGATE_STORAGE: &str = "Fargate-EphemeralStorage-GB-Hours";

impl UsageType {
    /// Whether it is what an allowance takes off, which is less than nothing.
    pub const fn is_allowance(self) -> bool {
        matches!(
            self,
            Self::FreeLambdaRequest
                | Self::FreeLambdaRequestArm
                | Self::FreeLambdaDuration
                | Self::FreeLambdaDurationArm
        )
    }

    /// The usage type that an allowance takes off from this one, if an allowance that never expires does.
    pub(crate) const fn free(self) -> Option<Self> {
        if let Self::LambdaRequest = self {
            Some(Self::FreeLambdaRequest)
        } else if let Self::LambdaRequestArm = self {
            Some(Self::FreeLambdaRequestArm)
        } else if let Self::LambdaDuration = self {
            Some(Self::FreeLambdaDuration)
        } else if let Self::LambdaDurationArm = self {
            Some(Self::FreeLambdaDurationArm)
        } else {
            None
        }
    }

    /// What an hour of a Spot Instance would cost On-Demand.
    pub const fn instead(self) -> Option<Price> {
        if let Self::SpotUsage(_, _, rate) = self {
            Some(rate.on_demand)
        } else {
            None
        }
    }
}

impl Meter {
    /// Whether documents have a key for it only where it has come to something.
    pub(crate) const fn is_rare(self) -> bool {
        matches!(
            self,
            Self::FreeCredits
                | Self::LambdaRequests
                | Self::LambdaDuration
                | Self::ProvisionedConcurrency
                | Self::ProvisionedDuration
                | Self::LambdaStorage
                | Self::Snapstart
                | Self::FargateVcpu
                | Self::FargateMemory
                | Self::FargateStorage
        )
    }

    /// Its place in [`Self::ALL`].
    #[expect(
        clippy::as_conversions,
        reason = "variants are numbered in the order of the table"
    )]
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// io1 is `piops` on the bill; the others go by their names.
const fn suffix(volume_type: VolumeType) -> &'static str {
    match volume_type {
        VolumeType::Io1 => "piops",
        VolumeType::Gp2
        | VolumeType::Gp3
        | VolumeType::Io2
        | VolumeType::St1
        | VolumeType::Sc1
        | VolumeType::Standard => volume_type.name(),
    }
}

/// The storage of magnetic volumes is older than the types.
fn storage_suffix(volume_type: VolumeType) -> String {
    if volume_type == VolumeType::Standard {
        String::new()
    } else {
        format!(".{}", suffix(volume_type))
    }
}

/// The first tier goes without a number.
fn tier_suffix(tier: u8) -> String {
    if tier > 1 {
        format!(".tier{tier}")
    } else {
        String::new()
    }
}

/// What a scenario can give a price for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PriceKey {
    /// An hour of an instance type, on one platform or on every one.
    Instance(TypeId, Option<Platform>),
    /// An hour of a Spot Instance of a type, on one platform or on every one; in every zone.
    Spot(TypeId, Option<Platform>),
    /// A month of a GB, of an IOPS, or of a MiB/s of a volume type.
    Volume(VolumeType, Dimension),
    /// What of snapshots is billed: a month or an hour of a GB, or a GB.
    Snapshots(SnapshotCharge),
    /// A month of a metric.
    Metric,
    /// An hour of a public IPv4 address.
    PublicIpv4,
    /// An hour in which a Dedicated Instance runs in the Region.
    DedicatedRegionFee,
    /// An hour of a Dedicated Host for a family.
    Host(&'static str),
    /// An hour of a vCPU on surplus credits of a family, on one platform; the first of all platforms stands for every one.
    CpuCredits(&'static str, Platform),
    /// A GB to the internet.
    TransferOut,
    /// A GB out of a zone, and the same again into one.
    TransferZone,
    /// A GB to another Region.
    TransferRegion(RegionId),
    /// What of another compute service is charged, by its usage type: `Lambda-GB-Second`.
    Compute(&'static str),
    /// What was bought for longer, whose price stands with it.
    Commitment,
}

/// What a Region goes by after these words has a price for what is sent there.
const TRANSFER_REGION: &str = "transfer-region/";

/// What a family goes by after these words has a price for its surplus credits.
const CPU_CREDITS: &str = "cpu-credits/";

/// What a type goes by after these words has a price for its Spot Instances.
const SPOT: &str = "spot/";

/// What a family goes by after these words has a price for its Dedicated Hosts.
const HOST: &str = "host/";

/// The families that have CPU credits.
const FAMILIES: &[&str] = &["t2", "t3", "t3a", "t4g"];

impl PriceKey {
    /// Those that go by a plain name in a scenario; an instance type goes by its own.
    pub const NAMED: &[(&str, Self)] = &[
        ("gp2", Self::Volume(VolumeType::Gp2, Dimension::Storage)),
        ("gp3", Self::Volume(VolumeType::Gp3, Dimension::Storage)),
        ("gp3-iops", Self::Volume(VolumeType::Gp3, Dimension::Iops)),
        (
            "gp3-throughput",
            Self::Volume(VolumeType::Gp3, Dimension::Throughput),
        ),
        ("io1", Self::Volume(VolumeType::Io1, Dimension::Storage)),
        ("io1-iops", Self::Volume(VolumeType::Io1, Dimension::Iops)),
        ("io2", Self::Volume(VolumeType::Io2, Dimension::Storage)),
        ("io2-iops", Self::Volume(VolumeType::Io2, Dimension::Iops)),
        ("st1", Self::Volume(VolumeType::St1, Dimension::Storage)),
        ("sc1", Self::Volume(VolumeType::Sc1, Dimension::Storage)),
        (
            "standard",
            Self::Volume(VolumeType::Standard, Dimension::Storage),
        ),
        (
            "standard-io",
            Self::Volume(VolumeType::Standard, Dimension::IoRequests),
        ),
        ("snapshots", Self::Snapshots(SnapshotCharge::Standard)),
        (
            "snapshots-archive",
            Self::Snapshots(SnapshotCharge::Archive),
        ),
        (
            "snapshots-retrieval",
            Self::Snapshots(SnapshotCharge::ArchiveRetrieval),
        ),
        (
            "snapshots-fast-restore",
            Self::Snapshots(SnapshotCharge::FastRestore),
        ),
        ("metric", Self::Metric),
        ("public-ipv4", Self::PublicIpv4),
        ("dedicated-region-fee", Self::DedicatedRegionFee),
        ("transfer-out", Self::TransferOut),
        ("transfer-zone", Self::TransferZone),
        (REQUEST, Self::Compute(REQUEST)),
        (REQUEST_ARM, Self::Compute(REQUEST_ARM)),
        (EDGE_REQUEST, Self::Compute(EDGE_REQUEST)),
        (DURATION, Self::Compute(DURATION)),
        (DURATION_ARM, Self::Compute(DURATION_ARM)),
        (EDGE_DURATION, Self::Compute(EDGE_DURATION)),
        (PROVISIONED, Self::Compute(PROVISIONED)),
        (PROVISIONED_ARM, Self::Compute(PROVISIONED_ARM)),
        (PROVISIONED_DURATION, Self::Compute(PROVISIONED_DURATION)),
        (
            PROVISIONED_DURATION_ARM,
            Self::Compute(PROVISIONED_DURATION_ARM),
        ),
        (LAMBDA_STORAGE, Self::Compute(LAMBDA_STORAGE)),
        (SNAPSTART_CACHED, Self::Compute(SNAPSTART_CACHED)),
        (SNAPSTART_RESTORED, Self::Compute(SNAPSTART_RESTORED)),
    ];
}

impl PriceKey {
    /// The key of such a text.
    pub fn find(text: &str) -> Option<Self> {
        let named = Self::NAMED.iter().find(|(name, _)| *name == text);
        if let Some(&(_, key)) = named {
            return Some(key);
        }
        if let Some(family) = text.strip_prefix(CPU_CREDITS) {
            let family = FAMILIES.iter().find(|known| **known == family);
            return family.map(|family| Self::CpuCredits(family, Platform::Linux));
        }
        if let Some(Self::Instance(of, platform)) = text.strip_prefix(SPOT).and_then(Self::find) {
            return Some(Self::Spot(of, platform));
        }
        if let Some(family) = text.strip_prefix(HOST) {
            return TypeId::find_family(family).map(Self::Host);
        }
        if let Some(to) = text.strip_prefix(TRANSFER_REGION) {
            return RegionId::find(to).map(Self::TransferRegion);
        }
        let (name, platform) = match text.split_once('/') {
            Some((name, platform)) => (name, Some(Platform::find(platform)?)),
            None => (text, None),
        };
        Some(Self::Instance(TypeId::find(name)?, platform))
    }
}

/// As it stands in the `prices` of a scenario.
impl fmt::Display for PriceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(instance_type, None) => f.write_str(instance_type.name()),
            Self::Instance(instance_type, Some(platform)) => {
                write!(f, "{}/{}", instance_type.name(), platform.word())
            }
            Self::Spot(of, platform) => write!(f, "{SPOT}{}", Self::Instance(*of, *platform)),
            Self::CpuCredits(family, _) => write!(f, "{CPU_CREDITS}{family}"),
            Self::Host(family) => write!(f, "{HOST}{family}"),
            Self::TransferRegion(to) => write!(f, "{TRANSFER_REGION}{}", to.name()),
            Self::Volume(..)
            | Self::Snapshots(_)
            | Self::Metric
            | Self::PublicIpv4
            | Self::DedicatedRegionFee
            | Self::TransferOut
            | Self::TransferZone
            | Self::Compute(_)
            | Self::Commitment => {
                let named = Self::NAMED.iter().find(|(_, key)| key == self);
                f.write_str(named.map_or("", |(name, _)| name))
            }
        }
    }
}

/// What of a meter's time is charged whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granularity {
    /// Every second.
    Second,
    /// Every hour that has begun.
    Hour,
    /// Nothing: an amount is counted, however long it took.
    Amount,
}

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    /// An hour.
    Hour,
    /// A calendar month.
    Month,
    /// So many parts of what is counted.
    Parts(u64),
}

macro_rules! units {
    ( $(
        $(#[$doc:meta])*
        $Unit:ident = $name:literal by $Granularity:ident, $price_unit:literal for $Period:ident $( ( $parts:expr ) )?, $per:literal, $of:literal;
    )+ ) => {
        /// In what a quantity is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Unit { $( $(#[$doc])* $Unit, )+ }

        impl Unit {
            /// The unit of the quantity.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Unit => $name, )+ }
            }

            /// The unit of the price.
            pub const fn price_unit(self) -> &'static str {
                match self { $( Self::$Unit => $price_unit, )+ }
            }

            /// What the price of one is per, in short: `/GB-mo`.
            pub const fn per(self) -> &'static str {
                match self { $( Self::$Unit => $per, )+ }
            }

            /// Of what there are so many at a time: `GiB`; nothing where there is one.
            pub const fn of(self) -> &'static str {
                match self { $( Self::$Unit => $of, )+ }
            }

            /// What of the time is charged whole.
            pub(crate) const fn granularity(self) -> Granularity {
                match self { $( Self::$Unit => Granularity::$Granularity, )+ }
            }

            /// How much so many at a time are, for so many seconds.
            pub(crate) const fn quantity(self, units: u64, secs: u64) -> u64 {
                match self.granularity() {
                    Granularity::Second => units.saturating_mul(secs),
                    Granularity::Hour => units.saturating_mul(secs / 3_600),
                    Granularity::Amount => units,
                }
            }

            /// What the price is for.
            pub(crate) const fn period(self) -> Period {
                match self { $( Self::$Unit => Period::$Period $( ( $parts ) )?, )+ }
            }
        }
    };
}

units! {
    /// Seconds; priced by the hour.
    Second = "second" by Second, "hour" for Hour, "/h", "";
    /// Begun hours; priced by the hour.
    Hour = "hour" by Hour, "hour" for Hour, "/h", "";
    /// GiB × seconds; priced by the GB-month, of which a GB is 2³⁰ bytes (`BILL-GB`).
    GibSecond = "gib-second" by Second, "gb-month" for Month, "/GB-mo", "GiB";
    /// IOPS × seconds; priced by the IOPS-month.
    IopsSecond = "iops-second" by Second, "iops-month" for Month, "/IOPS-mo", "IOPS";
    /// Data, in parts so small that a GB of 2³⁰ bytes with six decimals and a whole KB are whole numbers of them; priced by
    /// the GB (`BILL-GB`).
    Data = "gb" by Amount, "gb" for Parts(DATA_PARTS), "/GB", "GB";
    /// GB-months of which the hours are counted, in parts so small that an hour of any month is a whole number of them; priced
    /// by the GB-month.
    GbMonth = "gb-month" by Amount, "gb-month" for Parts(MONTH_OF_HOURS), "/GB-mo", "GB-mo";
    /// Metrics of which the hours are counted, likewise; priced by the month.
    MetricMonth = "metric-month" by Amount, "metric-month" for Parts(MONTH_OF_HOURS), "/metric-mo", "metric-mo";
    /// Requests; priced by the million.
    Request = "million-requests" by Amount, "million-requests" for Parts(1_000_000), "/million", "million";
    /// Requests to a function; priced by the million.
    Invocation = "request" by Amount, "million-requests" for Parts(1_000_000), "/million", "";
    /// Memory × time of a function, in MB-milliseconds; priced by the GB-second, of which a GB is 1,024 MB (`CMPX-GB`).
    GbSecond = "gb-second" by Amount, "gb-second" for Parts(1_024_000), "/GB-s", "GB-s";
    /// Memory of a function, in MB; priced by the GB.
    Memory = "gb" by Amount, "gb" for Parts(1_024), "/GB", "GB";
    /// vCPUs of a task × seconds, in CPU units, of which a vCPU has 1,024; priced by the vCPU-hour.
    VcpuSecond = "vcpu-second" by Amount, "vcpu-hour" for Parts(1_024 * 3_600), "/vCPU-h", "vCPU-h";
    /// Memory or storage of a task × seconds, in MB; priced by the GB-hour.
    TaskGibSecond = "gib-second" by Amount, "gb-hour" for Parts(1_024 * 3_600), "/GB-h", "GB-h";
    /// Purchases; each has its price.
    Purchase = "purchase" by Amount, "purchase" for Parts(1), "", "";
    /// CPU credits, in parts so small that a second's are a whole number of them; priced by the vCPU-hour, which is 60.
    VcpuHour = "vcpu-hour" by Amount, "vcpu-hour" for Parts(CREDIT_PARTS * 60), "/vCPU-h", "vCPU-h";
    /// MiB/s × seconds; priced by the MiBps-month.
    MibpsSecond = "mibps-second" by Second, "mibps-month" for Month, "/MiBps-mo", "MiBps";
}

/// The parts in a month whose hours are counted.
pub(crate) const MONTH_OF_HOURS: u64 = MONTH_PARTS * 24;

/// So many hours in a month of so many days, in parts of a month.
pub(crate) const fn month_parts(hours: u64, days: u8) -> u64 {
    #[expect(clippy::as_conversions, reason = "it widens without loss")]
    let days = days as u64;
    hours.saturating_mul(MONTH_PARTS / days)
}

/// The parts in a CPU credit.
pub(crate) const CREDIT_PARTS: u64 = 3_600_000;

/// The parts of [`Unit::Data`] in a GB.
pub(crate) const DATA_PARTS: u64 = (1 << 20) * 15_625;

impl Unit {
    /// A quantity as it is written: a number, or for what is counted in parts a decimal one of the whole.
    pub fn written(self, quantity: u128) -> String {
        let parts = match self.period() {
            // Counted one by one, whatever the price is for.
            Period::Parts(_) if self == Self::Invocation => 1,
            // Told by the second, priced by the hour.
            Period::Parts(_) if matches!(self, Self::VcpuSecond | Self::TaskGibSecond) => 1_024,
            Period::Parts(parts) => u128::from(parts),
            Period::Hour | Period::Month => 1,
        };
        let (mut text, mut rest) = ((quantity / parts).to_string(), quantity % parts);
        if rest > 0 {
            text.push('.');
        }
        for _ in 0..DECIMALS {
            if rest == 0 {
                break;
            }
            rest *= 10;
            text.push_str(&(rest / parts).to_string());
            rest %= parts;
        }
        text
    }
}

/// So many decimals a quantity has at most: a part of a GB has no more.
const DECIMALS: usize = 20;
