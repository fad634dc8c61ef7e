//! EC2's Query API over simulated accounts, without a socket.
//!
//! [`answer`] is a function of the realms and a request: whatever holds the socket reads a request to its end, asks, and
//! writes what it got. Accounts, their clocks and their histories are [`Realms`].
//!
//! A request goes through the same checks whatever it asks for, in EC2's order: the action, parameters that it doesn't have,
//! those that are missing or malformed, then what the action itself checks. What an action takes stands in one table
//! (`actions.tsv`); nothing that a client sends is ignored in silence.

mod actions;
mod control;
mod events;
mod fault;
mod filters;
mod history;
mod http;
mod imds;
mod open_spot;
mod pace;
mod pages;
mod place;
mod realm;
mod recording;
mod refused;
mod request;
mod sts;
mod table;
mod xml;

pub use actions::{ACTIONS, Action};
pub use events::{Follow, More};
pub use history::History;
pub use http::{HttpAnswer, HttpRequest, JSON, Then, XML};
pub use pages::Pages;
pub use place::Place;
pub use realm::{Asked, At, Mode, Options, PlannedFault, Realm, Realms};
pub use refused::refused;
pub use table::{Class, Form, Parameter, Takes, takes};

use crate::id::Seeded;

use actions::Call;
use fault::Fault;
use request::{Query, Scope, region_of};
use xml::{Out as _, Xml};

/// The namespace of EC2's answers.
const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
/// The version of EC2's API that is spoken.
const VERSION: &str = "2016-11-15";

/// Answers a request.
///
/// # Example
///
/// ```
/// use ec2sim::endpoint::{At, HttpRequest, Mode, Options, Realms, answer};
///
/// let mut realms = Realms::new(Options::default());
/// let launch = b"Action=RunInstances&ImageId=resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64\
///     &InstanceType=t3.micro&MinCount=1&MaxCount=1";
/// let request = HttpRequest { method: "POST", path: "/", query: "", headers: &[], body: launch };
/// let answered = answer(&mut realms, &request);
/// assert_eq!(answered.status, 200);
/// assert!(String::from_utf8(answered.body).unwrap().contains("<name>pending</name>"));
/// ```
pub fn answer(realms: &mut Realms, request: &HttpRequest<'_>) -> HttpAnswer {
    if request.path == "/" {
        query(realms, request)
    } else if control::is_of(request.path) {
        control::answer(realms, request)
    } else {
        HttpAnswer::new(
            404,
            XML,
            error("InvalidAction", "There is nothing here.", ""),
        )
    }
}

/// A request of the Query protocol.
fn query(realms: &mut Realms, request: &HttpRequest<'_>) -> HttpAnswer {
    let credential = request
        .header("authorization")
        .map(str::to_owned)
        .or_else(|| {
            form_urlencoded::parse(request.query.as_bytes())
                .find_map(|(name, value)| (name == "X-Amz-Credential").then(|| value.into_owned()))
        });
    let scope = credential.as_deref().map(Scope::read).unwrap_or_default();
    let (default_region, lenient) = (realms.region(), realms.options().lenient);
    let realm = realms.of_key(scope.key);
    let request_id = realm.next_request_id();
    if !matches!(request.method, "GET" | "HEAD" | "POST") {
        let message = format!("The method {} is not allowed.", request.method);
        let body = error("MethodNotAllowed", &message, &request_id);
        let mut refusal = HttpAnswer::new(405, XML, body);
        refusal.headers = vec![
            ("allow", "GET, POST".to_owned()),
            ("x-amzn-requestid", request_id),
        ];
        return refusal;
    }
    if let Some(refusal) = other_service(scope, request, &request_id) {
        return refusal;
    }
    let mut notes = Vec::new();
    let at = realm.now();
    let query = Query::read(request);
    let region = region_of(scope.region, default_region);
    let (action, region_id) = match (&query, &region) {
        (Ok(query), Ok(region)) => (query.action().unwrap_or_default().to_owned(), *region),
        (Ok(query), Err(_)) => (
            query.action().unwrap_or_default().to_owned(),
            default_region,
        ),
        (Err(_), _) => (String::new(), default_region),
    };
    let attempt: Option<u32> = request.header("amz-sdk-request").and_then(|header| {
        let attempt = header
            .split(';')
            .find_map(|part| part.trim().strip_prefix("attempt="))?;
        attempt.parse().ok()
    });
    let is_retry = attempt.is_some_and(|attempt| attempt > 1);
    let answered = region.and_then(|region| {
        let query = query.as_ref().map_err(Clone::clone)?;
        if scope.service == Some("sts") {
            return sts::answer(realm.account(), query, &request_id).map(|body| (body, false));
        }
        realm.place(region).recording.is_retry = is_retry;
        carry_out(realm, region, query, (&request_id, lenient), &mut notes)
    });
    let (status, code, body, changes, note) = match answered {
        Ok((body, changes)) => (200, None, body, Some(changes), None),
        Err(fault) => {
            let body = if scope.service == Some("sts") {
                sts::error(&fault.code, &fault.message, &request_id)
            } else {
                error(&fault.code, &fault.message, &request_id)
            };
            (
                fault.status(),
                Some(fault.code.into_owned()),
                body,
                None,
                fault.note,
            )
        }
    };
    let parameters = query.as_ref().map(Query::all).into_iter().flatten();
    let parameters = parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let looks = action.starts_with("Describe");
    realm.remember(Asked {
        seq: 0,
        at,
        action,
        region: region_id,
        parameters,
        status,
        code,
        request_id: request_id.clone(),
        attempt,
    });
    if let Some(changes) = changes {
        realm.after(changes, looks);
    }
    let mut answer = HttpAnswer::new(status, XML, body);
    answer.headers.push(("x-amzn-requestid", request_id));
    if let Some(note) = note {
        answer.headers.push(("x-ec2sim-note", note));
    }
    answer.notes = notes;
    answer
}

/// Carries an action of EC2's out; answers the body, and whether it may have changed something.
fn carry_out(
    realm: &mut Realm,
    region: crate::catalog::RegionId,
    query: &Query<'_>,
    (request_id, lenient): (&str, bool),
    notes: &mut Vec<String>,
) -> Result<(Vec<u8>, bool), Fault> {
    let name = query.action().ok_or_else(|| {
        Fault::new(
            "MissingAction",
            "The request must contain the parameter Action",
        )
    })?;
    if let Some(version) = query.version().filter(|version| *version != VERSION) {
        return Err(Fault::new(
            "NoSuchVersion",
            format!("The requested version ({version}) of service AmazonEC2 does not exist"),
        ));
    }
    let action = actions::find(name).ok_or_else(|| {
        let mut fault = Fault::new(
            "InvalidAction",
            format!("The action {name} is not valid for this web service."),
        );
        if name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            fault.note = Some(format!("ec2sim does not simulate {name}"));
        }
        fault
    })?;
    if let Some(code) = realm.take_fault(name) {
        return Err(Fault {
            code: code.into(),
            message: "This request was planned to be refused.".to_owned(),
            note: None,
        });
    }
    let takes = takes()
        .get(name)
        .ok_or_else(|| Fault::new("InternalError", "An action without a row"))?;
    query.check(name, takes)?;
    let mut xml = Xml::new();
    let root = format!("{name}Response");
    xml.open_in(&root, NAMESPACE);
    xml.text("requestId", request_id);
    let seed = Seeded::new(0)
        .named(realm.account())
        .named(region.name())
        .named(name);
    let mut call = Call {
        place: realm.place(region),
        fields: query.fields(),
        takes,
        action,
        lenient,
        xml: &mut xml,
        seed,
        notes,
    };
    action.answer(&mut call)?;
    xml.close_named(&root);
    Ok((xml.into_bytes(), action.changes))
}

/// A refusal, as EC2 writes it.
pub(crate) fn error(code: &str, message: &str, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within("Response", |xml| {
        xml.within("Errors", |xml| {
            xml.within("Error", |xml| {
                xml.text("Code", code);
                xml.text("Message", message);
            });
        });
        xml.text("RequestID", request_id);
    });
    xml.into_bytes()
}

/// The refusal of a request to another service than EC2 or STS, in that one's own protocol: a wrong setting of an endpoint is
/// seen at once.
fn other_service(
    scope: Scope<'_>,
    request: &HttpRequest<'_>,
    request_id: &str,
) -> Option<HttpAnswer> {
    if let Some(target) = request.header("x-amz-target") {
        let what = target.split('.').next().unwrap_or(target);
        let body = serde_json::json!({
            "__type": "UnknownOperationException",
            "message": format!("This is an endpoint of EC2, and not of {what}."),
        });
        return Some(HttpAnswer::new(
            400,
            "application/x-amz-json-1.1",
            body.to_string(),
        ));
    }
    let service = scope.service?;
    (!matches!(service, "ec2" | "sts" | "")).then(|| {
        let message = format!("This is an endpoint of EC2, and not of {service}.");
        HttpAnswer::new(
            400,
            XML,
            sts::error("UnknownOperation", &message, request_id),
        )
    })
}
