//! An example or two of each command, which stand at the end of its help.

/// The examples of a command.
macro_rules! examples {
    ( $( $(#[$doc:meta])* $NAME:ident = $( $line:literal )+; )+ ) => {
        $(
            $(#[$doc])*
            pub(super) const $NAME: &str = concat!("Examples:", $( "\n  ", $line ),+);
        )+

        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[ $( (stringify!($NAME), $NAME), )+ ];
    };
}

examples! {
    /// `ec2sim run`.
    RUN = "ec2sim run scenarios/night.yaml"
        "ec2sim run --explain --pace 60x lesson.yaml"
        "ec2sim run --format jsonl night.yaml > night.jsonl"
        "ec2sim run --shard 2/8 --format jsonl fleet.yaml > part-2.jsonl";
    /// `ec2sim show`.
    SHOW = "ec2sim show night.jsonl"
        "ec2sim show --format json --rounding report night.jsonl";
    /// `ec2sim test`.
    TEST = "ec2sim test scenarios"
        "ec2sim test scenarios --filter spot --filter '!slow' --last-failed"
        "ec2sim test scenarios --update --snapshot costs"
        "ec2sim test scenarios --format github --junit report.xml";
    /// `ec2sim merge`.
    MERGE = "ec2sim merge part-1.json part-2.json --junit report.xml"
        "ec2sim merge --summary part-1.jsonl part-2.jsonl"
        "ec2sim merge --format jsonl part-1.jsonl part-2.jsonl > fleet.jsonl";
    /// `ec2sim check`.
    CHECK = "ec2sim check scenarios"
        "ec2sim check --format json night.yaml";
    /// `ec2sim compare`.
    COMPARE = "ec2sim compare office.yaml --vary market=on-demand,spot"
        "ec2sim compare office.yaml --vary type=t3.large,m5.large --format markdown";
    /// `ec2sim serve`.
    SERVE = "ec2sim serve --clock instant -- pytest"
        "ec2sim serve fleet.yaml --at 1h --bill bill.csv";
    /// `ec2sim new`.
    NEW = "ec2sim new scenarios/night.yaml"
        "ec2sim new --ci scenarios/nightly-stop.yaml";
    /// `ec2sim import`.
    IMPORT = "ec2sim import 123456789012_CloudTrail_*.json.gz -o last-tuesday.yaml"
        "ec2sim import --redact trail.json events.jsonl > incident.yaml";
    /// `ec2sim explain`.
    EXPLAIN = "ec2sim explain BILL-MIN-60S"
        "ec2sim explain IncorrectInstanceState stopped";
    /// `ec2sim rules`.
    RULES = "ec2sim rules --area spot"
        "ec2sim rules --coverage scenarios";
    /// `ec2sim diagram`.
    DIAGRAM = "ec2sim diagram"
        "ec2sim diagram --detail night.yaml"
        "ec2sim diagram --of volume --name web/root night.yaml";
    /// `ec2sim page`.
    PAGE = "ec2sim page scenarios -o site"
        "ec2sim page night.yaml -o site";
    /// `ec2sim types`.
    TYPES = "ec2sim types 't3*' --region eu-west-1 --vcpus 2.. --memory ..8GiB --sort price"
        "ec2sim types --arch arm64 --hibernation";
    /// `ec2sim prices`.
    PRICES = "ec2sim prices m5.large"
        "ec2sim prices 'c7g*' --region eu-central-1 --format csv";
    /// `ec2sim schema`.
    SCHEMA = "ec2sim schema > scenarios/ec2sim.schema.json"
        "ec2sim schema --of replay > replay.schema.json";
    /// `ec2sim completions`.
    COMPLETIONS = "ec2sim completions bash > ~/.local/share/bash-completion/completions/ec2sim";
    /// `ec2sim man`.
    MAN = "ec2sim man > ~/.local/share/man/man1/ec2sim.1";
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;
    use crate::cli::args::Arguments;

    /// The words of a line as a shell has them, up to where its output goes.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" > ").next().unwrap_or_default();
        line.split(' ')
            .map(|word| word.trim_matches('\'').to_owned())
            .collect()
    }

    #[test]
    fn every_command_has_examples_that_it_takes() {
        for (name, examples) in ALL {
            for line in examples.lines().skip(1) {
                let words = words(line.trim());
                assert_eq!(words[1].to_uppercase(), *name);
                let parsed = Arguments::try_parse_from(&words);
                let arguments = parsed.unwrap_or_else(|error| panic!("{line}: {error}"));
                arguments
                    .command
                    .check()
                    .unwrap_or_else(|error| panic!("{line}: {error}"));
            }
        }
        let mut commands = Arguments::command();
        commands.build();
        for command in commands
            .get_subcommands()
            .filter(|one| one.get_name() != "help")
        {
            let after = command.get_after_help().map(ToString::to_string);
            let says = after.is_some_and(|after| after.starts_with("Examples:"));
            assert!(says, "{} has none", command.get_name());
        }
    }
}
