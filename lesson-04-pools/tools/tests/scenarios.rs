//! Every approach in every scenario at a tiny size, as a learner runs it: the same results, and a whole matrix.
//!
//! `cargo test -p lesson-04-pools-tools --features scenarios --test scenarios`

use serde_json::Value;
use testing::{run, run_demo};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-04-pools-tools");
const ALL: [&str; 7] = [
    "one after the other",
    "a thread each",
    "thread pool",
    "process pool",
    "rayon",
    "async",
    "async with a pool",
];

/// Three jobs of a scenario, each approach once. That the program ends with 0 says that the results were the same.
fn tiny(scenario: &str, jobs: &str) -> Value {
    let args = [
        "scenarios",
        scenario,
        "--jobs",
        jobs,
        "--runs",
        "1",
        "--pace",
        "0.05",
    ];
    run_demo(PROGRAM, &args)["results"].take()
}

/// Checks a matrix, and gives back what it measured.
fn approaches(matrix: &Value) -> Vec<&str> {
    assert_eq!(matrix["same_results"], true);
    let rows = matrix["rows"].as_array().expect("rows");
    assert_eq!(
        rows.iter().filter(|row| row["mark"] == "winner").count(),
        1,
        "{rows:?}"
    );
    for row in rows {
        assert!(
            row["wall_s"].as_f64().expect("a number") > 0.0 && row["cpu_s"].is_f64(),
            "{row}"
        );
        if cfg!(target_os = "linux") {
            assert!(
                row["memory_bytes"].as_u64().expect("known here") > 500_000,
                "{row}"
            );
        }
    }
    rows.iter()
        .map(|row| row["approach"].as_str().expect("a name"))
        .collect()
}

#[test]
fn downloads_come_to_the_same_in_all_seven_ways() {
    let results = tiny("download", "3");
    let matrix = &results["download"]["matrix"];
    assert_eq!(
        (approaches(matrix), &matrix["jobs"]),
        (ALL.to_vec(), &3.into())
    );
    assert_eq!(
        results["download"]["verdict"]["notebook"][0],
        "a thread each"
    );
}

#[test]
fn images_come_to_the_same_in_all_seven_ways() {
    assert_eq!(approaches(&tiny("images", "3")["images"]["matrix"]), ALL);
}

#[test]
fn databases_come_to_the_same_cold_and_warm() {
    let results = tiny("databases", "2");
    for name in ["databases, cold", "databases, warm"] {
        assert_eq!(approaches(&results[name]["matrix"]), ALL);
    }
}

#[test]
fn the_server_serves_everybody_in_all_four_ways() {
    let results = tiny("server", "20");
    let matrix = &results["server"]["matrix"];
    assert_eq!(
        approaches(matrix),
        ["a thread each", "thread pool", "async", "async with a pool"]
    );
    assert_eq!(matrix["left_out"].as_array().map(Vec::len), Some(3));
    assert!(
        matrix["rows"][0]["note"]
            .as_str()
            .expect("a note")
            .starts_with("answered in"),
        "{matrix}"
    );
}

#[test]
fn numbers_come_to_the_same_and_tiny_jobs_are_not_worth_it() {
    let results = tiny("numbers", "2");
    assert_eq!(approaches(&results["numbers"]["matrix"]), ALL);
    let limits = results["tiny"].as_array().expect("limits");
    assert_eq!(
        limits
            .iter()
            .map(|limit| limit["approach"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ALL[1..]
    );
    // A thread for half a microsecond of work cannot be worth it, however busy the machine is.
    assert!(
        limits[0]["speedups"][0][1].as_f64().expect("a number") < 1.0,
        "{}",
        limits[0]
    );
}

#[test]
fn the_matrix_is_shown_and_written_as_a_page() {
    let folder = common::TempDir::new("lesson-04-page").expect("a folder");
    let page = folder.path().join("page.html");
    let page = page.to_str().expect("plain text");
    // Its name twice is once.
    let args = [
        "scenarios",
        "download",
        "download",
        "--jobs=2",
        "--runs=1",
        "--pace=0.05",
        "--html",
        page,
    ];
    let ran = run(PROGRAM, &args);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    for text in [
        "approach",
        "one after the other",
        "fastest",
        "The notebook says: Threading.",
    ] {
        assert!(ran.stdout.contains(text), "no {text:?} in:\n{}", ran.stdout);
    }
    assert_eq!(
        ran.stdout
            .matches("\ndownload: 2 files from a server")
            .count(),
        1,
        "{}",
        ran.stdout
    );
    let html = std::fs::read_to_string(page).expect("it was written");
    assert!(
        html.contains("<td>one after the other</td>") && html.contains("The notebook says"),
        "{html}"
    );
}
