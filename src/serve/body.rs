//! The body of an answer: whole, or events that go on coming.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{Command, guard::Doing};
use crate::endpoint::{Follow, More};

/// The body of an answer.
pub(super) enum Answer {
    Whole(Option<Bytes>),
    Events(Box<Events>),
}

/// Events that go on coming. Whoever doesn't read them doesn't ask for more, so that nothing is kept for him but his place.
pub(super) struct Events {
    first: Option<Bytes>,
    commands: mpsc::Sender<Command>,
    next: Option<Next>,
    /// Where he is while he doesn't wait.
    follow: Option<Follow>,
    doing: Doing,
    _place: OwnedSemaphorePermit,
}

type Next = Pin<Box<dyn Future<Output = Option<(Follow, More)>> + Send>>;

impl Answer {
    /// One that is there. While it is written the connection waits for its next request already.
    pub(super) fn whole(body: Vec<u8>, doing: &Doing) -> Self {
        doing.idle();
        Self::Whole((!body.is_empty()).then(|| Bytes::from(body)))
    }

    pub(super) fn events(
        first: Vec<u8>,
        follow: Follow,
        commands: mpsc::Sender<Command>,
        place: OwnedSemaphorePermit,
        doing: Doing,
    ) -> Self {
        doing.events();
        let events = Events {
            first: (!first.is_empty()).then(|| Bytes::from(first)),
            commands,
            next: None,
            follow: Some(follow),
            doing,
            _place: place,
        };
        Self::Events(Box::new(events))
    }
}

/// When they are over, the connection waits for its next request.
impl Drop for Events {
    fn drop(&mut self) {
        self.doing.idle();
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = match self.get_mut() {
            Self::Whole(bytes) => bytes.take(),
            Self::Events(events) => ready!(events.poll_more(context)),
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Self::Events(_) => SizeHint::default(),
        }
    }
}

impl Events {
    fn poll_more(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        if self.next.is_none() {
            let Some(follow) = self.follow.take() else {
                return Poll::Ready(None);
            };
            self.next = Some(Box::pin(more(self.commands.clone(), follow)));
        }
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        let found = ready!(next.as_mut().poll(context));
        self.next = None;
        Poll::Ready(found.and_then(|(follow, more)| match more {
            More::Events(bytes) => {
                self.follow = Some(follow);
                Some(bytes.into())
            }
            More::Last(bytes) => (!bytes.is_empty()).then(|| bytes.into()),
        }))
    }
}

async fn more(commands: mpsc::Sender<Command>, follow: Follow) -> Option<(Follow, More)> {
    let (answer, more) = oneshot::channel();
    commands.send(Command::More(follow, answer)).await.ok()?;
    more.await.ok()
}
