//! Every pitfall, broken and fixed.

use serde_json::{Value, json};

use crate::demo;

// That the broken ways *can* lose something is shown in `interleavings.rs`: natively it is luck.
#[test]
fn race_counts_what_is_lost_and_the_fixed_ways_lose_nothing() {
    let run = demo(&["race", "--runs", "50"]);
    let results = &run["results"];
    for fixed in ["fetch_add", "lock once"] {
        assert_eq!(
            results[fixed],
            json!({"runs": 50, "runs_that_lost": 0, "lost": 0})
        );
    }
    for broken in ["load, then store", "lock twice"] {
        let number = |key: &str| results[broken][key].as_u64().unwrap();
        let runs = number("runs");
        let runs_that_lost = number("runs_that_lost");
        let lost = number("lost");
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
        let run = demo(&["deadlock", "--limit", "0.3", "--pace", "0.1"]);
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
        assert_eq!(results["by_name"], json!([80, 120]));
        assert_eq!(results["with_back_off"], json!([80, 120]));
    }
}

#[test]
fn poison_is_seen_and_handled() {
    let run = demo(&["poison"]);
    assert_eq!(
        run["results"],
        json!({"taken_along": 2, "sum": 70, "repaired": 100, "visits": ["half a transfer", "recovered"]})
    );
    let log = run["log"].as_array().unwrap();
    assert_eq!(
        log.last().unwrap()["message"],
        "repaired to 100 cents; poisoned before: true, after clear_poison: false"
    );
}

#[test]
fn early_exit_prints_nothing_of_the_thread() {
    let run = demo(&["early-exit", "--pace", "0.5"]);
    assert_eq!(
        run["results"],
        json!({"without join": ["main returns"], "with join": ["the thread has spoken", "main returns"]})
    );
}

#[test]
fn false_sharing_counts_right() {
    let run = demo(&["false-sharing", "--times", "20000"]);
    assert_eq!(
        run["results"]["counted"],
        json!([[20_000, 20_000], [20_000, 20_000]])
    );
    assert!(run["results"]["ratio"].as_f64().unwrap() > 0.0);
}

#[test]
fn lock_convoy_overlaps_only_when_the_slow_part_is_outside() {
    let run = demo(&["lock-convoy", "--pace", "0.5"]);
    let results = &run["results"];
    assert_eq!(results["answers"], 12);
    assert_eq!(results["same_answers"], true);
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
    let run = demo(&["too-many", "--limit-mib", "600"]);
    let results = &run["results"];
    let number = |key: &str| results[key].as_f64().unwrap();
    assert_eq!(results["wanted"], 10_000);
    assert_eq!(results["started"], results["joined"]);
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
    let run = demo(&["too-many", "--threads", "20"]);
    assert_eq!(run["results"]["joined"], 20);
    assert_eq!(run["results"]["error"], Value::Null);
}
