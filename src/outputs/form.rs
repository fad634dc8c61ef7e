//! What a declaration of an output is made of.

use crate::{
    catalog::{Platform, VolumeType},
    compute::ServiceState,
    engine::Outcome,
    lifecycle::{ApiState, ErrorCode, Flavor, InstanceState, Tenancy, environment, task},
    record::{
        AddressScope, DataOutcome, InvocationOutcome, Meter, NoticeKind, ReservationStep,
        ResourceKind, SnapshotStep, StartKind,
    },
    scenario::Code,
};

/// An object with fields.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// What it is: `an instance`.
    pub what: &'static str,
    /// Anything that its fields don't say, in sentences; mostly nothing.
    pub says: &'static str,
    /// Its fields, in the order in which they stand; several lists where it shares some with others.
    pub fields: &'static [&'static [Field]],
}

impl Form {
    pub(super) const fn new(what: &'static str, fields: &'static [&'static [Field]]) -> Self {
        Self {
            what,
            says: "",
            fields,
        }
    }

    pub(super) const fn saying(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    /// All of its fields.
    pub fn all(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().copied().flatten()
    }
}

/// A field of an object.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it says.
    pub says: &'static str,
    /// Whether it is there only where it has something to say. Others without a value are null.
    pub sometimes: bool,
}

/// A field that is always there.
pub(super) const fn field(name: &'static str, holds: Holds, says: &'static str) -> Field {
    Field {
        name,
        holds,
        says,
        sometimes: false,
    }
}

/// One that is left out where it has nothing to say.
pub(super) const fn sometimes(name: &'static str, holds: Holds, says: &'static str) -> Field {
    Field {
        name,
        holds,
        says,
        sometimes: true,
    }
}

/// What a field holds.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holds {
    /// This text and no other.
    Only(&'static str),
    /// A text.
    Text,
    /// One of some words.
    Word(Words),
    /// True or false.
    Flag,
    /// A whole number from zero.
    Whole,
    /// A decimal number as a text, such as a quantity.
    Decimal,
    /// US dollars as a text.
    Dollars,
    /// An instant such as `2026-03-02T09:00:00Z`.
    Instant,
    /// Null, or that.
    OrNull(&'static Self),
    /// A list of that.
    List(&'static Self),
    /// An object whose keys are names.
    Named(&'static Self),
    /// Amounts by meter; with their total or without.
    Amounts(Total),
    /// An object.
    Of(&'static Form),
    /// One of several objects.
    OneOf(&'static [&'static Form]),
}

/// Whether amounts have a `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Total {
    With,
    Without,
}

/// Which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the words say it")]
pub enum Words {
    States,
    ApiStates,
    Flavors,
    ErrorCodes,
    Mistakes,
    Outcomes,
    Meters,
    Tenancies,
    Platforms,
    VolumeTypes,
    Scopes,
    WhatBecomes,
    Notices,
    ReservationSteps,
    SnapshotSteps,
    /// The states of instances, and those of what else has transitions.
    AllStates,
    Starts,
    InvocationOutcomes,
    Kinds,
    /// These.
    These(&'static [&'static str]),
}

impl Words {
    /// All of them.
    pub fn all(self) -> Vec<&'static str> {
        fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
            all.iter().copied().map(name).collect()
        }
        match self {
            Self::States => names(InstanceState::ALL, InstanceState::name),
            Self::ApiStates => names(ApiState::ALL, ApiState::name),
            Self::Flavors => names(Flavor::ALL, Flavor::name),
            Self::ErrorCodes => names(ErrorCode::ALL, ErrorCode::name),
            Self::Mistakes => names(Code::ALL, Code::id),
            Self::Outcomes => names(Outcome::ALL, Outcome::name),
            Self::Meters => names(Meter::ALL, Meter::name),
            Self::Tenancies => names(Tenancy::ALL, Tenancy::name),
            Self::Platforms => names(&Platform::ALL, Platform::word),
            Self::VolumeTypes => names(&VolumeType::ALL, VolumeType::name),
            Self::Scopes => names(AddressScope::ALL, AddressScope::name),
            Self::WhatBecomes => names(DataOutcome::ALL, DataOutcome::name),
            Self::Notices => names(NoticeKind::ALL, NoticeKind::name),
            Self::ReservationSteps => names(ReservationStep::ALL, ReservationStep::name),
            Self::SnapshotSteps => names(SnapshotStep::ALL, SnapshotStep::name),
            Self::AllStates => {
                let mut all = names(InstanceState::ALL, InstanceState::name);
                all.extend(names(environment::State::ALL, environment::State::name));
                all.extend(names(task::State::ALL, task::State::name));
                all.extend(names(ServiceState::ALL, ServiceState::name));
                all
            }
            Self::Starts => names(StartKind::ALL, StartKind::name),
            Self::InvocationOutcomes => names(InvocationOutcome::ALL, InvocationOutcome::name),
            Self::Kinds => names(ResourceKind::ALL, ResourceKind::noun),
            Self::These(words) => words.to_vec(),
        }
    }
}
