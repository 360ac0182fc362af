//! A program that ended while a thread of it was at work.

use recording::trace::{End, Kind, Lane, Mark, Span, Trace};

pub(super) fn find(trace: &Trace) -> Vec<String> {
    let is_main = |lane: &&Lane| lane.name == "main" && lane.kind == Kind::Thread;
    let Some(main) = trace.lanes.iter().find(is_main) else {
        return Vec::new();
    };
    let is_unfinished = |lane: &&Lane| {
        let is_beside = lane.kind == Kind::Thread && lane.pid == main.pid && lane.name != "main";
        is_beside && lane.ended == End::StillRunning
    };

    let unfinished = trace.lanes.iter().filter(is_unfinished);
    unfinished.filter_map(sentence).collect()
}

fn sentence(lane: &Lane) -> Option<String> {
    let open = || lane.spans.iter().filter(|span| span.end_ns.is_none());
    // One that waits for ever has another trouble.
    let waits = |span: &Span| matches!(span.mark.as_deref(), Some(Mark::WaitsFor(_)));

    if open().any(waits) {
        return None;
    }
    let outermost = open().next()?;
    Some(format!(
        "main ended while '{}' was still at '{}' ({}): what it had left to do was never done; join it",
        lane.name, outermost.name, outermost.at
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::expect::{marked, only, quiet};
    use recording::trace::fixtures::{lane, slice, trace};

    #[test]
    fn a_thread_that_outlives_main_is_named() {
        let mut printer = lane("printer", Kind::Thread, &[(0, 100)]);
        printer.spans[0].end_ns = None;
        printer.ended = End::StillRunning;
        let run = |printer: Lane| trace(100, vec![lane("main", Kind::Thread, &[]), printer]);
        assert_eq!(
            only(&run(printer.clone())),
            "main ended while 'printer' was still at 'span' (src/made_up.rs:1): what it had left to \
             do was never done; join it"
        );

        quiet(&run(lane("printer", Kind::Thread, &[(0, 100)])));

        // One that hangs is reported by the deadline.
        let mut stuck = marked(printer, &[(10, 100, Mark::WaitsFor("a lock".into()))]);
        stuck.spans[1].end_ns = None;
        quiet(&run(stuck));
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        quiet(&Trace::default());
        quiet(&trace(0, vec![lane("main", Kind::Thread, &[(0, 0)])]));
        let mut odd = lane("odd", Kind::Task, &[(5, 3)]);
        odd.slices.push(slice(9, 9, 0));
        quiet(&trace(10, vec![odd]));
    }
}
