//! Platforms: what an image runs, as bills know it (`platform-codes.tsv`).

use super::{
    architecture::{Architecture, Architectures},
    data::platforms,
};

/// The platform of an image (`BILL-PLATFORM-OP`).
///
/// # Example
///
/// ```
/// use ec2sim::catalog::Platform;
///
/// let windows = Platform::find("windows-sql-std").unwrap();
/// assert_eq!(windows.usage_operation(), "RunInstances:0006");
/// assert_eq!(windows.platform_details(), "Windows with SQL Server Standard");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Linux without a licence fee.
    Linux,
    /// Windows Server.
    Windows,
    /// Red Hat Enterprise Linux.
    Rhel,
    /// Red Hat Enterprise Linux with High Availability.
    RhelHa,
    /// SUSE Linux Enterprise Server.
    Suse,
    /// Ubuntu Pro.
    UbuntuPro,
    /// Linux with SQL Server Web.
    LinuxSqlWeb,
    /// Linux with SQL Server Standard.
    LinuxSqlStd,
    /// Linux with SQL Server Enterprise.
    LinuxSqlEnt,
    /// Windows with SQL Server Web.
    WindowsSqlWeb,
    /// Windows with SQL Server Standard.
    WindowsSqlStd,
    /// Windows with SQL Server Enterprise.
    WindowsSqlEnt,
    /// Red Hat Enterprise Linux with SQL Server Web.
    RhelSqlWeb,
    /// Red Hat Enterprise Linux with SQL Server Standard.
    RhelSqlStd,
    /// Red Hat Enterprise Linux with SQL Server Enterprise.
    RhelSqlEnt,
    /// Red Hat Enterprise Linux with High Availability and SQL Server Standard.
    RhelHaSqlStd,
    /// Red Hat Enterprise Linux with High Availability and SQL Server Enterprise.
    RhelHaSqlEnt,
    /// Windows with the user's own licence.
    WindowsByol,
    /// Red Hat Enterprise Linux with the user's own licence.
    RhelByol,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 19] = [
        Self::Linux,
        Self::Windows,
        Self::Rhel,
        Self::RhelHa,
        Self::Suse,
        Self::UbuntuPro,
        Self::LinuxSqlWeb,
        Self::LinuxSqlStd,
        Self::LinuxSqlEnt,
        Self::WindowsSqlWeb,
        Self::WindowsSqlStd,
        Self::WindowsSqlEnt,
        Self::RhelSqlWeb,
        Self::RhelSqlStd,
        Self::RhelSqlEnt,
        Self::RhelHaSqlStd,
        Self::RhelHaSqlEnt,
        Self::WindowsByol,
        Self::RhelByol,
    ];

    /// The word that scenarios use: `linux`, `windows-sql-std`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
            Self::Rhel => "rhel",
            Self::RhelHa => "rhel-ha",
            Self::Suse => "suse",
            Self::UbuntuPro => "ubuntu-pro",
            Self::LinuxSqlWeb => "linux-sql-web",
            Self::LinuxSqlStd => "linux-sql-std",
            Self::LinuxSqlEnt => "linux-sql-ent",
            Self::WindowsSqlWeb => "windows-sql-web",
            Self::WindowsSqlStd => "windows-sql-std",
            Self::WindowsSqlEnt => "windows-sql-ent",
            Self::RhelSqlWeb => "rhel-sql-web",
            Self::RhelSqlStd => "rhel-sql-std",
            Self::RhelSqlEnt => "rhel-sql-ent",
            Self::RhelHaSqlStd => "rhel-ha-sql-std",
            Self::RhelHaSqlEnt => "rhel-ha-sql-ent",
            Self::WindowsByol => "windows-byol",
            Self::RhelByol => "rhel-byol",
        }
    }

    /// The platform with this word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// Its row in the table, which is sorted by `platform_details`.
    const fn row(self) -> u8 {
        match self {
            Self::Linux => 0,
            Self::RhelByol => 1,
            Self::Rhel => 2,
            Self::RhelHa => 3,
            Self::RhelSqlEnt => 4,
            Self::RhelHaSqlEnt => 5,
            Self::RhelSqlStd => 6,
            Self::RhelHaSqlStd => 7,
            Self::RhelSqlWeb => 8,
            Self::LinuxSqlEnt => 9,
            Self::LinuxSqlStd => 10,
            Self::LinuxSqlWeb => 11,
            Self::Suse => 12,
            Self::UbuntuPro => 13,
            Self::Windows => 14,
            Self::WindowsByol => 15,
            Self::WindowsSqlEnt => 16,
            Self::WindowsSqlStd => 17,
            Self::WindowsSqlWeb => 18,
        }
    }

    fn record(self) -> &'static platforms::Record {
        &platforms::rows()[usize::from(self.row())]
    }

    /// The number under which prices name it.
    pub(super) const fn code(self) -> u8 {
        self.row()
    }

    /// `PlatformDetails` of `DescribeInstances`: `Linux/UNIX`.
    pub fn platform_details(self) -> &'static str {
        platforms::PLATFORM_DETAILS.of(self.record())
    }

    /// `UsageOperation` of `DescribeInstances`: `RunInstances:0002`.
    pub fn usage_operation(self) -> &'static str {
        platforms::USAGE_OPERATION.of(self.record())
    }

    /// The platform whose price it has, as a word: `linux` for those with the user's own licence.
    pub fn priced_as(self) -> &'static str {
        platforms::PRICED_AS_OS.of(self.record())
    }

    /// The operating system and the edition of SQL Server that its price is made of: `rhel-ha` and
    /// `std`. The system is `linux` for those with the user's own licence.
    pub(super) fn parts(self) -> (&'static str, Option<&'static str>) {
        let priced_as = self.priced_as();
        match priced_as.split_once("-sql-") {
            Some((system, edition)) => (system, Some(edition)),
            None => (priced_as, None),
        }
    }

    /// Whether it is Windows, whoever brings the licence.
    pub fn is_windows(self) -> bool {
        self.word().starts_with("windows")
    }

    /// Whether it is Red Hat Enterprise Linux, whoever brings the licence.
    pub fn is_rhel(self) -> bool {
        self.word().starts_with("rhel")
    }

    /// The size of an image's root in GiB: its snapshot's, which is the least and the default (`LIFE-RUN-ROOT-SIZE`).
    pub fn image_root_gib(self) -> u32 {
        if self.is_windows() {
            30
        } else if self.is_rhel() || self.is_suse() {
            10
        } else {
            8
        }
    }

    /// The root device name of an image that runs it, where the image doesn't say more (`VOL-ROOT-NAME`).
    pub fn image_root_device(self) -> &'static str {
        let is_sda =
            self.is_windows() || self.is_rhel() || self.is_suse() || self == Self::UbuntuPro;
        if is_sda { "/dev/sda1" } else { "/dev/xvda" }
    }

    /// Whether it is SUSE Linux Enterprise Server.
    pub fn is_suse(self) -> bool {
        self == Self::Suse
    }

    /// Whether it comes with SQL Server.
    pub fn has_sql_server(self) -> bool {
        self.parts().1.is_some()
    }

    /// Whether each partial hour is billed as a full one (`BILL-HOURLY-PLATFORM`): only SUSE is.
    pub fn is_hourly(self) -> bool {
        self.is_suse()
    }

    /// Whether it runs on one of these architectures. Windows and SQL Server need `x86_64`;
    /// only the plain Linux row has no condition.
    pub fn runs_on(self, architectures: Architectures) -> bool {
        if self.is_windows() || self.has_sql_server() {
            return architectures.contains(Architecture::X86_64);
        }
        let servers = Architectures::NONE
            .with(Architecture::X86_64)
            .with(Architecture::Arm64);
        self == Self::Linux || architectures.intersects(servers)
    }
}
