//! `CreateFunction`: functions exist from the start, so nobody asks for it but the engine.

use crate::{
    compute::FunctionSpec,
    lifecycle::ApiError,
    record::{Accepted, FunctionHandle, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Creates a function.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateFunction<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub function: N::New<FunctionHandle>,
    /// As what.
    pub spec: FunctionSpec,
}

impl<N: Naming> CreateFunction<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateFunction {
        CreateFunction {
            function: names.new_of::<FunctionHandle>(&self.function),
            spec: self.spec,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<FunctionHandle>(&self.function)
    }
}

impl CreateFunction {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let key = match self.function {
            Some(key) => key,
            None => call.world.next_number("function"),
        };
        let made = call
            .world
            .create_function(call.at, key, self.spec, call.effects)?;
        if self.spec.snapstart.is_some() {
            call.effects.say(RecordKind::Accepted(Accepted {
                what: "snapstart",
                resource: Some(made.into()),
                ..Accepted::new("PublishVersion", &[rule::LAM_RESTORE])
            }));
        }
        Ok(Answer::Made(made.into()))
    }
}

impl Call<'_> {
    /// The function that a request names.
    pub(super) fn find_function(
        &mut self,
        named: &super::Ref<FunctionHandle>,
    ) -> Result<FunctionHandle, ApiError> {
        self.find_other(named).or_else(|id| {
            super::call::refused(
                crate::lifecycle::ErrorCode::ResourceNotFoundException,
                format!("Function not found: {id}"),
                &[rule::LAM_SYNC],
            )
        })
    }
}
