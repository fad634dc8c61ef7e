//! Requests that are refused before anybody looks at what they ask for.

use serde_json::json;

use super::{HttpAnswer, JSON, XML, control, error};

/// The id of what nothing has counted as a request.
const NO_REQUEST: &str = "00000000-0000-0000-0000-000000000000";

/// A refusal by the rules of HTTP, or of whoever holds the socket, in the form that the path's clients read.
pub fn refused(path: &str, status: u16, code: &'static str, message: &str) -> HttpAnswer {
    if control::is_of(path) {
        let body = json!({ "error": { "code": code, "message": message } }).to_string();
        return HttpAnswer::new(status, JSON, body);
    }
    let mut answer = HttpAnswer::new(status, XML, error(code, message, NO_REQUEST));
    let id = ("x-amzn-requestid", NO_REQUEST.to_owned());
    answer.headers.push(id);
    answer
}
