//! `DeleteProvisionedConcurrencyConfig`: no environment of a function stands ready any more.

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{Accepted, FunctionHandle, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// No environment of a function stands ready any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Unprovision<N: Naming = ByHandle> {
    /// Which.
    pub function: N::Other<FunctionHandle>,
}

impl<N: Naming> Unprovision<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> Unprovision {
        Unprovision {
            function: names.other::<FunctionHandle>(&self.function),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<FunctionHandle>(&self.function, None)
    }
}

impl Unprovision {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let function = call.find_function(&self.function)?;
        if call.world.lambda().function(function).provisioned() == 0 {
            return refused(
                ErrorCode::ResourceNotFoundException,
                "No Provisioned Concurrency Config found for this function",
                &[rule::LAM_PC],
            );
        }
        call.world
            .provision(call.at, function, None, call.effects)?;
        call.effects.say(RecordKind::Accepted(Accepted {
            resource: Some(function.into()),
            ..Accepted::new(
                "DeleteProvisionedConcurrencyConfig",
                &[rule::LAM_PC, rule::LAM_PC_GRID],
            )
        }));
        Ok(Answer::Done)
    }
}
