//! Every pitfall, broken and fixed, run as a learner runs it.

use common::testing::{assert_contract, run_json};
use lesson_01_threads::pitfalls::{false_sharing, poison};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-01-threads");

fn run(args: &[&str]) -> Value {
    let (mut runs, ran) = run_json(PROGRAM, args);
    assert_eq!(
        (ran.code, runs.len()),
        (Some(0), 1),
        "{args:?}: {}",
        ran.stderr
    );
    assert_contract(&runs[0]);
    runs.remove(0)
}

/// That the broken ways *can* lose something is shown in `interleavings.rs`: natively it is luck.
#[test]
fn race_counts_what_is_lost_and_the_fixed_ways_lose_nothing() {
    let run = run(&["race", "--runs", "50"]);
    let results = &run["results"];
    for fixed in ["fetch_add", "lock once"] {
        assert_eq!(
            results[fixed],
            json!({"runs": 50, "runs_that_lost": 0, "lost": 0})
        );
    }
    for broken in ["load, then store", "lock twice"] {
        let number = |key: &str| results[broken][key].as_u64().unwrap();
        let (runs, runs_that_lost, lost) =
            (number("runs"), number("runs_that_lost"), number("lost"));
        assert!(
            runs >= 50 && runs_that_lost <= runs && lost >= runs_that_lost,
            "{results}"
        );
        let long_enough = run["wall_s"].as_f64().unwrap() >= 2.0;
        assert!(
            lost > 0 || long_enough,
            "it goes on until something is lost, or for two seconds: {results}"
        );
    }
}

#[test]
fn deadlock_is_certain_and_says_who_holds_what() {
    for _ in 0..3 {
        let run = run(&["deadlock", "--limit", "0.3", "--pace", "0.1"]);
        let results = &run["results"];
        let stuck = results["stuck"].as_str().unwrap();
        for part in [
            "A to B holds account A (",
            "waits for account B (",
            "B to A holds account B (",
            "a circle",
        ] {
            assert!(stuck.contains(part), "no {part:?} in {stuck}");
        }
        assert!(stuck.matches("deadlock.rs:").count() >= 4, "{stuck}");
        assert_eq!(
            (&results["by_name"], &results["with_back_off"]),
            (&json!([80, 120]), &json!([80, 120]))
        );
    }
}

#[test]
fn poison_is_seen_and_handled() {
    let seen = poison::visits().unwrap();
    assert_eq!((seen.taken_along, seen.sum, seen.repaired), (2, 70, 100));
    assert_eq!(seen.visits, ["half a transfer", "recovered"]);
    assert_eq!(run(&["poison"])["results"]["sum"], 70);
}

#[test]
fn early_exit_prints_nothing_of_the_thread() {
    let run = run(&["early-exit", "--pace", "0.5"]);
    assert_eq!(
        run["results"],
        json!({"without join": ["main returns"], "with join": ["the thread has spoken", "main returns"]})
    );
}

#[test]
fn false_sharing_counts_right_and_is_honest() {
    let run = run(&["false-sharing", "--times", "20000"]);
    assert_eq!(
        run["results"]["counted"],
        json!([[20_000, 20_000], [20_000, 20_000]])
    );
    assert!(run["results"]["ratio"].as_f64().unwrap() > 0.0);
    assert!(false_sharing::sentence(0.3, 0.1, 2).contains("3.0 times as long"));
    assert!(false_sharing::sentence(0.1, 0.1, 2).contains("no difference"));
    assert!(false_sharing::sentence(0.1, 0.1, 1).contains("one core"));
}

#[test]
fn lock_convoy_overlaps_only_when_the_slow_part_is_outside() {
    let run = run(&["lock-convoy", "--pace", "0.5"]);
    let results = &run["results"];
    assert_eq!(
        (&results["answers"], &results["same_answers"]),
        (&json!(12), &json!(true))
    );
    // The slow parts lie one behind the other: whatever the machine does, they cannot overlap.
    assert!(
        results["overlap_inside"].as_f64().unwrap() <= 1.0,
        "{results}"
    );
    assert!(
        results["overlap_before"].as_f64().unwrap() > 1.5,
        "{results}"
    );
}

#[test]
fn too_many_is_refused_handled_and_joined() {
    let run = run(&["too-many", "--limit-mib", "600"]);
    let results = &run["results"];
    let number = |key: &str| results[key].as_f64().unwrap();
    assert_eq!(
        (&results["wanted"], &results["started"]),
        (&json!(10_000), &results["joined"])
    );
    if cfg!(target_os = "linux") {
        assert!(
            results["error"].as_str().unwrap().contains("os error"),
            "{results}"
        );
        assert!(
            number("started") > 100.0 && number("started") < 300.0,
            "2 MiB of 600 each: {results}"
        );
        assert!(
            number("address_space_kib_each") > 2000.0 && number("memory_kib_each") > 1.0,
            "{results}"
        );
    }
    assert!(number("us_each") > 0.0);
}

#[test]
fn few_threads_are_not_refused() {
    let run = run(&["too-many", "--threads", "20"]);
    assert_eq!(
        (&run["results"]["joined"], &run["results"]["error"]),
        (&json!(20), &Value::Null)
    );
}
