//! The table of costs as a learner runs it.

use testing::run_demo;

use crate::PROGRAM;

#[test]
fn every_cost_is_measured_and_in_a_plausible_order() {
    let run = run_demo(PROGRAM, &["costs"]);
    let costs = run["results"].as_array().expect("a list");
    let median = |what: &str| {
        let cost = costs
            .iter()
            .find(|cost| cost["what"] == what)
            .unwrap_or_else(|| panic!("no {what:?}"));
        cost["figure"]["median"].as_f64()
    };
    assert_eq!(costs.len(), 24);
    if cfg!(target_os = "linux") {
        for cost in costs {
            let name = cost["what"].as_str().expect("a name");
            // A program that may use one core only has no other one to switch to.
            let figure = median(name);
            assert!(
                figure.is_some_and(|figure| figure > 0.0) || name.contains("other core"),
                "{cost}"
            );
        }
    }
    // A thousand times apart: no load turns these round.
    let (call, process) = (
        median("function call"),
        median("process: create `true` and wait"),
    );
    assert!(call < process, "{call:?} {process:?}");
    let (task, thread) = (median("a task that sleeps"), median("a thread that sleeps"));
    assert!(task <= thread, "{task:?} {thread:?}");
}
