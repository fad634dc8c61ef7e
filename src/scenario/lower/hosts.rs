//! Dedicated Hosts: those that an account has, and actions on them.

use super::{
    super::{
        keys::{HostKey, Keys, ReleaseHostKey},
        shape::Fields,
        tree::Node,
    },
    Found, Lower,
    actions::act,
    asked::Asked,
};
use crate::{
    action::{AllocateHosts, ReleaseHosts},
    record::ResourceKind,
    script::Act,
    world::HostSpec,
};

impl Lower<'_> {
    /// `dedicated-hosts` of the account. Each takes its place, understood or not, so that numbers stay right.
    pub(super) fn account_hosts(&mut self, node: &Node<'_>) {
        let entries = self
            .reader
            .entries(node, "a mapping from names to Dedicated Hosts");
        for entry in entries.unwrap_or_default() {
            let keys = HostKey::DEDICATED_HOST;
            let fields = self.reader.fields(&entry.value, keys, "a mapping");
            let host = fields.and_then(|fields| self.host_spec(&fields, keys));
            self.hosts.push(host);
        }
    }

    fn host_spec(
        &mut self,
        fields: &Fields<'_, '_, HostKey>,
        keys: Keys<HostKey>,
    ) -> Option<HostSpec> {
        let (mut family, mut zone) = (None, Some(self.default_zone()));
        let (mut auto_placement, mut recovery) = (Some(true), Some(false));
        let (mut from, mut until) = (None, None);
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                HostKey::Host => {}
                HostKey::Family => family = self.family(node),
                HostKey::Zone => zone = self.zone(node),
                HostKey::AutoPlacement => auto_placement = self.reader.flag(node),
                HostKey::Recovery => recovery = self.reader.flag(node),
                HostKey::From => from = self.date(node),
                HostKey::Until => until = self.date(node),
            }
        }
        self.reader.lacks(fields, keys, &[(HostKey::Family, "m5")]);
        Some(HostSpec {
            family: family?,
            zone: zone?,
            auto_placement: auto_placement?,
            recovery: recovery?,
            from,
            until,
        })
    }

    /// The zone of a Dedicated Host, where the file says so.
    pub(super) fn zone_of_host(&self, host: u32) -> Option<&'static str> {
        let place = usize::try_from(host).ok()?;
        match self.hosts.get(place) {
            Some(spec) => spec.as_ref().map(|spec| spec.zone),
            None => self.zone_where(ResourceKind::DedicatedHost, host),
        }
    }

    /// The zone in which a step makes a host or a reservation first.
    pub(super) fn zone_where(&self, kind: ResourceKind, made: u32) -> Option<&'static str> {
        match self.names.zone_where(kind, made) {
            Some(zone) => self.region.zone(zone),
            None => Some(self.default_zone()),
        }
    }

    pub(super) fn allocate_host(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = HostKey::ALLOCATE_HOST;
        let named = self.long_form(asked.field, keys, HostKey::Host);
        let spec = named
            .options
            .as_ref()
            .and_then(|fields| self.host_spec(fields, keys));
        let is_certain = !asked.fails && spec.is_none_or(|spec| spec.until.is_none());
        let host = self.made(named.name, ResourceKind::DedicatedHost, !is_certain)?;
        Some(act(AllocateHosts { host, spec: spec? }))
    }

    pub(super) fn release_host(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = ReleaseHostKey::RELEASE_HOST;
            let named = lower.named(asked.field, keys, ReleaseHostKey::Host);
            let host = lower.held(named.name, ResourceKind::DedicatedHost, "allocates")?;
            let found = Found::Other(ResourceKind::DedicatedHost, host);
            if !asked.fails {
                lower.presence.unmake(found, lower.reader);
            }
            Some(ReleaseHosts { host }.into())
        })
    }
}
