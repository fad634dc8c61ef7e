//! What an account has besides what lives: VPCs, subnets, network interfaces, security groups, key pairs, launch templates, tags, the
//! images that everybody can launch.
//!
//! Furniture is stored, checked against each other and shown. It has no life, no rules and no bill.

mod groups;
mod images;
mod keys;
mod network;
mod tags;
mod templates;

pub use groups::{Peer, Permission, SecurityGroup};
pub use images::{PublicImage, parameter_image};
pub use keys::KeyPair;
pub use network::{Cidr, NetworkInterface, Subnet, Vpc};
pub use tags::{Tags, TagsError};
pub use templates::{LaunchTemplate, Said, TemplateVersion, over};

use std::collections::BTreeMap;

use crate::{
    catalog::RegionId,
    id::{Id, IdKind, Seeded},
};

/// The furniture of one Region of an account.
#[derive(Debug, Clone)]
pub struct Furniture {
    root: Seeded,
    region: RegionId,
    /// The VPCs; the first is the default one.
    pub vpcs: Vec<Vpc>,
    /// Their subnets; the first are the default ones, one a zone.
    pub subnets: Vec<Subnet>,
    /// The network interfaces that were made on their own.
    pub interfaces: BTreeMap<Id, NetworkInterface>,
    /// The security groups; the first of each VPC is its default one.
    pub groups: Vec<SecurityGroup>,
    /// The key pairs.
    pub keys: Vec<KeyPair>,
    /// The images that everybody can launch.
    pub images: Vec<PublicImage>,
    /// The launch templates.
    pub templates: Vec<LaunchTemplate>,
    /// The tags of everything that has any.
    pub tags: Tags,
    /// Client tokens that were used, each with what was asked for and what came of it.
    pub tokens: BTreeMap<String, (Said, (String, u64))>,
    made: u64,
}

impl Furniture {
    /// What is there from the start. Every id comes from the seed and the thing's name.
    pub fn new(region: RegionId, root: Seeded, public: Seeded) -> Self {
        let of_region = |root: Seeded| root.purpose("furniture").named(region.name());
        let root = of_region(root);
        let vpc = Vpc::default_of(root);
        Self {
            subnets: network::default_subnets(region, root, &vpc),
            groups: vec![SecurityGroup::default_of(root, vpc.id)],
            vpcs: vec![vpc],
            interfaces: BTreeMap::new(),
            keys: Vec::new(),
            images: images::public_images(of_region(public)),
            templates: Vec::new(),
            tags: Tags::default(),
            tokens: BTreeMap::new(),
            made: 0,
            root,
            region,
        }
    }

    /// The Region.
    pub const fn region(&self) -> RegionId {
        self.region
    }

    /// The id of the next thing that is made.
    pub fn next_id(&mut self, kind: IdKind) -> Id {
        self.made += 1;
        Id::new(kind, self.root.number(self.made))
    }

    /// The id of something that is there once.
    pub fn id(&self, kind: IdKind, name: &str) -> Id {
        Id::new(kind, self.root.named(name))
    }

    /// A security group by its id.
    pub fn group(&self, id: Id) -> Option<&SecurityGroup> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// A security group of a VPC by its name.
    pub fn group_named(&self, vpc: Id, name: &str) -> Option<&SecurityGroup> {
        let mut groups = self.groups.iter();
        groups.find(|group| group.vpc == vpc && group.name == name)
    }

    /// The security group that something of a VPC is in where none is named.
    pub fn default_group(&self, vpc: Id) -> Option<Id> {
        let mut groups = self.groups.iter();
        let found = groups.find(|group| group.vpc == vpc);
        found.map(|group| group.id)
    }

    /// Makes a VPC, with a security group that everything in it is in by default.
    pub fn add_vpc(&mut self, cidr: Cidr) -> &Vpc {
        self.made += 1;
        let key = self.root.number(self.made);
        let dhcp_options = self.vpcs.first().map(|vpc| vpc.dhcp_options);
        let dhcp_options = dhcp_options.unwrap_or_else(|| Id::new(IdKind::DhcpOptions, key));
        let vpc = Vpc::new(key, cidr, dhcp_options);
        self.groups.push(SecurityGroup::default_of(key, vpc.id));
        let at = self.vpcs.len();
        self.vpcs.push(vpc);
        &self.vpcs[at]
    }

    /// A VPC by its id.
    pub fn vpc(&self, id: Id) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| vpc.id == id)
    }

    /// A subnet by its id.
    pub fn subnet(&self, id: Id) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.id == id)
    }

    /// The default subnet of a zone.
    pub fn default_subnet(&self, zone: &str) -> Option<&Subnet> {
        let mut subnets = self.subnets.iter();
        subnets.find(|subnet| subnet.is_default && subnet.zone == zone)
    }

    /// The default VPC.
    pub fn default_vpc(&self) -> Id {
        self.vpcs
            .first()
            .map_or_else(|| self.id(IdKind::Vpc, "default"), |vpc| vpc.id)
    }
}
