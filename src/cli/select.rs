//! Which instance types are asked for, and in which order: what `ec2sim types` and `ec2sim prices` have in common.

use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::{
    catalog::{
        Architecture, InstanceType, Offering, OnDemand, Platform, RegionId, TypeId, offered,
    },
    scenario::nearest,
};

// Which types. This is no doc comment: clap would take it for what the command says of itself.
#[derive(Debug, Args)]
pub(super) struct TypeFilter {
    /// Types; `*` stands for any text and `?` for one letter, such as `'t3*'` or `'m?g.large'` [default: every type].
    #[arg(value_name = "TYPE")]
    patterns: Vec<String>,
    /// The Regions, such as `eu-west-1` or `us-east-1,us-west-2`; or `all`.
    #[arg(
        long,
        value_name = "REGION",
        default_value = "us-east-1",
        value_delimiter = ','
    )]
    region: Vec<RegionArg>,
    /// Only types with so many vCPUs: `4`, `2..`, `..8` or `2..8`.
    #[arg(long, value_name = "RANGE")]
    vcpus: Option<Bounds<Count>>,
    /// Only types with so much memory: `8GiB`, `..8GiB`, `512MiB..4GiB`.
    #[arg(long, value_name = "RANGE")]
    memory: Option<Bounds<Memory>>,
    /// Only types of this architecture.
    #[arg(long, value_name = "ARCH")]
    arch: Option<ArchArg>,
    /// Only types that can hibernate.
    #[arg(long)]
    hibernation: bool,
    /// Only types with CPU credits.
    #[arg(long)]
    burstable: bool,
    /// Only types with an instance store.
    #[arg(long)]
    instance_store: bool,
    /// Only types with a GPU or another accelerator.
    #[arg(long)]
    gpu: bool,
    /// Only types of the current generations.
    #[arg(long)]
    current: bool,
    /// In which order: by family and size, the cheapest first, the fewest vCPUs or the least memory first.
    #[arg(long, value_name = "KEY", default_value = "type")]
    sort: Sort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Sort {
    Type,
    Price,
    Vcpus,
    Memory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ArchArg {
    #[value(name = "x86_64", alias = "amd64", alias = "x86")]
    X86_64,
    #[value(name = "arm64", alias = "aarch64", alias = "arm")]
    Arm64,
    #[value(name = "i386")]
    I386,
    #[value(name = "x86_64_mac")]
    X86_64Mac,
    #[value(name = "arm64_mac")]
    Arm64Mac,
}

impl ArchArg {
    const fn architecture(self) -> Architecture {
        match self {
            Self::X86_64 => Architecture::X86_64,
            Self::Arm64 => Architecture::Arm64,
            Self::I386 => Architecture::I386,
            Self::X86_64Mac => Architecture::X86_64Mac,
            Self::Arm64Mac => Architecture::Arm64Mac,
        }
    }
}

/// What a list of catalogue rows is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    Table,
    Json,
    Csv,
}

/// A Region, or every one.
#[derive(Debug, Clone, Copy)]
enum RegionArg {
    One(RegionId),
    All,
}

impl FromStr for RegionArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        RegionId::find(text).map(Self::One).ok_or_else(|| {
            let names = RegionId::all().map(RegionId::name);
            match nearest(text, names.chain(["all"])) {
                Some(nearest) => format!("no such Region: did you mean `{nearest}`?"),
                None => "no such Region; one is `us-east-1`".to_owned(),
            }
        })
    }
}

/// From so much to so much, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds<T> {
    from: Option<T>,
    to: Option<T>,
}

impl<T: Copy + Ord> Bounds<T> {
    fn has(self, value: T) -> bool {
        self.from.is_none_or(|from| from <= value) && self.to.is_none_or(|to| value <= to)
    }
}

impl<T: FromStr<Err = String> + Copy + Ord> FromStr for Bounds<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((from, to)) = text.split_once("..") else {
            let one = Some(text.parse()?);
            return Ok(Self { from: one, to: one });
        };
        let end = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.parse()).transpose()
        };
        let bounds = Self {
            from: end(from)?,
            to: end(to.strip_prefix('=').unwrap_or(to))?,
        };
        match bounds {
            Self {
                from: None,
                to: None,
            } => Err("expected a number before or after `..`".to_owned()),
            Self {
                from: Some(from),
                to: Some(to),
            } if from > to => Err("it begins above its end".to_owned()),
            Self { .. } => Ok(bounds),
        }
    }
}

/// A number of vCPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Count(u64);

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = text.parse().map(Self);
        count.map_err(|_| format!("`{text}` is not a number of vCPUs"))
    }
}

/// Memory in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Memory(u64);

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a size of memory, such as `8GiB` or `512MiB`");
        let end = text
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let each: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            // A bare number is GiB, as everybody says it.
            "" | "gib" | "gb" | "g" => 1_024,
            "mib" | "mb" | "m" => 1,
            "tib" | "tb" | "t" => 1_024 * 1_024,
            _ => return Err(bad()),
        };
        if fraction.len() > 4 || (whole.is_empty() && fraction.is_empty()) {
            return Err(bad());
        }
        // In ten-thousandths: 3.75 GiB are whole MiB.
        let digits = format!("{whole}{fraction:0<4}");
        let scaled: u64 = digits.parse().map_err(|_| bad())?;
        let mib = scaled.checked_mul(each).ok_or_else(bad)?;
        Ok(Self(mib / 10_000))
    }
}

/// A type in a Region, and what an hour costs there, where that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) region: RegionId,
    pub(super) type_id: TypeId,
    pub(super) platform: Platform,
    pub(super) price: Option<OnDemand>,
}

impl TypeFilter {
    /// What is asked for, in order; `Err`: what is wrong with the question.
    pub(super) fn find(
        &self,
        platforms: &[Platform],
        price: impl Fn(RegionId, TypeId, Platform) -> Option<OnDemand>,
    ) -> Result<Vec<Found>, String> {
        let types = self.types()?;
        let mut regions: Vec<RegionId> = Vec::new();
        for one in &self.region {
            match one {
                RegionArg::One(region) => regions.push(*region),
                RegionArg::All => regions.extend(RegionId::all()),
            }
        }
        regions.sort_unstable();
        regions.dedup();
        let mut found = Vec::new();
        for &region in &regions {
            for &type_id in &types {
                let is_offered = match offered(region, type_id) {
                    Offering::NotOffered => continue,
                    Offering::Zones(_) => true,
                    Offering::Unknown => false,
                };
                for &platform in platforms {
                    let price = price(region, type_id, platform);
                    let runs = platform.runs_on(type_id.info().architectures());
                    // Where nobody says what a Region offers, its prices do.
                    if price.is_some() || (is_offered && runs) {
                        found.push(Found {
                            region,
                            type_id,
                            platform,
                            price,
                        });
                    }
                }
            }
        }
        if found.is_empty() {
            return Err("no type is like that in the Region".to_owned());
        }
        found.sort_by_cached_key(|one| self.key(one));
        Ok(found)
    }

    fn types(&self) -> Result<Vec<TypeId>, String> {
        for pattern in &self.patterns {
            if !TypeId::all().any(|type_id| matches(pattern, type_id.name())) {
                let near = nearest(pattern, TypeId::all().map(TypeId::name));
                let help =
                    near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
                return Err(format!("no type is called `{pattern}`{help}"));
            }
        }
        let named = TypeId::all().filter(|type_id| {
            let name = type_id.name();
            self.patterns.is_empty() || self.patterns.iter().any(|one| matches(one, name))
        });
        Ok(named.filter(|type_id| self.has(type_id.info())).collect())
    }

    fn has(&self, info: InstanceType) -> bool {
        let fits = |is_asked: bool, is_so: bool| !is_asked || is_so;
        let accelerated = !info.gpus().is_empty() || !info.accelerators().is_empty();
        let vcpus = Count(info.vcpus().into());
        let memory = Memory(info.memory_mib().into());
        self.vcpus.is_none_or(|bounds| bounds.has(vcpus))
            && self.memory.is_none_or(|bounds| bounds.has(memory))
            && self
                .arch
                .is_none_or(|arch| info.architectures().contains(arch.architecture()))
            && fits(self.hibernation, info.hibernation_supported() == Some(true))
            && fits(self.burstable, info.burstable())
            && fits(self.instance_store, info.instance_store_gb() > 0)
            && fits(self.gpu, accelerated)
            && fits(self.current, info.current_generation())
    }

    /// What is sorted by, and after it the natural order of types. What has no price comes last.
    fn key(
        &self,
        one: &Found,
    ) -> (
        u64,
        &'static str,
        u16,
        u32,
        &'static str,
        RegionId,
        Platform,
    ) {
        let info = one.type_id.info();
        let first = match self.sort {
            Sort::Type => 0,
            Sort::Price => one.price.map_or(u64::MAX, |price| price.price.units()),
            Sort::Vcpus => info.vcpus().into(),
            Sort::Memory => info.memory_mib().into(),
        };
        (
            first,
            info.family(),
            info.vcpus(),
            info.memory_mib(),
            info.name(),
            one.region,
            one.platform,
        )
    }
}

/// Whether a name is like a pattern with `*` and `?`.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    // Where to go on after the last `*`, if what follows it doesn't fit.
    let mut again = None;
    while n < name.len() {
        if pattern.get(p) == Some(&b'*') {
            again = Some((p + 1, n));
            p += 1;
        } else if pattern
            .get(p)
            .is_some_and(|byte| *byte == b'?' || byte.eq_ignore_ascii_case(&name[n]))
        {
            (p, n) = (p + 1, n + 1);
        } else if let Some((after, from)) = again {
            again = Some((after, from + 1));
            (p, n) = (after, from + 1);
        } else {
            return false;
        }
    }
    pattern[p.min(pattern.len())..]
        .iter()
        .all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_a_shell_would() {
        for (pattern, name, wanted) in [
            ("t3*", "t3.micro", true),
            ("t3*", "t3a.micro", true),
            ("t3.*", "t3a.micro", false),
            ("*.large", "m5.large", true),
            ("*.large", "m5.xlarge", false),
            ("m?g.large", "m7g.large", true),
            ("m?g.large", "m7gd.large", false),
            ("M5.LARGE", "m5.large", true),
            ("*", "m5.large", true),
            ("", "m5.large", false),
            ("*a*a*", "t3a.nano", true),
            ("m5.large*", "m5.large", true),
        ] {
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn ranges_include_both_ends() {
        let memory = |text: &str| text.parse::<Bounds<Memory>>();
        let (low, high) = (memory("512MiB..8GiB").unwrap(), memory("..8GiB").unwrap());
        assert!(low.has(Memory(512)) && low.has(Memory(8_192)) && !low.has(Memory(8_193)));
        assert!(high.has(Memory(0)) && !high.has(Memory(16_384)));
        assert!(memory("3.75GiB").unwrap().has(Memory(3_840)));
        assert!(memory("4").unwrap().has(Memory(4_096)));
        for bad in [
            "",
            "..",
            "8GiB..4GiB",
            "8KiB",
            "x..",
            "1.23456GiB",
            "99999999999999999999",
        ] {
            assert!(memory(bad).is_err(), "{bad}");
        }
        assert!("2..=4".parse::<Bounds<Count>>().unwrap().has(Count(4)));
        assert!("2..4.5".parse::<Bounds<Count>>().is_err());
    }
}
