//! The states as users and as EC2's API name them.

macro_rules! words {
    ( $(#[$doc:meta])* $Name:ident { $( $(#[doc = $says:literal])+ $Variant:ident = $word:literal; )+ } ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name { $( $(#[doc = $says])+ $Variant, )+ }

        impl $Name {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[ $( Self::$Variant, )+ ];

            /// Its word.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Variant => $word, )+ }
            }

            /// What it means, in a sentence.
            pub const fn says(self) -> &'static str {
                match self { $( Self::$Variant => concat!($($says),+).trim_ascii(), )+ }
            }

            /// The one of this word, if there is one.
            pub fn find(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == word)
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// The state of an instance. `hibernated` is a state of its own here (`STATE-HIBERNATED-TYPED`); EC2 calls it `stopped`.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::lifecycle::{ApiState, InstanceState};
    /// assert_eq!(InstanceState::Hibernated.api(), ApiState::Stopped);
    /// assert_eq!(InstanceState::find("shutting-down"), Some(InstanceState::ShuttingDown));
    /// ```
    InstanceState {
        /// Getting ready to run; not billed.
        Pending = "pending";
        /// Running; billed.
        Running = "running";
        /// On the way to `stopped` or `hibernated`; billed only when it hibernates.
        Stopping = "stopping";
        /// At rest, memory lost.
        Stopped = "stopped";
        /// At rest, memory saved on the root volume.
        Hibernated = "hibernated";
        /// On the way to `terminated`.
        ShuttingDown = "shutting-down";
        /// Gone for good.
        Terminated = "terminated";
    }
}

words! {
    /// The state of an instance as EC2's API has it (`STATE-CODES`).
    ApiState {
        /// 0.
        Pending = "pending";
        /// 16.
        Running = "running";
        /// 32.
        ShuttingDown = "shutting-down";
        /// 48.
        Terminated = "terminated";
        /// 64.
        Stopping = "stopping";
        /// 80.
        Stopped = "stopped";
    }
}

words! {
    /// What kind of `stopping` or `pending` it is, where it isn't the plain one.
    Flavor {
        /// A `stopping` that writes memory to the root volume.
        Hibernating = "hibernating";
        /// A `pending` that reads memory back.
        Resuming = "resuming";
    }
}

impl InstanceState {
    /// The state as EC2's API has it (`STATE-HIBERNATED-API`).
    pub const fn api(self) -> ApiState {
        match self {
            Self::Pending => ApiState::Pending,
            Self::Running => ApiState::Running,
            Self::Stopping => ApiState::Stopping,
            Self::Stopped | Self::Hibernated => ApiState::Stopped,
            Self::ShuttingDown => ApiState::ShuttingDown,
            Self::Terminated => ApiState::Terminated,
        }
    }

    /// Whether it ends by itself.
    pub const fn is_transitional(self) -> bool {
        match self {
            Self::Pending | Self::Stopping | Self::ShuttingDown => true,
            Self::Running | Self::Stopped | Self::Hibernated | Self::Terminated => false,
        }
    }
}

impl ApiState {
    /// The low byte of the state code; the simulator's high byte is always zero (`STATE-CODE-LOW-BYTE`).
    pub const fn code(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }
}
