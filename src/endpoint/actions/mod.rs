//! The actions: one declaration each, and a file for each family of them.

mod addresses;
mod attributes;
mod credits;
mod fleets;
mod image_attributes;
mod images;
pub(in crate::endpoint) mod instance;
mod instances;
mod interfaces;
mod keys;
mod launch;
mod network;
mod places;
mod rules;
mod snapshots;
mod spot;
mod status;
mod tags;
mod templates;
mod transitions;
mod types;
mod volumes;
mod vpcs;

pub(crate) use fleets::Fleet;
pub(crate) use image_attributes::Permissions;

use crate::{
    action::{Answer, Request},
    id::{Id, IdKind, Seeded},
    lifecycle::ErrorCode,
    record::Resource,
    time::SimTime,
};

use super::{
    fault::Fault,
    filters::{Filters, Tell},
    pages::{Page, Pages},
    place::Place,
    request::{Fields, IdText, id},
    table::Takes,
    xml::{Out, Xml},
};

/// An action that the endpoint carries out.
#[derive(Debug)]
pub struct Action {
    /// EC2's name.
    pub name: &'static str,
    /// How it tells in pages, if it does.
    pub pages: Option<Pages>,
    /// Whether it changes something: an instant clock goes on after it, and it is part of the recording.
    pub changes: bool,
    carry_out: fn(&mut Call<'_>) -> Result<(), Fault>,
}

const fn reads(
    name: &'static str,
    pages: Option<Pages>,
    carry_out: fn(&mut Call<'_>) -> Result<(), Fault>,
) -> Action {
    Action {
        name,
        pages,
        changes: false,
        carry_out,
    }
}

const fn changes(name: &'static str, carry_out: fn(&mut Call<'_>) -> Result<(), Fault>) -> Action {
    Action {
        name,
        pages: None,
        changes: true,
        carry_out,
    }
}

const INSTANCES: Option<Pages> = Some(Pages::without("instancesSet", 1_000));
const MANY: Option<Pages> = Some(Pages::of(5, 1_000));
const TEMPLATES: Option<Pages> = Some(Pages::of(1, 200));

/// All of them. What each takes stands in the table (`actions.tsv`).
pub const ACTIONS: &[Action] = &[
    changes("RunInstances", launch::run_instances),
    reads("DescribeInstances", INSTANCES, instances::describe),
    changes("StartInstances", transitions::start),
    changes("StopInstances", transitions::stop),
    changes("RebootInstances", transitions::reboot),
    changes("TerminateInstances", transitions::terminate),
    changes("ModifyInstanceAttribute", attributes::modify),
    reads("DescribeInstanceAttribute", None, attributes::describe),
    reads("DescribeInstanceStatus", INSTANCES, status::describe),
    reads("GetConsoleOutput", None, status::console_output),
    changes("CreateTags", tags::create),
    changes("DeleteTags", tags::delete),
    reads("DescribeTags", MANY, tags::describe),
    changes("AllocateAddress", addresses::allocate),
    changes("AssociateAddress", addresses::associate),
    changes("DisassociateAddress", addresses::disassociate),
    changes("ReleaseAddress", addresses::release),
    reads("DescribeAddresses", None, addresses::describe),
    changes("CreateVolume", volumes::create),
    changes("AttachVolume", volumes::attach),
    changes("DetachVolume", volumes::detach),
    changes("DeleteVolume", volumes::delete),
    reads(
        "DescribeVolumes",
        Some(Pages::without("volumesSet", 1_000)),
        volumes::describe,
    ),
    reads(
        "DescribeImages",
        Some(Pages::of(1, 1_000)),
        images::describe,
    ),
    reads(
        "DescribeInstanceTypes",
        Some(Pages::of(5, 100).strict()),
        types::describe,
    ),
    changes("RequestSpotInstances", spot::request),
    reads("DescribeSpotInstanceRequests", MANY, spot::describe),
    changes("CancelSpotInstanceRequests", spot::cancel),
    reads(
        "DescribeVpcs",
        Some(Pages::of(5, 1_000).strict()),
        network::vpcs,
    ),
    reads(
        "DescribeSubnets",
        Some(Pages::of(5, 1_000).strict()),
        network::subnets,
    ),
    reads(
        "DescribeSecurityGroups",
        Some(Pages::of(5, 1_000).strict()),
        network::groups,
    ),
    reads(
        "DescribeNetworkInterfaces",
        Some(Pages::without("networkInterfaceIdSet", 1_000)),
        interfaces::describe,
    ),
    changes("CreateSecurityGroup", network::create_group),
    changes("CreateVpc", vpcs::create_vpc),
    changes("DeleteVpc", vpcs::delete_vpc),
    changes("CreateSubnet", vpcs::create_subnet),
    changes("DeleteSubnet", vpcs::delete_subnet),
    changes("ModifySubnetAttribute", vpcs::modify_subnet),
    reads(
        "DescribeRouteTables",
        Some(Pages::of(5, 100).strict()),
        vpcs::route_tables,
    ),
    changes("CreateNetworkInterface", interfaces::create),
    changes("DeleteNetworkInterface", interfaces::delete),
    changes("AttachNetworkInterface", interfaces::attach),
    changes("DetachNetworkInterface", interfaces::detach),
    changes("ModifyNetworkInterfaceAttribute", interfaces::modify),
    reads("DescribeVpcAttribute", None, network::vpc_attribute),
    reads("DescribeAvailabilityZones", None, places::zones),
    reads("DescribeRegions", None, places::regions),
    reads(
        "DescribeInstanceCreditSpecifications",
        Some(Pages::without("instanceIds", 1_000).strict()),
        credits::describe,
    ),
    changes("CreateKeyPair", keys::create),
    changes("ImportKeyPair", keys::import),
    reads("DescribeKeyPairs", None, keys::describe),
    changes("DeleteKeyPair", keys::delete),
    changes("CreateLaunchTemplate", templates::create),
    changes("CreateLaunchTemplateVersion", templates::create_version),
    changes("ModifyLaunchTemplate", templates::modify),
    changes("DeleteLaunchTemplate", templates::delete),
    reads("DescribeLaunchTemplates", TEMPLATES, templates::describe),
    reads(
        "DescribeLaunchTemplateVersions",
        TEMPLATES,
        templates::describe_versions,
    ),
    changes("CreateFleet", fleets::create),
    reads("DescribeFleets", MANY, fleets::describe),
    reads("DescribeFleetInstances", MANY, fleets::instances),
    reads("GetLaunchTemplateData", None, templates::of_instance),
    changes("CreateImage", snapshots::create_image),
    reads("DescribeImageAttribute", None, image_attributes::describe),
    changes("ModifyImageAttribute", image_attributes::modify),
    changes("DeregisterImage", snapshots::deregister),
    changes("CreateSnapshot", snapshots::create),
    reads("DescribeSnapshots", MANY, snapshots::describe),
    changes("DeleteSnapshot", snapshots::delete),
    reads("DescribeInstanceTypeOfferings", MANY, types::offerings),
    changes("AuthorizeSecurityGroupIngress", rules::authorize_ingress),
    changes("AuthorizeSecurityGroupEgress", rules::authorize_egress),
    changes("RevokeSecurityGroupIngress", rules::revoke_ingress),
    changes("RevokeSecurityGroupEgress", rules::revoke_egress),
    changes("DeleteSecurityGroup", rules::delete_group),
    changes("MonitorInstances", attributes::monitor),
    changes("UnmonitorInstances", attributes::unmonitor),
    changes("ModifyInstanceCreditSpecification", credits::modify),
    changes("ModifyVolume", volumes::modify),
    reads(
        "DescribeVolumesModifications",
        Some(Pages::of(5, 500)),
        volumes::modifications,
    ),
    changes("ModifyInstanceMetadataOptions", attributes::modify_metadata),
    reads(
        "DescribeAddressesAttribute",
        Some(Pages::of(1, 1_000).strict()),
        addresses::attributes,
    ),
];

/// An action by its name.
pub(crate) fn find(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.name == name)
}

/// A request under way.
pub(crate) struct Call<'a> {
    pub(crate) place: &'a mut Place,
    pub(crate) fields: Fields<'a>,
    pub(crate) takes: &'static Takes,
    pub(crate) action: &'static Action,
    pub(crate) lenient: bool,
    pub(crate) xml: &'a mut Xml,
    /// What page tokens are made from.
    pub(crate) seed: Seeded,
    /// What is to be told on standard error.
    pub(crate) notes: &'a mut Vec<String>,
}

impl Action {
    /// Carries a request out.
    pub(crate) fn answer(&self, call: &mut Call<'_>) -> Result<(), Fault> {
        (self.carry_out)(call)
    }
}

impl Call<'_> {
    pub(crate) const fn now(&self) -> SimTime {
        self.place.now()
    }

    /// A dry run ends here: everything that is named is there.
    pub(crate) fn end_dry_run(&self) -> Result<(), Fault> {
        if self.fields.flag("DryRun") {
            return Err(Fault::new(
                ErrorCode::DryRunOperation.name(),
                "Request would have succeeded, but DryRun flag is set.",
            ));
        }
        Ok(())
    }

    /// Asks the world for something, which becomes part of the recording unless it is a dry run.
    pub(crate) fn ask(&mut self, request: impl Into<Request>) -> Result<Answer, Fault> {
        let request = request.into();
        if self.fields.flag("DryRun") {
            return Ok(self.place.engine.ask_now(&request.dry_run())?);
        }
        let at = self.now();
        let answer = self.place.engine.ask_now(&request);
        self.place.record(at, &request, answer.as_ref().err());
        Ok(answer?)
    }

    /// What the request's client token has made before, where that was asked for with the same parameters (`IDEM-TOKEN`).
    pub(crate) fn made_before(&self) -> Result<Option<(String, u64)>, Fault> {
        let Some(token) = self.fields.get("ClientToken") else {
            return Ok(None);
        };
        launch::check_token(Some(token))?;
        match self.place.furniture.tokens.get(&self.token_key(token)) {
            None => Ok(None),
            Some((asked, made)) if *asked == self.without_token() => Ok(Some(made.clone())),
            Some(_) => Err(Fault::new(
                ErrorCode::IdempotentParameterMismatch.name(),
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            )),
        }
    }

    /// The request's client token, if it has one, stands for what was made, and for a number that goes with it.
    pub(crate) fn remember_made(&mut self, id: &str, number: u64) {
        if let Some(token) = self.fields.get("ClientToken") {
            let (key, asked) = (self.token_key(token), self.without_token());
            let tokens = &mut self.place.furniture.tokens;
            tokens.insert(key, (asked, (id.to_owned(), number)));
        }
    }

    fn token_key(&self, token: &str) -> String {
        format!("{} {token}", self.action.name)
    }

    fn without_token(&self) -> crate::furniture::Said {
        let mut asked = templates::said(self.fields);
        asked.retain(|(name, _)| !matches!(&**name, "ClientToken" | "DryRun"));
        asked
    }

    /// `<return>true</return>`, which nobody reads.
    pub(crate) fn done(&mut self) {
        self.xml.text("return", "true");
    }

    /// What is named by an id of a kind; `malformed` and `missing` say what is wrong with one that isn't.
    pub(crate) fn find(
        &mut self,
        text: &str,
        kind: IdKind,
        wrong: &Wrong,
    ) -> Result<Resource, Fault> {
        wrong.known(text, kind, |id| self.place.find(id))
    }

    /// The same for several, of which one that is wrong is enough: those that aren't well-formed are told first.
    pub(crate) fn find_all(
        &mut self,
        texts: &[&str],
        kind: IdKind,
        wrong: &Wrong,
    ) -> Result<Vec<Resource>, Fault> {
        let is_bad = |text: &&&str| matches!(id(text, kind), IdText::Malformed(_));
        if let Some(bad) = texts.iter().find(is_bad) {
            return Err(wrong.malformed(bad));
        }
        texts
            .iter()
            .map(|text| self.find(text, kind, wrong))
            .collect()
    }

    /// The list that is asked for: its filters and its page, which are looked at before any id.
    pub(crate) fn list(&self, has_ids: bool) -> Result<List, Fault> {
        let filters = Filters::read(&self.fields, self.takes, self.action.name)?;
        let page = Page::read(
            &self.fields,
            self.action.pages,
            has_ids,
            &filters,
            self.seed,
        )?;
        Ok(List { filters, page })
    }
}

/// A list that is asked for.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) filters: Filters,
    pub(crate) page: Page,
}

impl List {
    /// Those things of the page for which the filters hold, each with its number, which grows from one to the next; and the token
    /// by which the next page goes on.
    pub(crate) fn select<T: Tell>(
        &self,
        items: impl IntoIterator<Item = (u64, T)>,
    ) -> (Vec<T>, Option<String>) {
        let mut told = Vec::new();
        let mut last = 0;
        for (number, item) in items {
            if self.page.after.is_some_and(|after| number <= after) || !self.filters.hold(&item) {
                continue;
            }
            if told.len() == self.page.most {
                return (told, Some(self.page.token(last)));
            }
            told.push(item);
            last = number;
        }
        (told, None)
    }

    /// Tells them.
    pub(crate) fn tell<T: Tell>(
        &self,
        xml: &mut Xml,
        name: &'static str,
        items: impl IntoIterator<Item = (u64, T)>,
    ) {
        let (told, token) = self.select(items);
        xml.list(name, told, |xml, item| item.tell(xml));
        if let Some(token) = token {
            xml.text("nextToken", &token);
        }
    }
}

/// Things with their numbers, in the order in which they came to be.
pub(crate) fn numbered<T>(items: impl IntoIterator<Item = T>) -> impl Iterator<Item = (u64, T)> {
    (1..).zip(items)
}

/// What EC2 says of ids of a kind that are wrong.
pub(crate) struct Wrong {
    pub(crate) malformed: (&'static str, &'static str),
    pub(crate) missing: (&'static str, &'static str),
}

impl Wrong {
    /// What is named by an id of a kind, as `find` has it.
    pub(crate) fn known<T>(
        &self,
        text: &str,
        kind: IdKind,
        find: impl FnOnce(Id) -> Option<T>,
    ) -> Result<T, Fault> {
        match id(text, kind) {
            IdText::Id(id) => find(id).ok_or_else(|| self.missing(text)),
            IdText::Nobodys(_) => Err(self.missing(text)),
            IdText::Malformed(_) => Err(self.malformed(text)),
        }
    }

    pub(crate) fn malformed(&self, text: &str) -> Fault {
        let (code, message) = self.malformed;
        Fault::new(code, message.replace("{}", text))
    }

    pub(crate) fn missing(&self, text: &str) -> Fault {
        let (code, message) = self.missing;
        Fault::new(code, message.replace("{}", text))
    }
}

pub(crate) const WRONG_INSTANCE: Wrong = Wrong {
    malformed: ("InvalidInstanceID.Malformed", "Invalid id: \"{}\""),
    missing: (
        "InvalidInstanceID.NotFound",
        "The instance ID '{}' does not exist",
    ),
};

pub(crate) const WRONG_VOLUME: Wrong = Wrong {
    malformed: ("InvalidVolumeID.Malformed", "Invalid id: \"{}\""),
    missing: ("InvalidVolume.NotFound", "The volume '{}' does not exist."),
};
