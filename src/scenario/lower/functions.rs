//! Functions, and what is asked of them.

use super::{
    super::{
        Code,
        keys::{
            CheckKey, ElsewhereCheckKey, ElsewhereKey, FunctionKey, InvokeKey, LoadKey, MODES,
            PACKAGES, PROCESSORS, PROVISIONED, ProvisionKey, RESULTS, RUNTIMES, UnprovisionKey,
        },
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Entry, Kind, Node},
        value::{self, Sign},
    },
    Lower,
    actions::act,
    asked::Asked,
    checks::Stated,
};
use crate::{
    action::{GenerateLoad, Invoke, LoadTarget, Provision, Unprovision, UpdateFunction},
    catalog::nearest_compute_priced,
    compute::{Ask, FunctionChange, FunctionSpec, Lambda, Load},
    id::Seeded,
    record::{ResourceKind, UsageType},
    script::{
        Act, ByName, Check, Checked, Elsewhere, ElsewhereCheck, FunctionCheck, FunctionCount,
        Service, Subject,
    },
    time::SimDuration,
};

impl Lower<'_> {
    /// `functions`. Each takes its place, understood or not, so that numbers stay right.
    pub(super) fn functions(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        // What Lambda takes of all of them together it says itself.
        let mut account = Lambda::new(self.lambda);
        let entries = self
            .reader
            .entries(node, "a mapping from names to functions");
        for entry in entries.unwrap_or_default() {
            self.check_lambda_price(entry.key.span);
            let mut change = Some(FunctionChange::default());
            if !matches!(entry.value.kind, Kind::Null) {
                let keys = FunctionKey::FUNCTION;
                let fields = self.reader.fields(&entry.value, keys, "a mapping");
                change = fields.and_then(|fields| self.function_change(&fields));
            }
            let spec = change.map(|change| {
                FunctionSpec {
                    init: self.init,
                    ..FunctionSpec::default()
                }
                .changed(&change)
            });
            if let Some(spec) = spec {
                let (key, mut said) = (Seeded::new(0), Vec::new());
                if let Err(error) = account.create(self.start, key, spec, &mut said) {
                    let at = place_of_refusal(&entry.value, entry.key.span, &error.message);
                    self.reader.report(Code::Refused, at, || {
                        Draft::new(format!("Lambda refuses this: {}", error.message))
                            .label(format!("`{}`", error.code))
                    });
                }
            }
            self.functions.push(spec);
        }
    }

    /// There is no bill with a hole in it.
    fn check_lambda_price(&mut self, at: Span) {
        if self.prices.rate(UsageType::LambdaDuration).is_some() {
            return;
        }
        let region = self.region;
        self.reader.report(Code::NoPrice, at, || {
            let near = nearest_compute_priced(region);
            Draft::new(format!("Lambda has no price in {}", region.name()))
                .label("no price is known")
                .note(format!(
                    "the nearest Region that has one is {}",
                    near.name()
                ))
        });
    }

    /// What a mapping says of a function.
    fn function_change(&mut self, fields: &Fields<'_, '_, FunctionKey>) -> Option<FunctionChange> {
        let mut change = FunctionChange::default();
        let mut fine = true;
        for field in fields.iter() {
            let node = field.value;
            match field.key {
                FunctionKey::Function => {}
                FunctionKey::Memory => {
                    change.memory_mb = self.memory(node);
                    fine &= change.memory_mb.is_some();
                }
                FunctionKey::Tmp => {
                    change.tmp_mb = self.memory(node);
                    fine &= change.tmp_mb.is_some();
                }
                FunctionKey::Architecture => {
                    change.architecture = self.reader.word(node, PROCESSORS, "an architecture");
                    fine &= change.architecture.is_some();
                }
                FunctionKey::Duration => fine &= self.millis_into(node, &mut change.duration),
                FunctionKey::Init => fine &= self.millis_into(node, &mut change.init),
                FunctionKey::Idle => fine &= self.millis_into(node, &mut change.idle),
                FunctionKey::MaxAge => fine &= self.millis_into(node, &mut change.max_age),
                FunctionKey::Timeout => fine &= self.millis_into(node, &mut change.timeout),
                FunctionKey::ReservedConcurrency => {
                    change.reserved = self.reader.whole_u32(node, 0);
                    fine &= change.reserved.is_some();
                }
                FunctionKey::Package => {
                    change.package = self.reader.word(node, PACKAGES, "a kind of package");
                    fine &= change.package.is_some();
                }
                FunctionKey::Snapstart => {
                    change.snapstart = self.reader.word(node, RUNTIMES, "a runtime with SnapStart");
                    fine &= change.snapstart.is_some();
                }
                FunctionKey::Url => {
                    change.url = self.reader.flag(node);
                    fine &= change.url.is_some();
                }
                FunctionKey::Edge => {
                    change.edge = self.reader.flag(node);
                    fine &= change.edge.is_some();
                }
            }
        }
        fine.then_some(change)
    }

    pub(super) fn memory(&mut self, node: &Node<'_>) -> Option<u32> {
        let what = "an amount of memory";
        self.reader.parsed(node, Code::BadSize, what, value::memory)
    }

    pub(super) fn millis(&mut self, node: &Node<'_>) -> Option<SimDuration> {
        let what = "a duration";
        self.reader
            .parsed(node, Code::BadDuration, what, value::millis)
    }

    fn millis_into(&mut self, node: &Node<'_>, into: &mut Option<SimDuration>) -> bool {
        *into = self.millis(node);
        into.is_some()
    }

    fn payload(&mut self, node: &Node<'_>) -> Option<u64> {
        self.reader
            .parsed(node, Code::BadSize, "the size of a payload", value::payload)
    }

    /// The function that an action names.
    fn function(&mut self, node: Option<&Node<'_>>) -> Option<u32> {
        self.thing(node?, ResourceKind::Function)
    }

    pub(super) fn invoke(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        if let Kind::Seq(_) = asked.field.value.kind {
            return self.each_named(asked, |lower, asked| {
                let function = lower.function(Some(asked.field.value))?;
                let ask = Ask::default();
                Some(Invoke { function, ask }.into())
            });
        }
        let keys = InvokeKey::INVOKE;
        let named = self.named(asked.field, keys, InvokeKey::Function);
        let (mut ask, mut count, mut fine) = (Ask::default(), 1, true);
        for option in named.iter() {
            let node = option.value;
            match option.key {
                InvokeKey::Function => {}
                InvokeKey::Count => match self.reader.whole(node, 1, super::keys::MOST_INVOCATIONS)
                {
                    Some(number) => count = number,
                    None => fine = false,
                },
                InvokeKey::Mode => match self.reader.word(node, MODES, "a mode") {
                    Some(mode) => ask.mode = mode,
                    None => fine = false,
                },
                InvokeKey::Duration => fine &= self.millis_into(node, &mut ask.duration),
                InvokeKey::Result => match self.reader.word(node, RESULTS, "a result") {
                    Some(result) => ask.result = result,
                    None => fine = false,
                },
                InvokeKey::Payload => match self.payload(node) {
                    Some(payload) => ask.payload = payload,
                    None => fine = false,
                },
            }
        }
        let function = self.function(named.name)?;
        let request = Invoke::<ByName> { function, ask }.into();
        fine.then(|| Act {
            requests: vec![request; usize::try_from(count).unwrap_or(1)],
            until_refused: false,
        })
    }

    pub(super) fn load(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = LoadKey::LOAD;
        let fields = self
            .reader
            .fields(asked.field.value, keys, "a mapping with `function`")?;
        let (mut rate, mut lasts, mut instance) = (None, None, None);
        let (mut duration, mut payload, mut fine) = (None, 0, true);
        for option in fields.iter() {
            let node = option.value;
            match option.key {
                LoadKey::Function => {}
                LoadKey::Instance => instance = Some(node),
                LoadKey::Rate => {
                    rate = self
                        .reader
                        .parsed(node, Code::BadNumber, "a rate", value::rate);
                }
                LoadKey::For => lasts = self.reader.duration(node),
                LoadKey::Duration => fine &= self.millis_into(node, &mut duration),
                LoadKey::Payload => match self.payload(node) {
                    Some(bytes) => payload = bytes,
                    None => fine = false,
                },
            }
        }
        let needed = [(LoadKey::Rate, "2/s"), (LoadKey::For, "10m")];
        self.reader.lacks(&fields, keys, &needed);
        if instance.is_none() {
            let needed = [(LoadKey::Function, "…")];
            self.reader.lacks(&fields, keys, &needed);
        } else if let Some(function) = fields.get(LoadKey::Function) {
            self.reader.report(Code::Misplaced, function.span, || {
                Draft::new("a load is for a function or for an instance")
                    .label("not expected beside `instance`")
            });
        }
        let target = match instance {
            Some(node) => self
                .reader
                .text(node, "a name")
                .and_then(|text| self.known_whom(text, node.span))
                .map(|whom| LoadTarget::Instance(whom.target)),
            None => self
                .function(fields.get(LoadKey::Function))
                .map(LoadTarget::Function),
        };
        let (thousandths, period) = rate?;
        let load = Load {
            thousandths,
            period,
            lasts: lasts?,
            duration,
            payload,
        };
        if load.count() == 0 {
            let at = fields
                .get(LoadKey::For)
                .map_or(asked.field.at, |node| node.span);
            self.reader.report(Code::BadNumber, at, || {
                Draft::new("the load is over before its first request is due")
                    .label("expected time for a request at least")
            });
            return None;
        }
        let target = target.filter(|_| fine)?;
        Some(act(GenerateLoad { target, load }))
    }

    /// `elsewhere`.
    pub(super) fn elsewhere(&mut self, node: Option<&Node<'_>>) -> Vec<Elsewhere> {
        let mut places = Vec::new();
        let Some(node) = node else { return places };
        let keys = ElsewhereKey::ELSEWHERE;
        let known = |entry: &Entry<'_>| ElsewhereKey::ELSEWHERE.find(entry.key.text).is_some();
        if let Kind::Map(entries) = node.kind
            && let Some(entry) = entries
                .iter()
                .find(|entry| NOT_YET.contains(&entry.key.text) && !known(entry))
        {
            let what = format!("`{}` in `elsewhere`", entry.key.text);
            self.reader.not_simulated(entry.key.span, &what);
            return places;
        }
        let Some(fields) = self
            .reader
            .fields(node, keys, "a mapping from services to sizes")
        else {
            return places;
        };
        for field in fields.iter() {
            match field.key {
                ElsewhereKey::Lambda => {
                    let change = match field.value.kind {
                        Kind::Null => Some(FunctionChange::default()),
                        Kind::Map(_) | Kind::Scalar(_) | Kind::Seq(_) => self
                            .reader
                            .fields(field.value, FunctionKey::FUNCTION, "a mapping")
                            .and_then(|fields| self.function_change(&fields)),
                    };
                    if let Some(change) = change {
                        let spec = FunctionSpec::longest().changed(&change);
                        if let Err(error) = spec.check() {
                            let at = place_of_refusal(field.value, field.at, &error.message);
                            self.reader.report(Code::Refused, at, || {
                                Draft::new(format!("Lambda refuses this: {}", error.message))
                                    .label(format!("`{}`", error.code))
                            });
                        }
                        places.push(Elsewhere::Lambda(change));
                    }
                }
                ElsewhereKey::Fargate => {
                    self.check_fargate_price(field.at);
                    places.extend(self.on_fargate(field.value).map(Elsewhere::Fargate));
                }
            }
        }
        places
    }

    /// What is expected of other places.
    pub(super) fn expected_elsewhere(
        &mut self,
        node: &Node<'_>,
        places: &[Elsewhere],
        checks: &mut Vec<Check>,
    ) {
        let entries = self
            .reader
            .entries(node, "a mapping from services to checks");
        for entry in entries.unwrap_or_default() {
            let (text, at) = (entry.key.text, entry.key.span);
            let named = places.iter().map(Elsewhere::service);
            let Some(service) = named.clone().find(|one| one.name() == text) else {
                if NOT_YET.contains(&text) {
                    let what = format!("`{text}` in `elsewhere`");
                    self.reader.not_simulated(at, &what);
                } else {
                    let what = "a service of the file's `elsewhere`";
                    self.reader
                        .unknown_word(at, text, what, named.map(Service::name));
                }
                continue;
            };
            let mut stated = Stated::new();
            if let Kind::Scalar("none") = entry.value.kind {
                let check = Checked::Elsewhere(ElsewhereCheck::None);
                stated.push((entry.value.span, check));
            } else {
                let keys = ElsewhereCheckKey::EXPECT_ELSEWHERE;
                let expected = "`none`, or a mapping such as `{ total: $0.40 }`";
                let fields = self.reader.fields(&entry.value, keys, expected);
                for field in fields.iter().flat_map(Fields::iter) {
                    let check = match field.key {
                        ElsewhereCheckKey::Total => self
                            .reader
                            .amount_check(field.value, Sign::Positive)
                            .map(ElsewhereCheck::Total),
                        ElsewhereCheckKey::Done => {
                            self.reader.duration(field.value).map(ElsewhereCheck::Done)
                        }
                    };
                    let check = check.map(Checked::Elsewhere);
                    stated.extend(check.map(|check| (field.value.span, check)));
                }
            }
            self.keep(&Subject::Elsewhere(service), stated, checks);
        }
    }

    pub(super) fn update_function(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = FunctionKey::UPDATE_FUNCTION;
            let named = lower.named(asked.field, keys, FunctionKey::Function);
            let change = match &named.options {
                Some(options) => lower.function_change(options),
                None => Some(FunctionChange::default()),
            };
            let function = lower.function(named.name)?;
            Some(
                UpdateFunction {
                    function,
                    change: change?,
                }
                .into(),
            )
        })
    }

    pub(super) fn provision(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = ProvisionKey::PROVISION;
        let named = self.long_form(asked.field, keys, ProvisionKey::Function);
        let fields = named.options.as_ref()?;
        self.reader
            .lacks(fields, keys, &[(ProvisionKey::Concurrency, "2")]);
        let count = fields.get(ProvisionKey::Concurrency)?;
        let concurrency = self.reader.whole_u32(count, 0);
        let function = self.function(named.name)?;
        Some(act(Provision {
            function,
            concurrency: concurrency?,
        }))
    }

    pub(super) fn unprovision(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            let keys = UnprovisionKey::UNPROVISION;
            let named = lower.named(asked.field, keys, UnprovisionKey::Function);
            let function = lower.function(named.name)?;
            Some(Unprovision { function }.into())
        })
    }

    /// What is expected of a function by one of the keys of functions.
    pub(super) fn function_check(&mut self, field: &Field<'_, '_, CheckKey>) -> Option<Checked> {
        let node = field.value;
        let check = if field.key == CheckKey::BilledDuration {
            FunctionCheck::BilledDuration(self.millis(node)?)
        } else if field.key == CheckKey::Provisioned {
            let text = self.reader.text(node, "a word")?;
            let found = PROVISIONED.iter().copied().find(|word| *word == text);
            if found.is_none() {
                let what = "a state of provisioned concurrency";
                let words = PROVISIONED.iter().copied();
                self.reader.unknown_word(node.span, text, what, words);
            }
            FunctionCheck::Provisioned(found?)
        } else {
            let (_, count) = COUNTS.iter().find(|(key, _)| *key == field.key)?;
            FunctionCheck::Count(*count, self.reader.whole(node, 0, u64::MAX)?)
        };
        Some(Checked::Function(check))
    }
}

/// Services that the language knows and the simulator can't take a load to yet.
const NOT_YET: &[&str] = &[
    "ecs",
    "eks",
    "eks-fargate",
    "batch",
    "batch-spot",
    "app-runner",
    "lightsail",
    "beanstalk",
    "outposts",
];

/// What is counted of a function, by the keys.
const COUNTS: [(CheckKey, FunctionCount); 8] = [
    (CheckKey::Environments, FunctionCount::Environments),
    (CheckKey::Busy, FunctionCount::Busy),
    (CheckKey::ColdStarts, FunctionCount::ColdStarts),
    (CheckKey::WarmStarts, FunctionCount::WarmStarts),
    (
        CheckKey::ProvisionedStarts,
        FunctionCount::ProvisionedStarts,
    ),
    (CheckKey::Invocations, FunctionCount::Invocations),
    (CheckKey::Errors, FunctionCount::Errors),
    (CheckKey::Throttles, FunctionCount::Throttles),
];

/// Whether a key asks for something that only functions have.
pub(super) fn is_of_functions(key: CheckKey) -> bool {
    key == CheckKey::BilledDuration
        || key == CheckKey::Provisioned
        || COUNTS.iter().any(|(one, _)| *one == key)
}

/// Where the value stands that Lambda doesn't take; else where the function does.
fn place_of_refusal(node: &Node<'_>, name: Span, message: &str) -> Span {
    let Kind::Map(entries) = node.kind else {
        return name;
    };
    let key = [
        ("memorySize", "memory"),
        ("timeout", "timeout"),
        ("ephemeralStorage", "tmp"),
        ("SnapStart", "snapstart"),
        ("arm64", "architecture"),
        ("ReservedConcurrent", "reserved-concurrency"),
    ]
    .into_iter()
    .find(|(word, _)| message.contains(word));
    let found = key.and_then(|(_, key)| entries.iter().find(|entry| entry.key.text == key));
    found.map_or(name, |entry| entry.value.span)
}
