//! EC2's forms of ids, and where they come from: the seed and the thing's own name.

use std::fmt;

/// The prefix of an id, which says what it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdKind {
    /// `i-…`
    Instance,
    /// `vol-…`
    Volume,
    /// `eipalloc-…`
    Allocation,
    /// `eipassoc-…`
    Association,
    /// `snap-…`
    Snapshot,
    /// `ami-…`
    Image,
    /// `eni-…`
    Interface,
    /// `sir-…`
    SpotRequest,
    /// `h-…`: a Dedicated Host.
    DedicatedHost,
    /// `cr-…`
    CapacityReservation,
    /// `host-…`: EC2 shows no id for shared hosts; this one is the simulator's own.
    Host,
    /// `instance-event-…`
    InstanceEvent,
    /// `r-…`
    Reservation,
    /// `vpc-…`
    Vpc,
    /// `subnet-…`
    Subnet,
    /// `sg-…`
    SecurityGroup,
    /// `key-…`
    KeyPair,
    /// `lt-…`
    LaunchTemplate,
    /// `rtb-…`
    RouteTable,
    /// `acl-…`
    NetworkAcl,
    /// `igw-…`
    InternetGateway,
    /// `dopt-…`
    DhcpOptions,
    /// `eni-attach-…`
    Attachment,
    /// `sgr-…`
    SecurityGroupRule,
    /// `vpc-cidr-assoc-…`
    CidrAssociation,
    /// `fn-…`: AWS knows a function by its name; this id is the simulator's own.
    Function,
    /// `env-…`: AWS shows no id of an execution environment; this one is the simulator's own.
    Environment,
    /// `ecs-cluster-…`: AWS knows a cluster by its name; this id is the simulator's own.
    Cluster,
    /// `ecs-svc-…`: that of a service, likewise.
    Service,
    /// `task-…`: that of a task, likewise.
    Task,
}

impl IdKind {
    const ALL: [Self; 30] = [
        Self::Instance,
        Self::Volume,
        Self::Allocation,
        Self::Association,
        Self::Snapshot,
        Self::Image,
        Self::Interface,
        Self::SpotRequest,
        Self::DedicatedHost,
        Self::CapacityReservation,
        Self::Host,
        Self::InstanceEvent,
        Self::Reservation,
        Self::Vpc,
        Self::Subnet,
        Self::SecurityGroup,
        Self::KeyPair,
        Self::LaunchTemplate,
        Self::RouteTable,
        Self::NetworkAcl,
        Self::InternetGateway,
        Self::DhcpOptions,
        Self::Attachment,
        Self::SecurityGroupRule,
        Self::CidrAssociation,
        Self::Function,
        Self::Environment,
        Self::Cluster,
        Self::Service,
        Self::Task,
    ];

    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Instance => "i",
            Self::Volume => "vol",
            Self::Allocation => "eipalloc",
            Self::Association => "eipassoc",
            Self::Snapshot => "snap",
            Self::Image => "ami",
            Self::Interface => "eni",
            Self::SpotRequest => "sir",
            Self::DedicatedHost => "h",
            Self::CapacityReservation => "cr",
            Self::Host => "host",
            Self::InstanceEvent => "instance-event",
            Self::Reservation => "r",
            Self::Vpc => "vpc",
            Self::Subnet => "subnet",
            Self::SecurityGroup => "sg",
            Self::KeyPair => "key",
            Self::LaunchTemplate => "lt",
            Self::RouteTable => "rtb",
            Self::NetworkAcl => "acl",
            Self::InternetGateway => "igw",
            Self::DhcpOptions => "dopt",
            Self::Attachment => "eni-attach",
            Self::SecurityGroupRule => "sgr",
            Self::CidrAssociation => "vpc-cidr-assoc",
            Self::Function => "fn",
            Self::Environment => "env",
            Self::Cluster => "ecs-cluster",
            Self::Service => "ecs-svc",
            Self::Task => "task",
        }
    }
}

/// An id in EC2's form: a prefix, and 17 hexadecimal digits of which the first is 0.
///
/// # Example
///
/// ```
/// use ec2sim::id::{Id, IdKind, Seeded};
/// let key = Seeded::new(0).named("web");
/// let id = Id::new(IdKind::Instance, key).to_string();
/// assert_eq!(id.len(), "i-0123456789abcdef0".len());
/// assert!(id.starts_with("i-0"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    kind: IdKind,
    bits: u64,
}

impl Id {
    /// The id of this kind that belongs to a key.
    pub const fn new(kind: IdKind, key: Seeded) -> Self {
        Self {
            kind,
            bits: key.purpose(kind.prefix()).0,
        }
    }

    /// The id that a text is; none if it has another form than [`Display`](fmt::Display) prints.
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, digits) = text.split_once("-0")?;
        let kind = IdKind::ALL
            .into_iter()
            .find(|kind| kind.prefix() == prefix)?;
        let plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != 16 || !digits.bytes().all(plain) {
            return None;
        }
        let bits = u64::from_str_radix(digits, 16).ok()?;
        Some(Self { kind, bits })
    }

    /// Of what it is.
    pub const fn kind(self) -> IdKind {
        self.kind
    }

    /// Appends what [`Display`](fmt::Display) prints.
    pub(crate) fn append_to(self, text: &mut Vec<u8>) {
        text.extend_from_slice(self.kind.prefix().as_bytes());
        text.extend_from_slice(b"-0");
        let mut digits = [0; 16];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.bits.to_be_bytes()) {
            pair.copy_from_slice(&HEX[usize::from(byte)]);
        }
        text.extend_from_slice(&digits);
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-0{:016x}", self.kind.prefix(), self.bits)
    }
}

/// The two hexadecimal digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = *b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < pairs.len() {
        pairs[byte] = [digits[byte / 16], digits[byte % 16]];
        byte += 1;
    }
    pairs
};

/// Whether a text has the form of an instance id: `i-` and 8 or 17 lower-case hexadecimal digits (`REQ-ID-MALFORMED`).
pub fn is_instance_id(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// A key of the seed's tree: what is drawn for one name and purpose doesn't shift when another one draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seeded(u64);

impl Seeded {
    /// The root of the tree.
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x6563_3273_696d_0001))
    }

    /// The branch of a name.
    #[must_use]
    pub const fn named(self, name: &str) -> Self {
        self.bytes(name.as_bytes())
    }

    /// The branch of a purpose.
    #[must_use]
    pub const fn purpose(self, label: &str) -> Self {
        self.bytes(label.as_bytes())
    }

    /// The branch of a number.
    #[must_use]
    pub const fn number(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The 64 bits of this key.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A number below `bound`, every one as likely as the other to within 2⁻³².
    pub const fn below(self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0 % bound }
    }

    #[expect(
        clippy::as_conversions,
        reason = "a byte widens without loss, and From isn't const"
    )]
    const fn bytes(self, bytes: &[u8]) -> Self {
        let mut state = self.0 ^ 0xcbf2_9ce4_8422_2325;
        let mut index = 0;
        while index < bytes.len() {
            state = (state ^ bytes[index] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            index += 1;
        }
        Self(mix(state))
    }
}

/// The finaliser of `SplitMix64`.
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_ec2s_form_and_differ_by_name_and_kind() {
        let root = Seeded::new(7);
        let id = |kind, name: &str| Id::new(kind, root.named(name)).to_string();
        assert!(is_instance_id(&id(IdKind::Instance, "web")));
        assert_ne!(id(IdKind::Instance, "web"), id(IdKind::Instance, "lab"));
        assert_ne!(
            id(IdKind::Instance, "web")[2..],
            id(IdKind::Volume, "web")[4..]
        );
    }

    #[test]
    fn ids_are_appended_as_they_are_printed() {
        for number in 0..1_000 {
            let id = Id::new(IdKind::Volume, Seeded::new(number));
            let mut text = Vec::new();
            id.append_to(&mut text);
            assert_eq!(text, id.to_string().into_bytes());
            assert_eq!(Id::parse(&id.to_string()), Some(id));
        }
    }

    #[test]
    fn malformed_instance_ids_are_seen() {
        for good in ["i-0123456789abcdef0", "i-12345678"] {
            assert!(is_instance_id(good), "{good}");
        }
        for bad in [
            "i-zzz",
            "i-",
            "i-0123456789ABCDEF0",
            "vol-12345678",
            "i-123456789",
        ] {
            assert!(!is_instance_id(bad), "{bad}");
        }
    }
}
