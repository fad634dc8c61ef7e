//! Requests of magnetic volumes (billing rulebook, section 3.2): not an action of EC2's, but what an instance asks of its disk.

use crate::{
    catalog::VolumeType,
    lifecycle::{ApiError, ErrorCode},
    record::{Accepted, Fact, RecordKind, Resource, VolumeRequests},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// A magnetic volume is asked for data, or takes some.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadIo<N: Naming = ByHandle> {
    /// Which.
    pub volume: N::Volume,
    /// How often.
    pub requests: u64,
}

impl<N: Naming> ReadIo<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ReadIo {
        ReadIo {
            volume: names.volume(&self.volume),
            requests: self.requests,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Volume(&self.volume, None)
    }
}

impl ReadIo {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let volume = call.find_volume(&self.volume)?;
        let there = call.world.volume(volume);
        if there.spec().volume_type != VolumeType::Standard {
            return refused(
                ErrorCode::InvalidParameterValue,
                format!(
                    "Volume '{}' is not magnetic: only those are charged for requests.",
                    there.id()
                ),
                &[rule::BILL_EBS_MAGNETIC_IO],
            );
        }
        let requests = VolumeRequests::new(volume, self.requests);
        call.effects.say(RecordKind::Fact(Fact::Requests(requests)));
        call.say_accepted(Accepted {
            what: "requests",
            value: Some(self.requests.to_string().into()),
            resource: Some(Resource::Volume(volume)),
            ..Accepted::new("read-io", &[rule::BILL_EBS_MAGNETIC_IO])
        });
        Ok(Answer::Done)
    }
}
