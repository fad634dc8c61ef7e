//! What hibernation asks for at launch (lifecycle rulebook, section 4.1). Memory costs nothing of its own on the root
//! volume; it only has to fit (`BILL-EBS-HIBERNATE-RAM`).

use crate::{
    catalog::{TypeId, VolumeType},
    rule::{self, Rule},
};

/// Linux can't hibernate with this much memory or more (`HIB-RAM-LINUX`), in MiB.
const LINUX_MEMORY_MIB: u64 = 150 * 1_024;
/// Windows can't hibernate with more memory than this (`HIB-RAM-WINDOWS`), in MiB.
const WINDOWS_MEMORY_MIB: u64 = 16 * 1_024;

/// What is to hibernate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HibernationRequest {
    /// The instance type.
    pub instance_type: TypeId,
    /// Whether it runs Windows.
    pub windows: bool,
    /// The root volume: type, size in GiB, whether it is encrypted. None where the root isn't an EBS volume.
    pub root: Option<(VolumeType, u32, bool)>,
    /// The size of the image's root in GiB.
    pub min_root_gib: u32,
}

/// A prerequisite that isn't met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// What EC2 says.
    pub message: String,
    /// The rules that ask for it.
    pub rules: &'static [&'static Rule],
}

/// The first prerequisite that isn't met, in the order of the rulebook.
///
/// The catalogue's flag decides which types can; the limits of memory and bare metal hold on top of it.
///
/// # Example
///
/// ```
/// use ec2sim::{catalog::{TypeId, VolumeType}, storage::{HibernationRequest, unmet_prerequisite}};
/// let request = HibernationRequest {
///     instance_type: TypeId::find("m5.large").unwrap(),
///     windows: false,
///     root: Some((VolumeType::Gp3, 20, false)),
///     min_root_gib: 8,
/// };
/// let unmet = unmet_prerequisite(request).unwrap();
/// assert_eq!(unmet.message, "For hibernation, the root device volume must be encrypted.");
/// ```
pub fn unmet_prerequisite(request: HibernationRequest) -> Option<Unmet> {
    let unmet = |message: &str, rules| {
        Some(Unmet {
            message: format!("For hibernation, {message}"),
            rules,
        })
    };
    let info = request.instance_type.info();
    let name = request.instance_type.name();
    let memory_mib = u64::from(info.memory_mib());
    let Some((volume_type, size_gib, encrypted)) = request.root else {
        return unmet(
            "the root device must be an EBS volume.",
            &[rule::HIB_ROOT_EBS, rule::LIFE_RUN_HIBERNATION],
        );
    };
    if !encrypted {
        return unmet(
            "the root device volume must be encrypted.",
            &[rule::HIB_ROOT_ENCRYPTED, rule::LIFE_RUN_HIBERNATION],
        );
    }
    let needed_gib = memory_mib.div_ceil(1_024) + u64::from(request.min_root_gib);
    if u64::from(size_gib) < needed_gib {
        return unmet(
            &format!(
                "the root device volume must hold the memory of {name} and the image: at least {needed_gib} GiB, \
                 not {size_gib} GiB."
            ),
            &[rule::HIB_ROOT_SIZE, rule::LIFE_RUN_HIBERNATION],
        );
    }
    match volume_type {
        VolumeType::Gp2 | VolumeType::Gp3 | VolumeType::Io1 | VolumeType::Io2 => {}
        VolumeType::St1 | VolumeType::Sc1 | VolumeType::Standard => {
            return unmet(
                "the root device volume must be of type gp2, gp3, io1 or io2.",
                &[rule::HIB_ROOT_TYPE, rule::LIFE_RUN_HIBERNATION],
            );
        }
    }
    if !request.windows && memory_mib >= LINUX_MEMORY_MIB {
        return unmet(
            &format!(
                "a Linux instance must have less than 150 GiB of memory, which {name} hasn't."
            ),
            &[rule::HIB_RAM_LINUX, rule::LIFE_RUN_HIBERNATION],
        );
    }
    if request.windows && memory_mib > WINDOWS_MEMORY_MIB {
        return unmet(
            &format!(
                "a Windows instance must have at most 16 GiB of memory, which {name} exceeds."
            ),
            &[rule::HIB_RAM_WINDOWS, rule::LIFE_RUN_HIBERNATION],
        );
    }
    if info.bare_metal() {
        return unmet(
            &format!("the instance must not be bare metal, as {name} is."),
            &[rule::HIB_NO_METAL, rule::LIFE_RUN_HIBERNATION],
        );
    }
    if info.hibernation_supported() != Some(true) {
        return unmet(
            &format!("the instance family must support it, which that of {name} doesn't."),
            &[rule::HIB_FAMILY, rule::LIFE_RUN_HIBERNATION],
        );
    }
    None
}
