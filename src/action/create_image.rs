//! `CreateImage`, and the reboot that it means (lifecycle rulebook, section 2.11).

use crate::{
    lifecycle::{ApiError, ErrorCode, Passage, Phase, Refusal},
    record::{
        Accepted, ImageHandle, InstanceHandle, Notice, NoticeKind, RecordKind, Resource, Rules,
    },
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Makes an image of an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateImage<N: Naming = ByHandle> {
    /// Of which instance.
    pub instance: N::Instance,
    /// Where its id comes from.
    pub image: N::New<ImageHandle>,
    /// `NoReboot`: the image is only crash-consistent.
    pub no_reboot: bool,
    /// How much of its volumes holds data, in GiB: of the root (0), and of its data volumes from 1 on. Where it isn't said, it
    /// is as for any snapshot.
    pub used_gib: Vec<(usize, u32)>,
}

impl<N: Naming> CreateImage<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateImage {
        CreateImage {
            instance: names.instance(&self.instance),
            image: names.new_of::<ImageHandle>(&self.image),
            no_reboot: self.no_reboot,
            used_gib: self.used_gib.clone(),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<ImageHandle>(&self.image)
    }
}

impl CreateImage {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let handle = call.find_one(&self.instance)?;
        check_source(call, handle)?;
        self.check_used(call, handle)?;
        let instance = call.world.instance(handle);
        let hibernates = instance.spec().hibernation;
        let reboots = instance.phase() == Phase::Running && !self.no_reboot;
        let key = match self.image {
            Some(key) => key,
            None => call.world.next_number("image"),
        };
        call.world.remember(handle);
        let image = call
            .world
            .add_image(call.at, key, handle, &self.used_gib, call.effects);
        let rules: Rules = if reboots {
            &[rule::IMG_CREATE_STATES, rule::IMG_CREATE_REBOOT]
        } else {
            &[rule::IMG_CREATE_STATES]
        };
        call.say_accepted(Accepted {
            instance: Some(handle),
            resource: Some(Resource::Image(image)),
            ..Accepted::new("CreateImage", rules)
        });
        if hibernates {
            call.warn_of_copy(handle, "An image");
        }
        if reboots && call.world.begin_reboot(handle) {
            call.world
                .reboot(handle, true, Passage::Reboot, call.effects);
        }
        Ok(Answer::Made(image.into()))
    }

    /// No volume holds more than it can.
    fn check_used(&self, call: &Call<'_>, handle: InstanceHandle) -> Result<(), ApiError> {
        let volumes = call.world.imaged(&call.world.instance(handle));
        for &(number, used) in &self.used_gib {
            let Some(&volume) = volumes.get(number) else {
                let why = format!("An image of this instance has {} volumes.", volumes.len());
                return refused(ErrorCode::InvalidParameterValue, why, &[]);
            };
            call.check_holds(volume, used)?;
        }
        Ok(())
    }
}

fn check_source(call: &Call<'_>, handle: InstanceHandle) -> Result<(), ApiError> {
    let instance = call.world.instance(handle);
    let id = instance.id();
    if !instance.spec().image.ebs_root {
        return refused(
            ErrorCode::InvalidParameterValue,
            format!(
                "Invalid value '{id}' for instanceId. Instance does not have an 'ebs' root device type"
            ),
            &[rule::IMG_CREATE_STORE],
        );
    }
    match instance.phase() {
        Phase::Running
        | Phase::Stopping
        | Phase::Hibernating
        | Phase::Stopped
        | Phase::Hibernated => {}
        Phase::Launching
        | Phase::Starting
        | Phase::Resuming
        | Phase::ShuttingDown
        | Phase::Terminated => {
            return refused(
                ErrorCode::InvalidParameterValue,
                format!(
                    "Invalid value '{id}' for instanceId. Instance is not in state 'running' or 'stopping' or 'stopped'"
                ),
                &[rule::IMG_CREATE_STATES],
            );
        }
    }
    if instance.options().root_attached {
        return Ok(());
    }
    let root = call.world.root_device(handle);
    Err(call.answer(handle, Refusal::NoRootVolume, &root))
}

impl Call<'_> {
    /// Warns of what may come of a copy of an instance that hibernates (`IMG-CREATE-HIBERNATION`).
    pub(super) fn warn_of_copy(&mut self, handle: InstanceHandle, copy: &str) {
        self.effects.say(RecordKind::Notice(Notice {
            instance: Some(handle),
            ..Notice::new(
                NoticeKind::Warning,
                format!(
                    "{copy} of an instance that hibernates may give instances that can't be connected to."
                ),
                &[rule::IMG_CREATE_HIBERNATION],
            )
        }));
    }
}
