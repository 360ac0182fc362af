//! Traces for tests, in milliseconds, here and where they are drawn.

use super::model::{End, Kind, Lane, Slice, SourceLine, Span, Trace};

/// Nanoseconds of a millisecond.
pub const MS: u64 = 1_000_000;

/// A lane with outermost spans from start to end.
pub fn lane(name: &str, kind: Kind, spans: &[(u64, u64)]) -> Lane {
    let spans = spans.iter().map(|(start, end)| Span {
        name: "span".into(),
        start_ns: start * MS,
        end_ns: Some(end * MS),
        cpu_ns: 0,
        polls: 0,
        depth: 0,
        job: true,
        mark: None,
        at: SourceLine {
            file: "src/made_up.rs",
            line: 1,
        },
    });
    Lane {
        name: name.into(),
        kind,
        pid: 1,
        tid: 1,
        spans: spans.collect(),
        slices: Vec::new(),
        states: Vec::new(),
        woken: Vec::new(),
        ended: End::Returned,
    }
}

/// A task with one span and these polls, each with this share of CPU in percent.
pub fn task(name: &str, span: (u64, u64), polls: &[(u64, u64)], share: u64) -> Lane {
    let slices = polls
        .iter()
        .map(|(start, end)| slice(*start, *end, share))
        .collect();
    Lane {
        slices,
        ..lane(name, Kind::Task, &[span])
    }
}

/// From start to end, with this share of CPU in percent.
pub fn slice(start: u64, end: u64, share: u64) -> Slice {
    let cpu_ns = (end - start) * MS * share / 100;
    Slice {
        start_ns: start * MS,
        end_ns: end * MS,
        cpu_ns,
        mark: true,
        tid: 1,
    }
}

/// A run of these lanes.
pub fn trace(end_ms: u64, lanes: Vec<Lane>) -> Trace {
    Trace {
        start_ns: 0,
        end_ns: end_ms * MS,
        lanes,
        ..Trace::default()
    }
}
