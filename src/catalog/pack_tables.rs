//! The tables that the build script packs: which columns each has, and how they are stored.

/// How a column is stored. Blank cells are refused but where a variant says what they become.
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// Offset (u16) and length (u8) of a text in the pool; blank is the empty text.
    Text,
    /// As `Text`, with a `-` behind a text that isn't blank.
    Prefix,
    /// Number of a type, u16: its row in the types table.
    Type,
    /// Number of a region, u8: its row in the regions table.
    Region,
    /// Number of the platform that is priced under this key, u8: its row in the platforms table.
    Platform,
    /// A number of 1, 2, 4 or 8 bytes with this many decimals, scaled to a whole number.
    Number(usize, usize),
    /// As `Number`, or blank: then all bits are set.
    Known(usize, usize),
    /// A whole number of one byte with a sign.
    Signed,
    /// 0 false, 1 true, 255 blank.
    Flag,
    /// The place of the text in this list, u8.
    OneOf(&'static [&'static str]),
    /// A comma list of these texts as a bit set, u8.
    Set(&'static [&'static str]),
    /// Letters `a` to `h` as a bit set, u8.
    Letters,
}

/// One table.
pub(crate) struct Spec {
    /// The file, without `.tsv`.
    pub(crate) file: &'static str,
    /// The module that is generated.
    pub(crate) name: &'static str,
    /// How many of the first columns are the key.
    pub(crate) key: usize,
    /// The columns in the order of the file.
    pub(crate) columns: &'static [(&'static str, How)],
}

use How::{Flag, Known, Letters, Number, OneOf, Platform, Prefix, Region, Set, Signed, Text, Type};

/// A price in units of 10⁻⁶ dollars, in four bytes.
const MICRO: How = Number(4, 6);

/// Every table. The first three are the ones that others point to.
pub(crate) const SPECS: [Spec; 18] = [
    Spec {
        file: "instance-types",
        name: "types",
        key: 1,
        columns: &[
            ("type", Text),
            ("family", Text),
            ("size", Text),
            ("generation_current", Flag),
            (
                "architectures",
                Set(&["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"]),
            ),
            ("vcpus", Number(2, 0)),
            ("cores", Known(2, 0)),
            ("threads_per_core", Known(1, 0)),
            ("memory_mib", Number(4, 0)),
            ("hypervisor", OneOf(&["nitro", "xen", "none"])),
            ("bare_metal", Flag),
            ("burstable", Flag),
            ("hibernation_supported", Flag),
            ("instance_store_total_gb", Number(4, 0)),
            ("instance_store_disks", Text),
            ("max_enis", Number(1, 0)),
            ("ipv4_per_eni", Number(1, 0)),
            ("ipv6_per_eni", Known(1, 0)),
            ("ipv6_supported", Flag),
            ("ebs_optimized", Text),
            ("ebs_nvme", Text),
            ("ebs_max_attachments", Known(1, 0)),
            ("network_performance", Text),
            ("gpus", Text),
            ("accelerators", Text),
            ("root_device_types", Text),
            ("usage_classes", Text),
            ("placement_strategies", Text),
            ("virtualization_types", Text),
            ("boot_modes", Text),
            ("dedicated_hosts", Flag),
            ("auto_recovery", Flag),
            ("free_tier", Flag),
            ("ena", Text),
            ("efa", Flag),
            ("normalization_factor", Known(4, 2)),
            ("windows_offered", Flag),
            ("data_date", Text),
        ],
    },
    Spec {
        file: "regions",
        name: "regions",
        key: 1,
        columns: &[
            ("region", Text),
            ("name", Text),
            ("partition", Text),
            ("opt_in", Text),
            ("az_count", Number(1, 0)),
            ("az_names", Text),
            ("az_ids", Text),
            ("edge_zone_count", Known(1, 0)),
            ("ec2_usage_prefix", Prefix),
            ("billing_code", Prefix),
            ("private_dns_suffix", Text),
            ("public_dns_suffix", Text),
            ("dns_suffix", Text),
            ("currency", Text),
            ("linux_prices", Number(2, 0)),
        ],
    },
    Spec {
        file: "platform-codes",
        name: "platforms",
        key: 1,
        columns: &[
            ("platform_details", Text),
            ("usage_operation", Text),
            ("priced_as_os", Text),
        ],
    },
    Spec {
        file: "on-demand-linux",
        name: "linux",
        key: 2,
        columns: &[
            ("region", Region),
            ("type", Type),
            ("usd_per_hour", MICRO),
            ("as_of", Text),
            (
                "flag",
                OneOf(&["", "metal-sibling", "metal-shared", "stale-cut"]),
            ),
        ],
    },
    Spec {
        file: "on-demand-other-os",
        name: "other_os",
        key: 3,
        columns: &[
            ("region", Region),
            ("type", Type),
            ("os", Platform),
            ("usd_per_hour", MICRO),
            ("as_of", Text),
        ],
    },
    Spec {
        file: "os-surcharges",
        name: "surcharges",
        key: 4,
        columns: &[
            ("os", Text),
            ("scope", OneOf(&["any", "family", "type"])),
            ("match", Text),
            ("vcpu_min", Known(2, 0)),
            ("vcpu_max", Known(2, 0)),
            ("usd_per_vcpu_hour", Known(8, 10)),
            ("usd_per_hour_flat", Known(8, 10)),
            ("as_of", Text),
            ("evidence", Text),
        ],
    },
    Spec {
        file: "region-family-ratios",
        name: "ratios",
        key: 2,
        columns: &[
            ("region", Region),
            ("family", Text),
            ("median_ratio_to_us_east_1", Number(4, 4)),
            ("n_types", Number(2, 0)),
            ("min_ratio", Number(4, 4)),
            ("max_ratio", Number(4, 4)),
        ],
    },
    Spec {
        file: "offerings",
        name: "offerings",
        key: 2,
        columns: &[("region", Region), ("type", Type), ("az_letters", Letters)],
    },
    Spec {
        file: "ebs-prices",
        name: "ebs",
        key: 4,
        columns: &[
            ("region", Region),
            ("volume_type", Text),
            ("dimension", Text),
            ("tier_from", Known(4, 0)),
            ("tier_to", Known(4, 0)),
            ("usd", Number(8, 10)),
        ],
    },
    Spec {
        file: "reserved-linux",
        name: "reserved",
        key: 2,
        columns: &[
            ("region", Region),
            ("type", Type),
            ("std_1yr_all_upfront_usd_per_hour", MICRO),
            ("std_3yr_all_upfront_usd_per_hour", MICRO),
        ],
    },
    Spec {
        file: "spot-advisor",
        name: "spot",
        key: 3,
        columns: &[
            ("region", Region),
            ("os", OneOf(&["linux", "windows"])),
            ("type", Type),
            ("savings_percent", Signed),
            ("interruption_bucket", OneOf(&["0", "1", "2", "3", "4"])),
        ],
    },
    Spec {
        file: "burstable-credits",
        name: "burstable",
        key: 1,
        columns: &[
            ("type", Type),
            ("baseline_percent_per_vcpu", Number(2, 1)),
            ("credits_per_hour", Number(2, 1)),
            ("max_balance", Number(4, 1)),
            ("launch_credits", Number(2, 0)),
            ("vcpus", Number(2, 0)),
            ("default_credit_mode", OneOf(&["standard", "unlimited"])),
            ("credits_survive_stop_days", Number(1, 0)),
            ("unlimited_surplus_usd_per_vcpu_hour_linux", Number(8, 10)),
        ],
    },
    Spec {
        file: "on-demand-linux-edge-zones",
        name: "edge_zones",
        key: 2,
        columns: &[
            ("zone_group", Text),
            ("type", Type),
            ("usd_per_hour", MICRO),
            ("as_of", Text),
        ],
    },
    Spec {
        file: "on-demand-linux-cny",
        name: "cny",
        key: 2,
        columns: &[
            ("region", Region),
            ("type", Type),
            ("cny_per_hour", MICRO),
            ("as_of", Text),
        ],
    },
    Spec {
        file: "normalization-factors",
        name: "normalization",
        key: 2,
        columns: &[("scope", Text), ("name", Text), ("factor", Number(4, 2))],
    },
    Spec {
        file: "misc-prices",
        name: "misc",
        key: 2,
        columns: &[
            ("item", Text),
            ("applies_to", Text),
            ("unit", Text),
            ("usd", Number(8, 10)),
            ("as_of", Text),
        ],
    },
    Spec {
        file: "compute-prices",
        name: "compute",
        key: 5,
        columns: &[
            ("region", Region),
            ("service", Text),
            ("usage_type", Text),
            ("unit", Text),
            ("tier_from", Number(8, 0)),
            ("tier_to", Known(8, 0)),
            ("usd", Number(8, 10)),
            ("as_of", Text),
            ("flag", OneOf(&["", "derived"])),
        ],
    },
    Spec {
        file: "compute-ratios",
        name: "compute_ratios",
        key: 2,
        columns: &[
            ("region", Region),
            ("usage_type", Text),
            ("ratio_to_us_east_1", Number(4, 3)),
            ("as_of", Text),
        ],
    },
];

/// The rows of `on-demand-linux.tsv` whose type has no specification.
pub(crate) const UNDESCRIBED_SPEC: Spec = Spec {
    file: "on-demand-linux",
    name: "undescribed",
    key: 2,
    columns: &[
        ("region", Region),
        ("type", Text),
        ("usd_per_hour", MICRO),
        ("as_of", Text),
        (
            "flag",
            OneOf(&["", "metal-sibling", "metal-shared", "stale-cut"]),
        ),
    ],
};
