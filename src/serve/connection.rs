//! One connection: reads requests to their end, puts them into the queue, and writes what is answered.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::{Body as _, Bytes, Incoming},
    header::{CONNECTION, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::{Semaphore, mpsc, oneshot, watch},
    time::timeout,
};

use super::{
    Command, Limits,
    body::Answer,
    gate,
    guard::{Doing, Guarded},
};
use crate::endpoint::{HttpAnswer, Then, refused};

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) limits: Limits,
    pub(super) allowed: Vec<String>,
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) followers: Arc<Semaphore>,
}

/// Serves a connection until either side is through with it.
pub(super) async fn serve(
    socket: TcpStream,
    shared: Arc<Shared>,
    mut closing: watch::Receiver<bool>,
) {
    let listens = socket.local_addr().ok();
    let _ = socket.set_nodelay(true);
    let doing = Doing::default();
    let mut guarded = Guarded::new(socket, shared.limits, doing.clone());
    let state = doing.clone();
    let service = service_fn(move |request| {
        doing.request();
        handle(request, Arc::clone(&shared), listens, doing.clone())
    });
    let io = TokioIo::new(&mut guarded);
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .header_read_timeout(None)
        .max_header_size(HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(io, service);
    {
        let mut connection = pin!(connection);
        tokio::select! {
            // Whatever ends a connection, there is nobody left to be told.
            _ = connection.as_mut() => {}
            () = closed(&mut closing) => {
                connection.as_mut().graceful_shutdown();
                if state.is_busy() {
                    let _ = connection.await;
                } else {
                    // A head that is on its way hasn't asked for anything yet; what was answered is still to be written.
                    let _ = timeout(LAST, connection).await;
                }
                return;
            }
        }
    }
    guarded.linger().await;
}

/// Waits until the server closes.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // If nobody can say so any more, it has.
    let _ = closing.wait_for(|&closing| closing).await;
}

/// How long a connection that waits for nothing may take to end.
const LAST: Duration = Duration::from_millis(50);

/// The longest head.
const HEAD: usize = 16 * 1_024;
/// What is read or written at once.
const BUFFER: usize = 64 * 1_024;

async fn handle(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    listens: Option<SocketAddr>,
    doing: Doing,
) -> Result<Response<Answer>, Infallible> {
    let most = shared.limits.body;
    if let Some(refusal) = gate::refusal(&request, listens, &shared.allowed, most) {
        return Ok(last(refusal, &doing));
    }
    let request = match whole(request, shared.limits).await {
        Ok(request) => request,
        Err(refusal) => return Ok(last(refusal, &doing)),
    };
    let path = request.uri().path().to_owned();
    let (answer, answered) = oneshot::channel();
    let queued = shared
        .commands
        .send(Command::Answer(Box::new(request), answer))
        .await;
    let answered = match queued {
        Ok(()) => answered.await.ok(),
        Err(_) => None,
    };
    let Some(answer) = answered else {
        let message = "The server is stopping.";
        return Ok(last(refused(&path, 503, "Unavailable", message), &doing));
    };
    let (response, body, then) = head(answer);
    let Then::Follow(follow) = then else {
        return Ok(response.map(|()| Answer::whole(body, &doing)));
    };
    let Ok(place) = Arc::clone(&shared.followers).try_acquire_owned() else {
        let message = "So many follow the events already that there is no place for one more.";
        return Ok(last(refused(&path, 503, "Unavailable", message), &doing));
    };
    Ok(response.map(|()| Answer::events(body, follow, shared.commands.clone(), place, doing)))
}

/// Reads a request to its end.
async fn whole(request: Request<Incoming>, limits: Limits) -> Result<Request<Bytes>, HttpAnswer> {
    if request.body().is_end_stream() {
        return Ok(request.map(|_| Bytes::new()));
    }
    let path = request.uri().path().to_owned();
    let (head, body) = request.into_parts();
    let most = usize::try_from(limits.body).unwrap_or(usize::MAX);
    match timeout(limits.body_time, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(Request::from_parts(head, body.to_bytes())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(gate::too_large(&path, limits.body))
        }
        Ok(Err(_)) => {
            let message = "The body of the request is cut off.";
            Err(refused(&path, 400, "Simulator.BadRequest", message))
        }
        Err(_) => {
            let message = "The body of the request took too long.";
            Err(refused(&path, 408, "RequestTimeout", message))
        }
    }
}

/// An answer after which the connection is closed: what else comes on it isn't read.
fn last(answer: HttpAnswer, doing: &Doing) -> Response<Answer> {
    let (mut response, body, _) = head(answer);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response.map(|()| Answer::whole(body, doing))
}

/// Status and headers of an answer, its body, and what it asks for.
fn head(answer: HttpAnswer) -> (Response<()>, Vec<u8>, Then) {
    let mut response = Response::new(());
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    (response, answer.body, answer.then)
}
