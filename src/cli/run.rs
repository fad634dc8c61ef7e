//! `ec2sim run FILE…`.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    pin::pin,
};

use crate::{
    engine::{Clock, Log, Outcome, Sink, StopSignal},
    foreign::shown,
    report::{Document, EventBridge, Focus, JsonLines, LedgerCsv, Look, Page, Timeline, Verbosity},
    runner::{Keep, Replay, block_on, replay_by},
    scenario::{Diagnostics, Reading, Scenario},
    suite,
};

#[cfg(feature = "parquet")]
use crate::report::FocusParquet;

use super::{
    Exit, RunContext,
    args::{Format, Global, RunOptions, ViewOptions},
    files, interrupt,
    output::{check_place, not_written},
    pace::{Heartbeat, Stepper},
    progress::Progress,
    quiz::Quiz,
    test::{self, complain, unusable_prices},
};

/// The size of a scenario whose replay takes a few milliseconds at most. A thread that listens for Ctrl-C costs a tenth
/// of that already.
const SMALL: u64 = 1_000;

/// The widest timeline: of longer lines the eye loses the beginning.
pub(super) const WIDEST: usize = 120;

/// What a table of charges needs.
const LEDGER: Keep = Keep {
    records: false,
    ledger: true,
};

/// Replays every file. One that can't be used stops none of the others.
pub(super) fn run(options: &RunOptions, global: &Global, context: &RunContext, logs: bool) -> Exit {
    #[cfg(feature = "live")]
    if options.live {
        return live(options, global, context);
    }
    let stop = StopSignal::default();
    let all = run_all(options, global, context, logs, &stop);
    if options.pace.is_none() {
        // Nothing is waited for, and a small replay takes less time than an event loop to start.
        return block_on(pin!(all));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(all),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: cannot start the event loop: {error}");
            Exit::Unusable
        }
    }
}

async fn run_all(
    options: &RunOptions,
    global: &Global,
    context: &RunContext,
    logs: bool,
    stop: &StopSignal,
) -> Exit {
    let reading = match options.reading(context.language.as_deref()) {
        Ok(reading) => reading,
        Err(why) => return unusable_prices(&why),
    };
    if let Some(page) = &options.html
        && let Err(error) = check_place(page)
    {
        not_written(page, &error);
        return Exit::Unusable;
    }
    let mut exit = Exit::Success;
    let live = options.pace.is_some() || options.quiz || options.step || context.stdout_is_terminal;
    // Not locked: the lines of a long replay are written by a thread of their own.
    let stdout = io::stdout();
    // A person sees each line when it is there; a pipe is fed in larger pieces.
    let mut out: Box<dyn Write> = if live {
        Box::new(stdout)
    } else {
        Box::new(BufWriter::with_capacity(1 << 16, stdout))
    };
    let mut events = match options.eventbridge.as_deref().map(File::create).transpose() {
        Ok(file) => file.map(|file| EventBridge::new(BufWriter::new(file))),
        Err(error) => {
            not_written(
                options.eventbridge.as_deref().unwrap_or(Path::new("")),
                &error,
            );
            return Exit::Unusable;
        }
    };
    #[cfg(feature = "parquet")]
    let mut parquet = None;
    let (meant, unusable) = match scenarios_at(options, global, context, &mut out) {
        Ok(found) => found,
        Err(error) => return Exit::of_writing(&error),
    };
    exit = exit.max(unusable);
    if let (Some(page), true) = (&options.html, meant.len() > 1) {
        let page = page.to_string_lossy();
        let count = meant.len();
        complain(&format!(
            "{page} would be the page of {count} scenarios: `ec2sim page PATH -o DIR` makes one of each"
        ));
        return Exit::Unusable;
    }
    // How many were read: the first of them has the header.
    let mut read = 0;
    for file in &meant {
        let mut run = Run {
            options,
            reading: &reading,
            global,
            context,
            logs,
            live,
            stop,
            events: events.as_mut(),
            #[cfg(feature = "parquet")]
            parquet: &mut parquet,
        };
        match run.one(file, read, &mut out).await {
            Ok(one) => {
                read += usize::from(one != Exit::Unusable);
                exit = exit.max(one);
            }
            Err(error) => {
                let writing = Exit::of_writing(&error);
                if writing == Exit::Unusable {
                    let _ = writeln!(io::stderr(), "error: cannot write the results: {error}");
                }
                return exit.max(writing);
            }
        }
        if exit == Exit::Interrupted {
            break;
        }
    }
    #[cfg(feature = "parquet")]
    if let Some(Err(error)) = parquet.map(FocusParquet::finish) {
        let _ = writeln!(io::stderr(), "error: cannot write the results: {error}");
        return exit.max(Exit::of_writing(&error));
    }
    if let Some(Err(error)) = events.map(EventBridge::finish) {
        not_written(
            options.eventbridge.as_deref().unwrap_or(Path::new("")),
            &error,
        );
        exit = exit.max(Exit::Unusable);
    }
    match out.flush() {
        Ok(()) => exit,
        Err(error) => exit.max(Exit::of_writing(&error)),
    }
}

/// The files that are meant: of a folder the scenarios below it.
fn scenarios_at(
    options: &RunOptions,
    global: &Global,
    context: &RunContext,
    out: &mut dyn Write,
) -> io::Result<(Vec<suite::File>, Exit)> {
    let mut exit = Exit::Success;
    let mut meant = Vec::new();
    let mut configs = options.config.configs();
    for path in &options.files {
        let found = files::at(path, &mut configs);
        let problems = files::problems(&found, global, context);
        exit = exit.max(problems);
        for mistakes in &found.mistakes {
            tell_mistakes(mistakes, options, out)?;
        }
        let before = meant.len();
        meant.extend(found.files.into_iter().filter(|file| !file.is_other()));
        if meant.len() == before && problems == Exit::Success && !configs.are_broken() {
            test::none_found(std::slice::from_ref(path));
            exit = Exit::Unusable;
        }
    }
    Ok((meant, exit))
}

/// Where a reader of JSON waits for a document, it gets the mistakes.
fn tell_mistakes(
    mistakes: &Diagnostics,
    options: &RunOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match options.view.format {
        Format::Timeline | Format::Csv | Format::Focus => Ok(()),
        #[cfg(feature = "parquet")]
        Format::FocusParquet => Ok(()),
        Format::Json | Format::Jsonl => files::write_document(mistakes, out),
    }
}

/// Writes the page of a replay.
pub(super) fn write_page(replay: &Replay, path: &Path) -> io::Result<()> {
    let mut page = BufWriter::new(File::create(path)?);
    Page::new(replay).write(&mut page)?;
    page.flush()
}

/// How the timeline is drawn.
pub(super) fn look(view: &ViewOptions, global: &Global, context: &RunContext) -> Look {
    Look {
        width: context.width().min(WIDEST),
        colour: global.color.is_on(context.colour_on_stdout),
        verbosity: view.verbosity(),
    }
}

/// A timeline that says of rules what is wanted.
pub(super) fn told<W: Write>(
    mut timeline: Timeline<W>,
    view: &ViewOptions,
    context: &RunContext,
) -> Timeline<W> {
    if view.explain {
        timeline = timeline.explaining();
    }
    if view.legend {
        timeline = timeline.with_legend();
    }
    if let Some(times) = view.times {
        timeline = timeline.times(times.into());
    }
    if view.ascii {
        timeline = timeline.in_ascii();
    }
    if context.links_on_stdout {
        timeline = timeline.linking();
    }
    timeline
}

/// Plays the one scenario that is meant on the whole terminal.
#[cfg(feature = "live")]
fn live(options: &RunOptions, global: &Global, context: &RunContext) -> Exit {
    /// The longest wait where nobody says another.
    const LONGEST: std::time::Duration = std::time::Duration::from_secs(2);
    if !context.stdout_is_terminal {
        complain("`--live` needs a terminal: `--pace` prints lines anywhere");
        return Exit::Unusable;
    }
    let reading = match options.reading(context.language.as_deref()) {
        Ok(reading) => reading,
        Err(why) => return unusable_prices(&why),
    };
    let (meant, unusable) = match scenarios_at(options, global, context, &mut io::sink()) {
        Ok(found) => found,
        Err(error) => return Exit::of_writing(&error),
    };
    let [file] = meant.as_slice() else {
        if unusable == Exit::Success {
            complain(&format!(
                "`--live` plays one scenario, and {} are meant",
                meant.len()
            ));
        }
        return Exit::Unusable;
    };
    let scenario = match files::read(file, &reading) {
        Ok(scenario) => match options.seed {
            Some(seed) => scenario.with_seed(seed),
            None => scenario,
        },
        Err(mistakes) => {
            let _ = files::complain(&mistakes, global, context);
            return Exit::Unusable;
        }
    };
    let replay = crate::runner::replay(&scenario);
    let play = crate::report::Play::of(&replay);
    let most = options.max_gap.unwrap_or(LONGEST);
    match super::live::play(&play, options.pace, most) {
        Ok(mark) => {
            let told = mark.map_or(Ok(()), |mark| writeln!(io::stdout(), "  {mark}"));
            told.map_or_else(
                |error| Exit::of_writing(&error),
                |()| exit_of(replay.outcome()),
            )
        }
        Err(error) => {
            complain(&format!("cannot use the terminal: {error}"));
            Exit::Unusable
        }
    }
}

/// What the outcome of a replay comes to.
pub(super) const fn exit_of(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Passed => Exit::Success,
        Outcome::Failed => Exit::Failed,
        Outcome::Interrupted => Exit::Interrupted,
    }
}

struct Run<'a> {
    options: &'a RunOptions,
    reading: &'a Reading,
    global: &'a Global,
    context: &'a RunContext,
    logs: bool,
    live: bool,
    stop: &'a StopSignal,
    events: Option<&'a mut EventBridge<BufWriter<File>>>,
    /// The one file of all scenarios.
    #[cfg(feature = "parquet")]
    parquet: &'a mut Option<FocusParquet<io::Stdout>>,
}

impl Run<'_> {
    async fn one(
        &mut self,
        file: &suite::File,
        index: usize,
        out: &mut dyn Write,
    ) -> io::Result<Exit> {
        let read = files::read(file, self.reading).map(|scenario| match self.options.seed {
            Some(seed) => scenario.with_seed(seed),
            None => scenario,
        });
        let read = match self.options.shard {
            Some(shard) => read.and_then(|scenario| scenario.part(shard)),
            None => read,
        };
        let scenario = match read {
            Ok(scenario) => scenario,
            Err(mistakes) => {
                out.flush()?;
                let _ = files::complain(&mistakes, self.global, self.context);
                tell_mistakes(&mistakes, self.options, out)?;
                return Ok(Exit::Unusable);
            }
        };
        self.tell_language(&scenario, file);
        let replay = match self.options.view.format {
            Format::Timeline => {
                if index > 0 {
                    writeln!(out)?;
                }
                self.timeline(&scenario, out).await?
            }
            Format::Json => {
                let replay = self.replay(&scenario, Keep::ALL, None).await;
                let rounding = self.options.view.rounding();
                Document::new(&replay).rounded(rounding).write(out)?;
                replay
            }
            Format::Csv => {
                let replay = self.replay(&scenario, LEDGER, None).await;
                LedgerCsv::after(index > 0, out, self.options.view.rounding())?.write(&replay)?;
                replay
            }
            Format::Focus => {
                let replay = self.replay(&scenario, LEDGER, None).await;
                let mut focus = Focus::after(index > 0, out, self.options.view.rounding())?;
                focus.write(&replay)?;
                replay
            }
            #[cfg(feature = "parquet")]
            Format::FocusParquet => {
                let replay = self.replay(&scenario, LEDGER, None).await;
                let rounding = self.options.view.rounding();
                let file = match &mut self.parquet {
                    Some(file) => file,
                    none @ None => none.insert(FocusParquet::new(io::stdout(), rounding)?),
                };
                file.write(&replay)?;
                replay
            }
            Format::Jsonl => {
                out.flush()?;
                let (stdout, stop) = (io::stdout(), self.stop.clone());
                let mut lines = if self.live {
                    JsonLines::new(stdout, stop)
                } else {
                    JsonLines::in_background(stdout, stop)
                };
                lines.begin(scenario.program(), scenario.file());
                let replay = self.replay(&scenario, Keep::SUMS, Some(&mut lines)).await;
                lines.finish(&replay, scenario.source());
                lines.end()?;
                replay
            }
        };
        if let Some(path) = self.options.html.as_deref()
            && let Err(error) = write_page(&replay, path)
        {
            not_written(path, &error);
            return Ok(Exit::Unusable);
        }
        // A table has no room for what failed.
        if replay.outcome() == Outcome::Failed && self.options.view.format.is_table() {
            let file = file.path.to_string_lossy();
            let file = shown(&file);
            let _ = writeln!(
                io::stderr(),
                "{file}: the scenario failed; `ec2sim run --quiet {file}` says why"
            );
        }
        Ok(exit_of(replay.outcome()))
    }

    /// Says that a file has nothing in the language that was asked for.
    fn tell_language(&self, scenario: &Scenario, file: &suite::File) {
        let Some(wanted) = &self.options.lang else {
            return;
        };
        let languages = &scenario.program().languages;
        let general = wanted.split('-').next().unwrap_or_default();
        if languages.iter().any(|one| one == wanted || one == general) {
            return;
        }
        let has = if languages.is_empty() {
            "its texts are in one language".to_owned()
        } else {
            format!("it has {}", languages.join(", "))
        };
        let file = file.name();
        let _ = writeln!(
            io::stderr(),
            "note: {} has nothing in `{}`: {has}",
            shown(&file),
            shown(wanted)
        );
    }

    async fn timeline(&mut self, scenario: &Scenario, out: &mut dyn Write) -> io::Result<Replay> {
        let look = look(&self.options.view, self.global, self.context);
        let verbosity = look.verbosity;
        let timeline = Timeline::new(&mut *out, look, self.stop.clone());
        let mut timeline = told(timeline, &self.options.view, self.context);
        if !self.live {
            timeline = timeline.in_pieces();
        }
        let is_watched = self.options.pace.is_some() && self.context.stdout_is_terminal;
        if self.options.quiz || self.options.step || is_watched {
            // Somebody goes along with each round.
            timeline = timeline.telling_all();
        }
        timeline.begin(scenario.program(), scenario.file());
        if verbosity == Verbosity::Quiet && !self.live && !self.logs && self.events.is_none() {
            // A replay that nobody hears takes half the time, and if all is well there is nothing to tell. Only one that
            // fails is replayed again for what is told of it: the same file and seed give the same replay.
            let replay = self.replay(scenario, Keep::SUMS, None).await;
            if replay.outcome() != Outcome::Failed {
                timeline.end(&replay, scenario.source())?;
                return Ok(replay);
            }
        }
        if self.options.quiz {
            let mut quiz = Quiz::new(&mut timeline, self.stop.clone());
            let replay = self.replay(scenario, Keep::SUMS, Some(&mut quiz)).await;
            let mark = quiz.mark();
            timeline.end(&replay, scenario.source())?;
            if let Some(mark) = mark {
                // The timeline is through with its writer only when it is gone.
                drop(timeline);
                writeln!(out, "\n  {mark}")?;
            }
            return Ok(replay);
        }
        if self.options.step {
            let mut stepper = Stepper::new(&mut timeline, self.stop.clone());
            let replay = self.replay(scenario, Keep::SUMS, Some(&mut stepper)).await;
            timeline.end(&replay, scenario.source())?;
            return Ok(replay);
        }
        let keep = Keep {
            records: false,
            // The lines are drawn one by one only where all is told; the sums are always there.
            ledger: verbosity == Verbosity::Verbose,
        };
        let replay = self.replay(scenario, keep, Some(&mut timeline)).await;
        timeline.end(&replay, scenario.source())?;
        Ok(replay)
    }

    /// Whether a line on the terminal says how far a long replay is: nothing else is written there meanwhile, and it isn't
    /// the pace that makes it long.
    fn shows_progress(&self) -> bool {
        let prints_as_it_goes = match self.options.view.format {
            Format::Timeline => !self.options.view.quiet,
            Format::Jsonl => true,
            Format::Json | Format::Csv | Format::Focus => false,
            #[cfg(feature = "parquet")]
            Format::FocusParquet => false,
        };
        self.context.stderr_is_terminal
            && self.options.pace.is_none()
            && !self.logs
            && !(self.context.stdout_is_terminal && prints_as_it_goes)
    }

    async fn replay(
        &mut self,
        scenario: &Scenario,
        keep: Keep,
        sink: Option<&mut dyn Sink>,
    ) -> Replay {
        // Ctrl-C ends a replay where it is, with what happened so far. A small one is over before, unless it waits.
        let waits = self.options.pace.is_some() || self.options.quiz || self.options.step;
        if waits || scenario.program().size() > SMALL {
            interrupt::listen(self.stop);
        }
        let clock = match (self.options.pace, self.options.max_gap) {
            (None, _) => Clock::Instant,
            (Some(pace), None) => Clock::Paced(pace),
            (Some(pace), Some(most)) => Clock::Capped(pace, most),
        };
        // Where nobody sees that nothing happens yet.
        let beats = self.options.pace.is_some() && !self.context.stdout_is_terminal;
        let mut heartbeat = Heartbeat::default();
        let heard = heartbeat.heard();
        let mut log = Log;
        let mut progress = self.shows_progress().then(Progress::new);
        let mut sinks: Vec<&mut dyn Sink> = Vec::new();
        if let Some(sink) = sink {
            sinks.push(sink);
        }
        if self.logs {
            sinks.push(&mut log);
        }
        if let Some(events) = self.events.as_deref_mut() {
            sinks.push(events);
        }
        if let Some(progress) = &mut progress {
            sinks.push(progress);
        }
        if beats {
            sinks.push(&mut heartbeat);
        }
        let keep = if self.options.html.is_some() {
            Keep::ALL
        } else {
            Keep {
                ledger: keep.ledger || self.logs,
                ..keep
            }
        };
        let replay = Box::pin(replay_by(scenario, keep, sinks, clock, self.stop.clone()));
        let replay = if beats {
            heard.beside(replay).await
        } else {
            replay.await
        };
        if self.logs {
            Log.charges(replay.bill(), &replay.directory());
        }
        replay
    }
}
