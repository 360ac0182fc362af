//! Every other demo of the chapter: its value, and the order or the overlap that it is about.

#![allow(
    clippy::unwrap_used,
    reason = "what is not there is a failure, in a helper too"
)]

use std::process::Command;
use std::time::Duration;

use lesson_01_threads::atomics;
use serde_json::{Value, json};

use crate::{PROGRAM, demo};

#[derive(Debug)]
struct Span {
    start: f64,
    end: f64,
}

/// Returns every span whose name starts with `name`, by start.
fn spans(run: &Value, name: &str) -> Vec<Span> {
    let lanes = run["lanes"].as_array().unwrap().iter();
    let all = lanes.flat_map(|lane| lane["spans"].as_array().unwrap());
    let named = all.filter(|span| span["name"].as_str().unwrap().starts_with(name));
    let mut found: Vec<Span> = named
        .map(|span| Span {
            start: span["start_s"].as_f64().unwrap(),
            end: span["end_s"].as_f64().unwrap(),
        })
        .collect();

    found.sort_by(|a, b| a.start.total_cmp(&b.start));
    found
}

/// Returns how many of these were open at the same moment, at most.
fn at_once(spans: &[Span]) -> usize {
    let open_at = |t: f64| {
        spans
            .iter()
            .filter(|span| span.start <= t && t < span.end)
            .count()
    };
    spans
        .iter()
        .map(|span| open_at(span.start))
        .max()
        .unwrap_or_default()
}

/// Returns the names of the lanes below `main`, sorted.
fn lanes(run: &Value) -> Vec<&str> {
    let lanes = run["lanes"].as_array().unwrap().iter();
    let mut names: Vec<&str> = lanes.map(|lane| lane["name"].as_str().unwrap()).collect();
    names.retain(|name| *name != "main");
    names.sort_unstable();
    names
}

fn messages(run: &Value) -> Vec<&str> {
    run["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["message"].as_str().unwrap())
        .collect()
}

#[test]
fn join_brings_back_results_and_panics() {
    let run = demo(&["join", "--pace", "0.5"]);
    assert_eq!(
        run["results"],
        json!({"fruit": 750, "bread": {"panicked": "no price in 'loaf ten'"}, "tea": 1210})
    );
    assert_eq!(at_once(&spans(&run, "receipt")), 3);
    let said = messages(&run);
    assert_eq!(
        said[1..3],
        [
            "bread: panicked with: no price in 'loaf ten'",
            "tea: 1210 cents"
        ]
    );
}

#[test]
fn scope_darkens_a_picture_in_place() {
    let expected = json!({"pixels": 65536, "before": 8_355_840, "after": 4_161_536});
    for threads in ["1", "2", "3", "7"] {
        let run = demo(&["scope", "--pixels", "65536", "--threads", threads]);
        assert_eq!(run["results"], expected);
        let parts = spans(&run, "part").len();
        assert_eq!(
            parts,
            3 * threads.parse::<usize>().unwrap(),
            "added up twice, darkened once"
        );
    }
}

#[test]
fn move_in_moves_and_does_not_copy() {
    let run = demo(&["move-in", "--pace", "0.1"]);
    let words = ["core", "join", "lock", "queue", "scope", "thread"];
    assert_eq!(
        run["results"],
        json!({"words": words, "same_place": true, "letters_o_e": [4, 5], "owners_left": 1})
    );
}

#[test]
fn cores_prints_a_table_up_to_twice_the_cores() {
    let run = demo(&["cores", "--below", "1000000"]);
    let results = &run["results"];
    let cores = common::measure::cores().min(16);
    assert_eq!(results["primes"], 78_498);
    let table = results["table"].as_array().unwrap();
    let threads: Vec<u64> = table
        .iter()
        .map(|row| row["threads"].as_u64().unwrap())
        .collect();
    assert_eq!(threads[..3], [1, 2, 2]);
    assert!(
        threads.is_sorted() && threads.last().unwrap() > &(cores as u64),
        "and past them: {threads:?}"
    );
    for row in table {
        assert!(
            row["seconds"].as_f64().unwrap() > 0.0 && row["speed_up"].as_f64().unwrap() > 0.0,
            "{row}"
        );
        assert!(row["ideal"].as_u64() <= row["threads"].as_u64(), "{row}");
    }
}

#[test]
fn mutex_sections_never_overlap_and_readers_do() {
    let run = demo(&["mutex", "--pace", "0.5"]);
    let results = &run["results"];
    assert_eq!(results["cents"], 1818);
    assert_eq!(results["sales"], 9);
    assert_eq!(results["price"], 270);
    for section in ["long section", "short section"] {
        let sections = spans(&run, section);
        assert_eq!((sections.len(), at_once(&sections)), (9, 1), "{section}");
    }
    assert!(
        results["long_s"].as_f64().unwrap() >= 9.0 * 0.05,
        "nine times 50 ms, one after the other"
    );
    assert!(results["readers_at_once"].as_u64().unwrap() >= 2);
    let cashiers = [
        "cashier 1",
        "cashier 1",
        "cashier 2",
        "cashier 2",
        "cashier 3",
        "cashier 3",
    ];
    let readers = ["reader 1", "reader 2", "reader 3"];
    assert_eq!(lanes(&run), [&cashiers[..], &readers].concat());
}

#[test]
fn channel_keeps_the_order_and_a_full_queue_holds_the_producer_back() {
    let run = demo(&["channel", "--pace", "0.3"]);
    let results = &run["results"];
    assert_eq!(results["arrived"], 12);
    assert_eq!(results["highest"], 233);
    assert_eq!(results["handled"], json!([0, 1, 2, 3, 4, 5, 6, 7]));
    assert!(
        results["bounded"]["backlog"].as_u64().unwrap() <= 4,
        "two in the queue, one waiting, one in hand"
    );
    let sends = spans(&run, "send");
    assert_eq!(sends.len(), 16);
    let waited = |sends: &[Span]| sends.iter().map(|send| send.end - send.start).sum::<f64>();
    // Before the eighth reading fits into a queue of two, five have been handled.
    assert!(waited(&sends[8..]) > 3.0 * 0.03, "{sends:?}");
    assert!(waited(&sends[8..]) > waited(&sends[..8]));
}

#[test]
fn atomics_lose_nothing() {
    let run = demo(&["atomics"]);
    let results = &run["results"];
    assert_eq!(results["hits"], 100_000);
    assert_eq!(results["letter"], 1815);
    let sold: u64 = results["sold"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sold| sold.as_u64().unwrap())
        .sum();
    assert_eq!(sold, 100_000);
    assert_eq!(
        atomics::together(3, 0, 0),
        (0, vec![0, 0, 0]),
        "nothing to sell"
    );
}

#[test]
fn condvar_serves_each_dish_once_and_the_barrier_holds() {
    let run = demo(&["condvar", "--pace", "0.2"]);
    assert_eq!(run["results"]["served"], json!([1, 2, 3, 4, 5]));
    let first = "first lap done";
    let second = "second lap begun";
    assert_eq!(
        run["results"]["laps"],
        json!([first, first, first, second, second, second])
    );
    // A dish is taken after it was cooked.
    for (number, cook) in (1..).zip(spans(&run, "cook")) {
        let log = run["log"].as_array().unwrap();
        let taken = log
            .iter()
            .find(|entry| entry["message"] == format!("dish {number}"))
            .unwrap();
        assert!(taken["t_s"].as_f64().unwrap() >= cook.end, "dish {number}");
    }
}

#[test]
fn locals_are_each_thread_s_own_and_once_is_once() {
    let run = demo(&["locals", "--pace", "0.3"]);
    let results = &run["results"];
    assert_eq!(results["walked"], json!([10, 20, 30, 0]));
    assert_eq!(results["loads"], 1);
    assert_eq!(results["sizes"], json!([3, 3, 3, 3]));
    assert_eq!(results["squares"][9], 81);

    let loads = spans(&run, "load");
    let uses = spans(&run, "first use");
    assert_eq!(loads.len(), 1);
    assert_eq!(uses.len(), 4);
    assert!(
        uses.iter().all(|first_use| first_use.end >= loads[0].end),
        "a reader that comes meanwhile waits"
    );
}

#[test]
fn progress_is_shown_while_the_copy_goes_on() {
    let run = demo(&["progress", "--pace", "0.1"]);
    // `sha256sum` of 64 MiB, the first filled with 0, the next with 1, and so on.
    let sha256 = "53533a909d7179bf06ded406612e4afd5bf53fe972658495580ab6ff2bc2f05d";
    assert_eq!(run["results"], json!({"bytes": 64 << 20, "sha256": sha256}));
    let copying = &spans(&run, "worker")[0];
    let log = run["log"].as_array().unwrap();
    let during = log.iter().filter(|entry| {
        let t = entry["t_s"].as_f64().unwrap();
        entry["lane"] == "main" && copying.start < t && t < copying.end
    });
    assert!(during.count() >= 3, "{}", run["log"]);
}

/// Presses Ctrl-C while the copy goes on: it stops after the block at hand, and nothing is left behind.
#[test]
fn progress_stops_cleanly_when_interrupted() {
    use std::io::{BufRead, BufReader, Read};
    let folder = std::env::temp_dir().join(format!("lesson-01-interrupted-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let mut command = Command::new(PROGRAM);
    command
        .args(["progress", "--pace", "3"])
        .env("TMPDIR", &folder);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("copying 64 MiB") {
        assert_ne!(stdout.read_line(&mut seen).unwrap(), 0, "{seen}");
    }
    std::thread::sleep(Duration::from_millis(100));
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{complaint}");
    assert!(complaint.contains("stopped after"), "{complaint}");
    assert_eq!(
        std::fs::read_dir(&folder).unwrap().count(),
        0,
        "the files are gone"
    );
    std::fs::remove_dir(&folder).unwrap();
}

#[test]
fn dinner_follows_the_critical_path() {
    let run = demo(&["dinner", "--pace", "0.3"]);
    assert_eq!(
        run["results"],
        json!(["hot water", "sauce with vegetables"])
    );
    let span = |name| spans(&run, name).remove(0);
    let water = span("boil water");
    let chop = span("chop");
    let sauce = span("cook the sauce");
    assert!(
        water.start < chop.end && chop.start < water.end,
        "the water boils while the vegetables are chopped"
    );
    assert!(
        chop.end <= sauce.start,
        "the sauce needs the chopped vegetables"
    );
    assert!(sauce.start < water.end, "and does not wait for the water");
    let done = [
        "the vegetables are chopped",
        "the water boils",
        "the sauce is done",
    ];
    assert_eq!(messages(&run)[..3], done);
}

#[test]
fn dinner_one_after_the_other_is_measured_too() {
    let run = demo(&["dinner", "--compare", "--pace", "0.2"]);
    assert!(
        run["sequential_s"].as_f64().unwrap() >= 0.46 && run["speedup"].as_f64().unwrap() > 1.2,
        "{run}"
    );
}
