//! What is asked from outside while a replay is under way.

use tokio::sync::{mpsc, oneshot};

use crate::{
    action::{Answer, Request},
    lifecycle::ApiError,
};

/// Something that is asked from outside.
#[derive(Debug)]
pub(super) enum Command {
    /// A request, and where its answer goes.
    Request(Box<Request>, oneshot::Sender<Result<Answer, ApiError>>),
    /// The replay is to end.
    End,
}

/// Asks a replay under way for things. Clones ask the same replay.
#[derive(Debug, Clone)]
pub struct Commander {
    sender: mpsc::UnboundedSender<Command>,
}

/// What is asked, on its way to the replay.
#[derive(Debug)]
pub struct Commands {
    receiver: mpsc::UnboundedReceiver<Command>,
}

impl Commands {
    /// Commands for one replay, and who gives them.
    pub fn new() -> (Commander, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Commander { sender }, Self { receiver })
    }

    /// The next one; none when nobody can ask any more.
    pub(super) async fn next(&mut self) -> Option<Command> {
        self.receiver.recv().await
    }
}

impl Commander {
    /// Asks for something at the instant to which the replay's clock has come. None where the replay is over.
    ///
    /// # Errors
    ///
    /// EC2's refusal.
    pub async fn request(&self, request: impl Into<Request>) -> Option<Result<Answer, ApiError>> {
        let (answer, answered) = oneshot::channel();
        let command = Command::Request(Box::new(request.into()), answer);
        self.sender.send(command).ok()?;
        answered.await.ok()
    }

    /// Ends the replay, as its script's end does: what is open counts as if it were closed there.
    pub fn end(&self) {
        // One that is over needs no telling.
        let _ = self.sender.send(Command::End);
    }
}
