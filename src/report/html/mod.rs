//! The page: a replay as one file of HTML, to look at, to step through and to ask why.
//!
//! All of it stands in the HTML, drawn as it is in the end, so it can be read and printed without its script. The script moves a
//! cursor through it. It is given what it needs as JSON: who changed his state when, and what each meter has come to at the
//! instants between which that is straight. It adds nothing to it.

mod cost;
mod diagram;
mod index;
mod lanes;
mod ledger;
mod log;
mod scale;
mod versus;

use std::{fmt, io};

use serde_json::{Value, json};

use crate::{
    billing::Biller,
    engine::{Outcome, Tally},
    foreign,
    record::Journal,
    runner::Replay,
    script::{Directory, Program, Zone},
    time::SimTime,
};

#[cfg(not(feature = "live"))]
use cost::Course;
#[cfg(feature = "live")]
pub(super) use cost::Course;
use diagram::Diagram;
use lanes::Lanes;
use log::Log;
use scale::Scale;

pub use index::{Entry, Index};
pub use versus::{Side, Versus};

const STYLE: &str = include_str!("page.css");
/// What only replays side by side look like.
const STYLE_OF_SIDES: &str = include_str!("versus.css");
/// What moves a page: what all have in common, and its own part.
const SCRIPT: &str = concat!(include_str!("common.js"), include_str!("page.js"));
const SIDE_BY_SIDE: &str = concat!(include_str!("common.js"), include_str!("versus.js"));
/// The digest of the script as it stands in the page, by which a browser knows the one that it may run.
const DIGEST: &str = include_str!("page.js.sha256");
const SIDE_BY_SIDE_DIGEST: &str = include_str!("versus.js.sha256");

/// Where a page is written.
type Out<'a> = &'a mut dyn io::Write;

/// A replay as one file of HTML.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, report::Page};
/// let scenario = Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ").unwrap();
/// let mut html = Vec::new();
/// Page::new(&ec2sim::replay(&scenario)).write(&mut html).unwrap();
/// assert!(html.starts_with(b"<!doctype html>"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    replay: &'a Replay,
}

/// What a page shows: a replay that is over, or a journal that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) program: &'a Program,
    pub(super) file: &'a str,
    pub(super) records: &'a Journal,
    pub(super) names: &'a dyn Directory,
    pub(super) bill: &'a Biller,
    pub(super) end: SimTime,
    pub(super) outcome: Outcome,
    pub(super) tally: &'a Tally,
}

/// Text within HTML.
struct Text<'a>(std::borrow::Cow<'a, str>);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn text(text: &str) -> Text<'_> {
    Text(foreign::in_html(text))
}

impl<'a> Page<'a> {
    /// The page of a replay that kept its records and its ledger.
    pub const fn new(replay: &'a Replay) -> Self {
        Self { replay }
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let replay = self.replay;
        let sheet = Sheet {
            program: replay.program(),
            file: replay.file(),
            records: replay.records(),
            names: &replay.directory(),
            bill: replay.bill(),
            end: replay.end(),
            outcome: replay.outcome(),
            tally: replay.tally(),
        };
        sheet.write(out)
    }
}

impl Sheet<'_> {
    /// Writes it as a page.
    pub(super) fn write(self, out: Out<'_>) -> io::Result<()> {
        let (start, end) = (self.program.start, self.end);
        let zone = &self.program.zone;
        let instants = self.records.iter().map(|record| record.at);
        let scale = Scale::new(start, end, instants, zone);
        let (mut lanes, mut diagram) = (Lanes::new(self.names, start), Diagram::default());
        for record in self.records {
            lanes.take(&record);
            diagram.take(&record);
        }
        let log = Log::new(self);
        let course = Course::of(self.bill.ledger(), &scale, end);

        head(out, title(self.program, self.file), Some(DIGEST), "")?;
        self.header(out)?;
        writeln!(out, "<main>")?;
        // They are those of instances.
        let states = if diagram.is_used() { "" } else { " hidden" };
        writeln!(
            out,
            "<div class=\"stage\"><section id=\"states\" aria-labelledby=\"states-h\"{states}><h2 id=\"states-h\">States</h2><p class=\"hint\">Every way that was taken is lit.</p>"
        )?;
        diagram.draw(out, self.names)?;
        writeln!(
            out,
            "<div id=\"follow\" hidden></div></section><section id=\"now\" aria-labelledby=\"now-h\" hidden><h2 id=\"now-h\">Now</h2><div id=\"now-body\"></div></section></div>"
        )?;
        writeln!(
            out,
            "<section id=\"lines\" aria-labelledby=\"lines-h\"><h2 id=\"lines-h\">Lifelines</h2><p class=\"hint\">{}</p>{}",
            if scale.is_true {
                format!("True to scale, in {}.", text(zone.name()))
            } else {
                format!(
                    "In {}. Long waits are drawn shorter than they are.",
                    text(zone.name())
                )
            },
            lanes::legend(&[&lanes])
        )?;
        writeln!(
            out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Lifelines and cost along the time axis\"><div id=\"chart\">"
        )?;
        axis(out, &scale)?;
        lanes.draw(out, &scale, end)?;
        writeln!(
            out,
            "<div class=\"lane money\"><div class=\"head\"><span class=\"name\"><b>cost</b> <span class=\"about\">all that was charged, meter upon meter</span></span>"
        )?;
        course.draw(out, &scale, course.total())?;
        writeln!(
            out,
            "</div></div><div id=\"veil\" hidden></div><div id=\"cursor\" hidden></div></div></div></section>"
        )?;
        writeln!(
            out,
            "<section id=\"money\" aria-labelledby=\"money-h\"><h2 id=\"money-h\">The bill</h2>"
        )?;
        ledger::draw(out, self, &course)?;
        writeln!(
            out,
            "</section><section id=\"story\" aria-labelledby=\"story-h\"><h2 id=\"story-h\">What happened</h2><p class=\"hint\">Open a line to see which rules decide it.</p>"
        )?;
        log.draw(out)?;
        writeln!(
            out,
            "</section><section id=\"rules\" aria-labelledby=\"rules-h\"><h2 id=\"rules-h\">The rules</h2>"
        )?;
        log.draw_rules(out)?;
        writeln!(
            out,
            "</section></main>\n<footer><p>Made by ec2sim {} from <code>{}</code>, prices of {}. A simulation: AWS’s own bill is what counts.</p></footer>",
            env!("CARGO_PKG_VERSION"),
            text(self.file),
            text(crate::catalog::version())
        )?;
        let data = json!({
            "schema": "ec2sim/page/1",
            "start": start.as_secs(),
            "offsets": offsets(zone, start, end),
            "end": end.since(start).as_secs(),
            "scale": scale.json(start),
            "instances": if lanes.is_empty() { json!([]) } else { lanes.json() },
            "cost": course.json(start),
            "questions": log.questions(),
        });
        writeln!(out, "<div id=\"transport\" hidden></div>")?;
        foot(out, &data, SCRIPT)
    }

    fn header(self, out: Out<'_>) -> io::Result<()> {
        let program = self.program;
        writeln!(
            out,
            "<header><div class=\"title\"><h1>{}</h1>",
            text(title(program, self.file))
        )?;
        if let Some(description) = &program.description {
            writeln!(out, "<p class=\"lead\">{}</p>", text(&flowing(description)))?;
        }
        let tally = self.tally;
        let outcome = self.outcome.name();
        let checks = tally.passed + tally.failed;
        writeln!(
            out,
            "<ul class=\"facts\"><li>{}</li><li>{}</li><li>{} in all</li><li class=\"outcome {outcome}\">{outcome}{}</li></ul></div>{TOOLS}</header>",
            program.cast.region.name(),
            moment(&program.zone, program.start),
            self.end.since(program.start),
            if checks > 0 {
                format!(", {} of {checks} checks", tally.passed)
            } else {
                String::new()
            },
        )
    }
}

/// A description as one paragraph: where its lines end in the file is of no interest here.
fn flowing(description: &str) -> String {
    description.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn title<'a>(program: &'a Program, file: &'a str) -> &'a str {
    match program.name.as_str() {
        "" => file,
        name => name,
    }
}

/// `Mon 2 Mar 2026, 09:00 UTC`.
fn moment(zone: &Zone, at: SimTime) -> String {
    let there = zone.local(at);
    let (day, clock) = (there.weekday_and_date(), there.clock());
    format!("{day} {}, {clock} {}", there.year, text(zone.name()))
}

/// For the script: from which second on clocks are so many seconds ahead of UTC.
fn offsets(zone: &Zone, start: SimTime, end: SimTime) -> Vec<(u64, i32)> {
    let changes = zone.offsets(start, end);
    changes
        .into_iter()
        .map(|(at, ahead)| (at.since(start).as_secs(), ahead))
        .collect()
}

/// What stands at the beginning of every page.
fn head(out: Out<'_>, title: &str, digest: Option<&str>, style: &str) -> io::Result<()> {
    let script = digest.map_or_else(String::new, |digest| {
        format!("script-src 'sha256-{}'; ", digest.trim_end())
    });
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; {script}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"ec2sim\">\n<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{}{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#story\">To what happened</a>\n{PATTERNS}",
        text(title),
        bare(STYLE),
        bare(style)
    )
}

/// The end of a page: what its script works on, and the script.
fn foot(out: Out<'_>, data: &Value, script: &str) -> io::Result<()> {
    writeln!(
        out,
        "<script type=\"application/json\" id=\"data\">{}</script>\n<script>{}</script>\n</body>\n</html>",
        foreign::in_script(&data.to_string()),
        bare(script)
    )
}

/// The button of the theme, for whoever has a script.
const TOOLS: &str =
    "<div class=\"tools\"><button id=\"theme\" type=\"button\" hidden>Dark theme</button></div>";

/// A source without what only stands there for those who read it: indentation, and lines of comment.
fn bare(source: &str) -> String {
    let lines = source.lines().map(str::trim);
    let kept =
        lines.filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/*"));
    let mut bare = String::with_capacity(source.len());
    for line in kept {
        bare.push_str(line);
        bare.push('\n');
    }
    bare
}

/// The time axis.
fn axis(out: Out<'_>, scale: &Scale) -> io::Result<()> {
    write!(
        out,
        "<div class=\"axis\" aria-hidden=\"true\"><svg class=\"days\">"
    )?;
    for tick in scale.days() {
        let x = tick.x;
        write!(out, "<line x1=\"{x}\" x2=\"{x}\" y2=\"100%\"/>")?;
    }
    // The dates stand before the lines of the days after.
    for tick in scale.days().iter().filter(|tick| !tick.text.is_empty()) {
        write!(
            out,
            "<svg x=\"{}\" class=\"day\"><text x=\"5\" y=\"13\">{}</text></svg>",
            tick.x, tick.text
        )?;
    }
    write!(out, "</svg><svg class=\"clocks\">")?;
    for &(_, place) in scale.knots() {
        let x = scale::X(place);
        write!(out, "<line x1=\"{x}\" x2=\"{x}\" y1=\"18\" y2=\"24\"/>")?;
    }
    for tick in scale.clocks() {
        let anchor = match tick.x.0 {
            0..300 => "start",
            9_700.. => "end",
            _ => "middle",
        };
        write!(
            out,
            "<text x=\"{}\" y=\"13\" text-anchor=\"{anchor}\">{}</text>",
            tick.x, tick.text
        )?;
    }
    writeln!(out, "</svg></div>")
}

/// Fills that differ without their colours too.
const PATTERNS: &str = r#"<svg width="0" height="0" class="defs" aria-hidden="true"><defs>
<pattern id="p-pending" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="f1"/><rect width="3" height="8" class="f2"/></pattern>
<pattern id="p-stopping" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="8" height="8" class="f1"/><rect width="3" height="8" class="f2"/></pattern>
<pattern id="p-shutting" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="f1"/><rect width="2" height="6" class="f2"/></pattern>
<pattern id="p-stopped" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="f1"/><circle cx="4" cy="4" r="1.2" class="f2"/></pattern>
<pattern id="p-hibernated" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="9" height="9" class="f1"/><path d="M0 0 9 9M9 0 0 9" class="f3"/></pattern>
<pattern id="p-saved" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="f1"/><rect width="2" height="6" class="f2"/></pattern>
</defs></svg>
"#;
