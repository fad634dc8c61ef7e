//! A request of the Query protocol: its parameters as dotted paths, and for whom it is.

use std::{borrow::Cow, str::FromStr};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use smallvec::SmallVec;

use crate::{
    catalog::RegionId,
    id::{Id, IdKind},
    time::SimTime,
};

use super::{
    fault::Fault,
    http::HttpRequest,
    table::{Class, Form, Takes},
};

/// How many parameters a request may have.
const MOST_PARAMETERS: usize = 5_000;
/// How many parts a path may have.
const DEPTH: usize = 8;
/// The largest index in a path.
const LARGEST_INDEX: u32 = 100_000;

/// A parameter: its path with `N` for every index, and the indices.
#[derive(Debug, Clone)]
struct Given<'a> {
    path: String,
    indices: SmallVec<[u32; 3]>,
    value: Cow<'a, str>,
    /// As the client wrote it.
    name: Cow<'a, str>,
}

/// The parameters of a request, by path and index.
#[derive(Debug, Default)]
pub(crate) struct Query<'a> {
    action: Option<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
    given: Vec<Given<'a>>,
}

/// A part of the parameters: all of them, or those of one item of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    /// Those of the part, sorted.
    given: &'a [Given<'a>],
    /// How much of their paths leads to the part.
    prefix: usize,
    /// How many indices do.
    depth: usize,
}

impl<'a> Query<'a> {
    /// Reads a request: the body of a POST, or the query of a GET.
    pub(crate) fn read(request: &HttpRequest<'a>) -> Result<Self, Fault> {
        let text = if request.body.is_empty() {
            request.query.as_bytes()
        } else {
            request.body
        };
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text) {
            match &*name {
                "Action" | "Version" => {
                    let place = if name == "Action" {
                        &mut query.action
                    } else {
                        &mut query.version
                    };
                    if place.replace(value).is_some() {
                        return Err(twice(&name));
                    }
                }
                "" => {}
                // Of a presigned request.
                signing if signing.starts_with("X-Amz-") => {}
                _ => query.add(name, value)?,
            }
        }
        query.sort();
        let mut pairs = query.given.windows(2);
        let is_same = |pair: &&[Given<'_>]| {
            (&pair[0].path, &pair[0].indices) == (&pair[1].path, &pair[1].indices)
        };
        if let Some(pair) = pairs.find(is_same) {
            return Err(twice(&pair[1].name));
        }
        Ok(query)
    }

    /// Parameters that were read before.
    pub(crate) fn of(said: &'a [(String, String)]) -> Self {
        let mut query = Self::default();
        for (name, value) in said {
            // What was read once can be read again.
            let _ = query.add(name.as_str().into(), value.as_str().into());
        }
        query.sort();
        query
    }

    fn sort(&mut self) {
        self.given
            .sort_by(|a, b| (&a.path, &a.indices).cmp(&(&b.path, &b.indices)));
    }

    fn add(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) -> Result<(), Fault> {
        if self.given.len() == MOST_PARAMETERS {
            return Err(Fault::new(
                "InvalidRequest",
                format!("A request has at most {MOST_PARAMETERS} parameters"),
            ));
        }
        let mut path = String::with_capacity(name.len());
        let mut indices = SmallVec::new();
        for (depth, part) in name.split('.').enumerate() {
            let is_index =
                depth > 0 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if depth == DEPTH {
                return Err(unknown(&name));
            }
            if depth > 0 {
                path.push('.');
            }
            if is_index {
                let index = u32::from_str(part).ok();
                let index = index.filter(|&index| index <= LARGEST_INDEX);
                indices.push(index.ok_or_else(|| {
                    Fault::value(format!(
                        "The index of the parameter {} is larger than {LARGEST_INDEX}",
                        shortened(&name)
                    ))
                })?);
                path.push('N');
            } else {
                path.push_str(part);
            }
        }
        self.given.push(Given {
            path,
            indices,
            value,
            name,
        });
        Ok(())
    }

    /// The action that is asked for.
    pub(crate) fn action(&self) -> Option<&str> {
        self.action.as_deref().filter(|action| !action.is_empty())
    }

    /// The version of the API.
    pub(crate) fn version(&self) -> Option<&str> {
        self.version
            .as_deref()
            .filter(|version| !version.is_empty())
    }

    /// All parameters.
    pub(crate) fn fields(&'a self) -> Fields<'a> {
        Fields {
            given: &self.given,
            prefix: 0,
            depth: 0,
        }
    }

    /// Name and value of each, as they came but for their order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.given.iter().map(|one| (&*one.name, &*one.value))
    }

    /// Holds the parameters against what the action takes: unknown ones first, then missing ones, then values.
    pub(crate) fn check(&self, action: &str, takes: &Takes) -> Result<(), Fault> {
        for one in &self.given {
            if !takes.parameters.contains_key(&*one.path) {
                return Err(unknown(&one.name));
            }
        }
        for (name, parameter) in &takes.parameters {
            if parameter.required {
                let is_there = |one: &Given<'_>| one.path == *name && !one.value.is_empty();
                if !self.given.iter().any(is_there) {
                    return Err(Fault::missing(name.strip_suffix(".N").unwrap_or(name)));
                }
            }
        }
        for one in &self.given {
            let Some(parameter) = takes.parameters.get(&*one.path) else {
                continue;
            };
            let value = &*one.value;
            // An empty value of a scalar counts as not given.
            if value.is_empty() {
                continue;
            }
            check_form(&one.name, value, parameter.form)?;
            match parameter.class {
                Class::Honoured | Class::Kept | Class::Fixed("*") => {}
                Class::Fixed(values) if values.split('|').any(|taken| taken == value) => {}
                Class::Fixed(_) | Class::Refused => {
                    return Err(Fault::unsimulated(&one.name, action));
                }
            }
        }
        Ok(())
    }
}

fn twice(name: &str) -> Fault {
    Fault::value(format!(
        "The parameter {} is given more than once",
        shortened(name)
    ))
}

fn unknown(name: &str) -> Fault {
    Fault::new(
        "UnknownParameter",
        format!("The parameter {} is not recognized", shortened(name)),
    )
}

/// As much of a text as a message can hold.
fn shortened(text: &str) -> Cow<'_, str> {
    const MOST: usize = 200;
    if text.len() <= MOST {
        return text.into();
    }
    let end = (0..=MOST).rev().find(|&end| text.is_char_boundary(end));
    format!("{}…", &text[..end.unwrap_or(0)]).into()
}

fn check_form(name: &str, value: &str, form: Form) -> Result<(), Fault> {
    let expected = match form {
        Form::Text | Form::Blob => return Ok(()),
        Form::Number if i64::from_str(value).is_ok() => return Ok(()),
        Form::Number => "Expected a number".to_owned(),
        Form::Flag if matches!(value, "true" | "false") => return Ok(()),
        Form::Flag => "Expected true or false".to_owned(),
        Form::Time if instant(value).is_some() => return Ok(()),
        Form::Time => "Expected an instant such as 2026-01-01T00:00:00Z".to_owned(),
        Form::Decimal if value.parse::<crate::money::Price>().is_ok() => return Ok(()),
        Form::Decimal => "Expected a number".to_owned(),
        Form::Words(words) if words.split('|').any(|word| word == value) => return Ok(()),
        Form::Words(words) => format!("Expected one of: {}", words.replace('|', ", ")),
    };
    Err(Fault::value(format!(
        "Value ({}) for parameter {name} is invalid. {expected}.",
        shortened(value)
    )))
}

/// What stands in a text of base64, which may have line breaks.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_whitespace().collect();
    BASE64_STANDARD.decode(compact).ok()
}

/// An instant in ISO 8601, with or without milliseconds, in UTC or with an offset.
pub(crate) fn instant(text: &str) -> Option<SimTime> {
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(SimTime::from_secs(u64::try_from(at.as_second()).ok()?))
}

impl<'a> Fields<'a> {
    /// The value of a scalar, if it was given.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.written(name).filter(|value| !value.is_empty())
    }

    /// The same, where an empty text is a value.
    pub(crate) fn written(&self, name: &str) -> Option<&'a str> {
        let mut given = self.given.iter();
        let found = given.find(|one| &one.path[self.prefix..] == name)?;
        Some(&found.value)
    }

    /// Whether anything of this beginning was given.
    pub(crate) fn has(&self, beginning: &str) -> bool {
        let mut given = self.given.iter();
        given.any(|one| one.path[self.prefix..].starts_with(beginning) && !one.value.is_empty())
    }

    /// Name and value of each, as somebody would call it who sees only the part.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (String, &'a str)> {
        self.given.iter().map(|one| {
            let mut indices = one.indices.iter().skip(self.depth);
            let parts = one.path[self.prefix..].split('.');
            let parts = parts.map(|part| match part {
                "N" => indices.next().map_or_else(String::new, u32::to_string),
                part => part.to_owned(),
            });
            (parts.collect::<Vec<_>>().join("."), &*one.value)
        })
    }

    /// A flag; what isn't given isn't set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.maybe_flag(name).unwrap_or(false)
    }

    /// A flag, if it was given.
    pub(crate) fn maybe_flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| value == "true")
    }

    /// A number; one that has no room in its type is refused.
    pub(crate) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Fault> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Fault::value(format!(
                "Value ({}) for parameter {name} is invalid.",
                shortened(value)
            ))),
        }
    }

    /// An instant.
    pub(crate) fn time(&self, name: &str) -> Option<SimTime> {
        self.get(name).and_then(instant)
    }

    /// A parameter that there has to be.
    pub(crate) fn required(&self, name: &str) -> Result<&'a str, Fault> {
        self.get(name).ok_or_else(|| Fault::missing(name))
    }

    /// The values of a list of scalars, by index: `InstanceId` for `InstanceId.N`.
    pub(crate) fn list(&self, name: &str) -> Vec<&'a str> {
        let mut found: Vec<(u32, &'a str)> = Vec::new();
        for one in self.given {
            let path = &one.path[self.prefix..];
            if path.strip_prefix(name) == Some(".N") && !one.value.is_empty() {
                let index = one.indices.get(self.depth).copied().unwrap_or_default();
                found.push((index, &one.value));
            }
        }
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// The same, where an empty text is a value.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let mut found: Vec<(u32, &str)> = Vec::new();
        for one in self.given {
            if one.path[self.prefix..].strip_prefix(name) == Some(".N") {
                let index = one.indices.get(self.depth).copied().unwrap_or_default();
                found.push((index, &one.value));
            }
        }
        found
            .into_iter()
            .map(|(_, value)| value.to_owned())
            .collect()
    }

    /// The items of a list of mappings, by index, each with what was given of it.
    pub(crate) fn items(&self, name: &str) -> Vec<Item<'a>> {
        let mut items: Vec<Item<'a>> = Vec::new();
        let prefix = self.prefix + name.len() + ".N.".len();
        for one in self.given {
            let path = &one.path[self.prefix..];
            let is_of = path
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(".N."));
            if !is_of {
                continue;
            }
            let index = one.indices.get(self.depth).copied().unwrap_or_default();
            match items.iter_mut().find(|item| item.index == index) {
                Some(item) => item.given.push(one.clone()),
                None => items.push(Item {
                    index,
                    given: vec![one.clone()],
                    prefix,
                    depth: self.depth + 1,
                }),
            }
        }
        items.sort_by_key(|item| item.index);
        items
    }

    /// The part behind a name that isn't a list: `LaunchSpecification` for `LaunchSpecification.ImageId`.
    pub(crate) fn part(&self, name: &str) -> Item<'a> {
        let beginning = format!("{name}.");
        let given = self.given.iter();
        let given = given.filter(|one| one.path[self.prefix..].starts_with(&beginning));
        Item {
            index: 0,
            given: given.cloned().collect(),
            prefix: self.prefix + beginning.len(),
            depth: self.depth,
        }
    }
}

/// One item of a list of mappings.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    /// Its index.
    pub(crate) index: u32,
    given: Vec<Given<'a>>,
    prefix: usize,
    depth: usize,
}

impl<'a> Item<'a> {
    /// Whether nothing was given of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What was given of it.
    pub(crate) fn fields(&'a self) -> Fields<'a> {
        Fields {
            given: &self.given,
            prefix: self.prefix,
            depth: self.depth,
        }
    }
}

/// For whom a request is: what its signature's scope says, which nobody checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scope<'a> {
    /// The access key.
    pub(crate) key: Option<&'a str>,
    /// The Region.
    pub(crate) region: Option<&'a str>,
    /// The service.
    pub(crate) service: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// The scope in a header or, of a presigned request, in its decoded credential.
    pub(crate) fn read(text: &'a str) -> Self {
        let credential = text
            .split_once("Credential=")
            .map_or(text, |(_, rest)| rest);
        let credential = credential.split([',', ' ']).next().unwrap_or_default();
        let mut parts = credential.split('/');
        let key = parts.next().filter(|key| !key.is_empty());
        let _date = parts.next();
        Self {
            key,
            region: parts.next(),
            service: parts.next(),
        }
    }
}

/// The Region of a scope.
pub(crate) fn region_of(name: Option<&str>, otherwise: RegionId) -> Result<RegionId, Fault> {
    match name {
        None | Some("") => Ok(otherwise),
        Some(name) => RegionId::find(name).ok_or_else(|| {
            Fault::new(
                "Simulator.UnknownRegion",
                format!("ec2sim does not know the Region {}.", shortened(name)),
            )
        }),
    }
}

/// An id of a kind, as a client wrote it: well-formed with 8 or 17 digits, of which only the longer form stands for anything.
pub(crate) fn id(text: &str, kind: IdKind) -> IdText<'_> {
    if let Some(id) = Id::parse(text).filter(|id| id.kind() == kind) {
        return IdText::Id(id);
    }
    let digits = text
        .strip_prefix(kind.prefix())
        .and_then(|rest| rest.strip_prefix('-'));
    let is_formed = digits.is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    });
    if is_formed {
        IdText::Nobodys(text)
    } else {
        IdText::Malformed(text)
    }
}

/// What a client wrote for an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdText<'a> {
    /// One that can be somebody's.
    Id(Id),
    /// One in EC2's form that can't.
    Nobodys(&'a str),
    /// Something else.
    Malformed(&'a str),
}
