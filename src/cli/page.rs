//! `ec2sim page PATH -o DIR`.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{
    foreign::shown,
    report::{Entry, Index},
    runner::replay,
    scenario::Reading,
    suite,
};

use super::{
    Exit, RunContext,
    args::{Global, PageOptions},
    files,
    output::{self, not_written},
    run::{exit_of, write_page},
    test::{self, unusable_prices},
};

/// Makes a page of every scenario, and an index of them. A file that can't be used stops none of the others.
pub(super) fn page(options: &PageOptions, global: &Global, context: &RunContext) -> Exit {
    let reading = match options.reading() {
        Ok(reading) => reading,
        Err(why) => return unusable_prices(&why),
    };
    let mut configs = options.config.configs();
    let found = files::at(&options.path, &mut configs);
    let mut exit = files::problems(&found, global, context);
    let mut entries = Vec::new();
    let mut taken = BTreeSet::from(["index.html".to_owned()]);
    for file in found.files.iter().filter(|file| !file.is_other()) {
        let name = if file.relative.is_empty() {
            file.path
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        } else {
            file.relative.clone()
        };
        let name = page_name(&name, &mut taken);
        match one(file, &reading, &options.output, &name, (global, context)) {
            Ok((one, entry)) => {
                exit = exit.max(one);
                entries.extend(entry);
            }
            Err(error) => {
                not_written(&options.output.join(name), &error);
                return Exit::Unusable;
            }
        }
    }
    if entries.is_empty() {
        if exit == Exit::Success {
            test::none_found(std::slice::from_ref(&options.path));
        }
        return Exit::Unusable;
    }
    let index = options.output.join("index.html");
    let written = File::create(&index).and_then(|file| {
        let mut file = BufWriter::new(file);
        Index(&entries).write(&mut file)?;
        file.flush()
    });
    if let Err(error) = written {
        not_written(&index, &error);
        return Exit::Unusable;
    }
    let (count, index) = (entries.len(), index.to_string_lossy());
    let pages = if count == 1 { "page" } else { "pages" };
    exit.max(output::print(
        format!("{count} {pages}, listed in {}\n", shown(&index)).as_bytes(),
    ))
}

/// The page of one scenario, if it can be used.
fn one(
    file: &suite::File,
    reading: &Reading,
    folder: &Path,
    name: &str,
    (global, context): (&Global, &RunContext),
) -> io::Result<(Exit, Option<Entry>)> {
    let scenario = match files::read(file, reading) {
        Ok(scenario) => scenario,
        Err(mistakes) => {
            let _ = files::complain(&mistakes, global, context);
            return Ok((Exit::Unusable, None));
        }
    };
    let replay = replay(&scenario);
    let page = folder.join(name);
    if let Some(folder) = page.parent() {
        fs::create_dir_all(folder)?;
    }
    write_page(&replay, &page)?;
    Ok((
        exit_of(replay.outcome()),
        Some(Entry::new(name.to_owned(), &replay)),
    ))
}

/// What the page of a file is called: as the file, or where another is called so, with its ending too.
fn page_name(file: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut name = format!("{stem}.html");
    while !taken.insert(name.clone()) {
        name = if name == format!("{stem}.html") {
            format!("{file}.html")
        } else {
            format!("_{name}")
        };
    }
    name
}
