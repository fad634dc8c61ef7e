//! Instance types: what each is made of and what it can do (`instance-types.tsv`).

use super::{
    architecture::Architectures,
    data::types,
    raw::{U16At, list},
};

/// An instance type of the catalogue.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::TypeId;
///
/// let id = TypeId::find("m5.large").unwrap();
/// assert_eq!(id.name(), "m5.large");
/// assert_eq!((id.info().vcpus(), id.info().memory_mib()), (2, 8192));
/// assert_eq!(TypeId::find("m5.lage"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(u16);

/// A type, as it stands in a record.
pub(super) struct TypeAt(pub(super) usize);

impl TypeAt {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> TypeId {
        TypeId::at(U16At(self.0).of(record))
    }
}

impl TypeId {
    pub(super) fn at(row: u16) -> Self {
        Self(row)
    }

    /// The type with this name, such as `t3.micro`.
    pub fn find(name: &str) -> Option<Self> {
        let row = types::rows()
            .binary_search_by(|record| types::TYPE.of(record).cmp(name))
            .ok()?;
        u16::try_from(row).ok().map(Self)
    }

    /// The family with this name, such as `t3`.
    pub fn find_family(name: &str) -> Option<&'static str> {
        let mut families = Self::all().map(|of| of.info().family());
        families.find(|family| *family == name)
    }

    /// Every type, in the order of their names.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..u16::try_from(types::rows().len()).unwrap_or(u16::MAX)).map(Self)
    }

    /// Its place among all types, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The name: `m5.large`.
    pub fn name(self) -> &'static str {
        self.info().name()
    }

    /// What the type is made of.
    pub fn info(self) -> InstanceType {
        InstanceType(&types::rows()[self.index()])
    }
}

/// What virtualises a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hypervisor {
    /// The Nitro hypervisor.
    Nitro,
    /// Xen.
    Xen,
    /// None: bare metal.
    None,
}

/// What is known about an instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceType(&'static types::Record);

impl InstanceType {
    /// The name: `m5.large`.
    pub fn name(self) -> &'static str {
        types::TYPE.of(self.0)
    }

    /// The part before the point: `m5`.
    pub fn family(self) -> &'static str {
        types::FAMILY.of(self.0)
    }

    /// The part behind the point: `large`.
    pub fn size(self) -> &'static str {
        types::SIZE.of(self.0)
    }

    /// Whether it is of the current generation.
    pub fn current_generation(self) -> bool {
        types::GENERATION_CURRENT.is_set(self.0)
    }

    /// The architectures that an image for it can have.
    pub fn architectures(self) -> Architectures {
        Architectures::from_bits(types::ARCHITECTURES.of(self.0))
    }

    /// How many vCPUs it has by default.
    pub fn vcpus(self) -> u16 {
        types::VCPUS.of(self.0)
    }

    /// How many cores it has by default, if known.
    pub fn cores(self) -> Option<u16> {
        types::CORES.known(self.0)
    }

    /// How many threads each core has by default, if known.
    pub fn threads_per_core(self) -> Option<u8> {
        types::THREADS_PER_CORE.known(self.0)
    }

    /// Memory in MiB.
    pub fn memory_mib(self) -> u32 {
        types::MEMORY_MIB.of(self.0)
    }

    /// What virtualises it.
    pub fn hypervisor(self) -> Hypervisor {
        match types::HYPERVISOR.of(self.0) {
            0 => Hypervisor::Nitro,
            1 => Hypervisor::Xen,
            _ => Hypervisor::None,
        }
    }

    /// Whether it is bare metal.
    pub fn bare_metal(self) -> bool {
        types::BARE_METAL.is_set(self.0)
    }

    /// Whether it earns CPU credits; see [`burstable`](super::burstable).
    pub fn burstable(self) -> bool {
        types::BURSTABLE.is_set(self.0)
    }

    /// Whether it can hibernate; not known of a few withdrawn types.
    pub fn hibernation_supported(self) -> Option<bool> {
        types::HIBERNATION_SUPPORTED.known(self.0)
    }

    /// All its instance store volumes together, in GB; 0 if it has none.
    pub fn instance_store_gb(self) -> u32 {
        types::INSTANCE_STORE_TOTAL_GB.of(self.0)
    }

    /// Its instance store volumes as `COUNTxGBKIND` joined by `+`, such as `2x900nvme`; KIND is
    /// `nvme`, `ssd` or `hdd`. Empty if it has none.
    pub fn instance_store_disks(self) -> &'static str {
        types::INSTANCE_STORE_DISKS.of(self.0)
    }

    /// How many instance store volumes it has.
    pub fn instance_store_volumes(self) -> u32 {
        self.instance_store_disks()
            .split('+')
            .filter_map(|disks| disks.split_once('x')?.0.parse::<u32>().ok())
            .sum()
    }

    /// How many network interfaces it can have, on all network cards together.
    pub fn max_enis(self) -> u8 {
        types::MAX_ENIS.of(self.0)
    }

    /// How many IPv4 addresses each interface can have.
    pub fn ipv4_per_eni(self) -> u8 {
        types::IPV4_PER_ENI.of(self.0)
    }

    /// How many IPv6 addresses each interface can have, if known.
    pub fn ipv6_per_eni(self) -> Option<u8> {
        types::IPV6_PER_ENI.known(self.0)
    }

    /// Whether it can have IPv6 addresses, if known.
    pub fn ipv6_supported(self) -> Option<bool> {
        types::IPV6_SUPPORTED.known(self.0)
    }

    /// EBS optimisation: `default`, `supported` or `unsupported`; empty if unknown.
    pub fn ebs_optimized(self) -> &'static str {
        types::EBS_OPTIMIZED.of(self.0)
    }

    /// Volumes as `NVMe` devices: `required`, `supported` or `unsupported`; empty if unknown.
    pub fn ebs_nvme(self) -> &'static str {
        types::EBS_NVME.of(self.0)
    }

    /// How many EBS volumes can be attached, if known.
    pub fn ebs_max_attachments(self) -> Option<u8> {
        types::EBS_MAX_ATTACHMENTS.known(self.0)
    }

    /// Network performance in EC2's words: `Up to 10 Gigabit`.
    pub fn network_performance(self) -> &'static str {
        types::NETWORK_PERFORMANCE.of(self.0)
    }

    /// Its GPUs as `COUNTxMAKER NAME` joined by `+`; fractions as `0.125xNVIDIA L4`. Empty if none.
    pub fn gpus(self) -> &'static str {
        types::GPUS.of(self.0)
    }

    /// Its other accelerators, as `COUNTxNAME` joined by `+`; empty if none.
    pub fn accelerators(self) -> &'static str {
        types::ACCELERATORS.of(self.0)
    }

    /// What its root volume can be: `ebs`, `instance-store`. None if unknown.
    pub fn root_device_types(self) -> impl Iterator<Item = &'static str> {
        list(types::ROOT_DEVICE_TYPES.of(self.0))
    }

    /// Whether its root volume can be on EBS.
    pub fn supports_ebs_root(self) -> bool {
        self.root_device_types().any(|root| root == "ebs")
    }

    /// Whether its root volume can be an instance store volume.
    pub fn supports_instance_store_root(self) -> bool {
        self.root_device_types()
            .any(|root| root == "instance-store")
    }

    /// How it can be bought: `on-demand`, `spot`, `capacity-block`. None if unknown.
    pub fn usage_classes(self) -> impl Iterator<Item = &'static str> {
        list(types::USAGE_CLASSES.of(self.0))
    }

    /// Whether it can be bought as Spot; not known of a few withdrawn types.
    pub fn spot_supported(self) -> Option<bool> {
        let classes = types::USAGE_CLASSES.of(self.0);
        (!classes.is_empty()).then(|| list(classes).any(|class| class == "spot"))
    }

    /// Placement groups it can be in: `cluster`, `partition`, `spread`. None if unknown.
    pub fn placement_strategies(self) -> impl Iterator<Item = &'static str> {
        list(types::PLACEMENT_STRATEGIES.of(self.0))
    }

    /// Kinds of images: `hvm`, `paravirtual`. None if unknown.
    pub fn virtualization_types(self) -> impl Iterator<Item = &'static str> {
        list(types::VIRTUALIZATION_TYPES.of(self.0))
    }

    /// Boot modes: `legacy-bios`, `uefi`. None if unknown.
    pub fn boot_modes(self) -> impl Iterator<Item = &'static str> {
        list(types::BOOT_MODES.of(self.0))
    }

    /// Whether it runs on Dedicated Hosts, if known.
    pub fn dedicated_hosts(self) -> Option<bool> {
        types::DEDICATED_HOSTS.known(self.0)
    }

    /// Whether simplified automatic recovery works with it, if known.
    pub fn auto_recovery(self) -> Option<bool> {
        types::AUTO_RECOVERY.known(self.0)
    }

    /// Whether the free tier covers it, if known.
    pub fn free_tier(self) -> Option<bool> {
        types::FREE_TIER.known(self.0)
    }

    /// The Elastic Network Adapter: `required`, `supported` or `unsupported`; empty if unknown.
    pub fn ena(self) -> &'static str {
        types::ENA.of(self.0)
    }

    /// Whether it has an Elastic Fabric Adapter, if known.
    pub fn efa(self) -> Option<bool> {
        types::EFA.known(self.0)
    }

    /// Its size-flexibility units in hundredths: 25 for nano, 800 for xlarge. `None` for types that
    /// have none, such as the mac types.
    pub fn normalization_factor(self) -> Option<u32> {
        types::NORMALIZATION_FACTOR.known(self.0)
    }

    /// `Some(true)` where a Windows price or Windows Spot offer was seen; otherwise not known.
    pub fn windows_offered(self) -> Option<bool> {
        types::WINDOWS_OFFERED.known(self.0)
    }

    /// The date of the row, `2026-08-02`: an older one is the last sighting of a withdrawn type.
    pub fn data_date(self) -> &'static str {
        types::DATA_DATE.of(self.0)
    }
}
