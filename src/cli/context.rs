//! What the program needs of its surroundings, read once.

use std::{
    io::{IsTerminal, stderr, stdout},
    path::PathBuf,
};

/// The environment and the terminal, as they were when the program began. Nothing below reads them again.
#[derive(Debug, Clone, Default)]
pub struct RunContext {
    /// The language of the locale: `pt-BR` where `LANG` is `pt_BR.UTF-8`; none where it is `C`.
    pub language: Option<String>,
    /// `RUST_LOG`.
    pub rust_log: Option<String>,
    /// The columns of the terminal, or `COLUMNS`.
    pub columns: Option<usize>,
    /// `GITHUB_WORKSPACE`: the checkout that GitHub knows files in.
    pub workspace: Option<PathBuf>,
    /// `GITHUB_STEP_SUMMARY`: the file for the page of a job, which other commands of a step write to as well.
    pub step_summary: Option<PathBuf>,
    /// Whether this is a CI system (`CI` is set, and neither empty nor `false` nor `0`).
    pub ci: bool,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// The same for standard error.
    pub stderr_is_terminal: bool,
    /// Whether standard output should be coloured: it is a terminal, and `NO_COLOR` and its like don't stand against it.
    pub colour_on_stdout: bool,
    /// The same for standard error.
    pub colour_on_stderr: bool,
    /// Whether standard output is a terminal that shows links (OSC 8), or `FORCE_HYPERLINK` says so.
    pub links_on_stdout: bool,
}

impl RunContext {
    /// Reads it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn from_environment() -> Self {
        let wants_colour = |choice| !matches!(choice, anstream::ColorChoice::Never);
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        let path = |name| {
            let path = std::env::var_os(name).map(PathBuf::from);
            path.filter(|path| !path.as_os_str().is_empty())
        };
        let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            language: locale(|name| std::env::var(name).ok()),
            rust_log: std::env::var("RUST_LOG")
                .ok()
                .filter(|filter| !filter.is_empty()),
            columns: columns.or_else(terminal),
            workspace: path("GITHUB_WORKSPACE"),
            step_summary: path("GITHUB_STEP_SUMMARY"),
            ci: crate::suite::is_ci(),
            stdout_is_terminal: stdout().is_terminal(),
            stderr_is_terminal: stderr().is_terminal(),
            colour_on_stdout: wants_colour(anstream::AutoStream::choice(&stdout())),
            colour_on_stderr: wants_colour(anstream::AutoStream::choice(&stderr())),
            links_on_stdout: shows_links(stdout().is_terminal(), |name| std::env::var(name).ok()),
        }
    }

    /// The width to draw for: 80 columns where nobody says otherwise.
    pub fn width(&self) -> usize {
        self.columns.unwrap_or(80).clamp(60, 200)
    }
}

/// The language of the locale, as POSIX looks it up: `pt-BR` of `pt_BR.UTF-8`; none of `C`.
fn locale(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let value = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set)?;
    let language = value.split(['.', '@']).next()?.replace('_', "-");
    (!matches!(&*language, "C" | "POSIX")).then_some(language)
}

/// Whether a terminal shows links, as far as it says what it is. Others may print them as they are, so they get none.
fn shows_links(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is = |name: &str| variable(name).unwrap_or_default();
    match is("FORCE_HYPERLINK").as_str() {
        "" => {}
        "0" | "no" | "false" => return false,
        _ => return true,
    }
    let (term, program) = (is("TERM"), is("TERM_PROGRAM"));
    let vte: u32 = is("VTE_VERSION").parse().unwrap_or(0);
    is_terminal
        && term != "dumb"
        && (vte >= 5000
            || ["kitty", "alacritty", "foot", "ghostty", "wezterm"]
                .iter()
                .any(|one| term.contains(one))
            || ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"].contains(&program.as_str())
            || !is("WT_SESSION").is_empty()
            || !is("KONSOLE_VERSION").is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_go_to_terminals_that_are_known_to_show_them() {
        let shows = |is_terminal: bool, set: &[(&str, &str)]| {
            shows_links(is_terminal, |name| {
                set.iter()
                    .find(|(one, _)| *one == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(!shows(true, &[]));
        assert!(!shows(true, &[("TERM", "xterm-256color")]));
        assert!(shows(true, &[("TERM", "xterm-kitty")]));
        assert!(shows(true, &[("VTE_VERSION", "7600")]));
        assert!(!shows(true, &[("VTE_VERSION", "7600"), ("TERM", "dumb")]));
        assert!(!shows(false, &[("VTE_VERSION", "7600")]));
        assert!(shows(false, &[("FORCE_HYPERLINK", "1")]));
        assert!(!shows(
            true,
            &[("VTE_VERSION", "7600"), ("FORCE_HYPERLINK", "0")]
        ));
    }
}
