//! The chapters of the three books, by the first words of the ids.

use super::Rule;

/// A chapter: the rules of one subject.
#[derive(Debug, PartialEq, Eq)]
pub struct Area {
    /// What it is asked for by: `spot`.
    pub word: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Why it matters to somebody who runs instances.
    pub matters: &'static str,
    /// How the ids of its rules begin.
    prefix: &'static str,
}

macro_rules! areas {
    ($($word:literal $prefix:literal = $title:literal, $matters:literal;)+) => {
        /// Every chapter, in the order of the books. A rule belongs to the one with the longest beginning that it has.
        pub static AREAS: &[Area] = &[$(Area { word: $word, prefix: $prefix, title: $title, matters: $matters }),+];
    };
}

areas! {
    "requests" "REQ" = "Requests in general",
        "A program that knows which check comes first, and that a request is carried out as a whole or not at all, doesn't guess at what a refusal has left behind.";
    "states" "STATE" = "States",
        "The state decides what may be asked of an instance, and whether it is charged.";
    "actions" "LIFE" = "Launching, starting, stopping, rebooting, terminating",
        "Whoever automates instances meets these answers, the refusals most of all at the moments between two states.";
    "attributes" "MOD" = "Changing attributes",
        "Many attributes can be changed only while the instance is stopped, so a change may cost a stop.";
    "volumes" "VOL" = "Volumes",
        "A volume outlives mistakes only if it was attached, named and modified as EC2 wants it.";
    "interfaces" "NET" = "Network interfaces",
        "An interface more decides whether an instance gets a public address of its own.";
    "images" "IMG" = "Images",
        "Making an image reboots the instance unless it is asked not to.";
    "reasons" "REASON" = "State reasons",
        "The reason is all that EC2 says afterwards about who or what ended an instance.";
    "hibernation" "HIB" = "Hibernation",
        "Hibernation has to be prepared at the launch, and falls back to a plain stop without an error.";
    "kept" "KEEP" = "What is kept and what is lost",
        "Data and addresses are lost by design at certain transitions, and nobody asks again.";
    "addresses" "IP" = "Addresses",
        "What connects to an instance has to know which of its addresses survive a stop.";
    "elastic" "EIP" = "Elastic IP addresses",
        "An Elastic IP stays the account's, and is charged, whether an instance uses it or not.";
    "names" "DNS" = "DNS names",
        "Names change with the addresses that they are made of.";
    "checks" "CHECK" = "Status checks",
        "An instance can be running and charged, and yet not work.";
    "recovery" "RECOV" = "Recovery",
        "Only some instances come back by themselves when their host fails.";
    "events" "EVENT" = "Scheduled events",
        "AWS stops, reboots and retires instances at dates that it announces, whatever protection they have.";
    "protection" "PROT" = "Protection",
        "Protection holds off fewer ways to lose an instance than its name promises.";
    "tokens" "IDEM" = "Client tokens",
        "A token makes a request that is sent twice happen once.";
    "spot" "SPOT" = "Spot Instances",
        "EC2 takes Spot Instances back, at two minutes' notice at best; what is left then depends on the request.";
    "capacity" "CAP" = "Capacity",
        "A stopped instance has no claim to come back: EC2 may have no room for it.";
    "quotas" "QUOTA" = "Quotas",
        "An account runs no more vCPUs at a time than its quota, however much capacity there is.";
    "placement" "PG" = "Placement groups",
        "A group promises where instances stand, and refuses those for which it can't keep the promise.";
    "tenancy" "TEN" = "Tenancy and hosts",
        "Hardware of one's own has its own price, its own room and its own refusals.";
    "time" "TIME" = "How long things take",
        "EC2 promises hardly any durations, so the simulator's are assumptions that a scenario can replace.";
    "eventbridge" "EB" = "Events on EventBridge",
        "Automation hears of instances by these events, and has to cope with the order and the gaps that they have.";
    "addresses-bill" "BILL-IPV4" = "The bill: public addresses",
        "Every public IPv4 address is charged by the hour, in use or idle.";
    "ebs-bill" "BILL-EBS" = "The bill: volumes",
        "Volumes are charged for what was asked for, in every state of their instance, until they are deleted.";
    "snapshots-bill" "BILL-SNAP" = "The bill: snapshots",
        "Snapshots and images go on costing after everything else is gone.";
    "transfer-bill" "BILL-DT" = "The bill: data transfer",
        "What an instance sends can cost more than the instance.";
    "credits-bill" "BILL-CREDIT" = "The bill: CPU credits",
        "A burstable instance is slowed down, or charged more, once its credits are gone.";
    "spot-bill" "BILL-SPOT" = "The bill: Spot Instances",
        "Who ends a Spot Instance, and when, decides whether its last hour is charged.";
    "reserved-bill" "BILL-RI" = "The bill: Reserved Instances",
        "A Reserved Instance is a discount that is paid for every hour, used or not.";
    "plans-bill" "BILL-SP" = "The bill: Savings Plans",
        "A plan is a promise to spend, and what it isn't spent on is lost by the hour.";
    "dedicated-bill" "BILL-DEDI" = "The bill: Dedicated Instances",
        "Dedicated hardware has a price of its own, and a fee for the Region.";
    "hosts-bill" "BILL-HOST" = "The bill: Dedicated Hosts",
        "A host is charged while it is allocated, with instances on it or without.";
    "reservations-bill" "BILL-CR" = "The bill: Capacity Reservations",
        "Reserved capacity costs as much unused as used.";
    "free-tier" "BILL-FREE" = "The bill: the free tier",
        "What is free depends on when the account was made, and ends.";
    "reports-cur" "BILL-CUR" = "The bill: Cost and Usage Reports",
        "Whoever checks a simulated bill against a real one compares these lines.";
    "reports-focus" "BILL-FOCUS" = "The bill: FOCUS",
        "FOCUS is the form in which bills of several clouds can be compared.";
    "bill" "BILL" = "The bill: instances, time and money",
        "When a meter runs, how its time is counted and what is rounded decide what a short or interrupted life costs.";
    "lambda" "LAM" = "Functions: AWS Lambda",
        "A function costs nothing at rest, starts cold, and is refused beyond its limits: what it saves and what it costs depends on the load.";
    "lambda-bill" "LAM-BILL" = "The bill: AWS Lambda",
        "Requests and milliseconds are tiny each, and a month has many of them.";
    "elsewhere" "CMPX" = "The same workload elsewhere",
        "Where a workload should run can be answered only if its load is the same everywhere.";
    "ecs" "ECS" = "Containers: Amazon ECS",
        "How tasks are packed decides how many instances are paid for.";
    "fargate" "FGT" = "Containers: AWS Fargate",
        "A task without an instance is paid for from the pull of its image to its end.";
    "eks" "EKS" = "Containers: Amazon EKS",
        "The control plane is charged whether anything runs on it or not.";
    "batch" "BAT" = "Jobs: AWS Batch",
        "A queue holds work back until there is room, and gives the room back when there is none.";
    "groups" "ASG" = "EC2 Auto Scaling groups",
        "What launches and terminates instances by itself has to be understood before it is paid for.";
    "lightsail" "LS" = "Amazon Lightsail",
        "A fixed price goes on while the instance is stopped.";
    "app-runner" "APR" = "AWS App Runner",
        "Memory is paid for while nothing is asked, and a minute of vCPU for a single request.";
    "api-gateway" "APG" = "Amazon API Gateway",
        "The gateway in front of a function may cost more than the function.";
    "registry" "ECR" = "Amazon ECR",
        "Images that nobody uses are stored, and charged, until somebody deletes them.";
    "workflows" "SFN" = "AWS Step Functions",
        "Each step of a workflow is charged, also one that is tried again.";
    "outposts" "OUT" = "AWS Outposts",
        "A rack is paid for its whole term, used or not.";
}

impl Area {
    /// The chapter that a rule of this id stands in.
    pub fn of(id: &str) -> Option<&'static Self> {
        AREAS
            .iter()
            .filter(|area| area.begins(id))
            .max_by_key(|area| area.prefix.len())
    }

    /// The one that is asked for by this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        AREAS
            .iter()
            .find(|area| area.word.eq_ignore_ascii_case(word))
    }

    fn begins(&self, id: &str) -> bool {
        id.strip_prefix(self.prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }
}

/// Whether a rule of this id is meant by a word: its chapter's, or one of which its id is made. `spot` means the rules of Spot
/// requests, and those about Spot Instances in all other chapters.
pub fn is_about(id: &str, word: &str) -> bool {
    Area::of(id).is_some_and(|area| area.word.eq_ignore_ascii_case(word))
        || id.split('-').any(|part| part.eq_ignore_ascii_case(word))
}

impl Rule {
    /// The chapter that it stands in.
    pub fn area(&self) -> Option<&'static Area> {
        Area::of(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_a_chapter_and_every_chapter_has_rules() {
        let ids: Vec<&str> = include_str!("ids.txt").lines().collect();
        for id in &ids {
            assert!(Area::of(id).is_some(), "{id}");
        }
        for area in AREAS {
            let has = ids.iter().any(|id| Area::of(id) == Some(area));
            assert!(has, "{}", area.word);
            assert!(area.matters.ends_with('.'), "{}", area.word);
        }
        assert_eq!(
            Area::of("BILL-SPOT-MIN").map(|area| area.word),
            Some("spot-bill")
        );
        assert_eq!(
            Area::of("BILL-SPLIT-HOUR").map(|area| area.word),
            Some("bill")
        );
        assert!(is_about("REASON-SPOT-TERM", "spot") && !is_about("LIFE-RUN", "spot"));
    }
}
