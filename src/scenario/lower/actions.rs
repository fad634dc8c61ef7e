//! Actions on instances: whom they name, and their options.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{
    super::{
        Code,
        keys::{ActionKey, CALL_OPTIONS, Keys, LATER_FAILURES, OnInstances, STEP, StepKey},
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
        value::Reason,
    },
    Found, Lower,
    asked::{Asked, NamedInstances, Whom},
};
use crate::{
    action::{self, Flags, Instances, Request, RunInstances, Verb, each_verb},
    money::grouped,
    record::ResourceKind,
    script::{Act, ByName, Target},
    world::ImageName,
};

/// An action that is one request.
pub(super) fn act(request: impl Into<Request<ByName>>) -> Act {
    request.into().into()
}

fn request(request: Option<impl Into<Request<ByName>>>) -> Option<Act> {
    request.map(act)
}

/// Whether the mapping that an action takes may have a key.
fn verb_takes(verb: Verb, name: &str) -> bool {
    STEP.find(verb.name())
        .and_then(|key| key.kind.table())
        .is_some_and(|table| table.find(name).is_some())
}

impl Lower<'_> {
    /// Whom a name stands for; reports it if nobody.
    pub(super) fn whom(&mut self, text: &str, at: Span) -> Option<Whom> {
        if text == "self" {
            let Some(found) = self.own.last() else {
                self.reader.report(Code::SelfOutside, at, || {
                    Draft::new("`self` only has a meaning inside `each`: the member that the script is for")
                        .label("expected a name")
                });
                return None;
            };
            return Some(Whom {
                target: Target::Own,
                found: *found,
                at,
            });
        }
        match self.names.find(text) {
            Some(found) => {
                let Some(target) = self.names.target(found) else {
                    self.wrong_kind(text, at, found, ResourceKind::Instance);
                    return None;
                };
                Some(Whom {
                    target,
                    found: Some(found),
                    at,
                })
            }
            None if text.starts_with("i-") => Some(Whom {
                target: Target::Id(text.into()),
                found: None,
                at,
            }),
            None => {
                self.unknown_name(text, at, ResourceKind::Instance);
                None
            }
        }
    }

    /// Reports a name that is that of something else.
    pub(super) fn wrong_kind(
        &mut self,
        text: &str,
        at: Span,
        found: Found,
        expected: ResourceKind,
    ) {
        let declared = self.names.place_of(found);
        self.reader.report(Code::WrongKind, at, || {
            let is = found.what();
            let draft = Draft::new(format!("{} is {is}", quoted(text)))
                .label(format!("expected the name of {}", expected.what()));
            match declared {
                Some(place) => draft.also(place, "it is declared here"),
                None => draft,
            }
        });
    }

    /// One instance, group or member as the value of a key.
    pub(super) fn whom_at(&mut self, node: &Node<'_>) -> Option<Whom> {
        let text = self.reader.text(node, "a name")?;
        self.whom(text, node.span)
    }

    /// A name, a list of names, or a mapping with options.
    pub(super) fn request<'n, 't, K: OnInstances>(
        &mut self,
        field: Field<'n, 't, StepKey>,
        keys: Keys<K>,
    ) -> NamedInstances<'n, 't, K> {
        let mut request = NamedInstances {
            whom: SmallVec::new(),
            options: None,
            fine: true,
        };
        let mut named = Some(field.value);
        if let Kind::Map(_) = field.value.kind {
            let fields = self.reader.fields(field.value, keys, "names, or a mapping");
            let whom = fields
                .as_ref()
                .and_then(|fields| fields.either(self.reader, K::INSTANCE, K::INSTANCES));
            if whom.is_none() {
                request.fine = false;
                let what = format!("`{}`", field.name);
                self.reader.missing_key(field.at, &what, "instance", "…");
            }
            named = whom.map(|whom| whom.value);
            request.options = fields;
        }
        let Some(named) = named else { return request };
        let names = match named.kind {
            Kind::Seq([]) => {
                request.fine = false;
                self.reader.report(Code::MissingKey, named.span, || {
                    Draft::new(format!("`{}` names no instance", field.name))
                        .label("expected a name")
                });
                return request;
            }
            Kind::Seq(items) => items,
            Kind::Scalar(_) => std::slice::from_ref(named),
            Kind::Null | Kind::Map(_) => {
                request.fine = false;
                self.reader
                    .wrong_shape::<()>(named, "a name, or a list of names");
                return request;
            }
        };
        request.whom.reserve_exact(names.len());
        for name in names {
            match self.whom_at(name) {
                Some(whom) => request.whom.push(whom),
                None => request.fine = false,
            }
        }
        self.check_length(&mut request, named.span);
        request
    }

    /// Whom a name stands for, for a message.
    pub(super) fn shown(&self, whom: &Whom) -> String {
        let name = |entry| self.names.entry(entry).map_or("", |entry| &entry.name);
        match (&whom.target, whom.found) {
            (Target::Own, _) => "`self`".to_owned(),
            (Target::Id(id), _) => quoted(id),
            (Target::Slots { .. }, Some(Found::Entry(entry))) => quoted(name(entry)),
            (Target::Slots { .. }, Some(Found::Member(entry, member))) => {
                format!("`{}-{}`", name(entry), u64::from(member) + 1)
            }
            (Target::Slots { .. }, Some(Found::Other(..) | Found::Group(_)) | None) => {
                String::new()
            }
        }
    }

    /// An action names an instance: it has to have been launched, and the latest action on it is now this one.
    pub(super) fn acted_on(&mut self, whom: &Whom) {
        let Some(found) = whom.found else { return };
        if !self.presence.was_made(found) {
            let partly = self.presence.was_made_in_part(found);
            let name = self.shown(whom);
            self.reader.report(Code::NotThereYet, whom.at, || {
                let draft = Draft::new(format!("no earlier step launches {name}"));
                if partly {
                    draft
                        .label("not all of its members are launched")
                        .note("the name of a group means all of its members")
                } else {
                    draft
                        .label("it doesn't exist yet")
                        .note("instances are described under `instances`, and created by `launch`")
                }
            });
        }
        self.presence.touch(found, !self.own.is_empty());
    }

    /// What a step asks for; `None` if it has a mistake, or isn't simulated.
    pub(super) fn action(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let (dry_run, token) = self.call_options(asked);
        let asked = &Asked {
            // A token's second request makes nothing. Launches know which token is whose.
            fails: asked.fails || dry_run || (token.is_some() && asked.verb != Verb::Launch),
            token,
            ..*asked
        };
        /// Reads a verb as its row of the list says.
        macro_rules! as_listed {
            ( $( $Verb:ident $name:literal $help:literal ( $how:ident $($what:tt)* ); )+ ) => {
                match asked.verb { $( Verb::$Verb => as_listed!(@ $Verb $how $($what)*), )+ }
            };
            (@ $Verb:ident plain $TABLE:ident $Action:ident::$make:ident) => {
                self.plain(asked.field, ActionKey::$TABLE, action::$Action::<ByName>::$make, false)
            };
            (@ $Verb:ident ends $TABLE:ident $Action:ident::$make:ident) => {
                self.plain(asked.field, ActionKey::$TABLE, action::$Action::<ByName>::$make, true)
            };
            (@ $Verb:ident own $read:ident $kind:tt) => { self.$read(asked) };
        }
        let mut act = each_verb!(as_listed)?;
        // A launch has the token among its own parameters.
        let token = token.filter(|_| asked.verb != Verb::Launch);
        if dry_run || token.is_some() {
            act.requests = std::mem::take(&mut act.requests)
                .into_iter()
                .map(|request| if dry_run { request.dry_run() } else { request })
                .map(|request| match token {
                    Some(token) => request.with_client_token(token),
                    None => request,
                })
                .collect();
        }
        Some(act)
    }

    /// What an action says of `dry-run` and `client-token`, where it has them.
    fn call_options<'n>(&mut self, asked: &Asked<'n, '_>) -> (bool, Option<&'n str>) {
        let (mut dry_run, mut token) = (false, None);
        let Kind::Map(entries) = &asked.field.value.kind else {
            return (dry_run, token);
        };
        for entry in *entries {
            let name = entry.key.text;
            if !CALL_OPTIONS.contains(&name) || !verb_takes(asked.verb, name) {
                continue;
            }
            if name == CALL_OPTIONS[0] {
                dry_run = self.reader.flag(&entry.value).unwrap_or(false);
            } else {
                token = self.client_token(&entry.value);
            }
        }
        (dry_run, token)
    }

    /// An action on instances that has no more than flags. What `ends` instances, or may do so, leaves their names free.
    fn plain<R: Into<Request<ByName>>>(
        &mut self,
        field: Field<'_, '_, StepKey>,
        keys: Keys<ActionKey>,
        make: fn(Instances<ByName>, Flags) -> R,
        ends: bool,
    ) -> Option<Act> {
        let asked = self.request(field, keys);
        if ends {
            self.end_all(&asked);
        } else {
            asked.whom.iter().for_each(|whom| self.acted_on(whom));
        }
        let flags = self.options_of(&asked);
        Some(make(asked.targets()?, flags).into().into())
    }

    /// The options of an action on instances, of which its table has some.
    fn options_of(&mut self, asked: &NamedInstances<'_, '_, ActionKey>) -> Flags {
        let mut flags = Flags::default();
        for option in asked.options.iter().flat_map(Fields::iter) {
            let node = option.value;
            let mut flag = || self.reader.flag(node).unwrap_or(false);
            match option.key {
                ActionKey::Instances | ActionKey::Instance => {}
                ActionKey::Force => flags.force = flag(),
                ActionKey::SkipOsShutdown => flags.skip_os_shutdown = flag(),
                ActionKey::FailsLater => {
                    let what = "the code of a launch or start that fails";
                    flags.fails_later = self.reader.word(node, LATER_FAILURES, what);
                }
            }
        }
        flags
    }

    fn allocate_addresses(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            lower.allocate_address(asked).map(Into::into)
        })
    }

    fn associate_one_address(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        request(self.associate_address(asked.field))
    }

    fn disassociate_addresses(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            lower.disassociate_address(asked.field).map(Into::into)
        })
    }

    fn release_addresses(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            lower.release_address(asked.field).map(Into::into)
        })
    }

    fn create_one_volume(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        request(self.create_volume(asked))
    }

    fn attach_one_volume(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        request(self.attach_volume(asked.field))
    }

    fn detach_volumes(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            lower.detach_volume(asked.field).map(Into::into)
        })
    }

    fn modify_one_volume(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        request(self.modify_volume(asked.field))
    }

    fn delete_volumes(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        self.each_named(asked, |lower, asked| {
            lower.delete_volume(asked.field).map(Into::into)
        })
    }

    /// An action on one address or volume: a list of names is one request for each, in order.
    pub(super) fn each_named(
        &mut self,
        asked: &Asked<'_, '_>,
        read: impl Fn(&mut Self, &Asked<'_, '_>) -> Option<Request<ByName>>,
    ) -> Option<Act> {
        let names = match asked.field.value.kind {
            Kind::Seq(names @ [_, ..]) => names,
            Kind::Seq([]) | Kind::Null | Kind::Scalar(_) | Kind::Map(_) => {
                return request(read(self, asked));
            }
        };
        let mut requests = Vec::with_capacity(names.len());
        let mut fine = true;
        for name in names {
            let field = Field {
                value: name,
                ..asked.field
            };
            let request = read(self, &Asked { field, ..*asked });
            fine &= request.is_some();
            requests.extend(request);
        }
        fine.then_some(Act {
            requests,
            until_refused: false,
        })
    }

    /// Reports a launch with which there are more instances than there may be at a time. That is told once.
    fn check_alive(&mut self, at: Span) {
        let most = u64::from(self.limits.instances);
        if self.presence.alive() > most && !std::mem::replace(&mut self.crowded, true) {
            self.reader.report(Code::TooManyInstances, at, || {
                Draft::new(format!(
                    "there are more than {} instances at a time",
                    grouped(most)
                ))
                .label("this launch exceeds the limit")
                .note("`--max-instances` raises the limit")
            });
        }
    }

    /// Reports a request that names more instances than a replay may have: naming a group again and again makes it long.
    fn check_length(&mut self, request: &mut NamedInstances<'_, '_, impl Copy>, at: Span) {
        let slots = |whom: &Whom| match whom.target {
            Target::Slots { count, .. } => u64::from(count),
            Target::Own | Target::Id(_) => 1,
        };
        let most = self.limits.launches();
        if request.whom.iter().map(slots).sum::<u64>() > most {
            request.fine = false;
            self.reader.report(Code::TooManyInstances, at, || {
                Draft::new(format!("this names more than {} instances", grouped(most)))
                    .label("expected each of them once")
            });
        }
    }

    fn launch(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let request = self.request(asked.field, ActionKey::LAUNCH);
        let fails_later = self.options_of(&request).fails_later;
        let known = asked.token;
        let mut fine = request.fine;
        for whom in &request.whom {
            match (&whom.target, whom.found) {
                (Target::Id(id), _) => {
                    fine = false;
                    self.unknown_name(id, whom.at, ResourceKind::Instance);
                }
                (Target::Slots { .. } | Target::Own, Some(found)) => {
                    self.launched_image(found, whom);
                    let how = (!asked.fails, !self.own.is_empty());
                    self.presence
                        .launch(found, known, whom.at, how, self.reader);
                    if fails_later.is_some() {
                        // It ends by itself, and leaves its name free.
                        self.presence.end(found, self.reader);
                    }
                    self.check_alive(whom.at);
                }
                (Target::Slots { .. } | Target::Own, None) => {}
            }
        }
        let targets = request.targets().filter(|_| fine)?;
        let client_token: Option<Arc<str>> = asked.token.map(Arc::from);
        // A request is for one zone.
        let requests = targets.into_iter().flat_map(|launch| self.by_zone(launch));
        let requests = requests.map(|launch| {
            Request::from(RunInstances {
                launch,
                client_token: client_token.clone(),
                fails_later,
            })
        });
        Some(Act {
            requests: requests.collect(),
            until_refused: false,
        })
    }

    /// What is launched, a member at a time where they take turns in several zones.
    fn by_zone(&self, launch: Target) -> Vec<Target> {
        match launch {
            Target::Slots {
                first,
                count,
                group: true,
            } if self.takes_turns(first) => (first..first.saturating_add(count))
                .map(|first| Target::Slots {
                    first,
                    count: 1,
                    group: false,
                })
                .collect(),
            Target::Slots { .. } | Target::Own | Target::Id(_) => vec![launch],
        }
    }

    /// Whether the group that a slot belongs to takes turns in several zones.
    fn takes_turns(&self, slot: u32) -> bool {
        self.zoned.keys().any(|&place| {
            self.names
                .entry(place)
                .is_some_and(|entry| entry.first_slot == slot)
        })
    }

    /// The image that a launch is made from has to be there.
    fn launched_image(&mut self, found: Found, whom: &Whom) {
        let name = self.spec_of(Some(found)).map(|spec| spec.image.name);
        let Some(ImageName::Named(image)) = name else {
            return;
        };
        if self
            .presence
            .was_made(Found::Other(ResourceKind::Image, image))
        {
            return;
        }
        let name = self.shown(whom);
        self.reader.report(Code::NotThereYet, whom.at, || {
            Draft::new(format!(
                "no earlier step makes the image that {name} is launched from"
            ))
            .label("it doesn't exist yet")
        });
    }

    fn client_token<'n>(&mut self, node: &'n Node<'_>) -> Option<&'n str> {
        let text = self.reader.text(node, "a client token")?;
        self.reader
            .parsed(node, Code::BadText, "a client token", |_| {
                if text.is_ascii() && (1..=64).contains(&text.len()) {
                    return Ok(text);
                }
                Err(Reason::new("expected 1 to 64 ASCII characters"))
            })
    }

    /// What ends instances, or may do so.
    pub(super) fn end_all(&mut self, request: &NamedInstances<'_, '_, ActionKey>) {
        for whom in &request.whom {
            self.acted_on(whom);
            if let Some(found) = whom.found {
                self.presence.end(found, self.reader);
            }
        }
    }
}
