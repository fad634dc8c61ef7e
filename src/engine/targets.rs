//! Whom a refusal is about.

use std::sync::Arc;

use crate::{
    action::{AddressRef, ByHandle, InstanceRef, Subjects, VolumeRef},
    record::{ActionTarget, Resource, TargetKind},
    script::{ByName, Directory, Names, Target, VolumeTarget, named},
    world::World,
};

use super::requests::Resolver;

/// What a refused request by handles and ids named.
pub(super) fn targets_by_handle(
    names: &dyn Directory,
    subjects: &Subjects<'_, ByHandle>,
) -> Vec<ActionTarget> {
    let instance = |named: &InstanceRef| match named {
        InstanceRef::Handle(handle) => ActionTarget {
            name: Some(names.instance_name(*handle).into()),
            instance: Some(*handle),
            ..ActionTarget::default()
        },
        InstanceRef::Id(id) => ActionTarget {
            id: Some(Arc::clone(id)),
            ..ActionTarget::default()
        },
    };
    let other =
        |kind, resource: Option<Resource>, id: Option<&Arc<str>>, on: Option<&InstanceRef>| {
            let target = on.map(instance).unwrap_or_default();
            let name = match resource {
                Some(resource) => Some(names.resource_name(resource).into()),
                None => id.map(Arc::clone),
            };
            vec![ActionTarget {
                kind: if target.name.is_some() {
                    target.kind
                } else {
                    kind
                },
                name: target.name.or(name),
                resource,
                ..target
            }]
        };
    match *subjects {
        Subjects::Instances(instances) => instances.iter().map(instance).collect(),
        Subjects::Launch(_) => vec![ActionTarget::default()],
        Subjects::Address(AddressRef::Handle(address), on) => other(
            TargetKind::Address,
            Some(Resource::Address(*address)),
            None,
            on,
        ),
        Subjects::Address(AddressRef::Id(id), on) => other(TargetKind::Address, None, Some(id), on),
        Subjects::Volume(VolumeRef::Handle(volume), on) => other(
            TargetKind::Volume,
            Some(Resource::Volume(*volume)),
            None,
            on,
        ),
        Subjects::Volume(VolumeRef::Id(id), on) => other(TargetKind::Volume, None, Some(id), on),
        Subjects::NewAddress(_) => other(TargetKind::Address, None, None, None),
        Subjects::NewVolume(_) => other(TargetKind::Volume, None, None, None),
    }
}

/// What a refused request of a script named.
pub(super) fn targets_by_name(
    resolver: &Resolver<'_>,
    subjects: &Subjects<'_, ByName>,
) -> Vec<ActionTarget> {
    let Resolver { names, world, own } = *resolver;
    match *subjects {
        Subjects::Instances(targets) => targets
            .iter()
            .flat_map(|target| instances(names, world, target, own))
            .collect(),
        Subjects::Launch(target) => instances(names, world, target, own).collect(),
        Subjects::Address(&address, on) => {
            let resource = names.address(address).map(Resource::Address);
            let name = named(&names.cast().addresses, address);
            vec![besides(
                resolver,
                on,
                TargetKind::Address,
                resource,
                Some(Arc::from(name)),
            )]
        }
        Subjects::NewAddress(&address) => {
            let resource = names.address(address).map(Resource::Address);
            let name = named(&names.cast().addresses, address);
            vec![besides(
                resolver,
                None,
                TargetKind::Address,
                resource,
                Some(Arc::from(name)),
            )]
        }
        Subjects::Volume(volume, on) => {
            let resource = resolver.find_volume(volume).map(Resource::Volume);
            let name = volume_name(resolver, volume);
            vec![besides(resolver, on, TargetKind::Volume, resource, name)]
        }
        Subjects::NewVolume(&volume) => {
            let resource = names.volume(volume).map(Resource::Volume);
            let name = named(&names.cast().volumes, volume);
            vec![besides(
                resolver,
                None,
                TargetKind::Volume,
                resource,
                Some(Arc::from(name)),
            )]
        }
    }
}

/// An address or a volume, and the instance that goes with it, whose name then stands for both.
fn besides(
    resolver: &Resolver<'_>,
    on: Option<&Target>,
    kind: TargetKind,
    resource: Option<Resource>,
    name: Option<Arc<str>>,
) -> ActionTarget {
    let Resolver { names, world, own } = *resolver;
    let target = on.and_then(|on| instances(names, world, on, own).next());
    match target {
        Some(target) => ActionTarget { resource, ..target },
        None => ActionTarget {
            name,
            kind,
            resource,
            ..ActionTarget::default()
        },
    }
}

/// Each instance of a target.
fn instances<'a>(
    names: &'a Names,
    world: &'a World,
    target: &Target,
    own: Option<u32>,
) -> impl Iterator<Item = ActionTarget> + use<'a> {
    let (slots, id) = match target {
        Target::Slots { first, count, .. } => (*first..first + count, None),
        Target::Own => (own.map_or(0..0, |own| own..own + 1), None),
        Target::Id(id) => (0..0, Some(Arc::clone(id))),
    };
    let by_id = id.map(|id| ActionTarget {
        id: Some(id),
        ..ActionTarget::default()
    });
    let by_slot = slots.map(move |slot| {
        let instance = names.in_slot(slot);
        ActionTarget {
            name: Some(Arc::from(names.cast().name(slot).to_string())),
            id: match instance {
                Some(_) => None,
                None => Some(Arc::from(names.instance_id(world, slot).to_string())),
            },
            instance,
            ..ActionTarget::default()
        }
    });
    by_slot.chain(by_id)
}

fn volume_name(resolver: &Resolver<'_>, volume: &VolumeTarget) -> Option<Arc<str>> {
    let cast = resolver.names.cast();
    match volume {
        VolumeTarget::Named(name) => Some(Arc::from(named(&cast.volumes, *name))),
        VolumeTarget::Of(target, n) => {
            let slot = resolver.slot(target)?;
            let name = cast.name(slot);
            Some(Arc::from(if *n == 0 {
                format!("{name}/root")
            } else {
                format!("{name}/{n}")
            }))
        }
    }
}
