//! `Invoke`: a function is asked once.

use crate::{
    compute::Ask,
    lifecycle::{ApiError, ErrorCode},
    record::FunctionHandle,
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// A function is asked once.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoke<N: Naming = ByHandle> {
    /// Which.
    pub function: N::Other<FunctionHandle>,
    /// What.
    pub ask: Ask,
}

impl<N: Naming> Invoke<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> Invoke {
        Invoke {
            function: names.other::<FunctionHandle>(&self.function),
            ask: self.ask,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<FunctionHandle>(&self.function, None)
    }
}

impl Invoke {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let function = call.find_function(&self.function)?;
        self.ask.check()?;
        let asked = call.world.invoke(call.at, function, self.ask, call.effects);
        match asked {
            Ok(()) => Ok(Answer::Done),
            Err(reason) => refused(
                ErrorCode::TooManyRequestsException,
                format!("Rate Exceeded. (Reason: {reason})"),
                &[rule::LAM_THROTTLE, rule::LAM_SYNC],
            ),
        }
    }
}
