//! Texts made from other texts.

use std::ops::Range;

use fastrand::Rng;

/// What readers may stumble over.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "1",
    "9",
    "00",
    ".5",
    "1.5",
    "1e9",
    "65536",
    "4294967296",
    "18446744073709551616",
    "1_000",
    "0x10",
    "w",
    "d",
    "h",
    "m",
    "s",
    "1h30m",
    "45s",
    "PT1H",
    "P1W",
    "..",
    "5s..60s",
    "GiB",
    "TiB",
    "8GiB gp3",
    "$",
    "%",
    "2026-03-02T08:00:00Z",
    "9999-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "-02-30",
    "+23:59",
    "T24:00:00",
    "\"",
    "'",
    "\\",
    "\\u0000",
    "\\ud83d",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "- ",
    "-",
    "#",
    " #",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "! ",
    "|",
    ">",
    "|2-",
    "? ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "~",
    "null",
    "true",
    "yes",
    "steps:",
    "launch",
    "repeat: ",
    "each: ",
    "times: ",
    "expect: ",
    "at: ",
    "after: ",
    "until: ",
    "fails: ",
    "web",
    "all",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "é",
    "👩",
    "\0",
    "\u{7f}",
    "# ec2sim snapshot ",
    "# records: ",
    "# file: ",
    "# ec2sim: snapshot=",
    "full",
    "costs",
    "transitions",
    "off",
];

/// The longest text that is made.
const LONGEST: usize = 64 << 10;

/// A text of the corpus, changed at one to eight places.
pub fn mutated(rng: &mut Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut text = corpus[rng.usize(..corpus.len())].clone();
    for _ in 0..1 << rng.u32(..4) {
        change(rng, &mut text, corpus);
    }
    text.truncate(LONGEST);
    text
}

fn change(rng: &mut Rng, text: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let at = rng.usize(..=text.len());
    let piece = piece(rng, text.len());
    match rng.u32(..10) {
        0 => drop(text.drain(piece)),
        1 => text.truncate(at),
        2 => {
            let copied = text[piece].to_vec();
            insert(text, at, &copied);
        }
        3 => {
            let copied = text[piece].repeat(1 << rng.u32(..10));
            insert(text, at, &copied[..copied.len().min(LONGEST)]);
        }
        4 => {
            let other = &corpus[rng.usize(..corpus.len())];
            let taken = self::piece(rng, other.len());
            insert(text, at, &other[taken]);
        }
        5 if at < text.len() => text[at] = rng.u8(..),
        6 if at < text.len() => text[at] = rng.u8(b' '..=b'~'),
        7 => {
            let word = WORDS[rng.usize(..WORDS.len())];
            text.splice(piece, word.bytes());
        }
        _ => {
            let word = WORDS[rng.usize(..WORDS.len())];
            insert(text, at, word.as_bytes());
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, more: &[u8]) {
    text.splice(at..at, more.iter().copied());
}

/// A piece of a text that is so long; most often a short one.
fn piece(rng: &mut Rng, length: usize) -> Range<usize> {
    let from = rng.usize(..=length);
    let most = if rng.u32(..8) == 0 { length } else { 16 };
    let to = from + rng.usize(..=most.min(length - from));
    from..to
}
