//! Every demo of the chapter, run as a learner runs it: its value, and the order or the overlap that it is about.

#![allow(
    clippy::unwrap_used,
    reason = "what is not there is a failure, in a helper too"
)]

use std::process::Command;
use std::time::Duration;

use common::Pace;
use common::testing::{assert_contract, run_json};
use lesson_01_threads::{atomics, cores, primes, scope};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-01-threads");

/// Runs one demo and gives back its object.
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

/// From when to when, and on which lane: every span whose name starts like this, by start.
fn spans(run: &Value, name: &str) -> Vec<(String, f64, f64)> {
    let lanes = run["lanes"].as_array().unwrap().iter();
    let mut found: Vec<(String, f64, f64)> = lanes
        .flat_map(|lane| {
            let spans = lane["spans"].as_array().unwrap().iter();
            let spans = spans.filter(|span| span["name"].as_str().unwrap().starts_with(name));
            spans.map(|span| {
                let time = |key: &str| span[key].as_f64().unwrap();
                (
                    lane["name"].as_str().unwrap().to_owned(),
                    time("start_s"),
                    time("end_s"),
                )
            })
        })
        .collect();
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    found
}

/// How many of these were open at the same moment, at most.
fn at_once(spans: &[(String, f64, f64)]) -> usize {
    let open_at = |t: f64| {
        spans
            .iter()
            .filter(|(_, start, end)| *start <= t && t < *end)
            .count()
    };
    spans
        .iter()
        .map(|(_, start, _)| open_at(*start))
        .max()
        .unwrap_or_default()
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
    let run = run(&["join", "--pace", "0.5"]);
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
        let run = run(&["scope", "--pixels", "65536", "--threads", threads]);
        assert_eq!(run["results"], expected);
        assert_eq!(spans(&run, "darken").len().to_string(), threads);
    }
    let mut few = scope::picture(3);
    scope::darken(&mut few, 8).unwrap();
    assert_eq!(
        (few, scope::brightness(&[], 4).unwrap()),
        (vec![0, 0, 1], 0),
        "more threads than pixels"
    );
}

#[test]
fn move_in_moves_and_does_not_copy() {
    let run = run(&["move-in", "--pace", "0.1"]);
    let words = ["core", "join", "lock", "queue", "scope", "thread"];
    assert_eq!(
        run["results"],
        json!({"words": words, "same_place": true, "letters_o_e": [4, 5], "owners_left": 1})
    );
}

#[test]
fn cores_counts_the_same_primes_in_every_way() {
    let odd_primes = primes::up_to_the_root(1_000_000);
    assert_eq!(primes::count(0..1_000_000, &odd_primes), 78_498);
    let by_hand = [
        (0, 0),
        (2, 0),
        (3, 1),
        (4, 2),
        (10, 4),
        (100, 25),
        (121, 30),
        (122, 30),
    ];
    for (below, expected) in by_hand {
        let odd_primes = primes::up_to_the_root(below);
        for threads in 1..=5 {
            let counts = [
                cores::static_shares(below, threads, &odd_primes).unwrap(),
                cores::shared_counter(below, threads, &odd_primes).unwrap(),
            ];
            assert_eq!(
                counts, [expected; 2],
                "below {below} with {threads} threads"
            );
        }
    }
}

#[test]
fn cores_prints_a_table_up_to_twice_the_cores() {
    let run = run(&["cores", "--below", "1000000"]);
    let (results, cores) = (&run["results"], common::measure::cores().min(16));
    assert_eq!(results["primes"], 78_498);
    let table = results["table"].as_array().unwrap();
    let threads: Vec<u64> = table
        .iter()
        .map(|row| row["threads"].as_u64().unwrap())
        .collect();
    assert_eq!((threads[0], threads[1], threads[2]), (1, 2, 2));
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
    let run = run(&["mutex", "--pace", "0.5"]);
    let results = &run["results"];
    assert_eq!(
        (&results["cents"], &results["sales"], &results["price"]),
        (&json!(1818), &json!(9), &json!(270))
    );
    for section in ["long section", "short section"] {
        let sections = spans(&run, section);
        assert_eq!((sections.len(), at_once(&sections)), (9, 1), "{section}");
    }
    assert!(
        results["long_s"].as_f64().unwrap() >= 9.0 * 0.05,
        "nine times 50 ms, one after the other"
    );
    assert!(results["readers_at_once"].as_u64().unwrap() >= 2);
}

#[test]
fn channel_keeps_the_order_and_a_full_queue_holds_the_producer_back() {
    let run = run(&["channel", "--pace", "0.3"]);
    let results = &run["results"];
    assert_eq!(
        (&results["arrived"], &results["highest"]),
        (&json!(12), &json!(233))
    );
    assert_eq!(results["handled"], json!([0, 1, 2, 3, 4, 5, 6, 7]));
    assert!(
        results["bounded"]["backlog"].as_u64().unwrap() <= 4,
        "two in the queue, one waiting, one in hand"
    );
    let sends = spans(&run, "send");
    assert_eq!(sends.len(), 16);
    let waited =
        |sends: &[(String, f64, f64)]| sends.iter().map(|(_, start, end)| end - start).sum::<f64>();
    // Before the eighth reading fits into a queue of two, five have been handled.
    assert!(waited(&sends[8..]) > 3.0 * 0.03, "{sends:?}");
    assert!(waited(&sends[8..]) > waited(&sends[..8]));
}

#[test]
fn three_sensors_each_in_order() {
    let arrived = lesson_01_threads::channel::three_sensors(Pace::new(0.01).unwrap()).unwrap();
    for sensor in 1..=3 {
        let of_this: Vec<u32> = arrived
            .iter()
            .filter(|(from, _)| *from == sensor)
            .map(|(_, t)| *t)
            .collect();
        assert_eq!(
            of_this,
            (0..4)
                .map(|reading| 200 + 10 * sensor + reading)
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn atomics_lose_nothing() {
    let run = run(&["atomics"]);
    let results = &run["results"];
    assert_eq!(
        (&results["hits"], &results["letter"]),
        (&json!(100_000), &json!(1815))
    );
    let sold: u64 = results["sold"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sold| sold.as_u64().unwrap())
        .sum();
    assert_eq!(sold, 100_000);
    assert_eq!(
        atomics::together(3, 0, 0).unwrap(),
        (0, vec![0, 0, 0]),
        "nothing to sell"
    );
}

#[test]
fn condvar_serves_each_dish_once_and_the_barrier_holds() {
    let run = run(&["condvar", "--pace", "0.2"]);
    assert_eq!(run["results"]["served"], json!([1, 2, 3, 4, 5]));
    let (first, second) = ("first lap done", "second lap begun");
    assert_eq!(
        run["results"]["laps"],
        json!([first, first, first, second, second, second])
    );
    // A dish is taken after it was cooked.
    let cooked: Vec<f64> = spans(&run, "cook").iter().map(|(.., end)| *end).collect();
    for (number, end) in (1..).zip(&cooked) {
        let log = run["log"].as_array().unwrap();
        let taken = log
            .iter()
            .find(|entry| entry["message"] == format!("dish {number}"))
            .unwrap();
        assert!(taken["t_s"].as_f64().unwrap() >= *end, "dish {number}");
    }
}

#[test]
fn locals_are_each_thread_s_own_and_once_is_once() {
    let run = run(&["locals", "--pace", "0.3"]);
    let results = &run["results"];
    assert_eq!(
        (&results["walked"], &results["loads"]),
        (&json!([10, 20, 30, 0]), &json!(1))
    );
    assert_eq!(
        (&results["sizes"], &results["squares"][9]),
        (&json!([3, 3, 3, 3]), &json!(81))
    );
    let (loads, uses) = (spans(&run, "load"), spans(&run, "first use"));
    assert_eq!((loads.len(), uses.len()), (1, 4));
    assert!(
        uses.iter().all(|(.., end)| *end >= loads[0].2),
        "whoever comes meanwhile waits"
    );
}

#[test]
fn progress_is_shown_while_the_copy_goes_on() {
    let run = run(&["progress", "--pace", "0.1"]);
    // What `sha256sum` says of 64 MiB, the first filled with 0, the next with 1, and so on.
    let sha256 = "53533a909d7179bf06ded406612e4afd5bf53fe972658495580ab6ff2bc2f05d";
    assert_eq!(run["results"], json!({"bytes": 64 << 20, "sha256": sha256}));
    let copying = &spans(&run, "copy and hash")[0];
    let log = run["log"].as_array().unwrap();
    let during = log.iter().filter(|entry| {
        let t = entry["t_s"].as_f64().unwrap();
        entry["lane"] == "main" && copying.1 < t && t < copying.2
    });
    assert!(during.count() >= 3, "{}", run["log"]);
}

/// Ctrl-C while the copy goes on: it stops after the block at hand, and nothing is left behind.
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
    let run = run(&["dinner", "--pace", "0.3"]);
    assert_eq!(
        run["results"],
        json!(["hot water", "sauce with vegetables"])
    );
    let span = |name| spans(&run, name).remove(0);
    let (water, chop, sauce) = (span("boil water"), span("chop"), span("cook the sauce"));
    assert!(
        water.1 < chop.2 && chop.1 < water.2,
        "the water boils while the vegetables are chopped"
    );
    assert!(chop.2 <= sauce.1, "the sauce needs the chopped vegetables");
    assert!(sauce.1 < water.2, "and does not wait for the water");
    let done = [
        "the vegetables are chopped",
        "the water boils",
        "the sauce is done",
    ];
    assert_eq!(messages(&run)[..3], done);
}

#[test]
fn dinner_one_after_the_other_is_measured_too() {
    let run = run(&["dinner", "--compare", "--pace", "0.2"]);
    assert!(
        run["sequential_s"].as_f64().unwrap() >= 0.46 && run["speedup"].as_f64().unwrap() > 1.2,
        "{run}"
    );
}
