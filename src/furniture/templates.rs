//! Launch templates: what launches have in common, version by version.

use crate::{id::Id, time::SimTime};

/// Parameters of a launch, as they were said: name and value.
pub type Said = Vec<(String, String)>;

/// A launch template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchTemplate {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: SimTime,
    /// The number of the version that holds where none is named.
    pub default: u64,
    /// Its versions, the first of which has the number 1.
    pub versions: Vec<TemplateVersion>,
}

/// A version of a launch template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersion {
    /// Its number.
    pub number: u64,
    /// What its maker said about it.
    pub description: Option<String>,
    /// When it was made.
    pub created: SimTime,
    /// What it says of launches.
    pub data: Said,
}

impl LaunchTemplate {
    /// One with its first version.
    pub fn new(
        id: Id,
        name: &str,
        created: SimTime,
        description: Option<&str>,
        data: Said,
    ) -> Self {
        let mut template = Self {
            id,
            name: name.to_owned(),
            created,
            default: 1,
            versions: Vec::new(),
        };
        template.add(created, description, data);
        template
    }

    /// Adds a version.
    pub fn add(&mut self, created: SimTime, description: Option<&str>, data: Said) {
        self.versions.push(TemplateVersion {
            number: self.latest() + 1,
            description: description.map(str::to_owned),
            created,
            data,
        });
    }

    /// The number of its latest version.
    pub fn latest(&self) -> u64 {
        self.versions.last().map_or(0, |version| version.number)
    }

    /// A version by its number, `$Latest` or `$Default`, which also holds where none is named.
    pub fn version(&self, named: Option<&str>) -> Option<&TemplateVersion> {
        let number = match named {
            None | Some("$Default") => self.default,
            Some("$Latest") => self.latest(),
            Some(number) => number.parse().ok()?,
        };
        let mut versions = self.versions.iter();
        versions.find(|version| version.number == number)
    }
}

/// Parameters over others: what is said of one of EC2's parameters takes the place of all that the others say of it.
pub fn over(base: &[(String, String)], own: &[(String, String)]) -> Said {
    fn first(name: &str) -> &str {
        name.split('.').next().unwrap_or(name)
    }
    let is_said = |name: &str| own.iter().any(|(known, _)| first(known) == first(name));
    let stay = base.iter().filter(|(name, _)| !is_said(name));
    stay.chain(own).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_launch_says_itself_wins_as_a_whole() {
        let said = |pairs: &[(&str, &str)]| -> Said {
            let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
            pairs.iter().map(owned).collect()
        };
        let base = said(&[
            ("ImageId", "ami-1"),
            ("SecurityGroupId.1", "sg-1"),
            ("SecurityGroupId.2", "sg-2"),
        ]);
        let own = said(&[("SecurityGroupId.1", "sg-3")]);
        assert_eq!(
            over(&base, &own),
            said(&[("ImageId", "ami-1"), ("SecurityGroupId.1", "sg-3")])
        );
    }
}
