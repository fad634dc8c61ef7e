//! `load`: a function is asked at a rate, evenly spaced from now on.

use crate::{
    compute::{Ask, Load},
    lifecycle::ApiError,
    record::{Accepted, FunctionHandle, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// A function is asked at a rate, evenly spaced from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateLoad<N: Naming = ByHandle> {
    /// Which.
    pub function: N::Other<FunctionHandle>,
    /// How often, and for how long.
    pub load: Load,
}

impl<N: Naming> GenerateLoad<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> GenerateLoad {
        GenerateLoad {
            function: names.other::<FunctionHandle>(&self.function),
            load: self.load,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<FunctionHandle>(&self.function, None)
    }
}

impl GenerateLoad {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let function = call.find_function(&self.function)?;
        let ask = Ask {
            payload: self.load.payload,
            ..Ask::default()
        };
        ask.check()?;
        call.effects.say(RecordKind::Accepted(Accepted {
            what: "rate",
            value: Some(self.load.written().into()),
            resource: Some(function.into()),
            ..Accepted::new("load", &[rule::LAM_SYNC])
        }));
        call.world
            .load_function(call.at, function, self.load, call.effects);
        Ok(Answer::Done)
    }
}
