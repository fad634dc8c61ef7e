//! `UpdateFunctionCode`, `UpdateFunctionConfiguration`: a function is changed.

use crate::{
    compute::FunctionChange,
    lifecycle::ApiError,
    record::{Accepted, FunctionHandle, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// A function is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateFunction<N: Naming = ByHandle> {
    /// Which.
    pub function: N::Other<FunctionHandle>,
    /// What of it.
    pub change: FunctionChange,
}

impl<N: Naming> UpdateFunction<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> UpdateFunction {
        UpdateFunction {
            function: names.other::<FunctionHandle>(&self.function),
            change: self.change,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<FunctionHandle>(&self.function, None)
    }
}

impl UpdateFunction {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let function = call.find_function(&self.function)?;
        call.world
            .update_function(call.at, function, &self.change, call.effects)?;
        let action = if self.change == FunctionChange::default() {
            "UpdateFunctionCode"
        } else {
            "UpdateFunctionConfiguration"
        };
        call.effects.say(RecordKind::Accepted(Accepted {
            resource: Some(function.into()),
            ..Accepted::new(action, &[rule::LAM_ENV_CHANGE])
        }));
        Ok(Answer::Done)
    }
}
