//! What there is that the bill doesn't count yet: it is said, so that nobody takes it for free.

use crate::record::{Accepted, RecordKind};

/// Which of them there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Uncounted {
    snapshots: bool,
}

impl Uncounted {
    pub(super) fn observe(&mut self, kind: &RecordKind) {
        if let RecordKind::Accepted(Accepted {
            resource: Some(resource),
            action,
            ..
        }) = kind
        {
            let made_image = resource.image().is_some() && *action == "CreateImage";
            self.snapshots |= made_image || resource.snapshot().is_some();
        }
    }

    /// In words.
    pub(super) fn list(self) -> impl Iterator<Item = &'static str> {
        let all = [(self.snapshots, "snapshots")];
        all.into_iter()
            .filter_map(|(is_there, what)| is_there.then_some(what))
    }
}
