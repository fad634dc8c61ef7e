//! Stage 1 of reading for files that are JSON, which is YAML too and can be read several times as fast.
//!
//! The tree is the one that `yaml` makes of the same text, to the last byte of every place. Nothing is reported here: what
//! isn't strict JSON, and what there would be something to say about, is left to the reader of YAML.

use std::ops::Range;

use bumpalo::Bump;

use super::{
    reader::Span,
    source::offset,
    tree::{Entry, Key, Kind, MAX_DEPTH, MAX_VALUES, MERGE, Node, repeated},
};

/// How many bytes a key and the blanks behind it may have: YAML looks for the colon no farther than a little beyond.
const LONGEST_KEY: usize = 1_000;

/// Reads a text that is one JSON object. Answers `None` for everything else.
pub(super) fn read<'a>(text: &'a str, arena: &'a Bump) -> Option<Node<'a>> {
    let mut json = Json {
        text,
        arena,
        at: 0,
        items: Vec::new(),
        entries: Vec::new(),
        depth: 0,
        values: 0,
    };
    if json.after_blanks()? != b'{' {
        return None;
    }
    let root = json.value(b'{')?;
    json.after_blanks().is_none().then_some(root)
}

struct Json<'a> {
    text: &'a str,
    arena: &'a Bump,
    /// Everything before this byte is read. It is never inside of a character.
    at: usize,
    /// What the lists that are still open hold so far, the outer ones first.
    items: Vec<Node<'a>>,
    /// The same for mappings.
    entries: Vec<Entry<'a>>,
    depth: usize,
    /// How many values were read.
    values: usize,
}

impl<'a> Json<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that isn't blank; it stays unread.
    fn after_blanks(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn span_from(&self, start: usize) -> Span {
        Span {
            lo: offset(start),
            hi: offset(self.at),
        }
    }

    /// The value that begins here, with this byte.
    fn value(&mut self, first: u8) -> Option<Node<'a>> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return None;
        }
        let start = self.at;
        let kind = match first {
            b'"' => Kind::Scalar(self.string()?),
            b'{' => self.nested(Self::mapping)?,
            b'[' => self.nested(Self::list)?,
            b'n' => {
                self.word("null")?;
                Kind::Null
            }
            b't' => Kind::Scalar(self.word("true")?),
            b'f' => Kind::Scalar(self.word("false")?),
            _ => Kind::Scalar(self.number()?),
        };
        let span = self.span_from(start);
        Some(Node { span, kind })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Kind<'a>>) -> Option<Kind<'a>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        let kind = read(self)?;
        self.at += 1;
        self.depth -= 1;
        Some(kind)
    }

    /// Up to the closing bracket, like [`Self::mapping`].
    fn list(&mut self) -> Option<Kind<'a>> {
        let base = self.items.len();
        let mut next = self.after_blanks()?;
        while next != b']' {
            if self.items.len() > base {
                self.eat(b',')?;
                next = self.after_blanks()?;
            }
            let item = self.value(next)?;
            self.items.push(item);
            next = self.after_blanks()?;
        }
        let items = self.arena.alloc_slice_copy(self.items.get(base..)?);
        self.items.truncate(base);
        Some(Kind::Seq(items))
    }

    fn mapping(&mut self) -> Option<Kind<'a>> {
        let base = self.entries.len();
        let mut next = self.after_blanks()?;
        while next != b'}' {
            if self.entries.len() > base {
                self.eat(b',')?;
                next = self.after_blanks()?;
            }
            let start = self.at;
            let key = self.key(next)?;
            self.after_blanks()?;
            self.eat(b':').filter(|()| self.at - start <= LONGEST_KEY)?;
            let first = self.after_blanks()?;
            let value = self.value(first)?;
            self.entries.push(Entry { key, value });
            next = self.after_blanks()?;
        }
        let entries = self.arena.alloc_slice_copy(self.entries.get(base..)?);
        self.entries.truncate(base);
        repeated(entries).is_empty().then_some(Kind::Map(entries))
    }

    fn key(&mut self, first: u8) -> Option<Key<'a>> {
        self.values += 1;
        let start = self.at;
        let text = (first == b'"').then(|| self.string())??;
        let span = self.span_from(start);
        (text != MERGE).then_some(Key { span, text })
    }

    fn word(&mut self, word: &'static str) -> Option<&'a str> {
        let range = self.at..self.at + word.len();
        let found = self.text.get(range).filter(|found| *found == word)?;
        self.at += word.len();
        Some(found)
    }

    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        let _ = self.eat(b'-');
        // Only a zero by itself begins with one.
        if self.eat(b'0').is_none() {
            self.digits()?;
        }
        if self.eat(b'.').is_some() {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.text.get(start..self.at)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// A text in quotes; it is only copied if there is an escape in it.
    fn string(&mut self) -> Option<&'a str> {
        self.eat(b'"')?;
        let mut start = self.at;
        let mut unescaped = String::new();
        loop {
            self.at += plain(self.text.as_bytes().get(self.at..)?);
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    unescaped.push_str(self.text.get(start..self.at)?);
                    unescaped.push(self.escape()?);
                    start = self.at;
                }
                ..=0x7F => return None,
                _ => {
                    let character = self.text.get(self.at..)?.chars().next()?;
                    // YAML doesn't take them as they are.
                    if matches!(character, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
                    {
                        return None;
                    }
                    self.at += character.len_utf8();
                }
            }
        }
        let rest = self.text.get(start..self.at)?;
        self.at += 1;
        // An escape gives at least one character, so nothing unescaped means that there was none.
        if unescaped.is_empty() {
            return Some(rest);
        }
        unescaped.push_str(rest);
        Some(self.arena.alloc_str(&unescaped))
    }

    fn escape(&mut self) -> Option<char> {
        self.eat(b'\\')?;
        let letter = self.peek()?;
        self.at += 1;
        Some(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let second = if (0xD800..0xDC00).contains(&first) {
                    self.eat(b'\\')?;
                    self.eat(b'u')?;
                    Some(self.unit()?)
                } else {
                    None
                };
                char::decode_utf16([first].into_iter().chain(second))
                    .next()?
                    .ok()?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let range: Range<usize> = self.at..self.at + 4;
        let digits = self.text.get(range)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| all)?;
        self.at += 4;
        Some(unit)
    }
}

/// How many bytes from the beginning on are neither quote, backslash nor control character, and ASCII.
fn plain(bytes: &[u8]) -> usize {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Eight bytes at a time: a byte's highest bit is then set if it is one to stop at, or stands behind one.
    let (words, _) = bytes.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let zero = |word: u64| word.wrapping_sub(LOW) & !word;
        let quote = zero(word ^ (LOW * 0x22));
        let backslash = zero(word ^ (LOW * 0x5C));
        let delete = zero(word ^ (LOW * 0x7F));
        let control = word.wrapping_sub(LOW * 0x20);
        let found = (quote | backslash | delete | control | word) & HIGH;
        if found != 0 {
            // The lowest one found is certain.
            return at + usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
        }
        at += 8;
    }
    let stops = |byte: &u8| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\');
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(stops).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;
