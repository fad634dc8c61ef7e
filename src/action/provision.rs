//! `PutProvisionedConcurrencyConfig`: environments of a function stand ready from now on.

use crate::{
    lifecycle::ApiError,
    record::{Accepted, FunctionHandle, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Environments of a function stand ready from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct Provision<N: Naming = ByHandle> {
    /// Which.
    pub function: N::Other<FunctionHandle>,
    /// How many.
    pub concurrency: u32,
}

impl<N: Naming> Provision<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> Provision {
        Provision {
            function: names.other::<FunctionHandle>(&self.function),
            concurrency: self.concurrency,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<FunctionHandle>(&self.function, None)
    }
}

impl Provision {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let function = call.find_function(&self.function)?;
        let count = Some(self.concurrency);
        call.world
            .provision(call.at, function, count, call.effects)?;
        call.effects.say(RecordKind::Accepted(Accepted {
            what: "concurrency",
            value: Some(self.concurrency.to_string().into()),
            resource: Some(function.into()),
            ..Accepted::new(
                "PutProvisionedConcurrencyConfig",
                &[rule::LAM_PC, rule::LAM_PC_READY],
            )
        }));
        Ok(Answer::Done)
    }
}
