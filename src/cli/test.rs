//! `ec2sim test PATH…`.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    engine::StopSignal,
    foreign::shown,
    report::{Look, Verbosity},
    scenario::PriceFileError,
    suite::{
        self, CaseOutcome, CaseReport, Observer, Options, Report, WhileHeard,
        format::{self, Detail, Human},
    },
};

use super::{
    Exit, RunContext,
    args::{Global, OrphansArg, ReportOptions, TestFormat, TestOptions},
    diagnostics,
    drafts::Drafts,
    files, interrupt,
    keys::Keys,
    last_failed::LastFailed,
    output,
    outputs::Outputs,
};

/// Replays every scenario below the paths, and reports.
pub(super) fn test(
    options: TestOptions,
    global: &Global,
    context: &RunContext,
    logs: bool,
) -> Exit {
    let snapshots = &options.snapshots;
    if context.ci && (snapshots.update || snapshots.review) {
        let option = if snapshots.update { "update" } else { "review" };
        complain(&format!(
            "--{option} writes snapshots, but nothing is written while `CI` is set: run it without `CI`"
        ));
        return Exit::Unusable;
    }
    if context.ci && snapshots.orphans == OrphansArg::Delete {
        complain(
            "--orphans=delete deletes snapshots, but nothing is written while `CI` is set: use --orphans=fail",
        );
        return Exit::Unusable;
    }
    let mut configs = options.config.configs();
    let found = if options.paths.is_empty() {
        suite::find_all(&mut configs)
    } else {
        suite::find_by(&options.paths, &mut configs)
    };
    if found.files.is_empty() && found.problems.is_empty() && found.mistakes.is_empty() {
        none_found(&options.paths);
        return Exit::Unusable;
    }
    if snapshots.review {
        return review(&found, &options.filter, global, context);
    }
    let memory = LastFailed::new(options.state.as_deref(), context.ci);
    let failed = options.last_failed.then(|| memory.among(&found.files));
    let only = match failed.transpose() {
        Ok(only) => only.flatten(),
        Err(error) => {
            complain(&error.to_string());
            return Exit::Unusable;
        }
    };
    if options.last_failed && only.is_none() && !options.reports.quiet {
        let _ = writeln!(
            io::stderr(),
            "note: none of these scenarios failed in the run before: all of them are replayed"
        );
    }
    let reading = match options.prices.reading(options.limits.limits()) {
        Ok(reading) => reading,
        Err(why) => return unusable_prices(&why),
    };
    let human = human(&options.reports, global, context);
    let wanted = Options {
        jobs: options.jobs,
        filter: options.filter,
        marks: options.mark,
        not_marks: options.not_mark,
        only,
        fail_fast: options.fail_fast,
        snapshot: snapshots.snapshot,
        update: snapshots.update,
        require_snapshots: snapshots.require_snapshots,
        orphans: snapshots.orphans.into(),
        may_write: !context.ci,
        timeout: options.timeout,
        shard: options.shard,
        seeds: options.seeds,
        reading,
        look: (options.reports.format == TestFormat::Human).then_some(Look {
            width: human.width,
            colour: human.colour,
            verbosity: Verbosity::Quiet,
        }),
        draw: diagnostics::draw,
        log: logs,
        stop: StopSignal::default(),
    };
    if options.list {
        return list(&found, &wanted, &options.paths, global, context);
    }
    let files = found.files.len();
    interrupt::listen(&wanted.stop);
    let outputs = Outputs::of(&options.reports, context);
    let drafts = Drafts::begin(&outputs);
    let mut screen = Screen::new(human, &options.reports, files, context, drafts);
    let begin = now();
    let report = suite::run(found, &wanted, &mut screen);
    let took = begin.elapsed();
    if let Some(bar) = &screen.bar {
        bar.finish_and_clear();
    }
    // A shard may have no scenario of a small suite; a filter that lets none through, or a folder without any, is a mistake.
    if report.cases.is_empty() && report.counts.not_run == 0 && options.shard.is_none() {
        screen.drafts.discard();
        nothing_left(&wanted, &options.paths);
        return Exit::Unusable;
    }
    let written = match screen.error.take() {
        Some(error) => Err(error),
        None => screen.out.flush().and_then(|()| {
            print(
                &report,
                options.reports.format,
                human,
                context.workspace.as_deref(),
                Some(took),
            )
        }),
    };
    let mut exit = finish(&report, &options.reports, &outputs, &written);
    if let Err(error) = memory.remember(&report) {
        complain(&error.to_string());
        exit = exit.max(Exit::Unusable);
    }
    if wanted.stop.is_asked() {
        return Exit::Interrupted;
    }
    exit
}

/// How the human form looks.
pub(super) fn human(reports: &ReportOptions, global: &Global, context: &RunContext) -> Human {
    Human {
        width: context.width(),
        colour: global.color.is_on(context.colour_on_stdout),
        detail: match (reports.quiet, reports.verbose) {
            (true, _) => Detail::Failures,
            (false, true) => Detail::All,
            (false, false) => Detail::Enough,
        },
        durations: reports.durations,
    }
}

/// Prints what would be replayed.
fn list(
    found: &suite::Found,
    wanted: &Options,
    paths: &[PathBuf],
    global: &Global,
    context: &RunContext,
) -> Exit {
    let listed = suite::list(found, wanted);
    let exit = files::problems(found, global, context);
    if listed.is_empty() && exit == Exit::Success && wanted.shard.is_none() {
        nothing_left(wanted, paths);
        return Exit::Unusable;
    }
    let mut text = String::new();
    for one in &listed {
        text.push_str(&shown(&one.file));
        if let Some(name) = &one.name {
            text.push_str("  ");
            text.push_str(&shown(name.trim()));
        }
        text.push('\n');
    }
    output::print(text.as_bytes()).max(exit)
}

/// Says that there is nothing to do.
fn nothing_left(wanted: &Options, paths: &[PathBuf]) {
    let mut said = Vec::new();
    for (option, words) in [
        ("--filter", &wanted.filter),
        ("--mark", &wanted.marks),
        ("--not-mark", &wanted.not_marks),
    ] {
        said.extend(words.iter().map(|word| format!("{option} `{word}`")));
    }
    if said.is_empty() {
        none_found(paths);
    } else {
        complain(&format!("no scenario is left by {}", said.join(" ")));
    }
}

pub(super) fn none_found(paths: &[PathBuf]) {
    if paths.is_empty() {
        complain(
            "no scenario found: without a path, scenarios are what `paths` of ec2sim.toml says, or else the files *.ec2sim.yaml in the working directory and below",
        );
        return;
    }
    let paths: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    complain(&format!(
        "no scenario found in {}: a scenario is a *.yaml, *.yml or *.json file with `steps` at the top level",
        paths.join(", ")
    ));
}

pub(super) fn complain(message: &str) {
    // Standard error may be closed; the exit code says it all the same.
    let _ = writeln!(io::stderr(), "error: {}", shown(message));
}

/// Says what is wrong with a price file.
pub(super) fn unusable_prices(why: &PriceFileError) -> Exit {
    complain(&format!("the price file can't be used: {why}"));
    Exit::Unusable
}

/// Prints a report in its format; of the human one what stands below the lines of the scenarios.
pub(super) fn print(
    report: &Report,
    format: TestFormat,
    human: Human,
    workspace: Option<&Path>,
    took: Option<Duration>,
) -> io::Result<()> {
    let mut out = BufWriter::new(WhileHeard::new(io::stdout().lock()));
    match format {
        TestFormat::Human => human.finish(report, took, &mut out)?,
        TestFormat::Json => out.write_all(format::json(report)?.as_bytes())?,
        TestFormat::Tap => out.write_all(format::tap(report).as_bytes())?,
        TestFormat::Github => out.write_all(format::github(report, workspace).as_bytes())?,
    }
    out.flush()
}

/// Says what there is to say beside the report, writes the other reports, and answers with the exit code.
pub(super) fn finish(
    report: &Report,
    reports: &ReportOptions,
    outputs: &Outputs,
    printed: &io::Result<()>,
) -> Exit {
    let mut exit = match report.outcome() {
        CaseOutcome::Passed => Exit::Success,
        CaseOutcome::Failed => Exit::Failed,
        CaseOutcome::Error => Exit::Unusable,
    };
    let mut err = io::stderr().lock();
    // GitHub's annotations and the comments of TAP have the warnings in them.
    if matches!(reports.format, TestFormat::Human | TestFormat::Json) {
        for warning in &report.warnings {
            let _ = writeln!(err, "warning: {}", shown(warning));
        }
    }
    if !reports.quiet {
        for note in &report.notes {
            let _ = writeln!(err, "note: {}", shown(note));
        }
    }
    if let Err(error) = printed {
        let _ = writeln!(err, "error: cannot write the results: {error}");
        exit = exit.max(Exit::Unusable);
    }
    let junit = outputs.junit.as_ref().map(|output| {
        let text = format::junit(report).map_err(io::Error::other);
        (output, text)
    });
    let markdown = outputs.markdown.as_ref();
    let markdown = markdown.map(|output| (output, Ok(format::markdown(report))));
    for (output, text) in [junit, markdown].into_iter().flatten() {
        if let Err(error) = text.and_then(|text| output.write(&text)) {
            let path = output.path().to_string_lossy();
            let _ = writeln!(err, "error: cannot write {}: {error}", shown(&path));
            exit = exit.max(Exit::Unusable);
        }
    }
    exit
}

/// Asks about each snapshot that waits.
fn review(found: &suite::Found, filter: &[String], global: &Global, context: &RunContext) -> Exit {
    for warning in found.warnings() {
        let _ = writeln!(io::stderr(), "warning: {}", shown(&warning));
    }
    let unread = files::problems(found, global, context);
    let waiting = suite::pending(&found.files, filter);
    let colour = global.color.is_on(context.colour_on_stdout);
    let exit = match suite::review(&waiting, colour, &mut Keys::new(), &mut io::stdout()) {
        Ok(reviewed) if reviewed.skipped == 0 => Exit::Success,
        Ok(_) => Exit::Failed,
        Err(error) => {
            let writing = Exit::of_writing(&error);
            if writing == Exit::Unusable {
                complain(&format!("cannot review: {error}"));
            }
            writing
        }
    };
    exit.max(unread)
}

/// Prints the line of each scenario as it is done, and shows on a terminal how far the run is.
struct Screen {
    human: Human,
    /// Whether scenarios have lines at all.
    has_lines: bool,
    is_live: bool,
    out: BufWriter<WhileHeard<io::Stdout>>,
    /// None where standard error is no terminal.
    bar: Option<ProgressBar>,
    error: Option<io::Error>,
    drafts: Drafts,
}

impl Screen {
    fn new(
        human: Human,
        reports: &ReportOptions,
        files: usize,
        context: &RunContext,
        drafts: Drafts,
    ) -> Self {
        let style = ProgressStyle::with_template("  {bar:30} {pos} of {len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        Self {
            human,
            has_lines: reports.format == TestFormat::Human && human.has_lines(files),
            is_live: context.stdout_is_terminal,
            out: BufWriter::with_capacity(1 << 16, WhileHeard::new(io::stdout())),
            bar: Some(bar)
                .filter(|bar| !bar.is_hidden())
                .map(|bar| bar.with_style(style)),
            error: None,
            drafts,
        }
    }
}

impl Observer for Screen {
    fn begin(&mut self, pieces: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(pieces);
        }
    }

    fn done(&mut self, pieces: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(pieces);
        }
    }

    fn finished(&mut self, case: &CaseReport) {
        self.drafts.add(case);
    }

    fn idle(&mut self, unfinished: &[&suite::File]) {
        self.drafts.name(unfinished);
        if self.error.is_none() {
            self.error = self.out.flush().err();
        }
    }

    fn case(&mut self, case: &CaseReport) {
        if !self.has_lines || self.error.is_some() {
            return;
        }
        let line = format::case_line(case, self.human);
        let (out, is_live) = (&mut self.out, self.is_live);
        let mut write = || {
            writeln!(out, "{line}")?;
            if is_live { out.flush() } else { Ok(()) }
        };
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        self.error = written.err();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a run really takes is shown to people, and nothing else depends on it"
)]
fn now() -> Instant {
    Instant::now()
}
