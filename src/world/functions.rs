//! Functions and their execution environments: the account's own, with one timer for whatever of them falls due next.

use crate::{
    compute::{Ask, FunctionChange, FunctionSpec, Lambda, LambdaSettings, Load},
    id::Seeded,
    lifecycle::ApiError,
    record::{EnvironmentHandle, FunctionHandle, RecordKind, Resource},
    time::SimTime,
};

use super::{Due, Effects, Lasts, World};

impl World {
    /// What holds for all functions.
    pub(crate) fn set_lambda(&mut self, settings: LambdaSettings) {
        self.lambda = Lambda::new(settings);
    }

    /// The functions of the account, with their environments.
    pub const fn lambda(&self) -> &Lambda {
        &self.lambda
    }

    /// Lets Lambda do something, and takes over what it says and when it goes on.
    fn with_lambda<T>(
        &mut self,
        at: SimTime,
        effects: &mut Effects,
        then: impl FnOnce(&mut Lambda, &mut Vec<RecordKind>) -> T,
    ) -> T {
        let mut said = Vec::new();
        let answer = then(&mut self.lambda, &mut said);
        for kind in said {
            effects.say(kind);
        }
        let next = self.lambda.next();
        if next != self.lambda_next {
            self.lambda_next = next;
            let first = FunctionHandle::new(0);
            self.cancel(first, |_| true);
            if let Some((next, is_under_way)) = next {
                let due = if is_under_way {
                    Due::FunctionsWork
                } else {
                    Due::FunctionsRest
                };
                self.follow_up(first, due, Lasts::Exactly(next.since(at)), effects);
            }
        }
        answer
    }

    /// A function is there from now on.
    pub(crate) fn create_function(
        &mut self,
        at: SimTime,
        key: Seeded,
        spec: FunctionSpec,
        effects: &mut Effects,
    ) -> Result<FunctionHandle, ApiError> {
        let made =
            self.with_lambda(at, effects, |lambda, out| lambda.create(at, key, spec, out))?;
        self.index(made.into());
        Ok(made)
    }

    /// A function is invoked.
    pub(crate) fn invoke(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        ask: Ask,
        effects: &mut Effects,
    ) -> Result<(), &'static str> {
        self.with_lambda(at, effects, |lambda, out| {
            lambda.invoke(at, function, ask, out)
        })
    }

    /// A function is changed.
    pub(crate) fn update_function(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        change: &FunctionChange,
        effects: &mut Effects,
    ) -> Result<(), ApiError> {
        self.with_lambda(at, effects, |lambda, out| {
            lambda.update(at, function, change, out)
        })
    }

    /// So much concurrency is provisioned from now on; none where it ends.
    pub(crate) fn provision(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        count: Option<u32>,
        effects: &mut Effects,
    ) -> Result<(), ApiError> {
        self.with_lambda(at, effects, |lambda, out| match count {
            Some(count) => lambda.provision(at, function, count, out),
            None => {
                lambda.unprovision(at, function, out);
                Ok(())
            }
        })
    }

    /// A load begins.
    pub(crate) fn note_load(&mut self, at: SimTime, asked: Resource, load: Load) {
        self.loads.push((at, asked, load));
    }

    /// The loads that there were, each with when it began and what was asked.
    pub fn loads(&self) -> &[(SimTime, Resource, Load)] {
        &self.loads
    }

    /// A function is asked again and again.
    pub(crate) fn load_function(
        &mut self,
        at: SimTime,
        function: FunctionHandle,
        load: Load,
        effects: &mut Effects,
    ) {
        self.with_lambda(at, effects, |lambda, out| {
            lambda.begin_load(at, function, load, out);
        });
    }

    /// Somebody looks: what loads have asked up to now is told.
    pub(crate) fn tell_sums(&mut self, at: SimTime, effects: &mut Effects) {
        self.with_lambda(at, effects, |lambda, out| {
            lambda.advance(at, out);
            lambda.tell_sums(out);
        });
    }

    /// The end.
    pub(crate) fn cut_functions_off(&mut self, at: SimTime, effects: &mut Effects) {
        self.with_lambda(at, effects, |lambda, out| lambda.cut_off(at, out));
    }

    /// What was set for functions falls due.
    pub(super) fn functions_due(&mut self, at: SimTime, effects: &mut Effects) {
        self.lambda_next = None;
        self.with_lambda(at, effects, |lambda, out| lambda.advance(at, out));
    }

    /// The function of an environment, and its number there.
    pub fn environment_place(&self, environment: EnvironmentHandle) -> (FunctionHandle, u32) {
        self.lambda.place(environment)
    }
}
