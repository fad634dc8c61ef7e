//! A request and its answer as HTTP has them, without a socket.

use super::Follow;

/// What came over HTTP, read to its end.
#[derive(Debug, Clone, Copy)]
pub struct HttpRequest<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// The path, without its query.
    pub path: &'a str,
    /// What stands behind the question mark, as it came.
    pub query: &'a str,
    /// The headers, in their order; names in small letters.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

impl<'a> HttpRequest<'a> {
    /// The first header of a name, which is in small letters.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut headers = self.headers.iter();
        headers.find_map(|&(known, value)| (known == name).then_some(value))
    }

    /// EC2's word for what is asked for, if it says so.
    pub fn action(&self) -> Option<String> {
        let pairs = [self.query.as_bytes(), self.body].into_iter();
        let mut pairs = pairs.flat_map(form_urlencoded::parse);
        pairs.find_map(|(key, value)| (key == "Action").then(|| value.into_owned()))
    }
}

/// What goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Further headers; names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the answer asks of whoever holds the socket.
    pub then: Then,
    /// What is to be told on standard error.
    pub notes: Vec<String>,
}

/// What an answer asks of whoever holds the socket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Then {
    /// Nothing more.
    #[default]
    Done,
    /// The server is to stop.
    Stop,
    /// Events go on coming.
    Follow(Follow),
}

/// `text/xml`, as EC2 says it.
pub const XML: &str = "text/xml;charset=UTF-8";
/// `application/json`.
pub const JSON: &str = "application/json";

impl HttpAnswer {
    /// An answer with a body.
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: body.into(),
            then: Then::Done,
            notes: Vec::new(),
        }
    }
}
