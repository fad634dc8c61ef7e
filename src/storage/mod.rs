//! Data: memory, instance store, EBS volumes, and what hibernation asks of them.
//!
//! Knows nothing of addresses, queues or money.

mod devices;
mod hibernation;
mod limits;
mod retention;

pub use devices::is_device_name;
pub use hibernation::{HibernationRequest, Unmet, unmet_prerequisite};
pub use limits::{LimitError, VolumeShape, check_limits};
pub use retention::{DataFate, VolumeFate, instance_store_fate, memory_fate, volume_fate};
