//! The account by itself: handles and ids, what is shared, what is under way.

use std::sync::Arc;

use super::*;
use crate::{
    lifecycle::InstanceState,
    time::{SimDuration, SimTime},
};

const START: SimTime = SimTime::from_secs(1_000);

fn world() -> World {
    World::new(RegionId::default(), 7)
}

fn spec() -> Arc<InstanceSpec> {
    Arc::new(InstanceSpec::of("m5.large", "us-east-1a").unwrap())
}

fn launch(world: &mut World, count: u32) -> (InstanceHandle, Effects) {
    let mut effects = Effects::default();
    let first = world.create_instances(
        START,
        &spec(),
        (count, Berth::default()),
        &Origins::Numbered,
        &mut effects,
    );
    (first, effects)
}

#[test]
fn an_id_is_found_whether_it_came_before_or_after_the_first_question() {
    let mut world = world();
    let (early, _) = launch(&mut world, 2);
    let id = |world: &World, handle| world.id_of(Resource::Instance(handle));
    let early_id = id(&world, early);
    assert_eq!(world.find(early_id), Some(Resource::Instance(early)));
    let (late, _) = launch(&mut world, 1);
    let late_id = id(&world, late);
    assert_eq!(world.find(late_id), Some(Resource::Instance(late)));
    let volume = world.instance(late).launched_volumes().next().unwrap();
    let volume_id = world.id_of(Resource::Volume(volume));
    assert_eq!(world.find(volume_id), Some(Resource::Volume(volume)));
    let nobodys = Id::new(crate::id::IdKind::Instance, Seeded::new(99));
    assert_eq!(world.find(nobodys), None);
}

#[test]
fn launches_without_names_are_numbered_and_never_share_an_id() {
    let mut world = world();
    launch(&mut world, 2);
    launch(&mut world, 2);
    let mut ids: Vec<String> = world.instances().map(|there| there.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[test]
fn the_world_is_busy_as_long_as_a_follow_up_is_under_way() {
    let mut world = world();
    assert!(!world.is_busy());
    let (handle, mut effects) = launch(&mut world, 1);
    assert!(world.is_busy());
    let boot = effects.follow_ups[0].key;
    effects.clear();
    let booted = START + SimDuration::from_secs(15);
    world.fall_due(booted, boot, &mut effects);
    assert!(!world.is_busy());
    assert_eq!(world.instance(handle).state(), InstanceState::Running);
    // A key is good once.
    effects.clear();
    world.fall_due(booted, boot, &mut effects);
    assert!(effects.records.is_empty());

    assert!(world.begin_reboot(handle));
    world.reboot(
        handle,
        true,
        crate::lifecycle::Passage::Reboot,
        &mut effects,
    );
    assert!(world.is_busy() && !world.begin_reboot(handle));
}

#[test]
fn a_volume_is_what_its_launch_asked_for_until_it_is_changed() {
    let mut world = world();
    let (first, _) = launch(&mut world, 2);
    let other = InstanceHandle::new(first.index() + 1);
    let root = |world: &World, handle| world.launched_volume(handle, 0).unwrap();
    let changed = root(&world, first);
    let spec = VolumeSpec {
        size_gib: 100,
        ..*world.volume(changed).spec()
    };
    world.volume_mut(changed).set_spec(spec);
    assert_eq!(world.volume(changed).spec().size_gib, 100);
    assert_eq!(world.volume(root(&world, other)).spec().size_gib, 8);
    assert!(world.volume(changed).is_launch_root());
    assert_eq!(world.device_of(changed).as_deref(), Some("/dev/xvda"));
}

#[test]
fn what_is_attached_knows_its_instance_and_the_instance_knows_it() {
    let mut world = world();
    let (handle, _) = launch(&mut world, 1);
    let spec = *world.volume(VolumeHandle::new(0)).spec();
    let key = world.next_number("volume");
    let data = world.add_volume(Volume::created(key, spec, "us-east-1a"));
    let device = world.free_device(handle);
    world.attach(data, handle, Arc::clone(&device));
    assert_eq!(world.volume(data).instance(), Some(handle));
    assert!(world.has_device(handle, &device));
    assert!(!world.volume(data).spec().delete_on_termination);
    world.detach(data);
    assert_eq!(world.volume(data).instance(), None);
    assert!(!world.has_device(handle, &device));
}
