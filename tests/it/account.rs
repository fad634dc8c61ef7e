//! An account that no file has declared: asked by handles and ids, and asked while a script runs.

use std::sync::Arc;

use ec2sim::{
    Account, Scenario,
    action::{
        AllocateAddress, Answer, AssociateAddress, Change, CreateVolume, InstanceRef,
        ModifyInstanceAttribute, RebootInstances, Request, RunInstances, StartInstances,
        StopInstances, TerminateInstances,
    },
    billing::{PriceBook, PriceKey},
    catalog::{Platform, RegionId},
    engine::{Clock, Commands, Engine, Outcome, Settings, Sink, Sinks, View},
    lifecycle::{ErrorCode, InstanceState},
    record::{InstanceHandle, Meter, Record, RecordKind, Resource},
    script::Directory,
    time::SimDuration,
    world::InstanceSpec,
};

fn spec() -> InstanceSpec {
    InstanceSpec::of("t3.micro", "us-east-1a").unwrap()
}

fn launched(account: &mut Account, count: u32) -> Vec<InstanceHandle> {
    let answer = account.request(RunInstances::new(spec(), count)).unwrap();
    let Answer::Launched { first, count } = answer else {
        panic!("{answer:?}")
    };
    let first = first.index();
    let all = first..first + usize::try_from(count).unwrap();
    all.map(InstanceHandle::new).collect()
}

fn states(account: &Account) -> Vec<InstanceState> {
    account.instances().map(|there| there.state()).collect()
}

#[test]
fn an_account_lives_without_a_file() {
    let mut account = Account::new(Settings::default());
    assert_eq!(account.next_due(), None);
    let twins = launched(&mut account, 2);
    let start = account.now();
    assert_eq!(account.next_due(), Some(start + SimDuration::from_secs(15)));
    assert_eq!(states(&account), [InstanceState::Pending; 2]);

    account.advance_to(start + SimDuration::from_secs(14));
    assert_eq!(states(&account), [InstanceState::Pending; 2]);
    account.advance_to(start + SimDuration::from_secs(15));
    assert_eq!(states(&account), [InstanceState::Running; 2]);
    // Time never goes back.
    account.advance_to(start);
    assert_eq!(account.now(), start + SimDuration::from_secs(15));

    account.advance_to(start + SimDuration::from_secs(3_615));
    account.request(StopInstances::new([twins[0]])).unwrap();
    account.settle();
    assert_eq!(
        states(&account),
        [InstanceState::Stopped, InstanceState::Running]
    );
    // An hour of one, and an hour and thirty seconds of the other.
    let cost = account.bill().total_cost(account.now());
    let hour = ec2sim::money::Usd::hourly("0.0104".parse().unwrap(), 3_600 + 3_630);
    assert_eq!(cost.of(Meter::Usage), hour);
    assert!(account.records().len() > 10);
}

#[test]
fn what_was_called_off_is_never_due() {
    let mut account = Account::new(Settings::default());
    let one = launched(&mut account, 1);
    account.request(TerminateInstances::new(one)).unwrap();
    account.settle();
    // The boot that the termination has overtaken is still in the queue, and nobody hears of it.
    assert_eq!(account.next_due(), None);
    assert_eq!(states(&account), [InstanceState::Terminated]);
}

#[test]
fn to_ask_what_falls_due_next_lets_no_time_pass() {
    let mut account = Account::new(Settings::default());
    let one = launched(&mut account, 1);
    account.request(TerminateInstances::new(one)).unwrap();
    // The boot that was called off would have come before the end.
    let ends = account.next_due().unwrap();
    assert_eq!(ends, account.now() + SimDuration::from_secs(30));
    // And this falls due before both.
    let mut two = TerminateInstances::new(launched(&mut account, 1));
    two.shutdown.skip_os_shutdown = true;
    account.request(two).unwrap();
    let sooner = account.now() + SimDuration::from_secs(10);
    assert_eq!(account.next_due(), Some(sooner));
}

#[test]
fn whoever_gives_no_names_asks_by_handle_or_id() {
    let mut account = Account::new(Settings::default());
    let one = launched(&mut account, 1)[0];
    let id = account.directory().instance_id(one);
    account.settle();
    // An id that was asked for before more came about is found, and so is one of what came later.
    account.request(RebootInstances::new([id])).unwrap();
    let two = launched(&mut account, 1)[0];
    let other = account.directory().instance_id(two);
    assert_ne!(id, other);
    account.settle();
    account.request(StopInstances::new([id, other])).unwrap();
    account.settle();
    assert_eq!(states(&account), [InstanceState::Stopped; 2]);
    assert_eq!(account.directory().instance_name(one), id.to_string());

    let unknown = InstanceRef::Id(Arc::from("i-0123456789abcdef0"));
    let refusal = account.request(StartInstances::new([unknown])).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidInstanceIdNotFound);
    let told: Vec<RecordKind> = account.records().iter().map(|one| one.kind).collect();
    let Some(RecordKind::Rejected(rejected)) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(rejected.target.id.as_deref(), Some("i-0123456789abcdef0"));
}

/// In a Region in which a type has no price, and the Windows of another has none.
#[test]
fn what_has_no_price_is_refused() {
    let frankfurt = RegionId::find("eu-central-1").unwrap();
    let mut account = Account::new(Settings::of(frankfurt));
    let mut refused = |request: Request, what: &str| {
        let refusal = account.request(request).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::SimulatorNoPrice);
        assert_eq!(refusal.message, format!("{what} no price in eu-central-1."));
    };
    let unpriced = InstanceSpec::of("mac2.metal", "eu-central-1a").unwrap();
    let what = "The instance type mac2.metal (Linux/UNIX) has";
    refused(RunInstances::new(unpriced.clone(), 1).into(), what);
    let mut windows = InstanceSpec::of("m7g.large", "eu-central-1a").unwrap();
    windows.platform = Platform::Windows;
    let what = "The instance type m7g.large (Windows) has";
    refused(RunInstances::new(windows, 1).into(), what);

    // A change of the type, by handle and by id; the instance goes on as it is.
    let fine = InstanceSpec::of("m7g.large", "eu-central-1a").unwrap();
    account.request(RunInstances::new(fine, 1)).unwrap();
    account.settle();
    let there = InstanceHandle::new(0);
    account.request(StopInstances::new([there])).unwrap();
    account.settle();
    let id = account.world().id_of(Resource::Instance(there));
    for named in [InstanceRef::from(there), id.into()] {
        let change = ModifyInstanceAttribute {
            instances: [named].into_iter().collect(),
            change: Change::Type(unpriced.instance_type),
        };
        let refusal = account.request(change).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::SimulatorNoPrice);
    }
    account.request(StartInstances::new([there])).unwrap();
    account.settle();
    assert_eq!(states(&account), [InstanceState::Running]);

    // Where volumes have no price either, they are refused before anything is launched with them.
    let mut prices = PriceBook::new(RegionId::find("eusc-de-east-1").unwrap());
    prices.set(
        PriceKey::Instance(spec().instance_type, None),
        "0.01".parse().unwrap(),
    );
    let mut account = Account::new(Settings {
        prices,
        ..Settings::default()
    });
    let volume = CreateVolume {
        snapshot: None,
        volume: None,
        spec: spec().volumes[0],
        zone: "us-east-1a",
    };
    let requests: [Request; 2] = [volume.into(), RunInstances::new(spec(), 1).into()];
    for request in requests {
        let refusal = account.request(request).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Simulator.NoPrice: Volumes of type gp3 have no price in eusc-de-east-1."
        );
    }
    assert!(account.world().volumes().is_empty());
    let refusals = account
        .records()
        .iter()
        .filter(|record| matches!(record.kind, RecordKind::Rejected(_)));
    assert_eq!(refusals.count(), 2);
}

#[test]
fn equal_seeds_give_equal_accounts() {
    let life = |seed| {
        let settings = Settings {
            seed,
            ..Settings::default()
        };
        let mut account = Account::new(settings);
        let one = launched(&mut account, 3)[0];
        let Ok(Answer::Made(Resource::Address(address))) =
            account.request(AllocateAddress { address: None })
        else {
            panic!("an address is allocated")
        };
        account.settle();
        let on = AssociateAddress {
            by_interface: false,
            address: address.into(),
            instance: one.into(),
            allow_reassociation: true,
        };
        account.request(on).unwrap();
        let spec = spec().volumes[0];
        let volume = CreateVolume {
            snapshot: None,
            volume: None,
            spec,
            zone: "us-east-1a",
        };
        account.request(volume).unwrap();
        account.records().iter().collect::<Vec<Record>>()
    };
    assert_eq!(life(7), life(7));
    assert_ne!(life(7), life(8));
}

/// Keeps what is told as `time kind`.
#[derive(Default)]
struct Told(Vec<String>);

impl Sink for Told {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        let at = record.at.since(view.program.start);
        if let RecordKind::Transition(transition) = &record.kind {
            let name = view.names.instance_name(transition.instance);
            self.0
                .push(format!("{at} {name} {}", transition.to_state()));
        }
    }
}

#[tokio::test]
async fn a_command_is_carried_out_at_the_instant_of_a_manual_clock() {
    let text = "instances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\nuntil: 1d\n";
    let scenario = Scenario::from_text("commanded.yaml", text).unwrap();
    let program = Arc::clone(scenario.program());
    let start = program.start;
    let (handle, clock) = Clock::manual();
    let (commander, commands) = Commands::new();
    let mut told = Told::default();
    let engine = Engine::new(program, true, Sinks::new(vec![&mut told])).commanded_by(commands);
    let asks = async {
        handle.advance_to(start + SimDuration::from_secs(100));
        let web = InstanceHandle::new(0);
        let stopped = commander.request(StopInstances::new([web])).await.unwrap();
        assert_eq!(stopped, Ok(Answer::Done));
        let again = commander
            .request(RebootInstances::new([web]))
            .await
            .unwrap();
        assert_eq!(again.unwrap_err().code, ErrorCode::IncorrectState);
        handle.advance_to(start + SimDuration::from_secs(200));
        let more = RunInstances::new(spec(), 1);
        commander.request(more).await.unwrap().unwrap();
        commander.end();
    };
    let (ended, ()) = tokio::join!(engine.run(clock), asks);
    assert_eq!(ended.outcome, Outcome::Passed);
    assert_eq!(ended.end, start + SimDuration::from_secs(200));
    let other = ended.world.instances().last().unwrap().id();
    assert_eq!(
        told.0,
        [
            "0s web pending".to_owned(),
            "15s web running".to_owned(),
            "1m40s web stopping".to_owned(),
            "2m10s web stopped".to_owned(),
            format!("3m20s {other} pending"),
        ]
    );
}

#[tokio::test]
async fn where_nobody_can_ask_any_more_the_replay_goes_on_to_its_end() {
    let text = "instances: { web: { type: t3.micro } }\nsteps: [ { launch: web } ]\n";
    let scenario = Scenario::from_text("commanded.yaml", text).unwrap();
    let (commander, commands) = Commands::new();
    let sinks = Sinks::default();
    let engine = Engine::new(Arc::clone(scenario.program()), false, sinks).commanded_by(commands);
    drop(commander);
    let ended = engine.run(Clock::Instant).await;
    assert_eq!(
        ended.end,
        scenario.program().start + SimDuration::from_secs(15)
    );
}
