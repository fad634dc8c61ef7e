//! What has happened, as others hear it, and those who follow it.

use super::{Realms, control, place::Place, realm::Realm};
use crate::{
    record::Record,
    report::EventView,
    script::{Named, Names},
};

/// Whoever is so many events behind when he asks for more is told so, and gets no more.
const MOST_BEHIND: u64 = 4_096;

/// Somebody who follows the events of an account, and how far he has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    account: String,
    /// The number of the last event that he has.
    after: u64,
    /// Whether he reads server-sent events, and not lines.
    is_stream: bool,
    /// Whether he has all that there was: who waits isn't late, however much comes at once.
    waits: bool,
}

/// What there is for a follower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum More {
    /// Events, after which others follow.
    Events(Vec<u8>),
    /// The last that he gets.
    Last(Vec<u8>),
}

/// An event as a line of JSON has it, without its end.
pub(super) fn line(place: &Place, names: &Names, record: &Record) -> Vec<u8> {
    let mut text = Vec::new();
    let named = Named {
        names,
        world: place.world(),
    };
    EventView {
        record,
        names: &named,
        start: place.engine.program().start,
    }
    .write(&mut text);
    text
}

impl Follow {
    pub(super) fn new(account: String, after: u64, is_stream: bool) -> Self {
        Self {
            account,
            after,
            is_stream,
            waits: true,
        }
    }

    /// The events behind those that he has, of all Regions in one order.
    pub(super) fn tell(&mut self, realm: &Realm) -> Vec<u8> {
        let mut found = Vec::new();
        for place in realm.places() {
            let mut records = place.history().from(self.after).peekable();
            if records.peek().is_some() {
                let names = control::names(place);
                found.extend(records.map(|record| (record.seq, line(place, &names, record))));
            }
        }
        found.sort_by_key(|(seq, _)| *seq);
        let mut text = Vec::new();
        for (seq, line) in found {
            if self.is_stream {
                text.extend_from_slice(format!("id: {seq}\ndata: ").as_bytes());
            }
            text.extend_from_slice(&line);
            text.extend_from_slice(if self.is_stream { b"\n\n" } else { b"\n" });
        }
        self.after = self.after.max(realm.events());
        text
    }

    /// That no more events come.
    pub fn end(&self) -> Vec<u8> {
        self.event("end", "{}")
    }

    /// What only those hear who read server-sent events.
    fn event(&self, name: &str, data: &str) -> Vec<u8> {
        if self.is_stream {
            format!("event: {name}\ndata: {data}\n\n").into_bytes()
        } else {
            Vec::new()
        }
    }
}

impl Realms {
    /// What has happened since a follower was told; none where that is nothing.
    pub fn more(&mut self, follow: &mut Follow) -> Option<More> {
        let realm = self.realm(&follow.account);
        let events = realm.events();
        if events < follow.after {
            // The account began anew.
            follow.after = 0;
            let mut text = follow.event("reset", "{}");
            text.append(&mut follow.tell(realm));
            return Some(More::Events(text)).filter(|_| follow.is_stream || events > 0);
        }
        let behind = events - follow.after;
        if behind == 0 {
            follow.waits = true;
            return None;
        }
        if behind > MOST_BEHIND && !follow.waits {
            let data = format!("{{\"behind\":{behind}}}");
            return Some(More::Last(follow.event("lagged", &data)));
        }
        follow.waits = false;
        Some(More::Events(follow.tell(realm)))
    }
}
