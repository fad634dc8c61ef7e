//! The addresses of a whole replay, drawn again while the journals of its parts are made one.
//!
//! An address is drawn for whoever needs one, from the seed and its name, and is another one only where that is taken. Which are taken
//! no part knows of the others. So they are drawn again here, in the order of the whole, and stand in place of those of the parts.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
};

use crate::{
    catalog::RegionId,
    id::Seeded,
    network::{Home, PrivatePool, PublicPool, private_dns, public_dns},
    record::{AddressEvent, AddressHandle, AddressScope, InstanceHandle, ResourceKind},
    script::{Cast, Directory, Program},
    world::Origin,
};

use super::names::ReadNames;

/// The pools of the whole, and who has what of them.
pub(super) struct Addresses {
    region: RegionId,
    root: Seeded,
    private: PrivatePool,
    public: PublicPool,
    instances: Vec<Held>,
    /// Of each slot, and of each Elastic IP's name, where the latest came from.
    slots: BTreeMap<u32, Seeded>,
    names: BTreeMap<u32, Seeded>,
    elastic: BTreeMap<AddressHandle, Drawn>,
}

/// An address: in its part, and in the whole.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    of_part: Ipv4Addr,
    now: Ipv4Addr,
}

/// What an instance has.
struct Held {
    origin: Origin,
    zone: &'static str,
    private: Option<Drawn>,
    public: Option<Drawn>,
    /// How many public addresses it has had.
    draws: u32,
}

impl Addresses {
    pub(super) fn new(program: &Program) -> Self {
        let region = program.cast.region;
        Self {
            region,
            root: Seeded::new(program.seed),
            private: PrivatePool::new(region, None),
            public: PublicPool::new(region),
            instances: Vec::new(),
            slots: BTreeMap::new(),
            names: BTreeMap::new(),
            elastic: BTreeMap::new(),
        }
    }

    /// An instance was launched.
    pub(super) fn launched(
        &mut self,
        names: &ReadNames,
        instance: InstanceHandle,
        zone: &'static str,
    ) {
        let slot = names.slot(instance);
        let before = slot.and_then(|slot| self.slots.get(&slot));
        let origin = match (slot, before) {
            (_, Some(before)) => Origin::of(before.purpose("again")),
            (Some(slot), None) => origin(names.cast(), self.root, slot),
            // Only a script launches in a part.
            (None, None) => Origin::of(self.root),
        };
        if let Some(slot) = slot {
            self.slots.insert(slot, origin.key);
        }
        self.instances.push(Held {
            origin,
            zone,
            private: None,
            public: None,
            draws: 0,
        });
    }

    /// An address came or went: it becomes the one of the whole.
    pub(super) fn changed(&mut self, names: &ReadNames, event: &mut AddressEvent) {
        let v4 = |ip: Option<IpAddr>| match ip {
            Some(IpAddr::V4(ip)) => Some(ip),
            Some(IpAddr::V6(_)) | None => None,
        };
        let (from, to) = (v4(event.from), v4(event.to));
        if let Some(address) = event.address {
            let is_new = event.instance.is_none() && !self.elastic.contains_key(&address);
            if let Some(of_part) = to.filter(|_| is_new) {
                let now = self.allocate(names, address).unwrap_or(of_part);
                self.elastic.insert(address, Drawn { of_part, now });
            }
            if let Some(known) = self.elastic.get(&address) {
                event.from = from.map(|_| known.now.into()).or(event.from);
                event.to = to.map(|_| known.now.into()).or(event.to);
            }
            return;
        }
        let held = event
            .instance
            .and_then(|one| self.instances.get_mut(one.index()));
        let Some(held) = held else {
            return;
        };
        let key = held.origin.key;
        let has = match event.scope {
            AddressScope::Private => &mut held.private,
            AddressScope::Public => &mut held.public,
            AddressScope::Elastic => return,
        };
        if let Some(of_part) = to {
            let drawn = match event.scope {
                AddressScope::Private => self.private.draw(held.zone, key.purpose("private-ipv4")),
                AddressScope::Public | AddressScope::Elastic => {
                    let draws = held.draws;
                    held.draws = draws.saturating_add(1);
                    self.public.draw(held.origin.home, draws)
                }
            };
            let now = drawn.unwrap_or(of_part);
            *has = Some(Drawn { of_part, now });
            event.to = Some(now.into());
        } else if from.is_some()
            && let Some(Drawn { now, .. }) = has.take()
        {
            event.from = Some(now.into());
            if event.scope == AddressScope::Private {
                self.private.release(now);
            }
        }
    }

    fn allocate(&mut self, names: &ReadNames, address: AddressHandle) -> Option<Ipv4Addr> {
        let name = names.address(address)?;
        let key = match self.names.get(&name) {
            Some(before) => before.purpose("again"),
            None => self
                .root
                .named(names.cast().other(ResourceKind::Address, name)),
        };
        self.names.insert(name, key);
        self.public.draw(Home::of(key.purpose("elastic-ip")), 0)
    }

    /// What a part calls the addresses of an instance, or of an Elastic IP, that are others in the whole.
    pub(super) fn renamed(
        &self,
        instance: Option<InstanceHandle>,
        address: Option<AddressHandle>,
    ) -> Vec<(String, String)> {
        let held = instance.and_then(|one| self.instances.get(one.index()));
        let own = held
            .into_iter()
            .flat_map(|held| [held.private, held.public]);
        let elastic = match (instance, address) {
            (None, Some(address)) => self.elastic.get(&address).into_iter().collect(),
            // There are few, and any of them may be its own.
            _ => self.elastic.values().collect::<Vec<_>>(),
        };
        let all = own.flatten().chain(elastic.into_iter().copied());
        let others = all.filter(|drawn| drawn.of_part != drawn.now);
        others
            .flat_map(|Drawn { of_part, now }| {
                let region = self.region;
                [
                    (of_part.to_string(), now.to_string()),
                    (private_dns(region, of_part), private_dns(region, now)),
                    (public_dns(region, of_part), public_dns(region, now)),
                ]
            })
            .collect()
    }
}

/// Where the first instance of a slot comes from.
fn origin(cast: &Cast, root: Seeded, slot: u32) -> Origin {
    let entry = &cast.instances[cast.entry_of(slot)];
    let named = root.named(&entry.name);
    match entry.count {
        None => Origin::of(named),
        Some(_) => Origin::of_member(named, slot - entry.first_slot + 1),
    }
}
