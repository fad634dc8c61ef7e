//! `ec2sim merge FILE…`.

use std::{
    io::{self, BufRead, BufReader, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
    thread,
};

use crate::{
    report::{JournalError, MergeJournalsError, merge_journals},
    scenario::input,
    suite::{self, WhileHeard, format},
};

use super::{
    Exit, RunContext,
    args::{Global, MergeOptions, ReportOptions, ShowOptions, TestFormat, ViewOptions},
    outputs::Outputs,
    show, test,
};

/// A file that was opened, and its first bytes, which say what it is.
struct Opened {
    path: PathBuf,
    is_journal: bool,
    text: Box<dyn BufRead + Send>,
}

/// How journals begin.
const JOURNAL: &[u8] = br#"{"schema":"ec2sim/journal/"#;

impl Opened {
    fn at(path: &Path) -> Result<Self, String> {
        let mut begins = Vec::new();
        let mut file: Box<dyn BufRead + Send> = if path.as_os_str() == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let (file, _) = input::open(path).map_err(|error| error.to_string())?;
            Box::new(BufReader::with_capacity(1 << 16, file))
        };
        let most = u64::try_from(JOURNAL.len()).unwrap_or_default();
        let read = (&mut file).take(most).read_to_end(&mut begins);
        read.map_err(|error| error.to_string())?;
        Ok(Self {
            path: path.to_path_buf(),
            is_journal: begins == JOURNAL,
            text: Box::new(io::Cursor::new(begins).chain(file)),
        })
    }
}

/// Makes one of several. A file that can't be used stops none of the others, but the whole isn't whole without it.
pub(super) fn merge(options: &MergeOptions, global: &Global, context: &RunContext) -> Exit {
    let mut exit = Exit::Success;
    let mut files = Vec::new();
    for path in &options.files {
        match Opened::at(path) {
            Ok(opened) => files.push(opened),
            Err(reason) => {
                test::complain(&format!("{}: {reason}", path.display()));
                exit = Exit::Unusable;
            }
        }
    }
    if files.is_empty() {
        return exit;
    }
    if !files.iter().any(|file| file.is_journal) {
        let Some(reports) = options.reports() else {
            return not_for("reports of `ec2sim test`, and what is asked for is made of journals");
        };
        return exit.max(merge_reports(files, &reports, global, context));
    }
    if let Some(report) = files.iter().find(|file| !file.is_journal) {
        test::complain(&format!(
            "{}: this isn't a journal, and others of the files are",
            report.path.display()
        ));
        return Exit::Unusable;
    }
    let Some(view) = options.view() else {
        return not_for("journals, and what is asked for is made of reports of `ec2sim test`");
    };
    // The whole of some shards isn't the whole.
    if exit == Exit::Success {
        exit = merge_parts(files, view, global, context);
    }
    exit
}

fn not_for(what: &str) -> Exit {
    test::complain(&format!("the files are {what}"));
    Exit::Unusable
}

/// Makes one report of several.
fn merge_reports(
    files: Vec<Opened>,
    options: &ReportOptions,
    global: &Global,
    context: &RunContext,
) -> Exit {
    let mut exit = Exit::Success;
    let mut reports = Vec::new();
    for mut file in files {
        let report = input::text_from(&mut file.text, input::LARGEST_REPORT)
            .map_err(|error| error.to_string())
            .and_then(|text| suite::read_report(&text).map_err(|error| error.to_string()));
        match report {
            Ok(report) => reports.push(report),
            Err(reason) => {
                test::complain(&format!("{}: {reason}", file.path.display()));
                exit = Exit::Unusable;
            }
        }
    }
    if reports.is_empty() {
        return exit;
    }
    let (whole, missing) = match suite::merge(reports) {
        Ok(merged) => merged,
        Err(error) => {
            test::complain(&error.to_string());
            return Exit::Unusable;
        }
    };
    for one in missing {
        test::complain(&one);
        exit = Exit::Unusable;
    }
    let outputs = Outputs::of(options, context);
    let human = test::human(options, global, context);
    let mut printed = Ok(());
    if options.format == TestFormat::Human && human.has_lines(whole.cases.len()) {
        let mut out = WhileHeard::new(io::stdout().lock());
        printed = whole
            .cases
            .iter()
            .try_for_each(|case| writeln!(out, "{}", format::case_line(case, human)));
    }
    let printed = printed.and_then(|()| {
        let workspace = context.workspace.as_deref();
        test::print(&whole, options.format, human, workspace, None)
    });
    exit.max(test::finish(&whole, options, &outputs, &printed))
}

/// Makes the journal of the whole of those of its parts, and shows it as it comes.
fn merge_parts(
    files: Vec<Opened>,
    view: ViewOptions,
    global: &Global,
    context: &RunContext,
) -> Exit {
    let (reader, writer) = match io::pipe() {
        Ok(pipe) => pipe,
        Err(error) => {
            test::complain(&format!("cannot merge: {error}"));
            return Exit::Unusable;
        }
    };
    let journals = files
        .into_iter()
        .map(|file| (file.path.display().to_string(), file.text));
    let journals: Vec<_> = journals.collect();
    let options = ShowOptions {
        files: Vec::new(),
        html: None,
        view,
    };
    thread::scope(|scope| {
        let merging = scope.spawn(move || {
            let mut out = BufWriter::with_capacity(1 << 16, writer);
            let merged = merge_journals(journals, &mut out);
            merged.and_then(|_| Ok(out.flush()?))
        });
        let (exit, shown) = show::whole(
            BufReader::with_capacity(1 << 16, reader),
            &options,
            global,
            context,
        );
        let merged = match merging.join() {
            Ok(merged) => merged,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        match (merged, shown) {
            // Nobody reads on.
            (Ok(()) | Err(MergeJournalsError::Writing(_)), Ok(())) => exit,
            (_, Err(JournalError::Writing(error))) => exit.max(show::not_shown(&error)),
            (Err(error), _) => {
                test::complain(&error.to_string());
                Exit::Unusable
            }
            (Ok(()), Err(error)) => {
                test::complain(&error.to_string());
                Exit::Unusable
            }
        }
    })
}
