//! Expectations.

use std::{net::IpAddr, sync::Arc};

use smallvec::SmallVec;

use super::{
    super::{
        Code,
        keys::{
            AddressWord, CHECKS, COSTS, CheckKey, CostKey, ExpectKey, METERS, VolumesWord,
            WORDS_OF_ADDRESSES, WORDS_OF_DATA, WORDS_OF_EVENTS, WORDS_OF_HOST, WORDS_OF_ROOT,
            WORDS_OF_SPOT_REQUEST, WORDS_OF_SPOT_STATUS, WORDS_OF_STATUS, WORDS_OF_VOLUMES,
        },
        nearest::{nearest, one_of},
        reader::{Draft, Reader, Span},
        shape::{Field, Fields},
        tree::{Entry, Kind, Node, quoted},
        value::{self, Reason, Sign},
    },
    Found, IMAGES, Lower,
    asked::Whom,
    containers::{is_of_services, is_of_tasks},
    functions::is_of_functions,
};
use crate::{
    lifecycle::{ApiState, InstanceState},
    record::{Meter, ResourceKind},
    script::{
        AddressCheck, AddressKind, Check, Checked, DataCheck, Elsewhere, HostCheck, ServiceCheck,
        StatusCheck, Subject, Thing, VolumesCheck,
    },
    world::{ImageName, WhichCheck},
};

/// What a key of an expectation states, each with the place of its value.
pub(super) type Stated = SmallVec<[(Span, Checked); 1]>;

impl Lower<'_> {
    /// The checks of an `expect` within the steps, in the order of the file.
    pub(super) fn checks(&mut self, node: &Node<'_>) -> Vec<Check> {
        self.all_checks(node, None)
    }

    /// Those of the file's end, where something can be expected of other places.
    pub(super) fn checks_at_end(&mut self, node: &Node<'_>, places: &[Elsewhere]) -> Vec<Check> {
        self.all_checks(node, Some(places))
    }

    fn all_checks(&mut self, node: &Node<'_>, places: Option<&[Elsewhere]>) -> Vec<Check> {
        let mut checks = Vec::new();
        let entries = self
            .reader
            .entries(node, "a mapping from names to checks")
            .unwrap_or_default();
        for entry in entries {
            match ExpectKey::EXPECT.find(entry.key.text) {
                Some(ExpectKey::Cost) => {
                    let stated = self.costs(&entry.value);
                    self.keep(&Subject::Whole, stated, &mut checks);
                }
                // An instance may be called so.
                Some(ExpectKey::Elsewhere) if self.names.find(entry.key.text).is_none() => {
                    match places {
                        Some(places) => self.expected_elsewhere(&entry.value, places, &mut checks),
                        None => self.reader.report(Code::Misplaced, entry.key.span, || {
                            Draft::new("`elsewhere` can't be expected here")
                                .label("expected at the end of the file")
                        }),
                    }
                }
                Some(ExpectKey::Elsewhere) | None => self.checks_of(entry, &mut checks),
            }
        }
        checks
    }

    /// What is expected of what isn't an instance; false where the name stands for one, or for nothing.
    pub(super) fn expected_of_function(
        &mut self,
        entry: &Entry<'_>,
        checks: &mut Vec<Check>,
    ) -> bool {
        let Some(kind @ (ResourceKind::Function | ResourceKind::Service | ResourceKind::Task)) =
            self.thing_kind(entry.key.text)
        else {
            return false;
        };
        if let (ResourceKind::Service, Kind::Scalar("steady")) = (kind, entry.value.kind)
            && let Some(Found::Other(kind, index)) = self.names.find(entry.key.text)
        {
            let stated =
                std::iter::once((entry.value.span, Checked::Service(ServiceCheck::Steady)));
            let subject = Subject::Thing(Thing::Other(kind, index));
            self.keep(&subject, stated.collect(), checks);
        } else {
            self.checks_of_thing(entry, kind, checks);
        }
        true
    }

    fn checks_of(&mut self, entry: &Entry<'_>, checks: &mut Vec<Check>) {
        if let Some(kind) = self.thing_kind(entry.key.text) {
            self.checks_of_thing(entry, kind, checks);
            return;
        }
        let whom = self.subject(entry);
        if whom.is_none() && !matches!(entry.value.kind, Kind::Map(_)) {
            return;
        }
        if let Kind::Scalar(text) = entry.value.kind
            && let Some(state) = InstanceState::find(text)
        {
            self.reader.report(Code::WrongShape, entry.value.span, || {
                Draft::new("expected a mapping of checks, found a state")
                    .label("expected `{ state: … }`")
                    .instead(Some(format!("{{ state: {state} }}")))
            });
            return;
        }
        let expected = "a mapping of checks such as `{ state: running }`";
        let keys = CheckKey::CHECKS;
        let Some(fields) = self.reader.fields(&entry.value, keys, expected) else {
            return;
        };
        for field in fields.iter() {
            let stated = self.stated(field, whom.as_ref());
            if let Some(whom) = &whom {
                let subject = Subject::Instances(whom.target.clone());
                self.keep(&subject, stated, checks);
            }
        }
    }

    /// The kind of what a name stands for, if it isn't an instance.
    fn thing_kind(&mut self, text: &str) -> Option<ResourceKind> {
        match self.names.find(text) {
            Some(Found::Other(kind, _)) => Some(kind),
            Some(_) => None,
            None if self.names.of_image(text).is_some() => Some(ResourceKind::Snapshot),
            None if self.task_named(text).is_some() => Some(ResourceKind::Task),
            None => text.contains('/').then_some(ResourceKind::Volume),
        }
    }

    /// What is expected of a volume, an address, a snapshot or an image.
    fn checks_of_thing(&mut self, entry: &Entry<'_>, kind: ResourceKind, checks: &mut Vec<Check>) {
        let (states, sized, attached): (&[&'static str], _, _) = match kind {
            ResourceKind::Volume => (&["available", "in-use", "deleted"], true, true),
            ResourceKind::Address => (&["allocated", "associated", "released"], false, true),
            ResourceKind::Snapshot => (&["completed", "archived", "deleted"], false, false),
            ResourceKind::Image => (&["available", "deregistered"], false, false),
            ResourceKind::DedicatedHost => (&["available", "released"], false, false),
            ResourceKind::Function | ResourceKind::Environment => (&["Active"], false, false),
            ResourceKind::Cluster => (&["ACTIVE"], false, false),
            ResourceKind::Service => (&["ACTIVE", "DRAINING", "INACTIVE"], false, false),
            ResourceKind::Task => (
                &[
                    "PROVISIONING",
                    "PENDING",
                    "ACTIVATING",
                    "RUNNING",
                    "DEACTIVATING",
                    "STOPPING",
                    "DEPROVISIONING",
                    "STOPPED",
                ],
                false,
                false,
            ),
            ResourceKind::CapacityReservation => (
                &["scheduled", "active", "expired", "cancelled", "failed"],
                false,
                false,
            ),
            ResourceKind::Interface | ResourceKind::Instance | ResourceKind::SpotRequest => {
                (&["available", "in-use", "deleted"], false, true)
            }
        };
        let node = Node {
            span: entry.key.span,
            kind: Kind::Scalar(entry.key.text),
        };
        let thing = if kind == ResourceKind::Volume {
            self.volume_target(&node).map(Thing::Volume)
        } else if kind == ResourceKind::Task {
            let task = self.task_named(entry.key.text);
            task.map(|(service, number)| Thing::Task(service, number))
        } else {
            self.thing(&node, kind)
                .map(|index| Thing::Other(kind, index))
        };
        let expected = "a mapping of checks such as `{ state: available }`";
        let Some(fields) = self.reader.fields(&entry.value, CheckKey::CHECKS, expected) else {
            return;
        };
        for field in fields.iter() {
            let value = field.value;
            let key = field.key;
            let checked = if kind == ResourceKind::Function && is_of_functions(key) {
                self.function_check(&field)
            } else if kind == ResourceKind::Service && is_of_services(key) {
                self.service_check(&field)
            } else if kind == ResourceKind::Task && is_of_tasks(key) {
                self.task_check(&field)
            } else if key == CheckKey::State {
                self.thing_state(value, states, kind)
                    .map(Checked::ThingState)
            } else if key == CheckKey::Size && sized {
                self.reader.size(value).map(Checked::Size)
            } else if key == CheckKey::Used
                && matches!(
                    kind,
                    ResourceKind::DedicatedHost | ResourceKind::CapacityReservation
                )
            {
                let used = self.reader.whole(value, 0, u64::MAX);
                used.map(Checked::Used)
            } else if key == CheckKey::AttachedTo && attached {
                self.attached_to(value)
            } else if key == CheckKey::Cost && is_metered(kind) {
                let stated = self.costs(value);
                if let Some(thing) = &thing {
                    self.keep(&Subject::Thing(thing.clone()), stated, checks);
                }
                None
            } else if key == CheckKey::Cost {
                let what = format!("the cost of {}", kind.what());
                self.reader.not_simulated(field.at, &what);
                None
            } else {
                self.reader.report(Code::Misplaced, field.at, || {
                    Draft::new(format!(
                        "`{}` can't be expected of {}",
                        field.name,
                        kind.what()
                    ))
                    .label("not expected here")
                });
                None
            };
            if let (Some(thing), Some(checked)) = (&thing, checked) {
                let stated = std::iter::once((value.span, checked)).collect();
                self.keep(&Subject::Thing(thing.clone()), stated, checks);
            }
        }
    }

    fn thing_state(
        &mut self,
        node: &Node<'_>,
        states: &[&'static str],
        kind: ResourceKind,
    ) -> Option<&'static str> {
        let text = self.reader.text(node, "a state")?;
        let found = states.iter().copied().find(|state| *state == text);
        if found.is_none() {
            let what = format!("a state of {}", kind.what());
            self.reader
                .unknown_word(node.span, text, &what, states.iter().copied());
        }
        found
    }

    fn attached_to(&mut self, node: &Node<'_>) -> Option<Checked> {
        let text = self
            .reader
            .text(node, "the name of an instance, or `none`")?;
        if text == "none" {
            return Some(Checked::AttachedTo(None, "none".into()));
        }
        let whom = self.known_whom(text, node.span)?;
        let target = self.single(&whom)?;
        Some(Checked::AttachedTo(Some(target), text.into()))
    }

    fn image_check(&mut self, node: &Node<'_>) -> Option<Checked> {
        let text = self.reader.text(node, "the name of an image")?;
        if let Some(known) = IMAGES.iter().find(|image| image.name == text) {
            return Some(Checked::Image(ImageName::BuiltIn(known.name), text.into()));
        }
        let image = self.thing(node, ResourceKind::Image)?;
        Some(Checked::Image(ImageName::Named(image), text.into()))
    }

    pub(super) fn keep(&mut self, subject: &Subject, stated: Stated, checks: &mut Vec<Check>) {
        for (at, checked) in stated {
            checks.push(Check {
                place: self.reader.place(at),
                subject: subject.clone(),
                checked,
            });
        }
    }

    fn subject(&mut self, entry: &Entry<'_>) -> Option<Whom> {
        let (text, at) = (entry.key.text, entry.key.span);
        if self.names.find(text).is_none() && text != "self" {
            // A meter or a check one level too high is what happens most.
            let known = CHECKS.find(text).is_some() || METERS.find(text).is_some();
            let names = &self.names;
            self.reader.report(Code::UnknownName, at, || {
                let near = names.nearest(text, ResourceKind::Instance);
                let near = near.or_else(|| nearest(text, ["cost"]));
                let draft = Draft::new(format!("no instance is called {}", quoted(text)))
                    .label("expected an instance's name, or `cost`")
                    .instead(near);
                if known {
                    draft.note(format!(
                        "`{text}` is a check: it goes under the name of an instance"
                    ))
                } else {
                    draft
                }
            });
            return None;
        }
        self.known_whom(text, at)
    }

    fn costs(&mut self, node: &Node<'_>) -> Stated {
        let of = |reader: &mut Reader, meter: Option<Meter>, node: &Node<'_>| {
            let check = reader.amount_check(
                node,
                // Credits of a free tier take from the bill.
                if meter == Some(Meter::FreeCredits) {
                    Sign::Any
                } else {
                    Sign::Positive
                },
            );
            check.map(|check| (node.span, Checked::Cost(meter, check)))
        };
        let mut stated = Stated::new();
        if let Kind::Scalar(_) = node.kind {
            stated.extend(of(self.reader, None, node));
            return stated;
        }
        let expected = "an amount, or a mapping by meter";
        let fields = self.reader.fields(node, COSTS, expected);
        for field in fields.iter().flat_map(Fields::iter) {
            match field.key {
                CostKey::Of(meter) => stated.extend(of(self.reader, meter, field.value)),
                CostKey::Savings => {
                    let check = self.reader.amount_check(field.value, Sign::Any);
                    stated.extend(check.map(|check| (field.value.span, Checked::Savings(check))));
                }
            }
        }
        stated
    }

    fn stated(&mut self, field: Field<'_, '_, CheckKey>, whom: Option<&Whom>) -> Stated {
        let node = field.value;
        let checked = match field.key {
            CheckKey::State => self.state(node).map(Checked::State),
            CheckKey::ApiState => self.api_state(node).map(Checked::ApiState),
            CheckKey::Reason => {
                let text = self.reader.text(node, "a state reason's code, or `none`");
                text.map(|text| Checked::Reason((text != "none").then(|| Arc::from(text))))
            }
            CheckKey::ScheduledEvent => {
                let what = "a scheduled event";
                let word = self.reader.word(node, WORDS_OF_EVENTS, what);
                word.map(Checked::ScheduledEvent)
            }
            CheckKey::UserDataRuns => {
                let count = self.reader.whole(node, 0, u64::MAX);
                count.map(Checked::UserDataRuns)
            }
            CheckKey::TransitionReason => {
                let text = self.reader.text(node, "EC2's text, or `none`");
                text.map(|text| {
                    Checked::TransitionReason((text != "none").then(|| Arc::from(text)))
                })
            }
            CheckKey::PublicIpv4 => self.address_check(node, AddressKind::PublicIpv4, whom),
            CheckKey::PrivateIpv4 => self.address_check(node, AddressKind::PrivateIpv4, whom),
            CheckKey::Ipv6 => self.address_check(node, AddressKind::Ipv6, whom),
            CheckKey::PublicDns => self.address_check(node, AddressKind::PublicDns, whom),
            CheckKey::PrivateDns => self.address_check(node, AddressKind::PrivateDns, whom),
            CheckKey::Memory => self.data(node, whom).map(Checked::Memory),
            CheckKey::InstanceStore => self.data(node, whom).map(Checked::InstanceStore),
            CheckKey::RootVolume => {
                let what = "an outcome for a root volume";
                let check = self.reader.word(node, WORDS_OF_ROOT, what);
                check.map(Checked::RootVolume)
            }
            CheckKey::Volumes => self.volumes_check(node, whom).map(Checked::Volumes),
            CheckKey::Host => self.host(node, whom),
            CheckKey::Type => self.instance_type(node).map(Checked::Type),
            CheckKey::PlacementGroup => match node.kind {
                Kind::Scalar("none") => Some(Checked::PlacementGroup(None)),
                Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => {
                    let group = self.group_named(node);
                    let group = group.and_then(|group| self.groups.get(group.0));
                    group.map(|group| Checked::PlacementGroup(Some(Arc::clone(&group.name))))
                }
            },
            CheckKey::Partition => match node.kind {
                Kind::Scalar("none") => Some(Checked::Partition(None)),
                Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => self
                    .partition(node)
                    .map(|partition| Checked::Partition(Some(partition))),
            },
            CheckKey::Tenancy => self.tenancy(node).map(Checked::Tenancy),
            CheckKey::Zone => self.zone(node).map(Checked::Zone),
            CheckKey::Image => self.image_check(node),
            CheckKey::Size | CheckKey::AttachedTo | CheckKey::Used => {
                self.reader.report(Code::Misplaced, field.at, || {
                    Draft::new(format!("`{}` can't be expected of an instance", field.name))
                        .label("expected under the name of a volume")
                });
                None
            }
            CheckKey::Environments
            | CheckKey::Busy
            | CheckKey::ColdStarts
            | CheckKey::WarmStarts
            | CheckKey::ProvisionedStarts
            | CheckKey::Invocations
            | CheckKey::Errors
            | CheckKey::Throttles
            | CheckKey::BilledDuration
            | CheckKey::Provisioned
            | CheckKey::Desired
            | CheckKey::Running
            | CheckKey::Pending
            | CheckKey::Healthy
            | CheckKey::Deployment
            | CheckKey::TasksStarted
            | CheckKey::TaskSeconds
            | CheckKey::StopCode
            | CheckKey::Storage => {
                self.reader.report(Code::Misplaced, field.at, || {
                    Draft::new(format!("`{}` can't be expected of an instance", field.name))
                        .label("expected under the name of a function, a service or a task")
                });
                None
            }
            CheckKey::Billed => self.reader.flag(node).map(Checked::Billed),
            CheckKey::BilledSeconds => self.billed_seconds(node).map(Checked::BilledSeconds),
            CheckKey::Starts => self.reader.whole(node, 0, u64::MAX).map(Checked::Starts),
            CheckKey::StatusChecks => self.status(node).map(Checked::StatusChecks),
            CheckKey::SystemCheck => {
                let status = self.status(node);
                status.map(|status| Checked::StatusCheck(WhichCheck::System, status))
            }
            CheckKey::InstanceCheck => {
                let status = self.status(node);
                status.map(|status| Checked::StatusCheck(WhichCheck::Instance, status))
            }
            CheckKey::Credits | CheckKey::SurplusCredits => {
                self.credits = true;
                let what = "an amount of credits";
                let written =
                    self.reader
                        .parsed(node, Code::BadNumber, what, value::decimal_number);
                let is_surplus = field.key == CheckKey::SurplusCredits;
                written.map(|written| Checked::Credits(is_surplus, written.into()))
            }
            CheckKey::SpotRequest => {
                let what = "a state of a Spot request";
                let check = self.reader.word(node, WORDS_OF_SPOT_REQUEST, what);
                check.map(Checked::SpotRequest)
            }
            CheckKey::SpotStatus => {
                let what = "a status code of a Spot request";
                let check = self.reader.word(node, WORDS_OF_SPOT_STATUS, what);
                check.map(Checked::SpotStatus)
            }
            CheckKey::Interrupted => {
                let times = self.reader.whole(node, 0, u64::MAX);
                times.map(Checked::Interrupted)
            }
            CheckKey::Cost => return self.costs(node),
        };
        checked
            .map(|checked| (node.span, checked))
            .into_iter()
            .collect()
    }

    /// A word that compares with the moment before the latest action.
    fn compares(&mut self, node: &Node<'_>, word: &'static str, whom: Option<&Whom>) {
        // What EC2 does to a Spot Instance by itself is such an action too.
        if let Some(found) = whom.and_then(|whom| whom.found)
            && !self.is_spot(found)
        {
            let beside = !self.own.is_empty();
            self.presence.compare(found, node.span, word, beside);
        }
    }

    fn status(&mut self, node: &Node<'_>) -> Option<StatusCheck> {
        let what = "a result of status checks";
        self.reader.word(node, WORDS_OF_STATUS, what)
    }

    pub(super) fn api_state(&mut self, node: &Node<'_>) -> Option<ApiState> {
        let text = self.reader.text(node, "a state of EC2's API")?;
        let by_code = || {
            let code: u8 = text.parse().ok()?;
            ApiState::ALL
                .iter()
                .copied()
                .find(|state| state.code() == code)
        };
        let found = ApiState::find(text).or_else(by_code);
        if found.is_none() {
            self.reader.report(Code::UnknownWord, node.span, || {
                let words = ApiState::ALL.iter().map(|state| state.name());
                let near = match text {
                    "hibernated" => Some("stopped"),
                    other => nearest(other, words.clone()),
                };
                let codes: Vec<String> = ApiState::ALL
                    .iter()
                    .map(|state| state.code().to_string())
                    .collect();
                Draft::new(format!("{} is not a state of EC2's API", quoted(text)))
                    .label("expected EC2's name, or its code")
                    .instead(near)
                    .or_note(|| {
                        format!(
                            "expected {}, or {}",
                            one_of(words),
                            one_of(codes.iter().map(String::as_str))
                        )
                    })
            });
        }
        found
    }

    fn address_check(
        &mut self,
        node: &Node<'_>,
        kind: AddressKind,
        whom: Option<&Whom>,
    ) -> Option<Checked> {
        let text = self.reader.text(node, "an address, or a known word")?;
        let check = match (WORDS_OF_ADDRESSES.find(text), kind) {
            (Some(AddressWord::None), _) => AddressCheck::None,
            (Some(AddressWord::Any), _) => AddressCheck::Any,
            (Some(AddressWord::Kept), _) => {
                self.compares(node, "kept", whom);
                AddressCheck::Kept
            }
            (Some(AddressWord::Changed), _) => {
                self.compares(node, "changed", whom);
                AddressCheck::Changed
            }
            (None, AddressKind::PublicDns | AddressKind::PrivateDns) => {
                AddressCheck::Name(self.dns_name(node, text)?)
            }
            (None, AddressKind::PublicIpv4 | AddressKind::PrivateIpv4) => {
                AddressCheck::Ip(self.ip(node, text, IpAddr::is_ipv4, "an IPv4 address")?)
            }
            (None, AddressKind::Ipv6) => {
                AddressCheck::Ip(self.ip(node, text, IpAddr::is_ipv6, "an IPv6 address")?)
            }
        };
        Some(Checked::Address(kind, check))
    }

    fn ip(
        &mut self,
        node: &Node<'_>,
        text: &str,
        fits: fn(&IpAddr) -> bool,
        what: &str,
    ) -> Option<IpAddr> {
        let found = text.parse().ok().filter(fits);
        if found.is_none() {
            self.not_an_address(node, text, what);
        }
        found
    }

    fn not_an_address(&mut self, node: &Node<'_>, text: &str, what: &str) {
        self.reader.report(Code::BadAddress, node.span, || {
            Draft::new(format!("{} is not {what}", quoted(text)))
                .label("expected an address, or a known word")
                .instead(nearest(text, WORDS_OF_ADDRESSES.iter()))
                .note(format!(
                    "the known words are {}",
                    one_of(WORDS_OF_ADDRESSES.iter())
                ))
        });
    }

    fn dns_name(&mut self, node: &Node<'_>, text: &str) -> Option<Arc<str>> {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let part = |part: &str| !part.is_empty() && part.bytes().all(inside);
        if text.contains('.') && text.split('.').all(part) {
            return Some(text.into());
        }
        self.not_an_address(node, text, "a DNS name");
        None
    }

    fn data(&mut self, node: &Node<'_>, whom: Option<&Whom>) -> Option<DataCheck> {
        let check = self
            .reader
            .word(node, WORDS_OF_DATA, "an outcome for data")?;
        match check {
            DataCheck::Kept => self.compares(node, "kept", whom),
            DataCheck::Lost | DataCheck::Saved | DataCheck::None => {}
        }
        Some(check)
    }

    /// An outcome for the host, or the Dedicated Host.
    fn host(&mut self, node: &Node<'_>, whom: Option<&Whom>) -> Option<Checked> {
        let text = self.reader.text(node, "an outcome for the host")?;
        if WORDS_OF_HOST.find(text).is_none() && self.names.find(text).is_some() {
            let host = self.thing(node, ResourceKind::DedicatedHost)?;
            return Some(Checked::OnHost(host, text.into()));
        }
        let check = self
            .reader
            .word(node, WORDS_OF_HOST, "an outcome for the host")?;
        match check {
            HostCheck::Kept => self.compares(node, "kept", whom),
            HostCheck::Changed => self.compares(node, "changed", whom),
            HostCheck::None => {}
        }
        Some(Checked::Host(check))
    }

    fn billed_seconds(&mut self, node: &Node<'_>) -> Option<u64> {
        let what = "a number of seconds, or a duration";
        self.reader.parsed(node, Code::BadNumber, what, |text| {
            if let Ok(seconds) = value::whole(text, 0, u64::MAX) {
                return Ok(seconds);
            }
            value::duration(text)
                .map(crate::time::SimDuration::as_secs)
                .map_err(|_| Reason::new("expected something like `3600` or `1h`"))
        })
    }

    fn volumes_check(&mut self, node: &Node<'_>, whom: Option<&Whom>) -> Option<VolumesCheck> {
        let names = match node.kind {
            Kind::Seq(items) => items,
            Kind::Scalar(text) => {
                match WORDS_OF_VOLUMES.find(text) {
                    Some(VolumesWord::None) => return Some(VolumesCheck::None),
                    Some(VolumesWord::Kept) => return Some(VolumesCheck::Kept),
                    Some(VolumesWord::Deleted) => return Some(VolumesCheck::Deleted),
                    None => {}
                }
                if text.bytes().all(|byte| byte.is_ascii_digit()) {
                    let count = self.reader.whole(node, 0, u64::MAX);
                    return count.map(VolumesCheck::Count);
                }
                if !text.contains('/') && self.names.find(text).is_none() {
                    let known = WORDS_OF_VOLUMES.iter();
                    let what = "a number of volumes, a list of their names, or a known word";
                    self.reader.unknown_word(node.span, text, what, known);
                    return None;
                }
                std::slice::from_ref(node)
            }
            Kind::Null | Kind::Map(_) => {
                let expected = "a number, a word or a list of names";
                return self.reader.wrong_shape(node, expected);
            }
        };
        let mut listed = Vec::with_capacity(names.len());
        for name in names {
            listed.push(self.volume_name(name, whom)?);
        }
        Some(VolumesCheck::Names(listed))
    }

    /// The name of a volume, as it is printed: `root` alone means the subject's own.
    fn volume_name(&mut self, node: &Node<'_>, whom: Option<&Whom>) -> Option<Arc<str>> {
        let text = self.reader.text(node, "the name of a volume")?;
        let whole = match text.split_once('/') {
            Some((owner, which)) => {
                let whom = self.known_whom(owner, node.span)?;
                let place = self.volume_place(&whom, which, node)?;
                // It is printed by its name, if it has one.
                let spec = self.spec_of(whom.found);
                let named = spec.and_then(|spec| {
                    let mut names = spec.volume_names.iter();
                    names.find(|(number, _)| *number == place)
                });
                return Some(match named {
                    Some((_, name)) => format!("{owner}/{name}").into(),
                    None => text.into(),
                });
            }
            None => self.names.find(text),
        };
        match whole {
            Some(Found::Other(ResourceKind::Volume, _)) => Some(text.into()),
            Some(other) => {
                self.wrong_kind(text, node.span, other, ResourceKind::Volume);
                None
            }
            None if text == "root" => {
                if let Some(whom) = whom {
                    self.volume_place(whom, text, node)?;
                }
                Some(text.into())
            }
            None => {
                self.unknown_name(text, node.span, ResourceKind::Volume);
                None
            }
        }
    }

    /// What can only be judged when everything was read.
    pub(super) fn finish_checks(&mut self) {
        self.presence.finish(self.reader);
    }
}

/// Whether a kind of thing has a cost of its own.
const fn is_metered(kind: ResourceKind) -> bool {
    match kind {
        ResourceKind::Instance
        | ResourceKind::Volume
        | ResourceKind::Address
        | ResourceKind::Interface
        | ResourceKind::CapacityReservation
        | ResourceKind::DedicatedHost
        | ResourceKind::Snapshot
        | ResourceKind::Image
        | ResourceKind::Function
        | ResourceKind::SpotRequest => true,
        ResourceKind::Service | ResourceKind::Task => true,
        ResourceKind::Environment | ResourceKind::Cluster => false,
    }
}
