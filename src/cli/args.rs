//! What can be typed.

#[cfg(feature = "serve")]
use std::{ffi::OsString, net::SocketAddr};
use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{
    ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum,
    builder::PossibleValuesParser,
};
use thiserror::Error;

use super::{
    examples,
    select::{ListFormat, TypeFilter},
};
use crate::{
    catalog::Platform,
    compare::{Between, Service},
    engine::Pace,
    lifecycle::Chart,
    outputs::Output,
    report::{Rounding, Times, Verbosity},
    rule::Evidence,
    scenario::{Configs, Limits, PriceFileError, Reading, Vary, duration_option},
    suite::{Choice, Orphans, Recording, Seeds, Shard},
};
#[cfg(feature = "serve")]
use crate::{
    catalog::RegionId,
    endpoint::{At, Mode},
    scenario::nearest,
};

/// Simulates what an EC2 instance does over its life, and what it costs.
#[derive(Debug, Parser)]
#[command(name = "ec2sim", version, about, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Global {
    /// When to use colour: only on a terminal, always, or never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Colour,
    /// Log to standard error: a level, or targets such as `ec2sim::billing=debug,info` (`RUST_LOG` does the same).
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(super) log: Option<String>,
    /// The format of the log.
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub(super) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

impl Colour {
    /// Whether there is any, where a terminal would have it or not.
    pub(super) const fn is_on(self, on_terminal: bool) -> bool {
        match self {
            Self::Auto => on_terminal,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Replay scenarios: every transition, what it kept and lost, and what it cost.
    #[command(after_help = examples::RUN)]
    Run(Later<RunOptions>),
    /// Show journals again (from `ec2sim run --format jsonl`), without replaying anything.
    #[command(after_help = examples::SHOW)]
    Show(Later<ShowOptions>),
    /// Replay every scenario under a path, in parallel, and check it against its expectations and its snapshot.
    ///
    /// A snapshot is a file NAME.snap next to NAME.yaml: what happened and what it cost, as plain text. If there is one,
    /// a replay that differs from it fails, and its result goes to NAME.snap.new; `--update` accepts the new result,
    /// `--review` asks first. Each snapshot says in its header what it records. What `--update` records is decided by
    /// `--snapshot`, or else by a comment at the top of the scenario (`# ec2sim: snapshot=costs`), or else by the existing
    /// snapshot; failing all of these, everything is recorded. A scenario that fails isn't recorded. If `CI` is set,
    /// nothing is written.
    ///
    /// There are no retries: a replay is deterministic, so what failed once will fail again.
    #[command(after_help = examples::TEST)]
    Test(Later<TestOptions>),
    /// Merge what several shards have printed: reports of `ec2sim test --format json`, or journals of `ec2sim run --shard`.
    ///
    /// Of reports it makes one report. Of journals it makes that of the whole replay: usage is rated once, so tiers, allowances and
    /// purchases come to what they come to without shards. A shard that is missing or doesn't belong to the others is an error.
    #[command(alias = "merge-reports", after_help = examples::MERGE)]
    Merge(Later<MergeOptions>),
    /// Check scenarios and report every mistake, without replaying them.
    #[command(after_help = examples::CHECK)]
    Check(Later<CheckOptions>),
    /// Compare what choices cost, side by side: the variants of a scenario, the changes of `--vary`, or several scenarios.
    ///
    /// Every choice is a replay. With several `--vary`, every combination is one.
    #[command(after_help = examples::COMPARE)]
    Compare(Later<CompareOptions>),
    /// Serve EC2's API over HTTP: for code that was written against boto3, the AWS CLI, an SDK or Terraform.
    ///
    /// Instances take their time, are refused what EC2 would refuse, and cost what they would cost. Time passes as `--clock` says;
    /// `POST /_ec2sim/clock/advance?by=10m` moves it on. Stopped by Ctrl-C, by `POST /_ec2sim/stop`, or when COMMAND ends, whose exit
    /// code is then that of ec2sim.
    #[cfg(feature = "serve")]
    #[command(after_help = examples::SERVE)]
    Serve(Later<ServeOptions>),
    /// Make a page of every scenario below a path, to look at and to step through, and an index of them.
    #[command(after_help = examples::PAGE)]
    Page(Later<PageOptions>),
    /// Start a new scenario: print one with comments, or write it to a file.
    #[command(after_help = examples::NEW)]
    New(Later<NewOptions>),
    /// Make a scenario of what an account recorded: requests in CloudTrail, changes of state in EventBridge.
    ///
    /// FILE is a log file of CloudTrail (also compressed with gzip), what `aws cloudtrail lookup-events` prints, or events of
    /// EventBridge as lines of JSON; of several, all records together are one scenario. The requests become steps, the states
    /// and error codes that EC2 answered with become expectations, and what the records don't tell is a comment at its place.
    #[command(after_help = examples::IMPORT)]
    Import(Later<ImportArgs>),
    /// Explain any word: a rule, an error code, a state, an action, a reason, a key, a check, a meter or an event.
    #[command(after_help = examples::EXPLAIN)]
    Explain(Later<ExplainOptions>),
    /// List the rules that the simulator follows, or say which of them scenarios reach.
    #[command(after_help = examples::RULES)]
    Rules(Later<RulesOptions>),
    /// Draw the states of an instance, or of another resource, with the path that a scenario takes through them.
    #[command(after_help = examples::DIAGRAM)]
    Diagram(Later<DiagramOptions>),
    /// List instance types of the catalogue: vCPUs, memory, architecture, whether they hibernate, and what an hour costs.
    ///
    /// The types are those that the Region offers, such as `ec2sim types 't3*' --region eu-west-1 --vcpus 2.. --memory ..8GiB
    /// --sort price`. An estimated price has a `~`.
    #[command(after_help = examples::TYPES)]
    Types(Later<TypesOptions>),
    /// List On-Demand prices of the catalogue, and where each is from.
    ///
    /// `--format json` prints `ec2sim/prices/1`: a list of `{ type, region, platform, hourly, source, as_of, estimated }`, with
    /// US dollars in `hourly` (null where no price is known). `source` is one of `listed`, `surcharge` (a listed price and a
    /// surcharge by rule), `metal-sibling`, `metal-shared`, `stale-cut` (listed before a price cut) and `estimated`.
    #[command(after_help = examples::PRICES)]
    Prices(Later<PricesOptions>),
    /// Print a JSON Schema: of scenario files, for editors, or of what is printed as JSON, for programs.
    #[command(after_help = examples::SCHEMA)]
    Schema(Later<SchemaOptions>),
    /// Print the completion script for a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Later<CompletionOptions>),
    /// Print the manual page.
    #[command(after_help = examples::MAN)]
    Man,
}

/// Options that make no sense together, where that depends on their values; clap is told of the others.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum Meaningless {
    /// An option of one format with another format.
    #[error("`{option}` has no meaning with `--format {format}`: use it with `{goes_with}`")]
    Format {
        option: &'static str,
        format: &'static str,
        goes_with: &'static str,
    },
    /// What to record, where nothing is recorded.
    #[error("`--snapshot {0}` only says what `--update` records: add `--update`, or leave it out")]
    NothingRecorded(Recording),
    /// Recording snapshots and ignoring them.
    #[error(
        "`--update` records snapshots and `--snapshot off` ignores them: leave one of them out"
    )]
    NothingLookedAt,
    /// A limit of waits where nothing is waited for.
    #[error("`--max-gap` has no meaning without `--pace`: nothing is waited for")]
    Unpaced,
    /// A part of a replay in a format of the whole.
    #[error("`--shard` needs `--format jsonl`: `ec2sim merge` makes the whole of the journals")]
    PartAlone,
    /// Two reports in one file.
    #[error("`--junit` and `--markdown` name the same file")]
    SameFile,
}

impl Command {
    /// Makes sure that the options make sense together.
    pub(super) fn check(&self) -> Result<(), Meaningless> {
        match self {
            Self::Run(Later(options)) => options.check(),
            Self::Show(Later(options)) => options.view.check(),
            Self::Test(Later(options)) => {
                options.snapshots.check()?;
                options.reports.check()
            }
            Self::Merge(Later(options)) => options.check(),
            Self::Check(Later(options)) => match options.format {
                CheckFormat::Json if options.quiet => Err(Meaningless::Format {
                    option: "--quiet",
                    format: "json",
                    goes_with: "--format human",
                }),
                CheckFormat::Json | CheckFormat::Human => Ok(()),
            },
            #[cfg(feature = "serve")]
            Self::Serve(_) => Ok(()),
            Self::New(_)
            | Self::Page(_)
            | Self::Compare(_)
            | Self::Import(_)
            | Self::Explain(_)
            | Self::Diagram(_)
            | Self::Rules(_)
            | Self::Types(_)
            | Self::Prices(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man => Ok(()),
        }
    }
}

impl ViewOptions {
    pub(super) const fn verbosity(&self) -> Verbosity {
        if self.quiet {
            Verbosity::Quiet
        } else if self.summary {
            Verbosity::Summary
        } else if self.brief {
            Verbosity::Brief
        } else if self.verbose {
            Verbosity::Verbose
        } else {
            Verbosity::Normal
        }
    }

    pub(super) const fn rounding(&self) -> Rounding {
        match self.rounding {
            Some(RoundingArg::Exact) => Rounding::Exact,
            Some(RoundingArg::Report) => Rounding::Report,
            Some(RoundingArg::Invoice) => Rounding::Invoice,
            // What other tools read is as AWS's own reports are.
            None if self.format.is_table() => Rounding::Report,
            None => Rounding::Exact,
        }
    }

    fn check(&self) -> Result<(), Meaningless> {
        let of_the_timeline = [
            (self.quiet, "--quiet"),
            (self.summary, "--summary"),
            (self.brief, "--brief"),
            (self.verbose, "--verbose"),
            (self.explain, "--explain"),
            (self.legend, "--legend"),
            (self.times.is_some(), "--times"),
            (self.ascii, "--ascii"),
        ];
        let of_json = [(self.rounding.is_some(), "--rounding")];
        let (format, others, goes_with) = match self.format {
            Format::Timeline => ("timeline", &of_json[..], "--format json"),
            Format::Json => ("json", &of_the_timeline[..], "--format timeline"),
            Format::Jsonl if self.rounding.is_some() => ("jsonl", &of_json[..], "--format json"),
            Format::Jsonl => ("jsonl", &of_the_timeline[..], "--format timeline"),
            table if table.is_table() && self.rounding == Some(RoundingArg::Invoice) => {
                return Err(Meaningless::Format {
                    option: "--rounding invoice",
                    format: self.format.word(),
                    goes_with: "--format json",
                });
            }
            Format::Csv => ("csv", &of_the_timeline[..], "--format timeline"),
            Format::Focus => ("focus", &of_the_timeline[..], "--format timeline"),
            #[cfg(feature = "parquet")]
            Format::FocusParquet => ("focus-parquet", &of_the_timeline[..], "--format timeline"),
        };
        match others.iter().find(|(is_there, _)| *is_there) {
            Some(&(_, option)) => Err(Meaningless::Format {
                option,
                format,
                goes_with,
            }),
            None => Ok(()),
        }
    }
}

impl SnapshotOptions {
    fn check(&self) -> Result<(), Meaningless> {
        match (self.update, self.snapshot) {
            (false, Some(Choice::Record(recording))) => {
                Err(Meaningless::NothingRecorded(recording))
            }
            (true, Some(Choice::Off)) => Err(Meaningless::NothingLookedAt),
            (true, Some(Choice::Record(_)) | None) | (false, Some(Choice::Off) | None) => Ok(()),
        }
    }
}

impl ReportOptions {
    fn check(&self) -> Result<(), Meaningless> {
        if self.junit.is_some() && self.junit == self.markdown {
            return Err(Meaningless::SameFile);
        }
        Ok(())
    }
}

/// The options of a command, which are described only once the command is known to be the one that was typed.
#[derive(Debug)]
pub(super) struct Later<T>(pub(super) T);

impl<T: Args> Args for Later<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(T::augment_args)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(T::augment_args_for_update)
    }
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// Scenario files, or folders to search for scenarios as `ec2sim test` does; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Play it live, at so many simulated seconds per second (`60x`, `0.5x`) or in `realtime` [default: as fast as possible].
    #[arg(long, value_name = "PACE")]
    pub(super) pace: Option<Pace>,
    /// Wait no longer than this in real time for what comes next, such as `2s`; with `--pace`.
    #[arg(long, value_name = "DURATION", value_parser = longest_wait)]
    pub(super) max_gap: Option<Duration>,
    /// Stop after each instant at which something happens, until a line is read from standard input (Enter); `q` ends it.
    #[arg(long, conflicts_with_all = ["pace", "quiz", "quiet", "summary"])]
    pub(super) step: bool,
    /// Play it on the whole terminal, at the pace of `--pace` (60x) and with waits of `--max-gap` (2s) at most: with a clock, the
    /// state of each instance, meters that tick, and what happens; `?` says why. It stops at questions and marks the answers.
    #[cfg(feature = "live")]
    #[arg(long, conflicts_with_all = ["step", "html", "eventbridge", "format", "rounding", "quiet", "summary", "brief", "verbose", "explain", "legend", "times", "ascii"])]
    pub(super) live: bool,
    /// Replay it with this seed, in place of the scenario's own.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Replay only one part of the fleet, such as `2/8`: of each `each` of the main script these members, and in the first part
    /// whatever else there is. Refused where members share something. With `--format jsonl`, for `ec2sim merge`.
    #[arg(long, value_name = "WHICH/OF", conflicts_with_all = ["html", "eventbridge", "quiz", "step", "pace", "max_events"])]
    pub(super) shard: Option<Shard>,
    /// Stop before each question (`ask`), take the answer from standard input, a line each, say whether it is right, and end
    /// with a mark. `?` asks for the hint.
    #[arg(long, conflicts_with_all = ["quiet", "summary"])]
    pub(super) quiz: bool,
    /// Give a parameter of the scenario (`params`) this value.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Tell notes and questions in this language, where the scenario has several [default: the locale's, then English].
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<String>,
    /// Also write the events that EC2 would send to EventBridge, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    pub(super) eventbridge: Option<PathBuf>,
    /// Also write the replay as a page to look at: one file of HTML that needs no network, to step through, and to ask why.
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    #[command(flatten)]
    pub(super) view: ViewOptions,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
    #[command(flatten)]
    prices: PriceOptions,
    #[command(flatten)]
    limits: LimitOptions,
}

impl RunOptions {
    /// Whether it is played on the whole terminal.
    #[cfg_attr(
        not(feature = "live"),
        expect(
            clippy::unused_self,
            reason = "there is no such option without the feature"
        )
    )]
    pub(super) const fn is_live(&self) -> bool {
        #[cfg(feature = "live")]
        return self.live;
        #[cfg(not(feature = "live"))]
        false
    }

    fn check(&self) -> Result<(), Meaningless> {
        let of_the_timeline = [(self.quiz, "--quiz"), (self.step, "--step")];
        for (is_there, option) in of_the_timeline {
            if is_there && self.view.format != Format::Timeline {
                return Err(Meaningless::Format {
                    option,
                    format: self.view.format.word(),
                    goes_with: "--format timeline",
                });
            }
        }
        if self.shard.is_some() && self.view.format != Format::Jsonl {
            return Err(Meaningless::PartAlone);
        }
        if self.max_gap.is_some() && self.pace.is_none() && !self.is_live() {
            return Err(Meaningless::Unpaced);
        }
        self.view.check()
    }

    /// `locale` is the language of the locale.
    pub(super) fn reading(&self, locale: Option<&str>) -> Result<Reading, PriceFileError> {
        Ok(Reading {
            set: self.set.clone().into(),
            language: self.lang.as_deref().or(locale).map(Into::into),
            ..self.prices.reading(self.limits.limits())?
        })
    }
}

/// `NAME=VALUE`.
fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text
        .split_once('=')
        .ok_or("expected NAME=VALUE, such as `type=m5.large`")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(super) struct ServeOptions {
    /// A scenario that everything begins with: what it says of the account is there, and its script runs beside the clients.
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:4570; with COMMAND a free port of 127.0.0.1].
    #[arg(long, value_name = "ADDR:PORT")]
    pub(super) listen: Option<SocketAddr>,
    /// How time passes: only when somebody moves it (`manual`); after each change until nothing is under way (`instant`); by
    /// 15s, or by what is given, with each look at what is under way (`polled`, `polled=30s`); with real time (`realtime`,
    /// `60x`).
    #[arg(long, value_name = "MODE", default_value = "manual")]
    pub(super) clock: Mode,
    /// Where the clock stands at the beginning: so long after the start of SCENARIO, or at the `end` of its script
    /// [default: 0s].
    #[arg(long, value_name = "OFFSET", requires = "scenario")]
    pub(super) at: Option<At>,
    /// The instant at which it begins, in place of SCENARIO's.
    #[arg(long, value_name = "INSTANT")]
    start: Option<String>,
    /// Where every id, address and draw comes from, in place of SCENARIO's.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How long a transitional state lasts, such as `pending=40s` or `stopping=30s..90s`, in place of SCENARIO's.
    #[arg(long, value_name = "KEY=DURATION", value_parser = setting)]
    timings: Vec<(String, String)>,
    /// Give a parameter of SCENARIO (`params`) this value.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, requires = "scenario")]
    set: Vec<(String, String)>,
    /// The Region of a request that names none [default: SCENARIO's, else us-east-1].
    #[arg(long, value_name = "REGION", value_parser = region, conflicts_with = "scenario")]
    pub(super) region: Option<RegionId>,
    /// The account of a request whose access key isn't the number of one.
    #[arg(long, value_name = "ID", default_value = "123456789012", value_parser = account)]
    pub(super) account: String,
    /// Take well-formed image ids and key names that nobody made for a plain image of Amazon Linux 2023 and for a key pair.
    #[arg(long)]
    pub(super) lenient: bool,
    /// Let in requests for a further host, such as the name of a container; else only for names of this machine.
    #[arg(long, value_name = "NAME")]
    pub(super) allow_host: Vec<String>,
    /// When it stops, write what the clients did as a scenario.
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// When it stops, write the bill: as JSON (`.json`), as CSV (`.csv`), as FOCUS (`.focus.csv`), or as text.
    #[arg(long, value_name = "FILE")]
    pub(super) bill: Option<PathBuf>,
    /// When it stops, write what has happened, one event per line.
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// How many requests and how many events to keep.
    #[arg(long, value_name = "N", default_value = "100000")]
    pub(super) history: usize,
    /// How to say that it is ready: a line to read, or one of JSON.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: ServeFormat,
    /// Say nothing on standard error that is no mistake.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Tell each request on standard error.
    #[arg(short, long)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
    #[command(flatten)]
    prices: PriceOptions,
    #[command(flatten)]
    limits: LimitOptions,
    /// A command to run, with an environment in which its clients ask this server; when it ends, the server stops.
    #[arg(last = true, num_args = 1.., value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

#[cfg(feature = "serve")]
impl ServeOptions {
    pub(super) fn reading(&self) -> Result<Reading, PriceFileError> {
        Ok(Reading {
            set: self.set.clone().into(),
            ..self.prices.reading(self.limits.limits())?
        })
    }

    /// What holds in place of a scenario's own, as a scenario.
    pub(super) fn keys(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let mut keys = Vec::new();
        keys.extend(
            self.start
                .iter()
                .map(|start| format!("\"start\": {}", quoted(start))),
        );
        keys.extend(self.seed.iter().map(|seed| format!("\"seed\": {seed}")));
        if !self.timings.is_empty() {
            let timings = self.timings.iter();
            let timings: Vec<String> = timings
                .map(|(key, range)| format!("{}: {}", quoted(key), quoted(range)))
                .collect();
            keys.push(format!("\"timings\": {{{}}}", timings.join(", ")));
        }
        format!("{{{}}}", keys.join(", "))
    }
}

#[cfg(feature = "serve")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ServeFormat {
    Text,
    Json,
}

/// The number of an account.
#[cfg(feature = "serve")]
fn account(text: &str) -> Result<String, &'static str> {
    let is_one = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one
        .then(|| text.to_owned())
        .ok_or("expected twelve digits")
}

#[cfg(feature = "serve")]
fn region(text: &str) -> Result<RegionId, String> {
    RegionId::find(text).ok_or_else(|| {
        let near = nearest(text, RegionId::all().map(RegionId::name));
        near.map_or_else(
            || "this isn't a Region".to_owned(),
            |near| format!("this isn't a Region: did you mean `{near}`?"),
        )
    })
}

#[derive(Debug, Args)]
pub(super) struct PageOptions {
    /// A scenario file, or a folder to search for scenarios as `ec2sim test` does.
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
    /// The folder for the pages; it is made, and what is called as a page is in it is written anew.
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
    #[command(flatten)]
    prices: PriceOptions,
    #[command(flatten)]
    limits: LimitOptions,
}

impl PageOptions {
    pub(super) fn reading(&self) -> Result<Reading, PriceFileError> {
        self.prices.reading(self.limits.limits())
    }
}

#[derive(Debug, Args)]
pub(super) struct ShowOptions {
    /// Journals printed by `ec2sim run --format jsonl`; `-` is standard input.
    #[arg(required = true, value_name = "JOURNAL")]
    pub(super) files: Vec<PathBuf>,
    /// Write the page of the replay, as `ec2sim run --html` does, and print nothing else.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "rounding", "quiet", "summary", "brief", "verbose", "explain", "legend", "times", "ascii"])]
    pub(super) html: Option<PathBuf>,
    #[command(flatten)]
    pub(super) view: ViewOptions,
}

// What is printed of a replay, whether it is run or shown again.
#[derive(Debug, Args)]
pub(super) struct ViewOptions {
    /// What to print: a timeline to read; JSON, with one document per file or one event per line; the ledger as CSV; or the
    /// bill as FOCUS 1.2 (CSV), a row for each clock-hour of what was charged.
    #[arg(long, value_name = "FORMAT", default_value = "timeline")]
    pub(super) format: Format,
    /// How to round quantities and amounts: not at all (the default of JSON), as AWS's own reports do (the default of CSV and
    /// FOCUS; the ledger is cut at clock-hours), or only sums, to cents, as an invoice does (JSON only).
    #[arg(long, value_name = "HOW")]
    rounding: Option<RoundingArg>,
    /// Show only failures and the outcome in the timeline.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show how it ended and what it cost, without the timeline.
    #[arg(long, conflicts_with_all = ["quiet", "verbose", "explain"])]
    summary: bool,
    /// Show a line a step, and what it cost by meter.
    #[arg(long, conflicts_with_all = ["quiet", "summary", "verbose", "explain"])]
    brief: bool,
    /// Show every rule id, every line of the ledger, and where the prices are from.
    #[arg(short, long, action = ArgAction::SetTrue)]
    verbose: bool,
    /// Say in the timeline what each rule says, where it acts for the first time.
    #[arg(long, conflicts_with = "quiet")]
    pub(super) explain: bool,
    /// Say at the top of the timeline what its signs mean.
    #[arg(long, conflicts_with_all = ["quiet", "summary"])]
    pub(super) legend: bool,
    /// How to tell times in the timeline: since the start, or by the weekday and the clock [default: clock where the scenario takes
    /// more than a day or names its time zone, else offset].
    #[arg(long, value_name = "HOW")]
    pub(super) times: Option<TimesArg>,
    /// Draw the timeline with letters in place of signs, for a terminal that has none.
    #[arg(long)]
    pub(super) ascii: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TimesArg {
    Offset,
    Clock,
}

impl From<TimesArg> for Times {
    fn from(times: TimesArg) -> Self {
        match times {
            TimesArg::Offset => Self::Offset,
            TimesArg::Clock => Self::Clock,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Timeline,
    Json,
    Jsonl,
    Csv,
    Focus,
    #[cfg(feature = "parquet")]
    FocusParquet,
}

impl Format {
    /// Whether it is one table of all files.
    pub(super) const fn is_table(self) -> bool {
        match self {
            Self::Csv | Self::Focus => true,
            #[cfg(feature = "parquet")]
            Self::FocusParquet => true,
            Self::Timeline | Self::Json | Self::Jsonl => false,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Focus => "focus",
            #[cfg(feature = "parquet")]
            Self::FocusParquet => "focus-parquet",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RoundingArg {
    Exact,
    Report,
    Invoice,
}

#[derive(Debug, Args)]
pub(super) struct TestOptions {
    /// Scenario files, or folders to search for scenarios: `*.yaml`, `*.yml` and `*.json` with `steps` at the top level, but for
    /// what `.gitignore` leaves out [default: what `ec2sim.toml` says, or every `*.ec2sim.yaml` below the working directory].
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Only scenarios with this text in their path or name (case-insensitive); with `!TEXT`, only those without it. Given
    /// several times, one of the texts is enough, and none with `!` may be there.
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Vec<String>,
    /// Only scenarios with this mark (`marks: [slow]`), or one of several.
    #[arg(long, value_name = "WORD")]
    pub(super) mark: Vec<String>,
    /// No scenario with this mark.
    #[arg(long, value_name = "WORD")]
    pub(super) not_mark: Vec<String>,
    /// List the scenarios that would be replayed, one per line, and replay none.
    #[arg(long, conflicts_with_all = ["update", "review", "format", "junit", "markdown"])]
    pub(super) list: bool,
    /// Only the scenarios that failed in the run before, if any did.
    #[arg(long)]
    pub(super) last_failed: bool,
    /// Where to keep which scenarios failed, for `--last-failed` [default: target/ec2sim/last-failed].
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// How long the replay of one scenario may take in real time, such as `10s`, before it fails [default: no limit].
    #[arg(long, value_name = "DURATION", value_parser = real_time)]
    pub(super) timeout: Option<Duration>,
    /// How many scenarios to replay at a time [default: the number of cores].
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Stop reporting at the first scenario that fails.
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Run only one part of the suite, such as `2/8`. Which part a file belongs to depends only on its path under PATH.
    #[arg(long, value_name = "WHICH/OF")]
    pub(super) shard: Option<Shard>,
    /// Replay each scenario with each of these seeds, such as `1..1000` (inclusive). Snapshots are ignored.
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["update", "snapshot"])]
    pub(super) seeds: Option<Seeds>,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
    #[command(flatten)]
    pub(super) prices: PriceOptions,
    #[command(flatten)]
    pub(super) limits: LimitOptions,
    #[command(flatten)]
    pub(super) snapshots: SnapshotOptions,
    #[command(flatten)]
    pub(super) reports: ReportOptions,
}

// Whether `ec2sim.toml` holds.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigOptions {
    /// Ignore every `ec2sim.toml`, which otherwise holds for the scenarios in its folder and below.
    #[arg(long)]
    no_config: bool,
}

impl ConfigOptions {
    pub(super) fn configs(&self) -> Configs {
        if self.no_config {
            Configs::none()
        } else {
            Configs::default()
        }
    }
}

// Which prices hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Prices")]
pub(super) struct PriceOptions {
    /// Refuse what has no listed price, instead of estimating it from other prices of the Region.
    #[arg(long)]
    no_estimates: bool,
    /// Take prices from a file of your own before the catalogue's: AWS's Price List JSON of whatever size, JSON or CSV as
    /// `ec2sim prices` prints it, or a mapping as `prices` of a scenario is. Of several, later ones hold.
    #[arg(long = "prices", value_name = "FILE")]
    tables: Vec<PathBuf>,
}

impl PriceOptions {
    pub(super) fn reading(&self, limits: Limits) -> Result<Reading, PriceFileError> {
        let reading = Reading {
            estimates: !self.no_estimates,
            ..Reading::from(limits)
        };
        reading.taking(&self.tables)
    }
}

// How much a replay may be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitOptions {
    #[command(flatten)]
    instances: InstanceLimit,
    /// The maximum number of events (steps that scripts take, and whatever is due by itself) before a replay fails
    /// [default: no limit].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_events: Option<u64>,
}

// The part of it that can be seen from the file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct InstanceLimit {
    /// The maximum number of instances at a time; in all, there may be five times as many.
    #[arg(long, value_name = "N", default_value = "2000000",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(Limits::MOST_INSTANCES)))]
    max_instances: u32,
}

impl LimitOptions {
    pub(super) fn limits(&self) -> Limits {
        Limits {
            events: self.max_events,
            ..self.instances.limits()
        }
    }
}

impl InstanceLimit {
    pub(super) fn limits(&self) -> Limits {
        Limits {
            instances: self.max_instances,
            ..Limits::default()
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Snapshots")]
pub(super) struct SnapshotOptions {
    /// Record the result of each scenario in the snapshot next to it (NAME.snap).
    #[arg(long)]
    pub(super) update: bool,
    /// Accept or reject pending snapshots (NAME.snap.new) at the keyboard, without replaying anything. Only PATH and
    /// `--filter` can be combined with it.
    #[arg(long, conflicts_with_all = [
        "update", "snapshot", "seeds", "shard", "jobs", "fail_fast", "format", "junit", "markdown", "quiet", "max_events", "max_instances",
        "mark", "not_mark", "last_failed", "state", "timeout", "orphans", "verbose", "durations",
    ])]
    pub(super) review: bool,
    /// Fail scenarios that have no snapshot.
    #[arg(long, conflicts_with_all = ["update", "review", "seeds"])]
    pub(super) require_snapshots: bool,
    /// What to do with snapshots that have no scenario: tell them, fail, or delete them.
    #[arg(long, value_name = "WHAT", default_value = "warn")]
    pub(super) orphans: OrphansArg,
    /// With `--update`, what to record: `full`, `transitions` or `costs`. Without it, `off` ignores snapshots.
    #[arg(long, value_name = "WHAT")]
    pub(super) snapshot: Option<Choice>,
}

fn real_time(text: &str) -> Result<Duration, String> {
    let duration = longest_wait(text)?;
    if duration.is_zero() {
        return Err("no scenario takes no time at all".to_owned());
    }
    Ok(duration)
}

fn longest_wait(text: &str) -> Result<Duration, String> {
    Ok(Duration::from_millis(duration_option(text)?.as_millis()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OrphansArg {
    Warn,
    Fail,
    Delete,
}

impl From<OrphansArg> for Orphans {
    fn from(arg: OrphansArg) -> Self {
        match arg {
            OrphansArg::Warn => Self::Warn,
            OrphansArg::Fail => Self::Fail,
            OrphansArg::Delete => Self::Delete,
        }
    }
}

// Where a report goes. This is no doc comment: clap would take it for what the command says of itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct ReportOptions {
    /// What to print: lines to read, one JSON document, TAP, or annotations for GitHub Actions.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: TestFormat,
    /// Also write a report as JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Also write a summary in Markdown, for the page of a CI job.
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,
    /// Show only failures and the counts, without notes.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show every scenario and every failure in full, however many there are.
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub(super) verbose: bool,
    /// Also show the scenarios that took the longest, so many of them.
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub(super) durations: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    Human,
    Json,
    Tap,
    Github,
}

#[derive(Debug, Args)]
pub(super) struct MergeOptions {
    /// Reports printed by `ec2sim test --shard … --format json`, or journals printed by `ec2sim run --shard … --format jsonl`, one
    /// of each shard.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What to print. Of reports: lines to read (`human`, the default), one JSON document, TAP, or annotations for GitHub Actions.
    /// Of journals: a timeline to read (the default), JSON, the journal of the whole, the ledger as CSV, or the bill as FOCUS 1.2.
    #[arg(long, value_name = "FORMAT")]
    format: Option<MergeFormat>,
    /// Also write a report as JUnit XML.
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    junit: Option<PathBuf>,
    /// Also write a summary in Markdown, for the page of a CI job.
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    markdown: Option<PathBuf>,
    /// Show only failures and the counts, without notes; of journals, only failures and the outcome.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show every scenario and every failure in full; of journals, every rule id and every line of the ledger.
    #[arg(short, long, action = ArgAction::SetTrue)]
    verbose: bool,
    /// Also show the scenarios that took the longest, so many of them.
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        hide_default_value = true,
        help_heading = "Reports"
    )]
    durations: usize,
    /// Show how the replay ended and what it cost, without its timeline.
    #[arg(long, conflicts_with_all = ["quiet", "verbose"], help_heading = "Journals")]
    summary: bool,
    /// Show a line a step, and what it cost by meter.
    #[arg(long, conflicts_with_all = ["quiet", "summary", "verbose"], help_heading = "Journals")]
    brief: bool,
    /// How to round quantities and amounts, as `ec2sim show` does.
    #[arg(long, value_name = "HOW", help_heading = "Journals")]
    rounding: Option<RoundingArg>,
}

/// What is printed of what was merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MergeFormat {
    Human,
    Json,
    Tap,
    Github,
    Timeline,
    Jsonl,
    Csv,
    Focus,
}

impl MergeOptions {
    fn check(&self) -> Result<(), Meaningless> {
        match (self.reports(), self.view()) {
            (Some(reports), None) => reports.check(),
            (_, Some(view)) => view.check(),
            (None, None) => Ok(()),
        }?;
        if self.junit.is_some() && self.junit == self.markdown {
            return Err(Meaningless::SameFile);
        }
        Ok(())
    }

    /// How reports are printed; none where what is asked for is printed of journals alone.
    pub(super) fn reports(&self) -> Option<ReportOptions> {
        let format = match self.format {
            None | Some(MergeFormat::Human) => TestFormat::Human,
            Some(MergeFormat::Json) => TestFormat::Json,
            Some(MergeFormat::Tap) => TestFormat::Tap,
            Some(MergeFormat::Github) => TestFormat::Github,
            Some(
                MergeFormat::Timeline | MergeFormat::Jsonl | MergeFormat::Csv | MergeFormat::Focus,
            ) => return None,
        };
        let of_journals = self.summary || self.brief || self.rounding.is_some();
        (!of_journals).then(|| ReportOptions {
            format,
            junit: self.junit.clone(),
            markdown: self.markdown.clone(),
            quiet: self.quiet,
            verbose: self.verbose,
            durations: self.durations,
        })
    }

    /// How journals are shown; none where what is asked for is made of reports alone.
    pub(super) fn view(&self) -> Option<ViewOptions> {
        let format = match self.format {
            None | Some(MergeFormat::Timeline) => Format::Timeline,
            Some(MergeFormat::Json) => Format::Json,
            Some(MergeFormat::Jsonl) => Format::Jsonl,
            Some(MergeFormat::Csv) => Format::Csv,
            Some(MergeFormat::Focus) => Format::Focus,
            Some(MergeFormat::Human | MergeFormat::Tap | MergeFormat::Github) => return None,
        };
        let of_reports = self.junit.is_some() || self.markdown.is_some() || self.durations > 0;
        (!of_reports).then_some(ViewOptions {
            format,
            rounding: self.rounding,
            quiet: self.quiet,
            summary: self.summary,
            brief: self.brief,
            verbose: self.verbose,
            explain: false,
            legend: false,
            times: None,
            ascii: false,
        })
    }
}

#[derive(Debug, Args)]
pub(super) struct CheckOptions {
    /// Scenario files, or folders to search for scenarios as `ec2sim test` does; `-` is standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// What to print: lines to read, or JSON with the diagnostics of each file.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: CheckFormat,
    /// Show only mistakes.
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
    #[command(flatten)]
    prices: PriceOptions,
    #[command(flatten)]
    limits: InstanceLimit,
}

impl CheckOptions {
    pub(super) fn reading(&self) -> Result<Reading, PriceFileError> {
        self.prices.reading(self.limits.limits())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct CompareOptions {
    /// Scenario files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What to change, and the choices: `market=on-demand,spot`, `type=…`, `region=…`, `platform=…`, `stop=stop,hibernate,none`,
    /// `commitment=none,ri-1y-no-upfront,…`, `tenancy=…`, `credits=…`, `count=…`. Expectations are left out.
    #[arg(long, value_name = "KEY=A,B")]
    pub(super) vary: Vec<Vary>,
    /// Also find the time between two steps, named by their labels, at which each choice costs the same as the first.
    #[arg(long, value_name = "LABEL..LABEL")]
    pub(super) break_even: Option<Between>,
    /// Also take the load of each file to other services, as `elsewhere` in the file does: `lambda`, `fargate`.
    #[arg(long, value_name = "SERVICE,…", value_delimiter = ',')]
    pub(super) elsewhere: Vec<Service>,
    /// What to print: a table to read, JSON, CSV, or Markdown for a pull request.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(super) format: CompareFormat,
    /// Also write them as a page to look at: on one axis, with where the difference in money arises. It is one file of HTML that needs
    /// no network.
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
    #[command(flatten)]
    prices: PriceOptions,
}

impl CompareOptions {
    pub(super) fn reading(&self) -> Result<Reading, PriceFileError> {
        self.prices.reading(self.limits.limits())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CompareFormat {
    Table,
    Json,
    Csv,
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct NewOptions {
    /// The file to write, with `.yaml` added if it has no extension; without it, the scenario is printed. Existing files are
    /// never overwritten.
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Start with a lesson, with a comment on everything (the default).
    #[arg(long, conflicts_with = "ci")]
    pub(super) lesson: bool,
    /// Start with a scenario for continuous integration: several instances, ranges of timings, expectations.
    #[arg(long)]
    pub(super) ci: bool,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Files with records of CloudTrail or events of EventBridge.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// The scenario to write; existing files are never overwritten [default: it is printed].
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The Region, where the records are of several.
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// Leave out ids, addresses, names, tags and accounts.
    #[arg(long)]
    pub(super) redact: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainOptions {
    /// Words such as `LIFE-STOP`, `IncorrectInstanceState`, `stopped` or `hibernate`.
    #[arg(required = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct RulesOptions {
    /// Only rules about this: a chapter such as `hibernation`, or a word of their ids such as `spot`.
    #[arg(long, value_name = "WORD")]
    pub(super) area: Option<String>,
    /// Only rules that are known in this way.
    #[arg(long, value_name = "WORD")]
    pub(super) evidence: Option<EvidenceArg>,
    /// Only rules that the simulator doesn't follow, with the reasons.
    #[arg(long, conflicts_with_all = ["evidence", "coverage"])]
    pub(super) missing: bool,
    /// Say which rules the scenarios under these paths reach, and where.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(super) coverage: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum EvidenceArg {
    Documented,
    Observed,
    Inferred,
    Sim,
    Convention,
    Unconfirmed,
    Historical,
}

impl EvidenceArg {
    pub(super) const fn evidence(self) -> Evidence {
        match self {
            Self::Documented => Evidence::Documented,
            Self::Observed => Evidence::Observed,
            Self::Inferred => Evidence::Inferred,
            Self::Sim => Evidence::Sim,
            Self::Convention => Evidence::Convention,
            Self::Unconfirmed => Evidence::Unconfirmed,
            Self::Historical => Evidence::Historical,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct DiagramOptions {
    /// A scenario file: the path that its instances take is drawn, with times and counts, or, with `--of`, its volumes' or
    /// whatever else's.
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Only the path of what bears this name: an instance, with `--of` a volume and the like, of which `web/root` is one of `web`
    /// too; a Spot request has the name of its instance.
    #[arg(
        long,
        value_name = "NAME",
        requires = "file",
        visible_alias = "instance"
    )]
    pub(super) name: Option<String>,
    /// Draw every phase: which `pending` it is, hibernating, resuming.
    #[arg(long)]
    pub(super) detail: bool,
    /// The kind of resource: all of its phases are drawn.
    #[arg(long, value_name = "KIND", value_parser = nouns())]
    pub(super) of: Option<String>,
    /// What to print: for Markdown pages, for Graphviz, or a picture.
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    pub(super) format: DiagramFormat,
    #[command(flatten)]
    pub(super) config: ConfigOptions,
}

/// The kinds of resources that have lifecycles.
fn nouns() -> PossibleValuesParser {
    Chart::all()
        .into_iter()
        .map(|chart| chart.noun)
        .collect::<Vec<_>>()
        .into()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiagramFormat {
    Mermaid,
    Dot,
    Svg,
}

#[derive(Debug, Args)]
pub(super) struct TypesOptions {
    #[command(flatten)]
    pub(super) types: TypeFilter,
    /// What to print: a table to read, JSON, or CSV.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(super) format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct PricesOptions {
    #[command(flatten)]
    pub(super) types: TypeFilter,
    /// The platforms, such as `windows` or `linux,rhel`; or `all`.
    #[arg(long, value_name = "PLATFORM", default_value = "linux", value_delimiter = ',',
        value_parser = platform_words())]
    platform: Vec<String>,
    /// What to print: a table to read, JSON, or CSV.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(super) format: ListFormat,
    /// Leave estimates out.
    #[arg(long)]
    pub(super) no_estimates: bool,
}

impl PricesOptions {
    pub(super) fn platforms(&self) -> Vec<Platform> {
        let is_asked = |platform: &Platform| {
            let mut words = self.platform.iter();
            words.any(|word| word == "all" || word == platform.word())
        };
        Platform::ALL.into_iter().filter(is_asked).collect()
    }
}

fn platform_words() -> PossibleValuesParser {
    let words = Platform::ALL.into_iter().map(Platform::word);
    words.chain(["all"]).collect::<Vec<_>>().into()
}

#[derive(Debug, Args)]
pub(super) struct SchemaOptions {
    /// What it describes. That of `journal` and `eventbridge` is the schema of a line.
    #[arg(long, value_name = "WHAT", default_value = OF_SCENARIOS, value_parser = described())]
    pub(super) of: String,
}

/// What isn't an output.
const OF_SCENARIOS: &str = "scenario";

fn described() -> PossibleValuesParser {
    let outputs = Output::ALL.iter().map(|output| output.name);
    [OF_SCENARIOS]
        .into_iter()
        .chain(outputs)
        .collect::<Vec<_>>()
        .into()
}

#[derive(Debug, Args)]
pub(super) struct CompletionOptions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(super) shell: ShellArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShellArg {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}
