//! Both headline demos together, and the command line.

use std::process::Command;

use testing::{assert_contract, run, run_command, run_json};

use crate::PROGRAM;

#[test]
fn without_a_name_both_demos_run() {
    let (runs, ran) = run_json(PROGRAM, &["--pace", "0.02"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let demos: Vec<&str> = runs
        .iter()
        .map(|run| run["demo"].as_str().unwrap())
        .collect();
    assert_eq!(demos, ["downloads", "chunks"]);
    for run in &runs {
        assert_eq!(run["lesson"], "lesson-04-pools");
        assert_contract(run);
    }
}

#[test]
fn people_see_the_log_the_timeline_the_verdict_and_what_is_next() {
    let ran = run(PROGRAM, &["--pace", "0.02"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    for text in [
        "video.mp4 is here: 4000000 bytes, checksum verified",
        "total   2870",
        "downloader-3",
        "worker-1",
        "one after the other",
        "next: cargo run -p lesson-04-pools -- chunks",
        "next: cargo run -p lesson-04-pools -- by-hand",
    ] {
        assert!(ran.stdout.contains(text), "no {text:?} in:\n{}", ran.stdout);
    }
    let list = run(PROGRAM, &["list"]);
    assert!(
        list.code == Some(0) && list.stdout.contains("downloads") && list.stdout.contains("chunks")
    );
}

#[test]
fn what_makes_no_sense_is_refused_in_one_line() {
    for (args, why) in [
        (
            vec!["download"],
            "no such demo: 'download'; a similar name exists: 'downloads'",
        ),
        (
            vec!["downloads", "--workers", "abc"],
            "a whole number from 1 to 64",
        ),
        (vec!["--pace", "0"], "a pace is a number above 0"),
        (vec!["--pace", "nan"], "a pace is a number above 0"),
        (
            vec!["downloads", "--workers", "0"],
            "a whole number from 1 to 64",
        ),
        (
            vec!["downloads", "--workers", "65"],
            "a whole number from 1 to 64",
        ),
        (vec!["downloads", "--break", "image.jpg"], "FILE=KIND"),
        (
            vec!["downloads", "--break", "image.jpg=tea"],
            "only 404, cut and checksum",
        ),
        (
            vec!["downloads", "--break", "tea=404"],
            "only document.pdf, image.jpg, video.mp4, music.mp3",
        ),
        (
            vec!["chunks", "--workers", "0"],
            "a whole number from 1 to 64",
        ),
        (vec!["chunks", "--items", "0"], "a whole number from 1 to"),
        (
            vec!["chunks", "--items", "3810777"],
            "would not fit 64 bits, at most 3810776 do",
        ),
        (
            vec!["chunks", "--items", "3000000", "--chunk-size", "1"],
            "more than 100000 chunks",
        ),
        (vec!["chunks", "--items", "99999999999999999999"], "--items"),
        (
            vec!["chunks", "--chunk-size", "0"],
            "a whole number from 1 to",
        ),
        (vec!["chunks", "--chunk-time=-1"], "a number of seconds"),
        (vec!["chunks", "--chunk-time", "nan"], "a number of seconds"),
    ] {
        let ran = run(PROGRAM, &args);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(2), 1),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
}

#[cfg(not(feature = "nats"))]
#[test]
fn without_its_feature_beyond_says_how_to_have_it() {
    let ran = run(PROGRAM, &["beyond", "--items", "5"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr
            .contains("cargo run -p lesson-04-pools --features nats -- beyond"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_closed_stdout_ends_the_run_quietly() {
    for demo in ["downloads", "chunks"] {
        let mut shell = Command::new("sh");
        // A line may still fit into the pipe before `head` is gone; the next one finds it closed.
        shell.args([
            "-c",
            "{ \"$0\" \"$1\" --pace 1; echo $? >&2; } | head -1",
            PROGRAM,
            demo,
        ]);
        let ran = run_command(&mut shell);
        assert_eq!(
            (ran.stdout.lines().count(), ran.stderr.trim()),
            (1, "0"),
            "{ran:?}"
        );
    }
}

#[test]
fn reset_undoes_every_change_of_an_exercise() {
    testing::assert_reset(PROGRAM, env!("CARGO_MANIFEST_DIR"));
}
