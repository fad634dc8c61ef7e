//! `DeregisterImage`: nothing is launched from it any more; its snapshots and what was launched stay.

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{Accepted, ImageHandle, Resource},
};

use super::{Answer, ByHandle, Call, Naming, Ref, Resolve, Subjects, call::refused};

/// Deregisters an image.
#[derive(Debug, Clone, PartialEq)]
pub struct DeregisterImage<N: Naming = ByHandle> {
    /// Which.
    pub image: N::Other<ImageHandle>,
}

impl<N: Naming> DeregisterImage<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DeregisterImage {
        DeregisterImage {
            image: names.other::<ImageHandle>(&self.image),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<ImageHandle>(&self.image, None)
    }
}

impl DeregisterImage {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let image = call.find_image(&self.image)?;
        call.world.deregister(image);
        call.say_accepted(Accepted {
            resource: Some(Resource::Image(image)),
            ..Accepted::new("DeregisterImage", &[])
        });
        Ok(Answer::Done)
    }
}

impl Call<'_> {
    /// The image that a request names, if it is there.
    pub(super) fn find_image(&mut self, named: &Ref<ImageHandle>) -> Result<ImageHandle, ApiError> {
        self.find_other(named).or_else(|id| {
            refused(
                ErrorCode::InvalidAmiIdUnavailable,
                format!("The image ID '{id}' is no longer available"),
                &[],
            )
        })
    }
}
