//! Files as events: what CloudTrail and EventBridge write, in whatever wrapping.

use std::{io::Read, path::Path, sync::Arc};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::{lifecycle::ApiState, scenario::input};

use super::{
    error::ImportError,
    event::{Call, Event, Place, What, text},
};

/// The largest file of records, unpacked: 256 MiB.
const LARGEST: u64 = 256 << 20;

/// How many records there may be in all.
pub(super) const MOST: usize = 1_000_000;

/// What a file came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) events: Vec<Event>,
    /// How many records there were, those of other services among them.
    pub(super) records: usize,
    /// Of how many nothing can be made: they only read, or are another service's.
    pub(super) others: usize,
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Found, ImportError> {
    let file = path.to_string_lossy().into_owned();
    let bytes = input::bytes_of(path, LARGEST).map_err(|why| ImportError::Unreadable {
        file: file.clone(),
        why,
    })?;
    of_bytes(&file, bytes)
}

fn of_bytes(file: &str, bytes: Vec<u8>) -> Result<Found, ImportError> {
    let bytes = unpacked(file, bytes)?;
    let unreadable = |why| ImportError::Unreadable {
        file: file.to_owned(),
        why,
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(input::InputError::NotUtf8))?;
    let mut found = Found::default();
    let mut reader = Reader {
        place: Place {
            file: Arc::from(file),
            record: 0,
        },
        found: &mut found,
    };
    let text = text.trim_start_matches('\u{feff}');
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| ImportError::NotJson {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            why: without_place(&error),
        })?;
        reader.document(value)?;
    }
    if found.records == 0 {
        return Err(ImportError::NoRecords {
            file: file.to_owned(),
        });
    }
    Ok(found)
}

/// What is wrong, without where: that stands before it.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn unpacked(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, ImportError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    let decoder = MultiGzDecoder::new(bytes.as_slice());
    let count = decoder
        .take(LARGEST + 1)
        .read_to_end(&mut unpacked)
        .map_err(|error| ImportError::Gzip {
            file: file.to_owned(),
            why: error.to_string(),
        })?;
    if u64::try_from(count).unwrap_or(u64::MAX) > LARGEST {
        return Err(ImportError::Unreadable {
            file: file.to_owned(),
            why: input::InputError::TooLarge(LARGEST),
        });
    }
    Ok(unpacked)
}

struct Reader<'a> {
    place: Place,
    found: &'a mut Found,
}

impl Reader<'_> {
    /// A log file, a page of `lookup-events`, a list of records, or a record.
    fn document(&mut self, mut value: Value) -> Result<(), ImportError> {
        for key in ["Records", "Events"] {
            if let Some(Value::Array(records)) = value.get_mut(key).map(Value::take) {
                return records.iter().try_for_each(|one| self.record(one));
            }
        }
        match value {
            Value::Array(records) => records.iter().try_for_each(|one| self.record(one)),
            // A page of answers without any.
            Value::Object(fields) if fields.contains_key("ResponseMetadata") => Ok(()),
            one @ (Value::Object(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)) => self.record(&one),
        }
    }

    fn fault(&self, why: impl Into<String>) -> ImportError {
        ImportError::Record {
            place: self.place.clone(),
            why: why.into(),
        }
    }

    fn record(&mut self, record: &Value) -> Result<(), ImportError> {
        self.place.record += 1;
        self.found.records += 1;
        if self.found.records > MOST {
            return Err(ImportError::TooMany(MOST));
        }
        // `lookup-events` has the record itself as a text.
        if let Some(inner) = record.get("CloudTrailEvent") {
            let inner = inner
                .as_str()
                .ok_or_else(|| self.fault("`CloudTrailEvent` isn't a text"))?;
            let inner: Value = serde_json::from_str(inner)
                .map_err(|error| self.fault(format!("`CloudTrailEvent` isn't JSON: {error}")))?;
            return self.call(&inner);
        }
        if record.get("detail-type").is_some() {
            return self.event(record);
        }
        if record.get("eventName").is_some() {
            return self.call(record);
        }
        Err(self.fault("it is neither a record of CloudTrail (`eventName`) nor an event of EventBridge (`detail-type`)"))
    }

    fn needed<'v>(&self, record: &'v Value, key: &str) -> Result<&'v str, ImportError> {
        text(&record[key]).ok_or_else(|| self.fault(format!("`{key}` is missing, or isn't a text")))
    }

    fn instant(&self, record: &Value, key: &str) -> Result<u64, ImportError> {
        let said = self.needed(record, key)?;
        let instant: Option<jiff::Timestamp> = said.parse().ok();
        instant
            .and_then(|instant| u64::try_from(instant.as_second()).ok())
            .ok_or_else(|| {
                self.fault(format!(
                    "`{key}` isn't an instant such as 2026-03-02T09:00:00Z"
                ))
            })
    }

    /// A record of CloudTrail.
    fn call(&mut self, record: &Value) -> Result<(), ImportError> {
        let at = self.instant(record, "eventTime")?;
        let action = self.needed(record, "eventName")?.to_owned();
        let only_reads = record["readOnly"].as_bool() == Some(true)
            || action.starts_with("Describe")
            || action.starts_with("Get");
        if record["eventSource"] != "ec2.amazonaws.com" || only_reads {
            self.found.others += 1;
            return Ok(());
        }
        let code = text(&record["errorCode"]);
        let bare = |code: &str| {
            let bare = code
                .strip_prefix("Client.")
                .or_else(|| code.strip_prefix("Server."));
            bare.unwrap_or(code).to_owned()
        };
        self.found.events.push(Event {
            at,
            id: text(&record["eventID"]).map(str::to_owned),
            region: self.needed(record, "awsRegion")?.to_owned(),
            what: What::Call(Box::new(Call {
                action,
                asked: record["requestParameters"].clone(),
                answered: record["responseElements"].clone(),
                refused: code.map(bare),
            })),
        });
        Ok(())
    }

    /// An event of EventBridge.
    fn event(&mut self, event: &Value) -> Result<(), ImportError> {
        let detail = &event["detail"];
        let kind = self.needed(event, "detail-type")?;
        if kind == "AWS API Call via CloudTrail" {
            return self.call(detail);
        }
        let known = [
            "EC2 Instance State-change Notification",
            "EC2 Spot Instance Interruption Warning",
            "EC2 Instance Rebalance Recommendation",
        ];
        let Some(which) = known.iter().position(|one| *one == kind) else {
            self.found.others += 1;
            return Ok(());
        };
        let at = self.instant(event, "time")?;
        let region = self.needed(event, "region")?.to_owned();
        let instance = text(&detail["instance-id"])
            .ok_or_else(|| self.fault("`detail.instance-id` is missing, or isn't a text"))?
            .to_owned();
        let what = match which {
            0 => {
                let state = text(&detail["state"]).and_then(ApiState::find);
                let state =
                    state.ok_or_else(|| self.fault("`detail.state` isn't a state of EC2"))?;
                What::State { instance, state }
            }
            1 => What::Interruption { instance },
            _ => What::Rebalance { instance },
        };
        self.found.events.push(Event {
            at,
            id: text(&event["id"]).map(str::to_owned),
            region,
            what,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_record_is_told_at_its_place() {
        let told = |text: &str| {
            of_bytes("t.json", text.as_bytes().to_vec())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            told(""),
            "t.json: it has neither records of CloudTrail nor events of EventBridge"
        );
        assert_eq!(
            told("{\"Records\": [\n{]}"),
            "t.json:2:2: it isn't JSON: key must be a string"
        );
        assert!(
            told("{\"Records\": [{\"eventName\": \"x\"}]}")
                .starts_with("t.json: record 1: `eventTime`")
        );
        assert!(told("[1]").starts_with("t.json: record 1: it is neither"));
        assert!(
            told("{\"Events\":[{\"CloudTrailEvent\":\"{\"}]}")
                .starts_with("t.json: record 1: `CloudTrailEvent` isn't JSON")
        );
        let event = r#"{"detail-type":"EC2 Instance State-change Notification","time":"2026-01-01T00:00:00Z","region":"us-east-1","detail":{"instance-id":"i-1","state":"gone"}}"#;
        assert_eq!(
            told(event),
            "t.json: record 1: `detail.state` isn't a state of EC2"
        );
        let cut = of_bytes("t.gz", vec![0x1f, 0x8b, 8, 0])
            .unwrap_err()
            .to_string();
        assert!(cut.starts_with("t.gz: it isn't whole"), "{cut}");
        assert!(matches!(
            of_bytes("t", vec![0xff, 0xfe]),
            Err(ImportError::Unreadable { .. })
        ));
    }
}
