//! Ctrl-C and SIGTERM: the first one ends a replay where it is, the second one the program.

use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Once,
        mpsc::{self, Receiver, Sender},
    },
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
    let _ = listen_until(stop, |_| {
        // What there is is being printed. A reader that never comes isn't waited for.
        thread::sleep(GRACE);
        leave(Exit::Interrupted.code());
    });
}

/// The same for a server, which the second signal ends at once, with the exit code of that signal. It is heard when this
/// returns: who is told that the server is ready may stop it the next moment.
#[cfg(feature = "serve")]
pub(super) fn listen_as_server(stop: &StopSignal) {
    if let Some(listens) = listen_until(stop, |signal| leave(signal.code())) {
        // Where there is no listener, nobody says so.
        let _ = listens.recv();
    }
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

/// Listens, the first time that it is called; what it gives tells when signals are heard.
fn listen_until(stop: &StopSignal, second: fn(Signal)) -> Option<Receiver<()>> {
    static LISTENS: Once = Once::new();
    let mut listens = None;
    LISTENS.call_once(|| {
        let stop = stop.clone();
        let listener = thread::Builder::new().name("ctrl-c".to_owned());
        let (listening, when) = mpsc::channel();
        listens = Some(when);
        let _ = listener.spawn(move || wait(&stop, second, &listening));
    });
    listens
}

fn wait(stop: &StopSignal, second: fn(Signal), listening: &Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let Ok(mut signals) = Signals::new() else {
            return;
        };
        // Most don't wait for this.
        let _ = listening.send(());
        if signals.heard().await.is_some() {
            stop.stop();
            if let Some(signal) = signals.heard().await {
                second(signal);
            }
        }
    });
}

/// Ctrl-C, and the signal by which systems end programs.
struct Signals {
    #[cfg(unix)]
    interrupted: tokio::signal::unix::Signal,
    #[cfg(unix)]
    ended: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            ended: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(not(unix))]
    const fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    async fn heard(&mut self) -> Option<Signal> {
        #[cfg(unix)]
        tokio::select! {
            heard = self.interrupted.recv() => heard.map(|()| Signal::Interrupt),
            heard = self.ended.recv() => heard.map(|()| Signal::Terminate),
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c()
            .await
            .ok()
            .map(|()| Signal::Interrupt)
    }
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
