//! `modify`: one request for each attribute, in the order written.

use super::{
    super::{
        Code,
        keys::{AFFINITY, Affinity, ModifyKey},
        reader::Draft,
        shape::{Field, Fields},
        tree::{Kind, Node},
    },
    Found, Lower,
    asked::{Asked, NamedInstances},
    placement::InGroup,
    reservations::Reserved,
};
use crate::{
    action::{Change, ModifyInstanceAttribute, PlacementChange, Request},
    catalog::{Platform, TypeId},
    record::ResourceKind,
    script::{Act, ByName, VolumeTarget},
};

impl Lower<'_> {
    pub(super) fn modify(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let field = asked.field;
        let Kind::Map(_) = field.value.kind else {
            return self.reader.wrong_shape(
                field.value,
                "a mapping such as `{ instance: web, type: m5.xlarge }`",
            );
        };
        let request = self.request(field, ModifyKey::MODIFY);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let mut changes = Vec::new();
        let mut fine = true;
        let mut plain = None;
        for option in request.options.iter().flat_map(Fields::iter) {
            let is_whom = matches!(option.key, ModifyKey::Instance | ModifyKey::Instances);
            match self.change(option, &request) {
                Some(none) if none.is_empty() && !is_whom => plain = Some(option.name),
                Some(change) => changes.extend(change),
                None => fine = false,
            }
        }
        if changes.is_empty() && fine && request.options.is_some() {
            self.reader.report(Code::EmptyStep, field.at, || {
                let draft = Draft::new("`modify` changes nothing").label("expected an attribute");
                match plain {
                    Some(name) => draft.note(format!("`{name}` already has this value")),
                    None => draft.note(
                        "such as `type`, `user-data`, `termination-protection` or `shutdown-behavior`",
                    ),
                }
            });
        }
        let targets = request.targets()?;
        let requests = changes.into_iter().map(|change| {
            Request::from(ModifyInstanceAttribute {
                instances: targets.clone(),
                change,
            })
        });
        fine.then_some(Act {
            requests: requests.collect(),
            until_refused: true,
        })
    }

    /// What one key asks for: nothing, if it names the instances, or what they have anyway.
    fn change(
        &mut self,
        option: Field<'_, '_, ModifyKey>,
        request: &NamedInstances<'_, '_, ModifyKey>,
    ) -> Option<Vec<Change<ByName>>> {
        let node = option.value;
        let change = match option.key {
            ModifyKey::Instances | ModifyKey::Instance => return Some(Vec::new()),
            ModifyKey::Type => Change::Type(self.new_type(node, request)?),
            ModifyKey::UserData => Change::UserData(self.reader.text(node, "user data")?.into()),
            ModifyKey::Kernel => self.stopped_only(node, "kernel")?,
            ModifyKey::Ramdisk => self.stopped_only(node, "ramdisk")?,
            ModifyKey::SriovNetSupport => self.stopped_only(node, "sriovNetSupport")?,
            ModifyKey::EbsOptimized => Change::EbsOptimized(self.reader.flag(node)?),
            ModifyKey::EnaSupport => Change::EnaSupport(self.reader.flag(node)?),
            ModifyKey::TerminationProtection => {
                Change::TerminationProtection(self.reader.flag(node)?)
            }
            ModifyKey::StopProtection => Change::StopProtection(self.reader.flag(node)?),
            ModifyKey::ShutdownBehavior => Change::ShutdownBehavior(self.shutdown_behavior(node)?),
            ModifyKey::SourceDestCheck => {
                self.reader.flag(node)?;
                Change::SourceDestCheck
            }
            ModifyKey::SecurityGroups => {
                let groups = match node.kind {
                    Kind::Seq(items) => items,
                    Kind::Null | Kind::Scalar(_) | Kind::Map(_) => std::slice::from_ref(node),
                };
                for group in groups {
                    self.reader.text(group, "a security group")?;
                }
                Change::SecurityGroups
            }
            ModifyKey::Credits => Change::Credits(self.credits(node)?),
            ModifyKey::Recovery => Change::AutoRecovery(self.recovery(node)?),
            ModifyKey::DeleteOnTermination => return self.delete_on_termination(node, request),
            ModifyKey::Monitoring => Change::Monitoring(self.monitoring(node)?),
            ModifyKey::Tenancy => {
                let tenancy = self.tenancy(node)?;
                Change::Placement(PlacementChange::Tenancy(tenancy))
            }
            ModifyKey::PlacementGroup => {
                let to = match node.kind {
                    Kind::Scalar("none") => InGroup::NONE,
                    Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => {
                        self.in_group(node)?
                    }
                };
                Change::Placement(PlacementChange::Group {
                    group: to.group,
                    partition: to.partition,
                })
            }
            ModifyKey::Partition => {
                Change::Placement(PlacementChange::Partition(self.partition(node)?))
            }
            ModifyKey::Host => Change::Host(self.thing(node, ResourceKind::DedicatedHost)?),
            ModifyKey::CapacityReservation => match self.reserved(node)? {
                Reserved::Any(reserving) => {
                    Change::Placement(PlacementChange::Reserving(reserving))
                }
                Reserved::Named(named) => Change::Reservation(named),
            },
            ModifyKey::Affinity => {
                let word = self.reader.word(node, AFFINITY, "an affinity")?;
                Change::Placement(PlacementChange::Affinity(word == Affinity::Host))
            }
        };
        Some(vec![change])
    }

    fn stopped_only(&mut self, node: &Node<'_>, name: &'static str) -> Option<Change<ByName>> {
        self.reader.text(node, "a text")?;
        Some(Change::StoppedOnly(name))
    }

    /// Another type has to have a price on the platform of everyone who gets it.
    fn new_type(
        &mut self,
        node: &Node<'_>,
        request: &NamedInstances<'_, '_, ModifyKey>,
    ) -> Option<TypeId> {
        let instance_type = self.instance_type(node)?;
        let mut platforms: Vec<Platform> = Vec::new();
        for whom in &request.whom {
            let entry = match whom.found {
                Some(Found::Entry(entry) | Found::Member(entry, _)) => entry,
                Some(Found::Other(..) | Found::Group(_)) | None => continue,
            };
            let spec = self.specs.get(entry).and_then(Option::as_ref);
            platforms.extend(spec.map(|spec| spec.platform));
        }
        platforms.sort_unstable();
        platforms.dedup();
        for platform in platforms {
            self.check_price(instance_type, platform, node.span);
        }
        Some(instance_type)
    }

    /// `{ root: no }`, `{ web/1: yes }`, `web/1`, `[root, 1]`; a volume without a value means yes.
    fn delete_on_termination(
        &mut self,
        node: &Node<'_>,
        request: &NamedInstances<'_, '_, ModifyKey>,
    ) -> Option<Vec<Change<ByName>>> {
        let mut changes = Vec::new();
        let mut fine = true;
        match node.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    let name = Node {
                        span: entry.key.span,
                        kind: Kind::Scalar(entry.key.text),
                    };
                    let flag = match entry.value.kind {
                        Kind::Null => Some(true),
                        Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => {
                            self.reader.flag(&entry.value)
                        }
                    };
                    fine &= self.deletes(&name, flag, request, &mut changes);
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    fine &= self.deletes(item, Some(true), request, &mut changes);
                }
            }
            Kind::Null | Kind::Scalar(_) => {
                fine &= self.deletes(node, Some(true), request, &mut changes);
            }
        }
        fine.then_some(changes)
    }

    fn deletes(
        &mut self,
        name: &Node<'_>,
        flag: Option<bool>,
        request: &NamedInstances<'_, '_, ModifyKey>,
        changes: &mut Vec<Change<ByName>>,
    ) -> bool {
        let Some(text) = self.reader.text(name, "the name of a volume") else {
            return false;
        };
        let short = text == "root" || text.bytes().all(|byte| byte.is_ascii_digit());
        let mut targets = Vec::new();
        if short {
            // Of whom the request is about.
            for whom in &request.whom {
                match self.volume_place(whom, text, name) {
                    Some(place) => targets.push(VolumeTarget::Of(whom.target.clone(), place)),
                    None => return false,
                }
            }
        } else {
            match self.volume_target(name) {
                Some(target) => targets.push(target),
                None => return false,
            }
        }
        let Some(flag) = flag else { return false };
        changes.extend(
            targets
                .into_iter()
                .map(|target| Change::DeleteOnTermination(target, flag)),
        );
        true
    }
}
