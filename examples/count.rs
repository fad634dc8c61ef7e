//! A sink that counts how often instances come into each state, while the scenario is replayed and without keeping its
//! records: `cargo run --example count -- scenarios/fleet/a-script-for-each.yaml`.

#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::{collections::BTreeMap, env, error::Error};

use ec2sim::{
    Scenario,
    engine::{Sink, View},
    lifecycle::InstanceState,
    record::{Record, RecordKind},
    runner::{Keep, replay_into},
};

/// How often each state was reached.
#[derive(Default)]
struct Count(BTreeMap<InstanceState, u64>);

impl Sink for Count {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        if let RecordKind::Transition(transition) = &record.kind {
            *self.0.entry(transition.to_state()).or_default() += 1;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1);
    let path = path.unwrap_or("scenarios/fleet/a-script-for-each.yaml".to_owned());
    let scenario = Scenario::from_path(path)?;
    let mut count = Count::default();
    let replay = replay_into(&scenario, Keep::SUMS, vec![&mut count]);
    for (state, times) in &count.0 {
        println!("{times:>8} × {state}");
    }
    println!("by {}", replay.end());
    Ok(())
}
