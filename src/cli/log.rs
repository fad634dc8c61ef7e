//! The log on standard error.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use thiserror::Error;
use tracing_subscriber::{
    Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::foreign;

use super::{
    RunContext,
    args::{Global, LogFormat},
};

/// Why the log can't be set up.
#[derive(Debug, Error)]
pub(super) enum LogError {
    /// The filter isn't one.
    #[error(
        "`{filter}` is not a log level or a list of targets, such as `debug` or `ec2sim::billing=debug,info`"
    )]
    Filter {
        filter: String,
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    /// A word of the filter names nothing.
    #[error(
        "`{0}` is not a log level: expected `error`, `warn`, `info`, `debug`, `trace` or `off`, or a target such as `ec2sim::billing=debug`"
    )]
    Unknown(String),
    /// Another subscriber is installed.
    #[error("a log is already installed")]
    Installed(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets the log up, if `--log` or `RUST_LOG` asks for one. Returns whether it did.
pub(super) fn install(global: &Global, context: &RunContext) -> Result<bool, LogError> {
    let Some(filter) = global.log.as_ref().or(context.rust_log.as_ref()) else {
        return Ok(false);
    };
    let targets: Targets = filter.parse().map_err(|source| LogError::Filter {
        filter: filter.clone(),
        source,
    })?;
    if let Some(wrong) = unknown_part(filter) {
        return Err(LogError::Unknown(wrong.to_owned()));
    }
    let colour = global.color.is_on(context.colour_on_stderr);
    // Virtual time is in the events; the wall clock has no say.
    let layer = fmt::layer().with_ansi(colour).without_time();
    match global.log_format {
        LogFormat::Text => {
            let layer = layer.with_writer(|| Harmless(foreign::in_log));
            tracing_subscriber::registry()
                .with(layer.with_filter(targets))
                .try_init()?;
        }
        LogFormat::Json => {
            let layer = layer.json().with_writer(|| Harmless(foreign::in_json));
            tracing_subscriber::registry()
                .with(layer.with_filter(targets))
                .try_init()?;
        }
    }
    Ok(true)
}

/// Standard error, to which whole events are written, without what could do harm.
struct Harmless(fn(&str) -> Cow<'_, str>);

impl Write for Harmless {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        io::stderr().write_all((self.0)(&text).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// The first word of a filter that is neither a level nor a target of this program or of another crate: a level that is
/// misspelt would be taken for a target, and show nothing.
fn unknown_part(filter: &str) -> Option<&str> {
    const LEVELS: &[&str] = &["error", "warn", "info", "debug", "trace", "off"];
    let parts = filter.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).find(|part| {
        let is_level = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(part));
        let is_number = part.parse::<u8>().is_ok_and(|level| level <= 5);
        let is_target =
            part.contains('=') || part.contains("::") || *part == env!("CARGO_CRATE_NAME");
        !is_level && !is_number && !is_target
    })
}
