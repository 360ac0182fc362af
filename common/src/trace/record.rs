//! What is written down while a run goes on: one small record per edge of a span and per log line.
//!
//! Records are only collected here; what they mean is worked out afterwards, by [`super::build`].

use serde_json::Value;

/// What happened at the moment of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// A span of a task came into being; it has not run yet.
    Created = 0,
    /// A thread went into a span.
    Entered = 1,
    /// A thread left a span; it may enter it again.
    Left = 2,
    /// A span of a task is over.
    Closed = 3,
    /// A log line.
    Log = 4,
}

impl Edge {
    fn from_number(number: u64) -> Option<Edge> {
        [Edge::Created, Edge::Entered, Edge::Left, Edge::Closed, Edge::Log]
            .into_iter()
            .find(|edge| *edge as u64 == number)
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) edge: Edge,
    /// The span, by a number that this process uses once. For a log line the span it was written in, 0 for none.
    pub(crate) span: u64,
    /// The span around it, 0 for none. Known at the span's first record.
    pub(crate) parent: u64,
    /// `CLOCK_MONOTONIC`, ns.
    pub(crate) t: u64,
    /// CPU time of the thread so far, ns.
    pub(crate) cpu: u64,
    /// The span's name at its first record (and its task's, after a line feed), or the log line's text.
    pub(crate) text: Option<Box<str>>,
}

/// The thread that wrote records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    pub(crate) tid: u64,
    pub(crate) name: String,
    /// It is the one that its process began with.
    pub(crate) first: bool,
}

/// The longest line of records that a parent reads from a child, in bytes.
pub(crate) const LONGEST_LINE: u64 = 1 << 20;

impl Record {
    /// One line of JSON, with the line feed: how a child process sends it. Written at once, so that a child that is
    /// killed has sent all that it saw.
    pub(crate) fn to_line(&self, thread: &Thread) -> String {
        let line = serde_json::json!([
            self.edge as u64,
            self.span,
            self.parent,
            self.t,
            self.cpu,
            self.text,
            thread.tid,
            thread.name,
            thread.first
        ]);
        format!("{line}\n")
    }

    /// The way back; `None` for anything else, since what a child sends is not believed.
    pub(crate) fn from_line(line: &[u8]) -> Option<(Thread, Record)> {
        let Value::Array(fields) = serde_json::from_slice(line).ok()? else { return None };
        let [edge, span, parent, t, cpu, text, tid, name, first] = fields.as_slice() else { return None };
        let record = Record {
            edge: Edge::from_number(edge.as_u64()?)?,
            span: span.as_u64()?,
            parent: parent.as_u64()?,
            t: t.as_u64()?,
            cpu: cpu.as_u64()?,
            text: text.as_str().map(Into::into),
        };
        let thread = Thread { tid: tid.as_u64()?, name: name.as_str()?.to_owned(), first: first.as_bool()? };
        Some((thread, record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_the_pipe() {
        let thread = Thread { tid: 12, name: "a \"quoted\"\nname".into(), first: true };
        let record = Record {
            edge: Edge::Log,
            span: 3,
            parent: 2,
            t: u64::MAX,
            cpu: 0,
            text: Some("Number: 0\u{202e}".into()),
        };
        let line = record.to_line(&thread);
        assert_eq!(line.matches('\n').count(), 1, "one line: {line}");
        assert_eq!(Record::from_line(line.as_bytes()), Some((thread, record)));
    }

    #[test]
    fn what_is_no_record_is_dropped() {
        for line in
            ["", "{}", "[1,2]", "[9,0,0,0,0,null,1,\"x\",true]", "[1,-1,0,0,0,null,1,\"x\",true]", "\u{0}"]
        {
            assert_eq!(Record::from_line(line.as_bytes()), None, "{line}");
        }
    }
}
