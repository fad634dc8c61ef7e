//! What an answer tells, element by element: written as XML, or looked through for what a filter asks.

use std::fmt::Display;

use quick_xml::{
    Writer,
    events::{BytesEnd, BytesStart, BytesText, Event},
};

/// Whoever hears an answer, one element after the other. What is written and what filters see is told by the same code, so
/// that a filter can't find what isn't shown.
pub(crate) trait Out {
    /// An element begins.
    fn open(&mut self, name: &'static str);
    /// It ends.
    fn close(&mut self, name: &'static str);
    /// An element with a text.
    fn text(&mut self, name: &'static str, value: &str);
    /// An element with nothing in it.
    fn empty(&mut self, name: &'static str);

    /// An element with a number, an id or another thing that prints without blanks.
    fn value(&mut self, name: &'static str, value: impl Display) {
        self.text(name, &value.to_string());
    }

    /// `true` or `false`.
    fn flag(&mut self, name: &'static str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    /// An element with others in it.
    fn within(&mut self, name: &'static str, tell: impl FnOnce(&mut Self))
    where
        Self: Sized,
    {
        self.open(name);
        tell(self);
        self.close(name);
    }

    /// A list of texts.
    fn scalars(&mut self, name: &'static str, texts: &[&str])
    where
        Self: Sized,
    {
        if texts.is_empty() {
            self.empty(name);
            return;
        }
        self.open(name);
        for text in texts {
            self.text("item", text);
        }
        self.close(name);
    }

    /// A list: an element with an `item` for each.
    fn list<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T>,
        mut tell: impl FnMut(&mut Self, T),
    ) where
        Self: Sized,
    {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            self.empty(name);
            return;
        }
        self.open(name);
        for item in items {
            self.open("item");
            tell(self, item);
            self.close("item");
        }
        self.close(name);
    }
}

/// XML in one buffer.
pub(crate) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    pub(crate) fn new() -> Self {
        Self {
            writer: Writer::new(Vec::with_capacity(4_096)),
        }
    }

    /// What was written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner()
    }

    /// An element begins that has a namespace.
    pub(crate) fn open_in(&mut self, name: &str, namespace: &str) {
        self.write(Event::Start(
            BytesStart::new(name).with_attributes([("xmlns", namespace)]),
        ));
    }

    /// The end of an element whose name isn't known beforehand.
    pub(crate) fn close_named(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn write(&mut self, event: Event<'_>) {
        // A buffer takes whatever it is given.
        let _ = self.writer.write_event(event);
    }
}

impl Out for Xml {
    fn open(&mut self, name: &'static str) {
        self.write(Event::Start(BytesStart::new(name)));
    }

    fn close(&mut self, name: &'static str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn text(&mut self, name: &'static str, value: &str) {
        if value.is_empty() {
            self.empty(name);
            return;
        }
        self.open(name);
        self.write(Event::Text(BytesText::new(&sound(value))));
        self.close(name);
    }

    fn empty(&mut self, name: &'static str) {
        self.write(Event::Empty(BytesStart::new(name)));
    }
}

/// A text in which every character may stand in XML: others become U+FFFD.
fn sound(text: &str) -> std::borrow::Cow<'_, str> {
    let is_bad = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_bad) {
        text.replace(is_bad, "\u{fffd}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_sends_cannot_break_the_answer() {
        let mut xml = Xml::new();
        xml.text("value", "a<b>&\"c\u{1}");
        xml.list("set", [1, 2], |xml, n| xml.value("n", n));
        xml.list("none", [0; 0], |xml, n| xml.value("n", n));
        assert_eq!(
            String::from_utf8(xml.into_bytes()).unwrap(),
            "<value>a&lt;b&gt;&amp;&quot;c\u{fffd}</value><set><item><n>1</n></item><item><n>2</n></item></set><none/>"
        );
    }
}
