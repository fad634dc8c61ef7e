//! The classes of instance types whose vCPUs are counted together (`QUOTA-VCPU`).

use super::TypeId;

macro_rules! classes {
    ( $( $(#[$doc:meta])* $Class:ident = $name:literal; )+ ) => {
        /// Types whose vCPUs are counted together, against one quota.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum QuotaClass { $( $(#[$doc])* $Class, )+ }

        impl QuotaClass {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[ $( Self::$Class, )+ ];

            /// Its word.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Class => $name, )+ }
            }
        }
    };
}

classes! {
    /// A, C, D, H, I, M, R, T and Z: all but Mac that has no class of its own.
    Standard = "standard";
    /// F.
    F = "f";
    /// G, with Gr and VT.
    G = "g";
    /// P.
    P = "p";
    /// X.
    X = "x";
    /// Inf.
    Inf = "inf";
    /// Trn.
    Trn = "trn";
    /// DL.
    Dl = "dl";
    /// HPC.
    Hpc = "hpc";
    /// High memory.
    U = "u";
}

impl QuotaClass {
    /// The class of a type; none for Mac, which only runs on Dedicated Hosts.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::catalog::{QuotaClass, TypeId};
    /// let class = |name| QuotaClass::of(TypeId::find(name).unwrap());
    /// assert_eq!(class("m5.large"), Some(QuotaClass::Standard));
    /// assert_eq!(class("inf2.xlarge"), Some(QuotaClass::Inf));
    /// assert_eq!(class("mac2.metal"), None);
    /// ```
    pub fn of(instance_type: TypeId) -> Option<Self> {
        let family = instance_type.info().family();
        let letters = family.find(|letter: char| !letter.is_ascii_lowercase());
        Some(match &family[..letters.unwrap_or(family.len())] {
            "mac" => return None,
            "f" => Self::F,
            "g" | "gr" | "vt" => Self::G,
            "p" => Self::P,
            "x" => Self::X,
            "inf" => Self::Inf,
            "trn" => Self::Trn,
            "dl" => Self::Dl,
            "hpc" => Self::Hpc,
            "u" => Self::U,
            _ => Self::Standard,
        })
    }
}
