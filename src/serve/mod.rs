//! The endpoint on a socket: HTTP, its limits, and the process around it.
//!
//! One task owns the realms and carries out one request after the other, in the order in which they arrived; connections are
//! tasks that read requests to their end and write answers. All of them share one thread.

mod body;
mod connection;
mod gate;
mod guard;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    process::ExitStatus,
    sync::Arc,
    time::Duration,
};

use hyper::{Request, body::Bytes};
use tokio::{
    process::{Child, Command as Program},
    sync::{Semaphore, mpsc, oneshot, watch},
    task::JoinHandle,
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::{
    endpoint::{Follow, HttpAnswer, HttpRequest, More, Realms, Then, answer},
    engine::StopSignal,
};

use connection::Shared;

/// So many requests wait at most; who has one more waits with it.
const QUEUE: usize = 1_024;
/// So many requests are answered before the clock, the signals and the command are looked at again.
const AT_ONCE: usize = 64;

/// What a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long the head of a request may take from its first byte on, and the first byte of a connection.
    pub head: Duration,
    /// How long the body of a request may take.
    pub body_time: Duration,
    /// How long a connection may be silent between two requests, and how long nobody may read an answer.
    pub idle: Duration,
    /// How many bytes a body may have.
    pub body: u64,
    /// How many connections there are at a time; more wait.
    pub connections: u32,
    /// How many may follow the events.
    pub followers: usize,
    /// How long requests under way may take when the server stops, and a command when it is to end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            idle: Duration::from_mins(2),
            body: 1 << 20,
            connections: 1_024,
            followers: 64,
            grace: Duration::from_secs(5),
        }
    }
}

/// A server that is to be.
#[derive(Debug)]
pub struct Server {
    /// The accounts.
    pub realms: Realms,
    /// Where it listens.
    pub listener: TcpListener,
    /// Further values of `Host` that are let in.
    pub allowed: Vec<String>,
    /// What a connection may take.
    pub limits: Limits,
    /// Stops it.
    pub stop: StopSignal,
    /// Is told each request and its answer.
    pub told: Option<Told>,
}

/// Is told a request and its answer.
pub type Told = fn(&HttpRequest<'_>, &HttpAnswer);

/// How a server ended.
#[derive(Debug)]
pub struct Served {
    /// The accounts as they are at the end.
    pub realms: Realms,
    /// How the command ended for which it was there, if there was one and it has ended.
    pub command: Option<ExitStatus>,
}

/// Why there was no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The event loop can't be had, or the socket isn't usable.
    #[error("cannot start the server: {0}")]
    Start(#[source] io::Error),
    /// The command can't be started.
    #[error("cannot run {0}: {1}")]
    Command(String, #[source] io::Error),
}

impl Server {
    /// Serves until it is stopped, or until the command ends. `ready` is told before the first request is taken.
    ///
    /// # Errors
    ///
    /// If the event loop, the socket or the command can't be had.
    pub fn run(
        self,
        command: Option<std::process::Command>,
        ready: impl FnOnce(),
    ) -> Result<Served, ServeError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ServeError::Start)?;
        // What is still under way when all is over goes with the runtime.
        runtime.block_on(self.serve(command, ready))
    }

    async fn serve(
        self,
        command: Option<std::process::Command>,
        ready: impl FnOnce(),
    ) -> Result<Served, ServeError> {
        let Self {
            realms,
            listener,
            allowed,
            limits,
            stop,
            told,
        } = self;
        listener.set_nonblocking(true).map_err(ServeError::Start)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(ServeError::Start)?;
        ready();
        let command = match command {
            Some(command) => {
                let program = command.get_program().to_string_lossy().into_owned();
                let child = Program::from(command).kill_on_drop(true).spawn();
                Some(child.map_err(|error| ServeError::Command(program, error))?)
            }
            None => None,
        };
        let (commands, queue) = mpsc::channel(QUEUE);
        let (close, closing) = watch::channel(false);
        let shared = Arc::new(Shared {
            limits,
            allowed,
            commands,
            followers: Arc::new(Semaphore::new(limits.followers)),
        });
        let open = tokio::spawn(accept(listener, shared, closing));
        let owner = Owner {
            realms,
            queue,
            waiting: Vec::new(),
            paced_at: Instant::now(),
            told,
            is_stopping: false,
        };
        Ok(owner.run(stop, command, close, open, limits.grace).await)
    }
}

/// Takes connections until the server closes, then waits until all of them have ended.
async fn accept(
    listener: tokio::net::TcpListener,
    shared: Arc<Shared>,
    closing: watch::Receiver<bool>,
) {
    /// Where the system has no more files, there are some when a connection has ended.
    const NO_MORE: Duration = Duration::from_millis(50);
    let most = shared.limits.connections;
    let places = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX)));
    let mut closed = closing.clone();
    let take = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((socket, _)) => {
                    let one = connection::serve(socket, Arc::clone(&shared), closing.clone());
                    tokio::spawn(async move {
                        one.await;
                        drop(place);
                    });
                }
                Err(_) => sleep(NO_MORE).await,
            }
        }
    };
    tokio::select! {
        () = take => {}
        () = connection::closed(&mut closed) => {}
    }
    drop(listener);
    let _ = places.acquire_many(most).await;
}

/// What is asked of the task that owns the realms.
#[derive(Debug)]
enum Command {
    /// The answer of a request.
    Answer(Box<Request<Bytes>>, oneshot::Sender<HttpAnswer>),
    /// The events after those that a follower has, as soon as there are any.
    More(Follow, oneshot::Sender<(Follow, More)>),
}

/// The one task that owns the realms.
struct Owner {
    realms: Realms,
    queue: mpsc::Receiver<Command>,
    /// Followers for whom there is nothing yet.
    waiting: Vec<(Follow, oneshot::Sender<(Follow, More)>)>,
    /// Up to when real time has passed in the accounts that go by it.
    paced_at: Instant,
    is_stopping: bool,
    told: Option<Told>,
}

impl Owner {
    async fn run(
        mut self,
        stop: StopSignal,
        mut command: Option<Child>,
        close: watch::Sender<bool>,
        mut open: JoinHandle<()>,
        grace: Duration,
    ) -> Served {
        let mut ended = None;
        let mut is_asked = false;
        let mut killed_at = None;
        let mut over_at = None;
        loop {
            if self.is_stopping && over_at.is_none() {
                over_at = Some(Instant::now() + grace);
                let _ = close.send(true);
            }
            let due = self.pass();
            tokio::select! {
                biased;
                () = stop.asked(), if !is_asked => {
                    is_asked = true;
                    // A command that has heard the signal as well may have to clean up here.
                    match command {
                        Some(_) => killed_at = Some(Instant::now() + grace),
                        None => self.is_stopping = true,
                    }
                }
                status = ending(&mut command) => {
                    ended = status.ok();
                    command = None;
                    self.is_stopping = true;
                }
                () = at(killed_at) => {
                    killed_at = None;
                    if let Some(command) = &mut command {
                        let _ = command.start_kill();
                    }
                }
                () = at(over_at) => break,
                _ = &mut open, if over_at.is_some() => break,
                () = at(due) => {}
                asked = self.queue.recv() => match asked {
                    Some(asked) => self.carry_out(asked),
                    None => break,
                },
            }
            self.tell_followers();
        }
        if let Some(mut command) = command {
            // Maybe it has stopped the server itself, and is about to end.
            let status = match timeout(grace, command.wait()).await {
                Ok(status) => status,
                Err(_) => {
                    let _ = command.start_kill();
                    command.wait().await
                }
            };
            ended = status.ok();
        }
        Served {
            realms: self.realms,
            command: ended,
        }
    }

    /// Carries out what is asked, and what else waits: to look at all that there may be takes longer than an answer.
    fn carry_out(&mut self, first: Command) {
        // Time has passed while it was waited for.
        self.pass();
        let mut next = Some(first);
        let mut taken = 0;
        while let Some(command) = next {
            match command {
                Command::Answer(request, to) => {
                    let answer = self.answer(&request);
                    self.is_stopping |= answer.then == Then::Stop;
                    // Who has gone away has asked all the same.
                    let _ = to.send(answer);
                }
                Command::More(follow, to) => self.waiting.push((follow, to)),
            }
            taken += 1;
            next = if taken < AT_ONCE {
                self.queue.try_recv().ok()
            } else {
                None
            };
        }
    }

    fn answer(&mut self, request: &Request<Bytes>) -> HttpAnswer {
        let headers: Vec<(&str, &str)> = request
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        let request = HttpRequest {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: &headers,
            body: request.body(),
        };
        let answer = answer(&mut self.realms, &request);
        if let Some(told) = self.told {
            told(&request, &answer);
        }
        answer
    }

    /// Lets time pass where it does by itself, up to now. Says when something is due.
    fn pass(&mut self) -> Option<Instant> {
        // What goes by while the clock stands is nobody's: it may begin to go at any time.
        let now = Instant::now();
        let passed = now.duration_since(std::mem::replace(&mut self.paced_at, now));
        self.realms.is_paced().then(|| {
            self.realms.pass(passed);
            self.realms.next_pass().map(|wait| now + wait)
        })?
    }

    /// Tells followers what there is for them, or that nothing more comes.
    fn tell_followers(&mut self) {
        for (mut follow, to) in std::mem::take(&mut self.waiting) {
            let more = if self.is_stopping {
                Some(More::Last(follow.end()))
            } else {
                self.realms.more(&mut follow)
            };
            match more {
                // Who has gone away needs none.
                Some(more) => drop(to.send((follow, more))),
                None => self.waiting.push((follow, to)),
            }
        }
    }
}

/// Waits for an instant; for ever without one.
async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// Waits until a command ends; for ever without one.
async fn ending(command: &mut Option<Child>) -> io::Result<ExitStatus> {
    match command {
        Some(command) => command.wait().await,
        None => std::future::pending().await,
    }
}

/// Where it listens, as a client spells it.
pub fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}
