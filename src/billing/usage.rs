//! The names under which the bill knows what it charges (`BILL-CUR-USAGETYPES`, `BILL-CUR-PREFIX`).

use crate::{
    catalog::{RegionId, VolumeType},
    record::UsageType,
};

impl UsageType {
    /// The usage type of a Region: `USE2-BoxUsage:m5.large`; in us-east-1 the classic names have no prefix, newer ones do.
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
        let classic = region.usage_prefix();
        match self {
            Self::BoxUsage(instance_type, _) => {
                format!("{classic}BoxUsage:{}", instance_type.name())
            }
            Self::VolumeUsage(VolumeType::Standard) => format!("{classic}EBS:VolumeUsage"),
            Self::VolumeUsage(volume_type) => {
                format!("{classic}EBS:VolumeUsage.{}", volume_suffix(volume_type))
            }
            Self::VolumeIops(volume_type, tier) => {
                let suffix = volume_suffix(volume_type);
                if tier > 1 {
                    format!("{classic}EBS:VolumeP-IOPS.{suffix}.tier{tier}")
                } else {
                    format!("{classic}EBS:VolumeP-IOPS.{suffix}")
                }
            }
            Self::VolumeThroughput(volume_type) => {
                format!(
                    "{classic}EBS:VolumeP-Throughput.{}",
                    volume_suffix(volume_type)
                )
            }
            Self::InUseAddress => format!("{}PublicIPv4:InUseAddress", region.usage_prefix_new()),
            Self::IdleAddress => format!("{}PublicIPv4:IdleAddress", region.usage_prefix_new()),
        }
    }

    /// The operation of the report's row: for instance usage the platform's (`BILL-PLATFORM-OP`).
    pub fn operation(self) -> &'static str {
        match self {
            Self::BoxUsage(_, platform) => platform.usage_operation(),
            Self::VolumeUsage(_) | Self::VolumeIops(..) | Self::VolumeThroughput(_) => {
                "CreateVolume"
            }
            Self::InUseAddress => "AssociateAddressVPC",
            Self::IdleAddress => "AllocateAddressVPC",
        }
    }
}

/// io1 is `piops` on the bill; the others go by their names.
const fn volume_suffix(volume_type: VolumeType) -> &'static str {
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
