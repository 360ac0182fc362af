//! The demo `downloads`, run as a learner runs it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use common::TempDir;
use common::process::spawn;
use hmac_sha256::Hash;
use lesson_04_pools::support::files::{FILES, hex};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use testing::{Ran, assert_contract, assert_nothing_left, run, run_command, run_json};

use crate::PROGRAM;
use crate::spans::{jobs, most_at_once};

fn downloads(args: &[&str]) -> (Value, Ran) {
    let (mut runs, ran) = run_json(PROGRAM, &[&["downloads"], args].concat());
    assert_eq!(runs.len(), 1, "{}", ran.stderr);
    assert_contract(&runs[0]);
    (runs.remove(0), ran)
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} of {entry}"))
}

#[test]
fn a_trial_that_cannot_be_made_leaves_the_run() {
    let ran = run(
        PROGRAM,
        &["downloads", "--workers", "64", "--try", "--pace", "0.1"],
    );
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("--try: there is no --workers 65"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("next: "), "{}", ran.stdout);
}

/// The names in `results`, in order.
fn names(run: &Value) -> Vec<&str> {
    run["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| text(entry, "file"))
        .collect()
}

fn assert_whole(entry: &Value) {
    let file = FILES
        .iter()
        .find(|file| entry["file"] == file.name)
        .expect("one of the four");
    assert_eq!(
        (entry["bytes"].as_u64(), text(entry, "sha256")),
        (Some(file.bytes as u64), file.sha256)
    );
    assert_eq!(entry.as_object().expect("an object").len(), 4, "{entry}");
    assert_eq!(entry["ok"], true);
}

#[test]
fn four_files_arrive_whole() {
    let (run, ran) = downloads(&["--pace", "0.2"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let entries = run["results"].as_array().unwrap();
    entries.iter().for_each(assert_whole);
    let mut found = names(&run);
    // The fourth is only begun when another one has ended.
    assert_ne!(found[0], "music.mp3");
    found.sort_unstable();
    assert_eq!(
        found,
        ["document.pdf", "image.jpg", "music.mp3", "video.mp4"]
    );
}

#[test]
fn results_come_in_the_order_in_which_they_are_logged() {
    let (run, _) = downloads(&["--pace", "0.05"]);
    let messages = run["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| text(entry, "message"));
    let logged: Vec<&str> = messages
        .filter_map(|message| message.split_once(" is here").map(|m| m.0))
        .collect();
    assert_eq!(logged, names(&run));
}

#[test]
fn three_threads_do_the_work_at_the_same_time() {
    let (run, _) = downloads(&["--pace", "0.2"]);
    let spans = jobs(&run, "download ");
    assert_eq!(spans.len(), 4);
    assert!(spans.iter().all(|job| job.lane.starts_with("downloader-")));
    assert_eq!(most_at_once(&spans), 3);
    assert!(run["overlap"].as_f64().unwrap() > 1.8, "{}", run["overlap"]);
    for lane in run["lanes"].as_array().unwrap() {
        assert_eq!(lane["kind"], "thread", "{lane}");
    }
    let work: f64 = spans.iter().map(|job| job.end_s - job.start_s).sum();
    assert!(
        work >= 0.999,
        "10 MB at 2 MB a second, at a fifth of the time, take 1 s: {work}"
    );
}

#[test]
fn the_number_of_threads_is_an_option() {
    for workers in [1, 2, 4] {
        let (run, _) = downloads(&["--pace", "0.05", "--workers", &workers.to_string()]);
        assert_eq!(run["results"].as_array().unwrap().len(), 4);
        assert!(most_at_once(&jobs(&run, "download ")) <= workers);
        if workers == 1 {
            // Nobody overtakes.
            assert_eq!(names(&run), FILES.map(|file| file.name));
        }
    }
}

#[test]
fn compare_measures_one_thread_too() {
    let (run, _) = downloads(&["--pace", "0.2", "--compare"]);
    let number = |key: &str| run[key].as_f64().unwrap();
    assert!(number("sequential_s") >= 0.999, "{run}");

    // How much faster it is depends on what else the machine does; that downloads overlap does not.
    assert!(number("overlap") > 1.5, "{run}");
    let speedup = number("sequential_s") / number("wall_s");
    assert!((number("speedup") - speedup).abs() < 0.01, "{run}");
}

#[test]
fn one_file_that_fails_is_reported_and_the_others_complete() {
    for (kind, why) in [("404", "404"), ("cut", ""), ("checksum", "its checksum is")] {
        let folder = TempDir::new("pools-test").unwrap();
        let dir = folder.path().to_str().unwrap();
        let broken = format!("image.jpg={kind}");
        let (run, ran) = downloads(&["--pace", "0.02", "--break", &broken, "--dir", dir]);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(1), 1),
            "{kind}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("image.jpg: ") && ran.stderr.contains(why),
            "{kind}: {}",
            ran.stderr
        );
        let entries = run["results"].as_array().unwrap();
        assert_eq!(entries.len(), 4);
        let (bad, good): (Vec<&Value>, Vec<&Value>) =
            entries.iter().partition(|entry| entry["ok"] == false);
        good.into_iter().for_each(assert_whole);
        assert_eq!((bad.len(), text(bad[0], "file")), (1, "image.jpg"));
        assert!(
            !text(bad[0], "error").is_empty() && text(bad[0], "error").contains(why),
            "{}",
            bad[0]
        );
        assert!(
            bad[0]["bytes"] == 0 && bad[0]["sha256"].is_null(),
            "{}",
            bad[0]
        );
        assert_eq!(
            content(folder.path()).into_keys().collect::<Vec<_>>(),
            ["document.pdf", "music.mp3", "video.mp4"]
        );
    }
}

#[test]
fn all_files_may_fail() {
    let mut args = vec!["--pace", "0.02"];
    for broken in [
        "document.pdf=cut",
        "image.jpg=404",
        "video.mp4=checksum",
        "music.mp3=cut",
    ] {
        args.extend(["--break", broken]);
    }
    let (run, ran) = downloads(&args);
    assert_eq!(
        (ran.code, ran.stderr.lines().count()),
        (Some(1), 4),
        "{}",
        ran.stderr
    );
    assert!(
        run["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["ok"] == false)
    );
}

/// The files of a folder and their checksums.
fn content(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).expect("it is there");
    let entries = entries.map(|entry| {
        let entry = entry.expect("it is listed");
        let bytes = fs::read(entry.path()).expect("it is a file");
        (
            entry.file_name().to_string_lossy().into_owned(),
            hex(&Hash::hash(&bytes)),
        )
    });
    entries.collect()
}

#[test]
fn the_files_are_kept_where_told_and_nothing_is_replaced() {
    let folder = TempDir::new("pools-test").unwrap();
    let args = [
        "downloads",
        "--pace",
        "0.02",
        "--dir",
        folder.path().to_str().unwrap(),
    ];
    assert_eq!(run(PROGRAM, &args).code, Some(0));
    let expected: BTreeMap<String, String> = FILES
        .iter()
        .map(|file| (file.name.to_owned(), file.sha256.to_owned()))
        .collect();
    assert_eq!(content(folder.path()), expected);

    fs::write(folder.path().join("video.mp4"), "my own film").unwrap();
    for name in ["document.pdf", "image.jpg", "music.mp3"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let again = run(PROGRAM, &args);
    assert_eq!(
        (again.code, again.stderr.lines().count()),
        (Some(2), 1),
        "{}",
        again.stderr
    );
    assert!(
        again.stderr.contains("video.mp4 is there already"),
        "{}",
        again.stderr
    );
    assert_eq!(content(folder.path()).len(), 1);
    assert_eq!(
        fs::read_to_string(folder.path().join("video.mp4")).unwrap(),
        "my own film"
    );
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_before_anything_starts() {
    let folder = TempDir::new("pools-test").unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    // Root may write nearly everywhere, but nobody below a file or into /proc.
    for dir in [
        folder.path().join("missing"),
        file.clone(),
        file.join("below"),
        "/proc".into(),
    ] {
        // At this pace, whatever starts first would run into the test's deadline.
        let args = [
            "downloads",
            "--compare",
            "--pace",
            "100",
            "--dir",
            dir.to_str().unwrap(),
        ];
        let ran = run(PROGRAM, &args);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(2), 1),
            "{dir:?}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains(dir.to_str().unwrap()),
            "{dir:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn no_temporary_file_is_left_behind_and_no_proxy_is_asked() {
    let folder = TempDir::new("pools-test").unwrap();
    let mut command = Command::new(PROGRAM);
    command
        .args(["downloads", "--pace", "0.02"])
        .env("TMPDIR", folder.path());
    command
        .env("http_proxy", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9");
    let ran = run_command(&mut command);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(content(folder.path()).is_empty());
}

#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let folder = TempDir::new("pools-test").unwrap();
        let mut command = Command::new(PROGRAM);
        command
            .args(["downloads", "--pace", "100"])
            .env("TMPDIR", folder.path())
            .process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = spawn(&mut command, "downloads").unwrap();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("video.mp4 starts") {
            line.clear();
            assert!(
                std::io::BufRead::read_line(&mut out, &mut line).unwrap() > 0,
                "it ended too early"
            );
        }
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_nothing_left(child.id());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn an_interrupted_download_leaves_nothing_in_the_folder() {
    use std::io::{BufRead, BufReader};

    let folder = common::TempDir::new("lesson-04-interrupted").unwrap();
    let mut command = Command::new(PROGRAM);
    command
        .args(["downloads", "--pace", "20", "--dir"])
        .arg(folder.path());
    let mut child = spawn(command.stdout(Stdio::piped()), "downloads").unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().ends_with("starts")),
        "it never started"
    );
    kill(
        Pid::from_raw(i32::try_from(child.id()).unwrap()),
        Signal::SIGINT,
    )
    .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
