//! In what terms something is bought for longer.

/// Declares words that the language and reports use, and usage types in their own way.
macro_rules! worded {
    ( $( $(#[$doc:meta])* $Name:ident { $( $(#[$one:meta])* $Variant:ident = $word:literal $(, $usage_type:literal)?; )+ } )+ ) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name { $( $(#[$one])* $Variant, )+ }

        impl $Name {
            /// All of them.
            pub const ALL: &[Self] = &[ $( Self::$Variant, )+ ];

            /// Its word.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Variant => $word, )+ }
            }

            /// How usage types spell it.
            #[allow(dead_code, reason = "not all of them stand in usage types")]
            pub(crate) const fn in_usage_type(self) -> &'static str {
                match self { $( Self::$Variant => concat!($( $usage_type )?), )+ }
            }
        }
    )+ };
}

worded! {
    /// How long something is bought for (`BILL-RI-TERM`).
    Term {
        /// A year of 365 days.
        OneYear = "1y", "1yr";
        /// Three of them.
        ThreeYears = "3y", "3yr";
    }
    /// How it is paid (`BILL-RI-PAYMENT`).
    Payment {
        /// By the hour.
        NoUpfront = "no-upfront", "NoUpfront";
        /// In part at once, the rest by the hour.
        Partial = "partial-upfront", "PartialUpfront";
        /// At once.
        AllUpfront = "all-upfront", "AllUpfront";
    }
    /// The class of a Reserved Instance (`BILL-RI-CLASS`).
    ReservedClass {
        /// The deeper discount.
        Standard = "standard";
        /// One that may be exchanged.
        Convertible = "convertible";
    }
    /// What a Savings Plan is for (`BILL-SP-SCOPE`).
    PlanKind {
        /// Any instance.
        Compute = "compute", "ComputeSP";
        /// One family in one Region.
        Ec2Instance = "ec2-instance", "EC2SP";
    }
}

impl Term {
    /// How many hours it has.
    pub const fn hours(self) -> u64 {
        match self {
            Self::OneYear => 8_760,
            Self::ThreeYears => 26_280,
        }
    }
}

/// As what the fee of a Savings Plan is charged: `EC2SP:m5.1yrNoUpfront`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanTerms {
    /// What it is for.
    pub kind: PlanKind,
    /// For which family of types; none for any.
    pub family: Option<&'static str>,
    /// For how long it was bought.
    pub term: Term,
    /// How it is paid.
    pub payment: Payment,
}

impl PlanTerms {
    /// Its usage type.
    pub(crate) fn usage_type(self) -> String {
        let family = self
            .family
            .map_or_else(String::new, |family| format!("{family}."));
        format!(
            "{}:{family}{}{}",
            self.kind.in_usage_type(),
            self.term.in_usage_type(),
            self.payment.in_usage_type()
        )
    }
}
