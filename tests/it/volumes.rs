//! The lifecycle of volumes against the rulebook's section 2.9, written down here once more.

use ec2sim::{
    lifecycle::{
        Decision,
        volume::{Phase, PhaseView, State, TABLE, Trigger, VolumeLifecycle, trigger},
    },
    time::SimTime,
};

/// What a volume answers. `→` moves, `ok` is done, a code refuses, `—` can't happen.
const BOOK: &str = "
                     creating    available  in-use      deleting  deleted
CreateCompleted      →available  —          —           —         —
AttachAtLaunch       —           →in-use    —           —         —
AttachVolume         IS          →in-use    VIU         IS        NF
DetachVolume         IS          IS         →available  IS        NF
ModifyVolume         IS          ok         ok          IS        NF
DeleteVolume         IS          →deleting  VIU         IS        NF
DeleteOnTermination  —           —          →deleting   —         —
LeaveOnTermination   —           —          →available  —         —
DeleteCompleted      —           —          —           →deleted  —
";

const NOW: SimTime = SimTime::from_secs(3600);

/// A volume that has come to a phase by legal steps.
fn arrived(phase: Phase) -> VolumeLifecycle {
    let way: &[Trigger] = match phase {
        Phase::Creating => &[],
        Phase::Available => &[Trigger::CreateCompleted],
        Phase::InUse => &[Trigger::CreateCompleted, Trigger::AttachVolume],
        Phase::Deleting => &[Trigger::CreateCompleted, Trigger::DeleteVolume],
        Phase::Deleted => &[
            Trigger::CreateCompleted,
            Trigger::DeleteVolume,
            Trigger::DeleteCompleted,
        ],
    };
    let mut volume = VolumeLifecycle::create();
    for &trigger in way {
        let decision = volume.apply(trigger, NOW);
        assert!(matches!(decision, Decision::Moved(_)), "{trigger:?}");
    }
    assert_eq!(volume.phase(), phase);
    volume
}

fn word(decision: Decision<Phase>) -> String {
    match decision {
        Decision::Moved(row) => format!("→{}", row.to.state()),
        Decision::Accepted(_) => "ok".to_owned(),
        Decision::Unchanged(_) => "=".to_owned(),
        Decision::Refused(refusal) => match refusal.code().name() {
            "IncorrectState" => "IS",
            "VolumeInUse" => "VIU",
            "InvalidVolume.NotFound" => "NF",
            "InternalError" => "—",
            other => other,
        }
        .to_owned(),
    }
}

// VOL-ATTACH-VOLUME, VOL-DETACH-DATA, VOL-DETACH-NOT-ATTACHED
#[test]
fn every_pair_of_a_volume_is_as_the_rulebook_says() {
    let mut lines = BOOK.lines().filter(|line| !line.is_empty());
    let columns: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let states: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
    assert_eq!(columns, states);
    let mut triggers = Vec::new();
    for line in lines {
        let mut cells = line.split_whitespace();
        let name = cells.next().unwrap();
        let mut all = Trigger::ALL.iter().copied();
        let trigger = all.find(|trigger| format!("{trigger:?}") == name).unwrap();
        for &phase in Phase::ALL {
            let mut volume = arrived(phase);
            let before = volume;
            let decision = volume.apply(trigger, NOW);
            assert_eq!(
                Some(&*word(decision)),
                cells.next(),
                "{name} in {}",
                phase.state()
            );
            if !matches!(decision, Decision::Moved(_)) {
                assert_eq!(volume, before, "{name} in {}", phase.state());
            }
        }
        triggers.push(trigger);
    }
    assert_eq!(triggers, Trigger::ALL);
}

#[test]
fn both_doors_of_a_volume_end_in_one_phase() {
    /// Takes each row through the typed door. A row that isn't in the table doesn't compile.
    macro_rules! through_the_typed_door {
        ( $( $phase:ident: $( $trigger:ident ),+; )+ ) => {
            [ $( $( {
                let mut volume = arrived(Phase::$phase);
                let PhaseView::$phase(there) = volume.view() else { panic!("it is in {:?}", Phase::$phase) };
                there.on(trigger::$trigger);
                (Phase::$phase, Trigger::$trigger, volume)
            }, )+ )+ ]
        };
    }
    let typed = through_the_typed_door! {
        Creating: CreateCompleted;
        Available: AttachAtLaunch, AttachVolume, DeleteVolume;
        InUse: DetachVolume, DeleteOnTermination, LeaveOnTermination;
        Deleting: DeleteCompleted;
    };
    assert_eq!(typed.len(), TABLE.len());
    for (phase, trigger, volume) in typed {
        let mut other = arrived(phase);
        other.apply(trigger, NOW);
        assert_eq!(volume, other, "{trigger:?} in {phase:?}");
    }
}
