//! `include`: files that lie under this one.
//!
//! They are joined as trees, before anybody knows what they mean. Their places go on behind those of the file that includes
//! them, so that a mistake in one is told in it.

use std::{fs, path::Path, path::PathBuf, sync::Arc};

use bumpalo::Bump;

use super::{
    Code,
    keys::ScenarioKey,
    load,
    lower::is_below,
    reader::{Draft, Reader, Span},
    source::offset,
    tree::{Entry, Key, Kind, MAX_VALUES, Node, quoted},
    value,
    variants::{map, overlaid},
    yaml,
};

const INCLUDE: &str = "include";
pub(super) const FRAGMENT: &str = "fragment";

/// What a file says about itself only.
const OWN: &[&str] = &[INCLUDE, FRAGMENT, "name", "description", "marks", "format"];

/// What of a file comes behind that of the files that it includes, and isn't laid over it.
const JOINED: &[&str] = &["steps", "expect"];

/// How many files may be included in all.
const MOST_FILES: usize = 64;

/// The files that are being read, from the scenario's own on.
struct Joining<'a, 'r> {
    arena: &'a Bump,
    reader: &'r mut Reader,
    /// Those that include each other.
    under_way: Vec<PathBuf>,
    /// Where the next file's places begin.
    next: u32,
    files: usize,
    values: usize,
    /// Whether every file that is included could be.
    is_whole: bool,
}

/// A file with those that it includes under it; none where one of them can't be: what it would have said is missing
/// everywhere.
pub(super) fn joined<'a>(
    root: Node<'a>,
    path: (&str, Option<&Path>),
    arena: &'a Bump,
    reader: &mut Reader,
) -> Option<Node<'a>> {
    let Kind::Map(entries) = root.kind else {
        return Some(root);
    };
    let fragment = entries.iter().find(|entry| entry.key.text == FRAGMENT);
    if let Some(fragment) = fragment
        && reader.flag(&fragment.value) == Some(true)
    {
        reader.report(Code::Misplaced, fragment.key.span, || {
            Draft::new("this is a fragment, and no scenario")
                .label("it is only ever included")
                .note("another file's `include` names it")
        });
    }
    let root = match fragment {
        Some(_) => without(root, &[FRAGMENT], arena),
        None => root,
    };
    if get(root, INCLUDE).is_none() {
        // Most files: nothing is looked for on disk.
        return Some(root);
    }
    let (file, directory) = path;
    let length = reader.source().text.len();
    let mut joining = Joining {
        arena,
        reader,
        under_way: fs::canonicalize(file).into_iter().collect(),
        next: offset(length.saturating_add(1)),
        files: 0,
        values: 0,
        is_whole: true,
    };
    let directory = directory.unwrap_or(Path::new(""));
    let root = joining.file(root, directory);
    joining.is_whole.then_some(root)
}

fn without<'a>(root: Node<'a>, keys: &[&str], arena: &'a Bump) -> Node<'a> {
    let Kind::Map(entries) = root.kind else {
        return root;
    };
    let rest: Vec<Entry<'a>> = entries
        .iter()
        .filter(|entry| !keys.contains(&entry.key.text))
        .copied()
        .collect();
    map(root, &rest, arena)
}

fn get<'a>(root: Node<'a>, key: &str) -> Option<Entry<'a>> {
    let Kind::Map(entries) = root.kind else {
        return None;
    };
    entries.iter().find(|entry| entry.key.text == key).copied()
}

impl<'a> Joining<'a, '_> {
    /// A file over what it includes.
    fn file(&mut self, root: Node<'a>, directory: &Path) -> Node<'a> {
        let Some(include) = get(root, INCLUDE) else {
            return root;
        };
        let single = [include.value];
        let items = match include.value.kind {
            Kind::Scalar(_) => &single[..],
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => self
                .reader
                .items(&include.value, "a list of files")
                .unwrap_or_default(),
        };
        let mut below: Option<Node<'a>> = None;
        for item in items {
            let Some(one) = self.included(item, directory) else {
                self.is_whole = false;
                continue;
            };
            below = Some(match below {
                Some(below) => self.over(below, one),
                None => one,
            });
        }
        let root = without(root, &[INCLUDE], self.arena);
        match below {
            Some(below) => self.over(below, root),
            None => root,
        }
    }

    /// One file over another: what each says about itself only is the upper one's.
    fn over(&self, below: Node<'a>, above: Node<'a>) -> Node<'a> {
        let joined = JOINED.iter().filter_map(|key| {
            let (first, second) = (get(below, key)?, get(above, key)?);
            let kind = match (first.value.kind, second.value.kind) {
                (Kind::Seq(first), Kind::Seq(second)) => {
                    Kind::Seq(self.arena.alloc_slice_copy(&[first, second].concat()))
                }
                // A name may stand there twice: what either file expects of it is checked.
                (Kind::Map(first), Kind::Map(second)) => {
                    Kind::Map(self.arena.alloc_slice_copy(&[first, second].concat()))
                }
                (
                    Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_),
                    Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_),
                ) => return None,
            };
            Some(Entry {
                value: Node {
                    kind,
                    ..second.value
                },
                ..second
            })
        });
        let joined: Vec<Entry<'a>> = joined.collect();
        let whole = overlaid(below, above, self.arena);
        let Kind::Map(entries) = whole.kind else {
            return whole;
        };
        let of = |entry: &Entry<'a>| {
            let one = joined.iter().find(|one| one.key.text == entry.key.text);
            one.copied().unwrap_or(*entry)
        };
        let entries: Vec<Entry<'a>> = entries.iter().map(of).collect();
        map(above, &entries, self.arena)
    }

    /// A file that is included, with what it includes itself.
    fn included(&mut self, item: &Node<'a>, directory: &Path) -> Option<Node<'a>> {
        let name = self.reader.text(item, "the name of a file")?;
        let path = directory.join(name);
        if !is_below(here(directory), name) {
            self.reader.report(Code::OutsideFolder, item.span, || {
                Draft::new(format!("{} is outside the file's folder", quoted(name)))
                    .label("expected a file next to this one, or in a folder below it")
                    .note("neither `..` nor a link may lead out of it")
            });
            return None;
        }
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if self.under_way.contains(&real) {
            self.reader.report(Code::NotIncluded, item.span, || {
                Draft::new(format!("{} includes itself", quoted(name)))
                    .label("it is being read already")
            });
            return None;
        }
        let source = match load::load(&path) {
            Ok(source) => Arc::new(source),
            Err(fault) => {
                self.reader.report(Code::Unreadable, item.span, || {
                    Draft::new(format!("{} can't be read", quoted(name)))
                        .label("expected a file next to this one")
                        .note(fault.reason)
                });
                return None;
            }
        };
        self.files += 1;
        let start = self.next;
        let next = u64::from(start) + u64::try_from(source.text.len()).unwrap_or(u64::MAX) + 1;
        let Some(next) = u32::try_from(next)
            .ok()
            .filter(|_| self.files <= MOST_FILES)
        else {
            return self.too_much(item.span);
        };
        self.next = next;
        let (arena, text) = (self.arena, self.arena.alloc_str(&source.text));
        let mut apart = Reader::new(Arc::clone(&source));
        let root = yaml::read(text, arena, &mut apart);
        let is_one = root.is_some_and(|root| {
            matches!(root.kind, Kind::Map(entries)
                if entries.iter().any(|one| ScenarioKey::SCENARIO.find(one.key.text).is_some()))
        });
        let Some(root) = root.filter(|_| is_one) else {
            // It is some other file of somebody's: nothing in it is shown.
            self.reader.report(Code::NotIncluded, item.span, || {
                let draft = Draft::new(format!("{} is no part of a scenario", quoted(name)))
                    .label("expected a mapping with keys of a scenario");
                match apart.first_position() {
                    Some((code, line, column)) => draft.note(format!(
                        "it can't be read beyond line {line}, column {column} ({code})"
                    )),
                    None => draft,
                }
            });
            return None;
        };
        self.reader.absorb(apart);
        self.reader.include(Arc::clone(&source), start, item.span);
        let root = self.shifted(root, start);
        if self.values > MAX_VALUES {
            return self.too_much(item.span);
        }
        if let Some(fragment) = get(root, FRAGMENT) {
            self.reader.flag(&fragment.value);
        }
        self.under_way.push(real);
        let whole = self.file(root, path.parent().unwrap_or(directory));
        self.under_way.pop();
        Some(without(whole, OWN, arena))
    }

    fn too_much(&mut self, at: Span) -> Option<Node<'a>> {
        self.reader.report(Code::TooManyValues, at, || {
            Draft::new(format!(
                "the files hold more than 1,000,000 values, or are more than {MOST_FILES}"
            ))
            .label("the limit is reached here")
        });
        None
    }

    /// A tree whose places begin at another.
    fn shifted(&mut self, node: Node<'a>, by: u32) -> Node<'a> {
        self.values += 1;
        let span = |span: Span| Span {
            lo: span.lo.saturating_add(by),
            hi: span.hi.saturating_add(by),
        };
        let kind = match node.kind {
            Kind::Null => Kind::Null,
            Kind::Scalar(text) => Kind::Scalar(text),
            Kind::Seq(items) => {
                let items: Vec<Node<'a>> =
                    items.iter().map(|item| self.shifted(*item, by)).collect();
                Kind::Seq(self.arena.alloc_slice_copy(&items))
            }
            Kind::Map(entries) => {
                let each = entries.iter().map(|entry| Entry {
                    key: Key {
                        span: span(entry.key.span),
                        ..entry.key
                    },
                    value: self.shifted(entry.value, by),
                });
                let each: Vec<Entry<'a>> = each.collect();
                Kind::Map(self.arena.alloc_slice_copy(&each))
            }
        };
        Node {
            span: span(node.span),
            kind,
        }
    }
}

/// The working directory goes by no name.
fn here(directory: &Path) -> &Path {
    if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    }
}

/// Whether the entries of a mapping say that it is a fragment.
pub(super) fn is_fragment(entries: &[Entry<'_>]) -> bool {
    entries.iter().any(|entry| {
        let said = match entry.value.kind {
            Kind::Scalar(text) => value::flag(text).ok(),
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => None,
        };
        entry.key.text == FRAGMENT && said == Some(true)
    })
}
