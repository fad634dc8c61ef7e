//! What a passage does to data, read from the retention matrix.

use crate::{
    lifecycle::{Attribute, Passage, Retained, retained},
    rule::Rule,
};

/// What becomes of memory or of instance store data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFate {
    /// It is as it was.
    Kept,
    /// It is gone.
    Lost,
    /// It is on disk.
    Saved,
}

/// What becomes of an EBS volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeFate {
    /// It stays attached.
    Kept,
    /// It is deleted.
    Deleted,
    /// It is let go, and goes on existing (and costing).
    LeftBehind,
}

const fn fate(retained: Retained) -> DataFate {
    match retained {
        Retained::Kept => DataFate::Kept,
        Retained::Saved => DataFate::Saved,
        Retained::Lost
        | Retained::New
        | Retained::Released
        | Retained::Disassociated
        | Retained::ByDeleteOnTermination
        | Retained::FollowsAddress
        | Retained::KeptForSevenDays
        | Retained::NotAgain
        | Retained::StartsOver
        | Retained::ClearedByStart
        | Retained::Set
        | Retained::Ends
        | Retained::Nothing => DataFate::Lost,
    }
}

/// What becomes of memory (`KEEP-RAM`).
pub const fn memory_fate(passage: Passage) -> DataFate {
    fate(retained(Attribute::Memory, passage).0)
}

/// What becomes of instance store data (`KEEP-STORE`).
pub const fn instance_store_fate(passage: Passage) -> DataFate {
    fate(retained(Attribute::InstanceStore, passage).0)
}

/// What becomes of a volume, and the rule that says so (`KEEP-ROOT`, `KEEP-DATA`).
pub const fn volume_fate(
    passage: Passage,
    is_root: bool,
    delete_on_termination: bool,
) -> (VolumeFate, &'static Rule) {
    let attribute = if is_root {
        Attribute::RootVolume
    } else {
        Attribute::DataVolumes
    };
    let (outcome, rule) = retained(attribute, passage);
    let fate = match (outcome, delete_on_termination) {
        (Retained::ByDeleteOnTermination, true) => VolumeFate::Deleted,
        (Retained::ByDeleteOnTermination, false) => VolumeFate::LeftBehind,
        _ => VolumeFate::Kept,
    };
    (fate, rule)
}
