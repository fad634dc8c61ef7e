//! `load`: a function, or what an instance runs, is asked at a rate, evenly spaced from now on.

use crate::{
    compute::{Ask, Load},
    lifecycle::ApiError,
    record::{Accepted, FunctionHandle, RecordKind, Resource},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Something is asked at a rate, evenly spaced from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateLoad<N: Naming = ByHandle> {
    /// What.
    pub target: LoadTarget<N>,
    /// How often, and for how long.
    pub load: Load,
}

/// What can be asked at a rate.
#[derive(Debug, Clone, PartialEq)]
pub enum LoadTarget<N: Naming = ByHandle> {
    /// A function.
    Function(N::Other<FunctionHandle>),
    /// An instance, to which it makes no difference: the load says what would be asked elsewhere.
    Instance(N::Instance),
}

impl<N: Naming> GenerateLoad<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> GenerateLoad {
        GenerateLoad {
            target: match &self.target {
                LoadTarget::Function(function) => {
                    LoadTarget::Function(names.other::<FunctionHandle>(function))
                }
                LoadTarget::Instance(instance) => LoadTarget::Instance(names.instance(instance)),
            },
            load: self.load,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        match &self.target {
            LoadTarget::Function(function) => Subjects::other::<FunctionHandle>(function, None),
            LoadTarget::Instance(instance) => Subjects::Instances(std::slice::from_ref(instance)),
        }
    }
}

impl GenerateLoad {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let mut told = Accepted {
            what: "rate",
            value: Some(self.load.written().into()),
            ..Accepted::new("load", &[rule::LAM_SYNC])
        };
        let function = match &self.target {
            LoadTarget::Function(function) => {
                let function = call.find_function(function)?;
                let ask = Ask {
                    payload: self.load.payload,
                    ..Ask::default()
                };
                ask.check()?;
                told.resource = Some(function.into());
                Some(function)
            }
            LoadTarget::Instance(instance) => {
                told.instance = Some(call.find_one(instance)?);
                told.rules = &[rule::CMPX_MAP];
                None
            }
        };
        let asked = told.resource.or(told.instance.map(Resource::Instance));
        call.effects.say(RecordKind::Accepted(told));
        if let Some(asked) = asked {
            call.world.note_load(call.at, asked, self.load);
        }
        if let Some(function) = function {
            call.world
                .load_function(call.at, function, self.load, call.effects);
        }
        Ok(Answer::Done)
    }
}
