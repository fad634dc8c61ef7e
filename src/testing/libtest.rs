//! A test program without a harness: each scenario of a folder is a test of its own, told as libtest tells its tests.
//!
//! `cargo test` and `cargo nextest` know a test program by its options and its output; both are followed here as far as
//! they use them. The crate for that, libtest-mimic, panics on a closed pipe, and brings clap into the library
//! (`docs/decisions/0011-a-test-harness-of-our-own.md`).

use std::{
    env,
    io::{self, Write},
    panic::{self, AssertUnwindSafe, catch_unwind},
    path::Path,
    process::ExitCode,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{foreign::shown, suite::WhileHeard};

use super::cases::{Case, cases, message};

/// The exit code of a test program of which a test failed.
const FAILED: u8 = 101;

/// Options of libtest's that take a value and change nothing here: scenarios are replayed one after the other, and nothing
/// is captured.
const WITH_VALUE: &[&str] = &[
    "--test-threads",
    "--color",
    "--format",
    "--logfile",
    "--shuffle-seed",
    "-Z",
];
/// Options of libtest's that change nothing here.
const WITHOUT_VALUE: &[&str] = &[
    "--nocapture",
    "--no-capture",
    "--show-output",
    "--include-ignored",
    "--test",
    "--report-time",
    "--ensure-time",
    "--exclude-should-panic",
    "--force-run-in-process",
    "--shuffle",
];

/// Runs every scenario of a folder as a test of its own, and says so as `cargo test` does. The whole `main` of a test with
/// `harness = false`.
///
/// A scenario that has a snapshot (`NAME.snap`) is held against it, as `ec2sim test` does.
///
/// Takes libtest's arguments: parts of names to run, `--exact`, `--skip NAME`, `--list`, `--quiet`. A test is called as its file
/// below the folder, without the ending: `cargo test --test scenarios hibernate/`.
pub fn main(folder: impl AsRef<Path>) -> ExitCode {
    main_with(folder, |case| {
        case.replay().passed();
    })
}

/// The same with a test of one's own, which fails by panicking.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     ec2sim::testing::main_with("scenarios", |case| {
///         let replay = case.replay().passed();
///         assert!(replay.replay().bill().cost().total() < ec2sim::money::Usd::from_price("5".parse().unwrap()));
///     })
/// }
/// ```
pub fn main_with(folder: impl AsRef<Path>, test: impl Fn(&Case)) -> ExitCode {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    // A failure is told once, below, and not where it happens.
    panic::set_hook(Box::new(|info| {
        let place = info.location().filter(|place| place.file() != file!());
        *last_place() = place.map(ToString::to_string);
    }));
    // Who reads no more changes nothing of what the exit code says.
    let mut out = WhileHeard::new(io::stdout().lock());
    let mut err = WhileHeard::new(io::stderr().lock());
    match run(folder.as_ref(), &arguments, &test, (&mut out, &mut err)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::from(FAILED),
    }
}

/// Where the latest panic was, if that says anything.
static LAST_PLACE: Mutex<Option<String>> = Mutex::new(None);

fn last_place() -> MutexGuard<'static, Option<String>> {
    LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    filters: Vec<String>,
    skipped: Vec<String>,
    exact: bool,
    list: bool,
    /// Only the tests that are ignored: there are none.
    ignored: bool,
    quiet: bool,
}

impl Asked {
    fn new(arguments: &[String]) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--exact" => asked.exact = true,
                "--list" => asked.list = true,
                "--ignored" => asked.ignored = true,
                "--quiet" | "-q" => asked.quiet = true,
                "--skip" => match rest.next() {
                    Some(name) => asked.skipped.push(name.clone()),
                    None => return Err("`--skip` lacks a name".to_owned()),
                },
                option if WITH_VALUE.contains(&option) => {
                    rest.next();
                }
                option if WITHOUT_VALUE.contains(&option) => {}
                option => match option.split_once('=') {
                    Some(("--skip", name)) => asked.skipped.push(name.to_owned()),
                    Some((name, _)) if WITH_VALUE.contains(&name) => {}
                    _ if option.starts_with('-') => {
                        return Err(format!("unknown option `{option}`"));
                    }
                    _ => asked.filters.push(option.to_owned()),
                },
            }
        }
        Ok(asked)
    }

    fn wants(&self, name: &str) -> bool {
        let fits = |filter: &String| {
            if self.exact {
                name == filter
            } else {
                name.contains(filter.as_str())
            }
        };
        let is_named = self.filters.is_empty() || self.filters.iter().any(fits);
        is_named && !self.skipped.iter().any(fits) && !self.ignored
    }
}

/// Runs what the arguments ask for; answers whether all passed.
fn run(
    folder: &Path,
    arguments: &[String],
    test: &dyn Fn(&Case),
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> io::Result<bool> {
    let asked = match Asked::new(arguments) {
        Ok(asked) => asked,
        Err(why) => {
            writeln!(err, "error: {}", shown(&why))?;
            return Ok(false);
        }
    };
    let all = match cases(folder) {
        Ok(all) => all,
        Err(why) => {
            writeln!(err, "error: {}", shown(&why))?;
            return Ok(false);
        }
    };
    let wanted: Vec<&Case> = all.iter().filter(|case| asked.wants(case.name())).collect();
    if asked.list {
        for case in &wanted {
            writeln!(out, "{}: test", shown(case.name()))?;
        }
        return Ok(true);
    }
    let plural = if wanted.len() == 1 { "" } else { "s" };
    writeln!(out, "\nrunning {} test{plural}", wanted.len())?;
    let mut failed: Vec<(&Case, String)> = Vec::new();
    for case in &wanted {
        if !asked.quiet {
            write!(out, "test {} ... ", shown(case.name()))?;
            out.flush()?;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            test(case);
            case.assert_snapshot();
        }));
        match (&outcome, asked.quiet) {
            (Ok(()), false) => writeln!(out, "ok")?,
            (Err(_), false) => writeln!(out, "FAILED")?,
            (Ok(()), true) => write!(out, ".")?,
            (Err(_), true) => write!(out, "F")?,
        }
        out.flush()?;
        if let Err(payload) = outcome {
            let place = last_place().take();
            let place = place.map_or_else(String::new, |place| format!("\nat {place}"));
            failed.push((case, format!("{}{place}", message(&*payload).trim_end())));
        }
    }
    if asked.quiet {
        writeln!(out)?;
    }
    if !failed.is_empty() {
        writeln!(out, "\nfailures:\n")?;
        for (case, why) in &failed {
            writeln!(out, "---- {} ----\n{}\n", shown(case.name()), why)?;
        }
        writeln!(out, "\nfailures:")?;
        for (case, _) in &failed {
            writeln!(out, "    {}", shown(case.name()))?;
        }
    }
    writeln!(
        out,
        "\ntest result: {}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out\n",
        if failed.is_empty() { "ok" } else { "FAILED" },
        wanted.len() - failed.len(),
        failed.len(),
        all.len() - wanted.len(),
    )?;
    out.flush()?;
    Ok(failed.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(arguments: &[&str], test: &dyn Fn(&Case)) -> (bool, String) {
        let arguments: Vec<String> = arguments.iter().map(|&one| one.to_owned()).collect();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/billing");
        let mut out = Vec::new();
        let passed = run(&folder, &arguments, test, (&mut out, &mut Vec::new())).unwrap();
        (passed, String::from_utf8(out).unwrap())
    }

    #[test]
    fn each_file_is_a_test_of_its_own() {
        let (passed, out) = ran(&["hour", "--test-threads", "1"], &|case| {
            case.replay().passed();
        });
        assert!(passed);
        assert_eq!(
            out,
            "\nrunning 1 test\ntest by-the-hour ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out\n\n"
        );
    }

    #[test]
    fn a_failure_is_told_and_stops_none_of_the_others() {
        let (passed, out) = ran(&["--skip=sixty"], &|case| {
            assert!(case.name() != "by-the-hour", "not {}", case.name());
        });
        assert!(!passed);
        assert!(
            out.contains("test by-the-hour ... FAILED\ntest what-goes-on-costing ... ok\n")
                && out.contains("---- by-the-hour ----\nnot by-the-hour\n")
                && out.contains("FAILED. 2 passed; 1 failed;"),
            "{out}"
        );
    }

    #[test]
    fn it_lists_for_nextest() {
        let never = |_: &Case| panic!("listing runs nothing");
        let (_, out) = ran(&["--list", "--format", "terse"], &never);
        assert_eq!(
            out,
            "a-new-type-elsewhere: test\nby-the-hour: test\nsixty-second-minimum: test\nwhat-goes-on-costing: test\n"
        );
        let (_, out) = ran(&["--list", "--format", "terse", "--ignored"], &never);
        assert_eq!(out, "");
        let (_, out) = ran(&["--exact", "by-the-hour", "--nocapture", "--list"], &never);
        assert_eq!(out, "by-the-hour: test\n");
    }

    #[test]
    fn nobody_has_to_read_it() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/billing");
        for (fails, passed) in [("none", true), ("what-goes-on-costing", false)] {
            let seen = std::cell::Cell::new(0);
            let test = |case: &Case| {
                seen.set(seen.get() + 1);
                assert!(case.name() != fails);
            };
            let (mut out, mut err) = (WhileHeard::new(Closed), Vec::new());
            assert_eq!(
                run(&folder, &[], &test, (&mut out, &mut err)).unwrap(),
                passed
            );
            assert_eq!(seen.get(), 4);
        }
    }

    #[test]
    fn what_cannot_be_run_fails() {
        let nothing = |_: &Case| {};
        assert!(!ran(&["--fast"], &nothing).0);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let there = Path::new("no/such/folder");
        assert!(!run(there, &[], &nothing, (&mut out, &mut err)).unwrap());
        assert!(err.starts_with(b"error: cannot read the folder no/such/folder"));
        assert!(out.is_empty());
    }
}
