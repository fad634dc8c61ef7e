//! Security groups and their rules, which nothing here is held against.

use crate::id::{Id, IdKind, Seeded};

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Id,
    /// Its name, one in its VPC.
    pub name: String,
    /// Its description.
    pub description: String,
    /// What may come in.
    pub ingress: Vec<Permission>,
    /// What may go out.
    pub egress: Vec<Permission>,
}

/// What a rule of a security group lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The protocol; `-1` for all.
    pub protocol: String,
    /// The ports, where the protocol has any.
    pub ports: Option<(i64, i64)>,
    /// From or to whom.
    pub peer: Peer,
    /// What its maker said about it.
    pub description: Option<String>,
}

/// From or to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// A block of IPv4 addresses.
    Ipv4(String),
    /// A block of IPv6 addresses.
    Ipv6(String),
    /// Whatever is in a security group.
    Group(Id),
    /// A prefix list.
    PrefixList(String),
}

impl SecurityGroup {
    /// The one that a VPC begins with: everything from itself, everything out.
    pub(super) fn default_of(root: Seeded, vpc: Id) -> Self {
        let id = Id::new(IdKind::SecurityGroup, root.named("default"));
        Self {
            ingress: vec![Permission::all(Peer::Group(id))],
            ..Self::new(id, vpc, "default", "default VPC security group")
        }
    }

    /// One that lets everything out and nothing in.
    pub fn new(id: Id, vpc: Id, name: &str, description: &str) -> Self {
        Self {
            id,
            vpc,
            name: name.to_owned(),
            description: description.to_owned(),
            ingress: Vec::new(),
            egress: vec![Permission::all(Peer::Ipv4("0.0.0.0/0".to_owned()))],
        }
    }
}

impl Permission {
    /// Everything from or to somebody.
    pub fn all(peer: Peer) -> Self {
        Self {
            protocol: "-1".to_owned(),
            ports: None,
            peer,
            description: None,
        }
    }
}
