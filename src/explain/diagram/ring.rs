//! A lifecycle as a picture that nobody has laid out by hand: its phases stand on a ring, so that no arrow crosses a third one,
//! and the arrows have numbers, whose words are listed below.

use std::fmt::Write as _;

use crate::time::SimDuration;

use super::{Arrow, Diagram, Drawn};

/// A point, or a distance.
type Point = (i32, i32);

const WIDTH: i32 = 1140;
const MIDDLE: Point = (580, 340);
const RADIUS: Point = (440, 300);
/// Half of a phase's box.
const HALF: Point = (92, 24);
/// How far below the ring the list begins, and from one line to the next.
const LIST: i32 = 710;
const LINE: i32 = 19;
/// How many letters stand in a line of the list.
const LETTERS: usize = 150;
/// A thousand times the sine of each fifth degree of a right angle.
const SINES: [i32; 19] = [
    0, 87, 174, 259, 342, 423, 500, 574, 643, 707, 766, 819, 866, 906, 940, 966, 985, 996, 1000,
];

/// A thousand times the sine of so many times five degrees.
fn sine(fives: i32) -> i32 {
    let (quarter, rest) = (fives.rem_euclid(72) / 18, fives.rem_euclid(18));
    let at = |step: i32| usize::try_from(step).ok().and_then(|step| SINES.get(step));
    let up = if quarter % 2 == 0 { rest } else { 18 - rest };
    let sign = if quarter < 2 { 1 } else { -1 };
    sign * at(up).copied().unwrap_or_default()
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Where the n-th of so many phases stands: the first at the left, the others clockwise.
fn stands(n: usize, of: usize) -> Point {
    let fives = 36 + 72 * number(n) / number(of.max(1));
    (
        MIDDLE.0 + RADIUS.0 * sine(fives + 18) / 1_000,
        MIDDLE.1 + RADIUS.1 * sine(fives) / 1_000,
    )
}

/// Where the line from a box's middle towards a point leaves the box.
fn edge_of(middle: Point, towards: Point) -> Point {
    let (dx, dy) = (towards.0 - middle.0, towards.1 - middle.1);
    let (wide, high) = (dx.abs().max(1), dy.abs().max(1));
    if wide * HALF.1 > high * HALF.0 {
        (
            middle.0 + dx.signum() * HALF.0,
            middle.1 + dy * HALF.0 / wide,
        )
    } else {
        (
            middle.0 + dx * HALF.1 / high,
            middle.1 + dy.signum() * HALF.1,
        )
    }
}

/// The line of an arrow, and where its number stands: nearer to where it begins, where fewer lines meet.
fn curve(from: Point, to: Point) -> (String, Point) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let half = (i32::midpoint(from.0, to.0), i32::midpoint(from.1, to.1));
    // Bent inwards, away from the boxes between the two, and to its right, so that there and back are two lines.
    let bend = (
        half.0 + (MIDDLE.0 - half.0) / 4 - dy / 12,
        half.1 + (MIDDLE.1 - half.1) / 4 + dx / 12,
    );
    let (start, end) = (edge_of(from, bend), edge_of(to, bend));
    // As a cubic curve, of which every program knows where its tip points.
    let pulled = |end: Point| ((end.0 + 2 * bend.0) / 3, (end.1 + 2 * bend.1) / 3);
    let ((ax, ay), (bx, by)) = (pulled(start), pulled(end));
    let between = |a: i32, b: i32, c: i32| (36 * a + 48 * b + 16 * c) / 100;
    (
        format!(
            "M{} {}C{ax} {ay} {bx} {by} {} {}",
            start.0, start.1, end.0, end.1
        ),
        (
            between(start.0, bend.0, end.0),
            between(start.1, bend.1, end.1),
        ),
    )
}

/// Draws a lifecycle.
pub(super) fn draw(diagram: &Diagram) -> String {
    let count = diagram.nodes.len();
    let listed = listed(diagram);
    let lines: usize = listed.iter().map(Vec::len).sum();
    let height = LIST + LINE * number(lines);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <title>The phases of a lifecycle</title>\n{}\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n",
        super::TIP
    );
    let mut badges = String::new();
    for (place, arrow) in diagram.arrows.iter().enumerate() {
        let (line, (x, y)) = match (arrow.from, arrow.to) {
            (_, None) => continue,
            (None, Some(to)) => {
                let (x, y) = stands(to, count);
                let left = x - HALF.0;
                (format!("M{} {y}H{left}", left - 24), (left - 26, y))
            }
            (Some(from), Some(to)) => curve(stands(from, count), stands(to, count)),
        };
        let wide = if arrow.taken > 0 { 3 } else { 1 };
        let _ = writeln!(
            text,
            "<path d=\"{line}\" fill=\"none\" stroke=\"#333\" stroke-width=\"{wide}\" marker-end=\"url(#tip)\"/>"
        );
        let _ = writeln!(
            badges,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"9\" fill=\"#fff\" stroke=\"#333\"/>\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"10\">{}</text>",
            y + 4,
            place + 1
        );
    }
    for (place, node) in diagram.nodes.iter().enumerate() {
        let is_last = |arrow: &Arrow| (arrow.from, arrow.to) == (Some(place), None);
        draw_phase(
            &mut text,
            node,
            stands(place, count),
            diagram.arrows.iter().any(is_last),
        );
    }
    text.push_str(&badges);
    let mut y = LIST;
    for line in listed.iter().flatten() {
        let _ = writeln!(
            text,
            "<text x=\"20\" y=\"{y}\" font-size=\"12\">{line}</text>"
        );
        y += LINE;
    }
    text.push_str("</svg>\n");
    text
}

/// A box, double for a phase that nothing leaves.
fn draw_phase(text: &mut String, node: &Drawn, (x, y): Point, is_last: bool) {
    let on_path = node.entered > 0;
    let (wide, fill) = if on_path {
        (3, "#e8f1fb")
    } else {
        (1, "#f6f6f6")
    };
    let mut rect = |by: i32| {
        let _ = writeln!(
            text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"12\" fill=\"{fill}\" stroke=\"#333\" stroke-width=\"{wide}\"/>",
            x - HALF.0 + by,
            y - HALF.1 + by,
            2 * (HALF.0 - by),
            2 * (HALF.1 - by)
        );
    };
    rect(0);
    if is_last {
        rect(4);
    }
    let stayed = node.stayed > SimDuration::default();
    let up = if stayed { y } else { y + 5 };
    let name = &node.name;
    let _ = writeln!(
        text,
        "<text x=\"{x}\" y=\"{up}\" text-anchor=\"middle\">{name}</text>"
    );
    if stayed {
        let _ = writeln!(
            text,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\">{}</text>",
            y + 17,
            node.stayed
        );
    }
}

/// What the numbers stand for, each in as many lines as it takes.
fn listed(diagram: &Diagram) -> Vec<Vec<String>> {
    let name = |at: usize| diagram.nodes.get(at).map_or("", |node| node.name.as_str());
    let arrows = diagram.arrows.iter().enumerate();
    arrows
        .filter_map(|(place, arrow)| {
            let to = name(arrow.to?);
            let way = arrow
                .from
                .map_or_else(|| to.to_owned(), |from| format!("{} → {to}", name(from)));
            let all = format!("{}  {way}: {}", place + 1, arrow.label());
            let mut lines = vec![String::new()];
            for word in all.split_inclusive(", ") {
                let is_full = lines
                    .last()
                    .is_some_and(|line| !line.is_empty() && line.len() + word.len() > LETTERS);
                if is_full {
                    lines.push("\u{2003}".to_owned());
                }
                if let Some(line) = lines.last_mut() {
                    line.push_str(word);
                }
            }
            Some(lines)
        })
        .collect()
}
