//! Drives an account without a scenario file: launch, let time pass, stop, read the bill.
//!
//! `cargo run --example account`

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use ec2sim::{
    Account,
    action::{RunInstances, StopInstances},
    engine::Settings,
    script::Directory,
    time::SimDuration,
    world::InstanceSpec,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut account = Account::new(Settings::default());
    let spec = InstanceSpec::of("m5.large", "us-east-1a").ok_or("there is such a type")?;
    account.request(RunInstances::new(spec, 2))?;
    account.settle();

    account.advance_to(account.now() + SimDuration::from_hours(8));
    let night: Vec<_> = account.instances().map(|there| there.handle()).collect();
    account.request(StopInstances::new(night))?;
    account.settle();
    account.advance_to(account.now() + SimDuration::from_hours(16));

    for instance in account.instances() {
        let name = account.directory().instance_name(instance.handle());
        println!(
            "{name}  {}  {}",
            instance.instance_type().name(),
            instance.state()
        );
    }
    let cost = account.bill().total_cost(account.now());
    println!("a day of office hours costs ${}", cost.total().to_fixed(4));
    Ok(())
}
