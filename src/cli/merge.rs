//! `ec2sim merge FILE…`.

use std::io::{self, Write};

use crate::{
    scenario::input,
    suite::{self, WhileHeard, format},
};

use super::{
    Exit, RunContext,
    args::{Global, MergeOptions, TestFormat},
    outputs::Outputs,
    test,
};

/// Makes one report of several. One that can't be used stops none of the others, but the whole isn't whole without it.
pub(super) fn merge(options: &MergeOptions, global: &Global, context: &RunContext) -> Exit {
    let mut exit = Exit::Success;
    let mut reports = Vec::new();
    for path in &options.files {
        let report = input::text_of(path, input::LARGEST_REPORT)
            .map_err(|error| error.to_string())
            .and_then(|text| suite::read_report(&text).map_err(|error| error.to_string()));
        match report {
            Ok(report) => reports.push(report),
            Err(reason) => {
                test::complain(&format!("{}: {reason}", path.display()));
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
    let outputs = Outputs::of(&options.reports, context);
    let human = test::human(&options.reports, global, context);
    let mut printed = Ok(());
    if options.reports.format == TestFormat::Human && human.has_lines(whole.cases.len()) {
        let mut out = WhileHeard::new(io::stdout().lock());
        printed = whole
            .cases
            .iter()
            .try_for_each(|case| writeln!(out, "{}", format::case_line(case, human)));
    }
    let printed = printed.and_then(|()| {
        let workspace = context.workspace.as_deref();
        test::print(&whole, options.reports.format, human, workspace, None)
    });
    exit.max(test::finish(&whole, &options.reports, &outputs, &printed))
}
