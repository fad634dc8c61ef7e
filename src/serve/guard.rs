//! A connection that is given up when nothing comes of it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until, timeout},
};

use super::Limits;
use crate::endpoint::refused;

/// What is sent to whoever doesn't come to the end of a head.
const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How a refusal of hyper's own ends, and how long it is at most.
const NO_BODY: &[u8] = b"content-length: 0\r\n\r\n";
const SHORT: usize = 160;

/// What is written in place of some bytes: a head that can't be read is refused without a body, and clients of EC2's look for
/// an error in it.
fn with_body(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > SHORT || !bytes.starts_with(b"HTTP/1.1 4") || !bytes.ends_with(NO_BODY) {
        return None;
    }
    let (status, code, message) = match &bytes[9..12] {
        b"408" => (
            408,
            "RequestTimeout",
            "The head of the request took too long.",
        ),
        b"431" => (
            431,
            "Simulator.BadRequest",
            "The head of the request has too many bytes or headers.",
        ),
        b"414" => (
            414,
            "Simulator.BadRequest",
            "The path of the request is too long.",
        ),
        b"400" => (400, "Simulator.BadRequest", "This is no request of HTTP."),
        _ => return None,
    };
    let answer = refused("/", status, code, message);
    let mut all = bytes[..bytes.len() - NO_BODY.len()].to_vec();
    let length = answer.body.len().to_string();
    let headers = answer.headers.iter();
    let headers = headers.map(|(name, value)| (*name, value.as_str()));
    for (name, value) in headers.chain([
        ("content-type", answer.content_type),
        ("content-length", length.as_str()),
    ]) {
        all.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    all.extend_from_slice(b"\r\n");
    all.extend_from_slice(&answer.body);
    Some(all)
}

/// What a connection is doing: its reader and its requests tell each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Doing(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    doing: AtomicU8,
    /// Whether what is written isn't read yet.
    is_stalled: AtomicBool,
}

/// How long the other side is waited for at the end.
const LINGER: Duration = Duration::from_secs(1);

/// A head has begun, or nothing has come since the connection was made.
const HEAD: u8 = 0;
/// A request is under way, or its answer.
const REQUEST: u8 = 1;
/// The next head is waited for.
const IDLE: u8 = 2;
/// Events go on coming.
const EVENTS: u8 = 3;

/// So many bytes are written together.
const TOGETHER: usize = 64 * 1_024;

impl Doing {
    pub(super) fn request(&self) {
        self.set(REQUEST);
    }

    pub(super) fn events(&self) {
        self.set(EVENTS);
    }

    pub(super) fn idle(&self) {
        self.set(IDLE);
    }

    /// Whether a request is under way, or its answer.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.now(), REQUEST | EVENTS) || self.0.is_stalled.load(Ordering::Relaxed)
    }

    fn set(&self, doing: u8) {
        self.0.doing.store(doing, Ordering::Relaxed);
    }

    fn now(&self) -> u8 {
        self.0.doing.load(Ordering::Relaxed)
    }
}

/// A socket of which reading ends when a head takes too long or the next one doesn't come, and writing fails when nobody reads.
///
/// Answers to requests that came at once are written at once: what is written waits until more has to be read. (What hyper has
/// for this holds back answers to requests that it can't read.)
#[derive(Debug)]
pub(super) struct Guarded {
    socket: TcpStream,
    /// What is written and waits, and how much of it is gone already.
    waits: Vec<u8>,
    gone: usize,
    /// Whether the connection is looked at again because of it.
    is_woken: bool,
    limits: Limits,
    doing: Doing,
    /// What it was doing when it was last looked at, and since when.
    seen: (u8, Instant),
    /// Since when nobody reads what is written.
    stalls: Option<Instant>,
    reads_by: Timer,
    writes_by: Timer,
    is_given_up: bool,
    /// Whether the other side sends no more, or can't.
    is_over: bool,
}

impl Guarded {
    pub(super) fn new(socket: TcpStream, limits: Limits, doing: Doing) -> Self {
        Self {
            socket,
            waits: Vec::new(),
            gone: 0,
            is_woken: false,
            limits,
            doing,
            seen: (HEAD, Instant::now()),
            stalls: None,
            reads_by: Timer::default(),
            writes_by: Timer::default(),
            is_given_up: false,
            is_over: false,
        }
    }

    /// Waits a little until the other side has sent what it was sending: if a socket is closed before that, what it was
    /// answered is lost.
    pub(super) async fn linger(mut self) {
        if self.is_over || self.is_given_up {
            return;
        }
        let mut room = vec![0; 1 << 14];
        let rest = async {
            self.shutdown().await?;
            while self.socket.read(&mut room).await? > 0 {}
            Ok::<(), io::Error>(())
        };
        // Whatever becomes of it, that is the end.
        let _ = timeout(LINGER, rest).await;
    }

    /// Until when something has to come; whenever it likes while a request is under way.
    fn reads_until(&mut self) -> Option<Instant> {
        let doing = self.doing.now();
        if self.seen.0 != doing {
            self.seen = (doing, Instant::now());
        }
        match doing {
            HEAD => Some(self.seen.1 + self.limits.head),
            IDLE => Some(self.seen.1 + self.limits.idle),
            _ => None,
        }
    }

    /// Nobody has taken what is written for as long as nobody may.
    fn poll_stalled(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let since = *self.stalls.get_or_insert_with(Instant::now);
        self.doing.0.is_stalled.store(true, Ordering::Relaxed);
        ready!(self.writes_by.poll_until(context, since + self.limits.idle));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }

    /// Gives a refusal of hyper's own a body.
    fn explain(&mut self, from: usize) {
        if let Some(instead) = with_body(&self.waits[from..]) {
            self.waits.truncate(from);
            self.waits.extend_from_slice(&instead);
        }
    }

    /// Writes what waits.
    fn poll_out(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.gone < self.waits.len() {
            let written = Pin::new(&mut self.socket).poll_write(context, &self.waits[self.gone..]);
            match ready!(self.written(context, written))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                some => self.gone += some,
            }
        }
        self.waits.clear();
        self.gone = 0;
        Poll::Ready(Ok(()))
    }

    fn written(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            return self.poll_stalled(context).map(Err);
        }
        if self.stalls.take().is_some() {
            self.doing.0.is_stalled.store(false, Ordering::Relaxed);
        }
        written
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.is_given_up {
            return Poll::Ready(Ok(()));
        }
        // Nothing is left of what came at once: now it is time to write. Whoever doesn't take it may send something all the same.
        if let Poll::Ready(Err(error)) = this.poll_out(context) {
            return Poll::Ready(Err(error));
        }
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.socket).poll_read(context, buffer) {
            if buffer.filled().len() == before {
                this.is_over = true;
            } else if this.doing.now() == IDLE {
                this.doing.set(HEAD);
                this.seen = (HEAD, Instant::now());
            }
            return Poll::Ready(read);
        }
        if let Some(until) = this.reads_until() {
            ready!(this.reads_by.poll_until(context, until));
            this.is_given_up = true;
            if this.seen.0 == HEAD {
                // A connection that has sent nothing gets it as well. What isn't taken is nobody's loss.
                let _ = this
                    .socket
                    .try_write(&with_body(TOO_SLOW).unwrap_or_default());
            }
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.is_woken = false;
        if this.waits.len() + bytes.len() <= TOGETHER {
            let from = this.waits.len();
            this.waits.extend_from_slice(bytes);
            this.explain(from);
            return Poll::Ready(Ok(bytes.len()));
        }
        ready!(this.poll_out(context))?;
        let written = Pin::new(&mut this.socket).poll_write(context, bytes);
        this.written(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.is_woken = false;
        let all: usize = slices.iter().map(|slice| slice.len()).sum();
        if this.waits.len() + all <= TOGETHER {
            let from = this.waits.len();
            for slice in slices {
                this.waits.extend_from_slice(slice);
            }
            this.explain(from);
            return Poll::Ready(Ok(all));
        }
        ready!(this.poll_out(context))?;
        let written = Pin::new(&mut this.socket).poll_write_vectored(context, slices);
        this.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.waits.is_empty() {
            return Poll::Ready(Ok(()));
        }
        if this.doing.now() != EVENTS && !this.is_over {
            // It is written when the next request is looked for, which is soon.
            if !std::mem::replace(&mut this.is_woken, true) {
                context.waker().wake_by_ref();
            }
            return Poll::Ready(Ok(()));
        }
        this.poll_out(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_out(context))?;
        Pin::new(&mut this.socket).poll_shutdown(context)
    }
}

/// Fires at an instant that may be moved with every look. To set a timer costs more than to look at one, so one that fires
/// early is set anew only then.
#[derive(Debug, Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    fn poll_until(&mut self, context: &mut Context<'_>, until: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() > until {
            sleep.as_mut().reset(until);
        }
        loop {
            ready!(sleep.as_mut().poll(context));
            if sleep.deadline() >= until {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(until);
        }
    }
}
