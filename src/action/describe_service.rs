//! `RegisterTaskDefinition`: descriptions exist from the start, so nobody asks for it but the engine.

use crate::{
    compute::ServiceSpec,
    lifecycle::{ApiError, ErrorCode},
    record::{ServiceHandle, TaskHandle},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Ref, Resolve, Subjects, call::refused};

/// Describes a service, without creating it.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeService<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub service: N::New<ServiceHandle>,
    /// As what.
    pub spec: ServiceSpec,
}

impl<N: Naming> DescribeService<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DescribeService {
        DescribeService {
            service: names.new_of::<ServiceHandle>(&self.service),
            spec: self.spec,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<ServiceHandle>(&self.service)
    }
}

impl DescribeService {
    #[expect(clippy::unnecessary_wraps, reason = "every action may refuse")]
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let key = match self.service {
            Some(key) => key,
            None => call.world.next_number("service"),
        };
        let made = call.world.describe_service(key, self.spec);
        Ok(Answer::Made(made.into()))
    }
}

impl Call<'_> {
    /// The service that a request names.
    pub(super) fn find_service(
        &mut self,
        named: &Ref<ServiceHandle>,
    ) -> Result<ServiceHandle, ApiError> {
        self.find_other(named).or_else(|_| {
            refused(
                ErrorCode::ServiceNotFoundException,
                "Service not found.".to_owned(),
                &[rule::ECS_SVC_STATES],
            )
        })
    }

    /// The task of this number of a service.
    pub(super) fn find_task(
        &self,
        service: ServiceHandle,
        number: u32,
    ) -> Result<TaskHandle, ApiError> {
        let found = self.world.ecs().find(service, number);
        found.map_or_else(
            || {
                refused(
                    ErrorCode::InvalidParameterException,
                    "The referenced task was not found.".to_owned(),
                    &[rule::ECS_SVC_STATES],
                )
            },
            Ok,
        )
    }
}
