//! How a modification of a volume goes on (`VOL-MODIFY-STATES`): beside the state of the volume, which may be attached,
//! detached and used meanwhile.

use super::{
    ApiError, NoFlavor, NoGuard, NoPolicy,
    machine::{Current, sealed},
    words,
};

lifecycle! {
    owner Modification, state State, flavor NoFlavor, policy NoPolicy, guard NoGuard, refusal Refusal;
    phases {
        /// EC2 is changing what the volume is.
        Modifying  = Modifying;
        /// It is what was asked for, and not yet as fast.
        Optimizing = Optimizing;
        /// All is done.
        Completed  = Completed;
    }
    triggers {
        /// ModifyVolume.
        ModifyVolume          = "ModifyVolume";
        /// AttachVolume.
        AttachVolume          = "AttachVolume";
        /// It is what was asked for.
        ModificationCompleted = "modification completed";
        /// It performs as what it is.
        OptimizationCompleted = "optimization completed";
    }
    rows {
        Modifying  -- ModificationCompleted --> Optimizing : "it is what was asked for", [VOL_MODIFY_STATES];
        Optimizing -- OptimizationCompleted --> Completed  : "it performs as what it is", [VOL_MODIFY_STATES];
        Completed  -- ModifyVolume          --> Modifying  : "asked to change it again", [VOL_MODIFY_STATES, BILL_EBS_MODIFY];
    }
    accepted {
        Optimizing | Completed -- AttachVolume : [VOL_MODIFY_STATES];
    }
    unchanged {}
    refused {
        Modifying | Optimizing -- ModifyVolume          : UnderWay;
        Modifying              -- AttachVolume          : NotAttachable;
        Optimizing | Completed -- ModificationCompleted : CannotHappen;
        Modifying | Completed  -- OptimizationCompleted : CannotHappen;
    }
}

words! {
    /// The state of a volume's modification, as EC2's API has it.
    State {
        /// Under way.
        Modifying = "modifying";
        /// What was asked for, and not yet as fast.
        Optimizing = "optimizing";
        /// Done.
        Completed = "completed";
    }
}

refusals! {
    /// A reason for which a volume that is being modified refuses a request.
    Refusal;
    /// A modification is under way.
    UnderWay = IncorrectModificationState, [VOL_MODIFY_STATES],
        "Volume {vol} cannot be modified in modification state {state}.";
    /// It isn't yet what was asked for.
    NotAttachable = OperationNotPermitted, [VOL_MODIFY_STATES],
        "Cannot attach volume '{vol}' when it is in modification state: {state}.";
    /// A pair that can't come about: EC2 doesn't finish what it didn't begin.
    CannotHappen = InternalError, [VOL_MODIFY_STATES],
        "Volume '{vol}' can't do this in modification state {state}.";
}

impl Refusal {
    /// EC2's answer for a volume.
    pub fn answer(self, volume: &str, state: State) -> ApiError {
        self.filled("", &state.name().to_uppercase(), volume)
    }
}

/// The phase of a volume's latest modification. Only this module writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modification {
    phase: Current<Phase>,
}

impl Modification {
    /// The first modification of a volume.
    pub const fn begin() -> Self {
        Self {
            phase: Current::first(Phase::Modifying),
        }
    }
}

impl sealed::Owner<Phase> for Modification {
    fn current(&self) -> &Current<Phase> {
        &self.phase
    }

    fn current_mut(&mut self) -> &mut Current<Phase> {
        &mut self.phase
    }
}
