//! The pages in `docs/reference/` are written from the lists in the code, and the README's examples are what the program
//! prints. `UPDATE_DOCS=1 cargo test docs` renews them.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use ec2sim::{
    lifecycle::{
        Disposition, ErrorCode, MATRIX, Machine, Passage, Phase, Refusal, environment,
        modification, spot, task, volume,
    },
    record::Rules,
    rule::{self, AREAS, Area, Rule},
    scenario::Code,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

pub(crate) fn hold(page: &str, wanted: &str) {
    let path = root().join(page);
    if updating() {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{page} is out of date: renew it with `UPDATE_DOCS=1 cargo test docs`"
    );
}

fn ids(rules: &[&Rule]) -> String {
    let ids: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.id)).collect();
    ids.join(", ")
}

fn phase_name<M: Machine>(phase: M) -> String {
    let (state, flavor) = phase.words();
    match flavor {
        None => state.to_owned(),
        Some(flavor) => format!("{state} ({flavor})"),
    }
}

/// A page about a kind of resource, all of it from its table. `born` is what brings one about; a page with columns says what
/// they mean.
fn page_of<M: Machine>(
    title: &str,
    source: &str,
    born: &str,
    columns: &str,
    name: impl Fn(M) -> String,
) -> String {
    let leaves = |phase: M| M::TABLE.iter().any(|row| row.from == phase);
    let enters = |phase: M| M::TABLE.iter().any(|row| row.to == phase);
    let mut page = format!(
        "# {title}\n\nGenerated from `{source}`: every transition, then how each phase responds to each trigger.\n\n\
         ```mermaid\nstateDiagram-v2\n    direction LR\n"
    );
    let first = M::PHASES.first().copied();
    for phase in M::PHASES
        .iter()
        .filter(|phase| Some(**phase) == first || !enters(**phase))
    {
        writeln!(page, "    [*] --> {phase:?}: {born}").unwrap();
    }
    for row in M::TABLE {
        let trigger = M::name_of(row.trigger);
        writeln!(page, "    {:?} --> {:?}: {trigger}", row.from, row.to).unwrap();
    }
    for phase in M::PHASES.iter().filter(|phase| !leaves(**phase)) {
        writeln!(page, "    {phase:?} --> [*]").unwrap();
    }
    page.push_str("```\n");
    if let [first, ..] = M::PHASES
        && !first.holds().is_empty()
    {
        write!(page, "\n## Phases\n\n{columns}\n\n| phase |").unwrap();
        for (column, _) in first.holds() {
            write!(page, " {column} |").unwrap();
        }
        let rule = " --- |".repeat(first.holds().len());
        writeln!(page, "\n| --- |{rule}").unwrap();
        for phase in M::PHASES {
            write!(page, "| {} |", name(*phase)).unwrap();
            for (_, holds) in phase.holds() {
                write!(page, " {} |", if *holds { "yes" } else { "" }).unwrap();
            }
            page.push('\n');
        }
    }
    page.push_str("\n## Transitions\n\n| from | trigger | to | why | rules |\n| --- | --- | --- | --- | --- |\n");
    for row in M::TABLE {
        writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            name(row.from),
            M::name_of(row.trigger),
            name(row.to),
            row.why,
            ids(row.rules)
        )
        .unwrap();
    }
    page.push_str("\n## Every phase and trigger\n\n`→` changes the state, `ok` succeeds without a change of state, `=` means that it is already so, and anything else is a refusal.\n\n| trigger |");
    for phase in M::PHASES {
        write!(page, " {} |", name(*phase)).unwrap();
    }
    page.push_str("\n| --- |");
    page.push_str(&" --- |".repeat(M::PHASES.len()));
    page.push('\n');
    for trigger in M::TRIGGERS {
        write!(page, "| {trigger:?} |").unwrap();
        for phase in M::PHASES {
            let cell = match phase.answer(*trigger) {
                Disposition::Moves(row) => format!("→ {}", name(row.to)),
                Disposition::Accepted(_) => "ok".to_owned(),
                Disposition::Unchanged(_) => "=".to_owned(),
                Disposition::Refused(refusal) => {
                    M::code_of(refusal).map_or("—".to_owned(), |code| format!("`{code}`"))
                }
            };
            write!(page, " {cell} |").unwrap();
        }
        page.push('\n');
    }
    page
}

#[test]
fn the_pages_of_the_lifecycles_are_made_from_their_tables() {
    let page = page_of(
        "The lifecycle",
        "src/lifecycle/table.rs",
        "RunInstances",
        "Whether usage is metered, whether an associated Elastic IP counts as idle, and whether the instance is on a host or on its way to one.",
        |phase| match phase {
            Phase::Launching => "pending (first)".to_owned(),
            Phase::Starting => "pending (later)".to_owned(),
            phase => phase_name(phase),
        },
    );
    hold("docs/reference/lifecycle.md", &page);
    let page = page_of::<volume::Phase>(
        "The lifecycle of volumes",
        "src/lifecycle/volume.rs",
        "CreateVolume, RunInstances",
        "",
        phase_name,
    );
    hold("docs/reference/lifecycle-of-volumes.md", &page);
    let page = page_of::<modification::Phase>(
        "How a modification of a volume goes on",
        "src/lifecycle/modification.rs",
        "ModifyVolume",
        "",
        phase_name,
    );
    hold("docs/reference/lifecycle-of-modifications.md", &page);
    let page = page_of::<spot::Phase>(
        "The lifecycle of Spot requests",
        "src/lifecycle/spot.rs",
        "RunInstances",
        "",
        phase_name,
    );
    hold("docs/reference/lifecycle-of-spot-requests.md", &page);
    let page = page_of::<environment::Phase>(
        "The lifecycle of execution environments",
        "src/lifecycle/environment.rs",
        "Invoke, PutProvisionedConcurrencyConfig",
        "",
        phase_name,
    );
    hold("docs/reference/lifecycle-of-environments.md", &page);
    let page = page_of::<task::Phase>(
        "The lifecycle of tasks",
        "src/lifecycle/task.rs",
        "RunTask, CreateService",
        "",
        phase_name,
    );
    hold("docs/reference/lifecycle-of-tasks.md", &page);
}

#[test]
fn the_page_of_what_is_kept_is_made_from_the_matrix() {
    let mut page = String::from(
        "# What is kept and what is lost\n\nGenerated from `src/lifecycle/retention.rs`.\n\n| attribute |",
    );
    for passage in Passage::ALL {
        write!(page, " {} |", passage.name()).unwrap();
    }
    page.push_str(" rule |\n| --- |");
    page.push_str(&" --- |".repeat(Passage::ALL.len() + 1));
    page.push('\n');
    for row in MATRIX {
        write!(page, "| {} |", row.attribute.name()).unwrap();
        for outcome in row.outcomes {
            write!(page, " {outcome} |").unwrap();
        }
        writeln!(page, " `{}` |", row.rule.id).unwrap();
    }
    hold("docs/reference/retention.md", &page);
}

#[test]
fn the_page_of_the_rules_is_made_from_their_list() {
    let mut page = String::from(
        "# Rules\n\nGenerated from `src/rule/`. Every transition, refusal and ledger line names the rules behind it, and \
         `ec2sim explain` says more of each. The address of a rule on this page is its id: `rules.md#LIFE-RUN`.\n\n",
    );
    let followed = |area: &'static Area| {
        rule::implemented().filter(move |rule| Area::of(rule.id) == Some(area))
    };
    let missing = |area: &'static Area| {
        let all = rule::not_implemented().iter();
        all.filter(move |missing| Area::of(missing.id) == Some(area))
    };
    for area in AREAS {
        let anchor = area
            .title
            .to_lowercase()
            .replace([':', ','], "")
            .replace(' ', "-");
        let (ours, all) = (
            followed(area).count(),
            followed(area).count() + missing(area).count(),
        );
        writeln!(page, "- [{}](#{anchor}): {ours} of {all}", area.title).unwrap();
    }
    for area in AREAS {
        write!(page, "\n## {}\n\n{}\n\n", area.title, area.matters).unwrap();
        if followed(area).next().is_some() {
            page.push_str("| rule | says | evidence |\n| --- | --- | --- |\n");
        }
        for rule in followed(area) {
            let id = if rule.source.starts_with("http") {
                format!("<a id=\"{0}\"></a>[`{0}`]({1})", rule.id, rule.source)
            } else {
                format!("<a id=\"{0}\"></a>`{0}`", rule.id)
            };
            let uncertain = if rule.uncertain { ", uncertain" } else { "" };
            writeln!(
                page,
                "| {id} | {} | {}{uncertain} |",
                rule.says, rule.evidence
            )
            .unwrap();
        }
        if missing(area).next().is_some() {
            let after = if followed(area).next().is_some() {
                "\n"
            } else {
                ""
            };
            write!(
                page,
                "{after}Not simulated:\n\n| rule | why |\n| --- | --- |\n"
            )
            .unwrap();
        }
        for missing in missing(area) {
            writeln!(
                page,
                "| <a id=\"{0}\"></a>`{0}` | {1} |",
                missing.id, missing.why
            )
            .unwrap();
        }
    }
    hold("docs/reference/rules.md", &page);
}

#[test]
fn the_page_of_the_errors_is_made_from_their_lists() {
    let mut page = String::from(
        "# Error codes\n\n## Refusals\n\nEC2's codes, with the status of the HTTP response. Those that begin with `Simulator.` are the \
         simulator's own. `fails:` accepts those that a step can be refused with.\n\n| code | HTTP | meaning | no step is refused with it |\n| --- | --- | --- | --- |\n",
    );
    for code in ErrorCode::ALL {
        let never = code.never().unwrap_or_default();
        writeln!(
            page,
            "| `{code}` | {} | {} | {never} |",
            code.http_status(),
            code.says()
        )
        .unwrap();
    }
    let mut texts = |whose: &str, refusals: Vec<(ErrorCode, &str, Rules)>| {
        write!(
            page,
            "\n## Texts of {whose} refusals\n\n| code | text | rules |\n| --- | --- | --- |\n"
        )
        .unwrap();
        // What is said alike for several reasons is one row.
        let mut rows: Vec<(ErrorCode, &str, Vec<&'static Rule>)> = Vec::new();
        for (code, text, rules) in refusals {
            match rows.iter_mut().find(|row| (row.0, row.1) == (code, text)) {
                Some(row) => {
                    let known = row.2.clone();
                    row.2
                        .extend(rules.iter().filter(|rule| !known.contains(rule)));
                }
                None => rows.push((code, text, rules.to_vec())),
            }
        }
        for (code, text, rules) in rows {
            writeln!(page, "| `{code}` | {text} | {} |", ids(&rules)).unwrap();
        }
    };
    let of_instances = Refusal::ALL.iter();
    let of_volumes = volume::Refusal::ALL.iter();
    texts(
        "an instance's",
        of_instances
            .map(|one| (one.code(), one.text(), one.rules()))
            .collect(),
    );
    texts(
        "a volume's",
        of_volumes
            .map(|one| (one.code(), one.text(), one.rules()))
            .collect(),
    );
    texts(
        "a modified volume's",
        modification::Refusal::ALL
            .iter()
            .map(|one| (one.code(), one.text(), one.rules()))
            .collect(),
    );
    page.push_str("\n## Mistakes in a scenario file\n\n| code | meaning |\n| --- | --- |\n");
    for code in Code::ALL {
        writeln!(page, "| `{code}` | {} |", code.meaning()).unwrap();
    }
    hold("docs/reference/errors.md", &page);
}

/// Where what the program prints stands in a page: after the command, in a `console` block, or in a picture, which has it as a
/// comment.
const SHOWN: [&str; 2] = ["```console\n$ ", "```mermaid\n%% $ "];

/// Runs the commands of a page: after `$ ec2sim …` stands what the program prints. Of several commands with `|` between, each
/// reads what the one before prints. They run in the repository, or, where the page has files of its own (a `yaml` block that
/// begins with `# NAME.yaml`), in a folder with those that stand before.
fn hold_console(page: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let count = |mark: &str| text.matches(mark).count();
    assert_eq!(
        count("```console\n"),
        count(SHOWN[0]),
        "{page}: a block begins with its command"
    );
    let own = text.contains("```yaml\n# ").then(|| {
        let name = format!("docs-{}", page.replace('/', "-"));
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
    });
    if let Some(folder) = &own {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
    }
    let mut wanted = String::new();
    let mut rest = text.as_str();
    while let Some((at, mark)) = SHOWN
        .iter()
        .filter_map(|mark| Some((rest.find(mark)?, mark)))
        .min()
    {
        let (before, block) = rest.split_at(at + mark.len());
        if let Some(folder) = &own {
            for file in before.split("```yaml\n# ").skip(1) {
                let (name, _) = file.split_once('\n').unwrap();
                let (file, _) = file.split_once("```").unwrap();
                fs::write(folder.join(name), format!("# {file}")).unwrap();
            }
        }
        let end = block.find("```").expect("a block ends");
        let command = block.lines().next().unwrap();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        for part in command.split(" | ") {
            let arguments: Vec<&str> = part.split_whitespace().collect();
            assert_eq!(arguments[0], "ec2sim", "{command}");
            let mut child = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
                .args(&arguments[1..])
                .current_dir(own.as_deref().unwrap_or(root()))
                .env_remove("RUST_LOG")
                .env("LC_ALL", "C")
                .env("COLUMNS", "80")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let read = child.stdin.take().unwrap().write_all(&stdout);
            assert!(stdout.is_empty() || read.is_ok(), "{command}");
            let output = child.wait_with_output().unwrap();
            (stdout, stderr) = (output.stdout, output.stderr);
        }
        let (stdout, stderr) = (
            String::from_utf8(stdout).unwrap(),
            String::from_utf8(stderr).unwrap(),
        );
        write!(wanted, "{before}{command}\n{stdout}{stderr}").unwrap();
        rest = &block[end..];
    }
    wanted.push_str(rest);
    hold(page, &wanted);
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    hold_console("README.md");
}

#[test]
fn the_pages_show_what_the_program_prints() {
    for page in [
        "journal",
        "first-steps",
        "kept-and-lost",
        "billing",
        "course",
    ] {
        hold_console(&format!("docs/{page}.md"));
    }
}

#[test]
fn the_links_of_the_pages_lead_somewhere() {
    let pages = fs::read_dir(root().join("docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|ending| ending == "md"));
    for page in pages.chain([root().join("README.md")]) {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let (link, _) = link.split_once(')').unwrap();
            let (file, _) = link.split_once('#').unwrap_or((link, ""));
            let leads = file.contains("://") || page.with_file_name("").join(file).exists();
            assert!(leads, "{}: {link}", page.display());
        }
    }
}

#[test]
fn the_page_of_the_timeline_shows_what_the_program_prints() {
    hold_console("docs/timeline.md");
}

#[test]
fn the_scenarios_of_the_pages_can_be_read() {
    for page in [
        "README.md",
        "docs/scenario-format.md",
        "docs/kept-and-lost.md",
        "docs/billing.md",
    ] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let mut seen = 0;
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            if block.contains("steps:") && block.contains("instances:") {
                let scenario = ec2sim::Scenario::from_text(page, block)
                    .unwrap_or_else(|mistakes| panic!("{mistakes}\n{block}"));
                let replay = ec2sim::replay(&scenario);
                assert!(replay.passed(), "{page}: {:?}\n{block}", replay.tally());
                seen += 1;
            }
        }
        assert!(seen > 0, "{page} shows a scenario");
    }
}
