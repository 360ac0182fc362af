//! `--try`: what was predicted beside what is measured.

use common::TempDir;
use common::measure::busy;
use testing::{run, run_json};

use crate::PROGRAM;

#[test]
fn what_was_predicted_stands_beside_what_is_measured() {
    for (demo, words) in [
        ("mutex", "the receipt read before the lock"),
        ("spawn", "numbers and letters begun at once"),
        ("join", "every wait half as long (--pace 0.1)"),
    ] {
        let ran = run(PROGRAM, &[demo, "--try", "--pace", "0.2"]);
        let start = format!("tried: {words}: ");
        let line = ran.stdout.lines().find(|line| line.starts_with(&start));
        assert_eq!(ran.code, Some(0), "{demo}: {}", ran.stderr);
        assert!(
            line.is_some_and(|line| line.contains("measured ")),
            "{demo}: {}",
            ran.stdout
        );
    }
}

#[test]
fn a_run_says_what_would_have_shortened_it() {
    let ran = run(PROGRAM, &["lock-convoy", "--pace", "0.5"]);
    let line = "what if: the server asked before the lock: 0.";
    // A run on a busy machine may come out otherwise than its replay: then nothing is said.
    let is_withheld = !ran.stdout.contains("what if:") && busy().is_some();
    assert!(ran.stdout.contains(line) || is_withheld, "{}", ran.stdout);
    let ran = run(
        PROGRAM,
        &["lock-convoy", "--pace", "0.5", "--timeline", "never"],
    );
    assert!(
        !ran.stdout.contains("what if:"),
        "nothing of it is measured"
    );
}

#[test]
fn what_was_tried_is_in_the_json_when_asked_for() {
    let (runs, ran) = run_json(PROGRAM, &["mutex", "--try", "--pace", "0.2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let tried = &runs[0]["tried"][0];

    assert_eq!(tried["change"], "the receipt read before the lock");
    assert!(
        tried["measured_s"].as_f64().is_some_and(|s| s >= 0.06),
        "{tried}"
    );
    for key in ["from_s", "to_s"] {
        assert!(tried[key].is_null() || tried[key].is_f64(), "{tried}");
    }
}

#[test]
fn a_demo_without_a_knob_cannot_be_tried() {
    for args in [&["atomics", "--try"], &["--try", "atomics"]] {
        let ran = run(PROGRAM, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert_eq!(
            ran.stderr,
            "lesson-01-threads: atomics has nothing to --try; these have: spawn, join, mutex, \
             dinner, lock-convoy\n"
        );
    }
}

#[test]
fn a_wrong_file_to_stand_beside_leaves_an_earlier_page() {
    let folder = TempDir::new("page").unwrap();
    let page = folder.path().join("run.html");
    std::fs::write(&page, "an earlier page").unwrap();
    let missing = folder.path().join("missing.json");
    let files = [page.to_str().unwrap(), missing.to_str().unwrap()];

    let ran = run(
        PROGRAM,
        &["spawn", "--html", files[0], "--against", files[1]],
    );
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "an earlier page");
}
