//! Whether everything that a request would have metered has a price.
//!
//! `world` and `action` know no prices, and the bill comes too late to refuse anything, so the account looks before it asks.
//! What a file declares was checked when it was read.

use crate::{
    action::{Change, Destination, Request},
    billing::Biller,
    catalog::{Platform, TypeId, VolumeType},
    lifecycle::{ApiError, ErrorCode},
    record::UsageType,
    rule,
    time::SimTime,
    world::{InstanceSpec, World, has_spot_advice},
};

/// Refuses what would be metered and has no price: there is no bill with a hole in it (`BILL-PRICE-BOOK`).
pub(super) fn check_prices(
    request: &Request,
    world: &mut World,
    (at, biller): (SimTime, &Biller),
) -> Result<(), ApiError> {
    let prices = Prices(biller);
    let request = request.bare();
    if let Request::RunInstances(run) = request {
        let spec = &run.launch.spec;
        prices.check_type(spec.instance_type, spec.platform)?;
        prices.check_spot(world, at, spec)?;
        let mut types = spec.volumes.iter().map(|volume| volume.volume_type);
        types.try_for_each(|one| prices.check_volume(one))
    } else if let Request::ModifyInstanceAttribute(modify) = request
        && let Change::Type(to) = modify.change
    {
        let mut instances = modify.instances.iter();
        instances.try_for_each(|named| match named.find(world) {
            Some(handle) => prices.check_type(to, world.instance(handle).spec().platform),
            // What isn't there is for EC2 to refuse.
            None => Ok(()),
        })
    } else if let Request::CreateVolume(create) = request {
        prices.check_volume(create.spec.volume_type)
    } else if let Request::ModifyVolume(modify) = request
        && let Some(to) = modify.change.volume_type
    {
        prices.check_volume(to)
    } else if let Request::AllocateHosts(allocate) = request {
        prices.check(UsageType::HostUsage(allocate.spec.family), || {
            format!("A Dedicated Host for {} has", allocate.spec.family)
        })
    } else if let Request::CreateFunction(_) = request {
        prices.check(UsageType::LambdaDuration, || "Lambda has".to_owned())
    } else if let Request::DescribeService(_) = request {
        prices.check(UsageType::FargateVcpu, || "Fargate has".to_owned())
    } else if let Request::Transfer(transfer) = request {
        prices.check_transfer(transfer.to)
    } else {
        Ok(())
    }
}

struct Prices<'a>(&'a Biller);

impl Prices<'_> {
    fn check_type(&self, instance_type: TypeId, platform: Platform) -> Result<(), ApiError> {
        self.check(UsageType::BoxUsage(instance_type, platform), || {
            let (name, platform) = (instance_type.name(), platform.platform_details());
            format!("The instance type {name} ({platform}) has")
        })
    }

    /// A Spot price may be estimated where On-Demand ones may be.
    fn check_spot(&self, world: &World, at: SimTime, spec: &InstanceSpec) -> Result<(), ApiError> {
        let (of, region) = (spec.instance_type, world.region());
        let may_estimate =
            self.0.prices().estimates() && has_spot_advice(region, of, spec.platform);
        if spec.spot.is_none() || may_estimate || !world.is_spot_price_estimated(at, spec) {
            return Ok(());
        }
        Err(ApiError {
            code: ErrorCode::SimulatorNoPrice,
            message: format!(
                "The instance type {} has no Spot price in {}.",
                of.name(),
                region.name()
            ),
            rules: &[rule::BILL_PRICE_BOOK],
        })
    }

    fn check_volume(&self, volume_type: VolumeType) -> Result<(), ApiError> {
        self.check(UsageType::VolumeUsage(volume_type), || {
            format!("Volumes of type {} have", volume_type.name())
        })
    }

    fn check_transfer(&self, to: Destination) -> Result<(), ApiError> {
        let usage_type = match to {
            Destination::Internet => UsageType::TransferOut,
            Destination::Zone(..) => UsageType::TransferZoneOut,
            Destination::Region(region) => UsageType::TransferRegion(region),
        };
        self.check(usage_type, || "Data that is sent there has".to_owned())
    }

    fn check(&self, usage_type: UsageType, what: impl FnOnce() -> String) -> Result<(), ApiError> {
        if self.0.has_price(usage_type) {
            return Ok(());
        }
        Err(ApiError {
            code: ErrorCode::SimulatorNoPrice,
            message: format!(
                "{} no price in {}.",
                what(),
                self.0.prices().region().name()
            ),
            rules: &[rule::BILL_PRICE_BOOK],
        })
    }
}
