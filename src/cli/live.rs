//! `ec2sim run --live FILE`: a replay on the whole terminal, to be played, stopped and asked.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use ratatui::{
    DefaultTerminal, Frame,
    crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Borders, Cell, Clear, Paragraph, Row, Table, Wrap},
};

use crate::{
    engine::Pace,
    foreign::shown,
    lifecycle::Phase,
    record::Question,
    report::{Play, PlayLine},
    time::{SimDuration, SimTime},
};

use super::quiz::{HINT, Marks, asked};

/// How long it waits for a key before the picture is drawn again.
const FRAME: Duration = Duration::from_millis(50);
/// The paces that `+` and `-` choose between.
const SPEEDS: [u64; 9] = [1, 10, 60, 300, 900, 3_600, 14_400, 43_200, 172_800];

// The colours of the timeline, which hold on black and on white.
const DIM: Style = Style::new().fg(Color::Indexed(243));
const GREEN: Style = Style::new().fg(Color::Indexed(28));
const YELLOW: Style = Style::new().fg(Color::Indexed(130));
const BLUE: Style = Style::new().fg(Color::Indexed(27));
const RED: Style = Style::new().fg(Color::Indexed(160));
const VOICE: Style = Style::new().fg(Color::Indexed(30));
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

/// Plays a replay on the terminal until somebody has seen enough. Answers with the mark, where something was asked.
pub(super) fn play(
    play: &Play,
    pace: Option<Pace>,
    max_gap: Duration,
) -> io::Result<Option<String>> {
    let mut terminal = ratatui::try_init()?;
    let mut live = Live::new(play, pace, max_gap);
    let ended = turn(&mut live, &mut terminal);
    let restored = ratatui::try_restore();
    ended.and(restored).map(|()| live.marks.told())
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is played for somebody, who has nothing but real time"
)]
fn turn(live: &mut Live<'_>, terminal: &mut DefaultTerminal) -> io::Result<()> {
    let mut last = Instant::now();
    loop {
        terminal.draw(|frame| live.draw(frame))?;
        if event::poll(FRAME)?
            && let Event::Key(key) = event::read()?
            && key.kind != KeyEventKind::Release
        {
            let is_ctrl_c =
                key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
            if is_ctrl_c || live.key(key.code) == Goes::Away {
                return Ok(());
            }
        }
        let now = Instant::now();
        live.passes(now - last);
        last = now;
    }
}

/// Whether it goes on after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    Away,
}

/// What is shown.
#[derive(Debug)]
struct Live<'a> {
    play: &'a Play,
    /// The moment.
    at: SimTime,
    /// How many lines are told.
    told: usize,
    /// How many have ever been: what they ask is answered.
    reached: usize,
    plays: bool,
    pace: Pace,
    max_gap: Duration,
    /// Real time that has passed and moved nothing yet.
    left: Duration,
    /// The line that is asked about: so many before the last.
    back: usize,
    asks_why: bool,
    /// The question at which it has stopped.
    asking: Option<Asking>,
    marks: Marks,
}

/// A question that waits for its answer, or for somebody to have read what is said to that.
#[derive(Debug)]
struct Asking {
    question: Arc<Question>,
    typed: String,
    /// A hint, or what an answer has to be.
    said: String,
    verdict: Option<String>,
    /// Whether it played until then.
    played: bool,
}

impl<'a> Live<'a> {
    fn new(play: &'a Play, pace: Option<Pace>, max_gap: Duration) -> Self {
        let mut live = Self {
            play,
            at: play.start(),
            told: 0,
            reached: 0,
            plays: true,
            pace: pace.unwrap_or_else(|| Pace::times(60)),
            max_gap,
            left: Duration::ZERO,
            back: 0,
            asks_why: false,
            asking: None,
            marks: Marks::default(),
        };
        live.to(play.start());
        live
    }

    /// The instant of the next line; at the last line the end.
    fn next(&self) -> SimTime {
        let next = self.play.lines().get(self.told);
        next.map_or(self.play.end(), |line| line.at)
    }

    fn is_over(&self) -> bool {
        self.told == self.play.lines().len() && self.at >= self.play.end()
    }

    /// Real time passes.
    fn passes(&mut self, real: Duration) {
        if !self.plays {
            return;
        }
        self.left += real;
        while !self.is_over() {
            let next = self.next();
            let before = self
                .told
                .checked_sub(1)
                .and_then(|n| self.play.lines().get(n));
            let before = before.map_or(self.play.start(), |line| line.at);
            // Nothing happens for longer than that.
            let whole = self.pace.real(next.since(before).as_millis());
            let rest = self.pace.real(next.since(self.at).as_millis());
            let needs = capped(rest, whole, self.max_gap);
            if self.left < needs {
                // So much of the way as of its time.
                let way = next.since(self.at).as_millis();
                let gone = u128::from(way) * self.left.as_micros() / needs.as_micros().max(1);
                let gone = u64::try_from(gone).unwrap_or(way);
                if gone > 0 {
                    self.at = self.at + SimDuration::from_millis(gone);
                    self.left = Duration::ZERO;
                }
                return;
            }
            self.left -= needs;
            self.to(next);
            if self.asking.is_some() {
                self.left = Duration::ZERO;
                return;
            }
        }
        self.plays = false;
        self.left = Duration::ZERO;
    }

    /// Goes to an instant, with all that happens at it.
    fn to(&mut self, at: SimTime) {
        self.tell(self.play.lines_at(at), at);
    }

    /// Tells so many lines. On the way it stops at a question that wasn't asked yet.
    fn tell(&mut self, told: usize, at: SimTime) {
        (self.back, self.at) = (0, at);
        let lines = self.play.lines().iter().enumerate();
        let mut new = lines.take(told).skip(self.reached);
        if let Some((place, line, question)) =
            new.find_map(|(place, line)| Some((place, line, line.question.as_ref()?)))
        {
            (self.told, self.at, self.reached) = (place + 1, line.at, place + 1);
            self.asking = Some(Asking {
                question: Arc::clone(question),
                typed: String::new(),
                said: String::new(),
                verdict: None,
                played: self.plays,
            });
            (self.plays, self.asks_why) = (false, false);
        } else {
            self.told = told;
            self.reached = self.reached.max(told);
        }
    }

    /// A key while something is asked. Answers whether it means something else, too.
    fn answers(&mut self, key: KeyCode) -> bool {
        let Some(asking) = &mut self.asking else {
            return true;
        };
        if asking.verdict.is_some() {
            self.plays = asking.played;
            self.asking = None;
            return !matches!(key, KeyCode::Enter | KeyCode::Esc | KeyCode::Char(' '));
        }
        let question = &asking.question;
        match (key, &question.hint) {
            (KeyCode::Char(typed), Some(hint))
                if asking.typed.is_empty() && HINT.starts_with(typed) =>
            {
                asking.said = hint.to_string();
            }
            (KeyCode::Char(typed), _) => asking.typed.push(typed),
            (KeyCode::Backspace, _) => {
                asking.typed.pop();
            }
            (KeyCode::Enter, _) => match question.wants(&asking.typed) {
                Some(wants) => asking.said = format!("Answer with {wants}."),
                None => asking.verdict = Some(self.marks.mark(question, Some(&asking.typed))),
            },
            (KeyCode::Esc, _) => asking.verdict = Some(self.marks.mark(question, None)),
            _ => {}
        }
        false
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most keys of a keyboard mean nothing here"
    )]
    fn key(&mut self, key: KeyCode) -> Goes {
        if !self.answers(key) {
            return Goes::On;
        }
        let lines = self.play.lines();
        match key {
            KeyCode::Char('q') => return Goes::Away,
            KeyCode::Esc if self.asks_why => self.asks_why = false,
            KeyCode::Esc => return Goes::Away,
            KeyCode::Char(' ') if self.is_over() => {
                self.to(self.play.start());
                self.plays = true;
            }
            KeyCode::Char(' ') => self.plays = !self.plays,
            KeyCode::Char('n') | KeyCode::Right => {
                self.plays = false;
                self.to(self.next());
            }
            KeyCode::Char('p') | KeyCode::Left => {
                self.plays = false;
                let here = self.told.checked_sub(1).and_then(|n| lines.get(n));
                let here = here.map_or(self.play.start(), |line| line.at);
                // From between two instants it goes to the one before, from one to the last before that.
                let before = if here < self.at {
                    Some(here)
                } else {
                    let before = lines.partition_point(|line| line.at < here);
                    before
                        .checked_sub(1)
                        .and_then(|n| lines.get(n))
                        .map(|line| line.at)
                };
                self.to(before.unwrap_or(self.play.start()));
            }
            KeyCode::Char('s' | '.') => {
                self.plays = false;
                self.tell((self.told + 1).min(lines.len()), self.next());
            }
            KeyCode::Home | KeyCode::Char('0') => self.to(self.play.start()),
            KeyCode::End => self.to(self.play.end()),
            KeyCode::Char('+' | '=') => self.pace = self.speed(true),
            KeyCode::Char('-') => self.pace = self.speed(false),
            KeyCode::Char('?') => {
                self.asks_why = !self.asks_why;
                self.plays &= !self.asks_why;
            }
            KeyCode::Up => {
                self.plays = false;
                self.back = (self.back + 1).min(self.told.saturating_sub(1));
            }
            KeyCode::Down => self.back = self.back.saturating_sub(1),
            _ => {}
        }
        Goes::On
    }

    /// The next pace, or the one before.
    fn speed(&self, faster: bool) -> Pace {
        let mut speeds = SPEEDS.map(Pace::times).into_iter();
        let found = if faster {
            speeds.find(|speed| *speed > self.pace)
        } else {
            speeds.rfind(|speed| *speed < self.pace)
        };
        found.unwrap_or(self.pace)
    }

    fn draw(&self, frame: &mut Frame<'_>) {
        let rows = self.play.rows(self.told, self.at);
        let (meters, total) = self.play.meters(self.at);
        let upper = rows.len().max(meters.len() + 1) + 3;
        let upper = u16::try_from(upper).unwrap_or(u16::MAX);
        let [head, state, log, keys] = Layout::vertical([
            Constraint::Length(2),
            Constraint::Length(upper.min(frame.area().height / 2)),
            Constraint::Min(3),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        let [instances, money] =
            Layout::horizontal([Constraint::Min(30), Constraint::Length(34)]).areas(state);

        self.draw_head(frame, head);
        let most = usize::from(instances.height.saturating_sub(3));
        let shown_rows = rows.iter().take(most).map(|row| {
            Row::new([
                Cell::from(Span::styled(shown(&row.name).into_owned(), BOLD)),
                Cell::from(Span::styled(
                    format!("{} {}", sign(row.phase), named(row.phase)),
                    look(row.phase),
                )),
                Cell::from(row.since.clone()),
                Cell::from(row.addresses.join("  ")),
                Cell::from(Span::styled(row.kind.clone(), DIM)),
            ])
        });
        let names = rows.iter().map(|row| Line::from(row.name.as_str()).width());
        let names = u16::try_from(names.max().unwrap_or(0).clamp(4, 16)).unwrap_or(16);
        let widths = [
            Constraint::Length(names),
            Constraint::Length(15),
            Constraint::Length(11),
            Constraint::Min(15),
            Constraint::Max(26),
        ];
        let title = match rows.len().checked_sub(most).filter(|&more| more > 0) {
            Some(more) => format!(" instances, {more} more "),
            None => " instances ".to_owned(),
        };
        let table = Table::new(shown_rows, widths)
            .header(Row::new(["name", "state", "for", "addresses", "type · zone"]).style(DIM))
            .block(
                Block::new()
                    .borders(Borders::ALL)
                    .border_style(DIM)
                    .title(title),
            );
        frame.render_widget(table, instances);

        let meters = meters.iter().map(|one| {
            let tick = if one.ticks { "⊕" } else { " " };
            Row::new([
                Cell::from(Span::styled(tick, YELLOW)),
                Cell::from(one.meter.told()),
                Cell::from(Line::from(one.amount.clone()).right_aligned()),
            ])
        });
        let total = Row::new([
            Cell::from(""),
            Cell::from(Span::styled("total", BOLD)),
            Cell::from(Line::styled(total, BOLD).right_aligned()),
        ]);
        let widths = [
            Constraint::Length(1),
            Constraint::Min(14),
            Constraint::Length(13),
        ];
        let money_table = Table::new(meters.chain([total]), widths).block(
            Block::new()
                .borders(Borders::ALL)
                .border_style(DIM)
                .title(" meters "),
        );
        frame.render_widget(money_table, money);

        self.draw_log(frame, log);
        let told = match &self.asking {
            None => {
                "space pause · s step · → next event · ← back · Home start · + - speed · ↑ ↓ choose · ? why · q quit"
            }
            Some(Asking { verdict: None, .. }) => "Enter answer · Esc no answer · Ctrl-C quit",
            Some(_) => "Enter go on · q quit",
        };
        frame.render_widget(Line::styled(told, DIM), keys);
        if let Some(asking) = &self.asking {
            draw_question(frame, log, asking);
        }
        if self.asks_why {
            self.draw_why(frame, log);
        }
    }

    fn draw_head(&self, frame: &mut Frame<'_>, area: Rect) {
        let (day, clock, since) = self.play.moment(self.at);
        let state = if self.is_over() {
            "■ the end".to_owned()
        } else if self.plays {
            format!("▶ {}", self.pace)
        } else {
            format!("❚❚ {}", self.pace)
        };
        let mut line = Line::from(vec![
            Span::styled(
                format!(" {day} {clock} "),
                BOLD.add_modifier(Modifier::REVERSED),
            ),
            Span::raw(format!("  {since}  ")),
            Span::styled(state, YELLOW),
        ]);
        if !self.is_over() {
            let wait = self.next().since(self.at);
            line.push_span(Span::styled(format!("  next in {wait}"), DIM));
        }
        if let Some(mark) = self.marks.told() {
            line.push_span(Span::styled(format!("  {mark}"), VOICE));
        }
        let name = Line::styled(shown(self.play.name()).into_owned(), BOLD);
        frame.render_widget(Paragraph::new(vec![name, line]), area);
    }

    fn draw_log(&self, frame: &mut Frame<'_>, area: Rect) {
        let height = usize::from(area.height.saturating_sub(2));
        let last = self.told.saturating_sub(self.back);
        // What is chosen is at the bottom where it isn't the last.
        let first = last.saturating_sub(height);
        let lines = self.play.lines();
        let mut before = None;
        let mut drawn = Vec::new();
        for (place, line) in lines.iter().enumerate().take(last).skip(first) {
            let time = if before == Some(line.at) {
                String::new()
            } else {
                self.play.time(line.at)
            };
            before = Some(line.at);
            let is_chosen = place + 1 == last && (self.back > 0 || self.asks_why);
            let what = match (&line.question, &self.asking) {
                (Some(question), Some(Asking { verdict: None, .. })) if place + 1 == self.told => {
                    &question.ask
                }
                _ => &*line.what,
            };
            drawn.push(log_line(line, what, &time, is_chosen));
        }
        let block = Block::new()
            .borders(Borders::ALL)
            .border_style(DIM)
            .title(" what happened ");
        frame.render_widget(Paragraph::new(drawn).block(block), area);
    }

    /// The rules behind the line that is chosen.
    fn draw_why(&self, frame: &mut Frame<'_>, area: Rect) {
        let place = self.told.saturating_sub(self.back).checked_sub(1);
        let line = place.and_then(|place| self.play.lines().get(place));
        let mut said = Vec::new();
        if let Some(line) = line {
            said.push(log_line(line, &line.what, &self.play.time(line.at), false));
            if line.rules.is_empty() {
                said.push(Line::styled(
                    "No rule decides this: ↑ chooses another line.",
                    DIM,
                ));
            }
            for rule in &line.rules {
                said.push(Line::default());
                said.push(Line::from(vec![
                    Span::styled(rule.id, VOICE.add_modifier(Modifier::BOLD)),
                    Span::styled(format!("  {}", rule.evidence), DIM),
                ]));
                said.push(Line::from(rule.says));
                said.push(Line::styled(rule.source, DIM));
            }
        }
        draw_over(frame, area, " why? ", said);
    }
}

/// What is asked, what was typed, and what is said to it.
fn draw_question(frame: &mut Frame<'_>, area: Rect, asking: &Asking) {
    let text = asked(&asking.question);
    let mut said: Vec<Line<'_>> = text
        .lines()
        .map(|line| Line::from(shown(line).into_owned()))
        .collect();
    said.push(Line::from(vec![
        Span::styled("> ", VOICE),
        Span::styled(shown(&asking.typed).into_owned(), BOLD),
    ]));
    let answer = asking.verdict.as_ref().unwrap_or(&asking.said);
    said.extend(
        answer
            .lines()
            .map(|line| Line::styled(shown(line).into_owned(), VOICE)),
    );
    draw_over(frame, area, " a question ", said);
}

/// Something that stands over the lower end of what is there.
fn draw_over(frame: &mut Frame<'_>, area: Rect, title: &str, said: Vec<Line<'_>>) {
    let block = Block::new()
        .borders(Borders::ALL)
        .border_style(VOICE)
        .title(title);
    // Where lines are broken between words, each row has less on it.
    let room = usize::from(area.width.saturating_sub(2)).max(1);
    let rows = said.iter().map(|line| {
        let width = line.width();
        (width + width / 8).div_ceil(room).max(1)
    });
    let rows = rows.sum::<usize>() + 2;
    let height = area.height.min(u16::try_from(rows).unwrap_or(u16::MAX));
    let area = Rect {
        height,
        y: area.y + (area.height - height),
        ..area
    };
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(said).wrap(Wrap { trim: false }).block(block),
        area,
    );
}

/// Real time for the rest of a wait that takes `whole` at its pace, and `most` at most.
fn capped(rest: Duration, whole: Duration, most: Duration) -> Duration {
    if whole <= most {
        return rest;
    }
    let micros = rest.as_micros() * most.as_micros() / whole.as_micros().max(1);
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

fn log_line(line: &PlayLine, what: &str, time: &str, is_chosen: bool) -> Line<'static> {
    let sign = match line.sign {
        "✗" => RED,
        "✓" | "●" => GREEN,
        "▌" => VOICE,
        _ => BLUE,
    };
    let text = if line.is_failure {
        RED.add_modifier(Modifier::BOLD)
    } else if line.is_detail {
        DIM
    } else if line.sign == "▌" {
        VOICE
    } else {
        Style::new()
    };
    let mut spans = vec![
        Span::raw(format!("{time:>12} ")),
        Span::styled(line.sign, sign),
        Span::raw(" "),
    ];
    if !line.who.is_empty() {
        let who = shown(&line.who).into_owned();
        spans.push(Span::styled(who, if line.is_detail { DIM } else { BOLD }));
        spans.push(Span::raw("  "));
    }
    spans.push(Span::styled(shown(what).into_owned(), text));
    if let Some(cost) = &line.cost {
        spans.push(Span::styled(format!("  {cost}"), YELLOW));
    }
    if !line.how.is_empty() {
        spans.push(Span::styled(format!("  {}", shown(&line.how)), DIM));
    }
    let line = Line::from(spans);
    if is_chosen {
        line.patch_style(Style::new().add_modifier(Modifier::REVERSED))
    } else {
        line
    }
}

fn named(phase: Phase) -> String {
    phase
        .flavor()
        .map_or_else(|| phase.state().to_string(), |flavor| flavor.to_string())
}

const fn sign(phase: Phase) -> &'static str {
    match phase {
        Phase::Launching | Phase::Starting | Phase::Resuming => "○",
        Phase::Running => "●",
        Phase::Stopping | Phase::Hibernating | Phase::ShuttingDown => "◐",
        Phase::Stopped => "□",
        Phase::Hibernated => "▣",
        Phase::Terminated => "×",
    }
}

const fn look(phase: Phase) -> Style {
    match phase {
        Phase::Running => GREEN,
        Phase::Launching
        | Phase::Starting
        | Phase::Resuming
        | Phase::Stopping
        | Phase::Hibernating
        | Phase::ShuttingDown => YELLOW,
        Phase::Stopped | Phase::Hibernated => BLUE,
        Phase::Terminated => RED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scenario, replay};
    use ratatui::{Terminal, backend::TestBackend};

    fn lesson() -> Play {
        let text = "
name: A night off
start: 2026-03-02T08:00:00Z
instances: { web: { type: m5.large } }
steps:
  - note: Listen.
    launch: web
  - at: 10h
    stop: web
  - at: 23h
    start: web
until: 1d
";
        Play::of(&replay(&Scenario::from_text("night.yaml", text).unwrap()))
    }

    fn screen(live: &Live<'_>) -> String {
        let mut terminal = Terminal::new(TestBackend::new(110, 30)).unwrap();
        terminal.draw(|frame| live.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        let rows = buffer.content().chunks(110);
        let row = |cells: &[ratatui::buffer::Cell]| {
            let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
            text.trim_end().to_owned() + "\n"
        };
        rows.map(row).collect()
    }

    fn live(play: &Play) -> Live<'_> {
        Live::new(play, None, Duration::from_secs(2))
    }

    #[test]
    fn it_shows_the_clock_each_instance_the_meters_and_what_happened() {
        let play = lesson();
        let mut live = live(&play);
        live.key(KeyCode::Char('n'));
        live.key(KeyCode::Char('n'));
        live.key(KeyCode::Char('n'));
        let text = screen(&live);
        for told in [
            "A night off",
            "Mon 2 Mar 18:00:00",
            "10h",
            "◐ stopping",
            "m5.large",
            "running → stopping",
            "Listen.",
            "usage",
            "$0.9596",
            "total",
        ] {
            assert!(text.contains(told), "{told}: {text}");
        }
        // The usage doesn't tick any more, the volume does.
        let ticks = text
            .lines()
            .filter(|line| line.contains('⊕') && line.contains("EBS"))
            .count();
        assert!(
            ticks >= 1 && !text.contains("⊕ usage                "),
            "{text}"
        );
    }

    #[test]
    fn time_passes_at_its_pace_and_dead_time_is_capped() {
        let play = lesson();
        let mut live = live(&play);
        // 60 seconds a second: after 100 ms it is six seconds later.
        live.passes(Duration::from_millis(100));
        assert_eq!(live.at.since(play.start()).as_secs(), 6);
        live.passes(Duration::from_millis(150));
        assert_eq!(live.at.since(play.start()).as_secs(), 15);
        // At that pace status checks are two seconds away, and the evening then ten minutes: two seconds.
        live.passes(Duration::from_secs(2));
        assert_eq!(live.at.since(play.start()).as_secs(), 135);
        live.passes(Duration::from_secs(1));
        let hours = live.at.since(play.start()).as_secs() / 3_600;
        assert!((4..=5).contains(&hours), "{hours}");
        live.passes(Duration::from_secs(1));
        assert_eq!(live.at.since(play.start()).as_secs(), 36_000);
        live.key(KeyCode::Char(' '));
        live.passes(Duration::from_mins(1));
        assert_eq!(live.at.since(play.start()).as_secs(), 36_000);
        live.key(KeyCode::Char(' '));
        live.passes(Duration::from_mins(1));
        assert!(live.is_over() && !live.plays);
        assert!(screen(&live).contains("■ the end"));
    }

    #[test]
    fn keys_step_go_back_and_change_the_speed() {
        let play = lesson();
        let mut live = live(&play);
        let told = live.told;
        live.key(KeyCode::Char('s'));
        assert_eq!((live.told, live.plays), (told + 1, false));
        live.key(KeyCode::Right);
        let there = live.at;
        live.key(KeyCode::Right);
        assert!(live.at > there);
        live.key(KeyCode::Left);
        assert_eq!(live.at, there);
        live.key(KeyCode::Home);
        assert_eq!((live.at, live.told), (play.start(), told));
        live.key(KeyCode::Char('+'));
        assert_eq!(live.pace.to_string(), "300x");
        live.key(KeyCode::Char('-'));
        live.key(KeyCode::Char('-'));
        assert_eq!(live.pace.to_string(), "10x");
        live.key(KeyCode::End);
        assert!(live.is_over());
        assert_eq!(live.key(KeyCode::Char('q')), Goes::Away);
    }

    #[test]
    fn it_says_why() {
        let play = lesson();
        let mut live = live(&play);
        live.key(KeyCode::Char('n'));
        live.key(KeyCode::Char('n'));
        live.key(KeyCode::Char('n'));
        live.key(KeyCode::Char('?'));
        while !play.lines()[live.told - live.back - 1]
            .what
            .contains("running → stopping")
        {
            live.key(KeyCode::Up);
        }
        let text = screen(&live);
        assert!(
            text.contains("why?") && text.contains("LIFE-STOP"),
            "{text}"
        );
        live.key(KeyCode::Esc);
        assert!(!screen(&live).contains("why?"));
    }

    #[test]
    fn a_small_terminal_shows_what_fits() {
        let play = lesson();
        let live = live(&play);
        for (width, height) in [(20, 6), (60, 15), (200, 60)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            terminal.draw(|frame| live.draw(frame)).unwrap();
        }
    }

    /// Two questions at one instant, and one at the end.
    const QUIZ: &str = "
name: A quiz
start: 2026-03-02T08:00:00Z
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - at: 1h
    stop: web
  - ask: Is web billed now?
    choices: [yes, no]
    answer: no
    hint: Which state is it in?
    why: A stop ends the meter at once.
  - ask: What has it cost?
    answer: { web: cost }
  - at: 2h
    ask: How often was it started?
    answer: { web: starts }
until: 3h
";

    fn types(live: &mut Live<'_>, text: &str) {
        for typed in text.chars() {
            live.key(KeyCode::Char(typed));
        }
        live.key(KeyCode::Enter);
    }

    #[test]
    fn it_stops_at_a_question_and_marks_the_answer() {
        let play = Play::of(&replay(&Scenario::from_text("quiz.yaml", QUIZ).unwrap()));
        let mut live = live(&play);
        // However it gets there, it doesn't pass it, and doesn't give the answer away.
        live.passes(Duration::from_mins(10));
        live.key(KeyCode::End);
        live.passes(Duration::from_mins(10));
        assert_eq!(live.at.since(play.start()).as_secs(), 3_600);
        let text = screen(&live);
        for told in [
            "running → stopping",
            "a question",
            "Is web billed now?",
            "1  yes",
            "2  no",
            "?  a hint",
        ] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(
            !text.contains("— no") && !text.contains("What has it cost"),
            "{text}"
        );
        live.key(KeyCode::Char('?'));
        assert!(screen(&live).contains("Which state is it in?"));
        types(&mut live, "maybe");
        assert!(screen(&live).contains("Answer with"), "{}", screen(&live));
        for _ in 0..5 {
            live.key(KeyCode::Backspace);
        }
        types(&mut live, "2");
        let text = screen(&live);
        assert!(
            text.contains("Right. A stop ends the meter at once."),
            "{text}"
        );
        assert!(text.contains("1 of 1 answer is right"), "{text}");
        // It played, so it plays on: to the next question, which is asked at the same instant.
        live.key(KeyCode::Enter);
        assert!(live.plays);
        live.passes(Duration::from_millis(1));
        assert!(screen(&live).contains("What has it cost?"));
        types(&mut live, "$5");
        assert!(
            screen(&live).contains("Wrong: it is $"),
            "{}",
            screen(&live)
        );
        live.key(KeyCode::End);
        assert!(screen(&live).contains("How often was it started?"));
        live.key(KeyCode::Esc);
        assert!(screen(&live).contains("No answer: it is 1."));
        live.key(KeyCode::End);
        assert!(live.is_over());
        assert_eq!(live.marks.told().unwrap(), "1 of 3 answers are right");
        // What was answered isn't asked again.
        live.key(KeyCode::Home);
        live.key(KeyCode::End);
        assert!(live.is_over() && live.asking.is_none());
        assert_eq!(live.key(KeyCode::Char('q')), Goes::Away);
    }
}
