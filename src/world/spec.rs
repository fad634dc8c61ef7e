//! What a launch asks for: the descriptions that instances and volumes are made from.

use std::{net::Ipv4Addr, sync::Arc};

use crate::{
    catalog::{Architecture, CreditMode, Platform, RegionId, TypeId, VolumeType, burstable},
    lifecycle::LifecycleOptions,
    storage::VolumeShape,
    time::SimDuration,
};

use super::{Market, Placement, SpotOptions};

/// The description of an instance, as `RunInstances` takes it: everything is settled, nothing is a default any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceSpec {
    /// The instance type.
    pub instance_type: TypeId,
    /// The operating system, as it is billed.
    pub platform: Platform,
    /// What it boots from.
    pub image: ImageSpec,
    /// The Availability Zone, by name: `us-east-1a`.
    pub zone: &'static str,
    /// Whether the request names the zone, and EC2 doesn't choose it: a client token then holds for that zone.
    pub zone_is_named: bool,
    /// Where it lies.
    pub placement: Placement,
    /// What its Spot request asks for; none on demand.
    pub spot: Option<SpotOptions>,
    /// The Dedicated Host that it is launched on, as whoever asks calls it.
    pub host: Option<u32>,
    /// The Capacity Reservation that it names, as whoever asks calls it.
    pub reservation: Option<u32>,
    /// The EBS volumes of the launch. The first is the root, unless the image is instance-store-backed.
    pub volumes: Vec<VolumeSpec>,
    /// What the file calls volumes of the launch, by their number; the root is 0.
    pub volume_names: Vec<(u16, Arc<str>)>,
    /// The device names of data volumes of the launch, by their number, where they aren't those that launches give.
    pub devices: Vec<(u16, Arc<str>)>,
    /// Whether hibernation is configured (`HibernationOptions.Configured`).
    pub hibernation: bool,
    /// Whether it is set to receive a public IPv4 address from Amazon's pool: what the launch says wins over the subnet
    /// (`IP-AUTO-OVERRIDE`).
    pub auto_public_ipv4: bool,
    /// Whether it is EBS-optimized by its own wish (`EbsOptimized`).
    pub ebs_optimized: bool,
    /// What it says over an image of the account's own, if it is launched from one.
    pub over_image: Option<OverImage>,
    /// The private IPv4 addresses that are asked for, one for each instance of the launch; none where they are drawn.
    pub private_ipv4: Vec<Ipv4Addr>,
    /// How many IPv6 addresses it gets.
    pub ipv6_count: u16,
    /// How many network interfaces it has, at least one.
    pub interfaces: u16,
    /// What a shutdown from inside does (`InstanceInitiatedShutdownBehavior`).
    pub shutdown_behavior: ShutdownBehavior,
    /// `DisableApiTermination`.
    pub termination_protection: bool,
    /// `DisableApiStop`.
    pub stop_protection: bool,
    /// The credit mode, for a burstable type.
    pub credits: Option<CreditMode>,
    /// Whether it has detailed monitoring.
    pub monitoring: bool,
    /// Whether EC2 may recover it by itself (`MaintenanceOptions.AutoRecovery`).
    pub auto_recovery: bool,
    /// Whether a user's reboot may move it to another host (`EVENT-USER-REBOOT`).
    pub reboot_migration: bool,
    /// The user data, at most 16,384 bytes (`MOD-USER-DATA`).
    pub user_data: Option<Arc<str>>,
    /// Tags, in the order of the file.
    pub tags: Vec<(String, String)>,
}

impl InstanceSpec {
    /// Whether its user data is a script, which runs in the first boot (`KEEP-USERDATA`).
    pub fn runs_user_data(&self) -> bool {
        self.user_data
            .as_deref()
            .is_some_and(|data| data.starts_with("#!") || data.starts_with("#cloud-config"))
    }

    /// A Linux instance of a type in a zone, with a root volume of 8 GiB gp3 and everything else as EC2 has it by default;
    /// none where there is no such type or zone.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::world::InstanceSpec;
    /// let web = InstanceSpec::of("t4g.small", "eu-west-1b").unwrap();
    /// assert_eq!(web.image.architecture.name(), "arm64");
    /// assert!(InstanceSpec::of("t4g.tiny", "eu-west-1b").is_none());
    /// ```
    pub fn of(instance_type: &str, zone: &str) -> Option<Self> {
        let instance_type = TypeId::find(instance_type)?;
        let zone = RegionId::all()
            .flat_map(RegionId::zones)
            .find(|known| *known == zone)?;
        let architecture = Architecture::ALL
            .into_iter()
            .find(|&one| instance_type.info().architectures().contains(one))?;
        let root = VolumeSpec {
            volume_type: VolumeType::Gp3,
            size_gib: Platform::Linux.image_root_gib(),
            iops: VolumeType::Gp3.default_iops().unwrap_or(0),
            throughput: VolumeType::Gp3.default_throughput().unwrap_or(0),
            encrypted: false,
            delete_on_termination: true,
        };
        Some(Self {
            instance_type,
            platform: Platform::Linux,
            image: ImageSpec {
                ebs_root: true,
                architecture,
                min_root_gib: Platform::Linux.image_root_gib(),
                hibernation_ready: true,
                name: ImageName::BuiltIn("al2023"),
                root_device: Platform::Linux.image_root_device(),
                ena_support: true,
                ignores_shutdown: false,
            },
            zone,
            zone_is_named: true,
            placement: Placement::default(),
            spot: None,
            host: None,
            reservation: None,
            volumes: vec![root],
            hibernation: false,
            auto_public_ipv4: true,
            ebs_optimized: false,
            over_image: None,
            private_ipv4: Vec::new(),
            ipv6_count: 0,
            interfaces: 1,
            shutdown_behavior: ShutdownBehavior::Stop,
            termination_protection: false,
            stop_protection: false,
            credits: burstable(instance_type).map(|row| row.default_mode),
            monitoring: false,
            auto_recovery: true,
            reboot_migration: true,
            user_data: None,
            volume_names: Vec::new(),
            devices: Vec::new(),
            tags: Vec::new(),
        })
    }

    /// The attributes that have to fit the type.
    pub const fn attributes(&self) -> Attributes {
        Attributes {
            ebs_optimized: self.ebs_optimized,
            ena_support: self.image.ena_support,
        }
    }

    /// How it is bought.
    pub const fn market(&self) -> Market {
        match self.spot {
            None => Market::OnDemand,
            Some(_) => Market::Spot,
        }
    }

    /// What its guards look at after the launch.
    pub(crate) fn lifecycle_options(&self) -> LifecycleOptions {
        LifecycleOptions {
            root_is_ebs: self.image.ebs_root,
            root_attached: true,
            hibernation_configured: self.hibernation,
            disable_api_termination: self.termination_protection,
            disable_api_stop: self.stop_protection,
            hibernation_wait: SimDuration::from_mins(if self.platform.is_windows() {
                5
            } else {
                2
            }),
            spot: self.spot_standing(),
        }
    }
}

/// What `InstanceInitiatedShutdownBehavior` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShutdownBehavior {
    /// The instance stops: the default.
    Stop,
    /// The instance terminates.
    Terminate,
}

/// An image, as far as the lifecycle cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSpec {
    /// Whether its root device is an EBS volume, and not an instance store volume.
    pub ebs_root: bool,
    /// Its architecture.
    pub architecture: Architecture,
    /// The size of its root snapshot in GiB (`LIFE-RUN-ROOT-SIZE`).
    pub min_root_gib: u32,
    /// Whether it has the agent that hibernation needs (`HIB-IMAGE`).
    pub hibernation_ready: bool,
    /// What it is called.
    pub name: ImageName,
    /// Whether its operating system ignores the power button.
    pub ignores_shutdown: bool,
    /// The name of its root device (`VOL-ROOT-NAME`).
    pub root_device: &'static str,
    /// Whether the Elastic Network Adapter is enabled in it.
    pub ena_support: bool,
}

/// What an image is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageName {
    /// One that everybody knows.
    BuiltIn(&'static str),
    /// One of the scenario's: an index into the cast's images.
    Named(u32),
    /// None: it is described where it is used.
    Described,
}

/// What a description says over an image of the account's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverImage {
    /// Whether it says what the root is.
    pub root: bool,
    /// How many volumes it adds, the last of its list.
    pub volumes: u16,
}

/// Attributes that have to fit the type whenever an instance starts (`LIFE-RUN-ATTRIBUTES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Attributes {
    /// `EbsOptimized`.
    pub ebs_optimized: bool,
    /// `EnaSupport`.
    pub ena_support: bool,
}

impl VolumeSpec {
    /// What the limits of its type look at.
    pub(crate) const fn shape(&self) -> VolumeShape {
        VolumeShape {
            volume_type: self.volume_type,
            size_gib: self.size_gib,
            iops: self.iops,
            throughput: self.throughput,
        }
    }
}

/// An EBS volume, as it is provisioned and billed (`BILL-EBS-PROVISIONED`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VolumeSpec {
    /// The volume type.
    pub volume_type: VolumeType,
    /// The size in GiB.
    pub size_gib: u32,
    /// Provisioned IOPS; 0 for a type that doesn't take them.
    pub iops: u32,
    /// Provisioned throughput in MiB/s; 0 for a type that doesn't take it.
    pub throughput: u32,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Whether it goes with the instance that it is attached to.
    pub delete_on_termination: bool,
}
