//! Reads a scenario, replays it and prints its bill: `cargo run --example bill -- scenarios/billing/by-the-hour.yaml`.

#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::{env, error::Error};

use ec2sim::{Scenario, record::Meter};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1);
    let path = path.unwrap_or("scenarios/billing/by-the-hour.yaml".to_owned());
    // What is wrong with a file is an error with every mistake in it, each at its place.
    let scenario = Scenario::from_path(path)?;
    let replay = ec2sim::replay(&scenario);
    let region = replay.program().cast.region;
    for sum in replay.bill().sums() {
        println!("{:<32} {:>14}", sum.usage_type.text(region), sum.amount);
    }
    let cost = replay.bill().cost();
    println!("usage {}, in all {}", cost.of(Meter::Usage), cost.total());
    Ok(())
}
