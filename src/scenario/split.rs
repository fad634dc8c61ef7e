//! Whether the members of a fleet can be replayed apart: each is an instance of a group for whose members an `each` of the main
//! script has scripts.
//!
//! A part of the replay has to come to what the whole comes to. So nothing that a member does may depend on what others do: it
//! acts on itself alone, nothing is limited that all of them use, and the main script doesn't look at them. What isn't allowed
//! here isn't known to be independent.

use std::{fmt, sync::Arc};

use bumpalo::Bump;

use crate::{
    action::{
        ByHandle, Change, InstanceRef, Instances, InterfaceRef, Launch, Mapped, Ref, Request,
        Resolve, VolumeRef,
    },
    id::Seeded,
    record::Handle,
    script::{
        Answer, ByName, Cast, Check, Checked, InterfaceTarget, Op, Part, Place, Program, Shard,
        Step, Subject, Target, Thing, VolumeTarget,
    },
    world::Origins,
};

use super::{
    Code, Diagnostics, Lowering, Scenario,
    reader::{Draft, Reader, Span},
    tree::{Kind, Node},
};

impl Scenario {
    /// One part of its replay: the scripts of some members of each `each`, and in the first part whatever else there is. The parts
    /// have the ids, the states and the usage of the whole; [`merge_journals`](crate::report::merge_journals) makes one of their
    /// journals.
    ///
    /// # Errors
    ///
    /// Answers with everything that members share, each at its place: they can't be replayed apart then.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::{Scenario, scenario::Code, script::Shard};
    /// let text = "
    /// instances: { web: { type: t3.micro, count: 8 } }
    /// steps:
    ///   - each: web
    ///     every: 7s
    ///     steps: [ { launch: self }, { after: 10m, terminate: self } ]
    /// ";
    /// let shard: Shard = "2/4".parse().unwrap();
    /// let fleet = Scenario::from_text("fleet.yaml", text).unwrap();
    /// let replay = ec2sim::replay(&fleet.part(shard).unwrap());
    /// assert_eq!(replay.world().instances().len(), 2);
    ///
    /// let waits = format!("{text}  - wait-until: {{ web: terminated }}\n");
    /// let fleet = Scenario::from_text("fleet.yaml", &waits).unwrap();
    /// let mistakes = fleet.part(shard).unwrap_err();
    /// assert_eq!(mistakes.iter().next().unwrap().code, Code::NotApart);
    /// ```
    pub fn part(&self, shard: Shard) -> Result<Self, Diagnostics> {
        let program = &self.program;
        let arena = Bump::new();
        let mut lowering =
            Lowering::new(&self.source, self.directory.as_ref(), self.reading.clone());
        // It was read before: only places are looked up.
        let root = lowering.tree(&arena);
        let mut split = vec![false; program.cast.instances.len()];
        find_members(&program.steps, &program.cast, &mut split);
        let mut look = Look {
            program,
            split: &split,
            reader: lowering.reader,
            root,
        };
        look.whole();
        if !look.reader.is_clean() {
            return Err(look.reader.finish(&self.source));
        }
        let mut part = Program::clone(program);
        part.part = Some(Arc::new(Part {
            shard,
            digest: digest(program),
            split,
        }));
        Ok(Self {
            program: Arc::new(part),
            ..self.clone()
        })
    }
}

/// Of the cast's instances and groups those whose members have scripts.
fn find_members(steps: &[Step], cast: &Cast, split: &mut [bool]) {
    for step in steps {
        match &step.op {
            Op::Each {
                members: Target::Slots { first, .. },
                ..
            } => split[cast.entry_of(*first)] = true,
            Op::Repeat { steps, .. } => find_members(steps, cast, split),
            Op::Each { .. }
            | Op::Tell
            | Op::Wait(_)
            | Op::WaitUntil { .. }
            | Op::Expect(_)
            | Op::Ask(_)
            | Op::Act(_) => {}
        }
    }
}

/// FNV-1a over what a program says of itself.
fn digest(program: &Program) -> u64 {
    struct Hash(u64);
    impl fmt::Write for Hash {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
            Ok(())
        }
    }
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    // Hashing doesn't fail.
    let _ = fmt::write(&mut hash, format_args!("{program:?}"));
    hash.0
}

/// Looks for what members share.
struct Look<'a, 't> {
    program: &'a Program,
    split: &'a [bool],
    reader: Reader,
    root: Option<Node<'t>>,
}

/// How many private addresses a zone has, as far as a fleet may count on them.
const PRIVATE_ADDRESSES: u64 = 2_000_000;

impl Look<'_, '_> {
    fn whole(&mut self) {
        if !self.split.contains(&true) {
            self.refuse(self.key(&["steps"]), || {
                Draft::new("there are no members to split")
                    .label("expected an `each` over a group in the main script")
            });
            return;
        }
        self.account();
        self.instances();
        let program = self.program;
        self.main(&program.steps);
        for check in &program.expect {
            self.main_check(check);
        }
    }

    /// What the account has for all.
    fn account(&mut self) {
        let program = self.program;
        let limited = [
            (
                !program.quotas.vcpus.is_empty(),
                &["account", "vcpu-quota"][..],
                "the quota is one for all of them",
            ),
            (
                !program.initial_hosts.is_empty(),
                &["account", "dedicated-hosts"],
                "which member comes to which host depends on the others",
            ),
            (
                !program.initial_reservations.is_empty(),
                &["account", "capacity-reservations"],
                "which member takes a slot depends on the others",
            ),
            (
                !program.initial_functions.is_empty(),
                &["functions"],
                "invocations share the account's concurrency",
            ),
            (
                program.initial_clusters > 0 || !program.initial_services.is_empty(),
                &["clusters"],
                "tasks share the account's vCPUs and launch rate",
            ),
            (
                !program.elsewhere.is_empty(),
                &["elsewhere"],
                "what they would cost there is told of all of them together",
            ),
            (
                program.vpc.is_some(),
                &["vpc"],
                "its subnets have few addresses, which go to whoever comes first",
            ),
        ];
        for (is_there, path, why) in limited {
            if is_there {
                let key = path.last().copied().unwrap_or_default();
                self.refuse(self.key(path), || shared(&format!("`{key}`"), why));
            }
        }
    }

    /// What the instances are.
    fn instances(&mut self) {
        let program = self.program;
        let mut addresses: Vec<(&str, u64)> = Vec::new();
        for (entry, _) in
            (program.cast.instances.iter().zip(self.split)).filter(|(_, split)| **split)
        {
            let spec = &entry.spec;
            let limited = [
                (
                    spec.placement.group.is_some(),
                    "placement-group",
                    "a placement group has room for some of them",
                ),
                (
                    spec.spot.is_some() && !program.spot_prices.is_empty(),
                    "market",
                    "the Spot price is one for all of them",
                ),
            ];
            for (is_there, key, why) in limited {
                if is_there {
                    let path = ["instances", &entry.name, key];
                    self.refuse(self.key(&path), || shared(&format!("`{key}`"), why));
                }
            }
            let zones = entry.zoned.iter().map(|spec| spec.zone);
            let zones: Vec<&str> = if entry.zoned.is_empty() {
                vec![spec.zone]
            } else {
                zones.collect()
            };
            let each = u64::from(entry.slots()).div_ceil(zones.len().try_into().unwrap_or(1));
            let each = each.saturating_mul(spec.interfaces.into());
            for zone in zones {
                match addresses.iter_mut().find(|(known, _)| *known == zone) {
                    Some((_, count)) => *count = count.saturating_add(each),
                    None => addresses.push((zone, each)),
                }
                let taken = addresses.iter().find(|(known, _)| *known == zone);
                if taken.is_some_and(|(_, count)| *count > PRIVATE_ADDRESSES) {
                    let path = ["instances", &entry.name, "count"];
                    self.refuse(self.key(&path), || {
                        shared(
                            "the private addresses of a zone",
                            "there aren't enough for all of them",
                        )
                    });
                }
            }
        }
    }

    /// The main script, which acts on what isn't split.
    fn main(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.op {
                Op::Tell | Op::Wait(_) => {}
                Op::Each { members, steps, .. } => {
                    debug_assert!(matches!(members, Target::Slots { .. }));
                    self.member(steps);
                }
                Op::Repeat { steps, .. } => self.main(steps),
                Op::WaitUntil {
                    conditions, checks, ..
                } => {
                    if conditions.iter().any(|(whom, _)| self.is_split(whom)) {
                        self.refuse(at(step.place), || {
                            apart("the main script waits for members")
                                .label("no part knows when those of the others are so far")
                                .note("`at` and `wait` go by the time alone")
                        });
                    }
                    if !checks.is_empty() {
                        self.refuse(at(step.place), || {
                            apart("the main script waits for more than states")
                        });
                    }
                }
                Op::Expect(checks) => {
                    for check in checks {
                        self.main_check(check);
                    }
                }
                Op::Ask(asking) => {
                    let checks: Vec<&Check> = match &asking.answer {
                        Answer::Said(_) => Vec::new(),
                        Answer::Checked(_, check) | Answer::Found(check) => vec![check],
                        Answer::Chosen(each) => each.iter().map(|(_, check)| check).collect(),
                    };
                    for check in checks {
                        self.main_check(check);
                    }
                }
                Op::Act(act) => {
                    for request in &act.requests {
                        let named = Named::by(request, &self.program.cast);
                        if named.slots.iter().any(|&slot| self.is_split_slot(slot)) {
                            self.refuse(at(step.place), || {
                                apart("the main script acts on members")
                                    .label("their own scripts can do this: `self`")
                            });
                        } else if is_limiting(request) {
                            self.refuse(at(step.place), || {
                                shared(
                                    &format!("`{}`", request.name()),
                                    "it decides what others get",
                                )
                            });
                        }
                    }
                }
            }
        }
    }

    fn main_check(&mut self, check: &Check) {
        let sees = match &check.subject {
            Subject::Whole | Subject::Elsewhere(_) => true,
            Subject::Instances(whom) | Subject::Thing(Thing::Volume(VolumeTarget::Of(whom, _))) => {
                self.is_split(whom)
            }
            Subject::Thing(
                Thing::Volume(VolumeTarget::Named(_)) | Thing::Other(..) | Thing::Task(..),
            ) => {
                matches!(&check.checked, Checked::AttachedTo(Some(whom), _) if self.is_split(whom))
            }
        };
        if sees {
            self.refuse(at(check.place), || {
                apart("the main script expects something of members, or of the whole bill")
                    .label("no part knows what becomes of the others")
                    .note("a member's script can expect something of `self`; the whole bill is what `ec2sim merge` prints")
            });
        } else {
            self.amount(check);
        }
    }

    /// The script of a member, which acts on itself.
    fn member(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.op {
                Op::Tell | Op::Wait(_) => {}
                Op::Repeat { steps, .. } => self.member(steps),
                Op::Each { .. } => self.refuse(at(step.place), || {
                    apart("the script of a member begins others").label("`each` inside `each`")
                }),
                Op::Ask(_) => self.refuse(at(step.place), || {
                    apart("the script of a member asks the viewer")
                }),
                Op::WaitUntil {
                    conditions, checks, ..
                } => {
                    if conditions.iter().any(|(whom, _)| *whom != Target::Own) {
                        self.refuse(at(step.place), others);
                    }
                    for check in checks {
                        self.member_check(check);
                    }
                }
                Op::Expect(checks) => {
                    for check in checks {
                        self.member_check(check);
                    }
                }
                Op::Act(act) => {
                    for request in &act.requests {
                        let named = Named::by(request, &self.program.cast);
                        if !named.slots.is_empty() || named.others {
                            self.refuse(at(step.place), others);
                        } else if !is_own(request) {
                            self.refuse(at(step.place), || {
                                shared(
                                    &format!("`{}`", request.name()),
                                    "what it makes or takes is the account's",
                                )
                            });
                        }
                    }
                }
            }
        }
    }

    fn member_check(&mut self, check: &Check) {
        let is_own = matches!(
            &check.subject,
            Subject::Instances(Target::Own)
                | Subject::Thing(Thing::Volume(VolumeTarget::Of(Target::Own, _)))
        );
        if is_own {
            self.amount(check);
        } else {
            self.refuse(at(check.place), others);
        }
    }

    /// What something costs isn't known in a part where it depends on what others use.
    fn amount(&mut self, check: &Check) {
        let is_amount = matches!(check.checked, Checked::Cost(..) | Checked::Savings(_));
        if is_amount && self.is_priced_together() {
            self.refuse(at(check.place), || {
                apart("what this costs depends on what others use")
                    .label("tiers, allowances and purchases are the account's")
            });
        }
    }

    fn is_priced_together(&self) -> bool {
        let program = self.program;
        let monitored = program
            .cast
            .instances
            .iter()
            .any(|entry| entry.spec.monitoring);
        !program.purchases.is_empty() || monitored || adds_up(&program.steps)
    }

    fn is_split(&self, whom: &Target) -> bool {
        matches!(whom, Target::Slots { first, .. } if self.is_split_slot(*first))
    }

    fn is_split_slot(&self, slot: u32) -> bool {
        self.split[self.program.cast.entry_of(slot)]
    }

    fn refuse(&mut self, span: Span, draft: impl FnOnce() -> Draft) {
        self.reader.report(Code::NotApart, span, draft);
    }

    /// Where the last of some keys stands, each in the value of the one before; or as far as they go.
    fn key(&self, path: &[&str]) -> Span {
        let mut found = Span::default();
        let mut node = self.root;
        for key in path {
            let Some(Kind::Map(entries)) = node.map(|node| node.kind) else {
                break;
            };
            let Some(entry) = entries.iter().find(|entry| entry.key.text == *key) else {
                break;
            };
            found = entry.key.span;
            node = Some(entry.value);
        }
        found
    }
}

fn apart(why: &str) -> Draft {
    Draft::new(format!("the members can't be replayed apart: {why}"))
}

fn shared(what: &str, why: &str) -> Draft {
    apart(&format!("they share {what}")).label(why)
}

fn others() -> Draft {
    apart("the script of a member is about others").label("expected `self` alone")
}

fn at(place: Place) -> Span {
    Span {
        lo: place.lo,
        hi: place.hi,
    }
}

/// Whether prices of a script's usage depend on how much the account uses.
fn adds_up(steps: &[Step]) -> bool {
    let is_counted_up = |request: &Request<ByName>| {
        let bare = request.bare();
        let turns_monitoring = matches!(
            bare,
            Request::ModifyInstanceAttribute(modify) if matches!(modify.change, Change::Monitoring(_))
        );
        turns_monitoring || matches!(bare, Request::Transfer(_))
    };
    steps.iter().any(|step| match &step.op {
        Op::Act(act) => act.requests.iter().any(is_counted_up),
        Op::Repeat { steps, .. } | Op::Each { steps, .. } => adds_up(steps),
        Op::Tell | Op::Wait(_) | Op::WaitUntil { .. } | Op::Expect(_) | Op::Ask(_) => false,
    })
}

/// Whether a request that names its own instance alone concerns nobody else.
fn is_own(request: &Request<ByName>) -> bool {
    // What was made with a token is known to all.
    let has_token = matches!(request, Request::With(with) if with.client_token.is_some())
        || matches!(request.bare(), Request::RunInstances(run) if run.client_token.is_some());
    let is_placed = matches!(
        request.bare(),
        Request::ModifyInstanceAttribute(modify) if matches!(modify.change, Change::Placement(_))
    );
    let concerns_itself = matches!(
        request.bare(),
        Request::RunInstances(_)
            | Request::ModifyInstanceAttribute(_)
            | Request::StartInstances(_)
            | Request::StopInstances(_)
            | Request::RebootInstances(_)
            | Request::TerminateInstances(_)
            | Request::ShutDown(_)
            | Request::RebootInside(_)
            | Request::DisturbOs(_)
            | Request::FailHost(_)
            | Request::ImpairCheck(_)
            | Request::ScheduleEvent(_)
            | Request::RescheduleEvent(_)
            | Request::RecoverInstances(_)
            | Request::DetachVolume(_)
            | Request::AttachVolume(_)
            | Request::ModifyVolume(_)
            | Request::DeleteVolume(_)
            | Request::InterruptSpot(_)
            | Request::RecommendRebalance(_)
            | Request::CancelSpotInstanceRequests(_)
            | Request::Transfer(_)
            | Request::SetCpu(_)
    );
    concerns_itself && !has_token && !is_placed
}

/// Whether a request of the main script decides what others get.
fn is_limiting(request: &Request<ByName>) -> bool {
    matches!(
        request.bare(),
        Request::SetCapacity(_)
            | Request::SetSpotPrice(_)
            | Request::AllocateHosts(_)
            | Request::ReleaseHosts(_)
            | Request::CreateCapacityReservation(_)
            | Request::CancelCapacityReservation(_)
            | Request::CreateFunction(_)
            | Request::Invoke(_)
            | Request::GenerateLoad(_)
            | Request::UpdateFunction(_)
            | Request::Provision(_)
            | Request::Unprovision(_)
            | Request::CreateCluster(_)
            | Request::DescribeService(_)
            | Request::CreateService(_)
            | Request::DeleteService(_)
            | Request::ScaleService(_)
            | Request::DeployService(_)
            | Request::RunTask(_)
            | Request::StopTask(_)
            | Request::ExitTask(_)
            | Request::SetFargateSpot(_)
            | Request::InterruptTask(_)
    )
}

/// What a request names: it is asked as if it were resolved.
struct Named<'a> {
    cast: &'a Cast,
    /// The first slot of each instance or group that goes by its name.
    slots: Vec<u32>,
    /// Whether it names what isn't an instance.
    others: bool,
}

impl<'a> Named<'a> {
    fn by(request: &Request<ByName>, cast: &'a Cast) -> Self {
        let mut named = Self {
            cast,
            slots: Vec::new(),
            others: false,
        };
        let _ = request.resolve(&mut named);
        named
    }

    fn see(&mut self, target: &Target) -> InstanceRef {
        if let Target::Slots { first, .. } = target {
            self.slots.push(*first);
        }
        Ref::Id(Arc::from(""))
    }

    fn see_other<H>(&mut self) -> Ref<H> {
        self.others = true;
        Ref::Id(Arc::from(""))
    }
}

impl Resolve<ByName> for Named<'_> {
    fn instances(&mut self, named: &[Target]) -> Instances<ByHandle> {
        named.iter().map(|target| self.see(target)).collect()
    }

    fn instance(&mut self, named: &Target) -> InstanceRef {
        self.see(named)
    }

    fn volume(&mut self, named: &VolumeTarget) -> VolumeRef {
        match named {
            VolumeTarget::Named(_) => self.see_other(),
            VolumeTarget::Of(owner, _) => {
                self.see(owner);
                Ref::Id(Arc::from(""))
            }
        }
    }

    fn interface(&mut self, named: &InterfaceTarget) -> InterfaceRef {
        match named {
            InterfaceTarget::Named(_) => self.others = true,
            InterfaceTarget::Of(owner, _) => {
                self.see(owner);
            }
        }
        InterfaceRef::New(None)
    }

    fn other<H: Handle>(&mut self, _: &u32) -> Ref<H> {
        self.see_other()
    }

    fn launch(&mut self, named: &Target) -> Launch {
        self.see(named);
        let first = match named {
            Target::Slots { first, .. } => *first,
            Target::Own | Target::Id(_) => 0,
        };
        Launch {
            spec: Arc::clone(self.cast.spec(first)),
            count: 1,
            origins: Origins::Numbered,
            image: None,
            host: None,
            reservation: None,
        }
    }

    fn new_of<H: Handle>(&mut self, _: &u32) -> Option<Seeded> {
        self.others = true;
        None
    }

    fn mapped(&mut self, named: &VolumeTarget) -> Mapped {
        self.volume(named);
        Mapped::Every(None)
    }
}
