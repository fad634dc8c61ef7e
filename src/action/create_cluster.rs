//! `CreateCluster`: clusters exist from the start, so nobody asks for it but the engine.

use crate::{lifecycle::ApiError, record::ClusterHandle};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Creates a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateCluster<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub cluster: N::New<ClusterHandle>,
}

impl<N: Naming> CreateCluster<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateCluster {
        CreateCluster {
            cluster: names.new_of::<ClusterHandle>(&self.cluster),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<ClusterHandle>(&self.cluster)
    }
}

impl CreateCluster {
    #[expect(clippy::unnecessary_wraps, reason = "every action may refuse")]
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let key = match self.cluster {
            Some(key) => key,
            None => call.world.next_number("cluster"),
        };
        Ok(Answer::Made(call.world.create_cluster(key).into()))
    }
}
