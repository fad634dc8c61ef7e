//! `fails`: a code, and what EC2 says besides.

use std::sync::Arc;

use super::{
    super::{
        Code,
        keys::{FailsKey, StepKey},
        reader::{Draft, Span},
        shape::{Field, Fields},
        tree::{Kind, Node, quoted},
    },
    Found, Lower,
};
use crate::{
    lifecycle::ErrorCode,
    record::ResourceKind,
    script::{Message, MessagePart},
};

impl Lower<'_> {
    /// What `fails` says: a code, or a mapping with a message as well.
    pub(super) fn refusal(
        &mut self,
        field: Field<'_, '_, StepKey>,
    ) -> (Option<ErrorCode>, Option<u32>, Option<Arc<Message>>) {
        let Kind::Map(_) = field.value.kind else {
            return (self.error_code(field.value), None, None);
        };
        let expected = "an error code, or a mapping such as `{ code: IncorrectState, message: … }`";
        let options = self.reader.fields(field.value, FailsKey::FAILS, expected);
        let (mut code, mut message, mut count) = (None, None, None);
        for option in options.iter().flat_map(Fields::iter) {
            match option.key {
                FailsKey::Code => code = Some(option.value),
                FailsKey::Message => message = Some(option.value),
                FailsKey::Count => count = self.reader.whole_u32(option.value, 1),
            }
        }
        if let (Some(_), None) = (&options, code) {
            self.reader
                .missing_key(field.at, "`fails`", "code", "IncorrectInstanceState");
        }
        let code = code.and_then(|node| self.error_code(node));
        let message = message.and_then(|node| self.message(node));
        (code, count, message.map(Arc::new))
    }

    /// A text in which names in braces stand for ids.
    fn message(&mut self, node: &Node<'_>) -> Option<Message> {
        let text = self.reader.text(node, "a message")?;
        let mut parts = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            words.push_str(before);
            if let Some(after) = after.strip_prefix('{') {
                words.push('{');
                rest = after;
                continue;
            }
            let Some((name, after)) = after.split_once('}') else {
                self.reader.report(Code::UnknownName, node.span, || {
                    Draft::new("a name in the message has no closing brace")
                        .label("expected `{web}` for an id, or `{{` for a brace")
                });
                return None;
            };
            let part = self.part(name, node.span)?;
            if !words.is_empty() {
                parts.push(MessagePart::Words(std::mem::take(&mut words)));
            }
            parts.push(part);
            rest = after;
        }
        words.push_str(rest);
        if !words.is_empty() {
            parts.push(MessagePart::Words(words));
        }
        let place = self.reader.place(node.span);
        Some(Message { place, parts })
    }

    /// The id of what has a name.
    fn part(&mut self, name: &str, at: Span) -> Option<MessagePart> {
        if let Some((_, part)) = name.split_once('/') {
            let kind = Kind::Scalar(name);
            let node = Node { span: at, kind };
            return if part.starts_with("eth") {
                self.interface(&node).map(MessagePart::Interface)
            } else if self.names.of_image(name).is_some() {
                let snapshot = self.thing(&node, ResourceKind::Snapshot);
                snapshot.map(|index| MessagePart::Other(ResourceKind::Snapshot, index))
            } else {
                self.volume_target(&node).map(MessagePart::Volume)
            };
        }
        match self.names.find(name) {
            Some(Found::Other(kind, index)) => Some(MessagePart::Other(kind, index)),
            None if name != "self" => {
                self.reader.report(Code::UnknownName, at, || {
                    Draft::new(format!("nothing in the file is called {}", quoted(name)))
                        .label("a name in braces stands for an id")
                        .note("`{{` is a brace")
                });
                None
            }
            Some(_) | None => self
                .whom(name, at)
                .map(|whom| MessagePart::Instances(whom.target)),
        }
    }
}
