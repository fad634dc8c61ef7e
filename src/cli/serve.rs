//! `ec2sim serve`.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::Arc,
};

use serde_json::{Value, json};

use crate::{
    endpoint::{At, HttpAnswer, HttpRequest, Options, Realms, answer},
    engine::{Settings, StopSignal},
    foreign::shown,
    scenario::{Diagnostics, Reading, Scenario},
    serve::{Limits, ServeError, Served, Server, url},
    time::SimDuration,
};

use super::{
    Exit, RunContext,
    args::{Global, ServeFormat, ServeOptions},
    files, interrupt,
    output::{self, not_written, reason},
    test::{complain, unusable_prices},
};

/// Where it listens if nobody says.
const PORT: u16 = 4570;

/// Serves until it is stopped.
pub(super) fn serve(options: &ServeOptions, global: &Global, context: &RunContext) -> Exit {
    let options_of_realms = match realms_options(options, global, context) {
        Ok(options) => options,
        Err(exit) => return exit,
    };
    let mut files = match Files::open(options) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let is_alone = options.command.is_empty();
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, if is_alone { PORT } else { 0 }));
    let listen = options.listen.unwrap_or(free);
    let (listener, address) = match bind(listen) {
        Ok(bound) => bound,
        Err(error) => {
            unbound(listen, &error);
            return Exit::Unusable;
        }
    };
    if !listen.ip().is_loopback() && !options.quiet {
        let _ = writeln!(
            io::stderr(),
            "warning: whoever reaches {address} can use this server: it checks no signatures"
        );
    }
    let stop = StopSignal::default();
    interrupt::listen_as_server(&stop);
    let mut realms = Realms::new(options_of_realms);
    let ready = Ready::new(&mut realms, address, options);
    let server = Server {
        realms,
        listener,
        allowed: options.allow_host.clone(),
        limits: Limits::default(),
        stop,
        told: match (options.quiet, options.verbose) {
            (true, _) => None,
            (false, true) => Some(tell),
            (false, false) => Some(tell_notes),
        },
    };
    let command = command(&options.command, &ready);
    let served = server.run(command, || ready.say(context));
    let Served {
        mut realms,
        command,
    } = match served {
        Ok(served) => served,
        Err(ServeError::Command(program, error)) => {
            complain(&format!("cannot run {program}: {}", reason(&error)));
            return Exit::Unusable;
        }
        Err(error @ ServeError::Start(_)) => {
            complain(&error.to_string());
            return Exit::Unusable;
        }
    };
    realms.end();
    let written = files.write(&mut realms, options);
    let failed = expectations_failed(&mut realms);
    if !options.quiet {
        let _ = writeln!(io::stderr(), "{}", summary(&mut realms));
    }
    let of_command = command.map_or(Exit::Success, exit_of);
    if of_command != Exit::Success {
        return of_command;
    }
    written.max(if failed { Exit::Failed } else { Exit::Success })
}

/// What the accounts begin with.
fn realms_options(
    options: &ServeOptions,
    global: &Global,
    context: &RunContext,
) -> Result<Options, Exit> {
    let reading = options.reading().map_err(|why| unusable_prices(&why))?;
    let mistakes = |found: &Diagnostics| {
        let _ = files::complain(found, global, context);
        Exit::Unusable
    };
    let keys = options.keys();
    // What is wrong with an option is said of the option, and not of the scenario.
    let plain = plain(&keys, &reading).map_err(|found| mistakes(&found))?;
    let mut settings = settings(&plain);
    let scenario = match &options.scenario {
        Some(path) => {
            let scenario = files::read_named(path, &reading, &mut options.config.configs());
            let scenario = scenario
                .map_err(|found| found.iter().map(mistakes).max().unwrap_or(Exit::Unusable))?;
            let scenario = scenario
                .under("options", &keys)
                .map_err(|found| mistakes(&found))?;
            settings = self::settings(&scenario);
            Some(Arc::clone(scenario.program()))
        }
        None => None,
    };
    if let Some(region) = options.region {
        settings.prices = settings.prices.of_region(region);
        settings.region = region;
    }
    Ok(Options {
        account: options.account.clone(),
        settings,
        scenario,
        at: options.at.unwrap_or(At::Offset(SimDuration::ZERO)),
        mode: options.clock,
        lenient: options.lenient,
        history: options.history,
    })
}

/// A scenario of what the options say alone.
fn plain(keys: &str, reading: &Reading) -> Result<Scenario, Diagnostics> {
    let text = format!(
        "{{\"steps\": []{}",
        keys.replacen('{', if keys == "{}" { "" } else { ", " }, 1)
    );
    let reading = Reading {
        set: Arc::default(),
        ..reading.clone()
    };
    Scenario::from_reader_within("options", text.as_bytes(), reading)
}

fn settings(scenario: &Scenario) -> Settings {
    let program = scenario.program();
    Settings {
        start: program.start,
        seed: program.seed,
        timings: program.timings,
        prices: program.prices.clone(),
        quotas: program.quotas.clone(),
        ..Settings::of(program.cast.region)
    }
}

fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// Says why there is nothing to listen on.
fn unbound(address: SocketAddr, error: &io::Error) {
    if error.kind() == io::ErrorKind::AddrInUse {
        complain(&format!(
            "cannot listen on {address}: another program does; `--listen {}:0` takes a free port",
            host(address.ip())
        ));
    } else {
        complain(&format!("cannot listen on {address}: {}", reason(error)));
    }
}

fn host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// What is told when it is ready.
struct Ready {
    url: String,
    account: String,
    region: &'static str,
    now: Value,
    format: ServeFormat,
    is_alone: bool,
    quiet: bool,
}

impl Ready {
    fn new(realms: &mut Realms, address: SocketAddr, options: &ServeOptions) -> Self {
        let clock = asked(realms, "/_ec2sim/clock");
        // Who listens everywhere is reached here as well.
        let here = if address.ip().is_unspecified() {
            SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()))
        } else {
            address
        };
        Self {
            url: url(here),
            account: options.account.clone(),
            region: realms.region().name(),
            now: clock["now"].clone(),
            format: options.format,
            is_alone: options.command.is_empty(),
            quiet: options.quiet,
        }
    }

    fn say(&self, context: &RunContext) {
        let url = &self.url;
        // Standard output is the command's, where there is one.
        if self.is_alone {
            let line = match self.format {
                ServeFormat::Text => format!("listening on {url}\n"),
                ServeFormat::Json => {
                    let line = json!({
                        "schema": "ec2sim/serve/1",
                        "url": url,
                        "pid": std::process::id(),
                        "account": self.account,
                        "region": self.region,
                        "now": self.now,
                    });
                    format!("{line}\n")
                }
            };
            // Nobody may be there to read it; the server is.
            let _ = output::print(line.as_bytes());
            if context.stderr_is_terminal && !self.quiet {
                let mut err = io::stderr().lock();
                for (name, value) in self.environment() {
                    let _ = writeln!(err, "export {name}={value}");
                }
            }
        }
    }

    /// What tells clients to ask this server.
    fn environment(&self) -> [(&'static str, &str); 7] {
        [
            ("AWS_ENDPOINT_URL_EC2", &self.url),
            ("AWS_ENDPOINT_URL_STS", &self.url),
            ("AWS_REGION", self.region),
            ("AWS_DEFAULT_REGION", self.region),
            ("AWS_ACCESS_KEY_ID", &self.account),
            ("AWS_SECRET_ACCESS_KEY", "ec2sim"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
    }
}

/// The command for which the server is there.
fn command(words: &[std::ffi::OsString], ready: &Ready) -> Option<Command> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("EC2SIM_URL", &ready.url)
        .envs(ready.environment());
    // A profile has an endpoint, a Region and keys of its own.
    for other in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"] {
        command.env_remove(other);
    }
    Some(command)
}

/// What a command's end comes to, as a shell has it.
fn exit_of(status: ExitStatus) -> Exit {
    if status.success() {
        return Exit::Success;
    }
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        complain(&format!("the command was ended by signal {signal}"));
        return Exit::OfCommand(u8::try_from(128 + signal).unwrap_or(u8::MAX));
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Exit::OfCommand(code.unwrap_or(1))
}

/// Tells what a request has to be told of.
fn tell_notes(_: &HttpRequest<'_>, answer: &HttpAnswer) {
    for note in &answer.notes {
        let _ = writeln!(io::stderr(), "note: {}", shown(note));
    }
}

/// Tells a request, too.
fn tell(request: &HttpRequest<'_>, answer: &HttpAnswer) {
    let action = request
        .action()
        .map_or_else(String::new, |action| format!(" {action}"));
    let line = format!(
        "{} {}{action} {}",
        request.method, request.path, answer.status
    );
    let _ = writeln!(io::stderr(), "{}", shown(&line));
    tell_notes(request, answer);
}

/// The files that are written when it stops.
struct Files(Vec<Output>);

struct Output {
    path: PathBuf,
    file: File,
    /// What is asked for it.
    asks: &'static str,
}

impl Files {
    /// Opens them: what can't be written is said before anything is done. What they hold stays until there is something better.
    fn open(options: &ServeOptions) -> Result<Self, Exit> {
        let bill = options.bill.as_ref().map(|path| (path, bill_of(path)));
        let record = options.record.as_ref();
        let events = options.events.as_ref();
        let wanted = [
            record.map(|path| (path, "/_ec2sim/scenario?expect=true")),
            bill,
            events.map(|path| (path, "/_ec2sim/events")),
        ];
        let mut files = Vec::new();
        for (path, asks) in wanted.into_iter().flatten() {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(path);
            let file = file.map_err(|error| {
                not_written(path, &error);
                Exit::Unusable
            })?;
            files.push(Output {
                path: path.clone(),
                file,
                asks,
            });
        }
        Ok(Self(files))
    }

    fn write(&mut self, realms: &mut Realms, options: &ServeOptions) -> Exit {
        let mut exit = Exit::Success;
        for Output { path, file, asks } in &mut self.0 {
            let body = ask(realms, asks).body;
            let written = file
                .set_len(0)
                .and_then(|()| file.seek(SeekFrom::Start(0)))
                .and_then(|_| file.write_all(&body));
            if let Err(error) = written {
                not_written(path, &error);
                exit = Exit::Unusable;
            }
        }
        if let Some(path) = &options.record {
            exit = exit.max(record_others(path, realms, options.quiet));
        }
        exit
    }
}

/// A recording is of one Region: each other one that clients have changed gets a file beside.
fn record_others(path: &Path, realms: &mut Realms, quiet: bool) -> Exit {
    let (account, default) = (realms.options().account.clone(), realms.region());
    let mut exit = Exit::Success;
    let places = realms.realm(&account).places();
    for place in places.filter(|place| place.region() != default && place.has_changed()) {
        let region = place.region().name();
        let ending = path.extension().map(|ending| ending.to_string_lossy());
        let ending =
            ending.map_or_else(|| region.to_owned(), |ending| format!("{region}.{ending}"));
        let beside = path.with_extension(ending);
        if let Err(error) = std::fs::write(&beside, place.scenario(true)) {
            not_written(&beside, &error);
            exit = Exit::Unusable;
        } else if !quiet {
            let name = beside.to_string_lossy();
            let _ = writeln!(
                io::stderr(),
                "note: {region} is recorded in {}",
                shown(&name)
            );
        }
    }
    exit
}

/// The bill in the form that the name of a file says.
fn bill_of(path: &Path) -> &'static str {
    let ends_in = |path: &Path, word: &str| {
        path.extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case(word))
    };
    let stem = path.file_stem().map(Path::new);
    if ends_in(path, "json") {
        "/_ec2sim/bill?format=json"
    } else if ends_in(path, "csv") && stem.is_some_and(|stem| ends_in(stem, "focus")) {
        "/_ec2sim/bill?format=focus"
    } else if ends_in(path, "csv") {
        "/_ec2sim/bill?format=csv"
    } else {
        "/_ec2sim/bill?format=text"
    }
}

/// Asks what everybody can ask.
fn ask(realms: &mut Realms, target: &str) -> HttpAnswer {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    answer(
        realms,
        &HttpRequest {
            method: "GET",
            path,
            query,
            headers: &[],
            body: &[],
        },
    )
}

fn asked(realms: &mut Realms, target: &str) -> Value {
    serde_json::from_slice(&ask(realms, target).body).unwrap_or_default()
}

/// Whether a scenario that ran beside the clients failed.
fn expectations_failed(realms: &mut Realms) -> bool {
    asked(realms, "/_ec2sim/expectations")["passed"] == false
}

/// What there was, in a line.
fn summary(realms: &mut Realms) -> String {
    let there = asked(realms, "/_ec2sim/");
    there["summary"].as_str().unwrap_or_default().to_owned()
}
