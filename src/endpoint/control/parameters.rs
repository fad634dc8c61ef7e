//! What a request of the control API says, in its query or in a JSON body.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{
    endpoint::{HttpAnswer, HttpRequest, JSON},
    foreign,
    scenario::{duration_option, instant_option, nearest},
    time::{SimDuration, SimTime},
};

/// Why a request of the control API isn't carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    /// What else is said.
    more: Vec<(&'static str, Value)>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            more: Vec::new(),
        }
    }

    /// A parameter is wrong.
    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new(400, "BadParameter", message)
    }

    pub(super) fn saying(mut self, key: &'static str, value: impl Serialize) -> Self {
        self.more.push((key, json!(value)));
        self
    }
}

impl From<Refusal> for HttpAnswer {
    fn from(refusal: Refusal) -> Self {
        let mut error = told! { "code": refusal.code, "message": refusal.message };
        error.0.extend(refusal.more);
        answer(refusal.status, &told! { "error": error })
    }
}

/// An object whose keys stand in the order in which they are told.
pub(super) struct Told(pub(super) Vec<(&'static str, Value)>);

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Makes one.
macro_rules! told {
    ( $( $key:literal : $value:expr ),* $(,)? ) => {
        $crate::endpoint::control::parameters::Told(vec![ $( ($key, serde_json::json!($value)) ),* ])
    };
}
pub(super) use told;

/// JSON in which what could do harm is escaped.
pub(super) fn answer(status: u16, body: &Told) -> HttpAnswer {
    let body = serde_json::to_string(body).unwrap_or_default();
    let body = foreign::in_json(&body).into_owned() + "\n";
    HttpAnswer::new(status, JSON, body)
}

/// The parameters of a request.
#[derive(Debug)]
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Those of the query, and those of a body that is a JSON object. Another body is none of theirs.
    pub(super) fn read(request: &HttpRequest<'_>, with_body: bool) -> Result<Self, Refusal> {
        let mut found = BTreeMap::new();
        let mut enter = |key: &str, value: String| match found.insert(key.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(Refusal::parameter(format!("`{key}` is given twice"))),
        };
        for (key, value) in form_urlencoded::parse(request.query.as_bytes()) {
            enter(&key, value.into_owned())?;
        }
        if with_body && !request.body.trim_ascii().is_empty() {
            let body: Value = serde_json::from_slice(request.body)
                .map_err(|error| Refusal::parameter(format!("the body isn't JSON: {error}")))?;
            let Value::Object(body) = body else {
                return Err(Refusal::parameter("expected an object as the body"));
            };
            for (key, value) in body {
                let text = match value {
                    Value::String(text) => text,
                    Value::Number(number) => number.to_string(),
                    Value::Bool(flag) => flag.to_string(),
                    Value::Null => continue,
                    Value::Array(_) | Value::Object(_) => {
                        return Err(Refusal::parameter(format!("`{key}` takes a single value")));
                    }
                };
                enter(&key, text)?;
            }
        }
        Ok(Self(found))
    }

    /// Makes sure that there are no others than these.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let Some(unknown) = self.0.keys().find(|key| !known.contains(&key.as_str())) else {
            return Ok(());
        };
        let instead = match nearest(unknown, known.iter().copied()) {
            Some(near) => format!(": did you mean `{near}`?"),
            None if known.is_empty() => ": it takes none".to_owned(),
            None => format!(": it takes `{}`", known.join("`, `")),
        };
        let message = format!("there is no parameter `{unknown}` here{instead}");
        Err(Refusal::new(400, "UnknownParameter", message))
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(super) fn needs(&self, key: &str) -> Result<&str, Refusal> {
        self.get(key)
            .ok_or_else(|| Refusal::parameter(format!("`{key}` is missing")))
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, Refusal> {
        match self.get(key) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1" | "") => Ok(true),
            Some(_) => Err(Refusal::parameter(format!("`{key}` is `true` or `false`"))),
        }
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<u64>, Refusal> {
        let number = |text: &str| {
            text.parse().map_err(|_| {
                Refusal::parameter(format!("`{key}` takes a whole number, and not `{text}`"))
            })
        };
        self.get(key).map(number).transpose()
    }

    pub(super) fn duration(&self, key: &str) -> Result<Option<SimDuration>, Refusal> {
        self.get(key).map(|text| duration(key, text)).transpose()
    }

    /// How far the clock goes: `seconds`, or `by`.
    pub(super) fn distance(&self) -> Result<SimDuration, Refusal> {
        match (self.get("seconds"), self.duration("by")?) {
            (Some(seconds), None) => seconds_of(seconds),
            (None, Some(by)) => Ok(by),
            (None, None) => Err(Refusal::parameter("how far? `seconds=15`, or `by=2h30m`")),
            (Some(_), Some(_)) => Err(Refusal::parameter(
                "`seconds` and `by` say the same: leave one of them out",
            )),
        }
    }

    /// An instant, or an offset from the start.
    pub(super) fn moment(&self, key: &str, start: SimTime) -> Result<SimTime, Refusal> {
        let text = self.needs(key)?;
        // An instant begins with the year.
        if text.len() > 4 && text.as_bytes().get(4) == Some(&b'-') {
            return instant_option(text)
                .map_err(|why| Refusal::parameter(format!("`{key}`: {why}")));
        }
        let offset = duration(key, text)?;
        within_time(start.checked_add(offset))
    }
}

fn duration(key: &str, text: &str) -> Result<SimDuration, Refusal> {
    duration_option(text).map_err(|why| Refusal::parameter(format!("`{key}`: {why}")))
}

/// A number of seconds, with three decimals at most that count.
fn seconds_of(text: &str) -> Result<SimDuration, Refusal> {
    let wrong = || {
        Refusal::parameter(format!(
            "`seconds` takes a number that isn't below zero, and not `{text}`"
        ))
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !is_number(whole) || !is_number(decimals) {
        return Err(wrong());
    }
    let whole: u64 = format!("0{whole}").parse().map_err(|_| wrong())?;
    let millis: String = decimals.chars().chain("000".chars()).take(3).collect();
    let millis: u64 = millis.parse().map_err(|_| wrong())?;
    let all = whole
        .checked_mul(1_000)
        .and_then(|all| all.checked_add(millis));
    all.map(SimDuration::from_millis).ok_or_else(beyond)
}

fn beyond() -> Refusal {
    Refusal::parameter("that is beyond the year 9999")
}

/// An instant that there is.
pub(super) fn within_time(at: Option<SimTime>) -> Result<SimTime, Refusal> {
    at.filter(|&at| at <= SimTime::MAX).ok_or_else(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_to_the_thousandth() {
        for (text, millis) in [
            ("15", 15_000),
            ("0.5", 500),
            (".25", 250),
            ("1.2345", 1_234),
            ("0", 0),
        ] {
            assert_eq!(
                seconds_of(text).ok(),
                Some(SimDuration::from_millis(millis)),
                "{text}"
            );
        }
        for wrong in ["", ".", "-1", "1e3", "1h", "99999999999999999999"] {
            assert!(seconds_of(wrong).is_err(), "{wrong}");
        }
    }
}
