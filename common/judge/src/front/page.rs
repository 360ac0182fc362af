//! The order of steps in which an answer failed, as the same page as a run's.

use std::time::{SystemTime, UNIX_EPOCH};

use drawing::timeline::{About, to_page_of_steps};
use recording::trace::{End, Kind, Lane, LogLine, Mark, Slice, SourceLine, Span, Trace};

use crate::schedule::Schedule;
use crate::verdict::Verdict;

/// The drawn length of a step, in nanoseconds.
const STEP: u64 = 1_000_000;

/// The page: a lane for each thread, a span for each step.
pub(super) fn page(
    package: &str,
    exercise: &str,
    verdict: &Verdict,
    schedule: &Schedule,
) -> String {
    let about = About {
        lesson: package.to_owned(),
        demo: exercise.to_owned(),
        command: format!("{package} check {exercise} --seed {}", schedule.seed),
        verdict: [
            &[format!("{}: {}", verdict.kind, verdict.what)],
            &verdict.details[..],
        ]
        .concat()
        .join("; "),
        sentence: None,
        what_if: Vec::new(),
        date_ms: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
            }),
    };
    to_page_of_steps(&trace(schedule), &about)
}

fn trace(schedule: &Schedule) -> Trace {
    let at = |step: usize| u64::try_from(step).unwrap_or(u64::MAX).saturating_mul(STEP);
    let end_ns = at(schedule.steps.len());
    let mut lanes: Vec<Lane> = Vec::new();

    for (thread, name) in schedule.threads.iter().enumerate() {
        let own: Vec<usize> = (0..schedule.steps.len())
            .filter(|step| schedule.steps[*step].thread == thread)
            .collect();
        let (mut spans, mut slices) = (Vec::new(), Vec::new());
        for (index, step) in own.iter().enumerate() {
            let (start_ns, told) = (at(*step), &schedule.steps[*step]);
            let next_ns = own.get(index + 1).map_or(end_ns, |next| at(*next));
            let waits = told.waits;
            let until = if waits { next_ns } else { start_ns + STEP };
            spans.push(Span {
                name: format!("line {}: {}", told.line, told.deed).into(),
                start_ns,
                end_ns: Some(until),
                cpu_ns: STEP,
                polls: 0,
                depth: 0,
                job: true,
                mark: waits.then(|| Box::new(Mark::WaitsFor("another thread".to_owned()))),
                at: SourceLine { file: "", line: 0 },
            });
            slices.push(Slice {
                start_ns,
                end_ns: start_ns + STEP,
                cpu_ns: STEP,
                mark: true,
                tid: 0,
            });
            if until > start_ns + STEP {
                slices.push(Slice {
                    start_ns: start_ns + STEP,
                    end_ns: until,
                    cpu_ns: 0,
                    mark: false,
                    tid: 0,
                });
            }
        }
        let tid = u64::try_from(thread).unwrap_or(0);
        let stuck = own.last().is_some_and(|last| schedule.steps[*last].waits);
        let ended = if stuck {
            End::StillRunning
        } else {
            End::Returned
        };
        lanes.push(Lane {
            name: name.clone(),
            kind: Kind::Thread,
            pid: 0,
            tid,
            spans,
            slices,
            states: Vec::new(),
            woken: Vec::new(),
            ended,
        });
    }

    let line = |(index, step): (usize, &crate::schedule::Step)| {
        let state: Vec<String> = step
            .changed
            .iter()
            .filter_map(|object| {
                let name = schedule.objects.get(*object)?;
                Some(format!("{name} = {}", step.state.get(*object)?))
            })
            .collect();
        let note = if state.is_empty() {
            String::new()
        } else {
            format!(" [{}]", state.join("; "))
        };
        LogLine {
            t_ns: at(index),
            lane: step.thread,
            message: format!("line {}: {}{note}    {}", step.line, step.told(), step.text),
        }
    };

    let log = schedule.steps.iter().enumerate().map(line).collect();
    Trace {
        start_ns: 0,
        end_ns,
        lanes,
        log,
        ..Trace::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Step;

    #[test]
    fn a_step_is_a_span_and_whoever_waits_does_so_until_its_next_step() {
        let step = |thread, line, deed: &str, waits| Step {
            thread,
            line,
            text: "lock".into(),
            deed: deed.into(),
            waits,
            times: 1,
            state: vec!["free".into()],
            changed: vec![0],
        };
        let schedule = Schedule {
            threads: vec!["one".into(), "two".into()],
            objects: vec!["cents".into()],
            steps: vec![
                step(0, 3, "locks cents", false),
                step(1, 3, "waits for cents", true),
                step(0, 4, "gives cents back", false),
                step(1, 3, "locks cents", false),
            ],
            seed: "1".into(),
            search: 0,
            orders: 0,
        };
        let drawn = trace(&schedule);
        let spans = |lane: usize| -> Vec<(u64, Option<u64>)> {
            drawn.lanes[lane]
                .spans
                .iter()
                .map(|span| (span.start_ns / STEP, span.end_ns.map(|end| end / STEP)))
                .collect()
        };
        assert_eq!(spans(0), [(0, Some(1)), (2, Some(3))]);
        assert_eq!(spans(1), [(1, Some(3)), (3, Some(4))]);
        assert_eq!(
            drawn.log[1].message,
            "line 3: waits for cents [cents = free]    lock"
        );
    }
}
