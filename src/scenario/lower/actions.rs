//! Actions on instances: whom they name, and their options.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{
    super::{
        Code,
        keys::{HIBERNATE, LAUNCH, SIMPLE, START, STOP, TERMINATE, Table},
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
        value::{Reason, grouped},
    },
    Found, Lower, Thing,
    steps::Asked,
};
use crate::script::{Act, Target};

/// Whom a name stands for.
#[derive(Debug, Clone)]
pub(super) struct Whom {
    pub(super) target: Target,
    /// None for an id, and for a `self` whose `each` has a mistake.
    pub(super) found: Option<Found>,
    pub(super) at: Span,
}

/// What an action on instances says.
pub(super) struct Request<'n, 't> {
    pub(super) whom: SmallVec<[Whom; 1]>,
    /// Its options, if it is a mapping.
    pub(super) options: Option<Fields<'n, 't>>,
    /// Whether all of `whom` was understood.
    pub(super) fine: bool,
}

impl Request<'_, '_> {
    pub(super) fn targets(&self) -> Option<Vec<Target>> {
        let targets = self.whom.iter().map(|whom| whom.target.clone());
        self.fine.then(|| targets.collect())
    }
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
                    self.wrong_kind(text, at, found, Thing::Instance);
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
                self.unknown_name(text, at, Thing::Instance);
                None
            }
        }
    }

    /// Reports a name that is that of something else.
    pub(super) fn wrong_kind(&mut self, text: &str, at: Span, found: Found, expected: Thing) {
        let declared = self.names.place_of(found);
        self.reader.report(Code::WrongKind, at, || {
            let is = found.thing().what();
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
    pub(super) fn request<'n, 't>(
        &mut self,
        field: Field<'n, 't>,
        table: &'static Table,
    ) -> Request<'n, 't> {
        let mut request = Request {
            whom: SmallVec::new(),
            options: None,
            fine: true,
        };
        let mut named = Some(field.value);
        if let Kind::Map(_) = field.value.kind {
            let fields = self
                .reader
                .fields(field.value, table, "names, or a mapping");
            let whom = fields
                .as_ref()
                .and_then(|fields| fields.either(self.reader, "instance", "instances"));
            if whom.is_none() {
                request.fine = false;
                let what = format!("`{}`", field.key.name);
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
                    Draft::new(format!("`{}` names no instance", field.key.name))
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
            (Target::Slots { .. }, Some(Found::Address(_) | Found::Volume(_)) | None) => {
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

    /// An option that is a flag; no if it isn't given.
    pub(super) fn option(&mut self, options: Option<&Fields<'_, '_>>, name: &str) -> bool {
        options
            .and_then(|options| options.get(name))
            .and_then(|node| self.reader.flag(node))
            .unwrap_or(false)
    }

    /// What a step asks for; `None` if it has a mistake, or isn't simulated.
    pub(super) fn action(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let field = asked.field;
        match field.key.name {
            "launch" => self.launch(asked),
            "start" | "reboot" => self.start_like(field),
            "hibernate" => self.hibernate(field),
            "stop" => self.stop(field),
            "terminate" => self.terminate(field),
            "shutdown" => {
                let request = self.request(field, &SIMPLE);
                self.end_all(&request);
                Some(Act::Shutdown {
                    targets: request.targets()?,
                })
            }
            "modify" => self.modify(field),
            "allocate-address"
            | "disassociate-address"
            | "release-address"
            | "detach-volume"
            | "delete-volume" => self.one_or_several(asked),
            "associate-address" => self.associate_address(field),
            "create-volume" => self.create_volume(asked),
            "attach-volume" => self.attach_volume(field),
            "modify-volume" => self.modify_volume(field),
            _ => {
                self.unsimulated_action(field);
                None
            }
        }
    }

    /// An action on one address or volume: a list of names is one request for each, in order.
    fn one_or_several(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let Kind::Seq(names) = asked.field.value.kind else {
            return self.on_one(asked);
        };
        if names.is_empty() {
            return self.on_one(asked);
        }
        let mut acts = Vec::with_capacity(names.len());
        let mut fine = true;
        for name in names {
            let field = Field {
                value: name,
                ..asked.field
            };
            let act = self.on_one(&Asked { field, ..*asked });
            fine &= act.is_some();
            acts.extend(act);
        }
        fine.then_some(Act::Several(acts))
    }

    fn on_one(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let field = asked.field;
        match field.key.name {
            "allocate-address" => self.allocate_address(asked),
            "disassociate-address" => self.disassociate_address(field),
            "release-address" => self.release_address(field),
            "detach-volume" => self.detach_volume(field),
            _ => self.delete_volume(field),
        }
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
    fn check_length(&mut self, request: &mut Request<'_, '_>, at: Span) {
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
        let request = self.request(asked.field, &LAUNCH);
        let options = request.options.as_ref();
        let dry_run = self.option(options, "dry-run");
        let token = options.and_then(|options| options.get("client-token"));
        let client_token = token.and_then(|node| self.client_token(node));
        let known = client_token.as_deref();
        let mut fine = request.fine;
        for whom in &request.whom {
            match (&whom.target, whom.found) {
                (Target::Id(id), _) => {
                    fine = false;
                    self.unknown_name(id, whom.at, Thing::Instance);
                }
                (Target::Slots { .. } | Target::Own, Some(found)) => {
                    let certain = !asked.fails && !dry_run;
                    let how = (certain, !self.own.is_empty());
                    self.presence
                        .launch(found, known, whom.at, how, self.reader);
                    self.check_alive(whom.at);
                }
                (Target::Slots { .. } | Target::Own, None) => {}
            }
        }
        let targets = request.targets().filter(|_| fine)?;
        let client_token = client_token.map(Arc::from);
        Some(Act::Launch {
            targets,
            client_token,
            dry_run,
        })
    }

    fn client_token(&mut self, node: &Node<'_>) -> Option<String> {
        self.reader
            .parsed(node, Code::BadText, "a client token", |text| {
                if text.is_ascii() && (1..=64).contains(&text.len()) {
                    return Ok(text.to_owned());
                }
                Err(Reason {
                    label: "expected 1 to 64 ASCII characters".to_owned(),
                    instead: None,
                })
            })
    }

    fn start_like(&mut self, field: Field<'_, '_>) -> Option<Act> {
        let request = self.request(field, &START);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let dry_run = self.option(request.options.as_ref(), "dry-run");
        let targets = request.targets()?;
        Some(match field.key.name {
            "start" => Act::Start { targets, dry_run },
            _ => Act::Reboot { targets, dry_run },
        })
    }

    fn hibernate(&mut self, field: Field<'_, '_>) -> Option<Act> {
        let request = self.request(field, &HIBERNATE);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let options = request.options.as_ref();
        let force = self.option(options, "force");
        let dry_run = self.option(options, "dry-run");
        Some(Act::Stop {
            targets: request.targets()?,
            hibernate: true,
            force,
            skip_os_shutdown: false,
            dry_run,
        })
    }

    fn stop(&mut self, field: Field<'_, '_>) -> Option<Act> {
        let request = self.request(field, &STOP);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let options = request.options.as_ref();
        let force = self.option(options, "force");
        let skip_os_shutdown = self.option(options, "skip-os-shutdown");
        let dry_run = self.option(options, "dry-run");
        Some(Act::Stop {
            targets: request.targets()?,
            hibernate: false,
            force,
            skip_os_shutdown,
            dry_run,
        })
    }

    fn terminate(&mut self, field: Field<'_, '_>) -> Option<Act> {
        let request = self.request(field, &TERMINATE);
        self.end_all(&request);
        let options = request.options.as_ref();
        let force = self.option(options, "force");
        let skip_os_shutdown = self.option(options, "skip-os-shutdown");
        let dry_run = self.option(options, "dry-run");
        Some(Act::Terminate {
            targets: request.targets()?,
            force,
            skip_os_shutdown,
            dry_run,
        })
    }

    /// What ends instances, or may do so.
    fn end_all(&mut self, request: &Request<'_, '_>) {
        for whom in &request.whom {
            self.acted_on(whom);
            if let Some(found) = whom.found {
                self.presence.end(found, self.reader);
            }
        }
    }
}
