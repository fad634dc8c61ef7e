//! Whom a refusal is about.

use std::sync::Arc;

use crate::{
    action::{ByHandle, InstanceRef, InterfaceRef, Naming, Ref, Subjects},
    record::{ActionTarget, InterfaceHandle, Resource, ResourceKind, VolumeHandle},
    script::{ByName, Directory, InterfaceTarget, Names, Target, VolumeTarget},
    world::{World, replaced_root},
};

use super::resolver::Resolver;

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
    let other = |kind, named: Option<Ref<Resource>>, on: Option<&InstanceRef>| {
        let target = on.map(instance).unwrap_or_default();
        let (resource, name) = match named {
            Some(Ref::Handle(resource)) => {
                (Some(resource), Some(names.resource_name(resource).into()))
            }
            Some(Ref::Id(id)) => (None, Some(id)),
            None => (None, None),
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
    match subjects {
        Subjects::Instances(instances) => instances.iter().map(instance).collect(),
        Subjects::Launch(_) => vec![ActionTarget::default()],
        Subjects::Volume(volume, on) => {
            let volume = ByHandle::any::<VolumeHandle>(volume);
            other(ResourceKind::Volume, volume, *on)
        }
        Subjects::Interface(interface, on) => {
            let named = match interface {
                InterfaceRef::There(there) => ByHandle::any::<InterfaceHandle>(there),
                InterfaceRef::New(_) | InterfaceRef::Primary(_) => None,
            };
            other(ResourceKind::Interface, named, *on)
        }
        Subjects::Other(kind, named, on) => other(*kind, named.clone(), *on),
        Subjects::New(kind, _) => other(*kind, None, None),
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
        Subjects::Volume(volume, on) => {
            let resource = resolver.find_volume(volume).map(Resource::Volume);
            let name = volume_name(resolver, volume);
            vec![besides(resolver, on, ResourceKind::Volume, resource, name)]
        }
        Subjects::Interface(InterfaceTarget::Named(name), on) => {
            vec![other(resolver, on, ResourceKind::Interface, *name)]
        }
        Subjects::Interface(InterfaceTarget::Of(owner, n), on) => {
            let name = resolver
                .slot(owner)
                .map(|slot| Arc::from(format!("{}/eth{n}", names.cast().name(slot))));
            vec![besides(resolver, on, ResourceKind::Interface, None, name)]
        }
        Subjects::Other(kind, name, on) => vec![other(resolver, on, kind, name)],
        Subjects::New(kind, name) => vec![other(resolver, None, kind, name)],
    }
}

/// Something that has a name of its own, and the instance that goes with it.
fn other(
    resolver: &Resolver<'_>,
    on: Option<&Target>,
    kind: ResourceKind,
    name: u32,
) -> ActionTarget {
    let resource = resolver.names.bearer_of(kind, name);
    let name = Arc::from(resolver.names.cast().other(kind, name));
    besides(resolver, on, kind, resource, Some(name))
}

/// An address or a volume, and the instance that goes with it, whose name then stands for both.
fn besides(
    resolver: &Resolver<'_>,
    on: Option<&Target>,
    kind: ResourceKind,
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

pub(super) fn volume_name(resolver: &Resolver<'_>, volume: &VolumeTarget) -> Option<Arc<str>> {
    let cast = resolver.names.cast();
    match volume {
        VolumeTarget::Named(name) => Some(Arc::from(cast.other(ResourceKind::Volume, *name))),
        VolumeTarget::Of(target, n) => {
            let slot = resolver.slot(target)?;
            let name = cast.name(slot);
            Some(Arc::from(match (n, replaced_root(*n)) {
                (0, _) => format!("{name}/root"),
                (_, Some(k)) => format!("{name}/root-{k}"),
                (n, None) => match cast.own_volume(slot, *n) {
                    Some(own) => format!("{name}/{own}"),
                    None => format!("{name}/{n}"),
                },
            }))
        }
    }
}
