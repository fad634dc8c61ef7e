//! What the program needs of its surroundings, read once.

use std::io::{IsTerminal, stderr, stdout};

/// The environment and the terminal, as they were when the program began. Nothing below reads them again.
#[derive(Debug, Clone, Default)]
pub struct RunContext {
    /// `RUST_LOG`.
    pub rust_log: Option<String>,
    /// The columns of the terminal, or `COLUMNS`.
    pub columns: Option<usize>,
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
        let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            rust_log: std::env::var("RUST_LOG")
                .ok()
                .filter(|filter| !filter.is_empty()),
            columns: columns.or_else(terminal),
            ci: crate::suite::is_ci(),
            stdout_is_terminal: stdout().is_terminal(),
            stderr_is_terminal: stderr().is_terminal(),
            colour_on_stdout: wants_colour(anstream::AutoStream::choice(&stdout())),
            colour_on_stderr: wants_colour(anstream::AutoStream::choice(&stderr())),
        }
    }

    /// The width to draw for: 80 columns where nobody says otherwise.
    pub fn width(&self) -> usize {
        self.columns.unwrap_or(80).clamp(60, 200)
    }
}
