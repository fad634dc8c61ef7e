//! Device names (`VOL-DEVICE-NAMES`).

/// Whether EC2 takes a device name for a volume.
///
/// # Example
///
/// ```
/// use ec2sim::storage::is_device_name;
/// assert!(is_device_name("/dev/sdf", false) && is_device_name("/dev/xvdbz", false));
/// assert!(is_device_name("/dev/sda15", false) && !is_device_name("/dev/sda16", false));
/// assert!(!is_device_name("/dev/nvme1n1", false) && !is_device_name("/dev/xvdea", false));
/// assert!(is_device_name("xvdf", true) && !is_device_name("xvdf", false));
/// ```
pub fn is_device_name(name: &str, is_windows: bool) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase();
    if let Some(rest) = name.strip_prefix("/dev/sd") {
        return match rest.as_bytes() {
            [letter] => is_letter(*letter),
            [letter, b'1'..=b'9'] => is_letter(*letter),
            [letter, b'1', b'0'..=b'5'] => is_letter(*letter),
            _ => false,
        };
    }
    let rest = match name.strip_prefix("/dev/") {
        Some(rest) => rest,
        None if is_windows => name,
        None => return false,
    };
    match rest.strip_prefix("xvd").map(str::as_bytes) {
        Some([letter]) => is_letter(*letter),
        Some([b'b'..=b'd', letter]) => is_letter(*letter),
        _ => false,
    }
}
