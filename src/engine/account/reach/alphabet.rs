//! What a walk launches, and what it asks.

use crate::{
    action::{
        AllocateAddress, AssociateAddress, AttachNetworkInterface, AttachVolume, ByHandle,
        CancelSpotInstanceRequests, Change, CreateVolume, DetachNetworkInterface, DetachVolume,
        DisassociateAddress, DisturbOs, FailHost, Flags, ImpairCheck, Instances, InterfaceRef,
        InterruptSpot, Mapped, ModifyInstanceAttribute, ModifyVolume, Moment, RebootInside,
        RebootInstances, RecoverInstances, ReplaceRootVolume, Request, RescheduleEvent, RoomIn,
        RunInstances, ScheduleEvent, SetCapacity, SetSpotPrice, ShutDown, StartInstances,
        StopInstances, TerminateInstances, VolumeChange,
    },
    catalog::TypeId,
    record::{AddressHandle, InstanceHandle, InterfaceHandle, StateReason, VolumeHandle},
    time::SimDuration,
    world::{
        Cause, Disturbance, EventCode, InstanceSpec, Interruption, Market, Pool, ShutdownBehavior,
        SpotOptions, WhichCheck, World,
    },
};

/// A request, to whatever instance is there.
pub(super) struct Ask {
    pub(super) name: &'static str,
    /// Nothing where there is nothing to ask it of.
    pub(super) request: fn(&World, InstanceHandle) -> Option<Request>,
}

/// What one walk is made of.
pub(super) struct Alphabet {
    pub(super) name: &'static str,
    /// How many requests after the launch are walked over in full.
    pub(super) depth: usize,
    market: Market,
    /// What is asked before the launch.
    pub(super) before: Vec<Request>,
    pub(super) launches: Vec<(&'static str, Request)>,
    pub(super) asks: Vec<Ask>,
}

const TYPE: &str = "m5.large";
const ZONE: &str = "us-east-1a";

/// A plain one.
fn plain() -> Option<InstanceSpec> {
    InstanceSpec::of(TYPE, ZONE)
}

/// One that can hibernate.
fn hibernating() -> Option<InstanceSpec> {
    let mut spec = plain()?;
    spec.hibernation = true;
    spec.volumes[0].encrypted = true;
    spec.volumes[0].size_gib = 30;
    Some(spec)
}

fn on_spot(persistent: bool, interruption: Interruption) -> Option<InstanceSpec> {
    let mut spec = if interruption == Interruption::Hibernate {
        hibernating()?
    } else {
        plain()?
    };
    spec.spot = Some(SpotOptions {
        interruption: Some(interruption),
        persistent,
        ..SpotOptions::default()
    });
    Some(spec)
}

/// A launch, with its name.
type Launch = (&'static str, Request);

fn launch(name: &'static str, spec: InstanceSpec) -> Launch {
    (name, RunInstances::new(spec, 1).into())
}

fn one(it: InstanceHandle) -> Instances<ByHandle> {
    [it.into()].into_iter().collect()
}

impl Alphabet {
    /// The pool that is counted.
    pub(super) fn pool(&self) -> Option<Pool> {
        pool(self.market)
    }
}

fn pool(market: Market) -> Option<Pool> {
    Some(Pool {
        instance_type: TypeId::find(TYPE)?,
        zone: ZONE,
        market,
    })
}

macro_rules! asks {
    ( $( $name:literal = |$world:pat_param, $it:ident| $request:expr; )+ ) => {
        vec![ $( Ask {
            name: $name,
            request: |$world: &World, $it: InstanceHandle| Some($request.into()),
        }, )+ ]
    };
}

fn stop(it: InstanceHandle, force: bool, skip_os_shutdown: bool) -> StopInstances {
    let flags = Flags {
        force,
        skip_os_shutdown,
        ..Flags::default()
    };
    StopInstances::of(one(it), flags)
}

fn hibernate(it: InstanceHandle) -> StopInstances {
    StopInstances::hibernate(one(it), Flags::default())
}

fn terminate(it: InstanceHandle, force: bool, skip_os_shutdown: bool) -> TerminateInstances {
    let flags = Flags {
        force,
        skip_os_shutdown,
        ..Flags::default()
    };
    TerminateInstances::of(one(it), flags)
}

fn start_that_fails(it: InstanceHandle) -> StartInstances {
    let flags = Flags {
        fails_later: Some(StateReason::ServerInternalError),
        ..Flags::default()
    };
    StartInstances::of(one(it), flags)
}

fn change(it: InstanceHandle, change: Change) -> ModifyInstanceAttribute {
    ModifyInstanceAttribute {
        instances: one(it),
        change,
    }
}

fn fail(it: InstanceHandle, lasts: Option<SimDuration>, for_good: bool) -> FailHost {
    FailHost {
        instances: one(it),
        lasts,
        for_good,
    }
}

fn impair(it: InstanceHandle, check: WhichCheck, lasts: Option<SimDuration>) -> ImpairCheck {
    ImpairCheck {
        instances: one(it),
        check,
        lasts,
    }
}

fn schedule(it: InstanceHandle, event: EventCode) -> ScheduleEvent {
    ScheduleEvent {
        instances: one(it),
        event,
        not_before: Moment::In(SimDuration::from_mins(10)),
        deadline: None,
    }
}

fn disturb(it: InstanceHandle, how: Disturbance) -> DisturbOs {
    DisturbOs {
        instances: one(it),
        how,
    }
}

fn elastic() -> AddressHandle {
    AddressHandle::new(0)
}

fn data() -> VolumeHandle {
    VolumeHandle::new(0)
}

/// An Elastic IP and a volume that there are before the launch.
fn things() -> Option<Vec<Request>> {
    let volume = CreateVolume {
        snapshot: None,
        volume: None,
        spec: *plain()?.volumes.first()?,
        zone: ZONE,
    };
    Some(vec![
        AllocateAddress { address: None }.into(),
        volume.into(),
    ])
}

/// All walks; none where a type or zone that they name isn't known.
pub(super) fn all() -> Option<Vec<Alphabet>> {
    Some(vec![
        life()?,
        trouble()?,
        belongings()?,
        everything()?,
        spot()?,
    ])
}

/// Up and down.
fn life() -> Option<Alphabet> {
    Some(Alphabet {
        name: "life",
        depth: 5,
        market: Market::OnDemand,
        before: Vec::new(),
        launches: launches_of_life()?,
        asks: asks! {
            "start" = |_, it| StartInstances::new([it]);
            "start that fails" = |_, it| start_that_fails(it);
            "stop" = |_, it| stop(it, false, false);
            "stop by force" = |_, it| stop(it, true, false);
            "stop without the shutdown" = |_, it| stop(it, false, true);
            "hibernate" = |_, it| hibernate(it);
            "reboot" = |_, it| RebootInstances::new([it]);
            "terminate" = |_, it| terminate(it, false, false);
            "terminate by force" = |_, it| terminate(it, true, false);
            "terminate without the shutdown" = |_, it| terminate(it, false, true);
            "shut down" = |_, it| ShutDown::new([it]);
            "protect from termination" = |_, it| change(it, Change::TerminationProtection(true));
            "protect from stop" = |_, it| change(it, Change::StopProtection(true));
            "unprotect from termination" = |_, it| change(it, Change::TerminationProtection(false));
            "unprotect from stop" = |_, it| change(it, Change::StopProtection(false));
        },
    })
}

fn launches_of_life() -> Option<Vec<Launch>> {
    let mut unready = hibernating()?;
    unready.image.hibernation_ready = false;
    let mut deaf = hibernating()?;
    deaf.image.ignores_shutdown = true;
    let mut terminates = plain()?;
    terminates.shutdown_behavior = ShutdownBehavior::Terminate;
    let mut store_backed = InstanceSpec::of("m3.medium", "us-east-1c")?;
    store_backed.image.ebs_root = false;
    store_backed.volumes.clear();
    Some(vec![
        launch("hibernation", hibernating()?),
        launch("hibernation without the agent", unready),
        launch("ignores the power button", deaf),
        launch("terminates by a shutdown from inside", terminates),
        launch("instance-store-backed", store_backed),
    ])
}

/// What goes wrong, with what is asked meanwhile.
fn trouble() -> Option<Alphabet> {
    Some(Alphabet {
        name: "trouble",
        depth: 5,
        market: Market::OnDemand,
        before: Vec::new(),
        launches: vec![launch("hibernation", hibernating()?)],
        asks: asks! {
            "start" = |_, it| StartInstances::new([it]);
            "stop" = |_, it| stop(it, false, false);
            "stop by force" = |_, it| stop(it, true, false);
            "hibernate" = |_, it| hibernate(it);
            "reboot" = |_, it| RebootInstances::new([it]);
            "terminate" = |_, it| terminate(it, false, false);
            "terminate by force" = |_, it| terminate(it, true, false);
            "hang" = |_, it| disturb(it, Disturbance::Hang);
            "the host fails" = |_, it| fail(it, None, false);
            "the host fails for 5 minutes" = |_, it| fail(it, Some(SimDuration::from_mins(5)), false);
            "the host fails for good" = |_, it| fail(it, None, true);
            "recover" = |_, it| recover(it);
            "no capacity" = |_, _it| capacity(Market::OnDemand, Some(0))?;
            "any capacity" = |_, _it| capacity(Market::OnDemand, None)?;
        },
    })
}

/// Addresses, volumes and interfaces.
fn belongings() -> Option<Alphabet> {
    Some(Alphabet {
        name: "belongings",
        depth: 5,
        market: Market::OnDemand,
        before: things()?,
        launches: vec![launch("plain", plain()?)],
        asks: {
            let mut asks = asks! {
                "start" = |_, it| StartInstances::new([it]);
                "stop" = |_, it| stop(it, false, false);
                "terminate" = |_, it| terminate(it, false, false);
                "associate" = |_, it| AssociateAddress {
                    by_interface: false,
                    address: elastic().into(),
                    instance: it.into(),
                    allow_reassociation: true,
                };
                "disassociate" = |_, _it| DisassociateAddress { address: elastic().into() };
                "attach a volume" = |_, it| AttachVolume {
                    volume: data().into(),
                    instance: it.into(),
                    device: None,
                };
                "detach the volume" = |_, _it| DetachVolume { volume: data().into(), instance: None };
                "make the volume larger" = |_, _it| ModifyVolume {
                    volume: data().into(),
                    change: VolumeChange { size_gib: Some(20), ..VolumeChange::default() },
                };
                "replace the root" = |_, it| ReplaceRootVolume { instance: it.into(), snapshot: None };
                "attach an interface" = |_, it| AttachNetworkInterface {
                    interface: InterfaceRef::New(None),
                    instance: it.into(),
                };
            };
            asks.extend(of_what_is_there());
            asks
        },
    })
}

/// Requests of what the walk itself has made.
fn of_what_is_there() -> [Ask; 4] {
    [
        Ask {
            name: "detach the interface",
            request: |world, _| {
                let last = world.interfaces().len().checked_sub(1)?;
                let interface = InterfaceRef::There(InterfaceHandle::new(last).into());
                Some(DetachNetworkInterface { interface }.into())
            },
        },
        Ask {
            name: "detach the root",
            request: |world, it| {
                let root = world.instance(it).launched_volumes().next()?;
                Some(
                    DetachVolume {
                        volume: root.into(),
                        instance: None,
                    }
                    .into(),
                )
            },
        },
        Ask {
            name: "attach the root",
            request: |world, it| {
                let root = world.instance(it).launched_volumes().next()?;
                let attach = AttachVolume {
                    volume: root.into(),
                    instance: it.into(),
                    device: Some(world.root_device(it)),
                };
                Some(attach.into())
            },
        },
        Ask {
            name: "the root stays",
            request: |world, it| {
                let root = world.instance(it).launched_volumes().next();
                Some(change(it, Change::DeleteOnTermination(Mapped::Every(root), false)).into())
            },
        },
    ]
}

fn recover(it: InstanceHandle) -> RecoverInstances {
    RecoverInstances { instances: one(it) }
}

fn capacity(market: Market, available: Option<u64>) -> Option<SetCapacity> {
    Some(SetCapacity::new(RoomIn::Pool(pool(market)?), available))
}

/// All that can be asked of one instance on demand, less deep.
fn everything() -> Option<Alphabet> {
    let mut asks = asks! {
        "reboot from inside" = |_, it| RebootInside { instances: one(it) };
        "halt" = |_, it| disturb(it, Disturbance::Halt);
        "the system check fails for 5 minutes" = |_, it|
            impair(it, WhichCheck::System, Some(SimDuration::from_mins(5)));
        "the instance check fails" = |_, it| impair(it, WhichCheck::Instance, None);
        "a reboot onto another host is scheduled" = |_, it| schedule(it, EventCode::SystemReboot);
        "a stop is scheduled" = |_, it| schedule(it, EventCode::InstanceStop);
        "a reboot is scheduled" = |_, it| schedule(it, EventCode::InstanceReboot);
        "retirement is scheduled" = |_, it| schedule(it, EventCode::InstanceRetirement);
        "maintenance is scheduled" = |_, it| schedule(it, EventCode::SystemMaintenance);
        "reschedule" = |_, it| RescheduleEvent {
            instances: one(it),
            to: Moment::In(SimDuration::from_hours(2)),
        };
        "shut down for good" = |_, it| change(it, Change::ShutdownBehavior(ShutdownBehavior::Terminate));
        "no automatic recovery" = |_, it| change(it, Change::AutoRecovery(false));
        "another type" = |_, it| change(it, Change::Type(TypeId::find("m5.xlarge")?));
        "one more place" = |_, _it| capacity(Market::OnDemand, Some(1))?;
    };
    for alphabet in [life()?, trouble()?, belongings()?] {
        for ask in alphabet.asks {
            if !asks.iter().any(|known| known.name == ask.name) {
                asks.push(ask);
            }
        }
    }
    Some(Alphabet {
        name: "everything",
        depth: 3,
        market: Market::OnDemand,
        before: things()?,
        launches: vec![
            launch("hibernation", hibernating()?),
            launch(
                "two interfaces",
                InstanceSpec {
                    interfaces: 2,
                    ..plain()?
                },
            ),
            launch("instance store", InstanceSpec::of("m5d.large", ZONE)?),
        ],
        asks,
    })
}

/// A Spot Instance and its request.
fn spot() -> Option<Alphabet> {
    let launches = [
        ("one-time", false, Interruption::Terminate),
        ("persistent, stops", true, Interruption::Stop),
        ("persistent, hibernates", true, Interruption::Hibernate),
    ];
    let launches =
        launches.map(|(name, persistent, how)| Some(launch(name, on_spot(persistent, how)?)));
    Some(Alphabet {
        name: "spot",
        depth: 4,
        market: Market::Spot,
        before: Vec::new(),
        launches: launches.into_iter().collect::<Option<_>>()?,
        asks: asks! {
            "start" = |_, it| StartInstances::new([it]);
            "start that fails" = |_, it| start_that_fails(it);
            "stop" = |_, it| stop(it, false, false);
            "stop by force" = |_, it| stop(it, true, false);
            "hibernate" = |_, it| hibernate(it);
            "reboot" = |_, it| RebootInstances::new([it]);
            "terminate" = |_, it| terminate(it, false, false);
            "shut down" = |_, it| ShutDown::new([it]);
            "the host fails" = |_, it| fail(it, None, false);
            "hang" = |_, it| disturb(it, Disturbance::Hang);
            "interrupt for capacity" = |_, it| interrupt(it, Cause::Capacity);
            "interrupt for the price" = |_, it| interrupt(it, Cause::Price);
            "cancel the request" = |_, it| CancelSpotInstanceRequests {
                instances: one(it),
            };
            "the price rises" = |_, _it| price("10")?;
            "the price falls" = |_, _it| price("0.01")?;
            "no capacity" = |_, _it| capacity(Market::Spot, Some(0))?;
            "one more place" = |_, _it| capacity(Market::Spot, Some(1))?;
            "any capacity" = |_, _it| capacity(Market::Spot, None)?;
        },
    })
}

fn interrupt(it: InstanceHandle, cause: Cause) -> InterruptSpot {
    InterruptSpot {
        instances: one(it),
        cause,
    }
}

fn price(hour: &str) -> Option<SetSpotPrice> {
    Some(SetSpotPrice::new(
        TypeId::find(TYPE)?,
        ZONE,
        hour.parse().ok()?,
    ))
}
