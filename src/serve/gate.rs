//! Who may ask: programs of this machine, and no page of another site that a browser shows.
//!
//! A name that a page's owner lets point to 127.0.0.1 arrives as the `Host` of the page; a form that a page posts to this
//! address arrives with the `Origin` of the page.

use std::net::{IpAddr, SocketAddr};

use hyper::{
    HeaderMap, Method, Request, Version,
    header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING},
};

use crate::endpoint::{HttpAnswer, refused};

/// The refusal of a request by its head; none where it may be read on.
pub(super) fn refusal<B>(
    request: &Request<B>,
    listens: Option<SocketAddr>,
    allowed: &[String],
    most: u64,
) -> Option<HttpAnswer> {
    let path = request.uri().path();
    let bad = |message: &str| Some(refused(path, 400, "Simulator.BadRequest", message));
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or_default(),
        (None, _) if request.version() < Version::HTTP_11 => "",
        (None, _) => return bad("The request names no Host."),
        (Some(_), Some(_)) => return bad("The request has more than one Host."),
    };
    // What names the host in its first line means it.
    let named = request
        .uri()
        .authority()
        .map_or(host, |named| named.as_str());
    for host in [host, named] {
        if !is_allowed(host, listens, allowed) {
            let name = without_port(host);
            let message = format!(
                "The Host {name:?} is none of this server's: `ec2sim serve --allow-host {name}` would let it in."
            );
            return Some(refused(path, 421, "Simulator.HostNotAllowed", &message));
        }
    }
    if let Some(message) = foreign_page(headers, named) {
        return Some(refused(path, 403, "Simulator.OriginNotAllowed", &message));
    }
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let has_body = length.unwrap_or(0) > 0 || headers.contains_key(TRANSFER_ENCODING);
    if has_body && matches!(*request.method(), Method::GET | Method::HEAD) {
        return bad("A GET request has its parameters in the query, and no body.");
    }
    if length.unwrap_or(0) > most {
        return Some(too_large(path, most));
    }
    None
}

/// The refusal of a body.
pub(super) fn too_large(path: &str, most: u64) -> HttpAnswer {
    let message = format!("The body of a request may have {most} bytes at most.");
    refused(path, 413, "RequestEntityTooLarge", &message)
}

/// Whether a page of another site, or of another port, asks.
fn foreign_page(headers: &HeaderMap, host: &str) -> Option<String> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(origin) = text(ORIGIN.as_str()) {
        let is_own = origin
            .strip_prefix("http://")
            .is_some_and(|own| own.eq_ignore_ascii_case(host));
        if !is_own {
            return Some(format!("Pages of {origin:?} may not ask this server."));
        }
    }
    match text("sec-fetch-site") {
        None | Some("same-origin" | "none") => None,
        Some(_) => Some("Pages of other sites may not ask this server.".to_owned()),
    }
}

fn is_allowed(host: &str, listens: Option<SocketAddr>, allowed: &[String]) -> bool {
    let name = without_port(host);
    if let Ok(ip) = name.parse::<IpAddr>() {
        let is_own = |own: SocketAddr| own.ip().to_canonical() == ip.to_canonical();
        if ip.to_canonical().is_loopback() || listens.is_some_and(is_own) {
            return true;
        }
    }
    let lower = name.to_ascii_lowercase();
    lower.is_empty()
        || lower == "localhost"
        || lower.ends_with(".localhost")
        || allowed
            .iter()
            .any(|one| without_port(one).eq_ignore_ascii_case(name))
}

/// The name of `name:4570`, the address of `[::1]:4570`.
fn without_port(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    match host.rsplit_once(':') {
        // An address of IPv6 without its brackets.
        Some((name, _)) if name.contains(':') => host,
        Some((name, _)) => name,
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = Request::builder().method("POST").uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let listens = "192.0.2.7:4570".parse().ok();
        let request = request.body(()).unwrap();
        refusal(&request, listens, &["ec2".to_owned()], 1_000).map(|answer| answer.status)
    }

    #[test]
    fn programs_of_this_machine_may_ask_and_pages_of_other_sites_may_not() {
        for host in [
            "127.0.0.1:4570",
            "127.8.9.1",
            "localhost:1",
            "LOCALHOST",
            "a.localhost",
            "[::1]:4570",
            "192.0.2.7",
            "ec2:4570",
        ] {
            assert_eq!(status(&[("host", host)]), None, "{host}");
        }
        for host in [
            "evil.example",
            "192.0.2.8",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "ec2.evil",
        ] {
            assert_eq!(status(&[("host", host)]), Some(421), "{host}");
        }
        let own = ("host", "localhost:4570");
        assert_eq!(status(&[own, own]), Some(400));
        assert_eq!(status(&[]), Some(400));
        for (name, value, wanted) in [
            ("origin", "http://localhost:4570", None),
            ("origin", "http://localhost:3000", Some(403)),
            ("origin", "https://localhost:4570", Some(403)),
            ("origin", "null", Some(403)),
            ("sec-fetch-site", "same-origin", None),
            ("sec-fetch-site", "none", None),
            ("sec-fetch-site", "cross-site", Some(403)),
            ("sec-fetch-site", "same-site", Some(403)),
            ("content-length", "1001", Some(413)),
            ("content-length", "1000", None),
        ] {
            assert_eq!(status(&[own, (name, value)]), wanted, "{name}: {value}");
        }
    }
}
