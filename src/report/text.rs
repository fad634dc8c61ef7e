//! JSON as it is put together: bytes, written straight.

use crate::foreign;

/// What is appended to a text of JSON.
pub(super) trait Json {
    /// What stands there as it is.
    fn raw(&mut self, json: &str);
    /// A number.
    fn number(&mut self, number: impl itoa::Integer);
    /// `true` or `false`.
    fn truth(&mut self, is: bool);
    /// A word of the simulator's own, as a string: such words have nothing that must be escaped.
    fn word(&mut self, word: &'static str);
    /// Any text, in the middle of a string.
    fn escaped(&mut self, text: &str);
    /// Any text, as a string.
    fn string(&mut self, text: &str);

    /// What there is, or `null`.
    fn or_null<T>(&mut self, there: Option<T>, append: impl FnOnce(&mut Self, T)) {
        match there {
            None => self.raw("null"),
            Some(there) => append(self, there),
        }
    }
}

impl Json for Vec<u8> {
    fn raw(&mut self, json: &str) {
        self.extend_from_slice(json.as_bytes());
    }

    fn number(&mut self, number: impl itoa::Integer) {
        self.raw(itoa::Buffer::new().format(number));
    }

    fn truth(&mut self, is: bool) {
        self.raw(if is { "true" } else { "false" });
    }

    fn word(&mut self, word: &'static str) {
        self.raw("\"");
        self.raw(word);
        self.raw("\"");
    }

    fn escaped(&mut self, text: &str) {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if text.bytes().all(is_plain) {
            self.raw(text);
        } else if let Ok(quoted) = serde_json::to_string(text) {
            self.raw(&foreign::in_json(&quoted[1..quoted.len() - 1]));
        }
    }

    fn string(&mut self, text: &str) {
        self.raw("\"");
        self.escaped(text);
        self.raw("\"");
    }
}

/// JSON that is put together.
pub(super) type Text = Vec<u8>;

/// How much is kept at most.
const PLACES: usize = 256;

/// How many places are tried for a key.
const TRIES: usize = 8;

/// Texts that come again, or what such texts consist of. Where there is no more room for one, it displaces another.
///
/// Most of a line is the same for thousands of records: its rules, its row of the lifecycle table, what is metered and at
/// which price. Written anew each time, JSON lines of the churn take 52 % more instructions. A key has to hold everything
/// that its text is made of: what is left out of it would be printed as it was the first time.
#[derive(Debug)]
pub(super) struct Kept<K, T> {
    places: Box<[Option<(K, T)>; PLACES]>,
}

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self {
            places: Box::new([const { None }; PLACES]),
        }
    }
}

impl<K: PartialEq, T> Kept<K, T> {
    /// What is kept for a key, which is made where it isn't there. `spread` is a number that goes with the key.
    pub(super) fn get(&mut self, key: K, spread: usize, make: impl FnOnce() -> T) -> &T {
        // Fibonacci hashing, of which the middle bits are good enough.
        let first = spread.wrapping_mul(0x9e37_79b1) >> 20;
        let place = (first..first + TRIES)
            .map(|place| place % PLACES)
            .find(|&place| match &self.places[place] {
                Some((known, _)) => *known == key,
                None => true,
            })
            .unwrap_or_else(|| {
                self.places[first % PLACES] = None;
                first % PLACES
            });
        let (_, kept) = self.places[place].get_or_insert_with(|| (key, make()));
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_escaped_as_json_wants_it() {
        for text in ["", "plain", "ünï", "a \"b\" \\ c", "\u{0}\u{1f}\n\t"] {
            let mut json = Vec::new();
            json.string(text);
            assert_eq!(json, serde_json::to_vec(text).unwrap());
        }
        let mut json = Vec::new();
        json.string("\u{7f}\u{85}\u{2028}");
        assert_eq!(json, br#""\u007f\u0085\u2028""#);
    }

    #[test]
    fn kept_texts_are_those_of_their_keys_however_many_there_are() {
        let mut kept = Kept::default();
        for round in 0..3 {
            // More than there is room for, and many that start from the same place.
            for key in 0..2 * PLACES {
                let text = kept.get(key, key % 16, || key.to_string());
                assert_eq!(*text, key.to_string(), "{round}");
            }
        }
        let text = kept.get(7, 7, || 7.to_string());
        assert_eq!(text, "7");
        let again = kept.get(7, 7, || panic!("it is kept"));
        assert_eq!(again, "7");
    }
}
