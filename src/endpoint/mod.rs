//! EC2's Query API over simulated accounts, without a socket.
//!
//! [`answer`] is a function of the realms and a request: whatever holds the socket reads a request to its end, asks, and
//! writes what it got. Accounts, their clocks and their histories are [`Realms`].

mod http;
mod realm;
mod xml;

pub use http::{HttpAnswer, HttpRequest, JSON, Then, XML};
pub use realm::{Mode, Options, Realms};

/// Answers a request.
pub fn answer(realms: &mut Realms, request: &HttpRequest<'_>) -> HttpAnswer {
    let _ = (realms, request);
    HttpAnswer::new(400, XML, "")
}
