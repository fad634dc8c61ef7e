//! The control API, below `/_ec2sim/`: the clock, what there is, what it costs, what is to happen.
//!
//! Parameters stand in the query or in a JSON body, and `account` picks the account. Answers are JSON with a `schema`.

mod change;
mod clock;
mod parameters;
mod present;
mod tell;
mod ui;

use super::{HttpAnswer, HttpRequest, Realms, imds, realm::Realm};
use crate::{catalog::RegionId, time::SimTime};

use parameters::{Parameters, Refusal, answer as json_answer, told};
pub(super) use present::names;

/// Where it is.
const ROOT: &str = "/_ec2sim";
/// Where moto's server is reset.
const MOTO_RESET: &str = "/moto-api/reset";

type Found = Result<HttpAnswer, Refusal>;
type Handler = fn(&mut Call<'_, '_>) -> Found;

/// A method of a path, and what carries it out.
struct Route {
    path: &'static str,
    method: &'static str,
    /// Whether a body has parameters.
    body: bool,
    handler: Handler,
}

const fn get(path: &'static str, handler: Handler) -> Route {
    Route {
        path,
        method: "GET",
        body: false,
        handler,
    }
}

const fn post(path: &'static str, handler: Handler) -> Route {
    Route {
        path,
        method: "POST",
        body: true,
        handler,
    }
}

/// All there is, below the root.
const ROUTES: &[Route] = &[
    get("/", index),
    get("/clock", clock::show),
    post("/clock/advance", clock::advance),
    post("/clock/advance-to", clock::advance_to),
    post("/clock/next", clock::next),
    post("/clock/run-until", clock::run_until),
    post("/clock/settle", clock::settle),
    Route {
        method: "PUT",
        ..post("/clock/mode", clock::set_mode)
    },
    post("/reset", change::reset),
    get("/state", tell::state),
    get("/bill", tell::bill),
    get("/events", tell::events),
    get("/requests", tell::requests),
    get("/scenario", scenario),
    Route {
        body: false,
        ..post("/steps", change::steps)
    },
    post("/faults", change::plan_fault),
    get("/faults", change::faults),
    Route {
        method: "DELETE",
        ..get("/faults", change::forget_faults)
    },
    get("/expectations", tell::expectations),
    get("/ui", page),
    post("/stop", change::stop),
];

/// Whether a path is one of these.
pub(super) fn is_of(path: &str) -> bool {
    path == MOTO_RESET
        || path
            .strip_prefix(ROOT)
            .is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Answers a request of a path that is one of these.
pub(super) fn answer(realms: &mut Realms, request: &HttpRequest<'_>) -> HttpAnswer {
    carried_out(realms, request).unwrap_or_else(HttpAnswer::from)
}

fn carried_out(realms: &mut Realms, request: &HttpRequest<'_>) -> Found {
    if request.path == MOTO_RESET {
        return match request.method {
            "POST" => change::moto_reset(&mut Call::new(realms, request, false)?),
            _ => Err(not_allowed(request, &["POST"])),
        };
    }
    let below = request.path.strip_prefix(ROOT).unwrap_or_default();
    let below = if below.is_empty() { "/" } else { below };
    if let Some(below) = below.strip_prefix("/imds/") {
        return Ok(imds::answer(realms, request, below));
    }
    let method = match request.method {
        "HEAD" => "GET",
        other => other,
    };
    let here = || ROUTES.iter().filter(|route| route.path == below);
    let Some(route) = here().find(|route| route.method == method) else {
        let methods: Vec<&str> = here().map(|route| route.method).collect();
        return Err(if methods.is_empty() {
            let message = format!(
                "there is nothing at {}: GET {ROOT}/ lists what there is",
                request.path
            );
            Refusal::new(404, "NotFound", message)
        } else {
            not_allowed(request, &methods)
        });
    };
    (route.handler)(&mut Call::new(realms, request, route.body)?)
}

fn not_allowed(request: &HttpRequest<'_>, methods: &[&str]) -> Refusal {
    let message = format!("{} takes {}", request.path, methods.join(", "));
    Refusal::new(405, "MethodNotAllowed", message)
}

/// A request of the control API.
struct Call<'a, 'r> {
    realms: &'a mut Realms,
    request: &'a HttpRequest<'r>,
    parameters: Parameters,
}

impl<'a, 'r> Call<'a, 'r> {
    fn new(
        realms: &'a mut Realms,
        request: &'a HttpRequest<'r>,
        body: bool,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            realms,
            request,
            parameters: Parameters::read(request, body)?,
        })
    }

    /// Makes sure that it has no parameters but these, and that of the account.
    fn takes(&self, known: &[&str]) -> Result<(), Refusal> {
        self.parameters.only(&[known, &["account"]].concat())
    }

    /// Whether all accounts are meant.
    fn is_all(&self) -> bool {
        self.parameters.get("account") == Some("*")
    }

    /// The account that is meant.
    fn realm(&mut self) -> Result<&mut Realm, Refusal> {
        match self.parameters.get("account") {
            None => {
                let account = self.realms.options().account.clone();
                Ok(self.realms.realm(&account))
            }
            Some(account) if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(self.realms.realm(account))
            }
            Some("*") => Err(Refusal::parameter("this is asked of one `account`")),
            Some(_) => Err(Refusal::parameter("`account` has twelve digits")),
        }
    }

    /// The accounts that are meant: of `*` all that were asked about.
    fn realms(&mut self) -> Result<Vec<&mut Realm>, Refusal> {
        if self.is_all() {
            return Ok(self.realms.iter_mut().collect());
        }
        Ok(vec![self.realm()?])
    }

    /// The instant of offset zero.
    fn start(&self) -> SimTime {
        self.realms.options().start()
    }

    fn default_region(&self) -> RegionId {
        self.realms.region()
    }
}

/// What there is, and whether it works.
fn index(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    let mode = call.realm()?.mode().to_string();
    let links: Vec<String> = ROUTES
        .iter()
        .map(|route| format!("{} {ROOT}{}", route.method, route.path))
        .collect();
    let accounts: Vec<&str> = call.realms.iter().map(Realm::account).collect();
    Ok(json_answer(
        200,
        &told! {
            "schema": "ec2sim/index/1",
            "name": "ec2sim",
            "version": env!("CARGO_PKG_VERSION"),
            "account": call.realms.options().account,
            "region": call.default_region().name(),
            "accounts": accounts,
            "mode": mode,
            "modes": ["manual", "instant", "polled", "polled=30s", "realtime", "60x"],
            "summary": summary(call.realms),
            "links": links,
        },
    ))
}

/// What there was, in a line.
fn summary(realms: &Realms) -> String {
    let counted =
        |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let requests = realms.iter().map(Realm::request_count).sum();
    let places = || realms.iter().flat_map(Realm::places);
    let instances = places().map(|place| place.world().instances().len());
    let instances = instances
        .map(|count| u64::try_from(count).unwrap_or(u64::MAX))
        .sum();
    let cost: crate::money::Usd = places()
        .map(|place| place.account().bill().total_cost(place.now()).total())
        .sum();
    let latest = realms.iter().map(Realm::now).max();
    let passed = latest.map(|now| now.since(realms.options().start()));
    format!(
        "{}, {} launched, {} simulated, ${}",
        counted(requests, "request"),
        counted(instances, "instance"),
        passed.unwrap_or_default(),
        cost.to_fixed(4),
    )
}

/// The page of the living world.
fn page(call: &mut Call<'_, '_>) -> Found {
    call.takes(&[])?;
    Ok(ui::page())
}

/// The session as a scenario.
fn scenario(call: &mut Call<'_, '_>) -> Found {
    call.takes(&["region", "expect"])?;
    let expects = call.parameters.flag("expect")?;
    let region = match call.parameters.get("region") {
        Some(name) => tell::region_named(name)?,
        None => call.default_region(),
    };
    let realm = call.realm()?;
    let text = realm.place(region).scenario(expects);
    Ok(HttpAnswer::new(200, "application/yaml", text))
}
