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
