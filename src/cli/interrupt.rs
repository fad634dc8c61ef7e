//! Ctrl-C and SIGTERM: the first one ends a replay where it is, the second one the program.

use std::{
    io::{self, IsTerminal, Write},
    sync::Once,
    thread,
    time::Duration,
};

use crate::engine::StopSignal;

use super::Exit;

/// How long the second Ctrl-C lets the program print what there is.
const GRACE: Duration = Duration::from_millis(500);

/// Listens for Ctrl-C from now on; again only listens on.
///
/// It listens on a thread of its own, so that a replay hears it amid an instant at which a hundred thousand things happen,
/// and so that a second one ends a program that waits for whoever reads its results. Where there can't be one, Ctrl-C
/// does what it does to any program.
pub(super) fn listen(stop: &StopSignal) {
    listen_until(stop, |_| {
        // What there is is being printed. A reader that never comes isn't waited for.
        thread::sleep(GRACE);
        leave(Exit::Interrupted.code());
    });
}

/// The same for a server, which the second signal ends at once, with the exit code of that signal.
#[cfg(feature = "serve")]
pub(super) fn listen_as_server(stop: &StopSignal) {
    listen_until(stop, |signal| leave(signal.code()));
}

/// A signal by which a program is ended.
#[derive(Clone, Copy)]
enum Signal {
    Interrupt,
    #[cfg(unix)]
    Terminate,
}

impl Signal {
    #[cfg(feature = "serve")]
    const fn code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            #[cfg(unix)]
            Self::Terminate => 143,
        }
    }
}

fn listen_until(stop: &StopSignal, second: fn(Signal)) {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        let stop = stop.clone();
        let listener = thread::Builder::new().name("ctrl-c".to_owned());
        let _ = listener.spawn(move || wait(&stop, second));
    });
}

fn wait(stop: &StopSignal, second: fn(Signal)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    let heard = || runtime.block_on(signal());
    if heard().is_ok() {
        stop.stop();
        if let Ok(signal) = heard() {
            second(signal);
        }
    }
}

/// Waits for Ctrl-C, or for the signal by which systems end programs.
async fn signal() -> io::Result<Signal> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut ended = signal(SignalKind::terminate())?;
        tokio::select! {
            heard = tokio::signal::ctrl_c() => heard.map(|()| Signal::Interrupt),
            _ = ended.recv() => Ok(Signal::Terminate),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map(|()| Signal::Interrupt)
}

#[expect(
    clippy::exit,
    reason = "the main thread may wait for a reader that never comes"
)]
fn leave(code: u8) {
    let mut err = io::stderr();
    if err.is_terminal() {
        // The line of the progress stays behind.
        let _ = writeln!(err);
    }
    std::process::exit(i32::from(code));
}
