//! Expectations of what isn't an instance: volumes, addresses, snapshots, images.

use crate::{
    billing::{Biller, Cost},
    compute::ServiceState,
    lifecycle::task,
    record::{Expectation, FunctionHandle, Resource, ResourceKind, ServiceHandle, TaskHandle},
    script::{
        Check, Checked, DataCheck, Directory, FunctionCheck, FunctionCount, Named, ServiceCheck,
        ServiceCount, TaskCheck, Thing,
    },
    time::{SimDuration, SimTime},
    world::World,
};

use super::{
    driver::slots_of,
    judge::{Found, cost, verdict},
    resolver::Resolver,
    targets::volume_name,
};

/// Holds a check against something that isn't an instance.
pub(super) fn judge_thing(
    named: Named<'_>,
    biller: &Biller,
    at: SimTime,
    (check, thing): (&Check, &Thing),
    own: Option<u32>,
) -> Expectation {
    let Named { names, world } = named;
    let resolver = Resolver { names, world, own };
    let (there, name) = match thing {
        Thing::Volume(target) => {
            let there = resolver.find_volume(target).map(Resource::Volume);
            let name = volume_name(&resolver, target);
            (
                there,
                name.map_or_else(String::new, |name| name.to_string()),
            )
        }
        Thing::Other(kind, name) => {
            let there = names.bearer_of(*kind, *name);
            (there, names.cast().other(*kind, *name).to_owned())
        }
        Thing::Task(service, number) => {
            let there = names.bearer::<ServiceHandle>(*service);
            let there = there.and_then(|one| world.ecs().find(one, *number));
            let name = names.cast().other(ResourceKind::Service, *service);
            (there.map(Resource::Task), format!("{name}/{number}"))
        }
    };
    let found = match there {
        None => Found::new(false, "not there"),
        Some(there) => thing_check(named, biller, at, there, &check.checked, own),
    };
    verdict(check, name, found, None)
}

fn thing_check(
    named: Named<'_>,
    biller: &Biller,
    at: SimTime,
    there: Resource,
    checked: &Checked,
    own: Option<u32>,
) -> Found {
    let Named { names, world } = named;
    let attached = match there {
        Resource::Volume(volume) => world.volume(volume).instance(),
        Resource::Address(address) => world.address(address).instance(),
        Resource::Interface(interface) => world.interface(interface).instance(),
        Resource::Instance(_)
        | Resource::Snapshot(_)
        | Resource::Image(_)
        | Resource::SpotRequest(_)
        | Resource::DedicatedHost(_)
        | Resource::CapacityReservation(_)
        | Resource::Function(_)
        | Resource::Environment(_)
        | Resource::Cluster(_)
        | Resource::Service(_)
        | Resource::Task(_) => None,
    };
    if let Checked::ThingState(state) = checked {
        let found = match there {
            Resource::Volume(volume) => world.volume(volume).state().name(),
            Resource::Address(address) if world.address(address).is_released() => "released",
            Resource::Address(_) if attached.is_some() => "associated",
            Resource::Address(_) => "allocated",
            Resource::Snapshot(snapshot) => world.snapshot(snapshot).state().name(),
            Resource::Image(image) => world.image(image).state(),
            Resource::Interface(interface) => world.interface(interface).state(),
            Resource::DedicatedHost(host) => world.dedicated_host(host).state(at),
            Resource::CapacityReservation(reservation) => {
                world.capacity_reservation(reservation).state().name()
            }
            Resource::SpotRequest(request) => world.spot_request(request).state().name(),
            Resource::Function(function) => world.lambda().function(function).state(),
            Resource::Environment(environment) => world.lambda().phase(environment).state().name(),
            Resource::Cluster(_) => "ACTIVE",
            Resource::Service(service) => {
                let state = world.ecs().service(service).state();
                state.map_or("none", ServiceState::name)
            }
            Resource::Task(task) => world.ecs().task(task).phase().state().name(),
            Resource::Instance(_) => "",
        };
        Found::new(found == *state, found)
    } else if let (Checked::Size(size), Some(volume)) = (checked, there.volume()) {
        let found = world.volume(volume).spec().size_gib;
        Found::new(found == *size, format!("{found}GiB"))
    } else if let Checked::Used(used) = checked {
        let host = there.dedicated_host();
        let reservation = there.capacity_reservation();
        let found = host
            .map(|host| world.dedicated_host(host).instances())
            .or_else(|| reservation.map(|one| u64::from(world.capacity_reservation(one).used())))
            .unwrap_or(0);
        Found::new(found == *used, found.to_string())
    } else if let Checked::AttachedTo(target, _) = checked {
        let slot = target.as_ref().and_then(|target| slots_of(target, own));
        let wanted = slot.map(|(slot, _)| names.in_slot(slot));
        let text = attached.map_or_else(|| "none".to_owned(), |one| named.instance_name(one));
        let holds = match wanted {
            None => attached.is_none(),
            Some(wanted) => attached.is_some() && attached == wanted,
        };
        Found::new(holds, text)
    } else if let (Checked::Service(check), Some(service)) = (checked, there.service()) {
        service_check(world, service, *check, at)
    } else if let Some(task) = there.task()
        && !matches!(checked, Checked::Cost(..))
    {
        task_check(world, task, checked)
    } else if let (Checked::Function(check), Some(function)) = (checked, there.function()) {
        function_check(world, function, *check)
    } else if let Checked::Cost(meter, amount) = checked {
        let own = there.image().map(|image| world.image(image).snapshots());
        let found = match own {
            // What an image costs is what its snapshots cost (BILL-SNAP-AMI).
            Some(snapshots) => {
                let mut all = Cost::default();
                for &snapshot in snapshots {
                    all = all.plus(biller.cost_of(at, snapshot.into()));
                }
                all
            }
            // What a service costs is what its tasks cost.
            None => match there.service() {
                Some(service) => {
                    let tasks = world.ecs().service(service).tasks().iter();
                    let costs = tasks.map(|task| biller.cost_of(at, (*task).into()));
                    costs.fold(Cost::default(), Cost::plus)
                }
                None => biller.cost_of(at, there),
            },
        };
        cost(&found, *meter, amount)
    } else {
        Found::new(false, "that can be expected of instances only")
    }
}

fn function_check(world: &World, function: FunctionHandle, check: FunctionCheck) -> Found {
    let there = world.lambda().function(function);
    let counts = there.counts();
    match check {
        FunctionCheck::Count(count, wanted) => {
            let found = match count {
                FunctionCount::Environments => {
                    u64::try_from(there.environments()).unwrap_or(u64::MAX)
                }
                FunctionCount::Busy => there.busy().into(),
                FunctionCount::ColdStarts => counts.cold,
                FunctionCount::WarmStarts => counts.warm,
                FunctionCount::ProvisionedStarts => counts.provisioned,
                FunctionCount::Invocations => counts.invocations,
                FunctionCount::Errors => counts.errors,
                FunctionCount::Throttles => counts.throttles,
            };
            Found::new(found == wanted, found.to_string())
        }
        FunctionCheck::BilledDuration(wanted) => {
            let found = SimDuration::from_millis(counts.billed_ms);
            Found::new(found == wanted, found.to_string())
        }
        FunctionCheck::Provisioned(wanted) => {
            let found = world.lambda().provisioned_status(function);
            Found::new(found == wanted, found)
        }
    }
}

fn service_check(world: &World, service: ServiceHandle, check: ServiceCheck, at: SimTime) -> Found {
    let there = world.ecs().service(service);
    match check {
        ServiceCheck::Count(count, wanted) => {
            let counts = world.ecs().count(service, at);
            let found = match count {
                ServiceCount::Desired => there.desired().into(),
                ServiceCount::Running => counts.running,
                ServiceCount::Pending => counts.pending,
                ServiceCount::Healthy => counts.healthy,
                ServiceCount::TasksStarted => counts.started,
                ServiceCount::TaskSeconds => counts.task_secs,
            };
            Found::new(found == wanted, found.to_string())
        }
        ServiceCheck::Deployment(wanted) => {
            let found = there.rollout();
            Found::new(found == wanted, found.name())
        }
        ServiceCheck::Steady => {
            let found = world.ecs().is_steady(service, at);
            Found::new(found, if found { "yes" } else { "no" })
        }
    }
}

fn task_check(world: &World, task: TaskHandle, checked: &Checked) -> Found {
    let there = world.ecs().task(task);
    let stop = there.stop();
    let is = |found: Option<&str>, wanted: Option<&str>| {
        Found::new(found == wanted, found.unwrap_or("none"))
    };
    if let Checked::Billed(wanted) = checked {
        let found = there.is_billed();
        Found::new(found == *wanted, if found { "yes" } else { "no" })
    } else if let Checked::Task(check) = checked {
        match check {
            TaskCheck::StopCode(wanted) => is(stop.map(|stop| stop.code), wanted.as_deref()),
            TaskCheck::Reason(wanted) => is(stop.map(|stop| &*stop.reason), wanted.as_deref()),
            TaskCheck::Storage(wanted) => {
                let is_lost = there.phase() == task::Phase::Stopped;
                let found = if is_lost { "lost" } else { "kept" };
                Found::new((*wanted == DataCheck::Lost) == is_lost, found)
            }
        }
    } else {
        Found::new(false, "that can't be expected of a task")
    }
}
