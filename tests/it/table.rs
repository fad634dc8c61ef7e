//! The lifecycle table against the rulebook's sections 1.1 and 2.1, written down here once more.

use std::collections::BTreeSet;

use ec2sim::{
    catalog::TypeId,
    lifecycle::{
        Decision, Disposition, ErrorCode, Flavor, Guard, Lifecycle, LifecycleOptions, Machine,
        Phase, PhaseView, Refusal, TABLE, Trigger, disposition, spot, trigger, volume,
    },
    time::{SimDuration, SimTime},
};

use crate::support::play;

/// Section 2.1: what an instance answers that is EBS-backed, unprotected, configured for hibernation, and has run long
/// enough. `→` moves, `ok` is done, `=` is so already, a code refuses, `—` can't happen.
const BOOK: &str = "
                      P1              P2              R               SG              S               H               SD          T
StartInstances        =               =               =               IIS             →pending        →resuming       IIS         IIS
StopInstances         IIS             →stopping       →stopping       =               =               =               IIS         IIS
StopSkipOsShutdown    IIS             →stopping       →stopping       ok              =               =               IIS         IIS
ForceStop             →stopping       →stopping       →stopping       ok              =               =               IIS         IIS
Hibernate             IIS             UO              →hibernating    =               =               =               IIS         IIS
RebootInstances       IS              IS              ok              IS              IS              IS              =           =
TerminateInstances    →shutting-down  →shutting-down  →shutting-down  →shutting-down  →terminated     →terminated     =           =
TerminateForced       →shutting-down  →shutting-down  →shutting-down  →shutting-down  →terminated     →terminated     ok          =
OsShutdownStop        —               —               →stopping       —               —               —               —           —
OsShutdownTerminate   —               —               →shutting-down  —               —               —               —           —
OsReboot              —               —               ok              —               —               —               —               —
OsHang                —               —               ok              —               —               —               —               —
OsHalt                —               —               ok              —               —               —               —               —
CheckFailed           —               —               ok              —               —               —               —               —
Transfer              —               —               ok              —               —               —               —               —
SetCpu                —               —               ok              —               —               —               —               —
ScheduleEvent         —               —               ok              —               —               —               —               —
ScheduledReboot       —               —               ok              —               —               —               —               —
Recovery              —               —               ok              —               —               —               —               —
ScheduledStop         —               —               →stopping       —               —               —               —               —
ScheduledTermination  —               —               →shutting-down  —               —               —               —               —
HostFailure           —               —               ok              ok              —               —               ok              —
ModifyMaintenance     ok              ok              ok              ok              ok              ok              IIS             IIS
ModifyMonitoring      ok              ok              ok              ok              ok              ok              IIS             IIS
ModifyWhileStopped    IIS             IIS             IIS             IIS             ok              IIS             IIS         IIS
ModifyProtection      ok              ok              ok              ok              ok              ok              IIS         IIS
ModifyAttachments     ok              ok              ok              ok              ok              ok              IIS         IIS
ModifyCredits         ok              ok              ok              ok              ok              ok              IIS         IIS
ModifyPlacement       IIT             IIT             IIT             IIT             ok              IIT             IIT         IIT
AttachVolume          IS              IS              ok              IS              ok              IS              IS          IS
DetachVolume          IIS             IIS             ok              IIS             ok              IIS             IIS         IS
DetachRootVolume      IIS             IIS             IS              IIS             ok              IIS             IIS         IS
AssociateAddress      IID             IID             ok              ok              ok              ok              IID         IID
SpotTerminate         →shutting-down  →shutting-down  →shutting-down  —               —               —               —           —
SpotStop              —               —               →stopping       —               —               —               —           —
SpotHibernate         —               —               →hibernating    —               —               —               —           —
SpotRestart           —               —               —               —               →pending        →resuming       —           —
SpotRestartFailed     —               —               —               —               →terminated     →terminated     —           —
SpotCancelled         —               —               —               —               →terminated     →terminated     —           —
DisassociateAddress   ok              ok              ok              ok              ok              ok              ok          =
";

/// The columns of the book, and the phases that each stands for.
const COLUMNS: [(&str, &[Phase]); 8] = [
    ("P1", &[Phase::Launching]),
    ("P2", &[Phase::Starting, Phase::Resuming]),
    ("R", &[Phase::Running]),
    ("SG", &[Phase::Stopping, Phase::Hibernating]),
    ("S", &[Phase::Stopped]),
    ("H", &[Phase::Hibernated]),
    ("SD", &[Phase::ShuttingDown]),
    ("T", &[Phase::Terminated]),
];

/// Section 1.1 by number, with the row of the table that each edge is. Edge 10 changes no state, 19 is a matter of time.
const EDGES: &[(u8, Phase, Trigger, Phase)] = &[
    (2, Phase::Launching, Trigger::BootCompleted, Phase::Running),
    (2, Phase::Starting, Trigger::BootCompleted, Phase::Running),
    (2, Phase::Resuming, Trigger::ResumeCompleted, Phase::Running),
    (
        3,
        Phase::Launching,
        Trigger::LaunchFailed,
        Phase::Terminated,
    ),
    (4, Phase::Starting, Trigger::StartFailed, Phase::Stopped),
    // In EC2's words `stopped`; memory stays saved as it was (LIFE-START-ASYNC-FAIL).
    (4, Phase::Resuming, Trigger::StartFailed, Phase::Hibernated),
    (
        5,
        Phase::Launching,
        Trigger::TerminateInstances,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Launching,
        Trigger::TerminateForced,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Starting,
        Trigger::TerminateInstances,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Starting,
        Trigger::TerminateForced,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Resuming,
        Trigger::TerminateInstances,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Resuming,
        Trigger::TerminateForced,
        Phase::ShuttingDown,
    ),
    (6, Phase::Launching, Trigger::ForceStop, Phase::Stopping),
    (6, Phase::Starting, Trigger::StopInstances, Phase::Stopping),
    (
        6,
        Phase::Starting,
        Trigger::StopSkipOsShutdown,
        Phase::Stopping,
    ),
    (6, Phase::Starting, Trigger::ForceStop, Phase::Stopping),
    (6, Phase::Resuming, Trigger::StopInstances, Phase::Stopping),
    (
        6,
        Phase::Resuming,
        Trigger::StopSkipOsShutdown,
        Phase::Stopping,
    ),
    (6, Phase::Resuming, Trigger::ForceStop, Phase::Stopping),
    (7, Phase::Running, Trigger::StopInstances, Phase::Stopping),
    (
        7,
        Phase::Running,
        Trigger::StopSkipOsShutdown,
        Phase::Stopping,
    ),
    (7, Phase::Running, Trigger::ForceStop, Phase::Stopping),
    (7, Phase::Running, Trigger::OsShutdownStop, Phase::Stopping),
    (7, Phase::Running, Trigger::SpotStop, Phase::Stopping),
    (7, Phase::Running, Trigger::ScheduledStop, Phase::Stopping),
    (8, Phase::Running, Trigger::Hibernate, Phase::Hibernating),
    (
        8,
        Phase::Running,
        Trigger::SpotHibernate,
        Phase::Hibernating,
    ),
    (
        5,
        Phase::Launching,
        Trigger::SpotTerminate,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Starting,
        Trigger::SpotTerminate,
        Phase::ShuttingDown,
    ),
    (
        5,
        Phase::Resuming,
        Trigger::SpotTerminate,
        Phase::ShuttingDown,
    ),
    (
        9,
        Phase::Running,
        Trigger::SpotTerminate,
        Phase::ShuttingDown,
    ),
    (15, Phase::Stopped, Trigger::SpotRestart, Phase::Starting),
    (16, Phase::Hibernated, Trigger::SpotRestart, Phase::Resuming),
    (
        17,
        Phase::Stopped,
        Trigger::SpotRestartFailed,
        Phase::Terminated,
    ),
    (
        17,
        Phase::Hibernated,
        Trigger::SpotRestartFailed,
        Phase::Terminated,
    ),
    (
        17,
        Phase::Stopped,
        Trigger::SpotCancelled,
        Phase::Terminated,
    ),
    (
        17,
        Phase::Hibernated,
        Trigger::SpotCancelled,
        Phase::Terminated,
    ),
    (
        9,
        Phase::Running,
        Trigger::TerminateInstances,
        Phase::ShuttingDown,
    ),
    (
        9,
        Phase::Running,
        Trigger::TerminateForced,
        Phase::ShuttingDown,
    ),
    (
        9,
        Phase::Running,
        Trigger::OsShutdownTerminate,
        Phase::ShuttingDown,
    ),
    (
        9,
        Phase::Running,
        Trigger::ScheduledTermination,
        Phase::ShuttingDown,
    ),
    (11, Phase::Stopping, Trigger::StopCompleted, Phase::Stopped),
    (
        12,
        Phase::Hibernating,
        Trigger::HibernationCompleted,
        Phase::Hibernated,
    ),
    (
        13,
        Phase::Hibernating,
        Trigger::HibernationFailed,
        Phase::Stopped,
    ),
    (
        14,
        Phase::Stopping,
        Trigger::TerminateInstances,
        Phase::ShuttingDown,
    ),
    (
        14,
        Phase::Stopping,
        Trigger::TerminateForced,
        Phase::ShuttingDown,
    ),
    (
        14,
        Phase::Hibernating,
        Trigger::TerminateInstances,
        Phase::ShuttingDown,
    ),
    (
        14,
        Phase::Hibernating,
        Trigger::TerminateForced,
        Phase::ShuttingDown,
    ),
    (15, Phase::Stopped, Trigger::StartInstances, Phase::Starting),
    (
        16,
        Phase::Hibernated,
        Trigger::StartInstances,
        Phase::Resuming,
    ),
    (
        17,
        Phase::Stopped,
        Trigger::TerminateInstances,
        Phase::Terminated,
    ),
    (
        17,
        Phase::Stopped,
        Trigger::TerminateForced,
        Phase::Terminated,
    ),
    (
        17,
        Phase::Hibernated,
        Trigger::TerminateInstances,
        Phase::Terminated,
    ),
    (
        17,
        Phase::Hibernated,
        Trigger::TerminateForced,
        Phase::Terminated,
    ),
    (
        18,
        Phase::ShuttingDown,
        Trigger::ShutdownCompleted,
        Phase::Terminated,
    ),
];

/// What completes by itself, or fails: only edges, no requests.
const COMPLETIONS: [Trigger; 8] = [
    Trigger::BootCompleted,
    Trigger::ResumeCompleted,
    Trigger::LaunchFailed,
    Trigger::StartFailed,
    Trigger::StopCompleted,
    Trigger::HibernationCompleted,
    Trigger::HibernationFailed,
    Trigger::ShutdownCompleted,
];

const NOW: SimTime = SimTime::from_secs(3600);

/// Ready for everything.
fn ready() -> LifecycleOptions {
    let mut ready = LifecycleOptions::default();
    ready.hibernation_configured = true;
    ready.hibernation_wait = SimDuration::ZERO;
    ready
}

fn with(change: impl FnOnce(&mut LifecycleOptions)) -> LifecycleOptions {
    let mut options = ready();
    change(&mut options);
    options
}

/// An instance that has come to a phase by legal steps.
fn arrived(phase: Phase, options: LifecycleOptions) -> Lifecycle {
    let mut instance = Lifecycle::launch(TypeId::find("m5.large").unwrap(), options);
    let way: &[Trigger] = match phase {
        Phase::Launching | Phase::Running => &[],
        Phase::Stopping => &[Trigger::StopInstances],
        Phase::Stopped => &[Trigger::StopInstances, Trigger::StopCompleted],
        Phase::Starting => &[
            Trigger::StopInstances,
            Trigger::StopCompleted,
            Trigger::StartInstances,
        ],
        Phase::Hibernating => &[Trigger::Hibernate],
        Phase::Hibernated => &[Trigger::Hibernate, Trigger::HibernationCompleted],
        Phase::Resuming => &[
            Trigger::Hibernate,
            Trigger::HibernationCompleted,
            Trigger::StartInstances,
        ],
        Phase::ShuttingDown => &[Trigger::TerminateInstances],
        Phase::Terminated => &[Trigger::TerminateInstances, Trigger::ShutdownCompleted],
    };
    if phase != Phase::Launching
        && let PhaseView::Launching(pending) = instance.view()
    {
        pending.boot_completed(SimTime::from_secs(0));
    }
    for &trigger in way {
        let decision = instance.apply(trigger, NOW);
        assert!(
            matches!(decision, Decision::Moved(_)),
            "{trigger:?}: {decision:?}"
        );
    }
    assert_eq!(instance.phase(), phase);
    instance
}

/// The answer in the words of the book.
fn word(decision: Decision) -> String {
    match decision {
        Decision::Moved(row) => {
            let to = row.to.flavor().map_or(row.to.state().name(), Flavor::name);
            format!("→{to}")
        }
        Decision::Accepted(_) => "ok".to_owned(),
        Decision::Unchanged(_) => "=".to_owned(),
        Decision::Refused(refusal) => match refusal.code().name() {
            "IncorrectInstanceState" => "IIS",
            "InvalidInstanceState" => "IIT",
            "IncorrectState" => "IS",
            "UnsupportedOperation" => "UO",
            "OperationNotPermitted" => "ONP",
            "InvalidInstanceID" => "IID",
            "UnsupportedHibernationConfiguration" => "UHC",
            "Simulator.OsNotRunning" | "Simulator.NotRunning" | "InternalError" => "—",
            other => other,
        }
        .to_owned(),
    }
}

/// The rows of the book: the trigger's name, and a cell for each column.
fn book() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut lines = BOOK.lines().filter(|line| !line.is_empty());
    let columns: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(columns, COLUMNS.map(|(name, _)| name));
    let row = |line: &'static str| {
        let mut cells = line.split_whitespace();
        (cells.next().unwrap(), cells.collect())
    };
    lines.map(row).collect()
}

fn named(name: &str) -> Trigger {
    let mut all = Trigger::ALL.iter().copied();
    all.find(|trigger| format!("{trigger:?}") == name)
        .unwrap_or_else(|| panic!("there is no {name}"))
}

#[test]
fn every_pair_is_as_the_rulebook_says() {
    let mut seen = BTreeSet::new();
    for (name, cells) in book() {
        let trigger = named(name);
        assert_eq!(cells.len(), COLUMNS.len(), "{name}");
        for ((column, phases), cell) in COLUMNS.into_iter().zip(cells) {
            for &phase in phases {
                let instance = arrived(phase, ready());
                assert_eq!(
                    word(instance.decide(trigger, NOW)),
                    cell,
                    "{name} in {column} ({phase:?})"
                );
                seen.insert((phase, trigger));
            }
        }
    }
    for (phase, trigger) in all_pairs().filter(|(_, trigger)| COMPLETIONS.contains(trigger)) {
        let edge = EDGES
            .iter()
            .find(|(_, from, by, _)| (*from, *by) == (phase, trigger));
        match (disposition(phase, trigger), edge) {
            (Disposition::Moves(row), Some((_, _, _, to))) => assert_eq!(row.to, *to),
            (Disposition::Refused(refusal), None) => assert_eq!(refusal, Refusal::CannotHappen),
            (other, _) => panic!("{trigger:?} in {phase:?}: {other:?}"),
        }
        seen.insert((phase, trigger));
    }
    assert_eq!(
        seen.len(),
        Phase::ALL.len() * Trigger::ALL.len(),
        "every pair is looked at"
    );
}

fn all_pairs() -> impl Iterator<Item = (Phase, Trigger)> {
    Phase::ALL
        .iter()
        .flat_map(|&phase| Trigger::ALL.iter().map(move |&trigger| (phase, trigger)))
}

#[test]
fn what_was_not_configured_for_hibernation_is_refused_in_every_state() {
    let options = with(|to| to.hibernation_configured = false);
    for (_, phases) in COLUMNS {
        for &phase in phases.iter().filter(|phase| !is_about_hibernation(**phase)) {
            let instance = arrived(phase, options);
            assert_eq!(
                word(instance.decide(Trigger::Hibernate, NOW)),
                "UHC",
                "{phase:?}"
            );
        }
    }
}

fn is_about_hibernation(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::Hibernating | Phase::Hibernated | Phase::Resuming
    )
}

// STATE-EDGES
#[test]
fn the_edges_are_exactly_those_of_the_rulebook() {
    let table: BTreeSet<_> = TABLE
        .iter()
        .map(|row| (row.from, row.trigger, row.to))
        .collect();
    let edges: BTreeSet<_> = EDGES
        .iter()
        .map(|(_, from, trigger, to)| (*from, *trigger, *to))
        .collect();
    assert_eq!(table, edges);
    assert_eq!(table.len(), TABLE.len(), "no row stands twice");
    let numbers: BTreeSet<u8> = EDGES.iter().map(|(number, ..)| *number).collect();
    let simulated: BTreeSet<u8> = (2..=18).filter(|number| *number != 10).collect();
    assert_eq!(numbers, simulated);
    // Edge 1: a launch begins in its first pending. Edge 10: a reboot changes no state.
    let launched = Lifecycle::launch(TypeId::find("m5.large").unwrap(), ready());
    assert_eq!(launched.phase(), Phase::Launching);
    assert!(matches!(
        disposition(Phase::Running, Trigger::RebootInstances),
        Disposition::Accepted(_)
    ));
}

/// Holds of every kind of resource: rows say why, each pair has rules, and each phase is entered but the first and left but
/// the last.
fn is_whole<M: Machine>(first: M, last: M) {
    for row in M::TABLE {
        assert!(!row.why.is_empty() && !row.rules.is_empty(), "{row:?}");
    }
    for &phase in M::PHASES {
        for &trigger in M::TRIGGERS {
            match phase.answer(trigger) {
                Disposition::Accepted(rules) | Disposition::Unchanged(rules) => {
                    assert!(!rules.is_empty(), "{trigger:?} in {phase:?}");
                }
                Disposition::Refused(_) => {}
                Disposition::Moves(row) => assert_eq!((row.from, row.trigger), (phase, trigger)),
            }
        }
        let entered = M::TABLE.iter().any(|row| row.to == phase);
        let left = M::TABLE.iter().any(|row| row.from == phase);
        assert_eq!(entered, phase != first, "{phase:?} is entered");
        assert_eq!(left, phase != last, "{phase:?} is left");
    }
}

#[test]
fn every_table_says_why_and_leads_from_the_first_phase_to_the_last() {
    is_whole(Phase::Launching, Phase::Terminated);
    is_whole(volume::Phase::Creating, volume::Phase::Deleted);
    for rules in Refusal::ALL.iter().map(|one| one.rules()) {
        assert!(!rules.is_empty());
    }
    // A request that is open again was open before, and it ends in two ways.
    for row in spot::TABLE {
        assert!(!row.why.is_empty() && !row.rules.is_empty(), "{row:?}");
    }
    for rules in spot::Refusal::ALL.iter().map(|one| one.rules()) {
        assert!(!rules.is_empty());
    }
    for rules in volume::Refusal::ALL.iter().map(|one| one.rules()) {
        assert!(!rules.is_empty());
    }
}

// STATE-METERING, HIB-METERED-STOPPING, BILL-IPV4-IDLE
#[test]
fn what_holds_in_a_phase_is_as_the_rulebooks_say() {
    let those = |holds: fn(Phase) -> bool| -> Vec<Phase> {
        Phase::ALL.iter().copied().filter(|p| holds(*p)).collect()
    };
    assert_eq!(
        those(Phase::is_metered),
        [Phase::Running, Phase::Hibernating]
    );
    assert_eq!(
        those(Phase::is_idle),
        [Phase::Stopped, Phase::Hibernated, Phase::Terminated]
    );
    assert_eq!(
        those(Phase::is_hosted),
        [
            Phase::Launching,
            Phase::Starting,
            Phase::Resuming,
            Phase::Running
        ]
    );
}

/// Takes each row through the typed door: `phase: trigger, …`. A row that isn't in the table doesn't compile.
macro_rules! through_the_typed_door {
    ( $( $phase:ident: $( $trigger:ident ),+; )+ ) => {
        [ $( $( {
            let mut instance = arrived(Phase::$phase, ready());
            let PhaseView::$phase(there) = instance.view() else { panic!("it is in {:?}", Phase::$phase) };
            there.request(trigger::$trigger, NOW).unwrap_or_else(|refusal| panic!("{refusal:?}"));
            (Phase::$phase, Trigger::$trigger, instance)
        }, )+ )+ ]
    };
}

#[test]
fn both_doors_end_in_one_phase() {
    let typed = through_the_typed_door! {
        Launching: BootCompleted, LaunchFailed, ForceStop, TerminateInstances, TerminateForced, SpotTerminate;
        Starting: BootCompleted, StartFailed, StopInstances, StopSkipOsShutdown, ForceStop, TerminateInstances,
            TerminateForced, SpotTerminate;
        Resuming: ResumeCompleted, StartFailed, StopInstances, StopSkipOsShutdown, ForceStop, TerminateInstances,
            TerminateForced, SpotTerminate;
        Running: StopInstances, StopSkipOsShutdown, ForceStop, Hibernate, TerminateInstances, TerminateForced,
            OsShutdownStop, OsShutdownTerminate, SpotTerminate, SpotStop, SpotHibernate,
            ScheduledStop, ScheduledTermination;
        Stopping: StopCompleted, TerminateInstances, TerminateForced;
        Hibernating: HibernationCompleted, HibernationFailed, TerminateInstances, TerminateForced;
        Stopped: StartInstances, TerminateInstances, TerminateForced, SpotRestart, SpotRestartFailed, SpotCancelled;
        Hibernated: StartInstances, TerminateInstances, TerminateForced, SpotRestart, SpotRestartFailed, SpotCancelled;
        ShuttingDown: ShutdownCompleted;
    };
    assert_eq!(typed.len(), TABLE.len());
    for (phase, trigger, instance) in &typed {
        let mut other = arrived(*phase, ready());
        let Decision::Moved(row) = other.apply(*trigger, NOW) else {
            panic!("{trigger:?} in {phase:?}")
        };
        assert_eq!(row.to, other.phase());
        assert_eq!(*instance, other, "{trigger:?} in {phase:?}");
    }
}

// LIFE-HIB-TOO-SOON: whichever door it comes in by.
#[test]
fn by_either_door_the_wait_before_a_hibernation_counts_from_running() {
    let options = with(|to| to.hibernation_wait = SimDuration::from_mins(2));
    let launch = || Lifecycle::launch(TypeId::find("m5.large").unwrap(), options);
    let mut asked = launch();
    asked.apply(Trigger::BootCompleted, NOW);
    let mut typed = launch();
    if let PhaseView::Launching(pending) = typed.view() {
        pending.boot_completed(NOW);
    }
    let mut requested = launch();
    if let PhaseView::Launching(pending) = requested.view() {
        pending.request(trigger::BootCompleted, NOW).unwrap();
    }
    assert_eq!(asked.ready_to_hibernate(), NOW + SimDuration::from_mins(2));
    assert_eq!((&asked, &requested), (&typed, &typed));
}

#[test]
fn a_refusal_leaves_the_instance_as_it_was() {
    let protected = with(|to| {
        to.disable_api_stop = true;
        to.disable_api_termination = true;
    });
    for (phase, trigger) in all_pairs() {
        let mut instance = arrived(phase, ready());
        *instance.options_mut() = protected;
        let before = instance.clone();
        if !matches!(instance.apply(trigger, NOW), Decision::Moved(_)) {
            assert_eq!(instance, before, "{trigger:?} in {phase:?}");
        }
    }
}

#[test]
fn every_guard_is_shown_to_hold_and_not_to_hold() {
    let base = ready();
    let lines: &[(Guard, Phase, Trigger, LifecycleOptions, Refusal)] = &[
        (
            Guard::StartableRoot,
            Phase::Stopped,
            Trigger::StartInstances,
            with(|to| to.root_is_ebs = false),
            Refusal::StartNeedsEbsRoot,
        ),
        (
            Guard::StoppableRoot,
            Phase::Running,
            Trigger::StopInstances,
            with(|to| to.root_is_ebs = false),
            Refusal::StopNeedsEbsRoot,
        ),
        (
            Guard::ConfiguredForHibernation,
            Phase::Running,
            Trigger::Hibernate,
            with(|to| to.hibernation_configured = false),
            Refusal::NotConfiguredForHibernation,
        ),
        (
            Guard::StopAllowed,
            Phase::Running,
            Trigger::ForceStop,
            with(|to| to.disable_api_stop = true),
            Refusal::StopProtected,
        ),
        (
            Guard::TerminationAllowed,
            Phase::Running,
            Trigger::TerminateInstances,
            with(|to| {
                to.disable_api_termination = true;
                to.disable_api_stop = true;
            }),
            Refusal::TerminationProtected,
        ),
        (
            Guard::TerminationAllowed,
            Phase::Running,
            Trigger::TerminateForced,
            with(|to| to.disable_api_stop = true),
            Refusal::TerminationStopProtected,
        ),
        (
            Guard::RootAttached,
            Phase::Stopped,
            Trigger::StartInstances,
            with(|to| to.root_attached = false),
            Refusal::NoRootVolume,
        ),
        (
            Guard::RootAttached,
            Phase::Hibernated,
            Trigger::StartInstances,
            with(|to| to.root_attached = false),
            Refusal::NoRootVolume,
        ),
    ];
    for (guard, phase, trigger, options, refusal) in lines {
        let mut instance = arrived(*phase, base);
        assert_eq!(guard.refusal(&instance, NOW), None, "{guard:?} holds");
        assert!(
            matches!(instance.decide(*trigger, NOW), Decision::Moved(_)),
            "{guard:?} holds"
        );
        *instance.options_mut() = *options;
        assert_eq!(guard.refusal(&instance, NOW), Some(*refusal));
        assert_eq!(
            instance.decide(*trigger, NOW),
            Decision::Refused(*refusal),
            "{guard:?} doesn't hold"
        );
    }
    // ReadyToHibernate looks at the time: two minutes from the entry into running.
    let instance = arrived(
        Phase::Running,
        with(|to| to.hibernation_wait = SimDuration::from_mins(2)),
    );
    let (early, late) = (SimTime::from_secs(119), SimTime::from_secs(120));
    assert_eq!(
        Guard::ReadyToHibernate.refusal(&instance, early),
        Some(Refusal::NotReadyToHibernate)
    );
    assert_eq!(
        instance.decide(Trigger::Hibernate, early),
        Decision::Refused(Refusal::NotReadyToHibernate)
    );
    assert_eq!(Guard::ReadyToHibernate.refusal(&instance, late), None);
    assert!(matches!(
        instance.decide(Trigger::Hibernate, late),
        Decision::Moved(_)
    ));
}

#[test]
fn neither_protection_nor_the_root_device_hold_off_what_comes_from_inside() {
    let options = with(|to| {
        to.disable_api_stop = true;
        to.disable_api_termination = true;
    });
    for trigger in [
        Trigger::OsShutdownStop,
        Trigger::OsShutdownTerminate,
        Trigger::RebootInstances,
    ] {
        let mut instance = arrived(Phase::Running, ready());
        *instance.options_mut() = options;
        assert!(
            !matches!(instance.decide(trigger, NOW), Decision::Refused(_)),
            "{trigger:?}"
        );
    }
}

/// Who is there at one hour: `web` running; `lab` too, and able to hibernate; `safe` running and protected; `young` in its
/// first pending, protected; `store` running, instance-store-backed; `rest` stopped, protected; `gone` terminated and
/// still visible.
const CAST: &str = "
defaults: { type: m5.large }
instances:
  web: {}
  lab: { root: { size: 30GiB, encrypted: true }, hibernation: true }
  safe: { stop-protection: true, termination-protection: true }
  young: { root: { size: 30GiB, encrypted: true }, hibernation: true, stop-protection: true }
  fresh: { root: { size: 30GiB, encrypted: true }, hibernation: true }
  store: { type: m3.medium, zone: us-east-1c, image: { root-device: instance-store }, termination-protection: true }
  rest: { stop-protection: true, termination-protection: true }
  gone: { termination-protection: true, shutdown-behavior: terminate }
  new: { user-data: x, root: 4GiB gp3, type: m5.large }
steps:
  - launch: [web, lab, safe, store, rest, gone]
  - at: 1m
    shutdown: [rest, gone]
  - at: 1h
    launch: [young, fresh]
";

// REQ-CHECK-ORDER: 1 malformed, 2 unknown, 3 dry run, 4 kind, 5 so already, 6 protection, 7 state.
#[test]
fn of_several_checks_that_fail_the_first_in_the_order_answers() {
    #[rustfmt::skip]
    let lines = [
        // 1 before 2, 3, 7; 2 before 3.
        ("stop: [i-0123456789abcdef0, i-zzz]",                                  "InvalidInstanceID.Malformed"),
        ("stop: { instances: [web, i-zzz], dry-run: true }",                    "InvalidInstanceID.Malformed"),
        ("start: [gone, i-zzz]",                                                "InvalidInstanceID.Malformed"),
        ("stop: { instances: [web, i-0123456789abcdef0], dry-run: true }",      "InvalidInstanceID.NotFound"),
        ("stop: [store, i-0123456789abcdef0]",                                  "InvalidInstanceID.NotFound"),
        ("terminate: [safe, i-0123456789abcdef0]",                              "InvalidInstanceID.NotFound"),
        ("launch: { instance: new, dry-run: true }",                            "InvalidBlockDeviceMapping"),
        // 3 before 4, 6, 7.
        ("stop: { instance: store, dry-run: true }",                            "DryRunOperation"),
        ("terminate: { instance: safe, dry-run: true }",                        "DryRunOperation"),
        ("start: { instance: gone, dry-run: true }",                            "DryRunOperation"),
        // 4 before 5, 6, 7; of the kinds the root device first.
        ("start: store",                                                        "UnsupportedOperation"),
        ("hibernate: store",                                                    "UnsupportedOperation"),
        ("hibernate: [web, store]",                                             "UnsupportedOperation"),
        ("hibernate: rest",                                                     "UnsupportedHibernationConfiguration"),
        ("hibernate: safe",                                                     "UnsupportedHibernationConfiguration"),
        ("hibernate: gone",                                                     "UnsupportedHibernationConfiguration"),
        ("hibernate: [young, web]",                                             "UnsupportedHibernationConfiguration"),
        ("stop: [safe, store]",                                                 "UnsupportedOperation"),
        // 5 before 6: a stopped instance that is protected.
        ("stop: rest",                                                          ""),
        ("stop: { instance: rest, force: true }",                               ""),
        ("terminate: gone",                                                     ""),
        // 6 before 7.
        ("stop: young",                                                         "OperationNotPermitted"),
        ("stop: { instance: young, force: true }",                              "OperationNotPermitted"),
        ("hibernate: young",                                                    "OperationNotPermitted"),
        ("stop: [fresh, safe]",                                                 "OperationNotPermitted"),
        // 7.
        ("stop: fresh",                                                         "IncorrectInstanceState"),
        ("hibernate: fresh",                                                    "IncorrectInstanceState"),
        ("start: gone",                                                         "IncorrectInstanceState"),
    ];
    for (step, code) in lines {
        let played = play(&format!("{CAST}  - {step}\n"));
        let found: BTreeSet<&str> = played
            .rejected()
            .iter()
            .map(|(_, refusal)| refusal.code.name())
            .collect();
        let expected: BTreeSet<&str> = Some(code)
            .into_iter()
            .filter(|code| !code.is_empty())
            .collect();
        assert_eq!(found, expected, "{step}");
    }
}

#[test]
fn among_equals_the_instance_named_first_answers() {
    for (step, first) in [
        ("stop: [fresh, gone]", "fresh"),
        ("stop: [gone, fresh]", "gone"),
        ("stop: [lab, safe, young]", "safe"),
    ] {
        let played = play(&format!("{CAST}  - {step}\n"));
        let id = played.instance(first).id();
        assert!(!played.rejected().is_empty(), "{step}");
        for (_, refusal) in played.rejected() {
            assert!(refusal.message.contains(&id), "{step}: {}", refusal.message);
        }
        // As a whole or not at all.
        assert_eq!(
            played.states("lab"),
            ["0s pending", "15s running"],
            "{step}"
        );
    }
}

/// The codes and texts that the rules quote.
#[test]
fn refusals_say_what_the_rules_quote() {
    #[rustfmt::skip]
    let lines = [
        (Refusal::StopNeedsEbsRoot,            "UnsupportedOperation",   "LIFE-STOP-EBS-ONLY",      "The instance '{id}' does not have an 'ebs' root device type and cannot be stopped."),
        (Refusal::StartNeedsEbsRoot,           "UnsupportedOperation",   "LIFE-START-EBS-ONLY",     "'{id}'"),
        (Refusal::OneTimeSpot,                 "UnsupportedOperation",   "SPOT-STOP-ONE-TIME",      "You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests."),
        (Refusal::CancelledSpot,               "UnsupportedOperation",   "SPOT-STOP-CANCELLED",     "'{id}'"),
        (Refusal::SpotRequestState,            "IncorrectSpotRequestState", "SPOT-START-WRONG-STATE", "You can't start the Spot Instance '{id}' because the associated Spot Instance request is not in an appropriate state to support start."),
        (Refusal::SpotHibernatedByEc2,         "IncorrectSpotRequestState", "HIB-SPOT-WHO",         "'{id}'"),
        (Refusal::SpotHibernationUnsettled,    "IncorrectSpotRequestState", "HIB-SPOT-SETTLE",      "'{id}'"),
        (Refusal::NotConfiguredForHibernation, "UnsupportedHibernationConfiguration", "LIFE-HIB-NOT-CONFIGURED", "The instance can't be hibernated because it was not configured at launch for hibernation: {id}"),
        (Refusal::NotReadyToHibernate,         "UnsupportedOperation",   "LIFE-HIB-TOO-SOON",       "Instance {id} is not ready to hibernate yet, retry in a few minutes"),
        (Refusal::StopProtected,               "OperationNotPermitted",  "PROT-STOP",               "The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again."),
        (Refusal::TerminationProtected,        "OperationNotPermitted",  "PROT-TERM",               "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."),
        (Refusal::TerminationStopProtected,    "OperationNotPermitted",  "PROT-TERM-BY-STOP",       "The instance '{id}' may not be terminated. Modify its 'disableApiStop' instance attribute and try again."),
        (Refusal::NotStartable,                "IncorrectInstanceState", "LIFE-START-WRONG-STATE",  "The instance '{id}' is not in a state from which it can be started."),
        (Refusal::NoRootVolume,                "InvalidParameterValue",  "LIFE-START-NO-ROOT",      "Invalid value '{id}' for instanceId. Instance does not have a volume attached at root ({vol})"),
        (Refusal::NeverRan,                    "IncorrectInstanceState", "LIFE-STOP-PENDING",       "Instance '{id}' cannot be stopped as it has never reached the 'running' state."),
        (Refusal::NotStoppable,                "IncorrectInstanceState", "LIFE-STOP-WRONG-STATE",   "This instance '{id}' is not in a state from which it can be stopped."),
        (Refusal::NotRebootable,               "IncorrectState",         "LIFE-REBOOT-NOT-RUNNING", "Cannot reboot instance {id} that is currently in {state} state."),
        (Refusal::NotStopped,                  "IncorrectInstanceState", "MOD-STOPPED-ONLY",        "The instance '{id}' is not in the 'stopped' state."),
        (Refusal::Hibernated,                  "IncorrectInstanceState", "MOD-HIBERNATED",          "The instance '{id}' is not in the 'stopped' state."),
        (Refusal::NotPlaceable,                "InvalidInstanceState",   "MOD-PLACEMENT",           "The instance '{id}' is not in the 'stopped' state."),
        (Refusal::GoingAway,                   "IncorrectInstanceState", "MOD-RUNNING-OR-STOPPED",  "'{id}'"),
        (Refusal::NotRunning,                  "IncorrectState",         "VOL-ATTACH-STATES",       "Instance '{id}' is not 'running'."),
        (Refusal::NotDetachable,               "IncorrectInstanceState", "VOL-DETACH-STATES",       "Unable to detach volume '{vol}' from instance '{id}'. The instance is not in a state in which volumes can be detached."),
        (Refusal::RootInUse,                   "IncorrectState",         "VOL-DETACH-ROOT",         "Unable to detach root volume '{vol}' from instance '{id}'"),
        (Refusal::VolumeAvailable,             "IncorrectState",         "VOL-DETACH-NOT-ATTACHED", "Volume '{vol}' is in the 'available' state."),
        (Refusal::NotAddressable,              "InvalidInstanceID",      "EIP-ASSOCIATE-STATES",    "The {state} instance '{id}' is not in a valid state for this operation."),
        (Refusal::OsNotRunning,                "Simulator.OsNotRunning", "LIFE-OSDOWN-STOP",        "{id}"),
        (Refusal::NothingToBefall,             "Simulator.NotRunning",   "CHECK-KINDS",             "{id}"),
        (Refusal::NothingToSend,               "Simulator.NotRunning",   "BILL-DT-STOPPED",         "{id}"),
        (Refusal::NothingToUse,                "Simulator.NotRunning",   "BILL-CREDIT-EARN",        "{id}"),
        (Refusal::CannotHappen,                "InternalError",          "STATE-EDGES",             "{id}"),
    ];
    let told: Vec<Refusal> = lines.iter().map(|(refusal, ..)| *refusal).collect();
    assert!(
        Refusal::ALL.iter().all(|refusal| told.contains(refusal)),
        "every refusal has a line"
    );
    for (refusal, code, rule, text) in lines {
        assert_eq!(
            refusal.code(),
            ErrorCode::find(code).unwrap(),
            "{refusal:?}"
        );
        assert!(
            refusal.rules().iter().any(|cited| cited.id == rule),
            "{refusal:?} cites {rule}"
        );
        assert!(
            refusal.text().contains(text),
            "{refusal:?}: {}",
            refusal.text()
        );
    }
}

// REQ-IDS-MISSING has no form in the language; STATE-CODES, and where EC2 has no word of its own.
#[test]
fn states_have_the_codes_of_the_api() {
    let lines = [
        ("pending", "pending", 0),
        ("running", "running", 16),
        ("stopping", "stopping", 64),
        ("stopped", "stopped", 80),
        ("hibernated", "stopped", 80),
        ("shutting-down", "shutting-down", 32),
        ("terminated", "terminated", 48),
    ];
    for (typed, api, code) in lines {
        let state = ec2sim::lifecycle::InstanceState::find(typed).unwrap();
        assert_eq!(
            (state.api().name(), state.api().code()),
            (api, code),
            "{typed}"
        );
    }
}
