//! What Spot has to say to launches, starts and changes (lifecycle rulebook, sections 8.1 and 8.3).

use crate::{
    lifecycle::{ApiError, ErrorCode, Phase},
    record::{InstanceHandle, Rules},
    rule,
    world::{InstanceSpec, Interruption, Placement, Tenancy},
};

use super::{Call, call::refused};

/// What of a Spot launch doesn't go together (`SPOT-INT-BEHAVIOR`, `HIB-SPOT`).
pub(super) fn check_spot(spec: &InstanceSpec) -> Result<(), ApiError> {
    let Some(options) = spec.spot else {
        return Ok(());
    };
    if spec.termination_protection || spec.stop_protection {
        let attribute = if spec.termination_protection {
            "disableApiTermination"
        } else {
            "disableApiStop"
        };
        return refused(
            ErrorCode::UnsupportedOperation,
            format!("Setting '{attribute}' is not supported for spot instances."),
            &[rule::MOD_PROTECTION_SPOT, rule::SPOT_TYPE_FIXED],
        );
    }
    if spec.instance_type.info().spot_supported() == Some(false) {
        return refused(
            ErrorCode::Unsupported,
            format!(
                "The instance type {} can't be launched as a Spot Instance.",
                spec.instance_type.name()
            ),
            &[rule::LIFE_RUN_TYPE],
        );
    }
    check_spot_placement(spec, spec.placement)?;
    let wrong = match (spec.interruption(), options.persistent) {
        (Interruption::Terminate, _) if spec.hibernation => {
            "A Spot Instance configured for hibernation hibernates when it is interrupted."
        }
        (Interruption::Stop, _) if spec.hibernation => {
            "A Spot Instance configured for hibernation hibernates when it is interrupted."
        }
        (Interruption::Hibernate, _) if !spec.hibernation => {
            "The interruption behavior 'hibernate' requires hibernation to be configured."
        }
        (Interruption::Stop, false) => {
            "The interruption behavior 'stop' requires a persistent Spot request."
        }
        (Interruption::Hibernate, false) => {
            "The interruption behavior 'hibernate' requires a persistent Spot request."
        }
        (Interruption::Terminate, true) if options.is_requested => return Ok(()),
        (Interruption::Terminate, true) => {
            "A persistent Spot request requires the interruption behavior 'stop' or 'hibernate'."
        }
        (Interruption::Stop, true) if !spec.image.ebs_root => {
            "The interruption behavior 'stop' requires an 'ebs' root device type."
        }
        (Interruption::Terminate, false) | (Interruption::Stop | Interruption::Hibernate, true) => {
            return Ok(());
        }
    };
    let rules: Rules = if spec.hibernation || spec.interruption() == Interruption::Hibernate {
        &[rule::SPOT_INT_BEHAVIOR, rule::HIB_SPOT]
    } else {
        &[rule::SPOT_INT_BEHAVIOR]
    };
    refused(ErrorCode::InvalidParameterCombination, wrong, rules)
}

/// Where a Spot Instance can't be, from its launch on or after a change.
pub(super) fn check_spot_placement(
    spec: &InstanceSpec,
    placement: Placement,
) -> Result<(), ApiError> {
    if spec.spot.is_none() {
        return Ok(());
    }
    if placement.tenancy == Tenancy::Host {
        return refused(
            ErrorCode::InvalidParameterCombination,
            "Spot Instances can't run on Dedicated Hosts.",
            &[rule::SPOT_HOST_TENANCY],
        );
    }
    if placement.group.is_some() && spec.interruption() != Interruption::Terminate {
        return refused(
            ErrorCode::InvalidParameterCombination,
            "A Spot Instance that stops or hibernates when it is interrupted can't be in a placement group.",
            &[rule::SPOT_INT_BEHAVIOR, rule::PG_ONE],
        );
    }
    Ok(())
}

impl Call<'_> {
    /// Whether the request would be valid at all.
    pub(super) fn check_spot_request(&self, spec: &InstanceSpec) -> Result<(), ApiError> {
        let Some(options) = spec.spot else {
            return Ok(());
        };
        if options.valid_until.is_some_and(|until| until <= self.at) {
            return refused(
                ErrorCode::InvalidParameterValue,
                "The end of the time for which the Spot request is valid has passed.",
                &[rule::SPOT_REQ_TYPES],
            );
        }
        Ok(())
    }

    /// Whether it pays enough (`SPOT-RUN-INSTANCES`).
    pub(super) fn check_price_of(&self, spec: &InstanceSpec) -> Result<(), ApiError> {
        let Some((most, price)) = self.world.spot_price_too_low(self.at, spec) else {
            return Ok(());
        };
        refused(
            ErrorCode::SpotMaxPriceTooLow,
            format!(
                "Your Spot request price of {most} is lower than the minimum required Spot request fulfillment price of {price}."
            ),
            &[rule::SPOT_RUN_INSTANCES],
        )
    }

    /// Whether those of some instances that are at rest, and are Spot Instances, pay enough to start
    /// (`SPOT-USER-START`).
    pub(super) fn check_spot_starts(&self, instances: &[InstanceHandle]) -> Result<(), ApiError> {
        for &handle in instances {
            if let Some(there) = self.world.live(handle)
                && there.spec().spot.is_some()
                && matches!(there.phase(), Phase::Stopped | Phase::Hibernated)
            {
                self.check_price_of(there.spec())?;
            }
        }
        Ok(())
    }
}
