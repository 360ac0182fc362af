//! What is written down while a run goes on: one small record per edge of a span and per log line.
//!
//! Records are only collected here; what they mean is worked out afterwards, by [`super::build`].

use std::collections::HashSet;
use std::sync::Mutex;

use serde_json::{Value, json};
use tracing::Metadata;

/// What happened at the moment of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// A span came into being, and was not entered at once by the same thread.
    Created(Opened),
    /// A thread went into a span; with its description if this is the span's first record.
    Entered(Option<Opened>),
    /// A thread went into a span for the first time, and perhaps left it before it wrote anything else down: two records
    /// in one, since most spans are like this and memory is what recording costs most.
    Whole {
        /// The span around it, 0 for none; where it comes from; its fields.
        parent: u64,
        metadata: &'static Metadata<'static>,
        fields: Option<Box<Fields>>,
        /// When it was left: nanoseconds after this record, and of CPU time; 0 if that is not said here.
        wall: u32,
        cpu: u32,
        /// And the span is over.
        closed: bool,
    },
    /// A thread left a span; it may enter it again.
    Left {
        /// Because it panicked.
        panicking: bool,
        /// And the span is over: what usually happens in the same moment.
        closed: bool,
    },
    /// A span is over that was left before.
    Closed,
    /// A log line, in the record's span.
    Log(Box<Line>),
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The span, by a number that its process uses once; 0 for a log line outside any.
    pub(crate) span: u64,
    /// `CLOCK_MONOTONIC`, ns.
    pub(crate) t: u64,
    /// CPU time of the thread so far, ns.
    pub(crate) cpu: u64,
    pub(crate) what: What,
}

/// What is known of a span from its beginning. Small, because there may be a million of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opened {
    /// The span around it, 0 for none.
    pub(crate) parent: u64,
    pub(crate) source: Source,
    /// Only for spans that have fields.
    pub(crate) fields: Option<Box<Fields>>,
}

impl Opened {
    /// Returns the span's name, followed by the values of its fields.
    pub(crate) fn title(&self) -> String {
        let name = self.source.place().name;
        let others = self.fields.as_ref().map_or("", |fields| &fields.others);
        format!("{name}{others}")
    }
}

/// Where a span comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// This program.
    Own(&'static Metadata<'static>),
    /// A child.
    Child(&'static Place),
}

/// A line of a child's source, and the name of the span there.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl Source {
    pub(crate) fn place(self) -> Place {
        match self {
            Source::Own(metadata) => Place {
                name: metadata.name(),
                file: metadata.file().unwrap_or_default(),
                line: metadata.line().unwrap_or_default(),
            },
            Source::Child(&Place { name, file, line }) => Place { name, file, line },
        }
    }

    /// It is the runner's own span, around a whole demo.
    pub(crate) fn is_run(self) -> bool {
        matches!(self, Source::Own(metadata) if metadata.target() == RUN)
    }
}

/// The values of a span's or a log line's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// Of all that mean nothing special, each with a space before it.
    pub(crate) others: String,
    /// `task`: the span begins the lane of a task.
    pub(crate) task: Option<String>,
    /// `waits_for`: what it may have to wait for.
    pub(crate) waits_for: Option<String>,
    /// `holds`: what nobody else can have meanwhile.
    pub(crate) holds: Option<String>,
    /// `sends` and `receives`: a message, by any text that both sides know.
    pub(crate) sends: Option<String>,
    pub(crate) receives: Option<String>,
}

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) message: String,
    pub(crate) sends: Option<String>,
    pub(crate) receives: Option<String>,
}

/// The thread that wrote records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    /// The system's number for it.
    pub(crate) tid: u64,
    /// The first bits of the numbers of the spans that it creates.
    pub(crate) prefix: u64,
    pub(crate) name: String,
    /// It is the one that its process began with.
    pub(crate) first: bool,
}

/// The target of the span that the runner puts around a whole demo. It is no job.
pub(crate) const RUN: &str = "course::run";

/// The longest line of records that a parent reads from a child, in bytes.
pub(crate) const LONGEST_LINE: u64 = 1 << 20;

/// The most places of source that are kept from children; programs have some dozens.
const MOST_PLACES: usize = 10_000;

impl Record {
    /// A whole span as the two records that it stands for; any other record as it is.
    pub(crate) fn parts(self) -> impl Iterator<Item = Record> {
        let Record { span, t, cpu, what } = self;
        let (first, left) = match what {
            What::Whole {
                parent,
                metadata,
                fields,
                wall,
                cpu: used,
                closed,
            } => {
                let opened = Opened {
                    parent,
                    source: Source::Own(metadata),
                    fields,
                };
                let what = What::Left {
                    panicking: false,
                    closed,
                };
                let (left_t, left_cpu) = (t + u64::from(wall), cpu + u64::from(used));
                let left = (wall > 0).then_some(Record {
                    span,
                    t: left_t,
                    cpu: left_cpu,
                    what,
                });
                (What::Entered(Some(opened)), left)
            }
            what => (what, None),
        };
        std::iter::once(Record {
            span,
            t,
            cpu,
            what: first,
        })
        .chain(left)
    }

    /// One line of JSON, with the line feed: how a child process sends it. Written at once, so that a child that is
    /// killed has sent all that it saw.
    pub(crate) fn to_line(&self, thread: &Thread) -> String {
        let opened = |opened: &Opened| {
            let (place, fields) = (opened.source.place(), opened.fields.as_deref());
            let fields = fields.map(|f| json!([f.others, f.task, f.waits_for, f.holds]));
            json!([opened.parent, place.name, place.file, place.line, fields])
        };
        let (kind, more) = match &self.what {
            What::Created(first) => ("created", opened(first)),
            What::Entered(first) => ("entered", first.as_ref().map_or(Value::Null, opened)),
            What::Whole { .. } => unreachable!("a child sends each edge at once"),
            What::Left { panicking, closed } => ("left", json!([panicking, closed])),
            What::Closed => ("closed", Value::Null),
            What::Log(line) => ("log", json!([line.message, line.sends, line.receives])),
        };
        let thread = json!([thread.tid, thread.prefix, thread.name, thread.first]);
        format!(
            "{}\n",
            json!([kind, self.span, self.t, self.cpu, more, thread])
        )
    }

    /// The way back; `None` for anything else, since what a child sends is not believed.
    pub(crate) fn from_line(line: &[u8]) -> Option<(Thread, Record)> {
        let value: Value = serde_json::from_slice(line).ok()?;
        let [kind, span, t, cpu, more, thread] = value.as_array()?.as_slice() else {
            return None;
        };
        let what = match kind.as_str()? {
            "created" => What::Created(opened(more)?),
            "entered" if more.is_null() => What::Entered(None),
            "entered" => What::Entered(Some(opened(more)?)),
            "left" => {
                let [panicking, closed] = more.as_array()?.as_slice() else {
                    return None;
                };
                What::Left {
                    panicking: panicking.as_bool()?,
                    closed: closed.as_bool()?,
                }
            }
            "closed" => What::Closed,
            "log" => {
                let [message, sends, receives] = more.as_array()?.as_slice() else {
                    return None;
                };
                What::Log(Box::new(Line {
                    message: message.as_str()?.to_owned(),
                    sends: text(sends),
                    receives: text(receives),
                }))
            }
            _ => return None,
        };
        let [tid, prefix, name, first] = thread.as_array()?.as_slice() else {
            return None;
        };
        let thread = Thread {
            tid: tid.as_u64()?,
            prefix: prefix.as_u64()?,
            name: name.as_str()?.to_owned(),
            first: first.as_bool()?,
        };
        Some((
            thread,
            Record {
                span: span.as_u64()?,
                t: t.as_u64()?,
                cpu: cpu.as_u64()?,
                what,
            },
        ))
    }
}

fn opened(value: &Value) -> Option<Opened> {
    let [parent, name, file, line, fields] = value.as_array()?.as_slice() else {
        return None;
    };
    let source = Source::Child(place(
        name.as_str()?,
        file.as_str()?,
        u32::try_from(line.as_u64()?).ok()?,
    ));
    let fields = match fields.as_array().map(Vec::as_slice) {
        Some([others, task, waits_for, holds]) => Some(Box::new(Fields {
            others: others.as_str()?.to_owned(),
            task: text(task),
            waits_for: text(waits_for),
            holds: text(holds),
            ..Fields::default()
        })),
        _ => None,
    };
    Some(Opened {
        parent: parent.as_u64()?,
        source,
        fields,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The one copy of a place that a child told of. It lives as long as the program, as the parent's own places do.
fn place(name: &str, file: &str, line: u32) -> &'static Place {
    static PLACES: Mutex<Option<HashSet<&'static Place>>> = Mutex::new(None);
    static FULL: Place = Place {
        name: "(too many names)",
        file: "",
        line: 0,
    };
    let mut places = super::lock(&PLACES);
    let places = places.get_or_insert_default();
    let known = places
        .iter()
        .find(|place| place.line == line && place.name == name && place.file == file);
    match known {
        Some(place) => place,
        None if places.len() >= MOST_PLACES => &FULL,
        None => {
            let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
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
    fn a_record_fits_a_line_of_the_cache() {
        assert_eq!(size_of::<Record>(), 64);
    }

    #[test]
    fn records_survive_the_pipe() {
        let thread = Thread {
            tid: 12,
            prefix: 1 << 40,
            name: "a \"quoted\"\nname".into(),
            first: true,
        };
        let source = Source::Child(place("chunk", "src/chunks.rs", 12));
        let fields = Fields {
            others: " 3".into(),
            holds: Some("the lock".into()),
            ..Fields::default()
        };
        let first = Opened {
            parent: 7,
            source,
            fields: Some(Box::new(fields)),
        };
        let line = Line {
            message: "Number: 0\u{202e}".into(),
            sends: Some("job 1".into()),
            receives: None,
        };
        for what in [
            What::Created(first.clone()),
            What::Entered(Some(Opened {
                fields: None,
                ..first
            })),
            What::Entered(None),
            What::Left {
                panicking: true,
                closed: false,
            },
            What::Closed,
            What::Log(Box::new(line)),
        ] {
            let record = Record {
                span: 3,
                t: u64::MAX,
                cpu: 0,
                what,
            };
            let line = record.to_line(&thread);
            assert_eq!(line.matches('\n').count(), 1, "one line: {line}");
            assert_eq!(
                Record::from_line(line.as_bytes()),
                Some((thread.clone(), record))
            );
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
            assert_eq!(Record::from_line(line.as_bytes()), None, "{line}");
        }
    }
}
