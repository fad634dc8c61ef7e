//! A page of the living world, which shows what this API tells and has its buttons: one file, which asks nobody else.

use super::super::http::HttpAnswer;

const PAGE: &str = include_str!("ui.html");
/// Colours and shapes are those of the pages of replays.
const STYLE: &str = include_str!("../../report/html/page.css");
const OWN_STYLE: &str = include_str!("ui.css");
const SCRIPT: &str = include_str!("ui.js");

/// The page.
pub(super) fn page() -> HttpAnswer {
    let body = PAGE
        .replace("/*page.css*/", STYLE)
        .replace("/*ui.css*/", OWN_STYLE)
        .replace("/*ui.js*/", SCRIPT);
    let mut answer = HttpAnswer::new(200, "text/html; charset=utf-8", body);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                  base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    answer
        .headers
        .push(("content-security-policy", policy.to_owned()));
    answer
}
