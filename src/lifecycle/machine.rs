//! What lifecycles are made of, whatever kind of resource has them, and the macro that reads their tables.
//!
//! A kind of resource is a file: its table, what its guards look at, and the owner of its phase. [`table`](super::table)
//! is the instances', [`volume`](super::volume) the volumes'.

use std::{fmt::Debug, marker::PhantomData};

use crate::{rule::Rule, time::SimTime};

use super::ErrorCode;

/// A kind of resource with a lifecycle of its own, by the phases of its life.
pub trait Machine: sealed::Sealed + Copy + Eq + Debug + 'static {
    /// What may be asked of it, or befall it.
    type Trigger: Copy + Eq + Debug + 'static;
    /// A condition beyond the phase.
    type Guard: Copy + Eq + Debug + 'static;
    /// A reason for which it refuses.
    type Refusal: Copy + Eq + Debug + 'static;
    /// What has the phase.
    type Owner: sealed::Owner<Self> + Debug;

    /// Every phase.
    const PHASES: &'static [Self];
    /// Every trigger.
    const TRIGGERS: &'static [Self::Trigger];
    /// Every legal transition, in the order of the documentation.
    const TABLE: &'static [&'static Row<Self>];

    /// Every reason for which it may refuse.
    const REFUSALS: &'static [Self::Refusal];

    /// What the table has for a trigger in this phase.
    fn answer(self, trigger: Self::Trigger) -> Disposition<Self>;

    /// The word for it that a user sees, and that for its kind where it isn't the plain one.
    fn words(self) -> (&'static str, Option<&'static str>);

    /// What holds in it, and what doesn't: the columns of its table.
    fn holds(self) -> &'static [(&'static str, bool)];

    /// A trigger's name: EC2's action, or what completed.
    fn name_of(trigger: Self::Trigger) -> &'static str;

    /// The guards of a trigger about the kind of resource: they come before the phase is looked at.
    fn kind_guards_of(trigger: Self::Trigger) -> &'static [Self::Guard];

    /// The guards of a trigger about protection: they come after what is so already.
    fn protection_guards_of(trigger: Self::Trigger) -> &'static [Self::Guard];

    /// The refusal where a guard doesn't hold.
    fn refusal(guard: Self::Guard, owner: &Self::Owner, at: SimTime) -> Option<Self::Refusal>;

    /// The code with which EC2 refuses; none where it is asked for what can't come about.
    fn code_of(refusal: Self::Refusal) -> Option<ErrorCode>;

    /// What EC2 says, with words in braces to be filled in.
    fn text_of(refusal: Self::Refusal) -> &'static str;

    /// The rules that decide a refusal.
    fn rules_of(refusal: Self::Refusal) -> &'static [&'static Rule];
}

/// A row of a table that moves: a transition that a resource may take.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row<P: Machine = super::Phase> {
    /// The phase that it leaves.
    pub from: P,
    /// What makes it move.
    pub trigger: P::Trigger,
    /// The phase that it enters.
    pub to: P,
    /// What has to hold besides, tried in this order.
    pub guards: &'static [P::Guard],
    /// Why it moves, in a few words.
    pub why: &'static str,
    /// The rules that say so.
    pub rules: &'static [&'static Rule],
}

/// What a table says of a phase and a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition<P: Machine = super::Phase> {
    /// The resource moves, if the row's guards hold.
    Moves(&'static Row<P>),
    /// It is done without a change of state.
    Accepted(&'static [&'static Rule]),
    /// EC2 answers with success, since it is so already, and nothing changes.
    Unchanged(&'static [&'static Rule]),
    /// EC2 refuses.
    Refused(P::Refusal),
}

/// What became of a trigger: the three answers, and the fourth for what is done without a change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<P: Machine = super::Phase> {
    /// The resource took this row.
    Moved(&'static Row<P>),
    /// It was done, and the state is as it was.
    Accepted(&'static [&'static Rule]),
    /// It is so already.
    Unchanged(&'static [&'static Rule]),
    /// It was refused, and nothing changed.
    Refused(P::Refusal),
}

/// A phase that only rows of its table change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Current<P>(P);

impl<P: Copy> Current<P> {
    /// The phase in which a life begins.
    pub(super) const fn first(phase: P) -> Self {
        Self(phase)
    }

    /// The phase.
    pub(super) const fn get(self) -> P {
        self.0
    }
}

impl<P: Machine> Current<P> {
    /// The one place that writes a phase.
    pub(super) fn follow(&mut self, row: &'static Row<P>) {
        debug_assert_eq!(self.0, row.from, "a row is followed from its own phase");
        self.0 = row.to;
    }
}

/// What would become of a trigger now. Checks come in the order of `REQ-CHECK-ORDER`: the kind of resource, whether it is
/// so already, protection, state, and what the row asks for besides.
pub(super) fn decide<P: Machine>(
    owner: &P::Owner,
    phase: P,
    trigger: P::Trigger,
    at: SimTime,
) -> Decision<P> {
    let refused_by = |guards: &[P::Guard]| {
        // A loop is inlined, and a request asks three times.
        for guard in guards {
            if let Some(refusal) = P::refusal(*guard, owner, at) {
                return Some(refusal);
            }
        }
        None
    };
    if let Some(refusal) = refused_by(P::kind_guards_of(trigger)) {
        return Decision::Refused(refusal);
    }
    let disposition = phase.answer(trigger);
    if let Disposition::Unchanged(rules) = disposition {
        return Decision::Unchanged(rules);
    }
    if let Some(refusal) = refused_by(P::protection_guards_of(trigger)) {
        return Decision::Refused(refusal);
    }
    match disposition {
        Disposition::Moves(row) => match refused_by(row.guards) {
            None => Decision::Moved(row),
            Some(refusal) => Decision::Refused(refusal),
        },
        Disposition::Accepted(rules) => Decision::Accepted(rules),
        Disposition::Unchanged(rules) => Decision::Unchanged(rules),
        Disposition::Refused(refusal) => Decision::Refused(refusal),
    }
}

/// A phase, as a type.
pub trait Phased: sealed::Sealed {
    /// The kind of resource.
    type Machine: Machine;
    /// The phase.
    const PHASE: Self::Machine;
}

/// A trigger for which the table has a row that leaves `P`.
#[diagnostic::on_unimplemented(
    message = "the lifecycle table has no row `{P} --{Self}-->`",
    label = "a resource in this phase does not take this trigger",
    note = "the legal rows of instances are in `src/lifecycle/table.rs`"
)]
pub trait AppliesTo<P: Phased> {
    /// The phase that it enters.
    type To: Phased<Machine = P::Machine>;
    /// The row.
    const ROW: &'static Row<P::Machine>;
}

/// A trigger whose row from `P` has no guards.
#[diagnostic::on_unimplemented(
    message = "the lifecycle table has no row `{P} --{Self}-->` without a guard",
    note = "a guarded row is taken with `request`; the rows of instances are in `src/lifecycle/table.rs`"
)]
pub trait Always<P: Phased>: AppliesTo<P> {}

/// A trigger that looks at neither the kind of resource nor its protection.
#[diagnostic::on_unimplemented(
    message = "`{Self}` looks at the kind of resource or its protection",
    note = "such a trigger is taken with `request`"
)]
pub trait Unguarded {}

type OwnerOf<P> = <<P as Phased>::Machine as Machine>::Owner;

/// A resource that is known to be in the phase `P`.
#[derive(Debug)]
pub struct InPhase<'a, P: Phased> {
    pub(super) owner: &'a mut OwnerOf<P>,
    phase: PhantomData<P>,
}

impl<'a, P: Phased> InPhase<'a, P> {
    pub(super) fn new(owner: &'a mut OwnerOf<P>) -> Self {
        debug_assert_eq!(
            sealed::Owner::current(owner).get(),
            P::PHASE,
            "a view is of the phase that the resource is in"
        );
        Self {
            owner,
            phase: PhantomData,
        }
    }

    /// The door for what the crate decides itself: takes a row without guards. What depends on the time of an entry is set
    /// by [`Self::request`], and by the doors that are told the time.
    pub fn on<T: Always<P> + Unguarded>(self, _: T) -> &'static Row<P::Machine> {
        sealed::Owner::current_mut(self.owner).follow(T::ROW);
        T::ROW
    }

    /// Takes a row without guards, to go on from where it leads.
    pub fn then<T: Always<P> + Unguarded>(self, _: T) -> InPhase<'a, T::To> {
        sealed::Owner::current_mut(self.owner).follow(T::ROW);
        InPhase::new(self.owner)
    }

    /// Takes a row without guards, and sets what depends on the time.
    pub(super) fn on_at<T: Always<P> + Unguarded>(
        self,
        _: T,
        at: SimTime,
    ) -> &'static Row<P::Machine> {
        sealed::Owner::follow(self.owner, T::ROW, at);
        T::ROW
    }

    /// Takes a row with guards.
    ///
    /// # Errors
    ///
    /// The refusal of the first guard that doesn't hold; the resource is left as it was.
    pub fn request<T: AppliesTo<P>>(
        self,
        _: T,
        at: SimTime,
    ) -> Result<InPhase<'a, T::To>, <P::Machine as Machine>::Refusal> {
        match decide(self.owner, P::PHASE, T::ROW.trigger, at) {
            Decision::Refused(refusal) => Err(refusal),
            Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_) => {
                sealed::Owner::follow(self.owner, T::ROW, at);
                Ok(InPhase::new(self.owner))
            }
        }
    }
}

pub(super) mod sealed {
    use crate::time::SimTime;

    use super::{Current, Machine, Row};

    /// Only the tables make phases.
    pub trait Sealed {}

    /// What has a phase. Only this crate's lifecycles do, and nobody else can call these.
    pub trait Owner<P: Machine> {
        /// Its phase.
        fn current(&self) -> &Current<P>;

        /// Its phase, to follow a row.
        fn current_mut(&mut self) -> &mut Current<P>;

        /// Follows a row, and sets what depends on the time.
        fn follow(&mut self, row: &'static Row<P>, at: SimTime) {
            let _ = at;
            self.current_mut().follow(row);
        }
    }
}

/// For a kind of resource whose states are all plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFlavor {}

impl NoFlavor {
    /// There is none to have a word.
    pub const fn name(self) -> &'static str {
        match self {}
    }
}

/// For a kind of resource whose table has no columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPolicy {}

/// For a kind of resource that looks at nothing but the phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoGuard {}

impl NoGuard {
    /// There is none that could refuse.
    pub const fn refusal<O, R>(self, _: &O, _: SimTime) -> Option<R> {
        match self {}
    }
}

/// Makes a kind of resource of its table: the enums of phases and triggers, both as types as well, the rows, what is
/// decided at run time and what compiles. The owner is a struct with a field `phase` that implements
/// [`sealed::Owner`].
macro_rules! lifecycle {
    (@always $From:ident $On:ident) => { impl $crate::lifecycle::Always<phase::$From> for trigger::$On {} };
    (@always $From:ident $On:ident $($guard:ident)+) => {};
    (@unguarded $On:ident) => { impl $crate::lifecycle::Unguarded for trigger::$On {} };
    (@unguarded $On:ident $($guard:ident)+) => {};
    (
        owner $Owner:ident, state $State:ident, flavor $Flavor:ident, policy $Policy:ident, guard $Guard:ident, refusal $Refusal:ident;
        phases { $( $(#[$sdoc:meta])* $Phase:ident = $state:ident $(($flavor:ident))? $({ $($policy:ident: $holds:literal),+ })?; )+ }
        triggers { $( $(#[$tdoc:meta])* $Trigger:ident = $tname:literal
            $(kind $($kind:ident)&+)? $(protection $protection:ident)?; )+ }
        rows { $( $From:ident -- $On:ident --> $To:ident $(if $($guard:ident)&+)? : $why:literal, [$($rrule:ident),+]; )+ }
        accepted { $( $($APhase:ident)|+ -- $($ATrigger:ident)|+ : [$($arule:ident),+]; )* }
        unchanged { $( $($UPhase:ident)|+ -- $($UTrigger:ident)|+ : [$($urule:ident),+]; )* }
        refused { $( $($RPhase:ident)|+ -- $($RTrigger:ident)|+ : $refusal:ident; )* }
    ) => {
        /// Where it is in its life: a state, and which kind of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Phase { $( $(#[$sdoc])* $Phase, )+ }

        impl Phase {
            /// Every phase.
            pub const ALL: &[Self] = &[ $( Self::$Phase, )+ ];

            /// The state that a user sees.
            pub const fn state(self) -> $State {
                match self { $( Self::$Phase => $State::$state, )+ }
            }

            /// What kind of it, where it isn't the plain one.
            pub const fn flavor(self) -> Option<$Flavor> {
                match self { $( Self::$Phase => { let flavor: &[$Flavor] = &[ $($Flavor::$flavor)? ]; match flavor { [] => None, [one, ..] => Some(*one) } } )+ }
            }

            /// What holds in it.
            pub const fn policy(self) -> $Policy {
                match self { $( Self::$Phase => $Policy { $($($policy: $holds),+)? }, )+ }
            }
        }

        /// What may be asked of it, or befall it.
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

            /// The guards about the kind of resource, in their order.
            pub const fn kind_guards(self) -> &'static [$Guard] {
                match self { $( Self::$Trigger => &[ $( $($Guard::$kind),+ )? ], )+ }
            }

            /// The guard about protection.
            pub const fn protection_guards(self) -> &'static [$Guard] {
                match self { $( Self::$Trigger => &[ $( $Guard::$protection )? ], )+ }
            }
        }

        /// The phases, as types.
        pub mod phase {
            $( $(#[$sdoc])* #[derive(Debug, Clone, Copy)] pub struct $Phase;
            impl $crate::lifecycle::machine::sealed::Sealed for $Phase {}
            impl $crate::lifecycle::Phased for $Phase {
                type Machine = super::Phase;
                const PHASE: super::Phase = super::Phase::$Phase;
            } )+
        }

        /// The triggers, as types.
        pub mod trigger { $( $(#[$tdoc])* #[derive(Debug, Clone, Copy)] pub struct $Trigger; )+ }

        $( lifecycle!(@unguarded $Trigger $($($kind)+)? $($protection)?); )+

        $( impl $crate::lifecycle::AppliesTo<phase::$From> for trigger::$On {
            type To = phase::$To;
            const ROW: &'static $crate::lifecycle::Row<Phase> = &$crate::lifecycle::Row {
                from: Phase::$From, trigger: Trigger::$On, to: Phase::$To,
                guards: &[ $( $($Guard::$guard),+ )? ], why: $why, rules: &[ $( $crate::rule::$rrule ),+ ],
            };
        }
        lifecycle!(@always $From $On $($($guard)+)?); )+

        /// Every legal transition, in the order of the documentation.
        pub const TABLE: &[&$crate::lifecycle::Row<Phase>] =
            &[ $( <trigger::$On as $crate::lifecycle::AppliesTo<phase::$From>>::ROW, )+ ];

        /// Says what the table has for a phase and a trigger.
        #[deny(unreachable_patterns)]
        pub const fn disposition(phase: Phase, trigger: Trigger) -> $crate::lifecycle::Disposition<Phase> {
            use $crate::lifecycle::{AppliesTo, Disposition};
            match (phase, trigger) {
                $( (Phase::$From, Trigger::$On) => Disposition::Moves(<trigger::$On as AppliesTo<phase::$From>>::ROW), )+
                $( ($( Phase::$APhase )|+, $( Trigger::$ATrigger )|+) => Disposition::Accepted(&[ $( $crate::rule::$arule ),+ ]), )*
                $( ($( Phase::$UPhase )|+, $( Trigger::$UTrigger )|+) => Disposition::Unchanged(&[ $( $crate::rule::$urule ),+ ]), )*
                $( ($( Phase::$RPhase )|+, $( Trigger::$RTrigger )|+) => Disposition::Refused($Refusal::$refusal), )*
            }
        }

        impl $crate::lifecycle::machine::sealed::Sealed for Phase {}

        impl $crate::lifecycle::Machine for Phase {
            type Trigger = Trigger;
            type Guard = $Guard;
            type Refusal = $Refusal;
            type Owner = $Owner;

            const PHASES: &'static [Self] = Self::ALL;
            const TRIGGERS: &'static [Trigger] = Trigger::ALL;
            const TABLE: &'static [&'static $crate::lifecycle::Row<Self>] = TABLE;
            const REFUSALS: &'static [$Refusal] = $Refusal::ALL;

            fn answer(self, trigger: Trigger) -> $crate::lifecycle::Disposition<Self> {
                disposition(self, trigger)
            }

            fn words(self) -> (&'static str, Option<&'static str>) {
                (self.state().name(), self.flavor().map($Flavor::name))
            }

            fn holds(self) -> &'static [(&'static str, bool)] {
                match self { $( Self::$Phase => &[ $( $( (stringify!($policy), $holds) ),+ )? ], )+ }
            }

            fn name_of(trigger: Trigger) -> &'static str {
                trigger.name()
            }

            fn kind_guards_of(trigger: Trigger) -> &'static [$Guard] {
                trigger.kind_guards()
            }

            fn protection_guards_of(trigger: Trigger) -> &'static [$Guard] {
                trigger.protection_guards()
            }

            fn refusal(guard: $Guard, owner: &$Owner, at: $crate::time::SimTime) -> Option<$Refusal> {
                guard.refusal(owner, at)
            }

            fn code_of(refusal: $Refusal) -> Option<$crate::lifecycle::ErrorCode> {
                (refusal != $Refusal::CannotHappen).then(|| refusal.code())
            }

            fn text_of(refusal: $Refusal) -> &'static str {
                refusal.text()
            }

            fn rules_of(refusal: $Refusal) -> &'static [&'static $crate::rule::Rule] {
                refusal.rules()
            }
        }

        /// It, seen through the type of the phase that it is in.
        #[derive(Debug)]
        pub enum PhaseView<'a> { $( $(#[$sdoc])* $Phase($crate::lifecycle::InPhase<'a, phase::$Phase>), )+ }

        impl $Owner {
            /// Where it is.
            pub const fn phase(&self) -> Phase {
                self.phase.get()
            }

            /// The state that a user sees.
            pub const fn state(&self) -> $State {
                self.phase().state()
            }

            /// It, through the type of its phase.
            pub fn view(&mut self) -> PhaseView<'_> {
                match self.phase() { $( Phase::$Phase => PhaseView::$Phase($crate::lifecycle::InPhase::new(self)), )+ }
            }

            /// What would become of a trigger now. Checks come in the order of `REQ-CHECK-ORDER`: the kind of resource,
            /// whether it is so already, protection, state, and what the row asks for besides.
            pub fn decide(&self, trigger: Trigger, at: $crate::time::SimTime) -> $crate::lifecycle::Decision<Phase> {
                $crate::lifecycle::machine::decide(self, self.phase(), trigger, at)
            }

            /// The door for what comes from outside: decides, and moves if the table says so. A refusal leaves it as it
            /// was.
            pub fn apply(&mut self, trigger: Trigger, at: $crate::time::SimTime) -> $crate::lifecycle::Decision<Phase> {
                let decision = self.decide(trigger, at);
                self.carry_out(decision, at);
                decision
            }

            /// Carries out what was just decided.
            pub(crate) fn carry_out(&mut self, decision: $crate::lifecycle::Decision<Phase>, at: $crate::time::SimTime) {
                if let $crate::lifecycle::Decision::Moved(row) = decision {
                    $crate::lifecycle::machine::sealed::Owner::follow(self, row, at);
                }
            }
        }
    };
}
