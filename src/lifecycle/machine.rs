//! What the lifecycle table is made of, and the macro that reads it.

use crate::{rule::Rule, time::SimTime};

use super::{Lifecycle, Phase, Refusal, Trigger};

/// A row of the table that moves: a transition that an instance may take.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The phase that it leaves.
    pub from: Phase,
    /// What makes it move.
    pub trigger: Trigger,
    /// The phase that it enters.
    pub to: Phase,
    /// What has to hold besides, tried in this order.
    pub guards: &'static [Guard],
    /// Why it moves, in a few words.
    pub why: &'static str,
    /// The rules that say so.
    pub rules: &'static [&'static Rule],
}

/// What holds while an instance is in a phase, whatever brought it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Usage is metered: in `running`, and in `stopping` when hibernating (`STATE-METERING`, `HIB-METERED-STOPPING`).
    pub metered: bool,
    /// An associated Elastic IP counts as idle (`BILL-IPV4-IDLE`).
    pub idle: bool,
    /// It is on a host, or getting onto one; on the way down it counts as off.
    pub hosted: bool,
}

impl Phase {
    /// Whether usage is metered in it.
    pub const fn is_metered(self) -> bool {
        self.policy().metered
    }

    /// Whether an Elastic IP that is associated counts as idle in it.
    pub const fn is_idle(self) -> bool {
        self.policy().idle
    }

    /// Whether the instance is on a host in it, or getting onto one.
    pub const fn is_hosted(self) -> bool {
        self.policy().hosted
    }
}

/// What the table says of a phase and a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// The instance moves, if the row's guards hold.
    Moves(&'static Transition),
    /// It is done without a change of state.
    Accepted(&'static [&'static Rule]),
    /// EC2 answers with success, since it is so already, and nothing changes.
    Unchanged(&'static [&'static Rule]),
    /// EC2 refuses.
    Refused(Refusal),
}

/// A condition beyond the phase. Those of a trigger are about the kind of instance, or its protection, and come before
/// the phase is looked at; those of a row come after (`REQ-CHECK-ORDER`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// The root device is an EBS volume; asked of a start.
    StartableRoot,
    /// The root device is an EBS volume; asked of a stop.
    StoppableRoot,
    /// Hibernation was configured at launch.
    ConfiguredForHibernation,
    /// The instance isn't stop-protected.
    StopAllowed,
    /// The instance is protected from termination in neither way.
    TerminationAllowed,
    /// It has run long enough to hibernate.
    ReadyToHibernate,
    /// Its root volume is attached.
    RootAttached,
}

impl Guard {
    /// The refusal where the guard doesn't hold.
    pub fn refusal(self, instance: &Lifecycle, at: SimTime) -> Option<Refusal> {
        let options = instance.options();
        match self {
            Self::StartableRoot => (!options.root_is_ebs).then_some(Refusal::StartNeedsEbsRoot),
            Self::StoppableRoot => (!options.root_is_ebs).then_some(Refusal::StopNeedsEbsRoot),
            Self::ConfiguredForHibernation => {
                (!options.hibernation_configured).then_some(Refusal::NotConfiguredForHibernation)
            }
            Self::StopAllowed => options.disable_api_stop.then_some(Refusal::StopProtected),
            // With both set, the message names disableApiTermination (PROT-TERM-BY-STOP).
            Self::TerminationAllowed if options.disable_api_termination => {
                Some(Refusal::TerminationProtected)
            }
            Self::TerminationAllowed => options
                .disable_api_stop
                .then_some(Refusal::TerminationStopProtected),
            Self::ReadyToHibernate => {
                (at < instance.ready_to_hibernate()).then_some(Refusal::NotReadyToHibernate)
            }
            Self::RootAttached => (!options.root_attached).then_some(Refusal::NoRootVolume),
        }
    }
}

/// A phase, as a type.
pub trait Phased: sealed::Sealed {
    /// The phase.
    const PHASE: Phase;
}

/// A trigger for which the table has a row that leaves `P`.
#[diagnostic::on_unimplemented(
    message = "the lifecycle table has no row `{P} --{Self}-->`",
    label = "an instance in this phase does not take this trigger",
    note = "the legal rows are in `src/lifecycle/table.rs`"
)]
pub trait AppliesTo<P> {
    /// The phase that it enters.
    type To: Phased;
    /// The row.
    const ROW: &'static Transition;
}

/// A trigger whose row from `P` has no guards.
#[diagnostic::on_unimplemented(
    message = "the lifecycle table has no row `{P} --{Self}-->` without a guard",
    note = "a guarded row is taken with `request`; the rows are in `src/lifecycle/table.rs`"
)]
pub trait Always<P>: AppliesTo<P> {}

/// A trigger that looks at neither the kind of instance nor its protection.
#[diagnostic::on_unimplemented(
    message = "`{Self}` looks at the kind of instance or its protection",
    note = "such a trigger is taken with `request`"
)]
pub trait Unguarded {}

pub(super) mod sealed {
    /// Only the table makes phases.
    pub trait Sealed {}
}

macro_rules! lifecycle {
    (@always $From:ident $On:ident) => { impl $crate::lifecycle::Always<phase::$From> for trigger::$On {} };
    (@always $From:ident $On:ident $($guard:ident)+) => {};
    (@unguarded $On:ident) => { impl $crate::lifecycle::Unguarded for trigger::$On {} };
    (@unguarded $On:ident $($guard:ident)+) => {};
    (
        phases { $( $(#[$sdoc:meta])* $Phase:ident = $state:ident $(($flavor:ident))? { $($policy:ident: $holds:literal),+ }; )+ }
        triggers { $( $(#[$tdoc:meta])* $Trigger:ident = $tname:literal
            $(kind $($kind:ident)&+)? $(protection $protection:ident)?; )+ }
        rows { $( $From:ident -- $On:ident --> $To:ident $(if $($guard:ident)&+)? : $why:literal, [$($rrule:ident),+]; )+ }
        accepted { $( $($APhase:ident)|+ -- $ATrigger:ident : [$($arule:ident),+]; )* }
        unchanged { $( $($UPhase:ident)|+ -- $UTrigger:ident : [$($urule:ident),+]; )* }
        refused { $( $($RPhase:ident)|+ -- $RTrigger:ident : $refusal:ident; )* }
    ) => {
        /// Where an instance is in its life: a state, and which kind of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Phase { $( $(#[$sdoc])* $Phase, )+ }

        impl Phase {
            /// Every phase.
            pub const ALL: &[Self] = &[ $( Self::$Phase, )+ ];

            /// The state that a user sees.
            pub const fn state(self) -> InstanceState {
                match self { $( Self::$Phase => InstanceState::$state, )+ }
            }

            /// What kind of it, where it isn't the plain one.
            pub const fn flavor(self) -> Option<Flavor> {
                match self { $( Self::$Phase => { let flavor: &[Flavor] = &[ $(Flavor::$flavor)? ]; match flavor { [] => None, [one, ..] => Some(*one) } } )+ }
            }

            /// What holds while an instance is in it.
            pub const fn policy(self) -> Policy {
                match self { $( Self::$Phase => Policy { $($policy: $holds),+ }, )+ }
            }
        }

        /// What may be asked of an instance, or befall it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Trigger { $( $(#[$tdoc])* $Trigger, )+ }

        impl Trigger {
            /// Every trigger.
            pub const ALL: &[Self] = &[ $( Self::$Trigger, )+ ];

            /// Its name: EC2's action, or what completed.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Trigger => $tname, )+ }
            }

            /// The guards about the kind of instance, in their order.
            pub const fn kind_guards(self) -> &'static [Guard] {
                match self { $( Self::$Trigger => &[ $( $(Guard::$kind),+ )? ], )+ }
            }

            /// The guard about protection.
            pub const fn protection_guards(self) -> &'static [Guard] {
                match self { $( Self::$Trigger => &[ $( Guard::$protection )? ], )+ }
            }
        }

        /// The phases, as types.
        pub mod phase {
            $( $(#[$sdoc])* #[derive(Debug, Clone, Copy)] pub struct $Phase;
            impl $crate::lifecycle::machine::sealed::Sealed for $Phase {}
            impl $crate::lifecycle::Phased for $Phase {
                const PHASE: super::Phase = super::Phase::$Phase;
            } )+
        }

        /// The triggers, as types.
        pub mod trigger { $( $(#[$tdoc])* #[derive(Debug, Clone, Copy)] pub struct $Trigger; )+ }

        $( lifecycle!(@unguarded $Trigger $($($kind)+)? $($protection)?); )+

        $( impl AppliesTo<phase::$From> for trigger::$On {
            type To = phase::$To;
            const ROW: &'static Transition = &Transition {
                from: Phase::$From, trigger: Trigger::$On, to: Phase::$To,
                guards: &[ $( $(Guard::$guard),+ )? ], why: $why, rules: &[ $( rule::$rrule ),+ ],
            };
        }
        lifecycle!(@always $From $On $($($guard)+)?); )+

        /// Every legal transition, in the order of the documentation.
        pub const TABLE: &[&Transition] = &[ $( <trigger::$On as AppliesTo<phase::$From>>::ROW, )+ ];

        /// Says what the table has for a phase and a trigger.
        #[deny(unreachable_patterns)]
        pub const fn disposition(phase: Phase, trigger: Trigger) -> Disposition {
            match (phase, trigger) {
                $( (Phase::$From, Trigger::$On) => Disposition::Moves(<trigger::$On as AppliesTo<phase::$From>>::ROW), )+
                $( ($( Phase::$APhase )|+, Trigger::$ATrigger) => Disposition::Accepted(&[ $( rule::$arule ),+ ]), )*
                $( ($( Phase::$UPhase )|+, Trigger::$UTrigger) => Disposition::Unchanged(&[ $( rule::$urule ),+ ]), )*
                $( ($( Phase::$RPhase )|+, Trigger::$RTrigger) => Disposition::Refused(Refusal::$refusal), )*
            }
        }

        /// An instance, seen through the type of the phase that it is in.
        #[derive(Debug)]
        pub enum View<'a> { $( $(#[$sdoc])* $Phase(InPhase<'a, phase::$Phase>), )+ }

        impl Lifecycle {
            /// The instance through the type of its phase.
            pub fn view(&mut self) -> View<'_> {
                match self.phase() { $( Phase::$Phase => View::$Phase(InPhase::new(self)), )+ }
            }
        }
    };
}
