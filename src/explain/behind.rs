//! The rules behind verbs that are done without a rule of their own: what they bring about cites it, and not they.

use crate::{action::Verb, record::Rules, rule};

/// Each such verb, with the rules of what it brings about.
const BEHIND: &[(Verb, Rules)] = &[
    (
        Verb::CreateSnapshot,
        &[rule::BILL_SNAP_USED, rule::BILL_SNAP_HOURLY],
    ),
    (Verb::DeleteSnapshot, &[rule::BILL_SNAP_DELETE]),
    (Verb::ArchiveSnapshot, &[rule::BILL_SNAP_ARCHIVE]),
    (Verb::RestoreSnapshot, &[rule::BILL_SNAP_ARCHIVE]),
    (Verb::EnableFastRestore, &[rule::BILL_SNAP_FSR]),
    (Verb::DisableFastRestore, &[rule::BILL_SNAP_FSR]),
    (Verb::DeregisterImage, &[rule::BILL_SNAP_AMI]),
    (
        Verb::CancelSpotRequest,
        &[
            rule::SPOT_CANCEL_ACTIVE,
            rule::SPOT_CANCEL_DISABLED,
            rule::SPOT_CANCEL_OPEN,
        ],
    ),
    (Verb::SpotPrice, &[rule::BILL_SPOT_PRICE]),
    (Verb::Capacity, &[rule::CAP_LAUNCH, rule::CAP_START]),
    (Verb::Fail, &[rule::CHECK_SYSTEM, rule::RECOV_SIMPLIFIED]),
    (
        Verb::Impair,
        &[rule::CHECK_KINDS, rule::CHECK_IMPAIRED_STATE],
    ),
    (
        Verb::Recover,
        &[rule::RECOV_CLOUDWATCH, rule::RECOV_LIKE_REBOOT],
    ),
    (Verb::Retire, &[rule::EVENT_RETIRE]),
    (Verb::Halt, &[rule::LIFE_OSDOWN_HALT]),
    (Verb::Hang, &[rule::LIFE_REBOOT_HARD]),
    (
        Verb::Shutdown,
        &[rule::LIFE_OSDOWN_STOP, rule::LIFE_OSDOWN_TERMINATE],
    ),
    (
        Verb::Invoke,
        &[rule::LAM_ENV_PICK, rule::LAM_SYNC, rule::LAM_ASYNC],
    ),
    (
        Verb::CreateService,
        &[rule::ECS_SVC_DESIRED, rule::ECS_TASK_STATES],
    ),
    (Verb::DeleteService, &[rule::ECS_SVC_DESIRED]),
    (Verb::RunTask, &[rule::ECS_TASK_STATES, rule::FGT_METER]),
    (Verb::StopTask, &[rule::ECS_TASK_STOPCODE]),
    (Verb::Exit, &[rule::ECS_ESSENTIAL, rule::ECS_TASK_STOPCODE]),
    (Verb::RebootInside, &[rule::LIFE_REBOOT_OS]),
];

/// The rules of what a verb brings about, where it cites none itself.
pub(super) fn behind(verb: Verb) -> Rules {
    let known = BEHIND.iter().find(|(one, _)| *one == verb);
    known.map_or(&[], |(_, rules)| rules)
}

#[cfg(test)]
mod tests {
    use crate::{action::Verb, explain::Subject};

    #[test]
    fn every_action_tells_its_rules_and_where_they_are_from() {
        let verbs = Verb::ALL.iter().filter(|verb| verb.is_simulated());
        let untold = verbs.filter(|&&verb| {
            let said = Subject::Verb(verb).explain();
            let is_told = |about| said.facts.iter().any(|(of, _)| *of == about);
            !["rules", "evidence", "source"].into_iter().all(is_told)
        });
        let untold: Vec<&str> = untold.map(|verb| verb.name()).collect();
        assert!(untold.is_empty(), "{untold:?}");
    }
}
