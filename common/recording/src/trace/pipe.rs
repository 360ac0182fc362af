//! The pipe from a child process to its parent: one line of JSON for each record.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::record::{Fields, Line, Opened, Place, Record, RecordKind, Source, Thread};
use crate::lock::lock;

/// The longest line that a parent reads from a child, in bytes.
pub(super) const LONGEST_LINE: u64 = 1 << 20;

/// The most places of source that are kept from children; programs have some dozens.
const MOST_PLACES: usize = 10_000;

/// The child's end, in a child process.
static PIPE: Mutex<Option<File>> = Mutex::new(None);

pub(super) fn open(pipe: File) {
    *lock(&PIPE) = Some(pipe);
}

/// Returns whether this is a child process whose records go to its parent.
pub(super) fn is_open() -> bool {
    lock(&PIPE).is_some()
}

/// Sends a record at once, so that a child that is killed has sent all that it saw.
pub(super) fn send(thread: &Thread, record: &Record) {
    if let Some(pipe) = lock(&PIPE).as_mut() {
        // A parent that is gone reads no more; the child learns that from its standard input.
        let _ = pipe.write_all(to_line(thread, record).as_bytes());
    }
}

fn to_line(thread: &Thread, record: &Record) -> String {
    let opened = |opened: &Opened| {
        let place = opened.source.place();
        let fields = opened.fields.as_deref();
        let fields = fields.map(|f| json!([f.others, f.task, f.waits_for, f.holds]));
        json!([opened.parent, place.name, place.file, place.line, fields])
    };
    let (kind, more) = match &record.kind {
        RecordKind::Created(first) => ("created", opened(first)),
        RecordKind::Entered(first) => ("entered", first.as_ref().map_or(Value::Null, opened)),
        RecordKind::Whole { .. } => unreachable!("a child sends each edge at once"),
        RecordKind::Left { panicking, closed } => ("left", json!([panicking, closed])),
        RecordKind::Closed => ("closed", Value::Null),
        RecordKind::Woken => ("woken", Value::Null),
        RecordKind::Log(line) => ("log", json!([line.message, line.sends, line.receives])),
    };

    let thread = json!([thread.tid, thread.prefix, thread.name, thread.first]);
    let line = json!([kind, record.span, record.t, record.cpu, more, thread]);

    format!("{line}\n")
}

/// Reads a line back. Returns `None` for anything else: what a child sends is not trusted.
pub(super) fn from_line(line: &[u8]) -> Option<(Thread, Record)> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let [kind, span, t, cpu, more, thread] = list(&value)?;
    let kind = match kind.as_str()? {
        "created" => RecordKind::Created(opened(more)?),
        "entered" if more.is_null() => RecordKind::Entered(None),
        "entered" => RecordKind::Entered(Some(opened(more)?)),
        "left" => {
            let [panicking, closed] = list(more)?;
            RecordKind::Left {
                panicking: panicking.as_bool()?,
                closed: closed.as_bool()?,
            }
        }
        "closed" => RecordKind::Closed,
        "woken" => RecordKind::Woken,
        "log" => {
            let [message, sends, receives] = list(more)?;
            RecordKind::Log(Box::new(Line {
                message: message.as_str()?.to_owned(),
                sends: text(sends),
                receives: text(receives),
            }))
        }
        _ => return None,
    };

    let [tid, prefix, name, first] = list(thread)?;
    let thread = Thread {
        tid: tid.as_u64()?,
        prefix: prefix.as_u64()?,
        name: text(name),
        first: first.as_bool()?,
    };
    let record = Record {
        span: span.as_u64()?,
        t: t.as_u64()?,
        cpu: cpu.as_u64()?,
        kind,
    };

    Some((thread, record))
}

/// Returns the elements of a list of `N`.
fn list<const N: usize>(value: &Value) -> Option<&[Value; N]> {
    value.as_array()?.as_slice().try_into().ok()
}

fn opened(value: &Value) -> Option<Opened> {
    let [parent, name, file, line, fields] = list(value)?;
    let line = u32::try_from(line.as_u64()?).ok()?;
    let fields = match list(fields) {
        Some([others, task, waits_for, holds]) => Some(Box::new(Fields {
            others: others.as_str()?.to_owned(),
            task: text(task),
            waits_for: text(waits_for),
            holds: text(holds),
            ..Fields::default()
        })),
        None => None,
    };

    Some(Opened {
        parent: parent.as_u64()?,
        source: Source::Child(place(name.as_str()?, file.as_str()?, line)),
        fields,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Returns the one copy of a place that a child told of.
///
/// It lives as long as the program, as the parent's own places do.
fn place(name: &str, file: &str, line: u32) -> &'static Place {
    static PLACES: Mutex<Option<HashSet<&'static Place>>> = Mutex::new(None);
    static FULL: Place = Place {
        name: "(too many names)",
        file: "",
        line: 0,
    };
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };

    let mut places = lock(&PLACES);
    let places = places.get_or_insert_default();
    let known = places
        .iter()
        .find(|place| place.line == line && place.name == name && place.file == file);

    match known {
        Some(place) => place,
        None if places.len() >= MOST_PLACES => &FULL,
        None => {
            let place = Box::leak(Box::new(Place {
                name: leak(name),
                file: leak(file),
                line,
            }));
            places.insert(place);
            place
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_survive_the_pipe() {
        let thread = Thread {
            tid: 12,
            prefix: 1 << 40,
            name: Some("a \"quoted\"\nname".into()),
            first: true,
        };
        let unnamed = Thread {
            name: None,
            ..thread.clone()
        };
        let fields = Fields {
            others: " 3".into(),
            holds: Some("the lock".into()),
            ..Fields::default()
        };
        let first = Opened {
            parent: 7,
            source: Source::Child(place("chunk", "src/chunks.rs", 12)),
            fields: Some(Box::new(fields)),
        };
        let plain = Opened {
            fields: None,
            ..first.clone()
        };
        let line = Line {
            message: "Number: 0\u{202e}".into(),
            sends: Some("job 1".into()),
            receives: None,
        };

        for kind in [
            RecordKind::Created(first),
            RecordKind::Entered(Some(plain)),
            RecordKind::Entered(None),
            RecordKind::Left {
                panicking: true,
                closed: false,
            },
            RecordKind::Closed,
            RecordKind::Woken,
            RecordKind::Log(Box::new(line)),
        ] {
            let record = Record {
                span: 3,
                t: u64::MAX,
                cpu: 0,
                kind,
            };
            for thread in [&thread, &unnamed] {
                let line = to_line(thread, &record);
                assert_eq!(line.matches('\n').count(), 1, "one line: {line}");
                let expected = Some((thread.clone(), record.clone()));
                assert_eq!(from_line(line.as_bytes()), expected);
            }
        }
    }

    #[test]
    fn what_is_no_record_is_dropped() {
        let thread = r#"[1,2,"x",true]"#;
        for line in [
            String::new(),
            "{}".into(),
            "[1,2]".into(),
            format!(r#"["flew",0,0,0,null,{thread}]"#),
            format!(r#"["left",-1,0,0,true,{thread}]"#),
            format!(r#"["created",1,0,0,[1,"n","f",99999999999,null],{thread}]"#),
            r#"["closed",1,0,0,null,[1]]"#.into(),
        ] {
            assert_eq!(from_line(line.as_bytes()), None, "{line}");
        }
    }
}
