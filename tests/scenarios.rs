//! The bundled scenarios, each a test of its own: `cargo test --test scenarios hibernate/`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ec2sim::testing::main_with("scenarios", |case| {
        let replay = case.replay().passed();
        assert!(
            replay.replay().tally().passed > 0,
            "a lesson expects something"
        );
    })
}
