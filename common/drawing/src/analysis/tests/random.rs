//! Runs of any kind: the way through them has no gap, and is as long as they are.

use proptest::prelude::*;

use super::{MS, lane, path, sentence, trace, wakes};
use crate::analysis::what_if;
use recording::trace::model::Woken;
use recording::trace::{Kind, Lane, Link, Mark, Slice, Source, State, Stretch, Trace};

/// The end of a made-up run, in milliseconds.
const END: u64 = 200;
const LANES: usize = 5;

fn time() -> impl Strategy<Value = u64> {
    0..END * MS
}

fn times() -> impl Strategy<Value = (u64, u64)> {
    (time(), time()).prop_map(|(a, b)| (a.min(b), a.max(b) + 1))
}

fn mark() -> impl Strategy<Value = Option<Box<Mark>>> {
    let names = prop_oneof![Just("x"), Just("y"), Just("lane 1")];
    prop_oneof![
        2 => Just(None),
        1 => names.clone().prop_map(|name| Some(Box::new(Mark::WaitsFor(name.into())))),
        1 => names.prop_map(|name| Some(Box::new(Mark::Holds(name.into())))),
    ]
}

fn states() -> impl Strategy<Value = Vec<Stretch>> {
    let state = prop_oneof![
        Just(State::Computing),
        Just(State::InLine),
        Just(State::Waiting)
    ];
    let stretch = (
        state,
        1..30_u64,
        prop_oneof![Just(None), Just(Some("a timer"))],
    );
    let first = 0..50_u64;
    (first, proptest::collection::vec(stretch, 0..9)).prop_map(|(first, stretches)| {
        let mut at = first * MS;
        let mut states = Vec::new();
        for (state, length, reason) in stretches {
            let end_ns = at + length * MS;
            states.push(Stretch {
                state,
                start_ns: at,
                end_ns,
                core: None,
                reason,
            });
            at = end_ns;
        }
        states
    })
}

fn any_lane() -> impl Strategy<Value = Lane> {
    let kinds = prop_oneof![Just(Kind::Thread), Just(Kind::Process), Just(Kind::Task)];
    let spans = proptest::collection::vec((times(), mark(), any::<bool>()), 0..6);
    let woken = proptest::collection::vec((time(), proptest::option::of(0..LANES)), 0..4);
    (kinds, spans, states(), woken, any::<bool>()).prop_map(
        |(kind, mut spans, states, mut woken, has_slices)| {
            spans.sort_by_key(|(times, ..)| *times);
            woken.sort_unstable();
            let mut lane = lane("lane 0", kind, &[]);
            let model = super::lane("", kind, &[(0, 1)]).spans.remove(0);
            for ((start_ns, end_ns), mark, job) in spans {
                let mut span = model.clone();
                span.start_ns = start_ns;
                span.end_ns = Some(end_ns);
                span.mark = mark;
                span.job = job;
                span.depth = u16::from(!job);
                lane.spans.push(span);
            }
            if has_slices {
                lane.slices = states.iter().map(slice).collect();
            }
            lane.states = states;
            lane.woken = woken
                .into_iter()
                .map(|(t_ns, by)| Woken { t_ns, by })
                .collect();
            lane
        },
    )
}

fn slice(stretch: &Stretch) -> Slice {
    Slice {
        start_ns: stretch.start_ns,
        end_ns: stretch.end_ns,
        cpu_ns: 0,
        mark: true,
        tid: 1,
    }
}

fn run() -> impl Strategy<Value = Trace> {
    let link =
        (0..LANES, time(), 0..LANES, time()).prop_map(|(from_lane, from_ns, to_lane, to_ns)| {
            Link {
                label: "job".into(),
                from_lane,
                from_ns,
                to_lane,
                to_ns,
            }
        });
    let lanes = proptest::collection::vec(any_lane(), LANES..=LANES);
    let links = proptest::collection::vec(link, 0..6);
    let source = prop_oneof![Just(Source::Exact), Just(Source::Spans)];
    (lanes, links, source).prop_map(|(mut lanes, links, source)| {
        for (number, lane) in lanes.iter_mut().enumerate() {
            lane.name = format!("lane {number}");
            lane.tid = number as u64 / 2;
        }
        Trace {
            links,
            source,
            ..trace(END, lanes)
        }
    })
}

proptest! {
    #[test]
    fn the_way_is_as_long_as_the_run(run in run()) {
        let steps = path(&run);
        let mut at = run.start_ns;
        for step in &steps {
            prop_assert_eq!(step.start_ns, at, "no gap");
            prop_assert!(step.end_ns > step.start_ns && step.lane < run.lanes.len());
            at = step.end_ns;
        }
        let length = run.end_ns - run.start_ns;
        prop_assert!(at.abs_diff(run.end_ns) <= length / 100, "{} of {}", at, length);
        prop_assert!(sentence(&run, &steps).is_some());
    }

    #[test]
    fn wakes_lead_from_one_lane_to_another_and_never_back_in_time(run in run()) {
        for wake in wakes(&run) {
            prop_assert!(wake.from != wake.to);
            prop_assert!(wake.from_ns <= wake.to_ns, "{:?}", wake);
        }
    }

    #[test]
    fn what_would_have_been_is_shorter_by_a_tenth_and_never_less_than_nothing(run in run()) {
        let answers = what_if(&run, &path(&run), &[], 2);
        prop_assert!(answers.len() <= 2);
        for answer in answers {
            prop_assert!(answer.to_s >= 0.0 && answer.to_s <= 0.9 * answer.from_s + 1e-9);
        }
    }
}
