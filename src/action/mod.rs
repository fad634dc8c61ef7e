//! What may be asked of EC2, one file a family of actions.
//!
//! Every action checks in the order of `REQ-CHECK-ORDER` before it changes anything: a request is carried out as a whole
//! or not at all (`REQ-BATCH-ALL-OR-NOTHING`), but for the one exception that EC2 documents (`PROT-TERM-BATCH-AZ`).

mod addresses;
mod modify;
mod power;
mod volumes;

use crate::{
    id::is_instance_id,
    lifecycle::{ApiError, Decision, ErrorCode, Refusal, Trigger},
    record::{Accepted, InstanceHandle, RecordKind, Rules},
    rule,
    time::SimTime,
    world::{Step, World},
};

pub use addresses::{
    allocate_address, associate_address, disassociate_address, existing_address, release_address,
};
pub use modify::modify;
pub use power::{ShutdownOptions, StopOptions, reboot, shutdown, start, stop, terminate};
pub use volumes::{
    VolumeRef, attach_volume, create_volume, delete_volume, detach_volume, find_volume,
    modify_volume,
};

/// An instance as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceRef<'a> {
    /// The instance of a slot.
    Slot(u32),
    /// An id that was written out.
    Id(&'a str),
}

/// A few things, of which there is mostly one: no room has to be made for that.
#[derive(Debug, Clone)]
pub enum Few<T> {
    /// One.
    One(T),
    /// None, or several.
    Many(Vec<T>),
}

impl<T> std::ops::Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A request under way: the world that it is asked of, when, and what comes of it.
#[derive(Debug)]
pub struct Request<'a> {
    /// The world.
    pub world: &'a mut World,
    /// When it is asked.
    pub at: SimTime,
    /// What comes of it.
    pub step: &'a mut Step,
}

pub(crate) fn refused<T>(
    code: ErrorCode,
    message: impl Into<String>,
    rules: Rules,
) -> Result<T, ApiError> {
    Err(ApiError {
        code,
        message: message.into(),
        rules,
    })
}

impl Request<'_> {
    /// The instances that a request names: malformed ids are found first, then unknown ones. One bad id, and nothing
    /// happens to any of them (`LIFE-TERM-BAD-ID`).
    fn find(&self, named: &[InstanceRef<'_>]) -> Result<Few<InstanceHandle>, ApiError> {
        if let [InstanceRef::Slot(slot)] = named
            && let Some(handle) = self.world.handle_in_slot(*slot)
            && (self.world.live(handle).is_some()
                || self.world.instance(handle).is_visible(self.at))
        {
            return Ok(Few::One(handle));
        }
        for one in named {
            if let InstanceRef::Id(id) = one
                && !is_instance_id(id)
            {
                return refused(
                    ErrorCode::InvalidInstanceIdMalformed,
                    format!("Invalid id: \"{id}\""),
                    &[rule::REQ_ID_MALFORMED],
                );
            }
        }
        let mut found = Vec::with_capacity(named.len());
        let mut unknown: Vec<String> = Vec::new();
        for one in named {
            match one {
                InstanceRef::Slot(slot) => match self.world.in_slot(*slot) {
                    Some(there) if there.is_visible(self.at) => found.push(there.handle()),
                    Some(_) | None => unknown.push(self.world.id_in_slot(*slot)),
                },
                InstanceRef::Id(id) => {
                    let known = self.world.instances().find(|there| there.id() == *id);
                    match known {
                        Some(there) if there.is_visible(self.at) => found.push(there.handle()),
                        Some(_) | None => unknown.push((*id).to_owned()),
                    }
                }
            }
        }
        match unknown.as_slice() {
            [] => Ok(Few::Many(found)),
            [id] => refused(
                ErrorCode::InvalidInstanceIdNotFound,
                format!("The instance ID '{id}' does not exist"),
                &[rule::REQ_ID_NOT_FOUND, rule::REQ_BATCH_ALL_OR_NOTHING],
            ),
            several => refused(
                ErrorCode::InvalidInstanceIdNotFound,
                format!("The instance IDs '{}' do not exist", several.join(", ")),
                &[rule::REQ_ID_NOT_FOUND, rule::REQ_BATCH_ALL_OR_NOTHING],
            ),
        }
    }

    /// What would become of a trigger. Mostly the instance lives: one that has ended would have to be made again.
    fn decide(&self, handle: InstanceHandle, trigger: Trigger) -> Decision {
        match self.world.live(handle) {
            Some(instance) => instance.lifecycle.decide(trigger, self.at),
            None => {
                let ended = self.world.instance(handle);
                ended.lifecycle.decide(trigger, self.at)
            }
        }
    }

    /// The refusal of a batch: the one whose check comes first, and among equals that of the instance named first.
    fn refusal(
        &self,
        instances: &[InstanceHandle],
        trigger_of: impl Fn(&World, InstanceHandle) -> Trigger,
    ) -> Option<(InstanceHandle, Refusal)> {
        let mut first: Option<(InstanceHandle, Refusal)> = None;
        for &handle in instances {
            let trigger = trigger_of(self.world, handle);
            if let Decision::Refused(refusal) = self.decide(handle, trigger)
                && first.is_none_or(|(_, earlier)| refusal.rank() < earlier.rank())
            {
                first = Some((handle, refusal));
            }
        }
        first
    }

    /// EC2's answer for a refusal.
    fn answer(&self, handle: InstanceHandle, refusal: Refusal, volume: &str) -> ApiError {
        let instance = self.world.instance(handle);
        refusal.answer(&instance.id(), instance.state(), volume)
    }

    fn accepted(
        &mut self,
        handle: InstanceHandle,
        action: &'static str,
        unchanged: bool,
        rules: Rules,
    ) {
        self.step.say(RecordKind::Accepted(Accepted {
            action,
            what: "",
            unchanged,
            instance: Some(handle),
            volume: None,
            address: None,
            rules,
        }));
    }
}
