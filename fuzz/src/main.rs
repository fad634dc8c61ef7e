//! Mutates texts and gives them to a reader until the time is up or one breaks it:
//! `cargo run --manifest-path fuzz/Cargo.toml -- yaml --seconds 20`.
//!
//! It needs no nightly compiler. In place of coverage it goes by what a target says of a text, the codes of the mistakes for
//! one: a text of which something new is said is mutated further.

mod mutate;
mod target;

use std::{
    collections::BTreeSet,
    fs,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use fastrand::Rng;

use mutate::mutated;
use target::{TARGETS, Target};

/// A text that takes longer than this has broken its target, too.
const SLOW: Duration = Duration::from_secs(5);

/// So many texts of which something new was said are kept.
const MOST: usize = 5_000;

const USAGE: &str = "usage: ec2sim-fuzz TARGET [--seconds 20] [--seed 1] [--input FILE]";

struct Options {
    target: &'static Target,
    seconds: u64,
    seed: u64,
    input: Option<PathBuf>,
}

fn options() -> Result<Options, String> {
    let mut words = std::env::args().skip(1);
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    let usage = || format!("{USAGE}\ntargets: {}", names.join(", "));
    let name = words.next().ok_or_else(usage)?;
    let target = TARGETS.iter().find(|target| target.name == name);
    let mut options = Options {
        target: target.ok_or_else(usage)?,
        seconds: 20,
        seed: fastrand::u64(..),
        input: None,
    };
    while let Some(option) = words.next() {
        let value = words.next().ok_or_else(usage)?;
        let number = || value.parse().map_err(|_| usage());
        match option.as_str() {
            "--seconds" => options.seconds = number()?,
            "--seed" => options.seed = number()?,
            "--input" => options.input = Some(value.into()),
            _ => return Err(usage()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options().and_then(|options| fuzz(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn fuzz(options: &Options) -> Result<(), String> {
    let target = options.target;
    if let Some(path) = &options.input {
        let input = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", tried(target, &input)?);
        return Ok(());
    }
    // A stack that overflows can't be caught: with this seed it does so again.
    println!("{}: seed {}", target.name, options.seed);
    let mut rng = Rng::with_seed(options.seed);
    let mut corpus = (target.corpus)();
    if corpus.is_empty() {
        return Err("there is nothing to begin with".to_owned());
    }
    let mut said = BTreeSet::new();
    for input in &corpus {
        said.insert(tried(target, input)?);
    }
    let begin = Instant::now();
    let mut texts = 0_u64;
    while begin.elapsed() < Duration::from_secs(options.seconds) {
        let input = mutated(&mut rng, &corpus);
        texts += 1;
        let new = tried(target, &input)?;
        if corpus.len() < MOST && said.insert(new) {
            corpus.push(input);
        }
    }
    println!("{texts} texts, {} kept: none broke it", corpus.len());
    Ok(())
}

/// What the target says of a text; or where the text was put, if it broke it.
fn tried(target: &Target, input: &[u8]) -> Result<String, String> {
    let begin = Instant::now();
    let said = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let why = match said {
        Ok(_) if begin.elapsed() > SLOW => "it took too long",
        Ok(said) => return Ok(said),
        Err(_) => "it panicked",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
    let path = folder.join(target.name);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, input))
        .map_err(|error| format!("{why}, and the text can't be kept: {error}"))?;
    let (name, path) = (target.name, path.display());
    Err(format!("{why}: try it again with `{name} --input {path}`"))
}
