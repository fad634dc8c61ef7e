//! What a volume can be (billing rulebook, section 3.3). The numbers are the catalogue's.

use thiserror::Error;

use crate::catalog::VolumeType;

/// A volume that somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeShape {
    /// The type.
    pub volume_type: VolumeType,
    /// The size in GiB.
    pub size_gib: u32,
    /// Provisioned IOPS; 0 where the type takes none.
    pub iops: u32,
    /// Provisioned throughput in MiB/s; 0 where the type takes none.
    pub throughput: u32,
}

/// Why there is no such volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LimitError {
    /// Too small or too large.
    #[error("a {name} volume has {min} to {max} GiB", name = .0.name(), min = .0.limits().min_size_gib, max = .0.limits().max_size_gib)]
    Size(VolumeType),
    /// Too few or too many IOPS.
    #[error("a {name} volume has {min} to {max} IOPS", name = .0.name(), min = .0.limits().iops.min, max = .0.limits().iops.max)]
    Iops(VolumeType),
    /// Too many IOPS for its size.
    #[error("a {name} volume has at most {each} IOPS a GiB, so {most} here", name = .volume_type.name())]
    IopsForSize {
        /// The type.
        volume_type: VolumeType,
        /// How many a GiB.
        each: u32,
        /// The most for this size.
        most: u64,
    },
    /// Too little or too much throughput.
    #[error("a {name} volume has {min} to {max} MiB/s", name = .0.name(), min = .0.limits().throughput.min.unwrap_or(0), max = .0.limits().throughput.max)]
    Throughput(VolumeType),
    /// Too much throughput for its IOPS.
    #[error("a {name} volume needs {each} IOPS for each MiB/s, so {least} here", name = .volume_type.name())]
    ThroughputForIops {
        /// The type.
        volume_type: VolumeType,
        /// How many IOPS for each MiB/s.
        each: u32,
        /// The fewest for this throughput.
        least: u64,
    },
}

/// Whether a volume can be as asked.
///
/// # Errors
///
/// The first limit that it breaks: size, IOPS, IOPS for the size, throughput, throughput for the IOPS.
///
/// # Example
///
/// ```
/// use ec2sim::{catalog::VolumeType, storage::{VolumeShape, check_limits}};
/// let shape = VolumeShape { volume_type: VolumeType::Gp3, size_gib: 100, iops: 60_000, throughput: 125 };
/// assert_eq!(
///     check_limits(shape).unwrap_err().to_string(),
///     "a gp3 volume has at most 500 IOPS a GiB, so 50000 here",
/// );
/// ```
pub fn check_limits(shape: VolumeShape) -> Result<(), LimitError> {
    let VolumeShape {
        volume_type,
        size_gib,
        iops,
        throughput,
    } = shape;
    let limits = volume_type.limits();
    if !(limits.min_size_gib..=limits.max_size_gib).contains(&size_gib) {
        return Err(LimitError::Size(volume_type));
    }
    if volume_type.takes_iops() {
        if !(limits.iops.min..=limits.iops.max).contains(&iops) {
            return Err(LimitError::Iops(volume_type));
        }
        if let Some(each) = limits.iops.per_gib {
            let most = u64::from(each) * u64::from(size_gib);
            // What a gp3 volume includes it has at any size.
            if u64::from(iops) > most.max(u64::from(volume_type.default_iops().unwrap_or(0))) {
                return Err(LimitError::IopsForSize {
                    volume_type,
                    each,
                    most,
                });
            }
        }
    }
    if volume_type.takes_throughput() {
        if !(limits.throughput.min.unwrap_or(0)..=limits.throughput.max).contains(&throughput) {
            return Err(LimitError::Throughput(volume_type));
        }
        if let Some(each) = limits.throughput.iops_for_each {
            let least = u64::from(each) * u64::from(throughput);
            if u64::from(iops) < least {
                return Err(LimitError::ThroughputForIops {
                    volume_type,
                    each,
                    least,
                });
            }
        }
    }
    Ok(())
}
