//! Tags: of anything that has an id, in the order in which they were made.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::id::Id;

/// How many tags a thing can have.
const MOST: usize = 50;
/// How long a key and a value can be.
const MOST_KEY: usize = 128;
const MOST_VALUE: usize = 256;

/// The tags of everything that has any.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    of: BTreeMap<Id, Vec<(String, String)>>,
    /// Who has tags, in the order in which they got their first.
    order: Vec<Id>,
}

/// Why tags are refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TagsError {
    /// A thing would have too many.
    #[error("The maximum number of Tags for a resource has been reached.")]
    TooMany,
    /// The key is AWS's own.
    #[error(
        "Value ( {0} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use"
    )]
    Reserved(String),
    /// The key is too long, or empty.
    #[error("Tag key exceeds the maximum length of 128 characters")]
    Key,
    /// The value is too long.
    #[error("Tag value exceeds the maximum length of 256 characters")]
    Value,
}

impl Tags {
    /// The tags of something.
    pub fn of(&self, id: Id) -> &[(String, String)] {
        self.of.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The value of a tag.
    pub fn get(&self, id: Id, key: &str) -> Option<&str> {
        let mut tags = self.of(id).iter();
        tags.find_map(|(known, value)| (known == key).then_some(value.as_str()))
    }

    /// Everything that has tags, in the order in which they got their first.
    pub fn all(&self) -> impl Iterator<Item = (Id, &[(String, String)])> {
        self.order.iter().map(|&id| (id, self.of(id)))
    }

    /// Checks tags that several things are to get.
    ///
    /// # Errors
    ///
    /// What EC2 refuses them for.
    pub fn check(&self, ids: &[Id], tags: &[(String, String)]) -> Result<(), TagsError> {
        for (key, value) in tags {
            if key.starts_with("aws:") {
                return Err(TagsError::Reserved(key.clone()));
            }
            if key.is_empty() || key.chars().count() > MOST_KEY {
                return Err(TagsError::Key);
            }
            if value.chars().count() > MOST_VALUE {
                return Err(TagsError::Value);
            }
        }
        let is_new = |id: Id| move |(key, _): &&(String, String)| self.get(id, key).is_none();
        let too_many = |&id: &Id| self.of(id).len() + tags.iter().filter(is_new(id)).count() > MOST;
        if tags.len() > MOST || ids.iter().any(too_many) {
            return Err(TagsError::TooMany);
        }
        Ok(())
    }

    /// Gives something a tag, or another value for one that it has.
    pub fn set(&mut self, id: Id, key: &str, value: &str) {
        let tags = self.of.entry(id).or_default();
        if tags.is_empty() {
            self.order.push(id);
        }
        match tags.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => value.clone_into(known),
            None => tags.push((key.to_owned(), value.to_owned())),
        }
    }

    /// Takes a tag away; with a value only if it is that one.
    pub fn remove(&mut self, id: Id, key: &str, value: Option<&str>) {
        self.retain(id, |known, there| {
            known != key || value.is_some_and(|value| value != there)
        });
    }

    /// Something is gone, and all its tags with it.
    pub fn forget(&mut self, id: Id) {
        self.retain(id, |_, _| false);
    }

    /// Takes all tags away that are somebody's own.
    pub fn clear(&mut self, id: Id) {
        self.retain(id, |key, _| key.starts_with("aws:"));
    }

    fn retain(&mut self, id: Id, stays: impl Fn(&str, &str) -> bool) {
        let Some(tags) = self.of.get_mut(&id) else {
            return;
        };
        tags.retain(|(key, value)| stays(key, value));
        if tags.is_empty() {
            self.of.remove(&id);
            self.order.retain(|&known| known != id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{IdKind, Seeded};

    #[test]
    fn a_thing_has_at_most_fifty_tags_and_none_of_awss() {
        let id = Id::new(IdKind::Instance, Seeded::new(1));
        let mut tags = Tags::default();
        let tag = |n: usize| (format!("key-{n}"), String::new());
        (0..50)
            .map(tag)
            .for_each(|(key, value)| tags.set(id, &key, &value));
        assert_eq!(tags.check(&[id], &[tag(0)]), Ok(()));
        assert_eq!(tags.check(&[id], &[tag(50)]), Err(TagsError::TooMany));
        let reserved = ("aws:x".to_owned(), String::new());
        assert!(matches!(
            tags.check(&[id], &[reserved]),
            Err(TagsError::Reserved(_))
        ));
    }

    #[test]
    fn a_tag_goes_only_with_its_value_where_one_is_given() {
        let id = Id::new(IdKind::Volume, Seeded::new(1));
        let mut tags = Tags::default();
        tags.set(id, "env", "test");
        tags.remove(id, "env", Some("prod"));
        assert_eq!(tags.get(id, "env"), Some("test"));
        tags.remove(id, "env", None);
        assert_eq!(tags.all().count(), 0);
    }
}
