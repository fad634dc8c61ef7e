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
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        let stop = stop.clone();
        let listener = thread::Builder::new().name("ctrl-c".to_owned());
        let _ = listener.spawn(move || wait(&stop));
    });
}

fn wait(stop: &StopSignal) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    let heard = || runtime.block_on(signal()).is_ok();
    if heard() {
        stop.stop();
        if heard() {
            // What there is is being printed. A reader that never comes isn't waited for.
            thread::sleep(GRACE);
            leave();
        }
    }
}

/// Waits for Ctrl-C, or for the signal by which systems end programs.
async fn signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut ended = signal(SignalKind::terminate())?;
        tokio::select! {
            heard = tokio::signal::ctrl_c() => heard,
            _ = ended.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

#[expect(
    clippy::exit,
    reason = "the main thread may wait for a reader that never comes"
)]
fn leave() {
    let mut err = io::stderr();
    if err.is_terminal() {
        // The line of the progress stays behind.
        let _ = writeln!(err);
    }
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
