//! The images that everybody can launch.

use crate::{
    catalog::{Architecture, Platform},
    id::{Id, IdKind, Seeded},
};

/// An image that everybody can launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicImage {
    /// Its id, as a client names it.
    pub id: String,
    /// Its name, in the pattern of whoever makes it.
    pub name: &'static str,
    /// The account that owns it.
    pub owner: &'static str,
    /// What that account is called, if it is one of AWS's.
    pub owner_alias: Option<&'static str>,
    /// What scenarios call it; none for one that they have to describe.
    pub word: Option<&'static str>,
    /// Its architecture.
    pub architecture: Architecture,
    /// What it runs, as it is billed.
    pub platform: Platform,
    /// The size of its root snapshot in GiB.
    pub root_gib: u32,
    /// The name of its root device.
    pub root_device: &'static str,
    /// Whether its root is an EBS volume.
    pub ebs_root: bool,
    /// Whether it has the agent that hibernation needs.
    pub hibernation_ready: bool,
    /// Whether it is virtualised as instances were before HVM.
    pub paravirtual: bool,
    /// The day it was made.
    pub created: &'static str,
    /// The id of its root snapshot.
    pub snapshot: Id,
    /// The public parameters of Systems Manager that stand for it.
    pub parameters: &'static [&'static str],
}

const AMAZON: (&str, Option<&str>) = ("137112412989", Some("amazon"));
const CANONICAL: (&str, Option<&str>) = ("099720109477", None);

const XVDA: &str = "/dev/xvda";
const SDA: &str = "/dev/sda1";

/// One row of the list: name, owner, word, architecture, platform, root size, root device, day, parameters.
struct Row(
    &'static str,
    (&'static str, Option<&'static str>),
    Option<&'static str>,
    Architecture,
    Platform,
    u32,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const ROWS: &[Row] = &[
    Row(
        "al2023-ami-2023.9.20251208.0-kernel-6.12-x86_64",
        AMAZON,
        Some("al2023"),
        Architecture::X86_64,
        Platform::Linux,
        8,
        XVDA,
        "2025-12-08",
        &[
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.12-x86_64",
        ],
    ),
    Row(
        "al2023-ami-2023.9.20251208.0-kernel-6.12-arm64",
        AMAZON,
        Some("al2023"),
        Architecture::Arm64,
        Platform::Linux,
        8,
        XVDA,
        "2025-12-08",
        &[
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64",
        ],
    ),
    Row(
        "amzn2-ami-hvm-2.0.20251201.0-x86_64-gp2",
        AMAZON,
        Some("al2"),
        Architecture::X86_64,
        Platform::Linux,
        8,
        XVDA,
        "2025-12-01",
        &["/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2"],
    ),
    Row(
        "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251202",
        CANONICAL,
        Some("ubuntu-22.04"),
        Architecture::X86_64,
        Platform::Linux,
        8,
        SDA,
        "2025-12-02",
        &["/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"],
    ),
    Row(
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251202",
        CANONICAL,
        Some("ubuntu-24.04"),
        Architecture::X86_64,
        Platform::Linux,
        8,
        SDA,
        "2025-12-02",
        &["/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"],
    ),
    Row(
        "debian-12-amd64-20251112-2294",
        AMAZON,
        Some("debian-12"),
        Architecture::X86_64,
        Platform::Linux,
        8,
        XVDA,
        "2025-11-12",
        &["/aws/service/debian/release/12/latest/amd64"],
    ),
    Row(
        "RHEL-9.6.0_HVM-20251110-x86_64-0-Hourly2-GP3",
        AMAZON,
        Some("rhel-9"),
        Architecture::X86_64,
        Platform::Rhel,
        10,
        SDA,
        "2025-11-10",
        &[],
    ),
    Row(
        "suse-sles-15-sp7-v20251117-hvm-ssd-x86_64",
        AMAZON,
        Some("sles-15"),
        Architecture::X86_64,
        Platform::Suse,
        10,
        SDA,
        "2025-11-17",
        &["/aws/service/suse/sles/15-sp7/x86_64/latest"],
    ),
    Row(
        "Windows_Server-2022-English-Full-Base-2025.12.10",
        AMAZON,
        Some("windows-2022"),
        Architecture::X86_64,
        Platform::Windows,
        30,
        SDA,
        "2025-12-10",
        &["/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base"],
    ),
];

/// Images that suites written for another endpoint launch from: id, name, platform, whether it is paravirtual.
const OLD: [(&str, &str, Platform, bool); 4] = [
    (
        "ami-12c6146b",
        "amzn-ami-hvm-2017.09.1.20171103-x86_64-gp2",
        Platform::Linux,
        false,
    ),
    (
        "ami-03cf127a",
        "amzn-ami-hvm-2017.09.1.20171120-x86_64-gp2",
        Platform::Linux,
        false,
    ),
    (
        "ami-fa7cdd89",
        "amzn-ami-pv-2017.09.1.20171120-x86_64-ebs",
        Platform::Linux,
        true,
    ),
    (
        "ami-f4cf1d8d",
        "Windows_Server-2016-English-Full-SQL_2017_Express-2017.10.13",
        Platform::Windows,
        false,
    ),
];

/// The images that everybody can launch, in the order of the list.
pub(super) fn public_images(root: Seeded) -> Vec<PublicImage> {
    let image = |row: &Row| {
        let Row(
            name,
            (owner, owner_alias),
            word,
            architecture,
            platform,
            root_gib,
            device,
            day,
            parameters,
        ) = *row;
        PublicImage {
            id: Id::new(IdKind::Image, root.named(name)).to_string(),
            name,
            owner,
            owner_alias,
            word,
            architecture,
            platform,
            root_gib,
            root_device: device,
            ebs_root: true,
            hibernation_ready: !matches!(word, Some("debian-12" | "sles-15")),
            paravirtual: false,
            created: day,
            snapshot: Id::new(IdKind::Snapshot, root.named(name)),
            parameters,
        }
    };
    let plain = |name: &'static str, platform| {
        let size = if platform == Platform::Windows { 30 } else { 8 };
        image(&Row(
            name,
            AMAZON,
            Some(if platform == Platform::Windows {
                "windows-2022"
            } else {
                "al2023"
            }),
            Architecture::X86_64,
            platform,
            size,
            SDA,
            "2017-11-20",
            &[],
        ))
    };
    let instance_store = PublicImage {
        word: None,
        ebs_root: false,
        hibernation_ready: false,
        created: "2018-11-29",
        ..plain("amzn-ami-hvm-2018.03.0.20181129-x86_64-s3", Platform::Linux)
    };
    let old = OLD
        .iter()
        .map(|&(id, name, platform, paravirtual)| PublicImage {
            id: id.to_owned(),
            paravirtual,
            ..plain(name, platform)
        });
    let rows = ROWS.iter().map(image);
    rows.chain([instance_store]).chain(old).collect()
}

/// The image behind a public parameter of Systems Manager.
pub fn parameter_image<'a>(images: &'a [PublicImage], parameter: &str) -> Option<&'a PublicImage> {
    let mut images = images.iter();
    images.find(|image| image.parameters.contains(&parameter))
}
