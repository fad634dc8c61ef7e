//! The program from outside: what starting it costs, and how much memory it takes.

use std::{
    env, io,
    path::Path,
    process::{Command, Stdio},
};

use super::measure::{Took, measure_program, peak_of_children};

/// The program with these arguments.
pub(crate) fn ec2sim(arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ec2sim"));
    command.args(arguments).arg(file);
    command
}

/// Runs programs in turn, so often, and adds up what each took.
pub(crate) fn starts(commands: &mut [Command], times: u32) -> io::Result<Vec<Took>> {
    let mut sums = vec![Took::default(); commands.len()];
    for _ in 0..times {
        for (sum, command) in sums.iter_mut().zip(commands.iter_mut()) {
            let took = measure_program(command)?;
            sum.wall += took.wall;
            sum.processor += took.processor;
        }
    }
    Ok(sums)
}

/// The most memory that the program takes, in bytes. A process is told of its children's peaks only all together, so each
/// is the only child of a process of its own.
pub(crate) fn peak(arguments: &[&str], file: &Path) -> io::Result<u64> {
    let output = Command::new(env::current_exe()?)
        .arg("--peak")
        .arg(file)
        .args(["--", env!("CARGO_BIN_EXE_ec2sim")])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .map_err(|_| io::Error::other(format!("`--peak` printed {text:?}")))
}

/// That process: runs the program, and prints its peak.
pub(crate) fn print_peak(command: &[String], file: &Path) -> io::Result<u64> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(io::Error::other("`--peak` takes a program"));
    };
    measure_program(Command::new(program).args(arguments).arg(file))?;
    Ok(peak_of_children())
}
