//! Processor architectures, by EC2's names.

/// An architecture that an image can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// `i386`: 32 bits.
    I386,
    /// `x86_64`.
    X86_64,
    /// `arm64`.
    Arm64,
    /// `x86_64_mac`.
    X86_64Mac,
    /// `arm64_mac`.
    Arm64Mac,
}

impl Architecture {
    /// Every architecture, in the order of the bits of [`Architectures`].
    pub const ALL: [Self; 5] = [
        Self::I386,
        Self::X86_64,
        Self::Arm64,
        Self::X86_64Mac,
        Self::Arm64Mac,
    ];

    /// EC2's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::I386 => "i386",
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
            Self::X86_64Mac => "x86_64_mac",
            Self::Arm64Mac => "arm64_mac",
        }
    }

    /// The architecture with this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::I386 => 1,
            Self::X86_64 => 2,
            Self::Arm64 => 4,
            Self::X86_64Mac => 8,
            Self::Arm64Mac => 16,
        }
    }
}

/// A set of architectures.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{Architecture, TypeId};
///
/// let graviton = TypeId::find("m7g.large").unwrap().info().architectures();
/// assert!(graviton.contains(Architecture::Arm64));
/// assert!(!graviton.contains(Architecture::X86_64));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Architectures(u8);

impl Architectures {
    /// No architecture.
    pub const NONE: Self = Self(0);

    pub(super) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(self, architecture: Architecture) -> Self {
        Self(self.0 | architecture.bit())
    }

    /// Whether the architecture is in the set.
    pub const fn contains(self, architecture: Architecture) -> bool {
        self.0 & architecture.bit() != 0
    }

    /// Whether the sets have one in common.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The architectures in the set.
    pub fn iter(self) -> impl Iterator<Item = Architecture> {
        Architecture::ALL
            .into_iter()
            .filter(move |known| self.contains(*known))
    }
}
