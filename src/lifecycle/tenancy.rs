//! On whose hardware instances run (lifecycle rulebook, section 8.6).

/// On whose hardware an instance runs (`TEN-VALUES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tenancy {
    /// On hardware that others share.
    #[default]
    Default,
    /// On hardware that only this account's instances share.
    Dedicated,
    /// On a Dedicated Host of the account.
    Host,
}

impl Tenancy {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Default, Self::Dedicated, Self::Host];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Dedicated => "dedicated",
            Self::Host => "host",
        }
    }
}
