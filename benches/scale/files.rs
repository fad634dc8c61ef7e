//! Reading: one file that spells out many steps, and many small files.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use super::measure::{Took, measure_program};

/// How many instances the long file switches off and on.
const INSTANCES: u32 = 1_000;

/// A scenario of so many steps, each spelled out, in YAML and in JSON. A step has about a hundred bytes.
pub(crate) fn long_scenario(steps: u32) -> (String, String) {
    let mut yaml = format!(
        "name: Spelled out\ninstances:\n  web: {{ type: t3.micro, count: {INSTANCES} }}\nsteps:\n  - launch: web\n"
    );
    let mut json = format!(
        "{{\"name\":\"Spelled out\",\"instances\":{{\"web\":{{\"type\":\"t3.micro\",\"count\":{INSTANCES}}}}},\"steps\":[{{\"launch\":\"web\"}}"
    );
    for step in 1..steps {
        let (number, round) = (step % INSTANCES + 1, step / INSTANCES);
        let verb = if round.is_multiple_of(2) {
            "stop"
        } else {
            "start"
        };
        let (hours, minutes) = (step / 60, step % 60);
        let note = format!("round {round}: the operators {verb} it as the plan of the day has it");
        let _ = write!(
            yaml,
            "  - at: {hours}h{minutes}m20s\n    {verb}: web-{number}\n    note: '{note}'\n"
        );
        let _ = write!(
            json,
            ",{{\"at\":\"{hours}h{minutes}m20s\",\"{verb}\":\"web-{number}\",\"note\":\"{note}\"}}"
        );
    }
    json.push_str("]}\n");
    (yaml, json)
}

/// A small scenario, as in a project that has a thousand of them.
pub(crate) fn small_scenario(number: u32) -> String {
    format!(
        "name: Off for the night, {number}
start: 2026-03-02T08:00:00Z
instances:
  web: {{ type: t3.medium, root: 20GiB gp3 }}
steps:
  - launch: web
  - at: 10h
    stop: web
  - at: 23h
    start: web
  - after: {}m
    expect: {{ web: {{ state: running, public-ipv4: changed, memory: lost }} }}
until: 1d
",
        1 + number % 30
    )
}

/// A folder of small scenarios, which is gone when this is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str, files: u32) -> io::Result<Self> {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        let folder = Self(path);
        for number in 0..files {
            folder.file(&format!("{number:04}.yaml"), &small_scenario(number))?;
        }
        Ok(folder)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Replays and judges all of them in one process.
    pub(crate) fn test(&self, jobs: u32) -> io::Result<Took> {
        measure_program(
            Command::new(env!("CARGO_BIN_EXE_ec2sim"))
                .args(["test", "--quiet", "--jobs", &jobs.to_string()])
                .arg(&self.0),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over is below the target directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}
